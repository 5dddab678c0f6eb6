package workbook

import (
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// SheetName is the name of the sheet with the rows.
const SheetName = "Eccezioni"

// Parts of a row, as numbers of columns.
const (
	ReadOnly = 21 // the first columns, which show the exception
	ToFill   = 6  // those after them
)

// Table describes the sheet, column by column. The names are those of the Parquet file; see [Heading] for the others.
func Table() *table.Table[Row] {
	return &table.Table[Row]{
		Name: "lavorazione",
		Describe: "Eccezioni da lavorare, esportate dalla lista di una sede. I testi sono i dati come sono: " +
			"l'apostrofo contro le formule è solo del CSV.",
		Columns: append(append(shown(), filledIn()...), marks()...),
		Compare: func(a, b *Row) int { return strings.Compare(a.ID, b.ID) },
	}
}

func shown() []table.Column[Row] {
	type row = Row
	return []table.Column[row]{
		table.Required(table.TextOf("id", "Identificativo dell'eccezione.", func(r *row) *string { return &r.ID })),
		table.Required(table.TextOf("impronta", "Impronta dei fatti su cui poggia.", func(r *row) *string { return &r.Fingerprint })),
		table.IntOf("versione", "Quante volte è stata lavorata.", table.Int64, func(r *row) *int64 { return &r.Version }),
		table.CodeOf("sede", "Sede competente.", func(r *row) *string { return &r.Office }),
		table.CodeOf("codice", "Codice dell'eccezione.", func(r *row) *string { return &r.Code }),
		table.CodeOf("titolo", "Titolo del codice.", func(r *row) *string { return &r.Title }),
		table.CodeOf("classe", "BLOCCO, ATTESA, CAUTELA o INFO.", func(r *row) *string { return &r.Class }),
		table.IntOf("priorita", "Priorità: 1 viene prima.", table.Int32, func(r *row) *int32 { return &r.Priority }),
		table.DateOf("scadenza", "Termine entro cui lavorarla.", func(r *row) *pipeline.Date { return &r.Due }),
		table.TextOf("codice_fiscale", "Codice fiscale del beneficiario; asterischi dove l'esportazione lo nasconde.",
			func(r *row) *pipeline.CodiceFiscale { return &r.TaxCode }),
		table.TextOf("domanda", "Numero della domanda.", func(r *row) *string { return &r.Claim }),
		table.TextOf("protocollo", "Protocollo della comunicazione.", func(r *row) *string { return &r.Protocol }),
		table.CodeOf("tipologia", "Tipologia della comunicazione.", func(r *row) *string { return &r.Type }),
		table.DateOf("dal", "Primo giorno.", func(r *row) *pipeline.Date { return &r.From }),
		table.DateOf("al", "Ultimo giorno, compreso; vuoto se non c'è fine.", func(r *row) *pipeline.Date { return &r.To }),
		table.OptOf("giorni", "Giorni interessati.", table.Int32, func(r *row) *pipeline.Opt[int32] { return &r.Days }),
		table.OptOf("importo", "Euro: positivo da recuperare, negativo da restituire.", table.Decimal2,
			func(r *row) *pipeline.Opt[pipeline.Cents] { return &r.Amount }),
		table.TextOf("descrizione", "Che cosa non torna.", func(r *row) *string { return &r.Text }),
		table.TextOf("azione_proposta", "Che cosa si propone di fare.", func(r *row) *string { return &r.Proposed }),
		table.CodeOf("stato", "Stato della lavorazione.", func(r *row) *string { return &r.State }),
		table.CodeOf("in_carico_a", "Chi la sta lavorando.", func(r *row) *string { return &r.Holder }),
	}
}

func filledIn() []table.Column[Row] {
	type row = Row
	return []table.Column[row]{
		table.CodeOf("esito", "Da compilare: FONDATA, UTILE o INFONDATA.", func(r *row) *string { return &r.Outcome }),
		table.TextOf("motivo", "Da compilare: perché. Obbligatorio con un provvedimento.", func(r *row) *string { return &r.Reason }),
		table.CodeOf("provvedimento", "Da compilare, se si decide: CONFERMA, RIFIUTO o DATE.", func(r *row) *string { return &r.Decision }),
		table.DateOf("nuovo_dal", "Con DATE: il primo giorno accertato.", func(r *row) *pipeline.Date { return &r.NewFrom }),
		table.DateOf("nuovo_al", "Con DATE: l'ultimo giorno accertato; vuoto se non c'è fine.", func(r *row) *pipeline.Date { return &r.NewTo }),
		table.TextOf("nota", "Da compilare, se serve: una nota che resta sull'eccezione.", func(r *row) *string { return &r.Note }),
	}
}

func marks() []table.Column[Row] {
	type row = Row
	return []table.Column[row]{
		table.CodeOf("estrazione", "Chi ha esportato la riga e quando.", func(r *row) *string { return &r.Export }),
		table.TextOf("controllo", "Impronta della riga esportata: non si tocca.", func(r *row) *string { return &r.Check }),
	}
}

// Heading is the name of a column as people read it at the head of a sheet. What is filled in keeps its name.
func Heading(i int, name string) string {
	switch {
	case name == "priorita":
		return "priorità"
	case i < ReadOnly:
		return strings.ReplaceAll(name, "_", " ")
	}
	return name
}

// Fillable tells whether the column of a number is one that operators fill in.
func Fillable(i int) bool { return i >= ReadOnly && i < ReadOnly+ToFill }

// Folded is a heading without what a program or a hand may have changed of it: case, blanks, accents.
func Folded(heading string) string {
	s := strings.ToLower(strings.TrimSpace(heading))
	return strings.NewReplacer(" ", "_", "à", "a", "a\u0300", "a").Replace(s)
}
