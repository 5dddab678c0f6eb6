package ledger_test

import (
	"testing"

	"incrocio/pipeline"
)

// to gives a document another kind of contract.
func to(contract string) func(*pipeline.Communication) {
	return func(c *pipeline.Communication) { c.Contract = contract }
}

// TestCorrectedToWorkThatDoesNotSuspend has an employer who corrects what was told as employment to an internship (R33) or
// to project work (R34): what was executed stays as it was issued until an operator has decided (R15).
func TestCorrectedToWorkThatDoesNotSuspend(t *testing.T) {
	const months, suspended, forfeited = "2014-10-31", "SOSPENSIONE 2014-08-01 2014-10-31", "DECADENZA 2014-08-01"
	corrected := func(t *testing.T, was, end, now string) *story {
		s := newStory(aspi())
		j := s.hire(employerX, was, "2014-08-01", end)
		s.night("2014-08-05")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", to(now))
		return s.night("2014-08-20")
	}
	for _, now := range []string{"C.01.00", "B.01.00"} {
		t.Run("a suspension, to "+now, func(t *testing.T) {
			s := corrected(t, "A.02.00", months, now).want(t, suspended, "RETTIFICA_TARDIVA")
			s.quietAfter(t, suspended, "RETTIFICA_TARDIVA", "2014-08-21", "2014-09-02", "2014-11-10")
		})
		t.Run("a decadence, to "+now, func(t *testing.T) {
			s := corrected(t, "A.01.00", "", now).want(t, forfeited, "RETTIFICA_TARDIVA")
			s.quietAfter(t, forfeited, "RETTIFICA_TARDIVA", "2014-08-21", "2014-09-02")
		})
		t.Run("refused, to "+now, func(t *testing.T) {
			s := corrected(t, "A.02.00", months, now)
			s.ruling(t, pipeline.RulingRefuse, "RETTIFICA_TARDIVA", "2014-08-22").after("2014-08-23").want(t, suspended, "")
			s.quietAfter(t, suspended, "", "2014-09-02").after("2014-11-06").want(t, suspended+", RIPRESA 2014-11-01", "")
		})
		t.Run("given its days, to "+now, func(t *testing.T) {
			s := corrected(t, "A.02.00", months, now)
			s.ruling(t, pipeline.RulingDates, "RETTIFICA_TARDIVA", "2014-08-22", func(u *pipeline.Ruling) { u.From, u.To = day("2014-08-01"), day("2014-08-12") })
			s.after("2014-08-23").want(t, "SOSPENSIONE 2014-08-01 2014-08-12, RIPRESA 2014-08-13", "")
		})
		t.Run("cancelled thereafter, having been "+now, func(t *testing.T) {
			s := corrected(t, "A.02.00", months, now)
			s.follow(s.d.Communications[1], pipeline.EventHire, pipeline.PurposeCancellation, "")
			s.after("2014-08-25").want(t, suspended+", RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA, ANNULLAMENTO_TARDIVO")
		})
		t.Run("cancelled as "+now, func(t *testing.T) {
			s := newStory(aspi())
			j := s.hire(employerX, "A.02.00", "2014-08-01", months)
			s.night("2014-08-05")
			s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "", to(now))
			s.night("2014-08-20").want(t, suspended+", RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
		})
		t.Run("only pending, to "+now, func(t *testing.T) {
			s := newStory(aspi())
			j := s.hire(employerX, "A.02.00", "2014-09-01", months)
			s.night("2014-08-05").want(t, "SOSPENSIONE 2014-09-01 2014-10-31", "")
			s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", to(now))
			s.night("2014-08-20").want(t, "", "")
		})
		t.Run("on the night of the hire, to "+now, func(t *testing.T) {
			s := newStory(aspi())
			j := s.hire(employerX, "A.02.00", "2014-08-01", months)
			s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", to(now))
			s.night("2014-08-20").want(t, "", "")
		})
		t.Run("of two benefits, the one where it was executed, to "+now, func(t *testing.T) {
			s := newStory(older(pipeline.StateInPayment), aspi())
			j := s.hire(employerX, "A.02.00", "2014-07-02", "2014-08-31")
			s.night("2014-08-05")
			was := s.last.InForce
			s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", to(now), func(c *pipeline.Communication) { c.Start = day("2014-08-01") })
			if s.night("2014-08-20"); len(was) == 0 || len(s.last.Actions) > 0 {
				t.Errorf("%v became %v", was, s.last.InForce)
			}
			s.want(t, "SOSPENSIONE 2014-07-02 2014-08-31", "RETTIFICA_TARDIVA")
		})
	}
	t.Run("by a hire sent anew", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", months)
		s.night("2014-08-05")
		s.follow(j, pipeline.EventHire, pipeline.PurposeNormal, "", to("C.01.00"))
		s.night("2014-08-20").want(t, suspended+", RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA")
		s.quietAfter(t, suspended+", RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA", "2014-08-21", "2014-11-10")
	})
	t.Run("confirmed, to an internship", func(t *testing.T) {
		s := corrected(t, "A.02.00", months, "C.01.00")
		s.ruling(t, pipeline.RulingConfirm, "RETTIFICA_TARDIVA", "2014-08-22").after("2014-08-23").want(t, "", "")
		s.quietAfter(t, "", "", "2014-08-24", "2014-11-10")
	})
	t.Run("confirmed, to project work", func(t *testing.T) {
		s := corrected(t, "A.02.00", months, "B.01.00")
		s.ruling(t, pipeline.RulingConfirm, "RETTIFICA_TARDIVA", "2014-09-04").after("2014-09-05").want(t, "", "PARASUBORDINATO_SENZA_REDDITO")
		s.quietAfter(t, "", "PARASUBORDINATO_SENZA_REDDITO", "2014-09-06", "2014-11-10")
	})
	t.Run("a decadence given back", func(t *testing.T) {
		s := corrected(t, "A.01.00", "", "C.01.00")
		s.ruling(t, pipeline.RulingConfirm, "RETTIFICA_TARDIVA", "2014-08-22").after("2014-08-23").want(t, "", "")
		s.quietAfter(t, "", "", "2014-08-24")
	})
	t.Run("and back again", func(t *testing.T) {
		s := corrected(t, "A.02.00", months, "C.01.00")
		s.follow(s.d.Communications[1], pipeline.EventHire, pipeline.PurposeCorrection, "", to("A.02.00"))
		s.after("2014-08-25").want(t, suspended, "RETTIFICA_TARDIVA")
		s.ruling(t, pipeline.RulingConfirm, "RETTIFICA_TARDIVA", "2014-08-26").after("2014-08-27").want(t, suspended, "")
		s.after("2014-11-06").want(t, suspended+", RIPRESA 2014-11-01", "")
	})
	t.Run("told by the beneficiary as well", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", months)
		s.declare("D1", "2014-08-03", work("2014-08-01", months, employerX))
		s.night("2014-08-05").want(t, suspended, "")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", to("C.01.00"))
		s.night("2014-08-20").want(t, suspended, "RETTIFICA_TARDIVA, UNILAV_MANCANTE")
	})
}

