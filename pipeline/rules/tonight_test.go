package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNothingIsDecidedOnTheNightItself: what the rules ask of the night is whether days have come. The night as a value goes
// into traces, and into margins, which nothing is decided on either.
func TestNothingIsDecidedOnTheNightItself(t *testing.T) {
	everyLine(t, ".Value()", `(days|dates|compared)\([^()]*night\.Value\(\)|marginOf\("[^"]+", [^()]*night\.Value\(\)[^()]*\)|^\ton := k\.night\.Value\(\)$`)
}

// TestPaymentsAreNoticed: how far a claim is paid goes into traces too; all else asks by the method that remembers it.
func TestPaymentsAreNoticed(t *testing.T) {
	everyLine(t, "PaidThrough", `\.days\(factPaid, k\.c\.PaidThrough, |^\treturn k\.c\.PaidThrough$|if k\.c\.PaidThrough != 0 && a\.ID == "" \{$`)
}

// everyLine wants each line of the package that holds some words once to be of a known form.
func everyLine(t *testing.T, words, form string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known, found := regexp.MustCompile(form), 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if n := strings.Count(line, words); n > 0 {
				found++
				if n > 1 || !known.MatchString(line) {
					t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
				}
			}
		}
	}
	if found == 0 {
		t.Errorf("%s is nowhere", words)
	}
}
