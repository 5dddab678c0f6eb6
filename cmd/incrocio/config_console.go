package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"incrocio/cmd/incrocio/console"
	"incrocio/pipeline/worklist"
)

// consoleConfig is the part of the configuration that serve works by.
type consoleConfig struct {
	Listen     string // address and port
	URL        string // where people reach it; "" for the machine itself only
	SignIn     string // one of the ways below
	TLSCert    string // file; relative to the home
	TLSKey     string
	Roles      string // see parseRoles
	AllOffices string

	Issuer      string
	ClientID    string
	SecretFile  string
	NameClaim   string
	RoleClaim   string
	OfficeClaim string

	ProxyAddresses string // CIDRs, with commas between
	ProxyCA        string
	UserHeader     string
	RoleHeader     string
	OfficeHeader   string
}

// Ways of signing in (console.sign_in).
const (
	signInLocal = "local"
	signInOIDC  = "oidc"
	signInProxy = "proxy"
)

const defaultListen = "127.0.0.1:8080"

func defaultConsole() consoleConfig {
	return consoleConfig{
		Listen: defaultListen, SignIn: signInLocal,
		NameClaim: "preferred_username", RoleClaim: "ruolo", OfficeClaim: "sede",
		UserHeader: "X-Incrocio-Utenza", RoleHeader: "X-Incrocio-Ruolo", OfficeHeader: "X-Incrocio-Sede",
	}
}

// consoleSettings are the keys of the operators' console.
var consoleSettings = []setting{
	word("console.listen", "indirizzo e porta della console; fuori dalla macchina solo con TLS", func(c *config) *string { return &c.Console.Listen }),
	word("console.url", "come la console è raggiunta, https://nome; vuoto: solo dalla macchina stessa", func(c *config) *string { return &c.Console.URL }),
	word("console.sign_in", "local, oidc, proxy", func(c *config) *string { return &c.Console.SignIn }),
	word("console.tls_cert", "certificato della console, PEM; relativo alla home", func(c *config) *string { return &c.Console.TLSCert }),
	word("console.tls_key", "sua chiave, PEM", func(c *config) *string { return &c.Console.TLSKey }),
	{
		key: "console.roles", describe: "ruolo di ogni gruppo, \"gruppo=RUOLO; …\"; vuoto: i valori sono CONSULTAZIONE, OPERATORE, RESPONSABILE",
		get: func(c *config) any { return c.Console.Roles },
		set: func(c *config, v any) error {
			list, ok := v.([]any)
			if !ok {
				return setText(&c.Console.Roles, v)
			}
			parts := make([]string, len(list))
			for i := range list {
				if err := setText(&parts[i], list[i]); err != nil {
					return err
				}
			}
			c.Console.Roles = strings.Join(parts, "; ")
			return nil
		},
	},
	word("console.all_offices", "valore della sede che vale per tutte le sedi; vuoto: nessuno", func(c *config) *string { return &c.Console.AllOffices }),
	word("console.oidc.issuer", "URL del fornitore OpenID Connect", func(c *config) *string { return &c.Console.Issuer }),
	word("console.oidc.client_id", "nome della console presso il fornitore", func(c *config) *string { return &c.Console.ClientID }),
	word("console.oidc.secret_file", "file con il segreto della console; vuoto: nessun segreto", func(c *config) *string { return &c.Console.SecretFile }),
	word("console.oidc.name_claim", "attributo con l'utenza", func(c *config) *string { return &c.Console.NameClaim }),
	word("console.oidc.role_claim", "attributo con il ruolo o i gruppi", func(c *config) *string { return &c.Console.RoleClaim }),
	word("console.oidc.office_claim", "attributo con le sedi", func(c *config) *string { return &c.Console.OfficeClaim }),
	{
		key: "console.proxy.addresses", describe: "reti da cui il proxy si collega, CIDR, separate da virgole",
		get: func(c *config) any { return c.Console.ProxyAddresses },
		set: func(c *config, v any) error { return setTexts(&c.Console.ProxyAddresses, v) },
	},
	word("console.proxy.client_ca", "autorità del certificato del proxy, PEM", func(c *config) *string { return &c.Console.ProxyCA }),
	word("console.proxy.user_header", "intestazione con l'utenza", func(c *config) *string { return &c.Console.UserHeader }),
	word("console.proxy.role_header", "intestazione con i ruoli, separati da virgole", func(c *config) *string { return &c.Console.RoleHeader }),
	word("console.proxy.office_header", "intestazione con le sedi, separate da virgole", func(c *config) *string { return &c.Console.OfficeHeader }),
}

