package night

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// identities are what it takes to say whose a fact is, where its code alone does not (I01).
type identities struct {
	codes     *match.Aliases
	claimants *match.Claimants
	older     *match.Runs[pipeline.Communication] // doubtful communications of earlier nights
	accepted  map[pipeline.DocID]bool             // of tonight's under a wrong code: whether an earlier night has accepted the same
}

// whoIsWho reads the notices of changed codes, and asks for the claimants that doubtful communications may be about, of
// tonight and of earlier nights.
func (n *night) whoIsWho(ctx context.Context, in *intake, units []match.Unit) (*identities, error) {
	w := &identities{claimants: match.NewClaimants(), accepted: map[pipeline.DocID]bool{}}
	var err error
	if w.codes, err = match.ReadAliases(ctx, &n.ports.Source, units); err != nil {
		return nil, err
	}
	if w.older, err = n.doubtfulBefore(ctx); err != nil {
		return nil, err
	}
	err = in.doubtful.Merge(ctx, func(c *pipeline.Communication) error {
		w.ask(c)
		if !c.Worker.Valid() {
			w.accepted[c.ID] = false
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w, w.older.Merge(ctx, func(c *pipeline.Communication) error {
		w.ask(c)
		if _, again := w.accepted[c.ID]; again {
			w.accepted[c.ID] = true
		}
		return nil
	})
}

// ask asks for the claimants that a communication points at, unless somebody says whose its code is.
func (w *identities) ask(c *pipeline.Communication) {
	if !w.told(c) {
		w.claimants.Ask(c)
	}
}

// told tells whether a notice says whose the code of a communication is, or it is withdrawn from whoever has the code: its names and
// birth are another worker's.
func (w *identities) told(c *pipeline.Communication) bool {
	return c.Withdrawn() || w.codes.Names(c.Worker)
}

// doubtfulBefore gives the doubtful communications of earlier nights, which are read once and gone through again and again.
func (n *night) doubtfulBefore(ctx context.Context) (*match.Runs[pipeline.Communication], error) {
	if n.doubtful != nil {
		return n.doubtful, nil
	}
	units, err := n.earlier()
	if err != nil {
		return nil, err
	}
	n.doubtful = match.NewRuns(tables.DoubtfulCommunications, n.spool("dubbie_passate", smallSpill))
	units = slices.DeleteFunc(slices.Clone(units), func(u match.Unit) bool { return u.Kind != match.KindDoubtful })
	w := n.cfg.Workers
	return n.doubtful, each(ctx, w, w, func(ctx context.Context, i int) error {
		return n.putDoubtful(ctx, units[len(units)*i/w:len(units)*(i+1)/w], n.doubtful)
	})
}

// putDoubtful reads some of them.
func (n *night) putDoubtful(ctx context.Context, units []match.Unit, to *match.Runs[pipeline.Communication]) error {
	var rows []pipeline.Communication
	for _, u := range units {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		err := n.ports.Source.Doubtful(ctx, u, func(c *pipeline.Communication) error {
			rows = append(rows, *c)
			return putAway(to, &rows, false)
		})
		if err != nil {
			return fmt.Errorf("read %s %s: %w", u.Kind, u.File, err)
		}
	}
	return putAway(to, &rows, true)
}

// of gives the claimants that a communication points at; none where somebody says whose its code is.
func (w *identities) of(c *pipeline.Communication) []pipeline.CodiceFiscale {
	if w.told(c) {
		return nil
	}
	return w.claimants.Of(c)
}

// kept gives those of tonight's documents under a wrong code that are no discards.
func (w *identities) kept(ctx context.Context, in *intake) (map[pipeline.DocID]bool, error) {
	out := map[pipeline.DocID]bool{}
	return out, in.doubtful.Merge(ctx, func(c *pipeline.Communication) error {
		again, wrong := w.accepted[c.ID]
		if wrong && !c.Withdrawn() && (again || w.codes.Names(c.Worker) || len(w.claimants.Of(c)) > 0) {
			out[c.ID] = true
		}
		return nil
	})
}

// settle says, now that the claims are known, what becomes of tonight's doubtful communications: they are archived and go to
// the claimants they point at, or to whoever has their code, or, of a wrong code that points at nobody, they are discards
// and kept nowhere, nor is what they would withdraw. It gives the hashes of those who have their codes, as anchors.
func (n *night) settle(ctx context.Context, in *intake, who *identities, spool *match.Spool) (persons []uint64, err error) {
	kept, err := who.kept(ctx, in)
	if err != nil {
		return nil, err
	}
	out, err := n.ports.Archive.StagedDoubtful()
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	blocks := match.NewBlocks(n.cfg.Partitions, spool.Append)
	used := map[Place]bool{} // documents that are no discards
	err = in.doubtful.Merge(ctx, func(c *pipeline.Communication) error {
		if c.Withdrawn() {
			if !kept[c.ID] {
				return nil
			}
			h := who.codes.Place(c.Worker)
			persons = append(persons, h)
			return errors.Join(blocks.Communication(h, c), out.Write(c))
		}
		claimants := who.of(c)
		known := who.codes.Names(c.Worker) || c.Worker.Valid()
		switch {
		case len(claimants) > 0:
			err = blocks.Doubtful(who.codes, c, claimants)
		case known:
			h := who.codes.Place(c.Worker)
			persons = append(persons, h)
			err = blocks.Communication(h, c)
		case who.accepted[c.ID]:
			in.counts.repeated(&c.Source)
		default:
			return nil
		}
		used[placeOf(&c.Source)] = true
		return errors.Join(err, out.Write(c))
	})
	err = errors.Join(err, blocks.Flush(), out.Close())
	if err != nil {
		return nil, fmt.Errorf("settle doubtful communications: %w", err)
	}
	return persons, in.discardPending(ctx, used)
}

// discardPending makes discards of what is not used.
func (in *intake) discardPending(ctx context.Context, used map[Place]bool) error {
	var rows []pipeline.DiscardRow
	err := in.pending.Merge(ctx, func(d *pipeline.DiscardRow) error {
		if !used[placeOf(&d.Source)] {
			rows = append(rows, *d)
		}
		return putAway(in.discards, &rows, false)
	})
	return errors.Join(err, putAway(in.discards, &rows, true))
}

// recall maps the doubtful communications of earlier nights to the claimants they point at tonight, or to whoever has their
// code, if they are looked at tonight.
func (n *night) recall(ctx context.Context, who *identities, keep *match.Filter, spool *match.Spool) error {
	blocks := match.NewBlocks(n.cfg.Partitions, spool.Append)
	err := who.older.Merge(ctx, func(c *pipeline.Communication) error {
		if claimants := who.of(c); len(claimants) > 0 {
			return blocks.Doubtful(who.codes, c, claimants)
		}
		h := who.codes.Place(c.Worker)
		if !keep.Has(h) {
			return nil
		}
		return blocks.Communication(h, c)
	})
	return errors.Join(err, blocks.Flush())
}
