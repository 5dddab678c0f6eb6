package rules

import (
	"slices"

	"incrocio/pipeline"
)

// inScope tells whether the procedure governs the claim (R26).
func (k *claimCase) inScope() bool { return k.p.governs(k.c) }

// governs tells whether a claim is of the regime (R26): ASpI or mini-ASpI for a termination from 2013-01-01 to 2015-04-30.
func (p *Params) governs(c *pipeline.Claim) bool {
	switch c.Benefit {
	case pipeline.BenefitASpI, pipeline.BenefitMiniASpI:
		return p.Parameters.in(paramRegime, c.TerminatedOn)
	}
	return false
}

// leftAlone tells whether nothing is decided on the claim, and what was issued on it stays: the procedure does not govern it
// (R26), it was paid at once (R50), or it is not known whose it is (I01).
func (k *claimCase) leftAlone() bool { return !k.inScope() || k.c.Advance || len(k.moved) > 0 }

// mini tells which of the two limits holds.
func (k *claimCase) mini() bool { return k.c.Benefit == pipeline.BenefitMiniASpI }

// live tells whether new facts are looked at: the claim is open, or may be once it is accepted (R20).
func (k *claimCase) live() bool { return k.c.Open() || k.c.State == pipeline.StateUnderReview }

// holds tells whether day lies in the benefit period: from decorrenza to the theoretical end, or to the decadence.
func (k *claimCase) holds(day pipeline.Date) bool {
	if day < k.c.Start || day > k.theoreticalEnd() {
		return false
	}
	dd := k.forfeitedFrom()
	return dd == 0 || day <= dd
}

// holdsSome tells whether some of the days from first to last lie in the benefit period.
func (k *claimCase) holdsSome(first, last pipeline.Date) bool {
	day := max(first, k.c.Start)
	return day <= last && k.holds(day)
}

// waiting tells whether a job begun on day began before the benefit could be used (R22, R23): within eight days of the
// termination, or later but before decorrenza.
func (k *claimCase) waiting(day pipeline.Date) bool {
	return k.c.TerminatedOn < day && (day <= k.c.TerminatedOn+k.p.Parameters.days(paramWaiting, k.c.TerminatedOn) || day < k.c.Start)
}

// nearEnd tells whether day lies after the theoretical end but within the tolerance of other ways to count (4.1, Q17).
func (k *claimCase) nearEnd(day pipeline.Date) bool {
	end := k.theoreticalEnd()
	if day <= end || end == pipeline.MaxDate {
		return false
	}
	if dd := k.forfeitedFrom(); dd != 0 && day > dd {
		return false
	}
	last := end + k.p.Parameters.days(paramTolerance, end)
	if !k.mini() {
		monthEnd := k.c.Start.LastDayWithin(int(k.c.DaysGranted/30)) + pipeline.Date(k.suspended)
		last = max(last, monthEnd)
	}
	return day <= last
}

// reaches tells whether a fact begun on day may belong to the claim.
func (k *claimCase) reaches(day pipeline.Date) bool {
	return k.holds(day) || k.waiting(day) || k.nearEnd(day)
}

// lasts tells whether something is left of an issued suspension or decadence beside a decadence before it (R18); on a held
// claim what was executed stays all the same.
func (k *claimCase) lasts(a *pipeline.Action) bool {
	dd := k.forfeitedFrom()
	return k.held != "" || dd == 0 || a.From < dd || a.From == dd && a.Type == pipeline.ActionDecade
}

// here tells whether an executed action holds a fact, by its refs, on the claim.
func (k *claimCase) here(a *pipeline.Action, refs []string) bool {
	gone := k.gone[a.ID]
	return gone == nil || slices.ContainsFunc(refs, func(ref string) bool { return Cites(a.Sources, ref) && !gone[ref] })
}

// outrun finds, by the ids of executed actions, the documents that these no longer stop their claim by, as all is decided
// tonight: something earlier or an operator's word has taken the place, or the rest was another's. Their facts may be of
// another claim, and a night later would be bound there. It is asked when all is decided, for notices are placed after the
// jobs: then all is decided again. Nil where there is none.
func (r *run) outrun(stand map[string]bool) map[string]map[string]bool {
	if len(r.cases) < 2 {
		return nil
	}
	var out map[string]map[string]bool
	for _, k := range r.cases {
		var stopped map[string]bool // by which documents; nil until asked for
		for _, a := range k.issued {
			if !k.executed(a) || stand[a.ID] || k.goesOn(a) {
				continue
			}
			if stopped == nil {
				stopped = k.stoppedBy()
			}
			for _, ref := range k.documents(SplitSources(a.Sources)) {
				if stopped[ref] {
					continue
				}
				if out == nil {
					out = map[string]map[string]bool{}
				}
				if out[a.ID] == nil {
					out[a.ID] = map[string]bool{}
				}
				out[a.ID][ref] = true
			}
		}
	}
	return out
}

// goesOn tells whether the decision leaves an issued action as it is, with the sources that it was issued with.
func (k *claimCase) goesOn(a *pipeline.Action) bool {
	for i := range k.out.Actions {
		o := &k.out.Actions[i]
		if o.ID == a.ID || o.Claim == a.Claim && o.SameContent(a) && shares(o.Sources, SplitSources(a.Sources)) && k.out.StandsBy(i, a) {
			return true
		}
	}
	return false
}

// stoppedBy gives the sources of what the decision has the claim suspended or forfeited by.
func (k *claimCase) stoppedBy() map[string]bool {
	out := map[string]bool{}
	for i := range k.out.Actions {
		if o := &k.out.Actions[i]; o.Claim == k.c.Number && stopsByItself(o) {
			for _, ref := range SplitSources(o.Sources) {
				out[ref] = true
			}
		}
	}
	return out
}

