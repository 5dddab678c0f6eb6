package ledger_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

// allContracts knows a code of every treatment but the unknown one.
var allContracts = pipeline.ContractTable{
	"A.01.00": {{Code: "A.01.00", Form: pipeline.FormPermanent, Treatment: pipeline.TreatEmployment}},
	"A.02.00": {{Code: "A.02.00", Form: pipeline.FormFixed, Treatment: pipeline.TreatEmployment}},
	"A.03.09": {{Code: "A.03.09", Form: pipeline.FormPermanent, Treatment: pipeline.TreatApprenticeship}},
	"A.04.00": {{Code: "A.04.00", Form: pipeline.FormPermanent, Treatment: pipeline.TreatEmployment}},
	"A.04.01": {{Code: "A.04.01", Form: pipeline.FormFixed, Treatment: pipeline.TreatEmployment}},
	"A.05.02": {{Code: "A.05.02", Form: pipeline.FormEither, Treatment: pipeline.TreatOnCall}},
	"B.01.00": {{Code: "B.01.00", Form: pipeline.FormEither, Treatment: pipeline.TreatQuasi}},
	"C.01.00": {{Code: "C.01.00", Form: pipeline.FormFixed, Treatment: pipeline.TreatInternship}},
	"H.01.00": {{Code: "H.01.00", Form: pipeline.FormFixed, Treatment: pipeline.TreatAgricultural}},
}

// wide draws a person with one to three claims and facts of every flow, that arrive on some of five nights.
type wide struct {
	*rapid.T
	ids int
}

// firstNight is the first of the nights, thirty days apart.
var firstNight = day("2014-08-20")

func (w *wide) num(label string, from, to int) int { return rapid.IntRange(from, to).Draw(w.T, label) }

func (w *wide) one(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(w.T, label)
}
func (w *wide) often(label string, times int) bool { return w.num(label, 0, times) == 0 }
func (w *wide) date(label string) pipeline.Date {
	return day("2014-03-01") + pipeline.Date(w.num(label, 0, 420))
}

func (w *wide) arrival() pipeline.Date { return firstNight + pipeline.Date(30*w.num("arrives", 0, 4)) }

func (w *wide) income(label string) pipeline.Opt[pipeline.Cents] {
	if w.often(label+" told", 5) {
		return pipeline.Opt[pipeline.Cents]{}
	}
	return pipeline.Some(pipeline.Cents(w.num(label, 0, 9_500_00)))
}

func (w *wide) id(kind string) pipeline.DocID {
	w.ids++
	return sha256.Sum256(fmt.Append(nil, kind, w.ids))
}

func drawWide(t *rapid.T) *pipeline.Dossier {
	w := &wide{T: t}
	d := &pipeline.Dossier{Person: person, Claims: w.claims()}
	for range w.num("jobs", 0, 3) {
		d.Communications = append(d.Communications, w.job()...)
	}
	for range w.num("submissions", 0, 4) {
		d.Submissions = append(d.Submissions, w.submission(d.Claims))
	}
	for range w.num("notices", 0, 2) {
		d.Notices = append(d.Notices, w.notice())
	}
	for range w.num("vouchers", 0, 2) {
		d.Vouchers = append(d.Vouchers, pipeline.Voucher{
			ID: w.id("v"), Acquired: w.arrival(), Worker: person, Client: "03472640170", ClientKind: w.one("client", "ALTRO", "IMPRENDITORE"),
			On: w.date("paid on"), Net: pipeline.Cents(w.num("net", 1, 4_000_00)),
		})
	}
	return d
}

