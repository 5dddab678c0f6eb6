package strictjson

import (
	"bytes"
	"unicode/utf8"

	"incrocio/pipeline"
)

// Caps of a text. They are far above what an honest record holds.
const (
	MaxDepth    = 16      // objects and arrays inside one another
	MaxString   = 4096    // bytes of a decoded string or name, as a rule
	MaxNumber   = 64      // characters of a number
	MaxMembers  = 256     // members of an object
	MaxElements = 100     // elements of an array
	MaxValues   = 10_000  // values in the whole text
	MaxBytes    = 1 << 20 // bytes of the text
)

// Fault says why a text or a field cannot be used. The zero Fault is no fault.
type Fault struct {
	Code    string // one of the discard codes of pipeline
	Message string // in Italian; names the field, never its value
}

// Bad tells whether there is a fault.
func (f Fault) Bad() bool { return f.Code != "" }

// kind is the type of a JSON value.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	array
	object
)

// value is a JSON value. Only the parts of its kind are set.
type value struct {
	kind    kind
	truth   bool
	text    string // of a string, decoded; of a number, as written
	items   []value
	members []member
}

type member struct {
	name  string
	value value
}

// Parse reads a text that is one object, with a cap on strings and names, which is [MaxString] but for texts of our own. White
// space around the object is allowed, anything else after it is not.
func Parse(data []byte, maxString int) (Object, Fault) {
	if f := checkBytes(data); f.Bad() {
		return Object{}, f
	}
	p := parser{data: data, maxString: maxString}
	p.space()
	if p.peek() != '{' {
		return Object{}, Fault{pipeline.DiscardJSON, "il documento non è un oggetto JSON"}
	}
	var v value
	if !p.value(&v, 0) {
		return Object{}, p.fault
	}
	p.space()
	if p.pos != len(p.data) {
		return Object{}, Fault{pipeline.DiscardJSON, "testo dopo la fine dell'oggetto JSON"}
	}
	return Object{members: v.members, first: new(Fault)}, Fault{}
}

func checkBytes(data []byte) Fault {
	switch {
	case len(data) > MaxBytes:
		return Fault{pipeline.DiscardTooLarge, "documento oltre la dimensione ammessa"}
	case len(bytes.TrimLeft(data, " \t\r\n")) == 0:
		return Fault{pipeline.DiscardEmpty, "documento vuoto"}
	case !utf8.Valid(data):
		return Fault{pipeline.DiscardEncoding, "il documento non è in UTF-8"}
	}
	return Fault{}
}

// parser walks the text once. Its methods give false after they have set fault.
type parser struct {
	data      []byte
	maxString int
	pos       int
	values    int
	fault     Fault
}

func (p *parser) fail(code, message string) bool {
	p.fault = Fault{code, message}
	return false
}

func (p *parser) bad() bool { return p.fail(pipeline.DiscardJSON, "sintassi JSON errata") }

// peek gives the next byte, and 0 at the end: no JSON token starts with 0.
func (p *parser) peek() byte {
	if p.pos < len(p.data) {
		return p.data[p.pos]
	}
	return 0
}

func (p *parser) space() {
	for p.pos < len(p.data) {
		switch p.data[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

// take steps over c and tells whether it was there.
func (p *parser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.pos++
	return true
}

func (p *parser) value(v *value, depth int) bool {
	if p.values++; p.values > MaxValues {
		return p.fail(pipeline.DiscardTooMany, "troppi valori nel documento")
	}
	switch c := p.peek(); {
	case c == '{' || c == '[':
		if depth == MaxDepth {
			return p.fail(pipeline.DiscardDepth, "troppi livelli di annidamento")
		}
		p.pos++
		if c == '{' {
			v.kind = object
			return p.object(v, depth+1)
		}
		v.kind = array
		return p.array(v, depth+1)
	case c == '"':
		v.kind = text
		return p.text(&v.text)
	case c == '-' || c >= '0' && c <= '9':
		v.kind = number
		return p.number(v)
	}
	return p.literal(v)
}

func (p *parser) literal(v *value) bool {
	rest := p.data[p.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("null")):
		p.pos += 4
	case bytes.HasPrefix(rest, []byte("true")):
		v.kind, v.truth = boolean, true
		p.pos += 4
	case bytes.HasPrefix(rest, []byte("false")):
		v.kind = boolean
		p.pos += 5
	default:
		return p.bad()
	}
	return true
}

func (p *parser) object(v *value, depth int) bool {
	p.space()
	if p.take('}') {
		return true
	}
	for {
		if len(v.members) == MaxMembers {
			return p.fail(pipeline.DiscardTooMany, "troppi campi in un oggetto")
		}
		var m member
		p.space()
		if p.peek() != '"' {
			return p.bad()
		}
		if !p.text(&m.name) {
			return false
		}
		for i := range v.members {
			if v.members[i].name == m.name {
				return p.fail(pipeline.DiscardDuplicate, "un campo è scritto due volte nello stesso oggetto")
			}
		}
		if p.space(); !p.take(':') {
			return p.bad()
		}
		if p.space(); !p.value(&m.value, depth) {
			return false
		}
		v.members = append(v.members, m)
		p.space()
		if p.take('}') {
			return true
		}
		if !p.take(',') {
			return p.bad()
		}
	}
}

func (p *parser) array(v *value, depth int) bool {
	p.space()
	if p.take(']') {
		return true
	}
	for {
		if len(v.items) == MaxElements {
			return p.fail(pipeline.DiscardTooMany, "troppi elementi in un elenco")
		}
		v.items = append(v.items, value{})
		p.space()
		if !p.value(&v.items[len(v.items)-1], depth) {
			return false
		}
		p.space()
		if p.take(']') {
			return true
		}
		if !p.take(',') {
			return p.bad()
		}
	}
}

// number = [ "-" ] ( "0" / digit1-9 *digit ) [ "." 1*digit ] [ ("e" / "E") [ "-" / "+" ] 1*digit ].
func (p *parser) number(v *value) bool {
	start := p.pos
	p.take('-')
	if !p.take('0') && p.digits() == 0 {
		return p.bad()
	}
	if p.take('.') && p.digits() == 0 {
		return p.bad()
	}
	if p.take('e') || p.take('E') {
		if !p.take('-') {
			p.take('+')
		}
		if p.digits() == 0 {
			return p.bad()
		}
	}
	if p.pos-start > MaxNumber {
		return p.fail(pipeline.DiscardTooLong, "un numero è troppo lungo")
	}
	v.text = string(p.data[start:p.pos])
	return true
}

func (p *parser) digits() int {
	start := p.pos
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.pos++
	}
	return p.pos - start
}
