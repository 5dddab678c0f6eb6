package tables_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
)

// asEncodingJSON holds what is written by hand against encoding/json, which reads it back.
func asEncodingJSON(t rapid.TB, s *worklist.Sheet) {
	t.Helper()
	want, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	row, err := tables.ArchiveSheet(s)
	if err != nil {
		t.Fatal(err)
	}
	if row.Content != string(want) {
		t.Fatalf("wrote\n%s\nwant\n%s", row.Content, want)
	}
}

// TestSheetsAreWrittenAsEncodingJSONDoes for every field that a sheet has, or may come to have.
func TestSheetsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.Make[worklist.Sheet]().Draw(t, "sheet")
		asEncodingJSON(t, &s)
	})
	asEncodingJSON(t, &worklist.Sheet{})
	asEncodingJSON(t, &worklist.Sheet{Documents: []worklist.Document{{}, {Fields: []worklist.Field{}}}})
	asEncodingJSON(t, benchSheet())
}

// FuzzSheetText holds texts against encoding/json: what needs an escape, what is no UTF-8.
func FuzzSheetText(f *testing.F) {
	for _, text := range []string{"", "modalità", "<a href=\"x\">&\\", "\x00\x1f\x7f\t\r\n", "\u2028\u2029\u20ac", "\xe2\x80", "\xff\xc0a", "\ufeff\U0010ffff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		asEncodingJSON(t, &worklist.Sheet{
			Claim:     &worklist.ClaimSheet{Number: text, Surname: text},
			Documents: []worklist.Document{{Ref: text, Fields: []worklist.Field{{Label: text, Value: text}}}},
		})
	})
}

// BenchmarkArchiveSheet is the sheet of an exception on two communications.
func BenchmarkArchiveSheet(b *testing.B) {
	s := benchSheet()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tables.ArchiveSheet(s); err != nil {
			b.Fatal(err)
		}
	}
}

func benchSheet() *worklist.Sheet {
	s := &worklist.Sheet{
		Kind: worklist.KindException, Owner: "E0123456789abcdef0123", Office: "7000", Night: pipeline.MustDate("2014-07-21"),
		Claim: &worklist.ClaimSheet{
			Number: "0001234567", Protocol: "INPS.7000.20/07/2014.0012345", Benefit: pipeline.BenefitASpI, TaxCode: "VRDLCU80A01H501A",
			Surname: "Verdi", GivenName: "Lucà", BirthDate: pipeline.MustDate("1980-01-01"), State: pipeline.StateInPayment,
			Start: pipeline.MustDate("2014-05-01"), DaysGranted: 240, Daily: pipeline.Some(pipeline.Cents(3512)), Former: "01234567890",
		},
		Risk: &worklist.Risk{Direction: worklist.Undue, Days: 20, Amount: 70_240, Payment: pipeline.MustDate("2014-08-10")},
	}
	for _, ref := range []string{"1300114000000001", "1300114000000002"} {
		d := worklist.Document{Ref: ref, Kind: "UNILAV", SentAt: 1_405_844_100_000_000, Acquired: s.Night}
		for _, label := range []string{"codice", "codice precedente", "evento", "lavoratore", "datore di lavoro", "inizio", "fine", "contratto", "indennità di disponibilità", "mittente"} {
			d.Fields = append(d.Fields, worklist.Field{Label: label, Value: "01/08/2014"}, worklist.Field{Label: label})
		}
		s.Documents = append(s.Documents, d)
	}
	return s
}
