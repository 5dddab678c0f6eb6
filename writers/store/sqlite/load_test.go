package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"incrocio/pipeline/table"
	"incrocio/writers/store"
)

// openFill opens a store and makes a table with rows and two indexes.
func openFill(t *testing.T, rows int) *database {
	t.Helper()
	d, err := open(t.Context(), filepath.Join(t.TempDir(), "prova.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	for _, sql := range []string{
		"CREATE TABLE prova (n INTEGER NOT NULL PRIMARY KEY, testo TEXT UNIQUE) STRICT",
		"CREATE INDEX prova_testo ON prova (testo)",
		"CREATE UNIQUE INDEX prova_uno ON prova (testo, n)",
		"CREATE INDEX prova_espressione ON prova ((CASE WHEN testo IS NULL THEN 'x' ELSE testo END) DESC, n)",
		fmt.Sprintf("WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %d) INSERT INTO prova SELECT n, 'r' || n FROM c", rows),
	} {
		if _, err := d.writer.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// names gives the indexes of the table that Fill would take away.
func names(ctx context.Context, t *testing.T, in store.Tx) (out []index) {
	t.Helper()
	out, err := in.(tx).indexes(ctx, "prova")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Indexes are set aside for many rows only, those that keep rows unique never, and all are there afterwards.
func TestFillMakesIndexesAnew(t *testing.T) {
	for _, c := range []struct {
		name        string
		there, rows int
		aside       bool
	}{
		{"many into an empty table", 1, fillLeast, true},
		{"few", 1, fillLeast - 1, false},
		{"fewer than there are", fillLeast + 1, fillLeast, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openFill(t, c.there)
			err := d.Update(t.Context(), func(in store.Tx) error {
				before := names(t.Context(), t, in)
				err := in.Fill(t.Context(), "prova", int64(c.rows), func() error {
					if during := names(t.Context(), t, in); (len(during) == 0) != c.aside {
						t.Errorf("indexes meanwhile: %v", during)
					}
					_, err := in.Exec(t.Context(), "INSERT INTO prova VALUES (-1, 'a')")
					return err
				})
				if after := names(t.Context(), t, in); len(before) != 2 || !slices.Equal(before, after) {
					t.Errorf("indexes %v, before %v", after, before)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			var verdict string
			if err := d.writer.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
				t.Errorf("%s %v", verdict, err)
			}
		})
	}
}

// However many rows there are, each is added once and in order.
func TestLoadAddsEveryRow(t *testing.T) {
	for _, n := range []int{0, 1, together - 1, together, together + 1, 3*together + 5} {
		d := openFill(t, 1)
		err := d.Update(t.Context(), func(in store.Tx) error {
			columns := []store.Column{{Name: "n", Kind: table.Int64}, {Name: "testo", Kind: table.Text}}
			return in.Load(t.Context(), "prova", columns, func(row func([]table.Value) error) error {
				for i := range n {
					if err := row([]table.Value{{Num: int64(i + 10)}, {Str: fmt.Sprint("t", i)}}); err != nil {
						return err
					}
				}
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		var good int
		if err := d.writer.QueryRowContext(t.Context(), "SELECT count(*) FROM prova WHERE n >= 10 AND testo = 't' || (n - 10)").Scan(&good); err != nil || good != n {
			t.Errorf("%d of %d rows, %v", good, n, err)
		}
	}
}
