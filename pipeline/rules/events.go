package rules

import (
	"fmt"
	"strings"

	"incrocio/pipeline"
)

// eventRules gives the rule of each event that suspends from its communicated start (R51 to R54).
var eventRules = map[string]struct{ rule, name string }{
	pipeline.EventSickness:     {"R51", "malattia"},
	pipeline.EventHospital:     {"R52", "ricovero in ospedale"},
	pipeline.EventMaternity:    {"R53", "maternità"},
	pipeline.EventCivilService: {"R54", "servizio civile"},
}

// placeEvent decides an event other than work with a known start.
func (r *run) placeEvent(ev *declared) {
	if !r.checkClaim(ev) || ev.k.outOfScope(ev.refs) {
		return
	}
	k, t := ev.k, &ev.trail
	k.bound(t, ev.refs)
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
		text := "manca la data di inizio."
		if ev.Start != 0 {
			text = "la fine, " + ev.End.Italian() + ", precede l'inizio, " + ev.Start.Italian() + "."
		}
		k.raise(note{
			code: ExcBadDates, rule: e.rule, refs: ev.refs, trails: ev.trails(),
			text:     "nella comunicazione di " + e.name + " " + text,
			proposed: "Acquisire le date corrette.",
		})
		return
	}
	if ev.End != 0 && ev.End < k.c.Start || k.afterEnd(ev.Start, note{refs: ev.refs, trails: ev.trails(), Period: p}, t, factEvent) {
		return
	}
	t.yes(e.rule, "%s dal %a, inizio comunicato").dates(ev.Start, 0).text(e.name)
	if !k.stoodOn(ev.refs) {
		k.suspend(spell{
			Period: pipeline.Period{From: max(ev.Start, k.c.Start), To: ev.End}, rule: e.rule, refs: ev.dates.also(ev.refs), trails: ev.trails(), release: releaseAtOnce,
			because: func() string { return e.name + " dal " + ev.Start.Italian() + untilText(ev.End) },
		})
	}
	if ev.End == 0 {
		from := max(ev.Start, k.c.Start)
		lead, stops := k.leadWaiting(from)
		k.raise(note{
			code: ExcMissingEndDate, class: pipeline.ClassHold, rule: e.rule, refs: ev.refs, trails: ev.trails(), Period: pipeline.Period{From: from},
			lead: lead, stops: stops,
			text:     e.name + ", comunicata senza data di fine.",
			proposed: "Acquisire la data di fine.",
		})
	}
}

// trails gives what was tried on the submission.
func (ev *declared) trails() []*trail { return []*trail{&ev.trail} }

// afterEnd tells whether a day lies after the benefit; where other ways to count would still hold it, it says so (R25).
// n carries the sources and days of the fact.
func (k *claimCase) afterEnd(day pipeline.Date, n note, t *trail, fact string) bool {
	dd, end := k.forfeitedFrom(), k.theoreticalEnd()
	if dd != 0 && day > dd {
		return true
	}
	if dd != 0 {
		t.no("R18", "inizio %a non successivo alla decadenza del %b").days(fact, day, dd)
	}
	switch {
	case end == pipeline.MaxDate:
		t.no("R25", "la fine teorica è spostata da una sospensione aperta")
		return false
	case day <= end:
		t.no("R25", "inizio %a non successivo alla fine teorica del %b").days(fact, day, end)
		return false
	case k.nearEnd(day):
		t.yes("R25", "inizio %a a ridosso della fine teorica del %b").days(fact, day, end)
		n.code, n.rule, n.margin = ExcNearEnd, "R25", marginOf(fact, day-end)
		n.text = fmt.Sprintf("l'evento inizia il %s, a ridosso della fine teorica della prestazione (%s).", day.Italian(), end.Italian())
		n.proposed = "Verificare l'ultimo giorno indennizzato."
		k.raise(n)
	}
	return true
}

// unplacedWork is declared work of which the country or the start is not known (R09).
func (k *claimCase) unplacedWork(ev *declared, p pipeline.Period) {
	about := note{refs: ev.refs, trails: ev.trails(), Period: p}
	if ev.Start != 0 && k.afterEnd(ev.Start, about, &ev.trail, factEvent) || ev.End != 0 && ev.End < k.c.Start {
		return
	}
	var missing []string
	if ev.Start == 0 {
		missing = append(missing, "data di inizio")
	}
	if !ev.placeKnown() {
		missing = append(missing, "Stato")
	}
	if ev.foreign() || !ev.placeKnown() {
		about.code, about.rule = ExcForeignWork, "R09"
		about.text = "il lavoro subordinato" + with(ev.EmployerName) + " è stato comunicato senza " + strings.Join(missing, " e senza ") + "."
		about.proposed = "Acquisire inizio e Stato del lavoro."
		k.raise(about)
		return
	}
	k.raise(note{
		code: ExcBadDates, rule: "R37", refs: ev.refs, trails: ev.trails(),
		text:     "il lavoro subordinato" + with(ev.EmployerName) + " è stato comunicato senza data di inizio.",
		proposed: "Acquisire la data di inizio.",
	})
}

