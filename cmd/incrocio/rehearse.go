package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
	"incrocio/writers/archive"
	"incrocio/writers/rundir"
)

func (a *app) rehearseCommand() *cobra.Command {
	var first, last pipeline.Date
	file := ""
	cmd := &cobra.Command{
		Use:   "rehearse",
		Short: "Try past nights again with other parameters, and print the difference",
		Long: `rehearse decides the published nights of a range again, from the archive, with the [rules] of another file in place of
those of the home, each night on what the rehearsed one before it issued. It prints, by sede, type and cause, how the
actions in force after the last night differ from those that were published: persons, days up to that night, euro. It
publishes nothing and changes nothing in the home.`,
		Example: `  incrocio rehearse --from 2014-07-01 --to 2014-07-31 --rules prova.toml`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkRange(cmd, first, last); err != nil {
				return err
			}
			if file == "" {
				return &usageError{err: errors.New("--rules is needed"), hint: "incrocio rehearse --help"}
			}
			return unlocked(a.rehearse(cmd.Context(), first, last, file))
		},
	}
	cmd.Flags().Var(dateFlag{&first}, "from", "the first night (`YYYY-MM-DD`)")
	cmd.Flags().Var(dateFlag{&last}, "to", "the last night (`YYYY-MM-DD`)")
	cmd.Flags().StringVar(&file, "rules", "", "configuration `FILE` whose [rules] are tried")
	return cmd
}

// rulesOf reads the keys of [rules] from another configuration file; those of other tables are left alone.
func rulesOf(path string) (map[string]any, error) {
	k := koanf.New(".")
	if err := k.Load(file.Provider(path), edited{toml.Parser()}); err != nil {
		return nil, &codeError{exitConfig, fmt.Errorf("read %s: %w", path, err), ""}
	}
	out := map[string]any{}
	for _, key := range k.Keys() {
		if strings.HasPrefix(key, "rules.") {
			out[key] = k.Get(key)
		}
	}
	if len(out) == 0 {
		return nil, &codeError{exitConfig, fmt.Errorf("%s has no [rules]", path), ""}
	}
	return out, nil
}

func (a *app) rehearse(ctx context.Context, first, last pipeline.Date, file string) (err error) {
	other, err := rulesOf(file)
	if err != nil {
		return err
	}
	c, err := a.loadConfig(other)
	if err != nil {
		return err
	}
	nights, err := a.publishedNights()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "incrocio-prova-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &rehearsal{app: a, config: &c, dir: dir, archive: archive.Open(a.home), daily: map[string]pipeline.Cents{}}
	for i := range nights {
		n := &nights[i]
		if n.date < first {
			r.previous = n
		}
		if n.date < first || n.date > last {
			continue
		}
		if err := r.night(ctx, nights[:i+1]); err != nil {
			return fmt.Errorf("rehearse night %s: %w", n.date, err)
		}
		r.published = n
	}
	if r.published == nil {
		return &codeError{exitFailed, fmt.Errorf("no night is published between %s and %s", first, last), "incrocio status"}
	}
	d, err := r.compare()
	if err != nil {
		return err
	}
	return a.print(d, d.write)
}

// rehearsal is a chain of nights that are tried again.
type rehearsal struct {
	app       *app
	config    *config
	dir       string // home of the rehearsed nights, a place of its own
	archive   *archive.Store
	previous  *publishedNight           // what the next night stands on
	published *publishedNight           // the night of which previous is the rehearsal
	daily     map[string]pipeline.Cents // importo_giornaliero of claims
}

// night decides the last of some nights again.
func (r *rehearsal) night(ctx context.Context, nights []publishedNight) error {
	n := &nights[len(nights)-1]
	claims, err := r.app.openClaims(ctx, r.config, n.date)
	if err != nil {
		return err
	}
	h := &home{app: r.app, config: r.config, nights: nights, date: n.date, revision: 1, previous: r.previous}
	held, err := h.restraints(ctx)
	if err != nil {
		return err
	}
	stage := &home{app: &app{world: r.app.world, home: r.dir, log: r.app.log}, date: n.date}
	if stage.stage, err = rundir.Begin(r.dir, n.date); err != nil {
		return err
	}
	out := stage.tables()
	out.Publish = func(m night.Manifest) error {
		manifest, err := manifestOf(&m)
		if err != nil {
			return err
		}
		_, err = stage.stage.Publish(manifest)
		return err
	}
	out.Finish = func([]night.File) error { return nil }
	source := r.archive.Source()
	source.Actions = func(ctx context.Context, _ match.Unit, fn func(*pipeline.Action) error) error {
		return rowsFrom(r.previous, tables.ActionsInForce)(ctx, fn)
	}
	source.Exceptions = func(ctx context.Context, _ match.Unit, _ func(pipeline.CodiceFiscale) bool, fn func(*pipeline.Exception) error) error {
		return rowsFrom(r.previous, tables.Exceptions)(ctx, fn) // nobody rests, so of all
	}
	cfg := h.nightConfig()
	cfg.Replay = true
	var progress night.Progress
	_, err = night.Run(ctx, cfg, night.Ports{
		Inbox: emptyInbox{}, Claims: noting{claims, r.daily}, Archive: replayed{r.archive, n.date}, Issued: r.issued(), Source: source,
		Output: out, Scratch: filepath.Join(r.dir, "fasi"),
	}, held.decide, &progress)
	done := nightAt(rundir.Dir(r.dir, n.date), n.date)
	r.previous = &done
	return err
}

