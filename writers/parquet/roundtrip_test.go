package parquet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestRoundTrip(t *testing.T) {
	cases := map[string]struct {
		rows []cells
		opt  parquet.Options
	}{
		"no row":                {nil, parquet.Options{}},
		"one full row":          {[]cells{full(1)}, parquet.Options{}},
		"one empty row":         {[]cells{empty(1)}, parquet.Options{}},
		"all null":              {slices.Repeat([]cells{empty(0)}, 10_000), parquet.Options{}},
		"no null":               {slices.Repeat([]cells{full(3)}, 10_000), parquet.Options{}},
		"one batch":             {mixed(4096, 1), parquet.Options{}},
		"a row more":            {mixed(4097, 2), parquet.Options{}},
		"small row groups":      {mixed(1000, 3), parquet.Options{RowGroupRows: 7}},
		"exact row groups":      {mixed(9000, 4), parquet.Options{RowGroupRows: 4500}},
		"300,000 rows":          {mixed(300_000, 5), parquet.Options{}},
		"a dictionary too full": {distinct(60_000), parquet.Options{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b, s := write(t, every, c.rows, 1000, c.opt)
			if s.Rows != int64(len(c.rows)) || s.Table != "prova" {
				t.Errorf("summary of %s, %d rows", s.Table, s.Rows)
			}
			back, err := readAll(b, every)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(c.rows, back) {
				t.Fatal(firstDifference(c.rows, back))
			}
			if err := parquet.ReadBack(save(t, b), s); err != nil {
				t.Error(err)
			}
		})
	}
}

// distinct gives rows whose codes are all different, which makes the library give up the dictionary half-way.
func distinct(n int) []cells {
	rows := mixed(n, 6)
	for i := range rows {
		rows[i].Code = fmt.Sprintf("%040d", i)
		rows[i].Office = fmt.Sprintf("%040d", n-i)
	}
	return rows
}

func firstDifference[T comparable](want, got []T) string {
	if len(want) != len(got) {
		return fmt.Sprintf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if want[i] != got[i] {
			return fmt.Sprintf("row %d: %s", i, cmp.Diff(want[i], got[i]))
		}
	}
	return ""
}

