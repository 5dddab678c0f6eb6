package parquet

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"

	"incrocio/pipeline/table"
)

// ErrDiffers is wrapped by the errors of [ReadBack] on a file that does not hold what was written.
var ErrDiffers = errors.New("the file does not hold what was written")

// Summary is what a writer knows of the file it has written.
type Summary struct {
	Table   string
	Rows    int64
	Columns []ColumnSummary // in the order of the table
}

// ColumnSummary is one column of a Summary.
type ColumnSummary struct {
	Name    string
	Kind    table.Kind
	NotNull bool
	Nulls   int64
	SHA256  [sha256.Size]byte // of the cells in the order of the rows
}

// digest sums up the cells of one column. A cell is the byte 0 for null; else the byte 1 followed, for texts, by the
// length as uvarint and the bytes, and for all other kinds by the number as varint.
type digest struct {
	hash  hash.Hash
	buf   []byte
	nulls int64
}

// digestBuffer is how many bytes a digest gathers before it hashes them.
const digestBuffer = 1 << 13

func newDigest() *digest { return &digest{hash: sha256.New(), buf: make([]byte, 0, digestBuffer+256)} }

func (d *digest) null() {
	d.nulls++
	d.buf = append(d.buf, 0)
	d.spill()
}

func (d *digest) num(n int64) {
	d.buf = binary.AppendVarint(append(d.buf, 1), n)
	d.spill()
}

func (d *digest) text(s string) {
	d.buf = binary.AppendUvarint(append(d.buf, 1), uint64(len(s)))
	d.buf = append(d.buf, s...)
	d.spill()
}

// add takes a cell that is written as one already.
func (d *digest) add(cell []byte) {
	d.buf = append(d.buf, cell...)
	d.spill()
}

// appendCell writes a cell as the second implementation gives them.
func appendCell(b []byte, cell any) ([]byte, error) {
	switch c := cell.(type) {
	case string:
		b = binary.AppendUvarint(append(b, 1), uint64(len(c)))
		return append(b, c...), nil
	case int32:
		return binary.AppendVarint(append(b, 1), int64(c)), nil
	case int64:
		return binary.AppendVarint(append(b, 1), c), nil
	}
	return b, fmt.Errorf("a value of type %T", cell)
}

func (d *digest) spill() {
	if len(d.buf) >= digestBuffer {
		d.hash.Write(d.buf)
		d.buf = d.buf[:0]
	}
}

// column gives the summary; the digest must not be used afterwards.
func (d *digest) column(name string, kind table.Kind, notNull bool) ColumnSummary {
	d.hash.Write(d.buf)
	c := ColumnSummary{Name: name, Kind: kind, NotNull: notNull, Nulls: d.nulls}
	d.hash.Sum(c.SHA256[:0])
	return c
}

// compare tells what differs between a column as written and as read.
func (c *ColumnSummary) compare(read ColumnSummary) error {
	switch {
	case *c == read:
		return nil
	case c.Name != read.Name || c.Kind != read.Kind || c.NotNull != read.NotNull:
		return fmt.Errorf("%w: column %s is %s in the file", ErrDiffers, c.Name, read.Name)
	case c.Nulls != read.Nulls:
		return fmt.Errorf("%w: column %s has %d nulls, %d were written", ErrDiffers, c.Name, read.Nulls, c.Nulls)
	}
	return fmt.Errorf("%w: column %s has other values", ErrDiffers, c.Name)
}
