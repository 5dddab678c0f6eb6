package main

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
	"incrocio/writers/store/sqlite"
)

// embedded opens the ledger of a home as an operator's program would.
func embedded(t *testing.T, home string) *store.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(home, storeFile), store.Options{Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestAClearedExceptionStaysAwayThirtyNights clears one exception by the ledger: it is not published again as long as its
// facts are the same, and nothing else is touched.
func TestAClearedExceptionStaysAwayThirtyNights(t *testing.T) {
	home, first := generated(t, 60, 6)
	published(t, home, "run", "--date", first.String())
	rows := rowsOf(t, home, first, tables.Exceptions)
	var cleared pipeline.Exception
	for _, e := range rows {
		if e.Closable && e.Class == pipeline.ClassBlock && e.State != pipeline.ExceptionClosed {
			cleared = e
			break
		}
	}
	if cleared.ID == "" {
		t.Fatal("no exception to clear")
	}
	s := embedded(t, home)
	closes(t, s, &worklist.Command{Outcome: worklist.OutcomeFounded, Text: "visto"}, exceptionOf(&cleared))
	yesterday := int64(len(rows))
	for n := pipeline.Date(1); n <= 30; n++ {
		published(t, home, "run", "--date", (first + n).String())
		for _, e := range rowsOf(t, home, first+n, tables.Exceptions) {
			if e.ID == cleared.ID {
				t.Fatalf("night %d: %s %s", n, e.State, e.Code)
			}
		}
		if n > 1 {
			continue
		}
		for _, b := range rowsOf(t, home, first+n, tables.Balance) { // the balance closes over the two nights
			if b.Scope == "TOTALE" && b.Item == "eccezioni_ieri" && b.Value != yesterday {
				t.Errorf("eccezioni_ieri is %d, the night before left %d", b.Value, yesterday)
			}
		}
	}
	call(t, home, "verify").want(t, exitOK)
}

// TestHomeWithoutALedger: nights published before there was one, or whose ledger was lost, are entered again.
func TestHomeWithoutALedger(t *testing.T) {
	home, _, _, second := twoNights(t)
	whole, _, _, _ := twoNights(t)
	for _, name := range []string{storeFile, storeFile + "-wal", storeFile + "-shm"} {
		removeIfThere(t, filepath.Join(home, name))
	}
	call(t, home, "run", "--date", second.String(), "--dry-run").want(t, exitNoHome)
	for _, told := range []bool{true, false} { // what operators did is not in it, and nobody would look for that
		if c := call(t, home, "migrate").want(t, exitOK); strings.Contains(c.stderr, "the ledger is new") != told {
			t.Errorf("told %t: %s", !told, c.stderr)
		}
	}
	published(t, home, "run", "--date", second.String(), "--dry-run")
	published(t, home, "run", "--date", second.String())
	published(t, whole, "run", "--date", second.String())
	sameFiles(t, "home", wholeHome(t, whole), wholeHome(t, home))
}

// TestVerifyFindsWhatWasChangedInTheLedger edits it behind the program's back.
func TestVerifyFindsWhatWasChangedInTheLedger(t *testing.T) {
	home, _, _, _ := twoNights(t)
	if c := call(t, home, "verify").want(t, exitOK); !strings.Contains(c.stdout, "registro integro") {
		t.Errorf("stdout: %s", c.stdout)
	}
	change := func(statement string) {
		t.Helper()
		db, err := sql.Open("sqlite", filepath.Join(home, storeFile))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	change("DELETE FROM azioni_in_essere WHERE id_azione = (SELECT min(id_azione) FROM azioni_in_essere)")
	if c := call(t, home, "verify").want(t, exitDamaged); !strings.Contains(c.stdout, "azioni_in_essere") {
		t.Errorf("stdout: %s", c.stdout)
	}
}

// TestVerifyFindsWhatWasChangedInTheArchive: the nights to come rest on it, whatever becomes of what is published.
func TestVerifyFindsWhatWasChangedInTheArchive(t *testing.T) {
	home, _, first, _ := twoNights(t)
	if c := call(t, home, "verify").want(t, exitOK); !strings.Contains(c.stdout, "archivio integro") {
		t.Errorf("stdout: %s", c.stdout)
	}
	path := filepath.Join(home, "archive", "comunicazioni", first.String()+".parquet")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	removeIfThere(t, path)
	if c := call(t, home, "verify").want(t, exitDamaged); !strings.Contains(c.stdout, "archivio MANCANTE archive/comunicazioni/"+first.String()) {
		t.Errorf("stdout: %s", c.stdout)
	}
	claim := rowsOf(t, home, first, tables.ActionsInForce)[0].Claim
	call(t, home, "explain", claim).want(t, exitTemporary) // a night might have put the file together with others
	whole[len(whole)/2] ^= 1
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if c := call(t, home, "verify").want(t, exitDamaged); !strings.Contains(c.stdout, "archivio ALTERATO archive/comunicazioni/"+first.String()) {
		t.Errorf("stdout: %s", c.stdout)
	}
	call(t, home, "verify", first.String()).want(t, exitOK) // of one night what was published
}

func removeIfThere(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

// TestExplainListsABundle takes a fact that changed several rows: its id_cascata lists them all, and nothing else.
func TestExplainListsABundle(t *testing.T) {
	home, sum := generatedFor(t, 300, 6, 2)
	published(t, home, "run", "--date", sum.FirstNight.String())
	published(t, home, "run", "--date", sum.Night.String())
	rows := map[string][]string{}
	for _, a := range rowsOf(t, home, sum.Night, tables.Actions) {
		rows[a.Cascade] = append(rows[a.Cascade], a.ID)
	}
	for _, e := range rowsOf(t, home, sum.Night, tables.Exceptions) {
		rows[e.Cascade] = append(rows[e.Cascade], e.ID)
	}
	several := 0
	for cascade, ids := range rows {
		if len(ids) < 3 || several == 5 {
			continue
		}
		several++
		c := call(t, home, "explain", cascade).want(t, exitOK)
		for _, id := range ids {
			if strings.Count(c.stdout, id) == 0 {
				t.Errorf("%s does not list %s:\n%s", cascade, id, c.stdout)
			}
		}
	}
	if several == 0 {
		t.Fatal("no fact changed three rows: the test shows nothing")
	}
}
