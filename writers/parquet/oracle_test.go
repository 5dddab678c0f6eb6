package parquet

import (
	"io"

	pq "github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"

	"incrocio/pipeline/table"
)

// WriteWithLibrary writes rows with the column writers of the library alone, which [Writer] gives the bytes of.
func WriteWithLibrary[T any](w io.Writer, t *table.Table[T], rows []T, opt Options) error {
	group, err := root(t)
	if err != nil {
		return err
	}
	meta, err := dictionary(t.Schema())
	if err != nil {
		return err
	}
	type plain struct{ io.Writer } // without a Close, which the library would call
	f := file.NewParquetWriter(plain{w}, group, file.WithWriterProps(properties(t)), file.WithWriteMetadata(meta))
	size := opt.RowGroupRows
	if size == 0 {
		size = RowGroupRows
	}
	for ; len(rows) > 0; rows = rows[min(size, len(rows)):] {
		g := f.AppendBufferedRowGroup()
		for i := range t.Columns {
			c, err := g.Column(i)
			if err != nil {
				return err
			}
			if err := writeColumn(c, &t.Columns[i], rows[:min(size, len(rows))]); err != nil {
				return err
			}
		}
		if err := g.Close(); err != nil {
			return err
		}
	}
	return f.Close()
}

func writeColumn[T any](to file.ColumnChunkWriter, c *table.Column[T], rows []T) (err error) {
	var levels []int16
	texts, nums32, nums64, flags := []pq.ByteArray{}, []int32{}, []int64{}, []bool{}
	for i := range rows {
		v := c.Get(&rows[i])
		if !c.NotNull {
			levels = append(levels, level(v.Null))
		}
		if v.Null {
			continue
		}
		texts = append(texts, append(make([]byte, 0, len(v.Str)), valid(v.Str)...))
		nums32 = append(nums32, int32(v.Num))
		nums64 = append(nums64, v.Num)
		flags = append(flags, v.Num != 0)
	}
	switch to := to.(type) {
	case *file.ByteArrayColumnChunkWriter:
		_, err = to.WriteBatch(texts, levels, nil)
	case *file.Int32ColumnChunkWriter:
		_, err = to.WriteBatch(nums32, levels, nil)
	case *file.Int64ColumnChunkWriter:
		_, err = to.WriteBatch(nums64, levels, nil)
	case *file.BooleanColumnChunkWriter:
		_, err = to.WriteBatch(flags, levels, nil)
	}
	return err
}
