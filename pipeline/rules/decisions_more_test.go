package rules_test

import (
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

func sick() pipeline.Event { return event(pipeline.EventSickness, "2014-08-01", "2014-08-05") }

// secondClaim adds a claim that begins later.
func secondClaim(start string, opts ...claimOption) []pipeline.Claim {
	return append(aspi("2014-07-08"), aspi(start, append([]claimOption{numbered("D2")}, opts...)...)...)
}

// A submission that names no claim of a person who has some goes to the sede of the latest, and says what it names.
func TestWhichClaimIsMeant(t *testing.T) {
	old, latest := aspi("2014-07-08"), aspi("2014-08-20", numbered("D2"))
	old[0].Office, latest[0].Office = "0700", "4900"
	for number, says := range map[string]string{"D7": "cita una domanda che non è fra quelle", "": "non dice quale delle domande"} {
		s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: slices.Concat(latest, old)}}
		declared("2014-08-05", sick(), onClaim(number))(s)
		nights("2014-08-06")(s)
		e := s.last.Exceptions
		if len(e) != 1 || e[0].Code != rules.ExcNonLatestClaim || e[0].Office != "4900" || !strings.Contains(e[0].Text, says) {
			t.Errorf("claim %q: %+v", number, e)
		}
		if sub := s.last.Submissions; len(sub) != 1 || sub[0].Office != "4900" || sub[0].Claim != number {
			t.Errorf("claim %q: %+v", number, sub)
		}
	}
}

