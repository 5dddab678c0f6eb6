package ledger_test

import (
	"bytes"
	"cmp"
	"crypto/sha256"
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

var contracts = pipeline.ContractTable{
	"A.01.00": {{Code: "A.01.00", Form: pipeline.FormPermanent, Treatment: pipeline.TreatEmployment}},
	"A.02.00": {{Code: "A.02.00", Form: pipeline.FormFixed, Treatment: pipeline.TreatEmployment}},
	"A.03.09": {{Code: "A.03.09", Form: pipeline.FormPermanent, Treatment: pipeline.TreatApprenticeship}},
	"B.01.00": {{Code: "B.01.00", Form: pipeline.FormEither, Treatment: pipeline.TreatQuasi}},
	"A.05.02": {{Code: "A.05.02", Form: pipeline.FormEither, Treatment: pipeline.TreatOnCall}},
	"C.01.00": {{Code: "C.01.00", Form: pipeline.FormFixed, Treatment: pipeline.TreatInternship}},
}

var params = rules.Defaults(contracts)

const person = pipeline.CodiceFiscale("RSSMRA80A01H501U")

// claim is an ASpI claim of 240 days from 2014-07-08.
func claim(benefit string) pipeline.Claim {
	return pipeline.Claim{
		Number: "D1", Protocol: "P1", TaxCode: person, Office: "7000", Benefit: benefit, State: pipeline.StateInPayment,
		TerminatedOn: day("2014-06-30"), FiledOn: day("2014-07-01"), Start: day("2014-07-08"), DaysGranted: 240,
		FormerEmployer: "10000000009", PaymentMode: pipeline.PaymentAtCounter,
	}
}

func day(s string) pipeline.Date { return pipeline.MustDate(s) }

// hire is a communication of a job; id tells documents apart.
func hire(id int, employer, contract string, from, to pipeline.Date) pipeline.Communication {
	return pipeline.Communication{
		ID: sha256.Sum256([]byte(fmt.Sprint("c", id))), Model: pipeline.ModelUnilav, Event: pipeline.EventHire, Purpose: pipeline.PurposeNormal,
		Code: fmt.Sprintf("13001%011d", id), SentAt: pipeline.Instant(int64(from.UnixDays()-1) * 86_400_000_000), SentOn: from - 1,
		Worker: person, Employer: employer, EmployerName: "Datore " + employer, Contract: contract, Start: from, End: to, Hours: "F",
	}
}

// drawFacts invents the facts of one person: jobs with extensions, early ends, corrections and cancellations, and
// submissions, most of them within the benefit.
func drawFacts(t *rapid.T) (comms []pipeline.Communication, subs []pipeline.Submission) {
	base := day("2014-06-20")
	id := 0
	date := func(label string, most int) pipeline.Date {
		return base + pipeline.Date(rapid.IntRange(0, most).Draw(t, label))
	}
	for range rapid.IntRange(0, 4).Draw(t, "jobs") {
		id++
		from := date("start", 260)
		to := from + pipeline.Date(rapid.IntRange(0, 210).Draw(t, "length"))
		contract := rapid.SampledFrom([]string{"A.02.00", "A.02.00", "A.02.00", "A.01.00", "A.03.09", "A.05.02", "X.99.00"}).Draw(t, "contract")
		if contract == "A.01.00" || contract == "A.03.09" {
			to = 0
		}
		h := hire(id, rapid.SampledFrom([]string{"03472640170", "02877740213"}).Draw(t, "employer"), contract, from, to)
		comms = append(comms, h)
		follow := func(kind pipeline.EventKind, purpose pipeline.Purpose, on pipeline.Date) pipeline.Communication {
			id++
			c := h
			c.ID, c.Code = sha256.Sum256([]byte(fmt.Sprint("c", id))), fmt.Sprintf("13001%011d", id)
			c.Event, c.Purpose, c.SentAt = kind, purpose, h.SentAt+pipeline.Instant(id)*3_600_000_000
			if kind != pipeline.EventHire {
				c.EventDate = on
			}
			return c
		}
		if to != 0 && rapid.IntRange(0, 3).Draw(t, "extended") == 0 {
			comms = append(comms, follow(pipeline.EventExtension, pipeline.PurposeNormal, to+pipeline.Date(rapid.IntRange(1, 120).Draw(t, "longer"))))
		}
		if rapid.IntRange(0, 4).Draw(t, "left") == 0 {
			comms = append(comms, follow(pipeline.EventTermination, pipeline.PurposeNormal, from+pipeline.Date(rapid.IntRange(0, 100).Draw(t, "after"))))
		}
		switch rapid.IntRange(0, 7).Draw(t, "amended") {
		case 0:
			c := follow(pipeline.EventHire, pipeline.PurposeCancellation, 0)
			c.PreviousCode = h.Code
			comms = append(comms, c)
		case 1:
			c := follow(pipeline.EventHire, pipeline.PurposeCorrection, 0)
			c.PreviousCode = h.Code
			c.Start += pipeline.Date(rapid.IntRange(-5, 5).Draw(t, "moved"))
			comms = append(comms, c)
		case 2:
			comms = append(comms, drawRival(t, h, 1000+id))
		case 3:
			of := comms[len(comms)-1]
			c := follow(of.Event, rapid.SampledFrom([]pipeline.Purpose{pipeline.PurposeCorrection, pipeline.PurposeCancellation}).Draw(t, "withdrawn"), of.EventDate)
			c.PreviousCode, c.Part = of.Code, pipeline.PartWithdrawn
			comms = append(comms, c)
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "submissions") {
		from := date("event", 260)
		ev := pipeline.Event{
			Kind:  rapid.SampledFrom([]string{pipeline.EventSickness, pipeline.EventMaternity, pipeline.EventSubordinate, pipeline.EventExpatriation, pipeline.EventSelfEmployed}).Draw(t, "kind"),
			Start: from, EmployerCountry: "IT",
		}
		if ev.Kind == pipeline.EventSelfEmployed {
			ev.Case = rapid.SampledFrom([]string{pipeline.CaseStart, pipeline.CaseStart, pipeline.CaseIncomeChange, pipeline.CaseActualIncome}).Draw(t, "case")
			ev.Category = rapid.SampledFrom([]string{pipeline.CategorySelf, pipeline.CategoryQuasi}).Draw(t, "category")
			ev.Year = 2014
			if rapid.IntRange(0, 5).Draw(t, "told") > 0 {
				ev.Income = pipeline.Some(pipeline.Cents(rapid.IntRange(0, 9_000_00).Draw(t, "income")))
			}
		}
		if rapid.Bool().Draw(t, "closed") {
			ev.End = from + pipeline.Date(rapid.IntRange(0, 60).Draw(t, "days"))
		}
		subs = append(subs, pipeline.Submission{
			ID: sha256.Sum256([]byte(fmt.Sprint("s", i))), Protocol: fmt.Sprintf("INPS.7000.01/08/2014.%07d", i), SubmittedOn: max(from, day("2014-06-20")) + 3,
			Form: "SR137", Channel: pipeline.ChannelWeb, PIN: pipeline.PINDispositive, TaxCode: person, ClaimNumber: "D1", Kind: pipeline.KindEvent, Events: []pipeline.Event{ev},
		})
	}
	return comms, subs
}

// drawRival is a document under the code of another that says something else.
func drawRival(t *rapid.T, of pipeline.Communication, id int) pipeline.Communication {
	c := of
	c.ID, c.Acquired = sha256.Sum256([]byte(fmt.Sprint("c", id))), 0
	c.SentAt += pipeline.Instant(rapid.SampledFrom([]int{-1, 1}).Draw(t, "sent"))
	switch rapid.IntRange(0, 4).Draw(t, "rival") {
	case 0:
		c.Contract, c.End = "A.02.00", c.Start+pipeline.Date(rapid.IntRange(0, 210).Draw(t, "rival length"))
	case 1:
		c.Contract, c.End = "A.01.00", 0
	case 2:
		c.Contract = rapid.SampledFrom([]string{"C.01.00", "B.01.00", "A.05.02"}).Draw(t, "rival contract")
	case 3:
		moved := pipeline.Date(rapid.IntRange(-10, 10).Draw(t, "rival start"))
		if c.Start += moved; c.End != 0 {
			c.End += moved
		}
	case 4:
		c.Event, c.EventDate = pipeline.EventTermination, c.Start+pipeline.Date(rapid.IntRange(0, 60).Draw(t, "rival end"))
	}
	return c
}

// night runs one night on a dossier whose facts carry the night that acquired them.
func night(d *pipeline.Dossier, prev, on pipeline.Date) ledger.Result {
	return nightBy(&params, d, prev, on)
}

// nightBy runs one night by other switches.
func nightBy(p *rules.Params, d *pipeline.Dossier, prev, on pipeline.Date) ledger.Result {
	slices.SortFunc(d.Communications, func(a, b pipeline.Communication) int {
		return cmp.Or(cmp.Compare(a.SentAt, b.SentAt), cmp.Compare(a.Code, b.Code), bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Part, b.Part))
	})
	return ledger.Decide(d, ledger.Night{Date: on, Previous: prev, Params: p, RulesVersion: "prova"})
}

func drawDossier(t *rapid.T, on pipeline.Date) *pipeline.Dossier {
	comms, subs := drawFacts(t)
	for i := range comms {
		comms[i].Acquired = on
	}
	for i := range subs {
		subs[i].Acquired, subs[i].SubmittedOn = on, min(subs[i].SubmittedOn, on) // one dated later waits for its day
	}
	benefit := rapid.SampledFrom([]string{pipeline.BenefitASpI, pipeline.BenefitASpI, pipeline.BenefitMiniASpI}).Draw(t, "benefit")
	k := claim(benefit)
	k.PaidThrough = day("2014-07-08") + pipeline.Date(rapid.IntRange(0, 100).Draw(t, "paid"))
	return &pipeline.Dossier{Person: person, Claims: []pipeline.Claim{k}, Communications: comms, Submissions: subs}
}

// rows are the actions of a result without what tells nights apart, sorted.
func rows(as []pipeline.Action) []string {
	var out []string
	for _, a := range as {
		out = append(out, strings.Join([]string{
			a.Type, a.Mode, fmt.Sprint(a.Cautious), a.From.String(), a.To.String(), fmt.Sprint(a.DaysUsed, a.DaysResidual), a.NewEnd.String(), a.Sources,
		}, " "))
	}
	slices.Sort(out)
	return out
}

// unsourced are rows without their sources, since those of an action whose days did not change are those it was issued with.
func unsourced(rows []string) []string {
	for i, s := range rows {
		rows[i] = s[:strings.LastIndex(s, " ")]
	}
	return rows
}

func TestOrderOfFactsNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := day("2014-12-01")
		d := drawDossier(t, on)
		want := night(d, 0, on)
		shuffled := *d
		shuffled.Communications = rapid.Permutation(d.Communications).Draw(t, "order")
		shuffled.Submissions = rapid.Permutation(d.Submissions).Draw(t, "order of submissions")
		got := night(&shuffled, 0, on)
		if delta := diff.Diff(want, got, cmpopts.EquateEmpty()); delta != "" {
			t.Fatalf("another order, another night:\n%s", delta)
		}
	})
}

