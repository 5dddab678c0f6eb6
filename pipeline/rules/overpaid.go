package rules

import (
	"cmp"
	"slices"
	"strconv"

	"incrocio/pipeline"
)

// fresh gives, of the days stopped tonight, those that no automatic suspension or decadence of an earlier night covers.
func (k *claimCase) fresh(stopped []pipeline.Period) []pipeline.Period {
	var covered, out []pipeline.Period
	for _, a := range k.issued {
		if a.Mode == pipeline.ModeAuto && (a.Type == pipeline.ActionSuspend || a.Type == pipeline.ActionDecade) {
			covered = append(covered, pipeline.Period{From: a.From, To: stopEnd(a)})
		}
	}
	for _, s := range stopped {
		out = append(out, subtract(s, covered)...)
	}
	return out
}

// stopEnd is the last day an action stops: MaxDate for a decadence and for an open suspension.
func stopEnd(a *pipeline.Action) pipeline.Date {
	if a.Type == pipeline.ActionDecade || a.To == 0 {
		return pipeline.MaxDate
	}
	return a.To
}

// overpaid writes on each automatic suspension and decadence the days that had been paid when it was first published,
// and raises R70. What an earlier night found is kept: later snapshots neither add to it nor take away (4.5).
func (k *claimCase) overpaid() {
	for i := range k.out.Actions {
		a := &k.out.Actions[i]
		if a.Claim != k.c.Number || a.Type != pipeline.ActionSuspend && a.Type != pipeline.ActionDecade {
			continue
		}
		if a.ID == "" && a.Mode == pipeline.ModeAuto {
			k.markOverpaid(a)
		}
		w := &k.out.whyActions[i]
		if !a.OverpaidDays.OK {
			if k.c.PaidThrough != 0 && a.ID == "" {
				w.own.no("R70", "pagata fino al %a, nessun giorno non dovuto dal %b").days(factPaid, k.c.PaidThrough, a.From)
			}
			continue
		}
		tried := *new(trail).yes("R70", "pagata fino al %a, effetto dal %b").days(factPaid, k.c.PaidThrough, a.From)
		w.own.steps = append(w.own.steps, tried)
		k.raise(note{
			code: ExcOverpayment, rule: "R70", refs: SplitSources(a.Sources), tried: []step{tried}, margin: marginOf(factPaid, pipeline.Date(a.OverpaidDays.V)),
			Period: pipeline.Period{From: a.OverpaidFrom, To: a.OverpaidTo}, days: int(a.OverpaidDays.V),
			lead:     "I giorni già pagati e non dovuti sono da restituire",
			text:     "sono " + strconv.Itoa(int(a.OverpaidDays.V)) + ", dal " + a.OverpaidFrom.Italian() + " al " + a.OverpaidTo.Italian() + ".",
			proposed: "Recuperare i giorni indebiti.",
		})
	}
}

// paidThrough gives the last day of the claim already paid, for something to be decided on.
func (k *claimCase) paidThrough() pipeline.Date {
	k.out.Paid = true
	return k.c.PaidThrough
}

// automaticFirst gives the issued actions that rest on one of the refs, those that are only proposed last: what both found
// is counted once.
func (k *claimCase) automaticFirst(refs []string) []*pipeline.Action {
	out := k.restingOn(refs)
	slices.SortStableFunc(out, func(a, b *pipeline.Action) int {
		return cmp.Compare(a.Mode, b.Mode) // AUTOMATICA, PROPOSTA
	})
	return out
}

func (k *claimCase) markOverpaid(a *pipeline.Action) {
	days := pipeline.Period{From: max(a.From, k.c.Start), To: stopEnd(a)}
	total := 0
	add := func(from, to pipeline.Date, n int) {
		if n <= 0 {
			return
		}
		if total == 0 || from < a.OverpaidFrom {
			a.OverpaidFrom = from
		}
		a.OverpaidTo = max(a.OverpaidTo, to)
		total += n
	}
	refs := k.documents(SplitSources(a.Sources))
	said := false // a proposal says once what it found, when it is first made, also when it is confirmed
	var found []pipeline.Period
	for _, old := range k.automaticFirst(refs) {
		proposal := old.Mode == pipeline.ModeProposed && old.Type == a.Type
		said = said || proposal && (a.Mode == pipeline.ModeProposed || old.OverpaidDays.OK)
		if !old.OverpaidDays.OK {
			continue
		}
		c, ok := (pipeline.Period{From: old.OverpaidFrom, To: old.OverpaidTo}).Common(days)
		twice := old.Mode == pipeline.ModeProposed && slices.ContainsFunc(found, c.Overlaps)
		if ok && !twice {
			found = append(found, c)
			add(c.From, c.To, min(int(old.OverpaidDays.V), c.Days()))
		}
	}
	var first []pipeline.Period
	if !said {
		first = k.fresh([]pipeline.Period{days})
	}
	for _, f := range first {
		if to := min(f.To, k.paidThrough()); f.From <= to {
			add(f.From, to, int(to-f.From)+1)
		}
	}
	if total > 0 {
		a.OverpaidDays = pipeline.Some(int32(total))
	}
}
