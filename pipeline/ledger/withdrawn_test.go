package ledger_test

import (
	"strings"
	"testing"

	"incrocio/pipeline"
)

// withdraw adds what a correction or cancellation, about another worker, of one of the person's documents is to the person.
func (s *story) withdraw(c pipeline.Communication, purpose pipeline.Purpose, change ...func(*pipeline.Communication)) {
	s.follow(c, c.Event, purpose, "", append(change, func(c *pipeline.Communication) { c.Part = pipeline.PartWithdrawn })...)
}

// TestCorrectedToAnotherWorker has the employer put right whom a job is of: it never was the beneficiary's. What was executed stays as
// it was issued until an operator has decided, and the resumption is proposed (R15); what is pending goes.
func TestCorrectedToAnotherWorker(t *testing.T) {
	const suspended, forfeited, resumed, late = "SOSPENSIONE 2014-08-01 2014-10-31", "DECADENZA 2014-08-01", ", RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA"
	begun := func(contract, end string) (*story, pipeline.Communication) {
		s := newStory(aspi())
		c := s.hire(employerX, contract, "2014-08-01", end)
		return s.night("2014-08-05"), c
	}
	t.Run("a suspension", func(t *testing.T) {
		s, c := begun("A.02.00", "2014-10-31")
		s.withdraw(c, pipeline.PurposeCorrection)
		s.night("2014-08-20").want(t, suspended+resumed, late)
		e := s.last.Exceptions[0]
		if e.Class != pipeline.ClassBlock || !strings.Contains(e.Text, "altro lavoratore") || !strings.Contains(e.Sources, c.Code) || !strings.Contains(e.Sources, s.d.Communications[1].Code) {
			t.Errorf("%s %s: %s", e.Class, e.Sources, e.Text)
		}
		s.quietAfter(t, suspended+resumed, late, "2014-08-21", "2014-09-02", "2014-11-10")
	})
	t.Run("a decadence", func(t *testing.T) {
		s, c := begun("A.01.00", "")
		s.withdraw(c, pipeline.PurposeCorrection)
		s.night("2014-08-20").want(t, forfeited+resumed, late)
		s.quietAfter(t, forfeited+resumed, late, "2014-08-21", "2014-11-10")
	})
	t.Run("a suspension that an extension made longer", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.follow(s.d.Communications[0], pipeline.EventExtension, pipeline.PurposeNormal, "2014-10-31")
		s.night("2014-08-20").want(t, suspended, "")
		s.withdraw(s.d.Communications[1], pipeline.PurposeCorrection)
		s.night("2014-08-25").want(t, suspended, late)
	})
	t.Run("cancelled under another worker", func(t *testing.T) {
		s, c := begun("A.02.00", "2014-10-31")
		s.withdraw(c, pipeline.PurposeCancellation)
		s.night("2014-08-20").want(t, suspended+resumed, "ANNULLAMENTO_TARDIVO")
	})
	t.Run("confirmed", func(t *testing.T) {
		s, c := begun("A.02.00", "2014-10-31")
		s.withdraw(c, pipeline.PurposeCorrection)
		s.night("2014-08-20").ruling(t, pipeline.RulingConfirm, late, "2014-08-22").after("2014-08-23")
		for _, a := range s.last.InForce {
			if a.Type == pipeline.ActionSuspend {
				t.Errorf("%s %s is in force", a.Type, a.From)
			}
		}
	})
	t.Run("refused", func(t *testing.T) {
		s, c := begun("A.02.00", "2014-10-31")
		s.withdraw(c, pipeline.PurposeCorrection)
		s.night("2014-08-20").ruling(t, pipeline.RulingRefuse, late, "2014-08-22").after("2014-08-23").want(t, suspended, "")
	})
	t.Run("back to the beneficiary", func(t *testing.T) {
		s, c := begun("A.02.00", "2014-10-31")
		s.withdraw(c, pipeline.PurposeCorrection)
		s.night("2014-08-20")
		s.follow(s.d.Communications[1], pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.Part = 0 })
		s.after("2014-08-25").want(t, suspended+resumed, late) // the office is not relieved of it
		s.ruling(t, pipeline.RulingConfirm, late, "2014-08-26").after("2014-08-27").want(t, suspended, "")
	})
	t.Run("pending", func(t *testing.T) {
		s := newStory(aspi())
		c := s.hire(employerX, "A.02.00", "2014-09-01", "2014-10-31")
		s.night("2014-08-05").want(t, "SOSPENSIONE 2014-09-01 2014-10-31", "")
		s.withdraw(c, pipeline.PurposeCorrection)
		s.night("2014-08-20").want(t, "", "")
		s.quietAfter(t, "", "", "2014-08-21", "2014-09-02")
	})
	t.Run("on the night of the hire", func(t *testing.T) {
		s := newStory(aspi())
		s.withdraw(s.hire(employerX, "A.01.00", "2014-08-01", ""), pipeline.PurposeCorrection)
		s.night("2014-08-05").want(t, "", "")
		s.quietAfter(t, "", "", "2014-08-06", "2014-09-02")
	})
	t.Run("pending, and only the code differs", func(t *testing.T) {
		s := newStory(aspi())
		names := func(c *pipeline.Communication) {
			c.Surname, c.GivenName, c.BirthDate = "Rossi", "Mario", day("1980-05-10")
		}
		c := s.hire(employerX, "A.01.00", "2014-09-01", "", names)
		s.night("2014-08-05").want(t, "DECADENZA 2014-09-01", "")
		s.withdraw(c, pipeline.PurposeCorrection)
		s.night("2014-08-20").want(t, "", "IDENTITA_AMBIGUA")
		s.quietAfter(t, "", "IDENTITA_AMBIGUA", "2014-08-21", "2014-09-02")
		s.d.Communications = s.d.Communications[:1] // a notice says that the other code is the beneficiary's too
		s.follow(c, pipeline.EventHire, pipeline.PurposeCorrection, "", names)
		s.after("2014-09-05").want(t, "DECADENZA 2014-09-01", "")
	})
	t.Run("executed, and only the code differs", func(t *testing.T) {
		s := newStory(aspi())
		c := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31", func(c *pipeline.Communication) {
			c.Surname, c.GivenName, c.BirthDate = "Rossi", "Mario", day("1980-05-10")
		})
		s.night("2014-08-05")
		s.withdraw(c, pipeline.PurposeCorrection)
		s.night("2014-08-20").want(t, suspended+resumed, late)
		if e := s.last.Exceptions[0]; strings.Contains(e.Text, "di un altro lavoratore") || !strings.Contains(e.Text, "altro codice fiscale") {
			t.Error(e.Text)
		}
	})
}
