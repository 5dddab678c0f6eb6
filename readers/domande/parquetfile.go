package domande

import (
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/readers/domande/internal/row"
)

// Caps on what a footer may say.
const (
	maxRows    = 100_000_000
	maxColumns = 1000
	batchRows  = 1024 // few enough for their values to stay in the cache of a processor until they are sent
)

var errRowCount = errors.New("damaged Parquet file: the number of rows is not the one in its footer")

// readParquet sends every row of a file. It uses the column readers, not the record reader of the library: only they
// report an error in a page, where the other just ends early.
func readParquet(r parquet.ReaderAtSeeker, w *frameWriter) error {
	props := parquet.NewReaderProperties(memory.NewGoAllocator())
	props.BufferedStreamEnabled = true // pages as they come, not whole column chunks
	props.BufferSize = 64 << 10
	f, err := file.NewParquetReader(r, file.WithReadProps(props))
	if err != nil {
		return fmt.Errorf("open Parquet: %w", err)
	}
	readers, at, err := columnReaders(f)
	if err != nil {
		return err
	}
	send := newRowSender(readers, w)
	var rows int64
	for g := range f.NumRowGroups() {
		n, err := readGroup(f.RowGroup(g), readers, at, send)
		if err != nil {
			return fmt.Errorf("row group %d: %w", g, err)
		}
		rows += n
	}
	if rows != f.NumRows() {
		return errRowCount
	}
	return nil
}

// columnReaders checks the schema and gives a reader for each column and its place in the file.
func columnReaders(f *file.Reader) ([]columnReader, [row.Width]int, error) {
	var at [row.Width]int
	s := f.MetaData().Schema
	if s.NumColumns() > maxColumns || f.NumRows() < 0 || f.NumRows() > maxRows {
		return nil, at, fmt.Errorf("file of %d columns and %d rows: too large", s.NumColumns(), f.NumRows())
	}
	names := make([]string, s.NumColumns())
	for i := range names {
		names[i] = s.Column(i).Path()
	}
	at, err := row.Indexes(names)
	if err != nil {
		return nil, at, err
	}
	readers := make([]columnReader, row.Width)
	for i := range row.Columns {
		if readers[i], err = newColumnReader(s.Column(at[i]), row.Columns[i].Kind); err != nil {
			return nil, at, row.ColumnError("column %s: %v", row.Columns[i].Name, err)
		}
	}
	return readers, at, nil
}

// readGroup sends the rows of a row group and gives their number.
func readGroup(g *file.RowGroupReader, readers []columnReader, at [row.Width]int, send *rowSender) (int64, error) {
	rows := g.NumRows()
	if rows < 0 || rows > maxRows {
		return 0, errRowCount
	}
	for i, r := range readers {
		if err := openColumn(g, at[i], r); err != nil {
			return 0, fmt.Errorf("column %s: %w", row.Columns[i].Name, err)
		}
	}
	for left := rows; left > 0; {
		n := int(min(left, batchRows))
		for i, r := range readers {
			if err := r.read(n); err != nil {
				return 0, fmt.Errorf("column %s: %w", row.Columns[i].Name, err)
			}
		}
		if err := send.send(n); err != nil {
			return 0, err
		}
		left -= int64(n)
	}
	for i, r := range readers {
		if err := r.done(); err != nil {
			return 0, fmt.Errorf("column %s: %w", row.Columns[i].Name, err)
		}
	}
	return rows, nil
}

// openColumn refuses codecs whose reader was not tried against damage.
func openColumn(g *file.RowGroupReader, at int, r columnReader) error {
	meta, err := g.MetaData().ColumnChunk(at)
	if err != nil {
		return err
	}
	switch meta.Compression() {
	case compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Gzip, compress.Codecs.Zstd:
	default:
		return fmt.Errorf("compression %s is not read", meta.Compression())
	}
	return r.open(g, at)
}
