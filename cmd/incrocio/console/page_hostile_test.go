package console

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// hostile gives 500 texts that would like to be something else than text.
func hostile() []string {
	seeds := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg onload=alert(1)>`, `</textarea><script>x</script>`, `</title><h1>x`,
		`javascript:alert(1)`, `data:text/html,<script>x</script>`, `" onmouseover="x`, `' autofocus onfocus='x`, "` onclick=`x", `{{.}}`, `{{template "x"}}`,
		`<!--`, `-->`, `<![CDATA[x]]>`, `]]>`, `&lt;b&gt;`, `&#60;b&#62;`, `&amp;amp;`, `<style>*{display:none}</style>`, `</style>`, `expression(alert(1))`,
		`url(javascript:x)`, `=HYPERLINK("http://x")`, `@SUM(1)`, `+1`, `-1`, `<base href=//evil.example>`, `<meta http-equiv=refresh content=0>`,
		`<form action=//evil.example>`, `<input name=azione value=x>`, `</form>`, `</table><b>`, `<a href=//evil.example>x</a>`, `<iframe srcdoc=x>`,
		`<object data=x>`, `<math><mi xlink:href=x>`, `<svg><use href="#x"/></svg>`, `<svg><animate onbegin=x>`, `\u003cscript\u003e`, `\x3cscript\x3e`,
		`%3Cscript%3E`, `＜script＞`, `﹤b﹥`, `<scr<script>ipt>`, `<IMG """><SCRIPT>x</SCRIPT>">`, `<<b>`, `<b`, `<`, `>`, `"`, `'`, `&`, `;`, `\`, `/`, `//evil.example`,
		`../../x`, `?a=b&c=d#e`, `#`, `%`, `%00`, "\u202Etxt.exe", "\u2028x", "e\u0301", "😀", "ﷺ", `<template><b></template>`, `<noscript><p title="</noscript><img>">`,
		`<xmp>`, `<plaintext>`, `<listing>`, `<select><option>`, `<details open ontoggle=x>`, `<body onload=x>`, `<marquee onstart=x>`, `<video><source onerror=x>`,
		`<p style="color:red">`, `style=x`, `<link rel=stylesheet href=x>`, `<applet>`, `<embed src=x>`, `<q cite=x>`, `id="titolo"`, `<a id=contenuto>`,
		`" class="primario`, `' data-tasti='accesi`, `</svg><b>`, `<title>x</title>`, `" x="0" y="0`, `<text onclick=x>`,
	}
	var out []string
	for n := 0; len(out) < 500; n++ {
		for _, s := range seeds {
			switch n {
			case 0:
			case 1:
				s = "Rossi " + s
			case 2:
				s = strings.ToUpper(s) + s
			case 3:
				s = s + strings.Repeat("x", 40)
			default:
				s = strings.Repeat(s, 3)
			}
			out = append(out, s+fmt.Sprintf(" «%d»", len(out)))
		}
	}
	return out[:500]
}

// fill puts texts into every text field of a value, one after the other; those of the names kept are left as they are.
func fill(v reflect.Value, next func() string, kept map[string]bool) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if !kept[v.Type().Field(i).Name] && v.Type().Field(i).IsExported() {
				fill(v.Field(i), next, kept)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), next, kept)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), next, kept)
		}
	case reflect.String:
		v.SetString(next())
	}
}

// shape is a page as a browser reads it: its elements with their attributes, and its texts.
type shape struct {
	tags  []string
	whole []string // text nodes and values of attributes
}

func shapeOf(t *testing.T, page string) *shape {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	s := &shape{}
	for n := range root.Descendants() {
		switch n.Type {
		case html.ElementNode:
			tag := n.Data
			for _, a := range n.Attr {
				tag += " " + a.Key
				s.whole = append(s.whole, a.Val)
				if (a.Key == "href" || a.Key == "src" || a.Key == "action") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") {
					t.Errorf("%s leads to %q", n.Data, a.Val)
				}
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("%s has the attribute %s", n.Data, a.Key)
				}
			}
			s.tags = append(s.tags, tag)
		case html.TextNode:
			s.whole = append(s.whole, n.Data)
		case html.CommentNode:
			t.Error("a comment is on the page")
		}
	}
	return s
}

