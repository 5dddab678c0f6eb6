package voucher_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/voucher"
)

// The person is invented.
const (
	person = "RSSMRA80A01H501U"
	good   = person + ",60000350912,IMPRENDITORE,2013-12-15,1500.50"
)

var (
	columns = []string{"codice_fiscale", "cf_committente", "tipo_committente", "data", "importo_netto"}
	source  = pipeline.Source{Flow: pipeline.FlowVoucher, File: "v.csv", Index: 1, Offset: 70, SHA256: "ab"}
)

func parse(header []string, row string) inbox.Parsed {
	return voucher.Parse(inbox.Document{Source: source, Format: inbox.CSV, Header: header, Data: []byte(row)})
}

func TestRows(t *testing.T) {
	want := pipeline.Voucher{
		Worker: person, Client: "60000350912", ClientKind: pipeline.ClientBusiness, On: pipeline.MustDate("2013-12-15"), Net: 150_050,
	}
	with := func(set func(*pipeline.Voucher)) pipeline.Voucher {
		v := want
		set(&v)
		return v
	}
	for name, c := range map[string]struct {
		header []string
		row    string
		want   pipeline.Voucher
	}{
		"plain":         {columns, good, want},
		"small letters": {columns, strings.ToLower(person) + ",60000350912,IMPRENDITORE,2013-12-15,1500.5", want},
		"quotes, space": {columns, `"` + person + `", 60000350912 ,"IMPRENDITORE",2013-12-15,"1500.50"`, want},
		"other order": {
			[]string{"importo_netto", "nota", "data", "tipo_committente", "cf_committente", "codice_fiscale"},
			`1500.50,"a, b",2013-12-15,IMPRENDITORE,60000350912,` + person, want,
		},
		"person as client": {
			columns, person + ",vrdlcu80a01h501a,ALTRO,2013-12-15,0",
			with(func(v *pipeline.Voucher) {
				v.Client, v.ClientKind, v.Net = "VRDLCU80A01H501A", pipeline.ClientOther, 0
			}),
		},
		"professional": {
			columns, person + ",60000350912,PROFESSIONISTA,2013-12-15,7.5",
			with(func(v *pipeline.Voucher) { v.ClientKind, v.Net = pipeline.ClientProfessional, 750 }),
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(c.header, c.row)
			if p.Voucher == nil || len(p.Discards) > 0 {
				t.Fatalf("refused: %+v", p.Discards)
			}
			if diff := cmp.Diff(&c.want, p.Voucher, cmpopts.IgnoreFields(pipeline.Voucher{}, "ID", "Source")); diff != "" {
				t.Error(diff)
			}
			if s := p.Voucher.Source; s != source {
				t.Errorf("source %+v", s)
			}
		})
	}
}

