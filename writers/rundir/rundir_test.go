package rundir_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/writers/rundir"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	first  = "2014-03-01"
	second = "2014-03-02"
)

// content is the files of a night in these tests: texts whose rows are their lines.
var content = []struct{ name, text string }{
	{"azioni.parquet", "a\nb\nc\n"},
	{"scarti.parquet", ""},
	{"sedi/0700/sede-azioni.parquet", "a\n"},
	{"sedi/4900/sede-azioni.parquet", "b\nc\n"},
	{"sedi/4900/sede-eccezioni.parquet", strings.Repeat("una riga\n", 40)},
}

func lines(path string) (int64, error) {
	b, err := os.ReadFile(path)
	return int64(bytes.Count(b, []byte("\n"))), err
}

func manifest() rundir.Manifest {
	return rundir.Manifest{
		Revision: 1, ProgramVersion: "0.1.0", RulesVersion: "2014.1",
		Params: json.RawMessage(`{"phase":"automatic","resume_release_delay":5,"a":{"z":1,"b":"<&>"}}`),
		Inputs: []rundir.Input{
			{Flow: pipeline.FlowUnilav, File: "b.xml", Bytes: 10, Documents: 1, SHA256: strings.Repeat("b", 64)},
			{Flow: pipeline.FlowAspicom, File: "è.jsonl", Bytes: 20, Documents: 2, SHA256: strings.Repeat("a", 64)},
		},
		Balance: []rundir.BalanceEntry{{Scope: "unilav", Item: "letti", Value: 1}, {Scope: "TOTALE", Item: "letti", Value: 3}},
	}
}

// stageOn writes the files of a night; the caller publishes or aborts.
func stageOn(d rundir.Disk, home, night string) (*rundir.Stage, error) {
	s, err := rundir.BeginOn(d, home, pipeline.MustDate(night))
	if err != nil {
		return nil, err
	}
	for _, c := range content {
		if err := put(s, c.name, c.text); err != nil {
			return s, err
		}
	}
	return s, nil
}

