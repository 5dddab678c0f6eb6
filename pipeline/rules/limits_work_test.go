package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// shift is a day some days later.
func shift(day string, n int) string { return (on(day) + pipeline.Date(n)).String() }

// The claims of these cases, each from the eighth day after its termination. W, of 240 days, ends on 2013-10-17, A on
// 2014-12-18, L on 2015-05-13; M is a mini-ASpI of 105 days. None is a claim of the scenarios.
var (
	claimW = aspi("2013-02-20")
	claimA = aspi("2014-04-23")
	claimL = aspi("2014-09-16")
	claimM = mini("2014-04-23")
)

func TestLimitsOfWork(t *testing.T) { check(t, workLimits()) }

func workLimits() []limit {
	return slices.Concat(sixMonths(), fiveDays(), resumptions(), earlyEnds(), lowIncomes(), foreignWork(), extensions(), amendments(), orphans(), severalJobs())
}

// lengths are jobs that end the day before, on and after the last day within the limit, the latter by one and two days.
func lengths(within, over string, claims []pipeline.Claim, start, last string) []limit {
	suspended := func(name string, n int) limit {
		end := shift(last, n)
		return limit{within, name + " the last day, from " + start, claims, []step{hired(start, end), nights(start)}, "SOSPENSIONE " + start + " " + end, ""}
	}
	forfeited := func(name string, n int, open string) limit {
		return limit{over, name + " the last day, from " + start, claims, []step{hired(start, shift(last, n)), nights(start)}, "DECADENZA " + start, open}
	}
	return []limit{suspended("before", -1), suspended("on", 0), forfeited("after", 1, "LIMITE_DI_UN_GIORNO"), forfeited("two days after", 2, "")}
}

func sixMonths() []limit {
	out := []limit{
		{"R01", "miss: a job wholly after the benefit", claimW, []step{hired("2013-10-25", "2013-11-25"), nights("2013-10-25")}, "", ""},
		{"R03", "permanent, on the first day after the waiting", claimW, []step{hired("2013-02-21", "", permanent), nights("2013-02-21")}, "DECADENZA 2013-02-21", ""},
		{"R03", "permanent, on the last day of benefit", claimW, []step{hired("2013-10-17", "", permanent), nights("2013-10-17")}, "DECADENZA 2013-10-17", ""},
		{"R03", "miss: permanent, but cancelled the same night", claimW, []step{hired("2013-03-18", "", permanent), cancelled(), nights("2013-03-19")}, "", ""},
		{"R07", "miss: what a job pays in changes nothing here", claimW, []step{hired("2013-03-18", "2013-03-27"), nights("2013-04-16")}, "SOSPENSIONE 2013-03-18 2013-03-27, RIPRESA 2013-03-28", ""},
	}
	for _, c := range []struct {
		claims      []pipeline.Claim
		start, last string
	}{
		{claimW, "2013-03-18", "2013-09-17"},
		{claimW, "2013-04-30", "2013-10-29"},
		{claimW, "2013-08-29", "2014-02-28"}, // no 29 February: its last day
		{claimL, "2014-12-30", "2015-06-29"},
		{claimL, "2015-03-31", "2015-09-30"},                           // no 31 September
		{aspi("2015-04-21", granted(480)), "2015-08-29", "2016-02-28"}, // there is a 29 February
		{aspi("2015-04-21", granted(480)), "2015-08-30", "2016-02-29"}, // but no 30
		{aspi("2015-04-21", granted(480)), "2015-10-31", "2016-04-30"},
		{aspi("2015-04-21", granted(480)), "2015-09-03", "2016-03-02"},
	} {
		out = append(out, lengths("R01", "R03", c.claims, c.start, c.last)...)
	}
	return out
}

func fiveDays() []limit {
	out := []limit{
		{"R04", "one day", claimM, []step{hired("2014-05-07", "2014-05-07"), nights("2014-05-10")}, "SOSPENSIONE 2014-05-07 2014-05-07", ""},
		{"R04", "before the release of the resumption", claimM, []step{hired("2014-05-07", "2014-05-10"), nights("2014-05-15")}, "SOSPENSIONE 2014-05-07 2014-05-10", ""},
		{"R04", "on the release of the resumption", claimM, []step{hired("2014-05-07", "2014-05-10"), nights("2014-05-16")}, "SOSPENSIONE 2014-05-07 2014-05-10, RIPRESA 2014-05-11", ""},
		{"R04", "miss: three days after the benefit", claimM, []step{hired("2014-08-16", "2014-08-17"), nights("2014-08-17")}, "", ""},
		{"R05", "permanent", claimM, []step{hired("2014-05-07", "", permanent), nights("2014-05-08")}, "DECADENZA 2014-05-07", ""},
		{"R05", "miss: a month of internship", claimM, []step{hired("2014-05-07", "2014-06-06", contract(internship)), nights("2014-05-08")}, "", ""},
	}
	for _, c := range []struct {
		claims      []pipeline.Claim
		start, last string
	}{
		{claimM, "2014-05-07", "2014-05-11"},
		{mini("2014-02-07"), "2014-02-26", "2014-03-02"},
		{mini("2014-12-11"), "2014-12-30", "2015-01-03"},
	} {
		out = append(out, lengths("R04", "R05", c.claims, c.start, c.last)...)
	}
	return out
}

