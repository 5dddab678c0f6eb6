package rules_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// decision is one person's story; all that stands after its last night is in testdata/decisioni.txt, every column of
// it that is no sentence and no trace.
type decision struct {
	name   string
	claims []pipeline.Claim
	tell   []step
}

func TestDecisionsInFull(t *testing.T) {
	var got strings.Builder
	for _, family := range [][]decision{
		lengthStories, claimStories, contractStories, declaredStories, eventStories, incomeStories, lateStories,
		intakeStories, activityStories, noticeStories, severalStories, terminationStories,
	} {
		for _, d := range family {
			s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: slices.Clone(d.claims)}}
			for _, f := range d.tell {
				f(s)
			}
			fmt.Fprintf(&got, "== %s\n%s\n", d.name, fullRows(s))
		}
	}
	const path = "testdata/decisioni.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := diff.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); d != "" {
		t.Errorf("decisions (-want +got), read the difference before you run with -update:\n%s", d)
	}
}

// fullRows writes what the last night holds, a line each.
func fullRows(s *teller) string {
	var out []string
	for i := range s.last.InForce {
		out = append(out, actionRow(&s.last.InForce[i]))
	}
	for i := range s.last.Exceptions {
		if e := &s.last.Exceptions[i]; e.State != pipeline.ExceptionClosed {
			out = append(out, exceptionRow(e))
		}
	}
	for _, a := range s.last.Agenda {
		out = append(out, row("AGENDA", a.Claim, a.Office, a.Kind, a.Date.String(), a.Rule, namedBy(s, &a)))
	}
	for _, x := range s.last.Stretches {
		out = append(out, row("GIORNI", x.Claim, x.State, days(x.From, x.To), x.Termination))
	}
	for _, x := range s.last.Submissions {
		out = append(out, row("COMUNICAZIONE", x.Protocol, x.Claim, x.Office, x.Kind, x.Event, x.List))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// namedBy says what an agenda row is about.
func namedBy(s *teller, a *pipeline.AgendaRow) string {
	for i := range s.last.InForce {
		if x := &s.last.InForce[i]; x.ID == a.Action {
			return x.Type + " " + days(x.From, x.To)
		}
	}
	for i := range s.last.Exceptions {
		if x := &s.last.Exceptions[i]; x.ID == a.Exception {
			return x.Code
		}
	}
	return ""
}

func row(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

func days(from, to pipeline.Date) string {
	if from == 0 && to == 0 {
		return ""
	}
	return from.String() + "/" + to.String()
}

func number[T int32 | int64 | pipeline.Cents](name string, v pipeline.Opt[T]) string {
	if !v.OK {
		return ""
	}
	return fmt.Sprintf("%s=%v", name, v.V)
}

func actionRow(a *pipeline.Action) string {
	cautious, end, data := "", "", ""
	if a.Cautious {
		cautious = "cautelativa"
	}
	if a.NewEnd != 0 {
		end = "fine=" + a.NewEnd.String()
	}
	if a.Data != "" {
		data = a.Group + "=" + a.Data
	}
	return row(a.Type, a.Mode, cautious, a.Claim, a.Office, a.Rule, days(a.From, a.To), number("giorni", a.Days),
		number("fruiti", a.DaysUsed), number("residui", a.DaysResidual), end, number("totale", a.Total), number("giornaliero", a.Daily),
		number("trattenuto", a.Withheld), data, number("margine", a.Margin),
		number("indebiti", a.OverpaidDays), days(a.OverpaidFrom, a.OverpaidTo), "fonti="+a.Sources)
}

func exceptionRow(e *pipeline.Exception) string {
	return row("ECCEZIONE", e.Code, e.Class, e.Claim, e.Office, e.Kind, e.Rule, days(e.From, e.To), number("giorni", e.Days), number("importo", e.Amount),
		number("margine", e.Margin), "scade="+e.Due.String(), "fonti="+e.Sources)
}

var lengthStories = []decision{
	{"a job within the limit, resumption waiting", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-03")}},
	{"the last night of the wait", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-05")}},
	{"the resumption is released", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-03", "2014-09-06")}},
	{"no wait by the switch", aspi("2014-07-08"), []step{by(func(p *rules.Params) { p.ResumeReleaseDelay = 0 }), hired("2014-08-01", "2014-08-31"), nights("2014-09-01")}},
	{"agency work waits for the 20th", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31", agency), nights("2014-09-20")}},
	{"agency work after the 20th", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31", agency), nights("2014-09-20", "2014-09-21")}},
	{"a public employer, and a wait longer than the 20th", aspi("2014-07-08"), []step{by(func(p *rules.Params) { p.ResumeReleaseDelay = 60 }), hired("2014-08-01", "2014-08-31", publicBody), nights("2014-09-22")}},
	{"a permanent job", aspi("2014-07-08"), []step{hired("2014-08-01", "", permanent), nights("2014-08-05")}},
	{"a day over", aspi("2014-07-08"), []step{hired("2014-08-01", "2015-02-01"), nights("2014-08-05")}},
	{"two days over", aspi("2014-07-08"), []step{hired("2014-08-01", "2015-02-02"), nights("2014-08-05")}},
	{"a day over that ended after it", aspi("2014-07-08"), []step{hired("2014-08-01", "2015-02-01"), left("2015-02-01"), nights("2015-02-03")}},
	{"five days of mini-ASpI", mini("2014-07-08"), []step{hired("2014-08-01", "2014-08-05"), nights("2014-08-11")}},
	{"six days of mini-ASpI", mini("2014-07-08"), []step{hired("2014-08-01", "2014-08-06"), nights("2014-08-11")}},
	{"an extension within", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), extended("2014-09-30"), nights("2014-09-01")}},
	{"an extension over", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), extended("2015-02-01"), nights("2014-09-01")}},
	{"two extensions, the second over", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), extended("2014-10-31"), extended("2015-03-31"), nights("2014-09-01")}},
	{"an extension of a job without an end", aspi("2014-07-08"), []step{hired("2014-08-01", ""), extended("2015-03-31"), nights("2014-09-01")}},
	{"a conversion", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), converted("2014-09-15", "DI"), nights("2014-09-20")}},
	{"a conversion on the first day", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-10-31"), converted("2014-08-01", "DI"), nights("2014-09-20")}},
	{"a conversion after an extension over", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), extended("2015-03-31"), converted("2014-09-01", "DI"), nights("2014-10-20")}},
	{"a conversion before it", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), extended("2015-03-31"), converted("2014-08-20", "DI"), nights("2014-10-20")}},
	{"left early", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), left("2014-08-10"), nights("2014-08-16")}},
	{"left early, by the agreed end", aspi("2014-07-08"), []step{by(func(p *rules.Params) { p.EarlyEndPolicy = rules.EarlyContractEnd }), hired("2014-08-01", "2014-08-31"), left("2014-08-10"), nights("2014-08-16")}},
	{"left early of a contract to the limit, by the agreed end", aspi("2014-07-08"), []step{by(func(p *rules.Params) { p.EarlyEndPolicy = rules.EarlyContractEnd }), hired("2014-08-01", "2015-01-31"), left("2014-08-10"), nights("2014-08-16")}},
	{"left on the agreed day", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), left("2014-08-31"), nights("2014-09-16")}},
	{"left before a conversion could be", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), left("2014-08-10"), converted("2014-08-20", "DI"), nights("2014-08-16")}},
	{"long by contract, left within, decadence not executed", aspi("2014-07-08"), []step{hired("2014-08-01", "2015-07-31"), left("2014-10-10"), nights("2014-10-16")}},
	{"long by contract, left on the limit", aspi("2014-07-08"), []step{hired("2014-08-01", "2015-07-31"), left("2015-01-31"), nights("2015-02-16")}},
	{"long by contract, left the day after", aspi("2014-07-08"), []step{hired("2014-08-01", "2015-07-31"), left("2015-02-01"), nights("2015-02-16")}},
	{"long by contract, left within after the decadence", aspi("2014-07-08"), []step{hired("2014-08-01", "2015-07-31"), nights("2014-08-16"), left("2014-10-10"), nights("2014-10-16")}},
	{"left after its end without an extension, over", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), left("2015-02-10"), nights("2015-02-16")}},
	{"left after its end without an extension, within", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), left("2015-01-31"), nights("2015-02-16")}},
	{"no end agreed, left over the limit", aspi("2014-07-08"), []step{hired("2014-08-01", ""), left("2015-02-10"), nights("2015-02-16")}},
	{"no end agreed, left on the limit", aspi("2014-07-08"), []step{hired("2014-08-01", ""), left("2015-01-31"), nights("2015-02-16")}},
	{"no end told", aspi("2014-07-08"), []step{hired("2014-08-01", ""), nights("2015-02-16")}},
	{"paid already", aspi("2014-07-08", paidTo("2014-08-10")), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-06")}},
	{"paid to the first day", aspi("2014-07-08", paidTo("2014-08-01")), []step{hired("2014-08-01", "", permanent), nights("2014-09-06")}},
	{"paid to the day before", aspi("2014-07-08", paidTo("2014-07-31")), []step{hired("2014-08-01", "", permanent), nights("2014-09-06")}},
	{"experimental", aspi("2014-07-08", paidTo("2014-08-10")), []step{by(func(p *rules.Params) { p.Phase = rules.PhaseExperimental }), hired("2014-08-01", "2014-08-31"), nights("2014-09-06")}},
}

