package unilav

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"incrocio/pipeline"
	"incrocio/readers/xmlscan"
)

const (
	soap11   = "http://schemas.xmlsoap.org/soap/envelope/"
	soap12   = "http://www.w3.org/2003/05/soap-envelope"
	soapBody = "http://servizi.lavoro.gov.it/comobbl/types"
	xinclude = "http://www.w3.org/2001/XInclude"
)

// soapWrappers are the elements of a SOAP request that hold a document as text, in the namespace of the request.
var soapWrappers = [...]string{"UniLavXML", "UniSommXML", "UniUrgXML", "VarDatoreXML"}

// xml reads a document with s; an envelope only where one is allowed.
func (p *parser) xml(s *xmlscan.Scanner, data []byte, envelope bool) *fault {
	s.Reset(data)
	if _, err := s.Next(); err != nil { // the first token is the root's start
		return malformed(err)
	}
	root := s.Name()
	if string(root.Local) == "Envelope" && envelope {
		return p.soap(s, root)
	}
	for _, l := range layouts {
		if string(root.Local) != l.root.xml {
			continue
		}
		if string(root.Space) != l.space {
			return &fault{pipeline.DiscardNamespace, "namespace dell'elemento radice errato"}
		}
		p.layout = l
		if f := p.element(s, l.root); f != nil {
			return f
		}
		return atEnd(s)
	}
	return &fault{pipeline.DiscardRoot, "elemento radice di nessun modello conosciuto"}
}

// atEnd makes sure that nothing follows the root.
func atEnd(s *xmlscan.Scanner) *fault {
	if _, err := s.Next(); !errors.Is(err, io.EOF) {
		return malformed(err)
	}
	return nil
}

// malformed turns an error of the scanner into a fault.
func malformed(err error) *fault {
	var e *xmlscan.Error
	if !errors.As(err, &e) {
		panic("unilav: scanner: " + err.Error()) // it has no other errors
	}
	return &fault{e.Code, e.Msg + " (byte " + strconv.FormatInt(e.Offset, 10) + ")"}
}

// element reads a node whose start is the last token, up to its end.
func (p *parser) element(s *xmlscan.Scanner, n *node) *fault {
	if f := p.attributes(s, n); f != nil {
		return f
	}
	for {
		k, err := s.NextTag()
		switch {
		case err != nil:
			return malformed(err)
		case k == xmlscan.EndElement:
			p.leave(n)
			return nil
		}
		if f := p.child(s, n); f != nil {
			return f
		}
	}
}

func (p *parser) attributes(s *xmlscan.Scanner, n *node) *fault {
	attrs := s.Attrs()
	for i := range attrs {
		a := &attrs[i]
		if l := find(n.attrs, a.Local); l != nil && len(a.Space) == 0 {
			if f := p.set(l, a.Value); f != nil {
				return f
			}
		}
	}
	return nil
}

// find gives the leaf with that name in XML, or nil.
func find(leaves []leaf, name []byte) *leaf {
	for i := range leaves {
		if leaves[i].xml == string(name) {
			return &leaves[i]
		}
	}
	return nil
}

// child reads an element inside n whose start is the last token.
func (p *parser) child(s *xmlscan.Scanner, n *node) *fault {
	name := s.Name()
	l := find(n.leaves, name.Local)
	var c *node
	for i := 0; l == nil && i < len(n.nodes) && c == nil; i++ {
		if n.nodes[i].xml == string(name.Local) {
			c = n.nodes[i]
		}
	}
	own := string(name.Space) == p.layout.space
	switch {
	case l == nil && c == nil:
		return skip(s)
	case !own:
		return &fault{pipeline.DiscardNamespace, "elemento in un namespace errato"}
	case l != nil:
		text, f := p.content(s)
		if f != nil {
			return f
		}
		return p.set(l, text)
	}
	if f := p.enter(c); f != nil {
		return f
	}
	return p.element(s, c)
}

// content gives the text of the element whose start is the last token; elements inside are passed over.
func (p *parser) content(s *xmlscan.Scanner) ([]byte, *fault) {
	text, plain := s.PlainText()
	if plain {
		return text, nil
	}
	joined := false
	for {
		k, err := s.Next()
		switch {
		case err != nil:
			return nil, malformed(err)
		case k == xmlscan.EndElement:
			return text, nil
		case k == xmlscan.StartElement:
			if f := skip(s); f != nil {
				return nil, f
			}
		case text == nil:
			text = s.Text()
		default:
			if !joined { // a second piece: from here on a copy grows
				text, joined = p.copyOf(text), true
			}
			p.piece = append(p.piece, s.Text()...)
			text = p.piece[len(p.piece)-len(text)-len(s.Text()):]
			if len(text) > xmlscan.MaxText {
				return nil, &fault{pipeline.DiscardTooLong, "testo troppo lungo"}
			}
		}
	}
}

// copyOf puts a copy of b at the end of the pieces.
func (p *parser) copyOf(b []byte) []byte {
	p.piece = append(p.piece, b...)
	return p.piece[len(p.piece)-len(b):]
}

// skip passes over the element whose start is the last token. An inclusion is a request to open another file.
func skip(s *xmlscan.Scanner) *fault {
	for depth := s.Depth(); ; {
		if len(s.Name().Space) == len(xinclude) && string(s.Name().Space) == xinclude {
			return &fault{pipeline.DiscardMalformed, "inclusione di altri file non ammessa"}
		}
		if _, plain := s.PlainText(); plain && s.Depth() < depth {
			return nil
		}
		for {
			k, err := s.NextTag()
			if err != nil {
				return malformed(err)
			}
			if s.Depth() < depth {
				return nil
			}
			if k == xmlscan.StartElement {
				break
			}
		}
	}
}

// soap reads a SOAP request: the one document in it, as text, is unescaped by XML once and then read like any other.
func (p *parser) soap(s *xmlscan.Scanner, root xmlscan.Name) *fault {
	if string(root.Space) != soap11 && string(root.Space) != soap12 {
		return &fault{pipeline.DiscardNamespace, "namespace della busta SOAP errato"}
	}
	var document []byte
	for s.Depth() > 0 {
		k, err := s.Next()
		if err != nil {
			return malformed(err)
		}
		if k != xmlscan.StartElement || !isWrapper(s.Name().Local) {
			continue
		}
		if string(s.Name().Space) != soapBody {
			return &fault{pipeline.DiscardNamespace, "namespace della richiesta SOAP errato"}
		}
		if document != nil {
			return &fault{pipeline.DiscardDuplicate, "più di un documento nella busta SOAP"}
		}
		text, f := p.content(s)
		if f != nil {
			return f
		}
		document = bytes.TrimLeft(text, " \t\r\n")
	}
	if f := atEnd(s); f != nil {
		return f
	}
	if len(document) == 0 {
		return &fault{pipeline.DiscardRoot, "nessun documento nella busta SOAP"}
	}
	f := p.xml(&p.inner, document, false)
	if f != nil {
		f.message = "documento nella busta SOAP: " + f.message
	}
	return f
}

func isWrapper(name []byte) bool {
	for _, w := range soapWrappers {
		if w == string(name) {
			return true
		}
	}
	return false
}
