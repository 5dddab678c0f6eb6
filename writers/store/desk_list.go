package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// startOf is the moment that a day begins where sedi are.
func startOf(d pipeline.Date) pipeline.Instant {
	y, m, day := d.Civil()
	return pipeline.InstantOf(time.Date(y, time.Month(m), day, 0, 0, 0, 0, pipeline.Rome))
}

// List gives one page of a list, as [worklist.Desk] says. It returns an error that wraps [worklist.ErrIncomplete] for a
// cursor that is none of the list, and [worklist.ErrRole] for an operator without role.
func (s *Store) List(ctx context.Context, who *worklist.Operator, q *worklist.Query) (worklist.Page, error) {
	if !known(who) {
		return worklist.Page{}, worklist.ErrRole
	}
	l, err := newListing(who, q)
	if err != nil {
		return worklist.Page{}, err
	}
	ctx = Scoped(ctx, who)
	var rows []worklist.Row
	err = s.view(ctx, func(r *reading) error {
		now, err := r.Now(ctx)
		if err != nil {
			return err
		}
		l.today = worklist.Today(now)
		rows, err = l.read(ctx, r)
		return err
	})
	if err != nil {
		return worklist.Page{}, step("read list", err)
	}
	page := l.page(rows)
	if err := s.remember(ctx, Entry{Who: who.Name, What: AuditList, Detail: detail(l.told(len(page.Rows)))}); err != nil {
		return worklist.Page{}, step("read list", err)
	}
	return page, nil
}

// listing is a query on its way to SQL.
type listing struct {
	*family
	q      *worklist.Query
	who    *worklist.Operator
	order  ordering
	limit  int
	after  *cursor // nil for the first page
	today  pipeline.Date
	every  bool             // sedi do not restrict
	sedi   []string         // otherwise those asked for; "" for none
	denied bool             // a sede was asked for that was not granted
	in     []worklist.State // that are asked for; nil where elenco says enough
}

const pageSize = 50

func newListing(who *worklist.Operator, q *worklist.Query) (*listing, error) {
	l := &listing{family: families[cmp.Or(q.Kind, worklist.KindException)], q: q, who: who, limit: q.Limit}
	if l.family == nil {
		return nil, incomplete("tipo di elemento sconosciuto")
	}
	if l.limit <= 0 {
		l.limit = pageSize
	}
	l.limit = min(l.limit, worklist.MaxPage)
	var ok bool
	if l.order, ok = l.orderings()[cmp.Or(q.Order, worklist.OrderPriority)]; !ok {
		return nil, incomplete("ordine sconosciuto")
	}
	if q.After != "" {
		if l.after, ok = readCursor(q.After); !ok || l.after.Kind != l.kind || l.after.Order != l.order.name {
			return nil, incomplete("la pagina richiesta non è di questo elenco")
		}
	}
	l.in = q.States
	if l.kind == worklist.KindSubmission && (q.List == worklist.ListPending || q.List == worklist.ListWorked) {
		l.in = slices.DeleteFunc(q.List.States(l.kind), func(s worklist.State) bool { return len(q.States) > 0 && !slices.Contains(q.States, s) })
	}
	l.every = who.AllOffices && len(q.Offices) == 0
	if l.sedi = slices.Clone(q.Offices); len(q.Offices) == 0 && !who.AllOffices {
		l.sedi = slices.Clone(who.Offices)
	}
	slices.Sort(l.sedi)
	l.sedi = slices.Compact(l.sedi)
	l.sedi = slices.DeleteFunc(l.sedi, func(o string) bool {
		granted := who.Sees(o)
		l.denied = l.denied || !granted && len(q.Offices) > 0
		return !granted || !plain(o)
	})
	return l, nil
}

// elenchi are the values of elenco that the list is made of.
func (l *listing) elenchi() []string {
	var of []string
	switch {
	case l.q.List == worklist.ListPending:
		of = []string{"DA_LAVORARE"}
	case l.q.List == worklist.ListWorked && l.kind == worklist.KindSubmission: // what is in charge lies where it was
		of = []string{"PERVENUTE", "DA_LAVORARE", "LAVORATE"}
	case l.q.List == worklist.ListWorked:
		of = []string{"LAVORATE"}
	case l.kind == worklist.KindSubmission:
		of = []string{"PERVENUTE", "DA_LAVORARE", "LAVORATE"}
	case l.kind == worklist.KindSample:
		of = []string{"DA_LAVORARE", "LAVORATE"}
	default:
		of = []string{"DA_LAVORARE", "LAVORATE", "CHIUSE"}
	}
	if len(l.in) == 0 {
		return of
	}
	worked := slices.Contains(l.in, worklist.StateWorked)
	other := slices.ContainsFunc(l.in, func(s worklist.State) bool { return s != worklist.StateWorked })
	return slices.DeleteFunc(of, func(e string) bool {
		return e == "LAVORATE" && !worked || (e == "DA_LAVORARE" || e == "PERVENUTE") && !other
	})
}

