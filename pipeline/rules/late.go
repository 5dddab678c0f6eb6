package rules

import (
	"cmp"
	"fmt"
	"slices"

	"incrocio/pipeline"
)

// executedOn gives the issued actions that rest on one of the refs and are executed: published as automatic on an earlier
// night, with a first day not after tonight (2.1). Only suspensions and decadences count.
func (k *claimCase) executedOn(refs []string) []*pipeline.Action {
	var out []*pipeline.Action
	if k.crowded() {
		for _, a := range k.restingOn(refs) {
			if k.executed(a) {
				out = append(out, a)
			}
		}
		return out
	}
	for _, a := range k.issued {
		if shares(a.Sources, refs) && k.executed(a) {
			out = append(out, a)
		}
	}
	return out
}

// executed tells whether an issued action is a suspension or decadence that has been executed.
func (k *claimCase) executed(a *pipeline.Action) bool {
	stops := a.Type == pipeline.ActionSuspend || a.Type == pipeline.ActionDecade
	return stops && a.Mode == pipeline.ModeAuto && k.night.Reached(a.From)
}

// executedDecade tells whether a decadence of a job itself has been executed: that of a chain (R19) is not one of each of its
// jobs.
func (k *claimCase) executedDecade(refs []string) bool {
	return slices.ContainsFunc(k.executedOn(refs), func(a *pipeline.Action) bool {
		return a.Type == pipeline.ActionDecade && a.Rule != "R19"
	})
}

// settle enters the verdict on a job, unless it would undo what was executed for a reason that may not: a cancellation
// (R14), a correction (R15), a late declaration (R08, R38), dates that contradict each other. Then the executed actions
// stay as they were issued, and stay so until an operator has decided (P2).
func (k *claimCase) settle(j *job, v verdict) {
	for i := range v.notes {
		v.notes[i].trails = j.trails
	}
	if k.stoodOn(j.refs) {
		k.raiseKept(&v)
		return
	}
	v = k.contest(j, j.rel, v)
	word, late, executed := k.judge(j, &v), k.lateRuling(j), k.executedOn(j.refs)
	switch {
	case late.confirms():
		k.letTake(j, v, late)
		return
	case late.refuses():
		k.keepForGood(j, executed, &v, late)
		return
	case len(executed) == 0 && !k.undecided(j.refs): // or it gave way to an earlier decadence meanwhile
		j.trail.no("R15", "nessuna azione già eseguita sul rapporto")
		k.enter(v)
		return
	case j.dates != nil, !k.undecided(j.refs) && (word != nil || len(k.resting(j.refs)) > 0):
		k.enter(v)
		return
	}
	var notes []note
	undone := false
	if len(executed) > 0 {
		notes, undone = k.undoing(j, &v, executed)
	}
	switch {
	case undone:
	case k.outgrown(j.refs):
		notes = k.outgrownNotes(j, &v, executed)
	case k.undecided(j.refs):
		j.trail.yes("R15", "rettifica o annullamento tardivo ancora all'esame dell'operatore")
		notes = uncertainty(v.notes)
	default:
		j.trail.no("R15", "nulla toglie o cambia l'azione già eseguita")
		k.enter(v)
		return
	}
	for _, a := range executed {
		k.keep(a)
	}
	k.keepProposed(j.refs)
	if v.decade != nil && !k.night.Reached(v.decade.from) && !slices.ContainsFunc(executed, func(a *pipeline.Action) bool { return a.Type == pipeline.ActionDecade }) {
		d := *v.decade // only pending: told as it would be now, for the operator to decide with the rest
		d.auto = false
		k.decades = append(k.decades, d)
	}
	for _, n := range notes {
		n.trails = j.trails
		k.raise(n)
	}
}

// raiseKept raises what is to be told of a fact on which something stays as it was issued.
func (k *claimCase) raiseKept(v *verdict) {
	for _, n := range v.told() {
		if n.class != pipeline.ClassInfo {
			n.lead = leadKept
		}
		k.raise(n)
	}
}

