package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// TestRedeclaredIncomes is about incomes declared again where no reduction is running: ahead of the activity, twice a day,
// after one that was missing or over the limit, after the year or the benefit is over, on an activity older than the claim.
func TestRedeclaredIncomes(t *testing.T) {
	check(t, slices.Concat(aheadOfTheStart(), afterAMissingOne(), afterOneOverTheLimit(), afterTheDays(), onOlderActivities(), newYearsAskedFor(), yearsOfIncomes()))
}

// begun tells the start of the activity of most of these cases, 2014-07-01, on claimB, which ends on 2014-09-30.
func begun(day string, income pipeline.Cents) step {
	return declared(day, activity("2014-07-01", income))
}

func changed(day string, income pipeline.Cents, year int32) step {
	return declared(day, later(pipeline.CaseIncomeChange, activity("2014-07-01", income), year))
}

var claimB = aspi("2014-02-03")

const loadedB = "CARICAMENTO_ATTIVITA 2014-07-01, "

func aheadOfTheStart() []limit {
	ahead := begun("2014-06-20", 3000_00)
	return []limit{
		{"R44", "ahead of the start", claimB, []step{ahead, nights("2014-06-21"), changed("2014-06-25", 4000_00, 2014), nights("2014-06-26")}, loadedB + "RIDUZIONE 2014-07-01 2014-09-30=3200.00", ""},
		{"R44", "ahead of the start, less", claimB, []step{ahead, nights("2014-06-21"), changed("2014-06-25", 1000_00, 2014), nights("2014-06-26")}, loadedB + "RIDUZIONE 2014-07-01 2014-09-30=800.00", ""},
		{"R44", "ahead of the start, over the limit", claimB, []step{ahead, nights("2014-06-21"), changed("2014-06-25", 6000_00, 2014), nights("2014-06-26")}, loadedB + "SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE"},
		{"R44", "ahead of the start, over the limit and back", claimB, []step{
			ahead, nights("2014-06-21"), changed("2014-06-25", 6000_00, 2014), nights("2014-06-26"), changed("2014-06-27", 4000_00, 2014), nights("2014-06-28", "2014-07-02"),
		}, loadedB + "RIDUZIONE 2014-07-01 2014-09-30=3200.00", ""},
		{"R44", "ahead of the start, over the limit and back, taken in when payments had stopped", claimB, []step{
			begun("2014-06-20", 6000_00), nights("2014-06-21", "2014-07-02"), changed("2014-06-27", 4000_00, 2014), nights("2014-07-03", "2014-07-04"),
		}, loadedB + "SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE"},
		{"R44", "on the first day", claimB, []step{begun("2014-07-01", 3000_00), changed("2014-07-01", 4000_00, 2014), nights("2014-07-02")}, loadedB + "RIDUZIONE 2014-07-01 2014-09-30=3200.00", ""},
		{"R44", "the day after the first", claimB, []step{begun("2014-07-01", 3000_00), changed("2014-07-02", 4000_00, 2014), nights("2014-07-03")}, loadedB + "RIDUZIONE 2014-07-01 2014-07-01=26.09, RIDUZIONE 2014-07-02 2014-09-30=3173.91", ""},
		{"R44", "twice a day", claimB, []step{begun("2014-07-01", 3000_00), changed("2014-08-01", 4000_00, 2014), changed("2014-08-01", 4500_00, 2014), nights("2014-08-02")}, loadedB + "RIDUZIONE 2014-07-01 2014-07-31=808.70, RIDUZIONE 2014-08-01 2014-09-30=2791.30", ""},
		{"R44", "twice a day, the second over the limit", claimB, []step{begun("2014-07-01", 3000_00), changed("2014-08-01", 4000_00, 2014), changed("2014-08-01", 6000_00, 2014), nights("2014-08-02")}, loadedB + "RIDUZIONE 2014-07-01 2014-07-31=808.70, SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE"},
		{"R44", "twice a day, the first over the limit", claimB, []step{begun("2014-07-01", 3000_00), changed("2014-08-01", 6000_00, 2014), changed("2014-08-01", 4000_00, 2014), nights("2014-08-02")}, loadedB + "RIDUZIONE 2014-07-01 2014-07-31=808.70, RIDUZIONE 2014-08-01 2014-09-30=2391.30", ""},
		{"R44", "twice a day, over the limit, the second on a later night", claimB, []step{
			begun("2014-07-01", 3000_00), changed("2014-08-01", 6000_00, 2014), nights("2014-08-02"), changed("2014-08-01", 4000_00, 2014), nights("2014-08-03"),
		}, loadedB + "RIDUZIONE 2014-07-01 2014-07-31=808.70, SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE"},
		{"R44", "of the year before, after that of the new year", claimL, []step{
			declared("2014-10-19", activity("2014-10-12", 3000_00)),
			declared("2014-12-20", later(pipeline.CaseRunning, activity("2014-10-12", 1000_00), 2015)),
			declared("2014-12-28", later(pipeline.CaseIncomeChange, activity("2014-10-12", 4000_00), 2014)), nights("2014-12-30"),
		}, "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-27=2281.48, RIDUZIONE 2014-12-28 2014-12-31=918.52, CARICAMENTO_ATTIVITA 2015-01-01, RIDUZIONE 2015-01-01 2015-05-13=800.00", ""},
		{"R44", "of the new year, ahead of it", claimL, []step{
			declared("2014-10-19", activity("2014-10-12", 3000_00)),
			declared("2014-12-20", later(pipeline.CaseRunning, activity("2014-10-12", 1000_00), 2015)),
			declared("2014-12-28", later(pipeline.CaseIncomeChange, activity("2014-10-12", 2000_00), 2015)), nights("2014-12-30"),
		}, "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-31=2400.00, CARICAMENTO_ATTIVITA 2015-01-01, RIDUZIONE 2015-01-01 2015-05-13=1600.00", ""},
	}
}

