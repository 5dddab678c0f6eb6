package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
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
		{"what is said again is left as it is, marked or not", func(e *env) {
			const unmarked = "SELECT count(*) FROM eccezioni WHERE segno IS NULL OR segno = 1"
			e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew), exception("E2", pipeline.ExceptionNew))
			again := []pipeline.Exception{exception("E1", pipeline.ExceptionOpen), exception("E2", pipeline.ExceptionOpen)}
			e.publish(e.night(2), nil, again...)
			before := e.standings(0)
			e.publish(e.night(3), nil, again...)
			for i, other := range [...]string{"NULL", "1"} { // of a program that had no marks, or others
				e.exec(e.t, "UPDATE eccezioni SET segno = "+other+" WHERE id_eccezione = 'E2'")
				e.publish(e.night(4+i), nil, again...)
				e.same(before, e.standings(0))
				if n := e.count(e.t, unmarked) + e.count(e.t, "SELECT count(*) FROM eccezioni_prima"); n != 0 {
					e.t.Errorf("%s: %d rows are not marked, or were touched", other, n)
				}
			}
			// With a mark that is not its own a row is passed over: nothing else can have kept the others as they were.
			e.exec(e.t, "UPDATE eccezioni SET descrizione = 'altre parole' WHERE id_eccezione = 'E1'")
			e.publish(e.night(6), nil, again...)
			if s := e.standings(0); s[0].Exception.Text != "altre parole" {
				e.t.Errorf("%+v", s)
			}
		}},
		{"marks tell what is said from the state and the night", func(e *env) {
			marks := func() map[string]int64 {
				out := map[string]int64{}
				e.ok(e.Glances(e.t.Context(), 0, func(s *store.Standing) error { out[s.Exception.ID] = s.Mark; return nil }))
				return out
			}
			e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew), exception("E2", pipeline.ExceptionNew), exception("E3", pipeline.ExceptionNew))
			first := marks()
			other := exception("E2", pipeline.ExceptionOpen)
			other.Priority++
			e.publish(e.night(2), nil, exception("E1", pipeline.ExceptionOpen), other, exception("E3", pipeline.ExceptionClosed))
			second := marks()
			if first["E1"] == 0 || first["E1"] == first["E2"] || first["E1"] != second["E1"] || first["E2"] == second["E2"] || first["E3"] != second["E3"] {
				e.t.Errorf("%v, then %v", first, second)
			}
		}},
		{"glances are exceptions of which little is read", func(e *env) {
			e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew), exception("E2", pipeline.ExceptionNew), exception("E3", pipeline.ExceptionNew))
			e.clear("E2", "f1")
			e.publish(e.night(2), nil, exception("E1", pipeline.ExceptionOpen), exception("E3", pipeline.ExceptionClosed))
			var want, got []store.Standing
			e.ok(e.Exceptions(e.t.Context(), 0, func(s *store.Standing) error {
				little := *s
				little.Exception = pipeline.Exception{ID: s.Exception.ID, State: s.Exception.State, TaxCode: s.Exception.TaxCode, Fingerprint: s.Exception.Fingerprint}
				want = append(want, little)
				return nil
			}))
			e.ok(e.Glances(e.t.Context(), 0, func(s *store.Standing) error { got = append(got, *s); return nil }))
			slices.SortFunc(got, func(a, b store.Standing) int { return strings.Compare(a.Exception.ID, b.Exception.ID) })
			e.same(want, got)
			if len(got) != 3 || got[1].Clearing == nil {
				e.t.Errorf("%+v", got)
			}
		}},
		{"acts tell of a closing that was undone", func(e *env) {
			e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew), exception("E2", pipeline.ExceptionNew))
			acts := func() (out [2]int64) {
				i := 0
				e.ok(e.Glances(e.t.Context(), 0, func(s *store.Standing) error { out[i] = s.Acts; i++; return nil }))
				return out
			}
			before := acts()
			n := e.clear("E2", "f1")
			cleared := acts()
			e.undo(n)
			if undone := acts(); before != [2]int64{} || cleared != [2]int64{0, 1} || undone != [2]int64{0, 2} {
				e.t.Errorf("%v, then %v, then %v", before, cleared, undone)
			}
		}},
		{"those of some persons", func(e *env) {
			var all []pipeline.Exception
			for i := range 1203 {
				x := exception(fmt.Sprintf("E%04d", i), pipeline.ExceptionNew)
				x.TaxCode = pipeline.CodiceFiscale(fmt.Sprintf("%011d", i%3))
				all = append(all, x)
			}
			e.publish(e.night(1), nil, all...)
			e.clear("E0002", "f1")
			for n, wanted := range map[int]func(pipeline.CodiceFiscale) bool{
				0:   func(pipeline.CodiceFiscale) bool { return false },
				802: func(c pipeline.CodiceFiscale) bool { return c != all[0].TaxCode },
			} {
				var want, got []store.Standing
				for _, s := range e.standings(0) {
					if wanted(s.Exception.TaxCode) {
						want = append(want, s)
					}
				}
				e.ok(e.ExceptionsOf(e.t.Context(), 0, wanted, func(s *store.Standing) error {
					got = append(got, *s)
					got[len(got)-1].Mark, got[len(got)-1].Acts = 0, 0
					return nil
				}))
				slices.SortFunc(got, func(a, b store.Standing) int { return strings.Compare(a.Exception.ID, b.Exception.ID) })
				e.same(want, got)
				if len(got) != n {
					e.t.Errorf("%d, want %d", len(got), n)
				}
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
			s.Mark = 0
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
			e.undo(e.clear("E1", "f1"))
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

// operator is somebody who sees every sede.
func operator(name string) *worklist.Operator {
	return &worklist.Operator{Name: name, Role: worklist.RoleOperator, AllOffices: true}
}

func exceptionKey(id string) worklist.Key { return worklist.Key{Kind: worklist.KindException, ID: id} }

// closing closes an exception as unfounded.
func closing(id, fingerprint string) *worklist.Command {
	return &worklist.Command{
		Verb: worklist.VerbClose, Items: []worklist.Target{{Key: exceptionKey(id), Version: -1, Fingerprint: fingerprint}},
		Outcome: worklist.OutcomeUnfounded, Text: "visto",
	}
}

// clear closes an exception as op1, and gives the number of the closing.
func (e *env) clear(id, fingerprint string) int64 {
	e.t.Helper()
	r, err := e.Do(e.t.Context(), operator("op1"), closing(id, fingerprint))
	e.ok(err)
	e.ok(r.Results[0].Err)
	return r.Results[0].Closing
}

// undo takes a closing back as op1.
func (e *env) undo(number int64) {
	e.t.Helper()
	r, err := e.Do(e.t.Context(), operator("op1"), &worklist.Command{Verb: worklist.VerbUndo, Group: number})
	e.ok(err)
	e.ok(r.Results[0].Err)
}

// clearingCases are what nights see of closings.
func clearingCases() []conformance {
	open := func(e *env) { e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew)) }
	return []conformance{
		{"closed", func(e *env) {
			open(e)
			n := e.clear("E1", "f1")
			s := e.standings(0)
			if !s[0].Cleared() {
				e.t.Fatalf("it does not hold: %+v", s[0].Clearing)
			}
			at := s[0].Clearing.At
			if at == 0 {
				e.t.Error("no moment")
			}
			e.same(&worklist.Closing{
				Number: n, Key: exceptionKey("E1"), Fingerprint: "f1", Outcome: worklist.OutcomeUnfounded, Reason: "visto", By: "op1",
				Person: "op1", At: at,
			}, s[0].Clearing)
		}},
		{"one that waits for a second person does not hold", func(e *env) {
			x := exception("E1", pipeline.ExceptionNew)
			x.SecondEyes = true
			e.publish(e.night(1), nil, x)
			n := e.clear("E1", "f1")
			if s := e.standings(0); s[0].Clearing != nil || s[0].Cleared() {
				e.t.Errorf("%+v", s[0])
			}
			r, err := e.Do(e.t.Context(), operator("op2"), &worklist.Command{Verb: worklist.VerbApprove, Group: n})
			e.ok(errors.Join(err, r.Results[0].Err))
			if s := e.standings(0); !s[0].Cleared() || s[0].Clearing.Approver != "op2" {
				e.t.Errorf("%+v", s[0])
			}
		}},
		{"one that waits does not keep the exception out of the night", func(e *env) {
			x := exception("E1", pipeline.ExceptionNew)
			x.SecondEyes = true
			e.publish(e.night(1), nil, x)
			e.clear("E1", "f1")
			n := e.night(2)
			e.prepare(n)
			_, err := e.Publish(e.t.Context(), e.lease, n, content(0, nil))
			e.is(err, store.ErrFold)
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
			n := e.clear("E1", "f1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			s := e.standings(0)
			if s[0].Cleared() || s[0].Clearing == nil || s[0].Clearing.Number != n {
				e.t.Errorf("%+v", s[0])
			}
			h, err := e.History(e.t.Context(), "E1")
			if err != nil || len(h) != 2 || h[0].Fingerprint != "f1" || h[1].Text == h[0].Text {
				e.t.Errorf("what changed since is not told: %+v %v", h, err)
			}
		}},
		{"closed anew on the new facts", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			e.same(int64(2), e.clear("E1", "f2"))
			if s := e.standings(0); !s[0].Cleared() || s[0].Clearing.Number != 2 {
				e.t.Errorf("%+v", s)
			}
		}},
		{"facts that are back find the last closing", func(e *env) {
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
			n := e.clear("E1", "f1")
			e.undo(n)
			if s := e.standings(0); s[0].Clearing != nil {
				e.t.Errorf("%+v", s)
			}
			d, err := e.Look(e.t.Context(), operator("op1"), exceptionKey("E1"))
			e.ok(err)
			if len(d.Closings) != 1 || !d.Closings[0].Undone || d.Closings[0].UndoneBy != "op1" || d.Closings[0].UndoneAt < d.Closings[0].At {
				e.t.Errorf("%+v", d.Closings)
			}
		}},
		{"undone, the one before is told again", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			e.undo(e.clear("E1", "f2"))
			s := e.standings(0)
			if s[0].Clearing == nil || s[0].Clearing.Number != 1 || s[0].Cleared() {
				e.t.Errorf("%+v", s)
			}
		}},
		{"undone, and closed again", func(e *env) {
			open(e)
			e.undo(e.clear("E1", "f1"))
			e.same(int64(2), e.clear("E1", "f1"))
		}},
		{"survives a repetition of the night that opened the exception", func(e *env) {
			open(e)
			e.clear("E1", "f1")
			e.publish(e.again(), nil, exception("E1", pipeline.ExceptionNew))
			if s := e.standings(0); !s[0].Cleared() {
				e.t.Errorf("%+v", s)
			}
		}},
		{"closed while a night is prepared", func(e *env) {
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
	}
}
