package rules

import (
	"cmp"
	"slices"
	"strings"

	"incrocio/pipeline"
)

// A claim is held while an operator has stopped the person, or when what is issued on it would be corrected by itself
// once too often, and then until the office has decided. What was executed stays exactly as it was issued; whatever is
// new or changed is only proposed. That the one would become the other is raised as for a correction (R15).
//
// A claim on which something waits for a person's word on the night is held for that night. Nothing is raised then: as
// soon as the word is given, all is decided as ever.

// leadHeld says that nothing is corrected by itself.
const leadHeld = "Nulla è corretto in automatico, la sede deve decidere"

// proposedHeld is what the office is asked; by it the exception is known again on the nights that follow.
const proposedHeld = "Decidere se modificare l'azione: fino ad allora sulla domanda nulla è automatico."

// OfHeldClaim tells whether an exception says that issued actions would be corrected, were their claim not held. It has
// the code of a late correction of a job (R15), but is never the same exception, were they on one action: the one is
// remembered by the claim, the other by the job, and each until an operator has decided on it.
func OfHeldClaim(e *pipeline.Exception) bool {
	return e.Code == ExcCorrectedAfterAction && strings.HasPrefix(e.Proposed, proposedHeld)
}

// hold finds out whether the claim is held and why. corrected are the issued actions that would be corrected once too
// often; nil where that is not so.
func (k *claimCase) hold(corrected []string) {
	var why []string
	if stop := k.d.Stop; stop != nil && k.night.Reached(stop.From) && (stop.To == 0 || !k.night.Past(stop.To)) {
		text := "fermo disposto dall'operatore"
		if stop.Reason != "" {
			text += ", " + stop.Reason
		}
		why = append(why, text)
	}
	if corrected != nil {
		why = append(why, "terza correzione automatica in un anno")
	}
	if len(why) == 0 && slices.ContainsFunc(k.d.Open, k.holding) {
		why = append(why, "la sede non ha ancora deciso su una correzione")
	}
	if wait := k.d.Waiting[k.c.Number]; len(why) == 0 && wait != "" {
		why, k.waits = append(why, wait), true
	}
	if len(why) == 0 {
		return
	}
	k.held, k.corrected, k.stands = strings.Join(why, "; "), corrected, map[string]bool{}
	for _, a := range k.issued {
		if a.Type == pipeline.ActionDecade && a.Mode == pipeline.ModeAuto && k.stays(a) && !k.overruled(a) {
			k.freezeDecade(a)
		}
	}
}

// stays tells whether an issued automatic action of a held claim stays as it is whatever the rules say: one that was
// executed, and while the claim waits any.
func (k *claimCase) stays(a *pipeline.Action) bool { return k.waits || k.night.Reached(a.From) }

// holding tells whether an exception keeps the claim held: until an operator has decided on it.
func (k *claimCase) holding(e pipeline.Exception) bool {
	return OfHeldClaim(&e) && e.Claim == k.c.Number && e.State != pipeline.ExceptionClosed && !k.ruled(&e)
}

// forfeit enters a decadence. On a held claim one that is not as it was issued is only proposed.
func (k *claimCase) forfeit(d decade) {
	if k.held == "" || !d.auto {
		k.decades = append(k.decades, d)
		return
	}
	for _, a := range k.issued {
		if a.Type == pipeline.ActionDecade && a.Mode == pipeline.ModeAuto && a.From == d.from && shares(a.Sources, k.documents(d.refs)) {
			k.keep(a)
			return
		}
	}
	if d.ruled != nil {
		k.decades = append(k.decades, d)
		return
	}
	if u := k.ruledOn(d.refs, (*ruling).late); u.confirms() {
		d.ruled, d.refs = u, u.signed(d.refs)
		k.decades = append(k.decades, d)
		return
	}
	d.auto = false
	k.decades = append(k.decades, d)
	if k.barred == 0 || d.from < k.barred {
		k.barred = d.from
	}
}

// suspendHeld lets the suspensions that were executed, or are as they were issued, stay, proposes the days beyond them,
// and gives the blocks that stay as they are: only those are resumed.
func (k *claimCase) suspendHeld(blocks []block) []block {
	var fixed []pipeline.Period
	for _, a := range k.issued {
		stays := k.stays(a) || slices.ContainsFunc(blocks, func(b block) bool { return b.From == a.From && b.To == a.To })
		if a.Type == pipeline.ActionSuspend && a.Mode == pipeline.ModeAuto && stays && !k.overruled(a) {
			k.repeat(a)
			fixed = append(fixed, pipeline.Period{From: a.From, To: stopEnd(a)})
		}
	}
	var same []block
	for i := range blocks {
		b := &blocks[i]
		days := pipeline.Period{From: b.From, To: lastDay(b.Period)}
		if slices.Contains(fixed, days) {
			same = append(same, *b)
			continue
		}
		for _, p := range subtract(days, fixed) {
			piece := *b
			piece.Period = p
			if p.To == pipeline.MaxDate {
				piece.To = 0
			}
			k.emitSuspension(&piece, blocks)
			if at := k.suspensionOf(&piece); p == days && at >= 0 && k.out.Actions[at].Mode == pipeline.ModeAuto {
				same = append(same, *b) // on an operator's word
			}
		}
	}
	return same
}