var intakeStories = []decision{
	{"a draft", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), draft), nights("2014-08-06")}},
	{"the old form", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), legacyForm), nights("2014-08-06")}},
	{"no claim at all", nil, []step{declared("2014-08-05", sick()), nights("2014-08-06")}},
	{"another number", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), onClaim("D7")), nights("2014-08-06")}},
	{"no number, one claim", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), onClaim("")), nights("2014-08-06")}},
	{"no number, two claims", secondClaim("2014-08-20"), []step{declared("2014-08-05", sick(), onClaim("")), nights("2014-08-06")}},
	{"two events", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), alsoTells(sick())), nights("2014-08-06")}},
	{"an event and a change", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), changing(pipeline.DataChanges{Email: "a@b.it"})), nights("2014-08-06")}},
	{"a change that carries an event", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), func(s *pipeline.Submission) { s.Kind = pipeline.KindChange }), nights("2014-08-06")}},
	{"an event that is a change", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), onlyChanges(pipeline.DataChanges{Email: "a@b.it"}), func(s *pipeline.Submission) { s.Kind = pipeline.KindEvent }), nights("2014-08-06")}},
	{"no event", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), func(s *pipeline.Submission) { s.Events = nil }), nights("2014-08-06")}},
	{"no change", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), func(s *pipeline.Submission) { s.Events, s.Kind = nil, pipeline.KindChange }), nights("2014-08-06")}},
	{"web, a basic PIN", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), withPIN(pipeline.PINBasic)), nights("2014-08-06")}},
	{"web, no PIN", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), withPIN("")), nights("2014-08-06")}},
	{"phone, a basic PIN", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), through(pipeline.ChannelContactCenter), withPIN(pipeline.PINBasic)), nights("2014-08-06")}},
	{"phone, no PIN", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), through(pipeline.ChannelContactCenter), withPIN("")), nights("2014-08-06")}},
	{"PIN dispositive tonight", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), withPIN(pipeline.PINBasic)), noticed(pipeline.NoticePIN, "2014-08-06"), nights("2014-08-06")}},
	{"PIN dispositive tomorrow", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), withPIN(pipeline.PINBasic)), noticed(pipeline.NoticePIN, "2014-08-07"), nights("2014-08-06")}},
	{"another notice", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), withPIN(pipeline.PINBasic)), noticed(pipeline.NoticeMandate, "2014-08-01"), nights("2014-08-06")}},
	{"patronato with a mandate of the day", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), mandated("2014-08-05")), nights("2014-08-06")}},
	{"patronato with a mandate of the day after", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), mandated("2014-08-06")), nights("2014-08-06")}},
	{"patronato without a mandate", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), mandated("")), nights("2014-08-06")}},
	{"patronato, a mandate told", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), mandated("")), noticed(pipeline.NoticeMandate, "2014-08-05", func(n *pipeline.Notice) { n.Patronato = "PAT01" }), nights("2014-08-06")}},
	{"patronato, a mandate told of anybody", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), mandated("")), noticed(pipeline.NoticeMandate, "2014-08-05"), nights("2014-08-06")}},
	{"patronato, a mandate of another", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), mandated("")), noticed(pipeline.NoticeMandate, "2014-08-05", func(n *pipeline.Notice) { n.Patronato = "PAT02" }), nights("2014-08-06")}},
	{"patronato, a mandate too late", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), mandated("")), noticed(pipeline.NoticeMandate, "2014-08-06"), nights("2014-08-06")}},
	{"patronato, a PIN is no mandate", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), mandated("")), noticed(pipeline.NoticePIN, "2014-08-01"), nights("2014-08-06")}},
	{"paper on its last day", aspi("2014-07-08"), []step{declared("2014-08-18", sick(), through(pipeline.ChannelPaper)), nights("2014-08-26")}},
	{"paper the day after", aspi("2014-07-08"), []step{declared("2014-08-19", sick(), through(pipeline.ChannelPaper)), nights("2014-08-26")}},
	{"web the day before it could be", aspi("2014-05-08"), []step{declared("2014-06-17", event(pipeline.EventSickness, "2014-06-01", "2014-06-05"), through(pipeline.ChannelWeb), withPIN(pipeline.PINDispositive)), nights("2014-06-26")}},
	{"all at once", aspi("2014-07-08"), []step{declared("2014-06-17", sick(), alsoTells(sick()), through(pipeline.ChannelPatronato), withPIN("")), nights("2014-08-26")}},
	{"the same again", aspi("2014-07-08"), []step{declared("2014-08-05", sick()), declared("2014-08-06", sick()), nights("2014-08-06")}},
	{"the same change again", aspi("2014-07-08"), []step{change("2014-08-05", "a@b.it"), change("2014-08-06", "a@b.it"), nights("2014-08-06")}},
	{"a change back", aspi("2014-07-08"), []step{change("2014-08-05", "a@b.it"), change("2014-08-06", "b@b.it"), change("2014-08-07", "a@b.it"), nights("2014-08-08")}},
	{"changes of everything", aspi("2014-07-08"), []step{declared("2014-08-05", sick(), onlyChanges(pipeline.DataChanges{
		Residence: &pipeline.Address{Street: "Via Roma 1", Commune: "H501", Postal: "00100"}, Domicile: &pipeline.Address{Street: "Via Po 2"},
		Email: "a@b.it", Phone: "06123", Payment: &pipeline.Payment{Mode: pipeline.PaymentOnAccount, IBAN: "IT60X0542811101000000123456"},
	})), nights("2014-08-06")}},
	{"an older change that arrives later", aspi("2014-07-08"), []step{change("2014-08-06", "a@b.it"), nights("2014-08-07"), change("2014-08-05", "b@b.it"), nights("2014-08-08", "2014-08-09")}},
	{"a change held back until a newer one was issued", aspi("2014-07-08"), []step{
		declared("2014-08-05", sick(), onlyChanges(pipeline.DataChanges{Email: "a@b.it"}), withPIN(pipeline.PINBasic)), nights("2014-08-06"),
		declared("2014-08-07", sick(), onlyChanges(pipeline.DataChanges{Email: "b@b.it"}), through(pipeline.ChannelContactCenter)), nights("2014-08-08"),
		noticed(pipeline.NoticePIN, "2014-08-09"), nights("2014-08-10"),
	}},
	{"a change of another group, held back", aspi("2014-07-08"), []step{
		declared("2014-08-05", sick(), onlyChanges(pipeline.DataChanges{Phone: "06123"}), withPIN(pipeline.PINBasic)), nights("2014-08-06"),
		declared("2014-08-07", sick(), onlyChanges(pipeline.DataChanges{Email: "b@b.it"}), through(pipeline.ChannelContactCenter)), nights("2014-08-08"),
		noticed(pipeline.NoticePIN, "2014-08-09"), nights("2014-08-10"),
	}},
	{"a change on a closed claim", aspi("2014-07-08", inState(pipeline.StateExhausted)), []step{change("2014-08-05", "a@b.it"), nights("2014-08-06")}},
	{"a change on a claim that closed since", aspi("2014-07-08"), []step{change("2014-08-05", "a@b.it"), nights("2014-08-06"), claimNow(inState(pipeline.StateExhausted)), nights("2014-08-07")}},
	{"a change on an advance", aspi("2014-07-08", inAdvance), []step{change("2014-08-05", "a@b.it"), nights("2014-08-06")}},
	{"a payment valid when it was entered", aspi("2014-07-08", func(k *pipeline.Claim) { k.PaymentMode = pipeline.PaymentOnAccount }), []step{
		declared("2014-08-05", sick(), onlyChanges(pipeline.DataChanges{Payment: &pipeline.Payment{IBAN: "IT60X0542811101000000123456"}})), nights("2014-08-06"),
		claimNow(func(k *pipeline.Claim) { k.PaymentMode = pipeline.PaymentAtCounter }), nights("2014-08-07"),
	}},
	{"an event on a claim under review", aspi("2014-07-08", inState(pipeline.StateUnderReview)), []step{declared("2014-07-05", sick()), nights("2014-07-06")}},
	{"an event on a closed claim", aspi("2014-07-08", inState(pipeline.StateForfeited)), []step{declared("2014-08-05", sick()), nights("2014-08-06")}},
	{"an event on a claim closed the day after", aspi("2014-07-08"), []step{declared("2014-08-05", event(pipeline.EventPension, "", "")), nights("2014-08-06"), claimNow(inState(pipeline.StateForfeited)), nights("2014-08-07")}},
	{"an event in another claim's time", secondClaim("2014-07-20"), []step{declared("2014-08-05", sick()), nights("2014-08-06")}},
	{"an event before the other claim's time", secondClaim("2014-08-20"), []step{declared("2014-08-05", sick()), nights("2014-08-26")}},
	{"an event on the latest claim", secondClaim("2014-07-20"), []step{declared("2014-08-05", sick(), onClaim("D2")), nights("2014-08-06")}},
	{"two claims filed on one day", secondClaim("2014-07-20", func(k *pipeline.Claim) { k.FiledOn = on("2014-07-02") }), []step{declared("2014-08-05", sick()), declared("2014-08-05", event(pipeline.EventHospital, "2014-08-02", "2014-08-03"), onClaim("D2")), nights("2014-08-06")}},
	{"a claim gone from the snapshot", aspi("2014-07-08"), []step{declared("2014-08-05", sick()), nights("2014-08-06"), func(s *teller) { s.d.Claims = nil }, nights("2014-08-07")}},
	{"a claim gone with an exception on it", aspi("2014-07-08"), []step{declared("2014-08-05", event(pipeline.EventPension, "2014-08-01", "")), nights("2014-08-06"), func(s *teller) { s.d.Claims = nil }, nights("2014-08-07")}},
	{"a claim gone, another stays", secondClaim("2014-08-20"), []step{hired("2014-07-20", "2014-09-10"), nights("2014-08-06"), func(s *teller) { s.d.Claims = s.d.Claims[1:] }, nights("2014-09-20")}},
}

