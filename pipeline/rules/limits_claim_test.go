package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
)

func TestLimitsOfTheClaim(t *testing.T) { check(t, claimLimits()) }

func claimLimits() []limit {
	return slices.Concat(states(), waiting(), parallelJobs(), endOfBenefit(), scope(), twoClaims(), startOfBenefit(), founding())
}

func states() []limit {
	hire := []step{hired("2014-05-08", "", permanent), nights("2014-05-09")}
	in := func(state string) []pipeline.Claim { return aspi("2014-04-23", inState(state)) }
	then := func(state string) []step {
		return slices.Concat(hire, []step{claimNow(inState(state)), nights("2014-05-10")})
	}
	return []limit{
		{"R20", "in payment", in(pipeline.StateInPayment), hire, "DECADENZA 2014-05-08", ""},
		{"R20", "suspended", in(pipeline.StateSuspended), hire, "DECADENZA 2014-05-08", ""},
		{"R20", "miss: under review", in(pipeline.StateUnderReview), hire, "", ""},
		{"R20", "miss: forfeited", in(pipeline.StateForfeited), hire, "", ""},
		{"R20", "miss: exhausted", in(pipeline.StateExhausted), hire, "", ""},
		{"R20", "miss: rejected", in(pipeline.StateRejected), hire, "", ""},
		{"R20", "miss: no claim at all", nil, hire, "", ""},
		{"R20", "under review, then accepted", in(pipeline.StateUnderReview), then(pipeline.StateInPayment), "DECADENZA 2014-05-08", ""},
		{"R20", "under review, then rejected", in(pipeline.StateUnderReview), then(pipeline.StateRejected), "", ""},
		{"R20", "what was issued stays when the claim is forfeited", claimA, then(pipeline.StateForfeited), "DECADENZA 2014-05-08", ""},
		{"R20", "and when it is exhausted", claimA, then(pipeline.StateExhausted), "DECADENZA 2014-05-08", ""},
	}
}

