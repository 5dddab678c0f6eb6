package parquet

import (
	"errors"
	"fmt"
	"math"

	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/pipeline/table"
)

// ErrValue is wrapped by errors on a cell that its column cannot hold: nothing where the column is never null, or a
// number that is too large.
var ErrValue = errors.New("the column cannot hold the value")

// maxDecimal is the largest unscaled decimal of [precision] digits.
const maxDecimal = 999_999_999_999

// vector holds the next cells of a column of numbers or flags until they are handed to arrow.
type vector struct {
	kind    table.Kind
	notNull bool
	bare    bool
	digest  *digest
	chunk   file.ColumnChunkWriter // of the present row group

	levels []int16 // 1 for a value, 0 for null; not used where notNull
	nums32 []int32
	nums64 []int64
	bools  []bool
}

func (v *vector) begin(c chunkPlace) error {
	pager, err := file.NewPageWriter(c.sink, codec(v.bare), compress.DefaultCompressionLevel, c.meta,
		c.group, c.column, c.props.Allocator(), true, nil, nil)
	if err == nil {
		v.chunk = file.NewColumnChunkWriter(c.meta, pager, c.props)
	}
	return err
}

// codec is how pages are compressed.
func codec(bare bool) compress.Compression {
	if bare {
		return compress.Codecs.Uncompressed
	}
	return compress.Codecs.Snappy
}

// add takes one cell.
func (v *vector) add(c table.Value) error {
	if c.Null && v.notNull {
		return fmt.Errorf("%w: null", ErrValue)
	}
	if !v.notNull {
		v.levels = append(v.levels, level(c.Null))
	}
	if c.Null {
		v.digest.addNull()
		return nil
	}
	if err := fits(v.kind, c.Num); err != nil {
		return err
	}
	v.digest.addNum(c.Num)
	switch physical(v.kind) {
	case pq.Types.Int32:
		v.nums32 = append(v.nums32, int32(c.Num))
	case pq.Types.Int64:
		v.nums64 = append(v.nums64, c.Num)
	default:
		v.bools = append(v.bools, c.Num != 0)
	}
	return nil
}

func level(null bool) int16 {
	if null {
		return 0
	}
	return 1
}

// fits tells whether a column of the kind can hold the number.
func fits(k table.Kind, n int64) error {
	lo, hi := int64(math.MinInt64), int64(math.MaxInt64)
	switch k {
	case table.Date, table.Int32:
		lo, hi = math.MinInt32, math.MaxInt32
	case table.Decimal2, table.Decimal4:
		lo, hi = -maxDecimal, maxDecimal
	case table.Bool:
		lo, hi = 0, 1
	case table.Text, table.Bytes, table.Timestamp, table.Int64:
	}
	if n < lo || n > hi {
		return fmt.Errorf("%w: %d is outside %s", ErrValue, n, k)
	}
	return nil
}

// commit hands the cells to the column's writer and forgets them.
func (v *vector) commit() error {
	var err error
	switch w := v.chunk.(type) {
	case *file.Int32ColumnChunkWriter:
		_, err = w.WriteBatch(v.nums32, v.levels, nil)
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(v.nums64, v.levels, nil)
	case *file.BooleanColumnChunkWriter:
		_, err = w.WriteBatch(v.bools, v.levels, nil)
	default:
		err = fmt.Errorf("no writer for %s", w.Type())
	}
	v.levels, v.nums32, v.nums64, v.bools = v.levels[:0], v.nums32[:0], v.nums64[:0], v.bools[:0]
	return err
}

func (v *vector) end() (int64, error) {
	if err := v.chunk.Close(); err != nil {
		return 0, err
	}
	n := v.chunk.TotalBytesWritten()
	v.chunk = nil
	return n, nil
}

func (v *vector) sum() *digest { return v.digest }
