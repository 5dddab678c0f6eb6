//go:build linux && amd64

package main

import (
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"incrocio/fixtures/faults"
)

// signals sends the signals that people and service managers send, at points all over a night: it stops in
// time, with the code that tells of the signal, or it is published; the next start gives the same home.
func signals(t *testing.T, r *rig) {
	stopped := 0
	for k, i := range cases(120) {
		signal := []syscall.Signal{syscall.SIGTERM, syscall.SIGINT}[k%2]
		home, at := r.copy(), 1+i*r.calls/120
		var late atomic.Bool
		var timer *time.Timer
		out, said, err := r.run(home, faults.Fault{Call: at, Do: func(pid int) {
			timer = time.AfterFunc(patience, func() { late.Store(true); _ = syscall.Kill(pid, syscall.SIGKILL) })
			if err := syscall.Kill(pid, signal); err != nil {
				t.Error(err)
			}
		}})
		after := fmt.Sprintf("%v at %s", signal, strings.ReplaceAll(out.Hit, home, "home"))
		if err != nil || timer == nil {
			t.Fatalf("%s: %+v, %v", after, out, err)
		}
		timer.Stop()
		switch {
		case late.Load():
			t.Errorf("%s: it goes on after %v", after, patience)
		case out.Code == exitSignal+int(signal):
			stopped++
			call(t, home, "verify").want(t, exitOK)
		case out.Code != exitOK && out.Code != exitDiscarded:
			t.Errorf("%s: exit code %d\n%s", after, out.Code, said)
		}
		r.finish(home, after)
	}
	if stopped == 0 {
		t.Error("no signal stopped a night: the test shows nothing")
	}
}
