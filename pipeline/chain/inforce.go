package chain

import (
	"slices"

	"incrocio/pipeline"
)

// InForce gives, of the communications of one person, those that nothing replaced and nothing cancelled, in order of sending.
// It takes what [Build] takes.
func InForce(comms []*pipeline.Communication) []*pipeline.Communication {
	if !slices.IsSortedFunc(comms, bySending) {
		comms = slices.Clone(comms)
		slices.SortFunc(comms, bySending)
	}
	var ranks []int
	for _, s := range statements(domestic(comms)) {
		if s.valid != nil {
			ranks = append(ranks, s.last)
		}
	}
	slices.Sort(ranks)
	out := make([]*pipeline.Communication, len(ranks))
	for i, n := range ranks {
		out[i] = comms[n]
	}
	return out
}
