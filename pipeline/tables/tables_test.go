package tables_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The columns below are what readers of the published files rely on. A change here is a change of contract.
const actionColumns = `
id_azione VARCHAR NOT NULL
operazione VARCHAR NOT NULL
causa VARCHAR NOT NULL
id_cascata VARCHAR
tipo_azione VARCHAR NOT NULL
modalita VARCHAR NOT NULL
cautelativa BOOLEAN NOT NULL
numero_domanda VARCHAR NOT NULL
protocollo_domanda VARCHAR
prestazione VARCHAR
codice_fiscale VARCHAR NOT NULL
sede VARCHAR
dal DATE NOT NULL
al DATE
giorni INT32
dal_precedente DATE
al_precedente DATE
giorni_fruiti INT32
giorni_residui INT32
nuova_scadenza DATE
importo_totale DECIMAL(12,2)
importo_giornaliero DECIMAL(12,4)
importo_trattenuto DECIMAL(12,2)
indebito_dal DATE
indebito_al DATE
indebito_giorni INT32
gruppo_dati VARCHAR
dati VARCHAR
regola VARCHAR
norma VARCHAR
versione_regole VARCHAR
motivazione VARCHAR
margine_giorni INT32
traccia VARCHAR
fonti VARCHAR
data_elaborazione DATE NOT NULL
`

var published = map[string]string{
	"azioni.parquet":           actionColumns,
	"azioni_in_essere.parquet": actionColumns,
	"eccezioni.parquet": `
id_eccezione VARCHAR NOT NULL
stato VARCHAR NOT NULL
codice VARCHAR NOT NULL
classe VARCHAR NOT NULL
titolo VARCHAR
descrizione VARCHAR
azione_proposta VARCHAR
numero_domanda VARCHAR
protocollo VARCHAR
tipologia VARCHAR
codice_fiscale VARCHAR
sede VARCHAR
regola VARCHAR
norma VARCHAR
dal DATE
al DATE
giorni INT32
importo DECIMAL(12,2)
margine_giorni INT32
traccia VARCHAR
id_cascata VARCHAR
fonti VARCHAR
prima_elaborazione DATE
scadenza DATE
priorita INT32 NOT NULL
impronta VARCHAR
chiudibile BOOLEAN NOT NULL
secondo_operatore BOOLEAN NOT NULL
data_elaborazione DATE NOT NULL
`,
	"comunicazioni.parquet": `
protocollo VARCHAR NOT NULL
data_presentazione TIMESTAMP(us, UTC)
canale VARCHAR
modello VARCHAR
tipologia VARCHAR
evento VARCHAR
numero_domanda VARCHAR
codice_fiscale VARCHAR
sede VARCHAR
lista VARCHAR NOT NULL
letto BOOLEAN NOT NULL
letto_il TIMESTAMP(us, UTC)
esito VARCHAR
data_elaborazione DATE NOT NULL
`,
	"evidenze.parquet": `
id_proprietario VARCHAR NOT NULL
ordine INT32 NOT NULL
tipo_documento VARCHAR NOT NULL
codice_fonte VARCHAR
flusso VARCHAR
file VARCHAR
posizione INT64 NOT NULL
sha256 VARCHAR
data_invio TIMESTAMP(us, UTC)
data_acquisizione DATE
data_elaborazione DATE NOT NULL
`,
	"situazione.parquet": `
numero_domanda VARCHAR NOT NULL
codice_fiscale VARCHAR NOT NULL
sede VARCHAR
dal DATE NOT NULL
al DATE
giorni INT32
stato VARCHAR NOT NULL
id_azione VARCHAR
cessazione VARCHAR
data_elaborazione DATE NOT NULL
`,
	"agenda.parquet": `
sede VARCHAR
data DATE NOT NULL
tipo VARCHAR NOT NULL
numero_domanda VARCHAR
codice_fiscale VARCHAR
id_azione VARCHAR
id_eccezione VARCHAR
regola VARCHAR
motivazione VARCHAR
data_elaborazione DATE NOT NULL
`,
	"scarti.parquet": `
flusso VARCHAR NOT NULL
file VARCHAR NOT NULL
indice INT64 NOT NULL
posizione INT64 NOT NULL
codice_scarto VARCHAR NOT NULL
messaggio VARCHAR
codice_comunicazione VARCHAR
sha256 VARCHAR
data_elaborazione DATE NOT NULL
`,
	"quadratura.parquet": `
ambito VARCHAR NOT NULL
voce VARCHAR NOT NULL
valore INT64 NOT NULL
data_elaborazione DATE NOT NULL
`,
}

