package console

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"incrocio/pipeline/worklist"
)

// issuer is an OpenID Connect provider that can be made to misbehave.
type issuer struct {
	t      *testing.T
	clock  *clock
	server *httptest.Server
	rsa    *rsa.PrivateKey
	ecdsa  *ecdsa.PrivateKey

	mu      sync.Mutex
	kid     string
	key     any // that signs
	alg     jose.SignatureAlgorithm
	codes   map[string]url.Values          // what was asked for with each code
	claims  func(map[string]any)           // changes the claims of a token; nil leaves them
	forge   func(map[string]any) string    // makes the token; nil signs it
	answer  func(http.ResponseWriter) bool // of the token endpoint; nil, or false, is the usual one
	lookups int
	down    bool
	says    map[string]any // of the discovery document
}

const clientID, clientSecret = "incrocio", "s3greto della console"

// keys of all issuers: making one takes long.
var testKeys = sync.OnceValues(func() (*rsa.PrivateKey, *ecdsa.PrivateKey) {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return r, e
})

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	p := &issuer{t: t, kid: "k1", alg: jose.RS256, codes: map[string]url.Values{}}
	p.rsa, p.ecdsa = testKeys()
	p.key = p.rsa
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	p.lookups++
	said := map[string]any{
		"issuer": p.server.URL, "authorization_endpoint": p.server.URL + "/auth", "token_endpoint": p.server.URL + "/token",
		"jwks_uri": p.server.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256", "ES256", "RS512", "PS256", "HS256", "none"},
	}
	maps.Copy(said, p.says)
	json.NewEncoder(w).Encode(said)
}

func (p *issuer) keys(w http.ResponseWriter, _ *http.Request) {
	set := jose.JSONWebKeySet{}
	switch key := p.key.(type) {
	case *rsa.PrivateKey:
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: p.kid, Use: "sig"})
	case *ecdsa.PrivateKey:
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: p.kid, Use: "sig"})
	}
	json.NewEncoder(w).Encode(set)
}

// token redeems a code: once, for who has the verifier and the secret.
func (p *issuer) token(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	if p.answer != nil && p.answer(w) {
		return
	}
	asked, ok := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	user, password, _ := r.BasicAuth()
	user, _ = url.QueryUnescape(user)
	password, _ = url.QueryUnescape(password)
	if !ok || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") || user != clientID || password != clientSecret ||
		r.PostForm.Get("redirect_uri") != "https://incrocio.example/entra/ritorno" || r.PostForm.Get("grant_type") != "authorization_code" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	claims := map[string]any{
		"iss": p.server.URL, "sub": "utente-1", "aud": clientID, "nonce": asked.Get("nonce"),
		"iat": p.clock.now().Unix(), "exp": p.clock.now().Add(5 * time.Minute).Unix(),
		"preferred_username": "rossi", "ruolo": []string{"altro", "gruppo-op"}, "sede": []string{own},
	}
	if p.claims != nil {
		p.claims(claims)
	}
	for name, v := range claims {
		if v == nil {
			delete(claims, name)
		}
	}
	forge := p.forge
	if forge == nil {
		forge = func(claims map[string]any) string { return p.sign(p.alg, p.key, p.kid, claims) }
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"access_token": "accesso", "token_type": "Bearer", "expires_in": 300, "id_token": forge(claims)})
}

func (p *issuer) sign(alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		p.t.Fatal(err)
	}
	payload, _ := json.Marshal(claims)
	signed, err := s.Sign(payload)
	if err != nil {
		p.t.Fatal(err)
	}
	text, _ := signed.CompactSerialize()
	return text
}

