package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (a *app) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Make or update the ledger, and enter the nights that it lacks",
		Long: `migrate makes the ledger where there is none (embedded, or in the PostgreSQL that [database] url names), brings its schema
up to date, and enters nights that are published in the home and that it does not know. Every night does the same by
itself; nothing is ever taken back.`,
		Example: "  incrocio migrate",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.migrate(cmd.Context()) },
	}
}

func (a *app) migrate(ctx context.Context) error {
	c, err := a.loadConfig(nil)
	if err != nil {
		return err
	}
	h, ctx, err := a.openHome(ctx, &c, &runOptions{})
	if err != nil {
		return err
	}
	last, there, err := h.ledger.LastNight(ctx)
	if cerr := h.close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	known := struct {
		Night string `json:"ultima_notte"`
	}{}
	if there {
		known.Night = last.Date.String()
	}
	return a.print(known, func(w io.Writer) error {
		text := "Registro pronto, nessuna notte pubblicata."
		if there {
			text = "Registro pronto, ultima notte " + known.Night + "."
		}
		_, err := fmt.Fprintln(w, text)
		return err
	})
}
