package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
)

// TestWhatIsToldIsSo sees that no exception begins, when it is raised, by saying that the benefit is suspended, or ceases, where it is not so.
func TestWhatIsToldIsSo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eachNight(drawWide(t), func(on pipeline.Date, _ bool, r *ledger.Result) {
			for i := range r.Exceptions {
				e := &r.Exceptions[i]
				what := ""
				switch {
				case !e.Standing() || e.State == pipeline.ExceptionOpen: // the latter may say what was so when it was raised
				case e.From > on: // issued on its day
				case strings.HasPrefix(e.Text, "La prestazione è sospesa"):
					what = pipeline.ActionSuspend
				case strings.HasPrefix(e.Text, "La prestazione cessa dal"):
					what = pipeline.ActionDecade
				}
				if what != "" && !slices.ContainsFunc(r.InForce, func(a pipeline.Action) bool {
					return a.Type == what && a.Mode == pipeline.ModeAuto && a.Claim == e.Claim &&
						(shareAny(a.Sources, e.Sources) || pipeline.Period{From: a.From, To: a.To}.Overlaps(pipeline.Period{From: e.From, To: e.To}))
				}) {
					t.Fatalf("%s: %s on claim %s of %s says: %s", on, e.Code, e.Claim, e.Sources, e.Text)
				}
			}
		})
	})
}

// TestWhatIsToldBesideADecadence is an illness without an end, from the day on which a job ends the benefit.
func TestWhatIsToldBesideADecadence(t *testing.T) {
	s := newStory(claim(pipeline.BenefitASpI))
	s.hire("12345678901", "A.02.00", "2014-08-10", "2015-06-30")
	s.declare("D1", "2014-08-12", pipeline.Event{Kind: pipeline.EventSickness, Start: day("2014-08-10")})
	s.night("2014-08-15").want(t, "DECADENZA 2014-08-10", "FINE_MANCANTE")
	s.tells(t, "La prestazione cessa dal 10/08/2014 per decadenza: malattia, comunicata senza data di fine.")
}

// TestWhatIsToldBesideRivals is a job from before the benefit, which by one of two documents under one code goes on into it.
func TestWhatIsToldBesideRivals(t *testing.T) {
	s := newStory(claim(pipeline.BenefitASpI))
	c := s.hire("12345678901", "A.02.00", "2014-07-04", "2014-07-05")
	s.rival(c, 1, func(c *pipeline.Communication) { c.End = day("2014-07-25") })
	s.night("2014-08-15").want(t, "", "DATE_IN_CONTRASTO, INIZIO_IN_CARENZA")
	s.tells(t, "Per ora non cambia nulla, la sede deve decidere: ")
}

// tells sees how every open exception begins.
func (s *story) tells(t *testing.T, lead string) {
	t.Helper()
	for _, e := range s.last.Exceptions {
		if !strings.HasPrefix(e.Text, lead) {
			t.Errorf("%s: %s", e.Code, e.Text)
		}
	}
}
