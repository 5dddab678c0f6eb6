package parquet

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	xreader "github.com/xitongsys/parquet-go/reader"
	"github.com/xitongsys/parquet-go/source"

	xformat "github.com/xitongsys/parquet-go/parquet"

	"incrocio/pipeline/table"
)

// ReadBack reads a file again, every column, with a second implementation of the format
// (github.com/xitongsys/parquet-go), and compares it with what was written. Errors wrap [ErrDiffers] and name the
// column, or tell why the file could not be read. It is meant for a file that was just written or whose SHA-256 was
// found right: on a damaged file the second implementation may run out of memory or for ever.
func ReadBack(path string, want Summary) (err error) {
	defer asError("read back "+want.Table, &err)
	f, err := openSecond(path)
	if err != nil {
		return fmt.Errorf("read back %s: %w", want.Table, err)
	}
	defer func() { err = errors.Join(err, f.close()) }()
	if got := f.reader.GetNumRows(); got != want.Rows {
		return fmt.Errorf("read back %s: %w: %d rows, %d were written", want.Table, ErrDiffers, got, want.Rows)
	}
	if err := f.compareSchema(want); err != nil {
		return fmt.Errorf("read back %s: %w", want.Table, err)
	}
	if err := f.compareColumns(want); err != nil {
		return fmt.Errorf("read back %s: %w", want.Table, err)
	}
	return nil
}

// CountRows gives the rows of a file as the second implementation reads its footer. As with [ReadBack], the file's
// SHA-256 must have been found right before.
func CountRows(path string) (rows int64, err error) {
	defer asError("count rows", &err)
	f, err := openSecond(path)
	if err != nil {
		return 0, fmt.Errorf("count rows: %w", err)
	}
	defer func() { err = errors.Join(err, f.close()) }()
	return f.reader.GetNumRows(), nil
}

// second is a file open in the second implementation.
type second struct {
	os     *os.File
	size   int64
	reader *xreader.ParquetReader
}

func openSecond(path string) (s *second, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if s == nil {
			err = errors.Join(err, f.Close())
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkFooter(f, info.Size()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	r, err := xreader.NewParquetColumnReader(cursor{io.NewSectionReader(f, 0, info.Size())}, 1)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return &second{f, info.Size(), r}, nil
}

func (s *second) close() error { return s.os.Close() }

// compareSchema compares names, nulls and physical types. The reader has renamed the columns of its schema, and keeps
// the names of the file beside them.
func (s *second) compareSchema(want Summary) error {
	h := s.reader.SchemaHandler
	if got := len(h.SchemaElements) - 1; got != len(want.Columns) {
		return fmt.Errorf("%w: %d columns, %d were written", ErrDiffers, got, len(want.Columns))
	}
	for i, c := range want.Columns {
		e := h.SchemaElements[i+1]
		optional := e.GetRepetitionType() != xformat.FieldRepetitionType_REQUIRED
		if name := h.Infos[i+1].ExName; name != c.Name || optional == c.NotNull || e.GetType() != secondType(c.Kind) {
			return fmt.Errorf("%w: column %s is %s %s in the file", ErrDiffers, c.Name, name, e.GetType())
		}
	}
	return nil
}

func secondType(k table.Kind) xformat.Type {
	switch k {
	case table.Date, table.Int32:
		return xformat.Type_INT32
	case table.Timestamp, table.Int64, table.Decimal2, table.Decimal4:
		return xformat.Type_INT64
	case table.Bool:
		return xformat.Type_BOOLEAN
	case table.Text:
	}
	return xformat.Type_BYTE_ARRAY
}

// manyRows is from how many rows on columns are read back at the same time: fewer are done before a goroutine starts.
const manyRows = 4096

// maxReaders is how many columns are read back at the same time: a few MiB of pages each.
const maxReaders = 8

// compareColumns compares every column and gives the error of the first that differs.
func (s *second) compareColumns(want Summary) error {
	readers := 1
	if want.Rows >= manyRows {
		readers = min(runtime.GOMAXPROCS(0), maxReaders, len(want.Columns))
	}
	errs := make([]error, len(want.Columns))
	var next atomic.Int64
	var running sync.WaitGroup
	for range readers {
		running.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(want.Columns); i = int(next.Add(1)) - 1 {
				errs[i] = s.compareColumn(i, &want.Columns[i], want.Rows)
			}
		})
	}
	running.Wait()
	return cmp.Or(errs...)
}

// compareColumn sums a column up anew.
func (s *second) compareColumn(i int, want *ColumnSummary, rows int64) (err error) {
	defer asError("column "+want.Name, &err)
	c := secondColumn{
		src: s.os, size: s.size, kind: secondType(want.Kind), optional: !want.NotNull, digest: newDigest(),
	}
	for _, g := range s.reader.Footer.GetRowGroups() {
		chunk, err := chunkOf(g, i)
		if err == nil && chunk.GetNumValues() > rows {
			err = fmt.Errorf("%d rows too many", chunk.GetNumValues()-rows)
		}
		if err == nil {
			rows -= chunk.GetNumValues()
			err = c.chunk(chunk)
		}
		if err != nil {
			return fmt.Errorf("%w: column %s: %w", ErrDiffers, want.Name, err)
		}
	}
	if rows > 0 {
		return fmt.Errorf("%w: column %s ends %d rows too soon", ErrDiffers, want.Name, rows)
	}
	return want.compare(c.digest.column(want.Name, want.Kind, want.NotNull))
}

// chunkOf gives the chunk of a column in a row group of as many rows.
func chunkOf(g *xformat.RowGroup, i int) (*xformat.ColumnMetaData, error) {
	if i >= len(g.GetColumns()) || !g.GetColumns()[i].IsSetMetaData() || g.GetColumns()[i].IsSetFilePath() {
		return nil, errPage
	}
	if n := g.GetColumns()[i].GetMetaData().GetNumValues(); n != g.GetNumRows() {
		return nil, fmt.Errorf("%d values in %d rows", n, g.GetNumRows())
	}
	return g.GetColumns()[i].GetMetaData(), nil
}

// cursor is a place in a file, as the second implementation wants its files. Close does nothing: the file is closed by
// who opened it.
type cursor struct{ *io.SectionReader }

var _ source.ParquetFile = cursor{}

// Open gives another place in the same file; the name, which may come from the file's metadata, is not used.
func (c cursor) Open(string) (source.ParquetFile, error) {
	return cursor{io.NewSectionReader(c.Outer())}, nil
}

// Create is refused.
func (c cursor) Create(string) (source.ParquetFile, error) { return nil, errors.ErrUnsupported }

// Write is refused.
func (c cursor) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }

// Close does nothing.
func (c cursor) Close() error { return nil }
