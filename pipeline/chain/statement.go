package chain

import "incrocio/pipeline"

// statement is one declared event with its history. Documents are given by rank, their place in the order of sending.
type statement struct {
	docs  []int
	valid *pipeline.Communication // nil where it was cancelled, or where only a cancellation is known
	about *pipeline.Communication // valid, else the last version of what was cancelled
	first int                     // rank of the first document
	last  int                     // rank of about
}

// event is what the statement declares.
func (s *statement) event() pipeline.EventKind { return s.about.Event }

// document is the parts of one document, comms[from:to]: one, but for a VarDatori that names the worker again.
type document struct{ from, to int }

// statements sorts the documents, which are in order of sending, into statements by first document.
func statements(comms []*pipeline.Communication) []*statement {
	if !anyAct(comms) {
		return alone(comms)
	}
	d := newDeclarations(comms)
	d.aim()
	for n := range d.acts {
		if d.state[n] == fresh {
			d.resolve(n)
		}
	}
	return d.collect()
}

// alone makes a statement of every document, where none acts on another.
func alone(comms []*pipeline.Communication) []*statement {
	out, all, ranks := make([]*statement, len(comms)), make([]statement, len(comms)), make([]int, len(comms))
	for i, c := range comms {
		ranks[i] = i
		all[i] = statement{docs: ranks[i : i+1 : i+1], valid: c, about: c, first: i, last: i}
		out[i] = &all[i]
	}
	return out
}

func anyAct(comms []*pipeline.Communication) bool {
	for _, c := range comms {
		if corrects(c) || cancels(c) {
			return true
		}
	}
	return false
}

// corrects tells whether a document stands for what it cites.
func corrects(c *pipeline.Communication) bool {
	return c.Purpose == pipeline.PurposeCorrection && !c.Withdrawn()
}

// cancels tells whether nothing stands for what a document cites, as far as the worker goes.
func cancels(c *pipeline.Communication) bool {
	return c.Purpose == pipeline.PurposeCancellation || c.Withdrawn()
}

// declarations is the graph of documents and the names they act on. A name stands for an assigned code, whether a
// document bears it or not, or for one document that has no code.
type declarations struct {
	comms []*pipeline.Communication
	docs  []document
	names map[codeName]int
	name  []int // of each document
	aims  []int // the name each document acts on, or none

	// By name:
	borne [][]int // documents that bear it
	acts  [][]int // documents that act on it, by order of sending; those of [pipeline.PartContended] last
	state []int
	next  []int // the one of acts that counts, or none
	final []int // where following next ends, or none
}

const none = -1

// codeName is an assigned code among those it may meet: INPS numbers domestic work apart from the Ministry.
type codeName struct {
	domestic bool
	code     string
}

// States of a name while it is resolved.
const (
	fresh = iota
	visiting
	done
)

func newDeclarations(comms []*pipeline.Communication) *declarations {
	d := &declarations{comms: comms, names: make(map[codeName]int, len(comms))}
	for i, c := range comms {
		if i > 0 && samePaper(comms[i-1], c) {
			d.docs[len(d.docs)-1].to++
			continue
		}
		n := d.nameOf(c, c.Code)
		d.borne[n] = append(d.borne[n], len(d.docs))
		d.name = append(d.name, n)
		d.aims = append(d.aims, none)
		d.docs = append(d.docs, document{i, i + 1})
	}
	return d
}

// samePaper tells whether two neighbours in the order are parts of one VarDatori.
func samePaper(a, b *pipeline.Communication) bool {
	return b.Model == pipeline.ModelVardatori && a.ID == b.ID && a.Code == b.Code && a.SentAt == b.SentAt && a.Part != b.Part
}

// nameOf gives the name of a code that c bears or cites, a new one for every code that is not assigned.
func (d *declarations) nameOf(c *pipeline.Communication, code string) int {
	if c.Names(code) {
		name := codeName{c.Model == pipeline.ModelDomestico, code}
		if n, ok := d.names[name]; ok {
			return n
		}
		d.names[name] = len(d.acts)
	}
	d.borne, d.acts = append(d.borne, nil), append(d.acts, nil)
	d.state, d.next, d.final = append(d.state, fresh), append(d.next, none), append(d.final, none)
	return len(d.acts) - 1
}

// head gives the first part of a document, which stands for it.
func (d *declarations) head(doc int) *pipeline.Communication { return d.comms[d.docs[doc].from] }

// aim finds what each correction and cancellation acts on.
func (d *declarations) aim() {
	corrected := map[int]bool{} // names that a correction acts on
	for i := range d.docs {
		if corrects(d.head(i)) {
			d.aims[i] = d.target(i)
			corrected[d.aims[i]] = true
		}
	}
	elsewhere := map[pipeline.DocID]bool{} // cancellations of what is another worker's
	for i := range d.docs {
		if h := d.head(i); h.Withdrawn() {
			elsewhere[h.ID] = true
		}
	}
	var lost []int
	for i := range d.docs {
		if !cancels(d.head(i)) {
			continue
		}
		if n := d.target(i); n != none && (len(d.borne[n]) > 0 || corrected[n]) {
			d.aims[i] = n
		} else if !elsewhere[d.head(i).ID] {
			lost = append(lost, i)
		}
	}
	if len(lost) > 0 {
		d.aimByContent(lost)
	}
	for _, contended := range [...]bool{false, true} { // whose place was taken further back has nothing to say, however late
		for i, n := range d.aims {
			if n != none && contended == (d.head(i).Part == pipeline.PartContended) {
				d.acts[n] = append(d.acts[n], i)
			}
		}
	}
}

