package parquet

import "fmt"

// NumRows gives the rows that the footer tells of.
func (r *Reader[T]) NumRows() int64 { return r.file.NumRows() }

// SumUp sums a file up with the column reader of the second implementation as its users call it, which is slower than
// what [ReadBack] makes of its parts.
func SumUp(path string, like Summary) (s Summary, err error) {
	f, err := openSecond(path)
	if err != nil {
		return s, err
	}
	defer func() { _ = f.close() }()
	s = Summary{Table: like.Table, Rows: f.reader.GetNumRows()}
	for i, c := range like.Columns {
		d := newDigest()
		for left := s.Rows; left > 0; {
			cells, _, _, err := f.reader.ReadColumnByIndex(int64(i), min(left, 1000))
			if err != nil || len(cells) == 0 {
				return s, fmt.Errorf("column %s: %d rows left, %w", c.Name, left, err)
			}
			left -= int64(len(cells))
			for _, cell := range cells {
				d.any(cell)
			}
		}
		clear(f.reader.ColumnBuffers)
		s.Columns = append(s.Columns, d.column(c.Name, c.Kind, c.NotNull))
	}
	return s, nil
}

func (d *digest) any(cell any) {
	switch cell := cell.(type) {
	case nil:
		d.addNull()
	case bool:
		d.addNum(map[bool]int64{true: 1}[cell])
	default:
		if err := d.add(cell); err != nil {
			panic(err)
		}
	}
}
