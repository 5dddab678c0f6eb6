package store

import (
	"context"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// kept is a table that nights change. Beside it stands a table with the same columns for the rows that the last night
// touched, as they were before it: esisteva tells whether they were there.
type kept[T any] struct {
	t  *table.Table[T]
	id string
	// Columns that say nothing of what the row is about: the night, and what it made of the row. Rows of a table with them are
	// marked, see mark.
	dated, stated string
}

var (
	inForce    = kept[pipeline.Action]{t: tables.ActionsInForce, id: "id_azione"}
	exceptions = kept[pipeline.Exception]{t: tables.Exceptions, id: "id_eccezione", dated: "data_elaborazione", stated: "stato"}
)

func (k kept[T]) now() string    { return k.t.Name }
func (k kept[T]) before() string { return k.t.Name + "_prima" }
func (k kept[T]) staged() string { return k.t.Name + "_notte" }

// columns are those of the table and, where it has one, that of the mark.
func (k kept[T]) columns() []Column {
	out := columns(k.t)
	if k.dated != "" {
		out = append(out, markColumn)
	}
	return out
}

// sql fills in the names of the tables and of the columns: {now}, {before}, {staged}, {id}, {columns}, {c.columns} for
// those of alias c without the id, {differs} for a row s unlike its row c in anything but the columns of ignore.
func (k kept[T]) sql(text string, ignore ...string) string {
	var all, rest, differs []string
	for _, c := range k.columns() {
		all = append(all, c.Name)
		if c.Name != k.id {
			rest = append(rest, c.Name)
		}
		if c != markColumn && !slices.Contains(ignore, c.Name) {
			differs = append(differs, "s."+c.Name+" IS DISTINCT FROM c."+c.Name)
		}
	}
	return strings.NewReplacer(
		"{now}", k.now(), "{before}", k.before(), "{staged}", k.staged(), "{id}", k.id,
		"{columns}", strings.Join(all, ", "), "{id, rest}", k.id+", "+strings.Join(rest, ", "),
		"{rest}", strings.Join(rest, ", "), "{c.rest}", "c."+strings.Join(rest, ", c."), "{differs}", "("+strings.Join(differs, " OR ")+")",
	).Replace(text)
}

func (k kept[T]) exec(ctx context.Context, tx Tx, text string, ignore ...string) error {
	_, err := tx.Exec(ctx, k.sql(text, ignore...))
	return err
}

// stage brings in what the night says: into a table of its own, where it refuses what is said twice, or straight to its
// place, which it tells. plain tells of a row that it may go there; nil stands for all of them.
func (k kept[T]) stage(ctx context.Context, tx Tx, rows *ahead, plain func([]table.Value) bool) (straight bool, err error) {
	if straight, err = k.stageAll(ctx, tx, rows, plain); straight || err != nil {
		return straight, err
	}
	return false, k.once(ctx, tx)
}

// stageAll is stage for rows that may be there twice.
func (k kept[T]) stageAll(ctx context.Context, tx Tx, rows *ahead, plain func([]table.Value) bool) (straight bool, err error) {
	if straight, err = k.enter(ctx, tx, rows, plain); straight || err != nil {
		return straight, err
	}
	return false, k.bring(ctx, tx, rows, nil)
}

// bring adds the rows that are left to the stage, or those of them that are wanted. Its index is made once it is full: without one SQLite
// looks through all of it for every present row.
func (k kept[T]) bring(ctx context.Context, tx Tx, rows *ahead, wanted func([]table.Value) bool) error {
	if err := rows.load(ctx, tx, k.staged(), wanted); err != nil {
		return err
	}
	return k.exec(ctx, tx, "CREATE INDEX {staged}_nome ON {staged} ({id})")
}

// makeStage makes the table for what the night says, of the columns and, if nothing follows, the rows of the present one.
const makeStage = "CREATE TEMPORARY TABLE {staged} AS SELECT {columns} FROM {now}"

// enter adds the rows straight to a table that has none, where the database does so, and notes that none was there before.
// Where it does not, or not all of them, the stage is ready for those that are left.
func (k kept[T]) enter(ctx context.Context, tx Tx, rows *ahead, plain func([]table.Value) bool) (all bool, err error) {
	there := int64(1)
	if tx.Straight() {
		there, err = number(ctx, tx, k.sql("SELECT count(*) FROM (SELECT 1 FROM {now} LIMIT 1) AS v"))
	}
	if err != nil {
		return false, err
	}
	if there > 0 {
		return false, k.exec(ctx, tx, makeStage+" WHERE false")
	}
	err = tx.Fill(ctx, k.now(), math.MaxInt64, func() (err error) {
		all, err = k.pour(ctx, tx, rows, plain)
		return err
	})
	if !all || err != nil {
		return false, err
	}
	return true, k.exec(ctx, tx, "INSERT INTO {before} ({id}, esisteva) SELECT {id}, false FROM {now}")
}

// pour adds rows to the empty table as long as they are plain and no name is there twice. Where one is not, those before it
// are moved to the stage.
func (k kept[T]) pour(ctx context.Context, tx Tx, rows *ahead, plain func([]table.Value) bool) (all bool, err error) {
	names := names{at: rows.place(k.id)}
	err = tx.Load(ctx, k.now(), rows.columns, func(row func([]table.Value) error) (err error) {
		all, err = rows.while(func(v []table.Value) (bool, error) {
			if plain != nil && !plain(v) || !names.add(v) {
				return false, nil
			}
			return true, row(v)
		})
		return err
	})
	if all || err != nil {
		return all, err
	}
	if err := k.exec(ctx, tx, makeStage); err != nil {
		return false, err
	}
	return false, k.exec(ctx, tx, "DELETE FROM {now}")
}

// names are those that rows have had, each as 64 bits of a digest: rows of which one may be there twice are staged, where it
// is found out.
type names struct {
	at   int // place of the name in a row
	seed maphash.Seed
	had  map[uint64]struct{}
}

// namesMost bounds the memory of names, to some 20 MiB: more rows than that are staged.
const namesMost = 1_000_000

// add tells whether a row's name was surely not there yet, and is remembered.
func (n *names) add(row []table.Value) bool {
	if n.had == nil {
		n.seed, n.had = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	before := len(n.had)
	n.had[maphash.String(n.seed, row[n.at].Str)] = struct{}{}
	return len(n.had) > before && before < namesMost
}

const stagedTwice = "SELECT {id} FROM {staged} GROUP BY {id} HAVING count(*) > 1 ORDER BY {id} LIMIT 1"

// twice gives the first name that is staged twice, "" for none.
func (k kept[T]) twice(ctx context.Context, tx Tx) (string, error) {
	return word(ctx, tx, k.sql(stagedTwice))
}

// once refuses what is staged twice.
func (k kept[T]) once(ctx context.Context, tx Tx) error {
	return k.refuse(ctx, tx, "twice", stagedTwice)
}

// noteMissing keeps the present rows that are not staged.
func (k kept[T]) noteMissing(ctx context.Context, tx Tx) error {
	return k.exec(ctx, tx, "INSERT INTO {before} ({id, rest}, esisteva) SELECT c.{id}, {c.rest}, true FROM {now} c"+
		" WHERE NOT EXISTS (SELECT 1 FROM {staged} s WHERE s.{id} = c.{id})")
}

// refuse returns [ErrFold] naming the row that a query finds.
func (k kept[T]) refuse(ctx context.Context, tx Tx, why, query string, args ...Cell) error {
	id, err := word(ctx, tx, k.sql(query), args...)
	if err != nil || id == "" {
		return err
	}
	return fmt.Errorf("%w: %s %s: %s", ErrFold, k.now(), id, why)
}

// restore takes back what the last night did.
func (k kept[T]) restore(ctx context.Context, tx Tx) error {
	if err := k.exec(ctx, tx, "DELETE FROM {now} WHERE {id} IN (SELECT {id} FROM {before})"); err != nil {
		return err
	}
	return k.exec(ctx, tx, "INSERT INTO {now} ({columns}) SELECT {columns} FROM {before} WHERE esisteva")
}

// noteStaged keeps the present rows of all that are staged, or of those that differ.
func (k kept[T]) noteStaged(ctx context.Context, tx Tx, where string, ignore ...string) error {
	return k.exec(ctx, tx, "INSERT INTO {before} ({id, rest}, esisteva)"+
		" SELECT s.{id}, {c.rest}, c.{id} IS NOT NULL FROM {staged} s LEFT JOIN {now} c ON c.{id} = s.{id}"+where, ignore...)
}

const unlike = " WHERE c.{id} IS NULL OR {differs}"

// apply puts the staged rows in the place of those that were noted, and ends the staging.
func (k kept[T]) apply(ctx context.Context, tx Tx, and string) error {
	if err := k.exec(ctx, tx, "DELETE FROM {now} WHERE {id} IN (SELECT {id} FROM {before})"); err != nil {
		return err
	}
	touched, err := number(ctx, tx, k.sql("SELECT count(*) FROM {before}"))
	if err != nil {
		return err
	}
	return tx.Fill(ctx, k.now(), touched, func() error {
		return k.exec(ctx, tx, "INSERT INTO {now} ({columns}) SELECT {columns} FROM {staged} WHERE {id} IN (SELECT {id} FROM {before})"+and)
	})
}

func (k kept[T]) unstage(ctx context.Context, tx Tx) error {
	return k.exec(ctx, tx, "DROP TABLE {staged}")
}

// asBefore gives what follows SELECT … FROM to read the rows as they were before the last night.
func (k kept[T]) asBefore() string {
	return k.sql("(SELECT {columns} FROM {now} c WHERE NOT EXISTS (SELECT 1 FROM {before} b WHERE b.{id} = c.{id})" +
		" UNION ALL SELECT {columns} FROM {before} WHERE esisteva)")
}
