package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// state gives the state of an item on the desk.
func (m *memoryDesk) state(kind worklist.Kind, id string) worklist.State {
	d := m.details[worklist.Key{Kind: kind, ID: id}]
	return d.Now(worklist.Today(m.now))
}

// known adds an account with a password, and gives the flags to act as it.
func (m *memoryDesk) known(t *testing.T, a worklist.Account) []string {
	t.Helper()
	a.Secret = cheapDigest
	m.accounts[(&worklist.Operator{Name: a.Name}).ID()] = a
	return []string{"--as", a.Name, "--password-file", passwordFile(t, cheapPassword)}
}

// cheapDigest is that of cheapPassword, with parameters for tests: it is in the tests of argon2's reference implementation.
const (
	cheapPassword = "password"
	cheapDigest   = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
)

// TestWayOfAnItem takes an exception through every state, by two persons.
func TestWayOfAnItem(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	bianchi := m.known(t, worklist.Account{Name: "bianchi", Role: worklist.RoleOperator, Offices: []string{"7000"}})
	as := func(args ...string) []string { return append(args, bianchi...) }
	want := func(s worklist.State) {
		t.Helper()
		if got := m.state(worklist.KindException, "e2"); got != s {
			t.Fatalf("state %s, want %s", got, s)
		}
	}
	m.call(t, as("exceptions", "take", "e2")...).want(t, exitOK)
	want(worklist.StateTaken)
	m.call(t, as("exceptions", "note", "e2", "--text", "sentito il datore")...).want(t, exitOK)
	m.call(t, as("exceptions", "hold", "e2", "--until", "2014-07-03", "--reason", "atteso il contratto")...).want(t, exitOK)
	want(worklist.StateHeld)
	m.now += pipeline.Instant(24 * 3600 * 1_000_000)
	want(worklist.StatePending)
	m.call(t, as("exceptions", "take", "e2")...).want(t, exitOK)
	m.call(t, as("exceptions", "release", "e2", "--reason", "ferie")...).want(t, exitOK)
	want(worklist.StatePending)
	m.call(t, "exceptions", "assign", "e2", "--to", " Bianchi").want(t, exitOK)
	want(worklist.StateTaken)
	closing := m.call(t, as("exceptions", "close", "e2", "--outcome", "fondata", "--decision", "conferma", "--reason", "verificato")...).want(t, exitOK)
	want(worklist.StateApproval)
	if !strings.Contains(closing.stdout, "In attesa di una seconda persona: incrocio exceptions approve 1\n") {
		t.Errorf("stdout:\n%s", closing.stdout)
	}
	own := m.call(t, as("exceptions", "approve", "1")...).want(t, exitFailed)
	if !strings.Contains(own.stdout, "serve una seconda persona") || !strings.Contains(own.stderr, "1 of 1 refused: serve una seconda persona") {
		t.Errorf("own approval:\n%s%s", own.stdout, own.stderr)
	}
	mine, other := m.call(t, as("exceptions", "requests")...).want(t, exitOK), m.call(t, "exceptions", "requests").want(t, exitOK)
	if !strings.Contains(mine.stdout, "1       bianchi (la seconda persona è un'altra)") || strings.Contains(other.stdout, "un'altra") ||
		!strings.Contains(other.stdout, "conferma") {
		t.Errorf("requests:\n%s%s", mine.stdout, other.stdout)
	}
	if none := m.call(t, "submissions", "requests", "--json").want(t, exitOK); none.stdout != "[]\n" {
		t.Errorf("requests of submissions: %s", none.stdout)
	}
	m.call(t, "exceptions", "reject", "1", "--reason", "manca il documento").want(t, exitOK)
	want(worklist.StateTaken)
	m.call(t, as("exceptions", "close", "e2", "--outcome", "fondata", "--decision", "rifiuto", "--reason", "documento acquisito")...).want(t, exitOK)
	m.call(t, "exceptions", "approve", "2").want(t, exitOK)
	want(worklist.StateWorked)
	m.call(t, as("exceptions", "undo", "2")...).want(t, exitOK)
	want(worklist.StateTaken)
	m.call(t, as("exceptions", "close", "e2", "--outcome", "utile")...).want(t, exitOK)
	m.call(t, "exceptions", "approve", "3").want(t, exitOK)
	m.now += worklist.UndoWindow + 1
	late := m.call(t, as("exceptions", "undo", "3")...).want(t, exitFailed)
	if !strings.Contains(late.stderr, "non si può più annullare") {
		t.Errorf("stderr: %s", late.stderr)
	}
	m.call(t, "exceptions", "reopen", "e2", "--reason", "nuovi elementi").want(t, exitOK)
	want(worklist.StatePending)
	if unknown := m.call(t, "exceptions", "undo", "99").want(t, exitFailed); !strings.Contains(unknown.stderr, "closing 99: l'elemento non esiste\nincrocio exceptions requests") {
		t.Errorf("stderr: %s", unknown.stderr)
	}
}

