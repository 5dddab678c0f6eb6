package console

import (
	"errors"
	"flag"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", file, diff)
	}
}

// fixed takes out of a page what differs from one call to the next: digests of static files and tokens of forms.
func fixed(page string) string {
	page = regexp.MustCompile(`/static/[0-9a-f]+/`).ReplaceAllString(page, "/static/X/")
	page = regexp.MustCompile(`name="modulo" value="[0-9a-f]+"`).ReplaceAllString(page, `name="modulo" value="X"`)
	_, page, _ = strings.Cut(page, "</header>\n")
	page, _, _ = strings.Cut(page, "<footer")
	return page
}

func TestGoldenPages(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	for name, path := range map[string]string{
		"elemento": "/eccezioni/E1?ritorno=%2Feccezioni%3Flista%3Dda-lavorare", "lista": "/eccezioni?lista=da-lavorare",
		"comunicazioni": "/comunicazioni?lista=da-lavorare&anno=2014", "errore": "/comunicazioni?lista=pervenute&anno=14",
	} {
		golden(t, "pagine/"+name+".html", fixed(w.get(path).body))
	}
}

func TestChoices(t *testing.T) {
	now := pipeline.InstantOf(time.Date(2014, 10, 1, 8, 0, 0, 0, time.UTC))
	who := &worklist.Operator{Name: "operatore", Role: worklist.RoleOperator, Offices: []string{own}}
	byKind := func(d worklist.Detail, who *worklist.Operator) map[string]choice {
		out := map[string]choice{}
		for _, c := range choices(&d, who, now) {
			out[c.Value] = c
		}
		return out
	}
	free := byKind(exception("E1"), who)
	if len(free) != 5 {
		t.Fatalf("%d choices", len(free))
	}
	for kind, want := range map[string]string{
		"":         "l'indennità continua a essere pagata come oggi",
		"CONFERMA": "diventa automatica e si applica alla domanda: Sospensione dal 01/09/2014 al 30/09/2014.",
		"RIFIUTO":  "se è già emessa è annullata: Sospensione dal 01/09/2014 al 30/09/2014.",
		"DATE":     "Giorni di ora: dal 01/09/2014 al 30/09/2014.",
		"FATTO":    "con la sede come fonte",
	} {
		c := free[kind]
		if c.Why != "" || c.Second || !strings.Contains(strings.Join(c.Effect, " "), want) {
			t.Errorf("%q: %+v", kind, c)
		}
	}
	for name, x := range map[string]struct {
		change func(*worklist.Detail)
		who    *worklist.Operator
		kind   string
		why    string
	}{
		"not to be waved off":  {func(d *worklist.Detail) { d.Closable = false }, who, "", "Non si chiude a mano senza un provvedimento."},
		"but with a decision":  {func(d *worklist.Detail) { d.Closable = false }, who, "RIFIUTO", ""},
		"closed by itself":     {func(d *worklist.Detail) { d.Gone = true }, who, "", "L'eccezione si è chiusa da sola."},
		"in another's hands":   {func(d *worklist.Detail) { d.State, d.Holder, d.Person = worklist.StateTaken, "collega", "collega" }, who, "CONFERMA", "In carico a collega dal 01/01/1970 01:00:00."},
		"in one's own":         {func(d *worklist.Detail) { d.State, d.Holder, d.Person = worklist.StateTaken, "operatore", "operatore" }, who, "CONFERMA", ""},
		"who only looks":       {func(*worklist.Detail) {}, &worklist.Operator{Name: "x", Role: worklist.RoleReader, AllOffices: true}, "", "Il ruolo non lo consente."},
		"a sample, no verdict": {func(d *worklist.Detail) { d.Kind = worklist.KindSample }, who, "", ""},
	} {
		d := exception("E1")
		x.change(&d)
		if got := byKind(d, x.who)[x.kind].Why; got != x.why {
			t.Errorf("%s: %q, want %q", name, got, x.why)
		}
	}
	d := exception("E1")
	d.SecondEyes, d.Actions = true, nil
	if c := byKind(d, who)["CONFERMA"]; !c.Second || !strings.Contains(c.Effect[0], "Oggi nessuna azione proposta") || !strings.Contains(strings.Join(c.Effect, " "), "Serve una seconda persona") {
		t.Errorf("four eyes: %+v", c)
	}
	d.Kind = worklist.KindSample
	if got := choices(&d, who, now); len(got) != 1 {
		t.Errorf("%d choices on a sample", len(got))
	}
	other := exception("E1")
	other.Actions[0].Sources = "9999"
	if c := byKind(other, who)["RIFIUTO"]; !strings.Contains(c.Effect[0], "nessuna ne nascerà") {
		t.Errorf("an action of other sources is named: %v", c.Effect)
	}
}

