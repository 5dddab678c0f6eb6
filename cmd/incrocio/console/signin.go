package console

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline/worklist"
)

// What the audit says of signing in (cosa).
const (
	AuditIn      = "ACCESSO"
	AuditRefused = "ACCESSO_RIFIUTATO"
	AuditOut     = "USCITA"
)

// Grants translates what another system says of somebody into a role and sedi.
type Grants struct {
	// Roles gives the role of a value; of several values the highest counts. Nil: the values are the roles themselves.
	Roles map[string]worklist.Role
	// AllOffices is the value of a sede that stands for all of them; "" for none.
	AllOffices string
}

// Limits of what another system says.
const (
	maxGrants  = 1000
	maxName    = 100
	maxSubject = 255 // OpenID Connect Core, section 2
)

// officeForm is the form of the code of a sede.
var officeForm = regexp.MustCompile(`^[0-9A-Za-z]{1,10}$`)

// operator makes somebody of what was said; the error wraps errRefused where that is not enough.
func (g *Grants) operator(name, person string, roles, offices []string) (*worklist.Operator, error) {
	who := &worklist.Operator{Name: discreet(name), Person: discreet(person)}
	if len(roles) > maxGrants || len(offices) > maxGrants {
		return nil, fmt.Errorf("%w: more than %d roles or sedi", errRefused, maxGrants)
	}
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, control) || strings.ContainsAny(name, "\n\t") {
		return nil, fmt.Errorf("%w: no proper name", errRefused)
	}
	ranks := worklist.Roles()
	for _, value := range roles {
		role, known := g.Roles[value]
		if g.Roles == nil {
			role, known = worklist.Role(value), true
		}
		if known && slices.Index(ranks, role) > slices.Index(ranks, who.Role) {
			who.Role = role
		}
	}
	for _, office := range offices {
		switch {
		case g.AllOffices != "" && office == g.AllOffices:
			who.AllOffices = true
		case !officeForm.MatchString(office):
			return nil, fmt.Errorf("%w: a sede is malformed", errRefused)
		default:
			who.Offices = append(who.Offices, office)
		}
	}
	if who.Role == "" || !who.AllOffices && len(who.Offices) == 0 {
		return nil, fmt.Errorf("%w: neither role nor sede granted", errRefused)
	}
	return who, nil
}

// taxCode finds what has the form of a tax code, wherever it stands.
var taxCode = regexp.MustCompile(`(?i)[a-z]{6}[0-9lmnpqrstuv]{2}[abcdehlmprst][0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{3}[a-z]`)

// discreet puts a digest in the place of a tax code: some providers name people by it, and names end in the audit.
func discreet(name string) string {
	return taxCode.ReplaceAllStringFunc(name, func(code string) string {
		sum := sha256.Sum256([]byte("persona:" + strings.ToUpper(code)))
		return hex.EncodeToString(sum[:6])
	})
}

// prepareSignIn checks the way in and makes what it needs.
func (s *Server) prepareSignIn() error {
	switch {
	case s.SignIn.Local != nil:
		return s.SignIn.Local.prepare(s)
	case s.SignIn.OIDC != nil:
		return s.SignIn.OIDC.prepare(s)
	}
	return s.SignIn.Proxy.prepare()
}

// identify finds who a request is from.
func (s *Server) identify(q *request) error {
	if s.SignIn.Proxy != nil {
		return s.proxied(q)
	}
	found := s.sessions.of(q.Request)
	if found == nil {
		return nil
	}
	who := found.who
	if s.SignIn.Local != nil {
		var err error
		if who, err = s.stillLocal(q, found); err != nil {
			return err
		}
		if who == nil {
			return s.sessions.end(q.Request)
		}
	}
	q.who, q.session = who, found
	return nil
}

// enter opens a session for who has shown to be somebody, and keeps that in the audit.
func (s *Server) enter(q *request, who *worklist.Operator, account, secret string) error {
	if err := s.note(q, who.Name, AuditIn, string(who.Role)); err != nil {
		return err
	}
	found, err := s.sessions.begin(q.Request, who, account, secret)
	if err != nil {
		return err
	}
	q.who, q.session = who, found
	return nil
}

// note keeps a row in the audit.
func (s *Server) note(q *request, who, what, about string) error {
	detail, err := json.Marshal(map[string]string{"indirizzo": q.address(), "nota": about})
	if err != nil {
		return err
	}
	if err := s.Audit(q.Context(), who, what, string(detail)); err != nil {
		return fmt.Errorf("note %s: %w", what, err)
	}
	return nil
}

// entry is the data of the page entra.
type entry struct {
	Local    bool
	Provider string // where one signs in elsewhere
	To       string // page to come to
	Problem  string // what was wrong; "" for nothing
}

func (s *Server) entry(to, problem string) entry {
	if !local(to) {
		to = "/"
	}
	e := entry{Local: s.SignIn.Local != nil, To: to, Problem: problem}
	if !e.Local {
		e.Provider = "/entra/oidc" + strings.TrimPrefix(entryPath(to), "/entra")
	}
	return e
}

// signInPage asks who is there.
func (s *Server) signInPage(q *request) (view, error) {
	if s.SignIn.Proxy != nil {
		return view{}, errNoPage
	}
	if q.who != nil {
		return view{Redirect: "/"}, nil
	}
	return view{Template: "entra", Data: s.entry(q.form.Get("da"), "")}, nil
}

// signOut ends the session here, whatever the browser does with its cookie.
func (s *Server) signOut(q *request) (view, error) {
	if s.SignIn.Proxy != nil {
		return view{}, errNoPage
	}
	if q.who != nil {
		if err := s.note(q, q.who.Name, AuditOut, ""); err != nil {
			return view{}, err
		}
	}
	if err := s.sessions.end(q.Request); err != nil {
		return view{}, err
	}
	q.session = nil
	return view{Redirect: "/entra", header: http.Header{"Clear-Site-Data": {`"cache"`}}}, nil
}
