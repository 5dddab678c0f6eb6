package strictjson

import (
	"unicode/utf16"
	"unicode/utf8"

	"incrocio/pipeline"
)

// text reads a string from its opening quote. The bytes are known to be UTF-8.
func (p *parser) text(s *string) bool {
	p.pos++
	start := p.pos
	for p.pos < len(p.data) {
		switch c := p.data[p.pos]; {
		case c == '"':
			return p.finish(s, p.data[start:p.pos])
		case c == '\\':
			return p.escaped(s, append([]byte(nil), p.data[start:p.pos]...))
		case c < ' ':
			return p.bad()
		}
		p.pos++
	}
	return p.bad()
}

// escaped reads the rest of a string that holds an escape; b is what came before it.
func (p *parser) escaped(s *string, b []byte) bool {
	for p.pos < len(p.data) {
		c := p.data[p.pos]
		switch {
		case c == '"':
			return p.finish(s, b)
		case c < ' ':
			return p.bad()
		case c != '\\':
			b = append(b, c)
			p.pos++
			continue
		}
		var ok bool
		if b, ok = p.escape(b); !ok {
			return p.bad()
		}
	}
	return p.bad()
}

// finish closes a string at its last quote.
func (p *parser) finish(s *string, b []byte) bool {
	p.pos++
	if len(b) > p.maxString {
		return p.fail(pipeline.DiscardTooLong, "un testo è troppo lungo")
	}
	*s = string(b)
	return true
}

// escape decodes one escape at its backslash. A surrogate must have its other half: a lone one is no character.
func (p *parser) escape(b []byte) ([]byte, bool) {
	p.pos++
	c := p.peek()
	p.pos++
	switch c {
	case '"', '\\', '/':
		return append(b, c), true
	case 'b':
		return append(b, '\b'), true
	case 'f':
		return append(b, '\f'), true
	case 'n':
		return append(b, '\n'), true
	case 'r':
		return append(b, '\r'), true
	case 't':
		return append(b, '\t'), true
	case 'u':
		r, ok := p.hex4()
		if ok && utf16.IsSurrogate(r) {
			r, ok = p.lowHalf(r)
		}
		return utf8.AppendRune(b, r), ok
	}
	return b, false
}

func (p *parser) lowHalf(high rune) (rune, bool) {
	if !p.take('\\') || !p.take('u') {
		return 0, false
	}
	low, ok := p.hex4()
	r := utf16.DecodeRune(high, low)
	return r, ok && r != utf8.RuneError
}

func (p *parser) hex4() (rune, bool) {
	if len(p.data)-p.pos < 4 {
		return 0, false
	}
	var r rune
	for range 4 {
		c := p.data[p.pos]
		p.pos++
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
