package ledger_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// rival adds a document under the code of another, sent some seconds after it, that says something else.
func (s *story) rival(c pipeline.Communication, seconds int, change ...func(*pipeline.Communication)) pipeline.Communication {
	s.ids++
	c.ID, c.Acquired = sha256.Sum256([]byte(fmt.Sprint("c", s.ids))), 0
	c.SentAt += pipeline.Instant(seconds) * 1_000_000
	for _, f := range change {
		f(&c)
	}
	s.d.Communications = append(s.d.Communications, c)
	return c
}

func until(end string) func(*pipeline.Communication) {
	return func(c *pipeline.Communication) { c.End = date(end) }
}

func from(start string) func(*pipeline.Communication) {
	return func(c *pipeline.Communication) { c.Start = day(start) }
}

func permanent(c *pipeline.Communication) { c.Contract, c.End = "A.01.00", 0 }

// TestRivalOfWhatWasExecuted has a second document come under the code of the one on which an action was executed: the
// action stays as it was issued, and an exception that blocks names both.
func TestRivalOfWhatWasExecuted(t *testing.T) {
	const suspended, forfeited, late = "SOSPENSIONE 2014-08-01 2014-10-31", "DECADENZA 2014-08-01", "RETTIFICA_TARDIVA"
	begun := func(t *testing.T, contract, end string) (*story, pipeline.Communication) {
		s := newStory(aspi())
		c := s.hire(employerX, contract, "2014-08-01", end)
		s.night("2014-08-05")
		return s, c
	}
	suspensions := []struct {
		name   string
		change []func(*pipeline.Communication)
	}{
		{"shorter", []func(*pipeline.Communication){until("2014-08-10")}},
		{"longer", []func(*pipeline.Communication){until("2014-11-30")}},
		{"over the limit", []func(*pipeline.Communication){until("2015-06-30")}},
		{"permanent", []func(*pipeline.Communication){permanent}},
		{"an internship", []func(*pipeline.Communication){to("C.01.00")}},
		{"project work", []func(*pipeline.Communication){to("B.01.00")}},
		{"a termination", []func(*pipeline.Communication){func(c *pipeline.Communication) {
			c.Event, c.EventDate = pipeline.EventTermination, day("2014-08-10")
		}}},
		{"of another first day", []func(*pipeline.Communication){from("2014-08-20"), until("2015-06-30")}},
		{"of another employer", []func(*pipeline.Communication){from("2014-08-20"), permanent, func(c *pipeline.Communication) { c.Employer = employerY }}},
		{"of another employer, within the limit", []func(*pipeline.Communication){from("2014-08-20"), until("2014-11-30"), func(c *pipeline.Communication) { c.Employer = employerY }}},
		{"after the benefit", []func(*pipeline.Communication){from("2015-12-01"), until("2015-12-31")}},
		{"before the benefit", []func(*pipeline.Communication){from("2014-03-01"), until("2014-03-31")}},
		{"an urgent notice", []func(*pipeline.Communication){func(c *pipeline.Communication) { c.Event, c.Employer = pipeline.EventUrgent, employerY }}},
		{"a correction under the code of what it corrects", []func(*pipeline.Communication){until("2014-08-10"), func(c *pipeline.Communication) {
			c.Purpose, c.PreviousCode = pipeline.PurposeCorrection, c.Code
		}}},
	}
	for _, x := range suspensions {
		t.Run("a suspension, then "+x.name, func(t *testing.T) {
			s, c := begun(t, "A.02.00", "2014-10-31")
			s.rival(c, 1, x.change...)
			s.night("2014-08-20").want(t, suspended, late)
			if n := len(s.last.Actions); n > 0 {
				t.Errorf("%d actions were published", n)
			}
			s.quietAfter(t, suspended, late, "2014-08-21", "2014-09-02", "2014-11-20")
		})
	}
	t.Run("a decadence, then within the limit", func(t *testing.T) {
		s, c := begun(t, "A.01.00", "")
		s.rival(c, 1, to("A.02.00"), until("2014-08-31"))
		s.night("2014-08-20").want(t, forfeited, late)
		s.quietAfter(t, forfeited, late, "2014-08-21", "2014-11-20")
	})
	t.Run("in protection, then for the days worked", func(t *testing.T) {
		s := newStory(aspi())
		c := s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.follow(c, pipeline.EventTermination, pipeline.PurposeNormal, "2014-08-10")
		s.night("2014-08-05").want(t, "SOSPENSIONE! 2014-08-01 2014-08-10, DECADENZA? 2014-08-01", "FINE_ANTICIPATA_DOPO_DECADENZA")
		s.rival(c, 1, to("A.02.00"), until("2014-08-10"))
		s.night("2014-08-20").want(t, "SOSPENSIONE! 2014-08-01 2014-08-10", "FINE_ANTICIPATA_DOPO_DECADENZA, "+late)
		s.quietAfter(t, "SOSPENSIONE! 2014-08-01 2014-08-10", "FINE_ANTICIPATA_DOPO_DECADENZA, "+late, "2014-08-21", "2014-11-20")
	})
	t.Run("one that is sent again, and counts now", func(t *testing.T) {
		s := newStory(aspi())
		c := s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.follow(c, pipeline.EventTermination, pipeline.PurposeNormal, "2014-08-10")
		s.rival(c, 1, to("A.02.00"), until("2014-08-10"))
		s.night("2014-08-05").want(t, "SOSPENSIONE 2014-08-01 2014-08-10", "DATE_IN_CONTRASTO")
		s.rival(c, 2)
		s.night("2014-08-07").want(t, "SOSPENSIONE 2014-08-01 2014-08-10", late)
		s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-08-10", late, "2014-08-08", "2014-08-20")
	})
	t.Run("both are named", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, permanent)
		s.night("2014-08-20")
		e := s.last.Exceptions[0]
		if e.Class != pipeline.ClassBlock || e.Sources != c.Code || strings.Count(e.Text, "acquisito il") != 2 || !strings.Contains(e.Text, "05/08/2014") {
			t.Errorf("%s %s: %s", e.Class, e.Sources, e.Text)
		}
		behind := 0
		for _, x := range s.last.Evidence {
			if x.Owner == e.ID {
				behind++
			}
		}
		if behind != 2 {
			t.Errorf("%d documents are behind the exception", behind)
		}
	})
	t.Run("the one sent first comes last", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, -1, until("2014-08-10"))
		s.night("2014-08-20").want(t, suspended, "DATE_IN_CONTRASTO")
		s.quietAfter(t, suspended, "DATE_IN_CONTRASTO", "2014-08-21")
	})
	t.Run("the one sent first comes last, and is permanent", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, -1, permanent)
		s.night("2014-08-20").want(t, suspended, late)
		s.quietAfter(t, suspended, late, "2014-08-21", "2014-11-20")
	})
	t.Run("the same twice", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, func(c *pipeline.Communication) { c.Sender = "X" })
		s.night("2014-08-20").want(t, suspended, "")
		s.after("2014-11-06").want(t, suspended+", RIPRESA 2014-11-01", "")
	})
	t.Run("three", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, until("2014-08-10"))
		s.night("2014-08-20").want(t, suspended, late)
		s.rival(c, 2, permanent)
		s.after("2014-08-25").want(t, suspended, late)
		s.quietAfter(t, suspended, late, "2014-08-26")
	})
	t.Run("annulled afterwards", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, until("2014-08-10"))
		s.night("2014-08-20").want(t, suspended, late)
		s.follow(c, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.after("2014-08-25").want(t, suspended+", RIPRESA? 2014-08-01", late+", ANNULLAMENTO_TARDIVO")
	})
	t.Run("annulled under its own code", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, func(c *pipeline.Communication) { c.Purpose, c.PreviousCode = pipeline.PurposeCancellation, c.Code })
		s.night("2014-08-20").want(t, suspended+", RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
		s.quietAfter(t, suspended+", RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO", "2014-08-21")
	})
	t.Run("of another benefit", func(t *testing.T) {
		s := newStory(older(pipeline.StateInPayment), aspi())
		c := s.hire(employerX, "A.01.00", "2014-08-30", "")
		s.night("2014-07-10").want(t, "SOSPENSIONE! 2014-08-30, DECADENZA? 2014-08-30", "DOMANDA_NON_ULTIMA")
		s.rival(c, 1, from("2014-07-01"))
		const both, open = "DECADENZA 2014-07-01, SOSPENSIONE! 2014-08-30, DECADENZA? 2014-08-30", "DATE_IN_CONTRASTO, DATE_IN_CONTRASTO, DOMANDA_NON_ULTIMA"
		s.night("2014-08-19").want(t, both, open)
		s.quietAfter(t, both, open, "2014-08-31", "2014-09-08")
	})
	t.Run("confirmed, of another employer", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, from("2014-08-20"), permanent, func(c *pipeline.Communication) { c.Employer = employerY })
		s.night("2014-08-20").want(t, suspended, late)
		s.ruling(t, pipeline.RulingConfirm, late, "2014-08-22").after("2014-08-23")
		s.want(t, "SOSPENSIONE 2014-08-01 2014-08-19, DECADENZA 2014-08-20", "")
	})
	t.Run("confirmed", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, permanent)
		s.night("2014-08-20")
		s.ruling(t, pipeline.RulingConfirm, late, "2014-08-22").after("2014-08-23").want(t, forfeited, "")
		s.quietAfter(t, forfeited, "", "2014-08-24")
	})
	t.Run("refused", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, permanent)
		s.night("2014-08-20")
		s.ruling(t, pipeline.RulingRefuse, late, "2014-08-22").after("2014-08-23").want(t, suspended, "")
		s.quietAfter(t, suspended, "", "2014-08-24").after("2014-11-06").want(t, suspended+", RIPRESA 2014-11-01", "")
	})
	t.Run("given its days", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-10-31")
		s.rival(c, 1, permanent)
		s.night("2014-08-20")
		s.ruling(t, pipeline.RulingDates, late, "2014-08-22", func(u *pipeline.Ruling) { u.From, u.To = day("2014-08-01"), day("2014-08-12") })
		s.after("2014-08-23").want(t, "SOSPENSIONE 2014-08-01 2014-08-12, RIPRESA 2014-08-13", "")
	})
	t.Run("a third that no operator saw", func(t *testing.T) {
		for _, kind := range []string{pipeline.RulingConfirm, pipeline.RulingRefuse} {
			s, c := begun(t, "A.02.00", "2014-10-31")
			s.rival(c, 1, until("2014-09-30"))
			s.night("2014-08-20")
			s.ruling(t, kind, late, "2014-08-22").after("2014-08-23")
			stays := suspended
			if kind == pipeline.RulingConfirm {
				stays = "SOSPENSIONE 2014-08-01 2014-09-30"
			}
			s.want(t, stays, "")
			s.rival(c, 2, until("2014-08-12"))
			s.after("2014-08-25").want(t, stays, late)
			s.quietAfter(t, stays, late, "2014-08-26", "2014-11-10")
		}
	})
	t.Run("of an extension", func(t *testing.T) {
		s, c := begun(t, "A.02.00", "2014-08-31")
		s.follow(c, pipeline.EventExtension, pipeline.PurposeNormal, "2014-10-31")
		s.night("2014-08-20").want(t, suspended, "")
		s.rival(s.d.Communications[1], 1, func(c *pipeline.Communication) { c.EventDate = day("2014-09-30") })
		s.night("2014-08-25").want(t, suspended, late)
		s.quietAfter(t, suspended, late, "2014-08-26", "2014-11-20")
	})
}

