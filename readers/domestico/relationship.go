package domestico

import (
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/readers/strictjson"
)

// Values of the closed lists of a record that the domain has no name for.
const (
	eventCorrection   = "RETTIFICA"
	eventCancellation = "ANNULLAMENTO"
	contractPermanent = "TI"
	contractFixed     = "TD"
	stateDefined      = "DEFINITO"
	statePending      = "SOSPESO_IN_ATTESA_DI_DEFINIZIONE"
)

// communication reads a record of a relationship; whether it is good is for the record's Fault to say.
func communication(record strictjson.Object) *pipeline.Communication {
	record.Require("codice", "cf_datore", "cf_lavoratore", "data_invio")
	c := &pipeline.Communication{
		Model: pipeline.ModelDomestico, Purpose: pipeline.PurposeNormal,
		Code: code(record, "codice"), PreviousCode: code(record, "codice_precedente"),
		Employer: record.Upper("cf_datore"), Worker: record.TaxCode("cf_lavoratore"),
		Start: record.Date("data_inizio"), End: record.Date("data_fine"), EventDate: record.Date("data_evento"),
		Pending: record.Choice("stato", stateDefined, statePending) == statePending,
	}
	c.SentAt, c.SentOn, c.ZoneAssumed = record.DayOrMoment("data_invio")
	switch record.Choice("tipo_contratto", contractPermanent, contractFixed) {
	case contractPermanent:
		c.Contract = pipeline.ContractDomesticPermanent
	case contractFixed:
		c.Contract = pipeline.ContractDomesticFixed
	}
	event(record, c)
	return c
}

// event reads what happened, with its day.
func event(record strictjson.Object, c *pipeline.Communication) {
	what := record.Choice("evento", string(pipeline.EventHire), string(pipeline.EventExtension),
		string(pipeline.EventConversion), string(pipeline.EventTermination), eventCorrection, eventCancellation)
	switch what {
	case eventCorrection:
		c.Purpose, c.Event = pipeline.PurposeCorrection, byItself(c)
		return
	case eventCancellation:
		c.Purpose, c.Event = pipeline.PurposeCancellation, byItself(c)
		return
	}
	c.Event = pipeline.EventKind(what)
	c.EventDate = pipeline.DomesticDay(c.Event, c.End, c.EventDate)
	switch c.Event {
	case pipeline.EventHire:
		record.Require("data_inizio")
		return
	case pipeline.EventConversion:
		c.EventCode = pipeline.DomesticConversion(c.Contract)
	}
	if c.EventDate == 0 {
		record.Require("data_evento")
	}
}

// byItself gives the event that a correction or cancellation is of, as far as it says by itself.
func byItself(c *pipeline.Communication) pipeline.EventKind {
	if c.Contract == pipeline.ContractDomesticPermanent && c.EventDate != 0 && c.EventDate == c.End {
		return pipeline.EventTermination
	}
	return pipeline.EventHire
}

// maxCode is how many characters a code may have.
const maxCode = 50

// code reads a code that INPS gave.
func code(record strictjson.Object, name string) string {
	s := record.Code(name)
	if utf8.RuneCountInString(s) > maxCode {
		record.Fail(pipeline.DiscardCode, name, "codice non valido")
		return ""
	}
	return s
}

// identity is the identity of what a record says: two texts that are read alike are one document. It rests on the day of
// the event as the record is read, and leaves out how the time of sending was written.
func identity(c *pipeline.Communication) pipeline.DocID {
	id := strictjson.NewIdentity("domestico/1")
	for _, s := range [...]string{
		string(c.Event), string(c.Purpose), c.Code, c.PreviousCode, c.Employer, string(c.Worker), c.Contract,
		c.Start.String(), c.End.String(), c.EventDate.String(),
	} {
		id.Text(s)
	}
	id.Int(int64(c.SentAt))
	pending := int64(0)
	if c.Pending {
		pending = 1
	}
	id.Int(pending)
	return id.DocID()
}