func resumptions() []limit {
	job := hired("2014-05-03", "2014-05-16")
	resumed := "SOSPENSIONE 2014-05-03 2014-05-16, RIPRESA 2014-05-17"
	return []limit{
		{"R02", "before: five days after the end", claimA, []step{job, nights("2014-05-04", "2014-05-21")}, "SOSPENSIONE 2014-05-03 2014-05-16", ""},
		{"R02", "on: six days after the end", claimA, []step{job, nights("2014-05-04", "2014-05-22")}, resumed, ""},
		{"R02", "after: a night was missed", claimA, []step{job, nights("2014-05-04", "2014-05-26")}, resumed, ""},
		{"R02", "agency, before: the 20th of the month after", claimA, []step{hired("2014-11-08", "2014-11-22", agency), nights("2014-11-10", "2014-12-20")}, "SOSPENSIONE 2014-11-08 2014-11-22", ""},
		{"R02", "agency, on: the 21st", claimA, []step{hired("2014-11-08", "2014-11-22", agency), nights("2014-11-10", "2014-12-21")}, "SOSPENSIONE 2014-11-08 2014-11-22, RIPRESA 2014-11-23", ""},
		{"R02", "agency, after: the 22nd", claimA, []step{hired("2014-11-08", "2014-11-22", agency), nights("2014-11-10", "2014-12-22")}, "SOSPENSIONE 2014-11-08 2014-11-22, RIPRESA 2014-11-23", ""},
		{"R02", "public employer, before: the 20th of January", claimL, []step{hired("2014-12-03", "2014-12-12", publicBody), nights("2014-12-04", "2015-01-20")}, "SOSPENSIONE 2014-12-03 2014-12-12", ""},
		{"R02", "public employer, on: the 21st of January", claimL, []step{hired("2014-12-03", "2014-12-12", publicBody), nights("2014-12-04", "2015-01-21")}, "SOSPENSIONE 2014-12-03 2014-12-12, RIPRESA 2014-12-13", ""},
		{"R02", "public employer, before: a month of 30 days follows", claimW, []step{hired("2013-03-11", "2013-03-31", publicBody), nights("2013-04-20")}, "SOSPENSIONE 2013-03-11 2013-03-31", ""},
		{"R02", "public employer, on: a month of 30 days follows", claimW, []step{hired("2013-03-11", "2013-03-31", publicBody), nights("2013-04-21")}, "SOSPENSIONE 2013-03-11 2013-03-31, RIPRESA 2013-04-01", ""},
		{"R02", "without delay, before: the last day", claimA, []step{by(noDelay), job, nights("2014-05-16")}, "SOSPENSIONE 2014-05-03 2014-05-16", ""},
		{"R02", "without delay, on: the day after", claimA, []step{by(noDelay), job, nights("2014-05-17")}, resumed, ""},
		{"R02", "an agency whose job ended earlier does not delay", claimA, []step{hired("2014-05-03", "2014-05-09", agency, employer(employerB)), hired("2014-05-10", "2014-05-16"), nights("2014-05-22")}, resumed, ""},
		{"R02", "an agency whose job ends with another delays", claimA, []step{hired("2014-05-08", "2014-05-16", agency, employer(employerB)), job, nights("2014-05-26")}, "SOSPENSIONE 2014-05-03 2014-05-16", ""},
		{"R02", "work that suspends nothing holds nothing back", claimA, []step{job, hired("2014-05-10", "", employer(employerB), available(pipeline.No)), nights("2014-05-22")}, resumed, "INTERMITTENTE"},
		{"R02", "domestic work in abeyance holds nothing back", claimA, []step{job, hired("2014-05-10", "2014-06-26", employer(employerB), domesticPending), nights("2014-05-22")}, resumed, "DOMESTICO_IN_DEFINIZIONE"},
		{"R02", "miss: another suspension is open", claimA, []step{job, declared("2014-05-15", event(pipeline.EventMaternity, "2014-05-10", "")), nights("2014-06-26")}, "SOSPENSIONE 2014-05-03", "FINE_MANCANTE:ATTESA"},
	}
}

func noDelay(p *rules.Params) { p.ResumeReleaseDelay = 0 }

func earlyEnds() []limit {
	job := hired("2014-05-03", "2014-07-19")
	ends := func(day string) []step { return []step{job, nights("2014-05-04"), left(day), nights("2014-07-22")} }
	open := hired("2014-05-08", "", permanent)
	executed := func(day, night string) []step { return []step{open, nights("2014-05-09"), left(day), nights(night)} }
	together := func(day string) []step { return []step{open, left(day), nights("2014-11-10")} }
	ahead := func(night string) []step {
		return []step{hired("2014-05-08", "", permanent, sentOn("2014-05-03")), nights("2014-05-04"), left("2014-05-10"), nights(night)}
	}
	return []limit{
		{"R06", "left on the first day", claimA, []step{job, nights("2014-05-04"), left("2014-05-03"), nights("2014-05-07")}, "SOSPENSIONE 2014-05-03 2014-05-03", ""},
		{"R06", "left the day before the agreed end", claimA, ends("2014-07-18"), "SOSPENSIONE 2014-05-03 2014-07-18", ""},
		{"R06", "miss: left on the agreed end", claimA, ends("2014-07-19"), "SOSPENSIONE 2014-05-03 2014-07-19", ""},
		{"R06", "left early, the agreed end counts", claimA, append([]step{by(func(p *rules.Params) { p.EarlyEndPolicy = rules.EarlyContractEnd })}, ends("2014-07-17")...), "SOSPENSIONE 2014-05-03 2014-07-19", ""},
		{"R06", "decadence executed, left before the limit", claimA, executed("2014-11-06", "2014-11-10"), "DECADENZA 2014-05-08", "FINE_ANTICIPATA_DOPO_DECADENZA"},
		{"R06", "decadence executed, left on the limit", claimA, executed("2014-11-07", "2014-11-10"), "DECADENZA 2014-05-08", "FINE_ANTICIPATA_DOPO_DECADENZA"},
		{"R06", "decadence executed, left after the limit", claimA, executed("2014-11-08", "2014-11-10"), "DECADENZA 2014-05-08", ""},
		{"R06", "known together, left before the limit", claimA, together("2014-11-06"), "SOSPENSIONE! 2014-05-08 2014-11-06, DECADENZA? 2014-05-08", "FINE_ANTICIPATA_DOPO_DECADENZA:CAUTELA"},
		{"R06", "known together, left on the limit", claimA, together("2014-11-07"), "SOSPENSIONE! 2014-05-08 2014-11-07, DECADENZA? 2014-05-08", "FINE_ANTICIPATA_DOPO_DECADENZA:CAUTELA"},
		{"R06", "known together, left after the limit", claimA, together("2014-11-08"), "DECADENZA 2014-05-08", ""},
		{"R06", "before the decadence has begun it is pending", claimA, ahead("2014-05-07"), "SOSPENSIONE! 2014-05-08 2014-05-10, DECADENZA? 2014-05-08", "FINE_ANTICIPATA_DOPO_DECADENZA:CAUTELA"},
		{"R06", "on its first day it is executed", claimA, ahead("2014-05-08"), "DECADENZA 2014-05-08", "FINE_ANTICIPATA_DOPO_DECADENZA"},
		{"R06", "mini, known together, left on the limit", claimM, []step{hired("2014-05-07", "", permanent), left("2014-05-11"), nights("2014-05-14")}, "SOSPENSIONE! 2014-05-07 2014-05-11, DECADENZA? 2014-05-07", "FINE_ANTICIPATA_DOPO_DECADENZA:CAUTELA"},
		{"R06", "mini, known together, left after the limit", claimM, []step{hired("2014-05-07", "", permanent), left(shift("2014-05-11", 1)), nights("2014-05-14")}, "DECADENZA 2014-05-07", ""},
	}
}

