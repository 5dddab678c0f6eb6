package store

import (
	"context"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Input is a file that a night took.
type Input struct {
	Night     pipeline.Date // set by the store
	Revision  int32         // set by the store
	Order     int64         // set by the store: place in the night's list, from 1
	Flow      pipeline.Flow
	File      string
	SHA256    string
	Bytes     int64
	Documents int64
}

// ofPublished keeps the inputs of nights that count.
const ofPublished = "EXISTS (SELECT 1 FROM notti n WHERE n.data_elaborazione = ingressi.data_elaborazione" +
	" AND n.revisione = ingressi.revisione AND n.stato = 'PUBBLICATA')"

// Inputs gives what the published night of a date took, in the order in which it was published.
func (s *Store) Inputs(ctx context.Context, night pipeline.Date) (inputs []Input, err error) {
	err = s.view(ctx, func(r *reading) (err error) {
		inputs, err = all(ctx, r, inputTable, "WHERE data_elaborazione = $1 AND "+ofPublished+" ORDER BY ordine", dateCell(night))
		return err
	})
	return inputs, step("read inputs", err)
}

// Taken gives the first published night's input of a flow with this content, and false where no published night took it.
func (s *Store) Taken(ctx context.Context, flow pipeline.Flow, sha256 string) (in Input, ok bool, err error) {
	err = s.view(ctx, func(r *reading) (err error) {
		in, ok, err = first(ctx, r, inputTable, "WHERE sha256 = $1 AND flusso = $2 AND "+ofPublished+" ORDER BY data_elaborazione, ordine",
			textCell(sha256), textCell(string(flow)))
		return err
	})
	return in, ok, step("read inputs", err)
}

// loadInputs adds the inputs of a night.
func loadInputs(ctx context.Context, tx Tx, n *Night, rows Stream[Input]) error {
	order := int64(0)
	return load(ctx, tx, inputTable, inputTable.Name, rows, func(in *Input) error {
		order++
		in.Night, in.Revision, in.Order = n.Date, n.Revision, order
		return nil
	})
}

// inputTable describes ingressi.
var inputTable = &table.Table[Input]{
	Name:     "ingressi",
	Describe: "I file acquisiti da ogni notte. Ordine: data_elaborazione, revisione, ordine.",
	Columns: []table.Column[Input]{
		table.Required(table.DateOf("data_elaborazione", "Notte che ha acquisito il file.", func(i *Input) *pipeline.Date { return &i.Night })),
		table.IntOf("revisione", "Revisione della notte.", table.Int32, func(i *Input) *int32 { return &i.Revision }),
		table.IntOf("ordine", "Posto nell'elenco della notte, da 1.", table.Int64, func(i *Input) *int64 { return &i.Order }),
		table.Required(table.CodeOf("flusso", "Flusso. Esempio: unilav.", func(i *Input) *pipeline.Flow { return &i.Flow })),
		table.Required(table.TextOf("file", "Percorso sotto la cartella del flusso.", func(i *Input) *string { return &i.File })),
		table.Required(table.TextOf("sha256", "SHA-256 del file.", func(i *Input) *string { return &i.SHA256 })),
		table.IntOf("byte", "Lunghezza in byte.", table.Int64, func(i *Input) *int64 { return &i.Bytes }),
		table.IntOf("documenti", "Documenti che conteneva.", table.Int64, func(i *Input) *int64 { return &i.Documents }),
	},
}
