package rules_test

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

// limit is one case: what is told of one person, night by night, and what stands after the last one.
//
// An action is written "SOSPENSIONE 2013-02-12 2013-08-11": type, first day and, where it has one, last day; "?" after
// the type is a proposal, "!" a protective suspension, "=" the amount of a reduction. An exception is its code, with
// its class after ":" where that is not the usual one, and its amount, or its overpaid or contested days, after "=".
type limit struct {
	rule    string
	name    string // starts with "miss" where the rule must do nothing
	claims  []pipeline.Claim
	tell    []step
	actions string
	open    string // exceptions
}

// step tells a fact, changes the claim or runs a night.
type step func(*teller)

// teller is one person over some nights.
type teller struct {
	d      pipeline.Dossier
	params rules.Params
	prev   pipeline.Date
	last   ledger.Result
	facts  int
	job    *pipeline.Communication // that extensions, ends, corrections speak of
	nights int
	ahead  bool // submissions may be dated after the night; otherwise what it has was presented by then
}

// check runs the cases, each as a subtest.
func check(t *testing.T, cases []limit) {
	t.Helper()
	for i := range cases {
		c := &cases[i]
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: slices.Clone(c.claims)}}
			for _, f := range c.tell {
				f(s)
			}
			if s.nights == 0 {
				t.Fatal("no night was run")
			}
			same(t, "actions", c.actions, shownActions(s.last.InForce))
			same(t, "exceptions", c.open, shownExceptions(s.last.Exceptions))
		})
	}
}

