package worksheet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
	"incrocio/readers/worksheet"
	"incrocio/writers/parquet"
	out "incrocio/writers/worksheet"
)

var origin = out.Origin{By: "=rossi", At: 1_404_900_000_000_000, Night: pipeline.MustDate("2014-07-08"), Filter: "sede 0100"}

// hostile gives the texts of pipeline/workbook.
func hostile(t testing.TB) []string {
	t.Helper()
	b, err := os.ReadFile("../../pipeline/workbook/testdata/ostili.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	if err := json.Unmarshal(b, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// hostileRows gives a row for each hostile text, which stands in every text of it but the id.
func hostileRows(t testing.TB) []workbook.Row {
	t.Helper()
	var rows []workbook.Row
	for i, s := range hostile(t) {
		e := worklist.Row{
			Item: worklist.Item{
				Key: worklist.Key{Kind: worklist.KindException, ID: fmt.Sprintf("E%04d", i)}, Office: s, Code: s, Fingerprint: s,
				Version: int64(i), Holder: s,
			},
			Class: s, Title: s, Text: s, Proposed: s, Claim: s, Protocol: s, Type: s, TaxCode: pipeline.CodiceFiscale(s),
			From: pipeline.MustDate("2014-07-01") + pipeline.Date(i), Priority: int32(i), Days: pipeline.Some(int32(i)),
			Amount: pipeline.Some(pipeline.Cents(i*1001 - 200_000)),
		}
		if i%2 == 0 {
			e.To, e.Due = e.From+31, pipeline.MustDate("1899-12-31")+pipeline.Date(i)
			e.Amount, e.Days = pipeline.Opt[pipeline.Cents]{}, pipeline.Opt[int32]{}
		}
		row := workbook.Of(&e, e.From, false, s)
		row.Outcome, row.Reason, row.Decision, row.Note = s, s, s, s
		if i%3 == 0 {
			row.NewFrom, row.NewTo = e.From, e.From+1
		}
		rows = append(rows, row)
	}
	return rows
}

func written(t testing.TB, f out.Format, rows []workbook.Row) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := out.Write(&b, f, rows, &origin); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reread reads a file that must be sound.
func reread(t testing.TB, file []byte, want worksheet.Format) []workbook.Row {
	t.Helper()
	var rows []workbook.Row
	f, err := worksheet.Read(bytes.NewReader(file), int64(len(file)), worksheet.Limits{}, func(l workbook.Line) error {
		if l.Err != nil || l.Number != len(rows)+2 {
			t.Errorf("row %d, the %dth: %v", l.Number, len(rows)+1, l.Err)
		}
		rows = append(rows, l.Row)
		return nil
	})
	if err != nil || f != want {
		t.Fatalf("%s: %v", f, err)
	}
	return rows
}

// plainly shows codes that mask themselves.
var plainly = cmp.Transformer("code", func(c pipeline.CodiceFiscale) []byte { return []byte(c) })

func compare(t *testing.T, got, want []workbook.Row) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if d := cmp.Diff(want[i], got[i], plainly); d != "" {
			t.Errorf("row %d (-want +got):\n%s", i+2, d)
		}
		if got[i].Altered() {
			t.Errorf("row %d came back altered", i+2)
		}
	}
}

func TestHostileTextsComeBackAsTheyWere(t *testing.T) {
	rows := hostileRows(t)
	if len(rows) < 500 {
		t.Fatalf("%d rows", len(rows))
	}
	t.Run("csv", func(t *testing.T) { compare(t, reread(t, written(t, out.CSV, rows), worksheet.CSV), rows) })
	t.Run("xlsx", func(t *testing.T) { compare(t, reread(t, written(t, out.XLSX, rows), worksheet.XLSX), rows) })
}

// TestTheThreeFormatsSayTheSame compares cells of the three files, column by column.
func TestTheThreeFormatsSayTheSame(t *testing.T) {
	rows := hostileRows(t)
	path := filepath.Join(t.TempDir(), "f.parquet")
	if err := os.WriteFile(path, written(t, out.Parquet, rows), 0o600); err != nil {
		t.Fatal(err)
	}
	var data []workbook.Row
	err := parquet.Read(path, workbook.Table(), func(rows []workbook.Row) error { data = append(data, rows...); return nil })
	if err != nil || len(data) != len(rows) {
		t.Fatalf("%d rows of Parquet: %v", len(data), err)
	}
	csv := reread(t, written(t, out.CSV, rows), worksheet.CSV)
	xlsx := reread(t, written(t, out.XLSX, rows), worksheet.XLSX)
	for _, c := range workbook.Table().Columns {
		for i := range rows {
			want := settled(c.Get(&data[i]))
			if a, b := settled(c.Get(&csv[i])), settled(c.Get(&xlsx[i])); a != want || b != want {
				t.Errorf("%s, row %d: csv %v, xlsx %v, parquet %v", c.Name, i, a, b, want)
			}
		}
	}
}

