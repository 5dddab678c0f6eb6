package console

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

func TestNightAtAGlance(t *testing.T) {
	d := newDesktop(t)
	date := pipeline.MustDate
	d.shelf.tallies = []worklist.Tally{
		{Office: own, Kind: worklist.KindException, Class: pipeline.ClassBlock, State: worklist.StatePending, Items: 1200, Overdue: 4, Oldest: date("2014-08-01")},
		{Office: own, Kind: worklist.KindException, Class: pipeline.ClassBlock, State: worklist.StateTaken, Items: 34, Overdue: 1, Oldest: date("2014-09-01")},
		{Office: own, Kind: worklist.KindSubmission, State: worklist.StatePending, Items: 40, Oldest: date("2013-12-31")},
		{Office: own, Kind: worklist.KindSubmission, State: worklist.StateTaken, Items: 7, Oldest: date("2014-09-30")},
	}
	d.shelf.found = []worklist.Finding{{Code: "CONGUAGLIO", Founded: 1, Useful: 0, Unfounded: 2}}
	d.nights.balance = []pipeline.BalanceRow{
		{Scope: "TOTALE", Item: "documenti_letti", Value: 123456}, {Scope: own, Item: "eccezioni_oggi", Value: 1234}, {Scope: other, Item: "di_altri", Value: 9},
	}
	d.nights.agenda = []pipeline.AgendaRow{{Office: own, Date: date("2014-10-08")}, {Office: own, Date: date("2014-10-09")}}
	a := d.signed("operatore").get("/")
	a.is(t, "home", http.StatusOK)
	for _, want := range []string{
		"<strong>1.234</strong> eccezioni non lavorate", "<strong>40</strong> comunicazioni da lavorare", "<strong>5</strong> elementi oltre il termine",
		"<strong>1</strong> voci di agenda entro sette giorni", "Ultima notte pubblicata: <strong>30/09/2014</strong>", "da 61 giorni", `<td data-voce="Falsi allarmi" class="numero">67 %</td>`,
		"documenti_letti", "eccezioni_oggi", "/comunicazioni?al=2014-10-01&amp;dal=2013-12-31&amp;lista=da-lavorare&amp;sede=7000&amp;stato=DA_LAVORARE",
		"/comunicazioni?al=2014-10-01&amp;dal=2014-09-30&amp;lista=lavorate&amp;sede=7000&amp;stato=IN_CARICO",
		`<rect class="g-barra" x="200" y="6" width="330" height="22">`,
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if strings.Contains(a.body, "di_altri") {
		t.Error("the balance of another sede is shown")
	}
	if diff := cmp.Diff([][]string{{own}}, d.nights.asked); diff != "" {
		t.Error(diff)
	}
}

func TestAgendaByDay(t *testing.T) {
	d := newDesktop(t)
	date := pipeline.MustDate
	row := func(on, kind, claim, id string) pipeline.AgendaRow {
		return pipeline.AgendaRow{Office: own, Date: date(on), Kind: kind, Claim: claim, Exception: id, TaxCode: personCode}
	}
	d.nights.agenda = []pipeline.AgendaRow{
		row("2014-10-02", pipeline.AgendaResume, "D-RIPRESA", ""), row("2014-10-06", pipeline.AgendaTerm, "D-TERMINE", "E1"), row("2014-09-29", pipeline.AgendaExpiry, "D-SCADENZA", ""),
	}
	w := d.signed("operatore")
	a := w.get("/agenda")
	at := func(s string) int { return strings.Index(a.body, s) }
	order := []int{at("lunedì 29/09/2014"), at("D-SCADENZA"), at("giovedì 02/10/2014"), at("D-RIPRESA"), at("lunedì 06/10/2014"), at(`<a href="/eccezioni/E1">D-TERMINE`)}
	if order[0] < 0 || !slices.IsSorted(order) {
		t.Errorf("days are not in order: %v", order)
	}
	if !strings.Contains(a.body, "Passato") {
		t.Error("a day gone by is not told")
	}
	if a := w.get("/agenda?tipo=termine"); strings.Contains(a.body, "D-RIPRESA") || !strings.Contains(a.body, "D-TERMINE") {
		t.Error("the kind is not kept to")
	}
	d.nights.agenda = slices.Repeat(d.nights.agenda[:1], maxAgenda+5)
	if a := w.get("/agenda"); !strings.Contains(a.body, "Si vedono le 1000 voci") {
		t.Error("a cut is not told")
	}
}

func TestDomestic(t *testing.T) {
	d := newDesktop(t)
	d.shelf.sheets = []worklist.Sheet{
		{Office: own, Question: &worklist.Question{
			Protocol: "Q1", On: pipeline.MustDate("2014-09-20"), Category: pipeline.QuestionRelationship, Exception: "E1",
			Attachments: []pipeline.Attachment{{Name: "lettera.pdf", Format: "PDF", Bytes: 1_240_000}, {Format: "PNG", Bytes: 999}, {Name: "x", Format: "TIFF", Bytes: 1499}},
		}},
		{Office: own, Question: &worklist.Question{Protocol: "Q2", On: pipeline.MustDate("2014-09-21"), Category: pipeline.QuestionPaymentSlip, Answer: "Sì"}},
	}
	w := d.signed("lettore")
	a := w.get("/domestico")
	for _, want := range []string{
		"2 quesiti", "Sede 7000", "lettera.pdf (PDF, 1,2 MB)", "senza nome (PNG, 999 byte)", "x (TIFF, 1 kB)", "Con risposta", "Senza risposta", `<a href="/eccezioni/E1">`,
		`value="2014-09-02"`,
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	for query, field := range map[string]string{"dal=2014-09-02": "al", "dal=2014-09-02&al=2014-09-01": "al", "dal=2013-09-01&al=2014-09-02": "al", "dal=x&al=2014-09-02": "dal"} {
		a := w.get("/domestico?" + query)
		a.is(t, query, http.StatusUnprocessableEntity)
		if !strings.Contains(a.body, `<a href="#`+field+`">`) {
			t.Errorf("%s: %s is not told", query, field)
		}
	}
}

func TestAccessibleFrame(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	for _, path := range pages {
		body := w.get(path).body
		for _, want := range []string{`<html lang="it">`, `<a class="salta" href="#contenuto">`, `<main id="contenuto"`, `<h1 id="titolo" tabindex="-1"`, `aria-current="page"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not hold %s", path, want)
			}
		}
		if strings.Count(body, "<h1") != 1 {
			t.Errorf("%s has %d main headings", path, strings.Count(body, "<h1"))
		}
		if strings.Contains(body, "<table") && strings.Count(body, "<table") != strings.Count(body, "<caption") {
			t.Errorf("%s has a table without a caption", path)
		}
	}
}
