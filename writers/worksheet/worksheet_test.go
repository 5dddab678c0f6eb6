package worksheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
	"incrocio/writers/worksheet"
)

func row() workbook.Row {
	e := worklist.Row{
		Item: worklist.Item{
			Key: worklist.Key{Kind: worklist.KindException, ID: "E0123456789abcdef0123"}, Office: "0100", Version: 2,
			Code: "DATE_DISCORDI", Fingerprint: "12345678901234567890",
		},
		Class: "BLOCCO", Title: "Date discordi", Text: "dice \"luglio\";\nma è agosto", Proposed: "=1+1", Claim: "7000-2014-0001234",
		TaxCode: "RSSMRA80A01H501U", From: pipeline.MustDate("2014-07-01"), To: pipeline.MustDate("1899-12-31"),
		Days: pipeline.Some(int32(12)), Amount: pipeline.Some(pipeline.Cents(-1250)), Due: pipeline.MustDate("2014-07-31"), Priority: 3,
	}
	return workbook.Of(&e, e.From, true, "rossi 2014-07-02T08:00:00Z")
}

var origin = worksheet.Origin{
	By: "=rossi", At: pipeline.InstantOf(time.Date(2014, 7, 2, 8, 0, 0, 0, time.UTC)), Night: pipeline.MustDate("2014-07-01"),
	Filter: "--sede 0100", Purpose: "verifica", Masked: true,
}

