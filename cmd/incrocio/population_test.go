package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/fixtures/population"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// generated makes a home with an invented population.
func generated(t *testing.T, claims int, seed uint64) (home string, night pipeline.Date) {
	t.Helper()
	home = filepath.Join(t.TempDir(), "home")
	sum, err := population.Generate(t.Context(), population.Options{Claims: claims, Seed: seed, Out: home})
	if err != nil {
		t.Fatal(err)
	}
	return home, sum.Night
}

// truthClaims is how many claims TestTruth invents.
var truthClaims = flag.Int("truth.claims", 3000, "claims that TestTruth invents")

// TestTruth is the whole program against stories told by code that knows no rule.
func TestTruth(t *testing.T) {
	home, night := generated(t, *truthClaims, 1)
	call(t, home, "run", "--date", night.String()).want(t, exitDiscarded)
	truth, err := population.LoadTruth(filepath.Join(home, "verita.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	r := population.Compare(truth, rowsOf(t, home, night, tables.ActionsInForce), rowsOf(t, home, night, tables.Exceptions))
	if r.Actions.Expected < len(truth)/3 {
		t.Errorf("the truth of %d claims holds %d actions only", len(truth), r.Actions.Expected)
	}
	logScores(t, "azioni", population.NamedScore{Name: "tutte", Score: r.Actions})
	logScores(t, "regola", r.Rules...)
	logScores(t, "eccezione", r.Codes...)
	for i, d := range r.Differences {
		if i == 20 {
			t.Errorf("… and %d more", len(r.Differences)-i)
			break
		}
		t.Error(d)
	}
	checkTerminations(t, truth, rowsOf(t, home, night, tables.Situation))
}

func logScores(t *testing.T, what string, scores ...population.NamedScore) {
	t.Helper()
	for _, s := range scores {
		t.Logf("%-9s %-32s precision %.4f  recall %.4f  expected %d", what, s.Name, s.Precision(), s.Recall(), s.Expected)
	}
}

// checkTerminations compares what was found of the job loss behind each claim (R71).
func checkTerminations(t *testing.T, truth []population.Truth, stretches []pipeline.Stretch) {
	t.Helper()
	got := map[string]string{}
	for _, s := range stretches {
		got[s.Claim] = s.Termination
	}
	seen := map[string]int{}
	for _, want := range truth {
		found, ok := got[want.Number]
		if !ok || want.Termination == "" {
			continue
		}
		seen[want.Termination]++
		if found != want.Termination {
			t.Errorf("claim %s: cessazione %s, want %s", want.Number, found, want.Termination)
		}
	}
	if len(seen) < 2 {
		t.Errorf("terminations seen: %v", seen)
	}
}

// TestNightAfterTheLastOnlyResumes: with nothing new, the nights that follow publish resumptions that fall due.
func TestNightAfterTheLastOnlyResumes(t *testing.T) {
	home, night := generated(t, 1500, 2)
	call(t, home, "run", "--date", night.String()).want(t, exitDiscarded)
	for _, d := range []pipeline.Date{night + 1, night + 2} {
		call(t, home, "run", "--date", d.String()).want(t, exitOK)
		for _, a := range rowsOf(t, home, d, tables.Actions) {
			if a.Type != pipeline.ActionResume || a.Operation != pipeline.OperationNew || a.Cause != pipeline.CauseCalendar {
				t.Errorf("%s: %s %s for %s of claim %s", d, a.Type, a.Operation, a.Cause, a.Claim)
			}
		}
	}
}

// factFiles are the files of a night that depend on facts only.
func factFiles(t *testing.T, home string, night pipeline.Date) map[string]string {
	t.Helper()
	files := tree(t, nightFolder(home, night))
	for _, name := range []string{"manifest.json", "scarti.parquet", "quadratura.parquet", "evidenze.parquet"} {
		if _, ok := files[name]; !ok {
			t.Errorf("%s is missing", name)
		}
		delete(files, name)
	}
	return files
}

// sameFiles compares two sets of files without showing their bytes.
func sameFiles(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	if d := gocmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); d != "" {
		t.Errorf("%s: files (-want +got):\n%s", what, d)
	}
	for name := range want {
		if want[name] != got[name] {
			t.Errorf("%s: %s differs (%d and %d bytes)", what, name, len(want[name]), len(got[name]))
		}
	}
	if len(want) == 0 {
		t.Errorf("%s: nothing was compared", what)
	}
}

func TestSameHomeTwiceGivesTheSameBytes(t *testing.T) {
	a, night := generated(t, 300, 3)
	b, _ := generated(t, 300, 3)
	call(t, a, "run", "--date", night.String()).want(t, exitDiscarded)
	call(t, b, "run", "--date", night.String(), "--partitions", "8", "--workers", "1").want(t, exitDiscarded)
	sameFiles(t, "published", tree(t, nightFolder(a, night)), tree(t, nightFolder(b, night)))
	sameFiles(t, "archive", tree(t, filepath.Join(a, "archive")), tree(t, filepath.Join(b, "archive")))
	if left := tree(t, filepath.Join(a, "inbox")); len(left) != 1 {
		t.Errorf("left in the inbox: %v", slices.Sorted(maps.Keys(left)))
	}
}

// TestPackagingChangesNoFact has the same documents in other files, some of them twice.
func TestPackagingChangesNoFact(t *testing.T) {
	a, night := generated(t, 300, 4)
	b, _ := generated(t, 300, 4)
	moved := 0
	for _, flow := range []string{"unilav", "aspicom", "segnalazioni"} {
		dir := filepath.Join(b, "inbox", flow)
		for name, body := range tree(t, dir) {
			switch {
			case moved%3 == 0 && !strings.HasSuffix(name, ".zip"):
				put(t, dir, map[string][]byte{fmt.Sprintf("2014-01-01/%03d-%s", moved, name): []byte(body)})
			case moved%3 == 1:
				put(t, dir, map[string][]byte{fmt.Sprintf("zz%03d-%s", moved, name): []byte(body)})
				if err := os.Remove(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			moved++
		}
	}
	if moved < 3 {
		t.Fatalf("only %d files", moved)
	}
	call(t, a, "run", "--date", night.String()).want(t, exitDiscarded)
	call(t, b, "run", "--date", night.String()).want(t, exitDiscarded)
	sameFiles(t, "facts", factFiles(t, a, night), factFiles(t, b, night))
}
