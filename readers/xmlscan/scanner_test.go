package xmlscan_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/xmlscan"
)

// scan reads a whole document and writes one line for each token, texts that touch as one.
func scan(data []byte) ([]string, error) {
	var s xmlscan.Scanner
	s.Reset(data)
	var l tokenLog
	for {
		k, err := s.Next()
		if err != nil {
			l.flush()
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return l.lines, err
		}
		switch k {
		case xmlscan.StartElement:
			l.start(string(s.Name().Space), string(s.Name().Local))
			for _, a := range s.Attrs() {
				l.attr(string(a.Space), string(a.Local), string(a.Value))
			}
		case xmlscan.EndElement:
			l.end(string(s.Name().Space), string(s.Name().Local))
		case xmlscan.Text:
			l.text.Write(s.Text())
		}
	}
}

// tokenLog writes tokens down, so that two readers can be compared.
type tokenLog struct {
	lines []string
	text  strings.Builder
}

func (l *tokenLog) flush() {
	if l.text.Len() > 0 {
		l.lines = append(l.lines, "T "+l.text.String())
		l.text.Reset()
	}
}

func (l *tokenLog) start(space, local string) {
	l.flush()
	l.lines = append(l.lines, "S {"+space+"}"+local)
}

func (l *tokenLog) attr(space, local, value string) {
	l.lines = append(l.lines, "A {"+space+"}"+local+"="+strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(value))
}

func (l *tokenLog) end(space, local string) {
	l.flush()
	l.lines = append(l.lines, "E {"+space+"}"+local)
}

func TestScannerTokens(t *testing.T) {
	for name, c := range map[string]struct{ doc, want string }{
		"default namespace": {`<a xmlns="u" b='1'><c/></a>`, "S {u}a|A {}b=1|S {u}c|E {u}c|E {u}a"},
		"prefix":            {`<p:a xmlns:p="u" p:b="1" b="2"/>`, "S {u}a|A {u}b=1|A {}b=2|E {u}a"},
		"declared later":    {`<a p:b="1" xmlns:p="u"/>`, "S {}a|A {u}b=1|E {}a"},
		"scope ends":        {`<a xmlns="u"><b xmlns="v"/><c xmlns=""/><d/></a>`, "S {u}a|S {v}b|E {v}b|S {}c|E {}c|S {u}d|E {u}d|E {u}a"},
		"xml prefix":        {`<a xml:lang="it"/>`, "S {}a|A {http://www.w3.org/XML/1998/namespace}lang=it|E {}a"},
		"entities":          {`<a b="&lt;&quot;&#x41;">&amp;lt; &gt;&apos;&#233;</a>`, `S {}a|A {}b=<"A|T &lt; >'é|E {}a`},
		"CDATA":             {`<a>x<![CDATA[<&]]]]>y</a>`, "S {}a|T x<&]]y|E {}a"},
		"comments and PIs":  {`<?x y?><!-- - --><a>x<!--?-->y<?z?>w</a><!--e--> `, "S {}a|T xyw|E {}a"},
		"declaration":       {"\uFEFF<?xml version='1.0' encoding=\"ISO-8859-1\" standalone='no' ?>\n<a/>", "S {}a|E {}a"},
		"line ends":         {"<a b='1\r\n2\t3'>x\r\ny\rz</a>", "S {}a|A {}b=1 2 3|T x\ny\nz|E {}a"},
		"spaces in tags":    {"<a  b = '1'\n></a\t>", "S {}a|A {}b=1|E {}a"},
		"accents in names":  {`<però società="è"/>`, "S {}però|A {}società=è|E {}però"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := scan([]byte(c.doc))
			if err != nil {
				t.Fatal(err)
			}
			if g := strings.Join(got, "|"); g != c.want {
				t.Errorf("got  %s\nwant %s", g, c.want)
			}
		})
	}
}

