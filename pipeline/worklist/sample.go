package worklist

import (
	"crypto/sha256"
	"encoding/binary"

	"incrocio/pipeline"
)

// Sampling is how many of the automatic actions are sent to a sede for a look, in thousandths: by rule, and Default where
// the rule is not named. The zero Sampling draws none.
type Sampling struct {
	Default int
	ByRule  map[string]int
}

// Draws tells whether an action is drawn. The draw depends on its id and nothing else: the same night draws the same
// actions whenever it is repeated, and nobody chooses.
func (s Sampling) Draws(a *pipeline.Action) bool {
	if a.Mode != pipeline.ModeAuto || a.Operation != pipeline.OperationNew {
		return false
	}
	rate, ok := s.ByRule[a.Rule]
	if !ok {
		rate = s.Default
	}
	sum := sha256.Sum256([]byte("campione:" + a.ID))
	return binary.BigEndian.Uint64(sum[:])%1000 < uint64(max(rate, 0))
}
