package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"incrocio/cmd/incrocio/password"
	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// serving is a real console.
type serving struct {
	t       *testing.T
	cmd     *exec.Cmd
	said    *lines
	address string // with the scheme
	ended   chan error
}

// serveOn starts the real program on a home and waits until it says where it listens.
func serveOn(t *testing.T, home string, env []string, args ...string) *serving {
	t.Helper()
	s := &serving{t: t, said: &lines{}, ended: make(chan error, 1)}
	s.cmd = exec.Command("incrocio", append([]string{"--home", home, "serve", "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Env = append(os.Environ(), env...)
	pipe, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			_, _ = s.said.Write(append(lines.Bytes(), '\n'))
			if address, ok := strings.CutPrefix(lines.Text(), "console: "); ok {
				found <- address
			}
		}
		close(found)
		s.ended <- s.cmd.Wait()
	}()
	s.address = <-found
	if s.address == "" {
		t.Fatalf("it does not listen: %s", s.said)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	return s
}

// stop sends a signal and wants an exit code within 5 s.
func (s *serving) stop(signal syscall.Signal, code int) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
	limit := time.AfterFunc(6*time.Second, func() { _ = s.cmd.Process.Kill() })
	<-s.ended
	limit.Stop()
	if got := s.cmd.ProcessState.ExitCode(); got != code {
		s.t.Errorf("exit code %d, want %d: %s", got, code, s.said)
	}
}

// ask sends a request as a page of the console would, with the cookies given.
func (s *serving) ask(client *http.Client, method, path string, form url.Values, cookies []*http.Cookie) *http.Response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	plain := *client
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := plain.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp
}

// openedHome is a home with a ledger and nothing else.
func openedHome(t *testing.T) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	if err := os.MkdirAll(home, 0o750); err != nil {
		t.Fatal(err)
	}
	call(t, home, "migrate").want(t, exitOK)
	return home
}

