package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
)

// table reads a file of vouchers, with rows shown as their header and their text.
func table(t *testing.T, name string, data []byte, columns ...string) (k taken) {
	t.Helper()
	parse := func(d inbox.Document) inbox.Parsed {
		return inbox.Parsed{Communications: []pipeline.Communication{{
			Source: d.Source, Part: int32(d.Format), Surname: strings.Join(d.Header, "|") + ": " + string(d.Data),
		}}}
	}
	b, err := inbox.New(home(t, map[string][]byte{"voucher/" + name: data}), inbox.Limits{}, map[pipeline.Flow]inbox.Parser{pipeline.FlowVoucher: parse})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	b.Columns(pipeline.FlowVoucher, columns)
	k.digest, err = b.Read(context.Background(), inbox.Unit{Flow: pipeline.FlowVoucher, File: name}, func(p inbox.Parsed) error {
		k.calls++
		for _, c := range p.Communications {
			k.docs = append(k.docs, seen{c.Source, inbox.Format(c.Part), c.Surname})
		}
		k.discards = append(k.discards, p.Discards...)
		return nil
	})
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	return k
}

func TestTableGivesProvenance(t *testing.T) {
	data := []byte("\ufeffa,\"b\"\r\n1,2\r\n\r\n\"x\ny\",3\r\nè")
	source := func(file string, index, offset int64, row string) pipeline.Source {
		return pipeline.Source{Flow: pipeline.FlowVoucher, File: file, Index: index, Offset: offset, SHA256: sum([]byte(row))}
	}
	k := table(t, "v.csv", data)
	want := []seen{
		{source("v.csv", 0, 10, "1,2"), inbox.CSV, "a|b: 1,2"},
		{source("v.csv", 1, 17, "\"x\ny\",3"), inbox.CSV, "a|b: \"x\ny\",3"},
		{source("v.csv", 2, 26, "è"), inbox.CSV, "a|b: è"},
	}
	if d := cmp.Diff(want, k.docs); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	if want := (inbox.Digest{SHA256: sum(data), Bytes: int64(len(data)), Documents: 3}); k.digest != want {
		t.Errorf("digest %+v, want %+v", k.digest, want)
	}
}

