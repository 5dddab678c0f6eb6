package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/writers/store"
)

func publishCases() []conformance {
	return []conformance{
		{"a night is published", func(e *env) {
			r := e.publish(e.night(1), []pipeline.Action{action("A1")})
			last, ok, err := e.LastNight(e.t.Context())
			if err != nil || !ok || last.State != store.NightPublished || last.PublishedAt < last.PreparedAt || last.Fence != 1 || r.Already {
				e.t.Errorf("%+v %v %v %+v", last, ok, err, r)
			}
			if _, open, _ := e.Prepared(e.t.Context()); open {
				e.t.Error("still prepared")
			}
		}},
		{"an empty night", func(e *env) {
			e.publish(e.night(1), nil)
			if len(e.inForce(0))+len(e.standings(0)) != 0 {
				e.t.Error("something is in force")
			}
		}},
		{"the delta adds, changes and takes away", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1"), action("A2"), action("A3")})
			e.publish(e.night(2), []pipeline.Action{withdrawn(action("A1")), changed(action("A2"), "altro"), action("A4")})
			e.same(e.modelled(), e.inForce(0))
			if len(e.model) != 3 {
				e.t.Errorf("%d in the model", len(e.model))
			}
		}},
		{"order is by id, by bytes", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("a"), action("Z"), action("é"), action("0"), action("_"), action("AA"), action("A")})
			var ids []string
			for _, a := range e.inForce(0) {
				ids = append(ids, a.ID)
			}
			e.same([]string{"0", "A", "AA", "Z", "_", "a", "é"}, ids)
		}},
		{"five thousand rows, in order", big},
		{"published twice does nothing", func(e *env) {
			r := e.publish(e.night(1), []pipeline.Action{action("A1")}, exception("E1", pipeline.ExceptionNew))
			rows := len(e.audits())
			again, err := e.Publish(e.t.Context(), e.lease, e.last, content(7, []pipeline.Action{action("A9")}))
			e.ok(err)
			e.same(store.Receipt{Head: r.Head, Already: true}, again)
			e.same(e.modelled(), e.inForce(0))
			e.same(rows, len(e.audits()))
		}},
		{"published twice, after a later night", func(e *env) {
			e.publish(e.night(1), nil)
			first := e.last
			e.publish(e.night(2), nil)
			r, err := e.Publish(e.t.Context(), e.lease, first, content(0, nil))
			e.ok(err)
			if !r.Already {
				e.t.Error("published again")
			}
		}},
		{"not prepared", func(e *env) {
			_, err := e.Publish(e.t.Context(), e.lease, e.night(1), content(0, nil))
			e.is(err, store.ErrNotPrepared)
		}},
		{"prepared with another manifest", func(e *env) {
			n := e.night(1)
			e.prepare(n)
			n.Manifest = sum("other")
			_, err := e.Publish(e.t.Context(), e.lease, n, content(0, nil))
			e.is(err, store.ErrNotPrepared)
		}},
		{"published with another manifest", func(e *env) {
			e.publish(e.night(1), nil)
			n := e.last
			n.Manifest = sum("other")
			_, err := e.Publish(e.t.Context(), e.lease, n, content(0, nil))
			e.is(err, store.ErrPublished)
		}},
		{"replaced, the old revision is not published again", func(e *env) {
			e.publish(e.night(1), nil)
			first := e.last
			e.publish(e.again(), nil)
			_, err := e.Publish(e.t.Context(), e.lease, first, content(0, nil))
			e.is(err, store.ErrPublished)
		}},
		{"new, and in force", refused(func(e *env, c *store.Content) { c.Actions = stream(onSecond(action("A1"))); c.Count = 1 }, store.ErrFold)},
		{"changed, and not in force", refused(func(e *env, c *store.Content) { c.Actions = stream(onSecond(changed(action("A9"), ""))) }, store.ErrFold)},
		{"withdrawn, and not in force", refused(func(e *env, c *store.Content) { c.Actions = stream(onSecond(withdrawn(action("A9")))) }, store.ErrFold)},
		{"the same action twice", refused(func(e *env, c *store.Content) {
			c.Actions = stream(onSecond(action("A9")), onSecond(action("A9")))
		}, store.ErrFold)},
		{"an action of another night", refused(func(e *env, c *store.Content) { c.Actions = stream(action("A9")); c.Count = 2 }, store.ErrFold)},
		{"an operation that is none", refused(func(e *env, c *store.Content) {
			a := onSecond(action("A9"))
			a.Operation = "ALTRA"
			c.Actions = stream(a)
		}, store.ErrFold)},
		{"another count", refused(func(e *env, c *store.Content) { c.Count = 2 }, store.ErrFold)},
		{"an error of the actions", refused(func(e *env, c *store.Content) { c.Actions = failing(action("A9")) }, errStream)},
		{"an error of the inputs", refused(func(e *env, c *store.Content) { c.Inputs = failing(store.Input{Flow: "unilav"}) }, errStream)},
		{"an error of the exceptions", refused(func(e *env, c *store.Content) {
			c.Exceptions = failing(onSecondE(exception("E1", pipeline.ExceptionOpen)))
		}, errStream)},
		{"an input without file digest", refused(func(e *env, c *store.Content) {
			c.Inputs = stream(store.Input{Flow: "unilav", File: "a\x00b"})
		}, store.ErrRow)},
		{"cancelled in the middle", cancelledPublication},
		{"the whole list in place of the delta", whole2},
		{"the whole list as the first night", func(e *env) {
			e.prepare(e.night(1))
			c := content(2, nil)
			a, b := changed(action("A1"), "vecchia"), action("A2")
			a.Night = day(-9)
			c.InForce = stream(b, a)
			_, err := e.Publish(e.t.Context(), e.lease, e.night(1), c)
			e.ok(err)
			e.same([]pipeline.Action{a, b}, e.inForce(0))
		}},
		{"the whole list holds nothing withdrawn", refused(func(e *env, c *store.Content) {
			c.InForce = stream(withdrawn(action("A1")))
		}, store.ErrFold)},
		{"a repetition starts from the night before", repetition},
		{"a repetition of a repetition", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1")})
			before := e.modelled()
			for range 3 {
				e.model = map[string]pipeline.Action{}
				n := e.again()
				if len(e.inForce(n.Date)) != 0 {
					e.t.Error("the first night starts from something")
				}
				e.publish(n, []pipeline.Action{action("A1")})
			}
			e.same(before, e.inForce(0))
			e.same(int32(4), e.last.Revision)
		}},
		{"a repetition of a whole list", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1"), action("A2")})
			before := e.modelled()
			n := e.night(2)
			e.prepare(n)
			c := content(1, nil)
			c.InForce = stream(changed(action("A2"), "nuova"))
			_, err := e.Publish(e.t.Context(), e.lease, n, c)
			e.ok(err)
			e.last = n
			e.same(before, e.inForce(n.Date))
			e.publish(e.again(), []pipeline.Action{action("A3")})
			e.same(e.modelled(), e.inForce(0))
		}},
		{"the folder of what was replaced", func(e *env) {
			e.publish(e.night(1), nil)
			n := e.again()
			e.prepare(n)
			c := content(0, nil)
			c.Replaced = "sostituite/2014-09-02-r1"
			_, err := e.Publish(e.t.Context(), e.lease, n, c)
			e.ok(err)
			nights, err := e.Nights(e.t.Context(), 0, 0)
			e.ok(err)
			if nights[0].Folder != c.Replaced || nights[1].Folder != n.Folder || nights[0].State != store.NightReplaced {
				e.t.Errorf("%+v", nights)
			}
		}},
		{"in force before a night that was not the last", func(e *env) {
			e.publish(e.night(1), nil)
			e.publish(e.night(2), nil)
			err := e.InForce(e.t.Context(), day(1), func(*pipeline.Action) error { return nil })
			e.is(err, store.ErrPublished)
			e.is(e.Exceptions(e.t.Context(), day(1), func(*store.Standing) error { return nil }), store.ErrPublished)
		}},
		{"a reader that stops", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1"), action("A2")})
			n := 0
			err := e.InForce(e.t.Context(), 0, func(*pipeline.Action) error { n++; return errStream })
			e.is(err, errStream)
			e.same(1, n)
		}},
		{"a reader sees one state", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1"), action("A2"), action("A3")})
			var got []string
			e.ok(e.InForce(e.t.Context(), 0, func(a *pipeline.Action) error {
				if got = append(got, a.ID); len(got) == 1 {
					e.publish(e.night(2), []pipeline.Action{withdrawn(action("A2")), action("A4")})
				}
				return nil
			}))
			e.same([]string{"A1", "A2", "A3"}, got)
		}},
		{"the audit tells what was published", func(e *env) {
			r := e.publish(e.night(1), []pipeline.Action{action("A1")})
			rows := e.audits()
			last := rows[len(rows)-1]
			if last.What != store.AuditPublished || last.On != "2014-09-02-r1" || last.Who != "prova:1" ||
				last.Detail != fmt.Sprintf(`{"gettone":1,"in_essere":1,"manifesto":%q}`, e.last.Manifest) || last.Hash != r.Head.Hash {
				e.t.Errorf("%+v", last)
			}
		}},
		{"entries of the caller come in the same transaction", func(e *env) {
			e.prepare(e.night(1))
			c := content(0, nil)
			c.Entries = []store.Entry{{Who: "op1", What: "ACCETTATA", On: "gate", Detail: `{"motivo":"x"}`}}
			c.Count = 5
			_, err := e.Publish(e.t.Context(), e.lease, e.night(1), c)
			e.is(err, store.ErrFold)
			e.same(0, e.said("ACCETTATA"))
			c.Count = 0
			_, err = e.Publish(e.t.Context(), e.lease, e.night(1), c)
			e.ok(err)
			e.same(1, e.said("ACCETTATA"))
		}},
		{"inputs are kept in order", inputs},
		{"inputs of a replaced revision do not count", func(e *env) {
			take := func(n store.Night, in ...store.Input) {
				e.prepare(n)
				c := content(0, nil)
				c.Inputs = stream(in...)
				_, err := e.Publish(e.t.Context(), e.lease, n, c)
				e.ok(err)
				e.last = n
			}
			take(e.night(1), input("a"), input("b"))
			take(e.again(), input("b"))
			_, there, err := e.Taken(e.t.Context(), pipeline.FlowUnilav, sum("a"))
			e.ok(err)
			got, err := e.Inputs(e.t.Context(), day(1))
			e.ok(err)
			if there || len(got) != 1 || got[0].File != "b" || got[0].Revision != 2 {
				e.t.Errorf("%v %+v", there, got)
			}
		}},
		{"what was prepared only was not taken", func(e *env) {
			e.prepare(e.night(1))
			got, err := e.Inputs(e.t.Context(), day(1))
			e.ok(err)
			e.same(0, len(got))
		}},
	}
}

