package worksheet

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
	"incrocio/writers/parquet"
)

// Format is the form of a file.
type Format string

// The formats.
const (
	XLSX    Format = "xlsx"
	CSV     Format = "csv"
	Parquet Format = "parquet"
)

// Formats lists them.
func Formats() []Format { return []Format{XLSX, CSV, Parquet} }

// ErrFormat is returned for a format that is none of [Formats].
var ErrFormat = errors.New("unknown format")

// Origin is where the rows come from: what the instructions of an xlsx tell.
type Origin struct {
	By      string           // account of whoever exports
	At      pipeline.Instant // moment of the export; also the time of the file
	Night   pipeline.Date    // last night that the list knows; 0 for none
	Filter  string           // what was asked for, in words; "" for everything
	Purpose string           // why; "" where none was given
	Masked  bool             // tax codes are not whole
}

// Write writes the rows to w in a format. It returns [ErrFormat] for an unknown one.
func Write(w io.Writer, f Format, rows []workbook.Row, o *Origin) error {
	switch f {
	case XLSX:
		return writeXLSX(w, rows, o)
	case CSV:
		return writeCSV(w, rows)
	case Parquet:
		return writeParquet(w, rows)
	}
	return fmt.Errorf("%w %q", ErrFormat, f)
}

// ParseFormat reads the name of a format, or gives that of a file's name where it has one.
func ParseFormat(name, file string) (Format, error) {
	if name == "" {
		if i := strings.LastIndexByte(file, '.'); i >= 0 {
			name = file[i+1:]
		}
	}
	for _, f := range Formats() {
		if strings.EqualFold(name, string(f)) {
			return f, nil
		}
	}
	return "", fmt.Errorf("%w %q: want xlsx, csv or parquet", ErrFormat, name)
}

func writeParquet(w io.Writer, rows []workbook.Row) error {
	pw, err := parquet.NewWriter(w, workbook.Table(), parquet.Options{})
	if err != nil {
		return err
	}
	if err := pw.Write(rows); err != nil {
		return err
	}
	_, err = pw.Close()
	return err
}
