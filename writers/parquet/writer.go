package parquet

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/pipeline/table"
)

// RowGroupRows is how many rows a row group has, the last of a file apart: what DuckDB takes as one unit of work.
const RowGroupRows = 122_880

// batchRows is how many rows are gathered before columns are handed to arrow. Batches are cut by count of rows from
// the start of the row group, never by what a caller hands in, so that pages end at the same rows every time.
const batchRows = 4096

// createdBy is the same for every version of the program: a new version must not change the bytes of equal tables.
const createdBy = "incrocio"

// ErrClosed is returned by a Writer used after Close.
var ErrClosed = errors.New("the writer is closed")

// Options are the choices of a Writer. The zero value is right for everything that is published.
type Options struct {
	RowGroupRows int // rows in a row group; 0 means [RowGroupRows]
}

// Writer writes the rows of one table to a file, in the order they are given. An error is final: the file is of no
// use, and every later call returns the same error. It is not safe for concurrent use.
type Writer[T any] struct {
	table   *table.Table[T]
	sink    *sink
	file    *file.Writer
	group   file.BufferedRowGroupWriter // nil between row groups
	vectors []vector

	groupRows int   // rows a row group may have
	inGroup   int   // rows in the present one, those in vectors included
	batch     int   // rows in vectors
	rows      int64 // in all
	err       error
}

// NewWriter begins a file of table t on w, which is not closed by [Writer.Close].
func NewWriter[T any](w io.Writer, t *table.Table[T], opt Options) (*Writer[T], error) {
	group, err := root(t)
	if err != nil {
		return nil, fmt.Errorf("describe %s: %w", t.Name, err)
	}
	meta, err := dictionary(t.Schema())
	if err != nil {
		return nil, fmt.Errorf("describe %s: %w", t.Name, err)
	}
	pw := &Writer[T]{table: t, sink: &sink{w: w}, groupRows: cmp.Or(opt.RowGroupRows, RowGroupRows)}
	for i := range t.Columns {
		c := &t.Columns[i]
		pw.vectors = append(pw.vectors, vector{kind: c.Kind, notNull: c.NotNull, digest: newDigest(), arena: []byte{}})
	}
	pw.file = file.NewParquetWriter(pw.sink, group, file.WithWriterProps(properties(t)), file.WithWriteMetadata(meta))
	return pw, pw.sink.err
}

func properties[T any](t *table.Table[T]) *pq.WriterProperties {
	p := []pq.WriterProperty{
		pq.WithCreatedBy(createdBy),
		pq.WithCompression(compress.Codecs.Snappy),
		pq.WithDataPageVersion(pq.DataPageV1),
		pq.WithDictionaryDefault(false),
		pq.WithStats(true),
	}
	for i := range t.Columns {
		switch c := &t.Columns[i]; {
		case c.Repeats:
			p = append(p, pq.WithDictionaryFor(c.Name, true))
		case c.Bare:
			p = append(p, pq.WithCompressionFor(c.Name, compress.Codecs.Uncompressed), pq.WithStatsFor(c.Name, false))
		}
	}
	return pq.NewWriterProperties(p...)
}

// Write adds rows, which it does not keep. Errors that wrap [ErrValue] name the column and the row, counted from 1.
func (w *Writer[T]) Write(rows []T) error {
	for len(rows) > 0 && w.err == nil {
		n := min(len(rows), batchRows-w.batch, w.groupRows-w.inGroup)
		w.err = w.gather(rows[:n])
		rows = rows[n:]
		if w.err == nil && (w.batch == batchRows || w.inGroup == w.groupRows) {
			w.err = w.flush()
		}
	}
	return w.err
}

// gather takes rows that fit the present batch.
func (w *Writer[T]) gather(rows []T) error {
	for i := range w.vectors {
		v, c := &w.vectors[i], &w.table.Columns[i]
		for r := range rows {
			if err := v.add(c.Get(&rows[r])); err != nil {
				return fmt.Errorf("%s.%s, row %d: %w", w.table.Name, c.Name, w.rows+int64(r)+1, err)
			}
		}
	}
	w.batch += len(rows)
	w.inGroup += len(rows)
	w.rows += int64(len(rows))
	return nil
}

// flush hands the present batch to arrow and ends the row group when it is full.
func (w *Writer[T]) flush() (err error) {
	defer asError("write "+w.table.Name, &err)
	if w.group == nil {
		w.group = w.file.AppendBufferedRowGroup()
	}
	for i := range w.vectors {
		c, err := w.group.Column(i)
		if err != nil {
			return fmt.Errorf("write %s: %w", w.table.Name, err)
		}
		if err := w.vectors[i].flush(c); err != nil {
			return fmt.Errorf("write %s.%s: %w", w.table.Name, w.table.Columns[i].Name, err)
		}
	}
	w.batch = 0
	if w.inGroup == w.groupRows {
		return w.endGroup()
	}
	return w.sink.err
}

func (w *Writer[T]) endGroup() error {
	if w.group == nil {
		return nil
	}
	if err := w.group.Close(); err != nil {
		return fmt.Errorf("end row group of %s: %w", w.table.Name, err)
	}
	w.group, w.inGroup = nil, 0
	return w.sink.err
}

// Close writes what is left and the footer, and sums the file up. A table without rows gives a file with all its
// columns and no row group.
func (w *Writer[T]) Close() (Summary, error) {
	if w.err == nil {
		w.err = w.finish()
	}
	if w.err != nil {
		return Summary{}, w.err
	}
	w.err = ErrClosed
	s := Summary{Table: w.table.Name, Rows: w.rows}
	for i := range w.vectors {
		c := &w.table.Columns[i]
		s.Columns = append(s.Columns, w.vectors[i].digest.column(c.Name, c.Kind, c.NotNull))
	}
	return s, nil
}

func (w *Writer[T]) finish() (err error) {
	defer asError("write "+w.table.Name, &err)
	if w.batch > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if err := w.endGroup(); err != nil {
		return err
	}
	// The library's Close drops the error of writing the footer, so the footer is written first.
	if err := w.file.FlushWithFooter(); err != nil {
		return fmt.Errorf("write footer of %s: %w", w.table.Name, err)
	}
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("close %s: %w", w.table.Name, err)
	}
	return w.sink.err
}

// sink remembers the first error of a writer and takes everything after it without a word: arrow panics on some
// errors and drops others. It hides a Close method, which arrow would call.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	if s.err != nil {
		return len(p), nil
	}
	n, err := s.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	s.err = err
	return len(p), nil
}

// asError turns a panic of the library into an error at the border of this package. Use it deferred.
func asError(step string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: parquet library: %v", step, p)
	}
}
