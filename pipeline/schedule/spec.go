package schedule

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"incrocio/pipeline"
)

// ErrSpec is wrapped by every error of [Parse].
var ErrSpec = errors.New("not a schedule")

// Bounds of a spec.
const (
	maxSpec = 128 // bytes
	maxGap  = 366 // days between two firings
)

// hint is what a refused spec should have looked like.
const hint = `write five fields, minute hour day month weekday, such as "30 1 * * *"`

// Spec is a cron spec of five fields, to the minute: minute, hour, day of month, month, weekday (0 to 6 or SUN to SAT;
// where day and weekday are both restricted, either is enough, as in cron). The zero value is no spec.
type Spec struct {
	text   string
	days   *cron.SpecSchedule // the dates, each at midnight
	minute int                // of the day, at which it first fires
}

// String gives the spec as it was written.
func (s Spec) String() string { return s.text }

// fields reads the five fields and nothing else: no seconds, no descriptor, no zone.
var fields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// Parse reads a spec. It refuses descriptors (@daily, @every), zones (TZ=, CRON_TZ=), anything that cron reads in a way
// nobody means, and specs that leave more than 366 days without a firing. Errors wrap [ErrSpec]; none of them panics.
func Parse(text string) (Spec, error) {
	if len(text) > maxSpec {
		return Spec{}, fmt.Errorf("%w: longer than %d bytes; %s", ErrSpec, maxSpec, hint)
	}
	if err := checkForm(text); err != nil {
		return Spec{}, fmt.Errorf("%w: %q: %w; %s", ErrSpec, text, err, hint)
	}
	s, err := parseFields(text)
	if err != nil {
		return Spec{}, fmt.Errorf("%w: %q: %w; %s", ErrSpec, text, err, hint)
	}
	spec := Spec{text: text, minute: lowest(s.Hour)*60 + lowest(s.Minute)}
	s.Hour, s.Minute = 1, 1 // bits: hour 0, minute 0
	spec.days = s
	if from, ok := spec.idle(); ok {
		return Spec{}, fmt.Errorf("%w: %q: never fires in the %d days after %s", ErrSpec, text, maxGap, from)
	}
	return spec, nil
}

// checkForm refuses what the parser below would panic on or take for something else.
func checkForm(text string) error {
	upper := strings.ToUpper(strings.TrimSpace(text))
	switch {
	case upper == "":
		return errors.New("empty")
	case strings.HasPrefix(upper, "@"):
		return errors.New("descriptors are not accepted")
	case strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ="):
		return errors.New("the zone is not part of the spec")
	}
	for i := range len(text) {
		if c := text[i]; c != ' ' && c != '\t' && !strings.ContainsRune("0123456789*?,-/", rune(c)) && (upperOf(c) < 'A' || upperOf(c) > 'Z') {
			return fmt.Errorf("character %q", c)
		}
	}
	for _, field := range strings.Fields(text) {
		for part := range strings.SplitSeq(field, ",") {
			if part == "" { // cron drops it, and a field of nothing else never fires
				return fmt.Errorf("field %q: an empty place in a list", field)
			}
			if len(part) > 1 && (part[0] == '*' || part[0] == '?') && part[1] != '/' { // cron forgets what follows
				return fmt.Errorf("field %q: only a step may follow %q", field, part[0])
			}
		}
	}
	return nil
}

func upperOf(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// parseFields calls cron, which is known to panic on some texts.
func parseFields(text string) (s *cron.SpecSchedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("cron: %v", p)
		}
	}()
	parsed, err := fields.Parse(text)
	if err != nil {
		return nil, err
	}
	return parsed.(*cron.SpecSchedule), nil // what five fields give
}

// lowest gives the first hour or minute of a field of cron, which holds one bit for each.
func lowest(field uint64) int { return bits.TrailingZeros64(field) }

// The stretch that is looked through for idle times: two leap years with their neighbours. A spec says no year, so what
// holds here holds everywhere but across 29 February 1900, 2100 and the like.
var (
	idleFrom = pipeline.MustDate("2012-12-31")
	idleTo   = pipeline.MustDate("2020-12-31")
)

// idle gives a date after which the spec does not fire for too long, and whether there is one.
func (s Spec) idle() (pipeline.Date, bool) {
	for d := idleFrom; d < idleTo; {
		next, ok := s.next(d)
		if !ok || next-d > maxGap {
			return d, true
		}
		d = next
	}
	return 0, false
}

// next gives the first date after d on which the spec fires, on a calendar that knows no zones: cron is asked in UTC,
// where no hour is missing or comes twice. It is false where none is left.
func (s Spec) next(d pipeline.Date) (pipeline.Date, bool) {
	if s.days == nil || d >= pipeline.MaxDate {
		return 0, false
	}
	lastSecond := time.Unix(int64((d+1).UnixDays())*86400-1, 0).UTC() // cron starts to count from the second after
	t := s.days.Next(lastSecond)
	if t.IsZero() || t.Year() > 9999 {
		return 0, false
	}
	return pipeline.DateFromUnixDays(int32(t.Unix() / 86400)), true
}
