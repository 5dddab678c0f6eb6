package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/schedule"
	"incrocio/writers/ping"
	"incrocio/writers/store"
	"incrocio/writers/systemd"
)

func (a *app) scheduleCommand() *cobra.Command {
	var confirmed pipeline.Date
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Stay up and run every night when it is due, missed ones first",
		Long: `schedule runs the nights when schedule.cron says so, Europe/Rome, each with its own date, oldest first, and the ones
that were missed while it was down. A night that fails is tried again, and none passes it. Where more than
schedule.catch_up nights are missing nothing runs until --confirm says up to which date they may: a clock set years
ahead looks the same as a machine that was off.

SIGTERM and SIGINT end it within 5 s; a night under way is given up and done again at the next start.`,
		Example: `  incrocio schedule
  incrocio schedule --confirm 2014-07-31`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if confirmed > a.today() {
				return &usageError{err: fmt.Errorf("--confirm %s has not come yet", confirmed)}
			}
			return a.schedule(cmd.Context(), confirmed)
		},
	}
	cmd.Flags().Var(dateFlag{&confirmed}, "confirm", "catch up however many nights are missing up to `YYYY-MM-DD`; noted in the audit")
	return cmd
}

// scheduler runs nights when they are due, and tells whoever watches.
type scheduler struct {
	app       *app
	ctx       context.Context // of the call: over once a signal came
	config    config
	clock     schedule.Clock
	schedule  *schedule.Schedule
	confirmed pipeline.Date
	figures   *exporter
	manager   *systemd.Notifier
	monitor   *ping.Monitor

	mu       sync.Mutex
	decision schedule.Decision // the last one
	trouble  string            // what is wrong with the night that is due, for people; "" for nothing
	running  pipeline.Date     // the night under way; 0 while there is none
}

// schedule runs nights until a signal comes.
func (a *app) schedule(ctx context.Context, confirmed pipeline.Date) (err error) {
	s, err := a.newScheduler(ctx, confirmed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.manager.Close()) }()
	if err := s.tidy(); err != nil {
		return err
	}
	if err := s.agree(); err != nil {
		return err
	}
	if err := s.figures.refresh(ctx); err != nil {
		a.log.Warn("the figures of the last night could not be read", "cause", err)
	}
	stop, err := s.serve()
	if err != nil {
		return err
	}
	defer stop()
	defer s.watch()()
	s.notify(s.manager.Ready())
	defer func() { s.notify(s.manager.Stopping()) }()
	return s.schedule.Run(ctx, s.clock, finished{s}, s.night, schedule.Options{
		Confirmed: confirmed, Retry: retry, Observe: s.observe,
	})
}

func (a *app) newScheduler(ctx context.Context, confirmed pipeline.Date) (*scheduler, error) {
	c, err := a.loadConfig(nil)
	if err != nil {
		return nil, err
	}
	s := &scheduler{app: a, ctx: ctx, config: c, clock: a.clock, confirmed: confirmed, figures: a.exporter(&c)}
	if s.clock == nil {
		s.clock = newMachine(a.now)
	}
	place, _, err := a.holder()
	if err != nil {
		return nil, err
	}
	if s.schedule, err = c.Schedule.schedule(place); err == nil {
		s.monitor, err = ping.New(c.Schedule.Ping, "incrocio/"+version)
	}
	if err != nil {
		return nil, &codeError{exitConfig, err, checkConfig}
	}
	s.manager, err = systemd.New(a.getenv, os.Getpid())
	s.notify(err)
	return s, nil
}

// tidy finishes what a crash left, before there is a night to do it. Where another process is at work, or the ledger is
// out of reach, that can wait.
func (s *scheduler) tidy() error {
	h, _, err := s.app.openHome(s.ctx, &s.config, &runOptions{})
	if err == nil {
		err = h.close()
	}
	if code, _ := classify(err); code == exitLocked || code == exitTemporary {
		s.app.log.Warn("the home is not looked after now, but by the next night", "cause", err)
		return nil
	}
	return err
}

// agree notes a person's word in the audit.
func (s *scheduler) agree() error {
	if s.confirmed == 0 {
		return nil
	}
	if err := s.app.note(s.ctx, auditConfirmed, s.confirmed); err != nil {
		return fmt.Errorf("note --confirm %s: %w", s.confirmed, err)
	}
	s.app.log.Info("catching up is confirmed", "fino a", s.confirmed)
	return nil
}

// finished is the ledger as the schedule sees it.
type finished struct{ *scheduler }

// Last gives the last published night: that of the ledger, or of the home where there is no ledger yet. The ledger is
// opened anew each time: it may have been restored, or its server started again.
func (f finished) Last(ctx context.Context) (d pipeline.Date, err error) {
	s, err := f.app.openStore(ctx, &f.config, true)
	if err == nil {
		defer func() { err = errors.Join(err, s.Close()) }()
		var last store.Night
		if last, _, err = s.LastNight(ctx); err != nil || last.Date != 0 {
			return last.Date, err
		}
	} else if !errors.Is(err, store.ErrNoStore) {
		return 0, err
	}
	nights, err := f.app.publishedNights()
	if err != nil || len(nights) == 0 {
		return 0, err
	}
	return nights[len(nights)-1].date, nil
}

// night does the night of a date. Files outside dated folders belong to the youngest date that is due.
func (s *scheduler) night(ctx context.Context, date pipeline.Date) error {
	s.mu.Lock()
	o := &runOptions{more: date != s.decision.Newest, quiet: s.config.Settle}
	s.mu.Unlock()
	s.ping(s.monitor.Start(ctx, "notte del "+date.String()))
	sum, err := s.app.night(ctx, &s.config, date, o)
	var untidy *night.FinishError
	if errors.As(err, &untidy) {
		s.app.log.Warn("the files of the night could not all be put away; the next night does it", "notte", date, "cause", untidy.Err)
		err = nil
	}
	if err != nil {
		return err
	}
	for _, w := range sum.Warnings {
		s.app.log.Warn(w, "notte", date)
	}
	s.app.log.Info("night published", "notte", date, "documenti", sum.Read, "scartati", sum.Discarded, "azioni in essere", sum.InForce)
	s.figures.write(ctx, sum)
	return nil
}

// How long to wait before the next try.
const (
	retryHeld      = time.Minute      // another process is at work: it may end at any time
	retryTemporary = 10 * time.Minute // at most, of a database that is away
	retryFailed    = time.Hour        // at most
)

// retry gives the time to wait after the n-th failure in a row. What only another configuration or another program mends
// ends the schedule.
func retry(err error, n int) time.Duration {
	most := retryFailed
	switch code, _ := classify(err); code {
	case exitConfig, exitUsage:
		return -1
	case exitLocked:
		return retryHeld
	case exitTemporary:
		most = retryTemporary
	}
	return min(time.Minute<<min(n-1, 6), most)
}
