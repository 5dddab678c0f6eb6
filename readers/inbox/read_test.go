package inbox_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/inbox"

	"github.com/google/go-cmp/cmp"
)

func crc(data []byte) uint32 { return crc32.ChecksumIEEE(data) }

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

func TestReadGivesProvenance(t *testing.T) {
	data := append([]byte("\uFEFF"), join(docA, docB)...)
	k := take(t, "a.xml", data, inbox.Limits{})
	source := func(file string, index, offset int64, doc []byte) pipeline.Source {
		return pipeline.Source{Flow: "unilav", File: file, Index: index, Offset: offset, SHA256: sum(doc)}
	}
	want := []seen{
		{source("a.xml", 0, 3, docA), inbox.XML, string(docA)},
		{source("a.xml", 1, int64(4+len(docA)), docB), inbox.XML, string(docB)},
	}
	if d := cmp.Diff(want, k.docs); d != "" {
		t.Errorf("documents (-want +got):\n%s", d)
	}
	if want := (inbox.Digest{SHA256: sum(data), Bytes: int64(len(data)), Documents: 2}); k.digest != want {
		t.Errorf("digest %+v, want %+v", k.digest, want)
	}

	k = take(t, "p.zip", zipped(entry{"x/a.xml", docA}, entry{"b.jsonl", []byte("\n{}\n\n {\"n\":2}\r\n")}), inbox.Limits{})
	want = []seen{
		{source("p.zip!x/a.xml", 0, 0, docA), inbox.XML, string(docA)},
		{source("p.zip!b.jsonl", 1, 1, []byte("{}")), inbox.JSON, "{}"},
		{source("p.zip!b.jsonl", 2, 5, []byte(` {"n":2}`)), inbox.JSON, ` {"n":2}`},
	}
	if d := cmp.Diff(want, k.docs); d != "" {
		t.Errorf("documents of a zip (-want +got):\n%s", d)
	}
}

func TestReadOfADatedFolder(t *testing.T) {
	b := open(t, home(t, map[string][]byte{"unilav/2014-07-01/p.tar": tarred(entry{"a.xml", docC})}), inbox.Limits{}, echo)
	k := read(t, b, "2014-07-01/p.tar")
	if len(k.docs) != 1 || k.docs[0].Source.File != "2014-07-01/p.tar!a.xml" {
		t.Errorf("got %+v", k)
	}
}

