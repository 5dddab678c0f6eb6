package worklist_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

const office = "7000"

var (
	anna  = &worklist.Operator{Name: "anna", Role: worklist.RoleOperator, Offices: []string{office}}
	bruno = &worklist.Operator{Name: "bruno", Role: worklist.RoleOperator, Offices: []string{office, "4900"}}
	carla = &worklist.Operator{Name: "carla", Role: worklist.RoleSupervisor, AllOffices: true}
	dario = &worklist.Operator{Name: "dario", Role: worklist.RoleReader, Offices: []string{office}}
	elena = &worklist.Operator{Name: "elena", Role: worklist.RoleOperator, Offices: []string{"4900"}}
	alias = &worklist.Operator{Name: "anna.2", Person: " ANNA ", Role: worklist.RoleSupervisor, AllOffices: true}
)

// now is noon of 1 October 2014 in Rome.
var now = midnight(pipeline.MustDate("2014-10-01")) + 10*60*minute

const minute = pipeline.Instant(60 * 1_000_000)

// midnight is that of Greenwich, one or two hours into the day in Rome.
func midnight(d pipeline.Date) pipeline.Instant {
	return pipeline.Instant(d.UnixDays()) * 24 * 60 * minute
}

func exception(change ...func(*worklist.Item)) worklist.Item {
	i := worklist.Item{
		Key: worklist.Key{Kind: worklist.KindException, ID: "E1"}, Office: office, State: worklist.StatePending,
		Code: "INIZIO_VICINO_ALLA_FINE", Fingerprint: "f1", Closable: true,
	}
	for _, c := range change {
		c(&i)
	}
	return i
}

func seen(i *worklist.Item) worklist.Target {
	return worklist.Target{Key: i.Key, Version: i.Version, Fingerprint: i.Fingerprint}
}

// apply carries a command out on the item as it is.
func apply(i worklist.Item, who *worklist.Operator, at pipeline.Instant, c worklist.Command) (worklist.Change, error) {
	return worklist.Apply(i, &c, seen(&i), who, at)
}

// must is apply that cannot be refused.
func must(t *testing.T, i worklist.Item, who *worklist.Operator, at pipeline.Instant, c worklist.Command) worklist.Item {
	t.Helper()
	ch, err := apply(i, who, at, c)
	if err != nil {
		t.Fatalf("%s by %s: %v", c.Verb, who.Name, err)
	}
	return ch.Item
}

var (
	take     = worklist.Command{Verb: worklist.VerbTake}
	elabora  = worklist.Command{Verb: worklist.VerbElabora}
	release  = worklist.Command{Verb: worklist.VerbRelease}
	hold     = worklist.Command{Verb: worklist.VerbHold, Until: pipeline.MustDate("2014-10-20"), Text: "attendo il CPI"}
	closing  = worklist.Command{Verb: worklist.VerbClose, Outcome: worklist.OutcomeUnfounded}
	approve  = worklist.Command{Verb: worklist.VerbApprove, Group: 1}
	reject   = worklist.Command{Verb: worklist.VerbReject, Group: 1, Text: "manca il documento"}
	undo     = worklist.Command{Verb: worklist.VerbUndo, Group: 1}
	reopen   = worklist.Command{Verb: worklist.VerbReopen, Text: "nuovi elementi"}
	note     = worklist.Command{Verb: worklist.VerbNote, Text: "sentito il datore"}
	assign   = worklist.Command{Verb: worklist.VerbAssign, To: bruno}
	deciding = worklist.Command{
		Verb: worklist.VerbClose, Outcome: worklist.OutcomeFounded, Text: "verificato",
		Decision: &worklist.Decision{Kind: worklist.DecideConfirm},
	}
)

func second(i *worklist.Item)     { i.SecondEyes = true }
func unclosable(i *worklist.Item) { i.Closable = false }
func gone(i *worklist.Item)       { i.Gone = true }

