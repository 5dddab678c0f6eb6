package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

func (a *app) diffCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "diff D1 D2",
		Short:   "Show what appeared, changed or vanished between two nights, each with its one cause",
		Example: "  incrocio diff 2014-07-01 2014-07-02",
		Args:    exactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			var dates [2]pipeline.Date
			for i, s := range args {
				d, err := pipeline.ParseDate(s)
				if err != nil {
					return &usageError{err: fmt.Errorf("%q: %w", s, err)}
				}
				dates[i] = d
			}
			if dates[0] >= dates[1] {
				return &usageError{err: fmt.Errorf("%s is not before %s", dates[0], dates[1])}
			}
			changes, err := a.diff(dates[0], dates[1])
			if err != nil {
				return err
			}
			return a.print(changes, func(w io.Writer) error { return writeChanges(w, changes) })
		},
	}
}

// change is an action that is not the same after two nights.
type change struct {
	Kind     string `json:"differenza"` // APPARSA, CAMBIATA, SPARITA
	ID       string `json:"id_azione"`
	Claim    string `json:"numero_domanda"`
	Type     string `json:"tipo_azione"`
	From     string `json:"dal"`
	To       string `json:"al"`
	PrevFrom string `json:"dal_precedente"`
	PrevTo   string `json:"al_precedente"`
	Cause    string `json:"causa"`
	Night    string `json:"data_elaborazione"` // the night that changed it last
	Reason   string `json:"motivazione"`
}

const (
	appeared = "APPARSA"
	changed  = "CAMBIATA"
	vanished = "SPARITA"
)

// diff compares what was in force after two nights. The cause is that of the last night in between that touched it.
func (a *app) diff(from, to pipeline.Date) ([]change, error) {
	nights, err := a.publishedNights()
	if err != nil {
		return nil, err
	}
	var before, after map[string]pipeline.Action
	touched := map[string]pipeline.Action{}
	for i := range nights {
		n := &nights[i]
		switch {
		case n.date == from:
			before, err = inForce(n)
		case n.date > from && n.date <= to:
			err = scan(n, tables.Actions, func(x *pipeline.Action) { touched[x.ID] = *x })
		}
		if err == nil && n.date == to {
			after, err = inForce(n)
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case before == nil:
		return nil, notPublished(from)
	case after == nil:
		return nil, notPublished(to)
	}
	return compareActions(before, after, touched), nil
}

func inForce(n *publishedNight) (map[string]pipeline.Action, error) {
	rows := map[string]pipeline.Action{}
	err := scan(n, tables.ActionsInForce, func(x *pipeline.Action) { rows[x.ID] = *x })
	return rows, err
}

func compareActions(before, after, touched map[string]pipeline.Action) []change {
	changes := []change{}
	for id, x := range touched {
		old, had := before[id]
		now, has := after[id]
		c := change{
			ID: id, Claim: x.Claim, Type: x.Type, From: now.From.String(), To: now.To.String(),
			PrevFrom: old.From.String(), PrevTo: old.To.String(), Cause: x.Cause, Night: x.Night.String(), Reason: x.Reason,
		}
		switch {
		case had && has:
			c.Kind = changed
		case has:
			c.Kind = appeared
		case had:
			c.Kind = vanished
		default:
			continue // it came and went in between
		}
		changes = append(changes, c)
	}
	slices.SortFunc(changes, func(x, y change) int {
		return cmp.Or(cmp.Compare(x.Claim, y.Claim), cmp.Compare(cmp.Or(x.From, x.PrevFrom), cmp.Or(y.From, y.PrevFrom)),
			cmp.Compare(x.Type, y.Type), cmp.Compare(x.ID, y.ID))
	})
	return changes
}

func writeChanges(w io.Writer, changes []change) error {
	if len(changes) == 0 {
		_, err := fmt.Fprintln(w, "nessuna differenza")
		return err
	}
	t := &tableText{w: w}
	t.row("DIFFERENZA", "DOMANDA", "AZIONE", "PRIMA", "DOPO", "CAUSA", "NOTTE")
	for _, c := range changes {
		t.row(c.Kind, c.Claim, c.Type, days(c.PrevFrom, c.PrevTo), days(c.From, c.To), c.Cause, c.Night)
	}
	t.flush()
	return t.err
}

// days writes a stretch of days, "-" for none.
func days(from, to string) string {
	switch {
	case from == "":
		return "-"
	case to == "":
		return from
	}
	return from + "/" + to
}