// approve is what the provider does once a person has shown who she is: it gives the address of the console to go back to.
func (p *issuer) approve(at string) *url.URL {
	p.t.Helper()
	u, err := url.Parse(at)
	if err != nil || !strings.HasPrefix(at, p.server.URL+"/auth?") {
		p.t.Fatalf("sent to %q", at)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": clientID, "redirect_uri": "https://incrocio.example/entra/ritorno", "code_challenge_method": "S256", "scope": "openid profile",
	} {
		if q.Get(name) != want {
			p.t.Errorf("asked with %s = %q, want %q", name, q.Get(name), want)
		}
	}
	if len(q.Get("state")) < 32 || len(q.Get("nonce")) < 32 || len(q.Get("code_challenge")) != 43 {
		p.t.Errorf("asked with %v", q)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code := fmt.Sprintf("codice-%d", len(p.codes)+p.lookups*1000)
	p.codes[code] = q
	return &url.URL{Path: "/entra/ritorno", RawQuery: url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()}
}

func (p *issuer) bench(change func(*Config)) *bench {
	b := newBench(p.t, func(c *Config) {
		c.SignIn = SignIn{OIDC: &OIDC{
			Issuer: p.server.URL, ClientID: clientID, ClientSecret: clientSecret, NameClaim: "preferred_username", RoleClaim: "ruolo", OfficeClaim: "sede",
			Grants: Grants{Roles: map[string]worklist.Role{"gruppo-op": worklist.RoleOperator, "gruppo-resp": worklist.RoleSupervisor, "gruppo-let": worklist.RoleReader}, AllOffices: "TUTTE"},
		}}
		if change != nil {
			change(c)
		}
	})
	p.clock = b.clock
	b.withRoutes(whoami)
	return b
}

// set changes a claim of every token; nil takes it away.
func set(name string, value any) func(*issuer) {
	return func(p *issuer) { p.claims = func(c map[string]any) { c[name] = value } }
}

// at sets a claim to a moment by the clock of the tests.
func at(name string, d time.Duration) func(*issuer) {
	return func(p *issuer) { p.claims = func(c map[string]any) { c[name] = p.clock.now().Add(d).Unix() } }
}

// forged makes tokens in another way.
func forged(forge func(p *issuer, claims map[string]any) string) func(*issuer) {
	return func(p *issuer) { p.forge = func(c map[string]any) string { return forge(p, c) } }
}

func pemOf(key *rsa.PublicKey) []byte {
	der, _ := x509.MarshalPKIXPublicKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func unsigned(header string, claims map[string]any, signature string) string {
	payload, _ := json.Marshal(claims)
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(header)) + "." + enc(payload) + "." + signature
}

// TestTokens holds what of an ID token is believed.
func TestTokens(t *testing.T) {
	const refused, let = http.StatusForbidden, http.StatusSeeOther
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name   string
		change func(*issuer)
		want   int
		is     string // what /chi says
	}{
		{"as it should be", func(*issuer) {}, let, "OPERATORE rossi 7000"},
		{"ES256", func(p *issuer) { p.key, p.alg = p.ecdsa, jose.ES256 }, let, "OPERATORE rossi 7000"},
		{"several audiences, party is us", func(p *issuer) {
			p.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"altri", clientID}, clientID }
		}, let, "OPERATORE rossi 7000"},
		{"highest of several roles", set("ruolo", []string{"gruppo-let", "gruppo-resp", "gruppo-op"}), let, "RESPONSABILE rossi 7000"},
		{"one role as a text", set("ruolo", "gruppo-let"), let, "CONSULTAZIONE rossi 7000"},
		{"one sede as a text", set("sede", other), let, "OPERATORE rossi 4900"},
		{"all sedi", set("sede", "TUTTE"), let, "OPERATORE rossi "},
		{"expired for 59 s", at("exp", -59*time.Second), let, "OPERATORE rossi 7000"},
		{"issued in 59 s", at("iat", 59*time.Second), let, "OPERATORE rossi 7000"},
		{"not before 59 s from now", at("nbf", 59*time.Second), let, "OPERATORE rossi 7000"},
		{"a name with a tax code", set("preferred_username", "RSSMRA80A01H501U"), let, "OPERATORE " + discreet("RSSMRA80A01H501U") + " 7000"},

		{"alg none", forged(func(_ *issuer, c map[string]any) string { return unsigned(`{"alg":"none","typ":"JWT"}`, c, "") }), refused, ""},
		{"alg None", forged(func(_ *issuer, c map[string]any) string { return unsigned(`{"alg":"None"}`, c, "") }), refused, ""},
		{"alg none with a signature", forged(func(_ *issuer, c map[string]any) string { return unsigned(`{"alg":"none"}`, c, "AAAA") }), refused, ""},
		{"no alg", forged(func(_ *issuer, c map[string]any) string { return unsigned(`{}`, c, "") }), refused, ""},
		{"HS256 with the public key as DER", forged(func(p *issuer, c map[string]any) string {
			der, _ := x509.MarshalPKIXPublicKey(p.rsa.Public())
			return p.sign(jose.HS256, der, "k1", c)
		}), refused, ""},
		{"HS256 with the public key as PEM", forged(func(p *issuer, c map[string]any) string {
			return p.sign(jose.HS256, pemOf(&p.rsa.PublicKey), "k1", c)
		}), refused, ""},
		{"HS256 with the client's secret", forged(func(p *issuer, c map[string]any) string {
			return p.sign(jose.HS256, []byte(clientSecret+strings.Repeat("\x00", 32)), "k1", c)
		}), refused, ""},
		{"PS256", func(p *issuer) { p.alg = jose.PS256 }, refused, ""},
		{"RS512", func(p *issuer) { p.alg = jose.RS512 }, refused, ""},
		{"ES256 under an RSA key", forged(func(p *issuer, c map[string]any) string { return p.sign(jose.ES256, p.ecdsa, "k1", c) }), refused, ""},
		{"another's key under the same name", forged(func(_ *issuer, c map[string]any) string { return (&issuer{t: t}).sign(jose.ES256, stranger, "k1", c) }), refused, ""},
		{"another's key under another name", forged(func(_ *issuer, c map[string]any) string { return (&issuer{t: t}).sign(jose.ES256, stranger, "k9", c) }), refused, ""},
		{"a key that the token brings along", forged(func(p *issuer, c map[string]any) string {
			s, _ := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: stranger}, &jose.SignerOptions{EmbedJWK: true})
			payload, _ := json.Marshal(c)
			signed, _ := s.Sign(payload)
			text, _ := signed.CompactSerialize()
			return text
		}), refused, ""},
		{"a claim changed after signing", forged(func(p *issuer, c map[string]any) string {
			parts := strings.Split(p.sign(p.alg, p.key, p.kid, c), ".")
			c["ruolo"] = "gruppo-resp"
			payload, _ := json.Marshal(c)
			return parts[0] + "." + base64.RawURLEncoding.EncodeToString(payload) + "." + parts[2]
		}), refused, ""},
		{"the signature is missing", forged(func(p *issuer, c map[string]any) string {
			text := p.sign(p.alg, p.key, p.kid, c)
			return text[:strings.LastIndex(text, ".")+1]
		}), refused, ""},
		{"no token", forged(func(*issuer, map[string]any) string { return "" }), refused, ""},
		{"garbage", forged(func(*issuer, map[string]any) string { return "a.b.c" }), refused, ""},
		{"no JSON in it", forged(func(p *issuer, _ map[string]any) string { return unsigned(`{"alg":"RS256"}`, nil, "AAAA") }), refused, ""},

		{"another issuer", set("iss", "https://altrove.example"), refused, ""},
		{"issuer with a slash", func(p *issuer) { p.claims = func(c map[string]any) { c["iss"] = p.server.URL + "/" } }, refused, ""},
		{"no issuer", set("iss", nil), refused, ""},
		{"another audience", set("aud", "altri"), refused, ""},
		{"no audience", set("aud", nil), refused, ""},
		{"several audiences, no party", set("aud", []string{"altri", clientID}), refused, ""},
		{"party is another", set("azp", "altri"), refused, ""},
		{"party is no text", set("azp", 1), refused, ""},
		{"another nonce", set("nonce", "0123456789abcdef0123456789abcdef"), refused, ""},
		{"no nonce", set("nonce", nil), refused, ""},
		{"empty nonce", set("nonce", ""), refused, ""},
		{"expired for 61 s", at("exp", -61*time.Second), refused, ""},
		{"expired long ago", at("exp", -24*time.Hour), refused, ""},
		{"without end", set("exp", nil), refused, ""},
		{"issued in 61 s", at("iat", 61*time.Second), refused, ""},
		{"issued never", set("iat", nil), refused, ""},
		{"not before 61 s from now", at("nbf", 61*time.Second), refused, ""},
		{"not before no moment", set("nbf", "domani"), refused, ""},
		{"of nobody", set("sub", nil), refused, ""},
		{"of an empty somebody", set("sub", ""), refused, ""},
		{"of somebody without end", set("sub", strings.Repeat("x", 256)), refused, ""},
		{"for another access token", set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), refused, ""},
		{"without a name", set("preferred_username", nil), refused, ""},
		{"a name that is a number", set("preferred_username", 7), refused, ""},
		{"a name with a line end", set("preferred_username", "ros\nsi"), refused, ""},
		{"without a role", set("ruolo", nil), refused, ""},
		{"a role of no group of ours", set("ruolo", []string{"RESPONSABILE"}), refused, ""},
		{"a role that is an object", set("ruolo", map[string]any{"gruppo-op": true}), refused, ""},
		{"roles that are numbers", set("ruolo", []any{1, "gruppo-op"}), refused, ""},
		{"without a sede", set("sede", nil), refused, ""},
		{"no sede in the list", set("sede", []string{}), refused, ""},
		{"a malformed sede", set("sede", []string{"7000", "../4900"}), refused, ""},
		{"an empty sede", set("sede", ""), refused, ""},
		{"sedi without end", set("sede", strings.Split(strings.Repeat("7000 ", maxGrants+1), " ")), refused, ""},
	}
	if len(cases) < 40 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		p := newIssuer(t)
		b := p.bench(nil)
		c.change(p)
		w := b.browser()
		back := p.approve(w.get("/entra/oidc?da=/chi").location())
		w.site = "cross-site" // the provider sent us
		a := w.get(back.String())
		a.is(t, c.name, c.want)
		if c.want == let && (a.location() != "/chi" || w.get("/chi").body != c.is || len(b.rows(AuditIn)) != 1) {
			t.Errorf("%s: to %q, is %q, want %q", c.name, a.location(), w.get("/chi").body, c.is)
		}
		if c.want == refused && (len(w.cookies) > 0 || len(b.server.sessions.open) > 0 || len(b.rows(AuditRefused)) != 1 || !strings.Contains(a.body, "Accesso negato")) {
			t.Errorf("%s: cookies %v, audit %v", c.name, w.cookies, b.audit)
		}
		if log := b.log.String(); strings.Contains(log, "eyJ") || strings.Contains(log, "RSSMRA") || strings.Contains(log, "codice-") {
			t.Errorf("%s: log %s", c.name, log)
		}
	}
}