// refused are documents that must not pass, with the code of the refusal.
var refused = map[string]struct{ doc, code string }{
	"empty":                     {"", pipeline.DiscardMalformed},
	"no root":                   {"<!-- -->", pipeline.DiscardMalformed},
	"two roots":                 {"<a/><b/>", pipeline.DiscardMalformed},
	"text after":                {"<a/>x", pipeline.DiscardMalformed},
	"text before":               {"x<a/>", pipeline.DiscardMalformed},
	"CDATA after":               {"<a/><![CDATA[ ]]>", pipeline.DiscardMalformed},
	"CDATA before":              {"<![CDATA[]]><a/>", pipeline.DiscardMalformed},
	"entity outside":            {"<a/>&#32;", pipeline.DiscardMalformed},
	"unclosed":                  {"<a><b></b>", pipeline.DiscardMalformed},
	"crossed":                   {"<a><b></a></b>", pipeline.DiscardMalformed},
	"other prefix at the end":   {`<p:a xmlns:p="u" xmlns:q="u"></q:a>`, pipeline.DiscardMalformed},
	"end alone":                 {"</a>", pipeline.DiscardMalformed},
	"end with attribute":        {"<a></a b='1'>", pipeline.DiscardMalformed},
	"attribute twice":           {"<a b='1' b='1'/>", pipeline.DiscardAttributes},
	"attribute twice by prefix": {"<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='1'/>", pipeline.DiscardAttributes},
	"declaration twice":         {"<a xmlns:p='u' xmlns:p='v'/>", pipeline.DiscardAttributes},
	"default twice":             {"<a xmlns='u' xmlns='u'/>", pipeline.DiscardAttributes},
	"no space":                  {"<a b='1'c='2'/>", pipeline.DiscardMalformed},
	"no quotes":                 {"<a b=1/>", pipeline.DiscardMalformed},
	"no value":                  {"<a b/>", pipeline.DiscardMalformed},
	"other quote":               {`<a b='1"/>`, pipeline.DiscardMalformed},
	"< in value":                {"<a b='<'/>", pipeline.DiscardMalformed},
	"surrogate":                 {"<a>&#xD800;</a>", pipeline.DiscardMalformed},
	"NUL reference":             {"<a>&#0;</a>", pipeline.DiscardMalformed},
	"control reference":         {"<a b='&#x1F;'/>", pipeline.DiscardMalformed},
	"noncharacter reference":    {"<a>&#xFFFE;</a>", pipeline.DiscardMalformed},
	"huge reference":            {"<a>&#99999999999;</a>", pipeline.DiscardMalformed},
	"empty reference":           {"<a>&#;&#x;</a>", pipeline.DiscardMalformed},
	"capital X":                 {"<a>&#X41;</a>", pipeline.DiscardMalformed},
	"unknown entity":            {"<a>&eacute;</a>", pipeline.DiscardMalformed},
	"bare ampersand":            {"<a>R & D</a>", pipeline.DiscardMalformed},
	"]]> in text":               {"<a>]]></a>", pipeline.DiscardMalformed},
	"undeclared prefix":         {"<p:a/>", pipeline.DiscardMalformed},
	"undeclared on attribute":   {"<a p:b='1'/>", pipeline.DiscardMalformed},
	"prefix out of scope":       {"<a><b xmlns:p='u'/><p:c/></a>", pipeline.DiscardMalformed},
	"prefix unbound":            {"<a xmlns:p=''/>", pipeline.DiscardMalformed},
	"xml rebound":               {"<a xmlns:xml='u'/>", pipeline.DiscardMalformed},
	"xmlns declared":            {"<a xmlns:xmlns='u'/>", pipeline.DiscardMalformed},
	"xmlns namespace":           {"<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", pipeline.DiscardMalformed},
	"xml namespace elsewhere":   {"<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", pipeline.DiscardMalformed},
	"no prefix":                 {"<:a/>", pipeline.DiscardMalformed},
	"no local part":             {"<a:/>", pipeline.DiscardMalformed},
	"two colons":                {"<a:b:c xmlns:a='u'/>", pipeline.DiscardMalformed},
	"digit first":               {"<1a/>", pipeline.DiscardMalformed},
	"sign in name":              {"<a\u00d7/>", pipeline.DiscardMalformed},
	"space first":               {"< a/>", pipeline.DiscardMalformed},
	"declaration after space":   {" <?xml version='1.0'?><a/>", pipeline.DiscardMalformed},
	"declaration after root":    {"<a/><?xml version='1.0'?>", pipeline.DiscardMalformed},
	"declaration in capitals":   {"<?XML version='1.0'?><a/>", pipeline.DiscardMalformed},
	"version 2":                 {"<?xml version='2.0'?><a/>", pipeline.DiscardMalformed},
	"version 1.1":               {"<?xml version='1.1'?><a/>", pipeline.DiscardMalformed},
	"no version":                {"<?xml encoding='UTF-8'?><a/>", pipeline.DiscardMalformed},
	"standalone maybe":          {"<?xml version='1.0' standalone='maybe'?><a/>", pipeline.DiscardMalformed},
	"bad encoding name":         {"<?xml version='1.0' encoding='-8'?><a/>", pipeline.DiscardMalformed},
	"more in declaration":       {"<?xml version='1.0' x='1'?><a/>", pipeline.DiscardMalformed},
	"declaration without end":   {"<?xml version='1.0'><a/>", pipeline.DiscardMalformed},
	"style sheet":               {"<?xml-stylesheet href='http://localhost/x.xsl'?><a/>", pipeline.DiscardMalformed},
	"PI without name":           {"<a><? x?></a>", pipeline.DiscardMalformed},
	"dashes in comment":         {"<a><!-- -- --></a>", pipeline.DiscardMalformed},
	"comment without end":       {"<a><!-- </a>", pipeline.DiscardMalformed},
	"CDATA without end":         {"<a><![CDATA[ </a>", pipeline.DiscardMalformed},
	"control in comment":        {"<a><!-- \x01 --></a>", pipeline.DiscardMalformed},
	"NUL":                       {"<a>\x00</a>", pipeline.DiscardMalformed},
	"noncharacter":              {"<a>\uFFFF</a>", pipeline.DiscardMalformed},
	"Latin-1":                   {"<a>citt\xe0</a>", pipeline.DiscardEncoding},
	"surrogate in UTF-8":        {"<a>\xed\xa0\x80</a>", pipeline.DiscardEncoding},
	"over-long UTF-8":           {"<a>\xc0\xaf</a>", pipeline.DiscardEncoding},
	"UTF-16":                    {"\xff\xfe<\x00a\x00/\x00>\x00", pipeline.DiscardEncoding},
	"DOCTYPE":                   {"<!DOCTYPE a><a/>", pipeline.DiscardDTD},
	"DOCTYPE with system":       {"<!DOCTYPE a SYSTEM 'http://localhost/a.dtd'><a/>", pipeline.DiscardDTD},
	"billion laughs":            {"<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><l>&b;</l>", pipeline.DiscardDTD},
	"external entity":           {"<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><l>&x;</l>", pipeline.DiscardDTD},
	"DOCTYPE inside":            {"<a><!DOCTYPE a></a>", pipeline.DiscardDTD},
	"ENTITY inside":             {"<a><!ENTITY x 'y'></a>", pipeline.DiscardMalformed},
	"too deep":                  {strings.Repeat("<a>", xmlscan.MaxDepth+1) + strings.Repeat("</a>", xmlscan.MaxDepth+1), pipeline.DiscardDepth},
	"never closed":              {strings.Repeat("<a>", 100_000), pipeline.DiscardDepth},
	"too many attributes":       {"<a" + manyAttributes(xmlscan.MaxAttributes+1) + "/>", pipeline.DiscardAttributes},
	"long attribute":            {"<a b='" + strings.Repeat("x", xmlscan.MaxMarkup+1) + "'/>", pipeline.DiscardTooLong},
	"long attribute, no end":    {"<a b='" + strings.Repeat("x", xmlscan.MaxMarkup+1), pipeline.DiscardTooLong},
	"long name":                 {"<" + strings.Repeat("x", xmlscan.MaxMarkup+1) + "/>", pipeline.DiscardTooLong},
	"long attribute name":       {"<a " + strings.Repeat("x", xmlscan.MaxMarkup+1) + "=''/>", pipeline.DiscardTooLong},
	"long comment":              {"<a><!--" + strings.Repeat("x", xmlscan.MaxMarkup+1) + "--></a>", pipeline.DiscardTooLong},
	"long PI":                   {"<a><?x " + strings.Repeat("x", xmlscan.MaxMarkup+1) + "?></a>", pipeline.DiscardTooLong},
	"long text":                 {"<a>" + strings.Repeat("x", xmlscan.MaxText+1) + "</a>", pipeline.DiscardTooLong},
	"long CDATA":                {"<a><![CDATA[" + strings.Repeat("x", xmlscan.MaxText+1) + "]]></a>", pipeline.DiscardTooLong},
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" a" + strings.Repeat("b", i) + "='1'")
	}
	return b.String()
}

