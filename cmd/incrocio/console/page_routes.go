package console

import (
	"html/template"
	"net/http"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// pageRoutes are the rows of the operators' pages.
func pageRoutes() []route {
	get, post, reader, worker := http.MethodGet, http.MethodPost, worklist.RoleReader, worklist.RoleOperator
	rows := []route{
		{Method: get, Pattern: "/{$}", Name: "notte", Role: reader, Handle: (*Server).home},
		{Method: get, Pattern: "/eccezioni/esporta", Name: "eccezioni", Role: reader, Handle: (*Server).exportForm},
		{Method: post, Pattern: "/eccezioni/esporta", Name: "eccezioni", Role: reader, Handle: (*Server).export},
		{Method: get, Pattern: "/approvazioni", Name: "approvazioni", Role: reader, Handle: (*Server).approvals},
		{Method: post, Pattern: "/approvazioni", Name: "approvazioni", Role: worker, Handle: (*Server).judge},
		{Method: post, Pattern: "/annulla", Name: "approvazioni", Role: worker, Handle: (*Server).undoGroup},
		{Method: get, Pattern: "/agenda", Name: "agenda", Role: reader, Handle: (*Server).agenda},
		{Method: get, Pattern: "/domestico", Name: "domestico", Role: reader, Handle: (*Server).domestic},
		{Method: get, Pattern: "/aiuto", Name: "aiuto", Role: reader, Handle: (*Server).help},
		{Method: post, Pattern: "/aiuto", Name: "aiuto", Role: reader, Handle: (*Server).setKeys},
		{Method: get, Pattern: "/accessibilita", Name: "accessibilita", Role: reader, Handle: (*Server).accessibility},
	}
	for _, kind := range []worklist.Kind{worklist.KindSubmission, worklist.KindException, worklist.KindSample} {
		at, name := folderOf(kind), folderOf(kind)[1:]
		rows = append(
			rows,
			route{Method: get, Pattern: at, Name: name, Role: reader, Handle: listPageOf(kind)},
			route{Method: post, Pattern: at + "/cerca", Name: name, Role: reader, Handle: searchPageOf(kind)},
			route{Method: post, Pattern: at + "/azione", Name: name, Role: worker, Handle: bulkPageOf(kind)},
			route{Method: get, Pattern: at + "/{id}", Name: name, Role: reader, Handle: itemPageOf(kind), Item: true},
			route{Method: get, Pattern: at + "/{id}/audit", Name: name, Role: reader, Handle: trailPageOf(kind), Item: true},
			route{Method: post, Pattern: at + "/{id}/azione", Name: name, Role: worker, Handle: actPageOf(kind), Item: true},
		)
	}
	return rows
}

// pageFuncs are what the templates of the operators' pages call.
func pageFuncs() template.FuncMap {
	return template.FuncMap{
		"say":       func(code any) string { return say(textOf(code)) },
		"brief":     brief,
		"moment":    moment,
		"hour":      hour,
		"period":    period,
		"euro":      euro,
		"number":    thousands,
		"stateTag":  stateTag,
		"classTag":  classTag,
		"offices":   officesText,
		"menu":      func() []menuEntry { return menu },
		"decisions": func() []worklist.DecisionKind { return bulkDecisions },
		"closed":    decisionText,
		"cents":     func(o pipeline.Opt[pipeline.Cents]) string { return optional(o.OK, euro(o.V)) },
		"maxText":   func() int { return worklist.MaxText },
		"pair":      func(a, b any) [2]any { return [2]any{a, b} },
	}
}

func optional(ok bool, text string) string {
	if !ok {
		return ""
	}
	return text
}

// textOf is a code of one of the closed lists as text.
func textOf(code any) string {
	switch c := code.(type) {
	case string:
		return c
	case worklist.State:
		return string(c)
	case worklist.Kind:
		return string(c)
	case worklist.Role:
		return string(c)
	case worklist.Outcome:
		return string(c)
	case worklist.DecisionKind:
		return string(c)
	}
	panic("console: a template says what is no code")
}

// menuEntry is an entry of the menu.
type menuEntry struct{ Name, Path, Label string }

var menu = []menuEntry{
	{"notte", "/", "La notte"},
	{"comunicazioni", "/comunicazioni", "Comunicazioni"},
	{"eccezioni", "/eccezioni?lista=da-lavorare", "Eccezioni"},
	{"campione", "/campione?lista=da-lavorare", "Campione"},
	{"approvazioni", "/approvazioni", "Approvazioni"},
	{"agenda", "/agenda", "Agenda"},
	{"domestico", "/domestico", "Lavoro domestico"},
	{"aiuto", "/aiuto", "Aiuto"},
}
