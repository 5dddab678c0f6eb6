package worksheet

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/workbook"
)

// writeCSV writes rows as Italian spreadsheet programs read them. Texts are always quoted, numbers and dates never.
func writeCSV(w io.Writer, rows []workbook.Row) error {
	t := workbook.Table()
	b := bufio.NewWriter(w)
	line := []byte("\ufeff")
	for i := range t.Columns {
		line = quoted(separated(line, i), workbook.Heading(i, t.Columns[i].Name))
	}
	for i := range rows {
		if _, err := b.Write(append(line, "\r\n"...)); err != nil {
			return err
		}
		line = line[:0]
		for j := range t.Columns {
			c := &t.Columns[j]
			line = csvCell(separated(line, j), c.Kind, c.Get(&rows[i]))
		}
	}
	if _, err := b.Write(append(line, "\r\n"...)); err != nil {
		return err
	}
	return b.Flush()
}

func separated(line []byte, i int) []byte {
	if i > 0 {
		line = append(line, ';')
	}
	return line
}

func csvCell(line []byte, k table.Kind, v table.Value) []byte {
	switch {
	case v.Null:
		return line
	case k == table.Text:
		return quoted(line, workbook.Guard(v.Str))
	case k == table.Date:
		return append(line, pipeline.DateFromUnixDays(int32(v.Num)).Italian()...)
	case k == table.Decimal2:
		return append(line, strings.Replace(pipeline.Cents(v.Num).String(), ".", ",", 1)...)
	}
	return strconv.AppendInt(line, v.Num, 10)
}

func quoted(line []byte, s string) []byte {
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(s, `"`, `""`)...)
	return append(line, '"')
}