func TestRoundTripProperty(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		rows := mixed(rapid.IntRange(0, 300).Draw(rt, "rows"), rapid.Uint64().Draw(rt, "seed"))
		opt := parquet.Options{RowGroupRows: rapid.IntRange(1, 200).Draw(rt, "row group")}
		b, s := write(t, every, rows, rapid.IntRange(1, 300).Draw(rt, "batch"), opt)
		back, err := readAll(b, every)
		if err != nil {
			rt.Fatal(err)
		}
		if !slices.Equal(rows, back) {
			rt.Fatal(firstDifference(rows, back))
		}
		path := filepath.Join(dir, "t.parquet")
		if err := os.WriteFile(path, b, 0o640); err != nil {
			rt.Fatal(err)
		}
		if err := parquet.ReadBack(path, s); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestSameRowsGiveSameBytes(t *testing.T) {
	rows := mixed(20_000, 8)
	want, first := write(t, every, rows, 1, parquet.Options{})
	for _, batch := range []int{3, 4095, 20_000} {
		got, s := write(t, every, rows, batch, parquet.Options{})
		if !bytes.Equal(want, got) {
			t.Errorf("batches of %d give other bytes", batch)
		}
		if d := cmp.Diff(first, s); d != "" {
			t.Error(d)
		}
	}
}

// TestStatistics compares the least and greatest of each row group, which readers skip row groups by, with its rows.
func TestStatistics(t *testing.T) {
	rows := mixed(20_000, 13)
	b, _ := write(t, every, rows, 20_000, parquet.Options{RowGroupRows: 10_000})
	f, err := file.NewParquetReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for g := range f.NumRowGroups() {
		for i := range every.Columns {
			chunk, err := f.MetaData().RowGroup(g).ColumnChunk(i)
			if err != nil {
				t.Fatal(err)
			}
			stats, err := chunk.Statistics()
			if err != nil {
				t.Fatal(err)
			}
			c := &every.Columns[i]
			if got, want := rangeOf(stats), rangeIn(rows[g*10_000:(g+1)*10_000], c); got != want {
				t.Errorf("row group %d, %s: %s, want %s", g, c.Name, got, want)
			}
		}
	}
}

// TestStatisticsCountEmptyTexts has whole batches of empty texts, which the library would take for none at all.
func TestStatisticsCountEmptyTexts(t *testing.T) {
	tab := &table.Table[cells]{Name: "vuoti", Columns: every.Columns[:1]}
	for name, from := range map[string]int{"first": 0, "last": 4096} {
		t.Run(name, func(t *testing.T) {
			rows := slices.Repeat([]cells{{ID: "b"}}, 8192)
			for i := range 4096 {
				rows[from+i].ID = ""
			}
			b, _ := write(t, tab, rows, 8192, parquet.Options{})
			f, err := file.NewParquetReader(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			chunk, err := f.MetaData().RowGroup(0).ColumnChunk(0)
			if err != nil {
				t.Fatal(err)
			}
			stats, err := chunk.Statistics()
			if err != nil {
				t.Fatal(err)
			}
			if got := rangeOf(stats); got != " to b, 0 nulls" {
				t.Errorf("statistics say %s", got)
			}
		})
	}
}

func rangeOf(stats metadata.TypedStatistics) string {
	var least, greatest any
	switch s := stats.(type) {
	case *metadata.ByteArrayStatistics:
		least, greatest = string(s.Min()), string(s.Max())
	case *metadata.Int32Statistics:
		least, greatest = s.Min(), s.Max()
	case *metadata.Int64Statistics:
		least, greatest = s.Min(), s.Max()
	case *metadata.BooleanStatistics:
		least, greatest = s.Min(), s.Max()
	}
	if !stats.HasMinMax() {
		least, greatest = nil, nil
	}
	return fmt.Sprintf("%v to %v, %d nulls", least, greatest, stats.NullCount())
}

func rangeIn(rows []cells, c *table.Column[cells]) string {
	one := []table.Column[cells]{*c}
	var least, greatest *cells
	nulls := 0
	for i := range rows {
		r := &rows[i]
		if c.Get(r).Null {
			nulls++
			continue
		}
		if least == nil || table.CompareColumns(one, r, least) < 0 {
			least = r
		}
		if greatest == nil || table.CompareColumns(one, r, greatest) > 0 {
			greatest = r
		}
	}
	text := func(r *cells) any {
		switch {
		case r == nil:
			return nil
		case c.Kind == table.Text:
			return c.Get(r).Str
		case c.Kind == table.Bool:
			return c.Get(r).Num != 0
		}
		return c.Get(r).Num
	}
	return fmt.Sprintf("%v to %v, %d nulls", text(least), text(greatest), nulls)
}

func TestRowGroups(t *testing.T) {
	b, _ := write(t, every, mixed(2*parquet.RowGroupRows+1, 9), 5000, parquet.Options{})
	r, err := parquet.NewReader(bytes.NewReader(b), int64(len(b)), every)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for i := range r.NumRowGroups() {
		n := 0
		if err := r.ReadRowGroup(i, func(rows []cells) error { n += len(rows); return nil }); err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
	}
	if want := []int{parquet.RowGroupRows, parquet.RowGroupRows, 1}; !slices.Equal(want, got) {
		t.Errorf("row groups of %v", got)
	}
	if err := r.ReadRowGroup(3, nil); err == nil {
		t.Error("a row group that is not there was read")
	}
}

func TestReadStopsAtTheCallersError(t *testing.T) {
	b, _ := write(t, every, mixed(9000, 1), 9000, parquet.Options{})
	enough := errors.New("enough")
	calls := 0
	err := parquet.Read(save(t, b), every, func([]cells) error { calls++; return enough })
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

func TestEachOfReadsSomeColumns(t *testing.T) {
	rows := mixed(9000, 1)
	b, _ := write(t, every, rows, 9000, parquet.Options{})
	i := 0
	err := parquet.EachOf(t.Context(), save(t, b), every, []string{"id", "fine", "importo"}, func(got *cells) error {
		if want := (cells{ID: rows[i].ID, End: rows[i].End, Amount: rows[i].Amount}); *got != want {
			t.Fatalf("row %d: %+v, want %+v", i, *got, want)
		}
		i++
		return nil
	})
	if err != nil || i != len(rows) {
		t.Errorf("%d rows of %d: %v", i, len(rows), err)
	}
}

func TestWriteRefuses(t *testing.T) {
	cases := map[string]struct {
		change func(*cells)
		column string
	}{
		"no date":        {func(c *cells) { c.Day = 0 }, "prova.giorno, row 3"},
		"no moment":      {func(c *cells) { c.At = 0 }, "prova.momento, row 3"},
		"too many cents": {func(c *cells) { c.Amount.V++ }, "prova.importo, row 3"},
		"too few a day":  {func(c *cells) { c.PerDay.V-- }, "prova.al_giorno, row 3"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w, err := parquet.NewWriter(&bytes.Buffer{}, every, parquet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write([]cells{full(1), full(2)}); err != nil {
				t.Fatal(err)
			}
			bad := full(3)
			c.change(&bad)
			err = w.Write([]cells{bad, full(4)})
			if !errors.Is(err, parquet.ErrValue) || !strings.Contains(err.Error(), c.column) {
				t.Errorf("got %v", err)
			}
			if _, again := w.Close(); !errors.Is(again, parquet.ErrValue) {
				t.Errorf("close: %v", again)
			}
		})
	}
}

func TestIntegersOutOfRange(t *testing.T) {
	wide := &table.Table[int64]{Name: "largo", Columns: []table.Column[int64]{
		table.IntOf("n", "Numero.", table.Int32, func(r *int64) *int64 { return r }),
	}}
	for _, n := range []int64{math.MaxInt32 + 1, math.MinInt32 - 1} {
		w, err := parquet.NewWriter(&bytes.Buffer{}, wide, parquet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write([]int64{n}); !errors.Is(err, parquet.ErrValue) {
			t.Errorf("%d: %v", n, err)
		}
	}
}

func TestInvalidUTF8IsReplaced(t *testing.T) {
	row := full(1)
	row.Note = "nome\xff.xml"
	b, s := write(t, every, []cells{row}, 1, parquet.Options{})
	back, err := readAll(b, every)
	if err != nil {
		t.Fatal(err)
	}
	if back[0].Note != "nome\uFFFD.xml" {
		t.Errorf("got %q", back[0].Note)
	}
	if err := parquet.ReadBack(save(t, b), s); err != nil {
		t.Error(err)
	}
}

// failing takes some bytes and then fails.
type failing struct{ left int }

var errFull = errors.New("no space left")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteErrorsAreReported(t *testing.T) {
	rows := mixed(3000, 1)
	whole, _ := write(t, every, rows, 3000, parquet.Options{RowGroupRows: 1000})
	for left := 0; left < len(whole); left += max(1, len(whole)/97) {
		w, err := parquet.NewWriter(&failing{left}, every, parquet.Options{RowGroupRows: 1000})
		if err == nil {
			err = w.Write(rows)
		}
		if err == nil {
			_, err = w.Close()
		}
		if !errors.Is(err, errFull) {
			t.Fatalf("after %d bytes of %d: %v", left, len(whole), err)
		}
	}
}

func TestWriteAfterClose(t *testing.T) {
	w, err := parquet.NewWriter(&bytes.Buffer{}, every, parquet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]cells{full(1)}); !errors.Is(err, parquet.ErrClosed) {
		t.Errorf("write: %v", err)
	}
	if _, err := w.Close(); !errors.Is(err, parquet.ErrClosed) {
		t.Errorf("close: %v", err)
	}
}

func TestReadRefusesAnotherTable(t *testing.T) {
	b, _ := write(t, every, mixed(10, 1), 10, parquet.Options{})
	less, more, renamed, retyped := *every, *every, *every, *every
	less.Columns = every.Columns[:len(every.Columns)-1]
	more.Columns = append(slices.Clone(every.Columns), table.BoolOf("altra", "Altra.", func(r *cells) *bool { return &r.Flag }))
	renamed.Columns = slices.Clone(every.Columns)
	renamed.Columns[1].Name = "appunto"
	retyped.Columns = slices.Clone(every.Columns)
	retyped.Columns[13].Kind = table.Decimal4
	for want, tab := range map[string]*table.Table[cells]{
		"vuota": &less, "altra": &more, "appunto": &renamed, "importo": &retyped,
	} {
		_, err := readAll(b, tab)
		if !errors.Is(err, parquet.ErrSchema) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestReadBackFindsDifferences(t *testing.T) {
	rows := mixed(500, 1)
	b, s := write(t, every, rows, 500, parquet.Options{})
	path := save(t, b)
	for i, c := range s.Columns {
		if c.Name == "vuota" {
			continue
		}
		other := slices.Clone(rows)
		v := every.Columns[i].Get(&other[77])
		v.Null, v.Num, v.Str = false, v.Num^1, v.Str+"x"
		every.Columns[i].Set(&other[77], v)
		_, want := write(t, every, other, 500, parquet.Options{})
		err := parquet.ReadBack(path, want)
		if !errors.Is(err, parquet.ErrDiffers) || !strings.Contains(err.Error(), "column "+c.Name) {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	less := s
	less.Rows--
	if err := parquet.ReadBack(path, less); !errors.Is(err, parquet.ErrDiffers) {
		t.Errorf("a row less: %v", err)
	}
	fewer := s
	fewer.Columns = s.Columns[1:]
	if err := parquet.ReadBack(path, fewer); !errors.Is(err, parquet.ErrDiffers) {
		t.Errorf("a column less: %v", err)
	}
}

func TestCountRows(t *testing.T) {
	for _, n := range []int{0, 1, 4097} {
		b, _ := write(t, every, mixed(n, 1), 500, parquet.Options{})
		if got, err := parquet.CountRows(save(t, b)); err != nil || got != int64(n) {
			t.Errorf("%d rows: %d, %v", n, got, err)
		}
	}
	if _, err := parquet.CountRows(save(t, []byte("PAR1 no footer here PAR1"))); !errors.Is(err, parquet.ErrFile) {
		t.Errorf("rubbish: %v", err)
	}
}

// TestGoldenSchema holds what other programs see of a file: names, types, nulls and metadata.
func TestGoldenSchema(t *testing.T) {
	b, _ := write(t, every, nil, 1, parquet.Options{})
	f, err := file.NewParquetReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	m := f.MetaData()
	var out strings.Builder
	fmt.Fprintf(&out, "created by %s\nrows %d\n%s\n", m.GetCreatedBy(), m.GetNumRows(), m.Schema)
	for i, k := range m.KeyValueMetadata().Keys() {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, []byte(m.KeyValueMetadata().Values()[i]), "", " "); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s = %s\n", k, &pretty)
	}
	golden(t, "schema.txt", out.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

// TestPublishedTables writes and reads an action through the real description.
func TestPublishedTables(t *testing.T) {
	rows := []pipeline.Action{{
		ID: "A1", Operation: pipeline.OperationNew, Cause: pipeline.CauseCommunication, Type: pipeline.ActionReduce,
		Mode: pipeline.ModeAuto, Claim: "0001", TaxCode: "VRDLCU80A01H501A", Office: "0700",
		From: pipeline.MustDate("2014-03-01"), To: pipeline.MustDate("2014-03-10"), Days: pipeline.Some(int32(10)),
		Total: pipeline.Some(pipeline.Cents(12345)), Daily: pipeline.Some(int64(123_4500)), Night: pipeline.MustDate("2014-03-02"),
	}}
	b, s := write(t, tables.Actions, rows, 1, parquet.Options{})
	back, err := readAll(b, tables.Actions)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(rows, back); d != "" {
		t.Error(d)
	}
	if err := parquet.ReadBack(save(t, b), s); err != nil {
		t.Error(err)
	}
}
