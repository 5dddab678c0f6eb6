package row

import "strings"

// chunk is how many bytes of texts are allocated together where nothing else is asked for: those of a few rows, so that a
// text that somebody keeps does not keep those of many others.
const chunk = 512

// Texts makes strings of bytes, several in one allocation. The zero Texts is empty.
type Texts struct {
	Chunk int // bytes allocated together; 0 for few
	b     strings.Builder
}

// Of gives the bytes as a string.
func (t *Texts) Of(b []byte) string {
	at := t.b.Len()
	if t.b.Cap()-at < len(b) {
		t.b.Reset()
		t.b.Grow(max(chunk, t.Chunk, len(b)))
		at = 0
	}
	t.b.Write(b) // never fails
	return t.b.String()[at:]
}
