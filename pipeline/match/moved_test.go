package match_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
)

// TestMovedClaims looks at every action for every claim: by omocodes, codes that a notice joins, in any order and any number of
// partitions; claims in dispute are forgotten.
func TestMovedClaims(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.Custom(func(t *rapid.T) pipeline.CodiceFiscale { return person(rapid.IntRange(0, 5).Draw(t, "person")) })
		number := rapid.SampledFrom([]string{"1", "2", "3", "4"})
		var claims []pipeline.Claim
		var issued []pipeline.Action
		var disputed []pipeline.Claim
		for i, at := range rapid.Permutation([]string{"1", "2", "3", "4"}).Draw(t, "numbers")[:rapid.IntRange(0, 4).Draw(t, "claims")] {
			c := pipeline.Claim{Number: at, TaxCode: code.Draw(t, "holder"), Start: night}
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "disputed") == 0 {
				disputed = append(disputed, c)
			} else {
				claims = append(claims, c)
			}
		}
		for i := range rapid.IntRange(0, 8).Draw(t, "actions") {
			issued = append(issued, pipeline.Action{
				ID: fmt.Sprint("A", i), Claim: number.Draw(t, "of"), TaxCode: code.Draw(t, "under"), From: night - pipeline.Date(rapid.IntRange(0, 1).Draw(t, "from")),
			})
		}
		var notices []pipeline.Notice
		if rapid.Bool().Draw(t, "joined") {
			notices = append(notices, pipeline.Notice{
				ID: pipeline.DocID{1}, Kind: pipeline.NoticeTaxCodeChanged, TaxCode: person(0), NewCode: person(2), On: night, Acquired: night,
			})
		}
		joined := func(a, b pipeline.CodiceFiscale) bool {
			return a == b || len(notices) > 0 && min(a, b) == min(person(0), person(2)) && max(a, b) == max(person(0), person(2))
		}
		want := map[pipeline.CodiceFiscale][]pipeline.Elsewhere{}
		for _, holder := range slices.Compact(slices.Sorted(func(yield func(pipeline.CodiceFiscale) bool) {
			for _, c := range claims {
				if !yield(c.TaxCode) {
					return
				}
			}
		})) {
			for _, e := range elsewhereOf(holder, claims, issued, joined) {
				p := holder
				if len(notices) > 0 && joined(p, person(2)) {
					p = person(2)
				}
				want[p] = append(want[p], e)
			}
		}
		for _, es := range want {
			slices.SortFunc(es, compareElsewhere)
		}
		got := reduceMoved(t, rapid.Permutation(claims).Draw(t, "as claims"), disputed, rapid.Permutation(issued).Draw(t, "as actions"), notices)
		if d := gocmp.Diff(want, got); d != "" {
			t.Fatalf("-want +got:\n%s", d)
		}
	})
}

func compareElsewhere(a, b pipeline.Elsewhere) int {
	return cmp.Or(cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Code, b.Code))
}

// elsewhereOf looks at every action for every claim of a holder.
func elsewhereOf(
	holder pipeline.CodiceFiscale, claims []pipeline.Claim, issued []pipeline.Action, joined func(a, b pipeline.CodiceFiscale) bool,
) []pipeline.Elsewhere {
	var out []pipeline.Elsewhere
	for _, c := range claims {
		if c.TaxCode != holder {
			continue
		}
		for p := range 6 {
			e := pipeline.Elsewhere{Claim: c.Number, Code: person(p)}
			for _, a := range issued {
				if a.Claim != e.Claim || a.TaxCode != e.Code {
					continue
				}
				if e.Actions++; e.Actions == 1 || a.From < e.From || a.From == e.From && a.ID < e.First {
					e.First, e.From = a.ID, a.From
				}
			}
			if e.Actions > 0 && !joined(e.Code, holder) {
				out = append(out, e)
			}
		}
	}
	return out
}

// reduceMoved gives what the persons of a night are told, by the code they go by.
func reduceMoved(t *rapid.T, claims, disputed []pipeline.Claim, issued []pipeline.Action, notices []pipeline.Notice) map[pipeline.CodiceFiscale][]pipeline.Elsewhere {
	m := match.NewMoved()
	for i := range issued {
		m.Issued(&issued[i])
	}
	snapshot, numbers := slices.Concat(disputed, claims), map[string]bool{}
	m.Meet(snapshot)
	for i := range disputed {
		m.Forget(&disputed[i])
		numbers[disputed[i].Number] = true
	}
	w := world{claims: snapshot, issued: issued, notices: notices}
	n := rapid.SampledFrom([]int{1, 4}).Draw(t, "partitions")
	parts := make([]bytes.Buffer, n)
	emit := func(p int, block []byte) error { _, err := parts[p].Write(block); return err }
	src := w.source(1)
	codes := aliases(t, src, 1)
	for _, kind := range []match.Kind{match.KindNotice, match.KindClaim, match.KindAction} {
		if _, err := match.MapUnit(t.Context(), src, match.Unit{Kind: kind, Anchor: true}, n, codes, nil, emit); err != nil {
			t.Fatal(err)
		}
	}
	if m.Any() {
		for i := range issued {
			m.Again(&issued[i])
		}
		blocks := match.NewBlocks(n, emit)
		err := m.Each(func(holder pipeline.CodiceFiscale, e *pipeline.Elsewhere) error {
			return blocks.Elsewhere(codes, holder, e)
		})
		if err = cmp.Or(err, blocks.Flush()); err != nil {
			t.Fatal(err)
		}
	}
	got := map[pipeline.CodiceFiscale][]pipeline.Elsewhere{}
	for p := range parts {
		err := match.Reduce(t.Context(), &parts[p], night, func(p *match.Person) error {
			if len(p.Elsewhere) > 0 {
				got[p.Person] = append(got[p.Person], p.Elsewhere...)
			}
			return nil
		}, match.Quiet{Disputed: numbers})
		if err != nil {
			t.Fatal(err)
		}
	}
	return got
}
