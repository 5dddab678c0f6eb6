package rules

import (
	"fmt"
	"slices"

	"incrocio/pipeline"
)

// yearIncome is what was declared of the expected income of an activity in one year.
type yearIncome struct {
	shares  []share     // what is withheld on it, one after the other
	unknown []*declared // declarations without a sum, or with one that is unsure, that no other has followed
	late    []*declared // the first sum of an activity told in time, declared after the month, and what followed
	told    bool        // some sum was declared in time, be it over the limit
	waived  bool        // it was over the limit, and an operator refused the decadence: what follows counts from its day
	exceeds *overIncome // one over the limit that stands; nil where none does
}

// overIncome is an income over the limit (R41), with what was declared of its year after it: none of that gives the
// benefit back by itself.
type overIncome struct {
	ev    *declared
	from  pipeline.Date // first day that is not paid
	first bool          // nothing was withheld on the year before it
	refs  []string      // it and what it took the place of
	after []string      // what was declared after it
	lower *declared     // the last of that which is not over the limit; nil where there is none
}

// idleIncome is an income declared on a day, of a year of which no day was left.
type idleIncome struct {
	on   pipeline.Date
	year int
	refs []string
}

// declarations lists what was declared of the expected income, in order of submission.
func (a *activity) declarations() []*declared {
	if a.first == nil {
		return nil
	}
	return append([]*declared{a.first}, a.later...)
}

// declaredRefs names the declarations of the start and of the expected income.
func (a *activity) declaredRefs() []string {
	if a.first == nil {
		return nil
	}
	if len(a.later) == 0 {
		return a.first.refs
	}
	var refs []string
	for _, ev := range a.declarations() {
		refs = append(refs, ev.refs...)
	}
	return refs
}

// begins is the first day of the activity within the benefit.
func (a *activity) begins() pipeline.Date { return max(a.start, a.k.c.Start) }

// yearOf is the year of the income that a declaration tells. Where none is told it is the year of the submission; what is
// told in the year before the activity starts is of its first year.
func (a *activity) yearOf(ev *declared) int {
	told := ev.sub.SubmittedOn.Year()
	if year := int(ev.Year); year != 0 && year != told {
		return year
	}
	return max(told, a.start.Year())
}

// older tells whether the activity is older than the claim: what is withheld on it is only proposed (R43).
func (a *activity) older() bool { return a.first.Start < a.k.c.Start }

// over tells whether an income is over the limit that was in force on the first day of the activity.
func (a *activity) over(income pipeline.Cents) bool {
	_, most := a.limitsOn(a.begins())
	return a.k.p.Parameters.in(paramStatusKept, a.begins()) && income > most
}

// unsure tells whether an income is over the limit of one kind of work and within that of the other, and nobody has told
// which the activity is. As long as one reading keeps the benefit nothing is stopped; nor is anything withheld.
func (a *activity) unsure(income pipeline.Cents) bool {
	least, most := a.limitsOn(a.begins())
	return a.k.p.Parameters.in(paramStatusKept, a.begins()) && least < income && income <= most
}

// unsureOf says why an income is unsure.
func (a *activity) unsureOf(income pipeline.Cents) string {
	least, most := a.limitsOn(a.begins())
	return fmt.Sprintf("non è indicata la categoria: %s euro superano il limite di %s euro e non quello di %s euro", income.Italian(), least.Italian(), most.Italian())
}

// incomes reads the declarations of the expected income in the order in which they were made, and tells what is missing.
func (a *activity) incomes() {
	a.told = map[int]*yearIncome{}
	for _, ev := range a.declarations() {
		a.income(ev)
	}
	years := make([]int, 0, len(a.told))
	for year := range a.told {
		years = append(years, year)
	}
	slices.Sort(years)
	for _, year := range years {
		a.years = append(a.years, a.told[year].shares...)
	}
	if begun := a.begins().Year(); a.told[begun] == nil {
		a.missing(a.first.refs, fmt.Sprintf("non è comunicato il reddito presunto del %d", begun), askIncome)
	}
	for _, year := range years {
		y := a.told[year]
		for _, ev := range y.unknown {
			if ev.Income.OK {
				a.missing(ev.refs, a.unsureOf(ev.Income.V), askCategory)
				continue
			}
			a.missing(ev.refs, unknownSum(ev, a.first), askIncome)
		}
		if len(y.late) > 0 {
			a.lateIncome(y.late)
		}
		if y.exceeds != nil {
			a.overLimit(y.exceeds)
		}
	}
}

