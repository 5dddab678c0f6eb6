package tables

import (
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Submissions is comunicazioni.parquet: the beneficiaries' submissions as DSWeb lists them.
var Submissions = &table.Table[pipeline.SubmissionRow]{
	Name: "comunicazioni",
	File: "comunicazioni.parquet",
	Describe: "Comunicazioni ASpI-COM e mini ASpI-COM note, con la lista in cui si trovano e se sono state lette: di una persona una riga per protocollo. " +
		"Ordine: sede, protocollo.",
	Columns: submissionColumns,
	Compare: total(submissionColumns, compareSubmissions),
}

func compareSubmissions(a, b *pipeline.SubmissionRow) int {
	if c := strings.Compare(a.Office, b.Office); c != 0 {
		return c
	}
	return strings.Compare(a.Protocol, b.Protocol)
}

var submissionColumns = []table.Column[pipeline.SubmissionRow]{
	table.Required(table.TextOf("protocollo",
		"Protocollo della comunicazione. Esempio: INPS.7000.20/07/2014.0012345.",
		func(r *pipeline.SubmissionRow) *string { return &r.Protocol })),
	table.InstantOf("data_presentazione",
		"Momento della presentazione, in tempo universale (UTC), al microsecondo.",
		func(r *pipeline.SubmissionRow) *pipeline.Instant { return &r.SubmittedAt }),
	table.CodeOf("canale",
		"Canale di presentazione: WEB, CONTACT_CENTER, PATRONATO oppure CARTACEO.",
		func(r *pipeline.SubmissionRow) *string { return &r.Channel }),
	table.CodeOf("modello",
		"Modello usato: SR137 (ASpI-COM), SR138 (mini ASpI-COM) oppure DS56BIS.",
		func(r *pipeline.SubmissionRow) *string { return &r.Form }),
	table.CodeOf("tipologia",
		"Tipologia: EVENTO oppure VARIAZIONE.",
		func(r *pipeline.SubmissionRow) *string { return &r.Kind }),
	table.CodeOf("evento",
		"Evento comunicato: LAVORO_SUBORDINATO, LAVORO_AUTONOMO, PENSIONE, ESPATRIO, MALATTIA, RICOVERO, MATERNITA oppure SERVIZIO_CIVILE; nullo per le variazioni.",
		func(r *pipeline.SubmissionRow) *string { return &r.Event }),
	table.TextOf("numero_domanda",
		"Numero della domanda a cui la comunicazione si riferisce, sempre testo; nullo se non è stata indicata né trovata.",
		func(r *pipeline.SubmissionRow) *string { return &r.Claim }),
	table.TextOf("codice_fiscale",
		"Codice fiscale di chi presenta la comunicazione.",
		func(r *pipeline.SubmissionRow) *pipeline.CodiceFiscale { return &r.TaxCode }),
	table.CodeOf("sede",
		"Codice della sede che ha in carico la domanda, sempre testo. Esempio: 0700.",
		func(r *pipeline.SubmissionRow) *string { return &r.Office }),
	table.Required(table.CodeOf("lista",
		"Lista in cui la comunicazione si trova: PERVENUTA, DA_LAVORARE oppure LAVORATA.",
		func(r *pipeline.SubmissionRow) *string { return &r.List })),
	table.BoolOf("letto",
		"Vero dopo che un operatore ha aperto la comunicazione da lavorare con Elabora.",
		func(r *pipeline.SubmissionRow) *bool { return &r.Read }),
	table.InstantOf("letto_il",
		"Momento della prima lettura, in tempo universale (UTC); nullo se non è stata letta.",
		func(r *pipeline.SubmissionRow) *pipeline.Instant { return &r.ReadAt }),
	table.CodeOf("esito",
		"Che cosa è venuto dalla comunicazione; nullo finché è da lavorare.",
		func(r *pipeline.SubmissionRow) *string { return &r.Outcome }),
	night(func(r *pipeline.SubmissionRow) *pipeline.Date { return &r.Night }),
}
