package rules

import (
	"cmp"
	"slices"

	"incrocio/pipeline"
)

// index finds relationships by what a search asks for. It is made where they are more than a few.
type index struct {
	behind   map[string][]int // by the refs of their documents
	orphans  map[string][]int // events without a job, by employer
	agencies map[string][]int // jobs of agencies that are not cancelled, by the companies they are done at
	others   map[string][]int // other jobs that are not cancelled and have a first day, by employer
	standing int              // how many are not cancelled
}

// indexed gives the index, made when it is first asked for; nil where a look at each relationship will do.
func (r *run) indexed() *index {
	if r.index == nil && len(r.d.Communications) > few {
		r.index = r.makeIndex()
	}
	return r.index
}

func (r *run) makeIndex() *index {
	x := &index{behind: map[string][]int{}, orphans: map[string][]int{}, agencies: map[string][]int{}, others: map[string][]int{}}
	for i := range r.relationships {
		rel := &r.relationships[i]
		for _, c := range rel.Chain {
			enter(x.behind, c.Ref(), i)
		}
		if rel.Orphan == pipeline.OrphanUnplaced {
			enter(x.orphans, rel.Employer, i)
		}
		if rel.Cancelled {
			continue
		}
		x.standing++
		if rel.Agency() {
			for _, c := range rel.Chain {
				enter(x.agencies, c.UserCompany, i)
			}
		} else if rel.Start != 0 {
			for _, employer := range rel.Employers() {
				enter(x.others, employer, i)
			}
		}
	}
	return x
}

// enter adds a place under a name, once; places come in order.
func enter(to map[string][]int, name string, i int) {
	if at := to[name]; len(at) == 0 || at[len(at)-1] != i {
		to[name] = append(at, i)
	}
}

// jobsBehind adds the places of the relationships with a document among the refs, in order.
func (r *run) jobsBehind(at []int, refs *RefSet) []int {
	if x := r.indexed(); x != nil {
		for _, ref := range refs.list {
			at = append(at, x.behind[ref]...)
		}
		slices.Sort(at)
		return slices.Compact(at)
	}
	for i := range r.relationships {
		if slices.ContainsFunc(r.relationships[i].Chain, func(c *pipeline.Communication) bool { return refs.Has(c.Ref()) }) {
			at = append(at, i)
		}
	}
	return at
}

// orphansOf gives the places of the events without a job that an employer of the jobs told, in order.
func (r *run) orphansOf(jobs []*pipeline.Relationship) []int {
	var at []int
	if x := r.indexed(); x != nil {
		if len(x.orphans) == 0 {
			return nil
		}
		for _, rel := range jobs {
			for _, employer := range rel.Employers() {
				if employer != "" {
					at = append(at, x.orphans[employer]...)
				}
			}
		}
		slices.Sort(at)
		return slices.Compact(at)
	}
	for i := range r.relationships {
		o := &r.relationships[i]
		if o.Orphan == pipeline.OrphanUnplaced && slices.ContainsFunc(jobs, func(rel *pipeline.Relationship) bool { return rel.EmployedBy(o.Employer) }) {
			at = append(at, i)
		}
	}
	return at
}

// uncancelled counts the relationships that are not cancelled.
func (r *run) uncancelled() int {
	if x := r.indexed(); x != nil {
		return x.standing
	}
	n := 0
	for i := range r.relationships {
		if !r.relationships[i].Cancelled {
			n++
		}
	}
	return n
}

// missionPair are the places of a job of an agency and of the same job told by the company where it is done.
type missionPair struct{ agency, other int }

// mostCompared is how many jobs one decision compares for such pairs, beyond those of persons with few documents.
const mostCompared = 1_000_000

// mostLooked is at how many documents the searches of one decision look for what the person has declared: at each for each
// action, which for whoever has few of both is far less.
const mostLooked = 1_000_000

// look tells whether one document more may be looked at.
func (r *run) look() bool {
	r.looked++
	return r.looked <= mostLooked
}

// missionPairs gives the pairs of which the action rests on one, in order, and false where not all were looked for.
func (s *searched) missionPairs() (pairs []missionPair, all bool) {
	x := s.indexed()
	if x == nil {
		for i := range s.relationships {
			for j := range s.relationships {
				if sameMission(&s.relationships[i], &s.relationships[j]) && (s.rested(i) || s.rested(j)) {
					pairs = append(pairs, missionPair{i, j})
				}
			}
		}
		return pairs, true
	}
	all = true
	for _, i := range s.at {
		from, to := x.agencies, s.relationships[i].Employers()
		agency := s.relationships[i].Agency()
		if agency {
			from, to = x.others, companiesOf(&s.relationships[i])
		}
		for _, company := range to {
			for _, j := range from[company] {
				if s.compared++; s.compared > mostCompared {
					return sorted(pairs), false
				}
				switch {
				case company == "":
				case agency && sameMission(&s.relationships[i], &s.relationships[j]):
					pairs = append(pairs, missionPair{i, j})
				case !agency && sameMission(&s.relationships[j], &s.relationships[i]):
					pairs = append(pairs, missionPair{j, i})
				}
			}
		}
	}
	return sorted(pairs), all
}

// companiesOf gives the companies that the job of an agency is done at, each once.
func companiesOf(rel *pipeline.Relationship) []string {
	var out []string
	for _, c := range rel.Chain {
		out = append(out, c.UserCompany)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sorted gives pairs in order, each once.
func sorted(pairs []missionPair) []missionPair {
	slices.SortFunc(pairs, func(a, b missionPair) int {
		return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.other, b.other))
	})
	return slices.Compact(pairs)
}
