package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
	"incrocio/writers/store"
)

// memoryDesk is a desk in memory: items and accounts, changed by the rules of the list. It pages by id and knows the
// filters by list and day only.
type memoryDesk struct {
	now      pipeline.Instant
	details  map[worklist.Key]*worklist.Detail
	accounts map[string]worklist.Account
	entries  []store.Entry
	asked    []worklist.Query
	commands []worklist.Command
	last     int64 // closing
	fail     error // of every call, where it is not nil
	looked   int
	closed   bool
	meddle   func() // between a look and what comes after it
}

var deskNoon = documents.Moment(pipeline.MustDate("2014-07-02"), 12, 0)

func newMemoryDesk(details ...worklist.Detail) *memoryDesk {
	m := &memoryDesk{now: deskNoon, details: map[worklist.Key]*worklist.Detail{}, accounts: map[string]worklist.Account{}}
	for _, d := range details {
		m.details[d.Key] = &d
	}
	return m
}

// call runs a command on the desk.
func (m *memoryDesk) call(t *testing.T, args ...string) called { return m.callIn(t, "", args...) }

// callIn is call with something on stdin.
func (m *memoryDesk) callIn(t *testing.T, stdin string, args ...string) called {
	t.Helper()
	return callWith(t, t.TempDir(), func(w *world) {
		w.desk = func(context.Context) (desk, error) { return m, nil }
		w.stdin = strings.NewReader(stdin)
	}, args...)
}

func (m *memoryDesk) Close() error { m.closed = true; return nil }

func (m *memoryDesk) Append(_ context.Context, e store.Entry) (store.Head, error) {
	m.entries = append(m.entries, e)
	return store.Head{}, m.fail
}

func (m *memoryDesk) Today(context.Context) (pipeline.Date, error) {
	return worklist.Today(m.now), m.fail
}

func (m *memoryDesk) Do(_ context.Context, who *worklist.Operator, c *worklist.Command) (worklist.Receipt, error) {
	if m.fail != nil {
		return worklist.Receipt{}, m.fail
	}
	m.commands = append(m.commands, *c)
	targets := c.Items
	if c.Group != 0 {
		targets = m.group(c.Group)
		if len(targets) == 0 {
			return worklist.Receipt{Results: []worklist.Result{{Err: worklist.ErrUnknown}}}, nil
		}
	}
	r := worklist.Receipt{Group: c.Group}
	for _, target := range targets {
		r.Results = append(r.Results, m.apply(who, c, target, &r))
	}
	return r, nil
}

func (m *memoryDesk) apply(who *worklist.Operator, c *worklist.Command, target worklist.Target, r *worklist.Receipt) worklist.Result {
	d, ok := m.details[target.Key]
	if !ok {
		return worklist.Result{Key: target.Key, Err: worklist.ErrUnknown}
	}
	change, err := worklist.Apply(d.Item, c, target, who, m.now)
	if err != nil {
		return worklist.Result{Key: target.Key, State: d.State, Version: d.Version, Err: err}
	}
	out := worklist.Result{Key: target.Key, State: change.Item.State, Version: change.Item.Version}
	if cl := change.Closing; cl != nil {
		if cl.Number == 0 {
			m.last++
			cl.Number = m.last
			if r.Group == 0 {
				r.Group = m.last
			}
			cl.Group = r.Group
		}
		out.Closing = cl.Number
		r.Waits = r.Waits || cl.Second && cl.ApprovedBy == "" && !cl.Undone
		d.Closings = append(d.Closings, *cl)
	}
	if c.Verb == worklist.VerbNote {
		d.Notes = append(d.Notes, worklist.Note{Key: target.Key, By: who.Name, At: m.now, Text: c.Text})
	}
	d.Item = change.Item
	return out
}

func (m *memoryDesk) group(n int64) (out []worklist.Target) {
	for _, d := range m.sorted() {
		if d.Closing != nil && (d.Closing.Group == n || d.Closing.Number == n) {
			out = append(out, worklist.Target{Key: d.Key, Version: -1})
		}
	}
	return out
}

func (m *memoryDesk) sorted() []*worklist.Detail {
	var all []*worklist.Detail
	for _, d := range m.details {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *worklist.Detail) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return all
}

