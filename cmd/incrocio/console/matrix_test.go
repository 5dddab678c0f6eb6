package console

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// Codes of the people of the tests, and what nobody of another sede may read.
const (
	ownCode, otherCode = "RSSMRA80A01H501U", "VRDGPP75D45F205F"
	hiddenText         = "SEGRETO-DI-4900"
)

// stocked is a desk with items of two sedi, worked by the rules of the domain.
type stocked struct {
	*desk
	items   map[worklist.Key]*worklist.Item
	groups  map[int64]worklist.Key
	changed int
	at      func() pipeline.Instant
}

// fill puts the desk back as it was: items to work, closings that wait, and closings of the operator named.
func (d *stocked) fill(by string) {
	d.items, d.groups, d.changed = map[worklist.Key]*worklist.Item{}, map[int64]worklist.Key{}, 0
	add := func(kind worklist.Kind, id, office string) *worklist.Item {
		i := &worklist.Item{Key: worklist.Key{Kind: kind, ID: id}, Office: office, State: worklist.StatePending, Fingerprint: "f", Closable: true, Code: "E01"}
		d.items[i.Key] = i
		return i
	}
	closed := func(number int64, id, office, person string) {
		i := add(worklist.KindException, id, office)
		i.State, i.Holder, i.Person = worklist.StateApproval, person, person
		i.Closing = &worklist.Closing{
			Number: number, Key: i.Key, Fingerprint: "f", Outcome: worklist.OutcomeFounded, By: person, Person: person, At: d.at(), Second: true,
		}
		d.groups[number] = i.Key
	}
	for _, kind := range []worklist.Kind{worklist.KindException, worklist.KindSubmission, worklist.KindSample} {
		add(kind, "proprio", own)
		add(kind, "altrui", other)
	}
	closed(11, "attende", own, "altri")
	closed(12, "attende-altrove", other, "altri")
	closed(21, "mia", own, by)
	closed(22, "mia-altrove", other, by)
}

func (d *stocked) row(i *worklist.Item) worklist.Row {
	r := worklist.Row{Item: *i, Title: "Titolo di " + i.ID, Claim: "D-1", TaxCode: ownCode, Protocol: "P." + i.ID, Class: pipeline.ClassBlock}
	if i.Office == other {
		r.Title, r.TaxCode = hiddenText, otherCode
	}
	return r
}

func (d *stocked) Look(_ context.Context, who *worklist.Operator, k worklist.Key) (worklist.Detail, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := d.items[k]
	if i == nil || !who.Sees(i.Office) {
		return worklist.Detail{}, worklist.ErrUnknown
	}
	r := d.row(i)
	return worklist.Detail{Row: r, Sheet: worklist.Sheet{Kind: k.Kind, Claim: &worklist.ClaimSheet{Number: "D-1", TaxCode: r.TaxCode}}}, nil
}

func (d *stocked) Trail(ctx context.Context, who *worklist.Operator, k worklist.Key) ([]worklist.Trace, error) {
	_, err := d.Look(ctx, who, k)
	return []worklist.Trace{{Number: 1, Who: "altri", What: "VISTA", Detail: "{}"}}, err
}

func (d *stocked) List(_ context.Context, who *worklist.Operator, q *worklist.Query) (worklist.Page, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var p worklist.Page
	for _, i := range d.sorted() {
		if i.Kind == q.Kind && who.Sees(i.Office) && (len(q.Offices) == 0 || slices.Contains(q.Offices, i.Office)) {
			p.Rows = append(p.Rows, d.row(i))
		}
	}
	return p, nil
}

func (d *stocked) sorted() []*worklist.Item {
	return slices.SortedFunc(maps.Values(d.items), func(a, b *worklist.Item) int { return cmp.Compare(a.ID, b.ID) })
}

func (d *stocked) Requests(_ context.Context, who *worklist.Operator) (rs []worklist.Request, _ error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, i := range d.sorted() {
		if i.Closing != nil && who.Sees(i.Office) {
			rs = append(rs, worklist.Request{Closing: *i.Closing, Rows: []worklist.Row{d.row(i)}})
		}
	}
	return rs, nil
}

func (d *stocked) Tallies(context.Context, *worklist.Operator) ([]worklist.Tally, error) {
	return []worklist.Tally{{Office: own, Kind: worklist.KindException, State: worklist.StatePending, Items: 1}}, nil
}

func (d *stocked) Findings(context.Context, *worklist.Operator, pipeline.Date, pipeline.Date) ([]worklist.Finding, error) {
	return nil, nil
}

