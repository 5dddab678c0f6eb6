package xmlscan

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"incrocio/pipeline"
)

// Classes of ASCII characters, as bits.
const (
	isNameStart  = 1 << iota // may begin a name; ":" is not one here
	isName                   // may stand in a name
	valueSpecial             // needs a look in an attribute value
	textSpecial              // ends a text or needs a look in one
)

var class = func() (t [256]uint8) {
	for c := range t {
		switch b := byte(c); {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_':
			t[c] = isNameStart | isName
		case b >= '0' && b <= '9', b == '-', b == '.':
			t[c] = isName
		}
	}
	for _, c := range []byte("\"'<&\t\n\r") {
		t[c] |= valueSpecial
	}
	for _, c := range []byte("<>&\r") {
		t[c] |= textSpecial
	}
	return t
}()

// checkBytes looks at each byte once: UTF-8, and characters that XML allows (XML 1.0 section 2.2).
func checkBytes(data []byte) error {
	for i := 0; i < len(data); {
		if i+32 <= len(data) && plainWords(data[i:i+32]) {
			i += 32
			continue
		}
		if i+8 <= len(data) && plainWord(binary.LittleEndian.Uint64(data[i:])) {
			i += 8
			continue
		}
		if space(data[i]) {
			i++
			continue
		}
		n, err := checkChar(data, i)
		if err != nil {
			return err
		}
		i += n
	}
	return nil
}

// plainWords tells whether 32 bytes are characters of ASCII from 0x20 on.
func plainWords(b []byte) bool {
	le := binary.LittleEndian
	w, x, y, z := le.Uint64(b), le.Uint64(b[8:]), le.Uint64(b[16:]), le.Uint64(b[24:])
	const least = 0x0101010101010101 * (0x80 - 0x20)
	const highs = 0x8080808080808080
	return (w|x|y|z)&highs == 0 && (w+least)&(x+least)&(y+least)&(z+least)&highs == highs
}

// plainWord tells whether eight bytes are characters of ASCII from 0x20 on or white space. Each byte is looked at by
// itself: below 0x80, adding 0x7F carries into the highest bit of a byte unless the byte is zero.
func plainWord(w uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	if w&highs != 0 {
		return false
	}
	low := ^(w + ones*(0x80-0x20)) & highs
	if low == 0 {
		return true
	}
	const most = ones * 0x7F
	other := ((w ^ ones*'\n') + most) & ((w ^ ones*'\t') + most) & ((w ^ ones*'\r') + most)
	return low&other == 0
}

// checkChar gives the length of the character at i, which is no white space.
func checkChar(data []byte, i int) (int, error) {
	c := data[i]
	if c < utf8.RuneSelf {
		if c < 0x20 {
			return 0, &Error{pipeline.DiscardMalformed, int64(i), "carattere di controllo"}
		}
		return 1, nil
	}
	r, n := utf8.DecodeRune(data[i:])
	switch {
	case r == utf8.RuneError && n == 1:
		return 0, &Error{pipeline.DiscardEncoding, int64(i), "byte che non sono UTF-8"}
	case r == 0xFFFE || r == 0xFFFF:
		return 0, &Error{pipeline.DiscardMalformed, int64(i), "carattere non ammesso"}
	}
	return n, nil
}

// qname reads a name with its prefix, nil where it has none.
func (s *Scanner) qname() (prefix, local []byte, err error) {
	at := s.pos
	if local, err = s.ncname(at); err != nil {
		return nil, nil, err
	}
	if s.pos < len(s.data) && s.data[s.pos] == ':' {
		prefix = local
		s.pos++
		if local, err = s.ncname(at); err != nil {
			return nil, nil, err
		}
	}
	return prefix, local, nil
}

func (s *Scanner) ncname(at int) ([]byte, error) {
	n, ok := ncName(s.data[s.pos:])
	switch {
	case n > MaxMarkup:
		return nil, s.fail(pipeline.DiscardTooLong, at, "nome troppo lungo")
	case !ok && s.pos == len(s.data):
		return nil, s.truncated()
	case !ok:
		return nil, s.malformed(at, "nome non valido")
	}
	name := s.data[s.pos : s.pos+n : s.pos+n]
	s.pos += n
	return name, nil
}

