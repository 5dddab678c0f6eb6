package domestico

import (
	"math"

	"incrocio/pipeline"
	"incrocio/readers/strictjson"
)

// Limits of the drawer.
const (
	maxAttachments = 3
	maxAttached    = 3 << 20 // bytes of all attachments of a message
)

// question reads a message; whether it is good is for the record's Fault to say.
func question(record strictjson.Object) *pipeline.DomesticQuestion {
	record.Require("quesito", "data", "categoria")
	return &pipeline.DomesticQuestion{
		Protocol: code(record, "quesito"),
		On:       record.Date("data"),
		Category: record.Choice("categoria", pipeline.QuestionPaymentSlip, pipeline.QuestionPersonalData,
			pipeline.QuestionContributions, pipeline.QuestionRelationship, pipeline.QuestionNotice),
		SentBy:           record.Choice("inviato_da", pipeline.SentByEmployer, pipeline.SentByDelegate),
		Employer:         record.Upper("cf_datore"),
		Worker:           record.TaxCode("cf_lavoratore"),
		RelationshipCode: code(record, "codice_rapporto"),
		Attachments:      attachments(record),
		Answer:           record.Text("risposta"),
	}
}

func attachments(record strictjson.Object) []pipeline.Attachment {
	const field = "allegati"
	list := record.Objects(field)
	if len(list) > maxAttachments {
		record.Fail(pipeline.DiscardTooMany, field, "più di tre allegati")
		return nil
	}
	var out []pipeline.Attachment
	left := int64(maxAttached)
	for _, a := range list {
		a.Require("formato", "byte")
		x := pipeline.Attachment{
			Name: a.Text("nome"), Format: a.Choice("formato", "PDF", "JPEG", "PNG", "TIFF"), Bytes: a.Count("byte", math.MaxInt64),
		}
		if x.Bytes > left {
			record.Fail(pipeline.DiscardTooLarge, field, "allegati di oltre 3 MB in tutto")
			return nil
		}
		left -= x.Bytes
		out = append(out, x)
	}
	return out
}

// questionIdentity is the identity of what a message says, its answer included: a message that is answered later is
// another document of one protocol.
func questionIdentity(q *pipeline.DomesticQuestion) pipeline.DocID {
	id := strictjson.NewIdentity("quesito/1")
	for _, s := range [...]string{
		q.Protocol, q.On.String(), q.Category, q.SentBy, q.Employer, string(q.Worker), q.RelationshipCode, q.Answer,
	} {
		id.Text(s)
	}
	id.Int(int64(len(q.Attachments)))
	for _, a := range q.Attachments {
		id.Text(a.Name)
		id.Text(a.Format)
		id.Int(a.Bytes)
	}
	return id.DocID()
}
