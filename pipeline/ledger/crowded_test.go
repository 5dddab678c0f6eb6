package ledger_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

var crowdedMost = flag.Int("crowded", 8000, "communications of the largest person of BenchmarkCrowdedPerson")

const crowdedEmployer, rivalCode = "03472640170", "1300100000000001"

// crowds are the ways in which a broken sender may tell n things of one person.
var crowds = []struct {
	name string
	tell func(n int) []pipeline.Communication
}{
	{"short jobs", func(n int) []pipeline.Communication { // each of a day, one employer after another
		return each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i)
			return hire(i, fmt.Sprintf("%011d", i), "A.02.00", on, on)
		})
	}},
	{"many at once", func(n int) []pipeline.Communication { // jobs of other employers within the same months
		return each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i%100)
			return hire(i, fmt.Sprintf("%011d", i), "A.02.00", on, on+20)
		})
	}},
	{"agency", func(n int) []pipeline.Communication { // half of them missions, half the same told by the user
		return each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i%100)
			c := hire(i, fmt.Sprintf("%011d", i/2), "A.02.00", on, on+20)
			if i%2 == 0 {
				c.Model, c.Employer, c.UserCompany, c.MissionStart = pipeline.ModelUnisomm, "02877740213", c.Employer, on
			}
			return c
		})
	}},
	{"corrections", func(n int) []pipeline.Communication { // of one job, each of the one before
		return each(n, func(i int) pipeline.Communication {
			c := hire(i, crowdedEmployer, "A.02.00", day("2014-08-01"), day("2014-08-31")+pipeline.Date(i%60))
			c.SentAt += pipeline.Instant(i)
			if i > 0 {
				c.Purpose, c.PreviousCode = pipeline.PurposeCorrection, hire(i-1, crowdedEmployer, "", c.Start, c.End).Code
			}
			return c
		})
	}},
	{"copies", func(n int) []pipeline.Communication { // of one hire, under other codes
		return each(n, func(i int) pipeline.Communication {
			return hire(i, crowdedEmployer, "A.02.00", day("2014-08-01"), day("2014-08-31"))
		})
	}},
	{"shifted copies", func(n int) []pipeline.Communication { // of one hire, on other days
		return each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i)
			return hire(i, crowdedEmployer, "A.02.00", on, on+30)
		})
	}},
	{"extensions", func(n int) []pipeline.Communication { // a day more each
		return each(n, func(i int) pipeline.Communication {
			c := hire(i, crowdedEmployer, "A.02.00", day("2014-08-01"), day("2014-08-31")+pipeline.Date(max(i-1, 0)))
			c.SentAt += pipeline.Instant(i)
			if i > 0 {
				c.Event, c.EventDate = pipeline.EventExtension, day("2014-08-31")+pipeline.Date(i)
			}
			return c
		})
	}},
	{"unknown contracts", func(n int) []pipeline.Communication { // an exception for each
		return each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i%100)
			return hire(i, fmt.Sprintf("%011d", i), "X.99.00", on, on+20)
		})
	}},
	{"ends of nothing", func(n int) []pipeline.Communication { // terminations without a hire
		return each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i%100)
			c := hire(i, fmt.Sprintf("%011d", i), "A.02.00", on, on)
			c.Event, c.EventDate, c.Start, c.End = pipeline.EventTermination, on, 0, 0
			return c
		})
	}},
	{"left early", func(n int) []pipeline.Communication { // long contracts that ended soon: a decadence proposed for each
		return each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i/2%100)
			c := hire(i, fmt.Sprintf("%011d", i/2), "A.02.00", on, on+400)
			if i%2 == 1 {
				c.Event, c.EventDate = pipeline.EventTermination, on+20
			}
			return c
		})
	}},
	{"domestic", func(n int) []pipeline.Communication { // corrections of domestic work, each of the one before
		return each(n, func(i int) pipeline.Communication {
			c := hire(i, crowdedEmployer, "A.02.00", day("2014-08-01"), day("2014-08-31")+pipeline.Date(i%60))
			c.Model = pipeline.ModelDomestico
			c.SentAt += pipeline.Instant(i)
			if i > 0 {
				c.Purpose, c.PreviousCode = pipeline.PurposeCorrection, hire(i-1, crowdedEmployer, "", c.Start, c.End).Code
			}
			return c
		})
	}},
	{"rivals", func(n int) []pipeline.Communication { // of one hire, under its code, with other ends
		return each(n, func(i int) pipeline.Communication {
			c := hire(i, crowdedEmployer, "A.02.00", day("2014-08-01"), day("2014-08-31")+pipeline.Date(i))
			c.Code, c.SentAt = rivalCode, c.SentAt+pipeline.Instant(i)
			return c
		})
	}},
	{"rival jobs", func(n int) []pipeline.Communication { // of other employers, under one code
		return each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i%20)
			c := hire(i, fmt.Sprintf("%011d", i), "A.02.00", on, on+20)
			c.Code = rivalCode
			return c
		})
	}},
	{"rival extensions", func(n int) []pipeline.Communication { // two under each code
		return each(n, func(i int) pipeline.Communication {
			c := hire(i, crowdedEmployer, "A.02.00", day("2014-08-01"), day("2014-08-31"))
			c.SentAt += pipeline.Instant(i)
			if i > 0 {
				c.Event, c.EventDate, c.Code = pipeline.EventExtension, day("2014-08-31")+pipeline.Date(i), fmt.Sprintf("13001%011d", i/2)
			}
			return c
		})
	}},
	{"running before", func(n int) []pipeline.Communication { // jobs there already when the claim was founded
		return each(n, func(i int) pipeline.Communication {
			return hire(i, fmt.Sprintf("%011d", i), "A.01.00", day("2014-01-01")+pipeline.Date(i%100), 0)
		})
	}},
}

