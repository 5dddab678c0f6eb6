package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/night"
	"incrocio/pipeline/worklist"
	"incrocio/writers/archive"
	"incrocio/writers/metrics"
	"incrocio/writers/store"
)

// runOptions are the flags of run.
type runOptions struct {
	date       pipeline.Date // 0: today
	rules      string        // configuration file whose [rules] are tried
	dryRun     bool
	full       bool
	replace    bool
	partitions int
	workers    int
	accept     string
	signIn     signIn // of who accepts
	by         *worklist.Operator
	more       bool          // other nights follow in the same call
	quiet      time.Duration // how long a file must have been quiet to be taken; 0: not at all
}

func (a *app) runCommand() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run one night: take in the inbox, decide, publish",
		Long: `run takes in what is in the inbox, decides every person who has a claim or something issued, and publishes the night
under runs/data_elaborazione=DATE. Of those of whom nothing has changed and for whom no date falls due it publishes what the last
night said, which is the same: --full decides them too. Dates only go forward, and not beyond today. It ends with 0 when all input was accepted, with 3 when some was
discarded (see scarti.parquet), and publishes nothing otherwise: with 4 when the gates refuse the night because too much was
discarded, a source is missing, or there is far more or less than usual. Actions against persons that are far more than
usual of a sender, employer, sede or rule are held: they go out as proposals. --accept lets all of it pass; with
gates.second_person the first word only waits, and the night passes when a second person gives theirs.`,
		Example: `  incrocio run --date 2014-07-01
  incrocio run --date 2014-07-01 --dry-run`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.run(cmd, &o) },
	}
	f := cmd.Flags()
	f.Var(dateFlag{&o.date}, "date", "the night (`YYYY-MM-DD`, default today in Europe/Rome)")
	f.BoolVar(&o.dryRun, "dry-run", false, "do everything but write: print what would be published")
	f.StringVar(&o.rules, "rules", "", "try the [rules] of another configuration `FILE`; only with --dry-run")
	f.BoolVar(&o.full, "full", false, "decide everybody again, also those of whom nothing has changed")
	f.BoolVar(&o.replace, "replace", false, "repeat the last night, from its originals and what the inbox holds")
	f.StringVar(&o.accept, "accept", "", "publish what the gates refuse or hold, for this `reason`, which is audited")
	o.signIn.flags(f)
	f.IntVar(&o.partitions, "partitions", 0, "match.partitions of the configuration")
	f.IntVar(&o.workers, "workers", 0, "match.workers of the configuration")
	return cmd
}

// settings gives the flags that are keys of the configuration, where they were given, and the rules that are tried.
func (o *runOptions) settings(cmd *cobra.Command) (out map[string]any, err error) {
	out = map[string]any{}
	if o.rules != "" {
		if !o.dryRun {
			return nil, &usageError{err: errors.New("--rules only tries: it needs --dry-run")}
		}
		if out, err = rulesOf(o.rules); err != nil {
			return nil, err
		}
	}
	if cmd.Flags().Changed("partitions") {
		out["match.partitions"] = int64(o.partitions)
	}
	if cmd.Flags().Changed("workers") {
		out["match.workers"] = int64(o.workers)
	}
	return out, nil
}

func (a *app) run(cmd *cobra.Command, o *runOptions) error {
	if o.replace && o.dryRun {
		return &usageError{err: errors.New("--replace moves originals back to the inbox, so it cannot be a --dry-run")}
	}
	var err error
	if o.accept, err = parseReason(o.accept, cmd.Flags().Changed("accept")); err != nil {
		return err
	}
	if o.by, err = a.acceptor(cmd, o); err != nil {
		return err
	}
	keys, err := o.settings(cmd)
	if err != nil {
		return err
	}
	c, err := a.loadConfig(keys)
	if err != nil {
		return err
	}
	s, err := a.night(cmd.Context(), &c, o.date, o)
	if o.dryRun {
		err = unlocked(err)
	}
	var untidy *night.FinishError
	if err != nil && !errors.As(err, &untidy) {
		return err
	}
	if untidy != nil {
		a.log.Warn("the night is published, but the files it took in could not all be put away; the next night does it", "cause", untidy.Err)
	}
	for _, w := range s.Warnings {
		a.log.Warn(w)
	}
	a.newExporter(&c).write(cmd.Context(), s)
	if err := a.print(s, s.write); err != nil {
		a.log.Warn("the night is done, but its summary could not be written", "cause", err)
	}
	if s.Refused > 0 {
		return &codeError{exitDiscarded, errSilent, ""}
	}
	return nil
}

