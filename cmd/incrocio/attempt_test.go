package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/worklist"
	"incrocio/writers/metrics"
	"incrocio/writers/store"
)

// TestEveryNightIsAnAttempt: published, failed and repeated; a trial run, and one that is refused before it begins, is none.
func TestEveryNightIsAnAttempt(t *testing.T) {
	home, first := generated(t, 40, 6)
	text := filepath.Join(home, "metriche.prom")
	put(t, home, map[string][]byte{
		configFile: []byte("[schedule]\ntextfile = \"metriche.prom\"\n"), "runs/data_elaborazione=" + (first + 1).String(): []byte("in the way"),
		"inbox/unilav/rotto.xml": []byte("nessun documento"), // so that the first night discards something
	})
	published(t, home, "run", "--date", first.String())
	counted := func() string {
		t.Helper()
		b, err := os.ReadFile(text)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if n, ok := strings.CutPrefix(line, `incrocio_records_total{outcome="accettato",source="domande"} `); ok {
				return strings.TrimSpace(n)
			}
		}
		return "nothing"
	}
	if n := counted(); n != "40" {
		t.Errorf("%s claims after one night", n)
	}
	published(t, home, "run", "--date", (first + 1).String(), "--dry-run")
	call(t, home, "run", "--date", (first+1).String()).want(t, exitFailed)
	call(t, home, "run", "--date", first.String()).want(t, exitDate)
	if err := os.Remove(nightFolder(home, first+1)); err != nil {
		t.Fatal(err)
	}
	published(t, home, "run", "--replace")
	published(t, home, "backfill", "--from", first.String(), "--to", (first + 2).String())
	if n := counted(); n != "160" { // two nights more, and the first once again
		t.Errorf("%s claims after four", n)
	}
	want := []string{
		first.String() + " 3", (first + 1).String() + " 1", first.String() + " 3", (first + 1).String() + " 0", (first + 2).String() + " 0",
	}
	if diff := cmp.Diff(want, attempts(t, home)); diff != "" {
		t.Error(diff)
	}
}

func TestOutcome(t *testing.T) {
	stopped, stop := context.WithCancelCause(context.Background())
	stop(&signalError{syscall.SIGTERM})
	fenced, lose := context.WithCancelCause(context.Background())
	lose(store.ErrFenced)
	for _, c := range []struct {
		ctx  context.Context
		err  error
		code int
		text string
	}{
		{t.Context(), nil, exitOK, ""},
		{t.Context(), errors.New("x"), exitFailed, "x"},
		{t.Context(), &codeError{exitTemporary, errors.New("x"), "hint"}, exitTemporary, "x"},
		{t.Context(), &night.FinishError{Err: errors.New("x")}, exitOK, "published, but not tidied up: x"},
		{stopped, fmt.Errorf("decide: %w", context.Canceled), 143, "interrupted: terminated"},
		{stopped, context.Cause(stopped), 143, "interrupted: terminated"},
		{fenced, context.Canceled, exitFailed, "the lease was lost"},
	} {
		if code, text := outcome(c.ctx, c.err); code != c.code || text != c.text {
			t.Errorf("%v: %d %q, want %d %q", c.err, code, text, c.code, c.text)
		}
	}
}

// TestToldShowsNobody: the message of an attempt has no codes, no line breaks and an end.
func TestToldShowsNobody(t *testing.T) {
	got := told(errors.New("file RSSMRA80A01H501U.xml of rssmra80a01h501u\nIBAN IT60X0542811101000000123456"))
	if want := `file RSS*************.xml of rss*************\nIBAN IT6************************`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := told(errors.New(strings.Repeat("perché ", 100))); len(got) > longestMessage || len(got) < longestMessage-3 || strings.ContainsRune(got, '\uFFFD') {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

func TestOpenCounts(t *testing.T) {
	last := pipeline.MustDate("2014-07-31")
	o := newOpenCounts(last)
	fingerprint := &worklist.Closing{Fingerprint: "f"}
	for _, s := range []store.Standing{
		{Exception: pipeline.Exception{Class: "BLOCCO", FirstNight: last, State: "NUOVA"}},
		{Exception: pipeline.Exception{Class: "BLOCCO", FirstNight: last - 7, State: "APERTA", Due: last}},
		{Exception: pipeline.Exception{Class: "BLOCCO", FirstNight: last - 8, State: "APERTA"}},
		{Exception: pipeline.Exception{Class: "INFO", FirstNight: last - 30, State: "RIAPERTA"}},
		{Exception: pipeline.Exception{Class: "INFO", FirstNight: last - 31, State: "MODIFICATA"}},
		{Exception: pipeline.Exception{Class: "INFO", FirstNight: last, State: "APERTA", Due: last - 1}},
		{Exception: pipeline.Exception{Class: "INFO", FirstNight: last, State: "CHIUSA_DA_SOLA"}},
		{Exception: pipeline.Exception{Class: "INFO", FirstNight: last, State: "APERTA", Fingerprint: "f"}, Clearing: fingerprint},
		{Exception: pipeline.Exception{Class: "INFO", FirstNight: last, State: "APERTA", Fingerprint: "g"}, Clearing: fingerprint},
	} {
		if err := o.add(&s); err != nil {
			t.Fatal(err)
		}
	}
	rows := o.rows()
	got := map[string]int64{}
	for _, r := range rows {
		if r.N > 0 {
			got[r.Severity+" "+r.Age] = r.N
		}
	}
	want := map[string]int64{
		"BLOCCO fino_a_7_giorni": 2, "BLOCCO fino_a_30_giorni": 1,
		"INFO fino_a_7_giorni": 1, "INFO fino_a_30_giorni": 1, "INFO oltre_30_giorni": 1, "INFO oltre_il_termine": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" || len(rows) != 16 {
		t.Errorf("%d rows: %s", len(rows), diff)
	}
}

func TestStages(t *testing.T) {
	var s stages
	at := time.Date(2014, 7, 1, 1, 30, 0, 0, time.UTC)
	s.end(at)
	if s.done != nil {
		t.Errorf("stages before the night: %v", s.done)
	}
	s.begin("a", at)
	s.begin("b", at.Add(time.Second))
	s.end(at.Add(3 * time.Second))
	want := []metrics.Stage{{Name: "a", Took: time.Second}, {Name: "b", Took: 2 * time.Second}, {Name: wholeNight, Took: 3 * time.Second}}
	if diff := cmp.Diff(want, s.done); diff != "" {
		t.Error(diff)
	}
}

// TestLeaseAge: the age of the lease is that of the one in force.
func TestLeaseAge(t *testing.T) {
	var l life
	at := time.Date(2014, 7, 1, 1, 30, 0, 0, time.UTC)
	if l.leaseAge(at) != 0 {
		t.Error("an age without a lease")
	}
	l.took(at)
	if got := l.leaseAge(at.Add(time.Minute)); got != time.Minute {
		t.Errorf("age %s", got)
	}
	l.gave()
	if l.leaseAge(at.Add(time.Hour)) != 0 {
		t.Error("an age after the lease was given back")
	}
}
