package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// TestClaimUnderAnotherCode: whoever has a claim on which something is in force under another code is issued nothing on it, whatever
// arrives, and has what was issued to themselves as it was; another claim of theirs is decided as ever.
func TestClaimUnderAnotherCode(t *testing.T) {
	other := aspi()
	other.Number, other.Start, other.TerminatedOn, other.FiledOn = "D2", day("2013-01-09"), day("2013-01-01"), day("2013-01-02")
	other.DaysGranted = 60
	s := newStory(other, named())
	s.hire("10000000017", "A.02.00", "2014-09-01", "2014-10-31")
	s.night("2014-09-01")
	before := slices.Clone(s.last.InForce)
	if len(before) != 1 || before[0].Claim != "D1" {
		t.Fatalf("in force %+v: the test would show nothing", before)
	}
	s.d.Elsewhere = []pipeline.Elsewhere{
		{Claim: "D1", Code: formerCode, First: "A00", From: day("2014-08-01"), Actions: 2},
		{Claim: "D9", Code: formerCode, First: "A01", From: day("2014-08-01"), Actions: 1}, // of no claim of theirs
	}
	s.hire("20000000008", "A.01.00", "2014-09-03", "")
	s.hire("20000000008", "A.02.00", "2013-02-01", "2013-02-10")
	s.declare("D1", "2014-09-02", pipeline.Event{Kind: pipeline.EventSickness, Start: day("2014-11-01"), End: day("2014-11-05")})
	for _, on := range []string{"2014-09-04", "2014-09-05", "2014-12-01"} {
		s.night(on)
		var of1, of2 []pipeline.Action
		for _, a := range s.last.InForce {
			if a.Claim == "D1" {
				of1 = append(of1, a)
			} else {
				of2 = append(of2, a)
			}
		}
		if !slices.Equal(of1, before) {
			t.Errorf("%s: on the claim %+v, want %+v", on, of1, before)
		}
		if len(of2) == 0 {
			t.Errorf("%s: nothing on the other claim", on)
		}
		var moved []pipeline.Exception
		for _, e := range s.last.Exceptions {
			if rules.OfMovedClaim(&e) {
				moved = append(moved, e)
			}
		}
		if len(moved) != 1 {
			t.Fatalf("%s: %d exceptions", on, len(moved))
		}
		e := moved[0]
		if e.Code != rules.ExcAmbiguousIdentity || e.Class != pipeline.ClassBlock || e.Rule != "I01" || e.Claim != "D1" || e.TaxCode != person ||
			e.From != day("2014-08-01") || !rules.Cites(e.Sources, "A00") || rules.Cites(e.Sources, "A01") {
			t.Errorf("%s: %+v", on, e)
		}
		for _, text := range []string{e.Text, e.Proposed, e.Trace} {
			if strings.Contains(text, string(person)) || strings.Contains(text, string(formerCode)) {
				t.Errorf("%s: a whole code in a text", on)
			}
		}
		for _, want := range []string{person.Mask(), formerCode.Mask(), "2 azioni in essere", "01/08/2014"} {
			if !strings.Contains(e.Text, want) {
				t.Errorf("%s: %q does not say %q", on, e.Text, want)
			}
		}
	}
	s.d.Elsewhere = nil // settled: all is decided again
	s.night("2014-12-02")
	if !slices.ContainsFunc(s.last.InForce, func(a pipeline.Action) bool { return a.Claim == "D1" && a.Type == pipeline.ActionDecade }) {
		t.Errorf("in force %+v", s.last.InForce)
	}
	if i := slices.IndexFunc(s.last.Exceptions, func(e pipeline.Exception) bool { return rules.OfMovedClaim(&e) }); i < 0 ||
		s.last.Exceptions[i].State != pipeline.ExceptionClosed {
		t.Error("the exception stays open")
	}
}

// TestMovedClaimThatGoesAgain takes its exception with it, and no other.
func TestMovedClaimThatGoesAgain(t *testing.T) {
	s := newStory(named())
	s.d.Elsewhere = []pipeline.Elsewhere{{Claim: "D1", Code: formerCode, First: "A00", From: day("2014-08-01"), Actions: 1}}
	c := under(temporary, "2014-09-10")
	s.d.Doubtful = []pipeline.Doubtful{doubtful(pipeline.DoubtTemporary, &c)}
	s.night("2014-09-10")
	if len(s.last.Exceptions) != 2 || len(s.last.Stretches) == 0 || s.last.Terminations == nil {
		t.Fatalf("%d exceptions, stretches %+v, %v", len(s.last.Exceptions), s.last.Stretches, s.last.Terminations)
	}
	s.d.Claims, s.d.Elsewhere = nil, nil
	s.night("2014-09-11")
	for _, e := range s.last.Exceptions {
		want := pipeline.ExceptionOpen
		if rules.OfMovedClaim(&e) {
			want = pipeline.ExceptionClosed
		}
		if e.State != want {
			t.Errorf("%s: %s, want %s", e.Text, e.State, want)
		}
	}
}

// TestQuietClaimUnderAnotherCode is not passed over for having no facts.
func TestQuietClaimUnderAnotherCode(t *testing.T) {
	d := pipeline.Dossier{Person: person, Claims: []pipeline.Claim{named()}}
	d.Elsewhere = []pipeline.Elsewhere{{Claim: "D1", Code: formerCode, First: "A00", From: day("2014-08-01"), Actions: 1}}
	if r := night(&d, 0, day("2014-09-10")); len(r.Exceptions) != 1 || len(r.InForce)+len(r.Actions) > 0 {
		t.Errorf("%+v", r)
	}
}
