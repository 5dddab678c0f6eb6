package gates_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
)

// surgeOf gives decadences of one sender, spread over its employers and the sedi.
func surgeOf(sender string, n int64) []gates.Adverse {
	var out []gates.Adverse
	for _, a := range office(n / 4) {
		if a.Sender == sender && a.Type == pipeline.ActionDecade {
			out = append(out, a)
		}
	}
	return out
}

func add(more ...gates.Adverse) func(*gates.Night) {
	return func(n *gates.Night) { n.Adverse = append(n.Adverse, more...) }
}

// TestTenTimesTheUsualOfOneSender: what that sender's documents decided is held, the rest goes out.
func TestTenTimesTheUsualOfOneSender(t *testing.T) {
	n := tonight()
	usual := gates.Tally(n.Adverse)[gates.Slice{Dimension: gates.BySender, Value: "02000000001", Type: pipeline.ActionDecade}]
	add(surgeOf("02000000001", 9*usual)...)(&n)
	r := gates.Evaluate(n, history(), gates.Defaults())
	expect(t, r, "azioni_sfavorevoli mittente=02000000001 DECADENZA HOLD")
	if r.Verdict() != gates.Hold {
		t.Errorf("verdict %s", r.Verdict())
	}
	f := finding(t, r, gates.GateAdverse, "mittente=02000000001 DECADENZA")
	if f.Measured != float64(10*usual) || f.Usual != float64(usual) || usual != 20 || f.Limit != 26 {
		t.Errorf("%+v", f)
	}
	for _, a := range n.Adverse {
		_, held := r.Held(a)
		if want := a.Sender == "02000000001" && a.Type == pipeline.ActionDecade; held != want {
			t.Errorf("%s: held %v", a, held)
		}
	}
	out := gates.Tally(r.Published(n.Adverse))
	if got := out[gates.Slice{Dimension: gates.ByTotal, Type: pipeline.ActionDecade}]; got != 40 {
		t.Errorf("%d decadences go out, want 40", got)
	}
	if got := out[gates.Slice{Dimension: gates.ByTotal, Type: pipeline.ActionSuspend}]; got != 60 {
		t.Errorf("%d suspensions go out, want 60", got)
	}
	accepted, err := r.Accept("verificato con il mittente")
	if err != nil || len(accepted.Published(n.Adverse)) != len(n.Adverse) {
		t.Errorf("accepted, and %d of %d go out: %v", len(accepted.Published(n.Adverse)), len(n.Adverse), err)
	}
}

