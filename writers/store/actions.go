package store

import (
	"context"
	"fmt"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// foldActions applies the night's actions, or puts the whole list in the place of what was in force.
func (c *change) foldActions(ctx context.Context, n *Night, content *Content) error {
	k := inForce
	var err error
	if content.InForce != nil {
		err = c.replaceActions(ctx, content.InForce)
	} else {
		err = c.applyActions(ctx, n, content.Actions)
	}
	if err != nil {
		return err
	}
	count, err := number(ctx, c, k.sql("SELECT count(*) FROM {now}"))
	if err == nil && count != content.Count {
		err = fmt.Errorf("%w: %d actions in force instead of %d", ErrFold, count, content.Count)
	}
	return err
}

// replaceActions puts a whole list in the place of what was in force.
func (c *change) replaceActions(ctx context.Context, stream Stream[pipeline.Action]) error {
	k := inForce
	rows := k.readAhead(ctx, stream, notWithdrawn)
	defer rows.end()
	if straight, err := k.stage(ctx, c, rows, nil); straight || err != nil {
		return err
	}
	if err := k.noteStaged(ctx, c, unlike); err != nil {
		return err
	}
	if err := k.noteMissing(ctx, c); err != nil {
		return err
	}
	return c.putActions(ctx)
}

// applyActions adds, replaces and takes away what the night says.
func (c *change) applyActions(ctx context.Context, n *Night, stream Stream[pipeline.Action]) error {
	k := inForce
	rows := k.readAhead(ctx, stream, func(a *pipeline.Action) error { return operation(a, n.Date) })
	defer rows.end()
	at := rows.place("operazione")
	isNew := func(row []table.Value) bool { return row[at].Str == pipeline.OperationNew }
	if straight, err := k.stage(ctx, c, rows, isNew); straight || err != nil {
		return err
	}
	if err := k.refuse(ctx, c, "new, and in force",
		"SELECT min(s.{id}) FROM {staged} s JOIN {now} c ON c.{id} = s.{id} WHERE s.operazione = 'NUOVA'"); err != nil {
		return err
	}
	if err := k.refuse(ctx, c, "changed or withdrawn, and not in force", "SELECT min(s.{id}) FROM {staged} s"+
		" LEFT JOIN {now} c ON c.{id} = s.{id} WHERE s.operazione <> 'NUOVA' AND c.{id} IS NULL"); err != nil {
		return err
	}
	if err := k.noteStaged(ctx, c, ""); err != nil {
		return err
	}
	return c.putActions(ctx)
}

// putActions puts what is staged in the place of what was noted.
func (c *change) putActions(ctx context.Context) error {
	if err := inForce.apply(ctx, c, " AND operazione <> 'ANNULLATA'"); err != nil {
		return err
	}
	return inForce.unstage(ctx, c)
}

func notWithdrawn(a *pipeline.Action) error {
	if a.Operation == pipeline.OperationWithdrawn {
		return fmt.Errorf("%w: %s is withdrawn", ErrFold, a.ID)
	}
	return nil
}

// operation checks that a row of azioni belongs to the night and says what to do.
func operation(a *pipeline.Action, night pipeline.Date) error {
	switch a.Operation {
	case pipeline.OperationNew, pipeline.OperationChanged, pipeline.OperationWithdrawn:
	default:
		return fmt.Errorf("%w: %s: operation %q", ErrFold, a.ID, a.Operation)
	}
	if a.Night != night {
		return fmt.Errorf("%w: %s is of night %s", ErrFold, a.ID, a.Night)
	}
	return nil
}

// InForce gives the actions that a night of date before starts from, by id_azione: those in force after the last published
// night, or, where that is the night of this very date, as they were before it. 0 stands for any date to come. It returns
// [ErrPublished] where a later night is published.
func (s *Store) InForce(ctx context.Context, before pipeline.Date, fn func(*pipeline.Action) error) error {
	return step("read actions in force", s.view(ctx, func(r *reading) error {
		from, err := inForce.from(ctx, r, before)
		if err != nil {
			return err
		}
		var a pipeline.Action
		return r.Query(ctx, "SELECT "+list(inForce.t, "")+" FROM "+from+" AS v ORDER BY id_azione", kinds(inForce.t), nil, handing(r, inForce.t, &a, fn))
	}))
}
