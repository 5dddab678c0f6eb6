package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxFooter is the largest footer that is read: some 4 kB of metadata for each of ten thousand column chunks.
const maxFooter = 64 << 20

// maxDepth is how deep structures may nest in a footer; Parquet's own nest six deep.
const maxDepth = 16

var errFooter = errors.New("a footer that cannot be")

// checkFooter walks the footer's structure before the library does. The library allocates for the number of elements
// that a list states; here a list that states more elements than there are bytes left is refused.
func checkFooter(src io.ReaderAt, size int64) error {
	const tail = 8
	var end [tail]byte
	if size < tail+4 {
		return fmt.Errorf("only %d bytes", size)
	}
	if _, err := src.ReadAt(end[:], size-tail); err != nil {
		return fmt.Errorf("read the end: %w", err)
	}
	if string(end[4:]) != "PAR1" {
		return errors.New("no PAR1 at the end")
	}
	n := int64(binary.LittleEndian.Uint32(end[:]))
	if n > size-tail-4 || n > maxFooter {
		return errFooter
	}
	footer := make([]byte, n)
	if _, err := src.ReadAt(footer, size-tail-n); err != nil {
		return fmt.Errorf("read the footer: %w", err)
	}
	w := walker{b: footer}
	if !w.structure(0) || len(w.b) != 0 {
		return errFooter
	}
	return nil
}

// walker steps over Thrift's compact protocol (thrift/doc/specs/thrift-compact-protocol.md).
type walker struct {
	b []byte
	// sizes are the fields 2 and 3 of the outermost structure, the largest of each: of a page header, its size
	// decompressed and compressed.
	sizes [2]int
}

// The types of the compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftStruct = 12
)

// structure steps over the fields of a structure, each a byte of type and distance from the field before, or of type
// alone and then the field's number.
func (w *walker) structure(depth int) bool {
	if depth > maxDepth {
		return false
	}
	return w.fields(func(id uint64, kind byte) bool { return w.field(id, kind, depth) })
}

// fields gives the number and type of each field of a structure to step, which steps over the field, and false where it cannot.
func (w *walker) fields(step func(id uint64, kind byte) bool) bool {
	for id := uint64(0); ; {
		head, ok := w.byte()
		if !ok || head == 0 {
			return ok
		}
		id += uint64(head >> 4)
		if head>>4 == 0 {
			n, ok := w.varint()
			if !ok {
				return false
			}
			id = unzigzag(n)
		}
		if !step(id, head&15) {
			return false
		}
	}
}

func unzigzag(n uint64) uint64 { return n>>1 ^ -(n & 1) }

func (w *walker) field(id uint64, kind byte, depth int) bool {
	switch {
	case kind == thriftTrue || kind == thriftFalse:
		return true // the type is the value
	case depth == 0 && kind == thriftI32 && (id == 2 || id == 3):
		n, ok := w.varint()
		size := int32(unzigzag(n)) // a negative size is for the library to refuse
		w.sizes[id-2] = max(w.sizes[id-2], int(size))
		return ok
	}
	return w.value(kind, depth)
}

func (w *walker) value(kind byte, depth int) bool {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte: // a flag in a list is a byte
		return w.skip(1)
	case thriftI16, thriftI32, thriftI64:
		_, ok := w.varint()
		return ok
	case thriftDouble:
		return w.skip(8)
	case thriftBinary:
		n, ok := w.varint()
		return ok && w.skip(n)
	case thriftList, thriftSet:
		return w.list(depth + 1)
	case thriftStruct:
		return w.structure(depth + 1)
	}
	return false // maps included: Parquet has none
}

// list steps over a list: a byte of length and type of element, the length apart where it is 15 or more.
func (w *walker) list(depth int) bool {
	head, ok := w.byte()
	if !ok || depth > maxDepth {
		return false
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, ok = w.varint(); !ok {
			return false
		}
	}
	if n > uint64(len(w.b)) {
		return false
	}
	for range n {
		if !w.value(head&15, depth) {
			return false
		}
	}
	return true
}

func (w *walker) byte() (byte, bool) {
	if len(w.b) == 0 {
		return 0, false
	}
	c := w.b[0]
	w.b = w.b[1:]
	return c, true
}

func (w *walker) varint() (uint64, bool) {
	v, n := binary.Uvarint(w.b)
	if n <= 0 {
		return 0, false
	}
	w.b = w.b[n:]
	return v, true
}

func (w *walker) skip(n uint64) bool {
	if n > uint64(len(w.b)) {
		return false
	}
	w.b = w.b[n:]
	return true
}
