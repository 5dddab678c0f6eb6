package rules

import (
	"slices"
	"strings"

	"incrocio/pipeline"
)

// thing is what days can be ascertained of: a job, an event, an activity.
type thing struct {
	refs  []string
	dated bool
	date  func(*ruling)
}

// noDates is what an exception says when the days that an operator gave could be set on nothing.
const noDates = "Le date indicate dall'operatore non hanno effetto: i documenti non parlano di un solo rapporto o evento."

// ruleDates gives things the days that operators ascertained (DATE), the last ruling first. One that is about several
// things, or about none, sets nothing.
func (r *run) ruleDates(things []*thing) {
	for _, u := range r.rulings {
		if u.Kind != pipeline.RulingDates || u.used || r.caseOf(u.Claim) == nil {
			continue
		}
		var of []*thing
		for _, t := range things {
			if u.saw(t.refs) {
				of = append(of, t)
			}
		}
		if len(of) != 1 {
			continue
		}
		u.used = true
		if t := of[0]; !t.dated {
			t.dated = true
			t.date(u)
			for _, k := range r.cases {
				k.follow(u, t.refs)
			}
		}
	}
}

// sayNoDates makes the exceptions come back on which days were given that could be set on nothing.
func (r *run) sayNoDates() {
	for _, u := range r.rulings {
		if u.Kind != pipeline.RulingDates || u.used {
			continue
		}
		for i := range r.out.Exceptions {
			e := &r.out.Exceptions[i]
			if e.Code == u.Code && e.Claim == u.Claim && e.Class != pipeline.ClassInfo && u.saw(SplitSources(e.Sources)) {
				e.Proposed = strings.TrimSpace(e.Proposed + " " + noDates)
			}
		}
	}
}

// date gives a job its days. With a last day it is a job of just these days; without one it is as open as its contract.
// Who was asked what work it is, or whether what was executed on it stays, has said by the days that it is employment.
func (j *job) date(u *ruling) {
	j.dates, j.start, j.extensions, j.left, j.agreed, j.contradicts, j.shown = u, u.From, nil, 0, u.To, false, 0
	if u.To != 0 {
		j.permanent, j.converted = false, 0
	}
	switch {
	case u.late() && !j.employs(), u.Code == ExcUnknownContract && j.treat == pipeline.TreatUnknown, u.Code == ExcOnCall && j.treat == pipeline.TreatOnCall,
		j.treat == pipeline.TreatAgricultural, j.treat == pipeline.TreatApprenticeship && u.To != 0:
		j.treat = pipeline.TreatEmployment
	}
	j.trail.yes("R38", "giorni accertati dall'operatore (%s)").text(u.ref)
}

// date gives a declared event its days.
func (ev *declared) date(u *ruling) {
	ev.Start, ev.End, ev.agreed, ev.longer, ev.dates = u.From, u.To, 0, nil, u
}

// also adds to the sources of a job or event the ruling that gave it its days.
func (u *ruling) also(refs []string) []string {
	if u == nil {
		return refs
	}
	return u.signed(refs)
}

// things lists what the queue holds, for days to be set on.
func (r *run) things(q []fact, jobs []*job) []*thing {
	var out []*thing
	for _, j := range jobs {
		out = append(out, &thing{refs: j.refs, date: j.date})
	}
	for i := range q {
		if rel := q[i].rel; rel != nil {
			out = append(out, &thing{refs: refsOf(rel), date: func(u *ruling) { q[i] = r.ascertained(rel, u) }})
		}
	}
	for _, ev := range r.declared {
		if !ev.joined {
			out = append(out, &thing{refs: ev.refs, date: ev.date})
		}
	}
	for _, a := range r.activities {
		if a.first != nil {
			out = append(out, &thing{refs: a.first.refs, date: func(u *ruling) { a.first.Start, a.first.dates = u.From, u }})
		}
	}
	return out
}

// ascertained is a job that was only announced (R17), or known by a later event alone (R16), once an operator has
// ascertained its days.
func (r *run) ascertained(rel *pipeline.Relationship, u *ruling) fact {
	j := r.jobOf(rel)
	j.date(u)
	j.treat = pipeline.TreatEmployment
	return fact{at: j.start, ref: rel.Ref, job: j}
}

// settledBy lets a ruling on two accounts of one event set the days of the one that stands (R69).
func (r *run) settledBy(old, ev *declared) {
	for _, u := range r.rulings {
		if u.Kind == pipeline.RulingDates && u.Claim == ev.k.c.Number && u.Code == ExcDatesConflict && u.saw(ev.refs) && !u.used {
			u.used = true
			if old.dates == nil {
				old.date(u)
				ev.k.follow(u, slices.Concat(old.refs, ev.refs))
			}
			return
		}
	}
}
