package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
	"incrocio/writers/rundir"
)

// suspended invents the i-th action, in the order of its table where there are up to n.
func suspended(i, n int) pipeline.Action {
	office := fmt.Sprintf("%04d", 1+i*110/n*100)
	return pipeline.Action{
		ID: fmt.Sprintf("%016x", uint64(i)*0x9e3779b97f4a7c15), Operation: pipeline.OperationNew,
		Cause: pipeline.CauseCommunication, Type: pipeline.ActionSuspend, Mode: pipeline.ModeAuto,
		Claim: fmt.Sprintf("%010d", i), ClaimProtocol: fmt.Sprintf("INPS.%s.01/02/2014.%07d", office, i),
		Benefit: pipeline.BenefitASpI, TaxCode: pipeline.CodiceFiscale(fmt.Sprintf("VRDLCU80A%07d", i)), Office: office,
		From: pipeline.MustDate("2014-03-01") + pipeline.Date(i%90), To: pipeline.MustDate("2014-06-01"),
		Days: pipeline.Some(int32(90 - i%90)), DaysUsed: pipeline.Some(int32(i % 240)), Rule: "R01",
		Norm: "art. 2, comma 15, L. 92/2012", RulesVersion: "2014.1",
		Reason: fmt.Sprintf("Sospesa per un rapporto a termine di %d giorni, non oltre sei mesi.", 90-i%90),
		Trace:  fmt.Sprintf(`{"regole":["R01","R02"],"durata":%d,"limite":184}`, 90-i%90), Sources: fmt.Sprintf("%016d", i),
		Night: pipeline.MustDate("2014-03-01"),
	}
}

// staged begins a night of its own.
func staged(tb testing.TB) *home {
	tb.Helper()
	h := &home{app: &app{home: tb.TempDir()}, date: pipeline.MustDate("2014-03-01")}
	stage, err := rundir.Begin(h.app.home, h.date)
	if err != nil {
		tb.Fatal(err)
	}
	h.stage = stage
	return h
}

// TestRowWriter writes files of any number of rows around those of a batch and reads them again.
func TestRowWriter(t *testing.T) {
	for _, n := range []int{0, 1, batchRows - 1, batchRows, batchRows + 1, 4*batchRows + 7} {
		h := staged(t)
		w, err := opener(h, tables.Actions)(tables.Actions.File)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			row := suspended(i, n)
			if err := w.Write(&row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got := 0
		err = parquet.Read(w.(*rowWriter[pipeline.Action]).file.Path(), tables.Actions, func(rows []pipeline.Action) error {
			for i := range rows {
				if want := suspended(got, n); rows[i].ID != want.ID || rows[i].Trace != want.Trace {
					return fmt.Errorf("row %d is %+v", got, rows[i])
				}
				got++
			}
			return nil
		})
		if err != nil || got != n {
			t.Errorf("%d rows of %d: %v", got, n, err)
		}
	}
}

// TestRowWriterError: a row that cannot be written fails its file at the latest when it is closed, and rows after it soon.
func TestRowWriterError(t *testing.T) {
	never := &table.Table[pipeline.Action]{Name: "mai", Columns: []table.Column[pipeline.Action]{
		table.Required(table.DateOf("giorno", "Giorno.", func(a *pipeline.Action) *pipeline.Date { return &a.From })),
	}}
	for _, n := range []int{1, batchRows, 10 * batchRows} {
		w, err := opener(staged(t), never)(tables.Actions.File)
		if err != nil {
			t.Fatal(err)
		}
		var werr error
		for range n {
			if err := w.Write(&pipeline.Action{}); err != nil {
				werr = err
			}
		}
		if n > 8*batchRows && !errors.Is(werr, parquet.ErrValue) {
			t.Errorf("%d rows: writing gives %v", n, werr)
		}
		if err := w.Close(); !errors.Is(err, parquet.ErrValue) {
			t.Errorf("%d rows: closing gives %v", n, err)
		}
	}
}

// BenchmarkPublish merges sorted runs of 122,880 actions, writes, syncs and reads back their file; "disk" is what the
// bytes alone take.
func BenchmarkPublish(b *testing.B) {
	const rows, runs = parquet.RowGroupRows, 64
	sorted := match.NewRuns(tables.Actions, match.NewSpool(b.TempDir(), 256<<20))
	for r := range runs {
		var run []pipeline.Action
		for i := r; i < rows; i += runs {
			run = append(run, suspended(i, rows))
		}
		if err := sorted.Add(run); err != nil {
			b.Fatal(err)
		}
	}
	var path string
	outer := b // whose folders stay
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			w, err := opener(staged(outer), tables.Actions)(tables.Actions.File)
			if err != nil {
				b.Fatal(err)
			}
			if err := errors.Join(sorted.Merge(b.Context(), w.Write), w.Close()); err != nil {
				b.Fatal(err)
			}
			path = w.(*rowWriter[pipeline.Action]).file.Path()
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("disk", func(b *testing.B) {
		for b.Loop() {
			if err := again(path, filepath.Join(b.TempDir(), "x")); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("merge", func(b *testing.B) {
		for b.Loop() {
			if err := sorted.Merge(b.Context(), nowhere[pipeline.Action]{}.Write); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// again copies a file and syncs the copy.
func again(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
