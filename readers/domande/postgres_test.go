package domande_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/fixtures/pgtest"
	"incrocio/pipeline"
	"incrocio/readers/domande"
)

// retryable is the behaviour callers ask for.
type retryable interface{ Retryable() bool }

func TestPostgresStrangeValues(t *testing.T) {
	database := pgtest.Start(t)
	load(t, database, goodRows(1))
	for _, c := range []struct{ column, value, code, message string }{
		{"decorrenza", "'infinity'", pipeline.DiscardDate, "data infinita"},
		{"decorrenza", "'-infinity'", pipeline.DiscardDate, "data infinita"},
		{"decorrenza", "'0044-03-15 BC'", pipeline.DiscardDate, "data anteriore all'anno 1"},
		{"decorrenza", "'10000-01-01'", pipeline.DiscardDate, "data successiva all'anno 9999"},
		{"importo_giornaliero", "'NaN'", pipeline.DiscardAmount, "importo non valido"},
		{"importo_giornaliero", "'Infinity'", pipeline.DiscardAmount, "importo non valido"},
		{"importo_giornaliero", "31.551", pipeline.DiscardAmount, "importo non valido"},
		{"importo_giornaliero", "0.00001", pipeline.DiscardAmount, "importo non valido"},
		{"importo_giornaliero", "-0.01", pipeline.DiscardAmount, "importo non valido"},
		{"importo_giornaliero", "10000000000", pipeline.DiscardAmount, "importo non valido"},
		{"importo_giornaliero", "1e30", pipeline.DiscardAmount, "importo non valido"},
		{"giorni_spettanti", "2147483647", pipeline.DiscardValue, "numero di giorni non ammesso"},
		{"giorni_spettanti", "NULL", pipeline.DiscardMissing, "dato mancante"},
		{"sede", "''", pipeline.DiscardMissing, "dato mancante"},
	} {
		t.Run(c.column+" "+c.value, func(t *testing.T) {
			execute(t, database, "BEGIN; TRUNCATE domande; COMMIT")
			reload(t, database, goodRow(0))
			execute(t, database, "UPDATE domande SET "+c.column+" = "+c.value)
			claims, discards := read(t, fromPostgres(t, database))
			if len(claims) != 0 || len(discards) != 1 {
				t.Fatalf("%d claims, discards %+v", len(claims), discards)
			}
			d := discards[0]
			if d.Code != c.code || d.Message != "colonna "+c.column+": "+c.message || d.CommCode != goodRow(0)[0] ||
				d.File != "postgresql/domande" || d.Flow != pipeline.FlowDomande {
				t.Errorf("got %+v", d)
			}
		})
	}
}

func TestPostgresAmountsAreExact(t *testing.T) {
	database := pgtest.Start(t)
	load(t, database, goodRows(1))
	for value, want := range map[string]pipeline.Cents{
		"0": 0, "0.01": 1, "0.10": 10, "31.55": 3155, "31.5500000": 3155, "100": 10000, "10000": 1_000_000, "12345.6": 1_234_560,
		"99999999.99": 9_999_999_999, "100000000": 10_000_000_000, "9999999999.99": 999_999_999_999,
	} {
		execute(t, database, "UPDATE domande SET importo_giornaliero = "+value)
		claims, discards := read(t, fromPostgres(t, database))
		if len(claims) != 1 || claims[0].DailyAmount != pipeline.Some(want) {
			t.Errorf("%s: got %+v %+v, want %s", value, claims, discards, want)
		}
	}
}

func TestPostgresOrderAndDigest(t *testing.T) {
	rows := append(goodRows(50), faultyRows()...)
	first, second := pgtest.Start(t), pgtest.Start(t)
	load(t, first, rows)
	backwards := make([]row, 0, len(rows))
	for i := range rows {
		backwards = append(backwards, rows[len(rows)-1-i])
	}
	load(t, second, backwards)
	a, b := fromPostgres(t, first), fromPostgres(t, second)
	if sum, n := a.Digest(); sum != "" || n != 0 {
		t.Errorf("digest %s of %d bytes before anything was read", sum, n)
	}
	claimsA, badA := read(t, a)
	claimsB, badB := read(t, b)
	if diff := gocmp.Diff(claimsA, claimsB) + gocmp.Diff(badA, badB); diff != "" {
		t.Errorf("the order of insertion shows: %s", diff)
	}
	sumA, bytesA := a.Digest()
	sumB, bytesB := b.Digest()
	if len(sumA) != 64 || sumA != sumB || bytesA == 0 || bytesA != bytesB {
		t.Errorf("digests %s of %d, %s of %d bytes", sumA, bytesA, sumB, bytesB)
	}
	execute(t, second, "UPDATE domande SET sede = '0701' WHERE numero_domanda = '"+rows[7][0]+"'")
	read(t, b)
	if again, _ := b.Digest(); again == sumA {
		t.Error("the digest does not see a change")
	}
}