// waiting has the days between the termination, 2013-02-12, and decorrenza: the eighth day after it or, for a claim filed
// on 5 March, the day after.
func waiting() []limit {
	late := aspi("2013-02-20", filedOn("2013-02-12", "2013-03-05"))
	job := func(from, to string, opts ...jobOption) []step {
		return []step{hired(from, to, opts...), nights("2013-03-07")}
	}
	protected := "SOSPENSIONE! 2013-02-20 2013-04-11"
	return []limit{
		{"R21", "before: the eighth day after the termination", claimW, job("2013-02-20", "2013-04-11"), protected, "INIZIO_IN_CARENZA"},
		{"R21", "on: the ninth", claimW, job("2013-02-21", "2013-04-11"), "SOSPENSIONE 2013-02-21 2013-04-11", ""},
		{"R21", "after: the tenth", claimW, job("2013-02-22", "2013-04-11"), "SOSPENSIONE 2013-02-22 2013-04-11", ""},
		{"R21", "miss: permanent, cancelled", claimW, []step{hired("2013-02-21", "", permanent), cancelled(), nights("2013-03-07")}, "", ""},
		{"R22", "before: on the termination", claimW, job("2013-02-12", "2013-04-11"), "", "RAPPORTO_PREESISTENTE"},
		{"R22", "on: the day after the termination", claimW, job("2013-02-13", "2013-04-11"), protected, "INIZIO_IN_CARENZA"},
		{"R22", "the day before decorrenza", claimW, job("2013-02-19", "2013-04-11"), protected, "INIZIO_IN_CARENZA"},
		{"R22", "ends before decorrenza", claimW, job("2013-02-13", "2013-02-19"), "", "INIZIO_IN_CARENZA:INFO"},
		{"R22", "ends on decorrenza", claimW, job("2013-02-13", "2013-02-20"), "SOSPENSIONE! 2013-02-20 2013-02-20", "INIZIO_IN_CARENZA"},
		{"R22", "ends after decorrenza", claimW, job("2013-02-13", "2013-02-21"), "SOSPENSIONE! 2013-02-20 2013-02-21", "INIZIO_IN_CARENZA"},
		{"R22", "nothing is resumed", claimW, []step{hired("2013-02-13", "2013-02-21"), nights("2013-02-22", "2013-04-16")}, "SOSPENSIONE! 2013-02-20 2013-02-21", "INIZIO_IN_CARENZA"},
		{"R22", "permanent, on the eighth day", claimW, job("2013-02-20", "", permanent), "SOSPENSIONE! 2013-02-20, DECADENZA? 2013-02-20", "INIZIO_IN_CARENZA"},
		{"R22", "permanent, on the ninth day", claimW, job("2013-02-21", "", permanent), "DECADENZA 2013-02-21", ""},
		{"R22", "six months from a day of waiting", claimW, job("2013-02-15", "2013-08-14"), "SOSPENSIONE! 2013-02-20 2013-08-14", "INIZIO_IN_CARENZA"},
		{"R22", "more than six months from a day of waiting", claimW, job("2013-02-15", "2013-08-16"), "SOSPENSIONE! 2013-02-20 2013-08-16, DECADENZA? 2013-02-20", "INIZIO_IN_CARENZA"},
		{"R22", "six months and a day from a day of waiting", claimW, job("2013-02-15", "2013-08-15"), "SOSPENSIONE! 2013-02-20 2013-08-15, DECADENZA? 2013-02-20", "INIZIO_IN_CARENZA"},
		{"R22", "mini, six days from a day of waiting", mini("2013-02-20"), job("2013-02-19", "2013-02-24"), "SOSPENSIONE! 2013-02-20 2013-02-24, DECADENZA? 2013-02-20", "INIZIO_IN_CARENZA"},
		{"R22", "abroad, six months and a day from a day of waiting", claimW, []step{declared("2013-03-07", abroad("2013-02-15", "2013-08-15", "CH")), nights("2013-03-07")}, "SOSPENSIONE! 2013-02-20 2013-08-15, DECADENZA? 2013-02-20", "INIZIO_IN_CARENZA"},
		{"R22", "mini, five days from a day of waiting", mini("2013-02-20"), job("2013-02-19", "2013-02-23"), "SOSPENSIONE! 2013-02-20 2013-02-23", "INIZIO_IN_CARENZA"},
		{"R22", "miss: on-call work without allowance", claimW, job("2013-02-15", "2013-04-11", available(pipeline.No)), "", "INTERMITTENTE"},
		{"R23", "filed late, on the eighth day", late, job("2013-02-20", "2013-04-11"), "SOSPENSIONE! 2013-03-06 2013-04-11", "INIZIO_IN_CARENZA"},
		{"R23", "filed late, on the ninth day", late, job("2013-02-21", "2013-04-11"), "SOSPENSIONE! 2013-03-06 2013-04-11", "INIZIO_IN_CARENZA"},
		{"R23", "before: the day before decorrenza", late, job("2013-03-05", "2013-04-11"), "SOSPENSIONE! 2013-03-06 2013-04-11", "INIZIO_IN_CARENZA"},
		{"R23", "miss: on decorrenza, a job like any other", late, job("2013-03-06", "2013-04-11"), "SOSPENSIONE 2013-03-06 2013-04-11", ""},
		{"R23", "after: the day after decorrenza", late, job("2013-03-07", "2013-04-11"), "SOSPENSIONE 2013-03-07 2013-04-11", ""},
		{"R23", "permanent, before decorrenza", late, job("2013-03-05", "", permanent), "SOSPENSIONE! 2013-03-06, DECADENZA? 2013-03-06", "INIZIO_IN_CARENZA"},
		{"R23", "six months and a day, before decorrenza", late, job("2013-03-05", "2013-09-05"), "SOSPENSIONE! 2013-03-06 2013-09-05, DECADENZA? 2013-03-06", "INIZIO_IN_CARENZA"},
		{"R23", "miss: six months and a day, on decorrenza", late, job("2013-03-06", "2013-09-06"), "DECADENZA 2013-03-06", "LIMITE_DI_UN_GIORNO"},
		{"R23", "permanent, on decorrenza", late, job("2013-03-06", "", permanent), "DECADENZA 2013-03-06", ""},
		{"R23", "all before decorrenza", late, job("2013-02-25", "2013-03-05"), "", "INIZIO_IN_CARENZA:INFO"},
	}
}

