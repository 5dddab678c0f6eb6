package parquet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/apache/arrow/go/v17/arrow/memory"
	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"

	"incrocio/pipeline/table"
)

// ErrFile is wrapped by errors on a file that is no Parquet file, is damaged, or uses more of the format than this
// package writes.
var ErrFile = errors.New("not a readable Parquet file")

// The least and the most of a column chunk that is read at a time. The library looks for a page header in the least.
const (
	minBuffer = 16 << 10
	maxBuffer = 64 << 10
)

// batchRows is how many rows are handed over at a time.
const batchRows = 4096

// Reader reads the rows of one table from a file. Row groups may be read by several goroutines at once.
type Reader[T any] struct {
	table *table.Table[T]
	file  *file.Reader
	src   io.ReaderAt
	size  int64
	owned io.Closer // nil where the caller owns the source
	only  []string  // columns that are read; nil: all
}

// OpenReader opens a file as table t. Errors wrap [ErrFile], [ErrSchema] or those of the file system.
func OpenReader[T any](path string, t *table.Table[T]) (*Reader[T], error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", t.Name, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", t.Name, err), f.Close())
	}
	r, err := NewReader(f, info.Size(), t)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r.owned = f
	return r, nil
}

// NewReader reads table t from the first size bytes of src.
func NewReader[T any](src io.ReaderAt, size int64, t *table.Table[T]) (r *Reader[T], err error) {
	defer damaged("open "+t.Name, &err)
	if err := checkFooter(src, size); err != nil {
		return nil, fmt.Errorf("open %s: %w: %w", t.Name, ErrFile, err)
	}
	f, err := file.NewParquetReader(io.NewSectionReader(src, 0, size), file.WithReadProps(readProperties(0)))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w: %w", t.Name, ErrFile, err)
	}
	if err := checkSchema(f.MetaData().Schema, t); err != nil {
		return nil, fmt.Errorf("open %s: %w", t.Name, err)
	}
	r = &Reader[T]{table: t, file: f, src: src, size: size}
	if err := r.checkCounts(); err != nil {
		return nil, fmt.Errorf("open %s: %w: %w", t.Name, ErrFile, err)
	}
	return r, nil
}

// readProperties reads a chunk of size bytes as a stream. The allocator must not pool memory: the library releases a
// page while values still lie in it.
func readProperties(size int64) *pq.ReaderProperties {
	p := pq.NewReaderProperties(memory.NewGoAllocator())
	p.BufferedStreamEnabled, p.BufferSize = true, min(max(size, minBuffer), maxBuffer)
	return p
}

// checkCounts tells whether the row groups add up to the rows of the footer.
func (r *Reader[T]) checkCounts() error {
	left := r.file.NumRows()
	for i := range r.file.NumRowGroups() {
		n := r.file.RowGroup(i).NumRows()
		if n < 0 || n > left {
			return fmt.Errorf("row group %d has %d rows, %d are left of the file's", i, n, left)
		}
		left -= n
	}
	if left != 0 {
		return fmt.Errorf("%d rows of %d are in no row group", left, r.file.NumRows())
	}
	return nil
}

// NumRowGroups gives the number of row groups; 0 for a table without rows.
func (r *Reader[T]) NumRowGroups() int { return r.file.NumRowGroups() }

// Close closes the file that [OpenReader] opened.
func (r *Reader[T]) Close() error {
	if r.owned == nil {
		return nil
	}
	return r.owned.Close()
}

// Read gives all rows of a file to fn, in order and in batches. The rows are fn's until it returns; their texts
// remain valid. An error of fn ends the reading and is returned as it is. All rows of the footer come, or an error.
func Read[T any](path string, t *table.Table[T], fn func(rows []T) error) (err error) {
	return read(path, t, nil, fn)
}

func read[T any](path string, t *table.Table[T], columns []string, fn func(rows []T) error) (err error) {
	r, err := OpenReader(path, t)
	if err != nil {
		return err
	}
	r.only = columns
	defer func() { err = errors.Join(err, r.Close()) }()
	for i := range r.NumRowGroups() {
		if err := r.ReadRowGroup(i, fn); err != nil {
			return err
		}
	}
	return nil
}

// Each gives the rows of a file to fn one by one, as [Read] does, until ctx is done.
func Each[T any](ctx context.Context, path string, t *table.Table[T], fn func(*T) error) error {
	return EachOf(ctx, path, t, nil, fn)
}

