package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// States of a night (stato).
const (
	NightPrepared  = "PREPARATA"  // its folder is being put in place
	NightPublished = "PUBBLICATA" // the one night of its date that counts
	NightReplaced  = "SOSTITUITA" // published, and repeated since
)

// Night is a night of the ledger. A date has a row for each time it was published.
type Night struct {
	Date         pipeline.Date
	Revision     int32 // from 1; one more each time the night is repeated
	State        string
	Manifest     string // SHA-256 of the manifest, 64 hexadecimal digits: with Date and Revision the key of a publication
	Folder       string
	RulesVersion string
	Previous     pipeline.Date // the night it starts from, 0 for the first
	Counters     string        // the balance, JSON

	Fence       int64            // lease it was prepared and published under; set by the store
	PreparedAt  pipeline.Instant // set by the store
	PublishedAt pipeline.Instant // set by the store, 0 while it is prepared
}

// name is how messages and the audit call a night.
func (n *Night) name() string { return fmt.Sprintf("%s-r%d", n.Date, n.Revision) }

// LastNight gives the published night of the highest date, and false where none is published.
func (s *Store) LastNight(ctx context.Context) (Night, bool, error) {
	return s.oneNight(ctx, lastPublished)
}

// Prepared gives the night that is prepared and neither published nor abandoned, and false for none: what a crash
// leaves for the next start to finish.
func (s *Store) Prepared(ctx context.Context) (Night, bool, error) {
	return s.oneNight(ctx, prepared)
}

func (s *Store) oneNight(ctx context.Context, find func(context.Context, Tx) (Night, bool, error)) (n Night, ok bool, err error) {
	err = s.view(ctx, func(r *reading) (err error) { n, ok, err = find(ctx, r); return err })
	return n, ok, step("read nights", err)
}

func lastPublished(ctx context.Context, tx Tx) (Night, bool, error) {
	return first(ctx, tx, nightTable, "WHERE stato = 'PUBBLICATA' ORDER BY data_elaborazione DESC")
}

func prepared(ctx context.Context, tx Tx) (Night, bool, error) {
	return first(ctx, tx, nightTable, "WHERE stato = 'PREPARATA'")
}

// Nights gives every night from a date to a date, both included, by date and revision. 0 leaves an end open.
func (s *Store) Nights(ctx context.Context, from, to pipeline.Date) (nights []Night, err error) {
	err = s.view(ctx, func(r *reading) (err error) {
		nights, err = all(ctx, r, nightTable,
			"WHERE data_elaborazione BETWEEN $1 AND $2 ORDER BY data_elaborazione, revisione", dateCell(max(from, 1)), dateCell(until(to)))
		return err
	})
	return nights, step("read nights", err)
}

// until gives the end of a range that may be open.
func until(to pipeline.Date) pipeline.Date {
	if to == 0 {
		return pipeline.MaxDate
	}
	return to
}

// Prepare enters a night as about to be published: Date, Revision, Manifest, Folder, RulesVersion, Previous and Counters.
// Doing it again, even after it was published, changes nothing. It returns [ErrFenced], [ErrPublished], [ErrPrepared],
// [ErrFold] for a night whose Previous or Revision is not what the ledger says, and [ErrRow] for one that lacks something.
func (s *Store) Prepare(ctx context.Context, l Lease, n Night) error {
	if why := n.fault(); why != "" {
		return fmt.Errorf("prepare night %s: %w: %s", n.name(), ErrRow, why)
	}
	return step("prepare night "+n.name(), s.update(ctx, func(c *change) error {
		if _, err := mine(ctx, c, l); err != nil {
			return err
		}
		if there, err := sameNight(ctx, c, &n); there || err != nil {
			return err
		}
		if p, ok, err := prepared(ctx, c); err != nil {
			return err
		} else if ok {
			return fmt.Errorf("%w: %s", ErrPrepared, p.name())
		}
		if err := follows(ctx, c, &n); err != nil {
			return err
		}
		n.State, n.Fence, n.PreparedAt, n.PublishedAt = NightPrepared, l.Fence, c.now, 0
		if err := insert(ctx, c, nightTable, &n); err != nil {
			return err
		}
		return c.audit(ctx, Entry{Who: l.Holder, What: AuditPrepared, On: n.name(), Detail: detail(map[string]any{"manifesto": n.Manifest})})
	}))
}

// fault says what a night to be prepared lacks, "" for nothing.
func (n *Night) fault() string {
	digest, err := hex.DecodeString(n.Manifest)
	switch {
	case n.Date <= 0 || n.Date > pipeline.MaxDate || n.Revision < 1:
		return "no date or revision"
	case err != nil || len(digest) != sha256.Size || n.Manifest != strings.ToLower(n.Manifest):
		return "the manifest's digest is no SHA-256"
	case n.Folder == "" || !json.Valid([]byte(n.Counters)):
		return "no folder, or counters that are no JSON"
	}
	return ""
}

