package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
	"incrocio/pipeline/worklist"
)

// work is a row of lavori: what operators have done with an item so far.
type work struct {
	Kind     worklist.Kind
	ID       string
	Office   string
	Version  int64
	State    worklist.State
	Holder   string
	Person   string
	Since    pipeline.Instant
	Until    pipeline.Date
	Why      string
	ReadBy   string
	ReadAt   pipeline.Instant
	Closing  pipeline.Opt[int64] // the last one that was not undone
	Reopened bool                // a submission that the procedure had worked
}

// workTable describes lavori.
var workTable = &table.Table[work]{
	Name:     "lavori",
	Describe: "Gli elementi che un operatore ha toccato. Ordine: tipo, id.",
	Columns: []table.Column[work]{
		table.Required(table.CodeOf("tipo", "ECCEZIONE, COMUNICAZIONE oppure CAMPIONE.", func(w *work) *worklist.Kind { return &w.Kind })),
		table.Required(table.TextOf("id", "Identificativo dell'elemento.", func(w *work) *string { return &w.ID })),
		table.CodeOf("sede", "Sede dell'elemento.", func(w *work) *string { return &w.Office }),
		table.IntOf("versione", "Quante volte è cambiato.", table.Int64, func(w *work) *int64 { return &w.Version }),
		table.Required(table.CodeOf("stato", "DA_LAVORARE, IN_CARICO, IN_ATTESA, IN_APPROVAZIONE oppure LAVORATA.", func(w *work) *worklist.State { return &w.State })),
		table.TextOf("operatore", "Utenza di chi lo ha in carico o lo ha chiuso.", func(w *work) *string { return &w.Holder }),
		table.TextOf("persona", "Chi è, qualunque utenza usi.", func(w *work) *string { return &w.Person }),
		table.Required(table.InstantOf("dal", "Momento da cui è in questo stato.", func(w *work) *pipeline.Instant { return &w.Since })),
		table.DateOf("rientro", "Giorno in cui un elemento in attesa torna da lavorare.", func(w *work) *pipeline.Date { return &w.Until }),
		table.TextOf("perche", "Motivo dell'attesa.", func(w *work) *string { return &w.Why }),
		table.TextOf("letto_da", "Chi lo ha aperto per primo con Elabora.", func(w *work) *string { return &w.ReadBy }),
		table.InstantOf("letto_il", "Momento della prima lettura.", func(w *work) *pipeline.Instant { return &w.ReadAt }),
		table.OptOf("chiusura", "Numero dell'ultima chiusura non annullata.", table.Int64, func(w *work) *pipeline.Opt[int64] { return &w.Closing }),
		table.BoolOf("riaperta", "Vero per una comunicazione lavorata dalla procedura che un operatore ha riaperto.", func(w *work) *bool { return &w.Reopened }),
	},
}

// family is how the items of a kind are read.
type family struct {
	listed
	columns string // of the row x
	kinds   []table.Kind
	read    func([]table.Value) (found, error)
}

// found is an item as it is stored.
type found struct {
	worklist.Row
	list     string // lista of a submission
	reopened bool   // a submission that the procedure had worked
}

// procedure stands for the operator of a submission that was worked without one.
const procedure = "procedura"

var families = map[worklist.Kind]*family{
	worklist.KindException:  {listedExceptions, list(exceptionRow, "x"), kinds(exceptionRow), readException},
	worklist.KindSubmission: {listedSubmissions, list(submissions.t, "x"), kinds(submissions.t), readSubmission},
	worklist.KindSample:     {listedSamples, list(sheets.t, "x"), kinds(sheets.t), readSample},
}

// exceptionRow is what a list shows of an exception: not the trace, which may be long.
var exceptionRow = without(exceptions.t, "traccia", "fonti", "id_cascata", "margine_giorni")

func without[T any](t *table.Table[T], columns ...string) *table.Table[T] {
	out := *t
	out.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c table.Column[T]) bool { return slices.Contains(columns, c.Name) })
	return &out
}

