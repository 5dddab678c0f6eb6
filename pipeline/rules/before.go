package rules

import (
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// past is a job as it stood before something came that may not change what was executed on it.
type past struct {
	amended   bool   // corrections, cancellations or rivals came tonight, of what was known before
	only      bool   // and nothing else did
	rival     bool   // documents came tonight under codes that have rivals
	parted    bool   // and those tell of several jobs
	cancelled bool   // it was cancelled already
	declared  bool   // declarations speak of it that no executed action rests on
	was       effect // without either
	issued    effect // by the documents alone that the executed actions rest on, where something is amended
}

// before finds out what came of a job that may not change what was executed on it, and how it stood without that. While its
// data were not certain, or it had no place, what was executed stayed as it was: then it stood as it was executed.
func (k *claimCase) before(j *job, executed []*pipeline.Action) past {
	var p past
	p.rival, p.parted = k.rivalled(j)
	if len(j.incomes) == 0 && j.ev == nil && !p.parted && !slices.ContainsFunc(j.rel.Chain, func(c *pipeline.Communication) bool { return k.amends(c) && k.night.Is(c.Acquired) }) {
		return past{}
	}
	issued := k.behind(executed)
	in := j.declaredBy(k.p.noticeTerm(j.start))
	p.declared = in != nil && !issued.has(in.ref)
	if j.rel == nil {
		plain := *j
		plain.incomes = nil
		p.was = k.effectOf(&plain, nil)
		return p
	}
	p.declared = p.declared || j.ev != nil && !issued.has(j.ev.sub.Protocol)
	news := k.newsOf(j.rel.Chain, issued)
	p.amended = p.parted || news.amend()
	if !p.amended && !p.declared {
		return p
	}
	b := k.rebuilt(j, issued, func(c *pipeline.Communication) bool { return !p.amended || !news.withdrawn(c) })
	p.was = k.effectOf(b, j.rel)
	if p.amended {
		p.cancelled, p.only = b != nil && b.cancelled(), news.only()
		p.issued = effectOfActions(executed)
		if as := k.rebuilt(j, issued, func(c *pipeline.Communication) bool { return issued.hasDocument(c) }); !as.unsure() && !as.unplaced() {
			p.issued = k.effectOf(as, j.rel) // they may hold the days of other jobs too
		}
		if b.unsure() || b.unplaced() {
			p.was = p.issued
		}
	}
	return p
}

// rebuilt is a job by some of its communications, and by the beneficiary's account where executed actions rest on it; nil
// where nothing remains.
func (k *claimCase) rebuilt(j *job, issued behind, among func(*pipeline.Communication) bool) *job {
	var docs []*pipeline.Communication
	own := map[*pipeline.Communication]bool{}
	for _, c := range j.rel.Chain {
		if among(c) {
			docs = append(docs, c)
			own[c] = true
		}
	}
	if len(docs) > 0 {
		docs = append(docs, k.apartFrom(j, issued)...)
	}
	rels := slices.DeleteFunc(chain.Build(docs), func(r pipeline.Relationship) bool {
		return !slices.ContainsFunc(r.Chain, func(c *pipeline.Communication) bool { return own[c] })
	})
	told := j.ev != nil && issued.has(j.ev.sub.Protocol)
	switch {
	case len(rels) > 0:
	case told:
		return k.declaredJob(j.ev)
	default:
		return nil
	}
	at := slices.IndexFunc(rels, func(r pipeline.Relationship) bool { return r.Orphan == pipeline.OrphanNone && !r.Cancelled })
	if at < 0 {
		at = max(slices.IndexFunc(rels, func(r pipeline.Relationship) bool { return r.Orphan == pipeline.OrphanNone }), 0)
	}
	b := k.jobOf(&rels[at])
	if told {
		b.ev, b.refs = j.ev, append(b.refs, j.ev.refs...)
	}
	return b
}

// apartFrom gives, of the documents that the executed actions rest on, those of other jobs with an employer of this one: what
// came tonight may have parted them from those of this job. Where many are behind an action none are given.
func (k *claimCase) apartFrom(j *job, issued behind) []*pipeline.Communication {
	if slices.ContainsFunc(issued, func(s restsOn) bool { return len(s.list) > few }) {
		return nil
	}
	var at []int
	for _, s := range issued {
		at = k.jobsBehind(at, s.RefSet)
	}
	slices.Sort(at)
	var docs []*pipeline.Communication
	for _, i := range slices.Compact(at) {
		if rel := &k.relationships[i]; rel != j.rel && slices.ContainsFunc(rel.Employers(), j.rel.EmployedBy) {
			for _, c := range rel.Chain {
				if issued.hasDocument(c) {
					docs = append(docs, c)
				}
			}
		}
	}
	return docs
}

// effectOf is what a job alone does to the claim; rel is what it is of now.
func (k *claimCase) effectOf(j *job, rel *pipeline.Relationship) effect {
	if j == nil || !j.employs() || j.unplaced() {
		return effect{}
	}
	v := k.contest(j, rel, k.assess(j))
	return v.effect()
}

// unplaced tells whether no more than an event without a first day, or an urgent notice, is known of a job.
func (j *job) unplaced() bool {
	return j.rel != nil && !j.rel.Cancelled && (j.rel.Urgent || j.rel.Orphan == pipeline.OrphanUnplaced)
}

// effectOfActions is what executed actions do together.
func effectOfActions(executed []*pipeline.Action) effect {
	var e effect
	for _, a := range executed {
		if a.Type == pipeline.ActionDecade {
			e.decade, e.auto = a.From, true
		} else {
			e.from, e.to = a.From, stopEnd(a)
		}
	}
	return e
}

// unsure tells whether the data of a job are such that what was executed on it stays as it is; those of none are. That it
// never was is certain.
func (j *job) unsure() bool {
	return j == nil || !j.cancelled() && (j.contradicts || j.rel != nil && (j.badDates() || j.rel.Pending))
}

// strikes tells whether what came tonight changes what was executed on a job.
func (k *claimCase) strikes(j *job, executed []*pipeline.Action, p past, e effect) bool {
	switch {
	case !p.amended:
		return false
	case p.parted, p.rival && e.cautious != p.was.cautious && slices.ContainsFunc(executed, func(a *pipeline.Action) bool {
		return a.Type == pipeline.ActionSuspend && a.Cautious != e.cautious
	}):
		return true
	case !k.differs(j, executed, p.issued, e) && !k.undecided(j.refs):
		return false // it is as it was executed
	}
	if k.differs(j, executed, p.was, e) || j.rel.Cancelled && !p.cancelled {
		return true
	}
	return p.only && !k.undecided(j.refs) && !k.outgrown(j.refs) // they may have parted the documents of the job before
}

// differs tells whether two effects of a job differ in what has been executed on it. A decadence that has not begun, or is
// only proposed, is pending and decided anew; but one of days already resumed takes back what was executed, too.
func (k *claimCase) differs(j *job, executed []*pipeline.Action, a, b effect) bool {
	for _, x := range executed {
		switch {
		case x.Type == pipeline.ActionSuspend && (a.from != b.from || a.to != b.to || a.stopsOther(x, b)):
			return true
		case x.Type == pipeline.ActionDecade && (a.decade != b.decade || a.auto != b.auto):
			return true
		}
	}
	return slices.ContainsFunc(k.restingOn(j.refs), func(x *pipeline.Action) bool {
		resumed := x.Type == pipeline.ActionResume && x.Mode == pipeline.ModeAuto && k.night.Reached(x.From)
		return resumed && a.forfeits(x.From) != b.forfeits(x.From)
	})
}

// stopsOther tells whether two effects stop other days of those that an action stops.
func (e effect) stopsOther(x *pipeline.Action, o effect) bool {
	days := pipeline.Period{From: x.From, To: stopEnd(x)}
	a, b := subtract(days, e.stopped()), subtract(days, o.stopped())
	return len(subtractAll(a, b))+len(subtractAll(b, a)) > 0
}

// forfeits tells whether the benefit is forfeited on a day.
func (e effect) forfeits(on pipeline.Date) bool { return e.auto && e.decade != 0 && e.decade <= on }

// amends tells whether a document corrects or cancels another, or comes under the code of one known before.
func (r *run) amends(c *pipeline.Communication) bool {
	return c.Purpose == pipeline.PurposeCorrection || c.Purpose == pipeline.PurposeCancellation || r.reissues(c)
}

// news are the documents of a job that came tonight and that no executed action rests on. A document and what corrects or
// cancels it, if all of it came tonight, are one thing, and amend nothing.
type news struct {
	k      *claimCase
	docs   []*pipeline.Communication // of the job, those of earlier nights too
	issued behind
	byCode map[string]*pipeline.Communication // of several documents the first known before
	abouts map[*pipeline.Communication]*pipeline.Communication
}

func (k *claimCase) newsOf(docs []*pipeline.Communication, issued behind) *news {
	n := &news{k: k, docs: docs, issued: issued}
	if !slices.ContainsFunc(docs, func(c *pipeline.Communication) bool { return k.amends(c) && n.has(c) }) {
		return n
	}
	n.byCode = make(map[string]*pipeline.Communication, len(docs))
	n.abouts = make(map[*pipeline.Communication]*pipeline.Communication, len(docs))
	for _, c := range docs {
		if old := n.byCode[c.Code]; !pipeline.UnassignedCode(c.Code) && (old == nil || n.has(old) && !n.has(c)) {
			n.byCode[c.Code] = c
		}
	}
	return n
}

// has tells whether a document is one of them.
func (n *news) has(c *pipeline.Communication) bool {
	return n.k.night.Is(c.Acquired) && !n.issued.hasDocument(c)
}

// about follows what a document corrects or cancels, to one that was known before or that does neither; nil where that is
// not here.
func (n *news) about(c *pipeline.Communication) *pipeline.Communication {
	if !n.k.amends(c) || !n.has(c) {
		return c
	}
	if o, known := n.abouts[c]; known {
		return o
	}
	n.abouts[c] = nil // where documents name one another in a ring
	code := c.PreviousCode
	if n.k.reissues(c) {
		code = c.Code
	}
	if next := n.byCode[code]; next != nil {
		n.abouts[c] = n.about(next)
	}
	return n.abouts[c]
}

// amend tells whether some of them correct or cancel what was known before.
func (n *news) amend() bool {
	return n.byCode != nil && slices.ContainsFunc(n.docs, n.amended) &&
		slices.ContainsFunc(n.docs, func(c *pipeline.Communication) bool { return !n.has(c) })
}

// only tells whether all of them do.
func (n *news) only() bool {
	return !slices.ContainsFunc(n.docs, func(c *pipeline.Communication) bool { return n.has(c) && !n.amended(c) })
}

// amended tells whether a document is one that does.
func (n *news) amended(c *pipeline.Communication) bool {
	if !n.k.amends(c) || !n.has(c) {
		return false
	}
	o := n.about(c)
	return o == nil || !n.has(o)
}

// withdrawn tells whether a document is left out to see how the job stood before: one that amends, and a hire sent anew
// together with it.
func (n *news) withdrawn(c *pipeline.Communication) bool {
	if !n.has(c) {
		return false
	}
	o := n.about(c)
	return n.amended(c) || o != nil && o.Event == pipeline.EventHire
}
