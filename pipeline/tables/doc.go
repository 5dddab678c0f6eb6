// Package tables holds the description of every table that a night publishes or archives: columns in order, types,
// nulls, row order, and the Italian texts of the data dictionary. The files, the blocks between partitions and the
// documentation all follow from these values, so that they cannot drift apart.
//
// Order of rows: texts by bytes, null first, ties by identifier, and what is still equal by the columns that remain,
// so that every order is total and equal inputs give equal bytes.
package tables

import (
	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Names of the copies that one office (sede) gets of its own rows, in its own folder; they hold rows of [Actions] and
// of [Exceptions].
const (
	OfficeActionsFile    = "sede-azioni.parquet"
	OfficeExceptionsFile = "sede-eccezioni.parquet"
)

// Published gives the tables of a published night, in the order of the data dictionary.
func Published() []table.Schema {
	return []table.Schema{
		Actions.Schema(), ActionsInForce.Schema(), Exceptions.Schema(), Submissions.Schema(), Evidence.Schema(),
		Situation.Schema(), Agenda.Schema(), Discards.Schema(), Balance.Schema(),
	}
}

// night describes the column that every published table ends with.
func night[T any](at func(*T) *pipeline.Date) table.Column[T] {
	return table.Required(table.DateOf("data_elaborazione",
		"Notte a cui la riga appartiene: la data di riferimento dell'elaborazione, la stessa della cartella e del manifesto. Esempio: 2014-03-01.", at))
}

// total gives an order that follows key and, among rows it holds equal, every column in turn.
func total[T any](columns []table.Column[T], key func(a, b *T) int) func(a, b *T) int {
	return func(a, b *T) int {
		if c := key(a, b); c != 0 {
			return c
		}
		return table.CompareColumns(columns, a, b)
	}
}