func written(t *testing.T, f worksheet.Format, rows ...workbook.Row) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := worksheet.Write(&b, f, rows, &origin); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCSV(t *testing.T) {
	r := row()
	want := "\ufeff\"id\";\"impronta\";\"versione\";\"sede\";\"codice\";\"titolo\";\"classe\";\"priorità\";\"scadenza\";\"codice fiscale\";" +
		"\"domanda\";\"protocollo\";\"tipologia\";\"dal\";\"al\";\"giorni\";\"importo\";\"descrizione\";\"azione proposta\";\"stato\";" +
		"\"in carico a\";\"esito\";\"motivo\";\"provvedimento\";\"nuovo_dal\";\"nuovo_al\";\"nota\";\"estrazione\";\"controllo\"\r\n" +
		"\"E0123456789abcdef0123\";\"'12345678901234567890\";2;\"'0100\";\"DATE_DISCORDI\";\"Date discordi\";\"BLOCCO\";3;31/07/2014;" +
		"\"RSS*************\";\"7000-2014-0001234\";;;01/07/2014;31/12/1899;12;-12,50;\"dice \"\"luglio\"\";\nma è agosto\";\"'=1+1\";" +
		"\"DA_LAVORARE\";;;;;;;;\"rossi 2014-07-02T08:00:00Z\";\"" + r.Check + "\"\r\n"
	if got := string(written(t, worksheet.CSV, r)); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestXLSXCells reads the file with another reader: the library's own.
func TestXLSXCells(t *testing.T) {
	r := row()
	f, err := excelize.OpenReader(bytes.NewReader(written(t, worksheet.XLSX, r)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, want := range map[string]struct {
		raw  string
		kind excelize.CellType
	}{
		"A1": {"id", excelize.CellTypeInlineString},
		"H1": {"priorità", excelize.CellTypeInlineString},
		"A2": {"E0123456789abcdef0123", excelize.CellTypeInlineString},
		"B2": {"12345678901234567890", excelize.CellTypeInlineString},
		"C2": {"2", excelize.CellTypeUnset},
		"D2": {"0100", excelize.CellTypeInlineString},
		"I2": {"41851", excelize.CellTypeUnset},
		"J2": {"RSS*************", excelize.CellTypeInlineString},
		"N2": {"41821", excelize.CellTypeUnset},
		"O2": {"31/12/1899", excelize.CellTypeInlineString},
		"P2": {"12", excelize.CellTypeUnset},
		"Q2": {"-12.5", excelize.CellTypeUnset},
		"R2": {"dice \"luglio\";\nma è agosto", excelize.CellTypeInlineString},
		"S2": {"=1+1", excelize.CellTypeInlineString},
		"V2": {"", excelize.CellTypeUnset},
	} {
		raw, err := f.GetCellValue(workbook.SheetName, at, excelize.Options{RawCellValue: true})
		if err != nil || raw != want.raw {
			t.Errorf("%s is %q, want %q (%v)", at, raw, want.raw, err)
		}
		if kind, err := f.GetCellType(workbook.SheetName, at); err != nil || kind != want.kind {
			t.Errorf("%s is of type %d, want %d (%v)", at, kind, want.kind, err)
		}
	}
	for at, want := range map[string]string{"I2": "31/07/2014", "N2": "01/07/2014", "Q2": "-12.50"} {
		if got, err := f.GetCellValue(workbook.SheetName, at); err != nil || got != want {
			t.Errorf("%s is shown as %q, want %q (%v)", at, got, want, err)
		}
	}
	frame(t, f)
	help(t, f)
}

// frame looks at what surrounds the cells.
func frame(t *testing.T, f *excelize.File) {
	t.Helper()
	if got := f.GetSheetList(); len(got) != 2 || got[0] != "Eccezioni" || got[1] != "Istruzioni" {
		t.Errorf("sheets %v", got)
	}
	lists, err := f.GetDataValidations(workbook.SheetName)
	if err != nil || len(lists) != 2 {
		t.Fatalf("%d lists to choose from, %v", len(lists), err)
	}
	for i, want := range []string{"V2:V2 FONDATA,UTILE,INFONDATA", "X2:X2 CONFERMA,RIFIUTO,DATE"} {
		if got := lists[i].Sqref + " " + strings.Trim(lists[i].Formula1, `"`); got != want {
			t.Errorf("list %q, want %q", got, want)
		}
	}
	if p, err := f.GetPanes(workbook.SheetName); err != nil || !p.Freeze || p.YSplit != 1 {
		t.Errorf("panes %+v, %v", p, err)
	}
	if width, err := f.GetColWidth(workbook.SheetName, "R"); err != nil || width != 60 {
		t.Errorf("width %v, %v", width, err)
	}
	if names := f.GetDefinedName(); len(names) != 1 || names[0].RefersTo != "'Eccezioni'!$A$1:$AC$2" {
		t.Errorf("filter %+v", names)
	}
	grey := func(cell string) string {
		id, err := f.GetCellStyle(workbook.SheetName, cell)
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.GetStyle(id)
		if err != nil || len(s.Fill.Color) == 0 {
			return ""
		}
		return s.Fill.Color[0]
	}
	if grey("A2") != "EDEDED" || grey("AC2") != "EDEDED" || grey("V2") != "" {
		t.Errorf("colours %q, %q, %q", grey("A2"), grey("AC2"), grey("V2"))
	}
}

// help looks at the instructions.
func help(t *testing.T, f *excelize.File) {
	t.Helper()
	for at, want := range map[string]string{
		"B2": "=rossi", "B3": "02/07/2014 10:00:00", "B4": "01/07/2014", "B5": "1", "B6": "--sede 0100", "B7": "verifica", "B8": "sì",
	} {
		if got, err := f.GetCellValue("Istruzioni", at); err != nil || got != want {
			t.Errorf("Istruzioni %s is %q, want %q (%v)", at, got, want, err)
		}
		if formula, err := f.GetCellFormula("Istruzioni", at); err != nil || formula != "" {
			t.Errorf("Istruzioni %s is the formula %q, %v", at, formula, err)
		}
	}
}

// TestNoFormulaWhateverTheTexts: no part of the file holds a formula, a link or a program.
func TestNoFormulaWhateverTheTexts(t *testing.T) {
	b, err := os.ReadFile("../../pipeline/workbook/testdata/ostili.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	if err := json.Unmarshal(b, &texts); err != nil {
		t.Fatal(err)
	}
	var rows []workbook.Row
	for _, s := range texts {
		r := row()
		r.Text, r.Note, r.Outcome, r.Holder = s, s, s, s
		rows = append(rows, r)
	}
	file := written(t, worksheet.XLSX, rows...)
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(body, []byte("<f>")) || bytes.Contains(body, []byte("TargetMode")) || strings.Contains(f.Name, "vba") {
			t.Errorf("%s holds a formula or a link", f.Name)
		}
		if !f.Modified.Equal(origin.At.Time()) {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
	}
	cells(t, written(t, worksheet.CSV, rows...), len(rows)+1)
}

// cells looks at every cell of a CSV as a spreadsheet program would.
func cells(t *testing.T, file []byte, rows int) {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	r.Comma = ';'
	all, err := r.ReadAll()
	if err != nil || len(all) != rows {
		t.Fatalf("%d rows, want %d (%v)", len(all), rows, err)
	}
	for i, row := range all {
		for j, c := range row {
			if c = strings.TrimLeft(c, " \u00a0\u200b\ufeff\u3000"); c == "" || j == 16 { // a number
				continue
			}
			if first, _ := utf8.DecodeRuneInString(c); strings.ContainsRune("=+-@\t\r\n＝＋－＠|%", first) {
				t.Errorf("row %d, cell %d: %q", i, j, c)
			}
		}
	}
}

func TestParseFormat(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       worksheet.Format
	}{
		{"", "a.xlsx", worksheet.XLSX}, {"", "a.b.CSV", worksheet.CSV}, {"parquet", "a.xlsx", worksheet.Parquet}, {"XLSX", "a", worksheet.XLSX},
	} {
		if got, err := worksheet.ParseFormat(c.name, c.file); err != nil || got != c.want {
			t.Errorf("%q, %q: %s, %v", c.name, c.file, got, err)
		}
	}
	for _, file := range []string{"a", "a.xls", "", "a.ods"} {
		if got, err := worksheet.ParseFormat("", file); !errors.Is(err, worksheet.ErrFormat) {
			t.Errorf("%q: %s, %v", file, got, err)
		}
	}
	if err := worksheet.Write(io.Discard, "ods", nil, &origin); !errors.Is(err, worksheet.ErrFormat) {
		t.Error(err)
	}
}

// broken takes so many bytes and then fails.
type broken struct{ left int }

var errBroken = errors.New("disk full")

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestAFullDiskIsTold(t *testing.T) {
	for _, f := range worksheet.Formats() {
		whole := len(written(t, f, row(), row()))
		for _, n := range []int{0, 1, whole / 2, whole - 1} {
			if err := worksheet.Write(&broken{n}, f, []workbook.Row{row(), row()}, &origin); !errors.Is(err, errBroken) {
				t.Errorf("%s after %d of %d bytes: %v", f, n, whole, err)
			}
		}
	}
}
