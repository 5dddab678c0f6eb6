package gates

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"incrocio/pipeline"
)

// weekdays as they stand in "di solito …".
var weekdays = [...]string{
	time.Sunday: "la domenica", time.Monday: "il lunedì", time.Tuesday: "il martedì", time.Wednesday: "il mercoledì",
	time.Thursday: "il giovedì", time.Friday: "il venerdì", time.Saturday: "il sabato",
}

// number writes a count in Italian: points between thousands, a comma and one place where it is no whole number.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	sign := strings.HasPrefix(whole, "-")
	whole = strings.TrimPrefix(whole, "-")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	if sign {
		whole = "-" + whole
	}
	if fraction != "0" {
		whole += "," + fraction
	}
	return whole
}

// percent writes a share in Italian, to the hundredth of a percent.
func percent(share float64) string {
	s := strings.TrimRight(strconv.FormatFloat(share*100, 'f', 2, 64), "0")
	return strings.Replace(strings.TrimSuffix(s, "."), ".", ",", 1) + " %"
}

// where is " in unilav", or nothing for the whole night.
func (s Slice) where() string {
	if s.Dimension == ByTotal {
		return ""
	}
	return " in " + s.Value
}

// How the tails begin that tell what happens unless somebody lets the night pass.
const (
	heldTail    = " Queste azioni escono come proposte, il resto è pubblicato."
	refusedTail = " La notte non è pubblicata."
)

// accepted is the text of a finding that somebody let pass: what was found and why it may be, and no longer what would have happened.
func accepted(text, reason string) string {
	for _, tail := range [...]string{heldTail, refusedTail} {
		text, _, _ = strings.Cut(text, tail)
	}
	return text + " Accettato: " + reason + "."
}

// tail closes a text: nothing, a doubt, or what happens now and the next command.
func (e *evaluation) tail(f Finding, doubt string) string {
	run := "incrocio run --date " + e.n.Date.String()
	switch f.Verdict {
	case Warn:
		return " Solo avviso: " + doubt + ". Per il quadro della notte: incrocio status --balance."
	case Hold:
		return fmt.Sprintf(heldTail+" Per vederle: incrocio diff %s %s; "+
			"per farle valere: %s --replace --accept \"motivo\".", e.lastPast(), e.n.Date, run)
	case Refuse:
		return fmt.Sprintf(refusedTail+" Rimediare e ripetere: %s; oppure accettare: %s --accept \"motivo\".", run, run)
	}
	return ""
}

// lastPast is the youngest of the nights compared; whatever is held was compared with some.
func (e *evaluation) lastPast() pipeline.Date {
	var last pipeline.Date
	for _, p := range e.past {
		last = max(last, p.Date)
	}
	return last
}

func (e *evaluation) discardsText(f Finding, n Flow, doubt string) string {
	return fmt.Sprintf("Scarti%s: %s documenti su %s (%s), limite %s.", f.Slice.where(), number(float64(n.Discarded)),
		number(float64(n.Read())), percent(f.Measured), percent(f.Limit)) + e.tail(f, doubt)
}

func (e *evaluation) sourcesText(f Finding) string {
	if f.Verdict == Pass {
		return fmt.Sprintf("Fonte attesa %s: arrivata, documenti %s.", f.Slice.Value, number(f.Measured))
	}
	return fmt.Sprintf("Fonte attesa %s: non è arrivato nulla.", f.Slice.Value) + e.tail(f, "")
}

// compared is ", di solito il martedì 10.000 (mediana di 8 notti), normale da 7.000 a 13.000".
func (e *evaluation) compared(u usual, bounds string) string {
	if u.nights == 0 {
		return ": nessuna notte dello stesso giorno nelle ultime " + number(float64(e.c.Weeks)) + " settimane, il confronto non si fa."
	}
	nights := "mediana di " + strconv.Itoa(u.nights) + " notti"
	if u.nights == 1 {
		nights = "una notte"
	}
	return fmt.Sprintf(", di solito %s %s (%s), %s.", weekdays[e.n.Date.Weekday()], number(u.median), nights, bounds)
}

func (e *evaluation) volumeText(f Finding, u usual, doubt string) string {
	return fmt.Sprintf("Documenti nuovi%s: %s", f.Slice.where(), number(f.Measured)) +
		e.compared(u, "normale da "+number(u.low)+" a "+number(u.high)) + e.tail(f, doubt)
}

func (e *evaluation) adverseText(f Finding, u usual, doubt string) string {
	of := ""
	if f.Slice.Dimension != ByTotal {
		of = " con " + f.Slice.label()
	}
	return fmt.Sprintf("%s nuove%s: %s", f.Slice.Type, of, number(f.Measured)) +
		e.compared(u, "normale fino a "+number(u.high)) + e.tail(f, doubt)
}
