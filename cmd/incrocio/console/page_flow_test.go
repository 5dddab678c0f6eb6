package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline/worklist"
)

// pages are the pages of the operators, with a path that shows something.
var pages = []string{
	"/", "/comunicazioni", "/comunicazioni?lista=pervenute&anno=2014", "/comunicazioni?lista=da-lavorare&anno=2014",
	"/comunicazioni?lista=lavorate&dal=2014-01-01&al=2014-12-31", "/eccezioni", "/eccezioni?ordine=scadenza&mie=1", "/eccezioni/esporta?lista=da-lavorare", "/campione", "/eccezioni/E1",
	"/eccezioni/E1?ritorno=%2Feccezioni%3Flista%3Dda-lavorare", "/eccezioni/E1/audit", "/comunicazioni/~SU5QUy43MDAwLjIwLzA3LzIwMTQuMDAxMjM0NQ",
	"/campione/A1", "/approvazioni", "/agenda", "/agenda?tipo=ripresa", "/domestico", "/domestico?dal=2014-09-01&al=2014-09-30", "/aiuto", "/accessibilita",
}

func TestGetChangesNothing(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	for _, path := range pages {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w.do(method, path, "", nil).is(t, method+" "+path, http.StatusOK)
		}
	}
	if len(d.shelf.commands) != 0 {
		t.Errorf("pages that were only looked at sent %d commands", len(d.shelf.commands))
	}
	if x := d.item(worklist.KindSubmission, "INPS.7000.20/07/2014.0012345"); x.ReadBy != "" {
		t.Error("Letto turned to Sì by looking")
	}
}

func TestElaboraOnlyFromPending(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	for list, offered := range map[string]bool{"pervenute": false, "da-lavorare": true, "lavorate": false} {
		a := w.get("/comunicazioni?anno=2014&lista=" + list)
		if got := strings.Contains(a.body, ">Elabora<"); got != offered {
			t.Errorf("%s: Elabora offered %t, want %t", list, got, offered)
		}
	}
	id := "INPS.7000.20/07/2014.0012345"
	form := d.form(worklist.KindSubmission, nil, url.Values{"una": {targetText(&d.item(worklist.KindSubmission, id).Item)}, "ritorno": {"/comunicazioni?anno=2014&lista=da-lavorare"}})
	a := w.post("/comunicazioni/azione", form)
	a.is(t, "elabora", http.StatusSeeOther)
	x := d.item(worklist.KindSubmission, id)
	if x.ReadBy != "operatore" || x.State != worklist.StateTaken {
		t.Errorf("read by %q, state %q", x.ReadBy, x.State)
	}
	page := w.follow(a)
	if !strings.Contains(page.body, "1 elemento preso in carico.") || !strings.Contains(page.body, "Sì: operatore, 01/10/2014 10:00") {
		t.Errorf("the page does not tell what was done: %.2000s", page.body)
	}
	if again := w.follow(a); strings.Contains(again.body, "preso in carico.") {
		t.Error("the message is told twice")
	}
}

func TestBulkClosing(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	stuck := d.item(worklist.KindException, "E2")
	stuck.Closable = false
	a := w.post("/eccezioni/azione", d.form(worklist.KindException, []string{"E1", "E2", "E3"}, url.Values{
		"azione": {"chiudi-infondata"}, "provvedimento": {""}, "ritorno": {"/eccezioni?lista=da-lavorare"},
	}))
	page := w.follow(a)
	for _, want := range []string{
		"2 elementi chiusi come infondata. 1 elemento è rimasto com&#39;era.", `<a href="/eccezioni/E2">E2</a>: Non si chiude a mano senza un provvedimento.`,
		`name="gruppo" value="1"`, "Si può annullare fino alle 10:10.",
	} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not tell %q", want)
		}
	}
	if x := d.item(worklist.KindException, "E1"); x.State != worklist.StateWorked || x.Closing.Outcome != worklist.OutcomeUnfounded {
		t.Errorf("E1 is %s", x.State)
	}

	undone := w.post("/annulla", url.Values{"gruppo": {"1"}, "modulo": {"fedcba9876543210fedcba9876543210"}, "ritorno": {"/eccezioni"}})
	if page := w.follow(undone); !strings.Contains(page.body, "2 elementi tornati in carico.") {
		t.Errorf("undo is not told: %.1500s", page.body)
	}
	if x := d.item(worklist.KindException, "E3"); x.State != worklist.StateTaken {
		t.Errorf("E3 is %s after undo", x.State)
	}
	d.clock.pass(11 * time.Minute)
	u, _ := url.Parse(a.location())
	if late := w.get("/eccezioni?" + u.RawQuery); strings.Contains(late.body, "Annulla la chiusura") {
		t.Error("undo is offered after ten minutes")
	}
}

