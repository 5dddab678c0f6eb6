package store_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	modernc "modernc.org/sqlite"

	"incrocio/pipeline"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
	"incrocio/writers/store/sqlite"
)

// Environment of a child that is to die while it migrates: the adapter, the place, the statement.
const (
	killAdapter   = "STORE_TEST_ADAPTER"
	killPlace     = "STORE_TEST_PLACE"
	killStatement = "STORE_TEST_STATEMENT"
)

// killed is the child: it migrates, and kills itself before a statement. It tells whether this process is one.
func killed() bool {
	name := os.Getenv(killAdapter)
	if name == "" {
		return false
	}
	at, err := strconv.Atoi(os.Getenv(killStatement))
	if err == nil {
		err = migrateUntil(context.Background(), place{adapter: name, at: os.Getenv(killPlace)}, at)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

func migrateUntil(ctx context.Context, p place, at int) error {
	fatal := &fatal{at: at}
	if p.adapter == "postgres" {
		config, err := pgx.ParseConfig(p.at)
		if err != nil {
			return err
		}
		fatal.Connector = stdlib.GetConnector(*config)
		return postgres.Migrate(ctx, sql.OpenDB(fatal), options())
	}
	c, err := modernc.NewConnector("file:" + p.at + "?_txlock=immediate&_journal_mode=WAL")
	if err != nil {
		return err
	}
	fatal.Connector = c
	return sqlite.Migrate(ctx, sql.OpenDB(fatal), options())
}

// fatal is a connector whose connections end the process before the statement with a number, BEGIN and COMMIT counted.
type fatal struct {
	driver.Connector
	at, seen int
}

func (f *fatal) next() {
	if f.seen++; f.seen == f.at {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // until it arrives
	}
}

func (f *fatal) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := f.Connector.Connect(ctx)
	return &fatalConn{c, f}, err
}

type fatalConn struct {
	driver.Conn
	f *fatal
}

func (c *fatalConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.f.next()
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c *fatalConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.f.next()
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c *fatalConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.f.next()
	t, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
	return fatalTx{t, c.f}, err
}

type fatalTx struct {
	driver.Tx
	f *fatal
}

func (t fatalTx) Commit() error { t.f.next(); return t.Tx.Commit() }

// A program killed before any statement of its migrations leaves a store that the next one brings up to date.
func TestMigrationKilledAtEveryStatement(t *testing.T) {
	for _, a := range adapters(t) {
		t.Run(a.name, func(t *testing.T) {
			for at := 1; ; at++ {
				p := a.place(t)
				if !dies(t, p, at) {
					if at < 30 {
						t.Errorf("only %d statements", at-1)
					}
					t.Logf("%d statements", at-1)
					return
				}
				usable(t, p, at)
			}
		})
	}
}

// dies runs the child and tells whether it was killed.
func dies(t *testing.T, p place, at int) bool {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), killAdapter+"="+p.adapter, killPlace+"="+p.at, killStatement+"="+strconv.Itoa(at))
	out, err := child.CombinedOutput()
	if err == nil {
		return false
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("statement %d: %v %s", at, err, out)
	}
	return true
}

// usable opens what was left and publishes a night in it.
func usable(t *testing.T, p place, at int) {
	t.Helper()
	s, err := p.open(t.Context(), options())
	if err != nil {
		t.Fatalf("killed at statement %d: %v", at, err)
	}
	e := &env{place: p, model: map[string]pipeline.Action{}, open: map[string]pipeline.Exception{}}
	e.start(t, s)
	e.publish(e.night(1), []pipeline.Action{action("A1")}, exception("E1", pipeline.ExceptionNew))
	if n := p.count(t, "SELECT count(DISTINCT version_id) FROM versione_schema"); n != 8 {
		t.Errorf("killed at statement %d: %d versions, want the first and seven", at, n)
	}
	if err := errors.Join(s.Close(), p.raw.Close()); err != nil {
		t.Errorf("close: %v", err)
	}
}

// Processes that find a new place all open it.
func TestOpenedByManyAtOnce(t *testing.T) {
	for _, a := range adapters(t) {
		t.Run(a.name, func(t *testing.T) {
			p := a.place(t)
			var wg sync.WaitGroup
			for i := range 6 {
				wg.Go(func() {
					o := options()
					o.Wait = nil
					s, err := p.open(t.Context(), o)
					if err != nil {
						t.Errorf("%d: %v", i, err)
						return
					}
					if _, err = s.Append(t.Context(), store.Entry{Who: "a", What: "b"}); err != nil {
						t.Errorf("%d: %v", i, err)
					}
					if err := s.Close(); err != nil {
						t.Errorf("%d: %v", i, err)
					}
				})
			}
			wg.Wait()
			if n := p.count(t, "SELECT count(*) FROM audit"); n != 6 {
				t.Errorf("%d entries", n)
			}
		})
	}
}

func TestNewerSchema(t *testing.T) {
	for _, a := range adapters(t) {
		t.Run(a.name, func(t *testing.T) {
			e := newEnv(t, a)
			e.exec(t, "INSERT INTO versione_schema (version_id, is_applied) VALUES (8, "+map[string]string{"sqlite": "1", "postgres": "true"}[a.name]+")")
			_, err := e.place.open(t.Context(), options())
			e.is(err, store.ErrNewerSchema)
			if !strings.Contains(err.Error(), "its schema is 8, that of this program 7") {
				t.Errorf("text %q", err)
			}
		})
	}
}

func TestExistingMakesNothing(t *testing.T) {
	for _, a := range adapters(t) {
		t.Run(a.name, func(t *testing.T) {
			p := a.place(t)
			o := options()
			o.Existing = true
			if _, err := p.open(t.Context(), o); !errors.Is(err, store.ErrNoStore) {
				t.Fatalf("got %v", err)
			}
			if a.name == "sqlite" {
				if _, err := os.Stat(p.at); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("a file was made: %v", err)
				}
			} else if n := p.count(t, "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"); n != 0 {
				t.Errorf("%d tables were made", n)
			}
			s, err := p.open(t.Context(), options())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = p.open(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}
