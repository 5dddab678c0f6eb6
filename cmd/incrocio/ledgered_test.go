//go:build linux && amd64

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"incrocio/fixtures/faults"
	"incrocio/pipeline"
	"incrocio/readers/domande"
	"incrocio/writers/store"
	"incrocio/writers/store/postgres"
)

// cases thins out n cases as -faults.every says, and numbers them from 0.
func cases(n int) []int { return oneIn(*faultsEvery, n) }

// fewer is cases for what takes longer: about half as many, but all where all are asked for.
func fewer(n int) []int { return oneIn(2**faultsEvery-1, n) }

func oneIn(every, n int) []int {
	var some []int
	for i := rand.New(rand.NewPCG(*faultsSeed, 0)).IntN(every); i < n; i += every {
		some = append(some, i)
	}
	return some
}

// inMemory gives a folder on a file system that has no disk to wait for, where there is one with room; what is shown about
// processes that die or stand still is the same there.
func inMemory(t *testing.T) string {
	t.Helper()
	const place, room = "/dev/shm", 1 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(place, &fs); err != nil || uint64(fs.Bsize)*fs.Bavail < room {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(place, "incrocio-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// ledgered is a rig whose homes keep their ledger in PostgreSQL, and read their claims there.
type ledgered struct {
	*rig
	url   string // the ledger of the home in which a night waits
	after string // the ledger after the night
	known string // what it knows then
}

func newLedgered(t *testing.T) *ledgered {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	home, first := generated(t, 60, 6)
	g := &ledgered{rig: &rig{t: t, program: path, waiting: home, night: first + 1}, url: claimsDatabase(t, allClaims(t, home, first))}
	held := filepath.Join(home, "held")
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	move(filepath.Join(home, "inbox", "aspicom"), held)
	if err := os.RemoveAll(filepath.Join(home, "inbox", "domande")); err != nil {
		t.Fatal(err)
	}
	g.publish(home, g.url, first)
	if err := os.RemoveAll(filepath.Join(home, "inbox", "aspicom")); err != nil {
		t.Fatal(err)
	}
	move(held, filepath.Join(home, "inbox", "aspicom"))

	g.done = g.copy()
	g.after = g.clone()
	out, err := faults.Run(g.command(g.done, g.after), faults.Fault{})
	if err != nil || out.Code != exitOK && out.Code != exitDiscarded {
		t.Fatalf("undisturbed: %+v, %v", out, err)
	}
	g.calls, g.want, g.known = out.Calls, wholeHome(t, g.done), knownTo(t, g.after)
	t.Logf("the night makes %d durable calls", g.calls)
	return g
}

// of gives the same to another test.
func (g *ledgered) of(t *testing.T) *ledgered {
	r := *g.rig
	r.t = t
	return &ledgered{&r, g.url, g.after, g.known}
}

// allClaims reads the snapshot of a home.
func allClaims(t *testing.T, home string, night pipeline.Date) (claims []pipeline.Claim) {
	t.Helper()
	s, err := domande.InForce(filepath.Join(home, "inbox", "domande"), night)
	if err == nil {
		err = s.Each(t.Context(), func(c *pipeline.Claim) error { claims = append(claims, *c); return nil },
			func(d pipeline.Discard) error { t.Errorf("discard %v", d); return nil }, func(*pipeline.Claim) error { return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

// publish runs a night in this process.
func (g *ledgered) publish(home, url string, night pipeline.Date) {
	g.t.Helper()
	c := callWith(g.t, home, func(w *world) { w.environ = func() []string { return []string{"INCROCIO_DATABASE_URL=" + url} } },
		"run", "--date", night.String())
	if c.code != exitOK && c.code != exitDiscarded {
		g.t.Fatalf("exit code %d: %s", c.code, c.stderr)
	}
}

// command is the night of a home on a ledger.
func (g *ledgered) command(home, url string) *exec.Cmd {
	return g.any(home, url, "run", "--date", g.night.String())
}

// any is any command on a home and a ledger.
func (g *ledgered) any(home, url string, args ...string) *exec.Cmd {
	cmd := exec.Command(g.program, append([]string{"--home", home}, args...)...)
	cmd.Env = append(os.Environ(), "INCROCIO_DATABASE_URL="+url)
	return cmd
}

// clones counts databases.
var clones atomic.Int64

// clone gives a copy of the ledger in which the night waits.
func (g *ledgered) clone() string {
	g.t.Helper()
	return g.cloneOf(g.url)
}

// cloneOf gives a copy of a ledger; nobody may be connected to that.
func (g *ledgered) cloneOf(ledger string) string {
	g.t.Helper()
	u, err := url.Parse(ledger)
	if err != nil {
		g.t.Fatal(err)
	}
	name := fmt.Sprintf("copia_%d", clones.Add(1))
	g.admin("CREATE DATABASE " + name + " TEMPLATE " + filepath.Base(u.Path))
	g.t.Cleanup(func() { g.admin("DROP DATABASE " + name + " WITH (FORCE)") })
	u.Path = "/" + name
	return u.String()
}

// admin runs a statement beside every ledger.
func (g *ledgered) admin(sql string) {
	g.t.Helper()
	u, err := url.Parse(g.url)
	if err != nil {
		g.t.Fatal(err)
	}
	u.Path = "/postgres"
	ask(g.t, u.String(), sql)
}

// ask runs a statement in a database.
func ask(t *testing.T, url, sql string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// knownTo writes what a ledger in PostgreSQL knows.
func knownTo(t *testing.T, url string) string {
	t.Helper()
	s, err := postgres.Open(context.Background(), url, store.Options{Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return known(t, s)
}

// finishes makes the next ordinary start, and wants home and ledger as they would be without a fault.
func (g *ledgered) finishes(home, url, after string) {
	g.t.Helper()
	out, err := g.command(home, url).CombinedOutput()
	if code := exitCode(err); code != exitOK && code != exitDiscarded && code != exitDate {
		g.t.Errorf("%s: the next start ends with %d\n%s", after, code, out)
		return
	}
	sameFiles(g.t, after, g.want, wholeHome(g.t, home))
	if err := os.RemoveAll(home); err != nil {
		g.t.Error(err)
	}
	if got := knownTo(g.t, url); got != g.known {
		g.t.Errorf("%s: the ledger knows\n%s\ninstead of\n%s", after, got, g.known)
	}
}
