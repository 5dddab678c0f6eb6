package workbook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// Why a row is refused before anybody asks the store. The texts are Italian, for the operator.
var (
	ErrAltered  = errors.New("celle di sola lettura modificate: esportare di nuovo")
	ErrRepeated = errors.New("la stessa eccezione è compilata su più righe")
	ErrKey      = errors.New("manca l'identificativo o la versione")
	ErrOutcome  = errors.New("esito non in elenco: FONDATA, UTILE o INFONDATA")
	ErrDecision = errors.New("provvedimento non in elenco: CONFERMA, RIFIUTO o DATE")
	ErrNothing  = errors.New("manca l'esito")
)

// Line is a row of a file that was read back.
type Line struct {
	Number int // of the row in the file, the header being 1
	Row    Row
	Err    error // what cannot be read of it; nil for nothing
}

// Refusal is a row that is not carried out, and why.
type Refusal struct {
	Number int
	Key    worklist.Key
	Err    error
}

// Step is a command that rows of a file ask for.
type Step struct {
	Command worklist.Command
	Numbers []int // of the rows, one for each item of the command
}

// Plan is what a file asks for. It depends on the file alone, and so do the tokens of its commands: the same file sent
// again changes nothing.
type Plan struct {
	Steps   []Step
	Refused []Refusal
	// Closings counts the rows to be closed. Above [worklist.MaxAlone] they are a bulk and take a second person, one and all.
	Closings int
}

// MakePlan makes commands of the rows that were filled in. file is the digest of the file. Rows that close with the same
// outcome, reason and decision become one command, of at most [worklist.MaxItems]; closings come before notes.
func MakePlan(file string, lines []Line) Plan {
	m := planner{file: file, count: map[string]int{}, group: map[string]int{}}
	for i := range lines {
		if id := lines[i].Row.ID; id != "" {
			m.count[id]++
		}
	}
	for i := range lines {
		if err := m.add(&lines[i]); err != nil {
			m.plan.Refused = append(m.plan.Refused, Refusal{lines[i].Number, lines[i].Row.Key(), err})
		}
	}
	return m.finish()
}

type planner struct {
	file  string
	count map[string]int // rows by exception
	group map[string]int // open step by closing
	plan  Plan
	notes []Step
}

// add turns a row into commands, or says why not.
func (m *planner) add(l *Line) error {
	r := &l.Row
	switch {
	case l.Err != nil:
		return l.Err
	case r.ID == "" || r.Version < 0:
		return ErrKey
	case r.Altered():
		return ErrAltered
	case m.count[r.ID] > 1:
		return ErrRepeated
	}
	seen := worklist.Target{Key: r.Key(), Version: r.Version, Fingerprint: r.Fingerprint}
	closing, closes, err := closingOf(r)
	if err != nil {
		return err
	}
	note := worklist.Command{Verb: worklist.VerbNote, Items: []worklist.Target{seen}, Text: r.Note}
	if !blank(r.Note) {
		if err := note.Check(0); err != nil {
			return err
		}
		// What the row itself has closed is no longer as it was seen.
		note.Items[0].Version = -1
	}
	if closes {
		closing.Items = []worklist.Target{seen}
		if err := closing.Check(0); err != nil {
			return err
		}
		m.close(closing, l.Number)
	}
	if !blank(r.Note) {
		m.notes = append(m.notes, Step{note, []int{l.Number}})
	}
	return nil
}

// closingOf reads the closing that a row asks for; false for none.
func closingOf(r *Row) (worklist.Command, bool, error) {
	c := worklist.Command{Verb: worklist.VerbClose, Outcome: worklist.Outcome(word(r.Outcome))}
	if !blank(r.Reason) {
		c.Text = r.Reason
	}
	kind := worklist.DecisionKind(word(r.Decision))
	decides := kind != "" || r.NewFrom != 0 || r.NewTo != 0
	switch {
	case c.Outcome == "" && c.Text == "" && !decides:
		return c, false, nil
	case c.Outcome == "":
		return c, false, ErrNothing
	case !slices.Contains(worklist.Outcomes(), c.Outcome):
		return c, false, ErrOutcome
	case kind == worklist.DecideFact, kind != "" && !slices.Contains(worklist.DecisionKinds(), kind), decides && kind == "":
		return c, false, ErrDecision
	}
	if decides {
		c.Decision = &worklist.Decision{Kind: kind, From: r.NewFrom, To: r.NewTo}
	}
	return c, true, nil
}

