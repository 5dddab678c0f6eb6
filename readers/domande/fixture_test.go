package domande_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/jackc/pgx/v5"

	"incrocio/pipeline"
	"incrocio/readers/domande"
)

var header = strings.Split("numero_domanda,protocollo,codice_fiscale,cognome,nome,data_nascita,sede,prestazione,"+
	"data_cessazione,cf_datore_cessazione,data_presentazione,decorrenza,giorni_spettanti,stato,pagata_fino_al,"+
	"importo_giornaliero,anticipata,modalita_pagamento,iban", ",")

// row is a row as texts, in the order of header; "" is null.
type row [19]string

// goodRow is the row of an invented person.
func goodRow(n int) row {
	cf, err := pipeline.CompleteCodiceFiscale(fmt.Sprintf("PRV%c%c%c%02dA%02dH501",
		'A'+n/26/26%26, 'A'+n/26%26, 'A'+n%26, 50+n%50, 1+n%28))
	if err != nil {
		panic(err)
	}
	r := row{
		fmt.Sprintf("DS%08d", n), fmt.Sprintf("INPS.7000.01/07/2014.%07d", n), string(cf), "D'Àgata, \"detto\" Prova", "Anna\nMaria",
		"1980-02-29", "0700", "ASPI", "2014-05-31", "01234567897", "2014-06-02", "2014-06-08", "240", "IN_PAGAMENTO",
		"2014-06-30", "31.55", "false", "BONIFICO_DOMICILIATO", "",
	}
	if n%3 == 1 { // the least
		r[1], r[3], r[4], r[5], r[9], r[10], r[14], r[15], r[16], r[17] = "", "", "", "", "", "", "", "", "", ""
		r[7], r[13] = "NASPI", "IN_ESAME"
	}
	if n%3 == 2 {
		r[15], r[16], r[18] = "0.00", "true", "IT60X0542811101000000123456"
	}
	return r
}

func goodRows(n int) []row {
	rows := make([]row, n)
	for i := range rows {
		rows[i] = goodRow(i)
	}
	return rows
}

// with gives the row with one column changed.
func (r row) with(column, value string) row {
	for i, name := range header {
		if name == column {
			r[i] = value
			return r
		}
	}
	panic("no column " + column)
}

func csvText(rows []row) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(header)
	for _, r := range rows {
		_ = w.Write(r[:])
	}
	w.Flush()
	return b.Bytes()
}

