package ledger_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestResultsStay decides several persons, each for two nights, one after another: what was said of one stays as it is
// while the others are decided.
func TestResultsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := day("2014-11-20")
		type kept struct {
			result any
			said   string
		}
		var all []kept
		keep := func(result any) { all = append(all, kept{result, fmt.Sprintf("%+v", result)}) }
		for range rapid.IntRange(2, 4).Draw(t, "persons") {
			d := drawDossier(t, on)
			first := night(d, 0, on)
			keep(first)
			d.Issued, d.Open = first.InForce, first.Exceptions
			keep(night(d, on, on+1))
		}
		for _, k := range all {
			if now := fmt.Sprintf("%+v", k.result); now != k.said {
				t.Fatalf("said\n%s\nand says now\n%s", k.said, now)
			}
		}
	})
}
