package domande

import (
	"bytes"
	"encoding/binary"
	"math"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// rowValues makes claims of rows in the binary format of PostgreSQL (chapter "Message Formats"; the layouts of the
// types are those of their send functions: date_send, numeric_send, int4send, boolsend).
type rowValues struct {
	claim  pipeline.Claim
	digest rowDigest
	texts  row.Texts
	cuts   [row.Width]int // where the values end in the block of the claim
}

// read makes a claim of a row, or gives why it is none, and adds what it was understood to be to the digest.
func (r *rowValues) read(values *[row.Width][]byte) row.Fault {
	if r.quick(values) {
		return row.Fault{}
	}
	f := assemble(values, &r.claim)
	r.digest.add(&r.claim, f)
	return f
}

// quick reads a row in which nothing is wrong; false leaves it to assemble. The block of the claim, which the digest is made
// of, is written straight from the values, and its texts are then cut from one copy of it.
func (r *rowValues) quick(v *[row.Width][]byte) bool {
	start := len(r.digest.buf)
	block, ok := r.appendBlock(append(r.digest.buf, rowClaim), v)
	if !ok {
		return false
	}
	r.cutTexts(r.texts.Of(block[start:]), start, v)
	if !row.Accept(&r.claim, false) {
		return false
	}
	r.digest.buf = block
	r.digest.flushFull()
	return true
}

// appendBlock writes the block of the claim and fills in what is no text.
func (r *rowValues) appendBlock(b []byte, v *[row.Width][]byte) ([]byte, bool) {
	c := &r.claim
	dates := [...]*pipeline.Date{row.AtBirthDate: &c.BirthDate, row.AtTerminatedOn: &c.TerminatedOn, row.AtFiledOn: &c.FiledOn, row.AtStart: &c.Start, row.AtPaidThrough: &c.PaidThrough}
	for i, x := range v {
		ok := true
		switch i {
		case row.AtBirthDate, row.AtTerminatedOn, row.AtFiledOn, row.AtStart, row.AtPaidThrough:
			b, ok = appendDateValue(b, x, dates[i])
		case row.AtDaysGranted:
			b, ok = appendDays(b, x, &c.DaysGranted)
		case row.AtDailyAmount:
			b, ok = appendAmount(b, x, &c.DailyAmount)
		case row.AtAdvance:
			b, ok = appendFlag(b, x, &c.Advance)
		case row.AtTaxCode, row.AtFormerEmployer:
			ok = upperCase(x)
			fallthrough
		default:
			b = appendText(b, trimmed(x))
		}
		if !ok {
			return nil, false
		}
		r.cuts[i] = len(b)
	}
	return b, true
}

// cutTexts gives the claim its texts, which lie in a copy of its block.
func (r *rowValues) cutTexts(block string, start int, v *[row.Width][]byte) {
	c := &r.claim
	for i, s := range [...]*string{
		row.AtNumber: &c.Number, row.AtProtocol: &c.Protocol, row.AtTaxCode: (*string)(&c.TaxCode), row.AtSurname: &c.Surname, row.AtGivenName: &c.GivenName,
		row.AtOffice: &c.Office, row.AtBenefit: &c.Benefit, row.AtFormerEmployer: &c.FormerEmployer, row.AtState: &c.State, row.AtPaymentMode: &c.PaymentMode, row.AtIBAN: &c.IBAN,
	} {
		if s != nil {
			to := r.cuts[i] - start
			*s = block[to-len(trimmed(v[i])) : to]
		}
	}
}

// trimmed drops the white space around a text.
func trimmed(b []byte) []byte {
	if len(b) == 0 || plainEdge(b[0]) && plainEdge(b[len(b)-1]) {
		return b
	}
	return bytes.TrimSpace(b)
}

// plainEdge holds for bytes that no white space begins or ends with.
func plainEdge(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

// upperCase tells whether strings.ToUpper would leave the text as it is, at the least where all of it is ASCII.
func upperCase(b []byte) bool {
	for _, c := range b {
		if c >= 'a' && c <= 'z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func appendDateValue(b, v []byte, d *pipeline.Date) ([]byte, bool) {
	n := pipeline.Date(0)
	if v != nil {
		if len(v) != 4 {
			return b, false
		}
		days := int64(int32(binary.BigEndian.Uint32(v))) + int64(postgresDay)
		if days < 1 || days > int64(pipeline.MaxDate) {
			return b, false
		}
		n = pipeline.Date(days)
	}
	*d = n
	return appendDate(b, n), true
}

func appendDays(b, v []byte, days *int32) ([]byte, bool) {
	n, ok := readCount(v)
	*days = int32(n)
	return binary.AppendVarint(b, n), ok && row.AcceptDays(n)
}

func appendAmount(b, v []byte, amount *pipeline.Opt[pipeline.Cents]) ([]byte, bool) {
	*amount = pipeline.Opt[pipeline.Cents]{}
	if v == nil {
		return append(b, 0), true
	}
	x := readBinary(row.Amount, v)
	*amount = pipeline.Some(pipeline.Cents(x.Num))
	return binary.AppendVarint(append(b, 1), x.Num), !x.Fault.Bad()
}

func appendFlag(b, v []byte, flag *bool) ([]byte, bool) {
	*flag = len(v) == 1 && v[0] != 0
	if *flag {
		return append(b, 2), true // one, as a varint
	}
	return append(b, 0), v == nil || len(v) == 1
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