func parallelJobs() []limit {
	job := func(from string, opts ...jobOption) []step {
		return []step{hired(from, "", append([]jobOption{permanent}, opts...)...), nights("2013-03-07")}
	}
	return []limit{
		{"R24", "before the termination", claimW, job("2013-02-11"), "", "RAPPORTO_PREESISTENTE"},
		{"R24", "on the termination", claimW, job("2013-02-12"), "", "RAPPORTO_PREESISTENTE"},
		{"R24", "after the termination", claimW, job("2013-02-13"), "SOSPENSIONE! 2013-02-20, DECADENZA? 2013-02-20", "INIZIO_IN_CARENZA"},
		{"R24", "over on decorrenza", claimW, []step{hired("2013-01-24", "2013-02-20"), nights("2013-03-07")}, "", "RAPPORTO_PREESISTENTE"},
		{"R24", "of years before", claimW, job("2010-11-08", partTime), "", "RAPPORTO_PREESISTENTE"},
		{"R24", "told by the worker alone", claimA, []step{declared("2014-06-24", work(shift("2014-04-23", -8), "", employerA)), nights("2014-06-26")}, "", "RAPPORTO_PREESISTENTE"},
		{"R24", "miss: over on the termination", claimW, []step{hired("2013-01-24", "2013-02-12"), nights("2013-03-07")}, "", ""},
		{"R24", "miss: an internship", claimW, job("2013-02-11", contract(internship)), "", ""},
	}
}

