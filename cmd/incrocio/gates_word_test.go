package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incrocio/pipeline"
)

// refusedHome is a home whose night the gates refuse, where letting it pass takes two persons, with two accounts.
func refusedHome(t *testing.T) (string, pipeline.Date) {
	t.Helper()
	home, date := generated(t, 20, 6)
	if err := os.RemoveAll(filepath.Join(home, "inbox", "voucher")); err != nil {
		t.Fatal(err)
	}
	put(t, home, map[string][]byte{configFile: []byte("[gates]\nexpected = \"unilav voucher\"\nsecond_person = true\n")})
	call(t, home, "migrate").want(t, exitOK)
	file := passwordFile(t, "cavallo batteria graffetta")
	for _, args := range [][]string{
		{"bianchi", "--role", "responsabile", "--all"},
		{"alias", "--role", "responsabile", "--all", "--person", operator()},
		{"verdi", "--role", "responsabile", "--sede", "7000"},
	} {
		call(t, home, append([]string{"user", "add", "--password-file", file}, args...)...).want(t, exitOK)
	}
	return home, date
}

// TestTwoPersonsLetANightPass: the first word is entered and waits, whoever gave it cannot be the second, and the second one
// publishes. A word is about what the gates have found, and nothing else.
func TestTwoPersonsLetANightPass(t *testing.T) {
	t.Parallel()
	home, date := refusedHome(t)
	file := passwordFile(t, "cavallo batteria graffetta")
	run := func(code int, args ...string) called {
		t.Helper()
		return call(t, home, append([]string{"run", "--date", date.String(), "--accept"}, args...)...).want(t, code)
	}
	as := func(name string) []string {
		return []string{"i voucher arrivano domani", "--as", name, "--password-file", file}
	}

	run(exitOK, "prova", "--dry-run")
	first := run(exitGate, "festivo")
	if !strings.Contains(first.stderr, "is not published: the word is entered and waits for a second person\nincrocio run --date "+date.String()+` --accept "reason" --as NAME`) {
		t.Errorf("stderr: %s", first.stderr)
	}
	for _, again := range []called{run(exitGate, "festivo"), run(exitGate, as("alias")...)} {
		if !strings.Contains(again.stderr, "serve una seconda persona") {
			t.Errorf("stderr: %s", again.stderr)
		}
	}
	if c := run(exitFailed, as("verdi")...); !strings.Contains(c.stderr, "il ruolo non lo consente: serve un RESPONSABILE di tutte le sedi") {
		t.Errorf("stderr: %s", c.stderr)
	}
	if n := len(audited(t, home, auditAccepted)); n != 0 || len(audited(t, home, auditAsked)) != 1 {
		t.Errorf("%d words have let the night pass, %d wait", n, len(audited(t, home, auditAsked)))
	}
	if _, err := os.Stat(nightFolder(home, date)); err == nil {
		t.Fatal("the night is published on one word")
	}

	if err := os.RemoveAll(filepath.Join(home, "inbox", "unilav")); err != nil { // now another flow is missing too
		t.Fatal(err)
	}
	if other := run(exitGate, as("bianchi")...); !strings.Contains(other.stderr, "waits for a second person") {
		t.Errorf("a word about other findings: %s", other.stderr)
	}
	done := run(exitOK, "festivo anche lì")
	if !strings.Contains(done.stderr, "Accettato: festivo anche lì.") {
		t.Errorf("stderr: %s", done.stderr)
	}
	rows := audited(t, home, auditAccepted)
	if len(rows) != 1 || rows[0].Who != operator() || rows[0].On != date.String()+"-r1" {
		t.Fatalf("audit: %+v", rows)
	}
	var d wordDetail
	if err := json.Unmarshal([]byte(rows[0].Detail), &d); err != nil || d.First != "bianchi" || d.Reason != "festivo anche lì" || !strings.Contains(rows[0].Detail, "Fonte attesa unilav") {
		t.Errorf("audit: %s, %v", rows[0].Detail, err)
	}
	call(t, home, "verify").want(t, exitOK)
}

func TestWordOfAnAccount(t *testing.T) {
	t.Parallel()
	home, date := refusedHome(t)
	put(t, home, map[string][]byte{configFile: []byte("[gates]\nexpected = \"unilav voucher\"\n")}) // one person is enough
	file := passwordFile(t, "cavallo batteria graffetta")
	args := []string{"run", "--date", date.String()}
	for _, wrong := range [][]string{{"--as", "bianchi"}, {"--password-file", file}} {
		call(t, home, append(args, wrong...)...).want(t, exitUsage)
	}
	call(t, home, append(args, "--accept", "x", "--as", "bianchi", "--password-file", passwordFile(t, "un'altra parola"))...).want(t, exitFailed)
	call(t, home, append(args, "--accept", "x", "--as", "bianchi", "--password-file", file)...).want(t, exitOK)
	if rows := audited(t, home, auditAccepted); len(rows) != 1 || rows[0].Who != "bianchi" {
		t.Errorf("audit: %+v", rows)
	}
	call(t, filepath.Join(home, "nowhere"), append(args, "--accept", "x", "--as", "bianchi", "--password-file", file)...).want(t, exitNoHome)
}
