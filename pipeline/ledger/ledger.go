// Package ledger compares what should be in force for a person with what was issued before, and says what is new,
// changed or withdrawn tonight, each with its one cause. It is pure: facts and a date in, rows out.
package ledger

import (
	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// Night is what a decision knows of the night apart from the person's facts.
type Night struct {
	Date         pipeline.Date
	Previous     pipeline.Date // the last published night; 0 for the first
	Params       *rules.Params
	RulesVersion string
}

// Result is what one night says of one person. Rows are complete, in no particular order.
type Result struct {
	Actions     []pipeline.Action // rows of azioni: new, changed, withdrawn tonight
	InForce     []pipeline.Action // rows of azioni_in_essere: each as it was last published
	Exceptions  []pipeline.Exception
	Submissions []pipeline.SubmissionRow
	Stretches   []pipeline.Stretch
	Agenda      []pipeline.AgendaRow
	Evidence    []pipeline.Evidence

	// Effects says for each fact acquired tonight, by identity, what came of it.
	Effects map[pipeline.DocID]Effect
	// VoucherNet is what occasional work paid the person in each year, for the notional contribution (R49).
	VoucherNet map[int]pipeline.Cents
	// Terminations counts open claims by outcome of R71.
	Terminations map[string]int
}

// Effect is what came of a fact that arrived tonight; a fact is counted once, in the first that fits.
type Effect uint8

// The effects, as quadratura counts them.
const (
	EffectNoClaim   Effect = iota // without open claim
	EffectAction                  // acted on
	EffectException               // on an exception
	EffectNone                    // without effect
)

// Decide is the whole decision on one person: rules, comparison, causes. The dossier is not modified.
func Decide(d *pipeline.Dossier, n Night) Result {
	c := &comparison{d: d, n: n, want: rules.Decide(d, n.Date, n.Params), present: map[string]bool{}}
	for i := range d.Claims {
		c.present[d.Claims[i].Number] = true
		c.live = c.live || d.Claims[i].Open()
	}
	c.findNews()
	c.actions()
	c.exceptions()
	c.submissions()
	c.stretches()
	c.agenda()
	c.evidence()
	c.effects()
	c.out.Terminations = map[string]int{}
	for _, outcome := range c.want.Terminations {
		c.out.Terminations[outcome]++
	}
	return c.out
}

// comparison is one person's night in the making.
type comparison struct {
	d       *pipeline.Dossier
	n       Night
	want    rules.Decision
	present map[string]bool // claims of tonight's snapshot
	live    bool            // one of them is open
	news    news
	ids     []string // of want.Actions, by index
	out     Result

	asOfYesterday, withoutNews *rules.Decision // what the rules say without tonight's facts, made when a cause is asked for
}
