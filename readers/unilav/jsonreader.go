package unilav

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"incrocio/pipeline"
)

// Caps of the JSON twin; those of XML apply where they are the same thing.
const (
	maxJSONDepth   = 64
	maxJSONMembers = 256
	maxJSONValue   = 64 << 10 // bytes of a string or number as written
)

// span is where a value lies in the data. The zero span is no value.
type span struct{ start, end int }

// jsonReader walks a JSON text (RFC 8259), strictly and once. Strings alias the data, or scratch where they held
// escapes.
type jsonReader struct {
	data    []byte
	pos     int
	depth   int
	scratch []byte
}

func (j *jsonReader) bad(what string) *fault {
	return &fault{pipeline.DiscardJSON, what + " (byte " + strconv.Itoa(j.pos) + ")"}
}

func (j *jsonReader) syntax() *fault { return j.bad("JSON non valido") }

// peek gives the next byte that is no white space, 0 at the end.
func (j *jsonReader) peek() byte {
	for j.pos < len(j.data) {
		switch c := j.data[j.pos]; c {
		case ' ', '\t', '\n', '\r':
			j.pos++
		default:
			return c
		}
	}
	return 0
}

// take steps over c if it is next.
func (j *jsonReader) take(c byte) bool {
	if j.peek() != c {
		return false
	}
	j.pos++
	return true
}

func (j *jsonReader) atEnd() *fault {
	if j.peek() != 0 || j.pos < len(j.data) {
		return j.bad("testo dopo la fine del JSON")
	}
	return nil
}

// once passes over a value and keeps its place; a second one is a fault.
func (j *jsonReader) once(at *span, name []byte) *fault {
	if at.end > 0 {
		return &fault{pipeline.DiscardDuplicate, "campo " + string(name) + " ripetuto"}
	}
	j.peek()
	at.start = j.pos
	f := j.skip()
	at.end = j.pos
	return f
}

// inside reads the object at a place, checked before.
func (j *jsonReader) inside(at span, name string, member func(name []byte) *fault) *fault {
	if at.end == 0 {
		return j.bad("manca " + name)
	}
	j.pos = at.start
	return j.object(member)
}

// object calls member after each name; member must read the value.
func (j *jsonReader) object(member func(name []byte) *fault) *fault {
	if !j.take('{') {
		return j.bad("atteso un oggetto JSON")
	}
	return j.list('}', func() *fault {
		if j.peek() != '"' {
			return j.syntax()
		}
		name, f := j.str()
		if f != nil {
			return f
		}
		if !j.take(':') {
			return j.syntax()
		}
		return member(name)
	})
}

// array calls element before each element; element must read it.
func (j *jsonReader) array(element func() *fault) *fault {
	if !j.take('[') {
		return j.syntax()
	}
	return j.list(']', element)
}

// list reads items with commas between them up to a closing bracket.
func (j *jsonReader) list(closing byte, item func() *fault) *fault {
	if j.depth++; j.depth > maxJSONDepth {
		return &fault{pipeline.DiscardDepth, "troppi livelli di annidamento"}
	}
	defer func() { j.depth-- }()
	if j.take(closing) {
		return nil
	}
	for {
		if f := item(); f != nil {
			return f
		}
		if j.take(closing) {
			return nil
		}
		if !j.take(',') {
			return j.syntax()
		}
	}
}

// skip passes over a value of any kind and checks it.
func (j *jsonReader) skip() *fault {
	switch j.peek() {
	case '{':
		return j.object(func([]byte) *fault { return j.skip() })
	case '[':
		return j.array(j.skip)
	}
	_, _, f := j.scalar()
	return f
}

// scalar reads a string, or a number or boolean as it is written; null is told apart.
func (j *jsonReader) scalar() (text []byte, null bool, f *fault) {
	switch c := j.peek(); {
	case c == '"':
		text, f = j.str()
		return text, false, f
	case c == '-' || c >= '0' && c <= '9':
		text, f = j.number()
		return text, false, f
	case c == '{' || c == '[':
		return nil, false, j.bad("atteso un valore semplice")
	}
	for _, word := range [...]string{"null", "true", "false"} {
		if bytes.HasPrefix(j.data[j.pos:], []byte(word)) {
			j.pos += len(word)
			return j.data[j.pos-len(word) : j.pos], word == "null", nil
		}
	}
	return nil, false, j.syntax()
}

