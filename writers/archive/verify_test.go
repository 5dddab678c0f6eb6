package archive_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"incrocio/writers/archive"
)

// TestVerifyFindsEveryFile harms each file of an archive of nights and bundles, one at a time, and takes each away.
func TestVerifyFindsEveryFile(t *testing.T) {
	home := t.TempDir()
	compacted(t, home, 12)
	verify := func() []archive.Fault {
		t.Helper()
		faults, err := archive.Open(home).Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return faults
	}
	if faults := verify(); len(faults) > 0 {
		t.Fatalf("an archive as it was written: %v", faults)
	}
	root := filepath.Join(home, "archive")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		changed := append([]byte{}, whole...)
		changed[len(changed)/2] ^= 0x10
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			return err
		}
		note := filepath.Ext(name) == ".json" // nothing answers for what it says but the file that it is about
		if faults := verify(); len(faults) == 0 && !note {
			t.Errorf("%s: a changed byte is not found", name)
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		faults := verify()
		if index := filepath.Dir(name) == "indice"; len(faults) == 0 && !index { // that a night is there is for Require to say
			t.Errorf("%s: not missed", name)
		}
		for _, f := range faults {
			if !errors.Is(f.Err, fs.ErrNotExist) && !errors.Is(f.Err, archive.ErrDamaged) {
				t.Errorf("%s: %v", name, f.Err)
			}
		}
		return os.WriteFile(path, whole, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
