package ledger_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

// story is one person over some nights.
type story struct {
	d    pipeline.Dossier
	prev pipeline.Date
	last ledger.Result
	ids  int
}

func newStory(claims ...pipeline.Claim) *story {
	return &story{d: pipeline.Dossier{Person: person, Claims: claims}}
}

// night decides with what arrived since the last one.
func (s *story) night(on string) *story {
	for i := range s.d.Communications {
		acquire(&s.d.Communications[i].Acquired, day(on))
	}
	for i := range s.d.Submissions {
		acquire(&s.d.Submissions[i].Acquired, day(on))
	}
	for i := range s.d.Notices {
		acquire(&s.d.Notices[i].Acquired, day(on))
	}
	s.last = night(&s.d, s.prev, day(on))
	s.prev, s.d.Issued, s.d.Open = day(on), s.last.InForce, s.last.Exceptions
	return s
}

func acquire(at *pipeline.Date, on pipeline.Date) {
	if *at == 0 {
		*at = on
	}
}

func date(text string) pipeline.Date {
	if text == "" {
		return 0
	}
	return day(text)
}

// hire adds a job and gives its document, for what follows to speak of.
func (s *story) hire(employer, contract, from, to string, change ...func(*pipeline.Communication)) pipeline.Communication {
	s.ids++
	c := hire(s.ids, employer, contract, day(from), date(to))
	for _, f := range change {
		f(&c)
	}
	s.d.Communications = append(s.d.Communications, c)
	return c
}

// follow adds a document about a job.
func (s *story) follow(h pipeline.Communication, kind pipeline.EventKind, purpose pipeline.Purpose, on string, change ...func(*pipeline.Communication)) {
	s.ids++
	c := h
	c.ID, c.Code = sha256.Sum256([]byte(fmt.Sprint("c", s.ids))), fmt.Sprintf("13001%011d", s.ids)
	c.Acquired, c.Event, c.Purpose, c.EventDate = 0, kind, purpose, date(on)
	c.SentAt += pipeline.Instant(s.ids) * 3_600_000_000
	if purpose != pipeline.PurposeNormal {
		c.PreviousCode = h.Code
	}
	for _, f := range change {
		f(&c)
	}
	s.d.Communications = append(s.d.Communications, c)
}

func (s *story) declare(claim, on string, ev pipeline.Event) {
	s.ids++
	if ev.EmployerCountry == "" {
		ev.EmployerCountry = pipeline.CountryItaly
	}
	s.d.Submissions = append(s.d.Submissions, pipeline.Submission{
		ID: sha256.Sum256([]byte(fmt.Sprint("s", s.ids))), Protocol: fmt.Sprintf("INPS.7000.01/07/2014.%07d", s.ids), SubmittedOn: day(on),
		Form: "SR137", Channel: pipeline.ChannelWeb, PIN: pipeline.PINDispositive, TaxCode: person, ClaimNumber: claim, Kind: pipeline.KindEvent, Events: []pipeline.Event{ev},
	})
}

func (s *story) income(start, on string, euro pipeline.Cents) {
	s.ids++
	s.d.Notices = append(s.d.Notices, pipeline.Notice{
		ID: sha256.Sum256([]byte(fmt.Sprint("n", s.ids))), Protocol: fmt.Sprint("N", s.ids), Kind: pipeline.NoticeSubordinateIncome,
		TaxCode: person, On: day(on), Start: day(start), Income: pipeline.Some(euro * 100),
	})
}

// want compares actions in force and open exceptions. An action is written "SOSPENSIONE 2014-08-01 2014-08-31", "?" after
// the type for a proposal, "!" for a protective one; an exception by its code.
func (s *story) want(t *testing.T, actions, exceptions string) *story {
	t.Helper()
	var got, open []string
	for _, a := range s.last.InForce {
		mark := ""
		if a.Mode == pipeline.ModeProposed {
			mark = "?"
		}
		if a.Cautious {
			mark += "!"
		}
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s%s %s %s", a.Type, mark, a.From, a.To)))
	}
	for _, e := range s.last.Exceptions {
		if e.State != pipeline.ExceptionClosed {
			open = append(open, e.Code)
		}
	}
	same := func(what, want string, got []string) {
		w := strings.FieldsFunc(want, func(r rune) bool { return r == ',' || r == '\n' })
		for i := range w {
			w[i] = strings.TrimSpace(w[i])
		}
		w = slices.DeleteFunc(w, func(s string) bool { return s == "" })
		slices.Sort(w)
		slices.Sort(got)
		if d := diff.Diff(w, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("night of %s, %s:\n%s", s.prev, what, d)
		}
	}
	same("actions", actions, got)
	same("exceptions", exceptions, open)
	return s
}

const (
	employerX = "03472640170"
	employerY = "02877740213"
)

