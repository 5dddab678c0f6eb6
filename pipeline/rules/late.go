package rules

import (
	"fmt"
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// executedOn gives the issued actions that rest on one of the refs and are executed: published as automatic on an earlier
// night, with a first day not after tonight (2.1). Only suspensions and decadences count.
func (k *claimCase) executedOn(refs []string) []*pipeline.Action {
	var out []*pipeline.Action
	for _, a := range k.issued {
		stops := a.Type == pipeline.ActionSuspend || a.Type == pipeline.ActionDecade
		if stops && a.Mode == pipeline.ModeAuto && a.From <= k.night && shares(a.Sources, refs) {
			out = append(out, a)
		}
	}
	return out
}

func (k *claimCase) executedDecade(refs []string) bool {
	return slices.ContainsFunc(k.executedOn(refs), func(a *pipeline.Action) bool { return a.Type == pipeline.ActionDecade })
}

// shares tells whether a list of sources names one of the refs.
func shares(sources string, refs []string) bool {
	for _, s := range SplitSources(sources) {
		if slices.Contains(refs, s) {
			return true
		}
	}
	return false
}

// settle enters the verdict on a job, unless it would undo what was executed for a reason that may not: a cancellation
// (R14), a correction (R15), a late declaration (R08, R38), dates that contradict each other. Then the executed actions
// stay as they were issued and an operator decides (P2).
func (k *claimCase) settle(j *job, v verdict) {
	executed := k.executedOn(j.refs)
	if len(executed) == 0 {
		k.enter(v)
		return
	}
	n, undone := k.undoing(j, &v, executed)
	if !undone {
		k.enter(v)
		return
	}
	for _, a := range executed {
		k.keep(a)
	}
	for _, x := range n {
		k.raise(x)
	}
}

// undoing tells whether the verdict changes executed actions for a reason that may not, and what to raise instead.
func (k *claimCase) undoing(j *job, v *verdict, executed []*pipeline.Action) ([]note, bool) {
	if j.rel != nil && j.rel.BadDates {
		return v.notes, true
	}
	issued := map[string]bool{}
	for _, a := range executed {
		for _, ref := range SplitSources(a.Sources) {
			issued[ref] = true
		}
	}
	before, corrected, declared := k.without(j, issued)
	if !corrected && !declared {
		return nil, false
	}
	if before == nil {
		return nil, false // all that is known came with the correction
	}
	was := k.assess(before)
	if was.effect() == v.effect() {
		return nil, false
	}
	first := executed[0]
	for _, a := range executed {
		if a.From < first.From {
			first = a
		}
	}
	n := note{rule: "R15", code: ExcCorrectedAfterAction, refs: j.refs, proposed: "Valutare la differenza e decidere se modificare l'azione eseguita."}
	n.Period, n.days = contested(was.effect(), v.effect())
	switch {
	case j.rel != nil && j.rel.Cancelled:
		n.rule, n.code = "R14", ExcCancelledAfterAction
		n.text = fmt.Sprintf("Il rapporto con %s è stato annullato dopo che l'azione era stata eseguita.", j.employer)
		n.proposed = fmt.Sprintf("Confermare la ripresa dal %s.", first.From.Italian())
		k.resumes = append(k.resumes, propose{from: first.From, rule: "R14", refs: j.refs, reason: "Il rapporto è stato annullato dopo l'azione: ripresa proposta dal primo giorno sospeso."})
	case corrected:
		n.text = fmt.Sprintf("Il rapporto con %s è stato rettificato dopo che l'azione era stata eseguita: i giorni contestati sono %d.", j.employer, n.days)
	default:
		if !undoes(executed, v.effect()) {
			return nil, false
		}
		n.text = "Quanto dichiarato dal beneficiario toglierebbe l'azione già eseguita."
		n.proposed = fmt.Sprintf("Valutare la ripresa dal %s.", first.From.Italian())
		k.resumes = append(k.resumes, propose{from: first.From, rule: "R15", refs: j.refs, reason: "La dichiarazione toglierebbe l'azione già eseguita: ripresa proposta dal primo giorno."})
	}
	return []note{n}, true
}

// without gives the job as it stood before the corrections, cancellations and declarations that no issued action rests
// on, nil where nothing remains; and whether there were any of either sort.
func (k *claimCase) without(j *job, issued map[string]bool) (before *job, corrected, declared bool) {
	if j.rel == nil {
		return j, false, false
	}
	var rest []*pipeline.Communication
	for _, c := range j.rel.Chain {
		amends := c.Purpose == pipeline.PurposeCorrection || c.Purpose == pipeline.PurposeCancellation
		if amends && !issued[c.Ref()] {
			corrected = true
			continue
		}
		rest = append(rest, c)
	}
	declared = j.ev != nil && !issued[j.ev.sub.Protocol] || k.incomeDeclared(j, issued)
	rels := chain.Build(rest)
	if len(rels) == 0 {
		return nil, corrected, declared
	}
	for i := range rels {
		if rels[i].Orphan == pipeline.OrphanNone {
			return k.plainJob(&rels[i]), corrected, declared
		}
	}
	return k.plainJob(&rels[0]), corrected, declared
}

// plainJob reads a relationship without what the beneficiary declares, and with no look at declared incomes.
func (k *claimCase) plainJob(rel *pipeline.Relationship) *job {
	j := k.jobOf(rel)
	j.undeclared = true
	return j
}

// undoes tells whether a day of the executed actions would become payable.
func undoes(executed []*pipeline.Action, e effect) bool {
	for _, a := range executed {
		to := a.To
		if to == 0 {
			to = pipeline.MaxDate
		}
		switch {
		case e.decade != 0 && e.auto && e.decade <= a.From:
		case e.from != 0 && e.from <= a.From && to <= e.to:
		case e.from != 0 && e.from <= a.From && e.decade != 0 && e.auto && e.decade <= e.to+1:
		default:
			return true
		}
	}
	return false
}

// contested gives the days on which two effects differ: from the first to the last, and how many they are.
func contested(a, b effect) (pipeline.Period, int) {
	var p pipeline.Period
	days := 0
	add := func(from, to pipeline.Date) {
		if from > to {
			return
		}
		if p.From == 0 || from < p.From {
			p.From = from
		}
		p.To = max(p.To, to)
		if to < pipeline.MaxDate {
			days += int(to-from) + 1
		}
	}
	as, bs := a.stopped(), b.stopped()
	for _, x := range [2][2][]pipeline.Period{{as, bs}, {bs, as}} {
		for _, s := range x[0] {
			for _, rest := range subtract(s, x[1]) {
				add(rest.From, rest.To)
			}
		}
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
		if !slices.ContainsFunc(k.decades, func(d decade) bool { return d.frozen == a }) {
			k.decades = append(k.decades, decade{from: a.From, auto: true, rule: a.Rule, reason: a.Reason, refs: SplitSources(a.Sources), frozen: a})
		}
		return
	}
	if slices.ContainsFunc(k.spells, func(s spell) bool { return s.frozen == a }) {
		return
	}
	k.suspend(spell{Period: pipeline.Period{From: a.From, To: a.To}, cautious: a.Cautious, work: true, rule: a.Rule, reason: a.Reason, refs: SplitSources(a.Sources), frozen: a})
}

// enter writes a verdict on the claim.
func (k *claimCase) enter(v verdict) {
	if v.spell != nil {
		k.suspend(*v.spell)
	}
	if v.decade != nil {
		k.decades = append(k.decades, *v.decade)
	}
	if v.reduce != nil {
		k.reduces = append(k.reduces, *v.reduce)
	}
	for _, n := range v.notes {
		k.raise(n)
	}
	for _, t := range v.terms {
		k.due(t.Date, t.Kind, t.Rule, t.Reason)
	}
	if v.spell != nil && v.spell.job != nil {
		for _, x := range v.spell.job.extensions {
			k.extended = append(k.extended, extended{before: x.Before, to: x.To, refs: v.spell.job.refs})
		}
	}
}

// lateExtensions raises R13 for the extensions that reach days already resumed or paid: fresh are the days that tonight
// stops for the first time.
func (k *claimCase) lateExtensions(fresh []pipeline.Period) {
	raised := map[string]bool{}
	for _, x := range k.extended {
		if x.before == 0 || x.to <= x.before || raised[joinSources(x.refs)] {
			continue
		}
		days := pipeline.Period{From: x.before + 1, To: x.to}
		if !k.resumedWithin(days, fresh, x.refs) && !k.paidWithin(days, fresh) {
			continue
		}
		raised[joinSources(x.refs)] = true
		k.raise(note{
			code: ExcLateExtension, rule: "R13", refs: x.refs, Period: days,
			text:     fmt.Sprintf("La proroga fino al %s è stata acquisita dopo che i giorni successivi al %s erano stati ripresi o pagati.", x.to.Italian(), x.before.Italian()),
			proposed: "Verificare la ripresa e i giorni già pagati.",
		})
	}
}

// resumedWithin tells whether an issued resumption begins on a day of the extension that tonight stops.
func (k *claimCase) resumedWithin(days pipeline.Period, fresh []pipeline.Period, refs []string) bool {
	return slices.ContainsFunc(k.issued, func(a *pipeline.Action) bool {
		resumed := a.Type == pipeline.ActionResume && a.Mode == pipeline.ModeAuto && days.Contains(a.From) && shares(a.Sources, refs)
		return resumed && slices.ContainsFunc(fresh, func(f pipeline.Period) bool { return f.Contains(a.From) })
	})
}

func (k *claimCase) paidWithin(days pipeline.Period, fresh []pipeline.Period) bool {
	return slices.ContainsFunc(fresh, func(f pipeline.Period) bool {
		c, ok := f.Common(days)
		return ok && c.From <= k.c.PaidThrough
	})
}