// TestCommandsActOnWhatTheyRead: the version and the fingerprint of a command are those that were just read, or the
// fingerprint that was asked for.
func TestCommandsActOnWhatTheyRead(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	m.details[worklist.Key{Kind: worklist.KindException, ID: "e1"}].Version = 7
	m.call(t, "exceptions", "take", "e1").want(t, exitOK)
	key := worklist.Key{Kind: worklist.KindException, ID: "e1"}
	equal(t, "target", []worklist.Target{{Key: key, Version: 7, Fingerprint: "impronta-e1"}}, m.commands[0].Items)
	stale := m.call(t, "exceptions", "close", "e1", "--outcome", "utile", "--fingerprint", "altra").want(t, exitFailed)
	equal(t, "target", []worklist.Target{{Key: key, Version: 8, Fingerprint: "altra"}}, m.commands[1].Items)
	if !strings.Contains(stale.stderr, "1 of 1 refused: i fatti sono cambiati nel frattempo: rileggere l'elemento\nincrocio exceptions show e1\n") {
		t.Errorf("stderr: %s", stale.stderr)
	}
	if m.state(worklist.KindException, "e1") != worklist.StateTaken {
		t.Error("closed all the same")
	}
	m.callIn(t, "e1\timpronta-e1\r\n\ne3\n", "exceptions", "note", "-", "--text", "letto").want(t, exitOK)
	equal(t, "targets", []worklist.Target{
		{Key: key, Version: 8, Fingerprint: "impronta-e1"}, {Key: worklist.Key{Kind: worklist.KindException, ID: "e3"}, Fingerprint: "impronta-e3"},
	}, m.commands[2].Items)
	if !m.closed {
		t.Error("the store stays open")
	}
}

// TestSomebodyElseWasFaster: between the look and the act another one takes the item; who is told.
func TestSomebodyElseWasFaster(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	m.meddle = func() {
		m.meddle = nil
		other := &worklist.Operator{Name: "bianchi", Role: worklist.RoleOperator, AllOffices: true}
		c := &worklist.Command{Verb: worklist.VerbTake, Items: []worklist.Target{{Key: worklist.Key{Kind: worklist.KindException, ID: "e1"}, Version: -1}}}
		if r, err := m.Do(context.Background(), other, c); err != nil || r.Results[0].Err != nil {
			t.Error(err, r)
		}
	}
	c := m.call(t, "exceptions", "take", "e1", "--json").want(t, exitFailed)
	var got shownReceipt
	if err := json.Unmarshal([]byte(c.stdout), &got); err != nil {
		t.Fatal(err)
	}
	taken := worklist.StateTaken
	equal(t, "result", []shownResult{{
		Kind: worklist.KindException, ID: "e1", State: &taken, Refusal: orNull("CONFLITTO"),
		Why: orNull("in carico a bianchi dal 02/07/2014 12:00:00"), By: orNull("bianchi"),
	}}, got.Results)
	if !strings.Contains(c.stderr, "in carico a bianchi dal 02/07/2014 12:00:00") {
		t.Errorf("stderr: %s", c.stderr)
	}
}