// word reads a cell that holds one of a list.
func word(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

// close adds a closing to the command that does the same, or as a new one. Dates are decided one exception at a time.
func (m *planner) close(c worklist.Command, number int) {
	m.plan.Closings++
	dated := c.Decision != nil && c.Decision.Kind == worklist.DecideDates
	key := fmt.Sprintf("%q %q", c.Outcome, c.Text)
	if c.Decision != nil {
		key += string(c.Decision.Kind)
	}
	if i, ok := m.group[key]; ok && !dated && len(m.plan.Steps[i].Numbers) < worklist.MaxItems {
		s := &m.plan.Steps[i]
		s.Command.Items, s.Numbers = append(s.Command.Items, c.Items...), append(s.Numbers, number)
		return
	}
	m.plan.Steps = append(m.plan.Steps, Step{c, []int{number}})
	if !dated {
		m.group[key] = len(m.plan.Steps) - 1
	}
}

// finish marks the bulk and names the commands.
func (m *planner) finish() Plan {
	for i := range m.plan.Steps {
		m.plan.Steps[i].Command.Bulk = m.plan.Closings > worklist.MaxAlone
	}
	m.plan.Steps = append(m.plan.Steps, m.notes...)
	for i := range m.plan.Steps {
		s := &m.plan.Steps[i]
		s.Command.Token = token(m.file, s.Command.Verb, s.Numbers)
	}
	return m.plan
}

// token names a command by its file and rows.
func token(file string, verb worklist.Verb, numbers []int) string {
	b := []byte(file + " " + string(verb))
	for _, n := range numbers {
		b = strconv.AppendInt(append(b, ' '), int64(n), 10)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Effect is what will become of a row, or has become of it.
type Effect struct {
	Number  int
	Key     worklist.Key
	Verb    worklist.Verb
	Effect  EffectKind
	Err     error // why it is refused; nil for the other effects
	Version int64 // of the item afterwards
}

// EffectKind is a kind of [Effect].
type EffectKind string

// The effects.
const (
	EffectClosed  EffectKind = "CHIUSA"
	EffectWaits   EffectKind = "IN_APPROVAZIONE"
	EffectNoted   EffectKind = "ANNOTATA"
	EffectSame    EffectKind = "GIA_FATTO"
	EffectRefused EffectKind = "RIFIUTATA"
)

// Preview tells what a step will do to the item of a number, as the store has it now; nil stands for one that the store
// does not show to the operator.
func (s *Step) Preview(i int, item *worklist.Item, who *worklist.Operator, now pipeline.Instant) Effect {
	e := Effect{Number: s.Numbers[i], Key: s.Command.Items[i].Key, Verb: s.Command.Verb}
	if item == nil {
		return e.refused(worklist.ErrUnknown)
	}
	change, err := worklist.Apply(*item, &s.Command, s.Command.Items[i], who, now)
	if err != nil {
		return e.refused(err)
	}
	e.Version = change.Item.Version
	e.Effect = s.outcome(change.Item.State)
	if change.Same {
		e.Effect = EffectSame
	}
	return e
}

// Done tells what a step did to the item of a number. before is the version that the item had.
func (s *Step) Done(i int, r *worklist.Result, before int64) Effect {
	e := Effect{Number: s.Numbers[i], Key: s.Command.Items[i].Key, Verb: s.Command.Verb, Version: r.Version}
	if r.Err != nil {
		return e.refused(r.Err)
	}
	e.Effect = s.outcome(r.State)
	if r.Version <= before { // the answer to the first sending of the file
		e.Effect = EffectSame
	}
	return e
}

func (e Effect) refused(err error) Effect {
	e.Effect, e.Err = EffectRefused, err
	return e
}

func (s *Step) outcome(state worklist.State) EffectKind {
	switch {
	case s.Command.Verb == worklist.VerbNote:
		return EffectNoted
	case state == worklist.StateApproval:
		return EffectWaits
	}
	return EffectClosed
}
