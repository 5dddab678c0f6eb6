package gates_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
)

// tuesday is the night under test.
var tuesday = pipeline.MustDate("2014-09-30")

// person is the tax code of an invented employer who sends for himself.
const person = "RSSMRA80A01H501U"

// flows are the volumes of an ordinary night.
var flows = map[pipeline.Flow]int64{
	pipeline.FlowUnilav: 10000, pipeline.FlowAspicom: 2000, pipeline.FlowDomande: 50000, pipeline.FlowVoucher: 300,
}

// office gives adverse actions as a region has them every night: three senders, each for two employers, in two sedi,
// under two rules. n is how many there are of each.
func office(n int64) []gates.Adverse {
	var out []gates.Adverse
	for sender := range 3 {
		for employer := range 2 {
			for _, sede := range []string{"4900", "7000"} {
				for _, rule := range []struct{ kind, id string }{{pipeline.ActionSuspend, "R01"}, {pipeline.ActionDecade, "R03"}} {
					out = append(out, gates.Adverse{
						Type: rule.kind, Rule: rule.id, Office: sede, Count: n,
						Sender:   fmt.Sprintf("0200000000%d", sender),
						Employer: fmt.Sprintf("03000000%d0%d", sender, employer),
					})
				}
			}
		}
	}
	return out
}

// tonight is an ordinary night.
func tonight(change ...func(*gates.Night)) gates.Night {
	n := gates.Night{Date: tuesday, Flows: map[pipeline.Flow]gates.Flow{}, Adverse: office(5)}
	for name, count := range flows {
		n.Flows[name] = gates.Flow{Accepted: count}
	}
	for _, f := range change {
		f(&n)
	}
	return n
}

// history is eight weeks of ordinary nights, every night of the week.
func history(change ...func(*gates.History)) gates.History {
	h := gates.History{Published: 56}
	usual := gates.Tally(office(5))
	for d := tuesday - 56; d < tuesday; d++ {
		h.Nights = append(h.Nights, gates.Past{Date: d, New: maps.Clone(flows), Adverse: usual})
	}
	for _, f := range change {
		f(&h)
	}
	return h
}

// scale multiplies the volume of a flow.
func scale(flow pipeline.Flow, by float64) func(*gates.Night) {
	return func(n *gates.Night) {
		n.Flows[flow] = gates.Flow{Accepted: int64(float64(flows[flow]) * by)}
	}
}

// discard turns some documents of a flow into discards.
func discard(flow pipeline.Flow, count int64) func(*gates.Night) {
	return func(n *gates.Night) {
		n.Flows[flow] = gates.Flow{Accepted: flows[flow] - count, Discarded: count}
	}
}

// found gives the findings that do not pass, as "gate slice VERDICT".
func found(r gates.Result) []string {
	out := []string{}
	for _, f := range r.Findings {
		if f.Verdict != gates.Pass {
			out = append(out, fmt.Sprintf("%s %s %s", f.Gate, f.Slice, f.Verdict))
		}
	}
	return out
}

func expect(t *testing.T, r gates.Result, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if got := found(r); !slices.Equal(got, want) {
		t.Errorf("findings %q, want %q", got, want)
	}
}

// fataler is what a test and a property have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// finding gives the one finding of a gate on a slice.
func finding(t fataler, r gates.Result, gate gates.Gate, slice string) gates.Finding {
	t.Helper()
	var out []gates.Finding
	for _, f := range r.Findings {
		if f.Gate == gate && f.Slice.String() == slice {
			out = append(out, f)
		}
	}
	if len(out) != 1 {
		t.Fatalf("%d findings of %s on %s, want one", len(out), gate, slice)
	}
	return out[0]
}