func (m *memoryDesk) List(_ context.Context, who *worklist.Operator, q *worklist.Query) (worklist.Page, error) {
	m.asked = append(m.asked, *q)
	limit := cmp.Or(q.Limit, 50)
	var p worklist.Page
	for _, d := range m.sorted() {
		listed := slices.Contains(q.List.States(d.Kind), d.Now(worklist.Today(m.now)))
		switch {
		case d.Kind != q.Kind || !who.Sees(d.Office) || d.ID <= q.After:
		case !listed:
		case q.From != 0 && (d.Day < q.From || d.Day > q.To):
		case len(p.Rows) == limit:
			p.Next = p.Rows[limit-1].ID
			return p, m.fail
		default:
			p.Rows = append(p.Rows, d.Row)
		}
	}
	return p, m.fail
}

func (m *memoryDesk) Look(_ context.Context, who *worklist.Operator, k worklist.Key) (worklist.Detail, error) {
	m.looked++
	d, ok := m.details[k]
	switch {
	case m.fail != nil:
		return worklist.Detail{}, m.fail
	case !ok || !who.Sees(d.Office):
		return worklist.Detail{}, worklist.ErrUnknown
	}
	seen := *d
	if m.meddle != nil {
		m.meddle()
	}
	return seen, nil
}

func (m *memoryDesk) Requests(context.Context, *worklist.Operator) (out []worklist.Request, err error) {
	byGroup := map[int64]int{}
	for _, d := range m.sorted() {
		if d.State != worklist.StateApproval {
			continue
		}
		i, ok := byGroup[d.Closing.Group]
		if !ok {
			i = len(out)
			byGroup[d.Closing.Group] = i
			out = append(out, worklist.Request{Closing: *d.Closing})
		}
		out[i].Rows = append(out[i].Rows, d.Row)
	}
	return out, m.fail
}

func (m *memoryDesk) Tallies(context.Context, *worklist.Operator) ([]worklist.Tally, error) {
	return []worklist.Tally{
		{Kind: worklist.KindException, Class: pipeline.ClassBlock, State: worklist.StatePending, Items: 1, Oldest: pipeline.MustDate("2014-06-01")},
		{Office: "7000", Kind: worklist.KindException, Class: pipeline.ClassHold, State: worklist.StateTaken, Items: 12, Overdue: 3},
	}, m.fail
}

func (m *memoryDesk) Findings(_ context.Context, _ *worklist.Operator, from, to pipeline.Date) ([]worklist.Finding, error) {
	m.asked = append(m.asked, worklist.Query{From: from, To: to})
	return []worklist.Finding{{Code: "DUPLICATO", Founded: 1, Useful: 2, Unfounded: 5}, {Code: "INDEBITO"}}, m.fail
}

func (m *memoryDesk) Questions(context.Context, *worklist.Operator, pipeline.Date, pipeline.Date) ([]worklist.Sheet, error) {
	return nil, m.fail
}

func (m *memoryDesk) Trail(_ context.Context, _ *worklist.Operator, k worklist.Key) ([]worklist.Trace, error) {
	return []worklist.Trace{{Number: 7, At: m.now, Who: "rossi", What: "PRENDI", Detail: `{"versione":1}`}, {Number: 9, At: m.now, Who: "x", What: k.ID}}, m.fail
}

func (m *memoryDesk) Account(_ context.Context, name string) (worklist.Account, bool, error) {
	a, ok := m.accounts[(&worklist.Operator{Name: name}).ID()]
	return a, ok, m.fail
}

func (m *memoryDesk) SaveAccount(_ context.Context, by string, a worklist.Account) error {
	if by == "" {
		return errors.New("nobody saves an account")
	}
	a.Created = m.now
	m.accounts[(&worklist.Operator{Name: a.Name}).ID()] = a
	return m.fail
}

func (m *memoryDesk) Accounts(context.Context) (out []worklist.Account, err error) {
	for _, a := range m.accounts {
		a.Secret = ""
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b worklist.Account) int { return cmp.Compare(a.Name, b.Name) })
	return out, m.fail
}
