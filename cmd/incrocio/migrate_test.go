package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// withLedger makes calls on a home with a ledger in PostgreSQL, as a user of it; "" for the superuser.
func withLedger(t *testing.T, home, ledger, user string, args ...string) called {
	t.Helper()
	u, err := url.Parse(ledger)
	if err != nil {
		t.Fatal(err)
	}
	if user != "" {
		u.User = url.User(user)
	}
	return callWith(t, home, func(w *world) { w.environ = func() []string { return []string{"INCROCIO_DATABASE_URL=" + u.String()} } }, args...)
}

// TestMigrateRoles makes the roles, and runs nights with the login that is theirs.
func TestMigrateRoles(t *testing.T) {
	home, night := generated(t, 60, 4)
	ledger := claimsDatabase(t, allClaims(t, home, night))
	if err := os.RemoveAll(filepath.Join(home, "inbox", "domande")); err != nil {
		t.Fatal(err)
	}
	var first, again struct {
		Night *string `json:"ultima_notte"`
		Roles struct {
			Rights []struct {
				Role       string `json:"ruolo"`
				Object     string `json:"oggetto"`
				Privileges string `json:"privilegi"`
				Sede       bool   `json:"solo_sedi_dell_operatore"`
			} `json:"privilegi"`
			Changed []string `json:"cambiamenti"`
			Notes   []string `json:"note"`
		} `json:"ruoli"`
	}
	read := func(c called, into any) {
		t.Helper()
		if err := json.Unmarshal([]byte(c.want(t, exitOK).stdout), into); err != nil {
			t.Fatal(err)
		}
	}
	read(withLedger(t, home, ledger, "", "migrate", "--roles", "--prefix", "notturna", "--json"), &first)
	read(withLedger(t, home, ledger, "", "migrate", "--roles", "--prefix", "notturna", "--json"), &again)
	if len(first.Roles.Changed) < 100 || len(first.Roles.Rights) < 60 || again.Roles.Changed == nil || len(again.Roles.Changed) != 0 || first.Night == nil {
		t.Errorf("first %d changes, %d rights; again %v", len(first.Roles.Changed), len(first.Roles.Rights), again.Roles.Changed)
	}
	if !slices.Equal(first.Roles.Rights, again.Roles.Rights) || len(first.Roles.Notes) > 0 {
		t.Errorf("rights differ, or notes %v", first.Roles.Notes)
	}
	for _, which := range []string{"owner", "run", "console", "analyst"} {
		ask(t, ledger, "CREATE ROLE notturna_login_"+which+" LOGIN IN ROLE notturna_"+which)
	}
	if c := withLedger(t, home, ledger, "notturna_login_run", "run", "--date", night.String()); c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("the night: %d %s", c.code, c.stderr)
	}
	if c := withLedger(t, home, ledger, "notturna_login_run", "run", "--replace"); c.code != exitOK && c.code != exitDiscarded {
		t.Fatalf("once more: %d %s", c.code, c.stderr)
	}
	withLedger(t, home, ledger, "notturna_login_run", "verify").want(t, exitOK)
	if c := withLedger(t, home, ledger, "notturna_login_owner", "migrate", "--roles", "--prefix", "notturna").want(t, exitOK); !strings.Contains(c.stdout, "ultima notte "+night.String()) ||
		!strings.Contains(c.stdout, "Ruoli: 0 cambiamenti.") || !strings.Contains(c.stdout, "La tabella domande è di altri") {
		t.Errorf("as the owner:\n%s", c.stdout)
	}
	for which, code := range map[string]int{"run": exitConfig, "console": exitFailed, "analyst": exitFailed} {
		c := withLedger(t, home, ledger, "notturna_login_"+which, "migrate", "--roles", "--prefix", "notturna").want(t, code)
		if !strings.Contains(c.stderr, "42501") {
			t.Errorf("%s: %s", which, c.stderr)
		}
	}
}

func TestMigrateRolesRefused(t *testing.T) {
	home := t.TempDir()
	call(t, home, "migrate", "--roles").want(t, exitConfig)
	call(t, home, "migrate", "--prefix", "a").want(t, exitUsage)
	c := withLedger(t, home, claimsDatabase(t, nil), "", "migrate", "--roles", "--prefix", "A B").want(t, exitUsage)
	if !strings.Contains(c.stderr, `--prefix "A B"`) {
		t.Error(c.stderr)
	}
	if c := call(t, home, "migrate").want(t, exitOK); c.stdout != "Registro pronto, nessuna notte pubblicata.\n" {
		t.Error(c.stdout)
	}
}
