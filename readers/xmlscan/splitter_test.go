package xmlscan_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/readers/xmlscan"
)

// split cuts a stream and writes one line for each document, and "! code" for each error.
func split(t tb, r io.Reader, maxDocument int) []string {
	t.Helper()
	s := xmlscan.NewSplitter(r, maxDocument)
	var lines []string
	for {
		doc, _, err := s.Next()
		var e *xmlscan.Error
		switch {
		case err == nil:
			lines = append(lines, string(doc))
		case errors.As(err, &e):
			lines = append(lines, "! "+e.Code)
		case errors.Is(err, io.EOF):
			return lines
		default:
			return append(lines, "!! "+err.Error())
		}
	}
}

const decl = `<?xml version="1.0"?>`

func TestSplitter(t *testing.T) {
	bad, large := "! "+pipeline.DiscardMalformed, "! "+pipeline.DiscardTooLarge
	long := strings.Repeat("x", 200)
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"nothing":                    {"", nil},
		"space":                      {" \n\t\uFEFF\r\n", nil},
		"one":                        {"<a/>", []string{"<a/>"}},
		"several":                    {"<a/><b></b>\n<c>x</c>", []string{"<a/>", "<b></b>", "<c>x</c>"}},
		"declarations":               {decl + "<a/>\n" + decl + "\n<b/>", []string{decl + "<a/>", decl + "\n<b/>"}},
		"comments between":           {"<!-- <x> --><a/><!-- </a> --><b/><!---->", []string{"<a/>", "<b/>"}},
		"comment in the prolog":      {decl + "<!-- <x> --><a/>", []string{decl + "<!-- <x> --><a/>"}},
		"instruction before":         {"<?p?><a/>", []string{"<?p?><a/>"}},
		"instruction between":        {"<a/><?p?> " + decl + "<b/><?p?>", []string{"<a/>", decl + "<b/>"}},
		"same name inside":           {"<a><a/><a></a></a><b/>", []string{"<a><a/><a></a></a>", "<b/>"}},
		"longer name inside":         {"<a><ab></ab></a><b/>", []string{"<a><ab></ab></a>", "<b/>"}},
		"end in a comment":           {"<a><!-- </a> --></a>", []string{"<a><!-- </a> --></a>"}},
		"end in CDATA":               {"<a><![CDATA[</a>" + decl + "]]></a>", []string{"<a><![CDATA[</a>" + decl + "]]></a>"}},
		"end in an instruction":      {"<a><?p </a>?></a>", []string{"<a><?p </a>?></a>"}},
		"slash and > in quotes":      {`<a b="/>" c='>'></a><b d='/'/>`, []string{`<a b="/>" c='>'></a>`, `<b d='/'/>`}},
		"prefixed":                   {`<p:a xmlns:p="u"><a></a></p:a >`, []string{`<p:a xmlns:p="u"><a></a></p:a >`}},
		"Latin-1":                    {"<a>citt\xe0</a><b\xe8/>", []string{"<a>citt\xe0</a>", "<b\xe8/>"}},
		"crossed tags stay local":    {"<a><b><c></b></a><d/>", []string{"<a><b><c></b></a>", "<d/>"}},
		"truncated":                  {"<a/><b><c>", []string{"<a/>", "<b><c>"}},
		"truncated in a tag":         {"<a/><b c='", []string{"<a/>", "<b c='"}},
		"truncated, declaration":     {"<a><b>" + decl + "<c/>", []string{"<a><b>", decl + "<c/>"}},
		"truncated, known roots":     {"<UniLav><b><p:UniSomm></p:UniSomm>", []string{"<UniLav><b>", "<p:UniSomm></p:UniSomm>"}},
		"model in an envelope":       {"<Envelope><UniLav/></Envelope>", []string{"<Envelope><UniLav/></Envelope>"}},
		"truncated envelope":         {"<Envelope><b><Envelope/>", []string{"<Envelope><b>", "<Envelope/>"}},
		"truncated envelope, CDATA":  {"<Envelope><![CDATA[<UniLav/>", []string{"<Envelope><![CDATA[<UniLav/>"}},
		"quote without end":          {`<a b="x><c/></a><UniLav/>`, []string{`<a b="x><c/></a>`, "<UniLav/>"}},
		"comment without end":        {"<a><!-- </a><UniLav/><b/>", []string{"<a><!-- </a>", "<UniLav/>", "<b/>"}},
		"comment without end, alone": {"<a/><!-- " + decl + "<b/>", []string{"<a/>", bad, decl + "<b/>"}},
		"rubbish":                    {"x<a/>y" + decl + "<b/>z", []string{bad, decl + "<b/>", bad}},
		"rubbish to the end":         {"<a/></a><c>", []string{"<a/>", bad}},
		"rubbish, known root":        {"<a/>]]><p:UniUrg/>", []string{"<a/>", bad, "<p:UniUrg/>"}},
		"declaration alone":          {decl + decl + "<a/>", []string{decl, decl + "<a/>"}},
		"declaration cut short":      {`<?xml version="1.0"<a/>` + decl + "<b/>", []string{`<?xml version="1.0"<a/>`, decl + "<b/>"}},
		"DOCTYPE":                    {"<!DOCTYPE a [<!ENTITY x '>]>'><!-- ' --><?p ' ?>]><a>&x;</a><b/>", []string{"<!DOCTYPE a [<!ENTITY x '>]>'><!-- ' --><?p ' ?>]><a>&x;</a>", "<b/>"}},
		"DOCTYPE without end":        {"<!DOCTYPE a [<!ENTITY " + decl + "<UniLav/>", []string{"<!DOCTYPE a [<!ENTITY ", decl + "<UniLav/>"}},
		"too large":                  {"<a>" + long + "</a><b/>" + decl + "<c/>", []string{large, decl + "<c/>"}},
		"too large, known root":      {"<UniLav>" + long + "</UniLav><UniSomm/>", []string{large, "<UniSomm/>"}},
		"too large, nothing after":   {"<a>" + long + "</a><b/>", []string{large}},
		"too large by one":           {"<a>" + long[:93] + "</a>", []string{large}},
		"just not too large":         {"<a>" + long[:92] + "</a>" + "<b/>", []string{"<a>" + long[:92] + "</a>", "<b/>"}},
		"comment too large":          {"<!--" + long + "<UniLav/>", []string{large, "<UniLav/>"}},
		"hidden in what is large":    {"<a><!-- <UniLav/>" + long, []string{large, "<UniLav/>", bad}},
	} {
		const limit = 99
		for kind, r := range map[string]io.Reader{
			"whole":    strings.NewReader(c.in),
			"one byte": iotest.OneByteReader(strings.NewReader(c.in)),
			"data+EOF": iotest.DataErrReader(strings.NewReader(c.in)),
		} {
			if got := split(t, r, limit); !slices.Equal(got, c.want) {
				t.Errorf("%s, %s:\ngot  %q\nwant %q", name, kind, got, c.want)
			}
		}
	}
}

