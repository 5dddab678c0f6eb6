package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
)

// release says how long a resumption waits after the last day of the suspension (R02; contract of the night).
type release uint8

const (
	releaseAtOnce   release = iota // sickness, hospital, maternity, civil service
	releaseStandard                // ResumeReleaseDelay days
	releaseLate                    // agency or public employer: the 20th of the following month
)

// releaseDate is the first night that may issue the resumption after the suspension's last day.
func (k *claimCase) releaseDate(last pipeline.Date, r release) pipeline.Date {
	if r == releaseAtOnce || k.p.ResumeReleaseDelay == 0 {
		return last + 1
	}
	on := last + pipeline.Date(k.p.ResumeReleaseDelay) + 1
	if r == releaseLate {
		y, m, _ := last.AddMonths(1).Civil()
		twentieth, _ := pipeline.MakeDate(y, m, 20)
		on = max(on, twentieth+1)
	}
	return on
}

// block is a suspension as it is issued: the union of reasons that overlap or touch (R18).
type block struct {
	spell
	parts []spell
}

// conclude turns what was placed on the claim into actions.
func (k *claimCase) conclude() {
	if k.leftAlone() {
		for _, a := range k.issued {
			k.repeat(a)
		}
		k.sayOutOfScope()
		k.sayMoved()
		if k.inScope() && !k.c.Advance {
			k.termination()
			k.checkStart()
		}
		return
	}
	k.ruleSettlements()
	dd := k.forfeitedFrom()
	spells := k.chains(clip(k.spells, dd))
	if ruled := k.forfeitedFrom(); ruled != dd { // a chain's decadence that an operator has confirmed
		dd, spells = ruled, clip(spells, ruled)
	}
	blocks := union(spells)
	k.totalLength(spells)

	var stopped []pipeline.Period
	resumable := blocks
	if k.held != "" {
		resumable = k.suspendHeld(blocks)
	} else {
		stopped = k.emitSuspensions(blocks)
	}
	k.endNotes()
	k.emitDecades(dd)
	k.emitProposals(blocks, dd)
	k.concludeActivities(blocks, dd)
	k.emitResumptions(resumable, blocks, dd)
	if k.held != "" {
		k.keepIssued(blocks)
	} else {
		if dd != 0 {
			stopped = append(stopped, pipeline.Period{From: dd, To: pipeline.MaxDate})
		}
		if len(k.extended) > 0 {
			k.lateExtensions(k.fresh(stopped))
		}
	}
	k.raiseStood()
	k.overpaid()
	k.termination()
	k.checkStart()
	k.sayStopped()
}

// clip cuts suspensions at the decadence and puts them in order of their days.
func clip(spells []spell, dd pipeline.Date) []spell {
	out := make([]spell, 0, len(spells))
	for _, s := range spells {
		if dd != 0 && s.From >= dd {
			continue
		}
		if dd != 0 && (s.Open() || s.To >= dd) {
			s.To = dd - 1
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b spell) int {
		if c := cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(lastDay(a.Period), lastDay(b.Period))); c != 0 {
			return c
		}
		return cmp.Compare(joinSources(a.refs), joinSources(b.refs))
	})
	return out
}

func lastDay(p pipeline.Period) pipeline.Date { return cmp.Or(p.To, pipeline.MaxDate) }

// chains finds jobs that follow one another without a gap and together go over the limit (R19). They are suspended in
// protection from the first day to the last; one employer throughout also has the decadence proposed.
func (k *claimCase) chains(spells []spell) []spell {
	if len(spells) == 1 { // nothing follows it
		if s := &spells[0]; s.job != nil && !s.Open() {
			k.tryChain(spells, s.To)
		}
		return spells
	}
	work, out := make([]spell, 0, len(spells)), make([]spell, 0, len(spells))
	for _, s := range spells {
		if s.job != nil && !s.Open() {
			work = append(work, s)
		} else {
			out = append(out, s)
		}
	}
	for len(work) > 0 {
		n, end := 1, work[0].To
		for n < len(work) && k.follows(work[:n], work[n], end) {
			end = max(end, work[n].To)
			n++
		}
		k.tryChain(work[:n], end)
		out = append(out, k.chain(work[:n], end)...)
		work = work[n:]
	}
	slices.SortStableFunc(out, func(a, b spell) int { return cmp.Compare(a.From, b.From) })
	return out
}