func TestWhatIsHeld(t *testing.T) {
	decade := func(sender, employer, sede, rule string, n int64) gates.Adverse {
		return gates.Adverse{Type: pipeline.ActionDecade, Sender: sender, Employer: employer, Office: sede, Rule: rule, Count: n}
	}
	times := func(keep func(gates.Adverse) bool, by int64) func(*gates.Night) {
		return func(n *gates.Night) {
			for i := range n.Adverse {
				if keep(n.Adverse[i]) {
					n.Adverse[i].Count *= by
				}
			}
		}
	}
	scattered := func(each int64, count int) func(*gates.Night) {
		return func(n *gates.Night) {
			for i := range count {
				n.Adverse = append(n.Adverse, decade(fmt.Sprintf("0400000%04d", i), fmt.Sprintf("0500000%04d", i), fmt.Sprintf("%04d", 8000+i), "R03", each))
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*gates.Night)
		want   []string
	}{
		{"an employer behind a sender of many", add(decade("02000000001", "03000000100", "4900", "R03", 200)), []string{"azioni_sfavorevoli datore=03000000100 DECADENZA HOLD"}},
		{"a new sender with its employer", add(decade(person, person, "4900", "R03", 30)), []string{"azioni_sfavorevoli mittente=RSS************* DECADENZA HOLD"}},
		{"a sender nobody knows", add(decade("", "03999999999", "4900", "R03", 30)), []string{"azioni_sfavorevoli datore=03999999999 DECADENZA HOLD"}},
		{"a sede", func(n *gates.Night) {
			for i := range 20 {
				add(decade(fmt.Sprintf("0400000%04d", i), fmt.Sprintf("0500000%04d", i), "4900", "R03", 5))(n)
			}
		}, []string{"azioni_sfavorevoli sede=4900 DECADENZA HOLD"}},
		{"a rule", times(func(a gates.Adverse) bool { return a.Rule == "R03" }, 5), []string{"azioni_sfavorevoli regola=R03 DECADENZA HOLD"}},
		{"a rule that was never used", scattered(2, 20), []string{"azioni_sfavorevoli regola=R03 DECADENZA HOLD"}},
		{"two senders", func(n *gates.Night) {
			add(surgeOf("02000000001", 180)...)(n)
			add(surgeOf("02000000002", 360)...)(n)
		}, []string{"azioni_sfavorevoli mittente=02000000002 DECADENZA HOLD", "azioni_sfavorevoli mittente=02000000001 DECADENZA HOLD"}},
		{"a sender whose employers swell unevenly", func(n *gates.Night) {
			add(surgeOf("02000000001", 180)...)(n)
			add(decade("02000000001", "03000000100", "4900", "R03", 100))(n)
		}, []string{"azioni_sfavorevoli mittente=02000000001 DECADENZA HOLD"}},
		{"an employer and the rest of its sender", func(n *gates.Night) {
			add(surgeOf("02000000001", 40)...)(n)
			add(decade("02000000001", "03999999999", "4900", "R03", 500))(n)
		}, []string{"azioni_sfavorevoli mittente=02000000001 DECADENZA HOLD"}},
		{"a sender with four new employers", func(n *gates.Night) {
			for i := range 4 {
				add(decade("02000000001", fmt.Sprintf("0399999999%d", i), fmt.Sprintf("800%d", i), "R03", 15))(n)
			}
		}, []string{"azioni_sfavorevoli mittente=02000000001 DECADENZA HOLD"}},
		{"both types of one sender", times(func(a gates.Adverse) bool { return a.Sender == "02000000000" }, 10), []string{"azioni_sfavorevoli mittente=02000000000 DECADENZA HOLD", "azioni_sfavorevoli mittente=02000000000 SOSPENSIONE HOLD"}},
		{"fewer than ten are never many", add(decade(person, person, "4900", "R03", 9)), nil},
		{"ten are, where there were none", add(decade(person, person, "4900", "R03", 10)), []string{"azioni_sfavorevoli mittente=RSS************* DECADENZA HOLD"}},
		{"fewer than usual is good news", func(n *gates.Night) { n.Adverse = office(1) }, nil},
		{"none", func(n *gates.Night) { n.Adverse = nil }, nil},
		{"few actions of another kind and unknown origin", add(gates.Adverse{Type: pipeline.ActionReduce, Count: 9}), nil},
		{"ten of them", add(gates.Adverse{Type: pipeline.ActionReduce, Count: 10}), []string{"azioni_sfavorevoli totale RIDUZIONE REFUSE"}},
		{"actions whose origin is unknown", add(decade("", "", "", "", 200)), []string{"azioni_sfavorevoli totale DECADENZA REFUSE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			expect(t, gates.Evaluate(tonight(c.change), history(), gates.Defaults()), c.want...)
		})
	}
	t.Run("a surge with no slice to blame", func(t *testing.T) {
		// Every sede, sender, employer and rule swings widely from week to week, their sum does not.
		h := history()
		for i := range h.Nights {
			var actions []gates.Adverse
			for j := range 20 {
				count := int64(6)
				if (i/7+j)%2 == 0 {
					count = 14
				}
				actions = append(actions, decade(fmt.Sprintf("0400000%04d", j), fmt.Sprintf("0500000%04d", j), fmt.Sprintf("%04d", 8000+j), fmt.Sprintf("R%02d", j), count))
			}
			h.Nights[i].Adverse = gates.Tally(actions)
		}
		n := tonight(func(n *gates.Night) {
			n.Adverse = nil
			for j := range 20 {
				add(decade(fmt.Sprintf("0400000%04d", j), fmt.Sprintf("0500000%04d", j), fmt.Sprintf("%04d", 8000+j), fmt.Sprintf("R%02d", j), 20))(n)
			}
		})
		r := gates.Evaluate(n, h, gates.Defaults())
		expect(t, r, "azioni_sfavorevoli totale DECADENZA REFUSE")
		if f := finding(t, r, gates.GateAdverse, "totale DECADENZA"); f.Measured != 400 || f.Usual != 200 || f.Limit != 260 {
			t.Errorf("%+v", f)
		}
	})
}

// TestHeldAgainUntilUsual: an action held one night is counted and held the next, since only the usual of what was
// held is recorded; when the sender is back to its own, nothing is.
func TestHeldAgainUntilUsual(t *testing.T) {
	h := history()
	for week := range 10 {
		n := tonight(add(surgeOf("02000000001", 180)...))
		n.Date += pipeline.Date(7 * week)
		r := gates.Evaluate(n, h, gates.Defaults())
		if r.Verdict() != gates.Hold {
			t.Fatalf("week %d: %s", week, r.Verdict())
		}
		h.Nights = append(h.Nights, gates.Past{Date: n.Date, New: flows, Adverse: r.Record(n.Adverse)})
		h.Published++
	}
	n := tonight()
	n.Date += 70
	expect(t, gates.Evaluate(n, h, gates.Defaults()))
}

func TestRecord(t *testing.T) {
	n := tonight(add(surgeOf("02000000001", 180)...), add(gates.Adverse{
		Type: pipeline.ActionDecade, Sender: person, Employer: person, Office: "0700", Rule: "R05", Count: 40,
	}))
	r := gates.Evaluate(n, history(), gates.Defaults())
	expect(t, r, "azioni_sfavorevoli mittente=02000000001 DECADENZA HOLD", "azioni_sfavorevoli mittente=RSS************* DECADENZA HOLD")
	if got, want := r.Record(n.Adverse), gates.Tally(office(5)); !maps.Equal(got, want) { // an ordinary night
		t.Errorf("recorded %v, want %v", got, want)
	}
	accepted, err := r.Accept("verificato")
	if err != nil || !maps.Equal(accepted.Record(n.Adverse), gates.Tally(n.Adverse)) {
		t.Errorf("accepted, and recorded %v: %v", accepted.Record(n.Adverse), err)
	}
}

// TestRecordOfOverlappingSlices holds an employer and most of its sender: what little of the employer the sender does not
// explain is recorded as it is, not blown up to the employer's usual.
func TestRecordOfOverlappingSlices(t *testing.T) {
	decade := func(sender, employer, sede string, n int64) gates.Adverse {
		return gates.Adverse{Type: pipeline.ActionDecade, Sender: sender, Employer: employer, Office: sede, Rule: "R03", Count: n}
	}
	others := decade("02000000009", "03000000900", "4900", 400)
	h := history()
	usual := gates.Tally([]gates.Adverse{others, decade("02000000007", "03000000700", "7000", 10), decade("02000000007", "03000000701", "7000", 90)})
	for i := range h.Nights {
		h.Nights[i].Adverse = usual
	}
	elsewhere := decade("02000000008", "03000000700", "9999", 5)
	n := tonight()
	n.Adverse = []gates.Adverse{others, decade("02000000007", "03000000700", "7000", 95), decade("02000000007", "03000000701", "7000", 400), elsewhere}
	r := gates.Evaluate(n, h, gates.Defaults())
	expect(t, r, "azioni_sfavorevoli mittente=02000000007 DECADENZA HOLD", "azioni_sfavorevoli datore=03000000700 DECADENZA HOLD")
	if s, _ := r.Held(elsewhere); s.Dimension != gates.ByEmployer {
		t.Fatalf("held by %s", s)
	}
	kept := r.Record(n.Adverse)
	for s, want := range map[gates.Slice]int64{
		{Dimension: gates.ByOffice, Value: "9999", Type: pipeline.ActionDecade}:        5,
		{Dimension: gates.BySender, Value: "02000000007", Type: pipeline.ActionDecade}: 100,
		{Dimension: gates.ByTotal, Type: pipeline.ActionDecade}:                        505,
	} {
		if kept[s] != want {
			t.Errorf("recorded %d of %s, want %d", kept[s], s, want)
		}
	}
}

// actions draws what a night decided: few values for each trait, so that slices overlap.
var actions = rapid.Custom(func(t *rapid.T) []gates.Adverse {
	one := rapid.Custom(func(t *rapid.T) gates.Adverse {
		pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
		return gates.Adverse{
			Type:     pick("type", pipeline.ActionSuspend, pipeline.ActionDecade),
			Sender:   pick("sender", "", "02000000001", "02000000002", "02000000003", person),
			Employer: pick("employer", "", "03000000001", "03000000002", "03000000003", person),
			Office:   pick("sede", "4900", "7000", "0700"),
			Rule:     pick("rule", "R01", "R03", "R05"),
			Count:    rapid.Int64Range(1, 60).Draw(t, "count"),
		}
	})
	return rapid.SliceOfN(one, 0, 25).Draw(t, "actions")
})

func adverseHistory(t *rapid.T) gates.History {
	h := history()
	for i := range h.Nights {
		if (tuesday-h.Nights[i].Date)%7 == 0 {
			h.Nights[i].Adverse = gates.Tally(actions.Draw(t, "past"))
		}
	}
	return h
}

// TestHolding: what is held and what goes out is all there was, and what goes out holds nothing more.
func TestHolding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, n := adverseHistory(t), tonight()
		n.Adverse = actions.Draw(t, "tonight")
		r := gates.Evaluate(n, h, gates.Defaults())
		out := r.Published(n.Adverse)
		held := map[gates.Slice]int64{}
		var all, gone int64
		for _, a := range n.Adverse {
			all += a.Count
			if s, ok := r.Held(a); ok {
				held[s] += a.Count
			}
		}
		for _, a := range out {
			gone += a.Count
		}
		for _, n := range held {
			gone += n
		}
		if all != gone {
			t.Fatalf("%d actions, %d held or out", all, gone)
		}
		for s := range held {
			if s.Value == "" {
				t.Fatalf("held the unknown: %s", s)
			}
		}
		whole, going := gates.Tally(n.Adverse), gates.Tally(out)
		for s, n := range r.Record(n.Adverse) {
			if n < going[s] || n > whole[s] {
				t.Fatalf("recorded %d of %s: %d were decided, %d go out", n, s, whole[s], going[s])
			}
		}
		rest := n
		rest.Adverse = out
		again := gates.Evaluate(rest, h, gates.Defaults())
		if len(again.Published(out)) != len(out) {
			t.Fatalf("held after holding: %q, first %q", found(again), found(r))
		}
		if r.Verdict() == gates.Refuse != (again.Verdict() == gates.Refuse) {
			t.Fatalf("%s, then %s", r.Verdict(), again.Verdict())
		}
	})
}