func TestCompare(t *testing.T) {
	d := exception("E1")
	c := compare(&d.Sheet)
	got := map[string]string{}
	for _, r := range c.Rows {
		got[r.Label] = r.Sign + " " + r.Word + ": " + strings.Join(r.Values, "|")
	}
	want := map[string]string{
		"lavoratore":                    "= uguale: Rossi Maria|ROSSI MARIA|",
		"codice fiscale del lavoratore": "– in un solo documento: RSS*************||",
		"data di nascita":               "– in un solo documento: 01/01/1980||",
		"inizio":                        "= uguale: |01/09/2014|01/09/2014",
		"fine":                          "≠ diverso: |30/09/2014|15/09/2014",
		"contratto":                     "– in un solo documento: |A.02.00|",
		"canale":                        "– in un solo documento: ||WEB",
	}
	want["lavoratore"] = "≠ diverso: Rossi Maria|MARIA ROSSI|"
	d.Sheet.Documents[0].Fields[0].Value = "MARIA ROSSI"
	for _, r := range compare(&d.Sheet).Rows {
		got[r.Label] = r.Sign + " " + r.Word + ": " + strings.Join(r.Values, "|")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for range 4 {
		d.Sheet.Documents = append(d.Sheet.Documents, d.Sheet.Documents[0])
	}
	if c := compare(&d.Sheet); len(c.Heads) != 1+maxCompared || len(c.Rest) != 2 {
		t.Errorf("%d heads, %d left", len(c.Heads), len(c.Rest))
	}
	if compare(&worklist.Sheet{}) != nil {
		t.Error("nothing is compared with nothing")
	}
}

func TestUndoBanner(t *testing.T) {
	d := newDesktop(t)
	w, other := d.signed("operatore"), d.signed("collega")
	w.post("/eccezioni/E1/azione", d.form(worklist.KindException, []string{"E1"}, url.Values{"azione": {"chiudi"}, "esito": {"UTILE"}})).is(t, "close", 303)
	if a := w.get("/eccezioni/E1"); !strings.Contains(a.body, "Hai chiuso questo elemento") || !strings.Contains(a.body, "fino alle 10:10") {
		t.Error("undo is not offered to who has closed")
	}
	if a := other.get("/eccezioni/E1"); strings.Contains(a.body, "Annulla la chiusura") {
		t.Error("undo is offered to another")
	}
	w.post("/eccezioni/azione", d.form(worklist.KindException, []string{"E2", "E3"}, url.Values{"azione": {"chiudi-utile"}})).is(t, "two at once", 303)
	if a := w.get("/eccezioni/E3"); !strings.Contains(a.body, "insieme ad altri") || !strings.Contains(a.body, `name="gruppo" value="2"`) {
		t.Error("undo of a bulk is not told, or of another number")
	}
	d.item(worklist.KindException, "E1").Closing.Night = 1
	if a := w.get("/eccezioni/E1"); strings.Contains(a.body, "Annulla la chiusura") {
		t.Error("undo is offered after a night took the closing in")
	}
	a := w.post("/annulla", url.Values{"gruppo": {"1"}, "modulo": {"0123456789abcdef"}})
	a.is(t, "too late", http.StatusConflict)
	w.post("/annulla", url.Values{"gruppo": {"-1"}, "modulo": {"0123456789abcdef"}}).is(t, "no number", http.StatusBadRequest)
}

func TestExport(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	form := url.Values{"elenco": {"lista=da-lavorare&ordine=priorita&righe=20"}, "formato": {"csv"}, "ambito": {"pagina"}, "codici": {"nascosti"}}
	a := w.post("/eccezioni/esporta", form)
	a.is(t, "export", http.StatusOK)
	if !strings.Contains(a.Header.Get("Content-Disposition"), `filename=eccezioni-2014-10-01.csv`) || strings.Count(a.body, "\r\n") != 4 || strings.Contains(a.body, personCode) {
		t.Errorf("%s\n%s", a.Header.Get("Content-Disposition"), a.body)
	}
	if q := d.shelf.queries[len(d.shelf.queries)-1]; q.Limit != 20 || q.List != worklist.ListPending {
		t.Errorf("asked for %+v", q)
	}
	rows := d.rows("ESPORTAZIONE")
	if len(rows) != 1 || rows[0].who != "operatore" || !strings.Contains(rows[0].detail, `"righe":3`) {
		t.Errorf("the audit has %v", rows)
	}
	form.Set("codici", "interi")
	w.post("/eccezioni/esporta", form).is(t, "whole codes without a purpose", http.StatusUnprocessableEntity)
	form.Set("finalita", "verifica di "+personCode)
	w.post("/eccezioni/esporta", form).is(t, "a tax code as the purpose", http.StatusUnprocessableEntity)
	form.Set("finalita", "verifica di settembre")
	if a := w.post("/eccezioni/esporta", form); !strings.Contains(a.body, personCode) {
		t.Errorf("whole codes: %d", a.StatusCode)
	}
	form.Set("formato", "exe")
	w.post("/eccezioni/esporta", form).is(t, "no such format", http.StatusUnprocessableEntity)
	form.Set("formato", "xlsx")
	d.mute = errors.New("the audit is full")
	w.post("/eccezioni/esporta", form).is(t, "no audit", http.StatusInternalServerError)
}

func TestExportOfManyCodesTakesASupervisor(t *testing.T) {
	d := newDesktop(t)
	d.shelf.next = "weiter"
	for name, want := range map[string]int{"operatore": http.StatusUnprocessableEntity, "responsabile": http.StatusUnprocessableEntity} {
		w := d.signed(name)
		a := w.post("/eccezioni/esporta", url.Values{"elenco": {"lista=da-lavorare"}, "formato": {"csv"}, "ambito": {"tutto"}, "codici": {"interi"}, "finalita": {"x"}})
		a.is(t, name, want)
		text := "riservati ai responsabili"
		if name == "responsabile" {
			text = "più di 10.000"
		}
		if !strings.Contains(a.body, text) {
			t.Errorf("%s is not told %q", name, text)
		}
	}
}
