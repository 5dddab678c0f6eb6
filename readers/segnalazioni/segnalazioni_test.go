package segnalazioni_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/segnalazioni"
)

// The person is invented.
const person = pipeline.CodiceFiscale("RSSMRA80A01H501U")

var source = pipeline.Source{Flow: pipeline.FlowSegnalazioni, File: "s.jsonl", Index: 1, Offset: 7, SHA256: "ab"}

// line writes a notice of a kind with further fields.
func line(kind, further string) string {
	return `{"tipo":"` + kind + `","codice_fiscale":"RSSMRA80A01H501U","data":"2014-07-10","fonte":"CPI Roma","protocollo":"N1"` + further + `}`
}

func parse(text string) inbox.Parsed {
	return segnalazioni.Parse(inbox.Document{Source: source, Format: inbox.JSON, Data: []byte(text)})
}

func TestEveryKind(t *testing.T) {
	base := pipeline.Notice{TaxCode: person, On: pipeline.MustDate("2014-07-10"), Origin: "CPI Roma", Protocol: "N1"}
	with := func(kind string, set func(*pipeline.Notice)) pipeline.Notice {
		n := base
		n.Kind = kind
		set(&n)
		return n
	}
	plain := func(*pipeline.Notice) {}
	for _, c := range []struct {
		further string
		want    pipeline.Notice
	}{
		{``, with(pipeline.NoticePension, plain)},
		{``, with(pipeline.NoticeInvalidity, plain)},
		{``, with(pipeline.NoticeStatusLoss, plain)},
		{``, with(pipeline.NoticeRefusal, plain)},
		{``, with(pipeline.NoticePIN, plain)},
		{`,"patronato":"PAT01"`, with(pipeline.NoticeMandate, func(n *pipeline.Notice) { n.Patronato = "PAT01" })},
		{`,"inizio":"2014-07-01","reddito":"7000.5"`, with(pipeline.NoticeSubordinateIncome, func(n *pipeline.Notice) {
			n.Start, n.Income = pipeline.MustDate("2014-07-01"), pipeline.Some(pipeline.Cents(700050))
		})},
		{
			`,"anno":2013,"categoria":"AUTONOMO","reddito":"-12.00","origine":"DICHIARAZIONE_REDDITI"`,
			with(pipeline.NoticeActualIncome, func(n *pipeline.Notice) {
				n.Year, n.Category, n.Income, n.Basis = 2013, "AUTONOMO", pipeline.Some(pipeline.Cents(-1200)), "DICHIARAZIONE_REDDITI"
			}),
		},
		{`,"anno":2013,"reddito":"0"`, with(pipeline.NoticeActualIncome, func(n *pipeline.Notice) {
			n.Year, n.Income = 2013, pipeline.Some(pipeline.Cents(0))
		})},
		{`,"nuovo":"rssmra80a01h501u"`, with(pipeline.NoticeTaxCodeChanged, func(n *pipeline.Notice) { n.NewCode = person })},
		{`,"nuovo":"RSSMRA80A01H501U","patronato":"PAT01"`, with(pipeline.NoticePIN, plain)}, // fields of other kinds
	} {
		t.Run(c.want.Kind+c.further, func(t *testing.T) {
			p := parse(line(c.want.Kind, c.further))
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
	good := line(pipeline.NoticeRefusal, "")
	without := func(field string) string { return strings.Replace(good, `"`+field+`":`, `"x`+field+`":`, 1) }
	for name, c := range map[string]struct{ text, code string }{
		"no tipo":                 {without("tipo"), pipeline.DiscardMissing},
		"no codice_fiscale":       {without("codice_fiscale"), pipeline.DiscardMissing},
		"no data":                 {without("data"), pipeline.DiscardMissing},
		"unknown tipo":            {line("ALTRO", ""), pipeline.DiscardValue},
		"DELEGA without office":   {line(pipeline.NoticeMandate, ""), pipeline.DiscardMissing},
		"income without start":    {line(pipeline.NoticeSubordinateIncome, `,"reddito":"1"`), pipeline.DiscardMissing},
		"income without amount":   {line(pipeline.NoticeSubordinateIncome, `,"inizio":"2014-07-01"`), pipeline.DiscardMissing},
		"negative expected":       {line(pipeline.NoticeSubordinateIncome, `,"inizio":"2014-07-01","reddito":"-1"`), pipeline.DiscardAmount},
		"actual without year":     {line(pipeline.NoticeActualIncome, `,"reddito":"1"`), pipeline.DiscardMissing},
		"actual, unknown origin":  {line(pipeline.NoticeActualIncome, `,"anno":2013,"reddito":"1","origine":"VOCI"`), pipeline.DiscardValue},
		"actual, unknown kind":    {line(pipeline.NoticeActualIncome, `,"anno":2013,"reddito":"1","categoria":"X"`), pipeline.DiscardValue},
		"amount as a number":      {line(pipeline.NoticeActualIncome, `,"anno":2013,"reddito":1.10`), pipeline.DiscardAmount},
		"year as a text":          {line(pipeline.NoticeActualIncome, `,"anno":"2013","reddito":"1"`), pipeline.DiscardJSON},
		"changed code, no new":    {line(pipeline.NoticeTaxCodeChanged, ""), pipeline.DiscardMissing},
		"changed code, wrong new": {line(pipeline.NoticeTaxCodeChanged, `,"nuovo":"RSSMRA80A01H501X"`), pipeline.DiscardTaxCode},
		"protocol of a list":      {strings.Replace(good, `"N1"`, `"N1;N2"`, 1), pipeline.DiscardCode},
		"protocol of two lines":   {strings.Replace(good, `"N1"`, `"N1\nN2"`, 1), pipeline.DiscardCode},
		"protocol with a NUL":     {strings.Replace(good, `"N1"`, `"N1\u0000"`, 1), pipeline.DiscardCode},
		"wrong code":              {strings.Replace(good, string(person), "RSSMRA80A01H501X", 1), pipeline.DiscardTaxCode},
		"wrong date":              {strings.Replace(good, "2014-07-10", "2014-07-32", 1), pipeline.DiscardDate},
		"moment for a date":       {strings.Replace(good, "2014-07-10", "2014-07-10T00:00:00Z", 1), pipeline.DiscardDate},
		"field twice":             {line(pipeline.NoticeRefusal, `,"data":"2014-07-11"`), pipeline.DiscardDuplicate},
		"no JSON":                 {"tipo=RIFIUTO", pipeline.DiscardJSON},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(c.text)
			if p.Notice != nil || len(p.Discards) != 1 {
				t.Fatalf("got %+v, want one discard", p)
			}
			if d := p.Discards[0]; d.Code != c.code || d.Message == "" || d.Offset != 7 {
				t.Errorf("got %+v, want code %s and its place", d, c.code)
			}
		})
	}
}

func TestIdentity(t *testing.T) {
	id := func(text string) pipeline.DocID {
		t.Helper()
		p := parse(text)
		if p.Notice == nil {
			t.Fatalf("refused: %+v", p.Discards)
		}
		return p.Notice.ID
	}
	good := line(pipeline.NoticeRefusal, "")
	if id(good) != id(" "+line(pipeline.NoticeRefusal, `,"note":"x","patronato":null`)) {
		t.Error("fields that say nothing change the identity")
	}
	seen := map[pipeline.DocID]string{id(good): good}
	for _, text := range []string{
		line(pipeline.NoticePIN, ""),
		strings.Replace(good, "2014-07-10", "2014-07-11", 1),
		strings.Replace(good, "CPI Roma", "CPI Torino", 1),
		strings.Replace(good, "N1", "N2", 1),
		strings.Replace(good, string(person), "01234567897", 1),
	} {
		if other, ok := seen[id(text)]; ok {
			t.Errorf("%s and %s give one identity", text, other)
		}
		seen[id(text)] = text
	}
}

func TestOnlyJSONIsRead(t *testing.T) {
	p := segnalazioni.Parse(inbox.Document{Format: inbox.XML, Data: []byte(line(pipeline.NoticePIN, ""))})
	if p.Notice != nil || len(p.Discards) != 1 || p.Discards[0].Code != pipeline.DiscardType {
		t.Errorf("got %+v, want %s", p, pipeline.DiscardType)
	}
}

// FuzzSegnalazioni: no input stops the reader, and every input gives a notice or one discard.
func FuzzSegnalazioni(f *testing.F) {
	f.Add([]byte(line(pipeline.NoticePIN, "")))
	f.Add([]byte(line(pipeline.NoticeMandate, `,"patronato":"PAT01"`)))
	f.Add([]byte(line(pipeline.NoticeActualIncome, `,"anno":2013,"categoria":"AUTONOMO","reddito":"1.5","origine":"AUTODICHIARAZIONE"`)))
	f.Add([]byte(line(pipeline.NoticeTaxCodeChanged, `,"nuovo":"RSSMRA80A01H501U"`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := segnalazioni.Parse(inbox.Document{Source: source, Format: inbox.JSON, Data: data})
		if (p.Notice == nil) == (len(p.Discards) == 0) || len(p.Discards) > 1 {
			t.Fatalf("neither a notice nor one discard: %+v", p)
		}
		if n := p.Notice; n != nil && (n.Kind == "" || n.TaxCode == "" || n.On <= 0) {
			t.Fatalf("accepted without what it needs: %+v", n)
		}
	})
}

// TestChangedCode: the code that was changed may be temporary or have a wrong check character, the new one may not.
func TestChangedCode(t *testing.T) {
	const wrong = "RSSMRA80A01H501V"
	changed := func(from, to string) string {
		return `{"tipo":"CODICE_FISCALE_VARIATO","codice_fiscale":"` + from + `","nuovo":"` + to + `","data":"2014-07-10"}`
	}
	for _, from := range []string{wrong, strings.ToLower(wrong), "03472640170", "03472640171", string(person)} {
		p := parse(changed(from, string(person)))
		if p.Notice == nil || string(p.Notice.TaxCode) != strings.ToUpper(from) || p.Notice.NewCode != person {
			t.Errorf("a code of %d characters: %+v", len(from), p.Discards)
		}
	}
	for name, text := range map[string]string{
		"new one wrong":        changed(string(person), wrong),
		"no form":              changed("RSSMRA80Z01H501V", string(person)),
		"too short":            changed("RSSMRA80A01H501", string(person)),
		"zeros":                changed("00000000000", string(person)),
		"wrong in another one": strings.Replace(line(pipeline.NoticePIN, ""), string(person), wrong, 1),
	} {
		p := parse(text)
		if p.Notice != nil || len(p.Discards) != 1 || p.Discards[0].Code != pipeline.DiscardTaxCode {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
