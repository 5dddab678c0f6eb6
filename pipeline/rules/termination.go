package rules

import (
	"cmp"
	"fmt"

	"incrocio/pipeline"
)

// termination looks for the end of the job on whose loss the claim rests (R71): found on its date, found on another, not
// found. A founding termination that was cancelled or that says another date is for the operator (R16).
func (k *claimCase) termination() {
	if !k.c.Open() && len(k.issued) == 0 || k.c.FormerEmployer == "" {
		if k.c.Open() {
			k.terminates(pipeline.TerminationNotFound)
		}
		return
	}
	outcome := pipeline.TerminationNotFound
	var differs, cancelled *pipeline.Relationship
	var latest pipeline.Date // start of the last job with that employer before the loss
	for i := range k.relationships {
		rel := &k.relationships[i]
		if !rel.EmployedBy(k.c.FormerEmployer) || rel.Start > k.c.TerminatedOn || rel.Urgent {
			continue
		}
		end := rel.End()
		if rel.Orphan == pipeline.OrphanUnplaced {
			end = rel.OrphanDate
		}
		switch {
		case end == k.c.TerminatedOn && !rel.Cancelled:
			outcome = pipeline.TerminationFound
		case k.terminationCancelled(rel):
			cancelled = rel
		case (rel.TerminatedOn != 0 || rel.Orphan == pipeline.OrphanUnplaced) && rel.Start >= latest && !rel.Cancelled:
			differs, latest = rel, rel.Start
		}
	}
	if outcome == pipeline.TerminationNotFound && (cancelled != nil || differs != nil) {
		outcome = pipeline.TerminationDiffers
		k.basisChanged(cancelled, differs)
	}
	k.terminates(outcome)
}

func (k *claimCase) terminates(outcome string) {
	for i := range k.out.Terminations {
		if t := &k.out.Terminations[i]; t.Claim == k.c.Number { // two claims of one number
			t.Outcome = outcome
			return
		}
	}
	k.out.Terminations = append(k.out.Terminations, Termination{k.c.Number, outcome})
}

// WithoutFacts gives what the rules say of a claim on which there is no fact and nothing was issued: the outcome of R71, ""
// where the job that founds the claim is not looked for. False: they have an exception to raise all the same (R59).
// It is Decide for the claims of which nothing is known, which most are.
func WithoutFacts(c *pipeline.Claim, p *Params) (termination string, silent bool) {
	if !c.Open() || c.Advance || !p.governs(c) {
		return "", true
	}
	_, differs := p.startDiffers(c)
	return pipeline.TerminationNotFound, !differs
}

// basisChanged raises that the termination behind the claim was cancelled or corrected (R16), or that its employer tells
// another date (R71); both where both are so.
func (k *claimCase) basisChanged(cancelled, differs *pipeline.Relationship) {
	n := note{
		code: ExcClaimBasisChanged, rule: "R71", proposed: "Verificare il diritto alla prestazione.",
		lead: "Gli effetti sulla prestazione non cambiano, ma la sede deve verificarne il diritto",
	}
	on := k.c.TerminatedOn
	var t trail
	if differs != nil {
		end := cmp.Or(differs.End(), differs.OrphanDate)
		n.refs = refsOf(differs)
		n.text = fmt.Sprintf("il datore che ha cessato il rapporto comunica il %s e non il %s", end.Italian(), on.Italian())
		n.margin = marginOf("cessazione che fonda la domanda", abs(end-on))
		t.yes("R71", "cessazione comunicata il %a, nella domanda il %b").days("cessazione che fonda la domanda", end, on)
	}
	if cancelled != nil {
		n.rule = "R16"
		n.refs = refsOf(cancelled)
		t.yes("R16", "cessazione del %a annullata o rettificata").dates(on, 0)
		text := fmt.Sprintf("la cessazione del %s che fonda la domanda è stata annullata o rettificata", on.Italian())
		if n.text != "" {
			text += "; " + n.text
		}
		n.text = text
	}
	n.text += "."
	n.tried = t.steps
	k.raise(n)
}

// terminationCancelled tells whether a termination on the claim's date was replaced or withdrawn.
func (k *claimCase) terminationCancelled(rel *pipeline.Relationship) bool {
	amended := map[string]bool{}
	for _, c := range rel.Chain {
		if c.Purpose == pipeline.PurposeCorrection || c.Purpose == pipeline.PurposeCancellation {
			amended[c.PreviousCode] = true
		}
	}
	for _, c := range rel.Chain {
		if c.Event == pipeline.EventTermination && c.EventDate == k.c.TerminatedOn && amended[c.Code] {
			return true
		}
	}
	return false
}
