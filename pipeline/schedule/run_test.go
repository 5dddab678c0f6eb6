package schedule_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/schedule"
)

const day = 24 * time.Hour

func TestTwentyYears(t *testing.T) {
	w := &world{wall: at("2012-12-31 12:00"), last: date("2012-12-31")}
	w.end = at("2032-12-31 23:59").Sub(w.wall)
	w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{Tick: time.Hour})
	w.consecutive(t, date("2013-01-01"), date("2032-12-31"))
	if len(w.runs) != 7305 {
		t.Errorf("%d nights, want 7305", len(w.runs))
	}
	for i, when := range w.when {
		if d := pipeline.DateOf(when, rome); d != w.runs[i] {
			t.Fatalf("the night of %s started on %s", w.runs[i], d)
		}
	}
}

// changes gives the moments at which the clocks in Rome change in the years 2013 to 2032.
func changes(t testing.TB) []time.Time {
	var out []time.Time
	for at := at("2013-01-01 00:00"); ; {
		_, end := at.ZoneBounds()
		if end.IsZero() || end.In(rome).Year() > 2032 {
			break
		}
		out = append(out, end)
		at = end
	}
	if len(out) != 40 {
		t.Fatalf("%d changes of the clocks, want 40", len(out))
	}
	return out
}

// firsts gives for each minute of a day, by watching the clock on the wall pass, the first moment that shows it or later.
func firsts(d pipeline.Date) [1440]time.Time {
	var out [1440]time.Time
	shown := -1
	for t := time.Unix(int64(d.UnixDays())*86400-3*3600, 0).In(rome); shown < 1439; t = t.Add(time.Minute) {
		if pipeline.DateOf(t, rome) != d {
			continue
		}
		for m := t.Hour()*60 + t.Minute(); shown < m; {
			shown++
			out[shown] = t
		}
	}
	return out
}

func TestEveryMinuteOfEveryChange(t *testing.T) {
	var daily [240]*schedule.Schedule
	for minute := range daily {
		daily[minute] = everyDay(t, itoa(minute%60)+" "+itoa(minute/60)+" * * *")
	}
	for _, change := range changes(t) {
		d := pipeline.DateOf(change, rome)
		starts := firsts(d)
		noon := firsts(d - 1)[12*60]
		for minute := range daily {
			w := &world{wall: noon, last: d - 1, end: 48 * time.Hour}
			w.live(t, daily[minute], schedule.Options{Tick: 55 * time.Minute})
			if want := []pipeline.Date{d, d + 1}; !slices.Equal(w.runs, want) {
				t.Fatalf("%02d:%02d: nights %v, want %v", minute/60, minute%60, w.runs, want)
			}
			if !w.when[0].Equal(starts[minute]) {
				t.Fatalf("%02d:%02d of %s: started at %s, want %s", minute/60, minute%60, d, w.when[0], starts[minute])
			}
		}
	}
}

func TestChangeOfTheClocks(t *testing.T) {
	for _, c := range []struct{ name, spec, date, want string }{
		{"a time that does not exist", "30 2 * * *", "2027-03-28", "2027-03-28T03:00:00+02:00"},
		{"the first that does not exist", "0 2 * * *", "2027-03-28", "2027-03-28T03:00:00+02:00"},
		{"the minute before the gap", "59 1 * * *", "2027-03-28", "2027-03-28T01:59:00+01:00"},
		{"the minute after the gap", "0 3 * * *", "2027-03-28", "2027-03-28T03:00:00+02:00"},
		{"a time that comes twice", "30 2 * * *", "2027-10-31", "2027-10-31T02:30:00+02:00"},
		{"the first that comes twice", "0 2 * * *", "2027-10-31", "2027-10-31T02:00:00+02:00"},
		{"the first that comes once again", "0 3 * * *", "2027-10-31", "2027-10-31T03:00:00+01:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{wall: at(c.date + " 00:00"), last: date(c.date) - 1, end: day}
			w.live(t, everyDay(t, c.spec), schedule.Options{}) // with the tick of every day
			if len(w.runs) != 1 || w.runs[0] != date(c.date) || !w.when[0].Equal(at(c.want)) {
				t.Errorf("nights %v at %v, want one at %s", w.runs, w.when, c.want)
			}
			if w.ticks < 1440 {
				t.Errorf("looked %d times in a day, want once a minute", w.ticks)
			}
		})
	}
}

