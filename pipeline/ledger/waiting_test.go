package ledger_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/ledger"
)

// holding holds actions of a type from a sender; "" is any.
func holding(kind, sender string) func(gates.Adverse) (gates.Slice, bool) {
	return func(a gates.Adverse) (gates.Slice, bool) {
		held := (kind == "" || a.Type == kind) && (sender == "" || a.Sender == sender)
		return gates.Slice{Dimension: gates.BySender, Value: a.Sender, Type: a.Type}, held
	}
}

// nightWith is night with what the gates say.
func (s *story) nightWith(on string, hold func(gates.Adverse) (gates.Slice, bool), accepted bool) *story {
	for i := range s.d.Communications {
		acquire(&s.d.Communications[i].Acquired, day(on))
	}
	for i := range s.d.Submissions {
		acquire(&s.d.Submissions[i].Acquired, day(on))
	}
	s.last = ledger.Decide(&s.d, ledger.Night{
		Date: day(on), Previous: s.prev, Params: &params, RulesVersion: "prova", Hold: hold, Accepted: accepted,
	})
	s.prev, s.d.Issued, s.d.Open = day(on), s.last.InForce, s.last.Exceptions
	return s
}

func (s *story) held(on string) *story { return s.nightWith(on, holding("", ""), false) }

// published wants the rows of azioni: "NUOVA DECADENZA PROPOSTA COMUNICAZIONE".
func (s *story) published(t *testing.T, want ...string) *story {
	t.Helper()
	var got []string
	for _, a := range s.last.Actions {
		got = append(got, strings.Join([]string{a.Operation, a.Type, a.Mode, a.Cause}, " "))
	}
	slices.Sort(got)
	slices.Sort(want)
	if d := diff.Diff(want, got); d != "" {
		t.Errorf("night of %s, rows of azioni:\n%s", s.prev, d)
	}
	return s
}

// paid has the claim paid until a day.
func (s *story) paid(through string) *story {
	s.d.Claims[0].PaidThrough = day(through)
	return s
}

func TestHeldActionIsProposedUntilItIsReleased(t *testing.T) {
	for _, accepted := range []bool{true, false} {
		cause := map[bool]string{true: pipeline.CauseOperator, false: pipeline.CauseCalendar}[accepted]
		s := newStory(aspi()).paid("2014-08-15")
		s.hire(employerX, "A.01.00", "2014-08-11", "", func(c *pipeline.Communication) { c.Sender = "RSSMRA80A01H501U" })
		s.held("2014-08-20").want(t, "DECADENZA? 2014-08-11", "").published(t, "NUOVA DECADENZA PROPOSTA COMUNICAZIONE")
		a := s.last.Actions[0]
		const why = "in attesa di conferma: le decadenze con mittente RSS************* sono molte più del solito"
		if !strings.HasPrefix(a.Reason, "È proposta la decadenza dalla prestazione dal 11/08/2014: ") ||
			!strings.HasSuffix(a.Reason, "; nulla è automatico ("+why+").") || !strings.Contains(a.Trace, `"fermo":"`+why+`"`) {
			t.Errorf("reason %s\ntrace %s", a.Reason, a.Trace)
		}
		if a.OverpaidDays.OK {
			t.Errorf("days overpaid by a proposal: %v", a.OverpaidDays)
		}
		for _, x := range s.last.Stretches {
			if x.State != pipeline.StretchPayable {
				t.Errorf("days that are %s by a proposal", x.State)
			}
		}
		want := []gates.Adverse{{Type: pipeline.ActionDecade, Office: "7000", Employer: employerX, Sender: "RSSMRA80A01H501U", Rule: "R03", Count: 1}}
		if d := diff.Diff(want, s.last.Adverse); d != "" {
			t.Error(d)
		}

		s.held("2014-08-21").want(t, "DECADENZA? 2014-08-11", "").published(t)
		if d := diff.Diff(want, s.last.Adverse); d != "" {
			t.Errorf("held again: %s", d)
		}
		id := s.last.InForce[0].ID
		s.nightWith("2014-08-22", nil, accepted).want(t, "DECADENZA 2014-08-11", "INDEBITO").published(t, "MODIFICATA DECADENZA AUTOMATICA "+cause)
		if got := s.last.InForce[0]; got.ID != id || got.OverpaidDays != pipeline.Some[int32](5) || strings.Contains(got.Trace, "attesa di conferma") {
			t.Errorf("released as %+v", got)
		}
		s.held("2014-08-23").want(t, "DECADENZA 2014-08-11", "INDEBITO").published(t)
		if len(s.last.Adverse) != 0 {
			t.Errorf("it becomes automatic again: %v", s.last.Adverse)
		}
	}
}

