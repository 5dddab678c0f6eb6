package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
)

func TestLockedHome(t *testing.T) {
	home := t.TempDir()
	snapshot(t, home, pipeline.MustDate("2014-07-01"), nil)
	release, err := rundir.Lock(home, time.Date(2014, 7, 1, 23, 30, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	c := call(t, home, "run", "--date", "2014-07-01").want(t, exitLocked)
	host, _ := os.Hostname()
	if said := fmt.Sprintf("another night holds the lock: process %d on %s, since 2014-07-01T23:30:00Z", os.Getpid(), host); !strings.Contains(c.stderr, said) {
		t.Errorf("stderr: %s, want %s", c.stderr, said)
	}
	release()
	call(t, home, "run", "--date", "2014-07-01").want(t, exitOK)
}

func TestDatabaseThatIsDownIsTemporary(t *testing.T) {
	home := t.TempDir()
	put(t, home, map[string][]byte{configFile: []byte("[database]\nurl = \"postgres://utente:segreta@127.0.0.1:1/domande\"\n")})
	c := call(t, home, "run", "--date", "2014-07-01").want(t, exitTemporary)
	if strings.Contains(c.stderr, "segreta") || !strings.Contains(c.stderr, "try again later") {
		t.Errorf("stderr: %s", c.stderr)
	}
	put(t, home, map[string][]byte{configFile: []byte("[database]\nurl = \"mysql://x\"\n")})
	if c := call(t, home, "run", "--date", "2014-07-01"); c.code != exitConfig {
		t.Errorf("exit code %d, want %d: %s", c.code, exitConfig, c.stderr)
	}
}

func TestDatabaseWithoutClaims(t *testing.T) {
	home, url := t.TempDir(), pgtest.Start(t)
	for _, c := range []struct{ url, says string }{
		{url, "a table domande"},
		{strings.Replace(url, "/prova_", "/altrove_", 1), "create the database"},
	} {
		put(t, home, map[string][]byte{configFile: []byte("[database]\nurl = \"" + c.url + "\"\n")})
		if got := call(t, home, "run", "--date", "2014-07-01").want(t, exitNoHome); !strings.Contains(got.stderr, c.says) {
			t.Errorf("stderr %q, want %q", got.stderr, c.says)
		}
	}
}

// TestEmptyArguments: a variable of the shell that is not set names nothing, and nothing is looked for.
func TestEmptyArguments(t *testing.T) {
	home := t.TempDir()
	for _, line := range []string{"explain", "verify", "backup", "restore", "diff 2014-07-01", "exceptions show", "exceptions take e1", "user disable"} {
		for _, empty := range []string{"", " "} {
			c := call(t, home, append(strings.Fields(line), empty)...).want(t, exitUsage)
			if !strings.Contains(c.stderr, "an argument is empty\nincrocio "+strings.Fields(line)[0]) {
				t.Errorf("%s %q: %s", line, empty, c.stderr)
			}
		}
	}
}

func TestConfigurationOfNoHome(t *testing.T) {
	call(t, t.TempDir(), "config", "check").want(t, exitOK)
	c := call(t, filepath.Join(t.TempDir(), "altrove"), "config", "check").want(t, exitNoHome)
	if c.stdout != "" || !strings.Contains(c.stderr, "there is no home at ") {
		t.Errorf("%s%s", c.stdout, c.stderr)
	}
}

// TestHomeThatCannotBeWritten: whoever reads it is told what to look at, and which file.
func TestHomeThatCannotBeWritten(t *testing.T) {
	home := t.TempDir()
	snapshot(t, home, pipeline.MustDate("2014-07-01"), nil)
	if err := os.Mkdir(filepath.Join(home, storeFile), 0o700); err != nil {
		t.Fatal(err)
	}
	c := call(t, home, "run", "--date", "2014-07-01").want(t, exitFailed)
	if !strings.Contains(c.stderr, filepath.Join(home, storeFile)) || !strings.Contains(c.stderr, ledgerNotWritable) {
		t.Errorf("stderr: %s", c.stderr)
	}
	for err, want := range map[error]string{
		&fs.PathError{Op: "open", Path: "x", Err: syscall.EROFS}:   readOnlyDisk,
		&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}: fullDisk,
		&store.DatabaseError{Code: "13"}:                           fullDisk,
		&os.LinkError{Op: "rename", Err: syscall.EXDEV}:            oneDisk,
		&store.DatabaseError{Code: "778", Kind: store.ErrDisk}:     refusingDisk,
		&fs.PathError{Op: "write", Path: "x", Err: syscall.EIO}:    refusingDisk,
		&fs.PathError{Op: "open", Path: "x", Err: syscall.EMFILE}:  tooManyFiles,
	} {
		if code, hint := classify(fmt.Errorf("publish: %w", err)); code != exitFailed || hint != want {
			t.Errorf("%v: %d, %q", err, code, hint)
		}
	}
}

// TestPartsOfTheHomeThatAreLinks: nothing is published that could not be put away.
func TestPartsOfTheHomeThatAreLinks(t *testing.T) {
	for _, name := range []string{"inbox", "archive"} {
		home := t.TempDir()
		snapshot(t, home, pipeline.MustDate("2014-07-01"), nil)
		elsewhere, at := t.TempDir(), filepath.Join(home, name)
		if err := os.RemoveAll(at); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(elsewhere, at); err != nil {
			t.Fatal(err)
		}
		c := call(t, home, "run", "--date", "2014-07-01").want(t, exitFailed)
		if !strings.Contains(c.stderr, at+" is a link\n"+oneDisk) {
			t.Errorf("%s: %s", name, c.stderr)
		}
		if _, err := os.Lstat(filepath.Join(home, "runs")); !os.IsNotExist(err) {
			t.Errorf("%s: something was published: %v", name, err)
		}
	}
}

func TestWithoutDateTheNightIsTodayInRome(t *testing.T) {
	home := t.TempDir()
	snapshot(t, home, pipeline.MustDate("2014-07-01"), nil)
	c := call(t, home, "run").want(t, exitOK) // 23:30 UTC on 1 July is 1:30 on 2 July in Rome
	if !strings.Contains(c.stdout, "Notte del 2017-07-02") {
		t.Errorf("summary:\n%s", c.stdout)
	}
}

// TestSignalsStopTheNight sends each signal from inside the night: when it first asks for the time.
func TestSignalsStopTheNight(t *testing.T) {
	for signal, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 143} {
		home, _ := generated(t, 300, 8)
		before := wholeHome(t, home)
		var out, errs bytes.Buffer
		send := sync.OnceFunc(func() { // a second one ends the process
			if err := syscall.Kill(os.Getpid(), signal); err != nil {
				t.Error(err)
			}
		})
		code := execute(&world{
			args: []string{"--home", home, "run"}, stdout: &out, stderr: &errs, signals: true,
			environ: func() []string { return nil },
			now: func() time.Time {
				send()
				return time.Date(2014, 9, 30, 12, 0, 0, 0, time.UTC)
			},
		})
		if code != want || !strings.Contains(errs.String(), "interrupted") || out.Len() > 0 {
			t.Errorf("%s: exit code %d, want %d\n%s%s", signal, code, want, out.String(), errs.String())
		}
		sameFiles(t, signal.String(), before, wholeHome(t, home))
	}
}
