package domande

import (
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"incrocio/readers/domande/internal/row"
)

// columnReader reads one column of a row group, a batch of rows at a time.
type columnReader interface {
	// open begins the column of a row group.
	open(g *file.RowGroupReader, column int) error
	// read fetches the next n rows, at most batchRows.
	read(n int) error
	// cell gives the i-th row of the last batch.
	cell(i int) row.Cell
	// numbers gives the rows of the last batch, of a column that is no text.
	numbers(to []number)
	// done makes sure that nothing is left.
	done() error
}

// batcher is what the typed column readers of the library have in common with pageValues.
type batcher[V any] interface {
	HasNext() bool
	Err() error
	ReadBatch(n int64, values []V, defs, reps []int16) (levels int64, read int, err error)
}

// typed is the columnReader of values stored as V.
type typed[V any] struct {
	convert  func(V) row.Cell
	same     bool                                          // convert only takes a number over
	plain    func(to []V, b []byte) (rest []byte, ok bool) // nil for values that only the library reads
	optional bool
	absent   bool // the file has the column, of the type that holds nulls alone
	chunk    batcher[V]
	values   []V     // one for each row of the batch, zero for null
	defs     []int16 // 0 for null
}

func newTyped[V any](optional bool, convert func(V) row.Cell) *typed[V] {
	t := &typed[V]{
		convert: convert, optional: optional,
		values: make([]V, batchRows), defs: make([]int16, batchRows),
	}
	switch plain := any(&t.plain).(type) {
	case *func([]parquet.ByteArray, []byte) ([]byte, bool):
		*plain = plainTexts
	case *func([]int32, []byte) ([]byte, bool):
		*plain = plainInt32
	case *func([]int64, []byte) ([]byte, bool):
		*plain = plainInt64
	}
	return t
}

func (t *typed[V]) open(g *file.RowGroupReader, column int) error {
	if t.absent {
		return nil
	}
	m, err := g.MetaData().ColumnChunk(column)
	if err != nil {
		return err
	}
	if t.plain != nil && readsPages(m) {
		pages, err := g.GetColumnPageReader(column)
		t.chunk = &pageValues[V]{pages: pages, optional: t.optional, plain: t.plain}
		return err
	}
	c, err := g.Column(column)
	if err != nil {
		return err
	}
	b, ok := c.(batcher[V])
	if !ok {
		return errDamaged
	}
	t.chunk = b
	return nil
}

func (t *typed[V]) read(n int) error {
	if t.absent {
		return nil // values and defs stay as they were made
	}
	var defs []int16
	if t.optional {
		defs = t.defs[:n]
	}
	rows, values := 0, 0
	for rows < n {
		var rest []int16
		if t.optional {
			rest = defs[rows:]
		}
		levels, read, err := t.chunk.ReadBatch(int64(n-rows), t.values[values:n], rest, nil)
		if err = errors.Join(err, t.chunk.Err()); err != nil {
			return err
		}
		if levels == 0 {
			return errRowCount
		}
		rows, values = rows+int(levels), values+read
	}
	return t.place(n, values)
}

// place moves the values to their rows: nulls are not stored.
func (t *typed[V]) place(n, values int) error {
	if !t.optional {
		if values != n {
			return errRowCount
		}
		return nil
	}
	there := 0
	for _, d := range t.defs[:n] {
		there += int(d)
	}
	if there != values {
		return errRowCount
	}
	var zero V
	for i := n - 1; i >= values; i-- { // below, every value is in its place
		if t.defs[i] != 0 {
			values--
			t.values[i] = t.values[values]
		} else {
			t.values[i] = zero
		}
	}
	return nil
}

// null tells whether the i-th row of the last batch has no value.
func (t *typed[V]) null(i int) bool { return t.optional && t.defs[i] == 0 }

func (t *typed[V]) cell(i int) row.Cell {
	if t.null(i) {
		return row.Cell{Null: true}
	}
	return t.convert(t.values[i])
}

func (t *typed[V]) numbers(to []number) {
	defer t.markNulls(to)
	if t.same {
		switch values := any(t.values).(type) {
		case []int32:
			widen(to, values)
			return
		case []int64:
			widen(to, values)
			return
		case []bool:
			for i, v := range values[:len(to)] {
				to[i] = number{}
				if v {
					to[i].v = 1
				}
			}
			return
		}
	}
	for i := range to {
		x := t.cell(i)
		to[i] = number{v: x.Num}
		if x.Fault.Bad() {
			to[i].mark = numberFault
		}
	}
}

func widen[I int32 | int64](to []number, values []I) {
	for i, v := range values[:len(to)] {
		to[i] = number{v: int64(v)}
	}
}

func (t *typed[V]) markNulls(to []number) {
	if !t.optional {
		return
	}
	for i, d := range t.defs[:len(to)] {
		if d == 0 {
			to[i].mark = numberNull
		}
	}
}

