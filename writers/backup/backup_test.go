package backup_test

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
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
	list, err := backup.Write(&one, from, backup.Choice{Skip: skip})
	if err != nil || len(list.Files) != 4 || list.Bytes() != 20011 {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := backup.Write(&two, from, backup.Choice{Skip: skip}); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
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

// TestHomeThatIsALink: what is backed up is the home, wherever it lies.
func TestHomeThatIsALink(t *testing.T) {
	from := home(t)
	link := filepath.Join(t.TempDir(), "h")
	if err := os.Symlink(from, link); err != nil {
		t.Fatal(err)
	}
	var one, two bytes.Buffer
	_, err := backup.Write(&one, from, backup.Choice{Skip: skip})
	list, lerr := backup.Write(&two, link, backup.Choice{Skip: skip})
	if err != nil || lerr != nil || len(list.Files) != 4 || !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Errorf("%+v, %v, %v", list, err, lerr)
	}
}

// TestNamesOfAnySender: whatever a file of the home is called, what was written can be restored.
func TestNamesOfAnySender(t *testing.T) {
	dir := home(t)
	for _, name := range []string{"inbox/unilav/citt\xe0.xml", "inbox/unilav/citt\xe8.xml", "inbox/unilav/a\nb.xml", `inbox/unilav/c:\d.xml`, `archive/scartati/citt\xe0.xml`, "inbox/unilav/" + strings.Repeat("x", 255)} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(name), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := backup.Write(&b, dir, backup.Choice{Skip: skip}); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "back")
	if _, err := backup.Restore(&b, to); err != nil {
		t.Fatal(err)
	}
	want := contents(t, dir)
	delete(want, ".lock")
	delete(want, "staging/a/b")
	if got := contents(t, to); !maps.Equal(got, want) {
		t.Errorf("%d files, want %d, or others", len(got), len(want))
	}
}

// TestNoDamageIsRestored changes every byte of a backup in turn, and cuts it at every length.
func TestNoDamageIsRestored(t *testing.T) {
	var whole bytes.Buffer
	if _, err := backup.Write(&whole, home(t), backup.Choice{Skip: skip}); err != nil {
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

// TestLinksAreRefused: a home part of which lies elsewhere would be backed up without it.
func TestLinksAreRefused(t *testing.T) {
	dir := home(t)
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "runs", "y")); err != nil {
		t.Fatal(err)
	}
	inInbox := func(name string) bool { return strings.HasPrefix(name, "inbox/") }
	if _, err := backup.Write(&bytes.Buffer{}, dir, backup.Choice{Skip: skip, Foreign: inInbox}); err == nil {
		t.Error("a link was taken")
	}
}

// TestWhatOthersPutThereIsLeftOut: a sender who leaves a link, a FIFO or a file that nobody may read does not stop backups.
func TestWhatOthersPutThereIsLeftOut(t *testing.T) {
	dir := home(t)
	at := func(name string) string { return filepath.Join(dir, "inbox", "unilav", name) }
	for _, err := range []error{
		os.Symlink("/etc/passwd", at("a.xml")), os.Symlink("nowhere", at("b.xml")), os.Symlink(t.TempDir(), at("2014-07-01")),
		syscall.Mkfifo(at("c.xml"), 0o600), os.WriteFile(at("d.xml"), []byte("<x/>"), 0),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"inbox/unilav/2014-07-01", "inbox/unilav/a.xml", "inbox/unilav/b.xml", "inbox/unilav/c.xml"}
	files := 5
	if os.Geteuid() != 0 { // root reads everything
		want, files = append(want, "inbox/unilav/d.xml"), 4
	}
	var b bytes.Buffer
	list, err := backup.Write(&b, dir, backup.Choice{Skip: skip, Foreign: func(name string) bool { return strings.HasPrefix(name, "inbox/") }})
	if err != nil || len(list.Files) != files || !slices.Equal(list.LeftOut, want) {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := backup.Restore(&b, filepath.Join(t.TempDir(), "back")); err != nil {
		t.Error(err)
	}
	if _, err := backup.Write(&b, dir, backup.Choice{Skip: skip}); err == nil {
		t.Error("a link that is nobody else's was taken")
	}
}
