package rules_test

import (
	"slices"
	"testing"

	"incrocio/pipeline"
)

func TestLimitsOfContracts(t *testing.T) { check(t, contractLimits()) }

func contractLimits() []limit {
	return slices.Concat(kindsOfContract(), ownWord(), twoAccounts())
}

// kindsOfContract has jobs from 2014-05-08, whose six months end on 2014-11-07.
func kindsOfContract() []limit {
	job := func(to string, opts ...jobOption) []step {
		return []step{hired("2014-05-08", to, opts...), nights("2014-05-09")}
	}
	in2013 := func(to string, opts ...jobOption) []step {
		return []step{hired("2013-03-18", to, opts...), nights("2013-03-18")}
	}
	training := func(c *pipeline.Communication) { c.Contract, c.TrainingEnd = apprentice, on("2014-10-11") }
	before, onIt, after := "SOSPENSIONE 2014-05-08 2014-11-06", "SOSPENSIONE 2014-05-08 2014-11-07", "DECADENZA 2014-05-08"
	protectedOn, protectedAfter := "SOSPENSIONE! 2014-05-08 2014-11-07", "SOSPENSIONE! 2014-05-08 2014-11-08"
	return []limit{
		{"R27", "before the limit", claimW, in2013("2013-09-16", partTime), "SOSPENSIONE 2013-03-18 2013-09-16", ""},
		{"R27", "on the limit", claimW, in2013("2013-09-17", partTime), "SOSPENSIONE 2013-03-18 2013-09-17", ""},
		{"R27", "after the limit", claimW, in2013("2013-09-18", partTime), "DECADENZA 2013-03-18", "LIMITE_DI_UN_GIORNO"},
		{"R27", "miss: after the benefit", claimW, []step{hired("2013-10-25", "2013-11-25", partTime), nights("2013-10-25")}, "", ""},

		{"R28", "before the limit", claimA, job("2014-11-06", contract(apprentice)), "SOSPENSIONE! 2014-05-08 2014-11-06", "APPRENDISTATO_A_TERMINE"},
		{"R28", "on the limit", claimA, job("2014-11-07", contract(apprentice)), protectedOn, "APPRENDISTATO_A_TERMINE"},
		{"R28", "after the limit", claimA, job("2014-11-08", contract(seasonalApprentice)), protectedAfter, "APPRENDISTATO_A_TERMINE"},
		{"R28", "no term", claimA, job("", contract(apprentice)), after, ""},
		{"R28", "the training ends, not the job", claimA, job("", training), after, ""},
		{"R28", "miss: cancelled", claimA, []step{hired("2014-05-08", "2014-11-07", contract(apprentice)), cancelled(), nights("2014-05-09")}, "", ""},

		{"R29", "before the limit", claimA, job("2014-11-06", agency), before, ""},
		{"R29", "on the limit", claimA, job("2014-11-07", agency), onIt, ""},
		{"R29", "after the limit", claimA, job("2014-11-08", agency), after, "LIMITE_DI_UN_GIORNO"},
		{"R29", "permanent with the agency", claimA, job("", agency, contract(agencyPermanent)), after, ""},
		{"R29", "mini, on the limit", claimM, []step{hired("2014-05-07", "2014-05-11", agency), nights("2014-05-08")}, "SOSPENSIONE 2014-05-07 2014-05-11", ""},
		{"R29", "mini, two days after the limit", claimM, []step{hired("2014-05-07", shift("2014-05-11", 2), agency), nights("2014-05-08")}, "DECADENZA 2014-05-07", ""},
		{"R29", "miss: cancelled", claimA, []step{hired("2014-05-08", "2014-11-07", agency), cancelled(), nights("2014-05-09")}, "", ""},

		{"R30", "with allowance, before the limit", claimA, job("2014-11-06", available(pipeline.Yes)), before, ""},
		{"R30", "with allowance, on the limit", claimA, job("2014-11-07", available(pipeline.Yes)), onIt, ""},
		{"R30", "with allowance, after the limit", claimA, job("2014-11-08", available(pipeline.Yes)), after, "LIMITE_DI_UN_GIORNO"},
		{"R30", "without allowance, on the limit", claimA, job("2014-11-07", available(pipeline.No)), "", "INTERMITTENTE"},
		{"R30", "allowance not told, after the limit", claimA, job("2014-11-08", available(pipeline.Unknown)), "", "INTERMITTENTE"},
		{"R30", "miss: without allowance, after the benefit", claimW, []step{hired("2013-10-25", "2013-11-25", available(pipeline.No)), nights("2013-10-25")}, "", ""},

		{"R31", "before the limit", claimA, job("2014-11-06", domestic), before, ""},
		{"R31", "on the limit", claimA, job("2014-11-07", domestic), onIt, ""},
		{"R31", "after the limit", claimA, job("2014-11-08", domestic), after, "LIMITE_DI_UN_GIORNO"},
		{"R31", "waiting to be defined, after the limit", claimA, job("2014-11-08", domesticPending), "", "DOMESTICO_IN_DEFINIZIONE"},
		{"R31", "told by the worker alone", claimA, []step{declared("2014-06-24", work("2014-06-23", "2014-07-19", employerA)), nights("2014-06-26")}, "SOSPENSIONE 2014-06-23 2014-07-19", "UNILAV_MANCANTE"},
		{"R31", "miss: waiting to be defined, after the benefit", claimW, []step{hired("2013-10-25", "2013-11-25", domesticPending), nights("2013-10-25")}, "", ""},

		{"R32", "before the limit", claimA, job("2014-11-06", agricultural), "SOSPENSIONE! 2014-05-08 2014-11-06", "AGRICOLO"},
		{"R32", "on the limit", claimA, job("2014-11-07", agricultural), protectedOn, "AGRICOLO"},
		{"R32", "after the limit", claimA, job("2014-11-08", agricultural), protectedAfter, "AGRICOLO"},
		{"R32", "nothing is resumed", claimA, []step{hired("2014-05-08", "2014-05-16", agricultural), nights("2014-05-09", "2014-05-26")}, "SOSPENSIONE! 2014-05-08 2014-05-16", "AGRICOLO"},
		{"R32", "miss: a permanent farm job", claimA, job("", agricultural, permanent), after, ""},
		{"R32", "miss: after the benefit", claimW, []step{hired("2013-10-25", "2013-11-25", agricultural), nights("2013-10-25")}, "", ""},

		{"R33", "miss: an internship on the limit", claimA, job("2014-11-07", contract(internship)), "", ""},
		{"R33", "miss: an internship after the limit", claimA, job("2014-11-08", contract(internship)), "", ""},
		{"R33", "socially useful work", claimA, job("2014-11-08", contract(sociallyUseful)), "", "CONTRATTO_SCONOSCIUTO"},
		{"R33", "a code that is in no table", claimA, job("2014-05-09", contract(noSuchCode)), "", "CONTRATTO_SCONOSCIUTO"},

		{"R34", "miss: project work after the limit", claimA, job("2014-11-08", contract(project)), "", ""},
		{"R34", "miss: project work without an end", claimA, job("", contract(project)), "", ""},

		{"R35", "before the limit", claimA, job("2014-11-06", partner), before, ""},
		{"R35", "on the limit", claimA, job("2014-11-07", partner), onIt, ""},
		{"R35", "after the limit", claimA, job("2014-11-08", partner), after, "LIMITE_DI_UN_GIORNO"},
		{"R35", "miss: after the benefit", claimW, []step{hired("2013-10-25", "2013-11-25", partner), nights("2013-10-25")}, "", ""},

		{"I03", "the new employer's extension, before the limit", claimA, moved("2014-11-06"), before, ""},
		{"I03", "the new employer's extension, on the limit", claimA, moved("2014-11-07"), onIt, ""},
		{"I03", "the new employer's extension, after the limit", claimA, moved("2014-11-08"), "SOSPENSIONE 2014-05-08 2014-08-24, DECADENZA 2014-08-25", ""},
		{"I03", "miss: only the employer changes", claimA, moved(""), "SOSPENSIONE 2014-05-08 2014-08-24", ""},
	}
}

