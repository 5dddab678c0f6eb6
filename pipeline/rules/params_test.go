package rules_test

import (
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

func TestParamsThatAreAllowed(t *testing.T) {
	for name, change := range map[string]func(*rules.Params){
		"the usual ones": func(*rules.Params) {},
		"the other switches": func(p *rules.Params) {
			p.Phase, p.EarlyEndPolicy, p.ReductionBasis = rules.PhaseExperimental, rules.EarlyContractEnd, rules.ReductionProRata
		},
		"the least gap and delay": func(p *rules.Params) { p.SameEmployerGapDays, p.ResumeReleaseDelay = 0, 0 },
		"the greatest":            func(p *rules.Params) { p.SameEmployerGapDays, p.ResumeReleaseDelay = 60, 60 },
	} {
		p := limitParams()
		change(&p)
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParamsThatAreNot(t *testing.T) {
	for key, changes := range map[string][]func(*rules.Params){
		"rules.phase":                   {func(p *rules.Params) { p.Phase = "" }, func(p *rules.Params) { p.Phase = "AUTOMATIC" }},
		"rules.early_end_policy":        {func(p *rules.Params) { p.EarlyEndPolicy = "never" }},
		"rules.reduction_basis":         {func(p *rules.Params) { p.ReductionBasis = "half" }},
		"rules.day_count":               {func(p *rules.Params) { p.DayCount = "30/360" }},
		"rules.cumulo_subordinate_from": {func(p *rules.Params) { p.CumuloSubordinateFrom = 0 }},
		"rules.same_employer_gap_days":  {func(p *rules.Params) { p.SameEmployerGapDays = -1 }, func(p *rules.Params) { p.SameEmployerGapDays = 61 }},
		"rules.resume_release_delay":    {func(p *rules.Params) { p.ResumeReleaseDelay = -1 }, func(p *rules.Params) { p.ResumeReleaseDelay = 61 }},
		"parameters":                    {func(p *rules.Params) { p.Parameters = nil }},
		"contract types":                {func(p *rules.Params) { p.Contracts = pipeline.ContractTable{} }},
	} {
		for _, change := range changes {
			p := limitParams()
			change(&p)
			switch err := p.Validate(); {
			case err == nil:
				t.Errorf("%s: allowed", key)
			case !strings.Contains(err.Error(), key) || strings.Count(err.Error(), "\n") != 0:
				t.Errorf("%s: the error is %v", key, err)
			}
		}
	}
	p := rules.Params{}
	if n := strings.Count(p.Validate().Error(), "\n"); n != 6 {
		t.Errorf("of seven faults %d are told", n+1)
	}
}
