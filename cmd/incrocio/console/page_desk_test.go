package console

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// shelf is a desk in memory: items behind the rules of the domain, and a record of what was asked of it.
type shelf struct {
	*desk

	mu       sync.Mutex
	items    map[worklist.Key]*worklist.Detail
	tokens   map[string]worklist.Receipt
	last     int64 // number of a closing
	commands []worklist.Command
	queries  []worklist.Query
	looked   []worklist.Key
	next     string // cursor that every page gives
	sheets   []worklist.Sheet
	tallies  []worklist.Tally
	found    []worklist.Finding
	trail    []worklist.Trace
	now      func() time.Time
}

func (s *shelf) Today(context.Context) (pipeline.Date, error) {
	return worklist.Today(pipeline.InstantOf(s.now())), nil
}

func (s *shelf) Do(_ context.Context, who *worklist.Operator, c *worklist.Command) (worklist.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := pipeline.InstantOf(s.now())
	if err := c.Check(worklist.Today(now)); err != nil {
		return worklist.Receipt{}, err
	}
	s.commands = append(s.commands, *c)
	if r, ok := s.tokens[who.ID()+c.Token]; ok {
		return r, nil
	}
	targets := c.Items
	for k, d := range s.items {
		if x := d.Closing; c.Group != 0 && x != nil && (x.Number == c.Group || x.Group == c.Group) {
			targets = append(targets, worklist.Target{Key: k, Version: -1})
		}
	}
	if len(targets) == 0 {
		return worklist.Receipt{}, worklist.ErrUnknown
	}
	r := worklist.Receipt{}
	for _, t := range targets {
		r.Results = append(r.Results, s.one(c, t, who, now, &r, len(targets) > 1))
	}
	s.tokens[who.ID()+c.Token] = r
	return r, nil
}

func (s *shelf) one(c *worklist.Command, t worklist.Target, who *worklist.Operator, now pipeline.Instant, r *worklist.Receipt, bulk bool) worklist.Result {
	out := worklist.Result{Key: t.Key}
	d := s.items[t.Key]
	if d == nil {
		out.Err = worklist.ErrUnknown
		return out
	}
	change, err := worklist.Apply(d.Item, c, t, who, now)
	if err != nil {
		out.Err = err
		return out
	}
	if x := change.Closing; x != nil {
		if x.Number == 0 {
			s.last++
			x.Number = s.last
			r.Group = cmp.Or(r.Group, x.Number)
			if bulk {
				x.Group = r.Group
			}
			r.Waits = r.Waits || x.Second
		}
		out.Closing = x.Number
	}
	d.Item = change.Item
	if c.Verb == worklist.VerbNote {
		d.Notes = append(d.Notes, worklist.Note{Key: t.Key, By: who.Name, At: now, Text: c.Text})
	}
	out.State, out.Version = d.State, d.Version
	return out
}

func (s *shelf) List(_ context.Context, who *worklist.Operator, q *worklist.Query) (worklist.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = append(s.queries, *q)
	p := worklist.Page{Next: s.next}
	for _, d := range s.items {
		if d.Kind == q.Kind && who.Sees(d.Office) {
			p.Rows = append(p.Rows, d.Row)
		}
	}
	slices.SortFunc(p.Rows, func(a, b worklist.Row) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.ID, b.ID))
	})
	return p, nil
}

func (s *shelf) Look(_ context.Context, who *worklist.Operator, k worklist.Key) (worklist.Detail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked = append(s.looked, k)
	d := s.items[k]
	if d == nil || !who.Sees(d.Office) {
		return worklist.Detail{}, worklist.ErrUnknown
	}
	return *d, nil
}

func (s *shelf) Requests(_ context.Context, who *worklist.Operator) ([]worklist.Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	by := map[int64]*worklist.Request{}
	for _, d := range s.items {
		x := d.Closing
		if x == nil || d.State != worklist.StateApproval || !who.Sees(d.Office) {
			continue
		}
		n := cmp.Or(x.Group, x.Number)
		if by[n] == nil {
			by[n] = &worklist.Request{Closing: *x}
		}
		by[n].Rows = append(by[n].Rows, d.Row)
	}
	var out []worklist.Request
	for _, r := range by {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b worklist.Request) int { return cmp.Compare(a.Number, b.Number) })
	return out, nil
}