// TestOrderDoesNotMatter: the same values in another order, or actions split in two, give the same findings.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, n := adverseHistory(t), tonight()
		n.Adverse = actions.Draw(t, "tonight")
		want := gates.Evaluate(n, h, gates.Defaults())
		h.Nights = rapid.Permutation(h.Nights).Draw(t, "nights")
		var split []gates.Adverse
		for _, a := range rapid.Permutation(slices.Clone(n.Adverse)).Draw(t, "order") {
			b := a
			b.Count = a.Count / 3
			a.Count -= b.Count
			split = append(split, a, b)
		}
		n.Adverse = split
		if got := gates.Evaluate(n, h, gates.Defaults()); !slices.Equal(got.Findings, want.Findings) {
			t.Fatalf("%+v\nwant\n%+v", got.Findings, want.Findings)
		}
	})
}

// TestScale: a country sixteen times as large is judged as this one, once numbers are not small.
func TestScale(t *testing.T) {
	config := gates.Defaults()
	config.MinSlice = 0
	rapid.Check(t, func(t *rapid.T) {
		by := int64(1) << rapid.IntRange(1, 4).Draw(t, "by")
		usual := rapid.Int64Range(10, 200)
		var tonights []gates.Adverse
		h := history()
		for i := range h.Nights {
			h.Nights[i].Adverse = map[gates.Slice]int64{}
		}
		for _, a := range office(1) {
			a.Count = rapid.Int64Range(0, 400).Draw(t, "tonight")
			tonights = append(tonights, a)
		}
		for _, s := range sorted(gates.Tally(office(1))) {
			for i := range h.Nights {
				if (tuesday-h.Nights[i].Date)%7 == 0 {
					h.Nights[i].Adverse[s] = usual.Draw(t, "usual")
				}
			}
		}
		n := tonight(scale(pipeline.FlowUnilav, rapid.Float64Range(0.5, 1.5).Draw(t, "volume")))
		delete(n.Flows, pipeline.FlowVoucher) // small
		for i := range h.Nights {
			delete(h.Nights[i].New, pipeline.FlowVoucher)
		}
		n.Adverse = tonights
		small := gates.Evaluate(n, h, config)
		large := gates.Evaluate(multiplied(n, by), multipliedHistory(h, by), config)
		if !slices.Equal(found(small), found(large)) {
			t.Fatalf("%q, times %d %q", found(small), by, found(large))
		}
	})
}