// none tells whether nothing can be in the list: a filter on what its items do not have, or a text that no item has.
func (l *listing) none() bool {
	q := l.q
	switch {
	case !l.every && len(l.sedi) == 0,
		len(l.elenchi()) == 0,
		len(q.States) > 0 && len(l.in) == 0,
		slices.ContainsFunc(q.States, func(s worklist.State) bool { return !slices.Contains(worklist.States(), s) }),
		!plain(q.Code, q.Class, q.Claim, string(q.TaxCode), q.Protocol, q.Type, q.Rule),
		l.kind != worklist.KindException && (q.Code != "" || q.Class != "" || q.Overdue),
		l.kind == worklist.KindSubmission && q.Rule != "",
		q.List != "" && q.List != worklist.ListReceived && q.List != worklist.ListPending && q.List != worklist.ListWorked:
		return true
	}
	return false
}

// read gives the rows of the page and one more, where there is one.
func (l *listing) read(ctx context.Context, tx Tx) ([]worklist.Row, error) {
	if l.none() {
		return nil, nil
	}
	var rows []worklist.Row
	for _, p := range l.parts() {
		p.limit(l.limit + 1)
		err := l.query(ctx, tx, p.text(), p.args, func(f *found) error {
			rows = append(rows, f.shown(l.today))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(rows, l.order.compare)
	rows = slices.CompactFunc(rows, func(a, b worklist.Row) bool { return a.ID == b.ID })
	return rows[:min(len(rows), l.limit+1)], nil
}

func (l *listing) page(rows []worklist.Row) worklist.Page {
	if len(rows) <= l.limit {
		return worklist.Page{Rows: rows}
	}
	rows = rows[:l.limit]
	return worklist.Page{Rows: rows, Next: l.order.cursor(&rows[len(rows)-1])}
}

// part is one SELECT of a listing; its rows are merged with those of the other parts. A part is such that an index gives its
// rows in order, or that there are few.
type part struct {
	from  string
	where []string
	args  []Cell
	order string
	tail  string // LIMIT
	// late: the ids are found and sorted first, and only those of the page are read whole.
	late bool
}

func (p *part) text() string {
	text := p.from + " WHERE " + strings.Join(p.where, " AND ") + p.order + p.tail
	if p.late {
		return "FROM {table} x" + joinWork + joinClosing + " WHERE x.{row} IN (SELECT x.{row} " + text + ")"
	}
	return text
}

// arg adds an argument and gives its mark.
func (p *part) arg(c Cell) string {
	p.args = append(p.args, c)
	return "$" + strconv.Itoa(len(p.args))
}

func (p *part) and(format string, cells ...Cell) {
	for _, c := range cells {
		format = strings.Replace(format, "?", p.arg(c), 1)
	}
	p.where = append(p.where, format)
}

func (p *part) in(what string, texts []string) {
	marks := make([]string, len(texts))
	for i, s := range texts {
		marks[i] = p.arg(Cell{table.Text, table.Value{Str: s}})
	}
	p.where = append(p.where, what+" IN ("+strings.Join(marks, ", ")+")")
}

func (p *part) limit(n int) { p.tail += " LIMIT " + strconv.Itoa(n) }

func (p part) clone() *part {
	p.where, p.args = slices.Clone(p.where), slices.Clone(p.args)
	return &p
}

// touched tells whether all items of the list are in lavori: those in some state that an operator has brought them to, and
// those of one person.
func (l *listing) touched() bool {
	return l.q.Mine || len(l.in) > 0 && !slices.Contains(l.in, worklist.StatePending) && !slices.Contains(l.in, worklist.StateWorked)
}

// charged tells whether the list has items that an operator has in charge beside those that are worked: elenco tells the latter
// alone, the former are few.
func (l *listing) charged() bool {
	return l.kind == worklist.KindSubmission && l.q.List == worklist.ListWorked
}

// few tells whether a filter leaves so few rows that they are read whole and sorted.
func (l *listing) few() bool { return l.q.TaxCode != "" || l.q.Claim != "" || l.q.Protocol != "" }

// parts gives the SELECTs of the listing.
func (l *listing) parts() []*part {
	switch {
	case l.touched():
		return l.finish(l.inLavori(l.in))
	case l.q.Protocol != "":
		base := part{from: "FROM {table} x" + joinWork + joinClosing}
		parts := l.together(base.clone(), func(p *part) { p.where = append(p.where, l.claimed(p)) })
		if l.kind != worklist.KindSample {
			parts = append(parts, l.together(base.clone(), func(p *part) { p.and(ofItem, textCell(l.q.Protocol)) })...)
		}
		return l.finish(parts)
	case l.few():
		return l.finish(l.together(&part{from: "FROM {table} x" + joinWork + joinClosing}, func(*part) {}))
	}
	parts := l.apart()
	if l.charged() {
		inCharge := slices.DeleteFunc(slices.Clone(l.in), func(s worklist.State) bool { return s == worklist.StateWorked })
		if len(inCharge) > 0 {
			parts = append(parts, l.inLavori(inCharge)...)
		}
	}
	return l.finish(parts)
}

// inLavori is one part for items that are in lavori, in some of the states; in any where none are given.
func (l *listing) inLavori(states []worklist.State) []*part {
	return l.together(&part{from: "FROM lavori v CROSS JOIN {table} x" + joinClosing}, func(p *part) {
		p.and("v.tipo = '{kind}' AND v.id = x.{key}")
		if l.q.Mine {
			p.and("v.persona = ?", textCell(l.who.ID()))
		}
		if len(states) > 0 {
			p.in("v.stato", texts(states))
		}
		if !l.every && !slices.Contains(l.sedi, "") {
			p.in("v.sede", l.sedi)
		}
		if l.q.Protocol != "" {
			l.protocol(p)
		}
	})
}

// Conditions of a protocol: of the claim, as a sheet names it, or of the item.
const (
	ofClaim = "x.numero_domanda IN (SELECT s.numero_domanda FROM schede s WHERE s.protocollo_domanda = ?"
	ofItem  = "x.protocollo = ?"
)

// claimed gives the condition that the item is on the claim of the protocol. Only sheets of the operator's sedi are asked.
func (l *listing) claimed(p *part) string {
	text := strings.Replace(ofClaim, "?", p.arg(textCell(l.q.Protocol)), 1)
	sheets := part{args: p.args}
	if within(l.who, "s.sede", &sheets); len(sheets.where) > 0 {
		text += " AND " + sheets.where[0]
	}
	p.args = sheets.args
	return text + ")"
}

// protocol adds both conditions to a part of few rows.
func (l *listing) protocol(p *part) {
	if l.kind == worklist.KindSample {
		p.where = append(p.where, l.claimed(p))
		return
	}
	p.and("("+ofItem+" OR "+l.claimed(p)+")", textCell(l.q.Protocol))
}

func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = string(list[i])
	}
	return out
}

// together is one part for all lists and sedi, which no index is to be used for.
func (l *listing) together(p *part, first func(*part)) []*part {
	first(p)
	p.late = true
	p.in("coalesce(x.elenco, '')", l.elenchi())
	if !l.every {
		p.in("coalesce(x.sede, '')", l.sedi)
	}
	return []*part{p}
}

// apart is a part for each list and each sede: the indexes begin with them.
func (l *listing) apart() []*part {
	var parts []*part
	for _, e := range l.elenchi() {
		if l.charged() && e != "LAVORATE" {
			continue
		}
		p := &part{from: "FROM {table} x" + joinWork + joinClosing}
		p.and("x.elenco = ?", textCell(e))
		if l.every {
			parts = append(parts, p)
			continue
		}
		for _, o := range l.sedi {
			one := p.clone()
			if o == "" {
				one.and("x.sede IS NULL")
			} else {
				one.and("x.sede = ?", textCell(o))
			}
			parts = append(parts, one)
		}
	}
	return parts
}

// finish adds the filters, the place after the page before, and the order.
func (l *listing) finish(parts []*part) []*part {
	var out []*part
	for _, p := range parts {
		l.filter(p)
		for _, p := range l.order.from(p, l.after) {
			p.order = " ORDER BY " + l.order.by
			out = append(out, p)
		}
	}
	return out
}
