package csvrows_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/readers/csvrows"
)

// split gives the fields of each row, nil for a row that is none, and how reading ended.
func split(r io.Reader) (rows [][]string, err error) {
	reader := csvrows.NewReader(r)
	for {
		f, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return rows, err
		case f.Bad():
			rows = append(rows, nil)
		default:
			rows = append(rows, append([]string{}, reader.Fields()...))
		}
	}
}

// What encoding/csv writes is read back. Where it ends lines with CR LF it does so inside fields too.
func TestRowsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := rapid.Map(rapid.OneOf(rapid.StringMatching(`[a",\n ;à]{0,8}`), rapid.StringN(0, 20, -1)),
			strings.NewReplacer("\r", "", "\ufeff", "").Replace)
		want := rapid.SliceOfN(rapid.SliceOfN(field, 2, 5), 0, 20).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(want); err != nil {
			t.Fatal(err)
		}
		got, err := split(&b)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got {
			for i := range r {
				r[i] = strings.ReplaceAll(r[i], "\r\n", "\n")
			}
		}
		if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRawAndOffset(t *testing.T) {
	r := csvrows.NewReader(strings.NewReader("\ufeffa,b\r\n\n\"x\ny\",2\nlast"))
	for _, want := range []struct {
		raw string
		at  int64
	}{{"a,b", 3}, {"\"x\ny\",2", 9}, {"last", 17}} {
		if f, err := r.Next(); f.Bad() || err != nil || string(r.Raw()) != want.raw || r.Offset() != want.at {
			t.Errorf("%q at %d, %v, %v; want %+v", r.Raw(), r.Offset(), f, err, want)
		}
	}
	r.Reset(strings.NewReader("c\n"))
	if f, err := r.Next(); f.Bad() || err != nil || r.Offset() != 0 || len(r.Fields()) != 1 || r.Fields()[0] != "c" {
		t.Errorf("after Reset: %q at %d, %v, %v", r.Fields(), r.Offset(), f, err)
	}
}

// Rows that are whole before the source breaks off are given; what the break may have cut is not.
func TestBrokenSource(t *testing.T) {
	broken := errors.New("disk gone")
	for text, want := range map[string][][]string{
		"":                    nil,
		"a,b\nc,d\n":          {{"a", "b"}, {"c", "d"}},
		"a,b\nc,d":            {{"a", "b"}},
		"a,b\n\"c\"":          {{"a", "b"}},
		"a,b\n\"c\nd":         {{"a", "b"}},
		"a,b\n\"c\nd\n":       {{"a", "b"}},
		"a,b\n\"c\"\n":        {{"a", "b"}, {"c"}},
		"a,b\n\"c\"x\ne,f\ng": {{"a", "b"}, nil, {"e", "f"}},
	} {
		got, err := split(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("%q: error %v", text, err)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// FuzzRows: no file stops the reader, and rows come in order and lie in the file.
func FuzzRows(f *testing.F) {
	f.Add([]byte("a,b\n\"c\"\"\",\"d\ne\"\r\n"))
	f.Add([]byte("\ufeff\n\n\"x\"y\n\"open\nz"))
	f.Add([]byte(strings.Repeat("x", csvrows.MaxRow+1) + "\ny\n"))
	r := csvrows.NewReader(nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		r.Reset(bytes.NewReader(data))
		for before := int64(-1); ; {
			fault, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			raw, at := r.Raw(), r.Offset()
			if at <= before || !bytes.HasPrefix(data[at:], raw) {
				t.Fatalf("row %q at %d, after one at %d", raw, at, before)
			}
			before = at
			if fault.Bad() {
				if fault.Code != pipeline.DiscardCSV && fault.Code != pipeline.DiscardTooLong {
					t.Fatalf("row %q: %+v", raw, fault)
				}
				continue
			}
			want := bare(r.Fields())
			if len(want) == 1 && want[0] == "" {
				continue // a line of carriage returns, of which nothing is left
			}
			if alone, ok := csvrows.Split(raw); !ok || !slices.Equal(want, bare(alone)) {
				t.Fatalf("row %q by itself: %v %q, want %q", raw, ok, alone, want)
			}
		}
	})
}

// bare takes carriage returns off the end of the last field.
func bare(fields []string) []string {
	fields = slices.Clone(fields)
	last := &fields[len(fields)-1]
	*last = strings.TrimRight(*last, "\r")
	return fields
}
