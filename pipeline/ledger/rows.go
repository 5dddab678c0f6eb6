package ledger

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// outcomeByProcedure is the esito of a submission that the procedure worked by itself.
const outcomeByProcedure = "LAVORATA_DALLA_PROCEDURA"

// submissions fills the list of each submission: worked where an operator has closed it, or by the procedure when all its
// effects were automatic and nothing is open on it.
func (c *comparison) submissions() {
	for _, s := range c.want.Submissions {
		s.Night = c.n.Date
		if s.List == "" {
			s.List = pipeline.ListPending
			if c.n.Params.Phase == rules.PhaseAutomatic && !c.needsWork(s.Protocol) {
				s.List, s.Outcome = pipeline.ListWorked, outcomeByProcedure
			}
		}
		c.handled(&s)
		c.out.Submissions = append(c.out.Submissions, s)
	}
}

// handled adds what operators have done with a submission: one that they have closed is worked, wherever else it would be.
func (c *comparison) handled(s *pipeline.SubmissionRow) {
	if c.n.Handled == nil {
		return
	}
	h, ok := c.n.Handled(s)
	if !ok {
		return
	}
	s.Read, s.ReadAt = h.ReadAt != 0, h.ReadAt
	switch {
	case h.Outcome != "":
		s.List, s.Outcome = pipeline.ListWorked, h.Outcome
	case h.Reopened && s.List == pipeline.ListWorked:
		s.List, s.Outcome = pipeline.ListPending, ""
	}
}

func (c *comparison) needsWork(protocol string) bool {
	if len(c.want.Submissions) > few {
		return c.toWork()[protocol]
	}
	return slices.ContainsFunc(c.out.Exceptions, func(e pipeline.Exception) bool {
		return e.State != pipeline.ExceptionClosed && shareSource(e.Sources, protocol)
	}) || slices.ContainsFunc(c.out.InForce, func(a pipeline.Action) bool {
		return a.Mode == pipeline.ModeProposed && shareSource(a.Sources, protocol)
	})
}

// toWork gives the refs behind the open exceptions and the proposals, by which [comparison.needsWork] is found for many.
func (c *comparison) toWork() map[string]bool {
	if c.crowd.toWork != nil {
		return c.crowd.toWork
	}
	c.crowd.toWork = map[string]bool{}
	add := func(sources string) {
		for _, ref := range rules.SplitSources(sources) {
			c.crowd.toWork[ref] = true
		}
	}
	for i := range c.out.Exceptions {
		if e := &c.out.Exceptions[i]; e.State != pipeline.ExceptionClosed {
			add(e.Sources)
		}
	}
	for i := range c.out.InForce {
		if a := &c.out.InForce[i]; a.Mode == pipeline.ModeProposed {
			add(a.Sources)
		}
	}
	return c.crowd.toWork
}

// agenda names the actions that what falls due belongs to, and adds the terms of the exceptions that wait for an office.
func (c *comparison) agenda() {
	for _, row := range c.want.Agenda {
		row.Night = c.n.Date
		if i, err := strconv.Atoi(strings.TrimPrefix(row.Action, "@")); err == nil && row.Action != "" {
			row.Action = c.ids[i]
		}
		c.out.Agenda = append(c.out.Agenda, row)
	}
	for i := range c.out.Exceptions {
		e := &c.out.Exceptions[i]
		if e.State == pipeline.ExceptionClosed || e.Class == pipeline.ClassInfo || e.Due < c.n.Date {
			continue
		}
		c.out.Agenda = append(c.out.Agenda, pipeline.AgendaRow{
			Office: e.Office, Date: e.Due, Kind: pipeline.AgendaExpiry, Claim: e.Claim, TaxCode: e.TaxCode, Exception: e.ID,
			Rule: e.Rule, Reason: "Termine per lavorare l'eccezione: " + e.Title + ".", Night: c.n.Date,
		})
	}
}