// outgrownNotes brings back to the office what an operator refused, now that other documents have come.
func (k *claimCase) outgrownNotes(j *job, v *verdict, executed []*pipeline.Action) []note {
	if k.undecided(j.refs) {
		return uncertainty(v.notes)
	}
	j.trail.yes("R15", "sono stati acquisiti documenti che l'operatore non aveva visto")
	e := v.effect()
	n := note{
		code: ExcCorrectedAfterAction, rule: "R15", refs: j.refs, lead: leadKept,
		text:     "sul " + j.describe() + " sono stati acquisiti altri documenti dopo che l'operatore aveva deciso di non cambiare l'azione eseguita.",
		proposed: "Valutare la differenza e decidere se modificare l'azione eseguita.",
	}
	n.Period, n.days = contested(stopsOf(executed, effect{}, e), e.stopped())
	return append([]note{n}, uncertainty(v.notes)...)
}

// keepProposed lets the resumption that was proposed with a late correction or cancellation stay, while the operator
// decides; one proposed tonight takes its place.
func (k *claimCase) keepProposed(refs []string) {
	for _, a := range k.issued {
		late := a.Type == pipeline.ActionResume && a.Mode == pipeline.ModeProposed && a.Rule != "R02" && shares(a.Sources, refs)
		if late && !slices.ContainsFunc(k.resumes, func(r propose) bool { return shares(a.Sources, r.refs) }) {
			k.resumes = append(k.resumes, propose{from: a.From, refs: SplitSources(a.Sources), issued: a})
		}
	}
}

// uncertainty keeps the notes on a kind of contract that nothing automatic follows from.
func uncertainty(notes []note) []note {
	var out []note
	for _, n := range notes {
		if n.code == ExcUnknownContract || n.code == ExcOnCall {
			out = append(out, n)
		}
	}
	return out
}

// undecided tells whether an operator still has a late correction or cancellation of the job on the table.
func (k *claimCase) undecided(refs []string) bool {
	if len(k.d.Open) > few {
		return k.undecidedOn(refs)
	}
	for i := range k.d.Open {
		if e := &k.d.Open[i]; lateCode(e.Code) && shares(e.Sources, refs) && k.undecidedLate(e) {
			return true
		}
	}
	return false
}

// undecidedLate tells whether an exception is such a late correction or cancellation on the claim.
func (k *claimCase) undecidedLate(e *pipeline.Exception) bool {
	if !lateCode(e.Code) || e.Claim != k.c.Number || k.holding(*e) {
		return false
	}
	return e.State != pipeline.ExceptionClosed && !k.ruled(e) // one that is cleared with its ruling still to come, too
}

