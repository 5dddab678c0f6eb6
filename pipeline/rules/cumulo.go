package rules

import (
	"fmt"

	"incrocio/pipeline"
)

// lowIncome is employment that may be combined with a reduced benefit (R08, from CumuloSubordinateFrom):
// an income under the limit declared within a month keeps the benefit, and a reduction is proposed;
// while the month runs, a decadence on a job that looks low-paid waits in protection.
func (k *claimCase) lowIncome(j *job, v verdict) verdict {
	t := &j.trail
	if j.start < k.p.CumuloSubordinateFrom {
		t.no("R08", "inizio %a precedente al %b, da cui il cumulo è ammesso").days(factStart, j.start, k.p.CumuloSubordinateFrom)
		return v
	}
	term, limit := k.p.noticeTerm(j.start), k.p.incomeLimit(pipeline.CategoryEmployee, j.start)
	if in := j.declaredBy(term); in != nil {
		if in.amount > limit {
			t.no("R08", "reddito dichiarato di %a, oltre il limite di %b").cents(factIncome, in.amount, limit)
			return v
		}
		t.yes("R08", "reddito dichiarato di %a, non oltre il limite di %b").cents(factIncome, in.amount, limit)
		return k.reduced(j, in, v, term)
	}
	if v.decade == nil || !v.decade.auto || v.decade.from != max(j.start, k.c.Start) || !j.looksLow(limit) || k.night.Past(term) {
		k.noLowIncome(j, term)
		return v
	}
	t.yes("R08", "tempo parziale o paga entro %s: reddito dichiarabile fino al %a, elaborazione del %b").
		days("termine per dichiarare il reddito", term, k.night.Value()).text(limit.Italian() + " euro")
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: j.end()}, "R08")
	s.cautious, s.margin = true, marginOf("termine per dichiarare il reddito", term-k.night.Value())
	s.because = func() string {
		return fmt.Sprintf("%s, a tempo parziale o con paga entro %s euro, finché si può dichiarare il reddito (%s)", j.describe(), limit.Italian(), term.Italian())
	}
	d := *v.decade
	d.auto, d.rule, d.ruled, d.refs = false, "R08", nil, j.refs
	return verdict{
		spell: s, decade: &d,
		notes: append(exceptBoundary(v.notes), note{
			code: ExcPossibleCumulo, class: pipeline.ClassProtect, rule: "R08", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
			text:     fmt.Sprintf("il %s può essere compatibile con l'indennità ridotta, se il reddito è dichiarato entro il %s.", j.describe(), term.Italian()),
			proposed: "Attendere la dichiarazione; in mancanza, decadenza.",
			margin:   s.margin,
		}),
		terms: append(v.terms, pipeline.AgendaRow{Date: term + 1, Kind: pipeline.AgendaTerm, Rule: "R08", Reason: "Scade il termine per dichiarare il reddito da lavoro subordinato."}),
	}
}

// noLowIncome notes why nothing is combined with the benefit where no income was declared in time.
func (k *claimCase) noLowIncome(j *job, term pipeline.Date) {
	const fact = "termine per dichiarare il reddito"
	on := k.night.Value()
	if on > term {
		j.trail.no("R08", "nessun reddito dichiarato entro il %a").days(fact, term, on)
		return
	}
	j.trail.no("R08", "nessun reddito dichiarato finora (termine %a): si decide sulla durata").days(fact, term, on)
}

// exceptBoundary leaves out the notes on a decadence that is not taken, or only proposed.
func exceptBoundary(notes []note) []note {
	var out []note
	for _, n := range notes {
		if n.code != ExcLimitBoundary && n.code != ExcForeignWork {
			out = append(out, n)
		}
	}
	return out
}

// looksLow tells a hire for part-time work, or for a yearly pay not over the limit.
func (j *job) looksLow(limit pipeline.Cents) bool {
	if j.rel == nil {
		return false
	}
	switch j.rel.Hours {
	case "P", "V", "M":
		return true
	}
	pay := j.rel.YearlyPay
	return pay.OK && pay.V > 0 && pay.V <= limit
}

// income is a yearly income from employment that the beneficiary declared.
type income struct {
	amount pipeline.Cents
	on     pipeline.Date // day of the declaration
	ref    string
}

// joinIncomes gives each declared income to the job it speaks of: that of its own submission or, for a notice, the one with
// the nearest start, at most five days away. One declaration serves one job.
func (r *run) joinIncomes(jobs []*job) {
	for _, j := range jobs {
		if ev := j.ev; ev != nil && ev.Income.OK && ev.incomeBy != nil {
			j.incomes = append(j.incomes, income{ev.Income.V, ev.incomeBy.SubmittedOn, ev.incomeBy.Protocol})
		}
	}
	all := newJobs(jobs)
	for i := range r.d.Notices {
		n := &r.d.Notices[i]
		if n.Kind != pipeline.NoticeSubordinateIncome || !n.Income.OK {
			continue
		}
		if best := all.nearest(n.Start); best != nil {
			best.incomes = append(best.incomes, income{n.Income.V, n.On, n.Ref()})
		}
	}
}

// declaredBy is the earliest income declared by the term; nil where none was.
func (j *job) declaredBy(term pipeline.Date) *income {
	var first *income
	for i := range j.incomes {
		if in := &j.incomes[i]; in.on <= term && (first == nil || in.on < first.on) {
			first = in
		}
	}
	return first
}

// reduced keeps the benefit and proposes its reduction: 80 % of the income, over the days from the start of the job to
// its end, the theoretical end or 31 December, whichever comes first.
func (k *claimCase) reduced(j *job, in *income, normal verdict, term pipeline.Date) verdict {
	from := max(j.start, k.c.Start)
	yearEnd, _ := pipeline.MakeDate(from.Year(), 12, 31)
	to := yearEnd // the end of the benefit is known when all suspensions are
	if end := j.end(); end != 0 {
		to = min(to, end)
	}
	refs := append([]string{in.ref}, j.refs...)
	limit, m := k.p.incomeLimit(pipeline.CategoryEmployee, j.start), marginOf("dichiarazione del reddito", term-in.on)
	j.trail.compared("dichiarazione del reddito", in.on, term)
	v := verdict{notes: []note{{
		code: ExcPossibleCumulo, rule: "R08", refs: refs, Period: pipeline.Period{From: from, To: to}, ending: true, margin: m,
		lead:     "La prestazione prosegue e ne è proposta la riduzione",
		text:     fmt.Sprintf("per il %s è stato dichiarato in termine un reddito di %s euro, non oltre il limite di %s euro.", j.describe(), in.amount.Italian(), limit.Italian()),
		proposed: "Confermare la riduzione dell'80 % del reddito dichiarato.",
	}}}
	for _, n := range normal.notes {
		switch n.code {
		case ExcMissingUnilav:
			v.notes = append(v.notes, n)
		case ExcBadDates, ExcMissingEndDate, ExcAgricultural, ExcApprenticeTerm: // of the contract, whatever the income
			n.class = pipeline.ClassBlock
			v.notes = append(v.notes, n)
		}
	}
	if to >= from {
		v.reduce = &reduce{
			Period: pipeline.Period{From: from, To: to}, refs: refs, trails: j.trails, margin: m,
			total: k.p.reduction(in.amount, from),
			because: func() string {
				return fmt.Sprintf("per il %s è dichiarato un reddito di %s euro, di cui si trattiene l'80 %%", j.describe(), in.amount.Italian())
			},
		}
	}
	return v
}
