package tables_test

import (
	"bytes"
	"cmp"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// drawCommunication makes one with few distinct values, some of them odd.
func drawCommunication(rt *rapid.T) pipeline.Communication {
	c := drawRow(rt, tables.Communications)
	c.Worker = pipeline.CodiceFiscale(rapid.StringMatching(`|[AB]{0,9}|RSSMRA[4L][57][AB][01][12][HL]501[A-Z]`).Draw(rt, "worker"))
	c.Source.SHA256 = rapid.SampledFrom([]string{
		"", "00", "zz", aDigest, aDigest[:62] + "zz", aDigest[:62] + "AB", aDigest + "00", string(make([]byte, 32)),
	}).Draw(rt, "sha256")
	if rapid.Bool().Draw(rt, "long") {
		c.EmployerName = string(bytes.Repeat([]byte("ù"), rapid.IntRange(60, 70).Draw(rt, "length")))
	}
	return c
}

const aDigest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// TestSealedRowsAreRows: what is written out for speed is what the table's own codec makes, opens, and shows the columns of
// the file.
func TestSealedRowsAreRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCommunication(rt)
		sealed := tables.Sealed(&c)
		want := tables.CommunicationRows.Append(nil, &c)
		if got := sealed.Row[:len(sealed.Row)-8]; got != string(want) {
			rt.Fatalf("%+v:\n%x\n%x", c, got, want)
		}
		var back, plain pipeline.Communication
		if err := tables.OpenRow([]byte(sealed.Row), c.Worker.Key(), tables.CommunicationRows, &back); err != nil {
			rt.Fatal(err)
		}
		if _, err := tables.CommunicationRows.Next(want, &plain); err != nil || back != plain {
			rt.Fatalf("%+v\n%+v\n%v", back, plain, err)
		}
		k, err := tables.Keyed(&tables.SealedCommunication{Row: sealed.Row})
		if err != nil || k != (tables.KeyedCommunication{
			Key: c.Worker.Key(), Row: sealed.Row, Acquired: back.Acquired, Worker: back.Worker, Model: back.Model, Event: back.Event,
			Contract: back.Contract, Start: back.Start, End: back.End,
		}) {
			rt.Fatalf("%+v: %+v %v", back, k, err)
		}
	})
}

// TestSealedRowsAreInOrder: sealed rows are in the order of the rows, and their keys agree with it.
func TestSealedRowsAreInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := drawCommunication(rt)
		b := a
		if rapid.Bool().Draw(rt, "other") {
			b = drawCommunication(rt)
		} else {
			b.Source.Index, b.Part = int64(rapid.IntRange(0, 2).Draw(rt, "index")), int32(rapid.IntRange(0, 2).Draw(rt, "part"))
		}
		x, y := tables.Sealed(&a), tables.Sealed(&b)
		want := tables.CommunicationsByKey.Compare(&a, &b)
		if got := tables.SealedCommunications.Compare(&x, &y); sign(got) != sign(want) {
			rt.Fatalf("%+v\n%+v\n%d, not %d", a, b, got, want)
		}
		if x.Key < y.Key && want >= 0 {
			rt.Fatalf("%q has key %x, %q has %x", a.Worker, x.Key, b.Worker, y.Key)
		}
	})
}

func sign(n int) int { return cmp.Compare(n, 0) }

// FuzzDamagedRow: a row that is cut or changed is an error or a row, never a panic.
func FuzzDamagedRow(f *testing.F) {
	c := pipeline.Communication{Worker: "RSSMRA45A01H501Z", Code: "1", EmployerName: "x", SentAt: 7, Start: 9}
	row := tables.Sealed(&c).Row
	f.Add(row)
	f.Add(row[:len(row)/2])
	f.Fuzz(func(t *testing.T, row string) {
		sealed := tables.SealedCommunication{Row: row}
		var back pipeline.Communication
		_, plain := tables.CommunicationRows.Next([]byte(row), &back)
		k, err := tables.Keyed(&sealed)
		if plain == nil && (err != nil || k.Worker != back.Worker || k.Start != back.Start || k.Contract != back.Contract) {
			t.Fatalf("%+v\n%+v %v", back, k, err)
		}
		other := tables.SealedCommunication{Row: row + "x"}
		if tables.SealedCommunications.Compare(&sealed, &other) != -tables.SealedCommunications.Compare(&other, &sealed) {
			t.Fatal("no order")
		}
	})
}
