package row

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"incrocio/pipeline"
)

// ErrColumns: a column is missing, repeated or of a type that is not read.
var ErrColumns = errors.New("wrong columns")

// ColumnError gives an [ErrColumns] that says more.
func ColumnError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrColumns, fmt.Sprintf(format, args...))
}

// Receiver takes what a source holds.
type Receiver struct {
	Claim func(*pipeline.Claim) error
	Bad   func(pipeline.Discard) error
	// Void takes back a claim that Claim was given: another row of its number says something else.
	Void func(*pipeline.Claim) error
}

// Deliver hands over the rows of a file, which read gives from the first one on every time that it is called: once, and where
// numbers came again twice more, to see whether their rows say the same, and to hand over those that do not count.
func Deliver(file string, to *Receiver, read func(*Delivery) error) error {
	first := Delivery{file: file, to: to}
	if err := read(&first); err != nil || len(first.again) == 0 {
		return err
	}
	rivals := newRivals(first.again)
	for _, see := range [...]func(*Delivery, *pipeline.Claim, int, func() Place) error{(*Delivery).compare, (*Delivery).settle} {
		rivals.restart()
		if err := read(&Delivery{file: file, to: to, rivals: rivals, see: see}); err != nil {
			return err
		}
	}
	return nil
}

// Delivery is one reading of the rows of a source: it keeps their count and finds numbers that come a second time.
type Delivery struct {
	file  string
	rows  int64
	to    *Receiver
	seen  numbers
	again []uint64 // hashes of the numbers that were there before, as they came

	// Of the readings after the first, in which only rows of such numbers matter.
	rivals *rivals
	see    func(d *Delivery, c *pipeline.Claim, rival int, at func() Place) error
}

// Rows is how many rows were handed over.
func (d *Delivery) Rows() int64 { return d.rows }

// Place is where a row lies in its source and the digest of what is there.
type Place struct {
	Offset int64
	SHA256 string
}

// Nowhere is the place of a row whose source has no such thing.
func Nowhere() Place { return Place{} }

// Claim hands over a good row, unless its number was there before.
func (d *Delivery) Claim(c *pipeline.Claim, at func() Place) error {
	h := hashNumber(c.Number)
	if d.rivals != nil {
		return d.rival(c, h, at)
	}
	d.rows++
	if d.seen.add(c.Number, h) {
		d.again = append(d.again, h)
		return nil
	}
	return d.to.Claim(c)
}

// Discard hands over a row that cannot be used; number is "" where it could not be read.
func (d *Delivery) Discard(number string, f Fault, at func() Place) error {
	d.rows++
	if d.rivals != nil { // it was handed over on the first reading
		return nil
	}
	return d.discard(number, f, at)
}

// discard hands over the row at hand, which was counted.
func (d *Delivery) discard(number string, f Fault, at func() Place) error {
	p, index := at(), d.rows-1
	return d.to.Bad(pipeline.Discard{
		Source: pipeline.Source{
			Flow: pipeline.FlowDomande, File: d.file, Index: index, Offset: p.Offset, SHA256: p.SHA256,
		},
		Code:     f.Code,
		Message:  f.Message,
		CommCode: number,
	})
}

// numbers finds numbers of claims that come a second time. As long as each is greater than the one before none does, and
// nothing is looked up; the set is made when the first comes that is not. The zero numbers is empty.
type numbers struct {
	last    string
	hashes  [][]uint64 // of the numbers, while they ascend
	strayed bool       // they do not ascend any more
	set     numberSet
}

// hashBlock is how many hashes are allocated together.
const hashBlock = 8192

// add tells whether the number, of which h is the hash, was there.
func (n *numbers) add(number string, h uint64) bool {
	if !n.strayed && number > n.last {
		n.last = number
		if k := len(n.hashes); k == 0 || len(n.hashes[k-1]) == hashBlock {
			n.hashes = append(n.hashes, make([]uint64, 0, hashBlock))
		}
		block := &n.hashes[len(n.hashes)-1]
		*block = append(*block, h)
		return false
	}
	n.stray()
	return n.set.add(h)
}

func (n *numbers) stray() {
	if n.strayed {
		return
	}
	for _, block := range n.hashes {
		for _, h := range block {
			n.set.add(h)
		}
	}
	n.strayed, n.last, n.hashes = true, "", nil
}

// hashNumber takes eight bytes at a time through a multiplication of 64 by 64 bits, of which it folds both halves, and
// ends as MurmurHash3 does. Among n claims two different numbers fall together with a chance of n*n/2^65: one in six
// million for 2.5 million claims, and then neither is used.
func hashNumber(s string) uint64 {
	const first, second = 0x9e3779b97f4a7c15, 0xd6e8feb86659fd93
	h := uint64(len(s)) * first
	for len(s) >= 8 {
		h = fold(h^binary.LittleEndian.Uint64([]byte(s[:8])), second)
		s = s[8:]
	}
	last := uint64(0)
	for i := range len(s) {
		last = last<<8 | uint64(s[i])
	}
	h = fold(h^last, first)
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

func fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// numberSet is a set of hashes: open addressing, at most two slots of three taken, 12 to 24 bytes a claim.
// The zero set is empty.
type numberSet struct {
	slots []uint64
	count int
	zero  bool // the hash 0, which marks a free slot
}

// add puts h into the set and tells whether it was there.
func (s *numberSet) add(h uint64) bool {
	if h == 0 {
		was := s.zero
		s.zero = true
		return was
	}
	if 3*s.count >= 2*len(s.slots) {
		s.grow()
	}
	if !s.put(h) {
		return true
	}
	s.count++
	return false
}

func (s *numberSet) put(h uint64) bool {
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return false
		case 0:
			s.slots[i] = h
			return true
		}
	}
}

func (s *numberSet) grow() {
	old := s.slots
	s.slots = make([]uint64, max(1024, 2*len(old)))
	for _, h := range old {
		if h != 0 {
			s.put(h)
		}
	}
}
