package tables

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// What a night has most of in its sheets, claims and documents, is written by hand, byte for byte as encoding/json does it;
// the rest is left to encoding/json. A test holds the one against the other.

// sheetBuffers are what sheets are written in.
var sheetBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 8192); return &b }}

// sheetContent gives the JSON of a sheet, without what the columns of the archive say.
func sheetContent(s *worklist.Sheet) (string, error) {
	buffer := sheetBuffers.Get().(*[]byte)
	defer sheetBuffers.Put(buffer)
	b, err := appendSheet((*buffer)[:0], s)
	*buffer = b
	return string(b), err
}

func appendSheet(b []byte, s *worklist.Sheet) ([]byte, error) {
	b = append(b, '{')
	if s.Claim != nil {
		b = appendClaim(append(b, `"domanda":`...), s.Claim)
	}
	if len(s.Documents) > 0 {
		b = append(appendComma(b), `"documenti":[`...)
		for i := range s.Documents {
			b = appendDocument(appendComma(b), &s.Documents[i])
		}
		b = append(b, ']')
	}
	var err error
	if s.Sample != nil {
		if b, err = appendOther(append(appendComma(b), `"azione":`...), s.Sample); err != nil {
			return b, err
		}
	}
	if s.Risk != nil {
		b = appendRisk(append(appendComma(b), `"rischio":`...), s.Risk)
	}
	if s.Question != nil {
		if b, err = appendOther(append(appendComma(b), `"quesito":`...), s.Question); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func appendClaim(b []byte, c *worklist.ClaimSheet) []byte {
	b = appendJSON(append(b, `{"numero":`...), c.Number)
	b = appendNamed(b, `,"protocollo":`, c.Protocol)
	b = appendNamed(b, `,"prestazione":`, c.Benefit)
	b = appendJSON(append(b, `,"codice_fiscale":`...), string(c.TaxCode))
	b = appendNamed(b, `,"cognome":`, c.Surname)
	b = appendNamed(b, `,"nome":`, c.GivenName)
	b = appendDay(b, `,"data_nascita":`, c.BirthDate)
	b = appendNamed(b, `,"stato":`, c.State)
	b = appendDay(b, `,"decorrenza":`, c.Start)
	if c.DaysGranted != 0 {
		b = strconv.AppendInt(append(b, `,"giorni_spettanti":`...), int64(c.DaysGranted), 10)
	}
	b = appendDay(b, `,"pagata_fino_al":`, c.PaidThrough)
	b = strconv.AppendInt(append(b, `,"importo_giornaliero":{"V":`...), int64(c.Daily.V), 10)
	b = append(strconv.AppendBool(append(b, `,"OK":`...), c.Daily.OK), '}')
	b = appendDay(b, `,"data_cessazione":`, c.TerminatedOn)
	return append(appendNamed(b, `,"cf_datore_cessazione":`, c.Former), '}')
}

func appendDocument(b []byte, d *worklist.Document) []byte {
	b = appendJSON(append(b, `{"codice":`...), d.Ref)
	b = appendJSON(append(b, `,"tipo":`...), d.Kind)
	if d.SentAt != 0 {
		b = strconv.AppendInt(append(b, `,"inviata":`...), int64(d.SentAt), 10)
	}
	b = appendDay(b, `,"acquisita":`, d.Acquired)
	if d.Fields == nil {
		return append(b, `,"dati":null}`...)
	}
	b = append(b, `,"dati":[`...)
	for i := range d.Fields {
		b = appendJSON(append(appendComma(b), `{"voce":`...), d.Fields[i].Label)
		b = append(appendJSON(append(b, `,"valore":`...), d.Fields[i].Value), '}')
	}
	return append(b, ']', '}')
}

func appendRisk(b []byte, r *worklist.Risk) []byte {
	b = appendJSON(append(b, `{"verso":`...), string(r.Direction))
	b = strconv.AppendInt(append(b, `,"giorni":`...), int64(r.Days), 10)
	b = strconv.AppendInt(append(b, `,"importo":`...), int64(r.Amount), 10)
	return append(appendQuoted(append(b, `,"pagamento":`...), r.Payment), '}')
}

// appendOther leaves a part to encoding/json.
func appendOther(b []byte, part any) ([]byte, error) {
	text, err := json.Marshal(part)
	return append(b, text...), err
}

// appendComma parts what follows from what is there, unless it is the first of an object or a list.
func appendComma(b []byte) []byte {
	if last := b[len(b)-1]; last == '{' || last == '[' {
		return b
	}
	return append(b, ',')
}

// appendNamed writes a text after its name, and nothing where it is empty.
func appendNamed(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return appendJSON(append(b, name...), text)
}

// appendDay writes a date after its name, and nothing where there is none.
func appendDay(b []byte, name string, d pipeline.Date) []byte {
	if d == 0 {
		return b
	}
	return appendQuoted(append(b, name...), d)
}

func appendQuoted(b []byte, d pipeline.Date) []byte {
	if d > pipeline.MaxDate { // its text may be anything
		return appendJSON(b, d.String())
	}
	return append(d.Append(append(b, '"')), '"')
}

// appendJSON writes a text as a JSON string. Most need no escape.
func appendJSON(b []byte, text string) []byte {
	if !plainJSON(text) {
		q, err := json.Marshal(text)
		if err != nil {
			panic(err) // a string always encodes
		}
		return append(b, q...)
	}
	return append(append(append(b, '"'), text...), '"')
}

// plainJSON tells whether encoding/json writes a text as it is.
func plainJSON(text string) bool {
	var all byte
	for i := range len(text) {
		all |= jsonBytes[text[i]]
	}
	return all == 0 || all == jsonWide && utf8.ValidString(text)
}

// What encoding/json does with a byte of a text.
const (
	jsonEscaped byte = 1 << iota // it is written in another way, or may be
	jsonWide                     // it stays, where it is part of UTF-8
)

// jsonBytes are all bytes by that; 0 where one stays. Quotes, controls and what HTML would read as markup are escaped, and
// so are the two line separators of Unicode, whose first byte is 0xE2.
var jsonBytes = func() (is [256]byte) {
	for c := range is {
		switch {
		case c < 0x20, c == 0xE2, strings.IndexByte(`"\<>&`, byte(c)) >= 0:
			is[c] = jsonEscaped
		case c >= utf8.RuneSelf:
			is[c] = jsonWide
		}
	}
	return is
}()
