//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"incrocio/fixtures/faults"
	"incrocio/pipeline"
)

// patience is how long a process may take to see that another one is at work.
const patience = 5 * time.Second

// starters is how many processes want the same night.
const starters = 16

// exitCode gives the exit code of a command that ended; -1 where it was killed or never began.
func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

// together starts commands at once and gives their exit codes and what they said, in order; one that has no end in time
// is killed.
func together(commands []*exec.Cmd, limit time.Duration) (codes []int, said []string) {
	codes, said = make([]int, len(commands)), make([]string, len(commands))
	var wg sync.WaitGroup
	for i, c := range commands {
		wg.Go(func() {
			late := time.AfterFunc(limit, func() {
				if c.Process != nil {
					_ = c.Process.Kill()
				}
			})
			out, err := c.CombinedOutput()
			late.Stop()
			codes[i], said[i] = exitCode(err), string(out)
		})
	}
	wg.Wait()
	return codes, said
}

// start is the command of a rig's night.
func (r *rig) start(home string) *exec.Cmd {
	return exec.Command(r.program, "--home", home, "run", "--date", r.night.String())
}

// TestOnSQLite is what may happen to a night from outside.
func TestOnSQLite(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *rig)
	}{
		{"held", held},
		{"sixteen at once", sixteenAtOnce},
		{"signals", signals},
		{"small disk", smallDisk},
		{"half writes", halfWrites},
	} {
		t.Run(c.name, func(t *testing.T) {
			of := *r
			of.t = t
			c.test(t, &of)
		})
	}
}

// held: while a night stands still, wherever that is, the others go away at once; then it is
// published as if nobody had come.
func held(t *testing.T, r *rig) {
	for _, i := range cases(20) {
		home := r.copy()
		at := 2 + i*(r.calls-2)/20 // the first call makes the file of the lock
		out, err := faults.Run(r.start(home), faults.Fault{Call: at, Do: func(int) {
			var others []*exec.Cmd
			for range starters {
				others = append(others, r.start(home))
			}
			codes, said := together(others, patience)
			for k := range codes {
				if codes[k] != exitLocked || !strings.Contains(said[k], "another night") {
					t.Errorf("held at %d: exit code %d: %s", at, codes[k], said[k])
				}
			}
		}})
		if err != nil || out.Code != exitOK && out.Code != exitDiscarded {
			t.Errorf("held at %s: %+v, %v", out.Hit, out, err)
		}
		sameFiles(t, out.Hit, r.want, wholeHome(t, home))
	}
}

// sixteenAtOnce: nobody is first by arrangement.
func sixteenAtOnce(t *testing.T, r *rig) {
	for range cases(20) {
		home := r.copy()
		var all []*exec.Cmd
		for range starters {
			all = append(all, r.start(home))
		}
		codes, said := together(all, time.Minute)
		ran := 0
		for k, code := range codes {
			switch code {
			case exitOK, exitDiscarded:
				ran++
			case exitLocked:
				if !strings.Contains(said[k], "another night holds the lock: ") || !strings.Contains(said[k], ", since ") {
					t.Errorf("whoever was refused is not told by whom: %s", said[k])
				}
			case exitDate: // the night had been published when it came
			default:
				t.Errorf("exit code %d: %s", code, said[k])
			}
		}
		if ran != 1 {
			t.Errorf("%d processes ran the night: %v", ran, codes)
		}
		sameFiles(t, "home", r.want, wholeHome(t, home))
	}
}

// manyHomes: the ledger keeps those apart whom no file lock does.
func manyHomes(t *testing.T, g *ledgered) {
	for _, i := range cases(20) {
		home, url := g.copy(), g.clone()
		at := 2 + i*(g.calls-2)/20
		out, err := faults.Run(g.command(home, url), faults.Fault{Call: at, Do: func(int) {
			var others []*exec.Cmd
			for range 4 {
				elsewhere := g.copy()
				for range starters / 4 {
					others = append(others, g.command(elsewhere, url))
				}
			}
			codes, said := together(others, patience)
			for k := range codes {
				if codes[k] != exitLocked {
					t.Errorf("held at %d: exit code %d: %s", at, codes[k], said[k])
				}
			}
			if !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, "since") }) {
				t.Errorf("nobody says since when the night is held: %q", said)
			}
		}})
		if err != nil || out.Code != exitOK && out.Code != exitDiscarded {
			t.Errorf("held at %s: %+v, %v", out.Hit, out, err)
		}
		sameFiles(t, out.Hit, g.want, wholeHome(t, home))
		if got := knownTo(t, url); got != g.known {
			t.Errorf("%s: the ledger knows\n%s\ninstead of\n%s", out.Hit, got, g.known)
		}
	}
}

