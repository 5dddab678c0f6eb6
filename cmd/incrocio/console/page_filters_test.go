package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

func TestFiltersToQuery(t *testing.T) {
	date := pipeline.MustDate
	base := worklist.Query{Kind: worklist.KindSubmission, List: worklist.ListPending, Order: worklist.OrderDate, Limit: 20}
	for name, c := range map[string]struct {
		url    string
		change func(*worklist.Query)
		wrong  []string // fields, in order
	}{
		"year":             {"anno=2014", func(q *worklist.Query) { q.From, q.To = date("2014-01-01"), date("2014-12-31") }, nil},
		"leap year":        {"anno=2016", func(q *worklist.Query) { q.From, q.To = date("2016-01-01"), date("2016-12-31") }, nil},
		"last day":         {"dal=2014-12-31&al=2014-12-31", func(q *worklist.Query) { q.From, q.To = date("2014-12-31"), date("2014-12-31") }, nil},
		"first day":        {"dal=2015-01-01&al=2015-01-01", func(q *worklist.Query) { q.From, q.To = date("2015-01-01"), date("2015-01-01") }, nil},
		"day clocks go on": {"dal=30/03/2014&al=26/10/2014", func(q *worklist.Query) { q.From, q.To = date("2014-03-30"), date("2014-10-26") }, nil},
		"neither":          {"lista=pervenute", nil, []string{"anno"}},
		"both":             {"anno=2014&dal=2014-01-01&al=2014-01-02", nil, []string{"anno"}},
		"half":             {"dal=2014-01-01", nil, []string{"al"}},
		"reversed":         {"dal=2014-01-02&al=2014-01-01", nil, []string{"al"}},
		"no date":          {"dal=ieri&al=2014-02-30", nil, []string{"dal", "al"}},
		"no year":          {"anno=14", nil, []string{"anno"}},
		"year zero":        {"anno=0000", nil, []string{"anno"}},
		"year in words":    {"anno=%2B201", nil, []string{"anno"}},
		"lists": {"lista=lavorate&anno=2014", func(q *worklist.Query) {
			q.List, q.From, q.To = worklist.ListWorked, date("2014-01-01"), date("2014-12-31")
		}, nil},
		"no list": {"lista=tutte&anno=2014", nil, []string{"lista"}},
		"all": {"lista=pervenute&anno=2014&tipologia=evento&sede=7000&sede=4900&stato=IN_CARICO&stato=IN_ATTESA&domanda=D1&mie=1&scadute=1&ordine=scadenza&righe=500&dopo=xyz", func(q *worklist.Query) {
			*q = worklist.Query{
				Kind: q.Kind, List: worklist.ListReceived, From: date("2014-01-01"), To: date("2014-12-31"), Type: "EVENTO", Offices: []string{"4900", "7000"},
				States: []worklist.State{worklist.StateHeld, worklist.StateTaken}, Claim: "D1", Mine: true, Overdue: true, Order: worklist.OrderDue, Limit: 500, After: "xyz",
			}
		}, nil},
		"sedi in one field": {"anno=2014&sede=7000+4900,7000", func(q *worklist.Query) {
			q.From, q.To, q.Offices = date("2014-01-01"), date("2014-12-31"), []string{"4900", "7000"}
		}, nil},
		"closed lists":       {"anno=2014&tipologia=x&stato=Y&ordine=z&righe=7&classe=w", nil, []string{"ordine", "righe", "tipologia", "stato"}},
		"tax code in a link": {"anno=2014&cf=" + personCode, func(q *worklist.Query) { q.From, q.To = date("2014-01-01"), date("2014-12-31") }, nil},
		"forgotten search":   {"anno=2014&ricerca=zzz", nil, []string{"cf"}},
		"kept search": {"anno=2014&ricerca=abc", func(q *worklist.Query) {
			q.From, q.To, q.TaxCode, q.Protocol = date("2014-01-01"), date("2014-12-31"), personCode, "P/1"
		}, nil},
		"long": {"anno=2014&domanda=" + strings.Repeat("9", 65) + "&dopo=" + strings.Repeat("a", 1001), nil, []string{"domanda", "dopo"}},
	} {
		t.Run(name, func(t *testing.T) {
			form, err := url.ParseQuery(c.url)
			if err != nil {
				t.Fatal(err)
			}
			f := readFilters(worklist.KindSubmission, form, func(id string) (url.Values, bool) {
				return url.Values{"cf": {personCode}, "protocollo": {"P/1"}}, id == "abc"
			})
			var wrong []string
			for _, m := range f.Mistakes {
				if !slices.Contains(wrong, m.Field) {
					wrong = append(wrong, m.Field)
				}
			}
			for _, field := range c.wrong {
				if !slices.Contains(wrong, field) {
					t.Errorf("nothing is said of %s, but of %v", field, wrong)
				}
			}
			if c.wrong == nil {
				want := base
				c.change(&want)
				if diff := cmp.Diff(want, f.query); diff != "" || len(wrong) > 0 {
					t.Errorf("mistakes %v; query (-want +got):\n%s", f.Mistakes, diff)
				}
			}
		})
	}
}

