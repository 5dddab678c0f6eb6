package gates

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"incrocio/pipeline"
)

// Config holds the limits. Take [Defaults] and change what differs: a zero here means zero.
type Config struct {
	DiscardShare float64    // the largest share of documents discarded, 0 to 1
	Expected     []Expected // sources that must be there; none by default
	Irregular    []string   // flows that come when they come: their volume only warns

	Weeks      int     // weeks of the same weekday that make the usual
	Deviations float64 // how many deviations from the median are far
	LeastShare float64 // a deviation is at least this share of the median, and at least 1
	MinRecords int64   // documents under which a comparison only warns
	MinNights  int     // nights ever published under which a comparison only warns
	MinSlice   int64   // adverse actions under which a slice is never far above its usual
}

// Expected is a source that must be there.
type Expected struct {
	Source string         // key of [Night.Sources]: a flow, or whatever name the caller counts under
	Days   []time.Weekday // nights of these weekdays only; none: every night
}

// minSamples is how many nights of the weekday a comparison needs in order to do more than warn.
const minSamples = 2

// Defaults gives the limits in force where nobody says otherwise.
func Defaults() Config {
	return Config{
		DiscardShare: 0.02, Weeks: 8, Deviations: 3, LeastShare: 0.1, MinRecords: 1000, MinNights: 14, MinSlice: 10,
	}
}

// Validate reports every limit that makes no sense.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	share := func(v float64) bool { return v >= 0 && v <= 1 }
	check(share(c.DiscardShare), "discard share %g: want 0 to 1", c.DiscardShare)
	check(c.Weeks >= 1 && c.Weeks <= 52, "%d weeks: want 1 to 52", c.Weeks)
	check(c.Deviations > 0 && !math.IsInf(c.Deviations, 0), "%g deviations: want a number above 0", c.Deviations)
	check(share(c.LeastShare), "least deviation %g: want a share of the median, 0 to 1", c.LeastShare)
	check(c.MinRecords >= 0 && c.MinNights >= 0 && c.MinSlice >= 0, "a least number is negative")
	for _, e := range c.Expected {
		check(e.Source != "", "an expected source has no name")
		for _, d := range e.Days {
			check(d >= time.Sunday && d <= time.Saturday, "expected source %q: weekday %d", e.Source, int(d))
		}
	}
	return errors.Join(errs...)
}

// on tells whether the source must be there in a night.
func (e Expected) on(night pipeline.Date) bool {
	return len(e.Days) == 0 || slices.Contains(e.Days, night.Weekday())
}