// undoing tells whether the verdict changes executed actions for a reason that may not, and what to raise instead.
func (k *claimCase) undoing(j *job, v *verdict, executed []*pipeline.Action) ([]note, bool) {
	unsure := j.unsure() && !v.repeats(executed) && (!v.effect().cautious || !k.toldAtOnce(j, executed))
	if unsure && len(v.notes) > 0 {
		j.trail.yes("R15", "i dati del rapporto non sono certi: l'azione eseguita resta com'è")
		for i := range v.notes {
			v.notes[i].lead = leadKept
		}
		return v.notes, true
	}
	p, e := k.before(j, executed), v.effect()
	if !p.amended && !p.declared && (k.undecided(j.refs) || j.employs() && !k.losesDecade(executed, e)) { // the first is told already
		return nil, unsure
	}
	amended := k.strikes(j, executed, p, e)
	n := note{rule: "R15", code: ExcCorrectedAfterAction, refs: j.refs, proposed: "Valutare la differenza e decidere se modificare l'azione eseguita."}
	n.Period, n.days = contested(stopsOf(executed, p.was, e), e.stopped())
	for _, in := range j.incomes {
		n.refs = append(n.refs, in.ref)
	}
	start := cmp.Or(p.was.from, p.was.decade, executed[0].From)
	issuedFrom := executed[0].From
	n.lead = leadKept
	switch {
	case amended && j.passedOn():
		j.trail.yes("R15", "rettifica acquisita dopo l'azione eseguita dal %a: il lavoratore ha un altro codice fiscale").dates(issuedFrom, 0)
		whose := "ed è di un altro lavoratore"
		if j.recoded() {
			whose = "e il lavoratore ha un altro codice fiscale, con gli stessi nomi e data di nascita"
		}
		n.text = fmt.Sprintf("il %s è stato rettificato dal datore dopo che l'azione era stata eseguita, %s.", j.describe(), whose)
		n.proposed = fmt.Sprintf("Confermare la ripresa dal %s.", start.Italian())
		k.resumes = append(k.resumes, propose{from: start, rule: "R15", refs: j.refs, trails: j.trails, because: func() string {
			return "il " + j.describe() + " è stato rettificato dal datore dopo l'azione, " + whose + ", e si riprende dal primo giorno sospeso"
		}})
	case amended && j.rel.Cancelled:
		n.rule, n.code = "R14", ExcCancelledAfterAction
		j.trail.yes("R14", "annullamento acquisito dopo l'azione eseguita dal %a").dates(issuedFrom, 0)
		n.text = fmt.Sprintf("il %s è stato annullato dal datore dopo che l'azione era stata eseguita.", j.describe())
		n.proposed = fmt.Sprintf("Confermare la ripresa dal %s.", start.Italian())
		k.resumes = append(k.resumes, propose{from: start, rule: "R14", refs: j.refs, trails: j.trails, because: func() string {
			return "il " + j.describe() + " è stato annullato dal datore dopo l'azione, e si riprende dal primo giorno sospeso"
		}})
	case amended:
		j.trail.yes("R15", "rettifica acquisita dopo l'azione eseguita dal %a, %n giorni contestati").dates(issuedFrom, 0).count(n.days)
		n.text = fmt.Sprintf("il %s è stato rettificato dal datore dopo che l'azione era stata eseguita%s.", j.describe(), daysContested(n.days))
		if p.rival {
			n.text = fmt.Sprintf("sul %s è arrivato un altro documento con lo stesso codice dopo che l'azione era stata eseguita%s: %s", j.describe(), daysContested(n.days), k.toldTwice(j))
		}
		if p.parted && k.saidOnce(j.refs) {
			return uncertainty(v.notes), true
		}
		return append([]note{n}, uncertainty(v.notes)...), true
	case k.undecided(j.refs): // told already
		return nil, false
	case p.declared && p.was != e && k.undoes(executed, e), k.losesDecade(executed, e), !j.employs():
		j.trail.yes("R15", "quanto acquisito toglierebbe l'azione eseguita dal %a").dates(issuedFrom, 0)
		n.text = "quanto è stato acquisito sul " + j.describe() + " toglierebbe l'azione già eseguita."
		n.proposed = fmt.Sprintf("Valutare la ripresa dal %s.", start.Italian())
		k.resumes = append(k.resumes, propose{from: start, rule: "R15", refs: n.refs, trails: j.trails, because: func() string {
			return "quanto è stato acquisito sul " + j.describe() + " toglierebbe l'azione già eseguita, e si riprende dal primo giorno"
		}})
	default:
		return nil, unsure
	}
	return []note{n}, true
}

// repeats tells whether a verdict stops just the days that executed actions do, and in the same manner.
func (v *verdict) repeats(executed []*pipeline.Action) bool {
	e := v.effect()
	var was []pipeline.Period
	for _, a := range executed {
		if a.Type == pipeline.ActionSuspend && a.Cautious != e.cautious {
			return false
		}
		was = append(was, pipeline.Period{From: a.From, To: stopEnd(a)})
	}
	return len(subtractAll(was, e.stopped()))+len(subtractAll(e.stopped(), was)) == 0
}

// toldAtOnce tells whether all that is known of a job came on one night, and executed actions rest on it: they were decided on
// just that.
func (k *claimCase) toldAtOnce(j *job, executed []*pipeline.Action) bool {
	if j.rel == nil || j.ev != nil || len(j.incomes) > 0 {
		return false
	}
	issued, first := k.behind(executed), j.rel.Chain[0].Acquired
	return !slices.ContainsFunc(j.rel.Chain, func(c *pipeline.Communication) bool { return c.Acquired != first || !issued.hasDocument(c) })
}

// passedOn tells whether a job stands no more since a correction has put another worker in its place.
func (j *job) passedOn() bool {
	return j.rel.Cancelled && slices.ContainsFunc(j.withdrawals(), func(c *pipeline.Communication) bool {
		return c.Purpose == pipeline.PurposeCorrection
	})
}

// withdrawals gives the documents that have put another worker in the place of this one: of several that cite one code the one sent
// last. On how many nights they came decides which of the others are here.
func (j *job) withdrawals() []*pipeline.Communication {
	var out []*pipeline.Communication
	cited := map[string]bool{}
	for _, c := range slices.Backward(j.rel.Chain) {
		if c.Withdrawn() && !cited[c.PreviousCode] {
			cited[c.PreviousCode] = true
			out = append(out, c)
		}
	}
	return out
}

