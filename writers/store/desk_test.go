package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// clocked gives a store another clock.
type clocked struct {
	store.Database
	now pipeline.Instant
}

func (c *clocked) Update(ctx context.Context, fn func(store.Tx) error) error {
	return c.Database.Update(ctx, func(tx store.Tx) error { return fn(clockedTx{tx, c}) })
}

func (c *clocked) View(ctx context.Context, fn func(store.Tx) error) error {
	return c.Database.View(ctx, func(tx store.Tx) error { return fn(clockedTx{tx, c}) })
}

type clockedTx struct {
	store.Tx
	c *clocked
}

func (t clockedTx) Now(context.Context) (pipeline.Instant, error) { return t.c.now, nil }

// clock puts a clock under the store that stands at noon of the tenth night until it is moved.
func (e *env) clock() *clocked {
	c := &clocked{now: noon(day(10))}
	e.Store = store.Over(e.Store, func(d store.Database) store.Database { c.Database = d; return c })
	return c
}

// noon is at 12:00 UTC.
func noon(d pipeline.Date) pipeline.Instant {
	return pipeline.Instant(d.UnixDays())*24*60*minute + 12*60*minute
}

const minute = pipeline.Instant(60 * 1_000_000)

func supervisor(name string) *worklist.Operator {
	return &worklist.Operator{Name: name, Role: worklist.RoleSupervisor, AllOffices: true}
}

// of gives an operator some sedi only.
func of(o *worklist.Operator, sedi ...string) *worklist.Operator {
	o.AllOffices, o.Offices = false, sedi
	return o
}

// do carries out a command on items whatever their version, and gives the results.
func (e *env) do(who *worklist.Operator, c worklist.Command, ids ...string) worklist.Receipt {
	e.t.Helper()
	for _, id := range ids {
		c.Items = append(c.Items, worklist.Target{Key: exceptionKey(id), Version: -1, Fingerprint: "f1"})
	}
	r, err := e.Do(e.t.Context(), who, &c)
	e.ok(err)
	return r
}

// done is do where nothing may be refused.
func (e *env) done(who *worklist.Operator, c worklist.Command, ids ...string) worklist.Receipt {
	e.t.Helper()
	r := e.do(who, c, ids...)
	for _, one := range r.Results {
		e.ok(one.Err)
	}
	return r
}

func closeIt() worklist.Command {
	return worklist.Command{Verb: worklist.VerbClose, Outcome: worklist.OutcomeUnfounded, Text: "visto"}
}

// openNight publishes exceptions E1, E2, … in the first night.
func (e *env) openNight(n int, change func(i int, x *pipeline.Exception)) {
	e.t.Helper()
	rows := make([]pipeline.Exception, n)
	for i := range rows {
		rows[i] = exception(fmt.Sprintf("E%d", i+1), pipeline.ExceptionNew)
		if change != nil {
			change(i, &rows[i])
		}
	}
	e.publish(e.night(1), nil, rows...)
}

func (e *env) look(who *worklist.Operator, id string) worklist.Detail {
	e.t.Helper()
	d, err := e.Look(e.t.Context(), who, exceptionKey(id))
	e.ok(err)
	return d
}

// verdict puts a result in a word: the state after it, or why not.
func verdict(r worklist.Result) string {
	for text, err := range map[string]error{
		"SCONOSCIUTO": worklist.ErrUnknown, "RUOLO": worklist.ErrRole, "STATO": worklist.ErrState, "CONFLITTO": worklist.ErrConflict,
		"STESSA PERSONA": worklist.ErrSamePerson, "CHIUSA DA SOLA": worklist.ErrGone,
	} {
		if errors.Is(r.Err, err) {
			return text
		}
	}
	if r.Err != nil {
		return r.Err.Error()
	}
	return string(r.State)
}

// stage brings an exception to a state, by Anna.
type stage struct {
	name  string
	eyes  bool // takes two persons
	steps func(e *env, id string) (closing int64)
}

func stages() []stage {
	anna := operator("Anna")
	return []stage{
		{"pending", false, func(*env, string) int64 { return 0 }},
		{"taken", false, func(e *env, id string) int64 { e.done(anna, worklist.Command{Verb: worklist.VerbTake}, id); return 0 }},
		{"held", false, func(e *env, id string) int64 {
			e.done(anna, worklist.Command{Verb: worklist.VerbHold, Until: day(20), Text: "aspetto"}, id)
			return 0
		}},
		{"approval", true, func(e *env, id string) int64 { return e.done(anna, closeIt(), id).Group }},
		{"worked", false, func(e *env, id string) int64 { return e.done(anna, closeIt(), id).Group }},
		{"gone", false, func(*env, string) int64 { return 0 }},
	}
}