func lowIncomes() []limit {
	from := func(start string, income pipeline.Cents) []step {
		return []step{hired(start, "2013-07-17"), earning(start, "2013-07-03", income), nights("2013-07-18")}
	}
	reduced := func(start, total string) string { return fmt.Sprintf("RIDUZIONE? %s 2013-07-17=%s", start, total) }
	// 15 August is a holiday: the term of a job begun on 15 July is the 16th
	inTerm := func(day string) []step {
		return []step{hired("2013-07-15", "", permanent, partTime), earning("2013-07-15", day, 5000_00), nights("2013-08-18")}
	}
	silent := func(night string, opts ...jobOption) []step {
		return []step{hired("2013-07-15", "", append([]jobOption{permanent}, opts...)...), nights(night)}
	}
	waits := "SOSPENSIONE! 2013-07-15, DECADENZA? 2013-07-15"
	lasting := []step{hired("2013-07-15", "", permanent), earning("2013-07-15", "2013-07-16", 5000_00), nights("2013-07-17")}
	ill := func(to string) []step {
		return append(slices.Clone(lasting), declared("2013-09-01", event(pipeline.EventSickness, "2013-08-01", to)), nights("2013-09-02"))
	}
	beside := func(to string) []step {
		return append(slices.Clone(lasting), hired("2013-08-30", to, employer(employerB)), nights("2013-09-02"))
	}
	return []limit{
		{"R08", "before the rule: begun on 27 June 2013", claimW, from("2013-06-27", 8000_00), "SOSPENSIONE 2013-06-27 2013-07-17", ""},
		{"R08", "on its first day", claimW, from("2013-06-28", 8000_00), reduced("2013-06-28", "6400.00"), "CUMULO_POSSIBILE"},
		{"R08", "after its first day", claimW, from("2013-06-29", 8000_00), reduced("2013-06-29", "6400.00"), "CUMULO_POSSIBILE"},
		{"R08", "a cent under the limit", claimW, from("2013-07-06", 7999_99), reduced("2013-07-06", "6399.99"), "CUMULO_POSSIBILE"},
		{"R08", "a cent over the limit", claimW, from("2013-07-06", 8000_01), "SOSPENSIONE 2013-07-06 2013-07-17", ""},
		{"R08", "declared before the term", claimW, inTerm("2013-08-14"), "RIDUZIONE? 2013-07-15 2013-10-17=4000.00", "CUMULO_POSSIBILE"},
		{"R08", "declared on the term", claimW, inTerm("2013-08-16"), "RIDUZIONE? 2013-07-15 2013-10-17=4000.00", "CUMULO_POSSIBILE"},
		{"R08", "declared after the term", claimW, inTerm("2013-08-17"), "DECADENZA 2013-07-15", ""},
		{"R08", "silence before the term", claimW, silent("2013-08-14", partTime), waits, "CUMULO_POSSIBILE:CAUTELA"},
		{"R08", "silence on the term", claimW, silent("2013-08-16", partTime), waits, "CUMULO_POSSIBILE:CAUTELA"},
		{"R08", "silence after the term", claimW, silent("2013-08-17", partTime), "DECADENZA 2013-07-15", ""},
		{"R08", "silence, night after night", claimW, []step{hired("2013-07-15", "", permanent, partTime), nights("2013-07-16", "2013-08-16", "2013-08-17", "2013-08-18")}, "DECADENZA 2013-07-15", ""},
		{"R08", "silence, pay on the limit", claimW, silent("2013-07-16", yearlyPay(8000_00)), waits, "CUMULO_POSSIBILE:CAUTELA"},
		{"R08", "silence, pay a cent over", claimW, silent("2013-07-16", yearlyPay(8000_01)), "DECADENZA 2013-07-15", ""},
		{"R08", "silence, within six months: as R01", claimW, []step{hired("2013-07-15", "2013-07-19", partTime), nights("2013-07-16")}, "SOSPENSIONE 2013-07-15 2013-07-19", ""},
		{"R08", "silence, mini over five days", mini("2013-07-03"), []step{hired("2013-07-15", "2013-08-09", partTime), nights("2013-07-16")}, "SOSPENSIONE! 2013-07-15 2013-08-09, DECADENZA? 2013-07-15", "CUMULO_POSSIBILE:CAUTELA"},
		{"R08", "silence before the rule", claimW, []step{hired("2013-06-27", "", permanent, partTime), nights("2013-07-03")}, "DECADENZA 2013-06-27", ""},
		{"R08", "by ASpI-COM, to the end of the job", claimA, []step{hired("2014-07-15", "2014-09-12"), declared("2014-07-18", withIncome(work("2014-07-15", "2014-09-12", employerA), 2000_00)), nights("2014-07-19")}, "RIDUZIONE? 2014-07-15 2014-09-12=1600.00", "CUMULO_POSSIBILE"},
		{"R08", "to 31 December", claimL, []step{hired("2014-10-12", "", permanent), earning("2014-10-12", "2014-10-19", 3000_00), nights("2014-10-23")}, "RIDUZIONE? 2014-10-12 2014-12-31=2400.00", "CUMULO_POSSIBILE"},
		{"R08", "to the end that a later suspension moves", claimW, ill("2013-08-31"), "RIDUZIONE? 2013-07-15 2013-11-17=4000.00, SOSPENSIONE 2013-08-01 2013-08-31, RIPRESA 2013-09-01", "CUMULO_POSSIBILE"},
		{"R08", "to 31 December, while a later suspension is open", claimW, ill(""), "RIDUZIONE? 2013-07-15 2013-12-31=4000.00, SOSPENSIONE 2013-08-01", "CUMULO_POSSIBILE, FINE_MANCANTE:ATTESA"},
		{"R08", "to 31 December, beyond which a later job moves the end", claimW, beside("2013-11-29"), "RIDUZIONE? 2013-07-15 2013-12-31=4000.00, SOSPENSIONE 2013-08-30 2013-11-29", "CUMULO_POSSIBILE"},
		{"R08", "to the day before a decadence, whatever the suspension before it", claimW, append(ill("2013-08-31"), hired("2013-09-02", "", permanent, employer(employerB)), nights("2013-09-09")), "RIDUZIONE? 2013-07-15 2013-09-01=1555.56, SOSPENSIONE 2013-08-01 2013-08-31, RIPRESA 2013-09-01, DECADENZA 2013-09-02", "CUMULO_POSSIBILE"},
		{"R08", "from another switch, before", claimW, append([]step{by(cumuloFrom("2013-07-15"))}, from("2013-07-14", 1000_00)...), "SOSPENSIONE 2013-07-14 2013-07-17", ""},
		{"R08", "from another switch, on", claimW, append([]step{by(cumuloFrom("2013-07-15"))}, from("2013-07-15", 1000_00)...), reduced("2013-07-15", "800.00"), "CUMULO_POSSIBILE"},
		{"R08", "miss: full time, pay not told", claimW, silent("2013-07-16"), "DECADENZA 2013-07-15", ""},
		{"R08", "miss: an income without its job", claimW, []step{earning("2013-07-15", "2013-07-16", 1000_00), nights("2013-07-17")}, "", ""},
	}
}