var errStream = errors.New("the stream ends here")

// failing gives a row and then an error.
func failing[T any](row T) store.Stream[T] {
	return func(_ context.Context, fn func(*T) error) error {
		return errors.Join(fn(&row), errStream)
	}
}

func onSecond(a pipeline.Action) pipeline.Action        { a.Night = day(2); return a }
func onSecondE(e pipeline.Exception) pipeline.Exception { e.Night = day(2); return e }

// refused publishes a first night with A1 and E1, and then a second that is spoilt: nothing of it may stay, and mended it
// is published.
func refused(spoil func(*env, *store.Content), want error) func(*env) {
	return func(e *env) {
		e.publish(e.night(1), []pipeline.Action{action("A1")}, exception("E1", pipeline.ExceptionNew))
		actions, standing, rows := e.inForce(0), e.standings(0), len(e.audits())
		n := e.night(2)
		e.prepare(n)
		good := content(1, nil, onSecondE(exception("E1", pipeline.ExceptionOpen)))
		bad := good
		spoil(e, &bad)
		_, err := e.Publish(e.t.Context(), e.lease, n, bad)
		e.is(err, want)
		e.same(actions, e.inForce(0))
		e.same(standing, e.standings(0))
		e.same(rows+1, len(e.audits()))
		_, err = e.Publish(e.t.Context(), e.lease, n, good)
		e.ok(err)
	}
}

