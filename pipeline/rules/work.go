package rules

import (
	"cmp"
	"fmt"
	"slices"

	"incrocio/pipeline"
)

// job is one employment as the limits see it: rebuilt from communications, declared by the beneficiary, or both.
type job struct {
	rel *pipeline.Relationship // nil where only the beneficiary speaks
	ev  *declared              // nil where only the employer does

	start       pipeline.Date
	agreed      pipeline.Date // end agreed at the start; 0 none
	extensions  []pipeline.Extension
	permanent   bool          // from the start
	converted   pipeline.Date // to permanent; 0 never
	shown       pipeline.Date // permanent by a conversion whose code does not say so; 0 by none
	left        pipeline.Date // last day by a termination; 0 none
	treat       pipeline.Treatment
	agency      bool
	public      bool
	refs        []string
	employer    string   // name, for texts; "" where none is known
	incomes     []income // declared for this job, by date
	contradicts bool     // a permanent contract that states an end
	dates       *ruling  // that gave it its days; nil where none did

	trail  trail    // what was tried on it
	trails []*trail // that, and what was tried on the beneficiary's account of it
}

// jobOf reads a relationship as a job.
func (r *run) jobOf(rel *pipeline.Relationship) *job {
	t := r.p.Contracts.Lookup(rel.Contract, rel.Start)
	j := &job{
		rel: rel, start: rel.Start, agreed: rel.AgreedEnd, extensions: rel.Extensions, converted: rel.PermanentFrom,
		left: rel.TerminatedOn, treat: t.Treatment, agency: rel.Agency(), public: rel.PublicEmployer,
		employer: rel.EmployerName, trail: trail{ref: rel.Ref, steps: r.room.take(usualSteps)},
	}
	if t.Treatment == pipeline.TreatEmployment && rel.Agricultural {
		j.treat = pipeline.TreatAgricultural
	}
	hasEnd := rel.AgreedEnd != 0 || len(rel.Extensions) > 0
	j.permanent = !hasEnd && (t.Form != pipeline.FormFixed || t.Treatment == pipeline.TreatApprenticeship)
	switch {
	case j.converted != 0 && j.converted <= j.start:
		j.permanent = true
	case j.converted != 0 && rel.Orphan == pipeline.OrphanRebuilt:
		j.permanent = false // the contract is told as it is after the conversion
	}
	j.contradicts = t.Form == pipeline.FormPermanent && t.Treatment == pipeline.TreatEmployment && hasEnd && j.converted == 0
	j.shown = r.shownPermanent(j)
	j.refs = make([]string, 0, len(rel.Chain))
	for _, c := range rel.Chain {
		j.refs = append(j.refs, c.Ref())
	}
	return j
}

// shownPermanent gives the day from which a conversion shows a job to be permanent though its code does not say so: agencies
// write 3.01 and 3.02 for any, and there are codes that nobody has listed. 0 where it is permanent anyway, contradicts
// itself as it is, or was over by then.
func (r *run) shownPermanent(j *job) pipeline.Date {
	if j.permanent || j.contradicts || j.converted != 0 {
		return 0
	}
	for _, s := range j.rel.Shown {
		if r.p.Contracts.Lookup(s.Contract, s.On).Form == pipeline.FormPermanent && (j.left == 0 || j.left >= s.On) {
			return s.On
		}
	}
	return 0
}

// contractEnd is the last day by contract, terminations apart; 0 while none is known.
func (j *job) contractEnd() pipeline.Date {
	if j.permanent || j.converted != 0 {
		return 0
	}
	if n := len(j.extensions); n > 0 {
		return j.extensions[n-1].To
	}
	return j.agreed
}

// end is the last day as far as it is known; 0 while open.
func (j *job) end() pipeline.Date {
	if j.left != 0 {
		return j.left
	}
	return j.contractEnd()
}

// sameEmployer tells whether two jobs have an employer in common.
func (j *job) sameEmployer(o *job) bool {
	for _, a := range j.employers() {
		if a != "" && slices.Contains(o.employers(), a) {
			return true
		}
	}
	return false
}

