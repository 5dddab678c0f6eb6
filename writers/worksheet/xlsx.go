package worksheet

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
)

// writeXLSX writes a workbook of two sheets: the rows, and how to fill them in.
func writeXLSX(w io.Writer, rows []workbook.Row, o *Origin) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	f.SetZipWriter(newFixedZip(o.At.Time()))
	x := &xlsx{File: f, table: workbook.Table()}
	if err := x.begin(o); err != nil {
		return fmt.Errorf("begin workbook: %w", err)
	}
	if err := x.list(rows); err != nil {
		return fmt.Errorf("write sheet %s: %w", workbook.SheetName, err)
	}
	if err := x.instructions(len(rows), o); err != nil {
		return fmt.Errorf("write sheet %s: %w", helpSheet, err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// xlsx is a workbook being made.
type xlsx struct {
	*excelize.File
	table *table.Table[workbook.Row]

	head, headFill int   // styles of the first row
	styles         []int // by column
}

// begin names the sheets and makes the styles.
func (x *xlsx) begin(o *Origin) error {
	at := o.At.Time().Format(time.RFC3339)
	err := errors.Join(
		x.SetSheetName("Sheet1", workbook.SheetName),
		x.SetDocProps(&excelize.DocProperties{Creator: "incrocio", LastModifiedBy: "incrocio", Created: at, Modified: at}),
		x.SetAppProps(&excelize.AppProperties{Application: "incrocio"}),
	)
	if _, e := x.NewSheet(helpSheet); e != nil {
		err = errors.Join(err, e)
	}
	style := func(s *excelize.Style) int {
		id, e := x.NewStyle(s)
		err = errors.Join(err, e)
		return id
	}
	x.head = style(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: solid("BFBFBF"), Alignment: &excelize.Alignment{Vertical: "top"}})
	x.headFill = style(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: solid("FFE699"), Alignment: &excelize.Alignment{Vertical: "top"}})
	for i := range x.table.Columns {
		s := &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}}
		if !workbook.Fillable(i) {
			s.Fill = solid("EDEDED")
		}
		number := numberFormat(x.table.Columns[i].Kind)
		s.CustomNumFmt = &number
		x.styles = append(x.styles, style(s))
	}
	return err
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// numberFormat says how a column is shown. In a column of texts (@) what is typed stays a text, an equals sign too.
func numberFormat(k table.Kind) string {
	switch k {
	case table.Text:
		return "@"
	case table.Date:
		return "dd/mm/yyyy"
	case table.Decimal2:
		return "#,##0.00"
	}
	return "0"
}

// list writes the rows.
func (x *xlsx) list(rows []workbook.Row) error {
	sw, err := x.NewStreamWriter(workbook.SheetName)
	if err != nil {
		return err
	}
	if err := x.frame(sw, len(rows)); err != nil {
		return err
	}
	cells := make([]any, len(x.table.Columns))
	for i := range cells {
		style := x.head
		if workbook.Fillable(i) {
			style = x.headFill
		}
		cells[i] = excelize.Cell{StyleID: style, Value: workbook.Heading(i, x.table.Columns[i].Name)}
	}
	if err := sw.SetRow("A1", cells); err != nil {
		return err
	}
	for i := range rows {
		for j := range x.table.Columns {
			c := &x.table.Columns[j]
			cells[j] = xlsxCell(c.Kind, c.Get(&rows[i]))
		}
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := sw.SetRow(at, cells); err != nil {
			return err
		}
	}
	return sw.Flush()
}

// widths of the columns, in characters.
var widths = map[string]float64{
	"id": 23, "impronta": 12, "versione": 9, "sede": 7, "codice": 26, "titolo": 34, "classe": 10, "priorita": 9,
	"codice_fiscale": 20, "domanda": 20, "protocollo": 30, "descrizione": 60, "azione_proposta": 30, "stato": 17,
	"in_carico_a": 18, "motivo": 40, "provvedimento": 16, "nota": 40, "estrazione": 12, "controllo": 12,
}

const plainWidth = 12

// frame sets what surrounds the cells: widths, the frozen first row, the filter, the lists to choose from.
func (x *xlsx) frame(sw *excelize.StreamWriter, rows int) error {
	for i := range x.table.Columns {
		width, ok := widths[x.table.Columns[i].Name]
		if !ok {
			width = plainWidth
		}
		if err := errors.Join(sw.SetColWidth(i+1, i+1, width), sw.SetColStyle(i+1, i+1, x.styles[i])); err != nil {
			return err
		}
	}
	pane := excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}
	if err := sw.SetPanes(&pane); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(x.table.Columns), rows+1)
	if err != nil {
		return err
	}
	if err := x.AutoFilter(workbook.SheetName, "A1:"+last, nil); err != nil || rows == 0 {
		return err
	}
	return errors.Join(
		x.choice("esito", rows, worklist.OutcomeFounded, worklist.OutcomeUseful, worklist.OutcomeUnfounded),
		x.choice("provvedimento", rows, worklist.DecideConfirm, worklist.DecideRefuse, worklist.DecideDates),
	)
}

// choice gives a column a list to choose from.
func (x *xlsx) choice(column string, rows int, values ...any) error {
	col := 0
	for i := range x.table.Columns {
		if x.table.Columns[i].Name == column {
			col = i + 1
		}
	}
	letter, err := excelize.ColumnNumberToName(col)
	if err != nil {
		return err
	}
	v := excelize.NewDataValidation(true)
	v.Sqref = fmt.Sprintf("%s2:%s%d", letter, letter, rows+1)
	list := make([]string, len(values))
	for i := range values {
		list[i] = fmt.Sprint(values[i])
	}
	if err := v.SetDropList(list); err != nil {
		return err
	}
	v.SetError(excelize.DataValidationErrorStyleStop, column, "Scegliere dall'elenco.")
	return x.AddDataValidation(workbook.SheetName, v)
}

// firstSerial is 1900-03-01: serial dates before it mean other days in other programs. Those are written as texts.
var firstSerial = pipeline.MustDate("1900-03-01")

// xlsxCell gives a value as excelize takes it; nil for an empty cell.
func xlsxCell(k table.Kind, v table.Value) any {
	switch {
	case v.Null:
		return nil
	case k == table.Text:
		return escaped(v.Str)
	case k == table.Decimal2:
		return float64(v.Num) / 100
	case k == table.Date:
		d := pipeline.DateFromUnixDays(int32(v.Num))
		if d < firstSerial {
			return d.Italian()
		}
		return int64(d-firstSerial) + 61
	}
	return v.Num
}
