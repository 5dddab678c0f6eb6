package store_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"incrocio/pipeline"
	"incrocio/writers/store"
)

// failure is a way in which a database gives up a change.
type failure int

const (
	beforeIt  failure = iota // nothing was done
	takenBack                // everything was done and rolled back
	lost                     // as takenBack, and nobody knows
	landed                   // everything was committed, and nobody knows
	failures
)

func (f failure) String() string {
	return [...]string{"before it", "rolled back", "unknown and rolled back", "unknown and committed"}[f]
}

var errTakenBack = errors.New("taken back")

// flaky fails as many times as it is told, in one way.
type flaky struct {
	store.Database
	how   failure
	times int
	kind  error
	calls int
}

func (f *flaky) Update(ctx context.Context, fn func(store.Tx) error) error {
	f.calls++
	if f.times == 0 {
		return f.Database.Update(ctx, fn)
	}
	f.times--
	e := &store.DatabaseError{Step: "commit", Text: "prova", Kind: f.kind, Unknown: f.how >= lost}
	switch f.how {
	case beforeIt:
		return e
	case landed:
		if err := f.Database.Update(ctx, fn); err != nil {
			return err
		}
		return e
	}
	err := f.Database.Update(ctx, func(tx store.Tx) error { return errors.Join(fn(tx), errTakenBack) })
	if err.Error() != errTakenBack.Error() {
		return err
	}
	return e
}

func (f *flaky) View(ctx context.Context, fn func(store.Tx) error) error {
	f.calls++
	if f.times == 0 {
		return f.Database.View(ctx, fn)
	}
	f.times--
	e := &store.DatabaseError{Step: "read", Text: "prova", Kind: f.kind}
	if f.how == beforeIt {
		return e
	}
	return errors.Join(f.Database.View(ctx, fn), e)
}

// through puts a flaky database under the store.
func (e *env) through() *flaky {
	f := &flaky{kind: store.ErrTemporary}
	e.Store = store.Over(e.Store, func(d store.Database) store.Database { f.Database = d; return f })
	return f
}

func tryCases() []conformance {
	var cases []conformance
	for how := range failures {
		for times := 1; times <= 4; times += 3 {
			cases = append(cases, conformance{fmt.Sprintf("every change once, %s %d times", how, times), func(e *env) {
				onceEach(e, e.through(), how, times)
			}})
		}
	}
	return append(cases,
		conformance{"five tries and no more", func(e *env) {
			f := e.through()
			f.times = 100
			_, err := e.Append(e.t.Context(), store.Entry{Who: "a", What: "b"})
			e.is(err, store.ErrTemporary)
			e.same(5, f.calls)
			var r interface{ Retryable() bool }
			if !errors.As(err, &r) || !r.Retryable() {
				e.t.Errorf("%v is not worth another try", err)
			}
		}},
		conformance{"what is not temporary is not tried again", func(e *env) {
			f := e.through()
			f.times, f.kind = 1, nil
			_, err := e.Append(e.t.Context(), store.Entry{Who: "a", What: "b"})
			if err == nil || errors.Is(err, store.ErrTemporary) {
				e.t.Errorf("got %v", err)
			}
			e.same(1, f.calls)
		}},
		conformance{"a reader that got nothing is tried again", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1")})
			f := e.through()
			f.times = 2
			e.same(1, len(e.inForce(0)))
			e.same(3, f.calls)
		}},
		conformance{"a reader that got something is not", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1")})
			f := e.through()
			f.times, f.how = 1, takenBack
			n := 0
			err := e.InForce(e.t.Context(), 0, func(*pipeline.Action) error { n++; return nil })
			e.is(err, store.ErrTemporary)
			e.same(1, n)
			e.same(1, f.calls)
		}},
		conformance{"waits double, less the jitter", func(e *env) {
			o := options()
			var waits, limits []time.Duration
			o.Jitter = func(limit time.Duration) time.Duration { limits = append(limits, limit); return time.Millisecond }
			o.Wait = func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }
			s, err := e.place.open(e.t.Context(), o)
			e.ok(err)
			defer func() { e.ok(s.Close()) }()
			e.Store = s
			f := e.through()
			f.times = 100
			_, err = e.Append(e.t.Context(), store.Entry{Who: "a", What: "b"})
			e.is(err, store.ErrTemporary)
			ms := time.Millisecond
			e.same([]time.Duration{50 * ms, 100 * ms, 200 * ms, 400 * ms}, limits)
			e.same([]time.Duration{49 * ms, 99 * ms, 199 * ms, 399 * ms}, waits)
		}},
		conformance{"a caller that gives up is heard between tries", func(e *env) {
			f := e.through()
			f.times = 100
			ctx, cancel := context.WithCancel(e.t.Context())
			cancel()
			_, err := e.Append(ctx, store.Entry{Who: "a", What: "b"})
			e.is(err, context.Canceled)
			e.same(1, f.calls)
		}},
		conformance{"a caller that gave up reads nothing", func(e *env) {
			ctx, cancel := context.WithCancel(e.t.Context())
			cancel()
			_, _, err := e.LastNight(ctx)
			e.is(err, context.Canceled)
			e.is(e.Prepare(ctx, e.lease, e.night(1)), context.Canceled)
		}},
	)
}