func partTime(c *pipeline.Communication) { c.Hours = "P" }

func aspi() pipeline.Claim { return claim(pipeline.BenefitASpI) }

// older is an earlier claim of the same person.
func older(state string) pipeline.Claim {
	c := claim(pipeline.BenefitASpI)
	c.Number, c.Start, c.TerminatedOn, c.FiledOn, c.State = "D0", day("2014-03-08"), day("2014-02-28"), day("2014-03-01"), state
	return c
}

func sick(from, to string) pipeline.Event {
	return pipeline.Event{Kind: pipeline.EventSickness, Start: day(from), End: date(to)}
}

func work(from, to, employer string) pipeline.Event {
	return pipeline.Event{Kind: pipeline.EventSubordinate, Start: day(from), End: date(to), Employer: employer}
}

func TestBlockedStaysBlocked(t *testing.T) {
	t.Run("a closed claim", func(t *testing.T) {
		s := newStory(older(pipeline.StateExhausted), aspi())
		s.declare("D0", "2014-08-02", sick("2014-08-01", "2014-08-05"))
		s.night("2014-08-10").want(t, "", "DOMANDA_NON_ULTIMA")
		s.night("2014-08-11").want(t, "", "DOMANDA_NON_ULTIMA")
		s.night("2014-09-11").want(t, "", "DOMANDA_NON_ULTIMA")
	})
	t.Run("a job in two open claims", func(t *testing.T) {
		s := newStory(older(pipeline.StateInPayment), aspi())
		s.hire(employerX, "A.01.00", "2014-08-01", "")
		for _, on := range []string{"2014-08-10", "2014-08-11", "2014-10-11"} {
			s.night(on).want(t, "SOSPENSIONE! 2014-08-01, DECADENZA? 2014-08-01", "DOMANDA_NON_ULTIMA")
		}
	})
	t.Run("a job in two open claims, one of which is forfeited later", func(t *testing.T) {
		s := newStory(older(pipeline.StateInPayment), aspi())
		s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.night("2014-08-10").want(t, "SOSPENSIONE! 2014-08-01, DECADENZA? 2014-08-01", "DOMANDA_NON_ULTIMA")
		s.hire(employerY, "A.01.00", "2014-04-01", "")
		const both = "SOSPENSIONE! 2014-08-01, DECADENZA? 2014-08-01, DECADENZA 2014-04-01"
		s.night("2014-08-11").want(t, both, "DOMANDA_NON_ULTIMA, RAPPORTO_PREESISTENTE")
		s.quietAfter(t, both, "DOMANDA_NON_ULTIMA, RAPPORTO_PREESISTENTE", "2014-08-12", "2014-10-11")
	})
	t.Run("an event that the benefit comes to reach later", func(t *testing.T) {
		short := older(pipeline.StateInPayment)
		short.DaysGranted = 60
		s := newStory(short, aspi())
		s.declare("D0", "2014-06-18", work("2014-06-18", "2014-07-08", ""))
		s.night("2014-07-10").want(t, "", "DOMANDA_NON_ULTIMA")
		s.declare("D0", "2014-07-11", sick("2014-03-10", "2014-04-30"))
		const reached = "SOSPENSIONE 2014-03-10 2014-04-30, RIPRESA 2014-05-01"
		s.night("2014-07-12").want(t, reached, "DOMANDA_NON_ULTIMA")
		s.quietAfter(t, reached, "DOMANDA_NON_ULTIMA", "2014-07-13", "2014-08-13")
	})
	t.Run("a claim that closes later says nothing of old events", func(t *testing.T) {
		s := newStory(aspi())
		s.declare("D1", "2015-05-02", sick("2015-05-01", "2015-05-05")) // after the end
		s.night("2015-05-10").want(t, "", "")
		s.d.Claims[0].State = pipeline.StateExhausted
		s.night("2015-05-11").want(t, "", "")
	})
}

func TestClaimUnderReviewHidesNothing(t *testing.T) {
	review := aspi()
	review.Number, review.State, review.Start, review.TerminatedOn = "D2", pipeline.StateUnderReview, day("2014-09-08"), day("2014-08-31")
	s := newStory(aspi(), review)
	s.hire(employerX, "A.01.00", "2014-10-01", "")
	s.night("2014-10-10").want(t, "DECADENZA 2014-10-01", "")
}

func TestAbsentClaimIsNotDecidedElsewhere(t *testing.T) {
	old := older(pipeline.StateInPayment)
	s := newStory(old, aspi())
	s.hire(employerX, "A.02.00", "2014-04-01", "2014-09-20")
	s.night("2014-07-20")
	before := s.last.InForce
	s.d.Claims = []pipeline.Claim{aspi()}
	s.night("2014-07-21")
	if len(s.last.Actions) != 0 || !slices.Equal(s.last.InForce, before) {
		t.Errorf("decided on another claim: %v", s.last.Actions)
	}
}

