package domande_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/readers/domande"
)

func TestCSVDiscards(t *testing.T) {
	for name, c := range map[string]struct {
		row  row
		code string
	}{
		"no number":          {goodRow(1).with("numero_domanda", ""), pipeline.DiscardMissing},
		"blank number":       {goodRow(1).with("numero_domanda", "  "), pipeline.DiscardMissing},
		"row again":          {goodRow(0), pipeline.DiscardDuplicate},
		"no code":            {goodRow(1).with("codice_fiscale", ""), pipeline.DiscardMissing},
		"wrong code":         {goodRow(1).with("codice_fiscale", "PRVABC80A01H501X"), pipeline.DiscardTaxCode},
		"no sede":            {goodRow(1).with("sede", ""), pipeline.DiscardMissing},
		"unknown benefit":    {goodRow(1).with("prestazione", "aspi"), pipeline.DiscardValue},
		"unknown state":      {goodRow(1).with("stato", "CHIUSA"), pipeline.DiscardValue},
		"no termination":     {goodRow(1).with("data_cessazione", ""), pipeline.DiscardMissing},
		"no start":           {goodRow(1).with("decorrenza", ""), pipeline.DiscardMissing},
		"Italian date":       {goodRow(1).with("decorrenza", "08/06/2014"), pipeline.DiscardDate},
		"no such day":        {goodRow(1).with("data_nascita", "1981-02-29"), pipeline.DiscardDate},
		"infinite date":      {goodRow(1).with("pagata_fino_al", "infinity"), pipeline.DiscardDate},
		"no days":            {goodRow(1).with("giorni_spettanti", ""), pipeline.DiscardMissing},
		"days below zero":    {goodRow(1).with("giorni_spettanti", "-1"), pipeline.DiscardValue},
		"days with decimals": {goodRow(1).with("giorni_spettanti", "240.0"), pipeline.DiscardValue},
		"days beyond all":    {goodRow(1).with("giorni_spettanti", "99999999999999999999"), pipeline.DiscardValue},
		"decimal comma":      {goodRow(1).with("importo_giornaliero", "31,55"), pipeline.DiscardAmount},
		"three decimals":     {goodRow(1).with("importo_giornaliero", "31.551"), pipeline.DiscardAmount},
		"amount below zero":  {goodRow(1).with("importo_giornaliero", "-31.55"), pipeline.DiscardAmount},
		"amount too large":   {goodRow(1).with("importo_giornaliero", "10000000000.00"), pipeline.DiscardAmount},
		"flag of a database": {goodRow(1).with("anticipata", "t"), pipeline.DiscardValue},
		"not UTF-8":          {goodRow(1).with("cognome", "Citt\xe0"), pipeline.DiscardEncoding},
		"long text":          {goodRow(1).with("cognome", strings.Repeat("x", 4097)), pipeline.DiscardTooLong},
		"long row":           {goodRow(1).with("cognome", strings.Repeat("x", 70_000)), pipeline.DiscardTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			data := csvText([]row{goodRow(0), c.row, goodRow(2)})
			claims, discards := read(t, put(t, csvName, data))
			if len(claims) != 2 || claims[1].Number != goodRow(2)[0] || len(discards) != 1 {
				t.Fatalf("%d claims, discards %+v; want two and one", len(claims), discards)
			}
			d := discards[0]
			start := int64(len(csvText([]row{goodRow(0)})))
			if d.Code != c.code || d.Flow != pipeline.FlowDomande || d.File != csvName || d.Index != 1 || d.Offset != start || len(d.SHA256) != 64 {
				t.Errorf("got %+v, want %s at row 1, byte %d", d, c.code, start)
			}
		})
	}
}

func TestCSVDiscardNamesTheClaim(t *testing.T) {
	_, discards := read(t, put(t, csvName, csvText([]row{goodRow(5).with("sede", "")})))
	if d := discards[0]; d.CommCode != goodRow(5)[0] || d.Message != "colonna sede: dato mancante" {
		t.Errorf("got %+v", d)
	}
}

// A row that is no row costs itself and none of its neighbours.
func TestCSVBrokenRows(t *testing.T) {
	before, after := string(csvText([]row{goodRow(1)})), strings.SplitAfterN(string(csvText([]row{goodRow(4)})), "\n", 2)[1]
	for name, c := range map[string]struct{ line, code string }{
		"few fields":              {"a,b,c\n", pipeline.DiscardCSV},
		"many fields":             {strings.Repeat(",", 30) + "\n", pipeline.DiscardCSV},
		"quote inside":            {"a\"b" + strings.Repeat(",", 18) + "\n", pipeline.DiscardCSV},
		"text after a quote":      {"\"a\"b" + strings.Repeat(",", 18) + "\n", pipeline.DiscardCSV},
		"quote left open":         {"\"a" + strings.Repeat(",", 18) + "\n", pipeline.DiscardCSV},
		"text after quotes, long": {"\"a\"b" + strings.Repeat("x", 100_000) + "\n", pipeline.DiscardTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			claims, discards := read(t, put(t, csvName, []byte(before+c.line+after)))
			if len(claims) != 2 || claims[0].Number != goodRow(1)[0] || claims[1].Number != goodRow(4)[0] {
				t.Fatalf("claims %+v, discards %+v", claims, discards)
			}
			if len(discards) != 1 || discards[0].Code != c.code || discards[0].Offset != int64(len(before)) {
				t.Errorf("discards %+v, want %s at byte %d", discards, c.code, len(before))
			}
		})
	}
}

func TestCSVForms(t *testing.T) {
	good := csvText(goodRows(5))
	want, _ := read(t, put(t, csvName, good))
	shuffled := func() []byte { // columns in another order, and one more
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		r, err := csv.NewReader(bytes.NewReader(good)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, fields := range r {
			out := []string{"altro"}
			for i := range fields {
				out = append(out, fields[(i*7+3)%len(fields)])
			}
			_ = w.Write(out)
		}
		w.Flush()
		return b.Bytes()
	}
	for name, data := range map[string][]byte{
		"byte order mark":  append([]byte("\ufeff"), good...),
		"CR LF":            bytes.ReplaceAll(good, []byte("IN_PAGAMENTO,2014-06-30,31.55,false,BONIFICO_DOMICILIATO,\n"), []byte("IN_PAGAMENTO,2014-06-30,31.55,false,BONIFICO_DOMICILIATO,\r\n")),
		"empty lines":      append(append([]byte("\n\r\n"), good...), "\n\n"...),
		"no last line end": bytes.TrimSuffix(good, []byte("\n")),
		"other columns":    shuffled(),
	} {
		t.Run(name, func(t *testing.T) {
			got, discards := read(t, put(t, csvName, data))
			if diff := gocmp.Diff(want, got); diff != "" || len(discards) > 0 {
				t.Errorf("%s discards: %+v", diff, discards)
			}
		})
	}
}

func TestCSVHeader(t *testing.T) {
	line := strings.Join(header, ",")
	for name, text := range map[string]string{
		"empty":          "",
		"only a mark":    "\ufeff",
		"no header":      strings.SplitN(string(csvText(goodRows(2))), "\n", 2)[1],
		"column missing": strings.Replace(line, "pagata_fino_al,", "", 1),
		"column twice":   line + ",sede",
		"other case":     strings.ToUpper(line),
		"semicolons":     strings.ReplaceAll(line, ",", ";"),
		"open quote":     "\"" + line,
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := tryRead(put(t, csvName, []byte(text))); !errors.Is(err, domande.ErrColumns) {
				t.Errorf("got %v, want %v", err, domande.ErrColumns)
			}
		})
	}
}
