package store

import (
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline/table"
)

// Two rows have one mark where they say the same, whatever the columns say that are left out, and only there.
func TestMarks(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) table.Value {
		return rapid.SampledFrom([]table.Value{
			{Null: true}, {}, {Num: 1}, {Num: -1}, {Num: 1 << 40}, {Str: "1"}, {Str: "\x00"}, {Str: "\x01\x00\x00"}, {Str: "a"}, {Str: "ab"}, {Str: "b"},
		}).Draw(t, "value")
	})
	rapid.Check(t, func(t *rapid.T) {
		const width, dated, stated = 4, 1, 3
		rows := rapid.SliceOfN(rapid.SliceOfN(value, width, width), 2, 2).Draw(t, "rows")
		same := rows[0][0] == rows[1][0] && rows[0][2] == rows[1][2]
		a, block := mark(rows[0], dated, stated, nil)
		b, _ := mark(rows[1], dated, stated, block)
		if (a == b) != same {
			t.Errorf("%v and %v: marks %d and %d", rows[0], rows[1], a, b)
		}
	})
}