// One reading sees one state, whatever is written meanwhile.
func TestPostgresOneState(t *testing.T) {
	database := pgtest.Start(t)
	load(t, database, goodRows(5000))
	n := 0
	err := fromPostgres(t, database).Each(t.Context(), func(c *pipeline.Claim) error {
		if n++; n == 1 {
			execute(t, database, "UPDATE domande SET sede = '9999'; DELETE FROM domande WHERE numero_domanda > 'DS00000100'")
		}
		if c.Office != "0700" {
			t.Fatalf("claim %s shows a later state", c.Number)
		}
		return nil
	}, func(d pipeline.Discard) error { t.Errorf("discard %+v", d); return nil }, noVoid)
	if err != nil || n != 5000 {
		t.Errorf("%d claims, %v", n, err)
	}
}

func TestPostgresWrongColumns(t *testing.T) {
	for name, c := range map[string]struct{ alter, says string }{
		"sede as a number":  {"ALTER TABLE domande ALTER sede TYPE integer USING sede::integer", "type int4"},
		"amount as a float": {"ALTER TABLE domande ALTER importo_giornaliero TYPE double precision", "type float8"},
		"date as timestamp": {"ALTER TABLE domande ALTER decorrenza TYPE timestamp", "type timestamp"},
	} {
		t.Run(name, func(t *testing.T) {
			database := pgtest.Start(t)
			load(t, database, goodRows(1))
			execute(t, database, c.alter)
			if _, err := domande.FromPostgres(t.Context(), database); !errors.Is(err, domande.ErrColumns) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %v that says %q", err, domande.ErrColumns, c.says)
			}
		})
	}
}

func TestPostgresOtherTypesThatHold(t *testing.T) {
	database := pgtest.Start(t)
	load(t, database, goodRows(4))
	want, _ := read(t, fromPostgres(t, database))
	execute(t, database, `ALTER TABLE domande ALTER giorni_spettanti TYPE smallint, ALTER sede TYPE char(10), ALTER iban TYPE varchar(40)`)
	got, discards := read(t, fromPostgres(t, database))
	if diff := gocmp.Diff(want, got); diff != "" || len(want) != 4 {
		t.Errorf("%s %+v", diff, discards)
	}
	execute(t, database, `ALTER TABLE domande ALTER giorni_spettanti TYPE bigint`)
	if got, _ := read(t, fromPostgres(t, database)); len(got) != 4 || got[0].DaysGranted != 240 {
		t.Errorf("bigint: %+v", got)
	}
}

func TestPostgresErrors(t *testing.T) {
	database := pgtest.Start(t)
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	const secret = "molto-segreta"
	with := func(change func(*url.URL)) string {
		v := *u
		v.User = url.UserPassword(u.User.Username(), secret)
		change(&v)
		return v.String()
	}
	for name, c := range map[string]struct {
		url         string
		retry, none bool
	}{
		"no server":   {with(func(u *url.URL) { u.RawQuery = "host=/nonexistent&sslmode=disable" }), true, false},
		"no port":     {with(func(u *url.URL) { u.RawQuery = "host=127.0.0.1&port=1&sslmode=disable&connect_timeout=5" }), true, false},
		"no database": {with(func(u *url.URL) { u.Path = "/altrove" }), false, true},
		"no table":    {with(func(*url.URL) {}), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := domande.FromPostgres(t.Context(), c.url)
			var r retryable
			if !errors.As(err, &r) || r.Retryable() != c.retry {
				t.Fatalf("got %v, want retryable %v", err, c.retry)
			}
			if errors.Is(err, domande.ErrNoSnapshot) != c.none {
				t.Errorf("got %v, want no snapshot %v", err, c.none)
			}
			if strings.Contains(err.Error(), secret) {
				t.Error("the error shows the password")
			}
		})
	}
	for _, bad := range []string{"postgres://a:" + secret + "@[::1", "mysql://a:" + secret + "@b/c", "postgres://a:" + secret + "@b:99999999/c"} {
		_, err := domande.FromPostgres(t.Context(), bad)
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("got %v", err)
		}
	}
}

// A server that ends the connection half-way is worth another try; a caller that gives up is not.
func TestPostgresInterrupted(t *testing.T) {
	database := pgtest.Start(t)
	load(t, database, goodRows(20_000))
	s := fromPostgres(t, database)
	n := 0
	err := s.Each(t.Context(), func(*pipeline.Claim) error {
		if n++; n == 1 {
			execute(t, database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		}
		return nil
	}, func(pipeline.Discard) error { return nil }, noVoid)
	var r retryable
	if !errors.As(err, &r) || !r.Retryable() {
		t.Errorf("connection ended: %v after %d claims", err, n)
	}
	if sum, _ := s.Digest(); sum != "" {
		t.Error("a digest of half the rows")
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = s.Each(ctx, func(*pipeline.Claim) error { cancel(); return nil }, func(pipeline.Discard) error { return nil }, noVoid)
	if !errors.Is(err, context.Canceled) || errors.As(err, &r) && r.Retryable() {
		t.Errorf("cancelled: %v", err)
	}
}

func fromPostgres(t testing.TB, database string) domande.Snapshot {
	t.Helper()
	s, err := domande.FromPostgres(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reload puts one row into the table that is there.
func reload(t testing.TB, database string, r row) {
	t.Helper()
	values := make([]string, len(r))
	for i, v := range r {
		values[i] = "NULL"
		if v != "" {
			values[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
		}
	}
	execute(t, database, "INSERT INTO domande VALUES ("+strings.Join(values, ",")+")")
}
