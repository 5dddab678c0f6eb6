package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/archive"
	"incrocio/writers/digest"
	"incrocio/writers/parquet"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
	"incrocio/writers/store/sqlite"
)

// storeFile is the embedded store, below the home.
const storeFile = "incrocio.db"

// openStore opens the ledger: in PostgreSQL where the configuration names one, else in the home. With existing, one that
// is not there is not made: the error wraps [store.ErrNoStore].
func (a *app) openStore(ctx context.Context, c *config, existing bool) (*store.Store, error) {
	o := store.Options{Existing: existing, Jitter: jitter}
	if c.DatabaseURL != "" {
		return postgres.Open(ctx, c.DatabaseURL, o)
	}
	return sqlite.Open(ctx, filepath.Join(a.home, storeFile), o)
}

// jitter spreads those who try again.
func jitter(limit time.Duration) time.Duration {
	var b [1]byte
	_, _ = rand.Read(b[:]) // never fails
	return limit * time.Duration(b[0]) / 512
}

// tenure is a lease that is renewed until it is given back.
type tenure struct {
	store *store.Store
	lease store.Lease
	stop  func()
}

// holder names this process as no other is named: machine, home, process, and a number drawn at random. What comes before
// the process is the place.
func (a *app) holder() (place, name string, err error) {
	host, err := os.Hostname()
	if err != nil {
		return "", "", err
	}
	path, err := filepath.Abs(a.home)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256([]byte(path))
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	place = host + "/" + hex.EncodeToString(sum[:4]) + "/"
	return place, fmt.Sprintf("%s%d/%s", place, os.Getpid(), hex.EncodeToString(b[:])), nil
}

// take takes the lease and renews it three times in its time to live. The context that it gives ends when the lease is
// lost; whoever goes on all the same is refused by the ledger. The lock of the home is held: a lease that was taken from
// this very home is that of a process that is gone.
func (a *app) take(ctx context.Context, s *store.Store, ttl time.Duration) (*tenure, context.Context, error) {
	place, name, err := a.holder()
	if err != nil {
		return nil, ctx, err
	}
	lease, err := s.Acquire(ctx, name, ttl, func(holder string) bool { return strings.HasPrefix(holder, place) })
	if err != nil {
		return nil, ctx, err
	}
	a.life.took(a.now())
	ctx, lose := context.WithCancelCause(ctx)
	stop := repeat(ttl/3, func() {
		if err := s.Renew(ctx, lease); errors.Is(err, store.ErrFenced) {
			lose(err)
		}
	})
	return &tenure{store: s, lease: lease, stop: func() { stop(); lose(nil); a.life.gave() }}, ctx, nil
}

// give gives the lease back.
func (t *tenure) give() error {
	t.stop()
	return t.store.Release(context.Background(), t.lease)
}

// entryOf gives a night as the ledger knows it. sum is the SHA-256 of its manifest.
func entryOf(previous pipeline.Date, m *rundir.Manifest, sum string) (store.Night, error) {
	counters, err := json.Marshal(m.Balance)
	return store.Night{
		Date: m.Night, Revision: int32(m.Revision), Manifest: sum, Folder: rundir.Dir("", m.Night),
		RulesVersion: m.RulesVersion, Previous: previous, Counters: string(counters),
	}, err
}

