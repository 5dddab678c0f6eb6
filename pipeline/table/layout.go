package table

import (
	"fmt"
	"strings"
)

// Layout names the columns that rows written by [Table.Append] have, in order: what a file that keeps such rows has to
// say of them, so that a version of the program with other columns reads them all the same.
func (t *Table[T]) Layout() string {
	var b strings.Builder
	for i := range t.Columns {
		c := &t.Columns[i]
		fmt.Fprintf(&b, "%s %s %t\n", c.Name, c.Kind, c.NotNull)
	}
	return b.String()
}

// LaidOut gives the table as its rows were when a layout was made: columns in that order, those that came later left out, so that
// they are absent. It returns [ErrBlock] for a layout with a column that the table does not have, or has as another
// type: a fact must not be lost because an older program reads what a newer one wrote.
func (t *Table[T]) LaidOut(layout string) (*Table[T], error) {
	if layout == t.Layout() {
		return t, nil
	}
	byName := map[string]*Column[T]{}
	for i := range t.Columns {
		byName[t.Columns[i].Name] = &t.Columns[i]
	}
	out := &Table[T]{Name: t.Name, Compare: t.Compare}
	for line := range strings.Lines(layout) {
		var name, kind string
		var notNull bool
		words := strings.Fields(line)
		if len(words) < 3 {
			return nil, fmt.Errorf("%w: layout of %s", ErrBlock, t.Name)
		}
		name, kind, notNull = words[0], strings.Join(words[1:len(words)-1], " "), words[len(words)-1] == "true"
		c := byName[name]
		if c == nil || c.Kind.String() != kind {
			return nil, fmt.Errorf("%w: layout of %s: column %q", ErrBlock, t.Name, name)
		}
		as := *c
		as.NotNull = notNull
		out.Columns = append(out.Columns, as)
	}
	return out, nil
}
