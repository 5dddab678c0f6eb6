package inbox

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// tarReader reads a tar as archive/tar does. Headers of ordinary files and folders that say nothing special, which is nearly
// all there are, it reads itself, several times quicker; from the first other one on it leaves the archive to archive/tar.
type tarReader struct {
	r    io.Reader
	rest *tar.Reader // reads the archive from a header that is not plain on; nil before
	left int64       // bytes of the entry that were not read
	pad  int64       // bytes between them and the next header

	header tar.Header // of a plain entry
	block  [tarBlock]byte
}

// next goes to the next entry: io.EOF, bare, after the last. The header is valid until the next call.
func (t *tarReader) next() (*tar.Header, error) {
	if t.rest != nil {
		return t.rest.Next()
	}
	if err := t.leave(); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(t.r, t.block[:]); err != nil {
		return nil, err
	}
	h := &t.header
	var ok bool
	if h.Name, h.Typeflag, h.Size, ok = plainHeader(&t.block); ok {
		t.left = h.Size
		t.pad = -t.left & (tarBlock - 1)
		return h, nil
	}
	t.rest = tar.NewReader(io.MultiReader(bytes.NewReader(t.block[:]), t.r))
	return t.rest.Next()
}

// inSight gives the next entry, its header and all, where it is a plain file and all in sight of the strand beneath; else nil,
// and the next entry is still the next.
func (t *tarReader) inSight(s *strand) (name string, content, whole []byte) {
	if t.rest != nil || t.leave() != nil {
		return "", nil, nil
	}
	head := s.sight(tarBlock)
	if head == nil {
		return "", nil, nil
	}
	name, flag, size, ok := plainHeader((*[tarBlock]byte)(head))
	if !ok || flag != tar.TypeReg || size > readSize {
		return "", nil, nil
	}
	if whole = s.sight(tarBlock + int(size+-size&(tarBlock-1))); whole == nil {
		return "", nil, nil
	}
	return name, whole[tarBlock : tarBlock+size], whole
}

// leave passes over what was not read of the entry, and what fills its last block.
func (t *tarReader) leave() error {
	if t.left > 0 {
		if _, err := io.CopyN(io.Discard, t.r, t.left); err != nil {
			return short(err)
		}
		t.left = 0
	}
	for t.pad > 0 {
		n, err := t.r.Read(t.block[:t.pad])
		if t.pad -= int64(n); err != nil && t.pad > 0 {
			return err
		}
	}
	return nil
}

// Read reads the entry.
func (t *tarReader) Read(p []byte) (int, error) {
	if t.rest != nil {
		return t.rest.Read(p)
	}
	if t.left == 0 {
		return 0, io.EOF
	}
	n, err := t.r.Read(p[:min(int64(len(p)), t.left)])
	switch t.left -= int64(n); {
	case t.left > 0:
		return n, short(err)
	case err == nil || errors.Is(err, io.EOF):
		return n, io.EOF
	}
	return n, err
}

// short makes an end that comes too early of one.
func short(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Places in a header of POSIX.1-1988 and of GNU.
const (
	tarNameSize = 100
	tarFlag     = 156
	tarMagic    = 257
	tarPlainEnd = 345 // beyond it a plain header has zeros
)

// tarNumbers are where the numbers of a header stand: checksum, size, mode, owner, group, time and device.
var tarNumbers = [...][2]int{{148, 156}, {124, 136}, {100, 108}, {108, 116}, {116, 124}, {136, 148}, {329, 337}, {337, 345}}

// plainHeader reads the header of a file or a folder, as far as POSIX.1-1988 and GNU agree: no prefix, no extension, numbers
// in octal digits.
func plainHeader(b *[tarBlock]byte) (name string, flag byte, size int64, ok bool) {
	magic := string(b[tarMagic : tarMagic+8])
	flag = b[tarFlag]
	if magic != "ustar\x0000" && magic != "ustar  \x00" || flag != tar.TypeReg && flag != tar.TypeDir {
		return "", 0, 0, false
	}
	var numbers [len(tarNumbers)]int64
	for i, f := range tarNumbers {
		if numbers[i], ok = octal(b[f[0]:f[1]]); !ok {
			return "", 0, 0, false
		}
	}
	size = numbers[1]
	n := bytes.IndexByte(b[:tarNameSize], 0)
	if n < 0 {
		n = tarNameSize
	}
	folder := n > 0 && b[n-1] == '/'
	if n == 0 || flag == tar.TypeReg && folder || flag == tar.TypeDir && size != 0 || !plainSum(b, numbers[0]) {
		return "", 0, 0, false
	}
	return string(b[:n]), flag, size, true
}

// plainSum tells whether a header has that checksum, the field itself taken as spaces, and zeros from tarPlainEnd on.
func plainSum(b *[tarBlock]byte, checksum int64) bool {
	le, sum := binary.LittleEndian, uint64(0)
	for i := 0; i < tarPlainEnd; i += 8 {
		sum += byteSum(le.Uint64(b[i:]))
	}
	rest := le.Uint64(b[tarPlainEnd-1:]) >> 8
	for i := tarPlainEnd + 7; i < tarBlock; i += 8 {
		rest |= le.Uint64(b[i:])
	}
	return rest == 0 && int64(sum-byteSum(le.Uint64(b[tarNumbers[0][0]:]))+8*' ') == checksum
}

// octal reads octal digits and the NULs and spaces after them; nothing at all is 0.
func octal(b []byte) (int64, bool) {
	n, i := int64(0), 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '7'; i++ {
		n = n<<3 | int64(b[i]-'0')
	}
	for ; i < len(b); i++ {
		if b[i] != 0 && b[i] != ' ' {
			return 0, false
		}
	}
	return n, true
}

// byteSum adds up the eight bytes of a word.
func byteSum(w uint64) uint64 {
	const even = 0x00FF00FF00FF00FF
	w = w&even + w>>8&even
	return w * 0x0001000100010001 >> 48
}
