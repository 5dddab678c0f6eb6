package main

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"incrocio/fixtures/scenari"
	"incrocio/pipeline"
	"incrocio/pipeline/rules"
	"incrocio/readers/domestico"
	"incrocio/readers/inbox"
	"incrocio/readers/voucher"
)

var updatePages = flag.Bool("pages.update", false, "write the pages of the rules anew")

// TestRulePages decides every scenario and compares the pages that follow with those in the program.
func TestRulePages(t *testing.T) {
	trials := decideAll(t)
	if t.Failed() {
		t.FailNow() // no page shows what did not come out as it must
	}
	want, err := scenari.Pages(rules.Defaults(nil).Parameters, trials)
	if err != nil {
		t.Fatal(err)
	}
	if *updatePages {
		writeAnew(t, want)
		return
	}
	have := map[string]bool{}
	entries, err := rulePages.ReadDir(strings.TrimSuffix(pageFolder, "/"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		have[e.Name()] = true
		got, err := rulePages.ReadFile(pageFolder + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if page, ok := want[e.Name()]; !ok {
			t.Errorf("%s: no rule has this page: run make docs", e.Name())
		} else if line, differ := firstDifference(got, page); differ {
			t.Errorf("%s is stale from line %d: run make docs", e.Name(), line)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !have[name] {
			t.Errorf("%s is missing: run make docs", name)
		}
	}
}

// decideAll decides every scenario that is not waiting for a rule, and fails for each that comes out otherwise, that
// names a rule without a page, or whose outcome a rule does not own up to; and for each rule without a scenario.
func decideAll(t *testing.T) []*scenari.Trial {
	t.Helper()
	list, err := scenari.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := defaults()
	if err != nil {
		t.Fatal(err)
	}
	var trials []*scenari.Trial
	shown := map[string]bool{}
	for i := range list {
		s := &list[i]
		if len(s.Requires) > 0 {
			continue
		}
		trial, err := scenari.Try(s, &c.Rules, readFeeds)
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		for _, fault := range trial.Faults() {
			t.Errorf("%s: %s", s.Name, fault)
		}
		for _, id := range s.Rules {
			shown[id] = true
			if _, ok := rules.Rules[id]; !ok {
				t.Errorf("%s names %s, which is not in the rulebook", s.Name, id)
			}
		}
		checkOwners(t, trial)
		trials = append(trials, trial)
	}
	for _, r := range rules.Rulebook() {
		if !shown[r.ID] {
			t.Errorf("no scenario shows %s", r.ID)
		}
	}
	return trials
}

// checkOwners wants the modes and codes of what came out among those that the rule says it gives.
func checkOwners(t *testing.T, trial *scenari.Trial) {
	t.Helper()
	for _, o := range trial.After {
		for _, a := range o.Actions {
			ruled := a.Mode == pipeline.ModeAuto && strings.Contains(a.Sources, "OP.") // an operator's word goes beyond the rule's own modes
			if r := rules.Rules[a.Rule]; !ruled && !slices.Contains(r.Modes, a.Mode) {
				t.Errorf("%s: %s of %s is %s, and the rulebook has %q", trial.Scenario.Name, a.Type, a.Rule, a.Mode, r.Modes)
			}
		}
		for _, e := range o.Exceptions {
			if r := rules.Rules[e.Rule]; !slices.Contains(r.Exceptions, e.Code) {
				t.Errorf("%s: %s raises %s, and the rulebook has %q", trial.Scenario.Name, e.Rule, e.Code, r.Exceptions)
			}
		}
	}
}

// readFeeds reads the files of a night that the scenarios give as files only.
func readFeeds(d *pipeline.Dossier, n *scenari.NightInput) error {
	for _, name := range slices.Sorted(maps.Keys(n.Files)) {
		flow, _, _ := strings.Cut(name, "/")
		lines := bytes.Split(bytes.TrimSpace(n.Files[name]), []byte("\n"))
		switch pipeline.Flow(flow) {
		case pipeline.FlowDomestico:
			for _, line := range lines {
				p := domestico.Parse(inbox.Document{Format: inbox.JSON, Data: line})
				for _, c := range p.Communications {
					c.Acquired = n.Date
					d.Communications = append(d.Communications, c)
				}
			}
		case pipeline.FlowVoucher:
			header := strings.Split(string(lines[0]), ",")
			for _, line := range lines[1:] {
				if p := voucher.Parse(inbox.Document{Format: inbox.CSV, Header: header, Data: line}); p.Voucher != nil {
					p.Voucher.Acquired = n.Date
					d.Vouchers = append(d.Vouchers, *p.Voucher)
				}
			}
		}
	}
	return nil
}

func writeAnew(t *testing.T, pages map[string][]byte) {
	t.Helper()
	old, err := filepath.Glob(pageFolder + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	for name, page := range pages {
		if err := os.WriteFile(pageFolder+name, page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// firstDifference gives the first line, from 1, in which two texts differ.
func firstDifference(a, b []byte) (int, bool) {
	if bytes.Equal(a, b) {
		return 0, false
	}
	x, y := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(x), len(y)) {
		if !bytes.Equal(x[i], y[i]) {
			return i + 1, true
		}
	}
	return min(len(x), len(y)) + 1, true
}

// TestRulebook: what rules name is there, and every rule says what it must.
func TestRulebook(t *testing.T) {
	keys := map[string]bool{}
	c, err := defaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range rules.Switches() {
		i := slices.IndexFunc(settings, func(x setting) bool { return x.key == "rules."+s.Key })
		if i < 0 || settings[i].get(&c) == nil {
			t.Errorf("no key is called rules.%s", s.Key)
			continue
		}
		if got := c.ruleParameters()[s.Key]; got != s.Default {
			t.Errorf("rules.%s: default %q, the page says %q", s.Key, got, s.Default)
		}
		keys[s.Key] = true
	}
	if len(keys) != len(c.ruleParameters()) {
		t.Errorf("%d switches on the pages, %d in the configuration", len(keys), len(c.ruleParameters()))
	}
	for i, r := range rules.Rulebook() {
		for _, key := range r.Switches {
			if !keys[key] {
				t.Errorf("%s reads the switch %q, which there is not", r.ID, key)
			}
		}
		if want := pageNames()[i+1]; r.ID != want {
			t.Errorf("rule %d is %s, the page %s", i, r.ID, want)
		}
	}
}

// personCode is the form of a tax code, of a person or of a company.
var personCode = regexp.MustCompile(`\b([A-Z]{6}\d[0-9L-V][A-Z]\d[0-9L-V][A-Z][0-9L-V]{3}[A-Z]|\d{11})\b`)

func TestPagesShowNoTaxCode(t *testing.T) {
	entries, err := rulePages.ReadDir(strings.TrimSuffix(pageFolder, "/"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := rulePages.ReadFile(pageFolder + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if code := personCode.Find(b); code != nil {
			t.Errorf("%s shows a tax code: %s…", e.Name(), code[:3])
		}
	}
	if !personCode.MatchString("x RSSMRA85T10A562S y") || !personCode.MatchString("01234567890") {
		t.Error("the test would not see a tax code")
	}
}