func TestPackaging(t *testing.T) {
	a, b, c := string(docA), string(docB), string(docC)
	two := []entry{{"a.xml", docA}, {"dir/b.xml", docB}}
	packed := []entry{{"a.xml.gz", gzipped(docA)}, {"b.xml.zst", zstded(docB)}, {"c.xml", docC}}
	for _, x := range []struct {
		name string
		data []byte
		want []string
	}{
		{"one.xml", docA, []string{a}},
		{"three.xml", join(docA, docB, docC), []string{a, b, c}},
		{"no-name", join(docA, docC), []string{a, c}},
		{"one.json", []byte(" {\"a\": [1]}\n"), []string{" {\"a\": [1]}\n"}},
		{"list.json", []byte("[1]"), []string{"[1]"}},
		{"lines.jsonl", []byte("{}\n{\"n\":1}"), []string{"{}", `{"n":1}`}},
		{"lines.ndjson", []byte("{}\r\n\r\n[]\r\n"), []string{"{}", "[]"}},
		{"marked.jsonl", []byte("\uFEFF{}\n"), []string{"{}"}},
		{"one.xml.gz", gzipped(docA), []string{a}},
		{"one.xml.zst", zstded(docA), []string{a}},
		{"lines.jsonl.gz", gzipped([]byte("{}\n[]\n")), []string{"{}", "[]"}},
		{"LINES.JSONL.ZST", zstded([]byte("{}\n[]\n")), []string{"{}", "[]"}},
		{"members.xml.gz", append(gzipped(docA), gzipped(docB)...), []string{a, b}},
		{"cut-across-members.xml.gz", append(gzipped(docA[:9]), gzipped(docA[9:])...), []string{a}},
		{"frames.xml.zst", append(zstded(docA), zstded(docC)...), []string{a, c}},
		{"two.tar", tarred(two...), []string{a, b}},
		{"two.zip", zipped(two...), []string{a, b}},
		{"two.tar.gz", gzipped(tarred(two...)), []string{a, b}},
		{"two.tgz", gzipped(tarred(two...)), []string{a, b}},
		{"two.tar.zst", zstded(tarred(two...)), []string{a, b}},
		{"two.zip.gz", gzipped(zipped(two...)), []string{a, b}},
		{"two.zip.zst", zstded(zipped(two...)), []string{a, b}},
		{"packed.tar", tarred(packed...), []string{a, b, c}},
		{"packed.zip", zipped(packed...), []string{a, b, c}},
		{"stored.zip", zipOf(func(*zip.FileHeader) {}, two...), []string{a, b}},
		{"wrong-name.xml", zipped(two...), []string{a, b}},
		{"wrong-name.zip", docA, []string{a}},
		{"zip64-directory.zip", manyEntries(1, docA), []string{a}},
		{"zip64-sizes.zip", zip64(uint64(len(docA))), []string{a}},
		{"folder.zip", zipped(entry{"d/", nil}, entry{"d/a.xml", docA}), []string{a}},
		{"global-header.tar", tarOf([]tar.Header{
			{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "x"}},
			{Name: "a.xml", Typeflag: tar.TypeReg, Size: int64(len(docA))},
		}, entry{}, entry{data: docA}), []string{a}},
	} {
		t.Run(x.name, func(t *testing.T) {
			k := take(t, x.name, x.data, inbox.Limits{})
			equal(t, "documents", k.texts(), x.want)
			equal(t, "discards", k.codes(), nil)
			if k.digest.SHA256 != sum(x.data) || k.digest.Documents != int64(len(x.want)) || k.digest.Unread {
				t.Errorf("digest %+v", k.digest)
			}
			for i, d := range k.docs {
				if d.Source.Index != int64(i) {
					t.Errorf("document %d has index %d", i, d.Source.Index)
				}
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	declared := func(encoding, text string) []byte {
		return []byte(`<?xml version="1.0" encoding="` + encoding + `" ?><d>` + text + `</d>`)
	}
	utf8 := func(text string) string { return string(declared("UTF-8", text)) }
	for _, c := range []struct {
		name string
		doc  []byte
		want string // "" for a discard
	}{
		{"UTF-8 declared", declared("UTF-8", "perché"), utf8("perché")},
		{"UTF-8 in lower case", declared("utf-8", "è"), string(declared("utf-8", "è"))},
		{"not declared", []byte("<d>è</d>"), "<d>è</d>"},
		{"byte order mark", []byte("\uFEFF<d>è</d>"), "<d>è</d>"},
		{"ISO-8859-1", declared("ISO-8859-1", "perch\xe9 \xa0\xff"), utf8("perché \u00a0ÿ")},
		{"latin1", declared("latin1", "\xc0"), utf8("À")},
		{
			"ISO-8859-1 in single quotes", []byte("<?xml version='1.0' encoding = 'iso-8859-1'?><d>\xe0</d>"),
			"<?xml version='1.0' encoding = 'UTF-8'?><d>à</d>",
		},
		{"ISO-8859-1 of ASCII", declared("ISO-8859-1", "ASCII"), utf8("ASCII")},
		{"windows-1252", declared("Windows-1252", "D\x92AMICO \x80 \x9f\xff"), utf8("D’AMICO € Ÿÿ")},
		{"cp1252", declared("cp1252", "\x8a"), utf8("Š")},
		{"windows-1252 byte without meaning", declared("windows-1252", "\x81"), ""},
		{"ISO-8859-1 byte without meaning", declared("ISO-8859-1", "D\x92AMICO"), ""},
		{"ISO-8859-1 said of UTF-8", declared("ISO-8859-1", "perché"), ""},
		{"windows-1252 said of UTF-8 with a mark", append([]byte("\uFEFF"), declared("windows-1252", "è")...), ""},
		{"ISO-8859-1 not declared", []byte("<d>perch\xe9</d>"), ""},
		{"ISO-8859-1 said to be UTF-8", declared("UTF-8", "perch\xe9"), ""},
		{"overlong UTF-8", []byte("<d>\xc0\xaf</d>"), ""},
		{"surrogate in UTF-8", []byte("<d>\xed\xa0\x80</d>"), ""},
		{"ISO-8859-15", declared("ISO-8859-15", "\xa4"), ""},
		{"UTF-7", declared("UTF-7", "+AGE-"), ""},
		{"UTF-16 said of ASCII", declared("UTF-16", "x"), ""},
		{"IBM037", declared("IBM037", "x"), ""},
		{"UTF-16 LE", append([]byte("\xff\xfe"), wide("<d/>", 1, 0)...), ""},
		{"UTF-16 BE", append([]byte("\xfe\xff"), wide("<d/>", 1, 1)...), ""},
		{"UTF-16 without mark", wide("<?xml version='1.0'?><d/>", 1, 0), ""},
		{"UTF-32", wide("<d/>", 3, 3), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := take(t, "a.xml", c.doc, inbox.Limits{})
			if c.want == "" {
				equal(t, "discards", k.codes(), []string{pipeline.DiscardEncoding})
				if !k.digest.Unread {
					t.Error("not told to be unread")
				}
				return
			}
			equal(t, "documents", k.texts(), []string{c.want})
			if received := sum(bytes.TrimPrefix(c.doc, []byte("\uFEFF"))); k.docs[0].Source.SHA256 != received {
				t.Errorf("SHA-256 %s, want that of the bytes received, %s", k.docs[0].Source.SHA256, received)
			}
		})
	}
	k := take(t, "a.jsonl", []byte("{\"a\":\"\xe9\"}\n{}\n"), inbox.Limits{})
	equal(t, "documents beside a bad line", k.texts(), []string{"{}"})
	equal(t, "discards", k.codes(), []string{pipeline.DiscardEncoding})
}

// wide spreads ASCII over code units of several bytes: pad zeros, the character after lead of them.
func wide(s string, pad, lead int) []byte {
	var b []byte
	for _, c := range []byte(s) {
		b = append(b, make([]byte, lead)...)
		b = append(b, c)
		b = append(b, make([]byte, pad-lead)...)
	}
	return b
}

func TestEachDocumentHasItsOwnEncoding(t *testing.T) {
	latin := []byte("<?xml version='1.0' encoding='ISO-8859-1'?><d>\xe8</d>")
	wrong := []byte("<?xml version='1.0'?><d>\xe8</d>")
	k := take(t, "a.xml", join(docB, latin, wrong, docC), inbox.Limits{})
	equal(t, "documents", k.texts(), []string{
		string(docB), "<?xml version='1.0' encoding='UTF-8'?><d>è</d>", string(docC),
	})
	if len(k.discards) != 1 || k.discards[0].Index != 2 || k.discards[0].SHA256 != sum(wrong) {
		t.Errorf("discards %+v", k.discards)
	}
}

func TestBreaksKeepWhatWasWhole(t *testing.T) {
	big := func(n int) []byte { // documents that do not compress, more than is looked at before anything is believed
		var b bytes.Buffer
		for i := range n {
			h := sum([]byte(fmt.Sprint(i)))
			fmt.Fprintf(&b, "<d n='%d'>%s</d>\n", i, strings.Repeat(h, 8))
		}
		return b.Bytes()
	}
	limits := inbox.Limits{Document: 64 << 10}
	data := big(2000)
	var entries []entry
	for i, d := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		entries = append(entries, entry{fmt.Sprintf("%04d.xml", i), d})
	}
	cut := func(b []byte) []byte { return b[:len(b)/2] }
	flip := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[len(b)/2] ^= 0x10
		return b
	}
	for _, c := range []struct {
		name     string
		data     []byte
		min, max int
	}{
		{"cut.xml.gz", cut(gzipped(data)), 800, 1100},
		{"cut.xml.zst", cut(zstded(data)), 500, 1100}, // zstd gives whole blocks
		{"cut.tar", cut(tarred(entries...)), 900, 1100},
		{"cut.tar.gz", cut(gzipped(tarred(entries...))), 800, 1100},
		{"cut.zip", cut(zipped(entries...)), 1300, 1500}, // the directory makes up for a third,
		{"cut-stored.zip", cut(zipOf(func(*zip.FileHeader) {}, entries...)), 800, 1100},
		{"cut.zip.gz", cut(gzipped(zipped(entries...))), 1000, 1300},
		{"rubbish.xml.gz", append(gzipped(data), "rubbish after the last member"...), 2000, 2000},
		{"rubbish.xml.zst", append(zstded(data), "rubbish after the last frame"...), 2000, 2000},
		{"rubbish.zip", append(zipped(entries...), "rubbish after the directory"...), 2000, 2000},
		{"rubbish.tar", append(tarred(entries...), repeat("x", 512)...), 2000, 2000},
		{"no-end.tar", tarred(entries...)[:2000*1536], 2000, 2000},
		{"flipped.xml.gz", flip(gzipped(data)), 500, 2000},
		{"flipped.zip", flip(zipped(entries...)), 1999, 1999},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := take(t, c.name, c.data, limits)
			equal(t, "discards", k.codes(), []string{pipeline.DiscardContainer})
			if n := len(k.docs); n < c.min || n > c.max {
				t.Errorf("%d documents, want %d to %d", n, c.min, c.max)
			}
			for i, d := range k.docs {
				if !strings.HasSuffix(d.Text, "</d>") {
					t.Fatalf("document %d is not whole: %s", i, d.Text)
				}
			}
			if k.digest.SHA256 != sum(c.data) || k.digest.Documents != int64(len(k.docs)+1) {
				t.Errorf("digest %+v", k.digest)
			}
		})
	}
}

