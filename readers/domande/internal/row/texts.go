package row

import (
	"strings"

	"incrocio/pipeline"
)

// chunk is how many bytes of texts are allocated together: those of some twenty rows. More would spare little, and a text that
// somebody keeps keeps those of the other rows.
const chunk = 4 << 10

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

// TaxCode gives the tax code that lies in a string of [Texts.Of]. A temporary one is a string of its own: those of all claims
// are kept while the claims are read, and few claims have one.
func TaxCode(s string) pipeline.CodiceFiscale {
	c := pipeline.CodiceFiscale(s)
	if c.Temporary() {
		return pipeline.CodiceFiscale(strings.Clone(s))
	}
	return c
}
