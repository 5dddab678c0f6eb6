package console

import (
	"strconv"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// timeline is the drawing of a claim's days, with the same in words. Lengths are in units of the drawing.
type timeline struct {
	Width, Height int
	Lanes         []lane
	Bars          []timeBar
	Marks         []timeMark
	Ticks         []timeTick
	Words         []timeWord
}

// lane is a row of bars with its name.
type lane struct {
	Label string
	Y     int // of the text
}

// timeBar is a stretch of days. Class gives its look.
type timeBar struct {
	X, Y, Width, Height int
	Class, Title        string
	Open                bool // goes on past the drawing
	ArrowX, ArrowY      int
}

// timeMark is a day with a name.
type timeMark struct {
	X, Y1, Y2, TextX, TextY int
	Anchor, Label           string
}

// timeTick is a first of the month on the axis.
type timeTick struct {
	X     int
	Label string
}

// timeWord is a line of the same in words.
type timeWord struct {
	What, From, To, Days, Note string
}

// Measures of the drawing.
const (
	timeWidth  = 960
	timeLeft   = 120 // for the names of the lanes
	timeRight  = 20
	laneTop    = 46
	laneHeight = 26
	laneStep   = 40
	axisY      = laneTop + 3*laneStep
	timeHeight = axisY + 30

	// maxTimeline is how many days a drawing spans at most; what is beyond is cut and told in words.
	maxTimeline = 6 * 366
	maxTimeBars = 200
)

// newTimeline draws the days of a claim: from decorrenza to the theoretical end, what is suspended, reduced or forfeited,
// the days in dispute, and how far it is paid. Nil where the claim has no first day.
func newTimeline(d *worklist.Detail, today pipeline.Date) *timeline {
	c := d.Sheet.Claim
	if c == nil || c.Start == 0 {
		return nil
	}
	s := &span{from: c.Start, end: theoreticalEnd(c, d.Actions)}
	s.to = s.end
	s.widen(d.From, d.To)
	s.widen(c.PaidThrough, 0)
	for i := range d.Actions {
		s.widen(d.Actions[i].From, d.Actions[i].To)
	}
	if today <= s.to+92 && today >= s.from-92 {
		s.widen(today, 0)
	}
	s.from, s.to = s.from-s.margin(), s.to+s.margin()
	s.to = min(s.to, s.from+maxTimeline)
	t := &timeline{Width: timeWidth, Height: timeHeight}
	t.claim(s, c)
	t.effects(s, d.Actions)
	t.dispute(s, d)
	t.marks(s, c, today)
	t.ticks(s)
	return t
}

// span are the days of the drawing.
type span struct{ from, to, end pipeline.Date }

func (s *span) widen(from, to pipeline.Date) {
	if from != 0 {
		s.from, s.to = min(s.from, from), max(s.to, from)
	}
	if to != 0 {
		s.to = max(s.to, to)
	}
}

func (s *span) margin() pipeline.Date { return max((s.to-s.from)/40, 2) }

// x is where a day begins; days outside are at the edge.
func (s *span) x(d pipeline.Date) int {
	d = min(max(d, s.from), s.to)
	return timeLeft + int(int64(d-s.from)*(timeWidth-timeLeft-timeRight)/int64(s.to-s.from))
}

// theoreticalEnd is the last day of benefit as the actions in force move it.
func theoreticalEnd(c *worklist.ClaimSheet, actions []pipeline.Action) pipeline.Date {
	end := c.Start
	if c.DaysGranted > 0 {
		end = pipeline.Date(min(int64(c.Start)+int64(c.DaysGranted)-1, int64(pipeline.MaxDate)))
	}
	for i := range actions {
		end = max(end, actions[i].NewEnd)
	}
	return end
}

func (t *timeline) bar(s *span, n int, from, to pipeline.Date, class, title string) {
	if len(t.Bars) == maxTimeBars {
		return
	}
	last := to
	if to == 0 {
		last = s.to
	}
	x := s.x(from)
	b := timeBar{X: x, Y: laneTop + n*laneStep, Width: max(s.x(last+1)-x, 2), Height: laneHeight, Class: class, Title: title, Open: to == 0}
	b.ArrowX, b.ArrowY = b.X+b.Width-4, b.Y+18
	t.Bars = append(t.Bars, b)
}

func (t *timeline) say(what string, from, to pipeline.Date, note string) {
	w := timeWord{What: what, From: from.Italian(), To: to.Italian(), Note: note}
	switch {
	case to == 0:
		w.To = "senza fine nota"
	case to >= from:
		w.Days = thousands(int64(to-from) + 1)
	}
	t.Words = append(t.Words, w)
}

func (t *timeline) claim(s *span, c *worklist.ClaimSheet) {
	t.Lanes = append(t.Lanes, lane{"Domanda", laneTop + 18})
	t.bar(s, 0, c.Start, s.end, "g-base", "Indennità "+period(c.Start, s.end))
	t.say("Indennità, dalla decorrenza alla fine teorica", c.Start, s.end, count(c.DaysGranted, "giorno spettante", "giorni spettanti"))
	if c.PaidThrough != 0 {
		t.say("Pagata", c.Start, c.PaidThrough, "")
	}
}

// timeClasses are the looks of the actions that are days.
var timeClasses = map[string]string{
	pipeline.ActionSuspend: "g-sospesa", pipeline.ActionReduce: "g-ridotta", pipeline.ActionDecade: "g-decaduta",
}

func (t *timeline) effects(s *span, actions []pipeline.Action) {
	t.Lanes = append(t.Lanes, lane{"Azioni", laneTop + laneStep + 18})
	for i := range actions {
		a := &actions[i]
		class, ok := timeClasses[a.Type]
		if !ok {
			if a.Type == pipeline.ActionResume {
				t.Words = append(t.Words, timeWord{What: say(a.Type), From: a.From.Italian(), Note: say(a.Mode)})
			}
			continue
		}
		to := a.To
		if a.Type == pipeline.ActionDecade {
			to = max(s.end, a.From)
		}
		t.bar(s, 1, a.From, to, class, say(a.Type)+" "+actionDays(a))
		t.say(say(a.Type), a.From, to, say(a.Mode))
	}
}

func (t *timeline) dispute(s *span, d *worklist.Detail) {
	if d.From == 0 {
		return
	}
	label := "In esame"
	if d.Class == pipeline.ClassBlock {
		label = "Contesi"
	}
	t.Lanes = append(t.Lanes, lane{label, laneTop + 2*laneStep + 18})
	t.bar(s, 2, d.From, d.To, "g-contesa", "Giorni "+period(d.From, d.To))
	t.say("Giorni dell'eccezione", d.From, d.To, say(d.Class))
}

func (t *timeline) marks(s *span, c *worklist.ClaimSheet, today pipeline.Date) {
	add := func(on pipeline.Date, row int, label string) {
		if on < s.from || on > s.to {
			return
		}
		x := s.x(on)
		m := timeMark{X: x, Y1: 20 + row*14, Y2: axisY, TextX: x + 4, TextY: 14 + row*14, Anchor: "start", Label: label}
		if x > timeWidth-220 {
			m.TextX, m.Anchor = x-4, "end"
		}
		t.Marks = append(t.Marks, m)
	}
	if c.PaidThrough != 0 {
		add(c.PaidThrough+1, 0, "pagata fino al "+c.PaidThrough.Italian())
	}
	if today != 0 {
		add(today, 1, "oggi "+today.Italian())
	}
}

// ticks marks first days of months: as many as there is room for.
func (t *timeline) ticks(s *span) {
	months := 1
	for _, m := range []int{1, 2, 3, 6, 12} {
		months = m
		if int(s.to-s.from)/(30*m) <= 12 {
			break
		}
	}
	y, m, _ := s.from.Civil()
	first, ok := pipeline.MakeDate(y, m, 1)
	for ; ok && first <= s.to; first = first.AddMonths(months) {
		if first < s.from {
			continue
		}
		year, month, _ := first.Civil()
		label := strconv.Itoa(month) + "/" + strconv.Itoa(year)
		t.Ticks = append(t.Ticks, timeTick{s.x(first), label})
	}
}
