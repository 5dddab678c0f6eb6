package inbox_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
)

// night is the night of every test.
var night = pipeline.MustDate("2014-07-01")

// seen is a document as a parser was given it.
type seen struct {
	Source pipeline.Source
	Format inbox.Format
	Text   string
}

// taken is what reading a file gave.
type taken struct {
	docs     []seen
	discards []pipeline.Discard
	calls    int
	digest   inbox.Digest
}

// codes gives the codes of the discards in order.
func (k taken) codes() []string {
	var c []string
	for _, d := range k.discards {
		c = append(c, d.Code)
	}
	return c
}

// texts gives the documents in order.
func (k taken) texts() []string {
	var c []string
	for _, d := range k.docs {
		c = append(c, d.Text)
	}
	return c
}

// echo accepts every document: it comes back as the surname of a communication.
func echo(d inbox.Document) inbox.Parsed {
	return inbox.Parsed{Communications: []pipeline.Communication{{
		Source: d.Source, Surname: string(d.Data), Part: int32(d.Format),
	}}}
}

// home makes a home whose inbox holds the files, by path below the inbox.
func home(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		p := filepath.Join(dir, "inbox", name)
		if err := os.MkdirAll(filepath.Dir(p), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, data, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// open opens the box of a home with one parser for the flow unilav.
func open(t testing.TB, dir string, limits inbox.Limits, parse inbox.Parser) *inbox.Box {
	t.Helper()
	b, err := inbox.New(dir, limits, map[pipeline.Flow]inbox.Parser{pipeline.FlowUnilav: parse})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// read reads one file of the flow unilav.
func read(t testing.TB, b *inbox.Box, file string) taken {
	t.Helper()
	var k taken
	digest, err := b.Read(context.Background(), inbox.Unit{Flow: pipeline.FlowUnilav, File: file}, func(p inbox.Parsed) error {
		k.calls++
		for _, c := range p.Communications {
			k.docs = append(k.docs, seen{c.Source, inbox.Format(c.Part), c.Surname})
		}
		k.discards = append(k.discards, p.Discards...)
		return nil
	})
	if err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	k.digest = digest
	return k
}

// take reads data as a file of the name given, with the echo parser.
func take(t testing.TB, name string, data []byte, limits inbox.Limits) taken {
	t.Helper()
	return read(t, open(t, home(t, map[string][]byte{"unilav/" + name: data}), limits, echo), name)
}

func equal[E comparable](t testing.TB, what string, got, want []E) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
