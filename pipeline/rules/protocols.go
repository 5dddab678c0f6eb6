package rules

import "incrocio/pipeline"

// shared is a protocol that several submissions have: nobody keeps a sender from using one twice.
type shared struct {
	first   *pipeline.Submission // of those that came on the earliest night
	payload string               // of first
	differ  bool                 // another of that night says something else
}

// protocols gives the protocols that several submissions have.
func protocols(subs []*pipeline.Submission) map[string]*shared {
	if len(subs) < 2 {
		return nil
	}
	times, out := make(map[string]int, len(subs)), map[string]*shared{}
	for _, s := range subs {
		times[s.Protocol]++
	}
	for _, s := range subs {
		if p := out[s.Protocol]; times[s.Protocol] > 1 && (p == nil || s.Acquired < p.first.Acquired) {
			out[s.Protocol] = &shared{first: s}
		}
	}
	for _, s := range subs {
		p := out[s.Protocol]
		if p == nil {
			continue
		}
		if p.payload == "" {
			p.payload = payload(p.first)
		}
		p.differ = p.differ || s.Acquired == p.first.Acquired && payload(s) != p.payload
	}
	return out
}

// disputed tells whether nothing says that a submission, of those with its protocol, is the one that holds: another that came on the
// same night, or before, says something else. What was acted on the night that they came stays as it was.
func (p *shared) disputed(s *pipeline.Submission, known bool) bool {
	switch {
	case p == nil:
		return false
	case s.Acquired > p.first.Acquired:
		return p.differ || payload(s) != p.payload
	}
	return p.differ && !known
}
