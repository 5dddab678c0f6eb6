package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// database is a pool of connections.
type database struct {
	pool *pgxpool.Pool
	busy time.Duration
}

var _ store.Database = (*database)(nil)

// Close closes the connections.
func (d *database) Close() error { d.pool.Close(); return nil }

// idleLimit ends the session of a process that stops in the middle of a change, so that others can go on.
const idleLimit = time.Minute

// Update runs fn in a transaction that holds the lease's row.
func (d *database) Update(ctx context.Context, fn func(store.Tx) error) error {
	begin := fmt.Sprintf("SET LOCAL lock_timeout = %d; SET LOCAL idle_in_transaction_session_timeout = %d; SELECT 1 FROM blocco FOR UPDATE",
		d.busy.Milliseconds(), idleLimit.Milliseconds())
	return d.run(ctx, pgx.TxOptions{}, func(t pgx.Tx) error {
		if err := scope(ctx, t); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, begin); err != nil {
			return translate("lock", err)
		}
		return fn(tx{t})
	})
}

// scope tells the server for whose sedi the transaction is: the policies of the tables read incrocio.sedi. Somebody waits
// for the answer, which the server would take longer to compile than to find.
func scope(ctx context.Context, t pgx.Tx) error {
	sedi, ok := store.ScopeOf(ctx)
	if !ok {
		return nil
	}
	_, err := t.Exec(ctx, "SELECT set_config('incrocio.sedi', $1, true), set_config('jit', 'off', true)", sedi)
	return translate("set sedi", err)
}

// View runs fn on one snapshot.
func (d *database) View(ctx context.Context, fn func(store.Tx) error) error {
	return d.run(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(t pgx.Tx) error {
		if err := scope(ctx, t); err != nil {
			return err
		}
		return fn(tx{t})
	})
}

func (d *database) run(ctx context.Context, o pgx.TxOptions, fn func(pgx.Tx) error) error {
	began, done := false, false
	err := pgx.BeginTxFunc(ctx, d.pool, o, func(t pgx.Tx) error {
		began = true
		if err := fn(t); err != nil {
			return err
		}
		done = true
		return nil
	})
	switch {
	case err == nil:
		return nil
	case done:
		return translateCommit(err)
	case began:
		return err // of fn, translated where it had to be
	}
	return translate("begin", err)
}

// tx is a transaction.
type tx struct{ pgx.Tx }

// Now gives the server's time.
func (t tx) Now(ctx context.Context) (pipeline.Instant, error) {
	var now pipeline.Instant
	err := t.Query(ctx, "SELECT clock_timestamp()", []table.Kind{table.Timestamp}, nil, func(v []table.Value) error {
		now = pipeline.Instant(v[0].Num)
		return nil
	})
	return now, err
}

// Exec runs a statement.
func (t tx) Exec(ctx context.Context, text string, args ...store.Cell) (int64, error) {
	tag, err := t.Tx.Exec(ctx, text, encodeAll(args)...)
	return tag.RowsAffected(), translate(what(text), err)
}

// Query gives the rows of a statement to fn.
func (t tx) Query(ctx context.Context, text string, kinds []table.Kind, args []store.Cell, fn func([]table.Value) error) error {
	rows, err := t.Tx.Query(ctx, text, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, encodeAll(args)...)...)
	if err != nil {
		return translate(what(text), err)
	}
	defer rows.Close()
	out := make([]table.Value, len(kinds))
	for rows.Next() {
		for i, raw := range rows.RawValues() {
			var ok bool
			if out[i], ok = decode(kinds[i], raw); !ok {
				return damaged(text, i, kinds[i])
			}
		}
		if err := fn(out); err != nil {
			return err
		}
	}
	return translate(what(text), rows.Err())
}

// Fill runs fn: nights do not own the tables, and only an owner may take indexes away.
func (t tx) Fill(_ context.Context, _ string, _ int64, fn func() error) error { return fn() }

// Straight is false: COPY does not add rows to a table with row security.
func (t tx) Straight() bool { return false }
