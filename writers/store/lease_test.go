package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"incrocio/pipeline"
	"incrocio/writers/store"
)

func leaseCases() []conformance {
	return []conformance{
		{"a second holder is told who and for how long", func(e *env) {
			e.exec(e.t, "UPDATE blocco SET preso_il = '2014-09-01T00:00:00.000000Z'")
			_, err := e.Acquire(e.t.Context(), "prova:2", time.Hour, nil)
			e.is(err, store.ErrHeld)
			var held *store.HeldError
			if !errors.As(err, &held) || held.Holder != "prova:1" || held.Age < 24*time.Hour || held.Left <= 0 || held.Left > time.Hour {
				e.t.Errorf("got %+v", held)
			}
			if !strings.Contains(err.Error(), "prova:1, since") {
				e.t.Errorf("text %q", err)
			}
		}},
		{"the same name is another holder", func(e *env) {
			_, err := e.Acquire(e.t.Context(), "prova:1", time.Hour, nil)
			e.is(err, store.ErrHeld)
		}},
		{"a holder that is known to be gone is fenced", func(e *env) {
			var asked []string
			next, err := e.Acquire(e.t.Context(), "prova:2", time.Hour, func(holder string) bool {
				asked = append(asked, holder)
				return holder == "prova:1"
			})
			e.ok(err)
			if next.Fence != e.lease.Fence+1 || !slices.Equal(slices.Compact(asked), []string{"prova:1"}) {
				e.t.Errorf("fence %d after %d; asked of %q", next.Fence, e.lease.Fence, asked)
			}
			e.is(e.Renew(e.t.Context(), e.lease), store.ErrFenced)
		}},
		{"fencing numbers grow by one", func(e *env) {
			for want := int64(2); want < 6; want++ {
				e.expire()
				if l := e.acquire(fmt.Sprintf("prova:%d", want)); l.Fence != want {
					e.t.Errorf("fence %d, want %d", l.Fence, want)
				}
			}
		}},
		{"released is free, and the number is not used again", func(e *env) {
			e.ok(e.Release(e.t.Context(), e.lease))
			if l := e.acquire("prova:2"); l.Fence != e.lease.Fence+1 {
				e.t.Errorf("fence %d after %d", l.Fence, e.lease.Fence)
			}
		}},
		{"released twice", func(e *env) {
			e.ok(e.Release(e.t.Context(), e.lease))
			e.ok(e.Release(e.t.Context(), e.lease))
		}},
		{"a lost lease does not release another's", func(e *env) {
			e.expire()
			next := e.acquire("prova:2")
			e.ok(e.Release(e.t.Context(), e.lease))
			e.ok(e.Renew(e.t.Context(), next))
		}},
		{"renewed is held on", func(e *env) {
			e.expire()
			e.ok(e.Renew(e.t.Context(), e.lease))
			_, err := e.Acquire(e.t.Context(), "prova:2", time.Hour, nil)
			e.is(err, store.ErrHeld)
		}},
		{"renewing keeps the number and the beginning", func(e *env) {
			e.exec(e.t, "UPDATE blocco SET preso_il = '2014-09-01T00:00:00.000000Z'")
			e.ok(e.Renew(e.t.Context(), e.lease))
			if n := e.count(e.t, "SELECT count(*) FROM blocco WHERE gettone = 1 AND titolare = 'prova:1' AND preso_il = '2014-09-01T00:00:00.000000Z'"); n != 1 {
				e.t.Error("the row has another number, holder or beginning")
			}
		}},
		{"a lost lease is not renewed", func(e *env) {
			e.expire()
			e.acquire("prova:2")
			e.is(e.Renew(e.t.Context(), e.lease), store.ErrFenced)
		}},
		{"a released lease is not renewed", func(e *env) {
			e.ok(e.Release(e.t.Context(), e.lease))
			e.is(e.Renew(e.t.Context(), e.lease), store.ErrFenced)
		}},
		{"an expired lease that nobody took still counts", func(e *env) {
			e.expire()
			e.publish(e.night(1), []pipeline.Action{action("A1")})
		}},
		{"publishing renews, and renewing meanwhile does not wait", func(e *env) {
			n := e.night(1)
			e.prepare(n)
			e.expire()
			c := content(0, nil)
			c.Inputs = func(ctx context.Context, _ func(*store.Input) error) error { return e.Renew(ctx, e.lease) }
			_, err := e.Publish(e.t.Context(), e.lease, n, c)
			e.ok(err)
			_, err = e.Acquire(e.t.Context(), "prova:2", time.Hour, nil)
			e.is(err, store.ErrHeld)
		}},
		{"no holder", func(e *env) {
			if _, err := e.Acquire(e.t.Context(), "", time.Hour, nil); err == nil || errors.Is(err, store.ErrHeld) {
				e.t.Errorf("got %v", err)
			}
		}},
		{"no time to live", func(e *env) {
			if _, err := e.Acquire(e.t.Context(), "prova:2", 0, nil); err == nil || errors.Is(err, store.ErrHeld) {
				e.t.Errorf("got %v", err)
			}
		}},
		{"taking it is in the audit", func(e *env) {
			rows := e.audits()
			if len(rows) != 1 || rows[0].What != store.AuditLease || rows[0].Who != "prova:1" || rows[0].Detail != `{"gettone":1}` {
				e.t.Errorf("got %+v", rows)
			}
		}},
		{"sixteen at once, one wins", sixteen},
		{"sixteen at once after a dead holder, one wins", func(e *env) { e.expire(); contend(e, e.lease.Fence+1) }},
		{"a frozen holder is fenced everywhere", frozen},
		{"a damaged row is said to be one", func(e *env) {
			e.exec(e.t, "DELETE FROM blocco")
			_, err := e.Acquire(e.t.Context(), "prova:2", time.Hour, nil)
			e.is(err, store.ErrDamaged)
		}},
	}
}

