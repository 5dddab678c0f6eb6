package row_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// good are values of the columns in their order, as a file writes them.
var good = [row.Width][]string{
	{"D1", "DS0000001"},
	{"", "INPS.7000"},
	{"RSSMRA80A01H501U", "01234567897", "rssmra80a01h501u"},
	{"ROSSI", "D'Àgata"},
	{"", "Anna\nMaria"},
	{"", "1980-02-29"},
	{"0700"},
	{"ASPI", "MINI_ASPI", "MINI_ASPI_2012", "ASPI_SOSPESI", "NASPI"},
	{"2014-05-31"},
	{"", "01234567897", "abcdef", "straße"},
	{"", "2014-06-02"},
	{"2014-06-08", "0001-01-01", "9999-12-31"},
	{"240", "0", "9999", "+7", "007", "00000012"},
	{"IN_ESAME", "IN_PAGAMENTO", "SOSPESA", "DECADUTA", "ESAURITA", "RESPINTA"},
	{"", "2014-06-30"},
	{"", "31.55", "0.00", "31", "31.5", "31.5500", "9999999999.99", "-0.00"},
	{"", "true", "false"},
	{"", "BONIFICO_DOMICILIATO"},
	{"", "IT60X0542811101000000123456"},
}

// bad are values that no column takes as they are, or only some.
var bad = []string{
	"", " ", "x", " 2014-06-08\t", "2014-02-30", "2014-13-01", "0000-01-01", "2014/06/08", "2014-6-08", "20140-6-08", "240 ", "10000", "-1", "99999999999999999999",
	"31,55", "1.234.56", "10000000000.00", "0.001", "-31.55", ".50", "31.", "TRUE", "1", "aspi", " NASPI ", "RSSMRA80A01H501X", "00000000000",
	"\u00a0ROSSI\u2003", "à", "\u0085", strings.Repeat("x", row.MaxText+1), strings.Repeat(" ", row.MaxText) + "x", "RSSMRA80A01H501\u017f", "٢٠١٤-٠٦-٠٨",
}

// The quick way judges a row as the cells are judged, and takes every row that is good.
func TestQuick(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := make([]string, row.Width)
		for i := range fields {
			fields[i] = rapid.SampledFrom(good[i]).Draw(t, "good")
		}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			fields[rapid.IntRange(0, row.Width-1).Draw(t, "column")] = rapid.OneOf(rapid.SampledFrom(bad), rapid.StringN(0, 12, -1)).Draw(t, "bad")
		}
		want, fault := row.ConvertCells(fields)
		got, ok := row.Quick(fields)
		if ok == fault.Bad() {
			t.Fatalf("quick: %v; cells: %+v", ok, fault)
		}
		if ok && got != want {
			t.Fatalf("quick: %#v; cells: %#v", got, want)
		}
	})
}

// The tables of characters say of a code what the parser says.
func TestRightSixteen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := []byte("RSSMRA80A01H501U")
		if rapid.Bool().Draw(t, "any day") {
			code[9], code[10] = rapid.Byte().Draw(t, "tens"), rapid.Byte().Draw(t, "ones")
		}
		for range rapid.IntRange(0, 4).Draw(t, "changes") {
			b := rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("0123456789ABCDEHLMNPQRSTUVXYZ")))
			code[rapid.IntRange(0, 14).Draw(t, "place")] = b.Draw(t, "character")
		}
		if last, ok := pipeline.ControlLetter(string(code[:15])); ok && rapid.IntRange(0, 3).Draw(t, "control letter") > 0 {
			code[15] = last
		}
		parsed, err := pipeline.ParseCodiceFiscale(string(code))
		if want := err == nil && string(parsed) == string(code); row.RightSixteen(string(code)) != want {
			t.Fatalf("%q: want %v", code, want)
		}
	})
}

// Numbers that come again are found whatever order they come in.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.StringMatching(`[AB]{1,3}|[0-9]{9,12}`)).Draw(t, "numbers")
		if rapid.Bool().Draw(t, "ascending") {
			list = append(ascending(20_000), list...)
		}
		var n row.Numbers
		seen := map[string]bool{}
		for i, s := range list {
			if was := n.Add(s); was != seen[s] {
				t.Fatalf("%q, number %d: was there: %v", s, i, was)
			}
			seen[s] = true
		}
	})
}

func ascending(n int) (list []string) {
	for i := range n {
		list = append(list, "DS"+string([]byte{byte('0' + i/10000), byte('0' + i/1000%10), byte('0' + i/100%10), byte('0' + i/10%10), byte('0' + i%10)}))
	}
	return list
}
