package rules

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
)

// Names of the parameters (parametro).
const (
	paramRegime          = "regime"
	paramStatusKept      = "conservazione_stato"
	paramPaper           = "canale_cartaceo"
	paramTelematic       = "canale_telematico"
	paramLimitASpI       = "limite_aspi"
	paramLimitMini       = "limite_mini_aspi"
	paramTotalASpI       = "totale_aspi"
	paramTotalMini       = "totale_mini_aspi"
	paramWaiting         = "carenza"
	paramUrgent          = "attesa_urgenza"
	paramTolerance       = "tolleranza_fine"
	paramNotice          = "termine_comunicazione"
	paramReduction       = "aliquota_riduzione"
	paramIncomeSelf      = "limite_reddito_autonomo"
	paramIncomeQuasi     = "limite_reddito_parasubordinato"
	paramIncomeEmployee  = "limite_reddito_subordinato"
	paramVoucherReceiver = "voucher_percettori"
	paramVoucherTotal    = "voucher_totale"
	paramVoucherClient   = "voucher_committente"
)

// required says from when on each parameter must be known without a gap; 0 for those whose validity is what they say.
// Where the sources are silent the period is not required: the client's limit on vouchers in early 2015.
var required = map[string]pipeline.Date{
	paramRegime: 0, paramStatusKept: 0, paramPaper: 0, paramTelematic: 0, paramVoucherReceiver: 0, paramVoucherClient: 0,
	paramLimitASpI: regimeStart, paramLimitMini: regimeStart, paramTotalASpI: regimeStart, paramTotalMini: regimeStart,
	paramWaiting: regimeStart, paramUrgent: regimeStart, paramTolerance: regimeStart, paramNotice: regimeStart,
	paramReduction: regimeStart, paramVoucherTotal: regimeStart,
	paramIncomeSelf: statusKept, paramIncomeQuasi: statusKept, paramIncomeEmployee: statusKept,
}

var (
	regimeStart = pipeline.MustDate("2013-01-01")
	statusKept  = pipeline.MustDate("2013-06-28")
)

// ErrParameters is wrapped by the errors of [LoadParameters].
var ErrParameters = errors.New("parameters")

//go:embed parametri.csv
var embeddedParameters string

// Parameters are the figures and terms of the norms, each with its validity: the one in force on the day of the event is
// the one that counts. They are read-only.
type Parameters struct {
	rows map[string][]parameter // by first day
	text string                 // as loaded, for the version of the rules
}

type parameter struct {
	pipeline.Period
	value int64
}

// LoadParameters reads a table with the columns parametro, valore (whole), unita, dal, al (included; empty for no end),
// fonte, and checks it: every parameter known, each period once, none missing. Errors wrap [ErrParameters].
func LoadParameters(in io.Reader) (*Parameters, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrParameters, err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrParameters, err)
	}
	p := &Parameters{rows: map[string][]parameter{}, text: string(text)}
	for i, row := range rows {
		if i == 0 {
			if got := strings.Join(row, ","); got != "parametro,valore,unita,dal,al,fonte" {
				return nil, fmt.Errorf("%w: columns are %s", ErrParameters, got)
			}
			continue
		}
		if err := p.add(row); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrParameters, i+1, err)
		}
	}
	return p, p.check()
}

func (p *Parameters) add(row []string) error {
	name := row[0]
	if _, ok := required[name]; !ok {
		return fmt.Errorf("no parameter is called %q", name)
	}
	value, err := strconv.ParseInt(row[1], 10, 64)
	if err != nil {
		return fmt.Errorf("%s: value %q is not a whole number", name, row[1])
	}
	v := parameter{value: value}
	if err := errors.Join(v.From.UnmarshalText([]byte(row[3])), v.To.UnmarshalText([]byte(row[4]))); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if v.To != 0 && v.To < v.From {
		return fmt.Errorf("%s: ends before it begins", name)
	}
	if row[5] == "" {
		return fmt.Errorf("%s: no source", name)
	}
	p.rows[name] = append(p.rows[name], v)
	return nil
}

