package main

import (
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/writers/systemd"
)

// listener is a service manager that notes what it hears.
type listener struct {
	path string
	all  chan string
}

// nothing is said by nobody but the listener, to itself.
const nothing = "NOTHING=1"

func manager(t *testing.T) *listener {
	t.Helper()
	l := &listener{filepath.Join(t.TempDir(), "notify"), make(chan string, 1000)}
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: l.path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			l.all <- string(b[:n])
		}
	}()
	return l
}

// heard gives what has been said since it was last asked.
func (l *listener) heard(t *testing.T) (all []string) {
	t.Helper()
	conn, err := net.Dial("unixgram", l.path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(nothing)); err != nil {
		t.Fatal(err)
	}
	for m := range l.all {
		if m == nothing {
			return all
		}
		all = append(all, m)
	}
	return all
}

// check wants the messages of four nights.
func (l *listener) check(t *testing.T, first pipeline.Date) {
	t.Helper()
	all := l.heard(t)
	if len(all) < 3 || all[0] != "READY=1" || all[len(all)-1] != "STOPPING=1" {
		t.Fatalf("heard %q", all)
	}
	for _, want := range []string{
		"STATUS=in attesa: notte del " + (first + 1).String() + ", " + (first + 1).String() + " 01:30",
		"STATUS=notte del " + (first + 1).String() + " in corso",
		"STATUS=notte del " + (first + 2).String() + " non riuscita (codice 1), nuovo tentativo fra 1m0s",
		"STATUS=notte del " + (first + 4).String() + " in corso",
	} {
		if !slices.Contains(all, want) {
			t.Errorf("%q is missing from %q", want, all)
		}
	}
}

// TestWatchdogIsFedOnlyWhileSomethingMoves: by the loop, by rows, by the steps of a night; not by nothing.
func TestWatchdogIsFedOnlyWhileSomethingMoves(t *testing.T) {
	l := manager(t)
	n, err := systemd.New(func(name string) string {
		return map[string]string{"NOTIFY_SOCKET": l.path, "WATCHDOG_USEC": "1000000"}[name]
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	clock := &pretended{wall: time.Date(2014, 7, 1, 0, 0, 0, 0, pipeline.Rome)}
	s := &scheduler{app: &app{world: &world{}}, clock: clock, manager: n}
	fed := func() bool {
		t.Helper()
		s.sign()
		all := l.heard(t)
		if got := slices.Contains(all, "WATCHDOG=1"); got || strings.HasPrefix(all[0], "STATUS=nessun segno di vita da 10m0s") {
			return got
		}
		t.Fatalf("heard %q", all)
		return false
	}
	pass := func(d time.Duration) { clock.pass(d, d) }
	if !fed() {
		t.Error("not fed at the start")
	}
	pass(silence - time.Second)
	if !fed() {
		t.Error("not fed just before the silence is too long")
	}
	pass(time.Second)
	if fed() {
		t.Error("fed after a long silence")
	}
	s.app.life.beat()
	if !fed() {
		t.Error("not fed after a sign of life")
	}
	for range 5 { // a night that gets on
		pass(silence / 2)
		s.app.life.beat()
		if !fed() {
			t.Error("not fed while the night gets on")
		}
	}
	s.app.life.progress.Store(&night.Progress{})
	pass(silence / 2)
	if !fed() {
		t.Error("not fed half way")
	}
	pass(silence)
	if fed() {
		t.Error("a night that stands still is fed")
	}
	if h := s.health(); h.Well || !strings.Contains(h.Why, "nessun segno di vita") {
		t.Errorf("health %+v", h)
	}
}

// TestWatchSpeaksByItself: the goroutine keeps to the interval of the watchdog and ends when told.
func TestWatchSpeaksByItself(t *testing.T) {
	l := manager(t)
	n, err := systemd.New(func(name string) string {
		return map[string]string{"NOTIFY_SOCKET": l.path, "WATCHDOG_USEC": "30000"}[name]
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	s := &scheduler{app: &app{world: &world{}}, clock: &pretended{}, manager: n}
	stop := s.watch()
	for fed := 0; fed < 3; {
		if <-l.all == "WATCHDOG=1" {
			fed++
		}
	}
	stop()
	l.heard(t)
	if rest := l.heard(t); len(rest) > 0 {
		t.Errorf("heard %q after the end", rest)
	}
}
