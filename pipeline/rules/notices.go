package rules

import (
	"fmt"

	"incrocio/pipeline"
)

// placeNotices decides what other offices tell: pension requirements and allowances (R57), loss of status and refusals
// (R58). None has an automatic effect.
func (r *run) placeNotices() {
	for i := range r.d.Notices {
		n := &r.d.Notices[i]
		switch n.Kind {
		case pipeline.NoticePension, pipeline.NoticeInvalidity, pipeline.NoticeStatusLoss, pipeline.NoticeRefusal:
		default:
			continue
		}
		held := false
		for _, k := range r.cases {
			if k.inScope() && k.listens(n) && k.holds(max(n.On, k.c.Start)) {
				held = k.notice(n) || held
			}
		}
		if !held {
			r.noticeElsewhere(n)
		}
	}
}

// noticeElsewhere is a notice within no benefit that the procedure governs: one just after the end of such a benefit is
// brought to the office (R25), any other touches the claims of other laws (R26).
func (r *run) noticeElsewhere(n *pipeline.Notice) {
	refs, near := []string{n.Ref()}, false
	for _, k := range r.cases {
		if k.inScope() && k.listens(n) && n.On >= k.c.Start {
			t := new(trail)
			near = near || k.nearEnd(n.On)
			k.afterEnd(n.On, note{refs: refs, trails: []*trail{t}, Period: pipeline.Period{From: n.On}}, t, factEvent)
		}
	}
	for _, k := range r.cases {
		if !near && !k.inScope() && k.listens(n) {
			k.outOfScope(refs)
		}
	}
}

// listens tells whether a notice is looked at on the claim. A loss of status before the benefit is not one of it; requirements
// that were met before it, and allowances, still stand against it.
func (k *claimCase) listens(n *pipeline.Notice) bool {
	before := n.On < k.c.Start && (n.Kind == pipeline.NoticeStatusLoss || n.Kind == pipeline.NoticeRefusal)
	return !before && (k.c.Open() || k.knows([]string{n.Ref()}))
}

// notice decides a notice on a claim that holds its day, and tells whether it is anything to the claim: a pension that is
// first useful after the benefit is not.
func (k *claimCase) notice(n *pipeline.Notice) bool {
	refs := []string{n.Ref()}
	from := n.On
	if n.Kind == pipeline.NoticePension {
		from = firstOfNextMonth(n.On)
	}
	day, t := max(from, k.c.Start), new(trail)
	switch {
	case k.afterEnd(day, note{refs: refs, trails: []*trail{t}, Period: pipeline.Period{From: day}}, t, factEvent):
		return k.nearEnd(day)
	case k.outOfScope(refs): // paid in one sum
		return true
	}
	switch n.Kind {
	case pipeline.NoticePension:
		k.loss(day, note{
			code: ExcPensionRequirement, rule: "R57", refs: refs, Period: pipeline.Period{From: day},
			text: fmt.Sprintf("i requisiti di pensione sono raggiunti il %s, con prima decorrenza utile il %s", n.On.Italian(), from.Italian()),
		}, *new(trail).yes("R57", "requisiti di pensione raggiunti il %a, decorrenza utile %b").dates(n.On, from))
	case pipeline.NoticeInvalidity:
		k.raise(note{
			code: ExcInvalidityAllowance, rule: "R57", refs: refs, Period: pipeline.Period{From: day},
			text:     fmt.Sprintf("dal %s decorre un assegno ordinario di invalidità, e va scelto fra assegno e indennità.", n.On.Italian()),
			proposed: "Acquisire l'opzione fra assegno e indennità.",
		})
	case pipeline.NoticeStatusLoss, pipeline.NoticeRefusal:
		what := "la perdita dello stato di disoccupazione"
		if n.Kind == pipeline.NoticeRefusal {
			what = "il rifiuto di un'offerta o di una misura"
		}
		k.loss(n.On, note{
			code: ExcStatusLoss, rule: "R58", refs: refs, Period: pipeline.Period{From: n.On},
			text: fmt.Sprintf("il centro per l'impiego segnala %s dal %s", what, n.On.Italian()),
		}, *new(trail).yes("R58", "%s dal %a, decorrenza del %b").days("giorno dell'evento", n.On, k.c.Start).text(what))
	}
	return true
}

// loss raises an exception with a decadence proposed from a day.
func (k *claimCase) loss(from pipeline.Date, n note, tried step) {
	t := &trail{ref: n.refs[0], steps: []step{tried}}
	n.trails = []*trail{t}
	k.propose(decade{from: from, rule: n.rule, refs: n.refs, trails: n.trails, because: func() string { return n.text }})
	told := n
	told.lead, told.text = leadDecade(from), n.text+"."
	told.proposed = fmt.Sprintf("Decidere se la decadenza dal %s è dovuta.", from.Italian())
	k.raise(told)
}

func firstOfNextMonth(d pipeline.Date) pipeline.Date {
	y, m, _ := d.AddMonths(1).Civil()
	first, _ := pipeline.MakeDate(y, m, 1)
	return first
}

// startDiffers tells whether the decorrenza of an open claim is another than the dates of the claim give, and which they
// give (R59): the eighth day after the termination, or the day after filing where that was later.
func (p *Params) startDiffers(c *pipeline.Claim) (want pipeline.Date, differs bool) {
	if !c.Open() || c.FiledOn == 0 || c.TerminatedOn == 0 {
		return 0, false
	}
	want = c.TerminatedOn + p.Parameters.days(paramWaiting, c.TerminatedOn)
	if c.FiledOn > want {
		want = c.FiledOn + 1
	}
	return want, c.Start != want
}

// checkStart compares decorrenza with the one the dates of the claim give (R59).
func (k *claimCase) checkStart() {
	c := k.c
	if want, differs := k.p.startDiffers(c); differs {
		k.raise(note{
			code: ExcClaimData, rule: "R59", refs: []string{c.Number}, Period: pipeline.Period{From: min(c.Start, want), To: max(c.Start, want) - 1},
			lead:     "Vale la decorrenza scritta nella domanda",
			text:     fmt.Sprintf("è il %s, mentre dalle date della domanda risulta il %s.", c.Start.Italian(), want.Italian()),
			proposed: "Verificare la decorrenza.",
			margin:   marginOf("decorrenza", abs(c.Start-want)),
			tried:    []step{*new(trail).yes("R59", "decorrenza %a, dalle date della domanda %b").days("decorrenza", c.Start, want)},
		})
	}
}