func TestTablePackaging(t *testing.T) {
	data := []byte("a\n1\n2\n")
	rows := []string{"a: 1", "a: 2"}
	big, many := []byte("a\n"), []string{}
	for i := range 20_000 {
		big = fmt.Appendf(big, "%d\n", i)
		many = append(many, fmt.Sprint("a: ", i))
	}
	for name, c := range map[string]struct {
		data  []byte
		rows  []string
		codes []string
	}{
		"V.CSV":            {data, rows, nil},
		"v.csv.gz":         {gzipped(data), rows, nil},
		"v.csv.zst":        {zstded(data), rows, nil},
		"v.zip":            {zipped(entry{"1.csv", data}, entry{"2.csv", []byte("b\n3")}), []string{"a: 1", "a: 2", "b: 3"}, nil},
		"v.tar.gz":         {gzipped(tarred(entry{"1.csv", data}, entry{"2.csv", []byte("b\n3")})), []string{"a: 1", "a: 2", "b: 3"}, nil},
		"big.csv":          {big, many, nil},
		"empty.csv":        {nil, nil, codes(pipeline.DiscardEmpty)},
		"header.csv":       {[]byte("a,b\n"), nil, nil},
		"header.csv.gz":    {gzipped([]byte("a,b\n")), nil, nil},
		"header.zip":       {zipped(entry{"1.csv", []byte("a,b\n")}), nil, nil},
		"header.tar.gz":    {gzipped(tarred(entry{"1.csv", []byte("a,b\n")})), nil, nil},
		"blank.csv":        {[]byte("\n\n"), nil, codes(pipeline.DiscardEmpty)},
		"commas.csv":       {[]byte(",,\n1,2,3\n"), nil, codes(pipeline.DiscardCSV)},
		"open-header.csv":  {[]byte("\"a\n1\n"), nil, codes(pipeline.DiscardCSV)},
		"latin-header.csv": {[]byte("citt\xe0\n1\n"), nil, codes(pipeline.DiscardEncoding)},
		"latin-row.csv":    {[]byte("a\ncitt\xe0\n2\n"), []string{"a: 2"}, codes(pipeline.DiscardEncoding)},
		"quotes.csv":       {[]byte("a\n\"1\"x\n2\n"), []string{"a: 2"}, codes(pipeline.DiscardCSV)},
		"long.csv":         {[]byte("a\n" + strings.Repeat("x", 70_000) + "\n2\n"), []string{"a: 2"}, codes(pipeline.DiscardTooLong)},
		"utf-16.csv":       {[]byte("\xff\xfea\x00\n\x00"), nil, codes(pipeline.DiscardEncoding)},
		"spreadsheet.csv":  {[]byte("\xd0\xcf\x11\xe0"), nil, codes(pipeline.DiscardType)},
		"trailing.csv.gz":  {append(gzipped([]byte("a\n1\n2")), "rubbish, and more of it"...), rows, codes(pipeline.DiscardContainer)},
		"cut.csv.gz":       {gzipped(big)[:5_000], nil, codes(pipeline.DiscardContainer)},
	} {
		t.Run(name, func(t *testing.T) {
			k := table(t, name, c.data)
			if name == "cut.csv.gz" { // how many come before the break is the compressor's business
				if n := len(k.docs); n == 0 || n >= len(many) || !cmp.Equal(k.texts(), many[:n]) {
					t.Errorf("%d rows before the break", n)
				}
			} else if d := cmp.Diff(c.rows, k.texts()); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
			equal(t, "discards", k.codes(), c.codes)
			if k.digest.Documents != int64(k.calls) || k.digest.SHA256 != sum(c.data) {
				t.Errorf("digest %+v after %d calls", k.digest, k.calls)
			}
		})
	}
	if rows := table(t, "v.json", []byte("{}")); len(rows.docs) != 1 || rows.docs[0].Format != inbox.JSON {
		t.Errorf("the content decides: %+v", rows.docs)
	}
}

// A first row that names no column is a record like the others: it must not get lost as the header of the rest.
func TestTableWithoutAHeader(t *testing.T) {
	for name, c := range map[string]struct {
		data  string
		rows  []string
		codes []string
	}{
		"the header":            {"codice,data\n1,2\n", []string{"codice|data: 1,2"}, nil},
		"one column of it":      {"cod,data\n1,2\n", []string{"cod|data: 1,2"}, nil},
		"in capitals":           {" CODICE ,x\n1,2\n", []string{" CODICE |x: 1,2"}, nil},
		"other separators":      {"codice;data\n1;2\n", []string{"codice;data: 1;2"}, nil},
		"one record":            {"1,2\n", nil, codes(pipeline.DiscardCSV)},
		"records":               {"1,2\n3,4\n5,6", nil, codes(pipeline.DiscardCSV)},
		"records without break": {"xcodice,datalog\n3,4\n", nil, codes(pipeline.DiscardCSV)},
		"nothing":               {"\n", nil, codes(pipeline.DiscardEmpty)},
		"the header alone":      {"codice,data\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			k := table(t, "v.csv", []byte(c.data), "codice", "data")
			if d := cmp.Diff(c.rows, k.texts()); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
			equal(t, "discards", k.codes(), c.codes)
			if k.digest.Documents != int64(k.calls) || k.digest.Unread != (len(c.codes) > 0) {
				t.Errorf("digest %+v after %d calls", k.digest, k.calls)
			}
		})
	}
	if k := table(t, "v.tar", tarred(entry{"1.csv", []byte("1,2\n")}, entry{"2.csv", []byte("data\n3")}), "codice", "data"); len(k.docs) != 1 || len(k.discards) != 1 {
		t.Errorf("an entry without a header beside one with it: %+v", k)
	}
}
