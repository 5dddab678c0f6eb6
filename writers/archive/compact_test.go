package archive_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/writers/archive"
)

// compacted keeps nights of a few communications each and puts them together after every night.
func compacted(t *testing.T, home string, nights int) {
	t.Helper()
	for i := range nights {
		n := archive.Night{Date: first + pipeline.Date(i), Revision: 1}
		keep(t, home, n, i%5)
		s := archive.Open(home)
		if err := s.Done(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Compact(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
}

func names(t *testing.T, home string, night, nights int) (want []string) {
	t.Helper()
	for i := night; i < nights; i++ {
		for k := range i % 5 {
			want = append(want, fmt.Sprintf("%s %d", first+pipeline.Date(i), 1000+k))
		}
	}
	slices.Sort(want)
	return want
}

// otherFacts are those besides communications of some nights, one of each kind a night.
func otherFacts(from, to int) (want []string) {
	for i := from; i < to; i++ {
		for _, k := range []match.Kind{match.KindSubmission, match.KindNotice, match.KindQuestion, match.KindVoucher, match.KindDoubtful} {
			want = append(want, k.String()+" "+(first+pipeline.Date(i)).String())
		}
	}
	slices.Sort(want)
	return want
}

func files(t *testing.T, home, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(home, "archive", folder))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// TestBundlesHoldWhatNightsHeld asks for all that came before each night, and for each night alone.
func TestBundlesHoldWhatNightsHeld(t *testing.T) {
	const nights = 70 // 64 of which are put together twice
	home := t.TempDir()
	compacted(t, home, nights)
	for _, folder := range []string{"comunicazioni", "dichiarazioni", "segnalazioni", "domestico", "voucher", "dubbie"} {
		if n := len(files(t, home, folder)); n > 14 {
			t.Errorf("%s: %d files after %d nights", folder, n, nights)
		}
	}
	if len(files(t, home, "mazzi")) == 0 {
		t.Fatal("nothing was put together")
	}
	s := archive.Open(home)
	for i := 0; i <= nights; i += 7 {
		units, err := s.Units(first + pipeline.Date(i))
		if err != nil {
			t.Fatal(err)
		}
		if d := gocmp.Diff(names(t, home, 0, i), codes(t, s, units)); d != "" {
			t.Fatalf("before night %d (-want +got):\n%s", i, d)
		}
		if d := gocmp.Diff(otherFacts(0, i), others(t, s, units)); d != "" {
			t.Fatalf("before night %d (-want +got):\n%s", i, d)
		}
		if i == nights {
			break
		}
		if units, err = s.Of(first + pipeline.Date(i)); err != nil {
			t.Fatal(err)
		}
		if d := gocmp.Diff(names(t, home, i, i+1), codes(t, s, units)); d != "" {
			t.Fatalf("night %d (-want +got):\n%s", i, d)
		}
		if d := gocmp.Diff(otherFacts(i, i+1), others(t, s, units)); d != "" {
			t.Fatalf("night %d (-want +got):\n%s", i, d)
		}
	}
	some := match.NewFilter([]uint64{person(1).Key(), person(3).Key()})
	units, err := s.Units(first + nights)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		if u.Kind != match.KindCommunication {
			continue
		}
		err = errors.Join(err, s.Source().Communications(t.Context(), u, some, func(c *pipeline.Communication) error {
			if c.Worker != person(1) && c.Worker != person(3) {
				t.Errorf("a row of %s, who was not asked for", c.Worker)
			}
			return nil
		}))
	}
	if err != nil {
		t.Error(err)
	}
}

// TestCompactionIsCrashSafe stops it after each thing that it does to the home: nothing is lost or doubled, and the next start
// leaves what a compaction without a crash would have left.
func TestCompactionIsCrashSafe(t *testing.T) {
	const nights = 10
	before := t.TempDir()
	for i := range nights {
		keep(t, before, archive.Night{Date: first + pipeline.Date(i), Revision: 1}, i%5)
	}
	if err := archive.Open(before).Done(); err != nil {
		t.Fatal(err)
	}
	t.Run("of nights", func(t *testing.T) { crashes(t, before, nights) })
	// A bundle of before has communications only, and its note says so; its nights have kept their other files.
	compact(t, before, nights)
	ofBefore := t.TempDir()
	for i := range nights {
		keep(t, ofBefore, archive.Night{Date: first + pipeline.Date(i), Revision: 1}, i%5)
	}
	for name, content := range everything(t, before) {
		if strings.Contains(name, "mazzi") {
			content = content[:strings.Index(content, `,
  "altri"`)] + "\n}\n"
		} else if !strings.Contains(name, "comunicazioni") {
			continue
		}
		write(t, ofBefore, name, content)
	}
	if _, _, err := archive.Open(ofBefore).Recover(archive.Night{Date: first + nights - 1, Revision: 1}); err != nil {
		t.Fatal(err)
	}
	if n := len(files(t, ofBefore, "comunicazioni")); n != 2 || len(files(t, ofBefore, "dubbie")) != nights {
		t.Fatalf("%d files of communications in an archive of before", n)
	}
	t.Run("of a bundle of before", func(t *testing.T) { crashes(t, ofBefore, nights) })
}

// compact puts the nights but the last one together.
func compact(t *testing.T, home string, nights int) {
	t.Helper()
	if _, err := archive.Open(home).Compact(t.Context(), archive.Night{Date: first + pipeline.Date(nights) - 1, Revision: 1}); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, home, name, content string) {
	t.Helper()
	path := filepath.Join(home, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// crashes stops a compaction after each thing that it does to a home.
func crashes(t *testing.T, before string, nights int) {
	t.Helper()
	after := t.TempDir()
	if err := os.CopyFS(after, os.DirFS(before)); err != nil {
		t.Fatal(err)
	}
	compact(t, after, nights)
	old, all := everything(t, before), everything(t, after)
	var placed, notes, removed []string
	for name, content := range all {
		switch {
		case old[name] == content:
		case strings.Contains(name, "mazzi"):
			notes = append(notes, name)
		default:
			placed = append(placed, name)
		}
	}
	for name := range old {
		if _, ok := all[name]; !ok {
			removed = append(removed, name)
		}
	}
	slices.Sort(placed)
	slices.Sort(removed)
	added := slices.Concat(placed, notes) // the files of the bundle come before its note
	if len(notes) != 1 || len(placed) < 5 || len(removed) < 5*(nights-1) {
		t.Fatalf("added %v, removed %v", added, removed)
	}
	for stop := range len(added) + len(removed) + 1 {
		home := t.TempDir()
		for name, content := range old {
			if i := slices.Index(removed, name); i < 0 || i >= stop-len(added) {
				write(t, home, name, content)
			}
		}
		for _, name := range added[:min(stop, len(added))] {
			write(t, home, name, all[name])
		}
		s := archive.Open(home)
		same := func(when string) {
			t.Helper()
			units, err := s.Units(first + pipeline.Date(nights))
			if err != nil {
				t.Fatal(err)
			}
			if d := gocmp.Diff(names(t, home, 0, nights), codes(t, s, units)); d != "" {
				t.Fatalf("stopped after %d%s (-want +got):\n%s", stop, when, d)
			}
			if d := gocmp.Diff(otherFacts(0, nights), others(t, s, units)); d != "" {
				t.Fatalf("stopped after %d%s (-want +got):\n%s", stop, when, d)
			}
		}
		same("")
		if _, _, err := s.Recover(archive.Night{Date: first + pipeline.Date(nights) - 1, Revision: 1}); err != nil {
			t.Fatal(err)
		}
		same(", then recovered")
		want := all
		if stop < len(added) {
			want = old
		}
		if d := gocmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(everything(t, home)))); d != "" {
			t.Fatalf("stopped after %d: files left (-want +got):\n%s", stop, d)
		}
	}
}

// TestDamagedPiecesAreNotPutTogether: nothing is taken away for a bundle that could not be made.
func TestDamagedPiecesAreNotPutTogether(t *testing.T) {
	home := t.TempDir()
	for i := range 12 {
		keep(t, home, archive.Night{Date: first + pipeline.Date(i), Revision: 1}, 3)
	}
	path := filepath.Join(home, "archive", "comunicazioni", "2014-03-04.parquet")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[10] ^= 1 // of the first keys
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	had := files(t, home, "comunicazioni")
	if _, err := archive.Open(home).Compact(t.Context(), archive.Night{Date: first + 12, Revision: 1}); !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("error %v, want ErrDamaged", err)
	}
	if d := gocmp.Diff(had, files(t, home, "comunicazioni")); d != "" {
		t.Error(d)
	}
}

// TestTheOnlyCopyStays: where a bundle has lost its note, or a note its bundle, nothing of it is taken away, and the archive says
// that it is damaged.
func TestTheOnlyCopyStays(t *testing.T) {
	const nights = 12
	last := archive.Night{Date: first + nights - 1, Revision: 1}
	for _, c := range []struct {
		name string
		harm func(t *testing.T, home, bundle string)
	}{
		{"the note is lost", func(t *testing.T, home, bundle string) {
			t.Helper()
			removeFile(t, home, "mazzi", strings.TrimSuffix(bundle, ".parquet")+".json")
		}},
		{"all notes are lost", func(t *testing.T, home, _ string) {
			t.Helper()
			if err := os.RemoveAll(filepath.Join(home, "archive", "mazzi")); err != nil {
				t.Fatal(err)
			}
		}},
		{"one kind of facts is lost", func(t *testing.T, home, bundle string) {
			t.Helper()
			removeFile(t, home, "dubbie", bundle)
		}},
		{"the bundle is lost, a night's own file is not", func(t *testing.T, home, bundle string) {
			t.Helper()
			removeFile(t, home, "comunicazioni", bundle)
			night := filepath.Join(home, "archive", "comunicazioni", first.String()+".parquet")
			if err := os.WriteFile(night, []byte("the only copy"), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := t.TempDir()
			compacted(t, home, nights)
			had := files(t, home, "comunicazioni")
			at := slices.IndexFunc(had, func(name string) bool { return strings.Contains(name, "_") })
			if at < 0 {
				t.Fatalf("no bundle among %v", had)
			}
			c.harm(t, home, had[at])
			had = files(t, home, "comunicazioni")
			if _, _, err := archive.Open(home).Recover(last); !errors.Is(err, archive.ErrDamaged) {
				t.Errorf("error %v, want ErrDamaged", err)
			}
			if d := gocmp.Diff(had, files(t, home, "comunicazioni")); d != "" {
				t.Error(d)
			}
			if faults, err := archive.Open(home).Verify(t.Context()); err != nil || len(faults) == 0 {
				t.Errorf("faults %v, %v", faults, err)
			}
		})
	}
}

func removeFile(t *testing.T, home, folder, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(home, "archive", folder, name)); err != nil {
		t.Fatal(err)
	}
}
