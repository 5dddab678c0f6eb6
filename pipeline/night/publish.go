package night

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// FinishError is returned when the night is published but the files that were taken in could not all be put away.
// The next night puts them away first.
type FinishError struct{ Err error }

func (e *FinishError) Error() string { return fmt.Sprintf("published, but not tidied up: %v", e.Err) }

// Unwrap gives the cause.
func (e *FinishError) Unwrap() error { return e.Err }

// publish merges, balances and commits.
func (n *night) publish(ctx context.Context, in *intake, m *made, verdict *Judgement) (*Summary, error) {
	n.progress.begin("pubblicazione", 0)
	s := &Summary{
		Night: n.cfg.Date, Revision: n.cfg.Revision, Counts: Counts{}, Inputs: in.inputs, Exceptions: m.classes,
		Findings: verdict.Findings, Resting: m.resting,
	}
	s.Counts.Merge(in.counts)
	s.Counts.Merge(m.counts)
	m.fanOut.count(s.Counts)
	if n.ports.Gate.Judge != nil {
		s.Counts.record(verdict, m.adverse)
		s.Counts.Add(Total, ItemHeld, 0)
	}
	for _, f := range verdict.Findings {
		if f.Verdict > gates.Pass {
			s.Warnings = append(s.Warnings, f.Text)
		}
	}
	if err := n.merge(ctx, in, m, s); err != nil {
		return nil, err
	}
	n.complete(s.Counts)
	if err := s.Counts.Check(); err != nil && !n.cfg.Replay {
		return nil, err
	}
	rows := s.Counts.Rows(n.cfg.Date)
	if err := write(n.ports.Output.Balance, tables.Balance.File, rows); err != nil {
		return nil, fmt.Errorf("write tables: %w", err)
	}
	if n.cfg.DryRun {
		return s, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	return s, Commit(n.ports, in.files, Manifest{
		Night: n.cfg.Date, Revision: n.cfg.Revision, ProgramVersion: n.cfg.ProgramVersion,
		RulesVersion: n.cfg.RulesVersion, Params: n.cfg.Parameters, Inputs: in.inputs, Balance: rows,
	})
}

// Commit makes the night visible. The archive goes first: files of a night that is not published count for nothing,
// whereas a published night without its archive would forget its facts.
func Commit(ports Ports, files []File, m Manifest) error {
	if err := ports.Archive.Place(); err != nil {
		return fmt.Errorf("place archive: %w", err)
	}
	if err := ports.Output.Publish(m); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := ports.Output.Finish(files); err != nil {
		return &FinishError{err}
	}
	return nil
}

// complete adds what follows from the rest: the lines of the snapshot's file, and zeros that people look for.
func (n *night) complete(c Counts) {
	input := n.ports.Claims.Input()
	for _, item := range [...]string{ItemRead, ItemAccepted, ItemDiscarded, ItemRepeated} {
		if v, ok := c[Line{string(input.Flow), item}]; ok && input.File != "" {
			c.Add(fileScope(input.Flow, input.File), item, v)
		}
		c.Add(Total, item, 0)
	}
	for _, item := range [...]string{
		ItemRefused, ItemFacts, ItemNoClaim, ItemActedOn, ItemOnException, ItemNoEffect,
		ItemYesterday, ItemOpened, ItemReopened, ItemClosed, ItemToday, ItemInForce,
	} {
		c.Add(Total, item, 0)
	}
}

// merge writes the tables, each in its order, the copies of each sede and the sheets: as many at a time as the night has
// workers.
func (n *night) merge(ctx context.Context, in *intake, m *made, s *Summary) error {
	o := &n.ports.Output
	offices := n.offices(m, s)
	err := together(ctx, n.cfg.Workers, []job{
		{2 * m.actions.Rows(), func(ctx context.Context) error {
			return split(ctx, m.actions, o.Actions, tables.Actions.File, tables.OfficeActionsFile, offices,
				func(a *pipeline.Action) string { return a.Office })
		}},
		{2 * m.exceptions.Rows(), func(ctx context.Context) error {
			return split(ctx, m.exceptions, o.Exceptions, tables.Exceptions.File, tables.OfficeExceptionsFile, offices,
				func(e *pipeline.Exception) string { return e.Office })
		}},
		n.fileInForce(m), n.fileSubmissions(m), n.fileEvidence(m), n.fileStretches(m), n.fileAgenda(m),
		{in.discards.Rows(), func(ctx context.Context) error { return n.discards(ctx, in, s.Counts) }},
		{m.sheets.Rows(), func(ctx context.Context) error { return n.sheets(ctx, m) }},
		{n.rest.rows(), n.rests},
	})
	if err != nil {
		return fmt.Errorf("write tables: %w", err)
	}
	return nil
}

// job is one of several things that are done at the same time, such as writing a table. Of what they change, each has its own.
type job struct {
	rows int64 // about how much work it is
	do   func(context.Context) error
}

// errElsewhere is why a job is stopped when another one failed.
var errElsewhere = errors.New("another job has failed")

// together does jobs with some workers, those with most rows first, so that no great one is left alone at the end. Of
// several errors it gives that of the first job in the list that was not stopped by another's.
func together(ctx context.Context, workers int, jobs []job) error {
	within, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	order := make([]int, len(jobs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(jobs[b].rows, jobs[a].rows) })
	errs := make([]error, len(jobs))
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(workers, len(jobs)) {
		running.Go(func() {
			for at := int(next.Add(1)) - 1; at < len(jobs) && within.Err() == nil; at = int(next.Add(1)) - 1 {
				if err := jobs[order[at]].do(within); err != nil {
					errs[order[at]] = err
					stop(errElsewhere)
				}
			}
		})
	}
	running.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, errElsewhere) {
			return err
		}
	}
	return context.Cause(ctx)
}

