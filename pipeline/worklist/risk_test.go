package worklist_test

import (
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

func TestNextPayment(t *testing.T) {
	for on, want := range map[string]string{
		"2014-10-01": "2014-10-10", "2014-10-09": "2014-10-10", "2014-10-10": "2014-11-10", "2014-12-31": "2015-01-10", "2014-01-31": "2014-02-10",
	} {
		if got := worklist.NextPayment(pipeline.MustDate(on)); got != pipeline.MustDate(want) {
			t.Errorf("after %s: %s, want %s", on, got, want)
		}
	}
}

func TestRisk(t *testing.T) {
	day := pipeline.MustDate
	claim := &pipeline.Claim{DailyAmount: pipeline.Some[pipeline.Cents](32_50)}
	first := day("2014-10-01") // paid on the 10th
	for _, tc := range []struct {
		name     string
		e        pipeline.Exception
		claim    *pipeline.Claim
		want     *worklist.Risk
		priority int32
	}{
		{"no days", pipeline.Exception{Class: pipeline.ClassBlock, FirstNight: first}, claim, nil, 8},
		{
			"days without an end run up to the payment",
			pipeline.Exception{Class: pipeline.ClassBlock, FirstNight: first, From: day("2014-09-20")},
			claim,
			&worklist.Risk{Direction: worklist.Undue, Days: 20, Amount: 650_00, Payment: day("2014-10-10")}, 3,
		},
		{
			"an end cuts them",
			pipeline.Exception{Class: pipeline.ClassBlock, FirstNight: first, From: day("2014-09-20"), To: day("2014-09-22")},
			claim,
			&worklist.Risk{Direction: worklist.Undue, Days: 3, Amount: 97_50, Payment: day("2014-10-10")}, 6,
		},
		{
			"no more than what was granted",
			pipeline.Exception{Class: pipeline.ClassBlock, FirstNight: first, From: day("2013-09-20")},
			&pipeline.Claim{DailyAmount: claim.DailyAmount, DaysGranted: 240},
			&worklist.Risk{Direction: worklist.Undue, Days: 240, Amount: 7800_00, Payment: day("2014-10-10")}, 1,
		},
		{
			"what is stopped for caution is withheld",
			pipeline.Exception{Class: pipeline.ClassProtect, FirstNight: first, From: day("2014-10-06")},
			claim,
			&worklist.Risk{Direction: worklist.Withheld, Days: 4, Amount: 130_00, Payment: day("2014-10-10")}, 5,
		},
		{
			"days to come are no risk yet",
			pipeline.Exception{Class: pipeline.ClassBlock, FirstNight: first, From: day("2014-10-10")},
			claim,
			&worklist.Risk{Direction: worklist.Undue, Payment: day("2014-10-10")}, 8,
		},
		{
			"no amount is known",
			pipeline.Exception{Class: pipeline.ClassBlock, FirstNight: first, From: day("2014-10-01")},
			&pipeline.Claim{},
			&worklist.Risk{Direction: worklist.Undue, Days: 9, Payment: day("2014-10-10")}, 7,
		},
		{
			"to be refunded",
			pipeline.Exception{Class: pipeline.ClassBlock, FirstNight: first, From: day("2014-01-01"), To: day("2014-12-31"), Amount: pipeline.Some[pipeline.Cents](-1200_00)},
			nil,
			&worklist.Risk{Direction: worklist.Withheld, Days: 282, Amount: 1200_00, Payment: day("2014-10-10")}, 2,
		},
		{
			"only told",
			pipeline.Exception{Class: pipeline.ClassInfo, FirstNight: first, From: day("2014-09-20")},
			claim,
			&worklist.Risk{Direction: worklist.Undue, Days: 20, Amount: 650_00, Payment: day("2014-10-10")}, 11,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := worklist.RiskOf(&tc.e, tc.claim)
			if (got == nil) != (tc.want == nil) || got != nil && *got != *tc.want {
				t.Errorf("risk %+v, want %+v", got, tc.want)
			}
			if p := worklist.Priority(&tc.e, got); p != tc.priority {
				t.Errorf("priority %d, want %d", p, tc.priority)
			}
		})
	}
}

// TestMoreAtRiskComesNoLater: with the same class, whoever loses more never comes after.
func TestMoreAtRiskComesNoLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &pipeline.Exception{Class: rapid.SampledFrom([]string{pipeline.ClassBlock, pipeline.ClassProtect, pipeline.ClassInfo}).Draw(t, "class")}
		less := rapid.Int64Range(0, 500_000).Draw(t, "less")
		more := rapid.Int64Range(less, 1_000_000).Draw(t, "more")
		a := worklist.Priority(e, &worklist.Risk{Days: 1, Amount: pipeline.Cents(less), Direction: worklist.Undue})
		b := worklist.Priority(e, &worklist.Risk{Days: 1, Amount: pipeline.Cents(more), Direction: worklist.Withheld})
		if b > a || a < 1 {
			t.Fatalf("%d cents: %d, %d cents: %d", less, a, more, b)
		}
	})
}

func TestSampling(t *testing.T) {
	s := worklist.Sampling{Default: 100, ByRule: map[string]int{"R03": 1000, "R05": 0}}
	drawn := map[string]int{}
	for i := range 10_000 {
		for _, rule := range []string{"R03", "R05", "R11"} {
			a := pipeline.Action{ID: rule + pipeline.Cents(i).String(), Rule: rule, Mode: pipeline.ModeAuto, Operation: pipeline.OperationNew}
			if s.Draws(&a) {
				drawn[rule]++
			}
			for _, other := range []pipeline.Action{
				{ID: a.ID, Rule: rule, Mode: pipeline.ModeProposed, Operation: pipeline.OperationNew},
				{ID: a.ID, Rule: rule, Mode: pipeline.ModeAuto, Operation: pipeline.OperationChanged},
			} {
				if s.Draws(&other) {
					t.Fatalf("%s %s was drawn", other.Mode, other.Operation)
				}
			}
		}
	}
	if drawn["R03"] != 10_000 || drawn["R05"] != 0 || drawn["R11"] < 900 || drawn["R11"] > 1100 {
		t.Errorf("drawn %v of 10,000 each", drawn)
	}
	if (worklist.Sampling{}).Draws(&pipeline.Action{ID: "x", Mode: pipeline.ModeAuto, Operation: pipeline.OperationNew}) {
		t.Error("the zero sampling draws")
	}
}
