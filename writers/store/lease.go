package store

import (
	"context"
	"errors"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Lease is the right to run nights, as long as nobody else has taken it after it expired.
type Lease struct {
	Holder string // who, unlike any other process that may ask: host, process, start
	Fence  int64  // fencing number, one more than that of the lease before
	TTL    time.Duration
}

// leaseRow is the one row of blocco.
type leaseRow struct {
	ID      int32
	Holder  string // "" while nobody holds it
	Fence   int64
	Since   pipeline.Instant
	Expires pipeline.Instant
}

// held gives who holds the lease now, nil for nobody.
func (l *leaseRow) held(now pipeline.Instant) error {
	if l.Holder == "" || l.Expires <= now {
		return nil
	}
	return &HeldError{Holder: l.Holder, Since: l.Since, Age: between(l.Since, now), Left: between(now, l.Expires)}
}

func between(from, to pipeline.Instant) time.Duration {
	return time.Duration(to-from) * time.Microsecond
}

func after(i pipeline.Instant, d time.Duration) pipeline.Instant {
	return i + pipeline.Instant(d.Microseconds())
}

// errNoLease is returned where blocco has lost its row.
var errNoLease = errors.Join(ErrDamaged, errors.New("blocco is empty"))

func readLease(ctx context.Context, tx Tx) (leaseRow, error) {
	l, ok, err := first(ctx, tx, leaseTable, "WHERE id = 1")
	if err == nil && !ok {
		err = errNoLease
	}
	return l, err
}

func writeLease(ctx context.Context, tx Tx, l leaseRow) error {
	_, err := tx.Exec(ctx, "UPDATE blocco SET titolare = $1, gettone = $2, preso_il = $3, scade_il = $4 WHERE id = 1",
		textCell(l.Holder), int64Cell(l.Fence), instantCell(l.Since), instantCell(l.Expires))
	return err
}

// Acquire takes the lease for ttl, which [Store.Renew] extends. It does not wait for another holder: it returns a
// [HeldError] while one has a lease that has not expired. holder and ttl must not be empty.
//
// gone is for whoever knows, by other means than the clock, that a holder is gone, and nil for others: the lease of a holder that
// it tells of is taken though it has not expired. Should the holder be there after all, it is fenced.
func (s *Store) Acquire(ctx context.Context, holder string, ttl time.Duration, gone func(holder string) bool) (Lease, error) {
	free := func(l *leaseRow, now pipeline.Instant) error {
		if gone != nil && gone(l.Holder) {
			return nil
		}
		return l.held(now)
	}
	if holder == "" || ttl < time.Millisecond {
		return Lease{}, errors.New("acquire lease: no holder, or a time to live below a millisecond")
	}
	// Looking first keeps those who cannot have it from queueing behind a publication.
	err := s.view(ctx, func(r *reading) error {
		now, err := r.Now(ctx)
		if err != nil {
			return err
		}
		l, err := readLease(ctx, r)
		if err != nil {
			return err
		}
		return free(&l, now)
	})
	if err != nil {
		return Lease{}, step("acquire lease", err)
	}
	lease := Lease{Holder: holder, TTL: ttl}
	err = s.update(ctx, func(c *change) error {
		l, err := readLease(ctx, c)
		if err != nil {
			return err
		}
		if err := free(&l, c.now); err != nil {
			return err
		}
		l = leaseRow{ID: 1, Holder: holder, Fence: l.Fence + 1, Since: c.now, Expires: after(c.now, ttl)}
		lease.Fence = l.Fence
		if err := writeLease(ctx, c, l); err != nil {
			return err
		}
		return c.audit(ctx, Entry{Who: holder, What: AuditLease, Detail: detail(map[string]any{"gettone": l.Fence})})
	})
	if err != nil {
		return Lease{}, step("acquire lease", err)
	}
	return lease, nil
}

// mine gives the row of the lease, or [ErrFenced] where it is no longer l. An expired lease that nobody has taken still is.
func mine(ctx context.Context, tx Tx, l Lease) (leaseRow, error) {
	row, err := readLease(ctx, tx)
	if err == nil && (row.Fence != l.Fence || row.Holder != l.Holder) {
		err = ErrFenced
	}
	return row, err
}

// extend gives the lease its whole time again.
func (c *change) extend(ctx context.Context, row leaseRow, l Lease) error {
	now, err := c.Now(ctx)
	if err != nil {
		return err
	}
	row.Expires = after(now, l.TTL)
	return writeLease(ctx, c, row)
}

// Renew gives the lease its whole time again. It returns [ErrFenced] where it has passed to somebody else. While this
// Store publishes under the lease it does nothing: the publication keeps others out and renews by itself.
func (s *Store) Renew(ctx context.Context, l Lease) error {
	if s.publishing.Load() == l.Fence {
		return nil
	}
	return step("renew lease", s.update(ctx, func(c *change) error {
		row, err := mine(ctx, c, l)
		if err != nil {
			return err
		}
		return c.extend(ctx, row, l)
	}))
}

// Release gives the lease back. A lease that is no longer held is none the worse for it.
func (s *Store) Release(ctx context.Context, l Lease) error {
	return step("release lease", s.update(ctx, func(c *change) error {
		row, err := mine(ctx, c, l)
		if errors.Is(err, ErrFenced) {
			return nil
		}
		if err != nil {
			return err
		}
		return writeLease(ctx, c, leaseRow{ID: 1, Fence: row.Fence})
	}))
}

// leaseTable describes blocco.
var leaseTable = &table.Table[leaseRow]{
	Name:     "blocco",
	Describe: "Chi può eseguire le notti, una riga sola: il titolare e il suo gettone, che cresce di uno a ogni presa.",
	Columns: []table.Column[leaseRow]{
		table.IntOf("id", "Sempre 1.", table.Int32, func(l *leaseRow) *int32 { return &l.ID }),
		table.TextOf("titolare", "Processo che ha il blocco; nullo se libero.", func(l *leaseRow) *string { return &l.Holder }),
		table.IntOf("gettone", "Numero dell'ultima presa: chi ne ha uno minore non pubblica più.", table.Int64, func(l *leaseRow) *int64 { return &l.Fence }),
		table.InstantOf("preso_il", "Momento della presa.", func(l *leaseRow) *pipeline.Instant { return &l.Since }),
		table.InstantOf("scade_il", "Momento fino al quale nessun altro può prenderlo.", func(l *leaseRow) *pipeline.Instant { return &l.Expires }),
	},
}