// check looks for periods that are missing or told twice.
func (p *Parameters) check() error {
	var errs []error
	names := make([]string, 0, len(required))
	for name := range required {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		rows := p.rows[name]
		slices.SortFunc(rows, func(a, b parameter) int { return int(a.From - b.From) })
		from := required[name]
		switch {
		case len(rows) == 0:
			errs = append(errs, fmt.Errorf("%w: %s is missing", ErrParameters, name))
			continue
		case from != 0 && rows[0].From > from:
			errs = append(errs, fmt.Errorf("%w: %s is missing from %s", ErrParameters, name, from))
		case from != 0 && rows[len(rows)-1].To != 0:
			errs = append(errs, fmt.Errorf("%w: %s is missing after %s", ErrParameters, name, rows[len(rows)-1].To))
		}
		for i := 1; i < len(rows); i++ {
			switch last := rows[i-1]; {
			case last.To == 0 || last.To >= rows[i].From:
				errs = append(errs, fmt.Errorf("%w: %s has two values on %s", ErrParameters, name, rows[i].From))
			case from != 0 && last.To+1 < rows[i].From:
				errs = append(errs, fmt.Errorf("%w: %s is missing from %s", ErrParameters, name, last.To+1))
			}
		}
	}
	return errors.Join(errs...)
}

// defaultParameters are those the program carries.
func defaultParameters() *Parameters {
	p, err := LoadParameters(strings.NewReader(embeddedParameters))
	if err != nil {
		panic(err) // a test reads them
	}
	return p
}

// Text gives the table as it was loaded.
func (p *Parameters) Text() string { return p.text }

// in tells whether a parameter has a value on a day.
func (p *Parameters) in(name string, on pipeline.Date) bool {
	return slices.ContainsFunc(p.rows[name], func(v parameter) bool { return v.Contains(on) })
}

// border is the day nearest to one on which a parameter has no value that it has one on, and whether it has one from
// there on; 0 where it never has one.
func (p *Parameters) border(name string, on pipeline.Date) (day pipeline.Date, from bool) {
	for _, v := range p.rows[name] {
		if v.From > on && (day == 0 || v.From-on < abs(day-on)) {
			day, from = v.From, true
		}
		if v.To != 0 && v.To < on && (day == 0 || on-v.To < abs(day-on)) {
			day, from = v.To, false
		}
	}
	return day, from
}

// at is the value in force on a day; on a day before the first, which no rule asks about in earnest, the first.
func (p *Parameters) at(name string, on pipeline.Date) int64 {
	rows := p.rows[name]
	value := rows[0].value
	for _, v := range rows {
		if v.From <= on {
			value = v.value
		}
	}
	return value
}

// days and cents are values with their unit.
func (p *Parameters) days(name string, on pipeline.Date) pipeline.Date {
	return pipeline.Date(p.at(name, on))
}

func (p *Parameters) cents(name string, on pipeline.Date) pipeline.Cents {
	return pipeline.Cents(p.at(name, on))
}

// noticeTerm is the last day to tell INPS of an event (R08, R42): one month, as D4 counts.
func (p *Params) noticeTerm(event pipeline.Date) pipeline.Date {
	return event.NoticeTerm(int(p.Parameters.at(paramNotice, event)))
}

// reduction is the part of a yearly income that reduces the benefit, half a cent up (R08, R40).
func (p *Params) reduction(income pipeline.Cents, on pipeline.Date) pipeline.Cents {
	return pipeline.Cents(pipeline.DivRound(int64(income)*p.Parameters.at(paramReduction, on), 100))
}

// incomeLimit is the yearly income up to which the status is kept, by kind of work (R08, R41).
func (p *Params) incomeLimit(category string, on pipeline.Date) pipeline.Cents {
	switch category {
	case pipeline.CategoryQuasi:
		return p.Parameters.cents(paramIncomeQuasi, on)
	case pipeline.CategoryEmployee:
		return p.Parameters.cents(paramIncomeEmployee, on)
	}
	return p.Parameters.cents(paramIncomeSelf, on)
}