func sorted(m map[gates.Slice]int64) []gates.Slice {
	var out []gates.Slice
	for s := range m {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b gates.Slice) int { return strings.Compare(a.String(), b.String()) })
	return out
}

func multiplied(n gates.Night, by int64) gates.Night {
	out := gates.Night{Date: n.Date, Flows: map[pipeline.Flow]gates.Flow{}}
	for name, f := range n.Flows {
		out.Flows[name] = gates.Flow{Accepted: f.Accepted * by, Discarded: f.Discarded * by, Repeated: f.Repeated * by}
	}
	for _, a := range n.Adverse {
		a.Count *= by
		out.Adverse = append(out.Adverse, a)
	}
	return out
}

func multipliedHistory(h gates.History, by int64) gates.History {
	out := gates.History{Published: h.Published}
	for _, p := range h.Nights {
		q := gates.Past{Date: p.Date, New: map[pipeline.Flow]int64{}, Adverse: map[gates.Slice]int64{}}
		for name, n := range p.New {
			q.New[name] = n * by
		}
		for s, n := range p.Adverse {
			q.Adverse[s] = n * by
		}
		out.Nights = append(out.Nights, q)
	}
	return out
}

// TestNormalNightsNeverRefuse: as long as every night lies within 12 % of one level, tonight passes, however many such
// nights the history holds and in whatever order they came.
func TestNormalNightsNeverRefuse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.Int64Range(1000, 1_000_000).Draw(t, "level")
		normal := rapid.Int64Range(level*88/100+1, level*112/100)
		h := gates.History{Published: 100}
		n := gates.Night{Date: tuesday, Flows: map[pipeline.Flow]gates.Flow{pipeline.FlowUnilav: {Accepted: normal.Draw(t, "tonight")}}}
		action := gates.Adverse{Type: pipeline.ActionSuspend, Sender: "02000000001", Office: "4900", Rule: "R01", Count: normal.Draw(t, "actions")}
		n.Adverse = []gates.Adverse{action}
		for week := range rapid.IntRange(1, 8).Draw(t, "weeks") {
			action.Count = normal.Draw(t, "past actions")
			h.Nights = append(h.Nights, gates.Past{
				Date: tuesday - pipeline.Date(7*(week+1)), Adverse: gates.Tally([]gates.Adverse{action}),
				New: map[pipeline.Flow]int64{pipeline.FlowUnilav: normal.Draw(t, "past")},
			})
			if r := gates.Evaluate(n, h, gates.Defaults()); r.Verdict() != gates.Pass {
				t.Fatalf("after %d nights: %q", week+1, found(r))
			}
		}
	})
}

