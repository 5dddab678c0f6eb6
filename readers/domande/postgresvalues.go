package domande

import (
	"encoding/binary"
	"math"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

// rowValues makes claims of rows in the binary format of PostgreSQL (chapter "Message Formats"; the layouts of the
// types are those of their send functions: date_send, numeric_send, int4send, boolsend).
type rowValues struct {
	claim pipeline.Claim
	cells [row.Width]row.Cell
	texts []byte
}

// assemble reads one row. The texts of a row are cut from one string, which is the only allocation.
func (r *rowValues) assemble(values [][]byte) row.Fault {
	r.texts = r.texts[:0]
	for i := range row.Columns {
		if row.Columns[i].Kind == row.Text {
			r.texts = append(r.texts, values[i]...)
		}
	}
	rest := string(r.texts)
	for i := range row.Columns {
		v := values[i]
		switch {
		case v == nil:
			r.cells[i] = row.Cell{Null: true}
		case row.Columns[i].Kind == row.Text:
			r.cells[i] = row.Cell{Text: rest[:len(v)]}
			rest = rest[len(v):]
		default:
			r.cells[i] = readBinary(row.Columns[i].Kind, v)
		}
	}
	return row.Assemble(&r.cells, &r.claim)
}

func readBinary(k row.Kind, v []byte) row.Cell {
	switch {
	case k == row.Date && len(v) == 4:
		return readPostgresDate(int32(binary.BigEndian.Uint32(v)))
	case k == row.Amount && len(v) >= 8:
		return readNumeric(v)
	case k == row.Flag && len(v) == 1:
		return row.Cell{Num: int64(v[0])}
	case k == row.Count && len(v) == 2:
		return row.Cell{Num: int64(int16(binary.BigEndian.Uint16(v)))}
	case k == row.Count && len(v) == 4:
		return row.Cell{Num: int64(int32(binary.BigEndian.Uint32(v)))}
	case k == row.Count && len(v) == 8:
		return row.Cell{Num: int64(binary.BigEndian.Uint64(v))}
	}
	return row.Cell{Fault: row.Fault{Code: pipeline.DiscardValue, Message: "valore di forma sconosciuta"}}
}

// postgresEpoch is 2000-01-01 in days since 1970-01-01.
const postgresEpoch = 10957

// readPostgresDate reads days since 2000-01-01; the ends of the range are infinity.
func readPostgresDate(days int32) row.Cell {
	if days == math.MaxInt32 || days == math.MinInt32 {
		return row.Cell{Fault: row.Fault{Code: pipeline.DiscardDate, Message: "data infinita"}}
	}
	return row.DateOfUnixDays(int64(days) + postgresEpoch)
}

// Signs of a numeric; the others are not-a-number and the infinities.
const (
	numericPositive = 0x0000
	numericNegative = 0x4000
)

// readNumeric reads a numeric: count of digits, weight of the first, sign, scale for display, then digits in base
// 10000. Digits below the cent must be zero.
func readNumeric(v []byte) row.Cell {
	count := int(binary.BigEndian.Uint16(v))
	weight := int(int16(binary.BigEndian.Uint16(v[2:])))
	sign := binary.BigEndian.Uint16(v[4:])
	if sign != numericPositive && sign != numericNegative || len(v) != 8+2*count {
		return row.Cell{Fault: row.BadAmount}
	}
	cents := int64(0)
	for i := range count {
		digit := int64(binary.BigEndian.Uint16(v[8+2*i:]))
		switch place := weight - i; {
		case digit == 0:
		case place > 2 || place < -1: // 10^12 and more, or less than a cent
			return row.Cell{Fault: row.BadAmount}
		case place >= 0:
			cents += digit * [...]int64{100, 1_000_000, 10_000_000_000}[place]
		case digit%100 != 0:
			return row.Cell{Fault: row.BadAmount}
		default:
			cents += digit / 100
		}
	}
	if sign == numericNegative {
		cents = -cents
	}
	return row.Cell{Num: cents}
}