func TestAnotherZone(t *testing.T) {
	for _, c := range []struct{ zone, spec, after, want string }{
		{"America/Sao_Paulo", "0 0 * * *", "2018-11-03", "2018-11-04T01:00:00-02:00"}, // no midnight
		{"Australia/Lord_Howe", "15 2 * * *", "2027-10-02", "2027-10-03T02:30:00+11:00"},
		{"Australia/Lord_Howe", "45 1 * * *", "2027-04-03", "2027-04-04T01:45:00+11:00"},
		{"Pacific/Apia", "30 1 * * *", "2011-12-29", "2011-12-31T00:00:00+14:00"}, // no such day
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		s := everyDay(t, c.spec, func(g *schedule.Config) { g.Location = loc })
		if d, start, _ := s.Next(date(c.after)); d != date(c.after)+1 || !start.Equal(at(c.want)) {
			t.Errorf("%s %s: %s at %s, want %s", c.zone, c.spec, d, start, c.want)
		}
	}
}

func TestMachineOff(t *testing.T) {
	for _, c := range []struct {
		name      string
		off       int // nights
		confirmed string
		limit     int
		want      int // nights caught up at once
	}{
		{"one night", 1, "", 0, 1},
		{"three nights", 3, "", 0, 3},
		{"as many as the limit", 7, "", 0, 7},
		{"one more", 8, "", 0, 0},
		{"forty nights", 40, "", 0, 0},
		{"forty nights, a higher limit", 40, "", 40, 40},
		{"forty nights, agreed", 40, "2015-03-12", 0, 40},
		{"forty nights, all but seven agreed", 40, "2015-03-05", 0, 40},
		{"forty nights, all but eight agreed", 40, "2015-03-04", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := date("2015-03-12") // its own night, 01:30, was missed
			w := &world{wall: at("2015-03-12 09:00"), last: now - pipeline.Date(c.off), end: 12 * time.Hour}
			s := everyDay(t, "30 1 * * *", func(g *schedule.Config) { g.CatchUp = c.limit })
			var confirmed pipeline.Date
			if c.confirmed != "" {
				confirmed = date(c.confirmed)
			}
			w.live(t, s, schedule.Options{Confirmed: confirmed})
			if c.want == 0 {
				if len(w.runs) != 0 {
					t.Fatalf("ran %v without a word", w.runs)
				}
				e := w.events[len(w.events)-1]
				if e.Decision.State != schedule.Overdue || e.Decision.Due != c.off || e.Decision.Date != now-pipeline.Date(c.off)+1 || e.Decision.Newest != now {
					t.Errorf("decision %+v", e.Decision)
				}
				return
			}
			w.consecutive(t, now-pipeline.Date(c.off)+1, now)
			for _, when := range w.when {
				if !when.Equal(at("2015-03-12 09:00")) {
					t.Errorf("caught up at %s, want at once", when)
				}
			}
		})
	}
}

func TestOverdueGoesOnAfterBackfill(t *testing.T) {
	w := &world{wall: at("2015-03-12 09:00"), last: date("2015-01-31"), end: 5 * day}
	w.onSleep = func(w *world) {
		if w.last == date("2015-01-31") && w.elapsed > 2*day { // a person runs the missing nights
			w.last = date("2015-03-14")
		}
	}
	w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{})
	w.consecutive(t, date("2015-03-15"), date("2015-03-17"))
}

