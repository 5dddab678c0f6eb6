package table

import (
	"encoding/binary"
	"errors"
	"fmt"

	"incrocio/pipeline"
)

// ErrBlock is wrapped by the errors of [Table.Next], and of whoever else finds that a block is none.
var ErrBlock = errors.New("damaged block")

// Append writes a row to a block: for each column a varint, and for texts the bytes that follow. Most blocks live within one run
// of the program; but the rows of communications lie so in the archive, and the digest of claims from PostgreSQL in the manifest is
// of rows in this form, so that it must not change.
func (t *Table[T]) Append(block []byte, row *T) []byte {
	for i := range t.Columns {
		c := &t.Columns[i]
		v := c.Get(row)
		switch {
		case c.Kind == Text:
			block = binary.AppendUvarint(block, uint64(len(v.Str)))
			block = append(block, v.Str...)
		case c.NotNull:
			block = binary.AppendVarint(block, v.Num)
		case v.Null:
			block = append(block, 0)
		default:
			block = append(block, 1)
			block = binary.AppendVarint(block, v.Num)
		}
	}
	return block
}

// AppendText writes a text as [Table.Append] does. With the functions below it serves who writes the rows of a table out by hand,
// because there are very many.
func AppendText[S string | []byte](b []byte, s S) []byte {
	if len(s) < 1<<7 { // nearly always
		b = append(b, byte(len(s)))
	} else {
		b = binary.AppendUvarint(b, uint64(len(s)))
	}
	return append(b, s...)
}

// AppendNumber writes a number that may be null.
func AppendNumber(b []byte, n int64, there bool) []byte {
	if !there {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), n)
}

// AppendDate writes a date that may be null.
func AppendDate(b []byte, d pipeline.Date) []byte {
	if d.IsZero() {
		return append(b, 0)
	}
	n := d.UnixDays()
	if u := uint32(n)<<1 ^ uint32(n>>31); u >= 1<<14 && u < 1<<21 { // up to 4840, but the 45 years around 1970
		return append(b, 1, byte(u)|0x80, byte(u>>7)|0x80, byte(u>>14))
	}
	return binary.AppendVarint(append(b, 1), int64(n))
}

// AppendFlag writes a truth.
func AppendFlag(b []byte, v bool) []byte {
	if v {
		return append(b, 2) // 1 as a varint
	}
	return append(b, 0)
}

// Next reads the row at the start of block into row and gives what follows. The texts are copied out of the block, all
// of a row in one piece of memory.
func (t *Table[T]) Next(block []byte, row *T) ([]byte, error) {
	size, err := t.rowSize(block)
	if err != nil {
		return nil, err
	}
	text, at := string(block[:size]), 0
	for i := range t.Columns {
		c := &t.Columns[i]
		var v Value
		switch {
		case c.Kind == Text:
			n, k := uvarint(block[at:])
			at += k
			v.Str = text[at : at+int(n)]
			v.Null = n == 0 && !c.NotNull
			at += int(n)
		case !c.NotNull && block[at] == 0:
			v.Null = true
			at++
		default:
			if !c.NotNull {
				at++
			}
			n, k := uvarint(block[at:])
			v.Num = int64(n>>1) ^ -int64(n&1)
			at += k
		}
		c.Set(row, v)
	}
	return block[size:], nil
}

// uvarint is [binary.Uvarint], quick where it takes one byte, as it nearly always does.
func uvarint(b []byte) (n uint64, size int) {
	if len(b) > 0 && b[0] < 1<<7 {
		return uint64(b[0]), 1
	}
	return longUvarint(b)
}

// longUvarint is apart so that uvarint stays small enough to be part of its callers.
//
//go:noinline
func longUvarint(b []byte) (n uint64, size int) { return binary.Uvarint(b) }

// rowSize measures the row at the start of block, and makes sure that all of it is there.
func (t *Table[T]) rowSize(block []byte) (int, error) {
	at := 0
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Kind != Text && !c.NotNull {
			if at == len(block) {
				return 0, t.damaged(c)
			}
			at++
			if block[at-1] == 0 {
				continue
			}
		}
		n, k := uvarint(block[at:])
		if k <= 0 {
			return 0, t.damaged(c)
		}
		at += k
		if c.Kind != Text {
			continue
		}
		if n > uint64(len(block)-at) {
			return 0, t.damaged(c)
		}
		at += int(n)
	}
	return at, nil
}

func (t *Table[T]) damaged(c *Column[T]) error {
	return fmt.Errorf("%w: %s.%s", ErrBlock, t.Name, c.Name)
}

// Decode reads every row of a block, appending to rows.
func (t *Table[T]) Decode(rows []T, block []byte) ([]T, error) {
	for len(block) > 0 {
		var row T
		rest, err := t.Next(block, &row)
		if err != nil {
			return rows, err
		}
		rows, block = append(rows, row), rest
	}
	return rows, nil
}
