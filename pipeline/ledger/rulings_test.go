package ledger_test

import (
	"encoding/json"
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

// ruling closes the open exception of a code with a decision, at ten in the morning of a day, and hands it to the next
// night.
func (s *story) ruling(t *testing.T, kind, code, on string, change ...func(*pipeline.Ruling)) *story {
	t.Helper()
	s.d.Open = slices.Clone(s.d.Open)
	i := slices.IndexFunc(s.d.Open, func(e pipeline.Exception) bool { return e.Code == code && e.Standing() })
	if i < 0 {
		t.Fatalf("no %s is open", code)
	}
	e := &s.d.Open[i]
	e.State = pipeline.ExceptionCleared
	s.ids++
	u := &pipeline.Ruling{
		Kind: kind, Exception: e.ID, Code: e.Code, Claim: e.Claim, Sources: e.Sources, Fingerprint: e.Fingerprint,
		By: "mario.rossi", Approved: "anna.bianchi", At: pipeline.Instant(int64(day(on).UnixDays())*86_400_000_000 + 8*3_600_000_000), Reason: "Sentito il\ndatore.",
	}
	for _, f := range change {
		f(u)
	}
	s.d.Notices = append(s.d.Notices, pipeline.Notice{
		ID: [32]byte{1, byte(s.ids)}, Kind: pipeline.NoticeRuling, TaxCode: person, On: day(on), Protocol: fmt.Sprint("OP.", s.ids), Ruling: u,
	})
	return s
}

// after runs nights that remember what operators cleared, as the ledger does.
func (s *story) after(nights ...string) *story {
	for _, on := range nights {
		was := s.d.Open
		s.night(on)
		for _, e := range was {
			back := slices.ContainsFunc(s.d.Open, func(o pipeline.Exception) bool { return o.ID == e.ID })
			if e.State == pipeline.ExceptionCleared && !back {
				s.d.Open = append(slices.Clone(s.d.Open), e)
			}
		}
	}
	return s
}

// quietAfter runs nights on which nothing may be published.
func (s *story) quietAfter(t *testing.T, actions, exceptions string, nights ...string) *story {
	t.Helper()
	for _, on := range nights {
		if s.after(on); len(s.last.Actions) > 0 {
			t.Errorf("night of %s publishes %s %s", on, s.last.Actions[0].Operation, s.last.Actions[0].Type)
		}
		s.want(t, actions, exceptions)
	}
	return s
}

func (s *story) notice(kind, on string) {
	s.ids++
	s.d.Notices = append(s.d.Notices, pipeline.Notice{
		ID: [32]byte{2, byte(s.ids)}, Protocol: fmt.Sprint("N", s.ids), Kind: kind, TaxCode: person, On: day(on),
	})
}

func TestRulingUnderAStop(t *testing.T) {
	stopped := func(t *testing.T) *story {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-05")
		s.stop("2014-08-10", "2014-12-31")
		s.extend(j, "2014-09-30")
		return s.after("2014-08-20").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, SOSPENSIONE? 2014-09-01 2014-09-30", "RETTIFICA_TARDIVA")
	}
	t.Run("what is confirmed is automatic", func(t *testing.T) {
		s := stopped(t).ruling(t, pipeline.RulingConfirm, "RETTIFICA_TARDIVA", "2014-08-20").after("2014-08-21")
		s.want(t, "SOSPENSIONE 2014-08-01 2014-09-30", "")
		s.published(t, "ANNULLATA SOSPENSIONE PROPOSTA OPERATORE", "MODIFICATA SOSPENSIONE AUTOMATICA OPERATORE")
		s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-09-30", "", "2014-08-22", "2014-09-20")
	})
	t.Run("what is refused is dropped", func(t *testing.T) {
		s := stopped(t).ruling(t, pipeline.RulingRefuse, "RETTIFICA_TARDIVA", "2014-08-20").after("2014-08-21")
		s.want(t, "SOSPENSIONE 2014-08-01 2014-08-31", "").published(t, "ANNULLATA SOSPENSIONE PROPOSTA OPERATORE")
		s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-08-31", "", "2014-08-22")
		s.d.Stop = nil
		s.after("2014-09-10").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, RIPRESA 2014-09-01", "")
	})
	t.Run("a decadence", func(t *testing.T) {
		s := newStory(aspi())
		s.stop("2014-08-01", "")
		s.notice(pipeline.NoticePension, "2014-08-05")
		s.after("2014-08-06").want(t, "DECADENZA? 2014-09-01", "REQUISITI_PENSIONE")
		s.ruling(t, pipeline.RulingConfirm, "REQUISITI_PENSIONE", "2014-08-06").after("2014-08-07").want(t, "DECADENZA 2014-09-01", "")
		if reason := s.last.Actions[0].Reason; strings.Contains(reason, "nulla è automatico") {
			t.Error(reason)
		}
		s.quietAfter(t, "DECADENZA 2014-09-01", "", "2014-08-08", "2014-09-10")
	})
	t.Run("days", func(t *testing.T) {
		s := newStory(aspi())
		s.declare("D1", "2014-08-02", sick("2014-08-01", ""))
		s.night("2014-08-05").want(t, "SOSPENSIONE 2014-08-01", "FINE_MANCANTE")
		s.stop("2014-08-10", "")
		s.ruling(t, pipeline.RulingDates, "FINE_MANCANTE", "2014-08-10", func(u *pipeline.Ruling) { u.From, u.To = day("2014-08-01"), day("2014-08-09") })
		s.after("2014-08-11").want(t, "SOSPENSIONE 2014-08-01 2014-08-09, RIPRESA 2014-08-10", "")
		s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-08-09, RIPRESA 2014-08-10", "", "2014-08-12")
	})
}

func TestRulingOnACorrectionTooMany(t *testing.T) {
	thrice := func(t *testing.T) *story {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.counted("2014-08-05")
		s.extend(j, "2014-09-10")
		s.counted("2014-08-20")
		s.extend(j, "2014-09-20")
		s.counted("2014-09-01")
		s.extend(j, "2014-10-15")
		return s.counted("2014-09-15").want(t, "SOSPENSIONE 2014-08-01 2014-09-20, SOSPENSIONE? 2014-09-21 2014-10-15", "RETTIFICA_TARDIVA")
	}
	t.Run("confirmed", func(t *testing.T) {
		s := thrice(t).ruling(t, pipeline.RulingConfirm, "RETTIFICA_TARDIVA", "2014-09-15").after("2014-09-16")
		s.want(t, "SOSPENSIONE 2014-08-01 2014-10-15", "")
		if len(s.last.Corrections) != 0 {
			t.Errorf("a person's decision counts as a correction of %v", s.last.Corrections)
		}
		s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-10-15", "", "2014-09-17")
		s.after("2014-10-21").want(t, "SOSPENSIONE 2014-08-01 2014-10-15, RIPRESA 2014-10-16", "")
	})
	t.Run("refused", func(t *testing.T) {
		s := thrice(t).ruling(t, pipeline.RulingRefuse, "RETTIFICA_TARDIVA", "2014-09-15").after("2014-09-16")
		s.want(t, "SOSPENSIONE 2014-08-01 2014-09-20", "").quietAfter(t, "SOSPENSIONE 2014-08-01 2014-09-20", "", "2014-09-17")
		s.after("2014-09-26").want(t, "SOSPENSIONE 2014-08-01 2014-09-20, RIPRESA 2014-09-21", "")
	})
	t.Run("of income declared anew, refused", func(t *testing.T) {
		s := newStory(benefit2014())
		s.declare("D1", "2014-03-20", selfEmployed(pipeline.CaseStart, "2014-03-01", 3000, 2014))
		s.paper()
		s.night("2014-03-21")
		s.stop("2014-06-01", "2014-07-31")
		s.declare("D1", "2014-07-01", selfEmployed(pipeline.CaseIncomeChange, "2014-03-01", 4000, 2014))
		s.after("2014-07-02")
		s.ruling(t, pipeline.RulingRefuse, "RETTIFICA_TARDIVA", "2014-07-02")
		const want = "CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-09-30"
		s.after("2014-07-03").want(t, want, "").quietAfter(t, want, "", "2014-07-04", "2014-08-05")
	})
}

// TestClearedWithoutItsRuling: a closing that takes a decision is not of the night until the decision is.
func TestClearedWithoutItsRuling(t *testing.T) {
	s := newStory(aspi())
	j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-09-30")
	s.after("2014-08-05")
	s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
	s.after("2014-08-20").want(t, "SOSPENSIONE 2014-08-01 2014-09-30, RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
	s.ruling(t, pipeline.RulingConfirm, "ANNULLAMENTO_TARDIVO", "2014-08-20")
	ruling := s.d.Notices
	s.d.Notices = nil
	s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-09-30, RIPRESA? 2014-08-01", "", "2014-08-21")
	s.d.Notices = ruling
	s.after("2014-08-22").want(t, "RIPRESA 2014-08-01", "").published(t, "ANNULLATA SOSPENSIONE AUTOMATICA OPERATORE", "MODIFICATA RIPRESA AUTOMATICA OPERATORE")
	s.quietAfter(t, "RIPRESA 2014-08-01", "", "2014-08-23", "2014-10-20")
}

func TestTheLastRulingOnAnExceptionHolds(t *testing.T) {
	s := newStory(aspi())
	s.notice(pipeline.NoticePension, "2014-08-05")
	s.after("2014-08-06").ruling(t, pipeline.RulingConfirm, "REQUISITI_PENSIONE", "2014-08-06").after("2014-08-07").want(t, "DECADENZA 2014-09-01", "")
	again := s.d.Notices[len(s.d.Notices)-1]
	u := *again.Ruling
	again.ID, again.Acquired, again.Protocol = [32]byte{9}, 0, "OP.100" // as text it would come before OP.2
	u.Kind = pipeline.RulingRefuse
	again.Ruling = &u
	s.d.Notices = append(s.d.Notices, again)
	s.after("2014-08-08").want(t, "", "").published(t, "ANNULLATA DECADENZA AUTOMATICA OPERATORE")
	s.quietAfter(t, "", "", "2014-08-09")
}

func TestRulingsAreNoMatterForTheGates(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.01.00", "2014-07-05", "")
	s.after("2014-07-10").want(t, "SOSPENSIONE! 2014-07-08, DECADENZA? 2014-07-08", "INIZIO_IN_CARENZA")
	s.ruling(t, pipeline.RulingConfirm, "INIZIO_IN_CARENZA", "2014-07-10")
	for i := range s.d.Notices {
		acquire(&s.d.Notices[i].Acquired, day("2014-07-11"))
	}
	s.held("2014-07-11").want(t, "DECADENZA 2014-07-08", "")
	if len(s.last.Adverse) != 0 {
		t.Errorf("counted for the gates: %+v", s.last.Adverse)
	}
}

func TestRulingInTheExperimentalPhase(t *testing.T) {
	p := rules.Defaults(contracts)
	p.Phase = rules.PhaseExperimental
	s := newStory(aspi())
	s.notice(pipeline.NoticePension, "2014-08-05")
	s.hire(employerX, "A.02.00", "2014-08-10", "2014-08-20")
	run := func(on string) {
		for i := range s.d.Notices {
			acquire(&s.d.Notices[i].Acquired, day(on))
		}
		for i := range s.d.Communications {
			acquire(&s.d.Communications[i].Acquired, day(on))
		}
		s.last = nightBy(&p, &s.d, s.prev, day(on))
		s.prev, s.d.Issued, s.d.Open = day(on), s.last.InForce, s.last.Exceptions
	}
	run("2014-08-06")
	s.want(t, "DECADENZA? 2014-09-01, SOSPENSIONE? 2014-08-10 2014-08-20", "REQUISITI_PENSIONE")
	s.ruling(t, pipeline.RulingConfirm, "REQUISITI_PENSIONE", "2014-08-06")
	run("2014-08-07")
	s.want(t, "DECADENZA 2014-09-01, SOSPENSIONE? 2014-08-10 2014-08-20", "")
}

func TestRulingIsTold(t *testing.T) {
	s := newStory(aspi()).paid("2014-07-31")
	s.hire(employerX, "A.01.00", "2014-07-05", "")
	s.after("2014-07-10").ruling(t, pipeline.RulingConfirm, "INIZIO_IN_CARENZA", "2014-07-31").after("2014-08-01")
	s.published(t, "ANNULLATA SOSPENSIONE AUTOMATICA OPERATORE", "MODIFICATA DECADENZA AUTOMATICA OPERATORE")
	const told = "per decisione dell'operatore mario.rossi del 31/07/2014, approvata da anna.bianchi: Sentito il datore"
	for _, a := range s.last.Actions {
		if !strings.Contains(a.Reason, told) || !strings.Contains(a.Sources, "OP.2") {
			t.Errorf("%s: %s, from %s", a.Type, a.Reason, a.Sources)
		}
		var trace struct {
			Rulings []map[string]string `json:"provvedimenti"`
		}
		if err := json.Unmarshal([]byte(a.Trace), &trace); err != nil || len(trace.Rulings) != 1 {
			t.Fatalf("%v: %s", err, a.Trace)
		}
		want := map[string]string{
			"provvedimento": "OP.2", "tipo": "CONFERMA", "eccezione": "INIZIO_IN_CARENZA", "operatore": "mario.rossi", "approvato_da": "anna.bianchi",
			"il": "2014-07-31", "quando": "2014-07-31T10:00:00+02:00", "motivo": "Sentito il\ndatore.",
		}
		for k, v := range want {
			if trace.Rulings[0][k] != v {
				t.Errorf("%s: %q, want %q", k, trace.Rulings[0][k], v)
			}
		}
		behind := slices.ContainsFunc(s.last.Evidence, func(e pipeline.Evidence) bool {
			return e.Owner == a.ID && e.Ref == "OP.2" && e.Document == pipeline.NoticeRuling
		})
		if !behind {
			t.Errorf("%s: the ruling is not among its evidence", a.Type)
		}
	}
	d := s.last.InForce[0]
	if d.OverpaidDays != pipeline.Some[int32](24) || d.OverpaidFrom != day("2014-07-08") || d.OverpaidTo != day("2014-07-31") {
		t.Errorf("overpaid %s to %s, %v days", d.OverpaidFrom, d.OverpaidTo, d.OverpaidDays)
	}
	for _, x := range s.last.Stretches {
		if x.State != pipeline.StretchForfeited {
			t.Errorf("days from %s are %s", x.From, x.State)
		}
	}
	for _, e := range s.last.Exceptions {
		if strings.Contains(e.Sources, "OP.") {
			t.Errorf("%s rests on a ruling", e.Code)
		}
	}
}

func TestAFactOfAnOperatorIsTold(t *testing.T) {
	s := newStory(aspi())
	s.declare("D1", "2014-08-02", sick("2014-08-01", "2014-08-09"))
	s.d.Submissions[0].PIN = pipeline.PINBasic
	s.after("2014-08-05").want(t, "", "PIN_NON_DISPOSITIVO")
	s.ruling(t, pipeline.RulingFact, "PIN_NON_DISPOSITIVO", "2014-08-05")
	s.d.Notices[0].Kind = pipeline.NoticePIN
	s.after("2014-08-06").want(t, "SOSPENSIONE 2014-08-01 2014-08-09", "").published(t, "NUOVA SOSPENSIONE AUTOMATICA OPERATORE")
	a := s.last.Actions[0]
	if !strings.HasSuffix(a.Reason, "; per decisione dell'operatore mario.rossi del 05/08/2014, approvata da anna.bianchi: Sentito il datore.") ||
		!strings.Contains(a.Trace, `"tipo":"FATTO","eccezione":"PIN_NON_DISPOSITIVO"`) || strings.Contains(a.Sources, "OP.") {
		t.Errorf("%s\n%s\n%s", a.Reason, a.Trace, a.Sources)
	}
	s.quietAfter(t, "SOSPENSIONE 2014-08-01 2014-08-09", "", "2014-08-07")
}

// TestALateProposalConfirmedKeepsItsOverpaidDays: the days that a proposal found are counted once.
func TestALateProposalConfirmedKeepsItsOverpaidDays(t *testing.T) {
	s := newStory(benefit2014()).paid("2014-06-30")
	s.declare("D1", "2014-06-10", selfEmployed(pipeline.CaseStart, "2014-03-01", 3000, 2014))
	s.paper()
	s.after("2014-07-02").want(t, "DECADENZA? 2014-03-01", "REDDITO_COMUNICATO_TARDI, INDEBITO")
	want := s.last.InForce[0].OverpaidDays
	if want != pipeline.Some[int32](122) {
		t.Fatalf("overpaid %v days", want)
	}
	s.paid("2014-07-31").ruling(t, pipeline.RulingConfirm, "REDDITO_COMUNICATO_TARDI", "2014-07-31").after("2014-08-01")
	s.want(t, "DECADENZA 2014-03-01", "INDEBITO")
	if got := s.last.InForce[0].OverpaidDays; got != want {
		t.Errorf("confirmed, %v days, want %v", got, want)
	}
	s.quietAfter(t, "DECADENZA 2014-03-01", "INDEBITO", "2014-08-02")
}

// TestConfirmedCorrectionMovesTheJobAtOnce has a person of two claims, D0 of spring and D1 of summer, and a job in summer. What
// comes later says that it was in spring, or never, or in nobody's days: once the operator confirms, the same night says all
// that the nights after say, of the claim that the job leaves and of the one that it comes to.
func TestConfirmedCorrectionMovesTheJobAtOnce(t *testing.T) {
	moved := func(s *story, j pipeline.Communication, from, to string) {
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.Start, c.End = day(from), day(to) })
	}
	const issued = "D1 SOSPENSIONE 2014-08-01 2014-08-31"
	for _, c := range []struct {
		name  string
		later func(s *story, j pipeline.Communication) // what comes after the suspension was executed
		code  string                                   // what it raises
		kept  string                                   // in force until the operator decides
		want  string                                   // from the night of the decision on
	}{
		{
			"to the earlier claim",
			func(s *story, j pipeline.Communication) { moved(s, j, "2014-04-01", "2014-04-30") },
			"RETTIFICA_TARDIVA", issued, "D0 RIPRESA 2014-05-01, D0 SOSPENSIONE 2014-04-01 2014-04-30",
		},
		{
			"to days of no claim",
			func(s *story, j pipeline.Communication) { moved(s, j, "2014-06-10", "2014-06-20") },
			"RETTIFICA_TARDIVA", issued, "",
		},
		{
			"within its claim",
			func(s *story, j pipeline.Communication) { moved(s, j, "2014-08-11", "2014-08-31") },
			"RETTIFICA_TARDIVA", issued, "D1 RIPRESA 2014-09-01, D1 SOSPENSIONE 2014-08-11 2014-08-31",
		},
		{
			"cancelled, when a later claim holds its day too",
			func(s *story, j pipeline.Communication) {
				late := aspi()
				late.Number, late.Start, late.TerminatedOn, late.FiledOn = "D2", day("2014-07-20"), day("2014-07-12"), day("2014-07-14")
				s.d.Claims = append(s.d.Claims, late)
				s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
			},
			"ANNULLAMENTO_TARDIVO", issued + ", D1 RIPRESA? 2014-08-01", "D1 RIPRESA 2014-08-01",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			spring := older(pipeline.StateInPayment)
			spring.DaysGranted = 60
			s := newStory(spring, aspi())
			j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
			s.after("2014-08-05").wantByClaim(t, issued)
			c.later(s, j)
			s.after("2014-08-20").wantByClaim(t, c.kept)
			s.ruling(t, pipeline.RulingConfirm, c.code, "2014-09-20").after("2014-09-21").wantByClaim(t, c.want)
			for _, on := range []string{"2014-09-22", "2014-10-20"} {
				if s.after(on); len(s.last.Actions) > 0 || len(s.last.Exceptions) > 0 {
					t.Errorf("night of %s publishes %+v, %+v", on, s.last.Actions, s.last.Exceptions)
				}
				s.wantByClaim(t, c.want)
			}
		})
	}
}