func TestIncomeDeclaredInASecondSubmission(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.01.00", "2014-08-01", "", partTime)
	s.declare("D1", "2014-08-02", work("2014-08-01", "", employerX))
	second := work("2014-08-01", "", employerX)
	second.Income = pipeline.Some[pipeline.Cents](2_000_00)
	s.declare("D1", "2014-08-20", second)
	s.night("2014-08-25").want(t, "RIDUZIONE? 2014-08-01 2014-12-31", "CUMULO_POSSIBILE")
	s.night("2014-10-25").want(t, "RIDUZIONE? 2014-08-01 2014-12-31", "CUMULO_POSSIBILE")
}

func TestDeclaredJobsOfTwoCountriesAreTwo(t *testing.T) {
	s := newStory(aspi())
	abroad := work("2014-08-01", "2014-10-31", "")
	abroad.EmployerCountry = "FR"
	s.declare("D1", "2014-08-05", abroad)
	s.declare("D1", "2014-11-05", work("2014-11-01", "2015-03-31", employerX))
	s.night("2014-11-10").want(t, "SOSPENSIONE! 2014-08-01 2015-03-31", "CUMULO_OLTRE_LIMITE, UNILAV_MANCANTE")
}

func TestDeclaredEndMovedOverTheLimit(t *testing.T) {
	s := newStory(aspi())
	s.declare("D1", "2014-08-05", work("2014-08-01", "2014-10-31", employerX))
	s.declare("D1", "2014-11-05", work("2014-08-01", "2015-02-15", employerX))
	s.night("2014-11-10").want(t, "SOSPENSIONE 2014-08-01 2014-10-31, DECADENZA 2014-11-01", "UNILAV_MANCANTE")
}

