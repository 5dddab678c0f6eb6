package ledger

import (
	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// Tally is what persons who rest add to the balance (quadratura), as far as their rows and claims say it. They take nothing
// in, open and close nothing and publish no action. Two figures their rows do not tell, and a night that is to count those
// who rest has to keep them by person: the net of their vouchers by year, which few have, and the outcome of R71 where
// [Tally.Claim] would give another.
type Tally struct {
	Claims       int64                  // domande, documents accepted of their flow
	InForce      map[string]int64       // azioni in essere, by sede
	Open         map[ExceptionKey]int64 // exceptions that stood open last night and stand open tonight
	Terminations map[string]int64       // cessazioni, by outcome

	claim string // of the last row of situazione
}

// ExceptionKey is what exceptions are counted by.
type ExceptionKey struct{ Code, Office string }

// NewTally has counted nothing.
func NewTally() *Tally {
	return &Tally{InForce: map[string]int64{}, Open: map[ExceptionKey]int64{}, Terminations: map[string]int64{}}
}

// Action counts a row of azioni_in_essere.
func (t *Tally) Action(a *pipeline.Action) { t.InForce[a.Office]++ }

// Exception counts a row of eccezioni.
func (t *Tally) Exception(e *pipeline.Exception) { t.Open[ExceptionKey{e.Code, e.Office}]++ }

// Stretch counts the claim of a row of situazione; rows come in the order of their table.
func (t *Tally) Stretch(s *pipeline.Stretch) {
	if s.Claim == t.claim {
		return
	}
	if t.claim = s.Claim; s.Termination != "" {
		t.Terminations[s.Termination]++
	}
}

// Claim counts a claim; told is whether situazione has rows of it. Of one that has none nothing is known, but where the
// table leaves it out for what the claim itself says.
func (t *Tally) Claim(c *pipeline.Claim, told bool, p *rules.Params) {
	t.Claims++
	if told {
		return
	}
	if outcome, _ := rules.WithoutFacts(c, p); outcome != "" {
		t.Terminations[outcome]++
	}
}
