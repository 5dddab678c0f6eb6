package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// TestOrigins holds the table of who may change something: only a page of the console itself.
func TestOrigins(t *testing.T) {
	b := newBench(t, nil)
	done := 0
	b.withRoutes(route{Method: http.MethodPost, Pattern: "/prova", Handle: func(*Server, *request) (view, error) {
		done++
		return view{Redirect: "/"}, nil
	}})
	for _, c := range []struct {
		name, site, origin string
		let                bool
	}{
		{"a page of ours", "same-origin", "https://incrocio.example", true},
		{"a page of ours without Origin", "same-origin", "", true},
		{"a page of ours, as browsers send it under no-referrer", "same-origin", "null", true},
		{"typed by a person", "none", "", true},
		{"another site", "cross-site", "https://altrove.example", false},
		{"another site that hides", "cross-site", "null", false},
		{"another site that says it is us", "cross-site", "http://incrocio.example", false},
		{"a sub-domain", "same-site", "https://altro.incrocio.example", false},
		{"the domain above", "same-site", "https://example", false},
		{"an unknown word", "friendly", "https://incrocio.example.altrove.example", false},
		{"old browser, our page", "", "https://incrocio.example", true},
		{"old browser, another site", "", "https://altrove.example", false},
		{"old browser, a sub-domain", "", "https://altro.incrocio.example", false},
		{"old browser, another port", "", "https://incrocio.example:8443", false},
		{"old browser, hidden", "", "null", false},
		{"old browser, garbage", "", "incrocio.example", false},
		{"neither", "", "", false},
	} {
		w := b.browser()
		w.site, w.origin = c.site, c.origin
		before := done
		a := w.post("/prova", url.Values{})
		want := http.StatusForbidden
		if c.let {
			want = http.StatusSeeOther
		}
		a.is(t, c.name, want)
		if (done != before) != c.let {
			t.Errorf("%s: it was done %d times", c.name, done-before)
		}
	}
}

// TestHosts: a name that another site had resolved to this machine is not one of ours.
func TestHosts(t *testing.T) {
	b := newBench(t, nil)
	for host, want := range map[string]int{
		"incrocio.example": 200, "INCROCIO.example:443": 200, "127.0.0.1:8080": 200, "localhost": 200, "[::1]:8080": 200,
		"altrove.example": 421, "127.0.0.1.altrove.example": 421, "incrocio.example.altrove.example": 421, "10.0.0.1": 421, "": 421,
	} {
		w := b.browser()
		w.host = host
		w.get("/entra").is(t, "host "+host, want)
		w.get("/healthz").is(t, "health under "+host, 200)
	}
}

func TestHeaders(t *testing.T) {
	b := newBench(t, nil)
	w := b.browser()
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
	for _, path := range []string{"/entra", "/nessuna", "/healthz", "/chi"} {
		h := w.get(path).Header
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), policy) {
			t.Errorf("%s: policy %q", path, h.Get("Content-Security-Policy"))
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store", "Strict-Transport-Security": "max-age=31536000",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s %q, want %q", path, name, h.Get(name), want)
			}
		}
		if h.Get("Permissions-Policy") == "" {
			t.Errorf("%s: no Permissions-Policy", path)
		}
	}
	plain := newBench(t, func(c *Config) { c.URL = nil }).browser()
	plain.host, plain.tls = "127.0.0.1", nil
	if got := plain.get("/entra").Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without TLS: %q", got)
	}
}

func TestStaticFiles(t *testing.T) {
	b := newBench(t, nil)
	w := b.browser()
	path, err := b.server.templates.path("incrocio.svg")
	if err != nil {
		t.Fatal(err)
	}
	a := w.get(path)
	a.is(t, path, 200)
	if got := a.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" || a.Header.Get("Content-Type") != "image/svg+xml" || len(a.Cookies()) > 0 {
		t.Errorf("%q %q %v", got, a.Header.Get("Content-Type"), a.Cookies())
	}
	w.header = http.Header{"If-None-Match": {a.Header.Get("ETag")}}
	if again := w.get(path); again.StatusCode != http.StatusNotModified || again.body != "" {
		t.Errorf("again: %d, %d bytes", again.StatusCode, len(again.body))
	}
	w.header = nil
	for _, bad := range []string{"/static/0000000000000000/incrocio.svg", path + "x", "/static/" + b.server.templates.hash + "/..%2ftemplates%2flayout.html", "/static/"} {
		w.get(bad).is(t, bad, 404)
	}
	if _, err := b.server.templates.path("nessuno.css"); err == nil {
		t.Error("a file that is not there has a path")
	}
}

