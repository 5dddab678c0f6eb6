package ledger

import (
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// What operators decide comes as notices of tonight. It is the cause of what the rules, asked without it, would not say.

// documentsOf leaves out of a list of sources what came from operators.
func documentsOf(refs []string) []string {
	return slices.DeleteFunc(slices.Clone(refs), func(ref string) bool { return strings.HasPrefix(ref, pipeline.OperatorRef) })
}

// decidedBy gives the ref of what an operator decided or added and tonight takes in, where the rules, asked without all
// such, do not say the same; "" where no operator is the cause.
func (c *comparison) decidedBy(now *pipeline.Action, sources string, was []*pipeline.Action) string {
	if len(c.news.ruled) == 0 || c.agrees(c.unruled(), now, was) {
		return ""
	}
	about := now
	if now == nil {
		about = was[0]
	}
	if near := c.rulingsOn(about.Claim, sources); len(near) > 0 {
		return near[0].Ref()
	}
	if named := c.newsIn(sources); len(named) > 0 {
		if i := slices.IndexFunc(named, func(ref string) bool { return slices.Contains(c.news.ruled, ref) }); i >= 0 {
			return named[i]
		}
	}
	return slices.Min(c.news.ruled)
}

// rulingsOn gives the rulings of tonight on a claim that are about one of the sources, in order of their refs.
func (c *comparison) rulingsOn(claim, sources string) []*pipeline.Notice {
	var out []*pipeline.Notice
	for i := range c.d.Notices {
		n := &c.d.Notices[i]
		ruling := n.Kind == pipeline.NoticeRuling && n.Ruling != nil && n.Acquired == c.n.Date
		if ruling && rules.Decides(n.Ruling) && n.Ruling.Claim == claim && shareSource(n.Ruling.Sources, sources) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b *pipeline.Notice) int { return strings.Compare(a.Ref(), b.Ref()) })
	return out
}

// signed adds to the sources of an action the rulings of tonight that it comes from.
func (c *comparison) signed(a *pipeline.Action) string {
	refs := rules.SplitSources(a.Sources)
	for _, n := range c.rulingsOn(a.Claim, a.Sources) {
		refs = append(refs, n.Ref())
	}
	slices.Sort(refs)
	return strings.Join(slices.Compact(refs), ";")
}

// factsOn gives what operators added as facts tonight to the documents of a claim, in order of their refs.
func (c *comparison) factsOn(claim, sources string) []*pipeline.Notice {
	var out []*pipeline.Notice
	for i := range c.d.Notices {
		n := &c.d.Notices[i]
		added := n.Kind != pipeline.NoticeRuling && n.Ruling != nil && n.Acquired == c.n.Date
		if added && n.Ruling.Claim == claim && shareSource(n.Ruling.Sources, sources) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b *pipeline.Notice) int { return strings.Compare(a.Ref(), b.Ref()) })
	return out
}

// tellFacts says in the sentence and the trace of an action which facts operators added. They are documents of the case, and
// among its sources where the rules put them.
func (c *comparison) tellFacts(a *pipeline.Action) {
	for _, n := range c.factsOn(a.Claim, a.Sources) {
		a.Reason = strings.TrimSuffix(a.Reason, ".") + "; " + rules.RulingSentence(n.Ruling) + "."
		a.Trace = rules.TraceRuling(a.Trace, n.Ref(), n.Ruling)
	}
}

// signWithdrawn adds to an action that was withdrawn the rulings of tonight that did it, also to its trace, or the facts that
// operators added, to its trace, and gives the last; nil where there is none.
func (c *comparison) signWithdrawn(a *pipeline.Action) *pipeline.Ruling {
	var last *pipeline.Ruling
	for _, n := range c.rulingsOn(a.Claim, c.sourcesNow(a.Sources)) {
		last = n.Ruling
		a.Sources = c.signed(a)
		a.Trace = rules.TraceRuling(a.Trace, n.Ref(), n.Ruling)
	}
	for _, n := range c.factsOn(a.Claim, c.sourcesNow(a.Sources)) {
		last = n.Ruling
		a.Trace = rules.TraceRuling(a.Trace, n.Ref(), n.Ruling)
	}
	return last
}

// restsOnRuling tells whether a ruling is among the sources.
func (c *comparison) restsOnRuling(sources string) bool {
	refs := rules.SplitSources(sources)
	return slices.ContainsFunc(c.d.Notices, func(n pipeline.Notice) bool {
		return n.Kind == pipeline.NoticeRuling && slices.Contains(refs, n.Ref())
	})
}

// withoutRuled leaves out the refs of what came from operators: where they are the cause, that is found by asking.
func (c *comparison) withoutRuled(refs []string) []string {
	if len(c.news.ruled) == 0 {
		return refs
	}
	return slices.DeleteFunc(slices.Clone(refs), func(ref string) bool { return slices.Contains(c.news.ruled, ref) })
}

// unruled asks the rules what they would say tonight without what came from operators tonight.
func (c *comparison) unruled() *rules.Decision {
	if c.withoutRulings == nil {
		d := *c.d
		d.Open = c.beforeRulings()
		d.Notices = which(c.d.Notices, func(n *pipeline.Notice) bool { return n.Ruling == nil || n.Acquired != c.n.Date })
		dec := rules.Decide(&d, c.n.Date, c.n.Params, c.held)
		c.withoutRulings = &dec
	}
	return c.withoutRulings
}

// beforeRulings gives the exceptions as they were before the rulings of tonight closed some.
func (c *comparison) beforeRulings() []pipeline.Exception {
	if len(c.news.ruled) == 0 {
		return c.d.Open
	}
	open := slices.Clone(c.d.Open)
	for i := range open {
		e := &open[i]
		if e.State == pipeline.ExceptionCleared && slices.ContainsFunc(c.d.Notices, func(n pipeline.Notice) bool {
			return n.Ruling != nil && n.Acquired == c.n.Date && n.Ruling.Exception == e.ID
		}) {
			e.State = pipeline.ExceptionOpen
		}
	}
	return open
}

// joinedBy is the cause of what became the person's tonight: an operator's word, or another office's (I01).
func (c *comparison) joinedBy() string {
	for i := range c.d.Notices {
		n := &c.d.Notices[i]
		said := n.Kind == pipeline.NoticeTaxCodeChanged && n.Acquired == c.n.Date && n.Ruling != nil
		if said && (c.joined(n.TaxCode) || c.joined(n.NewCode)) {
			return pipeline.CauseOperator
		}
	}
	return pipeline.CauseNotice
}
