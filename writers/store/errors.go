package store

import (
	"errors"
	"fmt"
	"time"

	"incrocio/pipeline"
)

// Errors of the store. None shows data of persons.
var (
	// ErrTemporary is wrapped by errors that may be gone at the next try with nothing changed here: the database is busy,
	// full of connections, starting, stopping or out of reach. They were tried several times already.
	ErrTemporary = errors.New("temporary, try again")
	// ErrHeld is wrapped by [HeldError]: another holder has the lease.
	ErrHeld = errors.New("another night holds the lock")
	// ErrFenced is returned to a holder whose lease has passed to somebody else or was given back.
	ErrFenced = errors.New("the lease was lost")
	// ErrNewerSchema is returned by opening a store that a newer version of the program has changed.
	ErrNewerSchema = errors.New("the store belongs to a newer version of the program")
	// ErrNoStore is returned by opening with Options.Existing where there is no store.
	ErrNoStore = errors.New("no store here")
	// ErrDamaged is wrapped by errors on a store that does not hold what it should: corrupt pages, values that are none of
	// their column.
	ErrDamaged = errors.New("the store is damaged")
	// ErrNotWritable is wrapped by errors on a store in a file which this process may not write, or beside which it may not make
	// the files that come and go with it, or for which it has too many files open.
	ErrNotWritable = errors.New("the file, or one beside it, cannot be opened for writing")
	// ErrDisk is wrapped by errors on a store in a file of which a read or a write failed, for another reason than want of room.
	ErrDisk = errors.New("the system refused to read or write the file")
	// ErrPublished is returned for a night whose date, or a later one, is already published.
	ErrPublished = errors.New("that date, or a later one, is already published")
	// ErrPrepared is returned by Prepare while another night is prepared: it is to be published or abandoned first.
	ErrPrepared = errors.New("another night is prepared and neither published nor abandoned")
	// ErrNotPrepared is returned by Publish for a night that was not prepared with this manifest.
	ErrNotPrepared = errors.New("the night was not prepared with this manifest")
	// ErrFold is returned by Publish for rows that do not follow from what the store holds: a new action that is in force,
	// a change of one that is not, an open exception of which the night says nothing, another number of actions in force.
	ErrFold = errors.New("the night does not follow from the one before")
	// ErrRow is returned for a row that its table does not hold: a value missing, out of range, or no text.
	ErrRow = errors.New("not a row of its table")
	// ErrAudit is wrapped by [AuditError].
	ErrAudit = errors.New("the audit is broken")
)

// DatabaseError is an error of the database. Its text names what was being done and what the database calls the error,
// never a value of a row.
type DatabaseError struct {
	Step string // what was being done: "begin", "commit", "load azioni_in_essere_notte"
	Code string // SQLSTATE, or SQLite's extended result code; "" for a connection that went
	Text string
	Kind error // ErrTemporary, ErrDamaged, ErrNotWritable, ErrDisk or nil
	// Unknown: the transaction may have been committed.
	Unknown bool
}

// Error gives step, text and code.
func (e *DatabaseError) Error() string {
	s := e.Step + ": " + e.Text
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Kind != nil {
		s += ": " + e.Kind.Error()
	}
	return s
}

// Unwrap gives the kind or nil; the driver's own error may show data and is not kept.
func (e *DatabaseError) Unwrap() error { return e.Kind }

// Retryable tells whether the same call may succeed later.
func (e *DatabaseError) Retryable() bool { return errors.Is(e.Kind, ErrTemporary) }

// HeldError says who has the lease. It wraps [ErrHeld].
type HeldError struct {
	Holder string
	Since  pipeline.Instant
	Age    time.Duration // since then, by the store's clock
	Left   time.Duration // until it expires unless it is renewed
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("%v: %s, since %s", ErrHeld, e.Holder, e.Age.Truncate(time.Second))
}

// Unwrap gives [ErrHeld].
func (e *HeldError) Unwrap() error { return ErrHeld }

// AuditError names the first row of the audit that is not as it was written. It wraps [ErrAudit].
type AuditError struct {
	Row int64 // the number that the row has or should have
	Why string
}

func (e *AuditError) Error() string { return fmt.Sprintf("%v: row %d: %s", ErrAudit, e.Row, e.Why) }

// Unwrap gives [ErrAudit].
func (e *AuditError) Unwrap() error { return ErrAudit }
