package inbox_test

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
)

// told writes a line for each call that reading a file makes, and one for what the file was.
func told(t rapid.TB, b *inbox.Box, name string, data []byte) (lines []string) {
	t.Helper()
	digest, err := b.Take(context.Background(), inbox.Unit{Flow: pipeline.FlowUnilav, File: name}, data, func(p inbox.Parsed) error {
		lines = append(lines, fmt.Sprintf("%+v", p))
		return nil
	})
	return append(lines, fmt.Sprintf("%+v %v", digest, err))
}

// glances are boxes that look at entries closely and at a glance, with the same limits.
type glances struct{ close, quick *inbox.Box }

func newGlances(t testing.TB, limits inbox.Limits) glances {
	g := glances{open(t, t.TempDir(), limits, echo), open(t, t.TempDir(), limits, echo)}
	g.close.Careful()
	return g
}

func (g glances) agree(t rapid.TB, name string, data []byte) {
	t.Helper()
	want, got := told(t, g.close, name, data), told(t, g.quick, name, data)
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i] != got[i] {
			t.Fatalf("%d calls closely, %d at a glance; from call %d on\n%.300q\n%.300q", len(want), len(got), i, want[min(i, len(want)):], got[min(i, len(got)):])
		}
	}
}

// TestGlance: entries taken at a glance give what looking closely at them gives, wherever the archive was cut or changed and
// whatever cap it meets.
func TestGlance(t *testing.T) {
	xml := []string{
		string(docA), string(docB), string(docC), " \n" + string(docA) + "\n", string(docA) + string(docB), "<a>", "<a/>", "\uFEFF<a>b</a>", "<UniLav><UniLav/></UniLav>",
		"<!-- c --><a></a>", "<a><![CDATA[</a>]]></a>", "", "{}", "text", strings.Repeat("\x00", 1024), "<a>" + strings.Repeat("x", 700) + "</a>", "<a>" + strings.Repeat("<b/>", 600) + "</a>",
		"<a>" + strings.Repeat("y", 5000) + "</a>", "<a>" + strings.Repeat("z", 66_000) + "</a>",
	}
	small := fuzzLimits
	tight := fuzzLimits
	tight.Unpacked, tight.TarEntries = 5<<10, 4
	boxes := []glances{newGlances(t, inbox.Limits{}), newGlances(t, small), newGlances(t, tight)}
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for range rapid.IntRange(0, 40).Draw(t, "entries") {
			body := rapid.OneOf(rapid.SampledFrom(xml[:4]), rapid.SampledFrom(xml)).Draw(t, "body")
			name := rapid.SampledFrom([]string{"a.xml", "a.xml", "b", "d/", "../x.xml", "è.xml", strings.Repeat("n", 101)}).Draw(t, "name")
			h := tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(body))}
			if name == "d/" {
				h.Typeflag, h.Size = tar.TypeDir, 0
			}
			if w.WriteHeader(&h) == nil && h.Size > 0 {
				must(w.Write([]byte(body)))
			}
		}
		ok(w.Close())
		data := b.Bytes()
		switch rapid.SampledFrom([]string{"", "anywhere", "end"}).Draw(t, "cut") {
		case "anywhere":
			data = data[:rapid.IntRange(0, len(data)).Draw(t, "at")]
		case "end":
			data = data[:len(data)-1024]
		}
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			if len(data) > 0 {
				data[rapid.IntRange(0, len(data)-1).Draw(t, "changed")] = rapid.SampledFrom([]byte("\x00<>0 \xff")).Draw(t, "byte")
			}
		}
		g := rapid.SampledFrom(boxes).Draw(t, "limits")
		g.agree(t, "a.tar", data)
		g.agree(t, "a.tar.gz", gzipped(data))
	})
}

func FuzzGlance(f *testing.F) {
	f.Add(tarred(entry{"a.xml", docA}, entry{"b.xml", docB}))
	f.Add(tarred(entry{"a.xml", docA}, entry{"b.json", []byte("{}")}, entry{"c.xml", docC}))
	g := newGlances(f, fuzzLimits)
	f.Fuzz(func(t *testing.T, data []byte) {
		g.agree(t, "a.tar", data)
		resum(data)
		g.agree(t, "a.tar", data)
	})
}
