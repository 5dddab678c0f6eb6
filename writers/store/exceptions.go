package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// foldExceptions brings the exceptions up to the night. Rows that say nothing new but the date stay as they are.
func (c *change) foldExceptions(ctx context.Context, n *Night, stream Stream[pipeline.Exception]) error {
	k := exceptions
	rows := k.readAhead(ctx, stream, func(e *pipeline.Exception) error { return exceptionState(e, n.Date) })
	defer rows.end()
	straight, err := k.enter(ctx, c, rows, nil)
	if err != nil {
		return err
	}
	said := k.now()
	if !straight {
		said = k.staged()
		if err := c.mergeExceptions(ctx, rows); err != nil {
			return err
		}
	}
	if _, err := c.Exec(ctx, "INSERT INTO eccezioni_storia ("+list(k.t, "")+", revisione) SELECT "+list(k.t, "")+", CAST($1 AS integer)"+
		" FROM "+said+" WHERE stato <> 'APERTA'", int32Cell(n.Revision)); err != nil {
		return err
	}
	if !straight {
		if err := k.unstage(ctx, c); err != nil {
			return err
		}
	}
	return c.relist(ctx, listedExceptions)
}

// mergeExceptions stages the rows that say something new and puts them in the place of what they differ from. One that an operator
// cleared, or had cleared when the night began, may be missing.
func (c *change) mergeExceptions(ctx context.Context, rows *ahead) error {
	k := exceptions
	standings, err := k.standings(ctx, c, "c.stato <> 'CHIUSA_DA_SOLA'", "NOT EXISTS (SELECT 1 FROM lavorazioni l WHERE l.tipo = 'ECCEZIONE'"+
		" AND l.id = c.{id} AND l.impronta = coalesce(c.impronta, '') AND (NOT l.secondo OR l.approvata_da IS NOT NULL))")
	if err != nil {
		return err
	}
	id, state, mark := rows.place(k.id), rows.place(k.stated), rows.place(markColumn.Name)
	err = k.bring(ctx, c, rows, func(v []table.Value) bool { return standings.news(v[id].Str, v[state].Str, v[mark].Num) })
	if err != nil {
		return err
	}
	twice, err := k.twice(ctx, c) // what could not go straight is not in standings
	if err == nil {
		err = standings.check(twice)
	}
	if err != nil {
		return err
	}
	if err := k.noteStaged(ctx, c, unlike, k.dated); err != nil {
		return err
	}
	if err := k.apply(ctx, c, ""); err != nil {
		return err
	}
	// Rows that say what they said, and have no mark or that of a program that made others.
	return k.exec(ctx, c, "UPDATE {now} AS c SET segno = s.segno FROM {staged} s WHERE s.{id} = c.{id} AND c.segno IS DISTINCT FROM s.segno")
}

// exceptionState checks that a row of eccezioni belongs to the night and has a state.
func exceptionState(e *pipeline.Exception, night pipeline.Date) error {
	switch e.State {
	case pipeline.ExceptionNew, pipeline.ExceptionOpen, pipeline.ExceptionChanged, pipeline.ExceptionReopened, pipeline.ExceptionClosed:
	default:
		return fmt.Errorf("%w: %s: state %q", ErrFold, e.ID, e.State)
	}
	if e.Night != night {
		return fmt.Errorf("%w: %s is of night %s", ErrFold, e.ID, e.Night)
	}
	return nil
}

// Standing is an exception as the last night that said something new of it left it: the state APERTA with the night of
// the change, not that of the last night.
type Standing struct {
	Exception pipeline.Exception
	// Clearing is the last closing by an operator that is in force, nil for none. It holds as long as its Fingerprint is that
	// of the exception.
	Clearing *worklist.Closing
	// Mark is another one once the exception says something else than its state and its night; 0 where it is not known.
	Mark int64
	// Acts counts closings by operators, approvals and undoings: it tells of a closing that was undone, too.
	Acts int64
}

// Cleared tells whether the exception is closed by an operator on the facts it has.
func (s *Standing) Cleared() bool {
	return s.Clearing != nil && s.Clearing.Fingerprint == s.Exception.Fingerprint
}

// Exceptions gives every exception that a night of date before starts from, by id_eccezione: open, closed by itself, or
// cleared, each with the fingerprint it had last. What before means is said at [Store.InForce]; clearings are those of now.
func (s *Store) Exceptions(ctx context.Context, before pipeline.Date, fn func(*Standing) error) error {
	return step("read exceptions", s.view(ctx, func(r *reading) error {
		from, err := exceptions.from(ctx, r, before)
		if err != nil {
			return err
		}
		return eachStanding(ctx, r, exceptions.t, from, " ORDER BY e.id_eccezione", nil, delivering(r, fn))
	}))
}

// glanced is what [Store.Glances] reads of an exception.
var glanced = &table.Table[pipeline.Exception]{
	Name: exceptions.t.Name,
	Columns: slices.DeleteFunc(slices.Clone(exceptions.t.Columns), func(c table.Column[pipeline.Exception]) bool {
		return !slices.Contains([]string{exceptions.id, exceptions.stated, "codice_fiscale", "impronta"}, c.Name)
	}),
}