func TestAChecksumIsSeenBeforeASmallStreamIsBelieved(t *testing.T) {
	stored := zipOf(func(*zip.FileHeader) {}, entry{"a.xml", docA}, entry{"b.xml", docB})
	gz := gzipped(docA)
	gz[len(gz)-8] ^= 1 // of its CRC-32
	zst := zstded(docA)
	zst[len(zst)-1] ^= 1
	for _, c := range []struct {
		name string
		data []byte
		want []string
	}{
		{"a.xml.gz", gz, nil},
		{"a.xml.zst", zst, nil},
		{"a.zip", patch(stored, `n="1"`, 0, 3, '7'), []string{string(docB)}},
	} {
		k := take(t, c.name, c.data, inbox.Limits{})
		equal(t, c.name, k.texts(), c.want)
		equal(t, c.name, k.codes(), []string{pipeline.DiscardContainer})
	}
}

func TestZipsWithoutDirectory(t *testing.T) {
	a, b := string(docA), string(docB)
	two := undirected(entry{"a.xml", docA}, entry{"b.xml", docB})
	end := codes(pipeline.DiscardContainer)
	stored := zipOf(func(h *zip.FileHeader) { h.Flags |= uint16(len(h.Name) & 1) }, entry{"a.xml", docA}, entry{"bb.xml", docB})
	for _, c := range []struct {
		name  string
		data  []byte
		docs  []string
		codes []string
	}{
		{"descriptors", two, []string{a, b}, end},
		{"descriptors without signature", bytes.ReplaceAll(two, []byte("PK\x07\x08"), nil), []string{a, b}, end},
		{"descriptors of zip64", wideDescriptors(two), []string{a, b}, end},
		{"wrong descriptor", patch(two, "PK\x07\x08", 1, 4, 0, 0, 0, 0), []string{a}, append(end, end...)},
		{"folder", undirected(entry{"d/", nil}, entry{"d/a.xml", docA}), []string{a}, end},
		{"bad name", undirected(entry{"../a.xml", docA}, entry{"b.xml", docB}), nil, end},
		{"encrypted and stored", stored[:bytes.Index(stored, []byte("PK\x01\x02"))], []string{b}, append(end, end...)},
		{"cut in a name", two[:32], nil, end},
		{"cut in data", two[:len(two)-40], []string{a}, end},
	} {
		k := take(t, "a.zip", c.data, inbox.Limits{})
		equal(t, c.name, k.texts(), c.docs)
		equal(t, c.name, k.codes(), c.codes)
	}
}

