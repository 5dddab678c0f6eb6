package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
	"incrocio/writers/store/sqlite"
)

func TestMain(m *testing.M) {
	if killed() {
		return
	}
	os.Exit(pgtest.Main(m))
}

// adapter makes empty places for stores.
type adapter struct {
	name  string
	place func(t testing.TB) place
}

// place is where one store is, or will be.
type place struct {
	adapter string
	at      string // path or URL
	raw     *sql.DB
}

func (p place) open(ctx context.Context, o store.Options) (*store.Store, error) {
	if p.adapter == "sqlite" {
		return sqlite.Open(ctx, p.at, o)
	}
	return postgres.Open(ctx, p.at, o)
}

// exec changes the data behind the store's back.
func (p place) exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := p.raw.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// count gives the number that a query answers.
func (p place) count(t testing.TB, query string) (n int64) {
	t.Helper()
	if err := p.raw.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// adapters gives both, PostgreSQL with a database of its own and a schema for each place.
func adapters(t *testing.T) []adapter {
	t.Helper()
	return adaptersOn(pgtest.Start(t))
}

func adaptersOn(database string) []adapter {
	var mu sync.Mutex
	schemas := 0
	return []adapter{
		{"sqlite", func(t testing.TB) place {
			t.Helper()
			path := filepath.Join(t.TempDir(), "incrocio.db")
			raw, err := sql.Open("sqlite", "file:"+path+"?_busy_timeout=5000")
			return place{"sqlite", path, watched(t, raw, err)}
		}},
		{"postgres", func(t testing.TB) place {
			t.Helper()
			mu.Lock()
			schemas++
			name := fmt.Sprintf("schema_%d", schemas)
			mu.Unlock()
			at := withParameter(t, database, "search_path", name)
			config, err := pgx.ParseConfig(at)
			if err != nil {
				t.Fatal(err)
			}
			p := place{"postgres", at, watched(t, stdlib.OpenDB(*config), nil)}
			p.exec(t, "CREATE SCHEMA "+name)
			return p
		}},
	}
}

func watched(t testing.TB, db *sql.DB, err error) *sql.DB {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func withParameter(t testing.TB, database, key, value string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// options make tries come at once.
func options() store.Options {
	return store.Options{
		Busy: 3 * time.Second,
		Wait: func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) },
	}
}

// env is a store in a place, with a lease and a model of what is in force.
type env struct {
	*store.Store
	place
	t     testing.TB
	lease store.Lease
	model map[string]pipeline.Action
	last  store.Night
	open  map[string]pipeline.Exception
	heads []store.Head
	// spoilt: the schema is not what it was.
	spoilt bool
}

func newEnv(t testing.TB, a adapter) *env {
	t.Helper()
	e := &env{place: a.place(t), model: map[string]pipeline.Action{}, open: map[string]pipeline.Exception{}}
	s, err := e.place.open(t.Context(), options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	e.start(t, s)
	return e
}

// start takes the lease of an empty store.
func (e *env) start(t testing.TB, s *store.Store) {
	t.Helper()
	e.t, e.Store = t, s
	e.lease = e.acquire("prova:1")
}

// pool keeps the stores of one adapter, emptied, for the cases to come: making one takes longer than most cases.
type pool struct {
	adapter
	t    testing.TB
	free []*env
}

// env gives an empty store for one case.
func (p *pool) env(t testing.TB) *env {
	t.Helper()
	if len(p.free) == 0 {
		p.free = append(p.free, newEnv(p.t, p.adapter))
	}
	kept := p.free[0]
	p.free = p.free[1:]
	e := &env{place: kept.place, model: map[string]pipeline.Action{}, open: map[string]pipeline.Exception{}}
	kept.empty()
	e.start(t, kept.Store)
	t.Cleanup(func() {
		if !e.spoilt && !t.Failed() {
			p.free = append(p.free, kept)
		}
	})
	return e
}

// empty makes the store as good as new.
func (e *env) empty() {
	statements := []string{"DROP TRIGGER IF EXISTS audit_no_delete", "DROP TRIGGER IF EXISTS audit_no_update", "DELETE FROM audit"}
	for _, what := range []string{"update", "delete"} {
		statements = append(statements, "CREATE TRIGGER audit_no_"+what+" BEFORE "+what+" ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END")
	}
	if e.adapter == "postgres" {
		statements = []string{"ALTER TABLE audit DISABLE TRIGGER ALL", "DELETE FROM audit", "ALTER TABLE audit ENABLE TRIGGER ALL"}
	}
	for _, table := range []string{
		"ingressi", "eccezioni_storia", "lavorazioni", "eccezioni", "eccezioni_prima", "azioni_in_essere", "azioni_in_essere_prima",
		"comunicazioni", "comunicazioni_prima", "schede", "schede_prima", "lavori", "annotazioni", "richieste", "utenti",
		"notti_tentativi", "notti", "blocco",
	} {
		statements = append(statements, "DELETE FROM "+table)
	}
	e.exec(e.t, strings.Join(append(statements, "INSERT INTO blocco (id, gettone) VALUES (1, 0)", "UPDATE contatori SET valore = 0"), ";\n"))
}

func (e *env) acquire(holder string) store.Lease {
	e.t.Helper()
	l, err := e.Acquire(e.t.Context(), holder, time.Hour, nil)
	e.ok(err)
	return l
}

// expire makes the lease one that anybody may take.
func (e *env) expire() { e.exec(e.t, "UPDATE blocco SET scade_il = '2001-01-01T00:00:00.000000Z'") }

func (e *env) ok(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) is(err, want error) {
	e.t.Helper()
	if !errors.Is(err, want) {
		e.t.Fatalf("got %v, want %v", err, want)
	}
}

func (e *env) same(want, got any) {
	e.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		e.t.Fatalf("want -, got +:\n%s", diff)
	}
}

func date(s string) pipeline.Date { return pipeline.MustDate(s) }

// day gives the n-th night.
func day(n int) pipeline.Date { return date("2014-09-01") + pipeline.Date(n) }

func sum(parts ...any) string {
	h := sha256.Sum256([]byte(fmt.Sprint(parts...)))
	return hex.EncodeToString(h[:])
}

// night is the first revision of the n-th night, after the one before it.
func (e *env) night(n int) store.Night {
	return store.Night{
		Date: day(n), Revision: 1, Manifest: sum("manifest", n), Folder: "runs/data_elaborazione=" + day(n).String(),
		RulesVersion: "regole-1", Previous: e.last.Date, Counters: `{"letti":1}`,
	}
}

// again is the next revision of the last night.
func (e *env) again() store.Night {
	n := e.last
	n.Revision++
	n.Manifest = sum("manifest", n.Date, n.Revision)
	return n
}

func stream[T any](rows ...T) store.Stream[T] {
	return func(_ context.Context, fn func(*T) error) error {
		for i := range rows {
			row := rows[i]
			if err := fn(&row); err != nil {
				return err
			}
		}
		return nil
	}
}

// content gives what a night says: actions and exceptions, the inputs of nobody.
func content(count int, actions []pipeline.Action, exceptions ...pipeline.Exception) store.Content {
	return store.Content{
		Inputs: stream[store.Input](), Actions: stream(actions...), Exceptions: stream(exceptions...), Count: int64(count),
	}
}

func (e *env) prepare(n store.Night) {
	e.t.Helper()
	e.ok(e.Prepare(e.t.Context(), e.lease, n))
}

// publish prepares and publishes a night whose rows get its date, keeping the model up.
func (e *env) publish(n store.Night, actions []pipeline.Action, exceptions ...pipeline.Exception) store.Receipt {
	e.t.Helper()
	actions, exceptions = dated(n.Date, actions), datedExceptions(n.Date, exceptions)
	for _, a := range actions {
		e.model[a.ID] = a
		if a.Operation == pipeline.OperationWithdrawn {
			delete(e.model, a.ID)
		}
	}
	for _, x := range exceptions {
		e.open[x.ID] = x
	}
	e.prepare(n)
	r, err := e.Publish(e.t.Context(), e.lease, n, content(len(e.model), actions, exceptions...))
	e.ok(err)
	e.last = n
	e.heads = append(e.heads, r.Head)
	return r
}

func dated(night pipeline.Date, actions []pipeline.Action) []pipeline.Action {
	actions = slices.Clone(actions)
	for i := range actions {
		actions[i].Night = night
	}
	return actions
}

func datedExceptions(night pipeline.Date, rows []pipeline.Exception) []pipeline.Exception {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Night = night
	}
	return rows
}

