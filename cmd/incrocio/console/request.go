package console

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline/worklist"
)

// request is one request of somebody, or of nobody on pages before sign-in.
type request struct {
	*http.Request
	who     *worklist.Operator // nil before sign-in
	form    url.Values         // of the body for POST, of the query for GET; valid UTF-8, line ends as "\n", no other control characters
	files   map[string]upload  // of routes that take them, by field
	session *session           // nil before sign-in
	route   *route
}

// upload is a file that was sent.
type upload struct {
	Name string // as the browser tells it: not to be trusted
	Body []byte
}

// maxParts is how many fields and files a form may have.
const maxParts = 4 * worklist.MaxItems

// strangersBody is how large a form of somebody who has not signed in may be, in bytes.
const strangersBody = 64 << 10

// address is where the request comes from, without the port.
func (q *request) address() string {
	host, _, err := net.SplitHostPort(q.RemoteAddr)
	if err != nil {
		return q.RemoteAddr
	}
	return host
}

// parse reads the form. Errors are those of a page: too large, or not to be understood.
func (q *request) parse(w http.ResponseWriter, l *Limits) (err error) {
	limit := l.Body
	switch {
	case q.who == nil:
		limit = min(limit, strangersBody)
	case q.route.Upload:
		limit = l.Upload
	}
	q.Body = http.MaxBytesReader(w, q.Body, limit)
	if q.route.bare {
		return nil
	}
	q.form = url.Values{}
	switch q.Method {
	case http.MethodGet, http.MethodHead:
		q.form, err = url.ParseQuery(q.URL.RawQuery)
	case http.MethodPost:
		err = q.parseBody()
	}
	if err == nil {
		err = q.clean()
	}
	var large *http.MaxBytesError
	var timeout net.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return errLarge
	case errors.As(err, &timeout) && timeout.Timeout():
		return errSlow
	}
	return fmt.Errorf("%w: %w", errForm, err)
}

func (q *request) parseBody() error {
	kind, params, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		return q.parseEncoded()
	case err == nil && kind == "multipart/form-data" && q.route.Upload && params["boundary"] != "":
		return q.parseParts()
	}
	return errType
}

func (q *request) parseEncoded() error {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return err
	}
	if strings.Count(string(body), "&") >= maxParts {
		return errLarge
	}
	q.form, err = url.ParseQuery(string(body))
	return err
}

func (q *request) parseParts() error {
	parts, err := q.MultipartReader()
	if err != nil {
		return err
	}
	q.files = map[string]upload{}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case n == maxParts:
			return errLarge
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		name := part.FormName()
		if part.FileName() == "" {
			q.form.Add(name, string(body))
			continue
		}
		if _, twice := q.files[name]; twice {
			return errForm
		}
		q.files[name] = upload{part.FileName(), body}
	}
}

// clean makes texts what a person can have typed, and refuses those that are no text.
func (q *request) clean() error {
	if len(q.form) > maxParts {
		return errLarge
	}
	for name, values := range q.form {
		for i, v := range values {
			v = strings.ReplaceAll(v, "\r\n", "\n")
			if !utf8.ValidString(v) || !utf8.ValidString(name) || strings.ContainsFunc(v, control) {
				return errForm
			}
			values[i] = v
		}
	}
	return nil
}

// control tells what has no place in a text: control characters but tab and line end, and marks that turn the direction of
// writing, by which a text reads as something else.
func control(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// local tells whether a path leads to a page of this console, and nowhere else.
func local(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, func(r rune) bool { return r == '\\' || r <= ' ' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}