// daysContested says how many days a correction disputes, where they can be counted.
func daysContested(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", e un giorno è contestato"
	}
	return fmt.Sprintf(", e i giorni contestati sono %d", n)
}

// losesDecade tells whether an executed decadence would be gone: nothing that is only acquired later takes it away
// (R06 b). One that moves later behind days that are suspended is not gone, nor one that an earlier one stands before.
func (k *claimCase) losesDecade(executed []*pipeline.Action, e effect) bool {
	dd := k.forfeitedFrom()
	return slices.ContainsFunc(executed, func(a *pipeline.Action) bool {
		if a.Type != pipeline.ActionDecade || dd != 0 && dd <= a.From {
			return false
		}
		gone := !e.auto || e.decade == 0
		return gone || e.decade > a.From && len(subtract(pipeline.Period{From: a.From, To: e.decade - 1}, e.stopped())) > 0
	})
}

// undoes tells whether a day of the executed actions would become payable, or a decadence be gone.
func (k *claimCase) undoes(executed []*pipeline.Action, e effect) bool {
	if k.losesDecade(executed, e) {
		return true
	}
	return slices.ContainsFunc(executed, func(a *pipeline.Action) bool {
		return a.Type == pipeline.ActionSuspend && len(subtractAll([]pipeline.Period{{From: a.From, To: stopEnd(a)}}, e.stopped())) > 0
	})
}

// stopsOf lists the days that executed actions stop, as far as the job before or after the change speaks of them: a union
// may hold the days of other jobs too.
func stopsOf(executed []*pipeline.Action, was, now effect) []pipeline.Period {
	var out []pipeline.Period
	about := append(was.stopped(), now.stopped()...)
	for _, a := range executed {
		p := pipeline.Period{From: a.From, To: stopEnd(a)}
		out = append(out, subtract(p, subtract(p, about))...)
	}
	return out
}

// subtractAll gives the days of some periods that are in none of the others. Every To is set.
func subtractAll(ps, others []pipeline.Period) []pipeline.Period {
	var out []pipeline.Period
	for _, p := range ps {
		out = append(out, subtract(p, others)...)
	}
	return out
}

// contested gives the days that only one of two lists stops: from the first to the last, and how many they are; neither
// while the last is open.
func contested(a, b []pipeline.Period) (pipeline.Period, int) {
	var p pipeline.Period
	days := 0
	for _, only := range append(subtractAll(a, b), subtractAll(b, a)...) {
		if p.From == 0 || only.From < p.From {
			p.From = only.From
		}
		p.To = max(p.To, only.To)
		days += int(only.To-only.From) + 1
	}
	if p.To == pipeline.MaxDate {
		p.To, days = 0, 0
	}
	return p, days
}

// stopped lists the days an effect makes not payable; MaxDate stands for an open end.
func (e effect) stopped() []pipeline.Period {
	var out []pipeline.Period
	if e.from != 0 {
		out = append(out, pipeline.Period{From: e.from, To: e.to})
	}
	if e.decade != 0 && e.auto {
		out = append(out, pipeline.Period{From: e.decade, To: pipeline.MaxDate})
	}
	return out
}

// subtract gives the days of p that are in none of the others. Every To is set.
func subtract(p pipeline.Period, others []pipeline.Period) []pipeline.Period {
	rest := []pipeline.Period{p}
	for _, o := range others {
		var next []pipeline.Period
		for _, r := range rest {
			if o.To < r.From || r.To < o.From {
				next = append(next, r)
				continue
			}
			if r.From < o.From {
				next = append(next, pipeline.Period{From: r.From, To: o.From - 1})
			}
			if o.To < r.To {
				next = append(next, pipeline.Period{From: o.To + 1, To: r.To})
			}
		}
		rest = next
	}
	return rest
}

// keep lets an executed action stay as it was issued; once is enough.
func (k *claimCase) keep(a *pipeline.Action) {
	if a.Type == pipeline.ActionDecade {
		if k.held != "" {
			k.stands[a.ID] = true
		}
		k.freezeDecade(a)
		return
	}
	if k.frozen[a] {
		return
	}
	if k.frozen == nil {
		k.frozen = map[*pipeline.Action]bool{}
	}
	k.frozen[a] = true
	k.suspend(spell{
		Period: pipeline.Period{From: a.From, To: a.To}, cautious: a.Cautious, work: true, rule: a.Rule, refs: SplitSources(a.Sources), frozen: a,
		because: func() string {
			return "sospensione già eseguita dal " + a.From.Italian() + untilText(a.To) + ", che resta com'è"
		},
	})
}

