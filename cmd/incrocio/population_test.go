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
	"incrocio/pipeline/rules"
	"incrocio/pipeline/tables"
)

// generated makes a home with an invented population for one night.
func generated(t *testing.T, claims int, seed uint64) (home string, night pipeline.Date) {
	t.Helper()
	home, sum := generatedFor(t, claims, seed, 1)
	return home, sum.Night
}

func generatedFor(t *testing.T, claims int, seed uint64, nights int) (home string, sum population.Summary) {
	t.Helper()
	home = filepath.Join(t.TempDir(), "home")
	sum, err := population.Generate(t.Context(), population.Options{Claims: claims, Seed: seed, Out: home, Nights: nights})
	if err != nil {
		t.Fatal(err)
	}
	return home, sum
}

var (
	// truthClaims is how many claims TestTruth invents.
	truthClaims = flag.Int("truth.claims", 3000, "claims that TestTruth invents")
	// truthTable is where it writes the table of a large population.
	truthTable = flag.Bool("truth.table", false, "TestTruth writes the score of every rule and code")
)

// manyClaims are enough for twenty cases of every rule and of every code.
const manyClaims, manyCases = 20_000, 20

// TestTruth is the whole program against stories told by code that knows no rule: one night, and two nights of which the
// second finds what the first has issued.
func TestTruth(t *testing.T) {
	for _, nights := range []int{1, 2} {
		t.Run(fmt.Sprintf("nights %d", nights), func(t *testing.T) {
			t.Parallel()
			home, sum := generatedFor(t, *truthClaims, 1, nights)
			if sum.FirstNight != 0 {
				call(t, home, "run", "--date", sum.FirstNight.String()).want(t, exitDiscarded)
			}
			call(t, home, "run", "--date", sum.Night.String()).want(t, exitDiscarded)
			truth, err := population.LoadTruth(filepath.Join(home, "verita.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			r := population.Compare(truth, &population.Published{
				Actions:     rowsOf(t, home, sum.Night, tables.ActionsInForce),
				Exceptions:  rowsOf(t, home, sum.Night, tables.Exceptions),
				Submissions: rowsOf(t, home, sum.Night, tables.Submissions),
				Situation:   rowsOf(t, home, sum.Night, tables.Situation),
			})
			if r.Actions.Expected < len(truth)/3 {
				t.Errorf("the truth of %d claims holds %d actions only", len(truth), r.Actions.Expected)
			}
			report(t, &r)
			if nights == 2 {
				everyCase(t, &r)
			}
		})
	}
}

// report tells the first differences and, if asked, writes the table of scores.
func report(t *testing.T, r *population.Report) {
	t.Helper()
	for i, d := range r.Differences {
		if i == 20 {
			t.Errorf("… and %d more", len(r.Differences)-i)
			break
		}
		t.Error(d)
	}
	if !*truthTable {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d people, %d claims\n%-32s %7s %7s %5s %5s %10s %8s\n", t.Name(), r.People, *truthClaims,
		"rule or code", "cases", "true +", "f. +", "f. -", "precision", "recall")
	all := population.NamedScore{Name: "all actions", Cases: r.Actions.Expected, Score: r.Actions}
	for _, s := range append(append(slices.Clone(r.Rules), r.Codes...), all) {
		fmt.Fprintf(&b, "%-32s %7d %7d %5d %5d %10.4f %8.4f\n", s.Name, s.Cases, s.Matched, s.Found-s.Matched, s.Expected-s.Matched,
			s.Precision(), s.Recall())
	}
	t.Log(b.String())
}

// everyCase checks that the stories of two nights turn on every rule and raise every code; twenty times where there are
// claims enough.
func everyCase(t *testing.T, r *population.Report) {
	t.Helper()
	least := 1
	if *truthClaims >= manyClaims {
		least = manyCases
	}
	cases := map[string]int{}
	for _, s := range slices.Concat(r.Rules, r.Codes) {
		cases[s.Name] = s.Cases
	}
	for _, name := range slices.Concat(population.RuleNumbers(), slices.Sorted(maps.Keys(rules.ExceptionTypes))) {
		if cases[name] < least {
			t.Errorf("%s: %d cases, want %d", name, cases[name], least)
		}
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
