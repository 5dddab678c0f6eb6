package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// itemPage is the page of an item.
type itemPage struct {
	Title    string
	Kind     worklist.Kind
	Folder   string
	ListName string
	Detail   *worklist.Detail
	Row      rowView
	Steps    []step
	Held     string // a sentence on who has it
	Back     string // the list it was opened from
	Path     string // of the page, without where it was opened from
	Self     string // of the page, to come back to
	Claim    *claimView
	Compare  *comparison
	Timeline *timeline
	Risk     string
	Actions  []worklistAction
	History  []happening
	Choices  []choice
	Closing  *closingView // that counts, or waits; nil for none
	Undo     pipeline.Instant
	Works    bool

	// May tells why an act is refused, by its name: "" where it is not.
	May        map[string]string
	Elabora    bool // opened from da lavorare
	Colleagues []string
	FactKinds  []choiceOf
	Outcomes   []choiceOf
	Form       url.Values // as it was sent, where something is wrong with it
	Mistakes   mistakes
	Token      string
	Today      pipeline.Date
}

// step is a state on an item's way.
type step struct {
	Label   string
	Current bool
}

// claimView is the claim as it is shown.
type claimView struct {
	worklist.ClaimSheet
	Code string // codice fiscale, whole
}

// worklistAction is an action in force as it is shown.
type worklistAction struct {
	pipeline.Action
	When   string
	Amount string
	Shares bool // rests on a source of the exception
}

// happening is something in the history of an item.
type happening struct {
	at               pipeline.Instant
	When, What, Text string
}

// closingView is a closing as it is shown.
type closingView struct {
	worklist.Closing
	Waits bool
	Text  string // of its decision
}

// itemPageOf makes the handler of the page of an item. It never changes Letto.
func itemPageOf(kind worklist.Kind) handler {
	return func(s *Server, q *request) (view, error) {
		k, err := q.key(kind)
		if err != nil {
			return view{}, err
		}
		p, err := s.newItemPage(q, k)
		if err != nil {
			return view{}, err
		}
		return view{Template: "elemento", Data: p}, nil
	}
}

// key reads the item out of the path.
func (q *request) key(kind worklist.Kind) (worklist.Key, error) {
	id, ok := decodeID(q.PathValue("id"))
	if !ok {
		return worklist.Key{}, worklist.ErrUnknown
	}
	return worklist.Key{Kind: kind, ID: id}, nil
}