func TestExceptionsNeedNoPeriod(t *testing.T) {
	f := readFilters(worklist.KindException, url.Values{"classe": {"blocco"}, "codice": {"conguaglio"}}, noSearch)
	want := worklist.Query{Kind: worklist.KindException, List: worklist.ListPending, Class: "BLOCCO", Code: "CONGUAGLIO", Order: worklist.OrderPriority, Limit: 20}
	if diff := cmp.Diff(want, f.query); diff != "" || len(f.Mistakes) > 0 {
		t.Errorf("%v\n%s", f.Mistakes, diff)
	}
}

func noSearch(string) (url.Values, bool) { return nil, false }

// A link with the filters asks for what the filters ask for: state is in the URL.
func TestFiltersSurviveTheirURL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := url.Values{}
		put := func(name string, from ...string) {
			if rapid.Bool().Draw(t, "has "+name) {
				form.Set(name, rapid.SampledFrom(from).Draw(t, name))
			}
		}
		put("lista", "pervenute", "da-lavorare", "lavorate")
		put("anno", "2013", "2014")
		put("tipologia", "evento", "variazione")
		put("stato", "IN_CARICO", "DA_LAVORARE")
		put("sede", "7000", "4900 7000", "a&b=c#d")
		put("codice", "CONGUAGLIO", "%&+")
		put("classe", "BLOCCO")
		put("domanda", "12 3", "è/€")
		put("mie", "1")
		put("scadute", "1")
		put("ordine", "priorita", "scadenza", "data")
		put("righe", "50")
		put("ricerca", "abc")
		kept := func(string) (url.Values, bool) { return url.Values{"cf": {personCode}}, true }
		f := readFilters(worklist.KindException, form, kept)
		u, err := url.Parse(f.path())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(u.String(), personCode) {
			t.Fatal("a tax code is in the URL")
		}
		again := readFilters(worklist.KindException, u.Query(), kept)
		if diff := cmp.Diff(f.query, again.query); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSearchKeepsPersonOutOfTheURL(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	for name, form := range map[string]url.Values{
		"in its field":         {"anno": {"2014"}, "cf": {"rss mra 80a01 h501u"}, "protocollo": {"INPS.7000.20/07/2014.0012345"}, "righe": {"50"}},
		"in that of the claim": {"anno": {"2014"}, "domanda": {personCode}, "righe": {"50"}, "protocollo": {"INPS.7000.20/07/2014.0012345"}},
	} {
		a := w.post("/comunicazioni/cerca", form)
		a.is(t, name, http.StatusSeeOther)
		if to := a.location(); strings.Contains(to, "RSS") || strings.Contains(to, "INPS.") || !strings.Contains(to, "ricerca=") || !strings.Contains(to, "righe=50") {
			t.Errorf("%s: sent on to %s", name, to)
		}
		page := w.follow(a)
		page.is(t, "result", http.StatusOK)
		q := d.shelf.queries[len(d.shelf.queries)-1]
		if q.TaxCode != personCode || q.Protocol != "INPS.7000.20/07/2014.0012345" || q.Claim != "" {
			t.Errorf("%s: asked for %s, %s", name, string(q.TaxCode), q.Protocol)
		}
		if !strings.Contains(page.body, `value="`+personCode+`"`) {
			t.Errorf("%s: the field does not show what was looked for", name)
		}
	}
	wrong := w.post("/comunicazioni/cerca", url.Values{"cf": {"RSS"}})
	wrong.is(t, "mistakes", http.StatusUnprocessableEntity)
	for _, want := range []string{`<a href="#anno">`, `<a href="#cf">`, `id="cf-errore"`, `aria-invalid="true" aria-describedby="anno-errore"`, "<title>Errore – "} {
		if !strings.Contains(wrong.body, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
}

func TestListOfSubmissionsAsksForThePeriod(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	first := w.get("/comunicazioni")
	first.is(t, "first visit", http.StatusOK)
	if strings.Contains(first.body, `id="errori"`) || !strings.Contains(first.body, "Indicare l'anno di riferimento") {
		t.Error("the first visit is met with errors, or is not told what to do")
	}
	a := w.get("/comunicazioni?lista=da-lavorare")
	a.is(t, "no period", http.StatusUnprocessableEntity)
	if strings.Count(a.body, "Indicare l&#39;anno di riferimento oppure l&#39;intervallo di date") != 2 {
		t.Error("the mistake is not told at the top and at the field")
	}
	if len(d.shelf.queries) != 0 {
		t.Error("the desk was asked without a period")
	}
}

func TestNextPage(t *testing.T) {
	d := newDesktop(t)
	d.shelf.next = "20|E3/&"
	w := d.signed("operatore")
	a := w.get("/eccezioni?lista=da-lavorare&classe=BLOCCO")
	want := `href="/eccezioni?classe=BLOCCO&amp;dopo=20%7CE3%2F%26&amp;lista=da-lavorare&amp;ordine=priorita&amp;righe=20" rel="next"`
	if !strings.Contains(a.body, want) {
		t.Errorf("no link %s in %s", want, a.body[strings.Index(a.body, "risultati"):])
	}
	b := w.get("/eccezioni?classe=BLOCCO&dopo=20%7CE3%2F%26&lista=da-lavorare")
	if q := d.shelf.queries[len(d.shelf.queries)-1]; q.After != "20|E3/&" {
		t.Errorf("asked for what is after %q", q.After)
	}
	if !strings.Contains(b.body, "Prima pagina") {
		t.Error("no way back to the first page")
	}
}

func TestPathOfItem(t *testing.T) {
	for id, want := range map[string]string{
		"abc-09AZ":                     "/eccezioni/abc-09AZ",
		"cerca":                        "/eccezioni/~Y2VyY2E",
		"INPS.7000.20/07/2014.0012345": "/eccezioni/~SU5QUy43MDAwLjIwLzA3LzIwMTQuMDAxMjM0NQ",
		"..":                           "/eccezioni/~Li4",
	} {
		if got := pathOf(worklist.Key{Kind: worklist.KindException, ID: id}); got != want {
			t.Errorf("%q is at %q, want %q", id, got, want)
		}
	}
	for _, bad := range []string{"", "~", "a.b", "a/b", "~YWJj", "~Y2VyY2E=", "~Li5", "cerca", "~" + strings.Repeat("QUFB", 100)} {
		if id, ok := decodeID(bad); ok {
			t.Errorf("%q is taken for %q", bad, id)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`(?s).{1,60}`).Draw(t, "id")
		if len(id) > maxID {
			return
		}
		coded := encodeID(id)
		if strings.Trim(coded, "~-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			t.Fatalf("%q is coded as %q", id, coded)
		}
		if got, ok := decodeID(coded); !ok || got != id {
			t.Fatalf("%q came back as %q, %t", id, got, ok)
		}
	})
}

func TestTargetRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := worklist.Item{
			Key: worklist.Key{Kind: worklist.KindSubmission, ID: rapid.StringN(1, 30, 200).Draw(t, "id")}, Version: rapid.Int64Min(0).Draw(t, "version"),
			Fingerprint: rapid.StringN(0, 30, 200).Draw(t, "fingerprint"),
		}
		got, ok := parseTarget(worklist.KindSubmission, targetText(&i))
		if want := (worklist.Target{Key: i.Key, Version: i.Version, Fingerprint: i.Fingerprint}); !ok || got != want {
			t.Fatalf("%v came back as %v, %t", want, got, ok)
		}
	})
	for _, bad := range []string{"", "..", "1..", "-1..QQ", "01..QQ", "1.QQ", "1.Q=.QQ", "1..QQ.", "x..QQ"} {
		if _, ok := parseTarget(worklist.KindException, bad); ok {
			t.Errorf("%q is taken for an item", bad)
		}
	}
}