func cumuloFrom(day string) func(*rules.Params) {
	return func(p *rules.Params) { p.CumuloSubordinateFrom = on(day) }
}

func foreignWork() []limit {
	tells := func(ev pipeline.Event) []step { return []step{declared("2014-06-24", ev), nights("2014-06-26")} }
	return []limit{
		{"R09", "before the limit", claimA, tells(abroad("2014-06-23", "2014-12-21", "FR")), "SOSPENSIONE 2014-06-23 2014-12-21", ""},
		{"R09", "on the limit", claimA, tells(abroad("2014-06-23", "2014-12-22", "FR")), "SOSPENSIONE 2014-06-23 2014-12-22", ""},
		{"R09", "after the limit", claimA, tells(abroad("2014-06-23", "2014-12-23", "CH")), "DECADENZA 2014-06-23", "LAVORO_ESTERO:INFO, LIMITE_DI_UN_GIORNO"},
		{"R09", "two days after the limit", claimA, tells(abroad("2014-06-23", "2014-12-24", "CH")), "DECADENZA 2014-06-23", "LAVORO_ESTERO:INFO"},
		{"R09", "mini, on the limit", claimM, tells(abroad("2014-06-23", "2014-06-27", "FR")), "SOSPENSIONE 2014-06-23 2014-06-27", ""},
		{"R09", "mini, two days after the limit", claimM, tells(abroad("2014-06-23", shift("2014-06-27", 2), "FR")), "DECADENZA 2014-06-23", "LAVORO_ESTERO:INFO"},
		{"R09", "country not told", claimA, tells(abroad("2014-06-23", "2014-07-09", "")), "", "LAVORO_ESTERO"},
		{"R09", "country not told, over the day before decorrenza", claimW, []step{declared("2013-03-07", abroad("2013-02-13", "2013-02-19", "")), nights("2013-03-07")}, "", ""},
		{"R09", "country not told, over on decorrenza", claimW, []step{declared("2013-03-07", abroad("2013-02-13", "2013-02-20", "")), nights("2013-03-07")}, "", "LAVORO_ESTERO"},
		{"R09", "start not told", claimA, tells(abroad("", "2014-07-09", "FR")), "", "LAVORO_ESTERO"},
		{"R09", "end not told", claimA, tells(abroad("2014-06-23", "", "FR")), "SOSPENSIONE! 2014-06-23", "FINE_MANCANTE"},
		{"R09", "miss: begun after the benefit", claimA, []step{declared("2014-12-26", abroad("2014-12-26", "2015-01-09", "FR")), nights("2014-12-28")}, "", ""},
	}
}

