package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline/worklist"
)

// asked is an item as it was named on the command line, with the fingerprint that its facts must still have; "" for any.
type asked struct{ id, fingerprint string }

// actVerb is a verb that acts on items.
type actVerb struct {
	verb    worklist.Verb
	use     string // its word
	short   string
	example string
	// flags adds the flags of the verb. What they say is put into the command by prepare; either may be nil.
	flags   func(cmd *cobra.Command)
	prepare func(ctx context.Context, d *counter, cmd *cobra.Command, c *worklist.Command) error
}

// actCommand makes the command of a verb on items.
func (t *branch) actCommand(v actVerb) *cobra.Command {
	fingerprint := ""
	cmd := &cobra.Command{
		Use:     v.use + " " + t.on.arg + "…",
		Short:   v.short,
		Example: v.example,
		Args:    manyArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		items, err := itemsOf(cmd, args, fingerprint)
		if err != nil {
			return err
		}
		return t.at(cmd, func(ctx context.Context, d *counter) error {
			c := &worklist.Command{Verb: v.verb}
			if v.prepare != nil {
				if err := v.prepare(ctx, d, cmd, c); err != nil {
					return err
				}
			}
			return d.act(ctx, c, items)
		})
	}
	cmd.Flags().StringVar(&fingerprint, "fingerprint", "", "act only if the facts are still those of this fingerprint (`IMPRONTA`, see show)")
	if v.flags != nil {
		v.flags(cmd)
	}
	return cmd
}

// Limits of what is read from stdin.
const (
	maxLines     = worklist.MaxItems
	maxLineBytes = 4096
)

// itemsOf reads which items are meant: the arguments, or with "-" the lines of stdin, each an id, or an id and a fingerprint
// with a tab between.
func itemsOf(cmd *cobra.Command, args []string, fingerprint string) ([]asked, error) {
	if len(args) == 1 && args[0] == "-" {
		if fingerprint != "" {
			return nil, &usageError{err: errors.New("--fingerprint is of one item"), hint: "write it after the id, with a tab between"}
		}
		return itemLines(cmd.InOrStdin())
	}
	if fingerprint != "" && len(args) > 1 {
		return nil, &usageError{err: errors.New("--fingerprint is of one item"), hint: "give the items on stdin, each with its fingerprint after a tab: " + cmd.CommandPath() + " -"}
	}
	var items []asked
	for _, id := range args {
		if id == "" || id == "-" {
			return nil, &usageError{err: fmt.Errorf("%q names no item", id), hint: cmd.CommandPath() + " --help"}
		}
		items = append(items, asked{id, fingerprint})
	}
	return items, nil
}

func itemLines(in io.Reader) ([]asked, error) {
	var items []asked
	s := bufio.NewScanner(in)
	s.Buffer(make([]byte, maxLineBytes), maxLineBytes)
	for s.Scan() {
		text := strings.TrimSuffix(s.Text(), "\r")
		if strings.TrimSpace(text) == "" {
			continue
		}
		if len(items) == maxLines {
			return nil, &usageError{err: fmt.Errorf("more than %d items at once", maxLines)}
		}
		id, fingerprint, _ := strings.Cut(text, "\t")
		if id == "" {
			return nil, &usageError{err: errors.New("a line of stdin has no id"), hint: "one id a line, or an id and its fingerprint with a tab between"}
		}
		items = append(items, asked{id, fingerprint})
	}
	if err := s.Err(); err != nil {
		return nil, &usageError{err: fmt.Errorf("read items from stdin: %w", err)}
	}
	if len(items) == 0 {
		return nil, &usageError{err: errors.New("no item on stdin"), hint: "one id a line"}
	}
	return items, nil
}

// act looks at the items, acts on them as they were seen, and prints what came of it. What nobody may see, or is not there,
// is refused by itself.
func (d *counter) act(ctx context.Context, c *worklist.Command, items []asked) error {
	today, err := d.desk.Today(ctx)
	if err != nil {
		return err
	}
	for _, i := range items {
		c.Items = append(c.Items, worklist.Target{Key: worklist.Key{Kind: d.on.kind, ID: i.id}, Version: -1, Fingerprint: i.fingerprint})
	}
	if err := c.Check(today); err != nil {
		return err
	}
	results := map[worklist.Key]worklist.Result{}
	seen := c.Items[:0:0]
	for _, target := range c.Items {
		detail, err := d.desk.Look(ctx, d.who, target.Key)
		switch {
		case refusalCode(err) != "":
			results[target.Key] = worklist.Result{Key: target.Key, Err: err}
			continue
		case err != nil:
			return err
		}
		target.Version = detail.Version
		if target.Fingerprint == "" {
			target.Fingerprint = detail.Fingerprint
		}
		seen = append(seen, target)
	}
	all := c.Items
	c.Items = seen
	receipt := worklist.Receipt{}
	if len(seen) > 0 {
		if receipt, err = d.desk.Do(ctx, d.who, c); err != nil {
			return err
		}
	}
	for _, r := range receipt.Results {
		results[r.Key] = r
	}
	receipt.Results = receipt.Results[:0:0]
	for _, target := range all { // as they were asked for
		receipt.Results = append(receipt.Results, results[target.Key])
	}
	return d.answer(c.Verb, &receipt)
}

