package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/writers/store"
	"incrocio/writers/store/sqlite"
)

func sqliteStore(t *testing.T, path string, o store.Options) *store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestFileMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incrocio.db")
	s := sqliteStore(t, path, options())
	if _, err := s.Append(t.Context(), store.Entry{Who: "a", What: "b"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&^0o640 != 0 || info.Mode().Perm()&0o600 != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the WAL is left behind: %v", err)
	}
}

func TestNamesThatLookLikeMore(t *testing.T) {
	for _, name := range []string{"a?mode=memory", "b#c", "d%41", "e f", "è.db", "g&_pragma=x"} {
		path := filepath.Join(t.TempDir(), name)
		s := sqliteStore(t, path, options())
		if _, err := s.Append(t.Context(), store.Entry{Who: "a", What: "b"}); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestSettingsOfTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incrocio.db")
	sqliteStore(t, path, options())
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	var mode string
	if err := raw.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %s, %v", mode, err)
	}
}

func TestNoDatabaseFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incrocio.db")
	if err := os.WriteFile(path, []byte("this is a text and no database, longer than a header of one hundred bytes, which is what SQLite looks at first"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path, options()); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("got %v", err)
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(path, "below"), options()); err == nil || errors.Is(err, store.ErrTemporary) {
		t.Errorf("a file as a folder: %v", err)
	}
}

// While somebody else writes, readers go on, changes wait, and give up as temporary.
func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incrocio.db")
	o := options()
	o.Busy = 10 * time.Millisecond
	s := sqliteStore(t, path, o)
	raw, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	tx, err := raw.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.LastNight(t.Context()); err != nil {
		t.Errorf("read: %v", err)
	}
	_, err = s.Append(t.Context(), store.Entry{Who: "a", What: "b"})
	var d *store.DatabaseError
	if !errors.Is(err, store.ErrTemporary) || !errors.As(err, &d) || d.Code != "5" {
		t.Errorf("append: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), store.Entry{Who: "a", What: "b"}); err != nil {
		t.Errorf("append afterwards: %v", err)
	}
}

// Two stores on one file: what one does the other sees, and neither loses anything.
func TestTwoHandles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incrocio.db")
	o := options()
	o.Wait = nil
	a, b := sqliteStore(t, path, o), sqliteStore(t, path, o)
	l, err := a.Acquire(t.Context(), "a:1", time.Hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Acquire(t.Context(), "b:1", time.Hour, nil); !errors.Is(err, store.ErrHeld) {
		t.Errorf("got %v", err)
	}
	if err := b.Renew(t.Context(), l); err != nil {
		t.Errorf("renew through the other: %v", err)
	}
	done := make(chan error, 2)
	for _, s := range []*store.Store{a, b} {
		go func() {
			for range 50 {
				if _, err := s.Append(t.Context(), store.Entry{Who: "a", What: "b"}); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	if head, err := a.VerifyAudit(t.Context()); err != nil || head.Number != 101 {
		t.Errorf("head %+v, %v", head, err)
	}
}

// A process that dies in the middle of a change leaves nothing of it.
func TestHalfAPublicationIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incrocio.db")
	e := &env{place: place{adapter: "sqlite", at: path}, model: map[string]pipeline.Action{}, open: map[string]pipeline.Exception{}}
	s := sqliteStore(t, path, options())
	e.start(t, s)
	e.publish(e.night(1), []pipeline.Action{action("A1")})
	n := e.night(2)
	e.prepare(n)
	c := content(1, nil)
	c.Exceptions = func(context.Context, func(*pipeline.Exception) error) error {
		snapshot(t, path) // what the disk holds at this moment, as after a kill
		return nil
	}
	_, err := e.Publish(t.Context(), e.lease, n, c)
	e.ok(err)
	left := &env{place: place{adapter: "sqlite"}, t: t, Store: sqliteStore(t, path+".copia", options())}
	left.same(e.modelled(), left.inForce(0))
	if p, ok, err := left.Prepared(t.Context()); err != nil || !ok || p.Manifest != n.Manifest {
		t.Errorf("prepared %+v %v %v", p, ok, err)
	}
	if _, err := left.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	r, err := left.Publish(t.Context(), e.lease, n, content(1, nil))
	if err != nil || r.Already {
		t.Errorf("%+v %v", r, err)
	}
}

// snapshot copies the file and its WAL.
func snapshot(t *testing.T, path string) {
	t.Helper()
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+".copia"+end, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
