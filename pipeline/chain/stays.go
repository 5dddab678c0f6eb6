package chain

import (
	"cmp"
	"slices"

	"incrocio/pipeline"
)

// place is where a person may have worked.
type place struct {
	family   family
	employer string
}

// stays finds the relation that ran at a place on a day. Most persons' documents never ask for one.
type stays struct {
	added []move // not yet at their places
	at    map[place]*timeline
}

// timeline is the relations of one place by first day. Once it is built, reach is a tree of last days: leaf i of
// stays[i] is reach[size+i], and every other node the largest of its two children.
type timeline struct {
	stays []stay
	size  int
	reach []pipeline.Date
}

type stay struct {
	from     pipeline.Date
	relation *relation
}

// add puts a relation at the place of k.
func (s *stays) add(k key, from pipeline.Date, r *relation) {
	if k.employer != "" {
		s.added = append(s.added, move{k, from, r})
	}
}

// place takes those that were added to their places.
func (s *stays) place() {
	if s.at == nil {
		s.at = make(map[place]*timeline, 1)
	}
	for _, m := range s.added {
		p := place{m.to.family, m.to.employer}
		t := s.at[p]
		if t == nil {
			t = &timeline{}
			s.at[p] = t
		}
		t.stays = append(t.stays, stay{m.from, m.relation})
		t.reach = nil
	}
	s.added = s.added[:0]
}

// renew has the last days computed anew when they are next needed.
func (s *stays) renew() {
	for _, t := range s.at {
		t.reach = nil
	}
}

// find gives the relation at p begun latest, on or before a day, among those that still ran on another; nil for none.
func (s *stays) find(p place, on, still pipeline.Date) *relation {
	s.place()
	t := s.at[p]
	if t == nil || on == 0 {
		return nil
	}
	if t.reach == nil {
		t.build()
	}
	n, _ := slices.BinarySearchFunc(t.stays, on+1, func(s stay, d pipeline.Date) int { return cmp.Compare(s.from, d) })
	if i := t.lastReaching(n-1, still); i >= 0 {
		return t.stays[i].relation
	}
	return nil
}

func (t *timeline) build() {
	slices.SortStableFunc(t.stays, func(a, b stay) int { return cmp.Compare(a.from, b.from) })
	t.size = 1
	for t.size < len(t.stays) {
		t.size *= 2
	}
	t.reach = make([]pipeline.Date, 2*t.size)
	for i, s := range t.stays {
		t.reach[t.size+i] = s.relation.lastDay()
	}
	for i := t.size - 1; i > 0; i-- {
		t.reach[i] = max(t.reach[2*i], t.reach[2*i+1])
	}
}

// lastReaching gives the last of stays[0..i] whose last day is not before d, -1 for none.
func (t *timeline) lastReaching(i int, d pipeline.Date) int {
	if i < 0 {
		return -1
	}
	n := t.size + i
	for t.reach[n] < d {
		for n&1 == 0 { // nothing to the left under this parent
			n >>= 1
		}
		if n == 1 {
			return -1
		}
		n--
	}
	for n < t.size {
		n = 2*n + 1
		if t.reach[n] < d {
			n--
		}
	}
	return n - t.size
}

// lastDay is the last day by what is placed so far, MaxDate while it is open.
func (r *relation) lastDay() pipeline.Date {
	var out pipeline.Relationship
	r.ends(&out)
	if end := out.End(); end != 0 {
		return end
	}
	return pipeline.MaxDate
}
