package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/schedule"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
	"incrocio/writers/store/sqlite"
)

// errEnd ends the schedule of a test.
var errEnd = errors.New("end of the world")

// pretended is a machine whose clock moves when somebody sleeps, by half an hour at least.
type pretended struct {
	mu      sync.Mutex
	wall    time.Time
	elapsed time.Duration
	onSleep func(elapsed time.Duration) error // on the goroutine of the loop; an error ends it
}

func (p *pretended) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wall
}

func (p *pretended) Elapsed() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.elapsed
}

func (p *pretended) pass(wall, elapsed time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wall, p.elapsed = p.wall.Add(wall), p.elapsed+elapsed
	return p.elapsed
}

func (p *pretended) Sleep(ctx context.Context, d time.Duration) error {
	d = max(d, 30*time.Minute)
	if err := p.onSleep(p.pass(d, d)); err != nil {
		return err
	}
	return ctx.Err()
}

var _ schedule.Clock = (*pretended)(nil)

// scheduled is a home under schedule, in a pretended world.
type scheduled struct {
	t       *testing.T
	home    string
	first   pipeline.Date // the night that is published already
	clock   *pretended
	environ []string
	said    lines

	mu   sync.Mutex
	told []string // to the monitor
}

// lines is a stream that may be read while it is written.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newScheduled gives a home with one night, and a clock that shows midnight of the next day.
func newScheduled(t *testing.T) *scheduled {
	t.Helper()
	s := &scheduled{t: t}
	s.home, s.first = generated(t, 40, 6)
	put(t, s.home, map[string][]byte{"inbox/unilav/rotto.xml": []byte("nessun documento")}) // so that the night discards something
	published(t, s.home, "run", "--date", s.first.String())
	y, m, d := (s.first + 1).Civil()
	s.clock = &pretended{wall: time.Date(y, time.Month(m), d, 0, 0, 0, 0, pipeline.Rome)}
	monitor := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.told = append(s.told, strings.TrimPrefix(r.URL.Path, "/check")+" "+string(b))
	}))
	t.Cleanup(monitor.Close)
	s.environ = []string{"INCROCIO_SCHEDULE_PING=" + monitor.URL + "/check", "INCROCIO_SCHEDULE_LISTEN=127.0.0.1:0"}
	return s
}

// run runs the schedule until onSleep ends it.
func (s *scheduled) run(onSleep func(time.Duration) error, args ...string) {
	s.t.Helper()
	s.clock.onSleep = onSleep
	code := execute(&world{
		args: append([]string{"--home", s.home, "schedule"}, args...), stdout: io.Discard, stderr: &s.said,
		environ: func() []string { return s.environ }, now: s.clock.Now, clock: s.clock,
	})
	if code != exitFailed || !strings.HasSuffix(s.said.String(), errEnd.Error()+"\n") {
		s.t.Fatalf("exit code %d:\n%s", code, s.said.String())
	}
}

// heard gives what the monitor was told.
func (s *scheduled) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.told)
}

// nights lists the published nights, as days after the first.
func (s *scheduled) nights() (days []int) {
	s.t.Helper()
	all, err := rundir.Nights(s.home)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, n := range all {
		days = append(days, int(n.Date-s.first))
	}
	return days
}

var listening = regexp.MustCompile(`listening indirizzo=(\S+)`)

// address is where the schedule listens, the last one.
func (s *scheduled) address() string {
	s.t.Helper()
	all := listening.FindAllStringSubmatch(s.said.String(), -1)
	if all == nil {
		s.t.Fatalf("it does not listen:\n%s", s.said.String())
	}
	return all[len(all)-1][1]
}

