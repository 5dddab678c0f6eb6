package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
)

// documents gives n XML documents of about 2.7 kB, as long as a real communication, as entries.
func documents(n int) []entry {
	entries := make([]entry, n)
	for i := range entries {
		var b strings.Builder
		fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><d n="%d">`, i)
		for b.Len() < 2700 {
			fmt.Fprintf(&b, `<campo nome="%x">%s</campo>`, b.Len()*i, sum([]byte(fmt.Sprint(i, b.Len())))[:24])
		}
		b.WriteString("</d>")
		entries[i] = entry{fmt.Sprintf("%06d.xml", i), []byte(b.String())}
	}
	return entries
}

// BenchmarkRead takes apart 5,000 documents, packed in each way, for a parser that does nothing. Throughput is in bytes
// of documents.
func BenchmarkRead(b *testing.B) {
	entries := documents(5000)
	var plain []byte
	for _, e := range entries {
		plain = append(append(plain, e.data...), '\n')
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"docs.xml", plain},
		{"docs.xml.gz", gzipped(plain)},
		{"docs.xml.zst", zstded(plain)},
		{"docs.tar", tarred(entries...)},
		{"docs.tar.gz", gzipped(tarred(entries...))},
		{"docs.tar.zst", zstded(tarred(entries...))},
		{"docs.zip", zipped(entries...)},
	} {
		b.Run(c.name, func(b *testing.B) {
			box := open(b, home(b, map[string][]byte{"unilav/" + c.name: c.data}), inbox.Limits{}, func(inbox.Document) inbox.Parsed {
				return inbox.Parsed{}
			})
			b.SetBytes(int64(len(plain)))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				unit := inbox.Unit{Flow: pipeline.FlowUnilav, File: c.name}
				if _, err := box.Read(context.Background(), unit, func(inbox.Parsed) error { n++; return nil }); err != nil || n != len(entries) {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(len(entries))*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}

// BenchmarkReadSmallFile reads a file of one document.
func BenchmarkReadSmallFile(b *testing.B) {
	box := open(b, home(b, map[string][]byte{"unilav/a.xml": documents(1)[0].data}), inbox.Limits{}, func(inbox.Document) inbox.Parsed {
		return inbox.Parsed{}
	})
	b.ReportAllocs()
	for b.Loop() {
		unit := inbox.Unit{Flow: pipeline.FlowUnilav, File: "a.xml"}
		if _, err := box.Read(context.Background(), unit, func(inbox.Parsed) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