// says tells whether a text is on the page, as text or as a value, just as it is.
func (s *shape) says(text string) bool {
	return slices.ContainsFunc(s.whole, func(w string) bool { return strings.Contains(w, text) })
}

// wide gives a desktop on which everything that a page can show is there.
func wide(t *testing.T, text func() string) *desktop {
	t.Helper()
	d := newDesktop(t)
	clear(d.shelf.items)
	kept := map[string]bool{
		"Key": true, "Kind": true, "Office": true, "State": true, "Person": true, "Closing": true, "Fingerprint": true, "Class": true, "Mode": true, "Type": true, "NightState": true,
		"Direction": true, "Outcome": true,
	}
	x := exception("E1")
	x.Notes = []worklist.Note{{At: 1}, {At: 2}}
	x.State, x.Holder, x.Person = worklist.StateApproval, "x", "altro"
	x.Closing = &worklist.Closing{Number: 7, Key: x.Key, Fingerprint: x.Fingerprint, Outcome: worklist.OutcomeUseful, Person: "altro", At: 1, Second: true}
	for range 5 {
		x.Sheet.Documents = append(x.Sheet.Documents, worklist.Document{Fields: []worklist.Field{{}, {}}})
	}
	fill(reflect.ValueOf(&x).Elem(), text, kept)
	x.Closing.By, x.Closing.Reason = text(), text()
	x.Closings = []worklist.Closing{*x.Closing}
	x.Closings[0].Undone, x.Closings[0].UndoneBy, x.Closings[0].UndoneReason = true, text(), text()
	d.put(x)
	y := exception("E2")
	fill(reflect.ValueOf(&y).Elem(), text, kept)
	d.put(y)
	for _, z := range []worklist.Detail{submission("INPS.7000.20/07/2014.0012345"), sample("A1")} {
		z.ReadBy = "x"
		fill(reflect.ValueOf(&z).Elem(), text, kept)
		d.put(z)
	}
	sheet := worklist.Sheet{Office: own, Claim: &worklist.ClaimSheet{}, Question: &worklist.Question{Attachments: make([]pipeline.Attachment, 2)}}
	fill(reflect.ValueOf(&sheet).Elem(), text, kept)
	d.shelf.sheets = []worklist.Sheet{sheet}
	d.shelf.tallies = []worklist.Tally{{Office: own, Kind: worklist.KindException, Class: text(), State: worklist.StatePending, Items: 3}}
	d.shelf.found = []worklist.Finding{{Code: text(), Founded: 1}}
	d.shelf.trail = []worklist.Trace{{Number: 1, Who: text(), What: text(), Detail: text()}}
	d.nights.balance = []pipeline.BalanceRow{{Scope: "TOTALE", Item: text(), Value: 1}}
	d.nights.agenda = []pipeline.AgendaRow{{
		Office: own, Date: pipeline.MustDate("2014-10-02"), Kind: pipeline.AgendaResume, Claim: text(), TaxCode: pipeline.CodiceFiscale(text()), Exception: text(), Rule: text(), Reason: text(),
	}}
	return d
}

