package store_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
)

// shared is a store whose nights are those of a login of role run, and whose desk is that of a login of role console.
type shared struct{ run, console store.Database }

// deskMethods are the methods of [store.Store] that the console calls, and those that the nights do not.
var deskMethods = func() map[string]bool {
	names := map[string]bool{}
	for _, port := range []reflect.Type{reflect.TypeFor[worklist.Desk](), reflect.TypeFor[worklist.Accounts]()} {
		for i := range port.NumMethod() {
			names["incrocio/writers/store.(*Store)."+port.Method(i).Name] = true
		}
	}
	return names
}()

// who gives the database of whoever called the store.
func (s *shared) who() store.Database {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if deskMethods[f.Function] {
			return s.console
		}
		if !more {
			return s.run
		}
	}
}

func (s *shared) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.who().Update(ctx, fn)
}

func (s *shared) View(ctx context.Context, fn func(store.Tx) error) error {
	return s.who().View(ctx, fn)
}

func (s *shared) Close() error { return errors.Join(s.run.Close(), s.console.Close()) }

// rolesPrefix begins the roles of these tests, which all their schemas share.
const rolesPrefix = "conforme"

// logins counts the stores with roles: the first makes the logins.
var logins atomic.Int64

// login gives the URL of a place for a login of a role.
func (p place) login(t testing.TB, which string) string {
	t.Helper()
	u, err := url.Parse(p.at)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(rolesPrefix + "_login_" + which)
	return u.String()
}

// withRoles makes a place whose schema and roles are in place, with a login of each role.
func withRoles(t testing.TB, a adapter) place {
	t.Helper()
	p := a.place(t)
	s, err := p.open(t.Context(), options())
	if err == nil {
		err = s.Close()
	}
	if err == nil {
		_, err = postgres.GrantRoles(t.Context(), p.at, rolesPrefix, options())
	}
	if err != nil {
		t.Fatal(err)
	}
	if logins.Add(1) == 1 {
		for _, which := range []string{"owner", "run", "console", "analyst"} {
			p.exec(t, "CREATE ROLE "+rolesPrefix+"_login_"+which+" LOGIN IN ROLE "+rolesPrefix+"_"+which)
		}
	}
	return p
}

// opened opens a place as a login.
func (p place) opened(t testing.TB, which string) *store.Store {
	t.Helper()
	o := options()
	o.Existing = true
	s, err := postgres.Open(t.Context(), p.login(t, which), o)
	if err != nil {
		t.Fatalf("as %s: %v", which, err)
	}
	return s
}

