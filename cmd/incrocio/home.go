package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/worklist"
	"incrocio/readers/inbox"
	"incrocio/readers/voucher"
	"incrocio/writers/archive"
	"incrocio/writers/digest"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
)

// home is a home that a night works in, locked and recovered.
type home struct {
	app    *app
	config *config
	dryRun bool
	full   bool          // everybody is decided again
	loose  bool          // the last night of the call
	quiet  time.Duration // how long a file must have been quiet to be taken; 0: not at all
	stages stages
	accept string             // why a person lets the night pass the gates; "" where nobody does
	by     *worklist.Operator // who that is; nil for whoever works at the machine

	release func()       // the lock
	ledger  *store.Store // nil for a trial run on a home that has none
	tenure  *tenure      // nil for a trial run
	inbox   *box
	archive *archive.Store
	nights  []publishedNight

	date     pipeline.Date
	revision int
	older    []rundir.Input  // of a night that is repeated: what it had taken in
	previous *publishedNight // the last one before date; nil for the first
	tonight  *archive.Tonight
	stage    *rundir.Stage
	entry    store.Night // tonight, once it is prepared
	scratch  string
	moves    []move // originals that were brought back
}

// openHome locks a home and finishes what an earlier night left undone. A trial run does neither. The context that it
// gives ends when the lock is lost.
func (a *app) openHome(ctx context.Context, c *config, o *runOptions) (*home, context.Context, error) {
	if err := errors.Join(a.wantHome(), a.wantFolders()); err != nil {
		return nil, ctx, err
	}
	h := &home{
		app: a, config: c, dryRun: o.dryRun, full: o.full, loose: !o.more, quiet: o.quiet, accept: o.accept, by: o.by, archive: archive.Open(a.home),
	}
	ctx, err := h.open(ctx)
	if err != nil {
		return nil, ctx, errors.Join(err, h.close())
	}
	return h, ctx, nil
}

func (h *home) open(ctx context.Context) (_ context.Context, err error) {
	if !h.dryRun {
		if h.release, err = rundir.Lock(h.app.home, h.app.now()); err != nil {
			return ctx, err
		}
		if err := errors.Join(mendReplacement(h.app.home), mendCurrent(h.app.home)); err != nil {
			return ctx, err
		}
	}
	if h.nights, err = h.app.publishedNights(); err != nil {
		return ctx, err
	}
	b, err := inbox.New(h.app.home, h.config.Inbox, parsers)
	if err != nil {
		return ctx, err
	}
	b.Columns(pipeline.FlowVoucher, voucher.Columns())
	if h.quiet > 0 {
		b.Settle(h.app.now(), h.quiet)
	}
	h.inbox = &box{Box: b, home: h.app.home, loose: h.loose, life: &h.app.life, taken: map[inbox.Unit]archive.Taken{}}
	if h.dryRun {
		return ctx, h.lookUp(ctx)
	}
	if h.ledger, err = h.app.openStore(ctx, h.config, false); err != nil {
		return ctx, err
	}
	if h.tenure, ctx, err = h.app.take(ctx, h.ledger, h.config.Lease); err != nil {
		return ctx, err
	}
	if err := h.settle(ctx); err != nil {
		return ctx, err
	}
	return ctx, h.recover(ctx)
}

// lookUp opens the ledger for a trial run, which changes nothing: one that is not there, or that lacks the last night, is
// for a real one to mend.
func (h *home) lookUp(ctx context.Context) (err error) {
	h.ledger, err = h.app.openStore(ctx, h.config, true)
	missing := errors.Is(err, store.ErrNoStore)
	if err != nil && !missing {
		return err
	}
	var last store.Night
	if !missing {
		if last, _, err = h.ledger.LastNight(ctx); err != nil {
			return err
		}
	}
	if n := len(h.nights); n > 0 && h.nights[n-1].date != last.Date {
		return &codeError{
			exitNoHome, fmt.Errorf("the ledger does not know of night %s yet, so nothing can be tried", h.nights[n-1].date), "incrocio migrate",
		}
	}
	return nil
}

