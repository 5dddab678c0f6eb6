package postgres

import (
	"encoding/binary"
	"math"
	"math/big"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

func encodeAll(args []store.Cell) []any {
	out := make([]any, len(args))
	for i := range args {
		out[i] = encode(args[i].Kind, args[i].Value)
	}
	return out
}

// encode gives a value to the driver.
func encode(k table.Kind, v table.Value) any {
	if v.Null {
		return nil
	}
	switch k {
	case table.Text:
		return v.Str
	case table.Date:
		return pgtype.Date{Time: time.Unix(v.Num*86400, 0).UTC(), Valid: true}
	case table.Timestamp:
		return pgtype.Timestamptz{Time: pipeline.Instant(v.Num).Time(), Valid: true}
	case table.Bool:
		return v.Num != 0
	case table.Decimal2, table.Decimal4:
		return pgtype.Numeric{Int: big.NewInt(v.Num), Exp: -scale(k), Valid: true}
	case table.Int32:
		return int32(v.Num)
	case table.Int64:
	}
	return v.Num
}

func scale(k table.Kind) int32 {
	if k == table.Decimal2 {
		return 2
	}
	return 4
}

// 2000-01-01, from which PostgreSQL counts, in days and microseconds since 1970-01-01.
const (
	epochDays   = 10957
	epochMicros = epochDays * 86400 * 1_000_000
)

// decode reads a value in the binary format of the server (chapter "Message Formats"; the layouts are those of the types'
// send functions). It refuses what is none of its kind, infinite dates and moments among them.
func decode(k table.Kind, raw []byte) (table.Value, bool) {
	if raw == nil {
		return table.Value{Null: true}, true
	}
	switch k {
	case table.Text:
		return table.Value{Str: string(raw)}, true
	case table.Bool:
		return table.Value{Num: int64(raw[0])}, len(raw) == 1
	case table.Decimal2, table.Decimal4:
		return numeric(raw, scale(k))
	case table.Date, table.Timestamp, table.Int32, table.Int64:
	}
	n, infinite, ok := integer(raw)
	switch k {
	case table.Date:
		d := int64(epochDays) + n
		return table.Value{Num: d}, ok && len(raw) == 4 && !infinite &&
			d >= int64(pipeline.Date(1).UnixDays()) && d <= int64(pipeline.MaxDate.UnixDays())
	case table.Timestamp:
		return table.Value{Num: n + epochMicros}, ok && len(raw) == 8 && !infinite && n < math.MaxInt64-epochMicros
	case table.Int32:
		return table.Value{Num: n}, ok && len(raw) <= 4
	case table.Int64, table.Text, table.Bool, table.Decimal2, table.Decimal4:
	}
	return table.Value{Num: n}, ok
}

// integer reads two, four or eight bytes; the ends of the range are the infinities of dates and moments.
func integer(raw []byte) (n int64, infinite, ok bool) {
	switch len(raw) {
	case 2:
		return int64(int16(binary.BigEndian.Uint16(raw))), false, true
	case 4:
		n := int32(binary.BigEndian.Uint32(raw))
		return int64(n), n == math.MaxInt32 || n == math.MinInt32, true
	case 8:
		n := int64(binary.BigEndian.Uint64(raw))
		return n, n == math.MaxInt64 || n == math.MinInt64, true
	}
	return 0, false, false
}

// Signs of a numeric; the others are not-a-number and the infinities.
const (
	positive = 0x0000
	negative = 0x4000
)

// numeric reads count, weight of the first digit, sign, scale for display, and digits in base 10,000, as a number of units
// of 10^-scale. It refuses what DECIMAL(12, scale) does not hold.
func numeric(raw []byte, scale int32) (table.Value, bool) {
	if len(raw) < 8 {
		return table.Value{}, false
	}
	count, weight := int(binary.BigEndian.Uint16(raw)), int(int16(binary.BigEndian.Uint16(raw[2:])))
	sign := binary.BigEndian.Uint16(raw[4:])
	if sign != positive && sign != negative || len(raw) != 8+2*count {
		return table.Value{}, false
	}
	total := int64(0) // in units of 10^-4
	for i := range count {
		digit, place := int64(binary.BigEndian.Uint16(raw[8+2*i:])), weight-i
		if digit == 0 {
			continue
		}
		if place > 2 || place < -1 {
			return table.Value{}, false
		}
		for range place + 1 {
			digit *= 10_000
		}
		total += digit
	}
	if scale == 2 {
		if total%100 != 0 {
			return table.Value{}, false
		}
		total /= 100
	}
	if sign == negative {
		total = -total
	}
	return table.Value{Num: total}, true
}
