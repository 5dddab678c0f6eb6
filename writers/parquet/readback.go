package parquet

import (
	"errors"
	"fmt"
	"io"
	"os"

	xreader "github.com/xitongsys/parquet-go/reader"
	"github.com/xitongsys/parquet-go/source"

	xformat "github.com/xitongsys/parquet-go/parquet"

	"incrocio/pipeline/table"
)

// readBackRows is how many cells of a column are read back at a time.
const readBackRows = 8192

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
	for i := range want.Columns {
		if err := f.compareColumn(i, &want.Columns[i], want.Rows); err != nil {
			return fmt.Errorf("read back %s: %w", want.Table, err)
		}
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
	r, err := xreader.NewParquetColumnReader(newCursor(f, info.Size()), 1)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return &second{f, r}, nil
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

// compareColumn sums a column up anew. The reader drops the errors of pages and gives fewer cells instead.
func (s *second) compareColumn(i int, want *ColumnSummary, rows int64) error {
	d := newDigest()
	for left := rows; left > 0; {
		cells, _, _, err := s.reader.ReadColumnByIndex(int64(i), min(left, readBackRows))
		if err != nil {
			return fmt.Errorf("%w: column %s: %w", ErrDiffers, want.Name, err)
		}
		if len(cells) == 0 {
			return fmt.Errorf("%w: column %s ends %d rows too soon", ErrDiffers, want.Name, left)
		}
		left -= int64(len(cells))
		if err := d.addAll(cells); err != nil {
			return fmt.Errorf("%w: column %s: %w", ErrDiffers, want.Name, err)
		}
	}
	// The reader keeps what it has decoded of a column until it is forgotten.
	clear(s.reader.ColumnBuffers)
	return want.compare(d.column(want.Name, want.Kind, want.NotNull))
}

// addAll takes cells as the second implementation gives them.
func (d *digest) addAll(cells []any) error {
	for _, c := range cells {
		switch c := c.(type) {
		case nil:
			d.null()
		case string:
			d.text(c)
		case int32:
			d.num(int64(c))
		case int64:
			d.num(c)
		case bool:
			d.num(flag(c))
		default:
			return fmt.Errorf("a value of type %T", c)
		}
	}
	return nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// cursor is a place in a file, as the second implementation wants its files: it opens one for each column and closes
// it at each row group while it goes on reading, so Close does nothing.
type cursor struct {
	*io.SectionReader
	file *os.File
}

var _ source.ParquetFile = cursor{}

func newCursor(f *os.File, size int64) cursor { return cursor{io.NewSectionReader(f, 0, size), f} }

// Open gives another place in the same file; the name, which may come from the file's metadata, is not used.
func (c cursor) Open(string) (source.ParquetFile, error) { return newCursor(c.file, c.Size()), nil }

// Create is refused.
func (c cursor) Create(string) (source.ParquetFile, error) { return nil, errors.ErrUnsupported }

// Write is refused.
func (c cursor) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }

// Close does nothing: the file is closed by who opened it.
func (c cursor) Close() error { return nil }
