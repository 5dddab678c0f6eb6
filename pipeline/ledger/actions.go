package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// Same tells whether an action that should be in force and an issued one are one action: claim, type and group of data
// are equal and they share a source.
func Same(a, b *pipeline.Action) bool {
	return a.Claim == b.Claim && a.Type == b.Type && a.Group == b.Group && shareSource(a.Sources, b.Sources)
}

// shareSource tells whether two lists name one document. What came from operators counts only where a list has nothing
// else: one ruling may stand behind several actions.
func shareSource(a, b string) bool {
	if a == b && a != "" {
		return true
	}
	one, other := rules.SplitSources(a), rules.SplitSources(b)
	if !strings.Contains(a, pipeline.OperatorRef) && !strings.Contains(b, pipeline.OperatorRef) {
		return sharedRef(one, other)
	}
	if x, y := documentsOf(one), documentsOf(other); len(x) > 0 && len(y) > 0 {
		one, other = x, y
	}
	return sharedRef(one, other)
}

func sharedRef(a, b []string) bool {
	if len(a) <= few || len(b) <= few {
		return slices.ContainsFunc(a, func(ref string) bool { return slices.Contains(b, ref) })
	}
	set := rules.NewRefSet(b)
	return slices.ContainsFunc(a, set.Has)
}

// Pair finds for each wanted action the issued one that it is, -1 for none. Where several would do, most days in common
// wins, then the nearest first day, then the order of ids; each issued action is taken once.
func Pair(wanted, issued []pipeline.Action) []int {
	type couple struct {
		w, i   int
		common int
		gap    pipeline.Date
	}
	var couples []couple
	try := func(w, i int) {
		if wanted[w].ID == "" && Same(&wanted[w], &issued[i]) {
			gap := wanted[w].From - issued[i].From
			couples = append(couples, couple{w, i, commonDays(&wanted[w], &issued[i]), max(gap, -gap)})
		}
	}
	if len(wanted) <= few || len(issued) <= few {
		for w := range wanted {
			for i := range issued {
				try(w, i)
			}
		}
	} else {
		bySource := actionsBySource(issued)
		for w := range wanted {
			for _, i := range among(bySource, wanted[w].Sources) {
				try(w, i)
			}
		}
	}
	slices.SortFunc(couples, func(a, b couple) int {
		return cmp.Or(
			-cmp.Compare(sameMode(wanted, issued, a.w, a.i), sameMode(wanted, issued, b.w, b.i)),
			-cmp.Compare(a.common, b.common), cmp.Compare(a.gap, b.gap),
			cmp.Compare(issued[a.i].ID, issued[b.i].ID), cmp.Compare(a.w, b.w))
	})
	out := make([]int, len(wanted))
	for w := range out {
		out[w] = -1
	}
	taken := standing(wanted, issued)
	for _, c := range couples {
		if out[c.w] < 0 && !taken[c.i] {
			out[c.w], taken[c.i] = c.i, true
		}
	}
	return out
}

// standing tells of each issued action whether it stays as it was issued: then it is not up for pairing.
func standing(wanted, issued []pipeline.Action) []bool {
	stays := make([]bool, len(issued))
	if len(wanted) <= few || len(issued) <= few {
		for i := range issued {
			for w := range wanted {
				stays[i] = stays[i] || wanted[w].ID == issued[i].ID
			}
		}
		return stays
	}
	ids := make(map[string]bool, len(wanted))
	for w := range wanted {
		ids[wanted[w].ID] = true
	}
	for i := range issued {
		stays[i] = ids[issued[i].ID]
	}
	return stays
}

// sameMode keeps a proposal and an automatic action of one source apart while both are there.
func sameMode(wanted, issued []pipeline.Action, w, i int) int {
	if wanted[w].Mode == issued[i].Mode {
		return 1
	}
	return 0
}

func commonDays(a, b *pipeline.Action) int {
	p, ok := days(a).Common(days(b))
	if !ok {
		return 0
	}
	if p.Open() {
		p.To = pipeline.MaxDate
	}
	return p.Days()
}

