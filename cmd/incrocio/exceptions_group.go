package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline/worklist"
)

// groupCommand makes a verb about a closing, or a bulk of them, named by its number.
func (t *branch) groupCommand(verb worklist.Verb, use, short, why string) *cobra.Command {
	reason := ""
	cmd := &cobra.Command{
		Use:     use + " NUMBER",
		Short:   short,
		Example: "  incrocio " + t.on.verb + " " + use + " 12 --as bianchi",
		Args:    exactArgs(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		number, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil || number < 1 {
			return &usageError{err: fmt.Errorf("%q is not the number of a closing", scrub(args[0])), hint: "incrocio " + t.on.verb + " requests"}
		}
		return t.at(cmd, func(ctx context.Context, d *counter) error {
			return d.judge(ctx, &worklist.Command{Verb: verb, Group: number, Text: reason})
		})
	}
	reasonFlag(cmd, &reason, why)
	return cmd
}

func (t *branch) approveCommand() *cobra.Command {
	return t.groupCommand(worklist.VerbApprove, "approve", "Let a closing pass, as a second person", "a remark (`TEXT`)")
}

func (t *branch) rejectCommand() *cobra.Command {
	return t.groupCommand(worklist.VerbReject, "reject", "Send a closing back to who asked for it", "why (`TEXT`), obligatory")
}

func (t *branch) undoCommand() *cobra.Command {
	return t.groupCommand(worklist.VerbUndo, "undo", "Take one's own closing back, within ten minutes", "why (`TEXT`)")
}

// judge acts on a closing.
func (d *counter) judge(ctx context.Context, c *worklist.Command) error {
	today, err := d.desk.Today(ctx)
	if err != nil {
		return err
	}
	if err := c.Check(today); err != nil {
		return err
	}
	receipt, err := d.desk.Do(ctx, d.who, c)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(receipt.Results, func(r worklist.Result) bool { return !errors.Is(r.Err, worklist.ErrUnknown) }) {
		// There is no such closing, or it is of another sede: what it was about is not told.
		return &codeError{exitFailed, fmt.Errorf("closing %d: %w", c.Group, worklist.ErrUnknown), "incrocio " + d.on.verb + " requests"}
	}
	return d.answer(c.Verb, &receipt)
}

// shownRequest is a closing that waits for a second person.
type shownRequest struct {
	Closing shownClosing `json:"richiesta"`
	Mine    bool         `json:"propria"` // who asks made it, and somebody else must approve
	Rows    []shownRow   `json:"elementi"`
}

func (t *branch) requestsCommand() *cobra.Command {
	masked := false
	cmd := &cobra.Command{
		Use:   "requests",
		Short: "Show the closings that wait for a second person",
		Args:  noArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return t.at(cmd, func(ctx context.Context, d *counter) error { return d.requests(ctx, masked) })
	}
	cmd.Flags().BoolVar(&masked, "masked", false, "mask tax codes")
	return cmd
}

func (d *counter) requests(ctx context.Context, masked bool) error {
	today, err := d.desk.Today(ctx)
	if err != nil {
		return err
	}
	all, err := d.desk.Requests(ctx, d.who)
	if err != nil {
		return err
	}
	shown := []shownRequest{}
	for i := range all {
		r := &all[i]
		if r.Key.Kind != d.on.kind {
			continue
		}
		s := shownRequest{shownClosingOf(&r.Closing, masked), r.Person == d.who.ID(), []shownRow{}}
		for k := range r.Rows {
			s.Rows = append(s.Rows, shownRowOf(&r.Rows[k], today, masked))
		}
		shown = append(shown, s)
	}
	if d.json {
		text, err := indented(shown, "")
		if err == nil {
			_, err = fmt.Fprintln(d.output(masked), text)
		}
		return err
	}
	return d.writeRequests(d.output(masked), all)
}

// writeRequests writes a line for each, the items of a bulk told by their number.
func (d *counter) writeRequests(w io.Writer, all []worklist.Request) error {
	t := &tableText{w: w}
	t.row("NUMERO", "CHIESTA DA", "IL", "ESITO", "PROVVEDIMENTO", "ELEMENTI", "MOTIVO")
	for i := range all {
		r := &all[i]
		if r.Key.Kind != d.on.kind {
			continue
		}
		by, decision, items := r.By, "", r.Key.ID
		if r.Person == d.who.ID() {
			by += " (la seconda persona è un'altra)"
		}
		if r.Decision != nil {
			decision = words(r.Decision.Kind)
		}
		if n := len(r.Rows); n > 1 {
			items = strconv.Itoa(n)
		}
		t.row(r.Number, by, momentText(r.At), words(r.Outcome), decision, items, strings.TrimSpace(r.Reason))
	}
	t.flush()
	return t.err
}
