package night

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
)

// A claim may come in a snapshot under another code than what was issued on it, and nobody has said that the two are one person's
// (I01). Whoever has it tonight is told what is in force on it, and is decided every night while that is so: see rules. What is in
// force is looked through for that before the snapshot is read, by the numbers of claims alone, and once more on the nights on which
// the snapshot has such claims.

// recallIssued looks through what is in force after a last night that lets persons rest. Where everybody is decided it is seen
// while it is mapped.
func (n *night) recallIssued(ctx context.Context) error {
	if n.ports.Last == nil {
		return nil
	}
	return n.lastIssued(ctx, n.moved.Issued)
}

// lastIssued gives what is in force after a last night that lets persons rest.
func (n *night) lastIssued(ctx context.Context, fn func(*pipeline.Action)) error {
	read := n.ports.Last.IssuedOn
	if read == nil {
		read = n.ports.Last.InForce
	}
	err := read(ctx, func(a *pipeline.Action) error {
		fn(a)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what is in force: %w", err)
	}
	return nil
}

// showing is a source that shows what is in force on its way to the partitions.
func (n *night) showing(source match.Source) *match.Source {
	var mu sync.Mutex
	actions := source.Actions
	source.Actions = func(ctx context.Context, u match.Unit, fn func(*pipeline.Action) error) error {
		return actions(ctx, u, func(a *pipeline.Action) error {
			mu.Lock()
			n.moved.Issued(a)
			mu.Unlock()
			return fn(a)
		})
	}
	return &source
}

// apart parts the units of a kind from the others.
func apart(units []match.Unit, kind match.Kind) (of, others []match.Unit) {
	for _, u := range units {
		if u.Kind == kind {
			of = append(of, u)
		} else {
			others = append(others, u)
		}
	}
	return of, others
}

// findMoved tells those who have such a claim tonight what is in force on it. They are decided tonight, and also on the first night
// on which it is so no longer.
func (n *night) findMoved(ctx context.Context, codes *match.Aliases, issued []match.Unit, spool *match.Spool) error {
	if !n.moved.Any() {
		return nil
	}
	if n.ports.Last != nil {
		if err := n.lastIssued(ctx, n.moved.Again); err != nil {
			return err
		}
	}
	for _, u := range issued {
		err := n.ports.Source.Actions(ctx, u, func(a *pipeline.Action) error {
			n.moved.Again(a)
			return nil
		})
		if err != nil {
			return fmt.Errorf("read %s %s: %w", u.Kind, u.File, err)
		}
	}
	blocks := match.NewBlocks(n.cfg.Partitions, spool.Append)
	err := n.moved.Each(func(holder pipeline.CodiceFiscale, e *pipeline.Elsewhere) error {
		n.rest.elsewhere(holder, e)
		return blocks.Elsewhere(codes, holder, e)
	})
	if err == nil {
		err = blocks.Flush()
	}
	if err != nil {
		return fmt.Errorf("tell what is in force under other codes: %w", err)
	}
	return nil
}

// elsewhere takes note of what is in force under another code on a claim of a person.
func (r *restless) elsewhere(holder pipeline.CodiceFiscale, e *pipeline.Elsewhere) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.block = append(r.block[:0], restElsewhere)
	for _, text := range [...]string{string(holder), e.Claim, string(e.Code), e.First} {
		r.block = append(binary.AppendUvarint(r.block, uint64(len(text))), text...)
	}
	r.block = binary.AppendUvarint(binary.AppendVarint(r.block, int64(e.From)), uint64(e.Actions))
	r.note(holder.Key(), sum{facts: digest64(r.block)})
	r.always.Add(holder.Key())
}
