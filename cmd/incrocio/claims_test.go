package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"incrocio/fixtures/documents"
	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/readers/domande"
	"incrocio/writers/parquet"
)

// claimTable describes a snapshot of claims as a Parquet file that another office could send.
var claimTable = &table.Table[pipeline.Claim]{
	Name: "domande",
	Columns: []table.Column[pipeline.Claim]{
		table.TextOf("numero_domanda", "", func(c *pipeline.Claim) *string { return &c.Number }),
		table.TextOf("protocollo", "", func(c *pipeline.Claim) *string { return &c.Protocol }),
		table.TextOf("codice_fiscale", "", func(c *pipeline.Claim) *pipeline.CodiceFiscale { return &c.TaxCode }),
		table.TextOf("cognome", "", func(c *pipeline.Claim) *string { return &c.Surname }),
		table.TextOf("nome", "", func(c *pipeline.Claim) *string { return &c.GivenName }),
		table.DateOf("data_nascita", "", func(c *pipeline.Claim) *pipeline.Date { return &c.BirthDate }),
		table.TextOf("sede", "", func(c *pipeline.Claim) *string { return &c.Office }),
		table.TextOf("prestazione", "", func(c *pipeline.Claim) *string { return &c.Benefit }),
		table.DateOf("data_cessazione", "", func(c *pipeline.Claim) *pipeline.Date { return &c.TerminatedOn }),
		table.TextOf("cf_datore_cessazione", "", func(c *pipeline.Claim) *string { return &c.FormerEmployer }),
		table.DateOf("data_presentazione", "", func(c *pipeline.Claim) *pipeline.Date { return &c.FiledOn }),
		table.DateOf("decorrenza", "", func(c *pipeline.Claim) *pipeline.Date { return &c.Start }),
		table.IntOf("giorni_spettanti", "", table.Int32, func(c *pipeline.Claim) *int32 { return &c.DaysGranted }),
		table.TextOf("stato", "", func(c *pipeline.Claim) *string { return &c.State }),
		table.DateOf("pagata_fino_al", "", func(c *pipeline.Claim) *pipeline.Date { return &c.PaidThrough }),
		table.OptOf("importo_giornaliero", "", table.Decimal2, func(c *pipeline.Claim) *pipeline.Opt[pipeline.Cents] { return &c.DailyAmount }),
		table.BoolOf("anticipata", "", func(c *pipeline.Claim) *bool { return &c.Advance }),
		table.TextOf("modalita_pagamento", "", func(c *pipeline.Claim) *string { return &c.PaymentMode }),
		table.TextOf("iban", "", func(c *pipeline.Claim) *string { return &c.IBAN }),
	},
}

// TestClaimsComeFromThreeSources has one snapshot in CSV, Parquet and PostgreSQL: the facts come out the same.
func TestClaimsComeFromThreeSources(t *testing.T) {
	a, night := generated(t, 300, 5)
	b, _ := generated(t, 300, 5)
	c, _ := generated(t, 300, 5)
	name := "inbox/domande/domande-" + night.String()

	var claims []pipeline.Claim
	s, err := domande.InForce(filepath.Join(a, "inbox", "domande"), night)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Each(t.Context(), func(x *pipeline.Claim) error { claims = append(claims, *x); return nil },
		func(d pipeline.Discard) error { t.Errorf("discard %v", d); return nil })
	if err != nil {
		t.Fatal(err)
	}

	if err := os.Remove(filepath.Join(b, name+".csv")); err != nil {
		t.Fatal(err)
	}
	put(t, b, map[string][]byte{name + ".parquet": claimsParquet(t, claims)})

	if err := os.Remove(filepath.Join(c, name+".csv")); err != nil {
		t.Fatal(err)
	}
	put(t, c, map[string][]byte{"incrocio.toml": []byte("[database]\nurl = \"" + claimsDatabase(t, claims) + "\"\n")})

	for _, home := range []string{a, b, c} {
		call(t, home, "run", "--date", night.String()).want(t, exitDiscarded)
	}
	want := factFiles(t, a, night)
	sameFiles(t, "Parquet", want, factFiles(t, b, night))
	sameFiles(t, "PostgreSQL", want, factFiles(t, c, night))
}

func claimsParquet(t *testing.T, claims []pipeline.Claim) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := parquet.NewWriter(&b, claimTable, parquet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(claims); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claimsDatabase loads claims into a database, through the CSV form that PostgreSQL reads itself.
func claimsDatabase(t *testing.T, claims []pipeline.Claim) (url string) {
	t.Helper()
	url = pgtest.Start(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	kinds := map[string]string{
		"data_nascita": "date", "data_cessazione": "date", "data_presentazione": "date", "decorrenza": "date",
		"pagata_fino_al": "date", "giorni_spettanti": "integer", "importo_giornaliero": "numeric(12,2)", "anticipata": "boolean",
	}
	var columns []string
	for _, name := range documents.ClaimsHeader() {
		kind, ok := kinds[name]
		if !ok {
			kind = "text"
		}
		columns = append(columns, name+" "+kind)
	}
	if _, err := conn.Exec(t.Context(), "CREATE TABLE domande ("+strings.Join(columns, ", ")+", PRIMARY KEY (numero_domanda))"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := documents.ClaimsCSV(&b, claims); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.PgConn().CopyFrom(t.Context(), &b, "COPY domande FROM STDIN (FORMAT csv, HEADER true)"); err != nil {
		t.Fatal(err)
	}
	return url
}
