package xmlscan

import (
	"bytes"

	"incrocio/pipeline"
)

// Namespaces that are bound without a declaration (Namespaces in XML 1.0 section 3).
var (
	xmlSpace   = []byte("http://www.w3.org/XML/1998/namespace")
	xmlnsSpace = []byte("http://www.w3.org/2000/xmlns/")
)

// rawAttr is an attribute's name as written.
type rawAttr struct {
	prefix, local []byte
}

// startTag reads a start tag, its attributes and its declarations of namespaces.
func (s *Scanner) startTag() error {
	switch {
	case s.depth == 0 && s.seen:
		return s.malformed(s.pos, "secondo elemento radice")
	case s.depth == MaxDepth:
		return s.fail(pipeline.DiscardDepth, s.pos, "troppi elementi annidati")
	}
	at := s.pos
	s.pos++
	if s.bareStart() {
		return nil
	}
	e := &s.stack[s.depth]
	e.spaces = len(s.spaces)
	prefix, local, err := s.qname()
	if err != nil {
		return err
	}
	e.raw = s.data[at+1 : s.pos]
	if err := s.attributes(); err != nil {
		return err
	}
	if e.name.Space, err = s.resolve(prefix, at); err != nil {
		return err
	}
	if err := s.resolveAttributes(at); err != nil {
		return err
	}
	e.name.Local = local
	s.named, s.seen = s.depth, true
	s.depth++
	return nil
}

// bareStart reads the rest of a start tag where that is no more than an ASCII name without prefix.
func (s *Scanner) bareStart() bool {
	n := s.bareName()
	if n == 0 {
		return false
	}
	e := &s.stack[s.depth]
	e.spaces = len(s.spaces)
	e.raw = s.data[s.pos : s.pos+n : s.pos+n]
	e.name.Space, e.name.Local = s.defaultSpace(), e.raw
	s.pos += n + 1
	s.named, s.nattr, s.seen = s.depth, 0, true
	s.depth++
	return true
}

// bareName measures the name at pos where a tag is no more than that: an ASCII name without prefix and ">". Else it
// gives 0, and whatever stands there is for others to look at.
func (s *Scanner) bareName() int {
	w := s.data[s.pos:]
	if len(w) == 0 || class[w[0]]&isNameStart == 0 {
		return 0
	}
	n := 1
	for n < len(w) && class[w[n]]&isName != 0 {
		n++
	}
	if n == len(w) || w[n] != '>' || n > MaxMarkup {
		return 0
	}
	return n
}

// defaultSpace gives the namespace of names without prefix.
func (s *Scanner) defaultSpace() []byte {
	for i := len(s.spaces) - 1; i >= 0; i-- {
		if s.spaces[i].prefix == nil {
			return s.spaces[i].uri
		}
	}
	return nil
}

func (s *Scanner) endTag() error {
	at := s.pos
	if s.depth == 0 {
		return s.malformed(at, "tag di chiusura senza apertura")
	}
	e := &s.stack[s.depth-1]
	i := at + 2 + len(e.raw)
	if i > len(s.data) || !bytes.Equal(s.data[at+2:i], e.raw) {
		return s.malformed(at, "tag di chiusura diverso da quello di apertura")
	}
	for i < len(s.data) && space(s.data[i]) {
		i++
	}
	if i == len(s.data) {
		return s.truncated()
	}
	if s.data[i] != '>' {
		return s.malformed(at, "tag di chiusura non valido")
	}
	s.pos = i + 1
	s.close()
	return nil
}

// close ends the innermost element.
func (s *Scanner) close() {
	s.depth--
	s.named, s.spaces, s.nattr = s.depth, s.spaces[:s.stack[s.depth].spaces], 0
}

// attributes reads up to the end of the tag. Names stay unresolved in raws.
func (s *Scanner) attributes() error {
	s.nattr = 0
	declared := 0
	for {
		at := s.pos
		for s.pos < len(s.data) && space(s.data[s.pos]) {
			s.pos++
		}
		if s.pos == len(s.data) {
			return s.truncated()
		}
		switch c := s.data[s.pos]; {
		case c == '>':
			s.pos++
			return nil
		case c == '/':
			return s.emptyTag()
		case s.pos == at:
			return s.malformed(at, "manca lo spazio prima di un attributo")
		case s.nattr+declared == MaxAttributes:
			return s.fail(pipeline.DiscardAttributes, s.pos, "troppi attributi")
		}
		if s.plainAttribute() {
			continue
		}
		isDeclaration, err := s.attribute()
		if err != nil {
			return err
		}
		if isDeclaration {
			declared++
		}
	}
}

func (s *Scanner) emptyTag() error {
	if s.pos+1 == len(s.data) {
		return s.truncated()
	}
	if s.data[s.pos+1] != '>' {
		return s.malformed(s.pos, "tag non valido")
	}
	s.pos += 2
	s.empty = true
	return nil
}

// plainAttribute reads an attribute without prefix whose value stands in double quotes and needs no unescaping, as most do.
// It gives false, and has read nothing, for every other one and for all that is wrong.
func (s *Scanner) plainAttribute() bool {
	w := s.data[s.pos:]
	if class[w[0]]&isNameStart == 0 {
		return false
	}
	n := 1
	for n < len(w) && class[w[n]]&isName != 0 {
		n++
	}
	if n+1 >= len(w) || w[n] != '=' || w[n+1] != '"' || n > MaxMarkup || string(w[:n]) == "xmlns" {
		return false
	}
	local, start := w[:n:n], n+2
	for n = start; n < len(w) && class[w[n]]&valueSpecial == 0; n++ {
	}
	if n == len(w) || w[n] != '"' || n-start > MaxMarkup {
		return false
	}
	for i := range s.nattr {
		if r := &s.raws[i]; len(r.local) == len(local) && string(r.local) == string(local) && r.prefix == nil {
			return false
		}
	}
	s.raws[s.nattr] = rawAttr{nil, local}
	s.attrs[s.nattr].Value = w[start:n]
	s.nattr++
	s.pos += n + 1
	return true
}

