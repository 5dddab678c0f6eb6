package store_test

import (
	"incrocio/pipeline"
	"incrocio/writers/store"
)

func exceptionCases() []conformance {
	return []conformance{
		{"new", func(e *env) {
			x := exception("E1", pipeline.ExceptionNew)
			e.publish(e.night(1), nil, x)
			e.same([]store.Standing{{Exception: x}}, e.standings(0))
		}},
		{"unchanged facts leave the row of the night that changed it", func(e *env) {
			e.exceptionNights("E1", pipeline.ExceptionNew, pipeline.ExceptionOpen, pipeline.ExceptionOpen, pipeline.ExceptionOpen)
			s := e.standings(0)
			if len(s) != 1 || s[0].Exception.State != pipeline.ExceptionOpen || s[0].Exception.Night != day(2) {
				e.t.Errorf("%+v", s)
			}
		}},
		{"a new wording of the same facts is kept", func(e *env) {
			e.exceptionNights("E1", pipeline.ExceptionNew, pipeline.ExceptionOpen)
			x := exception("E1", pipeline.ExceptionOpen)
			x.Text = "altre parole"
			e.publish(e.night(3), nil, x)
			if s := e.standings(0); s[0].Exception.Text != "altre parole" || s[0].Exception.Night != day(3) {
				e.t.Errorf("%+v", s)
			}
		}},
		{"closed by itself is remembered", func(e *env) {
			e.exceptionNights("E1", pipeline.ExceptionNew, pipeline.ExceptionClosed)
			e.publish(e.night(3), nil)
			s := e.standings(0)
			if len(s) != 1 || s[0].Exception.State != pipeline.ExceptionClosed || s[0].Exception.Fingerprint != "f1" || s[0].Exception.Night != day(2) {
				e.t.Errorf("%+v", s)
			}
		}},
		{"reopened", func(e *env) {
			e.exceptionNights("E1", pipeline.ExceptionNew, pipeline.ExceptionClosed)
			e.publish(e.night(3), nil)
			e.publish(e.night(4), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			if s := e.standings(0); s[0].Exception.State != pipeline.ExceptionReopened || s[0].Exception.Fingerprint != "f2" {
				e.t.Errorf("%+v", s)
			}
		}},
		{"history has a row for each change, none for open nights", func(e *env) {
			e.exceptionNights("E1", pipeline.ExceptionNew, pipeline.ExceptionOpen, pipeline.ExceptionChanged, pipeline.ExceptionOpen,
				pipeline.ExceptionClosed, pipeline.ExceptionReopened, pipeline.ExceptionOpen)
			e.history("E1", "2014-09-02 NUOVA", "2014-09-04 MODIFICATA", "2014-09-06 CHIUSA_DA_SOLA", "2014-09-07 RIAPERTA")
		}},
		{"history holds the whole row", func(e *env) {
			x := facts(exception("E1", pipeline.ExceptionNew), "f7")
			e.publish(e.night(1), nil, x)
			h, err := e.History(e.t.Context(), "E1")
			e.ok(err)
			e.same([]pipeline.Exception{x}, h)
		}},
		{"history of a repeated night is that of its last revision", func(e *env) {
			e.publish(e.night(1), nil, facts(exception("E1", pipeline.ExceptionNew), "f1"))
			e.publish(e.again(), nil, facts(exception("E1", pipeline.ExceptionNew), "f2"))
			h, err := e.History(e.t.Context(), "E1")
			if err != nil || len(h) != 1 || h[0].Fingerprint != "f2" {
				e.t.Errorf("%+v %v", h, err)
			}
			if n := e.count(e.t, "SELECT count(*) FROM eccezioni_storia"); n != 2 {
				e.t.Errorf("%d rows kept, want those of both revisions", n)
			}
		}},
		{"history of nobody", func(e *env) { e.history("E9") }},
		{"one exception", func(e *env) {
			x := exception("E1", pipeline.ExceptionNew)
			e.publish(e.night(1), nil, x, exception("E2", pipeline.ExceptionNew))
			s, ok, err := e.Exception(e.t.Context(), "E1")
			if err != nil || !ok {
				e.t.Fatalf("%v %v", ok, err)
			}
			e.same(store.Standing{Exception: x}, s)
			if _, ok, err := e.Exception(e.t.Context(), "E9"); ok || err != nil {
				e.t.Errorf("E9: %v %v", ok, err)
			}
		}},
		{"an open one must be in the night", refused(func(_ *env, c *store.Content) { c.Exceptions = stream[pipeline.Exception]() }, store.ErrFold)},
		{"a closed one need not", func(e *env) {
			e.exceptionNights("E1", pipeline.ExceptionNew, pipeline.ExceptionClosed)
			e.publish(e.night(3), nil)
		}},
		{"a cleared one need not", func(e *env) {
			e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew))
			e.clear("E1", "f1")
			e.publish(e.night(2), nil)
			if s := e.standings(0); !s[0].Cleared() || s[0].Exception.State != pipeline.ExceptionNew {
				e.t.Errorf("%+v", s)
			}
		}},
		{"one whose clearing was undone while the night ran need not", func(e *env) {
			e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew))
			cl := e.clear("E1", "f1")
			e.ok(e.Undo(e.t.Context(), cl.Number, "op1", ""))
			e.publish(e.night(2), nil)
		}},
		{"one cleared on other facts must be in the night", func(e *env) {
			e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew))
			e.clear("E1", "f1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionChanged), "f2"))
			n := e.night(3)
			e.prepare(n)
			_, err := e.Publish(e.t.Context(), e.lease, n, content(0, nil))
			e.is(err, store.ErrFold)
		}},
		{"twice in a night", refused(func(_ *env, c *store.Content) {
			c.Exceptions = stream(onSecondE(exception("E1", pipeline.ExceptionOpen)), onSecondE(exception("E1", pipeline.ExceptionOpen)))
		}, store.ErrFold)},
		{"a state that is none", refused(func(_ *env, c *store.Content) { c.Exceptions = stream(onSecondE(exception("E1", "ALTRO"))) }, store.ErrFold)},
		{"a row of another night", refused(func(_ *env, c *store.Content) {
			c.Exceptions = stream(exception("E1", pipeline.ExceptionOpen))
		}, store.ErrFold)},
		{"closed exceptions too are back before a repetition", func(e *env) {
			e.exceptionNights("E1", pipeline.ExceptionNew, pipeline.ExceptionClosed)
			before := e.standings(0)
			e.publish(e.night(3), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			e.same(before, e.standings(day(3)))
			e.publish(e.again(), nil)
			e.same(before, e.standings(0))
		}},
	}
}

