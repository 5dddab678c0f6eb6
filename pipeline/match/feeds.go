package match

import (
	"bytes"
	"cmp"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// sortFeeds orders messages and vouchers by person, then by identity, so that repeats lie side by side, and vouchers so
// that equal rows of one file do.
func (g *gathered) sortFeeds() {
	byPerson(g, g.questions, questionCode, func(a, b *pipeline.DomesticQuestion) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
	byPerson(g, g.vouchers, voucherCode, func(a, b *pipeline.Voucher) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Acquired, b.Acquired), compareSource(&a.Source, &b.Source))
	})
}

func (p *Person) takeQuestions(rows []pipeline.DomesticQuestion, night pipeline.Date) {
	kept := rows[:0]
	for _, q := range rows {
		if last := len(kept) - 1; last >= 0 && kept[last].ID == q.ID {
			if q.Acquired == night {
				p.Repeated = append(p.Repeated, Repeat{q.ID, q.Source, false})
			}
			continue
		}
		kept = append(kept, q)
	}
	table.Sort(kept, func(a, b *pipeline.DomesticQuestion) int {
		return cmp.Or(cmp.Compare(a.On, b.On), strings.Compare(a.Protocol, b.Protocol), bytes.Compare(a.ID[:], b.ID[:]))
	})
	p.Questions = kept
}

// takeVouchers keeps, of equal payments, as many as the file that holds most of them: the second of two equal rows of a
// file is a payment of its own, the same rows in another file are not. Each kept one has an identity of its own, by its
// number among the equal ones of its file.
func (p *Person) takeVouchers(rows []pipeline.Voucher, night pipeline.Date) {
	kept := rows[:0]
	var last pipeline.Voucher
	known, inFile := 0, 0 // of the equal payments: how many are kept, and how many rows of this file were seen
	for _, v := range rows {
		if v.ID != last.ID {
			known, inFile = 0, 0
		} else if v.Acquired != last.Acquired || v.Source.Flow != last.Source.Flow || v.Source.File != last.Source.File {
			inFile = 0
		}
		last = v
		n := inFile
		inFile++
		v.ID = last.Nth(n)
		switch {
		case n == known:
			known++
			kept = append(kept, v)
		case v.Acquired == night:
			p.Repeated = append(p.Repeated, Repeat{v.ID, v.Source, false})
		}
	}
	table.Sort(kept, func(a, b *pipeline.Voucher) int {
		return cmp.Or(cmp.Compare(a.On, b.On), bytes.Compare(a.ID[:], b.ID[:]))
	})
	p.Vouchers = kept
}