func TestBulkOfManyAsksFirst(t *testing.T) {
	d := newDesktop(t)
	var ids []string
	for i := range 21 {
		id := fmt.Sprintf("M%02d", i)
		d.put(exception(id))
		ids = append(ids, id)
	}
	w := d.signed("operatore")
	form := d.form(worklist.KindException, ids, url.Values{"azione": {"chiudi-utile"}})
	asked := w.post("/eccezioni/azione", form)
	asked.is(t, "21 items", http.StatusOK)
	if !strings.Contains(asked.body, "Serve una seconda persona") || len(d.shelf.commands) != 0 {
		t.Fatalf("21 items: asked first %t, commands %d", strings.Contains(asked.body, "Serve una seconda persona"), len(d.shelf.commands))
	}
	form.Set("confermo", "1")
	page := w.follow(w.post("/eccezioni/azione", form))
	if !strings.Contains(page.body, "la chiusura è in approvazione") {
		t.Errorf("approval is not told: %.1500s", page.body)
	}

	form = d.form(worklist.KindException, []string{"E1", "E2"}, url.Values{"azione": {"chiudi-fondata"}, "provvedimento": {"CONFERMA"}})
	wrong := w.post("/eccezioni/azione", form)
	wrong.is(t, "no reason", http.StatusUnprocessableEntity)
	if strings.Count(wrong.body, "Il motivo del provvedimento manca") != 2 {
		t.Errorf("the mistake is not told at the top and at the field: %.2500s", wrong.body)
	}
	form.Set("provvedimento", "DATE")
	form.Set("motivo", "x")
	w.post("/eccezioni/azione", form).is(t, "dates on several", http.StatusUnprocessableEntity)
	if len(d.shelf.commands) != 1 {
		t.Errorf("%d commands", len(d.shelf.commands))
	}
}

func TestApprovals(t *testing.T) {
	d := newDesktop(t)
	d.item(worklist.KindException, "E1").SecondEyes = true
	w := d.signed("operatore")
	w.post("/eccezioni/E1/azione", d.form(worklist.KindException, []string{"E1"}, url.Values{
		"azione": {"chiudi"}, "esito": {"FONDATA"}, "provvedimento": {"CONFERMA"}, "motivo": {"verificato"},
	})).is(t, "close", http.StatusSeeOther)
	if a := w.get("/approvazioni"); !strings.Contains(a.body, "Aspettano un'altra persona") || strings.Contains(a.body, `name="azione" value="approva"`) {
		t.Errorf("one's own closing can be approved: %.1500s", a.body)
	}
	mine := w.post("/approvazioni", url.Values{"gruppo": {"1"}, "azione": {"approva"}, "modulo": {"0123456789abcdef"}})
	mine.is(t, "approve one's own", http.StatusConflict)

	second := d.signed("collega")
	if a := second.get("/approvazioni"); !strings.Contains(a.body, "Chiesta da operatore") || !strings.Contains(a.body, "Conferma della proposta") {
		t.Errorf("the request is not shown: %.3000s", a.body)
	}
	wrong := second.post("/approvazioni", url.Values{"gruppo": {"1"}, "azione": {"respingi"}, "modulo": {"0123456789abcdef"}})
	wrong.is(t, "reject without a reason", http.StatusUnprocessableEntity)
	if !strings.Contains(wrong.body, `value="1" checked`) {
		t.Error("what was ticked is lost")
	}
	page := second.follow(second.post("/approvazioni", url.Values{"gruppo": {"1"}, "azione": {"approva"}, "modulo": {"0123456789abcdef"}}))
	if !strings.Contains(page.body, "1 elemento approvato.") {
		t.Errorf("approval is not told: %.1500s", page.body)
	}
	if x := d.item(worklist.KindException, "E1"); x.State != worklist.StateWorked || x.Closing.ApprovedBy != "collega" {
		t.Errorf("E1 is %s", x.State)
	}
}

func TestConflictTellsByWhom(t *testing.T) {
	d := newDesktop(t)
	w, other := d.signed("operatore"), d.signed("collega")
	stale := d.form(worklist.KindException, []string{"E1"}, url.Values{"azione": {"prendi"}})
	other.post("/eccezioni/E1/azione", stale).is(t, "first", http.StatusSeeOther)
	a := w.post("/eccezioni/E1/azione", stale)
	a.is(t, "second", http.StatusConflict)
	if !strings.Contains(a.body, "in carico a collega dal 01/10/2014 10:00:00") && !strings.Contains(a.body, "In carico a collega dal 01/10/2014 10:00:00") {
		t.Errorf("the conflict does not tell by whom: %.1500s", a.body)
	}
	if !strings.Contains(a.body, `href="/eccezioni/E1?ritorno=`) {
		t.Error("no link to read the item again")
	}
}