func change(day, email string) step {
	return declared(day, pipeline.Event{}, onlyChanges(pipeline.DataChanges{Email: email}))
}

func actual(year int, income pipeline.Cents, category string) step {
	return noticed(pipeline.NoticeActualIncome, "2016-01-20", func(n *pipeline.Notice) {
		n.Income, n.Year, n.Category = pipeline.Some(income), int32(year), category
	})
}

func again(on string, income pipeline.Cents, year int32) step {
	return declared(on, later(pipeline.CaseIncomeChange, activity("2014-08-01", income), year))
}

var activityStories = []decision{
	{"an activity in time", aspi("2014-07-08", daily(30_00)), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), nights("2014-08-21")}},
	{"on the last day of the month", aspi("2014-07-08"), []step{declared("2014-09-01", activity("2014-08-01", 3000_00)), nights("2014-09-02")}},
	{"the day after", aspi("2014-07-08", paidTo("2014-08-10")), []step{declared("2014-09-02", activity("2014-08-01", 3000_00)), nights("2014-09-02")}},
	{"the day after, paid more since", aspi("2014-07-08", paidTo("2014-08-10")), []step{declared("2014-09-02", activity("2014-08-01", 3000_00)), nights("2014-09-02"), claimNow(paidTo("2014-09-10")), nights("2014-09-12")}},
	{"the day after, one day paid, more since", aspi("2014-07-08", paidTo("2014-08-01")), []step{declared("2014-09-02", activity("2014-08-01", 3000_00)), nights("2014-09-02"), claimNow(paidTo("2014-09-10")), nights("2014-09-12")}},
	{"pro rata", aspi("2014-07-08"), []step{by(func(p *rules.Params) { p.ReductionBasis = rules.ReductionProRata }), declared("2014-08-20", activity("2014-08-01", 3000_00)), nights("2014-08-21")}},
	{"pro rata, a short benefit", aspi("2014-07-08", granted(60)), []step{by(func(p *rules.Params) { p.ReductionBasis = rules.ReductionProRata }), declared("2014-08-20", activity("2014-08-01", 3000_00)), actual(2014, 3600_00, pipeline.CategorySelf), nights("2014-08-21")}},
	{"a short benefit", aspi("2014-07-08", granted(60), daily(49_00)), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), nights("2014-08-21")}},
	{"more than the benefit", aspi("2014-07-08", daily(15_68)), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), nights("2014-08-21")}},
	{"a cent less than the benefit", aspi("2014-07-08", daily(15_69)), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), nights("2014-08-21")}},
	{"to the limit", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 4800_00)), nights("2014-08-21")}},
	{"over the limit", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 4800_01)), nights("2014-08-21")}},
	{"quasi-subordinate to its limit", aspi("2014-07-08"), []step{declared("2014-08-20", quasi("2014-08-01", 8000_00)), nights("2014-08-21")}},
	{"quasi-subordinate over its limit", aspi("2014-07-08"), []step{declared("2014-08-20", quasi("2014-08-01", 8000_01)), nights("2014-08-21")}},
	{"both kinds", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 2000_00)), declared("2014-08-20", quasi("2014-08-05", 2000_00)), nights("2014-08-21")}},
	{"both kinds, the first refused", aspi("2014-07-08"), []step{declared("2014-08-20", withoutIncome(activity("2014-08-01", 2000_00))), declared("2014-08-20", quasi("2014-08-05", 2000_00)), nights("2014-08-21")}},
	{"no income", aspi("2014-07-08"), []step{declared("2014-08-20", withoutIncome(activity("2014-08-01", 0))), nights("2014-08-21")}},
	{"no start", aspi("2014-07-08"), []step{declared("2014-08-20", func() pipeline.Event { e := activity("2014-08-01", 100_00); e.Start = 0; return e }()), nights("2014-08-21")}},
	{"running already", aspi("2014-07-08"), []step{declared("2014-08-20", func() pipeline.Event {
		e := activity("2014-08-01", 1000_00)
		e.Start, e.Case = 0, pipeline.CaseRunning
		return e
	}()), nights("2014-08-21")}},
	{"running already, no income", aspi("2014-07-08"), []step{declared("2014-08-20", func() pipeline.Event {
		e := withoutIncome(activity("2014-07-01", 1000_00))
		e.Case = pipeline.CaseRunning
		return e
	}()), nights("2014-08-21")}},
	{"since the day before the benefit", aspi("2014-07-08"), []step{declared("2014-07-20", activity("2014-07-07", 1000_00)), nights("2014-08-21")}},
	{"since its first day", aspi("2014-07-08"), []step{declared("2014-07-20", activity("2014-07-08", 1000_00)), nights("2014-08-21")}},
	{"the day before the law", aspi("2013-06-08"), []step{declared("2013-07-05", activity("2013-06-27", 1000_00)), nights("2013-07-21")}},
	{"the first day of the law", aspi("2013-06-08"), []step{declared("2013-07-05", activity("2013-06-28", 1000_00)), nights("2013-07-21")}},
	{"on the last day of the benefit", aspi("2014-07-08"), []step{declared("2015-03-05", activity("2015-03-04", 1000_00)), nights("2015-03-21")}},
	{"near its end", aspi("2014-07-08"), []step{declared("2015-03-05", activity("2015-03-05", 1000_00)), nights("2015-03-21")}},
	{"after a decadence", aspi("2014-07-08"), []step{hired("2014-08-01", "", permanent), declared("2014-08-20", activity("2014-08-02", 1000_00)), nights("2014-08-21")}},
	{"before a decadence", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-02", 1000_00)), hired("2014-09-01", "", permanent), nights("2014-09-21")}},
	{"on the day of a decadence", aspi("2014-07-08"), []step{hired("2014-08-02", "", permanent), declared("2014-08-20", activity("2014-08-02", 1000_00)), nights("2014-09-21")}},
	{"declared twice", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 1000_00)), declared("2014-08-21", activity("2014-08-01", 2000_00)), nights("2014-08-21")}},
	{"more in the same year", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), again("2014-10-15", 4000_00, 2014), nights("2014-10-21")}},
	{"more twice", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), again("2014-10-15", 4000_00, 2014), again("2014-11-15", 4500_00, 2014), nights("2014-11-21")}},
	{"less than was withheld", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), again("2014-12-15", 100_00, 2014), nights("2014-12-21")}},
	{"just what was withheld", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 1530_00)), again("2014-10-02", 620_00, 2014), nights("2014-12-21")}},
	{"again on the first day", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-08-01", 4000_00, 2014), nights("2014-10-21")}},
	{"again the day after", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-08-02", 4000_00, 2014), nights("2014-10-21")}},
	{"again on 31 December", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-12-31", 4000_00, 2014), nights("2015-01-21")}},
	{"again after it", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2015-01-01", 4000_00, 2014), nights("2015-01-21")}},
	{"again over the limit", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-10-15", 4800_01, 2014), nights("2014-10-21")}},
	{"again to the limit", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-10-15", 4800_00, 2014), nights("2014-10-21")}},
	{"again without an income", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), declared("2014-10-15", later(pipeline.CaseIncomeChange, withoutIncome(activity("2014-08-01", 0)), 2014)), nights("2014-10-21")}},
	{"again of no year", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-10-15", 4000_00, 0), nights("2014-10-21")}},
	{"the new year", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2015-01-15", 2000_00, 2015), nights("2015-02-21")}},
	{"the new year over the limit", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2015-01-15", 5000_00, 2015), nights("2015-02-21")}},
	{"the new year to the limit", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2015-01-15", 4800_00, 2015), nights("2015-02-21")}},
	{"the new year not told, in the term", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), nights("2015-02-02")}},
	{"the new year not told, past it", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), nights("2015-02-03")}},
	{"the new year of a benefit over by then", aspi("2014-07-08", granted(177)), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), nights("2015-02-03")}},
	{"the new year of a benefit of a day more", aspi("2014-07-08", granted(178)), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), nights("2015-02-03")}},
	{"a year before the activity", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-10-15", 2000_00, 2013), nights("2014-10-21")}},
	{"again, then over the limit", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-10-15", 4000_00, 2014), again("2014-11-15", 4800_01, 2014), nights("2014-11-21")}},
	{"over the limit in the year of the start and in the next", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-10-15", 4800_01, 2014), again("2015-01-15", 4900_00, 2015), nights("2015-02-21")}},
	{"since 1 January", aspi("2014-07-08"), []step{declared("2015-01-10", func() pipeline.Event { e := activity("2015-01-01", 1000_00); return e }()), again("2015-01-20", 1200_00, 2014), nights("2015-02-21")}},
	{"really as much", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), actual(2014, 3000_00, ""), nights("2016-02-01")}},
	{"really more", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), actual(2014, 3100_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"really less", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), actual(2014, 2900_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"really the limit", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), actual(2014, 4800_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"really over the limit", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), actual(2014, 4800_01, pipeline.CategorySelf), nights("2016-02-01")}},
	{"really, with days suspended", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3060_00)), hired("2014-09-01", "2014-09-30"), actual(2014, 3060_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"really, with all days suspended", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3060_00)), hired("2014-08-01", "2015-01-15"), actual(2014, 3060_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"really, of two figures", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2014-10-15", 4000_00, 2014), actual(2014, 4100_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"really, of two years", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), again("2015-01-15", 1000_00, 2015), actual(2015, 1200_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"really, told by the worker", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), declared("2015-01-20", later(pipeline.CaseActualIncome, activity("2014-08-01", 3500_00), 2014)), nights("2015-01-21")}},
	{"really, told by the worker without a sum", aspi("2014-07-08"), []step{declared("2014-08-01", activity("2014-08-01", 3000_00)), declared("2015-01-20", later(pipeline.CaseActualIncome, withoutIncome(activity("2014-08-01", 0)), 2014)), nights("2015-01-21")}},
	{"income of nothing declared", aspi("2014-07-08"), []step{actual(2014, 3000_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"income of nothing declared, the new year", aspi("2014-07-08"), []step{actual(2015, 3000_00, pipeline.CategoryQuasi), nights("2016-02-01")}},
	{"income of a year before", aspi("2014-07-08"), []step{actual(2013, 3000_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"income of a year after", aspi("2014-07-08"), []step{actual(2016, 3000_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"income of an employee", aspi("2014-07-08"), []step{actual(2014, 3000_00, pipeline.CategoryEmployee), nights("2016-02-01")}},
	{"income of nothing declared, closed claim", aspi("2014-07-08", inState(pipeline.StateExhausted)), []step{actual(2014, 3000_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"income and two claims", secondClaim("2014-09-20"), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), actual(2014, 3300_00, pipeline.CategorySelf), nights("2016-02-01")}},
	{"income of another kind and two claims", secondClaim("2014-09-20"), []step{declared("2014-08-20", activity("2014-08-01", 3000_00)), actual(2014, 3300_00, pipeline.CategoryQuasi), nights("2016-02-01")}},
	{"days already paid", aspi("2014-07-08", paidTo("2014-08-15")), []step{declared("2014-08-20", activity("2014-08-01", 3060_00)), nights("2014-08-21")}},
	{"days already paid, to the first", aspi("2014-07-08", paidTo("2014-08-01")), []step{declared("2014-08-20", activity("2014-08-01", 3060_00)), nights("2014-08-21")}},
	{"days already paid, to the day before", aspi("2014-07-08", paidTo("2014-07-31")), []step{declared("2014-08-20", activity("2014-08-01", 3060_00)), nights("2014-08-21")}},
	{"days paid since", aspi("2014-07-08"), []step{declared("2014-08-20", activity("2014-08-01", 3060_00)), nights("2014-08-21"), claimNow(paidTo("2014-08-31")), nights("2014-09-01")}},
	{"on an advance", aspi("2014-07-08", inAdvance), []step{declared("2014-08-20", activity("2014-08-01", 3060_00)), nights("2014-08-21")}},
	{"project work, in the month", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-12-31", contract(project)), nights("2014-09-01")}},
	{"project work, past it", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-12-31", contract(project)), nights("2014-09-02")}},
	{"project work, told", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-10", contract(project)), declared("2014-08-20", quasi("2014-08-06", 2000_00)), nights("2014-09-02")}},
	{"project work, told of another", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-10", contract(project)), declared("2014-08-20", quasi("2014-08-11", 2000_00)), nights("2014-09-02")}},
	{"project work, told as self-employment", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-12-31", contract(project)), declared("2014-08-20", activity("2014-08-01", 2000_00)), nights("2014-09-02")}},
	{"project work before the benefit", aspi("2014-07-08"), []step{hired("2014-07-07", "2014-12-31", contract(project)), nights("2014-09-02")}},
	{"project work, cancelled", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-12-31", contract(project)), cancelled(), nights("2014-09-02")}},
	{"project work under review", aspi("2014-07-08", inState(pipeline.StateUnderReview)), []step{hired("2014-08-01", "2014-12-31", contract(project)), nights("2014-09-02")}},
	{"project work on an advance", aspi("2014-07-08", inAdvance), []step{hired("2014-08-01", "2014-12-31", contract(project)), nights("2014-09-02")}},
}

const household, trader = pipeline.ClientOther, pipeline.ClientBusiness

var noticeStories = []decision{
	{"pension requirements", aspi("2014-07-08"), []step{noticed(pipeline.NoticePension, "2014-08-31"), nights("2014-09-01")}},
	{"pension requirements before the benefit", aspi("2014-07-08"), []step{noticed(pipeline.NoticePension, "2014-05-31"), nights("2014-09-01")}},
	{"an allowance", aspi("2014-07-08"), []step{noticed(pipeline.NoticeInvalidity, "2014-08-05"), nights("2014-09-01")}},
	{"an allowance before the benefit", aspi("2014-07-08"), []step{noticed(pipeline.NoticeInvalidity, "2014-05-05"), nights("2014-09-01")}},
	{"a refusal on the first day", aspi("2014-07-08"), []step{noticed(pipeline.NoticeRefusal, "2014-07-08"), nights("2014-09-01")}},
	{"a refusal the day before", aspi("2014-07-08"), []step{noticed(pipeline.NoticeRefusal, "2014-07-07"), nights("2014-09-01")}},
	{"status lost on the last day", aspi("2014-07-08", paidTo("2015-03-04")), []step{noticed(pipeline.NoticeStatusLoss, "2015-03-04"), nights("2015-09-01")}},
	{"status lost after it", aspi("2014-07-08"), []step{noticed(pipeline.NoticeStatusLoss, "2015-03-05"), nights("2015-09-01")}},
	{"a notice on a closed claim", aspi("2014-07-08", inState(pipeline.StateExhausted)), []step{noticed(pipeline.NoticeStatusLoss, "2014-08-05"), nights("2014-09-01")}},
	{"a notice on a claim that closed since", aspi("2014-07-08"), []step{noticed(pipeline.NoticeStatusLoss, "2014-08-05"), nights("2014-09-01"), claimNow(inState(pipeline.StateForfeited)), nights("2014-09-02")}},
	{"a notice outside the regime", aspi("2015-06-08"), []step{noticed(pipeline.NoticeStatusLoss, "2015-08-05"), nights("2015-09-01")}},
	{"vouchers to the limit", aspi("2014-07-08"), []step{voucher("2014-08-01", 1000_00, "A", household), voucher("2014-09-01", 2000_00, "B", household), nights("2014-09-05")}},
	{"vouchers over it", aspi("2014-07-08"), []step{voucher("2014-08-01", 1000_00, "A", household), voucher("2014-09-01", 2000_01, "B", household), voucher("2014-09-03", 10_00, "B", household), nights("2014-09-05")}},
	{"vouchers of one business to its limit", aspi("2014-07-08"), []step{voucher("2014-08-01", 1020_00, "A", trader), voucher("2014-09-01", 1000_00, "A", trader), nights("2014-09-05")}},
	{"vouchers of one business over it", aspi("2014-07-08"), []step{voucher("2014-08-01", 1020_00, "A", trader), voucher("2014-09-01", 1000_01, "A", trader), nights("2014-09-05")}},
	{"vouchers of one professional over it", aspi("2014-07-08"), []step{voucher("2014-08-01", 2020_01, "A", pipeline.ClientProfessional), nights("2014-09-05")}},
	{"vouchers of two businesses", aspi("2014-07-08"), []step{voucher("2014-08-01", 1020_00, "A", trader), voucher("2014-09-01", 1000_01, "B", trader), nights("2014-09-05")}},
	{"vouchers of the next year", aspi("2014-07-08"), []step{voucher("2015-02-01", 3000_01, "A", household), nights("2015-03-05")}},
	{"vouchers of the next year, not yet", aspi("2014-07-08"), []step{voucher("2015-02-01", 3000_01, "A", household), nights("2014-12-31")}},
	{"vouchers of the year after", aspi("2014-07-08"), []step{voucher("2016-02-01", 3000_01, "A", household), nights("2016-03-05")}},
	{"vouchers on a closed claim", aspi("2014-07-08", inState(pipeline.StateExhausted)), []step{voucher("2014-08-01", 3000_01, "A", household), nights("2014-09-05")}},
	{"vouchers outside the regime", aspi("2015-06-08"), []step{voucher("2015-08-01", 30000_01, "A", household), nights("2015-09-05")}},
	{"vouchers over the limit for all, before 2014", aspi("2013-06-08"), []step{voucher("2013-08-01", 5000_01, "A", household), nights("2013-09-05")}},
	{"vouchers to the limit for all in 2015", aspi("2015-05-08"), []step{voucher("2015-08-01", 7000_00, "A", household), nights("2015-09-05")}},
	{"vouchers over it in 2015", aspi("2015-05-08"), []step{voucher("2015-08-01", 7000_01, "A", household), nights("2015-09-05")}},
}

var severalStories = []decision{
	{"two jobs that overlap", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), hired("2014-08-20", "2014-09-10", employer(employerB)), nights("2014-09-20")}},
	{"two jobs, the second within the first", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), hired("2014-08-10", "2014-08-20", employer(employerB)), nights("2014-09-20")}},
	{"two jobs, the second day after day", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), hired("2014-09-01", "2014-09-10", employer(employerB)), nights("2014-09-20")}},
	{"two jobs, a day between", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), hired("2014-09-02", "2014-09-10", employer(employerB)), nights("2014-09-20")}},
	{"one employer, a day between, with the switch", aspi("2014-07-08"), []step{by(func(p *rules.Params) { p.SameEmployerGapDays = 1 }), hired("2014-08-01", "2014-10-31"), hired("2014-11-02", "2015-02-10"), nights("2015-02-20")}},
	{"one employer, two days between, with the switch", aspi("2014-07-08"), []step{by(func(p *rules.Params) { p.SameEmployerGapDays = 1 }), hired("2014-08-01", "2014-10-31"), hired("2014-11-03", "2015-02-10"), nights("2015-02-20")}},
	{"two employers, a day between, with the switch", aspi("2014-07-08"), []step{by(func(p *rules.Params) { p.SameEmployerGapDays = 1 }), hired("2014-08-01", "2014-10-31"), hired("2014-11-02", "2015-02-10", employer(employerB)), nights("2015-02-20")}},
	{"one employer, to the limit", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), hired("2014-11-01", "2015-01-31"), nights("2015-02-20")}},
	{"one employer, over it", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), hired("2014-11-01", "2015-02-01"), nights("2015-02-20")}},
	{"one employer, three contracts, over at the third", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-09-30"), hired("2014-10-01", "2014-12-31"), hired("2015-01-01", "2015-02-10"), nights("2015-02-20")}},
	{"two employers, over it", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), hired("2014-11-01", "2015-02-01", employer(employerB)), nights("2015-02-20")}},
	{"two employers, over it, then a third", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), hired("2014-11-01", "2015-02-01", employer(employerB)), hired("2015-02-10", "2015-02-15"), nights("2015-02-20")}},
	{"apart, in all over the limit", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), hired("2014-11-10", "2015-02-10", employer(employerB)), nights("2015-02-20")}},
	{"apart, in all to the days of the limit", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), hired("2014-11-10", "2015-02-08", employer(employerB)), nights("2015-02-20")}},
	{"apart, in all over five days of mini-ASpI", mini("2014-07-08"), []step{hired("2014-08-01", "2014-08-03"), hired("2014-08-10", "2014-08-12", employer(employerB)), nights("2014-08-20")}},
	{"apart, five days of mini-ASpI in all", mini("2014-07-08"), []step{hired("2014-08-01", "2014-08-03"), hired("2014-08-10", "2014-08-11", employer(employerB)), nights("2014-08-20")}},
	{"a chain and a sickness", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), hired("2014-11-01", "2015-02-01", employer(employerB)), declared("2015-02-10", event(pipeline.EventSickness, "2015-02-02", "2015-02-09")), nights("2015-02-20")}},
	{"a job and one without an end", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), hired("2014-08-20", "", employer(employerB)), nights("2014-09-20")}},
	{"a job of one day moves the end by one", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-01"), hired("2015-03-05", "2015-03-31", employer(employerB)), nights("2015-04-20")}},
	{"a job that ends on the day of a decadence", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-10"), hired("2014-08-10", "", permanent, employer(employerB)), nights("2014-09-20")}},
	{"two resumptions to wait for", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-10"), hired("2014-09-01", "2014-09-30", employer(employerB)), nights("2014-08-14")}},
	{"a job, then a permanent one", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), hired("2014-08-20", "", permanent, employer(employerB)), nights("2014-09-20")}},
	{"two permanent jobs of one day", aspi("2014-07-08"), []step{hired("2014-08-01", "", permanent), hired("2014-08-01", "", permanent, employer(employerB)), nights("2014-09-20")}},
	{"an agency's job that ends with another", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), hired("2014-08-10", "2014-08-31", agency, employer(employerB)), nights("2014-09-20")}},
	{"an agency's job that ends before", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), hired("2014-08-10", "2014-08-30", agency, employer(employerB)), nights("2014-09-20")}},
	{"a protected job, then another", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31", agricultural), hired("2014-09-20", "2014-09-30", employer(employerB)), nights("2014-10-20")}},
	{"all days used between two jobs", aspi("2014-07-08", granted(40)), []step{hired("2014-08-01", "2014-08-31"), hired("2014-09-16", "2014-09-30", employer(employerB)), nights("2014-10-20")}},
	{"all days but one", aspi("2014-07-08", granted(40)), []step{hired("2014-08-01", "2014-08-31"), hired("2014-09-15", "2014-09-30", employer(employerB)), nights("2014-10-20")}},
	{"a job in two claims", secondClaim("2014-07-20"), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-20")}},
	{"a job in two claims, one forfeited", secondClaim("2014-07-20", inState(pipeline.StateForfeited)), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-20")}},
	{"a job in two claims, the later under review", secondClaim("2014-07-20", inState(pipeline.StateUnderReview)), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-20")}},
	{"a permanent job in two claims", secondClaim("2014-07-20"), []step{hired("2014-08-01", "", permanent), nights("2014-09-20")}},
	{"a job in the first claim and in the second's wait", secondClaim("2014-08-05"), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-20")}},
	{"a job known to the first claim", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), nights("2014-08-05"), func(s *teller) { s.d.Claims = secondClaim("2014-07-20") }, nights("2014-09-20")}},
	{"a job between a benefit and another", append(aspi("2014-07-08"), aspi("2015-04-20", numbered("D2"), benefit(pipeline.BenefitNASpI))...), []step{hired("2015-03-06", "2015-03-20"), nights("2015-05-20")}},
	{"a job of the other benefit", append(aspi("2014-07-08"), aspi("2015-04-20", numbered("D2"), benefit(pipeline.BenefitNASpI))...), []step{hired("2015-05-06", "2015-05-20"), nights("2015-05-20")}},
}

var terminationStories = []decision{
	{"found", aspi("2014-07-08"), []step{hired("2013-01-01", "", permanent, employer(formerEmployer)), left("2014-06-30"), nights("2014-07-20")}},
	{"found, by its agreed end", aspi("2014-07-08"), []step{hired("2013-12-01", "2014-06-30", employer(formerEmployer)), nights("2014-07-20")}},
	{"on another date", aspi("2014-07-08"), []step{hired("2013-01-01", "", permanent, employer(formerEmployer)), left("2014-06-29"), nights("2014-07-20")}},
	{"of another employer", aspi("2014-07-08"), []step{hired("2013-01-01", "", permanent, employer(employerB)), left("2014-06-30"), nights("2014-07-20")}},
	{"no former employer", aspi("2014-07-08", func(k *pipeline.Claim) { k.FormerEmployer = "" }), []step{hired("2013-01-01", "", permanent, employer(formerEmployer)), left("2014-06-30"), nights("2014-07-20")}},
	{"no former employer, closed", aspi("2014-07-08", inState(pipeline.StateExhausted), func(k *pipeline.Claim) { k.FormerEmployer = "" }), []step{nights("2014-07-20")}},
	{"of a closed claim", aspi("2014-07-08", inState(pipeline.StateExhausted)), []step{hired("2013-01-01", "", permanent, employer(formerEmployer)), left("2014-06-29"), nights("2014-07-20")}},
	{"cancelled", aspi("2014-07-08"), []step{hired("2013-01-01", "", permanent, employer(formerEmployer)), left("2014-06-30"), lastCancelled(), nights("2014-07-20")}},
	{"cancelled with the job", aspi("2014-07-08"), []step{hired("2013-01-01", "2014-06-30", employer(formerEmployer)), cancelled(), nights("2014-07-20")}},
	{"of a job that began that day", aspi("2014-07-08"), []step{hired("2014-06-30", "2014-06-30", employer(formerEmployer)), nights("2014-07-20")}},
	{"of a job that began after", aspi("2014-07-08"), []step{hired("2014-07-01", "2014-07-05", employer(formerEmployer)), left("2014-07-04"), nights("2014-07-20")}},
	{"two jobs, the later on another date", aspi("2014-07-08"), []step{hired("2012-01-01", "", employer(formerEmployer)), left("2012-06-30"), hired("2013-01-01", "", permanent, employer(formerEmployer)), left("2014-06-20"), nights("2014-07-20")}},
	{"without a hire", aspi("2014-07-08"), []step{orphan(pipeline.EventTermination, "", "2014-06-30", employer(formerEmployer)), nights("2014-07-20")}},
	{"without a hire, on another date", aspi("2014-07-08"), []step{orphan(pipeline.EventTermination, "", "2014-06-29", employer(formerEmployer)), nights("2014-07-20")}},
	{"still running", aspi("2014-07-08"), []step{hired("2013-01-01", "", permanent, employer(formerEmployer)), nights("2014-07-20")}},
	{"running beside another", aspi("2014-07-08"), []step{hired("2013-01-01", "", permanent, employer(formerEmployer)), left("2014-06-30"), hired("2013-05-01", "", partTime, permanent), nights("2014-07-20")}},
	{"running beside another, ends before the benefit", aspi("2014-07-08"), []step{hired("2013-05-01", "2014-07-07"), nights("2014-07-20")}},
	{"running beside another, ends on its first day", aspi("2014-07-08"), []step{hired("2013-05-01", "2014-07-08"), nights("2014-07-20")}},
	{"running beside another of the former employer", aspi("2014-07-08"), []step{hired("2013-01-01", "", permanent, employer(formerEmployer)), left("2014-06-30"), hired("2013-05-01", "2014-09-30", partTime, employer(formerEmployer)), nights("2014-07-20")}},
	{"running on with the former employer since that day", aspi("2014-07-08"), []step{hired("2014-06-30", "2014-09-30", employer(formerEmployer)), nights("2014-07-20")}},
	{"two of the former employer, both running", aspi("2014-07-08"), []step{hired("2013-01-01", "2014-09-30", employer(formerEmployer)), hired("2013-05-01", "2014-10-31", partTime, employer(formerEmployer)), nights("2014-07-20")}},
	{"running beside another, on a closed claim", aspi("2014-07-08", inState(pipeline.StateExhausted)), []step{hired("2013-05-01", "2014-09-30"), nights("2014-07-20")}},
	{"running beside another, cancelled", aspi("2014-07-08"), []step{hired("2013-05-01", "2014-09-30"), cancelled(), nights("2014-07-20")}},
	{"running beside another, bad dates", aspi("2014-07-08"), []step{hired("2014-05-01", "2014-04-30"), nights("2014-07-20")}},
}
