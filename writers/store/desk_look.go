package store

import (
	"context"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// Look gives one item with all that is known of it, as [worklist.Desk] says.
func (s *Store) Look(ctx context.Context, who *worklist.Operator, k worklist.Key) (worklist.Detail, error) {
	var d worklist.Detail
	err := s.looking(ctx, who, k, AuditLook, func(ctx context.Context, r *reading, row worklist.Row) error {
		d = worklist.Detail{Row: row}
		return beside(ctx, r, who, &d)
	})
	if err != nil {
		return worklist.Detail{}, err
	}
	return d, nil
}

// looking reads about one item that the operator may see, and notes in the audit that it was shown or refused.
func (s *Store) looking(ctx context.Context, who *worklist.Operator, k worklist.Key, what string, fn func(context.Context, *reading, worklist.Row) error) error {
	if !known(who) {
		return worklist.ErrRole
	}
	ctx = Scoped(ctx, who)
	var row worklist.Row
	seen := false
	err := s.view(ctx, func(r *reading) error {
		now, err := r.Now(ctx)
		if err != nil {
			return err
		}
		f, ok, err := item(ctx, r, k)
		if seen = ok && who.Sees(f.Office); !seen || err != nil {
			return err
		}
		row = f.shown(worklist.Today(now))
		return fn(ctx, r, row)
	})
	if err != nil {
		return step("read item", err)
	}
	e := Entry{Who: who.Name, What: what, On: object(k), Detail: detail(map[string]any{"stato": row.State, "versione": row.Version})}
	if !seen {
		e.What, e.Detail = AuditDenied, detail(map[string]any{"operazione": what})
	}
	if err := s.remember(ctx, e); err != nil {
		return step("read item", err)
	}
	if !seen {
		return worklist.ErrUnknown
	}
	return nil
}

// beside fills in what stands beside the row.
func beside(ctx context.Context, tx Tx, who *worklist.Operator, d *worklist.Detail) error {
	s, ok, err := first(ctx, tx, sheetTable, "WHERE id_scheda = $1", textCell(sheetName(d.Key)))
	if err == nil && ok {
		d.Sheet, err = s.read()
	}
	if err != nil {
		return err
	}
	if d.Claim != "" {
		// A claim has a few actions; the limit is for one that is broken.
		err := each(ctx, tx, inForce.t, "WHERE numero_domanda = $1 ORDER BY dal, id_azione LIMIT 1000", []Cell{textCell(d.Claim)},
			func(a *pipeline.Action) error {
				if who.Sees(a.Office) {
					d.Actions = append(d.Actions, *a)
				}
				return nil
			})
		if err != nil {
			return err
		}
	}
	if d.Notes, err = notes(ctx, tx, d.Key); err != nil {
		return err
	}
	d.Closings, err = closings(ctx, tx, "WHERE l.tipo = $1 AND l.id = $2 ORDER BY l.numero", textCell(string(d.Kind)), textCell(d.ID))
	if err != nil || d.Kind != worklist.KindException {
		return err
	}
	d.Changes, err = history(ctx, tx, d.ID)
	return err
}

// Trail gives what the audit says of an item, in order, as [worklist.Desk] says: at most the last 5000 rows.
func (s *Store) Trail(ctx context.Context, who *worklist.Operator, k worklist.Key) ([]worklist.Trace, error) {
	var out []worklist.Trace
	err := s.looking(ctx, who, k, AuditLook, func(ctx context.Context, r *reading, _ worklist.Row) error {
		out = nil
		sql := "SELECT numero, quando, chi, cosa, dettaglio FROM (SELECT * FROM audit WHERE oggetto = $1 ORDER BY numero DESC LIMIT 5000) AS a ORDER BY numero"
		kinds := []table.Kind{table.Int64, table.Timestamp, table.Text, table.Text, table.Text}
		return r.Query(ctx, sql, kinds, []Cell{textCell(object(k))}, func(v []table.Value) error {
			out = append(out, worklist.Trace{Number: v[0].Num, At: pipeline.Instant(v[1].Num), Who: v[2].Str, What: v[3].Str, Detail: v[4].Str})
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
