package ledger

import (
	"cmp"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/rules"
)

// becoming is an action against the person that becomes AUTOMATICA tonight.
type becoming struct {
	gates.Adverse
	claim string
}

// adverse lists the suspensions and decadences that become AUTOMATICA tonight: new ones, and those that were only proposed.
// Those that an operator decided are not among them.
func (c *comparison) adverse() []becoming {
	var out []becoming
	for i := range c.out.Actions {
		a := &c.out.Actions[i]
		against := a.Type == pipeline.ActionSuspend || a.Type == pipeline.ActionDecade
		if !against || a.Mode != pipeline.ModeAuto || a.Operation == pipeline.OperationWithdrawn || c.wasAutomatic(a.ID) {
			continue
		}
		if a.Cause == pipeline.CauseOperator && c.restsOnRuling(a.Sources) {
			continue // a person's word has been given
		}
		b := becoming{gates.Adverse{Type: a.Type, Office: a.Office, Rule: a.Rule, Count: 1}, a.Claim}
		if m := c.decisive(a.Sources); m != nil {
			b.Employer, b.Sender = m.Employer, cmp.Or(m.Sender, m.Employer) // an employer may send for itself
		}
		out = append(out, b)
	}
	return out
}

// decisive is the communication that decided: of those that an action rests on the last to arrive. Nil where only the
// person has spoken.
func (c *comparison) decisive(sources string) *pipeline.Communication {
	refs := rules.SplitSources(sources)
	var last *pipeline.Communication
	if len(c.d.Communications) > few {
		at := -1
		for _, ref := range refs {
			for _, i := range c.byRef()[ref] {
				m := &c.d.Communications[i]
				if last == nil || m.Acquired > last.Acquired || m.Acquired == last.Acquired && i > at {
					last, at = m, i
				}
			}
		}
		return last
	}
	for i := range c.d.Communications { // by time of sending
		m := &c.d.Communications[i]
		if slices.Contains(refs, m.Ref()) && (last == nil || m.Acquired >= last.Acquired) {
			last = m
		}
	}
	return last
}

// toWait gives the claims with an action that is to be held, and why; nil where there is none.
func (n *Night) toWait(actions []becoming) map[string]string {
	var out map[string]string
	if n.Hold == nil {
		return nil
	}
	for _, b := range actions {
		slice, held := n.Hold(b.Adverse)
		if !held {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		if why := waitingFor(slice); out[b.claim] == "" {
			out[b.claim] = awaiting + ": " + why
		} else if !strings.Contains(out[b.claim], why) {
			out[b.claim] += "; " + why
		}
	}
	return out
}

// awaiting begins what is said of an action that waits.
const awaiting = "in attesa di conferma"

// waitingFor says which actions are too many; no tax code of a person is shown whole.
func waitingFor(s gates.Slice) string {
	what := map[string]string{pipeline.ActionSuspend: "sospensioni", pipeline.ActionDecade: "decadenze"}[s.Type]
	where := strings.Replace(strings.TrimSuffix(s.String(), " "+s.Type), "=", " ", 1)
	return "le " + what + " con " + where + " sono molte più del solito"
}

// waited tells whether something on the claim waited until tonight for a person's word on the night.
func (c *comparison) waited(claim string) bool {
	return c.d.Waiting[claim] == "" && c.once(&c.crowd.waiting, claim, func(a pipeline.Action) bool {
		return a.Claim == claim && a.Mode == pipeline.ModeProposed && strings.Contains(a.Trace, `"fermo":"`+awaiting)
	})
}

// released is why what waited does so no longer: the person's word, or that it is no more than usual any longer.
func (n *Night) released() string {
	if n.Accepted {
		return pipeline.CauseOperator
	}
	return pipeline.CauseCalendar
}
