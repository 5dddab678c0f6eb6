package domande

import (
	"encoding/binary"
	"math"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// rowValues makes claims of rows in the binary format of PostgreSQL (chapter "Message Formats"; the layouts of the
// types are those of their send functions: date_send, numeric_send, int4send, boolsend).
type rowValues struct {
	quickRow
	digest rowDigest
}

// quick makes a claim of the row at the start of b, adds it to the digest and gives the length of the row; 0 for a row that is
// to be read value by value.
func (r *rowValues) quick(b []byte) int {
	block, n := r.quickRow.read(r.digest.buf, b)
	if n > 0 {
		r.digest.buf = block
		r.digest.flushFull()
	}
	return n
}

// read makes a claim of a row, or gives why it is none, and adds what it was understood to be to the digest.
func (r *rowValues) read(values *[row.Width][]byte) row.Fault {
	f := assemble(values, &r.claim)
	r.digest.add(&r.claim, f)
	return f
}

func readDate(v []byte, d *pipeline.Date) bool {
	*d = 0
	if v == nil {
		return true
	}
	if len(v) != 4 {
		return false
	}
	days := int64(int32(binary.BigEndian.Uint32(v))) + int64(postgresDay)
	*d = pipeline.Date(days)
	return days >= 1 && days <= int64(pipeline.MaxDate)
}

func readDays(v []byte, days *int32) bool {
	n, ok := readCount(v)
	*days = int32(n)
	return ok && row.AcceptDays(n)
}

func readAmount(v []byte, amount *pipeline.Opt[pipeline.Cents]) bool {
	*amount = pipeline.Opt[pipeline.Cents]{}
	if v == nil {
		return true
	}
	if len(v) < 8 {
		return false
	}
	x := readNumeric(v)
	*amount = pipeline.Some(pipeline.Cents(x.Num))
	return !x.Fault.Bad() && row.AcceptAmount(amount.V)
}

func readFlag(v []byte, flag *bool) bool {
	*flag = len(v) == 1 && v[0] != 0
	return v == nil || len(v) == 1
}

func readCount(v []byte) (int64, bool) {
	switch len(v) {
	case 2:
		return int64(int16(binary.BigEndian.Uint16(v))), true
	case 4:
		return int64(int32(binary.BigEndian.Uint32(v))), true
	case 8:
		return int64(binary.BigEndian.Uint64(v)), true
	}
	return 0, false
}

// assemble makes a claim of any row, the texts of which are cut from one string.
func assemble(values *[row.Width][]byte, c *pipeline.Claim) row.Fault {
	var cells [row.Width]row.Cell
	var texts []byte
	for i := range row.Columns {
		if row.Columns[i].Kind == row.Text {
			texts = append(texts, values[i]...)
		}
	}
	rest := string(texts)
	for i := range row.Columns {
		v := values[i]
		switch {
		case v == nil:
			cells[i] = row.Cell{Null: true}
		case row.Columns[i].Kind == row.Text:
			cells[i] = row.Cell{Text: rest[:len(v)]}
			rest = rest[len(v):]
		default:
			cells[i] = readBinary(row.Columns[i].Kind, v)
		}
	}
	return row.Assemble(&cells, c)
}

func readBinary(k row.Kind, v []byte) row.Cell {
	switch {
	case k == row.Date && len(v) == 4:
		return readPostgresDate(int32(binary.BigEndian.Uint32(v)))
	case k == row.Amount && len(v) >= 8:
		return readNumeric(v)
	case k == row.Flag && len(v) == 1:
		return row.Cell{Num: int64(v[0])}
	case k == row.Count:
		if n, ok := readCount(v); ok {
			return row.Cell{Num: n}
		}
	}
	return row.Cell{Fault: row.Fault{Code: pipeline.DiscardValue, Message: "valore di forma sconosciuta"}}
}

// postgresEpoch is 2000-01-01 in days since 1970-01-01.
const postgresEpoch = 10957

// postgresDay is that day as a date.
var postgresDay = pipeline.DateFromUnixDays(postgresEpoch)

// readPostgresDate reads days since 2000-01-01; the ends of the range are infinity.
func readPostgresDate(days int32) row.Cell {
	if days == math.MaxInt32 || days == math.MinInt32 {
		return row.Cell{Fault: row.Fault{Code: pipeline.DiscardDate, Message: "data infinita"}}
	}
	return row.DateOfUnixDays(int64(days) + postgresEpoch)
}

// Signs of a numeric; the others are not-a-number and the infinities.
const (
	numericPositive = 0x0000
	numericNegative = 0x4000
)

// readNumeric reads a numeric: count of digits, weight of the first, sign, scale for display, then digits in base
// 10000. Digits below the cent must be zero.
func readNumeric(v []byte) row.Cell {
	count := int(binary.BigEndian.Uint16(v))
	weight := int(int16(binary.BigEndian.Uint16(v[2:])))
	sign := binary.BigEndian.Uint16(v[4:])
	if sign != numericPositive && sign != numericNegative || len(v) != 8+2*count {
		return row.Cell{Fault: row.BadAmount}
	}
	cents := int64(0)
	for i := range count {
		digit := int64(binary.BigEndian.Uint16(v[8+2*i:]))
		switch place := weight - i; {
		case digit == 0:
		case place > 2 || place < -1: // 10^12 and more, or less than a cent
			return row.Cell{Fault: row.BadAmount}
		case place >= 0:
			cents += digit * [...]int64{100, 1_000_000, 10_000_000_000}[place]
		case digit%100 != 0:
			return row.Cell{Fault: row.BadAmount}
		default:
			cents += digit / 100
		}
	}
	if sign == numericNegative {
		cents = -cents
	}
	return row.Cell{Num: cents}
}
