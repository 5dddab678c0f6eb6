package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
)

// showCommand shows one item with all that is known of it. It never changes Letto.
func (t *branch) showCommand(short string) *cobra.Command {
	masked, trail := false, false
	cmd := &cobra.Command{
		Use:   "show " + t.on.arg,
		Short: short,
		Args:  exactArgs(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		items, err := itemsOf(cmd, args, "")
		if err != nil {
			return err
		}
		if len(items) > 1 {
			return &usageError{err: errors.New("one item at a time"), hint: cmd.CommandPath() + " " + t.on.arg}
		}
		return t.at(cmd, func(ctx context.Context, d *counter) error {
			return d.show(ctx, worklist.Key{Kind: t.on.kind, ID: items[0].id}, trail, masked)
		})
	}
	cmd.Flags().BoolVar(&masked, "masked", false, "mask tax codes")
	cmd.Flags().BoolVar(&trail, "trail", false, "show what the audit says of it too")
	return cmd
}

func (d *counter) show(ctx context.Context, k worklist.Key, trail, masked bool) error {
	today, err := d.desk.Today(ctx)
	if err != nil {
		return err
	}
	detail, err := d.desk.Look(ctx, d.who, k)
	if err != nil {
		return err
	}
	var traces []worklist.Trace
	if trail {
		if traces, err = d.desk.Trail(ctx, d.who, k); err != nil {
			return err
		}
	}
	s := shownDetailOf(&detail, today, masked)
	if trail {
		s.addTrail(traces)
	}
	w := d.output(masked)
	if d.json {
		text, err := indented(s, "")
		if err == nil {
			_, err = fmt.Fprintln(w, text)
		}
		return err
	}
	return s.text(w, &detail, d.on, traces)
}

// shownDetail is an item with all that is known of it.
type shownDetail struct {
	Item      shownRow        `json:"elemento"`
	Claim     *shownClaim     `json:"domanda"`
	Documents []shownDocument `json:"documenti"`
	Risk      *shownRisk      `json:"rischio"`
	Drawn     *record         `json:"azione"` // of a sample
	Question  *shownQuestion  `json:"quesito"`
	Actions   []record        `json:"azioni_in_essere"`
	Notes     []shownNote     `json:"annotazioni"`
	Closings  []shownClosing  `json:"lavorazioni"`
	Changes   []record        `json:"storia"`
	Trail     []shownTrace    `json:"audit,omitempty"`
}

// shownClaim is the claim as the night knew it.
type shownClaim struct {
	Number       string  `json:"numero_domanda"`
	Protocol     *string `json:"protocollo"`
	Benefit      *string `json:"prestazione"`
	TaxCode      *string `json:"codice_fiscale"`
	Surname      *string `json:"cognome"`
	GivenName    *string `json:"nome"`
	BirthDate    *string `json:"data_nascita"`
	State        *string `json:"stato"`
	Start        *string `json:"decorrenza"`
	DaysGranted  int32   `json:"giorni_spettanti"`
	PaidThrough  *string `json:"pagata_fino_al"`
	Daily        *string `json:"importo_giornaliero"`
	TerminatedOn *string `json:"data_cessazione"`
	Former       *string `json:"cf_datore_cessazione"`
}

// shownDocument is a source of the item.
type shownDocument struct {
	Ref      string           `json:"codice_fonte"`
	Kind     string           `json:"tipo_documento"`
	SentAt   *string          `json:"data_invio"`
	Acquired *string          `json:"data_acquisizione"`
	Fields   []worklist.Field `json:"dati"`
}

// shownRisk is what the item may cost before the next payment.
type shownRisk struct {
	Direction worklist.Direction `json:"verso"`
	Days      int32              `json:"giorni"`
	Amount    string             `json:"importo"`
	Payment   *string            `json:"pagamento"`
}

// shownQuestion is an employer's question on the item.
type shownQuestion struct {
	Protocol string   `json:"quesito"`
	On       *string  `json:"data"`
	Category string   `json:"categoria"`
	Files    []string `json:"allegati"`
	Answer   *string  `json:"risposta"`
}

// shownNote is a note.
type shownNote struct {
	By   string  `json:"operatore"`
	At   *string `json:"quando"`
	Text string  `json:"testo"`
}

// shownTrace is an audit row.
type shownTrace struct {
	Number int64           `json:"numero"`
	At     *string         `json:"quando"`
	Who    string          `json:"chi"`
	What   string          `json:"cosa"`
	Detail json.RawMessage `json:"dettaglio,omitempty"`
}

func shownDetailOf(x *worklist.Detail, today pipeline.Date, masked bool) *shownDetail {
	s := &shownDetail{
		Item: shownRowOf(&x.Row, today, masked), Claim: shownClaimOf(x.Sheet.Claim, masked), Documents: []shownDocument{},
		Actions: []record{}, Notes: []shownNote{}, Closings: []shownClosing{}, Changes: []record{},
	}
	for _, doc := range x.Sheet.Documents {
		s.Documents = append(s.Documents, shownDocument{doc.Ref, doc.Kind, momentOrNull(doc.SentAt), dayOrNull(doc.Acquired), orNone(doc.Fields)})
	}
	if r := x.Sheet.Risk; r != nil {
		s.Risk = &shownRisk{r.Direction, r.Days, r.Amount.String(), dayOrNull(r.Payment)}
	}
	if a := x.Sheet.Sample; a != nil {
		r := actionRecord(&a.Action, masked)
		s.Drawn = &r
	}
	if q := x.Sheet.Question; q != nil {
		s.Question = &shownQuestion{Protocol: q.Protocol, On: dayOrNull(q.On), Category: q.Category, Files: []string{}, Answer: orNull(q.Answer)}
		for _, f := range q.Attachments {
			s.Question.Files = append(s.Question.Files, f.Name)
		}
	}
	for i := range x.Actions {
		s.Actions = append(s.Actions, actionRecord(&x.Actions[i], masked))
	}
	for _, n := range x.Notes {
		s.Notes = append(s.Notes, shownNote{n.By, momentOrNull(n.At), n.Text})
	}
	for i := range x.Closings {
		s.Closings = append(s.Closings, shownClosingOf(&x.Closings[i], masked))
	}
	for i := range x.Changes {
		e := &x.Changes[i]
		s.Changes = append(s.Changes, withTrace(recordOf(tables.Exceptions, e)).whole(e.TaxCode, masked))
	}
	return s
}

func shownClaimOf(c *worklist.ClaimSheet, masked bool) *shownClaim {
	if c == nil {
		return nil
	}
	return &shownClaim{
		Number: c.Number, Protocol: orNull(c.Protocol), Benefit: orNull(c.Benefit), TaxCode: orNull(codeOf(c.TaxCode, masked)),
		Surname: orNull(c.Surname), GivenName: orNull(c.GivenName), BirthDate: dayOrNull(c.BirthDate), State: orNull(c.State),
		Start: dayOrNull(c.Start), DaysGranted: c.DaysGranted, PaidThrough: dayOrNull(c.PaidThrough), Daily: amountOrNull(c.Daily),
		TerminatedOn: dayOrNull(c.TerminatedOn), Former: orNull(c.Former),
	}
}

// actionRecord shows an action in force.
func actionRecord(a *pipeline.Action, masked bool) record {
	return withTrace(recordOf(tables.ActionsInForce, a)).whole(a.TaxCode, masked)
}

// whole shows the tax code of a record as it is, unless it is to be masked.
func (r record) whole(c pipeline.CodiceFiscale, masked bool) record {
	if i := slices.Index(r.names, taxCodeColumn); i >= 0 && c != "" {
		r.values[i] = codeOf(c, masked)
	}
	return r
}

// orNone makes JSON write [] for a nil slice.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *shownDetail) addTrail(list []worklist.Trace) {
	s.Trail = []shownTrace{}
	for _, t := range list {
		x := shownTrace{Number: t.Number, At: momentOrNull(t.At), Who: t.Who, What: t.What}
		if json.Valid([]byte(t.Detail)) {
			x.Detail = json.RawMessage(t.Detail)
		}
		s.Trail = append(s.Trail, x)
	}
}

