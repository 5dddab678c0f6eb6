package main

import (
	"os"
	"path/filepath"
	"testing"

	"incrocio/fixtures/scenari"
	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// TestScenari runs every scenario through a home on disk: documents in, Parquet out.
func TestScenari(t *testing.T) {
	list, err := scenari.Load()
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for i := range list {
		s := &list[i]
		if len(s.Requires) > 0 || s.Decides() { // what operators decide comes from the ledger, not from a file
			continue
		}
		run++
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			nights, err := s.Nights()
			if err != nil {
				t.Fatal(err)
			}
			home, discards := t.TempDir(), 0
			for k := range nights {
				if k == len(nights)-1 && k > 0 {
					atFull := filepath.Join(t.TempDir(), "h")
					if err := os.CopyFS(atFull, os.DirFS(home)); err != nil {
						t.Fatal(err)
					}
					runNight(t, atFull, &nights[k], "--full")
					defer func() {
						sameFiles(t, "decided by --full", tree(t, nightFolder(atFull, nights[k].Date)), tree(t, nightFolder(home, nights[k].Date)))
					}()
				}
				discards += runNight(t, home, &nights[k])
			}
			if discards != s.Want.Discards {
				t.Errorf("%d documents discarded, want %d", discards, s.Want.Discards)
			}
			last := nights[len(nights)-1].Date
			got := scenari.Outcome{
				Actions:    rowsOf(t, home, last, tables.ActionsInForce),
				Exceptions: rowsOf(t, home, last, tables.Exceptions),
			}
			for _, fault := range scenari.Check(s, got) {
				t.Error(fault)
			}
		})
	}
	if run < 60 {
		t.Errorf("only %d scenarios were run", run)
	}
}

// runNight does a night and gives how many documents it discarded.
func runNight(t *testing.T, home string, n *scenari.NightInput, args ...string) (discards int) {
	t.Helper()
	files := map[string][]byte{}
	for name, body := range n.Files {
		files["inbox/"+name] = body
	}
	put(t, home, files)
	snapshot(t, home, n.Date, n.Claims)
	c := call(t, home, append([]string{"run", "--date", n.Date.String(), "--workers", "1", "--partitions", "4"}, args...)...)
	discards = len(rowsOf(t, home, n.Date, tables.Discards))
	if discards > 0 {
		c.want(t, exitDiscarded)
	} else {
		c.want(t, exitOK)
	}
	return discards
}

// rowsOf reads a table of a published night.
func rowsOf[T any](t *testing.T, home string, d pipeline.Date, of *table.Table[T]) []T {
	t.Helper()
	var rows []T
	err := parquet.Read(nightFolder(home, d)+"/"+of.File, of, func(batch []T) error {
		rows = append(rows, batch...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
