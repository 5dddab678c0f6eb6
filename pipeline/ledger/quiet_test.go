package ledger_test

import (
	"testing"

	"incrocio/pipeline"
)

// quiet runs a night with nothing new and wants nothing published.
func (s *story) quiet(t *testing.T, on string) *story {
	t.Helper()
	s.night(on)
	for _, a := range s.last.Actions {
		t.Errorf("quiet night of %s: %s %s %s from %s by %s because of %s", on, a.Operation, a.Type, a.Mode, a.From, a.Rule, a.Cause)
	}
	return s
}

// TestProposalOutlivesItsNight has what an operator is asked after a late cancellation (R14): it is still there on the
// nights after.
func TestProposalOutlivesItsNight(t *testing.T) {
	const want = "SOSPENSIONE 2014-08-02 2014-09-13, RIPRESA? 2014-08-02"
	s := newStory(aspi())
	j := s.hire(employerX, "A.02.00", "2014-08-02", "2014-09-13")
	s.night("2014-08-07")
	s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
	s.night("2014-08-21").want(t, want, "ANNULLAMENTO_TARDIVO")
	s.quiet(t, "2014-08-22").want(t, want, "ANNULLAMENTO_TARDIVO")
	s.quiet(t, "2014-10-25").want(t, want, "ANNULLAMENTO_TARDIVO")
}

// TestEarlierDecadenceOfAnotherJob has the employer of an earlier job tell late: the earliest decadence wins (R18), and
// nothing gives days back, so nobody is asked to resume.
func TestEarlierDecadenceOfAnotherJob(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.01.00", "2014-08-11", "")
	s.night("2014-08-14").want(t, "DECADENZA 2014-08-11", "")
	s.hire(employerY, "A.01.00", "2014-08-07", "")
	s.night("2014-08-21").want(t, "DECADENZA 2014-08-07", "")
	s.quiet(t, "2014-08-22").want(t, "DECADENZA 2014-08-07", "")
}

// TestDaysFoundPaidAreKept has a proposed decadence (R42) of days that a suspension stopped when it was first published:
// they had not been paid, whatever becomes of the suspension later (4.5).
func TestDaysFoundPaidAreKept(t *testing.T) {
	c := aspi()
	c.PaidThrough = day("2014-07-09")
	s := newStory(c)
	j := s.hire(employerX, "A.02.00", "2014-07-03", "") // in the days of waiting, no end: suspended from decorrenza
	s.night("2014-07-04").want(t, "SOSPENSIONE! 2014-07-08", "INIZIO_IN_CARENZA, FINE_MANCANTE, INDEBITO")
	s.d.Notices = append(s.d.Notices, pipeline.Notice{
		ID: pipeline.DocID{1}, Protocol: "N1", Kind: pipeline.NoticeActualIncome, TaxCode: person, On: day("2014-07-16"),
		Year: 2014, Category: pipeline.CategorySelf, Income: pipeline.Some[pipeline.Cents](100_00),
	})
	s.night("2014-07-16").want(t, "SOSPENSIONE! 2014-07-08, DECADENZA? 2014-07-08", "INIZIO_IN_CARENZA, FINE_MANCANTE, INDEBITO, REDDITO_COMUNICATO_TARDI")
	s.follow(j, pipeline.EventTermination, pipeline.PurposeNormal, "2014-07-05")
	s.night("2014-07-18")
	s.quiet(t, "2014-07-19")
}

// TestCauseIsNotAnotherFact has an old notice that matters again because of a job without an end: the job is the cause,
// also on a night that brings a job that never was.
func TestCauseIsNotAnotherFact(t *testing.T) {
	for _, more := range []bool{false, true} {
		c := aspi()
		c.DaysGranted = 60 // to 2014-09-05
		s := newStory(c)
		s.d.Notices = append(s.d.Notices, pipeline.Notice{ID: pipeline.DocID{1}, Protocol: "N1", Kind: pipeline.NoticeRefusal, TaxCode: person, On: day("2014-10-13")})
		s.night("2014-07-16").want(t, "", "")
		s.hire(employerX, "A.02.00", "2014-08-02", "")
		if more {
			gone := s.hire(employerY, "A.02.00", "2014-08-16", "2014-08-24")
			s.follow(gone, pipeline.EventHire, pipeline.PurposeCancellation, "")
		}
		s.night("2014-08-07").want(t, "SOSPENSIONE! 2014-08-02, DECADENZA? 2014-10-13", "FINE_MANCANTE, PERDITA_STATO")
		for _, a := range s.last.Actions {
			if a.Cause != pipeline.CauseCommunication {
				t.Errorf("with a job that never was %v: %s because of %s", more, a.Type, a.Cause)
			}
		}
	}
}

// TestJobThatLeavesItsClaimFindsNoOther has a job begun in two benefits at once, one of them without a known end for a
// suspension that stays as issued (R14). A correction moves the job out of the claim that it was bound to: a night later
// it is not bound to the other.
func TestJobThatLeavesItsClaimFindsNoOther(t *testing.T) {
	first := older(pipeline.StateInPayment)
	first.Start, first.TerminatedOn, first.FiledOn, first.DaysGranted = day("2014-03-14"), day("2014-03-06"), day("2014-03-08"), 60
	second := aspi()
	second.Start, second.TerminatedOn, second.FiledOn, second.DaysGranted = day("2014-11-11"), day("2014-11-03"), day("2014-11-05"), 60 // to 2015-01-09
	s := newStory(first, second)
	j := s.hire(employerX, "A.01.00", "2015-01-06", "")
	waiting := s.hire(employerY, "A.01.00", "2014-03-07", "")
	s.night("2014-08-21")
	s.follow(waiting, pipeline.EventHire, pipeline.PurposeCancellation, "")
	s.night("2014-09-19")
	s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.Start = day("2015-01-10") })
	s.night("2014-12-18")
	s.quiet(t, "2014-12-19")
	s.quiet(t, "2015-01-11")
}
