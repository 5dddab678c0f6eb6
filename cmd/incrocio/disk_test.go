//go:build linux && amd64

package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"incrocio/fixtures/faults"
)

// small is a place in which a home has little room.
type small struct {
	home string
	run  func(*exec.Cmd) *exec.Cmd // gives the command that is bound by the limit
	free func()                    // lifts the limit
	says []string                  // what may be said of it, in one of these words
}

// diskWith is a file system of its own with so many bytes over what the home takes: a disk that fills up. Where this
// process may not mount one, no file may grow beyond a size that shrinks along.
func (r *rig) diskWith(over int64) small {
	r.t.Helper()
	dir := r.t.TempDir()
	size := bytesOf(r.t, r.waiting) + over
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		r.t.Logf("no disk of its own (%v): the size of files is limited instead", err)
		return r.filesUpTo(over / 20)
	}
	r.t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			r.t.Error(err)
		}
	})
	home := filepath.Join(dir, "h")
	if err := os.CopyFS(home, os.DirFS(r.waiting)); err != nil {
		r.t.Fatal(err)
	}
	return small{
		home: home, run: func(c *exec.Cmd) *exec.Cmd { return c },
		free: func() {
			if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
				r.t.Fatal(err)
			}
		},
		says: []string{"no space left on device", "database or disk is full", "disk I/O error"},
	}
}

// filesUpTo is an ordinary folder in which the program may not write a file beyond a size.
func (r *rig) filesUpTo(limit int64) small {
	return small{
		home: r.copy(),
		run: func(c *exec.Cmd) *exec.Cmd {
			limited := exec.Command("/bin/sh", append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec "$@"`, limit/512), "sh"}, c.Args...)...)
			limited.Env = c.Env
			return limited
		},
		free: func() {},
		says: []string{"file too large", "database or disk is full", "disk I/O error"},
	}
}

// bytesOf is what the files of a folder take, in whole pages, with their folders.
func bytesOf(t *testing.T, dir string) (total int64) {
	t.Helper()
	const page = 4096
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += (info.Size() + page - 1) / page * page
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return total
}

// smallDisk: wherever the room ends, the night ends with an error that names it and nothing is half-published; once
// there is room the next start finishes.
func smallDisk(t *testing.T, r *rig) {
	need := bytesOf(t, r.done) - bytesOf(t, r.waiting)
	failed := 0
	for _, i := range cases(60) {
		over := (need + need/2) * int64(i) / 60
		for kind, place := range map[string]small{"disk": r.diskWith(over), "file": r.filesUpTo(1024 + over/10)} {
			out, err := place.run(r.start(place.home)).CombinedOutput()
			after := fmt.Sprintf("%s with room for %d bytes", kind, over)
			switch code := exitCode(err); {
			case code == exitOK, code == exitDiscarded:
			case code == exitFailed && slices.ContainsFunc(place.says, func(s string) bool { return strings.Contains(string(out), s) }):
				failed++
			default:
				t.Errorf("%s: exit code %d\n%s", after, code, out)
			}
			place.free()
			call(t, place.home, "verify").want(t, exitOK)
			r.finish(place.home, after)
			if err := os.RemoveAll(place.home); err != nil {
				t.Error(err)
			}
		}
	}
	if failed == 0 {
		t.Error("there was room everywhere: the test shows nothing")
	}
}

// halfWrites: writes that keep half of their bytes and report success are found before the night is published. What
// the database writes is apart: it has to trust its disk.
func halfWrites(t *testing.T, r *rig) {
	ours := func(call string) bool { return strings.HasPrefix(call, "write ") && !strings.Contains(call, storeFile) }
	counted, _, err := r.run(r.copy(), faults.Fault{Only: ours})
	if err != nil || counted.Calls < 20 {
		t.Fatalf("%+v, %v", counted, err)
	}
	for _, i := range fewer(counted.Calls) {
		r.halfOf(i+1, ours)
	}
	for _, name := range []string{"/current.tmp", "/sigilli/", "/manifest.json", "/archive/.in_arrivo/tmp"} {
		r.halfOf(1, func(call string) bool { return ours(call) && strings.Contains(call, name) })
	}
}

// halfOf halves a write.
func (r *rig) halfOf(n int, only func(string) bool) {
	r.t.Helper()
	home := r.copy()
	out, said, err := r.run(home, faults.Fault{Call: n, Half: true, Only: only})
	after := "half of " + strings.ReplaceAll(out.Hit, home, "home")
	if err != nil || out.Hit == "" || out.Code != exitFailed {
		r.t.Errorf("%s: %+v, %v\n%s", after, out, err, said)
	}
	call(r.t, home, "verify").want(r.t, exitOK)
	r.finish(home, after)
	if err := os.RemoveAll(home); err != nil {
		r.t.Error(err)
	}
}
