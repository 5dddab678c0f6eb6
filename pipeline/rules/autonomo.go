package rules

import (
	"cmp"
	"fmt"
	"slices"

	"incrocio/pipeline"
)

// activity is self-employment or quasi-subordinate work declared on a claim: its start, the later figures, what it
// really yielded. One claim has at most one of each category.
type activity struct {
	k        *claimCase
	category string      // "" where nobody has told it
	first    *declared   // the declaration of the start
	later    []*declared // re-declarations and new years' incomes, by date
	actual   []actualIncome
	unsummed []*declared // actual incomes without a sum

	completed bool // the start was told again, with the income that was missing

	start   pipeline.Date // first day, not before decorrenza
	told    map[int]*yearIncome
	idle    []idleIncome // declared when no day was left
	years   []share      // what is withheld, in order of days
	refused bool         // nothing is withheld: late, without income, over the limit
	stopped bool         // payments are suspended in protection (R41)

	trail trail // what was tried on it
}

// actualIncome is what an activity yielded in a year, as declared afterwards (R45).
type actualIncome struct {
	amount pipeline.Cents
	year   int
	start  pipeline.Date // of the activity, as told with the income; 0 where it is not
	ref    string
	ruled  *ruling // on the decadence that it brings; nil where there is none
}

// share is the withholding of one figure: 80 % of it spread evenly over the days of its period (4.3).
type share struct {
	pipeline.Period
	total     pipeline.Cents
	withheld  pipeline.Opt[pipeline.Cents] // what was withheld, where a re-declaration cut it short
	refs      []string
	cutOn     pipeline.Date // day of the re-declaration that takes its place; 0 where none does
	cutBy     []string      // and its documents
	again     *declared     // the re-declaration that it rests on; nil for the first income of the year
	overtaken bool          // its period is over before it begins
	proposed  bool          // nothing is withheld on it: an operator has not confirmed it

	of   pipeline.Cents // what was spread over days, before a re-declaration cut it short; 0 days where none did
	days int
}

// through is what is withheld in the first k of n days.
func through(total pipeline.Cents, k, n int) pipeline.Cents {
	if n <= 0 {
		return 0
	}
	return pipeline.Cents(pipeline.DivRound(int64(total)*int64(k), int64(n)))
}

// sameIncome is what a declaration says on a claim.
type sameIncome struct {
	k *claimCase
	pipeline.Event
}

// groupActivities brings the declarations on self-employment of each claim and category together, in order of
// submission, and adds the actual incomes told by notices.
func (r *run) groupActivities() {
	said, last := map[sameIncome]*declared{}, map[retold]sameIncome{}
	for _, ev := range r.selfEmployed {
		key := sameIncome{ev.k, ev.Event}
		if first := said[key]; first != nil { // the same again (R69), behind the same action
			first.refs = append(first.refs, ev.refs...)
			continue
		}
		if of, anew := ev.toldAnew(); anew { // a return to what was told before is not the same again
			delete(said, last[of])
			last[of] = key
		}
		said[key] = ev
		begun := pipeline.Date(0)
		if ev.Case == pipeline.CaseStart {
			begun = ev.Start
		}
		r.activityOf(ev.k, ev.Category, begun).declare(ev)
	}
	for i := range r.d.Notices {
		n := &r.d.Notices[i]
		if n.Kind != pipeline.NoticeActualIncome || !n.Income.OK || n.Category == pipeline.CategoryEmployee {
			continue
		}
		k, sure := r.claimOfYear(int(n.Year), n.Category)
		if k != nil && sure {
			a := r.activityOf(k, n.Category, 0)
			a.actual = append(a.actual, actualOf(n))
		} else {
			r.unclaimed = append(r.unclaimed, n)
		}
	}
}

// declare adds a declaration to those before it.
func (a *activity) declare(ev *declared) {
	switch ev.Case {
	case pipeline.CaseActualIncome:
		if ev.Income.OK {
			a.actual = append(a.actual, actualIncome{amount: ev.Income.V, year: int(ev.Year), start: ev.Start, ref: ev.sub.Protocol})
		} else {
			a.unsummed = append(a.unsummed, ev)
		}
	case pipeline.CaseStart:
		switch {
		case a.first == nil:
			a.first = ev
		case a.first.Start == ev.Start && a.first.Category == "" && (!ev.Income.OK || ev.Income == a.first.Income): // only the category was
			a.first.refs = append(a.first.refs, ev.refs...)
		case a.first.Start == ev.Start && !a.first.Income.OK && ev.Income.OK && !a.completed: // only the income was missing
			a.completed, a.later = true, append(a.later, ev)
		default:
			a.conflict(ev)
		}
	default:
		if a.first == nil {
			a.first = ev
		} else {
			a.later = append(a.later, ev)
		}
	}
}

