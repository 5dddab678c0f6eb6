package row

import "strings"

// chunk is how many bytes of texts are allocated together: those of a few rows, so that a text that somebody keeps does
// not keep those of many others.
const chunk = 512

// Texts makes strings of bytes, several in one allocation. The zero Texts is empty.
type Texts struct{ b strings.Builder }

// Of gives the bytes as a string.
func (t *Texts) Of(b []byte) string {
	at := t.b.Len()
	if t.b.Cap()-at < len(b) {
		t.b.Reset()
		t.b.Grow(max(chunk, len(b)))
		at = 0
	}
	t.b.Write(b) // never fails
	return t.b.String()[at:]
}

// Names makes strings of bytes that repeat, the same string for the same bytes as long as they are among the last seen.
// The zero Names is empty.
type Names struct{ seen [256]string }

// longestName is the longest text worth remembering, in bytes.
const longestName = 64

// Of gives the bytes as a string.
func (n *Names) Of(b []byte) string {
	if len(b) == 0 || len(b) > longestName {
		return string(b)
	}
	at := uint(len(b)) + 31*uint(b[0]) + 7*uint(b[len(b)/2]) + 61*uint(b[len(b)-1]) + 17*uint(b[len(b)*3/4])
	name := &n.seen[at%uint(len(n.seen))]
	if *name != string(b) {
		*name = string(b)
	}
	return *name
}
