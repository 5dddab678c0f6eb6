package rules

import (
	"fmt"
	"slices"
	"strconv"

	"incrocio/pipeline"
)

// concludeActivities writes loads and reductions once the end of the benefit is known, and settles the years for which
// the actual income is (R40, R44, R45, R48).
func (k *claimCase) concludeActivities(blocks []block, dd pipeline.Date) {
	for _, l := range k.loads {
		mode, refs := pipeline.ModeAuto, l.refs
		var u *ruling
		if l.proposed {
			mode, u = pipeline.ModeProposed, k.asked(l.rule, l.refs)
		}
		if dd != 0 && l.from > dd || u.refuses() {
			continue
		}
		if u != nil {
			refs = u.signed(refs)
		}
		a := k.action(pipeline.ActionLoadActivity, mode, l.from, l.rule, refs)
		by(&a, u)
		k.add(a, l.margin, l.because, l.trails)
	}
	for _, a := range k.activities {
		end := a.endUncut(dd)
		last := beforeDecadence(end, dd)
		a.reduce(blocks, end, last)
		a.settle(blocks, end, last)
		a.newYears(last)
	}
}

// endUncut is the last day that the income of an activity is spread up to, whatever its year. What had been withheld when a
// re-declaration stopped the payments (R41) was reckoned on the end that the benefit had until then.
func (a *activity) endUncut(dd pipeline.Date) pipeline.Date {
	if a.stopped {
		return a.k.endUncut(dd, "R41")
	}
	return a.k.endUncut(dd, "")
}

// endUncut is the theoretical end that the benefit would have without the decadence on a day, 0 where there is none, as
// the suspensions that are left before it shift it, those of a rule excepted: a decadence cuts P, it does not shorten it (4.3).
func (k *claimCase) endUncut(dd pipeline.Date, except string) pipeline.Date {
	if dd == 0 && except == "" {
		return k.theoreticalEnd()
	}
	left := claimCase{run: k.run, c: k.c, spells: clip(k.spells, dd)}
	return left.endWithout(except)
}

// beforeDecadence is the last day that is paid of a benefit that would end on a day.
func beforeDecadence(end, dd pipeline.Date) pipeline.Date {
	if dd != 0 {
		return min(end, dd-1)
	}
	return end
}

// reduce writes the reductions of an activity. Each is spread up to the end of the benefit or of its year; a re-declaration
// or a decadence, on the day after last, cuts it and leaves what its first days had withheld.
func (a *activity) reduce(blocks []block, end, last pipeline.Date) {
	for i := range a.years {
		s := &a.years[i]
		whole := pipeline.Period{From: s.From, To: min(s.To, end)}
		kept := pipeline.Period{From: s.From, To: min(whole.To, last)}
		if kept.To < kept.From {
			if s.overtaken = true; s.again != nil {
				a.idle = append(a.idle, idleIncome{s.From, s.From.Year(), s.refs})
			}
			continue
		}
		s.total = a.spread(s.total, whole)
		if s.again != nil {
			a.afterRedeclaration(i)
		}
		again := s.cutOn != 0 && s.cutOn <= kept.To
		if again {
			kept.To = s.cutOn - 1
		}
		if kept.To < whole.To {
			s.keep(kept, whole.Days())
		}
		if s.Period = kept; again {
			s.withheld = pipeline.Some(s.total)
		}
		a.write(s, blocks)
	}
	for _, in := range a.idle {
		a.tooLate(in)
	}
}

// through is what a share withholds in the first k of its days: of the whole that was spread, so that it is rounded once.
func (s *share) through(k int) pipeline.Cents {
	if s.days > 0 {
		return through(s.of, k, s.days)
	}
	return through(s.total, k, s.Days())
}

// keep leaves of a share what was withheld in the first days of its n.
func (s *share) keep(kept pipeline.Period, n int) {
	s.of, s.days = s.total, n
	s.total = through(s.total, kept.Days(), n)
}

// afterRedeclaration takes from a new figure what the one before it had withheld (R44).
func (a *activity) afterRedeclaration(i int) {
	s, before := &a.years[i], pipeline.Cents(0)
	for j := range i {
		if a.years[j].From.Year() == s.From.Year() {
			before += a.years[j].withheld.V
		}
	}
	whole := s.total
	if s.total -= before; s.total < 0 {
		s.total = 0
		a.k.raise(note{
			code: ExcMontanteBelowRecovered, rule: "R44", refs: s.refs, trails: a.trails(), Period: s.Period,
			lead:     "La trattenuta si ferma",
			text:     fmt.Sprintf("l'80 %% del reddito ridichiarato è meno dei %s euro già trattenuti.", before.Italian()),
			proposed: "Il rimborso segue il conguaglio.",
			tried:    []step{*new(trail).yes("R44", "80 % del reddito ridichiarato %a, già trattenuti %b").cents("trattenuta sul reddito ridichiarato", whole, before)},
		})
	}
}