// zombie is a process that stands still until its lease has expired and another home has gone ahead.
type zombie struct {
	*ledgered
	home, other, url string
	hit, said        string
	code             int
}

// shortLease is the shortest that leaves a process on a busy machine the time to renew it.
const shortLease = "INCROCIO_LOCK_LEASE=2s"

// wake runs a command that stands still at a durable call until the other home has run its own.
func (z *zombie) wake(at int, command, others *exec.Cmd) {
	z.t.Helper()
	var said strings.Builder
	command.Stderr = &said
	command.Env = append(command.Env, shortLease)
	out, err := faults.Run(command, faults.Fault{Call: at, Do: func(int) {
		for tries := 0; ; tries++ {
			ask(z.t, z.url, "SELECT pg_sleep(extract(epoch FROM scade_il - clock_timestamp()) + 0.01) FROM blocco")
			other := exec.Command(others.Path, others.Args[1:]...)
			other.Env = append(others.Env, shortLease)
			b, err := other.CombinedOutput()
			switch code := exitCode(err); {
			case code == exitOK, code == exitDiscarded:
				return
			case code == exitTemporary && tries < 5: // it stands still in a transaction, which the server ends after a minute
			default:
				z.t.Errorf("at call %d: the other home ends with %v\n%s", at, err, b)
				return
			}
		}
	}})
	if err != nil {
		z.t.Fatal(err)
	}
	z.code, z.said, z.hit = out.Code, said.String(), strings.ReplaceAll(out.Hit, z.home, "home")
}

// fenced wants that the one who woke up has changed nothing, and that its home is behind the ledger from then on.
func (z *zombie) fenced(before map[string]string, ahead pipeline.Date) {
	z.t.Helper()
	if z.code != exitFailed || !strings.Contains(z.said, "the lease was lost") {
		z.t.Errorf("frozen at %s: exit code %d\n%s", z.hit, z.code, z.said)
	}
	sameFiles(z.t, "after "+z.hit, before, wholeHome(z.t, z.home))
	b, err := z.command(z.home, z.url).CombinedOutput()
	want := "the ledger knows of night " + ahead.String() + ", which is not in this home"
	if code := exitCode(err); code != exitFailed || !strings.Contains(string(b), want) {
		z.t.Errorf("frozen at %s: the next start ends with %d\n%s", z.hit, code, b)
	}
}

// frozen: a night stands still until its lease has expired and another home has done the night. When it goes on it
// publishes nothing, says why, and its home is behind the ledger from then on.
func frozen(t *testing.T, g *ledgered) {
	for _, i := range cases(60) {
		at := 2 + i*(g.calls-4)/60
		t.Run(fmt.Sprint("call ", at), func(t *testing.T) {
			t.Parallel()
			g := g.of(t)
			z := &zombie{ledgered: g, home: g.copy(), other: g.copy(), url: g.clone()}
			before := wholeHome(t, z.home)
			z.wake(at, g.command(z.home, z.url), g.command(z.other, z.url))
			z.fenced(before, g.night)
			sameFiles(t, z.hit, g.want, wholeHome(t, z.other))
			if got := knownTo(t, z.url); got != g.known {
				t.Errorf("frozen at %s: the ledger knows\n%s\ninstead of\n%s", z.hit, got, g.known)
			}
		})
	}
}

// frozenRepetition is the same for a night that is repeated while another home does the next one.
func frozenRepetition(t *testing.T, g *ledgered) {
	done := func() string {
		home := filepath.Join(inMemory(t), "h")
		if err := os.CopyFS(home, os.DirFS(g.done)); err != nil {
			t.Fatal(err)
		}
		return home
	}
	counted, err := faults.Run(g.any(done(), g.cloneOf(g.after), "run", "--replace"), faults.Fault{})
	if err != nil || counted.Code != exitOK && counted.Code != exitDiscarded {
		t.Fatalf("undisturbed: %+v, %v", counted, err)
	}
	for _, i := range cases(20) {
		at := 2 + i*(counted.Calls-4)/20
		t.Run(fmt.Sprint("call ", at), func(t *testing.T) {
			t.Parallel()
			g := g.of(t)
			z := &zombie{ledgered: g, home: done(), other: done(), url: g.cloneOf(g.after)}
			before := wholeHome(t, z.home)
			z.wake(at, g.any(z.home, z.url, "run", "--replace"), g.any(z.other, z.url, "run", "--date", (g.night+1).String()))
			z.fenced(before, g.night+1)
		})
	}
}
