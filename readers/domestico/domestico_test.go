package domestico_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"incrocio/pipeline"
	"incrocio/readers/domestico"
	"incrocio/readers/inbox"
)

// The people are invented.
const (
	worker   = pipeline.CodiceFiscale("RSSMRA80A01H501U")
	employer = "VRDLCU80A01H501A"
)

var source = pipeline.Source{Flow: pipeline.FlowDomestico, File: "d.jsonl", Index: 2, Offset: 9, SHA256: "ab"}

func parse(text string) inbox.Parsed {
	return domestico.Parse(inbox.Document{Source: source, Format: inbox.JSON, Data: []byte(text)})
}

// record writes a record of an event of a relationship begun on 1 July 2014, with further fields.
func record(event, further string) string {
	return `{"codice":"DOM-0001","evento":"` + event + `","cf_datore":"` + employer + `","cf_lavoratore":"` + string(worker) +
		`","data_inizio":"2014-07-01","data_invio":"2014-06-30T09:00:00+02:00"` + further + `}`
}

// message writes a message with further fields.
func message(further string) string {
	return `{"quesito":"INPS.7000.06/07/2018.0000012","data":"2018-07-06","categoria":"RAPPORTI_DI_LAVORO"` + further + `}`
}

func TestEvents(t *testing.T) {
	day := pipeline.MustDate
	base := pipeline.Communication{
		Model: pipeline.ModelDomestico, Purpose: pipeline.PurposeNormal, Code: "DOM-0001", Employer: employer, Worker: worker,
		Start: day("2014-07-01"), SentOn: day("2014-06-30"), SentAt: 1_404_111_600_000_000,
	}
	with := func(event pipeline.EventKind, set func(*pipeline.Communication)) pipeline.Communication {
		c := base
		c.Event = event
		set(&c)
		return c
	}
	type comm = pipeline.Communication
	for name, c := range map[string]struct {
		text string
		want comm
	}{
		"hire for ever": {
			record("ASSUNZIONE", `,"tipo_contratto":"TI","stato":"DEFINITO"`),
			with(pipeline.EventHire, func(c *comm) { c.Contract = "A.04.00" }),
		},
		"hire that waits": {
			record("ASSUNZIONE", `,"tipo_contratto":"TD","data_fine":"2014-12-31","data_evento":"2014-07-01","stato":"SOSPESO_IN_ATTESA_DI_DEFINIZIONE"`),
			with(pipeline.EventHire, func(c *comm) { c.Contract, c.End, c.Pending = "A.04.01", day("2014-12-31"), true }),
		},
		"hire without contract": {record("ASSUNZIONE", `,"tipo_contratto":null`), with(pipeline.EventHire, func(*comm) {})},
		"extension, new end as the event": {
			record("PROROGA", `,"tipo_contratto":"TD","data_fine":"2014-12-31","data_evento":"2015-03-31"`),
			with(pipeline.EventExtension, func(c *comm) {
				c.Contract, c.End, c.EventDate = "A.04.01", day("2014-12-31"), day("2015-03-31")
			}),
		},
		"extension, new end as the end": {
			record("PROROGA", `,"data_fine":"2015-03-31","data_evento":"2014-12-15"`),
			with(pipeline.EventExtension, func(c *comm) { c.End, c.EventDate = day("2015-03-31"), day("2015-03-31") }),
		},
		"conversion to permanent": {
			record("TRASFORMAZIONE", `,"tipo_contratto":"TI","data_evento":"2014-10-01"`),
			with(pipeline.EventConversion, func(c *comm) {
				c.Contract, c.EventDate, c.EventCode = "A.04.00", day("2014-10-01"), "DI"
			}),
		},
		"conversion of something else": {
			record("TRASFORMAZIONE", `,"tipo_contratto":"TD","data_evento":"2014-10-01"`),
			with(pipeline.EventConversion, func(c *comm) { c.Contract, c.EventDate = "A.04.01", day("2014-10-01") }),
		},
		"termination": {
			record("CESSAZIONE", `,"data_fine":"2014-12-31","data_evento":"2014-09-15"`),
			with(pipeline.EventTermination, func(c *comm) { c.End, c.EventDate = day("2014-12-31"), day("2014-09-15") }),
		},
		"termination by the end alone": {
			record("CESSAZIONE", `,"data_fine":"2014-09-15"`),
			with(pipeline.EventTermination, func(c *comm) { c.End, c.EventDate = day("2014-09-15"), day("2014-09-15") }),
		},
		"correction": {
			record("RETTIFICA", `,"codice_precedente":"DOM-0000","tipo_contratto":"TD","data_fine":"2014-11-30"`),
			with(pipeline.EventHire, func(c *comm) {
				c.Purpose, c.PreviousCode, c.Contract, c.End = "03", "DOM-0000", "A.04.01", day("2014-11-30")
			}),
		},
		"correction that can only be of an end": {
			record("RETTIFICA", `,"codice_precedente":"9","tipo_contratto":"TI","data_fine":"2014-11-30","data_evento":"2014-11-30"`),
			with(pipeline.EventTermination, func(c *comm) {
				c.Purpose, c.PreviousCode, c.Contract, c.End, c.EventDate = "03", "9", "A.04.00", day("2014-11-30"), day("2014-11-30")
			}),
		},
		"cancellation": {
			record("ANNULLAMENTO", `,"codice_precedente":"DOM-0000","data_evento":"2014-11-30"`),
			with(pipeline.EventHire, func(c *comm) { c.Purpose, c.PreviousCode, c.EventDate = "04", "DOM-0000", day("2014-11-30") }),
		},
		"sent on a day": {
			strings.Replace(record("ASSUNZIONE", ""), "2014-06-30T09:00:00+02:00", "2014-06-30", 1),
			with(pipeline.EventHire, func(c *comm) { c.SentAt, c.ZoneAssumed = 1_404_079_200_000_000, true }),
		},
		"sent at an hour of nowhere": {
			strings.Replace(record("ASSUNZIONE", ""), "+02:00", "", 1),
			with(pipeline.EventHire, func(c *comm) { c.ZoneAssumed = true }),
		},
		"codes of any form": {
			strings.Replace(record("ASSUNZIONE", `,"codice_precedente":"0000 è/1"`), "DOM-0001", "7", 1),
			with(pipeline.EventHire, func(c *comm) { c.Code, c.PreviousCode = "7", "0000 è/1" }),
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(c.text)
			if len(p.Communications) != 1 || len(p.Discards) > 0 {
				t.Fatalf("refused: %+v", p.Discards)
			}
			if diff := cmp.Diff(c.want, p.Communications[0], cmpopts.IgnoreFields(comm{}, "ID", "Source")); diff != "" {
				t.Error(diff)
			}
			if s := p.Communications[0].Source; s != source {
				t.Errorf("source %+v", s)
			}
		})
	}
}

