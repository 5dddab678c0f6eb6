package schedule_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/schedule"
)

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, spec, want string }{
		{"nothing", "", "empty"},
		{"blanks", " \t ", "empty"},
		{"a zone alone, on which cron panics", "TZ=0", "zone"},
		{"a zone alone, the other name", "CRON_TZ=Europe/Rome", "zone"},
		{"a zone before a good spec", "CRON_TZ=Europe/Rome 30 1 * * *", "zone"},
		{"a zone in small letters", "tz=UTC 30 1 * * *", "zone"},
		{"a zone after a blank", " TZ=UTC 30 1 * * *", "zone"},
		{"a descriptor", "@daily", "descriptors"},
		{"an interval", "@every 24h", "descriptors"},
		{"a negative interval, which cron takes", "@every -5m", "descriptors"},
		{"no interval, which cron takes", "@every 0s", "descriptors"},
		{"a descriptor after a blank", " @hourly", "descriptors"},
		{"four fields", "30 1 * *", "exactly 5 fields"},
		{"six fields", "0 30 1 * * *", "exactly 5 fields"},
		{"minute 60", "60 1 * * *", "above maximum"},
		{"hour 24", "0 24 * * *", "above maximum"},
		{"day 0", "0 1 0 * *", "below minimum"},
		{"day 32", "0 1 32 * *", "above maximum"},
		{"month 13", "0 1 * 13 *", "above maximum"},
		{"weekday 7", "0 1 * * 7", "above maximum"},
		{"a negative number", "-1 1 * * *", "parse int"},
		{"a number too large for one", "99999999999999999999 1 * * *", "parse int"},
		{"a step of nothing", "*/0 1 * * *", "step"},
		{"a step too large for a number", "0/99999999999999999999 1 * * *", "parse int"},
		{"a range backwards", "0 5-1 * * *", "beyond end"},
		{"two hyphens", "0 1-2-3 * * *", "hyphens"},
		{"two slashes", "0/1/2 1 * * *", "slashes"},
		{"half a range", "0 1- * * *", "parse int"},
		{"a comma alone, with which cron looks for five years and gives up", ", 1 * * *", "empty place"},
		{"a comma at the end", "0, 1 * * *", "empty place"},
		{"a range from a star, which cron cuts to the star", "*-5 1 * * *", "only a step"},
		{"a range from a question mark", "0 ?-5 * * *", "only a step"},
		{"two stars", "** 1 * * *", "only a step"},
		{"a name of no month", "0 1 * foo *", "parse int"},
		{"a month for a weekday", "0 1 * * jan", "parse int"},
		{"a sign", "+5 1 * * *", "character"},
		{"a line break", "30 1 * * *\n", "character"},
		{"a zero byte", "30 1 * * *\x00", "character"},
		{"a letter outside ASCII", "30 1 * * \u017fun", "character"},
		{"a blank outside ASCII", "30\u00a01 * * *", "character"},
		{"a digit outside ASCII", "\u0663 1 * * *", "character"},
		{"a semicolon", "30 1 * * *;", "character"},
		{"an endless list", strings.Repeat("1,", 200) + "1 1 * * *", "longer than"},
		{"30 February, which cron takes", "0 1 30 2 *", "never fires"},
		{"31 April", "0 1 31 4 *", "never fires"},
		{"the 31st of every short month", "0 1 31 2,4,6,9,11 *", "never fires"},
		{"29 February, once in four years", "0 1 29 2 *", "never fires"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := schedule.Parse(c.spec)
			if !errors.Is(err, schedule.ErrSpec) {
				t.Fatalf("Parse(%q) = %v, want ErrSpec", c.spec, err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("Parse(%q) = %v, want %q in it", c.spec, err, c.want)
			}
		})
	}
}

