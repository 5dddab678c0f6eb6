package rules

import (
	"cmp"
	"fmt"
	"slices"

	"incrocio/pipeline"
)

// declared is an event of a submission that passed the intake.
type declared struct {
	pipeline.Event
	sub    *pipeline.Submission
	k      *claimCase // the claim it names
	joined bool       // it speaks of a job that an employer communicated (R38)
	refs   []string   // protocols: its own and those it completes (R69)

	agreed   pipeline.Date // the end first declared, where a later submission moved it
	longer   []pipeline.Extension
	incomeBy *pipeline.Submission // who declared the income: its own date counts for the term (R08)

	dates *ruling // that gave it its days; nil where none did

	trail trail // what was tried on the submission
}

// foreign tells whether the work is abroad; an Italian tax code of the employer settles it where no country is given.
func (ev *declared) foreign() bool {
	return ev.EmployerCountry != "" && ev.EmployerCountry != pipeline.CountryItaly
}

// placeKnown tells whether the country of the work is known (R09).
func (ev *declared) placeKnown() bool {
	if ev.EmployerCountry != "" {
		return true
	}
	_, err := pipeline.ParseCodiceFiscale(ev.Employer)
	return err == nil
}

// declaredJob reads the beneficiary's own account as a job (R37).
func (r *run) declaredJob(ev *declared) *job {
	return &job{
		ev: ev, start: ev.Start, agreed: cmp.Or(ev.agreed, ev.End), extensions: ev.longer, treat: pipeline.TreatEmployment, dates: ev.dates,
		refs: ev.refs, employer: ev.EmployerName, trail: trail{ref: ev.sub.Protocol + " (rapporto)"},
	}
}

// joinDeclared finds for each account of work the job that an employer communicated: the same employer, or an unknown one,
// with days in common or starts at most five days apart (R38). An employer that is named comes first, then the nearest
// start. A job that could not suspend does not hide the account of another.
func (r *run) joinDeclared(jobs []*job) {
	communicated := newJobs(jobs)
	for _, ev := range r.declared {
		if ev.Kind != pipeline.EventSubordinate || ev.Start == 0 || ev.foreign() || ev.End != 0 && ev.End < ev.Start {
			continue
		}
		var best *job
		for _, j := range communicated.of(ev.Employer) {
			if ev.speaksOf(j) && (best == nil || nearer(ev, j, best)) {
				best = j
			}
		}
		if best == nil || !r.mayJoin(ev, best) {
			continue
		}
		ev.joined = true
		best.refs = append(best.refs, ev.refs...)
		if best.ev == nil || abs(ev.Start-best.start) < abs(best.ev.Start-best.start) {
			best.ev = ev
		}
	}
}

// mayJoin tells whether no doubt about the claim (R61) keeps an account apart from the job that it speaks of. Nothing is raised:
// how far benefits reach is not known yet. What was done on the account by itself parts them too: joined to a job of another
// claim it would be undone, and done again a night later.
func (r *run) mayJoin(ev *declared, j *job) bool {
	k := ev.k
	switch {
	case slices.ContainsFunc(k.issued, func(a *pipeline.Action) bool { return shares(a.Sources, ev.refs) && shares(a.Sources, j.refs) }):
		ev.trail.no("R61", "già fonte di un'azione in essere sulla domanda")
		return true
	case k.knows(ev.refs):
		return r.latest(k) || !r.elsewhere(k, ev.Start, ev.Start)
	case r.doubtOn(ev, ev.Start) != "":
		return false
	}
	ev.trail.no("R61", "la domanda scelta è aperta e nessun'altra comprende l'evento")
	return true
}