// TestDaysThatNoLongerHoldGiveWay has the days that an operator gave a job move it to another claim, until the employer tells
// more: the days no longer hold, and what was executed stays. Once nothing of it is left, the job goes back to where its
// documents have it.
func TestDaysThatNoLongerHoldGiveWay(t *testing.T) {
	const given = "D1 RIPRESA 2014-07-11, D1 SOSPENSIONE 2014-07-09 2014-07-10"
	const back = "D0 RIPRESA 2014-04-21, D0 SOSPENSIONE 2014-04-01 2014-04-20"
	for _, c := range []struct{ name, notice, on, kept, code, want string }{
		{"confirmed", "", "", given, "RETTIFICA_TARDIVA", back},
		{
			"behind a decadence", pipeline.NoticePension, "2014-06-14", given + ", D1 DECADENZA? 2014-07-08",
			"REQUISITI_PENSIONE", back + ", D1 DECADENZA 2014-07-08",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			spring := older(pipeline.StateInPayment)
			spring.DaysGranted = 60
			s := newStory(spring, aspi())
			j := s.hire(employerX, "A.02.00", "2014-04-01", "")
			s.after("2014-08-05").wantByClaim(t, "D0 SOSPENSIONE! 2014-04-01")
			s.ruling(t, pipeline.RulingDates, "FINE_MANCANTE", "2014-08-05", func(u *pipeline.Ruling) { u.From, u.To = day("2014-07-09"), day("2014-07-10") })
			s.after("2014-08-06").wantByClaim(t, given)
			s.follow(j, pipeline.EventTermination, pipeline.PurposeNormal, "2014-04-20")
			if c.notice != "" {
				s.notice(c.notice, c.on)
			}
			s.after("2014-08-20").wantByClaim(t, c.kept)
			s.ruling(t, pipeline.RulingConfirm, c.code, "2014-08-20").after("2014-08-21").wantByClaim(t, c.want)
			s.quiet(t, "2014-08-22").wantByClaim(t, c.want)
			s.quiet(t, "2014-10-20").wantByClaim(t, c.want)
		})
	}
}

