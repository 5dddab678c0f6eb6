package parquet

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"incrocio/pipeline/table"
)

// RowGroupRows is how many rows a row group has, the last of a file apart: what DuckDB takes as one unit of work.
const RowGroupRows = 122_880

// commitRows is how many rows are gathered before columns look whether a page is full, as the library does. They are
// counted from the start of the row group, never by what a caller hands in, so that pages end at the same rows every time.
const commitRows = 1024

// nearRows is how many rows are gone through column by column: so few that they stay in the processor's cache.
const nearRows = 64

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
	props   *pq.WriterProperties
	meta    *metadata.FileMetaDataBuilder
	group   *metadata.RowGroupMetaDataBuilder // nil between row groups
	columns []columnWriter

	groupRows int   // rows a row group may have
	inGroup   int   // rows in the present one
	batch     int   // rows since the last commit
	groups    int16 // row groups that are done
	rows      int64 // in all
	err       error
}

// columnWriter writes one column, chunk by chunk.
type columnWriter interface {
	// begin begins the chunk of a row group.
	begin(chunkPlace) error
	// add takes a cell.
	add(table.Value) error
	// commit takes what was added since the last commit into account.
	commit() error
	// end writes the chunk to the file and gives the bytes of its pages.
	end() (int64, error)
	// sum gives the digest of all cells.
	sum() *digest
}

// chunkPlace is where a column chunk goes.
type chunkPlace struct {
	sink   *sink
	props  *pq.WriterProperties
	meta   *metadata.ColumnChunkMetaDataBuilder
	group  int16
	column int16
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
	pw := &Writer[T]{
		table: t, sink: &sink{w: w}, props: properties(t), groupRows: cmp.Or(opt.RowGroupRows, RowGroupRows),
	}
	pw.meta = metadata.NewFileMetadataBuilder(schema.NewSchema(group), pw.props, meta)
	shared := &scratch{}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Kind == table.Text || c.Kind == table.Bytes {
			pw.columns = append(pw.columns, &texts{
				bytes: c.Kind == table.Bytes, notNull: c.NotNull, repeats: c.Repeats, bare: c.Bare, digest: newDigest(), scratch: shared,
			})
		} else {
			pw.columns = append(pw.columns, &vector{kind: c.Kind, notNull: c.NotNull, bare: c.Bare, digest: newDigest()})
		}
	}
	pw.sink.put([]byte(magic))
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
		n := min(len(rows), nearRows, commitRows-w.batch, w.groupRows-w.inGroup)
		w.err = w.gather(rows[:n])
		rows = rows[n:]
		if w.err == nil && (w.batch == commitRows || w.inGroup == w.groupRows) {
			w.err = w.commit()
		}
	}
	return w.err
}

// gather takes rows that fit the present batch.
func (w *Writer[T]) gather(rows []T) (err error) {
	defer asError("write "+w.table.Name, &err)
	if w.group == nil {
		if err := w.beginGroup(); err != nil {
			return err
		}
	}
	for i := range w.columns {
		c := &w.table.Columns[i]
		if r, err := addAll(w.columns[i], c, rows); err != nil {
			return fmt.Errorf("%s.%s, row %d: %w", w.table.Name, c.Name, w.rows+int64(r)+1, err)
		}
	}
	w.batch += len(rows)
	w.inGroup += len(rows)
	w.rows += int64(len(rows))
	return nil
}

// addAll gives the cells of some rows to their column; with an error, the row it is of.
func addAll[T any](to columnWriter, c *table.Column[T], rows []T) (int, error) {
	for r := range rows {
		if err := to.add(c.Get(&rows[r])); err != nil {
			return r, err
		}
	}
	return 0, nil
}

func (w *Writer[T]) beginGroup() error {
	w.group, w.inGroup = w.meta.AppendRowGroup(), 0
	for i := range w.columns {
		place := chunkPlace{w.sink, w.props, w.group.NextColumnChunk(), w.groups, int16(i)}
		if err := w.columns[i].begin(place); err != nil {
			return fmt.Errorf("write %s.%s: %w", w.table.Name, w.table.Columns[i].Name, err)
		}
	}
	return nil
}

// commit ends the present batch, and the row group when it is full.
func (w *Writer[T]) commit() (err error) {
	defer asError("write "+w.table.Name, &err)
	for i := range w.columns {
		if err := w.columns[i].commit(); err != nil {
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
	var written int64
	for i := range w.columns {
		n, err := w.columns[i].end()
		if err != nil {
			return fmt.Errorf("write %s.%s: %w", w.table.Name, w.table.Columns[i].Name, err)
		}
		written += n
	}
	w.group.SetNumRows(w.inGroup)
	if err := w.group.Finish(written, w.groups); err != nil {
		return fmt.Errorf("end row group of %s: %w", w.table.Name, err)
	}
	w.group, w.inGroup = nil, 0
	w.groups++
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
	for i := range w.columns {
		c := &w.table.Columns[i]
		s.Columns = append(s.Columns, w.columns[i].sum().column(c.Name, c.Kind, c.NotNull))
	}
	return s, nil
}

func (w *Writer[T]) finish() (err error) {
	defer asError("write "+w.table.Name, &err)
	if w.batch > 0 {
		if err := w.commit(); err != nil {
			return err
		}
	}
	if err := w.endGroup(); err != nil {
		return err
	}
	footer, err := w.meta.Snapshot()
	if err != nil {
		return fmt.Errorf("write footer of %s: %w", w.table.Name, err)
	}
	n, err := footer.WriteTo(w.sink, nil)
	if err != nil {
		return fmt.Errorf("write footer of %s: %w", w.table.Name, err)
	}
	w.sink.put(binary.LittleEndian.AppendUint32(nil, uint32(n)))
	w.sink.put([]byte(magic))
	return w.sink.err
}

// magic begins and ends a file.
const magic = "PAR1"

// sink remembers the first error of a writer and takes everything after it without a word: arrow panics on some
// errors and drops others.
type sink struct {
	w   io.Writer
	at  int64
	err error
}

// Tell gives how many bytes were written.
func (s *sink) Tell() int64 { return s.at }

func (s *sink) put(p []byte) { _, _ = s.Write(p) }

// Write adds bytes; it never gives an error.
func (s *sink) Write(p []byte) (int, error) {
	s.at += int64(len(p))
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
