package gates_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
)

func TestOrdinaryNightPasses(t *testing.T) {
	c := gates.Defaults()
	c.Expected = []gates.Expected{{Source: "unilav"}}
	r := gates.Evaluate(tonight(), history(), c)
	expect(t, r)
	if r.Verdict() != gates.Pass {
		t.Errorf("verdict %s", r.Verdict())
	}
	seen := map[gates.Gate]int{}
	for _, f := range r.Findings {
		seen[f.Gate]++
		if f.Text == "" || strings.Contains(f.Text, "incrocio run") {
			t.Errorf("%s %s: %q", f.Gate, f.Slice, f.Text)
		}
	}
	if seen[gates.GateDiscards] != 5 || seen[gates.GateSources] != 1 || seen[gates.GateVolumes] != 5 || seen[gates.GateAdverse] != 2 {
		t.Errorf("findings by gate: %v", seen)
	}
}

// TestNothingIsPublished is the catalogue of nights that must not go out.
func TestNothingIsPublished(t *testing.T) {
	config := func(expected ...gates.Expected) gates.Config {
		c := gates.Defaults()
		c.Expected = expected
		return c
	}
	without := func(flow pipeline.Flow) func(*gates.Night) {
		return func(n *gates.Night) { delete(n.Flows, flow) }
	}
	for _, c := range []struct {
		name   string
		change func(*gates.Night)
		config gates.Config
		want   []string
	}{
		{"unilav at 40 %", scale(pipeline.FlowUnilav, 0.4), config(), []string{"volumi totale REFUSE", "volumi flusso=unilav REFUSE"}},
		{"aspicom at 40 %", scale(pipeline.FlowAspicom, 0.4), config(), []string{"volumi flusso=aspicom REFUSE"}},
		{"the snapshot at 40 %", scale(pipeline.FlowDomande, 0.4), config(), []string{"volumi flusso=domande REFUSE"}},
		{"unilav four times", scale(pipeline.FlowUnilav, 4), config(), []string{"volumi totale REFUSE", "volumi flusso=unilav REFUSE"}},
		{"aspicom four times", scale(pipeline.FlowAspicom, 4), config(), []string{"volumi totale REFUSE", "volumi flusso=aspicom REFUSE"}},
		{"a small flow four times, over the least number", scale(pipeline.FlowVoucher, 4), config(), []string{"volumi flusso=voucher REFUSE"}},
		{"discards everywhere", func(n *gates.Night) { discard(pipeline.FlowUnilav, 201)(n); discard(pipeline.FlowAspicom, 60)(n) }, config(), []string{"scarti totale REFUSE", "scarti flusso=aspicom REFUSE", "scarti flusso=unilav REFUSE"}},
		{"discards in one flow", discard(pipeline.FlowAspicom, 41), config(), []string{"scarti flusso=aspicom REFUSE"}},
		{"discards in the snapshot", discard(pipeline.FlowDomande, 1001), config(), []string{"scarti flusso=domande REFUSE"}},
		{"an expected flow is missing", without(pipeline.FlowVoucher), config(gates.Expected{Source: "voucher"}), []string{"fonti_attese fonte=voucher REFUSE", "volumi flusso=voucher WARN"}},
		{"an expected sender is missing", func(n *gates.Night) { n.Sources = map[string]int64{"regione-05": 12} }, config(gates.Expected{Source: "regione-05"}, gates.Expected{Source: "regione-03"}), []string{"fonti_attese fonte=regione-03 REFUSE"}},
		{"an expected flow is missing on its weekday", without(pipeline.FlowVoucher), config(gates.Expected{Source: "voucher", Days: []time.Weekday{time.Tuesday}}), []string{"fonti_attese fonte=voucher REFUSE", "volumi flusso=voucher WARN"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gates.Evaluate(tonight(c.change), history(), c.config)
			expect(t, r, c.want...)
			if r.Verdict() != gates.Refuse {
				t.Errorf("verdict %s", r.Verdict())
			}
			for _, f := range r.Findings {
				if f.Verdict == gates.Refuse && !strings.Contains(f.Text, `incrocio run --date 2014-09-30 --accept "motivo"`) {
					t.Errorf("no next command in %q", f.Text)
				}
			}
			accepted, err := r.Accept("  confermato  dalla\nDirezione ")
			if err != nil || accepted.Verdict() != gates.Warn {
				t.Fatalf("accepted: %s, %v", accepted.Verdict(), err)
			}
			for i, f := range accepted.Findings {
				if told := strings.HasSuffix(f.Text, "Accettato: confermato dalla Direzione."); told != (r.Findings[i].Verdict == gates.Refuse) {
					t.Errorf("text of %s %s: %q", f.Gate, f.Slice, f.Text)
				}
				if strings.Contains(f.Text, "non è pubblicata") || strings.Contains(f.Text, "escono come proposte") {
					t.Errorf("accepted, and still: %q", f.Text)
				}
			}
		})
	}
}

