package inbox

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"

	"incrocio/pipeline"
)

// Signatures of APPNOTE.TXT, as little-endian numbers.
const (
	zipLocal      = 0x04034b50
	zipDescriptor = 0x08074b50
	zipCentral    = 0x02014b50
	zipEnd        = 0x06054b50
	zipEnd64      = 0x06064b50
	zipLocator64  = 0x07064b50
)

// Methods and flags (APPNOTE 4.4.4, 4.4.5).
const (
	zipStored   = 0
	zipDeflated = 8

	zipEncrypted       = 1 << 0
	zipSizesLater      = 1 << 3
	zipStrong          = 1 << 6
	zipMaskedDirectory = 1 << 13
)

var (
	// errZip is a zip that contradicts itself.
	errZip = errors.New("zip: inconsistent")
	// errNoDirectory is a zip that does not end with its directory.
	errNoDirectory = errors.New("zip: no end of central directory")
)

// zipReader reads the parts of a zip. It is stricter than the format: the archive begins with the file, its directory
// ends where the end record begins, and nothing lies over anything else.
type zipReader struct {
	io.ReaderAt
	size int64
}

// nearSize is how much of an archive is read at a time where it is read in order.
const nearSize = 32 << 10

// near reads ahead where it is asked for one piece after another, as the entries of most archives lie; else just what it is
// asked for, so that an archive in disorder is not read many times over.
type near struct {
	r    io.ReaderAt
	size int64
	from int64 // of buf
	buf  []byte
}

// ReadAt reads anywhere.
func (n *near) ReadAt(p []byte, off int64) (int, error) {
	end := n.from + int64(len(n.buf))
	inOrder := off >= n.from && off-end < nearSize
	if !inOrder || len(p) > nearSize || off > n.size-int64(max(len(p), 1)) { // at the end even nothing is an error
		if off >= 0 {
			n.from, n.buf = off, n.buf[:0] // whoever goes on from here is in order
		}
		return n.r.ReadAt(p, off)
	}
	if off+int64(len(p)) > end {
		n.from, n.buf = off, slices.Grow(n.buf[:0], nearSize)[:min(nearSize, n.size-off)]
		if m, err := n.r.ReadAt(n.buf, off); m < len(n.buf) {
			n.buf = n.buf[:0]
			return 0, cmp.Or(err, io.ErrUnexpectedEOF)
		}
	}
	return copy(p, n.buf[off-n.from:]), nil
}

// zipDirectory is where the central directory lies.
type zipDirectory struct{ offset, size, count int64 }

// read fills p from off; a short read is a zip that contradicts itself.
func (r zipReader) read(p []byte, off int64) error {
	if off < 0 || off > r.size-int64(len(p)) {
		return errZip
	}
	if n, err := r.ReadAt(p, off); n < len(p) {
		return cmp.Or(err, errZip)
	}
	return nil
}

// directory finds the central directory: errNoDirectory where the file does not end with an end record.
func (r zipReader) directory() (zipDirectory, error) {
	const size = 22
	window := make([]byte, min(r.size, size+math.MaxUint16))
	from := r.size - int64(len(window))
	if err := r.read(window, from); err != nil {
		return zipDirectory{}, err
	}
	le := binary.LittleEndian
	for i := len(window) - size; i >= 0; i-- {
		e := window[i:]
		if le.Uint32(e) != zipEnd || int(le.Uint16(e[20:])) != len(e)-size {
			continue
		}
		if le.Uint16(e[4:]) != 0 || le.Uint16(e[6:]) != 0 || le.Uint16(e[8:]) != le.Uint16(e[10:]) {
			if !saturated(e) {
				return zipDirectory{}, errZip // one part of several
			}
		}
		d := zipDirectory{count: int64(le.Uint16(e[10:])), size: int64(le.Uint32(e[12:])), offset: int64(le.Uint32(e[16:]))}
		end := from + int64(i)
		if saturated(e) {
			var err error
			if d, end, err = r.directory64(end, d); err != nil {
				return zipDirectory{}, err
			}
		}
		if d.offset < 0 || d.size < 0 || d.count < 0 || d.offset > end || d.size != end-d.offset {
			return zipDirectory{}, errZip
		}
		return d, nil
	}
	return zipDirectory{}, errNoDirectory
}

// saturated tells whether an end record leaves a number to the zip64 record.
func saturated(e []byte) bool {
	le := binary.LittleEndian
	return le.Uint16(e[10:]) == math.MaxUint16 || le.Uint32(e[12:]) == math.MaxUint32 || le.Uint32(e[16:]) == math.MaxUint32
}

