package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

// deciding runs the nights of a wide dossier with an operator at work between them, and two quiet nights at the end.
type deciding struct {
	*wide
	d      *pipeline.Dossier
	params rules.Params
	number int
	open   []pipeline.Exception
	issued []pipeline.Action
}

func newDeciding(t *rapid.T) *deciding {
	d := drawWide(t)
	// Where an operator confirms, one after the other, that two jobs told under one code both count, a proposal goes a night late.
	first := map[string]*pipeline.Communication{}
	var kept []pipeline.Communication
	for i := range d.Communications {
		c := &d.Communications[i]
		if o := first[c.Code]; o == nil {
			first[c.Code] = c
		} else if o.Employer != c.Employer || o.Start != c.Start {
			continue
		}
		kept = append(kept, *c)
	}
	d.Communications = kept
	for i := range d.Notices { // one dated later has its effects from its day
		d.Notices[i].On = min(d.Notices[i].On, d.Notices[i].Acquired)
	}
	return &deciding{wide: &wide{T: t, ids: 5000}, d: d, params: rules.Defaults(allContracts)}
}

// decide closes some of the exceptions that stand open, each with a decision that the next night takes in.
func (s *deciding) decide(on pipeline.Date) {
	s.open = slices.Clone(s.open)
	for i := range s.open {
		e := &s.open[i]
		if !e.Standing() || !s.often("decides", 1) {
			continue
		}
		e.State = pipeline.ExceptionCleared
		s.d.Notices = append(s.d.Notices, s.ruling(e, on))
	}
}

func (s *deciding) ruling(e *pipeline.Exception, on pipeline.Date) pipeline.Notice {
	s.number++
	u := &pipeline.Ruling{
		Kind:      s.one("ruling", pipeline.RulingConfirm, pipeline.RulingConfirm, pipeline.RulingRefuse, pipeline.RulingRefuse, pipeline.RulingDates),
		Exception: e.ID, Code: e.Code, Claim: e.Claim, Sources: e.Sources, Fingerprint: e.Fingerprint,
		By: "mario.rossi", At: pipeline.Instant(int64(on.UnixDays()-1) * 86_400_000_000), Reason: "Verificato.",
	}
	if u.Kind == pipeline.RulingDates {
		u.From = s.date("ascertained")
		if s.often("ends", 1) {
			u.To = u.From + pipeline.Date(s.num("days ascertained", 0, 250))
		}
	}
	return pipeline.Notice{
		ID: s.id("op"), Acquired: on, Kind: pipeline.NoticeRuling, TaxCode: person, On: on - 1, Protocol: fmt.Sprint("OP.", s.number), Ruling: u,
	}
}

// nights runs them all; tonight is what a night knew.
func (s *deciding) nights(check func(on pipeline.Date, quiet bool, tonight *pipeline.Dossier, n ledger.Night, r *ledger.Result)) {
	prev := pipeline.Date(0)
	for n := range 8 {
		quiet := n > 5
		on := firstNight + pipeline.Date(30*n)
		if quiet {
			on = firstNight + 150 + pipeline.Date(n-5)
		}
		if n > 0 && !quiet {
			s.decide(on)
		}
		tonight := known(s.d, on)
		tonight.Issued, tonight.Open = s.issued, s.open
		night := ledger.Night{Date: on, Previous: prev, Params: &s.params, RulesVersion: "prova"}
		r := ledger.Decide(tonight, night)
		check(on, quiet, tonight, night, &r)
		cleared := s.open
		s.issued, s.open, prev = r.InForce, slices.Clone(r.Exceptions), on
		for _, e := range cleared {
			if e.State == pipeline.ExceptionCleared && !slices.ContainsFunc(r.Exceptions, func(o pipeline.Exception) bool { return o.ID == e.ID }) {
				s.open = append(s.open, e)
			}
		}
	}
}

func TestQuietNightsAfterRulingsPublishNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		newDeciding(t).nights(func(on pipeline.Date, quiet bool, _ *pipeline.Dossier, _ ledger.Night, r *ledger.Result) {
			if !quiet {
				return
			}
			for _, a := range r.Actions {
				if a.Cause != pipeline.CauseCalendar {
					t.Fatalf("%s: %s %s %s from %s by %s because of %s\n%+v", on, a.Operation, a.Type, a.Mode, a.From, a.Rule, a.Cause, a)
				}
			}
			if on == firstNight+151 { // terms may have passed in the nights between
				return
			}
			for _, e := range r.Exceptions {
				// what was paid beyond a stop goes with the stop, which the calendar may have changed tonight
				follows := e.Code == rules.ExcOverpayment && slices.ContainsFunc(r.Actions, func(a pipeline.Action) bool { return shareAny(a.Sources, e.Sources) })
				if (e.State == pipeline.ExceptionNew || e.State == pipeline.ExceptionReopened) && !byCalendar(&e) && !follows {
					t.Fatalf("%s: %s is %s with nothing new", on, e.Code, e.State)
				}
			}
		})
	})
}

func TestRulingsKeepDaysAndCountersWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newDeciding(t)
		s.nights(func(on pipeline.Date, _ bool, tonight *pipeline.Dossier, _ ledger.Night, r *ledger.Result) {
			next := map[string]pipeline.Date{}
			granted := map[string]int32{}
			for i := range tonight.Claims {
				next[tonight.Claims[i].Number], granted[tonight.Claims[i].Number] = tonight.Claims[i].Start, tonight.Claims[i].DaysGranted
			}
			for _, x := range r.Stretches {
				if x.From != next[x.Claim] {
					t.Fatalf("%s: a stretch of %s begins on %s, want %s", on, x.Claim, x.From, next[x.Claim])
				}
				next[x.Claim] = x.To + 1
			}
			ids := map[string]bool{}
			for _, a := range r.InForce {
				if a.DaysResidual.OK && (a.DaysResidual.V < 0 || a.DaysResidual.V > granted[a.Claim] || a.DaysUsed.V < 0) {
					t.Fatalf("%s: %s from %s: used %d, residual %d", on, a.Type, a.From, a.DaysUsed.V, a.DaysResidual.V)
				}
				if ids[a.ID] {
					t.Fatalf("%s: %s twice in force", on, a.Type)
				}
				ids[a.ID] = true
			}
			for _, e := range r.Exceptions {
				if strings.Contains(e.Sources, "OP.") {
					t.Fatalf("%s: %s rests on a ruling: %s", on, e.Code, e.Sources)
				}
			}
		})
	})
}

// TestWhatNobodyRuledOnStaysInTheClosedSet: automatic actions outside of it rest on an operator's word.
func TestWhatNobodyRuledOnStaysInTheClosedSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		newDeciding(t).nights(func(on pipeline.Date, _ bool, _ *pipeline.Dossier, _ ledger.Night, r *ledger.Result) {
			for i := range r.InForce {
				a := &r.InForce[i]
				if a.Mode != pipeline.ModeAuto || a.Cautious && a.Type == pipeline.ActionSuspend || strings.Contains(a.Sources, "OP.") {
					continue
				}
				if !slices.Contains(closedSet[a.Type], a.Rule) {
					t.Fatalf("%s: an automatic %s by %s on %s", on, a.Type, a.Rule, a.Sources)
				}
			}
		})
	})
}

func TestOrderOfRulingsNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		newDeciding(t).nights(func(on pipeline.Date, _ bool, tonight *pipeline.Dossier, n ledger.Night, r *ledger.Result) {
			shuffled := *tonight
			others := slices.DeleteFunc(slices.Clone(tonight.Notices), func(n pipeline.Notice) bool { return n.Ruling != nil })
			rulings := slices.DeleteFunc(slices.Clone(tonight.Notices), func(n pipeline.Notice) bool { return n.Ruling == nil })
			shuffled.Notices = append(rapid.Permutation(rulings).Draw(t, "order"), others...)
			got := ledger.Decide(&shuffled, n)
			if delta := diff.Diff(r.Actions, got.Actions, cmpopts.EquateEmpty()); delta != "" {
				t.Fatalf("%s: another order, other actions:\n%s", on, delta)
			}
			if delta := diff.Diff(r.Exceptions, got.Exceptions, cmpopts.EquateEmpty()); delta != "" {
				t.Fatalf("%s: another order, other exceptions:\n%s", on, delta)
			}
		})
	})
}

// TestRulingsOnOthersChangeNothing adds rulings on claims and documents that are none of the person's.
func TestRulingsOnOthersChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newDeciding(t)
		s.nights(func(on pipeline.Date, _ bool, tonight *pipeline.Dossier, n ledger.Night, r *ledger.Result) {
			with := *tonight
			with.Notices = slices.Clone(tonight.Notices)
			for i, e := range r.Exceptions {
				foreign := s.ruling(&e, on)
				foreign.Protocol, foreign.Ruling.Exception = fmt.Sprint("OP.", 90_000+i), "E-altra"
				if foreign.Ruling.Claim = "D9"; i%2 == 1 {
					foreign.Ruling.Claim, foreign.Ruling.Sources = e.Claim, "9999999999999999"
				}
				with.Notices = append(with.Notices, foreign)
			}
			got := ledger.Decide(&with, n)
			if delta := diff.Diff(r.InForce, got.InForce, cmpopts.EquateEmpty()); delta != "" {
				t.Fatalf("%s: a ruling on another changes what is in force:\n%s", on, delta)
			}
			if delta := diff.Diff(r.Exceptions, got.Exceptions, cmpopts.EquateEmpty()); delta != "" {
				t.Fatalf("%s: a ruling on another changes exceptions:\n%s", on, delta)
			}
		})
	})
}
