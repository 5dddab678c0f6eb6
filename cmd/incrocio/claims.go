package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/readers/domande"
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