// speaksOf tells whether the account may be of the job.
func (ev *declared) speaksOf(j *job) bool {
	if j.rel.Cancelled || j.rel.BadDates || !j.employs() {
		return false
	}
	named := j.rel.EmployedBy(ev.Employer)
	suspends := j.treat != pipeline.TreatUnknown && (j.treat != pipeline.TreatOnCall || j.rel.Availability == pipeline.Yes) && j.start > ev.k.c.TerminatedOn
	if !named && (ev.Employer != "" || !suspends) {
		return false
	}
	return abs(ev.Start-j.start) <= sameStartDays ||
		(pipeline.Period{From: ev.Start, To: ev.End}).Overlaps(pipeline.Period{From: j.start, To: j.end()})
}

// nearer tells whether a is a better guess than b for the job an account speaks of.
func nearer(ev *declared, a, b *job) bool {
	if an, bn := a.rel.EmployedBy(ev.Employer), b.rel.EmployedBy(ev.Employer); an != bn {
		return an
	}
	if da, db := abs(ev.Start-a.start), abs(ev.Start-b.start); da != db {
		return da < db
	}
	return a.rel.Ref < b.rel.Ref
}

func abs(d pipeline.Date) pipeline.Date { return max(d, -d) }

// conflict weighs the beneficiary's dates against the employer's (R38). Equal dates, or an end left out, add nothing.
// Dates that differ are told; where only one side is within the limit, all the days of both are suspended in protection
// and nothing is decided.
func (k *claimCase) conflict(j *job, v verdict) verdict {
	differing := k.differing(j)
	if len(differing) == 0 {
		return v
	}
	n := differing[0]
	ev, end := j.ev, j.end()
	over := v.decade != nil && (v.decade.auto || v.decade.rule == "R08")
	if ev.End == 0 || over == (ev.End > k.limit(ev.Start)) {
		j.trail.yes("R38", "date del beneficiario diverse, con lo stesso effetto: valgono quelle del datore")
		n.class, n.lead = pipeline.ClassInfo, "Valgono le date comunicate dal datore di lavoro"
		v.notes = append(v.notes, n)
		return v
	}
	limit := k.limit(ev.Start)
	j.trail.yes("R38", "fine per il beneficiario %a, ultimo giorno utile %b: effetti diversi").days(factToldEnd, ev.End, limit)
	n.margin = marginOf(factToldEnd, max(limit-ev.End, ev.End-limit))
	n.text += fmt.Sprintf(" Solo una delle due durate supera il limite di %s.", k.limitText())
	s := k.spellOf(j, pipeline.Period{From: max(min(ev.Start, j.start), k.c.Start)}, "R38")
	if end != 0 {
		s.To = max(end, ev.End)
	}
	s.cautious, s.margin = true, n.margin
	s.because = func() string {
		return j.describe() + ", le cui date secondo il beneficiario e secondo il datore portano a effetti diversi"
	}
	return verdict{spell: s, notes: append(exceptBoundary(v.notes), n), terms: v.terms}
}

// differing says that the beneficiary's dates are not the employer's (R38), and which days only one of them tells.
func (k *claimCase) differing(j *job) []note {
	if j.rel == nil || j.dates != nil {
		return nil
	}
	if j.ev == nil {
		j.trail.no("R38", "nessuna comunicazione del beneficiario sul rapporto")
		return nil
	}
	ev, end := j.ev, j.end()
	if ev.Start == j.start && (ev.End == 0 || ev.End == end) {
		j.trail.no("R38", "il beneficiario ha comunicato le stesse date")
		return nil
	}
	n := note{
		code: ExcDatesConflict, rule: "R38", refs: j.refs,
		proposed: "Accertare i giorni effettivi del rapporto.",
		text: fmt.Sprintf("per il beneficiario il lavoro%s va dal %s%s, per il datore dal %s%s.",
			with(j.employer), ev.Start.Italian(), untilText(ev.End), j.start.Italian(), untilText(end)),
	}
	theirs := pipeline.Period{From: j.start, To: cmp.Or(end, pipeline.MaxDate)}
	own := pipeline.Period{From: ev.Start, To: cmp.Or(ev.End, theirs.To)}
	n.Period, n.days = contested([]pipeline.Period{theirs}, []pipeline.Period{own})
	return []note{n}
}

