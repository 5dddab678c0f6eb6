package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// listOptions are the flags of list, of which each subject has its own.
type listOptions struct {
	q       worklist.Query
	year    int
	taxCode string
	all     bool
	masked  bool
	ids     bool
}

func (t *branch) listCommand(long, example string, add func(cmd *cobra.Command, o *listOptions)) *cobra.Command {
	o := &listOptions{q: worklist.Query{Kind: t.on.kind}}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "Show a list, filtered",
		Long:    long,
		Example: example,
		Args:    noArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := o.settle(cmd, t.on); err != nil {
			return err
		}
		return t.at(cmd, func(ctx context.Context, d *counter) error { return d.list(ctx, o) })
	}
	f := cmd.Flags()
	f.StringVar(&o.taxCode, "cf", "", "only of this `CODE` (codice fiscale)")
	f.StringVar(&o.q.Protocol, "protocol", "", "only with this `PROTOCOL`, of the submission or of the claim")
	f.StringVar(&o.q.Claim, "claim", "", "only on this claim (`NUMBER`)")
	f.StringArrayVar(&o.q.Offices, "sede", nil, "only of this `SEDE`; may be repeated")
	choicesFlag(cmd, &o.q.States, "state", "only in this state", worklist.States())
	f.BoolVar(&o.q.Mine, "mine", false, "only in the hands of who asks")
	f.IntVar(&o.q.Limit, "limit", 0, fmt.Sprintf("at most `N` rows (default 50, at most %d)", worklist.MaxPage))
	f.StringVar(&o.q.After, "after", "", "the page after the one that ended with this `MARK`")
	f.BoolVar(&o.all, "all", false, "all pages")
	f.BoolVar(&o.masked, "masked", false, "mask tax codes")
	f.BoolVar(&o.ids, "ids", false, `print only ids, each with its fingerprint, as the other verbs read them with "-"`)
	periodFlags(cmd, &o.year, &o.q.From, &o.q.To)
	add(cmd, o)
	return cmd
}

// periodFlags adds the flags that bound days.
func periodFlags(cmd *cobra.Command, year *int, from, to *pipeline.Date) {
	f := cmd.Flags()
	f.IntVar(year, "year", 0, "only of this `YEAR`")
	f.Var(dateFlag{from}, "from", "first day, with --to (`D`: 2014-07-31 or 31/07/2014)")
	f.Var(dateFlag{to}, "to", "last day, included, with --from (`D`)")
}

// settlePeriod reads the days from the flags; without any it gives none, which needed refuses.
func settlePeriod(cmd *cobra.Command, year int, from, to *pipeline.Date, needed bool) error {
	given := func(name string) bool { return cmd.Flags().Changed(name) }
	wrong := func(format string, args ...any) error {
		return &usageError{err: fmt.Errorf(format, args...), hint: cmd.CommandPath() + " --year 2014, or --from 2014-01-01 --to 2014-06-30"}
	}
	switch {
	case given("year") && (given("from") || given("to")):
		return wrong("--year and --from, --to exclude each other")
	case given("from") != given("to"):
		return wrong("--from and --to go together")
	case given("from"):
		if *to < *from {
			return wrong("--to %s is before --from %s", *to, *from)
		}
		return nil
	case given("year"):
		first, ok := pipeline.MakeDate(year, 1, 1)
		last, _ := pipeline.MakeDate(year, 12, 31)
		if !ok {
			return wrong("--year %d: no such year", year)
		}
		*from, *to = first, last
		return nil
	case needed:
		return wrong("a period is obligatory")
	}
	return nil
}

// settle reads what is left once the flags are parsed.
func (o *listOptions) settle(cmd *cobra.Command, on *subject) (err error) {
	if err := settlePeriod(cmd, o.year, &o.q.From, &o.q.To, on == onSubmissions); err != nil {
		return err
	}
	wrong := func(format string, args ...any) error { return &usageError{err: fmt.Errorf(format, args...)} }
	switch {
	case cmd.Flags().Changed("limit") && (o.q.Limit < 1 || o.q.Limit > worklist.MaxPage):
		return wrong("--limit %d is not between 1 and %d", o.q.Limit, worklist.MaxPage)
	case o.all && o.q.After != "":
		return wrong("--all and --after exclude each other")
	case o.ids && cmd.Flags().Changed("json"):
		return wrong("--ids and --json exclude each other")
	case o.q.List == "" && len(o.q.States) > 0: // the states say enough
	case o.q.List == "" && on == onSubmissions:
		return &usageError{err: errors.New("--list is obligatory"), hint: cmd.CommandPath() + " --list pervenute|da-lavorare|lavorate"}
	case o.q.List == "":
		o.q.List = worklist.ListPending
	}
	if o.all && o.q.Limit == 0 {
		o.q.Limit = worklist.MaxPage
	}
	o.q.TaxCode, err = parseTaxCode("cf", o.taxCode)
	return err
}

