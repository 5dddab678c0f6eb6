package workbook_test

import (
	"strings"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
)

const taxCode = "RSSMRA80A01H501U"

func exception() worklist.Row {
	return worklist.Row{
		Item: worklist.Item{
			Key: worklist.Key{Kind: worklist.KindException, ID: "E01"}, Office: "0100", Version: 2, Code: "DATE_DISCORDI",
			Fingerprint: "ab12", State: worklist.StateHeld, Until: pipeline.MustDate("2014-07-10"), Holder: "bianchi",
		},
		Class: "BLOCCO", Title: "Date discordi", Text: "riga 1\r\nriga 2", Proposed: "SOSPENSIONE", Claim: "7000-2014-0001234",
		TaxCode: taxCode, From: pipeline.MustDate("2014-07-01"), Days: pipeline.Some(int32(12)),
		Amount: pipeline.Some(pipeline.Cents(-1250)), Due: pipeline.MustDate("2014-07-31"), Priority: 3,
	}
}

func TestOf(t *testing.T) {
	e := exception()
	on := pipeline.MustDate("2014-07-05")
	whole, masked := workbook.Of(&e, on, false, "rossi"), workbook.Of(&e, on, true, "rossi")
	if string(whole.TaxCode) != taxCode || string(masked.TaxCode) != "RSS*************" {
		t.Errorf("tax codes %q, %q", string(whole.TaxCode), string(masked.TaxCode))
	}
	e.Text = "di " + taxCode + " e di rssmra80a01h501u"
	if got := workbook.Of(&e, on, true, "rossi").Text; got != "di RSS************* e di rss*************" {
		t.Errorf("a text on a masked sheet: %q", got)
	}
	if whole.State != "IN_ATTESA" || workbook.Of(&e, e.Until, false, "rossi").State != "DA_LAVORARE" {
		t.Error("the state is not that of the day")
	}
	if whole.Altered() || masked.Altered() || whole.Check == masked.Check {
		t.Error("sums of untouched rows")
	}
	if whole.Filled() {
		t.Error("nothing was filled in")
	}
}

// TestSumSeesEveryReadOnlyCell changes each cell in turn.
func TestSumSeesEveryReadOnlyCell(t *testing.T) {
	e := exception()
	row := workbook.Of(&e, e.From, false, "rossi")
	columns := workbook.Table().Columns
	for i := range columns {
		c := &columns[i]
		changed := row
		v := c.Get(&changed)
		v.Null = false
		v.Num++
		v.Str += "x"
		c.Set(&changed, v)
		if got, want := changed.Altered(), !workbook.Fillable(i); got != want {
			t.Errorf("%s changed: altered %t, want %t", c.Name, got, want)
		}
	}
}

func TestSumTakesLineEndsAsEqual(t *testing.T) {
	e := exception()
	row := workbook.Of(&e, e.From, false, "rossi")
	row.Text = strings.ReplaceAll(row.Text, "\r\n", "\n")
	if row.Altered() {
		t.Error("another line end is no change")
	}
	row.Text, row.Proposed = row.Text+row.Proposed[:1], row.Proposed[1:]
	if !row.Altered() {
		t.Error("what goes over from one cell to the next is a change")
	}
}

func TestOfMendsTexts(t *testing.T) {
	e := exception()
	e.Title, e.Text = "a\xffb", strings.Repeat("😀", workbook.MaxCell)
	e.Proposed = strings.Repeat("\x01", workbook.MaxCell)
	row := workbook.Of(&e, e.From, false, "rossi")
	if row.Title != "a\ufffdb" {
		t.Errorf("title %q", row.Title)
	}
	if n := workbook.Units(row.Text); n > workbook.MaxCell || n < workbook.MaxCell-1 || !strings.HasSuffix(row.Text, "…") {
		t.Errorf("text of %d units", n)
	}
	if n := workbook.Units(row.Proposed); n > workbook.MaxCell/6 {
		t.Errorf("controls of %d units", n)
	}
}

func TestHeadings(t *testing.T) {
	columns := workbook.Table().Columns
	if len(columns) != workbook.ReadOnly+workbook.ToFill+2 {
		t.Fatalf("%d columns", len(columns))
	}
	var got []string
	for i := range columns {
		h := workbook.Heading(i, columns[i].Name)
		got = append(got, h)
		if workbook.Folded(strings.ToUpper(h)+" ") != columns[i].Name {
			t.Errorf("%q is not read as %s", h, columns[i].Name)
		}
	}
	want := "id impronta versione sede codice titolo classe priorità scadenza|codice fiscale|domanda protocollo tipologia dal al giorni " +
		"importo descrizione|azione proposta|stato|in carico a|esito motivo provvedimento nuovo_dal nuovo_al nota estrazione controllo"
	if strings.Join(got, " ") != strings.ReplaceAll(want, "|", " ") {
		t.Errorf("headings %q", got)
	}
}
