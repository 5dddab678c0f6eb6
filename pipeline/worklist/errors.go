package worklist

import (
	"errors"

	"incrocio/pipeline"
)

// Why a command is refused. The texts are Italian, for the operator; none names a person of the data.
var (
	// ErrUnknown: there is no such item, or it is of a sede that the operator was not granted; which of the two is not told.
	ErrUnknown = errors.New("l'elemento non esiste")
	// ErrRole: the operator's role does not allow it.
	ErrRole = errors.New("il ruolo non lo consente")
	// ErrNotClosable: the code may not be waved off; it closes by itself, or with a decision.
	ErrNotClosable = errors.New("non si chiude a mano senza un provvedimento")
	// ErrNoDecision: the item cannot carry a decision.
	ErrNoDecision = errors.New("su questo elemento non si decide nulla")
	// ErrSamePerson: four eyes are those of two persons.
	ErrSamePerson = errors.New("serve una seconda persona")
	// ErrState: the item is not in a state in which this can be done.
	ErrState = errors.New("lo stato dell'elemento non lo consente")
	// ErrGone: the exception closed by itself.
	ErrGone = errors.New("l'eccezione si è chiusa da sola")
	// ErrTooLate: the ten minutes are over, or a night has taken the decision in.
	ErrTooLate = errors.New("non si può più annullare")
	// ErrNotGranted: the operator to assign to does not work in the sede.
	ErrNotGranted = errors.New("l'operatore non lavora in questa sede")
	// ErrToken: the token was used for another command.
	ErrToken = errors.New("il modulo è già stato usato per altro")
)

// ConflictError says that somebody else was first: what the operator saw is no longer so. It matches [ErrConflict].
type ConflictError struct {
	By    string // account; "" where a night changed the facts
	Verb  Verb   // VerbApprove or VerbUndo: what By did to the closing; "" where it is State that tells
	State State  // of the item now
	At    pipeline.Instant
	Night pipeline.Date // of the change, where a night made it
}

// ErrConflict matches every [ConflictError].
var ErrConflict = errors.New("l'elemento è cambiato nel frattempo")

func (e *ConflictError) Error() string {
	at := e.At.Time().In(pipeline.Rome).Format("02/01/2006 15:04:05")
	switch {
	case e.By == "":
		return "i fatti sono cambiati nel frattempo: rileggere l'elemento"
	case e.Verb == VerbApprove:
		return "chiusura già approvata da " + e.By + " il " + at
	case e.Verb == VerbUndo:
		return "chiusura già ritirata da " + e.By + " il " + at
	case e.State == StateTaken:
		return "in carico a " + e.By + " dal " + at
	case e.State == StateHeld:
		return "sospesa da " + e.By + " dal " + at
	case e.State == StateApproval:
		return "chiusa da " + e.By + " il " + at + ", in approvazione"
	case e.State == StateWorked:
		return "già lavorata da " + e.By + " il " + at
	}
	return "cambiata da " + e.By + " il " + at
}

// Is matches [ErrConflict].
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }
