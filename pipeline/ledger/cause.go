package ledger

import (
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// news are the facts acquired tonight.
type news struct {
	refs  []string          // in order of bytes
	cause map[string]string // by ref
}

// causeOrder ranks causes: the first that applies is the one that is told.
var causeOrder = []string{
	pipeline.CauseCancellation, pipeline.CauseCorrection, pipeline.CauseCommunication, pipeline.CauseDeclaration, pipeline.CauseNotice,
}

func (c *comparison) findNews() {
	c.news.cause = map[string]string{}
	add := func(ref, cause string) {
		c.news.refs = append(c.news.refs, ref)
		if old, ok := c.news.cause[ref]; !ok || slices.Index(causeOrder, cause) < slices.Index(causeOrder, old) {
			c.news.cause[ref] = cause
		}
	}
	for i := range c.d.Communications {
		if m := &c.d.Communications[i]; m.Acquired == c.n.Date {
			switch m.Purpose {
			case pipeline.PurposeCancellation:
				add(m.Ref(), pipeline.CauseCancellation)
			case pipeline.PurposeCorrection:
				add(m.Ref(), pipeline.CauseCorrection)
			default:
				add(m.Ref(), pipeline.CauseCommunication)
			}
		}
	}
	for i := range c.d.Submissions {
		if s := &c.d.Submissions[i]; s.Acquired == c.n.Date {
			add(s.Ref(), pipeline.CauseDeclaration)
		}
	}
	for i := range c.d.Notices {
		if n := &c.d.Notices[i]; n.Acquired == c.n.Date {
			add(n.Ref(), pipeline.CauseNotice)
		}
	}
	for i := range c.d.Questions {
		if q := &c.d.Questions[i]; q.Acquired == c.n.Date {
			add(q.Ref(), pipeline.CauseNotice)
		}
	}
	for i := range c.d.Vouchers {
		if v := &c.d.Vouchers[i]; v.Acquired == c.n.Date {
			add(v.Ref(), pipeline.CauseNotice)
		}
	}
	slices.Sort(c.news.refs)
	c.news.refs = slices.Compact(c.news.refs)
}

// cause says why an action is new, changed or (now nil, was given) withdrawn tonight, and names the bundle of rows that
// the same fact changed. When the rules, asked without tonight's facts, say the same, the facts are not the reason: then
// it is the claim's data, if they say so for the date of the last night too, or the calendar.
func (c *comparison) cause(now *pipeline.Action, sources string, was ...*pipeline.Action) (cause, cascade string) {
	about := now
	if now == nil {
		about = was[0]
	}
	claim := about.Claim
	if c.n.Previous != 0 && c.agrees(c.oldFacts(c.n.Date, &c.withoutNews), now, was) {
		cause = pipeline.CauseCalendar
		if c.agrees(c.oldFacts(c.n.Previous, &c.asOfYesterday), now, was) {
			cause = pipeline.CauseClaimData
			if c.rulesChanged(claim) {
				cause = pipeline.CauseRules
			}
		}
		return cause, "C" + digest(c.n.Date.String(), cause, claim)
	}
	refs := c.newsAmong(rules.SplitSources(sources))
	if len(refs) == 0 {
		refs = c.news.refs
	}
	cause = pipeline.CauseClaimData
	if len(refs) == 0 { // the claim itself is new tonight, or its data are
		return cause, "C" + digest(c.n.Date.String(), cause, claim)
	}
	first := len(causeOrder)
	for _, ref := range refs {
		first = min(first, slices.Index(causeOrder, c.news.cause[ref]))
	}
	return causeOrder[first], "C" + digest(c.n.Date.String(), refs[0])
}

// newsAmong gives the refs that arrived tonight, in order.
func (c *comparison) newsAmong(refs []string) []string {
	var out []string
	for _, n := range c.news.refs {
		if slices.Contains(refs, n) {
			out = append(out, n)
		}
	}
	return out
}

// oldFacts asks the rules what they would say on a date without the facts of tonight.
func (c *comparison) oldFacts(on pipeline.Date, kept **rules.Decision) *rules.Decision {
	if *kept == nil {
		d := *c.d
		d.Communications = before(c.d.Communications, c.n.Date, func(m *pipeline.Communication) pipeline.Date { return m.Acquired })
		d.Submissions = before(c.d.Submissions, c.n.Date, func(s *pipeline.Submission) pipeline.Date { return s.Acquired })
		d.Notices = before(c.d.Notices, c.n.Date, func(n *pipeline.Notice) pipeline.Date { return n.Acquired })
		d.Questions = before(c.d.Questions, c.n.Date, func(q *pipeline.DomesticQuestion) pipeline.Date { return q.Acquired })
		d.Vouchers = before(c.d.Vouchers, c.n.Date, func(v *pipeline.Voucher) pipeline.Date { return v.Acquired })
		dec := rules.Decide(&d, on, c.n.Params)
		*kept = &dec
	}
	return *kept
}

func before[T any](facts []T, night pipeline.Date, acquired func(*T) pipeline.Date) []T {
	var out []T
	for i := range facts {
		if acquired(&facts[i]) < night {
			out = append(out, facts[i])
		}
	}
	return out
}

// agrees tells whether a decision has the action as it now is, or does not have one that was withdrawn.
func (c *comparison) agrees(d *rules.Decision, now *pipeline.Action, was []*pipeline.Action) bool {
	if now != nil {
		want := content(now)
		return slices.ContainsFunc(d.Actions, func(a pipeline.Action) bool { return content(&a) == want })
	}
	return !slices.ContainsFunc(d.Actions, func(a pipeline.Action) bool { return Same(&a, was[0]) && a.Mode == was[0].Mode })
}

// rulesChanged tells whether what is in force on the claim was issued under another version of the rules.
func (c *comparison) rulesChanged(claim string) bool {
	return slices.ContainsFunc(c.d.Issued, func(a pipeline.Action) bool {
		return a.Claim == claim && a.RulesVersion != c.n.RulesVersion
	})
}
