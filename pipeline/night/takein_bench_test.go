package night_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/fixtures/national"
	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/readers/inbox"
	"incrocio/readers/unilav"
	written "incrocio/writers/archive"
)

// benchDocuments is how many documents a file of the benchmarks holds.
const benchDocuments = 20_000

// models are real layouts that the documents of the benchmarks are made from, with what stands in them for a person, an
// employer and a code.
var models = [...]string{"assunzione.xml", "proroga.xml", "trasformazione.xml", "cessazione.xml"}

// unilavs gives n UniLav documents of about 2.5 kB, the length of real ones, each of another person.
func unilavs(b *testing.B, n int) [][]byte {
	b.Helper()
	var texts [len(models)]string
	for i, name := range models {
		data, err := os.ReadFile(filepath.Join("../../readers/unilav/testdata/documents", name))
		if err != nil {
			b.Fatal(err)
		}
		texts[i] = strings.ReplaceAll(string(data), "><", ">\n      <")
	}
	docs := make([][]byte, n)
	for i := range docs {
		surname, given, sex, birth, place, code := documents.Person(i)
		employer, name := documents.Company(i / 7)
		docs[i] = []byte(strings.NewReplacer(
			"BRNLCU81C12F205X", string(code), ">Bruni<", ">"+surname+"<", ">Luca<", ">"+given+"<",
			"<sesso>M<", "<sesso>"+sex+"<", "1981-03-12", birth.String(), "<comune>F205<", "<comune>"+place+"<",
			"18000140012", fmt.Sprintf("%011d", i), "18000140013", fmt.Sprintf("%011d", i), "02145670895", employer,
			"Officine Brunelli", html.EscapeString(name), "2014-02-27T", fmt.Sprintf("2014-02-%02dT", 1+i%28),
		).Replace(texts[i%len(texts)]))
	}
	return docs
}

// packed lays a file into the inbox of a new home.
func packed(b *testing.B, name string, docs [][]byte) (home string) {
	b.Helper()
	home = b.TempDir()
	file := filepath.Join(home, "inbox", "unilav", name)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		b.Fatal(err)
	}
	data := bytes.Join(docs, []byte("\n"))
	if strings.HasSuffix(name, ".tar") {
		var t bytes.Buffer
		w := tar.NewWriter(&t)
		for i, d := range docs {
			if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%06d.xml", i), Typeflag: tar.TypeReg, Mode: 0o640, Size: int64(len(d))}); err != nil {
				b.Fatal(err)
			}
			if _, err := w.Write(d); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		data = t.Bytes()
	}
	if err := os.WriteFile(file, data, 0o640); err != nil {
		b.Fatal(err)
	}
	return home
}

// benchInbox is an inbox of UniLav documents.
type benchInbox struct{ *inbox.Box }

func openInbox(b *testing.B, home string) benchInbox {
	b.Helper()
	box, err := inbox.New(home, inbox.Limits{}, map[pipeline.Flow]inbox.Parser{pipeline.FlowUnilav: unilav.Parse})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { box.Close() })
	return benchInbox{box}
}

func (b benchInbox) Files() ([]night.File, error) {
	units, _, err := b.Units(tonight, true)
	files := make([]night.File, len(units))
	for i, u := range units {
		files[i] = night.File{Flow: u.Flow, Name: u.File}
	}
	return files, err
}

func (b benchInbox) Read(ctx context.Context, f night.File, sink func(night.Document) error) (night.Digest, error) {
	d, err := b.Box.Read(ctx, inbox.Unit{Flow: f.Flow, File: f.Name}, func(p inbox.Parsed) error {
		return sink(night.Document{Communications: p.Communications, Discards: p.Discards, Unverified: p.Unverified})
	})
	return night.Digest{SHA256: d.SHA256, Bytes: d.Bytes}, err
}

// invented gives n UniLav documents of 1.7 kB, those of the national set, which leave out what is not read: the same work to
// archive, and less to read.
func invented(n int) [][]byte {
	shape := national.Default()
	docs := make([][]byte, 0, n)
	for _, c := range shape.Communications(shape.Nights, nil) {
		if len(docs) < n && c.Model == pipeline.ModelUnilav {
			docs = append(docs, documents.XML(&c))
		}
	}
	return docs
}

// BenchmarkTakeIn takes UniLav documents the whole way, from a file of the inbox to the archive of tonight, and parts of
// it, beside what encoding/xml needs to unmarshal them: documents as long as real ones, and those that incrocio bench
// measures by (work w2). A figure in documents per second of CPU time, on all cores, tells how the stages compare; with
// -cpu 1 so does the time.
func BenchmarkTakeIn(b *testing.B) {
	benchTakeIn(b, "", unilavs(b, benchDocuments))
	benchTakeIn(b, "/invented", invented(benchDocuments))
}

func benchTakeIn(b *testing.B, of string, docs [][]byte) {
	size := int64(0)
	for _, d := range docs {
		size += int64(len(d))
	}
	stage := func(name string, do func(b *testing.B)) {
		b.Run(name+of, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			before := cpuTime(b)
			for b.Loop() {
				do(b)
			}
			b.ReportMetric(float64(len(docs))*float64(b.N)/(cpuTime(b)-before), "docs/cpu-s")
		})
	}
	stage("unmarshal", func(b *testing.B) {
		for _, d := range docs {
			var o documents.PlainUnilav
			if err := xml.Unmarshal(d, &o); err != nil || o.Person.TaxCode == "" {
				b.Fatal(err)
			}
		}
	})
	stage("parse", func(b *testing.B) {
		for _, d := range docs {
			if p := unilav.Parse(inbox.Document{Format: inbox.XML, Data: d}); len(p.Communications) != 1 {
				b.Fatalf("%+v", p.Discards)
			}
		}
	})
	for _, name := range [...]string{"docs.tar", "docs.xml"} {
		home := packed(b, name, docs)
		box := openInbox(b, home)
		stage("read/"+name, func(b *testing.B) {
			n := 0
			if _, err := box.Read(b.Context(), night.File{Flow: pipeline.FlowUnilav, Name: name}, func(night.Document) error { n++; return nil }); err != nil || n != len(docs) {
				b.Fatal(n, err)
			}
		})
		stage("archive/"+name, func(b *testing.B) {
			scratch := b.TempDir()
			ports := night.Ports{
				Inbox: box, Scratch: filepath.Join(scratch, "scratch"),
				Archive: written.Open(home).Begin(written.Night{Date: tonight, Revision: 1}, filepath.Join(scratch, "archive")),
			}
			cfg := night.Config{Date: tonight, Workers: 2, SpillBytes: night.DefaultSpillBytes}
			if n, err := night.TakeIn(b.Context(), cfg, ports); err != nil || n != int64(len(docs)) {
				b.Fatal(n, err)
			}
		})
	}
}

// cpuTime is what the process has used, in seconds.
func cpuTime(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