func TestEmptyLedger(t *testing.T) {
	for _, c := range []struct{ name, now, first, last string }{
		{"before the time of day", "2015-03-12 00:10", "2015-03-12", "2015-03-14"},
		{"after it", "2015-03-12 12:00", "2015-03-12", "2015-03-15"},
	} {
		w := &world{wall: at(c.now), end: 3 * day}
		w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{})
		w.consecutive(t, date(c.first), date(c.last))
	}
}

func TestFreeze(t *testing.T) {
	freeze := func(from, to string) func(*schedule.Config) {
		return func(c *schedule.Config) {
			c.Freezes = append(c.Freezes, pipeline.Period{From: date(from), To: date(to)})
		}
	}
	for _, c := range []struct {
		name    string
		freezes []func(*schedule.Config)
		thaw    string
	}{
		{"two weeks, longer than the limit", []func(*schedule.Config){freeze("2014-12-22", "2015-01-06")}, "2015-01-07 00:00"},
		{"one night", []func(*schedule.Config){freeze("2014-12-25", "2014-12-25")}, "2014-12-26 00:00"},
		{"two freezes, one after the other", []func(*schedule.Config){freeze("2014-12-27", "2015-01-02"), freeze("2014-12-24", "2014-12-26")}, "2015-01-03 00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{wall: at("2014-12-20 12:00"), last: date("2014-12-20"), end: 30 * day}
			s := everyDay(t, "30 1 * * *", c.freezes...)
			w.live(t, s, schedule.Options{Tick: time.Hour})
			w.consecutive(t, date("2014-12-21"), date("2015-01-19"))
			caughtUp := 0
			for _, when := range w.when {
				if when.Equal(at(c.thaw)) {
					caughtUp++
				}
				for _, f := range c.freezes {
					var g schedule.Config
					f(&g)
					if g.Freezes[0].Contains(pipeline.DateOf(when, rome)) {
						t.Errorf("a night started at %s, in a freeze", when)
					}
				}
			}
			if caughtUp == 0 {
				t.Errorf("nothing was caught up at %s", c.thaw)
			}
		})
	}
}

