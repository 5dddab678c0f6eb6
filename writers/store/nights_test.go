package store_test

import (
	"fmt"
	"testing"

	"incrocio/pipeline"
	"incrocio/writers/store"
)

func nightCases() []conformance {
	return []conformance{
		{"an empty ledger", func(e *env) {
			_, last, err := e.LastNight(e.t.Context())
			e.ok(err)
			_, open, err := e.Prepared(e.t.Context())
			e.ok(err)
			nights, err := e.Nights(e.t.Context(), 0, 0)
			e.ok(err)
			if last || open || len(nights) != 0 {
				e.t.Errorf("last %v, prepared %v, nights %v", last, open, nights)
			}
		}},
		{"prepared is found again, whole", func(e *env) {
			n := e.night(1)
			n.Counters = `{"è":"\u0000","n":[1,2.5]}`
			e.prepare(n)
			got, ok, err := e.Prepared(e.t.Context())
			if err != nil || !ok || got.PreparedAt == 0 || got.PublishedAt != 0 {
				e.t.Fatalf("%+v %v %v", got, ok, err)
			}
			n.State, n.Fence, n.PreparedAt = store.NightPrepared, e.lease.Fence, got.PreparedAt
			e.same(n, got)
			if _, last, _ := e.LastNight(e.t.Context()); last {
				e.t.Error("it counts as published")
			}
		}},
		{"prepared twice is prepared once", func(e *env) {
			e.prepare(e.night(1))
			e.prepare(e.night(1))
			if n := e.said(store.AuditPrepared); n != 1 {
				e.t.Errorf("%d times in the audit", n)
			}
		}},
		{"prepared after it was published changes nothing", func(e *env) {
			e.publish(e.night(1), nil)
			n := e.last
			n.Previous = 0
			e.prepare(n)
			if _, open, _ := e.Prepared(e.t.Context()); open {
				e.t.Error("it is prepared again")
			}
		}},
		{"another manifest while one is prepared", func(e *env) {
			n := e.night(1)
			e.prepare(n)
			n.Manifest = sum("other")
			e.is(e.Prepare(e.t.Context(), e.lease, n), store.ErrPrepared)
		}},
		{"another date while one is prepared", func(e *env) {
			e.prepare(e.night(1))
			e.is(e.Prepare(e.t.Context(), e.lease, e.night(2)), store.ErrPrepared)
		}},
		{"abandoned, another may be prepared", func(e *env) {
			n := e.night(1)
			e.prepare(n)
			e.ok(e.Abandon(e.t.Context(), e.lease, n.Date, 1))
			n.Manifest = sum("other")
			e.publish(n, nil)
			if e.said(store.AuditAbandoned) != 1 || e.said(store.AuditPrepared) != 2 {
				e.t.Errorf("audit %+v", e.audits())
			}
		}},
		{"abandoned twice", func(e *env) {
			e.prepare(e.night(1))
			e.ok(e.Abandon(e.t.Context(), e.lease, day(1), 1))
			e.ok(e.Abandon(e.t.Context(), e.lease, day(1), 1))
		}},
		{"a published night is not abandoned", func(e *env) {
			e.publish(e.night(1), nil)
			e.is(e.Abandon(e.t.Context(), e.lease, day(1), 1), store.ErrPublished)
		}},
		{"a date that is published", func(e *env) {
			e.publish(e.night(1), nil)
			n := e.night(1)
			n.Manifest = sum("other")
			e.is(e.Prepare(e.t.Context(), e.lease, n), store.ErrPublished)
		}},
		{"a date before one that is published", func(e *env) {
			e.publish(e.night(2), nil)
			e.is(e.Prepare(e.t.Context(), e.lease, e.night(1)), store.ErrPublished)
		}},
		{"a night that starts from another", func(e *env) {
			e.publish(e.night(1), nil)
			n := e.night(3)
			n.Previous = day(2)
			e.is(e.Prepare(e.t.Context(), e.lease, n), store.ErrFold)
		}},
		{"a first night that starts from one", func(e *env) {
			n := e.night(1)
			n.Previous = day(0)
			e.is(e.Prepare(e.t.Context(), e.lease, n), store.ErrFold)
		}},
		{"a second revision without a first", func(e *env) {
			n := e.night(1)
			n.Revision = 2
			e.is(e.Prepare(e.t.Context(), e.lease, n), store.ErrFold)
		}},
		{"a revision too many", func(e *env) {
			e.publish(e.night(1), nil)
			n := e.again()
			n.Revision = 3
			e.is(e.Prepare(e.t.Context(), e.lease, n), store.ErrFold)
		}},
		{"a revision of a night that is not the last", func(e *env) {
			e.publish(e.night(1), nil)
			first := e.last
			e.publish(e.night(2), nil)
			first.Revision, first.Manifest = 2, sum("other")
			e.is(e.Prepare(e.t.Context(), e.lease, first), store.ErrPublished)
		}},
		{"a gap of dates", func(e *env) {
			e.publish(e.night(1), nil)
			e.publish(e.night(20), nil)
			last, ok, err := e.LastNight(e.t.Context())
			if err != nil || !ok || last.Date != day(20) || last.Previous != day(1) {
				e.t.Errorf("%+v %v %v", last, ok, err)
			}
		}},
		{"nights between two dates", func(e *env) {
			for n := 1; n <= 4; n++ {
				e.publish(e.night(n), nil)
			}
			e.publish(e.again(), nil)
			e.prepare(e.night(6))
			e.listed(day(2), day(4), "2014-09-03 1 PUBBLICATA", "2014-09-04 1 PUBBLICATA", "2014-09-05 1 SOSTITUITA", "2014-09-05 2 PUBBLICATA")
			e.listed(day(4), 0, "2014-09-05 1 SOSTITUITA", "2014-09-05 2 PUBBLICATA", "2014-09-07 1 PREPARATA")
			e.listed(0, day(1), "2014-09-02 1 PUBBLICATA")
		}},
		{"the end of time", func(e *env) {
			n := e.night(1)
			n.Date = pipeline.MaxDate
			e.publish(n, nil)
			last, _, err := e.LastNight(e.t.Context())
			e.ok(err)
			e.same(pipeline.MaxDate, last.Date)
		}},
		{"a digest that is none", badNight(func(n *store.Night) { n.Manifest = "abc" })},
		{"a digest in capitals", badNight(func(n *store.Night) { n.Manifest = "A" + n.Manifest[1:] })},
		{"no date", badNight(func(n *store.Night) { n.Date = 0 })},
		{"no revision", badNight(func(n *store.Night) { n.Revision = 0 })},
		{"no folder", badNight(func(n *store.Night) { n.Folder = "" })},
		{"counters that are no JSON", badNight(func(n *store.Night) { n.Counters = "{" })},
		{"reopened, everything is there", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1")}, exception("E1", pipeline.ExceptionNew))
			e.prepare(e.night(2))
			s, err := e.place.open(e.t.Context(), options())
			e.ok(err)
			defer func() { e.ok(s.Close()) }()
			again := &env{Store: s, place: e.place, t: e.t}
			e.same(e.modelled(), again.inForce(0))
			e.same(e.standings(0), again.standings(0))
			p, ok, err := s.Prepared(e.t.Context())
			if err != nil || !ok || p.Date != day(2) {
				e.t.Errorf("prepared %+v %v %v", p, ok, err)
			}
		}},
	}
}

