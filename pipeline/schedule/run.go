package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"incrocio/pipeline"
)

// Defaults of [Options].
const (
	DefaultTick = time.Minute
	retryFirst  = time.Minute
	retryMost   = time.Hour
)

// jumpTold is the difference between the wall clock and the time gone by from which [Jumped] is told.
const jumpTold = 5 * time.Minute

// ErrNotRecorded means that a night said it had finished and the ledger does not hold its date. It counts as a failed
// night: running on would run the date twice.
var ErrNotRecorded = errors.New("the night ended well but the ledger does not hold its date")

// Clock is the time of the machine, as one who may set it sees it.
type Clock interface {
	// Now gives the wall clock, which may step in either direction between two calls.
	Now() time.Time
	// Elapsed gives the time gone by since some fixed moment; it only grows.
	Elapsed() time.Duration
	// Sleep waits until d has gone by. It returns ctx's error where that comes first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Ledger holds the reference dates whose nights are finished. Dates go forward, so that the youngest says it all.
type Ledger interface {
	// Last gives the youngest finished date; 0 before the first night.
	Last(ctx context.Context) (pipeline.Date, error)
}

// Options of [Schedule.Run]; the zero value is good.
type Options struct {
	// Tick is the longest time between two looks at clock and ledger; 0: [DefaultTick].
	Tick time.Duration
	// Confirmed is the date up to which a person agreed to catch up; 0: none.
	Confirmed pipeline.Date
	// Retry gives the time to wait after the n-th failure in a row, from 1, of a night or of the ledger; the ledger is
	// asked again after a tick at the latest. A negative time ends Run with the error. Nil: a minute, doubled up to an
	// hour.
	Retry func(err error, n int) time.Duration
	// Observe is told what happens, on the goroutine of Run; nil: nobody.
	Observe func(Event)
}

// EventKind says what an [Event] is about.
type EventKind uint8

// The kinds of event.
const (
	Ticked   EventKind = iota // the loop looked, and lives
	Jumped                    // the wall clock stepped by Jump, more than five minutes
	Decided                   // the state of the decision, or its dates, changed
	Started                   // the night of Date begins
	Finished                  // the night of Date ended well, and the ledger holds it
	Failed                    // the night of Date, or the ledger (Date 0), failed with Err; it is tried again after Retry
)

// Event is something that happened in [Schedule.Run].
type Event struct {
	Kind     EventKind
	Now      time.Time // wall clock
	Date     pipeline.Date
	Decision Decision // the last one
	Err      error
	Retry    time.Duration
	Jump     time.Duration // positive forward
}

// Run looks at clock and ledger at least once a tick and runs night for every date that is due, oldest first, one at a
// time, until ctx ends; it returns ctx's cause then. A night that fails is tried again, and no later date before it. One
// that fails after the ledger has taken its date is finished.
//
// How long a night takes, and what the clock does meanwhile, changes nothing: ledger and clock are read anew after it.
func (s *Schedule) Run(
	ctx context.Context, clock Clock, ledger Ledger, night func(context.Context, pipeline.Date) error, o Options,
) error {
	o.Tick = cmp.Or(o.Tick, DefaultTick)
	if o.Retry == nil {
		o.Retry = backOff
	}
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	l := &loop{s: s, clock: clock, ledger: ledger, night: night, o: o}
	l.wall, l.elapsed = clock.Now().Round(0), clock.Elapsed()
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		pause, err := l.turn(ctx)
		if err != nil {
			return err
		}
		if pause <= 0 {
			continue
		}
		if err := clock.Sleep(ctx, pause); err != nil {
			return cmp.Or(context.Cause(ctx), err)
		}
	}
}

// backOff is the default of Options.Retry.
func backOff(_ error, n int) time.Duration {
	if n > 7 { // 2^6 minutes are over the hour
		return retryMost
	}
	return min(retryFirst<<(n-1), retryMost)
}

