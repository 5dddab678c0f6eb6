package worksheet

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// Sizes of a sheet that no program passes (Excel specifications and limits).
const (
	formatRows    = 1_048_576
	formatColumns = 16_384
)

// sheetXML reads the part of a sheet (ECMA-376 part 1, 18.3).
type sheetXML struct {
	*sheet
	shared []string
	cells  []cell
	rowsIn int // elements row, empty ones too
	number int // of the present row
}

// read gives the rows of the part.
func (x *sheetXML) read(s *scanner) error {
	for {
		kind, err := s.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case kind == startElement && s.name == "row":
			if err := x.rowElement(s); err != nil {
				return err
			}
		}
	}
}

// rowElement reads a row that has just begun. A row without a number follows the one before.
func (x *sheetXML) rowElement(s *scanner) error {
	if x.rowsIn++; x.rowsIn > formatRows {
		return refuse("più di %d righe", formatRows)
	}
	next := x.number + 1
	if r := s.attribute("r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < next || n > formatRows {
			return refuse("i numeri di riga non sono in ordine")
		}
		next = n
	}
	x.number = next
	x.cells = x.cells[:0]
	depth, column := s.depth, 0
	for {
		kind, err := s.next()
		switch {
		case err != nil:
			return err
		case kind == endElement && s.depth < depth:
			return x.row(x.number, x.cells)
		case kind == startElement && s.name == "c":
			if column, err = x.cellElement(s, column); err != nil {
				return err
			}
		}
	}
}

// cellElement reads a cell that has just begun and gives its column, counted from 1. A cell without a place follows the
// one before, which is in column before.
func (x *sheetXML) cellElement(s *scanner, before int) (int, error) {
	column := before + 1
	if ref := s.attribute("r"); ref != "" {
		column = columnOf(ref)
	}
	if column <= before || column > formatColumns {
		return 0, refuse("riga %d: le celle non sono in ordine", x.number)
	}
	c, err := x.content(s, s.attribute("t"))
	if err != nil || c.text == "" && c.fault == "" {
		return column, err
	}
	if column > x.limits.Columns {
		return 0, refuse("riga %d: più di %d colonne", x.number, x.limits.Columns)
	}
	for len(x.cells) < column-1 {
		x.cells = append(x.cells, cell{})
	}
	x.cells = append(x.cells, c)
	return column, nil
}

// columnOf reads the letters of a place such as AB12; 0 for none.
func columnOf(ref string) int {
	n := 0
	for i := range len(ref) {
		c := ref[i]
		if c < 'A' || c > 'Z' || i == 3 {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n
}

// content reads a cell of a type up to its end.
func (x *sheetXML) content(s *scanner, kind string) (cell, error) {
	var (
		value   strings.Builder
		inline  string
		formula bool
		inV     bool
		depth   = s.depth
	)
	for {
		k, err := s.next()
		if err != nil {
			return cell{}, err
		}
		switch k {
		case startElement:
			inV = s.name == "v"
			switch s.name {
			case "f":
				formula = true
			case "is":
				if inline, err = richText(s, x.limits); err != nil {
					return cell{}, err
				}
			}
		case endElement:
			inV = false
			if s.depth < depth {
				return x.typed(kind, value.String(), inline, formula), nil
			}
		case text:
			if inV && value.Len() <= 12*x.limits.Cell {
				value.Write(s.chars)
			}
		}
	}
}

// typed makes a cell of what its element holds (ECMA-376 part 1, 18.18.11).
func (x *sheetXML) typed(kind, value, inline string, formula bool) cell {
	if formula {
		return cell{fault: "contiene una formula"}
	}
	switch kind {
	case "inlineStr":
		return cell{text: inline}
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || i < 0 || i >= len(x.shared) {
			return cell{fault: "rimanda a un testo che non c'è"}
		}
		return cell{text: x.shared[i]}
	case "str":
		return cell{text: unescaped(value)}
	case "b":
		return cell{text: map[bool]string{true: "VERO", false: "FALSO"}[value == "1" || value == "true"]}
	case "e":
		return cell{fault: "contiene un errore"}
	case "d":
		day, _, _ := strings.Cut(value, "T")
		return cell{text: day}
	case "", "n":
		return cell{text: strings.TrimSpace(value), number: true}
	}
	return cell{fault: "è di tipo sconosciuto"}
}
