package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
	"incrocio/pipeline/worklist"
	"incrocio/writers/digest"
	"incrocio/writers/store"
)

// stopsColumns are the columns of the list of stopped persons (fermi).
const stopsColumns = "codice_fiscale,motivo,dal,al"

// readStops reads the list of persons for whom nothing is automatic, by code without omocodia. A home without a list has
// none. Errors name the line and never the person.
func readStops(path string) (map[pipeline.CodiceFiscale]*pipeline.Stop, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read stops: %w", err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read stops: %w", err)
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != stopsColumns {
		return nil, errors.New("read stops: the first line is not " + stopsColumns)
	}
	stops := map[pipeline.CodiceFiscale]*pipeline.Stop{}
	for i, row := range rows[1:] {
		code, err := pipeline.ParseCodiceFiscale(row[0])
		stop := &pipeline.Stop{Reason: row[1]}
		if err := errors.Join(err, stop.From.UnmarshalText([]byte(row[2])), stop.To.UnmarshalText([]byte(row[3]))); err != nil {
			return nil, fmt.Errorf("read stops: line %d: not a tax code, or not dates", i+2)
		}
		if stops[code.Base()] != nil {
			return nil, fmt.Errorf("read stops: line %d: the person is listed twice", i+2)
		}
		stops[code.Base()] = stop
	}
	return stops, nil
}

// restraints is what a decision takes from the home besides the facts. Persons who are stopped and claims that were corrected
// often keep it from being automatic.
type restraints struct {
	list        string // SHA-256 of the list of stops; "" where there is none
	stops       map[pipeline.CodiceFiscale]*pipeline.Stop
	corrections map[string][]pipeline.CorrectionNight // by claim
	handled     map[submissionKey]ledger.Handling     // submissions that operators have touched
	sampling    worklist.Sampling
}

// restraints reads them: the list of stops of the home, the corrections of the nights of a year, and what operators have done
// with submissions, where there is a ledger that knows.
func (h *home) restraints(ctx context.Context) (*restraints, error) {
	r := &restraints{corrections: map[string][]pipeline.CorrectionNight{}, sampling: h.config.Sampling}
	var err error
	if r.handled, err = h.handled(ctx); err != nil {
		return nil, err
	}
	if r.stops, err = readStops(h.stopsFile()); err != nil {
		return nil, &codeError{exitConfig, err, "columns " + stopsColumns + ", dates as 2014-07-01, dal and al may be empty"}
	}
	if r.stops != nil {
		if r.list, _, err = digest.File(h.stopsFile()); err != nil {
			return nil, err
		}
	}
	for i := range h.nights {
		if n := &h.nights[i]; n.date < h.date && n.date >= h.date-ledger.CorrectionYear {
			if err := r.add(n); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// submissionKey tells submissions apart, those that have one protocol too.
type submissionKey struct {
	protocol string
	at       pipeline.Instant
	code     pipeline.CodiceFiscale
}

// handled reads what operators have done with submissions; nothing where there is no ledger, as in a rehearsal.
func (h *home) handled(ctx context.Context) (map[submissionKey]ledger.Handling, error) {
	if h.ledger == nil {
		return nil, nil
	}
	out := map[submissionKey]ledger.Handling{}
	err := h.ledger.Worked(ctx, func(w *store.WorkedSubmission) error {
		out[submissionKey{w.Protocol, w.SubmittedAt, w.TaxCode}] = ledger.Handling{
			ReadAt: w.ReadAt, Outcome: string(w.Outcome), Reopened: w.Reopened,
		}
		return nil
	})
	return out, err
}

func (h *home) stopsFile() string { return filepath.Join(h.app.home, "fermi.csv") }

// add takes the corrections of a night, if its balance says that there may be any.
func (r *restraints) add(n *publishedNight) error {
	m, err := n.manifest()
	if err != nil {
		return err
	}
	any := false
	for _, l := range m.Balance {
		corrected := strings.HasSuffix(l.Item, "_modificata") || strings.HasSuffix(l.Item, "_annullata")
		any = any || corrected && l.Scope == night.Total && l.Value > 0
	}
	if !any {
		return nil
	}
	return scan(n, tables.Actions, func(a *pipeline.Action) {
		if ledger.Corrects(a) {
			r.corrections[a.Claim] = append(r.corrections[a.Claim], pipeline.CorrectionNight{Claim: a.Claim, On: n.date})
		}
	})
}

// decide is the whole decision on one person, as the home restrains it.
func (r *restraints) decide(d *pipeline.Dossier, n ledger.Night) ledger.Result {
	for i := range d.Claims {
		c := &d.Claims[i]
		if len(r.corrections)+len(r.stops) == 0 {
			break
		}
		d.Corrections = append(d.Corrections, r.corrections[c.Number]...)
		if s := r.stops[c.TaxCode.Base()]; s != nil {
			d.Stop = s
		}
	}
	n.Sampling = r.sampling
	if len(d.Submissions) > 0 {
		n.Handled = r.handling
	}
	return ledger.Decide(d, n)
}

func (r *restraints) handling(s *pipeline.SubmissionRow) (ledger.Handling, bool) {
	h, ok := r.handled[submissionKey{s.Protocol, s.SubmittedAt, s.TaxCode}]
	return h, ok
}
