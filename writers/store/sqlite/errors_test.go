package sqlite

import (
	"errors"
	"path/filepath"
	"testing"

	"incrocio/writers/store"
)

// TestWhatMayNotBeWritten: the error says so, once, and with SQLite's code.
func TestWhatMayNotBeWritten(t *testing.T) {
	path, o := filepath.Join(t.TempDir(), "x.db"), store.Options{}
	if err := touch(path, false); err != nil {
		t.Fatal(err)
	}
	reader, err := connect(path, o, "deferred")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	_, err = reader.ExecContext(t.Context(), "CREATE TABLE t (a)")
	err = translate("create", err)
	if want := "create: attempt to write a readonly database (8): " + store.ErrNotWritable.Error(); !errors.Is(err, store.ErrNotWritable) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if _, err := Open(t.Context(), t.TempDir(), o); !errors.Is(err, store.ErrNotWritable) {
		t.Errorf("a folder: %v", err)
	}
}
