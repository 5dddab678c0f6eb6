//go:build linux && amd64

package main

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"incrocio/fixtures/faults"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
)

// One call in faultsEvery is hit, from a place that the seed chooses; 1 hits every one (make test-crash).
var (
	faultsEvery = flag.Int("faults.every", 10, "hit one durable call in `n`")
	faultsSeed  = flag.Uint64("faults.seed", 1, "where the count begins")
)

// program builds the program under test once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "incrocio-faults-")
	if err != nil {
		return "", err
	}
	atEnd = append(atEnd, func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "incrocio")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", &buildError{string(out), err}
	}
	return path, nil
})

type buildError struct {
	out string
	err error
}

func (e *buildError) Error() string { return e.err.Error() + ": " + e.out }

// rig is a home in which a night waits, and the same home after it.
type rig struct {
	t             *testing.T
	program       string
	waiting, done string
	night         pipeline.Date
	calls         int // durable calls of the night
	want          map[string]string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, program: path}
	var first pipeline.Date
	r.waiting, _, first, r.night = twoNights(t)
	r.decide(first)
	r.done = r.copy()
	out, _, err := r.run(r.done, faults.Fault{})
	if err != nil || out.Code != exitOK && out.Code != exitDiscarded {
		t.Fatalf("undisturbed: %+v, %v", out, err)
	}
	r.calls, r.want = out.Calls, wholeHome(t, r.done)
	t.Logf("the night makes %d durable calls", r.calls)
	return r
}

// decide has an operator decide on an exception of the first night, so that the night takes that in, too.
func (r *rig) decide(first pipeline.Date) {
	r.t.Helper()
	rows := rowsOf(r.t, r.waiting, first, tables.Exceptions)
	i := slices.IndexFunc(rows, func(e pipeline.Exception) bool { return e.Standing() && !e.SecondEyes })
	if i < 0 {
		r.t.Fatal("no exception to decide on")
	}
	s := embedded(r.t, r.waiting)
	closes(r.t, s, &worklist.Command{
		Outcome: worklist.OutcomeFounded, Text: "visto", Decision: &worklist.Decision{Kind: worklist.DecideRefuse},
	}, exceptionOf(&rows[i]))
	if err := s.Close(); err != nil {
		r.t.Fatal(err)
	}
	ages(r.t, r.waiting)
}

// copy gives a fresh home in which the night waits.
func (r *rig) copy() string {
	r.t.Helper()
	home := filepath.Join(inMemory(r.t), "h")
	if err := os.CopyFS(home, os.DirFS(r.waiting)); err != nil {
		r.t.Fatal(err)
	}
	return home
}

// run runs the night with a fault and gives what it said on stderr.
func (r *rig) run(home string, f faults.Fault) (faults.Outcome, string, error) {
	var said bytes.Buffer
	cmd := exec.Command(r.program, "--home", home, "run", "--date", r.night.String())
	cmd.Stderr = &said
	out, err := faults.Run(cmd, f)
	return out, said.String(), err
}

// sample lists the calls that are hit.
func (r *rig) sample() []int {
	var calls []int
	for n := 1 + rand.New(rand.NewPCG(*faultsSeed, 0)).IntN(*faultsEvery); n <= r.calls; n += *faultsEvery {
		calls = append(calls, n)
	}
	return calls
}

// finish makes the next ordinary start and wants the home as it would be without a fault.
func (r *rig) finish(home, after string) {
	r.t.Helper()
	out, said, err := r.run(home, faults.Fault{})
	// 13: the night was published already, and has been tidied up.
	if err != nil || !slices.Contains([]int{exitOK, exitDiscarded, exitDate}, out.Code) {
		r.t.Errorf("%s: the next start ends with %d, %v\n%s", after, out.Code, err, said)
		return
	}
	sameFiles(r.t, after, r.want, wholeHome(r.t, home))
}

// TestKillSweep kills the night at its durable calls, and every second time the start after it too.
func TestKillSweep(t *testing.T) {
	r := newRig(t)
	for _, n := range r.sample() {
		home := r.copy()
		out, _, err := r.run(home, faults.Fault{Call: n})
		if err != nil || out.Code != -1 {
			t.Fatalf("call %d: %+v, %v", n, out, err)
		}
		after := "killed at " + strings.ReplaceAll(out.Hit, home, "home")
		if n%2 == 0 {
			again, _, err := r.run(home, faults.Fault{Call: 1 + n*7%r.calls})
			if err != nil {
				t.Fatal(err)
			}
			after += ", then at " + strings.ReplaceAll(again.Hit, home, "home")
		}
		r.finish(home, after)
		if err := os.RemoveAll(home); err != nil {
			t.Fatal(err)
		}
	}
}

// names tells whether a message says what a call failed with, in the words of the system or of the database.
func names(said string, cause syscall.Errno) bool {
	return slices.ContainsFunc([]string{cause.Error(), "database or disk is full", "disk I/O error"},
		func(words string) bool { return strings.Contains(said, words) })
}

// TestFailingCalls makes durable calls fail, once or for good: the night ends with an error that names the cause, or
// gets over it; nothing half-published is to be seen, and the next start finishes.
func TestFailingCalls(t *testing.T) {
	r := newRig(t)
	for i, n := range r.sample() {
		f := faults.Fault{Call: n, Errno: syscall.EIO}
		if i%2 == 1 {
			f.Errno = syscall.ENOSPC
		}
		f.ForGood = i%4 >= 2
		home := r.copy()
		out, said, err := r.run(home, f)
		if err != nil {
			t.Fatal(err)
		}
		after := f.Errno.Error() + " at " + strings.ReplaceAll(out.Hit, home, "home")
		switch {
		case out.Code == exitOK, out.Code == exitDiscarded: // it got over it
		case out.Code != exitFailed, !names(said, f.Errno):
			t.Errorf("%s: exit code %d\n%s", after, out.Code, said)
		}
		// Where the line that names the newest night could not be written, that it is behind is all there is to find.
		behind := "current rimedio: incrocio migrate"
		if c := call(t, home, "verify"); c.code != exitOK && (c.code != exitDamaged || !strings.Contains(c.stdout, behind) || strings.Count(c.stdout, "ALTERAT") != 1) {
			t.Errorf("%s: verify ends with %d\n%s", after, c.code, c.stdout)
		}
		r.finish(home, after)
		if err := os.RemoveAll(home); err != nil {
			t.Fatal(err)
		}
	}
}
