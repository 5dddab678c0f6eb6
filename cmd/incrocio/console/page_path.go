package console

import (
	"encoding/base64"
	"net/url"
	"strings"

	"incrocio/pipeline/worklist"
)

// maxID is the longest id of an item that a path may name, in bytes.
const maxID = 256

// pathOf gives the page of an item. An id that is made of letters, digits and hyphens stands in the path as it is; any
// other, such as a protocol with its points and slashes, as "~" and its base64url, which no proxy and no browser tidies up.
func pathOf(k worklist.Key) string { return folderOf(k.Kind) + "/" + encodeID(k.ID) }

// folderOf is the page of the list that items of a kind are in.
func folderOf(k worklist.Kind) string {
	switch k {
	case worklist.KindSubmission:
		return "/comunicazioni"
	case worklist.KindSample:
		return "/campione"
	}
	return "/eccezioni"
}

func encodeID(id string) string {
	if plainID(id) {
		return id
	}
	return "~" + base64.RawURLEncoding.EncodeToString([]byte(id))
}

// decodeID is the inverse of encodeID, and false for what it cannot have given: each item has one path.
func decodeID(s string) (string, bool) {
	id := s
	if coded, ok := strings.CutPrefix(s, "~"); ok {
		b, err := base64.RawURLEncoding.Strict().DecodeString(coded)
		if err != nil {
			return "", false
		}
		id = string(b)
	}
	return id, id != "" && len(id) <= maxID && encodeID(id) == s
}

func plainID(id string) bool {
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-':
		default:
			return false
		}
	}
	return id != "" && !reserved[id]
}

// reserved are the names that a list has beside its items.
var reserved = map[string]bool{"cerca": true, "azione": true, "esporta": true}

// back gives the page that a form says it came from, and other where it names none of this console.
func (q *request) back(other string) string {
	if path := q.form.Get("ritorno"); len(path) <= maxReturn && local(path) {
		return path
	}
	return other
}

// maxReturn is the longest path that a form or link may say it came from.
const maxReturn = 2000

// withFragment adds the place in the page where the keyboard goes on.
func withFragment(path, fragment string) string {
	path, _, _ = strings.Cut(path, "#")
	return path + "#" + fragment
}

// withQuery sets one parameter of a path.
func withQuery(path, key, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}
