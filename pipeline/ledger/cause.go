package ledger

import (
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
	"incrocio/pipeline/rules"
)

// news are the facts acquired tonight.
type news struct {
	refs   []string          // in order of bytes
	cause  map[string]string // by ref
	joined []string          // those of earlier nights that a notice of tonight made the person's
	ruled  []string          // those that came from an operator
}

// causeOrder ranks causes: the first that applies is the one that is told.
var causeOrder = []string{
	pipeline.CauseOperator, pipeline.CauseCancellation, pipeline.CauseCorrection, pipeline.CauseCommunication, pipeline.CauseDeclaration, pipeline.CauseNotice,
}

func (c *comparison) findNews() {
	add := func(ref, cause string) {
		if c.news.cause == nil {
			c.news.cause = map[string]string{}
		}
		c.news.refs = append(c.news.refs, ref)
		if old, ok := c.news.cause[ref]; !ok || slices.Index(causeOrder, cause) < slices.Index(causeOrder, old) {
			c.news.cause[ref] = cause
		}
	}
	joined := func(ref string) {
		add(ref, c.joinedBy())
		c.news.joined = append(c.news.joined, ref)
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
		} else if c.joined(m.Worker) {
			joined(m.Ref())
		}
	}
	for i := range c.d.Submissions {
		if s := &c.d.Submissions[i]; s.Acquired == c.n.Date {
			add(s.Ref(), pipeline.CauseDeclaration)
		} else if c.joined(s.TaxCode) {
			joined(s.Ref())
		}
	}
	for i := range c.d.Notices {
		if n := &c.d.Notices[i]; n.Acquired == c.n.Date && n.Ruling != nil {
			add(n.Ref(), pipeline.CauseOperator)
			c.news.ruled = append(c.news.ruled, n.Ref())
		} else if n.Acquired == c.n.Date {
			add(n.Ref(), pipeline.CauseNotice)
		} else if c.joined(n.TaxCode) {
			joined(n.Ref())
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
		} else if c.joined(v.Worker) {
			joined(v.Ref())
		}
	}
	for i := range c.d.Doubtful {
		if d := &c.d.Doubtful[i]; d.Acquired == c.n.Date {
			add(d.Ref, pipeline.CauseCommunication)
		}
	}
	slices.Sort(c.news.refs)
	c.news.refs = slices.Compact(c.news.refs)
}

// joined tells whether a code is the person's since tonight: what is under it is news, by the notice that said so (I01).
func (c *comparison) joined(code pipeline.CodiceFiscale) bool {
	return slices.Contains(c.d.Joined, code)
}

// cause says why an action is new, changed (was given) or withdrawn (now nil) tonight, and names the bundle of rows that
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
			switch {
			case c.rulesChanged(claim):
				cause = pipeline.CauseRules
			case c.waited(claim):
				cause = c.n.released()
			}
		}
		return cause, digest(c.n.Date, cause, claim)
	}
	if ref := c.decidedBy(now, sources, was); ref != "" {
		return pipeline.CauseOperator, digest(c.n.Date, ref)
	}
	told := c.firstOf(c.withoutRuled(c.newsIn(sources)))
	if told.ref == "" {
		told = c.lastingNews()
	}
	if told.ref == "" { // the claim itself is new tonight, or its data are
		return pipeline.CauseClaimData, digest(c.n.Date, pipeline.CauseClaimData, claim)
	}
	return told.cause, digest(c.n.Date, told.ref)
}

// bundle is the cause that is told of several facts, and the first of them; zero for none.
type bundle struct{ cause, ref string }

// firstOf gives what is told of facts that arrived tonight, which are in order.
func (c *comparison) firstOf(refs []string) bundle {
	if len(refs) == 0 {
		return bundle{}
	}
	first := len(causeOrder)
	for _, ref := range refs {
		first = min(first, slices.Index(causeOrder, c.news.cause[ref]))
	}
	return bundle{causeOrder[first], refs[0]}
}

// lastingNews is what is told where a row names no fact of tonight: all of them may be its cause.
func (c *comparison) lastingNews() bundle {
	if c.crowd.lasting == nil {
		of := c.firstOf(c.withoutRuled(c.lasting()))
		c.crowd.lasting = &of
	}
	return *c.crowd.lasting
}