func cancelledPublication(e *env) {
	e.publish(e.night(1), []pipeline.Action{action("A1")})
	n := e.night(2)
	e.prepare(n)
	ctx, cancel := context.WithCancel(e.t.Context())
	c := content(1, nil)
	c.Actions = func(_ context.Context, fn func(*pipeline.Action) error) error {
		for i := range 3000 {
			a := onSecond(action(fmt.Sprintf("B%05d", i)))
			if err := fn(&a); err != nil {
				return err
			}
			if i == 10 {
				cancel()
			}
		}
		return nil
	}
	_, err := e.Publish(ctx, e.lease, n, c)
	e.is(err, context.Canceled)
	e.same(e.modelled(), e.inForce(0))
	_, err = e.Publish(e.t.Context(), e.lease, n, content(1, nil))
	e.ok(err)
}

func big(e *env) {
	const many = 5000
	ids := make([]string, many)
	for i := range ids {
		ids[i] = sum(i)
	}
	actions, exceptions := make([]pipeline.Action, many), make([]pipeline.Exception, many)
	for i, id := range ids {
		actions[i], exceptions[i] = action("A"+id), exception("E"+id, pipeline.ExceptionNew)
	}
	e.publish(e.night(1), actions, exceptions...)
	slices.Sort(ids)
	i := 0
	e.ok(e.InForce(e.t.Context(), 0, func(a *pipeline.Action) error {
		if a.ID != "A"+ids[i] || *a != e.model[a.ID] {
			e.t.Fatalf("action %d is %s", i, a.ID)
		}
		i++
		return nil
	}))
	e.same(many, i)
	i = 0
	e.ok(e.Exceptions(e.t.Context(), 0, func(s *store.Standing) error {
		if s.Exception.ID != "E"+ids[i] || s.Exception != e.open[s.Exception.ID] {
			e.t.Fatalf("exception %d is %s", i, s.Exception.ID)
		}
		i++
		return nil
	}))
	e.same(many, i)
}

