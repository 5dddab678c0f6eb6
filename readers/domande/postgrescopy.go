package domande

import (
	"bytes"
	"encoding/binary"
	"errors"

	"incrocio/readers/domande/internal/row"
)

// errCopy: what the server sent is no binary COPY of our columns.
var errCopy = errors.New("the server sent something else than rows in binary")

// copySignature begins every binary COPY; flags and the length of an extension follow it (COPY, "Binary Format").
const copySignature = "PGCOPY\n\xff\r\n\x00"

// copyRows cuts a binary COPY into rows, however it is cut into writes, and gives the values of each to fn: nil for null,
// all valid until fn returns. Before, it offers what begins with a row to quick, which gives the length of a row that it has
// taken, else 0. It is the writer that the driver copies to.
type copyRows struct {
	quick  func([]byte) (int, error)
	fn     func(*[row.Width][]byte) error
	begun  bool
	ended  bool
	rest   []byte // of the last write: the beginning of something that goes on in the next
	values [row.Width][]byte
}

// Write takes the next bytes of the stream.
func (r *copyRows) Write(p []byte) (int, error) {
	all := p
	if len(r.rest) > 0 {
		r.rest = append(r.rest, p...)
		all = r.rest
	}
	left := all
	for len(left) > 0 {
		n, err := r.piece(left)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			break
		}
		left = left[n:]
	}
	r.rest = append(r.rest[:0], left...) // copied within itself where it was in rest
	return len(p), nil
}

// piece takes the header, a row or the trailer at the start of b and gives its length, 0 where it is not whole.
func (r *copyRows) piece(b []byte) (int, error) {
	switch {
	case r.ended:
		return 0, errCopy
	case !r.begun:
		return r.header(b)
	case len(b) < 2:
		return 0, nil
	case b[0] == 0xff && b[1] == 0xff: // the trailer
		r.ended = true
		return 2, nil
	case binary.BigEndian.Uint16(b) != row.Width:
		return 0, errCopy
	}
	if n, err := r.quick(b); n != 0 || err != nil {
		return n, err
	}
	n, err := r.split(b)
	if n == 0 || err != nil {
		return 0, err
	}
	return n, r.fn(&r.values)
}

func (r *copyRows) header(b []byte) (int, error) {
	const size = len(copySignature) + 8
	if len(b) < size {
		return 0, nil
	}
	if !bytes.HasPrefix(b, []byte(copySignature)) || !bytes.Equal(b[len(copySignature):size], make([]byte, 8)) {
		return 0, errCopy // or with something critical in it that we do not know
	}
	r.begun = true
	return size, nil
}

// split finds the values of the row at the start of b and gives its length, 0 where it is not whole.
func (r *copyRows) split(b []byte) (int, error) {
	at := 2
	for i := range r.values {
		if len(b)-at < 4 {
			return 0, nil
		}
		n := int(int32(binary.BigEndian.Uint32(b[at:])))
		at += 4
		switch {
		case n == -1:
			r.values[i] = nil
			continue
		case n < 0:
			return 0, errCopy
		case n > len(b)-at:
			return 0, nil
		}
		r.values[i] = b[at : at+n : at+n]
		at += n
	}
	return at, nil
}

// whole tells whether the stream came to its end.
func (r *copyRows) whole() bool { return r.ended && len(r.rest) == 0 }