func afterAMissingOne() []limit {
	first := declared("2014-07-05", withoutIncome(activity("2014-07-01", 0)))
	whole := loadedB + "RIDUZIONE 2014-07-01 2014-09-30=2400.00"
	autumn := declared("2014-10-19", withoutIncome(activity("2014-10-12", 0)))
	return []limit{
		{"R40", "told later, within the month", claimB, []step{first, nights("2014-07-06"), changed("2014-07-20", 3000_00, 2014), nights("2014-07-21")}, whole, ""},
		{"R40", "told with the start again", claimB, []step{first, nights("2014-07-06"), begun("2014-07-20", 3000_00), nights("2014-07-21")}, whole, ""},
		{"R40", "told as already running", claimB, []step{first, declared("2014-08-01", later(pipeline.CaseRunning, activity("2014-07-01", 3000_00), 2014)), nights("2014-08-02")}, whole, ""},
		{"R40", "told later, days paid", claimB, []step{first, nights("2014-07-06"), claimNow(paidTo("2014-07-31")), changed("2014-07-20", 3000_00, 2014), nights("2014-08-02")}, whole, "INDEBITO=808.70"},
		{"R40", "told later, over the limit", claimB, []step{first, nights("2014-07-06"), changed("2014-07-20", 6000_00, 2014), nights("2014-07-21")}, loadedB + "SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE"},
		{"R42", "told after the month", claimB, []step{first, nights("2014-07-06"), changed("2014-08-02", 3000_00, 2014), nights("2014-08-03")}, loadedB + "DECADENZA? 2014-07-01", "REDDITO_COMUNICATO_TARDI"},
		{"R42", "told after the month, twice", claimB, []step{first, changed("2014-08-02", 3000_00, 2014), nights("2014-08-03"), changed("2014-08-04", 3500_00, 2014), nights("2014-08-05")}, loadedB + "DECADENZA? 2014-07-01", "REDDITO_COMUNICATO_TARDI"},
		{"R40", "miss: told with another start", claimB, []step{first, declared("2014-07-20", activity("2014-07-02", 3000_00)), nights("2014-07-21")}, "CARICAMENTO_ATTIVITA 2014-07-01", "REDDITO_ASSENTE, DATE_IN_CONTRASTO"},
		{"R40", "missing again", claimB, []step{first, declared("2014-07-20", later(pipeline.CaseIncomeChange, withoutIncome(activity("2014-07-01", 0)), 2014)), nights("2014-07-21")}, "CARICAMENTO_ATTIVITA 2014-07-01", "REDDITO_ASSENTE, REDDITO_ASSENTE"},
		{"R43", "the new year is told", claimL, []step{
			autumn, nights("2014-10-20"), declared("2015-01-08", later(pipeline.CaseRunning, activity("2014-10-12", 2000_00), 2015)), nights("2015-01-09"),
		}, "CARICAMENTO_ATTIVITA 2014-10-12, CARICAMENTO_ATTIVITA 2015-01-01, RIDUZIONE 2015-01-01 2015-05-13=1600.00", "REDDITO_ASSENTE"},
		{"R44", "declared again without a sum, then with one", claimB, []step{
			begun("2014-07-05", 3000_00), declared("2014-07-20", later(pipeline.CaseIncomeChange, withoutIncome(activity("2014-07-01", 0)), 2014)), nights("2014-07-21"),
			changed("2014-08-01", 4000_00, 2014), nights("2014-08-02"),
		}, loadedB + "RIDUZIONE 2014-07-01 2014-07-31=808.70, RIDUZIONE 2014-08-01 2014-09-30=2391.30", ""},
	}
}

