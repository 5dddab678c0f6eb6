package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// filters are those of a list as its URL has them, with what they ask for. Whatever names a person is not in the URL: it is
// kept in the session, under the name in Search.
type filters struct {
	Kind     worklist.Kind
	List     string // pervenute, da-lavorare, lavorate
	Year     string
	From, To string // as they were typed
	Type     string // evento, variazione
	Offices  []string
	States   []string
	Code     string
	Class    string
	Claim    string
	Rule     string
	Mine     bool
	Overdue  bool
	Order    string
	Rows     string
	After    string
	Search   string
	TaxCode  string // of the search
	Protocol string

	Mistakes mistakes
	query    worklist.Query
}

// The lists as URLs name them, in the order of DSWeb.
var lists = []struct {
	URL, Label string
	List       worklist.List
}{
	{"pervenute", "Pervenute", worklist.ListReceived},
	{"da-lavorare", "Da lavorare", worklist.ListPending},
	{"lavorate", "Lavorate", worklist.ListWorked},
}

// listOf names the list that the items of a kind are in while they are in a state.
func listOf(k worklist.Kind, s worklist.State) string {
	for _, l := range lists {
		if l.List != worklist.ListReceived && slices.Contains(l.List.States(k), s) {
			return l.URL
		}
	}
	return ""
}

// mine changes to what one has in charge, in another list where in this one nothing is.
func (f *filters) mine() {
	f.Mine, f.Overdue = true, false
	if !f.HasTaken() {
		f.List, f.States = listOf(f.Kind, worklist.StateTaken), nil
	}
}

// HasTaken tells whether what one has in charge can be in the list.
func (f *filters) HasTaken() bool {
	return slices.Contains(f.query.List.States(f.Kind), worklist.StateTaken)
}

// orders are the orders as URLs name them.
var orders = []struct {
	URL, Label string
	Order      worklist.Order
}{
	{"priorita", "Urgenza", worklist.OrderPriority},
	{"scadenza", "Termine", worklist.OrderDue},
	{"data", "Più recenti", worklist.OrderDate},
}

// pageSizes are the numbers of rows to choose from; the first is taken where none is named.
var pageSizes = []string{"20", "50", "100", "200", "500"}

// readFilters reads the filters of a list out of its URL, or, where kept is nil, out of a form that was sent. kept gives
// what a search of the session was for.
func readFilters(kind worklist.Kind, form url.Values, kept func(string) (url.Values, bool)) *filters {
	text := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	f := &filters{
		Kind: kind, List: text("lista"), Year: text("anno"), From: text("dal"), To: text("al"), Type: strings.ToLower(text("tipologia")),
		Offices: values(form["sede"]), States: values(form["stato"]), Code: strings.ToUpper(text("codice")),
		Class: strings.ToUpper(text("classe")), Claim: text("domanda"), Rule: strings.ToUpper(text("regola")),
		Mine: text("mie") != "", Overdue: text("scadute") != "",
		Order: text("ordine"), Rows: text("righe"), After: form.Get("dopo"), Search: text("ricerca"),
	}
	switch {
	case kept == nil:
		f.TaxCode, f.Protocol, f.After = text("cf"), text("protocollo"), ""
		if _, err := pipeline.ParseCodiceFiscale(f.Claim); err == nil { // typed into the wrong field: not for the URL
			f.TaxCode, f.Claim = f.Claim, ""
		}
	case f.Search != "":
		who, ok := kept(f.Search)
		if !ok {
			f.Mistakes.add("cf", "La ricerca per codice fiscale o protocollo è scaduta: ripeterla")
		}
		f.TaxCode, f.Protocol = who.Get("cf"), who.Get("protocollo")
	}
	f.read()
	return f
}

