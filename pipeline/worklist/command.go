package worklist

import "incrocio/pipeline"

// Verb is what a command does.
type Verb string

// The verbs.
const (
	VerbElabora Verb = "ELABORA"  // opens a pending item for work: takes it, and the first time turns Letto to Sì
	VerbTake    Verb = "PRENDI"   // takes it in carico
	VerbRelease Verb = "RILASCIA" // gives it back to all
	VerbAssign  Verb = "ASSEGNA"  // gives it to another operator
	VerbHold    Verb = "SOSPENDI" // puts it away until a day
	VerbNote    Verb = "ANNOTA"   // writes a note on it
	VerbClose   Verb = "CHIUDI"   // closes it, with an outcome and maybe a decision
	VerbApprove Verb = "APPROVA"  // lets a closing pass, as a second person
	VerbReject  Verb = "RESPINGI" // sends a closing back to who asked for it
	VerbUndo    Verb = "ANNULLA"  // takes one's own closing back
	VerbReopen  Verb = "RIAPRI"   // makes a worked item pending again
)

// Target is an item as the operator saw it.
type Target struct {
	Key
	// Version is the one that was seen; a command on another one is refused. Negative: whatever it is.
	Version int64
	// Fingerprint is that of the facts that were seen. Closing demands it; elsewhere "" stands for any.
	Fingerprint string
}

// Command is one act of an operator, on one item or on several at once.
type Command struct {
	Verb  Verb
	Items []Target
	// Group names the closing, or with its first closing the bulk, that Approve, Reject and Undo are about; then Items is empty.
	Group int64

	To       *Operator     // of Assign
	Until    pipeline.Date // of Hold: the first day on which the item is back
	Text     string        // reason or note
	Outcome  Outcome       // of Close
	Decision *Decision     // of Close; nil for none
	Bulk     bool          // of Close: one of several commands that together close more than MaxAlone items
	// Token names the sending of a form: the same one sent again gives the answer of the first and does nothing. "" for none.
	Token string
}

// Limits of the work on the list.
const (
	MaxAlone   = 20  // items that one person may close at once without a second
	MaxItems   = 500 // items of one command
	UndoWindow = pipeline.Instant(10 * 60 * 1_000_000)
	MaxHold    = 366 // days
)

// Check refuses a command that no item could accept, wrapping [ErrIncomplete].
func (c *Command) Check(today pipeline.Date) error {
	byGroup := c.Verb == VerbApprove || c.Verb == VerbReject || c.Verb == VerbUndo
	switch {
	case byGroup && (c.Group <= 0 || len(c.Items) > 0):
		return incomplete("manca il numero della lavorazione")
	case !byGroup && (c.Group != 0 || len(c.Items) == 0):
		return incomplete("nessun elemento indicato")
	case len(c.Items) > MaxItems:
		return incomplete("più di %d elementi in una volta", MaxItems)
	case repeats(c.Items):
		return incomplete("un elemento è indicato due volte")
	}
	switch c.Verb {
	case VerbElabora, VerbTake, VerbRelease, VerbApprove:
		return checkText("il motivo", c.Text, false)
	case VerbAssign:
		if c.To == nil || c.To.Name == "" {
			return incomplete("manca l'operatore a cui assegnare")
		}
		return checkText("il motivo", c.Text, false)
	case VerbHold:
		if c.Until <= today {
			return incomplete("il giorno del rientro non è futuro")
		}
		if c.Until > today+MaxHold {
			return incomplete("il rientro è fra più di un anno")
		}
		return checkText("il motivo", c.Text, true)
	case VerbNote:
		return checkText("la nota", c.Text, true)
	case VerbReject, VerbReopen, VerbUndo:
		return checkText("il motivo", c.Text, c.Verb != VerbUndo)
	case VerbClose:
		return c.checkClose()
	}
	return incomplete("operazione %q sconosciuta", c.Verb)
}

func (c *Command) checkClose() error {
	known := false
	for _, o := range Outcomes() {
		known = known || c.Outcome == o
	}
	if !known {
		return incomplete("manca l'esito: FONDATA, UTILE o INFONDATA")
	}
	if c.Decision == nil {
		return checkText("il motivo", c.Text, false)
	}
	if len(c.Items) > 1 && (c.Decision.Kind == DecideDates || c.Decision.Kind == DecideFact) {
		return incomplete("date e fatti si decidono su un elemento alla volta")
	}
	if err := c.Decision.Check(); err != nil {
		return err
	}
	return checkText("il motivo del provvedimento", c.Text, true)
}

func repeats(ts []Target) bool {
	seen := map[Key]bool{}
	for _, t := range ts {
		if seen[t.Key] {
			return true
		}
		seen[t.Key] = true
	}
	return false
}

// Second tells whether a closing takes a second person: because of its code, or because it is one of more than [MaxAlone]
// at once.
func (c *Command) Second(i *Item) bool { return i.SecondEyes || c.Bulk || len(c.Items) > MaxAlone }
