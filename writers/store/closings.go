package store

import (
	"context"
	"encoding/json"
	"fmt"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// closing is a row of lavorazioni.
type closing struct {
	worklist.Closing
	Office     string
	Items      int32 // how many items the command named
	SecondEyes bool  // the item's code takes two persons
	decision   string
}

// closingInForce holds for a closing l that counts: not undone, and approved where it takes two persons.
const closingInForce = "NOT l.annullata AND (NOT l.secondo OR l.approvata_da IS NOT NULL)"

// write makes the row's decision JSON.
func (c *closing) write() error {
	c.decision = ""
	if c.Decision == nil {
		return nil
	}
	b, err := json.Marshal(c.Decision)
	if err != nil {
		return fmt.Errorf("%w: lavorazioni.provvedimento: %w", ErrRow, err)
	}
	c.decision = string(b)
	return nil
}

// read gives the row as the worklist knows it.
func (c *closing) read() (*worklist.Closing, error) {
	out := c.Closing
	out.Decision = nil
	if c.decision != "" {
		out.Decision = new(worklist.Decision)
		if err := json.Unmarshal([]byte(c.decision), out.Decision); err != nil {
			return nil, fmt.Errorf("decision of closing %d: %w", c.Number, ErrDamaged)
		}
	}
	return &out, nil
}

// closingTable describes lavorazioni.
var closingTable = &table.Table[closing]{
	Name:     "lavorazioni",
	Describe: "Le chiusure di elementi da parte degli operatori. Ordine: numero.",
	Columns: []table.Column[closing]{
		table.IntOf("numero", "Numero progressivo.", table.Int64, func(c *closing) *int64 { return &c.Number }),
		table.Required(table.CodeOf("tipo", "ECCEZIONE, COMUNICAZIONE oppure CAMPIONE.", func(c *closing) *worklist.Kind { return &c.Key.Kind })),
		table.Required(table.TextOf("id", "Elemento chiuso.", func(c *closing) *string { return &c.Key.ID })),
		table.CodeOf("sede", "Sede dell'elemento.", func(c *closing) *string { return &c.Office }),
		table.IntOf("gruppo", "Numero della prima chiusura di quelle fatte insieme; 0 per una da sola.", table.Int64, func(c *closing) *int64 { return &c.Group }),
		table.IntOf("elementi", "Elementi del comando con cui è stata fatta.", table.Int32, func(c *closing) *int32 { return &c.Items }),
		table.Required(table.TextOf("impronta", "Impronta dei fatti che l'operatore ha visto: quando cambia, la chiusura non vale più.", func(c *closing) *string { return &c.Fingerprint })),
		table.Required(table.CodeOf("esito", "Esito: FONDATA, UTILE oppure INFONDATA.", func(c *closing) *worklist.Outcome { return &c.Outcome })),
		table.TextOf("motivo", "Motivo indicato dall'operatore.", func(c *closing) *string { return &c.Reason }),
		table.TextOf("provvedimento", "Che cosa è stato deciso, in JSON; nullo se nulla.", func(c *closing) *string { return &c.decision }),
		table.Required(table.TextOf("operatore", "Utenza di chi ha chiuso.", func(c *closing) *string { return &c.By })),
		table.Required(table.TextOf("persona", "Chi ha chiuso, qualunque utenza abbia usato.", func(c *closing) *string { return &c.Person })),
		table.Required(table.InstantOf("quando", "Momento della chiusura.", func(c *closing) *pipeline.Instant { return &c.At })),
		table.BoolOf("codice_secondo", "Vero se il codice richiede un secondo operatore.", func(c *closing) *bool { return &c.SecondEyes }),
		table.BoolOf("secondo", "Vero se serve un secondo operatore: per il codice, o perché gli elementi sono più di venti.", func(c *closing) *bool { return &c.Second }),
		table.TextOf("approvata_da", "Utenza di chi l'ha approvata; nullo finché è da approvare o se non serve.", func(c *closing) *string { return &c.ApprovedBy }),
		table.TextOf("approvatore", "Chi l'ha approvata: mai la persona che ha chiuso.", func(c *closing) *string { return &c.Approver }),
		table.InstantOf("approvata_il", "Momento dell'approvazione.", func(c *closing) *pipeline.Instant { return &c.ApprovedAt }),
		table.BoolOf("annullata", "Vero se la chiusura è stata annullata o respinta.", func(c *closing) *bool { return &c.Undone }),
		table.TextOf("annullata_da", "Chi l'ha annullata.", func(c *closing) *string { return &c.UndoneBy }),
		table.InstantOf("annullata_il", "Momento dell'annullamento.", func(c *closing) *pipeline.Instant { return &c.UndoneAt }),
		table.TextOf("annullata_perche", "Motivo dell'annullamento.", func(c *closing) *string { return &c.UndoneReason }),
		table.DateOf("notte", "Notte che ha acquisito il provvedimento; nullo se nessuna.", func(c *closing) *pipeline.Date { return &c.Night }),
	},
}

// closings gives the rows that a query finds, as the worklist knows them.
func closings(ctx context.Context, tx Tx, tail string, args ...Cell) ([]worklist.Closing, error) {
	rows, err := all(ctx, tx, closingTable, "AS l "+tail, args...)
	if err != nil {
		return nil, err
	}
	out := make([]worklist.Closing, len(rows))
	for i := range rows {
		c, err := rows[i].read()
		if err != nil {
			return nil, err
		}
		out[i] = *c
	}
	return out, nil
}