// leastEnv is newEnv for logins with the least privilege.
func leastEnv(t testing.TB, a adapter) *env {
	t.Helper()
	p := withRoles(t, a)
	s := store.Over(p.opened(t, "run"), func(run store.Database) store.Database {
		both := &shared{run: run}
		store.Over(p.opened(t, "console"), func(console store.Database) store.Database { both.console = console; return console })
		return both
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	e := &env{place: p, model: map[string]pipeline.Action{}, open: map[string]pipeline.Exception{}}
	e.start(t, s)
	return e
}

// elsewhere are groups and cases that are not run under roles: they take long and ask for no other privileges.
var elsewhere = map[string]bool{
	"lease": true, "refused": true, "tries": true, "five thousand rows, in order": true, "a person has five hundred": true,
	"stays through thirty nights of the same facts": true, "pages of any size": true,
}

// TestConformanceUnderRoles runs most cases of PostgreSQL again: nights as a login of role run, operators as one of role
// console.
func TestConformanceUnderRoles(t *testing.T) {
	a := postgresOnly(t)
	stores, n := &pool{adapter: a, t: t}, 0
	for _, group := range suite() {
		for _, c := range group.cases {
			if elsewhere[group.name] || elsewhere[c.name] {
				continue
			}
			n++
			t.Run(group.name+"/"+c.name, func(t *testing.T) {
				if len(stores.free) == 0 {
					stores.free = append(stores.free, leastEnv(stores.t, a))
				}
				c.run(stores.env(t))
			})
		}
	}
	if n < 150 {
		t.Errorf("%d cases, want at least 150", n)
	}
	t.Logf("%d cases", n)
}

// TestSediApart has an operator of 7000 ask for what belongs to 4900, past the checks of the desk too.
func TestSediApart(t *testing.T) {
	e := leastEnv(t, postgresOnly(t))
	ours, theirs, nobody := exception("E7000", pipeline.ExceptionNew), exception("E4900", pipeline.ExceptionNew), exception("E0", pipeline.ExceptionNew)
	ours.Office, theirs.Office, nobody.Office = "7000", "4900", ""
	e.publish(e.night(1), nil, ours, theirs, nobody)
	op := &worklist.Operator{Name: "Rossi", Role: worklist.RoleOperator, Offices: []string{"7000"}}
	ctx := t.Context()

	for _, q := range []worklist.Query{{}, {Offices: []string{"4900"}}, {TaxCode: whole}, {Claim: theirs.Claim}, {Code: theirs.Code}} {
		page, err := e.List(ctx, op, &q)
		e.ok(err)
		for _, row := range page.Rows {
			if row.Office != "7000" {
				t.Errorf("%+v shows %s of %q", q, row.ID, row.Office)
			}
		}
		if want := 1 - len(q.Offices); len(page.Rows) != want {
			t.Errorf("%+v: %d rows, want %d", q, len(page.Rows), want)
		}
	}
	for _, id := range []string{"E4900", "E0", "nessuna"} {
		before := e.said(store.AuditDenied)
		_, err := e.Look(ctx, op, worklist.Key{Kind: worklist.KindException, ID: id})
		e.is(err, worklist.ErrUnknown)
		r, err := e.Do(ctx, op, &worklist.Command{Verb: worklist.VerbTake, Items: []worklist.Target{{Key: worklist.Key{Kind: worklist.KindException, ID: id}}}})
		e.ok(err)
		e.is(r.Results[0].Err, worklist.ErrUnknown)
		if n := e.said(store.AuditDenied) - before; n != 2 {
			t.Errorf("%s: %d audit rows, want 2", id, n)
		}
	}

	// Whatever the desk's own conditions say, the database shows no more.
	console := e.opened(t, "console")
	defer func() { e.ok(console.Close()) }()
	for name, c := range map[string]struct {
		who  *worklist.Operator
		want string
	}{
		"7000": {op, "E7000"},
		"two":  {&worklist.Operator{Offices: []string{"7000", "4900"}}, "E4900 E7000"},
		"all":  {&worklist.Operator{AllOffices: true}, "E0 E4900 E7000"},
		"none": {&worklist.Operator{}, ""},
		"star": {&worklist.Operator{Offices: []string{"*"}}, ""},
		"list": {&worklist.Operator{Offices: []string{"7000,4900"}}, ""},
	} {
		var seen []string
		e.ok(console.Exceptions(store.Scoped(ctx, c.who), 0, func(s *store.Standing) error { seen = append(seen, s.Exception.ID); return nil }))
		if got := strings.Join(seen, " "); got != c.want {
			t.Errorf("%s sees %q, want %q", name, got, c.want)
		}
	}
	if _, ok, err := console.Exception(ctx, "E7000"); ok || err != nil {
		t.Errorf("without sedi: %v %v", ok, err)
	}
}

// TestEachKeepsToItsOwn has the console try a night, the nights try the desk, and both try what is the owner's.
func TestEachKeepsToItsOwn(t *testing.T) {
	e := leastEnv(t, postgresOnly(t))
	e.publish(e.night(1), nil, exception("E1", pipeline.ExceptionNew))
	ctx := t.Context()
	console, run := e.opened(t, "console"), e.opened(t, "run")
	defer func() { e.ok(errors.Join(console.Close(), run.Close())) }()
	refused := func(what string, err error) {
		t.Helper()
		var d *store.DatabaseError
		if !errors.As(err, &d) || d.Code != "42501" || errors.Is(err, store.ErrTemporary) {
			t.Errorf("%s: %v", what, err)
		}
	}
	n := e.night(2)
	refused("prepare", console.Prepare(ctx, e.lease, n))
	e.prepare(n)
	_, err := console.Publish(ctx, e.lease, n, content(0, nil))
	refused("publish", err)
	e.ok(e.Abandon(ctx, e.lease, n.Date, n.Revision))
	_, err = console.TakeIn(ctx, n.Date, []int64{1})
	refused("lease", console.Release(ctx, e.lease))
	e.ok(err) // there is none, so there was nothing to mark

	take := &worklist.Command{Verb: worklist.VerbTake, Items: []worklist.Target{{Key: worklist.Key{Kind: worklist.KindException, ID: "E1"}, Version: -1}}}
	_, err = run.Do(ctx, operator("Anna"), take)
	refused("take", err)
	_, _, err = run.Account(ctx, "anna")
	refused("account", err)
	refused("account", run.SaveAccount(ctx, "a", worklist.Account{Name: "b", Role: worklist.RoleOperator, Secret: "c"}))
	e.exec(t, "DELETE FROM versione_schema WHERE version_id = (SELECT max(version_id) FROM versione_schema)")
	for _, which := range []string{"console", "run"} { // an older schema is not theirs to bring up to date
		_, err := postgres.Open(ctx, e.login(t, which), options())
		refused("migrate as "+which, err)
	}
	for _, which := range []string{"analyst"} {
		_, err := postgres.Open(ctx, e.login(t, which), options())
		refused("open as "+which, err)
	}
}

// TestAnalystSeesNoPerson publishes a person and looks for the person in everything that analysts may read.
func TestAnalystSeesNoPerson(t *testing.T) {
	e := leastEnv(t, postgresOnly(t))
	x, typed := exception("E1", pipeline.ExceptionNew), exception("E2", pipeline.ExceptionNew)
	typed.Claim, typed.Protocol = string(whole), string(whole)
	a := action("A1")
	a.Data = `{"iban":"IT60X0542811101000000123456"}`
	e.prepare(e.night(1))
	c := content(1, dated(day(1), []pipeline.Action{a}), datedExceptions(day(1), []pipeline.Exception{x, typed})...)
	c.Submissions = stream(pipeline.SubmissionRow{
		Protocol: string(whole), List: pipeline.ListPending, TaxCode: whole, Claim: string(whole), Office: "7000", Night: day(1),
	})
	_, err := e.Publish(t.Context(), e.lease, e.night(1), c)
	e.ok(err)
	r, err := e.Do(t.Context(), &worklist.Operator{Name: "Rossi", Role: worklist.RoleOperator, AllOffices: true}, &worklist.Command{
		Verb: worklist.VerbElabora, Text: "Rossi Mario", Items: []worklist.Target{{Key: worklist.Key{Kind: worklist.KindSubmission, ID: string(whole)}, Version: -1}},
	})
	e.ok(err)
	e.ok(r.Results[0].Err)
	analyst := place{adapter: "postgres", at: e.login(t, "analyst")}
	rows := map[string]int{}
	for _, view := range analyst.texts(t, "SELECT viewname::text FROM pg_views WHERE schemaname = current_schema()") {
		for _, row := range analyst.texts(t, "SELECT row_to_json(v)::text FROM "+view+" v") {
			rows[view]++
			for _, secret := range []string{string(whole), "IT60", "Rossi", "rossi", "Mario", "Testo", "perché"} {
				if strings.Contains(row, secret) {
					t.Errorf("%s shows %s: %s", view, secret, row)
				}
			}
		}
	}
	if fmt.Sprint(rows) != "map[v_azioni_in_essere:1 v_comunicazioni:1 v_eccezioni:2 v_eccezioni_storia:2 v_lavori:1 v_notti:1]" {
		t.Errorf("rows %v", rows)
	}
}

// texts gives the texts that a query answers to a login.
func (p place) texts(t testing.TB, query string) (out []string) {
	t.Helper()
	config, err := pgx.ParseConfig(p.at)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := watched(t, stdlib.OpenDB(*config), nil).QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

// explaining lets every query be explained before it is run.
type explaining struct {
	store.Database
	analyze bool
	plans   []string
}

func (e *explaining) View(ctx context.Context, fn func(store.Tx) error) error {
	return e.Database.View(ctx, func(tx store.Tx) error { return fn(explainedTx{tx, e}) })
}

type explainedTx struct {
	store.Tx
	e *explaining
}

func (t explainedTx) Query(ctx context.Context, sql string, kinds []table.Kind, args []store.Cell, fn func([]table.Value) error) error {
	plan, explain := "", "EXPLAIN "
	if t.e.analyze {
		explain = "EXPLAIN (ANALYZE, BUFFERS) "
	}
	err := t.Tx.Query(ctx, explain+sql, []table.Kind{table.Text}, args, func(v []table.Value) error { plan += v[0].Str + "\n"; return nil })
	if err != nil {
		return err
	}
	t.e.plans = append(t.e.plans, plan)
	return t.Tx.Query(ctx, sql, kinds, args, fn)
}

var listed = flag.Int("store.listed", 10_000, "how many exceptions there are while lists are explained")

// TestListsUseTheIndexesOfSedi explains the lists of a console that sees one sede of twenty: row security keeps no index from
// being used, and no row of another sede is touched.
func TestListsUseTheIndexesOfSedi(t *testing.T) {
	const sedi, pages = 20, 3
	p := withRoles(t, postgresOnly(t))
	p.exec(t, fmt.Sprintf(`INSERT INTO eccezioni (id_eccezione, stato, codice, classe, numero_domanda, codice_fiscale, sede, prima_elaborazione,
		scadenza, priorita, impronta, chiudibile, secondo_operatore, data_elaborazione)
		SELECT 'E' || lpad(n::text, 9, '0'), 'APERTA', 'CODICE_' || n %% 40, 'BLOCCO', n::text, 'X' || n, (7000 + n %% %d)::text, date '2014-01-01' + n %% 200,
		date '2014-08-01' + n %% 300, n %% 7, 'f1', true, false, '2014-09-01' FROM generate_series(1, %d) n`, sedi, *listed),
		"INSERT INTO lavori (tipo, id, sede, versione, stato, operatore, persona, dal, riaperta)"+
			" SELECT 'ECCEZIONE', id_eccezione, sede, 1, 'IN_CARICO', 'Rossi', 'rossi', now(), false FROM eccezioni WHERE priorita = 0",
		"ANALYZE eccezioni", "ANALYZE lavori")
	x := &explaining{analyze: testing.Verbose()}
	s := store.Over(p.opened(t, "console"), func(d store.Database) store.Database { x.Database = d; return x })
	defer func() { _ = s.Close() }()
	op := &worklist.Operator{Name: "Rossi", Role: worklist.RoleOperator, Offices: []string{"7012"}}
	for _, order := range []worklist.Order{worklist.OrderPriority, worklist.OrderDue, worklist.OrderDate} {
		q := worklist.Query{List: worklist.ListPending, Order: order, Limit: 20}
		for page := range pages {
			x.plans = nil
			rows, err := s.List(t.Context(), op, &q)
			if err != nil || len(rows.Rows) != q.Limit {
				t.Fatalf("%s: %d rows, %v", order, len(rows.Rows), err)
			}
			q.After = rows.Next
			for _, plan := range x.plans {
				if !strings.Contains(plan, "eccezioni") {
					continue
				}
				t.Logf("%s, page %d\n%s", order, page+1, plan)
				if why := astray(plan, "7012", page > 0); why != "" {
					t.Errorf("%s, page %d: %s\n%s", order, page+1, why, plan)
				}
			}
		}
	}
}

// astray says what is wrong with the plan of a page of exceptions, "" for nothing: they are to be found by an index that
// begins with the sede, from the end of the page before on.
func astray(plan, sede string, after bool) string {
	_, rest, found := strings.Cut(plan, "using eccezioni_sede_")
	_, rest, _ = strings.Cut(rest, "Index Cond: ")
	condition, _, _ := strings.Cut(rest, "\n")
	switch {
	case !found || !strings.Contains(condition, "sede = '"+sede+"'"):
		return "no index on the sede"
	case after && !strings.Contains(condition, "CASE WHEN"):
		return "the index is read from its beginning"
	case strings.Contains(plan, "Sort") && !after: // the few rows of one day may be sorted
		return "sorted"
	}
	return ""
}