// placeUnclaimed finds the claims of actual incomes of years that a benefit may reach through its suspensions, now that
// these are known. An open suspension reaches no year, for nobody knows when the benefit goes on; nor does a benefit that
// was forfeited before.
func (r *run) placeUnclaimed() {
	for _, n := range r.unclaimed {
		k, _ := r.claimOfYear(int(n.Year), n.Category)
		if k == nil || k.theoreticalEnd() == pipeline.MaxDate {
			continue
		}
		if dd := k.forfeitedFrom(); dd != 0 && dd <= yearStart(int(n.Year)) {
			continue
		}
		if a := r.declaredActivity(k, n.Category); a != nil {
			a.actual = append(a.actual, actualOf(n))
		} else {
			r.placeActivity(&activity{k: k, category: n.Category, actual: []actualIncome{actualOf(n)}})
		}
	}
}

func actualOf(n *pipeline.Notice) actualIncome {
	return actualIncome{amount: n.Income.V, year: int(n.Year), ref: n.Ref()}
}

// activityOf gives the activity on a claim that is spoken of, making it where there is none: by its category and, where
// that is what is told, its first day. One whose category was not known has it from now on.
func (r *run) activityOf(k *claimCase, category string, begun pipeline.Date) *activity {
	if a := r.spokenOf(k, category, begun); a != nil {
		a.category = cmp.Or(a.category, category)
		return a
	}
	a := &activity{k: k, category: category}
	r.activities = append(r.activities, a)
	return a
}

// spokenOf gives the activity of a category on a claim. What is told without one is of the only activity there is, or of
// the self-employment among several; what is told with one may be of the only activity that has none, unless it is
// quasi-subordinate work with another first day. Nil where there is none.
func (r *run) spokenOf(k *claimCase, category string, begun pipeline.Date) *activity {
	var only *activity
	several := false
	for _, a := range r.activities {
		if a.k != k {
			continue
		}
		if a.category == category {
			return a
		}
		several, only = only != nil, a
	}
	switch {
	case only == nil, several && category == pipeline.CategorySelf:
		return nil
	case category == "" && several:
		return r.spokenOf(k, pipeline.CategorySelf, 0)
	case category == "":
		return only
	case several, only.category != "":
		return nil
	case category != pipeline.CategorySelf && begun != 0 && only.first != nil && only.first.Start != begun:
		return nil
	}
	return only
}

// declaredActivity gives the activity of a category whose start was declared on a claim; nil where there is none.
func (r *run) declaredActivity(k *claimCase, category string) *activity {
	if a := r.spokenOf(k, category, 0); a != nil && a.first != nil {
		return a
	}
	return nil
}

// claimOfYear finds the claim that a year's actual income belongs to: one with such an activity, or else the latest whose
// benefit had days in that year. It is not sure where the suspensions of one with such an activity may yet move its end
// into that year.
func (r *run) claimOfYear(year int, category string) (best *claimCase, sure bool) {
	sure = true
	for _, k := range r.cases {
		if !k.inScope() || k.c.Advance || k.c.Start.Year() > year {
			continue
		}
		reached, declared := k.theoreticalEnd().Year() >= year, r.declaredActivity(k, category) != nil
		switch {
		case reached && declared:
			return k, true
		case reached && k.c.Open():
			best = k
		case declared:
			sure = false
		}
	}
	return best, sure
}

// conflict is a second declaration of the start of an activity (R69): the earlier stands.
func (a *activity) conflict(ev *declared) {
	a.k.raise(note{
		code: ExcDatesConflict, rule: "R69", refs: ev.refs, trails: ev.trails(), Period: pipeline.Period{From: ev.Start},
		lead:     "Resta valida la prima comunicazione",
		text:     "l'inizio dell'attività era già stato comunicato con altri dati.",
		proposed: "Accertare inizio e reddito dell'attività.",
	})
}

// firstDay orders an activity among the facts of its claim.
func (a *activity) firstDay() pipeline.Date {
	if a.first == nil {
		return a.k.c.Start
	}
	return cmp.Or(a.first.Start, a.first.sub.SubmittedOn)
}

// refs names every declaration of the activity.
func (a *activity) refs() []string {
	var refs []string
	if a.first != nil {
		refs = append(refs, a.first.refs...)
	}
	for _, ev := range a.later {
		refs = append(refs, ev.refs...)
	}
	for _, in := range a.actual {
		refs = append(refs, in.ref)
	}
	for _, ev := range a.unsummed {
		refs = append(refs, ev.refs...)
	}
	return refs
}