// moved is a job to 2014-08-24 that goes over to employerB, who may extend it.
func moved(to string) []step {
	steps := []step{
		hired("2014-05-08", "2014-08-24"), nights("2014-05-09"),
		follow(func(c *pipeline.Communication) {
			c.Model, c.Event, c.EventDate = pipeline.ModelVardatori, pipeline.EventTransfer, on("2014-07-15")
			c.PreviousEmployer, c.Employer, c.SentOn = employerA, employerB, on("2014-07-16")
		}),
	}
	if to != "" {
		steps = append(steps, follow(func(c *pipeline.Communication) {
			c.Event, c.EventDate, c.Employer, c.SentOn = pipeline.EventExtension, on(to), employerB, on("2014-08-17")
		}))
	}
	return append(steps, nights("2014-08-22"))
}

// ownWord has work from 2014-06-23 that only the beneficiary tells; six months end on 2014-12-22, five days on 06-27.
func ownWord() []limit {
	tells := func(to string, dates ...string) []step {
		return []step{declared("2014-06-24", work("2014-06-23", to, employerA)), nights(dates...)}
	}
	return []limit{
		{"R37", "before the limit", claimA, tells("2014-12-21", "2014-06-26"), "SOSPENSIONE 2014-06-23 2014-12-21", "UNILAV_MANCANTE"},
		{"R37", "on the limit", claimA, tells("2014-12-22", "2014-06-26"), "SOSPENSIONE 2014-06-23 2014-12-22", "UNILAV_MANCANTE"},
		{"R37", "after the limit", claimA, tells("2014-12-23", "2014-06-26"), "DECADENZA 2014-06-23", "UNILAV_MANCANTE, LIMITE_DI_UN_GIORNO"},
		{"R37", "mini, on the limit", claimM, tells("2014-06-27", "2014-06-26"), "SOSPENSIONE 2014-06-23 2014-06-27", "UNILAV_MANCANTE"},
		{"R37", "mini, after the limit", claimM, tells("2014-06-28", "2014-06-26"), "DECADENZA 2014-06-23", "UNILAV_MANCANTE, LIMITE_DI_UN_GIORNO"},
		{"R37", "no end, before the limit", claimA, tells("", "2014-06-26", "2014-12-21"), "SOSPENSIONE! 2014-06-23", "UNILAV_MANCANTE, FINE_MANCANTE"},
		{"R37", "no end, on the limit", claimA, tells("", "2014-06-26", "2014-12-22"), "SOSPENSIONE! 2014-06-23", "UNILAV_MANCANTE, FINE_MANCANTE"},
		{"R37", "no end, after the limit", claimA, tells("", "2014-06-26", "2014-12-23"), "SOSPENSIONE! 2014-06-23, DECADENZA? 2014-06-23", "UNILAV_MANCANTE, FINE_MANCANTE"},
		{"R37", "mini, no end, on the limit", claimM, tells("", "2014-06-26", "2014-06-27"), "SOSPENSIONE! 2014-06-23", "UNILAV_MANCANTE, FINE_MANCANTE"},
		{"R37", "mini, no end, after the limit", claimM, tells("", "2014-06-26", "2014-06-28"), "SOSPENSIONE! 2014-06-23, DECADENZA? 2014-06-23", "UNILAV_MANCANTE, FINE_MANCANTE"},
		{"R37", "miss: begun after the benefit", claimA, []step{declared("2014-12-26", work("2014-12-26", "2015-01-09", employerA)), nights("2014-12-28")}, "", ""},
		{"R37", "the end before the start", claimA, []step{declared("2014-06-28", work("2014-06-27", "2014-06-26", employerA)), nights("2014-06-28")}, "", "DATE_NON_VALIDE"},
	}
}