// put writes a file of claims in a new folder and gives the snapshot in force.
func put(t testing.TB, name string, data []byte) domande.Snapshot {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := domande.InForce(dir, pipeline.MustDate("2014-07-31"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	csvName     = "domande-2014-07-01.csv"
	parquetName = "domande-2014-07-01.parquet"
)

// read collects a snapshot.
func read(t testing.TB, s domande.Snapshot) ([]pipeline.Claim, []pipeline.Discard) {
	t.Helper()
	claims, discards, err := tryRead(s)
	if err != nil {
		t.Fatal(err)
	}
	return claims, discards
}

func tryRead(s domande.Snapshot) (claims []pipeline.Claim, discards []pipeline.Discard, err error) {
	err = s.Each(context.Background(),
		func(c *pipeline.Claim) error { claims = append(claims, *c); return nil },
		func(d pipeline.Discard) error { discards = append(discards, d); return nil },
		func(c *pipeline.Claim) error {
			i := slices.Index(claims, *c)
			claims = slices.Delete(claims, i, i+1)
			return nil
		})
	return claims, discards, err
}

// noVoid is who has no use for claims in dispute.
func noVoid(*pipeline.Claim) error { return nil }

// layout is how a Parquet file of claims is written.
type layout struct {
	codec  compress.Compression
	dict   bool
	group  int          // rows of a row group
	v2     bool         // data pages of version 2
	amount parquet.Type // storage of the amount
	scale  int32
	days   parquet.Type // storage of giorni_spettanti
	// instead puts another column in the place of the one with its name.
	instead schema.Node
	// without leaves a column out.
	without string
}

var plain = layout{codec: compress.Codecs.Snappy, dict: true, group: 1000, amount: parquet.Types.FixedLenByteArray, scale: 2, days: parquet.Types.Int32}

// node describes a column; numero_domanda and anticipata are REQUIRED to have both kinds.
func (l layout) node(i int) schema.Node {
	name, rep := header[i], parquet.Repetitions.Optional
	if l.instead != nil && l.instead.Name() == name {
		return l.instead
	}
	must := func(n schema.Node, err error) schema.Node {
		if err != nil {
			panic(err)
		}
		return n
	}
	switch name {
	case "data_nascita", "data_cessazione", "data_presentazione", "decorrenza", "pagata_fino_al":
		return must(schema.NewPrimitiveNodeLogical(name, rep, schema.DateLogicalType{}, parquet.Types.Int32, 0, -1))
	case "giorni_spettanti":
		return schema.MustPrimitive(schema.NewPrimitiveNode(name, rep, l.days, -1, 0))
	case "importo_giornaliero":
		size := 0
		if l.amount == parquet.Types.FixedLenByteArray {
			size = 12
		}
		precision := int32(18)
		if l.amount == parquet.Types.Int32 {
			precision = 9
		}
		return must(schema.NewPrimitiveNodeLogical(name, rep, schema.NewDecimalLogicalType(precision, l.scale), l.amount, size, -1))
	case "anticipata":
		return schema.NewBooleanNode(name, rep, -1)
	case "numero_domanda":
		rep = parquet.Repetitions.Required
	}
	return must(schema.NewPrimitiveNodeLogical(name, rep, schema.StringLogicalType{}, parquet.Types.ByteArray, 0, -1))
}

// parquetBytes writes rows as a Parquet file.
func (l layout) parquetBytes(t testing.TB, rows []row) []byte {
	t.Helper()
	var fields schema.FieldList
	for i := range header {
		if header[i] != l.without {
			fields = append(fields, l.node(i))
		}
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		t.Fatal(err)
	}
	options := []parquet.WriterProperty{parquet.WithCompression(l.codec), parquet.WithDictionaryDefault(l.dict), parquet.WithDataPageSize(4096)}
	if l.v2 {
		options = append(options, parquet.WithDataPageVersion(parquet.DataPageV2))
	}
	var b bytes.Buffer
	w := file.NewParquetWriter(&b, root, file.WithWriterProps(parquet.NewWriterProperties(options...)))
	for len(rows) > 0 {
		n := min(l.group, len(rows))
		group := w.AppendRowGroup()
		for i := range header {
			column, err := group.NextColumn()
			if err == nil {
				err = l.writeColumn(column, rows[:n], i)
			}
			if err == nil {
				err = column.Close()
			}
			if err != nil {
				t.Fatalf("write column %s: %v", header[i], err)
			}
		}
		if err := group.Close(); err != nil {
			t.Fatal(err)
		}
		rows = rows[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (l layout) writeColumn(w file.ColumnChunkWriter, rows []row, i int) (err error) {
	switch w := w.(type) {
	case *file.ByteArrayColumnChunkWriter:
		err = write(rows, i, w.WriteBatch, func(s string) parquet.ByteArray {
			if header[i] == "importo_giornaliero" {
				return unscaled(s, l.scale).Bytes()
			}
			return parquet.ByteArray(s)
		})
	case *file.FixedLenByteArrayColumnChunkWriter:
		err = write(rows, i, w.WriteBatch, func(s string) parquet.FixedLenByteArray {
			v := unscaled(s, l.scale)
			if v.Sign() < 0 {
				v.Add(v, new(big.Int).Lsh(big.NewInt(1), 96))
			}
			return v.FillBytes(make([]byte, 12))
		})
	case *file.Int32ColumnChunkWriter:
		err = write(rows, i, w.WriteBatch, func(s string) int32 { return int32(l.integer(s)) })
	case *file.Int64ColumnChunkWriter:
		err = write(rows, i, w.WriteBatch, l.integer)
	case *file.BooleanColumnChunkWriter:
		err = write(rows, i, w.WriteBatch, func(s string) bool { return s == "true" })
	}
	return err
}

// integer stores dates, amounts and days in whole numbers.
func (l layout) integer(s string) int64 {
	if d, err := pipeline.ParseDate(s); err == nil {
		return int64(d.UnixDays())
	}
	if strings.Contains(s, ".") {
		return unscaled(s, l.scale).Int64()
	}
	var n int64
	if _, err := fmt.Sscan(s, &n); err != nil {
		panic(err)
	}
	return n
}

func unscaled(s string, scale int32) *big.Int {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("not an amount: " + s)
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
	return r.Num()
}

func write[V any](rows []row, i int, batch func([]V, []int16, []int16) (int64, error), convert func(string) V) error {
	var values []V
	defs := make([]int16, len(rows))
	for n, r := range rows {
		if header[i] == "numero_domanda" || r[i] != "" {
			values = append(values, convert(r[i]))
			defs[n] = 1
		}
	}
	if header[i] == "numero_domanda" {
		defs = nil
	}
	_, err := batch(values, defs, nil)
	return err
}

const createTable = `CREATE TABLE domande (numero_domanda text, protocollo varchar(40), codice_fiscale char(16), cognome text,
	nome text, data_nascita date, sede text, prestazione text, data_cessazione date, cf_datore_cessazione text,
	data_presentazione date, decorrenza date, giorni_spettanti integer, stato text, pagata_fino_al date,
	importo_giornaliero numeric, anticipata boolean, modalita_pagamento text, iban text)`

// load makes the table of a database from rows.
func load(t testing.TB, url string, rows []row) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, createTable); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(csvText(rows)), "COPY domande FROM STDIN (FORMAT csv, HEADER)"); err != nil {
		t.Fatal(err)
	}
}

// execute runs a statement.
func execute(t testing.TB, url, sql string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}