// stretches cuts the days of every claim that has facts into states, without a gap from decorrenza to the theoretical end.
func (c *comparison) stretches() {
	if len(c.d.Communications)+len(c.d.Submissions)+len(c.d.Notices)+len(c.d.Vouchers)+len(c.d.Issued)+len(c.d.Doubtful)+len(c.d.Elsewhere) == 0 {
		return
	}
	for i := range c.d.Claims {
		claim := &c.d.Claims[i]
		if claim.State == pipeline.StateRejected || claim.State == pipeline.StateUnderReview || claim.DaysGranted <= 0 {
			continue
		}
		of := c.stretchesOf(claim)
		if c.out.Stretches == nil { // most have one claim
			c.out.Stretches = of
			continue
		}
		c.out.Stretches = append(c.out.Stretches, of...)
	}
}

// mark is a state that holds from a day to another, MaxDate for an open end.
type mark struct {
	from, to pipeline.Date
	state    string
	action   string
}

// marks lists what the automatic actions in force and the open blocking exceptions say of a claim's days; where several
// speak of one day the first in the list wins.
func (c *comparison) marks(claim *pipeline.Claim) (marks []mark, suspended pipeline.Date, open bool) {
	for i := range c.out.InForce {
		a := &c.out.InForce[i]
		if a.Claim != claim.Number || a.Mode != pipeline.ModeAuto {
			continue
		}
		to := cmp.Or(a.To, pipeline.MaxDate)
		switch a.Type {
		case pipeline.ActionSuspend:
			open = open || a.To == 0
			if from := max(a.From, claim.Start); a.To >= from {
				suspended += a.To - from + 1
			}
			marks = append(marks, mark{a.From, to, pipeline.StretchSuspended, a.ID})
		case pipeline.ActionDecade:
			marks = append(marks, mark{a.From, pipeline.MaxDate, pipeline.StretchForfeited, a.ID})
		case pipeline.ActionReduce:
			marks = append(marks, mark{a.From, to, pipeline.StretchReduced, a.ID})
		}
	}
	rank := []string{pipeline.StretchForfeited, pipeline.StretchSuspended, pipeline.StretchReduced}
	slices.SortStableFunc(marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, a.state), slices.Index(rank, b.state)), cmp.Compare(a.from, b.from), cmp.Compare(a.action, b.action))
	})
	for i := range c.out.Exceptions {
		e := &c.out.Exceptions[i]
		if e.Claim == claim.Number && e.Class == pipeline.ClassBlock && e.State != pipeline.ExceptionClosed && e.From != 0 {
			marks = append(marks, mark{e.From, cmp.Or(e.To, pipeline.MaxDate), pipeline.StretchContested, ""})
		}
	}
	return marks, suspended, open
}

func (c *comparison) stretchesOf(claim *pipeline.Claim) []pipeline.Stretch {
	marks, suspended, open := c.marks(claim)
	end := claim.Start + pipeline.Date(claim.DaysGranted) - 1 + suspended
	if open {
		end = pipeline.MaxDate
	}
	borders := append(make([]pipeline.Date, 0, 1+2*len(marks)), claim.Start)
	for _, m := range marks {
		borders = append(borders, m.from, m.to+1)
	}
	slices.Sort(borders)
	borders = slices.Compact(borders)

	first := newSweep(marks)
	out := make([]pipeline.Stretch, 0, len(borders))
	for i, from := range borders {
		if from < claim.Start || from > end {
			continue
		}
		to := end
		if i+1 < len(borders) {
			to = min(to, borders[i+1]-1)
		}
		at := mark{state: pipeline.StretchPayable}
		if j := first.first(from); j >= 0 {
			at = marks[j]
		}
		if n := len(out); n > 0 && out[n-1].State == at.state && out[n-1].Action == at.action {
			out[n-1].To = to
			continue
		}
		out = append(out, pipeline.Stretch{
			Claim: claim.Number, TaxCode: claim.TaxCode, Office: claim.Office, From: from, To: to, State: at.state, Action: at.action,
			Termination: c.want.TerminationOf(claim.Number), Night: c.n.Date,
		})
	}
	for i := range out {
		s := &out[i]
		if s.To == pipeline.MaxDate { // as long as a suspension is open nobody knows the end
			s.To = 0
			continue
		}
		s.Days = pipeline.Some(int32(s.To-s.From) + 1)
	}
	return out
}