// validate checks what can be checked without a file.
func (c *consoleConfig) validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	host, _, err := net.SplitHostPort(c.Listen)
	check(err == nil, "console.listen: %q is not an address and a port, such as %s", c.Listen, defaultListen)
	own := isLoopback(host)
	check(err != nil || own || c.TLSCert != "", "console.listen: %s is reached from elsewhere: console.tls_cert and console.tls_key are needed", c.Listen)
	check(err != nil || own || c.URL != "", "console.listen: %s is reached from elsewhere: console.url is needed", c.Listen)
	check((c.TLSCert == "") == (c.TLSKey == ""), "console.tls_cert and console.tls_key are needed both")
	_, err = c.address()
	check(err == nil, "console.url: %v", err)
	_, err = parseRoles(c.Roles)
	check(err == nil, "console.roles: %v", err)
	switch c.SignIn {
	case signInLocal:
	case signInOIDC:
		check(c.Issuer != "" && c.ClientID != "", "console.sign_in: oidc needs console.oidc.issuer and console.oidc.client_id")
		check(c.URL != "", "console.sign_in: oidc needs console.url, where the provider sends people back to")
		check(c.NameClaim != "" && c.RoleClaim != "" && c.OfficeClaim != "", "console.oidc: name_claim, role_claim and office_claim are needed")
	case signInProxy:
		check(c.ProxyAddresses != "", "console.sign_in: proxy needs console.proxy.addresses")
		check(c.ProxyCA != "" && c.TLSCert != "", "console.sign_in: proxy needs console.proxy.client_ca, console.tls_cert and console.tls_key")
		_, err = parseNetworks(c.ProxyAddresses)
		check(err == nil, "console.proxy.addresses: %v", err)
	default:
		check(false, "console.sign_in: %q is none of local, oidc, proxy", c.SignIn)
	}
	return errors.Join(errs...)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// address reads console.url; nil where it is empty.
func (c *consoleConfig) address() (*url.URL, error) {
	if c.URL == "" {
		return nil, nil
	}
	u, err := url.Parse(strings.TrimSuffix(c.URL, "/"))
	switch {
	case err != nil, u.Host == "", u.User != nil, u.Path != "", u.RawQuery != "", u.Fragment != "":
		return nil, errors.New("not of the form https://name or https://name:port")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return nil, errors.New("not https, which only the machine itself can do without")
	}
	return u, nil
}

// parseRoles reads "group=ROLE; group=ROLE"; nil where there is none. Names of groups may have commas and equals signs:
// "CN=operatori,OU=sedi".
func parseRoles(text string) (map[string]worklist.Role, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	roles := map[string]worklist.Role{}
	for part := range strings.SplitSeq(text, ";") {
		at := strings.LastIndex(part, "=")
		if at < 0 {
			return nil, fmt.Errorf("%q is not of the form group=ROLE", strings.TrimSpace(part))
		}
		group, role := strings.TrimSpace(part[:at]), worklist.Role(strings.TrimSpace(part[at+1:]))
		switch _, twice := roles[group]; {
		case group == "":
			return nil, fmt.Errorf("%q is not of the form group=ROLE", strings.TrimSpace(part))
		case !slices.Contains(worklist.Roles(), role):
			return nil, fmt.Errorf("%q is none of the roles %v", role, worklist.Roles())
		case twice:
			return nil, fmt.Errorf("group %q is named twice", group)
		}
		roles[group] = role
	}
	return roles, nil
}

func parseNetworks(text string) (networks []netip.Prefix, err error) {
	for part := range strings.SplitSeq(text, ",") {
		n, err := netip.ParsePrefix(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("%q is no network, such as 10.1.2.3/32", strings.TrimSpace(part))
		}
		networks = append(networks, n.Masked())
	}
	return networks, nil
}

// signIn gives the way in that is configured, with the secret read from its file.
func (c *consoleConfig) signIn(home string) (console.SignIn, error) {
	roles, err := parseRoles(c.Roles)
	if err != nil {
		return console.SignIn{}, err
	}
	grants := console.Grants{Roles: roles, AllOffices: c.AllOffices}
	switch c.SignIn {
	case signInOIDC:
		secret, err := readSecret(below(home, c.SecretFile))
		return console.SignIn{OIDC: &console.OIDC{
			Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: secret,
			NameClaim: c.NameClaim, RoleClaim: c.RoleClaim, OfficeClaim: c.OfficeClaim, Grants: grants,
		}}, err
	case signInProxy:
		networks, err := parseNetworks(c.ProxyAddresses)
		return console.SignIn{Proxy: &console.Proxy{
			Addresses: networks, UserHeader: c.UserHeader, RoleHeader: c.RoleHeader, OfficeHeader: c.OfficeHeader, Grants: grants,
		}}, err
	}
	return console.SignIn{Local: &console.Local{}}, nil
}

// below resolves the name of a file against the home; "" stays.
func below(home, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(home, name)
}

// maxSecret is more than any secret has.
const maxSecret = 4096

// readSecret reads a file that nobody but its owner and group may read, without the end of its last line; "" for no file.
func readSecret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return "", fmt.Errorf("read secret %s: everybody may read it (chmod 0640)", path)
	}
	if info.Size() > maxSecret || !info.Mode().IsRegular() {
		return "", fmt.Errorf("read secret %s: %w", path, fs.ErrInvalid)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	secret := strings.TrimRight(string(b), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("read secret %s: it is empty", path)
	}
	return secret, nil
}

// tls gives what the listener needs; nil for http. Where a proxy signs people in, only who shows a certificate of its
// authority gets as far as a request.
func (c *consoleConfig) tls(home string) (*tls.Config, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(below(home, c.TLSCert), below(home, c.TLSKey))
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	t := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	if c.SignIn != signInProxy {
		return t, nil
	}
	pem, err := os.ReadFile(below(home, c.ProxyCA))
	if err != nil {
		return nil, fmt.Errorf("read authority of the proxy: %w", err)
	}
	t.ClientCAs, t.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
	if !t.ClientCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read authority of the proxy %s: no certificate in it", c.ProxyCA)
	}
	return t, nil
}