func TestSplitterReadError(t *testing.T) {
	broken := errors.New("broken")
	r := io.MultiReader(strings.NewReader("<a/><b>"), iotest.ErrReader(broken))
	s := xmlscan.NewSplitter(r, 0)
	if doc, _, err := s.Next(); err != nil || string(doc) != "<a/>" {
		t.Fatalf("first document: %q, %v", doc, err)
	}
	for range 2 {
		if doc, _, err := s.Next(); doc != nil || !errors.Is(err, broken) {
			t.Fatalf("after the fault: %q, %v", doc, err)
		}
	}
}

// Documents whole, in any order, with anything that may stand between them, come out as they went in.
func TestSplitterKeepsDocuments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOf(rapid.SampledFrom([]string{
			"<a/>", "<b><b></b></b>", decl + "<UniLav x='>'><c/></UniLav>", "<!DOCTYPE a><a></a>",
			"<UniSomm><![CDATA[<UniLav>]]></UniSomm>", "<p:Envelope><!-- </p:Envelope> --></p:Envelope>",
			"<a>" + strings.Repeat("<c>text</c>", 20) + "</a>",
		})).Draw(t, "documents")
		var in bytes.Buffer
		var offsets []int64
		for _, d := range docs {
			in.WriteString(rapid.SampledFrom([]string{"", "\n", "<!-- <a> -->", "\uFEFF"}).Draw(t, "between"))
			offsets = append(offsets, int64(in.Len()))
			in.WriteString(d)
		}
		s := xmlscan.NewSplitter(iotest.HalfReader(&in), rapid.SampledFrom([]int{300, 1000, 0}).Draw(t, "cap"))
		for i, want := range docs {
			doc, offset, err := s.Next()
			if err != nil || string(doc) != want || offset != offsets[i] {
				t.Fatalf("document %d: %q at %d, %v; want %q at %d", i, doc, offset, err, want, offsets[i])
			}
		}
		if _, _, err := s.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("at the end: %v", err)
		}
	})
}

