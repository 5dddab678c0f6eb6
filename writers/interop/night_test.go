package interop_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
	"incrocio/writers/rundir"
)

var night = pipeline.MustDate("2014-03-01")

// filler makes rows of any table: cells by kind, some the ends of what the kind holds, null with the given odds.
type filler struct {
	rand  *rand.Rand
	nulls float64
}

func fill[T any](f filler, tab *table.Table[T], n int) []T {
	rows := make([]T, n)
	for i := range rows {
		for j := range tab.Columns {
			c := &tab.Columns[j]
			v := table.Value{Null: !c.NotNull && f.rand.Float64() < f.nulls}
			switch {
			case c.Name == "data_elaborazione":
				v.Num = int64(night.UnixDays())
			case !v.Null:
				v = f.value(c.Kind, c.Repeats, i)
			}
			c.Set(&rows[i], v)
		}
	}
	slices.SortFunc(rows, func(a, b T) int { return tab.Compare(&a, &b) })
	return rows
}

func (f filler) value(k table.Kind, repeats bool, i int) table.Value {
	pick := func(v ...int64) table.Value { return table.Value{Num: v[f.rand.IntN(len(v))]} }
	switch k {
	case table.Text:
		if repeats {
			return table.Value{Str: []string{"0700", "4900", "PERCHÉ NO", "'; --", "=1+1", ""}[f.rand.IntN(6)]}
		}
		if f.rand.IntN(50) == 0 {
			return table.Value{}
		}
		return table.Value{Str: "riga " + strconv.Itoa(i) + " ñ€𝄞 \"\n"}
	case table.Date:
		return pick(-719162, 0, 16130+int64(i%500), 2932896)
	case table.Timestamp:
		return pick(-1, 1_400_000_000_123_456+int64(i), 253_402_300_799_999_999)
	case table.Int32:
		return pick(-1<<31, -1, 0, int64(i), 1<<31-1)
	case table.Int64:
		return pick(-1<<62, -1, 0, int64(i), 1<<62)
	case table.Bool:
		return pick(0, 1)
	case table.Decimal2, table.Decimal4:
		return pick(-999_999_999_999, -5, 0, int64(i), 999_999_999_999)
	}
	panic("no such kind")
}

// published is a night and what its writers said of it.
type published struct {
	dir       string
	summaries map[string]parquet.Summary
}

// publish writes n rows to every table, large of them to one, and publishes them.
func publish(t *testing.T, f filler, n, large int) published {
	t.Helper()
	s, err := rundir.Begin(t.TempDir(), night)
	if err != nil {
		t.Fatal(err)
	}
	p := published{summaries: map[string]parquet.Summary{}}
	actions := fill(f, tables.Actions, n)
	exceptions := fill(f, tables.Exceptions, n)
	add(t, p, s, tables.Actions.File, tables.Actions, actions)
	add(t, p, s, tables.ActionsInForce.File, tables.ActionsInForce, fill(f, tables.ActionsInForce, max(n, large)))
	add(t, p, s, tables.Exceptions.File, tables.Exceptions, exceptions)
	add(t, p, s, tables.Submissions.File, tables.Submissions, fill(f, tables.Submissions, n))
	add(t, p, s, tables.Evidence.File, tables.Evidence, fill(f, tables.Evidence, n))
	add(t, p, s, tables.Situation.File, tables.Situation, fill(f, tables.Situation, n))
	add(t, p, s, tables.Agenda.File, tables.Agenda, fill(f, tables.Agenda, n))
	add(t, p, s, tables.Discards.File, tables.Discards, fill(f, tables.Discards, n))
	add(t, p, s, tables.Balance.File, tables.Balance, fill(f, tables.Balance, n))
	add(t, p, s, "sedi/0700/"+tables.OfficeActionsFile, tables.Actions, actions)
	add(t, p, s, "sedi/0700/"+tables.OfficeExceptionsFile, tables.Exceptions, exceptions)
	if p.dir, err = s.Publish(rundir.Manifest{Revision: 1}); err != nil {
		t.Fatal(err)
	}
	return p
}

func add[T any](t *testing.T, p published, s *rundir.Stage, name string, tab *table.Table[T], rows []T) {
	t.Helper()
	f, err := s.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w, err := parquet.NewWriter(f, tab, parquet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	sum, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	f.SetRows(sum.Rows)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := parquet.ReadBack(f.Path(), sum); err != nil {
		t.Fatal(err)
	}
	p.summaries[name] = sum
}

func random(seed uint64, nulls float64) filler { return filler{rand.New(rand.NewPCG(seed, 1)), nulls} }

func TestPublishedNightIsSound(t *testing.T) {
	for name, rows := range map[string]int{"empty": 0, "one row": 1, "many rows": 700} {
		t.Run(name, func(t *testing.T) {
			p := publish(t, random(1, 0.3), rows, 0)
			damage, err := rundir.Verify(p.dir, parquet.CountRows)
			if err != nil || len(damage) > 0 {
				t.Errorf("%v, %v", damage, err)
			}
			if len(p.summaries) != len(tables.Published())+2 {
				t.Errorf("%d files", len(p.summaries))
			}
		})
	}
}

// TestDamagedParquetIsFound damages real files at many places; the damaged one must be the only one that is named.
func TestDamagedParquetIsFound(t *testing.T) {
	p := publish(t, random(2, 0.3), 50, 0)
	r := rand.New(rand.NewPCG(4, 4))
	for name := range p.summaries {
		where := filepath.Join(p.dir, filepath.FromSlash(name))
		sound, err := os.ReadFile(where)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			b := slices.Clone(sound)
			at := r.IntN(len(b))
			b[at] ^= byte(1 + r.IntN(255))
			overwrite(t, where, b)
			damage, err := rundir.Verify(p.dir, parquet.CountRows)
			if err != nil || len(damage) != 1 || damage[0].File != name || damage[0].Kind != rundir.DamageAltered {
				t.Errorf("%s, byte %d: %v, %v", name, at, damage, err)
			}
		}
		overwrite(t, where, sound)
	}
}

func overwrite(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o640); err != nil {
		t.Fatal(err)
	}
}