func TestHoldTouchesNothingInForce(t *testing.T) {
	const held = "SOSPENSIONE 2014-08-01 2014-08-31"
	t.Run("a decadence cuts no suspension", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-05")
		s.hire(employerY, "A.01.00", "2014-08-20", "")
		s.held("2014-08-21").want(t, held+", DECADENZA? 2014-08-20", "").published(t, "NUOVA DECADENZA PROPOSTA COMUNICAZIONE")
		s.held("2014-09-10").want(t, held+", DECADENZA? 2014-08-20", "").published(t) // nor is it resumed
		s.nightWith("2014-09-11", nil, true).want(t, "SOSPENSIONE 2014-08-01 2014-08-19, DECADENZA 2014-08-20", "").
			published(t, "MODIFICATA SOSPENSIONE AUTOMATICA OPERATORE", "MODIFICATA DECADENZA AUTOMATICA OPERATORE")
	})
	t.Run("nor one that is pending", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-09-01", "2014-09-30")
		s.night("2014-08-05")
		s.follow(j, pipeline.EventHire, pipeline.PurposeCancellation, "")
		s.hire(employerY, "A.02.00", "2014-10-15", "2014-10-30")
		const want = "SOSPENSIONE 2014-09-01 2014-09-30, SOSPENSIONE? 2014-10-15 2014-10-30"
		s.held("2014-08-06").want(t, want, "")
		s.held("2014-08-07").want(t, want, "").published(t)
		s.night("2014-08-08").want(t, "SOSPENSIONE 2014-10-15 2014-10-30", "").
			published(t, "ANNULLATA SOSPENSIONE AUTOMATICA CALENDARIO", "MODIFICATA SOSPENSIONE AUTOMATICA CALENDARIO")
	})
	t.Run("a conversion of the suspended job", func(t *testing.T) {
		s := newStory(aspi())
		j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31")
		s.night("2014-08-05")
		s.follow(j, pipeline.EventConversion, pipeline.PurposeNormal, "2014-08-10", func(c *pipeline.Communication) { c.EventCode = "DI" })
		s.held("2014-08-12").want(t, held+", DECADENZA? 2014-08-10", "")
		s.held("2014-08-13").want(t, held+", DECADENZA? 2014-08-10", "").published(t)
		s.night("2014-08-14").want(t, "SOSPENSIONE 2014-08-01 2014-08-09, DECADENZA 2014-08-10", "")
	})
	t.Run("a decadence in force still ends the benefit", func(t *testing.T) {
		s := newStory(aspi())
		s.hire(employerX, "A.01.00", "2014-08-20", "")
		s.night("2014-08-21").want(t, "DECADENZA 2014-08-20", "")
		s.hire(employerY, "A.02.00", "2014-08-01", "2014-08-10")
		s.held("2014-08-22").want(t, "DECADENZA 2014-08-20, SOSPENSIONE? 2014-08-01 2014-08-10", "")
		s.held("2014-08-23").published(t)
		s.night("2014-08-24").want(t, "DECADENZA 2014-08-20, SOSPENSIONE 2014-08-01 2014-08-10, RIPRESA 2014-08-11", "")
	})
	t.Run("another claim of the person", func(t *testing.T) {
		before := older(pipeline.StateInPayment)
		before.DaysGranted = 90
		s := newStory(before, aspi())
		s.hire(employerX, "A.02.00", "2014-04-01", "2014-04-10")
		s.hire(employerY, "A.01.00", "2014-10-01", "")
		s.nightWith("2014-10-10", holding(pipeline.ActionDecade, employerY), false)
		if len(s.last.InForce) != 3 {
			t.Errorf("%d actions in force, want 3", len(s.last.InForce))
		}
		for _, a := range s.last.InForce {
			if want := map[string]string{"D0": pipeline.ModeAuto, "D1": pipeline.ModeProposed}[a.Claim]; a.Mode != want {
				t.Errorf("%s of %s is %s", a.Type, a.Claim, a.Mode)
			}
		}
	})
}

func TestOnlyTheSliceIsHeld(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-20")
	s.nightWith("2014-08-26", holding(pipeline.ActionDecade, ""), false).want(t, "SOSPENSIONE 2014-08-01 2014-08-20, RIPRESA 2014-08-21", "")
	s = newStory(aspi())
	s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-20")
	s.nightWith("2014-08-26", holding("", employerY), false).want(t, "SOSPENSIONE 2014-08-01 2014-08-20, RIPRESA 2014-08-21", "")
	s = newStory(aspi())
	s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-20")
	s.nightWith("2014-08-26", holding("", employerX), false).want(t, "SOSPENSIONE? 2014-08-01 2014-08-20", "") // and nothing is resumed
	s.nightWith("2014-08-27", nil, false).want(t, "SOSPENSIONE 2014-08-01 2014-08-20, RIPRESA 2014-08-21", "")
}

