package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync/atomic"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/archive"
	"incrocio/writers/parquet"
	"incrocio/writers/rundir"
)

// output opens the directory being made. A trial run has none: its rows are counted and go nowhere.
func (h *home) output() (night.Output, error) {
	if !h.dryRun {
		var err error
		begin := rundir.Begin
		if h.revision > 1 {
			begin = beginReplacement
		}
		if h.stage, err = begin(h.app.home, h.date); err != nil {
			return night.Output{}, err
		}
	}
	out := h.tables()
	out.Publish, out.Finish = h.publish, h.finish
	return out, nil
}

// tables opens the files of a night in its stage.
func (h *home) tables() night.Output {
	return night.Output{
		Actions:     opener(h, tables.Actions),
		InForce:     opener(h, tables.ActionsInForce),
		Exceptions:  opener(h, tables.Exceptions),
		Submissions: opener(h, tables.Submissions),
		Evidence:    opener(h, tables.Evidence),
		Stretches:   opener(h, tables.Situation),
		Agenda:      opener(h, tables.Agenda),
		Discards:    opener(h, tables.Discards),
		Balance:     opener(h, tables.Balance),
	}
}

// opener opens files of one table.
func opener[T any](h *home, of *table.Table[T]) func(string) (night.RowWriter[T], error) {
	return func(name string) (night.RowWriter[T], error) {
		if h.dryRun {
			return trialWriter(h.app.probe, of, name), nil
		}
		f, err := h.stage.Create(name)
		if err != nil {
			return nil, err
		}
		w, err := parquet.NewWriter(f, of, parquet.Options{})
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return &rowWriter[T]{file: f, rows: w, life: &h.app.life}, nil
	}
}

// rowWriter writes one published file and reads it back with the second implementation before it counts as written.
// While a batch of rows is gathered the one before it is written.
type rowWriter[T any] struct {
	file  *rundir.File
	rows  *parquet.Writer[T]
	life  *life
	batch []T

	full   chan []T // to be written; nil before the first batch and after the last
	free   chan []T // have been written
	done   chan error
	failed atomic.Bool
	err    error
}

const batchRows = 256

// Write adds a row.
func (w *rowWriter[T]) Write(row *T) error {
	if w.batch = append(w.batch, *row); len(w.batch) < batchRows {
		return nil
	}
	if w.err != nil {
		return w.err
	}
	w.life.beat()
	if w.full == nil {
		w.full, w.free, w.done = make(chan []T, 1), make(chan []T, 2), make(chan error, 1)
		w.free <- make([]T, 0, batchRows)
		w.free <- make([]T, 0, batchRows)
		go w.work()
	}
	w.full <- w.batch
	w.batch = <-w.free
	if w.failed.Load() {
		return w.settle()
	}
	return nil
}

// work writes batches as they come. After an error they go nowhere.
func (w *rowWriter[T]) work() {
	var err error
	for batch := range w.full {
		if err == nil {
			err = w.rows.Write(batch)
			w.failed.Store(err != nil)
		}
		w.free <- batch[:0]
	}
	w.done <- err
}

// settle waits until every full batch is written and gives the first error.
func (w *rowWriter[T]) settle() error {
	if w.full != nil {
		close(w.full)
		w.full, w.err = nil, <-w.done
	}
	return w.err
}

// Close ends the file.
func (w *rowWriter[T]) Close() error {
	err := w.settle()
	if err == nil {
		w.life.beat()
		err = w.rows.Write(w.batch)
	}
	w.batch = nil
	sum, cerr := w.rows.Close()
	w.file.SetRows(sum.Rows)
	if err = errors.Join(err, cerr, w.file.Close()); err != nil {
		return err
	}
	w.life.beat()
	return parquet.ReadBack(w.file.Path(), sum)
}

// nowhere is the file of a trial run.
type nowhere[T any] struct{}

// Write does nothing.
func (nowhere[T]) Write(*T) error { return nil }

// Close does nothing.
func (nowhere[T]) Close() error { return nil }

// publish makes the night visible, if the ledger lets it: whoever lost the lease does not publish.
func (h *home) publish(m night.Manifest) error {
	manifest, err := manifestOf(&m)
	if err != nil {
		return err
	}
	digest, err := h.stage.Digest(manifest)
	if err != nil {
		return err
	}
	manifest.Night = h.date
	if h.entry, err = entryOf(h.before(), &manifest, digest); err != nil {
		return err
	}
	ctx := context.Background() // from here on a signal comes too late
	if err := h.ledger.Prepare(ctx, h.tenure.lease, h.entry); err != nil {
		return err
	}
	if _, err := h.stage.Publish(manifest); err != nil {
		return err
	}
	if h.revision > 1 {
		return exchange(h.app.home, h.date, h.revision-1)
	}
	return nil
}

// withdraw takes the night out of its place again: the lease was lost before the ledger had it.
func (h *home) withdraw() error {
	if h.revision > 1 {
		return exchangeBack(h.app.home, h.date, h.revision)
	}
	return h.stage.Withdraw()
}

// manifestOf gives the manifest in the form of the published folder. A file that could not be opened has no digest
// and is told of in scarti only.
func manifestOf(m *night.Manifest) (rundir.Manifest, error) {
	params, err := json.Marshal(m.Params)
	out := rundir.Manifest{
		Night: m.Night, Revision: m.Revision, ProgramVersion: m.ProgramVersion, RulesVersion: m.RulesVersion, Params: params,
	}
	for _, in := range m.Inputs {
		if in.Digest.SHA256 == "" {
			continue
		}
		out.Inputs = append(out.Inputs, rundir.Input{
			Flow: in.Flow, File: in.File, SHA256: in.Digest.SHA256, Bytes: in.Digest.Bytes, Documents: in.Documents,
		})
	}
	for _, row := range m.Balance {
		out.Balance = append(out.Balance, rundir.BalanceEntry{Scope: row.Scope, Item: row.Item, Value: row.Value})
	}
	return out, err
}

// finish enters the night in the ledger and puts away what was taken in.
func (h *home) finish(files []night.File) error {
	n := nightAt(h.folder(), h.date)
	h.app.probe.began(stageLedger)
	if err := h.record(context.Background(), &n, h.entry); err != nil {
		return err
	}
	h.app.probe.began(stageOriginals)
	taken := make([]archive.Taken, len(files))
	for i, f := range files {
		taken[i] = h.inbox.taken[unitOf(f)]
	}
	if err := h.inbox.putAway(taken, h.date); err != nil {
		return err
	}
	return h.archive.Done()
}

// noted is the archive of tonight that also notes what was taken in, so that a crash after publication can be mended.
type noted struct {
	*archive.Tonight
	box *box
}

// Place notes the files before it places the archive.
func (n noted) Place() error {
	files := slices.SortedFunc(maps.Values(n.box.taken), func(x, y archive.Taken) int {
		return cmp.Or(cmp.Compare(x.Flow, y.Flow), cmp.Compare(x.File, y.File))
	})
	for _, f := range files {
		n.Take(f)
	}
	return n.Tonight.Place()
}

var _ night.RowWriter[pipeline.Action] = (*rowWriter[pipeline.Action])(nil)
