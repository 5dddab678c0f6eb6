//go:build linux && amd64

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/fixtures/faults"
	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
)

// said counts what an undisturbed night says to the server.
func (g *ledgered) said() (packets, commits int) {
	g.t.Helper()
	var said, committed atomic.Int64
	url := pgtest.Through(g.t, g.clone(), func(m pgtest.Moment) (pgtest.Cut, bool) {
		said.Add(1)
		if m.Commit > 0 {
			committed.Add(1)
		}
		return pgtest.Uncut, false
	})
	if out, err := g.command(g.copy(), url).CombinedOutput(); !slices.Contains([]int{exitOK, exitDiscarded}, exitCode(err)) {
		g.t.Fatalf("%v\n%s", err, out)
	}
	return int(said.Load()), int(committed.Load())
}

// cut is where and how a line is cut.
type cut struct {
	packet, commit int // at the one or the other
	pgtest.Cut
	forGood bool
}

func (c cut) String() string {
	where := fmt.Sprintf("packet %d", c.packet)
	if c.commit > 0 {
		where = fmt.Sprintf("COMMIT %d", c.commit)
	}
	how := c.Cut.String()
	if c.forGood {
		how += ", for good"
	}
	return where + ", cut " + how
}

// cuts gives n cuts, spread over a night.
func cuts(n, packets, commits int) []cut {
	list := make([]cut, n)
	for i := range list {
		c := cut{Cut: []pgtest.Cut{pgtest.CutBefore, pgtest.CutAfter, pgtest.CutUnanswered}[i%3], forGood: i/4%4 == 3}
		if i%4 != 3 {
			c.commit = 1 + i*commits/n
		} else {
			c.packet = 1 + i*(packets-10)/n                                // a few more or less are said from night to night
			c.Cut = []pgtest.Cut{pgtest.CutBefore, pgtest.CutAfter}[i/4%2] // not everything has an answer of its own
		}
		list[i] = c
	}
	return list
}

// TestOnPostgreSQL is what may happen to a night whose ledger is in PostgreSQL.
func TestOnPostgreSQL(t *testing.T) {
	g := newLedgered(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *ledgered)
	}{
		{"ledger and tables agree", agrees},
		{"one ledger, many homes", manyHomes},
		{"frozen", frozen},
		{"frozen while repeating", frozenRepetition},
		{"another night of the same date", anotherNight},
		{"cut", cutConnections},
		{"killed", kills},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, g.of(t)) })
	}
}

// anotherNight: a home that has published something else on a date of the ledger is told so, and stays as it is.
func anotherNight(t *testing.T, g *ledgered) {
	home := g.copy()
	if err := os.RemoveAll(filepath.Join(home, "inbox", "aspicom")); err != nil {
		t.Fatal(err)
	}
	g.publish(home, g.clone(), g.night)
	before := wholeHome(t, home)
	out, err := g.any(home, g.cloneOf(g.after), "run", "--date", (g.night + 1).String()).CombinedOutput()
	if exitCode(err) != exitFailed || !strings.Contains(string(out), g.night.String()+" in the ledger: the ledger knows another one of this date") {
		t.Errorf("%v\n%s", err, out)
	}
	sameFiles(t, "home", before, wholeHome(t, home))
}

// cutConnections cuts the line to the server during a night: before a COMMIT, after it, or anywhere, for a moment or for
// good. The night gets over it or is to be tried again, and after the next start nothing is lost or doubled.
func cutConnections(t *testing.T, g *ledgered) {
	packets, commits := g.said()
	if commits < 5 || packets < 5*commits {
		t.Fatalf("a night says %d things, %d of them COMMIT: the cuts would show nothing", packets, commits)
	}
	all := cuts(200, packets, commits)
	for _, i := range fewer(len(all)) {
		t.Run(all[i].String(), func(t *testing.T) {
			t.Parallel()
			g := g.of(t)
			c, home, direct := all[i], g.copy(), g.clone()
			var hit atomic.Bool
			url := pgtest.Through(t, direct, func(m pgtest.Moment) (pgtest.Cut, bool) {
				if hit.Load() || c.commit != m.Commit && c.commit > 0 || c.packet != m.Packet && c.packet > 0 {
					return pgtest.Uncut, false
				}
				hit.Store(true)
				return c.Cut, c.forGood
			})
			out, err := g.command(home, url).CombinedOutput()
			if code := exitCode(err); !slices.Contains([]int{exitOK, exitDiscarded, exitTemporary}, code) {
				t.Errorf("exit code %d\n%s", code, out)
			}
			if !hit.Load() {
				t.Error("the line was not cut")
			}
			call(t, home, "verify").want(t, exitOK)
			g.finishes(home, direct, c.String())
		})
	}
}

// agrees wants that what the ledger holds in force is what is published as in force.
func agrees(t *testing.T, g *ledgered) {
	s, err := postgres.Open(t.Context(), g.after, store.Options{Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var held, published []string
	err = s.InForce(t.Context(), 0, func(a *pipeline.Action) error { held = append(held, fmt.Sprintf("%+v", *a)); return nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range rowsOf(t, g.done, g.night, tables.ActionsInForce) {
		published = append(published, fmt.Sprintf("%+v", a))
	}
	slices.Sort(held)
	slices.Sort(published)
	if diff := cmp.Diff(published, held); diff != "" || len(held) == 0 {
		t.Errorf("%d actions in force (-published +held):\n%s", len(held), diff)
	}
}

// kills kills nights at durable calls, and while they talk to the server.
func kills(t *testing.T, g *ledgered) {
	packets, _ := g.said()
	for _, i := range fewer(120) {
		home, url := g.copy(), g.clone()
		if i%2 == 0 {
			out, err := faults.Run(g.command(home, url), faults.Fault{Call: 1 + i*g.calls/120})
			if err != nil || out.Code != -1 {
				t.Fatalf("call %d: %+v, %v", 1+i*g.calls/120, out, err)
			}
			g.finishes(home, url, "killed at "+strings.ReplaceAll(out.Hit, home, "home"))
			continue
		}
		at, running := 1+i*(packets-10)/120, make(chan *os.Process, 1)
		through := pgtest.Through(t, url, func(m pgtest.Moment) (pgtest.Cut, bool) {
			if m.Packet == at {
				_ = (<-running).Kill()
			}
			return pgtest.Uncut, false
		})
		cmd := g.command(home, through)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running <- cmd.Process
		if err := cmd.Wait(); exitCode(err) != -1 {
			t.Errorf("packet %d: %v", at, err)
		}
		g.finishes(home, url, fmt.Sprintf("killed at packet %d", at))
	}
}
