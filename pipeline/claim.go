package pipeline

// Claim is a claim for unemployment benefit (domanda), one row of the snapshot. Absent texts are "", absent dates 0.
type Claim struct {
	Number         string // numero_domanda
	Protocol       string
	TaxCode        CodiceFiscale
	Surname        string
	GivenName      string
	BirthDate      Date
	Office         string // sede
	Benefit        string // prestazione
	TerminatedOn   Date   // data_cessazione: last day of the job whose loss founds the claim
	FormerEmployer string // cf_datore_cessazione
	FiledOn        Date   // data_presentazione
	Start          Date   // decorrenza: first day of benefit
	DaysGranted    int32  // giorni_spettanti
	State          string // stato
	PaidThrough    Date   // pagata_fino_al: last day already paid; 0 none
	DailyAmount    Opt[Cents]
	Advance        bool   // anticipata: paid in one sum
	PaymentMode    string // modalita_pagamento
	IBAN           string
}

// Values of the closed lists of a claim.
const (
	BenefitASpI         = "ASPI"
	BenefitMiniASpI     = "MINI_ASPI"
	BenefitMiniASpI2012 = "MINI_ASPI_2012"
	BenefitASpISospesi  = "ASPI_SOSPESI"
	BenefitNASpI        = "NASPI"

	StateUnderReview = "IN_ESAME"
	StateInPayment   = "IN_PAGAMENTO"
	StateSuspended   = "SOSPESA"
	StateForfeited   = "DECADUTA"
	StateExhausted   = "ESAURITA"
	StateRejected    = "RESPINTA"
)

// Open tells whether the claim is open to new facts (R20): accepted and in payment or suspended.
func (c *Claim) Open() bool { return c.State == StateInPayment || c.State == StateSuspended }

// Live tells whether new facts are looked at: the claim is open, or may be once it is accepted (R20).
func (c *Claim) Live() bool { return c.Open() || c.State == StateUnderReview }