// TestLimitIsToldOfADecadenceThatIsMade: a job of six months and a day says so to the office once its decadence, at first
// only proposed, is confirmed; not where it is refused.
func TestLimitIsToldOfADecadenceThatIsMade(t *testing.T) {
	s := newStory(older(pipeline.StateInPayment), aspi())
	s.hire(employerX, "A.02.00", "2014-07-10", "2015-01-10")
	s.night("2014-07-11").want(t, "SOSPENSIONE! 2014-07-10, DECADENZA? 2014-07-10", "DOMANDA_NON_ULTIMA")
	s.ruling(t, pipeline.RulingConfirm, "DOMANDA_NON_ULTIMA", "2014-07-11").after("2014-07-12")
	s.want(t, "DECADENZA 2014-07-10", "LIMITE_DI_UN_GIORNO")
	s.after("2014-07-13").want(t, "DECADENZA 2014-07-10", "LIMITE_DI_UN_GIORNO")

	waits := newStory(aspi())
	waits.hire(employerX, "A.02.00", "2014-07-05", "2015-01-05")
	waits.night("2014-07-11").want(t, "SOSPENSIONE! 2014-07-08 2015-01-05, DECADENZA? 2014-07-08", "INIZIO_IN_CARENZA")
	waits.ruling(t, pipeline.RulingRefuse, "INIZIO_IN_CARENZA", "2014-07-11").after("2014-07-12")
	waits.want(t, "SOSPENSIONE 2014-07-08 2015-01-05", "")
}

