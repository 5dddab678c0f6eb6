package console

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"incrocio/pipeline/worklist"
)

// OIDC is sign-in with OpenID Connect: authorization code with PKCE (RFC 7636, S256), state and nonce. The provider is
// looked up when somebody signs in, so that a console starts without it. Its tokens are read once and not kept: role and
// sedi hold until the session ends.
type OIDC struct {
	Issuer       string // https; http only on the loopback
	ClientID     string
	ClientSecret string // "" for a public client
	NameClaim    string // the account as it is shown
	RoleClaim    string // a text or a list of texts
	OfficeClaim  string // as well
	Grants       Grants
	Client       *http.Client // nil: one with time limits

	client *http.Client
	mu     sync.Mutex
	found  *provider
	failed time.Time // when the provider was last looked up in vain
}

// provider is what was found out about the provider.
type provider struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
}

const (
	// leeway is how far the clock of the provider may be off.
	leeway = time.Minute
	// providerTime is how long the provider may take to answer.
	providerTime = 10 * time.Second
	// maxAnswer is how much of its answer is read.
	maxAnswer = 1 << 20
	// returnPath is where the provider sends people back.
	returnPath = "/entra/ritorno"
)

func (o *OIDC) prepare(s *Server) error {
	u, err := url.Parse(o.Issuer)
	switch {
	case err != nil, u.Host == "", u.User != nil, u.RawQuery != "", u.Fragment != "", u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return errors.New("console: the issuer is not an https URL")
	case o.ClientID == "" || o.NameClaim == "" || o.RoleClaim == "" || o.OfficeClaim == "":
		return errors.New("console: client id or names of claims are missing")
	case s.URL == nil:
		return errors.New("console: OpenID Connect needs the URL of the console")
	}
	o.client = &http.Client{}
	if o.Client != nil {
		*o.client = *o.Client
	}
	o.client.Timeout = providerTime
	o.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	o.client.Transport = &frugal{o.client.Transport}
	if s.flows, err = newFlows(s.Now, s.Rand); err != nil {
		return fmt.Errorf("console: %w", err)
	}
	return nil
}

// frugal reads no answer longer than maxAnswer: what follows is cut off, and is then no JSON.
type frugal struct{ next http.RoundTripper }

// RoundTrip bounds the answer of the next.
func (f *frugal) RoundTrip(r *http.Request) (*http.Response, error) {
	next := f.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	}
	return resp, err
}

// discover looks the provider up, once it can be reached. Errors wrap errAway.
func (s *Server) discover(ctx context.Context) (*provider, error) {
	o := s.SignIn.OIDC
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.found != nil {
		return o.found, nil
	}
	if s.Now().Sub(o.failed) < retryAfter*time.Second {
		return nil, errAway // one who waits in vain is enough
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, o.client), o.Issuer)
	if err != nil {
		o.failed = s.Now()
		return nil, fmt.Errorf("%w: %w", errAway, &providerError{"discovery", err})
	}
	endpoint := p.Endpoint()
	endpoint.AuthStyle = o.authStyle(p)
	o.found = &provider{
		oauth: oauth2.Config{
			ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: endpoint,
			RedirectURL: s.URL.String() + returnPath, Scopes: []string{oidc.ScopeOpenID, oidc.ScopeProfile},
		},
		verifier: p.Verifier(&oidc.Config{
			ClientID: o.ClientID, SupportedSigningAlgs: []string{oidc.RS256, oidc.ES256},
			Now: func() time.Time { return s.Now().Add(-leeway) }, // a token is good for that much longer
		}),
	}
	return o.found, nil
}

// authStyle is how the provider wants the secret: by default as a header (OpenID Connect Discovery, section 3). Trying both
// would show it a code twice.
func (o *OIDC) authStyle(p *oidc.Provider) oauth2.AuthStyle {
	var said struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := p.Claims(&said); o.ClientSecret == "" ||
		err == nil && len(said.Methods) > 0 && !slices.Contains(said.Methods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// providerError names the step that failed. The text of the cause may repeat what the provider sent, which is not for a log.
type providerError struct {
	step  string
	cause error
}

func (e *providerError) Error() string { return "the provider failed at the " + e.step }
func (e *providerError) Unwrap() error { return e.cause }

// signInStart sends to the provider. What has to be known on return goes along in a cookie that only this process can read.
func (s *Server) signInStart(q *request) (view, error) {
	if s.SignIn.OIDC == nil {
		return view{}, errNoPage
	}
	if !s.signIns.allow(q.address()) {
		return view{}, errTooMany
	}
	p, err := s.discover(q.Context())
	if err != nil {
		return view{}, err
	}
	to := q.form.Get("da")
	if !local(to) {
		to = "/"
	}
	f := flow{State: s.draw(), Nonce: s.draw(), Verifier: s.draw() + s.draw(), To: to, Until: s.Now().Add(flowTime)}
	sealed, err := s.flows.seal(&f)
	if err != nil {
		return view{}, err
	}
	address := p.oauth.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier))
	return view{Redirect: address, elsewhere: true, header: http.Header{"Set-Cookie": {sealed}}}, nil
}