// lasting gives the refs that arrived tonight, but those of jobs that were announced and cancelled tonight: they explain
// nothing.
func (c *comparison) lasting() []string {
	if len(c.news.refs) == 0 {
		return nil
	}
	all := make([]*pipeline.Communication, len(c.d.Communications))
	for i := range all {
		all[i] = &c.d.Communications[i]
	}
	gone := map[string]bool{}
	for _, rel := range chain.Build(all) {
		earlier := slices.ContainsFunc(rel.Chain, func(m *pipeline.Communication) bool { return m.Acquired != c.n.Date })
		for _, m := range rel.Chain {
			gone[m.Ref()] = rel.Cancelled && !earlier
		}
	}
	return which(c.news.refs, func(ref *string) bool { return !gone[*ref] })
}

// newsIn gives those of a list of sources that arrived tonight, in order.
func (c *comparison) newsIn(sources string) []string {
	if len(c.news.refs) == 0 {
		return nil
	}
	return c.newsAmong(rules.SplitSources(sources))
}

// newsAmong gives the refs that arrived tonight, in order.
func (c *comparison) newsAmong(refs []string) []string {
	if len(c.news.refs) > few {
		return c.newsAmongMany(refs)
	}
	var out []string
	for _, n := range c.news.refs {
		if slices.Contains(refs, n) {
			out = append(out, n)
		}
	}
	return out
}

// newsAmongMany is newsAmong where much arrived tonight.
func (c *comparison) newsAmongMany(refs []string) []string {
	var out []string
	for _, ref := range refs {
		if _, isNew := slices.BinarySearch(c.news.refs, ref); isNew {
			out = append(out, ref)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// oldFacts asks the rules what they would say on a date without the facts of tonight.
func (c *comparison) oldFacts(on pipeline.Date, kept **rules.Decision) *rules.Decision {
	if *kept == nil {
		d := *c.d
		d.Open = c.beforeRulings()
		old := func(acquired pipeline.Date, code pipeline.CodiceFiscale) bool {
			return acquired < c.n.Date && !c.joined(code)
		}
		d.Communications = which(c.d.Communications, func(m *pipeline.Communication) bool { return old(m.Acquired, m.Worker) })
		d.Submissions = which(c.d.Submissions, func(s *pipeline.Submission) bool { return old(s.Acquired, s.TaxCode) })
		d.Notices = which(c.d.Notices, func(n *pipeline.Notice) bool { return old(n.Acquired, n.TaxCode) })
		d.Questions = which(c.d.Questions, func(q *pipeline.DomesticQuestion) bool { return old(q.Acquired, q.Worker) })
		d.Vouchers = which(c.d.Vouchers, func(v *pipeline.Voucher) bool { return old(v.Acquired, v.Worker) })
		d.Doubtful = which(c.d.Doubtful, func(f *pipeline.Doubtful) bool { return old(f.Acquired, "") })
		dec := rules.Decide(&d, on, c.n.Params, c.held)
		*kept = &dec
	}
	return *kept
}

func which[T any](facts []T, want func(*T) bool) []T {
	var out []T
	for i := range facts {
		if want(&facts[i]) {
			out = append(out, facts[i])
		}
	}
	return out
}

// agrees tells whether a decision has the action as it now is, or does not have one that was withdrawn.
func (c *comparison) agrees(d *rules.Decision, now *pipeline.Action, was []*pipeline.Action) bool {
	if now != nil && len(was) > 0 && now.SameContent(was[0]) { // only its sources changed
		for i := range d.Actions {
			if d.Actions[i].SameContent(now) {
				return !d.StandsBy(i, was[0])
			}
		}
		return false
	}
	if s := c.saying(d); s != nil {
		if now != nil {
			return s.contents[contentOf(now)]
		}
		return !slices.ContainsFunc(among(s.bySource, was[0].Sources), func(i int) bool {
			return Same(&d.Actions[i], was[0]) && d.Actions[i].Mode == was[0].Mode
		})
	}
	if now != nil {
		return slices.ContainsFunc(d.Actions, func(a pipeline.Action) bool { return a.SameContent(now) })
	}
	return !slices.ContainsFunc(d.Actions, func(a pipeline.Action) bool { return Same(&a, was[0]) && a.Mode == was[0].Mode })
}

// rulesChanged tells whether what is in force on the claim was issued under another version of the rules.
func (c *comparison) rulesChanged(claim string) bool {
	return c.once(&c.crowd.changedRules, claim, func(a pipeline.Action) bool {
		return a.Claim == claim && a.RulesVersion != c.n.RulesVersion
	})
}
