package worklist_test

import (
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// TestWhateverPeopleDo follows an item through random commands of random people, with facts that change under them.
func TestWhateverPeopleDo(t *testing.T) {
	people := []*worklist.Operator{anna, bruno, carla, dario, elena, alias}
	commands := []worklist.Command{take, elabora, release, hold, closing, deciding, approve, reject, undo, reopen, note, assign}
	rapid.Check(t, func(t *rapid.T) {
		item := exception()
		item.SecondEyes, item.Closable = rapid.Bool().Draw(t, "second"), rapid.Bool().Draw(t, "closable")
		at, old := now, seen(&item)
		for n := rapid.IntRange(1, 40).Draw(t, "steps"); n > 0; n-- {
			at += pipeline.Instant(rapid.Int64Range(0, int64(worklist.UndoWindow)).Draw(t, "later"))
			if rapid.IntRange(0, 9).Draw(t, "news") == 0 {
				item.Fingerprint = rapid.SampledFrom([]string{"f1", "f2"}).Draw(t, "facts")
			}
			who := rapid.SampledFrom(people).Draw(t, "who")
			c := rapid.SampledFrom(commands).Draw(t, "command")
			what := seen(&item)
			if rapid.Bool().Draw(t, "stale") {
				what = old
			}
			ch, err := worklist.Apply(item, &c, what, who, at)
			if err != nil {
				continue
			}
			check(t, &item, &ch, &c, who, at)
			old, item = what, ch.Item
		}
	})
}

// check holds whatever was done.
func check(t *rapid.T, before *worklist.Item, ch *worklist.Change, c *worklist.Command, who *worklist.Operator, at pipeline.Instant) {
	after := &ch.Item
	switch {
	case !who.Works() || !who.Sees(before.Office):
		t.Fatalf("%s by %s was let through", c.Verb, who.Name)
	case ch.Same && after.Version != before.Version, !ch.Same && after.Version != before.Version+1:
		t.Fatalf("%s: version %d after %d", c.Verb, after.Version, before.Version)
	case before.ReadBy != "" && (after.ReadBy != before.ReadBy || after.ReadAt != before.ReadAt):
		t.Fatalf("%s changed who read it", c.Verb)
	case before.ReadBy == "" && after.ReadBy != "" && c.Verb != worklist.VerbElabora:
		t.Fatalf("%s turned Letto", c.Verb)
	}
	today := worklist.Today(at)
	state := after.Now(today)
	if cl := after.Closing; state == worklist.StateWorked {
		switch {
		case !cl.InForce() || cl.Fingerprint != after.Fingerprint:
			t.Fatalf("worked without a closing in force on these facts: %+v", cl)
		case after.SecondEyes && (!cl.Second || cl.Approver == cl.Person):
			t.Fatalf("one person worked what takes two: %+v", cl)
		case !after.Closable && cl.Decision == nil:
			t.Fatal("waved off what cannot be")
		}
	}
	if (state == worklist.StateTaken || state == worklist.StateHeld) && after.Holder == "" {
		t.Fatalf("%s: %s by nobody", c.Verb, state)
	}
	if held := before.Now(today); (held == worklist.StateTaken || held == worklist.StateHeld) && before.Person != who.ID() &&
		who.Role != worklist.RoleSupervisor && c.Verb != worklist.VerbNote {
		t.Fatalf("%s by %s on what %s has", c.Verb, who.Name, before.Holder)
	}
}