func extensions() []limit {
	job := hired("2014-05-08", "2014-08-24")
	to := func(days ...string) []step {
		steps := []step{job, nights("2014-05-09")}
		for _, d := range days {
			steps = append(steps, extended(d))
		}
		return append(steps, nights("2014-08-16"))
	}
	threeDays := func(to string) []step {
		return []step{hired("2014-05-07", "2014-05-09"), nights("2014-05-07"), extended(to), nights("2014-05-08")}
	}
	over := "SOSPENSIONE 2014-05-08 2014-08-24, DECADENZA 2014-08-25"
	noEnd := func(night string) []step { return []step{hired("2014-05-08", ""), nights("2014-05-09", night)} }
	turned := func(day, code string) []step {
		return []step{job, nights("2014-05-09"), converted(day, code), nights("2014-08-26")}
	}
	short := hired("2014-05-03", "2014-05-16")
	becomes := func(day, code string) []step {
		return []step{job, nights("2014-05-09"), shownAs(permanentJob, day, code), nights("2014-09-01")}
	}
	inDoubt := "SOSPENSIONE! 2014-05-08"
	return []limit{
		{"R10", "before the limit", claimA, to("2014-11-06"), "SOSPENSIONE 2014-05-08 2014-11-06", ""},
		{"R10", "on the limit", claimA, to("2014-11-07"), "SOSPENSIONE 2014-05-08 2014-11-07", ""},
		{"R10", "known with the hire, on the limit", claimA, []step{job, extended("2014-11-07"), nights("2014-05-09")}, "SOSPENSIONE 2014-05-08 2014-11-07", ""},
		{"R10", "mini, before the limit", claimM, threeDays("2014-05-10"), "SOSPENSIONE 2014-05-07 2014-05-10", ""},
		{"R10", "mini, on the limit", claimM, threeDays("2014-05-11"), "SOSPENSIONE 2014-05-07 2014-05-11", ""},
		{"R10", "miss: the extension is cancelled", claimA, []step{job, extended("2014-11-07"), lastCancelled(), nights("2014-05-09")}, "SOSPENSIONE 2014-05-08 2014-08-24", ""},
		{"R11", "after the limit", claimA, to("2014-11-08"), over, ""},
		{"R11", "known with the hire, after the limit", claimA, []step{job, extended("2014-11-08"), nights("2014-05-09")}, over, ""},
		{"R11", "the second extension goes over", claimA, to("2014-09-11", "2014-11-08"), "SOSPENSIONE 2014-05-08 2014-09-11, DECADENZA 2014-09-12", ""},
		{"R11", "mini, after the limit", claimM, threeDays(shift("2014-05-11", 1)), "SOSPENSIONE 2014-05-07 2014-05-09, DECADENZA 2014-05-10", ""},
		{"R11", "miss: the extension over the limit is cancelled", claimA, []step{job, extended("2014-11-08"), lastCancelled(), nights("2014-05-09")}, "SOSPENSIONE 2014-05-08 2014-08-24", ""},
		{"R11", "no end, before the limit", claimA, noEnd("2014-11-06"), "SOSPENSIONE! 2014-05-08", "FINE_MANCANTE"},
		{"R11", "no end, on the limit", claimA, noEnd("2014-11-07"), "SOSPENSIONE! 2014-05-08", "FINE_MANCANTE"},
		{"R11", "no end, after the limit: does not escalate", claimA, noEnd("2014-11-08"), "SOSPENSIONE! 2014-05-08", "FINE_MANCANTE"},

		{"R11", "known with its early end, left the day before the extension", claimA, []step{job, extended("2014-11-08"), left("2014-08-23"), nights("2014-08-26")}, "SOSPENSIONE 2014-05-08 2014-08-23", ""},
		{"R11", "known with its early end, left on the first day of the extension", claimA, []step{job, extended("2014-11-08"), left("2014-08-25"), nights("2014-08-26")}, "SOSPENSIONE! 2014-05-08 2014-08-25, DECADENZA? 2014-08-25", "FINE_ANTICIPATA_DOPO_DECADENZA:CAUTELA"},

		{"R12", "on the first day", claimA, turned("2014-05-08", "DI"), "DECADENZA 2014-05-08", ""},
		{"R12", "after the first day", claimA, turned("2014-05-09", "DI"), "SOSPENSIONE 2014-05-08 2014-05-08, DECADENZA 2014-05-09", ""},
		{"R12", "before the last day", claimA, turned("2014-08-23", "DI"), "SOSPENSIONE 2014-05-08 2014-08-22, DECADENZA 2014-08-23", ""},
		{"R12", "on the last day", claimA, turned("2014-08-24", "DI"), "SOSPENSIONE 2014-05-08 2014-08-23, DECADENZA 2014-08-24", ""},
		{"R12", "after the last day", claimA, turned("2014-08-25", "DI"), over, ""},
		{"R12", "after the resumption", claimA, []step{short, nights("2014-05-04", "2014-05-22"), converted("2014-05-17", "DI"), claimNow(paidTo("2014-05-25")), nights("2014-05-26")}, "SOSPENSIONE 2014-05-03 2014-05-16, DECADENZA 2014-05-17", "INDEBITO=9"},
		{"R12", "miss: to part-time", claimA, turned("2014-06-03", "TP"), "SOSPENSIONE 2014-05-08 2014-08-24", ""},
		{"R12", "miss: to full time", claimA, turned("2014-06-03", "PP"), "SOSPENSIONE 2014-05-08 2014-08-24", ""},
		{"R12", "miss: secondment", claimA, turned("2014-06-03", "DL"), "SOSPENSIONE 2014-05-08 2014-08-24", ""},
		{"R12", "miss: another workplace", claimA, turned("2014-06-03", "TL"), "SOSPENSIONE 2014-05-08 2014-08-24", ""},

		{"R12", "shown, not said, on the first day", claimA, becomes("2014-05-08", "QQ"), inDoubt, "DATE_NON_VALIDE"},
		{"R12", "shown, not said", claimA, becomes("2014-06-03", "QQ"), inDoubt, "DATE_NON_VALIDE"},
		{"R12", "shown, not said, with another change", claimA, becomes("2014-06-03", "TP"), inDoubt, "DATE_NON_VALIDE"},
		{"R12", "shown, not said, after the last day", claimA, becomes("2014-08-25", "QQ"), inDoubt, "DATE_NON_VALIDE"},
		{"R12", "shown by an agency", claimA, []step{hired("2014-05-08", "2014-08-24", agency), nights("2014-05-09"), shownAs(agencyPermanent, "2014-06-03", "3.02"), nights("2014-10-21")}, inDoubt, "DATE_NON_VALIDE"},
		{"R12", "shown, not said, after the resumption", claimA, []step{short, nights("2014-05-04", "2014-05-22"), shownAs(permanentJob, "2014-05-17", "QQ"), claimNow(paidTo("2014-05-25")), nights("2014-05-26")}, "SOSPENSIONE! 2014-05-03", "DATE_NON_VALIDE, INDEBITO=9"},
		{"R12", "shown, not said, and left", claimA, []step{job, nights("2014-05-09"), shownAs(permanentJob, "2014-06-03", "QQ"), left("2014-07-01"), nights("2014-08-26")}, "SOSPENSIONE! 2014-05-08 2014-07-01", "DATE_NON_VALIDE"},
		{"R12", "shown, not said, and left before it would have gone over", claimA, []step{job, extended("2014-11-08"), shownAs(permanentJob, "2014-06-03", "QQ"), left("2014-07-01"), nights("2014-08-26")}, "SOSPENSIONE! 2014-05-08 2014-07-01", "DATE_NON_VALIDE"},
		{"R12", "shown, not said, of a job without an end", claimA, []step{hired("2014-05-08", ""), shownAs(permanentJob, "2014-06-03", "QQ"), nights("2014-08-26")}, "SOSPENSIONE! 2014-05-08", "FINE_MANCANTE, DATE_NON_VALIDE"},
		{"R12", "miss: shown, not said, and left before", claimA, []step{job, nights("2014-05-09"), left("2014-06-02"), shownAs(permanentJob, "2014-06-03", "QQ"), nights("2014-06-10")}, "SOSPENSIONE 2014-05-08 2014-06-02, RIPRESA 2014-06-03", ""},
		{"R12", "miss: shown, not said, of a job that goes over", claimA, []step{job, extended("2014-11-08"), shownAs(permanentJob, "2014-06-03", "QQ"), nights("2014-08-26")}, over, ""},
		{"R12", "miss: no end, but no permanent contract", claimA, []step{job, nights("2014-05-09"), shownAs(fixedTerm, "2014-06-03", "QQ"), nights("2014-09-01")}, "SOSPENSIONE 2014-05-08 2014-08-24, RIPRESA 2014-08-25", ""},
		{"R12", "miss: shown, not said, of a contract that contradicts itself", claimA, []step{hired("2014-05-08", "2014-08-24", permanent), nights("2014-05-09"), shownAs(permanentJob, "2014-06-03", "TP"), nights("2014-09-01")}, "SOSPENSIONE! 2014-05-08 2014-08-24", "DATE_NON_VALIDE"},
		{"R12", "miss: shown, not said, and cancelled", claimA, []step{job, shownAs(permanentJob, "2014-06-03", "QQ"), lastCancelled(), nights("2014-05-09")}, "SOSPENSIONE 2014-05-08 2014-08-24", ""},

		{"R13", "miss: the extension comes before the resumption", claimA, []step{short, nights("2014-05-04"), extended("2014-05-26"), nights("2014-05-21")}, "SOSPENSIONE 2014-05-03 2014-05-26", ""},
		{"R13", "on the night that would resume", claimA, []step{short, nights("2014-05-04"), extended("2014-05-26"), nights("2014-05-22")}, "SOSPENSIONE 2014-05-03 2014-05-26", ""},
		{"R13", "after the resumption", claimA, []step{short, nights("2014-05-04", "2014-05-22"), extended("2014-05-26"), nights("2014-05-23")}, "SOSPENSIONE 2014-05-03 2014-05-26", "PROROGA_TARDIVA"},
		{"R13", "after the resumption, over the limit", claimA, []step{short, nights("2014-05-04", "2014-05-22"), extended("2014-11-06"), nights("2014-05-23")}, "SOSPENSIONE 2014-05-03 2014-05-16, DECADENZA 2014-05-17", "PROROGA_TARDIVA"},
		{"R13", "before: paid to the old end", claimA, []step{short, nights("2014-05-04"), extended("2014-05-26"), claimNow(paidTo("2014-05-16")), nights("2014-05-21")}, "SOSPENSIONE 2014-05-03 2014-05-26", ""},
		{"R13", "on: paid to the day after the old end", claimA, []step{short, nights("2014-05-04"), extended("2014-05-26"), claimNow(paidTo("2014-05-17")), nights("2014-05-21")}, "SOSPENSIONE 2014-05-03 2014-05-26", "PROROGA_TARDIVA, INDEBITO=1"},
		{"R13", "after: known with the hire, days after the old end paid", claimA, []step{short, extended("2014-05-26"), claimNow(paidTo("2014-05-18")), nights("2014-05-21")}, "SOSPENSIONE 2014-05-03 2014-05-26", "PROROGA_TARDIVA, INDEBITO=16"},
	}
}