func (d *stocked) Questions(context.Context, *worklist.Operator, pipeline.Date, pipeline.Date) ([]worklist.Sheet, error) {
	return []worklist.Sheet{{Owner: "Q1", Office: own, Question: &worklist.Question{Protocol: "Q1"}, Claim: &worklist.ClaimSheet{TaxCode: ownCode}}}, nil
}

func (d *stocked) Do(_ context.Context, who *worklist.Operator, c *worklist.Command) (worklist.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := c.Check(worklist.Today(d.at())); err != nil {
		return worklist.Receipt{}, err
	}
	items := c.Items
	if c.Group != 0 {
		k, ok := d.groups[c.Group]
		if !ok || !who.Sees(d.items[k].Office) {
			return worklist.Receipt{}, worklist.ErrUnknown
		}
		items = []worklist.Target{{Key: k, Version: -1}}
	}
	var r worklist.Receipt
	for _, t := range items {
		i := d.items[t.Key]
		if i == nil {
			r.Results = append(r.Results, worklist.Result{Key: t.Key, Err: worklist.ErrUnknown})
			continue
		}
		ch, err := worklist.Apply(*i, c, t, who, d.at())
		if err == nil {
			d.changed++
			*i = ch.Item
		}
		r.Results = append(r.Results, worklist.Result{Key: t.Key, State: i.State, Err: err})
	}
	return r, nil
}

// lastNight is the last night of the tests.
type lastNight struct{}

func (lastNight) Last(context.Context) (pipeline.Date, error) {
	return pipeline.MustDate("2014-09-30"), nil
}

