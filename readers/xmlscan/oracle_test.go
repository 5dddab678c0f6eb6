package xmlscan_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/readers/xmlscan"
)

// oracle reads a document with the standard library, as scan does.
func oracle(data []byte) ([]string, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var l tokenLog
	depth := 0
	for {
		tok, err := d.Token()
		if err != nil {
			l.flush()
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return l.lines, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			depth++
			l.start(tok.Name.Space, tok.Name.Local)
			for _, a := range tok.Attr {
				if a.Name.Space != "xmlns" && (a.Name.Space != "" || a.Name.Local != "xmlns") {
					l.attr(a.Name.Space, a.Name.Local, a.Value)
				}
			}
		case xml.EndElement:
			depth--
			l.end(tok.Name.Space, tok.Name.Local)
		case xml.CharData:
			if depth > 0 {
				l.text.Write(tok)
			}
		}
	}
}

// agree checks a document against encoding/xml: what the scanner accepts, the standard library accepts, with the same
// tokens. Exceptions, where the recommendation is with the scanner:
//   - tabs and line ends in attribute values are spaces (both sides are compared so);
//   - names beyond ASCII follow the fifth edition of XML 1.0, the library follows the second.
func agree(t tb, data []byte) {
	t.Helper()
	got, err := scan(data)
	if err != nil {
		return
	}
	want, err := oracle(data)
	if err != nil {
		if wideNames(got) {
			return
		}
		t.Fatalf("accepted, but encoding/xml says %v\n%q", err, data)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("document %q\ngot  %q\nwant %q", data, got, want)
	}
}

// hasty reads a document with the shortcuts, which must show what Next shows, apart from texts that are passed over.
func hasty(data []byte) ([]string, error) {
	var s xmlscan.Scanner
	s.Reset(data)
	var l tokenLog
	for {
		k, err := s.NextTag()
		switch {
		case errors.Is(err, io.EOF):
			return l.lines, nil
		case err != nil:
			return l.lines, err
		case k == xmlscan.EndElement:
			l.end(string(s.Name().Space), string(s.Name().Local))
			continue
		}
		l.start(string(s.Name().Space), string(s.Name().Local))
		for _, a := range s.Attrs() {
			l.attr(string(a.Space), string(a.Local), string(a.Value))
		}
		depth := s.Depth()
		if text, ok := s.PlainText(); ok {
			l.text.Write(text)
			l.end(string(s.Name().Space), string(s.Name().Local))
			depth--
		}
		if s.Depth() != depth {
			return nil, errors.New("depth")
		}
	}
}

// agreeHasty checks the shortcuts against Next: every line of theirs is one of its lines, in order, what they leave out is
// texts, and the error is the same.
func agreeHasty(t tb, data []byte) {
	t.Helper()
	want, wantErr := scan(data)
	got, err := hasty(data)
	n := 0
	for _, line := range want {
		switch {
		case n < len(got) && got[n] == line:
			n++
		case line[0] != 'T':
			t.Fatalf("document %q\ngot  %q\nwant %q", data, got, want)
		}
	}
	if n < len(got) || fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Fatalf("document %q\ngot  %q, %v\nwant %q, %v", data, got, err, want, wantErr)
	}
}

// tb is what *testing.T and *rapid.T have in common.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

// wideNames tells whether the name of an element or attribute is beyond ASCII.
func wideNames(lines []string) bool {
	return slices.ContainsFunc(lines, func(l string) bool {
		if l[0] == 'T' {
			return false
		}
		name, _, _ := bytes.Cut([]byte(l), []byte("="))
		return slices.ContainsFunc(name, func(c byte) bool { return c >= 0x80 })
	})
}

func TestScannerAgreesWithOracle(t *testing.T) {
	for _, c := range refused {
		agree(t, []byte(c.doc))
		agreeHasty(t, []byte(c.doc))
	}
	for _, doc := range wellFormed {
		if _, err := scan([]byte(doc)); err != nil {
			t.Errorf("%q: %v", doc, err)
		}
		agree(t, []byte(doc))
		agreeHasty(t, []byte(doc))
	}
}

var wellFormed = []string{
	`<a/>`,
	`<a b="1" c='2'/>`,
	`<?xml version="1.0" encoding="UTF-8"?><a xmlns="u" xmlns:p="v"><p:b p:c="1" c="2"/>t</a>`,
	"<a>\r\n<b>x&#13;y</b>\r</a>\n<!-- e -->",
	`<a><![CDATA[]]>]]&gt;<![CDATA[<b>]]></a>`,
	`<a xml:space="preserve"> <?p i?> </a>`,
	`<p:a xmlns:p="u"><p:a xmlns:p="v"/><p:a/></p:a>`,
	`<a>&#x10FFFF;&#xE9;&#10;</a>`,
	"<a b='&#10;&#9;'/>",
	`<a-b.c_1 _d="e"/>`,
}

// fragments make documents that are nearly good more often than chance does.
var fragments = []string{
	"<a", "<b", "<p:a", "<UniLav", "<UniLav>", "</UniLavs>", "<UniSomm/>", "<p:VarDatori>", "<Uni>", "</a>", "</b>", "</p:a>", "</UniLav>", ">", "/>", " ", "\n", "\r", "=", "'", `"`,
	` b="1"`, ` c='2'`, ` p:b="3"`, ` q:b="3"`, ` xmlns="u"`, ` xmlns:p="u"`, ` xmlns:q="u"`, ` xmlns=""`, ` xml:id="i"`,
	"text", "]]>", "<![CDATA[", "<!--", "-->", "--", "<?p ", "?>", `<?xml version="1.0"?>`, ` encoding="utf-8"`,
	"&amp;", "&lt;", "&#65;", "&#x10;", "&#xFFFE;", "&", ";", "è", "\uFEFF", "\uFFFF", "\xff", "\x01", "<!DOCTYPE a>", "[", "]", "<", ":",
	"<a>", "<b>", "<a></a>", "<b/>",
}

func TestFragmentsAgreeWithOracle(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		doc := []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(fragments), 0, 12).Draw(r, "fragments"), ""))
		agree(r, doc)
		agree(r, slices.Concat([]byte("<a>"), doc, []byte("</a>")))
		agreeHasty(r, doc)
		agreeHasty(r, slices.Concat([]byte("<a>"), doc, []byte("</a>")))
		checkSplit(r, doc, rapid.SampledFrom([]int{10, 30, 1000}).Draw(r, "cap"))
		far := slices.Concat([]byte("<UniLav>"), doc, bytes.Repeat([]byte(" "), 100), []byte("</UniLav>")) // so that much lies ahead
		checkSplit(r, far, rapid.SampledFrom([]int{100, 130, 1000}).Draw(r, "far cap"))
	})
}

func FuzzScanner(f *testing.F) {
	for _, doc := range wellFormed {
		f.Add([]byte(doc))
	}
	for _, c := range refused {
		if len(c.doc) < 500 {
			f.Add([]byte(c.doc))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		agree(t, data)
		agreeHasty(t, data)
		_, err := scan(data)
		var e *xmlscan.Error
		if err != nil && (!errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(data))) {
			t.Fatalf("error %v", err)
		}
	})
}
