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
	employer    string   // for texts
	incomes     []income // declared for this job, by date
	contradicts bool     // a permanent contract that states an end
}

// jobOf reads a relationship as a job.
func (r *run) jobOf(rel *pipeline.Relationship) *job {
	t := r.p.Contracts.Lookup(rel.Contract, rel.Start)
	j := &job{
		rel: rel, start: rel.Start, agreed: rel.AgreedEnd, extensions: rel.Extensions, converted: rel.PermanentFrom,
		left: rel.TerminatedOn, treat: t.Treatment, agency: rel.Agency(), public: rel.PublicEmployer,
		employer: cmp.Or(rel.EmployerName, rel.Employer),
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
	r.preexisting(j)
	k, doubtful := r.bindJob(j)
	if k == nil {
		return
	}
	if j.rel != nil && j.rel.Cancelled && !k.knows(j.refs) {
		return // it never was, and nothing was done on it
	}
	if k.outOfScope(j.refs) {
		return
	}
	if k.c.State == pipeline.StateUnderReview && !k.knows(j.refs) {
		k.due(max(j.start, k.c.Start, k.night), pipeline.AgendaTerm, "R20", "Rapporto da valutare quando la domanda in esame sarà decisa.")
		return
	}
	v := k.assess(j)
	if doubtful {
		v.protect()
		v.notes = append(v.notes, note{
			code: ExcNonLatestClaim, rule: "I02", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
			text:     "Il rapporto inizia nel periodo di più domande aperte: è stata scelta quella con decorrenza più recente.",
			proposed: "Confermare la domanda a cui riferire il rapporto.",
		})
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
			v.spell = &spell{Period: pipeline.Period{From: v.decade.from}, cautious: true, work: true, rule: v.decade.rule, reason: v.decade.reason, refs: v.decade.refs}
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
			text:     fmt.Sprintf("Il rapporto con %s, iniziato il %s, era già in essere alla cessazione del %s che fonda la domanda.", j.employer, j.start.Italian(), k.c.TerminatedOn.Italian()),
			proposed: "Verificare se il rapporto è compatibile con l'indennità e se spetta la riduzione.",
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
	switch {
	case j.rel != nil && j.rel.Cancelled:
		return verdict{}
	case j.start <= k.c.TerminatedOn:
		if j.rel == nil && (j.end() == 0 || j.end() >= k.c.Start) {
			return verdict{notes: []note{{
				code: ExcPreexisting, rule: "R24", refs: j.refs, Period: pipeline.Period{From: max(j.start, k.c.Start), To: j.end()},
				text:     "Il lavoro comunicato era già iniziato alla cessazione che fonda la domanda.",
				proposed: "Verificare se il rapporto è compatibile con l'indennità.",
			}}}
		}
		return verdict{}
	case j.badDates():
		return verdict{notes: []note{{
			code: ExcBadDates, rule: k.ruleWithin(), refs: j.refs,
			text:     "Le date del rapporto si contraddicono: la fine precede l'inizio o supera ogni durata possibile.",
			proposed: "Acquisire le date corrette.",
		}}}
	}
	if dd := k.forfeitedFrom(); dd != 0 && j.start > dd {
		return verdict{} // the benefit is over: no effect, no exception
	}
	if end := k.theoreticalEnd(); j.start > end {
		if k.nearEnd(j.start) {
			return verdict{notes: []note{{
				code: ExcNearEnd, rule: "R25", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
				text:     fmt.Sprintf("Il rapporto inizia il %s, a ridosso della fine teorica della prestazione (%s).", j.start.Italian(), end.Italian()),
				proposed: "Verificare l'ultimo giorno indennizzato.",
				margin:   pipeline.Some(int32(j.start - end)),
			}}}
		}
		return verdict{}
	}
	v := k.byContract(j)
	if k.waiting(j.start) {
		v = k.inWaiting(j, v)
	}
	if j.rel != nil && j.rel.Orphan == pipeline.OrphanRebuilt && (v.spell != nil || v.decade != nil || len(v.notes) > 0) {
		v.notes = append(v.notes, note{
			code: ExcOrphanCommunication, class: pipeline.ClassInfo, rule: "R16", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
			text:     "Manca la comunicazione di assunzione: il rapporto è stato ricostruito dagli eventi successivi.",
			proposed: "Acquisire la comunicazione di assunzione.",
		})
	}
	return v
}

func (j *job) badDates() bool {
	if j.rel != nil {
		return j.rel.BadDates
	}
	return j.agreed != 0 && j.agreed < j.start
}

// byContract judges a job by its kind of contract (R08, R27 to R35), then by its length.
func (k *claimCase) byContract(j *job) verdict {
	if j.rel != nil && j.rel.Pending {
		return k.pending(j)
	}
	switch j.treat {
	case pipeline.TreatUnknown:
		return verdict{notes: []note{{
			code: ExcUnknownContract, rule: "R33", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
			text:     "La tipologia contrattuale non è fra quelle che la procedura sa trattare.",
			proposed: "Stabilire se è lavoro subordinato e decidere la sospensione.",
		}}}
	case pipeline.TreatOnCall:
		if j.rel.Availability != pipeline.Yes {
			return verdict{notes: []note{{
				code: ExcOnCall, rule: "R30", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
				text:     "Lavoro intermittente senza obbligo di risposta, o con obbligo non noto: l'UNILAV non dice i giorni lavorati.",
				proposed: "Acquisire giornate e indennità di disponibilità.",
			}}}
		}
	}
	v := k.byLength(j)
	v = k.lowIncome(j, v)
	if v.reduce == nil {
		v = k.conflict(j, v)
	}
	return v
}

// pending is domestic work that the office has not defined yet (R31): not certain, so nothing is automatic. An open
// question of the employer on it is shown.
func (k *claimCase) pending(j *job) verdict {
	n := note{
		code: ExcDomesticPending, rule: "R31", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
		text:     "Il rapporto di lavoro domestico è sospeso in attesa di definizione: non è certo.",
		proposed: "Definire il rapporto nel cassetto del datore di lavoro domestico.",
	}
	for _, q := range pipeline.OpenQuestions(k.d.Questions) {
		same := slices.ContainsFunc(j.rel.Chain, func(c *pipeline.Communication) bool { return c.Code == q.RelationshipCode })
		if q.Category == pipeline.QuestionRelationship && (same || q.RelationshipCode == "" && j.rel.EmployedBy(q.Employer)) {
			n.text += fmt.Sprintf(" Il datore ha un quesito aperto (%s del %s).", q.Protocol, q.On.Italian())
			n.refs = append(slices.Clone(n.refs), q.Protocol)
		}
	}
	return verdict{notes: []note{n}}
}

// byLength is the heart: the calendar duration against the limit, with extensions, conversion and early end
// (R01, R03 to R06, R10 to R12, R28, R32).
func (k *claimCase) byLength(j *job) verdict {
	limit := k.limit(j.start)
	dd, rule := k.overFrom(j, limit)
	missing := j.end() == 0 && !j.permanent && j.converted == 0

	switch {
	case missing && j.rel == nil:
		return k.declaredOpen(j, limit)
	case missing:
		return k.openFixedTerm(j)
	case j.contradicts, j.termedApprentice(), j.treat == pipeline.TreatAgricultural && !j.permanent && j.converted == 0:
		return k.protected(j)
	case dd == 0:
		return k.within(j, limit)
	}
	if j.left != 0 && j.left < dd && !k.executedDecade(j.refs) {
		return k.within(j, limit) // it ended before it went over
	}
	if j.left != 0 && j.left <= limit {
		return k.endedEarly(j, dd, rule, limit)
	}
	return k.over(j, dd, rule, limit)
}

// termedApprentice tells an apprenticeship that really carries a term (R28).
func (j *job) termedApprentice() bool {
	return j.treat == pipeline.TreatApprenticeship && !j.permanent && j.converted == 0
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
	end := j.end()
	rule := k.ruleWithin()
	switch {
	case j.left != 0 && j.contractEnd() != 0 && j.left < j.contractEnd():
		rule = "R06"
		if k.p.EarlyEndPolicy == EarlyContractEnd && j.contractEnd() <= limit {
			end = j.contractEnd()
		}
	case len(j.extensions) > 0:
		rule = "R10"
	}
	v := verdict{spell: k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: end}, rule)}
	v.spell.margin = pipeline.Some(int32(limit - end))
	v.spell.reason = fmt.Sprintf("%s: durata di calendario entro il limite di %s (ultimo giorno utile %s).", j.describe(), k.limitText(), limit.Italian())
	if j.rel == nil {
		k.declaredNotes(j, &v, limit)
	}
	return v
}

