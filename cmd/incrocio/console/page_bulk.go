package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incrocio/pipeline/worklist"
)

// bulkActions are what the bar under a list can do, as its buttons name it.
var bulkActions = map[string]struct {
	verb    worklist.Verb
	outcome worklist.Outcome
}{
	"elabora":          {verb: worklist.VerbElabora},
	"prendi":           {verb: worklist.VerbTake},
	"rilascia":         {verb: worklist.VerbRelease},
	"chiudi-fondata":   {worklist.VerbClose, worklist.OutcomeFounded},
	"chiudi-utile":     {worklist.VerbClose, worklist.OutcomeUseful},
	"chiudi-infondata": {worklist.VerbClose, worklist.OutcomeUnfounded},
}

// confirmPage asks once more before many items are closed, and for what is missing.
type confirmPage struct {
	Title    string
	Folder   string
	Action   string
	Items    []string // values of the fields
	Count    int
	Second   bool // takes a second person because of the number
	Alone    int
	Outcome  string
	Decision string
	Effect   string
	Reason   string
	Token    string
	Back     string
	Mistakes mistakes
}

// bulkPageOf makes the handler of the bar under a list.
func bulkPageOf(kind worklist.Kind) handler {
	return func(s *Server, q *request) (view, error) {
		back := q.back(folderOf(kind))
		targets, err := q.targets(kind)
		if err != nil {
			return view{}, err
		}
		one := q.form.Get("una") // the button of a row: that item, whatever is ticked
		if one != "" {
			t, ok := parseTarget(kind, one)
			if !ok {
				return view{}, errForm
			}
			targets = []worklist.Target{t}
		}
		if len(targets) == 0 {
			return view{Redirect: withFragment(back, "titolo"), Flash: "Nessun elemento selezionato: non è stato fatto nulla."}, nil
		}
		action := q.form.Get("azione")
		if one != "" {
			action = "elabora"
		}
		does, ok := bulkActions[action]
		if !ok {
			return view{}, errForm
		}
		c := &worklist.Command{Verb: does.verb, Outcome: does.outcome, Items: targets}
		if c.Verb == worklist.VerbClose {
			c.Text = strings.TrimSpace(q.form.Get("motivo"))
			if d := q.form.Get("provvedimento"); d != "" {
				c.Decision = &worklist.Decision{Kind: worklist.DecisionKind(d)}
			}
			if p := confirmOf(q, kind, action, c, back); p != nil {
				v := view{Template: "conferma", Data: p}
				if len(p.Mistakes) > 0 {
					v.Status = http.StatusUnprocessableEntity
				}
				return v, nil
			}
		}
		return s.bulk(q, c, back)
	}
}

// confirmOf gives the page to be seen before the closing: where something is missing, or where so many items take a second
// person and whoever asks was not told yet. Nil where nothing is in the way.
func confirmOf(q *request, kind worklist.Kind, action string, c *worklist.Command, back string) *confirmPage {
	p := &confirmPage{
		Title: "Conferma della chiusura", Folder: folderOf(kind), Action: action, Count: len(c.Items), Second: len(c.Items) > worklist.MaxAlone,
		Alone: worklist.MaxAlone, Outcome: say(c.Outcome), Reason: c.Text, Token: q.token(), Back: back,
	}
	if c.Decision != nil {
		p.Decision = string(c.Decision.Kind)
		p.Effect = bulkEffect(c.Decision.Kind)
		switch {
		case p.Effect == "":
			p.Mistakes.add("provvedimento", "Questo provvedimento si prende su un elemento alla volta")
			p.Decision = ""
		case c.Text == "":
			p.Mistakes.add("motivo", "Il motivo del provvedimento manca")
		}
	}
	if len([]rune(c.Text)) > worklist.MaxText {
		p.Mistakes.add("motivo", "Il motivo è troppo lungo: al massimo 2.000 caratteri")
	}
	if len(p.Mistakes) == 0 && (!p.Second || q.form.Get("confermo") == "1") {
		return nil
	}
	for _, t := range c.Items {
		p.Items = append(p.Items, targetText(&worklist.Item{Key: t.Key, Version: t.Version, Fingerprint: t.Fingerprint}))
	}
	return p
}

// bulkEffect says what a decision does that can be taken on several items; "" for one that cannot.
func bulkEffect(k worklist.DecisionKind) string {
	switch k {
	case worklist.DecideConfirm:
		return "La prossima notte le azioni proposte su queste domande, che poggiano sulle stesse fonti, diventano automatiche."
	case worklist.DecideRefuse:
		return "La prossima notte le azioni proposte su queste domande, che poggiano sulle stesse fonti, non si fanno; quelle già emesse sono annullate."
	case worklist.DecideDates, worklist.DecideFact:
	}
	return ""
}

// bulk carries a command out on the items of a list. Elabora of one item opens it.
func (s *Server) bulk(q *request, c *worklist.Command, back string) (view, error) {
	r, err := s.do(q, c)
	if err != nil {
		return view{}, err
	}
	o := s.outcomeOf(c, &r)
	if len(c.Items) == 1 {
		if err := result(&r); err != nil {
			return s.refused(q, c.Items[0].Key, back, err)
		}
		if c.Verb == worklist.VerbElabora {
			path := pathOf(c.Items[0].Key) + "?" + url.Values{"ritorno": {back}}.Encode()
			return view{Redirect: withFragment(path, "titolo"), Flash: o.Text}, nil
		}
	}
	return view{Redirect: q.keepOutcome(o, back)}, nil
}

// undoGroup takes a closing back, or a bulk of them.
func (s *Server) undoGroup(q *request) (view, error) {
	group, ok := q.group()
	if !ok {
		return view{}, errForm
	}
	c := &worklist.Command{Verb: worklist.VerbUndo, Group: group}
	r, err := s.do(q, c)
	if err != nil {
		return view{}, err
	}
	if len(r.Results) == 1 {
		if err := result(&r); err != nil {
			return view{}, err
		}
	}
	return view{Redirect: q.keepOutcome(s.outcomeOf(c, &r), q.back("/"))}, nil
}

// refusedPage tells that nothing was done to an item, by whom it was changed, and where to read it again.
type refusedPage struct {
	Title string
	Why   string
	Path  string
	Back  string
}

// refused answers for an item on which the command was refused.
func (s *Server) refused(q *request, k worklist.Key, back string, err error) (view, error) {
	status, p := s.explain(q, err)
	if status != http.StatusConflict {
		return view{}, err
	}
	page := &refusedPage{Title: p.Title, Why: p.Text, Path: pathOf(k) + "?" + url.Values{"ritorno": {back}}.Encode(), Back: back}
	return view{Status: status, Template: "conflitto", Data: page}, nil
}

// bulkDecisions are the kinds that the bar under a list offers.
var bulkDecisions = slices.DeleteFunc(worklist.DecisionKinds(), func(k worklist.DecisionKind) bool { return bulkEffect(k) == "" })