// TestReturns holds what of a return is believed.
func TestReturns(t *testing.T) {
	const refused, let = http.StatusForbidden, http.StatusSeeOther
	for _, c := range []struct {
		name   string
		change func(p *issuer, b *bench, w *browser, back url.Values)
		want   int
	}{
		{"as it should be", func(*issuer, *bench, *browser, url.Values) {}, let},
		{"issuer is told (RFC 9207)", func(p *issuer, _ *bench, _ *browser, back url.Values) { back.Set("iss", p.server.URL) }, let},
		{"another issuer is told", func(_ *issuer, _ *bench, _ *browser, back url.Values) { back.Set("iss", "https://altrove.example") }, refused},
		{"another state", func(_ *issuer, _ *bench, _ *browser, back url.Values) {
			back.Set("state", "0123456789abcdef0123456789abcdef")
		}, refused},
		{"no state", func(_ *issuer, _ *bench, _ *browser, back url.Values) { back.Del("state") }, refused},
		{"empty state", func(_ *issuer, _ *bench, _ *browser, back url.Values) { back.Set("state", "") }, refused},
		{"state twice", func(_ *issuer, _ *bench, _ *browser, back url.Values) { back.Add("state", "x") }, refused},
		{"no code", func(_ *issuer, _ *bench, _ *browser, back url.Values) { back.Del("code") }, refused},
		{"code twice", func(_ *issuer, _ *bench, _ *browser, back url.Values) { back.Add("code", "x") }, refused},
		{"made-up code", func(_ *issuer, _ *bench, _ *browser, back url.Values) { back.Set("code", "inventato") }, refused},
		{"refused by the provider", func(_ *issuer, _ *bench, _ *browser, back url.Values) { back.Set("error", "access_denied") }, refused},
		{"no cookie", func(_ *issuer, _ *bench, w *browser, _ url.Values) { delete(w.cookies, flowCookie) }, refused},
		{"cookie changed", func(_ *issuer, _ *bench, w *browser, _ url.Values) {
			c := []byte(w.cookies[flowCookie])
			c[40] ^= 1
			w.cookies[flowCookie] = string(c)
		}, refused},
		{"cookie made up", func(_ *issuer, _ *bench, w *browser, _ url.Values) { w.cookies[flowCookie] = "e30" }, refused},
		{"cookie of another sign-in", func(p *issuer, b *bench, w *browser, _ url.Values) {
			o := b.browser()
			o.get("/entra/oidc")
			w.cookies[flowCookie] = o.cookies[flowCookie]
		}, refused},
		{"cookie of another process", func(p *issuer, _ *bench, w *browser, _ url.Values) {
			keep := p.clock
			o := newBench(t, func(c *Config) {
				c.Rand = rand.Reader
				c.SignIn = SignIn{OIDC: &OIDC{Issuer: p.server.URL, ClientID: clientID, NameClaim: "n", RoleClaim: "r", OfficeClaim: "o"}}
			}).browser()
			o.get("/entra/oidc")
			p.clock = keep
			w.cookies[flowCookie] = o.cookies[flowCookie]
		}, refused},
		{"9 minutes at the provider", func(_ *issuer, b *bench, _ *browser, _ url.Values) { b.clock.pass(9 * time.Minute) }, let},
		{"10 minutes at the provider", func(_ *issuer, b *bench, _ *browser, _ url.Values) { b.clock.pass(10 * time.Minute) }, refused},
		{"secret is wrong", func(_ *issuer, b *bench, _ *browser, _ url.Values) {
			b.server.SignIn.OIDC.found.oauth.ClientSecret = "altro"
		}, refused},
		{"provider breaks", func(p *issuer, _ *bench, _ *browser, _ url.Values) { p.down = true }, http.StatusServiceUnavailable},
		{"provider talks without end", func(p *issuer, _ *bench, _ *browser, _ url.Values) {
			p.answer = func(w http.ResponseWriter) bool {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, `{"access_token":"a","token_type":"Bearer","pieno":"%s"}`, strings.Repeat("x", 2*maxAnswer))
				return true
			}
		}, http.StatusServiceUnavailable},
		{"provider sends elsewhere", func(p *issuer, _ *bench, _ *browser, _ url.Values) {
			p.answer = func(w http.ResponseWriter) bool {
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(http.StatusTemporaryRedirect)
				return true
			}
		}, refused},
		{"no ID token", func(p *issuer, _ *bench, _ *browser, _ url.Values) {
			p.answer = func(w http.ResponseWriter) bool {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `{"access_token":"a","token_type":"Bearer"}`)
				return true
			}
		}, refused},
		{"ID token is a number", func(p *issuer, _ *bench, _ *browser, _ url.Values) {
			p.answer = func(w http.ResponseWriter) bool {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `{"access_token":"a","token_type":"Bearer","id_token":7}`)
				return true
			}
		}, refused},
	} {
		p := newIssuer(t)
		b := p.bench(nil)
		w := b.browser()
		back := p.approve(w.get("/entra/oidc").location())
		q := back.Query()
		c.change(p, b, w, q)
		a := w.get(back.Path + "?" + q.Encode())
		a.is(t, c.name, c.want)
		if (w.cookies[sessionCookie] != "") != (c.want == let) || w.cookies[flowCookie] != "" {
			t.Errorf("%s: cookies %v", c.name, w.cookies)
		}
	}
}