// stopsByItself tells whether an action is an automatic suspension or decadence.
func stopsByItself(a *pipeline.Action) bool {
	return a.Mode == pipeline.ModeAuto && (a.Type == pipeline.ActionSuspend || a.Type == pipeline.ActionDecade)
}

// bind finds the claim that a fact begun on day belongs to; nil where it belongs to none. What was executed on it stays
// where it is, until it gives way to an earlier decadence, or an operator has let what the facts now say take effect and
// they speak of days that the claim does not reach. So does what an operator has confirmed to belong to the claim, for
// good. What is only pending is bound anew, to stay where it was if it fits nowhere else. Two open claims that hold the day
// give the one with the later decorrenza and true (I02).
func (r *run) bind(day pipeline.Date, refs []string) (best *claimCase, doubtful bool) {
	return r.bindTo(day, refs, false)
}

// bindTo is bind; anew, what was executed on a claim does not hold the fact there: an operator has given it other days.
func (r *run) bindTo(day pipeline.Date, refs []string, anew bool) (best *claimCase, doubtful bool) {
	var held, pending, told *claimCase
	var nearest pipeline.Date
	for _, k := range r.cases {
		confirmed, chosen := k.lateConfirmed(refs), k.chosen(refs)
		if !confirmed && !chosen && !k.knows(refs) || !k.inScope() || k.c.Advance {
			continue
		}
		switch gap := k.executedNear(day, refs); {
		case anew:
		case !confirmed && gap >= 0:
			if held == nil || r.codes != nil && gap < nearest { // under one code jobs may be told of several claims
				held, nearest = k, gap
			}
		case chosen, confirmed && k.reaches(day): // whatever is left of what was executed: the nights after decide the same
			told = k
		}
		pending = k
	}
	if held != nil {
		return held, r.heldTwice(held, day)
	}
	if told != nil {
		return told, r.heldTwice(told, day)
	}
	for _, fits := range []func(*claimCase) bool{
		func(k *claimCase) bool { return k.inScope() && k.holds(day) },
		func(k *claimCase) bool { return k.inScope() && k.waiting(day) },
		func(k *claimCase) bool { return k.inScope() && k.nearEnd(day) },
		func(k *claimCase) bool { return !k.inScope() && day > min(k.c.TerminatedOn, k.c.Start) },
	} {
		for _, k := range r.cases { // by decorrenza: the last that fits is the later; one under review only where no open one fits
			if (k.live() || k == pending) && fits(k) && (best == nil || k.c.Open() || !best.c.Open()) {
				best = k
			}
		}
		if best != nil {
			return best, r.heldTwice(best, day)
		}
	}
	return pending, false
}

// executedNear is how many days there are from a day to the nearest first one of what was executed on one of the refs and
// holds them on the claim; -1 where nothing was.
func (k *claimCase) executedNear(day pipeline.Date, refs []string) pipeline.Date {
	nearest := pipeline.Date(-1)
	for _, a := range k.executedOn(refs) {
		if gap := abs(a.From - day); k.here(a, refs) && (nearest < 0 || gap < nearest) {
			nearest = gap
		}
	}
	return nearest
}

// heldTwice tells whether day lies in the benefit period of the claim and of another open one.
func (r *run) heldTwice(k *claimCase, day pipeline.Date) bool {
	if !k.inScope() || !k.holds(day) {
		return false
	}
	for _, o := range r.cases {
		if o != k && o.c.Open() && o.inScope() && o.holds(day) {
			return true
		}
	}
	return false
}

// outOfScope keeps a fact that touches a claim on which nothing is decided, and tells whether it does.
func (k *claimCase) outOfScope(refs []string) bool {
	if !k.leftAlone() {
		return false
	}
	k.touching = append(k.touching, refs...)
	return true
}

// sayOutOfScope raises, once a claim, that facts touch a claim the procedure does not govern.
func (k *claimCase) sayOutOfScope() {
	if len(k.touching) == 0 {
		return
	}
	if !k.inScope() {
		k.raise(note{
			code: ExcClaimKind, rule: "R26", refs: k.touching,
			text:     "un fatto riguarda una prestazione che la procedura non tratta (" + benefitWords[k.c.Benefit] + ", cessazione del " + k.c.TerminatedOn.Italian() + ").",
			proposed: "Trattare la domanda con la procedura della sua prestazione.",
		})
	}
	if k.c.Advance {
		k.raise(note{
			code: ExcAnticipation, rule: "R50", refs: k.touching,
			text:     "l'indennità è stata anticipata in unica soluzione, e non ci sono rate da sospendere.",
			proposed: "Valutare il recupero dell'intera somma anticipata.",
		})
	}
}

// bound notes how a fact came to the claim (R20, R26, R50).
func (k *claimCase) bound(t *trail, refs []string) {
	switch {
	case k.knows(refs):
		t.yes("R20", "già fonte di un'azione in essere sulla domanda")
	case k.c.Open():
		t.yes("R20", "domanda aperta")
	default:
		t.no("R20", "domanda non aperta")
	}
	if k.inScope() {
		t.no("R26", "prestazione e cessazione del %a nel regime").dates(k.c.TerminatedOn, 0)
	}
	if !k.c.Advance {
		t.no("R50", "indennità non anticipata")
	}
}

// latest tells whether the claim is the last one filed.
func (r *run) latest(k *claimCase) bool {
	for _, o := range r.cases {
		if o != k && (o.c.FiledOn > k.c.FiledOn || o.c.FiledOn == k.c.FiledOn && o.c.Start > k.c.Start) {
			return false
		}
	}
	return true
}