func (s *shelf) Tallies(context.Context, *worklist.Operator) ([]worklist.Tally, error) {
	return s.tallies, nil
}

func (s *shelf) Findings(context.Context, *worklist.Operator, pipeline.Date, pipeline.Date) ([]worklist.Finding, error) {
	return s.found, nil
}

func (s *shelf) Questions(context.Context, *worklist.Operator, pipeline.Date, pipeline.Date) ([]worklist.Sheet, error) {
	return s.sheets, nil
}

func (s *shelf) Trail(_ context.Context, who *worklist.Operator, k worklist.Key) ([]worklist.Trace, error) {
	if d := s.items[k]; d == nil || !who.Sees(d.Office) {
		return nil, worklist.ErrUnknown
	}
	return s.trail, nil
}

// published is a night that was published.
type published struct {
	agenda  []pipeline.AgendaRow
	balance []pipeline.BalanceRow
	asked   [][]string
}

func (p *published) Last(context.Context) (pipeline.Date, error) {
	return pipeline.MustDate("2014-09-30"), nil
}

func (p *published) Agenda(_ context.Context, offices []string) ([]pipeline.AgendaRow, error) {
	p.asked = append(p.asked, offices)
	return p.agenda, nil
}

func (p *published) Night(context.Context) (pipeline.Date, []pipeline.BalanceRow, error) {
	return pipeline.MustDate("2014-09-30"), p.balance, nil
}

// desktop is a console over a shelf.
type desktop struct {
	*bench
	shelf  *shelf
	nights *published
}

// newDesktop makes a console over a shelf with a few items. "collega" is a second operator of the sede.
func newDesktop(t *testing.T) *desktop {
	t.Helper()
	d := &desktop{nights: &published{}}
	d.bench = newBench(t, func(c *Config) {
		d.shelf = &shelf{items: map[worklist.Key]*worklist.Detail{}, tokens: map[string]worklist.Receipt{}, now: c.Now}
		c.Desk, c.Nights = d.shelf, d.nights
	})
	d.shelf.desk = d.desk
	d.desk.accounts["collega"] = worklist.Account{Name: "collega", Role: worklist.RoleOperator, Offices: []string{own}, Secret: digest(secret)}
	for i := range 3 {
		d.put(exception(fmt.Sprintf("E%d", i+1)))
	}
	d.put(submission("INPS.7000.20/07/2014.0012345"))
	d.put(sample("A1"))
	return d
}

func (d *desktop) put(x worklist.Detail) { d.shelf.items[x.Key] = &x }

func (d *desktop) item(kind worklist.Kind, id string) *worklist.Detail {
	d.shelf.mu.Lock()
	defer d.shelf.mu.Unlock()
	return d.shelf.items[worklist.Key{Kind: kind, ID: id}]
}

// personCode is the one of the person of the tests, who is invented.
const personCode = "RSSMRA80A01H501U"

