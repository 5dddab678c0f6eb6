//go:build interop

package interop_test

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/writers/parquet"
)

// seen is what a reader makes of a file, in the words of duckdb.mjs.
type seen struct {
	Rows       string       `json:"rows"`
	Dictionary string       `json:"dictionary"` // files of the key incrocio.schema: "1"
	Columns    []seenColumn `json:"columns"`
}

type seenColumn struct {
	Name       string  `json:"name"`
	Type       string  `json:"type"`
	Present    string  `json:"present"`
	Total      *string `json:"total"`
	Least      *string `json:"least"`
	Greatest   *string `json:"greatest"`
	AtGreatest string  `json:"atGreatest"`
	Digest     string  `json:"digest"` // MD5 of all cells in order
}

// TestDuckDB has DuckDB read published nights and compares every column with what our reader gives. That our reader
// and the second implementation agree with what was written is seen when the night is published.
func TestDuckDB(t *testing.T) {
	for name, c := range map[string]struct {
		fill        filler
		rows, large int
	}{
		"empty":     {random(1, 0), 0, 0},
		"one row":   {random(2, 0), 1, 0},
		"all null":  {random(3, 1), 300, 0},
		"no null":   {random(4, 0), 3000, 0},
		"some null": {random(5, 0.4), 5000, parquet.RowGroupRows + 10},
	} {
		t.Run(name, func(t *testing.T) {
			p := publish(t, c.fill, c.rows, c.large)
			want := map[string]seen{}
			for file := range p.summaries {
				want[file] = look(t, p.dir, file)
			}
			if d := cmp.Diff(want, duckdb(t, p.dir)); d != "" {
				t.Error(d)
			}
		})
	}
}

func duckdb(t *testing.T, dir string) map[string]seen {
	t.Helper()
	if os.Getenv("INCROCIO_NODE") == "" {
		t.Fatal("INCROCIO_NODE does not name the folder with @duckdb/node-api: use make test-interop")
	}
	cmd := exec.Command("node", "duckdb.mjs", dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node duckdb.mjs: %v", err)
	}
	var got map[string]seen
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// look reads a file with our own reader.
func look(t *testing.T, dir, file string) seen {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(file))
	switch filepath.Base(file) {
	case tables.Actions.File, tables.OfficeActionsFile, tables.ActionsInForce.File:
		return lookAt[pipeline.Action](t, path, tables.Actions)
	case tables.Exceptions.File, tables.OfficeExceptionsFile:
		return lookAt(t, path, tables.Exceptions)
	case tables.Submissions.File:
		return lookAt(t, path, tables.Submissions)
	case tables.Evidence.File:
		return lookAt(t, path, tables.Evidence)
	case tables.Situation.File:
		return lookAt(t, path, tables.Situation)
	case tables.Agenda.File:
		return lookAt(t, path, tables.Agenda)
	case tables.Discards.File:
		return lookAt(t, path, tables.Discards)
	case tables.Balance.File:
		return lookAt(t, path, tables.Balance)
	}
	t.Fatalf("no table for %s", file)
	return seen{}
}

func lookAt[T any](t *testing.T, path string, tab *table.Table[T]) seen {
	t.Helper()
	rows := 0
	columns := make([]tally, len(tab.Columns))
	err := parquet.Read(path, tab, func(batch []T) error {
		rows += len(batch)
		for i := range tab.Columns {
			for j := range batch {
				columns[i].add(tab.Columns[i].Kind, tab.Columns[i].Get(&batch[j]))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s := seen{Rows: strconv.Itoa(rows), Dictionary: "1"}
	for i := range tab.Columns {
		s.Columns = append(s.Columns, columns[i].column(tab.Columns[i].Name, tab.Columns[i].Kind))
	}
	return s
}

// duckType is the type that DuckDB must see.
var duckType = map[table.Kind]string{
	table.Text: "VARCHAR", table.Date: "DATE", table.Timestamp: "TIMESTAMP WITH TIME ZONE", table.Int32: "INTEGER",
	table.Int64: "BIGINT", table.Bool: "BOOLEAN", table.Decimal2: "DECIMAL(12,2)", table.Decimal4: "DECIMAL(12,4)",
}

// tally adds up one column.
type tally struct {
	cells      strings.Builder
	rows       int
	present    int
	total      big.Int
	least, top table.Value
	atTop      int
}

func (c *tally) add(k table.Kind, v table.Value) {
	if c.rows++; c.rows > 1 {
		c.cells.WriteByte(',')
	}
	if v.Null {
		c.cells.WriteByte('-')
		return
	}
	s := textOf(k, v)
	fmt.Fprintf(&c.cells, "%d:%s", len(s), s)
	c.present++
	n := v.Num
	if k == table.Text {
		n = int64(len(v.Str))
	}
	c.total.Add(&c.total, big.NewInt(n))
	if c.present == 1 || less(k, v, c.least) {
		c.least = v
	}
	switch {
	case c.present == 1 || less(k, c.top, v):
		c.top, c.atTop = v, 1
	case v == c.top:
		c.atTop++
	}
}

func less(k table.Kind, a, b table.Value) bool {
	if k == table.Text {
		return a.Str < b.Str
	}
	return a.Num < b.Num
}

func (c *tally) column(name string, k table.Kind) seenColumn {
	sum := md5.Sum([]byte(c.cells.String()))
	s := seenColumn{
		Name: name, Type: duckType[k], Present: strconv.Itoa(c.present), AtGreatest: strconv.Itoa(c.atTop),
		Digest: hex.EncodeToString(sum[:]),
	}
	if c.present > 0 {
		total, least, top := decimal(&c.total, scale(k)), textOf(k, c.least), textOf(k, c.top)
		s.Total, s.Least, s.Greatest = &total, &least, &top
	}
	return s
}

func scale(k table.Kind) int { return map[table.Kind]int{table.Decimal2: 2, table.Decimal4: 4}[k] }

// textOf writes a value as DuckDB casts it to text; a moment as microseconds.
func textOf(k table.Kind, v table.Value) string {
	switch k {
	case table.Text:
		return v.Str
	case table.Date:
		return pipeline.DateFromUnixDays(int32(v.Num)).String()
	case table.Bool:
		return strconv.FormatBool(v.Num != 0)
	default:
		return decimal(big.NewInt(v.Num), scale(k))
	}
}

func decimal(n *big.Int, scale int) string {
	s := n.String()
	if scale == 0 {
		return s
	}
	sign := ""
	if n.Sign() < 0 {
		sign, s = "-", s[1:]
	}
	s = strings.Repeat("0", max(0, scale+1-len(s))) + s
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}