// placeActivity decides an activity: the regime before D.L. 76/2013, the month to declare it, the limit, the
// reduction, in that order (R40 to R43, R47).
func (r *run) placeActivity(a *activity) {
	k := a.k
	if k.c.Advance || !r.checkDeclared(a) || k.outOfScope(a.refs()) {
		return // no income is due on the activity an advance was granted for (R50)
	}
	t := &a.trail
	a.tellUnsummed()
	if a.first == nil {
		k.bound(t, a.refs())
		a.undeclared()
		return
	}
	ev := a.first
	t.ref = ev.sub.Protocol
	k.bound(t, ev.refs)
	if ev.Start == 0 && ev.Case != pipeline.CaseRunning {
		k.raise(note{
			code: ExcBadDates, rule: "R40", refs: a.declaredRefs(), trails: a.trails(),
			text: "l'attività autonoma è stata comunicata senza data di inizio.", proposed: "Acquisire la data di inizio.",
		})
		return
	}
	about := note{refs: a.declaredRefs(), trails: a.trails(), Period: pipeline.Period{From: ev.Start}}
	if k.afterEnd(cmp.Or(ev.Start, ev.sub.SubmittedOn), about, t, factActivity) && len(a.actual) == 0 {
		return
	}
	a.start = ev.Start
	a.decide()
	k.activities = append(k.activities, a)
}

// checkDeclared applies R61 to each declaration of the activity: a later one that is not for this claim is left out.
func (r *run) checkDeclared(a *activity) bool {
	if a.first == nil {
		return true
	}
	a.later = slices.DeleteFunc(a.later, func(ev *declared) bool { return !r.checkClaim(ev) })
	return r.checkClaim(a.first)
}

// tellUnsummed tells of actual incomes without a sum: there is nothing to settle with (R45). A sum of the
// year told by others does instead.
func (a *activity) tellUnsummed() {
	for _, ev := range a.unsummed {
		if slices.ContainsFunc(a.actual, func(in actualIncome) bool { return in.year == int(ev.Year) }) {
			continue
		}
		a.k.raise(note{
			code: ExcMissingIncome, rule: "R45", refs: ev.refs, trails: ev.trails(),
			lead:     "Nessun conguaglio per ora",
			text:     fmt.Sprintf("la comunicazione del %s non indica il reddito effettivo.", ev.sub.SubmittedOn.Italian()),
			proposed: "Acquisire il reddito effettivo.",
		})
	}
}

// trails gives what was tried on the activity, and on the submission that declared its start.
func (a *activity) trails() []*trail {
	if a.first == nil {
		return []*trail{&a.trail}
	}
	return []*trail{&a.first.trail, &a.trail}
}

// decide finds the regime of the activity: the first that fits takes the place of those that follow.
func (a *activity) decide() {
	k, ev, t := a.k, a.first, &a.trail
	if ev.Start < k.c.Start {
		t.yes("R43", "inizio %a precedente alla decorrenza del %b").days(factActivity, ev.Start, k.c.Start)
		a.preexisting()
		return
	}
	t.no("R43", "inizio %a non precedente alla decorrenza del %b").days(factActivity, ev.Start, k.c.Start)
	if !k.p.Parameters.in(paramStatusKept, ev.Start) {
		t.yes("R47", "inizio %a, senza conservazione dello stato").dates(ev.Start, 0)
		a.before2013()
		return
	}
	t.no("R47", "inizio %a con la conservazione dello stato in vigore").dates(ev.Start, 0)
	term, on := k.p.noticeTerm(ev.Start), ev.sub.SubmittedOn
	if on > term {
		t.yes("R42", "presentata il %a, oltre il termine del %b").days(factNotice, on, term)
		a.late(ev.Start, a.declaredRefs(), a.trails(), marginOf(factNotice, on-term), a.undeclaredSince(ev.Start))
		return
	}
	t.no("R42", "presentata il %a, entro il termine del %b").days(factNotice, on, term)
	a.load(marginOf(factNotice, term-on))
}