// follows tells whether the next job goes on where the others end: the day after, or within SameEmployerGapDays for one employer.
func (k *claimCase) follows(chain []spell, next spell, end pipeline.Date) bool {
	gap := next.From - end - 1
	if gap <= 0 {
		return true
	}
	return int(gap) <= k.p.SameEmployerGapDays && next.job.sameEmployer(chain[len(chain)-1].job)
}

// tryChain notes on each job whether others go on where it ends, and how long they are together (R19).
func (k *claimCase) tryChain(work []spell, end pipeline.Date) {
	first := work[0].job.start
	limit := k.limit(first)
	for i := range work {
		switch t := &work[i].job.trail; {
		case len(work) == 1:
			t.no("R19", "nessun altro rapporto prosegue senza interruzione")
		case end <= limit:
			t.no("R19", "%n rapporti senza interruzione, fino al %a, non oltre il %b").days("fine dei rapporti consecutivi", end, limit).count(len(work))
		default:
			t.yes("R19", "%n rapporti senza interruzione, fino al %a, oltre il %b").days("fine dei rapporti consecutivi", end, limit).count(len(work))
		}
	}
}

// chain judges the whole length of jobs that follow one another.
func (k *claimCase) chain(work []spell, end pipeline.Date) []spell {
	first := work[0].job.start
	if len(work) < 2 || end <= k.limit(first) {
		return work
	}
	same := true
	refs := []string{}
	var trails []*trail
	for _, s := range work {
		same = same && s.job.sameEmployer(work[0].job)
		refs = append(refs, s.refs...)
		trails = append(trails, s.trails...)
	}
	whole := pipeline.Period{From: work[0].From, To: end}
	days := pipeline.Period{From: first, To: end}
	m := marginOf("fine dei rapporti consecutivi", end-k.limit(first))
	if same {
		later := work[slices.IndexFunc(work, func(s spell) bool { return s.To > k.limit(first) })]
		if later.job == work[0].job {
			later = work[1]
		}
		told := fmt.Sprintf("contratti consecutivi con lo stesso datore%s dal %s al %s, oltre il limite di %s", named(later.job.employer), first.Italian(), end.Italian(), k.limitText())
		k.propose(decade{from: later.From, rule: "R19", refs: refs, trails: trails, margin: m, because: func() string { return told }})
		k.raise(note{
			code: ExcConsecutiveSame, rule: "R19", refs: refs, trails: trails, Period: days, margin: m,
			text:     told + ".",
			proposed: fmt.Sprintf("Decidere se la decadenza dal %s è dovuta.", later.From.Italian()),
		})
	} else {
		k.raise(note{
			code: ExcCumulativeOverLimit, rule: "R19", refs: refs, trails: trails, Period: days, margin: m,
			text:     fmt.Sprintf("rapporti con datori diversi, senza interruzione dal %s al %s, oltre il limite di %s.", first.Italian(), end.Italian(), k.limitText()),
			proposed: "Decidere se la prestazione riprende.",
		})
	}
	if u := k.chainDecided(same, refs); u != nil {
		out := slices.Clone(work)
		for i := range out {
			out[i].refs, out[i].ruled = u.signed(out[i].refs), u
		}
		return out
	}
	out := slices.Clone(work)
	for i := range out {
		out[i].cautious = true
	}
	out[0].rule, out[0].margin = "R19", m
	out[0].because = func() string {
		return fmt.Sprintf("più rapporti di lavoro senza interruzione dal %s al %s, in tutto oltre il limite di %s", first.Italian(), end.Italian(), k.limitText())
	}
	out[0].Period = whole // the days between two contracts of one employer belong to the chain
	return out
}

// chainDecided gives the ruling by which jobs that together go over the limit are suspended as any others, and the benefit
// resumes after them: the decadence is refused, or the resumption confirmed.
func (k *claimCase) chainDecided(same bool, refs []string) *ruling {
	u := k.ruledOn(refs, func(u *ruling) bool { return u.Code == ExcConsecutiveSame || u.Code == ExcCumulativeOverLimit })
	if u == nil || same != (u.Code == ExcConsecutiveSame) || same != u.refuses() {
		return nil
	}
	k.follow(u, refs)
	return u
}