func badNight(spoil func(*store.Night)) func(*env) {
	return func(e *env) {
		n := e.night(1)
		spoil(&n)
		e.is(e.Prepare(e.t.Context(), e.lease, n), store.ErrRow)
	}
}

func (e *env) listed(from, to pipeline.Date, want ...string) {
	e.t.Helper()
	nights, err := e.Nights(e.t.Context(), from, to)
	e.ok(err)
	var got []string
	for _, n := range nights {
		got = append(got, fmt.Sprint(n.Date, " ", n.Revision, " ", n.State))
	}
	e.same(want, got)
}

func attemptCases() []conformance {
	return []conformance{
		{"begun and ended", func(e *env) {
			n, err := e.BeginAttempt(e.t.Context(), store.Attempt{Night: day(1), Holder: "prova:1", Fence: 1})
			e.ok(err)
			e.ok(e.EndAttempt(e.t.Context(), n, 3, "pubblicata, «scarti»"))
			got := e.attempts(0, 0)
			if len(got) != 1 || got[0].Start == 0 || got[0].End < got[0].Start {
				e.t.Fatalf("%+v", got)
			}
			got[0].Start, got[0].End = 0, 0
			e.same(store.Attempt{
				Number: 1, Night: day(1), Holder: "prova:1", Fence: 1, Code: pipeline.Some[int32](3), Message: "pubblicata, «scarti»",
			}, got[0])
		}},
		{"cut short has no end", func(e *env) {
			_, err := e.BeginAttempt(e.t.Context(), store.Attempt{Night: day(1), Holder: "prova:1"})
			e.ok(err)
			if got := e.attempts(0, 0); len(got) != 1 || got[0].End != 0 || got[0].Code.OK || got[0].Message != "" {
				e.t.Errorf("%+v", got)
			}
		}},
		{"the first end counts", func(e *env) {
			n, err := e.BeginAttempt(e.t.Context(), store.Attempt{Night: day(1), Holder: "prova:1"})
			e.ok(err)
			e.ok(e.EndAttempt(e.t.Context(), n, 0, ""))
			e.ok(e.EndAttempt(e.t.Context(), n, 1, "tardi"))
			if got := e.attempts(0, 0); got[0].Code != pipeline.Some[int32](0) || got[0].Message != "" {
				e.t.Errorf("%+v", got)
			}
		}},
		{"numbers go on, nights are chosen", func(e *env) {
			for i := range 5 {
				n, err := e.BeginAttempt(e.t.Context(), store.Attempt{Night: day(i % 3), Holder: "prova:1"})
				e.ok(err)
				e.same(int64(i+1), n)
			}
			if got := e.attempts(day(1), day(1)); len(got) != 2 || got[0].Number != 2 || got[1].Number != 5 {
				e.t.Errorf("%+v", got)
			}
		}},
		{"an attempt needs a night", func(e *env) {
			_, err := e.BeginAttempt(e.t.Context(), store.Attempt{Holder: "prova:1"})
			e.is(err, store.ErrRow)
		}},
		{"no attempts", func(e *env) { e.same(0, len(e.attempts(0, 0))) }},
	}
}