// Glances is [Store.Exceptions], in no order, of which only id, state, code and fingerprint are read, the clearing, the mark and the acts.
func (s *Store) Glances(ctx context.Context, before pipeline.Date, fn func(*Standing) error) error {
	return step("glance at exceptions", s.view(ctx, func(r *reading) error {
		from, err := exceptions.from(ctx, r, before)
		if err != nil {
			return err
		}
		return eachStanding(ctx, r, glanced, from, "", nil, delivering(r, fn))
	}))
}

// namedAtOnce is how many exceptions are asked for by name at once.
const namedAtOnce = 500

// ExceptionsOf is [Store.Exceptions], in no order, of some persons, who should be few.
func (s *Store) ExceptionsOf(ctx context.Context, before pipeline.Date, wanted func(pipeline.CodiceFiscale) bool, fn func(*Standing) error) error {
	return step("read exceptions of some", s.view(ctx, func(r *reading) error {
		from, err := exceptions.from(ctx, r, before)
		if err != nil {
			return err
		}
		var ids []Cell
		err = r.Query(ctx, "SELECT e.id_eccezione, e.codice_fiscale FROM "+from+" AS e", []table.Kind{table.Text, table.Text}, nil, func(v []table.Value) error {
			if wanted(pipeline.CodiceFiscale(v[1].Str)) {
				ids = append(ids, textCell(v[0].Str))
			}
			return nil
		})
		for some := range slices.Chunk(ids, namedAtOnce) {
			if err != nil {
				break
			}
			err = eachStanding(ctx, r, exceptions.t, from, " WHERE e.id_eccezione IN ("+places(len(some))+")", some, delivering(r, fn))
		}
		return err
	}))
}

// places gives $1, $2 and so on, for n arguments.
func places(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(out, ", ")
}

// Exception gives one exception as it is now, and false where there is none.
func (s *Store) Exception(ctx context.Context, id string) (e Standing, ok bool, err error) {
	err = s.view(ctx, func(r *reading) error {
		e, ok = Standing{}, false
		return eachStanding(ctx, r, exceptions.t, exceptions.now(), " WHERE e.id_eccezione = $1", []Cell{textCell(id)},
			func(found *Standing) error { e, ok = *found, true; return nil })
	})
	return e, ok, step("read exception "+id, err)
}

// actsOn counts what operators did to close an exception e.
const actsOn = "(SELECT count(*) + count(a.approvata_da) + count(a.annullata_da) FROM lavorazioni a" +
	" WHERE a.tipo = 'ECCEZIONE' AND a.id = e.id_eccezione)"

// eachStanding reads the columns of t of exceptions, and their clearings; tail is what follows FROM.
func eachStanding(
	ctx context.Context, tx Tx, t *table.Table[pipeline.Exception], from, tail string, args []Cell, fn func(*Standing) error,
) error {
	sql := "SELECT " + list(t, "e") + ", e." + markColumn.Name + ", " + actsOn + ", " + list(closingTable, "l") + " FROM " + from + " AS e" +
		" LEFT JOIN lavorazioni AS l ON l.numero = (SELECT max(l.numero) FROM lavorazioni l WHERE l.tipo = 'ECCEZIONE'" +
		" AND l.id = e.id_eccezione AND " + closingInForce + ")" + tail
	n := len(t.Columns)
	kinds := append(append(kinds(t), markColumn.Kind, table.Int64), kinds(closingTable)...)
	return tx.Query(ctx, sql, kinds, args, func(v []table.Value) error {
		s := Standing{Mark: v[n].Num, Acts: v[n+1].Num}
		assign(t, &s.Exception, v[:n])
		if !v[n+2].Null {
			var c closing
			assign(closingTable, &c, v[n+2:])
			var err error
			if s.Clearing, err = c.read(); err != nil {
				return err
			}
		}
		return fn(&s)
	})
}

// History gives the row of every night that opened, changed, reopened or closed an exception, by night. Of a night that
// was repeated only the last revision counts.
func (s *Store) History(ctx context.Context, id string) (rows []pipeline.Exception, err error) {
	err = s.view(ctx, func(r *reading) (err error) { rows, err = history(ctx, r, id); return err })
	return rows, step("read history of "+id, err)
}

func history(ctx context.Context, tx Tx, id string) ([]pipeline.Exception, error) {
	t := *exceptions.t
	t.Name = "eccezioni_storia"
	return all(ctx, tx, &t, "WHERE id_eccezione = $1 AND EXISTS (SELECT 1 FROM notti n"+
		" WHERE n.data_elaborazione = eccezioni_storia.data_elaborazione AND n.revisione = eccezioni_storia.revisione"+
		" AND n.stato = 'PUBBLICATA') ORDER BY data_elaborazione", textCell(id))
}

// from gives what to read for the state that a night of date before starts from.
func (k kept[T]) from(ctx context.Context, tx Tx, before pipeline.Date) (string, error) {
	last, _, err := lastPublished(ctx, tx)
	switch {
	case err != nil:
		return "", err
	case before == 0 || before > last.Date:
		return k.now(), nil
	case before < last.Date:
		return "", fmt.Errorf("%w: %s", ErrPublished, last.name())
	}
	return k.asBefore(), nil
}

// handing fills row anew for each row of an answer and hands it to fn.
func handing[T any](r *reading, t *table.Table[T], row *T, fn func(*T) error) func([]table.Value) error {
	return func(v []table.Value) error {
		r.delivered = true
		assign(t, row, v)
		return fn(row)
	}
}
