package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"incrocio/pipeline/worklist"
)

// Proxy is sign-in by what a proxy in front says in headers. It is believed only from its addresses, and only over TLS with
// a certificate of the authority that was named for it: whoever could speak to the console past the proxy could be anybody.
type Proxy struct {
	Addresses    []netip.Prefix // of the proxy; never everywhere
	UserHeader   string
	RoleHeader   string // roles, with commas between
	OfficeHeader string // sedi, with commas between
	Grants       Grants
}

// headerForm is the form of a header that a proxy sets: RFC 9110 allows more, of which some proxies make another name.
var headerForm = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)

// maxHeaderValue is how long what a header says may be.
const maxHeaderValue = 8 << 10

func (p *Proxy) prepare() error {
	if len(p.Addresses) == 0 {
		return errors.New("console: sign-in by a proxy without its addresses")
	}
	for _, a := range p.Addresses {
		if a.Bits() < 8 || a.Addr().Is6() && a.Bits() < 32 {
			return fmt.Errorf("console: %s is more than a proxy has", a)
		}
	}
	names := []string{p.UserHeader, p.RoleHeader, p.OfficeHeader}
	for i, name := range names {
		if !headerForm.MatchString(name) || http.CanonicalHeaderKey(name) != name || slices.Contains(names[:i], name) {
			return fmt.Errorf("console: %q is no header such as X-Utenza, or is named twice", name)
		}
	}
	return nil
}

// proxied finds who a request is from by its headers. The session keeps what is theirs from one request to the next, and
// never says who they are.
func (s *Server) proxied(q *request) error {
	p := s.SignIn.Proxy
	if err := p.trusts(q.Request); err != nil {
		return err
	}
	values := [3]string{}
	for i, name := range []string{p.UserHeader, p.RoleHeader, p.OfficeHeader} {
		all := q.Header.Values(name)
		if len(all) != 1 || all[0] == "" || len(all[0]) > maxHeaderValue {
			return fmt.Errorf("%w: header %s is not there once", errRefused, name)
		}
		values[i] = all[0]
	}
	who, err := p.Grants.operator(values[0], "", list(values[1]), list(values[2]))
	if err != nil {
		return err
	}
	if found := s.sessions.of(q.Request); found != nil && equal(found.who, who) {
		q.who, q.session = who, found
		return nil
	}
	return s.enter(q, who, who.Name, "")
}

// trusts tells whether a request comes from the proxy.
func (p *Proxy) trusts(r *http.Request) error {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !slices.ContainsFunc(p.Addresses, func(a netip.Prefix) bool { return a.Contains(from.Addr().Unmap()) }) {
		return fmt.Errorf("%w: not from the proxy", errRefused)
	}
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return fmt.Errorf("%w: without the certificate of the proxy", errRefused)
	}
	return nil
}

func list(value string) []string {
	parts := strings.Split(value, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func equal(a, b *worklist.Operator) bool {
	return a.Name == b.Name && a.Person == b.Person && a.Role == b.Role && a.AllOffices == b.AllOffices && slices.Equal(a.Offices, b.Offices)
}
