package console

// helpPage is the page of help, with the settings of the keys.
type helpPage struct {
	Title string
	Keys  []keyHelp
	Off   bool // the keys are switched off
}

// keyHelp is a key and what it does.
type keyHelp struct{ Key, Does string }

// keys are those of console.js.
var keys = []keyHelp{
	{"/", "va al primo filtro della lista"},
	{"j", "passa alla riga seguente"},
	{"k", "passa alla riga precedente"},
	{"Spazio", "seleziona o deseleziona la riga, quando il fuoco è sulla sua casella"},
	{"x", "seleziona o deseleziona la riga corrente"},
	{"a", "seleziona o deseleziona tutte le righe mostrate"},
	{"Invio", "apre la riga corrente"},
	{"e", "elabora la riga corrente o l'elemento aperto (solo da lavorare)"},
	{"c", "va alla chiusura: poi 1 fondata, 2 utile, 3 infondata, e Invio per confermare"},
	{"?", "apre questo aiuto"},
}

// help shows the help.
func (s *Server) help(q *request) (view, error) {
	return view{Template: "aiuto", Data: &helpPage{"Aiuto", keys, q.session.keysOff()}}, nil
}

// setKeys switches the keys on or off for the session (WCAG 2.1, 2.1.4).
func (s *Server) setKeys(q *request) (view, error) {
	off := q.form.Get("tasti") == "spenti"
	q.session.setKeys(off)
	text := "I tasti rapidi sono accesi."
	if off {
		text = "I tasti rapidi sono spenti."
	}
	return view{Redirect: "/aiuto#titolo", Flash: text}, nil
}

// keysOff tells whether the session has switched the keys off.
func (s *session) keysOff() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.noKeys
}

func (s *session) setKeys(off bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noKeys = off
}

// accessibility shows the declaration of accessibility.
func (s *Server) accessibility(*request) (view, error) {
	return view{Template: "accessibilita", Data: &helpPage{Title: "Accessibilità"}}, nil
}