func sixteen(e *env) {
	e.ok(e.Release(e.t.Context(), e.lease))
	contend(e, e.lease.Fence+1)
}

// contend lets sixteen ask for the lease; the winner has the fence.
func contend(e *env, fence int64) {
	var wg sync.WaitGroup
	errs, leases := make([]error, 16), make([]store.Lease, 16)
	for i := range errs {
		wg.Go(func() {
			leases[i], errs[i] = e.Acquire(e.t.Context(), fmt.Sprintf("gara:%d", i), time.Hour, nil)
		})
	}
	wg.Wait()
	won := 0
	for i, err := range errs {
		switch {
		case err == nil && leases[i].Fence == fence:
			won++
		case !errors.Is(err, store.ErrHeld):
			e.t.Errorf("%d: fence %d, %v", i, leases[i].Fence, err)
		}
	}
	if won != 1 {
		e.t.Errorf("%d won", won)
	}
}

// frozen: whoever slept through the end of the lease does nothing to the nights.
func frozen(e *env) {
	first, second := e.night(1), e.night(2)
	e.prepare(first)
	e.expire()
	awake := e.lease
	e.lease = e.acquire("prova:2")
	ctx := e.t.Context()
	_, err := e.Publish(ctx, awake, first, content(0, nil))
	e.is(err, store.ErrFenced)
	e.is(e.Prepare(ctx, awake, second), store.ErrFenced)
	e.is(e.Abandon(ctx, awake, first.Date, first.Revision), store.ErrFenced)
	e.is(e.Renew(ctx, awake), store.ErrFenced)
	if n, ok, err := e.Prepared(ctx); err != nil || !ok || n.Manifest != first.Manifest {
		e.t.Errorf("prepared %+v %v %v", n, ok, err)
	}
	r, err := e.Publish(ctx, e.lease, first, content(0, nil))
	e.ok(err)
	if r.Already {
		e.t.Error("the frozen holder had published it")
	}
}
