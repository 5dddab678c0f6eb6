package store

import (
	"context"
	"errors"
	"slices"

	"incrocio/pipeline/table"
)

// ahead makes the rows of a stream while those before them are being written: a goroutine reads the stream, checks the rows
// and hands their values over in blocks. Whoever has one must call end.
type ahead struct {
	columns []Column
	blocks  chan []table.Value // of whole rows, in order; closed behind the last
	spare   chan []table.Value // blocks to be filled
	failed  error              // of the stream or of a row; to be read once blocks is closed
	cancel  context.CancelFunc
	block   []table.Value // the one at hand
	rest    []table.Value // of it, what was not taken yet
}

// What a block holds at most, and how many there are: one that is written, one that waits, one that is filled. A row is
// never parted, however long its texts.
const (
	blockRows  = 64
	blockBytes = 256 << 10
	blockCount = 3
)

// errGone is for a stream whose goroutine ends without returning.
var errGone = errors.New("the rows have no end")

// readAhead begins to read a stream, and marks the rows where the table is one of those that have marks. check may refuse a row or
// complete it.
func (k kept[T]) readAhead(ctx context.Context, rows Stream[T], check func(*T) error) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	a := &ahead{
		columns: k.columns(), cancel: cancel,
		blocks: make(chan []table.Value, 1), spare: make(chan []table.Value, blockCount),
	}
	for range blockCount {
		a.spare <- make([]table.Value, 0, blockRows*len(a.columns))
	}
	dated, stated := a.place(k.dated), a.place(k.stated)
	go func() {
		defer close(a.blocks)
		a.failed = errGone
		f := filler{ahead: a, ctx: ctx, block: <-a.spare}
		a.failed = rows(ctx, func(r *T) error {
			if err := check(r); err != nil {
				return err
			}
			row, err := values(k.t, r, f.block[len(f.block):])
			if err != nil {
				return err
			}
			if dated >= 0 {
				row = append(row, table.Value{Num: f.mark(row, dated, stated)})
			}
			return f.add(row)
		})
		if a.failed == nil {
			a.failed = f.hand()
		}
	}()
	return a
}

// filler fills blocks.
type filler struct {
	*ahead
	ctx   context.Context
	block []table.Value
	bytes int // of its texts
	said  []byte
}

// mark digests a row.
func (f *filler) mark(row []table.Value, dated, stated int) (m int64) {
	m, f.said = mark(row, dated, stated, f.said)
	return m
}

// add takes in a row that was written behind the block.
func (f *filler) add(row []table.Value) error {
	f.block = append(f.block, row...)
	for i := range row {
		f.bytes += len(row[i].Str)
	}
	if f.bytes < blockBytes && len(f.block)+len(row) <= cap(f.block) {
		return nil
	}
	return f.hand()
}

// hand hands the block over and takes another one.
func (f *filler) hand() error {
	select {
	case f.blocks <- f.block:
	case <-f.ctx.Done():
		return context.Cause(f.ctx)
	}
	select {
	case f.block = <-f.spare:
	case <-f.ctx.Done():
		return context.Cause(f.ctx)
	}
	f.bytes = 0
	return nil
}

// while hands rows to fn until it declines one, which is the first of the next call. It tells whether all were taken, and
// returns the errors of fn, of the stream and of its rows. The slices are valid until fn returns, their texts for good.
func (a *ahead) while(fn func([]table.Value) (bool, error)) (all bool, err error) {
	for {
		for width := len(a.columns); len(a.rest) > 0; a.rest = a.rest[width:] {
			if took, err := fn(a.rest[:width]); err != nil || !took {
				return false, err
			}
		}
		if a.block != nil {
			clear(a.block) // its texts are not kept
			a.spare <- a.block[:0]
			a.block = nil
		}
		var more bool
		if a.block, more = <-a.blocks; !more {
			return a.failed == nil, a.failed
		}
		a.rest = a.block
	}
}

// place tells where in a row a column is.
func (a *ahead) place(name string) int {
	return slices.IndexFunc(a.columns, func(c Column) bool { return c.Name == name })
}

// load adds the rows that are left to a table, or those of them that are wanted.
func (a *ahead) load(ctx context.Context, tx Tx, into string, wanted func([]table.Value) bool) error {
	return tx.Load(ctx, into, a.columns, func(row func([]table.Value) error) error {
		_, err := a.while(func(v []table.Value) (bool, error) {
			if wanted != nil && !wanted(v) {
				return true, nil
			}
			return true, row(v)
		})
		return err
	})
}

// end ends the stream, and waits until it has ended.
func (a *ahead) end() {
	a.cancel()
	for range a.blocks { // what is on its way is nobody's
	}
}
