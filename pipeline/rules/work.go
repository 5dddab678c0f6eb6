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
	left        pipeline.Date // last day by a termination; 0 none
	treat       pipeline.Treatment
	agency      bool
	public      bool
	refs        []string
	employer    string   // name, for texts; "" where none is known
	incomes     []income // declared for this job, by date
	contradicts bool     // a permanent contract that states an end

	trail  trail    // what was tried on it
	trails []*trail // that, and what was tried on the beneficiary's account of it
}

// jobOf reads a relationship as a job.
func (r *run) jobOf(rel *pipeline.Relationship) *job {
	t := r.p.Contracts.Lookup(rel.Contract, rel.Start)
	j := &job{
		rel: rel, start: rel.Start, agreed: rel.AgreedEnd, extensions: rel.Extensions, converted: rel.PermanentFrom,
		left: rel.TerminatedOn, treat: t.Treatment, agency: rel.Agency(), public: rel.PublicEmployer,
		employer: rel.EmployerName, trail: trail{ref: rel.Ref},
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
	for _, c := range rel.Chain {
		j.refs = append(j.refs, c.Ref())
	}
	return j
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

// employedBy tells whether two jobs have an employer in common.
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
}

// effect is the part of a verdict that counts when two are compared.
type effect struct {
	from, to, decade pipeline.Date
	auto             bool
}

func (v *verdict) effect() effect {
	var e effect
	if v.spell != nil {
		e.from, e.to = v.spell.From, cmp.Or(v.spell.To, pipeline.MaxDate)
	}
	if v.decade != nil {
		e.decade, e.auto = v.decade.from, v.decade.auto
	}
	return e
}

// placeJob decides one job: on the claim it belongs to, and on those that it was there before (R24).
func (r *run) placeJob(j *job) {
	switch j.treat {
	case pipeline.TreatInternship: // not employment (R33)
		return
	case pipeline.TreatQuasi:
		r.placeQuasi(j)
		return
	}
	j.trails = []*trail{&j.trail}
	if j.ev != nil {
		j.trails = append([]*trail{&j.ev.trail}, j.trails...)
	}
	r.preexisting(j)
	k, doubtful := r.bindJob(j)
	if k == nil {
		return
	}
	k.bound(&j.trail, j.refs)
	if j.rel != nil && j.rel.Cancelled && !k.knows(j.refs) {
		return // it never was, and nothing was done on it
	}
	if after := k.inScope() && j.start > k.theoreticalEnd(); !after && k.outOfScope(j.refs) { // R25 before R50
		return
	}
	if k.c.State == pipeline.StateUnderReview && !k.knows(j.refs) {
		k.due(max(j.start, k.c.Start, k.night), pipeline.AgendaTerm, "R20", "Rapporto da valutare quando la domanda in esame sarà decisa.")
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
		return r.bind(j.start, j.refs)
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
		v.decade.auto = false
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
	if j.rel == nil || j.rel.Cancelled || j.rel.BadDates {
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
	if j.rel != nil && j.rel.Cancelled {
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

// byLength is the heart: the calendar duration against the limit, with extensions, conversion and early end
// (R01, R03 to R06, R10 to R12, R28, R32).
func (k *claimCase) byLength(j *job) verdict {
	limit := k.limit(j.start)
	dd, rule := k.overFrom(j, limit)
	switch {
	case j.endless() && j.rel == nil:
		return k.declaredOpen(j, limit)
	case j.endless():
		return k.openFixedTerm(j)
	case j.protected():
		return k.protected(j)
	}
	if j.rel != nil {
		j.trail.no("R28", "non è apprendistato a termine")
		j.trail.no("R32", "non è lavoro agricolo a termine")
	}
	switch {
	case dd == 0:
		j.trail.no(k.ruleOver(), "né a tempo indeterminato né oltre il limite di %s").text(k.limitText())
		return k.within(j, limit)
	case j.left != 0 && j.left < dd && !k.executedDecade(j.refs):
		j.trail.no(rule, "finito il %a, prima di superare il limite il %b").days(factEnd, j.left, dd)
		return k.within(j, limit) // it ended before it went over
	case j.left != 0 && j.left <= limit:
		return k.endedEarly(j, dd, rule, limit)
	}
	return k.over(j, dd, rule, limit)
}

// endless tells a fixed term of which nobody has told the end.
func (j *job) endless() bool { return j.end() == 0 && !j.permanent && j.converted == 0 }

// protected tells a job that its contract protects (P2): it contradicts itself, it is an apprenticeship that really
// carries a term (R28), or agricultural work for a fixed term (R32).
func (j *job) protected() bool {
	return j.contradicts || j.termed(pipeline.TreatApprenticeship) || j.termed(pipeline.TreatAgricultural)
}

func (j *job) termed(kind pipeline.Treatment) bool {
	return j.treat == kind && !j.permanent && j.converted == 0
}

// overFrom gives the day from which the contract, early ends apart, takes the benefit away, and the rule: the first day
// of a job permanent or too long by its hire, the first day of the extension that goes over, the day of the conversion.
// 0 where it stays within the limit.
func (k *claimCase) overFrom(j *job, limit pipeline.Date) (pipeline.Date, string) {
	switch {
	case j.permanent, j.agreed > limit:
		return j.start, k.ruleOver()
	}
	var dd pipeline.Date
	rule := ""
	end := j.agreed
	for _, x := range j.extensions {
		if x.To > limit {
			dd, rule = max(end, j.start-1)+1, "R11"
			if end == 0 { // the end before the extension is not known
				dd = j.start
			}
			break
		}
		end = x.To
	}
	if c := j.converted; c != 0 && (dd == 0 || c < dd) {
		dd, rule = c, "R12"
	}
	if e := j.contractEnd(); dd == 0 && j.left > limit && e != 0 && j.left > e {
		dd, rule = e+1, "R11" // it went on beyond its end without an extension that is known
	} else if dd == 0 && j.left > limit && e == 0 {
		dd, rule = j.start, k.ruleOver() // no end agreed that is known, and a long one in fact
	}
	return dd, rule
}

// within is a job within the limit: suspension, and resumption after it (R01, R02, R04, R06 a, R10).
func (k *claimCase) within(j *job, limit pipeline.Date) verdict {
	end, rule, how := j.end(), k.ruleWithin(), ""
	t, contract := &j.trail, j.contractEnd()
	switch {
	case j.left != 0 && contract != 0 && j.left < contract:
		rule, how = "R06", ", finito prima del termine del "+contract.Italian()
		t.yes("R06", "finito il %a, prima del termine del %b").days("cessazione", j.left, contract)
		if k.p.EarlyEndPolicy == EarlyContractEnd && contract <= limit {
			end = contract
		}
	case len(j.extensions) > 0:
		rule, how = "R10", ", prorogato"
		t.yes("R10", "prorogato fino al %a, non oltre l'ultimo giorno utile %b").dates(end, limit)
	}
	t.yes(k.ruleWithin(), "fine %a non oltre l'ultimo giorno utile %b").days(factEnd, end, limit)
	v := verdict{spell: k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: end}, rule)}
	v.spell.margin = marginOf(factEnd, limit-end)
	v.spell.because = func() string {
		return fmt.Sprintf("%s%s, di durata entro il limite di %s (ultimo giorno utile %s)", j.describe(), how, k.limitText(), limit.Italian())
	}
	if j.rel == nil {
		k.declaredNotes(j, &v, limit)
	}
	return v
}

// over is a job over the limit or permanent: decadence, after a suspension for the days within (R03, R05, R11, R12).
func (k *claimCase) over(j *job, dd pipeline.Date, rule string, limit pipeline.Date) verdict {
	t := &j.trail
	from := max(j.start, k.c.Start)
	v := verdict{decade: &decade{from: max(dd, k.c.Start), auto: true, rule: rule, refs: j.refs, trails: j.trails}}
	how := ""
	switch end := j.end(); {
	case rule == "R12":
		how = ", trasformato a tempo indeterminato dal " + j.converted.Italian()
		t.yes("R12", "trasformato a tempo indeterminato dal %a").dates(j.converted, 0)
	case end == 0:
		how = ", a tempo indeterminato"
		t.yes(rule, "rapporto a tempo indeterminato")
	case rule == "R11":
		how = fmt.Sprintf(", proseguito oltre il limite di %s (ultimo giorno utile %s)", k.limitText(), limit.Italian())
		t.yes("R11", "prosegue fino al %a, oltre l'ultimo giorno utile %b").days(factEnd, end, limit)
	default:
		how = fmt.Sprintf(", di durata oltre il limite di %s (ultimo giorno utile %s)", k.limitText(), limit.Italian())
		t.yes(rule, "fine %a oltre l'ultimo giorno utile %b").days(factEnd, end, limit)
	}
	if end := j.end(); end != 0 {
		v.decade.margin = marginOf(factEnd, end-limit)
	}
	v.decade.because = func() string { return j.describe() + how }
	if dd > from {
		t.yes(k.ruleWithin(), "giorni lavorati fino al %a, prima della decadenza del %b").dates(dd-1, dd)
		v.spell = k.spellOf(j, pipeline.Period{From: from, To: dd - 1}, k.ruleWithin())
		v.spell.because = func() string {
			return j.describe() + ", fino al giorno prima della decadenza del " + dd.Italian()
		}
	} else {
		t.no(k.ruleWithin(), "nessun giorno entro il limite prima della decadenza del %a").dates(v.decade.from, 0)
	}
	if j.agreed == limit+1 && len(j.extensions) == 0 && (j.left == 0 || j.left >= j.agreed) {
		v.notes = append(v.notes, note{
			code: ExcLimitBoundary, rule: rule, refs: j.refs, Period: pipeline.Period{From: j.start, To: j.agreed},
			lead:     k.leadCease(v.decade.from),
			text:     fmt.Sprintf("il termine del rapporto%s, %s, supera di un solo giorno il limite di %s (%s).", with(j.employer), j.agreed.Italian(), k.limitText(), limit.Italian()),
			proposed: "Rileggere le date del rapporto.",
			margin:   marginOf(factEnd, 1),
		})
	}
	if j.rel == nil {
		k.declaredNotes(j, &v, limit)
	}
	return v
}

// endedEarly is a contract over the limit that ended within it (R06 b): an executed decadence stands; otherwise the days
// worked are suspended and the decadence is proposed.
func (k *claimCase) endedEarly(j *job, dd pipeline.Date, rule string, limit pipeline.Date) verdict {
	n := note{
		code: ExcEarlyEndAfterDecadence, rule: "R06", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.left},
		margin: marginOf("cessazione", limit-j.left),
	}
	if k.executedDecade(j.refs) {
		v := k.over(j, dd, rule, limit)
		j.trail.yes("R06", "finito il %a, entro l'ultimo giorno utile %b, dopo la decadenza eseguita").days("cessazione", j.left, limit)
		n.class, n.proposed = pipeline.ClassInfo, "Valutare se confermare la decadenza."
		n.lead = "La decadenza già eseguita resta"
		n.text = fmt.Sprintf("il %s è finito prima del limite di %s.", j.describe(), k.limitText())
		v.notes = []note{n}
		return v
	}
	j.trail.yes(rule, "oltre il limite per contratto, dal %a").dates(dd, 0)
	j.trail.yes("R06", "finito il %a, entro l'ultimo giorno utile %b, prima della decadenza").days("cessazione", j.left, limit)
	n.class, n.proposed = pipeline.ClassProtect, fmt.Sprintf("Decidere se la decadenza dal %s è dovuta.", dd.Italian())
	n.text = fmt.Sprintf("il %s, per contratto oltre il limite di %s, è finito entro il limite prima che la decadenza fosse eseguita.", j.describe(), k.limitText())
	from := max(j.start, k.c.Start)
	s := k.spellOf(j, pipeline.Period{From: from, To: j.left}, "R06")
	s.cautious, s.margin = true, n.margin
	s.because = func() string {
		return fmt.Sprintf("%s, per contratto oltre il limite di %s ma finito in anticipo", j.describe(), k.limitText())
	}
	return verdict{
		spell: s,
		decade: &decade{
			from: max(dd, from), rule: rule, refs: j.refs, trails: j.trails, margin: n.margin, because: func() string {
				return fmt.Sprintf("%s, per contratto oltre il limite di %s ma finito in anticipo", j.describe(), k.limitText())
			},
		},
		notes: []note{n},
	}
}

// openFixedTerm is a fixed term whose end nobody has told (R11): suspended until it is known.
func (k *claimCase) openFixedTerm(j *job) verdict {
	j.trail.yes("R11", "rapporto a termine senza data di fine")
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start)}, "R11")
	s.cautious = true
	s.because = func() string { return j.describe() + ", a termine ma senza data di fine comunicata" }
	v := verdict{spell: s, notes: []note{k.missingEnd(j, s.Period)}}
	v.notes = append(v.notes, k.protectionNotes(j, s.Period)...)
	return v
}