// wideDescriptors gives the sizes after the data of entries eight bytes each.
func wideDescriptors(data []byte) []byte {
	var out []byte
	for i, part := range bytes.Split(data, []byte("PK\x07\x08")) {
		if i > 0 {
			out = append(append(out, "PK\x07\x08"...), part[:8]...)
			out = append(append(out, 0, 0, 0, 0), part[8:12]...)
			part = append([]byte{0, 0, 0, 0}, part[12:]...)
		}
		out = append(out, part...)
	}
	return out
}

func TestBreaksInJSON(t *testing.T) {
	one := []byte(`{"a":1}`)
	for _, c := range []struct {
		name  string
		data  []byte
		docs  []string
		codes []string
	}{
		{"a.json.gz", append(gzipped(one), "testo che segue"...), []string{string(one)}, codes(pipeline.DiscardContainer)},
		{"b.jsonl.gz", append(gzipped(one), "testo che segue"...), []string{string(one)}, codes(pipeline.DiscardContainer)},
		{"c.json.gz", gzipped(one)[:25], nil, codes(pipeline.DiscardContainer)},
		{"d.jsonl.gz", gzipped(one)[:25], nil, codes(pipeline.DiscardContainer)},
		{"e.tar", tarred(entry{"a.json", one}, entry{"b.json", one})[:1024+515], []string{string(one)}, codes(pipeline.DiscardContainer)},
		{"f.json", []byte(" \n "), nil, codes(pipeline.DiscardEmpty)},
		{"g.pdf.gz", append(gzipped([]byte("%PDF")), "testo che segue"...), nil, codes(pipeline.DiscardContainer)},
	} {
		k := take(t, c.name, c.data, inbox.Limits{})
		equal(t, c.name, k.texts(), c.docs)
		equal(t, c.name, k.codes(), c.codes)
	}
}

