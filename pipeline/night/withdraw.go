package night

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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

// unitsAtOnce is for how many units of before the first look keeps in memory, at once, the keys of corrections and of what they cite:
// of an archive with more units it looks at a part of the codes, then at the next.
const unitsAtOnce = 64

// mostLooks is how often all documents are looked through, at most, for what a correction goes back to or what goes back to it: once,
// but for corrections to other workers of what is a correction itself, or of which there are two.
const mostLooks = 8

// withdraw adds to tonight's communications what they, and those of before, withdraw from workers whom they do not name. Where nobody
// has looked at those of before yet, it looks at all of them for one another, too, some of the codes at a time.
func (n *night) withdraw(ctx context.Context, facts *factRuns) error {
	first, err := n.ports.Archive.Unheard()
	if err != nil {
		return fmt.Errorf("list archive: %w", err)
	}
	l := &looking{night: n, facts: facts, first: first, parts: 1}
	if first {
		if err := l.list(ctx); err != nil {
			return err
		}
		l.parts += uint32(len(l.before) / unitsAtOnce)
	}
	var sure []tables.SealedCommunication
	var waiting []pipeline.Communication
	for ; l.part < l.parts; l.part++ {
		known, unsure, err := l.look(ctx)
		if err != nil {
			return err
		}
		for i := range known {
			sure = append(sure, tables.Sealed(&known[i]))
		}
		waiting = append(waiting, unsure...)
	}
	return errors.Join(facts.communications.Add(sure), facts.doubtful.Add(waiting))
}

// look finds what is withdrawn by codes of the part at hand.
func (l *looking) look(ctx context.Context) (sure, unsure []pipeline.Communication, err error) {
	l.w = match.NewWithdrawals(l.cfg.Date)
	if err := l.show(ctx); err != nil || !l.w.Shown() {
		return nil, nil, err
	}
	if err := l.list(ctx); err != nil {
		return nil, nil, err
	}
	if err := l.meet(ctx); err != nil || !l.w.Sift() {
		return nil, nil, err
	}
	for range mostLooks {
		if err := l.take(ctx); err != nil {
			return nil, nil, err
		}
		if !l.w.Further() {
			break
		}
	}
	sure, unsure = l.w.All()
	return sure, unsure, nil
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

	first       bool // nobody has looked yet
	part, parts uint32
}

// show shows whose codes are looked up, of the part at hand: those that tonight's documents bear or cite, and on the first look those
// that any document of before cites.
func (l *looking) show(ctx context.Context) error {
	mine := func(key uint32) uint32 {
		if key%l.parts != l.part {
			return 0
		}
		return key
	}
	err := errors.Join(
		eachName(ctx, l.facts.names, func(worker uint64, name, cites uint32) {
			if name == 0 && l.part == 0 {
				l.echoes = append(l.echoes, worker)
			}
			l.w.Tonight(mine(name), mine(cites))
		}),
		l.facts.doubtful.Merge(ctx, func(c *pipeline.Communication) error {
			l.w.Tonight(mine(c.Name()), mine(c.Cites()))
			return nil
		}),
	)
	if err != nil || !l.first {
		return err
	}
	err = l.each(ctx, func(_ int, _ uint64, _, cites uint32) { l.w.Tonight(0, mine(cites)) }, func(_, cites uint32) bool { return mine(cites) != 0 })
	if err != nil {
		return err
	}
	return l.older.Merge(ctx, func(c *pipeline.Communication) error {
		l.w.Tonight(0, mine(c.Cites()))
		return nil
	})
}

// each gives the documents of before that pass, by their keys and the page they are on, one after another. pass must be safe for
// concurrent use.
func (l *looking) each(ctx context.Context, fn func(page int, worker uint64, name, cites uint32), pass func(name, cites uint32) bool) error {
	var mu sync.Mutex
	return each(ctx, l.cfg.Workers, len(l.before), func(ctx context.Context, page int) error {
		return l.ports.Source.Named(ctx, l.before[page], func(worker uint64, name, cites uint32) bool {
			if pass(name, cites) {
				mu.Lock()
				fn(page, worker, name, cites)
				mu.Unlock()
			}
			return false
		}, nil)
	})
}

// list finds the documents of before.
func (l *looking) list(ctx context.Context) error {
	if l.older != nil {
		return nil
	}
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
	err := l.each(ctx, func(page int, worker uint64, name, cites uint32) {
		l.echoes = append(l.echoes, worker) // the same document bears the same code
		w.Meet(page, worker, name, cites, false)
	}, w.Meets)
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
		eachName(ctx, l.facts.names, func(worker uint64, name, cites uint32) {
			if w.MeetsTonight(name, cites) {
				w.Meet(tonightsPage, worker, name, cites, false)
			}
		}),
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
	return l.facts.communications.Merge(ctx, func(s *tables.SealedCommunication) error {
		k, err := tables.Keyed(s)
		if err != nil || !w.Wants(k.Name, k.Cites) {
			return err
		}
		var c pipeline.Communication
		if err := tables.OpenRow([]byte(k.Row), k.Key, tables.CommunicationRows, &c); err != nil {
			return err
		}
		w.Take(&c, false)
		return nil
	})
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

// The keys by which tonight's communications are met lie apart, in the order in which they were read: eight bytes of the worker's,
// four of the code, four of the code that is cited, little-endian.
const bareNames = 16

func appendNames(b []byte, worker uint64, c *pipeline.Communication) []byte {
	b = binary.LittleEndian.AppendUint64(b, worker)
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, c.Name()), c.Cites())
}

// putNames is [putAway] of keys.
func putNames(to *match.Spool, names *[]byte, all bool) error {
	if len(*names) < chunk*bareNames && !all {
		return nil
	}
	err := to.Append(0, *names)
	*names = (*names)[:0]
	return err
}

// eachName gives the keys of every document.
func eachName(ctx context.Context, of *match.Spool, fn func(worker uint64, name, cites uint32)) (err error) {
	in, err := of.Open(0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	var b [bareNames]byte
	for k := 0; ; k++ {
		if k%4096 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch _, err := io.ReadFull(in, b[:]); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("keys of tonight: %w", err)
		}
		fn(binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:]))
	}
}
