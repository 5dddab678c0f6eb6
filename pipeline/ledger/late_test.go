package ledger_test

import (
	"slices"
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

// TestOnlyPendingChanges has corrections and cancellations that leave what was executed as it is: what is only pending is
// decided anew, and nothing is raised (2.1, R14, R15).
func TestOnlyPendingChanges(t *testing.T) {
	const suspended = "SOSPENSIONE 2014-08-01 2014-10-31"
	conversion := func(c *pipeline.Communication) { c.EventCode = "DI" }
	started := func(claims ...pipeline.Claim) (*story, pipeline.Communication) {
		s := newStory(claims...)
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
		s.night("2014-08-05")
		return s, j
	}
	last := func(s *story) pipeline.Communication { return s.d.Communications[len(s.d.Communications)-1] }
	resumed := func(t *testing.T, s *story) {
		t.Helper()
		s.quietAfter(t, suspended, "", "2014-10-26", "2014-11-05")
		s.after("2014-11-06").want(t, suspended+", RIPRESA 2014-11-01", "")
	}
	for name, grow := range map[string]func(*story, pipeline.Communication){
		"an extension over the limit": func(s *story, j pipeline.Communication) {
			s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2015-03-31")
		},
		"a conversion": func(s *story, j pipeline.Communication) {
			s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-11-01", conversion)
		},
	} {
		t.Run(name+", cancelled", func(t *testing.T) {
			s, j := started(aspi())
			grow(s, j)
			s.night("2014-10-20").want(t, suspended+", DECADENZA 2014-11-01", "")
			e := last(s)
			s.follow(e, e.Event, pipeline.PurposeCancellation, e.EventDate.String())
			resumed(t, s.night("2014-10-25").want(t, suspended, ""))
		})
		t.Run(name+", corrected, then cancelled", func(t *testing.T) {
			s, j := started(aspi())
			grow(s, j)
			s.night("2014-10-20")
			e := last(s)
			s.follow(e, e.Event, pipeline.PurposeCorrection, e.EventDate.String(), func(c *pipeline.Communication) { c.WeeklyHours = 30 })
			s.night("2014-10-22").want(t, suspended+", DECADENZA 2014-11-01", "")
			s.follow(last(s), e.Event, pipeline.PurposeCancellation, e.EventDate.String())
			resumed(t, s.night("2014-10-25").want(t, suspended, ""))
		})
		t.Run(name+", cancelled once executed", func(t *testing.T) {
			s, j := started(aspi())
			grow(s, j)
			s.night("2014-10-20")
			e := last(s)
			s.night("2014-11-01")
			s.follow(e, e.Event, pipeline.PurposeCancellation, e.EventDate.String())
			s.night("2014-11-02").want(t, suspended+", DECADENZA 2014-11-01", "RETTIFICA_TARDIVA")
			s.quietAfter(t, suspended+", DECADENZA 2014-11-01", "RETTIFICA_TARDIVA", "2014-11-03", "2014-12-03")
		})
		t.Run(name+", cancelled the same night", func(t *testing.T) {
			s, j := started(aspi())
			grow(s, j)
			e := last(s)
			s.follow(e, e.Event, pipeline.PurposeCancellation, e.EventDate.String())
			resumed(t, s.night("2014-10-20").want(t, suspended, ""))
		})
		t.Run(name+", cancelled before it is known", func(t *testing.T) {
			s, j := started(aspi())
			grow(s, j)
			e := last(s)
			s.follow(e, e.Event, pipeline.PurposeCancellation, e.EventDate.String())
			all := s.d.Communications
			s.d.Communications = []pipeline.Communication{all[0], all[2]}
			s.night("2014-10-20").want(t, suspended, "")
			s.d.Communications = append(s.d.Communications, all[1])
			resumed(t, s.night("2014-10-22").want(t, suspended, ""))
		})
		t.Run(name+", only proposed, cancelled", func(t *testing.T) {
			s, j := started(older(pipeline.StateInPayment), aspi())
			grow(s, j)
			s.night("2014-10-20").want(t, "SOSPENSIONE! 2014-08-01 2014-10-31, DECADENZA? 2014-11-01", "DOMANDA_NON_ULTIMA")
			e := last(s)
			s.follow(e, e.Event, pipeline.PurposeCancellation, e.EventDate.String())
			s.night("2014-10-25").want(t, "SOSPENSIONE! 2014-08-01 2014-10-31", "DOMANDA_NON_ULTIMA")
		})
		t.Run(name+", cancelled beside another job", func(t *testing.T) {
			s, j := started(aspi())
			s.hire(employerY, "A.02.00", "2014-09-01", "2014-10-31")
			grow(s, j)
			s.night("2014-10-20").want(t, suspended+", DECADENZA 2014-11-01", "")
			e := s.d.Communications[slices.IndexFunc(s.d.Communications, func(c pipeline.Communication) bool { return c.Event != pipeline.EventHire })]
			s.follow(e, e.Event, pipeline.PurposeCancellation, e.EventDate.String())
			resumed(t, s.night("2014-10-25").want(t, suspended, ""))
		})
	}
	t.Run("an extension within the limit, cancelled the same night", func(t *testing.T) {
		s, j := started(aspi())
		s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2014-12-31")
		s.follow(last(s), pipeline.EventExtension, pipeline.PurposeCancellation, "2014-12-31")
		resumed(t, s.night("2014-10-20").want(t, suspended, ""))
	})
	t.Run("an extension and its correction of one night are one thing", func(t *testing.T) {
		s, j := started(aspi())
		s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2014-12-31")
		s.follow(last(s), pipeline.EventExtension, pipeline.PurposeCorrection, "2014-11-30")
		s.follow(last(s), pipeline.EventExtension, pipeline.PurposeCorrection, "2014-11-15")
		s.night("2014-10-20").want(t, "SOSPENSIONE 2014-08-01 2014-11-15", "")
		s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-11-15", "", "2014-10-21")
	})
	t.Run("an extension, with a correction of the hire that changes nothing", func(t *testing.T) {
		s, j := started(aspi())
		s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2014-11-30")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.WeeklyHours = 30 })
		s.night("2014-10-20").want(t, "SOSPENSIONE 2014-08-01 2014-11-30", "")
	})
	t.Run("an extension, with a correction of the hire that changes what was executed", func(t *testing.T) {
		s, j := started(aspi())
		s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2014-11-30")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.Start = day("2014-07-20") })
		s.night("2014-10-20").want(t, suspended, "RETTIFICA_TARDIVA")
	})
	t.Run("what was resumed is not forfeited by a correction", func(t *testing.T) {
		s, j := started(aspi())
		s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-11-01", func(c *pipeline.Communication) { c.EventCode = "PP" })
		s.night("2014-10-20").want(t, suspended, "")
		e := last(s)
		s.night("2014-11-06").want(t, suspended+", RIPRESA 2014-11-01", "")
		s.follow(e, pipeline.EventConversion, pipeline.PurposeCorrection, "2014-11-01", conversion)
		s.night("2014-11-10").want(t, suspended+", RIPRESA 2014-11-01", "RETTIFICA_TARDIVA")
	})
	t.Run("a correction that brings a decadence", func(t *testing.T) {
		s, j := started(aspi())
		s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-11-01", func(c *pipeline.Communication) { c.EventCode = "PP" })
		s.night("2014-10-20").want(t, suspended, "")
		s.follow(last(s), pipeline.EventConversion, pipeline.PurposeCorrection, "2014-11-01", conversion)
		s.night("2014-10-25").want(t, suspended+", DECADENZA 2014-11-01", "")
	})
	t.Run("dates of the beneficiary, with a correction that changes nothing", func(t *testing.T) {
		const both = "SOSPENSIONE! 2014-07-28 2015-03-31"
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
		s.declare("D1", "2014-08-03", work("2014-07-28", "2015-03-31", employerX))
		s.night("2014-08-05").want(t, both, "DATE_IN_CONTRASTO")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.WeeklyHours = 30 })
		s.night("2014-08-20").want(t, both, "DATE_IN_CONTRASTO")
	})
}

