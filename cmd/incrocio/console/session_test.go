package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"incrocio/pipeline/worklist"
)

// TestSessions holds how long somebody is in, and what ends it.
func TestSessions(t *testing.T) {
	const in, out = http.StatusOK, http.StatusSeeOther
	save := func(b *bench, change func(*worklist.Account)) {
		a := b.desk.accounts["operatore"]
		change(&a)
		b.desk.SaveAccount(t.Context(), "", a)
	}
	cases := []struct {
		name string
		do   func(*bench, *browser)
		want int
	}{
		{"at once", func(*bench, *browser) {}, in},
		{"after 29 minutes", func(b *bench, _ *browser) { b.clock.pass(29 * time.Minute) }, in},
		{"after 30 minutes", func(b *bench, _ *browser) { b.clock.pass(30 * time.Minute) }, out},
		{"after a night", func(b *bench, _ *browser) { b.clock.pass(12 * time.Hour) }, out},
		{"every 20 minutes, for 7 h 40", func(b *bench, w *browser) {
			for range 23 {
				b.clock.pass(20 * time.Minute)
				w.get("/chi").is(t, "in between", in)
			}
		}, in},
		{"every 20 minutes, for 8 h", func(b *bench, w *browser) {
			for range 24 {
				w.get("/chi").is(t, "in between", in)
				b.clock.pass(20 * time.Minute)
			}
		}, out},
		{"static files do not count", func(b *bench, w *browser) {
			b.clock.pass(20 * time.Minute)
			w.get("/static/"+b.server.templates.hash+"/incrocio.svg").is(t, "static", 200)
			b.clock.pass(20 * time.Minute)
		}, out},
		{"signed out", func(_ *bench, w *browser) { w.post("/esci", nil) }, out},
		{"signed out, the cookie kept", func(_ *bench, w *browser) {
			kept := w.cookies[sessionCookie]
			w.post("/esci", nil)
			w.cookies[sessionCookie] = kept
		}, out},
		{"another signs out", func(b *bench, _ *browser) { b.signed("operatore").post("/esci", nil) }, in},
		{"cookie taken away", func(_ *bench, w *browser) { delete(w.cookies, sessionCookie) }, out},
		{"cookie made up", func(_ *bench, w *browser) { w.cookies[sessionCookie] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }, out},
		{"cookie changed", func(_ *bench, w *browser) {
			c := []byte(w.cookies[sessionCookie])
			c[5] ^= 1
			w.cookies[sessionCookie] = string(c)
		}, out},
		{"cookie of another name", func(_ *bench, w *browser) {
			w.cookies["incrocio"] = w.cookies[sessionCookie]
			delete(w.cookies, sessionCookie)
		}, out},
		{"account disabled", func(b *bench, _ *browser) { save(b, func(a *worklist.Account) { a.Disabled = true }) }, out},
		{"account enabled again: the session is over all the same", func(b *bench, w *browser) {
			save(b, func(a *worklist.Account) { a.Disabled = true })
			w.get("/chi").is(t, "disabled", out)
			save(b, func(a *worklist.Account) { a.Disabled = false })
		}, out},
		{"password changed", func(b *bench, _ *browser) {
			save(b, func(a *worklist.Account) { a.Secret = digest("altra password lunga") })
		}, out},
		{"account gone", func(b *bench, _ *browser) { delete(b.desk.accounts, "operatore") }, out},
		{"server started again", func(b *bench, _ *browser) {
			again := newBench(t, nil)
			again.withRoutes(whoami)
			b.handler = again.handler
		}, out},
		{"console closed", func(b *bench, _ *browser) { b.server.Close() }, out},
		{"eleventh session of one person", func(b *bench, _ *browser) {
			for range 10 {
				b.clock.pass(time.Second)
				b.signed("operatore")
			}
		}, out},
		{"tenth session of one person", func(b *bench, _ *browser) {
			for range 9 {
				b.clock.pass(time.Second)
				b.signed("operatore")
			}
		}, in},
	}
	for _, c := range cases {
		b := newBench(t, nil)
		b.withRoutes(whoami)
		w := b.signed("operatore")
		w.get("/chi").is(t, c.name+", before", in)
		c.do(b, w)
		w.get("/chi").is(t, c.name, c.want)
	}
}

// TestFixation: whatever token one brings along, one gets another at sign-in, and the one brought along is worth nothing.
func TestFixation(t *testing.T) {
	b := newBench(t, nil)
	b.withRoutes(whoami)
	first := b.signed("lettore")
	before := first.cookies[sessionCookie]
	first.signIn("responsabile", secret).is(t, "sign in over another", http.StatusSeeOther)
	if first.cookies[sessionCookie] == before {
		t.Error("the token is the same after signing in")
	}
	if n := len(b.server.sessions.open); n != 1 {
		t.Errorf("%d sessions are open", n)
	}
	if got := first.get("/chi").body; !strings.HasPrefix(got, "RESPONSABILE") {
		t.Errorf("is %q", got)
	}
	thief := b.browser()
	thief.cookies[sessionCookie] = before
	thief.get("/chi").is(t, "the token from before", http.StatusSeeOther)

	planted := b.browser()
	planted.cookies[sessionCookie] = "piantato"
	planted.signIn("lettore", secret)
	if planted.cookies[sessionCookie] == "piantato" {
		t.Error("a token from outside became a session")
	}
}

// TestNoSessionBeforeSignIn: who has not signed in costs no memory.
func TestNoSessionBeforeSignIn(t *testing.T) {
	b := newBench(t, nil)
	w := b.browser()
	w.get("/entra")
	w.get("/nessuna")
	w.signIn("operatore", "sbagliata del tutto")
	if len(w.cookies) != 0 || len(b.server.sessions.open) != 0 {
		t.Errorf("cookies %v, %d sessions", w.cookies, len(b.server.sessions.open))
	}
}

func TestTooManySessions(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Limits = Limits{Sessions: 2} })
	b.withRoutes(whoami)
	first := b.signed("lettore")
	b.signed("operatore")
	b.browser().signIn("responsabile", secret).is(t, "third", http.StatusServiceUnavailable)
	first.get("/chi").is(t, "first", 200)
	b.clock.pass(31 * time.Minute)
	b.signed("responsabile")
}

// TestSignOutWins: a request that was under way when its session ended does not bring it back.
func TestSignOutWins(t *testing.T) {
	b := newBench(t, nil)
	begun, end := make(chan bool), make(chan bool)
	b.withRoutes(whoami, route{Method: http.MethodGet, Pattern: "/lenta", Role: worklist.RoleReader, Handle: func(*Server, *request) (view, error) {
		begun <- true
		<-end
		return view{Template: "errore", Data: problem{}}, nil
	}})
	w := b.signed("operatore")
	slow := b.browser()
	slow.cookies[sessionCookie] = w.cookies[sessionCookie]
	var running sync.WaitGroup
	running.Go(func() { slow.get("/lenta").is(t, "slow", 200) })
	<-begun
	w.post("/esci", nil).is(t, "sign out", http.StatusSeeOther)
	close(end)
	running.Wait()
	slow.get("/chi").is(t, "afterwards", http.StatusSeeOther)
}

// TestGrantsHoldAtOnce: a role or sede that is taken away is gone at the next request.
func TestGrantsHoldAtOnce(t *testing.T) {
	b := newBench(t, nil)
	b.withRoutes(whoami)
	w := b.signed("responsabile")
	a := b.desk.accounts["responsabile"]
	a.Role, a.Offices = worklist.RoleReader, []string{other}
	b.desk.SaveAccount(t.Context(), "", a)
	if got := w.get("/chi").body; got != "CONSULTAZIONE responsabile 4900" {
		t.Errorf("is %q", got)
	}
}

// TestSearches: what was searched for stays here, for whoever searched and nobody else.
func TestSearches(t *testing.T) {
	b := newBench(t, nil)
	b.withRoutes(
		route{Method: http.MethodPost, Pattern: "/cerca", Role: worklist.RoleReader, Handle: func(_ *Server, q *request) (view, error) {
			return view{Redirect: "/trovato?ricerca=" + q.session.keep(q.form)}, nil
		}},
		route{Method: http.MethodGet, Pattern: "/trovato", Role: worklist.RoleReader, Handle: func(_ *Server, q *request) (view, error) {
			form, ok := q.session.kept(q.form.Get("ricerca"))
			return view{File: &download{Type: "text/plain", Body: fmt.Appendf(nil, "%t %s", ok, form.Get("cf"))}}, nil
		}},
	)
	w := b.signed("operatore")
	const code = "RSSMRA80A01H501U"
	at := w.post("/cerca", url.Values{"cf": {code}}).location()
	if strings.Contains(at, code) || !strings.HasPrefix(at, "/trovato?ricerca=") {
		t.Fatalf("sent to %q", at)
	}
	if got := w.get(at).body; got != "true "+code {
		t.Errorf("found %q", got)
	}
	if got := b.signed("operatore").get(at).body; got != "false " {
		t.Errorf("another session found %q", got)
	}
	for range maxSearches {
		w.post("/cerca", nil)
	}
	if got := w.get(at).body; got != "false " {
		t.Errorf("after %d more: %q", maxSearches, got)
	}
}

// TestFlashes: what was done is told once, on the next page.
func TestFlashes(t *testing.T) {
	b := newBench(t, nil)
	b.withRoutes(
		route{Method: http.MethodPost, Pattern: "/fai", Role: worklist.RoleReader, Handle: func(*Server, *request) (view, error) {
			return view{Redirect: "/vedi", Flash: "Fatto <b>uno</b>."}, nil
		}},
		route{Method: http.MethodGet, Pattern: "/vedi", Role: worklist.RoleReader, Handle: func(*Server, *request) (view, error) {
			return view{Template: "errore", Data: problem{}}, nil
		}},
	)
	w := b.signed("operatore")
	w.post("/fai", nil)
	if got := w.get("/vedi").body; !strings.Contains(got, "Fatto &lt;b&gt;uno&lt;/b&gt;.") {
		t.Errorf("not told: %s", got)
	}
	if got := w.get("/vedi").body; strings.Contains(got, "Fatto") {
		t.Error("told twice")
	}
}

// TestTokensAreThrownAway: sessions that nobody ends leave nothing behind.
func TestTokensAreThrownAway(t *testing.T) {
	c := &clock{}
	s := &tokens{now: c.now, kept: map[string]token{}}
	for i := range 10_000 {
		name := fmt.Sprint(i)
		if err := s.Commit(name, []byte(name), time.Time{}); err != nil {
			t.Fatal(err)
		}
		c.pass(idleTime / 100) // at most 100 are of use at a time
		if got, ok, err := s.Find(name); err != nil || !ok || string(got) != name {
			t.Fatalf("%d: %q, %t, %v", i, got, ok, err)
		}
	}
	if n := len(s.kept); n > 400 {
		t.Errorf("%d are kept", n)
	}
	if _, ok, _ := s.Find("9000"); ok {
		t.Error("an old one is found")
	}
	if err := s.Delete("9999"); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := s.Find("9999"); ok {
		t.Error("a deleted one is found")
	}
}
