package sqlite

import (
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// instantForm is how moments are stored: their order is that of the texts.
const instantForm = "2006-01-02T15:04:05.000000Z"

func encodeAll(args []store.Cell) []any {
	out := make([]any, len(args))
	for i := range args {
		out[i] = encode(args[i].Kind, args[i].Value)
	}
	return out
}

// encode gives a value as it is stored: dates and moments as ISO 8601 texts, amounts unscaled, flags 0 or 1.
func encode(k table.Kind, v table.Value) any {
	switch {
	case v.Null:
		return nil
	case k == table.Text:
		return v.Str
	case k == table.Date:
		return pipeline.DateFromUnixDays(int32(v.Num)).String()
	case k == table.Timestamp:
		return pipeline.Instant(v.Num).Time().Format(instantForm)
	}
	return v.Num
}

// decode reads what encode stored, and nothing else.
func decode(k table.Kind, raw any) (table.Value, bool) {
	switch raw := raw.(type) {
	case nil:
		return table.Value{Null: true}, true
	case string:
		return decodeText(k, raw)
	case int64:
		switch k {
		case table.Bool:
			return table.Value{Num: raw}, raw == 0 || raw == 1
		case table.Int32:
			return table.Value{Num: raw}, raw == int64(int32(raw))
		case table.Int64, table.Decimal2, table.Decimal4:
			return table.Value{Num: raw}, true
		case table.Text, table.Date, table.Timestamp:
		}
	}
	return table.Value{}, false
}

func decodeText(k table.Kind, s string) (table.Value, bool) {
	switch k {
	case table.Text:
		return table.Value{Str: s}, true
	case table.Date:
		d, err := pipeline.ParseDate(s)
		return table.Value{Num: int64(d.UnixDays())}, err == nil
	case table.Timestamp:
		t, err := time.Parse(instantForm, s)
		return table.Value{Num: t.UnixMicro()}, err == nil && t.Format(instantForm) == s
	case table.Int32, table.Int64, table.Bool, table.Decimal2, table.Decimal4:
	}
	return table.Value{}, false
}
