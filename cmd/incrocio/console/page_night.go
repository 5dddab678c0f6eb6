package console

import (
	"context"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// Nights is what was published, as the pages show it.
type Nights interface {
	// Last gives the date of the last published night; 0 where there is none.
	Last(ctx context.Context) (pipeline.Date, error)
	// Agenda gives what falls due, as the last night has it, of the sedi named (nil: of all), by sede and day. Of very many
	// rows the nearest days come.
	Agenda(ctx context.Context, offices []string) ([]pipeline.AgendaRow, error)
	// Night gives the last night with its balance (quadratura), without the lines of single files; 0 where there is none.
	Night(ctx context.Context) (pipeline.Date, []pipeline.BalanceRow, error)
}

// nightPage is a sede at a glance.
type nightPage struct {
	Title   string
	Night   pipeline.Date
	Today   pipeline.Date
	Offices string
	Figures []figureView
	Charts  []*barChart
	Tallies []tallyView
	Balance []pipeline.BalanceRow
	Finding []findingView
	From    pipeline.Date
	Due     int // rows of the agenda in the days to come
	Done    *outcome
}

// figureView is a number with what it counts, and where its items are.
type figureView struct {
	Number, Label, URL string
}

// tallyView is a line of the table of what is open.
type tallyView struct {
	worklist.Tally
	KindLabel string
	URL       string
	Age       string
}

// findingView is a line of the statistics of findings.
type findingView struct {
	worklist.Finding
	Total int64
	Share string // of false alarms
}

// Days that the first page looks back for findings and ahead for what falls due.
const (
	findingDays = 30
	dueDays     = 7
)

// home shows the sede's night at a glance.
func (s *Server) home(q *request) (view, error) {
	ctx := q.Context()
	today, err := s.Desk.Today(ctx)
	if err != nil {
		return view{}, err
	}
	tallies, err := s.Desk.Tallies(ctx, q.who)
	if err != nil {
		return view{}, err
	}
	waiting, err := s.Desk.Requests(ctx, q.who)
	if err != nil {
		return view{}, err
	}
	p := &nightPage{Title: "La notte della sede", Today: today, From: today - findingDays + 1, Offices: officesText(q.who), Done: q.outcome(s.instant())}
	found, err := s.Desk.Findings(ctx, q.who, p.From, today)
	if err != nil {
		return view{}, err
	}
	var balance []pipeline.BalanceRow
	if p.Night, balance, err = s.Nights.Night(ctx); err != nil {
		return view{}, err
	}
	p.balance(balance, q.who)
	agenda, err := s.Nights.Agenda(ctx, officesOf(q.who))
	if err != nil {
		return view{}, err
	}
	for i := range agenda {
		if agenda[i].Date <= today+dueDays {
			p.Due++
		}
	}
	p.tallies(tallies)
	p.figures(tallies, waiting, q.who)
	p.charts(tallies)
	p.findings(found)
	return view{Template: "notte", Data: p}, nil
}

// officesOf are the sedi whose published rows somebody sees; nil for all.
func officesOf(who *worklist.Operator) []string {
	if who.AllOffices {
		return nil
	}
	if who.Offices == nil {
		return []string{}
	}
	return who.Offices
}

func officesText(who *worklist.Operator) string {
	switch {
	case who.AllOffices:
		return "tutte le sedi"
	case len(who.Offices) == 1:
		return "sede " + who.Offices[0]
	case len(who.Offices) == 0:
		return "nessuna sede"
	}
	return "sedi " + strings.Join(who.Offices, ", ")
}

func (p *nightPage) tallies(tallies []worklist.Tally) {
	for _, t := range tallies {
		v := tallyView{Tally: t, KindLabel: say(t.Kind)}
		if t.Oldest != 0 && t.Oldest <= p.Today {
			v.Age = count(int32(p.Today-t.Oldest), "giorno", "giorni")
		}
		f := &filters{Kind: t.Kind, List: listOf(t.Kind, t.State), Class: t.Class, States: []string{string(t.State)}}
		if t.Office != "" {
			f.Offices = []string{t.Office}
		}
		if t.Kind == worklist.KindSubmission && t.Oldest != 0 {
			f.From, f.To = t.Oldest.String(), p.Today.String()
		}
		v.URL = f.path()
		p.Tallies = append(p.Tallies, v)
	}
}

// wholeNight is the scope of the whole night in the balance.
const wholeNight = "TOTALE"

// balance keeps the lines of the whole night and of the sedi that somebody was granted.
func (p *nightPage) balance(rows []pipeline.BalanceRow, who *worklist.Operator) {
	for _, r := range rows {
		if r.Scope == wholeNight || slices.Contains(who.Offices, r.Scope) {
			p.Balance = append(p.Balance, r)
		}
	}
}

func (p *nightPage) figures(tallies []worklist.Tally, waiting []worklist.Request, who *worklist.Operator) {
	var open, overdue int64
	byKind := map[worklist.Kind]int64{}
	for i := range tallies {
		open += tallies[i].Items
		overdue += tallies[i].Overdue
		if slices.Contains(worklist.ListPending.States(tallies[i].Kind), tallies[i].State) {
			byKind[tallies[i].Kind] += tallies[i].Items
		}
	}
	others := 0
	for i := range waiting {
		if waiting[i].Person != who.ID() {
			others++
		}
	}
	year := p.Today.String()[:min(4, len(p.Today.String()))]
	p.Figures = []figureView{
		{thousands(byKind[worklist.KindException]), "eccezioni non lavorate", "/eccezioni?lista=da-lavorare"},
		{thousands(byKind[worklist.KindSubmission]), "comunicazioni da lavorare", "/comunicazioni?lista=da-lavorare&anno=" + year},
		{thousands(byKind[worklist.KindSample]), "azioni a campione da guardare", "/campione?lista=da-lavorare"},
		{thousands(overdue), "elementi oltre il termine", "/eccezioni?lista=da-lavorare&scadute=1"},
		{thousands(int64(others)), "chiusure di altri da approvare", "/approvazioni"},
		{thousands(int64(p.Due)), "voci di agenda entro sette giorni", "/agenda"},
	}
}

func (p *nightPage) charts(tallies []worklist.Tally) {
	var byClass, byState []chartBar
	for _, class := range classes {
		b := chartBar{Label: say(class), URL: (&filters{Kind: worklist.KindException, List: "da-lavorare", Class: class}).path()}
		for i := range tallies {
			if tallies[i].Kind == worklist.KindException && tallies[i].Class == class {
				b.Value += tallies[i].Items
			}
		}
		byClass = append(byClass, b)
	}
	for _, state := range worklist.States() {
		b := chartBar{Label: say(state)}
		for i := range tallies {
			if tallies[i].State == state {
				b.Value += tallies[i].Items
			}
		}
		if state != worklist.StateWorked {
			byState = append(byState, b)
		}
	}
	p.Charts = []*barChart{
		newBarChart("Eccezioni non lavorate, per classe", "Classe", "Eccezioni", byClass),
		newBarChart("Elementi non lavorati, per stato", "Stato", "Elementi", byState),
	}
}

func (p *nightPage) findings(found []worklist.Finding) {
	for _, f := range found {
		v := findingView{Finding: f, Total: f.Founded + f.Useful + f.Unfounded}
		if v.Total > 0 {
			v.Share = thousands((f.Unfounded*100+v.Total/2)/v.Total) + " %"
		}
		p.Finding = append(p.Finding, v)
	}
}

// agendaPage is what falls due, by day.
type agendaPage struct {
	Title   string
	Night   pipeline.Date
	Offices string
	Filters []tab
	Days    []agendaDay
	Rows    int
	Cut     bool
}

type agendaDay struct {
	Day  pipeline.Date
	Name string
	Past bool
	Rows []agendaView
}

type agendaView struct {
	pipeline.AgendaRow
	Code string // codice fiscale, whole
	Path string // of the exception; "" for none
}

// maxAgenda is how many rows of the agenda a page shows.
const maxAgenda = 1000

// agenda shows resumptions, terms and expiries of the sedi by day.
func (s *Server) agenda(q *request) (view, error) {
	night, err := s.Nights.Last(q.Context())
	if err != nil {
		return view{}, err
	}
	today, err := s.Desk.Today(q.Context())
	if err != nil {
		return view{}, err
	}
	rows, err := s.Nights.Agenda(q.Context(), officesOf(q.who))
	if err != nil {
		return view{}, err
	}
	p := &agendaPage{Title: "Agenda", Night: night, Offices: officesText(q.who)}
	kind := q.form.Get("tipo")
	p.Filters = []tab{{"/agenda", "Tutto", kind == ""}}
	for _, k := range []string{pipeline.AgendaResume, pipeline.AgendaTerm, pipeline.AgendaExpiry} {
		p.Filters = append(p.Filters, tab{"/agenda?tipo=" + strings.ToLower(k), agendaKinds[k], kind == strings.ToLower(k)})
	}
	p.days(rows, strings.ToUpper(kind), today)
	return view{Template: "agenda", Data: p}, nil
}

var agendaKinds = map[string]string{pipeline.AgendaResume: "Riprese", pipeline.AgendaTerm: "Termini", pipeline.AgendaExpiry: "Scadenze"}

// days puts rows, which come by sede and day, under their days.
func (p *agendaPage) days(rows []pipeline.AgendaRow, kind string, today pipeline.Date) {
	byDay := map[pipeline.Date][]agendaView{}
	var order []pipeline.Date
	for _, r := range rows {
		if kind != "" && r.Kind != kind {
			continue
		}
		v := agendaView{AgendaRow: r, Code: string(r.TaxCode)}
		if r.Exception != "" {
			v.Path = pathOf(worklist.Key{Kind: worklist.KindException, ID: r.Exception})
		}
		if byDay[r.Date] == nil {
			order = append(order, r.Date)
		}
		byDay[r.Date] = append(byDay[r.Date], v)
	}
	slices.Sort(order)
	for _, d := range order {
		all := byDay[d]
		if room := maxAgenda - p.Rows; len(all) > room {
			all, p.Cut = all[:room], true
		}
		if len(all) == 0 {
			return
		}
		p.Rows += len(all)
		p.Days = append(p.Days, agendaDay{d, weekdays[d.Weekday()] + " " + d.Italian(), d < today, all})
	}
}

var weekdays = [...]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"}
