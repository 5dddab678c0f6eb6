package ledger

import (
	"bytes"
	"cmp"
	"container/heap"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// Most persons have a handful of documents and rows, and a look at each is the cheapest way to find one. Where a sender
// has told thousands of things of one person, what is looked for again and again is found by maps, made when they are first
// needed: a night takes time in proportion to what there is to read. What is found is the same.

// few is up to how many a look at each is cheaper than a map.
const few = 24

// crowd is what is kept to find things among many; every map is nil until it is asked for.
type crowd struct {
	byRef     map[string][]int // places of communications by ref
	amending  map[string][]int // places of communications by the code they name
	automatic map[string]bool  // ids of the actions that were issued as automatic
	said      map[*rules.Decision]*saying
	toWork    map[string]bool                // refs behind what an office has to work
	excepted  map[string]*pipeline.Exception // the first open exception on each ref

	changedRules, waiting map[string]bool // by claim, of those asked for

	lasting *bundle // see lastingNews
}

// saying is what a decision says, to be found by content and by source.
type saying struct {
	contents map[content]bool
	bySource map[string][]int
}

// content is all that [pipeline.Action.SameContent] compares.
type content struct {
	from, to, newEnd, overpaidFrom, overpaidTo              pipeline.Date
	days, used, residual, overpaid                          pipeline.Opt[int32]
	total, withheld                                         pipeline.Opt[pipeline.Cents]
	daily                                                   pipeline.Opt[int64]
	cautious                                                bool
	kind, mode, claim, protocol, benefit, group, data, sede string
	person                                                  pipeline.CodiceFiscale
}

func contentOf(a *pipeline.Action) content {
	return content{
		from: a.From, to: a.To, newEnd: a.NewEnd, overpaidFrom: a.OverpaidFrom, overpaidTo: a.OverpaidTo,
		days: a.Days, used: a.DaysUsed, residual: a.DaysResidual, overpaid: a.OverpaidDays,
		total: a.Total, withheld: a.Withheld, daily: a.Daily, cautious: a.Cautious,
		kind: a.Type, mode: a.Mode, claim: a.Claim, protocol: a.ClaimProtocol, benefit: a.Benefit, group: a.Group, data: a.Data,
		sede: a.Office, person: a.TaxCode,
	}
}

// saying gives what a decision says; nil where a look at each action will do.
func (c *comparison) saying(d *rules.Decision) *saying {
	if len(d.Actions) <= few {
		return nil
	}
	if s := c.crowd.said[d]; s != nil {
		return s
	}
	s := &saying{contents: make(map[content]bool, len(d.Actions)), bySource: actionsBySource(d.Actions)}
	for i := range d.Actions {
		s.contents[contentOf(&d.Actions[i])] = true
	}
	if c.crowd.said == nil {
		c.crowd.said = map[*rules.Decision]*saying{}
	}
	c.crowd.said[d] = s
	return s
}

// actionsBySource gives the places of actions by what they rest on.
func actionsBySource(as []pipeline.Action) map[string][]int {
	out := make(map[string][]int, len(as))
	for i := range as {
		for _, ref := range rules.SplitSources(as[i].Sources) {
			out[ref] = append(out[ref], i)
		}
	}
	return out
}

// among gives the places that a list of sources leads to, in order, each once.
func among(bySource map[string][]int, sources string) []int {
	var at []int
	for _, ref := range rules.SplitSources(sources) {
		at = append(at, bySource[ref]...)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// byRef gives the places of the person's communications by ref.
func (c *comparison) byRef() map[string][]int {
	if c.crowd.byRef == nil {
		c.crowd.byRef = make(map[string][]int, len(c.d.Communications))
		for i := range c.d.Communications {
			ref := c.d.Communications[i].Ref()
			c.crowd.byRef[ref] = append(c.crowd.byRef[ref], i)
		}
	}
	return c.crowd.byRef
}

// naming gives the places of the person's communications by the code that each corrects or cancels.
func (c *comparison) naming() map[string][]int {
	if c.crowd.amending == nil {
		c.crowd.amending = map[string][]int{}
		for i := range c.d.Communications {
			if code := c.d.Communications[i].PreviousCode; code != "" {
				c.crowd.amending[code] = append(c.crowd.amending[code], i)
			}
		}
	}
	return c.crowd.amending
}

// exceptionsByRef gives the first open exception on each ref, by which [comparison.showing] is found for many.
func (c *comparison) exceptionsByRef() map[string]*pipeline.Exception {
	if c.crowd.excepted != nil {
		return c.crowd.excepted
	}
	c.crowd.excepted = make(map[string]*pipeline.Exception, len(c.out.Exceptions))
	for i := range c.out.Exceptions {
		e := &c.out.Exceptions[i]
		if e.State == pipeline.ExceptionClosed {
			continue
		}
		for _, ref := range rules.SplitSources(e.Sources) {
			if c.crowd.excepted[ref] == nil {
				c.crowd.excepted[ref] = e
			}
		}
	}
	return c.crowd.excepted
}

// following gives the places of the communications that name one of the refs, or the ref of one before them that does, in
// order.
func (c *comparison) following(refs []string) []int {
	named := c.naming()
	var out []int
	seen := map[int]bool{}
	follow := func(ref string, after int) {
		for _, i := range named[ref] {
			if i > after && !seen[i] {
				seen[i] = true
				out = append(out, i)
			}
		}
	}
	for _, ref := range refs {
		follow(ref, -1)
	}
	for n := 0; n < len(out); n++ {
		follow(c.d.Communications[out[n]].Ref(), out[n])
	}
	slices.Sort(out)
	return out
}

// joining gives, of notices of changed codes, those by which some codes became one person's that were not yet, in the order
// in which they are believed: by the night that took them in, then date, protocol and identity. They are fewer than the
// codes they speak of, and those of no other code are left out.
func joining(changes []*pipeline.Notice, codes map[pipeline.CodiceFiscale]bool) []*pipeline.Notice {
	ordered := slices.Clone(changes)
	slices.SortStableFunc(ordered, func(a, b *pipeline.Notice) int {
		return cmp.Or(cmp.Compare(a.Acquired, b.Acquired), cmp.Compare(a.On, b.On), strings.Compare(a.Protocol, b.Protocol), bytes.Compare(a.ID[:], b.ID[:]))
	})
	of := map[pipeline.CodiceFiscale]pipeline.CodiceFiscale{}
	root := func(code pipeline.CodiceFiscale) pipeline.CodiceFiscale {
		for of[code] != "" {
			if next := of[of[code]]; next != "" {
				of[code] = next
			}
			code = of[code]
		}
		return code
	}
	var tree []*pipeline.Notice
	for _, n := range ordered {
		if x, y := root(n.TaxCode), root(n.NewCode); x != y {
			of[y] = x
			tree = append(tree, n)
		}
	}
	return pruned(tree, codes)
}

// pruned takes away the notices that lead to no code in question, one end after another.
func pruned(tree []*pipeline.Notice, codes map[pipeline.CodiceFiscale]bool) []*pipeline.Notice {
	for before := -1; before != len(tree); {
		before = len(tree)
		at := make(map[pipeline.CodiceFiscale]int, before)
		for _, n := range tree {
			at[n.TaxCode]++
			at[n.NewCode]++
		}
		end := func(code pipeline.CodiceFiscale) bool { return at[code] == 1 && !codes[code] }
		tree = slices.DeleteFunc(tree, func(n *pipeline.Notice) bool { return end(n.TaxCode) || end(n.NewCode) })
	}
	return tree
}

// once tells whether an issued action of a claim is one that is asked for; of many it asks once for each claim.
func (c *comparison) once(kept *map[string]bool, claim string, is func(pipeline.Action) bool) bool {
	if len(c.d.Issued) <= few {
		return slices.ContainsFunc(c.d.Issued, is)
	}
	if answer, ok := (*kept)[claim]; ok {
		return answer
	}
	if *kept == nil {
		*kept = map[string]bool{}
	}
	(*kept)[claim] = slices.ContainsFunc(c.d.Issued, is)
	return (*kept)[claim]
}

// sweep gives for days in order the first of the marks that holds on each; -1 for none. It must be asked for the days in
// order.
type sweep struct {
	marks []mark
	begin []int // places of marks by first day
	open  *places
}

func newSweep(marks []mark) sweep {
	s := sweep{marks: marks}
	if len(marks) <= few {
		return s
	}
	s.begin, s.open = make([]int, len(marks)), &places{}
	for i := range marks {
		s.begin[i] = i
	}
	slices.SortFunc(s.begin, func(a, b int) int { return int(marks[a].from) - int(marks[b].from) })
	return s
}

func (s *sweep) first(on pipeline.Date) int {
	if len(s.marks) <= few {
		return slices.IndexFunc(s.marks, func(m mark) bool { return m.from <= on && on <= m.to })
	}
	for len(s.begin) > 0 && s.marks[s.begin[0]].from <= on {
		heap.Push(s.open, s.begin[0])
		s.begin = s.begin[1:]
	}
	for len(*s.open) > 0 && s.marks[(*s.open)[0]].to < on {
		heap.Pop(s.open)
	}
	if len(*s.open) == 0 {
		return -1
	}
	return (*s.open)[0]
}

// places is a heap, the first in the list on top.
type places []int

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[i] < p[j] }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

// Push is part of [heap.Interface].
func (p *places) Push(x any) { *p = append(*p, x.(int)) } //nolint:forcetypeassert // only ints are pushed

// Pop is part of [heap.Interface].
func (p *places) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

// candidates finds among the open exceptions those that may be one with another.
type candidates struct {
	open     []pipeline.Exception
	bySource map[string][]int // nil while a look at each will do
}

func newCandidates(open []pipeline.Exception) candidates {
	c := candidates{open: open}
	if len(open) > few {
		c.bySource = make(map[string][]int, len(open))
		for i := range open {
			for _, ref := range rules.SplitSources(open[i].Sources) {
				c.bySource[ref] = append(c.bySource[ref], i)
			}
		}
	}
	return c
}

// like gives the place of the first open exception that is one with another and not taken; -1 for none.
func (c *candidates) like(e *pipeline.Exception, taken []bool) int {
	if c.bySource == nil {
		for i := range c.open {
			if !taken[i] && sameException(e, &c.open[i]) {
				return i
			}
		}
		return -1
	}
	best := -1
	for _, ref := range rules.SplitSources(e.Sources) {
		at := c.bySource[ref]
		for len(at) > 0 && taken[at[0]] { // once taken, always
			at = at[1:]
		}
		c.bySource[ref] = at
		for _, i := range at {
			if best >= 0 && i >= best {
				break
			}
			if !taken[i] && sameException(e, &c.open[i]) {
				best = i
				break
			}
		}
	}
	return best
}

// mergeKey is what exceptions are merged by.
type mergeKey struct {
	code, claim, sources string
	from                 pipeline.Date
	held                 bool
}

func mergeKeyOf(e *pipeline.Exception) mergeKey {
	return mergeKey{e.Code, e.Claim, e.Sources, e.From, rules.OfHeldClaim(e)}
}