// missingEnd says that nobody has told the end of a fixed term (R11).
func (k *claimCase) missingEnd(j *job, p pipeline.Period) note {
	return note{
		code: ExcMissingEndDate, rule: "R11", refs: j.refs, Period: p,
		text:     "il " + j.describe() + " è a termine, ma la data di fine non è stata comunicata.",
		proposed: "Acquisire la data di fine del rapporto.",
	}
}

// protected is a job whose end or days the data do not settle, but that excludes payment in every reading: suspended for its
// whole length, nothing resumed (P2, R28, R32).
func (k *claimCase) protected(j *job) verdict {
	rule := "R32"
	switch {
	case j.treat == pipeline.TreatApprenticeship:
		rule = "R28"
	case j.contradicts:
		rule = k.ruleWithin()
	}
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: j.end()}, rule)
	s.cautious = true
	notes := k.protectionNotes(j, s.Period)
	s.because = func() string { return j.describe() + ", per tutta la sua durata" }
	return verdict{spell: s, notes: notes}
}

// protectionNotes gives every reason for which a job is protected by its contract.
func (k *claimCase) protectionNotes(j *job, p pipeline.Period) []note {
	var notes []note
	if j.contradicts {
		j.trail.yes(k.ruleWithin(), "contratto a tempo indeterminato, ma con una fine indicata (%a)").dates(j.end(), 0)
		notes = append(notes, note{
			code: ExcBadDates, rule: k.ruleWithin(), refs: j.refs, Period: p,
			text:     "il contratto del " + j.describe() + " è a tempo indeterminato, ma la comunicazione indica una data di fine.",
			proposed: "Accertare se il rapporto ha un termine.",
		})
	}
	if j.termed(pipeline.TreatApprenticeship) {
		j.trail.yes("R28", "apprendistato con un termine contrattuale (%a)").dates(j.end(), 0)
		notes = append(notes, note{
			code: ExcApprenticeTerm, rule: "R28", refs: j.refs, Period: p,
			text:     "l'apprendistato" + with(j.employer) + ", per definizione a tempo indeterminato, porta un termine contrattuale.",
			proposed: "Verificare se il termine è del contratto o del periodo formativo.",
		})
	}
	if j.termed(pipeline.TreatAgricultural) {
		j.trail.yes("R32", "lavoro agricolo a termine")
		notes = append(notes, note{
			code: ExcAgricultural, rule: "R32", refs: j.refs, Period: p,
			text:     "il " + j.describe() + " è di operaio agricolo a tempo determinato, e le giornate effettive possono essere poche.",
			proposed: "Acquisire le giornate effettive e decidere.",
		})
	}
	return notes
}