// shownReceipt is what a verb did.
type shownReceipt struct {
	Verb    worklist.Verb `json:"operazione"`
	Group   *int64        `json:"lavorazione"`
	Waits   bool          `json:"in_attesa_di_approvazione"`
	Results []shownResult `json:"risultati"`
}

// shownResult is what it did to one item.
type shownResult struct {
	Kind    worklist.Kind   `json:"tipo"`
	ID      string          `json:"id"`
	Done    bool            `json:"fatto"`
	State   *worklist.State `json:"stato"` // of the item now, where it is known
	Version *int64          `json:"versione"`
	Closing *int64          `json:"lavorazione"`
	Refusal *string         `json:"rifiuto"`
	Why     *string         `json:"motivo"`
	By      *string         `json:"da"` // who was first, where somebody was
}

func shownResultOf(r *worklist.Result) shownResult {
	s := shownResult{Kind: r.Kind, ID: r.ID, Done: r.Err == nil}
	var conflict *worklist.ConflictError
	switch {
	case r.Err == nil:
		s.State, s.Version = &r.State, &r.Version
	case errors.As(r.Err, &conflict):
		s.By = orNull(conflict.By)
		if conflict.State != "" {
			s.State = &conflict.State
		}
	}
	if r.Closing != 0 {
		s.Closing = &r.Closing
	}
	if r.Err != nil {
		s.Refusal, s.Why = orNull(refusalCode(r.Err)), orNull(r.Err.Error())
	}
	return s
}

// answer prints what a command did. Where something was refused it gives an error that says how much, and what to do next.
func (d *counter) answer(verb worklist.Verb, r *worklist.Receipt) error {
	s := shownReceipt{Verb: verb, Waits: r.Waits, Results: []shownResult{}}
	if r.Group != 0 {
		s.Group = &r.Group
	}
	refused := 0
	var first *worklist.Result
	for i := range r.Results {
		s.Results = append(s.Results, shownResultOf(&r.Results[i]))
		if r.Results[i].Err != nil {
			if refused++; first == nil {
				first = &r.Results[i]
			}
		}
	}
	if err := d.print(s, func(w io.Writer) error { return d.writeReceipt(w, &s) }); err != nil {
		return err
	}
	if refused == 0 {
		return nil
	}
	err := fmt.Errorf("%d of %d refused: %w", refused, len(r.Results), first.Err)
	return &codeError{exitFailed, err, d.on.advice(first)}
}

// writeReceipt writes a line for each item, and what comes next.
func (d *counter) writeReceipt(w io.Writer, s *shownReceipt) error {
	t := &tableText{w: w}
	t.row(d.on.head, "ESITO", "STATO", "PERCHÉ")
	for i := range s.Results {
		r := &s.Results[i]
		outcome, state, why := "fatto", "", ""
		if !r.Done {
			outcome, why = "rifiutato", value(r.Why)
		}
		if r.State != nil {
			state = words(*r.State)
		}
		t.row(r.ID, outcome, state, why)
	}
	t.flush()
	if t.err != nil {
		return t.err
	}
	return d.writeNext(w, s)
}

// writeNext says what may be done with the closing, where there is one.
func (d *counter) writeNext(w io.Writer, s *shownReceipt) (err error) {
	if s.Group == nil {
		return nil
	}
	switch {
	case s.Verb == worklist.VerbClose && s.Waits:
		_, err = fmt.Fprintf(w, "In attesa di una seconda persona: incrocio %s approve %d\n", d.on.verb, *s.Group)
	case s.Verb == worklist.VerbClose:
		_, err = fmt.Fprintf(w, "Lavorazione %d; per dieci minuti si può annullare: incrocio %s undo %d\n", *s.Group, d.on.verb, *s.Group)
	}
	return err
}
