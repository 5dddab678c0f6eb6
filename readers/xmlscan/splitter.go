package xmlscan

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"incrocio/pipeline"
)

// DefaultMaxDocument is the cap on one document where [NewSplitter] is given none: 16 MiB.
const DefaultMaxDocument = 16 << 20

// lookahead is how many bytes decide what a "<" begins: the longest fixed opening, or a prefix and a root's name.
const lookahead = 64

// Splitter cuts a stream of XML documents one after another into single documents. White space, byte order marks and
// comments between documents are dropped, and so are processing instructions that an XML declaration follows; every
// other byte belongs to a document or to an error. Bytes are taken as they come: any encoding that writes
// ASCII as ASCII will do.
//
// A document runs from its XML declaration, or else from its first instruction, DOCTYPE or root element, to the end
// tag of the root; other tags are not matched, so a fault inside a document does not reach the next one. A document
// that does not end is cut where the next one begins: at an XML declaration or, inside a root known to the program, at
// the start tag of another. What is cut off or truncated comes out as a document all the same and the scanner refuses
// it.
//
// A Splitter is not safe for concurrent use.
type Splitter struct {
	r   io.Reader
	max int

	buf        []byte
	head, tail int   // buf[head:tail] is read and not yet given out
	base       int64 // offset in the stream of buf[head]
	size       int   // length of the document given out last, still at head
	err        error // from r, io.EOF included; kept for ever
}

// NewSplitter reads documents of at most maxDocument bytes from r; [DefaultMaxDocument] where it is not positive.
// Memory stays below twice the cap and a little.
func NewSplitter(r io.Reader, maxDocument int) *Splitter {
	if maxDocument <= 0 {
		maxDocument = DefaultMaxDocument
	}
	return &Splitter{r: r, max: maxDocument}
}

// Reset makes the splitter read another stream, with the same cap and the memory it has.
func (s *Splitter) Reset(r io.Reader) {
	*s = Splitter{r: r, max: s.max, buf: s.buf}
}

// Next gives the next document, its own declaration included, and its offset in the stream. The document stays valid
// until the next call.
//
// It returns io.EOF at the end; an [*Error] for a document over the cap (TROPPO_GRANDE) or for bytes that belong to no
// document (XML_NON_VALIDO), after which the next call goes on with the following document: from the next XML
// declaration or start tag of a known root (UniLav, UniSomm, UniUrg, VarDatori, Envelope); and the
// error of the reader, wrapped, for good.
func (s *Splitter) Next() (doc []byte, offset int64, err error) {
	s.drop(s.size)
	s.size = 0
	for s.size == 0 { // again after instructions that belong to no document
		if err := s.skipBetween(); err != nil {
			return nil, s.place(err), err
		}
		if !s.opensDocument() {
			err := s.rubbish()
			return nil, s.place(err), err
		}
		b := border{s: s, misc: true}
		if s.size, err = b.find(); err != nil {
			return nil, s.place(err), err
		}
	}
	return s.window()[:s.size:s.size], s.base, nil
}

// place is the offset that goes with an error: its own, or how far the stream was read.
func (s *Splitter) place(err error) int64 {
	if err == io.EOF { //nolint:errorlint // it comes bare
		return s.base
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Offset
	}
	return s.base
}

// window is what has been read and not yet given out.
func (s *Splitter) window() []byte { return s.buf[s.head:s.tail] }

// drop gives up the first n bytes of the window.
func (s *Splitter) drop(n int) {
	s.head += n
	s.base += int64(n)
}