// evidence lists the documents behind every action and exception of tonight's tables.
func (c *comparison) evidence() {
	owners := len(c.out.InForce) + len(c.out.Actions) + len(c.out.Exceptions)
	if owners == 0 {
		return
	}
	docs := c.documents()
	c.out.Evidence = make([]pipeline.Evidence, 0, owners+len(docs.rows))
	for i := range c.out.InForce {
		a := &c.out.InForce[i]
		c.behindRow(docs, a.ID, a.Sources)
	}
	for i := range c.out.Actions {
		if a := &c.out.Actions[i]; a.Operation == pipeline.OperationWithdrawn { // the others are in force
			c.behindRow(docs, a.ID, a.Sources)
		}
	}
	for i := range c.out.Exceptions {
		e := &c.out.Exceptions[i]
		c.behindRow(docs, e.ID, e.Sources)
	}
}

// behindRow lists the documents behind one row.
func (c *comparison) behindRow(docs *documents, owner, sources string) {
	order := int32(0)
	docs.each(sources, func(e pipeline.Evidence) {
		order++
		e.Owner, e.Order, e.Night = owner, order, c.n.Date
		c.out.Evidence = append(c.out.Evidence, e)
	})
}

// fewDocuments is up to how many documents a look at each is cheaper than a map.
const fewDocuments = 16

// documents are the person's facts as evidence, in the order of the dossier; by ref where they are many, or where some
// stand for others, too.
type documents struct {
	rows  []pipeline.Evidence
	byRef map[string][]pipeline.Evidence // nil while a look at each will do
}

// each calls f with the documents of a list of sources.
func (d *documents) each(sources string, f func(pipeline.Evidence)) {
	if sources == "" {
		return
	}
	for ref := range strings.SplitSeq(sources, ";") {
		if d.byRef != nil {
			for _, e := range d.byRef[ref] {
				f(e)
			}
			continue
		}
		for i := range d.rows {
			if d.rows[i].Ref == ref {
				f(d.rows[i])
			}
		}
	}
}

// documents gives the person's facts as evidence.
func (c *comparison) documents() *documents {
	d := c.d
	docs := &documents{rows: make([]pipeline.Evidence, 0,
		len(d.Communications)+len(d.Submissions)+len(d.Notices)+len(d.Questions)+len(d.Vouchers)+len(d.Doubtful))}
	add := func(ref, kind string, s *pipeline.Source, sent pipeline.Instant, acquired pipeline.Date) {
		docs.rows = append(docs.rows, pipeline.Evidence{
			Document: kind, Ref: ref, Flow: string(s.Flow), File: s.File, Offset: s.Offset, SHA256: s.SHA256, SentAt: sent, Acquired: acquired,
		})
	}
	for i := range d.Communications {
		m := &d.Communications[i]
		if m.Withdrawn() && c.thereItself(i) {
			continue
		}
		add(m.Ref(), string(m.Model), &m.Source, m.SentAt, m.Acquired)
	}
	for i := range d.Submissions {
		s := &d.Submissions[i]
		if s.Draft { // no document of what was sent under its protocol
			continue
		}
		add(s.Ref(), "ASPI-COM", &s.Source, s.SubmittedAt, s.Acquired)
	}
	for i := range d.Notices {
		n := &d.Notices[i]
		add(n.Ref(), n.Kind, &n.Source, 0, n.Acquired)
	}
	for i := range d.Questions {
		q := &d.Questions[i]
		add(q.Ref(), "QUESITO", &q.Source, 0, q.Acquired)
	}
	for i := range d.Vouchers {
		v := &d.Vouchers[i]
		add(v.Ref(), "VOUCHER", &v.Source, 0, v.Acquired)
	}
	for i := range d.Doubtful {
		f := &d.Doubtful[i]
		add(f.Ref, f.Kind, &f.Source, f.SentAt, f.Acquired)
	}
	c.index(docs)
	return docs
}

