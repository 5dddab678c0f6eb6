package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"
	"unicode"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/night"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
)

// gate is what stands between the night and its publication.
func (h *home) gate(ctx context.Context) night.Gate {
	old := len(h.allBefore()) >= h.config.Gates.MinNights
	return night.Gate{
		Again: h.config.GatesOn && (old || h.accept != ""),
		Judge: func(n gates.Night) (night.Judgement, error) { return h.judge(ctx, n) },
	}
}

// judge puts the night before the gates. Where they are off all passes, and is kept for the nights to come all the same.
func (h *home) judge(ctx context.Context, n gates.Night) (night.Judgement, error) {
	if !h.config.GatesOn {
		return night.Judgement{}, nil
	}
	past, err := h.past(ctx, &n)
	if err != nil {
		return night.Judgement{}, err
	}
	r := gates.Evaluate(n, past, h.config.Gates)
	if h.accept == "" || r.Verdict() < gates.Hold {
		return night.Judgement{Result: r}, nil
	}
	accepted, err := r.Accept(h.accept)
	if err == nil && !h.dryRun {
		err = h.takeWord(ctx, r.Findings)
	}
	return night.Judgement{Result: accepted, Accepted: true}, err
}

// past reads what the ledger keeps of the nights that this one is compared with.
func (h *home) past(ctx context.Context, n *gates.Night) (gates.History, error) {
	out := gates.History{Published: len(h.allBefore())}
	if h.ledger == nil { // a trial run on a home without one
		return out, nil
	}
	for week := 1; week <= h.config.Gates.Weeks; week++ {
		date := h.date - pipeline.Date(7*week)
		if date <= 0 {
			break
		}
		nights, err := h.ledger.Nights(ctx, date, date)
		if err != nil {
			return out, err
		}
		for i := range nights {
			if nights[i].State != store.NightPublished {
				continue
			}
			var lines []rundir.BalanceEntry
			if err := json.Unmarshal([]byte(nights[i].Counters), &lines); err != nil {
				return out, fmt.Errorf("counters of night %s: %w", date, err)
			}
			out.Nights = append(out.Nights, night.PastOf(date, balanceRows(lines), n.Adverse))
		}
	}
	return out, nil
}

func balanceRows(lines []rundir.BalanceEntry) []pipeline.BalanceRow {
	out := make([]pipeline.BalanceRow, len(lines))
	for i, l := range lines {
		out[i] = pipeline.BalanceRow{Scope: l.Scope, Item: l.Item, Value: l.Value}
	}
	return out
}

// operator names the person at the keyboard, as the machine knows them.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "uid " + strconv.Itoa(os.Getuid())
}

// parseReason checks the reason of --accept, which goes to audit and logs; "" where the flag was not given.
func parseReason(reason string, given bool) (string, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	switch {
	case !given:
		return "", nil
	case reason == "":
		return "", &usageError{err: errors.New("--accept needs a reason"), hint: `--accept "why the night may pass"`}
	}
	words := strings.FieldsFunc(strings.ToUpper(reason), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range words {
		if _, err := pipeline.ParseCodiceFiscale(w); err == nil && len(w) == 16 {
			return "", &usageError{err: errors.New("--accept: the reason holds a person's tax code, which would be logged"), hint: "name the claim or the sede instead"}
		}
	}
	return reason, nil
}

// shownFinding is what a gate says, as it is printed and audited.
type shownFinding struct {
	Gate     gates.Gate    `json:"varco"`
	Slice    string        `json:"fetta"` // tax codes masked
	Measured float64       `json:"misura"`
	Usual    float64       `json:"di_solito"`
	Limit    float64       `json:"limite"`
	Verdict  gates.Verdict `json:"esito"`
	Text     string        `json:"testo"`
}

// shownFindings gives the findings of at least a verdict.
func shownFindings(found []gates.Finding, least gates.Verdict) []shownFinding {
	out := []shownFinding{}
	for _, f := range found {
		if f.Verdict >= least {
			out = append(out, shownFinding{f.Gate, f.Slice.String(), f.Measured, f.Usual, f.Limit, f.Verdict, f.Text})
		}
	}
	return out
}