// ways says, for every command in every stage, what comes of it for Anna, another operator and a supervisor.
var ways = []struct {
	command worklist.Command
	want    [6]string // by stage; "Anna/Bruno/Sara", one word where it is the same for all
}{
	{worklist.Command{Verb: worklist.VerbElabora}, [6]string{"IN_CARICO", "IN_CARICO/CONFLITTO/CONFLITTO", "IN_CARICO/CONFLITTO/CONFLITTO", "CONFLITTO", "CONFLITTO", "CHIUSA DA SOLA"}},
	{worklist.Command{Verb: worklist.VerbTake}, [6]string{"IN_CARICO", "IN_CARICO/CONFLITTO/CONFLITTO", "IN_CARICO/CONFLITTO/CONFLITTO", "CONFLITTO", "CONFLITTO", "CHIUSA DA SOLA"}},
	{worklist.Command{Verb: worklist.VerbRelease}, [6]string{"DA_LAVORARE", "DA_LAVORARE/CONFLITTO/DA_LAVORARE", "DA_LAVORARE/CONFLITTO/DA_LAVORARE", "CONFLITTO", "CONFLITTO", "CHIUSA DA SOLA"}},
	{worklist.Command{Verb: worklist.VerbAssign, To: operator("Carlo")}, [6]string{"RUOLO/RUOLO/IN_CARICO", "IN_CARICO/CONFLITTO/IN_CARICO", "IN_CARICO/CONFLITTO/IN_CARICO", "CONFLITTO", "CONFLITTO", "CHIUSA DA SOLA"}},
	{worklist.Command{Verb: worklist.VerbHold, Until: day(30), Text: "aspetto"}, [6]string{"IN_ATTESA", "IN_ATTESA/CONFLITTO/CONFLITTO", "IN_ATTESA/CONFLITTO/CONFLITTO", "CONFLITTO", "CONFLITTO", "CHIUSA DA SOLA"}},
	{worklist.Command{Verb: worklist.VerbNote, Text: "nota"}, [6]string{"DA_LAVORARE", "IN_CARICO", "IN_ATTESA", "IN_APPROVAZIONE", "LAVORATA", "DA_LAVORARE"}},
	{worklist.Command{Verb: worklist.VerbClose, Outcome: worklist.OutcomeFounded}, [6]string{"LAVORATA", "LAVORATA/CONFLITTO/CONFLITTO", "LAVORATA/CONFLITTO/CONFLITTO", "CONFLITTO", "CONFLITTO", "CHIUSA DA SOLA"}},
	{worklist.Command{Verb: worklist.VerbReopen, Text: "errore"}, [6]string{"STATO", "STATO", "STATO", "CONFLITTO", "DA_LAVORARE", "CHIUSA DA SOLA"}},
	{worklist.Command{Verb: worklist.VerbApprove}, [6]string{"SCONOSCIUTO", "SCONOSCIUTO", "SCONOSCIUTO", "STESSA PERSONA/LAVORATA/LAVORATA", "CONFLITTO", "SCONOSCIUTO"}},
	{worklist.Command{Verb: worklist.VerbReject, Text: "no"}, [6]string{"SCONOSCIUTO", "SCONOSCIUTO", "SCONOSCIUTO", "STESSA PERSONA/IN_CARICO/IN_CARICO", "CONFLITTO", "SCONOSCIUTO"}},
	{worklist.Command{Verb: worklist.VerbUndo}, [6]string{"SCONOSCIUTO", "SCONOSCIUTO", "SCONOSCIUTO", "IN_CARICO/CONFLITTO/CONFLITTO", "IN_CARICO/CONFLITTO/CONFLITTO", "SCONOSCIUTO"}},
}

