package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"incrocio/fixtures/national"
	"incrocio/pipeline"
)

// documents gives a folder with documents of the nights after the archive, in containers.
func (s *benchSets) documents(ctx context.Context, shape national.Shape, wanted int, unilavOnly bool) (string, error) {
	shape.Claims = 1 // documents know nothing of claims
	kind := "tutti"
	fits := func(*pipeline.Communication) bool { return true }
	if unilavOnly {
		kind = "unilav"
		fits = func(c *pipeline.Communication) bool { return c.Model == pipeline.ModelUnilav }
	}
	name := fmt.Sprintf("documenti-%s-%04d-%s-%d", seedName(&shape), shape.Nights, kind, wanted)
	dir, err := s.stamped(ctx, name, &shape, fmt.Sprintf("%d documents", wanted), func(home string) error {
		return writeUnilavTars(home, &shape, wanted, fits)
	})
	return filepath.Join(dir, "inbox", string(pipeline.FlowUnilav)), err
}

// takeIn measures documents in tar (w2): read in memory by both readers, and taken in to the archive.
func (b *bench) takeIn() error {
	shape := b.o.shape
	documents, err := b.sets.documents(b.ctx, shape, b.o.documents, true)
	if err != nil {
		return err
	}
	shape.Claims = min(shape.Claims, 1_000)
	claims, err := b.sets.claims(b.ctx, shape)
	if err != nil {
		return err
	}
	home := filepath.Join(b.tmp, "acquisizione")
	if err := linkTree(filepath.Join(claims, "inbox"), filepath.Join(home, "inbox")); err != nil {
		return err
	}
	if err := linkTree(documents, filepath.Join(home, "inbox", string(pipeline.FlowUnilav))); err != nil {
		return err
	}
	var whole, ours, plain []time.Duration // CPU for a document
	var nights []*benchDone
	same, xml := true, ""
	for i := range b.o.times {
		b.told("w2: %d of %d", i+1, b.o.times)
		d, err := b.step(home, &benchStep{Kind: stepNight, Night: shape.Night(shape.Nights) + 1, DryRun: true})
		if err != nil {
			return err
		}
		var took samples
		took.addStages(d, func(stage string) bool { return stage == stageTakeIn })
		whole = append(whole, took.cpu[0]/time.Duration(b.o.documents))
		nights = append(nights, d)
		if want := int64(b.o.documents) + int64(shape.Claims); d.Read != want {
			same = b.disagree("w2: %d documents and claims were read, not %d", d.Read, want)
		}
		if d, err = b.step(home, &benchStep{Kind: stepParse, Wanted: min(b.o.parsed, b.o.documents), Times: 1}); err != nil {
			return err
		}
		if d.Parsing.Differ > 0 {
			same = b.disagree("w2: %d of %d documents are not read alike by encoding/xml", d.Parsing.Differ, d.Parsing.Documents)
		}
		n := time.Duration(max(1, d.Parsing.Documents))
		ours, plain = append(ours, d.Parsing.Ours[0].CPU/n), append(plain, d.Parsing.Plain[0].CPU/n)
		xml = fmt.Sprintf("encoding/xml CPU for a document of %d bytes", d.Parsing.Bytes/int64(n))
	}
	b.add(
		benchSpeed("reading alone, CPU for a document", ours, plain, xml, same).least(6),
		benchSpeed("taken in to the archive, CPU for a document", whole, plain, xml, same).least(4),
	)
	b.shares(workTakeIn, nights)
	return nil
}

const micros = "µs"

// benchSpeed is a line whose ratio tells how many times faster it is than another.
func benchSpeed(measure string, took, other []time.Duration, against string, same bool) benchLine {
	l := lineOf(workTakeIn, measure, micros, float64(time.Microsecond), took)
	l = l.against(against, median(other)/float64(time.Microsecond), same)
	if l.Ratio > 0 {
		l.Ratio = 1 / l.Ratio
	}
	return l
}

// benchSize is a set of which w1a is measured.
type benchSize struct {
	name  string
	shape national.Shape
	took  samples
}

// sizes measures w1a of several sets, by turns.
func (b *bench) sizes(work string, sizes []*benchSize) error {
	home := func(i int) string { return filepath.Join(b.tmp, fmt.Sprintf("%s-%d", work, i)) }
	for i, s := range sizes {
		if err := b.sets.home(b.ctx, s.shape, home(i)); err != nil {
			return err
		}
	}
	for t := max(-1, 1-b.o.times); t < b.o.times; t++ { // of several times, one more that is not measured comes first
		for i, s := range sizes {
			if t >= 0 {
				b.told("%s: %s, %d of %d", work, s.name, t+1, b.o.times)
			}
			d, err := b.step(home(i), &benchStep{Kind: stepNight, Night: s.shape.Night(s.shape.Nights), DryRun: true, Full: true})
			if err != nil {
				return err
			}
			if t >= 0 {
				s.took.addStages(d, isRecompute)
			}
		}
	}
	return nil
}

