package ledger_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/fixtures/carry"
	"incrocio/fixtures/scenari"
	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

// watch decides a person night after night, and checks on every night on which the person rests that carrying the rows of
// the night before would have said the same.
type watch struct {
	params rules.Params
	issued []pipeline.Action
	open   []pipeline.Exception
	prev   pipeline.Date
	last   ledger.Result

	nights, rested int
}

// What a night knows that the night before did not, apart from facts that have arrived.
type change int

const (
	nothing change = iota
	payment        // the claims are paid to another day
	whatever
)

// night decides a night.
func (w *watch) night(t interface{ Fatalf(string, ...any) }, d *pipeline.Dossier, on pipeline.Date, is change) {
	tonight := known(d, on)
	tonight.Issued, tonight.Open = w.issued, w.open
	r := ledger.Decide(tonight, ledger.Night{Date: on, Previous: w.prev, Params: &w.params, RulesVersion: "prova"})
	w.nights++
	if rests := w.prev != 0 && on <= w.last.Until && !acquired(d, w.prev, on); rests && (is == nothing || is == payment && !w.last.Paid) {
		w.rested++
		carry.Over(&w.last, on)
		if !reflect.DeepEqual(w.last, r) {
			t.Fatalf("%s, at rest until %s, is not what was carried from %s:\n%s", on, w.last.Until, w.prev, diff.Diff(w.last, r))
		}
	}
	if r.Until < on {
		t.Fatalf("%s: at rest until %s", on, r.Until)
	}
	before := w.open
	w.last, w.prev = r, on
	w.issued, w.open = slices.Clone(r.InForce), slices.Clone(r.Exceptions)
	for _, e := range before { // as the ledger keeps those that are open no longer
		if !e.Standing() && !slices.ContainsFunc(w.open, func(o pipeline.Exception) bool { return o.ID == e.ID }) {
			w.open = append(w.open, e)
		}
	}
	carry.Sort(w.issued, w.open)
}

// acquired tells whether a fact arrived after one night, up to another.
func acquired(d *pipeline.Dossier, after, to pipeline.Date) bool {
	before, now := known(d, after), known(d, to)
	return len(before.Communications) < len(now.Communications) || len(before.Submissions) < len(now.Submissions) ||
		len(before.Notices) < len(now.Notices) || len(before.Vouchers) < len(now.Vouchers)
}

// TestWhoRestsSaysWhatIsCarried has facts that arrive, operators that decide, stops and claims that change, on nights that
// follow one another at first and then lie ever farther apart.
func TestWhoRestsSaysWhatIsCarried(t *testing.T) {
	nights, rested := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := newDeciding(t)
		w := &watch{params: s.params}
		w.params.ResumeReleaseDelay = s.num("release", 0, 7)
		w.params.Phase = rules.PhaseAutomatic
		if s.often("experimental", 9) {
			w.params.Phase = rules.PhaseExperimental
		}
		if s.often("stopped", 3) {
			s.d.Stop = &pipeline.Stop{From: s.date("stopped from")}
			if s.often("lifted", 1) {
				s.d.Stop.To = s.d.Stop.From + pipeline.Date(s.num("stopped for", 0, 200))
			}
		}
		on := firstNight
		for n := 0; on < firstNight+900; n++ {
			is := nothing
			if n > 0 && s.often("changes", 20) {
				is = s.change(w, on)
			}
			w.night(t, s.d, on, is)
			if on++; n > 60 {
				on = s.farther(on, w.last.Until)
			}
		}
		nights, rested = nights+w.nights, rested+w.rested
	})
	t.Logf("%d of %d nights at rest", rested, nights)
	if rested < nights/10 {
		t.Errorf("%d of %d nights at rest", rested, nights)
	}
}

// change is a decision, or another snapshot.
func (s *deciding) change(w *watch, on pipeline.Date) change {
	s.d.Claims = slices.Clone(s.d.Claims)
	c := &s.d.Claims[s.num("of claim", 0, len(s.d.Claims)-1)]
	switch s.num("change", 0, 3) {
	case 0:
		s.open = w.open
		s.decide(on)
		w.open = s.open
	case 1:
		c.State = s.one("state", pipeline.StateInPayment, pipeline.StateSuspended, pipeline.StateUnderReview, pipeline.StateExhausted, pipeline.StateForfeited)
	default:
		c.PaidThrough = on - pipeline.Date(s.num("paid to", -20, 200))
		return payment
	}
	return whatever
}

// farther gives a later night: the last at rest, the one after it, or any.
func (s *deciding) farther(on, until pipeline.Date) pipeline.Date {
	switch s.num("next", 0, 3) {
	case 0:
		return max(on, min(until, on+400))
	case 1:
		return max(on, min(until, on+400)+1)
	case 2:
		return on
	}
	return on + pipeline.Date(s.num("nights", 0, 40))
}

