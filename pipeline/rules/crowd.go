package rules

import (
	"slices"
	"strings"

	"incrocio/pipeline"
)

// Most persons have a handful of documents, and a look at each is the cheapest way to find one. A broken sender may tell
// tens of thousands of things of one person: then what is looked for again and again is found by maps, made when they are
// first needed, so that a decision takes time in proportion to what there is to read.

// few is up to how many a look at each is cheaper than a map.
const few = 24

// mostTold is how many facts, or parts of a suspension, the sentence and the trace of one row tell of; of more they say how
// many there are beyond them. The sources of a row are always complete.
const mostTold = 200

// mostTried is how many steps on one fact a trace tells of; of more it says how many there are beyond them. Many rows may
// rest on one fact, and each tells of all that was tried on it.
const mostTried = 60

// RefSet tells which refs a list has. The zero value has none.
type RefSet struct {
	list []string
	all  map[string]bool // nil while a look at each will do
}

// NewRefSet makes the set of a list, which must not change as long as the set is used.
func NewRefSet(refs []string) RefSet {
	s := RefSet{list: refs}
	if len(refs) > few {
		s.all = make(map[string]bool, len(refs))
		for _, ref := range refs {
			s.all[ref] = true
		}
	}
	return s
}

// Has tells whether a ref is in the set.
func (s *RefSet) Has(ref string) bool {
	if s.all != nil {
		return s.all[ref]
	}
	for _, r := range s.list {
		if r == ref {
			return true
		}
	}
	return false
}

// shares tells whether a list of sources names one of the refs.
func shares(sources string, refs []string) bool {
	if sources == "" {
		return false
	}
	if len(refs) <= few {
		return sharesFew(sources, refs)
	}
	set := NewRefSet(refs)
	for s := range strings.SplitSeq(sources, ";") {
		if set.Has(s) {
			return true
		}
	}
	return false
}

// sharesFew is shares where a look at each of the refs will do.
func sharesFew(sources string, refs []string) bool {
	for s := range strings.SplitSeq(sources, ";") {
		for _, ref := range refs {
			if ref == s {
				return true
			}
		}
	}
	return false
}

// fewSources is up to how many bytes of sources a look at each is cheaper than a map.
const fewSources = 1500

// restingOn gives the actions issued on the claim that rest on one of the refs, in order.
func (k *claimCase) restingOn(refs []string) []*pipeline.Action {
	var out []*pipeline.Action
	if !k.crowded() {
		for _, a := range k.issued {
			if shares(a.Sources, refs) {
				out = append(out, a)
			}
		}
		return out
	}
	var at []int
	for _, ref := range refs {
		at = append(at, k.issuedOn[ref]...)
	}
	slices.Sort(at)
	for _, i := range slices.Compact(at) {
		out = append(out, k.issued[i])
	}
	return out
}

// behind are the documents that some actions rest on.
type behind []restsOn

// restsOn are those of one action, and the night that issued it.
type restsOn struct {
	*RefSet
	night pipeline.Date
}

func (b behind) has(ref string) bool {
	return slices.ContainsFunc(b, func(s restsOn) bool { return s.Has(ref) })
}

// hasDocument is has of a communication: of several under one code, an action rests on those that had come by then.
func (b behind) hasDocument(c *pipeline.Communication) bool {
	return slices.ContainsFunc(b, func(s restsOn) bool { return c.Acquired <= s.night && s.Has(c.Ref()) })
}

// behind gives the documents that issued actions rest on. One action may rest on those of thousands of jobs, each of which
// asks: they are taken apart once.
func (k *claimCase) behind(issued []*pipeline.Action) behind {
	out := make(behind, 0, len(issued))
	for _, a := range issued {
		s := k.sources[a]
		if s == nil {
			if k.sources == nil {
				k.sources = map[*pipeline.Action]*RefSet{}
			}
			set := NewRefSet(SplitSources(a.Sources))
			s = &set
			k.sources[a] = s
		}
		out = append(out, restsOn{s, a.Night})
	}
	return out
}

// knows tells whether one of the refs stands behind something issued on the claim.
func (k *claimCase) knows(refs []string) bool {
	if k.crowded() {
		return slices.ContainsFunc(refs, func(ref string) bool { return len(k.issuedOn[ref]) > 0 })
	}
	return slices.ContainsFunc(k.issued, func(a *pipeline.Action) bool { return shares(a.Sources, refs) })
}