// union merges suspensions that overlap or touch.
func union(spells []spell) []block {
	out := make([]block, 0, len(spells))
	for i := range spells {
		s := &spells[i]
		if n := len(out); n > 0 && out[n-1].Touches(s.Period) {
			b := &out[n-1]
			b.parts = append(b.parts, *s)
			if s.Open() || b.Open() {
				b.To = 0
			} else {
				b.To = max(b.To, s.To)
			}
			b.cautious = b.cautious || s.cautious
			if len(b.parts) == 2 { // the first list is that of its part
				b.refs = slices.Clone(b.refs)
			}
			b.refs = append(b.refs, s.refs...)
			continue
		}
		out = append(out, block{spell: *s, parts: spells[i : i+1 : i+1]})
	}
	return out
}

// totalLength tells the operator when separate jobs, each within the limit, add up to more than one could be (R19).
func (k *claimCase) totalLength(spells []spell) {
	isWork := func(s spell) bool { return s.work && !s.Open() }
	if len(spells) < 2 || !slices.ContainsFunc(spells[1:], isWork) { // at most one
		return
	}
	work := make([]spell, 0, len(spells))
	for _, s := range spells {
		if isWork(s) {
			work = append(work, s)
		}
	}
	jobs := union(work)
	total, most := 0, int(k.p.Parameters.at(paramTotalASpI, k.c.Start))
	if k.mini() {
		most = int(k.p.Parameters.at(paramTotalMini, k.c.Start))
	}
	for _, b := range jobs {
		total += b.Days()
	}
	if len(jobs) < 2 || total <= most || k.saidTooLong() {
		return
	}
	refs := []string{}
	var trails []*trail
	for i := range jobs {
		refs, trails = append(refs, jobs[i].refs...), append(trails, jobs[i].allTrails()...)
	}
	k.raise(note{
		code: ExcCumulativeOverLimit, class: pipeline.ClassInfo, rule: "R19", refs: refs,
		Period: pipeline.Period{From: jobs[0].From, To: jobs[len(jobs)-1].To}, days: total,
		lead:     "Le sospensioni restano come sono",
		text:     fmt.Sprintf("i giorni sospesi per lavoro sulla domanda sono in tutto %d, oltre %d.", total, most),
		proposed: "Prendere atto o rivalutare la durata complessiva.",
		margin:   marginOf("giorni sospesi in tutto", pipeline.Date(total-most)), trails: trails,
		tried: []step{*new(trail).yes("R19", "%a giorni sospesi per lavoro in tutto, oltre %b").length("giorni sospesi in tutto", total, most)},
	})
}

// saidTooLong tells whether an exception on jobs that together go over the limit has been raised (R19).
func (k *claimCase) saidTooLong() bool {
	return slices.ContainsFunc(k.out.Exceptions, func(e pipeline.Exception) bool {
		return e.Claim == k.c.Number && (e.Code == ExcCumulativeOverLimit || e.Code == ExcConsecutiveSame)
	})
}

// used counts the granted days consumed before day: those of the benefit that no suspension covers (4.2).
func (k *claimCase) used(blocks []block, day pipeline.Date) int {
	n := int(day - k.c.Start)
	for i := range blocks {
		if c, ok := blocks[i].Common(pipeline.Period{From: k.c.Start, To: day - 1}); ok {
			n -= c.Days()
		}
	}
	return max(n, 0)
}

// emitSuspensions writes one action a block and gives the days they stop.
func (k *claimCase) emitSuspensions(blocks []block) []pipeline.Period {
	stopped := make([]pipeline.Period, 0, len(blocks)+1)
	for i := range blocks {
		b := &blocks[i]
		stopped = append(stopped, pipeline.Period{From: b.From, To: lastDay(b.Period)})
		if f := b.kept(); f != nil {
			k.repeat(f)
			continue
		}
		k.emitSuspension(b, blocks)
	}
	return stopped
}