// sameNight tells whether the night is in the ledger with this manifest, prepared or published.
func sameNight(ctx context.Context, tx Tx, n *Night) (bool, error) {
	old, ok, err := findNight(ctx, tx, n.Date, n.Revision)
	return ok && old.State != NightReplaced && old.Manifest == n.Manifest, err
}

func findNight(ctx context.Context, tx Tx, date pipeline.Date, revision int32) (Night, bool, error) {
	return first(ctx, tx, nightTable, "WHERE data_elaborazione = $1 AND revisione = $2", dateCell(date), int32Cell(revision))
}

// follows checks that a night may come after those that are published: the first of a later date, or the next revision of
// the last.
func follows(ctx context.Context, tx Tx, n *Night) error {
	last, _, err := lastPublished(ctx, tx)
	if err != nil {
		return err
	}
	start, revision := last.Date, int32(1)
	if n.Date == last.Date && n.Revision > 1 {
		start, revision = last.Previous, last.Revision+1
	} else if n.Date <= last.Date {
		return fmt.Errorf("%w: %s", ErrPublished, last.name())
	}
	switch {
	case n.Revision != revision:
		return fmt.Errorf("%w: revision %d instead of %d", ErrFold, n.Revision, revision)
	case n.Previous != start:
		return fmt.Errorf("%w: it starts from %q, the ledger from %q", ErrFold, n.Previous, start)
	}
	return nil
}

// Abandon takes a prepared night out of the ledger. One that is not there is none the worse for it. It returns
// [ErrFenced], and [ErrPublished] for a night that was published.
func (s *Store) Abandon(ctx context.Context, l Lease, date pipeline.Date, revision int32) error {
	n := Night{Date: date, Revision: revision}
	return step("abandon night "+n.name(), s.update(ctx, func(c *change) error {
		if _, err := mine(ctx, c, l); err != nil {
			return err
		}
		old, ok, err := findNight(ctx, c, date, revision)
		if err != nil || !ok {
			return err
		}
		if old.State != NightPrepared {
			return ErrPublished
		}
		if _, err := c.Exec(ctx, "DELETE FROM notti WHERE data_elaborazione = $1 AND revisione = $2", dateCell(date), int32Cell(revision)); err != nil {
			return err
		}
		return c.audit(ctx, Entry{Who: l.Holder, What: AuditAbandoned, On: n.name(), Detail: detail(map[string]any{"manifesto": old.Manifest})})
	}))
}

// nightTable describes notti.
var nightTable = &table.Table[Night]{
	Name:     "notti",
	Describe: "Le notti: una riga per data di riferimento e revisione. Ordine: data_elaborazione, revisione.",
	Columns: []table.Column[Night]{
		table.Required(table.DateOf("data_elaborazione", "Data di riferimento.", func(n *Night) *pipeline.Date { return &n.Date })),
		table.IntOf("revisione", "1 per una notte mai ripetuta, poi uno in più a ogni ripetizione.", table.Int32, func(n *Night) *int32 { return &n.Revision }),
		table.Required(table.CodeOf("stato", "PREPARATA, PUBBLICATA oppure SOSTITUITA da una revisione successiva.", func(n *Night) *string { return &n.State })),
		table.Required(table.TextOf("manifesto", "SHA-256 del manifesto.", func(n *Night) *string { return &n.Manifest })),
		table.Required(table.TextOf("cartella", "Cartella pubblicata.", func(n *Night) *string { return &n.Folder })),
		table.Required(table.TextOf("versione_regole", "Versione delle regole e dei parametri.", func(n *Night) *string { return &n.RulesVersion })),
		table.DateOf("notte_precedente", "Notte pubblicata da cui parte; nullo per la prima.", func(n *Night) *pipeline.Date { return &n.Previous }),
		table.Required(table.TextOf("contatori", "Quadratura della notte, in JSON.", func(n *Night) *string { return &n.Counters })),
		table.IntOf("gettone", "Gettone del blocco con cui è stata preparata e pubblicata.", table.Int64, func(n *Night) *int64 { return &n.Fence }),
		table.Required(table.InstantOf("preparata_il", "Momento della preparazione.", func(n *Night) *pipeline.Instant { return &n.PreparedAt })),
		table.InstantOf("pubblicata_il", "Momento della pubblicazione; nullo finché è preparata.", func(n *Night) *pipeline.Instant { return &n.PublishedAt }),
	},
}
