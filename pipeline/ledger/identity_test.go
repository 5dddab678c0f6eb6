package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

const (
	formerCode pipeline.CodiceFiscale = "CCCFBA85D03L219P" // another code of the person
	temporary  pipeline.CodiceFiscale = "03472640170"
)

// doubtful is what a night knows of a communication under another code.
func doubtful(why pipeline.Doubt, c *pipeline.Communication) pipeline.Doubtful {
	return pipeline.Doubtful{
		Doubt: why, Code: c.Worker, Claimants: 1, ID: c.ID, Source: c.Source, Acquired: c.Acquired, Ref: c.Ref(),
		Kind: string(c.Model), SentAt: c.SentAt, Communication: c,
	}
}

// named is the claim of somebody with a name.
func named() pipeline.Claim {
	c := aspi()
	c.Surname, c.GivenName, c.BirthDate = "Bianchi", "Anna", day("1975-05-05")
	return c
}

func under(code pipeline.CodiceFiscale, acquired string) pipeline.Communication {
	c := hire(1, "10000000017", "A.02.00", day("2014-09-01"), day("2014-10-31"))
	c.Worker, c.Acquired, c.Source = code, date(acquired), pipeline.Source{Flow: pipeline.FlowUnilav, File: "a.xml"}
	return c
}

func TestDoubtfulFactDecidesNothing(t *testing.T) {
	for why, code := range map[pipeline.Doubt]pipeline.CodiceFiscale{
		pipeline.DoubtOmocode: person.Omocode(64), pipeline.DoubtTemporary: temporary, pipeline.DoubtUnchecked: person[:15] + "?",
	} {
		c := under(code, "2014-09-10")
		s := newStory(named())
		s.d.Doubtful = []pipeline.Doubtful{doubtful(why, &c)}
		s.d.Doubtful[0].Claimants = 2
		s.night("2014-09-10")
		if len(s.last.Actions)+len(s.last.InForce) > 0 || len(s.last.Exceptions) != 1 {
			t.Fatalf("%s: %d actions, %d exceptions", why, len(s.last.Actions), len(s.last.Exceptions))
		}
		e := &s.last.Exceptions[0]
		if e.Code != rules.ExcAmbiguousIdentity || e.Class != pipeline.ClassBlock || e.Rule != "I01" || e.Claim != "D1" || e.TaxCode != person ||
			e.Sources != c.Ref() || e.From != c.Start || e.To != c.End || e.Days != pipeline.Some(int32(61)) {
			t.Errorf("%s: %+v", why, e)
		}
		for _, want := range []string{"Bianchi Anna", "05/05/1975", code.Mask(), "altri titolari"} {
			if !strings.Contains(e.Text, want) {
				t.Errorf("%s: %q does not say %q", why, e.Text, want)
			}
		}
		for _, text := range []string{e.Text, e.Proposed, e.Trace, e.Title} {
			if strings.Contains(text, string(code)) || strings.Contains(text, string(person)) {
				t.Errorf("%s: a whole code in %d characters of text", why, len(text))
			}
		}
		if got := s.last.Effects[c.ID]; got != ledger.EffectException {
			t.Errorf("%s: effect %v", why, got)
		}
		if len(s.last.Evidence) != 1 || s.last.Evidence[0].Owner != e.ID || s.last.Evidence[0].File != "a.xml" || s.last.Evidence[0].Document != "UNILAV" {
			t.Errorf("%s: evidence %+v", why, s.last.Evidence)
		}
		contested := slices.ContainsFunc(s.last.Stretches, func(x pipeline.Stretch) bool {
			return x.State == pipeline.StretchContested && x.From == c.Start && x.To == c.End
		})
		if !contested {
			t.Errorf("%s: stretches %+v", why, s.last.Stretches)
		}
		first := *e
		s.night("2014-09-11")
		if again := s.last.Exceptions[0]; again.State != pipeline.ExceptionOpen || again.ID != first.ID || again.Fingerprint != first.Fingerprint {
			t.Errorf("%s, the night after: %+v", why, again)
		}
	}
}

// TestConfirmedFactCounts: the notice closes the exception, the facts are the person's, and the notice is the cause.
func TestConfirmedFactCounts(t *testing.T) {
	c := under(temporary, "2014-09-10")
	s := newStory(named())
	s.d.Doubtful = []pipeline.Doubtful{doubtful(pipeline.DoubtTemporary, &c)}
	s.night("2014-09-10")
	n := pipeline.Notice{
		ID: pipeline.DocID{7}, Kind: pipeline.NoticeTaxCodeChanged, TaxCode: temporary, NewCode: person, On: day("2014-09-15"), Protocol: "V1",
		Source: pipeline.Source{Flow: pipeline.FlowSegnalazioni, File: "v.jsonl"},
	}
	s.d.Doubtful, s.d.Communications = nil, []pipeline.Communication{c}
	s.d.Notices, s.d.Joined = []pipeline.Notice{n}, []pipeline.CodiceFiscale{temporary}
	other := hire(5, "10000000025", "A.02.00", day("2014-12-01"), day("2014-12-10"))
	other.Acquired = day("2014-09-16") // what else arrives tonight is no cause
	s.d.Communications = append(s.d.Communications, other)
	s.night("2014-09-16")
	if len(s.last.Exceptions) != 1 || s.last.Exceptions[0].State != pipeline.ExceptionClosed {
		t.Errorf("exceptions %+v", s.last.Exceptions)
	}
	i := slices.IndexFunc(s.last.Actions, func(a pipeline.Action) bool { return a.Sources == c.Ref() })
	if i < 0 {
		t.Fatalf("actions %+v", s.last.Actions)
	}
	a := &s.last.Actions[i]
	if a.Type != pipeline.ActionSuspend || a.From != c.Start || a.To != c.End || a.Cause != pipeline.CauseNotice || a.TaxCode != person {
		t.Errorf("%s %s to %s because of %s", a.Type, a.From, a.To, a.Cause)
	}
	if got := s.last.Effects[n.ID]; got != ledger.EffectAction {
		t.Errorf("effect of the notice: %v", got)
	}
	var files []string
	for _, v := range s.last.Evidence {
		if v.Owner == a.ID {
			files = append(files, v.File)
		}
	}
	if !slices.Equal(files, []string{"a.xml", "v.jsonl"}) {
		t.Errorf("evidence %q: the document, and the notice that says whose it is", files)
	}
	s.d.Joined = nil
	s.night("2014-09-17")
	if len(s.last.Actions) != 0 {
		t.Errorf("the night after: %+v", s.last.Actions)
	}
}

