package archive_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
	"incrocio/writers/archive"
	"incrocio/writers/parquet"
)

// asNamed says of a communication by what it is found.
func asNamed(worker uint64, name, cites uint32) string {
	return fmt.Sprintf("%x %x %x", worker, name, cites)
}

// namedIn reads all communications of units by the keys of their codes; met is what was said of each.
func namedIn(t *testing.T, s *archive.Store, units []match.Unit) (rows []pipeline.Communication, met []string, err error) {
	t.Helper()
	for _, u := range units {
		if u.Kind != match.KindCommunication {
			continue
		}
		wants := func(worker uint64, name, cites uint32) bool {
			met = append(met, asNamed(worker, name, cites))
			return true
		}
		err = errors.Join(err, s.Source().Named(t.Context(), u, wants, func(c *pipeline.Communication) error {
			rows = append(rows, *c)
			return nil
		}))
	}
	return rows, met, err
}

// TestNamesAreThoseOfTheRows looks at each row of many nights, some of them put together.
func TestNamesAreThoseOfTheRows(t *testing.T) {
	const nights = 20
	home := t.TempDir()
	compacted(t, home, nights)
	s := archive.Open(home)
	for _, of := range []func() ([]match.Unit, error){
		func() ([]match.Unit, error) { return s.Units(first + nights) },
		func() ([]match.Unit, error) { return s.Of(first + 4) },
	} {
		units, err := of()
		if err != nil {
			t.Fatal(err)
		}
		rows, met, err := namedIn(t, s, units)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		cites := 0
		for i := range rows {
			c := &rows[i]
			want = append(want, asNamed(c.Worker.Key(), c.Name(), c.Cites()))
			if c.Name() == 0 {
				t.Fatalf("%q is no code", c.Code)
			}
			if c.Cites() != 0 {
				cites++
			}
		}
		if len(rows) == 0 || cites == 0 || cites == len(rows) {
			t.Fatalf("%d rows, %d of which cite a code", len(rows), cites)
		}
		if d := gocmp.Diff(want, met); d != "" {
			t.Errorf("(-rows +keys):\n%s", d)
		}
		one := rows[len(rows)/2]
		var got []pipeline.Communication
		for _, u := range units {
			if u.Kind != match.KindCommunication {
				continue
			}
			wants := func(worker uint64, name, _ uint32) bool { return worker == one.Worker.Key() && name == one.Name() }
			if err := s.Source().Named(t.Context(), u, wants, func(c *pipeline.Communication) error {
				got = append(got, *c)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		all := slices.DeleteFunc(slices.Clone(rows), func(c pipeline.Communication) bool { return c.Worker != one.Worker || c.Code != one.Code })
		if d := gocmp.Diff(all, got); d != "" {
			t.Errorf("one document (-want +got):\n%s", d)
		}
	}
}

func TestDamageOfNamesIsFound(t *testing.T) {
	home := t.TempDir()
	keep(t, home, archive.Night{Date: first, Revision: 1}, 3)
	units := func() (*archive.Store, []match.Unit) {
		s := archive.Open(home)
		units, err := s.Units(first + 1)
		if err != nil {
			t.Fatal(err)
		}
		return s, units
	}
	s, all := units()
	rows, met, err := namedIn(t, s, all)
	if err != nil || len(rows) != 3 {
		t.Fatal(len(rows), err)
	}
	path := filepath.Join(home, "archive", "comunicazioni", "2014-03-01.parquet")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for i := 0; i < len(b); i += 5 {
		b[i] ^= 4
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		b[i] ^= 4
		s, all := units()
		gotRows, gotMet, err := namedIn(t, s, all)
		switch {
		case errors.Is(err, archive.ErrDamaged):
			found++
		case err != nil:
			t.Fatalf("byte %d: error %v, want ErrDamaged", i, err)
		case !gocmp.Equal(gotRows, rows) || !gocmp.Equal(gotMet, met):
			t.Fatalf("byte %d: damage was not found", i)
		}
	}
	if found == 0 {
		t.Error("nothing was found")
	}
}

// TestFilesOfBeforeHaveNoNames reads an archive from before the keys of codes were there, and puts it together with what came since.
func TestFilesOfBeforeHaveNoNames(t *testing.T) {
	home := t.TempDir()
	for i := range 2 {
		keep(t, home, archive.Night{Date: first + pipeline.Date(i), Revision: 1}, 3*i) // the first has none at all
		forgetNames(t, home, first+pipeline.Date(i))
	}
	s := archive.Open(home)
	units, err := s.Units(first + 2)
	if err != nil {
		t.Fatal(err)
	}
	rows, before, err := namedIn(t, s, units)
	if err != nil || len(rows) != 3 {
		t.Fatal(len(rows), err)
	}
	for i := 2; i < 12; i++ {
		n := archive.Night{Date: first + pipeline.Date(i), Revision: 1}
		keep(t, home, n, 0)
		s := archive.Open(home)
		if err := s.Done(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Compact(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if len(files(t, home, "mazzi")) == 0 {
		t.Fatal("nothing was put together")
	}
	s = archive.Open(home)
	if units, err = s.Units(first + 12); err != nil {
		t.Fatal(err)
	}
	again, after, err := namedIn(t, s, units)
	if err != nil || !gocmp.Equal(rows, again) || !gocmp.Equal(before, after) {
		t.Errorf("put together: %v, %v, %v, want %v", err, len(again), after, before)
	}
}

// forgetNames writes the communications of a night as they were written before.
func forgetNames(t *testing.T, home string, night pipeline.Date) {
	t.Helper()
	s := archive.Open(home)
	units, err := s.Of(night)
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := namedIn(t, s, units)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(home, "archive", "comunicazioni", night.String()+".parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := parquet.NewWriter(f, tables.NamelessCommunications, parquet.Options{})
	for i := range rows {
		sealed := tables.Sealed(&rows[i])
		row, kerr := tables.Keyed(&sealed)
		err = errors.Join(err, kerr, w.Write([]tables.KeyedCommunication{row}))
	}
	_, cerr := w.Close()
	if err = errors.Join(err, cerr, f.Close()); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changeIndex(t, home, night, func(file map[string]any) {
		file["sha256"], file["byte"], file["righe"] = fmt.Sprintf("%x", sha256.Sum256(written)), len(written), len(rows)
		if parts, ok := file["parti"].([]any); ok {
			for _, p := range parts {
				delete(p.(map[string]any), "codici_sha256")
			}
		}
	})
}

// changeIndex changes what the index of a night says of its communications.
func changeIndex(t *testing.T, home string, night pipeline.Date, change func(map[string]any)) {
	t.Helper()
	path := filepath.Join(home, "archive", "indice", night.String()+".json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var x map[string]any
	if err = json.Unmarshal(b, &x); err == nil {
		change(x["file"].([]any)[0].(map[string]any))
		b, err = json.Marshal(x)
	}
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