// byCalendar tells whether a passing term opens an exception. That of a missing end comes back, after the office has dealt
// with it, on the day from which the open suspension may be a decadence (R37).
func byCalendar(e *pipeline.Exception) bool {
	switch e.Code {
	case rules.ExcNextYearIncome, rules.ExcUrgentOnly, rules.ExcQuasiSubNoIncome:
		return true
	case rules.ExcMissingEndDate:
		return e.State == pipeline.ExceptionReopened && strings.Contains(e.Proposed, "supera il limite")
	}
	return false
}

func TestNothingNewPublishesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := day("2014-08-01") + pipeline.Date(rapid.IntRange(0, 300).Draw(t, "night"))
		d := drawDossier(t, on)
		first := night(d, 0, on)
		d.Issued, d.Open = first.InForce, first.Exceptions
		again := night(d, on, on+1)
		for _, a := range again.Actions {
			if a.Cause != pipeline.CauseCalendar {
				t.Fatalf("%s %s %s from %s because of %s with nothing new", a.Operation, a.Type, a.Mode, a.From, a.Cause)
			}
		}
		for _, e := range again.Exceptions {
			if (e.State == pipeline.ExceptionNew || e.State == pipeline.ExceptionReopened) && !byCalendar(&e) {
				t.Fatalf("exception %s opened with nothing new", e.Code)
			}
		}
		d.Issued, d.Open = again.InForce, again.Exceptions
		third := night(d, on+1, on+2)
		for _, e := range third.Exceptions {
			if (e.State == pipeline.ExceptionNew || e.State == pipeline.ExceptionReopened) && !byCalendar(&e) {
				t.Fatalf("exception %s opened with nothing new", e.Code)
			}
		}
	})
}

