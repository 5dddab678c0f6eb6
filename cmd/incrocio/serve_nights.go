package main

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"incrocio/pipeline"
	"incrocio/pipeline/night"
	"incrocio/pipeline/tables"
	"incrocio/writers/rundir"
	"incrocio/writers/store"
)

// maxAgenda is how many rows of the agenda are kept of each sede, the nearest first.
const maxAgenda = 1000

// nights is what was published, as the console shows it. The last night is read when it is first asked for and kept until
// there is another one. It is safe for concurrent use.
type nights struct {
	app   *app
	store *store.Store

	mu       sync.Mutex
	date     pipeline.Date // of the night that was read; 0 while none was
	revision int32
	agenda   map[string][]pipeline.AgendaRow // by sede, as published
	balance  []pipeline.BalanceRow
}

// Last gives the date of the last published night; 0 where there is none.
func (n *nights) Last(ctx context.Context) (pipeline.Date, error) {
	last, _, err := n.store.LastNight(ctx)
	return last.Date, err
}

// Agenda gives what falls due, of the sedi named (nil: of all), by sede and day.
func (n *nights) Agenda(ctx context.Context, offices []string) ([]pipeline.AgendaRow, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.read(ctx); err != nil {
		return nil, err
	}
	if offices == nil {
		for office := range n.agenda {
			offices = append(offices, office)
		}
	} else {
		offices = slices.Clone(offices)
	}
	slices.Sort(offices)
	var rows []pipeline.AgendaRow
	for _, office := range slices.Compact(offices) {
		rows = append(rows, n.agenda[office]...)
	}
	return rows, nil
}

// Night gives the last night with its balance, but for the lines of single files and those that the gates compare.
func (n *nights) Night(ctx context.Context) (pipeline.Date, []pipeline.BalanceRow, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.read(ctx); err != nil {
		return 0, nil, err
	}
	return n.date, slices.Clone(n.balance), nil
}

// read reads the last night, where it is another than the one that was read. A night whose folder is not there, as on a
// machine that has only the ledger, is none.
func (n *nights) read(ctx context.Context) error {
	last, there, err := n.store.LastNight(ctx)
	if err != nil || !there || last.Date == n.date && last.Revision == n.revision {
		return err
	}
	next := nights{date: last.Date, revision: last.Revision, agenda: map[string][]pipeline.AgendaRow{}}
	err = next.load(n.app.home)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		n.date, n.revision, n.agenda, n.balance = next.date, next.revision, next.agenda, next.balance
	}
	return err
}

func (n *nights) load(home string) error {
	folder := nightAt(rundir.Dir(home, n.date), n.date)
	m, err := folder.manifest()
	if err != nil {
		return err
	}
	for _, l := range m.Balance {
		if !strings.Contains(l.Scope, "/") && l.Scope != night.ScopeGates {
			n.balance = append(n.balance, pipeline.BalanceRow{Scope: l.Scope, Item: l.Item, Value: l.Value, Night: n.date})
		}
	}
	return scan(&folder, tables.Agenda, func(r *pipeline.AgendaRow) {
		if of := n.agenda[r.Office]; len(of) < maxAgenda {
			n.agenda[r.Office] = append(of, *r)
		}
	})
}