// TestSomeAreRefused: what is refused keeps nothing else from being done, and is told in the order in which it was asked for.
func TestSomeAreRefused(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	c := m.call(t, "exceptions", "close", "e3", "nessuna", "e1", "--outcome", "infondata").want(t, exitFailed)
	want := `ECCEZIONE  ESITO      STATO     PERCHÉ
e3         rifiutato            non si chiude a mano senza un provvedimento
nessuna    rifiutato            l'elemento non esiste
e1         fatto      lavorata  
Lavorazione 1; per dieci minuti si può annullare: incrocio exceptions undo 1
`
	equal(t, "stdout", want, c.stdout)
	equal(t, "stderr", "incrocio: 2 of 3 refused: non si chiude a mano senza un provvedimento\n"+
		"incrocio exceptions close e3 --outcome … --decision conferma|rifiuto|date|fatto --reason …\n", c.stderr)
	golden(t, "chiusura.json", m.call(t, "exceptions", "close", "e3", "nessuna", "e2", "--outcome", "infondata", "--json").want(t, exitFailed).stdout)
}

// TestBulkTakesTwo: more than twenty at once wait for a second person.
func TestBulkTakesTwo(t *testing.T) {
	t.Parallel()
	var items []worklist.Detail
	var ids strings.Builder
	for i := range worklist.MaxAlone + 1 {
		d := deskItems()[0]
		d.ID = fmt.Sprintf("b%02d", i)
		items = append(items, d)
		ids.WriteString(d.ID + "\n")
	}
	m := newMemoryDesk(items...)
	c := m.callIn(t, ids.String(), "exceptions", "close", "-", "--outcome", "infondata").want(t, exitOK)
	if !strings.Contains(c.stdout, "In attesa di una seconda persona: incrocio exceptions approve 1\n") || m.state(worklist.KindException, "b20") != worklist.StateApproval {
		t.Errorf("stdout:\n%s", c.stdout)
	}
	bianchi := m.known(t, worklist.Account{Name: "bianchi", Role: worklist.RoleOperator, AllOffices: true})
	if shown := m.call(t, append(bianchi, "exceptions", "requests")...).want(t, exitOK); !slices.Contains(strings.Fields(shown.stdout), "21") {
		t.Errorf("requests:\n%s", shown.stdout)
	}
	m.call(t, append(bianchi, "exceptions", "approve", "1")...).want(t, exitOK)
	if s := m.state(worklist.KindException, "b20"); s != worklist.StateWorked {
		t.Errorf("state %s", s)
	}
}

// TestDecisions checks what the flags of close make up.
func TestDecisions(t *testing.T) {
	t.Parallel()
	day := pipeline.MustDate
	for line, want := range map[string]worklist.Decision{
		"--decision conferma":                              {Kind: worklist.DecideConfirm},
		"--decision RIFIUTO":                               {Kind: worklist.DecideRefuse},
		"--decision date --dal 01/03/2014 --al 2014-05-31": {Kind: worklist.DecideDates, From: day("2014-03-01"), To: day("2014-05-31")},
		"--decision date --dal 2014-03-01":                 {Kind: worklist.DecideDates, From: day("2014-03-01")},
		"--decision fatto --fatto pin-dispositivo --data 2014-06-01": {
			Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticePIN, On: day("2014-06-01")},
		},
		"--decision fatto --fatto delega --data 2014-06-01 --patronato PAT01": {
			Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticeMandate, On: day("2014-06-01"), Patronato: "PAT01"},
		},
		"--decision fatto --fatto reddito_subordinato --data 2014-06-01 --inizio 2014-05-01 --reddito 1.234,5": {
			Kind: worklist.DecideFact,
			Fact: &worklist.Fact{Kind: pipeline.NoticeSubordinateIncome, On: day("2014-06-01"), Start: day("2014-05-01"), Income: pipeline.Some(pipeline.Cents(123450))},
		},
		"--decision fatto --fatto reddito-effettivo --data 2014-06-01 --reddito 0 --anno 2013 --categoria autonomo --origine autodichiarazione": {
			Kind: worklist.DecideFact,
			Fact: &worklist.Fact{
				Kind: pipeline.NoticeActualIncome, On: day("2014-06-01"), Income: pipeline.Some(pipeline.Cents(0)), Year: 2013,
				Category: pipeline.CategorySelf, Basis: "AUTODICHIARAZIONE",
			},
		},
		"--decision fatto --fatto codice-fiscale-variato --data 2014-06-01 --nuovo " + strings.ToLower(string(taxCodeOfItems)): {
			Kind: worklist.DecideFact, Fact: &worklist.Fact{Kind: pipeline.NoticeTaxCodeChanged, On: day("2014-06-01"), NewCode: taxCodeOfItems},
		},
	} {
		m := newMemoryDesk(deskItems()...)
		m.call(t, append([]string{"exceptions", "close", "e1", "--outcome", "fondata", "--reason", "x"}, strings.Fields(line)...)...).want(t, exitOK)
		equal(t, line, &want, m.commands[0].Decision)
	}
}

