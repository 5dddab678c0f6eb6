package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/worklist"
)

// whoActs is said of every tree.
const whoActs = `Who acts is whoever works at the machine, for every sede and with every right: who can write the home owns it. With --as it is
a local account (incrocio user add), with the role and the sedi of that account. Every look at an item and every change is audited.`

func (a *app) exceptionsCommand() *cobra.Command {
	t, cmd := a.newBranch(onExceptions, "Work the operators' list of exceptions", `exceptions is the operators' list: what the data do not settle and a sede decides. An item goes from da lavorare to in carico and,
closed, to lavorata; where its closing takes two persons it waits in approvazione until another one approves. A command acts on the item
as it was just read, and is refused where somebody else was faster. With "-" ids are read from stdin, one a line. Exit code 1: some
item was refused, each with its reason; the others are done.

`+whoActs)
	cmd.Example = `  incrocio exceptions list --sede 7000 --overdue
  incrocio exceptions take E4f2a91c07b3d66e02a1c
  incrocio exceptions close E4f2a91c07b3d66e02a1c --outcome fondata --decision conferma --reason 'verificato con il datore'`
	cmd.AddCommand(
		t.exceptionsList(), t.showCommand("Show an exception: why, the documents side by side, the claim, its history"),
		t.takeCommand(), t.holdCommand(), t.releaseCommand(), t.assignCommand(), t.noteCommand(), t.closeCommand(), t.reopenCommand(),
		t.approveCommand(), t.rejectCommand(), t.undoCommand(), t.requestsCommand(), t.statsCommand(),
		t.exportCommand(), t.importCommand(),
	)
	return cmd
}

func (t *branch) exceptionsList() *cobra.Command {
	return t.listCommand(`list shows the exceptions to be worked (--list lavorate: those that are), most urgent first. --year, or --from and --to, bound the
night that opened them. A term that is past is marked with "!".`,
		"  incrocio exceptions list --sede 7000 --class blocco\n  incrocio exceptions list --mine --json",
		func(cmd *cobra.Command, o *listOptions) {
			choiceFlag(cmd, &o.q.List, "list", "the list", []worklist.List{worklist.ListPending, worklist.ListWorked})
			choiceFlag(cmd, &o.q.Code, "code", "only with this `CODE`, such as fine-mancante", rules.ExceptionCodes())
			choiceFlag(cmd, &o.q.Class, "class", "only of this class",
				[]string{pipeline.ClassBlock, pipeline.ClassHold, pipeline.ClassProtect, pipeline.ClassInfo})
			typeFlag(cmd, o)
			cmd.Flags().BoolVar(&o.q.Overdue, "overdue", false, "only past their term")
			choiceFlag(cmd, &o.q.Order, "order", "what comes first",
				[]worklist.Order{worklist.OrderPriority, worklist.OrderDue, worklist.OrderDate})
		})
}

func typeFlag(cmd *cobra.Command, o *listOptions) {
	choiceFlag(cmd, &o.q.Type, "type", "only of this type", []string{"EVENTO", "VARIAZIONE"})
}

// shownStats is what stats prints.
type shownStats struct {
	From     pipeline.Date  `json:"dal"`
	To       pipeline.Date  `json:"al"`
	Findings []shownFound   `json:"esiti"`
	Tallies  []shownPending `json:"da_lavorare"`
}

// shownFound is how often items of a code were closed, by outcome.
type shownFound struct {
	Code      string `json:"codice"`
	Founded   int64  `json:"fondate"`
	Useful    int64  `json:"utili"`
	Unfounded int64  `json:"infondate"`
}

// shownPending counts what is not worked.
type shownPending struct {
	Office  *string        `json:"sede"`
	Kind    worklist.Kind  `json:"tipo"`
	Class   *string        `json:"classe"`
	State   worklist.State `json:"stato"`
	Items   int64          `json:"elementi"`
	Overdue int64          `json:"oltre_il_termine"`
	Oldest  *string        `json:"il_piu_vecchio"`
}