// fills are the same with documents of other kinds than communications.
var fills = []struct {
	name string
	fill func(d *pipeline.Dossier, n int)
}{
	{"undeclared incomes", func(d *pipeline.Dossier, n int) { // of an activity that nobody declared: a decadence proposed for each
		d.Notices = each(n, func(i int) pipeline.Notice {
			return pipeline.Notice{
				ID: documentID("n", i), Protocol: fmt.Sprint("N", i), Kind: pipeline.NoticeActualIncome, TaxCode: person,
				On: day("2014-08-01"), Year: 2014, Category: pipeline.CategorySelf, Income: pipeline.Some(pipeline.Cents(100000 + i)),
			}
		})
	}},
	{"declared jobs", func(d *pipeline.Dossier, n int) { // jobs that nobody but the person told of
		d.Submissions = each(n, func(i int) pipeline.Submission {
			on := day("2014-08-01") + pipeline.Date(i%100)
			return declaring(i, pipeline.Event{
				Kind: pipeline.EventSubordinate, Employer: fmt.Sprintf("%011d", i), EmployerCountry: "IT", Start: on, End: on + 4,
			})
		})
	}},
	{"starts", func(d *pipeline.Dossier, n int) { // of one activity: an exception for each
		d.Submissions = each(n, func(i int) pipeline.Submission {
			return declaring(i, pipeline.Event{
				Kind: pipeline.EventSelfEmployed, Case: pipeline.CaseStart, Category: pipeline.CategorySelf, Year: 2014,
				Income: pipeline.Some(pipeline.Cents(100000 + i)), Start: day("2014-08-01") + pipeline.Date(i%100),
			})
		})
	}},
	{"years", func(d *pipeline.Dossier, n int) { // one activity and its income of a year after another
		d.Submissions = each(n, func(i int) pipeline.Submission {
			ev := pipeline.Event{
				Kind: pipeline.EventSelfEmployed, Case: pipeline.CaseIncomeChange, Category: pipeline.CategorySelf, Year: int32(2014 + i%7900),
				Income: pipeline.Some(pipeline.Cents(100000 + i)),
			}
			if i == 0 {
				ev.Case, ev.Start = pipeline.CaseStart, day("2014-08-01")
			}
			return declaring(i, ev)
		})
	}},
	{"changes of data", func(d *pipeline.Dossier, n int) {
		d.Submissions = each(n, func(i int) pipeline.Submission {
			s := declaring(i, pipeline.Event{})
			s.Kind, s.Events, s.Changes = pipeline.KindChange, nil, &pipeline.DataChanges{Email: fmt.Sprintf("x%d@example.org", i)}
			return s
		})
	}},
	{"changes and events", func(d *pipeline.Dossier, n int) { // in turn, with a PIN that is not enough yet and other notices
		d.Submissions = each(n/2, func(i int) pipeline.Submission {
			on := day("2014-08-01") + pipeline.Date(i%100)
			s := declaring(i, pipeline.Event{
				Kind: pipeline.EventSubordinate, Employer: fmt.Sprintf("%011d", i), EmployerCountry: "IT", Start: on, End: on + 4,
			})
			if i%2 == 0 {
				s.Kind, s.Events, s.Changes = pipeline.KindChange, nil, &pipeline.DataChanges{Email: fmt.Sprintf("x%d@example.org", i)}
			}
			if i%4 == 3 {
				s.PIN = pipeline.PINBasic
			}
			return s
		})
		d.Notices = each(n/2, func(i int) pipeline.Notice {
			return pipeline.Notice{
				ID: documentID("n", i), Protocol: fmt.Sprint("N", i), Kind: pipeline.NoticeStatusLoss, TaxCode: person, On: day("2014-08-01"),
			}
		})
	}},
	{"left early and declared", func(d *pipeline.Dossier, n int) { // a decadence proposed for each of many, and other jobs declared
		d.Communications = each(n/2, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i/2%100)
			c := hire(i, fmt.Sprintf("%011d", i/2), "A.02.00", on, on+400)
			if i%2 == 1 {
				c.Event, c.EventDate = pipeline.EventTermination, on+20
			}
			return c
		})
		d.Submissions = each(n/2, func(i int) pipeline.Submission {
			on := day("2014-08-01") + pipeline.Date(i%100)
			return declaring(i, pipeline.Event{
				Kind: pipeline.EventSubordinate, Employer: fmt.Sprintf("%011d", i+n), EmployerCountry: "IT", Start: on, End: on + 4,
			})
		})
	}},
	{"questions", func(d *pipeline.Dossier, n int) { // half of them, each on a job with an exception
		d.Communications = each(n/2, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i%100)
			return hire(i, fmt.Sprintf("%011d", i), "X.99.00", on, on+20)
		})
		d.Questions = each(n/2, func(i int) pipeline.DomesticQuestion {
			c := &d.Communications[i]
			return pipeline.DomesticQuestion{
				ID: documentID("q", i), Protocol: fmt.Sprint("Q", i), On: c.Start, Category: "ALTRO",
				Employer: c.Employer, Worker: person, RelationshipCode: c.Code,
			}
		})
	}},
	{"renamed", func(d *pipeline.Dossier, n int) { // half of them jobs under an old code, half notices that it is one
		d.Communications = each(n/2, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i%100)
			c := hire(i, fmt.Sprintf("%011d", i), "A.02.00", on, on+20)
			c.Worker = temporary
			return c
		})
		d.Notices = each(n/2, func(i int) pipeline.Notice {
			return pipeline.Notice{
				ID: documentID("n", i), Protocol: fmt.Sprint("N", i), Kind: pipeline.NoticeTaxCodeChanged, TaxCode: temporary, NewCode: person,
				On: day("2014-08-01"),
			}
		})
	}},
	{"one code", func(d *pipeline.Dossier, n int) { // jobs told under one code of communication: behind the exception of each first day are all
		d.Communications = each(n, func(i int) pipeline.Communication {
			on := day("2014-08-01") + pipeline.Date(i%20)
			c := hire(i, fmt.Sprintf("%011d", i), "X.99.00", on, on+20)
			c.Code = "1300100000000001"
			return c
		})
	}},
}

