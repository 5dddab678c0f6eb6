package store

import (
	"context"
	"errors"
	"fmt"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// Content is what a night publishes. Streams are read in the order of the fields, each once in a try; a try may be
// repeated, and must find the same rows. They may be read by another goroutine than the caller's, which is gone when
// Publish returns.
type Content struct {
	Inputs Stream[Input]
	// Actions are the rows of azioni: NUOVA is added to the actions in force, MODIFICATA replaces, ANNULLATA takes away.
	Actions Stream[pipeline.Action]
	// InForce, where it is set, takes the place of Actions: all rows of azioni_in_essere after the night.
	InForce Stream[pipeline.Action]
	// Exceptions are the rows of eccezioni: open after the night or closed by it. Those that were closed before it, or
	// that an operator has cleared, may be missing.
	Exceptions Stream[pipeline.Exception]
	// Submissions are all rows of comunicazioni after the night; nil leaves those of the night before.
	Submissions Stream[pipeline.SubmissionRow]
	// Sheets are those that the night wrote anew; the others stay, but for those of submissions that are no longer known and
	// of exceptions that had closed by themselves before the night. nil leaves all of them. Of several with the same Kind and
	// Owner one is kept; one that is longer than 1 MiB loses documents from its end. Content that is none of a sheet ends the
	// night.
	Sheets Stream[tables.ArchivedSheet]
	// Count is how many actions are in force after the night, by its own reckoning.
	Count int64
	// Replaced is where the folder of the revision that this one takes the place of is from now on; "" leaves what is
	// known of it.
	Replaced string
	// Entries are added to the audit.
	Entries []Entry
}

// Receipt is what a publication leaves.
type Receipt struct {
	Head Head // of the audit
	// Already: the night had been published before with the same manifest, and nothing was done now.
	Already bool
}

// Publish makes a prepared night the last one in one transaction: its inputs, its actions, its exceptions with their
// history, its row and its audit entry. Publishing it again with the same manifest does nothing. A repeated night
// (Revision above 1) starts from what the night before it left.
//
// It returns [ErrFenced], [ErrNotPrepared], [ErrPublished], [ErrFold], [ErrRow], and the errors of the streams. After
// an error nothing of the night is in the store, unless it is a [DatabaseError] with Unknown set or the context ended during
// the commit: calling Publish again finds out.
func (s *Store) Publish(ctx context.Context, l Lease, n Night, content Content) (Receipt, error) {
	s.publishing.Store(l.Fence)
	defer s.publishing.Store(0)
	var r Receipt
	err := s.update(ctx, func(c *change) error {
		r = Receipt{}
		row, err := mine(ctx, c, l)
		if err != nil {
			return err
		}
		old, err := publishable(ctx, c, &n)
		if err != nil {
			return err
		}
		if r.Already = old.State == NightPublished; r.Already {
			r.Head, err = auditHead(ctx, c)
			return err
		}
		if err := c.fill(ctx, &n, &content); err != nil {
			return err
		}
		if err := c.seal(ctx, l, &n, &content); err != nil {
			return err
		}
		r.Head = Head{c.last.Number, c.last.Hash}
		return c.extend(ctx, row, l)
	})
	return r, step("publish night "+n.name(), err)
}

// publishable gives the night's row, prepared or published with the same manifest.
func publishable(ctx context.Context, tx Tx, n *Night) (Night, error) {
	old, ok, err := findNight(ctx, tx, n.Date, n.Revision)
	switch {
	case err != nil:
		return old, err
	case !ok, old.State == NightPrepared && old.Manifest != n.Manifest:
		return old, ErrNotPrepared
	case old.State == NightPrepared:
		return old, follows(ctx, tx, &old)
	case old.State == NightReplaced || old.Manifest != n.Manifest:
		return old, ErrPublished
	}
	return old, nil
}

// fill brings actions, exceptions and inputs up to the night.
func (c *change) fill(ctx context.Context, n *Night, content *Content) error {
	if n.Revision > 1 {
		if err := c.takeBack(ctx); err != nil {
			return fmt.Errorf("take back revision %d: %w", n.Revision-1, err)
		}
	}
	for _, table := range [...]string{inForce.before(), exceptions.before(), submissions.before(), sheets.before()} {
		if _, err := c.Exec(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	if err := loadInputs(ctx, c, n, content.Inputs); err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	if err := c.foldActions(ctx, n, content); err != nil {
		return fmt.Errorf("actions: %w", err)
	}
	if err := c.foldExceptions(ctx, n, content.Exceptions); err != nil {
		return fmt.Errorf("exceptions: %w", err)
	}
	if err := c.foldSubmissions(ctx, n, content.Submissions); err != nil {
		return fmt.Errorf("submissions: %w", err)
	}
	if err := c.foldSheets(ctx, n, content.Sheets); err != nil {
		return fmt.Errorf("sheets: %w", err)
	}
	return nil
}

// takeBack undoes what the last night did.
func (c *change) takeBack(ctx context.Context) error {
	return errors.Join(
		inForce.restore(ctx, c), exceptions.restore(ctx, c), submissions.restore(ctx, c), sheets.restore(ctx, c),
		c.relist(ctx, listedExceptions), c.relist(ctx, listedSubmissions), c.relist(ctx, listedSamples),
	)
}

// seal makes the night the published one of its date and says so in the audit.
func (c *change) seal(ctx context.Context, l Lease, n *Night, content *Content) error {
	if n.Revision > 1 {
		if _, err := c.Exec(ctx, "UPDATE notti SET stato = 'SOSTITUITA', cartella = coalesce($1, cartella)"+
			" WHERE data_elaborazione = $2 AND stato = 'PUBBLICATA'", textCell(content.Replaced), dateCell(n.Date)); err != nil {
			return err
		}
	}
	if _, err := c.Exec(ctx, "UPDATE notti SET stato = 'PUBBLICATA', gettone = $1, pubblicata_il = $2"+
		" WHERE data_elaborazione = $3 AND revisione = $4",
		int64Cell(l.Fence), instantCell(c.now), dateCell(n.Date), int32Cell(n.Revision)); err != nil {
		return err
	}
	for _, e := range content.Entries {
		if err := c.audit(ctx, e); err != nil {
			return err
		}
	}
	return c.audit(ctx, Entry{Who: l.Holder, What: AuditPublished, On: n.name(), Detail: detail(map[string]any{
		"manifesto": n.Manifest, "gettone": l.Fence, "in_essere": content.Count,
	})})
}
