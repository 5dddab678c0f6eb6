package ledger

import (
	"maps"
	"slices"

	"incrocio/pipeline"
)

// How often the automatic actions of a claim are corrected by themselves: as many times in so many days; after that an
// operator decides.
const (
	mostCorrections = 2
	correctionDays  = 365
)

// corrections finds the automatic actions that were changed or withdrawn tonight because of new facts. That a resumption
// gives way is no correction, nor that an action becomes a proposal.
func (c *comparison) corrections() {
	for i := range c.out.Actions {
		a := &c.out.Actions[i]
		if !Corrects(a) || !c.wasAutomatic(a.ID) {
			continue
		}
		if c.corrected == nil {
			c.corrected = map[string][]string{}
		}
		c.corrected[a.Claim] = append(c.corrected[a.Claim], a.ID)
	}
	if c.corrected != nil {
		c.out.Corrections = slices.Sorted(maps.Keys(c.corrected))
	}
}

// Corrects tells whether a row of azioni is an automatic correction of what had been issued, because of new facts. What an
// operator decided is none.
func Corrects(a *pipeline.Action) bool {
	return a.Operation != pipeline.OperationNew && a.Type != pipeline.ActionResume && a.Mode == pipeline.ModeAuto &&
		a.Cause != pipeline.CauseOperator && slices.Contains(causeOrder, a.Cause)
}

// CorrectionYear is how many days back corrections count.
const CorrectionYear = correctionDays

// wasAutomatic tells whether an action was issued before, as automatic.
func (c *comparison) wasAutomatic(id string) bool {
	if len(c.d.Issued) > few {
		if c.crowd.automatic == nil {
			c.crowd.automatic = map[string]bool{}
			for i := range c.d.Issued {
				if a := &c.d.Issued[i]; a.Mode == pipeline.ModeAuto {
					c.crowd.automatic[a.ID] = true
				}
			}
		}
		return c.crowd.automatic[id]
	}
	return slices.ContainsFunc(c.d.Issued, func(a pipeline.Action) bool { return a.ID == id && a.Mode == pipeline.ModeAuto })
}

// tooOften gives of the corrections of tonight those on claims that were corrected often enough within a year; nil where
// there are none.
func (c *comparison) tooOften() map[string][]string {
	var often map[string][]string
	for claim, ids := range c.corrected {
		nights := map[pipeline.Date]bool{}
		for _, n := range c.d.Corrections {
			if n.Claim == claim && n.On < c.n.Date && n.On >= c.n.Date-correctionDays {
				nights[n.On] = true
			}
		}
		if len(nights) < mostCorrections {
			continue
		}
		if often == nil {
			often = map[string][]string{}
		}
		often[claim] = ids
	}
	return often
}