func afterOneOverTheLimit() []limit {
	stopped := loadedB + "SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01"
	return []limit{
		{"R41", "then lower", claimB, []step{begun("2014-07-05", 6000_00), nights("2014-07-06"), changed("2014-07-20", 3000_00, 2014), nights("2014-07-21")}, stopped, "REDDITO_OLTRE_LIMITE"},
		{"R41", "then lower, both on one night", claimB, []step{begun("2014-07-05", 6000_00), changed("2014-07-20", 3000_00, 2014), nights("2014-07-21")}, stopped, "REDDITO_OLTRE_LIMITE"},
		{"R41", "lower on the same day", claimB, []step{begun("2014-07-05", 6000_00), changed("2014-07-05", 3000_00, 2014), nights("2014-07-21")}, loadedB + "RIDUZIONE 2014-07-01 2014-09-30=2400.00", ""},
		{"R41", "declared again over the limit, then lower", claimB, []step{begun("2014-07-05", 3000_00), changed("2014-08-01", 6000_00, 2014), nights("2014-08-02"), changed("2014-08-10", 3500_00, 2014), nights("2014-08-11")}, loadedB + "RIDUZIONE 2014-07-01 2014-07-31=808.70, SOSPENSIONE! 2014-07-01, DECADENZA? 2014-07-01", "REDDITO_OLTRE_LIMITE"},
		{"R41", "of the year before, told in the new year", claimL, []step{
			declared("2014-10-19", activity("2014-10-12", 3000_00)), nights("2014-10-23"),
			declared("2015-01-10", later(pipeline.CaseIncomeChange, activity("2014-10-12", 6000_00), 2014)), nights("2015-01-11"),
		}, "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-31=2400.00, SOSPENSIONE! 2014-10-12, DECADENZA? 2014-10-12", "REDDITO_OLTRE_LIMITE"},
	}
}

