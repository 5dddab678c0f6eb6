package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/schedule"
)

var steps = []struct {
	name string
	by   time.Duration
}{
	{"1 s", time.Second},
	{"1 h", time.Hour},
	{"2 h", 2 * time.Hour},
	{"25 h", 25 * time.Hour},
	{"3 years", 3 * 365 * day},
}

// TestClockSteps sets the clock forward and back, before the time of day, on it, after it and while a night runs, and back
// again two days later where it was set years ahead; every date comes once and none is left out.
func TestClockSteps(t *testing.T) {
	for _, step := range steps {
		for _, sign := range []time.Duration{1, -1} {
			for _, when := range []string{"2015-03-28 23:00", "2015-03-29 01:29", "2015-03-29 01:30", "2015-03-29 01:45", "2015-03-29 12:00", "night"} {
				t.Run(fmt.Sprintf("%s %+d at %s", step.name, sign, when), func(t *testing.T) {
					w := &world{wall: at("2015-03-27 12:00"), last: date("2015-03-27"), end: 5 * day}
					stepped := false
					jump := func(w *world) {
						if !stepped {
							stepped = true
							w.wall = w.wall.Add(sign * step.by)
						}
					}
					w.onSleep = func(w *world) {
						if when != "night" && !w.wall.Before(at(when)) {
							jump(w)
						}
					}
					w.onNight = func(w *world, d pipeline.Date) error {
						w.pass(time.Hour)
						if when == "night" && d == date("2015-03-29") {
							jump(w)
						}
						w.last = d
						return nil
					}
					tick := time.Minute
					if step.by > 100*day { // a thousand dates are counted at every look
						tick = time.Hour
					}
					w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{Tick: tick})
					if !stepped {
						t.Fatal("the clock was not set")
					}
					checkSteps(t, w, sign*step.by)
				})
			}
		}
	}
}

func checkSteps(t *testing.T, w *world, by time.Duration) {
	t.Helper()
	w.consecutive(t, date("2015-03-28"), w.last)
	jumps := 0
	for _, e := range w.events {
		if e.Kind == schedule.Jumped {
			jumps++
			if e.Jump != by {
				t.Errorf("told of a jump of %s, want %s", e.Jump, by)
			}
		}
	}
	if want := map[bool]int{true: 1}[by.Abs() > 5*time.Minute]; jumps != want {
		t.Errorf("told of %d jumps, want %d", jumps, want)
	}
	today := pipeline.DateOf(w.wall, rome)
	switch {
	case by > 100*day: // nobody can tell it from a machine that was off
		if w.last > date("2015-03-29") {
			t.Errorf("went on to %s by a clock set years ahead", w.last)
		}
	case by < -100*day:
		if w.last > date("2015-03-29") {
			t.Errorf("went on to %s by a clock set years back", w.last)
		}
	case w.last != today:
		t.Errorf("the last night is of %s, and it is %s", w.last, today)
	}
}

func TestClockSetRightAgain(t *testing.T) {
	for _, by := range []time.Duration{3 * 365 * day, -3 * 365 * day, 3 * day, -3 * day, 25 * time.Hour} {
		w := &world{wall: at("2015-03-25 12:00"), last: date("2015-03-25"), end: 14 * day}
		moves := []struct {
			at time.Duration
			by time.Duration
		}{{50 * time.Hour, by}, {98 * time.Hour, -by}}
		w.onSleep = func(w *world) {
			if len(moves) > 0 && w.elapsed >= moves[0].at {
				w.wall = w.wall.Add(moves[0].by)
				moves = moves[1:]
			}
		}
		w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{Tick: 10 * time.Minute})
		w.consecutive(t, date("2015-03-26"), date("2015-04-08"))
	}
}

// TestAnyClock sets the clock at any moment by any amount, lets nights take their time and fail, and in the end leaves it
// alone: dates come one after another, each once, none before its time by the clock of then, and none is left undone.
func TestAnyClock(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		minute, hour := rapid.IntRange(0, 59).Draw(rt, "minute"), rapid.IntRange(0, 23).Draw(rt, "hour")
		jitter := time.Duration(rapid.IntRange(0, 7200).Draw(rt, "jitter")) * time.Second
		s := everyDay(t, fmt.Sprintf("%d %d * * *", minute, hour), func(c *schedule.Config) { c.Jitter = jitter })
		start := date("2013-01-01") + pipeline.Date(rapid.IntRange(0, 7000).Draw(rt, "start"))
		w := &world{wall: at(start.String() + " 12:00"), last: start - 1, end: 25 * day}
		seconds := rapid.IntRange(-30*3600, 30*3600)
		w.onSleep = func(w *world) {
			if w.elapsed < 15*day && rapid.IntRange(0, 9).Draw(rt, "set the clock") == 0 {
				w.wall = w.wall.Add(time.Duration(seconds.Draw(rt, "by")) * time.Second)
			}
		}
		done := []pipeline.Date{}
		w.onNight = func(w *world, d pipeline.Date) error {
			if _, due, _ := s.Next(d - 1); w.wall.Before(due) {
				rt.Fatalf("%s ran at %s, before %s", d, w.wall, due)
			}
			w.pass(time.Duration(rapid.IntRange(0, 3*3600).Draw(rt, "takes")) * time.Second)
			if rapid.IntRange(0, 3).Draw(rt, "fails") == 0 && w.elapsed < 20*day {
				return errNight
			}
			done = append(done, d)
			w.last = d
			return nil
		}
		w.live(t, s, schedule.Options{Tick: 2 * time.Hour})
		for i, d := range done {
			if d != start+pipeline.Date(i) {
				rt.Fatalf("night %d is of %s, want %s", i, d, start+pipeline.Date(i))
			}
		}
		if d := s.At(w.wall, w.last, 0); d.State == schedule.Due && d.Due > 1 {
			rt.Fatalf("at the end %d nights are due", d.Due)
		}
	})
}

// TestAtIsMonotonic: as time goes by and the ledger does not move, due dates only become more, and Wake is when they do.
func TestAtIsMonotonic(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		spec := specs.Draw(rt, "spec")
		s, err := schedule.New(schedule.Config{Spec: spec, Location: rome, CatchUp: 366})
		if err != nil {
			return // a day that no month has
		}
		last := date("2013-01-01") + pipeline.Date(rapid.IntRange(0, 7000).Draw(rt, "last"))
		now := at(last.String() + " 00:00").Add(time.Duration(rapid.IntRange(0, 360*86400).Draw(rt, "now")) * time.Second)
		d := s.At(now, last, 0)
		if d.State == schedule.Due {
			rest := s.At(now, d.Newest, 0)
			if want := s.Dates(pipeline.Period{From: last + 1, To: d.Newest}); rest.State != schedule.Waiting || len(want) != d.Due || want[0] != d.Date {
				rt.Fatalf("%+v, and after the youngest %+v", d, rest)
			}
			d = rest
			last = d.Date - 1
		}
		if before := s.At(d.Wake.Add(-time.Second), last, 0); before.State != schedule.Waiting {
			rt.Fatalf("a second before %s: %+v", d.Wake, before)
		}
		if then := s.At(d.Wake, last, 0); then.State != schedule.Due || then.Date != d.Date || then.Due != 1 {
			rt.Fatalf("at %s: %+v", d.Wake, then)
		}
	})
}

func BenchmarkAt(b *testing.B) {
	s := everyDay(b, "30 1 * * *")
	now := at("2015-03-25 12:00")
	for b.Loop() {
		s.At(now, date("2015-03-25"), 0)
	}
}
