package match_test

import (
	"fmt"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
)

// BenchmarkMovedMeet is what 512 claims of the snapshot cost where 300,000 claims have something in force and none has moved.
func BenchmarkMovedMeet(b *testing.B) {
	m := match.NewMoved()
	claims := make([]pipeline.Claim, 1<<20)
	for i := range claims {
		claims[i] = pipeline.Claim{Number: fmt.Sprintf("%09d", i), TaxCode: person(i % 600)}
		if i < 300_000 {
			m.Issued(&pipeline.Action{Claim: claims[i].Number, TaxCode: claims[i].TaxCode})
		}
	}
	for i := 0; b.Loop(); i++ {
		at := i * 512 % len(claims)
		m.Meet(claims[at : at+512])
	}
}