// issued lists what was issued before the next night.
func (r *rehearsal) issued() []match.Unit {
	if r.previous == nil {
		return nil
	}
	return []match.Unit{{Kind: match.KindAction, File: ledgerUnit, Anchor: true}, {Kind: match.KindException, File: ledgerUnit, Anchor: true}}
}

// emptyInbox is the inbox of a night whose facts are in the archive.
type emptyInbox struct{}

// Files gives none.
func (emptyInbox) Files() ([]night.File, error) { return nil, nil }

// Read is never called.
func (emptyInbox) Read(context.Context, night.File, func(night.Document) error) (night.Digest, error) {
	return night.Digest{}, errors.New("nothing to read")
}

// noting remembers the daily amounts of the claims that pass.
type noting struct {
	night.Claims
	daily map[string]pipeline.Cents
}

// Each reads the claims.
func (c noting) Each(ctx context.Context, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error, void func(*pipeline.Claim) error) error {
	return c.Claims.Each(ctx, func(x *pipeline.Claim) error {
		if x.DailyAmount.OK {
			c.daily[x.Number] = x.DailyAmount.V
		}
		return fn(x)
	}, bad, func(x *pipeline.Claim) error {
		delete(c.daily, x.Number)
		return void(x)
	})
}

// replayed is the archive as a night left it: its own facts are anchors, as on the night itself.
type replayed struct {
	store *archive.Store
	date  pipeline.Date
}

// Units lists the facts of the night and of all before it.
func (r replayed) Units() ([]match.Unit, error) {
	before, err := r.store.Units(r.date)
	if err != nil {
		return nil, err
	}
	units, err := r.store.Of(r.date)
	for i := range units {
		units[i].Anchor = units[i].Kind != match.KindDoubtful
	}
	return append(before, units...), err
}

// Unheard is false: a night that is tried again knows what the night itself has found.
func (replayed) Unheard() (bool, error) { return false, nil }

// Staged gives writers of nothing: no document is taken in.
func (replayed) Staged() (night.Facts, error) {
	return night.Facts{
		Communications: nowhere[tables.SealedCommunication]{}, Submissions: nowhere[tables.ArchivedSubmission]{},
		Notices: nowhere[tables.ArchivedNotice]{}, Questions: nowhere[tables.ArchivedQuestion]{}, Vouchers: nowhere[tables.ArchivedVoucher]{},
	}, nil
}

// StagedUnits gives none: the night's own are among Units.
func (replayed) StagedUnits() ([]match.Unit, error) { return nil, nil }

// StagedDoubtful gives a writer of nothing.
func (replayed) StagedDoubtful() (night.RowWriter[pipeline.Communication], error) {
	return nowhere[pipeline.Communication]{}, nil
}

// StagedSheets gives a writer of nothing.
func (replayed) StagedSheets() (night.RowWriter[tables.ArchivedSheet], error) {
	return nowhere[tables.ArchivedSheet]{}, nil
}

// StagedRests gives a writer of nothing.
func (replayed) StagedRests() (night.RowWriter[tables.Rest], error) {
	return nowhere[tables.Rest]{}, nil
}

// Place does nothing.
func (replayed) Place() error { return nil }

func (d *difference) write(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "Azioni in essere dopo la notte del %s, con le regole provate:\n", d.Night); err != nil {
		return err
	}
	if len(d.Lines) == 0 {
		_, err := fmt.Fprintln(w, "Nessuna differenza.")
		return err
	}
	t := &tableText{w: w}
	t.row("SEDE", "AZIONE", "MODALITA", "DIFFERENZA", "CAUSA", "PERSONE", "GIORNI", "EURO")
	for _, l := range d.Lines {
		t.row(l.Office, l.Type, l.Mode, l.Change, l.Cause, l.Persons, l.Days, l.Euro)
	}
	t.flush()
	return t.err
}
