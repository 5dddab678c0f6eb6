package domande

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/readers/domande/internal/row"
)

// quickRow makes claims of rows of a binary COPY in which nothing is wrong, and their blocks, in one pass over the columns: the
// texts of a claim are cut from one copy of its block.
type quickRow struct {
	claim pipeline.Claim
	texts row.Texts
	spans [row.Width]span // of the texts in the block at hand
}

// span is where a text lies in its block.
type span struct{ from, to int }

// read makes a claim of the row at the start of raw, appends its block to b and gives the length of the row. That is 0 where the
// row is not whole, or is to be judged with its cells.
func (q *quickRow) read(b, raw []byte) ([]byte, int) {
	c := &q.claim
	v := columnValues{raw: raw, at: 2} // after the number of columns
	start := len(b)
	b = append(b, rowClaim)
	b = q.run(&v, b, start, row.AtNumber, row.AtGivenName)
	v.bad = !readDate(v.next(), &c.BirthDate) || v.bad
	b = table.AppendDate(b, c.BirthDate)
	b = q.run(&v, b, start, row.AtOffice, row.AtBenefit)
	v.bad = !readDate(v.next(), &c.TerminatedOn) || v.bad
	b = table.AppendDate(b, c.TerminatedOn)
	b = q.run(&v, b, start, row.AtFormerEmployer, row.AtFormerEmployer)
	v.bad = !readDate(v.next(), &c.FiledOn) || !readDate(v.next(), &c.Start) || !readDays(v.next(), &c.DaysGranted) || v.bad
	b = binary.AppendVarint(table.AppendDate(table.AppendDate(b, c.FiledOn), c.Start), int64(c.DaysGranted))
	b = q.run(&v, b, start, row.AtState, row.AtState)
	v.bad = !readDate(v.next(), &c.PaidThrough) || !readAmount(v.next(), &c.DailyAmount) || !readFlag(v.next(), &c.Advance) || v.bad
	b = table.AppendNumber(table.AppendDate(b, c.PaidThrough), int64(c.DailyAmount.V), c.DailyAmount.OK)
	b = table.AppendFlag(b, c.Advance)
	b = q.run(&v, b, start, row.AtPaymentMode, row.AtIBAN)
	if v.bad || c.TerminatedOn == 0 || c.Start == 0 || !q.right(b[start:]) {
		return b, 0
	}
	q.cut(q.texts.Of(b[start:]))
	return b, v.at
}

// run takes texts that follow one another and writes them to the block that begins at start.
func (q *quickRow) run(v *columnValues, b []byte, start, from, to int) []byte {
	first := len(b)
	for i := from; i <= to; i++ {
		x := v.next()
		if len(x) > 0 && !row.Inside(x) {
			x = bytes.TrimSpace(x)
		}
		if len(x) > row.MaxText {
			v.bad = true
			return b
		}
		b = table.AppendText(b, x)
		q.spans[i] = span{len(b) - len(x) - start, len(b) - start}
	}
	if !row.ASCII(b[first:]) {
		for _, s := range q.spans[from : to+1] {
			v.bad = v.bad || !utf8.Valid(b[start+s.from:start+s.to])
		}
	}
	return b
}

// right judges the texts of a block.
func (q *quickRow) right(block []byte) bool {
	text := func(i int) []byte { return block[q.spans[i].from:q.spans[i].to] }
	t := row.Judged{
		Number: text(row.AtNumber), Office: text(row.AtOffice), TaxCode: text(row.AtTaxCode),
		FormerEmployer: text(row.AtFormerEmployer), Benefit: text(row.AtBenefit), State: text(row.AtState),
	}
	return t.Accept()
}

// cut gives the claim its texts, which lie in its block.
func (q *quickRow) cut(block string) {
	c := &q.claim
	text := func(i int) string { return block[q.spans[i].from:q.spans[i].to] }
	c.Number, c.Protocol, c.TaxCode = text(row.AtNumber), text(row.AtProtocol), row.TaxCode(text(row.AtTaxCode))
	c.Surname, c.GivenName, c.Office, c.Benefit = text(row.AtSurname), text(row.AtGivenName), text(row.AtOffice), text(row.AtBenefit)
	c.FormerEmployer, c.State = text(row.AtFormerEmployer), text(row.AtState)
	c.PaymentMode, c.IBAN = text(row.AtPaymentMode), text(row.AtIBAN)
}

// columnValues takes the values of a row one after another: nil for null, and after the first that is not there.
type columnValues struct {
	raw []byte
	at  int // where the next begins; a number and not a slice, which would cost the collector's barrier each time
	bad bool
}

func (v *columnValues) next() []byte {
	if len(v.raw)-v.at < 4 {
		v.bad = true
		return nil
	}
	n := binary.BigEndian.Uint32(v.raw[v.at:])
	from := v.at + 4
	v.at = from
	if uint64(n) > uint64(len(v.raw)-from) {
		v.bad = v.bad || n != null
		return nil
	}
	v.at += int(n)
	return v.raw[from:v.at]
}

// null is the length of what is not there.
const null = 0xffffffff