func (t *typed[V]) done() error {
	if t.absent {
		return nil
	}
	if t.chunk.HasNext() {
		return errRowCount
	}
	return t.chunk.Err()
}

// newColumnReader gives the reader of a column of a file, or why its type cannot hold the kind.
func newColumnReader(c *schema.Column, k row.Kind) (columnReader, error) {
	if c.MaxRepetitionLevel() > 0 || c.MaxDefinitionLevel() > 1 {
		return nil, errors.New("nested")
	}
	optional := c.MaxDefinitionLevel() == 1
	var r columnReader
	switch logical := c.LogicalType().(type) {
	case schema.StringLogicalType:
		r = textReader(c, k, optional)
	case schema.NoLogicalType:
		r = plainReader(c, k, optional)
	case schema.NullLogicalType:
		r = nullReader(k)
	case schema.DateLogicalType:
		if k == row.Date && c.PhysicalType() == parquet.Types.Int32 {
			r = newTyped(optional, func(v int32) row.Cell { return row.DateOfUnixDays(int64(v)) })
		}
	case *schema.IntLogicalType:
		if k == row.Count {
			r = countReader(c, optional)
		}
	case *schema.DecimalLogicalType:
		if scale := int(logical.Scale()); k == row.Amount && scale >= 0 && scale <= 18 {
			r = amountReader(c, optional, scale)
		}
	}
	if r == nil {
		return nil, fmt.Errorf("type %s (%s) is not read here", c.PhysicalType(), c.LogicalType())
	}
	return r, nil
}

// plainReader reads columns without a logical type: texts of old writers, numbers, flags.
func plainReader(c *schema.Column, k row.Kind, optional bool) columnReader {
	switch k {
	case row.Text:
		return textReader(c, k, optional)
	case row.Count:
		return countReader(c, optional)
	case row.Flag:
		if c.PhysicalType() == parquet.Types.Boolean {
			t := newTyped(optional, func(v bool) row.Cell {
				if v {
					return row.Cell{Num: 1}
				}
				return row.Cell{}
			})
			t.same = true
			return t
		}
	}
	return nil
}

// nullReader is for the type that pandas, Polars and pyarrow give to a column of which no row has a value: nothing is read of it.
func nullReader(k row.Kind) columnReader {
	if k == row.Text {
		t := newTyped(true, func(parquet.ByteArray) row.Cell { return row.Cell{Null: true} })
		t.absent = true
		return t
	}
	t := newTyped(true, func(int32) row.Cell { return row.Cell{Null: true} })
	t.absent = true
	return t
}

func textReader(c *schema.Column, k row.Kind, optional bool) columnReader {
	if k != row.Text || c.PhysicalType() != parquet.Types.ByteArray {
		return nil
	}
	return newTyped(optional, func(v parquet.ByteArray) row.Cell {
		if len(v) > longestRead {
			v = v[:longestRead]
		}
		return row.Cell{Text: string(v)}
	})
}

// longestRead is how much of a text is looked at: more is not worth a copy, since it is refused anyway.
const longestRead = 2 * row.MaxText

func countReader(c *schema.Column, optional bool) columnReader {
	switch c.PhysicalType() {
	case parquet.Types.Int32:
		t := newTyped(optional, func(v int32) row.Cell { return row.Cell{Num: int64(v)} })
		t.same = true
		return t
	case parquet.Types.Int64:
		t := newTyped(optional, func(v int64) row.Cell { return row.Cell{Num: v} })
		t.same = true
		return t
	}
	return nil
}

func amountReader(c *schema.Column, optional bool, scale int) columnReader {
	switch c.PhysicalType() {
	case parquet.Types.Int32:
		t := newTyped(optional, func(v int32) row.Cell { return row.AmountOf(int64(v), scale) })
		t.same = scale == 2
		return t
	case parquet.Types.Int64:
		t := newTyped(optional, func(v int64) row.Cell { return row.AmountOf(v, scale) })
		t.same = scale == 2
		return t
	case parquet.Types.FixedLenByteArray:
		return newTyped(optional, func(v parquet.FixedLenByteArray) row.Cell { return amountOfBytes(v, scale) })
	case parquet.Types.ByteArray:
		return newTyped(optional, func(v parquet.ByteArray) row.Cell { return amountOfBytes(v, scale) })
	}
	return nil
}

// amountOfBytes reads the big-endian two's complement in which Parquet stores decimals of any length.
func amountOfBytes(b []byte, scale int) row.Cell {
	for len(b) > 8 { // bytes that only repeat the sign
		if b[0] != 0 && b[0] != 0xff || (b[0] == 0xff) != (b[1] >= 0x80) {
			return row.Cell{Fault: row.BadAmount}
		}
		b = b[1:]
	}
	var v int64
	if len(b) > 0 && b[0] >= 0x80 {
		v = -1
	}
	for _, c := range b {
		v = v<<8 | int64(c)
	}
	return row.AmountOf(v, scale)
}