func TestLimitsAreNotCrossedOnTheBorder(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*gates.Night)
		want   []string
	}{
		{"discards at two percent", discard(pipeline.FlowUnilav, 200), nil},
		{"a third below, less a document", scale(pipeline.FlowAspicom, 0.7), nil},
		{"one document fewer", scale(pipeline.FlowAspicom, 0.6995), []string{"volumi flusso=aspicom REFUSE"}},
		{"30 % above", scale(pipeline.FlowAspicom, 1.3), nil},
		{"one document more", scale(pipeline.FlowAspicom, 1.3005), []string{"volumi flusso=aspicom REFUSE"}},
		{"documents that are known do not count", func(n *gates.Night) {
			n.Flows[pipeline.FlowAspicom] = gates.Flow{Accepted: 2000, Repeated: 100000}
		}, nil},
		{"a flow that has only known ones is dry", func(n *gates.Night) {
			n.Flows[pipeline.FlowAspicom] = gates.Flow{Repeated: 2000}
		}, []string{"volumi flusso=aspicom REFUSE"}},
		{"a flow never seen, of some size", func(n *gates.Night) {
			n.Flows[pipeline.FlowDomestico] = gates.Flow{Accepted: 1000}
		}, []string{"volumi flusso=domestico REFUSE"}},
		{"a flow never seen, small", func(n *gates.Night) {
			n.Flows[pipeline.FlowDomestico] = gates.Flow{Accepted: 999}
		}, []string{"volumi flusso=domestico WARN"}},
		{"a flow gone that was small", func(n *gates.Night) { delete(n.Flows, pipeline.FlowVoucher) }, []string{"volumi flusso=voucher WARN"}},
		{"a flow gone that was not", func(n *gates.Night) { delete(n.Flows, pipeline.FlowAspicom) }, []string{"volumi flusso=aspicom REFUSE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			expect(t, gates.Evaluate(tonight(c.change), history(), gates.Defaults()), c.want...)
		})
	}
}

func TestUsual(t *testing.T) {
	for _, c := range []struct {
		name    string
		counts  []int64 // of the Tuesdays before, the last one first
		tonight int64
		usual   float64
		limit   float64
		verdict gates.Verdict
	}{
		{"MAD of 0: a tenth of the median", []int64{2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000}, 2601, 2000, 2600, gates.Refuse},
		{"MAD under a tenth", []int64{2000, 2010, 1990, 2000, 2020, 1980, 2000, 2000}, 2600, 2000, 2600, gates.Pass},
		{"MAD over a tenth", []int64{1000, 1400, 1600, 2400, 2600, 3000, 2000, 2000}, 3500, 2000, 3500, gates.Pass},
		{"one more", []int64{1000, 1400, 1600, 2400, 2600, 3000, 2000, 2000}, 3501, 2000, 3500, gates.Refuse},
		{"as far below", []int64{1000, 1400, 1600, 2400, 2600, 3000, 2000, 2000}, 500, 2000, 500, gates.Pass},
		{"one fewer", []int64{1000, 1400, 1600, 2400, 2600, 3000, 2000, 2000}, 499, 2000, 500, gates.Refuse},
		{"an odd number of nights", []int64{1900, 2000, 9000}, 2600, 2000, 2600, gates.Pass},
		{"one bad night does not move the usual", []int64{2000, 2000, 2000, 0, 2000, 2000, 90000, 2000}, 2601, 2000, 2600, gates.Refuse},
		{"one night only warns", []int64{2000}, 200, 2000, 1400, gates.Warn},
		{"two are enough", []int64{2000, 2000}, 200, 2000, 1400, gates.Refuse},
		{"a median of 0", []int64{0, 0, 0, 0}, 4, 0, 3, gates.Warn},
		{"never below 0", []int64{100, 3000, 1500, 2500}, 0, 2000, 0, gates.Pass},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := gates.History{Published: 56}
			for i, n := range c.counts {
				h.Nights = append(h.Nights, gates.Past{Date: tuesday - pipeline.Date(7*(i+1)), New: map[pipeline.Flow]int64{pipeline.FlowUnilav: n}})
			}
			n := gates.Night{Date: tuesday, Flows: map[pipeline.Flow]gates.Flow{pipeline.FlowUnilav: {Accepted: c.tonight}}}
			f := finding(t, gates.Evaluate(n, h, gates.Defaults()), gates.GateVolumes, "flusso=unilav")
			if f.Measured != float64(c.tonight) || f.Usual != c.usual || f.Limit != c.limit || f.Verdict != c.verdict {
				t.Errorf("%+v, want usual %g, limit %g, %s", f, c.usual, c.limit, c.verdict)
			}
		})
	}
}

