package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// TestLocalSignIn: whatever was wrong, one sees the same page; the audit knows.
func TestLocalSignIn(t *testing.T) {
	b := newBench(t, nil)
	a := b.desk.accounts["lettore"]
	a.Disabled = true
	b.desk.accounts["lettore"] = a
	var page string
	for _, c := range []struct{ name, account, password, who, note string }{
		{"wrong password", "operatore", "sbagliata del tutto", "operatore", "password errata"},
		{"no password", "operatore", "", "operatore", "password errata"},
		{"password of another", "operatore", "altra password", "operatore", "password errata"},
		{"far too long", "operatore", strings.Repeat("x", 2000), "operatore", "password errata"},
		{"unknown name", "nessuno", secret, "", "utenza sconosciuta"},
		{"a tax code as the name", "RSSMRA80A01H501U", secret, "", "utenza sconosciuta"},
		{"no name", "", secret, "", "utenza sconosciuta"},
		{"disabled", "lettore", secret, "lettore", "utenza disabilitata"},
		{"disabled, wrong password", "lettore", "sbagliata del tutto", "lettore", "utenza disabilitata"},
	} {
		before := len(b.rows(AuditRefused))
		w := b.browser()
		got := w.signIn(c.account, c.password)
		got.is(t, c.name, http.StatusUnprocessableEntity)
		if page == "" {
			page = got.body
		}
		if got.body != page || !strings.Contains(page, "Utenza o password errata.") {
			t.Errorf("%s: the page differs: %s", c.name, got.body)
		}
		rows := b.rows(AuditRefused)
		if len(rows) != before+1 {
			t.Fatalf("%s: %d rows", c.name, len(rows)-before)
		}
		if last := rows[before]; last.who != c.who || last.detail != `{"indirizzo":"192.0.2.1","nota":"`+c.note+`"}` {
			t.Errorf("%s: %+v", c.name, last)
		}
	}
	if rows := b.rows(AuditIn); len(rows) != 0 {
		t.Errorf("in: %v", rows)
	}
	b.signed(" Operatore ")
	if rows := b.rows(AuditIn); len(rows) != 1 || rows[0].who != "operatore" {
		t.Errorf("in: %v", rows)
	}
}

// TestWhereSignInLeads: to the page one wanted, and never elsewhere.
func TestWhereSignInLeads(t *testing.T) {
	b := newBench(t, nil)
	b.withRoutes(whoami)
	for to, want := range map[string]string{
		"": "/", "/chi": "/chi", "/eccezioni?lista=LAVORATE": "/eccezioni?lista=LAVORATE",
		"https://altrove.example/": "/", "//altrove.example": "/", `/\altrove.example`: "/", "javascript:alert(1)": "/",
	} {
		w := b.browser()
		a := w.post("/entra", url.Values{"nome": {"operatore"}, "password": {secret}, "da": {to}})
		if a.location() != want {
			t.Errorf("%q leads to %q", to, a.location())
		}
		if got := b.browser().get("/entra?" + url.Values{"da": {to}}.Encode()).body; want == "/" && strings.Contains(got, "altrove") {
			t.Errorf("%q is on the page", to)
		}
	}
	if got := b.browser().get("/chi").location(); got != "/entra?da=%2Fchi" {
		t.Errorf("sent to %q", got)
	}
	b.browser().post("/chi", nil).is(t, "POST of nobody", http.StatusMethodNotAllowed)
	if got := b.signed("operatore").get("/entra"); got.location() != "/" {
		t.Errorf("who is in is asked again: %d", got.StatusCode)
	}
}

