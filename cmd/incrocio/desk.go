package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// desk is the store as the verbs of the operators' list see it.
type desk interface {
	worklist.Desk
	worklist.Accounts
	Append(ctx context.Context, e store.Entry) (store.Head, error)
	Close() error
}

// openDesk opens the store of the home, which must be there.
func (a *app) openDesk(ctx context.Context) (desk, error) {
	if a.desk != nil {
		return a.desk(ctx)
	}
	if err := a.wantHome(); err != nil {
		return nil, err
	}
	c, err := a.loadConfig(nil)
	if err != nil {
		return nil, err
	}
	s, err := a.openStore(ctx, &c, true)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// subject is what the verbs of one tree work on.
type subject struct {
	kind worklist.Kind
	verb string // of the tree
	arg  string // what names an item, in usage lines
	head string // the same as the heading of a column
}

var (
	onExceptions  = &subject{worklist.KindException, "exceptions", "ID", "ECCEZIONE"}
	onSubmissions = &subject{worklist.KindSubmission, "submissions", "PROTOCOL", "COMUNICAZIONE"}
	onSamples     = &subject{worklist.KindSample, "samples", "ID", "CAMPIONE"}
)

// branch is the verbs on one subject: `incrocio exceptions …`.
type branch struct {
	app    *app
	on     *subject
	signIn signIn
}

// newBranch makes the command that the verbs of a subject hang on.
func (a *app) newBranch(on *subject, short, long string) (*branch, *cobra.Command) {
	t := &branch{app: a, on: on}
	cmd := &cobra.Command{
		Use:   on.verb,
		Short: short,
		Long:  long,
		Args:  unknownVerb,

		SuggestionsMinimumDistance: suggestWithin,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	t.signIn.flags(cmd.PersistentFlags())
	return t, cmd
}

// counter is one call of a verb on the list: where, and who acts.
type counter struct {
	*app
	on   *subject
	desk desk
	who  *worklist.Operator
}

// at opens the desk, settles who acts, and does the work.
func (t *branch) at(cmd *cobra.Command, work func(ctx context.Context, d *counter) error) (err error) {
	if err := t.signIn.check(); err != nil {
		return err
	}
	ctx := cmd.Context()
	s, err := t.app.openDesk(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	who, err := t.app.operatorOf(ctx, s, &t.signIn, cmd.InOrStdin())
	if err != nil {
		return err
	}
	return t.on.told(work(ctx, &counter{t.app, t.on, s, who}))
}

// told gives a refusal of the list its exit code and the next command; other errors are left as they are.
func (on *subject) told(err error) error {
	var usage *usageError
	var coded *codeError
	switch {
	case err == nil || errors.As(err, &usage) || errors.As(err, &coded):
		return err
	case errors.Is(err, worklist.ErrIncomplete):
		return &usageError{err: err, hint: "incrocio " + on.verb + " --help"}
	case refusalCode(err) != "":
		return &codeError{exitFailed, err, "incrocio " + on.verb + " list"}
	}
	return err
}

// advice is the command that helps after an item was refused.
func (on *subject) advice(r *worklist.Result) string {
	id := scrub(printable(r.ID))
	switch {
	case errors.Is(r.Err, worklist.ErrUnknown):
		return "incrocio " + on.verb + " list"
	case errors.Is(r.Err, worklist.ErrNotClosable) && on == onExceptions:
		return "incrocio exceptions close " + id + " --outcome … --decision conferma|rifiuto|date|fatto --reason …"
	case errors.Is(r.Err, worklist.ErrNotGranted):
		return "incrocio user list"
	case errors.Is(r.Err, worklist.ErrSamePerson):
		return "somebody else acts with --as NAME"
	}
	return "incrocio " + on.verb + " show " + id
}

// refusals are the errors of the list, each with the code that programs know it by (rifiuto).
var refusals = []struct {
	err  error
	code string
}{
	{worklist.ErrConflict, "CONFLITTO"},
	{worklist.ErrUnknown, "SCONOSCIUTO"},
	{worklist.ErrRole, "RUOLO"},
	{worklist.ErrNotClosable, "NON_CHIUDIBILE"},
	{worklist.ErrNoDecision, "SENZA_PROVVEDIMENTO"},
	{worklist.ErrSamePerson, "STESSA_PERSONA"},
	{worklist.ErrState, "STATO"},
	{worklist.ErrGone, "CHIUSA_DA_SOLA"},
	{worklist.ErrTooLate, "TROPPO_TARDI"},
	{worklist.ErrNotGranted, "NON_ASSEGNABILE"},
	{worklist.ErrToken, "MODULO_USATO"},
}

// refusalCode gives the code of a refusal; "" for an error of another kind.
func refusalCode(err error) string {
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return r.code
		}
	}
	return ""
}

// manyArgs wants at least one argument.
func manyArgs(cmd *cobra.Command, args []string) error {
	return asCount(cmd, args, cobra.MinimumNArgs(1)(cmd, args))
}

// words writes a code as people read it: "IN_CARICO" is "in carico".
func words[S ~string](code S) string {
	return strings.ToLower(strings.ReplaceAll(string(code), "_", " "))
}