// text writes the item in Italian.
func (s *shownDetail) text(w io.Writer, x *worklist.Detail, on *subject, traces []worklist.Trace) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %s\n", on.head, printable(s.Item.ID), words(s.Item.State))
	s.writeItem(&b, &x.Row)
	writeTerms(&b, x)
	s.writeClaim(&b, x)
	if err := writeDocuments(&b, x.Sheet.Documents); err != nil {
		return err
	}
	writeActions(&b, x)
	writeWork(&b, x)
	for _, t := range traces {
		line(&b, "Audit", fmt.Sprintf("%d, %s %s: %s", t.Number, momentText(t.At), t.Who, words(t.What)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// value is what stands in an optional text.
func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// writeItem writes the item itself.
func (s *shownDetail) writeItem(b *strings.Builder, r *worklist.Row) {
	if s.Item.Holder != nil {
		line(b, "Incaricato", r.Holder+momentOf(" dal ", r.Since)+prefixed(", rientro ", r.Until.Italian(), "")+prefixed(": ", r.Why, ""))
	}
	letto := "No"
	if r.ReadBy != "" {
		letto = "Sì, da " + r.ReadBy + momentOf(" il ", r.ReadAt)
	}
	line(b, "Letto", letto)
	line(b, "Codice", prefixed("", r.Code, prefixed(" (", r.Class, ")")))
	line(b, "Titolo", r.Title)
	line(b, "Perché", r.Text)
	line(b, "Proposta", r.Proposed)
	line(b, "Tipologia", prefixed("", words(r.Type), prefixed(", ", words(r.Event), "")))
	line(b, "Presentata", prefixed("", momentText(r.SubmittedAt), prefixed(", canale ", words(r.Channel), "")))
	line(b, "Sede", r.Office)
	line(b, "Domanda", r.Claim)
	line(b, "Codice fiscale", value(s.Item.TaxCode))
	line(b, "Giorni", prefixed("dal ", r.From.Italian(), until(r.To, " al ", "")))
	if r.Amount.OK {
		line(b, "Importo", r.Amount.V.Italian()+" euro")
	}
	line(b, "Regola", r.Rule)
	line(b, "Norma", r.Norm)
	line(b, "Scadenza", r.Due.Italian())
}

// writeTerms writes what hangs on the item: risk, and how it may be closed.
func writeTerms(b *strings.Builder, x *worklist.Detail) {
	if r := x.Sheet.Risk; r != nil {
		line(b, "Rischio", fmt.Sprintf("%s, %d giorni, %s euro, prima del pagamento del %s", words(r.Direction), r.Days, r.Amount.Italian(), r.Payment.Italian()))
	}
	if !x.Closable {
		line(b, "Chiusura", "solo con un provvedimento (--decision)")
	}
	if x.SecondEyes {
		line(b, "Chiusura", "serve una seconda persona")
	}
	line(b, "Impronta", x.Fingerprint)
}

// writeClaim writes the claim, and an employer's question.
func (s *shownDetail) writeClaim(b *strings.Builder, x *worklist.Detail) {
	if c := x.Sheet.Claim; c != nil {
		b.WriteString("\nDomanda " + printable(c.Number) + "\n")
		line(b, "Titolare", strings.TrimSpace(c.Surname+" "+c.GivenName)+prefixed(", ", value(s.Claim.TaxCode), prefixed(", nascita ", c.BirthDate.Italian(), "")))
		line(b, "Prestazione", prefixed("", c.Benefit, prefixed(", ", words(c.State), "")))
		line(b, "Decorrenza", prefixed("", c.Start.Italian(), fmt.Sprintf(", %d giorni", c.DaysGranted)))
		line(b, "Pagata fino al", c.PaidThrough.Italian())
		if c.Daily.OK {
			line(b, "Importo giornaliero", c.Daily.V.Italian()+" euro")
		}
		line(b, "Cessazione", prefixed("", c.TerminatedOn.Italian(), prefixed(", datore ", c.Former, "")))
	}
	if q := x.Sheet.Question; q != nil {
		b.WriteString("\nQuesito " + printable(q.Protocol) + "\n")
		line(b, "Categoria", words(q.Category)+prefixed(", ", q.On.Italian(), ""))
		line(b, "Allegati", strings.Join(s.Question.Files, ", "))
		line(b, "Risposta", q.Answer)
	}
}

// writeDocuments lays documents side by side: a line for each label, marked where they differ.
func writeDocuments(b *strings.Builder, list []worklist.Document) error {
	if len(list) == 0 {
		return nil
	}
	t := &tableText{w: b}
	t.title("Documenti a confronto (≠ dove differiscono)")
	heads := []any{"", "VOCE"}
	var labels []string
	for _, doc := range list {
		heads = append(heads, doc.Kind+" "+doc.Ref)
		for _, f := range doc.Fields {
			if f.Value != "" && !slices.Contains(labels, f.Label) {
				labels = append(labels, f.Label)
			}
		}
	}
	t.row(heads...)
	for _, label := range labels {
		t.row(compareLine(label, list)...)
	}
	t.flush()
	return t.err
}

// compareLine is what all documents say under a label. Where one says nothing there is nothing to compare.
func compareLine(label string, list []worklist.Document) []any {
	cells, first := []any{"", label}, ""
	for i := range list {
		text := ""
		if k := slices.IndexFunc(list[i].Fields, func(f worklist.Field) bool { return f.Label == label }); k >= 0 {
			text = list[i].Fields[k].Value
		}
		switch {
		case first == "":
			first = text
		case text != "" && text != first:
			cells[0] = "≠"
		}
		cells = append(cells, text)
	}
	return cells
}

func writeActions(b *strings.Builder, x *worklist.Detail) {
	if len(x.Actions) > 0 {
		b.WriteString("\nAzioni in essere sulla domanda\n")
	}
	for i := range x.Actions {
		a := &x.Actions[i]
		line(b, a.Type, words(a.Mode)+" dal "+a.From.Italian()+until(a.To, " al ", "")+", "+a.Rule+": "+a.Reason)
	}
}

// writeWork writes notes, closings and what nights made of the item.
func writeWork(b *strings.Builder, x *worklist.Detail) {
	if len(x.Notes)+len(x.Closings)+len(x.Changes) > 0 {
		b.WriteString("\nStoria\n")
	}
	for i := range x.Changes {
		e := &x.Changes[i]
		line(b, "Notte del "+e.Night.Italian(), words(e.State)+prefixed(": ", e.Text, ""))
	}
	for _, n := range x.Notes {
		line(b, "Nota", momentText(n.At)+" "+n.By+": "+n.Text)
	}
	for i := range x.Closings {
		line(b, fmt.Sprintf("Lavorazione %d", x.Closings[i].Number), closingText(&x.Closings[i]))
	}
}

// closingText says a closing in a line.
func closingText(c *worklist.Closing) string {
	text := fmt.Sprintf("%s %s, %s", momentText(c.At), c.By, words(c.Outcome))
	if c.Decision != nil {
		text += ", provvedimento " + words(c.Decision.Kind)
	}
	text += prefixed(": ", c.Reason, "")
	switch {
	case c.Undone:
		text += ". Annullata da " + c.UndoneBy + momentOf(" il ", c.UndoneAt) + prefixed(": ", c.UndoneReason, "")
	case c.ApprovedBy != "":
		text += ". Approvata da " + c.ApprovedBy + momentOf(" il ", c.ApprovedAt)
	case c.Second:
		text += ". In attesa di una seconda persona"
	}
	if c.Night != 0 {
		text += ". Presa dalla notte del " + c.Night.Italian()
	}
	return text
}
