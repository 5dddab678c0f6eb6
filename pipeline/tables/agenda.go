package tables

import (
	"cmp"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Agenda is agenda.parquet: what will fall due.
var Agenda = &table.Table[pipeline.AgendaRow]{
	Name: "agenda",
	File: "agenda.parquet",
	Describe: "Riprese, termini e scadenze che matureranno nei prossimi giorni. " +
		"Ordine: sede, data, id_azione, id_eccezione.",
	Columns: agendaColumns,
	Compare: total(agendaColumns, compareAgenda),
}

func compareAgenda(a, b *pipeline.AgendaRow) int {
	if c := strings.Compare(a.Office, b.Office); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Date, b.Date); c != 0 {
		return c
	}
	if c := strings.Compare(a.Action, b.Action); c != 0 {
		return c
	}
	return strings.Compare(a.Exception, b.Exception)
}

var agendaColumns = []table.Column[pipeline.AgendaRow]{
	table.CodeOf("sede",
		"Codice della sede che ha in carico la domanda, sempre testo. Esempio: 0700.",
		func(r *pipeline.AgendaRow) *string { return &r.Office }),
	table.Required(table.DateOf("data",
		"Giorno in cui il fatto matura.",
		func(r *pipeline.AgendaRow) *pipeline.Date { return &r.Date })),
	table.Required(table.CodeOf("tipo",
		"Che cosa matura: RIPRESA (una sospensione finisce), TERMINE (un termine decorre), SCADENZA (un'eccezione va decisa).",
		func(r *pipeline.AgendaRow) *string { return &r.Kind })),
	table.TextOf("numero_domanda",
		"Numero della domanda interessata, sempre testo.",
		func(r *pipeline.AgendaRow) *string { return &r.Claim }),
	table.TextOf("codice_fiscale",
		"Codice fiscale della persona interessata.",
		func(r *pipeline.AgendaRow) *pipeline.CodiceFiscale { return &r.TaxCode }),
	table.TextOf("id_azione",
		"Azione a cui la riga si riferisce; nullo se nessuna.",
		func(r *pipeline.AgendaRow) *string { return &r.Action }),
	table.TextOf("id_eccezione",
		"Eccezione a cui la riga si riferisce; nullo se nessuna.",
		func(r *pipeline.AgendaRow) *string { return &r.Exception }),
	table.CodeOf("regola",
		"Codice della regola che fissa il giorno. Esempio: R02.",
		func(r *pipeline.AgendaRow) *string { return &r.Rule }),
	table.TextOf("motivazione",
		"Perché il fatto matura quel giorno, in una frase italiana.",
		func(r *pipeline.AgendaRow) *string { return &r.Reason }),
	night(func(r *pipeline.AgendaRow) *pipeline.Date { return &r.Night }),
}