func TestSameSendingIsOne(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	form := d.form(worklist.KindException, []string{"E1"}, url.Values{"azione": {"annota"}, "nota": {"telefonato"}})
	for range 3 {
		w.post("/eccezioni/E1/azione", form).is(t, "note", http.StatusSeeOther)
	}
	if n := len(d.item(worklist.KindException, "E1").Notes); n != 1 {
		t.Errorf("%d notes of one sending", n)
	}
	form.Set("nota", "richiamato")
	w.post("/eccezioni/E1/azione", form)
	if n := len(d.item(worklist.KindException, "E1").Notes); n != 2 {
		t.Errorf("another text from the same page: %d notes", n)
	}
	form.Set("modulo", "")
	w.post("/eccezioni/E1/azione", form).is(t, "without a token", http.StatusBadRequest)
}

func TestItemForms(t *testing.T) {
	for name, c := range map[string]struct {
		form   url.Values
		status int
		text   string // on the page, or of the command
		check  func(*worklist.Detail) bool
	}{
		"take":            {url.Values{"azione": {"prendi"}}, 303, "", func(x *worklist.Detail) bool { return x.State == worklist.StateTaken }},
		"release free":    {url.Values{"azione": {"rilascia"}}, 303, "", func(x *worklist.Detail) bool { return x.State == "" }},
		"hold":            {url.Values{"azione": {"sospendi"}, "rientro": {"2014-10-08"}, "motivo_attesa": {"scritto al datore"}}, 303, "", func(x *worklist.Detail) bool { return x.Until.String() == "2014-10-08" && x.Why == "scritto al datore" }},
		"hold Italian":    {url.Values{"azione": {"sospendi"}, "rientro": {"8/10/2014"}, "motivo_attesa": {"x"}}, 303, "", func(x *worklist.Detail) bool { return x.Until.String() == "2014-10-08" }},
		"hold today":      {url.Values{"azione": {"sospendi"}, "rientro": {"2014-10-01"}, "motivo_attesa": {"x"}}, 422, `<a href="#rientro">`, nil},
		"hold no date":    {url.Values{"azione": {"sospendi"}, "rientro": {"domani"}}, 422, `id="motivo_attesa-errore"`, nil},
		"note missing":    {url.Values{"azione": {"annota"}, "nota": {"  "}}, 422, `<a href="#nota">Il testo della nota manca</a>`, nil},
		"no outcome":      {url.Values{"azione": {"chiudi"}}, 422, `<a href="#esito">`, nil},
		"close":           {url.Values{"azione": {"chiudi"}, "esito": {"UTILE"}}, 303, "", func(x *worklist.Detail) bool { return x.Closing.Outcome == worklist.OutcomeUseful }},
		"dates":           {url.Values{"azione": {"chiudi"}, "esito": {"FONDATA"}, "provvedimento": {"DATE"}, "motivo": {"x"}, "accertato_dal": {"2014-09-01"}, "accertato_al": {"15/09/2014"}}, 303, "", func(x *worklist.Detail) bool { return x.Closing.Decision.To.String() == "2014-09-15" }},
		"dates reversed":  {url.Values{"azione": {"chiudi"}, "esito": {"FONDATA"}, "provvedimento": {"DATE"}, "motivo": {"x"}, "accertato_dal": {"2014-09-16"}, "accertato_al": {"2014-09-15"}}, 422, `<a href="#accertato_al">`, nil},
		"dates no reason": {url.Values{"azione": {"chiudi"}, "esito": {"FONDATA"}, "provvedimento": {"DATE"}, "accertato_dal": {"2014-09-16"}}, 422, `<a href="#motivo">`, nil},
		"fact": {url.Values{"azione": {"chiudi"}, "esito": {"FONDATA"}, "provvedimento": {"FATTO"}, "motivo": {"x"}, "fatto": {"REDDITO_SUBORDINATO"}, "fatto_data": {"2014-09-20"}, "inizio": {"2014-09-01"}, "reddito": {"1.234,50"}}, 303, "", func(x *worklist.Detail) bool {
			return x.Closing.Decision.Fact.Income.V == 123450 && x.Closing.Decision.Fact.Start.String() == "2014-09-01"
		}},
		"fact incomplete":        {url.Values{"azione": {"chiudi"}, "esito": {"FONDATA"}, "provvedimento": {"FATTO"}, "motivo": {"x"}, "fatto": {"DELEGA"}, "fatto_data": {"2014-09-20"}}, 422, "manca il codice del patronato", nil},
		"fact unknown":           {url.Values{"azione": {"chiudi"}, "esito": {"FONDATA"}, "provvedimento": {"FATTO"}, "motivo": {"x"}, "fatto": {"BOH"}, "fatto_data": {"2014-09-20"}}, 422, `<a href="#fatto">`, nil},
		"unknown decision":       {url.Values{"azione": {"chiudi"}, "esito": {"FONDATA"}, "provvedimento": {"BOH"}, "motivo": {"x"}}, 422, `<a href="#provvedimento">`, nil},
		"assign, not supervisor": {url.Values{"azione": {"assegna"}, "a": {"collega"}}, 403, "ruolo", nil},
		"assign to nobody":       {url.Values{"azione": {"assegna"}, "a": {"nessuno"}}, 422, `<a href="#a">`, nil},
		"unknown act":            {url.Values{"azione": {"brucia"}}, 400, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesktop(t)
			w := d.signed("operatore")
			a := w.post("/eccezioni/E1/azione", d.form(worklist.KindException, []string{"E1"}, c.form))
			a.is(t, name, c.status)
			if !strings.Contains(a.body, c.text) {
				t.Errorf("the page does not hold %q: %s", c.text, a.body)
			}
			if c.check != nil && !c.check(d.item(worklist.KindException, "E1")) {
				t.Errorf("the item is %+v", d.item(worklist.KindException, "E1").Item)
			}
			if c.check == nil && c.status != 403 && len(d.shelf.commands) != 0 {
				t.Error("a refused form reached the desk")
			}
		})
	}
}

