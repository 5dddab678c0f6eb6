package rules

import (
	"sync"

	"incrocio/pipeline"
)

// room is the memory in which a decision notes what it wants and what it tried. One decision after another uses it.
type room struct {
	steps   []step // handed out
	actions []pipeline.Action
	whys    []why
}

// How much is usually enough; a decision that takes more has memory of its own.
const roomSteps, roomActions = 12 * usualSteps, 8

var rooms = sync.Pool{New: func() any {
	return &room{steps: make([]step, 0, roomSteps), actions: make([]pipeline.Action, 0, roomActions), whys: make([]why, 0, roomActions)}
}}

// take gives room for n steps, nil where there is no more.
func (m *room) take(n int) []step {
	used := len(m.steps)
	if used+n > cap(m.steps) {
		return nil
	}
	m.steps = m.steps[:used+n]
	return m.steps[used : used : used+n]
}

// Done says that nobody will look at the decision or ask it for an explanation any more: its memory serves the next one.
// A decision that nobody is done with costs no more than its memory.
func (d *Decision) Done() {
	if d.run == nil || d.run.room == nil {
		return
	}
	m := d.run.room
	d.run.room = nil
	clear(m.steps)
	clear(m.actions[:min(len(d.Actions), cap(m.actions))])
	clear(m.whys[:min(len(d.whyActions), cap(m.whys))])
	m.steps = m.steps[:0]
	*d = Decision{}
	rooms.Put(m)
}
