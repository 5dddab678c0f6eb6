package xmlscan

import "bytes"

// border finds where the document at the front of a splitter's window ends. It goes from "<" to "<", which XML allows
// only where markup begins, and counts the tags that bear the root's name.
type border struct {
	s        *Splitter
	pos      int
	declared bool   // an XML declaration is at the front
	misc     bool   // so far there are only instructions, comments and white space
	root     []byte // raw name of the root; nil until it is seen
	known    string // local name of the root where the program reads it
	open     int    // elements of the root's name that are open
	hidden   int    // of a construct without end, where its content begins; else 0
	sealed   bool   // that construct is a CDATA section
}

// find gives the length of the document; 0 where there was none, but only instructions, now dropped.
func (b *border) find() (int, error) {
	for b.hidden == 0 {
		if b.root != nil {
			b.glide()
		}
		i, ok := b.s.index(b.pos, openTag)
		if !ok {
			break
		}
		if b.misc {
			b.text(i)
		}
		b.pos = i
		n, done := b.markup(b.s.have(i + lookahead)[i:])
		if done && n <= b.s.max {
			return n, nil
		}
		if done {
			break
		}
	}
	return b.undelimited()
}

// glide passes over the tags in the window that tell nothing: those without prefix that have not the root's name and are
// no root that the program reads. It does nothing that find would not do without it, and stops well before the window ends.
func (b *border) glide() {
	w := b.s.window()
	w = w[:min(len(w), b.s.max)]
	for last := len(w) - lookahead; b.pos < last; {
		i := bytes.IndexByte(w[b.pos:last], '<')
		if i < 0 {
			b.pos = last
			return
		}
		b.pos += i
		c, n := w[b.pos+1], b.pos+1
		if c == '/' {
			if w[b.pos+2] == b.root[0] {
				return
			}
			b.pos += 2
			continue
		}
		for n < len(w) && !nameEnds[w[n]] && w[n] != ':' {
			n++
		}
		if !nameStart(c) || c == b.root[0] || knownFirst[c] || n == len(w) || w[n] == ':' {
			return
		}
		b.pos++
	}
}

// text takes note of what stands between pos and the next markup.
func (b *border) text(end int) {
	b.misc = b.misc && len(bytes.TrimLeft(b.s.window()[b.pos:end], " \t\r\n")) == 0
}

// markup steps over the markup that w begins with. It gives the length of the document and true where it ends.
func (b *border) markup(w []byte) (int, bool) {
	switch {
	case len(w) > 1 && nameStart(w[1]):
		return b.startTag(w)
	case len(w) > 1 && w[1] == '/':
		return b.endTag(w)
	case bytes.HasPrefix(w, openComment):
		b.over(openComment, closeComment)
	case bytes.HasPrefix(w, openCDATA):
		b.overCDATA()
	case bytes.HasPrefix(w, openPI):
		return b.instruction(w)
	case bytes.HasPrefix(w, openDoctype) && b.root == nil:
		b.misc = false
		b.overDoctype()
	default:
		b.misc = false
		b.pos++
	}
	return 0, false
}

// over moves past the closing of the construct at pos.
func (b *border) over(opening, closing []byte) {
	i, ok := b.s.index(b.pos+len(opening), closing)
	if !ok {
		b.hidden, b.misc = b.pos+len(opening), false
		return
	}
	b.pos = i + len(closing)
}

// overCDATA is over for character data. One without end is not searched: a document in there is the content of an
// envelope, and a truncated envelope must not give a good document.
func (b *border) overCDATA() {
	b.misc = false
	b.over(openCDATA, closeCDATA)
	b.sealed = b.hidden > 0
}

// instruction steps over a processing instruction. An XML declaration begins another document.
func (b *border) instruction(w []byte) (int, bool) {
	switch {
	case !declaration(w):
		b.over(openPI, closePI)
		return 0, false
	case b.pos == 0: // it holds no "<", so there is no need to look for its end
		b.declared, b.misc = true, false
		b.pos++
		return 0, false
	case b.misc:
		b.s.drop(b.pos)
		return 0, true
	}
	return b.pos, true
}

