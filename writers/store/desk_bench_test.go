package store_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// BenchmarkDesk times lists and items for fifty operators at once, each of one sede, on INCROCIO_DESK exceptions
// (1,000,000 without it) of a hundred sedi, with one in ten worked and one in fifty in carico. It reports the medians and
// the 95th percentiles, in milliseconds.
func BenchmarkDesk(b *testing.B) {
	size := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("INCROCIO_DESK")); err == nil {
		size = n
	}
	for _, a := range adaptersOn(pgtest.Start(b)) {
		b.Run(a.name, func(b *testing.B) {
			e := &env{place: a.place(b), model: map[string]pipeline.Action{}, open: map[string]pipeline.Exception{}}
			o := options()
			o.Busy, o.Wait = 30*time.Second, nil
			s, err := e.place.open(b.Context(), o)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			e.start(b, s)
			e.fillDesk(b, size)
			for _, what := range []struct {
				name string
				call func(n int) error
			}{
				{"list", func(n int) error {
					_, err := e.List(b.Context(), deskOperator(n), deskQuery(n))
					return err
				}},
				{"look", func(n int) error {
					_, err := e.Look(b.Context(), deskOperator(n), exceptionKey(deskID((n*7919%(size/100))*100+n%100)))
					return err
				}},
				{"both", func(n int) error {
					if n%2 == 0 {
						_, err := e.List(b.Context(), deskOperator(n), deskQuery(n))
						return err
					}
					_, err := e.Look(b.Context(), deskOperator(n), exceptionKey(deskID((n*7919%(size/100))*100+n%100)))
					return err
				}},
				{"national", func(n int) error {
					_, err := e.List(b.Context(), supervisor("Sara"), deskQuery(n))
					return err
				}},
			} {
				b.Run(what.name, func(b *testing.B) { crowded(b, what.call) })
			}
		})
	}
}

// crowded calls fn b.N times, but at least 2000, from fifty goroutines, and reports how long calls took.
func crowded(b *testing.B, fn func(n int) error) {
	const operators = 50
	total := max(b.N, 2000)
	times := make([]time.Duration, total)
	var wg sync.WaitGroup
	b.ResetTimer()
	for o := range operators {
		wg.Go(func() {
			for n := o; n < total; n += operators {
				start := b.Elapsed()
				if err := fn(n); err != nil {
					b.Error(err)
					return
				}
				times[n] = b.Elapsed() - start
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(times)
	at := func(p int) float64 { return float64(times[total*p/100].Microseconds()) / 1000 }
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(95), "p95-ms")
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "calls/s")
}

func deskID(n int) string { return fmt.Sprintf("EX%08d", n) }

func deskOperator(n int) *worklist.Operator {
	return of(operator(fmt.Sprint("op", n%50)), fmt.Sprintf("%04d", n%100))
}

// deskQuery gives one query after another: every order and list, and the filters that operators use.
func deskQuery(n int) *worklist.Query {
	queries := [...]worklist.Query{
		{List: worklist.ListPending},
		{List: worklist.ListPending, Order: worklist.OrderDue},
		{List: worklist.ListPending, Order: worklist.OrderDate},
		{List: worklist.ListWorked},
		{},
		{List: worklist.ListPending, Code: "C3"},
		{List: worklist.ListPending, Class: pipeline.ClassInfo},
		{States: []worklist.State{worklist.StateTaken}},
		{Mine: true},
		{TaxCode: deskCode(n * 31 % 100_000)},
		{Claim: fmt.Sprint(n * 31 % 100_000)},
		{List: worklist.ListPending, From: day(1), To: day(3)},
	}
	q := queries[n%len(queries)]
	return &q
}

func deskCode(n int) pipeline.CodiceFiscale {
	return pipeline.CodiceFiscale(fmt.Sprintf("RSSMRA%02dA01H%03dU", n/1000, n%1000))
}

// fillDesk publishes the exceptions and lets operators work some.
func (e *env) fillDesk(b *testing.B, size int) {
	b.Helper()
	start := b.Elapsed()
	n := e.night(1)
	e.prepare(n)
	c := content(0, nil)
	c.Exceptions = func(_ context.Context, fn func(*pipeline.Exception) error) error {
		for i := range size {
			x := exception(deskID(i), pipeline.ExceptionNew)
			x.Office, x.Code, x.Priority = fmt.Sprintf("%04d", i%100), fmt.Sprint("C", i/100%40), int32(1+i/100%14)
			x.TaxCode, x.Claim, x.Due, x.FirstNight = deskCode(i/10%100_000), fmt.Sprint(i/10%100_000), day(i/100%60), day(1)-pipeline.Date(i/100%200)
			if i%7 == 0 {
				x.Class = pipeline.ClassInfo
			}
			if err := fn(&x); err != nil {
				return err
			}
		}
		return nil
	}
	_, err := e.Publish(b.Context(), e.lease, n, c)
	e.ok(err)
	b.Logf("%d exceptions published in %s", size, (b.Elapsed() - start).Round(time.Second))
	e.exec(b, "INSERT INTO lavorazioni (numero, tipo, id, sede, gruppo, elementi, impronta, esito, operatore, persona, quando, codice_secondo, secondo, annullata)"+
		" SELECT row_number() OVER (ORDER BY id_eccezione), 'ECCEZIONE', id_eccezione, sede, 0, 1, impronta, 'UTILE', 'op1', 'op1', '2014-09-01T10:00:00.000000Z', false, false, false"+
		" FROM eccezioni WHERE substr(id_eccezione, 8, 1) = '3'",
		"INSERT INTO lavori (tipo, id, sede, versione, stato, operatore, persona, dal, chiusura, riaperta)"+
			" SELECT tipo, id, sede, 1, 'LAVORATA', operatore, persona, quando, numero, false FROM lavorazioni",
		"INSERT INTO lavori (tipo, id, sede, versione, stato, operatore, persona, dal, riaperta)"+
			" SELECT 'ECCEZIONE', id_eccezione, sede, 1, 'IN_CARICO', 'op2', 'op' || substr(id_eccezione, 6, 1), '2014-09-01T10:00:00.000000Z', false"+
			" FROM eccezioni WHERE substr(id_eccezione, 7, 2) IN ('41', '42')",
		"UPDATE eccezioni SET elenco = 'LAVORATE' WHERE substr(id_eccezione, 8, 1) = '3'",
		"UPDATE contatori SET valore = (SELECT count(*) FROM lavorazioni) WHERE nome = 'lavorazioni'")
	if e.adapter == "postgres" {
		e.exec(b, "VACUUM ANALYZE")
	}
}