func TestParseAccepts(t *testing.T) {
	for _, c := range []struct{ spec, after, want string }{
		{"30 1 * * *", "2014-05-11", "2014-05-12"},
		{"  30\t1 * * * ", "2014-05-11", "2014-05-12"},
		{"30 1 * * 1-5", "2014-05-09", "2014-05-12"},
		{"30 1 * * MON-FRI", "2014-05-09", "2014-05-12"},
		{"30 1 * * sun", "2014-05-05", "2014-05-11"},
		{"30 1 1 * *", "2014-05-01", "2014-06-01"},
		{"30 1 31 * *", "2014-05-31", "2014-07-31"},
		{"30 1 1 jan *", "2014-01-01", "2015-01-01"},
		{"30 1 */2 * *", "2014-05-30", "2014-05-31"},
		{"30 1 29 2 1", "2016-02-23", "2016-02-29"}, // day or weekday
		{"30 1 ? * ?", "2014-05-11", "2014-05-12"},
		{"30 1 31 12 *", "2013-12-31", "2014-12-31"},
	} {
		s, err := schedule.New(schedule.Config{Spec: c.spec, Location: time.UTC})
		if err != nil {
			t.Errorf("%q: %v", c.spec, err)
			continue
		}
		if d, _, ok := s.Next(pipeline.MustDate(c.after)); !ok || d.String() != c.want {
			t.Errorf("%q after %s: %s, want %s", c.spec, c.after, d, c.want)
		}
	}
	spec, err := schedule.Parse("30 1 * * *")
	if err != nil || spec.String() != "30 1 * * *" {
		t.Errorf("String = %q, %v", spec, err)
	}
}

// field draws one field of a spec.
func field(low, high int) *rapid.Generator[string] {
	number := rapid.IntRange(low, high)
	one := rapid.Custom(func(t *rapid.T) string {
		switch n := number.Draw(t, "n"); rapid.IntRange(0, 3).Draw(t, "form") {
		case 0:
			return "*"
		case 1:
			return "*/" + itoa(rapid.IntRange(1, high).Draw(t, "step"))
		case 2:
			return itoa(n) + "-" + itoa(rapid.IntRange(n, high).Draw(t, "to"))
		default:
			return itoa(n)
		}
	})
	return rapid.Map(rapid.SliceOfN(one, 1, 3), func(s []string) string { return strings.Join(s, ",") })
}

var specs = rapid.Custom(func(t *rapid.T) string {
	return strings.Join([]string{
		field(0, 59).Draw(t, "minute"), field(0, 23).Draw(t, "hour"), field(1, 31).Draw(t, "day"),
		field(1, 12).Draw(t, "month"), field(0, 6).Draw(t, "weekday"),
	}, " ")
})

// TestDatesAgreeWithCron takes every firing of two years that cron knows in UTC, and wants each date once, at its first.
func TestDatesAgreeWithCron(t *testing.T) {
	from, to := pipeline.MustDate("2015-12-01"), pipeline.MustDate("2017-03-31")
	rapid.Check(t, func(t *rapid.T) {
		spec := specs.Draw(t, "spec")
		s, err := schedule.New(schedule.Config{Spec: spec, Location: time.UTC})
		if err != nil {
			return // a day that no month has
		}
		c, err := cron.ParseStandard(spec)
		if err != nil {
			t.Fatal(err)
		}
		got := from - 1
		for d := from; d <= to; d++ {
			midnight := time.Unix(int64(d.UnixDays())*86400, 0).UTC()
			first := c.Next(midnight.Add(-time.Second))
			if pipeline.DateOf(first, time.UTC) != d {
				continue
			}
			date, start, ok := s.Next(got)
			if !ok || date != d || !start.Equal(first) {
				t.Fatalf("%q: after %s comes %s at %s, want %s at %s", spec, got, date, start, d, first)
			}
			got = date
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		spec, err := schedule.Parse(text)
		if err != nil {
			if !errors.Is(err, schedule.ErrSpec) {
				t.Fatalf("error that is no ErrSpec: %v", err)
			}
			return
		}
		s, err := schedule.New(schedule.Config{Spec: spec.String(), Location: rome})
		if err != nil {
			t.Fatal(err)
		}
		d := pipeline.MustDate("2026-01-01")
		for range 30 {
			next, start, ok := s.Next(d)
			if !ok || next <= d || next-d > 366 || pipeline.DateOf(start, rome) != next {
				t.Fatalf("%q: after %s comes %s at %s, %v", text, d, next, start, ok)
			}
			d = next
		}
	})
}
