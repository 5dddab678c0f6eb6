package ledger

import (
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// reopened begins the sentence of [changed].
const reopened = "Riaperta: "

// changed says in a sentence what an exception that comes back says now and did not say when it was closed.
func changed(was, now *pipeline.Exception) string {
	var parts []string
	add := func(what, before, after string) {
		switch {
		case before == after:
		case before == "":
			parts = append(parts, fmt.Sprintf("%s %s", what, after))
		case after == "":
			parts = append(parts, fmt.Sprintf("%s non più indicato (era %s)", what, before))
		default:
			parts = append(parts, fmt.Sprintf("%s %s invece di %s", what, after, before))
		}
	}
	add("inizio", was.From.Italian(), now.From.Italian())
	add("fine", was.To.Italian(), now.To.Italian())
	add("giorni", number(was.Days), number(now.Days))
	add("importo", amount(was.Amount), amount(now.Amount))
	if was.Class != now.Class {
		parts = append(parts, "cambia la classe")
	}
	if was.Proposed != now.Proposed {
		parts = append(parts, "cambia l'azione proposta")
	}
	if n := fresh(was.Sources, now.Sources); n > 0 {
		parts = append(parts, fmt.Sprintf("documenti nuovi: %d", n))
	}
	if n := fresh(now.Sources, was.Sources); n > 0 {
		parts = append(parts, fmt.Sprintf("documenti che non contano più: %d", n))
	}
	if len(parts) == 0 {
		return reopened + "i fatti sono di nuovo quelli di prima."
	}
	return reopened + strings.Join(parts, "; ") + "."
}

func number(n pipeline.Opt[int32]) string {
	if !n.OK {
		return ""
	}
	return fmt.Sprint(n.V)
}

func amount(c pipeline.Opt[pipeline.Cents]) string {
	if !c.OK {
		return ""
	}
	return c.V.Italian() + " euro"
}

// fresh counts the sources of the second list that the first lacks.
func fresh(had, has string) int {
	old := rules.NewRefSet(rules.SplitSources(had))
	n := 0
	for _, ref := range rules.SplitSources(has) {
		if !old.Has(ref) {
			n++
		}
	}
	return n
}
