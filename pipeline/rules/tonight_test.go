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
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	told := regexp.MustCompile(`(days|dates|compared)\([^()]*night\.Value\(\)|marginOf\("[^"]+", [^()]*night\.Value\(\)[^()]*\)|^\ton := k\.night\.Value\(\)$`)
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if !strings.Contains(line, ".Value()") {
				continue
			}
			if found++; strings.Count(line, ".Value()") != 1 || !told.MatchString(line) {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
	if found == 0 {
		t.Error("the night is told nowhere")
	}
}