func afterTheDays() []limit {
	whole := loadedB + "RIDUZIONE 2014-07-01 2014-09-30=2400.00"
	return []limit{
		{"R44", "after the benefit", claimB, []step{begun("2014-07-05", 3000_00), nights("2014-07-06"), changed("2014-10-01", 4000_00, 2014), nights("2014-10-02")}, whole, "DATE_NON_VALIDE"},
		{"R44", "after the year", claimL, []step{
			declared("2014-10-19", activity("2014-10-12", 3000_00)), nights("2014-10-23"),
			declared("2015-01-10", later(pipeline.CaseIncomeChange, activity("2014-10-12", 4000_00), 2014)), nights("2015-01-11"),
		}, "CARICAMENTO_ATTIVITA 2014-10-12, RIDUZIONE 2014-10-12 2014-12-31=2400.00", "DATE_NON_VALIDE"},
		{"R44", "of a year before the activity", claimB, []step{begun("2014-07-05", 3000_00), changed("2014-07-20", 4000_00, 2013), nights("2014-07-21")}, whole, "DATE_NON_VALIDE"},
		{"R44", "miss: after a decadence", claimB, []step{begun("2014-07-05", 3000_00), hired("2014-08-01", "", permanent), nights("2014-08-02"), changed("2014-09-01", 4000_00, 2014), nights("2014-09-02")}, loadedB + "RIDUZIONE 2014-07-01 2014-07-31=808.70, DECADENZA 2014-08-01", ""},
		{"R61", "on a claim that is closed", claimB, []step{begun("2014-07-05", 3000_00), nights("2014-07-06"), claimNow(inState(pipeline.StateExhausted)), changed("2014-08-01", 4000_00, 2014), nights("2014-08-02")}, whole, "DOMANDA_NON_ULTIMA"},
		{"R42", "of an activity declared late", claimB, []step{begun("2014-08-05", 3000_00), changed("2014-08-10", 2000_00, 2014), nights("2014-08-11")}, "DECADENZA? 2014-07-01", "REDDITO_COMUNICATO_TARDI"},
		{"R45", "an actual income without a sum", claimB, []step{begun("2014-07-05", 3000_00), declared("2015-02-10", later(pipeline.CaseActualIncome, withoutIncome(activity("2014-07-01", 0)), 2014)), nights("2015-02-11")}, whole, "REDDITO_ASSENTE"},
	}
}

func onOlderActivities() []limit {
	older := func(day string, income pipeline.Cents, year int32, what string) step {
		return declared(day, later(what, activity("2014-05-01", income), year))
	}
	first := older("2014-10-05", 1000_00, 2014, pipeline.CaseRunning)
	return []limit{
		{"R43", "older, and the new year", aspi("2014-07-08", granted(300)), []step{first, nights("2014-10-06"), older("2015-01-10", 1500_00, 2015, pipeline.CaseRunning), nights("2015-01-11")}, "RIDUZIONE? 2014-07-08 2014-12-31=800.00, RIDUZIONE? 2015-01-01 2015-05-03=1200.00", "ATTIVITA_PREESISTENTE"},
		{"R43", "older, and no new year", aspi("2014-07-08", granted(300)), []step{first, nights("2015-02-05")}, "RIDUZIONE? 2014-07-08 2014-12-31=800.00", "ATTIVITA_PREESISTENTE, REDDITO_ANNO_NUOVO"},
		{"R44", "older, declared again", aspi("2014-07-08", granted(300)), []step{first, nights("2014-10-06"), older("2014-10-10", 2000_00, 2014, pipeline.CaseIncomeChange), nights("2014-10-11")}, "RIDUZIONE? 2014-07-08 2014-10-09=424.86, RIDUZIONE? 2014-10-10 2014-12-31=1175.14", "ATTIVITA_PREESISTENTE"},
		{"R44", "older, declared again over the limit", aspi("2014-07-08", granted(300)), []step{first, nights("2014-10-06"), older("2014-10-10", 6000_00, 2014, pipeline.CaseIncomeChange), nights("2014-10-11")}, "RIDUZIONE? 2014-07-08 2014-10-09=424.86, RIDUZIONE? 2014-10-10 2014-12-31=4375.14", "ATTIVITA_PREESISTENTE, REDDITO_OLTRE_LIMITE:BLOCCO"},
	}
}

