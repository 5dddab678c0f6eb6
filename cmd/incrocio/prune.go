package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/writers/retention"
	"incrocio/writers/rundir"
)

// defaultOriginals is how many days the files that were received are kept.
const defaultOriginals = 90

func (a *app) pruneCommand() *cobra.Command {
	var dryRun, damaged bool
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Remove originals that are older than they may be kept, with a certificate",
		Long: `prune removes the files as they were received, those that could not be read, the sheets that operators were shown and
the nights that were repeated since, of nights older than [archive] originals days (90), and leaves under certificati a
list of what was removed with size and SHA-256. What was published and the facts in the archive stay, and so does all of
the last night, which may still be repeated.

With --damaged it also removes, however recent, what is damaged of the nights that were repeated since, once verify finds
the night that took its place whole: it counts for nothing any more.`,
		Example: `  incrocio prune --dry-run
  incrocio prune
  incrocio prune --damaged`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.prune(dryRun, damaged) },
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be removed and remove nothing")
	cmd.Flags().BoolVar(&damaged, "damaged", false, "remove damaged revisions of nights that were repeated, too")
	return cmd
}

// pruned is what prune prints.
type pruned struct {
	Before      string           `json:"notti_precedenti"`
	DryRun      bool             `json:"prova"`
	Files       int              `json:"file"`
	Bytes       int64            `json:"byte"`
	Certificate string           `json:"certificato"`
	Items       []retention.Item `json:"elenco"`
}

func (a *app) prune(dryRun, damaged bool) error {
	c, err := a.loadConfig(nil)
	if err != nil {
		return err
	}
	release, err := a.lockHome()
	if err != nil {
		return err
	}
	defer release()
	nights, err := a.publishedNights()
	if err != nil {
		return err
	}
	before := a.today() - pipeline.Date(c.Originals)
	if n := len(nights); n > 0 {
		before = min(before, nights[n-1].date)
	}
	var also []string
	if damaged {
		if also, err = a.supersededDamage(); err != nil {
			return err
		}
	}
	plan, err := retention.Plan(a.home, before, a.today(), also...)
	if err != nil {
		return err
	}
	p := pruned{Before: before.String(), DryRun: dryRun, Files: len(plan.Items), Bytes: plan.Bytes(), Items: plan.Items}
	if !dryRun {
		if p.Certificate, err = plan.Remove(a.home); err != nil {
			return err
		}
	}
	return a.print(p, p.write)
}

func (p *pruned) write(w io.Writer) error {
	what := "rimossi"
	if p.DryRun {
		what = "da rimuovere"
	}
	_, err := fmt.Fprintf(w, "Notti precedenti al %s: %d file %s, %d byte\n", p.Before, p.Files, what, p.Bytes)
	if p.Certificate != "" {
		_, cerr := fmt.Fprintf(w, "Certificato: %s\n", p.Certificate)
		err = errors.Join(err, cerr)
	}
	return err
}

// lockHome takes the lock of the home for a verb that is no night.
func (a *app) lockHome() (release func(), err error) {
	if err := a.wantHome(); err != nil {
		return nil, err
	}
	return rundir.Lock(a.home, a.now())
}
