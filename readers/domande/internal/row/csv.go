package row

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/readers/csvrows"
)

// checkEvery is how many rows pass between two looks at the context.
const checkEvery = 4096

// ReadCSV reads a table of claims: a header and rows. It returns [ErrColumns] where the header is not as it must be.
func ReadCSV(ctx context.Context, r io.Reader, to *Delivery) error {
	rows := csvrows.NewReader(r)
	at, fields, err := readHeader(rows)
	place := func() Place {
		sum := sha256.Sum256(rows.Raw())
		return Place{rows.Offset(), hex.EncodeToString(sum[:])}
	}
	if err != nil {
		return err
	}
	var claim pipeline.Claim
	var cells [Width]Cell // here and not in convert, where each row would allocate it
	for {
		if to.rows%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		bad, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		f := Fault(bad)
		if !f.Bad() && len(rows.Fields()) != fields {
			f = Fault{pipeline.DiscardCSV, "numero di campi diverso dall'intestazione"}
		}
		if !f.Bad() && !utf8.Valid(rows.Raw()) {
			f = Fault{pipeline.DiscardEncoding, "riga non in UTF-8"}
		}
		claim.Number = ""
		if !f.Bad() {
			f = convert(rows.Fields(), &at, &cells, &claim)
		}
		if f.Bad() {
			err = to.Discard(claim.Number, f, place)
		} else {
			err = to.Claim(&claim, place)
		}
		if err != nil {
			return err
		}
	}
}

// readHeader gives where each column is and how many fields a row has.
func readHeader(rows *csvrows.Reader) (at [Width]int, fields int, err error) {
	f, err := rows.Next()
	if errors.Is(err, io.EOF) {
		return at, 0, ColumnError("the file is empty")
	}
	if err != nil {
		return at, 0, err
	}
	if f.Bad() {
		return at, 0, ColumnError("the header is no row of a table")
	}
	at, err = Indexes(rows.Fields())
	return at, len(rows.Fields()), err
}

// convert makes a claim of the fields of a row, which are UTF-8, or gives why it is none.
func convert(fields []string, at *[Width]int, cells *[Width]Cell, claim *pipeline.Claim) Fault {
	if quick(fields, at, claim) {
		return Fault{}
	}
	for i := range Columns {
		cells[i].set(Columns[i].Kind, fields[at[i]])
	}
	return Assemble(cells, claim)
}