func put(s *rundir.Stage, name, text string) error {
	f, err := s.Create(name)
	if err != nil {
		return err
	}
	f.SetRows(int64(strings.Count(text, "\n")))
	for _, b := range []byte(text) {
		if _, err := f.Write([]byte{b}); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

// publishOn publishes a night, or leaves nothing of it.
func publishOn(d rundir.Disk, home, night string) (string, error) {
	s, err := stageOn(d, home, night)
	if s == nil {
		return "", err
	}
	var path string
	if err == nil {
		path, err = s.Publish(manifest())
	}
	return path, errors.Join(err, s.Abort())
}

func publish(t *testing.T, home, night string) string {
	t.Helper()
	path, err := publishOn(rundir.RealDisk{}, home, night)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPublish(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	home := t.TempDir()
	path := publish(t, home, first)
	if want := filepath.Join(home, "runs", "data_elaborazione="+first); path != want {
		t.Errorf("published at %s", path)
	}
	pointer, err := os.ReadFile(filepath.Join(home, "current"))
	if err != nil || string(pointer) != "runs/data_elaborazione=2014-03-01\n" {
		t.Errorf("current is %q, %v", pointer, err)
	}
	for _, c := range content {
		b, err := os.ReadFile(filepath.Join(path, c.name))
		if err != nil || string(b) != c.text {
			t.Errorf("%s: %q, %v", c.name, b, err)
		}
	}
	if got := names(t, filepath.Join(home, "staging")); len(got) != 0 {
		t.Errorf("staging still holds %v", got)
	}
	b, err := os.ReadFile(filepath.Join(path, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "manifest.json", string(b))
	checkModes(t, filepath.Join(home, "runs"))
	damage, err := rundir.Verify(path, lines)
	if err != nil || len(damage) != 0 {
		t.Errorf("verify: %v, %v", damage, err)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var n []string
	for _, e := range entries {
		n = append(n, e.Name())
	}
	return n
}

func checkModes(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o640)
		if e.IsDir() {
			want = 0o750
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", p, info.Mode().Perm())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

func TestManifestRoundTrip(t *testing.T) {
	path := publish(t, t.TempDir(), first)
	m, err := rundir.ReadManifest(path)
	if err != nil {
		t.Fatal(err)
	}
	if m.Night != pipeline.MustDate(first) || m.Revision != 1 || m.ProgramVersion != "0.1.0" || len(m.Files) != len(content) {
		t.Errorf("%+v", m)
	}
	last := m.Files[len(m.Files)-1]
	want := rundir.FileEntry{
		Name: "sedi/4900/sede-eccezioni.parquet", Bytes: 360, Rows: 40,
		SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(content[4].text))),
	}
	if last != want {
		t.Errorf("got %+v", last)
	}
}

func TestSameNightGivesSameBytes(t *testing.T) {
	a, b := publish(t, t.TempDir(), first), publish(t, t.TempDir(), first)
	x, err := os.ReadFile(filepath.Join(a, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	y, err := os.ReadFile(filepath.Join(b, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x, y) {
		t.Error("manifests differ")
	}
}

func TestReadManifestRefuses(t *testing.T) {
	path := publish(t, t.TempDir(), first)
	where := filepath.Join(path, "manifest.json")
	sound, err := os.ReadFile(where)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"unknown key":      {`"revisione"`, `"novita": 1, "revisione"`},
		"missing key":      {`  "revisione": 1,` + "\n", ""},
		"other case":       {`"revisione"`, `"Revisione"`},
		"key twice":        {`  "revisione": 1,`, `  "revisione": 1,` + "\n" + `  "revisione": 1,`},
		"spacing":          {`"revisione": 1`, `"revisione":  1`},
		"escape":           {`"letti"`, `"\u006cetti"`},
		"text after":       {"\n}\n", "\n}\n{}\n"},
		"no line feed":     {"\n}\n", "\n}"},
		"no date":          {`"2014-03-01"`, `""`},
		"no such date":     {`"2014-03-01"`, `"2014-02-30"`},
		"revision 0":       {`"revisione": 1`, `"revisione": 0`},
		"negative size":    {`"byte": 6`, `"byte": -6`},
		"short hash":       {strings.Repeat("a", 64), strings.Repeat("a", 63)},
		"upper-case hash":  {strings.Repeat("a", 64), strings.Repeat("A", 64)},
		"path outside":     {`"azioni.parquet"`, `"../azioni.parquet"`},
		"order of files":   {`"scarti.parquet"`, `"aaa.parquet"`},
		"the same file":    {`"scarti.parquet"`, `"azioni.parquet"`},
		"manifest in list": {`"scarti.parquet"`, `"manifest.json"`},
	} {
		t.Run(name, func(t *testing.T) {
			b := strings.Replace(string(sound), change[0], change[1], 1)
			if b == string(sound) {
				t.Fatal("nothing changed")
			}
			if err := os.WriteFile(where, []byte(b), 0o640); err != nil {
				t.Fatal(err)
			}
			if _, err := rundir.ReadManifest(path); !errors.Is(err, rundir.ErrManifest) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := rundir.ReadManifest(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no manifest: %v", err)
	}
}

func TestPublishedPathIsNeverUsedAgain(t *testing.T) {
	home := t.TempDir()
	publish(t, home, first)
	if _, err := rundir.Begin(home, pipeline.MustDate(first)); !errors.Is(err, rundir.ErrPublished) {
		t.Errorf("begin: %v", err)
	}
	s, err := stageOn(rundir.RealDisk{}, home, second)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(rundir.Dir(home, pipeline.MustDate(second)), 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Publish(manifest()); !errors.Is(err, rundir.ErrPublished) {
		t.Errorf("publish: %v", err)
	}
}

func TestBeginRemovesOnlyItsOwnLeftovers(t *testing.T) {
	home := t.TempDir()
	if _, err := stageOn(rundir.RealDisk{}, home, second); err != nil { // as a crash leaves it
		t.Fatal(err)
	}
	for _, kept := range []string{"notte-2014", "altro", "notte-2014-03-01.bak"} {
		if err := os.Mkdir(filepath.Join(home, "staging", kept), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(home, "staging", "notte-2014-03-09"), nil, 0o640); err != nil {
		t.Fatal(err)
	}
	publish(t, home, first)
	want := []string{"altro", "notte-2014", "notte-2014-03-01.bak", "notte-2014-03-09"}
	if d := cmp.Diff(want, names(t, filepath.Join(home, "staging"))); d != "" {
		t.Error(d)
	}
}

func TestBeginNeedsAHome(t *testing.T) {
	if _, err := rundir.Begin(filepath.Join(t.TempDir(), "non-c-e"), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := rundir.Begin(t.TempDir(), 0); err == nil {
		t.Error("a night without date was begun")
	}
}

func TestCreateNames(t *testing.T) {
	s, err := rundir.Begin(t.TempDir(), pipeline.MustDate(first))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("9", 20)
	for name, want := range map[string]error{
		"azioni.parquet":               nil,
		"sedi/0700/a.parquet":          nil,
		"sedi/" + long + "/a.parquet":  nil,
		"sedi/RmEur1/a.parquet":        nil,
		"sedi/" + long + "9/a.parquet": rundir.ErrOffice,
		"sedi//a.parquet":              rundir.ErrOffice,
		"sedi/../a.parquet":            rundir.ErrOffice,
		"sedi/07 00/a.parquet":         rundir.ErrOffice,
		"sedi/città/a.parquet":         rundir.ErrOffice,
		"sedi/0700/../b.parquet":       rundir.ErrName,
		"":                             rundir.ErrName,
		"manifest.json":                rundir.ErrName,
		".nascosto.parquet":            rundir.ErrName,
		"_tmp-x.parquet":               rundir.ErrName,
		"/azioni.parquet":              rundir.ErrName,
		"../azioni.parquet":            rundir.ErrName,
		"altro/a.parquet":              rundir.ErrName,
		"Azioni.parquet":               rundir.ErrName,
		"azioni\x00.parquet":           rundir.ErrName,
		"sedi/0700/":                   rundir.ErrName,
		"sedi/0700/x/a.parqu":          rundir.ErrName,
	} {
		f, err := s.Create(name)
		if !errors.Is(err, want) {
			t.Errorf("%q: %v", name, err)
		}
		if err == nil {
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := s.Create("azioni.parquet"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a name used twice: %v", err)
	}
}

func TestPublishWantsFinishedFiles(t *testing.T) {
	home := t.TempDir()
	s, err := rundir.Begin(home, pipeline.MustDate(first))
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Create("azioni.parquet")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Publish(manifest()); !errors.Is(err, rundir.ErrUnfinished) {
		t.Errorf("with a file open: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	bad := manifest()
	bad.Revision = 0
	if _, err := s.Publish(bad); !errors.Is(err, rundir.ErrManifest) {
		t.Errorf("revision 0: %v", err)
	}
	if _, err := s.Publish(manifest()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Publish(manifest()); !errors.Is(err, rundir.ErrDone) {
		t.Errorf("twice: %v", err)
	}
	if _, err := s.Create("altro.parquet"); !errors.Is(err, rundir.ErrDone) {
		t.Errorf("create after publishing: %v", err)
	}
	if err := s.Abort(); err != nil {
		t.Error(err)
	}
	if damage, err := rundir.Verify(rundir.Dir(home, pipeline.MustDate(first)), lines); err != nil || len(damage) > 0 {
		t.Errorf("%v, %v", damage, err)
	}
}

func TestCurrentAndNights(t *testing.T) {
	home := t.TempDir()
	if _, ok, err := rundir.Current(home); ok || err != nil {
		t.Errorf("an empty home has a night: %v", err)
	}
	if nights, err := rundir.Nights(home); len(nights) != 0 || err != nil {
		t.Errorf("%v, %v", nights, err)
	}
	if _, err := rundir.Nights(filepath.Join(home, "x")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no home: %v", err)
	}
	publish(t, home, second)
	publish(t, home, "2014-03-10")
	for _, other := range []string{"data_elaborazione=2014-02-30", "data_elaborazione=x", "altro"} {
		if err := os.Mkdir(filepath.Join(home, "runs", other), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	nights, err := rundir.Nights(home)
	if err != nil {
		t.Fatal(err)
	}
	want := []rundir.Night{
		{Date: pipeline.MustDate(second), Dir: rundir.Dir(home, pipeline.MustDate(second))},
		{Date: pipeline.MustDate("2014-03-10"), Dir: rundir.Dir(home, pipeline.MustDate("2014-03-10"))},
	}
	if d := cmp.Diff(want, nights); d != "" {
		t.Error(d)
	}
	n, ok, err := rundir.Current(home)
	if err != nil || !ok || n != want[1] {
		t.Errorf("%+v %v %v", n, ok, err)
	}
}

func TestCurrentRecovers(t *testing.T) {
	home := t.TempDir()
	publish(t, home, first)
	old, err := os.ReadFile(filepath.Join(home, "current"))
	if err != nil {
		t.Fatal(err)
	}
	path := publish(t, home, second)
	pointer := filepath.Join(home, "current")
	for name, leave := range map[string]func() error{
		"old pointer": func() error { return os.WriteFile(pointer, old, 0o640) },
		"no pointer":  func() error { return os.Remove(pointer) },
	} {
		t.Run(name, func(t *testing.T) {
			if err := leave(); err != nil {
				t.Fatal(err)
			}
			n, ok, err := rundir.Current(home)
			if err != nil || !ok || !n.Recovered || n.Dir != path {
				t.Errorf("%+v %v %v", n, ok, err)
			}
		})
	}

	// A newer folder without a valid manifest is none.
	if err := os.Mkdir(rundir.Dir(home, pipeline.MustDate("2014-03-05")), 0o750); err != nil {
		t.Fatal(err)
	}
	if n, _, err := rundir.Current(home); err != nil || n.Dir != path {
		t.Errorf("%+v %v", n, err)
	}

	// The next night puts the pointer right before it begins.
	s, err := rundir.Begin(home, pipeline.MustDate("2014-03-09"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(pointer); err != nil || string(b) != "runs/data_elaborazione="+second+"\n" {
		t.Errorf("current is %q, %v", b, err)
	}
	if n, _, err := rundir.Current(home); err != nil || n.Recovered {
		t.Errorf("%+v %v", n, err)
	}
	if err := s.Abort(); err != nil {
		t.Error(err)
	}
}

// TestCurrentDamaged: a pointer that names no night is as one that is not there, as long as the last night can be told.
func TestCurrentDamaged(t *testing.T) {
	dir := func(home, night string) string { return rundir.Dir(home, pipeline.MustDate(night)) }
	pointers := map[string]string{
		"empty":         "",
		"no line feed":  "runs/data_elaborazione=" + first,
		"elsewhere":     "../runs/data_elaborazione=" + first + "\n",
		"no such night": "runs/data_elaborazione=2015-01-01\n",
		"no date":       "runs/data_elaborazione=\n",
	}
	for name, c := range map[string]struct {
		hurt  func(home string) error
		night string // "" where it cannot be told
	}{
		"two sound nights": {func(string) error { return nil }, second},
		"an older night is damaged": {func(home string) error {
			return os.WriteFile(filepath.Join(dir(home, first), "manifest.json"), []byte("{}"), 0o640)
		}, second},
		"the last is damaged": {func(home string) error {
			return os.WriteFile(filepath.Join(dir(home, second), "manifest.json"), []byte("{}"), 0o640)
		}, ""},
		"the last has no seal": {func(home string) error {
			return os.Remove(filepath.Join(home, "sigilli", second+"-r1.sha256"))
		}, ""},
		"the last has another seal": {func(home string) error {
			return os.WriteFile(filepath.Join(home, "sigilli", second+"-r1.sha256"), []byte("00\n"), 0o640)
		}, ""},
		"no night": {func(home string) error { return os.RemoveAll(filepath.Join(home, "runs")) }, ""},
	} {
		for pointer, text := range pointers {
			t.Run(name+", "+pointer, func(t *testing.T) {
				home := t.TempDir()
				publish(t, home, first)
				publish(t, home, second)
				if err := errors.Join(c.hurt(home), os.WriteFile(filepath.Join(home, "current"), []byte(text), 0o640)); err != nil {
					t.Fatal(err)
				}
				checkDerived(t, home, text, c.night)
			})
		}
	}
}

// checkDerived wants the night that a damaged pointer should name, and it named once mended; or, with "", nothing changed.
func checkDerived(t *testing.T, home, text, night string) {
	t.Helper()
	damage, mends, err := rundir.VerifyCurrent(home)
	if len(damage) != 1 || damage[0].File != "current" || mends != (night != "") || err != nil {
		t.Errorf("damage: %+v, %v, %v", damage, mends, err)
	}
	n, ok, err := rundir.Current(home)
	merr := rundir.Mend(home)
	pointer, rerr := os.ReadFile(filepath.Join(home, "current"))
	if night == "" {
		if !errors.Is(err, rundir.ErrCurrent) || !errors.Is(merr, rundir.ErrCurrent) || string(pointer) != text || rerr != nil {
			t.Errorf("got %v, %v, %q, %v", err, merr, pointer, rerr)
		}
		return
	}
	if err != nil || !ok || !n.Recovered || n.Date.String() != night || n.Dir != rundir.Dir(home, pipeline.MustDate(night)) {
		t.Errorf("%+v %v %v", n, ok, err)
	}
	if merr != nil || rerr != nil || string(pointer) != "runs/data_elaborazione="+night+"\n" {
		t.Errorf("mended: %v, %q, %v", merr, pointer, rerr)
	}
	if damage, mends, err := rundir.VerifyCurrent(home); len(damage) > 0 || mends || err != nil {
		t.Errorf("once mended: %v, %v, %v", damage, mends, err)
	}
}

// TestCurrentNamesALostNight: a night that was sealed and is gone has no other put in its place.
func TestCurrentNamesALostNight(t *testing.T) {
	home := t.TempDir()
	publish(t, home, first)
	path := publish(t, home, second)
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	checkDerived(t, home, "runs/data_elaborazione="+second+"\n", "")
}

func TestCurrentOfADamagedNight(t *testing.T) {
	home := t.TempDir()
	path := publish(t, home, first)
	if err := os.WriteFile(filepath.Join(path, "manifest.json"), []byte("{}"), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, _, err := rundir.Current(home); !errors.Is(err, rundir.ErrManifest) {
		t.Errorf("damaged manifest: %v", err)
	}
	if damage, _, err := rundir.VerifyCurrent(home); len(damage) > 0 || err != nil { // the night tells of it
		t.Errorf("%v, %v", damage, err)
	}
}

func TestLock(t *testing.T) {
	home := t.TempDir()
	release, err := rundir.Lock(home, locked)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rundir.Lock(home, locked); !errors.Is(err, rundir.ErrLocked) {
		t.Errorf("a second lock: %v", err)
	}
	release()
	if text, err := os.ReadFile(filepath.Join(home, ".lock")); err != nil || len(text) > 0 {
		t.Errorf("given back, the lock still says %q, %v", text, err)
	}
	release()
	again, err := rundir.Lock(home, locked)
	if err != nil {
		t.Fatal(err)
	}
	again()
	if _, err := rundir.Lock(filepath.Join(home, "x"), locked); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no home: %v", err)
	}
}
