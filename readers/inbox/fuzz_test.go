package inbox_test

import (
	"archive/zip"
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
)

// fuzzLimits are small, so that short inputs reach them.
var fuzzLimits = inbox.Limits{
	Document: 4 << 10, Line: 1 << 10, TarEntries: 20, ZipEntries: 20, Unpacked: 256 << 10, Spool: 64 << 10, Grace: 4 << 10,
	Window: 64 << 10, Name: 100, Workers: 2,
}

var fuzzNames = []string{"a.xml", "a.json", "a.jsonl", "a.zip", "a.tar", "a.tar.gz", "a.zip.zst", "a"}

// FuzzArchive reads any bytes under any kind of name: no panic, no error, and nothing beyond the caps.
func FuzzArchive(f *testing.F) {
	two := []entry{{"a.xml", docA}, {"b.jsonl", []byte("{}\n[]\n")}}
	for i, data := range [][]byte{
		join(docA, docB), []byte("{}"), []byte("{}\n{}\n"), zipped(two...), tarred(two...), gzipped(tarred(two...)),
		zstded(zipped(two...)), gzipped(docA), zstded(docB), overlapped(3), special('2', "b.xml"), manyEntries(99, docA), zip64(7),
		zipOf(func(*zip.FileHeader) {}, two...), tarred(entry{"a.xml.gz", gzipped(docA)}), half(zipped(two...)), sparseTar(),
	} {
		f.Add(data, uint8(i))
	}
	box := open(f, f.TempDir(), fuzzLimits, echo)
	f.Fuzz(func(t *testing.T, data []byte, name uint8) {
		unit := inbox.Unit{Flow: pipeline.FlowUnilav, File: fuzzNames[int(name)%len(fuzzNames)]}
		calls, size := int64(0), 0
		digest, err := box.Take(context.Background(), unit, data, func(p inbox.Parsed) error {
			var s pipeline.Source
			switch {
			case len(p.Communications) == 1 && len(p.Discards) == 0:
				c := p.Communications[0]
				s = c.Source
				size += len(c.Surname)
				if len(c.Surname) > 3*fuzzLimits.Document || !utf8.ValidString(c.Surname) {
					t.Errorf("document of %d bytes", len(c.Surname))
				}
			case len(p.Communications) == 0 && len(p.Discards) == 1 && p.Discards[0].Code != "":
				s = p.Discards[0].Source
			default:
				t.Errorf("call %d gives %+v", calls, p)
			}
			if s.Index != calls || !strings.HasPrefix(s.File, unit.File) || strings.ContainsFunc(s.File, unicode.IsControl) {
				t.Errorf("call %d comes from %+v", calls, s)
			}
			calls++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if calls == 0 || digest.Documents != calls || digest.SHA256 != sum(data) || digest.Bytes != int64(len(data)) {
			t.Errorf("digest %+v after %d calls", digest, calls)
		}
		if most := 3 * max(len(data), int(fuzzLimits.Unpacked)); size > most {
			t.Errorf("%d bytes of documents out of %d", size, len(data))
		}
	})
}

// FuzzEncoding declares an encoding for any bytes: what reaches the parser is UTF-8, and ASCII stays as it is.
func FuzzEncoding(f *testing.F) {
	for _, e := range []string{"UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", ""} {
		f.Add(e, []byte("perch\xe9 \x80"))
		f.Add(e, []byte("perché"))
	}
	box := open(f, f.TempDir(), fuzzLimits, echo)
	f.Fuzz(func(t *testing.T, encoding string, text []byte) {
		if strings.ContainsAny(encoding, "<>\"'") || bytes.ContainsAny(text, "<>&") || len(text)+len(encoding) > 1000 {
			return
		}
		doc := append([]byte(`<?xml version="1.0" encoding="`+encoding+`"?><d>`), append(text, "</d>"...)...)
		unit := inbox.Unit{Flow: pipeline.FlowUnilav, File: "a.xml"}
		_, err := box.Take(context.Background(), unit, doc, func(p inbox.Parsed) error {
			for _, c := range p.Communications {
				_, got, _ := strings.Cut(c.Surname, "<d>")
				got, whole := strings.CutSuffix(got, "</d>")
				if !whole || !utf8.ValidString(c.Surname) || utf8.RuneCountInString(got) > len(text) {
					t.Errorf("%q in %q gives %q", text, encoding, c.Surname)
				}
				if ascii := bytes.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0; ascii && got != string(text) {
					t.Errorf("%q in %q gives %q", text, encoding, got)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
