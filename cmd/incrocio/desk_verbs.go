package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// reasonFlag adds --reason.
func reasonFlag(cmd *cobra.Command, to *string, usage string) {
	cmd.Flags().StringVar(to, "reason", "", usage)
}

func (t *branch) takeCommand() *cobra.Command {
	return t.actCommand(actVerb{
		verb: worklist.VerbTake, use: "take", short: "Take items in carico",
		example: "  incrocio " + t.on.verb + " take E4f2a91c07b3d66e02a1c\n  incrocio " + t.on.verb + " list --json | jq -r '.righe[].id' | incrocio " + t.on.verb + " take -",
	})
}

func (t *branch) releaseCommand() *cobra.Command {
	reason := ""
	return t.actCommand(actVerb{
		verb: worklist.VerbRelease, use: "release", short: "Give items back to all",
		flags: func(cmd *cobra.Command) { reasonFlag(cmd, &reason, "why (`TEXT`)") },
		prepare: func(_ context.Context, _ *counter, _ *cobra.Command, c *worklist.Command) error {
			c.Text = reason
			return nil
		},
	})
}

func (t *branch) holdCommand() *cobra.Command {
	var until pipeline.Date
	reason := ""
	return t.actCommand(actVerb{
		verb: worklist.VerbHold, use: "hold", short: "Put items away until a day; then they are back by themselves",
		example: "  incrocio " + t.on.verb + " hold E4f2a91c07b3d66e02a1c --until 2014-08-01 --reason 'atteso il CPI'",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().Var(dateFlag{&until}, "until", "the first day on which they are back (`D`: 2014-07-31 or 31/07/2014)")
			reasonFlag(cmd, &reason, "what is waited for (`TEXT`)")
		},
		prepare: func(_ context.Context, _ *counter, cmd *cobra.Command, c *worklist.Command) error {
			if until == 0 {
				return &usageError{err: errors.New("--until is obligatory"), hint: cmd.CommandPath() + " --help"}
			}
			c.Until, c.Text = until, reason
			return nil
		},
	})
}

func (t *branch) noteCommand() *cobra.Command {
	text := ""
	return t.actCommand(actVerb{
		verb: worklist.VerbNote, use: "note", short: "Write a note on items",
		flags: func(cmd *cobra.Command) { cmd.Flags().StringVar(&text, "text", "", "the note (`TEXT`)") },
		prepare: func(_ context.Context, _ *counter, _ *cobra.Command, c *worklist.Command) error {
			c.Text = text
			return nil
		},
	})
}

func (t *branch) reopenCommand() *cobra.Command {
	reason := ""
	return t.actCommand(actVerb{
		verb: worklist.VerbReopen, use: "reopen", short: "Make worked items pending again",
		flags: func(cmd *cobra.Command) { reasonFlag(cmd, &reason, "why (`TEXT`), obligatory") },
		prepare: func(_ context.Context, _ *counter, _ *cobra.Command, c *worklist.Command) error {
			c.Text = reason
			return nil
		},
	})
}

func (t *branch) assignCommand() *cobra.Command {
	to, reason := "", ""
	return t.actCommand(actVerb{
		verb: worklist.VerbAssign, use: "assign", short: "Give items to another operator",
		example: "  incrocio " + t.on.verb + " assign E4f2a91c07b3d66e02a1c --to bianchi",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().StringVar(&to, "to", "", "the local account (`NAME`), or the operator's own name")
			reasonFlag(cmd, &reason, "why (`TEXT`)")
		},
		prepare: func(ctx context.Context, d *counter, cmd *cobra.Command, c *worklist.Command) (err error) {
			if to == "" {
				return &usageError{err: errors.New("--to is obligatory"), hint: cmd.CommandPath() + " --help"}
			}
			c.Text = reason
			c.To, err = d.operatorNamed(ctx, to)
			return err
		},
	})
}

// operatorNamed finds the operator that items are given to.
func (d *counter) operatorNamed(ctx context.Context, name string) (*worklist.Operator, error) {
	account, known, err := d.desk.Account(ctx, name)
	switch {
	case err != nil:
		return nil, err
	case known && account.Disabled:
		return nil, &codeError{exitFailed, fmt.Errorf("account %q is disabled", account.Name), "incrocio user list"}
	case known:
		return account.Operator(), nil
	case sameName(name, d.who.Name):
		return d.who, nil
	}
	return nil, d.unknownAccount(ctx, name)
}

// sameName compares names as accounts are compared.
func sameName(a, b string) bool {
	return (&worklist.Operator{Name: a}).ID() == (&worklist.Operator{Name: b}).ID()
}

// unknownAccount says that there is no such account, and which was probably meant.
func (d *counter) unknownAccount(ctx context.Context, name string) error {
	return unknownAccount(ctx, d.desk, name)
}

func unknownAccount(ctx context.Context, accounts worklist.Accounts, name string) error {
	list, err := accounts.Accounts(ctx)
	if err != nil {
		return err
	}
	var names []string
	for i := range list {
		names = append(names, list[i].Name)
	}
	hint := "incrocio user list"
	if near := nearest(strings.ToLower(name), names); near != "" {
		hint = "Did you mean " + near + "?"
	}
	return &codeError{exitFailed, fmt.Errorf("there is no account %q", scrub(printable(name))), hint}
}
