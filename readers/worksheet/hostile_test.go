package worksheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
	"incrocio/readers/worksheet"
	out "incrocio/writers/worksheet"
)

// small gives two plain rows, the first filled in.
func small() []workbook.Row {
	var rows []workbook.Row
	for i := range 2 {
		e := worklist.Row{
			Item: worklist.Item{Key: worklist.Key{ID: fmt.Sprintf("E%d", i)}, Office: "4900", Fingerprint: "ab"}, Text: "descrizione",
			From: pipeline.MustDate("2014-07-01"), Amount: pipeline.Some(pipeline.Cents(-1250)),
		}
		rows = append(rows, workbook.Of(&e, e.From, false, "rossi"))
	}
	rows[0].Outcome, rows[0].Decision, rows[0].NewFrom = "FONDATA", "DATE", pipeline.MustDate("2014-08-01")
	return rows
}

// sheetPart is the part with the rows.
const sheetPart = "xl/worksheets/sheet1.xml"

// parts takes an xlsx apart.
func parts(t testing.TB, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(b)
	}
	return all
}

// packed puts parts together again.
func packed(t testing.TB, all map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, all[name])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read reads a file that may be refused.
func read(file []byte, l worksheet.Limits) (lines []workbook.Line, err error) {
	_, err = worksheet.Read(bytes.NewReader(file), int64(len(file)), l, func(l workbook.Line) error {
		lines = append(lines, l)
		return nil
	})
	return lines, err
}

// edit changes a good xlsx.
func edit(t testing.TB, f func(all map[string]string)) []byte {
	t.Helper()
	all := parts(t, written(t, out.XLSX, small()))
	f(all)
	return packed(t, all)
}

func TestWorkbooksThatAreRefused(t *testing.T) {
	const relation = `<Relationship Id="rIdX" Type="http://x/%s" Target="%s" TargetMode="External"/></Relationships>`
	add := func(name, body string) func(map[string]string) {
		return func(all map[string]string) { all[name] = body }
	}
	replace := func(name, old, with string) func(map[string]string) {
		return func(all map[string]string) {
			if !strings.Contains(all[name], old) {
				t.Errorf("%s has no %q", name, old)
			}
			all[name] = strings.Replace(all[name], old, with, 1)
		}
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"macros":            {edit(t, add("xl/vbaProject.bin", "x")), "macro"},
		"macro, other case": {edit(t, add("XL/VBAProject.BIN", "x")), "macro"},
		"type with macros":  {edit(t, replace("[Content_Types].xml", "spreadsheetml.sheet.main+xml", "x.macroEnabled.main+xml")), "macro"},
		"external links":    {edit(t, add("xl/externalLinks/externalLink1.xml", "<x/>")), "collegamenti esterni"},
		"embedded":          {edit(t, add("xl/embeddings/oleObject1.bin", "x")), "oggetti"},
		"connections":       {edit(t, add("xl/connections.xml", "<x/>")), "collegamenti"},
		"external relation": {edit(t, replace("xl/_rels/workbook.xml.rels", "</Relationships>", fmt.Sprintf(relation, "externalLinkPath", "\\\\h\\x.xlsx"))), "esterni"},
		"doctype":           {edit(t, replace(sheetPart, "<worksheet", "<!DOCTYPE x [<!ENTITY e \"x\">]><worksheet")), "DOCTYPE"},
		"entity":            {edit(t, replace(sheetPart, "descrizione", "&e;")), "XML"},
		"cut XML":           {edit(t, replace(sheetPart, "</worksheet>", "")), "XML"},
		"deep":              {edit(t, replace(sheetPart, "<sheetData>", "<sheetData>"+strings.Repeat("<a>", 100))), "annidato"},
		"endless token":     {edit(t, replace(sheetPart, "<sheetData>", "<sheetData><a b=\""+strings.Repeat("x", 2<<20)+"\"/>")), "XML"},
		"no types":          {edit(t, func(all map[string]string) { delete(all, "[Content_Types].xml") }), "non è una cartella"},
		"no workbook":       {edit(t, func(all map[string]string) { delete(all, "xl/workbook.xml") }), "non è una cartella"},
		"no sheet":          {edit(t, func(all map[string]string) { delete(all, sheetPart) }), "non è una cartella"},
		"no header":         {edit(t, replace(sheetPart, ">impronta<", ">altro<")), "manca la colonna impronta"},
		"doubled header":    {edit(t, replace(sheetPart, ">sede<", ">codice<")), "codice è ripetuta"},
		"rows out of order": {edit(t, replace(sheetPart, `<row r="3">`, `<row r="2">`)), "ordine"},
		"row beyond":        {edit(t, replace(sheetPart, `<row r="3">`, `<row r="99999999999">`)), "ordine"},
		"cells not in order": {
			edit(t, replace(sheetPart, `r="B2"`, `r="A2"`)), "ordine",
		},
		"bomb":       {edit(t, add("xl/worksheets/sheet9.xml", strings.Repeat("0", 64<<20))), "si espande"},
		"many parts": {edit(t, func(all map[string]string) { more(all, 1100) }), "parti"},
		"not a zip":  {[]byte("PK\x03\x04 e poi niente"), "integro"},
		"xls":        {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "password"},
		"Parquet":    {[]byte("PAR1...."), "Parquet"},
		"empty":      {nil, "vuoto"},
		"UTF-16":     {[]byte("\xff\xfei\x00d\x00"), "UTF-16"},
		"other text": {[]byte("ciao\n"), "intestazione"},
		"JSON":       {[]byte(`{"id": 1}`), "intestazione"},
		"missing column": {
			[]byte("id;controllo\nE1;x\n"), "manca la colonna impronta",
		},
	} {
		lines, err := read(c.file, worksheet.Limits{})
		if !errors.Is(err, worksheet.ErrFile) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %d rows", name, err, len(lines))
		}
	}
}

