package pipeline

// Stop is an operator's hand on a person (fermo): while it is in force nothing new on the person's claims is automatic.
type Stop struct {
	Reason string // in Italian, as the operator gave it; "" where none was given
	From   Date   // first day, included
	To     Date   // last day, included; 0: until it is lifted
}

// InForce tells whether the stop holds on a day; nil never does.
func (s *Stop) InForce(on Date) bool {
	return s != nil && s.From <= on && (s.To == 0 || on <= s.To)
}

// CorrectionNight is a night of the past on which an automatic action of a claim was changed or withdrawn automatically,
// because of new facts.
type CorrectionNight struct {
	Claim string // numero_domanda
	On    Date   // data_elaborazione
}