func TestCancellationAndOtherResumptions(t *testing.T) {
	t.Run("a later job keeps its resumption", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.hire(employerY, "A.02.00", "2014-10-01", "2014-10-31")
		s.night("2014-11-10")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-11-20").want(t, `SOSPENSIONE 2014-08-01 2014-08-31, RIPRESA 2014-09-01, RIPRESA? 2014-08-01,
			SOSPENSIONE 2014-10-01 2014-10-31, RIPRESA 2014-11-01`, "ANNULLAMENTO_TARDIVO")
	})
	t.Run("no resumption outlives a decadence", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-09-10")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.hire(employerY, "A.01.00", "2014-08-20", "")
		s.night("2014-09-20").want(t, "SOSPENSIONE 2014-08-01 2014-08-19, DECADENZA 2014-08-20, RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
	})
	t.Run("the resumption is proposed from the job's own first day", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		j := s.hire(employerY, "A.02.00", "2014-09-01", "2014-09-30")
		s.night("2014-09-02")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-09-05").want(t, "SOSPENSIONE 2014-08-01 2014-09-30, RIPRESA? 2014-09-01", "ANNULLAMENTO_TARDIVO")
	})
	t.Run("an advance is not asked back for a job that never was", func(t *testing.T) {
		c := aspi()
		c.Advance = true
		s := newStory(c)
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-10").want(t, "", "ANTICIPAZIONE")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-08-11").want(t, "", "")
	})
}

func TestUnknownEmployerJoinsTheNearestJob(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.01.00", "2014-08-12", "")
	s.hire(employerY, "A.01.00", "2014-08-15", "", partTime)
	ev := work("2014-08-15", "", "")
	ev.Income = pipeline.Some[pipeline.Cents](2_000_00)
	s.declare("D1", "2014-08-20", ev)
	s.night("2014-10-01").want(t, "DECADENZA 2014-08-12", "") // the second job begins after the benefit is over
}

func TestOneIncomeServesOneJob(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.01.00", "2014-08-01", "", partTime)
	s.hire(employerY, "A.01.00", "2014-08-04", "", partTime)
	s.income("2014-08-01", "2014-08-20", 2000)
	s.night("2014-10-01").want(t, "DECADENZA 2014-08-04, RIDUZIONE? 2014-08-01 2014-08-03", "CUMULO_POSSIBILE")
}

func TestParallelJobOfTheFormerEmployer(t *testing.T) {
	s := newStory(aspi())
	s.hire("10000000009", "A.02.00", "2014-01-01", "2014-06-30")
	s.hire("10000000009", "A.01.00", "2012-01-01", "")
	s.night("2014-08-10").want(t, "", "RAPPORTO_PREESISTENTE")
}

func TestExecutedDecadenceIsNotUndone(t *testing.T) {
	t.Run("by the worker's dates", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.night("2014-08-10").want(t, "DECADENZA 2014-08-01", "")
		s.declare("D1", "2014-09-01", work("2014-08-01", "2014-09-30", employerX))
		s.night("2014-09-02").want(t, "DECADENZA 2014-08-01, RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA")
		s.night("2014-09-03").want(t, "DECADENZA 2014-08-01, RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA")
	})
	t.Run("by an extension that makes no sense", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.night("2014-08-10")
		s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2014-10-31")
		s.night("2014-08-20").want(t, "DECADENZA 2014-08-01", "DATE_NON_VALIDE")
	})
	t.Run("by a hire sent anew with its cancellation", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.01.00", "2014-08-01", "")
		s.night("2014-08-10")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.follow(j, pipeline.EventHire, pipeline.PurposeNormal, "", func(c *pipeline.Communication) { c.Contract, c.End = "A.02.00", day("2014-10-31") })
		s.night("2014-08-20").want(t, "DECADENZA 2014-08-01", "RETTIFICA_TARDIVA")
	})
}

func TestExecutedSuspensionAndLateIncome(t *testing.T) {
	s := newStory(aspi())
	s.declare("D1", "2014-08-02", work("2014-08-01", "2014-09-30", employerX))
	s.night("2014-08-05").want(t, "SOSPENSIONE 2014-08-01 2014-09-30", "UNILAV_MANCANTE")
	s.income("2014-08-01", "2014-08-20", 2000)
	s.night("2014-08-21").want(t, "SOSPENSIONE 2014-08-01 2014-09-30, RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA")
	s.night("2014-10-21").want(t, "SOSPENSIONE 2014-08-01 2014-09-30, RIPRESA? 2014-08-01", "RETTIFICA_TARDIVA")
}

func TestCorrectionHoldsUntilDecided(t *testing.T) {
	t.Run("whatever comes after", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
		s.night("2014-08-10")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.End = day("2014-11-30") })
		s.night("2014-08-20").want(t, "SOSPENSIONE 2014-08-01 2014-10-31", "RETTIFICA_TARDIVA")
		s.follow(j, pipeline.EventTermination, pipeline.PurposeNormal, "2014-09-15")
		s.night("2014-09-20").want(t, "SOSPENSIONE 2014-08-01 2014-10-31", "RETTIFICA_TARDIVA")
		s.night("2014-11-20").want(t, "SOSPENSIONE 2014-08-01 2014-10-31", "RETTIFICA_TARDIVA")
	})
	t.Run("one without effect strikes nothing, then or later", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-10")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.Employer = employerY })
		s.night("2014-08-20").want(t, "SOSPENSIONE 2014-08-01 2014-08-31", "")
		j.Employer = employerY
		s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2014-09-30")
		s.night("2014-08-28").want(t, "SOSPENSIONE 2014-08-01 2014-09-30", "")
	})
}

func TestOverpaidDaysOfSuspensionAndDecadence(t *testing.T) {
	c := aspi()
	c.PaidThrough = day("2014-09-30")
	s := newStory(c)
	j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
	s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-09-01", func(c *pipeline.Communication) { c.EventCode = "DI" })
	s.night("2014-10-05").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, DECADENZA 2014-09-01", "INDEBITO, INDEBITO")
	s.night("2014-10-06").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, DECADENZA 2014-09-01", "INDEBITO, INDEBITO")
}

func TestChangesOfData(t *testing.T) {
	change := func(s *story, on, mode, iban string) {
		s.ids++
		s.d.Submissions = append(s.d.Submissions, pipeline.Submission{
			ID: sha256.Sum256([]byte(fmt.Sprint("v", s.ids))), Protocol: fmt.Sprintf("INPS.7000.01/07/2014.%07d", s.ids), SubmittedOn: day(on),
			Form: "SR137", Channel: pipeline.ChannelWeb, PIN: pipeline.PINDispositive, TaxCode: person, ClaimNumber: "D1",
			Kind: pipeline.KindChange, Changes: &pipeline.DataChanges{Payment: &pipeline.Payment{Mode: mode, IBAN: iban}},
		})
	}
	const iban = "IT60X0542811101000000123456"
	t.Run("what was issued stays, whatever the claim says since", func(t *testing.T) {
		s := newStory(aspi())
		change(s, "2014-08-01", pipeline.PaymentOnAccount, iban)
		s.night("2014-08-02").want(t, "VARIAZIONE_DATI 2014-08-01", "")
		change(s, "2014-08-10", pipeline.PaymentAtCounter, "")
		s.night("2014-08-11").want(t, "VARIAZIONE_DATI 2014-08-01, VARIAZIONE_DATI 2014-08-10", "")
		change(s, "2014-08-20", pipeline.PaymentOnAccount, iban) // back again: no duplicate
		s.night("2014-08-21").want(t, "VARIAZIONE_DATI 2014-08-01, VARIAZIONE_DATI 2014-08-10, VARIAZIONE_DATI 2014-08-20", "")
		change(s, "2014-08-22", pipeline.PaymentOnAccount, iban)
		s.night("2014-08-23").want(t, "VARIAZIONE_DATI 2014-08-01, VARIAZIONE_DATI 2014-08-10, VARIAZIONE_DATI 2014-08-20", "DUPLICATO")
	})
	t.Run("an IBAN alone needs an account", func(t *testing.T) {
		s := newStory(aspi())
		change(s, "2014-08-01", "", iban)
		s.night("2014-08-02").want(t, "", "VARIAZIONE_NON_VALIDA")
		change(s, "2014-08-10", pipeline.PaymentOnAccount, iban)
		s.night("2014-08-11")
		s.d.Claims[0].PaymentMode = pipeline.PaymentOnAccount
		s.night("2014-08-12")
		for _, a := range s.last.InForce {
			if a.From == day("2014-08-01") {
				t.Error("the older IBAN was entered after the newer one")
			}
		}
	})
}

func selfEmployed(what, from string, euro pipeline.Cents, year int32) pipeline.Event {
	return pipeline.Event{
		Kind: pipeline.EventSelfEmployed, Case: what, Category: pipeline.CategorySelf, Start: date(from), Year: year,
		Income: pipeline.Some(euro * 100),
	}
}

// benefit2014 is the claim of the worked examples: 240 days from 2014-02-03, to 2014-09-30.
func benefit2014() pipeline.Claim {
	c := aspi()
	c.TerminatedOn, c.FiledOn, c.Start = day("2014-01-26"), day("2014-01-30"), day("2014-02-03")
	return c
}

// paper makes the last submission one on paper, as before telematic ones were possible.
func (s *story) paper() { s.d.Submissions[len(s.d.Submissions)-1].Channel = pipeline.ChannelPaper }

// money lists the amounts of the reductions in force: total, daily, withheld.
func (s *story) money() string {
	var out []string
	for _, a := range s.last.InForce {
		if a.Type == pipeline.ActionReduce {
			w := "-"
			if a.Withheld.OK {
				w = a.Withheld.V.String()
			}
			out = append(out, fmt.Sprintf("%s %s %d.%04d %s", a.From, a.Total.V, a.Daily.V/10000, a.Daily.V%10000, w))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestIncomeOfSelfEmployment(t *testing.T) {
	declared := func() *story {
		s := newStory(benefit2014())
		s.declare("D1", "2014-03-20", selfEmployed(pipeline.CaseStart, "2014-03-01", 3000, 2014))
		s.paper()
		s.night("2014-03-21").want(t, "CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-09-30", "")
		return s
	}
	t.Run("spread over the days of benefit", func(t *testing.T) {
		if got := declared().money(); got != "2014-03-01 2400.00 11.2150 -" {
			t.Error(got)
		}
	})
	t.Run("a montante", func(t *testing.T) {
		s := declared()
		id := s.last.InForce[1].ID
		s.declare("D1", "2014-07-01", selfEmployed(pipeline.CaseIncomeChange, "2014-03-01", 4000, 2014))
		s.night("2014-07-02").want(t, "CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-06-30, RIDUZIONE 2014-07-01 2014-09-30", "")
		if got := s.money(); got != "2014-03-01 1368.22 11.2149 1368.22, 2014-07-01 1831.78 19.9107 -" {
			t.Error(got)
		}
		if !slices.ContainsFunc(s.last.Actions, func(a pipeline.Action) bool {
			return a.ID == id && a.Operation == pipeline.OperationChanged && a.PrevTo == day("2014-09-30") && a.Cause == pipeline.CauseDeclaration
		}) {
			t.Error("the running reduction is not changed under its own name")
		}
		s.night("2014-07-03").want(t, "CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-06-30, RIDUZIONE 2014-07-01 2014-09-30", "")
		if len(s.last.Actions) != 0 {
			t.Error("a quiet night published", s.last.Actions)
		}
	})
	t.Run("a montante below what was recovered", func(t *testing.T) {
		s := declared()
		s.declare("D1", "2014-07-01", selfEmployed(pipeline.CaseIncomeChange, "2014-03-01", 1000, 2014))
		s.night("2014-07-02").want(t, "CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-06-30, RIDUZIONE 2014-07-01 2014-09-30", "MONTANTE_SOTTO_RECUPERATO")
		if got := s.money(); got != "2014-03-01 1368.22 11.2149 1368.22, 2014-07-01 0.00 0.0000 -" {
			t.Error(got)
		}
	})
	t.Run("a montante over the limit", func(t *testing.T) {
		s := declared()
		s.declare("D1", "2014-07-01", selfEmployed(pipeline.CaseIncomeChange, "2014-03-01", 5000, 2014))
		s.night("2014-07-02").want(t, `CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-06-30,
			SOSPENSIONE! 2014-03-01, DECADENZA? 2014-03-01`, "REDDITO_OLTRE_LIMITE")
	})
	t.Run("settlement over the limit", func(t *testing.T) {
		s := declared()
		s.declare("D1", "2015-02-10", selfEmployed(pipeline.CaseActualIncome, "2014-03-01", 5000, 2014))
		s.night("2015-02-11").want(t, "CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-09-30, DECADENZA? 2014-03-01", "CONGUAGLIO")
		for _, e := range s.last.Exceptions {
			if e.Amount != pipeline.Some[pipeline.Cents](1600_00) {
				t.Errorf("amount %v", e.Amount)
			}
		}
	})
	t.Run("a suspension within moves the end and the daily share", func(t *testing.T) {
		s := declared()
		s.hire(employerX, "A.02.00", "2014-04-01", "2014-04-30")
		s.night("2014-04-10").want(t, "CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-10-30, SOSPENSIONE 2014-04-01 2014-04-30", "")
		if got := s.money(); got != "2014-03-01 2400.00 9.8361 -" {
			t.Error(got)
		}
	})
	t.Run("the last day of the month, and the day after", func(t *testing.T) {
		for on, want := range map[string]string{
			"2014-08-01": "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-01 2014-09-30",
			"2014-08-02": "DECADENZA? 2014-07-01",
		} {
			s := newStory(benefit2014())
			s.declare("D1", on, selfEmployed(pipeline.CaseStart, "2014-07-01", 3000, 2014))
			s.night("2014-08-10")
			exceptions := ""
			if on == "2014-08-02" {
				exceptions = "REDDITO_COMUNICATO_TARDI"
			}
			s.want(t, want, exceptions)
			s.night("2014-08-11").want(t, want, exceptions)
		}
	})
	t.Run("older than the claim", func(t *testing.T) {
		s := newStory(benefit2014())
		s.declare("D1", "2014-07-10", selfEmployed(pipeline.CaseRunning, "2013-05-01", 1000, 2014))
		s.night("2014-07-11").want(t, "RIDUZIONE? 2014-02-03 2014-09-30", "ATTIVITA_PREESISTENTE")
	})
	t.Run("two kinds at once", func(t *testing.T) {
		s := newStory(benefit2014())
		s.declare("D1", "2014-07-10", selfEmployed(pipeline.CaseStart, "2014-07-01", 1000, 2014))
		other := selfEmployed(pipeline.CaseStart, "2014-07-05", 1000, 2014)
		other.Category = pipeline.CategoryQuasi
		s.declare("D1", "2014-07-11", other)
		s.night("2014-07-12").want(t, "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-01 2014-09-30, CARICAMENTO_ATTIVITA 2014-07-05", "REDDITO_ASSENTE")
	})
}

func TestProjectWork(t *testing.T) {
	s := newStory(benefit2014())
	s.hire(employerX, "B.01.00", "2014-07-01", "2014-12-31")
	s.night("2014-08-01").want(t, "", "") // the month of grace
	s.night("2014-08-02").want(t, "", "PARASUBORDINATO_SENZA_REDDITO")
	told := newStory(benefit2014())
	told.hire(employerX, "B.01.00", "2014-07-01", "2014-12-31")
	ev := selfEmployed(pipeline.CaseStart, "2014-07-01", 8000, 2014)
	ev.Category = pipeline.CategoryQuasi
	told.declare("D1", "2014-07-20", ev)
	told.night("2014-08-02").want(t, "CARICAMENTO_ATTIVITA 2014-07-01, RIDUZIONE 2014-07-01 2014-09-30", "")
}

func TestNoticesOfOtherOffices(t *testing.T) {
	notice := func(s *story, kind, on string) {
		s.ids++
		s.d.Notices = append(s.d.Notices, pipeline.Notice{
			ID: sha256.Sum256([]byte(fmt.Sprint("n", s.ids))), Protocol: fmt.Sprint("N", s.ids), Kind: kind, TaxCode: person, On: day(on),
		})
	}
	for _, c := range []struct{ name, kind, on, actions, exceptions string }{
		{"requirements on the last day of a month", pipeline.NoticePension, "2014-08-31", "DECADENZA? 2014-09-01", "REQUISITI_PENSIONE"},
		{"requirements on the first day of a month", pipeline.NoticePension, "2014-09-01", "DECADENZA? 2014-10-01", "REQUISITI_PENSIONE"},
		{"requirements just after the benefit", pipeline.NoticePension, "2015-03-05", "", "INIZIO_VICINO_ALLA_FINE"},
		{"requirements long after the benefit", pipeline.NoticePension, "2015-03-25", "", ""},
		{"an allowance", pipeline.NoticeInvalidity, "2014-08-05", "", "ASSEGNO_INVALIDITA"},
		{"a refusal", pipeline.NoticeRefusal, "2014-08-05", "DECADENZA? 2014-08-05", "PERDITA_STATO"},
		{"a refusal before the benefit", pipeline.NoticeRefusal, "2014-07-07", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(aspi())
			notice(s, c.kind, c.on)
			s.night("2014-10-10").want(t, c.actions, c.exceptions)
			s.night("2014-10-11").want(t, c.actions, c.exceptions)
		})
	}
}

func TestVouchers(t *testing.T) {
	pay := func(s *story, on string, cents pipeline.Cents, client, kind string) {
		s.ids++
		s.d.Vouchers = append(s.d.Vouchers, pipeline.Voucher{
			ID: sha256.Sum256([]byte(fmt.Sprint("b", s.ids))), Worker: person, Client: client, ClientKind: kind, On: day(on), Net: cents,
		})
	}
	for _, c := range []struct {
		name string
		pay  func(*story)
		want string
	}{
		{"to the limit for recipients", func(s *story) {
			pay(s, "2014-02-01", 1000_00, "A", "ALTRO")
			pay(s, "2014-08-01", 2000_00, "B", "ALTRO")
		}, ""},
		{"a cent over", func(s *story) {
			pay(s, "2014-02-01", 1000_01, "A", "ALTRO")
			pay(s, "2014-08-01", 2000_00, "B", "ALTRO")
		}, "VOUCHER_OLTRE_LIMITE"},
		{"to the limit of one client", func(s *story) { pay(s, "2014-08-01", 2020_00, "A", "IMPRENDITORE") }, ""},
		{"over the limit of one client", func(s *story) { pay(s, "2014-08-01", 2020_01, "A", "PROFESSIONISTA") }, "VOUCHER_OLTRE_LIMITE"},
		{"that much from a household", func(s *story) { pay(s, "2014-08-01", 2020_01, "A", "ALTRO") }, ""},
		{"a year without benefit", func(s *story) { pay(s, "2013-08-01", 4000_00, "A", "ALTRO") }, ""},
		{"two years", func(s *story) {
			pay(s, "2014-12-31", 2000_00, "A", "ALTRO")
			pay(s, "2015-01-01", 2000_00, "A", "ALTRO")
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(aspi())
			c.pay(s)
			s.night("2015-02-01").want(t, "", c.want)
			s.night("2015-02-02").want(t, "", c.want)
		})
	}
}

func TestDomesticWork(t *testing.T) {
	domestic := func(pending bool) func(*pipeline.Communication) {
		return func(c *pipeline.Communication) {
			c.Model, c.Contract, c.Pending, c.Code = pipeline.ModelDomestico, "A.02.00", pending, "DOM-0001"
		}
	}
	t.Run("defined", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31", domestic(false))
		s.night("2014-09-10").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, RIPRESA 2014-09-01", "")
	})
	t.Run("waiting to be defined", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31", domestic(true))
		s.d.Questions = []pipeline.DomesticQuestion{{
			ID: sha256.Sum256([]byte("q")), Protocol: "Q1", On: day("2014-08-20"), Category: pipeline.QuestionRelationship,
			Employer: employerX, Worker: person, RelationshipCode: "DOM-0001",
		}}
		s.night("2014-09-10").want(t, "", "DOMESTICO_IN_DEFINIZIONE")
		if e := s.last.Exceptions[0]; !strings.Contains(e.Text, "Q1 del 20/08/2014") || !strings.Contains(e.Sources, "Q1") {
			t.Errorf("the employer's question is not shown: %s", e.Text)
		}
		later := s.d.Communications[0]
		later.ID, later.Pending, later.Acquired, later.SentAt = sha256.Sum256([]byte("defined")), false, 0, later.SentAt+1
		s.d.Communications = append(s.d.Communications, later)
		s.night("2014-09-20").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, RIPRESA 2014-09-01", "")
	})
}

// TestProposedReductionEndsWithTheBenefit: sickness moves the end of the benefit from 30 September to 31 October, and
// with it that of the reduction proposed, which the exception gives too.
func TestProposedReductionEndsWithTheBenefit(t *testing.T) {
	told := func(s *story) string {
		i := slices.IndexFunc(s.last.Exceptions, func(e pipeline.Exception) bool { return e.Code == rules.ExcPossibleCumulo })
		e := &s.last.Exceptions[i]
		return fmt.Sprint(e.From, " ", e.To, " ", e.Days.V)
	}
	s := newStory(benefit2014())
	s.hire(employerX, "A.01.00", "2014-07-01", "", partTime)
	s.income("2014-07-01", "2014-07-10", 2000)
	s.night("2014-07-11").want(t, "RIDUZIONE? 2014-07-01 2014-09-30", "CUMULO_POSSIBILE")
	if got := told(s); got != "2014-07-01 2014-09-30 92" {
		t.Errorf("before: %s", got)
	}
	s.declare("D1", "2014-08-02", sick("2014-08-01", "2014-08-31"))
	const ill = ", SOSPENSIONE 2014-08-01 2014-08-31"
	s.night("2014-08-03").want(t, "RIDUZIONE? 2014-07-01 2014-10-31"+ill, "CUMULO_POSSIBILE")
	if got := told(s); got != "2014-07-01 2014-10-31 123" {
		t.Errorf("after: %s", got)
	}
	s.ruling(t, pipeline.RulingConfirm, "CUMULO_POSSIBILE", "2014-08-03").after("2014-08-04")
	s.want(t, "RIDUZIONE 2014-07-01 2014-10-31"+ill, "")
	s.quiet(t, "2014-08-05")
}

// TestProRata has the worked example by the other basis: 2,400 x 214 / 306, and its settlement by the same proportion.
func TestProRata(t *testing.T) {
	p := params
	p.ReductionBasis = rules.ReductionProRata
	s := newStory(benefit2014())
	s.declare("D1", "2014-03-20", selfEmployed(pipeline.CaseStart, "2014-03-01", 3000, 2014))
	s.paper()
	s.last = nightBy(&p, &s.d, 0, day("2014-03-21"))
	if got := s.money(); got != "2014-03-01 1678.43 7.8431 -" {
		t.Error(got)
	}
	s.declare("D1", "2015-02-10", selfEmployed(pipeline.CaseActualIncome, "2014-03-01", 2500, 2014))
	s.last = nightBy(&p, &s.d, 0, day("2015-02-11"))
	if e := s.last.Exceptions[0]; e.Code != rules.ExcSettlement || e.Amount != pipeline.Some[pipeline.Cents](1398_69-1678_43) {
		t.Errorf("%s of %v", e.Code, e.Amount)
	}
}

// Submissions of one protocol that say different things are one row, of the first that came, and somebody has to work it.
func TestOneRowAProtocol(t *testing.T) {
	s := newStory(aspi())
	tell := func(kind, from, to string) {
		s.declare("D1", "2014-08-02", pipeline.Event{Kind: kind, Start: day(from), End: day(to)})
		s.d.Submissions[len(s.d.Submissions)-1].Protocol = "INPS.7000.02/08/2014.0000001"
	}
	tell(pipeline.EventSickness, "2014-08-01", "2014-08-10")
	s.night("2014-08-03")
	s.want(t, "SOSPENSIONE 2014-08-01 2014-08-10", "")
	tell(pipeline.EventHospital, "2014-07-11", "2014-07-15")
	slices.Reverse(s.d.Submissions)
	s.night("2014-08-04")
	s.want(t, "SOSPENSIONE 2014-08-01 2014-08-10", "EVENTI_MULTIPLI")
	if rows := s.last.Submissions; len(rows) != 1 || rows[0].Event != pipeline.EventSickness || rows[0].List != pipeline.ListPending {
		t.Errorf("rows %+v", rows)
	}
}

// A draft under the protocol of a submission that was sent is none of its documents, and has no effect.
func TestDraftOfWhatWasSent(t *testing.T) {
	for _, state := range []string{pipeline.StateInPayment, pipeline.StateExhausted} {
		claim := aspi()
		claim.State = state
		s, alone := newStory(claim), newStory(claim)
		want := ledger.EffectNone
		if state == pipeline.StateExhausted {
			want = ledger.EffectNoClaim
		}
		s.declare(s.d.Claims[0].Number, "2014-07-02", pipeline.Event{Kind: pipeline.EventSickness, Start: day("2014-07-01"), End: day("2014-07-10")})
		alone.d.Submissions = slices.Clone(s.d.Submissions)
		alone.night("2014-07-03")
		draft := s.d.Submissions[0]
		draft.ID, draft.Draft, draft.Kind, draft.Source.File = pipeline.DocID{9}, true, pipeline.KindChange, "bozza.jsonl"
		draft.Events = []pipeline.Event{{Kind: pipeline.EventSickness, Start: day("2014-06-01"), End: day("2014-06-10"), EmployerCountry: pipeline.CountryItaly}}
		s.d.Submissions = []pipeline.Submission{draft, s.d.Submissions[0]}
		s.night("2014-07-03")
		got := s.last
		if effect, counted := got.Effects[draft.ID]; effect != want || !counted {
			t.Errorf("%s: the draft counts as %d (%v), want %d", state, effect, counted, want)
		}
		delete(got.Effects, draft.ID)
		if d := diff.Diff(alone.last, got); d != "" {
			t.Errorf("%s: the draft shows:\n%s", state, d)
		}
		draft.ID = pipeline.DocID{8}
		s.d.Submissions = append(s.d.Submissions, draft)
		if s.night("2014-07-04"); len(s.last.Sheets) > 0 {
			t.Errorf("%s: a draft that comes later makes %d sheets", state, len(s.last.Sheets))
		}
	}
}
