package ledger_test

import (
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

// counted runs a night and remembers what was corrected, as the program does.
func (s *story) counted(on string) *story {
	s.night(on)
	for _, claim := range s.last.Corrections {
		s.d.Corrections = append(s.d.Corrections, pipeline.CorrectionNight{Claim: claim, On: day(on)})
	}
	return s
}

// stop puts an operator's hand on the person.
func (s *story) stop(from, to string) *story {
	s.d.Stop = &pipeline.Stop{Reason: "verifica ispettiva", From: day(from), To: date(to)}
	return s
}

// decided lets an operator close what is open.
func (s *story) decided() *story {
	s.d.Open = nil
	return s
}

// still runs nights with nothing new and wants the same as before, nothing published.
func (s *story) still(t *testing.T, actions, exceptions string, nights ...string) *story {
	t.Helper()
	for _, on := range nights {
		s.quiet(t, on)
		s.want(t, actions, exceptions)
	}
	return s
}

func (s *story) extend(h pipeline.Communication, to string) {
	s.follow(h, pipeline.EventExtension, pipeline.PurposeNormal, to)
}

func TestStop(t *testing.T) {
	t.Run("what was executed stays, what is new is proposed", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-05").want(t, "SOSPENSIONE 2014-08-01 2014-08-31", "")
		s.stop("2014-08-10", "2014-10-31")
		s.extend(j, "2014-09-30")
		s.hire(employerY, "A.02.00", "2014-11-15", "2014-11-30")
		const actions = "SOSPENSIONE 2014-08-01 2014-08-31, SOSPENSIONE? 2014-09-01 2014-09-30, SOSPENSIONE? 2014-11-15 2014-11-30"
		s.night("2014-08-20").want(t, actions, "RETTIFICA_TARDIVA")
		for _, f := range rowFaults(&s.last) {
			t.Error(f)
		}
		e := s.last.Exceptions[0]
		const want = "L'azione già eseguita resta com'è, la sede deve decidere: la sospensione dal 01/08/2014 al 31/08/2014 cambierebbe per quanto " +
			"è stato acquisito, ma nulla è automatico: fermo disposto dall'operatore, verifica ispettiva."
		if e.Text != want || e.From != day("2014-09-01") || e.To != day("2014-09-30") || e.Days != pipeline.Some[int32](30) || !strings.Contains(e.Trace, "verifica ispettiva") {
			t.Errorf("%s, %s to %s of %v days, trace %s", e.Text, e.From, e.To, e.Days, e.Trace)
		}
		for _, a := range s.last.Actions {
			if !strings.HasPrefix(a.Reason, "È proposta la sospensione della prestazione dal ") ||
				!strings.HasSuffix(a.Reason, "; nulla è automatico (fermo disposto dall'operatore, verifica ispettiva).") ||
				!strings.Contains(a.Trace, `"fermo":"fermo disposto dall'operatore, verifica ispettiva"`) {
				t.Errorf("%s\n%s", a.Reason, a.Trace)
			}
		}
		// the stop ends, but nobody has decided
		s.still(t, actions, "RETTIFICA_TARDIVA", "2014-08-21", "2014-10-31", "2014-11-01", "2014-12-10")
		s.decided().night("2014-12-11").want(t, `SOSPENSIONE 2014-08-01 2014-09-30, RIPRESA 2014-10-01,
			SOSPENSIONE 2014-11-15 2014-11-30, RIPRESA 2014-12-01`, "")
	})
	t.Run("a resumption is proposed", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-05")
		s.stop("2014-08-10", "")
		s.night("2014-09-10").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, RIPRESA? 2014-09-01", "")
		s.still(t, "SOSPENSIONE 2014-08-01 2014-08-31, RIPRESA? 2014-09-01", "", "2014-09-11")
		s.d.Stop = nil
		s.night("2014-09-12").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, RIPRESA 2014-09-01", "")
	})
	t.Run("a decadence is proposed and cuts nothing", func(t *testing.T) {
		const want = "SOSPENSIONE 2014-08-01 2014-08-31, DECADENZA? 2014-08-20"
		s := newStory(aspi())
		s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-05")
		s.stop("2014-08-10", "")
		s.hire(employerY, "A.01.00", "2014-08-20", "")
		s.night("2014-08-21").want(t, want, "")
		s.still(t, want, "", "2014-08-22")
	})
	t.Run("an executed decadence stays, were it for a later day", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.01.00", "2014-08-11", "")
		s.night("2014-08-14").want(t, "DECADENZA 2014-08-11", "")
		s.stop("2014-08-20", "")
		s.hire(employerY, "A.01.00", "2014-08-07", "")
		s.night("2014-08-21").want(t, "DECADENZA 2014-08-11, DECADENZA? 2014-08-07", "")
		s.still(t, "DECADENZA 2014-08-11, DECADENZA? 2014-08-07", "", "2014-08-22")
	})
	t.Run("sickness that ends", func(t *testing.T) {
		s := newStory(aspi())
		s.declare("D1", "2014-08-02", sick("2014-08-01", ""))
		s.night("2014-08-05").want(t, "SOSPENSIONE 2014-08-01", "FINE_MANCANTE")
		s.stop("2014-08-10", "")
		s.declare("D1", "2014-08-12", sick("2014-08-01", "2014-08-09"))
		s.night("2014-08-13").want(t, "SOSPENSIONE 2014-08-01", "RETTIFICA_TARDIVA")
		s.still(t, "SOSPENSIONE 2014-08-01", "RETTIFICA_TARDIVA", "2014-08-14")
	})
	t.Run("what is pending is decided anew, as a proposal", func(t *testing.T) {
		s := newStory(aspi())
		kept := s.hire(employerX, "A.02.00", "2014-09-01", "2014-09-30")
		moved := s.hire(employerY, "A.02.00", "2014-11-01", "2014-11-30")
		s.night("2014-08-05").want(t, "SOSPENSIONE 2014-09-01 2014-09-30, SOSPENSIONE 2014-11-01 2014-11-30", "")
		s.stop("2014-08-10", "")
		s.extend(moved, "2014-12-15")
		const want = "SOSPENSIONE 2014-09-01 2014-09-30, SOSPENSIONE? 2014-11-01 2014-12-15"
		s.night("2014-08-20").want(t, want, "")
		s.still(t, want, "", "2014-08-21")
		s.follow(kept, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-08-22").want(t, "SOSPENSIONE? 2014-11-01 2014-12-15", "")
	})
	t.Run("income declared anew", func(t *testing.T) {
		s := newStory(benefit2014())
		s.declare("D1", "2014-03-20", selfEmployed(pipeline.CaseStart, "2014-03-01", 3000, 2014))
		s.paper()
		s.night("2014-03-21")
		s.stop("2014-06-01", "")
		s.declare("D1", "2014-07-01", selfEmployed(pipeline.CaseIncomeChange, "2014-03-01", 4000, 2014))
		const want = "CARICAMENTO_ATTIVITA 2014-03-01, RIDUZIONE 2014-03-01 2014-09-30, RIDUZIONE? 2014-03-01 2014-06-30, RIDUZIONE? 2014-07-01 2014-09-30"
		s.night("2014-07-02").want(t, want, "RETTIFICA_TARDIVA")
		s.still(t, want, "RETTIFICA_TARDIVA", "2014-07-03")
	})
	t.Run("a late cancellation is raised as ever", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-05")
		s.stop("2014-08-10", "")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.night("2014-08-11").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, RIPRESA? 2014-08-01", "ANNULLAMENTO_TARDIVO")
	})
	t.Run("a correction is one thing to decide on, what another job would change another", func(t *testing.T) {
		const executed = "SOSPENSIONE 2014-08-10 2015-01-25"
		const want = executed + ", SOSPENSIONE? 2014-07-20 2014-08-09"
		begin := func(t *testing.T) (s *story, correct, precede func()) {
			s = newStory(aspi())
			j := s.hire(employerX, "A.02.00", "2014-08-10", "2015-01-25")
			s.night("2014-08-12").want(t, executed, "")
			s.stop("2014-08-20", "")
			correct = func() {
				s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.Start = day("2014-08-11") })
			}
			precede = func() { s.hire(employerX, "A.02.00", "2014-07-20", "2014-08-10") } // together over the limit (R19)
			return s, correct, precede
		}
		t.Run("the correction first", func(t *testing.T) {
			s, correct, precede := begin(t)
			correct()
			s.night("2014-08-21").want(t, executed, "RETTIFICA_TARDIVA")
			asked := s.last.Exceptions[0]
			precede()
			s.night("2014-09-01").want(t, want, "RETTIFICA_TARDIVA, RETTIFICA_TARDIVA")
			i := slices.IndexFunc(s.last.Exceptions, func(e pipeline.Exception) bool { return e.ID == asked.ID })
			if i < 0 || s.last.Exceptions[i].State != pipeline.ExceptionOpen || s.last.Exceptions[i].Fingerprint != asked.Fingerprint {
				t.Errorf("%s is not open as it was", asked.Text)
			}
			s.still(t, want, "RETTIFICA_TARDIVA, RETTIFICA_TARDIVA", "2014-09-02", "2014-10-02")
		})
		t.Run("the other job first", func(t *testing.T) {
			s, correct, precede := begin(t)
			precede()
			s.night("2014-08-21")
			correct()
			s.night("2014-09-01").want(t, want, "RETTIFICA_TARDIVA, RETTIFICA_TARDIVA")
			s.still(t, want, "RETTIFICA_TARDIVA, RETTIFICA_TARDIVA", "2014-09-02", "2014-10-02")
			for _, e := range s.last.Exceptions {
				if e.State != pipeline.ExceptionOpen {
					t.Errorf("%s: %s", e.State, e.Text)
				}
			}
		})
	})
	t.Run("before and after its days", func(t *testing.T) {
		for on, want := range map[string]string{
			"2014-08-09": "SOSPENSIONE 2014-08-01 2014-08-31", "2014-08-10": "SOSPENSIONE? 2014-08-01 2014-08-31",
			"2014-08-20": "SOSPENSIONE? 2014-08-01 2014-08-31", "2014-08-21": "SOSPENSIONE 2014-08-01 2014-08-31",
		} {
			s := newStory(aspi()).stop("2014-08-10", "2014-08-20")
			s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
			s.night(on).want(t, want, "")
		}
	})
}

