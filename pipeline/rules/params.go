package rules

import (
	"errors"
	"fmt"

	"incrocio/pipeline"
)

// Params are the switches of the rules and the tables they read. They are part of the rules version: two nights with
// equal facts, date and Params give equal decisions.
type Params struct {
	Phase                 string        // automatic | experimental (msg INPS 5430/2014): experimental makes every action PROPOSTA
	EarlyEndPolicy        string        // actualend | contractend (R06): which end of a job left early counts
	ReductionBasis        string        // spreadtotal | prorata (rules on income from self-employment)
	CumuloSubordinateFrom pipeline.Date // first day of a job from which low-income employment may be combined (R08)
	SameEmployerGapDays   int           // days between two contracts of one employer that still make a chain (R19)
	ResumeReleaseDelay    int           // days after a suspension's last day before its resumption is released (R02)
	DayCount              string        // calendar: every payable day uses one granted day (D5)

	Contracts  pipeline.ContractTable
	Parameters *Parameters // figures and terms of the norms, by date
}

// The values of the switches.
const (
	PhaseAutomatic      = "automatic"
	PhaseExperimental   = "experimental"
	EarlyActualEnd      = "actualend"
	EarlyContractEnd    = "contractend"
	ReductionSpread     = "spreadtotal"
	ReductionProRata    = "prorata"
	DayCountCalendar    = "calendar"
	DefaultReleaseDelay = 5
)

// DefaultCumuloFrom is the day D.L. 76/2013 was published.
var DefaultCumuloFrom = pipeline.MustDate("2013-06-28")

// Defaults gives the usual switches and the parameters that the program carries, for a table of contracts.
func Defaults(contracts pipeline.ContractTable) Params {
	return Params{
		Phase:                 PhaseAutomatic,
		EarlyEndPolicy:        EarlyActualEnd,
		ReductionBasis:        ReductionSpread,
		CumuloSubordinateFrom: DefaultCumuloFrom,
		ResumeReleaseDelay:    DefaultReleaseDelay,
		DayCount:              DayCountCalendar,
		Contracts:             contracts,
		Parameters:            defaultParameters(),
	}
}

// Validate reports every value that is not allowed.
func (p *Params) Validate() error {
	var errs []error
	oneOf := func(key, v string, allowed ...string) {
		for _, a := range allowed {
			if v == a {
				return
			}
		}
		errs = append(errs, fmt.Errorf("rules.%s: %q is none of %q", key, v, allowed))
	}
	oneOf("phase", p.Phase, PhaseAutomatic, PhaseExperimental)
	oneOf("early_end_policy", p.EarlyEndPolicy, EarlyActualEnd, EarlyContractEnd)
	oneOf("reduction_basis", p.ReductionBasis, ReductionSpread, ReductionProRata)
	oneOf("day_count", p.DayCount, DayCountCalendar)
	if p.CumuloSubordinateFrom == 0 {
		errs = append(errs, errors.New("rules.cumulo_subordinate_from: no date"))
	}
	if p.SameEmployerGapDays < 0 || p.SameEmployerGapDays > 60 {
		errs = append(errs, fmt.Errorf("rules.same_employer_gap_days: %d is not between 0 and 60", p.SameEmployerGapDays))
	}
	if p.ResumeReleaseDelay < 0 || p.ResumeReleaseDelay > 60 {
		errs = append(errs, fmt.Errorf("rules.resume_release_delay: %d is not between 0 and 60", p.ResumeReleaseDelay))
	}
	if p.Parameters == nil {
		errs = append(errs, errors.New("no table of parameters"))
	}
	if len(p.Contracts) == 0 {
		errs = append(errs, errors.New("no table of contract types"))
	}
	return errors.Join(errs...)
}
