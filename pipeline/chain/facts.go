package chain

import (
	"cmp"
	"slices"

	"incrocio/pipeline"
)

// maxSpanMonths is the longest a relationship may last before its dates are taken for wrong: fifty years.
const maxSpanMonths = 600

// UniSomm variations that are about the mission alone.
const (
	extensionOfMission   = "2.03"
	terminationOfMission = "4.01"
)

// facts gives what the valid documents of a relation say together; Ref and Chain are left to the caller.
func (r *relation) facts() pipeline.Relationship {
	base := r.base()
	out := pipeline.Relationship{
		Model:          base.Model,
		Employer:       base.Employer,
		EmployerName:   base.EmployerName,
		PublicEmployer: base.PublicEmployer,
		Contract:       base.Contract,
		Hours:          hoursAtHire(base),
		YearlyPay:      base.YearlyPay,
		Seasonal:       base.Seasonal,
		Agricultural:   base.Agricultural,
		Availability:   base.Availability,
		Start:          base.Start,
		Weak:           r.weak,
		Pending:        r.pending(),
	}
	switch {
	case !r.alive():
		out.Cancelled, out.Pending = true, false
		out.AgreedEnd = base.End
		if out.Start == 0 {
			out.OrphanDate = base.EventDate
		}
		return out
	case len(r.hires) > 0:
	case !anyValid(r.events):
		out.Urgent = true
	case out.Start != 0:
		out.Orphan = pipeline.OrphanRebuilt
	default:
		out.Orphan, out.OrphanDate = pipeline.OrphanUnplaced, base.EventDate
	}
	r.ends(&out)
	r.transfers(&out)
	out.BadDates = badDates(&out)
	return out
}

// pending tells what the valid document sent last says of a relationship of domestic work.
func (r *relation) pending() bool {
	last, says := none, false
	for _, list := range [...][]*statement{r.hires, r.events} {
		for _, s := range list {
			if s.valid != nil && s.last > last {
				last, says = s.last, s.valid.Pending
			}
		}
	}
	return says
}

// base is the document a relationship has its data from: of the valid hires the one sent last; without one, the first
// valid event, a conversion to permanent after all others, since it shows what came of the job; for what is void the
// last version.
func (r *relation) base() *pipeline.Communication {
	if len(r.hires) > 0 {
		return latest(r.hires).about
	}
	if s := cmp.Or(r.earliest(r.events), r.earliest(r.urgent)); s != nil {
		return s.about
	}
	return latest(append(slices.Clip(r.events), r.urgent...)).about
}

// latest gives the statement whose document was sent last, of the valid ones where there are any.
func latest(list []*statement) *statement {
	return slices.MaxFunc(list, func(a, b *statement) int {
		return cmp.Or(boolCompare(a.valid != nil, b.valid != nil), cmp.Compare(a.last, b.last))
	})
}

// earliest gives the valid statement made first; one of another start, then a conversion to permanent, after all
// others; nil where none is valid.
func (r *relation) earliest(list []*statement) *statement {
	var best *statement
	for _, s := range list {
		if s.valid == nil {
			continue
		}
		if best == nil || cmp.Or(
			boolCompare(s.valid.Start != r.start, best.valid.Start != r.start),
			boolCompare(permanent(s.valid), permanent(best.valid)),
			cmp.Compare(s.first, best.first)) < 0 {
			best = s
		}
	}
	return best
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// permanent tells whether a document is a conversion that takes the end away.
func permanent(c *pipeline.Communication) bool {
	if c.Event != pipeline.EventConversion {
		return false
	}
	switch c.EventCode {
	case "DI", "AI", "FI", "II", "FF":
		return true
	}
	return false
}

// ends fills in all that End depends on; the relation must be alive.
func (r *relation) ends(out *pipeline.Relationship) {
	var moves []*statement
	if len(r.hires) > 0 {
		out.AgreedEnd, moves = agreed(r.hires)
	} else {
		out.AgreedEnd = rebuiltEnd(r.events)
	}
	for _, s := range r.events {
		if s.valid == nil || s.valid.EventDate == 0 {
			continue
		}
		on, agency := s.valid.EventDate, s.valid.Model == pipeline.ModelUnisomm
		switch s.event() {
		case pipeline.EventExtension:
			if !agency || s.valid.EventCode != extensionOfMission {
				moves = append(moves, s)
			}
		case pipeline.EventTermination:
			if !agency || s.valid.EventCode != terminationOfMission {
				out.TerminatedOn = earlier(out.TerminatedOn, on)
			}
		case pipeline.EventConversion:
			switch {
			case permanent(s.valid):
				out.PermanentFrom = earlier(out.PermanentFrom, on)
			case s.valid.End == 0:
				out.Shown = append(out.Shown, pipeline.Shown{On: on, Contract: s.valid.Contract})
			}
		}
	}
	slices.SortFunc(out.Shown, func(a, b pipeline.Shown) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Contract, b.Contract))
	})
	out.Extensions = extensions(out.AgreedEnd, moves)
}

