package night

import (
	"context"
	"errors"
	"slices"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// A correction or cancellation is filed under the worker that it names. Where the document it cites was about another one, that one
// has to hear of it, too, whenever the two came: see [match.Withdrawals]. It is filed under them as well, once for all, and from then
// on is a document of theirs like any other.

// Documents under a temporary or wrong code are looked at like all others. What one of tonight's under a wrong code withdraws goes among
// tonight's doubtful ones: whether it is a document or a discard is known once the claims are (see settle).

// withdraw adds to tonight's communications what they, and those of before, withdraw from workers whom they do not name.
func (n *night) withdraw(ctx context.Context, facts *factRuns) error {
	l := &looking{night: n, w: match.NewWithdrawals(n.cfg.Date), facts: facts}
	err := facts.communications.Merge(ctx, keyedRow(func(k *tables.KeyedCommunication) error {
		l.w.Tonight(k.Name, k.Cites)
		return nil
	}))
	err = errors.Join(err, facts.doubtful.Merge(ctx, func(c *pipeline.Communication) error {
		l.w.Tonight(c.Name(), c.Cites())
		return nil
	}))
	if err != nil || !l.w.Shown() {
		return err
	}
	if err := l.list(ctx); err != nil {
		return err
	}
	if err := l.meet(ctx); err != nil || !l.w.Sift() {
		return err
	}
	if err := l.take(ctx); err != nil {
		return err
	}
	sure, waiting := l.w.All()
	rows := make([]tables.SealedCommunication, len(sure))
	for i := range sure {
		rows[i] = tables.Sealed(&sure[i])
	}
	return errors.Join(facts.communications.Add(rows), facts.doubtful.Add(waiting))
}

// Where the documents of tonight are met, and doubtful ones; those of before are on the page of their unit.
const (
	tonightsPage = -1 - iota
	doubtfulPage
)

// unsure tells whether one of tonight's doubtful documents may turn out to be a discard.
func unsure(c *pipeline.Communication) bool { return !c.Worker.Valid() }

// looking is the look of one night.
type looking struct {
	*night
	w      *match.Withdrawals
	facts  *factRuns
	before []match.Unit
	older  *match.Runs[pipeline.Communication] // doubtful ones of before
}

// list finds the documents of before.
func (l *looking) list(ctx context.Context) error {
	units, err := l.earlier()
	if err != nil {
		return err
	}
	l.before = slices.DeleteFunc(slices.Clone(units), func(u match.Unit) bool { return u.Kind != match.KindCommunication })
	l.older, err = l.doubtfulBefore(ctx)
	return err
}

// meet shows all documents by their keys, those of tonight last.
func (l *looking) meet(ctx context.Context) error {
	w := l.w
	var mu sync.Mutex
	err := each(ctx, l.cfg.Workers, len(l.before), func(ctx context.Context, page int) error {
		return l.ports.Source.Named(ctx, l.before[page], func(worker uint64, name, cites uint32) bool {
			if w.Meets(name, cites) {
				mu.Lock()
				w.Meet(page, worker, name, cites, false)
				mu.Unlock()
			}
			return false
		}, nil)
	})
	if err != nil {
		return err
	}
	doubtful := func(meets func(name, cites uint32) bool, c *pipeline.Communication, unsure bool) error {
		if name, cites := c.Name(), c.Cites(); meets(name, cites) {
			w.Meet(doubtfulPage, c.Worker.Key(), name, cites, unsure)
		}
		return nil
	}
	if err := l.older.Merge(ctx, func(c *pipeline.Communication) error { return doubtful(w.Meets, c, false) }); err != nil {
		return err
	}
	return errors.Join(
		l.facts.doubtful.Merge(ctx, func(c *pipeline.Communication) error { return doubtful(w.MeetsTonight, c, unsure(c)) }),
		l.facts.communications.Merge(ctx, keyedRow(func(k *tables.KeyedCommunication) error {
			if w.MeetsTonight(k.Name, k.Cites) {
				w.Meet(tonightsPage, k.Key, k.Name, k.Cites, false)
			}
			return nil
		})),
	)
}

// take gives the documents that are needed whole.
func (l *looking) take(ctx context.Context) error {
	w := l.w
	var mu sync.Mutex
	err := each(ctx, l.cfg.Workers, len(l.before), func(ctx context.Context, page int) error {
		if !w.On(page) {
			return nil
		}
		wants := func(_ uint64, name, cites uint32) bool { return w.Wants(name, cites) }
		return l.ports.Source.Named(ctx, l.before[page], wants, func(c *pipeline.Communication) error {
			mu.Lock()
			defer mu.Unlock()
			w.Take(c, false)
			return nil
		})
	})
	if err == nil && w.On(doubtfulPage) {
		err = l.takeDoubtful(ctx)
	}
	if err != nil || !w.On(tonightsPage) {
		return err
	}
	return l.facts.communications.Merge(ctx, keyedRow(func(k *tables.KeyedCommunication) error {
		if !w.Wants(k.Name, k.Cites) {
			return nil
		}
		var c pipeline.Communication
		if err := tables.OpenRow([]byte(k.Row), k.Key, tables.CommunicationRows, &c); err != nil {
			return err
		}
		w.Take(&c, false)
		return nil
	}))
}

// takeDoubtful is take of the doubtful ones.
func (l *looking) takeDoubtful(ctx context.Context) error {
	take := func(c *pipeline.Communication, unsure bool) error {
		if l.w.Wants(c.Name(), c.Cites()) {
			l.w.Take(c, unsure)
		}
		return nil
	}
	return errors.Join(
		l.older.Merge(ctx, func(c *pipeline.Communication) error { return take(c, false) }),
		l.facts.doubtful.Merge(ctx, func(c *pipeline.Communication) error { return take(c, unsure(c)) }),
	)
}

// keyedRow hands a sealed row over with what is known of it beside it.
func keyedRow(fn func(*tables.KeyedCommunication) error) func(*tables.SealedCommunication) error {
	return func(s *tables.SealedCommunication) error {
		k, err := tables.Keyed(s)
		if err != nil {
			return err
		}
		return fn(&k)
	}
}
