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
		for _, k := range r.cases {
			if !k.c.Open() && !k.knows([]string{n.Ref()}) || !k.inScope() || !k.holds(max(n.On, k.c.Start)) {
				continue
			}
			k.notice(n)
		}
	}
}

func (k *claimCase) notice(n *pipeline.Notice) {
	refs := []string{n.Ref()}
	switch n.Kind {
	case pipeline.NoticePension:
		from := firstOfNextMonth(n.On)
		k.loss(max(from, k.c.Start), note{
			code: ExcPensionRequirement, rule: "R57", refs: refs, Period: pipeline.Period{From: max(from, k.c.Start)},
			text: fmt.Sprintf("I requisiti di pensione sono raggiunti il %s: la prima decorrenza utile è il %s.", n.On.Italian(), from.Italian()),
		})
	case pipeline.NoticeInvalidity:
		k.raise(note{
			code: ExcInvalidityAllowance, rule: "R57", refs: refs, Period: pipeline.Period{From: max(n.On, k.c.Start)},
			text:     fmt.Sprintf("Dal %s decorre un assegno ordinario di invalidità.", n.On.Italian()),
			proposed: "Acquisire l'opzione fra assegno e indennità.",
		})
	case pipeline.NoticeStatusLoss, pipeline.NoticeRefusal:
		if n.On < k.c.Start {
			return
		}
		what := "la perdita dello stato di disoccupazione"
		if n.Kind == pipeline.NoticeRefusal {
			what = "il rifiuto di un'offerta o di una misura"
		}
		k.loss(n.On, note{
			code: ExcStatusLoss, rule: "R58", refs: refs, Period: pipeline.Period{From: n.On},
			text: fmt.Sprintf("È comunicata %s dal %s.", what, n.On.Italian()),
		})
	}
}

// loss raises an exception with a decadence proposed from a day.
func (k *claimCase) loss(from pipeline.Date, n note) {
	n.proposed = fmt.Sprintf("Decidere se la decadenza dal %s è dovuta.", from.Italian())
	k.raise(n)
	k.decades = append(k.decades, decade{from: from, rule: n.rule, refs: n.refs, reason: n.text})
}

func firstOfNextMonth(d pipeline.Date) pipeline.Date {
	y, m, _ := d.AddMonths(1).Civil()
	first, _ := pipeline.MakeDate(y, m, 1)
	return first
}

// checkStart compares decorrenza with the one the dates of the claim give (R59): the eighth day after the termination, or
// the day after filing where that was later.
func (k *claimCase) checkStart() {
	c := k.c
	if !c.Open() || c.FiledOn == 0 || c.TerminatedOn == 0 {
		return
	}
	want := c.TerminatedOn + k.p.Parameters.days(paramWaiting, c.TerminatedOn)
	if c.FiledOn > want {
		want = c.FiledOn + 1
	}
	if c.Start != want {
		k.raise(note{
			code: ExcClaimData, rule: "R59", refs: []string{c.Number}, Period: pipeline.Period{From: min(c.Start, want), To: max(c.Start, want) - 1},
			text:     fmt.Sprintf("La decorrenza è il %s; dalle date della domanda risulta il %s.", c.Start.Italian(), want.Italian()),
			proposed: "Verificare la decorrenza.",
		})
	}
}