// TestLastDocumentToArriveDecides has the extension of one sender take a job of another over the limit.
func TestLastDocumentToArriveDecides(t *testing.T) {
	s := newStory(aspi())
	j := s.hire(employerX, "A.02.00", "2014-08-01", "2014-08-31", func(c *pipeline.Communication) { c.Sender = "11111111115" })
	s.night("2014-08-05")
	s.follow(j, pipeline.EventExtension, pipeline.PurposeNormal, "2015-06-30", func(c *pipeline.Communication) { c.Sender = "22222222220" })
	s.night("2014-08-12").want(t, "SOSPENSIONE 2014-08-01 2014-08-31, DECADENZA 2014-09-01", "")
	want := []gates.Adverse{{Type: pipeline.ActionDecade, Office: "7000", Employer: employerX, Sender: "22222222220", Rule: "R11", Count: 1}}
	if d := diff.Diff(want, s.last.Adverse); d != "" {
		t.Error(d)
	}
	s = newStory(aspi())
	s.declare("D1", "2014-08-02", sick("2014-08-01", "2014-08-05"))
	s.night("2014-08-05")
	if d := diff.Diff([]gates.Adverse{{Type: pipeline.ActionSuspend, Office: "7000", Rule: "R51", Count: 1}}, s.last.Adverse); d != "" {
		t.Errorf("the person alone has spoken: %s", d)
	}
}

// gated decides a dossier as it stands.
func gated(d *pipeline.Dossier, prev, on pipeline.Date, hold func(gates.Adverse) (gates.Slice, bool)) ledger.Result {
	slices.SortFunc(d.Communications, func(a, b pipeline.Communication) int {
		return cmp.Or(cmp.Compare(a.SentAt, b.SentAt), strings.Compare(a.Code, b.Code))
	})
	return ledger.Decide(d, ledger.Night{Date: on, Previous: prev, Params: &params, RulesVersion: "prova", Hold: hold})
}

// TestHeldNights has everything against the person held on the night that brings all facts of any story: nothing becomes
// automatic, a second such night publishes nothing but what the calendar proposes, and what is in force once released is what it
// would be had nothing been held.
func TestHeldNights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := day("2014-12-20")
		d := drawDossier(t, on)
		free, held := gated(d, on-1, on, nil), gated(d, on-1, on, holding("", ""))
		if d := diff.Diff(free.Adverse, held.Adverse); d != "" {
			t.Fatalf("holding changes what would become automatic:\n%s", d)
		}
		if len(held.Adverse) == 0 {
			if d := diff.Diff(free, held); d != "" {
				t.Fatalf("nothing to hold:\n%s", d)
			}
			return
		}
		for _, a := range held.Actions {
			if a.Mode == pipeline.ModeAuto {
				t.Fatalf("%s %s from %s on a claim that waits", a.Operation, a.Type, a.From)
			}
		}
		d.Issued, d.Open = held.InForce, held.Exceptions
		for _, a := range gated(d, on, on+1, holding("", "")).Actions {
			if a.Cause != pipeline.CauseCalendar || a.Mode == pipeline.ModeAuto { // a term may end with the first night
				t.Fatalf("a second night held: %+v", a)
			}
		}
		released := gated(d, on, on+1, nil)
		d.Issued, d.Open = free.InForce, free.Exceptions
		never := gated(d, on, on+1, nil)
		if d := diff.Diff(unsourced(rows(never.InForce)), unsourced(rows(released.InForce))); d != "" {
			t.Fatalf("released, as against never held:\n%s", d)
		}
	})
}

// TestHoldNeverTouchesWhatIsAutomatic has more facts come on a held night: what was automatic stays to the letter.
func TestHoldNeverTouchesWhatIsAutomatic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, on := day("2014-12-01"), day("2014-12-20")
		d, late := drawDossier(t, first), drawDossier(t, on)
		issued := gated(d, first-1, first, nil)
		for _, c := range late.Communications { // other documents
			c.ID[0]++
			c.Code = "24" + c.Code[2:]
			if c.PreviousCode != "" {
				c.PreviousCode = "24" + c.PreviousCode[2:]
			}
			d.Communications = append(d.Communications, c)
		}
		d.Issued, d.Open = issued.InForce, issued.Exceptions
		held := gated(d, first, on, holding("", ""))
		if len(held.Adverse) == 0 {
			return
		}
		for _, a := range issued.InForce {
			if a.Mode == pipeline.ModeAuto && !slices.Contains(held.InForce, a) {
				t.Fatalf("%s from %s did not stay", a.Type, a.From)
			}
		}
		for _, a := range held.Actions {
			if a.Mode == pipeline.ModeAuto {
				t.Fatalf("%s %s from %s on a claim that waits", a.Operation, a.Type, a.From)
			}
		}
	})
}