func (e *env) attempts(from, to pipeline.Date) []store.Attempt {
	e.t.Helper()
	a, err := e.Attempts(e.t.Context(), from, to)
	e.ok(err)
	return a
}

// What a person sees of the tables is described once; the schema of both databases says the same.
func TestMigrationsAgreeWithDescription(t *testing.T) {
	for _, a := range adapters(t) {
		t.Run(a.name, func(t *testing.T) {
			e := newEnv(t, a)
			for _, s := range store.Tables() {
				got, err := schemaOf(e, s.Name)
				e.ok(err)
				want := map[string]string{}
				for _, c := range s.Columns {
					want[c.Name] = nativeType(a.name, c.Type)
					if !c.Null {
						want[c.Name] += " NOT NULL"
					}
				}
				e.same(want, got)
				if s.Name != "azioni_in_essere" && s.Name != "eccezioni" && s.Name != "comunicazioni" && s.Name != "schede" {
					continue
				}
				delete(want, "elenco")
				before, err := schemaOf(e, s.Name+"_prima")
				e.ok(err)
				want["esisteva"] = nativeType(a.name, "BOOLEAN") + " NOT NULL"
				for name, sql := range want {
					if name != s.Columns[0].Name && name != "esisteva" {
						want[name] = trimNotNull(sql)
					}
				}
				e.same(want, before)
			}
		})
	}
}