// values gives the texts of a field that can be given several times, sorted and each once.
func values(texts []string) []string {
	var out []string
	for _, t := range texts {
		for part := range strings.FieldsFuncSeq(t, func(r rune) bool { return r == ',' || r == ' ' }) {
			out = append(out, part)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Limits of what a filter may hold.
const (
	maxFilter  = 64   // characters of a text
	maxOffices = 50   // sedi at once
	maxCursor  = 1000 // characters of Query.After
)

// read makes the query out of the texts.
func (f *filters) read() {
	f.query = worklist.Query{
		Kind: f.Kind, Offices: f.Offices, Code: f.Code, Class: f.Class, Claim: f.Claim, Rule: f.Rule,
		Mine: f.Mine, Overdue: f.Overdue, After: f.After, Protocol: f.Protocol,
	}
	f.readList()
	f.readDays()
	f.readClosed()
	f.readPerson()
	for _, c := range []struct{ field, text, what string }{
		{"codice", f.Code, "Il codice"}, {"domanda", f.Claim, "Il numero della domanda"}, {"regola", f.Rule, "La regola"},
	} {
		if len(c.text) > maxFilter {
			f.Mistakes.add(c.field, c.what+" è troppo lungo")
		}
	}
	if len(f.Offices) > maxOffices {
		f.Mistakes.add("sede", "Le sedi sono troppe: al massimo "+strconv.Itoa(maxOffices))
	}
	if len(f.After) > maxCursor {
		f.Mistakes.add("dopo", "La pagina richiesta non esiste")
	}
}

func (f *filters) readList() {
	if f.List == "" {
		f.List = "da-lavorare"
	}
	for _, l := range lists {
		if l.URL == f.List {
			f.query.List = l.List
		}
	}
	if f.query.List == "" {
		f.Mistakes.add("lista", "La lista richiesta non esiste")
	}
	if f.Order == "" {
		f.Order = "priorita"
		if f.Kind != worklist.KindException {
			f.Order = "data"
		}
	}
	for _, o := range orders {
		if o.URL == f.Order {
			f.query.Order = o.Order
		}
	}
	if f.query.Order == "" {
		f.Mistakes.add("ordine", "L'ordine richiesto non esiste")
	}
	if f.Rows == "" {
		f.Rows = pageSizes[0]
	}
	if !slices.Contains(pageSizes, f.Rows) {
		f.Mistakes.add("righe", "Il numero di righe non è fra quelli offerti")
		return
	}
	f.query.Limit, _ = strconv.Atoi(f.Rows)
}

// readDays reads the year or the range of days. For submissions one of the two is obligatory, as in DSWeb.
func (f *filters) readDays() {
	switch {
	case f.Year != "" && (f.From != "" || f.To != ""):
		f.Mistakes.add("anno", "Indicare l'anno oppure l'intervallo di date, non entrambi")
	case f.Year != "":
		y, err := strconv.Atoi(f.Year)
		first, ok := pipeline.MakeDate(y, 1, 1)
		if err != nil || !ok || len(f.Year) != 4 || f.Year[0] == '+' {
			f.Mistakes.add("anno", "L'anno va scritto con quattro cifre, per esempio 2014")
			return
		}
		f.query.From, f.query.To = first, first.AddMonths(12)-1
	case f.From != "" || f.To != "":
		f.query.From = f.Mistakes.day("dal", "Il primo giorno", f.From)
		f.query.To = f.Mistakes.day("al", "L'ultimo giorno", f.To)
		if f.query.From != 0 && f.query.To != 0 && f.query.To < f.query.From {
			f.Mistakes.add("al", "L'ultimo giorno viene prima del primo")
		}
	case f.Kind == worklist.KindSubmission:
		f.Mistakes.add("anno", "Indicare l'anno di riferimento oppure l'intervallo di date")
	}
}

// readClosed reads what must be one of a closed list.
func (f *filters) readClosed() {
	switch f.Type {
	case "":
	case "evento", "variazione":
		f.query.Type = strings.ToUpper(f.Type)
	default:
		f.Mistakes.add("tipologia", "La tipologia è evento oppure variazione")
	}
	for i, s := range f.States {
		f.States[i] = strings.ToUpper(s)
		state := worklist.State(f.States[i])
		if !slices.Contains(worklist.States(), state) {
			f.Mistakes.add("stato", "Uno degli stati richiesti non esiste")
			return
		}
		f.query.States = append(f.query.States, state)
	}
	if f.Class != "" && !slices.Contains(classes, f.Class) {
		f.Mistakes.add("classe", "La classe richiesta non esiste")
	}
}

var classes = []string{pipeline.ClassBlock, pipeline.ClassHold, pipeline.ClassProtect, pipeline.ClassInfo}

// readPerson reads what names a person. A code with a wrong check character may be looked for: there are such submissions.
func (f *filters) readPerson() {
	f.TaxCode = strings.ToUpper(strings.Join(strings.Fields(f.TaxCode), ""))
	f.query.TaxCode = pipeline.CodiceFiscale(f.TaxCode)
	odd := strings.ContainsFunc(f.TaxCode, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') })
	if f.TaxCode != "" && (odd || len(f.TaxCode) != 16 && len(f.TaxCode) != 11) {
		f.Mistakes.add("cf", "Il codice fiscale ha 16 lettere e cifre, o 11 cifre se è provvisorio")
	}
	if len(f.Protocol) > maxFilter {
		f.Mistakes.add("protocollo", "Il numero di protocollo è troppo lungo")
	}
}

// path gives the URL of the list with these filters, from its first page. It never holds what names a person.
func (f *filters) path() string {
	v := url.Values{}
	for _, p := range [][2]string{
		{"lista", f.List},
		{"anno", f.Year},
		{"dal", f.From},
		{"al", f.To},
		{"tipologia", f.Type},
		{"codice", f.Code},
		{"classe", f.Class},
		{"domanda", f.Claim},
		{"regola", f.Rule},
		{"ordine", f.Order},
		{"righe", f.Rows},
		{"ricerca", f.Search},
	} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	for _, o := range f.Offices {
		v.Add("sede", o)
	}
	for _, s := range f.States {
		v.Add("stato", s)
	}
	if f.Mine {
		v.Set("mie", "1")
	}
	if f.Overdue {
		v.Set("scadute", "1")
	}
	return folderOf(f.Kind) + "?" + v.Encode()
}

// with gives the URL of the list with one filter changed.
func (f *filters) with(change func(*filters)) string {
	next := *f
	change(&next)
	return next.path()
}

// at gives the URL of one page of the list.
func (f *filters) at(after string) string {
	if after == "" {
		return f.path()
	}
	return withQuery(f.path(), "dopo", after)
}

// Classes are the classes to choose from.
func (f *filters) Classes() []choiceOf {
	var out []choiceOf
	for _, c := range classes {
		out = append(out, choiceOf{c, say(c), c == f.Class})
	}
	return out
}

// StateChoices are the states that an item of the list can be in.
func (f *filters) StateChoices() []choiceOf {
	var out []choiceOf
	for _, s := range worklist.States() {
		if !slices.Contains(f.query.List.States(f.Kind), s) {
			continue
		}
		out = append(out, choiceOf{string(s), say(s), slices.Contains(f.States, string(s))})
	}
	return out
}

// Orders are the orders to choose from.
func (f *filters) Orders() []choiceOf {
	var out []choiceOf
	for _, o := range orders {
		out = append(out, choiceOf{o.URL, o.Label, o.URL == f.Order})
	}
	return out
}

// Sizes are the numbers of rows to choose from.
func (f *filters) Sizes() []choiceOf {
	var out []choiceOf
	for _, n := range pageSizes {
		out = append(out, choiceOf{n, n, n == f.Rows})
	}
	return out
}
