package domande_test

import (
	"encoding/binary"
	"math/big"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/readers/domande"
)

// copyValues are the values of a row as PostgreSQL sends them in binary; nil is null.
func copyValues(r row) (out [19][]byte) {
	for i, s := range r {
		if s == "" {
			continue
		}
		switch header[i] {
		case "data_nascita", "data_cessazione", "data_presentazione", "decorrenza", "pagata_fino_al":
			out[i] = binary.BigEndian.AppendUint32(nil, uint32(pipeline.MustDate(s).UnixDays()-10957))
		case "giorni_spettanti":
			n, _ := new(big.Int).SetString(s, 10)
			out[i] = binary.BigEndian.AppendUint32(nil, uint32(n.Int64()))
		case "importo_giornaliero":
			out[i] = numeric(s)
		case "anticipata":
			out[i] = []byte{0}
			if s == "true" {
				out[i][0] = 1
			}
		default:
			out[i] = []byte(s)
		}
	}
	return out
}

// numeric is an amount of at most two decimals as PostgreSQL sends it: digits in base 10,000, the last one behind the point.
func numeric(s string) []byte {
	v := unscaled(s, 4)
	sign := uint16(0)
	if v.Sign() < 0 {
		sign = 0x4000
		v.Neg(v)
	}
	var digits []uint16
	for v.Sign() > 0 || len(digits) < 2 {
		rest := new(big.Int)
		v.DivMod(v, big.NewInt(10_000), rest)
		digits = append([]uint16{uint16(rest.Uint64())}, digits...)
	}
	b := binary.BigEndian.AppendUint16(nil, uint16(len(digits)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(digits)-2))
	b = binary.BigEndian.AppendUint16(b, sign)
	b = binary.BigEndian.AppendUint16(b, 2)
	for _, d := range digits {
		b = binary.BigEndian.AppendUint16(b, d)
	}
	return b
}

// copyStream is what COPY … (FORMAT binary) sends.
func copyStream(rows [][19][]byte) []byte {
	b := append([]byte("PGCOPY\n\xff\r\n\x00"), make([]byte, 8)...)
	for _, r := range rows {
		b = binary.BigEndian.AppendUint16(b, 19)
		for _, v := range r {
			if v == nil {
				b = append(b, 0xff, 0xff, 0xff, 0xff)
				continue
			}
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
		}
	}
	return append(b, 0xff, 0xff)
}

// drawClaim draws a claim whose fields hold anything a reader can find, and most of the time what it should.
func drawClaim(t *rapid.T) pipeline.Claim {
	text := rapid.Map(rapid.OneOf(rapid.SampledFrom([]string{"", "ROSSI", "D'Àgata", "é", " ", "\u00a0X\u2003", "\x85", "a\xff"}), rapid.StringN(0, 140, -1)), strings.Clone)
	date := rapid.Map(rapid.OneOf(rapid.Int32Range(0, 1), rapid.Int32Range(1, int32(pipeline.MaxDate)), rapid.Int32Range(715000, 736000)),
		func(n int32) pipeline.Date { return pipeline.Date(n) })
	c := pipeline.Claim{
		Number: text.Draw(t, "number"), Protocol: text.Draw(t, "protocol"), TaxCode: pipeline.CodiceFiscale(text.Draw(t, "code")),
		Surname: text.Draw(t, "surname"), GivenName: text.Draw(t, "name"), BirthDate: date.Draw(t, "born"), Office: text.Draw(t, "office"),
		Benefit: text.Draw(t, "benefit"), TerminatedOn: date.Draw(t, "terminated"), FormerEmployer: text.Draw(t, "employer"),
		FiledOn: date.Draw(t, "filed"), Start: date.Draw(t, "start"), DaysGranted: rapid.Int32().Draw(t, "days"), State: text.Draw(t, "state"),
		PaidThrough: date.Draw(t, "paid"), Advance: rapid.Bool().Draw(t, "advance"), PaymentMode: text.Draw(t, "mode"), IBAN: text.Draw(t, "iban"),
	}
	if rapid.Bool().Draw(t, "amount") {
		c.DailyAmount = pipeline.Some(pipeline.Cents(rapid.Int64().Draw(t, "cents")))
	}
	return c
}

// A claim is written as the description of its table says.
func TestAppendClaim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClaim(t)
		want := tables.Claims.Append(nil, &c)
		if got := tables.AppendClaim(nil, &c); string(got) != string(want) {
			t.Fatalf("block %x, want %x", got, want)
		}
	})
}

// A claim is read as it was written, and a part of it is none.
func TestClaimRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawClaim(t)
		rows := domande.AppendClaimRow(nil, &c)
		size := len(rows)
		rows = append(rows, rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "what follows")...)
		rows = rows[:rapid.IntRange(0, len(rows)).Draw(t, "cut")]
		read, rest, ok := domande.NextClaimRow(rows)
		if ok != (len(rows) >= size) || ok && (string(rest) != string(rows[size:]) || read != c) {
			t.Fatalf("%x: read %+v, %d left, %v; want %+v", rows, read, len(rest), ok, c)
		}
	})
}

// strange are values that a text column may hold.
var strange = []string{"", " ", "x", "X ", "\u00a0ROSSI\u2003", "Niccolò", "ß", "\xff", "a\xe2", "\x80b", "\x85", strings.Repeat("x", 130), strings.Repeat("à", 2100), "A\x00B"}