func (s *Server) newItemPage(q *request, k worklist.Key) (*itemPage, error) {
	d, err := s.Desk.Look(q.Context(), q.who, k)
	if err != nil {
		return nil, err
	}
	today, err := s.Desk.Today(q.Context())
	if err != nil {
		return nil, err
	}
	p := &itemPage{
		Kind: k.Kind, Folder: folderOf(k.Kind), ListName: say(k.Kind), Detail: &d, Row: newRowView(&d.Row, today, q.who),
		Path: pathOf(k), Today: today, Works: q.who.Works(), Form: url.Values{}, Token: q.token(),
	}
	p.Title = p.Row.Label
	if k.Kind == worklist.KindSubmission {
		p.Title = "Comunicazione " + p.Title
	}
	p.Back = q.back(p.Folder)
	p.Self = p.Path + "?" + url.Values{"ritorno": {p.Back}}.Encode()
	p.Elabora = fromPending(p.Back)
	p.facts(today)
	p.rights(q.who, s.instant())
	if p.May["assegna"] == "" && s.Accounts != nil {
		if p.Colleagues, err = s.colleagues(q, d.Office); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// fromPending tells whether a list is the one of what is to be worked: there alone Elabora is offered.
func fromPending(back string) bool {
	u, err := url.Parse(back)
	if err != nil {
		return false
	}
	return u.Query().Get("lista") == "da-lavorare"
}

// facts lays out what is known of the item.
func (p *itemPage) facts(today pipeline.Date) {
	d := p.Detail
	p.Steps = stepsOf(p.Row.Now, d.SecondEyes)
	p.Held = heldText(&d.Item, p.Row.Now)
	if c := d.Sheet.Claim; c != nil {
		p.Claim = &claimView{*c, string(c.TaxCode)}
	}
	p.Compare = compare(&d.Sheet)
	p.Timeline = newTimeline(d, today)
	p.Risk = riskText(d.Sheet.Risk)
	for i := range d.Actions {
		a := &d.Actions[i]
		v := worklistAction{Action: *a, When: actionDays(a), Shares: d.Kind == worklist.KindException && shares(d, a)}
		if a.Total.OK {
			v.Amount = euro(a.Total.V)
		}
		p.Actions = append(p.Actions, v)
	}
	p.History = history(d)
	if d.Closing != nil && !d.Closing.Undone && p.Row.Now != worklist.StatePending {
		p.Closing = &closingView{*d.Closing, p.Row.Now == worklist.StateApproval, decisionText(d.Closing.Decision)}
	}
	for _, o := range worklist.Outcomes() {
		p.Outcomes = append(p.Outcomes, choiceOf{Value: string(o), Label: say(o)})
	}
	for _, k := range worklist.FactKinds() {
		p.FactKinds = append(p.FactKinds, choiceOf{Value: k, Label: say(k)})
	}
}

// acts are what can be done on the page, with a command that stands for it when the domain is asked whether it may.
func acts(who *worklist.Operator, today pipeline.Date) map[string]*worklist.Command {
	return map[string]*worklist.Command{
		"elabora":  {Verb: worklist.VerbElabora},
		"prendi":   {Verb: worklist.VerbTake},
		"rilascia": {Verb: worklist.VerbRelease},
		"sospendi": {Verb: worklist.VerbHold, Until: today + 1, Text: "?"},
		"annota":   {Verb: worklist.VerbNote, Text: "?"},
		"assegna":  {Verb: worklist.VerbAssign, To: who},
		"riapri":   {Verb: worklist.VerbReopen, Text: "?"},
	}
}

// rights asks the domain what may be done.
func (p *itemPage) rights(who *worklist.Operator, now pipeline.Instant) {
	p.May = map[string]string{}
	for name, c := range acts(who, worklist.Today(now)) {
		p.May[name] = whyRefused(p.Detail, c, who, now)
	}
	if p.Row.Now == worklist.StateTaken && p.Detail.Person == who.ID() {
		p.May["prendi"] = "È già in carico a chi legge."
	}
	if p.Row.Now == worklist.StatePending {
		p.May["rilascia"] = "Non è in carico a nessuno."
	}
	p.Choices = choices(p.Detail, who, now)
	p.Undo = undoOf(p.Detail, who, now)
	p.May["chiudi"] = p.Choices[0].Why
	for _, c := range p.Choices {
		if c.Why == "" {
			p.May["chiudi"] = ""
		}
	}
}

// colleagues are the accounts that an item of a sede can be given to.
func (s *Server) colleagues(q *request, office string) ([]string, error) {
	all, err := s.Accounts.Accounts(q.Context())
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range all {
		if o := all[i].Operator(); !all[i].Disabled && o.Works() && o.Sees(office) {
			names = append(names, all[i].Name)
		}
	}
	return names, nil
}

// stepsOf is the way of an item, with where it is.
func stepsOf(now worklist.State, second bool) []step {
	var out []step
	for _, s := range worklist.States() {
		switch {
		case s == worklist.StateHeld && now != s, s == worklist.StateApproval && now != s && !second:
			continue
		}
		out = append(out, step{say(s), s == now})
	}
	return out
}

// heldText says who has an item.
func heldText(i *worklist.Item, now worklist.State) string {
	switch now {
	case worklist.StateTaken:
		return "In carico a " + i.Holder + " dal " + moment(i.Since) + "."
	case worklist.StateHeld:
		return "In attesa fino al " + i.Until.Italian() + ", per " + i.Holder + ": " + i.Why
	case worklist.StateApproval:
		return "Chiusa da " + i.Holder + " il " + moment(i.Since) + ": aspetta una seconda persona."
	case worklist.StateWorked:
		return "Lavorata il " + moment(i.Since) + "."
	}
	if i.Gone {
		return "L'eccezione si è chiusa da sola."
	}
	return "Non è in carico a nessuno."
}

// riskText says what an item may cost.
func riskText(r *worklist.Risk) string {
	if r == nil {
		return ""
	}
	text := count(r.Days, "giorno che può essere pagato e non dovuto", "giorni che possono essere pagati e non dovuti")
	if r.Direction == worklist.Withheld {
		text = count(r.Days, "giorno che può essere dovuto e non pagato", "giorni che possono essere dovuti e non pagati")
	}
	if r.Amount != 0 {
		text += ", " + euro(r.Amount)
	}
	return text + ", prima del pagamento del " + r.Payment.Italian()
}

// decisionText says what a closing decided.
func decisionText(d *worklist.Decision) string {
	if d == nil {
		return "Senza provvedimento"
	}
	text := say(d.Kind)
	switch {
	case d.Kind == worklist.DecideDates:
		text += ": " + period(d.From, d.To)
	case d.Fact != nil:
		text += ": " + say(d.Fact.Kind) + ", " + d.Fact.On.Italian()
	}
	return text
}

// history is what happened to an item, the newest first.
func history(d *worklist.Detail) []happening {
	var out []happening
	for i := range d.Changes {
		e := &d.Changes[i]
		at := pipeline.Instant(int64(e.Night.UnixDays()) * 24 * 3600 * 1_000_000)
		out = append(out, happening{at, e.Night.Italian(), "Notte: " + strings.ToLower(say(e.State)), e.Text})
	}
	for i := range d.Notes {
		n := &d.Notes[i]
		out = append(out, happening{n.At, moment(n.At), "Nota di " + n.By, n.Text})
	}
	for i := range d.Closings {
		c := &d.Closings[i]
		what := "Chiusa da " + c.By + " come " + strings.ToLower(say(c.Outcome)) + ". " + decisionText(c.Decision)
		out = append(out, happening{c.At, moment(c.At), what, c.Reason})
		if c.ApprovedBy != "" {
			out = append(out, happening{c.ApprovedAt, moment(c.ApprovedAt), "Approvata da " + c.ApprovedBy, ""})
		}
		if c.Undone {
			out = append(out, happening{c.UndoneAt, moment(c.UndoneAt), "Chiusura tolta da " + c.UndoneBy, c.UndoneReason})
		}
		if c.Night != 0 {
			at := pipeline.Instant(int64(c.Night.UnixDays()+1) * 24 * 3600 * 1_000_000)
			out = append(out, happening{max(at, c.EffectiveAt()), c.Night.Italian(), "Notte: provvedimento acquisito", ""})
		}
	}
	slices.SortStableFunc(out, func(a, b happening) int { return cmp.Compare(b.at, a.at) })
	return out
}

// trailPage is the audit of an item.
type trailPage struct {
	Title, Label, Path, Folder, ListName string
	Rows                                 []traceView
}

type traceView struct {
	worklist.Trace
	When string
}

// trailPageOf makes the handler of the audit of an item.
func trailPageOf(kind worklist.Kind) handler {
	return func(s *Server, q *request) (view, error) {
		k, err := q.key(kind)
		if err != nil {
			return view{}, err
		}
		rows, err := s.Desk.Trail(q.Context(), q.who, k)
		if err != nil {
			return view{}, err
		}
		p := &trailPage{Title: "Registro dell'elemento", Label: k.ID, Path: pathOf(k), Folder: folderOf(kind), ListName: say(kind)}
		for _, t := range rows {
			p.Rows = append(p.Rows, traceView{t, moment(t.At)})
		}
		return view{Template: "registro", Data: p, Status: http.StatusOK}, nil
	}
}