func settled(v table.Value) table.Value {
	if v.Null {
		return table.Value{Null: true}
	}
	return v
}

func TestAnyTextComesBack(t *testing.T) {
	var rows []workbook.Row
	rapid.Check(t, func(rt *rapid.T) {
		e := worklist.Row{Item: worklist.Item{Key: worklist.Key{ID: "E"}}, Text: rapid.String().Draw(rt, "text")}
		e.Title = string(rapid.SliceOf(rapid.SampledFrom([]rune("_x005FdD8\r\n\"';=\x00\uf8fe\uf8fd<&"))).Draw(rt, "title"))
		row := workbook.Of(&e, 0, false, "")
		row.Note = rapid.String().Draw(rt, "note")
		rows = append(rows, row)
	})
	compare(t, reread(t, written(t, out.CSV, rows), worksheet.CSV), rows)
	compare(t, reread(t, written(t, out.XLSX, rows), worksheet.XLSX), rows)
}

// resaved is a CSV as another program saves it again.
func resaved(t *testing.T, rows []workbook.Row, separator string, quote func(string) bool, end, date, comma string) string {
	t.Helper()
	var b strings.Builder
	columns := workbook.Table().Columns
	for i := -1; i < len(rows); i++ {
		for j := range columns {
			s := workbook.Heading(j, columns[j].Name)
			if i >= 0 {
				s = shown(columns[j].Kind, columns[j].Get(&rows[i]), date, comma)
			}
			if strings.Contains(s, separator) || strings.ContainsAny(s, "\"\r\n") || quote(s) {
				s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
			}
			if j > 0 {
				b.WriteString(separator)
			}
			b.WriteString(s)
		}
		b.WriteString(end)
	}
	return b.String()
}

func shown(k table.Kind, v table.Value, date, comma string) string {
	switch {
	case v.Null:
		return ""
	case k == table.Text:
		return strings.ReplaceAll(workbook.Guard(v.Str), "\r\n", "\n")
	case k == table.Date:
		y, m, d := pipeline.DateFromUnixDays(int32(v.Num)).Civil()
		return strings.NewReplacer("yyyy", fmt.Sprintf("%04d", y), "yy", fmt.Sprintf("%02d", y%100), "mm", fmt.Sprintf("%02d", m),
			"m", fmt.Sprint(m), "dd", fmt.Sprintf("%02d", d), "d", fmt.Sprint(d)).Replace(date)
	case k == table.Decimal2:
		return strings.Replace(strings.TrimSuffix(pipeline.Cents(v.Num).String(), "0"), ".", comma, 1)
	}
	return fmt.Sprint(v.Num)
}

func TestFilesThatAnotherProgramSavedAgain(t *testing.T) {
	rows := hostileRows(t)
	for i := range rows { // two digits tell no other years
		if rows[i].Due != 0 && rows[i].Due < pipeline.MustDate("1930-01-01") {
			rows[i].Due += 20_000
			rows[i].Check = rows[i].Sum()
		}
	}
	never, always := func(string) bool { return false }, func(string) bool { return true }
	for name, file := range map[string]string{
		"LibreOffice":     "\ufeff" + resaved(t, rows, ";", never, "\n", "dd/mm/yyyy", ","),
		"two-digit years": resaved(t, rows, ";", never, "\r\n", "dd/mm/yy", ","),
		"commas":          resaved(t, rows, ",", never, "\n", "d/m/yyyy", "."),
		"all quoted":      resaved(t, rows, ",", always, "\r\n", "yyyy-mm-dd", ","),
		"tabs":            resaved(t, rows, "\t", never, "\n", "dd-mm-yyyy", ","),
	} {
		got := reread(t, []byte(file), worksheet.CSV)
		if len(got) != len(rows) {
			t.Errorf("%s: %d rows", name, len(got))
			continue
		}
		for i := range got {
			if got[i].Altered() || got[i].NewFrom != rows[i].NewFrom || got[i].ID != rows[i].ID {
				t.Errorf("%s: row %d is altered: %q", name, i+2, hostile(t)[i])
			}
		}
	}
}

func TestEqualRowsGiveEqualBytes(t *testing.T) {
	rows := hostileRows(t)[:40]
	for _, f := range out.Formats() {
		first := written(t, f, rows)
		for range 5 {
			if !bytes.Equal(written(t, f, rows), first) {
				t.Fatalf("%s differs from one time to the next", f)
			}
		}
	}
}

func TestNoRows(t *testing.T) {
	for f, want := range map[out.Format]worksheet.Format{out.CSV: worksheet.CSV, out.XLSX: worksheet.XLSX} {
		if rows := reread(t, written(t, f, nil), want); len(rows) != 0 {
			t.Errorf("%s: %d rows", f, len(rows))
		}
	}
}
