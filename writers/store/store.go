package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"incrocio/pipeline"
)

// Options are what a store needs besides its place. The zero Options are good.
type Options struct {
	// Existing: where there is no store, opening returns [ErrNoStore] and leaves none behind.
	Existing bool
	// Busy is how long one try waits for another change to end; 5 s where it is 0.
	Busy time.Duration
	// Jitter draws a duration in [0, limit), by which a wait between two tries is shorter than limit. Nil draws 0.
	Jitter func(limit time.Duration) time.Duration
	// Wait returns after d, or with the error of the context. Nil waits by the machine's clock.
	Wait func(ctx context.Context, d time.Duration) error
}

// BusyTime gives Busy or its default.
func (o Options) BusyTime() time.Duration {
	if o.Busy <= 0 {
		return 5 * time.Second
	}
	return o.Busy
}

// Store is the ledger over a database. It is safe for concurrent use.
type Store struct {
	db         Database
	opts       Options
	publishing atomic.Int64 // fencing number of the publication under way here, 0 for none
	reads      collector
}

// New gives the store over a database whose schema is in place. Opening one is for packages sqlite and postgres.
func New(db Database, o Options) *Store { return &Store{db: db, opts: o} }

// Close gives back what the store holds. Nothing may be under way.
func (s *Store) Close() error { return s.db.Close() }

const (
	tries     = 5
	firstWait = 50 * time.Millisecond
)

// Pause waits before the next try, the longer the more there were (from 0): twice as long each time, less the jitter.
func (o Options) Pause(ctx context.Context, try int) error {
	limit := firstWait << try
	d := limit
	if o.Jitter != nil {
		d -= o.Jitter(limit)
	}
	if o.Wait != nil {
		return o.Wait(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// again tells whether a transaction that failed is to be tried once more, and waits for it.
func (s *Store) again(ctx context.Context, try int, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	if try+1 == tries || !errors.Is(err, ErrTemporary) {
		return false, err
	}
	if err := s.opts.Pause(ctx, try); err != nil {
		return false, err
	}
	return true, nil
}

// update runs a change in a transaction, again where the database gave it up. What fn sets outside itself must not depend
// on an earlier try. A try of which it is unknown whether it was committed counts as committed if its audit row is there;
// a change without audit row must bear being done twice.
func (s *Store) update(ctx context.Context, fn func(*change) error) error {
	var c change
	for try := 0; ; try++ {
		err := s.db.Update(ctx, func(tx Tx) error {
			if done, err := c.begin(ctx, tx); done || err != nil {
				return err
			}
			return fn(&c)
		})
		if err == nil {
			return nil
		}
		var e *DatabaseError
		c.unknown = c.unknown || errors.As(err, &e) && e.Unknown
		if more, err := s.again(ctx, try, err); !more {
			return err
		}
	}
}

// Now gives the moment by the store's clock.
func (s *Store) Now(ctx context.Context) (now pipeline.Instant, err error) {
	err = s.view(ctx, func(r *reading) (err error) { now, err = r.Now(ctx); return err })
	return now, step("read clock", err)
}

// view reads, again where the database failed before anything was delivered.
func (s *Store) view(ctx context.Context, fn func(*reading) error) error {
	for try := 0; ; try++ {
		var r reading
		err := s.db.View(ctx, func(tx Tx) error { r.Tx = tx; return fn(&r) })
		if err == nil {
			return nil
		}
		if r.delivered {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return err
		}
		if more, err := s.again(ctx, try, err); !more {
			return err
		}
	}
}

// reading is a transaction that reads.
type reading struct {
	Tx
	delivered bool // the caller has seen a row
}