func TestFreezeStates(t *testing.T) {
	s := everyDay(t, "30 1 * * *", func(c *schedule.Config) {
		c.Freezes = []pipeline.Period{{From: date("2015-01-10"), To: date("2015-01-12")}}
	})
	for _, c := range []struct {
		name, now, last string
		want            schedule.Decision
	}{
		{
			"nothing due, the next start is frozen", "2015-01-09 12:00", "2015-01-09",
			schedule.Decision{State: schedule.Waiting, Date: date("2015-01-10"), Wake: at("2015-01-13 00:00")},
		},
		{
			"due in the freeze", "2015-01-11 12:00", "2015-01-09",
			schedule.Decision{State: schedule.Frozen, Date: date("2015-01-10"), Newest: date("2015-01-11"), Due: 2, Wake: at("2015-01-13 00:00")},
		},
		{
			"due after it", "2015-01-13 00:00", "2015-01-09",
			schedule.Decision{State: schedule.Due, Date: date("2015-01-10"), Newest: date("2015-01-12"), Due: 3},
		},
		{
			"ledger ahead of the clock", "2015-01-20 12:00", "2015-02-20",
			schedule.Decision{State: schedule.Waiting, Date: date("2015-02-21"), Wake: at("2015-02-21 01:30")},
		},
		{
			"eight missed before the freeze", "2015-01-11 12:00", "2015-01-01",
			schedule.Decision{State: schedule.Overdue, Date: date("2015-01-02"), Newest: date("2015-01-11"), Due: 10},
		},
	} {
		if got := s.At(at(c.now), date(c.last), 0); got.State != c.want.State || got.Date != c.want.Date ||
			got.Newest != c.want.Newest || got.Due != c.want.Due || !got.Wake.Equal(c.want.Wake) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestJitter(t *testing.T) {
	jittered := func(seed string) *schedule.Schedule {
		return everyDay(t, "30 1 * * *", func(c *schedule.Config) { c.Jitter, c.Seed = 10*time.Minute, seed })
	}
	a, b, again, exact := jittered("roma"), jittered("milano"), jittered("roma"), everyDay(t, "30 1 * * *")
	seen := map[time.Duration]bool{}
	same := 0
	for d := date("2015-01-01"); d < date("2016-01-01"); d++ {
		_, start, _ := a.Next(d)
		_, other, _ := b.Next(d)
		_, repeat, _ := again.Next(d)
		_, plain, _ := exact.Next(d)
		if !start.Equal(repeat) {
			t.Fatalf("after %s: %s, then %s", d, start, repeat)
		}
		if start.Equal(other) {
			same++
		}
		delay := start.Sub(plain)
		if delay < 0 || delay > 10*time.Minute || delay%time.Second != 0 {
			t.Fatalf("after %s: a delay of %s", d, delay)
		}
		seen[delay] = true
	}
	if len(seen) < 200 || same > 10 {
		t.Errorf("%d different delays in a year, %d equal to those of another seed", len(seen), same)
	}
	w := &world{wall: at("2015-01-01 12:00"), last: date("2015-01-01"), end: 30 * day}
	w.live(t, a, schedule.Options{Tick: time.Hour})
	w.consecutive(t, date("2015-01-02"), date("2015-01-31"))
}

func TestJitterPastMidnight(t *testing.T) {
	s := everyDay(t, "59 23 * * *", func(c *schedule.Config) { c.Jitter, c.Seed = 6*time.Hour, "x" })
	w := &world{wall: at("2015-01-01 12:00"), last: date("2014-12-31"), end: 60 * day}
	w.live(t, s, schedule.Options{Tick: time.Hour})
	w.consecutive(t, date("2015-01-01"), w.runs[len(w.runs)-1])
	if len(w.runs) != 59 && len(w.runs) != 60 {
		t.Errorf("%d nights in 60 days", len(w.runs))
	}
}

func TestOneNightADay(t *testing.T) {
	w := &world{wall: at("2015-03-27 12:00"), last: date("2015-03-27"), end: 4 * day}
	w.live(t, everyDay(t, "*/10 3-5,22 * * *"), schedule.Options{})
	w.consecutive(t, date("2015-03-28"), date("2015-03-31"))
}

func TestWorkingDays(t *testing.T) {
	w := &world{wall: at("2015-03-01 12:00"), last: date("2015-02-27"), end: 14 * day}
	s := everyDay(t, "30 1 * * MON-FRI")
	w.live(t, s, schedule.Options{})
	if want := s.Dates(pipeline.Period{From: date("2015-03-01"), To: date("2015-03-15")}); !slices.Equal(w.runs, want) || len(want) != 10 {
		t.Errorf("nights %v, want %v", w.runs, want)
	}
}

func TestDates(t *testing.T) {
	s := everyDay(t, "30 1 * * *")
	if got := s.Dates(pipeline.Period{From: date("2016-02-27"), To: date("2016-03-01")}); len(got) != 4 || got[2].String() != "2016-02-29" {
		t.Errorf("Dates = %v", got)
	}
	for _, p := range []pipeline.Period{{From: date("2016-02-27")}, {From: date("2016-02-27"), To: date("2016-02-26")}} {
		if got := s.Dates(p); len(got) != 0 {
			t.Errorf("Dates(%v) = %v, want none", p, got)
		}
	}
	if d, _, ok := s.Next(pipeline.MaxDate); ok {
		t.Errorf("after the last day comes %s", d)
	}
}

var errNight = errors.New("no disk")

func TestFailedNightIsRetriedBeforeTheNext(t *testing.T) {
	w := &world{wall: at("2015-03-12 00:00"), last: date("2015-03-11"), end: 3 * day}
	w.onNight = func(w *world, d pipeline.Date) error {
		if d == date("2015-03-12") && w.elapsed < 30*time.Hour {
			return errNight
		}
		w.last = d
		return nil
	}
	w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{})
	var waits []time.Duration
	for _, e := range w.events {
		if e.Kind == schedule.Failed {
			if e.Date != date("2015-03-12") || !errors.Is(e.Err, errNight) {
				t.Errorf("failed: %s, %v", e.Date, e.Err)
			}
			waits = append(waits, e.Retry)
		}
	}
	want := []time.Duration{
		time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour,
	}
	if len(waits) < len(want) || !slices.Equal(waits[:len(want)], want) {
		t.Errorf("waited %v", waits)
	}
	done := slices.Compact(slices.Clone(w.runs))
	if want := []pipeline.Date{date("2015-03-12"), date("2015-03-13"), date("2015-03-14")}; !slices.Equal(done, want) {
		t.Errorf("nights %v, want %v", done, want)
	}
	for i := 1; i < len(waits); i++ { // the wait was kept, whatever the tick
		if gap := w.when[i].Sub(w.when[i-1]); gap < waits[i-1] {
			t.Errorf("try %d came %s after the one before, want %s", i+1, gap, waits[i-1])
		}
	}
}

func TestNightMendedByAPersonLetsTheNextOneStart(t *testing.T) {
	w := &world{wall: at("2015-03-12 09:00"), last: date("2015-03-10"), end: 10 * time.Hour}
	w.onNight = func(w *world, d pipeline.Date) error {
		if d == date("2015-03-11") {
			return errNight
		}
		w.last = d
		return nil
	}
	w.onSleep = func(w *world) {
		if w.elapsed > 5*time.Hour && w.last == date("2015-03-10") { // in the middle of an hour's wait
			w.last = date("2015-03-11")
		}
	}
	w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{})
	if last := len(w.runs) - 1; w.runs[last] != date("2015-03-12") || w.when[last].Sub(at("2015-03-12 14:00")) > 2*time.Minute {
		t.Errorf("the last night is of %s, at %s", w.runs[last], w.when[last])
	}
}

