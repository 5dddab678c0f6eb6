package match_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
	"incrocio/pipeline/tables"
)

func TestRunsMergeInOrder(t *testing.T) {
	dir, checks := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		checks++
		dir := filepath.Join(dir, fmt.Sprint(checks))
		var all []pipeline.BalanceRow
		runs := match.NewRuns(tables.Balance, match.NewSpool(dir, rapid.SampledFrom([]int{0, 1 << 20}).Draw(t, "memory")))
		if rapid.Bool().Draw(t, "by") {
			runs.By(balanceKey)
		}
		for range rapid.IntRange(0, 6).Draw(t, "runs") {
			var rows []pipeline.BalanceRow
			for range rapid.IntRange(0, 9).Draw(t, "rows") {
				rows = append(rows, pipeline.BalanceRow{
					Scope: rapid.StringN(0, 3, 6).Draw(t, "scope"), Item: "x", Value: rapid.Int64().Draw(t, "value"), Night: night,
				})
			}
			all = append(all, rows...)
			if err := runs.Add(rows); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(all, func(a, b pipeline.BalanceRow) int { return tables.Balance.Compare(&a, &b) })
		var got []pipeline.BalanceRow
		if err := runs.Merge(t.Context(), func(r *pipeline.BalanceRow) error { got = append(got, *r); return nil }); err != nil {
			t.Fatal(err)
		}
		if d := gocmp.Diff(all, got); d != "" && len(all)+len(got) > 0 {
			t.Fatalf("merged (-want +got):\n%s", d)
		}
	})
}

// TestManyRuns merges more runs than are open at once: the first in memory, the second on disk.
func TestManyRuns(t *testing.T) {
	for _, limit := range []int{1 << 30, 0} {
		dir := t.TempDir()
		r := rand.New(rand.NewPCG(1, uint64(limit)))
		all, got := mergeMany(t, match.NewRuns(tables.Balance, match.NewSpool(dir, limit)), 1000, r)
		if d := gocmp.Diff(all, got); d != "" || len(all) < 2000 {
			t.Errorf("limit %d, %d rows (-want +got):\n%s", limit, len(all), d)
		}
		left, err := os.ReadDir(dir)
		if want := map[bool]int{true: 0, false: 256}[limit > 0]; err != nil || len(left) != want {
			t.Errorf("limit %d: %d files are left (error %v), want %d", limit, len(left), err, want)
		}
	}
}

// TestRunsMergeAsSorted holds the merge against a sort, around the numbers of runs at which passes begin.
func TestRunsMergeAsSorted(t *testing.T) {
	dir, checks := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		checks++
		n := rapid.OneOf(rapid.IntRange(0, 4), rapid.IntRange(254, 259), rapid.IntRange(509, 770)).Draw(rt, "runs")
		spool := match.NewSpool(filepath.Join(dir, fmt.Sprint(checks)), rapid.IntRange(2000, 1<<17).Draw(rt, "memory"))
		runs := match.NewRuns(tables.Balance, spool)
		if rapid.Bool().Draw(rt, "by") {
			runs.By(balanceKey)
		}
		all, got := mergeMany(rt, runs, n, rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)))
		if !slices.Equal(all, got) {
			rt.Fatalf("%d rows merged to %d, not those of a sort", len(all), len(got))
		}
	})
}

