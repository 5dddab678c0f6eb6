package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incrocio/pipeline"
)

// fiveFolders gives a home whose documents lie in folders dated five days in a row, one flow or two a day, the last ones
// outside any; and the first of the days.
func fiveFolders(t *testing.T) (string, pipeline.Date) {
	t.Helper()
	home, last := generated(t, 60, 6)
	first := last - 4
	if err := os.Rename( // the snapshot is in force from the first night
		filepath.Join(home, "inbox", "domande", "domande-"+last.String()+".csv"),
		filepath.Join(home, "inbox", "domande", "domande-"+first.String()+".csv")); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, flow := range []string{"aspicom", "domestico", "segnalazioni", "unilav", "voucher"} {
		entries, err := os.ReadDir(filepath.Join(home, "inbox", flow))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if n++; n%5 == 4 {
				continue
			}
			dir := filepath.Join(home, "inbox", flow, (first + pipeline.Date(n%5)).String())
			if err := os.MkdirAll(dir, 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(home, "inbox", flow, e.Name()), filepath.Join(dir, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	return home, first
}

// published runs one night and wants it published.
func published(t *testing.T, home string, args ...string) called {
	t.Helper()
	c := call(t, home, args...)
	if c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("%s: exit code %d: %s", strings.Join(args, " "), c.code, c.stderr)
	}
	return c
}

// TestBackfillEqualsFiveNights: five nights off and one call give the same home as five nights on.
func TestBackfillEqualsFiveNights(t *testing.T) {
	on, first := fiveFolders(t)
	off, _ := fiveFolders(t)
	last := first + 4
	loose := map[string][]byte{} // what a night of its own would take before its time
	for _, flow := range []string{"aspicom", "domestico", "segnalazioni", "unilav", "voucher"} {
		entries, err := os.ReadDir(filepath.Join(on, "inbox", flow))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			name := "inbox/" + flow + "/" + e.Name()
			body, err := os.ReadFile(filepath.Join(on, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			loose[name] = body
			if err := os.Remove(filepath.Join(on, filepath.FromSlash(name))); err != nil {
				t.Fatal(err)
			}
		}
	}
	for d := first; d <= last; d++ {
		if d == last {
			put(t, on, loose)
		}
		published(t, on, "run", "--date", d.String())
	}

	plan := call(t, off, "backfill", "--from", first.String(), "--to", last.String(), "--dry-run").want(t, exitOK)
	if strings.Count(plan.stdout, "da elaborare") != 5 {
		t.Errorf("plan:\n%s", plan.stdout)
	}
	// It goes on from where it stopped: two nights first, then the whole range.
	published(t, off, "run", "--date", first.String(), "--dry-run")
	published(t, off, "backfill", "--from", first.String(), "--to", last.String())
	sameFiles(t, "home", wholeHome(t, on), wholeHome(t, off))
	again := call(t, off, "backfill", "--from", first.String(), "--to", last.String()).want(t, exitOK)
	if !strings.HasPrefix(again.stdout, "0 notti pubblicate, 5") {
		t.Errorf("second call: %s", again.stdout)
	}
	sameFiles(t, "home after a second call", wholeHome(t, on), wholeHome(t, off))
}

// TestBackfillGoesOnWhereItStopped: the third of five nights cannot be published at first.
func TestBackfillGoesOnWhereItStopped(t *testing.T) {
	home, first := fiveFolders(t)
	whole, _ := fiveFolders(t)
	last := first + 4
	blocked := nightFolder(home, first+2)
	put(t, home, map[string][]byte{"runs/data_elaborazione=" + (first + 2).String(): []byte("in the way")})
	c := call(t, home, "backfill", "--from", first.String(), "--to", last.String()).want(t, exitFailed)
	if !strings.Contains(c.stderr, (first + 2).String()) {
		t.Errorf("stderr: %s", c.stderr)
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	published(t, home, "backfill", "--from", first.String(), "--to", last.String())
	published(t, whole, "backfill", "--from", first.String(), "--to", last.String())
	sameFiles(t, "home", wholeHome(t, whole), wholeHome(t, home))
}

// TestBackfillTellsOfNightsThatCanNoLongerBe: a night before one that is published is not published, and never will be.
func TestBackfillTellsOfNightsThatCanNoLongerBe(t *testing.T) {
	home := t.TempDir()
	snapshot(t, home, pipeline.MustDate("2014-06-01"), nil)
	for _, night := range []string{"2014-06-01", "2014-06-03", "2014-06-06"} {
		call(t, home, "run", "--date", night).want(t, exitOK)
	}
	dry := call(t, home, "backfill", "--from", "2014-06-01", "--to", "2014-06-07", "--dry-run", "--json").want(t, exitOK)
	var plan []planned
	if err := json.Unmarshal([]byte(dry.stdout), &plan); err != nil {
		t.Fatal(err)
	}
	states := ""
	for _, p := range plan {
		switch {
		case p.Done && !p.Late:
			states += "d"
		case p.Late && !p.Done:
			states += "l"
		case !p.Done:
			states += "-"
		}
	}
	if states != "dldlld-" {
		t.Errorf("plan %s: %s", states, dry.stdout)
	}

	c := call(t, home, "backfill", "--from", "2014-06-02", "--to", "2014-06-07", "--json").want(t, exitOK)
	if !strings.Contains(c.stderr, "2014-06-02, 2014-06-04/2014-06-05") {
		t.Errorf("stderr: %s", c.stderr)
	}
	c = call(t, home, "backfill", "--from", "2014-06-01", "--to", "2014-06-07").want(t, exitDate)
	if want := "0 notti pubblicate, 4 lo erano già, 3 non si possono più pubblicare: 2014-06-02, 2014-06-04/2014-06-05.\n"; c.stdout != want {
		t.Errorf("stdout %q, want %q", c.stdout, want)
	}
	if !strings.Contains(c.stderr, "2014-06-07 is published") || !strings.Contains(c.stderr, "--date 2014-06-08 or later") {
		t.Errorf("stderr: %s", c.stderr)
	}
	dry = call(t, home, "backfill", "--from", "2014-06-02", "--to", "2014-06-02", "--dry-run").want(t, exitDate)
	if !strings.Contains(dry.stdout, "non più pubblicabile") || strings.Contains(dry.stdout, "già pubblicata") {
		t.Errorf("plan:\n%s", dry.stdout)
	}
	call(t, home, "backfill", "--from", "2014-06-06", "--to", "2014-06-07").want(t, exitOK)
}

func TestBackfillRefusesRangesThatAreNone(t *testing.T) {
	home, first := fiveFolders(t)
	for _, args := range [][]string{
		{"backfill"},
		{"backfill", "--from", first.String()},
		{"backfill", "--from", first.String(), "--to", (first - 1).String()},
		{"backfill", "--from", "2014-02-30", "--to", first.String()},
		{"backfill", "--from", "1900-01-01", "--to", first.String()},
	} {
		call(t, home, args...).want(t, exitUsage)
	}
}
