package match

import (
	"bufio"
	"cmp"
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

// writeSize is about how many bytes of a run are written at once.
const writeSize = 256 << 10

// Where there are more rows than aheadFrom, they are merged in batches of aheadRows while those before are worked on.
const (
	aheadFrom    = 1000
	aheadRows    = 128
	aheadBatches = 4
)

// rowHeader is what stands before each row of a run: its key in eight bytes, its length in four, little-endian.
const rowHeader = 12

// Runs collects sorted runs of rows of one table and gives them back as one sequence in the order of the table.
// Add is safe for concurrent use; Merge is not, and gives what was added before it.
type Runs[T any] struct {
	table *table.Table[T]
	spool *Spool
	key   func(*T) uint64 // nil: every row has the key 0

	blocks sync.Pool // of *[]byte that runs are encoded in

	mu   sync.Mutex
	runs int   // numbers given so far
	live []int // numbers of the runs that hold the rows
	rows int64
}

// NewRuns gives an empty collection over a spool of its own.
func NewRuns[T any](t *table.Table[T], spool *Spool) *Runs[T] {
	return &Runs[T]{table: t, spool: spool, blocks: sync.Pool{New: func() any { return new([]byte) }}}
}

// By makes the runs compare rows by a number first, which is much quicker than the table's order, and by that order only
// where the numbers are equal. The number must agree with the order: a row with a smaller one comes before. It changes
// nothing else, and has to be given before the first Add.
func (r *Runs[T]) By(key func(*T) uint64) *Runs[T] {
	r.key = key
	return r
}

// Rows tells how many rows were added.
func (r *Runs[T]) Rows() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rows
}

// keyed is a row and its key, small enough to be moved about by a sort.
type keyed[T any] struct {
	key uint64
	row *T
}

// Add keeps a copy of the rows as one run. They are handed to the spool a block at a time, so that no memory grows with them.
func (r *Runs[T]) Add(rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	r.mu.Lock()
	n := r.start()
	r.rows += int64(len(rows))
	r.mu.Unlock()
	block := r.blocks.Get().(*[]byte)
	defer r.blocks.Put(block)
	*block = (*block)[:0]
	for _, k := range r.sorted(rows) {
		*block = r.encode(*block, k)
		if len(*block) < writeSize {
			continue
		}
		if err := r.spool.Append(n, *block); err != nil {
			return err
		}
		*block = (*block)[:0]
	}
	return r.spool.Append(n, *block)
}

// sorted gives the rows in order and leaves them where they are.
func (r *Runs[T]) sorted(rows []T) []keyed[T] {
	order := make([]keyed[T], len(rows))
	for i := range rows {
		order[i].row = &rows[i]
		if r.key != nil {
			order[i].key = r.key(&rows[i])
		}
	}
	slices.SortFunc(order, func(a, b keyed[T]) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return r.table.Compare(a.row, b.row)
	})
	return order
}

// start gives the number of a new run.
func (r *Runs[T]) start() int {
	n := r.runs
	r.runs++
	r.live = append(r.live, n)
	return n
}

// encode appends a row with its header.
func (r *Runs[T]) encode(block []byte, k keyed[T]) []byte {
	block = binary.LittleEndian.AppendUint64(block, k.key)
	block = append(block, 0, 0, 0, 0)
	from := len(block)
	block = r.table.Append(block, k.row)
	binary.LittleEndian.PutUint32(block[from-4:], uint32(len(block)-from))
	return block
}

// Merge hands over every row in order. The row is valid during the call only. Where there are many runs it first makes
// fewer and longer ones of them, so that open files and memory are bounded.
func (r *Runs[T]) Merge(ctx context.Context, fn func(*T) error) error {
	for len(r.live) > fanIn {
		if err := r.shorten(ctx); err != nil {
			return err
		}
	}
	if r.rows > aheadFrom {
		return r.mergeAhead(ctx, fn)
	}
	return r.mergeRows(ctx, fn)
}

// mergeRows is Merge for few runs.
func (r *Runs[T]) mergeRows(ctx context.Context, fn func(*T) error) error {
	return r.merge(ctx, r.live, func(c *cursor[T]) error {
		row, err := c.decoded()
		if err != nil {
			return fmt.Errorf("merge %s: %w", r.table.Name, err)
		}
		return fn(row)
	})
}

// mergeAhead is mergeRows with the merge on a goroutine of its own, a few batches ahead of fn, which is called from this one.
func (r *Runs[T]) mergeAhead(ctx context.Context, fn func(*T) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	free, full := make(chan []T, aheadBatches), make(chan []T, aheadBatches)
	for range aheadBatches {
		free <- make([]T, 0, aheadRows)
	}
	var failure error // set before full is closed
	go func() {
		defer close(full)
		failure = r.batches(ctx, free, full)
	}()
	var err error
	for batch := range full {
		for i := 0; i < len(batch) && err == nil; i++ {
			if err = fn(&batch[i]); err != nil {
				stop(err) // the goroutine is waited for all the same
			}
		}
		clear(batch) // what the rows point to is not needed any more
		free <- batch[:0]
	}
	return cmp.Or(err, failure)
}