// TestRivalOfWhatIsPending has both come before anything was executed: all is decided anew, and the office is told.
func TestRivalOfWhatIsPending(t *testing.T) {
	const conflict = "DATE_IN_CONTRASTO"
	cases := []struct {
		name          string
		change        []func(*pipeline.Communication)
		seconds       int
		actions, open string
		class         string
	}{
		{"shorter", []func(*pipeline.Communication){until("2014-09-30")}, 1, "SOSPENSIONE 2014-09-01 2014-09-30", conflict, pipeline.ClassInfo},
		{"shorter, sent first", []func(*pipeline.Communication){until("2014-09-30")}, -1, "SOSPENSIONE 2014-09-01 2014-10-31", conflict, pipeline.ClassInfo},
		{"permanent", []func(*pipeline.Communication){permanent}, 1, "SOSPENSIONE! 2014-09-01", conflict, pipeline.ClassBlock},
		{"permanent, sent first", []func(*pipeline.Communication){permanent}, -1, "SOSPENSIONE! 2014-09-01", conflict, pipeline.ClassBlock},
		{"over the limit", []func(*pipeline.Communication){until("2015-03-31")}, 1, "SOSPENSIONE! 2014-09-01 2015-03-31", conflict, pipeline.ClassBlock},
		{"an internship", []func(*pipeline.Communication){to("C.01.00")}, 1, "", conflict, pipeline.ClassBlock},
		{"an internship, sent first", []func(*pipeline.Communication){to("C.01.00")}, -1, "", conflict, pipeline.ClassBlock},
		{"the same twice", nil, 1, "SOSPENSIONE 2014-09-01 2014-10-31", "", ""},
	}
	for _, c := range cases {
		for _, both := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, on one night %t", c.name, both), func(t *testing.T) {
				s := newStory(aspi())
				h := s.hire(employerX, "A.02.00", "2014-09-01", "2014-10-31")
				if !both {
					s.night("2014-08-05").want(t, "SOSPENSIONE 2014-09-01 2014-10-31", "")
				}
				s.rival(h, c.seconds, c.change...)
				s.night("2014-08-20").want(t, c.actions, c.open)
				if c.class != "" && s.last.Exceptions[0].Class != c.class {
					t.Errorf("the exception is %s: %s", s.last.Exceptions[0].Class, s.last.Exceptions[0].Text)
				}
				s.quietAfter(t, c.actions, c.open, "2014-08-21", "2014-09-02")
			})
		}
	}
	t.Run("another first day", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-09-01", "2014-10-31")
		s.rival(h, 1, from("2014-09-10"), until("2015-06-30"))
		s.night("2014-08-20").want(t, "SOSPENSIONE! 2014-09-01 2015-06-30, DECADENZA? 2014-09-10", conflict+", CONSECUTIVI_STESSO_DATORE")
	})
	t.Run("another first day, after its end", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.01.00", "2014-09-01", "")
		s.rival(h, 1, to("A.02.00"), from("2014-09-10"), until("2014-09-09"))
		s.night("2014-08-20").want(t, "", conflict+", DATE_NON_VALIDE")
		s.quietAfter(t, "", conflict+", DATE_NON_VALIDE", "2014-08-21", "2014-09-20")
	})
	t.Run("another employer", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-09-01", "2014-10-31")
		s.rival(h, 1, from("2014-12-01"), until("2014-12-31"), func(c *pipeline.Communication) { c.Employer = employerY })
		const both, told = "SOSPENSIONE 2014-09-01 2014-10-31, SOSPENSIONE 2014-12-01 2014-12-31", conflict
		s.night("2014-08-20").want(t, both, told)
		s.quietAfter(t, both, told, "2014-08-21")
	})
	t.Run("annulled", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-09-01", "2014-10-31")
		s.rival(h, 1, permanent)
		s.night("2014-08-20").want(t, "SOSPENSIONE! 2014-09-01", conflict)
		s.follow(h, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-08-22").want(t, "", "")
	})
	t.Run("corrected", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-09-01", "2014-10-31")
		s.rival(h, 1, permanent)
		s.night("2014-08-20").want(t, "SOSPENSIONE! 2014-09-01", conflict)
		s.follow(h, pipeline.EventHire, pipeline.PurposeCorrection, "", until("2014-09-30"))
		s.night("2014-08-22").want(t, "SOSPENSIONE 2014-09-01 2014-09-30", "")
	})
	t.Run("given its days", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-09-01", "2014-10-31")
		s.rival(h, 1, permanent)
		s.night("2014-08-20")
		s.ruling(t, pipeline.RulingDates, conflict, "2014-08-22", func(u *pipeline.Ruling) { u.From, u.To = day("2014-09-01"), day("2014-10-31") })
		s.after("2014-08-23").want(t, "SOSPENSIONE 2014-09-01 2014-10-31", "")
		s.after("2014-11-06").want(t, "SOSPENSIONE 2014-09-01 2014-10-31, RIPRESA 2014-11-01", "")
	})
	t.Run("before the benefit", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-01-01", "2014-03-31")
		s.rival(h, 1, until("2014-04-30"))
		s.night("2014-08-20").want(t, "", "")
	})
}

