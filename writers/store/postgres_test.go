package store_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
)

var cuts = flag.Int("store.cuts", 30, "how many connections are cut around COMMIT")

func postgresOnly(t *testing.T) adapter {
	t.Helper()
	return adapters(t)[1]
}

// Connections are cut before and after COMMIT: every night is published once, every entry is there once.
func TestConnectionsCutAroundCommit(t *testing.T) {
	e := newEnv(t, postgresOnly(t))
	var armed, made atomic.Int32
	at := pgtest.Through(t, e.at, func(m pgtest.Moment) (pgtest.Cut, bool) {
		if m.Commit == 0 {
			return pgtest.Uncut, false
		}
		c := pgtest.Cut(armed.Swap(int32(pgtest.Uncut)))
		if c != pgtest.Uncut {
			made.Add(1)
		}
		return c, false
	})
	s, err := postgres.Open(t.Context(), at, options())
	e.ok(err)
	defer func() { e.ok(s.Close()) }()
	e.Store = s
	for n := 1; n <= *cuts; n++ {
		night, where := e.night(n), []pgtest.Cut{pgtest.CutBefore, pgtest.CutAfter, pgtest.CutUnanswered}[n%3]
		e.prepare(night)
		a, x := action(fmt.Sprintf("A%04d", n)), exception(fmt.Sprintf("E%04d", n), pipeline.ExceptionClosed)
		a.Night, x.Night = night.Date, night.Date
		armed.Store(int32(where))
		r, err := e.Publish(t.Context(), e.lease, night, content(n, []pipeline.Action{a}, x))
		if err != nil || r.Already {
			t.Fatalf("cut %s, night %d: %+v %v", where, n, r, err)
		}
		e.last, e.model[a.ID] = night, a
		e.heads = append(e.heads, r.Head)
	}
	if _, err := e.VerifyAudit(t.Context(), e.heads...); err != nil {
		t.Error(err)
	}
	if n := int(made.Load()); n != *cuts {
		t.Errorf("%d connections cut, want %d", n, *cuts)
	}
	e.same(e.modelled(), e.inForce(0))
	if said := e.said(store.AuditPublished); said != *cuts {
		t.Errorf("%d publications in the audit, want %d", said, *cuts)
	}
	if n := e.count(t, "SELECT count(*) FROM eccezioni_storia"); n != int64(*cuts) {
		t.Errorf("%d rows of history, want %d", n, *cuts)
	}
}

func TestServerOutOfReach(t *testing.T) {
	for name, at := range map[string]string{
		"no socket": "postgres://a:segreta@/b?host=/nonexistent&sslmode=disable",
		"no port":   "postgres://a:segreta@127.0.0.1:1/b?sslmode=disable&connect_timeout=5",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := postgres.Open(t.Context(), at, options())
			if !errors.Is(err, store.ErrTemporary) || strings.Contains(err.Error(), "segreta") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestNotAURL(t *testing.T) {
	for _, at := range []string{"postgres://a:segreta@[::1", "mysql://a:segreta@b/c", "postgres://a:segreta@b:99999999/c"} {
		_, err := postgres.Open(t.Context(), at, options())
		if !errors.Is(err, postgres.ErrURL) || strings.Contains(err.Error(), "segreta") {
			t.Errorf("got %v", err)
		}
	}
}

func TestNoDatabase(t *testing.T) {
	e := newEnv(t, postgresOnly(t))
	_, err := postgres.Open(t.Context(), strings.Replace(e.at, "/prova_", "/altrove_", 1), options())
	var d *store.DatabaseError
	if !errors.As(err, &d) || d.Code != "3D000" || errors.Is(err, store.ErrTemporary) {
		t.Errorf("got %v", err)
	}
}

// A session that the server ends is one more try.
func TestSessionsEndedByTheServer(t *testing.T) {
	e := newEnv(t, postgresOnly(t))
	e.publish(e.night(1), []pipeline.Action{action("A1")})
	end := "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	e.count(t, end)
	e.publish(e.night(2), []pipeline.Action{action("A2")})
	n := e.night(3)
	e.prepare(n)
	c, ended := content(3, nil), false
	c.Actions = func(ctx context.Context, fn func(*pipeline.Action) error) error {
		if !ended { // in the middle of the publication
			ended = true
			e.count(t, end)
		}
		return stream(dated(n.Date, []pipeline.Action{action("A3")})...)(ctx, fn)
	}
	_, err := e.Publish(t.Context(), e.lease, n, c)
	e.ok(err)
	if got := e.inForce(0); len(got) != 3 || !ended {
		t.Errorf("%d in force, ended %v", len(got), ended)
	}
}

// Whoever holds the row too long is not waited for without end.
func TestLockNotToBeHad(t *testing.T) {
	e := newEnv(t, postgresOnly(t))
	o := options()
	o.Busy = 20 * time.Millisecond
	s, err := e.place.open(t.Context(), o)
	e.ok(err)
	defer func() { e.ok(s.Close()) }()
	holder, err := e.raw.BeginTx(t.Context(), nil)
	e.ok(err)
	_, err = holder.ExecContext(t.Context(), "SELECT 1 FROM blocco FOR UPDATE")
	e.ok(err)
	_, err = s.Append(t.Context(), store.Entry{Who: "a", What: "b"})
	e.is(err, store.ErrTemporary)
	var d *store.DatabaseError
	if !errors.As(err, &d) || d.Code != "55P03" {
		t.Errorf("got %v", err)
	}
	_, err = s.Acquire(t.Context(), "prova:2", time.Hour, nil) // is not kept waiting: somebody holds the lease
	e.is(err, store.ErrHeld)
	e.ok(holder.Rollback())
	_, err = s.Append(t.Context(), store.Entry{Who: "a", What: "b"})
	e.ok(err)
}

// A pooler by transaction sees no prepared statement with this mode of the driver.
func TestWithoutPreparedStatements(t *testing.T) {
	a := postgresOnly(t)
	p := a.place(t)
	p.at = withParameter(t, p.at, "default_query_exec_mode", "cache_describe")
	s, err := p.open(t.Context(), options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	e := &env{place: p, model: map[string]pipeline.Action{}, open: map[string]pipeline.Exception{}}
	e.start(t, s)
	e.publish(e.night(1), []pipeline.Action{action("A1")}, exception("E1", pipeline.ExceptionNew))
	e.clear("E1", "f1")
	e.publish(e.night(2), []pipeline.Action{changed(action("A1"), "x")})
	e.publish(e.again(), nil, exception("E1", pipeline.ExceptionOpen))
	if s := e.standings(0); len(s) != 1 || !s[0].Cleared() {
		t.Errorf("%+v", s)
	}
}
