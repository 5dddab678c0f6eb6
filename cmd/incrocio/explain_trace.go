package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"incrocio/pipeline"
)

// traceColumn is the column whose text is JSON.
const traceColumn = "traccia"

// withTrace shows the trace of a row as JSON, where it is.
func withTrace(r record) record {
	for i, name := range r.names {
		if text, ok := r.values[i].(string); ok && name == traceColumn && json.Valid([]byte(text)) {
			r.values[i] = json.RawMessage(text)
		}
	}
	return r
}

// trace is what is shown of the trace of a row. What a row of an older version does not have stays empty.
type trace struct {
	Tried []struct {
		Fact    string `json:"fatto"`
		Rule    string `json:"regola"`
		Outcome string `json:"esito"`
		Why     string `json:"perche"`
	} `json:"provate"`
	Compared []compared `json:"confronti"`
	Margin   struct {
		Fact string `json:"fatto"`
	} `json:"margine"`
	Searched []struct {
		What   string `json:"che"`
		Found  bool   `json:"trovato"`
		Detail string `json:"dettaglio"`
	} `json:"cercato"`
	Values struct {
		ProRata  string `json:"pro_rata"`
		NotShown string `json:"fatti_non_mostrati"`
		NotTold  string `json:"passi_non_mostrati"`
	} `json:"valori"`
	Rulings []tracedRuling `json:"provvedimenti"`
}

// tracedRuling is what an operator decided, behind a row.
type tracedRuling struct {
	Ref      string        `json:"provvedimento"`
	Kind     string        `json:"tipo"`
	Code     string        `json:"eccezione"`
	By       string        `json:"operatore"`
	Approved string        `json:"approvato_da"`
	On       pipeline.Date `json:"il"`
	Reason   string        `json:"motivo"`
}

// String says who decided what, who approved, when and why.
func (d *tracedRuling) String() string {
	return fmt.Sprintf("%s, %s su %s, di %s il %s%s%s", d.Ref, d.Kind, d.Code, d.By, d.On.Italian(),
		prefixed(", approvata da ", d.Approved, ""), prefixed(": ", d.Reason, ""))
}

type compared struct {
	Fact       string `json:"fatto"`
	Value      string `json:"valore"`
	Limit      string `json:"limite"`
	Difference int64  `json:"differenza"`
	Unit       string `json:"unita"`
}

// writeTrace writes margin and trace of a row.
func writeTrace(b *strings.Builder, text string, margin pipeline.Opt[int32]) {
	var t trace
	if json.Unmarshal([]byte(text), &t) != nil {
		t = trace{} // not one of ours: the row is shown without
	}
	if margin.OK {
		line(b, "Margine", fmt.Sprintf("%d giorni dal limite che cambierebbe la decisione%s", margin.V, prefixed(" (", t.Margin.Fact, ")")))
	}
	section(b, "Deciso dall'operatore", len(t.Rulings))
	for i := range t.Rulings {
		line(b, "", t.Rulings[i].String())
	}
	section(b, "Regole provate", len(t.Tried))
	for _, s := range t.Tried {
		if s.Fact != "" {
			line(b, "", s.Fact)
		}
		outcome := "non applicata"
		if s.Outcome == "APPLICATA" {
			outcome = "applicata"
		}
		line(b, "", s.Rule+" "+outcome+": "+s.Why)
	}
	line(b, "Altri fatti, non mostrati", t.Values.NotShown)
	line(b, "Altri passi, non mostrati", t.Values.NotTold)
	section(b, "Confronti", len(t.Compared))
	for i := range t.Compared {
		line(b, "", t.Compared[i].String())
	}
	t.writeSearched(b, "Cercato e trovato", true)
	t.writeSearched(b, "Cercato e non trovato", false)
	line(b, "Con l'altro criterio", prefixed("", t.Values.ProRata, " euro in proporzione ai giorni"))
}

func (t *trace) writeSearched(b *strings.Builder, title string, found bool) {
	first := true
	for _, s := range t.Searched {
		if s.Found != found {
			continue
		}
		if first {
			section(b, title, 1)
			first = false
		}
		line(b, "", s.What+" ("+s.Detail+")")
	}
}

// section writes a title, where something follows.
func section(b *strings.Builder, title string, n int) {
	if n > 0 {
		b.WriteString("  " + title + ":\n")
	}
}

// String writes a comparison as a person reads it.
func (c *compared) String() string {
	difference := fmt.Sprintf("%+d giorni", c.Difference)
	if c.Unit == "centesimi" {
		sign := "+"
		if c.Difference < 0 {
			sign = ""
		}
		difference = sign + pipeline.Cents(c.Difference).Italian() + " euro"
	}
	return fmt.Sprintf("%s: %s rispetto a %s, %s", c.Fact, spoken(c.Value), spoken(c.Limit), difference)
}

// spoken writes a date or an amount as a person does; a number as it is.
func spoken(v string) string {
	if d, err := pipeline.ParseDate(v); err == nil {
		return d.Italian()
	}
	if _, err := strconv.Atoi(v); err == nil {
		return v
	}
	if c, err := pipeline.ParseCents(v); err == nil {
		return c.Italian() + " euro"
	}
	return v
}
