package chain

import (
	"testing"

	"pgregory.net/rapid"
)

// TestLookup compares with a map, on either side of what is a few.
func TestLookup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var got lookup[int, int]
		want := map[int]int{}
		for i, k := range rapid.SliceOfN(rapid.IntRange(0, 2*fewEntries), 0, 4*fewEntries).Draw(t, "keys") {
			got.put(k, i)
			want[k] = i
			for k := range 2*fewEntries + 1 {
				v, ok := got.get(k)
				if w, there := want[k]; v != w || ok != there {
					t.Fatalf("%d: got %d %v, want %d %v", k, v, ok, w, there)
				}
			}
		}
	})
}