// TestConfirmedEarlierDecadenceAmongClaims has a permanent job of summer begin while D0, of spring, is suspended without an
// end: it is referred to D1, the later claim. Then the operator confirms an earlier decadence of D1. A job that was confirmed
// to be of D1 stays there, where it changes nothing any more; one that was not is of D0, the only claim that is left.
func TestConfirmedEarlierDecadenceAmongClaims(t *testing.T) {
	const ill = "D0 SOSPENSIONE 2014-05-01"
	for _, c := range []struct {
		name      string
		confirmed bool   // that the job is of D1
		kept      string // in force before the earlier decadence is confirmed
		want      string // from that night on
	}{
		{"confirmed", true, ill + ", D1 DECADENZA 2014-08-01, D1 DECADENZA? 2014-07-10", ill + ", D1 DECADENZA 2014-07-10"},
		{
			"not confirmed", false, ill + ", D1 SOSPENSIONE! 2014-08-01, D1 DECADENZA? 2014-08-01, D1 DECADENZA? 2014-07-10",
			ill + " 2014-07-31, D0 DECADENZA 2014-08-01, D1 DECADENZA 2014-07-10",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			spring := older(pipeline.StateInPayment)
			spring.DaysGranted = 60
			s := newStory(spring, aspi())
			s.declare("D0", "2014-07-01", sick("2014-05-01", ""))
			s.hire(employerX, "A.01.00", "2014-08-01", "")
			s.after("2014-08-05").wantByClaim(t, ill+", D1 SOSPENSIONE! 2014-08-01, D1 DECADENZA? 2014-08-01")
			if c.confirmed {
				s.ruling(t, pipeline.RulingConfirm, "DOMANDA_NON_ULTIMA", "2014-08-05").after("2014-08-06")
			}
			s.declare("D1", "2014-09-10", selfEmployed(pipeline.CaseStart, "2014-07-10", 3000, 2014))
			s.after("2014-09-11").wantByClaim(t, c.kept)
			s.ruling(t, pipeline.RulingConfirm, "REDDITO_COMUNICATO_TARDI", "2014-09-11").after("2014-09-12").wantByClaim(t, c.want)
			if c.confirmed {
				s.want(t, "SOSPENSIONE 2014-05-01, DECADENZA 2014-07-10", "FINE_MANCANTE") // the job is no late correction
			}
			s.quiet(t, "2014-09-13").wantByClaim(t, c.want)
			s.quiet(t, "2014-10-20").wantByClaim(t, c.want)
		})
	}
}

