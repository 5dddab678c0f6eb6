package ledger

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// drawClaim invents a claim; its days are near one another and near the borders of the regime more often than not.
func drawClaim(t *rapid.T) pipeline.Claim {
	near := func(d pipeline.Date, label string) pipeline.Date {
		return rapid.OneOf(
			rapid.Just(pipeline.Date(0)),
			rapid.Custom(func(t *rapid.T) pipeline.Date { return d + pipeline.Date(rapid.IntRange(-2, 12).Draw(t, "near")) }),
			rapid.Custom(func(t *rapid.T) pipeline.Date { return d + pipeline.Date(rapid.IntRange(-400, 400).Draw(t, "far")) }),
		).Draw(t, label)
	}
	terminated := near(rapid.SampledFrom([]pipeline.Date{
		pipeline.MustDate("2012-12-31"), pipeline.MustDate("2014-06-30"), pipeline.MustDate("2015-04-28"),
	}).Draw(t, "around"), "terminated")
	base := max(terminated, pipeline.MustDate("2012-01-01"))
	c := pipeline.Claim{
		Number: rapid.SampledFrom([]string{"", "D1", "D2", "D3"}).Draw(t, "number"), Protocol: "P1", TaxCode: "RSSMRA80A01H501U", Office: "7000",
		Benefit: rapid.SampledFrom([]string{
			pipeline.BenefitASpI, pipeline.BenefitASpI, pipeline.BenefitMiniASpI, pipeline.BenefitMiniASpI2012, pipeline.BenefitASpISospesi,
			pipeline.BenefitNASpI, "",
		}).Draw(t, "benefit"),
		State: rapid.SampledFrom([]string{
			pipeline.StateInPayment, pipeline.StateInPayment, pipeline.StateSuspended, pipeline.StateUnderReview, pipeline.StateForfeited,
			pipeline.StateExhausted, pipeline.StateRejected, "",
		}).Draw(t, "state"),
		TerminatedOn: terminated, FiledOn: near(base, "filed"), PaidThrough: near(base+90, "paid"),
		Start:          rapid.SampledFrom([]pipeline.Date{terminated + 8, base + 8, near(base+8, "start")}).Draw(t, "decorrenza"),
		DaysGranted:    rapid.Int32Range(-1, 400).Draw(t, "days"),
		FormerEmployer: rapid.SampledFrom([]string{"", "10000000009"}).Draw(t, "former"),
		Advance:        rapid.IntRange(0, 3).Draw(t, "advance") == 0,
		PaymentMode:    rapid.SampledFrom([]string{"", pipeline.PaymentAtCounter, pipeline.PaymentOnAccount}).Draw(t, "mode"),
		IBAN:           rapid.SampledFrom([]string{"", "IT60X0542811101000000123456", "wrong"}).Draw(t, "iban"),
		Surname:        rapid.SampledFrom([]string{"", "ROSSI"}).Draw(t, "surname"),
	}
	if rapid.Bool().Draw(t, "daily") {
		c.DailyAmount = pipeline.Some(pipeline.Cents(rapid.IntRange(0, 5000).Draw(t, "amount")))
	}
	return c
}

// drawRestraints adds what operators and past nights may know of a person.
func drawRestraints(t *rapid.T, d *pipeline.Dossier, night pipeline.Date) {
	if rapid.Bool().Draw(t, "stopped") {
		d.Stop = &pipeline.Stop{From: night + pipeline.Date(rapid.IntRange(-1, 1).Draw(t, "stop"))}
	}
	if rapid.Bool().Draw(t, "corrected") {
		d.Corrections = []pipeline.CorrectionNight{{Claim: "D1", On: night - 1}, {Claim: "D1", On: night - 2}}
	}
	if rapid.Bool().Draw(t, "waits") {
		d.Waiting = map[string]string{"D1": awaiting}
	}
	if rapid.Bool().Draw(t, "joined") {
		d.Joined = []pipeline.CodiceFiscale{"RSSMRA80A01H501U"}
	}
}

// TestWithoutFacts asks the rules what they say of claims without facts, and takes their word.
func TestWithoutFacts(t *testing.T) {
	params := rules.Defaults(nil)
	answered := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		night := pipeline.MustDate("2014-09-30") + pipeline.Date(rapid.IntRange(-900, 900).Draw(t, "night"))
		d := &pipeline.Dossier{Person: "RSSMRA80A01H501U", Claims: rapid.SliceOfN(rapid.Custom(drawClaim), 1, fewClaims+1).Draw(t, "claims")}
		drawRestraints(t, d, night)
		p := params
		p.Phase = rapid.SampledFrom([]string{rules.PhaseAutomatic, rules.PhaseExperimental}).Draw(t, "phase")
		n := Night{Date: night, Previous: rapid.SampledFrom([]pipeline.Date{0, night - 1}).Draw(t, "previous"), Params: &p, RulesVersion: "prova"}
		got, all := withoutFacts(d, &p)
		answered[all]++
		if !all {
			return
		}
		want := decideFacts(d, n)
		want.Until = got.Until // the rules look at stops and the like before they find that there is nothing to decide
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
	if answered[true] < 10 || answered[false] < 10 {
		t.Errorf("not much of a test: %v", answered)
	}
}

// TestWithoutFactsOnly says that no fact and nothing issued is passed over.
func TestWithoutFactsOnly(t *testing.T) {
	params := rules.Defaults(nil)
	c := pipeline.Claim{Number: "D1", Benefit: pipeline.BenefitASpI, State: pipeline.StateInPayment, TerminatedOn: pipeline.MustDate("2014-06-30")}
	for name, d := range map[string]pipeline.Dossier{
		"communication": {Communications: make([]pipeline.Communication, 1)},
		"submission":    {Submissions: make([]pipeline.Submission, 1)},
		"notice":        {Notices: make([]pipeline.Notice, 1)},
		"question":      {Questions: make([]pipeline.DomesticQuestion, 1)},
		"voucher":       {Vouchers: make([]pipeline.Voucher, 1)},
		"doubt":         {Doubtful: make([]pipeline.Doubtful, 1)},
		"action":        {Issued: make([]pipeline.Action, 1)},
		"exception":     {Open: make([]pipeline.Exception, 1)},
	} {
		d.Claims = []pipeline.Claim{c}
		if _, all := withoutFacts(&d, &params); all {
			t.Errorf("nothing is asked about the %s", name)
		}
	}
	if _, all := withoutFacts(&pipeline.Dossier{Claims: []pipeline.Claim{c}}, &params); !all {
		t.Error("the rules are asked about a claim alone")
	}
}
