package inbox

import (
	"bytes"
	"encoding/binary"
	"path"
	"strconv"
	"strings"
)

// kind is what a stream of bytes looks like.
type kind uint8

const (
	kindEmpty kind = iota
	kindXML
	kindJSON
	kindLines
	kindTable
	kindGzip
	kindZstd
	kindZip
	kindTar
	kindBroken  // named as a container or compressed file and none by its content
	kindForeign // text in an encoding that is not read
	kindOther
)

// sniffed is how many bytes sniff wants to see: a block of tar, and some white space.
const sniffed = 1024

// sniff tells the kind of a stream from its first bytes; the name is asked only where they do not tell.
func sniff(head []byte, name string) kind {
	if len(head) == 0 {
		return kindEmpty
	}
	if k := packed(head); k != kindOther {
		return k
	}
	if foreign(head) {
		return kindForeign
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, byteOrderMark), " \t\r\n")
	ext := strings.ToLower(path.Ext(name))
	lines := ext == ".jsonl" || ext == ".ndjson"
	switch {
	case bytes.HasPrefix(text, []byte("<")):
		return kindXML
	case lines:
		return kindLines
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return kindJSON
	case known(head):
		return kindOther
	}
	switch ext {
	case ".xml":
		return kindXML
	case ".json":
		return kindJSON
	case ".csv":
		return kindTable
	case ".gz", ".tgz", ".zst", ".tzst", ".zip", ".tar":
		return kindBroken
	}
	return kindOther
}

// packed tells compressed streams and containers by their magic numbers.
func packed(head []byte) kind {
	if len(head) >= 4 {
		switch m := binary.LittleEndian.Uint32(head); {
		case m == zstdFrame, m&^0xf == zstdSkippable:
			return kindZstd
		case m == zipLocal, m == zipEnd, m == zipDescriptor:
			return kindZip
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return kindGzip
	case tarHeader(head):
		return kindTar
	}
	return kindOther
}

// tarBlock is the size of the blocks of tar.
const tarBlock = 512

const (
	zstdFrame     = 0xfd2fb528
	zstdSkippable = 0x184d2a50 // and the fifteen that follow
)

// tarHeader tells whether a block is the header of an entry, by its checksum (POSIX.1-1988 and later: the sum of all
// bytes, the field itself taken as spaces), or a block of zeros, with which an empty tar begins.
func tarHeader(head []byte) bool {
	const field, width = 148, 8
	if len(head) < tarBlock {
		return false
	}
	text := strings.Trim(string(head[field:field+width]), " \x00")
	if text == "" {
		return len(bytes.TrimLeft(head[:tarBlock], "\x00")) == 0
	}
	if strings.Trim(text[1:], "01234567") != "" { // as in nearly all that is no tar; the first may be a sign
		return false
	}
	sum, err := strconv.ParseInt(text, 8, 64)
	if err != nil {
		return false
	}
	unsigned, signed := int64(0), int64(0) // some old programs take bytes as signed
	for i, c := range head[:tarBlock] {
		if i >= field && i < field+width {
			c = ' '
		}
		unsigned += int64(c)
		signed += int64(int8(c))
	}
	return sum == unsigned || sum == signed
}

// foreign tells XML and JSON in UTF-16, UTF-32 or EBCDIC (XML 1.0, appendix F).
func foreign(head []byte) bool {
	for _, p := range []string{
		"\xff\xfe", "\xfe\xff", "\x00\x00\xfe\xff",
		"<\x00", "\x00<", "\x00\x00\x00<", "{\x00", "\x00{", "[\x00", "\x00[", "\x4c\x6f\xa7\x94",
	} {
		if bytes.HasPrefix(head, []byte(p)) {
			return true
		}
	}
	return false
}

// known tells files of other kinds, whatever their name: PDF, signed envelopes (DER), images, programs, archives.
func known(head []byte) bool {
	for _, p := range []string{
		"%PDF", "\x30\x80", "\x30\x81", "\x30\x82", "\x30\x83", "\x30\x84", "\xd0\xcf\x11\xe0", "\x89PNG", "\xff\xd8\xff", "GIF8",
		"MZ", "\x7fELF", "7z\xbc\xaf\x27\x1c", "Rar!", "\xfd7zXZ", "BZh", "\x04\x22\x4d\x18", "PAR1", "SQLite format 3",
	} {
		if bytes.HasPrefix(head, []byte(p)) {
			return true
		}
	}
	return false
}