func (b *border) endTag(w []byte) (int, bool) {
	b.misc = false
	if len(w) < 2+len(b.root) {
		w = b.s.have(b.pos + 2 + len(b.root))[b.pos:]
	}
	if b.root == nil || !bytes.HasPrefix(w[2:], b.root) {
		b.pos += 2
		return 0, false
	}
	after := b.pos + 2 + len(b.root)
	end, ok := b.tagEnd(after)
	rest := b.s.window()[after:end]
	b.pos = end
	if !ok || len(bytes.TrimLeft(rest, " \t\r\n")) > 0 { // cut short, or of a longer name
		return 0, false
	}
	b.open--
	return end + 1, b.open == 0
}

func (b *border) startTag(w []byte) (int, bool) {
	b.misc = false
	name := b.tagName(w)
	known := knownName(name)
	if known != "" && b.known != "" && (known == "Envelope" || b.known != "Envelope") {
		return b.pos, true // the document before it has no end
	}
	if b.root == nil {
		b.root, b.known = bytes.Clone(name), known
	} else if !bytes.Equal(name, b.root) {
		b.pos++
		return 0, false
	}
	end, ok := b.tagEnd(b.pos + 1 + len(name))
	b.pos = end
	if !ok || b.s.window()[end-1] != '/' {
		b.open++
	}
	return end + 1, b.open == 0
}

// tagName gives the raw name of the start tag at pos, which w begins with.
func (b *border) tagName(w []byte) []byte {
	for n := 1; n < len(w); n++ {
		if nameEnd(w[n]) {
			return w[1:n]
		}
	}
	for n := b.pos + len(w); ; n++ {
		w := b.s.have(n + 1)
		if n >= len(w) || n > b.s.max || nameEnd(w[n]) {
			return w[b.pos+1 : n]
		}
	}
}

// tagEnd finds the ">" of a tag, at or after from, outside quotes. Where "<" comes first, which no tag may hold, or
// nothing at all within the cap, it gives that place and false.
func (b *border) tagEnd(from int) (int, bool) {
	w, quote := b.s.window(), byte(0)
	for i := from; ; i++ {
		if i >= len(w) {
			w = b.s.have(i + 1)
		}
		if i >= len(w) || i > b.s.max {
			return min(i, len(w)), false
		}
		switch c := w[i]; {
		case c == '<':
			return i, false
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i, true
		}
	}
}

// overDoctype steps over a document type declaration with its internal subset.
func (b *border) overDoctype() {
	b.hidden = b.pos + len(openDoctype) // until its end is found
	depth, quote := 0, byte(0)
	for i := b.pos; ; i++ {
		w := b.s.have(i + len(openComment))
		if i >= len(w) || i > b.s.max {
			return
		}
		switch c := w[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case bytes.HasPrefix(w[i:], openComment), bytes.HasPrefix(w[i:], openPI):
			closing := closeComment
			if w[i+1] == '?' {
				closing = closePI
			}
			j, ok := b.s.index(i+2, closing)
			if !ok {
				return
			}
			i = j + len(closing) - 1
		case c == '<':
			depth++
		case c == '>':
			if depth--; depth == 0 {
				b.pos, b.hidden = i+1, 0
				return
			}
		}
	}
}

// undelimited decides what becomes of a document whose end is not within the cap or not in the stream.
func (b *border) undelimited() (int, error) {
	if err := b.s.failed(); err != nil {
		return 0, err
	}
	w := b.s.window()
	hides := b.hidden > 0 && !b.sealed // a document that follows, perhaps
	if len(w) > b.s.max {
		e := b.s.tooLarge()
		from := b.s.max
		if hides {
			from = min(from, b.hidden)
		}
		b.s.resync(from)
		return 0, b.s.orFailed(e)
	}
	for i := b.hidden; hides && i < len(w); i++ {
		if declaration(w[i:]) || knownRoot(w[i:]) != "" {
			return i, nil
		}
	}
	if b.text(len(w)); b.misc {
		b.s.drop(len(w))
		return 0, nil
	}
	return len(w), nil
}