// content gives what a published night brought, read from its own files and from the archive's sheets.
func (n *publishedNight) content(sheets *archive.Store) (store.Content, error) {
	m, err := n.manifest()
	if err != nil {
		return store.Content{}, err
	}
	c := store.Content{
		Inputs: func(_ context.Context, fn func(*store.Input) error) error {
			for _, in := range m.Inputs {
				err := fn(&store.Input{Flow: in.Flow, File: in.File, SHA256: in.SHA256, Bytes: in.Bytes, Documents: in.Documents})
				if err != nil {
					return err
				}
			}
			return nil
		},
		Actions:     rowsFrom(n, tables.Actions),
		Exceptions:  rowsFrom(n, tables.Exceptions),
		Submissions: rowsFrom(n, tables.Submissions),
		Sheets: func(ctx context.Context, fn func(*tables.ArchivedSheet) error) error {
			return sheets.Sheets(ctx, archive.Night{Date: n.date, Revision: m.Revision}, fn)
		},
	}
	if m.Revision > 1 {
		c.Replaced = filepath.Join(replacedFolder, fmt.Sprintf("%s-r%d", n.date, m.Revision-1))
	}
	c.Count, err = n.balance(night.ItemInForce)
	return c, err
}

// rowsFrom streams a table of a published night, once its file was found to be what was published.
func rowsFrom[T any](n *publishedNight, of *table.Table[T]) store.Stream[T] {
	return func(ctx context.Context, fn func(*T) error) error {
		if err := n.check(of.File); err != nil {
			return err
		}
		var failed error
		err := parquet.Each(ctx, n.path(of.File), of, func(row *T) error {
			failed = fn(row)
			return failed
		})
		switch {
		case failed != nil:
			return failed
		case err != nil:
			return fmt.Errorf("read night %s: %w", n.date, err)
		}
		return nil
	}
}

// otherHome is what to do where home and ledger are not of one piece.
const otherHome = "restore the home from its last backup, or name the home that belongs to the ledger"

// settle brings the ledger in line with what is published in the home: it finishes the night that a crash left between
// the two, and takes in nights that were published before there was a ledger.
func (h *home) settle(ctx context.Context) error {
	last, _, err := h.ledger.LastNight(ctx)
	if err != nil {
		return err
	}
	if n := len(h.nights); last.Date != 0 && (n == 0 || last.Date > h.nights[n-1].date) {
		return &codeError{
			exitFailed, fmt.Errorf("the ledger knows of night %s, which is not in this home", last.Date),
			otherHome,
		}
	}
	if err := h.dropPrepared(ctx); err != nil {
		return err
	}
	if last.Date == 0 && len(h.nights) > 0 {
		if err := h.warnOfNewLedger(ctx); err != nil {
			return err
		}
	}
	for i := range h.nights {
		if h.nights[i].date < last.Date {
			continue
		}
		if err := h.enter(ctx, i, last); err != nil {
			return fmt.Errorf("enter night %s in the ledger: %w", h.nights[i].date, err)
		}
	}
	return nil
}

// warnOfNewLedger warns that the ledger of a home with nights knows none, unless it is only the first that a crash left half-entered.
func (h *home) warnOfNewLedger(ctx context.Context) error {
	_, first, err := h.ledger.Prepared(ctx)
	if err == nil && !first {
		h.app.log.Warn("the ledger is new and is made from the published nights: closings, notes, accounts and audit, if there were any, are in its backup alone",
			"notti", len(h.nights))
	}
	return err
}

// dropPrepared takes a night out of the ledger that was prepared and is not in its place.
func (h *home) dropPrepared(ctx context.Context) error {
	p, ok, err := h.ledger.Prepared(ctx)
	if err != nil || !ok {
		return err
	}
	for i := range h.nights {
		if h.nights[i].date != p.Date {
			continue
		}
		sum, _, err := digest.File(h.nights[i].path(rundir.ManifestFile))
		if err != nil || sum == p.Manifest {
			return err
		}
	}
	return h.ledger.Abandon(ctx, h.tenure.lease, p.Date, p.Revision)
}

