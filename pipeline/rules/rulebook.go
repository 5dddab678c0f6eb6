package rules

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
)

// Rule is a rule of the rulebook: what the engine cites of it, and what operators and lawyers read of it. All texts are
// Italian, whole sentences without Markdown; references to other rules are their bare names.
type Rule struct {
	ID    string // R01 to R71, I01 to I03
	Title string
	Norm  string // law, circular or message with its paragraph, as the column norma shows it

	Also       []string  // further sources and what they settle; those of another benefit or period say so
	When       []string  // conditions: all of them must hold
	Then       []string  // effect
	Not        []string  // near misses: what looks alike and must do nothing, or something else
	Modes      []string  // modalita of its actions; none where it issues none
	Certainty  Certainty // how firm the ground is
	Readings   []string  // the points that no source settles, and how they are read here; none where Certainty is ByNorm
	Parameters []string  // names in parametri.csv
	Switches   []string  // keys below [rules]; phase goes without saying for every rule with actions
	Exceptions []string  // codes that it raises
}

// Certainty says what a rule rests on.
type Certainty string

// The certainties.
const (
	ByNorm     Certainty = "norma"                            // law or published practice of INPS says it
	ByBoth     Certainty = "norma, con letture dichiarate"    // the effect is said, some point of it is read here
	ByReading  Certainty = "interpretazione dichiarata"       // no source of the regime settles it
	NoDecision Certainty = "norma, senza effetto sui calcoli" // said, and decides nothing here
)

// Rulebook gives every rule in the order of their names: R01 to R71, then I01 to I03. The slice is the caller's, what it
// points to is read-only.
func Rulebook() []Rule {
	return slices.Clone(rulebook)
}

var rulebook = slices.Concat(workRules, chainRules, claimRules, contractRules, declaredRules, incomeRules, eventRulebook, intakeRules, afterRules, identityRules)

// Rules finds a rule by its name.
var Rules = byID(rulebook)

func byID(book []Rule) map[string]Rule {
	m := make(map[string]Rule, len(book))
	for _, r := range book {
		m[r.ID] = r
	}
	return m
}

// Switch is a key of the configuration that changes what rules decide.
type Switch struct {
	Key     string // below [rules]
	Default string
	Meaning string // Italian
}

// Switches lists the switches with their defaults, in the order of [Params].
func Switches() []Switch {
	d := Defaults(nil)
	return []Switch{
		{"phase", d.Phase, "automatic: le azioni dell'insieme chiuso sono AUTOMATICHE; experimental: ogni azione è una PROPOSTA, come nella sperimentazione del msg INPS 5430/2014."},
		{"early_end_policy", d.EarlyEndPolicy, "Quale fine conta se il rapporto cessa prima del termine: actualend quella effettiva, contractend quella del contratto."},
		{"reduction_basis", d.ReductionBasis, "Come si ripartisce la trattenuta: spreadtotal l'intero importo sui giorni di prestazione, prorata in proporzione ai giorni fino al 31 dicembre."},
		{"cumulo_subordinate_from", d.CumuloSubordinateFrom.String(), "Primo giorno di inizio dei rapporti subordinati che possono cumularsi con l'indennità ridotta."},
		{"same_employer_gap_days", strconv.Itoa(d.SameEmployerGapDays), "Giorni fra due contratti dello stesso datore che li lasciano consecutivi."},
		{"resume_release_delay", strconv.Itoa(d.ResumeReleaseDelay), "Giorni che la ripresa attende dopo l'ultimo giorno di sospensione; con 0 nessuna ripresa attende."},
		{"day_count", d.DayCount, "calendar: ogni giorno di calendario pagabile consuma un giorno spettante."},
	}
}

// Reads tells whether the rule decides otherwise when the switch does; every rule with actions reads phase.
func (r *Rule) Reads(key string) bool {
	return slices.Contains(r.Switches, key) || key == "phase" && len(r.Modes) > 0
}

// ParameterRow is one row of the table of parameters, as it is written there.
type ParameterRow struct {
	Name   string
	Value  int64
	Unit   string // si, mesi, giorni, percento, centesimi
	From   string // first day, YYYY-MM-DD; "" always
	To     string // last day; "" still
	Source string
}

// Table gives the rows of the parameters in the order of the table.
func (p *Parameters) Table() []ParameterRow {
	rows, err := csv.NewReader(strings.NewReader(p.text)).ReadAll()
	if err != nil {
		panic(err) // it was read once already
	}
	var out []ParameterRow
	for _, row := range rows[1:] {
		value, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil {
			panic(err) // it was read once already
		}
		out = append(out, ParameterRow{row[0], value, row[2], row[3], row[4], row[5]})
	}
	return out
}

// Text writes the value with its unit, as people read it.
func (r ParameterRow) Text() string {
	n := strconv.FormatInt(r.Value, 10)
	switch r.Unit {
	case "centesimi":
		return pipeline.Cents(r.Value).Italian() + " euro"
	case "percento":
		return n + " %"
	case "si":
		return "sì"
	case "mesi":
		if r.Value == 1 {
			return "1 mese"
		}
	}
	return n + " " + r.Unit
}
