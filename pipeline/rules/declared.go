package rules

import (
	"cmp"
	"fmt"

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
		ev: ev, start: ev.Start, agreed: cmp.Or(ev.agreed, ev.End), extensions: ev.longer, treat: pipeline.TreatEmployment,
		refs: ev.refs, employer: cmp.Or(ev.EmployerName, ev.Employer),
	}
}

// joinDeclared finds for each account of work the job that an employer communicated: the same employer, or an unknown one,
// with days in common or starts at most five days apart (R38). An employer that is named comes first, then the nearest
// start. A job that could not suspend does not hide the account of another.
func (r *run) joinDeclared(jobs []*job) {
	for _, ev := range r.declared {
		if ev.Kind != pipeline.EventSubordinate || ev.Start == 0 || ev.foreign() || ev.End != 0 && ev.End < ev.Start {
			continue
		}
		var best *job
		for _, j := range jobs {
			if ev.speaksOf(j) && (best == nil || nearer(ev, j, best)) {
				best = j
			}
		}
		if best == nil || !r.checkClaim(ev) {
			continue
		}
		ev.joined = true
		best.refs = append(best.refs, ev.refs...)
		if best.ev == nil || abs(ev.Start-best.start) < abs(best.ev.Start-best.start) {
			best.ev = ev
		}
	}
}

// speaksOf tells whether the account may be of the job.
func (ev *declared) speaksOf(j *job) bool {
	if j.rel.Cancelled || j.rel.BadDates || j.treat == pipeline.TreatInternship || j.treat == pipeline.TreatQuasi {
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
	if j.rel == nil || j.ev == nil {
		return v
	}
	ev, end := j.ev, j.end()
	if ev.Start == j.start && (ev.End == 0 || ev.End == end) {
		return v
	}
	n := note{
		code: ExcDatesConflict, rule: "R38", refs: j.refs,
		proposed: "Accertare i giorni effettivi del rapporto.",
	}
	theirs := pipeline.Period{From: j.start, To: cmp.Or(end, pipeline.MaxDate)}
	own := pipeline.Period{From: ev.Start, To: cmp.Or(ev.End, theirs.To)}
	n.Period, n.days = contested([]pipeline.Period{theirs}, []pipeline.Period{own})
	over := v.decade != nil && v.decade.auto
	if ev.End == 0 || over == (ev.End > k.limit(ev.Start)) {
		n.class = pipeline.ClassInfo
		n.text = fmt.Sprintf("Le date del beneficiario (dal %s%s) e dell'UNILAV differiscono: si è agito sull'UNILAV.", ev.Start.Italian(), untilText(ev.End))
		v.notes = append(v.notes, n)
		return v
	}
	n.text = fmt.Sprintf("Per il beneficiario il lavoro va dal %s%s, per il datore dal %s%s: solo una delle due durate supera il limite di %s.", ev.Start.Italian(), untilText(ev.End), j.start.Italian(), untilText(end), k.limitText())
	s := k.spellOf(j, pipeline.Period{From: max(min(ev.Start, j.start), k.c.Start)}, "R38")
	if end != 0 {
		s.To = max(end, ev.End)
	}
	s.cautious = true
	s.reason = fmt.Sprintf("%s: le date del beneficiario e del datore portano a effetti diversi, sospensione cautelativa.", j.describe())
	return verdict{spell: s, notes: []note{n}}
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
	s.cautious = true
	s.reason = fmt.Sprintf("%s: fine non indicata, sospensione cautelativa senza fine.", j.describe())
	n := note{
		code: ExcMissingEndDate, rule: "R37", refs: j.refs, Period: s.Period,
		text:     "Il lavoro è stato comunicato senza data di fine.",
		proposed: "Acquisire la data di fine.",
	}
	v := verdict{spell: s}
	if k.night > limit {
		n.proposed = fmt.Sprintf("La sospensione aperta supera il limite di %s: decidere se la decadenza dal %s è dovuta.", k.limitText(), s.From.Italian())
		v.decade = &decade{from: s.From, rule: "R37", refs: j.refs, reason: fmt.Sprintf("%s: sospensione aperta oltre il limite di %s, senza notizie.", j.describe(), k.limitText())}
	} else {
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
		v.notes = append(v.notes, note{
			code: ExcMissingUnilav, rule: "R37", refs: j.refs, Period: p,
			text:     "Il rapporto è stato comunicato dal solo beneficiario: l'UNILAV del datore manca.",
			proposed: "Segnalare l'omissione del datore di lavoro.",
		})
	case v.decade != nil && v.decade.auto:
		v.notes = append(v.notes, note{
			code: ExcForeignWork, class: pipeline.ClassInfo, rule: "R09", refs: j.refs, Period: p,
			text:     fmt.Sprintf("Lavoro all'estero oltre il limite di %s: decadenza dall'inizio comunicato.", k.limitText()),
			proposed: "Prendere atto.",
			margin:   pipeline.Some(int32(j.end() - limit)),
		})
	}
}
