package rundir_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/writers/rundir"
)

// files reads all files of a home, by path.
func files(t *testing.T, home string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestWithdraw: a night that is withdrawn leaves the home as it was, the first one and a later one, and can be published
// again.
func TestWithdraw(t *testing.T) {
	home := t.TempDir()
	for _, night := range []string{first, second} {
		before := files(t, home)
		s, err := stageOn(rundir.RealDisk{}, home, night)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Withdraw(); err != nil { // nothing is published yet
			t.Fatal(err)
		}
		if _, err := s.Publish(manifest()); err != nil {
			t.Fatal(err)
		}
		if n, ok, err := rundir.Current(home); err != nil || !ok || n.Date.String() != night {
			t.Fatalf("%+v, %v, %v", n, ok, err)
		}
		if err := errors.Join(s.Withdraw(), s.Abort()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, files(t, home)); diff != "" {
			t.Errorf("night %s (-before +after):\n%s", night, diff)
		}
		publish(t, home, night)
	}
}
