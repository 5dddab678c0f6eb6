// Package postgres keeps the store in a PostgreSQL database, in the first schema of the user's search path, with pgx.
//
// A pooler in front of the database may hand out connections by transaction (the lease is a row, and nothing lasts longer
// than a transaction) if the URL says default_query_exec_mode=cache_describe.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"incrocio/writers/store"
	"incrocio/writers/store/internal/schema"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrURL is returned for a URL that is no PostgreSQL URL. It does not repeat it.
var ErrURL = errors.New("not a PostgreSQL URL")

// connections is how many there may be at once: fewer than the tries of a change, each of which may find one dead that
// the server has ended.
const connections = 4

// Open opens the store in a database, which must be there, and brings its schema up to date. Errors wrap
// [store.ErrNewerSchema], [store.ErrNoStore], [store.ErrTemporary] or [ErrURL]; none shows the password.
func Open(ctx context.Context, url string, o store.Options) (*store.Store, error) {
	d, err := open(ctx, url, o)
	if err != nil {
		return nil, fmt.Errorf("open store in PostgreSQL: %w", err)
	}
	return store.New(d, o), nil
}

func open(ctx context.Context, url string, o store.Options) (*database, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, ErrURL
	}
	config.MaxConns, config.MinConns = connections, 0
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, translate("connect", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	if err := errors.Join(Migrate(ctx, db, o), db.Close()); err != nil { // closing db leaves the pool open
		pool.Close()
		return nil, err
	}
	return &database{pool: pool, busy: o.BusyTime()}, nil
}

// Migrate brings the schema of a database up to date, as [Open] does. Every migration is one transaction.
func Migrate(ctx context.Context, db *sql.DB, o store.Options) error {
	return schema.Up(ctx, schema.Target{
		DB: db, Dialect: goose.DialectPostgres, Files: sub(migrations), Translate: translate,
		There: "SELECT count(to_regclass('" + schema.Table + "'))",
	}, o)
}

func sub(files embed.FS) fs.FS {
	f, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return f
}