// inForce reads the actions that a night would start from.
func (e *env) inForce(before pipeline.Date) (out []pipeline.Action) {
	e.t.Helper()
	e.ok(e.InForce(e.t.Context(), before, func(a *pipeline.Action) error { out = append(out, *a); return nil }))
	return out
}

// modelled gives the model's actions in the order of the store.
func (e *env) modelled() (out []pipeline.Action) {
	for _, id := range slices.Sorted(maps.Keys(e.model)) {
		out = append(out, e.model[id])
	}
	return out
}

func (e *env) standings(before pipeline.Date) (out []store.Standing) {
	e.t.Helper()
	e.ok(e.Exceptions(e.t.Context(), before, func(s *store.Standing) error {
		out = append(out, *s)
		out[len(out)-1].Mark, out[len(out)-1].Acts = 0, 0
		return nil
	}))
	return out
}

func (e *env) audits() (out []store.AuditRow) {
	e.t.Helper()
	e.ok(e.Audit(e.t.Context(), 1, func(r *store.AuditRow) error { out = append(out, *r); return nil }))
	return out
}

// said counts the audit rows with a code.
func (e *env) said(what string) (n int) {
	e.t.Helper()
	for _, r := range e.audits() {
		if r.What == what {
			n++
		}
	}
	return n
}