func (j *job) employers() []string {
	if j.rel != nil {
		return j.rel.Employers()
	}
	return []string{j.ev.Employer}
}

// limit is the last day within the limit of a job begun on start (D2, D3).
func (k *claimCase) limit(start pipeline.Date) pipeline.Date {
	if k.mini() {
		return start + k.p.Parameters.days(paramLimitMini, start) - 1
	}
	return start.LastDayWithin(int(k.p.Parameters.at(paramLimitASpI, start)))
}

// limitText names the limit in a sentence.
func (k *claimCase) limitText() string {
	if k.mini() {
		return "cinque giorni"
	}
	return "sei mesi"
}

// ruleWithin and ruleOver are the rules of the benefit.
func (k *claimCase) ruleWithin() string { return k.byBenefit("R01", "R04") }
func (k *claimCase) ruleOver() string   { return k.byBenefit("R03", "R05") }

func (k *claimCase) byBenefit(aspi, mini string) string {
	if k.mini() {
		return mini
	}
	return aspi
}

// verdict is what one job, alone, does to a claim.
type verdict struct {
	spell  *spell
	decade *decade
	reduce *reduce
	notes  []note
	terms  []pipeline.AgendaRow // dates to remember: Date, Rule, Reason
	ruled  *ruling              // that it follows; nil where it follows none
}

// effect is the part of a verdict that counts when two are compared.
type effect struct {
	from, to, decade pipeline.Date
	auto             bool
	cautious         bool // the suspension, which is in protection (P2)
}

func (v *verdict) effect() effect {
	var e effect
	if v.spell != nil {
		e.from, e.to = v.spell.From, cmp.Or(v.spell.To, pipeline.MaxDate)
		e.cautious = v.spell.cautious
	}
	if v.decade != nil {
		e.decade, e.auto = v.decade.from, v.decade.auto
	}
	return e
}

// placeJob decides one job: on the claim it belongs to, and on those that it was there before (R24).
func (r *run) placeJob(j *job) {
	if !j.employs() {
		r.placeOther(j)
		return
	}
	j.trails = []*trail{&j.trail}
	if j.ev != nil {
		j.trails = append([]*trail{&j.ev.trail}, j.trails...)
	}
	r.preexisting(j)
	k, doubtful := r.bindJob(j)
	r.letGo(j, k)
	if k == nil {
		return
	}
	k.bound(&j.trail, j.refs)
	doubtful = doubtful || k.unmatched(j.refs) // it does not close by itself
	if j.cancelled() {
		if !k.knows(j.refs) && !j.recoded() && j.contended() == nil {
			return // it never was, and nothing was done on it
		}
		doubtful = doubtful && k.knows(j.refs) && !k.lateConfirmed(j.refs) // nor is anything left to refer to a claim
	}
	if after := k.inScope() && j.start > k.theoreticalEnd(); (!after || len(k.moved) > 0) && k.outOfScope(j.refs) { // R25 before R50
		return
	}
	if k.c.State == pipeline.StateUnderReview && !k.knows(j.refs) {
		k.due(k.night.OrLater(max(j.start, k.c.Start)), pipeline.AgendaTerm, "R20", "Rapporto da valutare quando la domanda in esame sarà decisa.")
		return
	}
	v := k.assess(j)
	if doubtful {
		v.protect()
		j.trail.yes("I02", "inizio %a nel periodo di più domande aperte").dates(j.start, 0)
		v.notes = append(v.notes, note{
			code: ExcNonLatestClaim, rule: "I02", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
			text:     "il " + j.describe() + " inizia nel periodo di più domande aperte, ed è stata scelta quella con decorrenza più recente.",
			proposed: "Confermare la domanda a cui riferire il rapporto.",
		})
	} else if len(r.cases) > 1 {
		j.trail.no("I02", "nessun'altra domanda aperta comprende il giorno %a").dates(j.start, 0)
	}
	k.settle(j, v)
}

// bindJob gives the claim of a job. A job that only the beneficiary declares belongs to the claim it names.
func (r *run) bindJob(j *job) (*claimCase, bool) {
	if j.rel != nil {
		return r.bindTo(j.start, j.refs, j.dates != nil)
	}
	if !r.checkClaim(j.ev) {
		return nil, false
	}
	return j.ev.k, false
}