// TestDomesticRecordThatComesAgain has the record of domestic work come again under its code with other days: it is treated like
// a UNILAV (R31), but for what it said while it waited to be defined.
func TestDomesticRecordThatComesAgain(t *testing.T) {
	const suspended, late, conflict = "SOSPENSIONE 2014-08-01 2014-10-31", "RETTIFICA_TARDIVA", "DATE_IN_CONTRASTO"
	domestic := func(c *pipeline.Communication) { c.Model, c.Code = pipeline.ModelDomestico, "DOM-0001" }
	pending := func(c *pipeline.Communication) { c.Pending = true }
	defined := func(c *pipeline.Communication) { c.Pending = false }
	for name, change := range map[string][]func(*pipeline.Communication){
		"shorter":              {until("2014-08-10")},
		"permanent":            {permanent},
		"of another first day": {from("2014-08-11")},
	} {
		t.Run("executed, then "+name, func(t *testing.T) {
			s := newStory(aspi())
			h := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31", domestic)
			s.night("2014-08-05").want(t, suspended, "")
			s.rival(h, 3600, change...)
			s.night("2014-08-20").want(t, suspended, late)
			s.quietAfter(t, suspended, late, "2014-08-21", "2014-11-20")
		})
	}
	t.Run("executed, then the same", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31", domestic)
		s.night("2014-08-05")
		s.rival(h, 3600)
		s.night("2014-08-20").want(t, suspended, "")
		s.after("2014-11-06").want(t, suspended+", RIPRESA 2014-11-01", "")
	})
	t.Run("of another first day, before the loss of work", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.01.00", "2014-06-01", "", domestic)
		s.rival(h, 3600, from("2014-08-01"))
		s.night("2014-08-05").want(t, "", conflict+", RAPPORTO_PREESISTENTE")
	})
	t.Run("waiting to be defined, then defined with other days", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31", domestic, pending)
		s.night("2014-08-05").want(t, "", "DOMESTICO_IN_DEFINIZIONE")
		s.rival(h, 3600, defined, until("2014-10-31"))
		s.night("2014-08-20").want(t, suspended, "")
	})
	t.Run("a UNILAV of that code", func(t *testing.T) {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
		s.hire(employerX, "A.02.00", "2014-12-01", "2014-12-31", func(c *pipeline.Communication) { c.Model, c.Code = pipeline.ModelDomestico, h.Code })
		s.night("2014-08-05").want(t, suspended+", SOSPENSIONE 2014-12-01 2014-12-31", "")
	})
}

