package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// Entry is what an audit row says.
type Entry struct {
	Who    string // chi: the holder of the lease, an operator
	What   string // cosa: one of the codes below, or the caller's own
	On     string // oggetto: a night, an exception, an action; "" for nothing in particular
	Detail string // dettaglio: JSON, or ""
}

// Codes of the entries that the store makes itself (cosa). A command of an operator has its [worklist.Verb].
const (
	AuditLease     = "BLOCCO_PRESO"
	AuditAttempt   = "TENTATIVO"
	AuditPrepared  = "NOTTE_PREPARATA"
	AuditPublished = "NOTTE_PUBBLICATA"
	AuditAbandoned = "NOTTE_ABBANDONATA"
	AuditTakenIn   = "PROVVEDIMENTO_ACQUISITO" // a decision, by a night
	AuditLook      = "LETTURA"                 // of an item
	AuditList      = "ELENCO"                  // of items
	AuditDenied    = "ACCESSO_NEGATO"          // no such item, or not of the operator's sedi
	AuditAccount   = "UTENZA"                  // an account added or changed
)

// AuditRow is a row of audit.
type AuditRow struct {
	Number int64 // from 1, without gaps
	At     pipeline.Instant
	Entry
	Previous string // impronta of the row before, 64 zeros for the first
	Hash     string // impronta: SHA-256 of Previous and of everything else in the row
}

// Head names the last row of the audit. Whoever keeps it elsewhere can tell later whether rows were taken off the end.
type Head struct {
	Number int64 // 0 for an empty audit
	Hash   string
}

// genesis is what the first row holds as its previous digest.
var genesis = strings.Repeat("0", 2*sha256.Size)

