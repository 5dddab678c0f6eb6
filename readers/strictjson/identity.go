package strictjson

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"incrocio/pipeline"
)

// Identity builds the DocID of a record: the SHA-256 of its fields as they were understood, each with its length in
// front, so that spelling, order and white space of the text do not count and no two records run into one another.
type Identity struct {
	sum hash.Hash
	buf []byte
}

// NewIdentity starts an identity. The label keeps records of different kinds apart and names the version of the list
// of fields: change it when the list changes.
func NewIdentity(label string) *Identity {
	i := &Identity{sum: sha256.New()}
	i.Text(label)
	return i
}

// Text adds a text.
func (i *Identity) Text(s string) {
	i.buf = binary.AppendUvarint(i.buf[:0], uint64(len(s)))
	i.buf = append(i.buf, s...)
	i.sum.Write(i.buf) // a hash never fails
}

// Int adds a number.
func (i *Identity) Int(n int64) {
	i.buf = binary.AppendVarint(i.buf[:0], n)
	i.sum.Write(i.buf)
}

// Amount adds an amount that may be absent.
func (i *Identity) Amount(a pipeline.Opt[pipeline.Cents]) {
	if !a.OK {
		i.Text("")
		return
	}
	i.Text(a.V.String())
}

// DocID gives the identity of what was added.
func (i *Identity) DocID() pipeline.DocID { return pipeline.DocID(i.sum.Sum(nil)) }
