package rundir_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"incrocio/pipeline"
	"incrocio/writers/rundir"
)

var errFault = errors.New("input/output error")

// faultyDisk fails at its n-th call, counted from 1, and, where it is broken for good, at every one after.
type faultyDisk struct {
	rundir.RealDisk
	failAt int
	broken bool
	calls  int
	log    []string
}

func (d *faultyDisk) fault(what string) error {
	d.calls++
	d.log = append(d.log, what)
	if d.calls == d.failAt || d.broken && d.failAt > 0 && d.calls > d.failAt {
		return fmt.Errorf("%s: %w", what, errFault)
	}
	return nil
}

func (d *faultyDisk) Mkdir(path string) error {
	if err := d.fault("mkdir"); err != nil {
		return err
	}
	return d.RealDisk.Mkdir(path)
}

func (d *faultyDisk) Create(path string) (rundir.Handle, error) {
	if err := d.fault("create"); err != nil {
		return nil, err
	}
	h, err := d.RealDisk.Create(path)
	return faultyHandle{h, d}, err
}

func (d *faultyDisk) Rename(from, to string) error {
	if err := d.fault("rename"); err != nil {
		return err
	}
	return d.RealDisk.Rename(from, to)
}

func (d *faultyDisk) SyncDir(path string) error {
	if err := d.fault("sync folder"); err != nil {
		return err
	}
	return d.RealDisk.SyncDir(path)
}

func (d *faultyDisk) RemoveAll(path string) error {
	if err := d.fault("remove"); err != nil {
		return err
	}
	return d.RealDisk.RemoveAll(path)
}

type faultyHandle struct {
	rundir.Handle
	disk *faultyDisk
}

func (h faultyHandle) Write(p []byte) (int, error) {
	if err := h.disk.fault("write"); err != nil {
		n, _ := h.Handle.Write(p[:len(p)/2]) // a full disk takes what it can
		return n, err
	}
	return h.Handle.Write(p)
}

func (h faultyHandle) Sync() error {
	if err := h.disk.fault("sync"); err != nil {
		return err
	}
	return h.Handle.Sync()
}

func (h faultyHandle) Close() error {
	return errors.Join(h.Handle.Close(), h.disk.fault("close"))
}

// TestEveryFault makes each call fail in turn, once and for good. The earlier night must be seen whole and alone; or,
// where the disk broke for good after the night was moved into place, the new one, and the error must say so.
func TestEveryFault(t *testing.T) {
	sound := &faultyDisk{}
	home := t.TempDir()
	publish(t, home, first)
	if _, err := publishOn(sound, home, second); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	inPlace := 0
	for _, broken := range []bool{false, true} {
		for n := 1; n <= sound.calls; n++ {
			d := &faultyDisk{failAt: n, broken: broken}
			home := t.TempDir()
			publish(t, home, first)
			_, err := publishOn(d, home, second)
			kinds[sound.log[n-1]] = true
			if !errors.Is(err, errFault) {
				t.Errorf("call %d (%s), broken %v: %v", n, sound.log[n-1], broken, err)
				continue
			}
			want := first
			if errors.Is(err, rundir.ErrInPlace) {
				if !broken {
					t.Errorf("call %d (%s): not undone: %v", n, sound.log[n-1], err)
				}
				want, inPlace = second, inPlace+1
			}
			checkSeen(t, fmt.Sprintf("call %d (%s), broken %v", n, sound.log[n-1], broken), home, want)
			checkResumes(t, home, want)
		}
	}
	for _, k := range []string{"mkdir", "create", "write", "sync", "close", "rename", "sync folder", "remove"} {
		if !kinds[k] {
			t.Errorf("no fault at %s", k)
		}
	}
	if inPlace == 0 {
		t.Error("no fault came late enough to leave the night in place")
	}
}

// checkSeen tells whether want is the last night that is seen, and all that is seen is sound.
func checkSeen(t *testing.T, where, home, want string) {
	t.Helper()
	n, ok, err := rundir.Current(home)
	if err != nil || !ok || n.Date != pipeline.MustDate(want) {
		t.Errorf("%s: current is %s, %v", where, n.Date, err)
		return
	}
	nights, err := rundir.Nights(home)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nights {
		damage, err := rundir.Verify(n.Dir, lines)
		if err != nil || len(damage) > 0 || n.Date > pipeline.MustDate(want) {
			t.Errorf("%s: night %s: %v, %v", where, n.Date, damage, err)
		}
	}
}

// checkResumes publishes again on a sound disk, as the next start does.
func checkResumes(t *testing.T, home, seen string) {
	t.Helper()
	next := second
	if seen == second {
		next = "2014-03-03"
	}
	publish(t, home, next)
	checkSeen(t, "after the fault", home, next)
	for _, name := range names(t, filepath.Join(home, "staging")) {
		t.Errorf("staging holds %s", name)
	}
	entries, err := filepath.Glob(filepath.Join(home, "*", "*.tmp"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
	if _, err := os.Stat(filepath.Join(home, "current.tmp")); err == nil {
		t.Error("current.tmp is left behind")
	}
}
