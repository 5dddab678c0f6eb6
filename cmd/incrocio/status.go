package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
	"incrocio/writers/rundir"
)

// statusNights is how many nights status shows; statusDays how far it looks ahead in the agenda.
const (
	statusNights = 7
	statusDays   = 7
)

func (a *app) statusCommand() *cobra.Command {
	balance := false
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show the last nights, open exceptions by sede and age, and what falls due",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			nights, err := a.publishedNights()
			if err != nil {
				return err
			}
			if len(nights) == 0 {
				return errNoNight
			}
			if balance {
				return a.balance(&nights[len(nights)-1])
			}
			s, err := newStatus(nights)
			if err != nil {
				return err
			}
			return a.print(s, s.write)
		},
	}
	cmd.Flags().BoolVar(&balance, "balance", false, "show the balance (quadratura) of the last night instead")
	return cmd
}

// balance prints the lines of a night's balance, but for those of single files and of the slices that the gates compare.
func (a *app) balance(n *publishedNight) error {
	m, err := n.manifest()
	if err != nil {
		return err
	}
	lines := slices.DeleteFunc(slices.Clone(m.Balance), func(l rundir.BalanceEntry) bool { return strings.Contains(l.Scope, "/") || l.Scope == night.ScopeGates })
	return a.print(lines, func(w io.Writer) error {
		t := &tableText{w: w}
		t.row("AMBITO", "VOCE", "VALORE")
		for _, l := range lines {
			t.row(l.Scope, l.Item, l.Value)
		}
		t.flush()
		return t.err
	})
}

// status is the state of a home after its last night.
type status struct {
	Nights []nightStatus `json:"notti"` // the newest first
	Open   []openStatus  `json:"eccezioni_aperte"`
	Due    []dueStatus   `json:"in_scadenza"`
}

type nightStatus struct {
	Night     string `json:"data_elaborazione"`
	Revision  int    `json:"revisione"`
	Read      int64  `json:"documenti_letti"`
	Discarded int64  `json:"documenti_scartati"`
	Refused   int64  `json:"righe_scarti"` // records of accepted documents too
	InForce   int64  `json:"azioni_in_essere"`
	Open      int64  `json:"eccezioni_oggi"`
}

// openStatus counts the open exceptions of an office by class and by age.
type openStatus struct {
	Office string `json:"sede"`
	Class  string `json:"classe"`
	Week   int    `json:"fino_a_7_giorni"`
	Month  int    `json:"fino_a_30_giorni"`
	Older  int    `json:"oltre_30_giorni"`
}

// dueStatus counts what falls due on a day.
type dueStatus struct {
	Date string `json:"data"`
	Kind string `json:"tipo"`
	Rows int    `json:"righe"`
}

// newStatus looks at the nights of a home, of which there is at least one.
func newStatus(nights []publishedNight) (*status, error) {
	s := &status{Nights: []nightStatus{}, Open: []openStatus{}, Due: []dueStatus{}}
	for i := len(nights) - 1; i >= max(0, len(nights)-statusNights); i-- {
		n, err := statusOf(&nights[i])
		if err != nil {
			return nil, err
		}
		s.Nights = append(s.Nights, n)
	}
	last := &nights[len(nights)-1]
	return s, errors.Join(s.exceptions(last), s.agenda(last))
}

func statusOf(n *publishedNight) (nightStatus, error) {
	m, err := n.manifest()
	if err != nil {
		return nightStatus{}, err
	}
	s := nightStatus{Night: n.date.String(), Revision: m.Revision}
	for _, f := range m.Files {
		if f.Name == tables.Discards.File {
			s.Refused = f.Rows
		}
	}
	for item, to := range map[string]*int64{
		night.ItemRead: &s.Read, night.ItemDiscarded: &s.Discarded, night.ItemInForce: &s.InForce, night.ItemToday: &s.Open,
	} {
		*to, err = n.balance(item)
		if err != nil {
			return nightStatus{}, err
		}
	}
	return s, nil
}

func (s *status) exceptions(n *publishedNight) error {
	err := scan(n, tables.Exceptions, func(e *pipeline.Exception) {
		if e.State == pipeline.ExceptionClosed {
			return
		}
		i := slices.IndexFunc(s.Open, func(o openStatus) bool { return o.Office == e.Office && o.Class == e.Class })
		if i < 0 {
			i = len(s.Open)
			s.Open = append(s.Open, openStatus{Office: e.Office, Class: e.Class})
		}
		switch age := n.date - e.FirstNight; {
		case age <= 7:
			s.Open[i].Week++
		case age <= 30:
			s.Open[i].Month++
		default:
			s.Open[i].Older++
		}
	})
	slices.SortFunc(s.Open, func(x, y openStatus) int {
		return cmp.Or(cmp.Compare(x.Office, y.Office), cmp.Compare(x.Class, y.Class))
	})
	return err
}

func (s *status) agenda(n *publishedNight) error {
	err := scan(n, tables.Agenda, func(r *pipeline.AgendaRow) {
		if r.Date > n.date+statusDays {
			return
		}
		i := slices.IndexFunc(s.Due, func(d dueStatus) bool { return d.Date == r.Date.String() && d.Kind == r.Kind })
		if i < 0 {
			i = len(s.Due)
			s.Due = append(s.Due, dueStatus{Date: r.Date.String(), Kind: r.Kind})
		}
		s.Due[i].Rows++
	})
	slices.SortFunc(s.Due, func(x, y dueStatus) int {
		return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Kind, y.Kind))
	})
	return err
}

func (s *status) write(w io.Writer) error {
	t := &tableText{w: w}
	t.row("NOTTE", "REV", "LETTI", "SCARTATI", "RIGHE DI SCARTI", "IN ESSERE", "ECCEZIONI")
	for _, n := range s.Nights {
		t.row(n.Night, n.Revision, n.Read, n.Discarded, n.Refused, n.InForce, n.Open)
	}
	t.flush()
	if len(s.Open) > 0 {
		t.title("Eccezioni aperte")
		t.row("SEDE", "CLASSE", "FINO A 7 GIORNI", "FINO A 30", "OLTRE")
		for _, o := range s.Open {
			t.row(o.Office, o.Class, o.Week, o.Month, o.Older)
		}
		t.flush()
	}
	if len(s.Due) > 0 {
		t.title(fmt.Sprintf("In scadenza nei prossimi %d giorni", statusDays))
		t.row("DATA", "TIPO", "RIGHE")
		for _, d := range s.Due {
			t.row(d.Date, d.Kind, d.Rows)
		}
		t.flush()
	}
	return t.err
}