func TestFailureAfterPublicationIsNoFailure(t *testing.T) {
	w := &world{wall: at("2015-03-12 00:00"), last: date("2015-03-11"), end: 3 * day}
	w.onNight = func(w *world, d pipeline.Date) error { w.last = d; return errNight }
	w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{})
	w.consecutive(t, date("2015-03-12"), date("2015-03-14"))
	for _, e := range w.events {
		if e.Kind == schedule.Failed || e.Kind == schedule.Finished && !errors.Is(e.Err, errNight) {
			t.Errorf("event %+v", e)
		}
	}
}

func TestNightThatDoesNotRecord(t *testing.T) {
	w := &world{wall: at("2015-03-12 00:00"), last: date("2015-03-11"), end: 12 * time.Hour}
	w.onNight = func(*world, pipeline.Date) error { return nil }
	w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{})
	if len(w.runs) > 20 {
		t.Errorf("ran %d times in half a day", len(w.runs))
	}
	if e := w.events[len(w.events)-1]; !errors.Is(e.Err, schedule.ErrNotRecorded) {
		t.Errorf("last event %+v, want ErrNotRecorded", e)
	}
}

func TestLedgerAway(t *testing.T) {
	w := &world{wall: at("2015-03-12 00:00"), last: date("2015-03-11"), end: 3 * day}
	w.ledger = func(w *world) error {
		if h := w.elapsed.Hours(); h > 1 && h < 20 || h > 26 && h < 27 {
			return errNight
		}
		return nil
	}
	w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{})
	w.consecutive(t, date("2015-03-12"), date("2015-03-14"))
	if w.ticks < 3*1440 {
		t.Errorf("looked %d times: the loop stopped looking while the ledger was away", w.ticks)
	}
	if gap := w.when[0].Sub(at("2015-03-12 20:00")); gap < 0 || gap > time.Minute {
		t.Errorf("ran %s after the ledger came back, want within a minute", gap)
	}
}

