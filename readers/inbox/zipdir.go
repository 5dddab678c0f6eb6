package inbox

import (
	"bufio"
	"bytes"
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
}

func (r zipReader) walk(d zipDirectory) *zipWalk {
	return &zipWalk{r: bufio.NewReaderSize(io.NewSectionReader(r, d.offset, d.size), readSize), left: d.count}
}

// next gives the next header; errZip where there is none or where, after the last, the directory goes on.
func (w *zipWalk) next() (zipHeader, error) {
	le := binary.LittleEndian
	var b [46]byte
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
	rest := make([]byte, n+x)
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
// other, since entries that share bytes expand without end.
func (r zipReader) survey(d zipDirectory) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, d.count)
	for w := r.walk(d); w.left > 0; {
		h, err := w.next()
		if err != nil {
			return err
		}
		data, err := r.dataStart(h)
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

// dataStart gives where the data of an entry begin.
func (r zipReader) dataStart(h zipHeader) (int64, error) {
	var b [localSize]byte
	if err := r.read(b[:], h.offset); err != nil {
		return 0, err
	}
	le := binary.LittleEndian
	if le.Uint32(b[:]) != zipLocal {
		return 0, errZip
	}
	return h.offset + localSize + int64(le.Uint16(b[26:])) + int64(le.Uint16(b[28:])), nil
}

// data gives where the data of an entry begin, once its local header was seen to say what the directory says.
func (r zipReader) data(h zipHeader) (int64, error) {
	q := bufio.NewReaderSize(io.NewSectionReader(r, h.offset, r.size-h.offset), 512)
	l, err := readLocal(q, h.offset)
	if err != nil {
		return 0, err
	}
	later := l.flags&zipSizesLater != 0 && l.packed == 0 && l.size == 0
	switch {
	case l.name != h.name, l.method != h.method, l.flags&zipEncrypted != h.flags&zipEncrypted:
		return 0, errZip
	case !later && (l.packed != h.packed || l.size != h.size || l.crc != h.crc):
		return 0, errZip
	}
	return r.dataStart(h)
}

// readLocal reads a local header that lies at offset. In one whose sizes come later they are 0.
func readLocal(q *bufio.Reader, offset int64) (zipHeader, error) {
	le := binary.LittleEndian
	var b [localSize]byte
	if _, err := io.ReadFull(q, b[:]); err != nil {
		return zipHeader{}, inconsistent(err)
	}
	if le.Uint32(b[:]) != zipLocal {
		return zipHeader{}, errZip
	}
	h := zipHeader{
		flags: le.Uint16(b[6:]), method: le.Uint16(b[8:]), crc: le.Uint32(b[14:]),
		packed: int64(le.Uint32(b[18:])), size: int64(le.Uint32(b[22:])), offset: offset,
	}
	n := int(le.Uint16(b[26:]))
	rest := make([]byte, n+int(le.Uint16(b[28:])))
	if _, err := io.ReadFull(q, rest); err != nil {
		return zipHeader{}, inconsistent(err)
	}
	h.name = string(bytes.Clone(rest[:n]))
	return h, h.extend(rest[n:], &h.size, &h.packed)
}
