package store

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// Expressions that indexes are on; they must be written as there. PostgreSQL's row security lets no coalesce into an index.
const (
	due     = "(CASE WHEN x.scadenza IS NULL THEN '9999-12-31' ELSE x.scadenza END)"
	firstOn = "(CASE WHEN x.prima_elaborazione IS NULL THEN '0001-01-01' ELSE x.prima_elaborazione END)"
	moment  = "(CASE WHEN x.data_presentazione IS NULL THEN '0001-01-01T00:00:00.000000Z' ELSE x.data_presentazione END)"
)

// noMoment is the moment that stands for none in the order of submissions.
var noMoment = pipeline.MustDate("0001-01-01")

// cursor is where a page ends: the place of its last row in the order.
type cursor struct {
	Kind  worklist.Kind  `json:"t"`
	Order worklist.Order `json:"o"`
	A     int64          `json:"a"` // priority, term, day or moment
	B     int64          `json:"b"` // term, after the priority
	ID    string         `json:"i"`
}

// ordering is an order of a kind of items.
type ordering struct {
	name    worklist.Order
	by      string // what follows ORDER BY
	compare func(a, b worklist.Row) int
	cursor  func(*worklist.Row) string
	// from gives the parts of what comes after a cursor, nil for the beginning.
	from func(p *part, after *cursor) []*part
}

// orderings gives the orders of the family. Submissions and samples have neither priority nor term.
func (f *family) orderings() map[worklist.Order]ordering {
	date := f.byDate()
	if f.kind != worklist.KindException {
		return map[worklist.Order]ordering{worklist.OrderPriority: date, worklist.OrderDue: date, worklist.OrderDate: date}
	}
	return map[worklist.Order]ordering{worklist.OrderPriority: byPriority(), worklist.OrderDue: byDue(), worklist.OrderDate: date}
}

func dueOf(r *worklist.Row) pipeline.Date { return cmp.Or(r.Due, pipeline.MaxDate) }

func byPriority() ordering {
	return ordering{
		name: worklist.OrderPriority, by: "x.priorita, " + due + ", x.id_eccezione",
		compare: func(a, b worklist.Row) int {
			return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(dueOf(&a), dueOf(&b)), strings.Compare(a.ID, b.ID))
		},
		cursor: func(r *worklist.Row) string {
			return cursor{r.Kind, worklist.OrderPriority, int64(r.Priority), int64(dueOf(r)), r.ID}.write()
		},
		from: func(p *part, after *cursor) []*part {
			if after != nil {
				p.and("(x.priorita, "+due+", x.id_eccezione) > (?, ?, ?)", int32Cell(int32(after.A)), dateCell(pipeline.Date(after.B)), idCell(after.ID))
			}
			return []*part{p}
		},
	}
}

func byDue() ordering {
	return ordering{
		name: worklist.OrderDue, by: due + ", x.id_eccezione",
		compare: func(a, b worklist.Row) int {
			return cmp.Or(cmp.Compare(dueOf(&a), dueOf(&b)), strings.Compare(a.ID, b.ID))
		},
		cursor: func(r *worklist.Row) string {
			return cursor{r.Kind, worklist.OrderDue, int64(dueOf(r)), 0, r.ID}.write()
		},
		from: func(p *part, after *cursor) []*part {
			if after != nil {
				p.and("("+due+", x.id_eccezione) > (?, ?)", dateCell(pipeline.Date(after.A)), idCell(after.ID))
			}
			return []*part{p}
		},
	}
}

// byDate is the newest first: of submissions by the moment, of the others by the day.
func (f *family) byDate() ordering {
	column, at := firstOn, func(r *worklist.Row) int64 { return int64(cmp.Or(r.Day, noMoment)) }
	cell := func(a int64) Cell { return dateCell(pipeline.Date(a)) }
	switch f.kind {
	case worklist.KindSubmission:
		column = moment
		none := pipeline.Instant(noMoment.UnixDays()) * 24 * 60 * 60 * 1_000_000
		at = func(r *worklist.Row) int64 { return int64(cmp.Or(r.SubmittedAt, none)) }
		cell = func(a int64) Cell { return instantCell(pipeline.Instant(a)) }
	case worklist.KindSample:
		column = "x.giorno"
	}
	return ordering{
		name: worklist.OrderDate, by: column + " DESC, x." + f.id,
		compare: func(a, b worklist.Row) int { return cmp.Or(cmp.Compare(at(&b), at(&a)), strings.Compare(a.ID, b.ID)) },
		cursor: func(r *worklist.Row) string {
			return cursor{r.Kind, worklist.OrderDate, at(r), 0, r.ID}.write()
		},
		from: func(p *part, after *cursor) []*part {
			if after == nil {
				return []*part{p}
			}
			older := p.clone() // two parts, each of which an index gives in order
			older.and(column+" < ?", cell(after.A))
			p.and(column+" = ?", cell(after.A))
			p.and("x."+f.id+" > ?", idCell(after.ID))
			return []*part{p, older}
		},
	}
}

// idCell is an id, which may be the empty text of a damaged cursor and never NULL.
func idCell(id string) Cell {
	c := textCell(id)
	c.Null = false
	return c
}

func (c cursor) write() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// readCursor reads what write gave; it refuses values that no row has.
func readCursor(s string) (*cursor, bool) {
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(s) > 2*longest || json.Unmarshal(b, &c) != nil || !plain(c.ID) {
		return nil, false
	}
	day := func(n int64) bool { return n >= 1 && n <= int64(pipeline.MaxDate) }
	switch {
	case c.Order == worklist.OrderPriority:
		return &c, c.A == int64(int32(c.A)) && day(c.B)
	case c.Order == worklist.OrderDue, c.Kind != worklist.KindSubmission:
		return &c, day(c.A)
	}
	first, last := int64(noMoment.UnixDays())*24*60*60*1_000_000, int64(pipeline.MaxDate.UnixDays()+1)*24*60*60*1_000_000
	return &c, c.A >= first && c.A < last
}
