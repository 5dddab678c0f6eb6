package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
	"incrocio/writers/store/internal/schema"
)

func accountCases() []conformance {
	secret := "$argon2id$v=19$m=65536,t=3,p=4$c2FsZQ$aW1wcm9udGE"
	rossi := worklist.Account{Name: "Rossi", Person: "Maria Rossi", Role: worklist.RoleOperator, Offices: []string{"0700", "4900"}, Secret: secret}
	return []conformance{
		{"an account is found by whatever spelling", func(e *env) {
			e.ok(e.SaveAccount(e.t.Context(), "root", rossi))
			for _, name := range []string{"Rossi", " rossi ", "ROSSI"} {
				got, ok, err := e.Account(e.t.Context(), name)
				e.ok(err)
				want := rossi
				want.Created = got.Created
				if e.same(want, got); !ok || got.Created == 0 {
					e.t.Errorf("%v %d", ok, got.Created)
				}
			}
			for _, name := range []string{"", "Ross", "rossi\x00", "\xff", "' OR 1=1 --"} {
				if _, ok, err := e.Account(e.t.Context(), name); ok || err != nil {
					e.t.Errorf("%q: %v %v", name, ok, err)
				}
			}
		}},
		{"changed, and the password stays", func(e *env) {
			c := e.clock()
			e.ok(e.SaveAccount(e.t.Context(), "root", rossi))
			c.now += minute
			e.ok(e.SaveAccount(e.t.Context(), "root", worklist.Account{Name: " ROSSI", Role: worklist.RoleSupervisor, AllOffices: true, Disabled: true}))
			got, _, err := e.Account(e.t.Context(), "rossi")
			e.ok(err)
			e.same(worklist.Account{
				Name: " ROSSI", Role: worklist.RoleSupervisor, Offices: []string{}, AllOffices: true, Disabled: true, Secret: secret, Created: noon(day(10)),
			}, got)
			next := rossi
			next.Secret = "$argon2id$altro"
			e.ok(e.SaveAccount(e.t.Context(), "root", next))
			got, _, err = e.Account(e.t.Context(), "rossi")
			e.ok(err)
			e.same(next.Secret, got.Secret)
			e.same(3, e.said(store.AuditAccount))
			rows := e.audits()
			e.same(`{"disabilitata":false,"nuova":false,"password":true,"ruolo":"OPERATORE","sedi":["0700","4900"],"tutte_le_sedi":false}`, rows[len(rows)-1].Detail)
		}},
		{"all of them, without secrets", func(e *env) {
			for _, name := range []string{"Verdi", "bianchi", "Rossi"} {
				a := rossi
				a.Name = name
				e.ok(e.SaveAccount(e.t.Context(), "root", a))
			}
			all, err := e.Accounts(e.t.Context())
			e.ok(err)
			var got []string
			for _, a := range all {
				got = append(got, a.Name+a.Secret)
			}
			e.same([]string{"bianchi", "Rossi", "Verdi"}, got)
		}},
		{"accounts that are none", func(e *env) {
			for _, a := range []worklist.Account{
				{Role: worklist.RoleOperator},
				{Name: " \t", Role: worklist.RoleOperator},
				{Name: "a"},
				{Name: "a", Role: "RE"},
				{Name: "a\x00", Role: worklist.RoleOperator},
				{Name: "a", Role: worklist.RoleOperator, Offices: []string{"\xff"}},
				{Name: string(make([]rune, 101)), Role: worklist.RoleOperator},
			} {
				e.is(e.SaveAccount(e.t.Context(), "root", a), worklist.ErrIncomplete)
			}
			e.same(0, e.said(store.AuditAccount))
		}},
		{"what is done for an operator says so to the database", scoped},
		{"a day is one of Rome", func(e *env) {
			c := e.clock()
			c.now = pipeline.Instant(date("2014-12-31").UnixDays())*24*60*minute + 23*60*minute - 1
			today, err := e.Today(e.t.Context())
			e.ok(err)
			e.same(date("2014-12-31"), today)
			c.now++
			today, err = e.Today(e.t.Context())
			e.ok(err)
			e.same(date("2015-01-01"), today)
		}},
		{"two hundred races", races},
		{"reads at once share a commit", readsShareACommit},
		{"a reader that gives up leaves the others", readerGivesUp},
		{"a read that cannot be noted shows nothing", func(e *env) {
			e.openNight(1, nil)
			f := e.through()
			f.times, f.kind = 1, nil
			f.how = takenBack
			e.Store = store.Over(e.Store, func(d store.Database) store.Database { return onlyUpdates{d, f.Database} })
			d, err := e.Look(e.t.Context(), operator("Anna"), exceptionKey("E1"))
			var failed *store.DatabaseError
			if !errors.As(err, &failed) || d.ID != "" {
				e.t.Errorf("%v %+v", err, d)
			}
		}},
	}
}