// unknownSum says what a declaration leaves out.
func unknownSum(ev, first *declared) string {
	if ev == first {
		return "la comunicazione non indica il reddito presunto"
	}
	return "la comunicazione non indica il nuovo reddito"
}

// income reads one declaration. What follows an income over the limit waits with it.
func (a *activity) income(ev *declared) {
	year := a.yearOf(ev)
	if year < a.begins().Year() {
		a.tooEarly(ev, year)
		return
	}
	y := a.ofYear(year)
	switch {
	case y.exceeds != nil && !a.replaces(ev, y) && !a.waives(ev, y):
		y.exceeds.after = append(y.exceeds.after, ev.refs...)
		if ev.Income.OK && !a.over(ev.Income.V) {
			y.exceeds.lower = ev
		}
	case y.exceeds != nil:
		refs := slices.Concat(y.exceeds.refs, y.exceeds.after, ev.refs)
		y.exceeds = nil
		a.sum(ev, year, refs)
	case !ev.Income.OK:
		y.unknown = append(y.unknown, ev)
	default:
		var refs []string
		for _, before := range y.unknown {
			refs = append(refs, before.refs...)
		}
		y.unknown = nil
		a.sum(ev, year, append(refs, ev.refs...))
	}
}

func (a *activity) ofYear(year int) *yearIncome {
	if a.told[year] == nil {
		a.told[year] = &yearIncome{}
	}
	return a.told[year]
}

// replaces tells whether a declaration takes the place of the one over the limit: both are of one day, or the days that
// the income is spread on were still to come, and no payment had been stopped when it arrived.
func (a *activity) replaces(ev *declared, y *yearIncome) bool {
	o, on := y.exceeds, ev.sub.SubmittedOn
	if !ev.Income.OK || on != o.ev.sub.SubmittedOn && (!o.first || on > o.from) {
		return false
	}
	return !slices.ContainsFunc(a.k.executedOn(o.refs), func(x *pipeline.Action) bool { return !shares(x.Sources, ev.refs) })
}

// waives tells whether a declaration not over the limit counts from its day because an operator has refused, in sight of
// it, the decadence for the one over the limit.
func (a *activity) waives(ev *declared, y *yearIncome) bool {
	if len(a.k.rulings) == 0 || !ev.Income.OK || a.over(ev.Income.V) {
		return false
	}
	u := a.k.asked("R41", slices.Concat(y.exceeds.refs, y.exceeds.after, ev.refs))
	if !u.refuses() {
		return false
	}
	y.waived, y.exceeds.refs = len(y.shares) == 0, u.signed(y.exceeds.refs)
	return true
}

// sum enters an income of a year: the first one (R40, R43), or another in its place (R44). refs are the documents that
// it rests on, beyond those of what it replaces.
func (a *activity) sum(ev *declared, year int, refs []string) {
	y, on := a.told[year], ev.sub.SubmittedOn
	first := !y.told
	if first && ev != a.first && !a.older() && year == a.start.Year() && on > a.k.p.noticeTerm(a.start) {
		late := *ev
		late.refs = refs
		y.late = append(y.late, &late)
		return
	}
	if y.told = true; first && ev != a.first && year > a.begins().Year() {
		a.newYear(year, ev)
	}
	if a.unsure(ev.Income.V) {
		unsure := *ev
		unsure.refs = refs
		y.unknown = append(y.unknown, &unsure)
		return
	}
	from := max(yearStart(year), a.begins())
	if y.waived {
		from = max(from, on)
	}
	total, over := a.k.p.reduction(ev.Income.V, a.start), a.over(ev.Income.V)
	if over && a.older() {
		a.tellOverLimit(ev.Income.V, a.begins(), refs, pipeline.ClassBlock, "")
	} else if over {
		a.exceed(ev, year, from, refs)
		return
	}
	if !over && ev == a.first {
		a.trail.no("R41", "reddito presunto di %a, non oltre il limite di %b").cents(factIncome, ev.Income.V, a.least())
	}
	n := len(y.shares)
	switch {
	case n == 0 && from.Year() > year, n > 0 && on > y.shares[n-1].To: // the year was over
		a.idle = append(a.idle, idleIncome{on, year, refs})
	case n == 0:
		y.shares = append(y.shares, share{Period: pipeline.Period{From: from, To: yearEnd(year)}, total: total, refs: refs})
	case on <= y.shares[n-1].From: // nothing has run on it yet
		s := &y.shares[n-1]
		a.trail.yes("R44", "reddito ridichiarato il %a, prima che la trattenuta inizi").dates(on, 0)
		s.total, s.refs = total, append(s.refs, refs...)
	default:
		s := &y.shares[n-1]
		a.trail.yes("R44", "reddito ridichiarato il %a").dates(on, 0)
		s.cut(on, refs)
		y.shares = append(y.shares, share{
			Period: pipeline.Period{From: on, To: yearEnd(year)}, total: a.k.p.reduction(ev.Income.V, on), refs: slices.Concat(s.refs, refs), again: ev,
		})
	}
}

