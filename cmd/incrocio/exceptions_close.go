package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// closeOptions are the flags of close.
type closeOptions struct {
	outcome  worklist.Outcome
	reason   string
	decision worklist.DecisionKind
	from, to pipeline.Date
	fact     worklist.Fact
	income   string
	newCode  string
}

// decisionFlags are those that say what is decided; the last of them make up a fact.
var decisionFlags, factFlags = []string{"decision", "dal", "al"},
	[]string{"fatto", "data", "patronato", "inizio", "reddito", "anno", "categoria", "origine", "nuovo"}

func (t *branch) closeCommand() *cobra.Command {
	o := &closeOptions{}
	example := "  incrocio " + t.on.verb + " close " + t.on.arg + " --outcome infondata --reason 'documento già acquisito'"
	if t.on == onExceptions {
		example += `
  incrocio exceptions close E4f2a91c07b3d66e02a1c --outcome fondata --decision date --dal 2014-03-01 --al 2014-05-31 --reason 'busta paga'
  incrocio exceptions close E4f2a91c07b3d66e02a1c --outcome fondata --decision fatto --fatto reddito-effettivo --data 2014-09-30 \
      --reddito 4500,00 --anno 2013 --categoria autonomo --reason 'dichiarazione in sede'`
	}
	return t.actCommand(actVerb{
		verb: worklist.VerbClose, use: "close", short: "Close items, with what was found and maybe a decision", example: example,
		flags: func(cmd *cobra.Command) { o.flags(cmd, t.on) },
		prepare: func(_ context.Context, _ *counter, cmd *cobra.Command, c *worklist.Command) (err error) {
			c.Outcome, c.Text = o.outcome, o.reason
			c.Decision, err = o.decided(cmd)
			return err
		},
	})
}

func (o *closeOptions) flags(cmd *cobra.Command, on *subject) {
	choiceFlag(cmd, &o.outcome, "outcome", "what was found", worklist.Outcomes())
	reasonFlag(cmd, &o.reason, "why (`TEXT`); with a decision it is obligatory")
	if on != onExceptions {
		return // there is nothing to decide on them
	}
	choiceFlag(cmd, &o.decision, "decision", "what the next night takes in", worklist.DecisionKinds())
	f := cmd.Flags()
	f.Var(dateFlag{&o.from}, "dal", "with date: first day (`D`: 2014-07-31 or 31/07/2014)")
	f.Var(dateFlag{&o.to}, "al", "with date: last day, included; left out: no end (`D`)")
	choiceFlag(cmd, &o.fact.Kind, "fatto", "with fatto: what was not known", worklist.FactKinds())
	f.Var(dateFlag{&o.fact.On}, "data", "of the fact: the day from which it holds (`D`)")
	f.StringVar(&o.fact.Patronato, "patronato", "", "of delega: its `CODE`")
	f.Var(dateFlag{&o.fact.Start}, "inizio", "of reddito-subordinato: first day of the job (`D`)")
	f.StringVar(&o.income, "reddito", "", "of the fact: income in `EURO`, such as 1234,56")
	f.Int32Var(&o.fact.Year, "anno", 0, "of reddito-effettivo: the `YEAR` of the income")
	choiceFlag(cmd, &o.fact.Category, "categoria", "of reddito-effettivo",
		[]string{pipeline.CategorySelf, pipeline.CategoryQuasi, pipeline.CategoryEmployee})
	choiceFlag(cmd, &o.fact.Basis, "origine", "of reddito-effettivo", []string{"DICHIARAZIONE_REDDITI", "AUTODICHIARAZIONE"})
	f.StringVar(&o.newCode, "nuovo", "", "of codice-fiscale-variato: the new `CODE`")
}

// decided gives the decision that the flags make up; nil for none.
func (o *closeOptions) decided(cmd *cobra.Command) (*worklist.Decision, error) {
	given := func(names []string) string {
		for _, n := range names {
			if cmd.Flags().Changed(n) {
				return n
			}
		}
		return ""
	}
	fact := given(factFlags)
	if !cmd.Flags().Changed("decision") {
		if stray := given(append(decisionFlags, factFlags...)); stray != "" {
			return nil, &usageError{err: fmt.Errorf("--%s without --decision", stray), hint: cmd.CommandPath() + " --help"}
		}
		return nil, nil
	}
	d := &worklist.Decision{Kind: o.decision, From: o.from, To: o.to}
	if fact == "" {
		return d, nil
	}
	if o.fact.Kind == "" {
		return nil, &usageError{err: fmt.Errorf("--%s without --fatto", fact), hint: cmd.CommandPath() + " --help"}
	}
	var err error
	if d.Fact, err = o.added(cmd.Flags().Changed("reddito")); err != nil {
		return nil, err
	}
	return d, nil
}

// added gives the fact that the flags make up.
func (o *closeOptions) added(income bool) (*worklist.Fact, error) {
	f := o.fact
	if income {
		v, err := parseAmount(o.income)
		if err != nil {
			return nil, &usageError{err: fmt.Errorf("--reddito %q: %w", scrub(printable(o.income)), err)}
		}
		f.Income = pipeline.Some(v)
	}
	var err error
	if f.NewCode, err = parseTaxCode("nuovo", o.newCode); err != nil {
		return nil, err
	}
	if f.Year < 0 || f.Year > 9999 {
		return nil, &usageError{err: errors.New("--anno: no such year")}
	}
	return &f, nil
}