func TestMessages(t *testing.T) {
	p := parse(message(`,"inviato_da":"DELEGATO","cf_datore":"vrdlcu80a01h501a","cf_lavoratore":"` + string(worker) +
		`","codice_rapporto":"DOM-0001","allegati":[{"nome":"a.pdf","formato":"PDF","byte":3145727},{"formato":"TIFF","byte":1}],"risposta":null`))
	if p.Question == nil || len(p.Discards) > 0 {
		t.Fatalf("refused: %+v", p.Discards)
	}
	want := &pipeline.DomesticQuestion{
		Protocol: "INPS.7000.06/07/2018.0000012", On: pipeline.MustDate("2018-07-06"), Category: pipeline.QuestionRelationship,
		SentBy: pipeline.SentByDelegate, Employer: employer, Worker: worker, RelationshipCode: "DOM-0001",
		Attachments: []pipeline.Attachment{{Name: "a.pdf", Format: "PDF", Bytes: 3_145_727}, {Format: "TIFF", Bytes: 1}},
	}
	if diff := cmp.Diff(want, p.Question, cmpopts.IgnoreFields(pipeline.DomesticQuestion{}, "ID", "Source")); diff != "" {
		t.Error(diff)
	}
	short := parse(message(`,"risposta":"Definito il 10/07/2018."`)).Question
	if short == nil || short.Worker != "" || short.Attachments != nil || short.Answer != "Definito il 10/07/2018." {
		t.Errorf("message with an answer and no worker: %+v", short)
	}
}

