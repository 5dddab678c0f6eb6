package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/archive"
	"incrocio/writers/digest"
	"incrocio/writers/parquet"
)

// build tells one build from another: what a person was told may be carried to a later night only by the program that would
// say it again. "" where that cannot be told.
var build = sync.OnceValue(func() string {
	if sum, _, err := digest.File("/proc/self/exe"); err == nil { // what runs, also where another program has taken its place
		return sum
	}
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	sum, _, err := digest.File(path)
	if err != nil {
		return ""
	}
	return sum
})

// premise is the digest of all that decisions rest on and that is the same for everybody; "" where the program cannot tell which
// one it is.
func (h *home) premise() string {
	if build() == "" {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n%s\n", version, build(), h.config.rulesVersion())
	parameters := h.config.ruleParameters()
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		fmt.Fprintf(&b, "%s=%s\n", key, parameters[key])
	}
	fmt.Fprintf(&b, "%d %v\n", h.config.Sampling.Default, h.config.Sampling.ByRule) // fmt sorts the rules
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// last gives the last night where those who rest need not be decided again; nil where everybody is: on a first, repeated or
// trial night, where it was asked for, where the last night went by another program or other rules, and where its files are not
// what they were, which is told.
func (h *home) last(ctx context.Context) *night.Last {
	if h.dryRun {
		return nil
	}
	premise := h.premise()
	h.tonight.Premise(premise)
	if h.full || h.revision > 1 || h.previous == nil || premise == "" {
		return nil
	}
	l, err := h.resting(ctx, premise)
	if err != nil {
		h.app.log.Warn("the last night cannot be carried on, so everybody is decided again", "cause", err)
	}
	return l
}

func (h *home) resting(ctx context.Context, premise string) (*night.Last, error) {
	n := h.previous
	m, err := n.manifest()
	if err != nil {
		return nil, err
	}
	rests, ok, err := h.archive.Rests(archive.Night{Date: n.date, Revision: m.Revision}, premise)
	if err != nil || !ok {
		return nil, err
	}
	for _, file := range [...]string{
		tables.ActionsInForce.File, tables.Exceptions.File, tables.Submissions.File, tables.Evidence.File, tables.Situation.File, tables.Agenda.File,
	} {
		if err := n.check(file); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, context.Cause(ctx)
		}
	}
	return &night.Last{
		Rests: rests, IssuedOn: issuedOn(n), InForce: checked(n, tables.ActionsInForce), Exceptions: checked(n, tables.Exceptions),
		Submissions: checked(n, tables.Submissions), Evidence: checked(n, tables.Evidence), Stretches: checked(n, tables.Situation),
		Agenda: checked(n, tables.Agenda),
	}, nil
}

// checked reads a table of a night whose file was found to be what was published.
func checked[T any](n *publishedNight, of *table.Table[T]) func(context.Context, func(*T) error) error {
	return func(ctx context.Context, fn func(*T) error) error { return parquet.Each(ctx, n.path(of.File), of, fn) }
}

// issuedOn reads on which claims and under which codes something is in force after a night.
func issuedOn(n *publishedNight) func(context.Context, func(*pipeline.Action) error) error {
	of := tables.ActionsInForce
	return func(ctx context.Context, fn func(*pipeline.Action) error) error {
		return parquet.EachOf(ctx, n.path(of.File), of, []string{"id_azione", "numero_domanda", "codice_fiscale", "dal"}, fn)
	}
}

// weighed gives what restrains decisions, person by person. Corrections of the past are not among it: they only tell what becomes of
// one more, and whoever is corrected does not rest.
func (r *restraints) weighed(fn func(night.Weighed)) {
	for code, s := range r.stops {
		fn(night.Weighed{Code: code, What: fmt.Sprintf("fermo\x00%s\x00%s\x00%s", s.Reason, s.From, s.To), Always: true})
	}
	for k, h := range r.handled {
		fn(night.Weighed{
			Code: k.code,
			What: fmt.Sprintf("lavorata\x00%s\x00%d\x00%d\x00%s\x00%t", k.protocol, k.at, h.ReadAt, h.Outcome, h.Reopened),
		})
	}
}
