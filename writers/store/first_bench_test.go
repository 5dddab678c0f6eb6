package store_test

import (
	"context"
	"flag"
	"fmt"
	"syscall"
	"testing"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
)

// firstExceptions is how many exceptions BenchmarkFirstNight publishes: a million are those of the whole country.
var firstExceptions = flag.Int("store.exceptions", 20_000, "exceptions of the night of BenchmarkFirstNight")

// BenchmarkFirstNight publishes a night in an empty store, and then one that changes a hundredth of it. It reports the
// seconds that both take, and those of the processor in this process: SQLite is in it, PostgreSQL is not.
//
//	go test -run '^$' -bench BenchmarkFirstNight -benchtime 1x ./writers/store -store.exceptions 1000000
func BenchmarkFirstNight(b *testing.B) {
	for _, a := range adaptersOn(pgtest.Start(b)) {
		b.Run(a.name, func(b *testing.B) {
			for range b.N {
				e := newEnv(b, a)
				e.publishMany(b, 1, 0, "first")
				e.publishMany(b, 2, 100, "second")
			}
		})
	}
}

// publishMany publishes the exceptions of night n, of which one in changed has other facts, and reports what it took.
func (e *env) publishMany(b *testing.B, n, changed int, name string) {
	night := e.night(n)
	e.prepare(night)
	c := content(0, nil)
	c.Exceptions = func(_ context.Context, fn func(*pipeline.Exception) error) error {
		for i := range *firstExceptions {
			x := manyException(i, night.Date)
			if n > 1 {
				x.State = pipeline.ExceptionOpen
			}
			if changed > 0 && i%changed == 0 {
				x.State, x.Fingerprint = pipeline.ExceptionChanged, sum("changed", i)[:32]
			}
			if err := fn(&x); err != nil {
				return err
			}
		}
		return nil
	}
	start, before := b.Elapsed(), processorTime(b)
	_, err := e.Publish(b.Context(), e.lease, night, c)
	e.ok(err)
	e.last = night
	b.ReportMetric((b.Elapsed() - start).Seconds(), name+"-s")
	b.ReportMetric(processorTime(b)-before, name+"-cpu-s")
}

// processorTime is what this process has used, in seconds.
func processorTime(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// manyException is the i-th of very many exceptions; names are digests, as those of a night are.
func manyException(i int, night pipeline.Date) pipeline.Exception {
	x := exception(sum("exception", i)[:32], pipeline.ExceptionNew)
	x.Night, x.Office, x.Priority = night, fmt.Sprintf("%04d", i%400*10), int32(i%5)
	x.Claim, x.Protocol = fmt.Sprintf("DS%010d", i), fmt.Sprintf("INPS.7000.01/07/2014.%07d", i)
	x.TaxCode = pipeline.CodiceFiscale(fmt.Sprintf("RSSMRA%02dA01H%03dU", i%100, i/100%1000))
	x.Fingerprint = sum("facts", i)[:32]
	x.FirstNight, x.Due = night-pipeline.Date(i%90), night+pipeline.Date(i%60)
	x.Text = "La comunicazione obbligatoria non basta a decidere: manca la data di cessazione del rapporto precedente."
	x.Code, x.Class = fmt.Sprintf("CODICE_%02d", i%40), [...]string{pipeline.ClassBlock, pipeline.ClassHold, pipeline.ClassProtect, pipeline.ClassInfo}[i%4]
	return x
}