func whole2(e *env) {
	e.publish(e.night(1), []pipeline.Action{action("A1"), action("A2"), action("A3")})
	before := e.modelled()
	n := e.night(2)
	e.prepare(n)
	a2 := onSecond(changed(action("A2"), "altro"))
	want := []pipeline.Action{before[0], a2, onSecond(action("A4"))}
	c := content(3, nil)
	c.InForce = stream(want[2], want[0], want[1])
	_, err := e.Publish(e.t.Context(), e.lease, n, c)
	e.ok(err)
	e.same(want, e.inForce(0))
	e.same(before, e.inForce(n.Date))
}

func repetition(e *env) {
	e.publish(e.night(1), []pipeline.Action{action("A1"), action("A2")},
		exception("E1", pipeline.ExceptionNew), exception("E2", pipeline.ExceptionNew))
	actions, standings := e.inForce(0), e.standings(0)
	e.publish(e.night(2), []pipeline.Action{withdrawn(action("A1")), changed(action("A2"), "prima"), action("A3")},
		exception("E1", pipeline.ExceptionClosed), facts(exception("E2", pipeline.ExceptionChanged), "f2"), exception("E3", pipeline.ExceptionNew))
	e.same(actions, e.inForce(day(2)))
	e.same(standings, e.standings(day(2)))
	e.model = map[string]pipeline.Action{}
	for _, a := range actions {
		e.model[a.ID] = a
	}
	e.publish(e.again(), []pipeline.Action{changed(action("A1"), "dopo")},
		exception("E1", pipeline.ExceptionOpen), exception("E2", pipeline.ExceptionClosed))
	e.same(e.modelled(), e.inForce(0))
	if _, there, _ := e.Exception(e.t.Context(), "E3"); there {
		e.t.Error("E3 is still there")
	}
	if s, _, _ := e.Exception(e.t.Context(), "E2"); s.Exception.State != pipeline.ExceptionClosed || s.Exception.Fingerprint != "f1" {
		e.t.Errorf("E2 is %+v", s.Exception)
	}
	e.same(actions, e.inForce(day(2)))
	if h, err := e.History(e.t.Context(), "E3"); err != nil || len(h) != 0 {
		e.t.Errorf("history of E3 %+v %v", h, err)
	}
}