func same(t *testing.T, what, want string, got []string) {
	t.Helper()
	var w []string
	for part := range strings.SplitSeq(want, ",") {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			w = append(w, part)
		}
	}
	slices.Sort(w)
	slices.Sort(got)
	if d := diff.Diff(w, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func shownActions(as []pipeline.Action) []string {
	var out []string
	for i := range as {
		a := &as[i]
		kind := a.Type
		if a.Mode == pipeline.ModeProposed {
			kind += "?"
		}
		if a.Cautious {
			kind += "!"
		}
		line := strings.TrimSpace(kind + " " + a.From.String() + " " + a.To.String())
		if a.Total.OK {
			line += "=" + a.Total.V.String()
		}
		out = append(out, line)
	}
	return out
}

func shownExceptions(es []pipeline.Exception) []string {
	var out []string
	for i := range es {
		e := &es[i]
		if e.State == pipeline.ExceptionClosed {
			continue
		}
		line := e.Code
		if e.Class != rules.ExceptionTypes[e.Code].Class {
			line += ":" + e.Class
		}
		switch {
		case e.Amount.OK:
			line += "=" + e.Amount.V.String()
		case e.Days.OK && (e.Code == rules.ExcOverpayment || e.Code == rules.ExcDatesConflict):
			line += fmt.Sprintf("=%d", e.Days.V)
		}
		out = append(out, line)
	}
	return out
}

const (
	somebody       = pipeline.CodiceFiscale("RSSMRA80A01H501U")
	formerEmployer = "10000000009"
	employerA      = "03472640170"
	employerB      = "02877740213"
)

func limitParams() rules.Params {
	one := func(code string, form pipeline.ContractForm, treat pipeline.Treatment) []pipeline.ContractType {
		return []pipeline.ContractType{{Code: code, Form: form, Treatment: treat}}
	}
	table := pipeline.ContractTable{}
	for _, c := range []pipeline.ContractType{
		{Code: permanentJob, Form: pipeline.FormPermanent, Treatment: pipeline.TreatEmployment},
		{Code: fixedTerm, Form: pipeline.FormFixed, Treatment: pipeline.TreatEmployment},
		{Code: apprentice, Form: pipeline.FormPermanent, Treatment: pipeline.TreatApprenticeship},
		{Code: seasonalApprentice, Form: pipeline.FormFixed, Treatment: pipeline.TreatApprenticeship},
		{Code: onCall, Form: pipeline.FormEither, Treatment: pipeline.TreatOnCall},
		{Code: agencyTerm, Form: pipeline.FormFixed, Treatment: pipeline.TreatEmployment},
		{Code: agencyPermanent, Form: pipeline.FormPermanent, Treatment: pipeline.TreatEmployment},
		{Code: domesticTerm, Form: pipeline.FormFixed, Treatment: pipeline.TreatEmployment},
		{Code: project, Form: pipeline.FormEither, Treatment: pipeline.TreatQuasi},
		{Code: internship, Form: pipeline.FormFixed, Treatment: pipeline.TreatInternship},
		{Code: sociallyUseful, Form: pipeline.FormFixed, Treatment: pipeline.TreatUnknown},
	} {
		table[c.Code] = one(c.Code, c.Form, c.Treatment)
	}
	return rules.Defaults(table)
}

// Contract codes.
const (
	permanentJob       = "A.01.00"
	fixedTerm          = "A.02.00"
	apprentice         = "A.03.09"
	seasonalApprentice = "A.03.14"
	onCall             = "A.05.02"
	agencyPermanent    = "A.06.00"
	agencyTerm         = "A.06.01"
	domesticTerm       = "A.04.01"
	project            = "B.01.00"
	internship         = "C.01.00"
	sociallyUseful     = "C.03.00"
	noSuchCode         = "X.99.00"
)

// ---- claims

func on(s string) pipeline.Date {
	if s == "" {
		return 0
	}
	return pipeline.MustDate(s)
}

type claimOption func(*pipeline.Claim)

// aspi is an ASpI claim of 240 days whose benefit begins on the eighth day after the termination.
func aspi(start string, opts ...claimOption) []pipeline.Claim {
	c := pipeline.Claim{
		Number: "D1", Protocol: "P1", TaxCode: somebody, Office: "7000", Benefit: pipeline.BenefitASpI, State: pipeline.StateInPayment,
		TerminatedOn: on(start) - 8, FiledOn: on(start) - 6, Start: on(start), DaysGranted: 240,
		FormerEmployer: formerEmployer, PaymentMode: pipeline.PaymentAtCounter,
	}
	for _, o := range opts {
		o(&c)
	}
	return []pipeline.Claim{c}
}

// mini is a mini-ASpI claim of 105 days.
func mini(start string, opts ...claimOption) []pipeline.Claim {
	return aspi(start, append([]claimOption{func(c *pipeline.Claim) { c.Benefit, c.DaysGranted = pipeline.BenefitMiniASpI, 105 }}, opts...)...)
}

func granted(days int32) claimOption { return func(c *pipeline.Claim) { c.DaysGranted = days } }
func daily(v pipeline.Cents) claimOption {
	return func(c *pipeline.Claim) { c.DailyAmount = pipeline.Some(v) }
}
func inState(s string) claimOption { return func(c *pipeline.Claim) { c.State = s } }
func paidTo(d string) claimOption  { return func(c *pipeline.Claim) { c.PaidThrough = on(d) } }
func numbered(n string) claimOption {
	return func(c *pipeline.Claim) { c.Number, c.Protocol = n, "P"+n }
}
func benefit(b string) claimOption { return func(c *pipeline.Claim) { c.Benefit = b } }
func inAdvance(c *pipeline.Claim)  { c.Advance = true }

// filedOn is a claim filed late: the benefit begins the day after.
func filedOn(terminated, filed string) claimOption {
	return func(c *pipeline.Claim) {
		c.TerminatedOn, c.FiledOn = on(terminated), on(filed)
		c.Start = c.FiledOn + 1
	}
}

// ---- nights and claims that change between them

// nights runs one night on each of the dates.
func nights(dates ...string) step {
	return func(s *teller) {
		for _, at := range dates {
			s.run(on(at))
		}
	}
}

func (s *teller) run(at pipeline.Date) {
	acquire := func(d *pipeline.Date) {
		if *d == 0 {
			*d = at
		}
	}
	for i := range s.d.Communications {
		acquire(&s.d.Communications[i].Acquired)
	}
	for i := range s.d.Submissions {
		sub := &s.d.Submissions[i]
		if acquire(&sub.Acquired); sub.Acquired == at && !s.ahead {
			sub.SubmittedOn = min(sub.SubmittedOn, at)
		}
	}
	for i := range s.d.Notices {
		acquire(&s.d.Notices[i].Acquired)
	}
	for i := range s.d.Vouchers {
		acquire(&s.d.Vouchers[i].Acquired)
	}
	slices.SortStableFunc(s.d.Communications, func(a, b pipeline.Communication) int {
		return cmp.Or(cmp.Compare(a.SentAt, b.SentAt), cmp.Compare(a.Code, b.Code))
	})
	s.last = ledger.Decide(&s.d, ledger.Night{Date: at, Previous: s.prev, Params: &s.params, RulesVersion: "prova"})
	s.prev, s.d.Issued, s.d.Open = at, s.last.InForce, s.last.Exceptions
	s.nights++
}

// claimNow changes the first claim before the next night.
func claimNow(o claimOption) step { return func(s *teller) { o(&s.d.Claims[0]) } }

// by changes a switch of the rules.
func by(change func(*rules.Params)) step { return func(s *teller) { change(&s.params) } }

// ---- communications

type jobOption func(*pipeline.Communication)

// hired tells a full-time job of employerA: fixed-term unless an option says otherwise, without an end where to is "".
func hired(from, to string, opts ...jobOption) step {
	return func(s *teller) {
		c := pipeline.Communication{
			Model: pipeline.ModelUnilav, Event: pipeline.EventHire, Purpose: pipeline.PurposeNormal, Worker: somebody,
			Employer: employerA, EmployerName: "Alfa", Contract: fixedTerm, Start: on(from), End: on(to), Hours: "F",
			SentOn: on(from) - 1,
		}
		for _, o := range opts {
			o(&c)
		}
		s.communicate(&c)
		s.job = &c
	}
}

// communicate adds a document, sent after all that were told before where it is of the same day.
func (s *teller) communicate(c *pipeline.Communication) {
	s.facts++
	c.ID, c.Code = sha256.Sum256(fmt.Appendf(nil, "c%d", s.facts)), fmt.Sprintf("13001%011d", s.facts)
	if c.Model == pipeline.ModelDomestico {
		c.Code = fmt.Sprintf("DOM%d", s.facts)
	}
	c.SentAt = pipeline.Instant((int64(c.SentOn.UnixDays())*1440 + int64(s.facts)) * 60_000_000)
	s.d.Communications = append(s.d.Communications, *c)
}

// follow tells a document about the last job, sent after it.
func follow(change func(*pipeline.Communication)) step {
	return func(s *teller) {
		c := *s.job
		c.Acquired = 0
		change(&c)
		if c.Purpose != pipeline.PurposeNormal {
			c.PreviousCode = cmp.Or(c.PreviousCode, s.job.Code)
		}
		s.communicate(&c)
	}
}

func extended(to string) step {
	return follow(func(c *pipeline.Communication) { c.Event, c.EventDate = pipeline.EventExtension, on(to) })
}

func left(day string) step {
	return follow(func(c *pipeline.Communication) { c.Event, c.EventDate = pipeline.EventTermination, on(day) })
}

// converted is a transformation: "DI" to a permanent contract, "TP" to part-time, and so on.
func converted(day, code string) step {
	return follow(func(c *pipeline.Communication) {
		c.Event, c.EventDate, c.EventCode = pipeline.EventConversion, on(day), code
	})
}

// shownAs is a transformation that shows another contract, and no end.
func shownAs(code, day, kind string) step {
	return follow(func(c *pipeline.Communication) {
		c.Event, c.EventDate, c.EventCode, c.Contract, c.End, c.MissionEnd = pipeline.EventConversion, on(day), kind, code, 0, 0
	})
}

// cancelled withdraws the last job.
func cancelled() step {
	return follow(func(c *pipeline.Communication) { c.Purpose = pipeline.PurposeCancellation })
}

// corrected replaces the last job's document.
func corrected(opts ...jobOption) step {
	return follow(func(c *pipeline.Communication) {
		c.Purpose = pipeline.PurposeCorrection
		for _, o := range opts {
			o(c)
		}
	})
}

// lastCancelled withdraws the document told last, whatever it is.
func lastCancelled() step {
	return func(s *teller) {
		c := s.d.Communications[len(s.d.Communications)-1]
		c.Purpose, c.PreviousCode, c.Acquired = pipeline.PurposeCancellation, c.Code, 0
		s.communicate(&c)
	}
}

func employer(code string) jobOption {
	return func(c *pipeline.Communication) { c.Employer, c.EmployerName = code, "Ditta "+code }
}

func contract(code string) jobOption { return func(c *pipeline.Communication) { c.Contract = code } }

func yearlyPay(v pipeline.Cents) jobOption {
	return func(c *pipeline.Communication) { c.YearlyPay = pipeline.Some(v) }
}
func endsOn(d string) jobOption   { return func(c *pipeline.Communication) { c.End = on(d) } }
func startsOn(d string) jobOption { return func(c *pipeline.Communication) { c.Start = on(d) } }

func sentOn(d string) jobOption { return func(c *pipeline.Communication) { c.SentOn = on(d) } }

func available(v pipeline.Tri) jobOption {
	return func(c *pipeline.Communication) { c.Contract, c.Availability = onCall, v }
}
func permanent(c *pipeline.Communication)    { c.Contract = permanentJob }
func partTime(c *pipeline.Communication)     { c.Hours = "P" }
func publicBody(c *pipeline.Communication)   { c.PublicEmployer = true }
func agricultural(c *pipeline.Communication) { c.Agricultural = true }
func partner(c *pipeline.Communication)      { c.Partner = true }

// agency makes it agency work, of one mission as long as the contract.
func agency(c *pipeline.Communication) {
	c.Model, c.Contract, c.UserCompany, c.MissionStart, c.MissionEnd = pipeline.ModelUnisomm, agencyTerm, employerB, c.Start, c.End
}

func domestic(c *pipeline.Communication)        { c.Model, c.Contract = pipeline.ModelDomestico, domesticTerm }
func domesticPending(c *pipeline.Communication) { domestic(c); c.Pending = true }
func urgent(c *pipeline.Communication) {
	c.Model, c.Event, c.Contract, c.End = pipeline.ModelUniurg, pipeline.EventUrgent, "", 0
}

// orphan tells only an event of a job of which no hire is known.
func orphan(event pipeline.EventKind, start, day string, opts ...jobOption) step {
	return hired("2013-01-15", "", append([]jobOption{func(c *pipeline.Communication) {
		c.Start, c.SentOn, c.Event, c.EventDate = on(start), on(day)+1, event, on(day)
	}}, opts...)...)
}

// ---- submissions

type subOption func(*pipeline.Submission)

// declared tells a submission of one event on claim D1: on paper before telematic ones were possible, else on the web.
func declared(day string, ev pipeline.Event, opts ...subOption) step {
	return func(s *teller) {
		s.facts++
		sub := pipeline.Submission{
			ID: sha256.Sum256(fmt.Appendf(nil, "s%d", s.facts)), Protocol: fmt.Sprintf("INPS.7000.%s.%07d", on(day).Italian(), s.facts),
			SubmittedOn: on(day), Form: "SR137", Channel: pipeline.ChannelWeb, PIN: pipeline.PINDispositive, TaxCode: somebody,
			ClaimNumber: "D1", Kind: pipeline.KindEvent, Events: []pipeline.Event{ev},
		}
		if sub.SubmittedOn < on("2014-06-18") {
			sub.Channel, sub.PIN = pipeline.ChannelPaper, ""
		}
		for _, o := range opts {
			o(&sub)
		}
		s.d.Submissions = append(s.d.Submissions, sub)
	}
}

func onClaim(n string) subOption { return func(s *pipeline.Submission) { s.ClaimNumber = n } }
func through(channel string) subOption {
	return func(s *pipeline.Submission) { s.Channel = channel }
}
func withPIN(pin string) subOption { return func(s *pipeline.Submission) { s.PIN = pin } }
func mandated(day string) subOption {
	return func(s *pipeline.Submission) {
		s.Channel, s.PIN, s.Patronato, s.MandateOn = pipeline.ChannelPatronato, "", "PAT01", on(day)
	}
}
func draft(s *pipeline.Submission)      { s.Draft = true }
func legacyForm(s *pipeline.Submission) { s.Form = pipeline.FormDS56bis }
func alsoTells(ev pipeline.Event) subOption {
	return func(s *pipeline.Submission) { s.Events = append(s.Events, ev) }
}

func changing(c pipeline.DataChanges) subOption {
	return func(s *pipeline.Submission) { s.Changes = &c }
}

// onlyChanges makes it a submission of changes of data.
func onlyChanges(c pipeline.DataChanges) subOption {
	return func(s *pipeline.Submission) { s.Kind, s.Events, s.Changes = pipeline.KindChange, nil, &c }
}

// event is one that is no work: sickness and the like.
func event(kind, from, to string) pipeline.Event {
	return pipeline.Event{Kind: kind, Start: on(from), End: on(to)}
}

// work is employment in Italy that the worker tells of; the employer may be unknown.
func work(from, to, employer string) pipeline.Event {
	return pipeline.Event{Kind: pipeline.EventSubordinate, Start: on(from), End: on(to), Employer: employer, EmployerCountry: pipeline.CountryItaly}
}

// abroad is employment in a country, which may be unknown.
func abroad(from, to, country string) pipeline.Event {
	return pipeline.Event{Kind: pipeline.EventSubordinate, Start: on(from), End: on(to), EmployerCountry: country}
}

// activity is the start of self-employment with its expected income, of the year it starts in.
func activity(from string, income pipeline.Cents) pipeline.Event {
	return pipeline.Event{
		Kind: pipeline.EventSelfEmployed, Case: pipeline.CaseStart, Category: pipeline.CategorySelf,
		Start: on(from), Income: pipeline.Some(income), Year: int32(on(from).Year()),
	}
}

// quasi is the same of quasi-subordinate work.
func quasi(from string, income pipeline.Cents) pipeline.Event {
	ev := activity(from, income)
	ev.Category = pipeline.CategoryQuasi
	return ev
}

// later is a later declaration on an activity: another figure, one of another year, the actual income.
func later(what string, ev pipeline.Event, year int32) pipeline.Event {
	ev.Case, ev.Year = what, year
	return ev
}

func withIncome(ev pipeline.Event, income pipeline.Cents) pipeline.Event {
	ev.Income = pipeline.Some(income)
	return ev
}

func withoutIncome(ev pipeline.Event) pipeline.Event {
	ev.Income = pipeline.Opt[pipeline.Cents]{}
	return ev
}

// ---- notices and vouchers

func noticed(kind, day string, change ...func(*pipeline.Notice)) step {
	return func(s *teller) {
		s.facts++
		n := pipeline.Notice{
			ID: sha256.Sum256(fmt.Appendf(nil, "n%d", s.facts)), Protocol: fmt.Sprintf("N%d", s.facts), Kind: kind, TaxCode: somebody, On: on(day),
		}
		for _, f := range change {
			f(&n)
		}
		s.d.Notices = append(s.d.Notices, n)
	}
}

// earning is the yearly income of a job, declared on a day.
func earning(start, day string, income pipeline.Cents) step {
	return noticed(pipeline.NoticeSubordinateIncome, day, func(n *pipeline.Notice) { n.Start, n.Income = on(start), pipeline.Some(income) })
}

func voucher(day string, net pipeline.Cents, client, kind string) step {
	return func(s *teller) {
		s.facts++
		s.d.Vouchers = append(s.d.Vouchers, pipeline.Voucher{
			ID: sha256.Sum256(fmt.Appendf(nil, "v%d", s.facts)), Worker: somebody, Client: client, ClientKind: kind, On: on(day), Net: net,
		})
	}
}
