package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline/rules"
)

// defaultSample is how many of a thousand automatic actions are sent to a sede for a look.
const defaultSample = 5

// worklistSettings are the keys of what nights give to operators.
var worklistSettings = []setting{
	number("worklist.sample", "azioni automatiche mandate a campione alle sedi, per mille", func(c *config) *int { return &c.Sampling.Default }),
	{
		key: "worklist.sample_rules", describe: "campione delle singole regole, per mille: R03=20 R05=50",
		get: func(c *config) any {
			var parts []string
			for _, rule := range slices.Sorted(maps.Keys(c.Sampling.ByRule)) {
				parts = append(parts, fmt.Sprintf("%s=%d", rule, c.Sampling.ByRule[rule]))
			}
			return strings.Join(parts, " ")
		},
		set: func(c *config, v any) (err error) {
			c.Sampling.ByRule, err = ratesByRule(v)
			return err
		},
	},
}

// ratesByRule reads rates of rules, each once, separated by blanks.
func ratesByRule(v any) (map[string]int, error) {
	var text string
	if err := setText(&text, v); err != nil {
		return nil, err
	}
	rates := map[string]int{}
	for _, part := range strings.Fields(text) {
		rule, rate, _ := strings.Cut(part, "=")
		n, err := strconv.Atoi(rate)
		_, again := rates[rule]
		switch {
		case err != nil:
			return nil, fmt.Errorf("%q is not a rule and a rate, such as R03=20", part)
		case rules.Rules[rule].ID == "":
			return nil, fmt.Errorf("%q is no rule, such as R03", rule)
		case again:
			return nil, fmt.Errorf("%s is named twice", rule)
		}
		rates[rule] = n
	}
	return rates, nil
}

// validateWorklist checks the rates under the names of their keys.
func (c *config) validateWorklist() error {
	var errs []error
	if n := c.Sampling.Default; n < 0 || n > 1000 {
		errs = append(errs, fmt.Errorf("worklist.sample: %d is not between 0 and 1000", n))
	}
	for _, rule := range slices.Sorted(maps.Keys(c.Sampling.ByRule)) {
		if n := c.Sampling.ByRule[rule]; n < 0 || n > 1000 {
			errs = append(errs, fmt.Errorf("worklist.sample_rules: %s=%d is not between 0 and 1000", rule, n))
		}
	}
	return errors.Join(errs...)
}
