package ledger_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/rules"
)

var crowdedMost = flag.Int("crowded", 8000, "communications of the largest person of BenchmarkCrowdedPerson")

const crowdedEmployer = "03472640170"

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
	{"running before", func(n int) []pipeline.Communication { // jobs there already when the claim was founded
		return each(n, func(i int) pipeline.Communication {
			return hire(i, fmt.Sprintf("%011d", i), "A.01.00", day("2014-01-01")+pipeline.Date(i%100), 0)
		})
	}},
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

func each(n int, tell func(int) pipeline.Communication) []pipeline.Communication {
	out := make([]pipeline.Communication, n)
	for i := range out {
		out[i] = tell(i)
	}
	return out
}

// crowded is the dossier of one claim and n communications.
func crowded(tell func(int) []pipeline.Communication, n int, on pipeline.Date) *pipeline.Dossier {
	d := &pipeline.Dossier{Person: person, Claims: []pipeline.Claim{claim(pipeline.BenefitASpI)}, Communications: tell(n)}
	for i := range d.Communications {
		d.Communications[i].Acquired = on
	}
	return d
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
