package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// actPageOf makes the handler of the forms on the page of an item.
func actPageOf(kind worklist.Kind) handler {
	return func(s *Server, q *request) (view, error) {
		k, err := q.key(kind)
		if err != nil {
			return view{}, err
		}
		targets, err := q.targets(kind)
		if err != nil || len(targets) != 1 || targets[0].Key != k {
			return view{}, errForm
		}
		today, err := s.Desk.Today(q.Context())
		if err != nil {
			return view{}, err
		}
		c, wrong, err := s.commandOf(q, targets[0], today)
		if err != nil {
			return view{}, err
		}
		if len(wrong) > 0 {
			return s.mistaken(q, k, wrong)
		}
		return s.act(q, c)
	}
}

// act carries a command out on one item.
func (s *Server) act(q *request, c *worklist.Command) (view, error) {
	k := c.Items[0].Key
	back := q.back(folderOf(k.Kind))
	r, err := s.do(q, c)
	if err == nil {
		err = result(&r)
	}
	switch {
	case errors.Is(err, worklist.ErrIncomplete):
		return s.mistaken(q, k, mistakes{{q.form.Get("azione"), sentence(err)}})
	case err != nil:
		return s.refused(q, k, back, err)
	}
	o := s.outcomeOf(c, &r)
	if c.Verb == worklist.VerbClose {
		return view{Redirect: q.keepOutcome(o, back)}, nil
	}
	place := "titolo"
	if c.Verb == worklist.VerbNote {
		place = "storia"
	}
	return view{Redirect: withFragment(withQuery(pathOf(k), "ritorno", back), place), Flash: o.Text}, nil
}

// mistaken shows the page of the item again, with what was sent and what is wrong with it.
func (s *Server) mistaken(q *request, k worklist.Key, wrong mistakes) (view, error) {
	p, err := s.newItemPage(q, k)
	if err != nil {
		return view{}, err
	}
	p.Form, p.Mistakes = q.form, wrong
	return view{Template: "elemento", Data: p, Status: http.StatusUnprocessableEntity}, nil
}

// commandOf reads a form of the page of an item. What is wrong with its fields are mistakes; a form that the page has not
// got is an error.
func (s *Server) commandOf(q *request, t worklist.Target, today pipeline.Date) (*worklist.Command, mistakes, error) {
	text := func(name string) string { return strings.TrimSpace(q.form.Get(name)) }
	c := &worklist.Command{Items: []worklist.Target{t}}
	var wrong mistakes
	needed := func(field, what string) {
		c.Text = text(field)
		switch n := len([]rune(c.Text)); {
		case n == 0:
			wrong.add(field, what+" manca")
		case n > worklist.MaxText:
			wrong.add(field, what+" è troppo lungo: al massimo 2.000 caratteri")
		}
	}
	switch text("azione") {
	case "elabora":
		c.Verb = worklist.VerbElabora
	case "prendi":
		c.Verb = worklist.VerbTake
	case "rilascia":
		c.Verb = worklist.VerbRelease
	case "sospendi":
		c.Verb = worklist.VerbHold
		c.Until = wrong.day("rientro", "Il giorno del rientro", text("rientro"))
		if c.Until != 0 && (c.Until <= today || c.Until > today+worklist.MaxHold) {
			wrong.add("rientro", "Il giorno del rientro deve essere dopo oggi, al massimo fra un anno")
		}
		needed("motivo_attesa", "Il motivo dell'attesa")
	case "annota":
		c.Verb = worklist.VerbNote
		needed("nota", "Il testo della nota")
	case "riapri":
		c.Verb = worklist.VerbReopen
		needed("motivo_riapertura", "Il motivo della riapertura")
	case "assegna":
		return c, wrong, s.assignment(q, c, &wrong)
	case "chiudi":
		readClosing(q, c, &wrong)
	default:
		return nil, nil, errForm
	}
	return c, wrong, nil
}

// assignment finds who an item is given to.
func (s *Server) assignment(q *request, c *worklist.Command, wrong *mistakes) error {
	c.Verb = worklist.VerbAssign
	name := strings.TrimSpace(q.form.Get("a"))
	if name == "" || s.Accounts == nil {
		wrong.add("a", "L'operatore a cui assegnare manca")
		return nil
	}
	to, err := s.colleague(q.Context(), name)
	if errors.Is(err, worklist.ErrNotGranted) {
		wrong.add("a", sentence(err))
		return nil
	}
	c.To = to
	return err
}