// signInReturn takes somebody in whom the provider sends back. Nothing else in the console changes by a GET.
func (s *Server) signInReturn(q *request) (view, error) {
	if s.SignIn.OIDC == nil {
		return view{}, errNoPage
	}
	if !s.signIns.allow(q.address()) {
		return view{}, errTooMany
	}
	done := view{header: http.Header{"Set-Cookie": {s.flows.none()}}}
	who, f, err := s.returned(q)
	if err != nil {
		if errors.Is(err, errRefused) {
			s.Log.Warn("a sign-in was refused", "cause", err)
			err = errors.Join(err, s.note(q, "", AuditRefused, "OpenID Connect"))
		}
		return done, err
	}
	if err := s.enter(q, who, who.Name, ""); err != nil {
		return done, err
	}
	done.Redirect = f.To
	return done, nil
}

// returned checks everything about a return, each with an error that wraps errRefused.
func (s *Server) returned(q *request) (*worklist.Operator, *flow, error) {
	f, err := s.flows.open(q.Request)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case len(q.form["state"]) != 1 || !same(q.form.Get("state"), f.State):
		return nil, nil, fmt.Errorf("%w: state", errRefused)
	case q.form.Has("iss") && q.form.Get("iss") != s.SignIn.OIDC.Issuer: // RFC 9207
		return nil, nil, fmt.Errorf("%w: issuer of the answer", errRefused)
	case q.form.Has("error"):
		return nil, nil, fmt.Errorf("%w: by the provider", errRefused)
	case len(q.form["code"]) != 1 || q.form.Get("code") == "":
		return nil, nil, fmt.Errorf("%w: no code", errRefused)
	case !s.flows.use(f):
		return nil, nil, fmt.Errorf("%w: returned twice", errRefused)
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(q.Context(), s.SignIn.OIDC.client), providerTime)
	defer cancel()
	p, err := s.discover(ctx)
	if err != nil {
		return nil, nil, err
	}
	token, err := p.oauth.Exchange(ctx, q.form.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		var said *oauth2.RetrieveError
		if errors.As(err, &said) && said.Response.StatusCode < http.StatusInternalServerError {
			return nil, nil, fmt.Errorf("%w: code", errRefused)
		}
		return nil, nil, fmt.Errorf("%w: %w", errAway, &providerError{"exchange of the code", err})
	}
	raw, _ := token.Extra("id_token").(string)
	who, err := s.SignIn.OIDC.read(ctx, p, raw, token.AccessToken, f.Nonce, s.Now())
	return who, f, err
}

// read verifies an ID token (OpenID Connect Core, section 3.1.3.7) and makes somebody of it.
func (o *OIDC) read(ctx context.Context, p *provider, raw, access, nonce string, now time.Time) (*worklist.Operator, error) {
	refuse := func(what string) (*worklist.Operator, error) { return nil, fmt.Errorf("%w: %s", errRefused, what) }
	token, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		var expired *oidc.TokenExpiredError
		if errors.As(err, &expired) {
			return refuse("token has expired")
		}
		return refuse("token does not verify")
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		return refuse("claims")
	}
	latest := now.Add(leeway)
	before, isNumber := claims["nbf"].(float64)
	azp, hasParty := claims["azp"]
	switch {
	case nonce == "" || !same(token.Nonce, nonce):
		return refuse("nonce")
	case token.IssuedAt.IsZero() || token.IssuedAt.After(latest):
		return refuse("token is of the future")
	case claims["nbf"] != nil && (!isNumber || before > float64(latest.Unix())):
		return refuse("token is of the future")
	case hasParty && azp != o.ClientID, !hasParty && len(token.Audience) > 1:
		return refuse("token is for another client")
	case token.Subject == "" || len(token.Subject) > maxSubject:
		return refuse("no subject")
	case token.AccessTokenHash != "" && token.VerifyAccessToken(access) != nil:
		return refuse("access token")
	}
	roles, ok1 := texts(claims[o.RoleClaim])
	offices, ok2 := texts(claims[o.OfficeClaim])
	if !ok1 || !ok2 {
		return refuse("role or sede of another form")
	}
	name, _ := claims[o.NameClaim].(string)
	return o.Grants.operator(name, token.Issuer+"#"+token.Subject, roles, offices)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// texts reads a claim that is a text or a list of texts. One that is not there is empty.
func texts(claim any) ([]string, bool) {
	switch claim := claim.(type) {
	case nil:
		return nil, true
	case string:
		return []string{claim}, true
	case []any:
		out := make([]string, 0, len(claim))
		for _, c := range claim {
			text, ok := c.(string)
			if !ok {
				return nil, false
			}
			out = append(out, text)
		}
		return slices.Clip(out), true
	}
	return nil, false
}

// flow is a sign-in under way.
type flow struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"`
	To       string    `json:"t"`
	Until    time.Time `json:"u"`
}