// list prints a page, or all of them.
func (d *counter) list(ctx context.Context, o *listOptions) error {
	today, err := d.desk.Today(ctx)
	if err != nil {
		return err
	}
	out := &rows{w: d.output(o.masked), on: d.on, json: d.json, ids: o.ids, today: today, masked: o.masked}
	for {
		page, err := d.desk.List(ctx, d.who, &o.q)
		if err != nil {
			return err
		}
		o.q.After = page.Next
		last := !o.all || page.Next == ""
		if err := out.write(page.Rows, page.Next, last); err != nil {
			return err
		}
		if last {
			break
		}
	}
	if o.q.After != "" && !d.json {
		d.tell("there is more: add --after %s, or --all\n", printable(o.q.After))
	}
	return nil
}

// rows prints a list page by page.
type rows struct {
	w      io.Writer
	on     *subject
	json   bool
	ids    bool
	today  pipeline.Date
	masked bool
	begun  bool
	some   bool
}

// output is where data go; with masked, without what has the form of a tax code.
func (d *counter) output(masked bool) io.Writer {
	if masked {
		return scrubber{d.stdout}
	}
	return d.stdout
}

// scrubber masks tax codes in what is written, each write by itself.
type scrubber struct{ w io.Writer }

// Write writes b masked.
func (s scrubber) Write(b []byte) (int, error) {
	if _, err := io.WriteString(s.w, scrub(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (r *rows) write(page []worklist.Row, next string, last bool) error {
	switch {
	case r.json:
		return r.writeJSON(page, next, last)
	case r.ids:
		return r.writeIDs(page)
	}
	t := &tableText{w: r.w}
	if !r.begun {
		t.row(r.headings()...)
		r.begun = true
	}
	for i := range page {
		t.row(r.cells(&page[i])...)
	}
	t.flush()
	return t.err
}

// writeIDs writes what [itemLines] reads.
func (r *rows) writeIDs(page []worklist.Row) error {
	var b strings.Builder
	for i := range page {
		b.WriteString(printable(page[i].ID) + "\t" + printable(page[i].Fingerprint) + "\n")
	}
	_, err := io.WriteString(r.w, b.String())
	return err
}

// writeJSON writes {"righe": […], "successiva": …} without holding more than a page.
func (r *rows) writeJSON(page []worklist.Row, next string, last bool) error {
	var b strings.Builder
	if !r.begun {
		b.WriteString("{\n  \"righe\": [")
		r.begun = true
	}
	for i := range page {
		if r.some {
			b.WriteByte(',')
		}
		text, err := indented(shownRowOf(&page[i], r.today, r.masked), "    ")
		if err != nil {
			return err
		}
		b.WriteString("\n    " + text)
		r.some = true
	}
	if last {
		mark, err := indented(orNull(next), "  ")
		if err != nil {
			return err
		}
		if r.some {
			b.WriteString("\n  ")
		}
		b.WriteString("],\n  \"successiva\": " + mark + "\n}\n")
	}
	_, err := io.WriteString(r.w, b.String())
	return err
}

// indented is the JSON of a value below other JSON.
func indented(v any, prefix string) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent(prefix, "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func (r *rows) headings() []any {
	switch r.on {
	case onSubmissions:
		return []any{"PROTOCOLLO", "PRESENTATA", "TIPOLOGIA", "EVENTO", "CODICE FISCALE", "DOMANDA", "SEDE", "CANALE", "LETTO", "STATO", "INCARICATO"}
	case onSamples:
		return []any{"ID", "AZIONE", "REGOLA", "STATO", "INCARICATO", "SEDE", "DOMANDA", "CODICE FISCALE", "DAL", "AL", "MOTIVAZIONE"}
	}
	return []any{"ID", "PRIORITÀ", "SCADENZA", "CODICE", "CLASSE", "STATO", "INCARICATO", "SEDE", "DOMANDA", "CODICE FISCALE", "DAL", "AL", "IMPORTO", "TITOLO"}
}

func (r *rows) cells(row *worklist.Row) []any {
	state, holder := row.Now(r.today), row.Holder
	if state == worklist.StatePending {
		holder = ""
	}
	code := codeOf(row.TaxCode, r.masked)
	switch r.on {
	case onSubmissions:
		return []any{
			row.ID, momentText(row.SubmittedAt), words(row.Type), words(row.Event), code, row.Claim, row.Office, words(row.Channel),
			yesNo(row.ReadBy != ""), words(state), holder,
		}
	case onSamples:
		return []any{
			row.ID, row.Type, row.Rule, words(state), holder, row.Office, row.Claim, code, row.From.Italian(), row.To.Italian(), row.Text,
		}
	}
	amount := ""
	if row.Amount.OK {
		amount = row.Amount.V.Italian()
	}
	due := row.Due.Italian()
	if row.Due != 0 && row.Due < r.today {
		due += " !"
	}
	return []any{
		row.ID, row.Priority, due, row.Code, row.Class, words(state), holder, row.Office, row.Claim, code,
		row.From.Italian(), row.To.Italian(), amount, row.Title,
	}
}

// momentText writes a moment as people in Italy read it; "" for none.
func momentText(i pipeline.Instant) string {
	if i == 0 {
		return ""
	}
	return i.Time().In(pipeline.Rome).Format("02/01/2006 15:04")
}

// momentOf is momentText with a word before it, or nothing.
func momentOf(word string, i pipeline.Instant) string { return prefixed(word, momentText(i), "") }

func yesNo(b bool) string {
	if b {
		return "Sì"
	}
	return "No"
}