func TestLimits(t *testing.T) {
	three := []entry{{"a.xml", docA}, {"b.xml", docB}, {"c.xml", docC}}
	squeezed := gzipped(repeat("<x>   </x>", 1000))
	long := []byte(`<d>` + strings.Repeat("x", 200) + `</d>`)
	for _, c := range []struct {
		name   string
		data   []byte
		limits inbox.Limits
		docs   int
		codes  []string
	}{
		{"tar of as many as may be.tar", tarred(three...), inbox.Limits{TarEntries: 3}, 3, nil},
		{"tar of one too many.tar", tarred(three...), inbox.Limits{TarEntries: 2}, 2, []string{pipeline.DiscardTooMany}},
		{"zip of as many as may be.zip", zipped(three...), inbox.Limits{ZipEntries: 3}, 3, nil},
		{"zip of one too many.zip", zipped(three...), inbox.Limits{ZipEntries: 2}, 0, []string{pipeline.DiscardTooMany}},
		{"long document.xml", join(docC, long, docA), inbox.Limits{Document: 100}, 2, []string{pipeline.DiscardTooLarge}},
		{
			"long document.json", []byte(`{"a":"` + strings.Repeat("x", 200) + `"}`),
			inbox.Limits{Document: 100},
			0,
			[]string{pipeline.DiscardTooLarge},
		},
		{
			"long line.jsonl", []byte("{}\n{\"a\":\"" + strings.Repeat("x", 200) + "\"}\n{}\n"),
			inbox.Limits{Line: 100},
			2,
			[]string{pipeline.DiscardTooLong},
		},
		{"line at the limit.jsonl", []byte(strings.Repeat("1", 100) + "\r\n"), inbox.Limits{Line: 100}, 1, nil},
		{
			"ratio.xml.gz", squeezed,
			inbox.Limits{Ratio: 20, Grace: 1},
			20 * len(squeezed) / 10,
			[]string{pipeline.DiscardRatio},
		},
		{"below the grace.xml.gz", gzipped(append(docA, repeat(" ", 10000)...)), inbox.Limits{Ratio: 20}, 1, nil},
		{
			"ratio of one entry.zip", zipped(entry{"a.xml", docA}, entry{"b.xml", repeat("<d/>     ", 1000)}, entry{"c.xml", docC}),
			inbox.Limits{Ratio: 5, Grace: 500},
			2 + 500/9 + 1,
			[]string{pipeline.DiscardRatio},
		},
		{"unpacked.tar", tarred(three...), inbox.Limits{Unpacked: 1500}, 1, []string{pipeline.DiscardTooLarge}},
		{"unpacked.tar.gz", gzipped(tarred(three...)), inbox.Limits{Unpacked: 1500, Document: 512}, 1, []string{pipeline.DiscardTooLarge}},
		{"unpacked.zip", zipped(three...), inbox.Limits{Unpacked: int64(len(docA)) + 20}, 1, []string{pipeline.DiscardTooLarge}},
		{"plain files have no such limit.xml", join(docA, docB, docC), inbox.Limits{Unpacked: 10}, 3, nil},
		{"spool.zip.gz", gzipped(zipped(three...)), inbox.Limits{Spool: 100}, 0, []string{pipeline.DiscardTooLarge}},
		{"name.tar", tarred(three[0], entry{strings.Repeat("n", 90), docB}), inbox.Limits{Name: 80}, 1, []string{pipeline.DiscardEntryName}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := take(t, "x"+filepath.Ext(c.name), c.data, c.limits)
			equal(t, "discards", k.codes(), c.codes)
			if len(k.docs) != c.docs {
				t.Errorf("%d documents, want %d", len(k.docs), c.docs)
			}
		})
	}
}

