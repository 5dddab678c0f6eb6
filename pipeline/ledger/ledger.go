// Package ledger compares what should be in force for a person with what was issued before, and says what is new,
// changed or withdrawn tonight, each with its one cause. It is pure: facts and a date in, rows out.
package ledger

import (
	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/worklist"
)

// Night is what a decision knows of the night apart from the person's facts.
type Night struct {
	Date         pipeline.Date
	Previous     pipeline.Date // the last published night; 0 for the first
	Params       *rules.Params
	RulesVersion string

	// Hold tells whether an action against a person that would become AUTOMATICA tonight waits for a person's word on the
	// night, and the slice it waits with. Nothing new is automatic then on its claim. Nil holds nothing.
	Hold func(gates.Adverse) (gates.Slice, bool)
	// Accepted: a person has let the night pass. What waited until now is issued on that word.
	Accepted bool

	// Handled tells what operators have done with a submission, and false where they have not touched it. Nil: they have
	// touched none.
	Handled func(*pipeline.SubmissionRow) (Handling, bool)
	// Sampling draws the automatic actions that are sent to a sede for a look.
	Sampling worklist.Sampling
}

// Handling is what operators have done with a submission.
type Handling struct {
	ReadAt   pipeline.Instant // when it was first opened with Elabora; 0: never
	Outcome  string           // esito with which it is closed; "" while it is not
	Reopened bool             // it was worked, and is not to be so again before an operator closes it
}

// Result is what one night says of one person. Rows are complete, in no particular order.
type Result struct {
	Actions     []pipeline.Action // rows of azioni: new, changed, withdrawn tonight
	InForce     []pipeline.Action // rows of azioni_in_essere: each as it was last published
	Exceptions  []pipeline.Exception
	Submissions []pipeline.SubmissionRow
	Stretches   []pipeline.Stretch
	Agenda      []pipeline.AgendaRow
	Evidence    []pipeline.Evidence
	// Sheets are what operators are shown of what is new tonight, by kind and owner.
	Sheets []worklist.Sheet

	// Effects says for each fact acquired tonight, by identity, what came of it.
	Effects map[pipeline.DocID]Effect
	// VoucherNet is what occasional work paid the person in each year, for the notional contribution (R49).
	VoucherNet map[int]pipeline.Cents
	// Terminations counts open claims by outcome of R71. It is read-only.
	Terminations map[string]int
	// Corrections are the claims, in order, on which an automatic action was changed or withdrawn tonight automatically,
	// because of new facts.
	Corrections []string
	// Adverse are the actions against the person that become AUTOMATICA tonight, or would if nothing were held; each counts
	// as one.
	Adverse []gates.Adverse
	// Until is the last night, tonight included, that says the same of the person again, rows carried ([CarryException] …), if
	// until then nothing is acquired, the claims, the stop and what operators have dealt with stay as they are, and so do the
	// rules. Tonight where anything is new; [pipeline.MaxDate] where nothing ever falls due. It may be too early, never too late.
	Until pipeline.Date
	// Paid tells that how far the claims are paid matters. Otherwise that may change as well until then: payments reach
	// nearly every claim, and decide nothing on most.
	Paid bool
}

// Rows counts what there is to publish or to archive, and what speaks against holding the person for at rest.
func (r *Result) Rows() int {
	return len(r.Actions) + len(r.InForce) + len(r.Exceptions) + len(r.Submissions) + len(r.Stretches) + len(r.Agenda) + len(r.Evidence) +
		len(r.Sheets) + len(r.VoucherNet) + len(r.Corrections) + len(r.Adverse)
}

// Effect is what came of a fact that arrived tonight; a fact is counted once, in the first that fits.
type Effect uint8

// The effects, as quadratura counts them.
const (
	EffectNoClaim   Effect = iota // without open claim
	EffectAction                  // acted on
	EffectException               // on an exception
	EffectNone                    // without effect
)

// Decide is the whole decision on one person: rules, comparison, causes. The dossier is not modified. Where it would
// correct a claim once too often, it is made again with the claim held, and so where something on a claim is to wait.
func Decide(d *pipeline.Dossier, n Night) Result {
	if r, all := withoutFacts(d, n.Params); all {
		return r
	}
	return decideFacts(d, n)
}

// decideFacts is Decide where something is known of the person.
func decideFacts(d *pipeline.Dossier, n Night) Result {
	c := decideCorrecting(d, n)
	adverse := c.adverse()
	if waiting := n.toWait(adverse); waiting != nil {
		held := *d
		held.Waiting = waiting
		c = decideCorrecting(&held, n)
	}
	for _, b := range adverse {
		c.out.Adverse = append(c.out.Adverse, b.Adverse)
	}
	c.sheets()
	c.out.Until = c.until()
	c.out.Paid = c.want.Paid
	c.done()
	return c.out
}

// done gives back what was asked of the rules; the result holds nothing of it.
func (c *comparison) done() {
	c.want.Done()
	for _, d := range [...]*rules.Decision{c.asOfYesterday, c.withoutNews, c.withoutRulings} {
		if d != nil {
			d.Done()
		}
	}
}

// decideCorrecting makes the decision, and again where it would correct a claim once too often.
func decideCorrecting(d *pipeline.Dossier, n Night) *comparison {
	c := decide(d, n, nil)
	if often := c.tooOften(); often != nil {
		c = decide(d, n, often)
	}
	return c
}

// decide makes the decision; held are the issued actions that may not be corrected, by claim.
func decide(d *pipeline.Dossier, n Night, held map[string][]string) *comparison {
	c := &comparison{d: d, n: n, held: held, want: rules.Decide(d, n.Date, n.Params, held)}
	for i := range d.Claims {
		c.live = c.live || d.Claims[i].Open()
	}
	c.findNews()
	c.actions()
	c.corrections()
	c.exceptions()
	c.submissions()
	c.stretches()
	c.agenda()
	c.evidence()
	c.effects()
	c.terminations()
	return c
}

// oneTermination is what most persons give to [Result.Terminations], by outcome.
var oneTermination = map[string]map[string]int{
	pipeline.TerminationFound:    {pipeline.TerminationFound: 1},
	pipeline.TerminationNotFound: {pipeline.TerminationNotFound: 1},
	pipeline.TerminationDiffers:  {pipeline.TerminationDiffers: 1},
}

// terminations counts the outcomes of R71.
func (c *comparison) terminations() {
	all := c.want.Terminations
	switch len(all) {
	case 0:
	case 1:
		c.out.Terminations = oneTermination[all[0].Outcome]
	default:
		c.out.Terminations = map[string]int{}
		for _, t := range all {
			c.out.Terminations[t.Outcome]++
		}
	}
}

// comparison is one person's night in the making.
type comparison struct {
	d    *pipeline.Dossier
	n    Night
	held map[string][]string // as for rules.Decide
	want rules.Decision
	live bool // a claim of tonight's snapshot is open
	news news
	ids  []string // of want.Actions, by index
	out  Result

	shown map[string][]worklist.Document // the person's documents for sheets, by ref; nil until one is asked for

	corrected map[string][]string // ids of the automatic actions that tonight's facts corrected, by claim

	crowd crowd // of a person of whom much is told

	asOfYesterday, withoutNews *rules.Decision // what the rules say without tonight's facts, made when a cause is asked for
	withoutRulings             *rules.Decision // what they say without what operators decided, likewise
}