// TestWrongCalls end with 64, say why, and do nothing.
func TestWrongCalls(t *testing.T) {
	t.Parallel()
	typo := string(taxCodeOfItems[:15]) + "9"
	for line, want := range map[string]string{
		"exceptions lst":                                                         "Did you mean incrocio exceptions list?",
		"exceptions " + string(taxCodeOfItems):                                   `unknown verb "TDS*************"`,
		"exceptions take":                                                        "requires at least 1 arg(s)",
		"exceptions take e1 e1":                                                  "un elemento è indicato due volte",
		"exceptions take -":                                                      "no item on stdin",
		"exceptions take e1 -":                                                   `"-" names no item`,
		"exceptions take e1 e2 --fingerprint x":                                  "--fingerprint is of one item",
		"exceptions take - --fingerprint x":                                      "--fingerprint is of one item",
		"exceptions take e1 --reason x":                                          "unknown flag: --reason",
		"exceptions list --ids --json":                                           "exclude each other",
		"exceptions show e1 e2":                                                  "accepts 1 arg(s)",
		"exceptions show":                                                        "accepts 1 arg(s)",
		"exceptions hold e1 --reason x":                                          "--until is obligatory",
		"exceptions hold e1 --until 2014-07-02 --reason x":                       "il giorno del rientro non è futuro",
		"exceptions hold e1 --until 2016-07-02 --reason x":                       "il rientro è fra più di un anno",
		"exceptions hold e1 --until 31/06/2014":                                  "no such day",
		"exceptions hold e1 --until 2014-07-03":                                  "manca il motivo",
		"exceptions note e1":                                                     "manca la nota",
		"exceptions assign e1":                                                   "--to is obligatory",
		"exceptions close e1":                                                    "manca l'esito",
		"exceptions close e1 --outcome fondato":                                  "did you mean fondata?",
		"exceptions close e1 --outcome utile --decision confirm":                 "did you mean conferma?",
		"exceptions close e1 --outcome utile --decision conferma":                "manca il motivo del provvedimento",
		"exceptions close e1 --outcome utile --dal 2014-01-01":                   "--dal without --decision",
		"exceptions close e1 --outcome utile --reddito 1":                        "--reddito without --decision",
		"exceptions close e1 --outcome utile --decision fatto --reason x":        "manca il fatto",
		"exceptions close e1 --outcome utile --decision fatto --data 2014-06-01": "--data without --fatto",
		"exceptions close e1 --outcome utile --decision conferma --reason x --fatto delega --data 2014-01-01":                                                       "il fatto si indica solo con FATTO",
		"exceptions close e1 --outcome utile --decision conferma --reason x --dal 2014-01-01":                                                                       "le date si indicano solo con DATE",
		"exceptions close e1 --outcome utile --decision date --reason x --al 2014-01-01":                                                                            "manca il primo giorno",
		"exceptions close e1 --outcome utile --decision date --reason x --dal 2014-01-02 --al 2014-01-01":                                                           "l'ultimo giorno viene prima del primo",
		"exceptions close e1 e2 --outcome utile --decision date --reason x --dal 2014-01-02":                                                                        "un elemento alla volta",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto delga --data 2014-01-01":                                                           "did you mean delega?",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto delega --data 2014-01-01":                                                          "manca il codice del patronato",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto delega --patronato P":                                                              "manca la data del fatto",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto reddito-subordinato --data 2014-01-01 --reddito 1.234":                             "not an amount: want 1234,56 or 1.234,56",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto reddito-subordinato --data 2014-01-01 --reddito 12,345":                            "not an amount",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto reddito-subordinato --data 2014-01-01 --inizio 2014-01-01 --reddito -1":            "il reddito è negativo",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto codice-fiscale-variato --data 2014-01-01 --nuovo " + typo:                          "--nuovo: codice fiscale: ",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto codice-fiscale-variato --data 2014-01-01":                                          "manca il codice fiscale",
		"exceptions close e1 --outcome utile --decision fatto --reason x --fatto reddito-effettivo --data 2014-01-01 --reddito 1 --anno 20144 --categoria autonomo": "--anno: no such year",
		"submissions close INPS --outcome utile --decision conferma":                                                                                                "unknown flag: --decision",
		"exceptions approve":                        "accepts 1 arg(s)",
		"exceptions approve e1":                     `"e1" is not the number of a closing`,
		"exceptions approve 0":                      "is not the number of a closing",
		"exceptions reject 1":                       "manca il motivo",
		"exceptions reopen e1":                      "manca il motivo",
		"exceptions stats":                          "a period is obligatory",
		"submissions list":                          "a period is obligatory",
		"submissions list --year 2014":              "--list is obligatory",
		"submissions list --list da-lavorre":        "did you mean da-lavorare?",
		"submissions list --list lavorate":          "a period is obligatory",
		"submissions list --list lavorate --year 0": "no such year",
		"submissions list --list lavorate --year 2014 --from 2014-01-01 --to 2014-01-02": "exclude each other",
		"submissions list --list lavorate --from 2014-01-01":                             "--from and --to go together",
		"submissions list --list lavorate --from 2014-01-02 --to 2014-01-01":             "--to 2014-01-01 is before --from 2014-01-02",
		"submissions list --list lavorate --year 2014 --type altro":                      "want one of evento, variazione",
		"exceptions list --cf " + typo:                                                   "--cf: codice fiscale: ",
		"exceptions list --code fine-mancnte":                                            "did you mean fine-mancante?",
		"exceptions list --code xyz":                                                     "incrocio schema --rules",
		"exceptions list --state lavorato":                                               "did you mean lavorata?",
		"exceptions list --limit 501":                                                    "--limit 501 is not between 1 and 500",
		"exceptions list --limit " + string(taxCodeOfItems):                              "invalid argument",
		"exceptions list --all --after x":                                                "exclude each other",
		"exceptions list e1":                                                             "unknown command",
		"exceptions list --password-file x":                                              "--password-file without --as",
		"samples list --code duplicato":                                                  "unknown flag: --code",
	} {
		m := newMemoryDesk(deskItems()...)
		c := m.call(t, strings.Fields(line)...).want(t, exitUsage)
		if !strings.Contains(c.stderr, want) || c.stdout != "" {
			t.Errorf("%s: %s%s; want %q", line, c.stdout, c.stderr, want)
		}
		if strings.Contains(c.stderr, string(taxCodeOfItems)) || strings.Contains(c.stderr, typo) {
			t.Errorf("%s: the error shows a tax code: %s", line, c.stderr)
		}
		if len(m.commands) > 0 {
			t.Errorf("%s: %v", line, m.commands)
		}
	}
	long := strings.Repeat("x\n", maxLines+1)
	if c := newMemoryDesk().callIn(t, long, "exceptions", "take", "-").want(t, exitUsage); !strings.Contains(c.stderr, "more than 500 items") {
		t.Error(c.stderr)
	}
	if c := newMemoryDesk().callIn(t, strings.Repeat("x", maxLineBytes+1), "exceptions", "take", "-").want(t, exitUsage); !strings.Contains(c.stderr, "read items from stdin") {
		t.Error(c.stderr)
	}
	if c := newMemoryDesk().call(t, "exceptions", "note", "e1", "--text", strings.Repeat("à", worklist.MaxText+1)).want(t, exitUsage); !strings.Contains(c.stderr, "più di 2000 caratteri") {
		t.Error(c.stderr)
	}
}

