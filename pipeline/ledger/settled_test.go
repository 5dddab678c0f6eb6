package ledger_test

import (
	"testing"

	"incrocio/pipeline"
)

// A night decides what the nights after it decide with its own actions in force.

// TestAccountOfAnotherClaimStaysApart has the beneficiary tell, on the claim in payment, of days with an employer whose job
// has forfeited an earlier one: what was done on the account is not undone and done again, night after night (R38, R61).
func TestAccountOfAnotherClaimStaysApart(t *testing.T) {
	spring, autumn := older(pipeline.StateInPayment), aspi()
	spring.Benefit, spring.DaysGranted = pipeline.BenefitMiniASpI, 124 // to 2014-07-09
	autumn.Number, autumn.Start, autumn.TerminatedOn, autumn.FiledOn, autumn.Advance = "D2", day("2014-11-11"), day("2014-11-03"), day("2014-11-05"), true
	s := newStory(spring, aspi(), autumn)
	s.hire(employerY, "A.02.00", "2014-04-21", "2014-07-09")
	s.declare("D1", "2014-07-09", work("2014-07-09", "2014-07-14", employerY))
	const actions, open = "DECADENZA 2014-04-21, SOSPENSIONE 2014-07-09 2014-07-14, RIPRESA 2014-07-15", "RAPPORTO_PREESISTENTE, UNILAV_MANCANTE"
	s.after("2014-08-20").want(t, actions, open)
	s.quietAfter(t, actions, open, "2014-08-21", "2014-08-22", "2014-09-20")
}

// TestWhatSharedASuspensionMovesAtOnce has a job held on an earlier claim by the open suspension of another, which the employer
// cancels: the night that takes in that the office confirms it decides the job on the claim that it now belongs to.
func TestWhatSharedASuspensionMovesAtOnce(t *testing.T) {
	spring := older(pipeline.StateInPayment)
	spring.DaysGranted = 60
	s := newStory(spring, aspi())
	j := s.hire(employerX, "A.02.00", "2014-03-05", "")
	s.hire(employerY, "A.02.00", "2014-07-02", "2014-07-10")
	s.after("2014-08-05").wantByClaim(t, "D0 SOSPENSIONE! 2014-03-08")
	s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
	s.after("2014-08-20")
	s.ruling(t, pipeline.RulingConfirm, "ANNULLAMENTO_TARDIVO", "2014-08-20").after("2014-08-21")
	const want = "D0 RIPRESA 2014-03-08, D1 SOSPENSIONE! 2014-07-08 2014-07-10"
	s.wantByClaim(t, want)
	s.quiet(t, "2014-08-22").wantByClaim(t, want)
}

// TestDaysGivenAnewAreFollowedOnEveryClaim has the office give a job days on one claim, and others on another: the last ones
// hold on both, and what rested on the first does not stay.
func TestDaysGivenAnewAreFollowedOnEveryClaim(t *testing.T) {
	autumn := aspi()
	autumn.Number, autumn.Start, autumn.TerminatedOn, autumn.FiledOn = "D2", day("2014-11-11"), day("2014-11-03"), day("2014-11-05")
	summer := aspi()
	summer.DaysGranted = 60 // to 2014-09-05
	s := newStory(summer, autumn)
	s.hire(employerX, "A.02.00", "2014-11-04", "2014-11-20")
	s.after("2014-11-25")
	from := func(on string) func(*pipeline.Ruling) { return func(u *pipeline.Ruling) { u.From = day(on) } }
	s.ruling(t, pipeline.RulingDates, "INIZIO_IN_CARENZA", "2014-11-25", from("2014-08-10")).after("2014-11-26")
	s.wantByClaim(t, "D1 SOSPENSIONE! 2014-08-10")
	s.ruling(t, pipeline.RulingDates, "RAPPORTO_PREESISTENTE", "2014-11-26", from("2014-08-20")).after("2014-11-27")
	s.wantByClaim(t, "D1 SOSPENSIONE! 2014-08-20")
	s.quiet(t, "2014-11-28").wantByClaim(t, "D1 SOSPENSIONE! 2014-08-20")
}

