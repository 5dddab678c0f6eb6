package rules

import (
	"cmp"
	"fmt"
	"slices"

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
	if !k.inScope() || k.c.Advance { // nothing is decided any more: what was issued stays
		for _, a := range k.issued {
			k.repeat(a)
		}
		k.sayOutOfScope()
		return
	}
	dd := k.forfeitedFrom()
	spells := k.clip(dd)
	spells = k.chains(spells)
	blocks := union(spells)
	k.totalLength(spells)

	stopped := k.emitSuspensions(blocks)
	k.emitDecades(dd)
	k.emitProposals(blocks, dd)
	k.concludeActivities(blocks, dd)
	k.emitResumptions(blocks, dd)
	if dd != 0 {
		stopped = append(stopped, pipeline.Period{From: dd, To: pipeline.MaxDate})
	}
	k.lateExtensions(k.fresh(stopped))
	k.overpaid()
	k.termination()
	k.checkStart()
}

// clip cuts suspensions at the decadence and puts them in order of their days.
func (k *claimCase) clip(dd pipeline.Date) []spell {
	var out []spell
	for _, s := range k.spells {
		if dd != 0 && s.From >= dd {
			continue
		}
		if dd != 0 && (s.Open() || s.To >= dd) {
			s.To = dd - 1
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b spell) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(lastDay(a.Period), lastDay(b.Period)), cmp.Compare(joinSources(a.refs), joinSources(b.refs)))
	})
	return out
}

func lastDay(p pipeline.Period) pipeline.Date { return cmp.Or(p.To, pipeline.MaxDate) }