// TestGuessing: after five wrong passwords the next try waits, right or wrong; elsewhere one gets in.
func TestGuessing(t *testing.T) {
	b := newBench(t, nil)
	w := b.browser()
	for range 5 {
		w.signIn("operatore", "sbagliata del tutto").is(t, "wrong", http.StatusUnprocessableEntity)
	}
	a := w.signIn("operatore", secret)
	a.is(t, "right, too early", http.StatusTooManyRequests)
	if a.Header.Get("Retry-After") != "1" || !strings.Contains(a.body, "riprovare fra 1 secondi") {
		t.Errorf("Retry-After %q: %s", a.Header.Get("Retry-After"), a.body)
	}
	elsewhere := b.browser()
	elsewhere.address = "192.0.2.2:1"
	elsewhere.signIn("operatore", secret).is(t, "from elsewhere", http.StatusSeeOther)
	waits := []string{}
	for range 10 {
		b.clock.pass(5 * time.Minute)
		w.signIn("operatore", "sbagliata del tutto").is(t, "wrong, after the wait", http.StatusUnprocessableEntity)
		waits = append(waits, w.signIn("operatore", secret).Header.Get("Retry-After"))
	}
	if got := strings.Join(waits, " "); got != "2 4 8 16 32 64 128 256 300 300" {
		t.Errorf("waits %s", got)
	}
	b.clock.pass(5 * time.Minute)
	w.signIn("operatore", secret).is(t, "right, after the wait", http.StatusSeeOther)
	for range 4 {
		w.signIn("operatore", "sbagliata del tutto").is(t, "wrong, anew", http.StatusUnprocessableEntity)
	}
	w.signIn("operatore", secret).is(t, "right, anew", http.StatusSeeOther)
}

// TestGuessingFromManyPlaces makes an account wait too, but never for long.
func TestGuessingFromManyPlaces(t *testing.T) {
	b := newBench(t, nil)
	for i := range 40 {
		w := b.browser()
		w.address = "198.51.100." + string(rune('0'+i/10)) + string(rune('0'+i%10)) + ":1"
		w.signIn("operatore", "sbagliata del tutto")
		b.clock.pass(time.Minute)
	}
	w := b.browser()
	w.signIn("operatore", "sbagliata del tutto")
	if got := w.signIn("operatore", secret).Header.Get("Retry-After"); got != "30" {
		t.Errorf("waits %q", got)
	}
}

// TestTriesFromOneAddress are limited, whatever the names.
func TestTriesFromOneAddress(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Limits.SignIns = Rate{1, 3} })
	w := b.browser()
	for i := range 3 {
		w.signIn("nessuno"+string(rune('a'+i)), secret).is(t, "try", http.StatusUnprocessableEntity)
	}
	w.signIn("operatore", secret).is(t, "fourth", http.StatusTooManyRequests)
	b.clock.pass(time.Second)
	w.signIn("operatore", secret).is(t, "a second later", http.StatusSeeOther)
}

// TestSignInNeedsItsRow: nobody gets in, or learns anything, without the audit knowing.
func TestSignInNeedsItsRow(t *testing.T) {
	b := newBench(t, nil)
	b.mute = errors.New("disk full")
	for _, password := range []string{secret, "sbagliata del tutto"} {
		w := b.browser()
		w.signIn("operatore", password).is(t, "without audit", http.StatusInternalServerError)
		if len(w.cookies) > 0 {
			t.Error("got a cookie")
		}
	}
	b.mute, b.desk.fails = nil, store.ErrTemporary
	b.browser().signIn("operatore", secret).is(t, "without store", http.StatusServiceUnavailable)
}

// TestUnknownNamesTakeAsLong counts the work, not the time: a name that nobody has is checked against a digest of the same
// cost as a new account's.
func TestUnknownNamesTakeAsLong(t *testing.T) {
	b := newBench(t, nil)
	q := &request{Request: b.request(http.MethodPost, "/entra"), form: url.Values{"password": {secret}}}
	if right, err := b.server.check(q, &worklist.Account{Secret: digest(secret)}, true); err != nil || !right {
		t.Errorf("known: %t, %v", right, err)
	}
	if right, err := b.server.check(q, &worklist.Account{Secret: "not looked at"}, false); err != nil || right {
		t.Errorf("unknown: %t, %v", right, err)
	}
	if _, err := b.server.check(q, &worklist.Account{Secret: "broken"}, true); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("broken: %v", err)
	}
}

func TestSignOutIsInTheAudit(t *testing.T) {
	b := newBench(t, nil)
	w := b.signed("operatore")
	w.get("/esci").is(t, "GET", http.StatusMethodNotAllowed)
	a := w.post("/esci", nil)
	if a.location() != "/entra" || a.Header.Get("Clear-Site-Data") != `"cache"` || len(w.cookies) > 0 {
		t.Errorf("%q, cookies %v", a.location(), w.cookies)
	}
	w.post("/esci", nil).is(t, "again", http.StatusSeeOther)
	if rows := b.rows(AuditOut); len(rows) != 1 || rows[0].who != "operatore" {
		t.Errorf("out: %v", rows)
	}
}