func TestInForceIsTheFoldOfActions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := day("2014-08-01")
		d := drawDossier(t, on)
		for i := range d.Communications {
			d.Communications[i].Acquired += pipeline.Date(rapid.IntRange(0, 5).Draw(t, "arrives") * 30)
		}
		all := *d
		fold := map[string]pipeline.Action{}
		prev := pipeline.Date(0)
		for n := range 8 {
			when := on + pipeline.Date(n*30)
			tonight := all
			tonight.Communications = slices.DeleteFunc(slices.Clone(all.Communications), func(c pipeline.Communication) bool { return c.Acquired > when })
			r := night(&tonight, prev, when)
			for _, a := range r.Actions {
				if a.Operation == pipeline.OperationWithdrawn {
					if _, ok := fold[a.ID]; !ok {
						t.Fatalf("withdrawn but never issued: %s", a.Type)
					}
					delete(fold, a.ID)
				} else {
					if _, ok := fold[a.ID]; ok != (a.Operation == pipeline.OperationChanged) {
						t.Fatalf("%s of an action that was in force: %v", a.Operation, ok)
					}
					fold[a.ID] = a
				}
				if a.Cause == "" || a.Cascade == "" {
					t.Fatalf("%s %s without a cause", a.Operation, a.Type)
				}
			}
			if len(fold) != len(r.InForce) {
				t.Fatalf("fold has %d actions, in force are %d", len(fold), len(r.InForce))
			}
			for _, a := range r.InForce {
				if fold[a.ID] != a {
					t.Fatalf("in force and the fold differ on %s", a.Type)
				}
			}
			all.Issued, all.Open, prev = r.InForce, r.Exceptions, when
		}
	})
}