func TestPublishedColumns(t *testing.T) {
	got := map[string]string{}
	for _, s := range tables.Published() {
		if want := strings.TrimSuffix(s.File, ".parquet"); s.Name != want {
			t.Errorf("table %s is in %s", s.Name, s.File)
		}
		got[s.File] = columnsOf(s)
	}
	if d := cmp.Diff(published, got); d != "" {
		t.Error(d)
	}
}

func columnsOf(s table.Schema) string {
	var b strings.Builder
	b.WriteString("\n")
	for _, c := range s.Columns {
		fmt.Fprintf(&b, "%s %s", c.Name, c.Type)
		if !c.Null {
			b.WriteString(" NOT NULL")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestArchiveColumns(t *testing.T) {
	var b strings.Builder
	for _, s := range []table.Schema{
		tables.Communications.Schema(), tables.ArchivedSubmissions.Schema(), tables.ArchivedNotices.Schema(),
		tables.ArchivedQuestions.Schema(), tables.ArchivedVouchers.Schema(),
	} {
		if s.File != "" {
			t.Errorf("%s has a published file", s.Name)
		}
		fmt.Fprintf(&b, "%s%s\n", s.Name, columnsOf(s))
	}
	golden(t, "archive_columns.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

func TestDescriptionsAreSentences(t *testing.T) {
	all := append(tables.Published(),
		tables.Communications.Schema(), tables.ArchivedSubmissions.Schema(), tables.ArchivedNotices.Schema(),
		tables.ArchivedQuestions.Schema(), tables.ArchivedVouchers.Schema())
	for _, s := range all {
		if !strings.Contains(s.Describe, "Ordine: ") {
			t.Errorf("%s does not tell its order", s.Name)
		}
		seen := map[string]bool{}
		for _, c := range s.Columns {
			if len(c.Describe) < 10 || !strings.HasSuffix(c.Describe, ".") {
				t.Errorf("%s.%s: %q is no sentence", s.Name, c.Name, c.Describe)
			}
			if seen[c.Name] {
				t.Errorf("%s.%s is there twice", s.Name, c.Name)
			}
			seen[c.Name] = true
		}
	}
}

// drawRow makes a row by setting every column to a small value, so that equal cells are common.
func drawRow[T any](rt *rapid.T, tab *table.Table[T]) T {
	var row T
	for i := range tab.Columns {
		c := &tab.Columns[i]
		v := table.Value{Null: !c.NotNull && rapid.Bool().Draw(rt, "null")}
		switch {
		case v.Null:
		case c.Name == "id":
			v.Str = fmt.Sprintf("%064x", rapid.IntRange(0, 2).Draw(rt, c.Name))
		case c.Kind == table.Text:
			v.Str = rapid.SampledFrom([]string{"A", "a", "à", "B\x00"}).Draw(rt, c.Name)
		case c.Kind == table.Bool:
			v.Num = rapid.Int64Range(0, 1).Draw(rt, c.Name)
		case c.Kind == table.Timestamp:
			v.Num = rapid.SampledFrom([]int64{-1, 1, 1_400_000_000_000_000}).Draw(rt, c.Name)
		case c.Kind == table.Date:
			v.Num = rapid.SampledFrom([]int64{-719162, 0, 16130, 2932896}).Draw(rt, c.Name)
		case c.Kind == table.Int32:
			v.Num = rapid.SampledFrom([]int64{-1 << 31, 0, 7, 1<<31 - 1}).Draw(rt, c.Name)
		default:
			v.Num = rapid.SampledFrom([]int64{-999_999_999_999, 0, 5, 999_999_999_999}).Draw(rt, c.Name)
		}
		c.Set(&row, v)
	}
	return row
}

// subject is the properties of one table, without its row type.
type subject struct {
	name                string
	order, codec, keyed func(*rapid.T)
}

func subjects() []subject {
	return []subject{
		subjectOf(tables.Actions, "sede", "codice_fiscale", "numero_domanda", "dal", "tipo_azione", "id_azione"),
		subjectOf(tables.ActionsInForce, "sede", "codice_fiscale", "numero_domanda", "dal", "tipo_azione", "id_azione"),
		subjectOf(tables.Exceptions, "sede", "classe", "priorita", "id_eccezione"),
		subjectOf(tables.Submissions, "sede", "protocollo"),
		subjectOf(tables.Evidence, "id_proprietario", "ordine"),
		subjectOf(tables.Situation, "numero_domanda", "dal"),
		subjectOf(tables.Agenda, "sede", "data", "id_azione", "id_eccezione"),
		subjectOf(tables.Discards, "flusso", "file", "indice"),
		subjectOf(tables.Balance, "ambito", "voce"),
		subjectOf(tables.Communications, "codice_fiscale", "inviata_il", "codice_comunicazione", "id", "parte"),
		subjectOf(tables.ArchivedSubmissions, "codice_fiscale", "id"),
		subjectOf(tables.ArchivedNotices, "codice_fiscale", "id"),
		subjectOf(tables.ArchivedQuestions, "codice_fiscale", "id"),
		subjectOf(tables.ArchivedVouchers, "codice_fiscale", "id"),
	}
}

func subjectOf[T comparable](tab *table.Table[T], key ...string) subject {
	return subject{
		name:  tab.Name,
		order: func(rt *rapid.T) { checkTotalOrder(rt, tab) },
		codec: func(rt *rapid.T) { checkCodec(rt, tab) },
		keyed: func(rt *rapid.T) { checkKey(rt, tab, key) },
	}
}

func TestOrderIsTotal(t *testing.T) {
	for _, s := range subjects() {
		t.Run(s.name, rapid.MakeCheck(s.order))
	}
}

func checkTotalOrder[T comparable](rt *rapid.T, tab *table.Table[T]) {
	a, b, c := drawRow(rt, tab), drawRow(rt, tab), drawRow(rt, tab)
	ab, bc := tab.Compare(&a, &b), tab.Compare(&b, &c)
	if ab != -tab.Compare(&b, &a) {
		rt.Fatal("a against b is not the reverse of b against a")
	}
	if (ab == 0) != (a == b) {
		rt.Fatalf("%v and %v compare as %d", a, b, ab)
	}
	if ac := tab.Compare(&a, &c); ab <= 0 && bc <= 0 && ac > 0 {
		rt.Fatal("not transitive")
	}
}

// TestOrderFollowsItsKey holds the hand-written comparisons against the columns that the order is documented by.
func TestOrderFollowsItsKey(t *testing.T) {
	for _, s := range subjects() {
		t.Run(s.name, rapid.MakeCheck(s.keyed))
	}
}

func checkKey[T comparable](rt *rapid.T, tab *table.Table[T], key []string) {
	var columns []table.Column[T]
	for _, name := range key {
		i := slices.IndexFunc(tab.Columns, func(c table.Column[T]) bool { return c.Name == name })
		if i < 0 {
			rt.Fatalf("no column %s", name)
		}
		columns = append(columns, tab.Columns[i])
	}
	a, b := drawRow(rt, tab), drawRow(rt, tab)
	want := table.CompareColumns(columns, &a, &b)
	if got := tab.Compare(&a, &b); want != 0 && got != want {
		rt.Fatalf("%v against %v: %d by the key, %d by the order", a, b, want, got)
	}
}

func TestCodecRoundTrip(t *testing.T) {
	for _, s := range subjects() {
		t.Run(s.name, rapid.MakeCheck(s.codec))
	}
}

func checkCodec[T comparable](rt *rapid.T, tab *table.Table[T]) {
	var rows []T
	var block []byte
	for range rapid.IntRange(0, 5).Draw(rt, "rows") {
		row := drawRow(rt, tab)
		rows, block = append(rows, row), tab.Append(block, &row)
	}
	whole := bytes.Clone(block)
	back, err := tab.Decode(nil, block)
	if err != nil {
		rt.Fatal(err)
	}
	if !slices.Equal(rows, back) {
		rt.Fatalf("wrote %v, read %v", rows, back)
	}
	if !bytes.Equal(whole, block) {
		rt.Fatal("reading changed the block")
	}
	if len(block) > 0 {
		if _, err := tab.Decode(nil, block[:len(block)-1]); err == nil {
			rt.Fatal("a cut block was read")
		}
	}
}

func TestMissingDateOfRequiredColumnSurvivesTheCodec(t *testing.T) {
	row := pipeline.Action{ID: "1"}
	back, err := tables.Actions.Decode(nil, tables.Actions.Append(nil, &row))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back, []pipeline.Action{row}) {
		t.Errorf("got %+v", back)
	}
}
