package row_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

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
	return row.ReadCSV(context.Background(), r, row.NewDelivery("prova.csv", fn, bad))
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

// FuzzClaimsCSV: no file stops the reader, each row is one claim or one discard in order, and what is accepted is
// whole and comes once.
func FuzzClaimsCSV(f *testing.F) {
	f.Add([]byte(header + line("D1", "") + line("D2", "\"a\nb\"\"\"") + line("D1", "")))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(header+line("D1", ""), "\n", "\r\n")))
	f.Add([]byte(header + "\"a\nb\n,,\r\n\"x\"y\n" + line("D3", "")))
	f.Add([]byte(header + strings.Repeat("x", 70_000) + "\n" + line("D4", "")))
	f.Fuzz(func(t *testing.T, data []byte) {
		seen, index, offset := map[string]bool{}, int64(0), int64(-1)
		err := readCSV(bytes.NewReader(data), func(c *pipeline.Claim) error {
			if seen[c.Number] || c.Number == "" || c.TaxCode == "" || c.Office == "" || c.Start <= 0 || c.DaysGranted < 0 {
				t.Fatalf("accepted: %+v", *c)
			}
			seen[c.Number] = true
			index++
			return nil
		}, func(d pipeline.Discard) error {
			if d.Index != index || d.Offset <= offset || d.Offset >= int64(len(data)) || d.Code == "" {
				t.Fatalf("discard %+v at row %d after byte %d", d, index, offset)
			}
			index, offset = index+1, d.Offset
			return nil
		})
		if err != nil && !errors.Is(err, row.ErrColumns) {
			t.Fatal(err)
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
