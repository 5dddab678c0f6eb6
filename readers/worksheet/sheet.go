package worksheet

import (
	"fmt"
	"strings"

	"incrocio/pipeline/table"
	"incrocio/pipeline/workbook"
)

// cell is a cell as a file has it.
type cell struct {
	text   string
	number bool   // text is a number as xlsx writes them
	fault  string // why it cannot be taken; "" for none
}

func (c *cell) empty() bool { return c.fault == "" && strings.TrimSpace(c.text) == "" }

// sheet makes rows of cells.
type sheet struct {
	limits Limits
	each   func(workbook.Line) error

	columns []*table.Column[workbook.Row] // by number in the file; nil for one of no interest
	epoch   int                           // days between 1970-01-01 and the day 0 of serial dates
	rows    int
}

// header takes the first row with content. All columns of the list must be there, once each.
func (t *sheet) header(cells []cell) error {
	of := workbook.Table()
	at := map[string]*table.Column[workbook.Row]{}
	for i := range of.Columns {
		at[of.Columns[i].Name] = &of.Columns[i]
	}
	t.columns = make([]*table.Column[workbook.Row], len(cells))
	seen := map[string]bool{}
	for i := range cells {
		if cells[i].fault != "" {
			return refuse("intestazione: %s", cells[i].fault)
		}
		name := workbook.Folded(cells[i].text)
		c := at[name]
		if c != nil && seen[name] {
			return refuse("la colonna %s è ripetuta", name)
		}
		t.columns[i], seen[name] = c, true
	}
	for i := range of.Columns {
		if !seen[of.Columns[i].Name] {
			return refuse("manca la colonna %s", of.Columns[i].Name)
		}
	}
	return nil
}

// row takes a row of a number.
func (t *sheet) row(number int, cells []cell) error {
	last := 0
	for i := range cells {
		if cells[i].fault != "" || cells[i].text != "" {
			last = i + 1
		}
	}
	switch {
	case last == 0:
		return nil
	case last > t.limits.Columns:
		return refuse("riga %d: più di %d colonne", number, t.limits.Columns)
	case t.columns == nil:
		return t.header(cells[:last])
	}
	if t.rows++; t.rows > t.limits.Rows {
		return refuse("più di %d righe", t.limits.Rows)
	}
	line := workbook.Line{Number: number}
	for i := range cells[:last] {
		if err := t.cell(&line.Row, i, &cells[i]); err != nil && line.Err == nil {
			line.Err = err
		}
	}
	return t.each(line)
}

// cell puts a cell into its place.
func (t *sheet) cell(r *workbook.Row, i int, c *cell) error {
	name := fmt.Sprintf("colonna %d", i+1)
	var of *table.Column[workbook.Row]
	if i < len(t.columns) {
		of = t.columns[i]
	}
	if of != nil {
		name = of.Name
	}
	switch {
	case c.fault != "":
		return fmt.Errorf("%w: %s: %s", ErrCell, name, c.fault)
	case len(c.text) > t.limits.Cell && workbook.Units(c.text) > t.limits.Cell:
		return fmt.Errorf("%w: %s: più di %d caratteri", ErrCell, name, t.limits.Cell)
	case of == nil || c.text == "":
		return nil
	}
	v, fault := t.value(of.Kind, c)
	if fault != "" {
		return fmt.Errorf("%w: %s: %s", ErrCell, name, fault)
	}
	of.Set(r, v)
	return nil
}

// finish refuses a file without a header.
func (t *sheet) finish() error {
	if t.columns == nil {
		return refuse("non contiene righe")
	}
	return nil
}