// undeclared is income of an activity nobody ever declared: as if the notice had been missed (R45, R42). The rows of a few
// incomes tell of all of them, those of many each of its own.
func (a *activity) undeclared() {
	trails := a.trails()
	bound := slices.Clip(a.trail.steps)
	for _, in := range a.actual {
		t := &a.trail
		if len(a.actual) > few {
			t = &trail{ref: a.trail.ref, steps: bound}
			trails = []*trail{t}
		}
		from := max(cmp.Or(in.start, yearStart(in.year)), a.k.c.Start)
		term := a.k.p.noticeTerm(from)
		t.yes("R42", "reddito del %n di un'attività mai comunicata (termine %b)").dates(0, term).count(in.year)
		m := marginOf("elaborazione", a.k.night.Value()-term)
		t.compared("elaborazione", a.k.night.Value(), term)
		a.late(from, []string{in.ref}, trails, m, a.undeclaredSince(from))
	}
}

// lateWords say what was told late: on the exception, and as the reason of the decadence.
type lateWords struct{ text, because string }

// undeclaredSince says that an activity was not told in time.
func (a *activity) undeclaredSince(from pipeline.Date) lateWords {
	start, term := from.Italian(), a.k.p.noticeTerm(from).Italian()
	return lateWords{
		text:    fmt.Sprintf("l'attività iniziata il %s non è stata comunicata entro un mese (termine %s)", start, term),
		because: fmt.Sprintf("attività iniziata il %s e non comunicata entro un mese (termine %s)", start, term),
	}
}

// late is an activity, or its income, not declared within a month (R42): the decadence is proposed, with the days paid since.
func (a *activity) late(from pipeline.Date, refs []string, trails []*trail, m margin, told lateWords) {
	k := a.k
	a.refused = true
	k.raise(note{
		code: ExcLateIncomeNotice, rule: "R42", refs: refs, trails: trails, Period: pipeline.Period{From: from}, margin: m,
		lead:     leadDecade(from),
		text:     told.text + ".",
		proposed: fmt.Sprintf("Decidere se la decadenza dal %s è dovuta.", from.Italian()),
	})
	k.propose(decade{from: from, rule: "R42", refs: refs, trails: trails, margin: m, overpaid: true, because: func() string { return told.because }})
}

// before2013 is an activity begun while the rule on keeping the status was repealed (R47).
func (a *activity) before2013() {
	a.refused = true
	a.k.raise(note{
		code: ExcPre20130628, rule: "R47", refs: a.declaredRefs(), trails: a.trails(), Period: pipeline.Period{From: a.start},
		text:     fmt.Sprintf("l'attività è iniziata il %s, prima del 28 giugno 2013, quando la conservazione dello stato di disoccupazione era abrogata.", a.start.Italian()),
		proposed: "Decidere se caricare l'attività.",
	})
	a.k.loads = append(a.k.loads, propose{from: a.start, rule: "R47", refs: a.first.refs, trails: a.trails(), proposed: true, because: func() string {
		return "è iniziata prima del 28 giugno 2013, quando la conservazione dello stato di disoccupazione era abrogata"
	}})
}

// preexisting is an activity older than the claim (R43): a reduction is proposed from decorrenza.
func (a *activity) preexisting() {
	a.refused = true
	k, ev := a.k, a.first
	n := note{
		code: ExcPreexistingActivity, rule: "R43", refs: a.declaredRefs(), trails: a.trails(), Period: pipeline.Period{From: k.c.Start},
		text:     fmt.Sprintf("l'attività era iniziata prima della decorrenza della prestazione (%s).", k.c.Start.Italian()),
		proposed: "Confermare la riduzione dalla decorrenza.",
	}
	if ev.Start != 0 {
		n.margin = marginOf(factActivity, k.c.Start-ev.Start)
	}
	k.raise(n)
	a.incomes()
}

func yearEnd(year int) pipeline.Date {
	d, _ := pipeline.MakeDate(year, 12, 31)
	return d
}

func yearStart(year int) pipeline.Date {
	d, _ := pipeline.MakeDate(year, 1, 1)
	return d
}

// limit is the income limit of the activity on its first day.
func (a *activity) limit() pipeline.Cents {
	_, most := a.limitsOn(a.start)
	return most
}

// least is the income within which the activity surely is, on its first day.
func (a *activity) least() pipeline.Cents {
	least, _ := a.limitsOn(a.start)
	return least
}

// limitsOn are the income within which the activity surely is, and the one over which it surely is, on a day: both are the
// limit of its category. Where nobody has told that they are those of the two kinds of work.
func (a *activity) limitsOn(day pipeline.Date) (least, most pipeline.Cents) {
	p := a.k.p
	if a.category != "" {
		limit := p.incomeLimit(a.category, day)
		return limit, limit
	}
	self, quasi := p.incomeLimit(pipeline.CategorySelf, day), p.incomeLimit(pipeline.CategoryQuasi, day)
	return min(self, quasi), max(self, quasi)
}

