package worksheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"incrocio/pipeline/workbook"
)

// readCSV reads a table as RFC 4180 has it, with whatever separator its header has.
func (t *sheet) readCSV(text []byte) error {
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return refuse("è in UTF-16: salvarlo come CSV UTF-8")
	}
	if !utf8.Valid(text) {
		var err error
		if text, err = charmap.Windows1252.NewDecoder().Bytes(text); err != nil {
			return refuse("non è in UTF-8")
		}
	}
	s := splitter{rest: strings.TrimPrefix(string(text), "\ufeff")}
	s.separator = separator(s.rest)
	if s.separator == 0 {
		return refuse("non è un foglio di lavorazione: manca l'intestazione")
	}
	for number := 1; s.rest != ""; number++ {
		cells := s.next()
		for i := range cells {
			cells[i].text = workbook.Unguard(cells[i].text)
		}
		if err := t.row(number, cells); err != nil {
			return err
		}
	}
	return t.finish()
}

// separator finds what the header is divided by: what gives it a column id and a column controllo.
func separator(text string) byte {
	for _, c := range []byte(";,\t") {
		s := splitter{rest: text, separator: c}
		var cells []cell
		for len(cells) == 0 && s.rest != "" {
			if cells = s.next(); len(cells) == 1 && cells[0].empty() {
				cells = nil
			}
		}
		found := map[string]bool{}
		for i := range cells {
			found[workbook.Folded(cells[i].text)] = true
		}
		if found["id"] && found["controllo"] {
			return c
		}
	}
	return 0
}

// maxFields is how many cells of a row are kept; a row may have no more than Limits.Columns with content.
const maxFields = 1024

// splitter cuts a text into rows and cells.
type splitter struct {
	rest      string
	separator byte
	cells     []cell
}

// next cuts off a row; rest must not be empty. The cells are valid until the next call. Where a quote is left open, or
// something follows a closing one, the line alone is a row, at fault.
func (s *splitter) next() []cell {
	s.cells = s.cells[:0]
	at := 0
	for {
		c, end, ok := s.cell(at)
		if !ok {
			return s.bad()
		}
		at = end
		if len(s.cells) < maxFields {
			s.cells = append(s.cells, c)
		}
		if at == len(s.rest) {
			s.rest = ""
			return s.cells
		}
		if s.rest[at] != s.separator { // a line end
			s.rest = s.rest[at+1:]
			return s.cells
		}
		at++
	}
}

// cell reads the cell that begins at a place and gives the place of what ends it: separator, line feed or the end.
func (s *splitter) cell(at int) (cell, int, bool) {
	rest := s.rest[at:]
	if !strings.HasPrefix(rest, `"`) {
		n := 0
		for n < len(rest) && rest[n] != s.separator && rest[n] != '\n' {
			n++
		}
		text := rest[:n]
		if n == len(rest) || rest[n] == '\n' {
			text = strings.TrimSuffix(text, "\r")
		}
		return cell{text: text}, at + n, true
	}
	var b strings.Builder
	for from := 1; ; {
		n := strings.IndexByte(rest[from:], '"')
		if n < 0 {
			return cell{}, 0, false
		}
		b.WriteString(rest[from : from+n])
		from += n + 1
		if from < len(rest) && rest[from] == '"' {
			b.WriteByte('"')
			from++
			continue
		}
		if strings.HasPrefix(rest[from:], "\r\n") || rest[from:] == "\r" {
			from++
		}
		ends := from == len(rest) || rest[from] == '\n' || rest[from] == s.separator
		return cell{text: b.String()}, at + from, ends
	}
}

// bad gives up a line.
func (s *splitter) bad() []cell {
	_, s.rest, _ = strings.Cut(s.rest, "\n")
	s.cells = append(s.cells[:0], cell{fault: "virgolette errate"})
	return s.cells
}