// Memory that is not needed any more is collected when there is twice as much of it as of what is, and more often where a night takes
// more than nightMemory; what a night holds at a time is less than half of that. GOGC and GOMEMLIMIT go first.
const (
	nightMemory  = 352 << 20
	nightGarbage = 200 // percent
)

// night opens the home and does one night in it.
func (a *app) night(ctx context.Context, c *config, date pipeline.Date, o *runOptions) (*summary, error) {
	if os.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(nightMemory))
	}
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(nightGarbage))
	}
	h, ctx, err := a.openHome(ctx, c, o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := h.close(); err != nil {
			a.log.Warn("close home", "cause", err)
		}
	}()
	if err := h.choose(date, a.today(), o.replace); err != nil {
		return nil, err
	}
	s, err := h.attempt(ctx)
	if err == nil && !o.dryRun {
		h.compact(ctx)
	}
	return s, err
}

// compact puts files of the archive together, so that nights to come have few to read. The night is done whatever comes of it.
func (h *home) compact(ctx context.Context) {
	rows, err := h.archive.Compact(ctx, archive.Night{Date: h.date, Revision: h.revision})
	switch {
	case err != nil:
		h.app.log.Warn("files of the archive could not be put together; the next night tries again", "cause", err)
	case rows > 0:
		h.app.log.Debug("files of the archive put together", "rows", rows)
	}
}

// do does the night that was chosen. An error means that nothing was published, unless it is a [night.FinishError].
func (h *home) do(ctx context.Context) (*summary, error) {
	s, err := h.run(ctx)
	var untidy *night.FinishError
	if errors.As(err, &untidy) && errors.Is(err, store.ErrFenced) {
		err = errors.Join(untidy.Err, h.withdraw()) // somebody else has this night, or a later one
	}
	if err != nil && !errors.As(err, &untidy) {
		if lost := context.Cause(ctx); errors.Is(lost, store.ErrFenced) && !errors.Is(err, store.ErrFenced) {
			err = lost // whoever was stopped by it may have said no more than that
		}
		return nil, errors.Join(err, h.giveUp())
	}
	return newSummary(s, h), err
}

