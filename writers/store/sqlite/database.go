package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// database is a file: one connection that writes, several that read.
type database struct{ writer, reader *sql.DB }

var _ store.Database = (*database)(nil)

// Close closes the connections; the last one of all processes writes the WAL back and removes it.
func (d *database) Close() error { return errors.Join(d.reader.Close(), d.writer.Close()) }

// Update runs fn between BEGIN IMMEDIATE and COMMIT.
func (d *database) Update(ctx context.Context, fn func(store.Tx) error) error {
	return run(ctx, d.writer, fn)
}

// View runs fn on the state that its first query sees.
func (d *database) View(ctx context.Context, fn func(store.Tx) error) error {
	return run(ctx, d.reader, fn)
}

func run(ctx context.Context, db *sql.DB, fn func(store.Tx) error) error {
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return translate("begin", err)
	}
	defer func() { _ = t.Rollback() }() // after a commit it does nothing
	if err := fn(tx{t}); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		err = translate("commit", err)
		var e *store.DatabaseError
		if errors.As(err, &e) {
			e.Unknown = true // what was written may come back when the WAL is read anew
		}
		return err
	}
	return nil
}

// tx is a transaction.
type tx struct{ *sql.Tx }

// Now gives the machine's time to the millisecond.
func (t tx) Now(ctx context.Context) (pipeline.Instant, error) {
	var ms int64
	err := t.QueryRowContext(ctx, "SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER)").Scan(&ms)
	return pipeline.Instant(ms * 1000), translate("read clock", err)
}

// Exec runs a statement.
func (t tx) Exec(ctx context.Context, text string, args ...store.Cell) (int64, error) {
	r, err := t.ExecContext(ctx, text, encodeAll(args)...)
	if err != nil {
		return 0, translate(what(text), err)
	}
	n, err := r.RowsAffected()
	return n, translate(what(text), err)
}

// Query gives the rows of a statement to fn.
func (t tx) Query(ctx context.Context, text string, kinds []table.Kind, args []store.Cell, fn func([]table.Value) error) error {
	rows, err := t.QueryContext(ctx, text, encodeAll(args)...)
	if err != nil {
		return translate(what(text), err)
	}
	defer func() { _ = rows.Close() }()
	raw, targets, out := make([]any, len(kinds)), make([]any, len(kinds)), make([]table.Value, len(kinds))
	for i := range raw {
		targets[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return translate(what(text), err)
		}
		for i := range raw {
			var ok bool
			if out[i], ok = decode(kinds[i], raw[i]); !ok {
				return damaged(text, i, kinds[i])
			}
		}
		if err := fn(out); err != nil {
			return err
		}
	}
	return translate(what(text), rows.Err())
}

// Straight is true: nothing keeps rows from any table.
func (t tx) Straight() bool { return true }
