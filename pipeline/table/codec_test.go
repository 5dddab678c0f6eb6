package table_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// cells has a column of every kind, with and without null.
type cells struct {
	Text, Code string
	Day        pipeline.Date
	At         pipeline.Instant
	Small      int32
	Large      int64
	Flag       bool
	Pay        pipeline.Opt[pipeline.Cents]
}

var all = &table.Table[cells]{Name: "cells", Columns: []table.Column[cells]{
	table.TextOf("text", "", func(c *cells) *string { return &c.Text }),
	table.Required(table.TextOf("code", "", func(c *cells) *string { return &c.Code })),
	table.DateOf("day", "", func(c *cells) *pipeline.Date { return &c.Day }),
	table.InstantOf("at", "", func(c *cells) *pipeline.Instant { return &c.At }),
	table.IntOf("small", "", table.Int32, func(c *cells) *int32 { return &c.Small }),
	table.IntOf("large", "", table.Int64, func(c *cells) *int64 { return &c.Large }),
	table.BoolOf("flag", "", func(c *cells) *bool { return &c.Flag }),
	table.OptOf("pay", "", table.Decimal2, func(c *cells) *pipeline.Opt[pipeline.Cents] { return &c.Pay }),
}}

func anyCells(t *rapid.T) cells {
	c := cells{
		Text: rapid.StringN(0, 200, 300).Draw(t, "text"), Code: rapid.StringN(0, 3, 9).Draw(t, "code"),
		Day: pipeline.Date(rapid.Int32Range(0, 90_000).Draw(t, "day")), At: pipeline.Instant(rapid.Int64().Draw(t, "at")),
		Small: rapid.Int32().Draw(t, "small"), Large: rapid.Int64().Draw(t, "large"), Flag: rapid.Bool().Draw(t, "flag"),
	}
	if rapid.Bool().Draw(t, "paid") {
		c.Pay = pipeline.Some(pipeline.Cents(rapid.Int64().Draw(t, "pay")))
	}
	return c
}

// TestRowsComeBack: what a block is made of comes out of it, and lives on when the block does not.
func TestRowsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(anyCells), 1, 4).Draw(t, "rows")
		var block []byte
		for i := range rows {
			block = all.Append(block, &rows[i])
		}
		got, err := all.Decode(nil, block)
		clear(block)
		if d := cmp.Diff(rows, got); err != nil || d != "" {
			t.Fatalf("%v (-want +got):\n%s", err, d)
		}
	})
}

// TestDamagedRows: a row that was cut short is an error, and one with other bytes is an error or another row.
func TestDamagedRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := anyCells(t)
		block := all.Append(nil, &row)
		var got cells
		if _, err := all.Next(block[:rapid.IntRange(0, len(block)-1).Draw(t, "cut")], &got); !errors.Is(err, table.ErrBlock) {
			t.Fatalf("cut short: error %v", err)
		}
		other := bytes.Clone(block)
		other[rapid.IntRange(0, len(other)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if rest, err := all.Next(other, &got); err != nil && !errors.Is(err, table.ErrBlock) || len(rest) > len(other) {
			t.Fatalf("changed: error %v", err)
		}
	})
}
