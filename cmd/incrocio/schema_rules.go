package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"incrocio/pipeline/rules"
)

// rulePages are the pages of the rules and their examples, as the tests generate them.
//
//go:embed regole/*.md regole/esempi.json
var rulePages embed.FS

// The folder of the pages and the names in it that are no rule.
const (
	pageFolder     = "regole/"
	examplesFile   = pageFolder + "esempi.json"
	indexPage      = "indice"
	exceptionsPage = "eccezioni"
)

// ruleData is a rule as --rules --json prints it.
type ruleData struct {
	Rule       string            `json:"regola"`
	Title      string            `json:"titolo"`
	Norm       string            `json:"norma"`
	Certainty  string            `json:"certezza"`
	Modes      []string          `json:"modalita"`
	When       []string          `json:"condizioni"`
	Then       []string          `json:"effetto"`
	Not        []string          `json:"non_fa"`
	Readings   []string          `json:"letture"`
	Also       []string          `json:"altre_fonti"`
	Parameters []parameterData   `json:"parametri"`
	Switches   []switchData      `json:"interruttori"`
	Exceptions []exceptionData   `json:"eccezioni"`
	Examples   []json.RawMessage `json:"esempi"`
	Other      []string          `json:"altri_scenari"`
}

type parameterData struct {
	Name   string `json:"parametro"`
	Value  int64  `json:"valore"`
	Unit   string `json:"unita"`
	From   string `json:"dal,omitempty"`
	To     string `json:"al,omitempty"`
	Source string `json:"fonte"`
}

type switchData struct {
	Key     string `json:"chiave"`
	Default string `json:"predefinito"`
	Meaning string `json:"significato"`
}

type exceptionData struct {
	Code       string `json:"codice"`
	Class      string `json:"classe"`
	Title      string `json:"titolo"`
	Closable   bool   `json:"chiudibile"`
	SelfCloses bool   `json:"si_chiude_da_sola"`
	SecondEyes bool   `json:"secondo_operatore"`
	Meaning    string `json:"significato"`
	Remedy     string `json:"che_cosa_fare"`
}

// printRules prints one page, or all of them; as data, the rule or the list of rules.
func (a *app) printRules(args []string) error {
	names := pageNames()
	if len(args) == 1 {
		i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, args[0]) })
		if i < 0 {
			return unknownRule(args[0], names)
		}
		names = names[i : i+1]
	}
	if !a.json {
		return writePages(a.stdout, names)
	}
	if len(args) == 1 && names[0] == exceptionsPage {
		return a.print(exceptionsData(rules.ExceptionCodes()), nil)
	}
	list, err := rulesData()
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(list, func(r ruleData) bool { return len(args) == 1 && r.Rule == names[0] }); i >= 0 {
		return a.print(list[i], nil)
	}
	return a.print(list, nil)
}

// pageNames lists the pages in the order in which they are printed.
func pageNames() []string {
	names := []string{indexPage}
	for _, r := range rules.Rulebook() {
		names = append(names, r.ID)
	}
	return append(names, exceptionsPage)
}

// unknownRule names the page that was probably meant.
func unknownRule(word string, names []string) error {
	hint := "incrocio schema --rules " + indexPage
	if near := nearest(strings.ToUpper(word), names); near != "" {
		hint = "Did you mean " + near + "?"
	} else if near := nearest(strings.ToLower(word), names); near != "" {
		hint = "Did you mean " + near + "?"
	}
	return &usageError{err: fmt.Errorf("unknown rule %q", word), hint: hint}
}

func writePages(w io.Writer, names []string) error {
	for i, name := range names {
		b, err := rulePages.ReadFile(pageFolder + name + ".md")
		if err != nil {
			return fmt.Errorf("read page %s: %w", name, err)
		}
		if i > 0 {
			b = append([]byte("\n"), b...)
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// rulesData gives every rule with its examples.
func rulesData() ([]ruleData, error) {
	b, err := rulePages.ReadFile(examplesFile)
	if err != nil {
		return nil, fmt.Errorf("read examples: %w", err)
	}
	var book struct {
		Rules map[string]struct {
			Shown []string `json:"svolti"`
			Other []string `json:"altri"`
		} `json:"regole"`
		Examples []json.RawMessage `json:"esempi"`
	}
	if err := json.Unmarshal(b, &book); err != nil {
		return nil, fmt.Errorf("read examples: %w", err)
	}
	examples := map[string]json.RawMessage{}
	for _, e := range book.Examples {
		var named struct {
			Name string `json:"scenario"`
		}
		if err := json.Unmarshal(e, &named); err != nil {
			return nil, fmt.Errorf("read examples: %w", err)
		}
		examples[named.Name] = e
	}
	table := rules.Defaults(nil).Parameters.Table()
	var list []ruleData
	for _, r := range rules.Rulebook() {
		d := dataOf(&r, table)
		for _, name := range book.Rules[r.ID].Shown {
			d.Examples = append(d.Examples, examples[name])
		}
		d.Other = book.Rules[r.ID].Other
		list = append(list, d)
	}
	return list, nil
}

// dataOf gives a rule without its examples. Lists are never null.
func dataOf(r *rules.Rule, table []rules.ParameterRow) ruleData {
	d := ruleData{
		Rule: r.ID, Title: r.Title, Norm: r.Norm, Certainty: string(r.Certainty), Modes: whole(r.Modes),
		When: whole(r.When), Then: whole(r.Then), Not: whole(r.Not), Readings: whole(r.Readings), Also: whole(r.Also),
		Parameters: []parameterData{}, Switches: []switchData{}, Exceptions: exceptionsData(r.Exceptions), Examples: []json.RawMessage{},
	}
	for _, row := range table {
		if slices.Contains(r.Parameters, row.Name) {
			d.Parameters = append(d.Parameters, parameterData(row))
		}
	}
	for _, s := range rules.Switches() {
		if r.Reads(s.Key) {
			d.Switches = append(d.Switches, switchData{"rules." + s.Key, s.Default, s.Meaning})
		}
	}
	return d
}

func exceptionsData(codes []string) []exceptionData {
	list := []exceptionData{}
	for _, code := range codes {
		t := rules.ExceptionTypes[code]
		list = append(list, exceptionData{code, t.Class, t.Title, t.Closable, t.SelfCloses, t.SecondEyes, t.Meaning, t.Remedy})
	}
	return list
}

func whole(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