func readException(v []table.Value) (found, error) {
	var e pipeline.Exception
	assign(exceptionRow, &e, v)
	return found{Row: worklist.Row{
		Item: worklist.Item{
			Key: worklist.Key{Kind: worklist.KindException, ID: e.ID}, Office: e.Office, Code: e.Code, Fingerprint: e.Fingerprint,
			Closable: e.Closable, SecondEyes: e.SecondEyes, Gone: e.State == pipeline.ExceptionClosed,
		},
		Day: e.FirstNight, Class: e.Class, Title: e.Title, Text: e.Text, Proposed: e.Proposed, Claim: e.Claim, Protocol: e.Protocol,
		Type: e.Kind, TaxCode: e.TaxCode, From: e.From, To: e.To, Days: e.Days, Amount: e.Amount, Rule: e.Rule, Norm: e.Norm,
		Due: e.Due, Priority: e.Priority, First: e.FirstNight, Changed: e.Night, NightState: e.State,
	}}, nil
}

func readSubmission(v []table.Value) (found, error) {
	var s submission
	assign(submissions.t, &s, v)
	r := worklist.Row{
		Item: worklist.Item{
			Key: worklist.Key{Kind: worklist.KindSubmission, ID: s.ID}, Office: s.Office, Fingerprint: s.Fingerprint, Closable: true,
			Received: s.List == pipeline.ListReceived,
		},
		Claim: s.Claim, Protocol: s.Protocol, Type: s.Kind, Event: s.Event, TaxCode: s.TaxCode, Channel: s.Channel,
		SubmittedAt: s.SubmittedAt, Outcome: s.Outcome, Changed: s.Night,
	}
	if s.SubmittedAt != 0 {
		r.Day = worklist.Today(s.SubmittedAt)
	}
	return found{Row: r, list: s.List}, nil
}

func readSample(v []table.Value) (found, error) {
	var s sheet
	assign(sheets.t, &s, v)
	w, err := s.read()
	if err == nil && w.Sample == nil {
		err = fmt.Errorf("sheet %s: no sample: %w", s.Name, ErrDamaged)
	}
	if err != nil {
		return found{}, err
	}
	a := &w.Sample.Action
	return found{Row: worklist.Row{
		Item: worklist.Item{
			Key: worklist.Key{Kind: worklist.KindSample, ID: s.Owner}, Office: s.Office, Fingerprint: s.Fingerprint, Closable: true,
		},
		Day: s.Day, Text: a.Reason, Claim: a.Claim, Protocol: a.ClaimProtocol, Type: a.Type, TaxCode: a.TaxCode, From: a.From, To: a.To,
		Days: a.Days, Amount: a.Total, Rule: a.Rule, Norm: a.Norm, First: s.Day, Changed: s.Night,
	}}, nil
}

// selected gives the columns of an item: the row x, its work v, the last closing l that was not undone.
func (f *family) selected() string {
	return f.columns + ", " + list(workTable, "v") + ", " + list(closingTable, "l")
}

// Joins of an item.
const (
	joinWork    = " LEFT JOIN lavori v ON v.tipo = '{kind}' AND v.id = x.{key}"
	joinClosing = " LEFT JOIN lavorazioni l ON l.numero = v.chiusura"
)

// query hands every item of an answer to fn; after is what follows SELECT …, with the aliases x, v and l.
func (f *family) query(ctx context.Context, tx Tx, after string, args []Cell, fn func(*found) error) error {
	n, m := len(f.kinds), len(f.kinds)+len(workTable.Columns)
	all := append(append(append([]table.Kind(nil), f.kinds...), kinds(workTable)...), kinds(closingTable)...)
	return tx.Query(ctx, f.sql("SELECT "+f.selected()+" "+after), all, args, func(v []table.Value) error {
		row, err := f.read(v[:n])
		if err != nil {
			return err
		}
		var w work
		if !v[n].Null {
			assign(workTable, &w, v[n:m])
		}
		if !v[m].Null {
			var c closing
			assign(closingTable, &c, v[m:])
			if row.Closing, err = c.read(); err != nil {
				return err
			}
		}
		row.with(&w)
		return fn(&row)
	})
}