func TestScannerRefuses(t *testing.T) {
	for name, c := range refused {
		t.Run(name, func(t *testing.T) {
			_, err := scan([]byte(c.doc))
			var e *xmlscan.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.Code != c.code {
				t.Errorf("code %s (%s), want %s", e.Code, e.Msg, c.code)
			}
			if e.Offset < 0 || e.Offset > int64(len(c.doc)) {
				t.Errorf("offset %d outside the document of %d bytes", e.Offset, len(c.doc))
			}
		})
	}
}

func TestScannerAtTheCaps(t *testing.T) {
	for name, doc := range map[string]string{
		"depth":      strings.Repeat("<a>", xmlscan.MaxDepth) + strings.Repeat("</a>", xmlscan.MaxDepth),
		"attributes": "<a" + manyAttributes(xmlscan.MaxAttributes) + "/>",
		"attribute":  "<a b='" + strings.Repeat("x", xmlscan.MaxMarkup) + "'/>",
		"name":       "<" + strings.Repeat("x", xmlscan.MaxMarkup) + "/>",
		"comment":    "<a><!--" + strings.Repeat("x", xmlscan.MaxMarkup) + "--></a>",
		"text":       "<a>" + strings.Repeat("x", xmlscan.MaxText) + "</a>",
	} {
		if _, err := scan([]byte(doc)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every proper prefix of a document is refused as malformed, at a place within it.
func TestScannerTruncated(t *testing.T) {
	doc := `<?xml version="1.0"?><!--c--><a xmlns:p="u" p:b="&lt;è"><?q?><![CDATA[x]]>t<c d='1'/></a>`
	for i := range len(doc) {
		_, err := scan([]byte(doc[:i]))
		var e *xmlscan.Error
		if !errors.As(err, &e) || e.Offset > int64(i) {
			t.Errorf("first %d bytes: %v", i, err)
		}
	}
}

func TestScannerAllocatesNothing(t *testing.T) {
	doc := []byte(`<a xmlns="u" b="1" c="&lt;2"><d>t&amp;t</d><e f="g"/></a>`)
	var s xmlscan.Scanner
	n := testing.AllocsPerRun(100, func() {
		s.Reset(doc)
		for {
			if _, err := s.Next(); err != nil {
				return
			}
		}
	})
	if n != 0 {
		t.Errorf("%v allocations a document, want 0", n)
	}
}

// TestBytesAtAnyPlace puts each byte and a few characters at each place of a text that is looked at in words.
func TestBytesAtAnyPlace(t *testing.T) {
	for at := range 20 {
		for c := range 256 {
			text := bytes.Repeat([]byte{'x'}, 20)
			if at%3 == 0 {
				text = bytes.Repeat([]byte("\n\t \r"), 5)
			}
			text[at] = byte(c)
			doc := slices.Concat([]byte("<a>"), text, []byte("</a>"))
			_, err := scan(doc)
			allowed := c >= 0x20 && c < 0x80 && c != '<' && c != '&' || c == '\n' || c == '\t' || c == '\r'
			if (err == nil) != allowed {
				t.Errorf("byte %#x at %d: %v", c, at, err)
			}
			agree(t, doc)
		}
	}
}
