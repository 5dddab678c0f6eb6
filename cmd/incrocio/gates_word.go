package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"incrocio/pipeline/gates"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// Entries of those who let a night pass the gates: the word of a person, which waits where gates.second_person asks for
// two, and the word on which the night is published.
const (
	auditAsked    = "VARCHI_RICHIESTA"
	auditAccepted = "VARCHI_ACCETTATI"
)

// acceptor settles who gives the word of --accept: nil for whoever works at the machine.
func (a *app) acceptor(cmd *cobra.Command, o *runOptions) (who *worklist.Operator, err error) {
	if err := o.signIn.check(); err != nil {
		return nil, err
	}
	if o.signIn.as == "" {
		return nil, nil
	}
	if o.accept == "" {
		return nil, &usageError{err: errors.New("--as says who accepts: it needs --accept"), hint: cmd.CommandPath() + ` --accept "reason" --as NAME`}
	}
	d, err := a.openDesk(cmd.Context())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return a.operatorOf(cmd.Context(), d, &o.signIn, cmd.InOrStdin())
}

// takeWord enters the word of a person that lets the night pass. Where that takes two persons the first word waits: then the
// error ends the night, and says what the second person is to do. It comes before anything is published: whatever becomes of
// the night, the word was given.
func (h *home) takeWord(ctx context.Context, found []gates.Finding) error {
	word, earlier := h.word(found), []worklist.Override(nil)
	who := h.by
	if who == nil {
		var err error
		if who, err = atKeyboard(ctx, h.ledger); err != nil {
			return err
		}
	}
	word.By, word.Person = who.Name, who.ID()
	if h.config.SecondPerson {
		var err error
		if earlier, err = h.words(ctx); err != nil {
			return err
		}
	}
	first, err := worklist.Accept(who, word, earlier)
	switch {
	case errors.Is(err, worklist.ErrSamePerson):
		return &codeError{exitGate, fmt.Errorf("night %s is not published: %w", h.date, err), h.secondCall()}
	case errors.Is(err, worklist.ErrRole):
		return &codeError{exitFailed, fmt.Errorf("night %s is not published: %w: serve un RESPONSABILE di tutte le sedi", h.date, err), "incrocio user list"}
	case err != nil:
		return err
	case first == nil && h.config.SecondPerson:
		if err := h.enterWord(ctx, auditAsked, &word, nil, found); err != nil {
			return err
		}
		return &codeError{exitGate, fmt.Errorf("night %s is not published: the word is entered and waits for a second person", h.date), h.secondCall()}
	}
	return h.enterWord(ctx, auditAccepted, &word, first, found)
}

// secondCall is what the second person runs.
func (h *home) secondCall() string {
	call := "incrocio run --date " + h.date.String()
	if h.revision > 1 {
		call = "incrocio run --replace"
	}
	return call + ` --accept "reason" --as NAME`
}

// word is what is said of tonight, but for who says it. The digest is of what is overruled, not of mere warnings.
func (h *home) word(found []gates.Finding) worklist.Override {
	text, err := json.Marshal(shownFindings(found, gates.Hold))
	if err != nil {
		panic(err) // texts and finite numbers
	}
	sum := sha256.Sum256(text)
	return worklist.Override{Night: h.date, Revision: h.revision, Findings: hex.EncodeToString(sum[:]), Reason: h.accept}
}

// wordDetail is what the audit holds of a word.
type wordDetail struct {
	Reason   string `json:"motivo"`
	Person   string `json:"persona,omitempty"`
	Findings string `json:"impronta,omitempty"`
	First    string `json:"richiesto_da,omitempty"` // who had spoken before, where it took two
}

// wordEntry is the same with what the gates had found.
type wordEntry struct {
	wordDetail
	Gates []shownFinding `json:"varchi"`
}

// on names tonight in the audit.
func (h *home) on() string { return fmt.Sprintf("%s-r%d", h.date, h.revision) }

// enterWord enters who said what, why, and what the gates had found.
func (h *home) enterWord(ctx context.Context, what string, word, first *worklist.Override, found []gates.Finding) error {
	d := wordEntry{wordDetail{Reason: word.Reason}, shownFindings(found, gates.Warn)}
	if h.config.SecondPerson {
		d.Person, d.Findings = word.Person, word.Findings
	}
	if first != nil {
		d.First = first.By
	}
	detail, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if _, err := h.ledger.Append(ctx, store.Entry{Who: word.By, What: what, On: h.on(), Detail: string(detail)}); err != nil {
		return fmt.Errorf("enter in audit: %w", err)
	}
	return nil
}

// words reads the words that wait, about tonight.
func (h *home) words(ctx context.Context) ([]worklist.Override, error) {
	var all []worklist.Override
	err := h.ledger.Audit(ctx, 1, func(r *store.AuditRow) error {
		if r.What != auditAsked || r.On != h.on() {
			return nil
		}
		var d wordDetail
		if err := json.Unmarshal([]byte(r.Detail), &d); err != nil {
			return fmt.Errorf("audit row %d: %w", r.Number, err)
		}
		all = append(all, worklist.Override{
			Night: h.date, Revision: h.revision, Findings: d.Findings, By: r.Who, Person: d.Person, At: r.At, Reason: d.Reason,
		})
		return nil
	})
	return all, err
}
