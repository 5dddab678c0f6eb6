package parquet_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// TestSameBytesAsTheLibrary holds what is written against what the library's own column writers make of the rows.
func TestSameBytesAsTheLibrary(t *testing.T) {
	long := mixed(6000, 3)
	for i := range long {
		long[i].Note = strings.Repeat(fmt.Sprint(i%1000), 400) // several pages, some with a least text too long for statistics
	}
	cases := map[string]struct {
		rows []cells
		opt  parquet.Options
	}{
		"no row":           {nil, parquet.Options{}},
		"one row":          {[]cells{full(1)}, parquet.Options{}},
		"all null":         {make([]cells, 3000), parquet.Options{}},
		"all the same":     {repeated(9000), parquet.Options{}},
		"mixed":            {mixed(130_000, 9), parquet.Options{}},
		"large texts":      {long, parquet.Options{}},
		"small row groups": {mixed(3000, 4), parquet.Options{RowGroupRows: 700}},
		"distinct":         {distinct(30_000), parquet.Options{RowGroupRows: 20_000}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for i := range c.rows { // what is never null
				c.rows[i].Day, c.rows[i].At = max(c.rows[i].Day, 1), max(c.rows[i].At, 1)
			}
			sameAsLibrary(t, every, c.rows, c.opt)
		})
	}
	t.Run("actions", func(t *testing.T) { sameAsLibrary(t, tables.Actions, actions(20_000), parquet.Options{}) })
}

func repeated(n int) []cells {
	rows := make([]cells, n)
	for i := range rows {
		rows[i] = full(i / 3000)
	}
	return rows
}

func TestSameBytesAsTheLibraryProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := mixed(rapid.IntRange(0, 5000).Draw(rt, "rows"), rapid.Uint64().Draw(rt, "seed"))
		values := rapid.IntRange(1, 3000).Draw(rt, "values")
		stretch := rapid.IntRange(1, 40).Draw(rt, "stretch")
		for i := range rows {
			if v := i / stretch * 7 % values; rows[i].Code != "" {
				rows[i].Code = fmt.Sprint("C", v)
			}
		}
		sameAsLibrary(rt, every, rows, parquet.Options{RowGroupRows: rapid.IntRange(1000, 6000).Draw(rt, "row group")})
	})
}

// TestDictionaryGivenUp: where a dictionary grows too large the library lists the encodings in any order, so one of its
// files is the same, and all of ours.
func TestDictionaryGivenUp(t *testing.T) {
	codes := &table.Table[cells]{Name: "codici", Columns: []table.Column[cells]{every.Columns[3]}}
	rows := distinct(120_000)
	want, _ := write(t, codes, rows, 1000, parquet.Options{})
	for range 10 {
		if again, _ := write(t, codes, rows, 777, parquet.Options{}); !bytes.Equal(want, again) {
			t.Fatal("the same rows give other bytes")
		}
	}
	for range 100 {
		var b bytes.Buffer
		if err := parquet.WriteWithLibrary(&b, codes, rows, parquet.Options{}); err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(b.Bytes(), want) {
			return
		}
	}
	t.Error("the library never writes this")
}

func sameAsLibrary[T any](t failer, tab *table.Table[T], rows []T, opt parquet.Options) {
	var want, got bytes.Buffer
	if err := parquet.WriteWithLibrary(&want, tab, rows, opt); err != nil {
		t.Fatal(err)
	}
	w, err := parquet.NewWriter(&got, tab, opt)
	if err != nil {
		t.Fatal(err)
	}
	for rest := rows; len(rest) > 0; rest = rest[min(777, len(rest)):] {
		if err := w.Write(rest[:min(777, len(rest))]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want.Bytes(), got.Bytes()) {
		at := 0
		for at < min(want.Len(), got.Len()) && want.Bytes()[at] == got.Bytes()[at] {
			at++
		}
		t.Fatal(fmt.Sprintf("%d rows: %d bytes, the library writes %d; they differ at %d", len(rows), got.Len(), want.Len(), at))
	}
}
