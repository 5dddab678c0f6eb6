package rules_test

import (
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// TestReductionsCutByDecadence: a decadence leaves of a reduction what its days before had withheld, of as many as there
// would be without it. Most cases have 2400.00 on the 92 days from 2014-07-01 to 2014-09-30, 31.55 a day, and a permanent
// job from 2014-08-01.
func TestReductionsCutByDecadence(t *testing.T) {
	claims := aspi("2014-02-03", daily(31_55))
	tell := func(from string, more ...step) []step {
		return append(append([]step{begun("2014-07-05", 3000_00)}, more...), hired(from, "", permanent), nights("2014-10-15"))
	}
	after := func(more ...step) []step { // the reduction was whole on an earlier night
		return append([]step{begun("2014-07-05", 3000_00), nights("2014-07-06")}, append(more, hired("2014-08-01", "", permanent), nights("2014-10-15"))...)
	}
	sick := func(from, to string) step {
		return declared("2014-07-31", event(pipeline.EventSickness, from, to))
	}
	settled := func(income pipeline.Cents) []step {
		return append(tell("2014-08-01", nights("2014-07-06"), declared("2015-02-10", later(pipeline.CaseActualIncome, activity("2014-07-01", income), 2014))), nights("2015-02-12"))
	}
	const forfeit = ", DECADENZA 2014-08-01"
	july := loadedB + "RIDUZIONE 2014-07-01 2014-07-31=808.70"
	check(t, []limit{
		{"R40", "known on one night", claims, tell("2014-08-01"), july + forfeit, ""},
		{"R40", "after nights without it", claims, after(), july + forfeit, ""},
		{"R40", "from the second day", claims, tell("2014-07-02"), loadedB + "RIDUZIONE 2014-07-01 2014-07-01=26.09, DECADENZA 2014-07-02", ""},
		{"R40", "miss: from the first day", claims, tell("2014-07-01"), "CARICAMENTO_ATTIVITA 2014-07-01, DECADENZA 2014-07-01", ""},
		{"R40", "on the last day of benefit", claims, tell("2014-09-30"), loadedB + "RIDUZIONE 2014-07-01 2014-09-29=2373.91, DECADENZA 2014-09-30", ""},
		{"R40", "more than the benefit all the same", aspi("2014-02-03", daily(26_08)), tell("2014-08-01"), july + forfeit, "RIDUZIONE_OLTRE_INDENNITA"},
		{"R40", "days paid", aspi("2014-02-03", daily(31_55), paidTo("2014-07-15")), tell("2014-08-01"), july + forfeit, "INDEBITO=391.30"},
		{"R40", "days paid, less those of a suspension", aspi("2014-02-03", daily(31_55), paidTo("2014-07-15")), tell("2014-08-01", sick("2014-07-05", "2014-07-14")), loadedB + "RIDUZIONE 2014-07-01 2014-07-31=729.41, SOSPENSIONE 2014-07-05 2014-07-14, RIPRESA 2014-07-15" + forfeit, "INDEBITO=10, INDEBITO=117.65"},
		{"R40", "in proportion to the year", claims, tell("2014-08-01", by(func(p *rules.Params) { p.ReductionBasis = rules.ReductionProRata })), loadedB + "RIDUZIONE 2014-07-01 2014-07-31=404.35" + forfeit, ""},
		{"R40", "a suspension before it moves the end", claims, after(sick("2014-07-05", "2014-07-14")), loadedB + "RIDUZIONE 2014-07-01 2014-07-31=729.41, SOSPENSIONE 2014-07-05 2014-07-14, RIPRESA 2014-07-15" + forfeit, ""},
		{"R40", "a suspension across it, to the day before", claims, after(sick("2014-07-27", "2014-08-20")), loadedB + "RIDUZIONE 2014-07-01 2014-07-31=767.01, SOSPENSIONE 2014-07-27 2014-07-31" + forfeit, ""},
		{"R40", "an open suspension, to the day before", claims, after(sick("2014-07-27", "")), loadedB + "RIDUZIONE 2014-07-01 2014-07-31=767.01, SOSPENSIONE 2014-07-27 2014-07-31" + forfeit, "FINE_MANCANTE:ATTESA"},
		{"R40", "a suspension after it moves nothing", claims, after(sick("2014-08-10", "2014-08-20"), nights("2014-07-31")), july + forfeit, ""},
		{"R44", "declared again before it", claims, after(changed("2014-07-16", 4000_00, 2014)), loadedB + "RIDUZIONE 2014-07-01 2014-07-15=391.30, RIDUZIONE 2014-07-16 2014-07-31=583.63" + forfeit, "RIDUZIONE_OLTRE_INDENNITA"},
		{"R44", "miss: declared again after it", claims, after(changed("2014-08-10", 4000_00, 2014)), july + forfeit, ""},
		{"R44", "over the limit before it", claims, after(changed("2014-07-16", 6000_00, 2014)), loadedB + "RIDUZIONE 2014-07-01 2014-07-15=391.30, SOSPENSIONE! 2014-07-01 2014-07-31, DECADENZA? 2014-07-01" + forfeit, "REDDITO_OLTRE_LIMITE"},
		{"R45", "settled, as much as was expected", claims, settled(3000_00), july + forfeit, "CONGUAGLIO=0.00"},
		{"R45", "settled, more", claims, settled(4000_00), july + forfeit, "CONGUAGLIO=269.56"},
		{"R45", "settled, less", claims, settled(1500_00), july + forfeit, "CONGUAGLIO=-404.35"},
		{"R45", "settled, of a year that was over", claimL, []step{
			declared("2014-10-19", activity("2014-10-12", 3000_00)), nights("2014-10-23"), hired("2015-02-01", "", permanent),
			declared("2015-02-10", later(pipeline.CaseActualIncome, activity("2014-10-12", 4000_00), 2014)), nights("2015-02-12"),
		}, "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-31=2400.00, DECADENZA 2015-02-01", "CONGUAGLIO=800.00, REDDITO_ANNO_NUOVO"},
	})
}
