package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"incrocio/fixtures/population"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
)

// twice runs a night in a home and, with everybody decided, in a copy of it. It wants the same of both, and gives the claims
// that rested.
func twice(t *testing.T, home string, night pipeline.Date, more ...string) int64 {
	t.Helper()
	other := filepath.Join(inMemory(t), "h")
	if err := os.CopyFS(other, os.DirFS(home)); err != nil {
		t.Fatal(err)
	}
	run := func(home string, args ...string) int64 {
		t.Helper()
		c := call(t, home, slices.Concat([]string{"run", "--json", "--date", night.String()}, more, args)...)
		if c.code != exitOK && c.code != exitDiscarded {
			t.Fatalf("%s: exit code %d: %s", night, c.code, c.stderr)
		}
		var s struct {
			Resting int64 `json:"domande_a_riposo"`
		}
		if err := json.Unmarshal([]byte(c.stdout), &s); err != nil {
			t.Fatal(err)
		}
		return s.Resting
	}
	rested := run(home)
	if n := run(other, "--full", "--workers", "1"); n != 0 {
		t.Errorf("%s: %d claims rest although everybody is decided", night, n)
	}
	sameFiles(t, night.String(), tree(t, nightFolder(other, night)), tree(t, nightFolder(home, night)))
	sameFiles(t, night.String()+" archive", archived(t, other), archived(t, home))
	if err := os.RemoveAll(other); err != nil {
		t.Fatal(err)
	}
	return rested
}

// archived are the files of the archive but those that say who may rest, and the indexes with their digests.
func archived(t *testing.T, home string) map[string]string {
	t.Helper()
	files := tree(t, filepath.Join(home, "archive"))
	for name := range files {
		if strings.HasPrefix(name, "riposo/") || strings.HasPrefix(name, "indice/") {
			delete(files, name)
		}
	}
	return files
}

// TestPopulationRestsInAHome has nights on which all kinds of things happen, and wants of each the bytes of one that decides
// everybody.
func TestPopulationRestsInAHome(t *testing.T) {
	home := filepath.Join(inMemory(t), "h")
	sum, err := population.Generate(t.Context(), population.Options{Claims: *restClaims / 2, Seed: 3, Out: home, Nights: 2})
	if err != nil {
		t.Fatal(err)
	}
	night := sum.FirstNight
	claims := allClaims(t, home, sum.Night)
	var rested []string
	for step, gap := range []pipeline.Date{0, 1, 1, 1, 4, 1, sum.Night - sum.FirstNight - 8, 1, 1, 1, 1, 1, 1, 1, 30, 1} {
		night += gap
		switch step {
		case 3: // everybody is paid farther, and some claims change
			for i := range claims {
				claims[i].PaidThrough += 3 + pipeline.Date(i%60)
				if i%40 == 0 {
					claims[i].DaysGranted++
				}
			}
			snapshot(t, home, night, claims)
		case 7, 9:
			operate(t, home, night-1, step)
		case 8: // a stop comes, the next night it goes
			stopped := stopsColumns + "\n"
			for i := range 20 {
				stopped += string(claims[i*7].TaxCode) + ",indagine,,\n"
			}
			put(t, home, map[string][]byte{"fermi.csv": []byte(stopped)})
		case 10:
			if err := os.Remove(filepath.Join(home, "fermi.csv")); err != nil {
				t.Fatal(err)
			}
		case 11: // claims go and come
			snapshot(t, home, night, claims[len(claims)/20:])
		case 12:
			claims[3].TaxCode, claims[5].TaxCode = claims[5].TaxCode, claims[3].TaxCode
			snapshot(t, home, night, claims)
		}
		rested = append(rested, fmt.Sprintf("%s %d", night, twice(t, home, night)))
	}
	t.Logf("of %d claims: %s", len(claims), strings.Join(rested, ", "))
}

// operate has operators close, open and reopen some of what a night shows.
func operate(t *testing.T, home string, night pipeline.Date, step int) {
	t.Helper()
	s := embedded(t, home)
	for i, e := range rowsOf(t, home, night, tables.Exceptions) {
		if e.State != pipeline.ExceptionClosed && i%17 == step {
			c := &worklist.Command{Verb: worklist.VerbClose, Outcome: worklist.OutcomeUnfounded, Text: "verificato allo sportello", Items: []worklist.Target{exceptionOf(&e)}}
			if _, err := s.Do(t.Context(), clerk, c); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, row := range rowsOf(t, home, night, tables.Submissions) {
		if i%11 == step {
			on := worklist.Target{Key: worklist.Key{Kind: worklist.KindSubmission, ID: row.Protocol}, Version: -1}
			if _, err := s.Do(t.Context(), clerk, &worklist.Command{Verb: worklist.VerbElabora, Items: []worklist.Target{on}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ages(t, home)
}

// TestRestIsForgotten has everybody decided where what the last night left is not there, or not what it was.
func TestRestIsForgotten(t *testing.T) {
	for name, harm := range map[string]func(string) error{
		"gone": os.Remove,
		"damaged": func(path string) error {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b[len(b)/2] ^= 1
			return os.WriteFile(path, b, 0o600)
		},
		"cut": func(path string) error { return os.Truncate(path, 100) },
	} {
		t.Run(name, func(t *testing.T) {
			home, night := generated(t, 100, 5)
			twice(t, home, night)
			twice(t, home, night+1)
			if n := twice(t, home, night+2); n == 0 {
				t.Fatal("nobody rests")
			}
			if err := harm(filepath.Join(home, "archive", "riposo", (night+2).String()+".parquet")); err != nil {
				t.Fatal(err)
			}
			if n := twice(t, home, night+3); n != 0 {
				t.Errorf("%d claims rest", n)
			}
			if n := twice(t, home, night+4); n == 0 {
				t.Error("nobody rests any more")
			}
			files, err := os.ReadDir(filepath.Join(home, "archive", "riposo"))
			if err != nil && !errors.Is(err, fs.ErrNotExist) || len(files) != 1 {
				t.Errorf("left in the archive: %v, %v", files, err)
			}
		})
	}
}