// onceEach does every change over a database that fails, and sees that each was done once.
func onceEach(e *env, f *flaky, how failure, times int) {
	ctx := e.t.Context()
	fail := func() { f.how, f.times = how, times }
	e.ok(e.Release(ctx, e.lease))
	fail()
	e.ok(e.Release(ctx, e.lease))
	f.times = 0
	view := e.Store
	fail() // Acquire looks first: that fails too
	l, err := view.Acquire(ctx, "prova:2", time.Hour, nil)
	e.ok(err)
	e.same(int64(2), l.Fence)
	e.lease = l
	fail()
	e.ok(e.Renew(ctx, l))
	fail()
	attempt, err := e.BeginAttempt(ctx, store.Attempt{Night: day(1), Holder: "prova:2"})
	e.ok(err)
	e.same(int64(1), attempt)
	n := e.night(1)
	fail()
	e.ok(e.Prepare(ctx, l, n))
	fail()
	e.ok(e.Abandon(ctx, l, n.Date, 1))
	e.prepare(n)
	fail()
	x := exception("E1", pipeline.ExceptionNew)
	r, err := e.Publish(ctx, l, n, content(1, []pipeline.Action{action("A1")}, x))
	e.ok(err)
	if r.Already {
		e.t.Error("it says that it had been published")
	}
	e.last = n
	fail()
	e.same(int64(1), e.clear("E1", "f1"))
	fail()
	e.undo(1)
	fail()
	e.ok(e.EndAttempt(ctx, attempt, 0, "fatto"))
	fail()
	head, err := e.Append(ctx, store.Entry{Who: "a", What: "b"})
	e.ok(err)
	f.times = 0
	got, err := e.VerifyAudit(ctx, r.Head, head)
	e.ok(err)
	e.same(head, got)
	for what, times := range map[string]int{
		store.AuditLease: 2, store.AuditAttempt: 1, store.AuditPrepared: 2, store.AuditAbandoned: 1, store.AuditPublished: 1,
		"CHIUDI": 1, "ANNULLA": 1, "b": 1,
	} {
		if said := e.said(what); said != times {
			e.t.Errorf("%s: %d times in the audit, want %d", what, said, times)
		}
	}
	e.same([]pipeline.Action{action("A1")}, e.inForce(0))
	if as := e.attempts(0, 0); len(as) != 1 || as[0].Message != "fatto" {
		e.t.Errorf("attempts %+v", as)
	}
	fail()
	d, err := e.Look(ctx, operator("op1"), exceptionKey("E1"))
	if err != nil || len(d.Closings) != 1 || !d.Closings[0].Undone {
		e.t.Errorf("closings %+v %v", d.Closings, err)
	}
	f.times = 0
	e.same(1, e.said(store.AuditLook))
}