// endOfBenefit has the last day of claimW, 2013-10-17, and its window: to the 24th, seven days on, the eight months
// ending on the 19th.
func endOfBenefit() []limit {
	job := func(from string) []step { return []step{hired(from, shift(from, 39)), nights(from)} }
	short := func(from string) []step { return []step{hired(from, shift(from, 2)), nights(from)} }
	ill := func(from string) []step {
		return []step{declared(from, event(pipeline.EventSickness, from, shift(from, 1))), nights(from)}
	}
	// sixteen months from 2015-04-17 end on 2016-08-16, eight days after the last of 480
	long := aspi("2015-04-17", granted(480))
	shifted := func(from string) []step {
		return []step{declared("2013-05-11", event(pipeline.EventHospital, "2013-05-10", "2013-05-19")), nights("2013-05-20"), hired(from, shift(from, 39)), nights(from)}
	}
	hospital := "SOSPENSIONE 2013-05-10 2013-05-19, RIPRESA 2013-05-20"
	// eleven days in all
	overlapping := func(from string) []step {
		return []step{
			declared("2013-05-11", event(pipeline.EventHospital, "2013-05-10", "2013-05-19")), declared("2013-05-21", event(pipeline.EventSickness, "2013-05-15", "2013-05-20")),
			nights("2013-05-21"), hired(from, shift(from, 39)), nights(from),
		}
	}
	twice := "SOSPENSIONE 2013-05-10 2013-05-20, RIPRESA 2013-05-21"
	m := mini("2013-02-20") // to 2013-06-04
	next := []pipeline.Claim{claimW[0], aspi("2013-10-22", numbered("D2"))[0]}
	return []limit{
		{"R25", "before: on the last day, which it straddles", claimW, job("2013-10-17"), "SOSPENSIONE 2013-10-17 2013-11-25", ""},
		{"R25", "on: the first day of the window", claimW, job("2013-10-18"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "on: the last day of the window", claimW, job("2013-10-24"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "miss: the day after the window", claimW, job("2013-10-25"), "", ""},
		{"R25", "sixteen months, before the end of the window", long, job("2016-08-15"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "sixteen months, on the end of the window", long, job("2016-08-16"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "sixteen months, after the window", long, job("2016-08-17"), "", ""},
		{"R25", "suspended days move the end, on", claimW, shifted("2013-10-27"), hospital + ", SOSPENSIONE 2013-10-27 2013-12-05", ""},
		{"R25", "suspended days move the end, after", claimW, shifted("2013-10-28"), hospital, "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "suspended days move the window, on", claimW, shifted("2013-11-03"), hospital, "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "suspended days move the window, after", claimW, shifted("2013-11-04"), hospital, ""},
		{"R25", "suspensions that overlap count a day once, on", claimW, overlapping("2013-10-28"), twice + ", SOSPENSIONE 2013-10-28 " + shift("2013-10-28", 39), ""},
		{"R25", "suspensions that overlap count a day once, after", claimW, overlapping("2013-10-29"), twice, "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "mini, on the last day", m, short("2013-06-04"), "SOSPENSIONE 2013-06-04 2013-06-06", ""},
		{"R25", "mini, after the last day", m, short("2013-06-05"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "mini, on the end of the window", m, short("2013-06-11"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "mini, after the window", m, short("2013-06-12"), "", ""},
		{"R25", "sickness on the last day", claimW, ill("2013-10-17"), "SOSPENSIONE 2013-10-17 2013-10-18", ""},
		{"R25", "sickness on the first day of the window", claimW, ill("2013-10-18"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "sickness on the last day of the window", claimW, ill("2013-10-24"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "miss: sickness after the window", claimW, ill("2013-10-25"), "", ""},
		{"R25", "a notice on the first day of the window", claimW, []step{noticed(pipeline.NoticeStatusLoss, "2013-10-18"), nights("2013-10-19")}, "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "a notice on the last day of the window", claimW, []step{noticed(pipeline.NoticeStatusLoss, "2013-10-24"), nights("2013-10-26")}, "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "miss: a notice after the window", claimW, []step{noticed(pipeline.NoticeStatusLoss, "2013-10-25"), nights("2013-10-26")}, "", ""},
		{"R25", "a notice in the window and before another benefit", next, []step{noticed(pipeline.NoticeStatusLoss, "2013-10-18"), nights("2013-10-26")}, "", "INIZIO_VICINO_ALLA_FINE"},
		{"R25", "miss: a notice in the window and within another benefit", next, []step{noticed(pipeline.NoticeStatusLoss, "2013-10-22"), nights("2013-10-26")}, "DECADENZA? 2013-10-22", "PERDITA_STATO"},
		{"R25", "miss: requirements met in the window, before another benefit", next, []step{noticed(pipeline.NoticePension, "2013-10-18"), nights("2013-10-26")}, "DECADENZA? 2013-11-01", "REQUISITI_PENSIONE"},
	}
}

func scope() []limit {
	regime := func(terminated, filed string) []pipeline.Claim { return aspi("2013-02-20", filedOn(terminated, filed)) }
	kind := func(b string) []pipeline.Claim { return aspi("2014-04-23", benefit(b)) }
	in2013 := []step{hired("2013-03-18", "", permanent), nights("2013-03-19")}
	in2015 := []step{hired("2015-07-14", "", permanent), nights("2015-07-14")}
	in2014 := []step{hired("2014-05-08", "", permanent), nights("2014-05-09")}
	lost := func(day string) []step {
		return []step{noticed(pipeline.NoticeStatusLoss, day), nights(max(shift(day, 1), "2014-05-09"))}
	}
	withNASpI := []pipeline.Claim{claimA[0], aspi("2014-04-30", numbered("D0"), benefit(pipeline.BenefitNASpI))[0]}
	return []limit{
		{"R26", "before the regime", regime("2012-12-31", "2013-01-16"), in2013, "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "on its first day", regime("2013-01-01", "2013-01-16"), in2013, "DECADENZA 2013-03-18", ""},
		{"R26", "after its first day", regime("2013-01-02", "2013-01-16"), in2013, "DECADENZA 2013-03-18", ""},
		{"R26", "before its last day", regime("2015-04-28", "2015-05-12"), in2015, "DECADENZA 2015-07-14", ""},
		{"R26", "on its last day", regime("2015-04-30", "2015-05-12"), in2015, "DECADENZA 2015-07-14", ""},
		{"R26", "after its last day", regime("2015-05-01", "2015-05-12"), in2015, "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "NASpI", kind(pipeline.BenefitNASpI), in2014, "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "mini-ASpI 2012", kind(pipeline.BenefitMiniASpI2012), in2014, "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "ASpI for suspended workers", kind(pipeline.BenefitASpISospesi), in2014, "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "once a claim", kind(pipeline.BenefitNASpI), []step{hired("2014-05-08", "2014-05-16"), hired("2014-06-03", "2014-06-06"), declared("2014-06-24", event(pipeline.EventSickness, "2014-06-23", "2014-06-26")), nights("2014-06-27")}, "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "a notice", kind(pipeline.BenefitNASpI), lost("2014-05-08"), "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "a notice, a job and a submission", kind(pipeline.BenefitNASpI), append([]step{hired("2014-05-08", "2014-05-16"), declared("2014-05-08", event(pipeline.EventSickness, "2014-06-23", "2014-06-26"))}, lost("2014-06-03")...), "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "a notice after the days of the benefit, while the claim is open", kind(pipeline.BenefitNASpI), lost("2015-05-08"), "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "an allowance older than the benefit", kind(pipeline.BenefitNASpI), []step{noticed(pipeline.NoticeInvalidity, "2014-03-03"), nights("2014-05-09")}, "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "miss: a notice before the benefit", kind(pipeline.BenefitNASpI), lost("2014-04-22"), "", ""},
		{"R26", "miss: a notice on a closed claim", aspi("2014-04-23", benefit(pipeline.BenefitNASpI), inState(pipeline.StateExhausted)), lost("2014-05-08"), "", ""},
		{"R26", "miss: a notice that decides nothing", kind(pipeline.BenefitNASpI), []step{noticed(pipeline.NoticePIN, "2014-05-08"), nights("2014-05-09")}, "", ""},
		{"R26", "miss: a notice within another benefit", withNASpI, lost("2014-05-08"), "DECADENZA? 2014-05-08", "PERDITA_STATO"},
		{"R26", "miss: a notice just after another benefit", withNASpI, lost("2014-12-19"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R26", "a notice long after another benefit", withNASpI, lost("2015-02-06"), "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "occasional work over the limit", kind(pipeline.BenefitNASpI), []step{voucher("2014-05-08", 3000_01, employerA, pipeline.ClientOther), nights("2014-05-09")}, "", "DOMANDA_FUORI_AMBITO"},
		{"R26", "miss: occasional work on the limit", kind(pipeline.BenefitNASpI), []step{voucher("2014-05-08", 3000_00, employerA, pipeline.ClientOther), nights("2014-05-09")}, "", ""},
		{"R26", "miss: no fact touches it", kind(pipeline.BenefitNASpI), []step{nights("2014-05-09")}, "", ""},
		{"R26", "miss: a job over before it", kind(pipeline.BenefitNASpI), []step{hired("2013-11-07", "2013-11-26"), nights("2014-05-09")}, "", ""},
	}
}

// twoClaims has D0 from 2013-03-13, to 2013-11-07, and D1 from 2013-09-12 after a termination eight days before.
func twoClaims() []limit {
	old := func(o ...claimOption) pipeline.Claim { return aspi("2013-03-13", append(o, numbered("D0"))...)[0] }
	both := []pipeline.Claim{old(), aspi("2013-09-12")[0]}
	closed := []pipeline.Claim{old(inState(pipeline.StateExhausted)), aspi("2013-09-12")[0]}
	job := func(from string) []step { return []step{hired(from, "2013-11-07"), nights("2013-09-24")} }
	ill := func(from string) []step {
		return []step{declared("2013-09-23", event(pipeline.EventSickness, from, "2013-09-14"), onClaim("D0")), nights("2013-09-14")}
	}
	// D1 ends on 2013-10-17, D2 begins after it
	after := []pipeline.Claim{claimW[0], aspi("2013-11-12", numbered("D2"))[0]}
	onOld := func(ev pipeline.Event) []step { return []step{declared("2013-11-14", ev), nights("2013-11-15")} }
	return []limit{
		{"I02", "before the second benefit", both, job("2013-09-11"), "SOSPENSIONE 2013-09-11 2013-11-07", ""},
		{"I02", "on the first day of the second benefit, the eighth after its termination", both, job("2013-09-12"), "SOSPENSIONE! 2013-09-12 2013-11-07", "DOMANDA_NON_ULTIMA, INIZIO_IN_CARENZA"},
		{"I02", "after the first day of the second benefit", both, job("2013-09-13"), "SOSPENSIONE! 2013-09-13 2013-11-07", "DOMANDA_NON_ULTIMA"},
		{"I02", "six months and a day", both, []step{hired("2013-09-13", "2014-03-13"), nights("2013-09-24")}, "SOSPENSIONE! 2013-09-13, DECADENZA? 2013-09-13", "DOMANDA_NON_ULTIMA"},
		{"I02", "six months and a day, the other claim is closed", closed, []step{hired("2013-09-13", "2014-03-13"), nights("2013-09-24")}, "DECADENZA 2013-09-13", "LIMITE_DI_UN_GIORNO"},
		{"I02", "miss: the other claim is closed", closed, job("2013-09-13"), "SOSPENSIONE 2013-09-13 2013-11-07", ""},
		{"I02", "on the termination of the second claim, into which it reaches", both, job("2013-09-04"), "SOSPENSIONE 2013-09-04 2013-11-07", "RAPPORTO_PREESISTENTE"},
		{"R61", "before the other benefit", both, ill("2013-09-11"), "SOSPENSIONE 2013-09-11 2013-09-14", ""},
		{"R61", "on the first day of the other benefit", both, ill("2013-09-12"), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "after the first day of the other benefit", both, ill("2013-09-13"), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "the chosen claim is closed", closed, ill("2013-09-11"), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "miss: the latest claim is chosen", both, []step{declared("2013-09-23", event(pipeline.EventSickness, "2013-09-13", "2013-09-14"), onClaim("D1")), nights("2013-09-14")}, "SOSPENSIONE 2013-09-13 2013-09-14", ""},
		{"R61", "between the two benefits, to the day before the other", after, onOld(event(pipeline.EventMaternity, "2013-10-28", "2013-11-11")), "", ""},
		{"R61", "between the two benefits, to the first day of the other", after, onOld(event(pipeline.EventMaternity, "2013-10-28", "2013-11-12")), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "between the two benefits, without an end", after, onOld(event(pipeline.EventExpatriation, "2013-10-28", "")), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "work between the two benefits, into the other", after, onOld(work("2013-10-28", "2013-11-12", employerA)), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "an activity begun between the two benefits", after, onOld(activity("2013-10-28", 3000_00)), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "just after the chosen benefit, into the other", after, onOld(event(pipeline.EventSickness, "2013-10-18", "2013-11-12")), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "after the decadence of the chosen benefit, into the other", after, append([]step{hired("2013-09-02", "", permanent), nights("2013-09-03")}, onOld(event(pipeline.EventSickness, "2013-09-12", "2013-11-12"))...), "DECADENZA 2013-09-02", "DOMANDA_NON_ULTIMA, RAPPORTO_PREESISTENTE"},
		{"R61", "around the other benefit", after, onOld(event(pipeline.EventSickness, "2013-10-28", "2014-11-12")), "", "DOMANDA_NON_ULTIMA"},
		{"R61", "miss: a pension asked for between the two benefits", after, onOld(event(pipeline.EventPension, "2013-10-28", "")), "", ""},
		{"R61", "miss: on the last day of the chosen benefit, into the other", after, onOld(event(pipeline.EventSickness, "2013-10-17", "2013-11-12")), "SOSPENSIONE 2013-10-17 2013-11-12, RIPRESA 2013-11-13", ""},
		{"R61", "miss: before the chosen benefit, through all of it", after, onOld(event(pipeline.EventSickness, "2013-02-15", "2013-11-12")), "SOSPENSIONE 2013-02-20 2013-11-12, RIPRESA 2013-11-13", ""},
		{"R61", "miss: the end is before the start", after, onOld(event(pipeline.EventSickness, "2013-10-28", "2013-10-27")), "", "DATE_NON_VALIDE"},
		{"R60", "no claim", nil, ill("2013-09-11"), "", "DOMANDA_ASSENTE"},
		{"R60", "miss: the claim is there", []pipeline.Claim{old()}, ill("2013-09-11"), "SOSPENSIONE 2013-09-11 2013-09-14", ""},
	}
}

// startOfBenefit has claims after a termination on 2013-02-12, the eighth day after which is 2013-02-20.
func startOfBenefit() []limit {
	claim := func(filed, start string, o ...claimOption) []pipeline.Claim {
		return aspi("2013-02-20", append(o, func(c *pipeline.Claim) { c.FiledOn, c.Start = on(filed), on(start) })...)
	}
	tonight := []step{nights("2013-03-07")}
	return []limit{
		{"R59", "filed before the eighth day", claim("2013-02-19", "2013-02-20"), tonight, "", ""},
		{"R59", "filed on the eighth day", claim("2013-02-20", "2013-02-20"), tonight, "", ""},
		{"R59", "filed on the eighth day, taken as late", claim("2013-02-20", "2013-02-21"), tonight, "", "DOMANDA_INCOERENTE"},
		{"R59", "filed after the eighth day", claim("2013-02-21", "2013-02-22"), tonight, "", ""},
		{"R59", "filed after the eighth day, from the day of filing", claim("2013-02-21", "2013-02-21"), tonight, "", "DOMANDA_INCOERENTE"},
		{"R59", "a day early", claim("2013-02-19", "2013-02-19"), tonight, "", "DOMANDA_INCOERENTE"},
		{"R59", "a day late", claim("2013-02-19", "2013-02-21"), tonight, "", "DOMANDA_INCOERENTE"},
		{"R59", "miss: a claim that is not open", claim("2013-02-19", "2013-02-21", inState(pipeline.StateExhausted)), tonight, "", ""},
	}
}

// founding looks for the end of the job behind claimW, on 2013-02-12.
func founding() []limit {
	told := func(from string, end ...step) []step {
		return slices.Concat([]step{hired(from, "", permanent, employer(formerEmployer))}, end, []step{nights("2013-03-07")})
	}
	return []limit{
		{"R71", "a day before", claimW, told("2010-11-08", left("2013-02-11")), "", "DOMANDA_BASE_MODIFICATA"},
		{"R71", "miss: on the day", claimW, told("2010-11-08", left("2013-02-12")), "", ""},
		{"R71", "a day after", claimW, told("2010-11-08", left("2013-02-13")), "", "DOMANDA_BASE_MODIFICATA"},
		{"R71", "miss: no document", claimW, []step{nights("2013-03-07")}, "", ""},
		{"R71", "miss: another employer, another day", claimW, []step{hired("2010-11-08", "", permanent), left("2013-02-11"), nights("2013-03-07")}, "", ""},
		{"R71", "miss: an earlier job of that employer", claimW, told("2012-05-08", left("2013-02-12"), hired("2010-11-08", "", permanent, employer(formerEmployer)), left("2011-10-26")), "", ""},
	}
}

// TestOutcomeOfTheTermination has what every stretch of the claim says of the termination behind it (R71).
func TestOutcomeOfTheTermination(t *testing.T) {
	for day, want := range map[string]string{
		"2013-02-11": pipeline.TerminationDiffers,
		"2013-02-12": pipeline.TerminationFound,
		"2013-02-13": pipeline.TerminationDiffers,
		"":           pipeline.TerminationNotFound,
	} {
		s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: slices.Clone(claimW)}}
		if day != "" {
			hired("2010-11-08", "", permanent, employer(formerEmployer))(s)
			left(day)(s)
		}
		hired("2013-03-18", "2013-03-27")(s)
		s.run(on("2013-03-19"))
		if len(s.last.Stretches) != 3 { // payable, suspended, payable
			t.Fatalf("%d stretches", len(s.last.Stretches))
		}
		for _, stretch := range s.last.Stretches {
			if stretch.Termination != want {
				t.Errorf("ended on %q: %s, want %s", day, stretch.Termination, want)
			}
		}
	}
}

// TestDaysUsedAndLeft counts the days used before a suspension or resumption, those left, and the end they lead to.
func TestDaysUsedAndLeft(t *testing.T) {
	for _, c := range []struct {
		name   string
		claims []pipeline.Claim
		tell   []step
		want   string
	}{
		{"from decorrenza: none used", aspi("2013-02-20", filedOn("2013-02-12", "2013-03-05")), []step{hired("2013-03-06", "2013-03-12"), nights("2013-03-07")}, "2013-03-06: 0, 240, 2013-11-07"},
		{"from the day after: one used", claimW, []step{hired("2013-02-21", "2013-02-24"), nights("2013-02-22")}, "2013-02-21: 1, 239, 2013-10-21"},
		{"from the last day: one left", claimW, []step{hired("2013-10-17", "2013-10-25"), nights("2013-10-18")}, "2013-10-17: 239, 1, 2013-10-26"},
		{"a day between two jobs is used", claimA, []step{hired("2014-05-03", "2014-05-09"), hired("2014-05-11", "2014-05-16", employer(employerB)), nights("2014-05-22")}, "2014-05-03: 10, 230, 2014-12-25, 2014-05-10: 10, 230, 2014-12-25, 2014-05-11: 11, 229, 2014-12-31, 2014-05-17: 11, 229, 2014-12-31"},
		{"no day between two jobs", claimA, []step{hired("2014-05-03", "2014-05-10"), hired("2014-05-11", "2014-05-16", employer(employerB)), nights("2014-05-22")}, "2014-05-03: 10, 230, 2015-01-01, 2014-05-17: 10, 230, 2015-01-01"},
		{"an open suspension counts nothing", claimA, []step{hired("2014-05-03", ""), nights("2014-05-22")}, ""},
	} {
		s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: slices.Clone(c.claims)}}
		for _, f := range c.tell {
			f(s)
		}
		var got []string
		for _, a := range s.last.InForce {
			if a.DaysUsed.OK {
				got = append(got, fmt.Sprintf("%s: %d, %d, %s", a.From, a.DaysUsed.V, a.DaysResidual.V, a.NewEnd))
			}
		}
		slices.Sort(got)
		if g := strings.Join(got, ", "); g != c.want {
			t.Errorf("%s: %s, want %s", c.name, g, c.want)
		}
	}
}