func (k *claimCase) freezeDecade(a *pipeline.Action) {
	if k.frozen == nil {
		k.frozen = map[*pipeline.Action]bool{}
	}
	if !k.frozen[a] {
		k.frozen[a] = true
		k.decades = append(k.decades, decade{from: a.From, auto: true, rule: a.Rule, refs: SplitSources(a.Sources), frozen: a})
	}
}

// enter writes a verdict on the claim.
func (k *claimCase) enter(v verdict) {
	if v.spell != nil {
		k.suspend(*v.spell)
	}
	if v.decade != nil {
		k.forfeit(*v.decade)
	}
	if v.reduce != nil {
		k.reduces = append(k.reduces, *v.reduce)
	}
	for _, n := range v.told() {
		if n.lead == "" && n.class != pipeline.ClassInfo && v.spell != nil && v.spell.cautious {
			n.lead, n.stops = k.leadProtected()
		}
		k.raise(n)
	}
	for _, t := range v.terms {
		k.due(t.Date, t.Kind, t.Rule, t.Reason)
	}
	if v.spell != nil && v.spell.job != nil {
		for _, x := range v.spell.job.extensions {
			k.extended = append(k.extended, extended{before: x.Before, to: x.To, refs: v.spell.job.refs, trails: v.spell.job.trails})
		}
	}
}

// told gives the notes of a verdict: those that say that the benefit ceases only where it does.
func (v *verdict) told() []note {
	if v.decade == nil || !v.decade.auto {
		return exceptBoundary(v.notes)
	}
	return v.notes
}

// lateExtensions raises R13 for the extensions that reach days already resumed or paid: fresh are the days that tonight
// stops for the first time.
func (k *claimCase) lateExtensions(fresh []pipeline.Period) {
	raised := map[string]bool{}
	var of []string // whose sources are key
	key := ""
	for _, x := range k.extended {
		if x.before == 0 || x.to <= x.before {
			continue
		}
		if !sameList(of, x.refs) { // many of one job follow one another
			of, key = x.refs, joinSources(x.refs)
		}
		if raised[key] {
			continue
		}
		days := pipeline.Period{From: x.before + 1, To: x.to}
		resumed, paid := k.resumedWithin(days, fresh, x.refs), k.paidWithin(days, fresh)
		if !resumed && !paid {
			continue
		}
		raised[key] = true
		var t trail
		var m margin
		if resumed {
			t.yes("R13", "ripresa già emessa dopo il %a").dates(x.before, 0)
		}
		if paid {
			t.yes("R13", "pagata fino al %a, proroga dopo il %b").days(factPaid, k.c.PaidThrough, x.before)
			m = marginOf(factPaid, k.paidThrough()-x.before)
		}
		k.raise(note{
			code: ExcLateExtension, rule: "R13", refs: x.refs, trails: x.trails, Period: days,
			lead:     "La sospensione tiene conto della proroga",
			text:     fmt.Sprintf("la proroga fino al %s è stata acquisita dopo che i giorni successivi al %s erano stati ripresi o pagati.", x.to.Italian(), x.before.Italian()),
			proposed: "Verificare la ripresa e i giorni già pagati.",
			margin:   m, tried: t.steps,
		})
	}
}

// sameList tells whether two slices are one.
func sameList(a, b []string) bool {
	return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0]
}

// resumedWithin tells whether an issued resumption begins on a day of the extension that tonight stops.
func (k *claimCase) resumedWithin(days pipeline.Period, fresh []pipeline.Period, refs []string) bool {
	return slices.ContainsFunc(k.issued, func(a *pipeline.Action) bool {
		resumed := a.Type == pipeline.ActionResume && a.Mode == pipeline.ModeAuto && days.Contains(a.From)
		return resumed && slices.ContainsFunc(fresh, func(f pipeline.Period) bool { return f.Contains(a.From) }) && shares(a.Sources, refs)
	})
}

func (k *claimCase) paidWithin(days pipeline.Period, fresh []pipeline.Period) bool {
	return slices.ContainsFunc(fresh, func(f pipeline.Period) bool {
		c, ok := f.Common(days)
		return ok && c.From <= k.paidThrough()
	})
}
