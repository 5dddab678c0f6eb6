// Package codici holds the contract types of the mandatory communications (TipologiaContrattuale) as dated data. The Ministry
// changes them far more often than the layout of the documents, so they are a CSV file and not Go, and come with the program.
//
// The file is UTF-8, comma-separated, with the header
//
//	codice,nome,forma,trattamento,dal,al,fonte
//
// dal and al are the first and the last day a row holds (YYYY-MM-DD), empty where it has always held or still does. A
// code may have several rows whose days do not overlap. forma is I, D or E ([pipeline.ContractForm]), trattamento one of
// [pipeline.Treatment]; fonte says where the row was taken from and is for people.
package codici

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
)

//go:embed contratti.csv
var contracts []byte

// ErrTable is wrapped by every error.
var ErrTable = errors.New("code table contratti.csv")

var header = []string{"codice", "nome", "forma", "trattamento", "dal", "al", "fonte"}

var forms = []pipeline.ContractForm{pipeline.FormPermanent, pipeline.FormFixed, pipeline.FormEither}

var treatments = []pipeline.Treatment{
	pipeline.TreatEmployment, pipeline.TreatApprenticeship, pipeline.TreatOnCall, pipeline.TreatAgricultural,
	pipeline.TreatInternship, pipeline.TreatQuasi, pipeline.TreatUnknown,
}

// Contracts gives the contract types that come with the program. Its errors are those of [Read]; there are none unless
// the program was built from a damaged table.
func Contracts() (pipeline.ContractTable, error) { return Read(contracts) }

// Read reads a table and reports every fault, each with its line.
func Read(text []byte) (pipeline.ContractTable, error) {
	t := &table{contracts: pipeline.ContractTable{}}
	if err := t.read(csv.NewReader(bytes.NewReader(text))); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTable, err)
	}
	t.sort()
	if err := errors.Join(t.errs...); err != nil {
		return nil, err
	}
	return t.contracts, nil
}

// table is what has been read.
type table struct {
	contracts pipeline.ContractTable
	errs      []error
}

func (t *table) fault(line int, format string, args ...any) {
	t.errs = append(t.errs, fmt.Errorf("%w line %d: %s", ErrTable, line, fmt.Sprintf(format, args...)))
}

// read takes the rows; only a text that is no CSV ends it.
func (t *table) read(rows *csv.Reader) error {
	rows.FieldsPerRecord = len(header)
	first, err := rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		t.fault(1, "it is empty")
		return nil
	case err != nil:
		return err
	case !slices.Equal(first, header):
		t.fault(1, "the header is not %s", strings.Join(header, ","))
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
		t.row(line, row)
	}
}

// row takes one line.
func (t *table) row(line int, row []string) {
	c := pipeline.ContractType{
		Code: row[0], Name: row[1], Form: pipeline.ContractForm(row[2]), Treatment: pipeline.Treatment(row[3]),
		ValidFrom: t.date(line, row[4]), ValidTo: t.date(line, row[5]),
	}
	switch {
	case c.Code == "" || strings.TrimSpace(c.Code) != c.Code:
		t.fault(line, "no code, or one with spaces around it")
	case c.Name == "" || !utf8.ValidString(c.Name):
		t.fault(line, "no name, or one that is not UTF-8")
	case c.ValidFrom != 0 && c.ValidTo != 0 && c.ValidTo < c.ValidFrom:
		t.fault(line, "%s ends before it begins", c.Code)
	}
	if !slices.Contains(forms, c.Form) {
		t.fault(line, "forma %q is none of %q", c.Form, forms)
	}
	if !slices.Contains(treatments, c.Treatment) {
		t.fault(line, "trattamento %q is none of %q", c.Treatment, treatments)
	}
	t.contracts[c.Code] = append(t.contracts[c.Code], c)
}

func (t *table) date(line int, s string) pipeline.Date {
	var d pipeline.Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
		t.fault(line, "%v", err)
	}
	return d
}

// sort puts the rows of each code in order of their first day and reports those that share days.
func (t *table) sort() {
	for _, code := range slices.Sorted(maps.Keys(t.contracts)) {
		rows := t.contracts[code]
		slices.SortStableFunc(rows, func(a, b pipeline.ContractType) int { return cmp.Compare(a.ValidFrom, b.ValidFrom) })
		for i := 1; i < len(rows); i++ {
			if days(&rows[i-1]).Overlaps(days(&rows[i])) {
				t.errs = append(t.errs, fmt.Errorf("%w: two rows of %s hold on one day", ErrTable, code))
			}
		}
	}
}

func days(c *pipeline.ContractType) pipeline.Period {
	return pipeline.Period{From: c.ValidFrom, To: c.ValidTo}
}
