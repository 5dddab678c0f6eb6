package table_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline/table"
)

// TestSort compares with the library's sort of whole rows.
func TestSort(t *testing.T) {
	type row struct{ key, other int }
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOf(rapid.Custom(func(t *rapid.T) row {
			return row{rapid.IntRange(0, 9).Draw(t, "key"), rapid.Int().Draw(t, "other")}
		})).Draw(t, "rows")
		compare := func(a, b *row) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.other, b.other)) }
		want := slices.SortedFunc(slices.Values(rows), func(a, b row) int { return compare(&a, &b) })
		if table.Sort(rows, compare); !slices.Equal(rows, want) {
			t.Fatalf("got %v, want %v", rows, want)
		}
	})
}
