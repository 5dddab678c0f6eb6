// Package systemd tells the service manager how the program is, by the protocol of sd_notify(3): one datagram of
// assignments to the socket that the variable NOTIFY_SOCKET names.
package systemd

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Notifier speaks to the service manager. It is safe for concurrent use. One made without NOTIFY_SOCKET says nothing, and neither does nil.
type Notifier struct {
	watchdog time.Duration

	mu   sync.Mutex
	conn net.Conn // nil: there is nobody to speak to
}

// patience is how long a message may wait for a manager that does not listen.
const patience = time.Second

// New reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. The variables of the watchdog count only for the process pid
// they name, where they name one. It returns an error for a socket that cannot be reached.
func New(getenv func(string) string, pid int) (*Notifier, error) {
	n := &Notifier{}
	if usec, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64); err == nil && usec > 0 {
		if of := getenv("WATCHDOG_PID"); of == "" || of == strconv.Itoa(pid) {
			n.watchdog = time.Duration(usec) * time.Microsecond
		}
	}
	socket := getenv("NOTIFY_SOCKET")
	if socket == "" {
		return n, nil
	}
	// A leading "@" stands for the NUL of an abstract socket, which package net reads that way.
	conn, err := net.Dial("unixgram", socket)
	if err != nil {
		return nil, fmt.Errorf("reach the service manager: %w", err)
	}
	n.conn = conn
	return n, nil
}

// Listening tells whether anybody hears what is said.
func (n *Notifier) Listening() bool { return n != nil && n.conn != nil }

// Watchdog gives the time within which [Notifier.Alive] must be said again; 0 where nobody waits for it.
func (n *Notifier) Watchdog() time.Duration {
	if !n.Listening() {
		return 0
	}
	return n.watchdog
}

// Ready says that the program has started.
func (n *Notifier) Ready() error { return n.send("READY=1") }

// Alive says that the program does what it should.
func (n *Notifier) Alive() error { return n.send("WATCHDOG=1") }

// Stopping says that the program is about to end.
func (n *Notifier) Stopping() error { return n.send("STOPPING=1") }

// Status says in one line, for people, what the program is doing. Line breaks become spaces: each would begin another
// assignment.
func (n *Notifier) Status(text string) error {
	return n.send("STATUS=" + strings.NewReplacer("\n", " ", "\r", " ").Replace(text))
}

func (n *Notifier) send(state string) error {
	if !n.Listening() {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	late := time.AfterFunc(patience, func() { _ = n.conn.SetWriteDeadline(time.Unix(1, 0)) }) // long past: it ends the wait
	_, err := n.conn.Write([]byte(state))
	if !late.Stop() {
		err = errors.Join(err, n.conn.SetWriteDeadline(time.Time{}))
	}
	if err != nil {
		return fmt.Errorf("notify the service manager: %w", err)
	}
	return nil
}

// Close gives the socket back.
func (n *Notifier) Close() error {
	if !n.Listening() {
		return nil
	}
	return n.conn.Close()
}
