// Package schema brings the schema of a store up to that of the program, forward only. Every migration is a transaction of
// its own, so a program that was killed at any statement goes on with the migration it was at.
package schema

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"incrocio/writers/store"
)

// Table is where the migrations that were applied are listed.
const Table = "versione_schema"

// Target is a database whose schema is to be brought up to date.
type Target struct {
	DB      *sql.DB
	Dialect goose.Dialect
	Files   fs.FS // migrations, NNNNN_name.sql
	// There is a query that tells, with 0 or 1, whether Table is there.
	There string
	// Translate makes an error of the driver one of the store.
	Translate func(step string, err error) error
}

// attempts is how often a migration is tried while other processes migrate too.
const attempts = 10

// Up applies what is missing. Several processes may do so at once: the one that comes too late with a migration fails on
// what is there already, and goes on with the next. It returns [store.ErrNewerSchema], and with o.Existing
// [store.ErrNoStore] where nothing was ever applied.
func Up(ctx context.Context, t Target, o store.Options) error {
	p, err := goose.NewProvider(t.Dialect, t.DB, t.Files, goose.WithTableName(Table), goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	sources := p.ListSources()
	target := sources[len(sources)-1].Version
	for try := 0; ; try++ {
		before, err := t.version(ctx)
		switch {
		case err != nil:
			return err
		case before > target:
			return fmt.Errorf("%w: its schema is %d, that of this program %d", store.ErrNewerSchema, before, target)
		case before == target:
			return nil
		case before == 0 && o.Existing:
			return store.ErrNoStore
		}
		_, err = p.Up(ctx)
		if err == nil {
			return nil
		}
		if err = t.retry(ctx, o, try, before, err); err != nil {
			return err
		}
	}
}

// retry gives nil where another try is worth it: somebody else got further, or the database was busy.
func (t Target) retry(ctx context.Context, o store.Options, try int, before int64, cause error) error {
	cause = t.Translate("migrate", cause)
	if ctx.Err() != nil || try+1 == attempts {
		return cause
	}
	now, err := t.version(ctx)
	if err != nil || now == before && !temporary(cause) {
		return cause
	}
	return o.Pause(ctx, 0)
}

func temporary(err error) bool {
	r, ok := err.(interface{ Retryable() bool })
	return ok && r.Retryable()
}

// version gives the highest migration that was applied, 0 for none.
func (t Target) version(ctx context.Context) (int64, error) {
	var there int
	err := t.DB.QueryRowContext(ctx, t.There).Scan(&there)
	if err != nil || there == 0 {
		return 0, t.translate(err)
	}
	var version int64
	err = t.DB.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM "+Table).Scan(&version)
	return version, t.translate(err)
}

func (t Target) translate(err error) error {
	if err == nil {
		return nil
	}
	return t.Translate("read schema version", err)
}
