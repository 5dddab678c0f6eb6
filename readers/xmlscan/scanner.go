package xmlscan

import (
	"bytes"
	"io"

	"incrocio/pipeline"
)

// Caps of a document. What is over one is refused with the code named.
const (
	MaxDepth      = 64        // elements inside one another; PROFONDITA_ECCESSIVA
	MaxAttributes = 32        // of one element, namespace declarations included; ATTRIBUTI_NON_VALIDI
	MaxMarkup     = 64 << 10  // bytes of an attribute value, a name, a comment, an instruction; CAMPO_TROPPO_LUNGO
	MaxText       = 256 << 10 // bytes of a piece of text as written; CAMPO_TROPPO_LUNGO
)

// Kind is the kind of a token.
type Kind uint8

// The tokens. Comments, processing instructions and the XML declaration are checked and passed over.
const (
	StartElement Kind = iota + 1
	EndElement        // also of an empty element, right after its start
	Text              // a piece of text or a CDATA section inside the root; an element's text may come in several
)

// Name is an expanded name: namespace and local part. Both alias the document, or memory of the scanner's.
type Name struct {
	Space []byte // empty for no namespace
	Local []byte
}

// Attr is an attribute that is no namespace declaration. Value is unescaped; tabs and line ends written as such are
// spaces (XML 1.0 section 3.3.3).
type Attr struct {
	Name
	Value []byte
}

// Scanner pulls tokens from a document held in memory. It allocates nothing per token; names, values and texts alias
// the document or, where they had to be unescaped, a buffer of the scanner's, and stay valid until Reset.
//
// The document must be UTF-8: the encoding that its declaration names is read over, since who converts a document
// leaves its declaration as it was. The zero Scanner reads an empty document. It is not safe for concurrent use.
type Scanner struct {
	data []byte
	pos  int
	err  error

	depth  int
	stack  [MaxDepth]element
	spaces []binding // namespace declarations in scope, inner last
	seen   bool      // the root was seen
	empty  bool      // an empty element's end comes next

	named   int // place in stack of the element that the last token starts or ends
	text    []byte
	attrs   [MaxAttributes]Attr
	raws    [MaxAttributes]rawAttr
	nattr   int
	scratch []byte // unescaped values; grows until Reset
}

// element is an open element.
type element struct {
	raw    []byte // its name as written
	name   Name
	spaces int // bindings in scope outside it
}

type binding struct {
	prefix, uri []byte
}

// Reset begins a document and keeps the buffers of the one before.
func (s *Scanner) Reset(data []byte) {
	s.data, s.pos, s.err = data, 0, nil
	s.depth, s.spaces, s.seen, s.empty = 0, s.spaces[:0], false, false
	s.named, s.stack[0].name, s.text, s.nattr, s.scratch = 0, Name{}, nil, 0, s.scratch[:0]
	if err := checkBytes(data); err != nil {
		s.err = err
		return
	}
	if bytes.HasPrefix(data, byteOrderMark) {
		s.pos = len(byteOrderMark)
	}
	if declaration(data[s.pos:]) {
		s.declaration()
	}
}

// Next steps to the next token. It returns io.EOF after the root and all that may follow it, and an [*Error] for
// anything that is refused; either is final.
func (s *Scanner) Next() (Kind, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.empty {
		s.empty = false
		s.close()
		return EndElement, nil
	}
	k, err := s.next()
	if err != nil {
		s.err = err
	}
	return k, err
}

// NextTag is Next for who does not want texts: they are checked and passed over.
func (s *Scanner) NextTag() (Kind, error) {
	for {
		s.gap()
		if k := s.bareTag(); k != 0 {
			return k, nil
		}
		if k, err := s.Next(); k != Text {
			return k, err
		}
	}
}

// gap passes over a text that is white space up to the next markup.
func (s *Scanner) gap() {
	if s.err != nil || s.empty || s.depth == 0 {
		return
	}
	i := s.pos
	for i < len(s.data) && space(s.data[i]) {
		i++
	}
	if i < len(s.data) && s.data[i] == '<' && i-s.pos <= MaxText {
		s.pos = i
	}
}