// TestReplays: neither the code nor the return can be used again, by whoever.
func TestReplays(t *testing.T) {
	p := newIssuer(t)
	b := p.bench(nil)
	w := b.browser()
	back := p.approve(w.get("/entra/oidc").location()).String()
	thief := b.browser()
	thief.cookies[flowCookie] = w.cookies[flowCookie]
	bare := b.browser()
	u, _ := url.Parse(back)
	asked := p.codes[u.Query().Get("code")]
	w.get(back).is(t, "first", http.StatusSeeOther)
	p.mu.Lock()
	p.codes[u.Query().Get("code")] = asked // a provider that would take the code again
	p.mu.Unlock()
	w.get(back).is(t, "again", http.StatusForbidden)
	if p.codes[u.Query().Get("code")] == nil {
		t.Error("the code was shown to the provider twice")
	}
	thief.get(back).is(t, "with the stolen cookie", http.StatusForbidden)
	bare.get(back).is(t, "the address alone", http.StatusForbidden)
	if n := len(b.rows(AuditIn)); n != 1 {
		t.Errorf("%d came in", n)
	}
	// The code of another's sign-in, under one's own state: the verifier does not fit.
	victim, attacker := b.browser(), b.browser()
	theirs := p.approve(victim.get("/entra/oidc").location()).Query()
	mine := p.approve(attacker.get("/entra/oidc").location()).Query()
	mine.Set("code", theirs.Get("code"))
	attacker.get("/entra/ritorno?"+mine.Encode()).is(t, "another's code", http.StatusForbidden)
}

