package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/big"
	"testing"

	"github.com/jackc/pgx/v5/pgtype"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// oids are the types that columns of a kind have.
var oids = map[table.Kind]uint32{
	table.Text: pgtype.TextOID, table.Date: pgtype.DateOID, table.Timestamp: pgtype.TimestamptzOID, table.Int32: pgtype.Int4OID,
	table.Int64: pgtype.Int8OID, table.Bool: pgtype.BoolOID, table.Decimal2: pgtype.NumericOID, table.Decimal4: pgtype.NumericOID,
}

// drawValue draws a value that the store lets through.
func drawValue(t *rapid.T) (table.Kind, table.Value) {
	k := table.Kind(rapid.IntRange(0, int(table.Decimal4)).Draw(t, "kind"))
	amount := rapid.OneOf(rapid.Int64Range(-999_999_999_999, 999_999_999_999), rapid.SampledFrom([]int64{0, 1, -1, 99, 100, 10_000, 1_000_000, 123_450_000, 100_000_000}))
	switch {
	case rapid.IntRange(0, 9).Draw(t, "null") == 0:
		return k, table.Value{Null: true}
	case k == table.Text:
		return k, table.Value{Str: rapid.String().Draw(t, "text")}
	case k == table.Date:
		return k, table.Value{Num: rapid.Int64Range(int64(pipeline.Date(1).UnixDays()), int64(pipeline.MaxDate.UnixDays())).Draw(t, "date")}
	case k == table.Timestamp:
		return k, table.Value{Num: rapid.Int64Range(-1<<55, 1<<55).Draw(t, "moment")}
	case k == table.Bool:
		return k, table.Value{Num: rapid.Int64Range(0, 1).Draw(t, "flag")}
	case k == table.Int32:
		return k, table.Value{Num: int64(rapid.Int32().Draw(t, "number"))}
	case k == table.Int64:
		return k, table.Value{Num: rapid.Int64().Draw(t, "number")}
	}
	return k, table.Value{Num: amount.Draw(t, "amount")}
}

// What is loaded is what the driver would have sent, and is read back as it was.
func TestValuesAreThoseOfTheDriver(t *testing.T) {
	m := pgtype.NewMap()
	rapid.Check(t, func(t *rapid.T) {
		k, v := drawValue(t)
		b := appendValue(nil, k, v)
		n, raw := int32(binary.BigEndian.Uint32(b)), b[4:]
		if v.Null {
			if n != -1 || len(raw) > 0 {
				t.Fatalf("null: %x", b)
			}
			return
		}
		if int(n) != len(raw) {
			t.Fatalf("length %d of %x", n, raw)
		}
		if got, ok := decode(k, raw); !ok || got != v {
			t.Fatalf("%s %+v: read back %+v, %v", k, v, got, ok)
		}
		want, err := m.Encode(oids[k], pgtype.BinaryFormatCode, encode(k, v), nil)
		if err != nil {
			t.Fatal(err)
		}
		if k == table.Decimal2 || k == table.Decimal4 { // one number has several forms
			var theirs, ours pgtype.Numeric
			if err := errors.Join(m.Scan(pgtype.NumericOID, pgtype.BinaryFormatCode, want, &theirs), m.Scan(pgtype.NumericOID, pgtype.BinaryFormatCode, raw, &ours)); err != nil {
				t.Fatal(err)
			}
			if rational(theirs).Cmp(rational(ours)) != 0 {
				t.Fatalf("%+v: %x, want %x", v, raw, want)
			}
			return
		}
		if !bytes.Equal(raw, want) {
			t.Fatalf("%s %+v: %x, want %x", k, v, raw, want)
		}
	})
}

func rational(n pgtype.Numeric) *big.Rat {
	r := new(big.Rat).SetInt(n.Int)
	power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n.Exp, -n.Exp))), nil))
	if n.Exp < 0 {
		return r.Quo(r, power)
	}
	return r.Mul(r, power)
}

// BenchmarkCopyRows encodes rows for COPY.
func BenchmarkCopyRows(b *testing.B) {
	var columns []store.Column
	var row []table.Value
	for range 4 {
		for k := range table.Decimal4 + 1 {
			columns = append(columns, store.Column{Kind: k})
			row = append(row, table.Value{Num: 12_345, Str: "RSSMRA80A01H501U"})
		}
	}
	const rows = 1000
	b.ReportAllocs()
	for b.Loop() {
		err := feedCopy(&bytes.Buffer{}, columns, func(fn func([]table.Value) error) error {
			for range rows {
				if err := fn(row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
