package worksheet_test

import (
	"bytes"
	"errors"
	"testing"

	"incrocio/pipeline/workbook"
	"incrocio/readers/worksheet"
	out "incrocio/writers/worksheet"
)

// fuzzLimits keep a try short.
var fuzzLimits = worksheet.Limits{Bytes: 1 << 20, Part: 4 << 20, Rows: 1000}

// FuzzRead reads anything: rows, or a refusal, never a crash; and what was read is written and read again as it was.
func FuzzRead(f *testing.F) {
	f.Add(written(f, out.CSV, small()))
	f.Add(written(f, out.XLSX, small()))
	f.Add(written(f, out.CSV, hostileRows(f)[:30]))
	f.Add(written(f, out.XLSX, hostileRows(f)[:30]))
	f.Fuzz(func(t *testing.T, file []byte) {
		var rows []workbook.Row
		_, err := worksheet.Read(bytes.NewReader(file), int64(len(file)), fuzzLimits, func(l workbook.Line) error {
			if l.Err != nil && !errors.Is(l.Err, worksheet.ErrCell) {
				t.Fatalf("row %d: %v", l.Number, l.Err)
			}
			if l.Err == nil {
				rows = append(rows, l.Row)
			}
			return nil
		})
		if err != nil {
			if !errors.Is(err, worksheet.ErrFile) {
				t.Fatal(err)
			}
			return
		}
		again := reread(t, written(t, out.CSV, rows), worksheet.CSV)
		if len(again) != len(rows) {
			t.Fatalf("%d rows, then %d", len(rows), len(again))
		}
		for i := range rows {
			if rows[i] != again[i] {
				t.Fatalf("row %d: %#v, then %#v", i, rows[i], again[i])
			}
		}
	})
}

// FuzzSheet reads any XML as the sheet of a workbook that is sound otherwise.
func FuzzSheet(f *testing.F) {
	all := parts(f, written(f, out.XLSX, small()))
	f.Add([]byte(all[sheetPart]))
	f.Add([]byte(parts(f, written(f, out.XLSX, hostileRows(f)[:30]))[sheetPart]))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		with := map[string]string{}
		for name, body := range all {
			with[name] = body
		}
		with[sheetPart] = string(sheet)
		if _, err := read(packed(t, with), fuzzLimits); err != nil && !errors.Is(err, worksheet.ErrFile) {
			t.Fatal(err)
		}
	})
}
