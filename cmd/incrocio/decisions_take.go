package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/readers/inbox"
	"incrocio/readers/operatori"
	"incrocio/writers/digest"
	"incrocio/writers/store"
)

// Decisions go from the ledger to a night in three steps, so that none is lost or counts twice whatever is cut short:
//
//  1. those that wait are written to a file, which is synced;
//  2. the ledger notes that the night has taken them in: no other file will hold them;
//  3. the night reads the file and, once it is published, puts it away with its originals.
//
// A file that is found at the start has not come to 3, and maybe not to 2, which is done again: what the ledger does not give
// to it then, because it was undone meanwhile or is in another file, is taken out of it.

// takeDecisions does the first two steps.
func (h *home) takeDecisions(ctx context.Context) error {
	err := h.takeLeft(ctx)
	if err == nil {
		err = h.takeDue(ctx)
	}
	if err != nil {
		return fmt.Errorf("take decisions in: %w", err)
	}
	return nil
}

// takeLeft does the second step for the files that are there, but for those that the last night has published: they came
// back to be read again, as they are.
func (h *home) takeLeft(ctx context.Context) error {
	folder := decisionsOf(h.app.home)
	names, err := folder.names()
	if err != nil || len(names) == 0 {
		return err
	}
	published, err := h.publishedDecisions()
	if err != nil {
		return err
	}
	for _, name := range names {
		sum, _, err := digest.File(folder.path(name))
		if err == nil && !published[sum] {
			err = h.takeFile(ctx, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// publishedDecisions are the digests of the files of decisions that the last night has published.
func (h *home) publishedDecisions() (map[string]bool, error) {
	out := map[string]bool{}
	if len(h.nights) == 0 {
		return out, nil
	}
	m, err := h.nights[len(h.nights)-1].manifest()
	if err != nil {
		return nil, err
	}
	for _, in := range m.Inputs {
		if in.Flow == pipeline.FlowOperators {
			out[in.SHA256] = true
		}
	}
	return out, nil
}

// takeFile has the ledger note that the decisions of a file are taken in, by the night that it is named after, and leaves in
// the file those that are, as the ledger knows them.
func (h *home) takeFile(ctx context.Context, name string) error {
	folder := decisionsOf(h.app.home)
	content, err := os.ReadFile(folder.path(name))
	if err != nil {
		return err
	}
	date, err := pipeline.ParseDate(name[:len("2006-01-02")])
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var numbers []int64
	for line := range bytes.Lines(content) {
		if n := operatori.Number(line); n != 0 {
			numbers = append(numbers, n)
		}
	}
	taken, err := h.ledger.TakeIn(ctx, date, numbers)
	if err != nil {
		return err
	}
	known, err := h.ledger.TakenIn(ctx, date)
	if err != nil {
		return err
	}
	ours := map[int64]bool{}
	for _, n := range taken {
		ours[n] = true
	}
	known = slices.DeleteFunc(known, func(p store.Provision) bool { return !ours[p.Closing.Number] })
	kept, err := h.decisionLines(known)
	if err != nil {
		return err
	}
	return folder.keep(name, content, kept)
}

// takeDue takes in the decisions that nobody can take back any longer.
func (h *home) takeDue(ctx context.Context) error {
	now, err := h.ledger.Now(ctx)
	if err != nil {
		return err
	}
	due, err := h.ledger.Pending(ctx, now-worklist.UndoWindow)
	if err != nil {
		return err
	}
	content, err := h.decisionLines(due)
	if err != nil {
		return err
	}
	if len(content) == 0 {
		return nil
	}
	name, err := decisionsOf(h.app.home).write(h.date, content)
	if err != nil {
		return err
	}
	return h.takeFile(ctx, name)
}

// decisionLines writes decisions, one a line. One that could not be read again is left out, so that it waits on, and is told of.
func (h *home) decisionLines(decided []store.Provision) ([]byte, error) {
	var content []byte
	for i := range decided {
		line, err := decisionLineOf(&decided[i])
		if err != nil {
			return nil, err
		}
		if p := operatori.Parse(inbox.Document{Format: inbox.JSON, Data: line}); p.Notice == nil {
			h.app.log.Warn("a decision cannot be taken in and waits on", "lavorazione", decided[i].Closing.Number,
				"eccezione", decided[i].Closing.Key.ID, "cause", p.Discards[0].Code+" "+p.Discards[0].Message)
			continue
		}
		content = append(append(content, line...), '\n')
	}
	return content, nil
}

// decisionLineOf writes a decision as [operatori.Parse] reads it.
func decisionLineOf(p *store.Provision) ([]byte, error) {
	c, e, what := &p.Closing, &p.Exception, p.Closing.Decision
	l := decisionLine{
		Number: c.Number, Kind: what.Kind, Exception: c.Key.ID, Code: e.Code, Fingerprint: c.Fingerprint, Sources: e.Sources, Claim: e.Claim,
		Office: e.Office, TaxCode: e.TaxCode, From: what.From, To: what.To, By: c.By, Approved: c.ApprovedBy,
		At: c.EffectiveAt().Time().Format(time.RFC3339Nano), Reason: c.Reason,
	}
	if f := what.Fact; f != nil {
		l.Fact = &decisionFact{
			Kind: f.Kind, On: f.On, Patronato: f.Patronato, Start: f.Start, Year: f.Year, Category: f.Category, Basis: f.Basis, NewCode: f.NewCode,
		}
		if f.Income.OK {
			l.Fact.Income = f.Income.V.String()
		}
	}
	return json.Marshal(l)
}

// decisionLine is a line of a file of decisions.
type decisionLine struct {
	Number      int64                  `json:"numero"`
	Kind        worklist.DecisionKind  `json:"tipo"`
	Exception   string                 `json:"id_eccezione"`
	Code        string                 `json:"codice"`
	Fingerprint string                 `json:"impronta"`
	Sources     string                 `json:"fonti,omitempty"`
	Claim       string                 `json:"numero_domanda,omitempty"`
	Office      string                 `json:"sede,omitempty"`
	TaxCode     pipeline.CodiceFiscale `json:"codice_fiscale"`
	From        pipeline.Date          `json:"dal,omitempty"`
	To          pipeline.Date          `json:"al,omitempty"`
	Fact        *decisionFact          `json:"fatto,omitempty"`
	By          string                 `json:"operatore"`
	Approved    string                 `json:"approvato_da,omitempty"`
	At          string                 `json:"quando"`
	Reason      string                 `json:"motivo"`
}

type decisionFact struct {
	Kind      string                 `json:"tipo"`
	On        pipeline.Date          `json:"data"`
	Patronato string                 `json:"patronato,omitempty"`
	Start     pipeline.Date          `json:"inizio,omitempty"`
	Income    string                 `json:"reddito,omitempty"`
	Year      int32                  `json:"anno,omitempty"`
	Category  string                 `json:"categoria,omitempty"`
	Basis     string                 `json:"origine,omitempty"`
	NewCode   pipeline.CodiceFiscale `json:"nuovo,omitempty"`
}
