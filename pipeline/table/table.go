// Package table describes flat tables once: name, columns, types, texts, order. From one description come the schema
// of the Parquet file, its writer and reader, the blocks that partitions exchange and the data dictionary.
package table

import "incrocio/pipeline"

// Kind is the type of a column as a reader of the file sees it.
type Kind uint8

// The kinds of column.
const (
	Text      Kind = iota // UTF-8; "" is null unless the column is NotNull
	Date                  // DATE; 0 is null
	Timestamp             // TIMESTAMP(us, UTC); 0 is null
	Int32
	Int64
	Bool     // never null
	Decimal2 // DECIMAL(12,2), in cents
	Decimal4 // DECIMAL(12,4), in hundredths of a cent
	Bytes    // any bytes, never null; not for blocks
)

// String names the type as SQL does.
func (k Kind) String() string {
	return [...]string{"VARCHAR", "DATE", "TIMESTAMP(us, UTC)", "INT32", "INT64", "BOOLEAN", "DECIMAL(12,2)", "DECIMAL(12,4)", "BLOB"}[k]
}

// Value is one cell. Num holds days since 1970-01-01 for Date, microseconds for Timestamp, 0 or 1 for Bool,
// the unscaled number for decimals. What Null cells hold means nothing.
type Value struct {
	Null bool
	Num  int64
	Str  string
}

// Column is one column of rows of type T.
type Column[T any] struct {
	Name     string
	Kind     Kind
	NotNull  bool   // never null: the file says REQUIRED
	Repeats  bool   // few distinct values: worth a dictionary
	Bare     bool   // stored as it is, neither compressed nor encoded, so that single values can be fetched; implies NotNull
	Describe string // for people, in Italian
	Get      func(*T) Value
	Set      func(*T, Value)
}

// Table is a description of rows of type T.
type Table[T any] struct {
	Name     string
	File     string // name in the published folder; "" for tables that are not published
	Describe string
	Columns  []Column[T]
	// Compare orders rows; it is a total order but for equal rows.
	Compare func(a, b *T) int
}

// TextOf describes a text column, null where the text is empty.
func TextOf[T any, S ~string](name, describe string, at func(*T) *S) Column[T] {
	return Column[T]{
		Name: name, Kind: Text, Describe: describe,
		Get: func(r *T) Value { s := string(*at(r)); return Value{Str: s, Null: s == ""} },
		Set: func(r *T, v Value) { *at(r) = S(v.Str) },
	}
}

// CodeOf describes a text column of few distinct values.
func CodeOf[T any, S ~string](name, describe string, at func(*T) *S) Column[T] {
	c := TextOf(name, describe, at)
	c.Repeats = true
	return c
}

// Required marks a column as never null. An empty text in it is a value; a row without date, moment or number in it
// still says Null, so that a writer can refuse it.
func Required[T any](c Column[T]) Column[T] {
	c.NotNull = true
	if c.Kind == Text {
		get := c.Get
		c.Get = func(r *T) Value { v := get(r); v.Null = false; return v }
	}
	return c
}

// DateOf describes a date column, null where there is no date.
func DateOf[T any](name, describe string, at func(*T) *pipeline.Date) Column[T] {
	return Column[T]{
		Name: name, Kind: Date, Describe: describe,
		Get: func(r *T) Value {
			d := *at(r)
			return Value{Num: int64(d.UnixDays()), Null: d.IsZero()}
		},
		Set: func(r *T, v Value) {
			if v.Null {
				*at(r) = 0
				return
			}
			*at(r) = pipeline.DateFromUnixDays(int32(v.Num))
		},
	}
}

// InstantOf describes a timestamp column, null where there is no moment.
func InstantOf[T any](name, describe string, at func(*T) *pipeline.Instant) Column[T] {
	return Column[T]{
		Name: name, Kind: Timestamp, Describe: describe,
		Get: func(r *T) Value { v := *at(r); return Value{Num: int64(v), Null: v == 0} },
		Set: func(r *T, v Value) { *at(r) = pipeline.Instant(v.Num) },
	}
}

// IntOf describes an INT32 or INT64 column that is never null.
func IntOf[T any, N ~int32 | ~int64](name, describe string, kind Kind, at func(*T) *N) Column[T] {
	return Column[T]{
		Name: name, Kind: kind, NotNull: true, Describe: describe,
		Get: func(r *T) Value { return Value{Num: int64(*at(r))} },
		Set: func(r *T, v Value) { *at(r) = N(v.Num) },
	}
}

// OptOf describes a column of numbers that may be absent: days, cents, hundredths of a cent.
func OptOf[T any, N ~int32 | ~int64](name, describe string, kind Kind, at func(*T) *pipeline.Opt[N]) Column[T] {
	return Column[T]{
		Name: name, Kind: kind, Describe: describe,
		Get: func(r *T) Value {
			o := *at(r)
			if !o.OK {
				return Value{Null: true}
			}
			return Value{Num: int64(o.V)}
		},
		Set: func(r *T, v Value) {
			if v.Null {
				*at(r) = pipeline.Opt[N]{}
				return
			}
			*at(r) = pipeline.Some(N(v.Num))
		},
	}
}

// BoolOf describes a flag.
func BoolOf[T any](name, describe string, at func(*T) *bool) Column[T] {
	return Column[T]{
		Name: name, Kind: Bool, NotNull: true, Describe: describe,
		Get: func(r *T) Value {
			if *at(r) {
				return Value{Num: 1}
			}
			return Value{}
		},
		Set: func(r *T, v Value) { *at(r) = v.Num != 0 },
	}
}
