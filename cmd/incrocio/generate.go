package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"incrocio/fixtures/population"
)

func (a *app) generateCommand() *cobra.Command {
	var o population.Options
	cmd := &cobra.Command{
		Use:   "generate --claims N --seed S --out DIR",
		Short: "Invent a population: a home ready to run, and what each claim must get",
		Long: `generate invents persons, claims, employers' documents and submissions. DIR becomes a home ready to run, with
DIR/verita.jsonl beside: what each claim must get after the last night. Nobody in it exists. The same seed gives the
same bytes. With --nights 2 there are documents for a night six weeks earlier, too, in dated folders, and stories in
which it matters what that night has issued.`,
		Example: "  incrocio generate --claims 20000 --seed 1 --out demo\n  incrocio generate --claims 20000 --seed 1 --nights 2 --out demo",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Night == 0 {
				o.Night = population.DefaultNight
			}
			if o.Out == "" {
				return &usageError{err: errors.New("--out is missing: the folder to make"), hint: cmd.CommandPath() + " --help"}
			}
			if err := o.Validate(); err != nil {
				return &usageError{err: err, hint: cmd.CommandPath() + " --help"}
			}
			sum, err := population.Generate(cmd.Context(), o)
			if err != nil {
				return err
			}
			return a.print(sum, func(w io.Writer) error { return writeGenerated(w, o.Out, &sum) })
		},
	}
	cmd.Flags().IntVar(&o.Claims, "claims", 1000, "how many claims")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "the same seed gives the same bytes")
	cmd.Flags().StringVar(&o.Out, "out", "", "the home to make (`DIR`)")
	cmd.Flags().IntVar(&o.Nights, "nights", 1, "how many nights the home waits for: 1 or 2")
	cmd.Flags().Var(dateFlag{&o.Night}, "date", "the night that the home waits for, the last of two (`YYYY-MM-DD`, default "+population.DefaultNight.String()+")")
	return cmd
}

func writeGenerated(w io.Writer, out string, s *population.Summary) error {
	label, nights := "notte", s.Night.String()
	if s.FirstNight != 0 {
		label, nights = "notti", s.FirstNight.String()+" e "+nights
	}
	_, err := fmt.Fprintf(w, `Popolazione inventata in %s
  domande               %d, di cui %d con fatti e %d con una catena di tre documenti o più
  comunicazioni         %d, di cui %d sui titolari
  ASpI-COM              %d
  segnalazioni          %d
  lavoro domestico      %d
  voucher               %d
  documenti illeggibili %d
  %s da elaborare    %s
`, out, s.Claims, s.WithFacts, s.WithChain, s.Communications, s.AboutClaimants, s.Submissions, s.Notices, s.Domestic, s.Vouchers,
		s.Dirty, label, nights)
	next := "Prossimo comando: incrocio run --home %s --date %s\n"
	if err == nil && s.FirstNight != 0 {
		_, err = fmt.Fprintf(w, next, out, s.FirstNight)
		next = "poi:              incrocio run --home %s --date %s\n"
	}
	if err == nil {
		_, err = fmt.Fprintf(w, next, out, s.Night)
	}
	return err
}