// emitSuspension writes the action of one block.
func (k *claimCase) emitSuspension(b *block, blocks []block) {
	lead := b.leading()
	a := k.action(pipeline.ActionSuspend, pipeline.ModeAuto, b.From, lead.rule, b.refs)
	a.Cautious = b.cautious
	if !b.Open() {
		a.To, a.Days = b.To, pipeline.Some(int32(b.Days()))
		k.count(&a, blocks, b.From, b.To)
	}
	w := k.add(a, lead.margin, b.because, b.allTrails())
	if len(b.parts) > 1 {
		w.parts = b.parts
	}
	switch {
	case len(b.parts) > 1 && b.Open():
		w.own.yes("R18", "unione di %n sospensioni contigue o sovrapposte, dal %a").dates(b.From, 0).count(len(b.parts))
	case len(b.parts) > 1:
		w.own.yes("R18", "unione di %n sospensioni contigue o sovrapposte, dal %a al %b").dates(b.From, b.To).count(len(b.parts))
	default:
		w.own.no("R18", "nessun'altra sospensione contigua o sovrapposta")
	}
	if f := lead.frozen; f != nil { // goes on from what was issued
		w.own.yes(f.Rule, "già emessa dal %a%s").dates(f.From, 0).text(untilText(f.To))
	}
}

// StandsBy tells whether the i-th of Actions, which says the same as an issued one, can go on under the sources of that: they
// stop all its days. A job that came while another stopped its days is not among them, and may be all that stops some now.
func (d *Decision) StandsBy(i int, issued *pipeline.Action) bool {
	a, parts := &d.Actions[i], d.whyActions[i].parts
	if parts == nil || a.Sources == issued.Sources {
		return true
	}
	named := make([]pipeline.Period, 0, len(parts))
	for j := range parts {
		if p := &parts[j]; shares(issued.Sources, p.refs) {
			named = append(named, pipeline.Period{From: p.From, To: lastDay(p.Period)})
		}
	}
	return len(subtract(pipeline.Period{From: a.From, To: stopEnd(a)}, named)) == 0
}

// add enters an action with what stands behind it; the rest of it may be noted on what is given back, at once.
func (k *claimCase) add(a pipeline.Action, m margin, because func() string, trails []*trail) *why {
	if !k.admitted(&a) {
		return &why{}
	}
	a.Margin = m.days
	k.out.Actions = append(k.out.Actions, a)
	k.out.whyActions = append(k.out.whyActions, why{margin: m, because: because, trails: trails, own: trail{steps: k.room.take(fewSteps)}})
	return &k.out.whyActions[len(k.out.whyActions)-1]
}

// allTrails gives what was tried on the facts of the block.
func (b *block) allTrails() []*trail {
	if len(b.parts) == 1 {
		return b.parts[0].trails
	}
	return distinct(b.parts)
}

// because gives the reasons of the block, the leading one first; of more than mostTold parts it says how many are left out.
func (b *block) because() string {
	lead := b.leading()
	text := lead.because()
	for i := range b.parts {
		if i == mostTold {
			return text + "; e altri motivi (" + strconv.Itoa(len(b.parts)-mostTold) + ")"
		}
		if s := &b.parts[i]; s != lead {
			if other := s.because(); !strings.Contains(text, other) {
				text += "; " + other
			}
		}
	}
	return text
}

// kept is the issued action that the block repeats to the day; nil where there is none.
func (b *block) kept() *pipeline.Action {
	for _, s := range b.parts {
		if f := s.frozen; f != nil && f.From == b.From && f.To == b.To {
			return f
		}
	}
	return nil
}

// leading is the part that gives the block its rule and its sentence: a protective one where there is one.
func (b *block) leading() *spell {
	for i := range b.parts {
		if b.parts[i].cautious {
			return &b.parts[i]
		}
	}
	return &b.parts[0]
}

// count writes days used and left before a suspension from from to to, and the end that it moves the benefit to.
func (k *claimCase) count(a *pipeline.Action, blocks []block, from, to pipeline.Date) {
	used := k.used(blocks, from)
	left := max(int(k.c.DaysGranted)-used, 0)
	a.DaysUsed, a.DaysResidual = pipeline.Some(int32(used)), pipeline.Some(int32(left))
	a.NewEnd = to + pipeline.Date(left)
}

