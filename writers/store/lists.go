package store

import (
	"context"
	"strings"

	"incrocio/pipeline/worklist"
)

// listed is a table of items: each row has in elenco the list that it is in, so that lists need not look at what was
// worked long ago. What is held and in carico is among DA_LAVORARE, submissions too: [listing.charged] finds these.
type listed struct {
	kind   worklist.Kind
	table  string
	id     string // column of the item's id
	row    string // column of the primary key
	elenco string // expression, for the row called x
	also   string // condition of the rows that are items
}

// worked holds for a row x whose closing was made on the facts that it has.
const worked = "EXISTS (SELECT 1 FROM lavori v JOIN lavorazioni l ON l.numero = v.chiusura" +
	" WHERE v.tipo = '{kind}' AND v.id = x.{key} AND v.stato = 'LAVORATA' AND l.impronta = coalesce(x.impronta, ''))"

var (
	listedExceptions = listed{
		kind: worklist.KindException, table: "eccezioni", id: "id_eccezione", row: "id_eccezione", also: "true",
		elenco: "CASE WHEN x.stato = 'CHIUSA_DA_SOLA' THEN 'CHIUSE' WHEN " + worked + " THEN 'LAVORATE' ELSE 'DA_LAVORARE' END",
	}
	// A submission that the procedure has worked stays so unless an operator has it, or has reopened it.
	listedSubmissions = listed{
		kind: worklist.KindSubmission, table: "comunicazioni", id: "id_comunicazione", row: "id_comunicazione", also: "true",
		elenco: "CASE WHEN " + worked + " OR x.lista = 'LAVORATA' AND NOT EXISTS (SELECT 1 FROM lavori v WHERE v.tipo = '{kind}'" +
			" AND v.id = x.{key} AND (v.riaperta OR v.stato <> 'DA_LAVORARE')) THEN 'LAVORATE'" +
			" WHEN x.lista = 'PERVENUTA' THEN 'PERVENUTE' ELSE 'DA_LAVORARE' END",
	}
	listedSamples = listed{
		kind: worklist.KindSample, table: "schede", id: "id", row: "id_scheda", also: "x.tipo = 'CAMPIONE'",
		elenco: "CASE WHEN " + worked + " THEN 'LAVORATE' ELSE 'DA_LAVORARE' END",
	}
)

func (l listed) sql(text string) string {
	text = strings.ReplaceAll(text, "{elenco}", l.elenco)
	return strings.NewReplacer("{table}", l.table, "{key}", l.id, "{row}", l.row, "{before}", l.table+"_prima", "{kind}", string(l.kind), "{also}", l.also).Replace(text)
}

// relist brings elenco up to date for the rows that a night has touched, and the sede of what operators did with them.
func (c *change) relist(ctx context.Context, l listed) error {
	const touched = "x.{row} IN (SELECT {row} FROM {before})"
	if _, err := c.Exec(ctx, l.sql("UPDATE {table} AS x SET elenco = {elenco} WHERE {also} AND "+touched+" AND x.elenco <> {elenco}")); err != nil {
		return err
	}
	for _, t := range [...]string{"lavori", "lavorazioni", "annotazioni"} {
		if _, err := c.Exec(ctx, l.sql("UPDATE "+t+" AS w SET sede = (SELECT x.sede FROM {table} x WHERE {also} AND x.{key} = w.id)"+
			" WHERE w.tipo = '{kind}' AND EXISTS (SELECT 1 FROM {table} x WHERE {also} AND x.{key} = w.id AND "+touched+
			" AND x.sede IS DISTINCT FROM w.sede)")); err != nil {
			return err
		}
	}
	return nil
}

// relistOne brings elenco up to date for one row.
func (c *change) relistOne(ctx context.Context, l listed, id string) error {
	_, err := c.Exec(ctx, l.sql("UPDATE {table} AS x SET elenco = {elenco} WHERE {also} AND x.{key} = $1"), textCell(id))
	return err
}
