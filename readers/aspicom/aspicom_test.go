package aspicom_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/readers/aspicom"
	"incrocio/readers/inbox"
)

// full has every field of the format. The person is invented.
const full = `{"protocollo":"INPS.7000.20/07/2014.0012345","data_presentazione":"2014-07-20T10:15:00+02:00","stato":"INVIATA",
"modello":"SR137","canale":"PATRONATO","pin":"DISPOSITIVO","patronato":{"codice":"PAT01","delega_registrata_il":"2014-07-01"},
"codice_fiscale":"RSSMRA80A01H501U","numero_domanda":"D1","tipo":"EVENTO",
"eventi":[{"evento":"LAVORO_AUTONOMO","fattispecie":"INIZIO","categoria":"AUTONOMO","inizio":"2014-07-01","fine":"2014-12-31",
"reddito":"3000.00","anno":2013,"datore":{"codice_fiscale":"01234567897","denominazione":"Ditta d'Esempio","stato":"IT"}}],
"variazioni":{"residenza":{"indirizzo":"Via Roma 1","comune":"H501","cap":"00100"},"domicilio":{"indirizzo":"Via Po 2","comune":"L219","cap":"10100"},
"email":"a@example.org","telefono":"06000000","pagamento":{"modalita":"ACCREDITO_CONTO","iban":"IT60X0542811101000000123456"}}}`

// least has the required fields only.
const least = `{"protocollo":"P1","data_presentazione":"2014-07-20T10:15:00","modello":"SR138","canale":"WEB","codice_fiscale":"RSSMRA80A01H501U","tipo":"VARIAZIONE"}`

var source = pipeline.Source{Flow: pipeline.FlowAspicom, File: "a.jsonl", Index: 3, Offset: 120, SHA256: "ab"}

func parse(text string) inbox.Parsed {
	return aspicom.Parse(inbox.Document{Source: source, Format: inbox.JSON, Data: []byte(text)})
}

func accepted(t *testing.T, text string) *pipeline.Submission {
	t.Helper()
	p := parse(text)
	if p.Submission == nil || len(p.Discards) > 0 {
		t.Fatalf("refused: %+v", p.Discards)
	}
	return p.Submission
}

func TestFull(t *testing.T) {
	want := &pipeline.Submission{
		Protocol:    "INPS.7000.20/07/2014.0012345",
		SubmittedAt: 1405844100000000, // 2014-07-20T08:15:00Z
		SubmittedOn: pipeline.MustDate("2014-07-20"),
		Form:        "SR137", Channel: pipeline.ChannelPatronato, PIN: pipeline.PINDispositive,
		Patronato: "PAT01", MandateOn: pipeline.MustDate("2014-07-01"),
		TaxCode: "RSSMRA80A01H501U", ClaimNumber: "D1", Kind: pipeline.KindEvent,
		Events: []pipeline.Event{{
			Kind: pipeline.EventSelfEmployed, Case: pipeline.CaseStart, Category: pipeline.CategorySelf,
			Start: pipeline.MustDate("2014-07-01"), End: pipeline.MustDate("2014-12-31"),
			Income: pipeline.Some(pipeline.Cents(300000)), Year: 2013,
			Employer: "01234567897", EmployerName: "Ditta d'Esempio", EmployerCountry: "IT",
		}},
		Changes: &pipeline.DataChanges{
			Residence: &pipeline.Address{Street: "Via Roma 1", Commune: "H501", Postal: "00100"},
			Domicile:  &pipeline.Address{Street: "Via Po 2", Commune: "L219", Postal: "10100"},
			Email:     "a@example.org", Phone: "06000000",
			Payment: &pipeline.Payment{Mode: pipeline.PaymentOnAccount, IBAN: "IT60X0542811101000000123456"},
		},
	}
	got := accepted(t, full)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(pipeline.Submission{}, "ID", "Source")); diff != "" {
		t.Error(diff)
	}
	if s := got.Source; s != source {
		t.Errorf("source %+v", s)
	}
}