func TestDiscards(t *testing.T) {
	hire := record("ASSUNZIONE", "")
	without := func(text, field string) string { return strings.Replace(text, `"`+field+`":`, `"x`+field+`":`, 1) }
	code := func(s string) string { return strings.Replace(hire, "DOM-0001", s, 1) }
	file := func(format, size string) string { return `{"nome":"n","formato":"` + format + `","byte":` + size + `}` }
	files := func(list ...string) string { return message(`,"allegati":[` + strings.Join(list, ",") + `]`) }
	one := file("PDF", "1")
	for name, c := range map[string]struct{ text, code string }{
		"neither":                   {`{"codice":"1"}`, pipeline.DiscardKind},
		"both":                      {record("ASSUNZIONE", `,"quesito":"1"`), pipeline.DiscardKind},
		"no JSON":                   {"evento=ASSUNZIONE", pipeline.DiscardJSON},
		"field twice":               {record("ASSUNZIONE", `,"codice":"2"`), pipeline.DiscardDuplicate},
		"unknown event":             {record("SOSPENSIONE", ""), pipeline.DiscardValue},
		"event that is no text":     {strings.Replace(hire, `"ASSUNZIONE"`, "1", 1), pipeline.DiscardJSON},
		"no code":                   {code(" "), pipeline.DiscardMissing},
		"long code":                 {code(strings.Repeat("è", 51)), pipeline.DiscardCode},
		"code of two lines":         {code(`a\nb`), pipeline.DiscardCode},
		"code with a direction":     {code(`a\u202eb`), pipeline.DiscardCode},
		"code that is a list":       {code("a;b"), pipeline.DiscardCode},
		"bad previous code":         {record("RETTIFICA", `,"codice_precedente":"a;b"`), pipeline.DiscardCode},
		"no employer":               {without(hire, "cf_datore"), pipeline.DiscardMissing},
		"no worker":                 {without(hire, "cf_lavoratore"), pipeline.DiscardMissing},
		"wrong worker":              {strings.Replace(hire, string(worker), "RSSMRA80A01H501X", 1), pipeline.DiscardTaxCode},
		"never sent":                {without(hire, "data_invio"), pipeline.DiscardMissing},
		"sent on no day":            {strings.Replace(hire, "2014-06-30T09:00:00+02:00", "2014-06-31", 1), pipeline.DiscardDate},
		"sent at no hour":           {strings.Replace(hire, "T09", "T29", 1), pipeline.DiscardDate},
		"unknown contract":          {record("ASSUNZIONE", `,"tipo_contratto":"TDE"`), pipeline.DiscardValue},
		"unknown state":             {record("ASSUNZIONE", `,"stato":"SOSPESO"`), pipeline.DiscardValue},
		"hire without start":        {without(hire, "data_inizio"), pipeline.DiscardMissing},
		"Italian date":              {strings.Replace(hire, "2014-07-01", "01/07/2014", 1), pipeline.DiscardDate},
		"extension to nowhere":      {record("PROROGA", ""), pipeline.DiscardMissing},
		"conversion on no day":      {record("TRASFORMAZIONE", `,"data_fine":"2014-12-31"`), pipeline.DiscardMissing},
		"termination on no day":     {record("CESSAZIONE", ""), pipeline.DiscardMissing},
		"message on no day":         {without(message(""), "data"), pipeline.DiscardMissing},
		"message without category":  {without(message(""), "categoria"), pipeline.DiscardMissing},
		"unknown sender":            {message(`,"inviato_da":"X"`), pipeline.DiscardValue},
		"unknown category":          {strings.Replace(message(""), "RAPPORTI_DI_LAVORO", "FERIE", 1), pipeline.DiscardValue},
		"message, wrong worker":     {message(`,"cf_lavoratore":"RSSMRA80A01H501X"`), pipeline.DiscardTaxCode},
		"message of a list":         {strings.Replace(message(""), "INPS.7000", "INPS;7000", 1), pipeline.DiscardCode},
		"four attachments":          {files(one, one, one, one), pipeline.DiscardTooMany},
		"3 MiB and a byte":          {files(file("PNG", "3145728"), one), pipeline.DiscardTooLarge},
		"sum beyond all numbers":    {files(file("PNG", "1"), file("PNG", "9223372036854775807")), pipeline.DiscardTooLarge},
		"attachment beyond numbers": {files(file("PNG", "9223372036854775808")), pipeline.DiscardValue},
		"size below zero":           {files(file("PNG", "-1")), pipeline.DiscardValue},
		"size of half a byte":       {files(file("PNG", "1.5")), pipeline.DiscardValue},
		"size as a text":            {files(file("PNG", `"1"`)), pipeline.DiscardJSON},
		"no size":                   {files(`{"formato":"PDF"}`), pipeline.DiscardMissing},
		"other format":              {files(file("DOCX", "1")), pipeline.DiscardValue},
		"no format":                 {files(`{"nome":"a.pdf","byte":1}`), pipeline.DiscardMissing},
		"attachment that is none":   {files("null"), pipeline.DiscardJSON},
		"long answer":               {message(`,"risposta":"` + strings.Repeat("x", 4097) + `"`), pipeline.DiscardTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			p := parse(c.text)
			if len(p.Communications) > 0 || p.Question != nil || len(p.Discards) != 1 {
				t.Fatalf("got %+v, want one discard", p)
			}
			if d := p.Discards[0]; d.Code != c.code || d.Message == "" || d.Source != source {
				t.Errorf("got %+v, want code %s and its place", d, c.code)
			}
		})
	}
	if d := parse(record("PROROGA", "")).Discards[0]; d.CommCode != "DOM-0001" {
		t.Errorf("discard of %q, want the code of the record", d.CommCode)
	}
	if p := domestico.Parse(inbox.Document{Format: inbox.XML, Data: []byte(hire)}); len(p.Discards) != 1 || p.Discards[0].Code != pipeline.DiscardType {
		t.Errorf("XML: %+v, want %s", p, pipeline.DiscardType)
	}
}