// target gives the name a document cites, none where it cites none, or only itself.
func (d *declarations) target(doc int) int {
	h := d.head(doc)
	if !h.Names(h.PreviousCode) {
		return none
	}
	n := d.nameOf(h, h.PreviousCode)
	if n == d.name[doc] && len(d.borne[n]) == 1 {
		return none
	}
	return n
}

// content is what a cancellation repeats of the document it withdraws.
type content struct {
	model    pipeline.Model
	event    pipeline.EventKind
	employer string
	start    pipeline.Date
	on       pipeline.Date
}

// aimByContent finds, for cancellations that cite no document that is here, the last one before them that says the
// same.
func (d *declarations) aimByContent(lost []int) {
	seen := map[content]int{}
	for i, p := range d.docs {
		h := d.head(i)
		if !cancels(h) {
			for _, c := range d.comms[p.from:p.to] {
				seen[content{c.Model, c.Event, c.Employer, c.Start, c.EventDate}] = i
			}
			continue
		}
		if len(lost) > 0 && lost[0] == i {
			lost = lost[1:]
			if doc, ok := seen[content{h.Model, h.Event, h.Employer, h.Start, h.EventDate}]; ok {
				d.aims[i] = d.name[doc]
			}
		}
	}
}

// resolve finds which of the documents that act on name n counts: the one sent last, unless it is a cancellation that
// was itself cancelled. Names that act on one another in a ring are cut where the ring closes.
func (d *declarations) resolve(n int) {
	d.state[n] = visiting
	for i := len(d.acts[n]) - 1; i >= 0; i-- {
		a := d.acts[n][i]
		m := d.name[a]
		if m != n {
			if d.state[m] == visiting {
				continue
			}
			if d.state[m] == fresh {
				d.resolve(m)
			}
			if next := d.next[m]; d.annuls(a) && next != none && d.annuls(next) {
				continue
			}
		}
		d.next[n], d.final[n] = a, a
		if m != n && d.final[m] != none {
			d.final[n] = d.final[m]
		}
		break
	}
	d.state[n] = done
}

// annuls tells whether a document is a cancellation by what it says itself: a correction to another worker is one to this worker, but
// that it is corrected in turn does not bring back what it replaced.
func (d *declarations) annuls(doc int) bool {
	return d.head(doc).Purpose == pipeline.PurposeCancellation
}

// inForce marks the documents that nothing replaced and nothing cancelled.
func (d *declarations) inForce(parent []int) []bool {
	in := make([]bool, len(d.docs))
	mark := func(doc, name int) {
		if d.final[name] != none {
			doc = d.final[name]
		}
		if doc != none && !cancels(d.head(doc)) {
			in[doc] = true
		}
	}
	begun := make([]bool, len(d.docs)) // by representative of a statement
	for i, n := range d.aims {
		if n == none {
			mark(i, d.name[i])
			begun[find(parent, i)] = true
		}
	}
	for n, acts := range d.acts {
		if len(acts) > 0 && len(d.borne[n]) == 0 {
			mark(none, n)
			begun[find(parent, acts[0])] = true
		}
	}
	for i := range d.docs {
		if root := find(parent, i); !begun[root] { // a ring
			mark(i, d.name[i])
			begun[root] = true
		}
	}
	return in
}

// collect joins each document to what it acts on and gives the statements.
func (d *declarations) collect() []*statement {
	parent := make([]int, len(d.docs))
	for i := range parent {
		parent[i] = i
	}
	for n, acts := range d.acts {
		if len(acts) == 0 {
			continue
		}
		for _, others := range [][]int{acts, d.borne[n]} {
			for _, o := range others {
				unite(parent, acts[0], o)
			}
		}
	}
	in := d.inForce(parent)
	place := make(map[int]int, len(d.docs))
	var groups [][]int
	for i := range d.docs {
		root := find(parent, i)
		g, ok := place[root]
		if !ok {
			g = len(groups)
			place[root] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	var out []*statement
	for _, g := range groups {
		out = append(out, d.split(g, in)...)
	}
	return out
}

// split makes the statements of documents that belong together: one, unless several parts are valid, each of which is
// a statement of its own. What was replaced goes with the valid part of the same start, else with the first.
func (d *declarations) split(group []int, in []bool) []*statement {
	var out []*statement
	byStart := map[pipeline.Date]*statement{}
	for _, i := range group {
		if !in[i] {
			continue
		}
		for r := d.docs[i].from; r < d.docs[i].to; r++ {
			s := &statement{docs: []int{r}, valid: d.comms[r], about: d.comms[r], first: r, last: r}
			out = append(out, s)
			if byStart[d.comms[r].Start] == nil {
				byStart[d.comms[r].Start] = s
			}
		}
	}
	if len(out) == 0 {
		return []*statement{d.void(group)}
	}
	for _, i := range group {
		if in[i] {
			continue
		}
		for r := d.docs[i].from; r < d.docs[i].to; r++ {
			s := byStart[d.comms[r].Start]
			if s == nil {
				s = out[0]
			}
			s.docs = append(s.docs, r)
			s.first = min(s.first, r)
		}
	}
	return out
}

// void makes the statement of documents none of which is valid.
func (d *declarations) void(group []int) *statement {
	s := &statement{first: d.docs[group[0]].from}
	for _, i := range group {
		for r := d.docs[i].from; r < d.docs[i].to; r++ {
			s.docs = append(s.docs, r)
			if c := d.comms[r]; s.about == nil || cancels(s.about) || !cancels(c) {
				s.about, s.last = c, r
			}
		}
	}
	return s
}

// find and unite are a union-find over documents; the smallest of a set represents it.
func find(parent []int, i int) int {
	for parent[i] != i {
		parent[i] = parent[parent[i]]
		i = parent[i]
	}
	return i
}

func unite(parent []int, a, b int) {
	a, b = find(parent, a), find(parent, b)
	parent[max(a, b)] = min(a, b)
}
