package chain

import (
	"bytes"
	"cmp"
	"slices"

	"incrocio/pipeline"
)

// Build gives the relationships that the communications of one person speak of, sorted by Start (where there is
// none, OrphanDate), Employer, Ref. Every communication is in exactly one Chain.
//
// It takes each communication once, in any order, and gives the same result for every order; the slice and the
// documents are not changed, and Chain points at the documents given. Any part of a person's documents may be given:
// what the result would be without some of them is Build of the others. The cost is that of sorting them.
func Build(comms []*pipeline.Communication) []pipeline.Relationship {
	if len(comms) == 0 {
		return nil
	}
	if !slices.IsSortedFunc(comms, bySending) { // those of a dossier are
		comms = slices.Clone(comms)
		slices.SortFunc(comms, bySending)
	}
	if len(comms) == 1 && !corrects(comms[0]) && !cancels(comms[0]) {
		return []pipeline.Relationship{single(comms[0])}
	}
	return build(comms)
}

// single gives the relationship of a document that acts on no other and has no other with it, as most have none.
func single(c *pipeline.Communication) pipeline.Relationship {
	list := []*statement{{docs: []int{0}, valid: c, about: c}}
	var r relation
	switch c.Event {
	case pipeline.EventHire:
		r.hires, r.hired = list, true
	case pipeline.EventUrgent:
		r.urgent = list
	default:
		r.events = list
	}
	out := r.facts()
	out.Chain, out.Ref = []*pipeline.Communication{c}, c.Ref()
	return out
}

// build is Build of documents in order of sending.
func build(comms []*pipeline.Communication) []pipeline.Relationship {
	l := newLinker(domestic(comms))
	l.link(statements(l.comms))
	out := make([]pipeline.Relationship, len(l.relations))
	for i, r := range l.relations {
		out[i] = r.facts()
		out[i].Chain = l.chain(r, comms)
		out[i].Ref = out[i].Chain[0].Ref()
	}
	slices.SortFunc(out, byStart)
	return out
}

// bySending is the order of declarations.
func bySending(a, b *pipeline.Communication) int {
	if c := cmp.Compare(a.SentAt, b.SentAt); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Code, b.Code),
		bytes.Compare(a.ID[:], b.ID[:]),
		cmp.Compare(a.Part, b.Part),
		cmp.Compare(a.PreviousCode, b.PreviousCode), // of one of [pipeline.PartContended]
	)
}

func byStart(a, b pipeline.Relationship) int {
	if c := cmp.Compare(a.Start+a.OrphanDate, b.Start+b.OrphanDate); c != 0 { // one of the two is zero
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Employer, b.Employer),
		cmp.Compare(a.Ref, b.Ref),
		bySending(a.Chain[0], b.Chain[0]),
	)
}

// chain gives the documents of the relationship, out of all in order of sending.
func (l *linker) chain(r *relation, comms []*pipeline.Communication) []*pipeline.Communication {
	var few [8]int
	ranks := few[:0]
	for _, list := range [][]*statement{r.hires, r.events, r.urgent} {
		for _, s := range list {
			ranks = append(ranks, s.docs...)
		}
	}
	slices.Sort(ranks)
	chain := make([]*pipeline.Communication, len(ranks))
	for i, n := range ranks {
		chain[i] = comms[n]
	}
	return chain
}
