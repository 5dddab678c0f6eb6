package parquet_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/writers/parquet"
)

// cells has every kind of column, with and without null, with and without a dictionary.
type cells struct {
	ID      string
	Note    string
	Office  string
	Code    string
	Day     pipeline.Date
	End     pipeline.Date
	At      pipeline.Instant
	ReadAt  pipeline.Instant
	Order   int32
	Days    pipeline.Opt[int32]
	Offset  int64
	Count   pipeline.Opt[int64]
	Flag    bool
	Amount  pipeline.Opt[pipeline.Cents]
	PerDay  pipeline.Opt[int64]
	Nothing string
}

var every = &table.Table[cells]{
	Name:     "prova",
	File:     "prova.parquet",
	Describe: "Tutti i tipi di colonna.",
	Columns: []table.Column[cells]{
		table.Required(table.TextOf("id", "Identificativo.", func(r *cells) *string { return &r.ID })),
		table.TextOf("nota", "Testo che può mancare.", func(r *cells) *string { return &r.Note }),
		table.Required(table.CodeOf("sede", "Codice che c'è sempre.", func(r *cells) *string { return &r.Office })),
		table.CodeOf("codice", "Codice che può mancare.", func(r *cells) *string { return &r.Code }),
		table.Required(table.DateOf("giorno", "Data che c'è sempre.", func(r *cells) *pipeline.Date { return &r.Day })),
		table.DateOf("fine", "Data che può mancare.", func(r *cells) *pipeline.Date { return &r.End }),
		table.Required(table.InstantOf("momento", "Momento che c'è sempre.", func(r *cells) *pipeline.Instant { return &r.At })),
		table.InstantOf("letto_il", "Momento che può mancare.", func(r *cells) *pipeline.Instant { return &r.ReadAt }),
		table.IntOf("ordine", "Numero che c'è sempre.", table.Int32, func(r *cells) *int32 { return &r.Order }),
		table.OptOf("giorni", "Numero che può mancare.", table.Int32, func(r *cells) *pipeline.Opt[int32] { return &r.Days }),
		table.IntOf("posizione", "Numero grande.", table.Int64, func(r *cells) *int64 { return &r.Offset }),
		table.OptOf("conteggio", "Numero grande che può mancare.", table.Int64, func(r *cells) *pipeline.Opt[int64] { return &r.Count }),
		table.BoolOf("segno", "Vero o falso.", func(r *cells) *bool { return &r.Flag }),
		table.OptOf("importo", "Euro.", table.Decimal2, func(r *cells) *pipeline.Opt[pipeline.Cents] { return &r.Amount }),
		table.OptOf("al_giorno", "Euro con quattro decimali.", table.Decimal4, func(r *cells) *pipeline.Opt[int64] { return &r.PerDay }),
		table.TextOf("vuota", "Colonna senza valori.", func(r *cells) *string { return &r.Nothing }),
	},
}

// full is a row in which nothing is missing, empty one in which all that may be missing is.
func full(i int) cells {
	return cells{
		ID: fmt.Sprintf("id-%09d", i), Note: "perché è così — n. " + fmt.Sprint(i), Office: fmt.Sprintf("%04d", i%110*100),
		Code: "R0" + fmt.Sprint(i%7), Day: pipeline.MustDate("2014-03-01") + pipeline.Date(i%4000), End: pipeline.MaxDate,
		At: pipeline.Instant(1_400_000_000_000_000 + int64(i)), ReadAt: -1, Order: int32(i), Days: pipeline.Some(int32(-1 << 31)),
		Offset: 1<<63 - 1, Count: pipeline.Some(int64(-1 << 63)), Flag: i%3 == 0,
		Amount: pipeline.Some(pipeline.Cents(999_999_999_999)), PerDay: pipeline.Some(int64(-999_999_999_999)),
	}
}

func empty(i int) cells {
	return cells{ID: "", Office: "", Day: 1, At: 1, Order: -1 << 31, Offset: int64(-i)}
}

// mixed gives n rows of both sorts and in between, the same ones for the same seed.
func mixed(n int, seed uint64) []cells {
	r := rand.New(rand.NewPCG(seed, 7))
	rows := make([]cells, n)
	for i := range rows {
		c, e := full(i), empty(i)
		for j := range every.Columns {
			if r.IntN(3) == 0 {
				every.Columns[j].Set(&c, every.Columns[j].Get(&e))
			}
		}
		rows[i] = c
	}
	return rows
}

// write writes rows in batches of the given size and gives the bytes.
func write[T any](t testing.TB, tab *table.Table[T], rows []T, batch int, opt parquet.Options) ([]byte, parquet.Summary) {
	t.Helper()
	var b bytes.Buffer
	w, err := parquet.NewWriter(&b, tab, opt)
	if err != nil {
		t.Fatal(err)
	}
	for len(rows) > 0 {
		n := min(batch, len(rows))
		if err := w.Write(rows[:n]); err != nil {
			t.Fatal(err)
		}
		rows = rows[n:]
	}
	s, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), s
}

// save puts bytes into a file of the test's folder.
func save(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.parquet")
	if err := os.WriteFile(path, b, 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll reads bytes as a table.
func readAll[T any](b []byte, tab *table.Table[T]) ([]T, error) {
	r, err := parquet.NewReader(bytes.NewReader(b), int64(len(b)), tab)
	if err != nil {
		return nil, err
	}
	var rows []T
	for i := range r.NumRowGroups() {
		err := r.ReadRowGroup(i, func(batch []T) error {
			rows = append(rows, batch...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}
