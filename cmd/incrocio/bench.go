package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/fixtures/national"
	"incrocio/pipeline"
)

// benchOptions are the flags of bench.
type benchOptions struct {
	works     []string
	dir       string
	date      pipeline.Date // of a home that is not invented
	ownHome   bool
	shape     national.Shape
	documents int // of the take-in
	tonight   int // documents of a night on the full archive
	parsed    int // documents that are read both ways
	times     int
	threads   int
	peers     string
	profile   string
}

// The works, in the order in which they are done.
const (
	workAll    = "w1a" // everybody, from archive and claims to decided, sorted rows
	workNight  = "w1b" // the whole night, published
	workTakeIn = "w2"  // documents taken in
	workNext   = "w3"  // a night on the full archive
	workGrowth = "growth"
	workSkew   = "skew"
	workMixed  = "mixed" // what the national set has little of
)

var benchWorks = []string{workAll, workNight, workTakeIn, workNext, workGrowth, workSkew, workMixed}

func (a *app) benchCommand() *cobra.Command {
	o := benchOptions{shape: national.Default()}
	cmd := &cobra.Command{
		Use:    "bench",
		Hidden: true, // for those who work on the program
		Short:  "Measure the work of a night, on an invented national set or a copy of a home",
		Long: `bench times what run does, by the same code, each repetition in a process of its own, and prints medians. The
invented sets are made once, below --set, and kept; the archive is written as nights write it. Given --home and --date it
measures that night on copies of the home instead (w1a and w1b only); the home itself is left as it is.

  w1a     everybody decided from archive and claims: all stages from the opening of the home to decided, sorted rows
  w1b     the whole night, published, hashed and read back; the entry in the ledger apart; needs w1a
  w2      documents in tar: reading them alone, and taken in to the archive, against encoding/xml
  w3      a night of new documents on the full archive, two nights after the first, without their take-in; needs w1b
  growth  w1a at an eighth, a quarter, half, all and twice of the communications and claims; and its memory
  skew    w1a with one person, and with one employer, of very many communications
  mixed   w1a with 30 % of communications about claimants, several claims a person, omocodia and temporary codes

With --peers DIR, where DIR has Node.js packages, DuckDB, Polars and ClickHouse do fixtures/national/peers/join.sql on the
same files, by turns with ours. No ratio is printed where two outputs that must agree do not, and the exit code is 1.
Claims from PostgreSQL (w4) are measured by the benchmarks of readers/domande.`,
		Example: `  incrocio bench --works w1a,w1b --times 5
  incrocio bench --nights 10 --claims 100000 --times 3 --peers .cache/peers`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.ownHome = cmd.Flags().Changed("home")
			return a.bench(cmd, &o)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.works, "works", benchWorks[:4], "which `WORKS`, of "+strings.Join(benchWorks, ", ")+"; or all")
	f.StringVar(&o.dir, "set", filepath.Join(".cache", "national"), "where invented sets are kept (`DIR`)")
	f.Var(dateFlag{&o.date}, "date", "the night to measure on a copy of --home (`YYYY-MM-DD`)")
	f.IntVar(&o.times, "times", 5, "repetitions of each measure")
	f.IntVar(&o.documents, "documents", 200_000, "documents of w2")
	f.IntVar(&o.parsed, "parsed", 40_000, "of these, documents that are read both ways in memory")
	f.IntVar(&o.tonight, "tonight", 100_000, "documents of w3")
	f.StringVar(&o.peers, "peers", "", "folder with the Node.js packages of other engines (`DIR`)")
	f.IntVar(&o.threads, "threads", 2, "threads of other engines")
	f.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of the first measured night to `FILE`")
	s := &o.shape
	f.Uint64Var(&s.Seed, "seed", s.Seed, "the same seed gives the same set")
	f.IntVar(&s.Claims, "claims", s.Claims, "claims")
	f.IntVar(&s.Nights, "nights", s.Nights, "nights in the archive")
	f.IntVar(&s.PerNight, "per-night", s.PerNight, "communications of a night")
	f.IntVar(&s.Hits, "hits", s.Hits, "of 10,000 communications, those about claimants")
	f.IntVar(&s.Claimants, "claimants", s.Claimants, "of 10,000 claims, those whose holder some communication is about")
	f.IntVar(&s.Several, "several", s.Several, "every so many claims, an older one of the same person")
	f.IntVar(&s.Omocodes, "omocodes", s.Omocodes, "of 10,000 communications about claimants, those with omocodia")
	f.IntVar(&s.Temporary, "temporary", s.Temporary, "of 10,000 other communications, those under temporary codes")
	f.IntVar(&s.HeavyPerson, "heavy-person", s.HeavyPerson, "communications of a night about one claimant")
	f.IntVar(&s.HeavyEmployer, "heavy-employer", s.HeavyEmployer, "communications of a night from one employer")
	return cmd
}

