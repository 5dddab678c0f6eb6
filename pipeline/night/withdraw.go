package night

import (
	"context"
	"slices"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// A correction or cancellation is filed under the worker that it names. Where the document it cites was about another one, that one
// has to hear of it, too, whenever the two came: see [match.Withdrawals]. It is filed under them as well, once for all, and from then
// on is a document of theirs like any other.

// withdraw adds to tonight's communications what they, and those of before, withdraw from workers whom they do not name.
func (n *night) withdraw(ctx context.Context, tonight *match.Runs[tables.SealedCommunication]) error {
	if tonight.Rows() == 0 {
		return nil
	}
	w := match.NewWithdrawals(n.cfg.Date)
	err := tonight.Merge(ctx, keyedRow(func(k *tables.KeyedCommunication) error {
		w.Tonight(k.Name, k.Cites)
		return nil
	}))
	if err != nil || !w.Shown() {
		return err
	}
	before, err := n.earlier()
	if err != nil {
		return err
	}
	before = slices.DeleteFunc(slices.Clone(before), func(u match.Unit) bool { return u.Kind != match.KindCommunication })
	if err := n.meet(ctx, w, before, tonight); err != nil || !w.Sift() {
		return err
	}
	if err := n.take(ctx, w, before, tonight); err != nil {
		return err
	}
	var rows []tables.SealedCommunication
	for _, c := range w.All() {
		rows = append(rows, tables.Sealed(&c))
	}
	return tonight.Add(rows)
}

// tonightsPage is where the documents of tonight are met; those of before are on the page of their unit.
const tonightsPage = -1

// meet shows all documents by their keys.
func (n *night) meet(ctx context.Context, w *match.Withdrawals, before []match.Unit, tonight *match.Runs[tables.SealedCommunication]) error {
	var mu sync.Mutex
	err := each(ctx, n.cfg.Workers, len(before), func(ctx context.Context, page int) error {
		return n.ports.Source.Named(ctx, before[page], func(worker uint64, name, cites uint32) bool {
			if w.Meets(name, cites) {
				mu.Lock()
				w.Meet(page, worker, name, cites)
				mu.Unlock()
			}
			return false
		}, nil)
	})
	if err != nil {
		return err
	}
	return tonight.Merge(ctx, keyedRow(func(k *tables.KeyedCommunication) error {
		if w.MeetsTonight(k.Name, k.Cites) {
			w.Meet(tonightsPage, k.Key, k.Name, k.Cites)
		}
		return nil
	}))
}

// take gives the documents that are needed whole.
func (n *night) take(ctx context.Context, w *match.Withdrawals, before []match.Unit, tonight *match.Runs[tables.SealedCommunication]) error {
	var mu sync.Mutex
	err := each(ctx, n.cfg.Workers, len(before), func(ctx context.Context, page int) error {
		if !w.On(page) {
			return nil
		}
		wants := func(_ uint64, name, cites uint32) bool { return w.Wants(name, cites) }
		return n.ports.Source.Named(ctx, before[page], wants, func(c *pipeline.Communication) error {
			mu.Lock()
			defer mu.Unlock()
			w.Take(c)
			return nil
		})
	})
	if err != nil || !w.On(tonightsPage) {
		return err
	}
	return tonight.Merge(ctx, keyedRow(func(k *tables.KeyedCommunication) error {
		if !w.Wants(k.Name, k.Cites) {
			return nil
		}
		var c pipeline.Communication
		if err := tables.OpenRow([]byte(k.Row), k.Key, tables.CommunicationRows, &c); err != nil {
			return err
		}
		w.Take(&c)
		return nil
	}))
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
