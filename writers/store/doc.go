// Package store keeps what must outlive a night: the ledger of nights, the inputs they took, the actions in force, the
// exceptions with their history, the submissions, what operators do with them, an audit that cannot be edited unnoticed, and
// the lease that lets one night run at a time. It is the desk at which operators work ([worklist.Desk]).
//
//	notti                      a night of a reference date and revision: PREPARATA, PUBBLICATA, SOSTITUITA
//	notti_tentativi            every attempt at a night, with its outcome
//	ingressi                   the files that a published night took
//	azioni_in_essere           actions issued and not withdrawn, columns of the published table
//	eccezioni                  every exception known, as the last night that said something new of it left it
//	eccezioni_storia           the row of each night that opened, changed, reopened or closed an exception
//	comunicazioni              every submission known, as the last night that said something new of it left it
//	schede                     what nights keep of the facts behind an item; samples and questions
//	lavori                     what operators have brought an item to: state, holder, version
//	lavorazioni                closings by operators: approved, undone, taken in by a night
//	annotazioni                notes on items
//	richieste                  forms that were sent, with the answer
//	utenti                     local accounts
//	contatori                  the last number given out
//	audit                      who did what: append-only, each row holds the digest of the one before
//	blocco                     one row, the lease with its fencing number
//	…_prima                    the rows that the last night changed, as they were before it: what a repetition starts from
//
// The package holds every rule once, over a [Database] of six methods; packages sqlite and postgres provide one each and
// the way to open it. Both give the same rows in the same order for the same calls.
//
// # Transactions
//
// Every change is one transaction that begins by locking the lease's row (SQLite: BEGIN IMMEDIATE), so changes happen one
// after another, and that appends the audit row which says what was done. A change that a database gave up is tried again,
// five times in all. When the connection goes while COMMIT is under way the outcome is unknown: the next try looks for the
// audit row of the one before, and does nothing where it is there.
//
// A change may wait for another one that is under way, a publication among them; reading waits for nobody, but what an
// operator reads is shown once the audit says so, which is a change. The audit rows of reads that go on at once are one
// transaction.
//
// # Lists
//
// A list is read from an index: elenco, in the row of the item, says which list it is in. Nights bring it up to date for the
// rows that they change, and commands for theirs. What changes by itself, an item that was held until today, is in the same
// list before and after.
//
// # Times
//
// Moments are those of the store's clock: SQLite's is the machine's, to the millisecond, PostgreSQL's is the server's.
// They are for people; nothing that is published depends on them.
//
// # Amounts
//
// PostgreSQL holds amounts as numeric. SQLite has no exact decimal: importo_totale, importo_trattenuto and importo are
// whole cents there, importo_giornaliero whole hundredths of a cent.
package store
