package unilav

import (
	"sync"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/xmlscan"
)

// Parse reads one document of the UNILAV family. It gives one communication, or for a VarDatori one for each worker it
// names, Part being the worker's place; or a discard.
//
// Of a VarDatori, a worker who cannot be read is a discard and the others are accepted. A VarDatori in which only the
// employer's name changed (VariazioneRagioneSociale) names no worker: it gives one communication with Worker "" and
// no EventCode, so that it is archived, counted and known again, and concerns nobody.
//
// A worker's code whose check character alone is wrong makes the document a discard, with the communication beside it
// (Unverified) where surname, given name and day of birth are there and all else can be read.
//
// The ID of a communication is the SHA-256 of the fields that were read, of all workers where there are several: the
// same document as XML, as SOAP or as JSON has the same ID.
//
// Parse may be called from several goroutines; what it returns shares no memory with the document.
func Parse(doc inbox.Document) inbox.Parsed {
	p := parsers.Get().(*parser)
	defer p.giveBack()
	p.reset()
	var f *fault
	if doc.Format == inbox.JSON {
		f = p.json(doc.Data)
	} else {
		f = p.xml(&p.scanner, doc.Data, true)
	}
	if f == nil {
		f = p.build()
	}
	if f != nil {
		return inbox.Parsed{Discards: []pipeline.Discard{f.discard(doc.Source, p.knownCode())}}
	}
	communications, discards := p.result(doc.Source)
	if p.unverified != nil {
		return inbox.Parsed{
			Unverified: &communications[0], Discards: []pipeline.Discard{p.unverified.discard(doc.Source, p.knownCode())},
		}
	}
	return inbox.Parsed{Communications: communications, Discards: discards}
}

var parsers = sync.Pool{New: func() any { return new(parser) }}

// giveBack keeps the parser for the next document, and nothing that this one gave.
func (p *parser) giveBack() {
	p.arena, p.workers, p.unread = arena{}, nil, nil
	parsers.Put(p)
}

// parser holds what is read from one document. It is used for one document after another, to keep its buffers.
type parser struct {
	scanner xmlscan.Scanner
	inner   xmlscan.Scanner // of the document inside a SOAP request
	piece   []byte          // texts that come in several pieces
	arena   arena           // the texts of the communication that is being made

	layout *layout
	body   *node // the body element, or the kind of variation of UniSomm
	values [fields][]byte
	given  uint64 // fields that were given, also if empty
	seen   uint64 // nodes that were seen
	varied bool   // a variation of UniSomm was seen

	workers    []pipeline.Communication
	unread     []unreadWorker
	unverified *fault // the only worker's code has a wrong check character
	hash       []byte
}

// unreadWorker is a worker of a VarDatori who cannot be read.
type unreadWorker struct {
	fault *fault
	part  int32
}

func (p *parser) reset() {
	p.piece = p.piece[:0]
	p.layout, p.body, p.given, p.seen, p.varied = nil, nil, 0, 0, false
	p.values = [fields][]byte{}
	p.workers, p.unread, p.unverified = nil, nil, nil
	p.hash = p.hash[:0]
	p.hashText(canonicalForm)
}

// fault is why a document, or a worker in it, is discarded.
type fault struct {
	code, message string
}

func (f *fault) discard(src pipeline.Source, code string) pipeline.Discard {
	return pipeline.Discard{Source: src, Code: f.code, Message: f.message, CommCode: code}
}

// set keeps a value; a value twice is a fault.
func (p *parser) set(l *leaf, value []byte) *fault {
	bit := uint64(1) << l.field
	if p.given&bit != 0 {
		return &fault{pipeline.DiscardDuplicate, "campo " + l.json + " ripetuto"}
	}
	p.given |= bit
	p.values[l.field] = value
	return nil
}

// enter begins a node below the root. What it holds follows, then leave.
func (p *parser) enter(n *node) *fault {
	if n.event != "" {
		if p.body != nil {
			return &fault{pipeline.DiscardKind, "più di un evento nello stesso documento"}
		}
		p.body = n
	}
	if p.seen&n.bit != 0 {
		return &fault{pipeline.DiscardDuplicate, "elemento " + n.json + " ripetuto"}
	}
	p.seen |= n.bit
	p.varied = p.varied || n.variation
	return nil
}

// leave ends a node. At the end of each worker of several, the worker is put down and the next may come.
func (p *parser) leave(n *node) {
	if !n.worker {
		return
	}
	p.putWorker()
	clear(p.values[firstOfWorker:])
	p.given &= 1<<firstOfWorker - 1
	p.seen &^= n.sub
}

// knownCode is the document's own code where it has the form of one.
func (p *parser) knownCode() string {
	if code := trim(p.values[fCode]); isCode(code) {
		return string(code)
	}
	return ""
}