// keepIssued gives every automatic action that is as it was issued back its row, lets what was executed stay, and raises
// what would have changed.
func (k *claimCase) keepIssued(blocks []block) {
	for i := range k.out.Actions {
		if a := &k.out.Actions[i]; a.Claim == k.c.Number && a.ID == "" {
			if o := k.issuedLike(a); o != nil {
				*a, k.out.whyActions[i] = *o, why{}
				k.identify(o.ID)
			}
		}
	}
	var changed []*pipeline.Action
	for _, a := range k.issued {
		if a.Mode != pipeline.ModeAuto || k.overruled(a) {
			continue
		}
		if !k.waits && !k.changeRefused(a, blocks) && k.wouldChange(a, blocks) {
			changed = append(changed, a)
		}
		if k.stays(a) {
			k.repeat(a)
		}
	}
	k.raiseHeld(changed, blocks)
}

// issuedLike is the issued automatic action that a wanted one is to the day and the cent; nil where there is none.
func (k *claimCase) issuedLike(a *pipeline.Action) *pipeline.Action {
	for _, o := range k.issued {
		same := o.Mode == pipeline.ModeAuto && o.Type == a.Type && o.Group == a.Group && o.From == a.From && o.To == a.To &&
			o.Total == a.Total && o.Withheld == a.Withheld
		if same && shares(o.Sources, SplitSources(a.Sources)) && !k.issuedAgain(o) {
			return o
		}
	}
	return nil
}

// issuedAgain tells whether an issued action is among those wanted.
func (k *claimCase) issuedAgain(a *pipeline.Action) bool {
	return k.has(a.ID)
}

// wouldChange tells whether an issued action would be changed or withdrawn, were the claim not held. A resumption that
// gives way is no correction.
func (k *claimCase) wouldChange(a *pipeline.Action, blocks []block) bool {
	if slices.Contains(k.corrected, a.ID) {
		return true
	}
	if !k.night.Reached(a.From) { // what has not begun is decided anew, if only as a proposal
		return false
	}
	switch a.Type {
	case pipeline.ActionResume:
		return false
	case pipeline.ActionSuspend:
		return !slices.ContainsFunc(blocks, func(b block) bool { return b.From == a.From && b.To == a.To })
	case pipeline.ActionDecade:
		return !k.stands[a.ID]
	}
	return !k.issuedAgain(a)
}

// raiseHeld raises, once, that issued actions would be corrected.
func (k *claimCase) raiseHeld(changed []*pipeline.Action, blocks []block) {
	changed = slices.DeleteFunc(changed, func(a *pipeline.Action) bool {
		return slices.ContainsFunc(k.d.Open, func(e pipeline.Exception) bool {
			return e.Standing() && k.holding(e) && shares(e.Sources, SplitSources(a.Sources))
		})
	})
	if len(changed) == 0 {
		return
	}
	n := note{code: ExcCorrectedAfterAction, rule: "R15", lead: leadKept, proposed: proposedHeld}
	var names []string
	var was, now []pipeline.Period
	for _, a := range changed {
		n.refs = append(n.refs, SplitSources(a.Sources)...)
		names = append(names, nameOf(a))
		if !k.night.Reached(a.From) {
			n.lead = leadHeld
		}
		if a.Type == pipeline.ActionSuspend || a.Type == pipeline.ActionDecade {
			was = append(was, pipeline.Period{From: a.From, To: stopEnd(a)})
		}
		n.From = cmp.Or(min(n.From, a.From), a.From)
	}
	issued := slices.Clone(n.refs)
	for i := range blocks {
		if b := &blocks[i]; shares(joinSources(b.refs), issued) {
			n.refs = append(n.refs, b.refs...)
			now = append(now, pipeline.Period{From: b.From, To: lastDay(b.Period)})
		}
	}
	for _, d := range k.decades {
		if d.frozen == nil && shares(joinSources(d.refs), issued) {
			n.refs = append(n.refs, d.refs...)
		}
	}
	for i := range k.out.Actions { // what is proposed in their place
		if a := &k.out.Actions[i]; a.Claim == k.c.Number && a.ID == "" && shares(a.Sources, issued) {
			n.refs = append(n.refs, SplitSources(a.Sources)...)
		}
	}
	if p, days := contested(was, now); p.From != 0 {
		n.Period, n.days = p, days
	}
	verb := " cambierebbe"
	if len(names) > 1 {
		verb = " cambierebbero"
	}
	n.text = strings.Join(names, " e ") + verb + " per quanto è stato acquisito, ma nulla è automatico: " + k.held + "."
	n.tried = []step{*new(trail).yes("R15", "l'azione emessa cambierebbe, ma nulla è automatico: %s").text(k.held)}
	k.raise(n)
}

// nameOf names an issued action in a sentence.
func nameOf(a *pipeline.Action) string {
	days := " dal " + a.From.Italian() + untilText(a.To)
	switch a.Type {
	case pipeline.ActionSuspend:
		return "la sospensione" + days
	case pipeline.ActionDecade:
		return "la decadenza" + days
	case pipeline.ActionReduce:
		return "la riduzione" + days
	}
	return "la registrazione" + days
}
