package inbox

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

var byteOrderMark = []byte("\uFEFF")

// toUTF8 gives the document in UTF-8 without byte order mark, or says in Italian what is wrong with its encoding.
// Where it has to convert it writes into buf, which it gives back grown; else the text is part of doc.
func toUTF8(format Format, doc, buf []byte) (text, grown []byte, fault string) {
	marked := bytes.HasPrefix(doc, byteOrderMark)
	doc = bytes.TrimPrefix(doc, byteOrderMark)
	name, from, to := "", 0, 0
	if format == XML {
		name, from, to = declaredEncoding(doc)
	}
	table := &windows1252
	if name != utf8Name {
		name = strings.ToLower(name)
	}
	switch name {
	case "", utf8Name, "utf-8", "utf8":
		if !utf8.Valid(doc) {
			return nil, buf, "il documento non è in UTF-8"
		}
		return doc, buf, ""
	case "iso-8859-1", "iso_8859-1", "iso8859-1", "latin1", "latin-1", "l1":
		table = &latin1
	case "windows-1252", "cp1252", "cp-1252":
	default:
		return nil, buf, "codifica dichiarata non ammessa"
	}
	switch {
	case marked, !ascii(doc) && utf8.Valid(doc): // text in a one-byte encoding is hardly ever UTF-8 by chance
		return nil, buf, "il documento è in UTF-8 e dichiara un'altra codifica"
	}
	buf = append(append(buf[:0], doc[:from]...), "UTF-8"...)
	for _, c := range doc[to:] {
		if c < utf8.RuneSelf {
			buf = append(buf, c)
			continue
		}
		r := table[c-utf8.RuneSelf]
		if r == 0 {
			return nil, buf, "byte senza significato nella codifica dichiarata"
		}
		buf = utf8.AppendRune(buf, rune(r))
	}
	return buf, buf, ""
}

// utf8Name is the encoding that most documents declare.
const utf8Name = "UTF-8"

// declaredEncoding finds the encoding of an XML declaration (XML 1.0, production 80) and the place of its name in doc.
// It is lenient: whoever scans the document checks the declaration.
func declaredEncoding(doc []byte) (name string, from, to int) {
	if !bytes.HasPrefix(doc, []byte("<?xml")) {
		return "", 0, 0
	}
	end := bytes.Index(doc, []byte("?>"))
	if end < 0 {
		return "", 0, 0
	}
	decl := doc[:end]
	i := bytes.Index(decl, []byte("encoding"))
	if i < 0 {
		return "", 0, 0
	}
	i += len("encoding")
	i += space(decl[i:])
	if i >= len(decl) || decl[i] != '=' {
		return "", 0, 0
	}
	i++
	i += space(decl[i:])
	if i >= len(decl) || decl[i] != '"' && decl[i] != '\'' {
		return "", 0, 0
	}
	n := bytes.IndexByte(decl[i+1:], decl[i])
	if n < 0 {
		return "", 0, 0
	}
	if given := decl[i+1 : i+1+n]; string(given) != utf8Name {
		name = string(given)
	} else {
		name = utf8Name
	}
	return name, i + 1, i + 1 + n
}

// space counts the white space at the front.
func space(b []byte) int { return len(b) - len(bytes.TrimLeft(b, " \t\r\n")) }

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// latin1 holds the characters of the bytes 80 to FF in ISO/IEC 8859-1, which gives no meaning to those below A0: a
// document that has one is windows-1252 and says otherwise. 0 is no character.
var latin1 = func() (t [128]uint16) {
	for i := 0x20; i < len(t); i++ {
		t[i] = uint16(i) + utf8.RuneSelf
	}
	return t
}()

// windows1252 holds those of windows-1252 (the code page of Microsoft, in which five bytes have no meaning).
var windows1252 = func() [128]uint16 {
	t := latin1
	copy(t[:], []uint16{
		0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
		0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
	})
	return t
}()
