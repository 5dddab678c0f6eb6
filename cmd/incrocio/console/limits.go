package console

import (
	"cmp"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound what one may ask of a console. A zero field takes the default in brackets.
type Limits struct {
	Headers      time.Duration // in which the head of a request has to come (5 s)
	Read         time.Duration // and all of it (30 s)
	Body         int64         // bytes of a form (1 MiB); of who has not signed in 64 KiB at most
	Upload       int64         // bytes of a form with a file (10 MiB)
	AtOnce       int           // requests that are worked on at once (128); the next are told to come back
	Sessions     int           // open (5,000)
	SessionsEach int           // open of one person (10); one more ends the one longest unused
	PerAccount   Rate          // of who has signed in (20 a second, 200 at once)
	PerAddress   Rate          // of who has not (20 a second, 100 at once)
	SignIns      Rate          // tries from one address (1 a second, 30 at once)
}

// Rate is how much of something may be done.
type Rate struct {
	PerSecond float64
	Burst     int
}

func (l Limits) orDefault() Limits {
	l.Headers = cmp.Or(l.Headers, 5*time.Second)
	l.Read = cmp.Or(l.Read, 30*time.Second)
	l.Body = cmp.Or(l.Body, 1<<20)
	l.Upload = cmp.Or(l.Upload, 10<<20)
	l.AtOnce = cmp.Or(l.AtOnce, 128)
	l.Sessions = cmp.Or(l.Sessions, 5000)
	l.SessionsEach = cmp.Or(l.SessionsEach, 10)
	l.PerAccount = cmp.Or(l.PerAccount, Rate{20, 200})
	l.PerAddress = cmp.Or(l.PerAddress, Rate{20, 100})
	l.SignIns = cmp.Or(l.SignIns, Rate{1, 30})
	return l
}

// recent keeps a value by key and forgets those that were not asked for lately: memory stays bounded whatever keys are
// made up. It is safe for concurrent use.
type recent[V any] struct {
	most int // of each of the two generations

	mu         sync.Mutex
	young, old map[string]V
}

func newRecent[V any](most int) *recent[V] { return &recent[V]{most: most, young: map[string]V{}} }

// with calls fn with the value of a key, zero where there is none, and keeps what it returns.
func (m *recent[V]) with(key string, fn func(V) V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.young[key]
	if !ok {
		v = m.old[key]
	}
	if !ok && len(m.young) == m.most {
		m.young, m.old = map[string]V{}, m.young
	}
	m.young[key] = fn(v)
}

func (m *recent[V]) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.young, key)
	delete(m.old, key)
}

// rememberedKeys is how many addresses or accounts are told apart.
const rememberedKeys = 10_000

// throttle limits a rate by key.
type throttle struct {
	rate Rate
	now  func() time.Time
	by   *recent[*rate.Limiter]
}

func newThrottle(r Rate, now func() time.Time) *throttle {
	return &throttle{rate: r, now: now, by: newRecent[*rate.Limiter](rememberedKeys)}
}

func (t *throttle) allow(key string) (ok bool) {
	t.by.with(key, func(l *rate.Limiter) *rate.Limiter {
		if l == nil {
			l = rate.NewLimiter(rate.Limit(t.rate.PerSecond), t.rate.Burst)
		}
		ok = l.AllowN(t.now(), 1)
		return l
	})
	return ok
}

// forgetAfter is how long wrong tries count, without another one.
const forgetAfter = 30 * time.Minute

// backOff makes guessing slow: after the free tries a wrong one makes the next wait, twice as long each time, up to the
// longest wait. Whoever has it right meanwhile waits too.
type backOff struct {
	now     func() time.Time
	free    int
	longest time.Duration
	by      *recent[attempts]
}

type attempts struct {
	n    int
	next time.Time // before it no try is looked at
	last time.Time
}

func newBackOff(now func() time.Time, free int, longest time.Duration) *backOff {
	return &backOff{now: now, free: free, longest: longest, by: newRecent[attempts](rememberedKeys)}
}

// begin counts a try before it is looked at, so that many at once are not one; it gives how long there is to wait instead.
func (b *backOff) begin(key string) (wait time.Duration) {
	b.by.with(key, func(a attempts) attempts {
		now := b.now()
		if now.Sub(a.last) > forgetAfter {
			a = attempts{}
		}
		if wait = a.next.Sub(now); wait > 0 {
			return a
		}
		wait = 0
		a.n++
		a.last = now
		if over := a.n - b.free; over >= 0 {
			a.next = now.Add(min(time.Second<<min(over, 20), b.longest))
		}
		return a
	})
	return wait
}

// succeed forgets the tries.
func (b *backOff) succeed(key string) { b.by.forget(key) }