// TestLongRuns adds runs, at the same time, that are handed to the spool in several blocks: in memory, on disk, in both.
func TestLongRuns(t *testing.T) {
	for _, limit := range []int{1 << 30, 3 << 20, 0} {
		runs := match.NewRuns(tables.Balance, match.NewSpool(t.TempDir(), limit))
		all := make([]pipeline.BalanceRow, 6000)
		for i := range all {
			all[i] = pipeline.BalanceRow{Scope: fmt.Sprintf("%04d%s", (i*7919)%6000, strings.Repeat("à", 300)), Item: "x", Night: night}
		}
		var adding sync.WaitGroup
		for part := range slices.Chunk(all, 2000) {
			adding.Go(func() {
				if err := runs.Add(slices.Clone(part)); err != nil {
					t.Error(err)
				}
			})
		}
		adding.Wait()
		slices.SortFunc(all, func(a, b pipeline.BalanceRow) int { return tables.Balance.Compare(&a, &b) })
		var got []pipeline.BalanceRow
		if err := runs.Merge(t.Context(), func(r *pipeline.BalanceRow) error { got = append(got, *r); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(all, got) {
			t.Errorf("limit %d: %d rows merged to %d, not those of a sort", limit, len(all), len(got))
		}
	}
}

// TestRunsCut merges a run whose rows are shorter and longer than what is read at once, whole and cut within each of them.
func TestRunsCut(t *testing.T) {
	dir := t.TempDir()
	runs := match.NewRuns(tables.Balance, match.NewSpool(dir, 0))
	var all []pipeline.BalanceRow
	for i, n := range []int{3, 64<<10 - 40, 64 << 10, 200 << 10, 5} {
		all = append(all, pipeline.BalanceRow{Scope: fmt.Sprint(i) + strings.Repeat("x", n), Item: "x", Night: night})
	}
	if err := runs.Add(all); err != nil {
		t.Fatal(err)
	}
	merged := func() (got []pipeline.BalanceRow, err error) {
		err = runs.Merge(t.Context(), func(r *pipeline.BalanceRow) error { got = append(got, *r); return nil })
		return got, err
	}
	if got, err := merged(); err != nil || !slices.Equal(got, all) {
		t.Fatalf("%d rows, error %v", len(got), err)
	}
	name := filepath.Join(dir, "000000")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for i := range all {
		size := 12 + int(binary.LittleEndian.Uint32(whole[at+8:]))
		for _, cut := range []int{at + 1, at + 11, at + 12, at + 13, at + size - 1} {
			if err := os.WriteFile(name, whole[:cut], 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := merged(); !errors.Is(err, io.ErrUnexpectedEOF) || !slices.Equal(got, all[:i]) {
				t.Errorf("cut at %d in row %d: %d rows, error %v", cut, i, len(got), err)
			}
		}
		at += size
	}
	if at != len(whole) {
		t.Errorf("rows of %d bytes in a file of %d", at, len(whole))
	}
}

// TestMergeStops: the first error ends a merge, short or long, wherever it comes from, and nothing runs on.
func TestMergeStops(t *testing.T) {
	before := runtime.NumGoroutine()
	broken := errors.New("broken")
	for _, rows := range []int{10, 5000} {
		for _, at := range []int{0, 9, rows / 2, rows - 1} {
			for name, fail := range map[string]func(context.CancelCauseFunc) error{
				"fn":      func(context.CancelCauseFunc) error { return broken },
				"context": func(stop context.CancelCauseFunc) error { stop(broken); return context.Canceled },
			} {
				runs := match.NewRuns(tables.Balance, match.NewSpool(t.TempDir(), 1<<20))
				for i := range rows {
					if err := runs.Add([]pipeline.BalanceRow{{Scope: fmt.Sprint(i), Item: "x", Night: night}}); err != nil {
						t.Fatal(err)
					}
				}
				ctx, stop := context.WithCancelCause(t.Context())
				calls := 0
				err := runs.Merge(ctx, func(*pipeline.BalanceRow) error {
					if calls++; calls <= at {
						return nil
					}
					return fail(stop)
				})
				if want := map[string]error{"fn": broken, "context": context.Canceled}[name]; !errors.Is(err, want) || calls != at+1 {
					t.Errorf("%s at %d of %d: error %v after %d calls", name, at, rows, err, calls)
				}
				stop(nil)
			}
		}
	}
	ctx, stop := context.WithCancelCause(t.Context())
	stop(broken)
	runs := match.NewRuns(tables.Balance, match.NewSpool(t.TempDir(), 1<<20))
	for i := range 5000 {
		if err := runs.Add([]pipeline.BalanceRow{{Scope: fmt.Sprint(i), Item: "x", Night: night}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := runs.Merge(ctx, func(*pipeline.BalanceRow) error { return nil }); !errors.Is(err, broken) {
		t.Errorf("stopped before: error %v", err)
	}
	for range 100 { // the last one may still be on its way out
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

// balanceKey leaves rows to the order of the table where their scopes begin alike.
func balanceKey(r *pipeline.BalanceRow) uint64 {
	if r.Scope == "" {
		return 0
	}
	return uint64(r.Scope[0])
}

// mergeMany puts away n runs of up to 4 rows, many of them equal, and gives all rows sorted and merged.
func mergeMany(t rapid.TB, runs *match.Runs[pipeline.BalanceRow], n int, r *rand.Rand) (all, got []pipeline.BalanceRow) {
	t.Helper()
	for range n {
		var rows []pipeline.BalanceRow
		for range 1 + r.IntN(4) {
			rows = append(rows, pipeline.BalanceRow{Scope: fmt.Sprint(r.IntN(50)), Item: "x", Value: r.Int64N(9), Night: night})
		}
		all = append(all, rows...)
		if err := runs.Add(rows); err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(all, func(a, b pipeline.BalanceRow) int { return tables.Balance.Compare(&a, &b) })
	err := runs.Merge(context.Background(), func(row *pipeline.BalanceRow) error { got = append(got, *row); return nil })
	if err != nil || runs.Rows() != int64(len(all)) {
		t.Fatalf("%d rows added, error %v", runs.Rows(), err)
	}
	return all, got
}
