package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// within restricts a column of sedi to those of an operator.
func within(who *worklist.Operator, column string, p *part) {
	if who.AllOffices {
		return
	}
	sedi := slices.DeleteFunc(slices.Clone(who.Offices), func(o string) bool { return o == "" || !plain(o) })
	if len(sedi) == 0 {
		p.where = append(p.where, "false")
		return
	}
	p.in(column, sedi)
}

// Tallies counts the items that are not worked, as [worklist.Desk] says. It shows nobody's item and leaves no audit row.
func (s *Store) Tallies(ctx context.Context, who *worklist.Operator) ([]worklist.Tally, error) {
	if !known(who) {
		return nil, worklist.ErrRole
	}
	ctx = Scoped(ctx, who)
	var out []worklist.Tally
	err := s.view(ctx, func(r *reading) error {
		out = nil
		now, err := r.Now(ctx)
		if err != nil {
			return err
		}
		for _, k := range [...]worklist.Kind{worklist.KindException, worklist.KindSubmission, worklist.KindSample} {
			if err := tally(ctx, r, who, k, worklist.Today(now), &out); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b worklist.Tally) int {
		return cmp.Or(strings.Compare(a.Office, b.Office), cmp.Compare(kindOrder(a.Kind), kindOrder(b.Kind)),
			strings.Compare(a.Class, b.Class), cmp.Compare(stateOrder(a.State), stateOrder(b.State)))
	})
	return out, step("count items", err)
}

func kindOrder(k worklist.Kind) int {
	return slices.Index([]worklist.Kind{worklist.KindException, worklist.KindSubmission, worklist.KindSample}, k)
}

func stateOrder(s worklist.State) int { return slices.Index(worklist.States(), s) }

// openState is [listing.state] for rows that are not worked, such that an index alone answers for what nobody has touched.
const openState = "CASE WHEN v.stato IS NULL THEN 'DA_LAVORARE' WHEN v.stato = 'IN_CARICO' THEN 'IN_CARICO' WHEN v.stato = 'IN_ATTESA' AND v.rientro > ? THEN 'IN_ATTESA'" +
	" WHEN v.stato = 'IN_APPROVAZIONE' AND EXISTS (SELECT 1 FROM {table} y JOIN lavorazioni l ON l.numero = v.chiusura" +
	" WHERE y.{row} = x.{row} AND l.impronta = coalesce(y.impronta, '')) THEN 'IN_APPROVAZIONE' ELSE 'DA_LAVORARE' END"

func tally(ctx context.Context, tx Tx, who *worklist.Operator, kind worklist.Kind, today pipeline.Date, out *[]worklist.Tally) error {
	f, p := families[kind], &part{}
	state := strings.Replace(openState, "?", p.arg(dateCell(today)), 1)
	class, late, day, dayKind := "''", "0", "x.prima_elaborazione", table.Date
	switch kind {
	case worklist.KindException:
		class, late = "x.classe", "CASE WHEN "+due+" < "+p.arg(dateCell(today))+" THEN 1 ELSE 0 END"
	case worklist.KindSubmission:
		day, dayKind = "x.data_presentazione", table.Timestamp
	case worklist.KindSample:
		day = "x.giorno"
	}
	p.and("{also}")
	p.in("x.elenco", []string{"DA_LAVORARE", "PERVENUTE"})
	within(who, "x.sede", p)
	sql := "SELECT sede, classe, stato, count(*), CAST(sum(tardi) AS bigint), min(primo) FROM (SELECT x.sede AS sede, " + class + " AS classe, " +
		state + " AS stato, " + late + " AS tardi, " + day + " AS primo FROM {table} x" + joinWork +
		" WHERE " + strings.Join(p.where, " AND ") + ") AS n GROUP BY sede, classe, stato"
	kinds := []table.Kind{table.Text, table.Text, table.Text, table.Int64, table.Int64, dayKind}
	return tx.Query(ctx, f.sql(sql), kinds, p.args, func(v []table.Value) error {
		t := worklist.Tally{Office: v[0].Str, Kind: kind, Class: v[1].Str, State: worklist.State(v[2].Str), Items: v[3].Num, Overdue: v[4].Num}
		switch {
		case v[5].Null:
		case dayKind == table.Timestamp:
			t.Oldest = worklist.Today(pipeline.Instant(v[5].Num))
		default:
			t.Oldest = pipeline.DateFromUnixDays(int32(v[5].Num))
		}
		*out = append(*out, t)
		return nil
	})
}

// Findings counts the closings in force, as [worklist.Desk] says: those of exceptions and samples, by the day of the closing.
// It shows nobody's item and leaves no audit row.
func (s *Store) Findings(ctx context.Context, who *worklist.Operator, from, to pipeline.Date) ([]worklist.Finding, error) {
	if !known(who) {
		return nil, worklist.ErrRole
	}
	ctx = Scoped(ctx, who)
	p := &part{from: "FROM lavorazioni l LEFT JOIN eccezioni e ON l.tipo = 'ECCEZIONE' AND e.id_eccezione = l.id" +
		" LEFT JOIN schede s ON l.tipo = 'CAMPIONE' AND s.id_scheda = 'CAMPIONE:' || l.id"}
	p.and(closingInForce)
	p.and("l.quando >= ?", instantCell(startOf(min(max(from, 1), pipeline.MaxDate))))
	p.and("l.quando < ?", instantCell(startOf(min(until(to), pipeline.MaxDate-1)+1)))
	p.and("coalesce(e.codice, s.regola) IS NOT NULL")
	within(who, "l.sede", p)
	var out []worklist.Finding
	err := s.view(ctx, func(r *reading) error {
		out = nil
		sql := "SELECT coalesce(e.codice, s.regola), l.esito, count(*) " + p.text() + " GROUP BY 1, 2 ORDER BY 1, 2"
		return r.Query(ctx, sql, []table.Kind{table.Text, table.Text, table.Int64}, p.args, func(v []table.Value) error {
			if n := len(out); n == 0 || out[n-1].Code != v[0].Str {
				out = append(out, worklist.Finding{Code: v[0].Str})
			}
			f := &out[len(out)-1]
			switch worklist.Outcome(v[1].Str) {
			case worklist.OutcomeFounded:
				f.Founded = v[2].Num
			case worklist.OutcomeUseful:
				f.Useful = v[2].Num
			case worklist.OutcomeUnfounded:
				f.Unfounded = v[2].Num
			}
			return nil
		})
	})
	return out, step("count closings", err)
}

// maxQuestions is how many questions are given at once.
const maxQuestions = 5000

// Questions gives employers' questions, as [worklist.Desk] says: at most the first 5000.
func (s *Store) Questions(ctx context.Context, who *worklist.Operator, from, to pipeline.Date) ([]worklist.Sheet, error) {
	if !known(who) {
		return nil, worklist.ErrRole
	}
	ctx = Scoped(ctx, who)
	p := &part{}
	p.and("tipo = 'QUESITO'")
	p.and("giorno >= ?", dateCell(min(max(from, 1), pipeline.MaxDate)))
	p.and("giorno <= ?", dateCell(min(until(to), pipeline.MaxDate)))
	within(who, "sede", p)
	var out []worklist.Sheet
	err := s.view(ctx, func(r *reading) error {
		out = nil
		return each(ctx, r, sheetTable, p.text()+" ORDER BY coalesce(sede, ''), giorno, id LIMIT "+strconv.Itoa(maxQuestions), p.args, func(row *sheet) error {
			q, err := row.read()
			out = append(out, q)
			return err
		})
	})
	if err != nil {
		return nil, step("read questions", err)
	}
	err = s.remember(ctx, Entry{Who: who.Name, What: AuditList, Detail: detail(map[string]any{
		"tipo": worklist.KindQuestion, "dal": from.String(), "al": to.String(), "righe": len(out),
	})})
	if err != nil {
		return nil, step("read questions", err)
	}
	return out, nil
}

// maxRequests is how many items that wait for a second person are given at once.
const maxRequests = 2000

// Requests gives the closings that wait for a second person, as [worklist.Desk] says: at most the first 2000 items.
func (s *Store) Requests(ctx context.Context, who *worklist.Operator) ([]worklist.Request, error) {
	if !known(who) {
		return nil, worklist.ErrRole
	}
	ctx = Scoped(ctx, who)
	var rows []worklist.Row
	err := s.view(ctx, func(r *reading) error {
		rows = nil
		now, err := r.Now(ctx)
		if err != nil {
			return err
		}
		today := worklist.Today(now)
		for _, k := range [...]worklist.Kind{worklist.KindException, worklist.KindSubmission, worklist.KindSample} {
			p := &part{from: "FROM lavorazioni l CROSS JOIN lavori v CROSS JOIN {table} x"}
			p.and("l.secondo AND NOT l.annullata AND l.approvata_da IS NULL")
			p.and("l.tipo = '{kind}' AND v.tipo = '{kind}' AND v.id = l.id AND v.chiusura = l.numero AND x.{key} = l.id AND {also}")
			within(who, "x.sede", p)
			p.order = " ORDER BY l.numero"
			p.limit(maxRequests)
			err := families[k].query(ctx, r, p.text(), p.args, func(f *found) error {
				if row := f.shown(today); row.State == worklist.StateApproval && !row.Gone {
					rows = append(rows, row)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, step("read requests", err)
	}
	out := grouped(rows)
	if err := s.remember(ctx, Entry{Who: who.Name, What: AuditList, Detail: detail(map[string]any{"approvazioni": len(out), "righe": len(rows)})}); err != nil {
		return nil, step("read requests", err)
	}
	return out, nil
}

// grouped puts the items of a bulk together, by the number of the first closing.
func grouped(rows []worklist.Row) []worklist.Request {
	group := func(r *worklist.Row) int64 { return cmp.Or(r.Closing.Group, r.Closing.Number) }
	slices.SortFunc(rows, func(a, b worklist.Row) int {
		return cmp.Or(cmp.Compare(group(&a), group(&b)), cmp.Compare(a.Closing.Number, b.Closing.Number))
	})
	var out []worklist.Request
	for i := range rows {
		if i == 0 || group(&rows[i]) != group(&rows[i-1]) {
			out = append(out, worklist.Request{Closing: *rows[i].Closing})
		}
		r := &out[len(out)-1]
		r.Rows = append(r.Rows, rows[i])
	}
	return out
}
