package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"incrocio/pipeline/night"
	"incrocio/writers/metrics"
	"incrocio/writers/store"
)

// silence is how long a program that lives may show no sign of it: the longest single step of a large night, several
// times over.
const silence = 10 * time.Minute

// life is the signs of life of a call. It is safe for concurrent use; the zero value is ready.
type life struct {
	pulse    atomic.Int64
	progress atomic.Pointer[night.Progress] // of the night under way; nil while there is none
	since    atomic.Pointer[time.Time]      // when the lease was taken; nil while none is held

	mu   sync.Mutex
	last sign
	at   time.Duration // when last was first seen
}

// sign is what changes while there is life.
type sign struct {
	pulse, done int64
	stage       string
}

// beat is called by whoever gets on with something. A nil life is nobody's.
func (l *life) beat() {
	if l != nil {
		l.pulse.Add(1)
	}
}

// alive tells whether something has moved in the last stretch of silence, as seen by whoever asks now and then. elapsed
// is the time gone by since some fixed moment.
func (l *life) alive(elapsed time.Duration) bool {
	now := sign{pulse: l.pulse.Load()}
	if p := l.progress.Load(); p != nil {
		now.stage, now.done, _ = p.Now()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now != l.last {
		l.last, l.at = now, elapsed
	}
	return elapsed-l.at < silence
}

func (l *life) took(at time.Time) { l.since.Store(&at) }

func (l *life) gave() { l.since.Store(nil) }

// leaseAge is how long the lease has been held; 0 while none is.
func (l *life) leaseAge(now time.Time) time.Duration {
	if since := l.since.Load(); since != nil {
		return now.Sub(*since)
	}
	return 0
}

// beating makes a sign of life of every row of a stream.
func beating[T any](l *life, rows store.Stream[T]) store.Stream[T] {
	return func(ctx context.Context, fn func(*T) error) error {
		return rows(ctx, func(row *T) error {
			l.beat()
			return fn(row)
		})
	}
}

// wholeNight is the name of all stages together.
const wholeNight = "totale"

// stages notes how long the stages of a night take.
type stages struct {
	done         []metrics.Stage
	name         string
	first, since time.Time
}

func (s *stages) begin(name string, now time.Time) {
	if s.name != "" {
		s.done = append(s.done, metrics.Stage{Name: s.name, Took: now.Sub(s.since)})
	} else {
		s.first = now
	}
	s.name, s.since = name, now
}

func (s *stages) end(now time.Time) {
	if s.name != "" {
		s.done = append(s.done,
			metrics.Stage{Name: s.name, Took: now.Sub(s.since)}, metrics.Stage{Name: wholeNight, Took: now.Sub(s.first)})
	}
}
