package schedule_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata" // Europe/Rome must be there on machines without a zone database

	"incrocio/pipeline"
	"incrocio/pipeline/schedule"
)

var rome = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return loc
}()

func itoa(n int) string { return strconv.Itoa(n) }

func date(s string) pipeline.Date { return pipeline.MustDate(s) }

// at gives an instant written as RFC 3339, or as wall-clock time in Rome.
func at(s string) time.Time {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", s, rome)
	if err != nil {
		panic(err)
	}
	return t
}

// everyDay makes a schedule in Rome.
func everyDay(t testing.TB, spec string, change ...func(*schedule.Config)) *schedule.Schedule {
	t.Helper()
	c := schedule.Config{Spec: spec, Location: rome}
	for _, f := range change {
		f(&c)
	}
	s, err := schedule.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var errEnd = errors.New("end of the world")

// world is a machine: a clock that moves when somebody sleeps, and a ledger. It stops the loop at its end.
type world struct {
	wall    time.Time
	elapsed time.Duration
	end     time.Duration // of elapsed

	last pipeline.Date
	runs []pipeline.Date
	when []time.Time

	onSleep func(*world)                      // called after every sleep
	onNight func(*world, pipeline.Date) error // called in place of recording the date, unless nil
	ledger  func(*world) error                // error of the ledger, unless nil
	events  []schedule.Event                  // all but Ticked
	ticks   int
}

func (w *world) Now() time.Time { return w.wall }

func (w *world) Elapsed() time.Duration { return w.elapsed }

func (w *world) pass(d time.Duration) {
	w.wall = w.wall.Add(d)
	w.elapsed += d
}

func (w *world) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		panic("a sleep of " + d.String())
	}
	w.pass(d)
	if w.onSleep != nil {
		w.onSleep(w)
	}
	if w.elapsed >= w.end {
		return errEnd
	}
	return ctx.Err()
}

func (w *world) Last(context.Context) (pipeline.Date, error) {
	if w.ledger != nil {
		if err := w.ledger(w); err != nil {
			return 0, err
		}
	}
	return w.last, nil
}

func (w *world) night(_ context.Context, d pipeline.Date) error {
	w.runs = append(w.runs, d)
	w.when = append(w.when, w.wall)
	if w.onNight != nil {
		return w.onNight(w, d)
	}
	w.last = d
	return nil
}

func (w *world) observe(e schedule.Event) {
	if e.Kind == schedule.Ticked {
		w.ticks++
		return
	}
	w.events = append(w.events, e)
}

// live runs the loop until the world ends.
func (w *world) live(t testing.TB, s *schedule.Schedule, o schedule.Options) {
	t.Helper()
	o.Observe = w.observe
	if err := s.Run(context.Background(), w, w, w.night, o); !errors.Is(err, errEnd) {
		t.Fatalf("Run = %v, want the end of the world", err)
	}
}

// consecutive checks that the runs are the dates from first to last, each once, in order.
func (w *world) consecutive(t testing.TB, first, last pipeline.Date) {
	t.Helper()
	if want := int(last-first) + 1; len(w.runs) != want {
		t.Fatalf("%d nights, want %d (%s to %s): %v", len(w.runs), want, first, last, tail(w.runs))
	}
	for i, d := range w.runs {
		if d != first+pipeline.Date(i) {
			t.Fatalf("night %d is of %s, want %s", i, d, first+pipeline.Date(i))
		}
	}
}

func tail(d []pipeline.Date) []pipeline.Date { return d[max(0, len(d)-10):] }