// thereItself tells whether a document that is withdrawn from the person is theirs, too, or may be.
func (c *comparison) thereItself(i int) bool {
	all := c.d.Communications
	id := all[i].ID
	if all[i].Part == pipeline.PartCited { // it stands for the document whose code it has, and that may be what withdraws another
		return slices.ContainsFunc(all, func(o pipeline.Communication) bool { return o.Part != pipeline.PartCited && o.Code == all[i].Code })
	}
	return i+1 < len(all) && all[i+1].ID == id || slices.ContainsFunc(c.d.Doubtful, func(f pipeline.Doubtful) bool {
		return f.ID == id
	})
}

// index keeps documents by ref where that is needed.
func (c *comparison) index(docs *documents) {
	changed := func(n pipeline.Notice) bool { return n.Kind == pipeline.NoticeTaxCodeChanged }
	if len(docs.rows) <= fewDocuments && !slices.ContainsFunc(c.d.Notices, changed) {
		return
	}
	docs.byRef = make(map[string][]pipeline.Evidence, len(docs.rows))
	for _, e := range docs.rows {
		docs.byRef[e.Ref] = append(docs.byRef[e.Ref], e)
	}
	c.whose(docs.byRef)
}

// whose adds to the documents under a code that no claim has the notices that say whose the code is (I01).
func (c *comparison) whose(docs map[string][]pipeline.Evidence) {
	claimed := map[pipeline.CodiceFiscale]bool{}
	for i := range c.d.Claims {
		claimed[c.d.Claims[i].TaxCode] = true
	}
	says := c.changedCodes(docs)
	if len(says) == 0 {
		return
	}
	done := map[string]bool{}
	c.eachCode(func(ref string, code pipeline.CodiceFiscale) {
		if !claimed[code] && !done[ref] {
			done[ref] = true
			docs[ref] = append(docs[ref], says...)
		}
	})
}

// eachCode calls f with the refs of documents and the codes that they are under.
func (c *comparison) eachCode(f func(ref string, code pipeline.CodiceFiscale)) {
	for i := range c.d.Communications {
		f(c.d.Communications[i].Ref(), c.d.Communications[i].Worker)
	}
	for i := range c.d.Submissions {
		f(c.d.Submissions[i].Ref(), c.d.Submissions[i].TaxCode)
	}
	for i := range c.d.Vouchers {
		f(c.d.Vouchers[i].Ref(), c.d.Vouchers[i].Worker)
	}
}

// codes gives the codes that claims and documents are under.
func (c *comparison) codes() map[pipeline.CodiceFiscale]bool {
	out := map[pipeline.CodiceFiscale]bool{}
	for i := range c.d.Claims {
		out[c.d.Claims[i].TaxCode] = true
	}
	c.eachCode(func(_ string, code pipeline.CodiceFiscale) { out[code] = true })
	return out
}

// changedCodes gives the notices of changed codes as evidence; of very many only those that join the codes in question.
func (c *comparison) changedCodes(docs map[string][]pipeline.Evidence) []pipeline.Evidence {
	var changes []*pipeline.Notice
	for i := range c.d.Notices {
		if n := &c.d.Notices[i]; n.Kind == pipeline.NoticeTaxCodeChanged {
			changes = append(changes, n)
		}
	}
	var says []pipeline.Evidence
	if len(changes) <= few {
		for _, n := range changes {
			says = append(says, docs[n.Ref()]...)
		}
		return says
	}
	for _, n := range joining(changes, c.codes()) {
		of := docs[n.Ref()]
		own := func(e pipeline.Evidence) bool {
			return e.Flow == string(n.Source.Flow) && e.File == n.Source.File && e.Offset == n.Source.Offset && e.SHA256 == n.Source.SHA256
		}
		if i := slices.IndexFunc(of, own); i >= 0 {
			says = append(says, of[i])
		}
	}
	return says
}

