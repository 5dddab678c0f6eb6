package gates

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// adverse: actions against claimants, far above the usual in a slice or as a whole.
func (e *evaluation) adverse() {
	_, total := e.flows()
	size := max(float64(total.New()), e.c.usualOf(e.counts(totalOf)).median)
	doubt := e.c.doubt(size, len(e.past), e.h)
	types := map[string][]Adverse{}
	for _, a := range e.n.Adverse {
		types[a.Type] = append(types[a.Type], a)
	}
	names := make([]string, 0, len(types))
	for name := range types {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		e.adverseOf(name, types[name], doubt)
	}
	if len(names) == 0 {
		e.add(Finding{Gate: GateAdverse, Slice: Slice{Dimension: ByTotal}, Text: "Nessuna azione sfavorevole nuova questa notte."})
	}
}

// adverseOf holds the slices of one type of action, and judges what remains.
func (e *evaluation) adverseOf(name string, actions []Adverse, doubt string) {
	p := newPeeling(actions)
	all := Slice{Dimension: ByTotal, Type: name}
	suspects := e.suspects(p.whole)
	e.peel(p, suspects)
	for _, s := range p.covering(suspects) {
		n := p.whole[s.slice]
		f := Finding{
			Gate: GateAdverse, Slice: s.slice, Measured: float64(n), Usual: s.usual.median,
			Limit: s.usual.high, Verdict: judge(true, doubt, Hold),
		}
		f.Text = e.adverseText(f, s.usual, doubt)
		e.add(f)
		if f.Verdict == Hold {
			e.held[s.slice] = s.usual.median
		}
	}
	n, u := p.left[all], e.usualOf(all)
	f := Finding{
		Gate: GateAdverse, Slice: all, Measured: float64(n), Usual: u.median, Limit: u.high,
		Verdict: judge(e.tooMany(n, u), doubt, Refuse),
	}
	f.Text = e.adverseText(f, u, doubt)
	e.add(f)
}

// peel takes off one slice after another until none is far above its usual.
func (e *evaluation) peel(p *peeling, suspects []suspect) {
	for worst := e.worst(suspects, p.left); worst != nil; worst = e.worst(suspects, p.left) {
		p.take(worst.slice)
	}
}

func (e *evaluation) usualOf(s Slice) usual {
	return e.c.usualOf(e.counts(func(p Past) int64 { return p.Adverse[s] }))
}

// tooMany tells whether a count of adverse actions is far above its usual.
func (e *evaluation) tooMany(n int64, u usual) bool { return n >= e.c.MinSlice && u.above(n) }

// suspect is a slice that is far above its usual as long as nothing is held.
type suspect struct {
	slice Slice
	usual usual
}

// suspects gives them in the order in which equals are held. Holding others never makes a new one.
func (e *evaluation) suspects(counts map[Slice]int64) []suspect {
	var out []suspect
	for s, n := range counts {
		if s.Dimension == ByTotal || n < e.c.MinSlice {
			continue
		}
		if u := e.usualOf(s); e.tooMany(n, u) {
			out = append(out, suspect{s, u})
		}
	}
	slices.SortFunc(out, func(a, b suspect) int {
		return cmp.Or(
			cmp.Compare(slices.Index(adverseDimensions[:], a.slice.Dimension), slices.Index(adverseDimensions[:], b.slice.Dimension)),
			strings.Compare(a.slice.Value, b.slice.Value))
	})
	return out
}

// worst gives the suspect, still far above its usual, that catches the largest share of actions above the usual; nil where
// none is. Small slices are taken for a little less pure than they are: of a sender and its three employers, the sender.
func (e *evaluation) worst(suspects []suspect, left map[Slice]int64) *suspect {
	var best *suspect
	var most float64
	for i := range suspects {
		s := &suspects[i]
		n := left[s.slice]
		if !e.tooMany(n, s.usual) {
			continue
		}
		if share := (float64(n) - s.usual.median) / float64(n+e.c.MinSlice); best == nil || share > most {
			best, most = s, share
		}
	}
	return best
}

// peeling takes slices off a set of actions and keeps the counts of what is left.
type peeling struct {
	actions []Adverse
	taken   []bool
	members map[Slice][]int // actions of a slice
	whole   map[Slice]int64 // before anything was taken
	left    map[Slice]int64
}

func newPeeling(actions []Adverse) *peeling {
	whole := Tally(actions)
	p := &peeling{
		actions: actions, taken: make([]bool, len(actions)), members: map[Slice][]int{},
		whole: whole, left: maps.Clone(whole),
	}
	for i, a := range actions {
		for _, s := range a.slices() {
			p.members[s] = append(p.members[s], i)
		}
	}
	return p
}

// take removes the actions of a slice from every count.
func (p *peeling) take(s Slice) {
	for _, i := range p.members[s] {
		if p.taken[i] {
			continue
		}
		p.taken[i] = true
		for slice, n := range Tally(p.actions[i : i+1]) {
			p.left[slice] -= n
		}
	}
}

// covering names what was taken with the fewest slices: of those suspects that were taken whole, the one with the most
// actions not yet named, then the next. Two employers that make up their sender come out as the sender.
func (p *peeling) covering(suspects []suspect) []suspect {
	var out []suspect
	named := make([]bool, len(p.actions))
	for {
		var best *suspect
		var most int64
		for i := range suspects {
			if p.left[suspects[i].slice] > 0 {
				continue
			}
			if n := p.unnamed(suspects[i].slice, named); n > most {
				best, most = &suspects[i], n
			}
		}
		if best == nil {
			return out
		}
		out = append(out, *best)
		for _, i := range p.members[best.slice] {
			named[i] = true
		}
	}
}

// unnamed counts the actions of a slice that are not named.
func (p *peeling) unnamed(s Slice, named []bool) int64 {
	var n int64
	for _, i := range p.members[s] {
		if !named[i] {
			n += p.actions[i].Count
		}
	}
	return n
}