// What is typed into a form comes back as text too, where something is wrong with it.
func TestHostileForms(t *testing.T) {
	d := newDesktop(t)
	w := d.signed("operatore")
	d.item(worklist.KindException, "E3").SecondEyes = true
	d.signed("collega").post("/eccezioni/E3/azione", d.form(worklist.KindException, []string{"E3"}, url.Values{"azione": {"chiudi"}, "esito": {"UTILE"}}))
	send := func(s string) []*answer {
		item := url.Values{"azione": {"chiudi"}, "provvedimento": {"FATTO"}, "motivo": {s}, "fatto": {s}, "nota": {s}, "rientro": {s}, "motivo_attesa": {s}}
		for _, name := range []string{"accertato_dal", "accertato_al", "fatto_data", "patronato", "inizio", "reddito", "anno_reddito", "nuovo_codice", "categoria", "origine"} {
			item[name] = []string{s}
		}
		list := url.Values{"lista": {"pervenute"}, "ritorno": {s}}
		for _, name := range []string{"anno", "dal", "al", "cf", "protocollo", "domanda", "codice", "regola", "sede"} {
			list[name] = []string{s}
		}
		return []*answer{
			w.post("/eccezioni/E1/azione", d.form(worklist.KindException, []string{"E1"}, item)),
			w.post("/comunicazioni/cerca", list),
			w.post("/eccezioni/azione", d.form(worklist.KindException, []string{"E1"}, url.Values{"azione": {"chiudi-utile"}, "provvedimento": {"DATE"}, "motivo": {s}, "ritorno": {s}})),
			w.post("/approvazioni", url.Values{"azione": {"respingi"}, "motivo": {s}}),
			w.post("/eccezioni/esporta", url.Values{"finalita": {s}, "elenco": {"lista=da-lavorare"}}),
		}
	}
	plain := send("testo che non è una data né altro")
	for i, s := range hostile() {
		if i%5 != 0 || len(s) > maxFilter || strings.ContainsFunc(s, control) { // too long is a mistake more; a form with controls is refused whole
			continue
		}
		d.clock.pass(time.Second) // nobody types so fast
		for n, a := range send(s) {
			a.is(t, s, http.StatusUnprocessableEntity)
			got := shapeOf(t, a.body)
			if diff := firstDifference(shapeOf(t, plain[n].body).tags, got.tags); diff != "" {
				t.Fatalf("form %d, %q: the page has other elements: %s", n, s, diff)
			}
			if !got.says(strings.TrimSpace(s)) {
				t.Errorf("form %d: %q does not come back", n, s)
			}
		}
	}
}

// 500 hostile texts in every field of every page: none becomes an element or an attribute, and each is shown as it is,
// wherever a harmless text in its field is shown.
func TestHostileTexts(t *testing.T) {
	look := func(text func(int) string) (map[string]*shape, int) {
		n := 0
		d := wide(t, func() string { n++; return text(n - 1) })
		w := d.signed("operatore")
		out := map[string]*shape{}
		for _, path := range pages {
			a := w.get(path)
			a.is(t, path, http.StatusOK)
			out[path] = shapeOf(t, a.body)
		}
		return out, n
	}
	harmless := func(i int) string { return fmt.Sprintf("testo %d.", i) }
	plain, fields := look(harmless)
	shown := map[string][]int{}
	total := 0
	for _, path := range pages {
		for i := range fields {
			if plain[path].says(harmless(i)) {
				shown[path] = append(shown[path], i)
				total++
			}
		}
	}
	if total < 150 {
		t.Fatalf("only %d texts are shown on all pages", total)
	}
	texts := hostile()
	for first := 0; first < len(texts); first += 97 { // no divisor of the number: each text comes into other fields
		at := func(i int) string { return texts[(first+i)%len(texts)] }
		got, _ := look(at)
		for _, path := range pages {
			if diff := firstDifference(plain[path].tags, got[path].tags); diff != "" {
				t.Fatalf("%s: the page has other elements: %s", path, diff)
			}
			for _, i := range shown[path] {
				if !got[path].says(at(i)) {
					t.Errorf("%s: %q is not shown as it is", path, at(i))
				}
			}
		}
	}
}

func firstDifference(want, got []string) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return fmt.Sprintf("the %dth is %q, not %q", i, got[i], want[i])
		}
	}
	if len(want) != len(got) {
		return fmt.Sprintf("%d of them, not %d", len(got), len(want))
	}
	return ""
}