// loop is the state of one Run.
type loop struct {
	s      *Schedule
	clock  Clock
	ledger Ledger
	night  func(context.Context, pipeline.Date) error
	o      Options

	wall    time.Time // of the last look, without its monotonic reading
	elapsed time.Duration
	last    Decision

	failed   pipeline.Date // the date that failed, 0 for the ledger; with failures > 0
	failures int
	retryAt  time.Duration // by Clock.Elapsed
}

// turn looks once, runs the night that is due, and gives the time to sleep.
func (l *loop) turn(ctx context.Context) (time.Duration, error) {
	now := l.look()
	last, err := l.ledger.Last(ctx)
	if err != nil {
		return l.fail(ctx, 0, fmt.Errorf("read ledger: %w", err))
	}
	l.decide(now, last)
	switch {
	case l.last.State != Due:
		l.failures = 0
		return l.pause(now), nil
	case l.failures > 0 && l.failed == l.last.Date && l.clock.Elapsed() < l.retryAt:
		return min(l.o.Tick, l.retryAt-l.clock.Elapsed()), nil
	}
	return l.run(ctx, l.last.Date)
}

// look reads the clocks and tells of a jump between them.
func (l *loop) look() time.Time {
	now, elapsed := l.clock.Now().Round(0), l.clock.Elapsed()
	jump := now.Sub(l.wall) - (elapsed - l.elapsed)
	l.wall, l.elapsed = now, elapsed
	if jump.Abs() > jumpTold {
		l.tell(Event{Kind: Jumped, Jump: jump})
	}
	l.tell(Event{Kind: Ticked})
	return now
}

func (l *loop) decide(now time.Time, last pipeline.Date) {
	d := l.s.At(now, last, l.o.Confirmed)
	changed := d.State != l.last.State || d.Date != l.last.Date || d.Newest != l.last.Newest
	l.last = d
	if changed {
		l.tell(Event{Kind: Decided, Date: d.Date})
	}
}

// pause is the time to the next look: a tick, or less where the decision changes before.
func (l *loop) pause(now time.Time) time.Duration {
	if l.last.Wake.IsZero() {
		return l.o.Tick
	}
	return min(l.o.Tick, l.last.Wake.Sub(now))
}

// run runs the night of a date and asks the ledger what came of it.
func (l *loop) run(ctx context.Context, date pipeline.Date) (time.Duration, error) {
	l.tell(Event{Kind: Started, Date: date})
	err := l.night(ctx, date)
	last, ledgerErr := l.ledger.Last(ctx)
	switch {
	case ledgerErr != nil:
		return l.fail(ctx, date, errors.Join(err, fmt.Errorf("read ledger: %w", ledgerErr)))
	case last < date && err == nil:
		return l.fail(ctx, date, ErrNotRecorded)
	case last < date:
		return l.fail(ctx, date, err)
	}
	l.failures = 0
	l.tell(Event{Kind: Finished, Date: date, Err: err})
	return 0, nil
}

// fail counts a failure in a row of the same date and gives the time to the next look, or the error that ends Run.
func (l *loop) fail(ctx context.Context, date pipeline.Date, err error) (time.Duration, error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if l.failures == 0 || l.failed != date {
		l.failed, l.failures = date, 0
	}
	l.failures++
	wait := l.o.Retry(err, l.failures)
	if wait < 0 {
		if date == 0 {
			return 0, err
		}
		return 0, fmt.Errorf("night of %s: %w", date, err)
	}
	if date == 0 { // asking the ledger again costs little
		wait = min(wait, l.o.Tick)
	}
	l.retryAt = l.clock.Elapsed() + wait
	l.tell(Event{Kind: Failed, Date: date, Err: err, Retry: wait})
	return max(min(wait, l.o.Tick), time.Second), nil
}

func (l *loop) tell(e Event) {
	e.Now, e.Decision = l.wall, l.last
	l.o.Observe(e)
}
