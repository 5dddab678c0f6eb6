package tables

import (
	"cmp"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Situation is situazione.parquet: the days of every claim that has facts, in stretches without gaps.
var Situation = &table.Table[pipeline.Stretch]{
	Name: "situazione",
	File: "situazione.parquet",
	Describe: "Giorni di ogni domanda che ha fatti, in tratti dello stesso stato e senza vuoti, dalla decorrenza al termine teorico. " +
		"Ordine: numero_domanda, dal.",
	Columns: situationColumns,
	Compare: total(situationColumns, compareStretches),
}

func compareStretches(a, b *pipeline.Stretch) int {
	if c := strings.Compare(a.Claim, b.Claim); c != 0 {
		return c
	}
	return cmp.Compare(a.From, b.From)
}

var situationColumns = []table.Column[pipeline.Stretch]{
	table.Required(table.TextOf("numero_domanda",
		"Numero della domanda, sempre testo con gli zeri iniziali.",
		func(r *pipeline.Stretch) *string { return &r.Claim })),
	table.Required(table.TextOf("codice_fiscale",
		"Codice fiscale del titolare della domanda.",
		func(r *pipeline.Stretch) *pipeline.CodiceFiscale { return &r.TaxCode })),
	table.CodeOf("sede",
		"Codice della sede che ha in carico la domanda, sempre testo. Esempio: 0700.",
		func(r *pipeline.Stretch) *string { return &r.Office }),
	table.Required(table.DateOf("dal",
		"Primo giorno del tratto, compreso.",
		func(r *pipeline.Stretch) *pipeline.Date { return &r.From })),
	table.DateOf("al",
		"Ultimo giorno del tratto, compreso; nullo finché la fine è aperta.",
		func(r *pipeline.Stretch) *pipeline.Date { return &r.To }),
	table.OptOf("giorni",
		"Giorni di calendario del tratto, estremi compresi; nullo finché la fine è aperta.",
		table.Int32, func(r *pipeline.Stretch) *pipeline.Opt[int32] { return &r.Days }),
	table.Required(table.CodeOf("stato",
		"Stato dei giorni: PAGABILE, SOSPESA, RIDOTTA, DECADUTA oppure CONTESA (pagabile, ma nominata da un'eccezione BLOCCO aperta).",
		func(r *pipeline.Stretch) *string { return &r.State })),
	table.TextOf("id_azione",
		"Azione che dà lo stato al tratto; nullo per i giorni senza azione.",
		func(r *pipeline.Stretch) *string { return &r.Action }),
	table.CodeOf("cessazione",
		"Riscontro della cessazione che fonda la domanda: ACCERTATA, NON_TROVATA oppure DISCORDANTE (stesso datore, altra data).",
		func(r *pipeline.Stretch) *string { return &r.Termination }),
	night(func(r *pipeline.Stretch) *pipeline.Date { return &r.Night }),
}
