package xmlscan

import (
	"bytes"

	"incrocio/pipeline"
)

// declaration reads the XML declaration at pos (XML 1.0 section 2.8). On a fault it sets err.
func (s *Scanner) declaration() {
	at := s.pos
	end := bytes.Index(s.data[at:], closePI)
	if end < 0 || end > MaxMarkup {
		s.err = s.malformed(at, "dichiarazione XML non valida")
		return
	}
	rest := s.data[at+len("<?xml") : at+end]
	version, rest, ok := pseudo(rest, "version")
	if ok && string(version) != "1.0" {
		s.err = s.malformed(at, "versione di XML diversa da 1.0")
		return
	}
	if ok {
		rest, ok = optional(rest, "encoding", encodingName)
	}
	if ok {
		rest, ok = optional(rest, "standalone", yesOrNo)
	}
	if !ok || len(bytes.TrimLeft(rest, " \t\r\n")) > 0 {
		s.err = s.fail(pipeline.DiscardMalformed, at, "dichiarazione XML non valida")
		return
	}
	s.pos = at + end + len(closePI)
}

// optional reads name="value" where b has it next, with a value that good accepts.
func optional(b []byte, name string, good func([]byte) bool) ([]byte, bool) {
	value, rest, ok := pseudo(b, name)
	if !ok {
		return b, true
	}
	return rest, good(value)
}

// pseudo reads white space, name, "=" and a quoted value.
func pseudo(b []byte, name string) (value, rest []byte, ok bool) {
	t := bytes.TrimLeft(b, " \t\r\n")
	if len(t) == len(b) || !bytes.HasPrefix(t, []byte(name)) {
		return nil, nil, false
	}
	t = bytes.TrimLeft(t[len(name):], " \t\r\n")
	if len(t) == 0 || t[0] != '=' {
		return nil, nil, false
	}
	t = bytes.TrimLeft(t[1:], " \t\r\n")
	if len(t) == 0 || t[0] != '"' && t[0] != '\'' {
		return nil, nil, false
	}
	end := bytes.IndexByte(t[1:], t[0])
	if end < 0 {
		return nil, nil, false
	}
	return t[1 : 1+end], t[end+2:], true
}

// encodingName is EncName of XML 1.0 section 4.3.3.
func encodingName(b []byte) bool {
	for i, c := range b {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || class[c]&isName == 0) {
			return false
		}
	}
	return len(b) > 0
}

func yesOrNo(b []byte) bool { return string(b) == "yes" || string(b) == "no" }