var claimStories = []decision{
	{"begun on the day of the termination", aspi("2014-07-08"), []step{hired("2014-06-30", "2014-08-31"), nights("2014-09-06")}},
	{"begun then, ended before the benefit", aspi("2014-07-08"), []step{hired("2014-06-30", "2014-07-07"), nights("2014-09-06")}},
	{"begun then, ended on its first day", aspi("2014-07-08"), []step{hired("2014-06-30", "2014-07-08"), nights("2014-09-06")}},
	{"begun the day after the termination", aspi("2014-07-08"), []step{hired("2014-07-01", "2014-08-31"), nights("2014-09-06")}},
	{"in the wait, over before the benefit", aspi("2014-07-08"), []step{hired("2014-07-01", "2014-07-07"), nights("2014-09-06")}},
	{"in the wait, to its first day", aspi("2014-07-08"), []step{hired("2014-07-01", "2014-07-08"), nights("2014-09-06")}},
	{"in the wait, permanent", aspi("2014-07-08"), []step{hired("2014-07-03", "", permanent), nights("2014-09-06")}},
	{"in the wait, an extension over later", aspi("2014-07-08"), []step{hired("2014-07-03", "2014-08-31"), extended("2015-06-30"), nights("2014-09-06")}},
	{"in the wait, on call", aspi("2014-07-08"), []step{hired("2014-07-03", "2014-08-31", available(pipeline.No)), nights("2014-09-06")}},
	{"filed late, begun before the benefit", aspi("2014-07-08", filedOn("2014-06-30", "2014-07-31")), []step{hired("2014-07-20", "2014-08-31"), nights("2014-09-06")}},
	{"filed late, begun on the eighth day", aspi("2014-07-08", filedOn("2014-06-30", "2014-07-31")), []step{hired("2014-07-08", "2014-08-31"), nights("2014-09-06")}},
	{"filed late, begun on the ninth day", aspi("2014-07-08", filedOn("2014-06-30", "2014-07-31")), []step{hired("2014-07-09", "2014-08-31"), nights("2014-09-06")}},
	{"on the first day of the benefit", aspi("2014-07-08"), []step{hired("2014-07-08", "2014-08-31"), nights("2014-09-06")}},
	{"on the last day of the benefit", aspi("2014-07-08"), []step{hired("2015-03-04", "2015-04-30"), nights("2015-05-06")}},
	{"the day after", aspi("2014-07-08"), []step{hired("2015-03-05", "2015-04-30"), nights("2015-05-06")}},
	{"near the end", aspi("2014-07-08"), []step{hired("2015-03-11", "2015-04-30"), nights("2015-05-06")}},
	{"near the end no more", aspi("2014-07-08"), []step{hired("2015-03-12", "2015-04-30"), nights("2015-05-06")}},
	{"near the end of eighteen months", aspi("2014-07-08", granted(540)), []step{hired("2016-01-07", "2016-04-30"), nights("2016-05-06")}},
	{"near the end of eighteen months no more", aspi("2014-07-08", granted(540)), []step{hired("2016-01-08", "2016-04-30"), nights("2016-05-06")}},
	{"near the end of eighteen months and ten days suspended", aspi("2014-07-08", granted(540)), []step{hired("2014-08-01", "2014-08-10"), hired("2016-01-17", "2016-04-30", employer(employerB)), nights("2016-05-06")}},
	{"near the end of them no more", aspi("2014-07-08", granted(540)), []step{hired("2014-08-01", "2014-08-10"), hired("2016-01-18", "2016-04-30", employer(employerB)), nights("2016-05-06")}},
	{"near the end of a mini-ASpI", mini("2014-07-08"), []step{hired("2014-10-27", "2014-10-29"), nights("2014-11-06")}},
	{"near the end of a mini-ASpI no more", mini("2014-07-08"), []step{hired("2014-10-28", "2014-11-01"), nights("2014-11-06")}},
	{"near the end that a suspension moved", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-10"), hired("2015-03-15", "2015-04-30", employer(employerB)), nights("2015-05-06")}},
	{"after a decadence", aspi("2014-07-08"), []step{hired("2014-08-01", "", permanent), hired("2014-08-02", "2014-09-30", employer(employerB)), nights("2014-09-06")}},
	{"on the day of a decadence", aspi("2014-07-08"), []step{hired("2014-08-01", "", permanent), hired("2014-08-01", "2014-09-30", employer(employerB)), nights("2014-09-06")}},
	{"near the end after a decadence", aspi("2014-07-08"), []step{hired("2014-08-01", "", permanent), hired("2015-03-05", "2015-03-30", employer(employerB)), nights("2015-04-06")}},
	{"days used up by the start", aspi("2014-07-08", granted(10)), []step{hired("2014-07-18", "2014-07-20"), nights("2014-08-06")}},
	{"the last granted day", aspi("2014-07-08", granted(10)), []step{hired("2014-07-17", "2014-07-20"), nights("2014-08-06")}},
	{"another benefit", aspi("2014-07-08", benefit(pipeline.BenefitNASpI)), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-06")}},
	{"before the regime", aspi("2013-01-08"), []step{hired("2013-02-01", "2013-02-28"), nights("2013-03-06")}},
	{"the first day of the regime", aspi("2013-01-09"), []step{hired("2013-02-01", "2013-02-28"), nights("2013-03-06")}},
	{"the last day of the regime", aspi("2015-05-08"), []step{hired("2015-06-01", "2015-06-30"), nights("2015-07-06")}},
	{"after the regime", aspi("2015-05-09"), []step{hired("2015-06-01", "2015-06-30"), nights("2015-07-06")}},
	{"paid in one sum", aspi("2014-07-08", inAdvance), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-06")}},
	{"paid in one sum, nothing happens", aspi("2014-07-08", inAdvance), []step{nights("2014-09-06")}},
	{"under review", aspi("2014-07-08", inState(pipeline.StateUnderReview)), []step{hired("2014-08-01", "2014-08-31"), nights("2014-07-20")}},
	{"under review, at night", aspi("2014-07-08", inState(pipeline.StateUnderReview)), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-06")}},
	{"under review, a permanent job", aspi("2014-07-08", inState(pipeline.StateUnderReview)), []step{hired("2014-07-01", "", permanent), nights("2014-07-02")}},
	{"suspended", aspi("2014-07-08", inState(pipeline.StateSuspended)), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-06")}},
	{"exhausted", aspi("2014-07-08", inState(pipeline.StateExhausted)), []step{hired("2014-08-01", "2014-08-31"), nights("2014-09-06")}},
	{"exhausted after the suspension", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), nights("2014-08-06"), claimNow(inState(pipeline.StateExhausted)), extended("2014-09-30"), nights("2014-09-06")}},
	{"out of scope after the suspension", aspi("2014-07-08"), []step{hired("2014-08-01", "2014-08-31"), nights("2014-08-06"), claimNow(inAdvance), nights("2014-09-06")}},
	{"decorrenza too early", aspi("2014-07-08", func(k *pipeline.Claim) { k.Start-- }), []step{nights("2014-09-06")}},
	{"decorrenza too late", aspi("2014-07-08", func(k *pipeline.Claim) { k.Start += 3 }), []step{nights("2014-09-06")}},
	{"filed on the eighth day", aspi("2014-07-08", func(k *pipeline.Claim) { k.FiledOn = k.Start }), []step{nights("2014-09-06")}},
	{"filed on the ninth day", aspi("2014-07-08", func(k *pipeline.Claim) { k.FiledOn = k.Start + 1 }), []step{nights("2014-09-06")}},
	{"not known when it was filed", aspi("2014-07-08", func(k *pipeline.Claim) { k.FiledOn = 0; k.Start++ }), []step{nights("2014-09-06")}},
	{"decorrenza of a closed claim", aspi("2014-07-08", inState(pipeline.StateForfeited), func(k *pipeline.Claim) { k.Start++ }), []step{nights("2014-09-06")}},
}