// protect turns a verdict into one that decides nothing for good (P2).
func (v *verdict) protect() {
	if v.spell != nil {
		v.spell.cautious = true
	}
	if v.decade != nil {
		v.decade.auto, v.decade.ruled = false, nil
		if v.spell == nil {
			v.spell = &spell{
				Period: pipeline.Period{From: v.decade.from}, cautious: true, work: true, rule: v.decade.rule,
				because: v.decade.because, margin: v.decade.margin, refs: v.decade.refs, trails: v.decade.trails,
			}
		}
	}
}

// preexisting raises R24 on every claim founded on a loss of work during which this job was already running.
func (r *run) preexisting(j *job) {
	if j.rel == nil || j.cancelled() || j.badDates() {
		return
	}
	for _, k := range r.cases {
		founding := k.founding() == j.rel
		reaches := j.end() == 0 || j.end() >= k.c.Start
		if j.start == 0 || j.start > k.c.TerminatedOn || founding || !reaches || !k.c.Open() && !k.knows(j.refs) || !k.inScope() {
			continue
		}
		k.raise(note{
			code: ExcPreexisting, rule: "R24", refs: j.refs, Period: pipeline.Period{From: max(j.start, k.c.Start), To: j.end()},
			text:     fmt.Sprintf("il %s era già in essere alla cessazione del %s che fonda la domanda.", j.describe(), k.c.TerminatedOn.Italian()),
			proposed: "Verificare se il rapporto è compatibile con l'indennità e se spetta la riduzione.",
			margin:   marginOf(factStart, k.c.TerminatedOn-j.start),
			tried: []step{
				*new(trail).no("R26", "prestazione e cessazione del %a nel regime").dates(k.c.TerminatedOn, 0),
				*new(trail).yes("R24", "inizio %a non successivo alla cessazione del %b").days(factStart, j.start, k.c.TerminatedOn),
			},
		})
	}
}

// founding is the job on whose loss the claim rests: one with the former employer that ended on the day of the
// termination or, where none is known to, the last one begun before it; nil where there is none.
func (k *claimCase) founding() *pipeline.Relationship {
	if !k.founded {
		k.foundedOn, k.founded = k.findFounding(), true
	}
	return k.foundedOn
}

func (k *claimCase) findFounding() *pipeline.Relationship {
	var last *pipeline.Relationship
	for i := range k.relationships {
		rel := &k.relationships[i]
		if rel.Start == 0 || rel.Start > k.c.TerminatedOn || rel.Cancelled || rel.Urgent || !rel.EmployedBy(k.c.FormerEmployer) {
			continue
		}
		if rel.End() == k.c.TerminatedOn {
			return rel
		}
		if last == nil || rel.Start >= last.Start {
			last = rel
		}
	}
	return last
}

// assess judges a job by its place in the time of the claim, then by its length.
func (k *claimCase) assess(j *job) verdict {
	t := &j.trail
	switch {
	case !j.cancelled():
	case j.recoded(), j.contended() != nil:
		return k.whose(j)
	case j.passedOn():
		t.yes("R15", "assunzione rettificata: il rapporto è di un altro lavoratore")
		return verdict{}
	default:
		t.yes("R14", "assunzione annullata: il rapporto non è mai iniziato")
		return verdict{}
	}
	t.no("R14", "l'assunzione non risulta annullata")
	if j.start <= k.c.TerminatedOn {
		return k.alreadyRunning(j)
	}
	t.no("R24", "inizio %a successivo alla cessazione del %b").days(factStart, j.start, k.c.TerminatedOn)
	dd, end, near := k.forfeitedFrom(), k.theoreticalEnd(), k.nearEnd(j.start)
	over := dd != 0 && j.start > dd || j.start > end && !near
	if over && !j.badDates() {
		return verdict{} // the benefit is over: no effect, no exception
	}
	if dd != 0 && !over {
		t.no("R18", "inizio %a non successivo alla decadenza del %b").days(factStart, j.start, dd)
	}
	if j.badDates() || near {
		return k.unsettled(j, near, over)
	}
	if end == pipeline.MaxDate {
		t.no("R25", "la fine teorica è spostata da una sospensione aperta")
	} else {
		t.no("R25", "inizio %a non successivo alla fine teorica del %b").days(factStart, j.start, end)
	}
	v := k.byContract(j)
	if k.waiting(j.start) {
		v = k.inWaiting(j, v)
	}
	if v.spell != nil || v.decade != nil || len(v.notes) > 0 {
		v.notes = append(v.notes, k.orphanNotes(j)...)
	}
	return v
}