func TestLeast(t *testing.T) {
	got := accepted(t, least)
	want := &pipeline.Submission{
		Protocol: "P1", SubmittedAt: 1405844100000000, SubmittedOn: pipeline.MustDate("2014-07-20"), Form: "SR138",
		Channel: pipeline.ChannelWeb, TaxCode: "RSSMRA80A01H501U", Kind: pipeline.KindChange,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(pipeline.Submission{}, "ID", "Source")); diff != "" {
		t.Error(diff)
	}
}

// What makes no sense but can be read is for the rules.
func TestAcceptedAsItIs(t *testing.T) {
	with := func(eventi string) string { return strings.TrimSuffix(least, "}") + `,"eventi":` + eventi + "}" }
	twoEvents := accepted(t, with(`[{"evento":"MALATTIA","inizio":"2014-07-10","fine":"2014-07-01"},{"evento":"RICOVERO"}]`))
	if n := len(twoEvents.Events); n != 2 || twoEvents.Kind != pipeline.KindChange {
		t.Errorf("%d events, tipo %s; want 2 and VARIAZIONE", n, twoEvents.Kind)
	}
	if e := twoEvents.Events[1]; e.Start != 0 || e.End != 0 || e.Year != 2014 {
		t.Errorf("event without dates: %+v", e)
	}
	for name, text := range map[string]string{
		"no events":               strings.Replace(least, "VARIAZIONE", "EVENTO", 1),
		"unknown fields":          strings.TrimSuffix(least, "}") + `,"note":{"a":[1,2]},"Tipo":7}`,
		"loss of a year":          with(`[{"evento":"LAVORO_AUTONOMO","fattispecie":"REDDITO_EFFETTIVO","reddito":"-10.50"}]`),
		"temporary code":          strings.Replace(least, "RSSMRA80A01H501U", "01234567897", 1),
		"small letters in a code": strings.Replace(least, "RSSMRA80A01H501U", " rssmra80a01h501u ", 1),
	} {
		t.Run(name, func(t *testing.T) { accepted(t, text) })
	}
}

func TestDraft(t *testing.T) {
	if !accepted(t, strings.TrimSuffix(least, "}")+`,"stato":"BOZZA"}`).Draft {
		t.Error("BOZZA is no draft")
	}
}

