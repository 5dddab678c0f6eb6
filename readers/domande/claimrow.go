package domande

import (
	"encoding/binary"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// A claim travels from the process that reads Parquet as a head, all parts of which have their place, and its texts one after
// another: neither side looks at one value to find the next. Numbers are little-endian; dates are those of the program, 0 for null.
const (
	headTexts  = 0                           // length of each text, 16 bits
	headDates  = headTexts + 2*row.TextCount // 32 bits each
	headDays   = headDates + 4*5             // 32 bits
	headAmount = headDays + 4                // 64 bits
	headFlags  = headAmount + 8              // 8 bits
	claimHead  = headFlags + 1               // bytes of the head

	flagAdvance = 1
	flagAmount  = 2 // there is one
)

// A text of a claim is not too long to be sent.
const _ = uint16(row.MaxText)

// putHead writes what is no text.
func putHead(head *[claimHead]byte, c *pipeline.Claim) {
	le := binary.LittleEndian
	le.PutUint32(head[headDates:], uint32(c.BirthDate))
	le.PutUint32(head[headDates+4:], uint32(c.TerminatedOn))
	le.PutUint32(head[headDates+8:], uint32(c.FiledOn))
	le.PutUint32(head[headDates+12:], uint32(c.Start))
	le.PutUint32(head[headDates+16:], uint32(c.PaidThrough))
	le.PutUint32(head[headDays:], uint32(c.DaysGranted))
	le.PutUint64(head[headAmount:], uint64(c.DailyAmount.V))
	flags := byte(0)
	if c.Advance {
		flags = flagAdvance
	}
	if c.DailyAmount.OK {
		flags |= flagAmount
	}
	head[headFlags] = flags
}

// appendClaimRow writes a claim.
func appendClaimRow(b []byte, c *pipeline.Claim) []byte {
	var head [claimHead]byte
	putHead(&head, c)
	texts := claimTexts(c)
	for i, s := range texts {
		binary.LittleEndian.PutUint16(head[headTexts+2*i:], uint16(len(*s)))
	}
	b = append(b, head[:]...)
	for _, s := range texts {
		b = append(b, *s...)
	}
	return b
}

// claimTexts gives where a claim holds its texts, in the order of the columns.
func claimTexts(c *pipeline.Claim) [row.TextCount]*string {
	return [...]*string{
		&c.Number, &c.Protocol, (*string)(&c.TaxCode), &c.Surname, &c.GivenName, &c.Office, &c.Benefit, &c.FormerEmployer,
		&c.State, &c.PaymentMode, &c.IBAN,
	}
}

// claimRows reads what appendClaimRow writes; the texts of a claim are cut from one string.
type claimRows struct{ texts row.Texts }

// next reads the claim at the start of b and gives what follows; false where there is none.
func (r *claimRows) next(b []byte, c *pipeline.Claim) (rest []byte, ok bool) {
	if len(b) < claimHead {
		return nil, false
	}
	head := (*[claimHead]byte)(b)
	b = b[claimHead:]
	size := 0
	for i := range row.TextCount {
		size += textSize(head, i)
	}
	if size > len(b) {
		return nil, false
	}
	r.cut(head, r.texts.Of(b[:size]), c)
	takeHead(head, c)
	return b[size:], true
}

func textSize(head *[claimHead]byte, i int) int {
	return int(binary.LittleEndian.Uint16(head[headTexts+2*i:]))
}

// cut gives a claim its texts, which follow one another in s.
func (r *claimRows) cut(head *[claimHead]byte, s string, c *pipeline.Claim) {
	at := 0
	next := func(i int) string {
		from := at
		at += textSize(head, i)
		return s[from:at]
	}
	c.Number = next(0)
	c.Protocol = next(1)
	c.TaxCode = row.TaxCode(next(2))
	c.Surname = next(3)
	c.GivenName = next(4)
	c.Office = next(5)
	c.Benefit = next(6)
	c.FormerEmployer = next(7)
	c.State = next(8)
	c.PaymentMode = next(9)
	c.IBAN = next(10)
}

// takeHead reads what is no text.
func takeHead(head *[claimHead]byte, c *pipeline.Claim) {
	le := binary.LittleEndian
	date := func(i int) pipeline.Date { return pipeline.Date(le.Uint32(head[headDates+4*i:])) }
	c.BirthDate, c.TerminatedOn, c.FiledOn, c.Start, c.PaidThrough = date(0), date(1), date(2), date(3), date(4)
	c.DaysGranted = int32(le.Uint32(head[headDays:]))
	c.DailyAmount = pipeline.Opt[pipeline.Cents]{
		V: pipeline.Cents(le.Uint64(head[headAmount:])), OK: head[headFlags]&flagAmount != 0,
	}
	c.Advance = head[headFlags]&flagAdvance != 0
}
