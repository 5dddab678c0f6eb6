package operatori_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/operatori"
)

// The person is invented.
const person = pipeline.CodiceFiscale("RSSMRA80A01H501U")

var source = pipeline.Source{Flow: pipeline.FlowOperators, File: "2014-07-03.jsonl", Index: 1, Offset: 7, SHA256: "ab"}

// line writes a decision of a kind with further fields.
func line(kind, further string) string {
	return `{"numero":12,"tipo":"` + kind + `","id_eccezione":"E1","codice":"PIN_NON_DISPOSITIVO","impronta":"ab","fonti":"a;b",` +
		`"numero_domanda":"0001","sede":"7000","codice_fiscale":"` + string(person) + `","operatore":"rossi","approvato_da":"bianchi",` +
		`"quando":"2014-07-02T22:30:00.000001Z","motivo":"visto \"tutto\""` + further + `}`
}

func parse(text string) inbox.Parsed {
	return operatori.Parse(inbox.Document{Source: source, Format: inbox.JSON, Data: []byte(text)})
}

func TestEveryDecision(t *testing.T) {
	day := pipeline.MustDate
	with := func(kind string, set func(*pipeline.Notice)) pipeline.Notice {
		n := pipeline.Notice{
			Kind: pipeline.NoticeRuling, Protocol: "OP.12", TaxCode: person, On: day("2014-07-03"), Origin: "sede 7000",
			Ruling: &pipeline.Ruling{
				Kind: kind, Exception: "E1", Code: "PIN_NON_DISPOSITIVO", Claim: "0001", Sources: "a;b", Fingerprint: "ab", By: "rossi",
				Approved: "bianchi", At: 1404340200000001, Reason: `visto "tutto"`,
			},
		}
		set(&n)
		return n
	}
	for name, c := range map[string]struct {
		text string
		want pipeline.Notice
	}{
		"confirm": {line("CONFERMA", ""), with("CONFERMA", func(*pipeline.Notice) {})},
		"refuse":  {line("RIFIUTO", `,"dal":null,"fatto":null`), with("RIFIUTO", func(*pipeline.Notice) {})},
		"dates": {line("DATE", `,"dal":"2014-06-01","al":"2014-06-30"`), with("DATE", func(n *pipeline.Notice) {
			n.Ruling.From, n.Ruling.To = day("2014-06-01"), day("2014-06-30")
		})},
		"no end": {line("DATE", `,"dal":"2014-06-01"`), with("DATE", func(n *pipeline.Notice) { n.Ruling.From = day("2014-06-01") })},
		"PIN": {line("FATTO", `,"fatto":{"tipo":"PIN_DISPOSITIVO","data":"2014-07-01"}`), with("FATTO", func(n *pipeline.Notice) {
			n.Kind, n.On = pipeline.NoticePIN, day("2014-07-01")
		})},
		"income": {
			line("FATTO", `,"fatto":{"tipo":"REDDITO_EFFETTIVO","data":"2014-07-01","anno":2013,"categoria":"AUTONOMO","reddito":"12.50","origine":"AUTODICHIARAZIONE"}`),
			with("FATTO", func(n *pipeline.Notice) {
				n.Kind, n.On, n.Year, n.Category, n.Basis = pipeline.NoticeActualIncome, day("2014-07-01"), 2013, "AUTONOMO", "AUTODICHIARAZIONE"
				n.Income = pipeline.Some(pipeline.Cents(1250))
			}),
		},
		"code": {line("FATTO", `,"fatto":{"tipo":"CODICE_FISCALE_VARIATO","data":"2014-07-01","nuovo":"01234567897"}`), with("FATTO", func(n *pipeline.Notice) {
			n.Kind, n.On, n.NewCode = pipeline.NoticeTaxCodeChanged, day("2014-07-01"), "01234567897"
		})},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(c.text)
			if p.Notice == nil || len(p.Discards) > 0 {
				t.Fatalf("refused: %+v", p.Discards)
			}
			if diff := cmp.Diff(&c.want, p.Notice, cmpopts.IgnoreFields(pipeline.Notice{}, "ID", "Source")); diff != "" {
				t.Error(diff)
			}
			if s := p.Notice.Source; s != source {
				t.Errorf("source %+v", s)
			}
		})
	}
}

