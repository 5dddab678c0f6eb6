package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/readers/domande"
	"incrocio/readers/inbox"
)

// claims is the snapshot in force.
type claims struct{ domande.Snapshot }

var _ night.Claims = claims{}

// Input names the snapshot.
func (c claims) Input() night.Input {
	sum, n := c.Digest()
	return night.Input{Flow: pipeline.FlowDomande, File: c.Name(), Digest: night.Digest{SHA256: sum, Bytes: n}}
}

// openClaims finds the snapshot in force: the database where one is configured, else the files of the inbox.
func (a *app) openClaims(ctx context.Context, c *config, date pipeline.Date) (claims, error) {
	var s domande.Snapshot
	var err error
	if c.DatabaseURL != "" {
		s, err = domande.FromPostgres(ctx, c.DatabaseURL)
	} else {
		s, err = domande.InForce(filepath.Join(a.home, "inbox", string(pipeline.FlowDomande)), date)
	}
	return claims{s}, err
}

// warnOfStrays warns of what lies beside the snapshots and is none: somebody may believe that it is in force.
func (h *home) warnOfStrays() error {
	if h.config.DatabaseURL != "" {
		return nil
	}
	strays, err := domande.Strays(filepath.Join(h.app.home, "inbox", string(pipeline.FlowDomande)), h.date)
	for _, name := range strays {
		h.inbox.warnings = append(h.inbox.warnings, fmt.Sprintf("inbox/%s/%s: non è domande-AAAA-MM-GG.csv né .parquet: lasciato dove si trova",
			pipeline.FlowDomande, discreet(name)))
	}
	return err
}

// checkQuiet refuses, for a while, a snapshot that somebody may still be writing.
func (h *home) checkQuiet(c claims) error {
	if h.quiet == 0 || h.config.DatabaseURL != "" {
		return nil
	}
	info, err := os.Stat(filepath.Join(h.app.home, "inbox", string(pipeline.FlowDomande), c.Name()))
	if err == nil && !inbox.Quiet(info.ModTime(), h.app.now(), h.quiet) {
		err = &codeError{exitTemporary, fmt.Errorf("%s was written to less than %s ago", c.Name(), h.quiet), "try again when it is whole"}
	}
	return err
}

// claimsChildCommand is the process that reads a foreign Parquet file of claims, apart from the night: such a file may
// bring the library down. The night starts it; nobody else has a use for it.
func (a *app) claimsChildCommand() *cobra.Command {
	return &cobra.Command{
		Use:    domande.ChildVerb,
		Hidden: true,
		Args:   noArgs,
		RunE: func(*cobra.Command, []string) error {
			if code := domande.ChildMain(os.Stdin, os.Stdout); code != 0 {
				return &codeError{exitFailed, errSilent, ""}
			}
			return nil
		},
	}
}
