package backup_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incrocio/writers/backup"
)

func home(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "h")
	for name, body := range map[string]string{
		"current": "runs/x\n", "runs/x/azioni.parquet": strings.Repeat("PAR1", 5000), "runs/x/vuoto": "",
		"inbox/unilav/è un nome.xml": "<x/>", ".lock": "", "staging/a/b": "left over",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(body), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func skip(name string) bool { return name == ".lock" || name == "staging" }

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRestoreGivesBackWhatWasWritten(t *testing.T) {
	from := home(t)
	var one, two bytes.Buffer
	list, err := backup.Write(&one, from, skip)
	if err != nil || len(list.Files) != 4 || list.Bytes() != 20011 {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := backup.Write(&two, from, skip); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("two backups of one home differ (%v)", err)
	}
	to := filepath.Join(t.TempDir(), "back")
	if _, err := backup.Restore(bytes.NewReader(one.Bytes()), to); err != nil {
		t.Fatal(err)
	}
	want := contents(t, from)
	delete(want, ".lock")
	delete(want, "staging/a/b")
	got := contents(t, to)
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
	for name, body := range want {
		if got[name] != body {
			t.Errorf("%s differs", name)
		}
	}
	if _, err := backup.Restore(bytes.NewReader(one.Bytes()), to); !errors.Is(err, backup.ErrNotEmpty) {
		t.Errorf("onto a home that is there: %v", err)
	}
}

// TestNoDamageIsRestored changes every byte of a backup in turn, and cuts it at every length.
func TestNoDamageIsRestored(t *testing.T) {
	var whole bytes.Buffer
	if _, err := backup.Write(&whole, home(t), skip); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	try := func(what string, b []byte) {
		t.Helper()
		to := filepath.Join(dir, "back")
		_, err := backup.Restore(bytes.NewReader(b), to)
		left, _ := filepath.Glob(filepath.Join(dir, "*"))
		if !errors.Is(err, backup.ErrDamaged) && err == nil || len(left) > 0 {
			// A byte that the format does not look at may change: then what is restored is whole.
			if err == nil && len(contents(t, to)) == 4 {
				if err := os.RemoveAll(to); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Fatalf("%s: %v, %q is left", what, err, left)
		}
	}
	for i := range whole.Len() {
		b := bytes.Clone(whole.Bytes())
		b[i] ^= 0x10
		try("a byte changed", b)
	}
	for n := range whole.Len() {
		_, err := backup.Restore(bytes.NewReader(whole.Bytes()[:n]), filepath.Join(dir, "back"))
		if err == nil {
			t.Fatalf("cut at %d of %d: restored", n, whole.Len())
		}
	}
}

func TestLinksAreRefused(t *testing.T) {
	dir := home(t)
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "inbox", "x")); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Write(&bytes.Buffer{}, dir, skip); err == nil {
		t.Error("a link was taken")
	}
}
