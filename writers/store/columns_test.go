package store_test

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/store"
)

// columnCases write every column of actions and exceptions in its extremes and read it back.
func columnCases() []conformance {
	var cases []conformance
	for i := range tables.ActionsInForce.Columns {
		c := tables.ActionsInForce.Columns[i]
		cases = append(cases, conformance{"azioni_in_essere." + c.Name, func(e *env) { actionColumn(e, c) }})
	}
	for i := range tables.Exceptions.Columns {
		c := tables.Exceptions.Columns[i]
		cases = append(cases, conformance{"eccezioni." + c.Name, func(e *env) { exceptionColumn(e, c) }})
	}
	return cases
}

// extremes gives values for a column; those that the column's meaning restricts have theirs.
func extremes(name string, k table.Kind, notNull bool) []table.Value {
	num := func(ns ...int64) (out []table.Value) {
		for _, n := range ns {
			out = append(out, table.Value{Num: n})
		}
		return out
	}
	text := func(ss ...string) (out []table.Value) {
		for _, s := range ss {
			out = append(out, table.Value{Str: s})
		}
		return out
	}
	var out []table.Value
	switch k {
	case table.Text:
		out = text("x", " spazi ", "à€𝒳日本 ", "'; DROP TABLE notti; --", `"\n\t\x00`, "a\tb\r\nc", "\uFFFD\U0010FFFF", "NULL", strings.Repeat("lungo ", 200))
		if notNull {
			out = append(out, text("")...)
		}
	case table.Date:
		out = num(int64(pipeline.Date(1).UnixDays()), -1, 0, 1, 10957, int64(pipeline.MaxDate.UnixDays()))
	case table.Timestamp:
		out = num(1, -1, math.MaxInt32*1_000_000)
	case table.Int32:
		out = num(0, 1, -1, math.MinInt32, math.MaxInt32)
	case table.Int64:
		out = num(0, math.MinInt64, math.MaxInt64)
	case table.Bool:
		out = num(0, 1)
	case table.Decimal2, table.Decimal4:
		out = num(0, 1, -1, 10, 99, 100, 9999, 10000, 12345678, 100000000, -100000001, 999999999999, -999999999999)
	}
	if !notNull {
		out = append(out, table.Value{Null: true})
	}
	if name == "operazione" {
		out = text(pipeline.OperationNew)
	}
	if name == "stato" {
		out = text(pipeline.ExceptionNew, pipeline.ExceptionOpen, pipeline.ExceptionChanged, pipeline.ExceptionReopened, pipeline.ExceptionClosed)
	}
	return out
}

// nextNight is the night after the last one of a store that cases have in common.
func (e *env) nextNight() store.Night {
	if e.last.Date == 0 {
		return e.night(1)
	}
	return e.night(int(e.last.Date-day(0)) + 1)
}

func actionColumn(e *env, c table.Column[pipeline.Action]) {
	var rows []pipeline.Action
	for i, v := range extremes(c.Name, c.Kind, c.NotNull) {
		a := action(fmt.Sprintf("A-%s-%02d", c.Name, i))
		c.Set(&a, v)
		if c.Name == "id_azione" && v.Str == "" {
			continue // it is a value, and no name
		}
		rows = append(rows, a)
	}
	e.publish(e.nextNight(), rows)
	e.same(e.modelled(), e.inForce(0))
	if got := len(e.inForce(0)); got < len(rows) || len(rows) == 0 {
		e.t.Errorf("%d rows of %d", got, len(rows))
	}
}

func exceptionColumn(e *env, c table.Column[pipeline.Exception]) {
	var rows []pipeline.Exception
	for i, v := range extremes(c.Name, c.Kind, c.NotNull) {
		x := exception(fmt.Sprintf("E-%s-%02d", c.Name, i), pipeline.ExceptionClosed) // so that later nights may leave it out
		c.Set(&x, v)
		if c.Name == "id_eccezione" && v.Str == "" {
			continue
		}
		rows = append(rows, x)
	}
	night := e.nextNight()
	for _, old := range e.open {
		if old.State != pipeline.ExceptionClosed && old.Night != 0 {
			old.State = pipeline.ExceptionClosed
			rows = append(rows, old)
		}
	}
	e.publish(night, nil, rows...)
	rows = datedExceptions(night.Date, rows)
	got := map[string]pipeline.Exception{}
	for _, s := range e.standings(0) {
		got[s.Exception.ID] = s.Exception
	}
	for _, want := range rows {
		e.same(want, got[want.ID])
		h, err := e.History(e.t.Context(), want.ID)
		e.ok(err)
		if want.State != pipeline.ExceptionOpen && (len(h) == 0 || h[len(h)-1] != want) {
			e.t.Errorf("history of %s: %+v", want.ID, h)
		}
	}
}