func TestWhoMayDoWhat(t *testing.T) {
	for _, tc := range []struct {
		name string
		item worklist.Item
		who  *worklist.Operator
		do   worklist.Command
		want error // nil: done
		then worklist.State
		by   string
	}{
		{"take", exception(), anna, take, nil, worklist.StateTaken, "anna"},
		{"another sede is no item at all", exception(), elena, take, worklist.ErrUnknown, "", ""},
		{"who only looks takes nothing", exception(), dario, take, worklist.ErrRole, "", ""},
		{"no role", exception(), &worklist.Operator{Name: "x", AllOffices: true}, take, worklist.ErrRole, "", ""},
		{"an item of no sede is for who sees all", exception(func(i *worklist.Item) { i.Office = "" }), anna, take, worklist.ErrUnknown, "", ""},
		{"and that one takes it", exception(func(i *worklist.Item) { i.Office = "" }), carla, take, nil, worklist.StateTaken, "carla"},
		{"hold", exception(), anna, hold, nil, worklist.StateHeld, "anna"},
		{"close at once", exception(), anna, closing, nil, worklist.StateWorked, "anna"},
		{"close what takes two", exception(second), anna, closing, nil, worklist.StateApproval, "anna"},
		{"what cannot be waved off", exception(unclosable), anna, closing, worklist.ErrNotClosable, "", ""},
		{"but can be decided", exception(unclosable), anna, deciding, nil, worklist.StateWorked, "anna"},
		{"an exception that closed by itself", exception(gone), anna, closing, worklist.ErrGone, "", ""},
		{"can still be noted", exception(gone), anna, note, nil, worklist.StatePending, ""},
		{"assign is for the supervisor", exception(), anna, assign, worklist.ErrRole, "", ""},
		{"who assigns it to another", exception(), carla, assign, nil, worklist.StateTaken, "bruno"},
		{"but not to who does not work there", exception(), carla, worklist.Command{Verb: worklist.VerbAssign, To: elena}, worklist.ErrNotGranted, "", ""},
		{"nor to who only looks", exception(), carla, worklist.Command{Verb: worklist.VerbAssign, To: dario}, worklist.ErrNotGranted, "", ""},
		{"release what nobody has", exception(), anna, release, nil, worklist.StatePending, ""},
		{"reopen what is open", exception(), anna, reopen, worklist.ErrState, "", ""},
		{"approve what nobody closed", exception(), anna, approve, worklist.ErrState, "", ""},
		{"a submission decides nothing", exception(func(i *worklist.Item) { i.Kind = worklist.KindSubmission }), anna, deciding, worklist.ErrNoDecision, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := tc.item
			got, err := apply(tc.item, tc.who, now, tc.do)
			if !errors.Is(err, tc.want) || tc.want == nil && err != nil {
				t.Fatalf("error %v, want %v", err, tc.want)
			}
			if err != nil {
				return
			}
			if got.Item.State != tc.then || got.Item.Holder != tc.by {
				t.Errorf("%s by %q, want %s by %q", got.Item.State, got.Item.Holder, tc.then, tc.by)
			}
			if d := cmp.Diff(before, tc.item); d != "" {
				t.Errorf("the item given was changed:\n%s", d)
			}
			if want := before.Version + 1; !got.Same && got.Item.Version != want || got.Same && got.Item.Version != before.Version {
				t.Errorf("version %d after %d, same %t", got.Item.Version, before.Version, got.Same)
			}
		})
	}
}

func TestTheSecondLosesAndIsToldByWhom(t *testing.T) {
	item := exception()
	stale := seen(&item)
	for name, do := range map[string]worklist.Command{"take": take, "hold": hold, "close": closing, "release": release} {
		for first, taken := range map[string]worklist.Item{
			"taken":  must(t, item, bruno, now, take),
			"closed": must(t, item, bruno, now, closing),
			"held":   must(t, item, bruno, now, hold),
		} {
			_, err := worklist.Apply(taken, &do, stale, anna, now+minute)
			var c *worklist.ConflictError
			if !errors.As(err, &c) || c.By != "bruno" || c.At != now {
				t.Errorf("%s after %s: %v", name, first, err)
			}
			if !errors.Is(err, worklist.ErrConflict) {
				t.Errorf("%s after %s: no ErrConflict", name, first)
			}
		}
	}
}

func TestChangedFactsAreSeenBeforeTheyAreClosed(t *testing.T) {
	item := exception()
	old := seen(&item)
	item.Fingerprint = "f2"
	for _, do := range []worklist.Command{take, closing, deciding, hold} {
		_, err := worklist.Apply(item, &do, old, anna, now)
		var c *worklist.ConflictError
		if !errors.As(err, &c) || c.By != "" {
			t.Errorf("%s: %v", do.Verb, err)
		}
	}
	any := old
	any.Fingerprint = ""
	if _, err := worklist.Apply(item, &take, any, anna, now); err != nil {
		t.Errorf("take without fingerprint: %v", err)
	}
	if _, err := worklist.Apply(item, &closing, any, anna, now); !errors.Is(err, worklist.ErrConflict) {
		t.Errorf("close without fingerprint: %v", err)
	}
}

