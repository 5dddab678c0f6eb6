package rules_test

import (
	"testing"

	"incrocio/pipeline"
)

// TestActivitiesWithoutCategory: nobody has told whether the activity is self-employment, up to 4,800, or quasi-subordinate
// work, up to 8,000. Where both limits agree that is no matter; between them nothing is stopped and nothing withheld.
func TestActivitiesWithoutCategory(t *testing.T) {
	of := func(category string, ev pipeline.Event) pipeline.Event { ev.Category = category; return ev }
	start := func(day string, category string, income pipeline.Cents) step {
		return declared(day, of(category, activity("2014-07-01", income)))
	}
	again := func(day string, category string, income pipeline.Cents) step {
		return declared(day, later(pipeline.CaseIncomeChange, of(category, activity("2014-07-01", income)), 2014))
	}
	actual := func(category string, income pipeline.Cents) step {
		return declared("2015-02-10", later(pipeline.CaseActualIncome, of(category, activity("2014-07-01", income)), 2014))
	}
	filed := func(category string, income pipeline.Cents) step {
		return noticed(pipeline.NoticeActualIncome, "2015-02-11", func(n *pipeline.Notice) {
			n.Year, n.Category, n.Income, n.Basis = 2014, category, pipeline.Some(income), "DICHIARAZIONE_REDDITI"
		})
	}
	const (
		none, self, project = "", pipeline.CategorySelf, pipeline.CategoryQuasi

		load    = "CARICAMENTO_ATTIVITA 2014-07-01"
		stopped = load + ", SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01"
		less    = load + ", RIDUZIONE 2014-07-01 2014-09-30="
		until   = load + ", RIDUZIONE 2014-07-01 2014-07-31="
	)
	idle := func(*teller) {}
	tell := func(steps ...step) []step { // a night after each
		var out []step
		for i, day := range []string{"2014-07-21", "2014-08-11", "2014-08-12", "2015-02-12"} {
			if i < len(steps) {
				out = append(out, steps[i])
			}
			out = append(out, nights(day))
		}
		return out[:min(len(out), 2*len(steps))]
	}
	check(t, []limit{
		{"R40", "within both limits", claimB, tell(start("2014-07-20", none, 4800_00)), less + "3840.00", ""},
		{"R40", "a cent over the lower one", claimB, tell(start("2014-07-20", none, 4800_01)), load, "REDDITO_ASSENTE"},
		{"R40", "between the limits", claimB, tell(start("2014-07-20", none, 6000_00)), load, "REDDITO_ASSENTE"},
		{"R40", "on the higher one", claimB, tell(start("2014-07-20", none, 8000_00)), load, "REDDITO_ASSENTE"},
		{"R41", "over both limits", claimB, tell(start("2014-07-20", none, 8000_01)), stopped, "REDDITO_OLTRE_LIMITE"},
		{"R41", "over both limits, then between them", claimB, tell(start("2014-07-05", none, 9000_00), again("2014-07-20", none, 6000_00)), stopped, "REDDITO_OLTRE_LIMITE"},
		{"R40", "no income either", claimB, tell(declared("2014-07-20", of(none, withoutIncome(activity("2014-07-01", 0))))), load, "REDDITO_ASSENTE"},

		{"R40", "told again with its category, in the limit", claimB, tell(start("2014-07-20", none, 6000_00), start("2014-08-10", project, 6000_00)), less + "4800.00", ""},
		{"R41", "told again with its category, over the limit", claimB, tell(start("2014-07-20", none, 6000_00), start("2014-08-10", self, 6000_00)), stopped, "REDDITO_OLTRE_LIMITE"},
		{"R40", "told again with its category, without the income", claimB, tell(start("2014-07-20", none, 6000_00), declared("2014-08-10", of(project, withoutIncome(activity("2014-07-01", 0))))), less + "4800.00", ""},
		{"R69", "told again with its category and another income", claimB, tell(start("2014-07-20", none, 6000_00), start("2014-08-10", project, 7000_00)), less + "4800.00", "DATE_IN_CONTRASTO"},
		{"R44", "declared again with its category", claimB, tell(start("2014-07-20", none, 6000_00), again("2014-08-01", project, 7000_00)), until + "1617.39, RIDUZIONE 2014-08-01 2014-09-30=3982.61", ""},
		{"R44", "declared again, within both limits", claimB, tell(start("2014-07-20", none, 6000_00), again("2014-08-01", none, 4000_00)), less + "3200.00", ""},
		{"R42", "miss: declared again after the month, within both limits", claimB, tell(start("2014-07-20", none, 6000_00), again("2014-08-10", none, 4000_00)), less + "3200.00", ""},
		{"R44", "declared again, between the limits", claimB, tell(start("2014-07-20", none, 3000_00), again("2014-08-01", none, 6000_00)), less + "2400.00", "REDDITO_ASSENTE"},
		{"R44", "declared again, over both", claimB, tell(start("2014-07-20", none, 3000_00), again("2014-08-01", none, 9000_00)), until + "808.70, SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE"},
		{"R44", "of the activity that runs", claimB, tell(start("2014-07-20", project, 3000_00), again("2014-08-01", none, 6000_00)), until + "808.70, RIDUZIONE 2014-08-01 2014-09-30=3991.30", ""},
		{"R44", "of the activity that runs, over its limit", claimB, tell(start("2014-07-20", self, 3000_00), again("2014-08-01", none, 6000_00)), until + "808.70, SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE"},
		{"R44", "of the self-employment, where there are two", claimB, tell(start("2014-07-20", self, 3000_00), start("2014-07-21", project, 3000_00), again("2014-08-12", none, 3500_00)), load + ", " + load + ", RIDUZIONE 2014-07-01 2014-08-11=1095.65, RIDUZIONE 2014-08-12 2014-09-30=1704.35", "REDDITO_ASSENTE"},
		{"R41", "another start of another kind", claimB, tell(start("2014-07-20", none, 3000_00), declared("2014-08-01", quasi("2014-07-15", 2000_00))), less + "2400.00, CARICAMENTO_ATTIVITA 2014-07-15", "REDDITO_ASSENTE"},

		{"R42", "told late", claimB, tell(idle, start("2014-08-05", none, 6000_00)), "DECADENZA? 2014-07-01", "REDDITO_COMUNICATO_TARDI"},
		{"R43", "older than the benefit", claimB, []step{declared("2014-07-20", later(pipeline.CaseRunning, of(none, activity("2013-09-01", 6000_00)), 2014)), nights("2014-07-21")}, "", "ATTIVITA_PREESISTENTE, REDDITO_ASSENTE"},
		{"R45", "settled, within both limits", claimB, tell(start("2014-07-20", none, 3000_00), idle, idle, actual(none, 4800_00)), less + "2400.00", "CONGUAGLIO=1440.00"},
		{"R45", "settled, between the limits", claimB, tell(start("2014-07-20", none, 3000_00), idle, idle, actual(none, 6000_00)), less + "2400.00", "CONGUAGLIO=2400.00"},
		{"R45", "settled, over both limits", claimB, tell(start("2014-07-20", none, 3000_00), idle, idle, actual(none, 8000_01)), less + "2400.00, DECADENZA? 2014-07-01", "CONGUAGLIO=4000.01"},
		{"R45", "settled, of the activity that runs", claimB, tell(start("2014-07-20", project, 3000_00), idle, idle, actual(none, 6000_00)), less + "2400.00", "CONGUAGLIO=2400.00"},
		{"R45", "by a tax return that tells the category", claimB, append(tell(start("2014-07-20", none, 6000_00)), filed(project, 7000_00), nights("2015-02-12")), less + "4800.00", "CONGUAGLIO=800.00"},
		{"R45", "by a tax return without it, of the activity that runs", claimB, append(tell(start("2014-07-20", project, 6000_00)), filed(none, 7000_00), nights("2015-02-12")), less + "4800.00", "CONGUAGLIO=800.00"},
	})
}
