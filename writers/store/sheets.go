package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
)

// sheet is a row of schede: a worklist.Sheet as JSON, with what it is looked for by.
type sheet struct {
	Name   string // id_scheda: kind and owner
	Kind   worklist.Kind
	Owner  string
	Office string
	Day    pipeline.Date // of the question; otherwise the night

	Claim       string
	Protocol    string                 // of the claim
	TaxCode     pipeline.CodiceFiscale // of a sample
	Rule        string                 // of a sample
	Type        string                 // of a sample: tipo_azione
	Fingerprint string
	Content     string
	Night       pipeline.Date
}

// sheets are the rows of schede.
var sheets = kept[sheet]{t: sheetTable, id: "id_scheda"}

// sheetTable describes schede.
var sheetTable = &table.Table[sheet]{
	Name:     "schede",
	Describe: "Che cosa le notti conservano dei fatti dietro a un elemento, e le azioni automatiche estratte a campione. Ordine: id_scheda.",
	Columns: []table.Column[sheet]{
		table.Required(table.TextOf("id_scheda", "Tipo e identificativo.", func(s *sheet) *string { return &s.Name })),
		table.Required(table.CodeOf("tipo", "ECCEZIONE, COMUNICAZIONE, CAMPIONE oppure QUESITO.", func(s *sheet) *worklist.Kind { return &s.Kind })),
		table.Required(table.TextOf("id", "Identificativo dell'elemento, o protocollo del quesito.", func(s *sheet) *string { return &s.Owner })),
		table.CodeOf("sede", "Sede.", func(s *sheet) *string { return &s.Office }),
		table.Required(table.DateOf("giorno", "Giorno del quesito; per il resto la notte.", func(s *sheet) *pipeline.Date { return &s.Day })),
		table.TextOf("numero_domanda", "Domanda interessata.", func(s *sheet) *string { return &s.Claim }),
		table.TextOf("protocollo_domanda", "Protocollo della domanda.", func(s *sheet) *string { return &s.Protocol }),
		table.TextOf("codice_fiscale", "Codice fiscale della persona di un'azione estratta.", func(s *sheet) *pipeline.CodiceFiscale { return &s.TaxCode }),
		table.CodeOf("regola", "Regola di un'azione estratta.", func(s *sheet) *string { return &s.Rule }),
		table.CodeOf("tipo_azione", "Tipo di un'azione estratta.", func(s *sheet) *string { return &s.Type }),
		table.Required(table.TextOf("impronta", "Impronta del contenuto.", func(s *sheet) *string { return &s.Fingerprint })),
		table.Required(table.TextOf("contenuto", "La scheda in JSON.", func(s *sheet) *string { return &s.Content })),
		table.Required(table.DateOf("data_elaborazione", "Notte che l'ha scritta.", func(s *sheet) *pipeline.Date { return &s.Night })),
	},
}

// sheetName is the name of an item's sheet.
func sheetName(k worklist.Key) string { return string(k.Kind) + ":" + k.ID }

// maxSheet is the length of the longest sheet, in bytes of JSON: a sheet that would be longer loses its last documents.
const maxSheet = 1 << 20

// archivedSheet takes the content of a sheet over as it is, where that is what writing it anew would give: it is so of
// nearly all.
func archivedSheet(a *tables.ArchivedSheet) (sheet, error) {
	known := a.Kind != worklist.KindSample && a.Kind != worklist.KindQuestion && a.Owner != "" && len(a.Content) <= maxSheet
	if known {
		out := emptySheet(a.Kind, a.Owner, a.Office, a.Night)
		if out.Claim, out.Protocol, known = a.Glance(); known {
			out.fill(a.Content)
			return out, nil
		}
	}
	s, err := a.Restore()
	if err != nil {
		return sheet{}, err
	}
	return sheetOf(&s)
}

func emptySheet(kind worklist.Kind, owner, office string, night pipeline.Date) sheet {
	return sheet{Name: sheetName(worklist.Key{Kind: kind, ID: owner}), Kind: kind, Owner: owner, Office: office, Day: night, Night: night}
}

func (s *sheet) fill(content string) {
	sum := sha256.Sum256([]byte(content))
	s.Content, s.Fingerprint = content, hex.EncodeToString(sum[:16])
}

func sheetOf(s *worklist.Sheet) (sheet, error) {
	out := emptySheet(s.Kind, s.Owner, s.Office, s.Night)
	b, err := json.Marshal(s)
	for short := *s; err == nil && len(b) > maxSheet && len(short.Documents) > 0; {
		short.Documents = short.Documents[:len(short.Documents)/2]
		b, err = json.Marshal(&short)
	}
	switch {
	case err != nil || s.Owner == "" || len(b) > maxSheet:
		return out, fmt.Errorf("%w: a sheet that is too long, of nobody, or no JSON", ErrRow)
	case s.Kind == worklist.KindSample && s.Sample == nil, s.Kind == worklist.KindQuestion && s.Question == nil:
		return out, fmt.Errorf("%w: sheet %s: nothing in it", ErrRow, out.Name)
	}
	out.fill(string(b))
	if s.Claim != nil {
		out.Claim, out.Protocol = s.Claim.Number, s.Claim.Protocol
	}
	if s.Kind == worklist.KindQuestion {
		out.Day, out.Claim = s.Question.On, s.Question.Claim
	}
	if s.Kind == worklist.KindSample {
		a := &s.Sample.Action
		out.Claim, out.Protocol, out.TaxCode, out.Rule, out.Type = a.Claim, a.ClaimProtocol, a.TaxCode, a.Rule, a.Type
	}
	return out, nil
}

