package tables

import (
	"cmp"
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Claims is the snapshot of claims as it comes in (inbox/domande, or the table domande of a database). It is not published.
var Claims = &table.Table[pipeline.Claim]{
	Name:     "domande",
	Describe: "Fotografia delle domande di prestazione. Ordine: codice_fiscale, decorrenza, numero_domanda.",
	Columns:  claimColumns,
	Compare:  total(claimColumns, compareClaims),
}

// ClaimFacts are the columns of [Claims] but how far a claim is paid, which changes for nearly all claims and seldom matters. It is
// there to digest them, not to be written.
var ClaimFacts = &table.Table[pipeline.Claim]{
	Name:    Claims.Name,
	Columns: slices.DeleteFunc(slices.Clone(claimColumns), func(c table.Column[pipeline.Claim]) bool { return c.Name == "pagata_fino_al" }),
}

func compareClaims(a, b *pipeline.Claim) int {
	return cmp.Or(cmp.Compare(a.TaxCode, b.TaxCode), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Number, b.Number))
}

var claimColumns = []table.Column[pipeline.Claim]{
	table.TextOf("numero_domanda", "Numero della domanda, unico nella fotografia.",
		func(c *pipeline.Claim) *string { return &c.Number }),
	table.TextOf("protocollo", "Protocollo della domanda.",
		func(c *pipeline.Claim) *string { return &c.Protocol }),
	table.TextOf("codice_fiscale", "Codice fiscale del titolare.",
		func(c *pipeline.Claim) *pipeline.CodiceFiscale { return &c.TaxCode }),
	table.TextOf("cognome", "Cognome del titolare.",
		func(c *pipeline.Claim) *string { return &c.Surname }),
	table.TextOf("nome", "Nome del titolare.",
		func(c *pipeline.Claim) *string { return &c.GivenName }),
	table.DateOf("data_nascita", "Data di nascita del titolare.",
		func(c *pipeline.Claim) *pipeline.Date { return &c.BirthDate }),
	table.CodeOf("sede", "Sede INPS che ha in carico la domanda; sempre testo.",
		func(c *pipeline.Claim) *string { return &c.Office }),
	table.CodeOf("prestazione", "ASPI, MINI_ASPI, MINI_ASPI_2012, ASPI_SOSPESI o NASPI.",
		func(c *pipeline.Claim) *string { return &c.Benefit }),
	table.DateOf("data_cessazione", "Ultimo giorno del rapporto la cui perdita fonda la domanda.",
		func(c *pipeline.Claim) *pipeline.Date { return &c.TerminatedOn }),
	table.TextOf("cf_datore_cessazione", "Codice fiscale del datore di quel rapporto.",
		func(c *pipeline.Claim) *string { return &c.FormerEmployer }),
	table.DateOf("data_presentazione", "Giorno di presentazione della domanda.",
		func(c *pipeline.Claim) *pipeline.Date { return &c.FiledOn }),
	table.DateOf("decorrenza", "Primo giorno di prestazione.",
		func(c *pipeline.Claim) *pipeline.Date { return &c.Start }),
	table.IntOf("giorni_spettanti", "Giorni di prestazione concessi.", table.Int32,
		func(c *pipeline.Claim) *int32 { return &c.DaysGranted }),
	table.CodeOf("stato", "IN_ESAME, IN_PAGAMENTO, SOSPESA, DECADUTA, ESAURITA o RESPINTA.",
		func(c *pipeline.Claim) *string { return &c.State }),
	table.DateOf("pagata_fino_al", "Ultimo giorno già pagato; nullo se nessuno.",
		func(c *pipeline.Claim) *pipeline.Date { return &c.PaidThrough }),
	table.OptOf("importo_giornaliero", "Importo giornaliero in euro.", table.Decimal2,
		func(c *pipeline.Claim) *pipeline.Opt[pipeline.Cents] { return &c.DailyAmount }),
	table.BoolOf("anticipata", "Vero se l'indennità è stata pagata in unica soluzione.",
		func(c *pipeline.Claim) *bool { return &c.Advance }),
	table.CodeOf("modalita_pagamento", "BONIFICO_DOMICILIATO o ACCREDITO_CONTO.",
		func(c *pipeline.Claim) *string { return &c.PaymentMode }),
	table.TextOf("iban", "IBAN del conto di accredito.",
		func(c *pipeline.Claim) *string { return &c.IBAN }),
}
