package night

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// TestWhatANightLeavesIsReadAsItWasWritten, whatever decisions it holds.
func TestWhatANightLeavesIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRestless()
		for range rapid.IntRange(0, 8).Draw(t, "persons") {
			var net map[int]pipeline.Cents
			for _, year := range rapid.SliceOfN(rapid.IntRange(2008, 2020), 0, 3).Draw(t, "years") {
				if net == nil {
					net = map[int]pipeline.Cents{}
				}
				net[year] = pipeline.Cents(rapid.Int64().Draw(t, "net"))
			}
			claims := rapid.IntRange(0, most+20)
			r.take([]Rest{{
				Key: rapid.Uint64Range(0, 5).Draw(t, "key"), Until: pipeline.Date(rapid.Int32Range(-5, int32(pipeline.MaxDate)).Draw(t, "until")),
				Paid: rapid.Bool().Draw(t, "paid"), claims: sum{rapid.Uint64().Draw(t, "facts"), rapid.Uint64().Draw(t, "payments")}, Vouchers: net,
				Found: claims.Draw(t, "found"), NotFound: claims.Draw(t, "not found"), Differs: claims.Draw(t, "differs"),
			}})
		}
		rows := rowsOf(t, r)
		again := newRestless()
		if err := again.load(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		for i := range again.entries { // everybody is as they were
			e := &again.entries[i]
			if again.always.Has(e.key) {
				t.Fatal("nobody has to be decided")
			}
			e.sum = e.was
		}
		var first, second written[tables.Rest]
		if err := errors.Join(rows(t.Context(), first.Write), again.write(t.Context(), &second)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(first.rows, second.rows) {
			t.Fatalf("%+v, want %+v", second.rows, first.rows)
		}
	})
}