func (t *branch) statsCommand() *cobra.Command {
	var from, to pipeline.Date
	year := 0
	cmd := &cobra.Command{
		Use:     "stats",
		Short:   "Count what closings of a period found, by code, and what is still to be worked, by sede",
		Example: "  incrocio exceptions stats --from 2014-07-01 --to 2014-07-31",
		Args:    noArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := settlePeriod(cmd, year, &from, &to, true); err != nil {
			return err
		}
		return t.at(cmd, func(ctx context.Context, d *counter) error { return d.stats(ctx, from, to) })
	}
	periodFlags(cmd, &year, &from, &to)
	return cmd
}

func (d *counter) stats(ctx context.Context, from, to pipeline.Date) error {
	found, err := d.desk.Findings(ctx, d.who, from, to)
	if err != nil {
		return err
	}
	tallies, err := d.desk.Tallies(ctx, d.who)
	if err != nil {
		return err
	}
	s := shownStats{from, to, []shownFound{}, []shownPending{}}
	for _, f := range found {
		s.Findings = append(s.Findings, shownFound(f))
	}
	for _, t := range tallies {
		s.Tallies = append(s.Tallies, shownPending{orNull(t.Office), t.Kind, orNull(t.Class), t.State, t.Items, t.Overdue, dayOrNull(t.Oldest)})
	}
	return d.print(s, func(w io.Writer) error { return s.write(w, tallies) })
}

func (s *shownStats) write(w io.Writer, tallies []worklist.Tally) error {
	t := &tableText{w: w}
	_, t.err = fmt.Fprintf(w, "Esiti delle chiusure dal %s al %s\n", s.From.Italian(), s.To.Italian())
	t.row("CODICE", "FONDATE", "UTILI", "INFONDATE", "% INFONDATE")
	for _, f := range s.Findings {
		t.row(f.Code, f.Founded, f.Useful, f.Unfounded, percent(f.Unfounded, f.Founded+f.Useful+f.Unfounded))
	}
	t.flush()
	t.title("Da lavorare")
	t.row("SEDE", "TIPO", "CLASSE", "STATO", "ELEMENTI", "OLTRE IL TERMINE", "IL PIÙ VECCHIO")
	for _, x := range tallies {
		t.row(x.Office, words(x.Kind), x.Class, words(x.State), x.Items, x.Overdue, x.Oldest.Italian())
	}
	t.flush()
	return t.err
}

// percent writes a share in whole percent; "" of nothing.
func percent(part, of int64) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprint(pipeline.DivRound(100*part, of))
}

// samplesCommand are the automatic actions drawn for a look.
func (a *app) samplesCommand() *cobra.Command {
	t, cmd := a.newBranch(onSamples, "Look at the automatic actions that were drawn for a check",
		"samples are automatic actions that were drawn for a person's look. They are worked as exceptions are; there is nothing to decide on them:\n"+
			"whoever finds one wrong closes it as fondata, and decides on the exception or the claim.\n\n"+whoActs)
	cmd.Example = "  incrocio samples list --rule R03\n  incrocio samples close E4f2a91c07b3d66e02a1c --outcome infondata"
	cmd.AddCommand(
		t.listCommand("list shows the drawn actions to be looked at, or with --list lavorate those that were.", "  incrocio samples list --sede 7000",
			func(cmd *cobra.Command, o *listOptions) {
				choiceFlag(cmd, &o.q.List, "list", "the list", []worklist.List{worklist.ListPending, worklist.ListWorked})
				cmd.Flags().StringVar(&o.q.Rule, "rule", "", "only of this `RULE`, such as R03")
			}),
		t.showCommand("Show a drawn action: why, the documents, the claim"),
		t.takeCommand(), t.holdCommand(), t.releaseCommand(), t.assignCommand(), t.noteCommand(), t.closeCommand(), t.reopenCommand(),
		t.approveCommand(), t.rejectCommand(), t.undoCommand(), t.requestsCommand(),
	)
	return cmd
}
