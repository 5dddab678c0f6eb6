package pipeline_test

import (
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
)

func period(from, to string) pipeline.Period {
	p := pipeline.Period{From: date(from)}
	if to != "" {
		p.To = date(to)
	}
	return p
}

func TestPeriodDays(t *testing.T) {
	for _, c := range []struct {
		from, to string
		days     int
		open     bool
	}{
		{"2013-10-01", "2013-12-31", 92, false},
		{"2013-10-01", "2013-10-01", 1, false},
		{"2013-10-01", "2013-09-30", 0, false},
		{"2013-10-01", "", 0, true},
		{"2014-03-30", "2014-03-31", 2, false}, // the clock changes
	} {
		p := period(c.from, c.to)
		if p.Days() != c.days || p.Open() != c.open {
			t.Errorf("%s..%s: %d days, open %v", c.from, c.to, p.Days(), p.Open())
		}
	}
}

func TestPeriodsMeet(t *testing.T) {
	october := period("2013-10-01", "2013-10-31")
	for _, c := range []struct {
		name              string
		q                 pipeline.Period
		overlaps, touches bool
		common            string
	}{
		{"the day before the eve", period("2013-09-01", "2013-09-29"), false, false, ""},
		{"the eve", period("2013-09-01", "2013-09-30"), false, true, ""},
		{"the first day", period("2013-09-01", "2013-10-01"), true, true, "2013-10-01/2013-10-01"},
		{"within", period("2013-10-05", "2013-10-06"), true, true, "2013-10-05/2013-10-06"},
		{"the last day", period("2013-10-31", "2013-11-30"), true, true, "2013-10-31/2013-10-31"},
		{"the day after", period("2013-11-01", "2013-11-30"), false, true, ""},
		{"a gap", period("2013-11-02", ""), false, false, ""},
		{"open from before", period("2012-01-01", ""), true, true, "2013-10-01/2013-10-31"},
		{"open from the day after", period("2013-11-01", ""), false, true, ""},
	} {
		if got := october.Overlaps(c.q); got != c.overlaps {
			t.Errorf("%s: Overlaps %v", c.name, got)
		}
		if got := october.Touches(c.q); got != c.touches {
			t.Errorf("%s: Touches %v", c.name, got)
		}
		got, ok := october.Common(c.q)
		if ok != c.overlaps || ok && got.From.String()+"/"+got.To.String() != c.common {
			t.Errorf("%s: Common %s/%s, %v, want %q", c.name, got.From, got.To, ok, c.common)
		}
	}
	a, b := period("2013-10-01", ""), period("2014-01-01", "")
	if got, ok := a.Common(b); !ok || got != b || !got.Open() {
		t.Errorf("Common of two open periods: %v, %v", got, ok)
	}
}

// Periods by the days they hold, one at a time.
func TestPeriodAgainstDays(t *testing.T) {
	few := rapid.Custom(func(rt *rapid.T) pipeline.Period {
		from := pipeline.Date(rapid.IntRange(1, 12).Draw(rt, "from"))
		if rapid.IntRange(0, 3).Draw(rt, "open") == 0 {
			return pipeline.Period{From: from}
		}
		return pipeline.Period{From: from, To: from + pipeline.Date(rapid.IntRange(0, 6).Draw(rt, "length"))}
	})
	const last = 40
	holds := func(p pipeline.Period, d pipeline.Date) bool { return d >= p.From && (p.To == 0 || d <= p.To) }
	rapid.Check(t, func(rt *rapid.T) {
		p, q := few.Draw(rt, "p"), few.Draw(rt, "q")
		shared, near, n := 0, 0, 0
		common, ok := p.Common(q)
		for d := pipeline.Date(1); d <= last; d++ {
			if p.Contains(d) != holds(p, d) {
				rt.Fatalf("Contains(%d) of %v", d, p)
			}
			if holds(p, d) {
				n++
				if holds(q, d) {
					shared++
				}
				if holds(q, d-1) || holds(q, d) || holds(q, d+1) {
					near++
				}
			}
			if both := holds(p, d) && holds(q, d); both != (ok && holds(common, d)) {
				rt.Fatalf("day %d: in both %v, in Common(%v, %v) = %v, %v", d, both, p, q, common, ok)
			}
		}
		if p.To != 0 && p.Days() != n {
			rt.Fatalf("%v has %d days, want %d", p, p.Days(), n)
		}
		if p.Overlaps(q) != (shared > 0) || p.Touches(q) != (near > 0) || ok != (shared > 0) {
			rt.Fatalf("%v and %v: Overlaps %v, Touches %v, Common %v", p, q, p.Overlaps(q), p.Touches(q), ok)
		}
	})
}