func TestWhatNoNightLeaves(t *testing.T) {
	for name, rows := range map[string][]tables.Rest{
		"order":    {{Key: 2}, {Key: 1}},
		"twice":    {{Key: 2}, {Key: 2}},
		"negative": {{Found: -1}},
		"many":     {{Differs: most + 1}},
		"vouchers": {{Vouchers: "2013"}},
		"cents":    {{Vouchers: "2013="}},
		"one more": {{Vouchers: "2013=1;"}},
	} {
		if err := newRestless().load(t.Context(), (&written[tables.Rest]{rows}).each); !errors.Is(err, errRests) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhoRests: of two nights that know of the same keys, those whose sums are the same, whose time is not up, and who are not to be
// decided in any case.
func TestWhoRests(t *testing.T) {
	const tonight = 100
	rapid.Check(t, func(t *rapid.T) {
		type person struct {
			was, is    []uint64 // digests of facts
			paid, then uint64
			until      pipeline.Date
			matters    bool
			always     bool
		}
		people := rapid.MapOf(rapid.Uint64(), rapid.Custom(func(t *rapid.T) person {
			p := person{
				was: rapid.SliceOfN(rapid.Uint64(), 0, 3).Draw(t, "was"), paid: rapid.Uint64Range(1, 3).Draw(t, "paid"),
				until: rapid.SampledFrom([]pipeline.Date{tonight - 1, tonight, pipeline.MaxDate}).Draw(t, "until"), then: 1,
				matters: rapid.Bool().Draw(t, "matters"), always: rapid.IntRange(0, 5).Draw(t, "always") == 0,
			}
			if p.is = slices.Clone(p.was); rapid.Bool().Draw(t, "changed") {
				p.is = rapid.SliceOfN(rapid.Uint64(), 0, 3).Draw(t, "is")
			}
			return p
		})).Draw(t, "people")
		last, now := newRestless(), newRestless()
		for key, p := range people { // the first of what is weighed is a claim
			var claims sum
			for i, f := range p.was {
				if i == 0 {
					claims = sum{f, p.paid}
					continue
				}
				last.note(key, sum{f, p.paid})
			}
			last.take([]Rest{{Key: key, Until: p.until, Paid: p.matters, NotFound: 2, claims: claims}})
		}
		if err := now.load(t.Context(), rowsOf(t, last)); err != nil {
			t.Fatal(err)
		}
		for key, p := range people {
			for _, f := range rapid.Permutation(p.is).Draw(t, "order") {
				now.note(key, sum{f, p.then})
			}
			if p.always {
				now.always.Add(key)
			}
		}
		awake := now.settle(tonight)
		resting := int64(0)
		for key, p := range people {
			sum := func(of []uint64) (s uint64) {
				for _, f := range of {
					s += f
				}
				return s
			}
			paidWas, paidIs := p.paid*uint64(len(p.was)), p.then*uint64(len(p.is))
			wakes := p.always || p.until < tonight || sum(p.was) != sum(p.is) || p.matters && paidWas != paidIs
			if now.resting.Has(key) == wakes || slices.Contains(awake, key) != wakes {
				t.Fatalf("%d, %+v: awake %t", key, p, !wakes)
			}
			if !wakes {
				resting += 2
			}
		}
		counts := Counts{}
		now.count(counts)
		if got := counts[Line{Total, terminationItem(pipeline.TerminationNotFound)}]; got != resting {
			t.Fatalf("%d terminations of those who rest, want %d", got, resting)
		}
	})
}

// rowsOf reads what a night has written.
func rowsOf(t *rapid.T, r *restless) func(context.Context, func(*tables.Rest) error) error {
	var w written[tables.Rest]
	if err := r.write(t.Context(), &w); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(w.rows, func(a, b tables.Rest) int { return tables.Rests.Compare(&a, &b) }) {
		t.Fatal("rows do not come by key")
	}
	return w.each
}

// written keeps the rows of a table.
type written[T any] struct{ rows []T }

func (w *written[T]) Write(row *T) error { w.rows = append(w.rows, *row); return nil }
func (w *written[T]) Close() error       { return nil }

func (w *written[T]) each(_ context.Context, fn func(*T) error) error {
	for i := range w.rows {
		row := w.rows[i]
		if err := fn(&row); err != nil {
			return err
		}
	}
	return nil
}

// TestRowsOfTheLastNightGoBetweenThoseOfTonight, as sorting all of them would put them.
func TestRowsOfTheLastNightGoBetweenThoseOfTonight(t *testing.T) {
	of := &table.Table[int]{Compare: func(a, b *int) int { return cmp.Compare(*a, *b) }}
	keep := func(n *int) bool { return *n%3 != 0 }
	rapid.Check(t, func(t *rapid.T) {
		sorted := func(label string) []int {
			s := rapid.SliceOfN(rapid.IntRange(0, 5000), 0, 3*batch).Draw(t, label)
			slices.Sort(s)
			return s
		}
		old, tonight := &written[int]{sorted("old")}, &written[int]{sorted("tonight")}
		var got written[int]
		if err := between(t.Context(), of, old.each, keep, tonight.each, got.Write); err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(tonight.rows)
		for _, n := range old.rows {
			if keep(&n) {
				want = append(want, n)
			}
		}
		slices.Sort(want)
		if !slices.Equal(got.rows, want) {
			t.Fatalf("%v, want %v", got.rows, want)
		}
	})
}

// TestBetweenStops at an error of either stream or of the file, and leaves no goroutine waiting.
func TestBetweenStops(t *testing.T) {
	of := &table.Table[int]{Compare: func(a, b *int) int { return cmp.Compare(*a, *b) }}
	failed := errors.New("failed")
	many := func(after error) func(context.Context, func(*int) error) error {
		return func(_ context.Context, fn func(*int) error) error {
			for i := range 20 * batch {
				if err := fn(&i); err != nil {
					return err
				}
			}
			return after
		}
	}
	all := func(*int) bool { return true }
	for name, err := range map[string]error{
		"old":     between(t.Context(), of, many(failed), all, many(nil), func(*int) error { return nil }),
		"tonight": between(t.Context(), of, many(nil), all, many(failed), func(*int) error { return nil }),
		"file":    between(t.Context(), of, many(nil), all, many(nil), func(*int) error { return failed }),
	} {
		if !errors.Is(err, failed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPersonsOfOneKeyWakeTogether, and more claims than an entry can hold keep them awake.
func TestPersonsOfOneKeyWakeTogether(t *testing.T) {
	r := newRestless()
	if err := r.load(t.Context(), (&written[tables.Rest]{[]tables.Rest{{Key: 1, Facts: 5, Found: 3, Until: 99}, {Key: 2, Until: 99}}}).each); err != nil {
		t.Fatal(err)
	}
	if awake := r.settle(50); !slices.Equal(awake, []uint64{1}) || !r.resting.Has(2) {
		t.Fatalf("awake %v", awake)
	}
	for range 2 { // everybody is decided once more
		r.begin()
		if e := r.entries[0]; e.decided || e.until != 0 || e.found != 0 {
			t.Errorf("not decided yet: %+v", e)
		}
		r.take([]Rest{{Key: 1, Until: pipeline.MaxDate, Found: 1}, {Key: 1, Until: 200, Paid: true}, {Key: 3, Until: 300, NotFound: most + 1}})
		r.take([]Rest{{Key: 1, Until: 250, Differs: 1}})
	}
	if e := r.entries[0]; e.until != 200 || !e.paid || !e.decided || e.found != 1 || e.differs != 1 {
		t.Errorf("%+v", e)
	}
	if e := r.entries[1]; !e.decided || e.until != 99 {
		t.Errorf("whoever rests: %+v", e)
	}
	if e := r.fold(); len(e) != 1 || e[0].until != 0 {
		t.Errorf("%+v", e)
	}
}