// onlyUpdates sends changes through one database and reads to another.
type onlyUpdates struct {
	store.Database
	views store.Database
}

func (o onlyUpdates) View(ctx context.Context, fn func(store.Tx) error) error {
	return o.views.View(ctx, fn)
}

// scopes notes for whom transactions are.
type scopes struct {
	store.Database
	seen map[string]bool
}

func (s scopes) note(ctx context.Context) {
	scope, ok := store.ScopeOf(ctx)
	s.seen[scope] = ok
}

func (s scopes) View(ctx context.Context, fn func(store.Tx) error) error {
	s.note(ctx)
	return s.Database.View(ctx, fn)
}

func (s scopes) Update(ctx context.Context, fn func(store.Tx) error) error {
	s.note(ctx)
	return s.Database.Update(ctx, fn)
}

func scoped(e *env) {
	e.openNight(1, nil)
	who := of(operator("Anna"), "4900", "0700", "a,b", "*", "", "0700")
	ctx := e.t.Context()
	s := scopes{seen: map[string]bool{}}
	e.Store = store.Over(e.Store, func(d store.Database) store.Database { s.Database = d; return s })
	_, err := e.List(ctx, who, &worklist.Query{})
	e.ok(err)
	e.look(who, "E1")
	_, err = e.Trail(ctx, who, exceptionKey("E1"))
	e.ok(err)
	_, err = e.Requests(ctx, who)
	e.ok(err)
	_, err = e.Tallies(ctx, who)
	e.ok(err)
	_, err = e.Findings(ctx, who, 0, 0)
	e.ok(err)
	_, err = e.Questions(ctx, who, 0, 0)
	e.ok(err)
	e.done(who, closeIt(), "E1")
	e.same(map[string]bool{"0700,4900": true}, s.seen)
	e.look(supervisor("Sara"), "E1")
	e.same(map[string]bool{"0700,4900": true, "*": true}, s.seen)
	if e.adapter != "postgres" {
		return
	}
	for _, run := range []func(context.Context, func(store.Tx) error) error{s.View, s.Update} {
		for scope, ctx := range map[string]context.Context{"0700,4900": store.Scoped(ctx, who), "*": store.Scoped(ctx, supervisor("Sara")), "": ctx} {
			got := "nothing"
			e.ok(run(ctx, func(tx store.Tx) error {
				return tx.Query(ctx, "SELECT coalesce(current_setting('incrocio.sedi', true), '')", []table.Kind{table.Text}, nil,
					func(v []table.Value) error { got = v[0].Str; return nil })
			}))
			e.same(scope, got)
		}
	}
}

