package worklist

import (
	"incrocio/pipeline"
)

// Today is the day of a moment where sedi are.
func Today(now pipeline.Instant) pipeline.Date { return pipeline.DateOf(now.Time(), pipeline.Rome) }

// Change is what a command did to one item.
type Change struct {
	Item Item
	// Closing is to be added (Number 0), or replaced by its number; nil where the command touches none.
	Closing *Closing
	// Same: the item was so already, and nothing is to be kept but the audit of who looked.
	Same bool
}

// Apply carries a command out on one of its items, which is not modified. It refuses with the errors of this package;
// [Command.Check] is the caller's. now is the store's clock.
func Apply(i Item, c *Command, seen Target, who *Operator, now pipeline.Instant) (Change, error) {
	switch {
	case !who.Sees(i.Office):
		return Change{}, ErrUnknown
	case !who.Works():
		return Change{}, ErrRole
	}
	a := act{before: i, item: i, c: c, seen: seen, who: who, now: now, state: i.Now(Today(now))}
	err := a.do()
	if err != nil {
		return Change{}, err
	}
	if !a.same {
		a.item.Version++
	}
	return Change{a.item, a.closing, a.same}, nil
}

// act is one command on one item.
type act struct {
	before, item Item
	state        State // of the item today
	c            *Command
	seen         Target
	who          *Operator
	now          pipeline.Instant
	closing      *Closing
	same         bool
}

func (a *act) do() error {
	switch a.c.Verb {
	case VerbApprove, VerbReject, VerbUndo:
		return a.judge()
	}
	if a.item.Gone && a.c.Verb != VerbNote {
		return ErrGone
	}
	if err := a.fresh(); err != nil {
		return err
	}
	switch a.c.Verb {
	case VerbElabora, VerbTake:
		return a.take()
	case VerbRelease:
		return a.release()
	case VerbAssign:
		return a.assign()
	case VerbHold:
		return a.hold()
	case VerbNote:
		return nil
	case VerbClose:
		return a.close()
	case VerbReopen:
		return a.reopen()
	}
	panic("worklist: command not checked")
}

// conflict says who was first.
func (a *act) conflict() error {
	return &ConflictError{By: a.item.Holder, State: a.state, At: a.item.Since}
}

// fresh refuses a command on what the operator did not see. Doing again what one has done is no conflict.
func (a *act) fresh() error {
	if a.c.Verb == VerbNote {
		return nil
	}
	if a.seen.Fingerprint != "" && a.seen.Fingerprint != a.item.Fingerprint {
		return &ConflictError{State: a.state}
	}
	if a.seen.Version >= 0 && a.seen.Version != a.item.Version && !a.mine() {
		return a.conflict()
	}
	return nil
}

// mine tells whether the item is in the hands of the operator.
func (a *act) mine() bool { return a.item.Person == a.who.ID() && a.state != StatePending }

func (a *act) to(s State) {
	a.item.State, a.item.Since = s, a.now
	a.item.Holder, a.item.Person = a.who.Name, a.who.ID()
	a.item.Until, a.item.Why = 0, ""
}

// free puts the item back to nobody.
func (a *act) free() {
	a.to(StatePending)
	a.item.Holder, a.item.Person = "", ""
}

func (a *act) take() error {
	reads := a.c.Verb == VerbElabora && a.item.ReadBy == ""
	switch {
	case a.c.Verb == VerbElabora && a.item.Received:
		return ErrState
	case a.state == StateTaken && a.mine():
		a.same = !reads
	case a.state == StatePending, a.state == StateHeld && a.mine():
		a.to(StateTaken)
	default:
		return a.conflict()
	}
	if reads {
		a.item.ReadBy, a.item.ReadAt = a.who.Name, a.now
	}
	return nil
}

// held demands that the item is in the operator's hands, or that the operator may take it out of others'.
func (a *act) held() error {
	switch {
	case a.state != StateTaken && a.state != StateHeld:
		return a.stateError()
	case !a.mine() && a.who.Role != RoleSupervisor:
		return a.conflict()
	}
	return nil
}

// stateError says why the state does not allow the command: who has closed the item, where somebody has.
func (a *act) stateError() error {
	if a.state == StateApproval || a.state == StateWorked {
		return a.conflict()
	}
	return ErrState
}

func (a *act) release() error {
	if a.state == StatePending {
		a.same = true
		return nil
	}
	if err := a.held(); err != nil {
		return err
	}
	a.free()
	return nil
}

func (a *act) assign() error {
	to := a.c.To
	switch {
	case !to.Works() || !to.Sees(a.item.Office):
		return ErrNotGranted
	case a.state == StatePending && a.who.Role != RoleSupervisor:
		return ErrRole
	}
	if a.state != StatePending {
		if err := a.held(); err != nil {
			return err
		}
	}
	a.to(StateTaken)
	a.item.Holder, a.item.Person = to.Name, to.ID()
	return nil
}