// TestErrors holds how each error is told.
func TestErrors(t *testing.T) {
	b := newBench(t, nil)
	var fail error
	pass := func(*Server, *request) (view, error) { return view{}, fail }
	b.withRoutes(route{Method: http.MethodPost, Pattern: "/prova", Handle: pass}, route{Method: http.MethodGet, Pattern: "/prova/{id}", Handle: pass})
	w := b.browser()
	var decision worklist.Decision
	for _, c := range []struct {
		err    error
		status int
		text   string
	}{
		{worklist.ErrUnknown, 404, "L&#39;elemento non esiste."},
		{fmt.Errorf("look: %w", worklist.ErrRole), 403, "Il ruolo non lo consente."},
		{decision.Check(), 422, "provvedimento &#34;&#34; sconosciuto."},
		{&worklist.ConflictError{By: "rossi", State: worklist.StateTaken, At: pipeline.Instant(1412150400_000000)}, 409, "In carico a rossi dal 01/10/2014 10:00:00."},
		{worklist.ErrSamePerson, 409, "Serve una seconda persona."},
		{worklist.ErrToken, 409, "già stato usato"},
		{fmt.Errorf("do: %w", store.ErrTemporary), 503, "riprovare"},
		{errors.New("RSSMRA80A01H501U is wrong"), 500, "Codice del guasto"},
	} {
		fail = c.err
		a := w.post("/prova", nil)
		a.is(t, c.err.Error(), c.status)
		if !strings.Contains(a.body, c.text) || strings.Contains(a.body, "RSSMRA80A01H501U") {
			t.Errorf("%v: %s", c.err, a.body)
		}
		if got := a.Header.Get("Retry-After"); (got != "") != (c.status == 503) {
			t.Errorf("%v: Retry-After %q", c.err, got)
		}
	}
	w.get("/nessuna").is(t, "no page", 404)
	a := w.do(http.MethodDelete, "/prova", "", nil)
	a.is(t, "DELETE", 405)
	if a.Header.Get("Allow") != "POST" || !strings.Contains(a.body, "Richiesta non ammessa") {
		t.Errorf("Allow %q; %s", a.Header.Get("Allow"), a.body)
	}
	if got := w.post("/prova/1", nil).Header.Get("Allow"); got != "GET, HEAD" {
		t.Errorf("Allow %q", got)
	}
}

// TestPanics: a page that panics is a fault with a number, and none of its data is in the log.
func TestPanics(t *testing.T) {
	b := newBench(t, nil)
	var with any
	b.withRoutes(route{Method: http.MethodGet, Pattern: "/prova/{id}", Handle: func(*Server, *request) (view, error) { panic(with) }})
	w := b.browser()
	for _, with = range []any{"RSSMRA80A01H501U", errors.New("RSSMRA80A01H501U"), fmt.Errorf("of Rossi")} {
		a := w.get("/prova/RSSMRA80A01H501U")
		a.is(t, "panic", 500)
		i := strings.Index(a.body, "<code>")
		if i < 0 || !strings.Contains(b.log.String(), a.body[i+6:i+14]) {
			t.Errorf("the number of the fault is not in the log: %s", a.body)
		}
	}
	if log := b.log.String(); strings.Contains(log, "RSSMRA") || strings.Contains(log, "Rossi") || !strings.Contains(log, "/prova/{id}") || !strings.Contains(log, "TestPanics") {
		t.Errorf("log: %s", log)
	}
	func() {
		defer func() {
			if err, ok := recover().(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				t.Error("a connection to break off was not")
			}
		}()
		with = http.ErrAbortHandler
		w.get("/prova/1")
	}()
}