// get asks the server of the schedule.
func (s *scheduled) get(path string) (code int, body string) {
	s.t.Helper()
	a, err := http.Get("http://" + s.address() + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return a.StatusCode, string(b)
}

// healthy asks for the health, and gives the whole answer where it is bad.
func (s *scheduled) healthy() (bool, string) {
	s.t.Helper()
	code, body := s.get("/healthz")
	var h health
	if err := json.Unmarshal([]byte(body), &h); err != nil || h.Well != (code == http.StatusOK) {
		s.t.Fatalf("%d %s: %v", code, body, err)
	}
	return h.Well, body
}

// ledgerOf opens the embedded ledger of a home.
func ledgerOf(t *testing.T, home string) *store.Store {
	t.Helper()
	l, err := sqlite.Open(context.Background(), filepath.Join(home, storeFile), store.Options{Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// attempts lists the attempts at nights as "night code".
func attempts(t *testing.T, home string) (all []string) {
	t.Helper()
	list, err := ledgerOf(t, home).Attempts(context.Background(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if !a.Code.OK || a.Fence == 0 || a.Holder == "" {
			t.Errorf("attempt %+v", a)
		}
		all = append(all, fmt.Sprintf("%s %d", a.Night, a.Code.V))
	}
	return all
}

// TestScheduleRunsNightAfterNight: four nights, the second of which fails for a while.
func TestScheduleRunsNightAfterNight(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	text := filepath.Join(t.TempDir(), "incrocio.prom")
	heard := manager(t)
	s.environ = append(s.environ, "INCROCIO_SCHEDULE_TEXTFILE="+text, "NOTIFY_SOCKET="+heard.path)
	blocked := nightFolder(s.home, s.first+2)
	put(t, s.home, map[string][]byte{"runs/" + filepath.Base(blocked): []byte("in the way")})
	var ill []string
	s.run(func(elapsed time.Duration) error {
		well, why := s.healthy()
		switch {
		case !well && strings.Contains(why, "nessun segno di vita"): // the pretended clock has outrun the watch of the real one
		case !well:
			ill = append(ill, strings.TrimSpace(why))
		case len(s.nights()) == 5: // four, and the one before
			return errEnd
		}
		if elapsed > 30*time.Hour && blocked != "" { // 06:00 of the second day
			err := os.Remove(blocked)
			blocked = ""
			return err
		}
		return nil
	})
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4}, s.nights()); diff != "" {
		t.Error(diff)
	}

	// The second night fell due at 01:30, so that the program was ill from 03:30 until it was done.
	if n := len(ill); n < 4 || n > 8 || !strings.Contains(ill[0], "doveva partire il "+(s.first+2).String()+" 01:30") ||
		!strings.Contains(ill[0], "non riuscita (codice 1)") {
		t.Errorf("ill %d times: %q", n, ill)
	}

	failed := 0
	want := []string{"/start notte del " + (s.first + 1).String(), " notte del " + (s.first + 1).String()}
	for _, m := range s.heard() {
		if strings.HasPrefix(m, "/fail") {
			failed++
			want = append(want, "/start notte del "+(s.first+2).String(), m)
		}
	}
	for d := s.first + 2; d <= s.first+4; d++ {
		want = append(want, "/start notte del "+d.String(), " notte del "+d.String())
	}
	if diff := cmp.Diff(want, s.heard()); diff != "" || failed < 4 || failed > 10 { // again and again from 01:30 to 06:00
		t.Errorf("%d failures: %s", failed, diff)
	}

	tries := attempts(t, s.home)
	wantTries := []string{s.first.String() + " 3", (s.first + 1).String() + " 0"}
	wantTries = append(wantTries, slices.Repeat([]string{(s.first + 2).String() + " 1"}, failed)...)
	wantTries = append(wantTries, (s.first+2).String()+" 0", (s.first+3).String()+" 0", (s.first+4).String()+" 0")
	if diff := cmp.Diff(wantTries, tries); diff != "" {
		t.Error(diff)
	}

	s.checkTextFile(text)
	heard.check(t, s.first)
}

// checkTextFile wants the figures of the last night, few of them, and none that names a person.
func (s *scheduled) checkTextFile(path string) {
	s.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	text := string(b)
	for _, want := range []string{
		`\nincrocio_records_total\{outcome="accettato",source="domande"\} [1-9]`, `\nincrocio_run_duration_seconds\{stage="pubblicazione"\} `,
		`\nincrocio_run_duration_seconds\{stage="totale"\} `, `\nincrocio_exceptions_open\{age="[a-z0-9_]+",severity="BLOCCO"\} [1-9]`,
		`\nincrocio_publish_bytes [1-9]`, `\nincrocio_last_success_timestamp_seconds [1-9]`, `\nincrocio_lease_age_seconds 0\n`,
		`\nincrocio_clock_jump_seconds 0\n`, `\nincrocio_verify_last_success_timestamp_seconds 0\n`, `\nincrocio_discard_ratio 0\n`,
	} {
		if !regexp.MustCompile(want).MatchString("\n" + text) {
			s.t.Errorf("%s is missing", want)
		}
	}
	series := regexp.MustCompile(`(?m)^[^#].*$`).FindAllString(text, -1)
	if len(series) > 60 {
		s.t.Errorf("%d series", len(series))
	}
	known := regexp.MustCompile(`^incrocio_[a-z_]+(\{([a-z]+="([a-z0-9_]+|BLOCCO|ATTESA|CAUTELA|INFO)",?)+\})? [-+0-9.e]+$`)
	for _, line := range series {
		if !known.MatchString(line) || personal.MatchString(line) {
			s.t.Errorf("series %q", line)
		}
	}
	if s.t.Failed() {
		s.t.Log(text)
	}
}

// TestScheduleServesItsFigures: /metrics is what the text file says, and nothing else is served.
func TestScheduleServesItsFigures(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	s.environ = append(s.environ, "INCROCIO_SCHEDULE_TEXTFILE=incrocio.prom") // below the home
	call(t, s.home, "verify").want(t, exitOK)
	s.run(func(time.Duration) error {
		if len(s.nights()) < 2 {
			return nil
		}
		if s.clock.Elapsed() < 6*time.Hour {
			s.clock.pass(2*time.Hour, 0) // somebody sets the clock
			return nil
		}
		code, body := s.get("/metrics")
		if code != http.StatusOK || !strings.Contains(body, "\nincrocio_clock_jump_seconds 7200\n") ||
			strings.Contains(body, "\nincrocio_verify_last_success_timestamp_seconds 0\n") {
			t.Errorf("%d\n%s", code, body)
		}
		b, err := os.ReadFile(filepath.Join(s.home, "incrocio.prom"))
		if err != nil {
			t.Error(err)
		}
		jump := regexp.MustCompile(`(?m)^incrocio_clock_jump_seconds .*$`)
		if diff := cmp.Diff(jump.ReplaceAllString(string(b), ""), jump.ReplaceAllString(body, "")); diff != "" {
			t.Error(diff)
		}
		for path, want := range map[string]int{"/": http.StatusNotFound, "/metrics/x": http.StatusNotFound, "/debug/pprof/": http.StatusNotFound} {
			if code, _ := s.get(path); code != want {
				t.Errorf("%s: %d", path, code)
			}
		}
		a, err := http.Post("http://"+s.address()+"/healthz", "text/plain", nil)
		if err != nil || a.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST: %v, %v", a, err)
		}
		a.Body.Close()
		return errEnd
	})
	if !strings.Contains(s.said.String(), "the clock of the machine was changed di=2h0m0s") {
		t.Errorf("stderr:\n%s", s.said.String())
	}
}

// TestScheduleCatchesUp: of two nights missed, the younger takes what lies outside dated folders, and files must be quiet.
func TestScheduleCatchesUp(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	s.clock.pass(26*time.Hour, 0) // 02:00 of the second day
	dated := "inbox/unilav/" + (s.first + 1).String() + "/a.xml"
	for name, ago := range map[string]time.Duration{
		dated: time.Hour, "inbox/unilav/loose.xml": time.Minute, "inbox/unilav/restless.xml": 59 * time.Second,
	} {
		put(t, s.home, map[string][]byte{name: []byte("<x n='" + name + "'/>")})
		at := s.clock.Now().Add(-ago)
		if err := os.Chtimes(filepath.Join(s.home, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	s.run(func(time.Duration) error {
		if len(s.nights()) == 4 {
			return errEnd
		}
		return nil
	})
	if !strings.Contains(s.said.String(), "inbox/unilav: 1 file, scritti da troppo poco tempo") {
		t.Errorf("stderr:\n%s", s.said.String())
	}
	var where []string
	for name := range tree(t, filepath.Join(s.home, "archive")) {
		folder, file, _ := strings.Cut(name, "/unilav/")
		if base := filepath.Base(file); base == "a.xml" || base == "loose.xml" || base == "restless.xml" {
			where = append(where, fmt.Sprintf("%d %s", pipeline.MustDate(filepath.Base(folder))-s.first, base))
		}
	}
	slices.Sort(where)
	if diff := cmp.Diff([]string{"1 a.xml", "2 loose.xml", "3 restless.xml"}, where); diff != "" {
		t.Error(diff)
	}
}

// TestScheduleLetsTheSnapshotSettle: claims that somebody may still be writing are waited for.
func TestScheduleLetsTheSnapshotSettle(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	path := filepath.Join(s.home, "inbox", "domande", "domande-"+s.first.String()+".csv")
	due := s.clock.Now().Add(90 * time.Minute)
	if err := os.Chtimes(path, due, due.Add(-30*time.Second)); err != nil {
		t.Fatal(err)
	}
	s.run(func(time.Duration) error {
		if len(s.nights()) == 2 {
			return errEnd
		}
		return nil
	})
	date := (s.first + 1).String()
	if !strings.Contains(s.said.String(), "codice=75 cause=domande-"+s.first.String()+".csv was written to less than 1m0s ago nuovo tentativo fra=1m0s") {
		t.Errorf("stderr:\n%s", s.said.String())
	}
	want := []string{"/start notte del " + date, "/start notte del " + date, " notte del " + date}
	if diff := cmp.Diff(want, s.heard()); diff != "" {
		t.Error(diff)
	}
}

// TestScheduleMeetsANightThatIsPublished: while it waits for the lock, somebody runs the night by hand.
func TestScheduleMeetsANightThatIsPublished(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	release, err := rundir.Lock(s.home, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	s.run(func(elapsed time.Duration) error {
		if elapsed == 2*time.Hour {
			release()
			published(t, s.home, "run", "--date", (s.first + 1).String())
		}
		if elapsed > 3*time.Hour {
			return errEnd
		}
		return nil
	})
	if diff := cmp.Diff([]int{0, 1}, s.nights()); diff != "" {
		t.Error(diff)
	}
	if !strings.HasSuffix(s.said.String(), "in attesa: notte del "+(s.first+2).String()+", "+(s.first+2).String()+" 01:30\nincrocio: end of the world\n") {
		t.Errorf("stderr:\n%s", s.said.String())
	}
}

// TestScheduleWaitsForAPerson: three nights are missing where one may be, and nothing runs before somebody agrees.
func TestScheduleWaitsForAPerson(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	s.environ = append(s.environ, "INCROCIO_SCHEDULE_CATCH_UP=1")
	s.clock.pass(50*time.Hour, 0)
	turns := 0
	s.run(func(time.Duration) error {
		well, why := s.healthy()
		if turns++; well || !strings.Contains(why, "3 notti arretrate") || len(s.nights()) > 1 {
			t.Errorf("health %s, nights %v", why, s.nights())
		}
		if turns == 3 {
			return errEnd
		}
		return nil
	})
	last := (s.first + 3).String()
	if told := s.heard(); len(told) != 1 || !strings.HasPrefix(told[0], "/fail 3 notti arretrate") {
		t.Errorf("told %q", told)
	}
	if !strings.Contains(s.said.String(), "incrocio schedule --confirm "+last) {
		t.Errorf("stderr:\n%s", s.said.String())
	}
	s.run(func(time.Duration) error {
		if well, why := s.healthy(); !well {
			t.Errorf("health %s", why)
		}
		return errEnd
	}, "--confirm", last)
	if diff := cmp.Diff([]int{0, 1, 2, 3}, s.nights()); diff != "" {
		t.Error(diff)
	}
	confirmed := 0
	err := ledgerOf(t, s.home).Audit(context.Background(), 1, func(r *store.AuditRow) error {
		if r.What == auditConfirmed && r.On == last {
			confirmed++
		}
		return nil
	})
	if err != nil || confirmed != 1 {
		t.Errorf("%d confirmations in the audit, %v", confirmed, err)
	}
}

// TestScheduleFreezes: no night starts on a frozen day, and its date comes afterwards.
func TestScheduleFreezes(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	s.environ = append(s.environ, "INCROCIO_SCHEDULE_FREEZE="+(s.first+1).String())
	frozen := false
	s.run(func(time.Duration) error {
		today, due := pipeline.DateOf(s.clock.Now(), pipeline.Rome), len(s.nights())
		well, why := s.healthy()
		frozen = frozen || strings.Contains(why, "fermo fino al "+(s.first+2).String()+" 00:00")
		if !well || today == s.first+1 && due > 1 {
			t.Errorf("%s: health %s, nights %v", s.clock.Now(), why, s.nights())
		}
		if due == 3 {
			return errEnd
		}
		return nil
	})
	if !frozen || len(s.heard()) != 4 {
		t.Errorf("frozen %v, told %q", frozen, s.heard())
	}
}

// TestScheduleWaitsForTheLock: another process is at work when the night falls due.
func TestScheduleWaitsForTheLock(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	release, err := rundir.Lock(s.home, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	s.run(func(elapsed time.Duration) error {
		if elapsed > 3*time.Hour {
			release()
		}
		if len(s.nights()) == 2 {
			return errEnd
		}
		return nil
	})
	for _, want := range []string{"the home is not looked after now", "codice=11", "nuovo tentativo fra=1m0s"} {
		if !strings.Contains(s.said.String(), want) {
			t.Errorf("%q is missing from\n%s", want, s.said.String())
		}
	}
	for _, m := range s.heard() {
		if strings.HasPrefix(m, "/fail") {
			t.Errorf("the monitor was told %q", m)
		}
	}
}

// TestScheduleGoesOnWithoutItsListeners: monitor, manager and text file are out of reach.
func TestScheduleGoesOnWithoutItsListeners(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	s.environ = []string{
		"INCROCIO_SCHEDULE_PING=http://" + gone.Addr().String() + "/segreta", "NOTIFY_SOCKET=" + filepath.Join(t.TempDir(), "none"),
		"INCROCIO_SCHEDULE_TEXTFILE=" + filepath.Join(t.TempDir(), "none", "x.prom"),
	}
	s.run(func(time.Duration) error {
		if len(s.nights()) == 2 {
			return errEnd
		}
		return nil
	})
	said := s.said.String()
	for _, want := range []string{"the monitor was not told", "the service manager was not told", "the night is published, but not all of its figures"} {
		if !strings.Contains(said, "warn: "+want) {
			t.Errorf("%q is missing from\n%s", want, said)
		}
	}
	if strings.Contains(said, "segreta") || strings.Contains(said, "listening") {
		t.Errorf("stderr:\n%s", said)
	}
}

func TestScheduleRefusesAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := callWith(t, s.home, func(w *world) {
		w.environ = func() []string { return []string{"INCROCIO_SCHEDULE_LISTEN=" + taken.Addr().String()} }
	}, "schedule").want(t, exitConfig)
	if !strings.Contains(c.stderr, "schedule.listen: listen tcp") {
		t.Errorf("stderr: %s", c.stderr)
	}
}

func TestRetry(t *testing.T) {
	failed, held, away := errors.New("x"), fmt.Errorf("x: %w", store.ErrHeld), fmt.Errorf("x: %w", store.ErrTemporary)
	for _, c := range []struct {
		err  error
		n    int
		want time.Duration
	}{
		{failed, 1, time.Minute},
		{failed, 4, 8 * time.Minute},
		{failed, 7, time.Hour},
		{failed, 1 << 20, time.Hour},
		{held, 1, time.Minute},
		{held, 100, time.Minute},
		{away, 2, 2 * time.Minute},
		{away, 100, 10 * time.Minute},
	} {
		if got := retry(c.err, c.n); got != c.want {
			t.Errorf("%v, %d: %s, want %s", c.err, c.n, got, c.want)
		}
	}
	if retry(store.ErrNewerSchema, 1) >= 0 {
		t.Error("a ledger of a newer version is tried again")
	}
}
