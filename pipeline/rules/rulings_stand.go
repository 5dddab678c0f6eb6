package rules

import (
	"slices"

	"incrocio/pipeline"
)

// standing finds out which issued actions stay exactly as they were issued, by their ids, because the ruling that made
// them no longer decides and the rules, by themselves, would change them; and those of which an operator refused the
// change. Nil where there are none. It is asked when all is decided: then all is decided again, with these as they are.
func (r *run) standing() map[string]bool {
	if r.rulingRefs == nil {
		return nil
	}
	var out map[string]bool
	for _, k := range r.cases {
		if k.leftAlone() {
			continue
		}
		for _, a := range k.issued {
			if k.wouldStand(a) && !k.unchanged(a) {
				if out == nil {
					out = map[string]bool{}
				}
				out[a.ID] = true
			}
		}
	}
	return out
}

// wouldStand tells whether an issued action stays whatever the rules say.
func (k *claimCase) wouldStand(a *pipeline.Action) bool {
	if a.Mode != pipeline.ModeAuto || a.Type == pipeline.ActionResume && a.Rule == "R02" {
		return false
	}
	docs := k.documents(SplitSources(a.Sources))
	last := k.ruledOn(docs, (*ruling).late)
	if last.refuses() && k.night.Reached(a.From) {
		return true
	}
	if len(k.resting(docs)) == 0 || !k.lapsed(a, docs) {
		return false
	}
	return !last.confirms() || slices.Contains(SplitSources(a.Sources), last.ref)
}

// lapsed tells whether, of the rulings that an issued action rests on, one was about documents of it on which none decides
// tonight.
func (k *claimCase) lapsed(a *pipeline.Action, docs []string) bool {
	return slices.ContainsFunc(SplitSources(a.Sources), func(ref string) bool {
		u := k.rulingRefs[ref]
		return u != nil && !slices.ContainsFunc(docs, func(doc string) bool {
			return Cites(u.Sources, doc) && slices.Contains(k.followed, doc)
		})
	})
}

// unchanged tells whether the decision has the action as it was issued, or one in its place that rests on nothing that
// an operator has not seen, or an earlier decadence.
func (k *claimCase) unchanged(a *pipeline.Action) bool {
	if stopsByItself(a) && !k.lasts(a) {
		return true // it gives way as any other
	}
	docs := k.documents(SplitSources(a.Sources))
	return slices.ContainsFunc(k.out.Actions, func(o pipeline.Action) bool {
		if o.ID == a.ID {
			return true
		}
		if o.Claim != a.Claim || o.Type != a.Type || o.Group != a.Group || !shares(o.Sources, docs) || o.Mode != a.Mode {
			return false
		}
		if o.From == a.From && o.To == a.To && o.Cautious == a.Cautious && o.Total == a.Total && o.Withheld == a.Withheld {
			return true
		}
		now := k.documents(SplitSources(o.Sources))
		u := k.ruledOn(now, func(u *ruling) bool { return decisive[u.Code] })
		return u != nil && !u.keeps()
	})
}

// stand lets the actions of the claim that stay as they were issued do so from the start.
func (k *claimCase) stand(ids map[string]bool) {
	for _, a := range k.issued {
		if !ids[a.ID] {
			continue
		}
		k.stood = append(k.stood, a)
		switch a.Type {
		case pipeline.ActionDecade:
			k.freezeDecade(a)
		case pipeline.ActionSuspend:
			k.keep(a)
			u := k.ruledOn(SplitSources(a.Sources), (*ruling).late)
			for i := range k.spells {
				if s := &k.spells[i]; u.refuses() && s.frozen == a {
					s.ruled, s.refs = u, u.signed(s.refs)
				}
			}
		}
	}
}

// standsFor gives an issued action that stays as it was issued in the place of what rests on some documents; nil where
// none does.
func (k *claimCase) standsFor(kind, group string, refs []string) *pipeline.Action {
	for _, a := range k.stood {
		if a.Type == kind && a.Group == group && shares(a.Sources, k.documents(refs)) {
			return a
		}
	}
	return nil
}

// stoodOn tells whether something on a fact stays as it was issued, so that nothing else follows from the fact. What a ruling
// decides on tonight does: it is there for facts of others that it rests on, too.
func (k *claimCase) stoodOn(refs []string) bool {
	found := false
	for _, a := range k.stood {
		docs := k.documents(SplitSources(a.Sources))
		if !shares(a.Sources, k.documents(refs)) || k.decidedOn(refs) && !k.ruledOn(docs, (*ruling).late).refuses() {
			continue
		}
		found = true
		if k.stoodRefs == nil {
			k.stoodRefs = map[*pipeline.Action][]string{}
		}
		k.stoodRefs[a] = append(k.stoodRefs[a], k.documents(refs)...)
	}
	return found
}

// decidedOn tells whether the first decision followed a ruling on a fact.
func (k *claimCase) decidedOn(refs []string) bool {
	first := k.first.caseOf(k.c.Number)
	return slices.ContainsFunc(k.documents(refs), func(ref string) bool { return slices.Contains(first.followed, ref) })
}

// raiseStood repeats what stays as it was issued and brings each to the office where no other exception does, unless an
// operator has refused the change.
func (k *claimCase) raiseStood() {
	for _, a := range k.stood {
		docs := slices.Concat(k.documents(SplitSources(a.Sources)), k.stoodRefs[a])
		switch a.Type {
		case pipeline.ActionSuspend, pipeline.ActionDecade: // suspended and forfeited as they were
		default:
			k.repeat(a)
		}
		if k.ruledOn(docs, (*ruling).late).refuses() {
			continue
		}
		told := slices.ContainsFunc(k.out.Exceptions, func(e pipeline.Exception) bool {
			return e.Claim == k.c.Number && e.Class != pipeline.ClassInfo && shares(e.Sources, docs)
		})
		if told {
			continue
		}
		n := note{
			code: ExcCorrectedAfterAction, rule: "R15", lead: leadKept, refs: docs, Period: pipeline.Period{From: a.From},
			text:     nameOf(a) + " cambierebbe per quanto è stato acquisito dopo la decisione dell'operatore.",
			proposed: "Valutare la differenza e decidere se modificare l'azione eseguita.",
		}
		n.tried = []step{*new(trail).yes("R15", "sono stati acquisiti documenti che l'operatore non aveva visto")}
		k.raise(n)
	}
}
