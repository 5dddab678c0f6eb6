package match

import (
	"bufio"
	"container/heap"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"incrocio/pipeline/table"
)

// maxRow bounds the size of one encoded row that is read back; a row over it was damaged on disk.
const maxRow = 64 << 20

// fanIn is how many runs are merged at once. Each takes an open file and a buffer.
const fanIn = 256

// writeSize is about how many bytes of a merged run are written at once.
const writeSize = 256 << 10

// Runs collects sorted runs of rows of one table and gives them back as one sequence in the order of the table.
// Add is safe for concurrent use; Merge comes after the last Add.
type Runs[T any] struct {
	table *table.Table[T]
	spool *Spool

	mu   sync.Mutex
	runs int   // numbers given so far
	live []int // numbers of the runs that hold the rows
	rows int64
}

// NewRuns gives an empty collection over a spool of its own.
func NewRuns[T any](t *table.Table[T], spool *Spool) *Runs[T] {
	return &Runs[T]{table: t, spool: spool}
}

// Rows tells how many rows were added.
func (r *Runs[T]) Rows() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rows
}

// Add sorts rows in place and keeps a copy of them as one run.
func (r *Runs[T]) Add(rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b T) int { return r.table.Compare(&a, &b) })
	var block, row []byte
	for i := range rows {
		block, row = r.encode(block, row, &rows[i])
	}
	r.mu.Lock()
	n := r.start()
	r.rows += int64(len(rows))
	r.mu.Unlock()
	return r.spool.Append(n, block)
}

// start gives the number of a new run.
func (r *Runs[T]) start() int {
	n := r.runs
	r.runs++
	r.live = append(r.live, n)
	return n
}

// encode appends a row with its length in front. It gives back scratch grown.
func (r *Runs[T]) encode(block, scratch []byte, v *T) (grown, row []byte) {
	row = r.table.Append(scratch[:0], v)
	block = binary.AppendUvarint(block, uint64(len(row)))
	return append(block, row...), row
}

// Merge hands over every row in order. The row is valid during the call only. Where there are many runs it first makes
// fewer and longer ones of them, so that open files and memory are bounded.
func (r *Runs[T]) Merge(ctx context.Context, fn func(*T) error) error {
	for len(r.live) > fanIn {
		if err := r.shorten(ctx); err != nil {
			return err
		}
	}
	return r.merge(ctx, r.live, fn)
}

// shorten makes one run of the first ones, which are the shortest, as many as it takes to come down to fanIn, and frees
// them.
func (r *Runs[T]) shorten(ctx context.Context) error {
	n := min(fanIn, len(r.live)-fanIn+1)
	old := slices.Clone(r.live[:n])
	r.live = slices.Delete(r.live, 0, n)
	to := r.start()
	var block, row []byte
	err := r.merge(ctx, old, func(v *T) error {
		if block, row = r.encode(block, row, v); len(block) < writeSize {
			return nil
		}
		err := r.spool.Append(to, block)
		block = block[:0]
		return err
	})
	if err == nil {
		err = r.spool.Append(to, block)
	}
	for _, run := range old {
		err = errors.Join(err, r.spool.Drop(run))
	}
	return err
}

// merge hands over every row of some runs in order.
func (r *Runs[T]) merge(ctx context.Context, runs []int, fn func(*T) error) (err error) {
	h := &merging[T]{compare: r.table.Compare}
	defer func() {
		for _, c := range h.all {
			err = errors.Join(err, c.in.Close())
		}
	}()
	for _, n := range runs {
		if err := r.open(h, n); err != nil {
			return fmt.Errorf("merge %s: %w", r.table.Name, err)
		}
	}
	heap.Init(h)
	for k := 0; len(h.live) > 0; k++ {
		if k%4096 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		c := h.live[0]
		if err := fn(&c.row); err != nil {
			return err
		}
		more, err := c.next(r.table)
		switch {
		case err != nil:
			return fmt.Errorf("merge %s: %w", r.table.Name, err)
		case more:
			heap.Fix(h, 0)
		default:
			heap.Pop(h)
		}
	}
	return nil
}

// open puts the first row of a run on the heap, which is not in order yet.
func (r *Runs[T]) open(h *merging[T], n int) error {
	c, err := r.cursor(n)
	if err != nil {
		return err
	}
	h.all = append(h.all, c)
	more, err := c.next(r.table)
	if more {
		h.live = append(h.live, c)
	}
	return err
}

func (r *Runs[T]) cursor(n int) (*cursor[T], error) {
	in, err := r.spool.Open(n)
	if err != nil {
		return nil, err
	}
	return &cursor[T]{in: in, buf: bufio.NewReader(in)}, nil
}

// cursor is a place in one run.
type cursor[T any] struct {
	in      io.ReadCloser
	buf     *bufio.Reader
	scratch []byte
	row     T
}

func (c *cursor[T]) next(t *table.Table[T]) (bool, error) {
	n, err := binary.ReadUvarint(c.buf)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err == nil && n > maxRow {
		err = table.ErrBlock
	}
	if err != nil {
		return false, err
	}
	c.scratch = slices.Grow(c.scratch[:0], int(n))[:n]
	if _, err := io.ReadFull(c.buf, c.scratch); err != nil {
		return false, err
	}
	var row T
	rest, err := t.Next(c.scratch, &row)
	if err == nil && len(rest) > 0 {
		err = table.ErrBlock
	}
	c.row = row
	return err == nil, err
}

// merging is the heap of cursors by their current rows. Rows that compare equal are equal, so their order is free.
type merging[T any] struct {
	compare func(a, b *T) int
	all     []*cursor[T]
	live    []*cursor[T]
}

func (h *merging[T]) Len() int           { return len(h.live) }
func (h *merging[T]) Less(i, j int) bool { return h.compare(&h.live[i].row, &h.live[j].row) < 0 }
func (h *merging[T]) Swap(i, j int)      { h.live[i], h.live[j] = h.live[j], h.live[i] }
func (h *merging[T]) Push(x any)         { h.live = append(h.live, x.(*cursor[T])) }
func (h *merging[T]) Pop() any {
	last := h.live[len(h.live)-1]
	h.live = h.live[:len(h.live)-1]
	return last
}