func twoAccounts() []limit {
	told := func(from, to string, ev pipeline.Event, night string) []step {
		return []step{hired(from, to), declared(night, ev), nights(night)}
	}
	unknown := func(from, to string) pipeline.Event { return work(from, to, "") }
	few := func(ev pipeline.Event) []step { return told("2014-10-24", "2014-10-26", ev, "2014-10-30") }
	week := func(ev pipeline.Event) []step { return told("2014-07-22", "2014-07-28", ev, "2014-07-22") }
	half := func(to, own string) []step {
		return told("2014-06-23", to, work("2014-06-23", own, employerA), "2014-07-28")
	}
	first := "SOSPENSIONE 2014-10-24 2014-10-26"
	late := func(paid string) []step {
		return []step{hired("2014-05-08", "2014-05-22", sentOn("2014-09-11")), claimNow(paidTo(paid)), nights("2014-09-12")}
	}
	return []limit{
		{"R36", "miss: the worker says what the employer says", claimA, half("2014-12-21", "2014-12-21"), "SOSPENSIONE 2014-06-23 2014-12-21", ""},
		{"R36", "the employer is late, the worker is heard", claimA, []step{declared("2014-06-24", work("2014-06-23", "2014-07-19", employerA)), nights("2014-06-26"), hired("2014-06-23", "2014-07-19", sentOn("2014-07-09")), nights("2014-07-09")}, "SOSPENSIONE 2014-06-23 2014-07-19", ""},

		{"R38", "starts four days apart", claimA, few(unknown("2014-10-28", "2014-10-30")), first, "DATE_IN_CONTRASTO:INFO=6"},
		{"R38", "starts five days apart", claimA, few(unknown("2014-10-29", "2014-10-30")), first, "DATE_IN_CONTRASTO:INFO=5"},
		{"R38", "miss: starts six days apart are two jobs", claimA, few(unknown("2014-10-30", "2014-10-30")), first + ", SOSPENSIONE 2014-10-30 2014-10-30", "UNILAV_MANCANTE"},
		{"R38", "the worker's start five days before", claimA, week(unknown("2014-07-17", "2014-07-19")), "SOSPENSIONE 2014-07-22 2014-07-28", "DATE_IN_CONTRASTO:INFO=10"},
		{"R38", "the worker's start six days before", claimA, week(unknown("2014-07-16", "2014-07-19")), "SOSPENSIONE 2014-07-16 2014-07-19, SOSPENSIONE 2014-07-22 2014-07-28", "UNILAV_MANCANTE"},
		{"R38", "one day in common", claimA, told("2014-07-15", "2014-07-29", unknown("2014-07-29", "2014-08-02"), "2014-07-29"), "SOSPENSIONE 2014-07-15 2014-07-29", "DATE_IN_CONTRASTO:INFO=18"},
		{"R38", "no day in common", claimA, told("2014-07-15", "2014-07-28", unknown("2014-07-29", "2014-08-02"), "2014-07-29"), "SOSPENSIONE 2014-07-15 2014-08-02", "UNILAV_MANCANTE"},
		{"R38", "another employer is another job", claimA, told("2014-07-15", "2014-07-29", work("2014-07-15", "2014-07-29", employerB), "2014-07-29"), "SOSPENSIONE 2014-07-15 2014-07-29", "UNILAV_MANCANTE"},
		{"R38", "both within the limit, a day apart", claimA, half("2014-12-22", "2014-12-21"), "SOSPENSIONE 2014-06-23 2014-12-22", "DATE_IN_CONTRASTO:INFO=1"},
		{"R38", "the worker's end alone over the limit", claimA, half("2014-12-22", "2014-12-23"), "SOSPENSIONE! 2014-06-23 2014-12-23", "DATE_IN_CONTRASTO=1"},
		{"R38", "the employer's end alone over the limit", claimA, half("2014-12-23", "2014-12-22"), "SOSPENSIONE! 2014-06-23 2014-12-23", "DATE_IN_CONTRASTO=1"},
		{"R38", "both over the limit", claimA, half("2014-12-24", "2014-12-23"), "DECADENZA 2014-06-23", "DATE_IN_CONTRASTO:INFO=1"},

		{"R39", "paid to the day before", claimA, late("2014-05-07"), "SOSPENSIONE 2014-05-08 2014-05-22, RIPRESA 2014-05-23", ""},
		{"R39", "paid to the first day", claimA, late("2014-05-08"), "SOSPENSIONE 2014-05-08 2014-05-22, RIPRESA 2014-05-23", "INDEBITO=1"},
		{"R39", "paid beyond", claimA, late("2014-08-26"), "SOSPENSIONE 2014-05-08 2014-05-22, RIPRESA 2014-05-23", "INDEBITO=15"},
		{"R39", "miss: in time, not paid yet", claimA, []step{hired("2014-05-08", "2014-05-22"), nights("2014-05-07")}, "SOSPENSIONE 2014-05-08 2014-05-22", ""},
	}
}
