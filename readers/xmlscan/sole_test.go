package xmlscan_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/readers/xmlscan"
)

// checkSole: what Sole finds is what a splitter gives, with nothing before or after it.
func checkSole(t tb, stream []byte) bool {
	t.Helper()
	from, to, ok := xmlscan.Sole(stream)
	if !ok {
		return false
	}
	s := xmlscan.NewSplitter(bytes.NewReader(stream), max(1, len(stream)))
	doc, offset, err := s.Next()
	if err != nil || offset != int64(from) || !bytes.Equal(doc, stream[from:to]) {
		t.Fatalf("%q: [%d:%d] is sole, the splitter gives %q at %d, %v", stream, from, to, doc, offset, err)
	}
	if doc, _, err := s.Next(); !errors.Is(err, io.EOF) {
		t.Fatalf("%q: [%d:%d] is sole, the splitter goes on with %q, %v", stream, from, to, doc, err)
	}
	return true
}

func TestSoleIsWhatTheSplitterGives(t *testing.T) {
	pieces := []string{
		decl, "<?p?>", "<UniLav>", "<UniLav a='<'>", `<UniLav a="/>" b='>'>`, "</UniLav>", "</UniLav >", "</UniLavX>", "<UniLav/>", "<p:UniLav>",
		"</p:UniLav>", "<UniSomm>", "<Envelope>", "<x>", "</x>", "<x/>", "<U>", "</U>", "<!-- </UniLav> -->", "<![CDATA[</UniLav>]]>", "<!DOCTYPE x>",
		" ", "\n", "text", "<", ">", "\uFEFF", "<a:b>", "<x a='</UniLav>'>", "<!",
	}
	rapid.Check(t, func(rt *rapid.T) {
		middle := rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8).Draw(rt, "middle")
		stream := strings.Join(middle, "")
		if rapid.Bool().Draw(rt, "framed") {
			root := rapid.SampledFrom([]string{"UniLav", "x", "U", "p:UniLav"}).Draw(rt, "root")
			stream = rapid.SampledFrom([]string{"", " ", decl, "\n" + decl + "\n"}).Draw(rt, "front") +
				"<" + root + ">" + stream + "</" + root + ">" + rapid.SampledFrom([]string{"", "\n", "<x/>"}).Draw(rt, "back")
		}
		checkSole(rt, []byte(stream))
	})
}

func TestSoleKnowsOrdinaryDocuments(t *testing.T) {
	files, err := filepath.Glob("../unilav/testdata/documents/*.xml")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		doc, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(doc); strings.Contains(text, "<!") || strings.Contains(text, "Envelope") || strings.Contains(text, ":") && strings.Contains(text, "<ns") {
			continue
		}
		if !checkSole(t, append(doc, '\n')) {
			t.Errorf("%s is not known to be sole", name)
		}
	}
}

func FuzzSole(f *testing.F) {
	for _, s := range []string{
		decl + "<UniLav><x>y</x></UniLav>\n", "<a><b c='>'/></a>", "<a></a><b/>", "<p:UniLav><UniLav/></p:UniLav>", "<a></a", "<a><ab></ab></a>", "<x><x></x>\n", "<UniLav><p:UniLav></UniLav>\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) { checkSole(t, stream) })
}
