package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

var (
	_ worklist.Desk     = (*Store)(nil)
	_ worklist.Accounts = (*Store)(nil)
)

// Today is the day in Europe/Rome by the store's clock.
func (s *Store) Today(ctx context.Context) (pipeline.Date, error) {
	now, err := s.Now(ctx)
	return worklist.Today(now), err
}

// known tells whether a role is one of those that may look.
func known(who *worklist.Operator) bool {
	switch who.Role {
	case worklist.RoleReader, worklist.RoleOperator, worklist.RoleSupervisor:
		return true
	}
	return false
}

// Do carries out a command as [worklist.Desk] says. Every item named leaves one audit row, whatever came of it. Besides the
// errors of the database it returns those that wrap [worklist.ErrIncomplete], and [worklist.ErrToken].
func (s *Store) Do(ctx context.Context, who *worklist.Operator, c *worklist.Command) (worklist.Receipt, error) {
	var r worklist.Receipt
	ctx = Scoped(ctx, who)
	err := s.update(ctx, func(ch *change) error {
		r = worklist.Receipt{}
		if err := commandFault(c, worklist.Today(ch.now)); err != nil {
			return err
		}
		d := deed{change: ch, who: who, c: c}
		if old, ok, err := d.replayed(ctx); ok || err != nil {
			r = old
			return err
		}
		if err := d.run(ctx); err != nil {
			return err
		}
		r = d.receipt
		return d.keepToken(ctx)
	})
	if errors.Is(err, worklist.ErrIncomplete) || errors.Is(err, worklist.ErrToken) {
		return r, err // for the operator, who is not told of steps
	}
	return r, step("carry out "+string(c.Verb), err)
}

// maxToken is how long, in bytes, a token may be.
const maxToken = 200

func commandFault(c *worklist.Command, today pipeline.Date) error {
	if err := c.Check(today); err != nil {
		return err
	}
	texts := []string{c.Token}
	if c.Decision != nil && c.Decision.Fact != nil {
		f := c.Decision.Fact
		texts = append(texts, f.Kind, f.Patronato, f.Category, f.Basis, string(f.NewCode))
	}
	if len(c.Token) > maxToken || strings.IndexByte(c.Text, 0) >= 0 || !plain(texts...) {
		return fmt.Errorf("%w: un testo non è valido", worklist.ErrIncomplete)
	}
	return nil
}

// deed is one command on all its items.
type deed struct {
	*change
	who     *worklist.Operator
	c       *worklist.Command
	receipt worklist.Receipt
}

func (d *deed) run(ctx context.Context) error {
	if d.c.Group > 0 {
		return d.onGroup(ctx)
	}
	for i := range d.c.Items {
		row, ok, err := item(ctx, d, d.c.Items[i].Key)
		if err != nil {
			return err
		}
		if err := d.on(ctx, &d.c.Items[i], &row, ok); err != nil {
			return err
		}
	}
	return nil
}

// onGroup carries out a command on a closing, or on all those of a bulk. Of a bulk over several sedi it is about what the
// operator was granted, and tells of nothing else.
func (d *deed) onGroup(ctx context.Context) error {
	rows, err := closings(ctx, d, "WHERE l.numero = $1 OR l.gruppo = $1 ORDER BY l.numero", int64Cell(d.c.Group))
	if err != nil {
		return err
	}
	seen := 0
	for i := range rows {
		row, ok, err := item(ctx, d, rows[i].Key)
		if err != nil {
			return err
		}
		if ok && !d.who.Sees(row.Office) {
			continue
		}
		seen++
		if ok && (row.Closing == nil || row.Closing.Number != rows[i].Number) {
			row.Closing = &rows[i] // one that was undone: there is nothing to say of it any more
			row.Closing.Undone = true
		}
		if err := d.on(ctx, &worklist.Target{Key: rows[i].Key}, &row, ok); err != nil {
			return err
		}
	}
	if seen == 0 {
		return d.on(ctx, &worklist.Target{}, new(found), false)
	}
	return nil
}