func TestWhichNightsAreCompared(t *testing.T) {
	// Mondays have four times as much, nine weeks ago there was nothing, and tomorrow is of no account.
	h := history(func(h *gates.History) {
		h.Nights = append(h.Nights,
			gates.Past{Date: tuesday - 63}, gates.Past{Date: tuesday}, gates.Past{Date: tuesday + 7})
		for i := range h.Nights {
			if h.Nights[i].Date.Weekday() != time.Tuesday {
				h.Nights[i].New[pipeline.FlowUnilav] = 40000
			}
		}
	})
	f := finding(t, gates.Evaluate(tonight(), h, gates.Defaults()), gates.GateVolumes, "flusso=unilav")
	if f.Usual != 10000 || !strings.Contains(f.Text, "mediana di 8 notti") {
		t.Errorf("%+v", f)
	}
	four := gates.Defaults()
	four.Weeks = 4
	if f := finding(t, gates.Evaluate(tonight(), h, four), gates.GateVolumes, "flusso=unilav"); !strings.Contains(f.Text, "mediana di 4 notti") {
		t.Errorf("%+v", f)
	}
}

func TestOnlyWarns(t *testing.T) {
	small := func(n *gates.Night) {
		n.Flows = map[pipeline.Flow]gates.Flow{
			pipeline.FlowUnilav: {Accepted: 300, Discarded: 30}, pipeline.FlowDomande: {Accepted: 50000},
		}
	}
	smallHistory := func(h *gates.History) {
		for i := range h.Nights {
			h.Nights[i].New = map[pipeline.Flow]int64{pipeline.FlowUnilav: 100, pipeline.FlowDomande: 50000}
		}
	}
	surge := func(n *gates.Night) { n.Adverse = append(n.Adverse, surgeOf("02000000001", 300)...) }
	for _, c := range []struct {
		name    string
		tonight func(*gates.Night)
		history func(*gates.History)
		why     string
		want    []string
	}{
		{
			"few documents", func(n *gates.Night) { small(n); surge(n) }, smallHistory, "meno di 1.000 documenti",
			[]string{"scarti totale WARN", "scarti flusso=unilav WARN", "volumi totale WARN", "volumi flusso=unilav WARN", "azioni_sfavorevoli mittente=02000000001 DECADENZA WARN"},
		},
		{
			"few nights", func(n *gates.Night) { scale(pipeline.FlowUnilav, 4)(n); surge(n) }, func(h *gates.History) { h.Published = 13 }, "meno di 14 notti pubblicate",
			[]string{"volumi totale WARN", "volumi flusso=unilav WARN", "azioni_sfavorevoli mittente=02000000001 DECADENZA WARN"},
		},
		{
			"one night of the weekday", func(n *gates.Night) { scale(pipeline.FlowUnilav, 4)(n); surge(n) }, func(h *gates.History) { h.Nights = h.Nights[49:] }, "una sola notte dello stesso giorno",
			[]string{"volumi totale WARN", "volumi flusso=unilav WARN", "azioni_sfavorevoli mittente=02000000001 DECADENZA WARN"},
		},
		{
			"no night of the weekday", func(n *gates.Night) { scale(pipeline.FlowUnilav, 4)(n); surge(n) }, func(h *gates.History) { h.Nights = h.Nights[50:] }, "",
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gates.Evaluate(tonight(c.tonight), history(c.history), gates.Defaults())
			expect(t, r, c.want...)
			for _, f := range r.Findings {
				if f.Verdict == gates.Warn && !strings.Contains(f.Text, "Solo avviso: "+c.why) {
					t.Errorf("text %q", f.Text)
				}
			}
			for _, a := range surgeOf("02000000001", 1) {
				if s, held := r.Held(a); held {
					t.Errorf("held %s by a warning", s)
				}
			}
		})
	}
	t.Run("14 nights are enough", func(t *testing.T) {
		r := gates.Evaluate(tonight(surge), history(func(h *gates.History) { h.Published = 14; h.Nights = h.Nights[42:] }), gates.Defaults())
		expect(t, r, "azioni_sfavorevoli mittente=02000000001 DECADENZA HOLD")
	})
	t.Run("an irregular flow", func(t *testing.T) {
		config := gates.Defaults()
		config.Irregular = []string{"aspicom"}
		r := gates.Evaluate(tonight(scale(pipeline.FlowAspicom, 1.5)), history(), config)
		expect(t, r, "volumi flusso=aspicom WARN")
	})
}