func (w *wide) claims() []pipeline.Claim {
	benefits := []string{
		pipeline.BenefitASpI, pipeline.BenefitASpI, pipeline.BenefitASpI, pipeline.BenefitMiniASpI, pipeline.BenefitMiniASpI, pipeline.BenefitNASpI,
	}
	var out []pipeline.Claim
	for i, start := range []string{"2014-07-08", "2014-03-14", "2014-11-11"}[:w.num("claims", 1, 3)] {
		c := claim(w.one("benefit", benefits...))
		c.Number, c.Protocol = fmt.Sprintf("D%d", i+1), fmt.Sprintf("P%d", i+1)
		c.Start, c.TerminatedOn, c.FiledOn = day(start), day(start)-8, day(start)-6
		c.State = w.one("state", pipeline.StateInPayment, pipeline.StateInPayment, pipeline.StateInPayment, pipeline.StateSuspended, pipeline.StateUnderReview, pipeline.StateExhausted)
		c.Advance = w.often("advance", 12)
		c.DaysGranted = int32(w.num("granted", 60, 300))
		c.PaidThrough = c.Start - 1 + pipeline.Date(w.num("paid", 0, 90))
		c.DailyAmount = pipeline.Some(pipeline.Cents(w.num("daily", 5_00, 40_00)))
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b pipeline.Claim) int { return int(a.Start - b.Start) })
	return out
}

// job is a hire of some kind with what follows it.
func (w *wide) job() []pipeline.Communication {
	from := w.date("start")
	to := from + pipeline.Date(w.num("length", 0, 210))
	code := w.one("contract", "A.02.00", "A.02.00", "A.02.00", "A.01.00", "A.03.09", "A.05.02", "B.01.00", "C.01.00", "H.01.00", "X.99.00")
	if code == "A.01.00" || w.often("no end", 9) {
		to = 0
	}
	w.ids++
	h := hire(w.ids, w.one("employer", "03472640170", "02877740213", "10000000009"), code, from, to)
	h.Acquired, h.Hours = w.arrival(), w.one("hours", "F", "F", "P")
	h.PublicEmployer, h.Agricultural = w.often("public", 6), w.often("agricultural", 9)
	h.Availability = pipeline.Tri(w.one("availability", "", "SI", "NO"))
	switch w.num("model", 0, 7) {
	case 0:
		h.Model, h.UserCompany, h.MissionStart, h.MissionEnd = pipeline.ModelUnisomm, "02877740213", from, to
	case 1:
		h.Model, h.Code, h.Pending = pipeline.ModelDomestico, fmt.Sprint("DOM", w.ids), w.often("pending", 2)
		if h.Contract = pipeline.ContractDomesticFixed; to == 0 {
			h.Contract = pipeline.ContractDomesticPermanent
		}
	case 2:
		h.Model, h.Event, h.Contract, h.End = pipeline.ModelUniurg, pipeline.EventUrgent, "", 0
		return []pipeline.Communication{h}
	}
	out := []pipeline.Communication{h}
	follow := func(kind pipeline.EventKind, purpose pipeline.Purpose, on pipeline.Date) *pipeline.Communication {
		c := h
		c.ID, c.Acquired = w.id("c"), max(h.Acquired, w.arrival())
		c.Code, c.Event, c.Purpose = fmt.Sprintf("13001%011d", w.ids), kind, purpose
		if h.Model == pipeline.ModelDomestico {
			c.Code = fmt.Sprint("DOM", w.ids)
		}
		if c.EventDate = on; kind == pipeline.EventHire {
			c.EventDate = 0
		}
		if purpose != pipeline.PurposeNormal {
			c.PreviousCode = h.Code
		}
		c.SentAt = h.SentAt + pipeline.Instant(w.ids)*3_600_000_000
		out = append(out, c)
		return &out[len(out)-1]
	}
	if to != 0 && w.often("extended", 3) {
		follow(pipeline.EventExtension, pipeline.PurposeNormal, to+pipeline.Date(w.num("longer", 1, 120)))
	}
	if w.often("converted", 7) {
		c := follow(pipeline.EventConversion, pipeline.PurposeNormal, from+pipeline.Date(w.num("turned", 0, 120)))
		if c.EventCode = w.one("how", "DI", "TP", "QQ"); c.EventCode == "QQ" { // it shows what its code does not say
			c.Contract, c.End = "A.01.00", 0
		}
	}
	if w.often("left", 4) {
		follow(pipeline.EventTermination, pipeline.PurposeNormal, from+pipeline.Date(w.num("after", 0, 100)))
	}
	switch w.num("amended", 0, 9) {
	case 0:
		follow(pipeline.EventHire, pipeline.PurposeCancellation, 0)
	case 1:
		follow(pipeline.EventHire, pipeline.PurposeCorrection, 0).Start += pipeline.Date(w.num("moved", -5, 5))
	case 2:
		w.underCodeOf(h, follow(pipeline.EventHire, pipeline.PurposeNormal, 0))
	}
	return out
}

