package store

import "incrocio/pipeline/table"

// Tables gives the description of every table of the store, in the order of the data dictionary. Two more hold the rows of
// azioni_in_essere and eccezioni before the last night, with the same columns, none of them obligatory, and esisteva.
func Tables() []table.Schema {
	history := exceptions.t.Schema()
	history.Name, history.File = "eccezioni_storia", ""
	history.Describe = "La riga di eccezioni di ogni notte che ha aperto, modificato, riaperto o chiuso un'eccezione. Ordine: id_eccezione, data_elaborazione."
	history.Columns = append(history.Columns, table.ColumnSchema{
		Name: "revisione", Type: table.Int32.String(), Describe: "Revisione della notte.",
	})
	stored := []table.Schema{
		nightTable.Schema(), attemptTable.Schema(), inputTable.Schema(), inForce.t.Schema(), exceptions.t.Schema(), history,
		clearingTable.Schema(), auditTable.Schema(), leaseTable.Schema(),
	}
	for i := range stored {
		stored[i].File = ""
	}
	return stored
}
