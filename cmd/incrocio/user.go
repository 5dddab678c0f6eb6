package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"incrocio/cmd/incrocio/password"
	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

func (a *app) userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Keep the local accounts of the console and of --as",
		Long: `user keeps local accounts, for those who have no single sign-on. Passwords are kept as argon2id digests; they are read from a file or
from the terminal, never from the command line. Two accounts of one person have the same --person: nobody is a second pair of eyes
for himself.`,
		Example: "  incrocio user add bianchi --role operatore --sede 7000 --person M04711\n  incrocio user list",
		Args:    unknownVerb,

		SuggestionsMinimumDistance: suggestWithin,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		a.userAddCommand(), a.userListCommand(), a.userPasswdCommand(),
		a.userSwitchCommand("disable", "Let an account in no more", true), a.userSwitchCommand("enable", "Let a disabled account in again", false),
	)
	return cmd
}

// atAccounts opens the store for whoever works at the machine: accounts are the owner's.
func (a *app) atAccounts(cmd *cobra.Command, work func(ctx context.Context, d desk) error) (err error) {
	d, err := a.openDesk(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return work(cmd.Context(), d)
}

// userOptions are the flags of user add.
type userOptions struct {
	role         worklist.Role
	offices      []string
	all          bool
	person       string
	passwordFile string
}

func passwordFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "password-file", "", "read the password from `FILE`, not from the terminal")
}

func (a *app) userAddCommand() *cobra.Command {
	o := &userOptions{}
	cmd := &cobra.Command{
		Use:     "add NAME",
		Short:   "Make an account",
		Example: "  incrocio user add bianchi --role operatore --sede 7000 --sede 4900 --person M04711",
		Args:    exactArgs(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return a.userAdd(cmd, args[0], o) }
	choiceFlag(cmd, &o.role, "role", "what it may do", worklist.Roles())
	f := cmd.Flags()
	f.StringArrayVar(&o.offices, "sede", nil, "a `SEDE` that it works for; may be repeated")
	f.BoolVar(&o.all, "all", false, "it works for every sede")
	f.StringVar(&o.person, "person", "", "who it is (`MATRICOLA`), the same for all accounts of a person (default NAME)")
	passwordFlag(cmd, &o.passwordFile)
	return cmd
}

func (a *app) userAdd(cmd *cobra.Command, name string, o *userOptions) error {
	account, err := o.account(name)
	if err != nil {
		return err
	}
	return a.atAccounts(cmd, func(ctx context.Context, d desk) error {
		old, known, err := d.Account(ctx, account.Name)
		if err != nil {
			return err
		}
		if known {
			return &codeError{exitFailed, fmt.Errorf("there is an account %q already", old.Name), fmt.Sprintf("incrocio user passwd %q", old.Name)}
		}
		if account.Secret, err = a.newSecret(ctx, cmd.InOrStdin(), o.passwordFile); err != nil {
			return err
		}
		return a.save(ctx, d, &account)
	})
}

// account checks what the flags say.
func (o *userOptions) account(name string) (worklist.Account, error) {
	wrong := func(format string, args ...any) (worklist.Account, error) {
		return worklist.Account{}, &usageError{err: fmt.Errorf(format, args...), hint: "incrocio user add --help"}
	}
	name = strings.Join(strings.Fields(name), " ")
	person := strings.Join(strings.Fields(o.person), " ")
	switch {
	case nameFault(name) != "":
		return wrong("NAME %s", nameFault(name))
	case person != "" && nameFault(person) != "":
		return wrong("--person %s", nameFault(person))
	case o.role == "":
		return wrong("--role is obligatory")
	case o.all == (len(o.offices) > 0):
		return wrong("either --sede, once or more, or --all")
	}
	for _, office := range o.offices {
		if !pipeline.IsOffice(office) {
			return wrong("--sede %q: want 1 to 20 letters or digits", scrub(printable(office)))
		}
	}
	return worklist.Account{Name: name, Person: person, Role: o.role, Offices: o.offices, AllOffices: o.all}, nil
}

// maxName is how long, in characters, a name may be.
const maxName = 64

// nameFault says what is wrong with the name of an account or person; "" for nothing.
func nameFault(s string) string {
	switch {
	case s == "":
		return "is empty"
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "holds characters that cannot be shown"
	case utf8.RuneCountInString(s) > maxName:
		return fmt.Sprintf("is longer than %d characters", maxName)
	case scrub(s) != s:
		return "is a tax code, which would be shown wherever the account acts"
	}
	return ""
}

// newSecret reads a new password, from a terminal twice, and gives its digest.
func (a *app) newSecret(ctx context.Context, in io.Reader, file string) (string, error) {
	first, err := a.secret(ctx, in, file, "New password: ")
	if err != nil {
		return "", err
	}
	if file == "" {
		again, err := a.secret(ctx, in, file, "Once more: ")
		if err != nil {
			return "", err
		}
		if !bytes.Equal(first, again) {
			return "", &usageError{err: errors.New("the two passwords differ")}
		}
	}
	digest, err := password.Hash(first, rand.Reader)
	if errors.Is(err, password.ErrShort) || errors.Is(err, password.ErrLong) || errors.Is(err, password.ErrText) {
		return "", &usageError{err: err}
	}
	return digest, err
}

// save keeps an account and shows it.
func (a *app) save(ctx context.Context, d desk, account *worklist.Account) error {
	err := d.SaveAccount(ctx, operator(), *account)
	if errors.Is(err, worklist.ErrIncomplete) {
		return &usageError{err: err, hint: "incrocio user add --help"}
	}
	if err != nil {
		return err
	}
	return a.printAccounts([]worklist.Account{*account})
}

func (a *app) userListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Show the accounts, without their passwords",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.atAccounts(cmd, func(ctx context.Context, d desk) error {
				list, err := d.Accounts(ctx)
				if err != nil {
					return err
				}
				return a.printAccounts(list)
			})
		},
	}
}

