package gates

import (
	"math"
	"slices"

	"incrocio/pipeline"
)

// usual is what a count is on other nights of the weekday.
type usual struct {
	nights    int // that it was taken from; with 0 there is no usual
	median    float64
	deviation float64 // MAD, or the least deviation where that is more
	low, high float64 // not far: low to high, both included
}

// usualOf works out the usual of a count.
func (c Config) usualOf(counts []int64) usual {
	if len(counts) == 0 {
		return usual{}
	}
	values := make([]float64, len(counts))
	for i, n := range counts {
		values[i] = float64(n)
	}
	u := usual{nights: len(counts), median: median(values)}
	for i, v := range values {
		values[i] = math.Abs(v - u.median)
	}
	u.deviation = max(median(values), c.LeastShare*u.median, 1)
	u.low = max(border(u.median-c.Deviations*u.deviation), 0)
	u.high = border(u.median + c.Deviations*u.deviation)
	return u
}

// border cuts off what multiplying by a tenth leaves behind, so that a count on the border is on it.
func border(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// far tells whether a count is more than the allowed deviations away, in either direction.
func (u usual) far(n int64) bool { return u.above(n) || u.nights > 0 && float64(n) < u.low }

// above tells whether a count is more than the allowed deviations above.
func (u usual) above(n int64) bool { return u.nights > 0 && float64(n) > u.high }

// limit is the border on the side of a count.
func (u usual) limit(n int64) float64 {
	if float64(n) < u.median {
		return u.low
	}
	return u.high
}

// median sorts its argument, which must not be empty. Between the two middles of an even number it takes their mean.
func median(v []float64) float64 {
	slices.Sort(v)
	m := len(v) / 2
	if len(v)%2 == 1 {
		return v[m]
	}
	return (v[m-1] + v[m]) / 2
}

// comparable gives the nights that tonight is compared with: same weekday, within the weeks, before tonight.
func (c Config) comparable(tonight pipeline.Date, h History) []Past {
	var out []Past
	for _, p := range h.Nights {
		if age := tonight - p.Date; age > 0 && age%7 == 0 && int(age) <= 7*c.Weeks {
			out = append(out, p)
		}
	}
	return out
}

// doubt says why a comparison may only warn; "" where it may do more. size is the larger of tonight's documents and the
// usual.
func (c Config) doubt(size float64, nights int, h History) string {
	switch {
	case size < float64(c.MinRecords):
		return "meno di " + number(float64(c.MinRecords)) + " documenti"
	case h.Published < c.MinNights:
		return "meno di " + number(float64(c.MinNights)) + " notti pubblicate"
	case nights < minSamples:
		return "una sola notte dello stesso giorno con cui confrontare"
	}
	return ""
}
