package match

import (
	"bytes"
	"cmp"
	"encoding/binary"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// doubt is a communication under a temporary or wrong code that points at a claimant.
type doubt struct {
	claimant  pipeline.CodiceFiscale
	claimants uint64 // codes of claimants it points at
	pipeline.Communication
}

// Doubtful adds a communication that points at claimants, once for each of their codes.
func (o *Blocks) Doubtful(codes *Aliases, c *pipeline.Communication, claimants []pipeline.CodiceFiscale) error {
	for _, code := range claimants {
		o.row = appendAbout(o.row[:0], len(claimants), code)
		o.row = tables.DoubtfulCommunications.Append(o.row, c)
		if err := o.put(KindDoubtful, codes.Place(code)); err != nil {
			return err
		}
	}
	return nil
}

// Communication adds a communication to the partition of a hash, as one of whoever has its code.
func (o *Blocks) Communication(hash uint64, c *pipeline.Communication) error {
	o.row = tables.Communications.Append(o.row[:0], c)
	return o.put(KindCommunication, hash)
}

// Action adds an action in force to the partition of a place.
func (o *Blocks) Action(place uint64, a *pipeline.Action) error {
	o.row = tables.ActionsInForce.Append(o.row[:0], a)
	return o.put(KindAction, place)
}

// Exception adds an exception that is known to the partition of a place.
func (o *Blocks) Exception(place uint64, e *pipeline.Exception) error {
	o.row = tables.Exceptions.Append(o.row[:0], e)
	return o.put(KindException, place)
}

// appendAbout writes, before the row of a record, a number and the code of whom the record is about.
func appendAbout(b []byte, n int, code pipeline.CodiceFiscale) []byte {
	b = binary.AppendUvarint(b, uint64(n))
	return append(binary.AppendUvarint(b, uint64(len(code))), code...)
}

// about reads what appendAbout wrote, and gives the row that follows.
func about(record []byte) (n uint64, code pipeline.CodiceFiscale, row []byte, err error) {
	n, k := binary.Uvarint(record)
	if k <= 0 {
		return 0, "", nil, table.ErrBlock
	}
	length, m := binary.Uvarint(record[k:])
	if record = record[k:]; m <= 0 || length > uint64(len(record)-m) {
		return 0, "", nil, table.ErrBlock
	}
	return n, pipeline.CodiceFiscale(record[m : m+int(length)]), record[m+int(length):], nil
}

func restoreDoubt(doubts []doubt, record []byte) ([]doubt, error) {
	var d doubt
	var err error
	if d.claimants, d.claimant, record, err = about(record); err != nil {
		return doubts, err
	}
	rows, err := one[pipeline.Communication](nil, tables.DoubtfulCommunications, record)
	if err != nil {
		return doubts, err
	}
	d.Communication = rows[0]
	return append(doubts, d), nil
}

// takeDoubts keeps each document once. One that points at two codes of the person points at one claimant.
func (p *Person) takeDoubts(rows []doubt, night pipeline.Date) {
	var last *doubt
	for i := range rows {
		d := &rows[i]
		switch {
		case last == nil || last.ID != d.ID:
			p.Doubtful = append(p.Doubtful, doubtfulCommunication(reason(d.Worker), &d.Communication, int(d.claimants)))
		case last.Acquired == d.Acquired && last.Source == d.Source:
			if n := len(p.Doubtful) - 1; p.Doubtful[n].Source == d.Source {
				p.Doubtful[n].Claimants--
			}
		case d.Acquired == night:
			p.Repeated = append(p.Repeated, Repeat{d.ID, d.Source, true})
		}
		last = d
	}
	p.sortDoubtful()
}

// reason tells why the code of a document names nobody.
func reason(code pipeline.CodiceFiscale) pipeline.Doubt {
	if code.Valid() {
		return pipeline.DoubtTemporary
	}
	return pipeline.DoubtUnchecked
}

func (p *Person) sortDoubtful() {
	table.Sort(p.Doubtful, func(a, b *pipeline.Doubtful) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

func doubtfulCommunication(why pipeline.Doubt, c *pipeline.Communication, claimants int) pipeline.Doubtful {
	return pipeline.Doubtful{
		Doubt: why, Code: c.Worker, Claimants: claimants, ID: c.ID, Source: c.Source, Acquired: c.Acquired, Ref: c.Ref(),
		Kind: string(c.Model), SentAt: c.SentAt, Communication: c,
	}
}

func doubtfulSubmission(why pipeline.Doubt, s *pipeline.Submission, claimants int) pipeline.Doubtful {
	d := pipeline.Doubtful{
		Doubt: why, Code: s.TaxCode, Claimants: claimants, ID: s.ID, Source: s.Source, Acquired: s.Acquired, Ref: s.Ref(),
		Kind: "ASPI-COM", SentAt: s.SubmittedAt,
	}
	if len(s.Events) > 0 {
		d.Days = pipeline.Period{From: s.Events[0].Start, To: s.Events[0].End}
	}
	return d
}

func doubtfulNotice(why pipeline.Doubt, code pipeline.CodiceFiscale, n *pipeline.Notice, claimants int) pipeline.Doubtful {
	return pipeline.Doubtful{
		Doubt: why, Code: code, Claimants: claimants, ID: n.ID, Source: n.Source, Acquired: n.Acquired, Ref: n.Ref(), Kind: n.Kind,
	}
}

func doubtfulVoucher(why pipeline.Doubt, v *pipeline.Voucher, claimants int) pipeline.Doubtful {
	return pipeline.Doubtful{
		Doubt: why, Code: v.Worker, Claimants: claimants, ID: v.ID, Source: v.Source, Acquired: v.Acquired, Ref: v.Ref(), Kind: "VOUCHER",
	}
}
