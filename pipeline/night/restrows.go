package night

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

// What a night leaves of who may rest, as rows: read when the next one begins, written when it is decided.

// errRests is returned for a list of who may rest that is not as it is written.
var errRests = errors.New("the list of who may rest does not have the expected shape")

// recallRests reads what the last night left of each person, where there was one that tells.
func (n *night) recallRests(ctx context.Context) error {
	if n.ports.Last == nil {
		return nil
	}
	return n.rest.load(ctx, n.ports.Last.Rests)
}

// load takes what the last night left. It comes before all that is weighed.
func (r *restless) load(ctx context.Context, last func(context.Context, func(*tables.Rest) error) error) error {
	err := last(ctx, func(l *tables.Rest) error {
		if n := len(r.entries); n > 0 && l.Key <= r.entries[n-1].key {
			return errRests
		}
		e := restEntry{key: l.Key, was: sum{l.Facts, l.Payments}, until: l.Until, paid: l.Paid, decided: true}
		for _, n := range [...]struct {
			to   *uint8
			from int32
		}{{&e.found, l.Found}, {&e.notFound, l.NotFound}, {&e.differs, l.Differs}} {
			if n.from < 0 || n.from > most {
				return errRests
			}
			*n.to = uint8(n.from)
		}
		r.entries = append(r.entries, e)
		if l.Vouchers == "" {
			return nil
		}
		net, err := parseVouchers(l.Vouchers)
		r.vouchers[l.Key] = net
		return err
	})
	if err != nil {
		return fmt.Errorf("who rests: %w", err)
	}
	keys := make([]uint64, len(r.entries))
	for i := range r.entries {
		keys[i] = r.entries[i].key
	}
	r.known = match.NewFilter(keys)
	return nil
}

// parseVouchers reads "2013=1000;2014=500".
func parseVouchers(s string) (map[int]pipeline.Cents, error) {
	net := map[int]pipeline.Cents{}
	for part := range strings.SplitSeq(s, ";") {
		year, cents, _ := strings.Cut(part, "=")
		y, err := strconv.Atoi(year)
		c, cerr := strconv.ParseInt(cents, 10, 64)
		if err != nil || cerr != nil {
			return nil, errRests
		}
		net[y] = pipeline.Cents(c)
	}
	return net, nil
}

func vouchersText(net map[int]pipeline.Cents) string {
	var b strings.Builder
	for i, year := range slices.Sorted(maps.Keys(net)) {
		if i > 0 {
			b.WriteByte(';')
		}
		fmt.Fprintf(&b, "%d=%d", year, int64(net[year]))
	}
	return b.String()
}

// rows is about how many rows write writes.
func (r *restless) rows() int64 { return int64(len(r.entries) + len(r.decided)) }

// write writes by key what the nights after need to know.
func (r *restless) write(ctx context.Context, w RowWriter[tables.Rest]) error {
	fresh := r.fold()
	k := 0
	put := func(e *restEntry) error {
		if !e.decided { // nothing is left of them
			return nil
		}
		if k++; k%4096 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		row := tables.Rest{
			Key: e.key, Facts: e.sum.facts, Until: e.until, Paid: e.paid,
			Found: int32(e.found), NotFound: int32(e.notFound), Differs: int32(e.differs), Vouchers: vouchersText(r.vouchers[e.key]),
		}
		if e.paid {
			row.Payments = e.sum.payments
		}
		return w.Write(&row)
	}
	for i := range r.entries {
		for ; len(fresh) > 0 && fresh[0].key < r.entries[i].key; fresh = fresh[1:] {
			if err := put(&fresh[0]); err != nil {
				return err
			}
		}
		if err := put(&r.entries[i]); err != nil {
			return err
		}
	}
	for i := range fresh {
		if err := put(&fresh[i]); err != nil {
			return err
		}
	}
	return nil
}

// fold makes one entry of those of a key of which the last night left nothing, with what else was noted of it.
func (r *restless) fold() []restEntry {
	slices.SortFunc(r.decided, func(a, b restEntry) int { return cmp.Compare(a.key, b.key) })
	slices.SortFunc(r.noted, func(a, b noted) int { return cmp.Compare(a.key, b.key) })
	folded, noted := r.decided[:0], r.noted
	for _, e := range r.decided {
		if last := len(folded) - 1; last >= 0 && folded[last].key == e.key {
			folded[last].merge(e)
			continue
		}
		for ; len(noted) > 0 && noted[0].key <= e.key; noted = noted[1:] {
			if noted[0].key == e.key {
				e.sum.add(noted[0].sum)
			}
		}
		folded = append(folded, e)
	}
	r.decided = folded
	return folded
}

// rests writes what the nights after need to know of who may rest. Nobody stands on a night that is only tried.
func (n *night) rests(ctx context.Context) error {
	if n.cfg.DryRun || n.cfg.Replay {
		return nil
	}
	w, err := n.ports.Archive.StagedRests()
	if err != nil {
		return err
	}
	return errors.Join(n.rest.write(ctx, w), w.Close())
}