// TestServe: the real program from its start to its end, with somebody who signs in.
func TestServe(t *testing.T) {
	t.Parallel()
	home := openedHome(t)
	l := manager(t)
	s := serveOn(t, home, []string{"NOTIFY_SOCKET=" + l.path, "WATCHDOG_USEC=60000"})
	if said := s.said.String(); !strings.Contains(said, "incrocio user add") || !strings.Contains(said, "nobody can sign in yet") {
		t.Errorf("said %q", said)
	}
	if got := s.ask(http.DefaultClient, http.MethodGet, "/healthz", nil, nil).StatusCode; got != http.StatusOK {
		t.Errorf("health: %d", got)
	}
	if got := s.ask(http.DefaultClient, http.MethodGet, "/", nil, nil).Header.Get("Location"); got != "/entra" {
		t.Errorf("sent to %q", got)
	}
	const secret = "una password di prova"
	digest, err := password.Hash([]byte(secret), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ledger := ledgerOf(t, home)
	err = ledger.SaveAccount(t.Context(), "prova", worklist.Account{Name: "rossi", Role: worklist.RoleOperator, Offices: []string{"7000"}, Secret: digest})
	if err != nil {
		t.Fatal(err)
	}
	in := s.ask(http.DefaultClient, http.MethodPost, "/entra", url.Values{"nome": {"Rossi"}, "password": {secret}}, nil)
	if in.StatusCode != http.StatusSeeOther || len(in.Cookies()) != 1 {
		t.Fatalf("sign in: %d, %v", in.StatusCode, in.Cookies())
	}
	for _, path := range []string{"/", "/agenda", "/eccezioni?lista=da-lavorare&anno=2014"} {
		if got := s.ask(http.DefaultClient, http.MethodGet, path, nil, in.Cookies()).StatusCode; got != http.StatusOK {
			t.Errorf("%s: %d: %s", path, got, s.said)
		}
	}
	s.ask(http.DefaultClient, http.MethodPost, "/entra", url.Values{"nome": {"rossi"}, "password": {"sbagliata"}}, nil)
	s.stop(syscall.SIGTERM, 143)
	var rows []string
	if err := ledger.Audit(t.Context(), 1, func(r *store.AuditRow) error {
		rows = append(rows, r.Who+" "+r.What+" "+r.Detail)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`rossi ACCESSO {"indirizzo":"127.0.0.1","nota":"OPERATORE"}`, `rossi ACCESSO_RIFIUTATO {"indirizzo":"127.0.0.1","nota":"password errata"}`} {
		if !slices.Contains(rows, want) {
			t.Errorf("audit %q", rows)
		}
	}
	heard := l.heard(t)
	if !slices.Contains(heard, "READY=1") || !slices.Contains(heard, "STOPPING=1") {
		t.Errorf("heard %q", heard)
	}
}

// certificates writes an authority, a certificate of the console and one of a proxy into a home.
func certificates(t *testing.T, home string) (client *http.Client, proxy tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "prova"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	issue := func(c *x509.Certificate) []byte {
		der, err := x509.CreateCertificate(rand.Reader, c, authority, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	leaf := func(use x509.ExtKeyUsage) []byte {
		return issue(&x509.Certificate{
			SerialNumber: big.NewInt(2), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0), ExtKeyUsage: []x509.ExtKeyUsage{use},
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		})
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	ca := issue(authority)
	put(t, home, map[string][]byte{"ca.pem": ca, "console.pem": leaf(x509.ExtKeyUsageServerAuth), "console.key": private})
	if proxy, err = tls.X509KeyPair(leaf(x509.ExtKeyUsageClientAuth), private); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}, proxy
}

// TestServeBehindAProxy: over TLS, with a certificate or not at all.
func TestServeBehindAProxy(t *testing.T) {
	t.Parallel()
	home := openedHome(t)
	client, proxy := certificates(t, home)
	put(t, home, map[string][]byte{configFile: []byte(`[console]
sign_in = "proxy"
url = "https://127.0.0.1"
tls_cert = "console.pem"
tls_key = "console.key"
roles = ["CN=operatori=OPERATORE", "CN=capi=RESPONSABILE"]
[console.proxy]
addresses = ["127.0.0.1/32"]
client_ca = "ca.pem"
`)})
	s := serveOn(t, home, nil)
	if !strings.HasPrefix(s.address, "https://") {
		t.Fatalf("listens at %s", s.address)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.address+"/aiuto", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"X-Incrocio-Utenza": {"rossi"}, "X-Incrocio-Ruolo": {"CN=operatori"}, "X-Incrocio-Sede": {"7000"}}
	if resp, err := client.Do(r); err == nil {
		_ = resp.Body.Close()
		t.Errorf("without a certificate: %d", resp.StatusCode)
	}
	client.Transport.(*http.Transport).TLSClientConfig.Certificates = []tls.Certificate{proxy}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("rossi")) || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("with a certificate: %d %s", resp.StatusCode, body)
	}
	s.stop(syscall.SIGINT, 130)
}

// TestServeRefuses: what would be open to others than it should be does not start.
func TestServeRefuses(t *testing.T) {
	const at = "listen = \"0.0.0.0:0\"\n"
	const secure = "tls_cert = \"console.pem\"\ntls_key = \"console.key\"\nurl = \"https://incrocio.example\"\n"
	for _, c := range []struct {
		name, config, text string
		code               int
	}{
		{"everywhere without TLS", at, "console.tls_cert and console.tls_key are needed", exitConfig},
		{"everywhere without URL", at + "tls_cert = \"console.pem\"\ntls_key = \"console.key\"\n", "console.url is needed", exitConfig},
		{"a name that is not the machine's", "listen = \"incrocio.example:8080\"\n", "reached from elsewhere", exitConfig},
		{"no port", "listen = \"127.0.0.1\"\n", "is not an address and a port", exitConfig},
		{"certificate without key", "tls_cert = \"console.pem\"\n", "needed both", exitConfig},
		{"certificate that is not there", "tls_cert = \"nessuno.pem\"\ntls_key = \"console.key\"\n", "read certificate", exitConfig},
		{"URL over http", "url = \"http://incrocio.example\"\n", "not https", exitConfig},
		{"URL with a path", "url = \"https://incrocio.example/console\"\n", "not of the form", exitConfig},
		{"unknown way in", "sign_in = \"nessuno\"\n", "none of local, oidc, proxy", exitConfig},
		{"roles without role", "roles = \"operatori\"\n", "group=ROLE", exitConfig},
		{"roles of another kind", "roles = \"operatori=ADMIN\"\n", "none of the roles", exitConfig},
		{"roles twice", "roles = \"a=OPERATORE; a=RESPONSABILE\"\n", "named twice", exitConfig},
		{"oidc without issuer", "sign_in = \"oidc\"\nurl = \"https://incrocio.example\"\n", "needs console.oidc.issuer", exitConfig},
		{"oidc without URL", "sign_in = \"oidc\"\n[console.oidc]\nissuer = \"https://f.example\"\nclient_id = \"x\"\n", "needs console.url", exitConfig},
		{"oidc over http", "sign_in = \"oidc\"\nurl = \"https://incrocio.example\"\n[console.oidc]\nissuer = \"http://f.example\"\nclient_id = \"x\"\n", "not an https URL", exitConfig},
		{"secret that everybody may read", "sign_in = \"oidc\"\nurl = \"https://incrocio.example\"\n[console.oidc]\nissuer = \"https://f.example\"\nclient_id = \"x\"\nsecret_file = \"aperto\"\n", "everybody may read it", exitConfig},
		{"secret that is empty", "sign_in = \"oidc\"\nurl = \"https://incrocio.example\"\n[console.oidc]\nissuer = \"https://f.example\"\nclient_id = \"x\"\nsecret_file = \"vuoto\"\n", "it is empty", exitConfig},
		{"proxy without addresses", "sign_in = \"proxy\"\n" + secure + "[console.proxy]\nclient_ca = \"ca.pem\"\n", "needs console.proxy.addresses", exitConfig},
		{"proxy without authority", "sign_in = \"proxy\"\n" + secure + "[console.proxy]\naddresses = \"10.0.0.1/32\"\n", "needs console.proxy.client_ca", exitConfig},
		{"proxy without TLS", "sign_in = \"proxy\"\n[console.proxy]\naddresses = \"10.0.0.1/32\"\nclient_ca = \"ca.pem\"\n", "console.tls_cert", exitConfig},
		{"proxy from everywhere", "sign_in = \"proxy\"\n" + secure + "[console.proxy]\naddresses = \"0.0.0.0/0\"\nclient_ca = \"ca.pem\"\n", "more than a proxy has", exitConfig},
		{"proxy of no address", "sign_in = \"proxy\"\n" + secure + "[console.proxy]\naddresses = \"proxy\"\nclient_ca = \"ca.pem\"\n", "is no network", exitConfig},
		{"proxy with an empty authority", "sign_in = \"proxy\"\n" + secure + "[console.proxy]\naddresses = \"10.0.0.1/32\"\nclient_ca = \"vuoto\"\n", "no certificate in it", exitConfig},
		{"proxy with one header for two", "sign_in = \"proxy\"\n" + secure + "[console.proxy]\naddresses = \"10.0.0.1/32\"\nclient_ca = \"ca.pem\"\nrole_header = \"X-Incrocio-Sede\"\n", "named twice", exitConfig},
		{"unknown key", "lisen = \"127.0.0.1:0\"\n", "did you mean console.listen?", exitConfig},
	} {
		home := openedHome(t)
		certificates(t, home)
		put(t, home, map[string][]byte{configFile: []byte("[console]\n" + c.config), "vuoto": {}, "aperto": []byte("segreto")})
		if err := os.Chmod(filepath.Join(home, "aperto"), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := call(t, home, "serve").want(t, c.code); !strings.Contains(got.stderr, c.text) || strings.Contains(got.stderr, "console: http") {
			t.Errorf("%s: %s", c.name, got.stderr)
		}
	}
	if got := call(t, t.TempDir(), "serve"); got.code != exitNoHome || !strings.Contains(got.stderr, "incrocio migrate") {
		t.Errorf("no ledger: %d %s", got.code, got.stderr)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if got := call(t, openedHome(t), "serve", "--listen", l.Addr().String()); got.code != exitConfig || !strings.Contains(got.stderr, "--listen") {
		t.Errorf("address taken: %d %s", got.code, got.stderr)
	}
}

// TestConsoleSecret: the secret is read without the end of its line, and config show has only the name of its file.
func TestConsoleSecret(t *testing.T) {
	home := openedHome(t)
	put(t, home, map[string][]byte{"segreto": []byte("s3greto\r\n")})
	c := defaultConsole()
	c.SignIn, c.SecretFile, c.Roles = signInOIDC, "segreto", "CN=capi,OU=x=RESPONSABILE; altri = CONSULTAZIONE"
	way, err := c.signIn(home)
	if err != nil {
		t.Fatal(err)
	}
	if way.OIDC.ClientSecret != "s3greto" || way.OIDC.Grants.Roles["CN=capi,OU=x"] != worklist.RoleSupervisor || way.OIDC.Grants.Roles["altri"] != worklist.RoleReader {
		t.Errorf("read %q, %v", way.OIDC.ClientSecret, way.OIDC.Grants.Roles)
	}
	put(t, home, map[string][]byte{configFile: []byte("[console.oidc]\nsecret_file = \"segreto\"\n")})
	if out := call(t, home, "config", "show").want(t, exitOK).stdout; strings.Contains(out, "s3greto") || !strings.Contains(out, `console.oidc.secret_file = "segreto"`) {
		t.Errorf("config show: %s", out)
	}
}

// TestConsoleNights: the console shows the agenda and the balance as they were published, and those of the next night once
// it is there.
func TestConsoleNights(t *testing.T) {
	home, date := generated(t, 600, 8)
	published(t, home, "run", "--date", date.String())
	a := &app{world: &world{}, home: home}
	n := &nights{app: a, store: ledgerOf(t, home)}
	ctx := context.Background()
	if last, err := n.Last(ctx); err != nil || last != date {
		t.Fatalf("last %s, %v", last, err)
	}
	folders, err := a.publishedNights()
	if err != nil {
		t.Fatal(err)
	}
	var all []pipeline.AgendaRow
	offices := map[string]int{}
	if err := scan(&folders[0], tables.Agenda, func(r *pipeline.AgendaRow) { all = append(all, *r); offices[r.Office]++ }); err != nil {
		t.Fatal(err)
	}
	got, err := n.Agenda(ctx, nil)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Error(diff)
	}
	one := all[0].Office
	if got, err = n.Agenda(ctx, []string{one, "nessuna", one}); err != nil || len(got) != offices[one] || got[0].Office != one {
		t.Errorf("of %s: %d rows, want %d; %v", one, len(got), offices[one], err)
	}
	if got, err = n.Agenda(ctx, []string{}); err != nil || len(got) != 0 {
		t.Errorf("of no sede: %d rows; %v", len(got), err)
	}
	on, balance, err := n.Night(ctx)
	if err != nil || on != date {
		t.Fatalf("night %s, %v", on, err)
	}
	read, err := folders[0].balance(night.ItemRead)
	if i := slices.IndexFunc(balance, func(r pipeline.BalanceRow) bool { return r.Scope == night.Total && r.Item == night.ItemRead }); err != nil || i < 0 || balance[i].Value != read {
		t.Errorf("balance %v; %v", balance, err)
	}
	published(t, home, "run", "--date", (date + 1).String())
	if on, _, err = n.Night(ctx); err != nil || on != date+1 {
		t.Errorf("after another night: %s, %v", on, err)
	}
	empty := &nights{app: &app{world: &world{}, home: t.TempDir()}, store: ledgerOf(t, home)}
	if on, balance, err = empty.Night(ctx); err != nil || on != 0 || balance != nil {
		t.Errorf("where nothing is published: %s, %v", on, err)
	}
}
