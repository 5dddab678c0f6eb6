package night_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/tables"
)

// next does the night after with a snapshot, and gives its home, in which nothing else arrives.
func (h *home) next(t *testing.T, date pipeline.Date, claims []pipeline.Claim, change func(*night.Config, *night.Ports)) *home {
	t.Helper()
	issued, err := tables.ActionsInForce.Decode(nil, h.published[tables.ActionsInForce.File])
	if err != nil {
		t.Fatal(err)
	}
	open, err := tables.Exceptions.Decode(nil, h.published[tables.Exceptions.File])
	if err != nil {
		t.Fatal(err)
	}
	n := newHome()
	n.claims, n.communications, n.issued, n.open = claims, h.communications, issued, open
	ports, cfg := n.ports(t), realNight(date, date-1)
	ports.Last = h.lastNight()
	change(&cfg, &ports)
	if _, err := night.Run(t.Context(), cfg, ports, ledger.Decide, &night.Progress{}); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMovedClaimsOfANight: of two claims that swap codes, one that moves to nobody and one that stays, the same is said whoever
// rests, however many work, and in whatever order the snapshot comes.
func TestMovedClaimsOfANight(t *testing.T) {
	h := newHome()
	var jobs []pipeline.Communication
	for i := range 4 {
		c := namedClaim(i)
		c.TerminatedOn, c.FiledOn = c.Start-8, c.Start-7
		h.claims = append(h.claims, c)
		job := hire(i, 1)
		job.End, job.Acquired = tonight+60, tonight-1
		jobs = append(jobs, job)
	}
	h.communications["past"] = jobs
	h.on(t, tonight, nil)
	if n := h.rows[tables.ActionsInForce.File]; n != 4 {
		t.Fatalf("%d actions in force", n)
	}
	claims := append([]pipeline.Claim(nil), h.claims...)
	claims[0].TaxCode, claims[1].TaxCode, claims[2].TaxCode = who(1), who(0), who(8)
	backwards := []pipeline.Claim{claims[3], claims[2], claims[1], claims[0]}
	everybody := func(_ *night.Config, p *night.Ports) { p.Last = nil }
	for date := tonight + 1; date < tonight+4; date++ {
		want := h.next(t, date, claims, everybody)
		moved := 0
		for _, e := range openAfter(t, want) {
			if rules.OfMovedClaim(&e) {
				moved++
			}
		}
		if moved != 3 || !bytes.Equal(want.published[tables.ActionsInForce.File], h.published[tables.ActionsInForce.File]) ||
			want.rows[tables.Actions.File] != 0 {
			t.Errorf("%s: %d exceptions, %d actions", date, moved, want.rows[tables.Actions.File])
		}
		for name, got := range map[string]*home{
			"at rest":   h.next(t, date, claims, func(*night.Config, *night.Ports) {}),
			"backwards": h.next(t, date, backwards, func(c *night.Config, _ *night.Ports) { c.Partitions, c.Workers = 1, 1 }),
			"many":      h.next(t, date, backwards, func(c *night.Config, p *night.Ports) { c.Partitions, c.Workers, p.Last = 64, 5, nil }),
			"columns": h.next(t, date, claims, func(_ *night.Config, p *night.Ports) {
				all := p.Last.InForce
				p.Last.IssuedOn = func(ctx context.Context, fn func(*pipeline.Action) error) error {
					return all(ctx, func(a *pipeline.Action) error {
						return fn(&pipeline.Action{ID: a.ID, Claim: a.Claim, TaxCode: a.TaxCode, From: a.From})
					})
				}
			}),
		} {
			for file := range want.published {
				if file != rested && !bytes.Equal(want.published[file], got.published[file]) {
					t.Errorf("%s, %s: %s differs", date, name, file)
				}
			}
		}
		h = want
	}
}

// TestNothingIsReadAgainWhereNoClaimMoved: what is in force is looked through once, and again only for claims that moved.
func TestNothingIsReadAgainWhereNoClaimMoved(t *testing.T) {
	h := newHome()
	for i := range 3 {
		c := namedClaim(i)
		c.TerminatedOn, c.FiledOn = c.Start-8, c.Start-7
		h.claims = append(h.claims, c)
		job := hire(i, 1)
		job.End, job.Acquired = tonight+60, tonight-1
		h.communications[fmt.Sprint(i)] = []pipeline.Communication{job}
	}
	h.on(t, tonight, nil)
	for moved, want := range map[bool]int{false: 1, true: 2} {
		claims := append([]pipeline.Claim(nil), h.claims...)
		if moved {
			claims[0].TaxCode = who(7)
		}
		for name, change := range map[string]func(*night.Ports, *int){
			"at rest": func(p *night.Ports, n *int) {
				read := p.Last.InForce
				p.Last.IssuedOn = func(ctx context.Context, fn func(*pipeline.Action) error) error { *n++; return read(ctx, fn) }
			},
			"everybody": func(p *night.Ports, n *int) {
				read := p.Source.Actions
				p.Last, p.Source.Actions = nil, func(ctx context.Context, u match.Unit, fn func(*pipeline.Action) error) error {
					*n++
					return read(ctx, u, fn)
				}
			},
		} {
			n := 0
			h.next(t, tonight+1, claims, func(_ *night.Config, p *night.Ports) { change(p, &n) })
			if n != want {
				t.Errorf("%s: read %d times, want %d", name, n, want)
			}
		}
	}
}

func openAfter(t *testing.T, h *home) []pipeline.Exception {
	t.Helper()
	rows, err := tables.Exceptions.Decode(nil, h.published[tables.Exceptions.File])
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
