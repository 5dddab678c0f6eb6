package parquet

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/pipeline/table"
)

// ErrValue is wrapped by errors on a cell that its column cannot hold: nothing where the column is never null, or a
// number that is too large.
var ErrValue = errors.New("the column cannot hold the value")

// maxDecimal is the largest unscaled decimal of [precision] digits.
const maxDecimal = 999_999_999_999

// vector holds the next cells of one column until they are handed to arrow.
type vector struct {
	kind    table.Kind
	notNull bool
	digest  *digest

	levels []int16 // 1 for a value, 0 for null; not used where notNull
	nums32 []int32
	nums64 []int64
	bools  []bool
	arena  []byte // texts one after another, never nil: nil texts are none to the library; ends[i] is where the i-th ends
	ends   []int
	texts  []pq.ByteArray // made from arena when it is complete
}

// add takes one cell.
func (v *vector) add(c table.Value) error {
	if c.Null && v.notNull {
		return fmt.Errorf("%w: null", ErrValue)
	}
	if !v.notNull {
		v.levels = append(v.levels, level(c.Null))
	}
	switch {
	case c.Null:
		v.digest.null()
		return nil
	case v.kind == table.Text:
		v.addText(c.Str)
		return nil
	case v.kind == table.Bytes:
		v.addBytes(c.Str)
		return nil
	}
	if err := fits(v.kind, c.Num); err != nil {
		return err
	}
	v.addNum(c.Num)
	return nil
}

func level(null bool) int16 {
	if null {
		return 0
	}
	return 1
}

// addText takes a text. Bytes that are not UTF-8, which only names of files can bring this far, become U+FFFD: other
// readers refuse a whole file for one such byte.
func (v *vector) addText(s string) {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	v.addBytes(s)
}

func (v *vector) addBytes(s string) {
	v.arena = append(v.arena, s...)
	v.ends = append(v.ends, len(v.arena))
	v.digest.text(s)
}

func (v *vector) addNum(n int64) {
	v.digest.num(n)
	switch physical(v.kind) {
	case pq.Types.Int32:
		v.nums32 = append(v.nums32, int32(n))
	case pq.Types.Int64:
		v.nums64 = append(v.nums64, n)
	default:
		v.bools = append(v.bools, n != 0)
	}
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

// flush hands the cells to the column's writer and forgets them.
func (v *vector) flush(w file.ColumnChunkWriter) error {
	var err error
	switch w := w.(type) {
	case *file.ByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(v.slices(), v.levels, nil)
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
	// The library's statistics keep pointing at the least and the greatest text, so their memory is not used again.
	v.arena, v.ends = make([]byte, 0, len(v.arena)), v.ends[:0]
	return err
}

func (v *vector) slices() []pq.ByteArray {
	v.texts = v.texts[:0]
	from := 0
	for _, to := range v.ends {
		v.texts = append(v.texts, v.arena[from:to:to])
		from = to
	}
	return v.texts
}