// emitDecades writes the automatic decadence, the earliest, and the proposed ones before it.
func (k *claimCase) emitDecades(dd pipeline.Date) {
	slices.SortStableFunc(k.decades, func(a, b decade) int { // what was issued comes first
		switch {
		case a.frozen != nil && b.frozen == nil:
			return -1
		case a.frozen == nil && b.frozen != nil:
			return 1
		}
		return 0
	})
	done := false
	for _, d := range k.decades {
		switch {
		case dd != 0 && d.from > dd, d.auto && done:
			continue
		case d.auto && d.from != dd:
			continue
		case d.frozen != nil:
			k.repeat(d.frozen)
			done = true
			continue
		}
		mode := pipeline.ModeProposed
		refs, trails := d.refs, d.trails
		var ruled *ruling
		if d.auto {
			mode, done = pipeline.ModeAuto, true
			refs, trails, ruled = k.allDecadesOn(dd)
		}
		a := k.action(pipeline.ActionDecade, mode, d.from, d.rule, refs)
		by(&a, ruled)
		if d.overpaid {
			k.markOverpaid(&a)
		}
		w := k.add(a, d.margin, d.because, trails)
		if d.auto && dd != 0 && len(k.decades) > 1 {
			w.own.yes("R18", "fra più decadenze vale la prima, dal %a").dates(dd, 0)
		}
	}
}

// allDecadesOn joins the sources of jobs that take the benefit away on one day, and what was tried on them.
func (k *claimCase) allDecadesOn(dd pipeline.Date) (refs []string, trails []*trail, ruled *ruling) {
	for _, d := range k.decades {
		if d.auto && d.from == dd {
			refs, trails, ruled = append(refs, d.refs...), append(trails, d.trails...), cmp.Or(ruled, d.ruled)
		}
	}
	return refs, trails, ruled
}

// emitProposals writes reductions and resumptions that an operator decides on. A reduction ends with the benefit; a
// decadence leaves of it what falls on the days before.
func (k *claimCase) emitProposals(blocks []block, dd pipeline.Date) {
	for _, r := range k.reduces {
		r.To = min(r.To, k.endUncut(dd, ""))
		n := r.Days()
		if r.To = beforeDecadence(r.To, dd); r.To < r.From {
			continue
		}
		r.total = through(r.total, r.Days(), n)
		a := k.action(pipeline.ActionReduce, pipeline.ModeProposed, r.From, "R08", r.refs)
		by(&a, r.ruled)
		a.To, a.Days = r.To, pipeline.Some(int32(r.Days()))
		a.Total = pipeline.Some(r.total)
		a.Daily = pipeline.Some(pipeline.DivRound(int64(r.total)*100, int64(r.Days())))
		w := k.add(a, r.margin, func() string { return r.because() + leftOf(r.Days(), n) }, r.trails)
		if r.Days() < n {
			w.own.yes("R08", keptDays).length("", r.Days(), n)
		}
	}
	for _, r := range k.resumes {
		switch {
		case dd != 0 && r.from > dd: // the benefit is over by then
			continue
		case r.issued != nil:
			k.repeat(r.issued)
			continue
		case r.ruled != nil && slices.ContainsFunc(blocks, func(b block) bool { return b.Contains(r.from) }):
			continue // the facts stop that day after all
		}
		a := k.action(pipeline.ActionResume, pipeline.ModeProposed, r.from, r.rule, r.refs)
		by(&a, r.ruled)
		k.count(&a, blocks, r.from, r.from-1)
		k.add(a, r.margin, r.because, r.trails)
	}
}

// endNotes cuts the days of exceptions that end with the benefit, once all suspensions that move its end are placed.
func (k *claimCase) endNotes() {
	for _, i := range k.ending {
		if e := &k.out.Exceptions[i]; e.To > k.theoreticalEnd() {
			e.To = k.theoreticalEnd()
			e.Days = pipeline.Some(int32(pipeline.Period{From: e.From, To: e.To}.Days()))
		}
	}
}

// emitResumptions writes the resumptions that are released tonight and puts the others in the agenda (R02). Nothing is
// resumed after a protective suspension began, or after one that stays as issued against the facts; but a resumption
// already issued stays where only the latter would hold it back (2.12 no. 7).
func (k *claimCase) emitResumptions(resumable, blocks []block, dd pipeline.Date) {
	protected, frozen := false, false
	for i := range resumable {
		b := &resumable[i]
		from := b.To + 1
		protected = protected || b.cautious && b.kept() == nil || b.Open()
		frozen = frozen || slices.ContainsFunc(b.parts, func(s spell) bool { return s.frozen != nil && s.ruled == nil })
		switch {
		case b.Open():
			k.notResumed(b, "la fine della sospensione non è nota")
		case protected:
			k.notResumed(b, "sospensione cautelativa: la ripresa spetta all'operatore")
		case dd != 0 && from >= dd:
			k.notResumed(b, "dal %a opera la decadenza").dates(from, 0)
		case k.barred != 0 && from >= k.barred:
			k.notResumed(b, "dal %a è proposta la decadenza").dates(k.barred, 0)
		case int(k.c.DaysGranted) <= k.used(blocks, b.From):
			k.notResumed(b, "giorni spettanti esauriti")
		default:
			k.resume(b, blocks, frozen)
		}
	}
}