// days are those an action speaks of: one for those without an end of their own.
func days(a *pipeline.Action) pipeline.Period {
	switch a.Type {
	case pipeline.ActionSuspend, pipeline.ActionReduce:
		return pipeline.Period{From: a.From, To: a.To}
	case pipeline.ActionDecade:
		return pipeline.Period{From: a.From}
	}
	return pipeline.Period{From: a.From, To: a.From}
}

// actions compares wanted with issued.
func (c *comparison) actions() {
	issued, carried := c.issued()
	c.out.InForce = carried
	pairs := Pair(c.want.Actions, issued)
	kept := standing(c.want.Actions, issued)
	var used map[string]bool // ids of tonight; nil while a look at each will do
	if len(c.want.Actions) > few {
		used = make(map[string]bool, len(c.want.Actions))
	}
	c.out.InForce = slices.Grow(c.out.InForce, len(c.want.Actions))
	c.ids = make([]string, len(c.want.Actions))
	for w := range c.want.Actions {
		a := &c.want.Actions[w]
		switch i := pairs[w]; {
		case a.ID != "": // stays as it was issued
			c.enforce(a)
		case i >= 0 && a.SameContent(&issued[i]) && c.want.StandsBy(w, &issued[i]):
			kept[i] = true
			a = c.enforce(&issued[i])
		case i >= 0:
			kept[i] = true
			a = c.enforce(a)
			a.ID, a.PrevFrom, a.PrevTo = issued[i].ID, issued[i].From, issued[i].To
			c.issue(w, a, pipeline.OperationChanged, &issued[i])
		default:
			a = c.enforce(a)
			a.ID = newID(a, c.n.Date, func(id string) bool { return used[id] || used == nil && slices.Contains(c.ids[:w], id) })
			c.issue(w, a, pipeline.OperationNew)
		}
		c.ids[w] = a.ID
		if used != nil {
			used[a.ID] = true
		}
	}
	for i := range issued {
		if !kept[i] {
			c.withdraw(issued[i])
		}
	}
}

// enforce enters an action among those in force, and gives the place where it may be completed before the next is entered.
func (c *comparison) enforce(a *pipeline.Action) *pipeline.Action {
	c.out.InForce = append(c.out.InForce, *a)
	return &c.out.InForce[len(c.out.InForce)-1]
}

// issued separates the actions that may change tonight from those of claims that are not in the snapshot.
func (c *comparison) issued() (decided, carried []pipeline.Action) {
	absent := func(a pipeline.Action) bool { return c.claim(a.Claim) == nil }
	if !slices.ContainsFunc(c.d.Issued, absent) {
		return c.d.Issued, nil
	}
	for _, a := range c.d.Issued {
		if absent(a) {
			carried = append(carried, a)
		} else {
			decided = append(decided, a)
		}
	}
	return decided, carried
}

// issue completes and publishes a new or changed action, the one wanted at place w.
func (c *comparison) issue(w int, a *pipeline.Action, operation string, was ...*pipeline.Action) {
	a.Operation, a.Night, a.RulesVersion = operation, c.n.Date, c.n.RulesVersion
	a.Cause, a.Cascade = c.cause(a, a.Sources, was...)
	if a.Cause == pipeline.CauseOperator {
		a.Sources = c.signed(a)
	}
	c.want.ExplainAction(w, a)
	if a.Cause == pipeline.CauseOperator {
		c.tellFacts(a)
	}
	if c.out.Actions == nil {
		c.out.Actions = make([]pipeline.Action, 0, len(c.want.Actions)-w)
	}
	c.out.Actions = append(c.out.Actions, *a)
}

