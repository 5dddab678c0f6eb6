package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"incrocio/fixtures/documents"
	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/readers/domande"
	"incrocio/writers/parquet"
)

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
		func(d pipeline.Discard) error { t.Errorf("discard %v", d); return nil }, func(*pipeline.Claim) error { return nil })
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

// TestSnapshotsThatCannotBeUsed: what is wrong is told with what to do.
func TestSnapshotsThatCannotBeUsed(t *testing.T) {
	const name = "inbox/domande/domande-2014-07-01"
	outside := filepath.Join(t.TempDir(), "x.csv")
	for _, c := range []struct {
		files map[string][]byte
		code  int
		says  string
	}{
		{map[string][]byte{name + ".csv": []byte("numero_domanda;protocollo\n")}, exitFailed, "with commas between them"},
		{map[string][]byte{name + ".csv": nil, name + ".parquet": nil}, exitFailed, "take one of the two out of inbox/domande"},
		{nil, exitNoHome, "a file and no link"},
	} {
		home := t.TempDir()
		put(t, home, c.files)
		if c.files == nil {
			if err := errors.Join(os.MkdirAll(filepath.Join(home, "inbox", "domande"), 0o700), os.Symlink(outside, filepath.Join(home, name+".csv"))); err != nil {
				t.Fatal(err)
			}
		}
		if got := call(t, home, "run", "--date", "2014-07-01").want(t, c.code); !strings.Contains(got.stderr, c.says) {
			t.Errorf("stderr %q, want %q", got.stderr, c.says)
		}
	}
}

func claimsParquet(t *testing.T, claims []pipeline.Claim) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := parquet.NewWriter(&b, tables.Claims, parquet.Options{})
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