func TestThirdCorrection(t *testing.T) {
	// twice gives a person whose suspension was corrected twice.
	twice := func(t *testing.T) (*story, pipeline.Communication) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.counted("2014-08-05")
		s.extend(j, "2014-09-10")
		s.counted("2014-08-20").want(t, "SOSPENSIONE 2014-08-01 2014-09-10", "")
		s.extend(j, "2014-09-20")
		s.counted("2014-09-01").want(t, "SOSPENSIONE 2014-08-01 2014-09-20", "")
		if want := []pipeline.CorrectionNight{{Claim: "D1", On: day("2014-08-20")}, {Claim: "D1", On: day("2014-09-01")}}; !slices.Equal(s.d.Corrections, want) {
			t.Fatalf("corrections %v, want %v", s.d.Corrections, want)
		}
		return s, j
	}
	t.Run("an operator decides", func(t *testing.T) {
		s, j := twice(t)
		s.extend(j, "2014-10-15")
		const want = "SOSPENSIONE 2014-08-01 2014-09-20, SOSPENSIONE? 2014-09-21 2014-10-15"
		s.counted("2014-09-15").want(t, want, "RETTIFICA_TARDIVA")
		if e := s.last.Exceptions[0]; len(s.last.Corrections) != 0 || !strings.Contains(e.Text, "nulla è automatico: terza correzione automatica in un anno.") {
			t.Errorf("%s, corrected %v", e.Text, s.last.Corrections)
		}
		for _, f := range rowFaults(&s.last) {
			t.Error(f)
		}
		s.still(t, want, "RETTIFICA_TARDIVA", "2014-09-16", "2014-10-30", "2015-10-30")
		s.decided().night("2015-10-31").want(t, "SOSPENSIONE 2014-08-01 2014-10-15, RIPRESA 2014-10-16", "")
	})
	t.Run("a year after the first", func(t *testing.T) {
		for on, want := range map[string]string{
			"2015-08-20": "SOSPENSIONE 2014-08-01 2014-09-20, RIPRESA 2014-09-21, SOSPENSIONE? 2014-09-21 2014-10-15",
			"2015-08-21": "SOSPENSIONE 2014-08-01 2014-10-15, RIPRESA 2014-10-16",
		} {
			s, j := twice(t)
			s.counted("2014-10-01").want(t, "SOSPENSIONE 2014-08-01 2014-09-20, RIPRESA 2014-09-21", "")
			s.extend(j, "2014-10-15")
			s.counted(on)
			exceptions := "PROROGA_TARDIVA"
			if on == "2015-08-20" {
				exceptions = "RETTIFICA_TARDIVA"
			}
			s.want(t, want, exceptions)
		}
	})
	t.Run("by another job", func(t *testing.T) {
		for _, c := range []struct{ name, from, to, contract, want string }{
			{"that goes on where it ends", "2014-09-15", "2014-10-15", "A.02.00", "SOSPENSIONE 2014-08-01 2014-09-20, SOSPENSIONE? 2014-09-21 2014-10-15"},
			{"that takes the benefit away meanwhile", "2014-09-15", "", "A.01.00", "SOSPENSIONE 2014-08-01 2014-09-20, DECADENZA? 2014-09-15"},
		} {
			t.Run(c.name, func(t *testing.T) {
				s, _ := twice(t)
				s.hire(employerY, c.contract, c.from, c.to)
				s.counted("2014-09-18").want(t, c.want, "RETTIFICA_TARDIVA")
				s.still(t, c.want, "RETTIFICA_TARDIVA", "2014-09-19", "2014-11-19")
			})
		}
	})
	t.Run("a late correction does not let it go", func(t *testing.T) {
		s, j := twice(t)
		s.hire(employerY, "A.02.00", "2014-09-15", "2014-10-15")
		const want = "SOSPENSIONE 2014-08-01 2014-09-20, SOSPENSIONE? 2014-09-21 2014-10-15"
		s.counted("2014-09-18").want(t, want, "RETTIFICA_TARDIVA")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.Start = day("2014-08-02") })
		s.counted("2014-09-19").want(t, want, "RETTIFICA_TARDIVA, RETTIFICA_TARDIVA")
		s.still(t, want, "RETTIFICA_TARDIVA, RETTIFICA_TARDIVA", "2014-09-20", "2014-11-19")
	})
	t.Run("what corrects nothing is automatic", func(t *testing.T) {
		s, _ := twice(t)
		s.hire(employerY, "A.02.00", "2014-11-01", "2014-11-30")
		s.counted("2014-11-05").want(t, "SOSPENSIONE 2014-08-01 2014-09-20, RIPRESA 2014-09-21, SOSPENSIONE 2014-11-01 2014-11-30", "")
	})
	t.Run("of what has not begun", func(t *testing.T) {
		s, _ := twice(t)
		later := s.hire(employerY, "A.02.00", "2014-11-01", "2014-11-30")
		s.counted("2014-10-01")
		s.extend(later, "2014-12-15")
		const want = "SOSPENSIONE 2014-08-01 2014-09-20, RIPRESA 2014-09-21, SOSPENSIONE? 2014-11-01 2014-12-15"
		s.counted("2014-10-10").want(t, want, "RETTIFICA_TARDIVA")
		if e := s.last.Exceptions[0]; !strings.HasPrefix(e.Text, "Nulla è corretto in automatico, la sede deve decidere: la sospensione dal 01/11/2014 al 30/11/2014 cambierebbe") {
			t.Error(e.Text)
		}
		s.still(t, want, "RETTIFICA_TARDIVA", "2014-10-11", "2015-02-11")
	})
	t.Run("another claim is not concerned", func(t *testing.T) {
		s, j := twice(t)
		for i := range s.d.Corrections {
			s.d.Corrections[i].Claim = "D0"
		}
		s.extend(j, "2014-10-15")
		s.counted("2014-09-15").want(t, "SOSPENSIONE 2014-08-01 2014-10-15", "")
	})
}

func TestWhatIsNoCorrection(t *testing.T) {
	s := newStory(aspi())
	j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
	want := func(on string, corrections ...string) {
		t.Helper()
		if s.counted(on); !slices.Equal(s.last.Corrections, corrections) {
			t.Errorf("%s: corrected %v, want %v", on, s.last.Corrections, corrections)
		}
	}
	want("2014-08-05") // new
	want("2014-09-10") // the resumption, by the calendar
	s.d.Claims[0].DaysGranted = 200
	want("2014-09-11") // the claim's own data
	s.hire(employerY, "A.02.00", "2014-10-01", "2014-10-10")
	want("2014-10-05") // a new job
	s.extend(j, "2014-09-10")
	want("2014-10-06", "D1") // the suspension is changed; that its resumption gives way does not count by itself
}

// TestCorrectionsAreCounted has corrections remembered from night to night: no claim is corrected by itself more than twice
// within a year, but that what has not begun may be withdrawn, and on a claim that is held since, a night with nothing new
// publishes nothing but what the calendar brings.
func TestCorrectionsAreCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := *drawWide(t)
		p := rules.Defaults(allContracts)
		nights := map[string]int{}
		prev := pipeline.Date(0)
		for n := range 12 {
			on := firstNight + pipeline.Date(n/2*30+n%2)
			tonight := known(&all, on)
			r := nightBy(&p, tonight, prev, on)
			for _, claim := range r.Corrections {
				nights[claim]++
				all.Corrections = append(all.Corrections, pipeline.CorrectionNight{Claim: claim, On: on})
				changed := slices.ContainsFunc(r.Actions, func(a pipeline.Action) bool {
					executed := slices.ContainsFunc(tonight.Issued, func(o pipeline.Action) bool { return o.ID == a.ID && o.Mode == pipeline.ModeAuto && o.From <= on })
					return a.Claim == claim && a.Type != pipeline.ActionResume && executed && a.Mode == pipeline.ModeAuto && a.Cause != pipeline.CauseCalendar && a.Cause != pipeline.CauseClaimData
				})
				if nights[claim] > 2 && changed {
					t.Fatalf("%s: claim %s is corrected a third time", on, claim)
				}
			}
			if f := rowFaults(&r); f != nil {
				t.Fatalf("%s: %q", on, f)
			}
			if n%2 == 1 {
				quietNight(t, on, &r, func(claim string) bool {
					return slices.ContainsFunc(tonight.Open, func(e pipeline.Exception) bool {
						return e.Claim == claim && strings.Contains(e.Text, "terza correzione automatica in un anno")
					})
				})
			}
			all.Issued, all.Open, prev = r.InForce, r.Exceptions, on
		}
	})
}

