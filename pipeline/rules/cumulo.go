package rules

import (
	"fmt"

	"incrocio/pipeline"
)

// lowIncome is employment that may be combined with a reduced benefit (R08, from CumuloSubordinateFrom):
// an income under the limit declared within a month keeps the benefit, and a reduction is proposed;
// while the month runs, a decadence on a job that looks low-paid waits in protection.
func (k *claimCase) lowIncome(j *job, v verdict) verdict {
	if j.start < k.p.CumuloSubordinateFrom || j.undeclared || v.spell == nil && v.decade == nil {
		return v
	}
	term := j.start.NoticeTerm(1)
	if income, ref, ok := k.income(j, term); ok {
		if income > cumuloIncomeLimit {
			return v
		}
		return k.reduced(j, income, ref)
	}
	if v.decade == nil || !v.decade.auto || v.decade.from != max(j.start, k.c.Start) || k.night > term || !j.looksLow() {
		return v
	}
	s := k.spellOf(j, pipeline.Period{From: max(j.start, k.c.Start), To: j.end()}, "R08")
	s.cautious = true
	s.reason = fmt.Sprintf("%s: tempo parziale o retribuzione entro 8.000 euro, sospensione cautelativa fino al termine per dichiarare il reddito (%s).", j.describe(), term.Italian())
	d := *v.decade
	d.auto, d.rule = false, "R08"
	return verdict{
		spell: s, decade: &d,
		notes: append(k.exceptBoundary(v.notes), note{
			code: ExcPossibleCumulo, class: pipeline.ClassProtect, rule: "R08", refs: j.refs, Period: pipeline.Period{From: j.start, To: j.end()},
			text:     fmt.Sprintf("Il rapporto può essere compatibile con l'indennità ridotta: il beneficiario può dichiarare il reddito entro il %s.", term.Italian()),
			proposed: "Attendere la dichiarazione; in mancanza, decadenza.",
		}),
		terms: append(v.terms, pipeline.AgendaRow{Date: term + 1, Kind: pipeline.AgendaTerm, Rule: "R08", Reason: "Scade il termine per dichiarare il reddito da lavoro subordinato."}),
	}
}

// exceptBoundary leaves out the note on a decadence that is not taken.
func (k *claimCase) exceptBoundary(notes []note) []note {
	var out []note
	for _, n := range notes {
		if n.code != ExcLimitBoundary {
			out = append(out, n)
		}
	}
	return out
}

// looksLow tells part-time work, or a yearly pay not over the limit.
func (j *job) looksLow() bool {
	if j.rel == nil {
		return false
	}
	switch j.rel.Hours {
	case "P", "V", "M":
		return true
	}
	pay := j.rel.YearlyPay
	return pay.OK && pay.V > 0 && pay.V <= cumuloIncomeLimit
}

// income finds the income declared for the job by the term: in a submission on it, or in a notice. The earliest counts.
func (k *claimCase) income(j *job, term pipeline.Date) (pipeline.Cents, string, bool) {
	if ev := j.ev; ev != nil && ev.Income.OK && ev.sub.SubmittedOn <= term {
		return ev.Income.V, ev.sub.Protocol, true
	}
	for i := range k.d.Notices {
		if n := &k.d.Notices[i]; n.Kind == pipeline.NoticeSubordinateIncome && n.Income.OK && n.On <= term && abs(n.Start-j.start) <= sameStartDays {
			return n.Income.V, n.Ref(), true
		}
	}
	return 0, "", false
}

// incomeDeclared tells whether an income on time rests on a source that no issued action knows.
func (k *claimCase) incomeDeclared(j *job, issued map[string]bool) bool {
	if j.start < k.p.CumuloSubordinateFrom {
		return false
	}
	_, ref, ok := k.income(j, j.start.NoticeTerm(1))
	return ok && !issued[ref]
}

// reduced keeps the benefit and proposes its reduction: 80 % of the income, over the days from the start of the job to
// its end, the theoretical end or 31 December, whichever comes first.
func (k *claimCase) reduced(j *job, income pipeline.Cents, ref string) verdict {
	from := max(j.start, k.c.Start)
	yearEnd, _ := pipeline.MakeDate(from.Year(), 12, 31)
	to := min(k.theoreticalEnd(), yearEnd)
	if end := j.end(); end != 0 {
		to = min(to, end)
	}
	refs := append([]string{ref}, j.refs...)
	v := verdict{notes: []note{{
		code: ExcPossibleCumulo, rule: "R08", refs: refs, Period: pipeline.Period{From: from, To: to},
		text:     fmt.Sprintf("Reddito da lavoro subordinato dichiarato in termine: %s euro, non oltre 8.000: la prestazione prosegue.", income.Italian()),
		proposed: "Confermare la riduzione dell'80 % del reddito dichiarato.",
	}}}
	if to >= from {
		v.reduce = &reduce{
			Period: pipeline.Period{From: from, To: to}, refs: refs,
			total:  pipeline.Cents(pipeline.DivRound(int64(income)*80, 100)),
			reason: fmt.Sprintf("%s: reddito dichiarato di %s euro, trattenuta proposta dell'80 %%.", j.describe(), income.Italian()),
		}
	}
	return v
}