// TestExecutedOutlivesUncertainDates has a correction whose dates contradict each other, and then one that mends them:
// what counts is what was executed, not the contradiction in between (R14, R15).
func TestExecutedOutlivesUncertainDates(t *testing.T) {
	backwards := func(c *pipeline.Communication) { c.Start, c.End = day("2014-12-01"), day("2014-10-31") }
	days := func(from, to string) func(*pipeline.Communication) {
		return func(c *pipeline.Communication) { c.Start, c.End = day(from), date(to) }
	}
	for _, c := range []struct{ contract, end, executed string }{
		{"A.02.00", "2014-10-31", "SOSPENSIONE 2014-08-01 2014-10-31"},
		{"A.02.00", "2015-03-31", "DECADENZA 2014-08-01"},
	} {
		uncertain := func(t *testing.T) (*story, pipeline.Communication) {
			s := newStory(aspi())
			j := s.hire(employerX, c.contract, "2014-08-01", c.end)
			s.night("2014-08-05").want(t, c.executed, "")
			s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", backwards)
			s.night("2014-08-10").want(t, c.executed, "DATE_NON_VALIDE")
			return s, s.d.Communications[1]
		}
		t.Run(c.executed+", the same again", func(t *testing.T) {
			s, j := uncertain(t)
			s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", days("2014-08-01", c.end))
			s.night("2014-08-20").want(t, c.executed, "")
			s.quietAfter(t, c.executed, "", "2014-08-21")
		})
		t.Run(c.executed+", other days", func(t *testing.T) {
			s, j := uncertain(t)
			s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", to("A.02.00"), days("2014-08-03", "2014-10-31"))
			s.night("2014-08-20").want(t, c.executed, "RETTIFICA_TARDIVA")
			s.quietAfter(t, c.executed, "RETTIFICA_TARDIVA", "2014-08-21")
		})
		t.Run(c.executed+", on call", func(t *testing.T) {
			s, j := uncertain(t)
			s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", to("A.05.02"), days("2014-08-01", "2014-10-31"))
			s.night("2014-08-20").want(t, c.executed, "RETTIFICA_TARDIVA, INTERMITTENTE")
			s.quietAfter(t, c.executed, "RETTIFICA_TARDIVA, INTERMITTENTE", "2014-08-21")
		})
		t.Run(c.executed+", an internship", func(t *testing.T) {
			s, j := uncertain(t)
			s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", to("C.01.00"), days("2014-08-01", "2014-10-31"))
			s.night("2014-08-20").want(t, c.executed, "RETTIFICA_TARDIVA")
		})
		t.Run(c.executed+", cancelled", func(t *testing.T) {
			s, j := uncertain(t)
			s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
			s.night("2014-08-20").want(t, c.executed+", RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
			s.quietAfter(t, c.executed+", RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO", "2014-08-21")
		})
		t.Run(c.executed+", domestic work that was not defined, cancelled", func(t *testing.T) {
			domestic := func(c *pipeline.Communication) { c.Model, c.Code = pipeline.ModelDomestico, "DOM-0001" }
			s := newStory(aspi())
			j := s.hire(employerX, c.contract, "2014-08-01", c.end, domestic)
			s.night("2014-08-05").want(t, c.executed, "")
			s.follow(j, pipeline.EventHire, pipeline.PurposeNormal, "", domestic, func(c *pipeline.Communication) { c.Pending = true })
			s.night("2014-08-10").want(t, c.executed, "DOMESTICO_IN_DEFINIZIONE")
			s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "", domestic, func(c *pipeline.Communication) { c.Code = "DOM-0002" })
			s.night("2014-08-20").want(t, c.executed+", RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
		})
	}
	t.Run("a permanent contract with an end, cancelled", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.night("2014-08-05").want(t, "DECADENZA 2014-08-01", "")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", days("2014-08-01", "2014-10-31"))
		s.night("2014-08-10").want(t, "DECADENZA 2014-08-01", "DATE_NON_VALIDE")
		s.follow(s.d.Communications[1], pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-08-20").want(t, "DECADENZA 2014-08-01, RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
	})
	t.Run("moved before the loss of work, with dates that contradict each other", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
		s.night("2014-08-05")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", days("2014-06-10", "2014-06-01"))
		s.night("2014-08-10").want(t, "SOSPENSIONE 2014-08-01 2014-10-31", "RETTIFICA_TARDIVA")
		s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-10-31", "RETTIFICA_TARDIVA", "2014-08-11", "2014-11-10")
	})
	t.Run("low-paid work cancelled on the night on which its month is over", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.01.00", "2014-08-01", "", partTime)
		s.night("2014-08-05").want(t, "SOSPENSIONE! 2014-08-01, DECADENZA? 2014-08-01", "CUMULO_POSSIBILE")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-09-02").want(t, "SOSPENSIONE! 2014-08-01, RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
	})
	t.Run("told by the beneficiary, then by the employer and corrected the same night", func(t *testing.T) {
		s := newStory(aspi())
		s.declare("D1", "2014-08-02", work("2014-08-01", "2015-03-31", employerX))
		s.night("2014-08-05").want(t, "DECADENZA 2014-08-01", "UNILAV_MANCANTE")
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-09-30")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.End = day("2014-10-31") })
		s.night("2014-08-20").want(t, "DECADENZA 2014-08-01, RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA")
	})
}

