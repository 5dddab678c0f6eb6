package main

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"incrocio/writers/rundir"
)

// TestSignalsStopTheSchedule: the real program, in the middle of a night and while it waits.
func TestSignalsStopTheSchedule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		signal syscall.Signal
		freeze string
		when   string // what the manager hears before
		code   int
		tried  []int32
	}{
		{"SIGTERM in a night", syscall.SIGTERM, "", " in corso: ", 143, []int32{143}},
		{"SIGINT in a night", syscall.SIGINT, "", " in corso: ", 130, []int32{130}},
		{"SIGTERM while it waits", syscall.SIGTERM, "2000-01-01/2999-12-31", "STATUS=fermo fino al 3000-01-01", 143, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			home, night := generated(t, 600, 8)
			l := manager(t)
			cmd := exec.Command("incrocio", "--home", home, "schedule")
			cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+l.path, "WATCHDOG_USEC=60000", "INCROCIO_INBOX_SETTLE=0s",
				"INCROCIO_SCHEDULE_CRON=* * * * *", "INCROCIO_SCHEDULE_FREEZE="+c.freeze)
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			for heard := ""; !strings.Contains(heard, c.when); {
				select {
				case heard = <-l.all:
				case err := <-ended:
					t.Fatalf("it ended by itself: %v\n%s", err, said.String())
				}
			}
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			limit := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
			<-ended
			limit.Stop()
			if code := cmd.ProcessState.ExitCode(); code != c.code { // -1: killed, since it took longer than 5 s
				t.Errorf("exit code %d, want %d\n%s", code, c.code, said.String())
			}
			if all := l.heard(t); !slices.Contains(all, "STOPPING=1") {
				t.Errorf("heard %q", all)
			}
			if nights, err := rundir.Nights(home); err != nil || len(nights) > 0 {
				t.Errorf("published %v, %v", nights, err)
			}
			tries, err := ledgerOf(t, home).Attempts(t.Context(), 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			var codes []int32
			for _, a := range tries {
				codes = append(codes, a.Code.V)
			}
			if diff := cmp.Diff(c.tried, codes); diff != "" {
				t.Error(diff)
			}
			published(t, home, "run", "--date", night.String())
		})
	}
}