// directory64 reads the zip64 records before the end record at end, and gives where the first of them lies. An archive of
// 65,535 entries may have none.
func (r zipReader) directory64(end int64, plain zipDirectory) (zipDirectory, int64, error) {
	le := binary.LittleEndian
	var loc [20]byte
	if end < int64(len(loc)) {
		return plain, end, nil
	}
	if err := r.read(loc[:], end-int64(len(loc))); err != nil {
		return plain, 0, err
	}
	if le.Uint32(loc[:]) != zipLocator64 {
		return plain, end, nil
	}
	var e [56]byte
	at := int64(le.Uint64(loc[8:]))
	if err := r.read(e[:], at); err != nil {
		return plain, 0, err
	}
	switch {
	case le.Uint32(e[:]) != zipEnd64,
		int64(le.Uint64(e[4:])) != end-int64(len(loc))-at-12, // its own size, what stands before it apart
		le.Uint32(e[16:]) != 0, le.Uint32(e[20:]) != 0, le.Uint64(e[24:]) != le.Uint64(e[32:]):
		return plain, 0, errZip
	}
	return zipDirectory{
		count: int64(le.Uint64(e[32:])), size: int64(le.Uint64(e[40:])), offset: int64(le.Uint64(e[48:])),
	}, at, nil
}

// zipHeader is what the directory, or a local header, says of an entry.
type zipHeader struct {
	name          string
	creator       byte
	flags, method uint16
	crc           uint32
	packed, size  int64
	offset        int64 // of the local header
	attributes    uint32
}

// zipKey stands for a name, which may be long.
type zipKey [16]byte

func (h zipHeader) key() (k zipKey) {
	sum := sha256.Sum256([]byte(h.name))
	copy(k[:], sum[:])
	return k
}

// folder tells an entry that is a folder and holds nothing.
func (h zipHeader) folder() bool { return strings.HasSuffix(h.name, "/") && h.size == 0 }

// refused gives the discard of an entry that is not looked into; "" for one that is.
func (h zipHeader) refused(longest int) (code, message string) {
	const (
		unix, darwin  = 3, 19
		kind          = 0xf000
		regular, tree = 0x8000, 0x4000
	)
	if bad := badName(h.name, longest); bad != "" {
		return pipeline.DiscardEntryName, bad
	}
	mode := h.attributes >> 16 & kind
	if h.creator != unix && h.creator != darwin {
		mode = 0
	}
	switch {
	case mode != 0 && mode != regular && (mode != tree || !h.folder()):
		return pipeline.DiscardEntryName, "la voce non è un file ordinario"
	case h.flags&(zipEncrypted|zipStrong|zipMaskedDirectory) != 0:
		return pipeline.DiscardContainer, "voce cifrata"
	case h.method != zipStored && h.method != zipDeflated:
		return pipeline.DiscardContainer, "metodo di compressione della voce non ammesso"
	case h.method == zipStored && h.packed != h.size:
		return pipeline.DiscardContainer, "dimensioni della voce discordi"
	}
	return "", ""
}

// zipWalk goes through a directory.
type zipWalk struct {
	r    *bufio.Reader
	left int64
	b    [46]byte
	rest []byte
}

func (r zipReader) walk(d zipDirectory) *zipWalk {
	return &zipWalk{r: bufio.NewReaderSize(io.NewSectionReader(r, d.offset, d.size), readSize), left: d.count}
}

// next gives the next header; errZip where there is none or where, after the last, the directory goes on.
func (w *zipWalk) next() (zipHeader, error) {
	le := binary.LittleEndian
	b := &w.b
	if _, err := io.ReadFull(w.r, b[:]); err != nil {
		return zipHeader{}, inconsistent(err)
	}
	if le.Uint32(b[:]) != zipCentral || le.Uint16(b[34:]) != 0 {
		return zipHeader{}, errZip
	}
	h := zipHeader{
		creator: b[5], flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]), crc: le.Uint32(b[16:]),
		packed: int64(le.Uint32(b[20:])), size: int64(le.Uint32(b[24:])), offset: int64(le.Uint32(b[42:])),
		attributes: le.Uint32(b[38:]),
	}
	n, x, c := int(le.Uint16(b[28:])), int(le.Uint16(b[30:])), int(le.Uint16(b[32:]))
	w.rest = slices.Grow(w.rest[:0], n+x)[:n+x]
	rest := w.rest
	if _, err := io.ReadFull(w.r, rest); err != nil {
		return zipHeader{}, inconsistent(err)
	}
	if _, err := w.r.Discard(c); err != nil {
		return zipHeader{}, inconsistent(err)
	}
	h.name = string(rest[:n])
	if err := h.extend(rest[n:], &h.size, &h.packed, &h.offset); err != nil {
		return zipHeader{}, err
	}
	if w.left--; w.left == 0 {
		if _, err := w.r.ReadByte(); err == nil {
			return zipHeader{}, errZip
		}
	}
	return h, nil
}