// attribute reads one attribute and tells whether it declares a namespace.
func (s *Scanner) attribute() (bool, error) {
	at := s.pos
	prefix, local, err := s.qname()
	if err != nil {
		return false, err
	}
	if err := s.equals(); err != nil {
		return false, err
	}
	value, err := s.value()
	if err != nil {
		return false, err
	}
	switch {
	case prefix == nil && string(local) == "xmlns":
		return true, s.declare(nil, value, at)
	case string(prefix) == "xmlns":
		return true, s.declare(local, value, at)
	}
	for i := range s.nattr {
		if r := &s.raws[i]; bytes.Equal(r.local, local) && bytes.Equal(r.prefix, prefix) {
			return false, s.fail(pipeline.DiscardAttributes, at, "attributo ripetuto")
		}
	}
	s.raws[s.nattr] = rawAttr{prefix, local}
	s.attrs[s.nattr].Value = value
	s.nattr++
	return false, nil
}

// equals passes over "=" with the white space around it.
func (s *Scanner) equals() error {
	s.spaceRun()
	if s.pos == len(s.data) {
		return s.truncated()
	}
	if s.data[s.pos] != '=' {
		return s.malformed(s.pos, "attributo senza valore")
	}
	s.pos++
	s.spaceRun()
	return nil
}

func (s *Scanner) spaceRun() {
	for s.pos < len(s.data) && space(s.data[s.pos]) {
		s.pos++
	}
}

// value reads a quoted value.
func (s *Scanner) value() ([]byte, error) {
	if s.pos == len(s.data) {
		return nil, s.truncated()
	}
	quote := s.data[s.pos]
	if quote != '"' && quote != '\'' {
		return nil, s.malformed(s.pos, "valore di attributo senza virgolette")
	}
	start := s.pos + 1
	plain := true
	for i := start; i < len(s.data); i++ {
		c := s.data[i]
		if class[c]&valueSpecial == 0 {
			continue
		}
		switch {
		case c == quote:
			return s.endValue(start, i, plain)
		case c == '<':
			return nil, s.malformed(i, "< in un attributo")
		case c != '"' && c != '\'':
			plain = false
		}
	}
	if len(s.data)-start > MaxMarkup {
		return nil, s.fail(pipeline.DiscardTooLong, start, "attributo troppo lungo")
	}
	return nil, s.truncated()
}

func (s *Scanner) endValue(start, end int, plain bool) ([]byte, error) {
	if end-start > MaxMarkup {
		return nil, s.fail(pipeline.DiscardTooLong, start, "attributo troppo lungo")
	}
	raw := s.data[start:end]
	s.pos = start
	if !plain {
		var err error
		if raw, err = s.unescape(raw, true); err != nil {
			return nil, err
		}
	}
	s.pos = end + 1
	return raw, nil
}

// declare binds a prefix, nil for the default namespace, in the element that is being read.
func (s *Scanner) declare(prefix, uri []byte, at int) error {
	isXML := string(prefix) == "xml"
	switch {
	case prefix != nil && len(uri) == 0:
		return s.malformed(at, "prefisso senza namespace")
	case string(prefix) == "xmlns", isXML != bytes.Equal(uri, xmlSpace), bytes.Equal(uri, xmlnsSpace):
		return s.malformed(at, "namespace riservato")
	}
	for _, b := range s.spaces[s.stack[s.depth].spaces:] {
		if bytes.Equal(b.prefix, prefix) {
			return s.fail(pipeline.DiscardAttributes, at, "attributo ripetuto")
		}
	}
	s.spaces = append(s.spaces, binding{prefix, uri})
	return nil
}

// resolve gives the namespace of a prefix, nil for none.
func (s *Scanner) resolve(prefix []byte, at int) ([]byte, error) {
	for i := len(s.spaces) - 1; i >= 0; i-- {
		if bytes.Equal(s.spaces[i].prefix, prefix) {
			return s.spaces[i].uri, nil
		}
	}
	switch {
	case prefix == nil:
		return nil, nil
	case string(prefix) == "xml":
		return xmlSpace, nil
	}
	return nil, s.malformed(at, "prefisso non dichiarato")
}

// resolveAttributes gives the attributes their names. Those without a prefix are in no namespace, so that only
// prefixed ones can name the same thing twice.
func (s *Scanner) resolveAttributes(at int) error {
	for i := range s.nattr {
		r, a := &s.raws[i], &s.attrs[i]
		a.Local, a.Space = r.local, nil
		if r.prefix == nil {
			continue
		}
		var err error
		if a.Space, err = s.resolve(r.prefix, at); err != nil {
			return err
		}
		for j := range i {
			if b := &s.attrs[j]; b.Space != nil && bytes.Equal(b.Local, a.Local) && bytes.Equal(b.Space, a.Space) {
				return s.fail(pipeline.DiscardAttributes, at, "attributo ripetuto")
			}
		}
	}
	return nil
}
