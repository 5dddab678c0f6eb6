package xmlscan

import "bytes"

// Sole tells whether a stream that holds these bytes and no more is one document as a [Splitter] cuts it, with nothing
// beside it but white space, and where the document stands. It knows at a glance, which is worth it for the many small
// files of a container, and says false wherever it would have to look closely: a false means nothing.
func Sole(stream []byte) (from, to int, ok bool) {
	for from < len(stream) && space(stream[from]) {
		from++
	}
	w := stream[from:]
	at := 0
	if declaration(w) { // it holds no "<"
		at = 1 + bytes.IndexByte(w[1:], '<')
	}
	name, end := rootTag(w, at)
	if end == 0 {
		return 0, 0, false
	}
	if to = from + closing(w, end, name); to == from {
		return 0, 0, false
	}
	for _, c := range stream[to:] {
		if !space(c) {
			return 0, 0, false
		}
	}
	return from, to, true
}

// rootTag reads the start tag of a root that is not empty: its name, and where the tag ends; 0 where there is none.
func rootTag(w []byte, at int) (name []byte, end int) {
	if at+1 >= len(w) || w[at] != '<' || !nameStart(w[at+1]) {
		return nil, 0
	}
	n := at + 1
	for n < len(w) && !nameEnds[w[n]] {
		n++
	}
	name = w[at+1 : n]
	for n < len(w) {
		switch c := w[n]; c {
		case '<':
			return nil, 0
		case '"', '\'':
			i := bytes.IndexByte(w[n+1:], c)
			if i < 0 || bytes.IndexByte(w[n+1:n+1+i], '<') >= 0 {
				return nil, 0
			}
			n += i + 1
		case '>':
			if w[n-1] == '/' {
				return nil, 0
			}
			return name, n + 1
		}
		n++
	}
	return nil, 0
}

// closing finds the end of the root's end tag, the first of the root's name after at; 0 where something comes before it that
// is not an ordinary tag of another name.
func closing(w []byte, at int, root []byte) int {
	if prefixed(w[at:]) {
		return 0
	}
	for {
		i := bytes.IndexByte(w[at:], '<')
		if i < 0 || at+i+2 >= len(w) {
			return 0
		}
		at += i + 1
		switch c := w[at]; {
		case c == '/':
			at++
			if w[at] != root[0] || !bytes.HasPrefix(w[at:], root) {
				continue
			}
			if at += len(root); at < len(w) && w[at] == '>' {
				return at + 1
			}
			return 0
		case !nameStart(c):
			return 0
		case c == root[0] || knownFirst[c]:
			n := at + 1
			for n < len(w) && !nameEnds[w[n]] {
				n++
			}
			if name := w[at:n]; bytes.Equal(name, root) || knownName(name) != "" {
				return 0
			}
		}
	}
}

// prefixed tells whether there may be the name of a known root behind a prefix.
func prefixed(w []byte) bool {
	for {
		i := bytes.IndexByte(w, ':')
		if i < 0 || i+1 == len(w) {
			return false
		}
		if w = w[i+1:]; knownFirst[w[0]] {
			return true
		}
	}
}
