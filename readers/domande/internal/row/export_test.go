package row

import (
	"errors"
	"io"
)

// SplitRows gives the fields of each row of a table, nil for a row that is none.
func SplitRows(r io.Reader) (rows [][]string, err error) {
	reader := newRowReader(r)
	for {
		f, err := reader.next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		if f.Bad() {
			rows = append(rows, nil)
			continue
		}
		rows = append(rows, append([]string{}, reader.fields...))
	}
}

// NumberSet is the set of numbers seen.
type NumberSet struct{ s numberSet }

// Add tells whether the hash was there.
func (s *NumberSet) Add(h uint64) bool { return s.s.add(h) }
