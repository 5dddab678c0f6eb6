package chain_test

import (
	"fmt"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// lives are persons with very many documents, each of a kind that a quadratic step would choke on.
var lives = []struct {
	name string
	make func(n int) comms
}{
	{"ordinary", func(n int) comms { // jobs of five documents with a thousand employers
		var in comms
		for i := range n / 5 {
			employer, start := fmt.Sprintf("%011d", i%1000+1), (pipeline.MustDate("2008-03-01") + pipeline.Date(i)).String()
			end := (pipeline.MustDate("2008-03-01") + pipeline.Date(i+30)).String()
			code := func(kind string) string { return fmt.Sprintf("%s%07d", kind, i) }
			in = append(in,
				hire(5*i, code("H"), employer, start, start),
				hire(5*i+1, code("C"), employer, start, start, corrects(code("H"))),
				extension(5*i+2, code("E"), employer, start, end),
				termination(5*i+3, code("T"), employer, start, end),
				termination(5*i+4, code("A"), employer, start, end, cancels(code("T"))))
		}
		return in
	}},
	{"corrections", func(n int) comms { // one hire, corrected again and again
		in := comms{hire(0, "K0000000", companyX, "2013-10-01", "2013-12-31")}
		for i := 1; i < n; i++ {
			in = append(in, hire(i, fmt.Sprintf("K%07d", i), companyX, "2013-10-01", "2013-12-31", corrects(fmt.Sprintf("K%07d", i-1))))
		}
		return in
	}},
	{"one-target", func(n int) comms { // all correct one document
		in := comms{hire(0, "K0000000", companyX, "2013-10-01", "2013-12-31")}
		for i := 1; i < n; i++ {
			in = append(in, hire(i, fmt.Sprintf("K%07d", i), companyX, "2013-10-01", "2013-12-31", corrects("K0000000")))
		}
		return in
	}},
	{"one-code", func(n int) comms { // all have one code and cancel it
		var in comms
		for i := range n {
			in = append(in, hire(i, "K0000000", companyX, "2013-10-01", "2013-12-31", cancels("K0000000"), hours(fmt.Sprint(i))))
		}
		return in
	}},
	{"one-employer", func(n int) comms { // days of work with one employer, and terminations that no day covers
		var in comms
		for i := range n / 2 {
			start := (pipeline.MustDate("1950-01-01") + pipeline.Date(2*i)).String()
			in = append(in,
				hire(i, fmt.Sprintf("H%07d", i), companyX, start, start),
				termination(i, fmt.Sprintf("T%07d", i), companyX, "", (pipeline.MustDate("1950-01-02")+pipeline.Date(2*i)).String()))
		}
		return in
	}},
	{"extensions", func(n int) comms { // one job, extended again and again, by days
		in := comms{hire(0, "H0000000", companyX, "1950-01-01", "")}
		for i := 1; i < n; i++ {
			to := pipeline.MustDate("1950-02-01") + pipeline.Date(i)
			in = append(in, extension(i, fmt.Sprintf("E%07d", i), companyX, "1950-01-02", to.String()))
		}
		return in
	}},
	{"urgencies", func(n int) comms { // notices that nothing follows, beside a job cancelled time and again
		var in comms
		for i := range n / 3 {
			in = append(in,
				urgency(i, fmt.Sprintf("U%07d", i), companyX, "2013-10-01"),
				hire(i, fmt.Sprintf("H%07d", i), companyX, "2013-10-01", "2013-12-31"),
				hire(i, fmt.Sprintf("J%07d", i), companyX, "2013-10-01", "2013-12-31", cancels(fmt.Sprintf("H%07d", i))))
		}
		return in
	}},
	{"transfers", func(n int) comms { // one job that goes from hand to hand
		in := comms{hire(0, "H0000000", "00000000000", "1950-01-01", "")}
		for i := 1; i < n; i++ {
			on := pipeline.MustDate("1950-02-01") + pipeline.Date(i)
			in = append(in, transfer(i, fmt.Sprintf("V%07d", i), fmt.Sprintf("%011d", i-1), fmt.Sprintf("%011d", i), "1950-01-01", on.String()))
		}
		return in
	}},
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1, 5, 50_000} {
		for _, l := range lives {
			if n < 100 && l.name != "ordinary" && n != 1 || n == 1 && l.name != "corrections" {
				continue
			}
			in := l.make(n)
			b.Run(fmt.Sprintf("%s/%d", l.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					chain.Build(in)
				}
				b.ReportMetric(float64(len(in))*float64(b.N)/b.Elapsed().Seconds(), "documents/s")
			})
		}
	}
}