func documentID(kind string, i int) pipeline.DocID { return sha256.Sum256([]byte(fmt.Sprint(kind, i))) }

// declaring is a submission that tells of one event.
func declaring(i int, ev pipeline.Event) pipeline.Submission {
	return pipeline.Submission{
		ID: documentID("s", i), Protocol: fmt.Sprintf("INPS.7000.01/07/2014.%07d", i), SubmittedOn: day("2014-08-01") + pipeline.Date(i%100),
		SubmittedAt: pipeline.Instant(int64(i) * 1_000_000), Form: "SR137", Channel: pipeline.ChannelWeb, PIN: pipeline.PINDispositive,
		TaxCode: person, ClaimNumber: "D1", Kind: pipeline.KindEvent, Events: []pipeline.Event{ev},
	}
}

// TestCrowdedRowIsWhole: the sources of a row are complete however many, while what it tells of them stays short.
func TestCrowdedRowIsWhole(t *testing.T) {
	t.Parallel()
	const n, most = 3000, 1 << 20
	on := day("2015-02-01")
	r := night(crowded(crowds[0].tell, n, on), 0, on)
	a := &r.Actions[0]
	if got := len(rules.SplitSources(a.Sources)); got != n {
		t.Errorf("%d sources, not %d", got, n)
	}
	if told := len(a.Reason) + len(a.Trace) - len(a.Sources); told > most {
		t.Errorf("%d bytes are told", told)
	}
}

