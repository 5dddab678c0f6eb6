package pipeline_test

import (
	"testing"
	"time"

	"incrocio/pipeline"
)

// easterByKnuth is Easter Sunday by another road (Knuth, The Art of Computer Programming, 1.3.2, exercise 14): the golden
// number, the century, what it skips of leap years and of the moon, the epact.
func easterByKnuth(y int) (month, day int) {
	golden, century := y%19+1, y/100+1
	skipped, moon := 3*century/4-12, (8*century+5)/25-5
	sunday := 5*y/4 - skipped - 10
	epact := ((11*golden+20+moon-skipped)%30 + 30) % 30
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	n := 44 - epact
	if n < 21 {
		n += 30
	}
	n += 7 - (sunday+n)%7
	if n > 31 {
		return 4, n - 31
	}
	return 3, n
}

// TestHolidaysOfEveryYear looks at spring and early October of two and a half thousand years from the calendar's reform on;
// the other holidays move in no year.
func TestHolidaysOfEveryYear(t *testing.T) {
	for year := 1583; year < 4100; year++ {
		m, d := easterByKnuth(year)
		easter, _ := pipeline.MakeDate(year, m, d)
		spring, _ := pipeline.MakeDate(year, 3, 21)
		liberation, _ := pipeline.MakeDate(year, 4, 25)
		for day := spring; day < spring+40; day++ {
			want := day.Weekday() == time.Sunday || day == liberation || day == easter+1
			if day.IsHoliday() != want {
				t.Fatalf("%s: holiday %v, want %v", day, !want, want)
			}
		}
		francis, _ := pipeline.MakeDate(year, 10, 4)
		if want := francis.Weekday() == time.Sunday || year >= 2026; francis.IsHoliday() != want {
			t.Fatalf("%s: holiday %v, want %v", francis, !want, want)
		}
	}
}
