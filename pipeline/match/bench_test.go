package match_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// many invents the i-th of 40,000 persons.
func many(i int) pipeline.CodiceFiscale {
	c, err := pipeline.CompleteCodiceFiscale(fmt.Sprintf("VRDLG%c%02dA01H%03d", 'A'+i/20_000, 50+i/1000%20, i%1000))
	if err != nil {
		panic(err)
	}
	return c
}

// BenchmarkMapUnit maps 100,000 communications of 40,000 persons, with notices of changed codes of some of them and without.
func BenchmarkMapUnit(b *testing.B) {
	const rows = 100_000
	var w world
	for i := range rows {
		w.communications = append(w.communications, work(i, many(i%40_000), "Bianchi"))
	}
	for _, changes := range []int{0, 1000} {
		b.Run(fmt.Sprint("changes=", changes), func(b *testing.B) {
			w.notices = nil
			for i := range changes {
				w.notices = append(w.notices, changed(i, many(i), many(39_999-i), night, night))
			}
			src := w.source(1)
			codes := aliases(b, src, 1)
			b.ReportAllocs()
			for b.Loop() {
				_, err := match.MapUnit(b.Context(), src, match.Unit{Kind: match.KindCommunication, Anchor: true}, 64, codes, nil,
					func(_ int, block []byte) error { _, err := io.Discard.Write(block); return err })
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkMeet shows claims to one who was asked for nobody, and to one who was asked for 100,000 persons.
func BenchmarkMeet(b *testing.B) {
	for _, asked := range []int{0, 100_000} {
		b.Run(fmt.Sprint("asked=", asked), func(b *testing.B) {
			who := match.NewClaimants()
			for i := range asked {
				c := work(i, eleven, fmt.Sprint("D'Amico", i))
				c.BirthDate += pipeline.Date(i % 20_000)
				who.Ask(&c)
			}
			claims := []pipeline.Claim{openClaim("1", person(0), "De Bianchi")}
			for b.Loop() {
				who.Meet(claims)
			}
		})
	}
}

// BenchmarkRunsAdd puts a run of 2,000 rows of 5 kB away, as a partition gives of actions with their traces.
func BenchmarkRunsAdd(b *testing.B) {
	rows := make([]pipeline.BalanceRow, 2000)
	for i := range rows {
		rows[i] = pipeline.BalanceRow{Scope: fmt.Sprintf("%08d", i), Item: strings.Repeat("x", 5000), Night: night}
	}
	spool := match.NewSpool(b.TempDir(), 1<<30)
	b.ReportAllocs()
	for b.Loop() {
		runs := match.NewRuns(tables.Balance, spool)
		if err := runs.Add(rows); err != nil {
			b.Fatal(err)
		}
		if err := spool.Drop(0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRunsMerge merges eight runs of 2,000 rows of 2.5 kB from disk, as the actions of a night with their traces are.
func BenchmarkRunsMerge(b *testing.B) {
	rows := make([]pipeline.BalanceRow, 16_000)
	for i := range rows {
		rows[i] = pipeline.BalanceRow{Scope: fmt.Sprintf("%08d", i), Item: strings.Repeat("x", 2500), Night: night}
	}
	rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	runs := match.NewRuns(tables.Balance, match.NewSpool(b.TempDir(), 0))
	for run := range slices.Chunk(rows, 2000) {
		if err := runs.Add(run); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := runs.Merge(b.Context(), func(*pipeline.BalanceRow) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