// bareTag reads a tag inside the root that is no more than a name: of a start, without prefix, or the end that is due. Most are.
// It gives 0, and has read nothing, for all else.
func (s *Scanner) bareTag() Kind {
	if s.err != nil || s.empty || s.depth == 0 || s.depth == MaxDepth || s.pos+2 >= len(s.data) || s.data[s.pos] != '<' {
		return 0
	}
	if s.data[s.pos+1] != '/' {
		s.pos++
		if s.bareStart() {
			return StartElement
		}
		s.pos--
		return 0
	}
	raw := s.stack[s.depth-1].raw
	end := s.pos + 2 + len(raw)
	if end >= len(s.data) || s.data[end] != '>' || string(s.data[s.pos+2:end]) != string(raw) {
		return 0
	}
	s.pos = end + 1
	s.close()
	return EndElement
}

// PlainText reads the text of the element whose start is the last token, and its end, where it holds text and nothing else
// and the text needs no unescaping; an empty element has the text nil. Else it gives false and has read nothing.
func (s *Scanner) PlainText() (text []byte, ok bool) {
	if s.err != nil || s.empty || s.depth == 0 {
		return nil, false
	}
	i := s.pos
	for i < len(s.data) && class[s.data[i]]&textSpecial == 0 {
		i++
	}
	raw := s.stack[s.depth-1].raw
	end := i + len("</") + len(raw)
	if end >= len(s.data) || s.data[i] != '<' || s.data[i+1] != '/' || s.data[end] != '>' || i-s.pos > MaxText ||
		!bytes.Equal(s.data[i+2:end], raw) {
		return nil, false
	}
	if i > s.pos {
		text = s.data[s.pos:i]
	}
	s.pos = end + 1
	s.close()
	return text, true
}

// Name is the name of the element that the last token starts or ends.
func (s *Scanner) Name() Name { return s.stack[s.named].name }

// Attrs are the attributes of the element that the last token starts, as written; the slice is valid until Next.
func (s *Scanner) Attrs() []Attr { return s.attrs[:s.nattr] }

// Text is the unescaped text of the last token, its line ends as one line feed each.
func (s *Scanner) Text() []byte { return s.text }

// Depth counts the elements that are open; at a start, the element itself included.
func (s *Scanner) Depth() int { return s.depth }

// Offset is the byte of the document at which the next token begins.
func (s *Scanner) Offset() int64 { return int64(s.pos) }

func (s *Scanner) fail(code string, at int, msg string) error {
	return &Error{Code: code, Offset: int64(at), Msg: msg}
}

func (s *Scanner) malformed(at int, msg string) error {
	return s.fail(pipeline.DiscardMalformed, at, msg)
}

func (s *Scanner) truncated() error {
	return s.malformed(len(s.data), "documento troncato")
}

// next reads markup and texts until one makes a token.
func (s *Scanner) next() (Kind, error) {
	for s.pos < len(s.data) {
		var k Kind
		var err error
		switch {
		case s.data[s.pos] == '<':
			k, err = s.markup()
		case s.depth > 0:
			k, err = Text, s.chars()
		default:
			err = s.outside()
		}
		if k != 0 || err != nil {
			return k, err
		}
	}
	if s.depth > 0 {
		return 0, s.truncated()
	}
	if !s.seen {
		return 0, s.malformed(s.pos, "nessun elemento radice")
	}
	return 0, io.EOF
}

// outside passes over white space before and after the root.
func (s *Scanner) outside() error {
	for s.pos < len(s.data) && s.data[s.pos] != '<' {
		if !space(s.data[s.pos]) {
			return s.malformed(s.pos, "testo fuori dall'elemento radice")
		}
		s.pos++
	}
	return nil
}

// markup reads what begins with "<". The kind is 0 where it makes no token.
func (s *Scanner) markup() (Kind, error) {
	if s.pos+1 == len(s.data) {
		return 0, s.truncated()
	}
	switch c := s.data[s.pos+1]; c {
	case '/':
		return EndElement, s.endTag()
	case '?':
		return 0, s.instruction()
	case '!':
		return s.bang()
	}
	return StartElement, s.startTag()
}

