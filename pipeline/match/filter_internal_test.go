package match

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSorted compares with the library, for keys that lie evenly, close together, or are the same but for a few bits, few and many.
func TestSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, 2047, 2048, 2049, 5000}).Draw(t, "keys")
		seed := rapid.Uint64().Draw(t, "seed")
		mask := rapid.SampledFrom([]uint64{^uint64(0), 1<<11 - 1, 1<<63 | 1, 1<<33 | 1<<22 | 1<<44, 0xffffffff00000000, 0}).Draw(t, "bits that differ")
		keys := make([]uint64, n)
		for i := range keys {
			seed = seed*6364136223846793005 + 1442695040888963407
			keys[i] = (seed ^ seed>>29) & mask
		}
		want := slices.Sorted(slices.Values(keys))
		if got := sorted(keys); !slices.Equal(got, want) {
			t.Fatalf("%d keys are out of order", n)
		}
	})
}
