package rules

import (
	"fmt"

	"incrocio/pipeline"
)

// eventRules gives the rule of each event that suspends from its communicated start (R51 to R54).
var eventRules = map[string]struct{ rule, name string }{
	pipeline.EventSickness:     {"R51", "Malattia"},
	pipeline.EventHospital:     {"R52", "Ricovero in ospedale"},
	pipeline.EventMaternity:    {"R53", "Maternità"},
	pipeline.EventCivilService: {"R54", "Servizio civile"},
}

// placeEvent decides an event other than work with a known start.
func (r *run) placeEvent(ev *declared) {
	if !r.checkClaim(ev) || ev.k.outOfScope(ev.refs) {
		return
	}
	k := ev.k
	p := pipeline.Period{From: ev.Start, To: ev.End}
	switch ev.Kind {
	case pipeline.EventSubordinate:
		k.unplacedWork(ev, p)
		return
	case pipeline.EventExpatriation, pipeline.EventPension:
		k.noAutomaticEffect(ev, p)
		return
	}
	e, ok := eventRules[ev.Kind]
	if !ok {
		return
	}
	if ev.Start == 0 || ev.End != 0 && ev.End < ev.Start {
		k.raise(note{
			code: ExcBadDates, rule: e.rule, refs: ev.refs,
			text:     e.name + ": manca la data di inizio o la fine precede l'inizio.",
			proposed: "Acquisire le date corrette.",
		})
		return
	}
	if ev.End != 0 && ev.End < k.c.Start || k.afterEnd(ev.Start, p, ev.refs) {
		return
	}
	s := spell{Period: pipeline.Period{From: max(ev.Start, k.c.Start), To: ev.End}, rule: e.rule, refs: ev.refs, release: releaseAtOnce}
	s.reason = fmt.Sprintf("%s dal %s%s: prestazione sospesa dall'inizio comunicato.", e.name, ev.Start.Italian(), untilText(ev.End))
	k.suspend(s)
	if ev.End == 0 {
		k.raise(note{
			code: ExcMissingEndDate, class: pipeline.ClassHold, rule: e.rule, refs: ev.refs, Period: s.Period,
			text:     e.name + " comunicata senza data di fine.",
			proposed: "Acquisire la data di fine.",
		})
	}
}

// afterEnd tells whether a day lies after the benefit; where other ways to count would still hold it, it says so (R25).
func (k *claimCase) afterEnd(day pipeline.Date, p pipeline.Period, refs []string) bool {
	if dd := k.forfeitedFrom(); dd != 0 && day > dd {
		return true
	}
	if day <= k.theoreticalEnd() {
		return false
	}
	if k.nearEnd(day) {
		k.raise(note{
			code: ExcNearEnd, rule: "R25", refs: refs, Period: p,
			text:     fmt.Sprintf("L'evento inizia il %s, a ridosso della fine teorica della prestazione (%s).", day.Italian(), k.theoreticalEnd().Italian()),
			proposed: "Verificare l'ultimo giorno indennizzato.",
		})
	}
	return true
}

// unplacedWork is declared work of which the country or the start is not known (R09).
func (k *claimCase) unplacedWork(ev *declared, p pipeline.Period) {
	if ev.Start != 0 && k.afterEnd(ev.Start, p, ev.refs) || ev.End != 0 && ev.End < k.c.Start {
		return
	}
	if ev.foreign() || !ev.placeKnown() {
		k.raise(note{
			code: ExcForeignWork, rule: "R09", refs: ev.refs, Period: p,
			text:     "Lavoro comunicato senza inizio o senza Stato.",
			proposed: "Acquisire inizio e Stato del lavoro.",
		})
		return
	}
	k.raise(note{
		code: ExcBadDates, rule: "R37", refs: ev.refs,
		text:     "Lavoro comunicato senza data di inizio.",
		proposed: "Acquisire la data di inizio.",
	})
}

// noAutomaticEffect is an event that the procedure only brings to the operator (R55, R56).
func (k *claimCase) noAutomaticEffect(ev *declared, p pipeline.Period) {
	if ev.Start != 0 && k.afterEnd(ev.Start, p, ev.refs) || ev.End != 0 && ev.End < k.c.Start {
		return
	}
	if ev.Kind == pipeline.EventPension {
		k.raise(note{
			code: ExcForeignFundPension, rule: "R56", refs: ev.refs, Period: p,
			text:     "È stata comunicata una domanda di pensione a un ente diverso dall'INPS.",
			proposed: "Verificare l'esito della domanda di pensione.",
		})
		return
	}
	k.raise(note{
		code: ExcExpatriation, rule: "R55", refs: ev.refs, Period: p,
		text:     "È stato comunicato un espatrio: nessun effetto automatico.",
		proposed: "Verificare documento U2 o perdita dei requisiti.",
	})
}

// placeUrgent lets a UniUrg wait ten days from its start for the UNILAV that confirms it (R17).
func (r *run) placeUrgent(rel *pipeline.Relationship) {
	refs := refsOf(rel)
	k, _ := r.bind(rel.Start, refs)
	if k == nil || k.c.State == pipeline.StateUnderReview || !k.holds(rel.Start) && !k.waiting(rel.Start) && !k.knows(refs) || k.outOfScope(refs) {
		return
	}
	if last := rel.Start + r.p.Parameters.days(paramUrgent, rel.Start); r.night <= last {
		k.due(last+1, pipeline.AgendaTerm, "R17", "Scade l'attesa dell'UNILAV che segue la comunicazione d'urgenza.")
		return
	}
	k.raise(note{
		code: ExcUrgentOnly, rule: "R17", refs: refs, Period: pipeline.Period{From: rel.Start},
		text:     fmt.Sprintf("La comunicazione d'urgenza con inizio %s non è stata seguita dall'UNILAV entro dieci giorni.", rel.Start.Italian()),
		proposed: "Accertare presso il datore se il rapporto è iniziato.",
	})
}

// placeOrphan is an event of a job of which not even the start is known (R16). One that matches the job loss behind the
// claim is no event.
func (r *run) placeOrphan(rel *pipeline.Relationship) {
	refs := refsOf(rel)
	for _, k := range r.cases {
		if rel.OrphanDate == k.c.TerminatedOn && rel.EmployedBy(k.c.FormerEmployer) {
			return
		}
	}
	k, _ := r.bind(rel.OrphanDate, refs)
	if k == nil || k.c.State == pipeline.StateUnderReview || !k.holds(rel.OrphanDate) && !k.waiting(rel.OrphanDate) && !k.knows(refs) || k.outOfScope(refs) {
		return
	}
	k.raise(note{
		code: ExcOrphanCommunication, rule: "R16", refs: refs, Period: pipeline.Period{From: rel.OrphanDate},
		text:     "È nota una comunicazione di un rapporto di cui mancano l'assunzione e la data di inizio.",
		proposed: "Acquisire la comunicazione di assunzione.",
	})
}

func refsOf(rel *pipeline.Relationship) []string {
	refs := make([]string, 0, len(rel.Chain))
	for _, c := range rel.Chain {
		refs = append(refs, c.Ref())
	}
	return refs
}
