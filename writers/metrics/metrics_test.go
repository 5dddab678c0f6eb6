package metrics_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"incrocio/writers/metrics"
)

var update = flag.Bool("update", false, "write the golden file anew")

// filled is a set after one night.
func filled() *metrics.Set {
	s := metrics.New(func() time.Duration { return 90 * time.Second })
	s.Night(&metrics.Night{
		Stages: []metrics.Stage{{"acquisizione", 1500 * time.Millisecond}, {"totale", time.Minute}},
		Flows:  []metrics.Flow{{"unilav", 90, 8, 2}, {"aspicom", 100, 0, 0}},
		Open:   []metrics.Open{{"BLOCCO", "fino_a_7_giorni", 3}, {"BLOCCO", "oltre_il_termine", 0}, {"INFO", "oltre_il_termine", 1}},
		Bytes:  123456,
	})
	s.Published(time.Date(2014, 7, 1, 23, 40, 0, 250e6, time.UTC))
	s.Verified(time.Date(2014, 6, 30, 8, 0, 0, 0, time.UTC))
	s.Jumped(-2 * time.Hour)
	return s
}

func scrape(t *testing.T, s *metrics.Set) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestExposition(t *testing.T) {
	golden := filepath.Join("testdata", "metrics.txt")
	got := scrape(t, filled())
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
	problems, err := promlint.New(strings.NewReader(got)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

// TestNothingYet: the figures that alerts look at are there before anything has happened.
func TestNothingYet(t *testing.T) {
	got := scrape(t, metrics.New(func() time.Duration { return 0 }))
	for _, want := range []string{
		"\nincrocio_last_success_timestamp_seconds 0\n", "\nincrocio_verify_last_success_timestamp_seconds 0\n",
		"\nincrocio_lease_age_seconds 0\n", "\nincrocio_clock_jump_seconds 0\n", "\nincrocio_discard_ratio 0\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing from\n%s", want, got)
		}
	}
}

// TestSecondNight: what is counted goes on, what is measured is that of the last night.
func TestSecondNight(t *testing.T) {
	s := filled()
	s.Night(&metrics.Night{
		Stages: []metrics.Stage{{"totale", time.Second}},
		Flows:  []metrics.Flow{{"unilav", 10, 0, 0}},
	})
	got := scrape(t, s)
	for _, want := range []string{
		`incrocio_records_total{outcome="accettato",source="unilav"} 100`, `incrocio_run_duration_seconds{stage="totale"} 1`,
		"incrocio_discard_ratio 0", "incrocio_publish_bytes 0",
	} {
		if !strings.Contains(got, "\n"+want+"\n") {
			t.Errorf("%q is missing from\n%s", want, got)
		}
	}
	if strings.Contains(got, "acquisizione") || strings.Contains(got, "incrocio_exceptions_open{") {
		t.Errorf("something of the first night is left:\n%s", got)
	}
}

func TestTextFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "incrocio.prom")
	s := filled()
	for range 2 { // the second time over the first
		if err := s.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(scrape(t, s), string(b)); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := s.Write(filepath.Join(dir, "none", "incrocio.prom")); err == nil {
		t.Error("wrote into a folder that is not there")
	}
}

// TestTextFileIsNeverSeenInPart: whoever reads while it is written again and again sees it whole.
func TestTextFileIsNeverSeenInPart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incrocio.prom")
	s := filled()
	if err := s.Write(path); err != nil {
		t.Fatal(err)
	}
	want := scrape(t, s)
	done := make(chan error)
	go func() {
		var err error
		for i := 0; i < 200 && err == nil; i++ {
			err = s.Write(path)
		}
		done <- err
	}()
	for n := 0; ; n++ {
		select {
		case err := <-done:
			if err != nil || n == 0 {
				t.Fatalf("%v after %d readings", err, n)
			}
			return
		default:
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != want {
			t.Fatalf("read %d bytes of %d: %v", len(b), len(want), err)
		}
	}
}

// TestResume: the process that comes after counts on, whatever else is in the file.
func TestResume(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incrocio.prom")
	if err := filled().Write(path); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("incrocio_records_total{outcome=\"accettato\",source=\"unilav\"} many\nincrocio_records_total{"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	s := metrics.New(func() time.Duration { return 0 })
	if err := s.Resume(path); err != nil {
		t.Fatal(err)
	}
	s.Night(&metrics.Night{Flows: []metrics.Flow{{"unilav", 1, 1, 0}}})
	got := scrape(t, s)
	for _, want := range []string{
		`incrocio_records_total{outcome="accettato",source="unilav"} 91`, `incrocio_records_total{outcome="scartato",source="unilav"} 9`,
		`incrocio_records_total{outcome="ripetuto",source="unilav"} 2`, `incrocio_records_total{outcome="accettato",source="aspicom"} 100`,
		"incrocio_discard_ratio 0.5",
	} {
		if !strings.Contains(got, "\n"+want+"\n") {
			t.Errorf("%q is missing from\n%s", want, got)
		}
	}
	if err := s.Resume(filepath.Join(t.TempDir(), "none.prom")); err != nil {
		t.Error(err)
	}
	if err := s.Resume(t.TempDir()); err == nil {
		t.Error("a folder was read")
	}
}
