package ledger_test

import (
	"testing"

	"incrocio/pipeline"
)

// BenchmarkDecide is one person with two jobs, an extension and a sickness, on the first night.
func BenchmarkDecide(b *testing.B) {
	on := day("2015-02-01")
	d := benchDossier(on)
	b.ReportAllocs()
	for b.Loop() {
		if r := night(d, 0, on); len(r.Actions) != 4 {
			b.Fatalf("%d actions", len(r.Actions))
		}
	}
}

func benchDossier(on pipeline.Date) *pipeline.Dossier {
	first := hire(1, "03472640170", "A.02.00", day("2014-08-01"), day("2014-09-30"))
	longer := hire(2, "03472640170", "A.02.00", day("2014-08-01"), day("2014-09-30"))
	longer.Event, longer.EventDate = pipeline.EventExtension, day("2014-10-31")
	second := hire(3, "02877740213", "A.02.00", day("2014-12-01"), day("2014-12-20"))
	d := &pipeline.Dossier{Person: person, Claims: []pipeline.Claim{claim(pipeline.BenefitASpI)}, Communications: []pipeline.Communication{first, longer, second}}
	for i := range d.Communications {
		d.Communications[i].Acquired = on
	}
	return d
}

// BenchmarkDecideOne is one person with one job that was told on an earlier night, as most of whom anything is told are when
// everybody is decided anew.
func BenchmarkDecideOne(b *testing.B) {
	on := day("2015-02-01")
	d := benchDossier(on - 30)
	d.Communications = d.Communications[2:]
	b.ReportAllocs()
	for b.Loop() {
		if r := night(d, 0, on); len(r.Actions) != 2 {
			b.Fatalf("%d actions", len(r.Actions))
		}
	}
}

// BenchmarkDecideAgain is the same person on the next night, with nothing new: as most with something in force are.
func BenchmarkDecideAgain(b *testing.B) {
	on := day("2015-02-01")
	d := benchDossier(on)
	first := night(d, 0, on)
	d.Issued, d.Open = first.InForce, first.Exceptions
	b.ReportAllocs()
	for b.Loop() {
		if r := night(d, on, on+1); len(r.Actions) != 0 {
			b.Fatalf("%d actions", len(r.Actions))
		}
	}
}

// BenchmarkDecideNothing is one open claim with no fact at all, as most are.
func BenchmarkDecideNothing(b *testing.B) {
	on := day("2015-02-01")
	d := &pipeline.Dossier{Person: person, Claims: []pipeline.Claim{claim(pipeline.BenefitASpI)}}
	b.ReportAllocs()
	for b.Loop() {
		night(d, 0, on)
	}
}