// batches merges rows into the batches that come free and hands the full ones on.
func (r *Runs[T]) batches(ctx context.Context, free <-chan []T, full chan<- []T) error {
	batch := <-free
	err := r.mergeRows(ctx, func(row *T) error {
		if batch = append(batch, *row); len(batch) < aheadRows {
			return nil
		}
		full <- batch
		select {
		case batch = <-free:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	if err == nil {
		full <- batch
	}
	return err
}

// shorten makes one run of the first ones, which are the shortest, as many as it takes to come down to fanIn, and frees
// them.
func (r *Runs[T]) shorten(ctx context.Context) error {
	n := min(fanIn, len(r.live)-fanIn+1)
	old := slices.Clone(r.live[:n])
	r.live = slices.Delete(r.live, 0, n)
	to := r.start()
	var block []byte
	err := r.merge(ctx, old, func(c *cursor[T]) error {
		if block = c.appendTo(block); len(block) < writeSize {
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

// merge stops at every row of some runs in order.
func (r *Runs[T]) merge(ctx context.Context, runs []int, fn func(*cursor[T]) error) (err error) {
	h := &merging[T]{compare: r.table.Compare}
	defer func() {
		for _, c := range h.all {
			err = errors.Join(err, c.in.Close())
		}
		if h.err != nil {
			err = errors.Join(fmt.Errorf("merge %s: %w", r.table.Name, h.err), err)
		}
	}()
	for _, n := range runs {
		if h.err = r.open(h, n); h.err != nil {
			return nil
		}
	}
	h.order()
	for k := 0; len(h.live) > 0 && h.err == nil; k++ {
		if k%4096 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := fn(h.live[0]); err != nil {
			return err
		}
		h.advance()
	}
	return nil
}

// open puts a run with its first row into the merge, which is not in order yet.
func (r *Runs[T]) open(h *merging[T], n int) error {
	in, err := r.spool.Open(n)
	if err != nil {
		return err
	}
	c := &cursor[T]{table: r.table, in: in}
	h.all = append(h.all, c)
	more, err := c.next()
	if more {
		h.live = append(h.live, c)
	}
	return err
}

// cursor is a place in one run.
type cursor[T any] struct {
	table *table.Table[T]
	in    *Reading

	key   uint64
	block []byte // the encoded row; in the buffer of in where it fits, and valid until the next
	used  int    // bytes of that buffer that block is
	long  []byte // holds a row that does not fit
	row   T      // the row, once it was asked for
	known bool   // it was
}

// next goes to the next row, and tells whether there is one.
func (c *cursor[T]) next() (bool, error) {
	if _, err := c.in.Discard(c.used); err != nil {
		return false, err
	}
	c.used = 0
	h, err := c.in.Peek(rowHeader)
	switch {
	case len(h) == 0 && errors.Is(err, io.EOF):
		return false, nil
	case err != nil:
		return false, unexpected(err)
	}
	c.key, c.known = binary.LittleEndian.Uint64(h), false
	n := binary.LittleEndian.Uint32(h[8:])
	if n > maxRow {
		return false, table.ErrBlock
	}
	if _, err := c.in.Discard(rowHeader); err != nil {
		return false, err
	}
	if c.block, err = c.in.Peek(int(n)); !errors.Is(err, bufio.ErrBufferFull) {
		c.used = int(n)
		return err == nil, unexpected(err)
	}
	c.long = slices.Grow(c.long[:0], int(n))[:n]
	c.block = c.long
	_, err = io.ReadFull(c.in, c.block)
	return err == nil, unexpected(err)
}

// unexpected is the error of a run that ends within a row.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// decoded gives the row.
func (c *cursor[T]) decoded() (*T, error) {
	if c.known {
		return &c.row, nil
	}
	var none T
	c.row = none
	rest, err := c.table.Next(c.block, &c.row)
	if err == nil && len(rest) > 0 {
		err = table.ErrBlock
	}
	c.known = err == nil
	return &c.row, err
}

// appendTo appends the row as it is encoded, with its header.
func (c *cursor[T]) appendTo(block []byte) []byte {
	block = binary.LittleEndian.AppendUint64(block, c.key)
	block = binary.LittleEndian.AppendUint32(block, uint32(len(c.block)))
	return append(block, c.block...)
}

// merging is the heap of cursors by their current rows. Rows that compare equal are equal, so their order is free.
type merging[T any] struct {
	compare func(a, b *T) int
	all     []*cursor[T]
	live    []*cursor[T]
	err     error // of a row that cannot be read
}

// order makes a heap of the cursors.
func (h *merging[T]) order() {
	for i := len(h.live)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
}

// advance leaves the first row for the next of its run.
func (h *merging[T]) advance() {
	more, err := h.live[0].next()
	if err != nil {
		h.err = err
		return
	}
	if !more {
		last := len(h.live) - 1
		h.live[0] = h.live[last]
		h.live = h.live[:last]
	}
	h.down(0)
}

// down moves the cursor at i to where it belongs.
func (h *merging[T]) down(i int) {
	for {
		least := 2*i + 1
		if least >= len(h.live) {
			return
		}
		if other := least + 1; other < len(h.live) && h.less(h.live[other], h.live[least]) {
			least = other
		}
		if !h.less(h.live[least], h.live[i]) {
			return
		}
		h.live[i], h.live[least] = h.live[least], h.live[i]
		i = least
	}
}

// less compares rows, which are decoded where their keys do not tell.
func (h *merging[T]) less(a, b *cursor[T]) bool {
	if a.key != b.key {
		return a.key < b.key
	}
	x, errX := a.decoded()
	y, errY := b.decoded()
	if errX != nil || errY != nil {
		h.err = cmp.Or(h.err, errX, errY)
		return false
	}
	return h.compare(x, y) < 0
}
