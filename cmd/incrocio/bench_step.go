package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/readers/domande"
	"incrocio/writers/archive"
	"incrocio/writers/rundir"
)

// benchStepVerb starts the process that does one measured step, so that memory and caches are its own.
const benchStepVerb = "bench-step"

// benchStep asks for one measured step in a home.
type benchStep struct {
	Kind    string        `json:"kind"` // one of the kinds below
	Night   pipeline.Date `json:"night"`
	DryRun  bool          `json:"dry_run"`
	Full    bool          `json:"full"` // everybody is decided again
	Rows    bool          `json:"rows"` // a digest of the rows of every table is wanted
	Last    bool          `json:"last"` // of a loop: the communications of this night alone
	Profile string        `json:"profile"`
	Wanted  int           `json:"wanted"` // documents
	Times   int           `json:"times"`
}

// The kinds of step.
const (
	stepNight = "night" // the night itself, as run does it
	stepParse = "parse" // documents of the inbox, both ways
	stepLoop  = "loop"  // the rule that peers are given, as a plain loop
)

// benchDone is what came of a step.
type benchDone struct {
	Stages   []benchStage      `json:"stages"`
	MemKiB   int64             `json:"memory_kib"` // peak of the process
	ChildKiB int64             `json:"child_kib"`  // and of its children
	Rows     map[string]string `json:"rows"`       // by file: how many, and their digest
	Parsing  *parsing          `json:"parsing"`
	Counts   map[string]int64  `json:"counts"` // of the loop
	Claims   int64             `json:"claims"`
	Read     int64             `json:"read"` // documents that were read
	InForce  int64             `json:"in_force"`
	Resting  int64             `json:"resting"` // claims of persons who were not decided again
}

func (a *app) benchStepCommand() *cobra.Command {
	return &cobra.Command{
		Use: benchStepVerb, Hidden: true, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var s benchStep
			if err := json.NewDecoder(cmd.InOrStdin()).Decode(&s); err != nil {
				return &usageError{err: err}
			}
			done, err := a.benchStep(cmd.Context(), &s)
			if err != nil {
				return err
			}
			return json.NewEncoder(a.stdout).Encode(done)
		},
	}
}

func (a *app) benchStep(ctx context.Context, s *benchStep) (done *benchDone, err error) {
	if s.Profile != "" {
		f, err := os.Create(s.Profile)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return nil, err
		}
		defer pprof.StopCPUProfile()
	}
	m := watchMemory()
	switch s.Kind {
	case stepNight:
		done, err = a.benchNight(ctx, s)
	case stepParse:
		done = &benchDone{}
		done.Parsing, err = a.parseBothWays(ctx, filepath.Join(a.home, "inbox", string(pipeline.FlowUnilav)), s.Wanted, s.Times)
	case stepLoop:
		done, err = a.benchLoop(ctx, s)
	default:
		err = &usageError{err: fmt.Errorf("no step %q", s.Kind)}
	}
	mine, child := m.end()
	if err != nil {
		return nil, err
	}
	if done.MemKiB == 0 { // else the step has looked for itself
		done.MemKiB, done.ChildKiB = mine, child
	}
	return done, nil
}

// benchNight does one night as run does it, with a probe inside.
func (a *app) benchNight(ctx context.Context, s *benchStep) (*benchDone, error) {
	c, err := a.loadConfig(nil)
	if err != nil {
		return nil, err
	}
	a.probe = &probe{now: a.now}
	a.probe.began(stageOpen)
	if s.Rows && s.DryRun {
		a.probe.rows = map[string]*rowSum{}
	}
	sum, err := a.night(ctx, &c, s.Night, &runOptions{dryRun: s.DryRun, full: s.Full})
	var untidy *night.FinishError
	if err != nil && !errors.As(err, &untidy) {
		return nil, err
	}
	a.probe.began("")
	done := &benchDone{Stages: a.probe.stages, Read: sum.Read, InForce: sum.InForce, Resting: sum.Resting, Rows: map[string]string{}}
	done.MemKiB = statusKiB("self", "VmHWM")
	for name, r := range a.probe.rows {
		done.Rows[name] = r.String()
	}
	if s.Rows && !s.DryRun {
		n := nightAt(rundir.Dir(a.home, s.Night), s.Night)
		err = errors.Join(
			sumTable(&n, tables.Actions, done.Rows), sumTable(&n, tables.ActionsInForce, done.Rows), sumTable(&n, tables.Exceptions, done.Rows),
			sumTable(&n, tables.Submissions, done.Rows), sumTable(&n, tables.Evidence, done.Rows), sumTable(&n, tables.Situation, done.Rows),
			sumTable(&n, tables.Agenda, done.Rows), sumTable(&n, tables.Discards, done.Rows), sumTable(&n, tables.Balance, done.Rows),
		)
	}
	return done, errors.Join(err, ctx.Err())
}

// sumTable reads a published table back and notes the digest of its rows.
func sumTable[T any](n *publishedNight, of *table.Table[T], to map[string]string) error {
	s := newRowSum()
	err := scan(n, of, func(row *T) { addRow(s, of, row) })
	to[of.File] = s.String()
	return err
}

// benchClaim is what the rule of the peers asks of a claim.
type benchClaim struct{ from, to pipeline.Date }

// benchLoop is the rule that peers are given (fixtures/national/peers/join.sql) as a plain loop over the rows that a night
// reads: every communication of a claimant with each of their claims.
func (a *app) benchLoop(ctx context.Context, s *benchStep) (*benchDone, error) {
	done := &benchDone{Counts: map[string]int64{}}
	snapshot, err := domande.InForce(filepath.Join(a.home, "inbox", string(pipeline.FlowDomande)), s.Night)
	if err != nil {
		return nil, err
	}
	held := map[pipeline.CodiceFiscale][]benchClaim{}
	err = snapshot.Each(ctx, func(c *pipeline.Claim) error {
		code := pipeline.CodiceFiscale(strings.Clone(string(c.TaxCode)))
		held[code] = append(held[code], benchClaim{c.Start, c.Start + pipeline.Date(c.DaysGranted)})
		done.Claims++
		return nil
	}, func(pipeline.Discard) error { return nil }, func(*pipeline.Claim) error { return nil })
	if err != nil {
		return nil, err
	}
	store := archive.Open(a.home)
	units, err := benchUnits(store, s.Night, s.Last)
	if err != nil {
		return nil, err
	}
	source := store.Source()
	for _, u := range units {
		err := source.Communications(ctx, u, nil, func(c *pipeline.Communication) error {
			done.Read++
			for _, claim := range held[c.Worker] {
				done.Counts[standIn(c, claim)]++
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return done, nil
}

// standIn is the rule of the peers. It is no reading of the law.
func standIn(c *pipeline.Communication, claim benchClaim) string {
	switch {
	case c.Event != pipeline.EventHire || c.Contract != "A.02.00" || c.Start < claim.from || c.Start >= claim.to:
		return "ALTRO"
	case c.End != 0 && c.End >= c.Start.AddMonths(6):
		return "DECADENZA"
	}
	return "SOSPENSIONE"
}

// benchUnits lists the communications of the nights before one, or of that one alone.
func benchUnits(store *archive.Store, date pipeline.Date, alone bool) ([]match.Unit, error) {
	units, err := store.Units(date)
	if alone {
		units, err = store.Of(date)
	}
	var out []match.Unit
	for _, u := range units {
		if u.Kind == match.KindCommunication {
			out = append(out, u)
		}
	}
	return out, err
}
