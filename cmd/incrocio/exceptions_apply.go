package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"incrocio/pipeline"
	"incrocio/pipeline/workbook"
	"incrocio/pipeline/worklist"
)

// sheetWork carries the plan of a file out.
type sheetWork struct {
	*sheetImport
	plan     *workbook.Plan
	versions map[worklist.Key]int64 // of the items, as the preview found them
	noted    map[worklist.Key]bool  // notes that are there already
	refused  map[int]bool           // rows of which something was refused
	todo     int                    // rows that the preview found something to do for
}

// preview tells what each row will do, by the same function that the store carries commands out with.
func (w *sheetWork) preview(ctx context.Context) ([]rowEffect, error) {
	today, err := w.desk.Today(ctx)
	if err != nil {
		return nil, err
	}
	y, m, d := today.Civil()
	noon := pipeline.InstantOf(time.Date(y, time.Month(m), d, 12, 0, 0, 0, pipeline.Rome)) // an item goes by the day
	w.noted = map[worklist.Key]bool{}
	effects := w.refusals()
	rows := map[int]bool{}
	for i := range w.plan.Steps {
		s := &w.plan.Steps[i]
		for j := range s.Numbers {
			item, err := w.look(ctx, s, j)
			if err != nil {
				return nil, err
			}
			e := s.Preview(j, item, w.who, noon)
			if w.noted[e.Key] && e.Verb == worklist.VerbNote {
				e.Effect = workbook.EffectSame
			}
			if effects = w.add(effects, e); !w.refused[e.Number] && e.Effect != workbook.EffectSame {
				rows[e.Number] = true
			}
		}
	}
	w.todo = len(rows)
	return sorted(effects), nil
}

// look reads an item as the operator sees it; nil for one that is not shown.
func (w *sheetWork) look(ctx context.Context, s *workbook.Step, i int) (*worklist.Item, error) {
	d, err := w.desk.Look(ctx, w.who, s.Command.Items[i].Key)
	if errors.Is(err, worklist.ErrUnknown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	w.versions[d.Key] = d.Version
	if s.Command.Verb == worklist.VerbNote {
		w.noted[d.Key] = slices.ContainsFunc(d.Notes, func(n worklist.Note) bool {
			return n.By == w.who.Name && n.Text == s.Command.Text
		})
	}
	return &d.Item, nil
}

// apply carries the commands out. A row whose closing was refused gets no note. What a failure leaves undone is left out of
// the effects.
func (w *sheetWork) apply(ctx context.Context) ([]rowEffect, error) {
	clear(w.refused)
	effects := w.refusals()
	for i := range w.plan.Steps {
		s := &w.plan.Steps[i]
		if s.Command.Verb == worklist.VerbNote && w.refused[s.Numbers[0]] {
			continue
		}
		if s.Command.Verb == worklist.VerbNote && w.noted[s.Command.Items[0].Key] {
			effects = w.add(effects, workbook.Effect{Number: s.Numbers[0], Key: s.Command.Items[0].Key, Effect: workbook.EffectSame})
			continue
		}
		r, err := w.desk.Do(ctx, w.who, &s.Command)
		switch {
		case errors.Is(err, worklist.ErrIncomplete), errors.Is(err, worklist.ErrToken):
			r.Results = make([]worklist.Result, len(s.Numbers))
			for j := range r.Results {
				r.Results[j] = worklist.Result{Key: s.Command.Items[j].Key, Err: err}
			}
		case err != nil:
			return sorted(effects), err
		}
		for j := range s.Numbers {
			e := s.Done(j, resultOf(&r, s.Command.Items[j].Key), w.versions[s.Command.Items[j].Key])
			w.versions[e.Key] = max(w.versions[e.Key], e.Version)
			effects = w.add(effects, e)
		}
	}
	return sorted(effects), nil
}

// resultOf finds what a command did to an item.
func resultOf(r *worklist.Receipt, k worklist.Key) *worklist.Result {
	for i := range r.Results {
		if r.Results[i].Key == k {
			return &r.Results[i]
		}
	}
	return &worklist.Result{Key: k, Err: worklist.ErrUnknown}
}

// refusals are the rows that the file itself rules out.
func (w *sheetWork) refusals() (effects []rowEffect) {
	for _, r := range w.plan.Refused {
		effects = append(effects, rowEffectOf(&workbook.Effect{Number: r.Number, Key: r.Key, Effect: workbook.EffectRefused, Err: r.Err}))
		w.refused[r.Number] = true
	}
	return effects
}

// add adds an effect. The note of a row whose closing is refused is refused with it and told once.
func (w *sheetWork) add(effects []rowEffect, e workbook.Effect) []rowEffect {
	if w.refused[e.Number] {
		return effects
	}
	w.refused[e.Number] = e.Effect == workbook.EffectRefused
	return append(effects, rowEffectOf(&e))
}

func sorted(effects []rowEffect) []rowEffect {
	slices.SortStableFunc(effects, func(a, b rowEffect) int { return cmp.Compare(a.Number, b.Number) })
	return effects
}
