package rules_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// TestOrderOfParametersDoesNotMatter: the table is read from its last row to its first, and decides the same.
func TestOrderOfParametersDoesNotMatter(t *testing.T) {
	text, err := os.ReadFile("parametri.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	slices.Reverse(lines[1:])
	backwards, err := rules.LoadParameters(strings.NewReader(strings.Join(lines, "\n") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if backwards.Text() == limitParams().Parameters.Text() {
		t.Fatal("nothing was turned round")
	}
	paid := func(change step) []string {
		s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: aspi("2015-05-08")}}
		change(s)
		voucher("2015-08-01", 6000_00, "A", household)(s)
		nights("2015-09-05")(s)
		return shownExceptions(s.last.Exceptions)
	}
	want := paid(func(*teller) {})
	if got := paid(by(func(p *rules.Params) { p.Parameters = backwards })); !slices.Equal(want, got) {
		t.Errorf("exceptions %q, want %q", got, want)
	}
}