// number = [ "-" ] ( "0" / digit1-9 *digit ) [ "." 1*digit ] [ ("e" / "E") [ "-" / "+" ] 1*digit ].
func (j *jsonReader) number() ([]byte, *fault) {
	start := j.pos
	j.accept("-")
	if !j.accept("0") && j.digits() == 0 {
		return nil, j.syntax()
	}
	if j.accept(".") && j.digits() == 0 {
		return nil, j.syntax()
	}
	if j.accept("eE") {
		j.accept("+-")
		if j.digits() == 0 {
			return nil, j.syntax()
		}
	}
	if j.pos-start > maxJSONValue {
		return nil, &fault{pipeline.DiscardTooLong, "numero troppo lungo"}
	}
	return j.data[start:j.pos], nil
}

// accept steps over one of the characters if it comes right now.
func (j *jsonReader) accept(chars string) bool {
	if j.pos == len(j.data) || bytes.IndexByte([]byte(chars), j.data[j.pos]) < 0 {
		return false
	}
	j.pos++
	return true
}

func (j *jsonReader) digits() int {
	start := j.pos
	for j.pos < len(j.data) && j.data[j.pos] >= '0' && j.data[j.pos] <= '9' {
		j.pos++
	}
	return j.pos - start
}

// str reads a string whose opening quote is next.
func (j *jsonReader) str() ([]byte, *fault) {
	start := j.pos + 1
	for i := start; i < len(j.data); i++ {
		switch c := j.data[i]; {
		case c == '"':
			if i-start > maxJSONValue {
				return nil, &fault{pipeline.DiscardTooLong, "stringa troppo lunga"}
			}
			j.pos = i + 1
			return j.data[start:i], nil
		case c == '\\':
			return j.escaped(start, i)
		case c < 0x20:
			j.pos = i
			return nil, j.syntax()
		}
	}
	return nil, j.syntax()
}

// escaped reads the rest of a string with escapes, of which data[start:i] needs none.
func (j *jsonReader) escaped(start, i int) ([]byte, *fault) {
	from := len(j.scratch)
	j.scratch = append(j.scratch, j.data[start:i]...)
	for i < len(j.data) && i-start <= maxJSONValue {
		switch c := j.data[i]; {
		case c == '"':
			j.pos = i + 1
			return j.scratch[from:len(j.scratch):len(j.scratch)], nil
		case c == '\\':
			n, ok := j.escape(j.data[i:])
			if !ok {
				j.pos = i
				return nil, j.syntax()
			}
			i += n
		case c < 0x20:
			j.pos = i
			return nil, j.syntax()
		default:
			j.scratch = append(j.scratch, c)
			i++
		}
	}
	if i < len(j.data) {
		return nil, &fault{pipeline.DiscardTooLong, "stringa troppo lunga"}
	}
	return nil, j.syntax()
}

// escape resolves the escape that b begins with and gives its length. Half of a surrogate pair, and characters that
// XML cannot hold either, are none.
func (j *jsonReader) escape(b []byte) (int, bool) {
	if len(b) < 2 {
		return 0, false
	}
	if b[1] != 'u' {
		i := bytes.IndexByte([]byte(`"\/nrtbf`), b[1])
		if i < 0 || i > 5 { // \b and \f are control characters
			return 0, false
		}
		j.scratch = append(j.scratch, "\"\\/\n\r\t"[i])
		return 2, true
	}
	r, ok := hex4(b[2:])
	n := 6
	if r >= 0xD800 && r < 0xDC00 && len(b) > 7 && b[6] == '\\' && b[7] == 'u' {
		low, good := hex4(b[8:])
		ok = ok && good && low >= 0xDC00 && low < 0xE000
		r, n = 0x10000+(r-0xD800)<<10+(low-0xDC00), 12
	}
	if !ok || r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r >= 0xD800 && r < 0xE000 || r == 0xFFFE || r == 0xFFFF {
		return 0, false
	}
	j.scratch = utf8.AppendRune(j.scratch, r)
	return n, true
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[:4]), 16, 16)
	return rune(n), err == nil
}
