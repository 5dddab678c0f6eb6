package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
)

func (a *app) migrateCommand() *cobra.Command {
	roles, prefix := false, postgres.DefaultPrefix
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Make or update the ledger, and enter the nights that it lacks",
		Long: `migrate makes the ledger where there is none (embedded, or in the PostgreSQL that [database] url names), brings its schema
up to date, and enters nights that are published in the home and that it does not know. Every night does the same by
itself, if its login may; nothing is ever taken back.

With --roles it also makes four roles in PostgreSQL, or brings them up to date: PREFIX_owner owns the tables and migrates
them, PREFIX_run is for the nights, PREFIX_console for the operators' console and commands, PREFIX_analyst reads views without
names and tax codes. None of them logs in: grant them to logins. Each has what it needs and nothing else; the console sees
the rows of the operator's sedi only. It takes a superuser, or the owner of the database with CREATEROLE, and takes from
PUBLIC what it has on the schema and, where the database is its own, temporary tables. Run it again after every update.`,
		Example: `  incrocio migrate
  incrocio migrate --roles`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("prefix") && !roles {
				return &usageError{errors.New("--prefix goes with --roles"), cmd.CommandPath() + " --help"}
			}
			if roles {
				return a.migrateRoles(cmd.Context(), prefix)
			}
			known, err := a.migrate(cmd.Context())
			if err != nil {
				return err
			}
			return a.print(known, known.write)
		},
	}
	cmd.Flags().BoolVar(&roles, "roles", false, "make PostgreSQL's roles too, or bring them up to date")
	cmd.Flags().StringVar(&prefix, "prefix", prefix, "what the names of the roles begin with: a `NAME` for each ledger of a server")
	return cmd
}

// migrated is a ledger that is in place.
type migrated struct {
	Night string      `json:"ultima_notte"` // "" where none is published
	Roles *rolesGiven `json:"ruoli,omitempty"`
}

func (m *migrated) write(w io.Writer) error {
	text := "Registro pronto, nessuna notte pubblicata."
	if m.Night != "" {
		text = "Registro pronto, ultima notte " + m.Night + "."
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// migrate brings the ledger up to date.
func (a *app) migrate(ctx context.Context) (*migrated, error) {
	c, err := a.loadConfig(nil)
	if err != nil {
		return nil, err
	}
	h, ctx, err := a.openHome(ctx, &c, &runOptions{})
	if err != nil {
		return nil, err
	}
	last, there, err := h.ledger.LastNight(ctx)
	if cerr := h.close(); err == nil {
		err = cerr
	}
	m := &migrated{}
	if there {
		m.Night = last.Date.String()
	}
	return m, err
}

// rolesGiven is what the roles may do.
type rolesGiven struct {
	Rights  []rightGiven `json:"privilegi"`
	Changed []string     `json:"cambiamenti"`
	Notes   []string     `json:"note"`
}

type rightGiven struct {
	Role       string `json:"ruolo"`
	Object     string `json:"oggetto"`
	Privileges string `json:"privilegi"`
	Sede       bool   `json:"solo_sedi_dell_operatore"`
}

// migrateRoles brings the ledger up to date, and its roles.
func (a *app) migrateRoles(ctx context.Context, prefix string) error {
	c, err := a.loadConfig(nil)
	if err != nil {
		return err
	}
	if c.DatabaseURL == "" {
		return &codeError{exitConfig, errors.New("the embedded ledger has no roles"), "set [database] url"}
	}
	m, err := a.migrate(ctx)
	if err != nil {
		return err
	}
	g, err := postgres.GrantRoles(ctx, c.DatabaseURL, prefix, store.Options{Jitter: jitter})
	var d *store.DatabaseError
	switch {
	case errors.Is(err, postgres.ErrPrefix):
		return &usageError{fmt.Errorf("--prefix %q: %w", prefix, err), "incrocio migrate --help"}
	case errors.Is(err, postgres.ErrRoles), errors.As(err, &d) && d.Code == "42501": // insufficient_privilege
		return &codeError{exitConfig, err, "run it as a superuser, or as the owner of the database and of the schema"}
	case err != nil:
		return err
	}
	m.Roles = &rolesGiven{Rights: []rightGiven{}, Changed: append([]string{}, g.Changed...), Notes: append([]string{}, g.Notes...)}
	for _, r := range g.Rights {
		m.Roles.Rights = append(m.Roles.Rights, rightGiven{r.Role, r.Object, r.Privileges, r.Sede})
	}
	return a.print(m, func(w io.Writer) error { return errors.Join(m.write(w), m.Roles.write(w)) })
}

func (r *rolesGiven) write(w io.Writer) error {
	t := &tableText{w: w}
	t.title(fmt.Sprintf("Ruoli: %d cambiamenti.", len(r.Changed)))
	t.row("OGGETTO", "RUOLO", "PRIVILEGI", "RIGHE")
	for _, p := range r.Rights {
		rows := "tutte"
		if p.Sede {
			rows = "delle sedi dell'operatore"
		}
		t.row(p.Object, p.Role, p.Privileges, rows)
	}
	t.flush()
	if len(r.Notes) > 0 {
		t.title(strings.Join(r.Notes, "\n"))
	}
	return t.err
}
