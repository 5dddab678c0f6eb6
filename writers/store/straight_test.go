package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// roundabout is a database that stages whatever nights bring.
type roundabout struct{ store.Database }

func (r roundabout) Update(ctx context.Context, fn func(store.Tx) error) error {
	return r.Database.Update(ctx, func(tx store.Tx) error { return fn(staging{tx}) })
}

type staging struct{ store.Tx }

func (staging) Straight() bool { return false }

// firstNight is what an arbitrary first night brings: names come in any order, some of them twice, and some actions change
// what is not there.
type firstNight struct {
	actions     []pipeline.Action
	exceptions  []pipeline.Exception
	submissions []pipeline.SubmissionRow
	sheets      []worklist.Sheet
	whole       bool // inForce in place of actions
	count       int
}

func drawFirstNight(t *rapid.T) *firstNight {
	f := &firstNight{whole: rapid.Bool().Draw(t, "whole")}
	most := rapid.SampledFrom([]int{3, 1_000_000, 1_000_000, 1_000_000}).Draw(t, "names")
	names := func(what string) []int { return rapid.SliceOfN(rapid.IntRange(1, most), 0, 40).Draw(t, what) }
	odd := func(what string) bool { return rapid.IntRange(0, 60).Draw(t, what) == 0 }
	for _, n := range names("actions") {
		a := action(fmt.Sprint("A", n))
		if odd("changed") {
			a = changed(a, "altra")
		}
		f.actions = append(f.actions, a)
	}
	f.count = len(f.actions)
	for _, n := range names("exceptions") {
		x := exception(fmt.Sprint("E", n), rapid.SampledFrom([]string{pipeline.ExceptionNew, pipeline.ExceptionOpen, pipeline.ExceptionClosed}).Draw(t, "state"))
		f.exceptions = append(f.exceptions, x)
		f.sheets = append(f.sheets, exceptionSheet(x.ID, fmt.Sprint(n, len(f.sheets)%5)))
	}
	for _, n := range names("submissions") {
		s := submission(fmt.Sprint("P", n), rapid.SampledFrom([]string{pipeline.ListReceived, pipeline.ListPending, pipeline.ListWorked}).Draw(t, "list"))
		s.Office = fmt.Sprint(len(f.submissions))
		f.submissions = append(f.submissions, s)
	}
	for i := range f.exceptions {
		f.exceptions[i].Night = day(1)
	}
	return f
}

// publish publishes the night and its repetition without anything, and tells what came of both.
func (f *firstNight) publish(e *env, s *store.Store) (out []string) {
	n := e.night(1)
	for _, n := range []store.Night{n, {Date: n.Date, Revision: 2, Manifest: sum("m2"), Folder: n.Folder, RulesVersion: "1", Counters: "{}"}} {
		e.prepare(n)
		c := e.lists(n, f.submissions, f.sheets, f.exceptions...)
		c.Actions, c.Count = stream(f.actions...), int64(f.count)
		if f.whole {
			c.InForce = c.Actions
		}
		if n.Revision == 2 {
			c = e.lists(n, []pipeline.SubmissionRow{}, []worklist.Sheet{})
		}
		_, err := s.Publish(e.t.Context(), e.lease, n, c)
		out = append(out, fmt.Sprint(err))
		if err != nil {
			return out
		}
		for _, table := range nightly {
			out = append(out, table+"\n"+e.dump(table))
		}
	}
	return out
}

// nightly are the tables that nights fill.
var nightly = []string{
	"azioni_in_essere", "azioni_in_essere_prima", "eccezioni", "eccezioni_prima", "eccezioni_storia",
	"comunicazioni", "comunicazioni_prima", "schede", "schede_prima",
}

// dump gives the rows of a table.
func (e *env) dump(table string) string {
	rows, err := e.raw.QueryContext(e.t.Context(), "SELECT * FROM "+table+" ORDER BY 1, 2, 3")
	e.ok(err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	e.ok(err)
	var out strings.Builder
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		e.ok(rows.Scan(cells...))
		for i := range cells {
			fmt.Fprintf(&out, "%s=%v ", columns[i], *cells[i].(*any))
		}
		out.WriteByte('\n')
	}
	e.ok(rows.Err())
	return out.String()
}

// TestStraightIsAsStaged: an empty table that is filled straight ends as one that is filled by staging, or refuses the same
// rows in the same words, and so does the repetition that takes it back.
func TestStraightIsAsStaged(t *testing.T) {
	e := newEnv(t, adaptersOn("")[0])
	staged := store.Over(e.Store, func(d store.Database) store.Database { return roundabout{d} })
	refused := 0
	rapid.Check(t, func(t *rapid.T) {
		f := drawFirstNight(t)
		var got [2][]string
		for i, s := range []*store.Store{e.Store, staged} {
			e.empty()
			e.start(e.t, e.Store)
			got[i] = f.publish(e, s)
		}
		if len(got[0]) == 1 {
			refused++
		}
		for i := range got[1] {
			if len(got[0]) != len(got[1]) || got[0][i] != got[1][i] {
				t.Fatalf("straight\n%s\nstaged\n%s", strings.Join(got[0], "\n"), strings.Join(got[1], "\n"))
			}
		}
	})
	t.Logf("%d nights refused", refused)
}