// growth measures w1a as communications and claims grow together, and its memory as communications alone do.
func (b *bench) growth() error {
	of := func(eighths int) *benchSize {
		s := b.o.shape
		s.Nights, s.Claims = max(1, s.Nights*eighths/8), max(1, s.Claims*eighths/8)
		return &benchSize{name: fmt.Sprintf("%.4g M × %.4g M", float64(s.Total())/1e6, float64(s.Claims)/1e6), shape: s}
	}
	sizes := []*benchSize{of(1), of(2), of(4), of(8), of(16)}
	long := *sizes[4]
	long.shape.Claims = b.o.shape.Claims
	long.name = fmt.Sprintf("%.4g M × %.4g M", float64(long.shape.Total())/1e6, float64(long.shape.Claims)/1e6)
	if err := b.sizes(workGrowth, append(sizes, &long)); err != nil {
		return err
	}
	row := func(s *benchSize) []time.Duration {
		var out []time.Duration
		for _, wall := range s.took.wall {
			out = append(out, wall*1_000/time.Duration(s.shape.Total()+s.shape.Claims)) // picoseconds, to keep digits
		}
		return out
	}
	base := median(row(sizes[1])) / 1_000
	for i, s := range sizes {
		b.add(lineOf(workGrowth, "wall, "+s.name, seconds, perSecond, s.took.wall))
		l := lineOf(workGrowth, "wall for a row, "+s.name, nanos, 1_000, row(s)).against("at "+sizes[1].name, base, true)
		if i > 1 {
			l = l.most(1.15)
		}
		b.add(l)
	}
	b.add(lineOf(workGrowth, "memory, "+long.name, mebi, 1024, long.took.memory).
		against("at "+sizes[3].name, median(sizes[3].took.memory)/1024, true).most(1.2))
	return nil
}

const nanos = "ns"

// skew measures w1a as one person's, or one employer's, communications grow within a set that stays as large.
func (b *bench) skew() error {
	s := b.o.shape
	s.Nights = max(1, s.Nights*2/5)
	s.Claims = max(1, s.Claims/20)
	person, employer := s, s
	person.PerNight, employer.PerNight = max(8, s.PerNight/8), max(8, s.PerNight/4)
	for _, w := range []struct {
		what  string
		shape national.Shape
		most  int // a night
		set   func(*national.Shape, int)
	}{
		{"of one person", person, max(2, s.PerNight/160), func(s *national.Shape, n int) { s.HeavyPerson = n }},
		{"from one employer", employer, max(2, s.PerNight/8), func(s *national.Shape, n int) { s.HeavyEmployer = n }},
	} {
		var sizes []*benchSize
		for _, n := range []int{0, w.most / 2, w.most} {
			shape := w.shape
			w.set(&shape, n)
			sizes = append(sizes, &benchSize{name: fmt.Sprintf("%d %s", n*shape.Nights, w.what), shape: shape})
		}
		if err := b.sizes(workSkew, sizes); err != nil {
			return err
		}
		for _, size := range sizes {
			b.add(lineOf(workSkew, "wall, "+size.name, seconds, perSecond, size.took.wall))
		}
		b.add(b.excess(sizes))
	}
	return nil
}

// excess compares what the second half of the communications costs over what the first does: linear is 1.
func (b *bench) excess(sizes []*benchSize) benchLine {
	none, half, all := median(sizes[0].took.cpu), median(sizes[1].took.cpu), median(sizes[2].took.cpu)
	first, second := (half-none)/perSecond, (all-half)/perSecond
	first = max(first, none/perSecond/10) // less is lost in what the rest takes
	l := benchLine{
		Work: workSkew, Measure: "CPU that the second half adds, " + sizes[2].name, Unit: seconds, Times: b.o.times,
		Median: second, Least: second, Most: second,
	}
	l = l.against("what the first half adds", first, second > 0)
	met := second <= 1.5*first
	l.Bar, l.Met = "≤ 1.5", &met
	return l
}

// mixed measures w1a on a set of what the national one has little of.
func (b *bench) mixed() error {
	plain := b.o.shape
	plain.Nights, plain.Claims = max(1, plain.Nights/8), max(1, plain.Claims/8)
	rich := plain
	rich.Hits, rich.Claimants, rich.Pool, rich.Several, rich.Omocodes, rich.Temporary = 3_000, 6_000, max(1, plain.Claims*6/10), 10, 200, 100
	sizes := []*benchSize{{name: "the national mixture", shape: plain}, {name: "30 % about claimants, several claims, odd codes", shape: rich}}
	if err := b.sizes(workMixed, sizes); err != nil {
		return err
	}
	base := lineOf(workMixed, "wall, "+sizes[0].name, seconds, perSecond, sizes[0].took.wall)
	b.add(base,
		lineOf(workMixed, "wall, "+sizes[1].name, seconds, perSecond, sizes[1].took.wall).against(sizes[0].name, base.Median, true),
		lineOf(workMixed, "memory, "+sizes[1].name, mebi, 1024, sizes[1].took.memory).underMiB(512))
	return nil
}
