package row_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/readers/domande/internal/row"
)

const header = "numero_domanda,protocollo,codice_fiscale,cognome,nome,data_nascita,sede,prestazione,data_cessazione," +
	"cf_datore_cessazione,data_presentazione,decorrenza,giorni_spettanti,stato,pagata_fino_al,importo_giornaliero," +
	"anticipata,modalita_pagamento,iban\n"

// line is a row of an invented person; the surname is given as the file writes it.
func line(number, surname string) string {
	return number + ",,RSSMRA80A01H501U," + surname + ",,,0700,ASPI,2014-05-31,,,2014-06-08,240,IN_PAGAMENTO,,,,,\n"
}

func readCSV(r io.Reader, fn func(*pipeline.Claim) error, bad func(pipeline.Discard) error) error {
	return row.Deliver("prova.csv", &row.Receiver{Claim: fn, Bad: bad}, func(to *row.Delivery) error {
		return row.ReadCSV(context.Background(), r, to)
	})
}

// told is what became of the rows of a file.
type told struct {
	claims   []pipeline.Claim // but those that were taken back
	discards []pipeline.Discard
}

// tell reads a file, as often as it takes.
func tell(data []byte) (out told, err error) {
	return out, row.Deliver("prova.csv", &row.Receiver{
		Claim: func(c *pipeline.Claim) error { out.claims = append(out.claims, *c); return nil },
		Bad:   func(d pipeline.Discard) error { out.discards = append(out.discards, d); return nil },
		Void: func(c *pipeline.Claim) error {
			i := slices.Index(out.claims, *c) // which panics below where it was never handed over
			out.claims = slices.Delete(out.claims, i, i+1)
			return nil
		},
	}, func(to *row.Delivery) error {
		return row.ReadCSV(context.Background(), bytes.NewReader(data), to)
	})
}

func TestCSVReadError(t *testing.T) {
	broken := errors.New("disk gone")
	r := iotest.DataErrReader(iotest.OneByteReader(strings.NewReader(header + line("D1", "") + line("D2", "\"x, y\"") + line("D3", ""))))
	n := 0
	count := func(*pipeline.Claim) error { n++; return nil }
	none := func(d pipeline.Discard) error { t.Errorf("discard %+v", d); return nil }
	if err := readCSV(r, count, none); err != nil || n != 3 {
		t.Errorf("a byte at a time: %d claims, %v", n, err)
	}
	if err := readCSV(iotest.ErrReader(broken), count, none); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

// Rows of one number are one claim where they say the same, and none where they do not, in whatever order they come.
func TestRowsOfOneNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type drawn struct{ number, surname string }
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) drawn {
			return drawn{rapid.SampledFrom([]string{"D1", "D2", "D3", "D4"}).Draw(t, "number"), rapid.SampledFrom([]string{"A", "A", "A", "B"}).Draw(t, "surname")}
		}), 0, 8).Draw(t, "rows")
		data, offsets, said := header, []int64{}, map[string]map[string]bool{}
		for _, r := range rows {
			offsets = append(offsets, int64(len(data)))
			data += line(r.number, r.surname)
			if said[r.number] == nil {
				said[r.number] = map[string]bool{}
			}
			said[r.number][r.surname] = true
		}
		var claims []string
		want := map[int64]string{} // code by index
		for i, r := range rows {
			switch {
			case len(said[r.number]) > 1:
				want[int64(i)] = pipeline.DiscardRivals
			case slices.Contains(claims, r.number):
				want[int64(i)] = pipeline.DiscardDuplicate
			default:
				claims = append(claims, r.number)
			}
		}
		out, err := tell([]byte(data))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range out.claims {
			got = append(got, out.claims[i].Number)
		}
		if !slices.Equal(got, claims) || len(out.discards) != len(want) {
			t.Fatalf("claims %q, want %q; discards %+v, want %v", got, claims, out.discards, want)
		}
		for _, d := range out.discards {
			if d.Code != want[d.Index] || d.Offset != offsets[d.Index] || d.CommCode != rows[d.Index].number {
				t.Fatalf("discard %+v, want %s at byte %d", d, want[d.Index], offsets[d.Index])
			}
		}
	})
}

// FuzzClaimsCSV: no file stops the reader, each row is one claim or one discard, and what is accepted is whole and comes once.
func FuzzClaimsCSV(f *testing.F) {
	f.Add([]byte(header + line("D1", "") + line("D2", "\"a\nb\"\"\"") + line("D1", "")))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(header+line("D1", ""), "\n", "\r\n")))
	f.Add([]byte(header + "\"a\nb\n,,\r\n\"x\"y\n" + line("D3", "")))
	f.Add([]byte(header + strings.Repeat("x", 70_000) + "\n" + line("D4", "")))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := tell(data)
		if err != nil {
			if !errors.Is(err, row.ErrColumns) {
				t.Fatal(err)
			}
			return
		}
		seen := map[string]bool{}
		for _, c := range out.claims {
			if seen[c.Number] || c.Number == "" || c.TaxCode == "" || c.Office == "" || c.Start <= 0 || c.DaysGranted < 0 {
				t.Fatalf("accepted: %+v", c)
			}
			seen[c.Number] = true
		}
		slices.SortFunc(out.discards, func(a, b pipeline.Discard) int { return cmp.Compare(a.Index, b.Index) })
		index, offset := int64(-1), int64(-1)
		for _, d := range out.discards {
			if d.Index <= index || d.Index >= int64(len(out.claims)+len(out.discards)) || d.Offset <= offset ||
				d.Offset >= int64(len(data)) || d.Code == "" || d.Code == pipeline.DiscardRivals && seen[d.CommCode] {
				t.Fatalf("discard %+v after row %d, byte %d", d, index, offset)
			}
			index, offset = d.Index, d.Offset
		}
	})
}

func TestNumberSet(t *testing.T) {
	var s row.NumberSet
	for pass := range 2 {
		for i := range uint64(10_000) {
			if was := s.Add(i * 0x9e3779b97f4a7c15); was != (pass == 1) {
				t.Fatalf("pass %d, number %d: was there: %v", pass, i, was)
			}
		}
	}
}
