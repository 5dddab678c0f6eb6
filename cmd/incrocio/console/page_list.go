package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// listPage is the page of a list.
type listPage struct {
	Title   string
	Kind    worklist.Kind
	Folder  string
	Filters *filters
	Tabs    []tab
	Quick   []tab // shortcuts to filters that are wanted often
	Offices []choiceOf
	Shown   bool // the query was asked
	Groups  []group
	Count   int
	Next    string // URL of the next page; "" for none
	First   string // URL of the first page, where this is another; "" otherwise
	Here    string // this page, to come back to
	Export  string // page on which this one is written as a file; "" for none
	Works   bool   // the operator may change something
	Elabora bool   // Elabora is offered: only in da lavorare
	Token   string
	Today   pipeline.Date
	Done    *outcome // of the bulk before; nil for none
	Alone   int
	Max     int
}

// tab is a link to another view of the list; Current for the one that is shown.
type tab struct {
	URL, Label string
	Current    bool
}

// choiceOf is a value to choose from.
type choiceOf struct {
	Value, Label string
	Chosen       bool
}

// group is a part of a list under a heading of its own.
type group struct {
	Title string
	Rows  []rowView
}

// rowView is a row as it is shown.
type rowView struct {
	worklist.Row
	Path    string // of its page
	Target  string // value of its box
	Now     worklist.State
	Overdue bool
	TaxCode string // whole: the page is for who was granted the sede
	Label   string // names the row out of its context
	Links   string // text of the link
	Free    bool   // may be taken by whoever looks
}

// listPageOf makes the handler of a list.
func listPageOf(kind worklist.Kind) handler {
	return func(s *Server, q *request) (view, error) {
		f := readFilters(kind, q.form, q.session.kept)
		return s.list(q, f, len(q.form) > 0)
	}
}

// list shows a list. Where it cannot be asked for what is wrong is told: at once for a link or form, but not to who comes
// to the page for the first time.
func (s *Server) list(q *request, f *filters, asked bool) (view, error) {
	p, err := s.newListPage(q, f)
	if err != nil {
		return view{}, err
	}
	v := view{Template: "lista", Data: p}
	if len(f.Mistakes) > 0 {
		if !asked {
			f.Mistakes = nil
			f.Year = strconv.Itoa(p.Today.Year())
			return v, nil
		}
		v.Status = http.StatusUnprocessableEntity
		return v, nil
	}
	page, err := s.Desk.List(q.Context(), q.who, &f.query)
	if err != nil {
		return view{}, err
	}
	p.Shown, p.Count = true, len(page.Rows)
	p.Groups = p.groups(page.Rows, q.who)
	if page.Next != "" {
		p.Next = f.at(page.Next)
	}
	if f.After != "" {
		p.First = f.path()
	}
	if f.Kind == worklist.KindException && p.Count > 0 {
		p.Export = p.Folder + "/esporta" + strings.TrimPrefix(p.Here, p.Folder)
	}
	return v, nil
}

func (s *Server) newListPage(q *request, f *filters) (*listPage, error) {
	today, err := s.Desk.Today(q.Context())
	if err != nil {
		return nil, err
	}
	p := &listPage{
		Title: say(f.Kind), Kind: f.Kind, Folder: folderOf(f.Kind), Filters: f, Today: today, Here: f.at(f.After),
		Works: q.who.Works(), Elabora: f.query.List == worklist.ListPending, Token: q.token(),
		Alone: worklist.MaxAlone, Max: worklist.MaxItems, Done: q.outcome(s.instant()),
	}
	for _, l := range lists {
		p.Tabs = append(p.Tabs, tab{f.with(func(n *filters) { n.List, n.States = l.URL, nil }), l.Label, l.URL == f.List})
	}
	p.Quick = []tab{
		{f.with(func(n *filters) { n.Mine, n.Overdue = false, false }), "Tutte", !f.Mine && !f.Overdue},
		{f.with((*filters).mine), "In carico a me", f.Mine && !f.Overdue},
		{f.with(func(n *filters) { n.Mine, n.Overdue = false, true }), "Oltre il termine", f.Overdue && !f.Mine},
	}
	for _, o := range q.who.Offices {
		chosen := false
		for _, have := range f.Offices {
			chosen = chosen || have == o
		}
		p.Offices = append(p.Offices, choiceOf{o, o, chosen})
	}
	return p, nil
}

