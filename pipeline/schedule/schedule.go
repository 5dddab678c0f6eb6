package schedule

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"incrocio/pipeline"
)

// DefaultCatchUp is how many nights may be due at once before a person has to say so.
const DefaultCatchUp = 7

// Bounds of a [Config].
const (
	maxCatchUp = 366
	maxJitter  = 6 * time.Hour
)

// Config is what a schedule is made of.
type Config struct {
	Spec     string            // see [Parse]
	Location *time.Location    // zone of spec, dates and freezes: Europe/Rome
	Freezes  []pipeline.Period // days, both ends included, on which no night starts; their dates are caught up afterwards
	CatchUp  int               // nights that may be due without a person's word, 1 to 366; 0: [DefaultCatchUp]
	Jitter   time.Duration     // a night starts up to this much after its firing, at most 6 h; 0: on the minute
	Seed     string            // makes the jitter of one installation differ from that of another
}

// Schedule knows the reference dates and when their nights start. It is read-only and may be shared.
type Schedule struct {
	spec    Spec
	loc     *time.Location
	freezes []pipeline.Period
	catchUp int
	jitter  time.Duration
	seed    string
}

// New checks a configuration and reports every fault of it at once.
func New(c Config) (*Schedule, error) {
	spec, err := Parse(c.Spec)
	errs := []error{err}
	if c.Location == nil {
		errs = append(errs, errors.New("schedule without a zone"))
	}
	if c.CatchUp < 0 || c.CatchUp > maxCatchUp {
		errs = append(errs, fmt.Errorf("catch-up of %d nights: want 1 to %d", c.CatchUp, maxCatchUp))
	}
	if c.Jitter < 0 || c.Jitter > maxJitter {
		errs = append(errs, fmt.Errorf("jitter of %s: want 0 to %s", c.Jitter, maxJitter))
	}
	for _, f := range c.Freezes {
		if f.From <= 0 || f.To < f.From || f.To >= pipeline.MaxDate {
			errs = append(errs, fmt.Errorf("freeze from %q to %q: want two dates, the first not after the second", f.From, f.To))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Schedule{
		spec: spec, loc: c.Location, freezes: c.Freezes, catchUp: cmp.Or(c.CatchUp, DefaultCatchUp),
		jitter: c.Jitter, seed: c.Seed,
	}, nil
}

// Next gives the first reference date after d and the moment its night starts, jitter included, freezes not counted;
// false where the calendar ends.
func (s *Schedule) Next(d pipeline.Date) (pipeline.Date, time.Time, bool) {
	date, ok := s.spec.next(d)
	if !ok {
		return 0, time.Time{}, false
	}
	return date, instant(date, s.spec.minute, s.loc).Add(s.delay(date)), true
}

// Dates gives the reference dates of a period, oldest first; an open period gives none.
func (s *Schedule) Dates(p pipeline.Period) []pipeline.Date {
	var out []pipeline.Date
	for d := p.From - 1; ; {
		date, ok := s.spec.next(d)
		if !ok || date > p.To {
			return out
		}
		out = append(out, date)
		d = date
	}
}

// delay is the jitter of a date, in whole seconds: the same on every attempt, on every machine with the same seed.
func (s *Schedule) delay(d pipeline.Date) time.Duration {
	if s.jitter < time.Second {
		return 0
	}
	sum := sha256.Sum256([]byte(d.String() + "\x00" + s.seed))
	steps := uint64(s.jitter/time.Second) + 1
	return time.Duration(binary.BigEndian.Uint64(sum[:])%steps) * time.Second
}

// frozen tells whether no night may start on d.
func (s *Schedule) frozen(d pipeline.Date) bool {
	for _, f := range s.freezes {
		if f.Contains(d) {
			return true
		}
	}
	return false
}

// thaw gives t, or the first moment of the first day after it on which a night may start.
func (s *Schedule) thaw(t time.Time) time.Time {
	d := pipeline.DateOf(t, s.loc)
	if !s.frozen(d) {
		return t
	}
	for s.frozen(d) {
		d++
	}
	return instant(d, 0, s.loc)
}

// State is what a [Decision] says is to be done.
type State uint8

// The states.
const (
	Waiting State = iota // nothing is due before Wake
	Due                  // the night of Date is to be run now
	Frozen               // nights are due, and may start at Wake
	Overdue              // more nights are due than are caught up without a person's word
)

// String names the state in English, for logs.
func (s State) String() string {
	return [...]string{"waiting", "due", "frozen", "overdue"}[s]
}

// Decision is what is to be done at a moment.
type Decision struct {
	State  State
	Date   pipeline.Date // the oldest date due; while Waiting, the next one; 0 where the calendar ends
	Newest pipeline.Date // the youngest date due; 0 while none is
	Due    int           // dates due
	Wake   time.Time     // when to look again if the ledger does not move; zero while Due, and while Overdue, which time does not mend
}

// At decides for a moment. last is the youngest finished date of the ledger, 0 before the first night. confirmed is the
// date up to which a person has agreed to catch up, 0 for none; dates up to it, and those a freeze held back, do not
// count towards the limit. Past the limit nothing is run, not even the first few: a clock that jumps years ahead looks
// the same as a machine that was off.
//
// A ledger ahead of the clock is no fault: the next date is the first after last, and At waits for it.
func (s *Schedule) At(now time.Time, last, confirmed pipeline.Date) Decision {
	after := last
	if last <= 0 {
		after = pipeline.DateOf(now, s.loc) - 1
	}
	var out Decision
	counted := 0
	for d := after; ; d = out.Newest {
		date, start, ok := s.Next(d)
		if !ok || start.After(now) {
			if out.Due == 0 && ok {
				out.Date, out.Wake = date, s.thaw(start)
			}
			break
		}
		if out.Due++; out.Due == 1 {
			out.Date = date
		}
		out.Newest = date
		if date > confirmed && !s.frozen(pipeline.DateOf(start, s.loc)) {
			counted++
		}
	}
	switch opens := s.thaw(now); {
	case out.Due == 0:
		out.State = Waiting
	case counted > s.catchUp:
		out.State = Overdue
	case opens.After(now):
		out.State, out.Wake = Frozen, opens
	default:
		out.State = Due
	}
	return out
}