func TestLettoTurnsOnceAndOnlyWithElabora(t *testing.T) {
	item := exception(func(i *worklist.Item) { i.Kind = worklist.KindSubmission })
	for _, do := range []worklist.Command{take, hold, note, closing} {
		if got := must(t, item, anna, now, do); got.ReadBy != "" {
			t.Errorf("%s turned Letto", do.Verb)
		}
	}
	read := must(t, item, anna, now, elabora)
	if read.ReadBy != "anna" || read.ReadAt != now {
		t.Fatalf("read by %q at %d", read.ReadBy, read.ReadAt)
	}
	free := must(t, read, anna, now+minute, release)
	again := must(t, free, bruno, now+2*minute, elabora)
	if again.ReadBy != "anna" || again.ReadAt != now {
		t.Errorf("a second Elabora changed who read it: %q", again.ReadBy)
	}
	taken := must(t, item, anna, now, take)
	late := must(t, taken, anna, now+minute, elabora)
	if late.ReadBy != "anna" || late.Version != taken.Version+1 {
		t.Errorf("Elabora on one's own item: read by %q, version %d", late.ReadBy, late.Version)
	}
	if ch, err := apply(late, anna, now+2*minute, elabora); err != nil || !ch.Same {
		t.Errorf("Elabora twice: %v, same %t", err, ch.Same)
	}
	if _, err := apply(must(t, item, anna, now, closing), bruno, now, elabora); !errors.Is(err, worklist.ErrConflict) {
		t.Errorf("Elabora on a worked item: %v", err)
	}
}

func TestAHeldItemComesBackByItself(t *testing.T) {
	item := must(t, exception(), anna, now, hold)
	day := hold.Until
	for today, want := range map[pipeline.Date]worklist.State{
		day - 1: worklist.StateHeld, day: worklist.StatePending, day + 30: worklist.StatePending,
	} {
		if got := item.Now(today); got != want {
			t.Errorf("on %s: %s, want %s", today, got, want)
		}
	}
	if _, err := apply(item, bruno, now+minute, take); !errors.Is(err, worklist.ErrConflict) {
		t.Errorf("another took what is held: %v", err)
	}
	if got := must(t, item, anna, now+minute, take); got.State != worklist.StateTaken || got.Why != "" || got.Until != 0 {
		t.Errorf("who holds it takes it back: %+v", got)
	}
	then := midnight(day)
	if got := must(t, item, bruno, then, take); got.Holder != "bruno" {
		t.Errorf("once it is back anybody takes it: %q", got.Holder)
	}
}

func TestFourEyesAreTwoPersons(t *testing.T) {
	asked := must(t, exception(second), anna, now, closing)
	if asked.Closing.InForce() {
		t.Fatal("a closing that waits counts already")
	}
	for who, want := range map[*worklist.Operator]error{
		anna: worklist.ErrSamePerson, alias: worklist.ErrSamePerson, dario: worklist.ErrRole, elena: worklist.ErrUnknown, bruno: nil, carla: nil,
	} {
		ch, err := apply(asked, who, now+minute, approve)
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s approves: %v, want %v", who.Name, err, want)
			continue
		}
		if want != nil {
			continue
		}
		c := ch.Item.Closing
		if ch.Item.State != worklist.StateWorked || !c.InForce() || c.Approver != who.ID() || c.By != "anna" || c.EffectiveAt() != now+minute {
			t.Errorf("after approval: %s %+v", ch.Item.State, c)
		}
		if again, err := apply(ch.Item, who, now+2*minute, approve); err != nil || !again.Same {
			t.Errorf("approving twice: %v", err)
		}
	}
	back := must(t, asked, bruno, now+minute, reject)
	if back.State != worklist.StateTaken || back.Holder != "anna" || back.Closing != nil {
		t.Errorf("a rejected closing goes back to who asked: %+v", back)
	}
	if _, err := apply(asked, anna, now, reject); !errors.Is(err, worklist.ErrSamePerson) {
		t.Errorf("rejecting one's own: %v", err)
	}
}

func TestAnApprovalIsForTheFactsThatWereSeen(t *testing.T) {
	asked := must(t, exception(second), anna, now, closing)
	asked.Fingerprint = "f2"
	if got := asked.Now(worklist.Today(now)); got != worklist.StatePending {
		t.Errorf("state %s on other facts", got)
	}
	if _, err := apply(asked, bruno, now+minute, approve); !errors.Is(err, worklist.ErrConflict) {
		t.Errorf("approved on other facts: %v", err)
	}
	asked.Fingerprint, asked.Gone = "f1", true
	if _, err := apply(asked, bruno, now+minute, approve); !errors.Is(err, worklist.ErrGone) {
		t.Errorf("approved what closed by itself: %v", err)
	}
}

