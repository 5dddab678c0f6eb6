package chain

import (
	"cmp"
	"slices"

	"incrocio/pipeline"
)

// urgencyDays is how far the first day of a hire may lie from the one of the urgent notice that it follows.
const urgencyDays = 5

// family separates documents that never speak of one another's jobs.
type family byte

const (
	familyOrdinary family = iota
	familyAgency
	familyDomestic
)

var families = [...]family{familyOrdinary, familyAgency, familyDomestic}

func familyOf(c *pipeline.Communication) family {
	switch c.Model {
	case pipeline.ModelUnisomm:
		return familyAgency
	case pipeline.ModelDomestico:
		return familyDomestic
	}
	return familyOrdinary
}

// key is what tells jobs of one person apart, as far as documents go.
type key struct {
	family   family
	employer string
	start    pipeline.Date
}

func keyOf(c *pipeline.Communication) key { return key{familyOf(c), c.Employer, c.Start} }

// whole tells whether the key says anything: documents without employer or start are never joined.
func (k key) whole() bool { return k.employer != "" && k.start != 0 }

// relation is a relationship as the statements that are about it.
type relation struct {
	hires  []*statement
	events []*statement // all that is neither hire nor urgent notice
	urgent []*statement
	hired  bool          // one of the hires is valid
	start  pipeline.Date // that the events of an orphan agree on
	weak   bool
}

// alive tells whether something of the relation stands: a hire, or, where none is known, anything else.
func (r *relation) alive() bool {
	if len(r.hires) > 0 {
		return r.hired
	}
	return anyValid(r.events) || anyValid(r.urgent)
}

func anyValid(list []*statement) bool {
	return slices.ContainsFunc(list, func(s *statement) bool { return s.valid != nil })
}

// linker brings statements together into relations.
type linker struct {
	comms     []*pipeline.Communication
	relations []*relation
	index     lookup[key, *relation]
	stays     stays
}

func newLinker(comms []*pipeline.Communication) *linker {
	return &linker{comms: comms}
}

// open adds an empty relation.
func (l *linker) open() *relation {
	r := &relation{}
	l.relations = append(l.relations, r)
	return r
}

// learn makes a key lead to r unless it leads elsewhere already.
func (l *linker) learn(k key, r *relation) {
	if !k.whole() {
		return
	}
	if _, ok := l.index.get(k); !ok {
		l.index.put(k, r)
	}
}

// at gives the relation of a key, a new one where there is none.
func (l *linker) at(k key) *relation {
	if r, ok := l.index.get(k); ok {
		return r
	}
	r := l.open()
	r.start = k.start
	l.learn(k, r)
	return r
}

// link places every statement. Hires come first, then what cites a first day that is known, then transfers, since
// they lend a relation the name of its new employer, then what can only be placed by days; urgent notices and what was
// cancelled come last and draw nothing to themselves.
func (l *linker) link(list []*statement) {
	var hires, events, transfers, urgent, void []*statement
	for _, s := range list {
		switch {
		case s.event() == pipeline.EventUrgent:
			urgent = append(urgent, s)
		case s.event() == pipeline.EventHire && !cancels(s.about):
			hires = append(hires, s)
		case s.valid == nil:
			void = append(void, s)
		case s.event() == pipeline.EventTransfer:
			transfers = append(transfers, s)
		default:
			events = append(events, s)
		}
	}
	l.placeHires(hires)
	events = l.placeExact(events)
	l.placeTransfers(transfers)
	l.placeWeak(l.placeExact(events))
	l.placeUrgent(urgent)
	l.placeVoid(void)
}

// placeHires makes a relation of the hires with one key and lets every version of them lead to it: a version that
// stands before one that was replaced, a relation that is alive before one that was cancelled.
func (l *linker) placeHires(hires []*statement) {
	var byKey lookup[key, *relation]
	for _, s := range hires {
		k := keyOf(s.about)
		r, ok := byKey.get(k)
		if !ok || !k.whole() {
			r = l.open()
			byKey.put(k, r)
		}
		r.hires = append(r.hires, s)
		r.hired = r.hired || s.valid != nil
	}
	for _, alive := range [...]bool{true, false} {
		for _, r := range l.relations {
			if r.alive() == alive {
				k := keyOf(r.hires[0].about)
				l.learn(k, r)
				if alive && k.whole() {
					l.stays.add(k, k.start, r)
				}
			}
		}
		for _, r := range l.relations {
			if r.alive() != alive {
				continue
			}
			for _, s := range r.hires {
				for _, n := range s.docs {
					l.learn(keyOf(l.comms[n]), r)
				}
			}
		}
	}
}

// placeExact places the statements whose employer and start are known and gives the others.
func (l *linker) placeExact(events []*statement) []*statement {
	var rest []*statement
	for _, s := range events {
		if r, ok := l.index.get(keyOf(s.about)); ok {
			r.events = append(r.events, s)
		} else {
			rest = append(rest, s)
		}
	}
	return rest
}

// placeTransfers places transfers in the order of their days, so that each finds the employer the one before gave.
func (l *linker) placeTransfers(transfers []*statement) {
	slices.SortStableFunc(transfers, func(a, b *statement) int {
		return cmp.Or(cmp.Compare(a.about.EventDate, b.about.EventDate), cmp.Compare(a.first, b.first))
	})
	moved := make([]move, 0, len(transfers))
	for _, s := range transfers {
		c := s.about
		k, r := l.formerly(c)
		if r == nil {
			if r = l.stays.find(place{k.family, k.employer}, c.EventDate, c.EventDate); r != nil {
				r.weak = true
				l.learn(k, r)
			} else {
				r = l.at(k)
				moved = append(moved, move{k, k.start, r})
			}
		}
		r.events = append(r.events, s)
		k.employer = c.Employer
		l.learn(k, r)
		moved = append(moved, move{k, c.EventDate, r})
	}
	for _, m := range moved {
		if m.relation.alive() {
			l.stays.add(m.to, m.from, m.relation)
		}
	}
}

