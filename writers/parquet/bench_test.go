package parquet_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

const benchRows = parquet.RowGroupRows

// actions gives rows as a night publishes them: sorted, most columns filled, long texts.
func actions(n int) []pipeline.Action {
	rows := make([]pipeline.Action, n)
	for i := range rows {
		rows[i] = pipeline.Action{
			ID: fmt.Sprintf("%016x", uint64(i)*0x9e3779b97f4a7c15), Operation: pipeline.OperationNew,
			Cause: pipeline.CauseCommunication, Type: pipeline.ActionSuspend, Mode: pipeline.ModeAuto,
			Claim: fmt.Sprintf("%010d", i), ClaimProtocol: fmt.Sprintf("INPS.%04d.01/02/2014.%07d", i/1200*100, i),
			Benefit: pipeline.BenefitASpI, TaxCode: pipeline.CodiceFiscale(fmt.Sprintf("VRDLCU80A%07d", i)), Office: fmt.Sprintf("%04d", i/1200*100),
			From: pipeline.MustDate("2014-03-01") + pipeline.Date(i%90), To: pipeline.MustDate("2014-06-01"),
			Days: pipeline.Some(int32(90 - i%90)), DaysUsed: pipeline.Some(int32(i % 240)), Rule: "R01",
			Norm: "art. 2, comma 15, L. 92/2012", RulesVersion: "2014.1",
			Reason: fmt.Sprintf("Sospesa per un rapporto a termine di %d giorni, non oltre sei mesi.", 90-i%90),
			Trace:  fmt.Sprintf(`{"regole":["R01","R02"],"durata":%d,"limite":184}`, 90-i%90), Sources: fmt.Sprintf("%016d", i),
			Night: pipeline.MustDate("2014-03-01"),
		}
	}
	return rows
}

func BenchmarkWrite(b *testing.B) {
	rows := actions(benchRows)
	for b.Loop() {
		w, err := parquet.NewWriter(io.Discard, tables.Actions, parquet.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Write(rows); err != nil {
			b.Fatal(err)
		}
		if _, err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}

func BenchmarkRead(b *testing.B) {
	file, _ := write(b, tables.Actions, actions(benchRows), benchRows, parquet.Options{})
	for b.Loop() {
		r, err := parquet.NewReader(bytes.NewReader(file), int64(len(file)), tables.Actions)
		if err != nil {
			b.Fatal(err)
		}
		if err := r.ReadRowGroup(0, func([]pipeline.Action) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}

func BenchmarkReadBack(b *testing.B) {
	file, want := write(b, tables.Actions, actions(benchRows), benchRows, parquet.Options{})
	path := save(b, file)
	for b.Loop() {
		if err := parquet.ReadBack(path, want); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}

func rate(b *testing.B) {
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