// earlier gives the earlier of two days, 0 being none.
func earlier(a, b pipeline.Date) pipeline.Date {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// agreed gives the end agreed at the hire, by the last hire for the first mission, and the hires for later missions
// of an agency relation, which may have moved it. One of the hires must be valid.
func agreed(hires []*statement) (pipeline.Date, []*statement) {
	valid := make([]*statement, 0, len(hires))
	for _, s := range hires {
		if s.valid != nil {
			valid = append(valid, s)
		}
	}
	slices.SortFunc(valid, func(a, b *statement) int { return cmp.Compare(a.last, b.last) })
	first := valid[0].valid
	var end pipeline.Date
	var missions []*statement
	for _, s := range valid {
		if sameMission(first, s.valid) || s.valid.End == 0 {
			end = s.valid.End
		} else {
			missions = append(missions, s)
		}
	}
	return end, missions
}

func sameMission(a, b *pipeline.Communication) bool {
	return a.Model != pipeline.ModelUnisomm || a.UserCompany == b.UserCompany && a.MissionStart == b.MissionStart
}

// extensions gives the extensions by the order in which they were first sent. A hire for a later mission counts where
// it shows a later end than the one in force.
func extensions(end pipeline.Date, moves []*statement) []pipeline.Extension {
	if len(moves) == 0 {
		return nil
	}
	slices.SortFunc(moves, func(a, b *statement) int { return cmp.Compare(a.first, b.first) })
	out := make([]pipeline.Extension, 0, len(moves))
	for _, s := range moves {
		to := s.valid.EventDate
		if s.event() == pipeline.EventHire {
			if to = s.valid.End; end == 0 || to <= end {
				continue
			}
		}
		out = append(out, pipeline.Extension{Before: end, To: to, Ref: s.valid.Ref()})
		end = to
	}
	return out
}

// rebuiltEnd gives the end agreed at a hire that is not here, as the first event that shows it does.
func rebuiltEnd(events []*statement) pipeline.Date {
	var end pipeline.Date
	first := -1
	for _, s := range events {
		if s.valid == nil || first >= 0 && s.first > first {
			continue
		}
		if e := endBefore(s.valid); e != 0 {
			end, first = e, s.first
		}
	}
	return end
}

// endBefore gives the end of the contract before the event, where its document shows it: an extension of agency work
// repeats the new end in every field, and a conversion to permanent shows the contract after it.
func endBefore(c *pipeline.Communication) pipeline.Date {
	if permanent(c) || c.Event == pipeline.EventExtension && (c.Model == pipeline.ModelUnisomm || c.End == c.EventDate) {
		return 0
	}
	return c.End
}

// hoursAtHire gives the hours agreed at the hire, which no conversion changes (R12), by the document the data come from: the
// hire or, where none is known, the first event. A conversion of the hours shows those it brings, not those before.
func hoursAtHire(c *pipeline.Communication) string {
	if c.Event == pipeline.EventConversion {
		switch c.EventCode {
		case "TP":
			return "F"
		case "PP":
			return "P"
		}
	}
	return c.Hours
}

// transfers moves the relationship from employer to employer, by the day of the transfer.
func (r *relation) transfers(out *pipeline.Relationship) {
	var list []*statement
	for _, s := range r.events {
		if s.valid != nil && s.event() == pipeline.EventTransfer {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return
	}
	slices.SortFunc(list, func(a, b *statement) int {
		return cmp.Or(cmp.Compare(a.valid.EventDate, b.valid.EventDate), cmp.Compare(a.first, b.first))
	})
	present := list[len(list)-1].valid
	former := make([]string, 0, len(list))
	left := map[string]bool{"": true, present.Employer: true}
	leave := func(employer string) {
		if !left[employer] {
			left[employer] = true
			former = append(former, employer)
		}
	}
	leave(out.Employer)
	for _, s := range list {
		leave(s.valid.PreviousEmployer)
		leave(s.valid.Employer)
	}
	out.FormerEmployers = former
	out.Employer, out.EmployerName, out.PublicEmployer = present.Employer, present.EmployerName, present.PublicEmployer
}

// badDates tells whether valid dates contradict one another.
func badDates(r *pipeline.Relationship) bool {
	if r.Start == 0 {
		return false
	}
	limit := r.Start.AddMonths(maxSpanMonths)
	wrong := func(end pipeline.Date) bool { return end != 0 && (end < r.Start || end > limit) }
	return wrong(r.AgreedEnd) || wrong(r.TerminatedOn) || r.PermanentFrom != 0 && r.PermanentFrom < r.Start ||
		slices.ContainsFunc(r.Extensions, func(e pipeline.Extension) bool { return wrong(e.To) })
}