// move is a stay to be added once all of a kind are placed.
type move struct {
	to       key
	from     pipeline.Date
	relation *relation
}

// formerly finds the relation a transfer takes the worker from, ordinary work first, and the key that it goes by.
func (l *linker) formerly(c *pipeline.Communication) (key, *relation) {
	k := key{employer: c.PreviousEmployer, start: c.Start}
	for _, f := range families {
		k.family = f
		if r, ok := l.index.get(k); ok {
			return k, r
		}
	}
	k.family = familyOf(c)
	return k, nil
}

// placeWeak places what no key leads to: by days, else on its own. What cites a start comes first, since it may rebuild
// the relationship that the others need.
func (l *linker) placeWeak(events []*statement) {
	l.stays.renew()
	var undated []*statement
	var rebuilt []move
	for _, s := range events {
		k := keyOf(s.about)
		if k.start == 0 {
			undated = append(undated, s)
			continue
		}
		r, ok := l.index.get(k) // one of these may have brought it
		if !ok {
			r = l.covering(s.about)
		}
		if r == nil {
			r = l.at(k)
			rebuilt = append(rebuilt, move{k, k.start, r})
		}
		l.learn(k, r)
		r.events = append(r.events, s)
	}
	for _, m := range rebuilt {
		l.stays.add(m.to, m.from, m.relation)
	}
	l.stays.renew()
	for _, s := range undated {
		r := l.covering(s.about)
		if r == nil {
			r = l.open()
		}
		r.events = append(r.events, s)
	}
}

// covering finds the relation with the employer of an event that ran on its day, and marks it weak; nil where none did.
// The day of an extension is the end that it moves, else the start it cites, since its own date is yet to come.
func (l *linker) covering(c *pipeline.Communication) *relation {
	on, still := c.EventDate, c.EventDate
	if c.Event == pipeline.EventExtension {
		still = c.Start
		if c.Model != pipeline.ModelUnisomm && c.End != 0 && c.End < c.EventDate {
			still = c.End
		}
		if still != 0 {
			on = still
		}
	}
	r := l.stays.find(place{familyOf(c), c.Employer}, on, still)
	if r != nil {
		r.weak = true
	}
	return r
}

// placeUrgent joins urgent notices to what followed them, and those that nothing followed to one another.
func (l *linker) placeUrgent(urgent []*statement) {
	if len(urgent) == 0 {
		return
	}
	cited, near := l.followers()
	alone := map[key]*relation{}
	for _, s := range urgent {
		k := keyOf(s.about)
		r := l.citing(cited, s)
		if r == nil {
			r = l.beginning(near, k)
		}
		if r == nil {
			r = alone[k]
		}
		if r == nil {
			r = l.open()
			if k.whole() {
				alone[k] = r
			}
		}
		r.urgent = append(r.urgent, s)
	}
}

// followers gives the relations with a hire sent as following an urgency, by the code it cites and by its key.
func (l *linker) followers() (cited map[string]*relation, near map[key]*relation) {
	cited, near = map[string]*relation{}, map[key]*relation{}
	for _, alive := range [...]bool{true, false} {
		for _, r := range l.relations {
			if r.alive() != alive {
				continue
			}
			for _, s := range r.hires {
				for _, n := range s.docs {
					c := l.comms[n]
					if !followsUrgency(c.Purpose) {
						continue
					}
					if _, ok := cited[c.PreviousCode]; !ok && !pipeline.UnassignedCode(c.PreviousCode) {
						cited[c.PreviousCode] = r
					}
					k := key{employer: c.Employer, start: c.Start}
					if _, ok := near[k]; !ok && alive {
						near[k] = r
					}
				}
			}
		}
	}
	return cited, near
}

func followsUrgency(p pipeline.Purpose) bool {
	return p == "02" || p == "07" || p == "08" || p == "09"
}

// citing finds the relation whose hire cites one of the documents of an urgent notice.
func (l *linker) citing(cited map[string]*relation, s *statement) *relation {
	for _, n := range s.docs {
		if r := cited[l.comms[n].Code]; r != nil {
			return r
		}
	}
	return nil
}

// beginning finds the relation alive that begins with the employer and day of an urgent notice, or, among those
// that followed an urgency, the nearest within five days, the later of two.
func (l *linker) beginning(near map[key]*relation, k key) *relation {
	if !k.whole() {
		return nil
	}
	for _, f := range families {
		if r, ok := l.index.get(key{f, k.employer, k.start}); ok && r.alive() {
			return r
		}
	}
	for d := pipeline.Date(1); d <= urgencyDays; d++ {
		for _, start := range [...]pipeline.Date{k.start + d, k.start - d} {
			if r := near[key{employer: k.employer, start: start}]; r != nil {
				return r
			}
		}
	}
	return nil
}

// placeVoid places what was cancelled, and cancellations of what is not here. An event goes where it would if it stood, so that
// the job that it was about hears of its cancellation.
func (l *linker) placeVoid(void []*statement) {
	for _, s := range void {
		k := keyOf(s.about)
		r, _ := l.index.get(k)
		if s.event() == pipeline.EventTransfer {
			if _, former := l.formerly(s.about); former != nil {
				r = former
			}
		} else if r == nil && s.event() != pipeline.EventHire {
			r = l.covering(s.about)
		}
		if r == nil {
			r = l.at(k)
		}
		r.events = append(r.events, s)
	}
}