// withdraw publishes that an issued action is no longer in force.
func (c *comparison) withdraw(a pipeline.Action) {
	a.Operation, a.Night, a.RulesVersion = pipeline.OperationWithdrawn, c.n.Date, c.n.RulesVersion
	a.PrevFrom, a.PrevTo = a.From, a.To
	a.Cause, a.Cascade = c.cause(nil, c.sourcesNow(a.Sources), &a)
	why := causeWords[a.Cause]
	if a.Cause == pipeline.CauseOperator {
		if u := c.signWithdrawn(&a); u != nil {
			why = rules.RulingSentence(u)
		}
	}
	a.Reason = "Non vale più, " + why + ": " + rules.Uncapital(a.Reason)
	c.out.Actions = append(c.out.Actions, a)
}

// causeWords are the causes as a person says them.
var causeWords = map[string]string{
	pipeline.CauseOperator:      "per decisione dell'operatore",
	pipeline.CauseRules:         "perché sono cambiate le regole",
	pipeline.CauseCancellation:  "perché una comunicazione è stata annullata",
	pipeline.CauseCorrection:    "perché una comunicazione è stata rettificata",
	pipeline.CauseCommunication: "per una nuova comunicazione del datore di lavoro",
	pipeline.CauseDeclaration:   "per una nuova comunicazione del beneficiario",
	pipeline.CauseNotice:        "per una segnalazione",
	pipeline.CauseClaimData:     "perché sono cambiati i dati della domanda",
	pipeline.CauseCalendar:      "per il passare dei giorni",
}

// sourcesNow adds to the sources of an issued action those that now speak of the same jobs: what withdrew it is there.
func (c *comparison) sourcesNow(sources string) string {
	if len(c.d.Communications) > few {
		refs := rules.SplitSources(sources)
		for _, i := range c.following(refs) {
			refs = append(refs, c.d.Communications[i].Ref())
		}
		return strings.Join(refs, ";")
	}
	cited := func(m pipeline.Communication) bool { return rules.Cites(sources, m.PreviousCode) }
	if !slices.ContainsFunc(c.d.Communications, cited) {
		return sources
	}
	refs := rules.SplitSources(sources)
	for i := range c.d.Communications {
		m := &c.d.Communications[i]
		if slices.Contains(refs, m.PreviousCode) {
			refs = append(refs, m.Ref())
		}
	}
	return strings.Join(refs, ";")
}

// newID makes the name of a new action from what it is and the night that issues it.
func newID(a *pipeline.Action, night pipeline.Date, used func(string) bool) string {
	var room [nameRoom]byte
	facts := appendDay(appendParts(room[:0], a.Claim, a.Type, a.Mode, a.Group), a.From)
	facts = appendDay(appendParts(facts, a.Sources), night)
	for n := 0; ; n++ {
		id := nameOf('A', appendParts(facts, strconv.Itoa(n)))
		if !used(id) {
			return id
		}
	}
}

// nameBytes is how much of a digest is in a name, nameRoom how many bytes most names are made from.
const nameBytes, nameRoom = 10, 512

// appendParts adds texts to what a name is made from, each with its length.
func appendParts(b []byte, parts ...string) []byte {
	for _, p := range parts {
		b = append(append(strconv.AppendInt(b, int64(len(p)), 10), ':'), p...)
	}
	return b
}

// appendDay adds a date in the same way.
func appendDay(b []byte, d pipeline.Date) []byte {
	if d <= 0 {
		return append(b, "0:"...)
	}
	return d.Append(append(b, "10:"...))
}

// digest names the rows that one thing changed on a night (id_cascata).
func digest(night pipeline.Date, parts ...string) string {
	var room [nameRoom]byte
	return nameOf('C', appendParts(appendDay(room[:0], night), parts...))
}

// nameOf makes a name of a letter and what its parts come to.
func nameOf(letter byte, parts []byte) string {
	var out [1 + 2*nameBytes]byte
	out[0] = letter
	sum := sha256.Sum256(parts)
	hex.Encode(out[1:], sum[:nameBytes])
	return string(out[:])
}

// hexOf is a name without a letter.
func hexOf(parts []byte) string { return nameOf(0, parts)[1:] }
