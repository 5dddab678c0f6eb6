package ledger

import (
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
	"incrocio/pipeline/worklist"
)

// dueDays is how long an office has for an exception, from the night that opened it, by class.
var dueDays = map[string]pipeline.Date{
	pipeline.ClassBlock: 10, pipeline.ClassProtect: 10, pipeline.ClassHold: 30, pipeline.ClassInfo: 30,
}

// sameException tells whether two exceptions are one: code and claim are equal and they share a source. Overpaid days
// rest on an action: a suspension and a decadence of one job have one exception each, told apart by their days. What
// would be corrected on a held claim is not what was corrected of a job.
func sameException(a, b *pipeline.Exception) bool {
	if a.Code != b.Code || a.Claim != b.Claim || rules.OfHeldClaim(a) != rules.OfHeldClaim(b) {
		return false
	}
	if a.Code == rules.ExcOverpayment && !(pipeline.Period{From: a.From, To: a.To}).Overlaps(pipeline.Period{From: b.From, To: b.To}) {
		return false
	}
	return shareSource(a.Sources, b.Sources)
}

// exceptions compares what should be open with what was.
func (c *comparison) exceptions() {
	if len(c.want.Exceptions)+len(c.d.Open) == 0 {
		return
	}
	taken := make([]bool, len(c.d.Open))
	open := newCandidates(c.d.Open)
	used := map[string]bool{}
	for i := range c.d.Open {
		used[c.d.Open[i].ID] = true
	}
	for _, w := range merged(c.want.Exceptions) {
		e := c.want.Exceptions[w]
		e.Night = c.n.Date
		e.Fingerprint = fingerprint(&e)
		old := open.like(&e, taken)
		switch {
		case old < 0:
			e.ID = exceptionID(&e, used)
			e.State, e.FirstNight = pipeline.ExceptionNew, c.n.Date
		default:
			taken[old] = true
			o := &c.d.Open[old]
			e.ID, e.FirstNight = o.ID, o.FirstNight
			switch {
			case o.State == pipeline.ExceptionCleared && o.Fingerprint == e.Fingerprint:
				continue // an operator has dealt with just this
			case o.State == pipeline.ExceptionClosed, o.State == pipeline.ExceptionCleared:
				e.State = pipeline.ExceptionReopened
				e.Text += " " + changed(o, &e)
			case o.Fingerprint == e.Fingerprint:
				e.State, e.Cascade = pipeline.ExceptionOpen, o.Cascade
				if strings.HasPrefix(o.Text, e.Text+" "+reopened) {
					e.Text = o.Text // why it came back is still worth knowing
				}
				if o.Rule == e.Rule && o.Text == e.Text && o.Margin == e.Margin { // nothing new to say
					e.Trace = o.Trace
				}
			default:
				e.State = pipeline.ExceptionChanged
			}
		}
		used[e.ID] = true
		if e.Trace == "" {
			e.Trace = c.want.ExplainException(w)
		}
		if e.Cascade == "" {
			e.Cascade = c.cascade(&e)
		}
		e.Due, e.Priority = e.FirstNight+dueDays[e.Class], c.priority(&e)
		c.out.Exceptions = append(c.out.Exceptions, e)
	}
	for i := range c.d.Open {
		if o := c.d.Open[i]; !taken[i] && o.Standing() {
			c.carry(o)
		}
	}
}

// merged gives the places of exceptions, those of one code that rest on the same sources once.
func merged(es []pipeline.Exception) []int {
	var out []int
	if len(es) > few {
		had := make(map[mergeKey]bool, len(es))
		for i := range es {
			if k := mergeKeyOf(&es[i]); !had[k] {
				had[k] = true
				out = append(out, i)
			}
		}
		return out
	}
	for i := range es {
		e := &es[i]
		if !slices.ContainsFunc(out, func(j int) bool {
			o := &es[j]
			return e.Code == o.Code && e.Claim == o.Claim && e.From == o.From && e.Sources == o.Sources && rules.OfHeldClaim(e) == rules.OfHeldClaim(o)
		}) {
			out = append(out, i)
		}
	}
	return out
}

// carry keeps an exception whose facts are gone, or closes it where its code closes by itself. An exception of a claim
// that is not in the snapshot waits for it, unless it says that the claim came to the person from another.
func (c *comparison) carry(o pipeline.Exception) {
	o.Night, o.State = c.n.Date, pipeline.ExceptionOpen
	here := o.Claim == "" || c.claim(o.Claim) != nil
	if (here || rules.OfMovedClaim(&o)) && rules.ExceptionTypes[o.Code].SelfCloses {
		o.State = pipeline.ExceptionClosed
	}
	if here {
		o.Priority = c.priority(&o)
	}
	c.out.Exceptions = append(c.out.Exceptions, o)
}

// priority ranks an exception by what it may cost before the next payment.
func (c *comparison) priority(e *pipeline.Exception) int32 {
	return worklist.Priority(e, worklist.RiskOf(e, c.claim(e.Claim)))
}

// fingerprint is a digest of what an exception rests on and says (impronta): it changes when a fact does.
func fingerprint(e *pipeline.Exception) string {
	days := ""
	if e.Days.OK {
		days = pipeline.Cents(e.Days.V).String()
	}
	amount := ""
	if e.Amount.OK {
		amount = e.Amount.V.String()
	}
	var room [nameRoom]byte
	b := appendDay(appendDay(appendParts(room[:0], e.Code, e.Class, e.Claim), e.From), e.To)
	return hexOf(appendParts(b, days, amount, e.Proposed, e.Sources))
}

// exceptionID makes the stable name of a new exception: the same facts give the same name.
func exceptionID(e *pipeline.Exception, used map[string]bool) string {
	var room [nameRoom]byte
	facts := appendParts(room[:0], e.Code, e.Claim, string(e.TaxCode), e.Sources)
	for n := pipeline.Cents(0); ; n++ {
		id := nameOf('E', appendParts(facts, n.String()))
		if !used[id] {
			return id
		}
	}
}

// cascade names the bundle of rows that one fact changed.
func (c *comparison) cascade(e *pipeline.Exception) string {
	refs := c.newsIn(e.Sources)
	if len(refs) == 0 {
		return digest(c.n.Date, pipeline.CauseCalendar, e.Claim)
	}
	return digest(c.n.Date, refs[0])
}