// TestShownPermanentIsNotResumed has a fixed term that a conversion of an unknown code shows as permanent: nobody is paid after
// the end that it had, and what was executed meanwhile is changed by no correction alone (R12, R15).
func TestShownPermanentIsNotResumed(t *testing.T) {
	const executed, doubtful = "SOSPENSIONE 2014-08-01 2014-10-31", "SOSPENSIONE! 2014-08-01"
	shown := func(c *pipeline.Communication) { c.EventCode, c.Contract, c.End = "QQ", "A.01.00", 0 }
	started := func(t *testing.T) (*story, pipeline.Communication) {
		t.Helper()
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
		s.night("2014-08-05").want(t, executed, "")
		s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-09-15", shown)
		s.night("2014-09-20").want(t, doubtful, "DATE_NON_VALIDE")
		return s, s.d.Communications[len(s.d.Communications)-1]
	}
	t.Run("and that is all", func(t *testing.T) {
		s, _ := started(t)
		s.quietAfter(t, doubtful, "DATE_NON_VALIDE", "2014-10-31", "2014-11-06", "2015-02-01")
	})
	t.Run("corrected to a conversion", func(t *testing.T) {
		s, e := started(t)
		s.follow(e, pipeline.EventConversion, pipeline.PurposeCorrection, "2014-09-15", func(c *pipeline.Communication) { c.EventCode = "DI" })
		s.night("2014-09-25").want(t, doubtful, "RETTIFICA_TARDIVA")
	})
	t.Run("cancelled", func(t *testing.T) {
		s, e := started(t)
		s.follow(e, pipeline.EventConversion, pipeline.PurposeCancellation, "2014-09-15", shown)
		s.night("2014-09-25").want(t, doubtful, "RETTIFICA_TARDIVA")
		s.night("2014-11-06").want(t, doubtful, "RETTIFICA_TARDIVA")
	})
	t.Run("by a correction, after the resumption", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
		s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-09-15", func(c *pipeline.Communication) { c.EventCode = "PP" })
		s.night("2014-09-20").want(t, executed, "")
		e := s.d.Communications[len(s.d.Communications)-1]
		s.night("2014-11-06").want(t, executed+", RIPRESA 2014-11-01", "")
		s.follow(e, pipeline.EventConversion, pipeline.PurposeCorrection, "2014-09-15", shown)
		s.night("2014-11-10").want(t, executed+", RIPRESA 2014-11-01", "RETTIFICA_TARDIVA")
	})
	t.Run("by a correction, before the resumption", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
		s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-09-15", func(c *pipeline.Communication) { c.EventCode = "PP" })
		s.night("2014-09-20").want(t, executed, "")
		s.follow(s.d.Communications[len(s.d.Communications)-1], pipeline.EventConversion, pipeline.PurposeCorrection, "2014-09-15", shown)
		s.night("2014-09-25").want(t, executed, "RETTIFICA_TARDIVA")
		s.night("2014-11-06").want(t, executed, "RETTIFICA_TARDIVA")
	})
}