// TestProposalWaitsBesideDaysGivenToAnother has a late cancellation on the table (R14) while the office gives days to another
// job of the same suspension: what it is asked stays until it is answered.
func TestProposalWaitsBesideDaysGivenToAnother(t *testing.T) {
	c := aspi()
	c.PaidThrough = day("2014-08-10")
	s := newStory(c)
	s.hire(employerX, "A.02.00", "2014-08-05", "2014-08-07")
	j := s.hire(employerY, "A.02.00", "2014-08-08", "")
	s.after("2014-08-20").want(t, "SOSPENSIONE! 2014-08-05", "FINE_MANCANTE, INDEBITO")
	s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
	const kept = "SOSPENSIONE! 2014-08-05, RIPRESA? 2014-08-08"
	s.after("2014-08-21").want(t, kept, "ANNULLAMENTO_TARDIVO, INDEBITO")
	s.ruling(t, pipeline.RulingDates, "INDEBITO", "2014-08-21", func(u *pipeline.Ruling) { u.From = day("2014-08-04") })
	const given, open = "SOSPENSIONE! 2014-08-04, RIPRESA? 2014-08-08", "ANNULLAMENTO_TARDIVO, FINE_MANCANTE, INDEBITO"
	s.after("2014-08-22").want(t, given, open).quiet(t, "2014-08-23").want(t, given, open)
}

// TestDaysThatNoLongerHoldStayBesideOthers has the office give days to a job and close its exception anew, by which the days
// no longer hold, on the night that it gives days to another: the one suspension stays by the first and follows the second.
func TestDaysThatNoLongerHoldStayBesideOthers(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.02.00", "2014-08-01", "")
	s.after("2014-08-20").want(t, "SOSPENSIONE! 2014-08-01", "FINE_MANCANTE")
	s.ruling(t, pipeline.RulingDates, "FINE_MANCANTE", "2014-08-20", func(u *pipeline.Ruling) { u.From = day("2014-08-03") })
	s.hire(employerY, "A.05.02", "2014-08-25", "2014-09-30")
	s.after("2014-08-21").want(t, "SOSPENSIONE! 2014-08-03", "FINE_MANCANTE, INTERMITTENTE")
	s.ruling(t, pipeline.RulingConfirm, "FINE_MANCANTE", "2014-08-21")
	s.ruling(t, pipeline.RulingDates, "INTERMITTENTE", "2014-08-21", func(u *pipeline.Ruling) { u.From, u.To = day("2014-08-02"), day("2014-08-20") })
	s.after("2014-08-22").want(t, "SOSPENSIONE! 2014-08-02", "FINE_MANCANTE")
	s.quiet(t, "2014-08-23").want(t, "SOSPENSIONE! 2014-08-02", "FINE_MANCANTE")
}

// TestDecadenceOfAChainIsNotOfItsFirstJob has the office confirm the decadence of two contracts of one employer that follow one
// another (R19): that of the first, which ended early, is still only proposed (R06).
func TestDecadenceOfAChainIsNotOfItsFirstJob(t *testing.T) {
	s := newStory(aspi())
	j := s.hire(employerX, "A.01.00", "2014-07-24", "")
	s.follow(j, pipeline.EventTermination, pipeline.PurposeNormal, "2014-09-01")
	s.hire(employerX, "A.02.00", "2014-09-02", "2015-02-28")
	s.after("2014-09-20").want(t, "SOSPENSIONE! 2014-07-24 2015-02-28, DECADENZA? 2014-07-24, DECADENZA? 2014-09-02", "CONSECUTIVI_STESSO_DATORE, FINE_ANTICIPATA_DOPO_DECADENZA")
	s.ruling(t, pipeline.RulingConfirm, "CONSECUTIVI_STESSO_DATORE", "2014-09-20").after("2014-09-21")
	const confirmed = "SOSPENSIONE! 2014-07-24 2014-09-01, DECADENZA? 2014-07-24, DECADENZA 2014-09-02"
	s.want(t, confirmed, "FINE_ANTICIPATA_DOPO_DECADENZA")
	s.quietAfter(t, confirmed, "FINE_ANTICIPATA_DOPO_DECADENZA", "2014-09-22", "2014-10-20")
}

// TestChainWithAContradictionStays has contracts of one employer that follow one another, one of which contradicts itself: what
// the office is asked of them together (R19) does not close by itself a night later, wherever the contradiction is.
func TestChainWithAContradictionStays(t *testing.T) {
	const asked = "CONSECUTIVI_STESSO_DATORE, DATE_NON_VALIDE"
	for _, c := range []struct{ permanent, fixed [2]string }{
		{[2]string{"2014-08-01", "2015-03-01"}, [2]string{"2014-08-10", "2014-08-12"}},
		{[2]string{"2014-08-10", "2015-03-01"}, [2]string{"2014-08-01", "2014-08-12"}},
	} {
		s := newStory(aspi())
		s.hire(employerX, "A.01.00", c.permanent[0], c.permanent[1])
		s.hire(employerX, "A.02.00", c.fixed[0], c.fixed[1])
		const actions = "SOSPENSIONE! 2014-08-01 2015-03-01, DECADENZA? 2014-08-10"
		s.after("2014-08-20").want(t, actions, asked)
		s.quietAfter(t, actions, asked, "2014-08-21", "2014-09-20")
	}
}
