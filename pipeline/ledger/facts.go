package ledger

import (
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// fewClaims is how many claims a person without facts usually has at most; of more the rules are asked.
const fewClaims = 4

// withoutFacts is the decision on a person of whom only claims are known, as most are: no row, and how many claims are
// founded on a job that is not found. Operators' stops and past corrections change nothing then. False where there is more
// to know or to say, and the rules have to be asked.
func withoutFacts(d *pipeline.Dossier, p *rules.Params) (r Result, all bool) {
	if hasFacts(d) || len(d.Issued)+len(d.Open)+len(d.Elsewhere) > 0 || len(d.Claims) > fewClaims {
		return r, false
	}
	r.Until = pipeline.MaxDate
	notFound := 0
	for i := range d.Claims {
		c := &d.Claims[i]
		if slices.ContainsFunc(d.Claims[:i], func(o pipeline.Claim) bool { return o.Number == c.Number }) {
			return r, false
		}
		termination, silent := rules.WithoutFacts(c, p)
		if !silent {
			return r, false
		}
		if termination != "" {
			notFound++
		}
	}
	switch notFound {
	case 0:
	case 1:
		r.Terminations = oneTermination[pipeline.TerminationNotFound]
	default:
		r.Terminations = map[string]int{pipeline.TerminationNotFound: notFound}
	}
	return r, true
}

// hasFacts tells whether anything but claims, and what was issued on them, is known.
func hasFacts(d *pipeline.Dossier) bool {
	return len(d.Communications)+len(d.Submissions)+len(d.Notices)+len(d.Questions)+len(d.Vouchers)+len(d.Doubtful) > 0
}
