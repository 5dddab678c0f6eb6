package console

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// secret is the password of every account of the tests.
const secret = "giusta password lunga"

// digest is that of a password with the least work, so that tests do not wait for it.
func digest(password string) string {
	salt := []byte("0123456789abcdef")
	key := argon2.IDKey([]byte(password), salt, 1, 32, 1, 32)
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=32,t=1,p=1$%s$%s", enc(salt), enc(key))
}

// desk is a store that knows accounts, and items by nothing but their sede.
type desk struct {
	worklist.Desk

	mu       sync.Mutex
	accounts map[string]worklist.Account
	fails    error
}

func (d *desk) Account(_ context.Context, name string) (worklist.Account, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a, ok := d.accounts[(&worklist.Operator{Name: name}).ID()]
	return a, ok, d.fails
}

func (d *desk) SaveAccount(_ context.Context, _ string, a worklist.Account) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.accounts[(&worklist.Operator{Name: a.Name}).ID()] = a
	return nil
}

func (d *desk) Accounts(context.Context) ([]worklist.Account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Values(d.accounts)), nil
}

func (d *desk) Today(context.Context) (pipeline.Date, error) {
	return pipeline.MustDate("2014-10-01"), nil
}

// clock is one that is set by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// row is what the audit was told.
type row struct{ who, what, detail string }

// bench is a console on the bench.
type bench struct {
	t       *testing.T
	server  *Server
	handler http.Handler
	desk    *desk
	clock   *clock
	log     *safeBuffer

	mu    sync.Mutex
	audit []row
	mute  error // the audit cannot be kept
}

// safeBuffer can be written by several.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// own and other are the sedi of the tests: operators are of the first.
const (
	own   = "7000"
	other = "4900"
)

// config gives the configuration of a bench.
func (b *bench) config() Config {
	return Config{
		Desk: b.desk, Accounts: b.desk, SignIn: SignIn{Local: &Local{}},
		Audit: func(_ context.Context, who, what, detail string) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.audit = append(b.audit, row{who, what, detail})
			return b.mute
		},
		Health: func(context.Context) error { return b.desk.fails },
		Now:    b.clock.now, Rand: rand.NewChaCha8([32]byte{1}), Log: slog.New(slog.NewTextHandler(b.log, nil)),
		URL: &url.URL{Scheme: "https", Host: "incrocio.example"},
	}
}

// newBench makes a console with an account for each role: "lettore", "operatore", "responsabile".
func newBench(t *testing.T, change func(*Config)) *bench {
	t.Helper()
	b := &bench{t: t, clock: &clock{at: time.Date(2014, 10, 1, 8, 0, 0, 0, time.UTC)}, log: &safeBuffer{}}
	b.desk = &desk{accounts: map[string]worklist.Account{}}
	for name, role := range map[string]worklist.Role{
		"lettore": worklist.RoleReader, "operatore": worklist.RoleOperator, "responsabile": worklist.RoleSupervisor,
	} {
		b.desk.accounts[name] = worklist.Account{Name: name, Role: role, Offices: []string{own}, Secret: digest(secret)}
	}
	c := b.config()
	if change != nil {
		change(&c)
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	b.server, b.handler = s, s
	return b
}

// withRoutes serves rows of the test besides those of the server.
func (b *bench) withRoutes(table ...route) {
	b.handler = b.server.guard(b.server.mux(append(baseRoutes(), table...)))
}

func (b *bench) rows(what string) (found []row) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.audit {
		if r.what == what {
			found = append(found, r)
		}
	}
	return found
}

// browser keeps cookies by the rules of the prefix __Host-, and says where its requests come from.
type browser struct {
	b       *bench
	cookies map[string]string
	address string
	host    string
	site    string // Sec-Fetch-Site; "" for none
	origin  string
	tls     *tls.ConnectionState
	header  http.Header
}

func (b *bench) browser() *browser {
	return &browser{b: b, cookies: map[string]string{}, address: "192.0.2.1:4711", host: "incrocio.example", site: "same-origin", tls: &tls.ConnectionState{}}
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

func (w *browser) do(method, target, contentType string, body io.Reader) *answer {
	w.b.t.Helper()
	r := httptest.NewRequest(method, target, body)
	r.Host, r.RemoteAddr, r.TLS = w.host, w.address, w.tls
	for name, values := range w.header {
		r.Header[name] = values
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if w.site != "" {
		r.Header.Set("Sec-Fetch-Site", w.site)
	}
	if w.origin != "" {
		r.Header.Set("Origin", w.origin)
	}
	for _, name := range slices.Sorted(maps.Keys(w.cookies)) {
		r.AddCookie(&http.Cookie{Name: name, Value: w.cookies[name]})
	}
	rec := httptest.NewRecorder()
	w.b.handler.ServeHTTP(rec, r)
	resp := rec.Result()
	for _, c := range resp.Cookies() {
		w.b.properCookie(c)
		if c.MaxAge < 0 {
			delete(w.cookies, c.Name)
		} else {
			w.cookies[c.Name] = c.Value
		}
	}
	return &answer{resp, rec.Body.String()}
}

// properCookie demands what the prefix __Host- stands for, and what scripts and other sites must not do.
func (b *bench) properCookie(c *http.Cookie) {
	b.t.Helper()
	if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		b.t.Errorf("cookie %s: Secure %t, HttpOnly %t, Path %q, Domain %q, SameSite %v", c.Name, c.Secure, c.HttpOnly, c.Path, c.Domain, c.SameSite)
	}
}

func (w *browser) get(target string) *answer {
	w.b.t.Helper()
	return w.do(http.MethodGet, target, "", nil)
}

func (w *browser) post(target string, form url.Values) *answer {
	w.b.t.Helper()
	return w.do(http.MethodPost, target, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (w *browser) signIn(name, password string) *answer {
	w.b.t.Helper()
	return w.post("/entra", url.Values{"nome": {name}, "password": {password}})
}

// signed gives a browser of somebody who is in.
func (b *bench) signed(name string) *browser {
	b.t.Helper()
	w := b.browser()
	if a := w.signIn(name, secret); a.StatusCode != http.StatusSeeOther || w.cookies[sessionCookie] == "" {
		b.t.Fatalf("%s could not sign in: %d %s", name, a.StatusCode, a.body)
	}
	return w
}

func (a *answer) location() string { return a.Header.Get("Location") }

// whoami is a page for those who are in.
var whoami = route{Method: http.MethodGet, Pattern: "/chi", Role: worklist.RoleReader, Handle: func(_ *Server, q *request) (view, error) {
	return view{File: &download{Type: "text/plain", Body: []byte(string(q.who.Role) + " " + q.who.Name + " " + strings.Join(q.who.Offices, ","))}}, nil
}}

// is checks the status of an answer.
func (a *answer) is(t *testing.T, what string, status int) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s: %d, want %d; %.300s", what, a.StatusCode, status, a.body)
	}
}