// sheets writes what operators are shown to tonight's archive, one for each owner: where two persons have a submission of
// one protocol, the first in the order of the table. Nobody is shown anything of a night that is only tried.
func (n *night) sheets(ctx context.Context, m *made) error {
	if n.cfg.DryRun || n.cfg.Replay {
		return nil
	}
	w, err := n.ports.Archive.StagedSheets()
	if err != nil {
		return err
	}
	var last tables.ArchivedSheet
	err = m.sheets.Merge(ctx, func(s *tables.ArchivedSheet) error {
		if s.Kind == last.Kind && s.Owner == last.Owner {
			return nil
		}
		last.Kind, last.Owner = s.Kind, s.Owner
		return w.Write(s)
	})
	return errors.Join(err, w.Close())
}

// discards writes scarti and counts each document as its rows are written, so that one lost on the way shows in the
// balance. Rows of one document come together; a document of which some facts were accepted is not counted here.
func (n *night) discards(ctx context.Context, in *intake, c Counts) error {
	w, err := n.ports.Output.Discards(tables.Discards.File)
	if err != nil {
		return err
	}
	var last Place
	first := true
	err = in.discards.Merge(ctx, func(d *pipeline.DiscardRow) error {
		if at := placeOf(&d.Source); first || at != last {
			first, last = false, at
			in.countDiscarded(c, at)
		}
		c.document(string(d.Flow), ItemRefused, 1)
		return w.Write(d)
	})
	return errors.Join(err, w.Close())
}

func (in *intake) countDiscarded(c Counts, at Place) {
	if in.partly[at] {
		return
	}
	c.document(string(at.Flow), ItemDiscarded, 1)
	if at.Flow != pipeline.FlowDomande { // its file is counted with the flow
		c.Add(Scope(&pipeline.Source{Flow: at.Flow, File: at.File}), ItemDiscarded, 1)
	}
}

// offices gives the sedi that get a folder, in order, and warns of rows that go to none: those of no sede, since the person has no
// claim, and those of a sede whose code cannot be the name of a folder.
func (n *night) offices(m *made, s *Summary) []string {
	var out []string
	for _, office := range slices.Sorted(maps.Keys(m.offices)) {
		switch {
		case pipeline.IsOffice(office):
			out = append(out, office)
			continue
		case office == "":
			s.Warnings = append(s.Warnings, "righe senza sede (persone senza domanda): restano nei soli file nazionali")
			continue
		}
		s.Warnings = append(s.Warnings,
			fmt.Sprintf("sede %q: codice non valido come nome di cartella, le sue righe restano nei soli file nazionali", office))
	}
	return out
}

// filing is the job to write all rows of runs to one file.
func filing[T any](runs *match.Runs[T], open func(string) (RowWriter[T], error), name string) job {
	return job{runs.Rows(), func(ctx context.Context) error {
		w, err := open(name)
		if err != nil {
			return err
		}
		return drain(ctx, runs, w)
	}}
}

// write writes rows that are at hand.
func write[T any](open func(string) (RowWriter[T], error), name string, rows []T) error {
	w, err := open(name)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := w.Write(&rows[i]); err != nil {
			return errors.Join(err, w.Close())
		}
	}
	return w.Close()
}

// split writes all rows to the national file and, as they come by sede, those of each office to its copy too.
// Every office gets its file, be it empty.
func split[T any](
	ctx context.Context, runs *match.Runs[T], open func(string) (RowWriter[T], error),
	national, local string, offices []string, office func(*T) string,
) (err error) {
	w, err := open(national)
	if err != nil {
		return err
	}
	s := &splitting[T]{open: open, local: local, offices: offices}
	err = runs.Merge(ctx, func(row *T) error {
		if err := w.Write(row); err != nil {
			return err
		}
		if !pipeline.IsOffice(office(row)) {
			return nil
		}
		if err := s.reach(office(row)); err != nil {
			return err
		}
		return s.file.Write(row)
	})
	if err == nil {
		err = s.rest()
	}
	return errors.Join(err, s.close(), s.closed(), w.Close())
}

// splitting is the place in the list of offices; file is that of the one before offices[0]. While rows go to a file, the
// one before it is ended, synced and read back.
type splitting[T any] struct {
	open    func(string) (RowWriter[T], error)
	local   string
	offices []string
	current string
	file    RowWriter[T]
	ending  chan error // of the file before; nil where there is none
}

// reach moves on to the file of an office, making those of the offices before it.
func (s *splitting[T]) reach(office string) error {
	for s.file == nil || s.current != office {
		if len(s.offices) == 0 {
			panic("night: rows do not come by sede") // the order of the table is ours
		}
		if err := s.advance(); err != nil {
			return err
		}
	}
	return nil
}

func (s *splitting[T]) rest() error {
	for len(s.offices) > 0 {
		if err := s.advance(); err != nil {
			return err
		}
	}
	return nil
}

func (s *splitting[T]) advance() error {
	if err := s.close(); err != nil {
		return err
	}
	s.current, s.offices = s.offices[0], s.offices[1:]
	var err error
	s.file, err = s.open("sedi/" + s.current + "/" + s.local)
	return err
}

// close begins to end the present file, after the one before it has ended.
func (s *splitting[T]) close() error {
	if s.file == nil {
		return nil
	}
	err := s.closed()
	file, ending := s.file, make(chan error, 1)
	go func() { ending <- file.Close() }()
	s.file, s.ending = nil, ending
	return err
}

// closed waits for the file that is being ended.
func (s *splitting[T]) closed() error {
	if s.ending == nil {
		return nil
	}
	err := <-s.ending
	s.ending = nil
	return err
}
