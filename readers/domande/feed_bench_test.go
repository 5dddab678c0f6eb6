package domande_test

import (
	"context"
	"flag"
	"io"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/readers/domande"
)

// feedRows is how many claims BenchmarkFeed reads: 2,500,000 are those of the whole country.
var feedRows = flag.Int("domande.rows", 20_000, "claims in the table of BenchmarkFeed")

// BenchmarkFeed reads the table of claims and, in turn with it, lets the server send the same rows in binary and throws
// them away. It reports medians: the processor time of this process for a row of either, and how much longer reading takes
// than throwing away. The server's own work is in neither processor time but in both durations.
//
//	go test -run '^$' -bench BenchmarkFeed -benchtime 5x ./readers/domande -domande.rows 2500000
func BenchmarkFeed(b *testing.B) {
	url := pgtest.Start(b)
	execute(b, url, createTable)
	fillTable(b, url, *feedRows)
	s := fromPostgres(b, url)
	var read, thrown []spent
	for b.Loop() {
		thrown = append(thrown, measure(b, func() { throwAway(b, url) }))
		read = append(read, measure(b, func() {
			n := 0
			err := s.Each(b.Context(), func(*pipeline.Claim) error { n++; return nil },
				func(d pipeline.Discard) error { b.Errorf("discard %+v", d); return nil }, noVoid)
			if err != nil || n != *feedRows {
				b.Fatalf("%d claims, %v", n, err)
			}
		}))
	}
	rows := float64(*feedRows)
	b.ReportMetric(float64(median(read, spent.processor))/rows, "cpu-ns/row")
	b.ReportMetric(float64(median(thrown, spent.processor))/rows, "thrown-cpu-ns/row")
	b.ReportMetric(median(read, spent.processor).Seconds(), "cpu-s")
	b.ReportMetric(median(read, spent.duration).Seconds(), "wall-s")
	b.ReportMetric(median(read, spent.duration).Seconds()/median(thrown, spent.duration).Seconds(), "wall-ratio")
}

// fillTable invents claims inside the server.
func fillTable(b *testing.B, url string, rows int) {
	b.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	const codes = 5000
	list := make([]string, codes)
	for i := range list {
		list[i] = goodRow(i)[2]
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"CREATE TEMPORARY TABLE codici AS SELECT n - 1 AS n, cf FROM unnest($1::text[]) WITH ORDINALITY AS c (cf, n)", []any{list}},
		{"INSERT INTO domande SELECT 'DS' || lpad((i::bigint * 48271 % 2147483647)::text, 10, '0'), 'INPS.7000.01/07/2014.' || lpad(i::text, 7, '0')," +
			" cf, 'ROSSI' || i % 977, 'MARIA' || i % 131, date '1950-01-01' + i % 20000, lpad((i % 400 * 10)::text, 4, '0')," +
			" (ARRAY['ASPI', 'MINI_ASPI', 'ASPI', 'NASPI'])[1 + i % 4], date '2013-03-01' + i % 700, lpad((i % 700000)::text, 11, '0')," +
			" date '2013-03-04' + i % 700, date '2013-03-09' + i % 700, 60 + i % 300, (ARRAY['IN_PAGAMENTO', 'SOSPESA', 'IN_PAGAMENTO', 'IN_ESAME'])[1 + i / 4 % 4]," +
			" CASE WHEN i % 3 > 0 THEN date '2014-06-30' END, (2000 + i % 3000) / 100.0, i % 50 = 0, 'BONIFICO_DOMICILIATO'," +
			" CASE WHEN i % 5 = 0 THEN 'IT60X0542811101000000123456' END FROM generate_series(1, $1::int) AS i JOIN codici ON n = i % $2::int", []any{rows, codes}},
		{"ANALYZE domande", nil},
		{"CHECKPOINT", nil},
	} {
		if _, err := conn.Exec(ctx, step.sql, step.args...); err != nil {
			b.Fatal(err)
		}
	}
}

// throwAway lets the server send the rows that are read.
func throwAway(b *testing.B, url string) {
	b.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.PgConn().CopyTo(ctx, io.Discard, domande.CopyRows()); err != nil {
		b.Fatal(err)
	}
}

// spent is what something took.
type spent struct{ wall, cpu time.Duration }

func (s spent) duration() time.Duration  { return s.wall }
func (s spent) processor() time.Duration { return s.cpu }

func measure(b *testing.B, fn func()) spent {
	before, start := processorTime(), b.Elapsed()
	fn()
	return spent{b.Elapsed() - start, processorTime() - before}
}

// processorTime is what this process and those that it has started and seen end have used.
func processorTime() (sum time.Duration) {
	for _, who := range [...]int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			panic(err)
		}
		sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return sum
}

func median(all []spent, of func(spent) time.Duration) time.Duration {
	d := make([]time.Duration, len(all))
	for i := range all {
		d[i] = of(all[i])
	}
	slices.Sort(d)
	return d[len(d)/2]
}