// TestNightsLikeTonightNeverRefuse: a night that passes still does when nights just like it are added to the history.
func TestNightsLikeTonightNeverRefuse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Int64Range(0, 20000)
		n := gates.Night{Date: tuesday, Flows: map[pipeline.Flow]gates.Flow{pipeline.FlowUnilav: {Accepted: count.Draw(t, "tonight")}}}
		h := gates.History{Published: 100}
		past := func(v int64) gates.Past {
			return gates.Past{Date: tuesday - pipeline.Date(7*(len(h.Nights)+1)), New: map[pipeline.Flow]int64{pipeline.FlowUnilav: v}}
		}
		for range rapid.IntRange(2, 7).Draw(t, "nights") {
			h.Nights = append(h.Nights, past(count.Draw(t, "past")))
		}
		passed := gates.Evaluate(n, h, gates.Defaults()).Verdict() == gates.Pass
		for len(h.Nights) < 8 {
			h.Nights = append(h.Nights, past(n.Flows[pipeline.FlowUnilav].Accepted))
			r := gates.Evaluate(n, h, gates.Defaults())
			if passed && r.Verdict() != gates.Pass {
				t.Fatalf("with %d nights: %q", len(h.Nights), found(r))
			}
			passed = r.Verdict() == gates.Pass
		}
	})
}