func (a *act) hold() error {
	if a.state != StatePending && (!a.mine() || a.state != StateTaken && a.state != StateHeld) {
		return a.conflict()
	}
	a.to(StateHeld)
	a.item.Until, a.item.Why = a.c.Until, a.c.Text
	return nil
}

func (a *act) close() error {
	switch {
	case a.state != StatePending && (!a.mine() || a.state == StateApproval || a.state == StateWorked):
		if (a.state == StateApproval || a.state == StateWorked) && a.again() {
			a.same = true
			return nil
		}
		return a.conflict()
	case a.seen.Fingerprint != a.item.Fingerprint:
		return &ConflictError{State: a.state}
	case a.c.Decision != nil && a.item.Kind != KindException:
		return ErrNoDecision
	case a.c.Decision == nil && !a.item.Closable:
		return ErrNotClosable
	}
	a.closing = &Closing{
		Key: a.item.Key, Fingerprint: a.item.Fingerprint, Outcome: a.c.Outcome, Reason: a.c.Text, Decision: a.c.Decision,
		By: a.who.Name, Person: a.who.ID(), At: a.now, Second: a.c.Second(&a.item),
	}
	a.to(StateWorked)
	if a.closing.Second {
		a.item.State = StateApproval
	}
	a.item.Closing = a.closing
	return nil
}

// again tells whether the operator has closed the item just so before.
func (a *act) again() bool {
	c := a.item.Closing
	return c != nil && !c.Undone && c.Person == a.who.ID() && c.Fingerprint == a.seen.Fingerprint && c.Outcome == a.c.Outcome &&
		c.Reason == a.c.Text && sameDecision(c.Decision, a.c.Decision)
}

func sameDecision(a, b *Decision) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := *a, *b
	x.Fact, y.Fact = nil, nil
	if x != y || (a.Fact == nil) != (b.Fact == nil) {
		return false
	}
	return a.Fact == nil || *a.Fact == *b.Fact
}

func (a *act) reopen() error {
	if a.state != StateWorked {
		return a.stateError()
	}
	if a.item.Closing != nil {
		a.undone()
	}
	a.item.ByProcedure = false
	a.free()
	return nil
}

// judge is what a second person, or the first on second thoughts, says of a closing.
func (a *act) judge() error {
	c := a.item.Closing
	switch {
	case c == nil:
		return ErrState
	case c.Undone:
		return a.judged(VerbUndo, c.UndoneBy, c.UndoneAt)
	case a.c.Verb == VerbUndo:
		return a.undo(c)
	case a.item.State == StateApproval && c.Fingerprint != a.item.Fingerprint:
		return &ConflictError{State: a.state}
	case a.state != StateApproval:
		if a.state == StateWorked && c.Approver == a.who.ID() && a.c.Verb == VerbApprove {
			a.same = true
			return nil
		}
		return a.judged(VerbApprove, c.ApprovedBy, c.ApprovedAt)
	case c.Person == a.who.ID():
		return ErrSamePerson
	case a.item.Gone:
		return ErrGone
	}
	if a.c.Verb == VerbReject {
		a.undone()
		a.item.State, a.item.Since, a.item.Holder, a.item.Person = StateTaken, a.now, c.By, c.Person
		return nil
	}
	next := *c
	next.ApprovedBy, next.Approver, next.ApprovedAt = a.who.Name, a.who.ID(), a.now
	a.closing, a.item.Closing = &next, &next
	a.item.State, a.item.Since = StateWorked, a.now
	return nil
}

// judged says who has approved a closing or taken it back before.
func (a *act) judged(verb Verb, by string, at pipeline.Instant) error {
	switch {
	case by != "" && by != a.who.Name:
	case verb == VerbUndo:
		return ErrState
	default:
		return a.stateError()
	}
	return &ConflictError{By: by, Verb: verb, State: a.state, At: at}
}

// undo takes a closing back: while it waits at any time, afterwards within ten minutes and before a night has taken it in.
func (a *act) undo(c *Closing) error {
	elsewhere := (a.state == StateTaken || a.state == StateHeld) && !a.mine() // its facts changed, and another works on it
	if c.Person != a.who.ID() || elsewhere {
		return a.conflict()
	}
	if c.Night != 0 || c.InForce() && a.now > c.EffectiveAt()+UndoWindow {
		return ErrTooLate
	}
	a.undone()
	a.to(StateTaken)
	return nil
}

func (a *act) undone() {
	next := *a.item.Closing
	next.Undone, next.UndoneBy, next.UndoneAt, next.UndoneReason = true, a.who.Name, a.now, a.c.Text
	a.closing, a.item.Closing = &next, nil
}