// changeCommand makes a verb that changes an account that there is.
func (a *app) changeCommand(use, short string, change func(ctx context.Context, cmd *cobra.Command, account *worklist.Account) error) *cobra.Command {
	return &cobra.Command{
		Use:   use + " NAME",
		Short: short,
		Args:  exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.atAccounts(cmd, func(ctx context.Context, d desk) error {
				account, known, err := d.Account(ctx, args[0])
				if err == nil && !known {
					err = unknownAccount(ctx, d, args[0])
				}
				if err == nil {
					err = change(ctx, cmd, &account)
				}
				if err != nil {
					return err
				}
				return a.save(ctx, d, &account)
			})
		},
	}
}

func (a *app) userPasswdCommand() *cobra.Command {
	file := ""
	cmd := a.changeCommand("passwd", "Give an account another password", func(ctx context.Context, cmd *cobra.Command, account *worklist.Account) (err error) {
		account.Secret, err = a.newSecret(ctx, cmd.InOrStdin(), file)
		return err
	})
	passwordFlag(cmd, &file)
	return cmd
}

func (a *app) userSwitchCommand(use, short string, disabled bool) *cobra.Command {
	return a.changeCommand(use, short, func(_ context.Context, _ *cobra.Command, account *worklist.Account) error {
		account.Disabled = disabled
		return nil
	})
}

// shownAccount is an account.
type shownAccount struct {
	Name       string        `json:"nome"`
	Person     *string       `json:"persona"`
	Role       worklist.Role `json:"ruolo"`
	Offices    []string      `json:"sedi"`
	AllOffices bool          `json:"tutte_le_sedi"`
	Disabled   bool          `json:"disabilitata"`
	Created    *string       `json:"creata"`
}

func (a *app) printAccounts(list []worklist.Account) error {
	shown := []shownAccount{}
	for i := range list {
		u := &list[i]
		shown = append(shown, shownAccount{
			u.Name, orNull(u.Person), u.Role, orNone(u.Offices), u.AllOffices, u.Disabled, momentOrNull(u.Created),
		})
	}
	return a.print(shown, func(w io.Writer) error {
		t := &tableText{w: w}
		t.row("UTENZA", "PERSONA", "RUOLO", "SEDI", "STATO")
		for i := range shown {
			u := &shown[i]
			offices, state := strings.Join(u.Offices, " "), "attiva"
			if u.AllOffices {
				offices = "tutte"
			}
			if u.Disabled {
				state = "disabilitata"
			}
			t.row(u.Name, value(u.Person), words(u.Role), offices, state)
		}
		t.flush()
		return t.err
	})
}
