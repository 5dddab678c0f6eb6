package rundir_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"incrocio/writers/rundir"
)

// locked is when the locks of these tests are taken.
var locked = time.Date(2014, 7, 2, 1, 30, 0, 0, time.FixedZone("Rome", 2*60*60))

// lockVariable names the home of which a process of these tests takes the lock and keeps it.
const lockVariable = "INCROCIO_TEST_LOCK"

// TestLockOfAnotherProcess: whoever is refused is told which process holds the lock, where and since when. It is the
// operating system's lock: what the file says of its holder neither holds nor frees it.
func TestLockOfAnotherProcess(t *testing.T) {
	if home := os.Getenv(lockVariable); home != "" {
		keepLock(t, home)
	}
	home := t.TempDir()
	other := holding(t, home)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	refused(t, home, fmt.Sprintf("another night holds the lock: process %d on %s, since 2014-07-01T23:30:00Z", other.Process.Pid, host))

	file := filepath.Join(home, ".lock")
	const nothing = "another night holds the lock: an unknown process on an unknown host, since an unknown moment"
	for text, want := range map[string]string{
		"": nothing, "{": nothing, "null": nothing, "[1]": nothing, `{"processo":"1"}`: nothing, `{"processo":-1,"macchina":"a b\n"}`: nothing,
		string(make([]byte, 1<<20)): nothing,
		`{"processo":7}`:            "another night holds the lock: process 7 on an unknown host, since an unknown moment",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, home, want)
	}
	if err := os.WriteFile(file, []byte(`{"processo":7,"macchina":"altrove","dal":"2014-07-01T00:00:00Z"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait()
	release, err := rundir.Lock(home, locked) // whatever the file says
	if err != nil {
		t.Fatal(err)
	}
	refused(t, home, fmt.Sprintf("another night holds the lock: process %d on %s, since 2014-07-01T23:30:00Z", os.Getpid(), host))
	release()
}

func refused(t *testing.T, home, want string) {
	t.Helper()
	_, err := rundir.Lock(home, locked)
	var held *rundir.LockedError
	if !errors.As(err, &held) || !errors.Is(err, rundir.ErrLocked) || held.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// holding starts a process that holds the lock of a home until it is killed.
func holding(t *testing.T, home string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestLockOfAnotherProcess$")
	c.Env = append(os.Environ(), lockVariable+"="+home)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatalf("the other process: %q, %v", line, err)
	}
	return c
}

// keepLock is the other process.
func keepLock(t *testing.T, home string) {
	if _, err := rundir.Lock(home, locked); err != nil {
		t.Fatal(err)
	}
	fmt.Println("locked")
	time.Sleep(time.Minute)
	os.Exit(0)
}
