package gates

import (
	"log/slog"
	"strings"

	"incrocio/pipeline"
)

// Night is what a night counts before it is published.
type Night struct {
	Date    pipeline.Date
	Flows   map[pipeline.Flow]Flow
	Sources map[string]int64 // documents that arrived, whatever became of them, by source; the flows need not be repeated
	Adverse []Adverse
}

// Flow counts the documents of a flow, as the balance does; for the snapshot of claims, its rows.
type Flow struct {
	Accepted  int64
	Discarded int64
	Repeated  int64 // known before: they change nothing and say nothing about tonight's volume
}

// Read is how many documents were read.
func (f Flow) Read() int64 { return f.Accepted + f.Discarded + f.Repeated }

// New is how many documents were read for the first time; the volume of a flow.
func (f Flow) New() int64 { return f.Accepted + f.Discarded }

// Adverse counts the actions against claimants that share type, sede, employer, sender and rule.
//
// To be counted are SOSPENSIONE and DECADENZA that become AUTOMATICA tonight: those with operazione NUOVA, and those that
// until yesterday were a PROPOSTA. So an action that was held is counted again, and held again, until its slice is back
// to the usual or a person accepts it. Employer and sender are those of the document that decided; "" where there is none.
type Adverse struct {
	Type     string // pipeline.ActionSuspend, pipeline.ActionDecade
	Office   string // sede
	Employer string // datore: 11 digits, or the tax code of a person
	Sender   string // mittente: likewise
	Rule     string // regola
	Count    int64
}

// String shows no tax code whole.
func (a Adverse) String() string {
	parts := []string{a.Type}
	for _, s := range a.slices() {
		if s.Value != "" {
			parts = append(parts, s.label())
		}
	}
	return strings.Join(parts, " ") + ": " + number(float64(a.Count))
}

// Past is what is kept of a published night for the nights to come.
type Past struct {
	Date    pipeline.Date
	New     map[pipeline.Flow]int64 // [Flow.New]
	Adverse map[Slice]int64         // [Result.Record]
}

// History is what was published before. Nights may come in any order, each date once; those of another weekday, older
// than the weeks of the configuration, or not before tonight are left out.
type History struct {
	Nights    []Past
	Published int // nights ever published
}

// Dimension is what a slice cuts along.
type Dimension string

// The dimensions.
const (
	ByTotal    Dimension = "totale" // everything of a flow's gate or a type of action; Value is ""
	ByFlow     Dimension = "flusso"
	BySource   Dimension = "fonte"
	BySender   Dimension = "mittente"
	ByEmployer Dimension = "datore"
	ByOffice   Dimension = "sede"
	ByRule     Dimension = "regola"
)

// adverseDimensions in the order in which equals are held.
var adverseDimensions = [...]Dimension{BySender, ByEmployer, ByOffice, ByRule}

// Slice is a part of a night: what a finding is about. Printed, it shows no tax code whole; Value is data.
type Slice struct {
	Dimension Dimension
	Value     string
	Type      string // type of action; "" where documents are counted
}

// String is such as "mittente=RSS************* DECADENZA".
func (s Slice) String() string {
	if s.Type == "" {
		return s.label()
	}
	return s.label() + " " + s.Type
}

// GoString is String.
func (s Slice) GoString() string { return s.String() }

// LogValue is String.
func (s Slice) LogValue() slog.Value { return slog.StringValue(s.String()) }

func (s Slice) label() string {
	if s.Dimension == ByTotal {
		return string(ByTotal)
	}
	value := s.Value
	if (s.Dimension == BySender || s.Dimension == ByEmployer) && !digitsOnly(value) {
		value = pipeline.CodiceFiscale(value).Mask()
	}
	return string(s.Dimension) + "=" + value
}

// digitsOnly tells the code of a company from that of a person, whole or cut short.
func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// slices gives the four slices that an action belongs to, in the order of adverseDimensions.
func (a Adverse) slices() [len(adverseDimensions)]Slice {
	return [...]Slice{
		{BySender, a.Sender, a.Type},
		{ByEmployer, a.Employer, a.Type},
		{ByOffice, a.Office, a.Type},
		{ByRule, a.Rule, a.Type},
	}
}

// Tally adds up adverse actions by slice, the total of each type included. Values that are not known make no slice.
func Tally(actions []Adverse) map[Slice]int64 {
	sums := map[Slice]int64{}
	for _, a := range actions {
		sums[Slice{Dimension: ByTotal, Type: a.Type}] += a.Count
		for _, s := range a.slices() {
			if s.Value != "" {
				sums[s] += a.Count
			}
		}
	}
	return sums
}