func (o *benchOptions) validate() error {
	if slices.Equal(o.works, []string{"all"}) {
		o.works = benchWorks
	}
	for _, w := range o.works {
		if !slices.Contains(benchWorks, w) {
			return fmt.Errorf("--works %s: not one of %s", w, strings.Join(benchWorks, ", "))
		}
		if o.ownHome && w != workAll && w != workNight {
			return fmt.Errorf("--works %s is measured on invented sets only: leave --home out, or name %s and %s", w, workAll, workNight)
		}
	}
	if o.ownHome && o.date == 0 {
		return errors.New("--date is needed with --home")
	}
	for name, n := range map[string]int{"times": o.times, "documents": o.documents, "parsed": o.parsed, "tonight": o.tonight, "threads": o.threads} {
		if n < 1 {
			return fmt.Errorf("--%s: %d is less than 1", name, n)
		}
	}
	return o.shape.Validate()
}

func (o *benchOptions) wants(work string) bool { return slices.Contains(o.works, work) }

func (a *app) bench(cmd *cobra.Command, o *benchOptions) (err error) {
	if err := o.validate(); err != nil {
		return &usageError{err: err, hint: cmd.CommandPath() + " --help"}
	}
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return err
	}
	if o.profile != "" {
		if o.profile, err = filepath.Abs(o.profile); err != nil {
			return err
		}
	}
	b := &bench{app: a, ctx: cmd.Context(), o: o}
	b.report = benchReport{Machine: machineNow(a.now()), Set: o.shape, Lines: []benchLine{}, Stages: []benchShare{}}
	if b.report.Machine.Load > busy {
		b.warn("the machine does other work (load %.2f): trust ratios and CPU time, and those with care", b.report.Machine.Load)
	}
	if b.sets, err = openSets(b.ctx, dir, a.tell); err != nil {
		return err
	}
	if b.tmp, err = os.MkdirTemp(dir, "lavoro-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.tmp)) }()
	if err := b.all(); err != nil {
		return err
	}
	if err := a.print(&b.report, b.report.write); err != nil {
		return err
	}
	if len(b.differ) > 0 {
		return &codeError{exitFailed, errSilent, ""}
	}
	return nil
}

// all does the works that were asked for.
func (b *bench) all() error {
	defer func() { b.report.Differ = b.differ }()
	if b.o.wants(workAll) || b.o.wants(workNight) || b.o.wants(workNext) {
		if err := b.nights(); err != nil {
			return err
		}
	}
	for _, w := range []struct {
		name string
		do   func() error
	}{{workTakeIn, b.takeIn}, {workGrowth, b.growth}, {workSkew, b.skew}, {workMixed, b.mixed}} {
		if !b.o.wants(w.name) {
			continue
		}
		if err := w.do(); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	return nil
}

// night is the night that is measured.
func (b *bench) night() pipeline.Date {
	if b.o.ownHome {
		return b.o.date
	}
	return b.o.shape.Night(b.o.shape.Nights)
}

// told says what is being done, to people who wait.
func (b *bench) told(format string, args ...any) { b.app.tell(format+"\n", args...) }
