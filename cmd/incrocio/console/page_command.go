package console

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// do names a command by its form and hands it to the desk.
func (s *Server) do(q *request, c *worklist.Command) (worklist.Receipt, error) {
	token, err := tokenOf(q.form.Get("modulo"), c)
	if err != nil {
		return worklist.Receipt{}, err
	}
	c.Token = token
	return s.Desk.Do(q.Context(), q.who, c)
}

// targets reads the items that a form is about. Values that no page has given make the form malformed.
func (q *request) targets(kind worklist.Kind) ([]worklist.Target, error) {
	var out []worklist.Target
	for _, text := range q.form["voce"] {
		t, ok := parseTarget(kind, text)
		if !ok {
			return nil, errForm
		}
		out = append(out, t)
	}
	return out, nil
}

// outcome is what a command on several items did, told on the page that follows.
type outcome struct {
	Text    string
	Refused []refusedItem
	Group   int64 // closing that can be taken back; 0 for none
	Until   pipeline.Instant
	Token   string
	Back    string
}

// refusedItem is an item on which nothing was done, and why.
type refusedItem struct{ Path, Label, Why string }

// keepOutcome keeps an outcome in the session, until the page that tells it has gone by, and gives that page.
func (q *request) keepOutcome(o *outcome, back string) string {
	v := url.Values{"testo": {o.Text}, "gruppo": {strconv.FormatInt(o.Group, 10)}, "entro": {strconv.FormatInt(int64(o.Until), 10)}}
	for _, r := range o.Refused {
		v["rifiuto"] = append(v["rifiuto"], r.Path, r.Label, r.Why)
	}
	return withFragment(withQuery(back, "fatto", q.session.keep(v)), "titolo")
}

// outcome gives what the page has to tell of the command before; nil for nothing. What can no longer be taken back is not
// offered.
func (q *request) outcome(now pipeline.Instant) *outcome {
	v, ok := q.session.kept(q.form.Get("fatto"))
	if !ok || !v.Has("testo") {
		return nil
	}
	o := &outcome{Text: v.Get("testo"), Token: q.token()}
	group, errGroup := strconv.ParseInt(v.Get("gruppo"), 10, 64)
	until, errUntil := strconv.ParseInt(v.Get("entro"), 10, 64)
	if err := errors.Join(errGroup, errUntil); err == nil && pipeline.Instant(until) > now {
		o.Group, o.Until = group, pipeline.Instant(until)
	}
	for r := v["rifiuto"]; len(r) >= 3; r = r[3:] {
		o.Refused = append(o.Refused, refusedItem{r[0], r[1], r[2]})
	}
	return o
}

// outcomeOf sums a receipt up.
func (s *Server) outcomeOf(c *worklist.Command, r *worklist.Receipt) *outcome {
	o := &outcome{}
	done := 0
	for i := range r.Results {
		x := &r.Results[i]
		if x.Err == nil {
			done++
			continue
		}
		o.Refused = append(o.Refused, refusedItem{pathOf(x.Key), x.ID, sentence(x.Err)})
	}
	o.Text = doneText(c, r, done)
	if len(o.Refused) > 0 {
		o.Text += " " + count(len(o.Refused), "elemento è rimasto com'era", "elementi sono rimasti com'erano") + "."
	}
	if c.Verb == worklist.VerbClose && done > 0 {
		o.Group, o.Until = r.Group, s.instant()+worklist.UndoWindow
	}
	return o
}

// doneText says what was done to n items.
func doneText(c *worklist.Command, r *worklist.Receipt, n int) string {
	if n == 0 {
		return "Non è stato fatto nulla."
	}
	items := func(one, many string) string { return count(n, "elemento "+one, "elementi "+many) + "." }
	switch c.Verb {
	case worklist.VerbElabora, worklist.VerbTake:
		return items("preso in carico", "presi in carico")
	case worklist.VerbRelease:
		return items("rilasciato", "rilasciati")
	case worklist.VerbAssign:
		return items("assegnato a "+c.To.Name, "assegnati a "+c.To.Name)
	case worklist.VerbHold:
		return items("in attesa fino al "+c.Until.Italian(), "in attesa fino al "+c.Until.Italian())
	case worklist.VerbNote:
		return "Nota aggiunta."
	case worklist.VerbClose:
		text := items("chiuso come "+strings.ToLower(say(c.Outcome)), "chiusi come "+strings.ToLower(say(c.Outcome)))
		if r.Waits {
			text += " Serve una seconda persona: la chiusura è in approvazione."
		}
		return text
	case worklist.VerbApprove:
		return items("approvato", "approvati")
	case worklist.VerbReject:
		return items("respinto", "respinti")
	case worklist.VerbUndo:
		return items("tornato in carico", "tornati in carico")
	case worklist.VerbReopen:
		return items("riaperto", "riaperti")
	}
	return items("aggiornato", "aggiornati")
}

// result is the error of a command on one item; nil where it was done.
func result(r *worklist.Receipt) error {
	if len(r.Results) == 0 {
		return worklist.ErrUnknown
	}
	return r.Results[0].Err
}

// colleague gives the operator behind the name of an account, or ErrNotGranted.
func (s *Server) colleague(ctx context.Context, name string) (*worklist.Operator, error) {
	a, ok, err := s.Accounts.Account(ctx, name)
	switch {
	case err != nil:
		return nil, err
	case !ok || a.Disabled:
		return nil, worklist.ErrNotGranted
	}
	return a.Operator(), nil
}