func TestDiscards(t *testing.T) {
	good := line("CONFERMA", "")
	without := func(field string) string { return strings.Replace(good, `"`+field+`":`, `"x`+field+`":`, 1) }
	cases := map[string]struct{ text, code string }{
		"unknown tipo":         {line("ALTRO", ""), pipeline.DiscardValue},
		"number 0":             {strings.Replace(good, "12", "0", 1), pipeline.DiscardValue},
		"number as a text":     {strings.Replace(good, "12", `"12"`, 1), pipeline.DiscardJSON},
		"dates without first":  {line("DATE", `,"al":"2014-06-30"`), pipeline.DiscardValue},
		"dates the wrong way":  {line("DATE", `,"dal":"2014-06-30","al":"2014-06-01"`), pipeline.DiscardValue},
		"dates of another":     {line("CONFERMA", `,"dal":"2014-06-30"`), pipeline.DiscardValue},
		"fact of another":      {line("CONFERMA", `,"fatto":{"tipo":"PIN_DISPOSITIVO","data":"2014-07-01"}`), pipeline.DiscardValue},
		"no fact":              {line("FATTO", ""), pipeline.DiscardMissing},
		"fact that is none":    {line("FATTO", `,"fatto":"PIN_DISPOSITIVO"`), pipeline.DiscardJSON},
		"fact without a day":   {line("FATTO", `,"fatto":{"tipo":"PIN_DISPOSITIVO"}`), pipeline.DiscardMissing},
		"fact of a ruling":     {line("FATTO", `,"fatto":{"tipo":"PROVVEDIMENTO","data":"2014-07-01"}`), pipeline.DiscardValue},
		"mandate of nobody":    {line("FATTO", `,"fatto":{"tipo":"DELEGA","data":"2014-07-01"}`), pipeline.DiscardValue},
		"code that is none":    {line("FATTO", `,"fatto":{"tipo":"CODICE_FISCALE_VARIATO","data":"2014-07-01","nuovo":"X"}`), pipeline.DiscardTaxCode},
		"person that is none":  {strings.Replace(good, string(person), "RSSMRA", 1), pipeline.DiscardTaxCode},
		"moment that is none":  {strings.Replace(good, "22:30", "25:30", 1), pipeline.DiscardDate},
		"twice the same field": {line("CONFERMA", `,"motivo":"x"`), pipeline.DiscardDuplicate},
		"a list as exception":  {strings.Replace(good, `"E1"`, `"E1;E2"`, 1), pipeline.DiscardCode},
		"no JSON":              {"tipo=CONFERMA", pipeline.DiscardJSON},
	}
	for _, field := range []string{"numero", "tipo", "id_eccezione", "codice", "impronta", "codice_fiscale", "operatore", "quando", "motivo"} {
		cases["no "+field] = struct{ text, code string }{without(field), pipeline.DiscardMissing}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := parse(c.text)
			if p.Notice != nil || len(p.Discards) != 1 {
				t.Fatalf("got %+v, want one discard", p)
			}
			if d := p.Discards[0]; d.Code != c.code || d.Message == "" || d.Offset != 7 || strings.Contains(d.Message, string(person)) {
				t.Errorf("got %+v, want code %s and its place", d, c.code)
			}
		})
	}
}

// TestLongReasons: a reason of 2,000 characters of four bytes and many sources pass.
func TestLongReasons(t *testing.T) {
	reason, sources := strings.Repeat("𝟙", 2000), strings.TrimSuffix(strings.Repeat("1234567890123456;", 5000), ";")
	text := strings.NewReplacer(`visto \"tutto\"`, reason, "a;b", sources).Replace(line("CONFERMA", ""))
	p := parse(text)
	if p.Notice == nil || p.Notice.Ruling.Reason != reason || p.Notice.Ruling.Sources != sources {
		t.Errorf("refused, or cut: %+v", p.Discards)
	}
}

func TestIdentity(t *testing.T) {
	good := line("CONFERMA", "")
	id := func(text string) pipeline.DocID {
		t.Helper()
		p := parse(text)
		if p.Notice == nil {
			t.Fatalf("refused: %+v", p.Discards)
		}
		return p.Notice.ID
	}
	if id(good) != id(" "+line("CONFERMA", `,"note":"x","dal":null`)) {
		t.Error("fields that say nothing change the identity")
	}
	seen := map[pipeline.DocID]string{id(good): good}
	for _, text := range []string{
		line("RIFIUTO", ""), line("DATE", `,"dal":"2014-06-01"`), line("DATE", `,"dal":"2014-06-02"`),
		line("FATTO", `,"fatto":{"tipo":"PIN_DISPOSITIVO","data":"2014-07-01"}`),
		line("FATTO", `,"fatto":{"tipo":"PIN_DISPOSITIVO","data":"2014-07-02"}`),
		strings.Replace(good, "12", "13", 1), strings.Replace(good, "E1", "E2", 1), strings.Replace(good, "a;b", "a;c", 1),
		strings.Replace(good, `"ab"`, `"ac"`, 1), strings.Replace(good, "rossi", "verdi", 1), strings.Replace(good, "visto", "letto", 1),
		strings.Replace(good, "000001Z", "000002Z", 1), strings.Replace(good, "7000", "7001", 1),
	} {
		if other, ok := seen[id(text)]; ok {
			t.Errorf("%s and %s give one identity", text, other)
		}
		seen[id(text)] = text
	}
}

func TestOnlyJSONIsRead(t *testing.T) {
	p := operatori.Parse(inbox.Document{Format: inbox.XML, Data: []byte(line("CONFERMA", ""))})
	if p.Notice != nil || len(p.Discards) != 1 || p.Discards[0].Code != pipeline.DiscardType {
		t.Errorf("got %+v, want %s", p, pipeline.DiscardType)
	}
}

// FuzzOperatori: no input stops the reader, and every input gives a notice with its ruling or one discard.
func FuzzOperatori(f *testing.F) {
	f.Add([]byte(line("CONFERMA", "")))
	f.Add([]byte(line("DATE", `,"dal":"2014-06-01","al":"2014-06-30"`)))
	f.Add([]byte(line("FATTO", `,"fatto":{"tipo":"DELEGA","data":"2014-07-01","patronato":"PAT01"}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := operatori.Parse(inbox.Document{Source: source, Format: inbox.JSON, Data: data})
		if (p.Notice == nil) == (len(p.Discards) == 0) || len(p.Discards) > 1 {
			t.Fatalf("neither a notice nor one discard: %+v", p)
		}
		if n := p.Notice; n != nil && (n.Kind == "" || n.TaxCode == "" || n.On <= 0 || n.Ruling == nil || n.Ruling.Exception == "" || n.Protocol == "OP.0") {
			t.Fatalf("accepted without what it needs: %+v", n)
		}
	})
}