// read gives the sheet as the night handed it over.
func (s *sheet) read() (worklist.Sheet, error) {
	var out worklist.Sheet
	if err := json.Unmarshal([]byte(s.Content), &out); err != nil {
		return out, fmt.Errorf("sheet %s: %w", s.Name, ErrDamaged)
	}
	out.Owner, out.Kind, out.Office, out.Night = s.Owner, s.Kind, s.Office, s.Night
	return out, nil
}

// foldSheets adds the night's sheets or puts them in the place of older ones, and takes away those of submissions that are
// no longer known and of exceptions that had closed by themselves before this night.
func (c *change) foldSheets(ctx context.Context, n *Night, stream Stream[tables.ArchivedSheet]) error {
	if stream == nil {
		return nil
	}
	k := sheets
	rows := k.readAhead(ctx, sheetRows(stream), func(s *sheet) error { return sheetKind(s, n.Date) })
	defer rows.end()
	straight, err := k.stageAll(ctx, c, rows, nil)
	if err != nil {
		return err
	}
	if !straight {
		if err := c.mergeSheets(ctx, n); err != nil {
			return err
		}
	}
	return c.relist(ctx, listedSamples)
}

// mergeSheets puts what is staged in the place of what it differs from, and takes away what nobody needs any more.
func (c *change) mergeSheets(ctx context.Context, n *Night) error {
	k := sheets
	if err := oneSheetEach(ctx, c, k); err != nil {
		return err
	}
	if err := k.noteStaged(ctx, c, unlike, "data_elaborazione", "giorno"); err != nil {
		return err
	}
	if _, err := c.Exec(ctx, k.sql("INSERT INTO {before} ({id, rest}, esisteva) SELECT c.{id}, {c.rest}, true FROM {now} c"+
		" WHERE ("+orphans("COMUNICAZIONE", "SELECT id_comunicazione FROM comunicazioni")+
		" OR "+orphans("ECCEZIONE", "SELECT id_eccezione FROM eccezioni WHERE elenco IN ('DA_LAVORARE', 'LAVORATE')")+
		" AND NOT EXISTS (SELECT 1 FROM eccezioni x WHERE x.id_eccezione = c.id AND x.data_elaborazione >= $1))"+
		" AND NOT EXISTS (SELECT 1 FROM {staged} s WHERE s.{id} = c.{id})"), dateCell(n.Date)); err != nil {
		return err
	}
	if err := k.apply(ctx, c, ""); err != nil {
		return err
	}
	return k.unstage(ctx, c)
}

// orphans finds the sheets c of a kind of which the item is not among others. An index has all that is asked of sheets, which are long.
func orphans(kind, others string) string {
	return "c.tipo = '" + kind + "' AND c.id IN (SELECT d.id FROM {now} d WHERE d.tipo = '" + kind + "' EXCEPT " + others + ")"
}

func sheetRows(rows Stream[tables.ArchivedSheet]) Stream[sheet] {
	return func(ctx context.Context, fn func(*sheet) error) error {
		return rows(ctx, func(s *tables.ArchivedSheet) error {
			row, err := archivedSheet(s)
			if err != nil {
				return err
			}
			return fn(&row)
		})
	}
}

func sheetKind(s *sheet, night pipeline.Date) error {
	switch s.Kind {
	case worklist.KindException, worklist.KindSubmission, worklist.KindSample, worklist.KindQuestion:
	default:
		return fmt.Errorf("%w: sheet %s: kind %q", ErrFold, s.Name, s.Kind)
	}
	if s.Night != night {
		return fmt.Errorf("%w: sheet %s is of night %s", ErrFold, s.Name, s.Night)
	}
	return nil
}

// oneSheetEach keeps one of several staged sheets of an item: two submissions of one protocol have two.
func oneSheetEach(ctx context.Context, tx Tx, k kept[sheet]) error {
	twice, err := k.twice(ctx, tx)
	if err != nil || twice == "" {
		return err
	}
	for _, text := range [...]string{
		"CREATE TEMPORARY TABLE {staged}_gemelle AS SELECT * FROM (SELECT {columns}, row_number() OVER (PARTITION BY {id} ORDER BY impronta) AS posto FROM {staged}) AS n WHERE posto = 1",
		"DELETE FROM {staged}",
		"INSERT INTO {staged} ({columns}) SELECT {columns} FROM {staged}_gemelle",
		"DROP TABLE {staged}_gemelle",
	} {
		if err := k.exec(ctx, tx, text); err != nil {
			return err
		}
	}
	return nil
}
