package console

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"incrocio/cmd/incrocio/password"
	"incrocio/pipeline/worklist"
)

// Local is sign-in with the local accounts of the store.
type Local struct {
	waiting  chan struct{}
	checking chan struct{} // each check takes 64 MiB
}

// checksAtOnce is how many passwords are looked at at once; checksWaiting, these among them, how many wait for their turn.
// The next are told to come back, so that they keep nobody else from the console.
const (
	checksAtOnce  = 2
	checksWaiting = 16
)

func (l *Local) prepare(s *Server) error {
	if s.Accounts == nil {
		return errors.New("console: local sign-in without accounts")
	}
	l.waiting = make(chan struct{}, checksWaiting)
	l.checking = make(chan struct{}, checksAtOnce)
	return nil
}

// wrongSignIn is the same whatever was wrong.
const wrongSignIn = "Utenza o password errata."

// signInLocal looks at a name and a password. A name that nobody has takes as long as one that somebody has.
func (s *Server) signInLocal(q *request) (view, error) {
	if s.SignIn.Local == nil {
		return view{}, errNoPage
	}
	if !s.signIns.allow(q.address()) {
		return view{}, errTooMany
	}
	name, to := q.form.Get("nome"), q.form.Get("da")
	id := (&worklist.Operator{Name: name}).ID()
	place := id + "\x00" + q.address()
	if wait := max(s.byPlace.begin(place), s.anywhere.begin(id)); wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		v := s.notIn(to, fmt.Sprintf("Troppi tentativi: riprovare fra %d secondi.", seconds))
		v.Status, v.header = http.StatusTooManyRequests, http.Header{"Retry-After": {strconv.Itoa(seconds)}}
		return v, nil
	}
	account, known, err := s.Accounts.Account(q.Context(), name)
	if err != nil {
		return view{}, err
	}
	right, err := s.check(q, &account, known)
	if err != nil {
		return view{}, err
	}
	if !right {
		return s.notIn(to, wrongSignIn), s.note(q, account.Name, AuditRefused, reason(known, account.Disabled))
	}
	if err := s.enter(q, account.Operator(), account.Name, account.Secret); err != nil {
		return view{}, err
	}
	s.byPlace.succeed(place)
	s.anywhere.succeed(id)
	if !local(to) {
		to = "/"
	}
	return view{Redirect: to}, nil
}

func (s *Server) notIn(to, problem string) view {
	return view{Status: http.StatusUnprocessableEntity, Template: "entra", Data: s.entry(to, problem)}
}

// reason is for the audit only. A name that nobody has is not kept: it may be a password typed in the wrong place.
func reason(known, disabled bool) string {
	switch {
	case !known:
		return "utenza sconosciuta"
	case disabled:
		return "utenza disabilitata"
	}
	return "password errata"
}

// check compares the password, once its turn has come.
func (s *Server) check(q *request, a *worklist.Account, known bool) (bool, error) {
	l := s.SignIn.Local
	select {
	case l.waiting <- struct{}{}:
		defer func() { <-l.waiting }()
	default:
		return false, errBusy
	}
	select {
	case l.checking <- struct{}{}:
		defer func() { <-l.checking }()
	case <-q.Context().Done():
		return false, errBusy
	}
	digest := a.Secret
	if !known {
		digest = password.Nobody
	}
	right, err := password.Verify(digest, []byte(q.form.Get("password")))
	if errors.Is(err, password.ErrLong) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("check the password of an account: %w", err)
	}
	return right && known && !a.Disabled, nil
}

// stillLocal reads the account of a session again: what was granted, taken or changed holds at once. It gives nil where the
// session is over.
func (s *Server) stillLocal(q *request, found *session) (*worklist.Operator, error) {
	a, ok, err := s.Accounts.Account(q.Context(), found.account)
	if err != nil {
		return nil, err
	}
	if !ok || a.Disabled || a.Secret != found.secret {
		return nil, nil
	}
	return a.Operator(), nil
}
