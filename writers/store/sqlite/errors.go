package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// translate makes an error of the driver one of the store. SQLite's messages name tables and columns, never values.
func translate(step string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &store.DatabaseError{Step: step, Text: err.Error()}
	var from *sqlite.Error
	switch {
	case errors.As(err, &from):
		e.Code, e.Kind = strconv.Itoa(from.Code()), kind(from.Code())
		e.Text = strings.TrimSuffix(e.Text, " ("+e.Code+")") // which the driver adds
	case errors.Is(err, driver.ErrBadConn):
		e.Kind = store.ErrTemporary
	}
	return e
}

// kind judges a result code (https://www.sqlite.org/rescode.html); the low byte is the primary one.
func kind(code int) error {
	switch code & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		return store.ErrTemporary
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return store.ErrDamaged
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return store.ErrNotWritable
	case lib.SQLITE_IOERR:
		return store.ErrDisk
	}
	return nil
}

// what names a statement by its first words.
func what(text string) string {
	words := strings.Fields(text)
	return strings.ToLower(strings.Join(words[:min(3, len(words))], " "))
}

// damaged is the error for a value that is none of its kind.
func damaged(text string, column int, k table.Kind) error {
	return &store.DatabaseError{Step: what(text), Text: fmt.Sprintf("column %d is no %s", column+1, k), Kind: store.ErrDamaged}
}
