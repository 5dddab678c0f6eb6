package store_test

import (
	"fmt"
	"testing"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
)

// BenchmarkPublish publishes nights that each add a thousand actions and change a thousand, on 50,000 in force.
func BenchmarkPublish(b *testing.B) {
	const already, each = 50_000, 1_000
	for _, a := range adaptersOn(pgtest.Start(b)) {
		b.Run(a.name, func(b *testing.B) {
			e := newEnv(b, a)
			rows := func(from, n int) (out []pipeline.Action) {
				for i := range n {
					out = append(out, action(fmt.Sprintf("A%09d", from+i)))
				}
				return out
			}
			e.publish(e.night(1), rows(0, already))
			n := 1
			for b.Loop() {
				n++
				delta := rows(already+n*each, each)
				for i := range each {
					delta = append(delta, changed(action(fmt.Sprintf("A%09d", i*7)), fmt.Sprint(n)))
				}
				e.publish(e.night(n), delta)
			}
			b.ReportMetric(2*each*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(a.name+"/read", func(b *testing.B) {
			e := newEnv(b, a)
			actions := make([]pipeline.Action, already)
			for i := range actions {
				actions[i] = action(fmt.Sprintf("A%09d", i))
			}
			e.publish(e.night(1), actions)
			for b.Loop() {
				e.ok(e.InForce(b.Context(), 0, func(*pipeline.Action) error { return nil }))
			}
			b.ReportMetric(already*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
