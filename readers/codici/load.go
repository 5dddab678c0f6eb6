package codici

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
)

var (
	plainHeader    = []string{"codice", "nome", "dal", "al", "fonte"}
	contractHeader = []string{"codice", "nome", "forma", "trattamento", "dal", "al", "fonte"}
)

var forms = []pipeline.ContractForm{pipeline.FormPermanent, pipeline.FormFixed, pipeline.FormEither}

var treatments = []pipeline.Treatment{
	pipeline.TreatEmployment, pipeline.TreatApprenticeship, pipeline.TreatOnCall, pipeline.TreatAgricultural,
	pipeline.TreatInternship, pipeline.TreatQuasi, pipeline.TreatUnknown,
}

// file is one table as read: entries of all, by code and first day, and contracts where it is that table.
type file struct {
	name      string
	entries   []Entry
	contracts []pipeline.ContractType
	errs      []error
}

func (f *file) fault(line int, format string, args ...any) {
	f.errs = append(f.errs, fmt.Errorf("%w %s line %d: %s", ErrTable, f.name, line, fmt.Sprintf(format, args...)))
}

func readFile(fsys fs.FS, table Table) (*file, error) {
	f := &file{name: string(table) + ".csv"}
	text, err := fs.ReadFile(fsys, f.name)
	if err != nil {
		return nil, fmt.Errorf("read code table: %w", err)
	}
	header := plainHeader
	if table == TableContracts {
		header = contractHeader
	}
	rows := csv.NewReader(bytes.NewReader(text))
	rows.FieldsPerRecord = len(header)
	if err := f.read(rows, header); err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrTable, f.name, err)
	}
	f.sort()
	return f, errors.Join(f.errs...)
}

// read takes the rows; only a text that is no CSV ends it.
func (f *file) read(rows *csv.Reader, header []string) error {
	first, err := rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		f.fault(1, "it is empty")
		return nil
	case err != nil:
		return err
	case !slices.Equal(first, header):
		f.fault(1, "the header is not %s", strings.Join(header, ","))
		return nil
	}
	for {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		line, _ := rows.FieldPos(0)
		f.row(line, row)
	}
}

// row takes one line, of the columns of either header.
func (f *file) row(line int, row []string) {
	dates := row[len(row)-3:]
	e := Entry{Code: row[0], Name: row[1], From: f.date(line, dates[0]), To: f.date(line, dates[1])}
	switch {
	case e.Code == "" || strings.TrimSpace(e.Code) != e.Code:
		f.fault(line, "no code, or one with spaces around it")
	case e.Name == "" || !utf8.ValidString(e.Name):
		f.fault(line, "no name, or one that is not UTF-8")
	case e.From != 0 && e.To != 0 && e.To < e.From:
		f.fault(line, "%s ends before it begins", e.Code)
	}
	f.entries = append(f.entries, e)
	if len(row) != len(contractHeader) {
		return
	}
	c := pipeline.ContractType{
		Code: e.Code, Name: e.Name, Form: pipeline.ContractForm(row[2]), Treatment: pipeline.Treatment(row[3]),
		ValidFrom: e.From, ValidTo: e.To,
	}
	if !slices.Contains(forms, c.Form) {
		f.fault(line, "forma %q is none of %q", c.Form, forms)
	}
	if !slices.Contains(treatments, c.Treatment) {
		f.fault(line, "trattamento %q is none of %q", c.Treatment, treatments)
	}
	f.contracts = append(f.contracts, c)
}

func (f *file) date(line int, s string) pipeline.Date {
	var d pipeline.Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
		f.fault(line, "%v", err)
	}
	return d
}

// sort puts rows in order of code and first day and reports those of one code that share days.
func (f *file) sort() {
	slices.SortStableFunc(f.entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.From, b.From))
	})
	slices.SortStableFunc(f.contracts, func(a, b pipeline.ContractType) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.ValidFrom, b.ValidFrom))
	})
	for i := 1; i < len(f.entries); i++ {
		a, b := f.entries[i-1], f.entries[i]
		if a.Code == b.Code && (pipeline.Period{From: a.From, To: a.To}).Overlaps(pipeline.Period{From: b.From, To: b.To}) {
			f.errs = append(f.errs, fmt.Errorf("%w %s: two rows of %s hold on one day", ErrTable, f.name, b.Code))
		}
	}
}