func (h *home) run(ctx context.Context) (*night.Summary, error) {
	ports, err := h.ports(ctx)
	if err != nil {
		return nil, err
	}
	held, err := h.restraints(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.begin(ctx); err != nil {
		return nil, err
	}
	cfg := h.nightConfig()
	if held.list != "" {
		cfg.Parameters["fermi"] = held.list
	}
	ports.Weighed, ports.Last = held.weighed, h.last(ctx)
	progress := &night.Progress{Began: func(stage string) {
		h.stages.begin(stage, h.app.now())
		h.app.probe.began(stage)
	}}
	h.app.life.progress.Store(progress)
	defer h.app.life.progress.Store(nil)
	defer func() { h.stages.end(h.app.now()) }()
	defer h.app.showProgress(progress)()
	return night.Run(ctx, cfg, ports, held.decide, progress)
}

// summary is what run prints.
type summary struct {
	Night      string           `json:"data_elaborazione"`
	Revision   int              `json:"revisione"`
	DryRun     bool             `json:"prova"`
	Folder     string           `json:"cartella"`
	Files      int              `json:"file_letti"`
	Read       int64            `json:"documenti_letti"`
	Accepted   int64            `json:"documenti_accettati"`
	Discarded  int64            `json:"documenti_scartati"`
	Repeated   int64            `json:"documenti_ripetuti"`
	Refused    int64            `json:"righe_scarti"`     // records of accepted documents too
	Actions    map[string]int64 `json:"azioni"`           // by type and operation
	InForce    int64            `json:"azioni_in_essere"` // after tonight
	Exceptions map[string]int64 `json:"eccezioni_aperte"` // by class
	Closed     int64            `json:"eccezioni_chiuse"`
	Balanced   bool             `json:"quadratura_chiusa"`
	Held       int64            `json:"azioni_trattenute"`
	Gates      []shownFinding   `json:"varchi"`
	Warnings   []string         `json:"avvisi"`
	Resting    int64            `json:"domande_a_riposo,omitzero"` // of persons who were not decided again

	figures metrics.Night // but for exceptions and bytes
}

const actionItem = "azioni_"

func newSummary(s *night.Summary, h *home) *summary {
	total := func(item string) int64 { return s.Counts[night.Line{Scope: night.Total, Item: item}] }
	out := &summary{
		Night: s.Night.String(), Revision: s.Revision, DryRun: h.dryRun, Folder: h.folder(), Files: len(s.Inputs),
		Read: total(night.ItemRead), Accepted: total(night.ItemAccepted), Discarded: total(night.ItemDiscarded),
		Repeated: total(night.ItemRepeated), Refused: total(night.ItemRefused), Actions: map[string]int64{}, InForce: total(night.ItemInForce),
		Exceptions: s.Exceptions, Closed: total(night.ItemClosed), Balanced: true, // a night that does not balance gives no summary
		Held: total(night.ItemHeld), Gates: shownFindings(s.Findings, gates.Pass), Resting: s.Resting,
		Warnings: append([]string{}, append(h.inbox.warnings, s.Warnings...)...),
	}
	for line, n := range s.Counts {
		kind, ok := strings.CutPrefix(line.Item, actionItem)
		if ok && line.Scope == night.Total && line.Item != night.ItemInForce && line.Item != night.ItemHeld {
			i := strings.LastIndexByte(kind, '_')
			out.Actions[strings.ToUpper(kind[:i]+" "+kind[i+1:])] = n
		}
	}
	out.figures = metrics.Night{Stages: h.stages.done, Flows: flowsOf(s.Counts)}
	return out
}

func (s *summary) write(w io.Writer) error {
	title := fmt.Sprintf("Notte del %s", s.Night)
	if s.Revision > 1 {
		title += fmt.Sprintf(", revisione %d", s.Revision)
	}
	if s.DryRun {
		title += " (prova: nulla è stato scritto)"
	}
	t := &tableText{w: w}
	_, t.err = fmt.Fprintln(w, title)
	t.row("  file letti", s.Files)
	t.row("  documenti letti", s.Read)
	t.row("  accettati", s.Accepted)
	t.row("  scartati", s.Discarded)
	t.row("  ripetuti", s.Repeated)
	if s.Refused > s.Discarded { // records of documents that were accepted, or several of one document
		t.row("  righe di scarti", s.Refused)
	}
	for _, k := range slices.Sorted(maps.Keys(s.Actions)) {
		t.row("  "+k, s.Actions[k])
	}
	t.row("  azioni in essere", s.InForce)
	for _, k := range slices.Sorted(maps.Keys(s.Exceptions)) {
		t.row("  eccezioni "+k, s.Exceptions[k])
	}
	t.row("  eccezioni chiuse da sole", s.Closed)
	if s.Held > 0 {
		t.row("  azioni trattenute dai varchi", s.Held)
	}
	t.row("  quadratura", "chiude")
	t.flush()
	if s.DryRun {
		s.writeGates(t)
	}
	if !s.DryRun && t.err == nil {
		_, t.err = fmt.Fprintln(w, "Pubblicata in "+s.Folder)
	}
	return t.err
}

// writeGates writes what the gates say, of a trial run.
func (s *summary) writeGates(t *tableText) {
	if len(s.Gates) == 0 {
		return
	}
	t.title("Varchi")
	for _, g := range s.Gates {
		t.row(g.Verdict, g.Gate, g.Text)
	}
	t.flush()
}

// terminal tells whether a stream is one.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