// with adds what operators have done.
func (r *found) with(w *work) {
	r.Version, r.State, r.Holder, r.Person, r.Since = w.Version, w.State, w.Holder, w.Person, w.Since
	r.Until, r.Why, r.ReadBy, r.ReadAt, r.reopened = w.Until, w.Why, w.ReadBy, w.ReadAt, w.Reopened
	if r.State == "" {
		r.State = worklist.StatePending
	}
	if r.list == pipeline.ListWorked && r.State == worklist.StatePending && !w.Reopened {
		r.State, r.ByProcedure = worklist.StateWorked, true
		r.Holder, r.Since = procedure, pipeline.Instant(r.Changed.UnixDays())*24*60*60*1_000_000
	}
}

// shown gives the row as it is on a day: what came back by itself belongs to nobody.
func (r *found) shown(today pipeline.Date) worklist.Row {
	row := r.Row
	row.State = row.Now(today)
	if row.State == worklist.StatePending {
		row.Holder, row.Person, row.Until, row.Why = "", "", 0, ""
	}
	return row
}

// item gives one item, and false where there is none.
func item(ctx context.Context, tx Tx, k worklist.Key) (row found, ok bool, err error) {
	f := families[k.Kind]
	if f == nil || !plain(k.ID) {
		return row, false, nil
	}
	err = f.query(ctx, tx, "FROM {table} x"+joinWork+joinClosing+" WHERE {also} AND x.{key} = $1", []Cell{textCell(k.ID)},
		func(r *found) error { row, ok = *r, true; return nil })
	return row, ok, err
}

// longest is how long, in bytes, a text may be that something is looked for by.
const longest = 4096

// plain tells whether a text can be looked for: both databases refuse some.
func plain(texts ...string) bool {
	for _, s := range texts {
		if len(s) > longest || !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
			return false
		}
	}
	return true
}

// save keeps what a command made of an item. prior is the item as the command found it.
func (c *change) save(ctx context.Context, prior *found, after *worklist.Item) error {
	w := work{
		Kind: after.Kind, ID: after.ID, Office: after.Office, Version: after.Version, State: after.State, Holder: after.Holder,
		Person: after.Person, Since: after.Since, Until: after.Until, Why: after.Why, ReadBy: after.ReadBy, ReadAt: after.ReadAt,
		Reopened: prior.reopened || prior.list == pipeline.ListWorked && !after.ByProcedure,
	}
	if after.ByProcedure { // touched, and still worked by nobody
		w.State, w.Holder, w.Person = worklist.StatePending, "", ""
	}
	if w.Since == 0 {
		w.Since = c.now
	}
	last, err := number(ctx, c, "SELECT coalesce(max(numero), 0) FROM lavorazioni WHERE tipo = $1 AND id = $2 AND NOT annullata",
		textCell(string(w.Kind)), textCell(w.ID))
	if err != nil {
		return err
	}
	if last > 0 {
		w.Closing = pipeline.Some(last)
	}
	if err := put(ctx, c, workTable, &w, "tipo", "id"); err != nil {
		return err
	}
	return c.relistOne(ctx, families[w.Kind].listed, w.ID)
}

// saveClosing adds a closing that has no number, and changes one that has.
func (c *change) saveClosing(ctx context.Context, cl *closing) error {
	if cl.Number > 0 {
		_, err := c.Exec(ctx, "UPDATE lavorazioni SET approvata_da = $1, approvatore = $2, approvata_il = $3, annullata = $4, annullata_da = $5,"+
			" annullata_il = $6, annullata_perche = $7 WHERE numero = $8",
			textCell(cl.ApprovedBy), textCell(cl.Approver), instantCell(cl.ApprovedAt), boolCell(cl.Undone), textCell(cl.UndoneBy),
			instantCell(cl.UndoneAt), textCell(cl.UndoneReason), int64Cell(cl.Number))
		return err
	}
	if err := cl.write(); err != nil {
		return err
	}
	var err error
	if cl.Number, err = c.next(ctx, "lavorazioni"); err != nil {
		return err
	}
	return insert(ctx, c, closingTable, cl)
}

// next gives the number after the last one given out.
func (c *change) next(ctx context.Context, what string) (int64, error) {
	if _, err := c.Exec(ctx, "UPDATE contatori SET valore = valore + 1 WHERE nome = $1", textCell(what)); err != nil {
		return 0, err
	}
	return number(ctx, c, "SELECT valore FROM contatori WHERE nome = $1", textCell(what))
}