// underCodeOf makes a hire one that comes under the code of another and says something else.
func (w *wide) underCodeOf(h pipeline.Communication, c *pipeline.Communication) {
	c.Code = h.Code
	switch w.num("rival", 0, 3) {
	case 0:
		c.End = c.Start + pipeline.Date(w.num("rival length", 0, 210))
	case 1:
		c.Start += pipeline.Date(w.num("rival moved", -30, 30))
	case 2:
		c.Contract = w.one("rival contract", "A.02.00", "A.01.00", "A.05.02", "B.01.00", "C.01.00", "X.99.00")
	case 3:
		c.Employer = w.one("rival employer", "03472640170", "02877740213", "10000000009")
	}
}

func (w *wide) submission(claims []pipeline.Claim) pipeline.Submission {
	on := day("2014-06-18") + pipeline.Date(w.num("submitted", 0, 250))
	s := pipeline.Submission{
		ID: w.id("s"), SubmittedOn: on, Form: w.one("form", "SR137", "SR137", "SR137", "DS56BIS"), TaxCode: person, Kind: pipeline.KindEvent,
		Channel: w.one("channel", pipeline.ChannelWeb, pipeline.ChannelWeb, pipeline.ChannelWeb, pipeline.ChannelPatronato, pipeline.ChannelPaper),
		PIN:     w.one("pin", pipeline.PINDispositive, pipeline.PINDispositive, pipeline.PINDispositive, pipeline.PINBasic),
		Draft:   w.often("draft", 9), Acquired: max(firstNight, w.arrival()),
	}
	s.SubmittedOn = min(on, s.Acquired) // one dated later waits for its day
	s.Protocol = fmt.Sprintf("INPS.7000.01/08/2014.%07d", w.ids)
	s.ClaimNumber = claims[w.num("of claim", 0, len(claims)-1)].Number
	if w.often("changes", 6) {
		s.Kind, s.Changes = pipeline.KindChange, &pipeline.DataChanges{Email: "x@example.org", Payment: &pipeline.Payment{Mode: pipeline.PaymentOnAccount, IBAN: w.one("iban", "", "IT60X0542811101000000123456")}}
		return s
	}
	s.Events = []pipeline.Event{w.event(on)}
	if w.often("another event", 9) {
		s.Events = append(s.Events, w.event(on))
	}
	return s
}

func (w *wide) event(on pipeline.Date) pipeline.Event {
	ev := pipeline.Event{
		Kind: w.one("kind", pipeline.EventSickness, pipeline.EventHospital, pipeline.EventMaternity, pipeline.EventCivilService,
			pipeline.EventSubordinate, pipeline.EventSubordinate, pipeline.EventSelfEmployed, pipeline.EventSelfEmployed, pipeline.EventExpatriation, pipeline.EventPension),
		Start: max(on-pipeline.Date(w.num("before", 0, 40)), day("2014-03-01")), EmployerCountry: w.one("country", "IT", "IT", "FR", ""),
		Employer: w.one("of employer", "", "03472640170", "02877740213"),
	}
	if w.often("closed", 1) {
		ev.End = ev.Start + pipeline.Date(w.num("days", 0, 200))
	}
	if ev.Kind == pipeline.EventSelfEmployed {
		ev.Case = w.one("case", pipeline.CaseStart, pipeline.CaseStart, pipeline.CaseStart, pipeline.CaseRunning, pipeline.CaseIncomeChange, pipeline.CaseActualIncome)
		ev.Category = w.one("category", pipeline.CategorySelf, pipeline.CategoryQuasi)
		ev.Year, ev.Employer, ev.End = int32(ev.Start.Year()), "", 0
		ev.Income = w.income("income")
	}
	if ev.Kind == pipeline.EventSubordinate && w.often("pays", 3) {
		ev.Income = w.income("pay")
	}
	return ev
}

