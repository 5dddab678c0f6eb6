package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
)

// gateSettings are the keys of the gates before publication.
var gateSettings = []setting{
	{
		key: "gates.enabled", describe: "i varchi prima della pubblicazione",
		get: func(c *config) any { return c.GatesOn },
		set: func(c *config, v any) error { return setBool(&c.GatesOn, v) },
	},
	{
		key: "gates.second_person", describe: "servono due persone per far passare una notte che i varchi rifiutano (--accept)",
		get: func(c *config) any { return c.SecondPerson },
		set: func(c *config, v any) error { return setBool(&c.SecondPerson, v) },
	},
	{
		key: "gates.max_discards", describe: "documenti scartati oltre cui la notte è rifiutata, per cento",
		get: func(c *config) any { return c.discardPercent() },
		set: func(c *config, v any) error {
			var percent float64
			err := setDecimal(&percent, v)
			if err == nil {
				c.Gates.DiscardShare = percent / 100
			}
			return err
		},
	},
	number("gates.min_records", "documenti sotto cui un confronto avvisa soltanto", func(c *config) *int64 { return &c.Gates.MinRecords }),
	number("gates.min_nights", "notti pubblicate sotto cui un confronto avvisa soltanto", func(c *config) *int { return &c.Gates.MinNights }),
	{
		key: "gates.factor", describe: "scarti mediani assoluti dal solito oltre cui una misura è anomala",
		get: func(c *config) any { return c.Gates.Deviations },
		set: func(c *config, v any) error { return setDecimal(&c.Gates.Deviations, v) },
	},
	{
		key: "gates.expected", describe: "flussi che devono arrivare ogni notte, separati da spazi",
		get: func(c *config) any {
			var names []string
			for _, e := range c.Gates.Expected {
				names = append(names, e.Source)
			}
			return strings.Join(names, " ")
		},
		set: func(c *config, v any) error {
			names, err := flowList(v)
			c.Gates.Expected = nil
			for _, name := range names {
				c.Gates.Expected = append(c.Gates.Expected, gates.Expected{Source: name})
			}
			return err
		},
	},
	{
		key: "gates.irregular", describe: "flussi senza cadenza fissa, il cui volume avvisa soltanto, separati da spazi",
		get: func(c *config) any { return strings.Join(c.Gates.Irregular, " ") },
		set: func(c *config, v any) (err error) {
			c.Gates.Irregular, err = flowList(v)
			return err
		},
	},
}

// discardPercent is the limit on discards as it is written, without what a division by 100 leaves behind.
func (c *config) discardPercent() float64 { return math.Round(c.Gates.DiscardShare*1e8) / 1e6 }

// validateGates checks the limits under the names of their keys.
func (c *config) validateGates() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	g := &c.Gates
	check(g.DiscardShare >= 0 && g.DiscardShare <= 1, "gates.max_discards: %v is not between 0 and 100", c.discardPercent())
	check(g.MinRecords >= 0, "gates.min_records: %d is negative", g.MinRecords)
	check(g.MinNights >= 0, "gates.min_nights: %d is negative", g.MinNights)
	check(g.Deviations > 0 && g.Deviations <= 1000, "gates.factor: %v is not above 0 and up to 1000", g.Deviations)
	if len(errs) == 0 {
		errs = append(errs, g.Validate())
	}
	return errors.Join(errs...)
}

// flowNames are the flows that a configuration may name.
var flowNames = []string{
	string(pipeline.FlowUnilav), string(pipeline.FlowAspicom), string(pipeline.FlowDomestico), string(pipeline.FlowVoucher),
	string(pipeline.FlowSegnalazioni), string(pipeline.FlowDomande),
}

// flowList reads names of flows, each once.
func flowList(v any) ([]string, error) {
	var text string
	if err := setText(&text, v); err != nil {
		return nil, err
	}
	var out []string
	for _, name := range strings.Fields(text) {
		if !slices.Contains(flowNames, name) {
			err := fmt.Errorf("%q is none of the flows %s", name, strings.Join(flowNames, ", "))
			if near := nearest(name, flowNames); near != "" {
				err = fmt.Errorf("%q is no flow: did you mean %s?", name, near)
			}
			return nil, err
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

func setBool(to *bool, v any) error {
	switch v := v.(type) {
	case bool:
		*to = v
		return nil
	case string: // from the environment
		if v == "true" || v == "false" {
			*to = v == "true"
			return nil
		}
	}
	return fmt.Errorf("%v is neither true nor false", v)
}

func setDecimal(to *float64, v any) error {
	switch v := v.(type) {
	case float64:
		*to = v
		return nil
	case int64:
		*to = float64(v)
		return nil
	case string: // from the environment
		n, err := strconv.ParseFloat(v, 64)
		if err == nil && n-n == 0 { // neither infinite nor not a number
			*to = n
			return nil
		}
	}
	return fmt.Errorf("%v is not a number", v)
}