func TestUndoForTenMinutes(t *testing.T) {
	closed := must(t, exception(), anna, now, closing)
	for _, tc := range []struct {
		name string
		item worklist.Item
		who  *worklist.Operator
		at   pipeline.Instant
		want error
	}{
		{"at once", closed, anna, now, nil},
		{"in the last moment", closed, anna, now + worklist.UndoWindow, nil},
		{"a moment later", closed, anna, now + worklist.UndoWindow + 1, worklist.ErrTooLate},
		{"by another", closed, bruno, now, worklist.ErrConflict},
		{"taken by another on other facts", func() worklist.Item {
			i := closed
			i.Fingerprint = "f2"
			return must(t, i, bruno, now, take)
		}(), anna, now, worklist.ErrConflict},
		{"taken in by a night", taken(closed), anna, now, worklist.ErrTooLate},
		{"not approved yet, days later", must(t, exception(second), anna, now, closing), anna, now + 100*worklist.UndoWindow, nil},
		{"ten minutes run from the approval", approved(t), anna, now + 60*minute + worklist.UndoWindow, nil},
		{"and not longer", approved(t), anna, now + 60*minute + worklist.UndoWindow + 1, worklist.ErrTooLate},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ch, err := apply(tc.item, tc.who, tc.at, undo)
			if !errors.Is(err, tc.want) || tc.want == nil && err != nil {
				t.Fatalf("error %v, want %v", err, tc.want)
			}
			if err == nil && (ch.Item.State != worklist.StateTaken || ch.Item.Closing != nil || !ch.Closing.Undone || ch.Closing.UndoneBy != tc.who.Name) {
				t.Errorf("after undo: %+v %+v", ch.Item, ch.Closing)
			}
		})
	}
}

func taken(i worklist.Item) worklist.Item {
	c := *i.Closing
	c.Night = pipeline.MustDate("2014-10-01")
	i.Closing = &c
	return i
}

func approved(t *testing.T) worklist.Item {
	return must(t, must(t, exception(second), anna, now, closing), bruno, now+60*minute, approve)
}

func TestTheSameClosingTwiceIsOne(t *testing.T) {
	item := exception()
	closed := must(t, item, anna, now, deciding)
	if ch, err := worklist.Apply(closed, &deciding, seen(&item), anna, now+minute); err != nil || !ch.Same || ch.Closing != nil {
		t.Errorf("sent twice: %v %+v", err, ch)
	}
	other := deciding
	other.Text = "verificato meglio"
	if _, err := worklist.Apply(closed, &other, seen(&item), anna, now+minute); !errors.Is(err, worklist.ErrConflict) {
		t.Errorf("another closing on top: %v", err)
	}
}

func TestReopenedWorkIsPending(t *testing.T) {
	got := must(t, must(t, exception(), anna, now, closing), bruno, now+60*minute, reopen)
	if got.State != worklist.StatePending || got.Holder != "" || got.Closing != nil {
		t.Errorf("reopened: %+v", got)
	}
}

func TestBulksOverTwentyTakeTwo(t *testing.T) {
	for n, want := range map[int]bool{1: false, worklist.MaxAlone: false, worklist.MaxAlone + 1: true} {
		c := closing
		c.Items = make([]worklist.Target, n)
		i := exception()
		ch, err := worklist.Apply(i, &c, seen(&i), anna, now)
		if err != nil || ch.Closing.Second != want {
			t.Errorf("%d items: second %t, want %t (%v)", n, ch.Closing.Second, want, err)
		}
	}
}

// TestWhoJudgedFirstIsNamed: the second of two who judge a closing is told who was first, not who closed the item.
func TestWhoJudgedFirstIsNamed(t *testing.T) {
	asked := must(t, exception(second), anna, now, closing)
	withdrawn := must(t, asked, anna, now+minute, undo)
	was := *asked.Closing
	was.Undone, was.UndoneBy, was.UndoneAt = true, "anna", now+minute
	withdrawn.Closing = &was
	for name, tc := range map[string]struct {
		item worklist.Item
		who  *worklist.Operator
		want string
	}{
		"approved":          {must(t, asked, bruno, now+minute, approve), carla, "chiusura già approvata da bruno il 01/10/2014 12:01:00"},
		"taken back":        {withdrawn, bruno, "chiusura già ritirata da anna il 01/10/2014 12:01:00"},
		"taken back by who": {withdrawn, anna, worklist.ErrState.Error()},
	} {
		if _, err := apply(tc.item, tc.who, now+2*minute, approve); err == nil || err.Error() != tc.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