// TestCrowdedTracesStayShort: the traces of all rows grow with what there is to tell of, not with its square. Of many
// undeclared incomes each row tells what it would tell of that income alone.
func TestCrowdedTracesStayShort(t *testing.T) {
	t.Parallel()
	const n, most = 500, 10_000 // bytes for each document
	on := day("2015-02-01")
	for _, crowd := range fills {
		r := night(filled(crowd.fill, n, on), 0, on)
		if told(&r) > most*n {
			t.Errorf("%s: the traces have %d bytes", crowd.name, told(&r))
		}
	}
	many := filled(fills[0].fill, n, on)
	traces := tracesOf(night(many, 0, on))
	for i := range many.Notices {
		one := *many
		one.Notices = many.Notices[i : i+1]
		for row, want := range tracesOf(night(&one, 0, on)) {
			if got := traces[row]; got != want {
				t.Fatalf("%s\namong many\n%s\nalone\n%s", row, got, want)
			}
		}
	}
}

// TestCrowdedRenaming: where thousands of notices say that one code is another, the first of them is behind each document.
func TestCrowdedRenaming(t *testing.T) {
	t.Parallel()
	on := day("2015-02-01")
	for _, n := range []int{2, 200} { // documents and notices, half each
		d := &pipeline.Dossier{}
		for _, crowd := range fills {
			if crowd.name == "renamed" {
				d = filled(crowd.fill, n, on)
			}
		}
		slices.Reverse(d.Notices)
		d.Notices[n/2-1].Acquired-- // the one known
		behind := map[string]int{}
		for _, e := range night(d, 0, on).Evidence {
			behind[e.Ref]++
		}
		for i := range d.Communications {
			if behind[d.Communications[i].Ref()] == 0 {
				t.Errorf("%d: a communication is behind nothing", n)
			}
			behind["N0"] -= behind[d.Communications[i].Ref()]
		}
		if len(behind) != n/2+1 || behind["N0"] != 0 {
			t.Errorf("%d: %v", n, behind)
		}
	}
}

// tracesOf gives the traces of a night's rows by type and sources.
func tracesOf(r ledger.Result) map[string]string {
	out := map[string]string{}
	for i := range r.Actions {
		out[r.Actions[i].Type+" "+r.Actions[i].Sources] = r.Actions[i].Trace
	}
	for i := range r.Exceptions {
		out[r.Exceptions[i].Code+" "+r.Exceptions[i].Sources] = r.Exceptions[i].Trace
	}
	return out
}

// TestCrowdRests: a person of whom very much stands comes to rest as anybody does, and not where one row of it is another.
func TestCrowdRests(t *testing.T) {
	t.Parallel()
	on := day("2015-02-01")
	for _, crowd := range crowds {
		for _, n := range []int{5, 100} {
			d := crowded(crowd.tell, n, on)
			next := following(d, on)
			r := night(next, on, on+1)
			if r.Until <= on+1 {
				t.Errorf("%s, %d: at rest until %s, the night itself", crowd.name, n, r.Until)
			}
			for i := range next.Open {
				open := slices.Clone(next.Open)
				open[i].Text += "."
				other := *next
				other.Open = open
				if r := night(&other, on, on+1); r.Until > on+1 {
					t.Errorf("%s, %d: at rest until %s although exception %d said something else", crowd.name, n, r.Until, i)
				}
			}
		}
	}
}

func each[T any](n int, tell func(int) T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = tell(i)
	}
	return out
}

// crowded is the dossier of one claim and n communications.
func crowded(tell func(int) []pipeline.Communication, n int, on pipeline.Date) *pipeline.Dossier {
	d := &pipeline.Dossier{Person: person, Claims: []pipeline.Claim{claim(pipeline.BenefitASpI)}, Communications: tell(n)}
	arrive(d, on)
	return d
}