// changed gives the full document with one field changed; a path names fields and, for the first event, "eventi".
func changed(t testing.TB, value any, path ...string) string {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(full), &doc); err != nil {
		t.Fatal(err)
	}
	at := doc
	for _, name := range path[:len(path)-1] {
		next, ok := at[name].(map[string]any)
		if !ok {
			next = at[name].([]any)[0].(map[string]any)
		}
		at = next
	}
	at[path[len(path)-1]] = value
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDiscards(t *testing.T) {
	long := strings.Repeat("x", 4097)
	for _, c := range []struct {
		code  string
		value any
		path  string
	}{
		{pipeline.DiscardMissing, nil, "protocollo"},
		{pipeline.DiscardMissing, "  ", "protocollo"},
		{pipeline.DiscardMissing, nil, "data_presentazione"},
		{pipeline.DiscardMissing, nil, "modello"},
		{pipeline.DiscardMissing, nil, "canale"},
		{pipeline.DiscardMissing, nil, "codice_fiscale"},
		{pipeline.DiscardMissing, nil, "tipo"},
		{pipeline.DiscardMissing, nil, "eventi/evento"},
		{pipeline.DiscardJSON, 12, "protocollo"},
		{pipeline.DiscardJSON, true, "tipo"},
		{pipeline.DiscardJSON, "x", "eventi"},
		{pipeline.DiscardJSON, []any{nil}, "eventi"},
		{pipeline.DiscardJSON, []any{"MALATTIA"}, "eventi"},
		{pipeline.DiscardJSON, []any{}, "variazioni"},
		{pipeline.DiscardJSON, "PAT01", "patronato"},
		{pipeline.DiscardJSON, "2014", "eventi/anno"},
		{pipeline.DiscardJSON, 2014.5, "eventi/anno"},
		{pipeline.DiscardJSON, true, "eventi/reddito"},
		{pipeline.DiscardJSON, "IT", "eventi/datore"},
		{pipeline.DiscardValue, "inviata", "stato"},
		{pipeline.DiscardValue, "SR139", "modello"},
		{pipeline.DiscardValue, "FAX", "canale"},
		{pipeline.DiscardValue, "SI", "pin"},
		{pipeline.DiscardValue, "ALTRO", "tipo"},
		{pipeline.DiscardValue, "VOUCHER", "eventi/evento"},
		{pipeline.DiscardValue, "FINE", "eventi/fattispecie"},
		{pipeline.DiscardValue, "MISTO", "eventi/categoria"},
		{pipeline.DiscardValue, "ITA", "eventi/datore/stato"},
		{pipeline.DiscardValue, "CONTANTI", "variazioni/pagamento/modalita"},
		{pipeline.DiscardValue, 20140, "eventi/anno"},
		{pipeline.DiscardDate, "20/07/2014", "data_presentazione"},
		{pipeline.DiscardDate, "2014-02-29", "eventi/inizio"},
		{pipeline.DiscardDate, "2014-7-1", "eventi/fine"},
		{pipeline.DiscardDate, "mai", "patronato/delega_registrata_il"},
		{pipeline.DiscardAmount, 3000, "eventi/reddito"},
		{pipeline.DiscardAmount, "3.000,00", "eventi/reddito"},
		{pipeline.DiscardAmount, "3000.001", "eventi/reddito"},
		{pipeline.DiscardAmount, "-1.00", "eventi/reddito"},
		{pipeline.DiscardTaxCode, "RSSMRA80A01H501X", "codice_fiscale"},
		{pipeline.DiscardTaxCode, "RSSMRA80A01H50", "codice_fiscale"},
		{pipeline.DiscardTaxCode, "01234567890", "codice_fiscale"},
		{pipeline.DiscardTooLong, long, "numero_domanda"},
		{pipeline.DiscardCode, "P1;P2", "protocollo"},
		{pipeline.DiscardCode, "P1\x00", "protocollo"},
		{pipeline.DiscardCode, "P1\nP2", "protocollo"},
		{pipeline.DiscardCode, "P1\u202e2P", "protocollo"},
		{pipeline.DiscardCode, "1;2", "numero_domanda"},
		{pipeline.DiscardCode, "1\u20662", "numero_domanda"},
		{pipeline.DiscardTooMany, slices.Repeat([]any{map[string]any{"evento": "MALATTIA"}}, 101), "eventi"},
	} {
		t.Run(fmt.Sprintf("%s/%.20v", c.path, c.value), func(t *testing.T) {
			p := parse(changed(t, c.value, strings.Split(c.path, "/")...))
			if p.Submission != nil || len(p.Discards) != 1 {
				t.Fatalf("got %+v, want one discard", p)
			}
			d := p.Discards[0]
			if d.Code != c.code || d.Message == "" || d.Source != source {
				t.Errorf("got %+v, want code %s and its place", d, c.code)
			}
			if s, ok := c.value.(string); ok && len(s) > 3 && strings.Contains(d.Message, s) {
				t.Errorf("the message %q repeats the value", d.Message)
			}
		})
	}
}

func TestDiscardNamesTheProtocol(t *testing.T) {
	d := parse(changed(t, "FAX", "canale")).Discards[0]
	if d.CommCode != "INPS.7000.20/07/2014.0012345" {
		t.Errorf("code of the document %q", d.CommCode)
	}
}

func TestRepeatedFieldIsRefused(t *testing.T) {
	d := parse(strings.TrimSuffix(least, "}") + `,"tipo":"EVENTO"}`).Discards
	if len(d) != 1 || d[0].Code != pipeline.DiscardDuplicate {
		t.Errorf("got %+v, want %s", d, pipeline.DiscardDuplicate)
	}
}

func TestOnlyJSONIsRead(t *testing.T) {
	p := aspicom.Parse(inbox.Document{Format: inbox.XML, Data: []byte(least)})
	if p.Submission != nil || len(p.Discards) != 1 || p.Discards[0].Code != pipeline.DiscardType {
		t.Errorf("got %+v, want %s", p, pipeline.DiscardType)
	}
}

