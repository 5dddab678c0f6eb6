package domande

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/parquet"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// rowSender sends rows of the columns' last batch. It looks at one column after another and marks the rows in which something
// may be wrong or is too rare to be worth a second way: those are judged with their cells.
type rowSender struct {
	readers []columnReader
	texts   [row.TextCount]*typed[parquet.ByteArray] // those of readers that are texts
	w       *frameWriter
	heads   [batchRows][claimHead]byte
	odd     [batchRows]bool
	numbers [batchRows]number
	claim   pipeline.Claim
	cells   [row.Width]row.Cell
}

// number is a value that is no text; null and faults are in its mark.
type number struct {
	v    int64
	mark numberMark
}

type numberMark uint8

const (
	numberThere numberMark = iota
	numberNull
	numberFault
)

func newRowSender(readers []columnReader, w *frameWriter) *rowSender {
	s := &rowSender{readers: readers, w: w}
	for i, k := range row.TextColumns {
		s.texts[i] = readers[k].(*typed[parquet.ByteArray]) // newColumnReader makes no others
	}
	return s
}

// send sends the n rows of the batch.
func (s *rowSender) send(n int) error {
	clear(s.odd[:n])
	s.dates(n)
	s.days(n)
	s.amounts(n)
	for i := range s.texts {
		s.lengths(i, n)
	}
	s.codes(n)
	for i := range n {
		if err := s.sendRow(i); err != nil {
			return err
		}
	}
	return nil
}

// sendRow sends the i-th row.
func (s *rowSender) sendRow(i int) error {
	if !s.odd[i] {
		if rows, ok := s.quick(i); ok {
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

// quick writes a row of which the head is ready; false where a text is not UTF-8.
func (s *rowSender) quick(i int) ([]byte, bool) {
	rows := slices.Grow(s.w.rows, quickRoom)
	at := len(rows)
	b := rows[:cap(rows)]
	b[at] = rowClaim
	at++
	*(*[claimHead]byte)(b[at:]) = s.heads[i]
	at += claimHead
	start := at
	for _, t := range s.texts {
		at += put(b[at:], t.values[i])
	}
	return b[:at], row.ASCII(b[start:at]) || s.valid(i)
}

// quickRoom is more than quick writes.
const quickRoom = 1 + claimHead + row.TextCount*row.MaxText + 32

// put copies a text and gives its length. A short one takes some bytes along that lie behind it, which the next text overwrites:
// to copy a fixed number is much cheaper. There must be room for them.
func put(b, x []byte) int {
	switch n := len(x); {
	case n <= 16 && cap(x) >= 16:
		*(*[16]byte)(b) = [16]byte(x[:16])
	case n <= 32 && cap(x) >= 32:
		*(*[32]byte)(b) = [32]byte(x[:32])
	default:
		copy(b, x)
	}
	return len(x)
}

func (s *rowSender) valid(i int) bool {
	return !slices.ContainsFunc(s.texts[:], func(t *typed[parquet.ByteArray]) bool { return !utf8.Valid(t.values[i]) })
}

// dates puts the dates into the heads.
func (s *rowSender) dates(n int) {
	for k, column := range [...]int{row.AtBirthDate, row.AtTerminatedOn, row.AtFiledOn, row.AtStart, row.AtPaidThrough} {
		t := s.readers[column].(*typed[int32]) // newColumnReader makes no others
		required := column == row.AtTerminatedOn || column == row.AtStart
		at := headDates + 4*k
		for i, v := range t.values[:n] {
			days := int64(v) + int64(unixDay)
			switch {
			case t.null(i):
				days = 0
				s.odd[i] = s.odd[i] || required
			case days < 1 || days > int64(pipeline.MaxDate):
				s.odd[i] = true
			}
			binary.LittleEndian.PutUint32(s.heads[i][at:], uint32(days))
		}
	}
}

// unixDay is 1970-01-01, from which Parquet counts.
var unixDay = pipeline.DateFromUnixDays(0)

// days puts the days granted into the heads.
func (s *rowSender) days(n int) {
	s.readers[row.AtDaysGranted].numbers(s.numbers[:n])
	for i, x := range s.numbers[:n] {
		if x.mark != numberThere || !row.AcceptDays(x.v) {
			s.odd[i] = true
		}
		binary.LittleEndian.PutUint32(s.heads[i][headDays:], uint32(x.v))
	}
}

// amounts puts the daily amounts into the heads, and the flags.
func (s *rowSender) amounts(n int) {
	s.readers[row.AtDailyAmount].numbers(s.numbers[:n])
	for i, x := range s.numbers[:n] {
		if x.mark == numberFault || !row.AcceptAmount(pipeline.Cents(x.v)) {
			s.odd[i] = true
		}
		flags := byte(0)
		if x.mark == numberThere {
			flags = flagAmount
		}
		binary.LittleEndian.PutUint64(s.heads[i][headAmount:], uint64(x.v))
		s.heads[i][headFlags] = flags
	}
	s.readers[row.AtAdvance].numbers(s.numbers[:n])
	for i, x := range s.numbers[:n] {
		if x.v != 0 {
			s.heads[i][headFlags] |= flagAdvance
		}
	}
}

// lengths drops the white space around the texts of a column and puts their lengths into the heads.
func (s *rowSender) lengths(column, n int) {
	values := s.texts[column].values[:n]
	at := headTexts + 2*column
	for i, x := range values {
		if len(x) > 0 && !row.Inside(x) {
			x = s.trim(i, x)
			values[i] = x
		}
		if len(x) > row.MaxText {
			s.odd[i] = true
		}
		binary.LittleEndian.PutUint16(s.heads[i][at:], uint16(len(x)))
	}
}

// trim drops the white space around a text, but leaves one so long that it will be cut as it is.
func (s *rowSender) trim(i int, x []byte) []byte {
	if len(x) > longestRead {
		s.odd[i] = true
		return x
	}
	return bytes.TrimSpace(x)
}

// codes marks the rows whose texts are not as their columns have them.
func (s *rowSender) codes(n int) {
	for i, k := range row.TextColumns {
		right := row.RightText(k)
		if right == nil {
			continue
		}
		for j, x := range s.texts[i].values[:n] {
			if !right(x) {
				s.odd[j] = true
			}
		}
	}
}