// write enters one reduction; that of an activity older than the claim is only proposed (R43).
func (a *activity) write(s *share, blocks []block) {
	k := a.k
	mode, rule, refs := pipeline.ModeAuto, "R40", a.first.dates.also(s.refs)
	var u *ruling
	if a.first.Start < k.c.Start {
		mode, rule = pipeline.ModeProposed, "R43"
		if u = k.asked(rule, slices.Concat(s.refs, s.cutBy)); u.refuses() {
			s.proposed = true
			return
		} else if u != nil {
			refs = u.signed(refs)
		}
	}
	r := k.action(pipeline.ActionReduce, mode, s.From, rule, refs)
	by(&r, u)
	n := s.Days()
	r.To, r.Days = s.To, pipeline.Some(int32(n))
	r.Total = pipeline.Some(s.total)
	r.Daily = pipeline.Some(pipeline.DivRound(int64(s.total)*100, int64(n)))
	r.Withheld = s.withheld
	total, from, left := s.total, a.start, ""
	if !s.withheld.OK { // no re-declaration cuts it
		left = leftOf(n, s.days)
	}
	entered := len(k.out.Actions)
	w := k.add(r, margin{}, func() string {
		return fmt.Sprintf("si trattengono %s euro, l'80 %% del reddito presunto dell'attività%s per quei giorni%s", total.Italian(), since(from), left)
	}, a.trails())
	s.proposed = !k.withholds(entered, rule, s.refs)
	w.values = []value{{name: "totale", text: s.total.String()}, {name: "giorni", text: strconv.Itoa(n)}, {name: "pro_rata", text: a.rival(s)}}
	if a.first.Start >= k.c.Start {
		w.own.yes("R40", "80 % del reddito, dal %a al %b").dates(s.From, s.To)
	}
	if left != "" {
		w.own.yes("R40", keptDays).length("", n, s.days)
	}
	if day := k.c.DailyAmount; day.OK {
		a.tellExceeding(w, s, day.V, n)
	}
	issued := slices.ContainsFunc(k.issued, func(o *pipeline.Action) bool {
		return o.Type == pipeline.ActionReduce && shares(o.Sources, s.refs)
	})
	if r.Mode == pipeline.ModeAuto && !issued {
		a.tellPaid(s, blocks)
	}
}

// tellPaid asks for what a reduction withholds of days that are paid already.
func (a *activity) tellPaid(s *share, blocks []block) {
	k := a.k
	paid := min(k.paidThrough(), s.To)
	if paid < s.From {
		return
	}
	p := pipeline.Period{From: s.From, To: paid}
	days := unsuspended(p, blocks)
	if s.through(days) <= 0 { // those suspended are overpaid whole (R70)
		return
	}
	k.raise(note{
		code: ExcOverpayment, rule: "R40", refs: s.refs, trails: a.trails(), Period: p, amount: pipeline.Some(s.through(days)),
		lead:     "La quota dei giorni già pagati si recupera sui prossimi pagamenti",
		text:     fmt.Sprintf("la trattenuta riguarda anche i giorni già pagati, fino al %s.", paid.Italian()),
		proposed: "Recuperare la quota sui prossimi pagamenti o al conguaglio.",
		margin:   marginOf(factPaid, pipeline.Date(days)),
		tried:    []step{*new(trail).yes("R40", "pagata fino al %a, trattenuta dal %b").days(factPaid, k.c.PaidThrough, s.From)},
	})
}

// unsuspended gives how many days of a period no suspension covers: nothing is withheld on the others (4.3).
func unsuspended(p pipeline.Period, blocks []block) int {
	days := p.Days()
	for _, b := range blocks {
		if c, ok := b.Common(p); ok {
			days -= c.Days()
		}
	}
	return max(days, 0)
}

// withholds tells whether a reduction that has been entered, at a place among the actions, is made: it is automatic, or
// an automatic one stays in its place. In the experimental phase operators enter by hand whatever R40 proposes.
func (k *claimCase) withholds(at int, rule string, refs []string) bool {
	if at == len(k.out.Actions) {
		o := k.standsFor(pipeline.ActionReduce, "", refs)
		return o != nil && o.Mode == pipeline.ModeAuto
	}
	a := &k.out.Actions[at]
	return a.Mode == pipeline.ModeAuto || rule == "R40" && k.p.Phase == PhaseExperimental || k.held != "" && k.issuedLike(a) != nil
}

