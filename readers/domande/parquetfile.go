package domande

import (
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// Caps on what a footer may say.
const (
	maxRows    = 100_000_000
	maxColumns = 1000
	batchRows  = 4096
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
	var rows int64
	for g := range f.NumRowGroups() {
		n, err := readGroup(f.RowGroup(g), readers, at, w)
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
func readGroup(g *file.RowGroupReader, readers []columnReader, at [row.Width]int, w *frameWriter) (int64, error) {
	rows := g.NumRows()
	if rows < 0 || rows > maxRows {
		return 0, errRowCount
	}
	for i, r := range readers {
		if err := openColumn(g, at[i], r); err != nil {
			return 0, fmt.Errorf("column %s: %w", row.Columns[i].Name, err)
		}
	}
	send := newRowSender(readers, w)
	for left := rows; left > 0; {
		n := int(min(left, batchRows))
		for i, r := range readers {
			if err := r.read(n); err != nil {
				return 0, fmt.Errorf("column %s: %w", row.Columns[i].Name, err)
			}
		}
		for i := range n {
			if err := send.send(i); err != nil {
				return 0, err
			}
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
	c, err := g.Column(at)
	if err != nil {
		return err
	}
	return r.open(c)
}

// rowSender sends rows of the columns' last batch.
type rowSender struct {
	readers []columnReader
	texts   [row.Width]*typed[parquet.ByteArray] // those of readers that are texts
	dates   [row.Width]*typed[int32]             // those that are dates
	w       *frameWriter
	claim   pipeline.Claim
	values  [row.Width][]byte
	cells   [row.Width]row.Cell
}

func newRowSender(readers []columnReader, w *frameWriter) *rowSender {
	s := &rowSender{readers: readers, w: w}
	for i, r := range readers {
		switch row.Columns[i].Kind {
		case row.Text:
			s.texts[i] = r.(*typed[parquet.ByteArray]) // newColumnReader makes no others
		case row.Date:
			s.dates[i] = r.(*typed[int32])
		}
	}
	return s
}

// send sends the i-th row.
func (s *rowSender) send(i int) error {
	if s.numbers(i) && s.strings(i) {
		if rows, ok := appendValueRow(append(s.w.rows, rowClaim), &s.values, &s.claim); ok {
			s.w.rows = rows
			return s.w.row()
		}
	}
	for k, r := range s.readers {
		s.cells[k] = r.cell(i)
	}
	if f := row.Assemble(&s.cells, &s.claim); f.Bad() {
		return s.w.discard(s.claim.Number, f)
	}
	return s.w.claim(&s.claim)
}

// numbers fills in what is no text; false where something is wrong.
func (s *rowSender) numbers(i int) bool {
	c := &s.claim
	days := s.readers[row.AtDaysGranted].cell(i)
	amount := s.readers[row.AtDailyAmount].cell(i)
	advance := s.readers[row.AtAdvance].cell(i)
	if days.Null || !row.AcceptDays(days.Num) || amount.Fault.Bad() || !row.AcceptAmount(pipeline.Cents(amount.Num)) {
		return false
	}
	c.DaysGranted = int32(days.Num)
	c.Advance = advance.Num != 0
	c.DailyAmount = pipeline.Opt[pipeline.Cents]{V: pipeline.Cents(amount.Num), OK: !amount.Null}
	return s.date(row.AtBirthDate, i, &c.BirthDate) && s.date(row.AtTerminatedOn, i, &c.TerminatedOn) &&
		s.date(row.AtFiledOn, i, &c.FiledOn) && s.date(row.AtStart, i, &c.Start) && s.date(row.AtPaidThrough, i, &c.PaidThrough) &&
		c.TerminatedOn != 0 && c.Start != 0
}

func (s *rowSender) date(column, i int, d *pipeline.Date) bool {
	t := s.dates[column]
	if t.null(i) {
		*d = 0
		return true
	}
	days := int64(t.values[i]) + int64(unixDay)
	*d = pipeline.Date(days)
	return days >= 1 && days <= int64(pipeline.MaxDate)
}

// unixDay is 1970-01-01, from which Parquet counts.
var unixDay = pipeline.DateFromUnixDays(0)

// strings finds the texts and trims them; false where something may be wrong, or one is so long that it would be cut.
func (s *rowSender) strings(i int) bool {
	for _, k := range row.TextColumns {
		t := s.texts[k]
		s.values[k] = nil
		if !t.null(i) {
			s.values[k] = t.values[i]
		}
		if len(s.values[k]) > longestRead {
			return false
		}
	}
	return row.TrimTexts(&s.values) && row.AcceptTexts(&s.values)
}
