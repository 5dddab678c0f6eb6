package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline"
)

// benchCall calls bench with a small set.
func benchCall(t *testing.T, dir string, args ...string) called {
	t.Helper()
	var out, errs bytes.Buffer
	code := execute(&world{
		args: append([]string{
			"--json", "bench", "--set", dir, "--nights", "4", "--per-night", "1250", "--claims", "600", "--times", "1",
			"--documents", "300", "--parsed", "200", "--tonight", "200",
		}, args...),
		stdout: &out, stderr: &errs, environ: func() []string { return nil }, now: systemClock,
	})
	return called{code, out.String(), errs.String()}
}

// TestBench does every work once on a small set: what is compared agrees, and the sets are made once.
func TestBench(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "insiemi")
	c := benchCall(t, dir, "--works", "all").want(t, exitOK)
	var r benchReport
	if err := json.Unmarshal([]byte(c.stdout), &r); err != nil {
		t.Fatal(err)
	}
	var works []string
	for _, l := range r.Lines {
		works = append(works, l.Work)
		if l.Times != 1 || l.Median <= 0 && l.Work != workSkew || l.Against != "" && l.Ratio == 0 && l.Work != workSkew {
			t.Errorf("%+v", l)
		}
	}
	for _, w := range benchWorks {
		if !slices.Contains(works, w) {
			t.Errorf("nothing of %s", w)
		}
	}
	stages := map[string]bool{}
	for _, s := range r.Stages {
		stages[s.Work+" "+s.Stage] = s.Wall > 0
	}
	for _, s := range []string{"w1b raccolta", "w1b decisioni", "w1b pubblicazione", "w1b registro", "w2 acquisizione", "w3 registro"} {
		if !stages[s] {
			t.Errorf("no %s among %v", s, stages)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "lavoro-*")); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if c := benchCall(t, dir, "--works", "w1a").want(t, exitOK); strings.Contains(c.stderr, "making") {
		t.Errorf("sets were made again:\n%s", c.stderr)
	}
}

// TestBenchOfAHome measures a night on copies of a home, which stays as it is.
func TestBenchOfAHome(t *testing.T) {
	home := filepath.Join(t.TempDir(), "casa")
	call(t, home, "generate", "--claims", "60", "--out", home).want(t, exitOK)
	before := tree(t, home)
	c := benchCall(t, t.TempDir(), "--works", "w1a,w1b", "--home", home, "--date", "2014-09-30").want(t, exitOK)
	if !strings.Contains(c.stdout, `"ratio"`) {
		t.Errorf("no ratio:\n%s", c.stdout)
	}
	if after := tree(t, home); len(after) != len(before) {
		t.Errorf("the home has %d files, had %d", len(after), len(before))
	}
	benchCall(t, t.TempDir(), "--works", "w2", "--home", home, "--date", "2014-09-30").want(t, exitUsage)
}

// TestNoRatioWhereOutputsDiffer has a table differ in one digest.
func TestNoRatioWhereOutputsDiffer(t *testing.T) {
	n := &benchNights{bench: &bench{o: &benchOptions{}}, same: true}
	second := []time.Duration{time.Second}
	n.trial, n.full = samples{second, second, []int64{1}}, samples{second, second, []int64{1}}
	n.ledger, n.whole = n.full, n.full
	a := &benchDone{Rows: map[string]string{"azioni.parquet": "1 aa", "eccezioni.parquet": "1 bb"}}
	b := &benchDone{Rows: map[string]string{"azioni.parquet": "1 aa", "eccezioni.parquet": "1 bb"}}
	n.compareRows("two nights", a, b)
	n.lines(nil, nil)
	if !n.same || len(n.differ) > 0 || !slices.ContainsFunc(n.report.Lines, func(l benchLine) bool { return l.Ratio == 1 && *l.Met }) {
		t.Fatalf("equal nights: %+v", n.report)
	}
	b.Rows["eccezioni.parquet"] = "1 bc"
	n.report.Lines = nil
	n.compareRows("two nights", a, b)
	n.lines(nil, nil)
	for _, l := range n.report.Lines {
		if l.Ratio != 0 || l.Against != "" && l.Met != nil {
			t.Errorf("%+v", l)
		}
	}
	if len(n.differ) != 1 || !strings.Contains(n.differ[0], "eccezioni.parquet") {
		t.Errorf("differ %q", n.differ)
	}
	peer := &benchPeer{name: exactPeer, took: n.trial}
	n.report.Lines, n.same = nil, true
	n.lines([]*benchPeer{peer}, map[string]bool{exactPeer: false})
	for _, l := range n.report.Lines {
		if strings.HasPrefix(l.Against, exactPeer) && l.Ratio != 0 {
			t.Errorf("%+v", l)
		}
	}
}

func TestStandIn(t *testing.T) {
	d := pipeline.MustDate
	hire := pipeline.Communication{Event: pipeline.EventHire, Contract: "A.02.00", Start: d("2014-01-31"), End: d("2014-07-31")}
	for _, c := range []struct {
		want   string
		change func(*pipeline.Communication)
	}{
		{"DECADENZA", func(*pipeline.Communication) {}},
		{"SOSPENSIONE", func(c *pipeline.Communication) { c.End-- }},
		{"SOSPENSIONE", func(c *pipeline.Communication) { c.End = 0 }},
		{"DECADENZA", func(c *pipeline.Communication) { c.Start, c.End = d("2013-08-31"), d("2014-02-28") }},
		{"ALTRO", func(c *pipeline.Communication) { c.Start = d("2014-12-01") }},
		{"ALTRO", func(c *pipeline.Communication) { c.Start = d("2013-06-30") }},
		{"ALTRO", func(c *pipeline.Communication) { c.Contract = "A.01.00" }},
		{"ALTRO", func(c *pipeline.Communication) { c.Event = pipeline.EventExtension }},
	} {
		x := hire
		c.change(&x)
		if got := standIn(&x, benchClaim{d("2013-07-01"), d("2014-12-01")}); got != c.want {
			t.Errorf("%+v: %s, want %s", x, got, c.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		of   []int64
		want float64
	}{{nil, 0}, {[]int64{3}, 3}, {[]int64{9, 1, 5}, 5}, {[]int64{4, 1, 2, 9}, 3}} {
		if got := median(c.of); got != c.want {
			t.Errorf("median of %v: %v, want %v", c.of, got, c.want)
		}
	}
}

// TestSetsOfAnotherFormatAreMadeAgain changes the stamp.
func TestSetsOfAnotherFormatAreMadeAgain(t *testing.T) {
	dir := t.TempDir()
	benchCall(t, dir, "--works", "w1a").want(t, exitOK)
	stamps, err := filepath.Glob(filepath.Join(dir, "archivio-*", benchStamp))
	if err != nil || len(stamps) != 1 {
		t.Fatal(stamps, err)
	}
	if err := os.WriteFile(stamps[0], []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := benchCall(t, dir, "--works", "w1a").want(t, exitOK); !strings.Contains(c.stderr, "making an archive") || strings.Contains(c.stderr, "claims") {
		t.Errorf("made:\n%s", c.stderr)
	}
}
