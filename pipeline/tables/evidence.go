package tables

import (
	"cmp"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Evidence is evidenze.parquet: the source documents behind actions and exceptions.
var Evidence = &table.Table[pipeline.Evidence]{
	Name: "evidenze",
	File: "evidenze.parquet",
	Describe: "Documenti su cui si fondano azioni ed eccezioni, uno per riga, con il punto esatto da cui vengono. " +
		"Ordine: id_proprietario, ordine.",
	Columns: evidenceColumns,
	Compare: total(evidenceColumns, compareEvidence),
}

func compareEvidence(a, b *pipeline.Evidence) int {
	if c := strings.Compare(a.Owner, b.Owner); c != 0 {
		return c
	}
	return cmp.Compare(a.Order, b.Order)
}

var evidenceColumns = []table.Column[pipeline.Evidence]{
	table.Required(table.TextOf("id_proprietario",
		"Identificativo dell'azione (id_azione) o dell'eccezione (id_eccezione) che il documento sostiene.",
		func(r *pipeline.Evidence) *string { return &r.Owner })),
	table.IntOf("ordine",
		"Posto del documento tra quelli dello stesso proprietario, da 1, nell'ordine di invio.",
		table.Int32, func(r *pipeline.Evidence) *int32 { return &r.Order }),
	table.Required(table.CodeOf("tipo_documento",
		"Tipo di documento. Esempi: UNILAV, UNISOMM, VARDATORI, SR137, REQUISITI_PENSIONE.",
		func(r *pipeline.Evidence) *string { return &r.Document })),
	table.TextOf("codice_fonte",
		"Codice comunicazione o protocollo del documento; comincia con # quando il documento non ne ha uno.",
		func(r *pipeline.Evidence) *string { return &r.Ref }),
	table.CodeOf("flusso",
		"Flusso di ingresso: unilav, aspicom, domestico, voucher, segnalazioni oppure domande.",
		func(r *pipeline.Evidence) *string { return &r.Flow }),
	table.CodeOf("file",
		"File da cui il documento è stato letto, relativo alla cartella del flusso; la voce di un contenitore segue dopo il punto esclamativo.",
		func(r *pipeline.Evidence) *string { return &r.File }),
	table.IntOf("posizione",
		"Posizione del documento nel file decompresso, in byte da 0.",
		table.Int64, func(r *pipeline.Evidence) *int64 { return &r.Offset }),
	table.TextOf("sha256",
		"Impronta SHA-256 dei byte del documento, in esadecimale.",
		func(r *pipeline.Evidence) *string { return &r.SHA256 }),
	table.InstantOf("data_invio",
		"Momento in cui il documento è stato inviato, in tempo universale (UTC); nullo se il documento non lo dice.",
		func(r *pipeline.Evidence) *pipeline.Instant { return &r.SentAt }),
	table.DateOf("data_acquisizione",
		"Notte che ha acquisito il documento.",
		func(r *pipeline.Evidence) *pipeline.Date { return &r.Acquired }),
	night(func(r *pipeline.Evidence) *pipeline.Date { return &r.Night }),
}