// TestSameWhateverTheCores reads one file with different numbers of workers.
func TestSameWhateverTheCores(t *testing.T) {
	var entries []entry
	for i := range 3000 {
		e := entry{fmt.Sprintf("%d.xml", i), fmt.Appendf(nil, "<d>%d %s</d>", i, strings.Repeat("x", i%700))}
		switch {
		case i%97 == 0:
			e.data = []byte("%PDF")
		case i%101 == 0:
			e.data = []byte("<d>\xff</d>")
		}
		entries = append(entries, e)
	}
	dir := home(t, map[string][]byte{"unilav/a.tar.gz": gzipped(tarred(entries...))})
	want := read(t, open(t, dir, inbox.Limits{Workers: 1}, echo), "a.tar.gz")
	if len(want.discards) != 31+29 || len(want.docs) != 3000-60 {
		t.Fatalf("%d documents, %d discards", len(want.docs), len(want.discards))
	}
	for _, workers := range []int{2, 3, 16} {
		got := read(t, open(t, dir, inbox.Limits{Workers: workers}, echo), "a.tar.gz")
		if d := cmp.Diff(want, got, cmp.AllowUnexported(taken{})); d != "" {
			t.Errorf("%d workers:\n%s", workers, d)
		}
	}
}

func TestReadStops(t *testing.T) {
	many := make([]entry, 2000)
	for i := range many {
		many[i] = entry{fmt.Sprint(i), docA}
	}
	b := open(t, home(t, map[string][]byte{"unilav/a.tar": tarred(many...), "unilav/a.xml": docA}), inbox.Limits{}, echo)
	unit := inbox.Unit{Flow: pipeline.FlowUnilav, File: "a.tar"}
	full := errors.New("disk full")

	for _, file := range []string{"a.tar", "a.xml"} {
		calls := 0
		_, err := b.Read(context.Background(), inbox.Unit{Flow: pipeline.FlowUnilav, File: file}, func(inbox.Parsed) error {
			calls++
			return full
		})
		if !errors.Is(err, full) || calls != 1 {
			t.Errorf("%s: sink fails: %v after %d calls", file, err, calls)
		}
	}

	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	_, err := b.Read(ctx, unit, func(inbox.Parsed) error {
		if calls++; calls == 300 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || calls >= 2000 {
		t.Errorf("cancelled: %v after %d calls", err, calls)
	}
	if _, err := b.Read(ctx, unit, func(inbox.Parsed) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
}

func TestReadOfAFileThatIsGone(t *testing.T) {
	b := open(t, t.TempDir(), inbox.Limits{}, echo)
	_, err := b.Read(context.Background(), inbox.Unit{Flow: pipeline.FlowUnilav, File: "RSSMRA80A01H501U.xml"}, nil)
	if !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "RSSMRA80A01H501U") {
		t.Errorf("got %v", err)
	}
	if _, err := b.Read(context.Background(), inbox.Unit{Flow: pipeline.FlowVoucher, File: "a.csv"}, nil); err == nil {
		t.Error("read a file of a flow without a parser")
	}
}

func TestReadOfAFileThatChanges(t *testing.T) {
	long := bytes.Repeat(append(docC, '\n'), 100_000)
	for _, change := range []struct {
		name string
		do   func(string) error
	}{
		{"grows", func(p string) error { return os.WriteFile(p, append(long, docA...), 0o600) }},
		{"shrinks", func(p string) error { return os.Truncate(p, 200_000) }},
	} {
		dir := home(t, map[string][]byte{"unilav/a.xml": long})
		b := open(t, dir, inbox.Limits{}, echo)
		done := false
		_, err := b.Read(context.Background(), inbox.Unit{Flow: pipeline.FlowUnilav, File: "a.xml"}, func(inbox.Parsed) error {
			if done {
				return nil
			}
			done = true
			return change.do(filepath.Join(dir, "inbox/unilav/a.xml"))
		})
		if !errors.Is(err, inbox.ErrChanged) {
			t.Errorf("%s: %v", change.name, err)
		}
	}
}

func TestFormatsHaveNames(t *testing.T) {
	if got := fmt.Sprint(inbox.XML, inbox.JSON, inbox.CSV, inbox.Format(9)); got != "XML JSON CSV Format(9)" {
		t.Errorf("got %s", got)
	}
	if l := inbox.DefaultLimits(); l.Document != 4<<20 || l.TarEntries != 1_000_000 || l.ZipEntries != 100_000 || l.Ratio != 100 || l.Unpacked != 8<<30 {
		t.Errorf("defaults %+v", l)
	}
}
