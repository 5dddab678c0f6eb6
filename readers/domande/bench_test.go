package domande_test

import (
	"testing"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/readers/domande"
)

const benchRows = 100_000

// benchmark reads a snapshot over and over and reports rows a second.
func benchmark(b *testing.B, s domande.Snapshot) {
	b.ReportAllocs()
	total, before := 0, processorTime()
	for b.Loop() {
		n := 0
		err := s.Each(b.Context(), func(*pipeline.Claim) error { n++; return nil },
			func(d pipeline.Discard) error { b.Errorf("discard %+v", d); return nil }, noVoid)
		if err != nil || n != benchRows {
			b.Fatalf("%d claims, %v", n, err)
		}
		total += n
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(processorTime()-before)/float64(total), "cpu-ns/row")
}

// simpleRows are rows without quotes, as most are.
func simpleRows() []row {
	rows := goodRows(benchRows)
	for i := range rows {
		rows[i] = rows[i].with("cognome", "PROVA").with("nome", "ANNA")
	}
	return rows
}

func BenchmarkCSV(b *testing.B) {
	data := csvText(simpleRows())
	b.SetBytes(int64(len(data)))
	benchmark(b, put(b, csvName, data))
}

func BenchmarkParquet(b *testing.B) {
	l := plain
	l.group = benchRows
	benchmark(b, put(b, parquetName, l.parquetBytes(b, simpleRows())))
}

func BenchmarkPostgres(b *testing.B) {
	url := pgtest.Start(b)
	load(b, url, simpleRows())
	benchmark(b, fromPostgres(b, url))
}