// TestKeyRotation: a new key of the provider is found, an old one no longer counts once it is gone.
func TestKeyRotation(t *testing.T) {
	p := newIssuer(t)
	b := p.bench(nil)
	enter := func() *answer {
		w := b.browser()
		return w.get(p.approve(w.get("/entra/oidc").location()).String())
	}
	enter().is(t, "first key", http.StatusSeeOther)
	p.key, p.alg, p.kid = p.ecdsa, jose.ES256, "k2"
	enter().is(t, "second key", http.StatusSeeOther)
	p.forge = func(c map[string]any) string { return p.sign(jose.RS256, p.rsa, "k1", c) }
	gone := enter()
	for try := 0; gone.StatusCode != http.StatusForbidden && try < 1000; try++ { // the keys are put in place beside the answer that asked for them
		gone = enter()
	}
	gone.is(t, "first key, gone", http.StatusForbidden)
	if p.lookups != 1 {
		t.Errorf("the provider was looked up %d times", p.lookups)
	}
}

// TestProviderDown: a console starts without its provider, and finds it once it is there.
func TestProviderDown(t *testing.T) {
	p := newIssuer(t)
	p.down = true
	b := p.bench(nil)
	w := b.browser()
	a := w.get("/entra")
	a.is(t, "the page", 200)
	if !strings.Contains(a.body, "/entra/oidc") || strings.Contains(a.body, "password") {
		t.Errorf("page %s", a.body)
	}
	w.get("/entra/oidc").is(t, "down", http.StatusServiceUnavailable)
	p.down = false
	w.get("/entra/oidc").is(t, "asked again at once", http.StatusServiceUnavailable)
	b.clock.pass(retryAfter * time.Second)
	w.get("/entra/oidc").is(t, "up", http.StatusSeeOther)
	w.post("/entra", url.Values{"nome": {"operatore"}, "password": {secret}}).is(t, "local sign-in", 404)
	for what, says := range map[string]map[string]any{
		"another issuer": {"issuer": "https://altrove.example"}, "no JSON": {"issuer": 7}, "no end": {"pieno": strings.Repeat("x", 2*maxAnswer)},
	} {
		q := newIssuer(t)
		q.says = says
		q.bench(nil).browser().get("/entra/oidc").is(t, what, http.StatusServiceUnavailable)
	}
}

