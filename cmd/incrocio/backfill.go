package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
)

// maxBackfill is the longest range a call may fill, in days: more is a slip of the keyboard.
const maxBackfill = 3660

func (a *app) backfillCommand() *cobra.Command {
	var first, last pipeline.Date
	var o runOptions
	cmd := &cobra.Command{
		Use:   "backfill",
		Short: "Run the missing nights of a range, oldest first",
		Long: `backfill runs every night of the range that is not published yet, in order, each with its own date: files in dated
folders of the inbox belong to the first night on or after their date, the others to the last night. It stops at the
first night that fails; called again, it goes on from there. Dates go forward: a night before one that is published can
no longer be run, and is told of; what belonged to it is taken by the next night. A range in which nothing else is left
ends with 13. With --dry-run it only shows its plan.`,
		Example: `  incrocio backfill --from 2014-07-01 --to 2014-07-05 --dry-run
  incrocio backfill --from 2014-07-01 --to 2014-07-05`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := checkRange(cmd, first, last)
			if err != nil {
				return err
			}
			if o.accept, err = parseReason(o.accept, cmd.Flags().Changed("accept")); err != nil {
				return err
			}
			return a.backfill(cmd.Context(), first, last, &o)
		},
	}
	cmd.Flags().Var(dateFlag{&first}, "from", "the first night (`YYYY-MM-DD`)")
	cmd.Flags().Var(dateFlag{&last}, "to", "the last night (`YYYY-MM-DD`)")
	cmd.Flags().StringVar(&o.accept, "accept", "", "publish what the gates refuse or hold, for this `reason`, which is audited")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "show the plan and run nothing")
	return cmd
}

// checkRange judges the two ends of the range of nights of a verb, both of which must be given.
func checkRange(cmd *cobra.Command, first, last pipeline.Date) error {
	switch {
	case first == 0 || last == 0:
		return &usageError{err: errors.New("--from and --to are both needed"), hint: cmd.CommandPath() + " --help"}
	case last < first:
		return &usageError{err: fmt.Errorf("--to %s is before --from %s", last, first)}
	case last-first >= maxBackfill:
		return &usageError{err: fmt.Errorf("%d nights in one call: at most %d", last-first+1, maxBackfill)}
	}
	return nil
}

// planned is a night of a plan.
type planned struct {
	Night string `json:"data_elaborazione"`
	Files int    `json:"file"`
	Done  bool   `json:"gia_pubblicata"`
	Late  bool   `json:"non_pubblicabile"` // a later one is published
}

// lateNights shows the nights of a plan that can no longer be run, "2014-06-02, 2014-06-04/2014-06-05", and counts them.
func lateNights(plan []planned) (shown string, n int) {
	var ranges []string
	for i := 0; i < len(plan); i++ {
		if !plan[i].Late {
			continue
		}
		first := i
		for i+1 < len(plan) && plan[i+1].Late {
			i++
		}
		text := plan[first].Night
		if first < i {
			text += "/" + plan[i].Night
		}
		ranges, n = append(ranges, text), n+i+1-first
	}
	return strings.Join(ranges, ", "), n
}

// errLate is returned where nothing of a plan can be run and some of it never will be; nil otherwise.
func errLate(plan []planned, newest pipeline.Date) error {
	late, n := lateNights(plan)
	if n == 0 || slices.ContainsFunc(plan, func(p planned) bool { return !p.Done && !p.Late }) {
		return nil
	}
	return &codeError{
		exitDate, fmt.Errorf("night %s cannot be run: %s is published", late, newest),
		fmt.Sprintf("what belongs to it is taken by the next night: incrocio run --date %s or later", newest+1),
	}
}

// backfill runs the nights of a range that come after the last one published.
func (a *app) backfill(ctx context.Context, first, last pipeline.Date, o *runOptions) error {
	if today := a.today(); !o.dryRun && last > today {
		return errToCome(last, today)
	}
	c, err := a.loadConfig(nil)
	if err != nil {
		return err
	}
	plan, newest, err := a.plan(ctx, &c, first, last)
	if err != nil {
		return err
	}
	if o.dryRun {
		return errors.Join(a.print(plan, func(w io.Writer) error { return writePlan(w, plan) }), errLate(plan, newest))
	}
	late, never := lateNights(plan)
	if never > 0 {
		a.log.Warn("nights that can no longer be run, since a later one is published; the next one takes what belongs to them", "notti", late)
	}
	var done []*summary
	figures := a.newExporter(&c)
	discarded := int64(0)
	for i, p := range plan {
		if p.Done || p.Late {
			continue
		}
		s, err := a.night(ctx, &c, first+pipeline.Date(i), &runOptions{more: i+1 < len(plan), accept: o.accept})
		var untidy *night.FinishError
		if err != nil && !errors.As(err, &untidy) {
			return fmt.Errorf("night %s: %w", p.Night, err)
		}
		for _, w := range s.Warnings {
			a.log.Warn(w, "notte", p.Night)
		}
		a.log.Info("night published", "notte", p.Night, "documenti", s.Read, "azioni in essere", s.InForce)
		figures.write(ctx, s)
		discarded += s.Refused
		done = append(done, s)
	}
	err = a.print(done, func(w io.Writer) error {
		text := fmt.Sprintf("%d notti pubblicate, %d lo erano già", len(done), len(plan)-len(done)-never)
		if never > 0 {
			text += fmt.Sprintf(", %d non si possono più pubblicare: %s", never, late)
		}
		_, err := fmt.Fprintln(w, text+".")
		return err
	})
	if err == nil {
		err = errLate(plan, newest)
	}
	if err == nil && discarded > 0 {
		err = &codeError{exitDiscarded, errSilent, ""}
	}
	return err
}

// plan tells for each night of a range whether it is published, or a later one, and how many files are waiting for it; and the
// newest night that is published.
func (a *app) plan(ctx context.Context, c *config, first, last pipeline.Date) (plan []planned, newest pipeline.Date, err error) {
	h, _, err := a.openHome(ctx, c, &runOptions{dryRun: true})
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = h.close() }() // it only read
	published := map[pipeline.Date]bool{}
	for i := range h.nights {
		newest = h.nights[i].date
		published[newest] = true
	}
	earlier := 0 // files that an earlier night of the plan takes
	for d := first; d <= last; d++ {
		p := planned{Night: d.String(), Done: published[d], Late: d <= newest && !published[d]}
		if d > newest {
			units, _, err := h.inbox.Units(d, d == last)
			if err != nil {
				return nil, 0, err
			}
			p.Files, earlier = len(units)-earlier, len(units)
		}
		plan = append(plan, p)
	}
	return plan, newest, nil
}

func writePlan(w io.Writer, plan []planned) error {
	t := &tableText{w: w}
	t.row("NOTTE", "FILE", "STATO")
	for _, p := range plan {
		state := "da elaborare"
		switch {
		case p.Done:
			state = "già pubblicata"
		case p.Late:
			state = "non più pubblicabile: lo è già una successiva"
		}
		t.row(p.Night, p.Files, state)
	}
	t.flush()
	return t.err
}
