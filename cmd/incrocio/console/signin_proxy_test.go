package console

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline/worklist"
)

// authority issues certificates.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	pool *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "prova"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{key, cert, x509.NewCertPool()}
	a.pool.AddCert(cert)
	return a
}

func (a *authority) issue(t *testing.T, name string, server bool) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	use := x509.ExtKeyUsageClientAuth
	if server {
		use = x509.ExtKeyUsageServerAuth
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{use},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// proxySignIn is how a proxy is configured that does what it should.
func proxySignIn() *Proxy {
	return &Proxy{
		Addresses: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, UserHeader: "X-Utenza", RoleHeader: "X-Ruolo", OfficeHeader: "X-Sede",
		Grants: Grants{Roles: map[string]worklist.Role{"op": worklist.RoleOperator, "resp": worklist.RoleSupervisor}, AllOffices: "*"},
	}
}

// TestProxyConfiguration: it does not start open.
func TestProxyConfiguration(t *testing.T) {
	for name, change := range map[string]func(*Proxy){
		"no address":                func(p *Proxy) { p.Addresses = nil },
		"everywhere":                func(p *Proxy) { p.Addresses = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")} },
		"half of everywhere":        func(p *Proxy) { p.Addresses = append(p.Addresses, netip.MustParsePrefix("128.0.0.0/1")) },
		"everywhere, IPv6":          func(p *Proxy) { p.Addresses = []netip.Prefix{netip.MustParsePrefix("::/0")} },
		"no user header":            func(p *Proxy) { p.UserHeader = "" },
		"no role header":            func(p *Proxy) { p.RoleHeader = "" },
		"no office header":          func(p *Proxy) { p.OfficeHeader = "" },
		"one header for two":        func(p *Proxy) { p.RoleHeader = p.UserHeader },
		"a header that is none":     func(p *Proxy) { p.UserHeader = "x utenza" },
		"a header that never is so": func(p *Proxy) { p.UserHeader = "x-utenza" },
	} {
		p := proxySignIn()
		change(p)
		b := &bench{t: t, clock: &clock{}, log: &safeBuffer{}, desk: &desk{}}
		c := b.config()
		c.SignIn = SignIn{Proxy: p}
		if _, err := New(c); err == nil {
			t.Errorf("%s: starts", name)
		}
	}
}

// TestProxyHeaders: who it is is believed from the proxy only, and only where it is said in full and once.
func TestProxyHeaders(t *testing.T) {
	b := newBench(t, func(c *Config) { c.SignIn = SignIn{Proxy: proxySignIn()} })
	b.withRoutes(whoami)
	verified := &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{{}}}}
	says := func(user, role, office string) http.Header {
		return http.Header{"X-Utenza": {user}, "X-Ruolo": {role}, "X-Sede": {office}}
	}
	for _, c := range []struct {
		name   string
		from   string
		tls    *tls.ConnectionState
		header http.Header
		want   string // "": refused
	}{
		{"the proxy", "192.0.2.7:1", verified, says("rossi", "op", "7000"), "OPERATORE rossi 7000"},
		{"several roles and sedi", "192.0.2.7:1", verified, says("rossi", "altro, op,resp", "7000, 7001"), "RESPONSABILE rossi 7000,7001"},
		{"all sedi", "192.0.2.7:1", verified, says("rossi", "op", "*"), "OPERATORE rossi "},
		{"IPv4 in IPv6", "[::ffff:192.0.2.7]:1", verified, says("rossi", "op", "7000"), "OPERATORE rossi 7000"},
		{"another address", "198.51.100.7:1", verified, says("rossi", "op", "7000"), ""},
		{"the loopback", "127.0.0.1:1", verified, says("rossi", "op", "7000"), ""},
		{"no address", "@", verified, says("rossi", "op", "7000"), ""},
		{"without TLS", "192.0.2.7:1", nil, says("rossi", "op", "7000"), ""},
		{"without certificate", "192.0.2.7:1", &tls.ConnectionState{}, says("rossi", "op", "7000"), ""},
		{"certificate of nobody", "192.0.2.7:1", &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{}}}, says("rossi", "op", "7000"), ""},
		{"no header", "192.0.2.7:1", verified, nil, ""},
		{"user is missing", "192.0.2.7:1", verified, http.Header{"X-Ruolo": {"op"}, "X-Sede": {"7000"}}, ""},
		{"role is missing", "192.0.2.7:1", verified, http.Header{"X-Utenza": {"rossi"}, "X-Sede": {"7000"}}, ""},
		{"office is missing", "192.0.2.7:1", verified, http.Header{"X-Utenza": {"rossi"}, "X-Ruolo": {"op"}}, ""},
		{"user twice", "192.0.2.7:1", verified, http.Header{"X-Utenza": {"rossi", "bianchi"}, "X-Ruolo": {"op"}, "X-Sede": {"7000"}}, ""},
		{"role twice", "192.0.2.7:1", verified, http.Header{"X-Utenza": {"rossi"}, "X-Ruolo": {"op", "resp"}, "X-Sede": {"7000"}}, ""},
		{"office twice", "192.0.2.7:1", verified, http.Header{"X-Utenza": {"rossi"}, "X-Ruolo": {"op"}, "X-Sede": {"7000", "*"}}, ""},
		{"with underscores besides", "192.0.2.7:1", verified, http.Header{"X_utenza": {"bianchi"}, "X-Utenza": {"rossi"}, "X-Ruolo": {"op"}, "X-Sede": {"7000"}}, "OPERATORE rossi 7000"},
		{"empty user", "192.0.2.7:1", verified, says("", "op", "7000"), ""},
		{"unknown role", "192.0.2.7:1", verified, says("rossi", "amministratore", "7000"), ""},
		{"a role by its own name", "192.0.2.7:1", verified, says("rossi", "RESPONSABILE", "7000"), ""},
		{"malformed sede", "192.0.2.7:1", verified, says("rossi", "op", "7000;4900"), ""},
		{"empty sede", "192.0.2.7:1", verified, says("rossi", "op", ","), ""},
		{"control character", "192.0.2.7:1", verified, says("ros\x1bsi", "op", "7000"), ""},
		{"a name without end", "192.0.2.7:1", verified, says(strings.Repeat("x", 101), "op", "7000"), ""},
		{"a header without end", "192.0.2.7:1", verified, says("rossi", "op", strings.Repeat("7000,", 5000)), ""},
		{"no UTF-8", "192.0.2.7:1", verified, says("\xff", "op", "7000"), ""},
	} {
		w := b.browser()
		w.address, w.tls, w.header = c.from, c.tls, c.header
		a := w.get("/chi")
		if c.want == "" {
			a.is(t, c.name, http.StatusForbidden)
		} else if a.body != c.want {
			t.Errorf("%s: %d %q, want %q", c.name, a.StatusCode, a.body, c.want)
		}
		if c.want == "" && len(w.cookies) > 0 {
			t.Errorf("%s: got a session", c.name)
		}
	}
}