// alreadyRunning is a job begun on or before the termination behind the claim: what an employer tells of it is raised
// on every claim (R24), what only the beneficiary does is raised here.
func (k *claimCase) alreadyRunning(j *job) verdict {
	if j.rel != nil || j.end() != 0 && j.end() < k.c.Start {
		return verdict{}
	}
	j.trail.yes("R24", "inizio %a non successivo alla cessazione del %b").days(factStart, j.start, k.c.TerminatedOn)
	return verdict{notes: []note{{
		code: ExcPreexisting, rule: "R24", refs: j.refs, Period: pipeline.Period{From: max(j.start, k.c.Start), To: j.end()},
		text:     fmt.Sprintf("il %s era già iniziato alla cessazione del %s che fonda la domanda.", j.describe(), k.c.TerminatedOn.Italian()),
		proposed: "Verificare se il rapporto è compatibile con l'indennità.",
		margin:   marginOf(factStart, k.c.TerminatedOn-j.start),
	}}}
}

// unsettled is a job whose dates contradict each other, or that begins where the benefit may already be over (R25):
// nothing follows from it by itself. Whatever else would stop it is told too.
func (k *claimCase) unsettled(j *job, near, over bool) verdict {
	var v verdict
	if j.badDates() {
		j.trail.yes(k.ruleWithin(), "le date del rapporto si contraddicono")
		v.notes = append(v.notes, note{
			code: ExcBadDates, rule: k.ruleWithin(), refs: j.refs,
			text:     "le date del rapporto" + with(j.employer) + " si contraddicono: la fine precede l'inizio o supera ogni durata possibile.",
			proposed: "Acquisire le date corrette.",
		})
	}
	if near {
		end := k.theoreticalEnd()
		j.trail.yes("R25", "inizio %a a ridosso della fine teorica del %b").days(factStart, j.start, end)
		v.notes = append(v.notes, note{
			code: ExcNearEnd, rule: "R25", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
			text:     fmt.Sprintf("il %s inizia a ridosso della fine teorica della prestazione (%s).", j.describe(), end.Italian()),
			proposed: "Verificare l'ultimo giorno indennizzato.",
			margin:   marginOf(factStart, j.start-end),
		})
	}
	if !over {
		v.notes = append(v.notes, k.contractNotes(j)...)
		v.notes = append(v.notes, k.orphanNotes(j)...)
	}
	return v
}

// orphanNotes says that the hire of a job is not known (R16).
func (k *claimCase) orphanNotes(j *job) []note {
	if j.rel == nil || j.rel.Orphan != pipeline.OrphanRebuilt {
		return nil
	}
	j.trail.yes("R16", "assunzione non nota: rapporto ricostruito dagli eventi successivi")
	return []note{{
		code: ExcOrphanCommunication, class: pipeline.ClassInfo, rule: "R16", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
		text:     "del " + j.describe() + " manca la comunicazione di assunzione, e le date vengono dagli eventi successivi.",
		proposed: "Acquisire la comunicazione di assunzione.",
	}}
}

func (j *job) badDates() bool {
	if j.dates != nil {
		return false
	}
	if j.rel != nil {
		return j.rel.BadDates
	}
	return j.agreed != 0 && j.agreed < j.start
}

