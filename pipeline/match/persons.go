package match

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"incrocio/pipeline"
)

// persons says which of the codes that notices of a partition speak of are one person's. Any other code is a person's own.
type persons struct {
	now    families
	before families // without the notices of tonight
	newest map[pipeline.CodiceFiscale]pipeline.CodiceFiscale
	// refused are the notices that are not followed: they would make one person of two who have open claims and differ by
	// name or day of birth, or of too many codes.
	refused []pipeline.Notice
}

// whoIsWho follows the notices of changed codes one after another. Chains and circles of changes come out as one person
// each, whatever the order in which they came in.
func whoIsWho(notices []pipeline.Notice, claims []pipeline.Claim, night pipeline.Date) *persons {
	notices = changes(notices)
	w := &persons{now: families{}, newest: map[pipeline.CodiceFiscale]pipeline.CodiceFiscale{}}
	for i := range notices {
		w.now.of(notices[i].TaxCode)
		w.now.of(notices[i].NewCode)
	}
	for i := range claims {
		if s := w.now[claims[i].TaxCode]; s != nil && claims[i].Open() {
			s.holders = append(s.holders, claims[i].Identity())
		}
	}
	w.before = families{}
	var followed []pipeline.Notice
	for i := range notices {
		n := &notices[i]
		x, y := w.now.of(n.TaxCode), w.now.of(n.NewCode)
		if x != y && (differ(x, y) || !w.now.join(n.TaxCode, n.NewCode)) {
			w.refused = append(w.refused, *n)
			continue
		}
		followed = append(followed, *n)
		if n.Acquired < night {
			w.before.join(n.TaxCode, n.NewCode)
		}
	}
	w.name(followed)
	return w
}

// differ tells whether open claims of two sets are of persons who are not the same.
func differ(x, y *family) bool {
	return slices.ContainsFunc(x.holders, func(a pipeline.Identity) bool {
		return slices.ContainsFunc(y.holders, a.Differs)
	})
}

// name calls each person by the code that the newest notice gave.
func (w *persons) name(followed []pipeline.Notice) {
	slices.SortStableFunc(followed, func(a, b pipeline.Notice) int {
		return cmp.Or(cmp.Compare(a.On, b.On), strings.Compare(a.Protocol, b.Protocol), slices.Compare(a.ID[:], b.ID[:]))
	})
	for i := range followed {
		for _, code := range w.now.of(followed[i].TaxCode).codes {
			w.newest[code] = followed[i].NewCode
		}
	}
}

// named tells whether some notice speaks of the code.
func (w *persons) named(code pipeline.CodiceFiscale) bool { return w.now[code] != nil }

// of gives the code by which the person of a code is called.
func (w *persons) of(code pipeline.CodiceFiscale) pipeline.CodiceFiscale {
	if newest, ok := w.newest[code]; ok {
		return newest
	}
	return code
}

// codes gives every code of the person of a code.
func (w *persons) codes(code pipeline.CodiceFiscale) []pipeline.CodiceFiscale {
	if s := w.now[code]; s != nil {
		return s.codes
	}
	return []pipeline.CodiceFiscale{code}
}

// itself is the person of a code that no notice speaks of.
func itself(code pipeline.CodiceFiscale) pipeline.CodiceFiscale { return code }

// joined gives the codes of a person that were not of whoever holds the claims before the notices of tonight, in order.
func (w *persons) joined(p *Person) []pipeline.CodiceFiscale {
	s := w.now[p.Person]
	if s == nil || len(p.Claims) == 0 {
		return nil
	}
	held := map[pipeline.CodiceFiscale]bool{}
	for i := range p.Claims {
		held[w.before.root(p.Claims[i].TaxCode)] = true
	}
	out := map[pipeline.CodiceFiscale]bool{}
	for _, code := range s.codes {
		if !held[w.before.root(code)] {
			out[code] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}