// chains finds jobs that follow one another without a gap and together go over the limit (R19). They are suspended in
// protection from the first day to the last; one employer throughout also has the decadence proposed.
func (k *claimCase) chains(spells []spell) []spell {
	var work, out []spell
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

// chain judges the whole length of jobs that follow one another.
func (k *claimCase) chain(work []spell, end pipeline.Date) []spell {
	first := work[0].job.start
	if len(work) < 2 || end <= k.limit(first) {
		return work
	}
	same := true
	refs := []string{}
	for _, s := range work {
		same = same && s.job.sameEmployer(work[0].job)
		refs = append(refs, s.refs...)
	}
	whole := pipeline.Period{From: work[0].From, To: end}
	days := pipeline.Period{From: first, To: end}
	if same {
		later := work[slices.IndexFunc(work, func(s spell) bool { return s.To > k.limit(first) })]
		if later.job == work[0].job {
			later = work[1]
		}
		k.decades = append(k.decades, decade{from: later.From, rule: "R19", refs: refs, reason: fmt.Sprintf("Contratti consecutivi con lo stesso datore per %d giorni, oltre il limite di %s.", days.Days(), k.limitText())})
		k.raise(note{
			code: ExcConsecutiveSame, rule: "R19", refs: refs, Period: days,
			text:     fmt.Sprintf("Contratti consecutivi con lo stesso datore dal %s al %s, oltre il limite di %s.", first.Italian(), end.Italian(), k.limitText()),
			proposed: fmt.Sprintf("Decidere se la decadenza dal %s è dovuta.", later.From.Italian()),
		})
	} else {
		k.raise(note{
			code: ExcCumulativeOverLimit, rule: "R19", refs: refs, Period: days,
			text:     fmt.Sprintf("Rapporti con datori diversi, senza interruzione dal %s al %s, oltre il limite di %s.", first.Italian(), end.Italian(), k.limitText()),
			proposed: "Decidere se la prestazione riprende.",
		})
	}
	out := slices.Clone(work)
	for i := range out {
		out[i].cautious = true
	}
	out[0].rule = "R19"
	out[0].reason = fmt.Sprintf("Più rapporti senza interruzione dal %s al %s, oltre il limite di %s: sospensione cautelativa.", first.Italian(), end.Italian(), k.limitText())
	out[0].Period = whole // the days between two contracts of one employer belong to the chain
	return out
}

// union merges suspensions that overlap or touch.
func union(spells []spell) []block {
	var out []block
	for _, s := range spells {
		if n := len(out); n > 0 && out[n-1].Touches(s.Period) {
			b := &out[n-1]
			b.parts = append(b.parts, s)
			if s.Open() || b.Open() {
				b.To = 0
			} else {
				b.To = max(b.To, s.To)
			}
			b.cautious = b.cautious || s.cautious
			b.refs = append(slices.Clone(b.refs), s.refs...)
			continue
		}
		out = append(out, block{spell: s, parts: []spell{s}})
	}
	return out
}

// totalLength tells the operator when separate jobs, each within the limit, add up to more than one could be (R19).
func (k *claimCase) totalLength(spells []spell) {
	var work []spell
	for _, s := range spells {
		if s.work && !s.Open() {
			work = append(work, s)
		}
	}
	jobs := union(work)
	total, most := 0, int(k.p.Parameters.at(paramTotalASpI, k.c.Start))
	if k.mini() {
		most = int(k.p.Parameters.at(paramTotalMini, k.c.Start))
	}
	refs := []string{}
	for _, b := range jobs {
		total += b.Days()
		refs = append(refs, b.refs...)
	}
	said := slices.ContainsFunc(k.out.Exceptions, func(e pipeline.Exception) bool {
		return e.Claim == k.c.Number && (e.Code == ExcCumulativeOverLimit || e.Code == ExcConsecutiveSame)
	})
	if len(jobs) < 2 || total <= most || said {
		return
	}
	k.raise(note{
		code: ExcCumulativeOverLimit, class: pipeline.ClassInfo, rule: "R19", refs: refs,
		Period: pipeline.Period{From: jobs[0].From, To: jobs[len(jobs)-1].To}, days: total,
		text:     fmt.Sprintf("I giorni sospesi per lavoro sulla domanda sono in tutto %d, oltre %d.", total, most),
		proposed: "Prendere atto o rivalutare la durata complessiva.",
	})
}

// used counts the granted days consumed before day: those of the benefit that no suspension covers (4.2).
func (k *claimCase) used(blocks []block, day pipeline.Date) int {
	n := int(day - k.c.Start)
	for _, b := range blocks {
		if c, ok := b.Common(pipeline.Period{From: k.c.Start, To: day - 1}); ok {
			n -= c.Days()
		}
	}
	return max(n, 0)
}

// emitSuspensions writes one action a block and gives the days they stop.
func (k *claimCase) emitSuspensions(blocks []block) []pipeline.Period {
	var stopped []pipeline.Period
	for _, b := range blocks {
		stopped = append(stopped, pipeline.Period{From: b.From, To: lastDay(b.Period)})
		if f := b.kept(); f != nil {
			k.repeat(f)
			continue
		}
		a := k.action(pipeline.ActionSuspend, pipeline.ModeAuto, b.From, b.leading().rule, b.refs)
		a.Cautious, a.Margin, a.Reason = b.cautious, b.leading().margin, b.leading().reason
		if !b.Open() {
			a.To, a.Days = b.To, pipeline.Some(int32(b.Days()))
			k.count(&a, blocks, b.From, b.To)
		}
		k.out.Actions = append(k.out.Actions, a)
	}
	return stopped
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
		refs := d.refs
		if d.auto {
			mode, done = pipeline.ModeAuto, true
			refs = k.allDecadeRefs(dd)
		}
		a := k.action(pipeline.ActionDecade, mode, d.from, d.rule, refs)
		a.Reason, a.Margin = d.reason, d.margin
		if d.overpaid {
			k.markOverpaid(&a)
		}
		k.out.Actions = append(k.out.Actions, a)
	}
}

// allDecadeRefs joins the sources of jobs that take the benefit away on one day.
func (k *claimCase) allDecadeRefs(dd pipeline.Date) []string {
	var refs []string
	for _, d := range k.decades {
		if d.auto && d.from == dd {
			refs = append(refs, d.refs...)
		}
	}
	return refs
}

