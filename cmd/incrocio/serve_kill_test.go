//go:build linux && amd64

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// consoleKills is how many times the console is killed; -faults.every thins them out, to 8 where it is not said.
const consoleKills = 200

// maxPosts is how many closings one console is sent at most.
const maxPosts = 6

// victim is a home whose console is killed again and again, and somebody who goes on working.
type victim struct {
	t     *testing.T
	store *store.Store
	home  string
	next  int              // exception that is closed next
	acked map[string]int64 // versions of those whose closing was answered
	open  *sent            // form that was sent and not answered; nil for none

	answered time.Duration // how long an answer took lately
	unsure   int           // forms without an answer
	kept     int           // of these, those that had been kept all the same
}

// sent is a form that somebody sent.
type sent struct {
	id   string
	path string
	form map[string][]string
}

// errRefused is wrapped where the console answers anything but that it is done.
var errRefused = errors.New("refused")

// post sends the form; nil where it is answered as done.
func (f *sent) post(ctx context.Context, by *seat) error {
	got, err := by.send(ctx, http.MethodPost, f.path, f.form)
	if err == nil && got.status != http.StatusSeeOther {
		err = fmt.Errorf("%w: %d %s", errRefused, got.status, got.alert())
	}
	return err
}

// TestKillConsole kills the real console between a click and its answer. What it has answered is in the store, with its
// audit row; what it has not is done once when the same form is sent again.
func TestKillConsole(t *testing.T) {
	t.Parallel()
	some := oneIn(1+(*faultsEvery-1)*8/3, consoleKills)
	v := &victim{t: t, home: openedHome(t), acked: map[string]int64{}, answered: 20 * time.Millisecond}
	v.store = ledgerOf(t, v.home)
	fills(t, v.store, doubts(maxPosts*len(some)), nil)
	enrol(t, v.store, worklist.Account{Name: "anna.verdi", Role: worklist.RoleOperator, Offices: []string{raceOffice}})
	for _, n := range some {
		v.kill(rand.New(rand.NewPCG(*faultsSeed, uint64(n))))
		if t.Failed() {
			t.Fatalf("case %d", n)
		}
	}
	v.whole()
	t.Logf("%d closings answered, %d forms unanswered, %d of which had been kept", len(v.acked), v.unsure, v.kept)
}

// kill starts the console, has somebody work and kills it.
func (v *victim) kill(rng *rand.Rand) {
	v.t.Helper()
	ctx, from := v.t.Context(), max(v.next-1, 0)
	s := serveOn(v.t, v.home, nil)
	anna, err := sit(ctx, s.address, "anna.verdi")
	if err != nil {
		v.t.Fatalf("%v: %s", err, s.said)
	}
	v.resend(ctx, anna)
	for range rng.IntN(maxPosts - 1) {
		v.close(ctx, anna)
	}
	form := v.opens(ctx, anna)
	v.open = &form
	lost := rng.IntN(3) == 0 // the answer, on its way; else the console dies within the time that an answer takes
	within := time.NewTimer(time.Duration(rng.Int64N(int64(v.answered) + 1)))
	answer := make(chan error, 1)
	go func() { answer <- form.post(ctx, anna) }()
	if lost {
		err = <-answer
	}
	<-within.C
	if err := s.cmd.Process.Kill(); err != nil {
		v.t.Fatal(err)
	}
	<-s.ended
	if !lost {
		err = <-answer
	}
	switch {
	case err == nil && lost:
		v.unsure++
	case err == nil:
		v.acked[form.id], v.open = 1, nil
	case errors.Is(err, errRefused):
		v.t.Errorf("%s: %v", form.id, err)
	default:
		v.unsure++
	}
	v.check(from)
}

// resend sends the form that was not answered, as it was.
func (v *victim) resend(ctx context.Context, anna *seat) {
	v.t.Helper()
	if v.open == nil {
		return
	}
	if before := v.look(v.open.id); before.Version > 0 {
		v.kept++
	}
	for range 2 {
		if err := v.open.post(ctx, anna); err != nil {
			v.t.Fatalf("%s sent again: %v", v.open.id, err)
		}
	}
	v.acked[v.open.id] = 1
	v.open = nil
}

// opens shows somebody the next item and gives the form by which it is closed.
func (v *victim) opens(ctx context.Context, anna *seat) sent {
	v.t.Helper()
	id := doubtID(v.next)
	v.next++
	page, err := anna.send(ctx, http.MethodGet, "/eccezioni/"+id, nil)
	form := formOf(page.body)
	if err != nil || page.status != http.StatusOK || len(form) != 2 {
		v.t.Fatalf("%s: %d %v, %v", id, page.status, form, err)
	}
	return sent{id, "/eccezioni/" + id + "/azione", with(form, "azione", "chiudi", "esito", string(worklist.OutcomeUseful), "motivo", "visto")}
}

// close closes the next item with nobody in the way.
func (v *victim) close(ctx context.Context, anna *seat) {
	v.t.Helper()
	form := v.opens(ctx, anna)
	start := systemClock()
	if err := form.post(ctx, anna); err != nil {
		v.t.Fatalf("%s: %v", form.id, err)
	}
	v.answered = systemClock().Sub(start)
	v.acked[form.id] = 1
}

func (v *victim) look(id string) worklist.Detail {
	v.t.Helper()
	d, err := v.store.Look(v.t.Context(), auditor, worklist.Key{Kind: worklist.KindException, ID: id})
	if err != nil {
		v.t.Fatal(err)
	}
	return d
}

// check wants every closing from a number on that was answered in the store once, and nothing else but maybe the one that
// was not.
func (v *victim) check(from int) {
	v.t.Helper()
	if _, err := v.store.VerifyAudit(v.t.Context()); err != nil {
		v.t.Error(err)
	}
	changed := changes(v.t, v.store)
	for n := from; n < v.next; n++ {
		id := doubtID(n)
		d := v.look(id)
		count := int64(len(d.Closings))
		switch {
		case d.Version != count || changed[id] != count:
			v.t.Errorf("%s: %d closings, version %d, %d changes in the audit", id, count, d.Version, changed[id])
		case v.acked[id] == count:
		case v.acked[id] == 0 && count == 1 && v.open != nil && v.open.id == id:
		default:
			v.t.Errorf("%s: %d closings, answered %d", id, count, v.acked[id])
		}
	}
}

// whole wants the last form answered too, and a sound database.
func (v *victim) whole() {
	v.t.Helper()
	if v.open != nil {
		s := serveOn(v.t, v.home, nil)
		anna, err := sit(v.t.Context(), s.address, "anna.verdi")
		if err != nil {
			v.t.Fatal(err)
		}
		v.resend(v.t.Context(), anna)
		s.cmd.Process.Kill()
		<-s.ended
	}
	v.check(0)
	db, err := sql.Open("sqlite", filepath.Join(v.home, storeFile))
	if err != nil {
		v.t.Fatal(err)
	}
	defer db.Close()
	var said []string
	rows, err := db.QueryContext(v.t.Context(), "PRAGMA integrity_check")
	if err != nil {
		v.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			v.t.Fatal(err)
		}
		said = append(said, line)
	}
	if err := rows.Err(); err != nil || !slices.Equal(said, []string{"ok"}) {
		v.t.Errorf("%q, %v", said, err)
	}
	if left := len(v.acked); left != v.next {
		v.t.Errorf("%d closings of %d", left, v.next)
	}
}
