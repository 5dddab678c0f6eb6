package chain

import (
	"slices"

	"incrocio/pipeline"
)

// domestic gives the documents with the events that records of domestic work leave out: their corrections and
// cancellations say which record they act on and not what happened. The event is that of the record named, or, where
// that is one of them too, of the one it names in turn; of several records with that code the first sent. Where it is
// not here, what the reader took it for stands.
//
// Documents that are completed are copies; the others, and the slice where there is nothing to complete, are the
// ones given.
func domestic(comms []*pipeline.Communication) []*pipeline.Communication {
	if !slices.ContainsFunc(comms, incomplete) {
		return comms
	}
	byCode := map[string]*pipeline.Communication{}
	for _, c := range comms {
		if c.Model == pipeline.ModelDomestico && byCode[c.Code] == nil {
			byCode[c.Code] = c
		}
	}
	ends := map[string]*pipeline.Communication{}
	out := slices.Clone(comms)
	for i, c := range comms {
		if !incomplete(c) {
			continue
		}
		whole := *c
		if r := named(c.PreviousCode, byCode, ends); r != nil {
			whole.Event = r.Event
		}
		whole.EventDate = pipeline.DomesticDay(whole.Event, c.End, c.EventDate)
		if whole.Event == pipeline.EventConversion {
			whole.EventCode = pipeline.DomesticConversion(c.Contract)
		}
		out[i] = &whole
	}
	return out
}

// incomplete tells the records that do not say what happened.
func incomplete(c *pipeline.Communication) bool {
	return c.Model == pipeline.ModelDomestico && c.Part != pipeline.PartCited && (corrects(c) || cancels(c))
}

// named gives the record that is at the end of what a code names, nil where it is not here or the way leads in a ring.
// ends keeps what was found for every code on the way, so that no way is gone twice.
func named(code string, byCode, ends map[string]*pipeline.Communication) *pipeline.Communication {
	var way []string
	var end *pipeline.Communication
	for {
		known, ok := ends[code]
		if ok {
			end = known
			break
		}
		ends[code] = nil // stays where the way comes back here
		way = append(way, code)
		if end = byCode[code]; end == nil || !incomplete(end) {
			break
		}
		code = end.PreviousCode
	}
	for _, code := range way {
		ends[code] = end
	}
	return end
}
