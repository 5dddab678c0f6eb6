package night

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"incrocio/pipeline"
)

// Total is the scope (ambito) of the whole night.
const Total = "TOTALE"

// Items (voci) of the balance.
const (
	ItemRead      = "documenti_letti"
	ItemAccepted  = "documenti_accettati"
	ItemDiscarded = "documenti_scartati"
	ItemRepeated  = "documenti_ripetuti"
	// ItemRefused counts the rows of scarti: those of discarded documents, and of workers who could not be used of a document
	// that was accepted for others.
	ItemRefused = "righe_scarti"

	ItemFacts       = "comunicazioni_accettate"
	ItemNoClaim     = "comunicazioni_senza_domanda"
	ItemActedOn     = "comunicazioni_con_azione"
	ItemOnException = "comunicazioni_con_eccezione"
	ItemNoEffect    = "comunicazioni_senza_effetto"

	ItemYesterday = "eccezioni_ieri"
	ItemOpened    = "eccezioni_aperte"
	ItemReopened  = "eccezioni_riaperte"
	ItemClosed    = "eccezioni_chiuse"
	ItemToday     = "eccezioni_oggi"

	ItemInForce = "azioni_in_essere"
	// ItemHeld counts the actions that would be automatic tonight and wait, as proposals, for a person's word.
	ItemHeld = "azioni_trattenute"
)

// codePrefix begins the scope of an exception code.
const codePrefix = "codice "

// Line is a line of the balance without its value.
type Line struct {
	Scope string // ambito
	Item  string // voce
}

// Counts are the values of the balance. Adding is commutative, so they do not depend on who counted what.
type Counts map[Line]int64

// Add adds n to a line.
func (c Counts) Add(scope, item string, n int64) { c[Line{scope, item}] += n }

// Merge adds another set of counts.
func (c Counts) Merge(other Counts) {
	for line, n := range other {
		c[line] += n
	}
}

// Rows gives the counts as rows of quadratura, in their order.
func (c Counts) Rows(night pipeline.Date) []pipeline.BalanceRow {
	rows := make([]pipeline.BalanceRow, 0, len(c))
	for line, n := range c {
		rows = append(rows, pipeline.BalanceRow{Scope: line.Scope, Item: line.Item, Value: n, Night: night})
	}
	slices.SortFunc(rows, func(a, b pipeline.BalanceRow) int {
		return cmp.Or(strings.Compare(a.Scope, b.Scope), strings.Compare(a.Item, b.Item))
	})
	return rows
}

// BalanceError says which line does not close. The night is refused: something was lost or counted twice.
type BalanceError struct {
	Scope       string
	Left, Right string // the two sides, as the contract writes them
	L, R        int64
}

func (e *BalanceError) Error() string {
	return fmt.Sprintf("quadratura does not close for %s: %s = %d, %s = %d", e.Scope, e.Left, e.L, e.Right, e.R)
}

// equations of the balance: the sum of the items on the left equals that on the right, in every scope that has any.
var equations = []struct {
	left, right []string
	byCode      bool // for the whole night and by code only: an exception may move from one sede to another overnight
}{
	{left: []string{ItemRead}, right: []string{ItemAccepted, ItemDiscarded, ItemRepeated}},
	{left: []string{ItemFacts}, right: []string{ItemNoClaim, ItemActedOn, ItemOnException, ItemNoEffect}},
	{left: []string{ItemYesterday, ItemOpened, ItemReopened}, right: []string{ItemClosed, ItemToday}, byCode: true},
}

// Check gives a [BalanceError] for the first line, by scope, that does not close.
func (c Counts) Check() error {
	scopes := map[string]bool{}
	for line := range c {
		scopes[line.Scope] = true
	}
	names := make([]string, 0, len(scopes))
	for s := range scopes {
		names = append(names, s)
	}
	slices.Sort(names)
	for _, scope := range names {
		for _, eq := range equations {
			if eq.byCode && scope != Total && !strings.HasPrefix(scope, codePrefix) {
				continue
			}
			l, r := c.sum(scope, eq.left), c.sum(scope, eq.right)
			if l != r {
				return &BalanceError{scope, strings.Join(eq.left, " + "), strings.Join(eq.right, " + "), l, r}
			}
		}
	}
	return nil
}

func (c Counts) sum(scope string, items []string) int64 {
	var n int64
	for _, item := range items {
		n += c[Line{scope, item}]
	}
	return n
}
