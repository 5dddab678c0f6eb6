package rules

import (
	"fmt"

	"incrocio/pipeline"
)

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
	ended := j.left != 0 && j.left < dd && !k.executedDecade(j.refs) // before it went over
	switch {
	case j.shown != 0 && (dd == 0 || ended):
		return k.protected(j) // what goes over forfeits in either reading
	case dd == 0:
		j.trail.no(k.ruleOver(), "né a tempo indeterminato né oltre il limite di %s").text(k.limitText())
		return k.within(j, limit)
	case ended:
		j.trail.no(rule, "finito il %a, prima di superare il limite il %b").days(factEnd, j.left, dd)
		return k.within(j, limit)
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
		return j.describe() + how + ", di durata entro il limite di " + k.limitText() + " (ultimo giorno utile " + limit.Italian() + ")"
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
		how = ", di durata oltre il limite di " + k.limitText() + " (ultimo giorno utile " + limit.Italian() + ")"
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
		lead, stops := k.leadCease(v.decade.from)
		v.notes = append(v.notes, note{
			code: ExcLimitBoundary, rule: rule, refs: j.refs, Period: pipeline.Period{From: j.start, To: j.agreed},
			lead: lead, stops: stops,
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
	if u := k.ruledOn(j.refs, func(u *ruling) bool { return u.Code == ExcEarlyEndAfterDecadence }); u != nil {
		return k.earlyEndRuled(j, dd, rule, limit, u)
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

// earlyEndRuled is such a contract once an operator has decided: the decadence stands, or is made; or the days worked are
// suspended as those of any job within the limit.
func (k *claimCase) earlyEndRuled(j *job, dd pipeline.Date, rule string, limit pipeline.Date, u *ruling) verdict {
	k.follow(u, j.refs)
	if u.refuses() {
		j.trail.no(rule, "decadenza respinta dall'operatore (%s)").text(u.ref)
		v := k.within(j, limit)
		v.lift(u)
		v.ruled = u
		return v
	}
	v := k.over(j, dd, rule, limit)
	v.ruled, v.notes = u, nil
	j.trail.yes("R06", "decadenza confermata dall'operatore (%s)").text(u.ref)
	d := *v.decade
	d.ruled, d.refs = u, u.signed(d.refs)
	v.decade = &d
	return v
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
	case j.shown != 0 && j.treat != pipeline.TreatAgricultural:
		rule = "R12"
	}
	end := j.end()
	if j.shown != 0 {
		end = j.left // the end by contract is what is in doubt
	}
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: end}, rule)
	s.cautious = true
	notes := k.protectionNotes(j, s.Period)
	s.because = func() string { return j.describe() + ", per tutta la sua durata" }
	if j.shown != 0 {
		s.because = func() string {
			return j.describe() + ", che una trasformazione mostra a tempo indeterminato dal " + j.shown.Italian()
		}
	}
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
	if j.shown != 0 {
		j.trail.yes("R12", "contratto a tempo indeterminato e senza fine dalla trasformazione del %a, il cui codice non lo dice").dates(j.shown, 0)
		notes = append(notes, note{
			code: ExcBadDates, rule: "R12", refs: j.refs, Period: p,
			text:     "la trasformazione del " + j.shown.Italian() + " mostra il " + j.describe() + " a tempo indeterminato e senza data di fine, ma il suo codice non è di trasformazione a tempo indeterminato.",
			proposed: "Accertare se il rapporto è divenuto a tempo indeterminato, e da quando.",
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
	if u := j.dates; u != nil && u.Code == ExcStartInWaitingPeriod {
		if v.decade == nil && v.spell != nil && !v.spell.cautious {
			v.lift(u) // whoever was asked has said what days were worked
			return v
		}
		n.proposed += " Le date accertate non bastano a decidere."
	}
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: j.end()}, rule)
	s.cautious, s.margin = true, n.margin
	s.because = func() string { return j.describe() + ", iniziato prima che la prestazione potesse essere fruita" }
	out := verdict{spell: s, notes: append(v.notes, n), terms: v.terms}
	if v.decade != nil {
		d := *v.decade
		d.from, d.auto, d.rule, d.ruled, d.refs = max(d.from, k.c.Start), false, rule, nil, j.refs
		out.decade = &d
	}
	return out
}

// spellOf starts a suspension for a job.
func (k *claimCase) spellOf(j *job, p pipeline.Period, rule string) *spell {
	s := &spell{Period: p, work: true, rule: rule, refs: j.dates.also(j.refs), trails: j.trails, job: j, release: releaseStandard}
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
	if j.start == 0 { // of some orphans not even that is known
		return what + with(j.employer) + untilText(j.end())
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