// resume writes the resumption after a block, unless something holds it back tonight.
func (k *claimCase) resume(b *block, blocks []block, frozen bool) {
	from, issued := b.To+1, k.resumed(b)
	if frozen || b.cautious {
		k.notResumed(b, "i giorni sospesi restano come emessi: la ripresa spetta all'operatore")
		if issued != nil {
			k.repeat(issued)
		}
		return
	}
	on := k.releaseDate(b.To, b.longestRelease())
	if issued == nil && !k.night.Reached(on) {
		k.notResumed(b, "la ripresa dal %a attende il %b").dates(from, on)
		k.due(on, pipeline.AgendaResume, "R02", "Ripresa dal "+from.Italian()+", da emettere dal "+on.Italian()+".")
		k.out.Agenda[len(k.out.Agenda)-1].Action = k.suspensionKey(b)
		return
	}
	a := k.action(pipeline.ActionResume, pipeline.ModeAuto, from, "R02", b.refs)
	k.count(&a, blocks, b.From, b.To)
	left, end := a.DaysResidual.V, a.NewEnd
	w := k.add(a, marginOf("elaborazione", k.night.Value()-on), func() string {
		return "la sospensione finisce il " + b.To.Italian() + " e restano " + strconv.Itoa(int(left)) + " giorni, fino al " + end.Italian()
	}, b.allTrails())
	w.own.yes("R02", "elaborazione del %a, ripresa emessa dal %b").days("elaborazione", k.night.Value(), on)
}

// notResumed notes on the suspension of a block why no resumption follows tonight.
func (k *claimCase) notResumed(b *block, reason string) *step {
	i := k.suspensionOf(b)
	if i < 0 || k.out.whyActions[i].because == nil {
		return &step{}
	}
	return k.out.whyActions[i].own.no("R02", reason)
}

// longestRelease is the longest wait among the reasons that end on the last day.
func (b *block) longestRelease() release {
	rel := releaseAtOnce
	for _, s := range b.parts {
		if s.To == b.To {
			rel = max(rel, s.release)
		}
	}
	return rel
}

// resumed is the resumption already issued on the day after the block; nil where there is none.
func (k *claimCase) resumed(b *block) *pipeline.Action {
	for _, a := range k.issued {
		if a.Type == pipeline.ActionResume && a.Mode == pipeline.ModeAuto && a.From == b.To+1 && shares(a.Sources, b.refs) {
			return a
		}
	}
	return nil
}

// suspensionKey names the action of a block for the agenda: "@i".
func (k *claimCase) suspensionKey(b *block) string {
	if i := k.suspensionOf(b); i >= 0 {
		return "@" + strconv.Itoa(i)
	}
	return ""
}

// suspensionOf gives the place of a block's action among the actions; -1 where it has none.
func (k *claimCase) suspensionOf(b *block) int {
	for i := range k.out.Actions {
		if a := &k.out.Actions[i]; a.Type == pipeline.ActionSuspend && a.From == b.From && a.Claim == k.c.Number {
			return i
		}
	}
	return -1
}

// repeat lets an issued action stay in force exactly as it was issued; once is enough.
func (k *claimCase) repeat(a *pipeline.Action) {
	if !k.has(a.ID) {
		k.out.Actions = append(k.out.Actions, *a)
		k.out.whyActions = append(k.out.whyActions, why{})
	}
}

// action starts an action on the claim. In the experimental phase every action is a proposal (msg 5430/2014), and on a
// held claim every one that is not as it was issued.
func (k *claimCase) action(kind, mode string, from pipeline.Date, rule string, refs []string) pipeline.Action {
	if k.onlyProposes() {
		mode = pipeline.ModeProposed
	}
	return pipeline.Action{
		Type: kind, Mode: mode, Claim: k.c.Number, ClaimProtocol: k.c.Protocol, Benefit: k.c.Benefit,
		TaxCode: k.c.TaxCode, Office: k.c.Office, From: from, Rule: rule, Norm: Rules[rule].Norm, Sources: joinSources(refs),
	}
}