// over is a job over the limit or permanent: decadence, after a suspension for the days within (R03, R05, R11, R12).
func (k *claimCase) over(j *job, dd pipeline.Date, rule string, limit pipeline.Date) verdict {
	v := verdict{decade: &decade{from: max(dd, k.c.Start), auto: true, rule: rule, refs: j.refs}}
	if end := j.end(); end != 0 {
		v.decade.margin = pipeline.Some(int32(end - limit))
		v.decade.reason = fmt.Sprintf("%s: durata di calendario oltre il limite di %s (ultimo giorno utile %s).", j.describe(), k.limitText(), limit.Italian())
	} else {
		v.decade.reason = fmt.Sprintf("%s: rapporto a tempo indeterminato.", j.describe())
	}
	if from := max(j.start, k.c.Start); dd > from {
		v.spell = k.spellOf(j, pipeline.Period{From: from, To: dd - 1}, k.ruleWithin())
		v.spell.reason = fmt.Sprintf("%s: sospensione fino al giorno prima della decadenza.", j.describe())
	}
	if j.agreed == limit+1 && len(j.extensions) == 0 && (j.left == 0 || j.left >= j.agreed) {
		v.notes = append(v.notes, note{
			code: ExcLimitBoundary, rule: rule, refs: j.refs, Period: pipeline.Period{From: j.start, To: j.agreed},
			text:     fmt.Sprintf("Il termine supera di un solo giorno il limite di %s (%s).", k.limitText(), limit.Italian()),
			proposed: "Rileggere le date del rapporto.",
			margin:   pipeline.Some(int32(1)),
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
		margin: pipeline.Some(int32(limit - j.left)),
	}
	if k.executedDecade(j.refs) {
		v := k.over(j, dd, rule, limit)
		v.notes = nil
		n.class, n.text, n.proposed = pipeline.ClassInfo, "Il rapporto oltre il limite è finito prima del limite: la decadenza già eseguita resta.", "Valutare se confermare la decadenza."
		v.notes = append(v.notes, n)
		return v
	}
	n.class, n.text, n.proposed = pipeline.ClassProtect, "Il rapporto, per contratto oltre il limite, è finito entro il limite prima che la decadenza fosse eseguita.", fmt.Sprintf("Decidere se la decadenza dal %s è dovuta.", dd.Italian())
	from := max(j.start, k.c.Start)
	s := k.spellOf(j, pipeline.Period{From: from, To: j.left}, "R06")
	s.cautious = true
	s.reason = fmt.Sprintf("%s: sospesi in via cautelativa i giorni lavorati fino al %s.", j.describe(), j.left.Italian())
	return verdict{
		spell:  s,
		decade: &decade{from: max(dd, from), rule: rule, refs: j.refs, reason: fmt.Sprintf("%s: contratto oltre il limite di %s, finito in anticipo il %s.", j.describe(), k.limitText(), j.left.Italian())},
		notes:  []note{n},
	}
}

// openFixedTerm is a fixed term whose end nobody has told (R11): suspended until it is known.
func (k *claimCase) openFixedTerm(j *job) verdict {
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start)}, "R11")
	s.cautious = true
	s.reason = fmt.Sprintf("%s: termine non indicato, sospensione cautelativa senza fine.", j.describe())
	v := verdict{spell: s, notes: []note{{
		code: ExcMissingEndDate, rule: "R11", refs: j.refs, Period: s.Period,
		text:     "Il rapporto è a termine ma la data di fine non è stata comunicata.",
		proposed: "Acquisire la data di fine del rapporto.",
	}}}
	v.notes = append(v.notes, k.protectionNotes(j, s.Period)...)
	return v
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
	s.reason = fmt.Sprintf("%s: sospensione cautelativa per tutta la durata.", j.describe())
	return verdict{spell: s, notes: k.protectionNotes(j, s.Period)}
}