// readClosing reads the form that closes an item.
func readClosing(q *request, c *worklist.Command, wrong *mistakes) {
	c.Verb = worklist.VerbClose
	c.Outcome = worklist.Outcome(q.form.Get("esito"))
	c.Text = strings.TrimSpace(q.form.Get("motivo"))
	if words[string(c.Outcome)] == "" {
		wrong.add("esito", "L'esito manca: scegliere fondata, utile o infondata")
	}
	if kind := q.form.Get("provvedimento"); kind != "" {
		c.Decision = readDecision(q, worklist.DecisionKind(kind), wrong)
		if c.Text == "" {
			wrong.add("motivo", "Il motivo del provvedimento manca")
		}
	}
	if len([]rune(c.Text)) > worklist.MaxText {
		wrong.add("motivo", "Il motivo è troppo lungo: al massimo 2.000 caratteri")
	}
}

// readDecision reads what a closing decides. Fields of other decisions are left alone: the form shows them all.
func readDecision(q *request, kind worklist.DecisionKind, wrong *mistakes) *worklist.Decision {
	text := func(name string) string { return strings.TrimSpace(q.form.Get(name)) }
	d := &worklist.Decision{Kind: kind}
	switch kind {
	case worklist.DecideDates:
		d.From = wrong.day("accertato_dal", "Il primo giorno accertato", text("accertato_dal"))
		if text("accertato_al") != "" {
			d.To = wrong.day("accertato_al", "L'ultimo giorno accertato", text("accertato_al"))
		}
		if d.From != 0 && d.To != 0 && d.To < d.From {
			wrong.add("accertato_al", "L'ultimo giorno accertato viene prima del primo")
		}
	case worklist.DecideFact:
		d.Fact = readFact(text, wrong)
	case worklist.DecideConfirm, worklist.DecideRefuse:
	default:
		wrong.add("provvedimento", "Il provvedimento richiesto non esiste")
	}
	return d
}

// readFact reads a fact to add. What its kind takes is told by [worklist.Decision.Check].
func readFact(text func(string) string, wrong *mistakes) *worklist.Fact {
	f := &worklist.Fact{Kind: text("fatto"), Patronato: text("patronato"), Category: text("categoria"), Basis: text("origine")}
	if f.Kind == "" {
		wrong.add("fatto", "Il fatto da aggiungere manca")
		return f
	}
	f.On = wrong.day("fatto_data", "La data del fatto", text("fatto_data"))
	if text("inizio") != "" {
		f.Start = wrong.day("inizio", "L'inizio del rapporto", text("inizio"))
	}
	if t := text("reddito"); t != "" {
		cents, err := pipeline.ParseCents(plainDecimal(t))
		if err != nil {
			wrong.add("reddito", "Il reddito non è un importo: scrivere per esempio 1.234,50")
		}
		f.Income = pipeline.Some(cents)
	}
	if t := text("anno_reddito"); t != "" {
		y, err := strconv.Atoi(t)
		if err != nil || y < 1900 || y > 9999 {
			wrong.add("anno_reddito", "L'anno va scritto con quattro cifre, per esempio 2014")
			y = 0
		}
		f.Year = int32(y)
	}
	if t := text("nuovo_codice"); t != "" {
		code, err := pipeline.ParseCodiceFiscale(strings.ToUpper(strings.Join(strings.Fields(t), "")))
		if err != nil {
			wrong.add("nuovo_codice", "Il codice fiscale nuovo non è corretto")
		}
		f.NewCode = code
	}
	if len(*wrong) == 0 {
		if err := (&worklist.Decision{Kind: worklist.DecideFact, Fact: f}).Check(); err != nil {
			wrong.add("fatto", sentence(err))
		}
	}
	return f
}

// plainDecimal makes "1234.50" of "1.234,50".
func plainDecimal(s string) string {
	if strings.Contains(s, ",") {
		s = strings.ReplaceAll(s, ".", "")
	}
	return strings.ReplaceAll(s, ",", ".")
}
