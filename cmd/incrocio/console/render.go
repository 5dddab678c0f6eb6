package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"incrocio/pipeline/worklist"
)

// The pages and what they load. Every page of templates/ defines "title" and "main"; layout.html defines "layout", which is
// what is executed; files that begin with "_" define what several pages share.
//
//go:embed all:templates all:static
var embedded embed.FS

// page is what a template is executed on.
type page struct {
	Who   *worklist.Operator // nil before sign-in
	Name  string             // of the route: the current entry of the menu
	Path  string             // of the request, with its query
	Flash []string           // what was done, to be told once
	SSO   bool               // who one is comes from the proxy: there is nothing to sign out of
	Data  any                // of the view
	Keys  bool               // single keys do something
}

// templates are the parsed pages by name, and the static files under a path that changes with them.
type templates struct {
	byName map[string]*template.Template
	assets map[string]asset
	hash   string // of all static files: relative references among them hold
}

type asset struct {
	body []byte
	kind string
}

func loadTemplates(files fs.FS) (*templates, error) {
	t := &templates{byName: map[string]*template.Template{}, assets: map[string]asset{}}
	if err := t.loadAssets(files); err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	funcs := template.FuncMap{"asset": t.path}
	maps.Copy(funcs, pageFuncs())
	base, err := template.New("layout").Funcs(funcs).Option("missingkey=error").ParseFS(files, "templates/layout.html")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	var pages, shared []string
	for _, name := range names {
		switch base := path.Base(name); {
		case strings.HasPrefix(base, "_"):
			shared = append(shared, name)
		case base != "layout.html":
			pages = append(pages, name)
		}
	}
	if len(shared) > 0 {
		if base, err = base.ParseFS(files, shared...); err != nil {
			return nil, fmt.Errorf("read templates: %w", err)
		}
	}
	for _, name := range pages {
		p, err := base.Clone()
		if err == nil {
			p, err = p.ParseFS(files, name)
		}
		if err != nil {
			return nil, fmt.Errorf("read template %s: %w", name, err)
		}
		t.byName[strings.TrimSuffix(path.Base(name), ".html")] = p
	}
	return t, nil
}

func (t *templates) loadAssets(files fs.FS) error {
	sum := sha256.New()
	err := fs.WalkDir(files, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		name = strings.TrimPrefix(name, "static/")
		_, _ = fmt.Fprintf(sum, "%s\x00%d\x00", name, len(body)) // a digest takes everything
		sum.Write(body)
		t.assets[name] = asset{body, assetType(name)}
		return nil
	})
	t.hash = hex.EncodeToString(sum.Sum(nil))[:16]
	return err
}

// assetTypes are those of static files. The machine's own table may say otherwise.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2",
	".png": "image/png", ".ico": "image/x-icon", ".txt": "text/plain; charset=utf-8",
}

func assetType(name string) string {
	if kind, ok := assetTypes[path.Ext(name)]; ok {
		return kind
	}
	return "application/octet-stream"
}

// path gives the address of a static file. One that is not there is a fault of the template.
func (t *templates) path(name string) (string, error) {
	if _, ok := t.assets[name]; !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return "/static/" + t.hash + "/" + name, nil
}

// static answers with a file that never changes under its path.
func (s *Server) static(q *request) (view, error) {
	a, ok := s.templates.assets[q.PathValue("name")]
	if !ok || q.PathValue("hash") != s.templates.hash {
		return view{}, errNoPage
	}
	return view{File: &download{Type: a.kind, Body: a.body, etag: `"` + s.templates.hash + `"`}}, nil
}

// answer writes a view.
func (s *Server) answer(w http.ResponseWriter, q *request, v *view) {
	for name, values := range v.header {
		w.Header()[name] = values
	}
	if v.Flash != "" && q.session != nil && !v.elsewhere {
		q.session.flash(v.Flash)
	}
	switch {
	case v.Redirect != "":
		redirect(w, v)
	case v.File != nil:
		s.send(w, q, v)
	case v.Template != "":
		s.render(w, q, v)
	default:
		w.WriteHeader(orStatus(v.Status, http.StatusNoContent))
	}
}

func orStatus(status, otherwise int) int {
	if status == 0 {
		return otherwise
	}
	return status
}

// redirect sends on to a page of this console: where an address comes from a form, it may be none.
func redirect(w http.ResponseWriter, v *view) {
	if !v.elsewhere && !local(v.Redirect) {
		v.Redirect = "/"
	}
	w.Header().Set("Location", v.Redirect)
	w.WriteHeader(orStatus(v.Status, http.StatusSeeOther))
}

// render executes a template whole before anything is sent, so that a page that breaks is an error and no half page.
func (s *Server) render(w http.ResponseWriter, q *request, v *view) {
	p := page{Who: q.who, Name: q.route.Name, Path: q.URL.RequestURI(), SSO: s.SignIn.Proxy != nil, Data: v.Data}
	if q.session != nil {
		p.Flash = q.session.takeFlashes()
		p.Keys = !q.session.keysOff()
	}
	body, err := s.templates.execute(v.Template, &p)
	if err != nil {
		var pr problem
		v.Status, pr = s.fault(q, "pagina", v.Template, "cause", err)
		p.Data, p.Flash = pr, nil
		if body, err = s.templates.execute("errore", &p); err != nil {
			body = []byte("Guasto")
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(orStatus(v.Status, http.StatusOK))
	_, _ = w.Write(body) // whoever asked may be gone
}

func (t *templates) execute(name string, p *page) ([]byte, error) {
	found := t.byName[name]
	if found == nil {
		return nil, fmt.Errorf("no template %q", name)
	}
	var b bytes.Buffer
	if err := found.ExecuteTemplate(&b, "layout", p); err != nil {
		var in *template.Error
		if errors.As(err, &in) {
			return nil, err
		}
		return nil, &renderError{name, err}
	}
	return b.Bytes(), nil
}

// renderError says which template broke; what it was executed on may be in the text of the cause, which is not shown.
type renderError struct {
	name  string
	cause error
}

func (e *renderError) Error() string { return "execute template " + e.name }
func (e *renderError) Unwrap() error { return e.cause }

// send answers with a file.
func (s *Server) send(w http.ResponseWriter, q *request, v *view) {
	f := v.File
	h := w.Header()
	h.Set("Content-Type", f.Type)
	if f.Name != "" {
		h.Set("Content-Disposition", attachment(f.Name))
	}
	if f.etag != "" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", f.etag)
		http.ServeContent(w, q.Request, "", time.Time{}, bytes.NewReader(f.Body))
		return
	}
	w.WriteHeader(orStatus(v.Status, http.StatusOK))
	if q.Method == http.MethodHead {
		return
	}
	if f.Write == nil {
		_, _ = w.Write(f.Body)
		return
	}
	if err := f.Write(w); err != nil {
		s.fault(q, "cause", err)
		panic(http.ErrAbortHandler)
	}
}

// attachment is a Content-Disposition (RFC 6266): the name in ASCII for all, in UTF-8 for those who can.
func attachment(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '_'
	}, name)
	header := mime.FormatMediaType("attachment", map[string]string{"filename": plain})
	if plain != name {
		header += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(strings.ToValidUTF8(name, "_")), "+", "%20")
	}
	return header
}
