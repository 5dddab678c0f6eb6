package console

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"incrocio/pipeline/worklist"
)

// Config is what a console needs. All fields are needed but URL, Limits and, where nobody signs in locally, Accounts.
type Config struct {
	Desk     worklist.Desk
	Accounts worklist.Accounts // of local sign-in
	Nights   Nights            // what was published
	SignIn   SignIn
	// Audit keeps who signed in and out, and who was refused; who is "" where the account is not known. A sign-in whose row
	// could not be kept is refused.
	Audit func(ctx context.Context, who, what, detail string) error
	// Health tells why the store is out of reach; nil where it is not.
	Health func(ctx context.Context) error
	// URL is where the console is reached: "https://incrocio.sede.example". Nil: only on the machine itself.
	URL    *url.URL
	Limits Limits // zero fields take the default
	Now    func() time.Time
	Rand   io.Reader // for names that nobody can guess; it must not fail
	Log    *slog.Logger
}

// SignIn is the way in: exactly one field is set.
type SignIn struct {
	Local *Local
	OIDC  *OIDC
	Proxy *Proxy
}

// Server is the console. It is safe for concurrent use.
type Server struct {
	Config
	templates *templates
	sessions  *sessions
	handler   http.Handler
	busy      chan struct{}
	byAccount *throttle
	byAddress *throttle
	signIns   *throttle
	byPlace   *backOff // of an account from an address
	anywhere  *backOff // of an account: guessed at from many places, whoever it belongs to must not be kept out for long
	flows     *flows
}

// Time limits of a connection.
const (
	writeTime = 60 * time.Second // for an answer to go
	keepTime  = 2 * time.Minute  // between two requests
	drainTime = 5 * time.Second

	maxHeader  = 32 << 10
	maxStreams = 100 // at once on a connection of HTTP/2
)

// New makes a console. Errors are those of the configuration.
func New(c Config) (*Server, error) {
	ways := 0
	for _, set := range []bool{c.SignIn.Local != nil, c.SignIn.OIDC != nil, c.SignIn.Proxy != nil} {
		if set {
			ways++
		}
	}
	if ways != 1 {
		return nil, errors.New("console: exactly one way of signing in is needed")
	}
	if c.URL != nil && (c.URL.Scheme != "https" && c.URL.Scheme != "http" || c.URL.Host == "" || c.URL.Path != "" || c.URL.RawQuery != "" || c.URL.Fragment != "" || c.URL.User != nil) {
		return nil, fmt.Errorf("console: URL %q is not of the form https://host", c.URL.Redacted())
	}
	t, err := loadTemplates(embedded)
	if err != nil {
		return nil, err
	}
	c.Limits = c.Limits.orDefault()
	s := &Server{Config: c, templates: t}
	s.sessions = newSessions(s.Now, s.draw, &s.Limits)
	s.busy = make(chan struct{}, s.Limits.AtOnce)
	s.byAccount = newThrottle(s.Limits.PerAccount, s.Now)
	s.byAddress = newThrottle(s.Limits.PerAddress, s.Now)
	s.signIns = newThrottle(s.Limits.SignIns, s.Now)
	s.byPlace = newBackOff(s.Now, 5, 5*time.Minute)
	s.anywhere = newBackOff(s.Now, 20, 30*time.Second)
	if err := s.prepareSignIn(); err != nil {
		return nil, err
	}
	s.handler = s.guard(s.mux(routes()))
	return s, nil
}

// Close ends all sessions. The error is nil.
func (s *Server) Close() error {
	s.sessions.close()
	return nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers the requests of a listener until the context ends; what is under way then has 5 s to end. The listener is
// closed. The error is nil where the context ended it.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.Limits.Headers,
		ReadTimeout:       s.Limits.Read,
		WriteTimeout:      writeTime,
		IdleTimeout:       keepTime,
		MaxHeaderBytes:    maxHeader,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug), // each message has an address in it
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve the console: %w", err)
	case <-ctx.Done():
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := srv.Shutdown(wait); err != nil {
		_ = srv.Close() // whoever did not end in time is cut off
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the console: %w", err)
	}
	return nil
}

// draw gives a name that nobody can guess: 128 bits.
func (s *Server) draw() string {
	var b [16]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		panic("console: no randomness")
	}
	return hex.EncodeToString(b[:])
}
