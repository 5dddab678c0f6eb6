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

// Result is what one night says of one person. Rows are complete; slices are in the order of their tables.
type Result struct {
	Actions     []pipeline.Action // rows of azioni: new, changed, withdrawn tonight
	InForce     []pipeline.Action // rows of azioni_in_essere
	Exceptions  []pipeline.Exception
	Submissions []pipeline.SubmissionRow
	Stretches   []pipeline.Stretch
	Agenda      []pipeline.AgendaRow
	Evidence    []pipeline.Evidence

	// Effects says for each fact acquired tonight, by identity, what came of it.
	Effects map[pipeline.DocID]Effect
	// Terminations counts open claims by outcome of R71.
	Terminations map[string]int
}

// Effect is what came of a fact that arrived tonight, the strongest first; a fact is counted once, in the first that fits.
type Effect uint8

// The effects, as quadratura counts them.
const (
	EffectNoClaim   Effect = iota // without open claim
	EffectAction                  // acted on
	EffectException               // on an exception
	EffectNone                    // without effect
)

// Decide is the whole decision on one person: rules, comparison, causes.
func Decide(d *pipeline.Dossier, n Night) Result { return Result{} }