// emitProposals writes reductions and resumptions that an operator decides on. A reduction ends with the benefit.
func (k *claimCase) emitProposals(blocks []block, dd pipeline.Date) {
	for _, r := range k.reduces {
		if dd != 0 && r.To >= dd {
			r.To = dd - 1
		}
		if r.To < r.From {
			continue
		}
		a := k.action(pipeline.ActionReduce, pipeline.ModeProposed, r.From, "R08", r.refs)
		a.To, a.Days, a.Reason = r.To, pipeline.Some(int32(r.Days())), r.reason
		a.Total = pipeline.Some(r.total)
		a.Daily = pipeline.Some(pipeline.DivRound(int64(r.total)*100, int64(r.Days())))
		k.out.Actions = append(k.out.Actions, a)
	}
	for _, r := range k.resumes {
		a := k.action(pipeline.ActionResume, pipeline.ModeProposed, r.from, r.rule, r.refs)
		a.Reason = r.reason
		k.count(&a, blocks, r.from, r.from-1)
		k.out.Actions = append(k.out.Actions, a)
	}
}

// emitResumptions writes the resumptions that are released tonight and puts the others in the agenda (R02). Nothing is
// resumed after a protective suspension began, or after one that stays as issued against the facts; but a resumption
// already issued stays where only the latter would hold it back (2.12 no. 7).
func (k *claimCase) emitResumptions(blocks []block, dd pipeline.Date) {
	protected, frozen := false, false
	for _, b := range blocks {
		from := b.To + 1
		protected = protected || b.cautious && b.kept() == nil || b.Open()
		frozen = frozen || slices.ContainsFunc(b.parts, func(s spell) bool { return s.frozen != nil })
		if protected || dd != 0 && from >= dd || int(k.c.DaysGranted) <= k.used(blocks, b.From) {
			continue
		}
		issued := k.resumed(b)
		if frozen || b.cautious {
			if issued != nil {
				k.repeat(issued)
			}
			continue
		}
		a := k.action(pipeline.ActionResume, pipeline.ModeAuto, from, "R02", b.refs)
		a.Reason = fmt.Sprintf("La sospensione termina il %s: la prestazione riprende dal %s per il residuo.", b.To.Italian(), from.Italian())
		k.count(&a, blocks, b.From, b.To)
		if on := k.releaseDate(b.To, b.longestRelease()); k.night < on && issued == nil {
			k.due(on, pipeline.AgendaResume, "R02", fmt.Sprintf("Ripresa dal %s, da emettere dal %s.", from.Italian(), on.Italian()))
			k.out.Agenda[len(k.out.Agenda)-1].Action = k.suspensionKey(b)
			continue
		}
		k.out.Actions = append(k.out.Actions, a)
	}
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
func (k *claimCase) resumed(b block) *pipeline.Action {
	for _, a := range k.issued {
		if a.Type == pipeline.ActionResume && a.Mode == pipeline.ModeAuto && a.From == b.To+1 && shares(a.Sources, b.refs) {
			return a
		}
	}
	return nil
}

// suspensionKey names the action of a block for the agenda: "@i".
func (k *claimCase) suspensionKey(b block) string {
	for i := range k.out.Actions {
		if a := &k.out.Actions[i]; a.Claim == k.c.Number && a.Type == pipeline.ActionSuspend && a.From == b.From {
			return fmt.Sprintf("@%d", i)
		}
	}
	return ""
}

// repeat lets an issued action stay in force exactly as it was issued; once is enough.
func (k *claimCase) repeat(a *pipeline.Action) {
	if !slices.ContainsFunc(k.out.Actions, func(o pipeline.Action) bool { return o.ID == a.ID }) {
		k.out.Actions = append(k.out.Actions, *a)
	}
}

// action starts an action on the claim. In the experimental phase every action is a proposal (msg 5430/2014).
func (k *claimCase) action(kind, mode string, from pipeline.Date, rule string, refs []string) pipeline.Action {
	if k.p.Phase == PhaseExperimental {
		mode = pipeline.ModeProposed
	}
	a := pipeline.Action{
		Type: kind, Mode: mode, Claim: k.c.Number, ClaimProtocol: k.c.Protocol, Benefit: k.c.Benefit,
		TaxCode: k.d.Person, Office: k.c.Office, From: from, Rule: rule, Norm: Rules[rule].Norm, Sources: joinSources(refs),
	}
	a.Trace = trace(rule, "dal", from.String(), "decorrenza", k.c.Start.String(), "giorni_spettanti", fmt.Sprint(k.c.DaysGranted), "fonti", a.Sources)
	return a
}