// Whatever the server sends, a row is read as it was before there was a quick way, and sums up the same.
func TestQuickRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows [][19][]byte
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			v := copyValues(goodRow(rapid.IntRange(0, 5).Draw(t, "row")))
			for range rapid.IntRange(0, 3).Draw(t, "changes") {
				changeValue(t, &v)
			}
			rows = append(rows, v)
		}
		cut := rapid.IntRange(1, 500).Draw(t, "bytes of a write")
		quick, slow := domande.ReadCopy(copyStream(rows), cut, true), domande.ReadCopy(copyStream(rows), cut, false)
		if diff := gocmp.Diff(slow, quick); diff != "" || len(quick.Claims) != len(rows) || quick.Err != "" {
			t.Fatalf("%s", diff)
		}
	})
}

// changeValue puts something else in the place of a value.
func changeValue(t *rapid.T, v *[19][]byte) {
	i := rapid.IntRange(0, 18).Draw(t, "column")
	switch rapid.IntRange(0, 3).Draw(t, "kind of change") {
	case 0:
		v[i] = nil
	case 1:
		v[i] = []byte(rapid.SampledFrom(strange).Draw(t, "strange"))
	case 2:
		v[i] = []byte(" " + strings.ToLower(string(v[i])) + "\t")
	case 3:
		v[i] = rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "bytes")
	}
}

// No stream stops the reader, what is no whole stream of our columns is an error, and the quick way finds what the slow one does.
func FuzzCopyRows(f *testing.F) {
	good := copyStream([][19][]byte{copyValues(goodRow(0)), copyValues(goodRow(1))})
	f.Add(good, uint8(7))
	f.Add(good[:len(good)-2], uint8(255))
	f.Add(append(good, 0), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, cut uint8) {
		whole, cuts := domande.ReadCopy(data, len(data)+1, true), domande.ReadCopy(data, int(cut)+1, true)
		if (whole.Err == "") != (cuts.Err == "") || whole.Err == "" && gocmp.Diff(whole, cuts) != "" {
			t.Fatalf("in one write %q, %d rows; in several %q, %d rows", whole.Err, len(whole.Claims), cuts.Err, len(cuts.Claims))
		}
		if diff := gocmp.Diff(domande.ReadCopy(data, len(data)+1, false), whole); diff != "" {
			t.Fatal(diff)
		}
		if whole.Err == "" && string(data[len(data)-2:]) != "\xff\xff" {
			t.Fatal("no trailer, and no error")
		}
	})
}

// BenchmarkCopyRows reads what the server sends, without the server.
func BenchmarkCopyRows(b *testing.B) {
	const rows = 10_000
	all := make([][19][]byte, rows)
	for i, r := range simpleRows()[:rows] {
		all[i] = copyValues(r)
	}
	stream := copyStream(all)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	before := processorTime()
	for b.Loop() {
		domande.DrainCopy(stream)
	}
	b.ReportMetric(float64(processorTime()-before)/float64(b.N)/rows, "cpu-ns/row")
}

// BenchmarkParquetProcess is what the process that reads Parquet does, without the process.
func BenchmarkParquetProcess(b *testing.B) {
	l := plain
	l.group = benchRows
	data := l.parquetBytes(b, simpleRows())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	before := processorTime()
	for b.Loop() {
		if err := domande.DrainParquet(data); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processorTime()-before)/float64(b.N)/benchRows, "cpu-ns/row")
}

// A Parquet file is understood as the same rows of the database are when each is judged with its cells.
func TestQuickParquetRows(t *testing.T) {
	texts := []int{0, 1, 2, 3, 4, 6, 7, 9, 13, 17, 18}
	rapid.Check(t, func(rt *rapid.T) {
		rows := goodRows(rapid.IntRange(1, 30).Draw(rt, "rows"))
		var values [][19][]byte
		for i := range rows {
			if rapid.Bool().Draw(rt, "change") {
				rows[i][rapid.SampledFrom(texts).Draw(rt, "column")] = rapid.SampledFrom(append(strange, "rssmra80a01h501u")).Draw(rt, "text")
			}
			if rapid.IntRange(0, 5).Draw(rt, "no amount") == 0 {
				rows[i][15] = "-1.00"
			}
			values = append(values, copyValues(rows[i]))
		}
		want := domande.ReadCopy(copyStream(values), 1<<20, false)
		l := plain
		l.dict, l.v2 = rapid.Bool().Draw(rt, "dictionary"), rapid.Bool().Draw(rt, "version 2")
		digest, n, err := domande.DigestParquet(l.parquetBytes(t, rows))
		if err != nil || digest != want.Digest || n != want.Bytes {
			rt.Fatalf("%d bytes, %v; want %d: %+v", n, err, want.Bytes, want.Faults)
		}
	})
}

// Of a very long text only the beginning is looked at, the quick way too.
func TestLongBlankInParquet(t *testing.T) {
	rows := []row{goodRow(0).with("protocollo", strings.Repeat(" ", 9000)+"x")}
	claims, discards := read(t, put(t, parquetName, plain.parquetBytes(t, rows)))
	if len(claims) != 1 || claims[0].Protocol != "" || len(discards) > 0 {
		t.Errorf("%+v %+v", claims, discards)
	}
}

// A text is copied whole, wherever it lies, and nothing that is not part of it matters.
func TestPut(t *testing.T) {
	source := []byte(strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 2))
	for size := range 40 {
		for _, room := range []int{size, size + 1, size + 15, len(source)} {
			to := make([]byte, size+32)
			n := domande.Put(to, source[:size:room])
			if n != size || string(to[:size]) != string(source[:size]) {
				t.Errorf("%d bytes of %d: %d, %q", size, room, n, to[:size])
			}
		}
	}
}