func input(name string) store.Input {
	return store.Input{Flow: pipeline.FlowUnilav, File: name, SHA256: sum(name), Bytes: 1 << 40, Documents: 3}
}

func inputs(e *env) {
	n := e.night(1)
	e.prepare(n)
	c := content(0, nil)
	second := input("à/b!c.xml")
	second.Flow = pipeline.FlowAspicom
	c.Inputs = stream(input("z.zip"), second, input("z.zip"))
	_, err := e.Publish(e.t.Context(), e.lease, n, c)
	e.ok(err)
	got, err := e.Inputs(e.t.Context(), day(1))
	e.ok(err)
	var want []store.Input
	for i, in := range []store.Input{input("z.zip"), second, input("z.zip")} {
		in.Night, in.Revision, in.Order = day(1), 1, int64(i+1)
		want = append(want, in)
	}
	e.same(want, got)
	in, ok, err := e.Taken(e.t.Context(), pipeline.FlowUnilav, sum("z.zip"))
	if err != nil || !ok || in != want[0] {
		e.t.Errorf("%+v %v %v", in, ok, err)
	}
	if _, ok, err = e.Taken(e.t.Context(), pipeline.FlowAspicom, sum("z.zip")); ok || err != nil {
		e.t.Errorf("another flow: %v %v", ok, err)
	}
}

// Any sequence of nights and repetitions leaves what the fold of its deltas leaves.
func TestInForceIsTheFoldOfTheDeltas(t *testing.T) {
	for _, a := range adapters(t) {
		t.Run(a.name, func(t *testing.T) {
			stores := &pool{adapter: a, t: t}
			for seed := range uint64(5) {
				t.Run(fmt.Sprint(seed), func(t *testing.T) { fold(stores.env(t), rand.New(rand.NewPCG(seed, 1))) })
			}
		})
	}
}

func fold(e *env, r *rand.Rand) {
	before := map[string]pipeline.Action{}
	for n := 1; n <= 12; n++ {
		night := e.night(n)
		if n > 1 && r.IntN(3) == 0 {
			night = e.again()
			n--
			e.model = maps.Clone(before)
		}
		before = maps.Clone(e.model)
		e.same(e.modelled(), e.inForce(night.Date))
		var delta []pipeline.Action
		for i := range 30 {
			id := fmt.Sprintf("A%02d", i)
			old, there := e.model[id]
			switch what := r.IntN(5); {
			case what == 0 && !there:
				delta = append(delta, action(id))
			case what == 0:
				delta = append(delta, withdrawn(old))
			case what == 1 && there:
				delta = append(delta, changed(old, fmt.Sprint("motivo ", r.IntN(100))))
			}
		}
		e.publish(night, delta)
		e.same(e.modelled(), e.inForce(0))
	}
}