// ncName measures the name without colon that b begins with (Namespaces in XML 1.0 section 3, NCName).
// It gives false where there is none.
func ncName(b []byte) (int, bool) {
	n := 0
	if len(b) > 0 && class[b[0]]&isNameStart != 0 {
		for n = 1; n < len(b) && class[b[n]]&isName != 0; n++ {
		}
	}
	if n < len(b) && b[n] >= utf8.RuneSelf {
		n = wideNCName(b, n)
	}
	return n, n > 0
}

// wideNCName is ncName from n on, for names beyond ASCII.
func wideNCName(b []byte, n int) int {
	for n < len(b) {
		r, w := utf8.DecodeRune(b[n:])
		if r < utf8.RuneSelf {
			if n == 0 || class[b[n]]&isName == 0 {
				return n
			}
		} else if !wideNameStart(r) && (n == 0 || !wideName(r)) {
			return n
		}
		n += w
	}
	return n
}

// wideNameStart is NameStartChar of XML 1.0, fifth edition, section 2.3, beyond ASCII.
func wideNameStart(r rune) bool {
	switch {
	case r < 0xC0, r == 0xD7, r == 0xF7, r == 0x37E:
		return false
	case r <= 0x2FF, r >= 0x370 && r <= 0x1FFF, r == 0x200C, r == 0x200D:
		return true
	case r >= 0x2070 && r <= 0x218F, r >= 0x2C00 && r <= 0x2FEF, r >= 0x3001 && r <= 0xD7FF:
		return true
	}
	return r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}

// wideName is what NameChar adds to it.
func wideName(r rune) bool {
	return r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// unescape appends raw, which begins at pos, to the scratch buffer with its references resolved and its line ends
// made one character: a line feed, or in an attribute value, like a tab, a space.
func (s *Scanner) unescape(raw []byte, value bool) ([]byte, error) {
	start := len(s.scratch)
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '&':
			n, err := s.reference(raw[i:], s.pos+i)
			if err != nil {
				return nil, err
			}
			i += n
			continue
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
		case value && space(c):
			s.scratch = append(s.scratch, ' ')
		case c == '\r':
			s.scratch = append(s.scratch, '\n')
		default:
			s.scratch = append(s.scratch, c)
		}
		i++
	}
	return s.scratch[start:len(s.scratch):len(s.scratch)], nil
}

// maxReference is more than any reference needs, leading zeros within reason included.
const maxReference = 32

// reference resolves the reference that b begins with and gives its length.
func (s *Scanner) reference(b []byte, at int) (int, error) {
	end := bytes.IndexByte(b[:min(len(b), maxReference)], ';')
	if end < 0 {
		return 0, s.malformed(at, "riferimento non valido")
	}
	switch name := b[1:end]; string(name) {
	case "lt":
		s.scratch = append(s.scratch, '<')
	case "gt":
		s.scratch = append(s.scratch, '>')
	case "amp":
		s.scratch = append(s.scratch, '&')
	case "quot":
		s.scratch = append(s.scratch, '"')
	case "apos":
		s.scratch = append(s.scratch, '\'')
	default:
		r, ok := charReference(name)
		if !ok {
			return 0, s.malformed(at, "riferimento non valido")
		}
		s.scratch = utf8.AppendRune(s.scratch, r)
	}
	return end + 1, nil
}

// charReference reads "#" digits or "#x" hexadecimal digits, and takes only characters that XML allows.
func charReference(b []byte) (rune, bool) {
	base, n := rune(10), 1
	if len(b) > 1 && b[1] == 'x' {
		base, n = 16, 2
	}
	if len(b) <= n || b[0] != '#' {
		return 0, false
	}
	var r rune
	for _, c := range b[n:] {
		d := hexDigit(c)
		if d < 0 || d >= base {
			return 0, false
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, false
		}
	}
	ok := r >= 0x20 && r < 0xD800 || r > 0xDFFF && r < 0xFFFE || r > 0xFFFF || r == '\t' || r == '\n' || r == '\r'
	return r, ok
}

func hexDigit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}