func amendments() []limit {
	ahead := func(opts ...jobOption) step {
		return hired("2014-05-08", "2014-05-23", append(opts, sentOn("2014-05-03"))...)
	}
	then := func(what step, dates ...string) []step {
		return []step{ahead(), nights("2014-05-04"), what, nights(dates...)}
	}
	stays := "SOSPENSIONE 2014-05-08 2014-05-23, RIPRESA? 2014-05-08"
	longer := corrected(endsOn("2014-05-25"))
	return []limit{
		{"R14", "miss: with the hire", claimA, []step{ahead(), cancelled(), nights("2014-05-09")}, "", ""},
		{"R14", "before the suspension has begun", claimA, then(cancelled(), "2014-05-07"), "", ""},
		{"R14", "on the first day of the suspension", claimA, then(cancelled(), "2014-05-08"), stays, "ANNULLAMENTO_TARDIVO"},
		{"R14", "after the first day of the suspension", claimA, then(cancelled(), "2014-05-09"), stays, "ANNULLAMENTO_TARDIVO"},
		{"R14", "nothing is resumed by itself", claimA, then(cancelled(), "2014-05-09", "2014-06-03"), stays, "ANNULLAMENTO_TARDIVO"},
		{"R14", "before the decadence has begun", claimA, []step{hired("2014-05-08", "", permanent, sentOn("2014-05-03")), nights("2014-05-04"), cancelled(), nights("2014-05-07")}, "", ""},
		{"R14", "on the first day of the decadence", claimA, []step{hired("2014-05-08", "", permanent, sentOn("2014-05-03")), nights("2014-05-04"), cancelled(), nights("2014-05-08")}, "DECADENZA 2014-05-08, RIPRESA? 2014-05-08", "ANNULLAMENTO_TARDIVO"},
		{"R15", "with the hire", claimA, []step{ahead(), longer, nights("2014-05-09")}, "SOSPENSIONE 2014-05-08 2014-05-25", ""},
		{"R15", "before the suspension has begun", claimA, then(longer, "2014-05-07"), "SOSPENSIONE 2014-05-08 2014-05-25", ""},
		{"R15", "on the first day of the suspension", claimA, then(longer, "2014-05-08"), "SOSPENSIONE 2014-05-08 2014-05-23", "RETTIFICA_TARDIVA"},
		{"R15", "after the first day of the suspension", claimA, then(longer, "2014-05-09"), "SOSPENSIONE 2014-05-08 2014-05-23", "RETTIFICA_TARDIVA"},
		{"R15", "nothing is resumed by itself", claimA, then(longer, "2014-05-09", "2014-06-03"), "SOSPENSIONE 2014-05-08 2014-05-23", "RETTIFICA_TARDIVA"},
		{"R15", "the first day moves to the night, which is pending before", claimA, then(corrected(startsOn("2014-05-10")), "2014-05-07"), "SOSPENSIONE 2014-05-10 2014-05-23", ""},
		{"R15", "from fixed-term to permanent, before", claimA, then(corrected(permanent, endsOn("")), "2014-05-07"), "DECADENZA 2014-05-08", ""},
		{"R15", "from fixed-term to permanent, on", claimA, then(corrected(permanent, endsOn("")), "2014-05-08"), "SOSPENSIONE 2014-05-08 2014-05-23", "RETTIFICA_TARDIVA"},
		{"R15", "miss: the correction changes no day", claimA, then(corrected(partTime), "2014-05-09"), "SOSPENSIONE 2014-05-08 2014-05-23", ""},
	}
}

