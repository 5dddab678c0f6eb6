package night

import (
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// Most claims have nothing else known of their person and decide nothing: they only count in the balance. They are told from
// the others while they are read, and are not looked at again.

// founding are the outcomes of R71 that such a claim may have; "" for one that is not open. The number of a claim is the place
// of its outcome, from 1.
var founding = []string{"", pipeline.TerminationNotFound}

// alone gives the number of a claim of whose person nothing else is known; 0 where its decision is anything but a count.
func (n *night) alone(c *pipeline.Claim) uint8 {
	termination, silent := rules.WithoutFacts(c, &n.cfg.Params)
	if !silent {
		return 0
	}
	return uint8(slices.Index(founding, termination) + 1)
}

// countAlone counts claims by number, as they would be one by one.
func (r *reducing) countAlone(number uint8, claims int64) {
	r.claims += claims
	if outcome := founding[number-1]; outcome != "" {
		r.terminations[outcome] += claims
	}
}

func terminationItem(outcome string) string { return "cessazioni_" + strings.ToLower(outcome) }
