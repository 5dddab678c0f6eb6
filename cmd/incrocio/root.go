package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"incrocio/pipeline/schedule"
)

// world is everything a command takes from outside, so that tests can give it.
type world struct {
	args    []string
	stdout  io.Writer
	stderr  io.Writer
	environ func() []string
	now     func() time.Time
	stdin   io.Reader                           // nil: the one of the process
	clock   schedule.Clock                      // that schedule works by; nil: now, and real waiting
	desk    func(context.Context) (desk, error) // the operators' list; nil: the store of the home
	signals bool                                // stop on SIGINT, SIGTERM and SIGHUP
}

// app is one call of the program: the world and the flags that every verb has.
type app struct {
	*world
	home string
	json bool
	logs string
	log  *slog.Logger
	life life

	probe *probe // of bench; nil: nobody measures
}

// suggestWithin is how many letters a mistyped verb may differ from the one that is suggested.
const suggestWithin = 2

const defaultHome = "./incrocio-home"

// execute runs one command and gives its exit code.
func execute(w *world) int {
	a := &app{world: w, log: slog.New(slog.DiscardHandler)}
	ctx, stop := a.interruptible()
	defer stop()
	root := a.root()
	root.SetArgs(w.args)
	root.SetIn(w.stdin)
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)
	err := root.ExecuteContext(ctx)
	var sig *signalError
	if errors.Is(err, context.Canceled) && errors.As(context.Cause(ctx), &sig) {
		err = sig // whoever was interrupted may have said no more than that
	}
	return a.report(err)
}

// interruptible gives a context that a signal ends, with the signal as cause. A second signal ends the process.
func (a *app) interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	if !a.signals {
		return ctx, func() { cancel(nil) }
	}
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case s := <-got:
			signal.Stop(got)
			cancel(&signalError{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(got); cancel(nil) }
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "incrocio",
		Short: "Nightly cross-match of UNILAV and ASpI-COM with open unemployment claims",
		Long: `incrocio takes in employers' mandatory communications and beneficiaries' submissions, crosses them with the open
claims for ASpI and mini-ASpI, and publishes for each night the actions and exceptions that follow, as Parquet.`,
		Example: `  incrocio generate --claims 20000 --seed 1 --out demo
  incrocio run --home demo --date 2014-07-01`,
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: suggestWithin,
		Args:                       unknownVerb,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE:          func(*cobra.Command, []string) error { return a.prepare() },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.home, "home", "", "home `DIR` (default "+defaultHome+", or INCROCIO_HOME)")
	flags.BoolVar(&a.json, "json", false, "print data as JSON")
	flags.StringVar(&a.logs, "log", "text", "form of the messages on stderr: text or json")
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveDefault)
	root.AddCommand(
		a.runCommand(), a.scheduleCommand(), a.backfillCommand(), a.verifyCommand(), a.explainCommand(), a.diffCommand(), a.statusCommand(),
		a.submissionsCommand(), a.exceptionsCommand(), a.samplesCommand(), a.userCommand(),
		a.migrateCommand(), a.rehearseCommand(), a.pruneCommand(), a.backupCommand(), a.restoreCommand(),
		a.serveCommand(), a.generateCommand(), a.schemaCommand(), a.configCommand(), a.versionCommand(), a.claimsChildCommand(),
		a.benchCommand(), a.benchStepCommand(),
	)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	refuseUnknownShells(root)
	return root
}

// refuseUnknownShells makes the verb of completions, which cobra adds, refuse what is no shell: it would print its help and be content.
func refuseUnknownShells(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args, cmd.SuggestionsMinimumDistance = unknownVerb, suggestWithin
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// unknownVerb refuses words that are no verb, naming those that are close.
func unknownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := cmd.CommandPath() + " --help"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "Did you mean " + cmd.CommandPath() + " " + strings.Join(near, ", ") + "?"
	}
	return &usageError{err: fmt.Errorf("unknown verb %q", scrub(args[0])), hint: hint}
}

// prepare settles what every verb needs.
func (a *app) prepare() error {
	if a.home == "" {
		a.home = a.getenv("INCROCIO_HOME")
	}
	if a.home == "" {
		a.home = defaultHome
	}
	switch a.logs {
	case "text":
		a.log = slog.New(newTextHandler(a.stderr))
	case "json":
		a.log = slog.New(slog.NewJSONHandler(a.stderr, &slog.HandlerOptions{ReplaceAttr: utc}))
	default:
		return &usageError{err: fmt.Errorf("--log %q: want text or json", a.logs)}
	}
	return nil
}

// utc writes the time of a line in UTC.
func utc(_ []string, at slog.Attr) slog.Attr {
	if at.Key == slog.TimeKey && at.Value.Kind() == slog.KindTime {
		at.Value = slog.TimeValue(at.Value.Time().UTC())
	}
	return at
}

func (a *app) getenv(name string) string {
	for _, e := range a.environ() {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

// print writes data: v as JSON, or what text writes.
func (a *app) print(v any, text func(w io.Writer) error) error {
	if !a.json {
		return text(a.stdout)
	}
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// noArgs, exactArgs and atMost are the checks of cobra with errors that lead to the right exit code.
func noArgs(cmd *cobra.Command, args []string) error { return asUsage(cmd, cobra.NoArgs(cmd, args)) }

func exactArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		return asCount(cmd, args, cobra.ExactArgs(n)(cmd, args))
	}
}

func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		return asCount(cmd, args, cobra.MaximumNArgs(n)(cmd, args))
	}
}

// asCount says what the arguments are of which there are too few or too many, or one is empty: a variable of the shell that was not set.
func asCount(cmd *cobra.Command, args []string, err error) error {
	if err == nil && slices.ContainsFunc(args, func(arg string) bool { return strings.TrimSpace(arg) == "" }) {
		err = errors.New("an argument is empty")
	}
	if err == nil {
		return nil
	}
	return &usageError{err: err, hint: cmd.UseLine()}
}

func asUsage(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	return &usageError{err: errors.New(scrub(err.Error())), hint: cmd.CommandPath() + " --help"}
}

// flagError adds the flag that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	e := &usageError{err: errors.New(scrub(err.Error())), hint: cmd.CommandPath() + " --help"}
	word, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !ok {
		return e
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, f.Name)
		}
	})
	if near := nearest(word, known); near != "" {
		e.hint = "Did you mean --" + near + "?"
	}
	return e
}

// errSilent ends with a code whose reason was already printed as data.
var errSilent = errors.New("reported")
