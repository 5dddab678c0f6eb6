package match_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/table"
)

var night = pipeline.MustDate("2014-03-01")

// join runs the two stages over n partitions and gives every person met, by code.
func join(t require, w *world, n, groups, memory int, dir string) []match.Person {
	return joinQuiet(t, w, n, groups, memory, dir, match.Quiet{})
}

// joinQuiet leaves some out.
func joinQuiet(t require, w *world, n, groups, memory int, dir string, quiet match.Quiet) []match.Person {
	spool := match.NewSpool(filepath.Join(dir, fmt.Sprint(n)), memory)
	src := w.source(groups)
	src.Aside = quiet.Aside
	codes := aliases(t, src, groups)
	for _, kind := range []match.Kind{
		match.KindNotice, match.KindVoucher, match.KindQuestion, match.KindClaim, match.KindCommunication, match.KindSubmission, match.KindAction, match.KindException,
	} {
		for g := range groups {
			u := match.Unit{Kind: kind, Group: g, Anchor: true}
			if _, err := match.MapUnit(t.Context(), src, u, n, codes, nil, spool.Append); err != nil {
				t.Fatalf("map: %v", err)
			}
		}
	}
	var out []match.Person
	for p := range n {
		in, err := spool.Open(p)
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		quiet.Partition = p
		err = match.Reduce(t.Context(), in, night, func(p *match.Person) error {
			out = append(out, *p)
			return nil
		}, quiet)
		if quiet.Aside != nil {
			err = errors.Join(err, quiet.Aside.Drop(p))
		}
		if err = errors.Join(err, in.Close(), spool.Drop(p)); err != nil {
			t.Fatalf("reduce: %v", err)
		}
	}
	slices.SortFunc(out, func(a, b match.Person) int { return cmp.Compare(a.Person, b.Person) })
	return out
}

// aliases reads the notices of changed codes of a world.
func aliases(t require, src *match.Source, groups int) *match.Aliases {
	var units []match.Unit
	for g := range groups {
		units = append(units, match.Unit{Kind: match.KindNotice, Group: g})
	}
	codes, err := match.ReadAliases(t.Context(), src, units)
	if err != nil {
		t.Fatalf("read aliases: %v", err)
	}
	return codes
}

type require interface {
	Fatalf(format string, args ...any)
	Context() context.Context
}

// canonical orders what the oracle leaves in no order. Dossiers are compared as the engine orders them elsewhere.
func canonical(people []match.Person) []match.Person {
	for i := range people {
		p := &people[i]
		slices.SortFunc(p.Claims, func(a, b pipeline.Claim) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Number, b.Number))
		})
		slices.SortFunc(p.Communications, func(a, b pipeline.Communication) int {
			return cmp.Or(cmp.Compare(a.SentAt, b.SentAt), cmp.Compare(a.Code, b.Code), bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Part, b.Part))
		})
		slices.SortFunc(p.Submissions, func(a, b pipeline.Submission) int {
			return cmp.Or(cmp.Compare(a.SubmittedAt, b.SubmittedAt), cmp.Compare(a.Protocol, b.Protocol))
		})
		slices.SortFunc(p.Notices, func(a, b pipeline.Notice) int {
			return cmp.Or(cmp.Compare(a.On, b.On), bytes.Compare(a.ID[:], b.ID[:]))
		})
		slices.SortFunc(p.Questions, func(a, b pipeline.DomesticQuestion) int {
			return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Protocol, b.Protocol), bytes.Compare(a.ID[:], b.ID[:]))
		})
		slices.SortFunc(p.Vouchers, func(a, b pipeline.Voucher) int { return bytes.Compare(a.ID[:], b.ID[:]) })
		slices.SortFunc(p.Issued, func(a, b pipeline.Action) int { return cmp.Compare(a.ID, b.ID) })
		slices.SortFunc(p.Open, func(a, b pipeline.Exception) int { return cmp.Compare(a.ID, b.ID) })
		slices.SortFunc(p.Repeated, func(a, b match.Repeat) int {
			return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Source.File, b.Source.File), cmp.Compare(a.Source.Index, b.Source.Index))
		})
		p.Claims, p.Communications, p.Submissions = orNil(p.Claims), orNil(p.Communications), orNil(p.Submissions)
		p.Questions, p.Vouchers = orNil(p.Questions), orNil(p.Vouchers)
		p.Notices, p.Issued, p.Open, p.Repeated = orNil(p.Notices), orNil(p.Issued), orNil(p.Open), orNil(p.Repeated)
	}
	return people
}

// orNil makes no difference between an empty slice and none.
func orNil[T any](rows []T) []T {
	if len(rows) == 0 {
		return nil
	}
	return rows
}

var equal = gocmp.Options{gocmp.Transformer("whole", func(c pipeline.CodiceFiscale) string { return string(c) })}