func TestEveryDayIsInOneStretch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := day("2014-12-01")
		d := drawDossier(t, on)
		r := night(d, 0, on)
		next := d.Claims[0].Start
		for i, s := range r.Stretches {
			if s.From != next {
				t.Fatalf("stretch %d starts on %s, want %s", i, s.From, next)
			}
			if s.To == 0 {
				if i != len(r.Stretches)-1 {
					t.Fatal("an open stretch that is not the last")
				}
				return
			}
			if s.To < s.From || int(s.Days.V) != int(s.To-s.From)+1 {
				t.Fatalf("stretch %s to %s of %d days", s.From, s.To, s.Days.V)
			}
			next = s.To + 1
		}
		payable := 0
		for _, s := range r.Stretches {
			if s.State != pipeline.StretchSuspended {
				payable += int(s.Days.V)
			}
		}
		if len(r.Stretches) > 0 && payable != 240 {
			t.Fatalf("days not suspended are %d, want the 240 granted", payable)
		}
	})
}

func TestCountersNeverNegativeAndActionsInP1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := day("2014-08-01") + pipeline.Date(rapid.IntRange(0, 300).Draw(t, "night"))
		d := drawDossier(t, on)
		r := night(d, 0, on)
		blocked := map[string]bool{}
		for _, e := range r.Exceptions {
			if e.Class == pipeline.ClassBlock {
				for _, ref := range rules.SplitSources(e.Sources) {
					blocked[ref] = true
				}
			}
		}
		for _, a := range r.InForce {
			if a.DaysResidual.OK && (a.DaysResidual.V < 0 || a.DaysUsed.V < 0 || a.DaysUsed.V+a.DaysResidual.V != 240) {
				t.Fatalf("%s: used %d, residual %d of 240", a.Type, a.DaysUsed.V, a.DaysResidual.V)
			}
			if a.Type == pipeline.ActionReduce && a.Mode == pipeline.ModeAuto && (a.Rule != "R40" || a.Total.V < 0) {
				t.Fatalf("an automatic reduction of %s by %s", a.Total.V, a.Rule)
			}
			if a.Type == pipeline.ActionDecade && a.Mode == pipeline.ModeAuto {
				for _, ref := range rules.SplitSources(a.Sources) {
					if blocked[ref] {
						t.Fatalf("automatic decadence beside a blocking exception on %s", ref)
					}
				}
			}
			if a.Type == pipeline.ActionSuspend && a.To != 0 && int(a.Days.V) != int(a.To-a.From)+1 {
				t.Fatalf("suspension %s to %s of %d days", a.From, a.To, a.Days.V)
			}
		}
	})
}

