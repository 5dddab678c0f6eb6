package aspicom

import (
	"incrocio/pipeline"
	"incrocio/readers/strictjson"
)

// identity is the identity of what a submission says: two texts that are read alike are one document.
func identity(s *pipeline.Submission) pipeline.DocID {
	id := strictjson.NewIdentity("aspicom/1")
	id.Text(s.Protocol)
	id.Int(int64(s.SubmittedAt))
	if s.Draft {
		id.Text(statusDraft)
	} else {
		id.Text(statusSent)
	}
	id.Text(s.Form)
	id.Text(s.Channel)
	id.Text(s.PIN)
	id.Text(s.Patronato)
	id.Text(s.MandateOn.String())
	id.Text(string(s.TaxCode))
	id.Text(s.ClaimNumber)
	id.Text(s.Kind)
	id.Int(int64(len(s.Events)))
	for i := range s.Events {
		addEvent(id, &s.Events[i])
	}
	addChanges(id, s.Changes)
	return id.DocID()
}

func addEvent(id *strictjson.Identity, e *pipeline.Event) {
	id.Text(e.Kind)
	id.Text(e.Case)
	id.Text(e.Category)
	id.Text(e.Start.String())
	id.Text(e.End.String())
	id.Amount(e.Income)
	id.Int(int64(e.Year))
	id.Text(e.Employer)
	id.Text(e.EmployerName)
	id.Text(e.EmployerCountry)
}

// addChanges adds empty texts for what is not changed, so that the number of parts is always the same.
func addChanges(id *strictjson.Identity, c *pipeline.DataChanges) {
	if c == nil {
		c = &pipeline.DataChanges{}
	}
	for _, a := range []*pipeline.Address{c.Residence, c.Domicile} {
		if a == nil {
			a = &pipeline.Address{}
		}
		id.Text(a.Street)
		id.Text(a.Commune)
		id.Text(a.Postal)
	}
	id.Text(c.Email)
	id.Text(c.Phone)
	p := c.Payment
	if p == nil {
		p = &pipeline.Payment{}
	}
	id.Text(p.Mode)
	id.Text(p.IBAN)
}
