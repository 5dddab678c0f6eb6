package rules

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// drawTrail draws steps of every kind: with and without a rule, compared or not, with words that JSON escapes.
func drawTrail(t *rapid.T) *trail {
	tr := &trail{ref: rapid.SampledFrom([]string{"", "13001", `"q"`}).Draw(t, "ref")}
	for range rapid.IntRange(0, 4).Draw(t, "steps") {
		s := tr.note(rapid.SampledFrom([]string{"", "R01", "R02"}).Draw(t, "rule"), "perché %a, %b, %n: %s", rapid.Bool().Draw(t, "hit"))
		s.count(rapid.IntRange(0, 9).Draw(t, "n")).text(rapid.SampledFrom([]string{"", "è", `a"b`}).Draw(t, "words"))
		if rapid.Bool().Draw(t, "compared") {
			s.length("giorni", rapid.IntRange(0, 99).Draw(t, "value"), 30)
		}
	}
	return tr
}

// TestRowsOfOneFactTellTheSame: what a row copies from the trace of another is what it would have written.
func TestRowsOfOneFactTellTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []*trail
		for range rapid.IntRange(1, 4).Draw(t, "facts") {
			all = append(all, drawTrail(t))
		}
		for row := range rapid.IntRange(1, 5).Draw(t, "rows") {
			var w, fresh why
			for range rapid.IntRange(0, 3).Draw(t, "of") {
				tr := rapid.SampledFrom(all).Draw(t, "fact")
				if rapid.IntRange(0, 9).Draw(t, "more") == 0 {
					tr.no("R99", "provata dopo")
				}
				w.trails = append(w.trails, tr)
			}
			for _, tr := range w.trails {
				fresh.trails = append(fresh.trails, &trail{ref: tr.ref, steps: tr.steps})
			}
			w.own = trail{steps: drawTrail(t).steps}
			fresh.own = trail{steps: w.own.steps}
			got, want := w.write("R01", nil, nil), fresh.write("R01", nil, nil)
			if got != want {
				t.Fatalf("row %d:\n%s\nwant\n%s", row, got, want)
			}
		}
	})
}

// BenchmarkTrace writes the traces of two rows that rest on one fact, as a suspension and the resumption after it do.
func BenchmarkTrace(b *testing.B) {
	var t trail
	for i := range 16 {
		t.no(fmt.Sprintf("R%02d", i), "inizio %a non successivo alla fine teorica del %b").days("inizio del rapporto", 735_000, 735_100)
	}
	b.ReportAllocs()
	for b.Loop() {
		t.told = told{}
		for range 2 {
			w := why{trails: []*trail{&t}}
			w.own.yes("R18", "nessun'altra sospensione contigua o sovrapposta")
			w.write("R01", nil, nil)
		}
	}
}
