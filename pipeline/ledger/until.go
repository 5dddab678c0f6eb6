package ledger

import (
	"slices"

	"incrocio/pipeline"
)

// until gives [Result.Until]. A person comes to rest on the first night that neither takes anything in nor says anything
// new: it finds what it leaves. Whatever is decided from there on depends on dates alone, and rules.Decision.Until says
// until when those say the same.
//
// This package looks at the date of the night itself only to find the facts of tonight, to date what is new, and to drop
// the terms of exceptions; a test sees to that.
func (c *comparison) until() pipeline.Date {
	if !c.settled() {
		return c.n.Date
	}
	until := c.want.Until
	for i := range c.out.Exceptions { // its term is told no longer once it has passed, see agenda
		if e := &c.out.Exceptions[i]; e.Class != pipeline.ClassInfo && e.Due >= c.n.Date {
			until = min(until, e.Due)
		}
	}
	return until
}

// settled tells whether the night finds what it leaves: the same in force and open, nothing acquired, nothing that waits
// for anybody's word.
func (c *comparison) settled() bool {
	arrived := len(c.news.refs) > 0 || len(c.d.Joined) > 0
	waits := len(c.d.Waiting) > 0 || len(c.out.Adverse) > 0 || c.held != nil
	return !arrived && !waits && len(c.out.Actions) == 0 && len(c.out.Sheets) == 0 && c.sameInForce() && c.sameOpen()
}

func (c *comparison) sameInForce() bool {
	return len(c.out.InForce) == len(c.d.Issued) && !slices.ContainsFunc(c.out.InForce, func(a pipeline.Action) bool {
		return !slices.Contains(c.d.Issued, a)
	})
}

// sameOpen tells whether every exception of the last night stands as it stood, and none has joined or come back. One that
// an operator has dealt with is not open, and stays with what is known of the person.
func (c *comparison) sameOpen() bool {
	open := 0
	for i := range c.d.Open {
		o := &c.d.Open[i]
		if o.State == pipeline.ExceptionClosed { // known tonight, forgotten tomorrow
			return false
		}
		if o.Standing() {
			open++
		}
	}
	return open == len(c.out.Exceptions) && !slices.ContainsFunc(c.out.Exceptions, func(e pipeline.Exception) bool {
		return e.State != pipeline.ExceptionOpen || !slices.ContainsFunc(c.d.Open, func(o pipeline.Exception) bool {
			if !o.Standing() {
				return false
			}
			o.State, o.Night = e.State, e.Night
			return o == e
		})
	})
}