// groups puts rows under headings, in the order they came in.
func (p *listPage) groups(rows []worklist.Row, who *worklist.Operator) []group {
	var out []group
	for i := range rows {
		title := p.heading(&rows[i])
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, group{Title: title})
		}
		g := &out[len(out)-1]
		g.Rows = append(g.Rows, newRowView(&rows[i], p.Today, who))
	}
	return out
}

// heading names the group of a row.
func (p *listPage) heading(r *worklist.Row) string {
	switch p.Filters.query.Order {
	case worklist.OrderPriority:
		if p.Kind == worklist.KindException {
			return urgency(r.Priority)
		}
		return ""
	case worklist.OrderDue:
		switch {
		case r.Due == 0:
			return "Senza termine"
		case r.Due < p.Today:
			return "Oltre il termine"
		case r.Due <= p.Today+7:
			return "Entro sette giorni"
		}
		return "Più avanti"
	}
	return ""
}

// urgency names a priority, see [worklist.Priority].
func urgency(p int32) string {
	switch {
	case p <= 0:
		return "Senza priorità"
	case p <= 2:
		return "Urgenza massima: almeno 1.000 € prima del prossimo pagamento"
	case p <= 4:
		return "Urgenza alta: almeno 250 € prima del prossimo pagamento"
	case p <= 6:
		return "Urgenza media: meno di 250 € prima del prossimo pagamento"
	case p <= 8:
		return "Rischio da valutare: giorni senza importo, o rischio non calcolabile"
	}
	return "Solo per informazione"
}

func newRowView(r *worklist.Row, today pipeline.Date, who *worklist.Operator) rowView {
	v := rowView{
		Row: *r, Path: pathOf(r.Key), Target: targetText(&r.Item), Now: r.Now(today),
		Overdue: r.Due != 0 && r.Due < today, TaxCode: string(r.TaxCode),
	}
	if v.Now == worklist.StateWorked {
		v.Overdue = false
	}
	v.Links, v.Label = linkText(r), labelOf(r)
	v.Free = v.Now == worklist.StatePending && who.Works() && !r.Gone
	return v
}

// linkText is what the link to an item says: what it is about, not "apri".
func linkText(r *worklist.Row) string {
	switch r.Kind {
	case worklist.KindSubmission:
		return r.Protocol
	case worklist.KindSample:
		return say(r.Type) + " sulla domanda " + r.Claim
	}
	if r.Title != "" {
		return r.Title
	}
	return r.Code
}

// labelOf names an item where its row is not there to tell: in a message, for who listens.
func labelOf(r *worklist.Row) string {
	text := linkText(r)
	if r.Kind == worklist.KindException && r.Claim != "" {
		text += ", domanda " + r.Claim
	}
	if text == "" {
		return r.ID
	}
	return text
}

// searchPageOf makes the handler of the form of filters. What names a person stays in the session; the URL has the rest.
func searchPageOf(kind worklist.Kind) handler {
	return func(s *Server, q *request) (view, error) {
		f := readFilters(kind, q.form, nil)
		if len(f.Mistakes) > 0 {
			return s.list(q, f, true)
		}
		f.Search = ""
		if f.TaxCode != "" || f.Protocol != "" {
			f.Search = q.session.keep(url.Values{"cf": {f.TaxCode}, "protocollo": {f.Protocol}})
		}
		return view{Redirect: withFragment(f.path(), "risultati")}, nil
	}
}

// token gives a form what its sending will be named by.
func (q *request) token() string { return strings.ToLower(q.session.draw()) }

// instant is the moment of the server's clock.
func (s *Server) instant() pipeline.Instant { return pipeline.InstantOf(s.Now()) }
