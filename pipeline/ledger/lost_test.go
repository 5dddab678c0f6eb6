package ledger_test

import (
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// TestExtensionUnderAnotherFirstDayIsCancelled has an extension corrected to a first day that the hire does not have: it is
// still of that job, and so is its cancellation. What was executed on it stays as it was issued (R15).
func TestExtensionUnderAnotherFirstDayIsCancelled(t *testing.T) {
	const suspended, late = "SOSPENSIONE 2014-08-01 2014-09-30", "RETTIFICA_TARDIVA"
	for _, start := range []string{"2014-07-31", "2014-06-30"} { // the latter from before the loss of work
		t.Run("corrected at once to "+start, func(t *testing.T) {
			s := newStory(aspi())
			h := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
			s.follow(h, pipeline.EventExtension, pipeline.PurposeNormal, "2014-09-30")
			s.follow(s.d.Communications[1], pipeline.EventExtension, pipeline.PurposeCorrection, "2014-09-30", from(start))
			x := s.d.Communications[2]
			s.night("2014-08-05").want(t, suspended, "")
			s.follow(x, pipeline.EventExtension, pipeline.PurposeCancellation, "2014-09-30")
			s.night("2014-09-05").want(t, suspended, late)
			s.quietAfter(t, suspended, late, "2014-09-06", "2014-10-10")
		})
		t.Run("corrected later to "+start, func(t *testing.T) {
			s := newStory(aspi())
			h := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
			s.follow(h, pipeline.EventExtension, pipeline.PurposeNormal, "2014-09-30")
			x := s.d.Communications[1]
			s.night("2014-08-05").want(t, suspended, "")
			s.follow(x, pipeline.EventExtension, pipeline.PurposeCorrection, "2014-09-30", from(start))
			x = s.d.Communications[2]
			s.night("2014-08-20").want(t, suspended, "")
			s.follow(x, pipeline.EventExtension, pipeline.PurposeCancellation, "2014-09-30")
			s.night("2014-09-05").want(t, suspended, late)
			s.quietAfter(t, suspended, late, "2014-09-06", "2014-10-10")
		})
	}
}

// TestExtensionPartedFromItsHire has an extension corrected to a first day that the hire does not have, and then to no later end
// than the hire has: no document says any more that it is of that job, but what was executed rests on both (R15).
func TestExtensionPartedFromItsHire(t *testing.T) {
	const suspended, both = "SOSPENSIONE 2014-08-01 2014-09-30", "RAPPORTO_PREESISTENTE, RETTIFICA_TARDIVA"
	s := newStory(aspi())
	h := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
	s.follow(h, pipeline.EventExtension, pipeline.PurposeNormal, "2014-09-30")
	s.follow(s.d.Communications[1], pipeline.EventExtension, pipeline.PurposeCorrection, "2014-09-30", from("2014-06-30"))
	x := s.d.Communications[2]
	s.night("2014-08-05").want(t, suspended, "")
	s.follow(x, pipeline.EventExtension, pipeline.PurposeCorrection, "2014-08-31")
	s.night("2014-09-05").want(t, suspended, both)
	s.quietAfter(t, suspended, both, "2014-09-06", "2014-10-10")
}

// TestJobThatCameUnderTheDaysOfAnother has a job that comes while another stops all its days: it is no source of the
// suspension, until the other stops them no more.
func TestJobThatCameUnderTheDaysOfAnother(t *testing.T) {
	const suspended = "SOSPENSIONE 2014-08-01 2014-08-31"
	both := func(t *testing.T) (s *story, x, y pipeline.Communication) {
		t.Helper()
		s = newStory(aspi())
		x = s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-02").want(t, suspended, "")
		y = s.hire(employerY, "A.02.00", "2014-08-05", "2014-08-31")
		s.night("2014-08-06").want(t, suspended, "")
		if n := len(s.last.Actions); n > 0 {
			t.Fatalf("%d rows for a job that stops nothing more", n)
		}
		return s, x, y
	}
	t.Run("and is cancelled while it stops nothing more", func(t *testing.T) {
		s, _, y := both(t)
		s.follow(y, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-08-12").want(t, suspended, "")
	})
	left := func(t *testing.T) (*story, pipeline.Communication) {
		t.Helper()
		s, x, y := both(t)
		s.follow(x, pipeline.EventTermination, pipeline.PurposeNormal, "2014-08-10")
		s.night("2014-08-12").want(t, suspended, "")
		return s, y
	}
	t.Run("the other ends early", func(t *testing.T) {
		s, y := left(t)
		if len(s.last.Actions) != 1 {
			t.Fatalf("%d rows", len(s.last.Actions))
		}
		a := s.last.Actions[0]
		if !rules.Cites(a.Sources, y.Code) || a.Operation != pipeline.OperationChanged || a.Cause != pipeline.CauseCommunication || a.Night != day("2014-08-12") {
			t.Errorf("%s because of %s on %s", a.Operation, a.Cause, a.Sources)
		}
		s.quietAfter(t, suspended, "", "2014-08-13").after("2014-09-06").want(t, suspended+", RIPRESA 2014-09-01", "")
	})
	t.Run("and is cancelled after the other has ended", func(t *testing.T) {
		s, y := left(t)
		s.follow(y, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-08-20").want(t, suspended+", RIPRESA? 2014-08-05", "ANNULLAMENTO_TARDIVO")
		s.quietAfter(t, suspended+", RIPRESA? 2014-08-05", "ANNULLAMENTO_TARDIVO", "2014-08-21", "2014-10-10")
	})
}

// TestCorrectionWaitsWhereWhatWasExecutedGaveWay has a suspension that an earlier decadence takes the place of, while the office has
// a late correction of its job on the table: what the correction says decides nothing for good meanwhile (R15, R18).
func TestCorrectionWaitsWhereWhatWasExecutedGaveWay(t *testing.T) {
	s := newStory(aspi())
	x := s.hire(employerX, "A.02.00", "2014-08-10", "2014-08-31")
	s.night("2014-08-12").want(t, "SOSPENSIONE 2014-08-10 2014-08-31", "")
	s.follow(x, pipeline.EventHire, pipeline.PurposeCorrection, "", from("2014-08-05"), permanent)
	s.night("2014-08-20").want(t, "SOSPENSIONE 2014-08-10 2014-08-31", "RETTIFICA_TARDIVA")
	s.hire(employerY, "A.01.00", "2014-08-07", "")
	s.night("2014-08-21").want(t, "DECADENZA 2014-08-07", "RETTIFICA_TARDIVA")
	s.quietAfter(t, "DECADENZA 2014-08-07", "RETTIFICA_TARDIVA", "2014-08-22", "2014-08-23", "2014-09-30")
}