// byContract judges a job by its kind of contract (R08, R27 to R35), then by its length.
func (k *claimCase) byContract(j *job) verdict {
	if j.uncertain() {
		notes := k.contractNotes(j)
		if j.endless() {
			n := k.missingEnd(j, pipeline.Period{From: j.start})
			n.class = pipeline.ClassBlock // nothing is suspended
			notes = append(notes, n)
		}
		return verdict{notes: append(notes, k.differing(j)...)}
	}
	k.tryContract(j)
	v := k.byLength(j)
	v = k.lowIncome(j, v)
	if v.reduce == nil {
		v = k.conflict(j, v)
	}
	return v
}

// uncertain tells whether the kind of work is one that nothing automatic follows from.
func (j *job) uncertain() bool {
	onCall := j.treat == pipeline.TreatOnCall && j.rel.Availability != pipeline.Yes
	return j.rel != nil && j.rel.Pending || j.treat == pipeline.TreatUnknown || onCall
}

// contractNotes gives every reason for which nothing is decided by itself on a job of its kind: not defined yet (R31),
// unknown (R33), on call (R30), and those that would protect it if it could be decided (R28, R32).
func (k *claimCase) contractNotes(j *job) []note {
	notes := k.tryContract(j)
	for _, n := range k.protectionNotes(j, pipeline.Period{From: j.start, To: j.end()}) {
		n.class = pipeline.ClassBlock // nothing is suspended
		notes = append(notes, n)
	}
	return notes
}

// tryContract looks at the kind of contract (R30, R31, R33); work that only the beneficiary declares has none.
func (k *claimCase) tryContract(j *job) []note {
	if j.rel == nil {
		return nil
	}
	t, p := &j.trail, pipeline.Period{From: j.start, To: j.end()}
	var notes []note
	if j.rel.Pending {
		t.yes("R31", "rapporto domestico in attesa di definizione")
		notes = append(notes, k.pending(j))
	} else {
		t.no("R31", "non in attesa di definizione")
	}
	switch {
	case j.treat == pipeline.TreatUnknown:
		t.yes("R33", "contratto %s non in tabella").text(j.rel.Contract)
		return append(notes, note{
			code: ExcUnknownContract, rule: "R33", refs: j.refs, Period: p,
			text:     "il tipo di contratto del " + j.describe() + " non è fra quelli che la procedura sa trattare.",
			proposed: "Stabilire se è lavoro subordinato e decidere la sospensione.",
		})
	case j.treat != pipeline.TreatOnCall:
		t.no("R33", "contratto %s riconosciuto").text(j.rel.Contract)
		t.no("R30", "non è lavoro intermittente")
	case j.rel.Availability == pipeline.Yes:
		t.no("R30", "intermittente con obbligo di risposta e indennità di disponibilità")
	default:
		t.yes("R30", "intermittente senza obbligo di risposta, o con obbligo non noto")
		notes = append(notes, note{
			code: ExcOnCall, rule: "R30", refs: j.refs, Period: p,
			text:     "il " + j.describe() + " è a chiamata, senza obbligo di risposta o con obbligo non noto, e la comunicazione del datore non dice i giorni lavorati.",
			proposed: "Acquisire giornate e indennità di disponibilità.",
		})
	}
	return notes
}

// pending is domestic work that the office has not defined yet (R31): not certain, so nothing is automatic. An open
// question of the employer on it is shown.
func (k *claimCase) pending(j *job) note {
	n := note{
		code: ExcDomesticPending, rule: "R31", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
		text:     "il rapporto di lavoro domestico dal " + j.start.Italian() + untilText(j.end()) + " è sospeso in attesa di definizione, e non è certo.",
		proposed: "Definire il rapporto nel cassetto del datore di lavoro domestico.",
	}
	for _, q := range pipeline.OpenQuestions(k.d.Questions) {
		same := slices.ContainsFunc(j.rel.Chain, func(c *pipeline.Communication) bool { return c.Code == q.RelationshipCode })
		if q.Category == pipeline.QuestionRelationship && (same || q.RelationshipCode == "" && j.rel.EmployedBy(q.Employer)) {
			n.text += fmt.Sprintf(" Il datore ha un quesito aperto (%s del %s).", q.Protocol, q.On.Italian())
			n.refs = append(slices.Clone(n.refs), q.Protocol)
		}
	}
	return n
}
