package main

import (
	"strings"
	"testing"
)

// TestSamplingIsConfigured: rates in thousandths, for all rules and for single ones.
func TestSamplingIsConfigured(t *testing.T) {
	home := t.TempDir()
	shows := func(environ []string, want ...string) {
		t.Helper()
		c := callWith(t, home, func(w *world) { w.environ = func() []string { return environ } }, "config", "show").want(t, exitOK)
		for _, line := range want {
			if !strings.Contains(c.stdout, line) {
				t.Errorf("config show lacks %q:\n%s", line, c.stdout)
			}
		}
	}
	shows(nil, "worklist.sample = 5  # ", `worklist.sample_rules = ""  # `)
	put(t, home, map[string][]byte{"incrocio.toml": []byte("[worklist]\nsample = 0\nsample_rules = \"R05=50  R03=20\"\n")})
	shows(nil, "worklist.sample = 0  # ", `worklist.sample_rules = "R03=20 R05=50"  # `)
	shows([]string{"INCROCIO_WORKLIST_SAMPLE=1000", "INCROCIO_WORKLIST_SAMPLE_RULES=R01=0"}, "worklist.sample = 1000  # ", `"R01=0"`)
	a := &app{world: &world{environ: func() []string { return nil }}, home: home}
	c, err := a.loadConfig(nil)
	if err != nil || c.Sampling.Default != 0 || c.Sampling.ByRule["R03"] != 20 || c.Sampling.ByRule["R05"] != 50 || len(c.Sampling.ByRule) != 2 {
		t.Errorf("%+v, %v", c.Sampling, err)
	}
	for text, want := range map[string]string{
		"sample = -1":                            "worklist.sample: -1 is not between 0 and 1000",
		"sample = 1001":                          "worklist.sample: 1001 is not between 0 and 1000",
		"sample = \"5\"\nsample_rules = \"R03\"": `"R03" is not a rule and a rate, such as R03=20`,
		`sample_rules = "R99=20"`:                `"R99" is no rule, such as R03`,
		`sample_rules = "R03=20 R03=30"`:         "R03 is named twice",
		`sample_rules = "R03=2000"`:              "worklist.sample_rules: R03=2000 is not between 0 and 1000",
		"sample_rules = 20":                      "20 is not a text",
		"samples = 3":                            "unknown key worklist.samples: did you mean worklist.sample?",
	} {
		put(t, home, map[string][]byte{"incrocio.toml": []byte("[worklist]\n" + text + "\n")})
		if c := call(t, home, "config", "check").want(t, exitConfig); !strings.Contains(c.stderr, want) || strings.Contains(c.stderr, "config check") {
			t.Errorf("%s: %s", text, c.stderr)
		}
	}
}
