package tables

import (
	"cmp"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Discards is scarti.parquet: what could not be used, with where and why.
var Discards = &table.Table[pipeline.DiscardRow]{
	Name: "scarti",
	File: "scarti.parquet",
	Describe: "Documenti e record che non si sono potuti usare, con il punto in cui stanno e il motivo. " +
		"Ordine: flusso, file, indice.",
	Columns: discardColumns,
	Compare: total(discardColumns, compareDiscards),
}

func compareDiscards(a, b *pipeline.DiscardRow) int {
	if c := strings.Compare(string(a.Flow), string(b.Flow)); c != 0 {
		return c
	}
	if c := strings.Compare(a.File, b.File); c != 0 {
		return c
	}
	return cmp.Compare(a.Index, b.Index)
}

var discardColumns = []table.Column[pipeline.DiscardRow]{
	table.Required(table.CodeOf("flusso",
		"Flusso di ingresso: unilav, aspicom, domestico, voucher, segnalazioni oppure domande.",
		func(r *pipeline.DiscardRow) *pipeline.Flow { return &r.Flow })),
	table.Required(table.CodeOf("file",
		"File in cui il documento sta, relativo alla cartella del flusso; la voce di un contenitore segue dopo il punto esclamativo.",
		func(r *pipeline.DiscardRow) *string { return &r.File })),
	table.IntOf("indice",
		"Posto del documento nel file, da 0.",
		table.Int64, func(r *pipeline.DiscardRow) *int64 { return &r.Index }),
	table.IntOf("posizione",
		"Posizione del documento nel file decompresso, in byte da 0.",
		table.Int64, func(r *pipeline.DiscardRow) *int64 { return &r.Offset }),
	table.Required(table.CodeOf("codice_scarto",
		"Codice del motivo, uno per significato e sempre lo stesso. Esempio: CODICE_FISCALE_ERRATO.",
		func(r *pipeline.DiscardRow) *string { return &r.Code })),
	table.TextOf("messaggio",
		"Motivo in italiano, senza dati personali.",
		func(r *pipeline.DiscardRow) *string { return &r.Message }),
	table.TextOf("codice_comunicazione",
		"Codice comunicazione o protocollo del documento, se si è potuto leggere.",
		func(r *pipeline.DiscardRow) *string { return &r.CommCode }),
	table.TextOf("sha256",
		"Impronta SHA-256 dei byte scartati, in esadecimale; nulla se non si sono potuti leggere.",
		func(r *pipeline.DiscardRow) *string { return &r.SHA256 }),
	night(func(r *pipeline.DiscardRow) *pipeline.Date { return &r.Night }),
}