// load is an activity declared in time (R40): it is loaded, and its income reduces the benefit unless it is missing,
// over the limit, or mixed with another kind (R41). Re-declarations and new years follow (R43, R44).
func (a *activity) load(m margin) {
	k, ev, t := a.k, a.first, &a.trail
	t.yes("R40", "attività comunicata in termine")
	k.loads = append(k.loads, propose{from: a.start, rule: "R40", refs: ev.refs, trails: a.trails(), margin: m, because: func() string {
		return "è stata comunicata in termine"
	}})
	if a.mixed() {
		return
	}
	a.incomes()
}

// mixed tells whether two kinds of income are declared at once: how they add up is not defined (R41).
func (a *activity) mixed() bool {
	if !slices.ContainsFunc(a.k.activities, func(o *activity) bool { return o != a && !o.refused }) {
		return false
	}
	why := "sono comunicate insieme attività autonoma e parasubordinata (redditi misti)"
	if !a.first.Income.OK {
		why = unknownSum(a.first, a.first) + ", e " + why
	}
	a.missing(a.declaredRefs(), why, askIncome)
	for _, ev := range a.declarations() {
		if ev.Income.OK && ev.Income.V > a.limit() {
			a.tellOverLimit(ev.Income.V, a.start, ev.refs, pipeline.ClassBlock, "")
		}
	}
	return true
}

// What the office is asked for.
const (
	askIncome   = "Acquisire il reddito presunto."
	askCategory = "Acquisire la categoria dell'attività: autonoma o parasubordinata."
)

// missing is an activity whose income, or category, is not known, or of which the sum is not defined.
func (a *activity) missing(refs []string, text, ask string) {
	lead := "La riduzione già decisa resta com'è"
	if len(a.years) == 0 {
		a.refused, lead = true, "Nessuna riduzione per ora"
	}
	a.k.raise(note{
		code: ExcMissingIncome, rule: "R40", refs: refs, trails: a.trails(), Period: pipeline.Period{From: a.start},
		lead: lead,
		text: "per l'attività" + since(a.start) + " " + text + ".", proposed: ask,
		tried: []step{*new(trail).yes("R40", "%s").text(text)},
	})
}

// overLimit is an expected income over the limit (R41): payments stop in protection, the decadence is proposed. A lower
// income declared afterwards changes nothing until the decadence is decided.
func (a *activity) overLimit(o *overIncome) {
	k, income, from := a.k, o.ev.Income.V, o.from
	lower := ""
	if o.lower != nil {
		lower = fmt.Sprintf(" Il %s è stato ridichiarato un reddito di %s euro, non oltre il limite.", o.lower.sub.SubmittedOn.Italian(), o.lower.Income.V.Italian())
	}
	a.tellOverLimit(income, from, slices.Concat(o.refs, o.after), pipeline.ClassProtect, lower)
	_, limit := a.limitsOn(from)
	because := func() string {
		return fmt.Sprintf("reddito presunto di %s euro dell'attività dal %s, oltre il limite di %s euro", income.Italian(), a.start.Italian(), limit.Italian())
	}
	a.stopped = true
	k.suspend(spell{Period: pipeline.Period{From: from}, cautious: true, rule: "R41", because: because, refs: o.refs, trails: a.trails()})
	k.propose(decade{from: from, rule: "R41", refs: o.refs, trails: a.trails(), because: because})
}

// tellOverLimit says that an expected income is over the limit (R41), and what was declared after it.
func (a *activity) tellOverLimit(income pipeline.Cents, from pipeline.Date, refs []string, class, after string) {
	k := a.k
	a.refused = true
	least, limit := a.limitsOn(from)
	over := fmt.Sprintf("supera il limite di %s euro", limit.Italian())
	if least < limit {
		over = fmt.Sprintf("supera sia il limite di %s euro sia quello di %s euro, e la categoria dell'attività non è indicata", least.Italian(), limit.Italian())
	}
	a.trail.yes("R41", "reddito presunto di %a, oltre il limite di %b").cents(factIncome, income, limit)
	proposed := fmt.Sprintf("Decidere se la decadenza dal %s è dovuta.", from.Italian())
	if after != "" {
		proposed += " Se non lo è, vale il reddito ridichiarato."
	}
	k.raise(note{
		code: ExcOverIncomeLimit, class: class, rule: "R41", refs: refs, trails: a.trails(), Period: pipeline.Period{From: from},
		text:     fmt.Sprintf("il reddito presunto di %s euro %s.", income.Italian(), over) + after,
		proposed: proposed,
	})
}
