// Package sqlite keeps the store in one file, with modernc.org/sqlite: WAL, synchronous FULL, foreign keys on, mode 0640.
// Beside the file FILE stand FILE-wal and FILE-shm while it is open. Several processes may have it open on one machine.
//
// No other code of a process may open and close the file by itself while it is open here: closing any descriptor of a
// file drops the process's POSIX locks on it (https://www.sqlite.org/howtocorrupt.html, section 2.2).
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"

	"incrocio/writers/store"
	"incrocio/writers/store/internal/schema"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrVersion is returned for an SQLite older than [MinVersion].
var ErrVersion = errors.New("this SQLite can lose committed data")

// MinVersion is the first SQLite without the bug that loses what was committed when a WAL is reset (versions 3.7.0 to
// 3.51.2).
const MinVersion = "3.51.3"

const fileMode fs.FileMode = 0o640

// pageSize is that of a file which is made here, in bytes; one that is there keeps its own. Most rows are of two to four KiB: a page of
// the default size holds one and wastes the rest, and every page is written twice, to the WAL and to the file. Larger ones are better
// still for nights, but lists, which look up single rows, read twice as much.
const pageSize = 8 << 10

// Caches of pages, in KiB: of the connection that writes, which on the first night fills a dozen indexes, and of each that
// reads. They take about twice as much memory.
const (
	writeCache = 32 << 10
	readCache  = 8 << 10
)

// readers is how many reads may go on at once.
const readers = 4

// Open opens the store in a file, which it makes where there is none, and brings its schema up to date. Errors wrap
// [store.ErrNewerSchema], [store.ErrNoStore], [store.ErrTemporary], [store.ErrDamaged], [store.ErrNotWritable],
// [store.ErrDisk], [ErrVersion], or are those of the file system.
func Open(ctx context.Context, path string, o store.Options) (*store.Store, error) {
	d, err := open(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return store.New(d, o), nil
}

func open(ctx context.Context, path string, o store.Options) (*database, error) {
	if err := touch(path, o.Existing); err != nil {
		return nil, err
	}
	writer, err := connect(path, o, "immediate")
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	d := &database{writer: writer}
	if err = d.prepare(ctx, o); err == nil {
		d.reader, err = connect(path, o, "deferred")
	}
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	d.reader.SetMaxOpenConns(readers)
	return d, nil
}

// touch makes the file with its mode. It never opens a file that is there, and leaves it its mode.
func touch(path string, existing bool) error {
	if existing {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return store.ErrNoStore
		} else if err != nil {
			return err
		}
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	switch {
	case err == nil:
		return f.Close()
	case errors.Is(err, fs.ErrExist):
		return nil
	}
	return err
}

func connect(path string, o store.Options, lock string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	query := url.Values{
		"mode": {"rw"}, "_txlock": {lock}, "_busy_timeout": {strconv.FormatInt(o.BusyTime().Milliseconds(), 10)},
		"_synchronous": {"FULL"}, "_foreign_keys": {"1"}, "_dqs": {"0"}, "_defensive": {"1"},
	}
	cache := writeCache
	if lock == "deferred" {
		query.Set("_query_only", "1")
		cache = readCache
	}
	query["_pragma"] = []string{fmt.Sprintf("page_size(%d)", pageSize), fmt.Sprintf("cache_size(-%d)", cache)}
	name := url.URL{Scheme: "file", Path: absolute, RawQuery: query.Encode()}
	c, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(c), nil
}

// prepare checks the version, turns the file to WAL once and for all, and migrates it.
func (d *database) prepare(ctx context.Context, o store.Options) error {
	var version string
	if err := d.writer.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return translate("open", err)
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	if o.Existing { // nothing is written before it is known to be a store
		if err := Migrate(ctx, d.writer, o); err != nil {
			return err
		}
	}
	if err := d.writeAhead(ctx, o); err != nil {
		return err
	}
	return Migrate(ctx, d.writer, o)
}

// writeAhead turns the file to WAL. SQLite does not wait for others who are at it.
func (d *database) writeAhead(ctx context.Context, o store.Options) error {
	for try := 0; ; try++ {
		var mode string
		err := translate("turn to WAL", d.writer.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode))
		if err == nil && mode != "wal" {
			err = fmt.Errorf("journal mode is %s instead of wal", mode)
		}
		if err == nil || !errors.Is(err, store.ErrTemporary) || try == 4 {
			return err
		}
		if err := o.Pause(ctx, try); err != nil {
			return err
		}
	}
}

// Migrate brings the schema of an open file up to date, as [Open] does. Every migration is one transaction; db must begin
// them with BEGIN IMMEDIATE.
func Migrate(ctx context.Context, db *sql.DB, o store.Options) error {
	return schema.Up(ctx, schema.Target{
		DB: db, Dialect: goose.DialectSQLite3, Files: sub(migrations), Translate: translate,
		There: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + schema.Table + "'",
	}, o)
}

// checkVersion compares a dotted version with MinVersion.
func checkVersion(version string) error {
	got, want := strings.Split(version, "."), strings.Split(MinVersion, ".")
	for i := range want {
		g := 0
		if i < len(got) {
			n, err := strconv.Atoi(got[i])
			if err != nil {
				return fmt.Errorf("%w: version %q", ErrVersion, version)
			}
			g = n
		}
		if w, _ := strconv.Atoi(want[i]); g != w {
			if g < w {
				return fmt.Errorf("%w: version %s, want at least %s", ErrVersion, version, MinVersion)
			}
			return nil
		}
	}
	return nil
}

func sub(files embed.FS) fs.FS {
	f, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return f
}