// digest is the impronta of a row: SHA-256 of the fields in the order of the columns, each preceded by its length.
func (r *AuditRow) digest() string {
	h := sha256.New()
	for _, field := range [...]string{
		r.Previous, strconv.FormatInt(r.Number, 10), strconv.FormatInt(int64(r.At), 10), r.Who, r.What, r.On, r.Detail,
	} {
		h.Write([]byte(strconv.Itoa(len(field)) + ":" + field))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// change is a transaction that changes something. It remembers the last audit row that it appended in the try before, by
// which it is found out whether that try was committed.
type change struct {
	Tx
	now     pipeline.Instant
	last    AuditRow
	unknown bool
}

// begin sets the change up for a try, and tells whether an earlier one was committed after all.
func (c *change) begin(ctx context.Context, tx Tx) (done bool, err error) {
	c.Tx = tx
	if c.unknown && c.last.Number > 0 {
		row, ok, err := first(ctx, tx, auditTable, "WHERE numero = $1", int64Cell(c.last.Number))
		if err != nil || ok && row.Hash == c.last.Hash {
			return err == nil, err
		}
	}
	c.unknown, c.last = false, AuditRow{}
	c.now, err = tx.Now(ctx)
	return false, err
}

// audit appends a row.
func (c *change) audit(ctx context.Context, e Entry) error {
	head := Head{c.last.Number, c.last.Hash}
	if head.Number == 0 {
		var err error
		if head, err = auditHead(ctx, c); err != nil {
			return err
		}
	}
	r := AuditRow{Number: head.Number + 1, At: c.now, Entry: e, Previous: head.Hash}
	r.Hash = r.digest()
	if err := insert(ctx, c, auditTable, &r); err != nil {
		return fmt.Errorf("append to audit: %w", err)
	}
	c.last = r
	return nil
}

func auditHead(ctx context.Context, tx Tx) (Head, error) {
	row, ok, err := first(ctx, tx, auditTable, "ORDER BY numero DESC")
	if err != nil {
		return Head{}, fmt.Errorf("read audit: %w", err)
	}
	if !ok {
		return Head{Hash: genesis}, nil
	}
	return Head{row.Number, row.Hash}, nil
}

// Append adds an entry to the audit and gives the new head.
func (s *Store) Append(ctx context.Context, e Entry) (Head, error) {
	var head Head
	err := s.update(ctx, func(c *change) error {
		if err := c.audit(ctx, e); err != nil {
			return err
		}
		head = Head{c.last.Number, c.last.Hash}
		return nil
	})
	return head, err
}

// Audit gives the rows of the audit from a number on, in order.
func (s *Store) Audit(ctx context.Context, from int64, fn func(*AuditRow) error) error {
	err := s.view(ctx, func(r *reading) error {
		return each(ctx, r, auditTable, "WHERE numero >= $1 ORDER BY numero", []Cell{int64Cell(from)}, delivering(r, fn))
	})
	return step("read audit", err)
}

// VerifyAudit follows the chain from its first row and gives its head. It returns an [AuditError] naming the first row
// that was edited, deleted, inserted or moved. Rows taken off the end show where a head is known from elsewhere, such as
// the report of an earlier night.
func (s *Store) VerifyAudit(ctx context.Context, known ...Head) (Head, error) {
	var head Head
	err := s.view(ctx, func(r *reading) error {
		head = Head{Hash: genesis}
		err := each(ctx, r, auditTable, "ORDER BY numero", nil, func(row *AuditRow) error {
			if why := row.follows(head, known); why != "" {
				return &AuditError{min(row.Number, head.Number+1), why}
			}
			head = Head{row.Number, row.Hash}
			return nil
		})
		if errors.Is(err, ErrDamaged) {
			return &AuditError{head.Number + 1, "not readable: " + err.Error()}
		}
		return err
	})
	if err != nil {
		return head, step("verify audit", err)
	}
	for _, k := range known {
		if k.Number > head.Number {
			return head, fmt.Errorf("verify audit: %w", &AuditError{head.Number + 1, "missing, as are all up to " + strconv.FormatInt(k.Number, 10)})
		}
	}
	return head, nil
}

// follows says what is wrong with a row after the one that head names, "" for nothing.
func (r *AuditRow) follows(head Head, known []Head) string {
	switch {
	case r.Number > head.Number+1:
		return "missing"
	case r.Number != head.Number+1:
		return "out of place"
	case r.Previous != head.Hash:
		return "does not follow from the row before"
	case r.Hash != r.digest():
		return "edited"
	}
	for _, k := range known {
		if k.Number == r.Number && k.Hash != r.Hash {
			return "not the row that was there"
		}
	}
	return ""
}

// auditTable describes audit.
var auditTable = &table.Table[AuditRow]{
	Name: "audit",
	Describe: "Chi ha fatto che cosa. Si aggiunge soltanto: ogni riga contiene l'impronta della precedente, così che una modifica, " +
		"una cancellazione o uno spostamento si scoprono. Ordine: numero.",
	Columns: []table.Column[AuditRow]{
		table.IntOf("numero", "Numero progressivo, da 1 senza salti.", table.Int64, func(r *AuditRow) *int64 { return &r.Number }),
		table.Required(table.InstantOf("quando", "Momento, secondo l'orologio dell'archivio.", func(r *AuditRow) *pipeline.Instant { return &r.At })),
		table.Required(table.TextOf("chi", "Chi ha agito: l'elaborazione notturna oppure un operatore.", func(r *AuditRow) *string { return &r.Who })),
		table.Required(table.CodeOf("cosa", "Che cosa è stato fatto. Esempio: NOTTE_PUBBLICATA.", func(r *AuditRow) *string { return &r.What })),
		table.TextOf("oggetto", "Su che cosa: una notte, un'eccezione, un'azione.", func(r *AuditRow) *string { return &r.On }),
		table.TextOf("dettaglio", "Particolari in JSON.", func(r *AuditRow) *string { return &r.Detail }),
		table.Required(table.TextOf("precedente", "Impronta della riga precedente; 64 zeri per la prima.", func(r *AuditRow) *string { return &r.Previous })),
		table.Required(table.TextOf("impronta", "SHA-256 dell'impronta precedente e del contenuto della riga.", func(r *AuditRow) *string { return &r.Hash })),
	},
}