// EachOf is [Each] of which only some columns are needed: the others are not read, and are as if nothing was there. Nil: all are.
func EachOf[T any](ctx context.Context, path string, t *table.Table[T], columns []string, fn func(*T) error) error {
	return read(path, t, columns, func(rows []T) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for i := range rows {
			if err := fn(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadRowGroup gives the rows of one row group, counted from 0, to fn as [Read] does.
func (r *Reader[T]) ReadRowGroup(i int, fn func(rows []T) error) error {
	if i < 0 || i >= r.NumRowGroups() {
		return fmt.Errorf("read %s: no row group %d of %d", r.table.Name, i, r.NumRowGroups())
	}
	g, err := r.openGroup(i)
	if err != nil {
		return fmt.Errorf("read %s, row group %d: %w", r.table.Name, i, err)
	}
	rows := make([]T, min(g.left, batchRows))
	for g.left > 0 {
		rows = rows[:min(g.left, batchRows)]
		if err := g.next(rows); err != nil {
			return fmt.Errorf("read %s, row group %d: %w", r.table.Name, i, err)
		}
		if err := fn(rows); err != nil {
			return err
		}
	}
	return nil
}

// group is a row group that is being read.
type group[T any] struct {
	columns []column[T]
	left    int64 // rows not read yet
}

func (r *Reader[T]) openGroup(i int) (g *group[T], err error) {
	defer damaged("open", &err)
	rg := r.file.RowGroup(i)
	meta := rg.MetaData()
	if meta.NumColumns() != len(r.table.Columns) {
		return nil, fmt.Errorf("%w: %d columns, want %d", ErrFile, meta.NumColumns(), len(r.table.Columns))
	}
	g = &group[T]{left: rg.NumRows()}
	for c := range r.table.Columns {
		if r.only != nil && !slices.Contains(r.only, r.table.Columns[c].Name) {
			continue
		}
		chunk, err := meta.ColumnChunk(c)
		if err != nil {
			return nil, fmt.Errorf("%w: column %s: %w", ErrFile, r.table.Columns[c].Name, err)
		}
		pages, err := r.openChunk(chunk, g.left, physical(r.table.Columns[c].Kind))
		if err != nil {
			return nil, fmt.Errorf("%w: column %s: %w", ErrFile, r.table.Columns[c].Name, err)
		}
		g.columns = append(g.columns, newColumn(&r.table.Columns[c], r.file, c, pages, g.left))
	}
	return g, nil
}

// openChunk begins to read the pages of a column chunk if what the footer says of it can be true.
func (r *Reader[T]) openChunk(c *metadata.ColumnChunkMetaData, rows int64, want pq.Type) (file.PageReader, error) {
	start, size := c.DataPageOffset(), c.TotalCompressedSize()
	if c.HasDictionaryPage() {
		start = min(start, c.DictionaryPageOffset())
	}
	switch {
	case c.Type() != want:
		return nil, fmt.Errorf("stored as %s, want %s", c.Type(), want)
	case c.Compression() != compress.Codecs.Snappy || c.CryptoMetadata() != nil:
		return nil, errors.New("not compressed with Snappy, or encrypted")
	case c.NumValues() != rows:
		return nil, fmt.Errorf("%d values in %d rows", c.NumValues(), rows)
	case start < 0 || size < 0 || start > r.size || size > r.size-start:
		return nil, errors.New("lies outside the file")
	}
	props := readProperties(size)
	stream, err := props.GetStream(r.src, start, size)
	if err != nil {
		return nil, err
	}
	return file.NewPageReader(&chunkStream{stream, int(size)}, rows, c.Compression(), props.Allocator(), nil)
}

// next reads as many rows as there is place for.
func (g *group[T]) next(rows []T) (err error) {
	defer damaged("decode", &err)
	clear(rows)
	for i := range g.columns {
		c := &g.columns[i]
		if err := c.read(rows); err != nil {
			return fmt.Errorf("%w: column %s: %w", ErrFile, c.spec.Name, err)
		}
	}
	g.left -= int64(len(rows))
	return nil
}

// damaged is [asError] for what a damaged file does to the library.
func damaged(step string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: %w: parquet library: %v", step, ErrFile, p)
	}
}
