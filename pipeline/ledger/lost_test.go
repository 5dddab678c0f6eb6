package ledger_test

import (
	"testing"

	"incrocio/pipeline"
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