// exceptionNights publishes an exception night after night in these states.
func (e *env) exceptionNights(id string, states ...string) {
	e.t.Helper()
	for i, s := range states {
		e.publish(e.night(i+1), nil, exception(id, s))
	}
}

func (e *env) history(id string, want ...string) {
	e.t.Helper()
	rows, err := e.History(e.t.Context(), id)
	e.ok(err)
	var got []string
	for _, x := range rows {
		got = append(got, x.Night.String()+" "+x.State)
	}
	e.same(want, got)
}

func (e *env) clear(id, fingerprint string) store.Clearing {
	e.t.Helper()
	cl, err := e.Clear(e.t.Context(), clearing(id, fingerprint))
	e.ok(err)
	return cl
}

func clearingCases() []conformance {
	open := func(e *env) { e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew)) }
	return []conformance{
		{"cleared", func(e *env) {
			open(e)
			cl := e.clear("E1", "f1")
			want := clearing("E1", "f1")
			want.Number, want.At = 1, cl.At
			if e.same(want, cl); cl.At == 0 {
				e.t.Error("no moment")
			}
			s := e.standings(0)
			e.same(&want, s[0].Clearing)
			if !s[0].Cleared() {
				e.t.Error("it does not hold")
			}
		}},
		{"the same clearing twice is one", func(e *env) {
			open(e)
			e.same(e.clear("E1", "f1"), e.clear("E1", "f1"))
			e.same(1, e.said(store.AuditCleared))
		}},
		{"somebody else was faster", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			other := clearing("E1", "f1")
			other.By = "op2"
			_, err := e.Clear(e.t.Context(), other)
			e.is(err, store.ErrCleared)
		}},
		{"nobody's exception", func(e *env) {
			_, err := e.Clear(e.t.Context(), clearing("E9", "f1"))
			e.is(err, store.ErrNoException)
		}},
		{"on facts that have changed", func(e *env) {
			open(e)
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionChanged), "f2"))
			_, err := e.Clear(e.t.Context(), clearing("E1", "f1"))
			e.is(err, store.ErrChanged)
		}},
		{"closed by itself", func(e *env) {
			e.exceptionNights("E1", pipeline.ExceptionNew, pipeline.ExceptionClosed)
			_, err := e.Clear(e.t.Context(), clearing("E1", "f1"))
			e.is(err, store.ErrNotOpen)
		}},
		{"not for an operator to close", func(e *env) {
			x := exception("E1", pipeline.ExceptionNew)
			x.Closable = false
			e.publish(e.night(1), nil, x)
			_, err := e.Clear(e.t.Context(), clearing("E1", "f1"))
			e.is(err, store.ErrNotClosable)
		}},
		{"by nobody", func(e *env) {
			open(e)
			cl := clearing("E1", "f1")
			cl.By = ""
			_, err := e.Clear(e.t.Context(), cl)
			e.is(err, store.ErrRow)
		}},
		{"without outcome", func(e *env) {
			open(e)
			cl := clearing("E1", "f1")
			cl.Outcome = ""
			_, err := e.Clear(e.t.Context(), cl)
			e.is(err, store.ErrRow)
		}},
		{"stays through thirty nights of the same facts", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			for n := 2; n <= 31; n++ {
				e.publish(e.night(n), nil)
			}
			if s := e.standings(0); !s[0].Cleared() {
				e.t.Errorf("%+v", s[0])
			}
		}},
		{"no longer holds when the facts change, and is still told", func(e *env) {
			open(e)
			cl := e.clear("E1", "f1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			s := e.standings(0)
			if s[0].Cleared() {
				e.t.Error("it holds on other facts")
			}
			e.same(&cl, s[0].Clearing)
			h, err := e.History(e.t.Context(), "E1")
			if err != nil || len(h) != 2 || h[0].Fingerprint != cl.Fingerprint || h[1].Text == h[0].Text {
				e.t.Errorf("what changed since is not told: %+v %v", h, err)
			}
		}},
		{"cleared anew on the new facts", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			cl := e.clear("E1", "f2")
			e.same(int64(2), cl.Number)
			if s := e.standings(0); !s[0].Cleared() || s[0].Clearing.Number != 2 {
				e.t.Errorf("%+v", s)
			}
		}},
		{"facts that are back find the last clearing", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			e.publish(e.night(3), nil, facts(exception("E1", pipeline.ExceptionChanged), "f1"))
			if s := e.standings(0); !s[0].Cleared() {
				e.t.Errorf("%+v", s)
			}
		}},
		{"undone", func(e *env) {
			open(e)
			cl := e.clear("E1", "f1")
			e.ok(e.Undo(e.t.Context(), cl.Number, "op2", "errore"))
			if s := e.standings(0); s[0].Clearing != nil {
				e.t.Errorf("%+v", s)
			}
			all, err := e.Clearings(e.t.Context(), "E1")
			e.ok(err)
			if len(all) != 1 || !all[0].Undone || all[0].UndoneBy != "op2" || all[0].UndoneReason != "errore" || all[0].UndoneAt < cl.At {
				e.t.Errorf("%+v", all)
			}
			e.same(1, e.said(store.AuditUndone))
		}},
		{"undone twice is undone once", func(e *env) {
			open(e)
			cl := e.clear("E1", "f1")
			e.ok(e.Undo(e.t.Context(), cl.Number, "op1", ""))
			e.ok(e.Undo(e.t.Context(), cl.Number, "op1", ""))
			e.same(1, e.said(store.AuditUndone))
			e.is(e.Undo(e.t.Context(), cl.Number, "op2", ""), store.ErrCleared)
		}},
		{"undone, the one before holds again", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			second := e.clear("E1", "f2")
			e.ok(e.Undo(e.t.Context(), second.Number, "op1", ""))
			s := e.standings(0)
			if s[0].Clearing == nil || s[0].Clearing.Number != 1 || s[0].Cleared() {
				e.t.Errorf("%+v", s)
			}
		}},
		{"undone, and cleared again", func(e *env) {
			open(e)
			cl := e.clear("E1", "f1")
			e.ok(e.Undo(e.t.Context(), cl.Number, "op1", ""))
			if again := e.clear("E1", "f1"); again.Number != 2 {
				e.t.Errorf("%+v", again)
			}
		}},
		{"undo of nothing", func(e *env) { e.is(e.Undo(e.t.Context(), 7, "op1", ""), store.ErrNoClearing) }},
		{"undo by nobody", func(e *env) { e.is(e.Undo(e.t.Context(), 1, "", ""), store.ErrRow) }},
		{"survives a repetition of the night that opened the exception", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			e.publish(e.again(), nil, exception("E1", pipeline.ExceptionNew))
			if s := e.standings(0); !s[0].Cleared() {
				e.t.Errorf("%+v", s)
			}
		}},
		{"cleared while a night is prepared", func(e *env) {
			open(e)
			n := e.night(2)
			e.prepare(n)
			e.clear("E1", "f1")
			_, err := e.Publish(e.t.Context(), e.lease, n, content(0, nil, onSecondE(exception("E1", pipeline.ExceptionOpen))))
			e.ok(err)
			if s := e.standings(0); !s[0].Cleared() || s[0].Exception.State != pipeline.ExceptionOpen {
				e.t.Errorf("%+v", s)
			}
		}},
		{"clearings of nobody", func(e *env) {
			all, err := e.Clearings(e.t.Context(), "E9")
			e.ok(err)
			e.same(0, len(all))
		}},
	}
}