// on carries out the command on one item, or notes why not. What it returns ends the whole command.
func (d *deed) on(ctx context.Context, seen *worklist.Target, row *found, ok bool) error {
	result := worklist.Result{Key: seen.Key, Err: worklist.ErrUnknown}
	if !ok || !d.who.Sees(row.Office) {
		return d.denied(ctx, result)
	}
	today := worklist.Today(d.now)
	before := row.Now(today)
	ch, err := worklist.Apply(row.Item, d.c, *seen, d.who, d.now)
	if err != nil {
		result.Err, result.State, result.Version = err, before, row.Version
		return d.done(ctx, result, map[string]any{"stato": before, "rifiuto": refusal(err)})
	}
	result.Err, result.State, result.Version = nil, ch.Item.Now(today), ch.Item.Version
	about := map[string]any{"prima": before, "dopo": result.State}
	if err := d.keep(ctx, row, &ch, &result); err != nil {
		return err
	}
	if ch.Same {
		about["ripetuto"] = true
	}
	if d.c.Verb == worklist.VerbAssign {
		about["a"] = masked(d.c.To.Name)
	}
	if result.Closing > 0 {
		about["lavorazione"] = result.Closing
	}
	if d.c.Verb == worklist.VerbClose {
		about["esito"] = d.c.Outcome
	}
	return d.done(ctx, result, about)
}

// keep saves what came of the command.
func (d *deed) keep(ctx context.Context, row *found, ch *worklist.Change, result *worklist.Result) error {
	if ch.Same {
		if cl := ch.Item.Closing; cl != nil && d.c.Verb == worklist.VerbClose { // the answer of the first time
			result.Closing = cl.Number
			d.closed(cl)
		}
		return nil
	}
	if cl := ch.Closing; cl != nil {
		cl, err := d.numbered(ctx, row, cl)
		if err != nil {
			return err
		}
		result.Closing = cl.Number
		if d.c.Verb == worklist.VerbClose {
			d.closed(cl)
		}
	}
	if err := d.save(ctx, row, &ch.Item); err != nil {
		return err
	}
	return d.annotate(ctx, row)
}

// numbered saves a closing and gives it with its number and group.
func (d *deed) numbered(ctx context.Context, row *found, cl *worklist.Closing) (*worklist.Closing, error) {
	out := closing{Closing: *cl, Office: row.Office, Items: int32(len(d.c.Items)), SecondEyes: row.SecondEyes}
	if d.c.Bulk {
		out.Items = max(out.Items, worklist.MaxAlone+1)
	}
	if cl.Number == 0 {
		out.Group = d.receipt.Group
	}
	err := d.saveClosing(ctx, &out)
	if err == nil && cl.Number == 0 && len(d.c.Items) > 1 && out.Group == 0 { // the first of a bulk, of which it bears the number
		out.Group = out.Number
		_, err = d.Exec(ctx, "UPDATE lavorazioni SET gruppo = numero WHERE numero = $1", int64Cell(out.Number))
	}
	return &out.Closing, err
}

// closed notes a closing in the receipt.
func (d *deed) closed(cl *worklist.Closing) {
	if d.receipt.Group == 0 {
		d.receipt.Group = cl.Number
		if cl.Group > 0 {
			d.receipt.Group = cl.Group
		}
	}
	d.receipt.Waits = d.receipt.Waits || !cl.InForce()
}

// annotate keeps a note, and the reason that goes with a command and has no other place.
func (d *deed) annotate(ctx context.Context, row *found) error {
	switch d.c.Verb {
	case worklist.VerbNote, worklist.VerbElabora, worklist.VerbTake, worklist.VerbRelease, worklist.VerbAssign, worklist.VerbApprove:
	default:
		return nil
	}
	if d.c.Text == "" {
		return nil
	}
	n := note{Note: worklist.Note{Key: row.Key, By: d.who.Name, At: d.now, Text: d.c.Text}, Office: row.Office, Person: d.who.ID()}
	var err error
	if n.Number, err = d.next(ctx, "annotazioni"); err != nil {
		return err
	}
	return insert(ctx, d, noteTable, &n)
}

// done adds the result of an item, with its audit row.
func (d *deed) done(ctx context.Context, r worklist.Result, about map[string]any) error {
	d.receipt.Results = append(d.receipt.Results, r)
	about["versione"] = r.Version
	return d.audit(ctx, Entry{Who: d.who.Name, What: string(d.c.Verb), On: object(r.Key), Detail: detail(about)})
}

func (d *deed) denied(ctx context.Context, r worklist.Result) error {
	d.receipt.Results = append(d.receipt.Results, r)
	about := map[string]any{"operazione": d.c.Verb}
	if d.c.Group > 0 {
		about["lavorazione"] = d.c.Group
	}
	return d.audit(ctx, Entry{Who: d.who.Name, What: AuditDenied, On: object(r.Key), Detail: detail(about)})
}
