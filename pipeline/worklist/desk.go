package worklist

import (
	"context"

	"incrocio/pipeline"
)

// Desk is where operators work: the store behind the command line, the spreadsheet and the console. Every call that shows
// or changes an item leaves an audit row, in the transaction of the change; what an operator was not granted leaves one too,
// and gives [ErrUnknown]. It is safe for concurrent use.
type Desk interface {
	// Do carries out a command on all its items in one transaction. What is refused for one item is in its [Result] and does
	// not keep the others from it; an error means that nothing was done. A command whose Token was seen before gives the
	// receipt of the first time.
	Do(ctx context.Context, who *Operator, c *Command) (Receipt, error)
	// List gives one page of a list, of the sedi that the operator was granted.
	List(ctx context.Context, who *Operator, q *Query) (Page, error)
	// Look gives one item with all that is known of it. It never changes Letto.
	Look(ctx context.Context, who *Operator, k Key) (Detail, error)
	// Requests gives the closings that wait for a second person, the oldest first; the operator's own too.
	Requests(ctx context.Context, who *Operator) ([]Request, error)
	// Tallies counts the items that are not worked, by sede, kind, class and state, in this order.
	Tallies(ctx context.Context, who *Operator) ([]Tally, error)
	// Findings counts the closings in force of the days from to to, both included, by code.
	Findings(ctx context.Context, who *Operator, from, to pipeline.Date) ([]Finding, error)
	// Questions gives the sheets of the employers' questions of the days from to to, both included, by sede, day and protocol.
	Questions(ctx context.Context, who *Operator, from, to pipeline.Date) ([]Sheet, error)
	// Trail gives what the audit says of an item, in order.
	Trail(ctx context.Context, who *Operator, k Key) ([]Trace, error)
	// Today is the day in Europe/Rome by the store's clock.
	Today(ctx context.Context) (pipeline.Date, error)
}

// Receipt says what a command did.
type Receipt struct {
	Results []Result
	// Group is the number of the closing, or of the first of a bulk; 0 for commands that close nothing.
	Group int64
	// Waits: the closing takes a second person.
	Waits bool
}

// Result is what a command did to one item.
type Result struct {
	Key
	State   State // after the command
	Version int64
	Closing int64 // number of the closing that was made or changed; 0 for none
	Err     error // one of this package's; nil where it was done
}

// Trace is an audit row about an item.
type Trace struct {
	Number int64
	At     pipeline.Instant
	Who    string
	What   string
	Detail string // JSON
}

// Account is a local account (utenza) of the console and of the command line.
type Account struct {
	Name       string
	Person     string
	Role       Role
	Offices    []string
	AllOffices bool
	Secret     string // digest of the password in the form of argon2id, "$argon2id$v=19$m=…"
	Disabled   bool
	Created    pipeline.Instant // set by the store
}

// Operator is who an account stands for.
func (a *Account) Operator() *Operator {
	return &Operator{Name: a.Name, Person: a.Person, Role: a.Role, Offices: a.Offices, AllOffices: a.AllOffices}
}

// Accounts keeps local accounts. Names are compared folded: "Rossi" and " rossi" are one.
type Accounts interface {
	// Account gives an account by name, and false where there is none.
	Account(ctx context.Context, name string) (Account, bool, error)
	// SaveAccount adds an account or changes it; by is who does so, for the audit.
	SaveAccount(ctx context.Context, by string, a Account) error
	// Accounts gives all of them, by name, without their secrets.
	Accounts(ctx context.Context) ([]Account, error)
}