// Order of fields, white space, spelling of what is absent and fields nobody reads do not make another document.
func TestIdentityIsOfWhatIsSaid(t *testing.T) {
	want := accepted(t, full).ID
	rapid.Check(t, func(t *rapid.T) {
		var doc map[string]json.RawMessage
		if err := json.Unmarshal([]byte(full), &doc); err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "state absent") {
			delete(doc, "stato")
		}
		doc["altro"] = json.RawMessage(rapid.SampledFrom([]string{"null", "1", `"x"`}).Draw(t, "unknown"))
		doc["data_presentazione"] = json.RawMessage(rapid.SampledFrom([]string{
			`"2014-07-20T08:15:00Z"`, `"2014-07-20T10:15:00"`, `"2014-07-20T10:15:00.000+02:00"`,
		}).Draw(t, "moment"))
		names := rapid.Permutation(slices.Sorted(maps.Keys(doc))).Draw(t, "order")
		var b strings.Builder
		for i, name := range names {
			fmt.Fprintf(&b, "%s %q :\t%s", map[bool]string{true: "{", false: ","}[i == 0], name, doc[name])
		}
		p := parse(b.String() + " } ")
		if p.Submission == nil {
			t.Fatalf("refused: %+v", p.Discards)
		}
		if p.Submission.ID != want {
			t.Fatal("another identity")
		}
	})
}

func TestEveryFieldCountsForIdentity(t *testing.T) {
	seen := map[pipeline.DocID]string{accepted(t, full).ID: "full"}
	for path, value := range map[string]any{
		"protocollo": "P2", "data_presentazione": "2014-07-20T10:15:01+02:00", "stato": "BOZZA", "modello": "SR138",
		"canale": "WEB", "pin": nil, "patronato/codice": "PAT02", "patronato/delega_registrata_il": "2014-07-02",
		"codice_fiscale": "01234567897", "numero_domanda": "D2", "tipo": "VARIAZIONE", "eventi/evento": "MALATTIA",
		"eventi/fattispecie": "GIA_AVVIATA", "eventi/categoria": "PARASUBORDINATO", "eventi/inizio": "2014-07-02",
		"eventi/fine": nil, "eventi/reddito": "3000.01", "eventi/anno": 2014, "eventi/datore/codice_fiscale": nil,
		"eventi/datore/denominazione": "Y", "eventi/datore/stato": "FR", "eventi": nil, "variazioni": nil,
		"variazioni/residenza": nil, "variazioni/domicilio/cap": "1", "variazioni/email": nil,
		"variazioni/telefono": "1", "variazioni/pagamento/iban": nil, "variazioni/pagamento/modalita": "BONIFICO_DOMICILIATO",
	} {
		id := accepted(t, changed(t, value, strings.Split(path, "/")...)).ID
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s give one identity", path, other)
		}
		seen[id] = path
	}
}

// FuzzAspicom: no input stops the reader, every input gives a submission or one discard, and a submission written
// back in the form of the archive loses nothing.
func FuzzAspicom(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(least))
	f.Add([]byte(changed(f, "x", "eventi", "reddito")))
	f.Add([]byte(`{"protocollo":"\ud800"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := aspicom.Parse(inbox.Document{Source: source, Format: inbox.JSON, Data: data})
		if (p.Submission == nil) == (len(p.Discards) == 0) || len(p.Discards) > 1 {
			t.Fatalf("neither a submission nor one discard: %+v", p)
		}
		if p.Submission == nil {
			return
		}
		if s := p.Submission; s.SubmittedOn <= 0 || s.SubmittedOn > pipeline.MaxDate || s.Protocol == "" || s.TaxCode == "" {
			t.Fatalf("accepted without what it needs: %+v", s)
		}
		b, err := json.Marshal(p.Submission)
		if err != nil {
			t.Fatal(err)
		}
		var back pipeline.Submission
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p.Submission, &back, cmpopts.IgnoreFields(pipeline.Submission{}, "ID", "Source"), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.SetBytes(int64(len(full)))
	b.ReportAllocs()
	doc := inbox.Document{Source: source, Format: inbox.JSON, Data: []byte(full)}
	for b.Loop() {
		if aspicom.Parse(doc).Submission == nil {
			b.Fatal("refused")
		}
	}
}
