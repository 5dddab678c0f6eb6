package match_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

var night = pipeline.MustDate("2014-03-01")

// world is everything there is, in no order.
type world struct {
	claims         []pipeline.Claim
	issued         []pipeline.Action
	open           []pipeline.Exception
	communications []pipeline.Communication
	submissions    []pipeline.Submission
	notices        []pipeline.Notice
	questions      []pipeline.DomesticQuestion
	vouchers       []pipeline.Voucher
}

// person invents the i-th person; odd ones are the omocode of the one before.
func person(i int) pipeline.CodiceFiscale {
	base, err := pipeline.CompleteCodiceFiscale(fmt.Sprintf("RSSMR%c%02dA01H%03d", 'A'+i/2/400, 50+i/2%40, 501+i/2%400))
	if err != nil {
		panic(err)
	}
	if i%2 == 1 {
		return base.Omocode(0b1000000)
	}
	return base
}

func drawWorld(t *rapid.T) world {
	var w world
	who := rapid.Custom(func(t *rapid.T) pipeline.CodiceFiscale { return person(rapid.IntRange(0, 11).Draw(t, "person")) })
	acquired := rapid.SampledFrom([]pipeline.Date{night, night, night - 1, night - 40})
	id := func(n int, what string) pipeline.DocID { return sha256.Sum256(fmt.Appendf(nil, "%s %d", what, n)) }
	source := func(i int) pipeline.Source {
		return pipeline.Source{
			Flow: pipeline.FlowUnilav, File: rapid.SampledFrom([]string{"a.xml", "b.zip!x", "c.xml"}).Draw(t, "file"), Index: int64(i),
		}
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "claims") {
		w.claims = append(w.claims, pipeline.Claim{
			Number: fmt.Sprint(i), TaxCode: who.Draw(t, "who"), Start: night - pipeline.Date(rapid.IntRange(0, 2).Draw(t, "start")),
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "issued") {
		w.issued = append(w.issued, pipeline.Action{ID: fmt.Sprint(i), TaxCode: who.Draw(t, "who"), Claim: fmt.Sprint(i), From: night})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "open") {
		w.open = append(w.open, pipeline.Exception{ID: fmt.Sprint(i), TaxCode: who.Draw(t, "who"), Code: "X"})
	}
	for i := range rapid.IntRange(0, 40).Draw(t, "communications") {
		n := rapid.IntRange(0, 20).Draw(t, "document")
		c := pipeline.Communication{
			ID: id(n, "co"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), Worker: person(n % 12),
			SentAt: pipeline.Instant(n % 3), Code: fmt.Sprintf("%016d", n), Model: pipeline.ModelUnilav,
		}
		if n%5 == 0 {
			c.Model, c.Part = pipeline.ModelVardatori, int32(n%2)
		}
		w.communications = append(w.communications, c)
	}
	for i := range rapid.IntRange(0, 10).Draw(t, "submissions") {
		n := rapid.IntRange(0, 5).Draw(t, "document")
		w.submissions = append(w.submissions, pipeline.Submission{
			ID: id(n, "sub"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), TaxCode: person(n), Protocol: fmt.Sprint(n),
		})
	}
	for i := range rapid.IntRange(0, 10).Draw(t, "notices") {
		n := rapid.IntRange(0, 5).Draw(t, "document")
		w.notices = append(w.notices, pipeline.Notice{
			ID: id(n, "not"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), TaxCode: person(2 * n), On: night,
		})
	}
	for i := range rapid.IntRange(0, 10).Draw(t, "questions") {
		n := rapid.IntRange(0, 5).Draw(t, "document")
		q := pipeline.DomesticQuestion{
			ID: id(n, "que"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), Worker: person(n), Protocol: fmt.Sprint(n % 2), On: night,
		}
		if n == 5 {
			q.Worker = "" // about nobody in particular
		}
		w.questions = append(w.questions, q)
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "vouchers") {
		n := rapid.IntRange(0, 2).Draw(t, "document")
		w.vouchers = append(w.vouchers, pipeline.Voucher{
			ID: id(n, "vou"), Source: source(i), Acquired: acquired.Draw(t, "acquired"), Worker: person(n), On: night, Net: 100,
		})
	}
	return w
}

// oracle joins by looking at everything for every person.
func oracle(w world) []match.Person {
	var out []match.Person
	for _, code := range w.people() {
		p := match.Person{Dossier: pipeline.Dossier{Person: code}}
		for _, c := range w.claims {
			if c.TaxCode == code {
				p.Claims = append(p.Claims, c)
			}
		}
		for _, a := range w.issued {
			if a.TaxCode == code {
				p.Issued = append(p.Issued, a)
			}
		}
		for _, e := range w.open {
			if e.TaxCode == code {
				p.Open = append(p.Open, e)
			}
		}
		for _, c := range w.communications {
			if c.Worker != code {
				continue
			}
			first := true
			for _, o := range w.communications {
				if o.ID == c.ID && o.Part == c.Part && before(o.Acquired, o.Source, c.Acquired, c.Source) {
					first = false
				}
			}
			switch {
			case first:
				p.Communications = append(p.Communications, c)
			case c.Acquired == night:
				p.Repeated = append(p.Repeated, match.Repeat{ID: c.ID, Source: c.Source, FanOut: c.Model == pipeline.ModelVardatori})
			}
		}
		for _, c := range w.submissions {
			if c.TaxCode != code {
				continue
			}
			first := true
			for _, o := range w.submissions {
				if o.ID == c.ID && before(o.Acquired, o.Source, c.Acquired, c.Source) {
					first = false
				}
			}
			switch {
			case first:
				p.Submissions = append(p.Submissions, c)
			case c.Acquired == night:
				p.Repeated = append(p.Repeated, match.Repeat{ID: c.ID, Source: c.Source})
			}
		}
		for _, c := range w.notices {
			if c.TaxCode != code {
				continue
			}
			first := true
			for _, o := range w.notices {
				if o.ID == c.ID && before(o.Acquired, o.Source, c.Acquired, c.Source) {
					first = false
				}
			}
			switch {
			case first:
				p.Notices = append(p.Notices, c)
			case c.Acquired == night:
				p.Repeated = append(p.Repeated, match.Repeat{ID: c.ID, Source: c.Source})
			}
		}
		for _, c := range w.questions {
			if c.Worker != code {
				continue
			}
			first := true
			for _, o := range w.questions {
				if o.ID == c.ID && before(o.Acquired, o.Source, c.Acquired, c.Source) {
					first = false
				}
			}
			switch {
			case first:
				p.Questions = append(p.Questions, c)
			case c.Acquired == night:
				p.Repeated = append(p.Repeated, match.Repeat{ID: c.ID, Source: c.Source})
			}
		}
		oracleVouchers(w, code, &p)
		out = append(out, p)
	}
	return out
}

// oracleVouchers counts, for each row, the equal ones before it in its file, and looks for a file before it that has more.
func oracleVouchers(w world, code pipeline.CodiceFiscale, p *match.Person) {
	nth := func(v pipeline.Voucher) (n int) {
		for _, o := range w.vouchers {
			if o.ID == v.ID && o.Acquired == v.Acquired && o.Source.File == v.Source.File && o.Source.Index < v.Source.Index {
				n++
			}
		}
		return n
	}
	for _, v := range w.vouchers {
		if v.Worker != code {
			continue
		}
		first := true
		for _, o := range w.vouchers {
			if o.ID == v.ID && nth(o) == nth(v) && before(o.Acquired, o.Source, v.Acquired, v.Source) {
				first = false
			}
		}
		v.ID = v.Nth(nth(v))
		switch {
		case first:
			p.Vouchers = append(p.Vouchers, v)
		case v.Acquired == night:
			p.Repeated = append(p.Repeated, match.Repeat{ID: v.ID, Source: v.Source})
		}
	}
}

func before(an pipeline.Date, a pipeline.Source, bn pipeline.Date, b pipeline.Source) bool {
	return cmp.Or(cmp.Compare(an, bn), cmp.Compare(a.File, b.File), cmp.Compare(a.Index, b.Index)) < 0
}

func (w *world) people() []pipeline.CodiceFiscale {
	set := map[pipeline.CodiceFiscale]bool{}
	for _, x := range w.claims {
		set[x.TaxCode] = true
	}
	for _, x := range w.issued {
		set[x.TaxCode] = true
	}
	for _, x := range w.open {
		set[x.TaxCode] = true
	}
	for _, x := range w.communications {
		set[x.Worker] = true
	}
	for _, x := range w.submissions {
		set[x.TaxCode] = true
	}
	for _, x := range w.notices {
		set[x.TaxCode] = true
	}
	for _, x := range w.questions {
		set[x.Worker] = true
	}
	for _, x := range w.vouchers {
		set[x.Worker] = true
	}
	var out []pipeline.CodiceFiscale
	for c := range set {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// source serves a world, dealt out over a number of groups.
func (w *world) source(groups int) *match.Source {
	return &match.Source{
		Claims:         deal(&w.claims, groups),
		Actions:        deal(&w.issued, groups),
		Exceptions:     deal(&w.open, groups),
		Communications: match.Whole(deal(&w.communications, groups)),
		Submissions: func(_ context.Context, u match.Unit, fn func(*tables.ArchivedSubmission) error) error {
			return dealt(w.submissions, groups, u, func(s *pipeline.Submission) error {
				row, err := tables.ArchiveSubmission(s)
				return errors.Join(err, fn(&row))
			})
		},
		Notices: func(_ context.Context, u match.Unit, fn func(*tables.ArchivedNotice) error) error {
			return dealt(w.notices, groups, u, func(n *pipeline.Notice) error {
				row, err := tables.ArchiveNotice(n)
				return errors.Join(err, fn(&row))
			})
		},
		Questions: func(_ context.Context, u match.Unit, fn func(*tables.ArchivedQuestion) error) error {
			return dealt(w.questions, groups, u, func(q *pipeline.DomesticQuestion) error {
				row, err := tables.ArchiveQuestion(q)
				return errors.Join(err, fn(&row))
			})
		},
		Vouchers: func(_ context.Context, u match.Unit, fn func(*tables.ArchivedVoucher) error) error {
			return dealt(w.vouchers, groups, u, func(v *pipeline.Voucher) error {
				row, err := tables.ArchiveVoucher(v)
				return errors.Join(err, fn(&row))
			})
		},
	}
}

func deal[T any](rows *[]T, groups int) func(context.Context, match.Unit, func(*T) error) error {
	return func(_ context.Context, u match.Unit, fn func(*T) error) error { return dealt(*rows, groups, u, fn) }
}

func dealt[T any](rows []T, groups int, u match.Unit, fn func(*T) error) error {
	for i := range rows {
		if i%groups != u.Group {
			continue
		}
		row := rows[i]
		if err := fn(&row); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) shuffle(r *rand.Rand) {
	shuffle(r, w.claims)
	shuffle(r, w.issued)
	shuffle(r, w.open)
	shuffle(r, w.communications)
	shuffle(r, w.submissions)
	shuffle(r, w.notices)
	shuffle(r, w.questions)
	shuffle(r, w.vouchers)
}

func shuffle[T any](r *rand.Rand, rows []T) {
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

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
		"length": append([]byte{block[0], 0xff, 0xff, 0xff, 0xff, 0x7f}, block[2:]...),
		"no row": {1, 0},
	} {
		err := match.Reduce(t.Context(), bytes.NewReader(damaged), night, func(*match.Person) error { return nil }, match.Quiet{})
		if !errors.Is(err, table.ErrBlock) {
			t.Errorf("%s: error %v, want ErrBlock", name, err)
		}
	}
}

func TestRunsMergeInOrder(t *testing.T) {
	dir, checks := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		checks++
		dir := filepath.Join(dir, fmt.Sprint(checks))
		var all []pipeline.BalanceRow
		runs := match.NewRuns(tables.Balance, match.NewSpool(dir, rapid.SampledFrom([]int{0, 1 << 20}).Draw(t, "memory")))
		if rapid.Bool().Draw(t, "by") {
			runs.By(balanceKey)
		}
		for range rapid.IntRange(0, 6).Draw(t, "runs") {
			var rows []pipeline.BalanceRow
			for range rapid.IntRange(0, 9).Draw(t, "rows") {
				rows = append(rows, pipeline.BalanceRow{
					Scope: rapid.StringN(0, 3, 6).Draw(t, "scope"), Item: "x", Value: rapid.Int64().Draw(t, "value"), Night: night,
				})
			}
			all = append(all, rows...)
			if err := runs.Add(rows); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(all, func(a, b pipeline.BalanceRow) int { return tables.Balance.Compare(&a, &b) })
		var got []pipeline.BalanceRow
		if err := runs.Merge(t.Context(), func(r *pipeline.BalanceRow) error { got = append(got, *r); return nil }); err != nil {
			t.Fatal(err)
		}
		if d := gocmp.Diff(all, got); d != "" && len(all)+len(got) > 0 {
			t.Fatalf("merged (-want +got):\n%s", d)
		}
	})
}

// TestManyRuns merges more runs than are open at once: the first in memory, the second on disk.
func TestManyRuns(t *testing.T) {
	for _, limit := range []int{1 << 30, 0} {
		dir := t.TempDir()
		r := rand.New(rand.NewPCG(1, uint64(limit)))
		all, got := mergeMany(t, match.NewRuns(tables.Balance, match.NewSpool(dir, limit)), 1000, r)
		if d := gocmp.Diff(all, got); d != "" || len(all) < 2000 {
			t.Errorf("limit %d, %d rows (-want +got):\n%s", limit, len(all), d)
		}
		left, err := os.ReadDir(dir)
		if want := map[bool]int{true: 0, false: 256}[limit > 0]; err != nil || len(left) != want {
			t.Errorf("limit %d: %d files are left (error %v), want %d", limit, len(left), err, want)
		}
	}
}

// TestRunsMergeAsSorted holds the merge against a sort, around the numbers of runs at which passes begin.
func TestRunsMergeAsSorted(t *testing.T) {
	dir, checks := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		checks++
		n := rapid.OneOf(rapid.IntRange(0, 4), rapid.IntRange(254, 259), rapid.IntRange(509, 770)).Draw(rt, "runs")
		spool := match.NewSpool(filepath.Join(dir, fmt.Sprint(checks)), rapid.IntRange(2000, 1<<17).Draw(rt, "memory"))
		runs := match.NewRuns(tables.Balance, spool)
		if rapid.Bool().Draw(rt, "by") {
			runs.By(balanceKey)
		}
		all, got := mergeMany(rt, runs, n, rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)))
		if !slices.Equal(all, got) {
			rt.Fatalf("%d rows merged to %d, not those of a sort", len(all), len(got))
		}
	})
}

