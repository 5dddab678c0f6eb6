package table

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrBlock is wrapped by the errors of [Table.Decode].
var ErrBlock = errors.New("damaged block")

// Append writes a row to a block: for each column a varint, and for texts the bytes that follow. Blocks live within
// one run of one version of the program; they are not a file format.
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

// Next reads the row at the start of block into row and gives what follows. Texts are copied out of the block.
func (t *Table[T]) Next(block []byte, row *T) ([]byte, error) {
	for i := range t.Columns {
		c := &t.Columns[i]
		var v Value
		if c.Kind == Text {
			n, k := binary.Uvarint(block)
			if k <= 0 || n > uint64(len(block)-k) {
				return nil, fmt.Errorf("%w: %s.%s", ErrBlock, t.Name, c.Name)
			}
			v.Str = string(block[k : k+int(n)])
			v.Null = n == 0 && !c.NotNull
			block = block[k+int(n):]
			c.Set(row, v)
			continue
		}
		if !c.NotNull {
			if len(block) == 0 {
				return nil, fmt.Errorf("%w: %s.%s", ErrBlock, t.Name, c.Name)
			}
			v.Null = block[0] == 0
			block = block[1:]
		}
		if !v.Null {
			n, k := binary.Varint(block)
			if k <= 0 {
				return nil, fmt.Errorf("%w: %s.%s", ErrBlock, t.Name, c.Name)
			}
			v.Num, block = n, block[k:]
		}
		c.Set(row, v)
	}
	return block, nil
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
