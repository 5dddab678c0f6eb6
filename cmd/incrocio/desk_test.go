package main

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// clerk works in every sede.
var clerk = &worklist.Operator{Name: "operatore.prova", Role: worklist.RoleOperator, AllOffices: true}

// exceptionOf names an exception as somebody saw it.
func exceptionOf(e *pipeline.Exception) worklist.Target {
	return worklist.Target{Key: worklist.Key{Kind: worklist.KindException, ID: e.ID}, Version: -1, Fingerprint: e.Fingerprint}
}

// does carries a command out on one item.
func does(t *testing.T, s *store.Store, c *worklist.Command, on worklist.Target) worklist.Receipt {
	t.Helper()
	c.Items = []worklist.Target{on}
	r, err := s.Do(t.Context(), clerk, c)
	if err != nil || len(r.Results) != 1 || r.Results[0].Err != nil {
		t.Fatalf("%s: %+v, %v", c.Verb, r, err)
	}
	return r
}

// closes closes an item.
func closes(t *testing.T, s *store.Store, c *worklist.Command, on worklist.Target) {
	t.Helper()
	c.Verb = worklist.VerbClose
	does(t, s, c, on)
}

// longAgo is when closings were made once they have aged.
const longAgo = "2014-10-01T08:15:00.000000Z"

// ages makes the closings of an embedded ledger so old that nobody can take them back.
func ages(t *testing.T, home string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(home, storeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "UPDATE lavorazioni SET quando = $1, approvata_il = CASE WHEN approvata_il IS NULL THEN NULL ELSE $1 END", longAgo); err != nil {
		t.Fatal(err)
	}
}
