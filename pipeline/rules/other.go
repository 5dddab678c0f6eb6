package rules

import (
	"fmt"
	"slices"

	"incrocio/pipeline"
)

// employs tells whether the job is work that may suspend: neither an internship (R33) nor project work and the like (R34).
func (j *job) employs() bool {
	return j.treat != pipeline.TreatInternship && j.treat != pipeline.TreatQuasi
}

// placeOther decides work that does not suspend: an internship has no effect (R33), and of project work known from the
// employer only the income is due (R34, R46).
func (r *run) placeOther(j *job) {
	r.placeUnsuspending(j, j.start, func(k *claimCase) verdict { return k.otherwise(j) })
}

// placeUnsuspending enters what is told of a job that suspends nothing as it is known now, by a day on which it was under
// way. What was executed on it, while more or other was known, stays as after any correction (R15).
func (r *run) placeUnsuspending(j *job, day pipeline.Date, told func(*claimCase) verdict) {
	j.trails = []*trail{&j.trail}
	k, _ := r.bindTo(day, j.refs, j.dates != nil)
	stopped := k != nil && k.stoppedOn(j.refs)
	belongs := k
	if !stopped {
		belongs = nil // nothing of it is on a claim: what an operator confirmed of that is followed wherever it was
	}
	r.letGo(j, belongs)
	switch {
	case stopped:
		k.settle(j, told(k))
	case k != nil:
		k.enter(k.contest(j, j.rel, told(k)))
	}
}

// otherwise is what follows from work that is no employment.
func (k *claimCase) otherwise(j *job) verdict {
	k.bound(&j.trail, j.refs)
	if j.treat == pipeline.TreatQuasi {
		j.trail.yes("R34", "contratto %s: lavoro parasubordinato, non sospende").text(j.rel.Contract)
		return k.incomeDue(j)
	}
	j.trail.yes("R33", "contratto %s: tirocinio o simile, non sospende").text(j.rel.Contract)
	return verdict{}
}

// stoppedOn tells whether something was executed on one of the refs, or stays as it was issued, on a claim that the
// procedure governs.
func (k *claimCase) stoppedOn(refs []string) bool {
	if !k.inScope() || k.c.Advance {
		return false
	}
	return k.executedNear(0, refs) >= 0 || k.stoodOn(refs)
}

// incomeDue asks for the income of project work and the like, within a month from the beneficiary (R46).
func (k *claimCase) incomeDue(j *job) verdict {
	if j.cancelled() || k.c.State == pipeline.StateUnderReview || !k.holds(j.start) || k.outOfScope(j.refs) {
		return verdict{}
	}
	told := slices.ContainsFunc(k.run.activities, func(a *activity) bool {
		return a.k == k && a.category == pipeline.CategoryQuasi && a.first != nil &&
			(abs(a.first.Start-j.start) <= sameStartDays || pipeline.Period{From: a.first.Start}.Overlaps(pipeline.Period{From: j.start, To: j.end()}))
	})
	if told {
		return verdict{}
	}
	term := k.p.noticeTerm(j.start)
	if !k.night.Past(term) {
		return verdict{terms: []pipeline.AgendaRow{{
			Date: term + 1, Kind: pipeline.AgendaTerm, Rule: "R46", Reason: "Scade il termine per comunicare il reddito del lavoro parasubordinato.",
		}}}
	}
	j.trail.yes("R46", "elaborazione del %a, termine per comunicare il reddito %b").days("elaborazione", k.night.Value(), term)
	return verdict{notes: []note{{
		code: ExcQuasiSubNoIncome, rule: "R46", refs: j.refs, trails: j.trails, Period: pipeline.Period{From: j.start, To: j.end()},
		margin:   marginOf("elaborazione", k.night.Value()-term),
		text:     fmt.Sprintf("del lavoro parasubordinato%s dal %s il reddito presunto non è stato comunicato entro il %s.", with(j.employer), j.start.Italian(), term.Italian()),
		proposed: "Sollecitare il reddito presunto.",
	}}}
}
