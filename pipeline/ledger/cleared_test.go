package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
)

// clear closes the open exceptions of a code as an operator does: on the facts they have.
func (s *story) clear(code string) {
	for i := range s.d.Open {
		if e := &s.d.Open[i]; e.Code == code {
			e.State = pipeline.ExceptionCleared
		}
	}
}

// TestAClearedExceptionComesBackOnlyWhenItsFactsChange runs thirty nights on the same facts, and then one on others.
func TestAClearedExceptionComesBackOnlyWhenItsFactsChange(t *testing.T) {
	s := newStory(claim(pipeline.BenefitASpI))
	h := s.hire("12345678901", "A.05.02", "2014-08-10", "2014-09-20") // on call, the days worked are not known
	s.night("2014-08-15").want(t, "", "INTERMITTENTE")
	id := s.last.Exceptions[0].ID
	s.clear("INTERMITTENTE")
	cleared := s.d.Open
	for n := range 30 {
		s.d.Open = slices.Clone(cleared) // as the ledger hands them on
		s.night((day("2014-08-16") + pipeline.Date(n)).String())
		if len(s.last.Exceptions) != 0 || len(s.last.Actions) != 0 {
			t.Fatalf("night %d: %+v", n, s.last)
		}
	}
	s.d.Open = slices.Clone(cleared)
	s.follow(h, pipeline.EventHire, pipeline.PurposeCorrection, "", func(c *pipeline.Communication) { c.End = day("2014-10-31") })
	s.night("2014-09-20").want(t, "", "INTERMITTENTE")
	e := s.last.Exceptions[0]
	if e.State != pipeline.ExceptionReopened || e.ID != id {
		t.Errorf("%s %s, want RIAPERTA %s", e.State, e.ID, id)
	}
	for _, part := range []string{"Riaperta: ", "fine 31/10/2014 invece di 20/09/2014", "documenti nuovi: 1"} {
		if !strings.Contains(e.Text, part) {
			t.Errorf("%q does not say %q", e.Text, part)
		}
	}
	why := e.Text
	s.night("2014-09-21").want(t, "", "INTERMITTENTE")
	if e := s.last.Exceptions[0]; e.State != pipeline.ExceptionOpen || e.Text != why {
		t.Errorf("the night after: %s %q", e.State, e.Text)
	}
}

// TestAnExceptionThatClosedByItselfIsReopened: its facts came back as they were.
func TestAnExceptionThatClosedByItselfIsReopened(t *testing.T) {
	s := newStory(claim(pipeline.BenefitASpI))
	s.hire("12345678901", "A.05.02", "2014-08-10", "2014-09-20")
	s.night("2014-08-15").want(t, "", "INTERMITTENTE")
	s.d.Open[0].State = pipeline.ExceptionClosed
	s.night("2014-09-21").want(t, "", "INTERMITTENTE")
	e := s.last.Exceptions[0]
	if e.State != pipeline.ExceptionReopened || !strings.HasSuffix(e.Text, "Riaperta: i fatti sono di nuovo quelli di prima.") {
		t.Errorf("%s %q", e.State, e.Text)
	}
}