// TestRivalsNeverChangeWhatWasExecuted has one rival come under the code of any document: what was executed on that code is
// in force as it was issued, and what would have changed is told.
func TestRivalsNeverChangeWhatWasExecuted(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		on := day("2014-08-01") + pipeline.Date(rapid.IntRange(0, 200).Draw(t, "night"))
		d := drawDossier(t, on)
		d.Submissions = nil // what they tell may go from one job to another
		first := night(d, 0, on)
		if len(d.Communications) == 0 {
			return
		}
		of := d.Communications[rapid.IntRange(0, len(d.Communications)-1).Draw(t, "of")]
		if of.Event == pipeline.EventExtension || of.Purpose != pipeline.PurposeNormal {
			return
		}
		if slices.ContainsFunc(first.InForce, func(a pipeline.Action) bool { return a.Type == pipeline.ActionDecade && a.From > on+1 }) {
			return // as that is decided anew, what it cuts short may run on
		}
		d.Issued, d.Open = first.InForce, first.Exceptions
		x := drawRival(t, of, 5000)
		x.Acquired = on + 1
		d.Communications = append(d.Communications, x)
		second := night(d, on, on+1)
		for _, a := range first.InForce {
			stops := a.Type == pipeline.ActionSuspend || a.Type == pipeline.ActionDecade
			if !stops || a.Mode != pipeline.ModeAuto || a.From > on+1 || !rules.Cites(a.Sources, of.Code) {
				continue
			}
			seen++
			if !slices.ContainsFunc(second.InForce, func(b pipeline.Action) bool {
				return b.ID == a.ID && b.From == a.From && b.To == a.To && b.Mode == a.Mode && b.Cautious == a.Cautious
			}) {
				t.Fatalf("%s %s %s of %s is gone: %v", a.Type, a.From, a.To, a.Sources, rows(second.InForce))
			}
		}
	})
	t.Logf("%d executed actions", seen)
}
