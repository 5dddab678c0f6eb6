package ledger

import "incrocio/pipeline"

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
	return len(c.out.InForce) == len(c.d.Issued) && stay(c.out.InForce, c.d.Issued,
		func(a *pipeline.Action) string { return a.ID }, func(a, before *pipeline.Action) bool { return *a == *before })
}

// sameOpen tells whether every exception of the last night stands as it stood, and none has joined or come back. One that
// closed by itself, or that an operator has dealt with, is not open, and stays with what is known of the person.
func (c *comparison) sameOpen() bool {
	open := 0
	for i := range c.d.Open {
		if c.d.Open[i].Standing() {
			open++
		}
	}
	return open == len(c.out.Exceptions) && stay(c.out.Exceptions, c.d.Open,
		func(e *pipeline.Exception) string { return e.ID },
		func(e, before *pipeline.Exception) bool {
			o := *before
			o.State, o.Night = e.State, e.Night
			return e.State == pipeline.ExceptionOpen && before.Standing() && *e == o
		})
}

// stay tells whether for each of the rows there was one before, with its id, that is the same.
func stay[T any](rows, before []T, id func(*T) string, same func(row, before *T) bool) bool {
	was := func(row *T) *T {
		for i := range before {
			if id(&before[i]) == id(row) {
				return &before[i]
			}
		}
		return nil
	}
	if len(before) > few {
		byID := make(map[string]*T, len(before))
		for i := range before {
			byID[id(&before[i])] = &before[i]
		}
		was = func(row *T) *T { return byID[id(row)] }
	}
	for i := range rows {
		if b := was(&rows[i]); b == nil || !same(&rows[i], b) {
			return false
		}
	}
	return true
}
