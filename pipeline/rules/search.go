package rules

import (
	"slices"
	"strconv"
	"strings"

	"incrocio/pipeline"
)

// finding is one thing that was looked for because it would defeat an action against the person (cercato), and what of
// it there is. What is found has been weighed by the rules that were tried; it is shown so that nobody need look again.
type finding struct {
	what   string
	found  bool
	detail string
}

// search looks, for an action that takes days or money away, for what would defeat it: in the chains of the jobs that it
// rests on, among the person's other jobs and codes, and in what the person has declared. It adds a finding for each of the
// searches, and none for other actions.
func (r *run) search(found []finding, a *pipeline.Action) []finding {
	switch a.Type {
	case pipeline.ActionSuspend, pipeline.ActionDecade, pipeline.ActionReduce:
	default:
		return found
	}
	s := &searched{run: r, a: a, refs: NewRefSet(SplitSources(a.Sources))}
	var places [4]int // enough for most
	s.at = r.jobsBehind(places[:0], &s.refs)
	for _, i := range s.at {
		s.jobs = append(s.jobs, &r.relationships[i])
		s.documents += len(r.relationships[i].Chain)
	}
	s.told = r.submittedBehind(&s.refs)
	s.inChains = "documenti del datore: " + strconv.Itoa(s.documents)
	return append(found,
		s.amended("annullamento nella catena", pipeline.PurposeCancellation),
		s.amended("rettifica nella catena", pipeline.PurposeCorrection),
		s.ended(), s.otherIdentity(), s.toldTwice(), s.declared())
}

// searches is how many things are looked for.
const searches = 6

// searched is the search for one action.
type searched struct {
	*run
	a         *pipeline.Action
	refs      RefSet
	at        []int                    // places of the jobs among all
	jobs      []*pipeline.Relationship // that the action rests on
	documents int                      // in their chains
	inChains  string                   // says how much was looked through in them
	told      []*pipeline.Submission   // that it rests on
}

// days are those of the action; its To is set.
func (s *searched) days() pipeline.Period {
	return pipeline.Period{From: s.a.From, To: stopEnd(s.a)}
}

// result writes a finding: hits is what was found, where what was looked through.
func result(what string, hits []string, where string) finding {
	if len(hits) == 0 {
		return finding{what: what, detail: where}
	}
	const most = 3
	detail := strings.Join(hits[:min(len(hits), most)], "; ")
	if n := len(hits) - most; n > 0 {
		detail += "; e altri " + strconv.Itoa(n)
	}
	return finding{what: what, found: true, detail: detail}
}

// amended looks for cancellations or corrections in the chains.
func (s *searched) amended(what string, purpose pipeline.Purpose) finding {
	var hits []string
	for _, rel := range s.jobs {
		for _, c := range rel.Chain {
			if c.Purpose == purpose {
				hits = append(hits, c.Ref()+" su "+c.PreviousCode+", acquisito il "+c.Acquired.Italian())
			}
		}
	}
	return result(what, hits, s.inChains)
}

// ended looks for terminations not after the end of the action, also those that found no job.
func (s *searched) ended() finding {
	var hits []string
	last := s.days().To
	for _, rel := range s.jobs {
		for _, c := range rel.Chain {
			if c.Event != pipeline.EventTermination || c.EventDate == 0 || c.EventDate > last {
				continue
			}
			hit := c.Ref() + " del " + c.EventDate.Italian()
			if c.EventDate != rel.TerminatedOn {
				hit += ", non più valida"
			}
			hits = append(hits, hit)
		}
	}
	for _, i := range s.orphansOf(s.jobs) {
		if o := &s.relationships[i]; o.OrphanDate <= last {
			hits = append(hits, o.Ref+" del "+o.OrphanDate.Italian()+", senza rapporto")
		}
	}
	return result("cessazione lo stesso giorno o prima della fine", hits, s.inChains)
}

// otherIdentity looks for documents under another code or name, and for facts that may be the person's (I01).
func (s *searched) otherIdentity() finding {
	var hits []string
	claim := s.caseOf(s.a.Claim).c
	for _, rel := range s.jobs {
		for _, c := range rel.Chain {
			switch {
			case c.Worker != claim.TaxCode:
				hits = append(hits, c.Ref()+" sotto un altro codice della stessa persona")
			case differs(c, claim):
				hits = append(hits, c.Ref()+" con altri dati anagrafici")
			}
		}
	}
	for _, sub := range s.told {
		if sub.TaxCode != claim.TaxCode {
			hits = append(hits, sub.Protocol+" sotto un altro codice della stessa persona")
		}
	}
	for i := range s.d.Doubtful {
		d := &s.d.Doubtful[i]
		about := d.Days
		if c := d.Communication; c != nil {
			about = pipeline.Period{From: c.Start, To: max(c.Start, c.End)}
		}
		if about.From == 0 || about.Overlaps(s.days()) {
			hits = append(hits, d.Ref+" sotto un codice da confermare")
		}
	}
	return result("omonimo o altro codice fiscale", hits, "documenti: "+strconv.Itoa(s.documents+len(s.told)))
}