// TestFilters checks what the flags of list ask for.
func TestFilters(t *testing.T) {
	t.Parallel()
	day := pipeline.MustDate
	for line, want := range map[string]worklist.Query{
		"exceptions list": {Kind: worklist.KindException, List: worklist.ListPending},
		"exceptions list --year 2014 --list lavorate": {
			Kind: worklist.KindException, List: worklist.ListWorked, From: day("2014-01-01"), To: day("2014-12-31"),
		},
		"exceptions list --sede 7000 --sede 0700 --code FINE_MANCANTE --class cautela --claim 20140000123 --protocol P --type evento --mine --overdue --order scadenza --limit 7 --after k --cf " + string(taxCodeOfItems): {
			Kind: worklist.KindException, List: worklist.ListPending, Offices: []string{"7000", "0700"}, Code: "FINE_MANCANTE", Class: pipeline.ClassProtect,
			Claim: "20140000123", Protocol: "P", Type: "EVENTO", Mine: true, Overdue: true, Order: worklist.OrderDue, Limit: 7, After: "k", TaxCode: taxCodeOfItems,
		},
		"exceptions list --state in-attesa --state LAVORATA": {
			Kind: worklist.KindException, States: []worklist.State{worklist.StateHeld, worklist.StateWorked},
		},
		"exceptions list --all": {Kind: worklist.KindException, List: worklist.ListPending, Limit: worklist.MaxPage},
		"submissions list --list pervenute --from 31/12/2013 --to 01/01/2014 --type variazione": {
			Kind: worklist.KindSubmission, List: worklist.ListReceived, From: day("2013-12-31"), To: day("2014-01-01"), Type: "VARIAZIONE",
		},
		"samples list --rule R03": {Kind: worklist.KindSample, List: worklist.ListPending, Rule: "R03"},
	} {
		m := newMemoryDesk()
		m.call(t, strings.Fields(line)...).want(t, exitOK)
		equal(t, line, []worklist.Query{want}, m.asked)
	}
}

