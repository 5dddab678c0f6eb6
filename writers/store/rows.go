package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Stream hands rows over, one after another; a row is valid until fn returns, its texts for good.
type Stream[T any] func(ctx context.Context, fn func(*T) error) error

func columns[T any](t *table.Table[T]) []Column {
	out := make([]Column, len(t.Columns))
	for i := range t.Columns {
		out[i] = Column{t.Columns[i].Name, t.Columns[i].Kind}
	}
	return out
}

func kinds[T any](t *table.Table[T]) []table.Kind {
	out := make([]table.Kind, len(t.Columns))
	for i := range t.Columns {
		out[i] = t.Columns[i].Kind
	}
	return out
}

// list gives the columns of a table, separated by commas, each with the alias of the table where there is one.
func list[T any](t *table.Table[T], alias string) string {
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
		if alias != "" {
			names[i] = alias + "." + names[i]
		}
	}
	return strings.Join(names, ", ")
}

// largest amount of DECIMAL(12,2) and DECIMAL(12,4), unscaled.
const maxDecimal = 999_999_999_999

// values gives the cells of a row, which it checks: both databases refuse the same rows, and say why in the same words.
func values[T any](t *table.Table[T], row *T, out []table.Value) ([]table.Value, error) {
	out = out[:0]
	for i := range t.Columns {
		c := &t.Columns[i]
		v := c.Get(row)
		if why := fault(c.Kind, c.NotNull, v); why != "" {
			return nil, fmt.Errorf("%w: %s.%s: %s", ErrRow, t.Name, c.Name, why)
		}
		out = append(out, v)
	}
	return out, nil
}

// fault says what keeps a value from its column, "" for nothing.
func fault(k table.Kind, notNull bool, v table.Value) string {
	switch {
	case v.Null && notNull:
		return "missing"
	case v.Null:
		return ""
	}
	switch k {
	case table.Text:
		if strings.IndexByte(v.Str, 0) >= 0 || !utf8.ValidString(v.Str) {
			return "no text"
		}
	case table.Date:
		if v.Num < int64(pipeline.Date(1).UnixDays()) || v.Num > int64(pipeline.MaxDate.UnixDays()) {
			return "no date"
		}
	case table.Int32:
		if v.Num < math.MinInt32 || v.Num > math.MaxInt32 {
			return "out of range"
		}
	case table.Decimal2, table.Decimal4:
		if v.Num < -maxDecimal || v.Num > maxDecimal {
			return "out of range"
		}
	case table.Timestamp, table.Int64, table.Bool:
	}
	return ""
}

// assign fills a row; what is null is absent.
func assign[T any](t *table.Table[T], row *T, from []table.Value) {
	*row = *new(T)
	for i := range t.Columns {
		if c := &t.Columns[i]; !from[i].Null {
			c.Set(row, from[i])
		}
	}
}

// each gives the rows of a table to fn; tail is what follows FROM and the name of the table.
func each[T any](ctx context.Context, tx Tx, t *table.Table[T], tail string, args []Cell, fn func(*T) error) error {
	var row T
	return tx.Query(ctx, "SELECT "+list(t, "")+" FROM "+t.Name+" "+tail, kinds(t), args, func(v []table.Value) error {
		assign(t, &row, v)
		return fn(&row)
	})
}

// all collects the rows of a short answer.
func all[T any](ctx context.Context, tx Tx, t *table.Table[T], tail string, args ...Cell) ([]T, error) {
	var out []T
	err := each(ctx, tx, t, tail, args, func(row *T) error { out = append(out, *row); return nil })
	return out, err
}

// first gives the first row of an answer, and false for none.
func first[T any](ctx context.Context, tx Tx, t *table.Table[T], tail string, args ...Cell) (T, bool, error) {
	rows, err := all(ctx, tx, t, tail+" LIMIT 1", args...)
	if err != nil || len(rows) == 0 {
		return *new(T), false, err
	}
	return rows[0], true, nil
}

// insert adds one row.
func insert[T any](ctx context.Context, tx Tx, t *table.Table[T], row *T) error {
	return write(ctx, tx, t, row, "")
}

// put adds one row, or takes the place of the one with the same key.
func put[T any](ctx context.Context, tx Tx, t *table.Table[T], row *T, key ...string) error {
	var set []string
	for i := range t.Columns {
		if name := t.Columns[i].Name; !slices.Contains(key, name) {
			set = append(set, name+" = excluded."+name)
		}
	}
	return write(ctx, tx, t, row, " ON CONFLICT ("+strings.Join(key, ", ")+") DO UPDATE SET "+strings.Join(set, ", "))
}

func write[T any](ctx context.Context, tx Tx, t *table.Table[T], row *T, conflict string) error {
	v, err := values(t, row, nil)
	if err != nil {
		return err
	}
	args, marks := make([]Cell, len(v)), make([]string, len(v))
	for i := range v {
		args[i], marks[i] = Cell{t.Columns[i].Kind, v[i]}, "$"+strconv.Itoa(i+1)
	}
	_, err = tx.Exec(ctx, "INSERT INTO "+t.Name+" ("+list(t, "")+") VALUES ("+strings.Join(marks, ", ")+")"+conflict, args...)
	return err
}

// load adds the rows of a stream to a table of the columns of t. check may refuse a row or complete it.
func load[T any](ctx context.Context, tx Tx, t *table.Table[T], into string, rows Stream[T], check func(*T) error) error {
	var buf []table.Value
	return tx.Load(ctx, into, columns(t), func(row func([]table.Value) error) error {
		return rows(ctx, func(r *T) error {
			if err := check(r); err != nil {
				return err
			}
			var err error
			if buf, err = values(t, r, buf); err != nil {
				return err
			}
			return row(buf)
		})
	})
}

// number gives the one number of an answer.
func number(ctx context.Context, tx Tx, sql string, args ...Cell) (int64, error) {
	var n int64
	err := tx.Query(ctx, sql, []table.Kind{table.Int64}, args, func(v []table.Value) error { n = v[0].Num; return nil })
	return n, err
}

// word gives the one text of an answer, "" where there is none.
func word(ctx context.Context, tx Tx, sql string, args ...Cell) (string, error) {
	var s string
	err := tx.Query(ctx, sql, []table.Kind{table.Text}, args, func(v []table.Value) error { s = v[0].Str; return nil })
	return s, err
}