// TestWhereOnesOwnItemsAre: what one has in charge is looked for in the list that it is in.
func TestWhereOnesOwnItemsAre(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	for path, want := range map[string]struct {
		link string
		box  bool
	}{
		"/comunicazioni?anno=2014&lista=da-lavorare&stato=DA_LAVORARE": {"/comunicazioni?anno=2014&amp;lista=lavorate&amp;mie=1&amp;ordine=data&amp;righe=20", false},
		"/comunicazioni?anno=2014&lista=lavorate":                      {"/comunicazioni?anno=2014&amp;lista=lavorate&amp;mie=1&amp;ordine=data&amp;righe=20", true},
		"/comunicazioni?anno=2014&lista=pervenute":                     {"/comunicazioni?anno=2014&amp;lista=pervenute&amp;mie=1&amp;ordine=data&amp;righe=20", true},
		"/eccezioni?lista=da-lavorare":                                 {"/eccezioni?lista=da-lavorare&amp;mie=1&amp;ordine=priorita&amp;righe=20", true},
	} {
		a := w.get(path)
		a.is(t, path, http.StatusOK)
		if !strings.Contains(a.body, `href="`+want.link+`"`) {
			t.Errorf("%s: no link to %s", path, want.link)
		}
		if got := strings.Contains(a.body, `name="mie"`); got != want.box {
			t.Errorf("%s: the filter is offered: %t", path, got)
		}
	}
}
