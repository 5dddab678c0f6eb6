package rules_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// TestRulebookIsWhole: every rule once, in order, with something to say.
func TestRulebookIsWhole(t *testing.T) {
	var want []string
	for i := 1; i <= 71; i++ {
		want = append(want, fmt.Sprintf("R%02d", i))
	}
	want = append(want, "I01", "I02", "I03")
	var got []string
	for _, r := range rules.Rulebook() {
		got = append(got, r.ID)
		if r.Title == "" || r.Norm == "" || len(r.When) == 0 || len(r.Then) == 0 || len(r.Not) == 0 {
			t.Errorf("%s has no title, norm, conditions, effect or near miss", r.ID)
		}
		if found, ok := rules.Rules[r.ID]; !ok || found.Norm != r.Norm {
			t.Errorf("%s is not found by its name", r.ID)
		}
		read := len(r.Readings) > 0
		if sure := r.Certainty == rules.ByNorm || r.Certainty == rules.NoDecision; sure == read {
			t.Errorf("%s rests on %q, with %d readings", r.ID, r.Certainty, len(r.Readings))
		}
		for _, m := range r.Modes {
			if m != pipeline.ModeAuto && m != pipeline.ModeProposed {
				t.Errorf("%s: no modalita is called %s", r.ID, m)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("rules %q", got)
	}
}

// texts gives all sentences of a rule.
func texts(r *rules.Rule) []string {
	return slices.Concat(r.When, r.Then, r.Not, r.Readings, r.Also)
}

// capital finds what may be a code in a text: capitals with a low line between them.
var capital = regexp.MustCompile(`\b[A-Z0-9]+(_[A-Z0-9]+)+\b`)

// TestTextsNameWhatThereIs: sentences are whole, and what they name exists.
func TestTextsNameWhatThereIs(t *testing.T) {
	known := map[string]bool{
		pipeline.ActionLoadActivity: true, pipeline.ActionUpdateData: true, pipeline.NoticeTaxCodeChanged: true,
		pipeline.TerminationNotFound: true, pipeline.ListPending: true,
	}
	for _, code := range rules.ExceptionCodes() {
		known[code] = true
	}
	named := regexp.MustCompile(`\b([RI]\d\d)\b`)
	for _, r := range rules.Rulebook() {
		for _, s := range texts(&r) {
			if !strings.HasSuffix(s, ".") || strings.ContainsAny(s, "|`*\n") {
				t.Errorf("%s: not a plain sentence: %q", r.ID, s)
			}
			for _, id := range named.FindAllString(s, -1) {
				if _, ok := rules.Rules[id]; !ok {
					t.Errorf("%s names %s: %q", r.ID, id, s)
				}
			}
			for _, code := range capital.FindAllString(s, -1) {
				if !known[code] {
					t.Errorf("%s names %s, which there is not: %q", r.ID, code, s)
				}
			}
		}
	}
}

// TestEffectsNameTheirExceptions: a rule tells of every code that it raises.
func TestEffectsNameTheirExceptions(t *testing.T) {
	raised := map[string]bool{}
	for _, r := range rules.Rulebook() {
		said := strings.Join(texts(&r), " ")
		for _, code := range r.Exceptions {
			raised[code] = true
			if _, ok := rules.ExceptionTypes[code]; !ok {
				t.Errorf("%s raises %s, which there is not", r.ID, code)
			}
			if !strings.Contains(said, code) {
				t.Errorf("%s raises %s and does not say when", r.ID, code)
			}
		}
	}
	if n := len(rules.ExceptionTypes); n != 54 || len(rules.ExceptionCodes()) != n {
		t.Errorf("%d codes, %d in order", n, len(rules.ExceptionCodes()))
	}
	for _, code := range rules.ExceptionCodes() {
		x, ok := rules.ExceptionTypes[code]
		if !ok || !raised[code] {
			t.Errorf("no rule raises %s", code)
		}
		if x.Title == "" || !strings.HasSuffix(x.Meaning, ".") || !strings.HasSuffix(x.Remedy, ".") {
			t.Errorf("%s does not say what it means and what to do", code)
		}
	}
}

// TestRulesNameTheirParameters: each exists, and each is some rule's.
func TestRulesNameTheirParameters(t *testing.T) {
	in := map[string]bool{}
	for _, row := range rules.Defaults(nil).Parameters.Table() {
		in[row.Name] = true
	}
	named := map[string]bool{}
	for _, r := range rules.Rulebook() {
		for _, name := range r.Parameters {
			named[name] = true
			if !in[name] {
				t.Errorf("%s reads %s, which the table does not have", r.ID, name)
			}
		}
	}
	for name := range in {
		if !named[name] {
			t.Errorf("no rule reads %s", name)
		}
	}
}

func TestTableOfParameters(t *testing.T) {
	p, err := rules.LoadParameters(strings.NewReader(rules.Defaults(nil).Parameters.Text()))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range p.Table() {
		got[row.Name+" "+row.From] = row.Text() + "; " + row.To
	}
	for key, want := range map[string]string{
		"limite_aspi 2013-01-01":             "6 mesi; ",
		"limite_mini_aspi 2013-01-01":        "5 giorni; ",
		"termine_comunicazione 2013-01-01":   "1 mese; ",
		"aliquota_riduzione 2013-01-01":      "80 %; ",
		"limite_reddito_autonomo 2013-06-28": "4.800,00 euro; ",
		"voucher_totale 2014-01-01":          "5.050,00 euro; 2014-12-31",
		"canale_cartaceo ":                   "sì; 2014-08-18",
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
}

func TestSwitchesOfRules(t *testing.T) {
	for id, want := range map[string][]string{
		"R02": {"phase", "resume_release_delay", "day_count"}, "R06": {"phase", "early_end_policy"}, "R07": nil, "R49": nil,
	} {
		r := rules.Rules[id]
		var got []string
		for _, s := range rules.Switches() {
			if s.Default == "" || s.Meaning == "" {
				t.Errorf("%s has no default or meaning", s.Key)
			}
			if r.Reads(s.Key) {
				got = append(got, s.Key)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s reads %q, want %q", id, got, want)
		}
	}
}