// TestEveryScenarioRests follows each scenario for two months after its last night, and then from change to change.
func TestEveryScenarioRests(t *testing.T) {
	all, err := scenari.Load()
	if err != nil {
		t.Fatal(err)
	}
	nights, rested := 0, 0
	for i := range all {
		w := followScenario(t, &all[i])
		nights, rested = nights+w.nights, rested+w.rested
	}
	t.Logf("%d of %d nights at rest", rested, nights)
	if rested < nights*3/4 {
		t.Errorf("%d of %d nights at rest", rested, nights)
	}
}

func followScenario(t *testing.T, s *scenari.Scenario) *watch {
	nights, err := s.Nights()
	if err != nil {
		t.Fatal(err)
	}
	who, err := s.Person()
	if err != nil {
		t.Fatal(err)
	}
	d := &pipeline.Dossier{Person: who}
	w := &watch{params: rules.Defaults(allContracts)}
	for _, n := range nights {
		d.Claims = n.Claims
		d.Communications = append(d.Communications, n.Communications...)
		d.Submissions = append(d.Submissions, n.Submissions...)
		d.Notices = append(d.Notices, n.Notices...)
		w.night(t, d, n.Date, whatever)
	}
	last := w.prev + 800
	for on := w.prev + 1; on <= last; on++ {
		if w.nights > 60 { // the last night at rest, or some night
			on = max(min(w.last.Until, last), on+20)
		}
		w.night(t, d, on, nothing)
	}
	return w
}

// TestUntilIsNotTheDayAfter: it is not enough to be cautious.
func TestUntilIsNotTheDayAfter(t *testing.T) {
	s := newStory(aspi())
	s.hire(employerX, "A.02.00", "2014-08-01", "2014-10-31")
	until := func(on, want string) {
		t.Helper()
		if s.night(on); s.last.Until != day(want) {
			t.Errorf("on %s: until %s, want %s", on, s.last.Until, want)
		}
	}
	until("2014-07-20", "2014-07-20") // the document is new
	until("2014-07-21", "2014-07-31") // the suspension is not executed yet
	until("2014-08-01", "2014-11-05")
	until("2014-11-05", "2014-11-05")
	until("2014-11-06", "2014-11-06") // the resumption is new
	until("2014-11-07", "9999-12-31")

	s = newStory(aspi())
	s.hire(employerX, "A.01.00", "2014-08-01", "", partTime)
	until("2014-08-05", "2014-08-05")
	until("2014-09-02", "2014-09-02") // it closes by itself
	until("2014-09-03", "9999-12-31") // and stays known
}

// TestPaymentsMatterWhereNothingIsAutomatic: an extension is late once its days are paid, until they are suspended.
func TestPaymentsMatterWhereNothingIsAutomatic(t *testing.T) {
	for phase, matter := range map[string]bool{rules.PhaseExperimental: true, rules.PhaseAutomatic: false} {
		s := newStory(aspi())
		h := s.hire(employerX, "A.02.00", "2014-08-01", "2014-09-30")
		s.follow(h, pipeline.EventExtension, pipeline.PurposeNormal, "2014-10-31")
		for i := range s.d.Communications {
			s.d.Communications[i].Acquired = day("2014-10-10")
		}
		w := &watch{params: rules.Defaults(allContracts)}
		w.params.Phase = phase
		w.night(t, &s.d, day("2014-10-10"), whatever)
		w.night(t, &s.d, day("2014-10-11"), nothing)
		if w.last.Until != day("2014-11-05") || w.last.Paid != matter {
			t.Errorf("%s: until %s, payments matter: %t", phase, w.last.Until, w.last.Paid)
		}
		s.d.Claims[0].PaidThrough = day("2014-10-05")
		w.night(t, &s.d, day("2014-10-13"), payment)
		if late := len(w.last.Exceptions) > 0; late != matter {
			t.Errorf("%s: %d exceptions", phase, len(w.last.Exceptions))
		}
	}
}

// TestNobodyReadsTheNightItself: what this package does with the date of the night is what until knows of.
func TestNobodyReadsTheNightItself(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known := regexp.MustCompile(strings.Join([]string{
		`Acquired [!=]= c\.n\.Date`, `acquired < c\.n\.Date`, // facts of tonight
		`(Night|FirstNight|RulesVersion|State) = .*c\.n\.Date`, `Night: +c\.n\.Date`, `newID\(a, c\.n\.Date`, `digest\(c\.n\.Date`, // what is new
		`rules\.Decide\([^,]+, n\.Date|rules\.Decide\(&d, c\.n\.Date|oldFacts\(c\.n\.Date`,
		`e\.Due < c\.n\.Date`, `e\.Due >= c\.n\.Date`, // terms
		`n\.On < c\.n\.Date && n\.On >= c\.n\.Date-correctionDays`, // asked where something is corrected only
		`return c\.n\.Date$`,
	}, "|"))
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if strings.Contains(line, "n.Date") && !known.MatchString(line) {
				t.Errorf("%s:%d: does until know of this? %s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
}
