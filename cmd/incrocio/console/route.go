package console

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"incrocio/pipeline/worklist"
)

// handler answers a request. Errors of worklist and store become pages of their own, see failure.
type handler func(*Server, *request) (view, error)

// view is what a handler answers: exactly one of Template, Redirect and File, or nothing for an answer without content.
type view struct {
	Status   int    // 0: 200 for Template and File, 303 for Redirect, 204 for nothing
	Template string // page of templates/, without .html
	Data     any    // of the template, see page
	Redirect string // path of this console, with its query: "/eccezioni?lista=DA_LAVORARE"
	Flash    string // shown on the next page that is rendered for this session, this one where it is a Template
	File     *download

	elsewhere bool        // Redirect is an address of the provider
	header    http.Header // added to the answer; nil for none
}

// download is a file as the answer. One of Body and Write has what is in it.
type download struct {
	Name  string // offered to save it as; "" to show it
	Type  string // MIME
	Body  []byte
	Write func(io.Writer) error // an error breaks the connection off, so that the file is not taken for whole

	etag string // of a Body that never changes under its path; "" for others
}

// route is a row of the table of routes: the only way to add a page. A GET changes nothing.
type route struct {
	Method  string        // GET or POST; GET answers HEAD too
	Pattern string        // of [http.ServeMux], without method: "/eccezioni/{id}"
	Name    string        // of the entry of the menu that the page is under
	Role    worklist.Role // the least that is needed; "" for who has not signed in
	Handle  handler
	Item    bool // names an item: the desk looks after the sede
	Upload  bool // takes files: multipart, and larger

	bare bool // without session and page: for programs
}

// routes is the table.
func routes() []route { return slices.Concat(baseRoutes(), pageRoutes()) }

// baseRoutes are the rows of the server itself. Those of another way of signing in than the one configured answer 404.
func baseRoutes() []route {
	return []route{
		{Method: http.MethodGet, Pattern: "/entra", Name: "entra", Handle: (*Server).signInPage},
		{Method: http.MethodPost, Pattern: "/entra", Name: "entra", Handle: (*Server).signInLocal},
		{Method: http.MethodGet, Pattern: "/entra/oidc", Name: "entra", Handle: (*Server).signInStart},
		{Method: http.MethodGet, Pattern: "/entra/ritorno", Name: "entra", Handle: (*Server).signInReturn},
		{Method: http.MethodPost, Pattern: "/esci", Name: "esci", Handle: (*Server).signOut},
		{Method: http.MethodGet, Pattern: "/static/{hash}/{name...}", Handle: (*Server).static, bare: true},
		{Method: http.MethodGet, Pattern: "/healthz", Handle: (*Server).healthz, bare: true},
		{Method: http.MethodPost, Pattern: reportPath, Handle: (*Server).report, bare: true},
	}
}

// mux serves the table. Methods are told apart here and not by the mux, so that a wrong one is answered with a page.
func (s *Server) mux(table []route) *http.ServeMux {
	byPath := map[string][]route{}
	for _, rt := range table {
		byPath[rt.Pattern] = append(byPath[rt.Pattern], rt)
	}
	mux := http.NewServeMux()
	for pattern, rows := range byPath {
		mux.Handle(pattern, s.methods(rows))
	}
	mux.Handle("/", s.page(&route{Handle: func(*Server, *request) (view, error) { return view{}, errNoPage }}))
	return mux
}

// methods chooses among the rows of a path.
func (s *Server) methods(rows []route) http.Handler {
	byMethod := map[string]http.Handler{}
	var allowed []string
	for _, rt := range rows {
		byMethod[rt.Method] = s.page(&rt)
		allowed = append(allowed, rt.Method)
		if rt.Method == http.MethodGet {
			byMethod[http.MethodHead] = byMethod[rt.Method]
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	wrong := s.page(&route{Handle: func(*Server, *request) (view, error) {
		return view{header: http.Header{"Allow": {strings.Join(allowed, ", ")}}}, errMethod
	}})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, ok := byMethod[r.Method]
		if !ok {
			h = wrong
		}
		h.ServeHTTP(w, r)
	})
}

// page serves one row.
func (s *Server) page(rt *route) http.Handler {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{Request: r, route: rt}
		v, err := s.handle(w, q)
		if err != nil {
			header := v.header
			v = s.failure(q, err)
			for name, values := range header {
				v.header[name] = values
			}
		}
		s.answer(w, q, &v)
	})
	if rt.bare {
		return h
	}
	return s.sessions.manager.LoadAndSave(h)
}

// handle lets a request in and answers it. One more than the machine can do at once is told to come back.
func (s *Server) handle(w http.ResponseWriter, q *request) (view, error) {
	if !q.route.bare {
		if err := s.admit(q); err != nil {
			return view{}, err
		}
	}
	if err := q.parse(w, &s.Limits); err != nil {
		return view{}, err
	}
	if q.route.bare {
		return q.route.Handle(s, q)
	}
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
	default:
		return view{}, errBusy
	}
	return q.route.Handle(s, q)
}

// admit finds who a request is from, and refuses it where the row wants somebody else.
func (s *Server) admit(q *request) error {
	if err := s.identify(q); err != nil {
		return err
	}
	if q.who == nil {
		if !s.byAddress.allow(q.address()) {
			return errTooMany
		}
		if q.route.Role != "" {
			return errNobody
		}
		return nil
	}
	if !s.byAccount.allow(q.who.ID()) {
		return errTooMany
	}
	if roles := worklist.Roles(); q.route.Role != "" && slices.Index(roles, q.who.Role) < slices.Index(roles, q.route.Role) {
		return worklist.ErrRole
	}
	return nil
}