func TestExpectedSources(t *testing.T) {
	c := gates.Defaults()
	c.Expected = []gates.Expected{
		{Source: "unilav"}, {Source: "aspicom"}, {Source: "voucher", Days: []time.Weekday{time.Monday, time.Friday}}, {Source: "regione-05"},
	}
	n := tonight(func(n *gates.Night) {
		delete(n.Flows, pipeline.FlowVoucher)                             // not expected on Tuesdays
		n.Flows[pipeline.FlowAspicom] = gates.Flow{Repeated: 1}           // here, if only with what is known
		n.Sources = map[string]int64{"regione-05": 1, "regione-20": 1000} // nobody waits for the second
	})
	r := gates.Evaluate(n, gates.History{}, c)
	expect(t, r)
	if f := finding(t, r, gates.GateSources, "fonte=aspicom"); f.Measured != 1 || f.Limit != 1 {
		t.Errorf("%+v", f)
	}
}

func TestValidate(t *testing.T) {
	if err := gates.Defaults().Validate(); err != nil {
		t.Errorf("the defaults: %v", err)
	}
	bad := gates.Config{
		DiscardShare: 2, LeastShare: -0.1, MinSlice: -1,
		Expected: []gates.Expected{{}, {Source: "unilav", Days: []time.Weekday{7}}},
	}
	err := bad.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"discard share 2", "0 weeks", "0 deviations", "least deviation -0.1", "least number", "no name", `"unilav": weekday 7`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from %v", want, err)
		}
	}
}

func TestAcceptWantsAReason(t *testing.T) {
	r := gates.Evaluate(tonight(scale(pipeline.FlowUnilav, 4)), history(), gates.Defaults())
	for _, reason := range []string{"", " \n\t"} {
		if got, err := r.Accept(reason); !errors.Is(err, gates.ErrNoReason) || got.Verdict() != gates.Refuse {
			t.Errorf("Accept(%q) = %s, %v", reason, got.Verdict(), err)
		}
	}
}

