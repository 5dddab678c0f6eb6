package console

import (
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"incrocio/pipeline/worklist"
)

// How long a session lasts.
const (
	idleTime  = 30 * time.Minute // without a request
	wholeTime = 8 * time.Hour
)

// Names of cookies. The prefix __Host- binds them to this host, by https: Chromium and Firefox count http to the loopback
// as that too.
const (
	sessionCookie = "__Host-incrocio"
	flowCookie    = "__Host-incrocio-accesso"
)

// sessionKey is the value of the manager's session, which holds nothing else: the name of a [session].
const sessionKey = "sessione"

// Limits of what a session keeps.
const (
	maxSearches = 50
	maxFlashes  = 5
)

// session is what is kept of somebody between two requests, in memory only. It is safe for concurrent use. Searches stay
// here under a name drawn at random, so that no tax code is ever in a URL.
type session struct {
	id      string
	account string // as it was given at sign-in
	secret  string // of a local account: another one ends the session
	who     *worklist.Operator
	born    time.Time
	draw    func() string

	mu       sync.Mutex
	seen     time.Time
	flashes  []string
	searches []search // the newest last
	noKeys   bool     // single keys are switched off (WCAG 2.1.4)
}

type search struct {
	id   string
	form url.Values
}

// keep keeps a search and gives its name, for the URL of its result. Of more than maxSearches the oldest is forgotten.
func (s *session) keep(form url.Values) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := search{s.draw(), form}
	if len(s.searches) == maxSearches {
		s.searches = s.searches[1:]
	}
	s.searches = append(s.searches, kept)
	return kept.id
}

// kept gives a search by name, which is not to be modified; false where it is forgotten.
func (s *session) kept(id string) (url.Values, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.searches {
		if k.id == id {
			return k.form, true
		}
	}
	return nil, false
}

func (s *session) flash(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.flashes) == maxFlashes {
		s.flashes = s.flashes[1:]
	}
	s.flashes = append(s.flashes, text)
}

func (s *session) takeFlashes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.flashes
	s.flashes = nil
	return out
}

// sessions are those that are open. The manager deals with cookies, their tokens and the time; a session ends when it is
// gone from here, whatever a request that was under way then gives back to the manager.
type sessions struct {
	manager *scs.SessionManager
	now     func() time.Time
	draw    func() string
	most    int
	each    int // of one person

	mu   sync.Mutex
	open map[string]*session
}

func newSessions(now func() time.Time, draw func() string, l *Limits) *sessions {
	m := scs.New()
	m.Store = &tokens{now: now, kept: map[string]token{}}
	m.IdleTimeout, m.Lifetime = idleTime, wholeTime
	m.HashTokenInStore = true
	m.Cookie.Name = sessionCookie
	m.Cookie.Secure = true
	m.Cookie.Persist = false
	m.Cookie.SameSite = http.SameSiteLaxMode
	return &sessions{manager: m, now: now, draw: draw, most: l.Sessions, each: l.SessionsEach, open: map[string]*session{}}
}

// of gives the session of a request; nil where there is none, or its time is over.
func (s *sessions) of(r *http.Request) *session {
	id := s.manager.GetString(r.Context(), sessionKey)
	if id == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.open[id]
	if found == nil {
		return nil
	}
	now := s.now()
	if found.over(now) {
		delete(s.open, id)
		return nil
	}
	found.mu.Lock()
	found.seen = now
	found.mu.Unlock()
	return found
}

func (s *session) over(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Sub(s.seen) >= idleTime || now.Sub(s.born) >= wholeTime
}

// begin opens a session under a new token. Of more than one person's share the one longest unused ends; where all together
// are too many it returns errBusy.
func (s *sessions) begin(r *http.Request, who *worklist.Operator, account, secret string) (*session, error) {
	now := s.now()
	next := &session{id: s.draw(), account: account, secret: secret, who: who, born: now, seen: now, draw: s.draw}
	if err := s.add(next); err != nil {
		return nil, err
	}
	if err := s.manager.RenewToken(r.Context()); err != nil {
		return nil, err
	}
	if before := s.manager.GetString(r.Context(), sessionKey); before != "" {
		s.drop(before)
	}
	s.manager.Put(r.Context(), sessionKey, next.id)
	return next, nil
}

func (s *sessions) add(next *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var oldest *session
	mine := 0
	for id, o := range s.open {
		if o.over(next.born) {
			delete(s.open, id)
			continue
		}
		if o.who.ID() != next.who.ID() {
			continue
		}
		mine++
		if oldest == nil || o.last().Before(oldest.last()) {
			oldest = o
		}
	}
	if mine >= s.each {
		delete(s.open, oldest.id)
	}
	if len(s.open) >= s.most {
		return errBusy
	}
	s.open[next.id] = next
	return nil
}

func (s *session) last() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

func (s *sessions) drop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, id)
}

// close ends all.
func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.open)
}

// end ends the session of a request.
func (s *sessions) end(r *http.Request) error {
	s.drop(s.manager.GetString(r.Context(), sessionKey))
	return s.manager.Destroy(r.Context())
}
