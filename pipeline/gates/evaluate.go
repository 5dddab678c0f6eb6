package gates

import (
	"cmp"
	"maps"
	"slices"

	"incrocio/pipeline"
)

// Evaluate puts a night before every gate. The result depends on the values only: not on the order of actions, nights or
// maps. The configuration must be valid.
func Evaluate(n Night, h History, c Config) Result {
	e := &evaluation{n: n, h: h, c: c, past: c.comparable(n.Date, h), held: map[Slice]float64{}}
	e.discards()
	e.sources()
	e.volumes()
	e.adverse()
	return Result{Findings: e.out, held: e.held}
}

type evaluation struct {
	n    Night
	h    History
	c    Config
	past []Past
	out  []Finding
	held map[Slice]float64 // and their usual
}

func (e *evaluation) add(f Finding) { e.out = append(e.out, f) }

// flows gives tonight's flows in order, and their total, from which the snapshot of claims is left out: it says how many
// claims there are, not what came tonight, and is so large that the rest would vanish beside it.
func (e *evaluation) flows() (names []pipeline.Flow, total Flow) {
	for name, f := range e.n.Flows {
		names = append(names, name)
		if name != pipeline.FlowDomande {
			total.Accepted += f.Accepted
			total.Discarded += f.Discarded
			total.Repeated += f.Repeated
		}
	}
	slices.Sort(names)
	return names, total
}

// discards: the share of documents read that could not be used, of the whole night and of each flow.
func (e *evaluation) discards() {
	names, total := e.flows()
	e.add(e.discardsOf(Slice{Dimension: ByTotal}, total))
	for _, name := range names {
		e.add(e.discardsOf(Slice{Dimension: ByFlow, Value: string(name)}, e.n.Flows[name]))
	}
}

func (e *evaluation) discardsOf(s Slice, f Flow) Finding {
	out := Finding{Gate: GateDiscards, Slice: s, Limit: e.c.DiscardShare}
	if f.Read() > 0 {
		out.Measured = float64(f.Discarded) / float64(f.Read())
	}
	doubt := ""
	if f.Read() < e.c.MinRecords {
		doubt = "meno di " + number(float64(e.c.MinRecords)) + " documenti"
	}
	out.Verdict = judge(out.Measured > out.Limit, doubt, Refuse)
	out.Text = e.discardsText(out, f, doubt)
	return out
}

// judge turns a measure that is out of its limit, or not, into a verdict.
func judge(out bool, doubt string, grave Verdict) Verdict {
	switch {
	case !out:
		return Pass
	case doubt != "":
		return Warn
	}
	return grave
}

// sources: everything that is expected tonight is here.
func (e *evaluation) sources() {
	before := len(e.out)
	for _, expected := range e.c.Expected {
		if !expected.on(e.n.Date) {
			continue
		}
		arrived := max(e.n.Sources[expected.Source], e.n.Flows[pipeline.Flow(expected.Source)].Read())
		f := Finding{
			Gate: GateSources, Slice: Slice{Dimension: BySource, Value: expected.Source},
			Measured: float64(arrived), Limit: 1, Verdict: judge(arrived == 0, "", Refuse),
		}
		f.Text = e.sourcesText(f)
		e.add(f)
	}
	if len(e.out) == before {
		e.add(Finding{Gate: GateSources, Slice: Slice{Dimension: ByTotal}, Text: "Nessuna fonte è attesa questa notte."})
	}
	slices.SortStableFunc(e.out[before:], func(a, b Finding) int { return cmp.Compare(a.Slice.Value, b.Slice.Value) })
}

// volumes: new documents of the whole night, and of each flow that ever had any on this weekday.
func (e *evaluation) volumes() {
	_, total := e.flows()
	e.add(e.volumeOf(Slice{Dimension: ByTotal}, total.New(), e.counts(totalOf), false))
	names := map[pipeline.Flow]bool{}
	for name := range e.n.Flows {
		names[name] = true
	}
	for _, p := range e.past {
		for name := range p.New {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		e.add(e.volumeOf(Slice{Dimension: ByFlow, Value: string(name)}, e.n.Flows[name].New(),
			e.counts(func(p Past) int64 { return p.New[name] }), slices.Contains(e.c.Irregular, string(name))))
	}
}

// totalOf is the volume of a past night, the snapshot of claims left out.
func totalOf(p Past) int64 {
	var n int64
	for name, count := range p.New {
		if name != pipeline.FlowDomande {
			n += count
		}
	}
	return n
}

// counts takes one count from every night that is compared.
func (e *evaluation) counts(of func(Past) int64) []int64 {
	out := make([]int64, len(e.past))
	for i, p := range e.past {
		out[i] = of(p)
	}
	return out
}

func (e *evaluation) volumeOf(s Slice, n int64, past []int64, irregular bool) Finding {
	u := e.c.usualOf(past)
	doubt := e.c.doubt(max(float64(n), u.median), u.nights, e.h)
	if irregular {
		doubt = "flusso senza cadenza fissa"
	}
	f := Finding{
		Gate: GateVolumes, Slice: s, Measured: float64(n), Usual: u.median, Limit: u.limit(n),
		Verdict: judge(u.far(n), doubt, Refuse),
	}
	f.Text = e.volumeText(f, u, doubt)
	return f
}