func (w *wide) notice() pipeline.Notice {
	n := pipeline.Notice{
		ID: w.id("n"), Acquired: w.arrival(), TaxCode: person, On: w.date("noticed"), Patronato: "", Start: w.date("earns from"),
		Kind: w.one("notice", pipeline.NoticePension, pipeline.NoticeInvalidity, pipeline.NoticeStatusLoss, pipeline.NoticeRefusal,
			pipeline.NoticePIN, pipeline.NoticeMandate, pipeline.NoticeSubordinateIncome, pipeline.NoticeActualIncome),
		Year: 2014, Category: w.one("category", pipeline.CategorySelf, pipeline.CategoryQuasi), Income: w.income("told"),
	}
	n.Protocol = fmt.Sprint("N", w.ids)
	return n
}

// known is a dossier as it is known on a night.
func known(d *pipeline.Dossier, on pipeline.Date) *pipeline.Dossier {
	out := *d
	out.Communications = slices.DeleteFunc(slices.Clone(d.Communications), func(c pipeline.Communication) bool { return c.Acquired > on })
	out.Submissions = slices.DeleteFunc(slices.Clone(d.Submissions), func(s pipeline.Submission) bool { return s.Acquired > on })
	out.Notices = slices.DeleteFunc(slices.Clone(d.Notices), func(n pipeline.Notice) bool { return n.Acquired > on })
	out.Vouchers = slices.DeleteFunc(slices.Clone(d.Vouchers), func(v pipeline.Voucher) bool { return v.Acquired > on })
	return &out
}

// eachNight runs the five nights of a wide dossier and two quiet ones, by default switches.
func eachNight(d *pipeline.Dossier, check func(on pipeline.Date, quiet bool, r *ledger.Result)) {
	p := rules.Defaults(allContracts)
	var issued []pipeline.Action
	var open []pipeline.Exception
	prev := pipeline.Date(0)
	for n := range 7 {
		on := firstNight + pipeline.Date(30*n)
		if n > 4 {
			on = firstNight + 120 + pipeline.Date(n-4)
		}
		tonight := known(d, on)
		tonight.Issued, tonight.Open = issued, open
		r := nightBy(&p, tonight, prev, on)
		check(on, n > 4, &r)
		issued, open, prev = r.InForce, r.Exceptions, on
	}
}

// closedSet are the automatic actions that are not protective suspensions, by the rules that may bring them: suspension
// for employment, sickness, hospital, maternity, civil service, and the resumption that goes with it; decadence for
// employment too long or permanent; activities declared and their reduction; changes of data.
var closedSet = map[string][]string{
	pipeline.ActionSuspend:      {"R01", "R04", "R06", "R10", "R51", "R52", "R53", "R54"},
	pipeline.ActionResume:       {"R02"},
	pipeline.ActionDecade:       {"R03", "R05", "R11", "R12"},
	pipeline.ActionLoadActivity: {"R40", "R43"},
	pipeline.ActionReduce:       {"R40", "R43", "R44"},
	pipeline.ActionUpdateData:   {"R66"},
}

func TestNothingOutsideTheClosedSetIsAutomatic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawWide(t)
		basis := basisOf(d)
		eachNight(d, func(on pipeline.Date, _ bool, r *ledger.Result) {
			for i := range r.InForce {
				a := &r.InForce[i]
				if a.Mode != pipeline.ModeAuto || a.Cautious && a.Type == pipeline.ActionSuspend {
					continue
				}
				if a.Cautious || !slices.Contains(closedSet[a.Type], a.Rule) {
					t.Fatalf("%s: an automatic %s by %s", on, a.Type, a.Rule)
				}
				for _, ref := range rules.SplitSources(a.Sources) {
					if !slices.Contains(mayRestOn[a.Type], basis[ref]) {
						t.Fatalf("%s: an automatic %s rests on %s, %s", on, a.Type, ref, basis[ref])
					}
				}
			}
		})
	})
}

// mayRestOn are the facts behind automatic actions: an employer's word, a kind of event, a change. A suspension and a
// decadence may cite an account of the worker that came to the same job.
var mayRestOn = map[string][]string{
	pipeline.ActionSuspend: {
		basisEmployer, pipeline.EventSubordinate, pipeline.EventSickness, pipeline.EventHospital, pipeline.EventMaternity, pipeline.EventCivilService,
	},
	pipeline.ActionDecade:       {basisEmployer, pipeline.EventSubordinate},
	pipeline.ActionLoadActivity: {pipeline.EventSelfEmployed},
	pipeline.ActionReduce:       {pipeline.EventSelfEmployed},
	pipeline.ActionUpdateData:   {pipeline.KindChange},
}