// diff compares fast, and in words only where there is something to tell.
func diff(want, got []match.Person) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return gocmp.Diff(want, got, equal)
}

func TestJoinMeetsExactlyWhatTheOracleMeets(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		want := canonical(oracle(w))
		memory := rapid.SampledFrom([]int{400, 1 << 20, 1 << 20}).Draw(t, "memory")
		for _, n := range []int{1, 8, 64} {
			w.shuffle(rand.New(rand.NewPCG(uint64(n), rapid.Uint64().Draw(t, "seed"))))
			groups := rapid.IntRange(1, 4).Draw(t, "groups")
			if d := diff(want, canonical(join(t, &w, n, groups, memory, dir))); d != "" {
				t.Fatalf("%d partitions (-oracle +join):\n%s", n, d)
			}
		}
	})
}

func TestDossierOrder(t *testing.T) {
	w := world{
		claims: []pipeline.Claim{{Number: "2", TaxCode: person(0), Start: night}, {Number: "3", TaxCode: person(0), Start: night - 9}, {Number: "1", TaxCode: person(0), Start: night}},
		communications: []pipeline.Communication{
			{ID: pipeline.DocID{9}, Worker: person(0), SentAt: 5, Code: "B", Acquired: night},
			{ID: pipeline.DocID{8}, Worker: person(0), SentAt: 5, Code: "A", Acquired: night},
			{ID: pipeline.DocID{7}, Worker: person(0), SentAt: 1, Code: "Z", Acquired: night},
		},
	}
	people := join(t, &w, 8, 1, 1<<20, t.TempDir())
	if len(people) != 1 {
		t.Fatalf("%d persons, want 1", len(people))
	}
	var got string
	for _, c := range people[0].Claims {
		got += c.Number
	}
	for _, c := range people[0].Communications {
		got += c.Code
	}
	if want := "312ZAB"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

func TestFilterKeepsEveryPersonOfTheNight(t *testing.T) {
	var tonight []uint64
	for i := range 2000 {
		tonight = append(tonight, person(2*i%900).Key())
	}
	f := match.NewFilter(slices.Clone(tonight))
	for _, h := range tonight {
		if !f.Has(h) {
			t.Fatal("a person of the night was dropped")
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	strangers := 0
	for range 10000 {
		if f.Has(r.Uint64()) {
			strangers++
		}
	}
	if strangers > 500 {
		t.Errorf("%d of 10000 strangers pass", strangers)
	}
}

func TestMapUnitDropsStrangersOfOtherNights(t *testing.T) {
	w := world{communications: []pipeline.Communication{{Worker: person(0)}, {Worker: person(2)}, {Worker: person(1)}}}
	keep := match.NewFilter([]uint64{person(0).Key()})
	m, err := match.MapUnit(t.Context(), w.source(1), match.Unit{Kind: match.KindCommunication}, 4, nil, keep, func(int, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if m.Rows != 3 || m.Kept != 2 { // person(1) is an omocode of person(0): together on purpose
		t.Errorf("%d rows, %d kept; want 3, 2", m.Rows, m.Kept)
	}
}

func TestPartitionIsStable(t *testing.T) {
	for _, c := range []struct {
		code pipeline.CodiceFiscale
		want uint64
	}{
		{person(0), person(1).Key()},
		{"", 0xefd01f60ba992926},
	} {
		if got := c.code.Key(); got != c.want {
			t.Errorf("hash of %s is %#x, want %#x: archives split by the old one would not be found", c.code, got, c.want)
		}
	}
	seen := map[int]int{}
	for i := range 800 {
		seen[match.Partition(person(2*i).Key(), 8)]++
	}
	for p, n := range seen {
		if n < 60 || n > 140 {
			t.Errorf("partition %d has %d of 800 persons", p, n)
		}
	}
}

func TestReduceRefusesDamagedBlocks(t *testing.T) {
	w := world{claims: []pipeline.Claim{{Number: "1", TaxCode: person(0), Start: night}}}
	var block []byte
	if _, err := match.MapUnit(t.Context(), w.source(1), match.Unit{Kind: match.KindClaim, Anchor: true}, 1, nil, nil,
		func(_ int, b []byte) error { block = append(block, b...); return nil }); err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{
		"cut":    block[:len(block)-3],
		"kind":   append([]byte{99}, block[1:]...),
		"length": slices.Concat(block[:9], []byte{0xff, 0xff, 0xff, 0xff, 0x7f}, block[9:]), // behind the kind and the key
		"no row": {1, 0},
	} {
		err := match.Reduce(t.Context(), bytes.NewReader(damaged), night, func(*match.Person) error { return nil }, match.Quiet{})
		if !errors.Is(err, table.ErrBlock) {
			t.Errorf("%s: error %v, want ErrBlock", name, err)
		}
	}
}
