package worksheet

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"

	"incrocio/pipeline/workbook"
)

// Limits are the caps on a file. A zero field stands for its default.
type Limits struct {
	Bytes   int64 // of the file; default 50 MiB
	Rows    int   // with content, the header apart; default 100,000
	Columns int   // with content; default 64
	Cell    int   // UTF-16 units of a cell; default 32,767
	Part    int64 // unpacked bytes of a part of an xlsx; default 384 MiB
	Ratio   int64 // unpacked bytes for each packed one, beyond the first 4 MiB; default 100
	Parts   int   // of an xlsx; default 1,000
}

// Defaults of [Limits].
const (
	DefaultBytes   = 50 << 20
	DefaultRows    = workbook.MaxRows
	DefaultColumns = 64
	DefaultCell    = workbook.MaxCell
	DefaultPart    = 384 << 20
	DefaultRatio   = 100
	DefaultParts   = 1000
)

// grace is how many bytes a container may expand to before the ratio is looked at.
const grace = 4 << 20

func (l Limits) filled() Limits {
	return Limits{
		Bytes: cmp.Or(l.Bytes, DefaultBytes), Rows: cmp.Or(l.Rows, DefaultRows), Columns: cmp.Or(l.Columns, DefaultColumns),
		Cell: cmp.Or(l.Cell, DefaultCell), Part: cmp.Or(l.Part, DefaultPart), Ratio: cmp.Or(l.Ratio, DefaultRatio),
		Parts: cmp.Or(l.Parts, DefaultParts),
	}
}

// Format is what a file is.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// ErrFile is wrapped by the errors of a file that is refused whole. Its text is Italian, for the operator.
var ErrFile = errors.New("il file non si può leggere")

// ErrCell is wrapped by what is wrong with a row. Its text is Italian, for the operator, and names the column.
var ErrCell = errors.New("cella non valida")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrFile}, args...)...)
}

// Read gives the rows of a file of a size, in order, to each; rows without content are left out. It returns an error that
// wraps [ErrFile] for a file that is refused, and that of each where it gives one; rows may have been given before.
func Read(r io.ReaderAt, size int64, limits Limits, each func(workbook.Line) error) (Format, error) {
	limits = limits.filled()
	if size > limits.Bytes {
		return "", refuse("supera %d byte", limits.Bytes)
	}
	head := make([]byte, min(size, 8))
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), head); err != nil {
		return "", fmt.Errorf("read sheet: %w", err)
	}
	t := &sheet{limits: limits, each: each}
	switch {
	case len(head) == 0:
		return "", refuse("è vuoto")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return XLSX, t.readXLSX(r, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "", refuse("è protetto da password, o in un formato di Excel anteriore al 2007")
	case bytes.HasPrefix(head, []byte("PAR1")):
		return "", refuse("è un file Parquet, che non si ricarica")
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), text); err != nil {
		return "", fmt.Errorf("read sheet: %w", err)
	}
	return CSV, t.readCSV(text)
}