// differs tells whether the worker of a communication is somebody else than the holder of a claim, by name or birth. Mostly
// both are written alike.
func differs(c *pipeline.Communication, claim *pipeline.Claim) bool {
	alike := c.Surname == claim.Surname && c.GivenName == claim.GivenName && c.BirthDate == claim.BirthDate
	return !alike && c.Identity().Differs(claim.Identity())
}

// toldTwice looks for one job told by the agency and by the company where it is done.
func (s *searched) toldTwice() finding {
	const what = "doppione di somministrazione"
	pairs, all := s.missionPairs()
	var hits []string
	for _, p := range pairs {
		hits = append(hits, s.relationships[p.agency].Ref+" dell'agenzia e "+s.relationships[p.other].Ref+" dell'utilizzatore")
	}
	others := s.uncancelled()
	for _, rel := range s.jobs {
		if !rel.Cancelled {
			others--
		}
	}
	f := result(what, hits, "altri rapporti: "+strconv.Itoa(others))
	if !all {
		f.detail += ", cercato solo in parte: i rapporti sono troppi"
	}
	return f
}

// rested tells whether the action rests on the relationship in a place.
func (s *searched) rested(i int) bool {
	_, found := slices.BinarySearch(s.at, i)
	return found
}

// sameMission tells whether a job of the agency is done where the other job is, on some of its days.
func sameMission(agency, other *pipeline.Relationship) bool {
	if !agency.Agency() || other.Agency() || agency.Cancelled || other.Cancelled || other.Start == 0 {
		return false
	}
	at := slices.ContainsFunc(agency.Chain, func(c *pipeline.Communication) bool { return other.EmployedBy(c.UserCompany) })
	return at && (pipeline.Period{From: agency.Start, To: agency.End()}).Overlaps(pipeline.Period{From: other.Start, To: other.End()})
}

// declared looks for what the person has already said of the same event: submissions of its kind about some of its days,
// and declared incomes from employment. What the action rests on alone is no defence against it.
func (s *searched) declared() finding {
	var hits []string
	kinds := []string{pipeline.EventSubordinate}
	if len(s.jobs) == 0 {
		kinds = s.kinds()
	}
	looked, all := 0, true
	for i := range s.d.Submissions {
		sub := &s.d.Submissions[i]
		if all = s.look(); !all {
			break
		}
		if len(s.jobs) == 0 && s.refs.Has(sub.Protocol) {
			continue
		}
		looked++
		if slices.ContainsFunc(sub.Events, func(ev pipeline.Event) bool { return slices.Contains(kinds, ev.Kind) && s.about(&ev) }) {
			hits = append(hits, sub.Protocol+" del "+sub.SubmittedOn.Italian())
		}
	}
	for i := range s.d.Notices {
		n := &s.d.Notices[i]
		if all = all && s.look(); !all {
			break
		}
		if n.Kind != pipeline.NoticeSubordinateIncome {
			continue
		}
		looked++
		if slices.ContainsFunc(s.jobs, func(rel *pipeline.Relationship) bool { return abs(n.Start-rel.Start) <= sameStartDays }) {
			hits = append(hits, n.Ref()+" del "+n.On.Italian()+", reddito di "+n.Income.V.Italian()+" euro")
		}
	}
	slices.Sort(hits)
	f := result("dichiarazione già presentata", hits, "altre dichiarazioni: "+strconv.Itoa(looked))
	if !all {
		f.detail += ", cercato solo in parte: i documenti sono troppi"
	}
	return f
}

// kinds are those of the events that the action rests on.
func (s *searched) kinds() []string {
	var kinds []string
	for _, sub := range s.told {
		for _, ev := range sub.Events {
			kinds = append(kinds, ev.Kind)
		}
	}
	return kinds
}

// about tells whether an event speaks of days of the action, or begins near them (R38).
func (s *searched) about(ev *pipeline.Event) bool {
	if ev.Start == 0 {
		return true
	}
	if ev.End != 0 && ev.End < ev.Start {
		return false
	}
	days := s.days()
	return abs(ev.Start-days.From) <= sameStartDays || (pipeline.Period{From: ev.Start, To: ev.End}).Overlaps(days)
}

// appendSearched writes what was looked for; nothing where nothing was.
func appendSearched(b []byte, findings []finding) []byte {
	for i, f := range findings {
		open := `,{"che":"`
		if i == 0 {
			open = `,"cercato":[{"che":"`
		}
		b = append(append(b, open...), f.what...)
		b = strconv.AppendBool(append(b, `","trovato":`...), f.found)
		b = append(appendText(append(b, `,"dettaglio":`...), f.detail), '}')
	}
	if len(findings) > 0 {
		b = append(b, ']')
	}
	return b
}
