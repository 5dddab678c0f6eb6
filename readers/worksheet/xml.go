package worksheet

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
)

// Caps on the XML of a part. Spreadsheet programs stay far below.
const (
	maxDepth  = 64
	maxMarkup = 1 << 20 // bytes of one token: a tag with its attributes, or a text as written
)

// kind is the kind of a token.
type kind uint8

const (
	startElement kind = iota + 1
	endElement
	text
)

// scanner pulls tokens out of a part as it is unpacked. encoding/xml opens nothing and knows no entities but the five;
// what it takes that it should not, or holds in memory without end, is refused here. (The scanner of xmlscan refuses more
// than 32 attributes, and the root of a sheet declares more name spaces than that.)
type scanner struct {
	d     *xml.Decoder
	in    *counted
	open  []xml.Name // elements that are open
	start xml.StartElement
	name  string
	chars []byte
	depth int // of what is open
}

var (
	// errToken is given where a token does not end.
	errToken = errors.New("token over its cap")
	// errXML is given for a part that is no XML.
	errXML = refuse("l'XML di una parte non è valido")
)

// counted hands the decoder so many bytes for a token and no more.
type counted struct {
	r    *bufio.Reader
	left int
}

// ReadByte makes the decoder take bytes one by one, instead of ahead.
func (c *counted) ReadByte() (byte, error) {
	if c.left--; c.left < 0 {
		return 0, errToken
	}
	return c.r.ReadByte()
}

// Read is not called by a decoder that has ReadByte.
func (c *counted) Read(p []byte) (int, error) {
	b, err := c.ReadByte()
	if err != nil || len(p) == 0 {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

func newScanner(r io.Reader) *scanner {
	in := &counted{r: bufio.NewReaderSize(r, 64<<10)}
	return &scanner{d: xml.NewDecoder(in), in: in}
}

// next steps to the next token; io.EOF after the last. Comments and instructions are passed over.
func (s *scanner) next() (kind, error) {
	for {
		s.in.left = maxMarkup
		t, err := s.d.RawToken() // names as they are written: nothing here goes by name spaces
		if errors.Is(err, io.EOF) && s.depth == 0 {
			return 0, io.EOF
		}
		if err != nil {
			return 0, errXML
		}
		switch t := t.(type) {
		case xml.StartElement:
			if s.depth++; s.depth > maxDepth {
				return 0, refuse("l'XML di una parte è troppo annidato")
			}
			s.open = append(s.open, t.Name)
			s.start, s.name = t, t.Name.Local
			return startElement, nil
		case xml.EndElement:
			if s.depth--; s.depth < 0 || s.open[s.depth] != t.Name {
				return 0, errXML
			}
			s.open, s.name = s.open[:s.depth], t.Name.Local
			return endElement, nil
		case xml.CharData:
			s.chars = t
			return text, nil
		case xml.Directive:
			return 0, refuse("l'XML di una parte dichiara un DOCTYPE")
		}
	}
}

// attribute gives the value of an attribute, by local name, of the element that began last; "" where it is not there.
func (s *scanner) attribute(local string) string {
	for _, a := range s.start.Attr {
		if a.Name.Local == local && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}