// TestTemporaryTrouble: a store that is busy ends every verb with 75.
func TestTemporaryTrouble(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	m.fail = &store.DatabaseError{Step: "begin", Text: "busy", Kind: store.ErrTemporary}
	for _, line := range []string{
		"exceptions list", "exceptions show e1", "exceptions take e1", "exceptions approve 1", "exceptions requests", "exceptions stats --year 2014",
		"submissions list --list lavorate --year 2014", "user list", "user disable x", "user add y --role operatore --all --password-file /dev/null",
	} {
		if c := m.call(t, strings.Fields(line)...).want(t, exitTemporary); !strings.Contains(c.stderr, "try again later") {
			t.Errorf("%s: %s", line, c.stderr)
		}
	}
}

// TestEveryVerbHasItsPage: each verb of the list says what it does, and all but the trees show an example or few flags.
func TestEveryVerbHasItsPage(t *testing.T) {
	t.Parallel()
	a := &app{world: &world{}}
	for _, tree := range []string{"exceptions", "submissions", "samples", "user"} {
		cmd, _, err := a.root().Find([]string{tree})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range cmd.Commands() {
			names = append(names, c.Name())
			if c.Short == "" || c.RunE == nil {
				t.Errorf("%s %s has no page", tree, c.Name())
			}
		}
		want := []string{"approve", "assign", "close", "hold", "list", "note", "reject", "release", "reopen", "requests", "show", "undo"}
		switch tree {
		case "exceptions":
			want = append(want, "stats", "take")
		case "submissions":
			want = append(want, "elabora")
		case "samples":
			want = append(want, "take")
		case "user":
			want = []string{"add", "disable", "enable", "list", "passwd"}
		}
		for _, w := range want {
			if !slices.Contains(names, w) {
				t.Errorf("%s has no verb %s: %v", tree, w, names)
			}
		}
	}
}
