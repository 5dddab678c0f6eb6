package store

import (
	"context"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// note is a row of annotazioni.
type note struct {
	worklist.Note
	Number int64
	Office string
	Person string
}

// noteTable describes annotazioni.
var noteTable = &table.Table[note]{
	Name:     "annotazioni",
	Describe: "Le annotazioni degli operatori. Ordine: numero.",
	Columns: []table.Column[note]{
		table.IntOf("numero", "Numero progressivo.", table.Int64, func(n *note) *int64 { return &n.Number }),
		table.Required(table.CodeOf("tipo", "ECCEZIONE, COMUNICAZIONE oppure CAMPIONE.", func(n *note) *worklist.Kind { return &n.Key.Kind })),
		table.Required(table.TextOf("id", "Elemento annotato.", func(n *note) *string { return &n.Key.ID })),
		table.CodeOf("sede", "Sede dell'elemento.", func(n *note) *string { return &n.Office }),
		table.Required(table.TextOf("operatore", "Utenza di chi ha annotato.", func(n *note) *string { return &n.By })),
		table.Required(table.TextOf("persona", "Chi è, qualunque utenza abbia usato.", func(n *note) *string { return &n.Person })),
		table.Required(table.InstantOf("quando", "Momento dell'annotazione.", func(n *note) *pipeline.Instant { return &n.At })),
		table.Required(table.TextOf("testo", "Testo.", func(n *note) *string { return &n.Text })),
	},
}

// notes gives the notes on an item, in order.
func notes(ctx context.Context, tx Tx, k worklist.Key) ([]worklist.Note, error) {
	rows, err := all(ctx, tx, noteTable, "WHERE tipo = $1 AND id = $2 ORDER BY numero", textCell(string(k.Kind)), textCell(k.ID))
	var out []worklist.Note
	for i := range rows {
		out = append(out, rows[i].Note)
	}
	return out, err
}
