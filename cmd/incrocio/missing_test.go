package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/pipeline/tables"
)

// TestMissingArchiveStopsTheNight: an archive that is not there would have everything taken back.
func TestMissingArchiveStopsTheNight(t *testing.T) {
	for _, gone := range []string{"archive", "archive/indice/2014-09-30.json"} {
		home, night := generated(t, 100, 3)
		call(t, home, "run", "--date", night.String()).want(t, exitDiscarded)
		if err := os.RemoveAll(filepath.Join(home, gone)); err != nil {
			t.Fatal(err)
		}
		r := call(t, home, "run", "--date", (night + 1).String())
		r.want(t, exitFailed)
		if !strings.Contains(r.stderr, "the archive has nothing of it") {
			t.Errorf("without %s: %s", gone, r.stderr)
		}
		if _, err := os.Stat(nightFolder(home, night+1)); err == nil {
			t.Errorf("without %s a night was published", gone)
		}
	}
}

// TestReplaceNeedsEveryOriginal: a night without its originals cannot be repeated.
func TestReplaceNeedsEveryOriginal(t *testing.T) {
	home, night := generated(t, 100, 3)
	call(t, home, "run", "--date", night.String()).want(t, exitDiscarded)
	before := tree(t, nightFolder(home, night))
	first, err := filepath.Glob(filepath.Join(home, "archive", "originali", night.String(), "unilav", "*"))
	if err != nil || len(first) < 2 {
		t.Fatal(first, err)
	}
	if err := os.Remove(first[0]); err != nil {
		t.Fatal(err)
	}
	r := call(t, home, "run", "--replace")
	r.want(t, exitFailed)
	if !strings.Contains(r.stderr, "1 of the files it took in") {
		t.Error(r.stderr)
	}
	sameFiles(t, "the night after a repetition that was refused", before, tree(t, nightFolder(home, night)))
	if _, err := os.Stat(first[1]); err != nil {
		t.Error("an original did not go back:", err)
	}
}

// TestReplaceBesideANewFileOfTheSameName: an original comes back under a name that still says what it is.
func TestReplaceBesideANewFileOfTheSameName(t *testing.T) {
	home, night := generated(t, 2000, 3)
	packed, err := filepath.Glob(filepath.Join(home, "inbox", "aspicom", "*.jsonl.gz"))
	if err != nil || len(packed) == 0 {
		t.Fatal("this population has no packed submissions", err)
	}
	call(t, home, "run", "--date", night.String()).want(t, exitDiscarded)
	actions := len(rowsOf(t, home, night, tables.ActionsInForce))
	if err := os.WriteFile(packed[0], documents.Gzip([]byte("\n")), 0o640); err != nil {
		t.Fatal(err)
	}
	call(t, home, "run", "--replace").want(t, exitDiscarded)
	if got := len(rowsOf(t, home, night, tables.ActionsInForce)); got != actions {
		t.Errorf("%d actions in force after the repetition, want %d", got, actions)
	}
}
