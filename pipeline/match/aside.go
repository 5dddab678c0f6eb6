package match

import (
	"context"
	"errors"
	"fmt"
	"io"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// Aside keeps claims apart that are only to be counted unless more turns up about their persons, as nearly all claims are. Of
// each it knows the place of the person and a number; what the claim says lies on a spool, and is only looked at for the few of
// whose persons more is known. Claims are put aside by one goroutine; partitions are read by many.
type Aside struct {
	number func(*pipeline.Claim) uint8
	spool  *Spool
	blocks *Blocks
	parts  []aside
}

// aside are the claims of a partition, in the order of their rows on the spool.
type aside struct {
	keys    []uint64
	numbers []uint8
	lengths []uint32
}

// NewAside gives an empty one for n partitions. number says what to count a claim by; 0 is for those that are handed over in any
// case.
func NewAside(n int, spool *Spool, number func(*pipeline.Claim) uint8) *Aside {
	return &Aside{number: number, spool: spool, blocks: NewBlocks(n, spool.Append), parts: make([]aside, n)}
}

// put puts a claim aside.
func (a *Aside) put(key uint64, number uint8, c *pipeline.Claim) error {
	p := Partition(key, len(a.parts))
	before := len(a.blocks.blocks[p])
	block := tables.AppendClaim(a.blocks.blocks[p], c)
	part := &a.parts[p]
	part.keys, part.numbers = append(part.keys, key), append(part.numbers, number)
	part.lengths = append(part.lengths, uint32(len(block)-before))
	return a.blocks.grown(p, block)
}

// Drop frees a partition that will not be reduced again.
func (a *Aside) Drop(p int) error {
	a.parts[p] = aside{}
	return a.spool.Drop(p)
}

// sortedOut is what becomes of the claims that were put aside.
type sortedOut struct {
	alone  [256]int64 // only counted, by number
	rested int64      // of persons who rest
}

// sortOut tells which claims of a partition are only counted, and hands over the rows of the others: those whose places are in
// company, or where there are two.
func (a *Aside) sortOut(ctx context.Context, quiet *Quiet, company *keys, fn func(row []byte) error) (out sortedOut, err error) {
	if a == nil {
		return out, nil
	}
	part := &a.parts[quiet.Partition]
	seen := newKeys(len(part.keys))
	for _, key := range part.keys {
		if !seen.add(key) {
			company.add(key)
		}
	}
	in, err := a.spool.Open(quiet.Partition)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	rows := skipping{in: in}
	for i, key := range part.keys {
		if i%4096 == 0 && ctx.Err() != nil {
			return out, context.Cause(ctx)
		}
		rests, counts, hand := quiet.Resting.Has(key), !company.has(key), fn
		if rests || counts {
			hand = nil
		}
		switch there, err := rows.claim(part.lengths[i], quiet, hand); {
		case err != nil:
			return out, err
		case !there:
		case rests:
			out.rested++
		case counts:
			out.alone[part.numbers[i]]++
		}
	}
	return out, nil
}

// skipping reads some of the rows of a spool.
type skipping struct {
	in   *Reading
	skip int // bytes before the next row
	buf  []byte
}

// claim passes over the next row, or hands it over where there is somebody to; false where its claim is in dispute.
func (s *skipping) claim(length uint32, quiet *Quiet, hand func(row []byte) error) (there bool, err error) {
	if hand == nil && len(quiet.Disputed) == 0 {
		s.skip += int(length)
		return true, nil
	}
	row, err := s.row(length)
	if err != nil {
		return false, err
	}
	if disputed, err := quiet.disputed(row); disputed || err != nil {
		return false, err
	}
	if hand != nil {
		err = hand(row)
	}
	return true, err
}

func (s *skipping) row(length uint32) ([]byte, error) {
	if length > maxRow {
		return nil, fmt.Errorf("%w: length of a row", table.ErrBlock)
	}
	if _, err := s.in.Discard(s.skip); err != nil {
		return nil, err
	}
	s.skip = 0
	if uint32(cap(s.buf)) < length {
		s.buf = make([]byte, length)
	}
	s.buf = s.buf[:length]
	_, err := io.ReadFull(s.in, s.buf)
	return s.buf, err
}