// TestTransformedHoursDecideNothing has jobs whose hours are transformed within the month in which an income may be declared:
// what they were hired for counts (R08), the transformation has no effect (R12).
func TestTransformedHoursDecideNothing(t *testing.T) {
	transformed := func(s *story, j pipeline.Communication, code, hours string) {
		s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-08-20", func(c *pipeline.Communication) { c.EventCode, c.Hours = code, hours })
	}
	t.Run("to part time, after the decadence", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.night("2014-08-05").want(t, "DECADENZA 2014-08-01", "")
		transformed(s, j, "TP", "P")
		s.night("2014-08-16").want(t, "DECADENZA 2014-08-01", "")
		s.quietAfter(t, "DECADENZA 2014-08-01", "", "2014-08-17", "2014-09-02")
	})
	t.Run("to part time, the same night", func(t *testing.T) {
		s := newStory(aspi())
		transformed(s, s.hire(employerX, "A.01.00", "2014-08-01", ""), "TP", "P")
		s.night("2014-08-21").want(t, "DECADENZA 2014-08-01", "")
	})
	t.Run("to full time", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.01.00", "2014-08-01", "", partTime)
		s.night("2014-08-05").want(t, "SOSPENSIONE! 2014-08-01, DECADENZA? 2014-08-01", "CUMULO_POSSIBILE")
		transformed(s, j, "PP", "F")
		s.night("2014-08-21").want(t, "SOSPENSIONE! 2014-08-01, DECADENZA? 2014-08-01", "CUMULO_POSSIBILE")
		s.night("2014-09-02").want(t, "DECADENZA 2014-08-01", "")
	})
	t.Run("by a correction of the hire", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", partTime)
		s.night("2014-08-05").want(t, "SOSPENSIONE! 2014-08-01, DECADENZA? 2014-08-01", "CUMULO_POSSIBILE")
	})
	for code, want := range map[string]string{
		"TP": "DECADENZA 2014-08-01",                           // full time before
		"PP": "SOSPENSIONE! 2014-08-01, DECADENZA? 2014-08-01", // part time before
	} {
		t.Run("of a job whose hire is not known, by "+code, func(t *testing.T) {
			s := newStory(aspi())
			transformed(s, s.hire(employerX, "A.01.00", "2014-08-01", ""), code, map[string]string{"TP": "P", "PP": "F"}[code])
			s.d.Communications = s.d.Communications[1:]
			exceptions := "COMUNICAZIONE_ORFANA"
			if code == "PP" {
				exceptions += ", CUMULO_POSSIBILE"
			}
			s.night("2014-08-21").want(t, want, exceptions)
		})
	}
}
