package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// together is how many rows one statement adds.
const together = 16

// Load adds rows with a prepared statement for many of them, and one for each of those that are left over.
func (t tx) Load(ctx context.Context, into string, columns []store.Column, feed func(func([]table.Value) error) error) error {
	many, err := t.prepareInsert(ctx, into, columns, together)
	if err != nil {
		return err
	}
	defer func() { _ = many.Close() }()
	args := make([]any, 0, together*len(columns))
	err = feed(func(row []table.Value) error {
		for i := range row {
			args = append(args, encode(columns[i].Kind, row[i]))
		}
		if len(args) < cap(args) {
			return nil
		}
		_, err := many.ExecContext(ctx, args...)
		args = args[:0]
		return translate("load "+into, err)
	})
	if err != nil || len(args) == 0 {
		return err
	}
	one, err := t.prepareInsert(ctx, into, columns, 1)
	if err != nil {
		return err
	}
	defer func() { _ = one.Close() }()
	for ; len(args) > 0; args = args[len(columns):] {
		if _, err := one.ExecContext(ctx, args[:len(columns)]...); err != nil {
			return translate("load "+into, err)
		}
	}
	return nil
}

func (t tx) prepareInsert(ctx context.Context, into string, columns []store.Column, rows int) (*sql.Stmt, error) {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].Name
	}
	row := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	// A row that is refused ends the transaction, so that nobody needs the journal by which SQLite would undo this statement alone.
	s, err := t.PrepareContext(ctx, "INSERT OR FAIL INTO "+into+" ("+strings.Join(names, ", ")+") VALUES "+row+strings.Repeat(", "+row, rows-1))
	return s, translate("load "+into, err)
}

// fillLeast is from how many rows on it is worth taking indexes away.
const fillLeast = 10_000

// Fill runs fn without the indexes of the table, those that only speed reading up, where it adds at least as many rows as
// there are: an index that is made of all rows in order takes a fraction of the time of one that they are added to one by
// one. Readers see nothing of it, they are on the state before.
func (t tx) Fill(ctx context.Context, into string, rows int64, fn func() error) error {
	if rows < fillLeast {
		return fn()
	}
	var there int64
	if err := t.QueryRowContext(ctx, "SELECT count(*) FROM "+into).Scan(&there); err != nil {
		return translate("count "+into, err)
	}
	if rows < there {
		return fn()
	}
	indexes, err := t.indexes(ctx, into)
	if err != nil {
		return err
	}
	for _, i := range indexes {
		if _, err := t.ExecContext(ctx, "DROP INDEX "+i.name); err != nil {
			return translate("drop index "+i.name, err)
		}
	}
	if err := fn(); err != nil {
		return err
	}
	for _, i := range indexes {
		if _, err := t.ExecContext(ctx, i.sql); err != nil {
			return translate("create index "+i.name, err)
		}
	}
	return nil
}

// index is an index and the statement that makes it.
type index struct{ name, sql string }

// indexes gives the indexes of a table that keep nothing unique, by name.
func (t tx) indexes(ctx context.Context, of string) (found []index, err error) {
	rows, err := t.QueryContext(ctx, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql LIKE 'CREATE INDEX %' ORDER BY name", of)
	if err != nil {
		return nil, translate("read indexes", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var i index
		if err := rows.Scan(&i.name, &i.sql); err != nil {
			return nil, translate("read indexes", err)
		}
		found = append(found, i)
	}
	return found, translate("read indexes", rows.Err())
}