// inconsistent makes errZip of an end that comes too early.
func inconsistent(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errZip
	}
	return err
}

// extend takes from the zip64 field (APPNOTE 4.5.3) those of the numbers, in the order of the field, that four bytes do
// not hold.
func (h *zipHeader) extend(extra []byte, numbers ...*int64) error {
	le := binary.LittleEndian
	field := []byte(nil)
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if extra = extra[4:]; n > len(extra) {
			return errZip
		}
		if id == 1 {
			field = extra[:n]
		}
		extra = extra[n:]
	}
	for _, v := range numbers {
		if *v != math.MaxUint32 {
			continue
		}
		if len(field) < 8 {
			return errZip
		}
		if *v = int64(le.Uint64(field)); *v < 0 {
			return errZip
		}
		field = field[8:]
	}
	return nil
}

// survey goes through the directory before anything is read: every entry must lie before the directory and over no
// other, since entries that share bytes expand without end. Their local headers are read from entries.
func (r zipReader) survey(d zipDirectory, entries zipReader) error {
	type span struct{ from, to int64 }
	spans, header := make([]span, 0, d.count), make([]byte, localSize)
	for w := r.walk(d); w.left > 0; {
		h, err := w.next()
		if err != nil {
			return err
		}
		data, err := entries.dataStart(h, header)
		if err != nil {
			return err
		}
		if h.packed > d.offset-data {
			return errZip
		}
		spans = append(spans, span{h.offset, data + h.packed})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return errZip
		}
	}
	return nil
}

// localSize is the size of a local header without name and extra fields.
const localSize = 30

// dataStart gives where the data of an entry begin; it reads the local header into b, of localSize.
func (r zipReader) dataStart(h zipHeader, b []byte) (int64, error) {
	if err := r.read(b, h.offset); err != nil {
		return 0, err
	}
	_, n, err := parseLocal(b)
	return h.offset + localSize + int64(n.name+n.extra), err
}

// data gives where the data of an entry begin, once its local header was seen to say what the directory says. It may use
// scratch, and gives it back grown.
func (r zipReader) data(h zipHeader, scratch []byte) (start int64, grown []byte, err error) {
	b := slices.Grow(scratch[:0], localSize)[:localSize]
	if err := r.read(b, h.offset); err != nil {
		return 0, b, err
	}
	l, n, err := parseLocal(b)
	if err != nil {
		return 0, b, err
	}
	start = h.offset + localSize + int64(n.name+n.extra)
	b = slices.Grow(b[:0], n.name+n.extra)[:n.name+n.extra]
	if err := r.read(b, h.offset+localSize); err != nil {
		return 0, b, err
	}
	if err := l.extend(b[n.name:], &l.size, &l.packed); err != nil {
		return 0, b, err
	}
	later := l.flags&zipSizesLater != 0 && l.packed == 0 && l.size == 0
	switch {
	case string(b[:n.name]) != h.name, l.method != h.method, l.flags&zipEncrypted != h.flags&zipEncrypted:
		return 0, b, errZip
	case !later && (l.packed != h.packed || l.size != h.size || l.crc != h.crc):
		return 0, b, errZip
	}
	return start, b, nil
}

// localLengths are those of what follows a local header.
type localLengths struct{ name, extra int }

// parseLocal reads the part of a local header whose size is known.
func parseLocal(b []byte) (zipHeader, localLengths, error) {
	le := binary.LittleEndian
	if le.Uint32(b) != zipLocal {
		return zipHeader{}, localLengths{}, errZip
	}
	return zipHeader{
		flags: le.Uint16(b[6:]), method: le.Uint16(b[8:]), crc: le.Uint32(b[14:]),
		packed: int64(le.Uint32(b[18:])), size: int64(le.Uint32(b[22:])),
	}, localLengths{int(le.Uint16(b[26:])), int(le.Uint16(b[28:]))}, nil
}

// readLocal reads a local header that lies at offset. In one whose sizes come later they are 0.
func readLocal(q *bufio.Reader, offset int64) (zipHeader, error) {
	var b [localSize]byte
	if _, err := io.ReadFull(q, b[:]); err != nil {
		return zipHeader{}, inconsistent(err)
	}
	h, n, err := parseLocal(b[:])
	if err != nil {
		return zipHeader{}, err
	}
	rest := make([]byte, n.name+n.extra)
	if _, err := io.ReadFull(q, rest); err != nil {
		return zipHeader{}, inconsistent(err)
	}
	h.name, h.offset = string(rest[:n.name]), offset
	return h, h.extend(rest[n.name:], &h.size, &h.packed)
}