// races: two operators take each of two hundred items at once. One has it, and the other is told by whom.
func races(e *env) {
	const items = 200
	e.openNight(items, nil)
	names := [2]string{"Anna", "Bruno"}
	var results [2][items]worklist.Result
	for i := range items {
		var wg sync.WaitGroup
		start := make(chan struct{})
		for o, name := range names {
			wg.Go(func() {
				<-start
				r, err := e.Do(e.t.Context(), operator(name), &worklist.Command{
					Verb: worklist.VerbTake, Items: []worklist.Target{{Key: exceptionKey(fmt.Sprintf("E%d", i+1))}},
				})
				if err != nil {
					e.t.Errorf("%s, %d: %v", name, i, err)
					return
				}
				results[o][i] = r.Results[0]
			})
		}
		close(start)
		wg.Wait()
	}
	wins := [2]int{}
	for i := range items {
		winner := 0
		if results[0][i].Err != nil {
			winner = 1
		}
		wins[winner]++
		var c *worklist.ConflictError
		if won, lost := results[winner][i], results[1-winner][i]; won.Err != nil || won.Version != 1 || !errors.As(lost.Err, &c) || c.By != names[winner] {
			e.t.Fatalf("item %d: %+v %+v", i, won, lost)
		}
	}
	if e.t.Logf("%d to %d", wins[0], wins[1]); e.count(e.t, "SELECT count(*) FROM audit WHERE cosa = 'PRENDI'") != 2*items {
		e.t.Error("not every try is in the audit")
	}
	if n := e.count(e.t, "SELECT count(*) FROM lavori WHERE versione = 1"); n != items {
		e.t.Errorf("%d items taken once", n)
	}
}

// gated keeps changes waiting until the gate is open.
type gated struct {
	store.Database
	gate    chan struct{}
	entered chan struct{} // one for each change that waits
	updates *atomic.Int64
}

func (g gated) Update(ctx context.Context, fn func(store.Tx) error) error {
	g.updates.Add(1)
	g.entered <- struct{}{}
	<-g.gate
	return g.Database.Update(ctx, fn)
}

func (e *env) gate() gated {
	g := gated{gate: make(chan struct{}), entered: make(chan struct{}, 100), updates: new(atomic.Int64)}
	e.Store = store.Over(e.Store, func(d store.Database) store.Database { g.Database = d; return g })
	return g
}

// waitFor returns once n reads wait for their audit row, one of them committing.
func (e *env) waitFor(n int) {
	for store.Waiting(e.Store) < n {
		runtime.Gosched()
	}
}

func readsShareACommit(e *env) {
	const readers = 50
	e.openNight(1, nil)
	g := e.gate()
	var wg sync.WaitGroup
	look := func() {
		if _, err := e.Look(e.t.Context(), operator("Anna"), exceptionKey("E1")); err != nil {
			e.t.Error(err)
		}
	}
	wg.Go(look)
	<-g.entered
	for range readers - 1 {
		wg.Go(look)
	}
	e.waitFor(readers - 1)
	if n := e.count(e.t, "SELECT count(*) FROM audit WHERE cosa = 'LETTURA'"); n != 0 {
		e.t.Errorf("%d rows before the commit", n)
	}
	close(g.gate)
	wg.Wait()
	e.same(int64(2), g.updates.Load())
	e.same(readers, e.said(store.AuditLook))
	_, err := e.VerifyAudit(e.t.Context())
	e.ok(err)
}

func readerGivesUp(e *env) {
	e.openNight(1, nil)
	g := e.gate()
	look := func(ctx context.Context) chan error {
		done := make(chan error, 1)
		go func() {
			_, err := e.Look(ctx, operator("Anna"), exceptionKey("E1"))
			done <- err
		}()
		return done
	}
	leaderCtx, leaderGone := context.WithCancel(e.t.Context())
	leader := look(leaderCtx)
	<-g.entered
	waiterCtx, waiterGone := context.WithCancel(e.t.Context())
	waiter := look(waiterCtx)
	e.waitFor(1)
	other := look(e.t.Context())
	e.waitFor(2)
	waiterGone()
	e.is(<-waiter, context.Canceled) // at once, though nothing is committed
	leaderGone()
	close(g.gate)
	if err := <-leader; err != nil && !errors.Is(err, context.Canceled) {
		e.t.Error(err)
	}
	e.ok(<-other)
	e.look(operator("Bruno"), "E1") // and nobody is left to lead
	e.same(3, e.said(store.AuditLook))
}