func TestUnamendedFactsMaySplitOverNights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		last := day("2015-06-30")
		d := drawDossier(t, last)
		d.Claims[0].PaidThrough = 0
		// what was already issued matters for corrections, rivals under one code, early ends, the worker's own word, and
		// extensions of a job that another hire shows without an end: none of these here
		codes := map[string]bool{}
		type job struct {
			employer string
			start    pipeline.Date
		}
		endless := map[job]bool{}
		for _, c := range d.Communications {
			endless[job{c.Employer, c.Start}] = endless[job{c.Employer, c.Start}] || c.End == 0
		}
		d.Communications = slices.DeleteFunc(d.Communications, func(c pipeline.Communication) bool {
			known := codes[c.Code]
			codes[c.Code] = true
			return known || c.Purpose != pipeline.PurposeNormal || c.Event == pipeline.EventTermination ||
				c.Event == pipeline.EventExtension && endless[job{c.Employer, c.Start}]
		})
		over := slices.ContainsFunc(d.Submissions, func(s pipeline.Submission) bool { return s.Events[0].Income.V > 4800_00 })
		d.Submissions = slices.DeleteFunc(d.Submissions, func(s pipeline.Submission) bool { // a lower income undoes no stop of payments
			return s.Events[0].Kind == pipeline.EventSubordinate || over && s.Events[0].Case == pipeline.CaseIncomeChange
		})
		want := rows(night(d, 0, last).InForce)

		prev := pipeline.Date(0)
		all := *d
		// an event that comes before its hire may be taken for one of another job of that employer: it is acted on as
		// an orphan, and what was acted on matters; so events come with their hires here
		arrives := map[string]pipeline.Date{}
		for i := range all.Communications {
			c := &all.Communications[i]
			if _, ok := arrives[c.Employer]; !ok {
				arrives[c.Employer] = day("2014-07-01") + pipeline.Date(rapid.IntRange(0, 11).Draw(t, "arrives")*30)
			}
			c.Acquired = arrives[c.Employer]
			if c.Event != pipeline.EventHire {
				c.Acquired += pipeline.Date(rapid.IntRange(0, 3).Draw(t, "later") * 30)
			}
		}
		for i := range all.Submissions {
			all.Submissions[i].Acquired = day("2014-07-01") + pipeline.Date(rapid.IntRange(0, 11).Draw(t, "arrives")*30)
		}
		var r ledger.Result
		for when := day("2014-07-01"); when < last; when += 30 {
			tonight := all
			tonight.Communications = slices.DeleteFunc(slices.Clone(all.Communications), func(c pipeline.Communication) bool { return c.Acquired > when })
			tonight.Submissions = slices.DeleteFunc(slices.Clone(all.Submissions), func(s pipeline.Submission) bool { return s.Acquired > when })
			r = night(&tonight, prev, when)
			all.Issued, all.Open, prev = r.InForce, r.Exceptions, when
		}
		r = night(&all, prev, last)
		if delta := diff.Diff(unsourced(want), unsourced(rows(r.InForce))); delta != "" {
			t.Fatalf("one night or many:\n%s", delta)
		}
	})
}
