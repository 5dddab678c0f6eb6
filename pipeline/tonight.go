package pipeline

// Tonight is the night of a decision (data_elaborazione). Whoever decides asks it whether days have come, and it remembers
// until when all that it has answered stays true: until then, with the same facts, the same is decided. A day that is not
// known (0) has come.
type Tonight struct{ date, until Date }

// NewTonight is a night of which nothing has been asked.
func NewTonight(date Date) *Tonight { return &Tonight{date, MaxDate} }

// Until is the last night, this one included, on which all answers so far are the same; MaxDate where none ever changes.
func (t *Tonight) Until() Date { return t.until }

// Reached tells whether the day has come: the night is on it or after it.
func (t *Tonight) Reached(day Date) bool { return !t.before(day) }

// Past tells whether the day has gone by: the night is after it.
func (t *Tonight) Past(day Date) bool { return !t.before(day + 1) }

// Is tells whether the night is on that very day.
func (t *Tonight) Is(day Date) bool { return !t.before(day) && t.before(day+1) }

// OrLater gives a day, or the night where the day has gone by: from then on another one every night.
func (t *Tonight) OrLater(day Date) Date {
	if t.before(day + 1) {
		return day
	}
	t.until = t.date
	return t.date
}

// Value gives the night for a row to say it, or to count up to it. Nothing is remembered of that: what only a row that is new
// says stays as it was written, and whoever has a row that says something else every night is seen not to rest by just that.
// Nothing may be decided on it.
func (t *Tonight) Value() Date { return t.date }

func (t *Tonight) before(day Date) bool {
	if t.date >= day {
		return false
	}
	t.until = min(t.until, day-1)
	return true
}