// TestSecretAsParameter: where the provider wants it so.
func TestSecretAsParameter(t *testing.T) {
	p := newIssuer(t)
	p.says = map[string]any{"token_endpoint_auth_methods_supported": []string{"client_secret_post"}}
	var got url.Values
	b := p.bench(nil)
	inner := p.server.Config.Handler
	p.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			r.ParseForm()
			got = r.PostForm
			if _, _, ok := r.BasicAuth(); ok {
				t.Error("the secret is in a header")
			}
		}
		inner.ServeHTTP(w, r)
	})
	w := b.browser()
	w.get(p.approve(w.get("/entra/oidc").location()).String())
	if got.Get("client_secret") != clientSecret || len(got.Get("code_verifier")) < 43 {
		t.Errorf("sent %v", got)
	}
}

// TestPersons: two accounts of one person are one person, as the provider tells it.
func TestPersons(t *testing.T) {
	p := newIssuer(t)
	b := p.bench(nil)
	var persons []string
	b.withRoutes(route{Method: http.MethodGet, Pattern: "/chi", Role: worklist.RoleReader, Handle: func(_ *Server, q *request) (view, error) {
		persons = append(persons, q.who.ID())
		return view{}, nil
	}})
	for _, change := range []map[string]any{{}, {"preferred_username": "m.rossi"}, {"sub": "utente-2"}, {"sub": "RSSMRA80A01H501U"}} {
		p.claims = func(c map[string]any) { maps.Copy(c, change) }
		w := b.browser()
		w.get(p.approve(w.get("/entra/oidc").location()).String())
		w.get("/chi")
	}
	if len(persons) != 4 || persons[0] != p.server.URL+"#utente-1" || persons[1] != persons[0] || persons[2] == persons[0] || strings.Contains(strings.ToUpper(persons[3]), "RSSMRA") {
		t.Errorf("persons %v", persons)
	}
}

