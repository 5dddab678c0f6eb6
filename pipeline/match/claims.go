package match

import (
	"cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// claimRows describes a claim for the blocks that partitions exchange. It is never a file, so nobody reads its texts.
var claimRows = &table.Table[pipeline.Claim]{
	Name: "domande",
	Columns: []table.Column[pipeline.Claim]{
		table.TextOf("numero_domanda", "", func(c *pipeline.Claim) *string { return &c.Number }),
		table.TextOf("protocollo", "", func(c *pipeline.Claim) *string { return &c.Protocol }),
		table.TextOf("codice_fiscale", "", func(c *pipeline.Claim) *pipeline.CodiceFiscale { return &c.TaxCode }),
		table.TextOf("cognome", "", func(c *pipeline.Claim) *string { return &c.Surname }),
		table.TextOf("nome", "", func(c *pipeline.Claim) *string { return &c.GivenName }),
		table.DateOf("data_nascita", "", func(c *pipeline.Claim) *pipeline.Date { return &c.BirthDate }),
		table.TextOf("sede", "", func(c *pipeline.Claim) *string { return &c.Office }),
		table.TextOf("prestazione", "", func(c *pipeline.Claim) *string { return &c.Benefit }),
		table.DateOf("data_cessazione", "", func(c *pipeline.Claim) *pipeline.Date { return &c.TerminatedOn }),
		table.TextOf("cf_datore_cessazione", "", func(c *pipeline.Claim) *string { return &c.FormerEmployer }),
		table.DateOf("data_presentazione", "", func(c *pipeline.Claim) *pipeline.Date { return &c.FiledOn }),
		table.DateOf("decorrenza", "", func(c *pipeline.Claim) *pipeline.Date { return &c.Start }),
		table.IntOf("giorni_spettanti", "", table.Int32, func(c *pipeline.Claim) *int32 { return &c.DaysGranted }),
		table.TextOf("stato", "", func(c *pipeline.Claim) *string { return &c.State }),
		table.DateOf("pagata_fino_al", "", func(c *pipeline.Claim) *pipeline.Date { return &c.PaidThrough }),
		table.OptOf("importo_giornaliero", "", table.Decimal2, func(c *pipeline.Claim) *pipeline.Opt[pipeline.Cents] { return &c.DailyAmount }),
		table.BoolOf("anticipata", "", func(c *pipeline.Claim) *bool { return &c.Advance }),
		table.TextOf("modalita_pagamento", "", func(c *pipeline.Claim) *string { return &c.PaymentMode }),
		table.TextOf("iban", "", func(c *pipeline.Claim) *string { return &c.IBAN }),
	},
}

// compareClaims orders by person, start, number and, so that the order is total, by everything else.
func compareClaims(a, b *pipeline.Claim) int {
	return cmp.Or(cmp.Compare(a.TaxCode, b.TaxCode), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Number, b.Number),
		table.CompareColumns(claimRows.Columns, a, b))
}
