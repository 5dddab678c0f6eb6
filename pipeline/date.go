package pipeline

import (
	"errors"
	"fmt"
	"time"
)

// Date is a civil date (data): a day without time and without time zone, in the proleptic Gregorian calendar.
//
// It counts days, 0001-01-01 being 1, so that the zero value is "no date". Differences are numbers of days.
// Years run from 1 to 9999.
type Date int32

// unixEpoch is 1970-01-01 as a Date.
const unixEpoch = 719163

// MaxDate is the last day a Date can hold, 9999-12-31.
const MaxDate Date = 3652059

// ErrDate is wrapped by every error of [ParseDate].
var ErrDate = errors.New("not a date")

// MakeDate gives the day of year y, month m (1 to 12), day d, and false where there is no such day.
func MakeDate(y, m, d int) (Date, bool) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > DaysInMonth(y, m) {
		return 0, false
	}
	return civil(y, m, d), true
}

// civil converts a day that exists. It follows the usual scheme of years that begin in March,
// so that the leap day is the last of its year.
func civil(y, m, d int) Date {
	if m <= 2 {
		y, m = y-1, m+12
	}
	return Date(365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 306)
}

// Civil gives year, month (1 to 12) and day; zeros for no date.
func (d Date) Civil() (year, month, day int) {
	if d <= 0 {
		return 0, 0, 0
	}
	n := int(d) + 305 // days since 0000-03-01
	era := n / 146097
	doe := n % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	year = era*400 + yoe
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// DaysInMonth gives 28 to 31; the month must be 1 to 12.
func DaysInMonth(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// ParseDate reads YYYY-MM-DD and nothing else. Errors wrap [ErrDate] and do not repeat the input.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, fmt.Errorf("%w: want YYYY-MM-DD", ErrDate)
	}
	var n [3]int
	for i, part := range [3]string{s[0:4], s[5:7], s[8:10]} {
		for j := range len(part) {
			c := part[j]
			if c < '0' || c > '9' {
				return 0, fmt.Errorf("%w: want YYYY-MM-DD", ErrDate)
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	d, ok := MakeDate(n[0], n[1], n[2])
	if !ok {
		return 0, fmt.Errorf("%w: no such day", ErrDate)
	}
	return d, nil
}

// MustDate is [ParseDate] for dates written in code and tests; it panics on anything else.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DateOf cuts an instant to its civil date in loc.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return civil(y, int(m), d)
}

// DateFromUnixDays converts days since 1970-01-01, the form that Parquet and PostgreSQL exchange.
func DateFromUnixDays(n int32) Date { return Date(n + unixEpoch) }

// UnixDays gives days since 1970-01-01.
func (d Date) UnixDays() int32 { return int32(d) - unixEpoch }

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == 0 }

// String gives YYYY-MM-DD, and "" for no date.
func (d Date) String() string {
	if d <= 0 {
		return ""
	}
	y, m, day := d.Civil()
	b := [10]byte{
		byte('0' + y/1000), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10), '-',
		byte('0' + m/10), byte('0' + m%10), '-', byte('0' + day/10), byte('0' + day%10),
	}
	return string(b[:])
}

// Append appends what [Date.String] gives.
func (d Date) Append(b []byte) []byte {
	if d <= 0 {
		return b
	}
	y, m, day := d.Civil()
	return append(b,
		byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10),
	)
}

// Italian gives DD/MM/YYYY, as texts for people write it, and "" for no date.
func (d Date) Italian() string {
	if d <= 0 {
		return ""
	}
	y, m, day := d.Civil()
	b := [10]byte{
		byte('0' + day/10), byte('0' + day%10), '/', byte('0' + m/10), byte('0' + m%10), '/',
		byte('0' + y/1000), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10),
	}
	return string(b[:])
}

// MarshalText writes the ISO form, and nothing for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form; the empty text is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Year gives the calendar year; 0 for no date.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int(d) % 7) + 7) % 7) }

// AddMonths gives the same-numbered day n months later, or the last day of that month where it is missing
// (art. 2963 c.c.: a term in months ends on the day that corresponds to the first, or on the last of the month).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	t := y*12 + m - 1 + n
	y, m = t/12, t%12+1
	return civil(y, m, min(day, DaysInMonth(y, m)))
}

// LastDayWithin gives the last day, included, of a relationship that begins on d and lasts n calendar months at
// the most: the day before the same-numbered day n months later or, where that month has no such day, its last day
// (rule D2; circ. INPS 142/2012 par. 2.8.a counts the calendar duration of the relationship).
func (d Date) LastDayWithin(n int) Date {
	_, _, day := d.Civil()
	t := d.AddMonths(n)
	if _, _, td := t.Civil(); td == day {
		return t - 1
	}
	return t
}

// NoticeTerm gives the last day of a term of n months that runs from the event on d, the first day not counted
// (rule D4; art. 155 c.p.c.): the same-numbered day, moved to the next working day from a Sunday or public holiday.
func (d Date) NoticeTerm(n int) Date {
	t := d.AddMonths(n)
	for t.IsHoliday() {
		t++
	}
	return t
}

// IsHoliday tells whether d is a Sunday or a national public holiday (law 260/1949, law 54/1977, DPR 792/1985,
// law 336/2000; 4 October from 2026, law 151/2025). Saturdays and patron saints' days are not.
func (d Date) IsHoliday() bool {
	if d.Weekday() == time.Sunday {
		return true
	}
	y, m, day := d.Civil()
	switch m*100 + day {
	case 101, 106, 425, 501, 602, 815, 1101, 1208, 1225, 1226:
		return true
	case 1004:
		return y >= 2026
	}
	return d == easter(y)+1
}

// easter gives Easter Sunday of the Gregorian calendar (the anonymous algorithm of Nature, 1876).
func easter(y int) Date {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	return civil(y, month, (h+l-7*m+33*month+19)%32)
}

// Period is a stretch of days, both ends included (rule D1). To is zero while the end is open.
type Period struct{ From, To Date }

// Open tells whether the end is open.
func (p Period) Open() bool { return p.To == 0 }

// end is the last day, or MaxDate while the end is open.
func (p Period) end() Date {
	if p.To == 0 {
		return MaxDate
	}
	return p.To
}

// Days counts both ends; 0 for an empty period and for an open one.
func (p Period) Days() int {
	if p.To == 0 || p.To < p.From {
		return 0
	}
	return int(p.To-p.From) + 1
}

// Contains tells whether d is one of the days.
func (p Period) Contains(d Date) bool { return p.From <= d && d <= p.end() }

// Overlaps tells whether the two share a day.
func (p Period) Overlaps(q Period) bool { return p.From <= q.end() && q.From <= p.end() }

// Touches tells whether the two overlap or follow one another without a day between.
func (p Period) Touches(q Period) bool {
	return int64(p.From) <= int64(q.end())+1 && int64(q.From) <= int64(p.end())+1
}

// Common gives the days in both and false where there are none. It is open when both are.
func (p Period) Common(q Period) (Period, bool) {
	r := Period{From: max(p.From, q.From), To: min(p.end(), q.end())}
	if r.From > r.To {
		return Period{}, false
	}
	if r.To == MaxDate {
		r.To = 0
	}
	return r, true
}
