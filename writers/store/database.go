package store

import (
	"context"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Database is what an adapter provides. Its errors are [*DatabaseError], or those of the context, or those that the
// functions it is given return, unchanged.
type Database interface {
	// Update runs fn in a transaction that excludes every other Update, of any process, from its start, and commits it
	// where fn gives nil.
	Update(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one state of the data, which it cannot change.
	View(ctx context.Context, fn func(Tx) error) error
	// Close gives back what the adapter holds. Nothing may be under way.
	Close() error
}

// Tx is a transaction. Arguments are numbered $1, $2, … in SQL that both databases understand.
type Tx interface {
	// Now is the time of the store's clock, not that of the transaction's start.
	Now(ctx context.Context) (pipeline.Instant, error)
	// Exec runs a statement and tells how many rows it changed.
	Exec(ctx context.Context, sql string, args ...Cell) (int64, error)
	// Query gives each row to fn, which must not keep the slice. A value that is none of its kind (an infinite date, a
	// text that is no date) is a [*DatabaseError] that wraps [ErrDamaged].
	Query(ctx context.Context, sql string, kinds []table.Kind, args []Cell, fn func([]table.Value) error) error
	// Load adds the rows that feed hands over to a table. They are not kept after the call they are handed over with.
	Load(ctx context.Context, into string, columns []Column, feed func(row func([]table.Value) error) error) error
	// Straight tells whether Load may add rows to the tables of nights; else it may to temporary tables only.
	Straight() bool
	// Fill runs fn, which adds up to so many rows to a table and does nothing else to others. The database may leave the
	// table's indexes aside until then and make them anew, where that is less work and the transaction may.
	Fill(ctx context.Context, into string, rows int64, fn func() error) error
}

// Cell is an argument.
type Cell struct {
	Kind table.Kind
	table.Value
}

// Column is a column of a table to be loaded.
type Column struct {
	Name string
	Kind table.Kind
}

func textCell(s string) Cell { return Cell{table.Text, table.Value{Str: s, Null: s == ""}} }

func dateCell(d pipeline.Date) Cell {
	return Cell{table.Date, table.Value{Num: int64(d.UnixDays()), Null: d.IsZero()}}
}

func instantCell(i pipeline.Instant) Cell {
	return Cell{table.Timestamp, table.Value{Num: int64(i), Null: i == 0}}
}

func int32Cell(n int32) Cell { return Cell{table.Int32, table.Value{Num: int64(n)}} }

func int64Cell(n int64) Cell { return Cell{table.Int64, table.Value{Num: n}} }

func boolCell(b bool) Cell {
	c := Cell{Kind: table.Bool}
	if b {
		c.Num = 1
	}
	return c
}