func (s *Scanner) bang() (Kind, error) {
	rest := s.data[s.pos:]
	switch {
	case bytes.HasPrefix(rest, openComment):
		return 0, s.comment()
	case bytes.HasPrefix(rest, openDoctype):
		return 0, s.fail(pipeline.DiscardDTD, s.pos, "dichiarazione DOCTYPE non ammessa")
	case bytes.HasPrefix(rest, openCDATA) && s.depth > 0:
		return Text, s.cdata()
	}
	return 0, s.malformed(s.pos, "marcatura non ammessa")
}

// comment passes over a comment; "--" may only end it.
func (s *Scanner) comment() error {
	start := s.pos + len(openComment)
	i := bytes.Index(s.data[start:], closeComment[:2])
	switch {
	case i > MaxMarkup || i < 0 && len(s.data)-start > MaxMarkup:
		return s.fail(pipeline.DiscardTooLong, s.pos, "commento troppo lungo")
	case i < 0 || start+i+2 == len(s.data):
		return s.truncated()
	case s.data[start+i+2] != '>':
		return s.malformed(start+i, "due trattini in un commento")
	}
	s.pos = start + i + len(closeComment)
	return nil
}

func (s *Scanner) cdata() error {
	start := s.pos + len(openCDATA)
	i := bytes.Index(s.data[start:], closeCDATA)
	switch {
	case i > MaxText || i < 0 && len(s.data)-start > MaxText:
		return s.fail(pipeline.DiscardTooLong, s.pos, "testo troppo lungo")
	case i < 0:
		return s.truncated()
	}
	s.text = s.lineEnds(s.data[start : start+i])
	s.pos = start + i + len(closeCDATA)
	return nil
}

// chars reads text up to the next markup.
func (s *Scanner) chars() error {
	end := s.pos
	for end < len(s.data) && class[s.data[end]]&textSpecial == 0 {
		end++
	}
	if end < len(s.data) && s.data[end] == '<' && end-s.pos <= MaxText {
		s.text, s.pos = s.data[s.pos:end], end
		return nil
	}
	return s.specialChars()
}

// specialChars is chars for a text that holds something that needs a look.
func (s *Scanner) specialChars() error {
	i := bytes.IndexByte(s.data[s.pos:], '<')
	if i < 0 {
		i = len(s.data) - s.pos
	}
	if i > MaxText {
		return s.fail(pipeline.DiscardTooLong, s.pos, "testo troppo lungo")
	}
	raw := s.data[s.pos : s.pos+i]
	plain := true
	for j, c := range raw {
		if class[c]&textSpecial == 0 {
			continue
		}
		if c == '>' {
			if j >= 2 && raw[j-1] == ']' && raw[j-2] == ']' {
				return s.malformed(s.pos+j, "]]> nel testo")
			}
			continue
		}
		plain = false
	}
	if s.text = raw; !plain {
		var err error
		if s.text, err = s.unescape(raw, false); err != nil {
			return err
		}
	}
	s.pos += i
	return nil
}

// lineEnds gives b with each CR LF and each CR as one LF (XML 1.0 section 2.11).
func (s *Scanner) lineEnds(b []byte) []byte {
	if bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	start := len(s.scratch)
	for i, c := range b {
		switch {
		case c != '\r':
			s.scratch = append(s.scratch, c)
		case i+1 == len(b) || b[i+1] != '\n':
			s.scratch = append(s.scratch, '\n')
		}
	}
	return s.scratch[start:]
}

// instruction passes over a processing instruction. A style sheet is a request to open another file: refused.
func (s *Scanner) instruction() error {
	at := s.pos
	i := bytes.Index(s.data[at+2:], closePI)
	switch {
	case i > MaxMarkup || i < 0 && len(s.data)-at > MaxMarkup:
		return s.fail(pipeline.DiscardTooLong, at, "istruzione troppo lunga")
	case i < 0:
		return s.truncated()
	}
	body := s.data[at+2 : at+2+i]
	n, ok := ncName(body)
	switch target := body[:n]; {
	case !ok || n < len(body) && !space(body[n]):
		return s.malformed(at, "nome di istruzione non valido")
	case bytes.EqualFold(target, []byte("xml")):
		return s.malformed(at, "dichiarazione XML fuori posto")
	case string(target) == "xml-stylesheet":
		return s.malformed(at, "foglio di stile non ammesso")
	}
	s.pos = at + 2 + i + len(closePI)
	return nil
}