// A stream far larger than the cap, without a single border, is read in bounded memory.
func TestSplitterIsBounded(t *testing.T) {
	for name, unit := range map[string]string{"no markup": "xxxxxxxx", "unclosed": "<a><b>xx", "comment": "<!-- x", "doctype": "<!DOCTYPE ["} {
		r := io.LimitReader(&repeat{unit: unit}, 8<<20)
		allocated := testing.AllocsPerRun(1, func() {
			s := xmlscan.NewSplitter(r, 64<<10)
			for {
				if _, _, err := s.Next(); errors.Is(err, io.EOF) {
					return
				}
			}
		})
		if allocated > 600 {
			t.Errorf("%s: %v allocations", name, allocated)
		}
	}
}

// repeat is an endless stream.
type repeat struct {
	unit string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.unit[r.at]
		r.at = (r.at + 1) % len(r.unit)
	}
	return len(p), nil
}

// ignorable tells whether b may be dropped between documents.
func ignorable(b []byte) bool {
	for len(b) > 0 {
		switch {
		case bytes.IndexByte([]byte(" \t\r\n"), b[0]) >= 0:
			b = b[1:]
		case bytes.HasPrefix(b, []byte("\uFEFF")):
			b = b[3:]
		case bytes.HasPrefix(b, []byte("<!--")), bytes.HasPrefix(b, []byte("<?")):
			open, end := 4, "-->"
			if b[1] == '?' {
				open, end = 2, "?>"
			}
			i := bytes.Index(b[open:], []byte(end))
			if i < 0 {
				return false
			}
			b = b[open+i+len(end):]
		default:
			return false
		}
	}
	return true
}

func FuzzSplitter(f *testing.F) {
	for _, doc := range wellFormed {
		f.Add([]byte(decl+doc+"\n"+decl+doc), 1000)
	}
	f.Add([]byte("<!DOCTYPE a [<!ENTITY x '>]>'>]><a>&x;</a>x<b/>"), 40)
	f.Add([]byte("<UniLav><b><UniLav c='/>'></UniLav><!-- "), 30)
	f.Fuzz(func(t *testing.T, data []byte, maxDocument int) {
		maxDocument = 1 + min(max(maxDocument, 0), 1<<20)
		checkSplit(t, data, maxDocument)
	})
}

// checkSplit asserts that documents are pieces of the stream, in order and within the cap, that what lies between
// them is ignorable unless an error told of it, that the chunks of the reader do not matter, and that a stream which
// is one good document is not cut.
func checkSplit(t tb, data []byte, maxDocument int) {
	s := xmlscan.NewSplitter(bytes.NewReader(data), maxDocument)
	end, failed, docs := int64(0), false, 0
	for calls := 0; ; calls++ {
		if calls > len(data)+1 {
			t.Fatalf("no end")
		}
		doc, offset, err := s.Next()
		var e *xmlscan.Error
		if errors.As(err, &e) {
			if e.Offset < end || offset != e.Offset || !failed && !ignorable(data[end:e.Offset]) {
				t.Fatalf("error at %d, after %d", e.Offset, end)
			}
			end, failed = e.Offset, true
			continue
		}
		if err != nil {
			if !failed && !ignorable(data[end:]) {
				t.Fatalf("lost %q", data[end:])
			}
			break
		}
		docs++
		if len(doc) == 0 || len(doc) > maxDocument || !bytes.Equal(doc, data[offset:offset+int64(len(doc))]) {
			t.Fatalf("document %q at %d", doc, offset)
		}
		if offset < end || !failed && !ignorable(data[end:offset]) {
			t.Fatalf("lost %q", data[end:offset])
		}
		end, failed = offset+int64(len(doc)), false
	}
	whole := split(t, bytes.NewReader(data), maxDocument)
	if slow := split(t, iotest.OneByteReader(bytes.NewReader(data)), maxDocument); !slices.Equal(whole, slow) {
		t.Fatalf("whole    %q\none byte %q", whole, slow)
	}
	if tokens, err := scan(data); err == nil && len(data) <= maxDocument && !nestedRoots(tokens) {
		if docs != 1 || len(whole) != 1 {
			t.Fatalf("a good document was cut: %q", whole)
		}
	}
}

// nestedRoots tells whether a root known to the program stands inside another element.
func nestedRoots(tokens []string) bool {
	return slices.ContainsFunc(tokens[1:], func(l string) bool {
		_, name, _ := strings.Cut(l, "}")
		return l[0] == 'S' && slices.Contains([]string{"UniLav", "UniSomm", "UniUrg", "VarDatori", "Envelope"}, name)
	})
}
