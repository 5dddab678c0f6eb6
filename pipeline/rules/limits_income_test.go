package rules_test

import (
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

func TestLimitsOfIncome(t *testing.T) { check(t, incomeLimits()) }

func incomeLimits() []limit {
	return slices.Concat(reductions(), limitsOfIncome(), noticeTerms(), runningActivities(), redeclarations(), yearEnds(), projects(), beforeTheDecree(), exceedingBenefit(), vouchers(), advances())
}

// started is the activity of these cases: from 2014-06-23, told on 2014-07-03. To the end of claimA, 2014-12-18, it has
// 179 days.
func started(income pipeline.Cents) step {
	return declared("2014-07-03", activity("2014-06-23", income))
}

const loaded = "CARICAMENTO_ATTIVITA 2014-06-23"

func reductions() []limit {
	tell := func(steps ...step) []step { return append(steps, nights("2014-07-09")) }
	until := func(days int32) []pipeline.Claim { return aspi("2014-04-23", granted(days)) }
	whole := loaded + ", RIDUZIONE 2014-06-23 2014-12-18=2400.00"
	return []limit{
		{"R40", "to the end of the benefit", claimA, tell(started(3000_00)), whole, ""},
		{"R40", "the benefit ends the day before 31 December", until(252), tell(started(3000_00)), loaded + ", RIDUZIONE 2014-06-23 2014-12-30=2400.00", ""},
		{"R40", "the benefit ends on 31 December", until(253), tell(started(3000_00)), loaded + ", RIDUZIONE 2014-06-23 2014-12-31=2400.00", ""},
		{"R40", "the benefit ends the day after 31 December", until(254), tell(started(3000_00)), loaded + ", RIDUZIONE 2014-06-23 2014-12-31=2400.00", ""},
		{"R40", "in proportion to the year", claimA, tell(by(func(p *rules.Params) { p.ReductionBasis = rules.ReductionProRata }), started(3000_00)), loaded + ", RIDUZIONE 2014-06-23 2014-12-18=2237.50", ""},
		{"R40", "no income at all, days paid", aspi("2014-04-23", paidTo("2014-06-30")), tell(started(0)), loaded + ", RIDUZIONE 2014-06-23 2014-12-18=0.00", ""},
		{"R40", "a cent for all the days, none for those paid", aspi("2014-04-23", paidTo("2014-06-30")), tell(started(1)), loaded + ", RIDUZIONE 2014-06-23 2014-12-18=0.01", ""},
		{"R40", "no income at all", claimA, tell(started(0)), loaded + ", RIDUZIONE 2014-06-23 2014-12-18=0.00", ""},
		{"R40", "a cent of income", claimA, tell(started(1)), loaded + ", RIDUZIONE 2014-06-23 2014-12-18=0.01", ""},
		{"R40", "income not told", claimA, tell(declared("2014-07-03", withoutIncome(activity("2014-06-23", 0)))), loaded, "REDDITO_ASSENTE"},
		{"R40", "paid to the day before the start", claimA, tell(claimNow(paidTo("2014-06-22")), started(3000_00)), whole, ""},
		{"R40", "paid to the start", claimA, tell(claimNow(paidTo("2014-06-23")), started(3000_00)), whole, "INDEBITO=13.41"},
		{"R40", "paid to the notice", claimA, tell(claimNow(paidTo("2014-07-03")), started(3000_00)), whole, "INDEBITO=147.49"},
		{"R40", "half a cent goes up", until(243), []step{claimNow(paidTo("2014-09-21")), started(1000_01), nights("2014-09-23")}, loaded + ", RIDUZIONE 2014-06-23 2014-12-21=800.01", "INDEBITO=400.01"},
		{"R40", "on the last day of benefit", claimA, []step{declared("2014-12-18", activity("2014-12-18", 100_00)), nights("2014-12-20")}, "CARICAMENTO_ATTIVITA 2014-12-18, RIDUZIONE 2014-12-18 2014-12-18=80.00", ""},
		{"R40", "miss: begun after the benefit", claimA, []step{declared("2014-12-26", activity("2014-12-26", 100_00)), nights("2014-12-28")}, "", ""},
		{"R40", "miss: a draft", claimA, tell(declared("2014-07-03", activity("2014-06-23", 3000_00), draft)), "", ""},
	}
}

func limitsOfIncome() []limit {
	self := func(income pipeline.Cents) []step { return []step{started(income), nights("2014-07-09")} }
	project := func(income pipeline.Cents) []step {
		return []step{declared("2014-07-03", quasi("2014-06-23", income)), nights("2014-07-09")}
	}
	less := func(total string) string { return loaded + ", RIDUZIONE 2014-06-23 2014-12-18=" + total }
	over := loaded + ", SOSPENSIONE! 2014-06-23, DECADENZA? 2014-06-23"
	return []limit{
		{"R41", "a cent under 4,800", claimA, self(4799_99), less("3839.99"), ""},
		{"R41", "on 4,800", claimA, self(4800_00), less("3840.00"), ""},
		{"R41", "a cent over 4,800", claimA, self(4800_01), over, "REDDITO_OLTRE_LIMITE"},
		{"R41", "quasi-subordinate, a cent over 4,800", claimA, project(4800_01), less("3840.01"), ""},
		{"R41", "quasi-subordinate, a cent under 8,000", claimA, project(7999_99), less("6399.99"), ""},
		{"R41", "quasi-subordinate, on 8,000", claimA, project(8000_00), less("6400.00"), ""},
		{"R41", "quasi-subordinate, a cent over 8,000", claimA, project(8000_01), over, "REDDITO_OLTRE_LIMITE"},
		{"R41", "over, some days paid", claimA, append([]step{claimNow(paidTo("2014-06-26"))}, self(4800_01)...), over, "REDDITO_OLTRE_LIMITE, INDEBITO=4"},
		{"R41", "mini, a cent over 4,800", claimM, self(4800_01), over, "REDDITO_OLTRE_LIMITE"},
		{"R41", "miss: the same income from a job abroad", claimA, []step{declared("2014-07-03", withIncome(abroad("2014-06-23", "2014-07-09", "FR"), 8000_01)), nights("2014-07-09")}, "SOSPENSIONE 2014-06-23 2014-07-09", ""},
	}
}

func noticeTerms() []limit {
	// told has an activity of 1,000 euro to the end of the claim on last.
	told := func(start, day, night string) []step {
		return []step{declared(day, activity(start, 1000_00)), nights(night)}
	}
	good := func(start, last string) string {
		return "CARICAMENTO_ATTIVITA " + start + ", RIDUZIONE " + start + " " + last + "=800.00"
	}
	late := func(start string) string { return "DECADENZA? " + start }
	spring := aspi("2014-02-19")
	var out []limit
	for _, c := range []struct {
		name        string
		claims      []pipeline.Claim
		start, term string // term: the last good day
		last        string
	}{
		{"a holiday, then a Saturday", claimA, "2014-07-15", "2014-08-16", "2014-12-18"},
		{"an ordinary day", claimA, "2014-07-09", "2014-08-09", "2014-12-18"},
		{"a Sunday", claimA, "2014-10-23", "2014-11-24", "2014-12-18"},
		{"Easter Monday", spring, "2014-03-21", "2014-04-22", "2014-10-16"},
		{"Easter", spring, shift("2014-03-21", -1), "2014-04-22", "2014-10-16"},
		{"25 April", spring, "2014-03-25", "2014-04-26", "2014-10-16"},
		{"1 May", spring, shift("2014-03-29", 3), shift("2014-05-03", -1), "2014-10-16"},
		{"no 29 February", claimL, "2015-01-29", "2015-02-28", "2015-05-13"},
		{"Christmas, St Stephen, a Saturday", claimL, shift("2014-11-26", -1), shift("2014-12-26", 1), ""},
		{"8 December", claimL, "2014-11-08", "2014-12-09", ""},
		{"Epiphany", claimL, "2014-12-06", "2015-01-07", ""},
	} {
		last := c.last
		if last == "" {
			last = "2014-12-31"
		}
		night := shift(c.term, 2)
		out = append(out,
			limit{"R42", c.name + ": the day before the term", c.claims, told(c.start, shift(c.term, -1), night), good(c.start, last), ""},
			limit{"R42", c.name + ": on the term", c.claims, told(c.start, c.term, night), good(c.start, last), ""},
			limit{"R42", c.name + ": after the term", c.claims, told(c.start, shift(c.term, 1), night), late(c.start), "REDDITO_COMUNICATO_TARDI"},
		)
	}
	return append(
		out,
		limit{"R42", "late, and the days paid since", claimA, []step{claimNow(paidTo("2014-07-19")), declared("2014-08-17", activity("2014-07-15", 1000_00)), nights("2014-08-22")}, late("2014-07-15"), "REDDITO_COMUNICATO_TARDI, INDEBITO=5"},
		limit{"R42", "in time by its protocol, held for its PIN", claimA, []step{
			declared("2014-08-16", activity("2014-07-15", 1000_00), withPIN(pipeline.PINBasic)), nights("2014-08-17"),
			noticed(pipeline.NoticePIN, "2014-08-26"), nights("2014-08-26"),
		}, good("2014-07-15", "2014-12-18"), ""},
		limit{"R42", "miss: told before it begins", claimA, told("2014-07-15", "2014-07-09", "2014-07-16"), good("2014-07-15", "2014-12-18"), ""},
	)
}

func runningActivities() []limit {
	ev := func(start string) pipeline.Event { return activity(start, 1000_00) }
	older := later(pipeline.CaseRunning, ev("2014-04-22"), 2014)
	tell := func(ev pipeline.Event) []step { return []step{declared("2014-05-07", ev), nights("2014-05-09")} }
	autumn := []step{declared("2014-10-19", activity("2014-10-12", 3000_00)), nights("2014-10-23")}
	again := func(income pipeline.Cents) []step {
		return slices.Concat(autumn, []step{declared("2015-01-08", later(pipeline.CaseRunning, activity("2014-10-12", income), 2015)), nights("2015-01-09")})
	}
	first := "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-31=2400.00, CARICAMENTO_ATTIVITA 2015-01-01, "
	return []limit{
		{"R43", "begun the day before decorrenza", claimA, tell(older), "RIDUZIONE? 2014-04-23 2014-12-18=800.00", "ATTIVITA_PREESISTENTE"},
		{"R43", "miss: begun on decorrenza", claimA, tell(ev("2014-04-23")), "CARICAMENTO_ATTIVITA 2014-04-23, RIDUZIONE 2014-04-23 2014-12-18=800.00", ""},
		{"R43", "miss: begun after decorrenza", claimA, tell(ev("2014-04-26")), "CARICAMENTO_ATTIVITA 2014-04-26, RIDUZIONE 2014-04-26 2014-12-18=800.00", ""},
		{"R43", "a new year from 1 January, on the limit", claimL, again(4800_00), first + "RIDUZIONE 2015-01-01 2015-05-13=3840.00", ""},
		{"R43", "a new year from 1 January, over the limit", claimL, again(4800_01), first + "SOSPENSIONE! 2015-01-01, DECADENZA? 2015-01-01", "REDDITO_OLTRE_LIMITE"},
	}
}

func redeclarations() []limit {
	// by the day before 2014-09-13, 82 of 179 days, 1,099.44 of 2,400.00 had been withheld
	again := func(day string, income pipeline.Cents) []step {
		return []step{
			started(3000_00), nights("2014-07-09"),
			declared(day, later(pipeline.CaseIncomeChange, activity("2014-06-23", income), 2014)), nights(shift(day, 1)),
		}
	}
	first := loaded + ", RIDUZIONE 2014-06-23 2014-09-12=1099.44, "
	then := func(total string) string { return first + "RIDUZIONE 2014-09-13 2014-12-18=" + total }
	over := first + "SOSPENSIONE! 2014-06-23, DECADENZA? 2014-06-23"
	return []limit{
		{"R44", "more", claimA, again("2014-09-13", 4000_00), then("2100.56"), ""},
		{"R44", "more, told the day before", claimA, again("2014-09-12", 4000_00), loaded + ", RIDUZIONE 2014-06-23 2014-09-11=1086.03, RIDUZIONE 2014-09-12 2014-12-18=2113.97", ""},
		{"R44", "a cent more than was recovered", claimA, again("2014-09-13", 1374_31), then("0.01"), ""},
		{"R44", "as much as was recovered", claimA, again("2014-09-13", 1374_30), then("0.00"), ""},
		{"R44", "a cent less than was recovered", claimA, again("2014-09-13", 1374_29), then("0.00"), "MONTANTE_SOTTO_RECUPERATO"},
		{"R44", "on the limit", claimA, again("2014-09-13", 4800_00), then("2740.56"), ""},
		{"R44", "a cent over the limit", claimA, again("2014-09-13", 4800_01), over, "REDDITO_OLTRE_LIMITE"},
		{"R44", "a cent over the limit, days paid", claimA, slices.Insert(again("2014-09-13", 4800_01), 2, claimNow(paidTo("2014-07-28"))), over, "REDDITO_OLTRE_LIMITE, INDEBITO=36"},
		{"R44", "on the last day of benefit", claimA, again("2014-12-18", 4000_00), loaded + ", RIDUZIONE 2014-06-23 2014-12-17=2386.59, RIDUZIONE 2014-12-18 2014-12-18=813.41", ""},
		{"R44", "on 31 December", claimL, []step{
			declared("2014-10-19", activity("2014-10-12", 3000_00)), nights("2014-10-23"),
			declared("2014-12-31", later(pipeline.CaseIncomeChange, activity("2014-10-12", 4000_00), 2014)), nights("2015-01-03"),
		}, "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-30=2370.37, RIDUZIONE 2014-12-31 2014-12-31=829.63", ""},
		{"R44", "miss: the same figure", claimA, []step{started(3000_00), nights("2014-07-09"), started(3000_00), nights("2014-07-16")}, loaded + ", RIDUZIONE 2014-06-23 2014-12-18=2400.00", "DUPLICATO"},
	}
}

func yearEnds() []limit {
	autumn := func(claims []pipeline.Claim, name, night, open string) limit {
		return limit{"R45", name, claims, []step{declared("2014-10-19", activity("2014-10-12", 3000_00)), nights(night)}, "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-31=2400.00", open}
	}
	winter := func(name, night, open string) limit {
		return limit{"R45", name, aspi("2013-09-17"), []step{declared("2013-10-19", quasi("2013-10-13", 3000_00)), nights(night)}, "CARICAMENTO_ATTIVITA 2013-10-13, RIDUZIONE 2013-10-13 2013-12-31=2400.00", open}
	}
	until := func(days int32) []pipeline.Claim { return aspi("2014-04-23", granted(days)) }
	whole := loaded + ", RIDUZIONE 2014-06-23 2014-12-18=2400.00"
	actual := func(income pipeline.Cents) []step {
		return []step{started(3000_00), nights("2014-07-09"), declared("2015-02-11", later(pipeline.CaseActualIncome, activity("2014-06-23", income), 2014)), nights("2015-02-12")}
	}
	filed := func(income pipeline.Cents) []step {
		return []step{started(3000_00), nights("2014-07-09"), noticed(pipeline.NoticeActualIncome, "2015-02-11", func(n *pipeline.Notice) {
			n.Year, n.Category, n.Income, n.Basis = 2014, pipeline.CategorySelf, pipeline.Some(income), "DICHIARAZIONE_REDDITI"
		}), nights("2015-02-12")}
	}
	told := func(night string) []step {
		return []step{
			declared("2014-10-19", activity("2014-10-12", 3000_00)), nights("2014-10-23"),
			declared("2015-01-08", later(pipeline.CaseRunning, activity("2014-10-12", 0), 2015)), nights(night),
		}
	}
	return []limit{
		// 1 February 2015 is a Sunday, of 2014 a Saturday
		autumn(claimL, "new year, before the term", shift("2015-02-02", -1), ""),
		autumn(claimL, "new year, on the term", "2015-02-02", ""),
		autumn(claimL, "new year, after the term", "2015-02-03", "REDDITO_ANNO_NUOVO"),
		winter("new year, on the term, a Saturday", "2014-02-01", ""),
		winter("new year, after the term, a Sunday", shift("2014-02-01", 1), "REDDITO_ANNO_NUOVO"),
		autumn(until(253), "miss: the benefit ends on 31 December", "2015-02-03", ""),
		autumn(until(254), "the benefit ends on 1 January", "2015-02-03", "REDDITO_ANNO_NUOVO"),
		{"R45", "miss: told in time, of zero", claimL, told("2015-02-03"), "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-31=2400.00, CARICAMENTO_ATTIVITA 2015-01-01, RIDUZIONE 2015-01-01 2015-05-13=0.00", ""},
		{"R45", "settled a cent below", claimA, actual(2999_99), whole, "CONGUAGLIO=-0.01"},
		{"R45", "settled a cent above", claimA, actual(3000_01), whole, "CONGUAGLIO=0.01"},
		{"R45", "settled on the limit", claimA, actual(4800_00), whole, "CONGUAGLIO=1440.00"},
		{"R45", "settled over the limit", claimA, actual(4800_01), whole + ", DECADENZA? 2014-06-23", "CONGUAGLIO=1440.01"},
		{"R45", "by a tax return, on the limit", claimA, filed(4800_00), whole, "CONGUAGLIO=1440.00"},
		{"R45", "by a tax return, over the limit", claimA, filed(4800_01), whole + ", DECADENZA? 2014-06-23", "CONGUAGLIO=1440.01"},
		{"R45", "of an activity never declared", claimA, []step{declared("2015-02-11", later(pipeline.CaseActualIncome, activity("2014-06-23", 2000_00), 2014)), nights("2015-02-12")}, "DECADENZA? 2014-06-23", "REDDITO_COMUNICATO_TARDI"},
	}
}

func projects() []limit {
	job := func(night string) []step {
		return []step{hired("2014-07-15", "2015-01-14", contract(project)), nights("2014-07-16", night)}
	}
	return []limit{
		{"R46", "before the term", claimA, job("2014-08-14"), "", ""},
		{"R46", "on the term", claimA, job("2014-08-16"), "", ""},
		{"R46", "after the term", claimA, job("2014-08-17"), "", "PARASUBORDINATO_SENZA_REDDITO"},
		{"R46", "begun on the last day of benefit, after the term", claimA, []step{hired("2014-12-18", "2015-03-18", contract(project)), nights("2015-01-21")}, "", "PARASUBORDINATO_SENZA_REDDITO"},
		{"R46", "miss: begun after the benefit", claimA, []step{hired("2014-12-26", "2015-03-18", contract(project)), nights("2015-02-07")}, "", ""},
		{"R46", "miss: the income is told", claimA, []step{hired("2014-07-15", "2015-01-14", contract(project)), declared("2014-07-16", quasi("2014-07-15", 3000_00)), nights("2014-08-17")}, "CARICAMENTO_ATTIVITA 2014-07-15, RIDUZIONE 2014-07-15 2014-12-18=2400.00", ""},
	}
}

func beforeTheDecree() []limit {
	tell := func(start string) []step {
		return []step{declared("2013-07-03", activity(start, 3000_00)), nights("2013-07-06")}
	}
	return []limit{
		{"R47", "long before", claimW, tell("2013-06-07"), "CARICAMENTO_ATTIVITA? 2013-06-07", "PRIMA_DEL_28_GIUGNO_2013"},
		{"R47", "the day before", claimW, tell("2013-06-27"), "CARICAMENTO_ATTIVITA? 2013-06-27", "PRIMA_DEL_28_GIUGNO_2013"},
		{"R47", "miss: on the day", claimW, tell("2013-06-28"), "CARICAMENTO_ATTIVITA 2013-06-28, RIDUZIONE 2013-06-28 2013-10-17=2400.00", ""},
		{"R47", "miss: the day after", claimW, tell("2013-06-29"), "CARICAMENTO_ATTIVITA 2013-06-29, RIDUZIONE 2013-06-29 2013-10-17=2400.00", ""},
		{"R47", "comes before the term of a month", claimW, []step{declared("2013-08-01", activity("2013-06-27", 3000_00)), nights("2013-08-02")}, "CARICAMENTO_ATTIVITA? 2013-06-27", "PRIMA_DEL_28_GIUGNO_2013"},
	}
}

// exceedingBenefit has ninety days of reduction, to 2014-09-20, on 31.55 a day: 2,839.50.
func exceedingBenefit() []limit {
	claims := aspi("2014-04-23", granted(151), daily(31_55))
	tell := func(income pipeline.Cents) []step { return []step{started(income), nights("2014-07-09")} }
	less := func(total string) string { return loaded + ", RIDUZIONE 2014-06-23 2014-09-20=" + total }
	return []limit{
		{"R48", "a cent less than the benefit", claims, tell(3549_36), less("2839.49"), ""},
		{"R48", "miss: as much as the benefit", claims, tell(3549_38), less("2839.50"), ""},
		{"R48", "a cent more than the benefit", claims, tell(3549_39), less("2839.51"), "RIDUZIONE_OLTRE_INDENNITA"},
	}
}

func vouchers() []limit {
	home := func(day string, net pipeline.Cents) []step {
		return []step{voucher(day, net, employerA, pipeline.ClientOther), nights("2016-08-22")}
	}
	firm := func(day string, net pipeline.Cents) []step {
		return []step{voucher(day, net, employerA, pipeline.ClientBusiness), nights("2016-08-22")}
	}
	studio := func(day string, net pipeline.Cents) []step {
		return []step{voucher(day, net, employerA, pipeline.ClientProfessional), nights("2016-08-22")}
	}
	forfeited := func(from string) []step {
		return append([]step{hired(from, "", permanent), nights("2014-07-10")}, home("2014-07-09", 3000_01)...)
	}
	long := aspi("2015-04-21", granted(480)) // to 2016-08-12
	const over = "VOUCHER_OLTRE_LIMITE"
	return []limit{
		{"R49", "2013, a cent under 3,000", claimW, home("2013-07-06", 2999_99), "", ""},
		{"R49", "miss: 2013, on 3,000", claimW, home("2013-07-06", 3000_00), "", ""},
		{"R49", "2013, a cent over 3,000", claimW, home("2013-07-06", 3000_01), "", over},
		{"R49", "2014, on 3,000", claimA, home("2014-07-09", 3000_00), "", ""},
		{"R49", "2014, a cent over 3,000", claimA, home("2014-07-09", 3000_01), "", over},
		{"R49", "2015, on 3,000", claimL, home("2015-03-18", 3000_00), "", ""},
		{"R49", "2015, a cent over 3,000", claimL, home("2015-03-18", 3000_01), "", over},
		{"R49", "2016, on 7,000", long, home("2016-03-18", 7000_00), "", ""},
		{"R49", "2016, a cent over 7,000", long, home("2016-03-18", 7000_01), "", over},
		{"R49", "several payments, on 3,000", claimA, append([]step{voucher("2014-05-07", 1000_00, employerB, pipeline.ClientOther)}, home("2014-07-09", 2000_00)...), "", ""},
		{"R49", "several payments, a cent over 3,000", claimA, append([]step{voucher("2014-05-07", 1000_01, employerB, pipeline.ClientOther)}, home("2014-07-09", 2000_00)...), "", over},
		{"R49", "31 December and 1 January are two years", claimL, append([]step{voucher("2014-12-31", 2000_00, employerB, pipeline.ClientOther)}, home("2015-01-01", 2000_00)...), "", ""},
		{"R49", "2013, one firm, on 2,000", claimW, firm("2013-07-06", 2000_00), "", ""},
		{"R49", "2013, one firm, a cent over 2,000", claimW, firm("2013-07-06", 2000_01), "", over},
		{"R49", "2013, one household, a cent over 2,000", claimW, home("2013-07-06", 2000_01), "", ""},
		{"R49", "2014, one studio, on 2,020", claimA, studio("2014-07-09", 2020_00), "", ""},
		{"R49", "2014, one studio, a cent over 2,020", claimA, studio("2014-07-09", 2020_01), "", over},
		{"R49", "2014, two firms, each under 2,020", claimA, append([]step{voucher("2014-05-07", 1400_00, employerB, pipeline.ClientBusiness)}, firm("2014-07-09", 1600_00)...), "", ""},
		{"R49", "2015, one firm, the day before the new limit", long, firm("2015-06-24", 2000_01), "", ""},
		{"R49", "2015, one firm, on the day of the new limit, on 2,000", long, firm("2015-06-25", 2000_00), "", ""},
		{"R49", "2015, one firm, on the day of the new limit, a cent over", long, firm("2015-06-25", 2000_01), "", over},
		{"R49", "paid on the day of a decadence", claimA, forfeited("2014-07-09"), "DECADENZA 2014-07-09", over},
		{"R49", "miss: paid after a decadence", claimA, forfeited("2014-07-08"), "DECADENZA 2014-07-08", ""},
		{"R49", "a cent over before the decadence, more after it", claimA, append([]step{voucher("2014-07-07", 3000_01, employerB, pipeline.ClientOther)}, forfeited("2014-07-08")...), "DECADENZA 2014-07-08", over},
		{"R49", "miss: on 3,000 before the decadence, more after it", claimA, append([]step{voucher("2014-07-07", 3000_00, employerB, pipeline.ClientOther)}, forfeited("2014-07-08")...), "DECADENZA 2014-07-08", ""},
		{"R49", "miss: in the year after the decadence", claimL, append([]step{hired("2014-10-08", "", permanent), nights("2014-10-09")}, home("2015-03-18", 3000_01)...), "DECADENZA 2014-10-08", ""},
		{"R49", "after a decadence that is only proposed", claimA, append([]step{noticed(pipeline.NoticeStatusLoss, "2014-07-08")}, home("2014-07-09", 3000_01)...), "DECADENZA? 2014-07-08", "PERDITA_STATO, " + over},
		{"R49", "miss: in a year without benefit", claimA, home("2013-12-28", 4000_00), "", ""},
	}
}

func advances() []limit {
	claims := aspi("2014-04-23", inAdvance)
	noted := func(kind, day string) []step {
		return []step{noticed(kind, day), nights(max(shift(day, 1), "2014-05-09"))}
	}
	job := func(from string, opts ...jobOption) []step {
		return []step{hired(from, shift(from, 3), opts...), nights(shift(from, 1))}
	}
	return []limit{
		{"R50", "after the termination", claims, []step{hired(shift("2014-04-23", -7), "2014-05-09"), nights("2014-05-10")}, "", "ANTICIPAZIONE"},
		{"R50", "a short job", claims, job("2014-05-08"), "", "ANTICIPAZIONE"},
		{"R50", "the day before the last day", claims, job("2014-12-17"), "", "ANTICIPAZIONE"},
		{"R50", "on the last day", claims, job("2014-12-18"), "", "ANTICIPAZIONE"},
		{"R50", "after the last day, within the window", claims, job(shift("2014-12-18", 1)), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R50", "miss: after the window", claims, job("2014-12-26"), "", ""},
		{"R50", "a job older than the termination", claims, []step{hired(shift("2014-04-23", -8), "2014-05-09"), nights("2014-05-10")}, "", "RAPPORTO_PREESISTENTE"},
		{"R50", "a notice", claims, noted(pipeline.NoticeStatusLoss, "2014-05-08"), "", "ANTICIPAZIONE"},
		{"R50", "an allowance older than the benefit", claims, noted(pipeline.NoticeInvalidity, "2014-03-03"), "", "ANTICIPAZIONE"},
		{"R50", "requirements useful from December", claims, noted(pipeline.NoticePension, "2014-11-18"), "", "ANTICIPAZIONE"},
		{"R50", "miss: requirements useful from after the window", claims, noted(pipeline.NoticePension, "2014-12-18"), "", ""},
		{"R50", "a notice after the last day, within the window", claims, noted(pipeline.NoticeStatusLoss, "2014-12-19"), "", "INIZIO_VICINO_ALLA_FINE"},
		{"R50", "miss: a notice before the benefit", claims, noted(pipeline.NoticeRefusal, "2014-04-22"), "", ""},
		{"R50", "miss: a notice after the window", claims, noted(pipeline.NoticeStatusLoss, "2014-12-26"), "", ""},
		{"R50", "a notice and a job, once a claim", claims, append(job("2014-05-08"), noted(pipeline.NoticeStatusLoss, "2014-06-08")...), "", "ANTICIPAZIONE"},
		{"R50", "a notice before the sum was paid in advance", claimA, []step{noticed(pipeline.NoticePension, "2014-05-08"), nights("2014-05-09"), claimNow(inAdvance), nights("2014-05-10")}, "DECADENZA? 2014-06-01", "ANTICIPAZIONE"},
		{"R50", "occasional work over the limit", claims, []step{voucher("2014-05-08", 3000_01, employerA, pipeline.ClientOther), nights("2014-05-09")}, "", "ANTICIPAZIONE"},
		{"R50", "miss: occasional work on the limit", claims, []step{voucher("2014-05-08", 3000_00, employerA, pipeline.ClientOther), nights("2014-05-09")}, "", ""},
		{"R50", "miss: the activity it was granted for", claims, []step{started(3000_00), nights("2014-07-09")}, "", ""},
		{"R50", "miss: no job", claims, []step{nights("2014-07-09")}, "", ""},
	}
}