// TestNamedByRoute: an address with a tax code in it, typed by whoever, comes back in no address and in no log.
func TestNamedByRoute(t *testing.T) {
	b := newBench(t, nil)
	b.withRoutes(route{Method: http.MethodGet, Pattern: "/prova/{id}", Role: worklist.RoleReader, Handle: func(*Server, *request) (view, error) {
		return view{}, errors.New("broken")
	}})
	const code = "RSSMRA80A01H501U"
	if got := b.browser().get("/prova/x?cf=" + code).location(); got != "/entra" {
		t.Errorf("sent to %q", got)
	}
	if got := b.browser().get("/prova/x?pagina=2").location(); got != "/entra?da=%2Fprova%2Fx%3Fpagina%3D2" {
		t.Errorf("sent to %q", got)
	}
	b.signed("lettore").get("/prova/"+code).is(t, "broken", 500)
	if strings.Contains(b.log.String(), code) {
		t.Errorf("log: %s", b.log)
	}
}

func TestReports(t *testing.T) {
	b := newBench(t, nil)
	w := b.browser()
	w.site = ""
	told := func() int { return strings.Count(b.log.String(), "a browser kept the console's policy") }
	for _, c := range []struct {
		kind, body string
		status     int
		more       int
	}{
		{"application/csp-report", `{"csp-report":{"effective-directive":"script-src","document-uri":"https://x/RSSMRA80A01H501U"}}`, 204, 1},
		{"application/csp-report", `{"csp-report":{"violated-directive":"style-src 'self'"}}`, 204, 1},
		{"application/csp-report", `{"csp-report":{"violated-directive":"RSSMRA80A01H501U"}}`, 204, 1},
		{"application/reports+json", `[{"type":"csp-violation","body":{"effectiveDirective":"img-src"}},{"type":"other"}]`, 204, 1},
		{"application/reports+json", `[]`, 204, 0},
		{"application/csp-report", `{`, 204, 0},
		{"text/plain", `{}`, 415, 0},
		{"application/csp-report", strings.Repeat(" ", 2<<20), 204, 0},
	} {
		before := told()
		w.do(http.MethodPost, "/csp", c.kind, strings.NewReader(c.body)).is(t, c.kind+" "+c.body[:1], c.status)
		if got := told() - before; got != c.more {
			t.Errorf("%.80s: %d more, want %d", c.body, got, c.more)
		}
	}
	if log := b.log.String(); strings.Contains(log, "RSSMRA") || !strings.Contains(log, "direttiva=style-src") || !strings.Contains(log, "direttiva=sconosciuta") {
		t.Errorf("log: %s", log)
	}
}

func TestHealth(t *testing.T) {
	b := newBench(t, nil)
	w := b.browser()
	w.get("/healthz").is(t, "well", 200)
	b.desk.fails = store.ErrTemporary
	w.get("/healthz").is(t, "ill", 503)
}

func TestLocalPaths(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/eccezioni?lista=LAVORATE#riga": true, "/a//b": true,
		"": false, "//altrove.example": false, "https://altrove.example": false, "/\\altrove.example": false, "javascript:alert(1)": false,
		"/\taltrove": false, "/ a": false, "/\nSet-Cookie: a=b": false, "eccezioni": false, "/\x7f": false, "/%zz": false,
	} {
		if local(path) != want {
			t.Errorf("%q: %t", path, !want)
		}
	}
	b := newBench(t, nil)
	rec := httptest.NewRecorder()
	b.server.answer(rec, &request{Request: httptest.NewRequest(http.MethodGet, "/", nil), route: &route{}}, &view{Redirect: "//altrove.example"})
	if got := rec.Header().Get("Location"); got != "/" {
		t.Errorf("sent to %q", got)
	}
}

func TestAttachments(t *testing.T) {
	for name, want := range map[string]string{
		"eccezioni.csv":     "attachment; filename=eccezioni.csv",
		"perché no.csv":     "attachment; filename=perch__no.csv; filename*=UTF-8''perch%C3%A9%20no.csv",
		"a\r\nX: y\".csv":   "attachment; filename=a__X__y_.csv; filename*=UTF-8''a%0D%0AX%3A%20y%22.csv",
		"../../etc/passwd":  "attachment; filename=.._.._etc_passwd; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd",
		"\xff;filename=b.x": "attachment; filename=__filename_b.x; filename*=UTF-8''_%3Bfilename%3Db.x",
	} {
		if got := attachment(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}
