//go:build linux && amd64

package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// submissionRow is the row of the home's submission on a night.
func (w *withheld) submissionRow(t *testing.T, night pipeline.Date) pipeline.SubmissionRow {
	t.Helper()
	rows := rowsOf(t, w.home, night, tables.Submissions)
	i := slices.IndexFunc(rows, func(r pipeline.SubmissionRow) bool { return r.Protocol == w.protocol })
	if i < 0 {
		t.Fatal("the submission is not listed")
	}
	return rows[i]
}

// detail is what an operator sees of an item.
func detail(t *testing.T, s *store.Store, k worklist.Key) worklist.Detail {
	t.Helper()
	d, err := s.Look(context.Background(), clerk, k)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTheListShowsTheNextNight: letto, esito and lista of a submission follow the operators, and nothing else changes.
func TestTheListShowsTheNextNight(t *testing.T) {
	w := newWithheld(t, "")
	untouched := w.copy(t)
	s := embedded(t, w.home)
	key := worklist.Key{Kind: worklist.KindSubmission, ID: w.protocol}
	differs := func(night pipeline.Date, want func(*pipeline.SubmissionRow)) {
		t.Helper()
		w.run(t, "", night)
		untouched.run(t, "", night)
		row := untouched.submissionRow(t, night)
		want(&row)
		if d := gocmp.Diff(row, w.submissionRow(t, night)); d != "" {
			t.Errorf("%s: %s", night, d)
		}
		a, b := factFiles(t, untouched.home, night), factFiles(t, w.home, night)
		delete(a, tables.Submissions.File)
		delete(b, tables.Submissions.File)
		sameFiles(t, "all but comunicazioni", a, b)
	}
	night := w.night
	if r := w.submissionRow(t, night); r.List != pipeline.ListPending || r.Read || r.ReadAt != 0 || r.Outcome != "" {
		t.Errorf("untouched: %+v", r)
	}
	does(t, s, &worklist.Command{Verb: worklist.VerbElabora}, worklist.Target{Key: key, Version: -1})
	at := detail(t, s, key).ReadAt
	if at == 0 {
		t.Fatal("the store does not know when it was read")
	}
	read := func(r *pipeline.SubmissionRow) { r.Read, r.ReadAt = true, at }
	differs(night+1, read)
	differs(night+2, read)
	closes(t, s, &worklist.Command{Outcome: worklist.OutcomeUseful, Text: "sentito il beneficiario"},
		worklist.Target{Key: key, Version: -1, Fingerprint: detail(t, s, key).Fingerprint})
	worked := func(r *pipeline.SubmissionRow) {
		read(r)
		r.List, r.Outcome = pipeline.ListWorked, "UTILE"
	}
	differs(night+3, worked)
	differs(night+4, worked)
	does(t, s, &worklist.Command{Verb: worklist.VerbReopen, Text: "da rivedere"}, worklist.Target{Key: key, Version: -1})
	differs(night+5, read)
	differs(night+6, read)
}

// TestAReopenedSubmissionStaysOnTheList although the procedure could work it by itself.
func TestAReopenedSubmissionStaysOnTheList(t *testing.T) {
	w := newWithheld(t, "")
	var row pipeline.SubmissionRow
	for _, r := range rowsOf(t, w.home, w.night, tables.Submissions) {
		if r.List == pipeline.ListWorked && r.Outcome == "LAVORATA_DALLA_PROCEDURA" {
			row = r
		}
	}
	if row.Protocol == "" {
		t.Fatal("the procedure has worked none")
	}
	w.protocol = row.Protocol
	key := worklist.Target{Key: worklist.Key{Kind: worklist.KindSubmission, ID: row.Protocol}, Version: -1}
	does(t, embedded(t, w.home), &worklist.Command{Verb: worklist.VerbReopen, Text: "da rivedere"}, key)
	for n := pipeline.Date(1); n <= 3; n++ {
		w.run(t, "", w.night+n)
		if r := w.submissionRow(t, w.night+n); r.List != pipeline.ListPending || r.Outcome != "" {
			t.Errorf("%s: %+v", w.night+n, r)
		}
	}
}

// TestSheetsAreInTheStore after the night, and again when only the archive is left of them.
func TestSheetsAreInTheStore(t *testing.T) {
	w := newWithheld(t, "")
	keys := []worklist.Key{{Kind: worklist.KindException, ID: w.exception.ID}, {Kind: worklist.KindSubmission, ID: w.protocol}}
	sheets := func() (out []worklist.Sheet) {
		s := embedded(t, w.home)
		for _, k := range keys {
			out = append(out, detail(t, s, k).Sheet)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := sheets()
	for i, sh := range before {
		if sh.Owner != keys[i].ID || sh.Night != w.night || sh.Claim == nil || sh.Claim.Number != w.exception.Claim ||
			len(sh.Documents) != 1 || sh.Documents[0].Ref != w.protocol {
			t.Errorf("%s: %+v", keys[i].Kind, sh)
		}
	}
	for _, name := range []string{storeFile, storeFile + "-wal", storeFile + "-shm"} { // as if the crash had come before the ledger
		if err := os.Remove(filepath.Join(w.home, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	call(t, w.home, "migrate").want(t, exitOK)
	if d := gocmp.Diff(before, sheets()); d != "" {
		t.Error(d)
	}
	for _, n := range []string{"2014-09-30", "2014-10-01"} {
		if _, ok := tree(t, filepath.Join(w.home, "archive", "schede"))[n+".parquet"]; !ok {
			t.Errorf("the archive has no sheets of %s: %v", n, slices.Sorted(maps.Keys(tree(t, filepath.Join(w.home, "archive")))))
		}
	}
	put(t, w.home, map[string][]byte{configFile: []byte("[worklist]\nsample = 1000\n")})
	w.run(t, "", w.night+1)
	page, err := embedded(t, w.home).List(context.Background(), clerk, &worklist.Query{Kind: worklist.KindSample, List: worklist.ListPending})
	if err != nil {
		t.Fatal(err)
	}
	drawn := 0
	for _, a := range rowsOf(t, w.home, w.night+1, tables.Actions) {
		if a.Mode == pipeline.ModeAuto && a.Operation == pipeline.OperationNew {
			drawn++
		}
	}
	if len(page.Rows) < drawn {
		t.Errorf("%d samples of %d actions", len(page.Rows), drawn)
	}
}