// TestRowsShowTheCodeOfTheClaim, whatever code the facts are under and the person is called by.
func TestRowsShowTheCodeOfTheClaim(t *testing.T) {
	s := newStory(named())
	s.d.Person = formerCode
	s.d.Communications = []pipeline.Communication{under(formerCode, "2014-09-10")}
	s.declare("D1", "2014-11-10", sick("2014-11-05", "2014-11-20"))
	s.d.Submissions[0].TaxCode = formerCode
	s.night("2014-11-12")
	if len(s.last.Actions) < 2 || len(s.last.Submissions) != 1 {
		t.Fatalf("%d actions, %d submissions", len(s.last.Actions), len(s.last.Submissions))
	}
	for _, a := range s.last.Actions {
		if a.TaxCode != person {
			t.Errorf("%s under %s", a.Type, a.TaxCode)
		}
	}
	for _, e := range s.last.Exceptions {
		if e.TaxCode != person {
			t.Errorf("%s under %s", e.Code, e.TaxCode)
		}
	}
	for _, x := range s.last.Agenda {
		if x.TaxCode != person {
			t.Errorf("agenda under %s", x.TaxCode)
		}
	}
	if got := s.last.Submissions[0].TaxCode; got != formerCode {
		t.Errorf("submission under %s, want the one it carries", got)
	}
}

// TestNoticeThatWouldMakeTwoClaimantsOne is on every claim of the person that is open.
func TestNoticeThatWouldMakeTwoClaimantsOne(t *testing.T) {
	second := named()
	second.Number, second.Start, second.FiledOn, second.TerminatedOn = "D2", day("2015-02-08"), day("2015-02-01"), day("2015-01-31")
	closed := named()
	closed.Number, closed.Start, closed.State = "D0", day("2013-07-08"), pipeline.StateExhausted
	s := newStory(closed, named(), second)
	s.d.Doubtful = []pipeline.Doubtful{{
		Doubt: pipeline.DoubtAlias, Code: formerCode, Claimants: 2, ID: pipeline.DocID{7}, Acquired: day("2015-03-01"), Ref: "V1", Kind: pipeline.NoticeTaxCodeChanged,
	}}
	s.night("2015-03-01")
	var on []string
	for _, e := range s.last.Exceptions {
		if e.Code == rules.ExcAmbiguousIdentity {
			on = append(on, e.Claim)
			if e.From != 0 || e.To != 0 || strings.Contains(e.Text, string(formerCode)) {
				t.Errorf("%+v", e)
			}
		}
	}
	if slices.Sort(on); !slices.Equal(on, []string{"D1", "D2"}) {
		t.Errorf("on %q, want both open claims", on)
	}
}

// TestReplacedDoubtIsNone: the sender has corrected the code, or cancelled the document under the right one.
func TestReplacedDoubtIsNone(t *testing.T) {
	for _, purpose := range []pipeline.Purpose{pipeline.PurposeCorrection, pipeline.PurposeCancellation} {
		c := under(person[:15]+"?", "2014-09-10")
		right := under(person, "2014-09-10")
		right.ID, right.PreviousCode, right.Code, right.Purpose = pipeline.DocID{3}, c.Code, "1300199999999999", purpose
		right.SentAt++
		s := newStory(named())
		s.d.Communications = []pipeline.Communication{right}
		s.d.Doubtful = []pipeline.Doubtful{doubtful(pipeline.DoubtUnchecked, &c)}
		s.night("2014-09-10")
		for _, e := range s.last.Exceptions {
			if e.Code == rules.ExcAmbiguousIdentity {
				t.Errorf("purpose %s: %+v", purpose, e)
			}
		}
		right.PreviousCode = "0000000000000000"
		s = newStory(named())
		c.Code = right.PreviousCode // which names nothing
		s.d.Communications = []pipeline.Communication{right}
		s.d.Doubtful = []pipeline.Doubtful{doubtful(pipeline.DoubtUnchecked, &c)}
		s.night("2014-09-10")
		if !slices.ContainsFunc(s.last.Exceptions, func(e pipeline.Exception) bool { return e.Code == rules.ExcAmbiguousIdentity }) {
			t.Errorf("purpose %s: a code that is none replaces a document", purpose)
		}
	}
}
