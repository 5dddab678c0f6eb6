package table

import (
	"cmp"
	"strings"
)

// Schema is what a table says of itself to people and to other programs: the data dictionary and the metadata of its
// files. The JSON names are those of the key incrocio.schema.
type Schema struct {
	Name     string         `json:"tabella"`
	File     string         `json:"file,omitempty"`
	Describe string         `json:"descrizione"`
	Columns  []ColumnSchema `json:"colonne"`
}

// ColumnSchema is one column of a Schema.
type ColumnSchema struct {
	Name     string `json:"nome"`
	Type     string `json:"tipo"` // as SQL names it
	Null     bool   `json:"nullo"`
	Describe string `json:"descrizione"`
}

// Schema gives the description of the table without its row type.
func (t *Table[T]) Schema() Schema {
	s := Schema{Name: t.Name, File: t.File, Describe: t.Describe}
	for i := range t.Columns {
		c := &t.Columns[i]
		s.Columns = append(s.Columns, ColumnSchema{c.Name, c.Kind.String(), !c.NotNull, c.Describe})
	}
	return s
}

// CompareColumns orders rows by every column in turn: null first, texts by bytes, numbers by value. It is what ties
// are broken by, so that an order is total.
func CompareColumns[T any](columns []Column[T], a, b *T) int {
	for i := range columns {
		c := &columns[i]
		if o := compareValues(c.Kind, c.Get(a), c.Get(b)); o != 0 {
			return o
		}
	}
	return 0
}

func compareValues(k Kind, a, b Value) int {
	switch {
	case a.Null && b.Null:
		return 0
	case a.Null:
		return -1
	case b.Null:
		return 1
	case k == Text:
		return strings.Compare(a.Str, b.Str)
	}
	return cmp.Compare(a.Num, b.Num)
}
