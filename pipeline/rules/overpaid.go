package rules

import (
	"fmt"

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
		if !a.OverpaidDays.OK {
			continue
		}
		k.raise(note{
			code: ExcOverpayment, rule: "R70", refs: SplitSources(a.Sources),
			Period: pipeline.Period{From: a.OverpaidFrom, To: a.OverpaidTo}, days: int(a.OverpaidDays.V),
			text:     fmt.Sprintf("Giorni già pagati e non dovuti: %d, dal %s al %s.", a.OverpaidDays.V, a.OverpaidFrom.Italian(), a.OverpaidTo.Italian()),
			proposed: "Recuperare i giorni indebiti.",
		})
	}
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
	refs := SplitSources(a.Sources)
	for _, old := range k.issued {
		if !old.OverpaidDays.OK || !shares(old.Sources, refs) {
			continue
		}
		if c, ok := (pipeline.Period{From: old.OverpaidFrom, To: old.OverpaidTo}).Common(days); ok {
			add(c.From, c.To, min(int(old.OverpaidDays.V), c.Days()))
		}
	}
	if total > 0 && a.Mode == pipeline.ModeProposed {
		a.OverpaidDays = pipeline.Some(int32(total)) // said once, when it was first proposed
		return
	}
	for _, f := range k.fresh([]pipeline.Period{days}) {
		if to := min(f.To, k.c.PaidThrough); f.From <= to {
			add(f.From, to, int(to-f.From)+1)
		}
	}
	if total > 0 {
		a.OverpaidDays = pipeline.Some(int32(total))
	}
}