// mendCurrent makes current name the last published night. A damaged pointer, or a home without nights, is not for it.
func mendCurrent(home string) error {
	err := rundir.Mend(home)
	if errors.Is(err, rundir.ErrCurrent) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// recover brings the home to the state it would have had without a crash.
func (h *home) recover(ctx context.Context) error {
	if err := os.RemoveAll(scratch(h.app.home)); err != nil {
		return err
	}
	last, err := lastOf(h.nights)
	if err != nil {
		return err
	}
	taken, unfinished, err := h.archive.Recover(last)
	if err != nil || !unfinished {
		return err
	}
	h.app.log.Info("finishing the night before", "notte", last.Date)
	if err := h.inbox.finish(ctx, taken, last.Date); err != nil {
		return fmt.Errorf("finish night %s: %w", last.Date, err)
	}
	return h.archive.Done()
}

// scratch is where rows that do not fit in memory lie while a night runs: they are personal data and stay in the home.
func scratch(home string) string { return filepath.Join(home, "staging", "righe") }

// lastOf names the last night for the archive; the zero Night where there is none.
func lastOf(nights []publishedNight) (archive.Night, error) {
	if len(nights) == 0 {
		return archive.Night{}, nil
	}
	last := &nights[len(nights)-1]
	m, err := last.manifest()
	if err != nil {
		return archive.Night{}, err
	}
	return archive.Night{Date: last.date, Revision: m.Revision}, nil
}

// close gives everything back. It may be called on a home that was opened in part.
func (h *home) close() error {
	var errs []error
	if h.scratch != "" {
		errs = append(errs, os.RemoveAll(h.scratch))
	}
	if h.inbox != nil {
		errs = append(errs, h.inbox.Close())
	}
	if h.tenure != nil {
		errs = append(errs, h.tenure.give())
	}
	if h.ledger != nil {
		errs = append(errs, h.ledger.Close())
	}
	if h.release != nil {
		h.release()
	}
	return errors.Join(errs...)
}

// choose settles the date of the night. Dates go forward only; the last one may be repeated where asked for.
func (h *home) choose(date, today pipeline.Date, replace bool) error {
	var last *publishedNight
	if n := len(h.nights); n > 0 {
		last = &h.nights[n-1]
	}
	h.date, h.revision, h.previous = date, 1, last
	if replace {
		return h.repeat(last)
	}
	if date == 0 {
		h.date = today
	}
	if !h.dryRun && h.date > today {
		return errToCome(h.date, today)
	}
	if last != nil && h.date <= last.date {
		return &codeError{
			exitDate, fmt.Errorf("night %s cannot be run: %s is published", h.date, last.date),
			"give a later --date, or repeat the last night with --replace",
		}
	}
	h.inbox.date = h.date
	return nil
}

// errToCome is given for a night that is not to be published yet: no night before it could be any more.
func errToCome(date, today pipeline.Date) error {
	return &usageError{
		err:  fmt.Errorf("night %s is still to come: today is %s", date, today),
		hint: "no night before it could be published any more; --dry-run shows what it would do",
	}
}

// repeat settles that the last night is done again, from its originals and what the inbox holds.
func (h *home) repeat(last *publishedNight) error {
	if last == nil {
		return errNoNight
	}
	if h.date != 0 && h.date != last.date {
		return &codeError{exitDate, fmt.Errorf("night %s cannot be repeated: the last one is %s", h.date, last.date), "leave --date out"}
	}
	m, err := last.manifest()
	if err != nil {
		return err
	}
	h.date, h.revision, h.previous, h.older = last.date, m.Revision+1, nil, m.Inputs
	if n := len(h.nights); n > 1 {
		h.previous = &h.nights[n-2]
	}
	h.inbox.date = h.date
	return nil
}

// begin is the last step before the night: a repeated one gets its originals back, and every one but a trial run what
// operators have decided since.
func (h *home) begin(ctx context.Context) (err error) {
	if h.revision > 1 {
		if h.moves, err = bringBack(h.app.home, h.date); err != nil {
			return err
		}
		if err = h.checkOriginals(); err != nil {
			return err
		}
	}
	if h.dryRun {
		return nil
	}
	return h.takeDecisions(ctx)
}

// checkOriginals refuses to repeat a night of which some originals are gone: what they said would be taken back.
func (h *home) checkOriginals() error {
	back := map[string]bool{} // what is there: some may have come back before a crash
	for _, folder := range [...]string{"inbox", decisionsFolder} {
		err := filepath.WalkDir(filepath.Join(h.app.home, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			sum, _, err := digest.File(path)
			back[sum] = true
			return err
		})
		if err != nil && (folder != decisionsFolder || !errors.Is(err, fs.ErrNotExist)) {
			return fmt.Errorf("check originals: %w", err)
		}
	}
	missing := 0
	for _, in := range h.older {
		if in.Flow != pipeline.FlowDomande && in.SHA256 != "" && !back[in.SHA256] {
			missing++
		}
	}
	if missing > 0 {
		return &codeError{
			exitFailed, fmt.Errorf("night %s cannot be repeated: %d of the files it took in are no longer in archive/originali", h.date, missing),
			"put them back there, or run the next night",
		}
	}
	return nil
}

// giveUp is called when a night was not published: nothing of it stays. Where it is in its place all the same, as far
// as anybody can see, the next start finishes it.
func (h *home) giveUp() error {
	if h.dryRun {
		return nil
	}
	var err error
	if h.stage != nil {
		err = h.stage.Abort()
	}
	err = errors.Join(err, mendReplacement(h.app.home))
	nights, lerr := h.app.publishedNights()
	if lerr != nil {
		return errors.Join(err, lerr)
	}
	last, lerr := lastOf(nights)
	if lerr != nil || last == (archive.Night{Date: h.date, Revision: h.revision}) {
		return errors.Join(err, lerr)
	}
	if h.entry.Date != 0 && h.tenure != nil {
		aerr := h.ledger.Abandon(context.Background(), h.tenure.lease, h.date, h.entry.Revision)
		if !errors.Is(aerr, store.ErrFenced) { // then it is no longer ours to abandon
			err = errors.Join(err, aerr)
		}
	}
	_, _, rerr := h.archive.Recover(last)
	return errors.Join(err, rerr, takeBack(h.moves))
}

// before is the last night published before this one; 0 for the first.
func (h *home) before() pipeline.Date {
	if h.previous == nil {
		return 0
	}
	return h.previous.date
}

// allBefore lists the published nights before this one.
func (h *home) allBefore() []pipeline.Date {
	var dates []pipeline.Date
	for i := range h.nights {
		if d := h.nights[i].date; d < h.date {
			dates = append(dates, d)
		}
	}
	return dates
}

// folder is the folder of the night, as people find it.
func (h *home) folder() string {
	return rundir.Dir(h.app.home, h.date)
}

func (h *home) nightConfig() night.Config {
	return night.Config{
		Date: h.date, Previous: h.before(), Revision: h.revision, Params: h.config.Rules, RulesVersion: h.config.rulesVersion(),
		ProgramVersion: version, Parameters: h.config.ruleParameters(), Partitions: h.config.Partitions,
		Workers: h.config.Workers, SpillBytes: night.DefaultSpillBytes, DryRun: h.dryRun,
	}
}

// ports wires the night to the home.
func (h *home) ports(ctx context.Context) (night.Ports, error) {
	claims, err := h.app.openClaims(ctx, h.config, h.date)
	if err == nil {
		err = errors.Join(h.checkQuiet(claims), h.warnOfStrays())
	}
	if err != nil {
		return night.Ports{}, err
	}
	if err := h.archive.Require(h.allBefore()); err != nil {
		return night.Ports{}, err
	}
	h.scratch = scratch(h.app.home)
	elsewhere := ""
	if h.dryRun {
		if h.scratch, err = os.MkdirTemp("", "incrocio-"); err != nil {
			return night.Ports{}, err
		}
		elsewhere = filepath.Join(h.scratch, "archivio")
	}
	h.tonight = h.archive.Begin(archive.Night{Date: h.date, Revision: h.revision}, elsewhere)
	out, err := h.output()
	if err != nil {
		return night.Ports{}, err
	}
	source := h.archive.Source()
	h.readIssued(&source)
	return night.Ports{
		Inbox: h.inbox, Claims: claims, Archive: noted{h.tonight, h.inbox}, Issued: h.issued(), Standing: h.standing, Source: source, Output: out,
		Gate: h.gate(ctx), Scratch: filepath.Join(h.scratch, "fasi"),
	}, nil
}
