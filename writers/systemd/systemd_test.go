package systemd_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"incrocio/writers/systemd"
)

// manager listens as the service manager does.
func manager(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// heard gives the next message. One that does not come is for the time limit of the tests to notice.
func heard(t *testing.T, conn *net.UnixConn) string {
	t.Helper()
	b := make([]byte, 4096)
	n, err := conn.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestMessages(t *testing.T) {
	for _, socket := range []string{filepath.Join(t.TempDir(), "n"), "@incrocio-test-" + strconv.Itoa(os.Getpid())} {
		conn := manager(t, socket)
		n, err := systemd.New(env("NOTIFY_SOCKET", socket), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			say  func() error
			want string
		}{
			{n.Ready, "READY=1"},
			{n.Alive, "WATCHDOG=1"},
			{func() error { return n.Status("notte del 2014-07-01\nREADY=0") }, "STATUS=notte del 2014-07-01 READY=0"},
			{n.Stopping, "STOPPING=1"},
		} {
			if err := c.say(); err != nil {
				t.Fatal(err)
			}
			if got := heard(t, conn); got != c.want {
				t.Errorf("%s: heard %q, want %q", socket, got, c.want)
			}
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
		if err := n.Ready(); err == nil {
			t.Error("said something after Close")
		}
	}
}

func TestNobodyListens(t *testing.T) {
	silent, err := systemd.New(env("WATCHDOG_USEC", "1000000"), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []*systemd.Notifier{silent, nil} {
		if n.Listening() || n.Watchdog() != 0 {
			t.Errorf("listening %v, watchdog %s", n.Listening(), n.Watchdog())
		}
		if err := n.Ready(); err != nil {
			t.Error(err)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := systemd.New(env("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "none")), 1); err == nil {
		t.Error("reached a socket that is not there")
	}
}

func TestWatchdog(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "n")
	manager(t, socket)
	for _, c := range []struct {
		usec, pid string
		want      time.Duration
	}{
		{"30000000", "", 30 * time.Second},
		{"30000000", "42", 30 * time.Second},
		{"30000000", "43", 0},
		{"", "", 0},
		{"-5", "", 0},
		{"soon", "", 0},
	} {
		n, err := systemd.New(env("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", c.usec, "WATCHDOG_PID", c.pid), 42)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Watchdog(); got != c.want {
			t.Errorf("WATCHDOG_USEC %q, WATCHDOG_PID %q: %s, want %s", c.usec, c.pid, got, c.want)
		}
		n.Close()
	}
}

// TestDeafManager: a manager that does not take its messages costs a second each, and is heard of.
func TestDeafManager(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "n")
	conn := manager(t, socket)
	n, err := systemd.New(env("NOTIFY_SOCKET", socket), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	for sent := 0; err == nil; sent++ {
		if err = n.Alive(); sent > 1<<20 {
			t.Fatal("the queue never fills")
		}
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	heard(t, conn)
	if err := n.Alive(); err != nil { // it listens again
		t.Error(err)
	}
}