func exception(id string) worklist.Detail {
	date := pipeline.MustDate
	d := worklist.Detail{Row: worklist.Row{
		Item: worklist.Item{
			Key: worklist.Key{Kind: worklist.KindException, ID: id}, Office: own, Code: "DATE_IN_CONTRASTO", Fingerprint: "f-" + id, Closable: true,
		},
		Day: date("2014-09-20"), Class: pipeline.ClassBlock, Title: "Date in contrasto fra le fonti", Text: "L'UNILAV finisce il 30/09/2014, la dichiarazione il 15/09/2014.",
		Proposed: "Sospensione dal 01/09/2014", Claim: "2014-000123", Protocol: "INPS.7000.01/06/2014.0000001", TaxCode: personCode,
		From: date("2014-09-01"), To: date("2014-09-30"), Days: pipeline.Some[int32](30), Rule: "R38", Norm: "msg. INPS 5430/2014",
		Due: date("2014-10-20"), Priority: 3, First: date("2014-09-20"), Changed: date("2014-09-20"), NightState: pipeline.ExceptionNew,
	}}
	d.Sheet = worklist.Sheet{
		Claim: &worklist.ClaimSheet{
			Number: "2014-000123", Benefit: pipeline.BenefitASpI, TaxCode: personCode, Surname: "Rossi", GivenName: "Maria", BirthDate: date("1980-01-01"),
			State: pipeline.StateInPayment, Start: date("2014-06-08"), DaysGranted: 240, PaidThrough: date("2014-08-31"), Daily: pipeline.Some[pipeline.Cents](3050),
			TerminatedOn: date("2014-05-31"), Former: "01234567890",
		},
		Documents: []worklist.Document{
			{Ref: "1400014200000001", Kind: "UNILAV", SentAt: pipeline.InstantOf(time.Date(2014, 8, 29, 8, 15, 0, 0, time.UTC)), Fields: []worklist.Field{
				{Label: "lavoratore", Value: "ROSSI MARIA"}, {Label: "inizio", Value: "01/09/2014"}, {Label: "fine", Value: "30/09/2014"}, {Label: "contratto", Value: "A.02.00"},
			}},
			{Ref: "INPS.7000.05/09/2014.0000777", Kind: "ASPI-COM", SentAt: pipeline.InstantOf(time.Date(2014, 9, 5, 9, 0, 0, 0, time.UTC)), Fields: []worklist.Field{
				{Label: "canale", Value: "WEB"}, {Label: "inizio", Value: "01/09/2014"}, {Label: "fine", Value: "15/09/2014"},
			}},
		},
		Risk: &worklist.Risk{Direction: worklist.Undue, Days: 10, Amount: 30500, Payment: date("2014-10-10")},
	}
	d.Actions = []pipeline.Action{{
		ID: "S1", Type: pipeline.ActionSuspend, Mode: pipeline.ModeProposed, From: date("2014-09-01"), To: date("2014-09-30"), NewEnd: date("2015-03-04"),
		Rule: "R01", Norm: "L. 92/2012 art. 2 c. 15", Reason: "Rapporto di 30 giorni", Sources: "1400014200000001",
	}}
	d.Changes = []pipeline.Exception{{
		Night: date("2014-09-20"), State: pipeline.ExceptionNew, Text: "L'UNILAV finisce il 30/09/2014.", Sources: "1400014200000001;INPS.7000.05/09/2014.0000777",
	}}
	return d
}

func submission(protocol string) worklist.Detail {
	return worklist.Detail{Row: worklist.Row{
		Item: worklist.Item{Key: worklist.Key{Kind: worklist.KindSubmission, ID: protocol}, Office: own, Fingerprint: "f", Closable: true},
		Day:  pipeline.MustDate("2014-07-20"), Protocol: protocol, Type: "EVENTO", Event: "LAVORO_AUTONOMO", TaxCode: personCode, Claim: "2014-000123",
		Channel: "WEB", SubmittedAt: pipeline.InstantOf(time.Date(2014, 7, 20, 8, 15, 0, 0, time.UTC)),
	}}
}

func sample(id string) worklist.Detail {
	d := worklist.Detail{Row: worklist.Row{
		Item: worklist.Item{Key: worklist.Key{Kind: worklist.KindSample, ID: id}, Office: own, Fingerprint: "f", Closable: true},
		Type: pipeline.ActionSuspend, Claim: "2014-000123", TaxCode: personCode, Rule: "R01", From: pipeline.MustDate("2014-09-01"), Text: "Rapporto di 30 giorni",
	}}
	d.Sheet.Sample = &worklist.SampleRow{Action: pipeline.Action{Type: pipeline.ActionSuspend, Mode: pipeline.ModeAuto, From: d.From, Reason: d.Text}}
	return d
}

// form is what the page of an item or list sends, with the item as it is now.
func (d *desktop) form(kind worklist.Kind, ids []string, more url.Values) url.Values {
	v := url.Values{"modulo": {"0123456789abcdef0123456789abcdef"}}
	for _, id := range ids {
		v.Add("voce", targetText(&d.item(kind, id).Item))
	}
	for k, x := range more {
		v[k] = x
	}
	return v
}

// follow gets the page that an answer sends on to.
func (w *browser) follow(a *answer) *answer {
	w.b.t.Helper()
	if a.StatusCode != http.StatusSeeOther {
		w.b.t.Fatalf("no redirection but %d: %.500s", a.StatusCode, a.body)
	}
	u, err := url.Parse(a.location())
	if err != nil {
		w.b.t.Fatal(err)
	}
	u.Fragment = ""
	return w.get(u.String())
}