// protectionNotes says why a job is protected by its contract.
func (k *claimCase) protectionNotes(j *job, p pipeline.Period) []note {
	if j.contradicts {
		return []note{{
			code: ExcBadDates, rule: k.ruleWithin(), refs: j.refs, Period: p,
			text:     "Il contratto è a tempo indeterminato, ma la comunicazione indica una data di fine.",
			proposed: "Accertare se il rapporto ha un termine.",
		}}
	}
	switch j.treat {
	case pipeline.TreatApprenticeship:
		return []note{{
			code: ExcApprenticeTerm, rule: "R28", refs: j.refs, Period: p,
			text:     "L'apprendistato, per definizione a tempo indeterminato, porta un termine contrattuale.",
			proposed: "Verificare se il termine è del contratto o del periodo formativo.",
		}}
	case pipeline.TreatAgricultural:
		return []note{{
			code: ExcAgricultural, rule: "R32", refs: j.refs, Period: p,
			text:     "Operaio agricolo a tempo determinato: le giornate effettive possono essere poche.",
			proposed: "Acquisire le giornate effettive e decidere.",
		}}
	}
	return nil
}

// inWaiting is a job begun before the benefit could be used (R22, R23): the days of benefit that it covers are suspended
// in protection, and a decadence is only proposed.
func (k *claimCase) inWaiting(j *job, v verdict) verdict {
	if v.spell == nil && v.decade == nil {
		return v // nothing suspends: on-call, unknown contract, low income
	}
	rule := "R22"
	if j.start > k.c.TerminatedOn+k.p.Parameters.days(paramWaiting, k.c.TerminatedOn) {
		rule = "R23"
	}
	n := note{
		code: ExcStartInWaitingPeriod, rule: rule, refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
		proposed: "Verificare il diritto alla prestazione dopo la nuova occupazione.",
	}
	if end := j.end(); end != 0 && end < k.c.Start {
		n.class, n.text = pipeline.ClassInfo, fmt.Sprintf("Il rapporto, dal %s al %s, sta tutto prima della decorrenza (%s).", j.start.Italian(), end.Italian(), k.c.Start.Italian())
		return verdict{notes: []note{n}}
	}
	n.text = fmt.Sprintf("Il rapporto inizia il %s, prima che la prestazione potesse essere fruita (decorrenza %s).", j.start.Italian(), k.c.Start.Italian())
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: j.end()}, rule)
	s.cautious = true
	s.reason = fmt.Sprintf("%s: iniziato nei giorni di carenza, sospensione cautelativa.", j.describe())
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
	s := &spell{Period: p, work: true, rule: rule, refs: j.refs, job: j, release: releaseStandard}
	if j.agency || j.public {
		s.release = releaseLate
	}
	return s
}

// describe names a job in a sentence.
func (j *job) describe() string {
	what := "Rapporto di lavoro"
	switch {
	case j.rel == nil:
		what = "Lavoro subordinato comunicato dal beneficiario"
	case j.agency:
		what = "Lavoro in somministrazione"
	}
	if j.employer != "" {
		what += " con " + j.employer
	}
	what += " dal " + j.start.Italian()
	if end := j.end(); end != 0 {
		what += " al " + end.Italian()
	}
	return what
}
