package parquet

import (
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow/memory"
	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/pipeline/table"
)

// maxKept is how many distinct texts of a column are kept to be used again in later rows.
const maxKept = 1024

// column reads one column of a row group into rows.
type column[T any] struct {
	spec   *table.Column[T]
	chunk  file.ColumnChunkReader
	levels []int16 // nil where the column is never null

	nums32 []int32
	nums64 []int64
	bools  []bool
	texts  []pq.ByteArray

	strings []string          // copies of texts
	joined  []byte            // memory to make them
	kept    map[string]string // nil where texts do not repeat
	last    string            // the last of those kept
}

func newColumn[T any](spec *table.Column[T], f *file.Reader, i int, pages file.PageReader, rows int64) column[T] {
	checked := &checkedPages{PageReader: pages, physical: physical(spec.Kind), optional: !spec.NotNull, left: rows}
	c := column[T]{
		spec:  spec,
		chunk: file.NewColumnReader(f.MetaData().Schema.Column(i), checked, memory.NewGoAllocator(), f.BufferPool()),
	}
	n := int(min(rows, batchRows))
	if !spec.NotNull {
		c.levels = make([]int16, n)
	}
	switch physical(spec.Kind) {
	case pq.Types.Int32:
		c.nums32 = make([]int32, n)
	case pq.Types.Int64:
		c.nums64 = make([]int64, n)
	case pq.Types.Boolean:
		c.bools = make([]bool, n)
	default:
		c.texts, c.strings = make([]pq.ByteArray, n), make([]string, n)
		if spec.Repeats {
			c.kept = map[string]string{}
		}
	}
	return c
}

var errShort = errors.New("fewer values than rows")

// read sets the column in every row.
func (c *column[T]) read(rows []T) error {
	for len(rows) > 0 {
		n, values, err := c.batch(int64(len(rows)))
		switch {
		case err != nil:
			return err
		case n == 0:
			if err := c.chunk.(interface{ Err() error }).Err(); err != nil {
				return err
			}
			return errShort
		case n > int64(len(rows)) || values > int(n):
			return fmt.Errorf("%d values for %d rows", n, len(rows))
		}
		if err := c.set(rows[:n], values); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (c *column[T]) batch(n int64) (total int64, values int, err error) {
	switch r := c.chunk.(type) {
	case *file.ByteArrayColumnChunkReader:
		return r.ReadBatch(n, c.texts, c.levels, nil)
	case *file.Int32ColumnChunkReader:
		return r.ReadBatch(n, c.nums32, c.levels, nil)
	case *file.Int64ColumnChunkReader:
		return r.ReadBatch(n, c.nums64, c.levels, nil)
	case *file.BooleanColumnChunkReader:
		return r.ReadBatch(n, c.bools, c.levels, nil)
	}
	return 0, 0, fmt.Errorf("no reader for %s", c.chunk.Type())
}

// set spreads values, which stand close, over the rows that have one.
func (c *column[T]) set(rows []T, values int) error {
	if c.texts != nil {
		c.copyTexts(values)
	}
	next := 0
	for i := range rows {
		if c.levels != nil && c.levels[i] == 0 {
			continue // a cleared row has null
		}
		if next == values {
			return errShort
		}
		c.spec.Set(&rows[i], c.value(next))
		next++
	}
	if next != values {
		return errors.New("more values than rows")
	}
	return nil
}

func (c *column[T]) value(i int) table.Value {
	switch {
	case c.nums32 != nil:
		return table.Value{Num: int64(c.nums32[i])}
	case c.nums64 != nil:
		return table.Value{Num: c.nums64[i]}
	case c.bools != nil:
		if c.bools[i] {
			return table.Value{Num: 1}
		}
		return table.Value{}
	}
	return table.Value{Str: c.strings[i]}
}

// copyTexts copies the first n texts out of their page.
func (c *column[T]) copyTexts(n int) {
	if c.kept == nil {
		for from := 0; from < n; {
			from = c.copySome(from, n)
		}
		return
	}
	for i, b := range c.texts[:n] {
		c.strings[i] = c.text(b)
	}
}

// maxJoined is how many bytes of texts, the last one apart, are copied as one: who keeps one of them keeps them all.
const maxJoined = 1 << 10

// copySome copies texts together and gives how far it came.
func (c *column[T]) copySome(from, n int) (to int) {
	c.joined = c.joined[:0]
	for to = from; to < n && len(c.joined) < maxJoined; to++ {
		c.joined = append(c.joined, c.texts[to]...)
	}
	all := string(c.joined)
	for i := from; i < to; i++ {
		k := len(c.texts[i])
		c.strings[i], all = all[:k], all[k:]
	}
	return to
}

// text copies a text of which there may be a copy.
func (c *column[T]) text(b []byte) string {
	if string(b) == c.last {
		return c.last
	}
	s, ok := c.kept[string(b)]
	if !ok {
		s = string(b)
		if len(c.kept) < maxKept {
			c.kept[s] = s
		}
	}
	c.last = s
	return s
}
