package rules

import (
	"fmt"

	"incrocio/pipeline"
)

// termination looks for the end of the job on whose loss the claim rests (R71): found on its date, found on another, not
// found. A founding termination that was cancelled or that says another date is for the operator (R16).
func (k *claimCase) termination() {
	if !k.c.Open() && len(k.issued) == 0 || k.c.FormerEmployer == "" {
		if k.c.Open() {
			k.out.Terminations[k.c.Number] = pipeline.TerminationNotFound
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
		n := note{code: ExcClaimBasisChanged, rule: "R71", proposed: "Verificare il diritto alla prestazione."}
		if cancelled != nil {
			n.rule, n.refs = "R16", refsOf(cancelled)
			n.text = fmt.Sprintf("La cessazione del %s che fonda la domanda è stata annullata o rettificata.", k.c.TerminatedOn.Italian())
		} else {
			n.refs = refsOf(differs)
			n.text = fmt.Sprintf("Il datore che ha cessato il rapporto comunica una data diversa dal %s.", k.c.TerminatedOn.Italian())
		}
		outcome = pipeline.TerminationDiffers
		k.raise(n)
	}
	k.out.Terminations[k.c.Number] = outcome
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
