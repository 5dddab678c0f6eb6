package match_test

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
)

// TestClaimsAsideAreCountedWhereNothingElseIsKnown, persons who rest are left out, claims in dispute are as if they were not there,
// and all others are handed over as if no claim had been put aside.
func TestClaimsAsideAreCountedWhereNothingElseIsKnown(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		groups, n := rapid.IntRange(1, 3).Draw(t, "groups"), rapid.SampledFrom([]int{1, 8}).Draw(t, "partitions")
		numbers := map[string]uint8{}
		for i := range w.claims {
			numbers[w.claims[i].Number] = rapid.Uint8Range(0, 2).Draw(t, "number")
		}
		disputed, undisputed := map[string]bool{}, w
		undisputed.claims = nil
		for i := range w.claims {
			if rapid.IntRange(0, 5).Draw(t, "disputed") == 0 {
				disputed[w.claims[i].Number] = true
			}
		}
		for i := range w.claims {
			if !disputed[w.claims[i].Number] {
				undisputed.claims = append(undisputed.claims, w.claims[i])
			}
		}
		codes := aliases(t, w.source(groups), groups)
		resting := match.NewPlaces(0)
		rows := map[uint64]int{} // by place
		for _, code := range w.codes() {
			rows[codes.Place(code)]++
		}
		for _, place := range slices.Sorted(maps.Keys(rows)) {
			if rapid.IntRange(0, 3).Draw(t, "rests") == 0 {
				resting.Add(place)
			}
		}
		var wantAlone, gotAlone [256]int64
		var wantRested, gotRested int64
		alone := map[uint64]bool{}
		for i := range undisputed.claims {
			c := &undisputed.claims[i]
			place, number := codes.Place(c.TaxCode), numbers[c.Number]
			switch {
			case resting.Has(place):
				wantRested++
			case number != 0 && rows[place] == 1:
				wantAlone[number]++
				alone[place] = true
			}
		}
		var want []match.Person
		for _, p := range join(t, &undisputed, n, groups, 1<<20, dir) {
			if place := codes.Place(p.Person); !resting.Has(place) && !alone[place] {
				want = append(want, p)
			}
		}
		memory := rapid.SampledFrom([]int{400, 1 << 20}).Draw(t, "memory")
		spool := match.NewSpool(filepath.Join(dir, "aside"), memory)
		got := joinQuiet(t, &w, n, groups, memory, dir, match.Quiet{
			Aside:   match.NewAside(n, spool, func(c *pipeline.Claim) uint8 { return numbers[c.Number] }),
			Alone:   func(number uint8, claims int64) { gotAlone[number] += claims },
			Resting: resting, Rested: func(claims int64) { gotRested += claims },
			Disputed: disputed,
		})
		if d := diff(canonical(want), canonical(got)); d != "" {
			t.Fatal(d)
		}
		if gotAlone != wantAlone || gotRested != wantRested {
			t.Fatalf("%d alone, %d at rest, want %d and %d", gotAlone[:3], gotRested, wantAlone[:3], wantRested)
		}
	})
}
