package tables

import (
	"fmt"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// ArchivedSheet is a [worklist.Sheet] in the archive: whose it is in columns, the rest as JSON.
type ArchivedSheet struct {
	Kind    worklist.Kind
	Owner   string
	Office  string
	Night   pipeline.Date
	Content string // JSON of the sheet, without what the columns say
}

// ArchivedSheets is the archive's table of sheets. It is not published.
var ArchivedSheets = &table.Table[ArchivedSheet]{
	Name: "archivio_schede",
	Describe: "Archivio delle schede per gli operatori: la domanda e i documenti dietro un elemento della lista di lavorazione. " +
		"Ordine: tipo, id_proprietario.",
	Columns: sheetColumns,
	Compare: total(sheetColumns, compareSheets),
}

func compareSheets(a, b *ArchivedSheet) int {
	if c := strings.Compare(string(a.Kind), string(b.Kind)); c != 0 {
		return c
	}
	return strings.Compare(a.Owner, b.Owner)
}

var sheetColumns = []table.Column[ArchivedSheet]{
	table.Required(table.CodeOf("tipo",
		"Di che cosa è la scheda: ECCEZIONE, COMUNICAZIONE, CAMPIONE oppure QUESITO.",
		func(r *ArchivedSheet) *worklist.Kind { return &r.Kind })),
	table.Required(table.TextOf("id_proprietario",
		"Identificativo dell'eccezione o dell'azione, protocollo della comunicazione o del quesito.",
		func(r *ArchivedSheet) *string { return &r.Owner })),
	table.CodeOf("sede",
		"Codice della sede che lavora l'elemento, sempre testo; nullo se non è di nessuna.",
		func(r *ArchivedSheet) *string { return &r.Office }),
	table.Required(table.TextOf("contenuto",
		"Contenuto della scheda in JSON.",
		func(r *ArchivedSheet) *string { return &r.Content })),
	night(func(r *ArchivedSheet) *pipeline.Date { return &r.Night }),
}

// ArchiveSheet makes the archive's row of a sheet.
func ArchiveSheet(s *worklist.Sheet) (ArchivedSheet, error) {
	content, err := sheetContent(s)
	if err != nil {
		return ArchivedSheet{}, fmt.Errorf("archive sheet %s: %w", s.Owner, err)
	}
	return ArchivedSheet{s.Kind, s.Owner, s.Office, s.Night, content}, nil
}

// Restore gives the sheet back. It returns [ErrContent] for content it does not know in full.
func (a *ArchivedSheet) Restore() (worklist.Sheet, error) {
	s := worklist.Sheet{Kind: a.Kind, Owner: a.Owner, Office: a.Office, Night: a.Night}
	if err := restore(a.Content, &s); err != nil {
		return worklist.Sheet{}, fmt.Errorf("restore sheet %s: %w", a.Owner, err)
	}
	return s, nil
}
