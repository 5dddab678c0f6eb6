package match_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"pgregory.net/rapid"

	"incrocio/fixtures/sources"
	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// world is everything there is, in no order.
type world struct {
	claims         []pipeline.Claim
	issued         []pipeline.Action
	open           []pipeline.Exception
	communications []pipeline.Communication
	submissions    []pipeline.Submission
	notices        []pipeline.Notice
	questions      []pipeline.DomesticQuestion
	vouchers       []pipeline.Voucher
}

// person invents the i-th person; odd ones are the omocode of the one before.
func person(i int) pipeline.CodiceFiscale {
	base, err := pipeline.CompleteCodiceFiscale(fmt.Sprintf("RSSMR%c%02dA01H%03d", 'A'+i/2/400, 50+i/2%40, 501+i/2%400))
	if err != nil {
		panic(err)
	}
	if i%2 == 1 {
		return base.Omocode(0b1000000)
	}
	return base
}

func drawWorld(t *rapid.T) world {
	var w world
	who := rapid.Custom(func(t *rapid.T) pipeline.CodiceFiscale { return person(rapid.IntRange(0, 11).Draw(t, "person")) })
	acquired := rapid.SampledFrom([]pipeline.Date{night, night, night - 1, night - 40})
	id := func(n int, what string) pipeline.DocID { return sha256.Sum256(fmt.Appendf(nil, "%s %d", what, n)) }
	source := func(i int) pipeline.Source {
		return pipeline.Source{
			Flow: pipeline.FlowUnilav, File: rapid.SampledFrom([]string{"a.xml", "b.zip!x", "c.xml"}).Draw(t, "file"), Index: int64(i),
		}
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "claims") {
		w.claims = append(w.claims, pipeline.Claim{
			Number: fmt.Sprint(i), TaxCode: who.Draw(t, "who"), Start: night - pipeline.Date(rapid.IntRange(0, 2).Draw(t, "start")),
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "issued") {
		w.issued = append(w.issued, pipeline.Action{ID: fmt.Sprint(i), TaxCode: who.Draw(t, "who"), Claim: fmt.Sprint(i), From: night})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "open") {
		w.open = append(w.open, pipeline.Exception{ID: fmt.Sprint(i), TaxCode: who.Draw(t, "who"), Code: "X"})
	}
	for i := range rapid.IntRange(0, 40).Draw(t, "communications") {
		n := rapid.IntRange(0, 20).Draw(t, "document")
		c := pipeline.Communication{
			ID: id(n, "co"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), Worker: person(n % 12),
			SentAt: pipeline.Instant(n % 3), Code: fmt.Sprintf("%016d", n), Model: pipeline.ModelUnilav,
		}
		if n%5 == 0 {
			c.Model, c.Part = pipeline.ModelVardatori, int32(n%2)
		}
		w.communications = append(w.communications, c)
	}
	for i := range rapid.IntRange(0, 10).Draw(t, "submissions") {
		n := rapid.IntRange(0, 5).Draw(t, "document")
		w.submissions = append(w.submissions, pipeline.Submission{
			ID: id(n, "sub"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), TaxCode: person(n), Protocol: fmt.Sprint(n),
		})
	}
	for i := range rapid.IntRange(0, 10).Draw(t, "notices") {
		n := rapid.IntRange(0, 5).Draw(t, "document")
		w.notices = append(w.notices, pipeline.Notice{
			ID: id(n, "not"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), TaxCode: person(2 * n), On: night,
		})
	}
	for i := range rapid.IntRange(0, 10).Draw(t, "questions") {
		n := rapid.IntRange(0, 5).Draw(t, "document")
		q := pipeline.DomesticQuestion{
			ID: id(n, "que"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), Worker: person(n), Protocol: fmt.Sprint(n % 2), On: night,
		}
		if n == 5 {
			q.Worker = "" // about nobody in particular
		}
		w.questions = append(w.questions, q)
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "vouchers") {
		n := rapid.IntRange(0, 2).Draw(t, "document")
		w.vouchers = append(w.vouchers, pipeline.Voucher{
			ID: id(n, "vou"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), Worker: person(n), On: night, Net: 100,
		})
	}
	return w
}

// oracle joins by looking at everything for every person.
func oracle(w world) []match.Person {
	var out []match.Person
	for _, code := range w.people() {
		p := match.Person{Dossier: pipeline.Dossier{Person: code}}
		for _, c := range w.claims {
			if c.TaxCode == code {
				p.Claims = append(p.Claims, c)
			}
		}
		for _, a := range w.issued {
			if a.TaxCode == code {
				p.Issued = append(p.Issued, a)
			}
		}
		for _, e := range w.open {
			if e.TaxCode == code {
				p.Open = append(p.Open, e)
			}
		}
		for _, c := range w.communications {
			if c.Worker != code {
				continue
			}
			first := true
			for _, o := range w.communications {
				if o.ID == c.ID && o.Part == c.Part && before(o.Acquired, o.Source, c.Acquired, c.Source) {
					first = false
				}
			}
			switch {
			case first:
				p.Communications = append(p.Communications, c)
			case c.Acquired == night:
				p.Repeated = append(p.Repeated, match.Repeat{ID: c.ID, Source: c.Source, FanOut: c.Model == pipeline.ModelVardatori})
			}
		}
		for _, c := range w.submissions {
			if c.TaxCode != code {
				continue
			}
			first := true
			for _, o := range w.submissions {
				if o.ID == c.ID && before(o.Acquired, o.Source, c.Acquired, c.Source) {
					first = false
				}
			}
			switch {
			case first:
				p.Submissions = append(p.Submissions, c)
			case c.Acquired == night:
				p.Repeated = append(p.Repeated, match.Repeat{ID: c.ID, Source: c.Source})
			}
		}
		for _, c := range w.notices {
			if c.TaxCode != code {
				continue
			}
			first := true
			for _, o := range w.notices {
				if o.ID == c.ID && before(o.Acquired, o.Source, c.Acquired, c.Source) {
					first = false
				}
			}
			switch {
			case first:
				p.Notices = append(p.Notices, c)
			case c.Acquired == night:
				p.Repeated = append(p.Repeated, match.Repeat{ID: c.ID, Source: c.Source})
			}
		}
		for _, c := range w.questions {
			if c.Worker != code {
				continue
			}
			first := true
			for _, o := range w.questions {
				if o.ID == c.ID && before(o.Acquired, o.Source, c.Acquired, c.Source) {
					first = false
				}
			}
			switch {
			case first:
				p.Questions = append(p.Questions, c)
			case c.Acquired == night:
				p.Repeated = append(p.Repeated, match.Repeat{ID: c.ID, Source: c.Source})
			}
		}
		oracleVouchers(w, code, &p)
		out = append(out, p)
	}
	return out
}

// oracleVouchers counts, for each row, the equal ones before it in its file, and looks for a file before it that has more.
func oracleVouchers(w world, code pipeline.CodiceFiscale, p *match.Person) {
	nth := func(v pipeline.Voucher) (n int) {
		for _, o := range w.vouchers {
			if o.ID == v.ID && o.Acquired == v.Acquired && o.Source.File == v.Source.File && o.Source.Index < v.Source.Index {
				n++
			}
		}
		return n
	}
	for _, v := range w.vouchers {
		if v.Worker != code {
			continue
		}
		first := true
		for _, o := range w.vouchers {
			if o.ID == v.ID && nth(o) == nth(v) && before(o.Acquired, o.Source, v.Acquired, v.Source) {
				first = false
			}
		}
		v.ID = v.Nth(nth(v))
		switch {
		case first:
			p.Vouchers = append(p.Vouchers, v)
		case v.Acquired == night:
			p.Repeated = append(p.Repeated, match.Repeat{ID: v.ID, Source: v.Source})
		}
	}
}

func before(an pipeline.Date, a pipeline.Source, bn pipeline.Date, b pipeline.Source) bool {
	return cmp.Or(cmp.Compare(an, bn), cmp.Compare(a.File, b.File), cmp.Compare(a.Index, b.Index)) < 0
}

// codes are those of all rows, one for each.
func (w *world) codes() []pipeline.CodiceFiscale {
	return slices.Concat(
		codesOf(w.claims, func(c *pipeline.Claim) pipeline.CodiceFiscale { return c.TaxCode }),
		codesOf(w.issued, func(a *pipeline.Action) pipeline.CodiceFiscale { return a.TaxCode }),
		codesOf(w.open, func(e *pipeline.Exception) pipeline.CodiceFiscale { return e.TaxCode }),
		codesOf(w.communications, func(c *pipeline.Communication) pipeline.CodiceFiscale { return c.Worker }),
		codesOf(w.submissions, func(s *pipeline.Submission) pipeline.CodiceFiscale { return s.TaxCode }),
		codesOf(w.notices, func(n *pipeline.Notice) pipeline.CodiceFiscale { return n.TaxCode }),
		codesOf(w.questions, func(q *pipeline.DomesticQuestion) pipeline.CodiceFiscale { return q.Worker }),
		codesOf(w.vouchers, func(v *pipeline.Voucher) pipeline.CodiceFiscale { return v.Worker }),
	)
}

func codesOf[T any](rows []T, code func(*T) pipeline.CodiceFiscale) []pipeline.CodiceFiscale {
	var out []pipeline.CodiceFiscale
	for i := range rows {
		out = append(out, code(&rows[i]))
	}
	return out
}

// people are the codes, each once, in order.
func (w *world) people() []pipeline.CodiceFiscale {
	all := w.codes()
	slices.Sort(all)
	return slices.Compact(all)
}

// source serves a world, dealt out over a number of groups.
func (w *world) source(groups int) *match.Source {
	return &match.Source{
		Claims:  sources.Claims(deal(&w.claims, groups)),
		Actions: deal(&w.issued, groups),
		Exceptions: func(_ context.Context, u match.Unit, _ func(pipeline.CodiceFiscale) bool, fn func(*pipeline.Exception) error) error {
			return dealt(w.open, groups, u, fn)
		},
		Communications: sources.Communications(deal(&w.communications, groups)),
		Submissions: func(_ context.Context, u match.Unit, fn func(*tables.ArchivedSubmission) error) error {
			return dealt(w.submissions, groups, u, func(s *pipeline.Submission) error {
				row, err := tables.ArchiveSubmission(s)
				return errors.Join(err, fn(&row))
			})
		},
		Notices: func(_ context.Context, u match.Unit, fn func(*tables.ArchivedNotice) error) error {
			return dealt(w.notices, groups, u, func(n *pipeline.Notice) error {
				row, err := tables.ArchiveNotice(n)
				return errors.Join(err, fn(&row))
			})
		},
		Questions: func(_ context.Context, u match.Unit, fn func(*tables.ArchivedQuestion) error) error {
			return dealt(w.questions, groups, u, func(q *pipeline.DomesticQuestion) error {
				row, err := tables.ArchiveQuestion(q)
				return errors.Join(err, fn(&row))
			})
		},
		Vouchers: func(_ context.Context, u match.Unit, fn func(*tables.ArchivedVoucher) error) error {
			return dealt(w.vouchers, groups, u, func(v *pipeline.Voucher) error {
				row, err := tables.ArchiveVoucher(v)
				return errors.Join(err, fn(&row))
			})
		},
	}
}

func deal[T any](rows *[]T, groups int) func(context.Context, match.Unit, func(*T) error) error {
	return func(_ context.Context, u match.Unit, fn func(*T) error) error { return dealt(*rows, groups, u, fn) }
}

func dealt[T any](rows []T, groups int, u match.Unit, fn func(*T) error) error {
	for i := range rows {
		if i%groups != u.Group {
			continue
		}
		row := rows[i]
		if err := fn(&row); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) shuffle(r *rand.Rand) {
	shuffle(r, w.claims)
	shuffle(r, w.issued)
	shuffle(r, w.open)
	shuffle(r, w.communications)
	shuffle(r, w.submissions)
	shuffle(r, w.notices)
	shuffle(r, w.questions)
	shuffle(r, w.vouchers)
}

func shuffle[T any](r *rand.Rand, rows []T) {
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}
