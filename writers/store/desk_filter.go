package store

import (
	"fmt"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

func incomplete(why string) error { return fmt.Errorf("%w: %s", worklist.ErrIncomplete, why) }

// filter adds the conditions of the query to a part.
func (l *listing) filter(p *part) {
	q := l.q
	p.and("{also}")
	l.days(p)
	if len(l.in) > 0 {
		l.states(p)
	}
	code, class := "x.codice", "x.classe"
	if !l.every { // an index begins with the code for those who see every sede; for the others there are better ones
		code, class = "coalesce(x.codice, '')", "coalesce(x.classe, '')"
	}
	for _, f := range [...]struct{ column, value string }{
		{code, q.Code},
		{class, q.Class},
		{"x.numero_domanda", q.Claim},
		{"x.codice_fiscale", string(q.TaxCode)},
		{l.typeColumn(), q.Type},
		{"x.regola", q.Rule},
	} {
		if f.value != "" {
			p.and(f.column+" = ?", textCell(f.value))
		}
	}
	if q.Overdue {
		p.and("x.scadenza < ?", dateCell(l.today))
	}
	if q.Mine {
		p.and(l.state(p)+" <> ?", textCell(string(worklist.StatePending)))
	}
}

func (l *listing) typeColumn() string {
	if l.kind == worklist.KindSample {
		return "x.tipo_azione"
	}
	return "x.tipologia"
}

// days bounds the day of the item.
func (l *listing) days(p *part) {
	first, end := min(l.q.From, pipeline.MaxDate), min(l.q.To, pipeline.MaxDate-1)+1
	column, from, to := "x.prima_elaborazione", dateCell(first), dateCell(end)
	switch l.kind {
	case worklist.KindSubmission:
		column, from, to = moment, instantCell(startOf(first)), instantCell(startOf(end))
	case worklist.KindSample:
		column = "x.giorno"
	}
	if l.q.From > 0 {
		p.and(column+" >= ?", from)
		if l.kind == worklist.KindSubmission {
			p.and("x.data_presentazione IS NOT NULL")
		}
	}
	if l.q.To > 0 {
		p.and(column+" < ?", to)
		if l.kind == worklist.KindSubmission {
			p.and("x.data_presentazione IS NOT NULL")
		}
	}
}

// state gives the expression of what [worklist.Item.Now] says of a row.
func (l *listing) state(p *part) string {
	s := "CASE WHEN v.stato = 'LAVORATA' AND l.impronta = coalesce(x.impronta, '') THEN 'LAVORATA'" +
		" WHEN v.stato = 'IN_CARICO' THEN 'IN_CARICO'" +
		" WHEN v.stato = 'IN_ATTESA' AND v.rientro > " + p.arg(dateCell(l.today)) + " THEN 'IN_ATTESA'" +
		" WHEN v.stato = 'IN_APPROVAZIONE' AND l.impronta = coalesce(x.impronta, '') THEN 'IN_APPROVAZIONE'"
	if l.kind == worklist.KindSubmission {
		s += " WHEN x.lista = 'LAVORATA' AND coalesce(v.stato, 'DA_LAVORARE') = 'DA_LAVORARE' AND NOT coalesce(v.riaperta, false) THEN 'LAVORATA'"
	}
	return s + " ELSE 'DA_LAVORARE' END"
}

func (l *listing) states(p *part) { p.in(l.state(p), texts(l.in)) }

// told is what the audit says of the query: everything but whose code was asked for.
func (l *listing) told(rows int) map[string]any {
	q := l.q
	out := map[string]any{"tipo": l.kind, "righe": rows}
	for name, v := range map[string]string{
		"lista": string(q.List), "dal": q.From.String(), "al": q.To.String(), "codice": q.Code, "classe": q.Class, "domanda": q.Claim,
		"protocollo": q.Protocol, "tipologia": q.Type, "regola": q.Rule,
	} {
		if v != "" {
			out[name] = masked(v)
		}
	}
	for name, yes := range map[string]bool{
		"codice_fiscale": q.TaxCode != "", "mie": q.Mine, "scadute": q.Overdue, "segue": q.After != "", "sede_non_assegnata": l.denied,
	} {
		if yes {
			out[name] = true
		}
	}
	if len(q.Offices) > 0 {
		out["sedi"] = maskedAll(q.Offices)
	}
	if len(q.States) > 0 {
		out["stati"] = maskedAll(texts(q.States))
	}
	return out
}

// maxToldAll is how many values of a filter the audit names.
const maxToldAll = 20

func maskedAll(list []string) []string {
	var out []string
	for _, s := range list[:min(len(list), maxToldAll)] {
		out = append(out, masked(s))
	}
	return out
}