// everyWay carries out every command in every stage as everybody.
func everyWay(e *env) {
	e.clock()
	actors := []*worklist.Operator{
		operator("Anna"), operator("Bruno"), supervisor("Sara"),
		{Name: "Rita", Role: worklist.RoleReader, AllOffices: true},
		of(operator("Omar"), "9900"), of(supervisor("Ugo")),
		{Name: "Nino", AllOffices: true},
	}
	all := stages()
	id := func(w, s, a int) string { return fmt.Sprintf("E%d", (w*len(all)+s)*len(actors)+a+1) }
	e.openNight(len(ways)*len(all)*len(actors), func(i int, x *pipeline.Exception) {
		x.SecondEyes = all[i/len(actors)%len(all)].eyes
	})
	var after []pipeline.Exception
	for _, x := range e.open {
		x.State = pipeline.ExceptionOpen
		after = append(after, x)
	}
	for i := range after {
		n := 0
		_, err := fmt.Sscanf(after[i].ID, "E%d", &n)
		e.ok(err)
		if all[(n-1)/len(actors)%len(all)].name == "gone" {
			after[i].State = pipeline.ExceptionClosed
		}
	}
	e.publish(e.night(2), nil, after...)
	for w, way := range ways {
		for s, stage := range all {
			for a, who := range actors {
				id := id(w, s, a)
				name := fmt.Sprintf("%s, %s, %s", way.command.Verb, stage.name, who.Name)
				closing := stage.steps(e, id)
				c := way.command
				ids := []string{id}
				if c.Verb == worklist.VerbApprove || c.Verb == worklist.VerbReject || c.Verb == worklist.VerbUndo {
					ids, c.Group = nil, closing
					if closing == 0 {
						c.Group = 1_000_000
					}
				}
				before := e.count(e.t, "SELECT count(*) FROM audit")
				r := e.do(who, c, ids...)
				if len(r.Results) != 1 {
					e.t.Fatalf("%s: %d results", name, len(r.Results))
				}
				if got, want := verdict(r.Results[0]), expected(way.want[s], a); got != want {
					e.t.Errorf("%s: %s, want %s", name, got, want)
				}
				if n := e.count(e.t, "SELECT count(*) FROM audit") - before; n != 1 {
					e.t.Errorf("%s: %d audit rows", name, n)
				}
				if err := r.Results[0].Err; err == nil {
					if d := e.look(supervisor("Sara"), id); d.State != r.Results[0].State || d.Version != r.Results[0].Version {
						e.t.Errorf("%s: it is %s in version %d, the answer was %s %d", name, d.State, d.Version, r.Results[0].State, r.Results[0].Version)
					}
				}
			}
		}
	}
}

func expected(want string, actor int) string {
	if want != "SCONOSCIUTO" {
		switch actor {
		case 3, 6:
			return "RUOLO"
		case 4, 5:
			return "SCONOSCIUTO"
		}
	}
	if parts := strings.Split(want, "/"); len(parts) > 1 {
		return parts[actor]
	}
	return want
}