func more(all map[string]string, n int) {
	for i := range n {
		all[fmt.Sprintf("xl/x%d.xml", i)] = "<x/>"
	}
}

func TestCaps(t *testing.T) {
	csv, xlsx := written(t, out.CSV, small()), written(t, out.XLSX, small())
	for name, l := range map[string]worksheet.Limits{
		"bytes": {Bytes: 100}, "rows": {Rows: 1}, "columns": {Columns: 5},
	} {
		for _, file := range [][]byte{csv, xlsx} {
			if _, err := read(file, l); !errors.Is(err, worksheet.ErrFile) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for name, l := range map[string]worksheet.Limits{"part": {Part: 1000}, "parts": {Parts: 3}} {
		if _, err := read(xlsx, l); !errors.Is(err, worksheet.ErrFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, file := range [][]byte{csv, xlsx} {
		lines, err := read(file, worksheet.Limits{Cell: 20})
		if err != nil || len(lines) != 2 || !errors.Is(lines[0].Err, worksheet.ErrCell) {
			t.Errorf("a cell over its cap: %+v, %v", lines, err)
		}
	}
}

func TestRowsThatAreRefused(t *testing.T) {
	swap := func(old, with string) []byte {
		return edit(t, func(all map[string]string) {
			if !strings.Contains(all[sheetPart], old) {
				t.Errorf("no %q", old)
			}
			all[sheetPart] = strings.Replace(all[sheetPart], old, with, 1)
		})
	}
	outcome := `<is><t>FONDATA</t></is>`
	csv := string(written(t, out.CSV, small()))
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"formula":               {swap(outcome, `<f>"FON"&amp;"DATA"</f><v>FONDATA</v>`), "esito: contiene una formula"},
		"formula, other column": {swap(`</row><row r="3">`, `<c r="AF2"><f>1+1</f><v>2</v></c></row><row r="3">`), "colonna 32: contiene una formula"},
		"array formula":         {swap(outcome, `<f t="array" ref="V2">A1</f>`), "formula"},
		"error":                 {swap(`t="inlineStr">`+outcome, `t="e"><v>#REF!</v>`), "esito: contiene un errore"},
		"shared text":           {swap(`t="inlineStr">`+outcome, `t="s"><v>99</v>`), "rimanda"},
		"unknown type":          {swap(`t="inlineStr">`+outcome, `t="zz"><v>99</v>`), "sconosciuto"},
		"date":                  {swap(`<v>41852</v>`, `<v>41852.5</v>`), "nuovo_dal: non è una data"},
		"date far away":         {swap(`<v>41852</v>`, `<v>1e300</v>`), "nuovo_dal: non è una data"},
		"date before all":       {swap(`<v>41852</v>`, `<v>0</v>`), "nuovo_dal: non è una data"},
		"csv date":              {[]byte(strings.Replace(csv, "01/08/2014", "31/06/2014", 1)), "nuovo_dal: non è una data"},
		"csv amount":            {[]byte(strings.Replace(csv, "-12,50", "dodici", 1)), "importo: non è un importo"},
		"csv version":           {[]byte(strings.Replace(csv, `"ab";0;`, `"ab";0,5;`, 1)), "versione: non è un numero"},
		"csv quotes":            {[]byte(strings.Replace(csv, `"E0"`, `"E0"x`, 1)), "virgolette"},
	} {
		lines, err := read(c.file, worksheet.Limits{})
		if err != nil || len(lines) != 2 {
			t.Errorf("%s: %d rows, %v", name, len(lines), err)
			continue
		}
		if !errors.Is(lines[0].Err, worksheet.ErrCell) || !strings.Contains(lines[0].Err.Error(), c.want) || lines[0].Number != 2 {
			t.Errorf("%s: %v", name, lines[0].Err)
		}
		if lines[1].Err != nil || lines[1].Number != 3 {
			t.Errorf("%s: the next row: %v", name, lines[1].Err)
		}
	}
}

// TestWhatOtherProgramsWrite reads what LibreOffice and Excel make of a file when they save it.
func TestWhatOtherProgramsWrite(t *testing.T) {
	want := small()
	for name, f := range map[string]func(string) string{
		"runs": func(s string) string {
			return strings.Replace(s, `<t>FONDATA</t>`, `<r><rPr><b/></rPr><t>FON</t></r><r><t>DATA</t></r><rPh sb="0" eb="1"><t>x</t></rPh>`, 1)
		},
		"no places": func(s string) string {
			return strings.NewReplacer(` r="A1"`, "", ` r="B1"`, "", `<row r="3">`, `<row>`).Replace(s)
		},
		"blank rows and styled cells": func(s string) string {
			return strings.Replace(s, `</sheetData>`, `<row r="4"><c r="A4" s="3"/></row><row r="1000000"><c r="XFD1000000" s="1"/></row></sheetData>`, 1)
		},
		"number for a text": func(s string) string {
			return strings.Replace(s, `t="inlineStr"><is><t>4900</t></is>`, `><v>4.9E3</v>`, 1)
		},
		"date as a text": func(s string) string {
			return strings.Replace(s, `><v>41852</v>`, ` t="inlineStr"><is><t>1/8/2014</t></is>`, 1)
		},
		"ISO date": func(s string) string {
			return strings.Replace(s, `><v>41852</v>`, ` t="d"><v>2014-08-01T00:00:00</v>`, 1)
		},
		"amount": func(s string) string { return strings.Replace(s, `<v>-12.5</v>`, `<v>-12.500000000000002</v>`, 1) },
	} {
		all := parts(t, written(t, out.XLSX, want))
		before := all[sheetPart]
		if all[sheetPart] = f(before); all[sheetPart] == before {
			t.Errorf("%s: nothing changed", name)
		}
		compare(t, reread(t, packed(t, all), worksheet.XLSX), want)
	}
	t.Run("dates from 1904", func(t *testing.T) {
		file := edit(t, func(all map[string]string) {
			all["xl/workbook.xml"] = strings.Replace(all["xl/workbook.xml"], "<workbookPr", `<workbookPr date1904="1"`, 1)
			all[sheetPart] = strings.NewReplacer("41852", "40390", "41821", "40359").Replace(all[sheetPart])
		})
		compare(t, reread(t, file, worksheet.XLSX), want)
	})
	t.Run("windows-1252", func(t *testing.T) {
		rows := small()
		rows[0].Text = "già però €"
		rows[0].Check = rows[0].Sum()
		file := written(t, out.CSV, rows)[3:]
		file = []byte(strings.NewReplacer("à", "\xe0", "ò", "\xf2", "€", "\x80").Replace(string(file)))
		compare(t, reread(t, file, worksheet.CSV), rows)
	})
	t.Run("columns moved and one more", func(t *testing.T) {
		file := strings.ReplaceAll(string(written(t, out.CSV, want)), "\r\n", ";=A1\n")
		file = "mia" + strings.TrimPrefix(strings.ReplaceAll("\n"+strings.TrimPrefix(file, "\ufeff"), "\n\"", "\n7;\""), "\n7") + "\n;;\n"
		compare(t, reread(t, []byte(file), worksheet.CSV), want)
	})
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]pipeline.Cents{
		"12": 1200, "12,5": 1250, "12.5": 1250, "-12,50": -1250, "1.234,50": 123450, "1,234.50": 123450, "1.234": 123400,
		"1.234.567": 123456700, "€ 5": 500, "5,00 €": 500, "−3": -300,
	} {
		file := strings.Replace(string(written(t, out.CSV, small())), "-12,50", `"`+text+`"`, 1)
		lines, err := read([]byte(file), worksheet.Limits{})
		if err != nil || lines[0].Err != nil || lines[0].Row.Amount != pipeline.Some(want) {
			t.Errorf("%s is read as %v, %v, %v", text, lines[0].Row.Amount, lines[0].Err, err)
		}
	}
	for _, text := range []string{"1,2,3", "1.23.4", "x", "1e3", "--1", "99999999999", ",", "1.2345"} {
		file := strings.Replace(string(written(t, out.CSV, small())), "-12,50", `"`+text+`"`, 1)
		if lines, err := read([]byte(file), worksheet.Limits{}); err != nil || lines[0].Err == nil {
			t.Errorf("%s is read as %v, %v", text, lines[0].Row.Amount, err)
		}
	}
}
