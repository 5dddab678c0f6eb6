package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"incrocio/cmd/incrocio/console"
	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
	"incrocio/writers/store/sqlite"
)

// races is how many races operators run on the embedded store; on PostgreSQL one in five of them.
var races = flag.Int("races", 50, "run `n` races between operators")

// raceOffice is the sede of the races.
const raceOffice = "0700"

// seatPassword is that of every account of the races.
const seatPassword = "una password di prova"

// cheapSecret is the digest of a password with the least work: signing in is not what is tested.
func cheapSecret() string {
	salt := []byte("0123456789abcdef")
	enc := base64.RawStdEncoding.EncodeToString
	return "$argon2id$v=19$m=32,t=1,p=1$" + enc(salt) + "$" + enc(argon2.IDKey([]byte(seatPassword), salt, 1, 32, 1, 32))
}

// fills publishes a first night that leaves exceptions and sheets.
func fills(t testing.TB, s *store.Store, exceptions store.Stream[pipeline.Exception], sheets store.Stream[worklist.Sheet]) {
	t.Helper()
	ctx := t.Context()
	lease, err := s.Acquire(ctx, "prova", time.Hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := store.Night{
		Date: pipeline.MustDate("2014-09-30"), Revision: 1, Manifest: strings.Repeat("0", 64), Folder: "runs/prova", RulesVersion: "1", Counters: "{}",
	}
	if err := s.Prepare(ctx, lease, n); err != nil {
		t.Fatal(err)
	}
	_, err = s.Publish(ctx, lease, n, store.Content{
		Inputs:     func(context.Context, func(*store.Input) error) error { return nil },
		Actions:    func(context.Context, func(*pipeline.Action) error) error { return nil },
		Exceptions: exceptions, Sheets: archivedSheets(sheets),
	})
	if err := errors.Join(err, s.Release(ctx, lease)); err != nil {
		t.Fatal(err)
	}
}

// archivedSheets gives sheets as the archive has them; nil for none.
func archivedSheets(sheets store.Stream[worklist.Sheet]) store.Stream[tables.ArchivedSheet] {
	if sheets == nil {
		return nil
	}
	return func(ctx context.Context, fn func(*tables.ArchivedSheet) error) error {
		return sheets(ctx, func(s *worklist.Sheet) error {
			row, err := tables.ArchiveSheet(s)
			return errors.Join(err, fn(&row))
		})
	}
}

// doubtID is the id of the exception with a number.
func doubtID(n int) string { return fmt.Sprintf("EX%08d", n) }

// doubt is the exception with a number, which an operator can close without a decision.
func doubt(n int, office string) pipeline.Exception {
	night := pipeline.MustDate("2014-09-30")
	return pipeline.Exception{
		ID: doubtID(n), State: pipeline.ExceptionNew, Code: "INIZIO_VICINO_ALLA_FINE", Class: pipeline.ClassBlock, Title: "Inizio vicino alla fine",
		Text: "Il rapporto inizia a ridosso della fine della prestazione.", Proposed: "Decadenza", Claim: fmt.Sprint(2014_000_000 + n), Protocol: fmt.Sprint("P", n),
		TaxCode: "RSSMRA80A01H501U", Office: office, Rule: "R01", Norm: "art. 2", From: night - 60, To: night - 30, Days: pipeline.Some[int32](31),
		Amount: pipeline.Some[pipeline.Cents](90_000), Trace: "[]", Sources: "a", FirstNight: night, Due: night + 10, Priority: 1,
		Fingerprint: "f1", Closable: true, Night: night,
	}
}

// doubts streams n exceptions of one sede; every third takes two persons.
func doubts(n int) store.Stream[pipeline.Exception] {
	return func(_ context.Context, fn func(*pipeline.Exception) error) error {
		for i := range n {
			e := doubt(i, raceOffice)
			e.SecondEyes = i%3 == 2
			if err := fn(&e); err != nil {
				return err
			}
		}
		return nil
	}
}

// unlimited are the limits of a console that is asked for more than people would.
func unlimited() console.Limits {
	many := console.Rate{PerSecond: 1e6, Burst: 1e6}
	return console.Limits{PerAccount: many, PerAddress: many, SignIns: many}
}

// consoleOver gives a console over a store, by a clock.
func consoleOver(t testing.TB, s *store.Store, now func() time.Time) *console.Server {
	t.Helper()
	a := &app{world: &world{}, home: t.TempDir(), log: slog.New(slog.DiscardHandler)}
	c, err := console.New(console.Config{
		Desk: s, Accounts: s, Nights: &nights{app: a, store: s}, SignIn: console.SignIn{Local: &console.Local{}}, Limits: unlimited(),
		Now: now, Rand: rand.NewChaCha8([32]byte{1}), Log: a.log,
		Audit: func(ctx context.Context, who, what, detail string) error {
			_, err := s.Append(ctx, store.Entry{Who: who, What: what, Detail: detail})
			return err
		},
		Health: func(ctx context.Context) error { _, err := s.Today(ctx); return err },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// enrol adds accounts of one role, and gives them.
func enrol(t testing.TB, s *store.Store, accounts ...worklist.Account) {
	t.Helper()
	secret := cheapSecret()
	for _, a := range accounts {
		a.Secret = secret
		if err := s.SaveAccount(t.Context(), "prova", a); err != nil {
			t.Fatal(err)
		}
	}
}

// seat is somebody who has signed in, as their browser is.
type seat struct {
	name, base string
	client     *http.Client
	cookie     *http.Cookie
}

// shown is what a browser got.
type shown struct {
	status         int
	location, body string
}

// sit signs somebody in.
func sit(ctx context.Context, base, name string) (*seat, error) {
	s := &seat{name: name, base: base, client: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 4},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	in, err := s.send(ctx, http.MethodPost, "/entra", url.Values{"nome": {name}, "password": {seatPassword}})
	if err == nil && (in.status != http.StatusSeeOther || s.cookie == nil) {
		err = fmt.Errorf("%s cannot sign in: %d", name, in.status)
	}
	return s, err
}

// send sends a request as a page of the console would.
func (s *seat) send(ctx context.Context, method, path string, form url.Values) (shown, error) {
	path, _, _ = strings.Cut(path, "#")
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return shown{}, err
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if s.cookie != nil {
		r.AddCookie(s.cookie)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return shown{}, err
	}
	defer resp.Body.Close()
	if s.cookie == nil && len(resp.Cookies()) == 1 {
		s.cookie = resp.Cookies()[0]
	}
	body, err := io.ReadAll(resp.Body)
	return shown{resp.StatusCode, resp.Header.Get("Location"), string(body)}, err
}

// hiddenField finds what a form was given when it was shown.
var hiddenField = regexp.MustCompile(`<input type="hidden" name="(modulo|voce)" value="([^"]+)"`)

// formOf gives the hidden fields of the first form of a page.
func formOf(body string) url.Values {
	form := url.Values{}
	for _, f := range hiddenField.FindAllStringSubmatch(body, -1) {
		if !form.Has(f[1]) {
			form.Set(f[1], f[2])
		}
	}
	return form
}

// with gives a form with more fields: name, value, name, value and so on.
func with(form url.Values, fields ...string) url.Values {
	out := maps.Clone(form)
	for i := 0; i < len(fields); i += 2 {
		out[fields[i]] = []string{fields[i+1]}
	}
	return out
}

// alerts finds what a page tells the reader went wrong.
var alerts = regexp.MustCompile(`role="alert"><p>([^<]*)`)

// alert gives that text; "" for none.
func (s *shown) alert() string {
	if found := alerts.FindStringSubmatch(s.body); found != nil {
		return found[1]
	}
	return ""
}

// drawn finds what is drawn anew for every page.
var drawn = regexp.MustCompile(`[0-9a-f]{32}`)

func (s *shown) settled() string {
	return fmt.Sprint(s.status, " ", drawn.ReplaceAllString(s.location+s.body, "·"))
}

// ring is a console where operators race.
type ring struct {
	store             *store.Store
	base              string
	anna, bruno, anja *seat
}

func newRing(t *testing.T, s *store.Store, items int) *ring {
	t.Helper()
	fills(t, s, doubts(items), nil)
	now, err := s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// It stands still: two pages of the same moment are the same.
	server := httptest.NewServer(consoleOver(t, s, now.Time))
	t.Cleanup(server.Close)
	r := &ring{store: s, base: server.URL}
	for name, at := range map[string]**seat{"anna.verdi": &r.anna, "bruno.neri": &r.bruno, "anja.moser": &r.anja} {
		enrol(t, s, worklist.Account{Name: name, Role: worklist.RoleOperator, Offices: []string{raceOffice}})
		if *at, err = sit(t.Context(), r.base, name); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// race is one race on one item.
type race struct {
	*ring
	t    *testing.T
	name string
	id   string
	a, b *seat // who of anna and bruno is which is drawn
	rng  *rand.Rand
}

// click is what somebody sends.
type click struct {
	by   *seat
	path string
	form url.Values
}

func (r *race) send(c click) shown {
	method := http.MethodPost
	if c.form == nil {
		method = http.MethodGet
	}
	got, err := c.by.send(r.t.Context(), method, c.path, c.form)
	if err != nil {
		r.t.Error(err)
	}
	return got
}

// opens shows the item to somebody and gives the form that they have before them.
func (r *race) opens(by *seat) click {
	r.t.Helper()
	path := "/eccezioni/" + r.id
	page := r.send(click{by: by, path: path + "?ritorno=/eccezioni?domanda=" + r.id})
	form := formOf(page.body)
	if page.status != http.StatusOK || len(form) != 2 {
		r.t.Fatalf("%s: %d, %v", path, page.status, form)
	}
	return click{by, path + "/azione", with(form, "ritorno", "/eccezioni?domanda="+r.id)}
}

func (c click) takes() click { return click{c.by, c.path, with(c.form, "azione", "prendi")} }

func (c click) closes(outcome worklist.Outcome) click {
	return click{c.by, c.path, with(c.form, "azione", "chiudi", "esito", string(outcome), "motivo", "visto da "+c.by.name)}
}

// judges gives the click by which somebody approves, and that by which somebody takes back, the closing that waits.
func (r *race) judges(by *seat, path string) click {
	r.t.Helper()
	form := formOf(r.send(click{by: by, path: "/approvazioni"}).body)
	group := r.look().Closing.Number
	return click{by, path, with(form, "gruppo", fmt.Sprint(group), "azione", "approva")}
}

// atOnce sends two clicks at once.
func (r *race) atOnce(clicks ...click) []shown {
	got := make([]shown, len(clicks))
	var ready, done sync.WaitGroup
	ready.Add(len(clicks))
	for i, c := range clicks {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			got[i] = r.send(c)
		})
	}
	done.Wait()
	return got
}

// inOrder sends one click after another.
func (r *race) inOrder(clicks ...click) (got []shown) {
	for _, c := range clicks {
		got = append(got, r.send(c))
	}
	return got
}

// auditor looks after everything.
var auditor = &worklist.Operator{Name: "prova", Role: worklist.RoleSupervisor, AllOffices: true}

func (r *race) look() worklist.Detail {
	r.t.Helper()
	d, err := r.store.Look(r.t.Context(), auditor, worklist.Key{Kind: worklist.KindException, ID: r.id})
	if err != nil {
		r.t.Fatal(err)
	}
	return d
}

// is wants the item in a state, changed so many times, in the hands of somebody, and with at most one closing that counts.
func (r *race) is(state worklist.State, version int64, holder string) worklist.Detail {
	r.t.Helper()
	d := r.look()
	if d.State != state || d.Version != version || d.Holder != holder {
		r.t.Errorf("%s on %s: %s, version %d, %q; want %s, %d, %q", r.name, r.id, d.State, d.Version, d.Holder, state, version, holder)
	}
	counting := slices.DeleteFunc(slices.Clone(d.Closings), func(c worklist.Closing) bool { return c.Undone })
	want := 0
	if state == worklist.StateWorked || state == worklist.StateApproval {
		want = 1
	}
	if len(counting) != want || want == 1 && (d.Closing == nil || d.Closing.Number != counting[0].Number) {
		r.t.Errorf("%s on %s: %d closings count, want %d: %+v", r.name, r.id, len(counting), want, counting)
	}
	return d
}

// one wants one winner, and that the others are told by whom; it gives the place of the winner.
func (r *race) one(clicks []click, got []shown) int {
	r.t.Helper()
	winner := slices.IndexFunc(got, func(s shown) bool { return s.status == http.StatusSeeOther })
	if winner < 0 {
		r.t.Fatalf("%s on %s: nobody won: %d %s, %d %s", r.name, r.id, got[0].status, got[0].alert(), got[1].status, got[1].alert())
	}
	for i := range got {
		if i != winner && (got[i].status != http.StatusConflict || !strings.Contains(got[i].alert(), clicks[winner].by.name)) {
			r.t.Errorf("%s on %s: after %s, %s is told: %d %s", r.name, r.id, clicks[winner].by.name, clicks[i].by.name, got[i].status, got[i].alert())
		}
	}
	return winner
}

// same wants the same page for all clicks of one form.
func (r *race) same(clicks []click, got []shown) {
	r.t.Helper()
	var pages []string
	for i := range got {
		if got[i].status != http.StatusSeeOther {
			r.t.Errorf("%s on %s: %d %s", r.name, r.id, got[i].status, got[i].alert())
			return
		}
		next := r.send(click{by: clicks[i].by, path: got[i].location})
		pages = append(pages, got[i].settled()+next.settled())
	}
	if pages[0] != pages[1] || !strings.Contains(pages[0], "1 elemento") {
		r.t.Errorf("%s on %s: the same form gives another page:\n%s\n%s", r.name, r.id, pages[0], pages[1])
	}
}

// closed gives the state after a closing of the item, which may take two persons.
func (r *race) closed() worklist.State {
	if r.look().SecondEyes {
		return worklist.StateApproval
	}
	return worklist.StateWorked
}

// outcome draws one.
func (r *race) outcome() worklist.Outcome {
	all := worklist.Outcomes()
	return all[r.rng.IntN(len(all))]
}

// otherThan gives another outcome.
func otherThan(o worklist.Outcome) worklist.Outcome {
	if o == worklist.OutcomeFounded {
		return worklist.OutcomeUnfounded
	}
	return worklist.OutcomeFounded
}

// contests are the kinds of race. second: on items whose closing takes two persons.
var contests = []struct {
	name   string
	second bool
	run    func(*race)
}{
	{"stale page", false, func(r *race) {
		a, b := r.opens(r.a), r.opens(r.b)
		state, first := worklist.StateTaken, a.takes()
		if r.rng.IntN(2) == 0 {
			state, first = r.closed(), a.closes(r.outcome())
		}
		clicks := []click{first, b.closes(r.outcome())}
		if w := r.one(clicks, r.inOrder(clicks...)); w != 0 {
			r.t.Errorf("%s: the second won", r.id)
		}
		r.is(state, 1, r.a.name)
	}},
	{"double click", false, func(r *race) {
		c := r.opens(r.a).closes(r.outcome())
		clicks := []click{c, c}
		r.same(clicks, r.atOnce(clicks...))
		r.is(r.closed(), 1, r.a.name)
	}},
	{"double click on take", false, func(r *race) {
		c := r.opens(r.a).takes()
		got := r.atOnce(c, c)
		if got[0].settled() != got[1].settled() || got[0].status != http.StatusSeeOther {
			r.t.Errorf("%s: %s and %s", r.id, got[0].settled(), got[1].settled())
		}
		r.is(worklist.StateTaken, 1, r.a.name)
	}},
	{"back and resend", false, func(r *race) {
		page, o := r.opens(r.a), r.outcome()
		clicks := []click{page.closes(o), page.closes(o)}
		r.same(clicks, r.inOrder(clicks...))
		r.is(r.closed(), 1, r.a.name)
		other := []click{page.closes(o), page.closes(otherThan(o))}
		r.one(other, r.inOrder(other...))
		if d := r.is(r.closed(), 1, r.a.name); d.Closing.Outcome != o {
			r.t.Errorf("%s: closed as %s instead of %s", r.id, d.Closing.Outcome, o)
		}
	}},
	{"two choices", false, func(r *race) {
		o := r.outcome()
		clicks := []click{r.opens(r.a).closes(o), r.opens(r.b).closes(otherThan(o))}
		w := r.one(clicks, r.atOnce(clicks...))
		if d := r.is(r.closed(), 1, clicks[w].by.name); string(d.Closing.Outcome) != clicks[w].form.Get("esito") || d.Closing.By != clicks[w].by.name {
			r.t.Errorf("%s: %+v", r.id, d.Closing)
		}
	}},
	{"two windows of one operator", false, func(r *race) {
		o := r.outcome()
		clicks := []click{r.opens(r.a).closes(o), r.opens(r.a).closes(otherThan(o))}
		w := r.one(clicks, r.atOnce(clicks...))
		if d := r.is(r.closed(), 1, r.a.name); string(d.Closing.Outcome) != clicks[w].form.Get("esito") {
			r.t.Errorf("%s: %+v", r.id, d.Closing)
		}
	}},
	{"take and close", false, func(r *race) {
		clicks := []click{r.opens(r.a).takes(), r.opens(r.b).closes(r.outcome())}
		if w := r.one(clicks, r.atOnce(clicks...)); w == 0 {
			r.is(worklist.StateTaken, 1, r.a.name)
		} else {
			r.is(r.closed(), 1, r.b.name)
		}
	}},
	{"two take", false, func(r *race) {
		clicks := []click{r.opens(r.a).takes(), r.opens(r.b).takes()}
		w := r.one(clicks, r.atOnce(clicks...))
		r.is(worklist.StateTaken, 1, clicks[w].by.name)
	}},
	{"two approve", true, func(r *race) {
		r.send(r.opens(r.anja).closes(r.outcome()))
		clicks := []click{r.judges(r.a, "/approvazioni"), r.judges(r.b, "/approvazioni")}
		w := r.one(clicks, r.atOnce(clicks...))
		if d := r.is(worklist.StateWorked, 2, r.anja.name); d.Closing.ApprovedBy != clicks[w].by.name || !d.Closing.InForce() {
			r.t.Errorf("%s: %+v", r.id, d.Closing)
		}
	}},
	{"approve and undo", true, func(r *race) {
		r.send(r.opens(r.a).closes(r.outcome()))
		clicks := []click{r.judges(r.a, "/annulla"), r.judges(r.b, "/approvazioni")}
		got := r.atOnce(clicks...)
		if got[1].status == http.StatusSeeOther { // approved first; within ten minutes it can be taken back all the same
			if got[0].status != http.StatusSeeOther {
				r.t.Errorf("%s: %d %s", r.id, got[0].status, got[0].alert())
			}
			r.is(worklist.StateTaken, 3, r.a.name)
			return
		}
		r.one(clicks, got)
		r.is(worklist.StateTaken, 2, r.a.name)
	}},
}

// TestRaces: two operators on one item, through the pages of the console. Whatever is sent at once, or late, or again, one
// of them wins and the other is told by whom.
func TestRaces(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		open  func(context.Context, *testing.T, store.Options) (*store.Store, error)
		races int
	}{
		"sqlite": {func(ctx context.Context, t *testing.T, o store.Options) (*store.Store, error) {
			return sqlite.Open(ctx, filepath.Join(t.TempDir(), storeFile), o)
		}, *races},
		"postgres": {func(ctx context.Context, t *testing.T, o store.Options) (*store.Store, error) {
			return postgres.Open(ctx, pgtest.Start(t), o)
		}, (*races + 4) / 5},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := c.open(t.Context(), t, store.Options{Jitter: jitter})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			r := newRing(t, s, 3*c.races)
			for i := range c.races {
				r.run(t, i)
			}
			r.settled(t, 3*c.races)
		})
	}
}

// run runs the race with a number, on an item that nobody has touched.
func (r *ring) run(t *testing.T, n int) {
	contest := contests[n%len(contests)]
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	one := &race{ring: r, t: t, name: contest.name, id: doubtID(3*n + rng.IntN(3)), a: r.anna, b: r.bruno, rng: rng}
	if contest.second {
		one.id = doubtID(3*n + 2)
	}
	if rng.IntN(2) == 0 {
		one.a, one.b = one.b, one.a
	}
	contest.run(one)
}

// settled wants a whole audit, with one row for each change of each item.
func (r *ring) settled(t *testing.T, items int) {
	t.Helper()
	ctx := t.Context()
	if _, err := r.store.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
	changed := changes(t, r.store)
	for n := range items {
		d, err := r.store.Look(ctx, auditor, worklist.Key{Kind: worklist.KindException, ID: doubtID(n)})
		if err != nil {
			t.Fatal(err)
		}
		if d.Version != changed[d.ID] {
			t.Errorf("%s has version %d and %d changes in the audit", d.ID, d.Version, changed[d.ID])
		}
	}
}

// changes counts what the audit says of changes, by item.
func changes(t *testing.T, s *store.Store) map[string]int64 {
	t.Helper()
	verbs := []worklist.Verb{worklist.VerbTake, worklist.VerbClose, worklist.VerbApprove, worklist.VerbUndo}
	out := map[string]int64{}
	if err := s.Audit(t.Context(), 1, func(row *store.AuditRow) error {
		if !slices.Contains(verbs, worklist.Verb(row.What)) {
			return nil
		}
		var about map[string]any
		if err := json.Unmarshal([]byte(row.Detail), &about); err != nil {
			return err
		}
		if about["rifiuto"] == nil && about["ripetuto"] == nil {
			out[row.On]++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}
