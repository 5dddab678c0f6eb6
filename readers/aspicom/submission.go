package aspicom

import (
	"incrocio/pipeline"
	"incrocio/readers/inbox"
	"incrocio/readers/strictjson"
)

var _ inbox.Parser = Parse

// Parse reads one line of a file: a submission, or a discard that says why there is none. It may be called from
// several goroutines.
func Parse(doc inbox.Document) inbox.Parsed {
	return strictjson.Line(doc, strictjson.MaxString, func(o strictjson.Object) (inbox.Parsed, string) {
		s := submission(o)
		s.Source = doc.Source
		s.ID = identity(s)
		return inbox.Parsed{Submission: s}, s.Protocol
	})
}

// Values of stato: sent, or only saved and never sent (rule R67).
const (
	statusSent  = "INVIATA"
	statusDraft = "BOZZA"
)

func submission(doc strictjson.Object) *pipeline.Submission {
	s := header(doc)
	s.Patronato, s.MandateOn = mandate(doc)
	for _, e := range doc.Objects("eventi") {
		s.Events = append(s.Events, event(e, s.SubmittedOn))
	}
	s.Changes = changes(doc)
	return s
}

func header(doc strictjson.Object) *pipeline.Submission {
	s := &pipeline.Submission{Protocol: doc.Code("protocollo")}
	doc.Require("protocollo", "data_presentazione", "modello", "canale", "codice_fiscale", "tipo")
	s.SubmittedAt, s.SubmittedOn = doc.Moment("data_presentazione")
	s.Draft = doc.Choice("stato", statusSent, statusDraft) == statusDraft
	s.Form = doc.Choice("modello", "SR137", "SR138", pipeline.FormDS56bis)
	s.Channel = doc.Choice("canale", pipeline.ChannelWeb, pipeline.ChannelContactCenter, pipeline.ChannelPatronato,
		pipeline.ChannelPaper)
	s.PIN = doc.Choice("pin", pipeline.PINDispositive, pipeline.PINBasic)
	s.TaxCode = doc.TaxCode("codice_fiscale")
	s.ClaimNumber = doc.Code("numero_domanda")
	s.Kind = doc.Choice("tipo", pipeline.KindEvent, pipeline.KindChange)
	return s
}

func mandate(doc strictjson.Object) (patronato string, registered pipeline.Date) {
	if p, ok := doc.Object("patronato"); ok {
		return p.Text("codice"), p.Date("delega_registrata_il")
	}
	return "", 0
}

func event(o strictjson.Object, submitted pipeline.Date) pipeline.Event {
	o.Require("evento")
	e := pipeline.Event{
		Kind: o.Choice("evento", pipeline.EventSubordinate, pipeline.EventSelfEmployed, pipeline.EventPension,
			pipeline.EventExpatriation, pipeline.EventSickness, pipeline.EventHospital, pipeline.EventMaternity,
			pipeline.EventCivilService),
		Case: o.Choice("fattispecie", pipeline.CaseStart, pipeline.CaseRunning, pipeline.CaseIncomeChange,
			pipeline.CaseActualIncome),
		Category: o.Choice("categoria", pipeline.CategorySelf, pipeline.CategoryQuasi, pipeline.CategoryEmployee),
		Start:    o.Date("inizio"),
		End:      o.Date("fine"),
		Income:   o.Amount("reddito"),
		Year:     o.Year("anno"),
	}
	if e.Year == 0 {
		e.Year = int32(submitted.Year())
	}
	// A year of work may have closed with a loss, but nobody expects one.
	if e.Income.V < 0 && e.Case != pipeline.CaseActualIncome {
		o.Fail(pipeline.DiscardAmount, "reddito", "importo negativo")
	}
	if d, ok := o.Object("datore"); ok {
		e.Employer, e.EmployerName, e.EmployerCountry = d.Upper("codice_fiscale"), d.Text("denominazione"), country(d)
	}
	return e
}

// country reads an ISO 3166-1 alpha-2 code. Codes come and go, so only the form is checked.
func country(o strictjson.Object) string {
	c := o.Upper("stato")
	if c == "" {
		return ""
	}
	if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
		o.Fail(pipeline.DiscardValue, "stato", "valore non ammesso")
		return ""
	}
	return c
}

// changes reads the variations; nil where none is asked for.
func changes(doc strictjson.Object) *pipeline.DataChanges {
	o, ok := doc.Object("variazioni")
	if !ok {
		return nil
	}
	c := pipeline.DataChanges{
		Residence: address(o, "residenza"),
		Domicile:  address(o, "domicilio"),
		Email:     o.Text("email"),
		Phone:     o.Text("telefono"),
	}
	if p, ok := o.Object("pagamento"); ok {
		pay := pipeline.Payment{
			Mode: p.Choice("modalita", pipeline.PaymentAtCounter, pipeline.PaymentOnAccount),
			IBAN: p.Text("iban"),
		}
		if pay != (pipeline.Payment{}) {
			c.Payment = &pay
		}
	}
	if c == (pipeline.DataChanges{}) {
		return nil
	}
	return &c
}

func address(o strictjson.Object, name string) *pipeline.Address {
	a, ok := o.Object(name)
	if !ok {
		return nil
	}
	r := pipeline.Address{Street: a.Text("indirizzo"), Commune: a.Upper("comune"), Postal: a.Text("cap")}
	if r == (pipeline.Address{}) {
		return nil
	}
	return &r
}