const basisEmployer = "datore"

func init() { mayRestOn[pipeline.ActionResume] = mayRestOn[pipeline.ActionSuspend] }

// basisOf tells what sort of fact each source is.
func basisOf(d *pipeline.Dossier) map[string]string {
	out := map[string]string{}
	for i := range d.Communications {
		out[d.Communications[i].Ref()] = basisEmployer
	}
	for i := range d.Submissions {
		s := &d.Submissions[i]
		if out[s.Ref()] = s.Kind; len(s.Events) > 0 {
			out[s.Ref()] = s.Events[0].Kind
		}
	}
	for i := range d.Notices {
		out[d.Notices[i].Ref()] = d.Notices[i].Kind
	}
	return out
}

func TestExperimentalPhaseProposesEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawWide(t)
		p := rules.Defaults(allContracts)
		p.Phase = rules.PhaseExperimental
		on := firstNight + 120
		r := nightBy(&p, d, 0, on)
		for _, a := range append(r.Actions, r.InForce...) {
			if a.Mode != pipeline.ModeProposed {
				t.Fatalf("%s is %s", a.Type, a.Mode)
			}
		}
		for _, s := range r.Submissions {
			if s.List == pipeline.ListWorked {
				t.Fatal("a submission was worked by the procedure")
			}
		}
	})
}

func TestNoDecadenceBesideABlockingException(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eachNight(drawWide(t), func(on pipeline.Date, _ bool, r *ledger.Result) {
			for i := range r.Actions {
				a := &r.Actions[i]
				if a.Type != pipeline.ActionDecade || a.Mode != pipeline.ModeAuto || a.Operation != pipeline.OperationNew {
					continue
				}
				for j := range r.Exceptions {
					e := &r.Exceptions[j]
					if e.Class == pipeline.ClassBlock && e.State != pipeline.ExceptionClosed && (e.Claim == a.Claim || e.Claim == "") && shareAny(a.Sources, e.Sources) {
						t.Fatalf("%s: a new automatic decadence by %s beside %s on %s", on, a.Rule, e.Code, e.Sources)
					}
				}
			}
		})
	})
}

func shareAny(a, b string) bool {
	return slices.ContainsFunc(rules.SplitSources(a), func(ref string) bool { return slices.Contains(rules.SplitSources(b), ref) })
}

// TestSuspendedDaysNeverConsume counts the days used day by day: those from decorrenza to the day before an action that
// no suspension in force covers.
func TestSuspendedDaysNeverConsume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawWide(t)
		p := rules.Defaults(allContracts)
		on := firstNight + 120
		r := nightBy(&p, d, 0, on)
		for i := range d.Claims {
			c := &d.Claims[i]
			for j := range r.InForce {
				if a := &r.InForce[j]; a.Claim == c.Number && a.DaysUsed.OK {
					checkCounters(t, c, a, r.InForce)
				}
			}
		}
	})
}

func checkCounters(t *rapid.T, c *pipeline.Claim, a *pipeline.Action, all []pipeline.Action) {
	used := int32(0)
	for day := c.Start; day < a.From; day++ {
		suspended := slices.ContainsFunc(all, func(s pipeline.Action) bool {
			return s.Claim == c.Number && s.Type == pipeline.ActionSuspend && s.Mode == pipeline.ModeAuto &&
				(pipeline.Period{From: s.From, To: s.To}).Contains(day)
		})
		if !suspended {
			used++
		}
	}
	residual := max(c.DaysGranted-used, 0)
	end := a.From - 1 + pipeline.Date(residual)
	if a.Type == pipeline.ActionSuspend {
		end = a.To + pipeline.Date(residual)
	}
	if a.DaysUsed.V != used || a.DaysResidual.V != residual || a.NewEnd != end {
		t.Fatalf("%s from %s: used %d, residual %d, end %s; counted %d, %d, %s", a.Type, a.From, a.DaysUsed.V, a.DaysResidual.V, a.NewEnd, used, residual, end)
	}
}

func TestResidualIsNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawWide(t)
		eachNight(d, func(on pipeline.Date, _ bool, r *ledger.Result) {
			for _, a := range append(r.Actions, r.InForce...) {
				granted := d.Claims[slices.IndexFunc(d.Claims, func(c pipeline.Claim) bool { return c.Number == a.Claim })].DaysGranted
				if a.DaysResidual.OK && (a.DaysResidual.V < 0 || a.DaysResidual.V > granted || a.DaysUsed.V < 0) {
					t.Fatalf("%s: %s from %s: used %d, residual %d of %d", on, a.Type, a.From, a.DaysUsed.V, a.DaysResidual.V, granted)
				}
			}
		})
	})
}

// TestQuietNightsPublishNothing follows nights with news by nights without: only what falls due may be published.
func TestQuietNightsPublishNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eachNight(drawWide(t), func(on pipeline.Date, quiet bool, r *ledger.Result) {
			if !quiet {
				return
			}
			for _, a := range r.Actions {
				if a.Cause != pipeline.CauseCalendar {
					t.Fatalf("%s: %s %s %s from %s by %s because of %s", on, a.Operation, a.Type, a.Mode, a.From, a.Rule, a.Cause)
				}
				if a.Type == pipeline.ActionResume && a.Operation == pipeline.OperationWithdrawn {
					t.Fatalf("%s: the resumption of %s, %s by %s, is withdrawn on a quiet night", on, a.From, a.Mode, a.Rule)
				}
			}
		})
	})
}

// TestCancelledHireOfOneNightChangesNothing adds to some night a job of an employer of its own, together with its
// cancellation: every row of that night stays as it was.
func TestCancelledHireOfOneNightChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawWide(t)
		w := &wide{T: t, ids: 9000}
		at := w.arrival()
		from := w.date("start")
		h := hire(9999, "01234567897", w.one("contract", "A.01.00", "A.02.00", "A.05.02", "X.99.00"), from, from+pipeline.Date(w.num("length", 0, 250)))
		if h.Acquired = at; h.Contract == "A.01.00" {
			h.End = 0
		}
		gone := h
		gone.ID, gone.Code, gone.Purpose, gone.PreviousCode = w.id("gone"), "1300199999999998", pipeline.PurposeCancellation, h.Code
		gone.SentAt++
		d.Vouchers = append(d.Vouchers, pipeline.Voucher{ID: w.id("v"), Acquired: firstNight, Worker: person, On: firstNight, Net: 1}) // one fact that stands
		with := *d
		with.Communications = append(slices.Clone(d.Communications), h, gone)

		var want, got []ledger.Result
		eachNight(d, func(_ pipeline.Date, _ bool, r *ledger.Result) { want = append(want, *r) })
		eachNight(&with, func(_ pipeline.Date, _ bool, r *ledger.Result) { got = append(got, *r) })
		for n := range want {
			delete(got[n].Effects, h.ID)
			delete(got[n].Effects, gone.ID)
			got[n].Until = want[n].Until // nobody rests on a night that takes something in
			if delta := diff.Diff(want[n], got[n], cmpopts.EquateEmpty()); delta != "" {
				t.Fatalf("a job that never was (%s, %s to %s) changes night %d:\n%s", h.Contract, h.Start, h.End, n, delta)
			}
		}
	})
}

// TestEveryDayOfEveryClaimIsInOneStretch has claims side by side, over nights.
func TestEveryDayOfEveryClaimIsInOneStretch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawWide(t)
		eachNight(d, func(on pipeline.Date, _ bool, r *ledger.Result) {
			next := map[string]pipeline.Date{}
			for i := range d.Claims {
				next[d.Claims[i].Number] = d.Claims[i].Start
			}
			for _, s := range r.Stretches {
				if s.From != next[s.Claim] {
					t.Fatalf("%s: a stretch of %s begins on %s, want %s", on, s.Claim, s.From, next[s.Claim])
				}
				if next[s.Claim] = s.To + 1; s.To == 0 {
					next[s.Claim] = 0 // nothing may follow an open one
				} else if s.To < s.From {
					t.Fatalf("%s: a stretch from %s to %s", on, s.From, s.To)
				}
			}
		})
	})
}