// TestCorrectedToAnEventOrAnAnnouncement has corrections that leave of a job no more than an event without a first day
// (R16), or an urgent notice (R17): what was executed on it stays as it was issued (R15).
func TestCorrectedToAnEventOrAnAnnouncement(t *testing.T) {
	const suspended = "SOSPENSIONE 2014-08-01 2014-10-31"
	noStart := func(c *pipeline.Communication) { c.Start = 0 }
	for _, c := range []struct {
		name string
		now  pipeline.EventKind
		how  func(*pipeline.Communication)
		told string
	}{
		{"an event", pipeline.EventTermination, noStart, "COMUNICAZIONE_ORFANA"},
		{"an urgent notice", pipeline.EventUrgent, func(*pipeline.Communication) {}, "URGENZA_SENZA_SEGUITO"},
	} {
		corrected := func(t *testing.T) *story {
			s := newStory(aspi())
			j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
			s.night("2014-08-05").want(t, suspended, "")
			s.follow(j, c.now, pipeline.PurposeCorrection, "2014-10-31", c.how)
			return s.night("2014-08-20").want(t, suspended, "RETTIFICA_TARDIVA")
		}
		t.Run(c.name, func(t *testing.T) {
			corrected(t).quietAfter(t, suspended, "RETTIFICA_TARDIVA", "2014-08-21", "2014-11-10")
		})
		t.Run(c.name+", confirmed", func(t *testing.T) {
			s := corrected(t).ruling(t, pipeline.RulingConfirm, "RETTIFICA_TARDIVA", "2014-08-22").after("2014-08-23").want(t, "", c.told)
			s.quietAfter(t, "", c.told, "2014-08-24", "2014-11-10")
		})
		t.Run(c.name+", refused", func(t *testing.T) {
			s := corrected(t).ruling(t, pipeline.RulingRefuse, "RETTIFICA_TARDIVA", "2014-08-22").after("2014-08-23").want(t, suspended, "")
			s.after("2014-11-06").want(t, suspended+", RIPRESA 2014-11-01", "")
		})
	}
	t.Run("an extension without its hire", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-09-30")
		s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2014-10-31")
		s.d.Communications = s.d.Communications[1:]
		s.night("2014-08-05").want(t, suspended, "COMUNICAZIONE_ORFANA")
		s.follow(s.d.Communications[0], pipeline.EventExtension, pipeline.PurposeCorrection, "2014-10-31", noStart)
		s.night("2014-08-20").want(t, suspended, "RETTIFICA_TARDIVA")
		s.quietAfter(t, suspended, "RETTIFICA_TARDIVA", "2014-08-21")
	})
}