// What operators had closed before there was a list is closed on it.
func TestOldStoreKeepsItsClosings(t *testing.T) {
	for _, a := range adapters(t) {
		t.Run(a.name, func(t *testing.T) {
			p := a.place(t)
			migrateTo(t, p, 4)
			yes, no := "1", "0"
			if a.name == "postgres" {
				yes, no = "true", "false"
			}
			p.exec(t, "INSERT INTO eccezioni (id_eccezione, stato, codice, classe, sede, priorita, impronta, chiudibile, secondo_operatore, data_elaborazione) VALUES"+
				" ('E1', 'NUOVA', 'A', 'INFO', '0700', 1, 'f1', "+yes+", "+no+", '2014-09-02'), ('E2', 'NUOVA', 'A', 'INFO', '0700', 1, 'f2', "+yes+", "+no+", '2014-09-02'),"+
				" ('E3', 'CHIUSA_DA_SOLA', 'A', 'INFO', '0700', 1, 'f1', "+yes+", "+no+", '2014-09-02'), ('E4', 'NUOVA', 'A', 'INFO', NULL, 1, 'f1', "+yes+", "+no+", '2014-09-02')",
				"INSERT INTO lavorazioni (numero, id_eccezione, impronta, esito, operatore, quando, motivo, annullata, annullata_da, annullata_il, annullata_perche) VALUES"+
					" (1, 'E1', 'f0', 'FONDATA', 'Anna', '2014-09-03T10:00:00.000000Z', 'prima', "+no+", NULL, NULL, NULL),"+
					" (2, 'E1', 'f1', 'UTILE', ' Anna', '2014-09-04T10:00:00.000000Z', 'dopo', "+no+", NULL, NULL, NULL),"+
					" (3, 'E2', 'f1', 'UTILE', 'Bruno', '2014-09-04T10:00:00.000000Z', NULL, "+no+", NULL, NULL, NULL),"+
					" (4, 'E4', 'f1', 'UTILE', 'Bruno', '2014-09-04T10:00:00.000000Z', NULL, "+yes+", 'Carla', '2014-09-04T11:00:00.000000Z', 'errore')")
			s, err := p.open(t.Context(), options())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			e := &env{place: p, Store: s, t: t}
			var got []string
			for _, l := range []worklist.List{worklist.ListPending, worklist.ListWorked, ""} {
				got = append(got, fmt.Sprint(e.ids(&worklist.Query{List: l})))
			}
			e.same([]string{"[E2 E4]", "[E1]", "[E1 E2 E3 E4]"}, got)
			d := e.look(operator("Carla"), "E1")
			if d.State != worklist.StateWorked || d.Holder != " Anna" || d.Person != "anna" || d.Version != 1 || len(d.Closings) != 2 {
				t.Errorf("%+v", d.Item)
			}
			e.same(&worklist.Closing{
				Number: 2, Key: exceptionKey("E1"), Fingerprint: "f1", Outcome: worklist.OutcomeUseful, Reason: "dopo", By: " Anna", Person: "anna",
				At: pipeline.Instant(date("2014-09-04").UnixDays())*24*60*minute + 600*minute,
			}, d.Closing)
			if c := e.look(operator("Carla"), "E4").Closings[0]; !c.Undone || c.UndoneBy != "Carla" || c.UndoneReason != "errore" {
				t.Errorf("%+v", c)
			}
			e.same(int64(5), e.done(operator("Carla"), closeIt(), "E4").Group)
		})
	}
}

// migrateTo brings a place to a version of the schema that is past.
func migrateTo(t *testing.T, p place, version int) {
	t.Helper()
	names, err := fs.Glob(os.DirFS(p.adapter), "migrations/*.sql")
	if err != nil || len(names) <= version {
		t.Fatalf("%d migrations, %v", len(names), err)
	}
	files := fstest.MapFS{}
	for _, name := range names[:version] {
		b, err := os.ReadFile(p.adapter + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name[len("migrations/"):]] = &fstest.MapFile{Data: b}
	}
	target := schema.Target{DB: p.raw, Dialect: goose.DialectSQLite3, Files: files, Translate: func(_ string, err error) error { return err }}
	target.There = "SELECT count(*) FROM sqlite_master WHERE name = '" + schema.Table + "'"
	if p.adapter == "postgres" {
		target.Dialect, target.There = goose.DialectPostgres, "SELECT count(to_regclass('"+schema.Table+"'))"
	}
	if err := schema.Up(t.Context(), target, options()); err != nil {
		t.Fatal(err)
	}
}