func newYearsAskedFor() []limit {
	older := func(start, day string) step {
		ev := later(pipeline.CaseRunning, activity("2012-05-01", 1000_00), 2014)
		ev.Start = on(start)
		return declared(day, ev)
	}
	long := aspi("2014-07-08", granted(300))
	const first = "RIDUZIONE? 2014-07-08 2014-12-31=800.00"
	return []limit{
		{"R45", "miss: years before the benefit", long, []step{older("2012-05-01", "2014-10-05"), nights("2014-10-06")}, first, "ATTIVITA_PREESISTENTE"},
		{"R45", "miss: the year of the benefit, of an activity a year older", long, []step{older("2013-05-01", "2014-10-05"), nights("2014-10-06")}, first, "ATTIVITA_PREESISTENTE"},
		{"R45", "older by two years, the new year", long, []step{older("2012-05-01", "2014-10-05"), nights("2015-02-03")}, first, "ATTIVITA_PREESISTENTE, REDDITO_ANNO_NUOVO"},
		{"R45", "older by two years, the last day to tell the new year", long, []step{older("2012-05-01", "2014-10-05"), nights("2015-02-02")}, first, "ATTIVITA_PREESISTENTE"},
		{"R45", "of an unknown start, the new year", long, []step{older("", "2014-10-05"), nights("2015-02-03")}, first, "ATTIVITA_PREESISTENTE, REDDITO_ANNO_NUOVO"},
		{"R45", "miss: payments are stopped over the income", long, []step{
			declared("2014-09-05", activity("2014-09-01", 3000_00)), nights("2014-09-06"),
			declared("2014-10-05", later(pipeline.CaseIncomeChange, activity("2014-09-01", 6000_00), 2014)), nights("2014-10-06", "2015-02-03"),
		}, "CARICAMENTO_ATTIVITA 2014-09-01, RIDUZIONE 2014-09-01 2014-10-04=668.85, SOSPENSIONE! 2014-09-01, DECADENZA? 2014-09-01", "REDDITO_OLTRE_LIMITE"},
	}
}

func yearsOfIncomes() []limit {
	december := func(day string, year int32) step {
		return declared(day, later(pipeline.CaseStart, activity("2013-12-10", 3000_00), year))
	}
	winter := aspi("2013-09-08") // to 2014-05-05
	long := aspi("2014-07-08", granted(300))
	const begun, january = "CARICAMENTO_ATTIVITA 2013-12-10, ", "RIDUZIONE 2014-01-01 2014-05-05=2400.00"
	return []limit{
		{"R40", "of the year it is told in, begun in the one before", winter, []step{december("2014-01-05", 2014), nights("2014-01-06")}, begun + january, "REDDITO_ASSENTE"},
		{"R40", "the same, no year told", winter, []step{december("2014-01-05", 0), nights("2014-01-06")}, begun + january, "REDDITO_ASSENTE"},
		{"R45", "miss: the same, after the term for the new year", winter, []step{december("2014-01-05", 2014), nights("2014-01-06", "2014-02-05")}, begun + january, "REDDITO_ASSENTE"},
		{"R40", "the same, the first year told within the month", winter, []step{
			december("2014-01-05", 2014), nights("2014-01-06"), declared("2014-01-09", later(pipeline.CaseIncomeChange, activity("2013-12-10", 500_00), 2013)), nights("2014-01-10"),
		}, begun + january + ", RIDUZIONE 2013-12-10 2013-12-31=400.00", ""},
		{"R42", "the same, the first year told after the month", winter, []step{
			december("2014-01-05", 2014), nights("2014-01-06"), declared("2014-01-14", later(pipeline.CaseIncomeChange, activity("2013-12-10", 500_00), 2013)), nights("2014-01-15"),
		}, begun + january + ", DECADENZA? 2013-12-10", "REDDITO_COMUNICATO_TARDI"},
		{"R40", "miss: of the year it begins in", winter, []step{december("2014-01-05", 2013), nights("2014-01-06")}, begun + "RIDUZIONE 2013-12-10 2013-12-31=2400.00", ""},
		{"R40", "miss: told in the year before it begins", aspi("2014-11-01"), []step{declared("2014-12-20", later(pipeline.CaseStart, activity("2015-01-05", 3000_00), 2014)), nights("2015-01-06")}, "CARICAMENTO_ATTIVITA 2015-01-05, RIDUZIONE 2015-01-05 2015-06-28=2400.00", ""},
		{"R40", "of a year before it begins", winter, []step{december("2014-01-05", 2012), nights("2014-01-06")}, "CARICAMENTO_ATTIVITA 2013-12-10", "REDDITO_ASSENTE, DATE_NON_VALIDE"},
		{"R41", "over the limit, of the year it is told in", winter, []step{declared("2014-01-05", later(pipeline.CaseStart, activity("2013-12-10", 6000_00), 2014)), nights("2014-01-06")}, begun + "SOSPENSIONE! 2014-01-01, DECADENZA? 2014-01-01", "REDDITO_OLTRE_LIMITE, REDDITO_ASSENTE"},
		{"R43", "older, told for the year after that of the benefit", long, []step{declared("2015-01-10", later(pipeline.CaseRunning, activity("2014-05-01", 1000_00), 2015)), nights("2015-01-11")}, "RIDUZIONE? 2015-01-01 2015-05-03=800.00", "ATTIVITA_PREESISTENTE, REDDITO_ASSENTE"},
		{"R43", "older, told for the year before that of the benefit", winter, []step{declared("2013-10-01", later(pipeline.CaseRunning, activity("2012-05-01", 1000_00), 2012)), nights("2013-10-02")}, "", "ATTIVITA_PREESISTENTE, REDDITO_ASSENTE, DATE_NON_VALIDE"},
	}
}