// TestProxySessions: the session says nothing of who it is. Under another name it is another session.
func TestProxySessions(t *testing.T) {
	b := newBench(t, func(c *Config) { c.SignIn = SignIn{Proxy: proxySignIn()} })
	b.withRoutes(whoami)
	w := b.browser()
	w.tls = &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{{}}}}
	w.header = http.Header{"X-Utenza": {"rossi"}, "X-Ruolo": {"resp"}, "X-Sede": {"7000"}}
	w.get("/chi").is(t, "rossi", 200)
	first := w.cookies[sessionCookie]
	w.get("/chi").is(t, "rossi again", 200)
	if w.cookies[sessionCookie] != first || len(b.rows(AuditIn)) != 1 {
		t.Errorf("a second session; %v", b.rows(AuditIn))
	}
	w.header = http.Header{"X-Utenza": {"bianchi"}, "X-Ruolo": {"op"}, "X-Sede": {"4900"}}
	if got := w.get("/chi").body; got != "OPERATORE bianchi 4900" || w.cookies[sessionCookie] == first || len(b.rows(AuditIn)) != 2 {
		t.Errorf("is %q", got)
	}
	w.header = nil
	w.get("/chi").is(t, "the cookie alone", http.StatusForbidden)
	w.header = http.Header{"X-Utenza": {"RSSMRA80A01H501U"}, "X-Ruolo": {"op"}, "X-Sede": {"4900"}}
	if got := w.get("/chi").body; strings.Contains(got, "RSSMRA") {
		t.Errorf("a tax code for a name: %q", got)
	}
	w.post("/entra", url.Values{"nome": {"operatore"}, "password": {secret}}).is(t, "local sign-in", 404)
}
