package archive_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline/tables"
	"incrocio/writers/archive"
)

// placeRests places a night with rows of who may rest.
func placeRests(t *testing.T, home string, n archive.Night, rows []tables.Rest) {
	t.Helper()
	a := archive.Open(home).Begin(n, "")
	a.Premise("regole 1")
	tonight := stage(t, a, n, 1)
	sheets, err := tonight.StagedSheets()
	if err == nil {
		err = sheets.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	w, err := tonight.StagedRests()
	for i := range rows {
		err = errors.Join(err, w.Write(&rows[i]))
	}
	if err := errors.Join(err, w.Close(), tonight.Place()); err != nil {
		t.Fatal(err)
	}
}

// TestWhoMayRestIsKeptForOneNight on one premise, and a file that is gone or damaged is no reason to stop.
func TestWhoMayRestIsKeptForOneNight(t *testing.T) {
	home := t.TempDir()
	n := archive.Night{Date: first, Revision: 1}
	want := []tables.Rest{{Key: 1, Facts: 1 << 63, Until: first, Paid: true, Payments: 1<<64 - 1, Found: 2, Vouchers: "2013=-5"}, {Key: 1<<64 - 1}}
	placeRests(t, home, n, want)
	rows, ok, err := archive.Open(home).Rests(n, "regole 1")
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	var got []tables.Rest
	err = rows(t.Context(), func(r *tables.Rest) error { got = append(got, *r); return nil })
	if d := gocmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
	over, stop := context.WithCancel(t.Context())
	stop()
	if err := rows(over, func(*tables.Rest) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, ok, err := archive.Open(home).Rests(n, "regole 2"); ok || err != nil {
		t.Errorf("another premise: %t, %v", ok, err)
	}
	noFacts(t, home, "riposo")

	path := filepath.Join(home, "archive", "riposo", first.String()+".parquet")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole[len(whole)/2] ^= 1
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := archive.Open(home).Rests(n, "regole 1"); ok || !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("a changed byte: %t, %v", ok, err)
	}

	later := archive.Night{Date: first + 1, Revision: 1}
	placeRests(t, home, later, nil)
	if _, err := archive.Open(home).Compact(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("that of the night before stays: %v", err)
	}
	if _, ok, err := archive.Open(home).Rests(n, "regole 1"); ok || err != nil {
		t.Errorf("gone: %t, %v", ok, err)
	}
	if _, ok, err := archive.Open(home).Rests(later, "regole 1"); !ok || err != nil {
		t.Errorf("of the last night: %t, %v", ok, err)
	}
	keep(t, home, archive.Night{Date: first + 2, Revision: 1}, 1) // a night without
	if _, ok, err := archive.Open(home).Rests(archive.Night{Date: first + 2, Revision: 1}, "regole 1"); ok || err != nil {
		t.Errorf("of a night without: %t, %v", ok, err)
	}
}