func TestTexts(t *testing.T) {
	night := tonight(discard(pipeline.FlowUnilav, 312), scale(pipeline.FlowAspicom, 0.4), func(n *gates.Night) {
		n.Adverse = append(n.Adverse, gates.Adverse{
			Type: pipeline.ActionDecade, Sender: person, Employer: person, Office: "4900", Rule: "R03", Count: 50,
		})
	})
	c := gates.Defaults()
	c.Expected = []gates.Expected{{Source: "segnalazioni"}, {Source: "unilav"}}
	r := gates.Evaluate(night, history(), c)
	for _, f := range []struct {
		gate        gates.Gate
		slice, want string
	}{
		{
			gates.GateDiscards, "flusso=unilav",
			`Scarti in unilav: 312 documenti su 10.000 (3,12 %), limite 2 %. La notte non è pubblicata. Rimediare e ripetere: incrocio run --date 2014-09-30; oppure accettare: incrocio run --date 2014-09-30 --accept "motivo".`,
		},
		{gates.GateDiscards, "flusso=voucher", `Scarti in voucher: 0 documenti su 300 (0 %), limite 2 %.`},
		{
			gates.GateSources, "fonte=segnalazioni",
			`Fonte attesa segnalazioni: non è arrivato nulla. La notte non è pubblicata. Rimediare e ripetere: incrocio run --date 2014-09-30; oppure accettare: incrocio run --date 2014-09-30 --accept "motivo".`,
		},
		{gates.GateSources, "fonte=unilav", `Fonte attesa unilav: arrivata, documenti 10.000.`},
		{
			gates.GateVolumes, "flusso=aspicom",
			`Documenti nuovi in aspicom: 800, di solito il martedì 2.000 (mediana di 8 notti), normale da 1.400 a 2.600. La notte non è pubblicata. Rimediare e ripetere: incrocio run --date 2014-09-30; oppure accettare: incrocio run --date 2014-09-30 --accept "motivo".`,
		},
		{gates.GateVolumes, "totale", `Documenti nuovi: 11.100, di solito il martedì 12.300 (mediana di 8 notti), normale da 8.610 a 15.990.`},
		{
			gates.GateAdverse, "mittente=RSS************* DECADENZA",
			`DECADENZA nuove con mittente=RSS*************: 50, di solito il martedì 0 (mediana di 8 notti), normale fino a 3. Queste azioni escono come proposte, il resto è pubblicato. Per vederle: incrocio diff 2014-09-23 2014-09-30; per farle valere: incrocio run --date 2014-09-30 --replace --accept "motivo".`,
		},
		{gates.GateAdverse, "totale DECADENZA", `DECADENZA nuove: 60, di solito il martedì 60 (mediana di 8 notti), normale fino a 78.`},
	} {
		if got := finding(t, r, f.gate, f.slice).Text; got != f.want {
			t.Errorf("%s %s:\n%s\nwant\n%s", f.gate, f.slice, got, f.want)
		}
	}
	if r := gates.Evaluate(gates.Night{Date: tuesday}, gates.History{}, gates.Defaults()); r.Verdict() != gates.Pass || len(r.Findings) != 4 {
		t.Errorf("an empty night: %+v", r.Findings)
	}
	f := finding(t, gates.Evaluate(tonight(), gates.History{}, gates.Defaults()), gates.GateVolumes, "totale")
	if want := "Documenti nuovi: 12.300: nessuna notte dello stesso giorno nelle ultime 8 settimane, il confronto non si fa."; f.Text != want {
		t.Errorf("%s\nwant\n%s", f.Text, want)
	}
}

func TestNoTaxCodeIsPrinted(t *testing.T) {
	action := gates.Adverse{Type: pipeline.ActionDecade, Sender: person, Employer: person[:11], Office: "4900", Rule: "R03", Count: 50}
	r := gates.Evaluate(tonight(func(n *gates.Night) { n.Adverse = append(n.Adverse, action) }), history(), gates.Defaults())
	slice, held := r.Held(action)
	if !held || slice.Value != person {
		t.Fatalf("held by %s: %v", slice, held)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("held", "slice", slice, "of", slog.AnyValue(slice))
	for _, text := range []string{
		fmt.Sprintf("%v %+v %s %#v %q", slice, slice, slice, slice, slice), fmt.Sprintf("%v %+v", r.Findings, r.Findings),
		fmt.Sprintf("%#v", r.Findings), fmt.Sprintf("%v %+v %s", action, action, action), log.String(),
	} {
		if strings.Contains(text, person[:6]) {
			t.Errorf("a tax code in %s", text)
		}
	}
	for value, want := range map[string]string{
		person: "datore=RSS************* DECADENZA", person[:11]: "datore=RSS******** DECADENZA", "03472640170": "datore=03472640170 DECADENZA",
	} {
		if got := (gates.Slice{Dimension: gates.ByEmployer, Value: value, Type: pipeline.ActionDecade}).String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := (gates.Slice{Dimension: gates.ByOffice, Value: "RM01"}).String(); got != "sede=RM01" {
		t.Errorf("%s, want sede=RM01", got)
	}
}
