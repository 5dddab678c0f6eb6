package night_test

import (
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
)

// TestKeysAgreeWithOrder: rows that a key tells apart are in the order of their table.
func TestKeysAgreeWithOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) pipeline.Communication {
			return pipeline.Communication{
				Worker: pipeline.CodiceFiscale(rapid.StringMatching(`|[AB]{0,9}|RSSMRA[4L][57][AB][01][12][HL]501[A-Z]`).Draw(t, name)),
				SentAt: pipeline.Instant(rapid.Int64Range(-2, 2).Draw(t, "sent")),
			}
		}
		a, b := draw("a"), draw("b")
		if x, y := night.CommunicationKey(&a), night.CommunicationKey(&b); x < y && tables.CommunicationsByKey.Compare(&a, &b) >= 0 {
			t.Fatalf("%q has key %x, %q has %x", a.Worker, x, b.Worker, y)
		}
	})
}