// whole is a person's code that is nobody's.
const whole = pipeline.CodiceFiscale("RSSMRA80A01H501U")

func action(id string) pipeline.Action {
	return pipeline.Action{
		ID: id, Operation: pipeline.OperationNew, Cause: pipeline.CauseCommunication, Cascade: "C1", Type: pipeline.ActionReduce,
		Mode: pipeline.ModeAuto, Cautious: true, Claim: "2014000001", ClaimProtocol: "INPS.7000", Benefit: "ASPI", TaxCode: whole,
		Office: "0700", From: date("2014-03-01"), To: date("2014-03-31"), Days: pipeline.Some[int32](31),
		PrevFrom: date("2014-02-01"), PrevTo: date("2014-02-28"), DaysUsed: pipeline.Some[int32](10),
		DaysResidual: pipeline.Some[int32](200), NewEnd: date("2014-12-31"), Total: pipeline.Some[pipeline.Cents](12345),
		Daily: pipeline.Some[int64](39822), Withheld: pipeline.Some[pipeline.Cents](-1), OverpaidFrom: date("2014-03-02"),
		OverpaidTo: date("2014-03-03"), OverpaidDays: pipeline.Some[int32](2), Group: "EMAIL", Data: `{"email":"à"}`, Rule: "R01",
		Norm: "art. 2", RulesVersion: "v1", Reason: "perché sì", Margin: pipeline.Some[int32](-3), Trace: "[]", Sources: "a;b",
		Night: day(1),
	}
}

func changed(a pipeline.Action, to string) pipeline.Action {
	a.Operation, a.Reason = pipeline.OperationChanged, to
	return a
}

func withdrawn(a pipeline.Action) pipeline.Action {
	a.Operation = pipeline.OperationWithdrawn
	return a
}

func exception(id, state string) pipeline.Exception {
	return pipeline.Exception{
		ID: id, State: state, Code: "DOMANDA_ASSENTE", Class: pipeline.ClassBlock, Title: "Titolo", Text: "Testo", Proposed: "Proposta",
		Claim: "2014000001", Protocol: "P1", Kind: "EVENTO", TaxCode: whole, Office: "0700", Rule: "R60", Norm: "art. 2",
		From: date("2014-03-01"), To: date("2014-03-31"), Days: pipeline.Some[int32](31), Amount: pipeline.Some[pipeline.Cents](-5),
		Margin: pipeline.Some[int32](0), Trace: "[]", Cascade: "C1", Sources: "a", FirstNight: day(1), Due: day(11), Priority: 1,
		Fingerprint: "f1", Closable: true, Night: day(1),
	}
}

func facts(e pipeline.Exception, fingerprint string) pipeline.Exception {
	e.Fingerprint, e.Text = fingerprint, "Testo con "+fingerprint
	return e
}
