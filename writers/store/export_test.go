package store

import "incrocio/pipeline/table"

// Over gives the same store with something between it and its database.
func Over(s *Store, wrap func(Database) Database) *Store { return New(wrap(s.db), s.opts) }

// Waiting is how many reads wait for their audit row, without those that are being committed.
func Waiting(s *Store) int {
	s.reads.mu.Lock()
	defer s.reads.mu.Unlock()
	return len(s.reads.waiting)
}

// Tables gives the description of every table of the store, which the migrations have to agree with. Beside azioni_in_essere,
// eccezioni, comunicazioni and schede stand tables that end in _prima, with the rows that the last night changed as they were
// before it: the same columns but elenco, none of them obligatory, and esisteva.
func Tables() []table.Schema {
	history := exceptions.t.Schema()
	history.Name, history.File = "eccezioni_storia", ""
	history.Describe = "La riga di eccezioni di ogni notte che ha aperto, modificato, riaperto o chiuso un'eccezione. Ordine: id_eccezione, data_elaborazione."
	history.Columns = append(history.Columns, table.ColumnSchema{
		Name: "revisione", Type: table.Int32.String(), Describe: "Revisione della notte.",
	})
	stored := []table.Schema{
		nightTable.Schema(), attemptTable.Schema(), inputTable.Schema(), inForce.t.Schema(), listedIn(markedIn(exceptions.t.Schema())), history,
		listedIn(submissions.t.Schema()), listedIn(sheets.t.Schema()), workTable.Schema(), closingTable.Schema(), noteTable.Schema(),
		requestTable.Schema(), accountTable.Schema(), counterTable.Schema(), auditTable.Schema(), leaseTable.Schema(),
	}
	for i := range stored {
		stored[i].File = ""
	}
	return stored
}

// listedIn adds the column by which lists are read.
func listedIn(s table.Schema) table.Schema {
	s.Columns = append(s.Columns, table.ColumnSchema{
		Name: "elenco", Type: table.Text.String(),
		Describe: "Lista in cui la riga si trova: PERVENUTE, DA_LAVORARE (anche in carico, in attesa o in approvazione), LAVORATE oppure CHIUSE.",
	})
	return s
}

// markedIn adds the column by which nights know the rows that they leave as they are.
func markedIn(s table.Schema) table.Schema {
	s.Columns = append(s.Columns, table.ColumnSchema{
		Name: markColumn.Name, Type: markColumn.Kind.String(), Null: true,
		Describe: "Impronta di tutto ciò che la riga dice, salvo stato e notte; assente se non è nota.",
	})
	return s
}

// counter is a row of contatori.
type counter struct {
	Name  string
	Value int64
}

// counterTable describes contatori.
var counterTable = &table.Table[counter]{
	Name:     "contatori",
	Describe: "L'ultimo numero dato a lavorazioni e annotazioni. Ordine: nome.",
	Columns: []table.Column[counter]{
		table.Required(table.TextOf("nome", "Tabella numerata.", func(c *counter) *string { return &c.Name })),
		table.IntOf("valore", "Ultimo numero dato.", table.Int64, func(c *counter) *int64 { return &c.Value }),
	},
}
