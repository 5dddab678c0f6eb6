package sqlite

import (
	"errors"
	"path/filepath"
	"testing"

	lib "modernc.org/sqlite/lib"

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

// TestWhatTheDiskRefuses: each of the codes for a read or a write that failed is known by its low byte.
func TestWhatTheDiskRefuses(t *testing.T) {
	for _, code := range []int{lib.SQLITE_IOERR_WRITE, lib.SQLITE_IOERR_FSYNC, lib.SQLITE_IOERR_SHMSIZE} {
		if got := kind(code); !errors.Is(got, store.ErrDisk) {
			t.Errorf("%d: %v", code, got)
		}
	}
}
