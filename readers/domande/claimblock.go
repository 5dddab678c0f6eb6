package domande

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// appendClaimBlock writes a claim as tables.Claims.Append does, byte by byte, without going through the description of
// the table for every value: 2.5 million claims a night are written so.
func appendClaimBlock(b []byte, c *pipeline.Claim) []byte {
	texts := textsOf(c)
	for i := range row.Columns {
		if texts[i] != nil {
			b = appendText(b, *texts[i])
		} else {
			b = appendNumber(b, i, c)
		}
	}
	return b
}

// textsOf gives where a claim holds the texts among its columns; nil for the other columns.
func textsOf(c *pipeline.Claim) [row.Width]*string {
	return [...]*string{
		row.AtNumber: &c.Number, row.AtProtocol: &c.Protocol, row.AtTaxCode: (*string)(&c.TaxCode), row.AtSurname: &c.Surname,
		row.AtGivenName: &c.GivenName, row.AtOffice: &c.Office, row.AtBenefit: &c.Benefit, row.AtFormerEmployer: &c.FormerEmployer,
		row.AtState: &c.State, row.AtPaymentMode: &c.PaymentMode, row.AtIBAN: &c.IBAN,
	}
}

// appendNumber writes a column that is no text.
func appendNumber(b []byte, i int, c *pipeline.Claim) []byte {
	switch i {
	case row.AtBirthDate:
		return appendDate(b, c.BirthDate)
	case row.AtTerminatedOn:
		return appendDate(b, c.TerminatedOn)
	case row.AtFiledOn:
		return appendDate(b, c.FiledOn)
	case row.AtStart:
		return appendDate(b, c.Start)
	case row.AtPaidThrough:
		return appendDate(b, c.PaidThrough)
	case row.AtDaysGranted:
		return binary.AppendVarint(b, int64(c.DaysGranted))
	case row.AtDailyAmount:
		if c.DailyAmount.OK {
			return binary.AppendVarint(append(b, 1), int64(c.DailyAmount.V))
		}
	case row.AtAdvance:
		if c.Advance {
			return append(b, 2) // one, as a varint
		}
	}
	return append(b, 0)
}

func appendText[S string | []byte](b []byte, s S) []byte {
	if len(s) < 0x80 {
		return append(append(b, byte(len(s))), s...)
	}
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendDate(b []byte, d pipeline.Date) []byte {
	if d.IsZero() {
		return append(b, 0)
	}
	n := d.UnixDays()
	if u := uint32(n)<<1 ^ uint32(n>>31); u >= 1<<7 && u < 1<<14 { // days of 1970 to 1992
		return append(b, 1, byte(u)|0x80, byte(u>>7))
	} else if u >= 1<<14 && u < 1<<21 { // and of 1914 to 4840
		return append(b, 1, byte(u)|0x80, byte(u>>7)|0x80, byte(u>>14))
	}
	return binary.AppendVarint(append(b, 1), int64(n))
}

// quickRow makes claims of rows in which nothing is wrong, and their blocks: the texts of a claim are cut from one copy of
// its block.
type quickRow struct {
	claim pipeline.Claim
	texts row.Texts
}

// append writes a row of the stream of texts as they stand in the source, nil for null, and of the numbers that the claim
// holds, and gives the claim its texts. Where it gives false the row is to be judged with its cells.
func (q *quickRow) append(b []byte, v *[row.Width][]byte) ([]byte, bool) {
	texts := textsOf(&q.claim)
	var cuts [row.Width]int
	start := len(b)
	b = append(b, rowClaim)
	for i, x := range v {
		if texts[i] == nil {
			b = appendNumber(b, i, &q.claim)
			continue
		}
		x = trimmed(x)
		b = appendText(b, x)
		cuts[i] = len(b) - start - len(x)
	}
	if !upperCase(v[row.AtTaxCode]) || !upperCase(v[row.AtFormerEmployer]) { // the block has them as they are
		return b, false
	}
	block := q.texts.Of(b[start:])
	for i, s := range texts {
		if s != nil {
			*s = block[cuts[i] : cuts[i]+len(trimmed(v[i]))]
		}
	}
	return b, row.Accept(&q.claim, false)
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

// upperCase tells whether a text is ASCII without lower case.
func upperCase(b []byte) bool {
	for _, c := range b {
		if c >= 'a' && c <= 'z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// claimBlocks reads what appendClaimBlock writes, as tables.Claims.Next does; the texts of a claim are cut from one copy of
// its block.
type claimBlocks struct{ texts row.Texts }

// next reads the claim at the start of b and gives what follows; false where there is none.
func (r *claimBlocks) next(b []byte, c *pipeline.Claim) (rest []byte, ok bool) {
	s := blockReader{b: b}
	texts := textsOf(c)
	var cuts [row.Width][2]int
	for i, text := range texts {
		if text == nil {
			s.value(i, c)
			continue
		}
		n := len(s.text())
		to := len(b) - len(s.b)
		cuts[i] = [2]int{to - n, to}
	}
	if s.bad {
		return nil, false
	}
	block := r.texts.Of(b[:len(b)-len(s.b)])
	for i, text := range texts {
		if text != nil {
			*text = block[cuts[i][0]:cuts[i][1]]
		}
	}
	return s.b, true
}

// blockReader reads the values of a block one after another; after the first that is not there all are zero.
type blockReader struct {
	b   []byte
	bad bool
}

func (s *blockReader) fail() {
	s.b, s.bad = nil, true
}

// value reads a column that is no text.
func (s *blockReader) value(i int, c *pipeline.Claim) {
	switch i {
	case row.AtBirthDate:
		c.BirthDate = s.date()
	case row.AtTerminatedOn:
		c.TerminatedOn = s.date()
	case row.AtFiledOn:
		c.FiledOn = s.date()
	case row.AtStart:
		c.Start = s.date()
	case row.AtPaidThrough:
		c.PaidThrough = s.date()
	case row.AtDaysGranted:
		c.DaysGranted = int32(s.number())
	case row.AtDailyAmount:
		c.DailyAmount = pipeline.Opt[pipeline.Cents]{}
		if s.present() {
			c.DailyAmount = pipeline.Some(pipeline.Cents(s.number()))
		}
	case row.AtAdvance:
		c.Advance = s.number() != 0
	}
}

func (s *blockReader) text() []byte {
	if len(s.b) > 0 {
		if n := int(s.b[0]); n < 0x80 && n < len(s.b) {
			t := s.b[1 : 1+n]
			s.b = s.b[1+n:]
			return t
		}
	}
	n, k := binary.Uvarint(s.b)
	if k <= 0 || n > uint64(len(s.b)-k) {
		s.fail()
		return nil
	}
	t := s.b[k : k+int(n)]
	s.b = s.b[k+int(n):]
	return t
}

func (s *blockReader) number() int64 {
	n, k := binary.Varint(s.b)
	if k <= 0 {
		s.fail()
		return 0
	}
	s.b = s.b[k:]
	return n
}

// present reads whether a value follows that may be null.
func (s *blockReader) present() bool {
	if len(s.b) == 0 {
		s.fail()
		return false
	}
	is := s.b[0] != 0
	s.b = s.b[1:]
	return is
}

func (s *blockReader) date() pipeline.Date {
	if !s.present() {
		return 0
	}
	return pipeline.DateFromUnixDays(int32(s.number()))
}
