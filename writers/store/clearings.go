package store

import (
	"context"
	"fmt"
	"strconv"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Clearing is the closing of an exception by an operator (lavorazione). It holds for the facts it was made on.
type Clearing struct {
	Number      int64 // set by the store
	Exception   string
	Fingerprint string // impronta of the facts that the operator saw
	Outcome     string // esito, a code
	By          string
	At          pipeline.Instant // set by the store
	Reason      string

	Undone       bool             // set by Undo, as are the next three
	UndoneBy     string           //
	UndoneAt     pipeline.Instant //
	UndoneReason string           //
}

// Clear closes an exception: Exception, Fingerprint, Outcome, By and Reason. The same closing twice is one. It returns
// [ErrNoException], [ErrNotOpen], [ErrNotClosable], [ErrChanged] where the fingerprint is no longer the exception's, [ErrCleared] where
// it was closed otherwise on the same facts, and [ErrRow] without operator or outcome.
func (s *Store) Clear(ctx context.Context, cl Clearing) (Clearing, error) {
	if cl.By == "" || cl.Outcome == "" {
		return cl, fmt.Errorf("clear exception %s: %w: no operator or no outcome", cl.Exception, ErrRow)
	}
	err := s.update(ctx, func(c *change) error {
		e, err := standing(ctx, c, cl.Exception)
		if err != nil {
			return err
		}
		if old := e.Clearing; e.Cleared() {
			if old.Outcome == cl.Outcome && old.By == cl.By && old.Reason == cl.Reason && old.Fingerprint == cl.Fingerprint {
				cl = *old
				return nil
			}
			return ErrCleared
		}
		if err := clearable(&e.Exception, cl.Fingerprint); err != nil {
			return err
		}
		last, err := number(ctx, c, "SELECT coalesce(max(numero), 0) FROM lavorazioni")
		if err != nil {
			return err
		}
		cl = Clearing{
			Number: last + 1, Exception: cl.Exception, Fingerprint: cl.Fingerprint, Outcome: cl.Outcome, By: cl.By, At: c.now, Reason: cl.Reason,
		}
		if err := insert(ctx, c, clearingTable, &cl); err != nil {
			return err
		}
		return c.audit(ctx, Entry{Who: cl.By, What: AuditCleared, On: cl.Exception, Detail: detail(map[string]any{
			"lavorazione": cl.Number, "esito": cl.Outcome, "impronta": cl.Fingerprint,
		})})
	})
	return cl, step("clear exception "+cl.Exception, err)
}

func clearable(e *pipeline.Exception, fingerprint string) error {
	switch {
	case e.State == pipeline.ExceptionClosed:
		return ErrNotOpen
	case e.Fingerprint != fingerprint:
		return ErrChanged
	case !e.Closable:
		return ErrNotClosable
	}
	return nil
}

func standing(ctx context.Context, tx Tx, id string) (e Standing, err error) {
	ok := false
	err = eachStanding(ctx, tx, exceptions.now(), " WHERE e.id_eccezione = $1", []Cell{textCell(id)},
		func(found *Standing) error { e, ok = *found, true; return nil })
	if err == nil && !ok {
		err = ErrNoException
	}
	return e, err
}

// Undo takes a clearing back, by its number. Doing it twice is doing it once; it returns [ErrCleared] where somebody
// else has undone it, and [ErrNoClearing].
func (s *Store) Undo(ctx context.Context, clearing int64, by, reason string) error {
	if by == "" {
		return fmt.Errorf("undo clearing %d: %w: no operator", clearing, ErrRow)
	}
	return step("undo clearing "+strconv.FormatInt(clearing, 10), s.update(ctx, func(c *change) error {
		cl, ok, err := first(ctx, c, clearingTable, "WHERE numero = $1", int64Cell(clearing))
		switch {
		case err != nil:
			return err
		case !ok:
			return ErrNoClearing
		case cl.Undone && cl.UndoneBy == by:
			return nil
		case cl.Undone:
			return ErrCleared
		}
		if _, err := c.Exec(ctx, "UPDATE lavorazioni SET annullata = true, annullata_da = $1, annullata_il = $2, annullata_perche = $3 WHERE numero = $4",
			textCell(by), instantCell(c.now), textCell(reason), int64Cell(clearing)); err != nil {
			return err
		}
		return c.audit(ctx, Entry{Who: by, What: AuditUndone, On: cl.Exception, Detail: detail(map[string]any{"lavorazione": clearing})})
	}))
}

// Clearings gives the clearings of an exception, undone ones too, in the order they were made.
func (s *Store) Clearings(ctx context.Context, exception string) (cs []Clearing, err error) {
	err = s.view(ctx, func(r *reading) (err error) {
		cs, err = all(ctx, r, clearingTable, "WHERE id_eccezione = $1 ORDER BY numero", textCell(exception))
		return err
	})
	return cs, step("read clearings of "+exception, err)
}

// clearingTable describes lavorazioni.
var clearingTable = &table.Table[Clearing]{
	Name:     "lavorazioni",
	Describe: "Le chiusure di eccezioni da parte degli operatori. Ordine: numero.",
	Columns: []table.Column[Clearing]{
		table.IntOf("numero", "Numero progressivo.", table.Int64, func(c *Clearing) *int64 { return &c.Number }),
		table.Required(table.TextOf("id_eccezione", "Eccezione chiusa.", func(c *Clearing) *string { return &c.Exception })),
		table.Required(table.TextOf("impronta", "Impronta dei fatti che l'operatore ha visto: quando cambia, la chiusura non vale più.", func(c *Clearing) *string { return &c.Fingerprint })),
		table.Required(table.CodeOf("esito", "Esito della lavorazione.", func(c *Clearing) *string { return &c.Outcome })),
		table.Required(table.TextOf("operatore", "Chi ha chiuso.", func(c *Clearing) *string { return &c.By })),
		table.Required(table.InstantOf("quando", "Momento della chiusura.", func(c *Clearing) *pipeline.Instant { return &c.At })),
		table.TextOf("motivo", "Motivo indicato dall'operatore.", func(c *Clearing) *string { return &c.Reason }),
		table.BoolOf("annullata", "Vero se la chiusura è stata annullata.", func(c *Clearing) *bool { return &c.Undone }),
		table.TextOf("annullata_da", "Chi l'ha annullata.", func(c *Clearing) *string { return &c.UndoneBy }),
		table.InstantOf("annullata_il", "Momento dell'annullamento.", func(c *Clearing) *pipeline.Instant { return &c.UndoneAt }),
		table.TextOf("annullata_perche", "Motivo dell'annullamento.", func(c *Clearing) *string { return &c.UndoneReason }),
	},
}
