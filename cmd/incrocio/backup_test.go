package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// TestBackupRestoresAHome: what is restored elsewhere verifies, and its next night is that of the home it came from.
func TestBackupRestoresAHome(t *testing.T) {
	home, _, _, second := twoNights(t)
	file := filepath.Join(t.TempDir(), "copia.tar.zst")
	call(t, home, "backup", file).want(t, exitOK)
	back := filepath.Join(t.TempDir(), "altrove")
	call(t, back, "restore", file).want(t, exitOK)
	sameFiles(t, "restored home", wholeHome(t, home), wholeHome(t, back))
	call(t, back, "verify").want(t, exitOK)
	published(t, home, "run", "--date", second.String())
	published(t, back, "run", "--date", second.String())
	sameFiles(t, "next night", wholeHome(t, home), wholeHome(t, back))

	call(t, back, "restore", file).want(t, exitUsage) // it is there
	call(t, home, "backup", file).want(t, exitUsage)  // so is the file
	call(t, home, "backup", filepath.Join(home, "x")).want(t, exitUsage)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	whole[len(whole)/2] ^= 1
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	third := filepath.Join(t.TempDir(), "guasta")
	call(t, third, "restore", file).want(t, exitDamaged)
	if _, err := os.Lstat(third); !os.IsNotExist(err) {
		t.Errorf("a damaged backup left a home: %v", err)
	}
}

// TestFilesWithNamesThatCannotBeShown: they are discards, by name, and stop neither nights nor backups.
func TestFilesWithNamesThatCannotBeShown(t *testing.T) {
	home, night := generated(t, 20, 3)
	put(t, home, map[string][]byte{"inbox/unilav/citt\xe0.xml": []byte("<x/>"), "inbox/unilav/a\nb.xml": []byte("<x/>")})
	call(t, home, "run", "--date", night.String()).want(t, exitDiscarded)
	names := map[string]bool{}
	for _, d := range rowsOf(t, home, night, tables.Discards) {
		names[d.File] = names[d.File] || d.Code == pipeline.DiscardEntryName
	}
	if !names[`citt\xe0.xml`] || !names[`a\nb.xml`] {
		t.Errorf("discards: %v", names)
	}
	file, back := filepath.Join(t.TempDir(), "copia.tar.zst"), filepath.Join(t.TempDir(), "altrove")
	call(t, home, "backup", file).want(t, exitOK)
	call(t, back, "restore", file).want(t, exitOK)
	sameFiles(t, "restored home", wholeHome(t, home), wholeHome(t, back))
	call(t, back, "run", "--replace").want(t, exitDiscarded)
	call(t, back, "verify").want(t, exitOK)
}

// TestPruneRemovesOldOriginals: only the last night's stay, since it may still be repeated.
func TestPruneRemovesOldOriginals(t *testing.T) {
	home, _, first, second := twoNights(t)
	published(t, home, "run", "--date", second.String())
	before := tree(t, home)
	years := func(w *world) { w.now = func() time.Time { return time.Date(2016, 1, 1, 12, 0, 0, 0, time.UTC) } }
	if c := callWith(t, home, years, "prune", "--dry-run").want(t, exitOK); !strings.Contains(c.stdout, "da rimuovere") {
		t.Errorf("plan: %s", c.stdout)
	}
	sameFiles(t, "after the plan", before, tree(t, home))
	c := callWith(t, home, years, "prune").want(t, exitOK)
	if !strings.Contains(c.stdout, "certificati/2016-01-01-1.json") {
		t.Errorf("stdout: %s", c.stdout)
	}
	want := map[string]string{}
	for name, body := range before {
		gone := false
		for _, folder := range []string{"archive/originali/", "archive/scartati/", "archive/schede/"} {
			gone = gone || strings.HasPrefix(name, folder+first.String())
		}
		if !gone {
			want[name] = body
		}
	}
	got := tree(t, home)
	if _, ok := got["certificati/2016-01-01-1.json"]; !ok || len(want) == len(before) {
		t.Fatal("no certificate, or nothing was removed")
	}
	delete(got, "certificati/2016-01-01-1.json")
	sameFiles(t, "after prune", want, got)
	if _, ok := got["archive/schede/"+second.String()+".parquet"]; !ok {
		t.Error("the sheets of the last night were removed")
	}
	call(t, home, "verify").want(t, exitOK)
	published(t, home, "run", "--replace")
	published(t, home, "run", "--date", (second + 1).String())
}