// inWaiting is a job begun before the benefit could be used (R22, R23): the days of benefit that it covers are suspended
// in protection, and a decadence is only proposed.
func (k *claimCase) inWaiting(j *job, v verdict) verdict {
	if v.spell == nil && v.decade == nil {
		return v // nothing suspends: on-call, unknown contract, low income
	}
	rule, last := "R22", k.c.TerminatedOn+k.p.Parameters.days(paramWaiting, k.c.TerminatedOn)
	if j.start > last {
		rule = "R23"
		j.trail.no("R22", "inizio %a dopo i giorni di carenza, finiti il %b").days(factStart, j.start, last)
		j.trail.yes("R23", "inizio %a prima della decorrenza del %b").days(factStart, j.start, k.c.Start)
		last = k.c.Start - 1
	} else {
		j.trail.yes("R22", "inizio %a nei giorni di carenza, fino al %b").days(factStart, j.start, last)
	}
	n := note{
		code: ExcStartInWaitingPeriod, rule: rule, refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
		proposed: "Verificare il diritto alla prestazione dopo la nuova occupazione.", margin: marginOf(factStart, last-j.start),
	}
	if end := j.end(); end != 0 && end < k.c.Start {
		n.class, n.text = pipeline.ClassInfo, fmt.Sprintf("il %s sta tutto prima della decorrenza della prestazione (%s).", j.describe(), k.c.Start.Italian())
		return verdict{notes: []note{n}}
	}
	n.text = fmt.Sprintf("il %s inizia prima che la prestazione potesse essere fruita (decorrenza %s).", j.describe(), k.c.Start.Italian())
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: j.end()}, rule)
	s.cautious, s.margin = true, n.margin
	s.because = func() string { return j.describe() + ", iniziato prima che la prestazione potesse essere fruita" }
	out := verdict{spell: s, notes: append(v.notes, n), terms: v.terms}
	if v.decade != nil {
		d := *v.decade
		d.from, d.auto, d.rule = max(d.from, k.c.Start), false, rule
		out.decade = &d
	}
	return out
}

// spellOf starts a suspension for a job.
func (k *claimCase) spellOf(j *job, p pipeline.Period, rule string) *spell {
	s := &spell{Period: p, work: true, rule: rule, refs: j.refs, trails: j.trails, job: j, release: releaseStandard}
	if j.agency || j.public {
		s.release = releaseLate
	}
	return s
}

// describe names a job in a sentence.
func (j *job) describe() string {
	what := "rapporto di lavoro"
	switch {
	case j.rel == nil:
		what = "lavoro subordinato comunicato dal beneficiario"
	case j.agency:
		what = "lavoro in somministrazione"
	}
	return what + with(j.employer) + " dal " + j.start.Italian() + untilText(j.end())
}

// with names an employer in a sentence, where a name is known.
func with(employer string) string {
	if employer == "" {
		return ""
	}
	return " con " + employer
}
