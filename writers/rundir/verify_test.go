package rundir_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/writers/rundir"
)

// verified gives the damaged files as "name KIND".
func verified(t *testing.T, dir string) []string {
	t.Helper()
	damage, err := rundir.Verify(dir, lines)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, d := range damage {
		if d.Detail == "" {
			t.Errorf("%s: no detail", d.File)
		}
		list = append(list, d.File+" "+string(d.Kind))
	}
	return list
}

// TestVerifyFindsEveryByte flips a bit of every byte of every file of a night, the manifest included.
func TestVerifyFindsEveryByte(t *testing.T) {
	dir := publish(t, t.TempDir(), first)
	files := []string{"manifest.json"}
	for _, c := range content {
		files = append(files, c.name)
	}
	flipped := 0
	for _, name := range files {
		where := filepath.Join(dir, name)
		sound := read(t, where)
		for i := range sound {
			b := slices.Clone(sound)
			b[i] ^= 1 << (i % 8)
			overwrite(t, where, b)
			if got := verified(t, dir); !slices.Contains(got, name+" ALTERATO") && !slices.Contains(got, name+" SENZA_SIGILLO") {
				t.Errorf("%s, byte %d: found %v", name, i, got)
			}
			flipped++
		}
		overwrite(t, where, sound)
	}
	if flipped < 1500 {
		t.Errorf("only %d bytes flipped", flipped)
	}
	if got := verified(t, dir); got != nil {
		t.Errorf("mended, still %v", got)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func overwrite(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o640); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyFinds(t *testing.T) {
	const azioni, sede = "azioni.parquet", "sedi/4900/sede-azioni.parquet"
	cases := map[string]struct {
		hurt func(t *testing.T, dir string) error
		want []string
	}{
		"nothing": {func(*testing.T, string) error { return nil }, nil},
		"truncated": {func(_ *testing.T, dir string) error {
			return os.Truncate(filepath.Join(dir, azioni), 3)
		}, []string{"azioni.parquet ALTERATO"}},
		"emptied": {func(_ *testing.T, dir string) error {
			return os.Truncate(filepath.Join(dir, sede), 0)
		}, []string{"sedi/4900/sede-azioni.parquet ALTERATO"}},
		"lengthened": {func(t *testing.T, dir string) error {
			overwrite(t, filepath.Join(dir, "scarti.parquet"), []byte{'\n'})
			return nil
		}, []string{"scarti.parquet ALTERATO"}},
		"deleted": {func(_ *testing.T, dir string) error {
			return os.Remove(filepath.Join(dir, azioni))
		}, []string{"azioni.parquet MANCANTE"}},
		"office deleted": {func(_ *testing.T, dir string) error {
			return os.RemoveAll(filepath.Join(dir, "sedi", "4900"))
		}, []string{"sedi/4900/sede-azioni.parquet MANCANTE", "sedi/4900/sede-eccezioni.parquet MANCANTE"}},
		"added": {func(t *testing.T, dir string) error {
			overwrite(t, filepath.Join(dir, "sedi", "0700", "copia.parquet"), nil)
			return os.Mkdir(filepath.Join(dir, "vuota"), 0o750)
		}, []string{"sedi/0700/copia.parquet IN_PIU", "vuota IN_PIU"}},
		"swapped": {func(t *testing.T, dir string) error {
			a, b := filepath.Join(dir, azioni), filepath.Join(dir, sede)
			x, y := read(t, a), read(t, b)
			overwrite(t, a, y)
			overwrite(t, b, x)
			return nil
		}, []string{"azioni.parquet ALTERATO", "sedi/4900/sede-azioni.parquet ALTERATO"}},
		"renamed": {func(_ *testing.T, dir string) error {
			return os.Rename(filepath.Join(dir, azioni), filepath.Join(dir, "actions.parquet"))
		}, []string{"actions.parquet IN_PIU", "azioni.parquet MANCANTE"}},
		"a link": {func(_ *testing.T, dir string) error {
			where := filepath.Join(dir, azioni)
			return errors.Join(os.Rename(where, filepath.Join(filepath.Dir(dir), "altrove")), os.Symlink("../altrove", where))
		}, []string{"azioni.parquet ALTERATO"}},
		"a folder": {func(_ *testing.T, dir string) error {
			where := filepath.Join(dir, azioni)
			return errors.Join(os.Remove(where), os.Mkdir(where, 0o750))
		}, []string{"azioni.parquet ALTERATO"}},
		"no manifest": {func(_ *testing.T, dir string) error {
			return os.Remove(filepath.Join(dir, "manifest.json"))
		}, []string{"manifest.json MANCANTE"}},
		"manifest of another night": {func(t *testing.T, dir string) error {
			other := publish(t, t.TempDir(), second)
			overwrite(t, filepath.Join(dir, "manifest.json"), read(t, filepath.Join(other, "manifest.json")))
			return nil
		}, []string{"manifest.json ALTERATO"}},
		"manifest written anew": {func(t *testing.T, dir string) error {
			overwrite(t, filepath.Join(dir, "manifest.json"), nil)
			return nil
		}, []string{"manifest.json ALTERATO"}},
		"no seal": {func(_ *testing.T, dir string) error {
			return os.RemoveAll(filepath.Join(dir, "..", "..", "sigilli"))
		}, []string{"manifest.json SENZA_SIGILLO"}},
		"another seal": {func(t *testing.T, dir string) error {
			overwrite(t, filepath.Join(dir, "..", "..", "sigilli", first+"-r1.sha256"), []byte("00\n"))
			return nil
		}, []string{"manifest.json ALTERATO"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := publish(t, t.TempDir(), first)
			if err := c.hurt(t, dir); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, verified(t, dir)); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestVerifyCountsRows finds a manifest that never told the truth.
func TestVerifyCountsRows(t *testing.T) {
	dir := publish(t, t.TempDir(), first)
	damage, err := rundir.Verify(dir, func(path string) (int64, error) {
		switch n, err := lines(path); filepath.Base(path) {
		case "azioni.parquet":
			return n + 1, err
		case "sede-eccezioni.parquet":
			return 0, errors.New("not a Parquet file")
		default:
			return n, err
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []rundir.Damage{
		{File: "azioni.parquet", Kind: rundir.DamageAltered, Detail: "4 righe, nel manifesto 3"},
		{File: "sedi/4900/sede-eccezioni.parquet", Kind: rundir.DamageUnreadable, Detail: "not a Parquet file"},
	}
	if d := cmp.Diff(want, damage); d != "" {
		t.Error(d)
	}
	if damage, err := rundir.Verify(dir, nil); err != nil || len(damage) > 0 {
		t.Errorf("without a counter: %v, %v", damage, err)
	}
}

func TestVerifyWithoutAFolder(t *testing.T) {
	if _, err := rundir.Verify(filepath.Join(t.TempDir(), "x"), lines); err == nil {
		t.Error("no error")
	}
}

// TestVerifyReplacedNight verifies a night that was moved aside.
func TestVerifyReplacedNight(t *testing.T) {
	home := t.TempDir()
	dir := publish(t, home, first)
	aside := filepath.Join(home, "sostituite", first+"-r1")
	if err := errors.Join(os.Mkdir(filepath.Dir(aside), 0o750), os.Rename(dir, aside)); err != nil {
		t.Fatal(err)
	}
	if got := verified(t, aside); got != nil {
		t.Errorf("found %v", got)
	}
	other := filepath.Join(filepath.Dir(aside), first+"-r2")
	if err := os.Rename(aside, other); err != nil {
		t.Fatal(err)
	}
	if got := verified(t, other); !slices.Equal(got, []string{"manifest.json ALTERATO"}) {
		t.Errorf("under the name of another revision: found %v", got)
	}
}
