package archive_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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

// TestLacking: a published night of which there is nothing, or nothing of the revision that counts.
func TestLacking(t *testing.T) {
	home := t.TempDir()
	compacted(t, home, 12)
	store := archive.Open(home)
	dates, err := store.Published()
	if err != nil || len(dates) != 12 {
		t.Fatalf("%v, %v", dates, err)
	}
	last := dates[len(dates)-1]
	missing := func(n archive.Night) (files []string) {
		t.Helper()
		faults, err := store.Lacking([]archive.Night{{Date: dates[0], Revision: 1}, n})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults {
			if !errors.Is(f.Err, fs.ErrNotExist) {
				t.Error(f.Err)
			}
			files = append(files, f.File)
		}
		return files
	}
	for n, want := range map[archive.Night]string{
		{Date: last}: "", {Date: last, Revision: 1}: "",
		{Date: last, Revision: 2}: "indice/" + last.String() + "-r2.json",
		{Date: last + 1}:          "indice/" + (last + 1).String() + ".json",
	} {
		if got := strings.Join(missing(n), " "); got != want {
			t.Errorf("%v: got %q, want %q", n, got, want)
		}
	}
	if faults, err := archive.Open(t.TempDir()).Lacking([]archive.Night{{Date: last}}); err != nil || len(faults) != 1 {
		t.Errorf("no archive: %v, %v", faults, err)
	}

	// A night under way may come to nothing; a note of it that cannot be read makes every night doubtful.
	note := filepath.Join(home, "archive", "in_corso.json")
	for text, want := range map[string]int{`{"data_elaborazione":"` + last.String() + `","revisione":1}`: 11, "{": 0} {
		if err := os.WriteFile(note, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if dates, err := store.Published(); len(dates) != want || errors.Is(err, archive.ErrDamaged) != (want == 0) {
			t.Errorf("%s: %v, %v", text, dates, err)
		}
	}
}
