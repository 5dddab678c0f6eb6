package tables

import (
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Balance is quadratura.parquet: the lines of the balance that must close before a night is published.
var Balance = &table.Table[pipeline.BalanceRow]{
	Name: "quadratura",
	File: "quadratura.parquet",
	Describe: "Righe della quadratura della notte: quanto è entrato, quanto ne è venuto, quanto resta aperto. " +
		"Ordine: ambito, voce.",
	Columns: balanceColumns,
	Compare: total(balanceColumns, compareBalance),
}

func compareBalance(a, b *pipeline.BalanceRow) int {
	if c := strings.Compare(a.Scope, b.Scope); c != 0 {
		return c
	}
	return strings.Compare(a.Item, b.Item)
}

var balanceColumns = []table.Column[pipeline.BalanceRow]{
	table.Required(table.CodeOf("ambito",
		"A che cosa la riga si riferisce: un flusso, un file, una sede, TOTALE, oppure varco: azioni sfavorevoli uscite nella notte, per i "+
			"confronti delle notti seguenti. Le persone vi sono indicate da uno pseudonimo.",
		func(r *pipeline.BalanceRow) *string { return &r.Scope })),
	table.Required(table.CodeOf("voce",
		"Che cosa si conta. documenti_scartati conta i documenti di cui nulla si è potuto usare, ciascuno una volta; righe_scarti le righe "+
			"di scarti, anche dei lavoratori non utilizzabili di un documento accettato per gli altri.",
		func(r *pipeline.BalanceRow) *string { return &r.Item })),
	table.IntOf("valore",
		"Il conteggio, in unità; per le voci in denaro, in centesimi di euro.",
		table.Int64, func(r *pipeline.BalanceRow) *int64 { return &r.Value }),
	night(func(r *pipeline.BalanceRow) *pipeline.Date { return &r.Night }),
}