func TestIdentity(t *testing.T) {
	id := func(text string) pipeline.DocID {
		t.Helper()
		switch p := parse(text); {
		case p.Question != nil:
			return p.Question.ID
		case len(p.Communications) == 1:
			return p.Communications[0].ID
		default:
			t.Fatalf("%s refused: %+v", text, p.Discards)
			return pipeline.DocID{}
		}
	}
	hire, q := record("ASSUNZIONE", `,"tipo_contratto":"TD","data_fine":"2014-12-31"`), message(`,"cf_datore":"X","allegati":[{"formato":"PDF","byte":1}]`)
	same := strings.Replace(strings.Replace(hire, "T09:00:00+02:00", "T07:00:00Z", 1), "{", `{"stato":"DEFINITO","data_evento":"2014-07-01","note":1,`, 1)
	if id(hire) != id(" "+same) || id(q) != id(strings.Replace(q, "{", `{"risposta":"","inviato_da":null,`, 1)) {
		t.Error("what says nothing changes the identity")
	}
	seen := map[pipeline.DocID]string{}
	for _, text := range []string{
		hire, q,
		strings.Replace(hire, "ASSUNZIONE", "PROROGA", 1),
		strings.Replace(hire, "ASSUNZIONE", "RETTIFICA", 1),
		strings.Replace(hire, "ASSUNZIONE", "ANNULLAMENTO", 1),
		strings.Replace(hire, "DOM-0001", "DOM-0002", 1),
		strings.Replace(hire, employer, "60000350912", 1),
		strings.Replace(hire, string(worker), "01234567897", 1),
		strings.Replace(hire, `"TD"`, `"TI"`, 1),
		strings.Replace(hire, "07-01", "07-02", 1),
		strings.Replace(hire, "12-31", "12-30", 1),
		strings.Replace(hire, "T09", "T10", 1),
		record("ASSUNZIONE", `,"codice_precedente":"0"`),
		record("ASSUNZIONE", `,"stato":"SOSPESO_IN_ATTESA_DI_DEFINIZIONE"`),
		record("ASSUNZIONE", ""),
		record("RETTIFICA", `,"data_evento":"2014-07-09"`),
		strings.Replace(q, "0000012", "0000013", 1),
		strings.Replace(q, "07-06", "07-07", 1),
		strings.Replace(q, "RAPPORTI_DI_LAVORO", "MAV", 1),
		strings.Replace(q, `"X"`, `"Y"`, 1),
		strings.Replace(q, `"byte":1`, `"byte":2`, 1),
		strings.Replace(q, `"PDF"`, `"PNG"`, 1),
		strings.Replace(q, `"PDF"`, `"PDF","nome":"n"`, 1),
		message(`,"cf_datore":"X"`),
		message(`,"cf_datore":"X","inviato_da":"DATORE"`),
		message(`,"cf_lavoratore":"` + string(worker) + `"`),
		message(`,"codice_rapporto":"X"`),
		message(`,"risposta":"X"`),
	} {
		if other, ok := seen[id(text)]; ok {
			t.Errorf("%s and %s give one identity", text, other)
		}
		seen[id(text)] = text
	}
}

// FuzzDomestico: no line stops the reader, and every line gives one record, one message or one discard.
func FuzzDomestico(f *testing.F) {
	for _, event := range []string{"ASSUNZIONE", "PROROGA", "TRASFORMAZIONE", "CESSAZIONE", "RETTIFICA", "ANNULLAMENTO"} {
		f.Add([]byte(record(event, `,"tipo_contratto":"TI","data_fine":"2014-12-31","data_evento":"2014-12-31"`)))
	}
	f.Add([]byte(message(`,"cf_lavoratore":"` + string(worker) + `","allegati":[{"formato":"PDF","byte":1}]`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := domestico.Parse(inbox.Document{Source: source, Format: inbox.JSON, Data: data})
		n := len(p.Communications) + len(p.Discards)
		if p.Question != nil {
			n++
			if q := p.Question; q.Protocol == "" || q.On <= 0 || q.Category == "" || len(q.Attachments) > 3 {
				t.Fatalf("accepted without what it needs: %+v", q)
			}
		}
		if n != 1 {
			t.Fatalf("neither a fact nor one discard: %+v", p)
		}
		for _, c := range p.Communications {
			plain := c.Purpose == pipeline.PurposeNormal
			if c.Event == "" || c.Code == "" || c.Employer == "" || c.Worker == "" || c.SentOn <= 0 ||
				plain && c.Event == pipeline.EventHire && c.Start == 0 || plain && c.Event != pipeline.EventHire && c.EventDate == 0 {
				t.Fatalf("accepted without what it needs: %+v", c)
			}
		}
	})
}
