package main

import (
	"cmp"
	"slices"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/tables"
)

// difference is what rehearse prints.
type difference struct {
	Night string           `json:"data_elaborazione"`
	Lines []differenceLine `json:"differenze"`
}

// differenceLine sums the differences of one kind.
type differenceLine struct {
	Office  string `json:"sede"`
	Type    string `json:"tipo_azione"`
	Mode    string `json:"modalita"`
	Change  string `json:"differenza"` // IN_PIU, IN_MENO, CAMBIATA
	Cause   string `json:"causa"`
	Persons int    `json:"persone"`
	Days    int64  `json:"giorni"` // stopped up to the night: those of the rehearsal less those published
	Euro    string `json:"euro"`   // withheld or not paid: those of the rehearsal less those published
}

// The kinds of difference.
const (
	onlyRehearsed = "IN_PIU"
	onlyPublished = "IN_MENO"
	otherwise     = "CAMBIATA"
)

// compare sets the actions in force of the last rehearsed night against those that were published.
func (r *rehearsal) compare() (*difference, error) {
	tried, was := map[string][]pipeline.Action{}, map[string][]pipeline.Action{}
	gather := func(by map[string][]pipeline.Action) func(*pipeline.Action) {
		return func(a *pipeline.Action) { by[a.Claim] = append(by[a.Claim], *a) }
	}
	if err := scan(r.previous, tables.ActionsInForce, gather(tried)); err != nil {
		return nil, err
	}
	if err := scan(r.published, tables.ActionsInForce, gather(was)); err != nil {
		return nil, err
	}
	t := &tally{night: r.published.date, daily: r.daily, lines: map[differenceLine]*summed{}}
	for claim, now := range tried {
		t.claim(now, was[claim])
	}
	for claim, old := range was {
		if tried[claim] == nil {
			t.claim(nil, old)
		}
	}
	return &difference{Night: r.published.date.String(), Lines: t.sorted()}, nil
}

// tally sums differences; the key of a line has no figures.
type tally struct {
	night pipeline.Date
	daily map[string]pipeline.Cents
	lines map[differenceLine]*summed
}

type summed struct {
	persons map[pipeline.CodiceFiscale]bool
	days    int64
	euro    pipeline.Cents
}

// claim compares the actions of one claim.
func (t *tally) claim(now, was []pipeline.Action) {
	wanted := slices.Clone(now)
	for i := range wanted {
		wanted[i].ID = "" // the rehearsal has names of its own
	}
	paired := make([]bool, len(was))
	for i, j := range ledger.Pair(wanted, was) {
		switch {
		case j < 0:
			t.add(&now[i], onlyRehearsed, t.days(&now[i]), t.euro(&now[i]))
		case !now[i].SameContent(&was[j]):
			t.add(&now[i], otherwise, t.days(&now[i])-t.days(&was[j]), t.euro(&now[i])-t.euro(&was[j]))
		}
		if j >= 0 {
			paired[j] = true
		}
	}
	for j := range was {
		if !paired[j] {
			t.add(&was[j], onlyPublished, -t.days(&was[j]), -t.euro(&was[j]))
		}
	}
}

func (t *tally) add(a *pipeline.Action, change string, days int64, euro pipeline.Cents) {
	key := differenceLine{Office: a.Office, Type: a.Type, Mode: a.Mode, Change: change, Cause: a.Cause}
	s := t.lines[key]
	if s == nil {
		s = &summed{persons: map[pipeline.CodiceFiscale]bool{}}
		t.lines[key] = s
	}
	s.persons[a.TaxCode] = true
	s.days += days
	s.euro += euro
}

// days are those that an automatic action has stopped up to the night.
func (t *tally) days(a *pipeline.Action) int64 {
	if a.Mode != pipeline.ModeAuto || a.Type != pipeline.ActionSuspend && a.Type != pipeline.ActionDecade {
		return 0
	}
	last := t.night
	if a.To != 0 && a.Type == pipeline.ActionSuspend {
		last = min(last, a.To)
	}
	return max(int64(last-a.From)+1, 0)
}

// euro are those that an automatic action has withheld, or kept from being paid up to the night.
func (t *tally) euro(a *pipeline.Action) pipeline.Cents {
	if a.Mode == pipeline.ModeAuto && a.Type == pipeline.ActionReduce {
		return a.Total.V
	}
	return pipeline.Cents(t.days(a)) * t.daily[a.Claim]
}

// sorted gives the lines in the order of their keys.
func (t *tally) sorted() []differenceLine {
	lines := make([]differenceLine, 0, len(t.lines))
	for key, s := range t.lines {
		key.Persons, key.Days, key.Euro = len(s.persons), s.days, s.euro.String()
		lines = append(lines, key)
	}
	slices.SortFunc(lines, func(a, b differenceLine) int {
		return cmp.Or(cmp.Compare(a.Office, b.Office), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Mode, b.Mode),
			cmp.Compare(a.Change, b.Change), cmp.Compare(a.Cause, b.Cause))
	})
	return lines
}
