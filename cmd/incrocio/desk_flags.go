package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
)

// choice is a flag that takes one of some values, in either case and with hyphens for underscores: "da-lavorare".
type choice[S ~string] struct {
	to     *S
	values []S
}

// mostListed is how many values the help of a flag spells out.
const mostListed = 10

// choiceFlag adds a flag that takes one of some values, with their completion.
func choiceFlag[S ~string](cmd *cobra.Command, to *S, name, usage string, values []S) {
	c := &choice[S]{to, values}
	if len(values) <= mostListed {
		usage += ": " + c.list(", ")
	}
	cmd.Flags().Var(c, name, usage)
	complete(cmd, name, strings.Split(c.list(" "), " "))
}

func complete(cmd *cobra.Command, name string, values []string) {
	err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag is ours
	}
}

// String gives the value, as pflag shows a default.
func (c *choice[S]) String() string {
	if c == nil || c.to == nil {
		return ""
	}
	return written(*c.to)
}

// Type names the flag's argument in the help.
func (c *choice[S]) Type() string { return "WORD" }

// Set takes a value that there is.
func (c *choice[S]) Set(s string) error {
	v, err := oneOf(s, c.values)
	if err == nil {
		*c.to = v
	}
	return err
}

func (c *choice[S]) list(separator string) string {
	var all []string
	for _, v := range c.values {
		all = append(all, written(v))
	}
	return strings.Join(all, separator)
}

// written writes a code as flags take it.
func written[S ~string](code S) string {
	return strings.ToLower(strings.ReplaceAll(string(code), "_", "-"))
}

// oneOf finds a value as it is written on the command line, or says which was probably meant.
func oneOf[S ~string](s string, values []S) (S, error) {
	var all []string
	for _, v := range values {
		if written(v) == written(s) {
			return v, nil
		}
		all = append(all, written(v))
	}
	if near := nearest(written(s), all); near != "" {
		return "", fmt.Errorf("did you mean %s?", near)
	}
	if len(values) > mostListed {
		return "", errors.New("there is no such code: see incrocio schema --rules")
	}
	return "", fmt.Errorf("want one of %s", strings.Join(all, ", "))
}

// choices is a flag that may be given several times.
type choices[S ~string] struct {
	choice[S]
	to *[]S
}

func choicesFlag[S ~string](cmd *cobra.Command, to *[]S, name, usage string, values []S) {
	c := &choices[S]{choice[S]{values: values}, to}
	cmd.Flags().Var(c, name, usage+": "+c.list(", ")+"; may be repeated")
	complete(cmd, name, strings.Split(c.list(" "), " "))
}

// Set adds a value that there is.
func (c *choices[S]) Set(s string) error {
	v, err := oneOf(s, c.values)
	if err == nil {
		*c.to = append(*c.to, v)
	}
	return err
}

// dateFlag is a flag that takes a day, 2014-07-31 or 31/07/2014.
type dateFlag struct{ to *pipeline.Date }

// String gives the day, as pflag shows a default.
func (f dateFlag) String() string {
	if f.to == nil || *f.to == 0 {
		return ""
	}
	return f.to.String()
}

// Type names the flag's argument in the help.
func (dateFlag) Type() string { return "D" }

// Set takes a day that there is.
func (f dateFlag) Set(s string) error {
	d, err := pipeline.ParseDate(s)
	if m := italianDate.FindStringSubmatch(s); m != nil {
		d, err = pipeline.ParseDate(m[3] + "-" + m[2] + "-" + m[1])
	}
	if err == nil {
		*f.to = d
	}
	return err
}

var italianDate = regexp.MustCompile(`^(\d\d)/(\d\d)/(\d{4})$`)

// parseTaxCode reads a tax code that was typed. Its errors do not repeat it.
func parseTaxCode(flag, s string) (pipeline.CodiceFiscale, error) {
	if s == "" {
		return "", nil
	}
	c, err := pipeline.ParseCodiceFiscale(strings.TrimSpace(s))
	if err != nil {
		return "", &usageError{err: fmt.Errorf("--%s: %w", flag, err), hint: "check the code, or search by --claim or --protocol"}
	}
	return c, nil
}

// italianAmount is an amount as it is written in Italy: "1.234,50", "1234,5".
var italianAmount = regexp.MustCompile(`^-?(\d{1,3}(\.\d{3})+|\d+),(\d{1,2})$`)

// parseAmount reads an amount in euro that was typed: with a comma as in Italy, or with a point as everywhere else in the
// program. One point before three digits could be either and is refused.
func parseAmount(s string) (pipeline.Cents, error) {
	if italianAmount.MatchString(s) {
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	}
	c, err := pipeline.ParseCents(s)
	if err != nil {
		return 0, errors.New("not an amount: want 1234,56 or 1.234,56")
	}
	return c, nil
}

// personalCode finds what has the form of a person's tax code, whatever its check character.
var personalCode = regexp.MustCompile(`(?i)\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b`)

// scrub masks the tax codes in a text.
func scrub(s string) string {
	return personalCode.ReplaceAllStringFunc(s, func(code string) string { return pipeline.CodiceFiscale(code).Mask() })
}