// fill reads more and tells whether it did. Positions in the window stay what they are.
func (s *Splitter) fill() bool {
	if s.err != nil {
		return false
	}
	s.room()
	for range 100 {
		n, err := s.r.Read(s.buf[s.tail:])
		s.tail += n
		if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// room makes space behind the window: by moving it to the front, or, where that gains little, in a larger buffer.
func (s *Splitter) room() {
	if s.tail < len(s.buf) {
		return
	}
	n, most := s.tail-s.head, 2*s.max+64<<10
	to := s.buf
	if n >= len(s.buf)/2 && len(s.buf) < most {
		to = make([]byte, min(max(64<<10, 2*len(s.buf)), most))
	}
	copy(to, s.buf[s.head:s.tail])
	s.buf, s.head, s.tail = to, 0, n
}

// have reads until the window holds n bytes or there are no more, and gives the window.
func (s *Splitter) have(n int) []byte {
	for s.tail-s.head < n && s.fill() {
	}
	return s.window()
}

// failed gives the reader's error unless the stream just ended.
func (s *Splitter) failed() error {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		return nil
	}
	return fmt.Errorf("read XML stream at byte %d: %w", s.base+int64(s.tail-s.head), s.err)
}

// end is io.EOF or the reader's error, for when the window is empty and cannot be filled.
func (s *Splitter) end() error {
	if err := s.failed(); err != nil {
		return err
	}
	return io.EOF
}

var byteOrderMark = []byte("\uFEFF")

// skipBetween drops what may stand between documents. On nil the window is not empty.
func (s *Splitter) skipBetween() error {
	for {
		w := s.have(lookahead)
		n := 0
		for n < len(w) && space(w[n]) {
			n++
		}
		switch {
		case n > 0:
			s.drop(n)
		case len(w) == 0:
			return s.end()
		case bytes.HasPrefix(w, byteOrderMark):
			s.drop(len(byteOrderMark))
		case bytes.HasPrefix(w, openComment):
			n, ok := s.index(len(openComment), closeComment)
			if !ok {
				return s.endless(len(openComment))
			}
			s.drop(n + len(closeComment))
		default:
			return nil
		}
	}
}

// index finds what at or after position from, reading on up to the cap. Without it, the position is where to go on.
func (s *Splitter) index(from int, what []byte) (int, bool) {
	for {
		w := s.window()
		if i := bytes.Index(w[min(from, len(w)):], what); i >= 0 {
			return from + i, from+i <= s.max
		}
		from = max(from, len(w)-len(what)+1)
		if len(w) > s.max || !s.fill() {
			return from, false
		}
	}
}

// opensDocument tells whether what is at the front can begin a document.
func (s *Splitter) opensDocument() bool {
	w := s.have(lookahead)
	return len(w) > 1 && w[0] == '<' && (w[1] == '?' || nameStart(w[1]) || bytes.HasPrefix(w, openDoctype))
}

// rubbish drops bytes that belong to no document and gives the error that tells of them.
func (s *Splitter) rubbish() error {
	e := &Error{Code: pipeline.DiscardMalformed, Offset: s.base, Msg: "testo che non appartiene ad alcun documento XML"}
	s.resync(1)
	return s.orFailed(e)
}

// endless answers a comment, instruction or DOCTYPE without an end, which hides all that follows: it drops bytes up
// to the next document, also where that stands inside.
func (s *Splitter) endless(from int) error {
	e := &Error{Code: pipeline.DiscardMalformed, Offset: s.base, Msg: "commento o istruzione senza fine"}
	if s.tail-s.head > s.max {
		e = s.tooLarge()
	}
	s.resync(min(from, s.tail-s.head))
	return s.orFailed(e)
}

func (s *Splitter) tooLarge() *Error {
	return &Error{Code: pipeline.DiscardTooLarge, Offset: s.base, Msg: fmt.Sprintf("documento di oltre %d byte", s.max)}
}

func (s *Splitter) orFailed(e *Error) error {
	if err := s.failed(); err != nil {
		return err
	}
	return e
}

// resync drops bytes until the window begins with a document whose start can be told for sure, or is empty.
// The first from bytes are dropped unseen.
func (s *Splitter) resync(from int) {
	s.drop(from)
	for {
		w := s.window()
		i := bytes.IndexByte(w, '<')
		if i < 0 {
			s.drop(len(w))
			if !s.fill() {
				return
			}
			continue
		}
		s.drop(i)
		if w = s.have(lookahead); declaration(w) || knownRoot(w) != "" {
			return
		}
		s.drop(1)
	}
}

var (
	openTag      = []byte("<")
	openComment  = []byte("<!--")
	closeComment = []byte("-->")
	openCDATA    = []byte("<![CDATA[")
	closeCDATA   = []byte("]]>")
	openDoctype  = []byte("<!DOCTYPE")
	openPI       = []byte("<?")
	closePI      = []byte("?>")
)

// declaration tells whether w begins with an XML declaration.
func declaration(w []byte) bool {
	return len(w) > 5 && string(w[:5]) == "<?xml" && space(w[5])
}

// knownRoot gives the local name of the root that w begins with, where it is one that this program reads, else "".
func knownRoot(w []byte) string {
	if len(w) < 2 || w[0] != '<' || !nameStart(w[1]) {
		return ""
	}
	n := 1
	for n < len(w) && !nameEnd(w[n]) {
		n++
	}
	if n == len(w) {
		return ""
	}
	return knownName(w[1:n])
}

// knownName is knownRoot for the raw name of a tag.
func knownName(name []byte) string {
	if len(name) < len("UniLav") || !knownLast[name[len(name)-1]] {
		return ""
	}
	for _, k := range [...]string{"UniLav", "UniSomm", "UniUrg", "VarDatori", "Envelope"} {
		prefix := len(name) - len(k)
		if prefix >= 0 && string(name[prefix:]) == k && (prefix == 0 || name[prefix-1] == ':') {
			return k
		}
	}
	return ""
}

// knownFirst are the first letters of the known names without prefix.
var knownFirst = [256]bool{'U': true, 'V': true, 'E': true}

// knownLast are the last letters of the known names, which most other names do not share.
var knownLast = [256]bool{'v': true, 'm': true, 'g': true, 'i': true, 'e': true}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// nameStart accepts every byte beyond ASCII: the scanner knows better.
func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

func nameEnd(c byte) bool { return nameEnds[c] }

var nameEnds = [256]bool{' ': true, '\t': true, '\r': true, '\n': true, '>': true, '/': true, '<': true}
