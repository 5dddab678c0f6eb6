package inbox

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/readers/csvrows"
)

// table takes each row below the header of a table as a document, and hands the header along. A header that is none
// makes one discard of the whole table: without it no row says anything, the first one, which may be a record, no more than
// the others.
func (t *taker) table(s *strand, at place) error {
	before := t.met()
	if t.rows == nil {
		t.rows = csvrows.NewReader(nil)
	}
	t.rows.Reset(unbroken{s})
	fault, err := t.rows.Next()
	if err != nil {
		return t.end(s, at, before)
	}
	header := slices.Clone(t.rows.Fields())
	if fault.Bad() || !slices.ContainsFunc(header, func(name string) bool { return name != "" }) {
		return t.discard(at, t.rows.Offset(), pipeline.DiscardCSV, "la prima riga non è l'intestazione di una tabella")
	}
	if !utf8.Valid(t.rows.Raw()) {
		return t.discard(at, t.rows.Offset(), pipeline.DiscardEncoding, "l'intestazione non è in UTF-8")
	}
	if !t.names(string(t.rows.Raw())) {
		return t.discard(at, t.rows.Offset(), pipeline.DiscardCSV,
			"la prima riga non è l'intestazione: manca ogni colonna attesa ("+strings.Join(t.columns, ", ")+"), nessuna riga è stata letta")
	}
	t.tables++
	for {
		fault, err = t.rows.Next()
		switch {
		case err != nil:
			return t.end(s, at, before)
		case fault.Bad():
			err = t.discard(at, t.rows.Offset(), fault.Code, fault.Message)
		default:
			i := item{source: t.source(at, t.rows.Offset()), format: CSV, header: header}
			err = t.emit(i, t.rows.Raw())
		}
		if err != nil {
			return err
		}
	}
}

// names tells whether a row names one of the columns that are known, if any are.
func (t *taker) names(row string) bool {
	if len(t.columns) == 0 {
		return true
	}
	for word := range strings.FieldsFuncSeq(row, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if slices.ContainsFunc(t.columns, func(name string) bool { return strings.EqualFold(name, word) }) {
			return true
		}
	}
	return false
}

// unbroken is a strand whose last row is believed where only what follows the data is wrong.
type unbroken struct{ s *strand }

func (u unbroken) Read(p []byte) (int, error) {
	n, err := u.s.Read(p)
	var b *breach
	if errors.As(err, &b) && b.whole {
		err = io.EOF
	}
	return n, err
}