func untilText(d pipeline.Date) string {
	if d == 0 {
		return ""
	}
	return " al " + d.Italian()
}

// declaredOpen is work that the beneficiary declares without an end (R37): it does not prove a permanent job. Once the
// open suspension passes the limit the decadence is proposed.
func (k *claimCase) declaredOpen(j *job, limit pipeline.Date) verdict {
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start)}, "R37")
	s.cautious, s.margin = true, marginOf("durata della sospensione aperta", limit-k.night.Value())
	s.because = func() string { return j.describe() + ", senza data di fine comunicata" }
	n := note{
		code: ExcMissingEndDate, rule: "R37", refs: j.refs, Period: s.Period, margin: s.margin,
		text:     "il " + j.describe() + " è senza data di fine.",
		proposed: "Acquisire la data di fine.",
	}
	v := verdict{spell: s}
	if k.night.Past(limit) {
		j.trail.yes("R37", "senza data di fine, elaborazione del %a oltre l'ultimo giorno utile %b").days("elaborazione", k.night.Value(), limit)
		n.proposed = fmt.Sprintf("La sospensione aperta supera il limite di %s: decidere se la decadenza dal %s è dovuta.", k.limitText(), s.From.Italian())
		v.decade = &decade{from: s.From, rule: "R37", refs: j.refs, trails: j.trails, margin: s.margin, because: func() string {
			return fmt.Sprintf("%s, sospeso senza una fine nota oltre il limite di %s (ultimo giorno utile %s)", j.describe(), k.limitText(), limit.Italian())
		}}
	} else {
		j.trail.yes("R37", "senza data di fine, elaborazione del %a non oltre l'ultimo giorno utile %b").days("elaborazione", k.night.Value(), limit)
		v.terms = append(v.terms, pipeline.AgendaRow{Date: limit + 1, Kind: pipeline.AgendaTerm, Rule: "R37", Reason: "Sospensione aperta: dal giorno indicato supera il limite."})
	}
	v.notes = append(v.notes, n)
	k.declaredNotes(j, &v, limit)
	return v
}

// declaredNotes adds what goes with a job that only the beneficiary communicates: an Italian employer who did not send
// his UNILAV (R37), a decadence for work abroad (R09).
func (k *claimCase) declaredNotes(j *job, v *verdict, limit pipeline.Date) {
	p := pipeline.Period{From: j.start, To: j.end()}
	switch {
	case !j.ev.foreign():
		j.trail.no("R09", "lavoro in Italia")
		j.trail.yes("R37", "comunicato dal solo beneficiario: manca la comunicazione del datore")
		v.notes = append(v.notes, note{
			code: ExcMissingUnilav, rule: "R37", refs: j.refs, Period: p,
			lead:     "Si è deciso su quanto comunicato dal beneficiario",
			text:     "del " + j.describe() + " manca la comunicazione del datore.",
			proposed: "Segnalare l'omissione del datore di lavoro.",
		})
	case v.decade != nil && v.decade.auto:
		j.trail.yes("R09", "lavoro all'estero, fine %a oltre l'ultimo giorno utile %b").days(factEnd, j.end(), limit)
		lead, stops := k.leadCease(v.decade.from)
		v.notes = append(v.notes, note{
			code: ExcForeignWork, class: pipeline.ClassInfo, rule: "R09", refs: j.refs, Period: p,
			lead: lead, stops: stops,
			text:     fmt.Sprintf("il %s è all'estero e di durata oltre il limite di %s.", j.describe(), k.limitText()),
			proposed: "Prendere atto.",
			margin:   marginOf(factEnd, j.end()-limit),
		})
	default:
		j.trail.no("R09", "lavoro all'estero, non oltre il limite di %s").text(k.limitText())
	}
}