// refusedCases: rows that no table holds are refused with the name of the column and without its value.
func refusedCases() []conformance {
	secret := string(whole)
	type bad struct {
		name, column string
		spoil        func(*pipeline.Action)
	}
	var cases []conformance
	for _, b := range []bad{
		{"a text with a zero byte", "motivazione", func(a *pipeline.Action) { a.Reason = secret + "\x00" }},
		{"a text that is not UTF-8", "motivazione", func(a *pipeline.Action) { a.Reason = secret + "\xff" }},
		{"half a surrogate", "dati", func(a *pipeline.Action) { a.Data = "\xed\xa0\x80" }},
		{"no day", "dal", func(a *pipeline.Action) { a.From = 0 }},
		{"a day before the first", "al", func(a *pipeline.Action) { a.To = -1 }},
		{"a day after the last", "al", func(a *pipeline.Action) { a.To = pipeline.MaxDate + 1 }},
		{"an amount too large", "importo_totale", func(a *pipeline.Action) { a.Total = pipeline.Some[pipeline.Cents](1_000_000_000_000) }},
		{"an amount too small", "importo_giornaliero", func(a *pipeline.Action) { a.Daily = pipeline.Some[int64](-1_000_000_000_000) }},
	} {
		cases = append(cases, conformance{b.name, func(e *env) {
			a := action("A1")
			b.spoil(&a)
			n := e.night(1)
			e.prepare(n)
			_, err := e.Publish(e.t.Context(), e.lease, n, content(1, []pipeline.Action{a}))
			e.is(err, store.ErrRow)
			if !strings.Contains(err.Error(), "azioni_in_essere."+b.column) || strings.Contains(err.Error(), secret) {
				e.t.Errorf("text %q", err)
			}
			e.same(0, len(e.inForce(0)))
		}})
	}
	return slices.Concat(cases, []conformance{
		{"an infinite or broken date is damage", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1")})
			value := "'0000-00-00'"
			if e.adapter == "postgres" {
				value = "'infinity'"
			}
			e.exec(e.t, "UPDATE azioni_in_essere SET al = "+value)
			err := e.InForce(e.t.Context(), 0, func(*pipeline.Action) error { return nil })
			e.is(err, store.ErrDamaged)
			if strings.Contains(err.Error(), secret) {
				e.t.Errorf("text %q", err)
			}
		}},
		{"a key that is there twice shows no person", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1")})
			e.spoilt = true
			e.exec(e.t, "CREATE UNIQUE INDEX una_persona ON azioni_in_essere (codice_fiscale)")
			n := e.night(2)
			e.prepare(n)
			_, err := e.Publish(e.t.Context(), e.lease, n, content(2, []pipeline.Action{onSecond(action("A2"))}))
			if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), secret) {
				e.t.Errorf("%v", err)
			}
			for u := err; u != nil; u = unwrap(u) {
				if strings.Contains(fmt.Sprintf("%v %+v %#v", u, u, u), secret) {
					e.t.Errorf("%T shows it", u)
				}
			}
		}},
		{"an amount that the column does not hold is damage", func(e *env) {
			e.publish(e.night(1), []pipeline.Action{action("A1")})
			e.spoilt = true
			if e.adapter == "sqlite" {
				e.exec(e.t, "PRAGMA ignore_check_constraints = 1", "UPDATE azioni_in_essere SET cautelativa = 7")
			} else {
				e.exec(e.t, "UPDATE azioni_in_essere SET importo_totale = 'NaN'")
			}
			e.is(e.InForce(e.t.Context(), 0, func(*pipeline.Action) error { return nil }), store.ErrDamaged)
		}},
	})
}

func unwrap(err error) error {
	u, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	return u.Unwrap()
}