func orphans() []limit {
	ended := func(day string) []step {
		return []step{orphan(pipeline.EventTermination, "2014-05-08", day), nights("2014-11-10")}
	}
	founding := func(day string) []step {
		return []step{orphan(pipeline.EventTermination, "2011-09-05", day, employer(formerEmployer)), nights("2013-02-22")}
	}
	urgency := func(night string) []step { return []step{hired("2014-05-11", "", urgent), nights("2014-05-11", night)} }
	return []limit{
		{"R16", "a termination that tells the start, before the limit", claimA, ended("2014-11-06"), "SOSPENSIONE 2014-05-08 2014-11-06", "COMUNICAZIONE_ORFANA:INFO"},
		{"R16", "a termination that tells the start, on the limit", claimA, ended("2014-11-07"), "SOSPENSIONE 2014-05-08 2014-11-07", "COMUNICAZIONE_ORFANA:INFO"},
		{"R16", "a termination that tells the start, after the limit", claimA, ended("2014-11-08"), "DECADENZA 2014-05-08", "COMUNICAZIONE_ORFANA:INFO"},
		{"R16", "an extension that tells the start", claimA, []step{orphan(pipeline.EventExtension, "2014-05-08", "2014-08-24"), nights("2014-08-26")}, "SOSPENSIONE 2014-05-08 2014-08-24", "COMUNICAZIONE_ORFANA:INFO"},
		{"R16", "a termination that tells no start", claimA, []step{orphan(pipeline.EventTermination, "", "2014-05-16"), nights("2014-05-18")}, "", "COMUNICAZIONE_ORFANA"},
		{"R16", "miss: the termination behind the claim", claimW, founding("2013-02-12"), "", ""},
		{"R16", "miss: a job over before the claim", claimW, []step{orphan(pipeline.EventTermination, "2011-09-05", "2012-11-21"), nights("2013-02-22")}, "", ""},
		{"R16", "the termination behind the claim is cancelled", claimW, append(founding("2013-02-12"), lastCancelled(), nights("2013-02-25")), "", "DOMANDA_BASE_MODIFICATA"},
		{"R16", "which stops no other effect", claimW, append(founding("2013-02-12"), lastCancelled(), hired("2013-03-18", "2013-03-27"), nights("2013-03-19")), "SOSPENSIONE 2013-03-18 2013-03-27", "DOMANDA_BASE_MODIFICATA"},
		{"R17", "before: the tenth day", claimA, urgency("2014-05-21"), "", ""},
		{"R17", "on: the day after the tenth", claimA, urgency("2014-05-22"), "", "URGENZA_SENZA_SEGUITO"},
		{"R17", "after", claimA, urgency("2014-05-23"), "", "URGENZA_SENZA_SEGUITO"},
		{"R17", "the UNILAV comes late", claimA, append(urgency("2014-05-23"), hired("2014-05-11", "2014-06-23"), nights("2014-05-25")), "SOSPENSIONE 2014-05-11 2014-06-23", ""},
		{"R17", "miss: the UNILAV follows", claimA, []step{hired("2014-05-11", "", urgent), nights("2014-05-11"), hired("2014-05-11", "2014-06-23"), nights("2014-05-22")}, "SOSPENSIONE 2014-05-11 2014-06-23", ""},
		{"R17", "miss: the urgent notice is cancelled", claimA, []step{hired("2014-05-11", "", urgent), cancelled(), nights("2014-05-22")}, "", ""},
	}
}