// voucherNet adds up what occasional work paid.
func (c *comparison) voucherNet() {
	if len(c.d.Vouchers) > 0 {
		c.out.VoucherNet = map[int]pipeline.Cents{}
	}
	for i := range c.d.Vouchers {
		v := &c.d.Vouchers[i]
		c.out.VoucherNet[v.On.Year()] += v.Net
	}
}

// effects counts each fact of tonight once.
func (c *comparison) effects() {
	c.voucherNet()
	if len(c.news.refs) == 0 { // no fact is of tonight
		return
	}
	acted, excepted := c.told()
	c.out.Effects = map[pipeline.DocID]Effect{}
	c.eachTonight(func(id pipeline.DocID, ref string) {
		switch {
		case !c.live:
			c.out.Effects[id] = EffectNoClaim
		case acted[ref]:
			c.out.Effects[id] = EffectAction
		case excepted[ref]:
			c.out.Effects[id] = EffectException
		default:
			c.out.Effects[id] = EffectNone
		}
	})
	for i := range c.d.Submissions {
		if s := &c.d.Submissions[i]; s.Acquired == c.n.Date && s.Draft && c.live { // whatever came of one that was sent under its protocol
			c.out.Effects[s.ID] = EffectNone
		}
	}
}

// told gives the facts that tonight's actions, and exceptions, rest on.
func (c *comparison) told() (acted, excepted map[string]bool) {
	acted, excepted = map[string]bool{}, map[string]bool{}
	for i := range c.out.Actions {
		for _, ref := range rules.SplitSources(c.sourcesNow(c.out.Actions[i].Sources)) {
			acted[ref] = true
		}
	}
	for i := range c.out.Exceptions {
		for _, ref := range rules.SplitSources(c.out.Exceptions[i].Sources) {
			excepted[ref] = true
		}
	}
	for i := range c.d.Notices { // a notice of a changed code has acted where what it joined has
		if n := &c.d.Notices[i]; n.Kind == pipeline.NoticeTaxCodeChanged && n.Acquired == c.n.Date {
			acted[n.Ref()] = acted[n.Ref()] || slices.ContainsFunc(c.news.joined, func(ref string) bool { return acted[ref] })
		}
	}
	return acted, excepted
}

// eachTonight gives identity and ref of every fact that was acquired tonight.
func (c *comparison) eachTonight(fn func(id pipeline.DocID, ref string)) {
	for i := range c.d.Communications {
		if m := &c.d.Communications[i]; m.Acquired == c.n.Date {
			fn(m.ID, m.Ref())
		}
	}
	for i := range c.d.Submissions {
		if s := &c.d.Submissions[i]; s.Acquired == c.n.Date {
			fn(s.ID, s.Ref())
		}
	}
	for i := range c.d.Notices {
		if n := &c.d.Notices[i]; n.Acquired == c.n.Date {
			fn(n.ID, n.Ref())
		}
	}
	for i := range c.d.Questions {
		if q := &c.d.Questions[i]; q.Acquired == c.n.Date {
			fn(q.ID, q.Ref())
		}
	}
	for i := range c.d.Vouchers {
		if v := &c.d.Vouchers[i]; v.Acquired == c.n.Date {
			fn(v.ID, v.Ref())
		}
	}
	for i := range c.d.Doubtful {
		if d := &c.d.Doubtful[i]; d.Acquired == c.n.Date {
			fn(d.ID, d.Ref)
		}
	}
}