// crowded tells whether the sources of what was issued on the claim are many, and then has them by ref.
func (k *claimCase) crowded() bool {
	if k.issuedOn != nil {
		return true
	}
	n := 0
	for _, a := range k.issued {
		n += len(a.Sources)
	}
	if n <= fewSources {
		return false
	}
	k.issuedOn = map[string][]int{}
	for i, a := range k.issued {
		for _, ref := range SplitSources(a.Sources) {
			k.issuedOn[ref] = append(k.issuedOn[ref], i)
		}
	}
	return true
}

// submittedAmong gives the submission that the first of some sources names; nil where none does.
func (r *run) submittedAmong(sources string) *pipeline.Submission {
	if sources == "" || len(r.d.Submissions) == 0 {
		return nil
	}
	for ref := range strings.SplitSeq(sources, ";") {
		if s := r.submission(ref); s != nil {
			return s
		}
	}
	return nil
}

// submission gives the first submission of a protocol; nil where there is none.
func (r *run) submission(protocol string) *pipeline.Submission {
	all := r.d.Submissions
	if len(all) > few {
		if at := r.byProtocol()[protocol]; len(at) > 0 {
			return &all[at[0]]
		}
		return nil
	}
	for i := range all {
		if all[i].Protocol == protocol {
			return &all[i]
		}
	}
	return nil
}

// submittedBehind gives the submissions that some refs name, in order.
func (r *run) submittedBehind(refs *RefSet) []*pipeline.Submission {
	var out []*pipeline.Submission
	all := r.d.Submissions
	if len(all) <= few {
		for i := range all {
			if refs.Has(all[i].Protocol) {
				out = append(out, &all[i])
			}
		}
		return out
	}
	var at []int
	for _, ref := range refs.list {
		at = append(at, r.byProtocol()[ref]...)
	}
	slices.Sort(at)
	for _, i := range slices.Compact(at) {
		out = append(out, &all[i])
	}
	return out
}

// byProtocol gives the places of submissions by protocol.
func (r *run) byProtocol() map[string][]int {
	if r.submitted == nil {
		r.submitted = make(map[string][]int, len(r.d.Submissions))
		for i := range r.d.Submissions {
			p := r.d.Submissions[i].Protocol
			r.submitted[p] = append(r.submitted[p], i)
		}
	}
	return r.submitted
}

// eventKey is what events have in common that may be one.
type eventKey struct {
	k                       *claimCase
	kind, employer, country string
}

func (ev *declared) key() eventKey { return eventKey{ev.k, ev.Kind, ev.Employer, ev.EmployerCountry} }

// alike gives the events so far that may be one with another, in order, with others where they are few.
func (r *run) alike(ev *declared) []*declared {
	if len(r.declared) <= few {
		return r.declared
	}
	if r.events == nil {
		r.events = map[eventKey][]*declared{}
	}
	for ; r.keyed < len(r.declared); r.keyed++ {
		old := r.declared[r.keyed]
		r.events[old.key()] = append(r.events[old.key()], old)
	}
	return r.events[ev.key()]
}

// has tells whether an issued action is among those of the decision.
func (r *run) has(id string) bool {
	if len(r.out.Actions) <= few {
		return slices.ContainsFunc(r.out.Actions, func(o pipeline.Action) bool { return o.ID == id })
	}
	if r.ids == nil {
		r.ids = map[string]bool{}
	}
	for ; r.identified < len(r.out.Actions); r.identified++ {
		r.ids[r.out.Actions[r.identified].ID] = true
	}
	return r.ids[id]
}

// identify notes that an action that is wanted already has become an issued one.
func (r *run) identify(id string) {
	if r.ids != nil {
		r.ids[id] = true
	}
}

// undecidedOn tells whether one of the refs is behind a late correction or cancellation on the claim that an operator has
// still on the table.
func (k *claimCase) undecidedOn(refs []string) bool {
	if k.undecidedRefs == nil {
		k.undecidedRefs = map[string]bool{}
		for i := range k.d.Open {
			if e := &k.d.Open[i]; k.undecidedLate(e) {
				for _, ref := range SplitSources(e.Sources) {
					k.undecidedRefs[ref] = true
				}
			}
		}
	}
	return slices.ContainsFunc(refs, func(ref string) bool { return k.undecidedRefs[ref] })
}