// TestUnderAStop has a stop from some night on: nothing that was executed changes, nothing becomes automatic, and a night
// with nothing new publishes nothing but what the calendar brings.
func TestUnderAStop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawWide(t)
		p := rules.Defaults(allContracts)
		from := firstNight + pipeline.Date(30*rapid.IntRange(1, 4).Draw(t, "stopped"))
		d.Stop = &pipeline.Stop{From: from}
		all := *d
		prev := pipeline.Date(0)
		for n := range 14 {
			on := firstNight + pipeline.Date(n/2*30+n%2)
			tonight := known(&all, on)
			r := nightBy(&p, tonight, prev, on)
			if on >= from {
				underStop(t, on, tonight.Issued, &r)
			}
			if n%2 == 1 && on > from {
				quietNight(t, on, &r, func(string) bool { return true })
			}
			all.Issued, all.Open, prev = r.InForce, r.Exceptions, on
		}
	})
}

func underStop(t *rapid.T, on pipeline.Date, issued []pipeline.Action, r *ledger.Result) {
	for _, a := range issued {
		if a.Mode != pipeline.ModeAuto || a.From > on {
			continue
		}
		i := slices.IndexFunc(r.InForce, func(o pipeline.Action) bool { return o.ID == a.ID })
		if i < 0 || r.InForce[i] != a {
			t.Fatalf("%s: the executed %s from %s does not stay as issued", on, a.Type, a.From)
		}
	}
	for _, a := range r.Actions {
		if a.Operation != pipeline.OperationWithdrawn && a.Mode != pipeline.ModeProposed {
			t.Fatalf("%s: %s %s from %s is automatic", on, a.Operation, a.Type, a.From)
		}
	}
	if f := rowFaults(r); f != nil {
		t.Fatalf("%s: %s", on, diff.Diff([]string{}, f))
	}
}

// quietNight wants nothing on the claims that are held but what the calendar brings.
func quietNight(t *rapid.T, on pipeline.Date, r *ledger.Result, held func(claim string) bool) {
	for _, a := range r.Actions {
		if a.Cause != pipeline.CauseCalendar && held(a.Claim) {
			t.Fatalf("%s: %s %s %s from %s by %s because of %s", on, a.Operation, a.Type, a.Mode, a.From, a.Rule, a.Cause)
		}
	}
}