func (lastNight) Agenda(_ context.Context, offices []string) (rows []pipeline.AgendaRow, _ error) {
	for _, r := range []pipeline.AgendaRow{
		{Office: own, Date: pipeline.MustDate("2014-10-03"), Kind: pipeline.AgendaResume, Claim: "D-1", TaxCode: ownCode, Reason: "Ripresa"},
		{Office: other, Date: pipeline.MustDate("2014-10-03"), Kind: pipeline.AgendaResume, Claim: "D-2", TaxCode: otherCode, Reason: hiddenText},
	} {
		if offices == nil || slices.Contains(offices, r.Office) {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func (lastNight) Night(context.Context) (pipeline.Date, []pipeline.BalanceRow, error) {
	return pipeline.MustDate("2014-09-30"), []pipeline.BalanceRow{{Scope: "TOTALE", Item: "AZIONI", Value: 7}}, nil
}

// expected is what a row of the table of routes must answer.
type expected struct {
	own, other string     // path where it is of the own sede, and of another; other "" where it is of none
	form       url.Values // of a POST, for the own sede
	otherForm  url.Values // and for another
	status     [4]int     // of nobody, CONSULTAZIONE, OPERATORE, RESPONSABILE, of the own sede
	elsewhere  [3]int     // of the roles, of another sede
	changes    bool       // changes an item where it answers 303
}

// Answers that rows have in common, of nobody and of each role, and of each role elsewhere.
var (
	toRead   = [4]int{303, 200, 200, 200}
	toAsk    = [4]int{401, 303, 303, 303}
	toWork   = [4]int{401, 403, 303, 303}
	open     = [4]int{200, 200, 200, 200}
	absent   = [4]int{404, 404, 404, 404}
	seen     = [3]int{200, 200, 200}
	asked    = [3]int{303, 303, 303}
	unknown  = [3]int{404, 404, 404}
	unworked = [3]int{403, 404, 404}
)

// voce is the value of the box of an item that nobody has touched.
func voce(kind worklist.Kind, id string) string {
	return targetText(&worklist.Item{Key: worklist.Key{Kind: kind, ID: id}, Fingerprint: "f"})
}

// form makes a form that was given out by a page.
func form(pairs ...string) url.Values {
	f := url.Values{"modulo": {"0123456789abcdef0123456789abcdef"}}
	for i := 0; i < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f
}

// matrix is what every row of the table of routes must answer, by method and pattern.
func matrix(s *Server) map[string]expected {
	logo, _ := s.templates.path("incrocio.svg")
	m := map[string]expected{
		"GET /entra":                   {own: "/entra", status: [4]int{200, 303, 303, 303}},
		"POST /entra":                  {own: "/entra", form: form("nome", "x"), status: [4]int{422, 422, 422, 422}},
		"GET /entra/oidc":              {own: "/entra/oidc", status: absent},
		"GET /entra/ritorno":           {own: "/entra/ritorno", status: absent},
		"POST /esci":                   {own: "/esci", status: [4]int{303, 303, 303, 303}},
		"GET /static/{hash}/{name...}": {own: logo, status: open},
		"GET /healthz":                 {own: "/healthz", status: open},
		"POST /csp":                    {own: "/csp", status: [4]int{415, 415, 415, 415}},

		"GET /{$}":           {own: "/", status: toRead},
		"GET /approvazioni":  {own: "/approvazioni", status: toRead},
		"POST /approvazioni": {own: "/approvazioni", other: "/approvazioni", form: form("azione", "approva", "gruppo", "11"), otherForm: form("azione", "approva", "gruppo", "12"), status: toWork, elsewhere: unworked, changes: true},
		"POST /annulla":      {own: "/annulla", other: "/annulla", form: form("gruppo", "21"), otherForm: form("gruppo", "22"), status: toWork, elsewhere: unworked, changes: true},
		"GET /agenda":        {own: "/agenda", other: "/agenda?sede=" + other, status: toRead, elsewhere: seen},
		"GET /domestico":     {own: "/domestico", other: "/domestico?sede=" + other, status: toRead, elsewhere: seen},
		"GET /aiuto":         {own: "/aiuto", status: toRead},
		"POST /aiuto":        {own: "/aiuto", form: form("tasti", "spenti"), status: toAsk},
		"GET /accessibilita": {own: "/accessibilita", status: toRead},
	}
	const exported = "lista=da-lavorare&anno=2014"
	m["GET /eccezioni/esporta"] = expected{
		own: "/eccezioni/esporta?" + exported, other: "/eccezioni/esporta?" + exported + "&sede=" + other, status: toRead, elsewhere: seen,
	}
	m["POST /eccezioni/esporta"] = expected{
		own: "/eccezioni/esporta", other: "/eccezioni/esporta", status: [4]int{401, 200, 200, 200}, elsewhere: seen,
		form:      form("formato", "csv", "elenco", exported, "codici", "interi", "finalita", "prova"),
		otherForm: form("formato", "csv", "elenco", exported+"&sede="+other, "codici", "interi", "finalita", "prova"),
	}
	for _, kind := range []worklist.Kind{worklist.KindException, worklist.KindSubmission, worklist.KindSample} {
		at := folderOf(kind)
		list := at + "?lista=da-lavorare&anno=2014"
		m["GET "+at] = expected{own: list, other: list + "&sede=" + other, status: toRead, elsewhere: seen}
		m["POST "+at+"/cerca"] = expected{
			own: at + "/cerca", other: at + "/cerca", status: toAsk, elsewhere: asked,
			form:      form("lista", "da-lavorare", "anno", "2014", "cf", ownCode),
			otherForm: form("lista", "da-lavorare", "anno", "2014", "cf", otherCode, "sede", other),
		}
		m["POST "+at+"/azione"] = expected{
			own: at + "/azione", other: at + "/azione", status: toWork, elsewhere: unworked, changes: true,
			form: form("azione", "prendi", "voce", voce(kind, "proprio")), otherForm: form("azione", "prendi", "voce", voce(kind, "altrui")),
		}
		m["GET "+at+"/{id}"] = expected{own: at + "/proprio", other: at + "/altrui", status: toRead, elsewhere: unknown}
		m["GET "+at+"/{id}/audit"] = expected{own: at + "/proprio/audit", other: at + "/altrui/audit", status: toRead, elsewhere: unknown}
		m["POST "+at+"/{id}/azione"] = expected{
			own: at + "/proprio/azione", other: at + "/altrui/azione", status: toWork, elsewhere: unworked, changes: true,
			form: form("azione", "prendi", "voce", voce(kind, "proprio")), otherForm: form("azione", "prendi", "voce", voce(kind, "altrui")),
		}
	}
	return m
}

// roleNames are the accounts of the tests in the order of the columns of the matrix; "" is nobody.
var roleNames = []string{"", "lettore", "operatore", "responsabile"}

// stock makes a console over a stocked desk.
func stock(t *testing.T) (*bench, *stocked) {
	t.Helper()
	d := &stocked{}
	b := newBench(t, func(c *Config) {
		d.desk, d.at = c.Desk.(*desk), func() pipeline.Instant { return pipeline.InstantOf(c.Now()) }
		c.Desk, c.Nights = d, lastNight{}
		c.Limits = Limits{SignIns: Rate{1, 10_000}, PerAccount: Rate{1, 10_000}, PerAddress: Rate{1, 10_000}}
	})
	return b, d
}

// TestMatrix walks every route as everybody, over items of the own sede and of another. A route that is not in the matrix
// fails, and so does an entry of no route.
func TestMatrix(t *testing.T) {
	b, d := stock(t)
	m := matrix(b.server)
	cells := 0
	for _, rt := range routes() {
		name := rt.Method + " " + rt.Pattern
		want, ok := m[name]
		if !ok {
			t.Errorf("%s is not in the matrix: say who may do what", name)
			continue
		}
		delete(m, name)
		if rt.Item && want.other == "" {
			t.Errorf("%s names an item: say what it answers for another sede", name)
		}
		for i, who := range roleNames {
			d.fill(who)
			a := b.as(who).send(rt.Method, want.own, want.form)
			a.is(t, name+" by "+who, want.status[i])
			b.check(name, who, a, d.changed > 0, want.changes && want.status[i] == http.StatusSeeOther)
			cells++
			if who == "" || want.other == "" {
				continue
			}
			d.fill(who)
			a = b.as(who).send(rt.Method, want.other, want.otherForm)
			a.is(t, name+" elsewhere by "+who, want.elsewhere[i-1])
			b.check(name+" elsewhere", who, a, d.changed > 0, false)
			cells++
		}
	}
	for name := range m {
		t.Errorf("%s is in the matrix and no route", name)
	}
	t.Logf("%d cells", cells)
	if log := b.log.String(); taxCode.MatchString(log) || strings.Contains(log, hiddenText) {
		t.Errorf("log: %s", log)
	}
	for _, r := range b.audit {
		if taxCode.MatchString(r.who + r.what + r.detail) {
			t.Errorf("audit: %+v", r)
		}
	}
}

func (b *bench) as(name string) *browser {
	b.t.Helper()
	if name == "" {
		return b.browser()
	}
	return b.signed(name)
}

func (w *browser) send(method, target string, f url.Values) *answer {
	w.b.t.Helper()
	if method == http.MethodGet {
		return w.get(target)
	}
	return w.post(target, f)
}

// addresses finds every address in a page.
var addresses = regexp.MustCompile(`(?:href|action|src|formaction)="([^"]*)"`)

// check demands that nothing of another sede is told, that no address has a tax code in it, and that changed is as wanted.
func (b *bench) check(name, who string, a *answer, changed, wanted bool) {
	b.t.Helper()
	if changed != wanted {
		b.t.Errorf("%s by %s: changed something: %t, want %t", name, who, changed, wanted)
	}
	if strings.Contains(a.body, hiddenText) || strings.Contains(a.body, otherCode) && !strings.Contains(a.body, `value="`+otherCode+`"`) {
		b.t.Errorf("%s by %s tells of another sede: %s", name, who, a.body)
	}
	at := []string{a.location()}
	for _, found := range addresses.FindAllStringSubmatch(a.body, -1) {
		at = append(at, found[1])
		if !strings.HasPrefix(found[1], "/") && !strings.HasPrefix(found[1], "#") {
			b.t.Errorf("%s by %s: address %q leads elsewhere", name, who, found[1])
		}
	}
	for _, address := range at {
		if taxCode.MatchString(address) {
			b.t.Errorf("%s by %s: a tax code in %q", name, who, address)
		}
	}
}

// TestUnknownAndElsewhereLookAlike: what is of another sede is answered as what does not exist, to the letter.
func TestUnknownAndElsewhereLookAlike(t *testing.T) {
	b, d := stock(t)
	for _, kind := range []worklist.Kind{worklist.KindException, worklist.KindSubmission, worklist.KindSample} {
		for _, below := range []string{"", "/audit"} {
			d.fill("operatore")
			w := b.signed("operatore")
			there, nowhere := w.get(folderOf(kind)+"/altrui"+below), w.get(folderOf(kind)+"/nessuno"+below)
			if there.StatusCode != nowhere.StatusCode || strings.ReplaceAll(there.body, "altrui", "nessuno") != nowhere.body {
				t.Errorf("%s%s: %d %s\n%d %s", kind, below, there.StatusCode, there.body, nowhere.StatusCode, nowhere.body)
			}
		}
	}
}

// TestNoMassAssignment: fields that no form has change nothing of who one is or of what is done.
func TestNoMassAssignment(t *testing.T) {
	b, d := stock(t)
	for _, extra := range []string{"sede", "ruolo", "office", "role", "who", "persona", "person", "holder", "stato", "state", "version", "second", "approver"} {
		d.fill("operatore")
		f := form("azione", "prendi", "voce", voce(worklist.KindException, "proprio"), extra, other)
		b.signed("operatore").post("/eccezioni/proprio/azione", f).is(t, extra, http.StatusSeeOther)
		i := d.items[worklist.Key{Kind: worklist.KindException, ID: "proprio"}]
		if i.Office != own || i.State != worklist.StateTaken || i.Person != "operatore" || i.Version != 1 || i.Closing != nil {
			t.Errorf("%s: %+v", extra, i)
		}
	}
}