func deskCases() []conformance {
	anna, bruno, sara := operator("Anna"), operator("Bruno"), supervisor("Sara")
	take := worklist.Command{Verb: worklist.VerbTake}
	return []conformance{
		{"every command in every state by everybody", everyWay},
		{"elabora turns letto once, and nothing else does", func(e *env) {
			e.openNight(1, nil)
			e.done(anna, take, "E1")
			if d := e.look(anna, "E1"); d.ReadBy != "" || d.ReadAt != 0 {
				e.t.Errorf("taken: read by %q", d.ReadBy)
			}
			e.done(anna, worklist.Command{Verb: worklist.VerbElabora}, "E1")
			first := e.look(anna, "E1")
			if first.ReadBy != "Anna" || first.ReadAt == 0 {
				e.t.Errorf("read by %q at %d", first.ReadBy, first.ReadAt)
			}
			e.done(anna, worklist.Command{Verb: worklist.VerbRelease}, "E1")
			e.done(bruno, worklist.Command{Verb: worklist.VerbElabora}, "E1")
			if d := e.look(anna, "E1"); d.ReadBy != "Anna" || d.ReadAt != first.ReadAt || d.Holder != "Bruno" {
				e.t.Errorf("%+v", d.Item)
			}
		}},
		{"a stale page is told who was first", func(e *env) {
			e.openNight(1, nil)
			e.done(anna, take, "E1")
			e.done(anna, worklist.Command{Verb: worklist.VerbRelease}, "E1")
			r, err := e.Do(e.t.Context(), bruno, &worklist.Command{Verb: worklist.VerbTake, Items: []worklist.Target{{Key: exceptionKey("E1"), Version: 1}}})
			e.ok(err)
			e.is(r.Results[0].Err, worklist.ErrConflict)
			e.done(anna, take, "E1")
			r, err = e.Do(e.t.Context(), bruno, &worklist.Command{Verb: worklist.VerbTake, Items: []worklist.Target{{Key: exceptionKey("E1"), Version: 3}}})
			e.ok(err)
			var c *worklist.ConflictError
			if !errors.As(r.Results[0].Err, &c) || c.By != "Anna" || c.State != worklist.StateTaken || c.At == 0 {
				e.t.Errorf("%+v", r.Results[0].Err)
			}
			if r.Results[0].State != worklist.StateTaken || r.Results[0].Version != 3 {
				e.t.Errorf("%+v", r.Results[0])
			}
		}},
		{"facts that changed since are not closed", func(e *env) {
			e.openNight(1, nil)
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionChanged), "f2"))
			e.is(e.do(anna, closeIt(), "E1").Results[0].Err, worklist.ErrConflict)
			c := closeIt()
			c.Items = []worklist.Target{{Key: exceptionKey("E1"), Version: -1}}
			r, err := e.Do(e.t.Context(), anna, &c)
			e.ok(err)
			e.is(r.Results[0].Err, worklist.ErrConflict)
		}},
		{"a worked one is back when its facts change", func(e *env) {
			e.openNight(1, nil)
			e.done(anna, closeIt(), "E1")
			e.publish(e.night(2), nil, facts(exception("E1", pipeline.ExceptionReopened), "f2"))
			d := e.look(anna, "E1")
			if d.State != worklist.StatePending || d.Holder != "" || len(d.Closings) != 1 || len(d.Changes) != 2 {
				e.t.Errorf("%+v", d)
			}
			e.same([]string{"E1"}, e.ids(&worklist.Query{List: worklist.ListPending}))
			e.same([]string(nil), e.ids(&worklist.Query{List: worklist.ListWorked}))
		}},
		{"a held one is back on its day", func(e *env) {
			c := e.clock()
			e.openNight(1, nil)
			e.done(anna, worklist.Command{Verb: worklist.VerbHold, Until: day(12), Text: "arriva un documento"}, "E1")
			d := e.look(anna, "E1")
			if d.State != worklist.StateHeld || d.Until != day(12) || d.Why != "arriva un documento" {
				e.t.Errorf("%+v", d.Item)
			}
			c.now = noon(worklist.Today(c.now)) - 12*60*minute
			c.now += 2*24*60*minute - 2*60*minute // midnight in Rome
			if d := e.look(anna, "E1"); d.State != worklist.StatePending || d.Holder != "" || d.Until != 0 {
				e.t.Errorf("%+v", d.Item)
			}
			e.done(bruno, take, "E1")
		}},
		{"not closable without a decision", func(e *env) {
			e.openNight(1, func(_ int, x *pipeline.Exception) { x.Closable = false })
			e.is(e.do(anna, closeIt(), "E1").Results[0].Err, worklist.ErrNotClosable)
			c := closeIt()
			c.Decision = &worklist.Decision{Kind: worklist.DecideConfirm}
			e.done(anna, c, "E1")
			d := e.look(anna, "E1")
			if d.Closing == nil || d.Closing.Decision == nil || *d.Closing.Decision != *c.Decision {
				e.t.Errorf("%+v", d.Closing)
			}
		}},
		{"a decision is kept to the last field", func(e *env) {
			e.openNight(1, nil)
			c := closeIt()
			c.Decision = &worklist.Decision{Kind: worklist.DecideFact, Fact: &worklist.Fact{
				Kind: pipeline.NoticeActualIncome, On: day(1), Patronato: "P", Start: day(2), Income: pipeline.Some[pipeline.Cents](5),
				Year: 2014, Category: "c", Basis: "b", NewCode: whole,
			}}
			e.done(anna, c, "E1")
			e.same(c.Decision, e.look(anna, "E1").Closing.Decision)
			e.nobody()
		}},
		{"commands that no item could accept do nothing", func(e *env) {
			e.openNight(1, nil)
			before := len(e.audits())
			for _, c := range []worklist.Command{
				{},
				{Verb: "ALTRO"},
				{Verb: worklist.VerbTake},
				{Verb: worklist.VerbApprove},
				{Verb: worklist.VerbUndo, Group: -1},
				{Verb: worklist.VerbNote, Text: "a\x00b", Items: []worklist.Target{{Key: exceptionKey("E1")}}},
				{Verb: worklist.VerbNote, Text: "a\xff", Items: []worklist.Target{{Key: exceptionKey("E1")}}},
				{Verb: worklist.VerbNote, Text: strings.Repeat("à", 2001), Items: []worklist.Target{{Key: exceptionKey("E1")}}},
				{Verb: worklist.VerbTake, Token: strings.Repeat("a", 201), Items: []worklist.Target{{Key: exceptionKey("E1")}}},
				{Verb: worklist.VerbTake, Items: make([]worklist.Target, 501)},
			} {
				_, err := e.Do(e.t.Context(), anna, &c)
				e.is(err, worklist.ErrIncomplete)
			}
			e.same(before, len(e.audits()))
			e.done(anna, worklist.Command{Verb: worklist.VerbNote, Text: strings.Repeat("à", 2000)}, "E1")
		}},
		{"reasons are notes", func(e *env) {
			e.openNight(1, nil)
			e.done(anna, worklist.Command{Verb: worklist.VerbTake, Text: "la conosco"}, "E1")
			e.done(anna, worklist.Command{Verb: worklist.VerbNote, Text: "chiamato il datore"}, "E1")
			e.done(anna, worklist.Command{Verb: worklist.VerbRelease, Text: "vado in ferie"}, "E1")
			e.done(sara, worklist.Command{Verb: worklist.VerbAssign, To: bruno, Text: "pensaci tu"}, "E1")
			var got []string
			for _, n := range e.look(anna, "E1").Notes {
				got = append(got, n.By+": "+n.Text)
			}
			e.same([]string{"Anna: la conosco", "Anna: chiamato il datore", "Anna: vado in ferie", "Sara: pensaci tu"}, got)
			if d := e.look(anna, "E1"); d.Holder != "Bruno" || d.Person != "bruno" || d.Version != 4 {
				e.t.Errorf("%+v", d.Item)
			}
			e.nobody()
		}},
		{"nobody is assigned what they may not see", func(e *env) {
			e.openNight(1, nil)
			e.is(e.do(sara, worklist.Command{Verb: worklist.VerbAssign, To: of(operator("Omar"), "4900")}, "E1").Results[0].Err, worklist.ErrNotGranted)
		}},
		{"items that there are not", func(e *env) {
			e.openNight(1, nil)
			keys := []worklist.Key{
				exceptionKey("E9"), exceptionKey(""), exceptionKey("E1\x00"), exceptionKey("\xff"), exceptionKey("'; DROP TABLE lavori; --"),
				exceptionKey(strings.Repeat("E", 5000)),
				{Kind: worklist.KindSubmission, ID: "E1"},
				{Kind: worklist.KindSample, ID: "E1"},
				{Kind: worklist.KindQuestion, ID: "E1"},
				{Kind: "altro", ID: "E1"},
				{},
				exceptionKey(string(whole)),
			}
			before := len(e.audits())
			for _, k := range keys {
				_, err := e.Look(e.t.Context(), anna, k)
				e.is(err, worklist.ErrUnknown)
				_, err = e.Trail(e.t.Context(), anna, k)
				e.is(err, worklist.ErrUnknown)
				r, err := e.Do(e.t.Context(), anna, &worklist.Command{Verb: worklist.VerbTake, Items: []worklist.Target{{Key: k}}})
				e.ok(err)
				e.is(r.Results[0].Err, worklist.ErrUnknown)
			}
			e.same(3*len(keys), len(e.audits())-before)
			e.same(3*len(keys), e.said(store.AuditDenied))
			e.nobody()
		}},
	}
}