// newYear loads the activity for a year whose income is declared (R43).
func (a *activity) newYear(year int, ev *declared) {
	a.trail.yes("R43", "reddito del %n di un'attività già comunicata").count(year)
	if a.older() {
		return
	}
	a.k.loads = append(a.k.loads, propose{from: yearStart(year), rule: "R43", refs: ev.refs, trails: a.trails(), because: func() string {
		return fmt.Sprintf("è comunicato il reddito presunto del %d", year)
	}})
}

// exceed notes an income over the limit. What ran until its day stays withheld; from is where its own share would begin.
func (a *activity) exceed(ev *declared, year int, from pipeline.Date, refs []string) {
	y, on := a.told[year], ev.sub.SubmittedOn
	o := &overIncome{ev: ev, from: from, refs: refs}
	if n := len(y.shares); n > 0 {
		s := &y.shares[n-1]
		o.refs = slices.Concat(s.refs, refs)
		if on > s.From {
			s.cut(on, refs)
		} else {
			y.shares = y.shares[:n-1]
		}
	}
	if o.first = len(y.shares) == 0; !o.first {
		o.from = a.start
	}
	y.exceeds = o
}

// cut ends a share the day before a declaration, where none before it has.
func (s *share) cut(on pipeline.Date, refs []string) {
	if s.cutOn == 0 {
		s.cutOn = on
	}
	s.cutBy = append(s.cutBy, refs...)
}

// lateIncome is the income of an activity whose start was told in time without one, declared once the month is over (R42).
func (a *activity) lateIncome(late []*declared) {
	on, term := late[0].sub.SubmittedOn, a.k.p.noticeTerm(a.start)
	refs := slices.Clone(a.first.refs)
	for _, ev := range late {
		refs = append(refs, ev.refs...)
	}
	a.trail.yes("R42", "reddito comunicato il %a, oltre il termine del %b").days(factNotice, on, term)
	told := fmt.Sprintf("il reddito dell'attività iniziata il %s è stato comunicato il %s, oltre un mese dopo (termine %s)", a.start.Italian(), on.Italian(), term.Italian())
	a.late(a.start, refs, a.trails(), marginOf(factNotice, on-term), lateWords{text: told, because: told})
}

// tooEarly is an income of a year in which the activity, or the benefit, had not begun.
func (a *activity) tooEarly(ev *declared, year int) {
	a.trail.no("R44", "reddito del %n, prima dell'inizio dell'attività o della prestazione").count(year)
	a.k.raise(note{
		code: ExcBadDates, rule: "R44", refs: ev.refs, trails: a.trails(),
		text:     fmt.Sprintf("la comunicazione del %s indica il reddito del %d, quando l'attività o la prestazione non era iniziata.", ev.sub.SubmittedOn.Italian(), year),
		proposed: "Accertare a quale anno si riferisce il reddito.",
	})
}

// tooLate tells of an income declared when no day was left to withhold it on: the year or the benefit was over. The
// difference is left to the settlement (R45). After a decadence nothing is told (R18).
func (a *activity) tooLate(in idleIncome) {
	if dd := a.k.forfeitedFrom(); dd != 0 && in.on > dd {
		return
	}
	a.trail.no("R44", "reddito ridichiarato il %a, quando nessuna trattenuta è più in corso").dates(in.on, 0)
	a.k.raise(note{
		code: ExcBadDates, rule: "R44", refs: in.refs, trails: a.trails(),
		lead:     "La trattenuta resta com'è",
		text:     fmt.Sprintf("il reddito del %d è stato ridichiarato il %s, quando per quell'anno non restavano giorni su cui trattenere.", in.year, in.on.Italian()),
		proposed: "Tenerne conto nel conguaglio.",
	})
}
