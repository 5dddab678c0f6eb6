package main

import (
	"cmp"
	"flag"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/fixtures/carry"
	"incrocio/fixtures/scenari"
	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/night"
)

var (
	// restClaims is how many claims TestPopulationRests invents.
	restClaims = flag.Int("rest.claims", 1000, "claims that TestPopulationRests invents")
	// restNights is how many nights it follows them.
	restNights = flag.Int("rest.nights", 60, "nights that TestPopulationRests follows")
)

// TestPopulationRests decides an invented population once more on each of some nights on which nothing comes in but payments,
// and wants of whoever rests what was carried from the night before.
func TestPopulationRests(t *testing.T) {
	home, sum := generatedFor(t, *restClaims, 1, 2)
	call(t, home, "run", "--date", sum.FirstNight.String()).want(t, exitDiscarded)
	of := dossiers(t, home, sum.Night)
	for n := range *restNights {
		rested, payments := 0, n%30 == 9
		for _, p := range of {
			if payments {
				p.pay(30)
			}
			if p.another(t, payments) {
				rested++
			}
		}
		if n == 0 || n%30 == 2 || payments {
			t.Logf("night %d, payments %t: %d of %d rest", n, payments, rested, len(of))
		}
		if n >= 2 && rested < len(of)*3/4 {
			t.Errorf("night %d: only %d of %d rest", n, rested, len(of))
		}
	}
}

// TestScenariRest follows the scenarios, domestic work, vouchers and other codes included.
func TestScenariRest(t *testing.T) {
	list, err := scenari.Load()
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		s := &list[i]
		inFiles := slices.ContainsFunc(s.Facts, func(f scenari.Fact) bool { return f.Domestico != "" || f.Voucher != 0 || f.TaxCode != "" })
		if len(s.Requires) > 0 || s.Decides() || !inFiles {
			continue // the others are followed where they are decided, without a home
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			nights, err := s.Nights()
			if err != nil {
				t.Fatal(err)
			}
			home, last := t.TempDir(), len(nights)-1
			for _, n := range nights[:last] {
				runNight(t, home, &n)
			}
			files := map[string][]byte{}
			for name, body := range nights[last].Files {
				files["inbox/"+name] = body
			}
			put(t, home, files)
			snapshot(t, home, nights[last].Date, nights[last].Claims)
			for _, p := range dossiers(t, home, nights[last].Date) {
				for range 400 {
					p.another(t, false)
				}
			}
		})
	}
}

// resting is a person who is decided night after night.
type resting struct {
	d    pipeline.Dossier
	n    ledger.Night
	last ledger.Result
}

// dossiers gives what a night of a home, which is not published, knows of each person, and what it decides.
func dossiers(t *testing.T, home string, date pipeline.Date) []*resting {
	t.Helper()
	w := &world{environ: func() []string { return nil }, now: func() time.Time { return time.Date(2014, 12, 31, 23, 30, 0, 0, time.UTC) }}
	a := &app{world: w, home: home, log: slog.New(slog.DiscardHandler)}
	c, err := a.loadConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	h, ctx, err := a.openHome(t.Context(), &c, &runOptions{dryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if err := h.choose(date, date, false); err != nil {
		t.Fatal(err)
	}
	ports, err := h.ports(ctx)
	if err != nil {
		t.Fatal(err)
	}
	held, err := h.restraints(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.begin(ctx); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	of := map[pipeline.CodiceFiscale]*resting{}
	_, err = night.Run(ctx, h.nightConfig(), ports, func(d *pipeline.Dossier, n ledger.Night) ledger.Result {
		r := held.decide(d, n)
		mu.Lock()
		defer mu.Unlock()
		p := &resting{*d, n, r}
		p.d.Claims = slices.Clone(d.Claims) // those of whom nothing else is known are decided one after another in the same memory
		of[d.Person] = p
		return r
	}, &night.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	var out []*resting
	for _, p := range of {
		p.d.Communications = slices.Clone(p.d.Communications)
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *resting) int { return cmp.Compare(a.d.Person, b.d.Person) })
	return out
}

// pay lets the claims be paid some days farther.
func (p *resting) pay(days pipeline.Date) {
	p.d.Claims = slices.Clone(p.d.Claims)
	for i := range p.d.Claims {
		p.d.Claims[i].PaidThrough += days
	}
}

// another decides the next night, and tells whether the person rests on it.
func (p *resting) another(t *testing.T, payments bool) bool {
	t.Helper()
	p.d.Issued, p.d.Open, p.d.Joined = slices.Clone(p.last.InForce), slices.Clone(p.last.Exceptions), nil
	carry.Sort(p.d.Issued, p.d.Open)
	p.n.Previous, p.n.Date = p.n.Date, p.n.Date+1
	r := ledger.Decide(&p.d, p.n)
	rests := p.n.Date <= p.last.Until && (!payments || !p.last.Paid)
	if rests {
		carry.Over(&p.last, p.n.Date)
		if !reflect.DeepEqual(p.last, r) {
			t.Fatalf("%s, at rest until %s, is not what was carried:\n%s", p.n.Date, p.last.Until, gocmp.Diff(p.last, r))
		}
	}
	p.last = r
	return rests
}
