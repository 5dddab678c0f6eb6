package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incrocio/cmd/incrocio/password"
	"incrocio/pipeline/worklist"
)

// passwordFile writes a password as a person does: with the end of the line.
func passwordFile(t *testing.T, secret string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhoActs(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	at4900 := m.known(t, worklist.Account{Name: "verdi", Role: worklist.RoleOperator, Offices: []string{"4900"}})
	reader := m.known(t, worklist.Account{Name: "neri", Role: worklist.RoleReader, AllOffices: true})

	out := m.call(t, append(at4900, "exceptions", "list")...).want(t, exitOK).stdout
	if strings.Contains(out, "e1 ") || !strings.Contains(out, "e3 ") || strings.Contains(out, "e4 ") {
		t.Errorf("an operator of 4900 sees:\n%s", out)
	}
	elsewhere := m.call(t, append(at4900, "exceptions", "show", "e1")...).want(t, exitFailed)
	nowhere := m.call(t, append(at4900, "exceptions", "show", "nessuna")...).want(t, exitFailed)
	if elsewhere != nowhere || elsewhere.stderr != "incrocio: l'elemento non esiste\nincrocio exceptions list\n" {
		t.Errorf("another sede: %+v, no such item: %+v", elsewhere, nowhere)
	}
	if c := m.call(t, append(reader, "exceptions", "take", "e1")...).want(t, exitFailed); !strings.Contains(c.stderr, "il ruolo non lo consente") {
		t.Errorf("a reader takes: %s", c.stderr)
	}
	m.call(t, append(reader, "exceptions", "show", "e1")...).want(t, exitOK)
	m.call(t, "exceptions", "take", "e4").want(t, exitOK) // whoever has the machine sees what belongs to no sede
	if d := m.details[worklist.Key{Kind: worklist.KindException, ID: "e4"}]; d.Holder != operator() || d.Person != (&worklist.Operator{Name: operator()}).ID() {
		t.Errorf("in the hands of %q, %q", d.Holder, d.Person)
	}
}

// TestNobodyIsASecondPersonForHimself: who has an account of the same name as at the machine, or another account of the same
// matricola, is one person.
func TestNobodyIsASecondPersonForHimself(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	m.known(t, worklist.Account{Name: strings.ToUpper(operator()), Person: "M1", Role: worklist.RoleOperator, AllOffices: true})
	alias := m.known(t, worklist.Account{Name: "alias", Person: " m1", Role: worklist.RoleOperator, AllOffices: true})
	m.call(t, "exceptions", "close", "e2", "--outcome", "utile").want(t, exitOK)
	if c := m.call(t, append(alias, "exceptions", "approve", "1")...).want(t, exitFailed); !strings.Contains(c.stderr, "serve una seconda persona") {
		t.Errorf("stderr: %s", c.stderr)
	}
	m.call(t, append(alias, "exceptions", "undo", "1")...).want(t, exitOK) // it is the same person's closing
}

// TestSignInThatFails: name, password and switched-off account are told apart by nobody; the audit knows of the try.
func TestSignInThatFails(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk(deskItems()...)
	good := m.known(t, worklist.Account{Name: "bianchi", Role: worklist.RoleOperator, AllOffices: true})
	m.known(t, worklist.Account{Name: "spenta", Role: worklist.RoleOperator, AllOffices: true, Disabled: true})
	file := good[3]
	var told []called
	for _, flags := range [][]string{
		{"--as", "nessuno", "--password-file", file},
		{"--as", "spenta", "--password-file", file},
		{"--as", "bianchi", "--password-file", passwordFile(t, "passwore")},
		{"--as", "bianchi", "--password-file", passwordFile(t, "")},
		{"--as", "bianchi", "--password-file", passwordFile(t, "password\n")},
		{"--as", "bianchi", "--password-file", passwordFile(t, strings.Repeat("a", password.MaxLength+1))},
	} {
		told = append(told, m.call(t, append(flags, "exceptions", "list")...).want(t, exitFailed))
	}
	for _, c := range told {
		if c != told[0] || c.stdout != "" || !strings.Contains(c.stderr, "the name is unknown, the password wrong, or the account disabled") {
			t.Errorf("%+v", c)
		}
	}
	if len(m.entries) != len(told) || m.entries[0].What != auditRefused || m.entries[0].On != "" || m.entries[1].On != "spenta" || m.entries[0].Who != operator() {
		t.Errorf("audit: %+v", m.entries)
	}
	m.call(t, append(good, "exceptions", "list")...).want(t, exitOK)
	m.call(t, "exceptions", "list", "--as", " Bianchi ", "--password-file", file).want(t, exitOK)
	if c := m.call(t, "exceptions", "list", "--as", "bianchi", "--password-file", "/nowhere/at/all").want(t, exitUsage); !strings.Contains(c.stderr, "no such file") {
		t.Errorf("stderr: %s", c.stderr)
	}
	if c := m.call(t, "exceptions", "list", "--as", "bianchi").want(t, exitUsage); !strings.Contains(c.stderr, "there is no terminal") {
		t.Errorf("stderr: %s", c.stderr)
	}
	m.accounts["rotta"] = worklist.Account{Name: "rotta", Role: worklist.RoleOperator, Secret: "$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"}
	if c := m.call(t, "exceptions", "list", "--as", "rotta", "--password-file", file).want(t, exitFailed); !strings.Contains(c.stderr, "out of bounds") {
		t.Errorf("stderr: %s", c.stderr)
	}
}

func TestAccountsAreKept(t *testing.T) {
	t.Parallel()
	m := newMemoryDesk()
	file := passwordFile(t, "cavallo batteria graffetta")
	add := func(args ...string) []string {
		return append([]string{"user", "add", "--password-file", file}, args...)
	}
	out := m.call(t, add("  Rosa  Bianchi ", "--role", "operatore", "--sede", "7000", "--sede", "4900", "--person", "M04711")...).want(t, exitOK).stdout
	equal(t, "stdout", "UTENZA        PERSONA  RUOLO      SEDI       STATO\nRosa Bianchi  M04711   operatore  7000 4900  attiva\n", out)
	secret := m.accounts["rosa bianchi"].Secret
	if ok, err := password.Verify(secret, []byte("cavallo batteria graffetta")); !ok || err != nil {
		t.Errorf("the password is not the one that was given: %v", err)
	}
	if c := m.call(t, add("rosa bianchi", "--role", "operatore", "--all")...).want(t, exitFailed); !strings.Contains(c.stderr, "there is an account \"Rosa Bianchi\" already\nincrocio user passwd \"Rosa Bianchi\"") {
		t.Errorf("stderr: %s", c.stderr)
	}
	m.call(t, "user", "disable", "rosa bianchi").want(t, exitOK)
	golden(t, "utenze.json", m.call(t, "user", "list", "--json").want(t, exitOK).stdout)
	m.call(t, "user", "enable", "Rosa Bianchi").want(t, exitOK)
	m.call(t, "user", "passwd", "Rosa Bianchi", "--password-file", passwordFile(t, "un'altra parola lunga")).want(t, exitOK)
	if a := m.accounts["rosa bianchi"]; a.Secret == secret || a.Disabled || len(a.Offices) != 2 {
		t.Errorf("account %+v", a)
	}
	if c := m.call(t, "user", "disable", "rosa bianch").want(t, exitFailed); !strings.Contains(c.stderr, "there is no account \"rosa bianch\"\nDid you mean Rosa Bianchi?") {
		t.Errorf("stderr: %s", c.stderr)
	}
	if c := m.call(t, "exceptions", "assign", "e1", "--to", "nessuno").want(t, exitFailed); !strings.Contains(c.stderr, "incrocio user list") {
		t.Errorf("stderr: %s", c.stderr)
	}
	for line, want := range map[string]string{
		"x":                                 "--role is obligatory",
		"x --role operator":                 "did you mean operatore?",
		"x --role operatore":                "either --sede, once or more, or --all",
		"x --role operatore --all --sede 1": "either --sede, once or more, or --all",
		"x --role operatore --sede 70/00":   "want 1 to 20 letters or digits",
		"x --role operatore --sede " + strings.Repeat("7", 21):                 "want 1 to 20 letters or digits",
		string(taxCodeOfItems) + " --role operatore --all":                     "NAME is a tax code",
		"x --role operatore --all --person " + string(taxCodeOfItems):          "--person is a tax code",
		strings.Repeat("è", 65) + " --role operatore --all":                    "longer than 64 characters",
		"a\x1bb --role operatore --all":                                        "cannot be shown",
		"--role operatore --all":                                               "accepts 1 arg(s)",
		"x --role operatore --all --password-file " + passwordFile(t, "corta"): "fewer than 12 characters",
	} {
		c := m.call(t, add(strings.Fields(line)...)...).want(t, exitUsage)
		if !strings.Contains(c.stderr, want) || strings.Contains(c.stderr, string(taxCodeOfItems)) {
			t.Errorf("%q: %s, want %q", line, c.stderr, want)
		}
	}
	if len(m.accounts) != 1 {
		t.Errorf("accounts: %v", m.accounts)
	}
}