// tellExceeding compares the daily share with the daily amount of the benefit (R48).
func (a *activity) tellExceeding(w *why, s *share, day pipeline.Cents, n int) {
	most := pipeline.Cents(int64(day) * int64(n))
	if s.total <= most {
		w.own.no("R48", "trattenuta di %a, non oltre l'indennità di %b").cents("trattenuta del periodo", s.total, most)
		return
	}
	tried := *new(trail).yes("R48", "trattenuta di %a, oltre l'indennità di %b").cents("trattenuta del periodo", s.total, most)
	w.own.steps = append(w.own.steps, tried)
	a.k.raise(note{
		code: ExcReductionExceedsBenefit, rule: "R48", refs: s.refs, trails: a.trails(), Period: s.Period,
		lead:     "La rata è azzerata e nulla è riportato",
		text:     fmt.Sprintf("la trattenuta giornaliera supera l'indennità di %s euro al giorno.", day.Italian()),
		proposed: "Prendere atto.",
		tried:    []step{tried},
	})
}

// since names the first day of an activity, where it is known.
func since(d pipeline.Date) string {
	if d == 0 {
		return ""
	}
	return " dal " + d.Italian()
}

// keptDays says in a trail what a decadence leaves of a reduction.
const keptDays = "%a giorni prima della decadenza, sui %b fra cui la trattenuta è ripartita"

// leftOf says how many of the days that a sum is spread over a decadence leaves; "" where it leaves them all.
func leftOf(days, n int) string {
	if days >= n {
		return ""
	}
	return fmt.Sprintf(" (%d sui %d fra cui si ripartisce, fino alla decadenza)", days, n)
}

// spread is what of a total falls on the days of benefit by ReductionBasis: all of it, or in proportion to the days up to
// 31 December.
func (a *activity) spread(total pipeline.Cents, p pipeline.Period) pipeline.Cents {
	if a.k.p.ReductionBasis == ReductionProRata {
		return proRata(total, p)
	}
	return total
}

func proRata(total pipeline.Cents, p pipeline.Period) pipeline.Cents {
	return through(total, p.Days(), int(yearEnd(p.From.Year())-p.From)+1)
}

// rival is the figure of the basis that was not chosen, for an operator to see; "" where it was the one chosen.
func (a *activity) rival(s *share) string {
	if a.k.p.ReductionBasis == ReductionProRata {
		return ""
	}
	total := s.total
	if s.days > 0 {
		total = s.of
	}
	return proRata(total, s.Period).String()
}

// settle compares what a year's actual income would have had withheld with what was (R45): days suspended were not paid,
// and their share was not recovered; nor was that of a reduction that was only proposed, or refused.
//
// After a decadence on the day after last, of a benefit that would go on to end, the days from then on owe nothing.
func (a *activity) settle(blocks []block, end, last pipeline.Date) {
	for _, in := range a.actual {
		if in.ruled.confirms() { // forfeited by it
			continue
		}
		recovered, year, refs := a.withheldIn(in.year, blocks)
		if year.From == 0 { // no income of it was expected
			year = pipeline.Period{From: max(yearStart(in.year), a.begins()), To: min(yearEnd(in.year), last)}
		}
		due := a.owed(a.k.p.reduction(in.amount, a.start), year, end, last)
		a.tellSettlement(in, due, recovered, append([]string{in.ref}, refs...))
	}
}

// withheldIn is what was withheld of the income expected of a year, with the days of benefit that bear it, which begin on 0
// where none was expected, and what it rests on.
func (a *activity) withheldIn(of int, blocks []block) (withheld pipeline.Cents, year pipeline.Period, refs []string) {
	for _, s := range a.years {
		if s.From.Year() != of || s.overtaken {
			continue
		}
		if year.From == 0 {
			year.From = s.From
		}
		year.To = s.To
		refs = append(refs, s.refs...)
		if s.proposed { // nobody has withheld it
			continue
		}
		withheld += s.through(unsuspended(s.Period, blocks))
	}
	return withheld, year, refs
}