// wantByClaim compares what is in force, each with its claim.
func (s *story) wantByClaim(t *testing.T, want string) {
	t.Helper()
	var got []string
	for i := range s.last.InForce {
		a := &s.last.InForce[i]
		mark := ""
		if a.Mode == pipeline.ModeProposed {
			mark = "?"
		}
		if a.Cautious {
			mark += "!"
		}
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s%s %s %s", a.Claim, a.Type, mark, a.From, a.To)))
	}
	wanted := strings.FieldsFunc(want, func(r rune) bool { return r == ',' })
	for i := range wanted {
		wanted[i] = strings.TrimSpace(wanted[i])
	}
	slices.Sort(got)
	slices.Sort(wanted)
	if delta := diff.Diff(wanted, got, cmpopts.EquateEmpty()); delta != "" {
		t.Errorf("night of %s:\n%s", s.prev, delta)
	}
}

// TestOneRulingBehindTwoActions: they are told apart by their documents.
func TestOneRulingBehindTwoActions(t *testing.T) {
	a := pipeline.Action{Claim: "D1", Type: pipeline.ActionSuspend, Sources: "A1;OP.1"}
	b := pipeline.Action{Claim: "D1", Type: pipeline.ActionSuspend, Sources: "B1;OP.1"}
	fact := pipeline.Action{Claim: "D1", Type: pipeline.ActionSuspend, Sources: "OP.1"}
	if ledger.Same(&a, &b) {
		t.Error("two actions of one ruling are one")
	}
	if !ledger.Same(&a, &a) || !ledger.Same(&fact, &fact) || !ledger.Same(&fact, &a) {
		t.Error("an action is not itself")
	}
}
