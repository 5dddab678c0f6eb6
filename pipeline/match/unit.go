package match

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// Kind says what the rows of a unit are.
type Kind uint8

// The kinds of unit.
const (
	KindClaim Kind = iota + 1
	KindAction
	KindException
	KindCommunication
	KindSubmission
	KindNotice
	KindQuestion
	KindVoucher
	// KindDoubtful are communications of workers named by a temporary or wrong code: who they may be about depends on the
	// claims, so that [Claimants] maps them and not [MapUnit].
	KindDoubtful
	// KindElsewhere is what [Moved] finds; there is no unit of it.
	KindElsewhere
)

// String names the kind for messages.
func (k Kind) String() string {
	switch k {
	case KindClaim:
		return "claims"
	case KindAction:
		return "issued actions"
	case KindException:
		return "open exceptions"
	case KindCommunication:
		return "communications"
	case KindSubmission:
		return "submissions"
	case KindNotice:
		return "notices"
	case KindQuestion:
		return "questions"
	case KindVoucher:
		return "vouchers"
	case KindDoubtful:
		return "doubtful communications"
	case KindElsewhere:
		return "claims under another code"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Unit is a piece of input that can be mapped apart from all others, on any machine that sees the same files: a row
// group of an archive file or of a table of the last night, or the whole snapshot of claims.
type Unit struct {
	Kind  Kind
	File  string // as the [Source] knows it
	Group int    // row group, from 0
	// Anchor: whoever has a row here is looked at tonight. Other units only add to persons who are.
	Anchor bool
	// Nights, of facts: rows that other nights acquired are passed over. Zero: none are.
	Nights pipeline.Period
}

// String names the unit for messages. Claims are in no file of their own.
func (u Unit) String() string {
	if u.File == "" {
		return u.Kind.String()
	}
	return u.Kind.String() + " " + u.File
}

// Source reads the rows of units. A row is valid during the call of fn only; its texts remain valid.
type Source struct {
	// Aside takes claims that are only counted where nothing else is known of their persons. Nil: there are none.
	Aside *Aside

	// Claims fills one batch after another with claims that are copies, and hands each over, the last one too, which may be empty.
	Claims  func(context.Context, Unit, Batches) error
	Actions func(context.Context, Unit, func(*pipeline.Action) error) error
	// Exceptions gives those of persons whom of wants; nil: of all.
	Exceptions func(ctx context.Context, u Unit, of func(pipeline.CodiceFiscale) bool, fn func(*pipeline.Exception) error) error
	// Communications may leave out rows of persons that the filter does not keep.
	Communications func(context.Context, Unit, *Filter, func(*pipeline.Communication) error) error
	Submissions    func(context.Context, Unit, func(*tables.ArchivedSubmission) error) error
	Notices        func(context.Context, Unit, func(*tables.ArchivedNotice) error) error
	Questions      func(context.Context, Unit, func(*tables.ArchivedQuestion) error) error
	Vouchers       func(context.Context, Unit, func(*tables.ArchivedVoucher) error) error
	Doubtful       func(context.Context, Unit, func(*pipeline.Communication) error) error

	// Named gives the communications that are wanted by their names.
	Named func(context.Context, Unit, ByName, func(*pipeline.Communication) error) error
}

// Batches takes a batch of claims and gives an empty one to fill up to its capacity, the first one for nil.
type Batches func(full []pipeline.Claim) (empty []pipeline.Claim, err error)

// ByName tells whether a communication is wanted, by the keys of its worker ([pipeline.CodiceFiscale.Key]), of its code and of the code
// that it corrects or cancels ([pipeline.Communication.Name], [pipeline.Communication.Cites]). It must be safe for concurrent use.
type ByName func(worker uint64, name, cites uint32) bool

// Named makes a reader of communications by name of one that reads all.
func Named(
	read func(context.Context, Unit, func(*pipeline.Communication) error) error,
) func(context.Context, Unit, ByName, func(*pipeline.Communication) error) error {
	return func(ctx context.Context, u Unit, wants ByName, fn func(*pipeline.Communication) error) error {
		return read(ctx, u, func(c *pipeline.Communication) error {
			if !wants(c.Worker.Key(), c.Name(), c.Cites()) {
				return nil
			}
			return fn(c)
		})
	}
}

// Mapped tells what came of a unit.
type Mapped struct {
	Rows    int64    // read
	Kept    int64    // passed on
	Persons []uint64 // hashes of the persons of an anchor, one a row
}

// blockSize is how much is gathered for a partition before it is handed over.
const blockSize = 16 << 10

// MapUnit reads one unit and hands over its rows as blocks, each for one of n partitions. Rows of persons that keep
// does not hold are left out, unless the unit is an anchor. Blocks may be joined and come in any order.
func MapUnit(
	ctx context.Context, src *Source, u Unit, n int, codes *Aliases, keep *Filter, emit func(partition int, block []byte) error,
) (Mapped, error) {
	m := &mapping{unit: u, codes: codes, keep: keep, out: NewBlocks(n, emit)}
	if u.Anchor {
		m.keep = nil
	}
	var err error
	switch u.Kind {
	case KindClaim:
		err = m.claims(ctx, src)
	case KindAction:
		err = src.Actions(ctx, u, func(a *pipeline.Action) error { return put(ctx, m, tables.ActionsInForce, a.TaxCode, a) })
	case KindException:
		err = src.Exceptions(ctx, u, nil, func(e *pipeline.Exception) error { return put(ctx, m, tables.Exceptions, e.TaxCode, e) })
	case KindCommunication:
		err = src.Communications(ctx, u, m.keep, func(c *pipeline.Communication) error { return put(ctx, m, tables.Communications, c.Worker, c) })
	case KindSubmission:
		err = src.Submissions(ctx, u, func(s *tables.ArchivedSubmission) error { return put(ctx, m, tables.ArchivedSubmissions, s.Person, s) })
	case KindNotice:
		err = src.Notices(ctx, u, func(s *tables.ArchivedNotice) error { return put(ctx, m, tables.ArchivedNotices, s.Person, s) })
	case KindQuestion:
		err = src.Questions(ctx, u, func(q *tables.ArchivedQuestion) error { return put(ctx, m, tables.ArchivedQuestions, q.Person, q) })
	case KindVoucher:
		err = src.Vouchers(ctx, u, func(v *tables.ArchivedVoucher) error { return put(ctx, m, tables.ArchivedVouchers, v.Person, v) })
	default:
		panic("match: unit of an unknown kind") // units are made by this program
	}
	if err == nil {
		err = m.out.Flush()
	}
	if err == nil && u.Kind == KindClaim && src.Aside != nil {
		err = src.Aside.blocks.Flush()
	}
	if err != nil {
		return Mapped{}, fmt.Errorf("map %s: %w", u, err)
	}
	return m.done, nil
}

// mapping is one call of MapUnit.
type mapping struct {
	unit  Unit
	codes *Aliases
	keep  *Filter
	out   *Blocks
	done  Mapped
}

// claimBatch is how many claims go from the reader to the mapping at once, and claimBatches how many such are on their way.
const (
	claimBatch   = 512
	claimBatches = 8
)

// claims maps claims while the next ones are read: a snapshot is one unit, and the largest.
func (m *mapping) claims(ctx context.Context, src *Source) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	read, free := make(chan []pipeline.Claim, claimBatches), make(chan []pipeline.Claim, claimBatches)
	for range claimBatches {
		free <- make([]pipeline.Claim, 0, claimBatch)
	}
	var mapping sync.WaitGroup
	mapping.Go(func() {
		for batch := range read {
			for i := range batch {
				if ctx.Err() != nil {
					break
				}
				if err := m.claim(ctx, src, &batch[i]); err != nil {
					stop(err)
				}
			}
			free <- batch[:0]
		}
	})
	err := src.Claims(ctx, m.unit, func(full []pipeline.Claim) ([]pipeline.Claim, error) {
		if full != nil {
			read <- full
		}
		return <-free, context.Cause(ctx)
	})
	close(read)
	mapping.Wait()
	return cmp.Or(context.Cause(ctx), err)
}

func (m *mapping) claim(ctx context.Context, src *Source, c *pipeline.Claim) error {
	if src.Aside == nil {
		return put(ctx, m, tables.Claims, c.TaxCode, c)
	}
	number := src.Aside.number(c)
	if number == 0 {
		return put(ctx, m, tables.Claims, c.TaxCode, c)
	}
	key, kept, err := m.place(ctx, c.TaxCode)
	if !kept || err != nil {
		return err
	}
	return src.Aside.put(key, number, c)
}

// put adds one row to the block of its partition.
func put[T any](ctx context.Context, m *mapping, t *table.Table[T], code pipeline.CodiceFiscale, row *T) error {
	key, kept, err := m.place(ctx, code)
	if !kept || err != nil {
		return err
	}
	m.out.row = t.Append(m.out.row[:0], row)
	return m.out.put(m.unit.Kind, key)
}

// place gives the place of the person a row is about, and tells whether the row is passed on.
func (m *mapping) place(ctx context.Context, code pipeline.CodiceFiscale) (key uint64, kept bool, err error) {
	if m.done.Rows++; m.done.Rows%4096 == 0 && ctx.Err() != nil {
		return 0, false, context.Cause(ctx)
	}
	key = m.codes.Place(code)
	if !m.keep.Has(key) {
		return 0, false, nil
	}
	if m.unit.Anchor {
		m.done.Persons = append(m.done.Persons, key)
	}
	m.done.Kept++
	return key, true, nil
}

// head begins a record: what its row is, and the place of the person.
type head struct {
	kind Kind
	key  uint64
}

const headSize = 9

func (h head) append(b []byte) []byte {
	return binary.LittleEndian.AppendUint64(append(b, byte(h.kind)), h.key)
}

func headOf(b []byte) head {
	return head{Kind(b[0]), binary.LittleEndian.Uint64(b[1:])}
}

// Blocks gathers records for partitions. A record is its head, the length of the row, the row. It is not safe for
// concurrent use.
type Blocks struct {
	blocks [][]byte
	row    []byte
	emit   func(int, []byte) error
}

// NewBlocks gives empty blocks for n partitions, which are handed to emit when they are large enough.
func NewBlocks(n int, emit func(partition int, block []byte) error) *Blocks {
	return &Blocks{blocks: make([][]byte, n), emit: emit}
}

// put adds the row at hand.
func (o *Blocks) put(kind Kind, key uint64) error {
	p := Partition(key, len(o.blocks))
	b := head{kind, key}.append(o.blocks[p])
	b = binary.AppendUvarint(b, uint64(len(o.row)))
	return o.grown(p, append(b, o.row...))
}

// grown takes the block of a partition back, longer than it was, and hands it over if it is large enough.
func (o *Blocks) grown(p int, b []byte) error {
	if o.blocks[p] = b; len(b) < blockSize {
		return nil
	}
	o.blocks[p] = b[:0]
	return o.emit(p, b)
}

// Flush hands over what is left.
func (o *Blocks) Flush() error {
	for p, b := range o.blocks {
		if len(b) == 0 {
			continue
		}
		if err := o.emit(p, b); err != nil {
			return err
		}
		o.blocks[p] = b[:0]
	}
	return nil
}