// filled is the dossier of one claim and n documents.
func filled(fill func(*pipeline.Dossier, int), n int, on pipeline.Date) *pipeline.Dossier {
	d := &pipeline.Dossier{Person: person, Claims: []pipeline.Claim{claim(pipeline.BenefitASpI)}}
	fill(d, n)
	arrive(d, on)
	return d
}

// arrive makes everything acquired on a night.
func arrive(d *pipeline.Dossier, on pipeline.Date) {
	for i := range d.Communications {
		d.Communications[i].Acquired = on
	}
	for i := range d.Submissions {
		d.Submissions[i].Acquired = on
	}
	for i := range d.Notices {
		d.Notices[i].Acquired = on
	}
	for i := range d.Questions {
		d.Questions[i].Acquired = on
	}
}

// BenchmarkCrowdedPerson decides one person of whom thousands of things are told: on the first night, on the next with
// nothing new, and where half of it came tonight. What one communication costs (ns/comm) must not grow with their
// number: no sender may stop a night. -crowded 50000 goes further.
func BenchmarkCrowdedPerson(b *testing.B) {
	on := day("2015-02-01")
	for _, crowd := range crowds {
		for _, n := range []int{1000, 2000, 4000, 8000, 16000, 50000} {
			if n > *crowdedMost {
				break
			}
			d := crowded(crowd.tell, n, on)
			b.Run(fmt.Sprintf("%s/first/%d", crowd.name, n), func(b *testing.B) { decideCrowded(b, d, 0, on) })
			b.Run(fmt.Sprintf("%s/next/%d", crowd.name, n), func(b *testing.B) {
				decideCrowded(b, following(d, on), on, on+1)
			})
			b.Run(fmt.Sprintf("%s/half/%d", crowd.name, n), func(b *testing.B) {
				half := *d
				half.Communications = d.Communications[:n/2]
				next := following(&half, on)
				next.Communications = slices.Clone(d.Communications)
				for i := range next.Communications[n/2:] {
					next.Communications[n/2+i].Acquired = on + 1
				}
				decideCrowded(b, next, on, on+1)
			})
		}
	}
}

// BenchmarkCrowdedDossier is the same for documents of other kinds, and where many of one kind meet many of another. What
// one document costs (ns/doc), the bytes of all traces and the rows of evidence must not grow with their number.
func BenchmarkCrowdedDossier(b *testing.B) {
	on := day("2015-02-01")
	for _, crowd := range fills {
		for _, n := range []int{1000, 2000, 4000, 8000, 16000, 50000} {
			if n > *crowdedMost {
				break
			}
			b.Run(fmt.Sprintf("%s/first/%d", crowd.name, n), func(b *testing.B) {
				decideFilled(b, n, filled(crowd.fill, n, on), 0, on)
			})
			b.Run(fmt.Sprintf("%s/next/%d", crowd.name, n), func(b *testing.B) {
				decideFilled(b, n, following(filled(crowd.fill, n, on), on), on, on+1)
			})
		}
	}
}

func decideFilled(b *testing.B, n int, d *pipeline.Dossier, previous, on pipeline.Date) {
	var r ledger.Result
	for b.Loop() {
		r = night(d, previous, on)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/doc")
	b.ReportMetric(float64(told(&r))/float64(n), "trace-B/doc")
	b.ReportMetric(float64(len(r.Evidence))/float64(n), "evidence/doc")
}

// told is how many bytes the traces of all rows have.
func told(r *ledger.Result) int {
	n := 0
	for i := range r.InForce {
		n += len(r.InForce[i].Trace)
	}
	for i := range r.Exceptions {
		n += len(r.Exceptions[i].Trace)
	}
	return n
}

// following is a dossier on the night after one.
func following(d *pipeline.Dossier, on pipeline.Date) *pipeline.Dossier {
	next := *d
	r := night(d, 0, on)
	next.Issued, next.Open = r.InForce, r.Exceptions
	return &next
}

func decideCrowded(b *testing.B, d *pipeline.Dossier, previous, on pipeline.Date) {
	var r ledger.Result
	for b.Loop() {
		r = night(d, previous, on)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(d.Communications)), "ns/comm")
	b.ReportMetric(float64(r.Rows()), "rows")
}
