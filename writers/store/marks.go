package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"incrocio/pipeline/table"
)

// Of most exceptions a night says what the night before said. Beside each row stands the digest of what it says (segno), so that
// nights neither read, nor stage, nor compare those that are left as they are.

// markColumn holds the mark of a row; null where it is not known, as in rows of programs that had none.
var markColumn = Column{"segno", table.Int64}

// mark digests the values of a row but those of the night and of the state. It gives block, made longer, back.
func mark(row []table.Value, dated, stated int, block []byte) (int64, []byte) {
	block = block[:0]
	for i, v := range row {
		switch {
		case i == dated, i == stated:
		case v.Null:
			block = append(block, 0)
		default:
			block = binary.AppendVarint(append(block, 1), v.Num)
			block = append(binary.AppendUvarint(block, uint64(len(v.Str))), v.Str...)
		}
	}
	sum := sha256.Sum256(block)
	return int64(binary.LittleEndian.Uint64(sum[:])), block
}

// standing is what the ledger knows of a name, and whether the night has said it.
type standing struct {
	state  string
	mark   int64
	marked bool
	owed   bool // the night must say it
	said   bool
}

// standings are the rows that a night begins with, by name. Each takes some 130 bytes.
type standings struct {
	table string
	rows  map[string]*standing
	twice string // the first name that the night has said twice, "" for none
}

// standings reads the rows that are left of a table, with their marks; left and owed are conditions of a row c.
func (k kept[T]) standings(ctx context.Context, tx Tx, left, owed string) (*standings, error) {
	s := &standings{table: k.now(), rows: map[string]*standing{}}
	err := tx.Query(ctx, k.sql("SELECT c.{id}, c."+k.stated+", c."+markColumn.Name+", "+owed+" FROM {now} c WHERE "+left),
		[]table.Kind{table.Text, table.Text, markColumn.Kind, table.Bool}, nil, func(v []table.Value) error {
			s.rows[v[0].Str] = &standing{state: v[1].Str, mark: v[2].Num, marked: !v[2].Null, owed: v[3].Num != 0}
			return nil
		})
	return s, err
}

// news notes that the night says a name, with a state and a mark, and tells whether that is anything new.
func (s *standings) news(name, state string, mark int64) bool {
	at := s.rows[name]
	switch {
	case at == nil:
		s.rows[name] = &standing{said: true}
		return true
	case at.said:
		s.twice = before(s.twice, name)
		return true
	}
	at.said = true
	return !at.marked || at.mark != mark || at.state != state
}

// check refuses a night that has said something twice, staged or not, or that has not said all that it owes.
func (s *standings) check(staged string) error {
	if name := before(s.twice, staged); name != "" {
		return fmt.Errorf("%w: %s %s: twice", ErrFold, s.table, name)
	}
	unsaid := ""
	for name, at := range s.rows {
		if at.owed && !at.said {
			unsaid = before(unsaid, name)
		}
	}
	if unsaid != "" {
		return fmt.Errorf("%w: %s %s: open, and not in the night", ErrFold, s.table, unsaid)
	}
	return nil
}

// before gives the first of two names, of which either may be missing.
func before(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}