func TestAssign(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("responsabile")
	if a := w.get("/eccezioni/E1"); !strings.Contains(a.body, "<option>collega</option>") {
		t.Error("the colleague is not offered")
	}
	w.post("/eccezioni/E1/azione", d.form(worklist.KindException, []string{"E1"}, url.Values{"azione": {"assegna"}, "a": {"collega"}})).is(t, "assign", 303)
	if x := d.item(worklist.KindException, "E1"); x.Holder != "collega" {
		t.Errorf("held by %q", x.Holder)
	}
}

func TestReaderChangesNothing(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("lettore")
	for _, path := range pages {
		a := w.get(path)
		for _, act := range []string{"/azione\"", `name="azione"`, `action="/approvazioni"`} {
			if strings.Contains(a.body, act) {
				t.Errorf("%s offers %s to who only looks", path, act)
			}
		}
	}
	w.post("/eccezioni/azione", d.form(worklist.KindException, []string{"E1"}, url.Values{"azione": {"prendi"}})).is(t, "reader", http.StatusForbidden)
}

func TestFormOfAnotherItem(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	w.post("/eccezioni/E1/azione", d.form(worklist.KindException, []string{"E2"}, url.Values{"azione": {"prendi"}})).is(t, "another item", http.StatusBadRequest)
	w.post("/eccezioni/azione", url.Values{"voce": {"0.x"}, "azione": {"prendi"}}).is(t, "no target", http.StatusBadRequest)
	a := w.post("/eccezioni/azione", url.Values{"azione": {"prendi"}, "ritorno": {"//evil.example/"}})
	if a.location() != "/eccezioni#titolo" {
		t.Errorf("nothing chosen: %d to %q", a.StatusCode, a.location())
	}
}

func TestOtherOffice(t *testing.T) {
	d := newDesktop(t)
	x := exception("ALTRA")
	x.Office = other
	d.put(x)
	w := d.signed("operatore")
	for _, path := range []string{"/eccezioni/ALTRA", "/eccezioni/ALTRA/audit", "/eccezioni/NESSUNA", "/eccezioni/~" + "QQ"} {
		w.get(path).is(t, path, http.StatusNotFound)
	}
	if a := w.get("/eccezioni"); strings.Contains(a.body, "ALTRA") {
		t.Error("the list shows another sede")
	}
}

func TestKeysCanBeSwitchedOff(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	if a := w.get("/eccezioni"); !strings.Contains(a.body, `data-tasti="accesi"`) {
		t.Error("the keys are off at first")
	}
	page := w.follow(w.post("/aiuto", url.Values{"tasti": {"spenti"}}))
	if strings.Contains(page.body, "data-tasti") || !strings.Contains(page.body, "I tasti rapidi sono spenti.") {
		t.Error("the keys are not off")
	}
}
