package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// allLimits are the cases of every family.
func allLimits() []limit {
	return slices.Concat(workLimits(), claimLimits(), contractLimits(), incomeLimits(), eventLimits(), submissionLimits())
}

// TestEveryRuleHasItsNearMiss asks for at least one case in which each rule must do nothing. Flags are no rule of time or
// amount (R68, a test of its own); doubtful identities (I01) are a matter of names.
func TestEveryRuleHasItsNearMiss(t *testing.T) {
	missed, told := map[string]bool{}, map[string]string{}
	for _, c := range allLimits() {
		if strings.HasPrefix(c.name, "miss: ") {
			missed[c.rule] = true
		}
		if key := c.rule + "/" + c.name; told[key] != "" {
			t.Errorf("two cases are called %s", key)
		} else {
			told[key] = c.rule
		}
	}
	var want []string
	for n := 1; n <= 71; n++ {
		if n != 68 {
			want = append(want, fmt.Sprintf("R%02d", n))
		}
	}
	for _, rule := range append(want, "I02", "I03") {
		if !missed[rule] {
			t.Errorf("%s has no near miss", rule)
		}
	}
}