// noAutomaticEffect is an event that the procedure only brings to the operator (R55, R56).
func (k *claimCase) noAutomaticEffect(ev *declared, p pipeline.Period) {
	about := note{refs: ev.refs, trails: ev.trails(), Period: p}
	if ev.Start != 0 && k.afterEnd(ev.Start, about, &ev.trail, factEvent) || ev.End != 0 && ev.End < k.c.Start {
		return
	}
	since := ""
	if ev.Start != 0 {
		since = " dal " + ev.Start.Italian() + untilText(ev.End)
	}
	if ev.Kind == pipeline.EventPension {
		about.code, about.rule = ExcForeignFundPension, "R56"
		about.text = "è stata comunicata una domanda di pensione" + since + " a un ente diverso dall'INPS."
		about.proposed = "Verificare l'esito della domanda di pensione."
	} else {
		about.code, about.rule = ExcExpatriation, "R55"
		about.text = "è stato comunicato un espatrio" + since + "."
		about.proposed = "Verificare documento U2 o perdita dei requisiti."
	}
	k.raise(about)
}

// placeUrgent lets a UniUrg wait ten days from its start for the UNILAV that confirms it (R17).
func (r *run) placeUrgent(rel *pipeline.Relationship) {
	j := r.jobOf(rel)
	r.placeUnsuspending(j, rel.Start, func(k *claimCase) verdict { return k.announced(j) })
}

// announced waits for what must follow an urgent notice, and says when nothing has.
func (k *claimCase) announced(j *job) verdict {
	if !k.concerned(j, j.start) {
		return verdict{}
	}
	last := j.start + k.p.Parameters.days(paramUrgent, j.start)
	if !k.night.Past(last) {
		return verdict{terms: []pipeline.AgendaRow{{
			Date: last + 1, Kind: pipeline.AgendaTerm, Rule: "R17", Reason: "Scade l'attesa dell'UNILAV che segue la comunicazione d'urgenza.",
		}}}
	}
	k.bound(&j.trail, j.refs)
	j.trail.yes("R17", "elaborazione del %a, attesa dell'UNILAV finita il %b").days("elaborazione", k.night.Value(), last)
	return verdict{notes: []note{{
		code: ExcUrgentOnly, rule: "R17", refs: j.refs, trails: j.trails, Period: pipeline.Period{From: j.start}, margin: marginOf("elaborazione", k.night.Value()-last),
		text:     fmt.Sprintf("il datore%s ha annunciato d'urgenza un lavoro dal %s e non lo ha confermato entro il %s.", named(j.employer), j.start.Italian(), last.Italian()),
		proposed: "Accertare presso il datore se il rapporto è iniziato.",
	}}}
}

// concerned tells whether a job of which little is known, with a day on which it was under way, is a matter of the claim.
func (k *claimCase) concerned(j *job, day pipeline.Date) bool {
	if k.c.State == pipeline.StateUnderReview || !k.holds(day) && !k.waiting(day) && !k.knows(j.refs) {
		return false
	}
	return !k.outOfScope(j.refs)
}

// placeOrphan is an event of a job of which not even the start is known (R16). One that matches the job loss behind the
// claim is no event.
func (r *run) placeOrphan(rel *pipeline.Relationship) {
	j := r.jobOf(rel)
	r.placeUnsuspending(j, rel.OrphanDate, func(k *claimCase) verdict { return k.orphaned(j) })
}

// orphaned says that of a job nothing but an event is known.
func (k *claimCase) orphaned(j *job) verdict {
	on := j.rel.OrphanDate
	for _, o := range k.cases {
		if on == o.c.TerminatedOn && j.rel.EmployedBy(o.c.FormerEmployer) {
			return verdict{}
		}
	}
	if !k.concerned(j, on) {
		return verdict{}
	}
	k.bound(&j.trail, j.refs)
	j.trail.no("R71", "non è la cessazione del %a che fonda la domanda").dates(k.c.TerminatedOn, 0)
	j.trail.yes("R16", "evento del %a senza assunzione né data di inizio").dates(on, 0)
	return verdict{notes: []note{{
		code: ExcOrphanCommunication, rule: "R16", refs: j.refs, trails: j.trails, Period: pipeline.Period{From: on},
		text:     "di un rapporto di lavoro" + with(j.employer) + " è noto un evento del " + on.Italian() + ", ma non l'assunzione né la data di inizio.",
		proposed: "Acquisire la comunicazione di assunzione.",
	}}}
}

func refsOf(rel *pipeline.Relationship) []string {
	refs := make([]string, 0, len(rel.Chain))
	for _, c := range rel.Chain {
		refs = append(refs, c.Ref())
	}
	return refs
}