// TestLongRuns adds runs, at the same time, that are handed to the spool in several blocks: in memory, on disk, in both.
func TestLongRuns(t *testing.T) {
	for _, limit := range []int{1 << 30, 3 << 20, 0} {
		runs := match.NewRuns(tables.Balance, match.NewSpool(t.TempDir(), limit))
		all := make([]pipeline.BalanceRow, 6000)
		for i := range all {
			all[i] = pipeline.BalanceRow{Scope: fmt.Sprintf("%04d%s", (i*7919)%6000, strings.Repeat("à", 300)), Item: "x", Night: night}
		}
		var adding sync.WaitGroup
		for part := range slices.Chunk(all, 2000) {
			adding.Go(func() {
				if err := runs.Add(slices.Clone(part)); err != nil {
					t.Error(err)
				}
			})
		}
		adding.Wait()
		slices.SortFunc(all, func(a, b pipeline.BalanceRow) int { return tables.Balance.Compare(&a, &b) })
		var got []pipeline.BalanceRow
		if err := runs.Merge(t.Context(), func(r *pipeline.BalanceRow) error { got = append(got, *r); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(all, got) {
			t.Errorf("limit %d: %d rows merged to %d, not those of a sort", limit, len(all), len(got))
		}
	}
}

// TestMergeStops: the first error ends a merge, short or long, wherever it comes from, and nothing runs on.
func TestMergeStops(t *testing.T) {
	before := runtime.NumGoroutine()
	broken := errors.New("broken")
	for _, rows := range []int{10, 5000} {
		for _, at := range []int{0, 9, rows / 2, rows - 1} {
			for name, fail := range map[string]func(context.CancelCauseFunc) error{
				"fn":      func(context.CancelCauseFunc) error { return broken },
				"context": func(stop context.CancelCauseFunc) error { stop(broken); return context.Canceled },
			} {
				runs := match.NewRuns(tables.Balance, match.NewSpool(t.TempDir(), 1<<20))
				for i := range rows {
					if err := runs.Add([]pipeline.BalanceRow{{Scope: fmt.Sprint(i), Item: "x", Night: night}}); err != nil {
						t.Fatal(err)
					}
				}
				ctx, stop := context.WithCancelCause(t.Context())
				calls := 0
				err := runs.Merge(ctx, func(*pipeline.BalanceRow) error {
					if calls++; calls <= at {
						return nil
					}
					return fail(stop)
				})
				if want := map[string]error{"fn": broken, "context": context.Canceled}[name]; !errors.Is(err, want) || calls != at+1 {
					t.Errorf("%s at %d of %d: error %v after %d calls", name, at, rows, err, calls)
				}
				stop(nil)
			}
		}
	}
	ctx, stop := context.WithCancelCause(t.Context())
	stop(broken)
	runs := match.NewRuns(tables.Balance, match.NewSpool(t.TempDir(), 1<<20))
	for i := range 5000 {
		if err := runs.Add([]pipeline.BalanceRow{{Scope: fmt.Sprint(i), Item: "x", Night: night}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := runs.Merge(ctx, func(*pipeline.BalanceRow) error { return nil }); !errors.Is(err, broken) {
		t.Errorf("stopped before: error %v", err)
	}
	for range 100 { // the last one may still be on its way out
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

// balanceKey leaves rows to the order of the table where their scopes begin alike.
func balanceKey(r *pipeline.BalanceRow) uint64 { return match.Leading(r.Scope) >> 56 }

// TestLeading holds the numbers of texts against the texts.
func TestLeading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			return string(rapid.SliceOfN(rapid.ByteRange(0, 255), 0, 12).Draw(t, "bytes"))
		})
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if a < b && match.Leading(a) > match.Leading(b) || a == b && match.Leading(a) != match.Leading(b) {
			t.Fatalf("%q %x, %q %x", a, match.Leading(a), b, match.Leading(b))
		}
	})
}

// mergeMany puts away n runs of up to 4 rows, many of them equal, and gives all rows sorted and merged.
func mergeMany(t rapid.TB, runs *match.Runs[pipeline.BalanceRow], n int, r *rand.Rand) (all, got []pipeline.BalanceRow) {
	t.Helper()
	for range n {
		var rows []pipeline.BalanceRow
		for range 1 + r.IntN(4) {
			rows = append(rows, pipeline.BalanceRow{Scope: fmt.Sprint(r.IntN(50)), Item: "x", Value: r.Int64N(9), Night: night})
		}
		all = append(all, rows...)
		if err := runs.Add(rows); err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(all, func(a, b pipeline.BalanceRow) int { return tables.Balance.Compare(&a, &b) })
	err := runs.Merge(context.Background(), func(row *pipeline.BalanceRow) error { got = append(got, *row); return nil })
	if err != nil || runs.Rows() != int64(len(all)) {
		t.Fatalf("%d rows added, error %v", runs.Rows(), err)
	}
	return all, got
}
