package pipeline_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"incrocio/pipeline"
)

func date(s string) pipeline.Date { return pipeline.MustDate(s) }

// Every day there is: a counter that knows only the lengths of months must agree with Civil and MakeDate.
func TestCivilRoundTripOverAllDays(t *testing.T) {
	lengths := [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	want := pipeline.Date(0)
	for y := 1; y <= 9999; y++ {
		leap := y%4 == 0 && y%100 != 0 || y%400 == 0
		for m := 1; m <= 12; m++ {
			n := lengths[m]
			if m == 2 && leap {
				n = 29
			}
			if got := pipeline.DaysInMonth(y, m); got != n {
				t.Fatalf("DaysInMonth(%d, %d) = %d, want %d", y, m, got, n)
			}
			for d := 1; d <= n; d++ {
				want++
				if got, ok := pipeline.MakeDate(y, m, d); !ok || got != want {
					t.Fatalf("MakeDate(%d, %d, %d) = %d, %v, want %d", y, m, d, got, ok, want)
				}
				if gy, gm, gd := want.Civil(); gy != y || gm != m || gd != d {
					t.Fatalf("Civil of %d = %d-%d-%d, want %d-%d-%d", want, gy, gm, gd, y, m, d)
				}
			}
			if _, ok := pipeline.MakeDate(y, m, n+1); ok {
				t.Fatalf("MakeDate(%d, %d, %d) gives a day", y, m, n+1)
			}
		}
	}
	if want != pipeline.MaxDate {
		t.Errorf("the last day is %d, MaxDate %d", want, pipeline.MaxDate)
	}
}

func TestDateAgreesWithTime(t *testing.T) {
	for at := time.Date(1899, 12, 25, 0, 0, 0, 0, time.UTC); at.Year() < 2101; at = at.AddDate(0, 0, 1) {
		d := pipeline.DateOf(at, time.UTC)
		if d.String() != at.Format(time.DateOnly) || string(d.Append([]byte("on "))) != "on "+d.String() || d.Italian() != at.Format("02/01/2006") || d.Weekday() != at.Weekday() || d.Year() != at.Year() {
			t.Fatalf("%s: String %s, Italian %s, Weekday %s, Year %d", at.Format(time.DateOnly), d, d.Italian(), d.Weekday(), d.Year())
		}
		if got := int64(d.UnixDays()) * 86_400; got != at.Unix() {
			t.Fatalf("%s: UnixDays %d", d, d.UnixDays())
		}
		if got := pipeline.DateFromUnixDays(d.UnixDays()); got != d {
			t.Fatalf("%s: from unix days %s", d, got)
		}
		if got, err := pipeline.ParseDate(d.String()); err != nil || got != d {
			t.Fatalf("ParseDate(%s) = %s, %v", d, got, err)
		}
	}
}

// The day of an instant is the one in Rome, on both sides of midnight and of the change of hour.
func TestDateOfInRome(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2014-01-31T22:59:59Z": "2014-01-31",
		"2014-01-31T23:00:00Z": "2014-02-01",
		"2014-07-20T21:59:59Z": "2014-07-20",
		"2014-07-20T22:00:00Z": "2014-07-21",
		"2014-03-29T23:30:00Z": "2014-03-30",
		"2014-10-25T22:30:00Z": "2014-10-26",
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := pipeline.DateOf(instant, rome); got != date(want) {
			t.Errorf("%s is %s in Rome, want %s", at, got, want)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, s := range []string{
		"", "2014-1-01", "2014-01-1", "14-01-01", "2014/01/01", "2014-01-01T00:00:00", " 2014-01-01", "2014-01-01 ",
		"2014-02-29", "2013-13-01", "2013-00-10", "2013-01-00", "2013-04-31", "0000-01-01", "+014-01-01", "-001-01-01",
		"2014-01-3\u0661", "２０１4-1-1", "infinity", "24:00",
	} {
		d, err := pipeline.ParseDate(s)
		if !errors.Is(err, pipeline.ErrDate) || d != 0 {
			t.Errorf("ParseDate(%q) = %s, %v, want ErrDate", s, d, err)
		}
		if len(s) > 4 && err != nil && strings.Contains(err.Error(), s) {
			t.Errorf("the error repeats %q", s)
		}
	}
}

func TestMustDatePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	pipeline.MustDate("2014-02-30")
}

func TestNoDate(t *testing.T) {
	var d pipeline.Date
	if y, m, day := d.Civil(); y != 0 || m != 0 || day != 0 {
		t.Errorf("Civil of no date: %d %d %d", y, m, day)
	}
	if !d.IsZero() || d.String() != "" || d.Append(nil) != nil || d.Italian() != "" || d.Year() != 0 {
		t.Errorf("no date: %v %q %q %d", d.IsZero(), d.String(), d.Italian(), d.Year())
	}
	if b, err := d.MarshalText(); err != nil || len(b) != 0 {
		t.Errorf("MarshalText of no date: %q, %v", b, err)
	}
	d = date("2014-01-01")
	if err := d.UnmarshalText(nil); err != nil || d != 0 {
		t.Errorf("UnmarshalText of nothing: %s, %v", d, err)
	}
	if err := d.UnmarshalText([]byte("2014-13-01")); !errors.Is(err, pipeline.ErrDate) || d != 0 {
		t.Errorf("UnmarshalText of no day: %s, %v", d, err)
	}
	if err := d.UnmarshalText([]byte("2014-12-01")); err != nil || d != date("2014-12-01") {
		t.Errorf("UnmarshalText: %s, %v", d, err)
	}
}

// The six months of rule D2.
func TestLastDayWithinSixMonths(t *testing.T) {
	for _, c := range []struct {
		start, last string
		days        pipeline.Date
	}{
		{"2013-10-01", "2014-03-31", 182},
		{"2014-01-15", "2014-07-14", 181},
		{"2014-03-01", "2014-08-31", 184},
		{"2014-03-31", "2014-09-30", 184},
		{"2014-08-28", "2015-02-27", 184},
		{"2014-08-29", "2015-02-28", 184},
		{"2014-08-30", "2015-02-28", 183},
		{"2014-08-31", "2015-02-28", 182},
		{"2014-09-01", "2015-02-28", 181},
		{"2014-10-31", "2015-04-30", 182},
		{"2015-08-29", "2016-02-28", 184},
		{"2015-08-30", "2016-02-29", 184},
		{"2015-08-31", "2016-02-29", 183},
		{"2015-09-01", "2016-02-29", 182},
		{"2014-02-28", "2014-08-27", 181},
	} {
		got := date(c.start).LastDayWithin(6)
		if got != date(c.last) || got-date(c.start)+1 != c.days {
			t.Errorf("from %s: %s, %d days, want %s, %d", c.start, got, got-date(c.start)+1, c.last, c.days)
		}
	}
}

// naiveLast counts months on time.Time, which rolls over into the next month where a day is missing.
func naiveLast(s time.Time, months int) (same, last time.Time) {
	same = time.Date(s.Year(), s.Month()+time.Month(months), s.Day(), 0, 0, 0, 0, time.UTC)
	if same.Day() != s.Day() {
		same = time.Date(s.Year(), s.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
		return same, same
	}
	return same, same.AddDate(0, 0, -1)
}

func TestMonthsAgainstNaive(t *testing.T) {
	end := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	for s := time.Date(2013, 1, 1, 0, 0, 0, 0, time.UTC); s.Before(end); s = s.AddDate(0, 0, 1) {
		d := pipeline.DateOf(s, time.UTC)
		for n := 1; n <= 12; n++ {
			same, last := naiveLast(s, n)
			if got := d.AddMonths(n).String(); got != same.Format(time.DateOnly) {
				t.Fatalf("%s and %d months: %s, want %s", d, n, got, same.Format(time.DateOnly))
			}
			if got := d.LastDayWithin(n).String(); got != last.Format(time.DateOnly) {
				t.Fatalf("%d months from %s: last day %s, want %s", n, d, got, last.Format(time.DateOnly))
			}
		}
	}
}

// Within the limit means not after the last day: the day before it, the day itself and the day after, for each start.
func TestSixMonthsAre181To184Days(t *testing.T) {
	seen := map[pipeline.Date]bool{}
	for s := date("2013-01-01"); s <= date("2016-12-31"); s++ {
		last := s.LastDayWithin(6)
		seen[last-s+1] = true
		if next := (s + 1).LastDayWithin(6); next < last {
			t.Fatalf("%s ends on %s, but a day later on %s", s, last, next)
		}
	}
	if len(seen) != 4 || !seen[181] || !seen[182] || !seen[183] || !seen[184] {
		t.Errorf("lengths of six months: %v", seen)
	}
}

// The terms of rule D4.
func TestNoticeTerm(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2014-01-30", 1, "2014-02-28"},
		{"2014-01-31", 1, "2014-02-28"},
		{"2014-02-16", 1, "2014-03-17"}, // a Sunday
		{"2014-07-01", 1, "2014-08-01"},
		{"2014-11-25", 1, "2014-12-27"}, // Christmas and St Stephen; a Saturday counts
		{"2013-12-01", 1, "2014-01-02"},
		{"2014-01-15", 2, "2014-03-15"}, // a Saturday
		{"2014-03-21", 1, "2014-04-22"}, // Easter Monday
		{"2014-03-20", 1, "2014-04-22"}, // Easter and the day after
		{"2014-03-25", 1, "2014-04-26"}, // 25 April
		{"2014-04-01", 1, "2014-05-02"},
		{"2014-05-01", 1, "2014-06-03"}, // a Sunday, then 2 June
		{"2014-07-15", 1, "2014-08-16"},
		{"2014-10-01", 1, "2014-11-03"}, // All Saints, then a Sunday
		{"2014-11-08", 1, "2014-12-09"},
		{"2014-12-06", 1, "2015-01-07"},
		{"2015-12-31", 2, "2016-02-29"},
		{"2025-09-04", 1, "2025-10-04"}, // not yet a holiday
		{"2026-09-04", 1, "2026-10-05"}, // St Francis is a Sunday that year
		{"2027-09-04", 1, "2027-10-05"}, // and a Monday in this
	} {
		if got := date(c.from).NoticeTerm(c.months); got != date(c.want) {
			t.Errorf("%d months from %s: %s, want %s", c.months, c.from, got, c.want)
		}
	}
}

// Easter of 2013 to 2030, as calendars print it.
func TestEasterMonday(t *testing.T) {
	for _, s := range []string{
		"2013-03-31", "2014-04-20", "2015-04-05", "2016-03-27", "2017-04-16", "2018-04-01", "2019-04-21", "2020-04-12", "2021-04-04",
		"2022-04-17", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21",
	} {
		easter := date(s)
		if easter.Weekday() != time.Sunday || !easter.IsHoliday() || !(easter + 1).IsHoliday() {
			t.Errorf("%s or the Monday after is no holiday", easter)
		}
		from, _ := pipeline.MakeDate(easter.Year(), 3, 15)
		to, _ := pipeline.MakeDate(easter.Year(), 4, 30)
		for d := from; d <= to; d++ {
			_, m, day := d.Civil()
			if d.Weekday() == time.Monday && d != easter+1 && (m != 4 || day != 25) && d.IsHoliday() {
				t.Errorf("%s is a holiday, Easter being %s", d, easter)
			}
		}
	}
}

func TestHolidaysOfAYear(t *testing.T) {
	want := map[string]bool{
		"2014-01-01": true, "2014-01-06": true, "2014-04-21": true, "2014-04-25": true, "2014-05-01": true, "2014-06-02": true,
		"2014-08-15": true, "2014-11-01": true, "2014-12-08": true, "2014-12-25": true, "2014-12-26": true,
	}
	for d := date("2014-01-01"); d <= date("2014-12-31"); d++ {
		if got := d.IsHoliday(); got != (want[d.String()] || d.Weekday() == time.Sunday) {
			t.Errorf("%s %s: holiday %v", d.Weekday(), d, got)
		}
	}
}

// A text is a date exactly where the standard library says so, the year 0 apart, and is written as it was read.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2014-02-28", "2012-02-29", "2013-02-29", "0001-01-01", "9999-12-31", "0000-01-01", "2014-1-1", "", "2014-02-28Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := pipeline.ParseDate(s)
		at, oracle := time.Parse(time.DateOnly, s)
		if ok := oracle == nil && at.Year() > 0; ok != (err == nil) {
			t.Fatalf("ParseDate: %v, time.Parse: %v", err, oracle)
		}
		if err != nil {
			if !errors.Is(err, pipeline.ErrDate) {
				t.Fatalf("error %v does not wrap ErrDate", err)
			}
			return
		}
		if d.String() != s || d != pipeline.DateOf(at, time.UTC) {
			t.Fatalf("%s read as %s", s, d)
		}
	})
}