// TestMoreIsNeverMilder: the further a volume or a surge goes, the graver the verdict.
func TestMoreIsNeverMilder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := history()
		for i := range h.Nights {
			h.Nights[i].New[pipeline.FlowUnilav] = rapid.Int64Range(0, 20000).Draw(t, "past")
		}
		last := gates.Pass
		volume, step := 20000.0, rapid.Int64Range(1, 50).Draw(t, "step")
		for range 20 {
			n := tonight(scale(pipeline.FlowUnilav, volume/10000))
			r := gates.Evaluate(n, h, gates.Defaults())
			verdict := finding(t, r, gates.GateVolumes, "flusso=unilav").Verdict
			if verdict < last {
				t.Fatalf("%g documents: %s after %s", volume, verdict, last)
			}
			last = verdict
			volume += float64(step) * 100
		}
	})
}

// BenchmarkEvaluate judges 20,000 adverse actions of 4,000 senders, some of them far above their usual.
func BenchmarkEvaluate(b *testing.B) {
	n, h := tonight(), history()
	n.Adverse = nil
	for i := range 20000 {
		n.Adverse = append(n.Adverse, gates.Adverse{
			Type: pipeline.ActionSuspend, Sender: fmt.Sprintf("04%09d", i%4000), Employer: fmt.Sprintf("05%09d", i%9000),
			Office: fmt.Sprintf("%04d", i%150), Rule: fmt.Sprintf("R%02d", i%30), Count: 1,
		})
	}
	usual := gates.Tally(n.Adverse)
	for i := range h.Nights {
		h.Nights[i].Adverse = usual
	}
	for i := range n.Adverse {
		if i%4000 < 100 {
			n.Adverse[i].Count = 20
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		gates.Evaluate(n, h, gates.Defaults())
	}
}
