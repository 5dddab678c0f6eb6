package night

import (
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
)

// Most claims have nothing else known of their person and decide nothing: they only count in the balance. They are told from
// the others while they are read, and are not looked at again.

// founding are the outcomes of R71 that such a claim may have; "" for one that is not open. The number of a claim is the place
// of its outcome, from 1.
var founding = []string{"", pipeline.TerminationNotFound}

// alone gives the number of a claim of whose person nothing else is known; 0 where its decision is anything but a count.
func (q *quiet) alone(c *pipeline.Claim) uint8 {
	q.claim[0] = *c
	q.dossier = pipeline.Dossier{Person: c.TaxCode, Claims: q.claim[:1:1]}
	res, err := q.safely(&q.dossier)
	if err != nil || res.Rows() > 0 {
		return 0 // the error comes again where a night can be stopped by it
	}
	switch len(res.Terminations) {
	case 0:
		return 1
	case 1:
		for i, outcome := range founding {
			if outcome != "" && res.Terminations[outcome] == 1 {
				return uint8(i + 1)
			}
		}
	}
	return 0
}

// countAlone counts claims by number, as they would be one by one.
func (r *reducing) countAlone(number uint8, claims int64) {
	r.claims += claims
	if outcome := founding[number-1]; outcome != "" {
		r.terminations[outcome] += claims
	}
}

func terminationItem(outcome string) string { return "cessazioni_" + strings.ToLower(outcome) }

// quiet decides claims of whose persons nothing else is known, one after another in the same memory: of a decision that gives no
// rows nothing is kept.
type quiet struct {
	reducing
	claim   [1]pipeline.Claim
	dossier pipeline.Dossier
}

// alone decides claims of whose persons nothing else is known. It is not safe for concurrent use.
func (n *night) alone() func(*pipeline.Claim) uint8 {
	q := &quiet{reducing: reducing{night: ledger.Night{
		Date: n.cfg.Date, Previous: n.cfg.Previous, Params: &n.cfg.Params, RulesVersion: n.cfg.RulesVersion,
	}, decide: n.decide}}
	return q.alone
}
