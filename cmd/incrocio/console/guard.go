package console

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// reportPath is where browsers tell of what the policy kept them from.
const reportPath = "/csp"

// headers go with every answer.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri " + reportPath + "; report-to csp",
	"Reporting-Endpoints":          `csp="` + reportPath + `"`,
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Permissions-Policy":           "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control":                "no-store",
}

// transportSecurity (RFC 6797) is told where the console is reached by https.
const transportSecurity = "max-age=31536000"

// guard lets in what may come in, and answers for what breaks.
func (s *Server) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	if s.URL != nil {
		if err := origin.AddTrustedOrigin(s.URL.Scheme + "://" + s.URL.Host); err != nil {
			panic(err) // the URL was checked
		}
	}
	refuse := func(w http.ResponseWriter, r *http.Request, err error) {
		s.page(&route{bare: true, Handle: func(*Server, *request) (view, error) { return view{}, err }}).ServeHTTP(w, r)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.recover(w, r)
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		if r.TLS != nil || s.URL != nil && s.URL.Scheme == "https" {
			w.Header().Set("Strict-Transport-Security", transportSecurity)
		}
		switch {
		case r.URL.Path != "/healthz" && !s.named(r.Host):
			refuse(w, r, errHost)
		case r.URL.Path != reportPath && (origin.Check(r) != nil || !told(r)):
			refuse(w, r, errForeign)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// told tells whether a request that changes something says where it comes from. Every browser since 2020 does; what does
// not is no browser, or one that cannot be protected.
func told(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	return r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
}

// named tells whether the console goes by a name. A page elsewhere can have its own name resolved to this machine (DNS
// rebinding), but cannot give the request another name.
func (s *Server) named(host string) bool {
	name := hostName(host)
	return loopback(name) || s.URL != nil && strings.EqualFold(name, s.URL.Hostname())
}

func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// loopback tells whether a name is that of the machine itself.
func loopback(name string) bool {
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback() || strings.EqualFold(name, "localhost")
}

// recover answers for a handler that panicked. The log has where, and no value.
func (s *Server) recover(w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	q := &request{Request: r, route: &route{Pattern: r.Pattern}}
	status, p := s.fault(q, "panico", panicked(v), "dove", where())
	s.render(w, q, &view{Status: status, Template: "errore", Data: p})
}

// where gives the functions of this program that a panic went through, the innermost first.
func where() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var at []string
	for {
		f, more := frames.Next()
		if name, ours := strings.CutPrefix(f.Function, "incrocio/"); ours {
			at = append(at, name+":"+strconv.Itoa(f.Line))
		}
		if !more || len(at) == 8 {
			return strings.Join(at, " < ")
		}
	}
}

// healthz answers a monitor: 200, or 503 where the store is out of reach.
func (s *Server) healthz(q *request) (view, error) {
	if !s.byAddress.allow(q.address()) {
		return view{}, errTooMany
	}
	if err := s.Health(q.Context()); err != nil {
		s.Log.Warn("the store is out of reach", "cause", err)
		return view{Status: http.StatusServiceUnavailable, File: &download{Type: "text/plain; charset=utf-8", Body: []byte("archivio non raggiungibile\n")}}, nil
	}
	return view{File: &download{Type: "text/plain; charset=utf-8", Body: []byte("ok\n")}}, nil
}

// maxReport is how much of a report is read.
const maxReport = 64 << 10

// directives are those of the policy, by which reports are logged: a report is written by whoever sends it.
var directives = []string{
	"default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem", "style-src-attr", "img-src", "font-src",
	"connect-src", "form-action", "base-uri", "frame-ancestors",
}

// report counts what browsers were kept from. Of a report only the directive is believed, where it is one.
func (s *Server) report(q *request) (view, error) {
	if !s.byAddress.allow(q.address()) {
		return view{}, errTooMany
	}
	kind, _, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if err != nil || !slices.Contains([]string{"application/csp-report", "application/reports+json", "application/json"}, kind) {
		return view{}, errType
	}
	body, err := io.ReadAll(io.LimitReader(q.Body, maxReport))
	if err != nil {
		return view{}, errLarge
	}
	for _, name := range violated(body) {
		s.Log.Warn("a browser kept the console's policy", "direttiva", name)
	}
	return view{}, nil
}

// violated reads the directives of a report, of either form.
func violated(body []byte) (names []string) {
	type violation struct {
		Effective string `json:"effectiveDirective"`
		Dashed    string `json:"effective-directive"`
		Violated  string `json:"violated-directive"`
	}
	var single struct {
		Report *violation `json:"csp-report"`
	}
	var several []struct {
		Type string    `json:"type"`
		Body violation `json:"body"`
	}
	var all []violation
	if json.Unmarshal(body, &single) == nil && single.Report != nil {
		all = append(all, *single.Report)
	} else if json.Unmarshal(body, &several) == nil {
		for _, s := range several {
			if s.Type == "csp-violation" {
				all = append(all, s.Body)
			}
		}
	}
	for _, v := range all[:min(len(all), 20)] {
		name := "sconosciuta"
		for _, told := range []string{v.Effective, v.Dashed, v.Violated} {
			told, _, _ = strings.Cut(told, " ")
			if slices.Contains(directives, told) {
				name = told
			}
		}
		names = append(names, name)
	}
	return names
}

// entryPath is where one signs in to come back to a page.
func entryPath(to string) string {
	if to == "/" || !local(to) || taxCode.MatchString(to) {
		return "/entra"
	}
	return "/entra?" + url.Values{"da": {to}}.Encode()
}
