package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// record is a row as JSON: an object with the columns of its table, in their order. Dates are ISO, moments RFC 3339 in
// UTC, amounts decimal texts. Tax codes are masked.
type record struct {
	names  []string
	values []any
}

// recordOf makes the record of a row.
func recordOf[T any](t *table.Table[T], row *T) record {
	var r record
	for i := range t.Columns {
		c := &t.Columns[i]
		r.names = append(r.names, c.Name)
		r.values = append(r.values, jsonValue(c.Name, c.Kind, c.Get(row)))
	}
	return r
}

// taxCodeColumn is the column whose values are shown masked.
const taxCodeColumn = "codice_fiscale"

func jsonValue(column string, kind table.Kind, v table.Value) any {
	if v.Null {
		return nil
	}
	switch kind {
	case table.Text:
		if column == taxCodeColumn {
			return pipeline.CodiceFiscale(v.Str).Mask()
		}
		return v.Str
	case table.Date:
		return pipeline.DateFromUnixDays(int32(v.Num)).String()
	case table.Timestamp:
		return pipeline.Instant(v.Num).Time().Format(time.RFC3339Nano)
	case table.Bool:
		return v.Num != 0
	case table.Decimal2:
		return decimal(v.Num, 2)
	case table.Decimal4:
		return decimal(v.Num, 4)
	case table.Int32, table.Int64:
	}
	return v.Num
}

// decimal writes n scaled by 10^scale.
func decimal(n int64, scale int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n, 10)
	for len(s) <= scale {
		s = "0" + s
	}
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}

// MarshalJSON keeps the order of the columns.
func (r record) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range r.names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(r.values[i])
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