func TestOIDCConfiguration(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"no URL of the console": func(c *Config) { c.URL = nil },
		"issuer over http":      func(c *Config) { c.SignIn.OIDC.Issuer = "http://fornitore.example" },
		"issuer with a query":   func(c *Config) { c.SignIn.OIDC.Issuer = "https://fornitore.example/?a=b" },
		"no issuer":             func(c *Config) { c.SignIn.OIDC.Issuer = "" },
		"no client":             func(c *Config) { c.SignIn.OIDC.ClientID = "" },
		"no claim":              func(c *Config) { c.SignIn.OIDC.OfficeClaim = "" },
		"two ways in":           func(c *Config) { c.SignIn.Local = &Local{} },
		"no way in":             func(c *Config) { c.SignIn.OIDC = nil },
		"a path in the URL":     func(c *Config) { c.URL = &url.URL{Scheme: "https", Host: "x", Path: "/incrocio"} },
	} {
		b := &bench{t: t, clock: &clock{}, log: &safeBuffer{}, desk: &desk{}}
		c := b.config()
		c.SignIn = SignIn{OIDC: &OIDC{Issuer: "https://fornitore.example", ClientID: "x", NameClaim: "n", RoleClaim: "r", OfficeClaim: "o"}}
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: starts", name)
		}
	}
}
