package main

import (
	"context"
	"time"

	"incrocio/pipeline"
)

// systemClock is the one place where the program reads the time of the machine.
func systemClock() time.Time { return time.Now() }

// machine is the clock that schedule works by, over the one of the world.
type machine struct {
	now   func() time.Time
	start time.Time
}

func newMachine(now func() time.Time) *machine { return &machine{now, now()} }

// Now gives the wall clock.
func (m *machine) Now() time.Time { return m.now() }

// Elapsed gives the time gone by, which a step of the wall clock does not touch.
func (m *machine) Elapsed() time.Duration { return m.now().Sub(m.start) }

// Sleep waits.
func (m *machine) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// today is the date of a run that is not told one.
func (a *app) today() pipeline.Date { return pipeline.DateOf(a.now(), pipeline.Rome) }
