package domande

import (
	"encoding/binary"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// appendClaimBlock writes a claim as tables.Claims.Append does, byte by byte, without going through the description of
// the table for every value: 2.5 million claims a night are written so.
func appendClaimBlock(b []byte, c *pipeline.Claim) []byte {
	b = appendText(b, c.Number)
	b = appendText(b, c.Protocol)
	b = appendText(b, string(c.TaxCode))
	b = appendText(b, c.Surname)
	b = appendText(b, c.GivenName)
	b = appendDate(b, c.BirthDate)
	b = appendText(b, c.Office)
	b = appendText(b, c.Benefit)
	b = appendDate(b, c.TerminatedOn)
	b = appendText(b, c.FormerEmployer)
	b = appendDate(b, c.FiledOn)
	b = appendDate(b, c.Start)
	b = binary.AppendVarint(b, int64(c.DaysGranted))
	b = appendText(b, c.State)
	b = appendDate(b, c.PaidThrough)
	if c.DailyAmount.OK {
		b = binary.AppendVarint(append(b, 1), int64(c.DailyAmount.V))
	} else {
		b = append(b, 0)
	}
	if c.Advance {
		b = append(b, 2) // one, as a varint
	} else {
		b = append(b, 0)
	}
	b = appendText(b, c.PaymentMode)
	return appendText(b, c.IBAN)
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

// claimBlocks reads what appendClaimBlock writes, as tables.Claims.Next does, and makes the texts of a claim in one piece.
type claimBlocks struct {
	texts row.Texts
	names row.Names
	plain []byte // the texts of the claim
	cuts  [len(plainTexts{})]int
}

// plainTexts are the texts of a claim that do not repeat.
type plainTexts [7]*string

// next reads the claim at the start of b and gives what follows; false where there is none.
func (r *claimBlocks) next(b []byte, c *pipeline.Claim) (rest []byte, ok bool) {
	s := blockReader{b: b}
	r.plain = r.plain[:0]
	texts := plainTexts{&c.Number, &c.Protocol, (*string)(&c.TaxCode), &c.Surname, &c.GivenName, &c.FormerEmployer, &c.IBAN}
	for i := range 5 {
		r.text(i, &s)
	}
	c.BirthDate = s.date()
	c.Office = r.names.Of(s.text())
	c.Benefit = r.names.Of(s.text())
	c.TerminatedOn = s.date()
	r.text(5, &s)
	c.FiledOn = s.date()
	c.Start = s.date()
	c.DaysGranted = int32(s.number())
	c.State = r.names.Of(s.text())
	c.PaidThrough = s.date()
	c.DailyAmount = pipeline.Opt[pipeline.Cents]{}
	if s.present() {
		c.DailyAmount = pipeline.Some(pipeline.Cents(s.number()))
	}
	c.Advance = s.number() != 0
	c.PaymentMode = r.names.Of(s.text())
	r.text(6, &s)
	all := r.texts.Of(r.plain)
	from := 0
	for i, to := range r.cuts {
		*texts[i], from = all[from:to], to
	}
	return s.b, !s.bad
}

func (r *claimBlocks) text(i int, s *blockReader) {
	r.plain = append(r.plain, s.text()...)
	r.cuts[i] = len(r.plain)
}

// blockReader reads the values of a block one after another; after the first that is not there all are zero.
type blockReader struct {
	b   []byte
	bad bool
}

func (s *blockReader) fail() {
	s.b, s.bad = nil, true
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