func severalJobs() []limit {
	two := func(from string) []step {
		return []step{hired("2014-05-03", "2014-05-09"), hired(from, "2014-05-16", employer(employerB)), nights("2014-05-22")}
	}
	united := "SOSPENSIONE 2014-05-03 2014-05-16, RIPRESA 2014-05-17"
	forfeit := hired("2014-05-11", "", permanent, employer(employerB))
	beside := func(from string) []step {
		return []step{forfeit, declared("2014-05-15", event(pipeline.EventSickness, from, "2014-05-18")), nights("2014-05-22")}
	}
	alone := func(from string) []step {
		return []step{forfeit, declared("2014-05-15", activity(from, 1000_00)), nights("2014-05-22")}
	}
	chain := func(code, from, to string) []step {
		return []step{hired("2014-05-08", "2014-08-24"), hired(from, to, employer(code)), nights("2014-08-26")}
	}
	gap := func(days int, steps []step) []step {
		return append([]step{by(func(p *rules.Params) { p.SameEmployerGapDays = days })}, steps...)
	}
	minis := func(firstTo, from, to, code string) []step {
		return []step{hired("2014-06-22", firstTo), hired(from, to, employer(code)), nights("2014-06-27")}
	}
	return []limit{
		{"R18", "the second begins on the last day of the first", claimA, two("2014-05-09"), united, ""},
		{"R18", "the second begins the day after", claimA, two("2014-05-10"), united, ""},
		{"R18", "the second begins two days after: a day is used in between", claimA, two("2014-05-11"), "SOSPENSIONE 2014-05-03 2014-05-09, RIPRESA 2014-05-10, SOSPENSIONE 2014-05-11 2014-05-16, RIPRESA 2014-05-17", ""},
		{"R18", "a job that ends two days before a decadence: a day is used in between", claimA, []step{hired("2014-05-03", "2014-05-09"), forfeit, nights("2014-05-22")}, "SOSPENSIONE 2014-05-03 2014-05-09, RIPRESA 2014-05-10, DECADENZA 2014-05-11", ""},
		{"R18", "a job that ends before a decadence", claimA, []step{hired("2014-05-03", "2014-05-10"), forfeit, nights("2014-05-22")}, "SOSPENSIONE 2014-05-03 2014-05-10, DECADENZA 2014-05-11", ""},
		{"R18", "a job that ends on a decadence", claimA, []step{hired("2014-05-03", "2014-05-11"), forfeit, nights("2014-05-22")}, "SOSPENSIONE 2014-05-03 2014-05-10, DECADENZA 2014-05-11", ""},
		{"R18", "sickness from the day before a decadence", claimA, beside("2014-05-10"), "SOSPENSIONE 2014-05-10 2014-05-10, DECADENZA 2014-05-11", ""},
		{"R18", "sickness from the day of a decadence", claimA, beside("2014-05-11"), "DECADENZA 2014-05-11", ""},
		{"R18", "sickness from the day after a decadence", claimA, beside(shift("2014-05-11", 1)), "DECADENZA 2014-05-11", ""},
		{"R18", "self-employment from the day before a decadence", claimA, alone("2014-05-10"), "CARICAMENTO_ATTIVITA 2014-05-10, RIDUZIONE 2014-05-10 2014-05-10=3.59, DECADENZA 2014-05-11", ""},
		{"R18", "self-employment from the day after a decadence", claimA, alone(shift("2014-05-11", 1)), "DECADENZA 2014-05-11", ""},
		{"R18", "a proposed reduction ends the day before a decadence", claimW, []step{hired("2013-07-15", "2013-07-19"), earning("2013-07-15", "2013-07-16", 1000_00), hired("2013-07-19", "", permanent, employer(employerB)), nights("2013-07-20")}, "RIDUZIONE? 2013-07-15 2013-07-18=640.00, DECADENZA 2013-07-19", "CUMULO_POSSIBILE"},
		{"R18", "miss: a proposed decadence cuts nothing", claimA, []step{noticed(pipeline.NoticeRefusal, "2014-05-11"), declared("2014-05-15", event(pipeline.EventSickness, "2014-05-14", "2014-05-18")), nights("2014-05-19")}, "SOSPENSIONE 2014-05-14 2014-05-18, RIPRESA 2014-05-19, DECADENZA? 2014-05-11", "PERDITA_STATO"},

		{"R19", "one employer, before the limit", claimA, chain(employerA, "2014-08-25", "2014-11-06"), "SOSPENSIONE 2014-05-08 2014-11-06", ""},
		{"R19", "one employer, on the limit", claimA, chain(employerA, "2014-08-25", "2014-11-07"), "SOSPENSIONE 2014-05-08 2014-11-07", ""},
		{"R19", "one employer, after the limit", claimA, chain(employerA, "2014-08-25", "2014-11-08"), "SOSPENSIONE! 2014-05-08 2014-11-08, DECADENZA? 2014-08-25", "CONSECUTIVI_STESSO_DATORE"},
		{"R19", "two employers, on the limit", claimA, chain(employerB, "2014-08-25", "2014-11-07"), "SOSPENSIONE 2014-05-08 2014-11-07", ""},
		{"R19", "two employers, after the limit", claimA, chain(employerB, "2014-08-25", "2014-11-08"), "SOSPENSIONE! 2014-05-08 2014-11-08", "CUMULO_OLTRE_LIMITE"},
		{"R19", "one day between: no chain, 183 days in all", claimA, chain(employerA, "2014-08-26", "2014-11-07"), "SOSPENSIONE 2014-05-08 2014-08-24, SOSPENSIONE 2014-08-26 2014-11-07", ""},
		{"R19", "miss: one day between: no chain, 184 days in all", claimA, chain(employerA, "2014-08-26", "2014-11-08"), "SOSPENSIONE 2014-05-08 2014-08-24, SOSPENSIONE 2014-08-26 2014-11-08", ""},
		{"R19", "two days between: no chain, 185 days in all", claimA, chain(employerA, "2014-08-27", "2014-11-10"), "SOSPENSIONE 2014-05-08 2014-08-24, SOSPENSIONE 2014-08-27 2014-11-10", "CUMULO_OLTRE_LIMITE:INFO"},
		{"R19", "one day between, one allowed", claimA, gap(1, chain(employerA, "2014-08-26", "2014-11-08")), "SOSPENSIONE! 2014-05-08 2014-11-08, DECADENZA? 2014-08-26", "CONSECUTIVI_STESSO_DATORE"},
		{"R19", "two days between, one allowed", claimA, gap(1, chain(employerA, "2014-08-27", "2014-11-08")), "SOSPENSIONE 2014-05-08 2014-08-24, SOSPENSIONE 2014-08-27 2014-11-08", ""},
		{"R19", "one day between, one allowed, another employer", claimA, gap(1, chain(employerB, "2014-08-26", "2014-11-08")), "SOSPENSIONE 2014-05-08 2014-08-24, SOSPENSIONE 2014-08-26 2014-11-08", ""},
		{"R19", "a decadence cuts the chain", claimA, append(chain(employerA, "2014-08-25", "2014-11-08")[:2:2], hired("2014-08-27", "", permanent, employer(employerB)), nights("2014-08-27")), "SOSPENSIONE 2014-05-08 2014-08-26, DECADENZA 2014-08-27", ""},
		{"R19", "mini, one employer, on the limit", claimM, minis("2014-06-23", "2014-06-24", "2014-06-26", employerA), "SOSPENSIONE 2014-06-22 2014-06-26", ""},
		{"R19", "mini, one employer, after the limit", claimM, minis("2014-06-23", "2014-06-24", "2014-06-27", employerA), "SOSPENSIONE! 2014-06-22 2014-06-27, DECADENZA? 2014-06-24", "CONSECUTIVI_STESSO_DATORE"},
		{"R19", "mini, two employers, after the limit", claimM, minis("2014-06-23", "2014-06-24", "2014-06-27", employerB), "SOSPENSIONE! 2014-06-22 2014-06-27", "CUMULO_OLTRE_LIMITE"},
		{"R19", "mini, a day between, five days in all", claimM, minis("2014-06-22", "2014-06-24", "2014-06-27", employerB), "SOSPENSIONE 2014-06-22 2014-06-22, SOSPENSIONE 2014-06-24 2014-06-27", ""},
		{"R19", "mini, a day between, six days in all", claimM, minis("2014-06-24", "2014-06-26", "2014-06-28", employerB), "SOSPENSIONE 2014-06-22 2014-06-24, SOSPENSIONE 2014-06-26 2014-06-28", "CUMULO_OLTRE_LIMITE:INFO"},
		{"R19", "mini, sickness is no work", claimM, []step{hired("2014-06-22", "2014-06-24"), declared("2014-06-26", event(pipeline.EventSickness, "2014-06-26", "2014-06-28")), nights("2014-06-27")}, "SOSPENSIONE 2014-06-22 2014-06-24, SOSPENSIONE 2014-06-26 2014-06-28", ""},
	}
}