func TestDiscards(t *testing.T) {
	change := func(old, replacement string) string { return strings.Replace(good, old, replacement, 1) }
	for name, c := range map[string]struct {
		header []string
		row    string
		code   string
	}{
		"few fields":      {columns, person + ",x", pipeline.DiscardCSV},
		"many fields":     {columns, good + ",", pipeline.DiscardCSV},
		"bad quotes":      {columns, change("IMPR", `"IMPR`), pipeline.DiscardCSV},
		"two rows":        {columns, good + "\n" + good, pipeline.DiscardCSV},
		"nothing":         {columns, "", pipeline.DiscardCSV},
		"column missing":  {[]string{"codice_fiscale", "cf_committente", "tipo_committente", "giorno", "importo_netto"}, good, pipeline.DiscardCSV},
		"column twice":    {append([]string{"data"}, columns...), "2013-12-15," + good, pipeline.DiscardCSV},
		"capital header":  {[]string{"CODICE_FISCALE", "cf_committente", "tipo_committente", "data", "importo_netto"}, good, pipeline.DiscardCSV},
		"no worker":       {columns, change(person, ""), pipeline.DiscardMissing},
		"wrong worker":    {columns, change(person, "RSSMRA80A01H501X"), pipeline.DiscardTaxCode},
		"no client":       {columns, change("60000350912", " "), pipeline.DiscardMissing},
		"long client":     {columns, change("60000350912", strings.Repeat("9", 51)), pipeline.DiscardTooLong},
		"no kind":         {columns, change("IMPRENDITORE", ""), pipeline.DiscardMissing},
		"unknown kind":    {columns, change("IMPRENDITORE", "imprenditore"), pipeline.DiscardValue},
		"no day":          {columns, change("2013-12-15", ""), pipeline.DiscardMissing},
		"Italian day":     {columns, change("2013-12-15", "15/12/2013"), pipeline.DiscardDate},
		"no such day":     {columns, change("2013-12-15", "2013-11-31"), pipeline.DiscardDate},
		"no amount":       {columns, change("1500.50", ""), pipeline.DiscardMissing},
		"decimal comma":   {columns, change("1500.50", `"1500,50"`), pipeline.DiscardAmount},
		"three decimals":  {columns, change("1500.50", "1500.500"), pipeline.DiscardAmount},
		"negative amount": {columns, change("1500.50", "-1"), pipeline.DiscardAmount},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(c.header, c.row)
			if p.Voucher != nil || len(p.Discards) != 1 {
				t.Fatalf("got %+v, want one discard", p)
			}
			d := p.Discards[0]
			if d.Code != c.code || d.Message == "" || d.Offset != 70 || strings.Contains(d.Message, person) {
				t.Errorf("got %+v, want code %s and its place", d, c.code)
			}
		})
	}
	if p := voucher.Parse(inbox.Document{Format: inbox.JSON, Data: []byte("{}")}); len(p.Discards) != 1 || p.Discards[0].Code != pipeline.DiscardType {
		t.Errorf("JSON: %+v, want %s", p, pipeline.DiscardType)
	}
}

func TestIdentity(t *testing.T) {
	id := func(header []string, row string) pipeline.DocID {
		t.Helper()
		p := parse(header, row)
		if p.Voucher == nil {
			t.Fatalf("%s: %+v", row, p.Discards)
		}
		return p.Voucher.ID
	}
	if id(columns, good) != id(append([]string{"nota"}, columns...), "x,"+strings.Replace(good, "1500.50", "01500.5", 1)) {
		t.Error("another column and another spelling give another identity")
	}
	seen := map[pipeline.DocID]string{id(columns, good): good}
	for _, x := range [][2]string{
		{person, "01234567897"}, {"60000350912", "60000350913"}, {"IMPRENDITORE", "ALTRO"}, {"12-15", "12-16"}, {".50", ".51"},
	} {
		row := strings.Replace(good, x[0], x[1], 1)
		if other, ok := seen[id(columns, row)]; ok {
			t.Errorf("%s and %s give one identity", row, other)
		}
		seen[id(columns, row)] = row
	}
}

// FuzzVoucher: no row under any header stops the reader, and every row gives a payment or one discard.
func FuzzVoucher(f *testing.F) {
	head := strings.Join(columns, ",")
	f.Add(head, []byte(good))
	f.Add("nota,"+head, []byte(`"a, ""b""",`+good))
	f.Add(head+",data", []byte(good+",2013-12-15"))
	f.Add("x", []byte("\"open"))
	f.Fuzz(func(t *testing.T, header string, row []byte) {
		p := voucher.Parse(inbox.Document{Source: source, Format: inbox.CSV, Header: strings.Split(header, ","), Data: row})
		if (p.Voucher == nil) == (len(p.Discards) == 0) || len(p.Discards) > 1 {
			t.Fatalf("neither a payment nor one discard: %+v", p)
		}
		if v := p.Voucher; v != nil && (v.Worker == "" || v.Client == "" || v.ClientKind == "" || v.On <= 0 || v.Net < 0) {
			t.Fatalf("accepted without what it needs: %+v", v)
		}
	})
}