// enter enters the i-th published night, unless the ledger has it.
func (h *home) enter(ctx context.Context, i int, last store.Night) error {
	n := &h.nights[i]
	m, err := n.manifest()
	if err != nil {
		return err
	}
	sum, _, err := digest.File(n.path(rundir.ManifestFile))
	if err != nil || last.Date == n.date && last.Manifest == sum {
		return err
	}
	previous := pipeline.Date(0)
	if i > 0 {
		previous = h.nights[i-1].date
	}
	row, err := entryOf(previous, m, sum)
	if err == nil {
		err = h.ledger.Prepare(ctx, h.tenure.lease, row)
	}
	if errors.Is(err, store.ErrPublished) {
		return &codeError{exitFailed, errors.New("the ledger knows another one of this date"), otherHome}
	}
	if err != nil {
		return err
	}
	return h.record(ctx, n, row)
}

// record makes a prepared night the last one of the ledger, from what was published.
func (h *home) record(ctx context.Context, n *publishedNight, row store.Night) error {
	content, err := n.content(h.archive)
	if err != nil {
		return err
	}
	life := &h.app.life
	content.Actions, content.Exceptions = beating(life, content.Actions), beating(life, content.Exceptions)
	content.Submissions, content.Sheets = beating(life, content.Submissions), beating(life, content.Sheets)
	_, err = h.ledger.Publish(ctx, h.tenure.lease, row, content)
	return err
}

// ledgerUnit stands for the ledger where units are told by their file.
const ledgerUnit = "ledger"

// issued lists what was issued before tonight: actions in force, and exceptions that are known.
func (h *home) issued() []match.Unit {
	if h.ledger == nil { // a trial run on a home without one
		return nil
	}
	return []match.Unit{
		{Kind: match.KindAction, File: ledgerUnit, Anchor: true},
		{Kind: match.KindException, File: ledgerUnit, Anchor: true},
	}
}

// readIssued makes the ledger the source of what was issued before tonight.
func (h *home) readIssued(source *match.Source) {
	source.Actions = func(ctx context.Context, _ match.Unit, fn func(*pipeline.Action) error) error {
		return h.ledger.InForce(ctx, h.date, fn)
	}
	source.Exceptions = func(ctx context.Context, _ match.Unit, of func(pipeline.CodiceFiscale) bool, fn func(*pipeline.Exception) error) error {
		published, err := h.publishedAt(ctx)
		if err != nil {
			return err
		}
		known := func(s *store.Standing) error { return fn(h.known(s, published)) }
		if of == nil {
			return h.ledger.Exceptions(ctx, h.date, known)
		}
		return h.ledger.ExceptionsOf(ctx, h.date, of, known)
	}
}

// known gives an exception as nights read it: one that an operator has cleared as such, of the last night where it was open then.
func (h *home) known(s *store.Standing, published pipeline.Instant) *pipeline.Exception {
	e := s.Exception
	if s.Cleared() {
		e.State, e.Night = pipeline.ExceptionCleared, 0
		if s.Clearing.EffectiveAt() >= published {
			e.Night = h.before()
		}
	}
	return &e
}

// standing tells what decisions weigh of every exception.
func (h *home) standing(ctx context.Context, fn func(night.Weighed) error) error {
	if h.ledger == nil { // see issued
		return nil
	}
	published, err := h.publishedAt(ctx)
	if err != nil {
		return err
	}
	return h.ledger.Glances(ctx, h.date, func(s *store.Standing) error {
		e, since := h.known(s, published), pipeline.Date(0)
		switch {
		case e.Standing():
			e.State = pipeline.ExceptionOpen
		case e.State == pipeline.ExceptionCleared:
			since = e.Night
		}
		return fn(night.Weighed{
			Code: e.TaxCode,
			What: fmt.Sprintf("%s\x00%s\x00%s\x00%d\x00%d\x00%d", e.ID, e.State, e.Fingerprint, s.Mark, since, s.Acts),
		})
	})
}

// publishedAt is the moment that the last night before this one was published.
func (h *home) publishedAt(ctx context.Context) (pipeline.Instant, error) {
	nights, err := h.ledger.Nights(ctx, h.before(), h.before())
	var at pipeline.Instant
	for _, n := range nights {
		at = max(at, n.PublishedAt)
	}
	return at, err
}