func TestRetryMayGiveUp(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(*world)
		want   string
	}{
		{"a night", func(w *world) { w.onNight = func(*world, pipeline.Date) error { return errNight } }, "night of 2015-03-12: no disk"},
		{"the ledger", func(w *world) { w.ledger = func(*world) error { return errNight } }, "read ledger: no disk"},
	} {
		w := &world{wall: at("2015-03-12 02:00"), last: date("2015-03-11"), end: day}
		c.damage(w)
		calls := 0
		err := everyDay(t, "30 1 * * *").Run(context.Background(), w, w, w.night, schedule.Options{Retry: func(_ error, n int) time.Duration {
			calls++
			if n != calls {
				t.Errorf("%s: failure %d told as %d", c.name, calls, n)
			}
			if n == 3 {
				return -1
			}
			return 0
		}})
		if !errors.Is(err, errNight) || err.Error() != c.want || calls != 3 {
			t.Errorf("%s: %v after %d tries", c.name, err, calls)
		}
	}
}

var errStop = errors.New("SIGTERM")

func TestRunStops(t *testing.T) {
	t.Run("between nights", func(t *testing.T) {
		ctx, stop := context.WithCancelCause(context.Background())
		w := &world{wall: at("2015-03-12 02:00"), last: date("2015-03-12"), end: day}
		w.onSleep = func(*world) { stop(errStop) }
		if err := everyDay(t, "30 1 * * *").Run(ctx, w, w, w.night, schedule.Options{}); !errors.Is(err, errStop) {
			t.Errorf("Run = %v", err)
		}
		if len(w.runs) != 0 {
			t.Errorf("nights %v", w.runs)
		}
	})
	t.Run("in a night", func(t *testing.T) {
		ctx, stop := context.WithCancelCause(context.Background())
		w := &world{wall: at("2015-03-12 02:00"), last: date("2015-03-11"), end: day}
		w.onNight = func(*world, pipeline.Date) error { stop(errStop); return ctx.Err() }
		if err := everyDay(t, "30 1 * * *").Run(ctx, w, w, w.night, schedule.Options{}); !errors.Is(err, errStop) || len(w.runs) != 1 {
			t.Errorf("Run = %v, nights %v", err, w.runs)
		}
	})
}

func TestEvents(t *testing.T) {
	w := &world{wall: at("2015-03-12 00:00"), last: date("2015-03-11"), end: 3 * time.Hour}
	w.live(t, everyDay(t, "30 1 * * *"), schedule.Options{})
	var got []string
	kinds := [...]string{"ticked", "jumped", "decided", "started", "finished", "failed"}
	for _, e := range w.events {
		got = append(got, kinds[e.Kind]+" "+e.Date.String()+" "+e.Decision.State.String()+" "+e.Now.In(rome).Format("15:04"))
	}
	want := []string{
		"decided 2015-03-12 waiting 00:00", "decided 2015-03-12 due 01:30", "started 2015-03-12 due 01:30",
		"finished 2015-03-12 due 01:30", "decided 2015-03-13 waiting 01:30",
	}
	if !slices.Equal(got, want) {
		t.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestNewReportsEveryFault(t *testing.T) {
	_, err := schedule.New(schedule.Config{
		Spec: "@daily", CatchUp: -1, Jitter: 7 * time.Hour,
		Freezes: []pipeline.Period{{From: date("2015-01-02"), To: date("2015-01-01")}, {From: date("2015-01-02")}, {}},
	})
	if !errors.Is(err, schedule.ErrSpec) {
		t.Fatalf("New = %v", err)
	}
	for _, want := range []string{"descriptors", "zone", "catch-up of -1", "jitter of 7h", `freeze from "2015-01-02" to "2015-01-01"`, `to ""`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from %v", want, err)
		}
	}
}