// TestNoIncomeIsLost: whatever is declared of an activity, each sum is behind something in force or open, and in whatever
// order it arrives the next night says the same.
func TestNoIncomeIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: aspi("2014-07-08", granted(300))}}
		start := pipeline.Date(rapid.IntRange(-20, 40).Draw(t, "start")) + on("2014-07-20")
		for i := range rapid.IntRange(1, 5).Draw(t, "declarations") {
			ev := activity(start.String(), pipeline.Cents(rapid.SampledFrom([]int{0, 100000, 200000, 480000, 480001, 700000}).Draw(t, "income")+100*i))
			if rapid.IntRange(0, 5).Draw(t, "sum") == 0 {
				ev = withoutIncome(ev)
			}
			ev.Case = rapid.SampledFrom([]string{pipeline.CaseStart, pipeline.CaseRunning, pipeline.CaseIncomeChange, pipeline.CaseIncomeChange}).Draw(t, "case")
			if i == 0 {
				ev.Case = pipeline.CaseStart
			}
			ev.Year = rapid.SampledFrom([]int32{0, 2013, 2014, 2014, 2014, 2015}).Draw(t, "year")
			told := start + pipeline.Date(rapid.SampledFrom([]int{-5, 0, 0, 10, 10, 30, 31, 60, 200, 230}).Draw(t, "told"))
			declared(told.String(), ev)(s)
		}
		last, orderly := on("2014-06-01"), rapid.Bool().Draw(t, "orderly")
		for i := range s.d.Submissions {
			sub := &s.d.Submissions[i]
			if sub.Acquired = sub.SubmittedOn + 1; !orderly {
				sub.Acquired += pipeline.Date(rapid.SampledFrom([]int{0, 0, 20}).Draw(t, "held"))
			}
			last = max(last, sub.Acquired)
		}
		shown := func() string {
			open := shownExceptions(s.last.Exceptions)
			slices.Sort(open)
			return fmt.Sprint(shownActions(s.last.InForce), open)
		}
		all := s.d.Submissions
		for night := on("2014-07-01"); night <= last+10; night += 5 {
			s.d.Submissions = slices.DeleteFunc(slices.Clone(all), func(sub pipeline.Submission) bool { return sub.Acquired > night })
			s.run(night)
			for i := range s.d.Submissions {
				if !orderly || !s.d.Submissions[i].Events[0].Income.OK {
					continue // one told after it may have settled the matter before it came
				}
				ref := s.d.Submissions[i].Protocol
				behind := slices.ContainsFunc(s.last.InForce, func(a pipeline.Action) bool { return rules.Cites(a.Sources, ref) }) ||
					slices.ContainsFunc(s.last.Exceptions, func(e pipeline.Exception) bool { return rules.Cites(e.Sources, ref) })
				if !behind {
					t.Fatalf("night %s: %s is behind nothing\n%v\n%v", night, ref, shownActions(s.last.InForce), shownExceptions(s.last.Exceptions))
				}
			}
			was := shown()
			s.run(night)
			if is := shown(); was != is {
				t.Fatalf("night %s:\n%s\nrepeated:\n%s", night, was, is)
			}
		}
	})
}
