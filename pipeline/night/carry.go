package night

import (
	"context"
	"errors"
	"fmt"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/match"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

// What the last night said of those who rest is read from its files while tonight's are written, and goes between the rows of
// those who were decided. Three things have to be known before that: what is in force for those who are decided, which are the
// rows that evidence is carried for, and which sedi get a folder.

// carrying is what is known of the last night beforehand; nil where everybody is decided.
type carrying struct {
	last    *Last
	night   pipeline.Date
	resting *match.Places
	inForce map[string]bool // ids of actions that are carried
	open    map[string]bool // ids of exceptions that are carried
	counts  Counts          // of these actions
}

func (c *carrying) rests(code pipeline.CodiceFiscale) bool { return c.resting.Has(code.Key()) }

// standing reads what is in force after the last night: for those who are decided it goes to their partitions, for the others it
// stays so.
func (n *night) standing(ctx context.Context, codes *match.Aliases, spool *match.Spool) error {
	if n.rest.resting == nil {
		return nil
	}
	c := &carrying{
		last: n.ports.Last, night: n.cfg.Date, resting: n.rest.resting, inForce: map[string]bool{}, counts: Counts{},
	}
	n.carried = c
	blocks := match.NewBlocks(n.cfg.Partitions, spool.Append)
	err := c.last.InForce(ctx, func(a *pipeline.Action) error {
		if !c.rests(a.TaxCode) {
			return blocks.Action(codes.Place(a.TaxCode), a)
		}
		c.inForce[a.ID] = true
		c.counts.inForce(a)
		return nil
	})
	if err = errors.Join(err, blocks.Flush()); err != nil {
		return fmt.Errorf("carry the last night: %w", err)
	}
	return nil
}

// known reads the exceptions that are known of those who are decided; those of others are not read here at all.
func (n *night) known(ctx context.Context, codes *match.Aliases, spool *match.Spool) error {
	if n.rest.resting == nil {
		return nil
	}
	blocks := match.NewBlocks(n.cfg.Partitions, spool.Append)
	decided := func(code pipeline.CodiceFiscale) bool { return !n.rest.resting.Has(code.Key()) }
	units, _ := apart(n.ports.Issued, match.KindException)
	for _, u := range units {
		err := n.ports.Source.Exceptions(ctx, u, decided, func(e *pipeline.Exception) error {
			return blocks.Exception(codes.Place(e.TaxCode), e)
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", u, err)
		}
	}
	return blocks.Flush()
}

// carry counts what the last night said of those who rest as deciding them would. Their exceptions, which are split by sede, are
// added to those of tonight here.
func (n *night) carry(ctx context.Context, m *made) error {
	c := n.carried
	if c == nil {
		return nil
	}
	n.rest.count(m.counts)
	m.counts.Merge(c.counts)
	c.open = map[string]bool{}
	var rows []pipeline.Exception
	err := c.last.Exceptions(ctx, func(e *pipeline.Exception) error {
		if !c.rests(e.TaxCode) {
			return nil
		}
		own := *e
		ledger.CarryException(&own, c.night)
		c.open[own.ID] = true
		m.counts.yesterday(&own)
		m.counts.tonight(&own)
		m.noteException(&own)
		rows = append(rows, own)
		return putAway(m.exceptions, &rows, false)
	})
	if err = errors.Join(err, putAway(m.exceptions, &rows, true)); err != nil {
		return fmt.Errorf("carry the last night: %w", err)
	}
	return nil
}

// The jobs that write the tables of which rows are carried.

func (n *night) fileInForce(m *made) job {
	return carriedJob(n, m.inForce, tables.ActionsInForce, n.ports.Output.InForce,
		func(l *Last) func(context.Context, func(*pipeline.Action) error) error { return l.InForce },
		func(c *carrying, a *pipeline.Action) bool { return c.inForce[a.ID] })
}

func (n *night) fileSubmissions(m *made) job {
	return carriedJob(n, m.submissions, tables.Submissions, n.ports.Output.Submissions,
		func(l *Last) func(context.Context, func(*pipeline.SubmissionRow) error) error { return l.Submissions },
		func(c *carrying, s *pipeline.SubmissionRow) bool {
			ledger.CarrySubmission(s, c.night)
			return c.rests(s.TaxCode)
		})
}

func (n *night) fileEvidence(m *made) job {
	return carriedJob(n, m.evidence, tables.Evidence, n.ports.Output.Evidence,
		func(l *Last) func(context.Context, func(*pipeline.Evidence) error) error { return l.Evidence },
		func(c *carrying, e *pipeline.Evidence) bool {
			ledger.CarryEvidence(e, c.night)
			return c.inForce[e.Owner] || c.open[e.Owner]
		})
}

func (n *night) fileStretches(m *made) job {
	return carriedJob(n, m.stretches, tables.Situation, n.ports.Output.Stretches,
		func(l *Last) func(context.Context, func(*pipeline.Stretch) error) error { return l.Stretches },
		func(c *carrying, s *pipeline.Stretch) bool {
			ledger.CarryStretch(s, c.night)
			return c.rests(s.TaxCode)
		})
}

func (n *night) fileAgenda(m *made) job {
	return carriedJob(n, m.agenda, tables.Agenda, n.ports.Output.Agenda,
		func(l *Last) func(context.Context, func(*pipeline.AgendaRow) error) error { return l.Agenda },
		func(c *carrying, a *pipeline.AgendaRow) bool {
			ledger.CarryAgenda(a, c.night)
			return c.rests(a.TaxCode)
		})
}

// carriedJob is the job to write all rows of runs, and those of the last night that are carried, to one file. carry changes a row
// in place and tells whether it is.
func carriedJob[T any](
	n *night, runs *match.Runs[T], of *table.Table[T], open func(string) (RowWriter[T], error),
	from func(*Last) func(context.Context, func(*T) error) error, carry func(*carrying, *T) bool,
) job {
	c := n.carried
	if c == nil {
		return filing(runs, open, of.File)
	}
	return job{runs.Rows() + int64(len(n.rest.entries)), func(ctx context.Context) error {
		w, err := open(of.File)
		if err != nil {
			return err
		}
		err = between(ctx, of, from(c.last), func(row *T) bool { return carry(c, row) }, func(ctx context.Context, fn func(*T) error) error {
			return runs.Merge(ctx, fn)
		}, w.Write)
		return errors.Join(err, w.Close())
	}}
}

// batch is how many rows of the last night are handed on at once.
const batch = 256

// between writes the rows of two streams, each in the order of a table, as one, those of the old one if they are kept. The old
// one is read ahead on a goroutine of its own.
func between[T any](
	ctx context.Context, of *table.Table[T], old func(context.Context, func(*T) error) error, keep func(*T) bool,
	tonight func(context.Context, func(*T) error) error, write func(*T) error,
) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	a := readAhead(ctx, old, keep)
	err := tonight(ctx, func(row *T) error {
		for k := a.peek(); k != nil && of.Compare(k, row) < 0; k = a.peek() {
			if err := write(k); err != nil {
				return err
			}
			a.at++
		}
		return write(row)
	})
	for k := a.peek(); err == nil && k != nil; k = a.peek() {
		err = write(k)
		a.at++
	}
	if err != nil {
		stop(err)
		_ = a.end() // it was stopped
		return err
	}
	return a.end()
}

// ahead is a stream of rows that is read on a goroutine of its own.
type ahead[T any] struct {
	full chan []T
	free chan []T
	now  []T
	at   int
	err  error // once full is closed
}

func readAhead[T any](ctx context.Context, read func(context.Context, func(*T) error) error, keep func(*T) bool) *ahead[T] {
	const batches = 4
	a := &ahead[T]{full: make(chan []T, batches), free: make(chan []T, batches+1)}
	for range batches {
		a.free <- make([]T, 0, batch)
	}
	go func() {
		defer close(a.full)
		rows := <-a.free
		a.err = read(ctx, func(row *T) error {
			rows = append(rows, *row)
			if !keep(&rows[len(rows)-1]) {
				rows = rows[:len(rows)-1]
				return nil
			}
			if len(rows) < batch {
				return nil
			}
			a.full <- rows
			select {
			case rows = <-a.free:
				return nil
			case <-ctx.Done():
				rows = nil
				return context.Cause(ctx)
			}
		})
		if a.err == nil {
			a.full <- rows
		}
	}()
	return a
}

// peek gives the next row; nil at the end.
func (a *ahead[T]) peek() *T {
	for a.at == len(a.now) {
		if a.now != nil {
			clear(a.now) // what the rows point to is not needed any more
			a.free <- a.now[:0]
		}
		a.at = 0
		if a.now = <-a.full; a.now == nil {
			return nil
		}
	}
	return &a.now[a.at]
}

// end waits for the goroutine and gives its error.
func (a *ahead[T]) end() error {
	for range a.full { // what nobody wants
	}
	return a.err
}
