package worklist

import "incrocio/pipeline"

// Kind is what an item is about (tipo).
type Kind string

// The kinds of item.
const (
	KindException  Kind = "ECCEZIONE"
	KindSubmission Kind = "COMUNICAZIONE"
	KindSample     Kind = "CAMPIONE" // an automatic action drawn for a look
)

// Key names an item: id_eccezione, protocollo or id_azione. None of them holds a tax code.
type Key struct {
	Kind Kind   `json:"tipo"`
	ID   string `json:"id"`
}

// State is where an item is on its way (stato).
type State string

// The states. An item that nobody has touched is StatePending.
const (
	StatePending  State = "DA_LAVORARE"
	StateTaken    State = "IN_CARICO"
	StateHeld     State = "IN_ATTESA"       // held until a day; pending again from that day on
	StateApproval State = "IN_APPROVAZIONE" // closed by one person, waiting for another
	StateWorked   State = "LAVORATA"
)

// States lists them in the order of an item's way.
func States() []State {
	return []State{StatePending, StateTaken, StateHeld, StateApproval, StateWorked}
}

// Item is an item as a command finds it.
type Item struct {
	Key
	Office string
	// Version counts the changes of the item; 0 for one that nobody has touched. What an operator saw has a version, and a
	// command on an older one is refused.
	Version int64
	State   State

	Holder string           // account of whoever has it in carico, or asked for its closing; "" for nobody
	Person string           // who that is
	Since  pipeline.Instant // of the state
	Until  pipeline.Date    // first day on which a held item is pending again
	Why    string           // of a hold

	ReadBy string           // who opened it first with Elabora; "" for Letto = No
	ReadAt pipeline.Instant //

	Code        string // of an exception
	Fingerprint string // of the facts as they are now (impronta)
	Closable    bool   // may be waved off without a decision
	SecondEyes  bool   // its closing takes two persons
	Gone        bool   // an exception that closed by itself
	Received    bool   // a submission that is only received (pervenuta): not yet to be worked with Elabora
	ByProcedure bool   // a submission that the procedure worked by itself, and no operator has reopened

	// Closing is the last closing that was neither undone nor rejected; nil for none.
	Closing *Closing
}

// Outcome is what an operator found (esito); the statistics count it.
type Outcome string

// The outcomes.
const (
	OutcomeFounded   Outcome = "FONDATA"   // the doubt was right
	OutcomeUseful    Outcome = "UTILE"     // nothing to correct, but worth a look
	OutcomeUnfounded Outcome = "INFONDATA" // a false alarm
)

// Outcomes lists them.
func Outcomes() []Outcome { return []Outcome{OutcomeFounded, OutcomeUseful, OutcomeUnfounded} }

// Closing is the closing of an item (lavorazione). It holds for the facts it was made on.
type Closing struct {
	Number      int64 // set by the store; the protocol of its decision is "OP." and the number
	Key         Key
	Group       int64 // number of the first closing of a bulk; 0 for one alone
	Fingerprint string
	Outcome     Outcome
	Reason      string
	Decision    *Decision // nil: the item is closed and nothing else
	By, Person  string    // account and person
	At          pipeline.Instant

	Second     bool   // takes two persons
	ApprovedBy string // account; "" while it waits, and where it takes one person
	Approver   string // person
	ApprovedAt pipeline.Instant

	Undone       bool // taken back, or rejected
	UndoneBy     string
	UndoneAt     pipeline.Instant
	UndoneReason string

	Night pipeline.Date // the night that took its decision in; 0 before
}

// InForce tells whether the closing counts: not undone, and approved where it takes two.
func (c *Closing) InForce() bool {
	return c != nil && !c.Undone && (!c.Second || c.ApprovedBy != "")
}

// EffectiveAt is the moment from which it counts.
func (c *Closing) EffectiveAt() pipeline.Instant { return max(c.At, c.ApprovedAt) }

// Now gives the state of an item on a day: what is held comes back by itself, what was closed on other facts is pending again.
func (i *Item) Now(today pipeline.Date) State {
	switch {
	case i.State == StateHeld && today >= i.Until:
		return StatePending
	case i.State == StateWorked && i.ByProcedure:
		return StateWorked
	case i.State == StateWorked && (i.Closing == nil || i.Closing.Fingerprint != i.Fingerprint):
		return StatePending
	case i.State == StateApproval && (i.Closing == nil || i.Closing.Fingerprint != i.Fingerprint):
		return StatePending
	case i.State == "":
		return StatePending
	}
	return i.State
}