// nobody checks that no row of the audit shows a person's code or a word that an operator typed as a reason.
func (e *env) nobody() {
	e.t.Helper()
	for _, r := range e.audits() {
		for _, part := range []string{string(whole), "datore", "ferie", "visto"} {
			if strings.Contains(strings.ToUpper(r.On+r.Detail), strings.ToUpper(part)) {
				e.t.Errorf("%s %s: %s", r.What, r.On, r.Detail)
			}
		}
	}
}

// ids gives the ids of a list, all pages, for somebody who sees every sede.
func (e *env) ids(q *worklist.Query) (out []string) {
	e.t.Helper()
	for _, r := range e.rows(supervisor("Sara"), q) {
		out = append(out, r.ID)
	}
	return out
}

// rows gives the rows of a list, page after page.
func (e *env) rows(who *worklist.Operator, q *worklist.Query) (out []worklist.Row) {
	e.t.Helper()
	page := *q
	for pages := 0; ; pages++ {
		p, err := e.List(e.t.Context(), who, &page)
		e.ok(err)
		out = append(out, p.Rows...)
		if p.Next == "" {
			return out
		}
		if len(p.Rows) == 0 || pages > 10_000 {
			e.t.Fatal("a page without rows, or no last one")
		}
		page.After = p.Next
	}
}