// tellSettlement tells the office what is left to recover or to pay back of a year, and proposes the decadence where its income
// is over the limit.
func (a *activity) tellSettlement(in actualIncome, due, recovered pipeline.Cents, refs []string) {
	k := a.k
	settled := *new(trail).yes("R45", "dovuto %a, trattenuto %b").cents("trattenuta dovuta sul reddito effettivo", due, recovered)
	n := note{
		code: ExcSettlement, rule: "R45", refs: refs, trails: a.trails(), amount: pipeline.Some(due - recovered),
		Period:   pipeline.Period{From: max(yearStart(in.year), a.start), To: yearEnd(in.year)},
		lead:     fmt.Sprintf("Restano da recuperare %s euro", (due - recovered).Italian()),
		text:     fmt.Sprintf("per il reddito effettivo del %d, %s euro, la trattenuta dovuta è di %s euro e quella fatta di %s.", in.year, in.amount.Italian(), due.Italian(), recovered.Italian()),
		proposed: "Recuperare la differenza.",
		tried:    []step{settled},
	}
	switch {
	case due < recovered:
		n.proposed = "Rimborsare la differenza."
		n.lead = fmt.Sprintf("Restano da rimborsare %s euro", (recovered - due).Italian())
	case due == recovered:
		n.lead, n.proposed = "Non resta nulla da recuperare né da rimborsare", "Prendere atto."
	}
	if a.unsure(in.amount) {
		n.text += " Dell'attività " + a.unsureOf(in.amount) + "."
		n.proposed += " " + askCategory
	}
	if in.amount > a.limit() {
		n.proposed = fmt.Sprintf("Il reddito effettivo supera il limite: decidere se la decadenza dal %s è dovuta.", a.start.Italian())
		over := *new(trail).yes("R41", "reddito effettivo di %a, oltre il limite di %b").cents("reddito effettivo", in.amount, a.limit())
		n.tried = append(n.tried, over)
		if in.ruled == nil && k.standsFor(pipeline.ActionDecade, "", refs) == nil {
			w := k.add(k.action(pipeline.ActionDecade, pipeline.ModeProposed, a.start, "R45", refs), margin{}, a.overActual(in), a.trails())
			w.own.steps = append(w.own.steps, settled, over)
		}
	}
	k.raise(n)
}

// owed is what of a yearly sum falls on the days of a year that the benefit was paid on: with a decadence the days before
// it, of those that the sum is spread over without it.
func (a *activity) owed(total pipeline.Cents, year pipeline.Period, end, last pipeline.Date) pipeline.Cents {
	if last < end {
		year.To = min(yearEnd(year.From.Year()), end)
	}
	if year.From > year.To {
		return total
	}
	total = a.spread(total, year)
	if last < year.To {
		return through(total, max(int(last-year.From)+1, 0), year.Days())
	}
	return total
}

// overActual says that an actual income is over the limit.
func (a *activity) overActual(in actualIncome) func() string {
	return func() string {
		return fmt.Sprintf("reddito effettivo del %d di %s euro, oltre il limite di %s euro", in.year, in.amount.Italian(), a.limit().Italian())
	}
}

// ruleSettlements finds what operators decided on the decadences that actual incomes over the limit bring (R45): one that
// is confirmed counts before anything is reckoned.
func (k *claimCase) ruleSettlements() {
	for _, a := range k.activities {
		for i := range a.actual {
			in := &a.actual[i]
			if in.amount <= a.limit() {
				continue
			}
			refs := []string{in.ref}
			for _, s := range a.years {
				if s.From.Year() == in.year {
					refs = append(refs, s.refs...)
				}
			}
			if in.ruled = k.asked("R45", refs); in.ruled.confirms() {
				d := decade{from: a.start, rule: "R45", refs: refs, trails: a.trails(), because: a.overActual(*in)}
				d.confirm(in.ruled)
				k.forfeit(d)
			}
		}
	}
}

// newYears asks for the income of each new year that the benefit goes on in: by one month after 1 January (R45). While
// payments are stopped because of the income the office has that to decide first (R41).
func (a *activity) newYears(last pipeline.Date) {
	if a.refused && len(a.years) == 0 || a.first == nil || a.stopped {
		return
	}
	for year := a.begins().Year() + 1; year <= last.Year() && a.k.night.Reached(yearStart(year)); year++ {
		known := slices.ContainsFunc(a.declarations(), func(ev *declared) bool { return a.yearOf(ev) == year })
		if known {
			continue
		}
		term := a.k.p.noticeTerm(yearStart(year))
		if !a.k.night.Past(term) {
			a.k.due(term+1, pipeline.AgendaTerm, "R45", fmt.Sprintf("Scade il termine per comunicare il reddito presunto del %d.", year))
			continue
		}
		a.k.raise(note{
			code: ExcNextYearIncome, rule: "R45", refs: a.first.refs, trails: a.trails(), Period: pipeline.Period{From: yearStart(year)},
			lead:     "Dal nuovo anno nessuna riduzione, finché non si conosce il reddito",
			text:     fmt.Sprintf("il reddito presunto del %d non è stato comunicato entro il %s.", year, term.Italian()),
			proposed: "Sollecitare il reddito presunto del nuovo anno.",
			margin:   marginOf("elaborazione", a.k.night.Value()-term),
			tried:    []step{*new(trail).yes("R45", "elaborazione del %a, termine per il nuovo anno %b").days("elaborazione", a.k.night.Value(), term)},
		})
	}
}
