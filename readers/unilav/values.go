package unilav

import (
	"bytes"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"incrocio/pipeline"
)

// Dates that stand for an open end in the archives that documents are taken from.
var (
	openFuture = pipeline.MustDate("9999-12-31")
	openPast   = pipeline.MustDate("1900-01-01")
)

func trim(b []byte) []byte { return bytes.TrimSpace(b) }

// arena makes strings in one piece of memory, so that a communication costs one allocation.
type arena struct {
	strings.Builder
	from int
}

func (a *arena) cut() string {
	s := a.String()[a.from:]
	a.from = a.Len()
	return s
}

// text gives a trimmed text, its accents composed (Unicode NFC): a twin may write them decomposed.
func (a *arena) text(b []byte) string {
	b = trim(b)
	if plain(b) || norm.NFC.IsNormal(b) {
		a.Write(b)
	} else {
		a.Write(norm.NFC.Bytes(b))
	}
	return a.cut()
}

// plain tells whether all of b is ASCII.
func plain(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// upper gives a trimmed text with the letters of ASCII in upper case.
func (a *arena) upper(b []byte) string {
	b = trim(b)
	if !slices.ContainsFunc(b, func(c byte) bool { return c >= 'a' && c <= 'z' }) {
		a.Write(b)
		return a.cut()
	}
	for _, c := range b {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		a.WriteByte(c)
	}
	return a.cut()
}

// isCode tells whether b has the form of a communication code: sixteen visible characters of ASCII. What they mean is
// not looked into.
func isCode(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(b) == 16
}

// date reads an xs:date and cuts its zone. 0 where there is none.
func date(b []byte, name string) (pipeline.Date, *fault) {
	b = trim(b)
	if len(b) == 0 {
		return 0, nil
	}
	if len(b) > 10 {
		if _, ok := zone(b[10:]); !ok {
			return 0, badDate(name)
		}
		b = b[:10]
	}
	d, err := pipeline.ParseDate(string(b))
	if err != nil {
		return 0, badDate(name)
	}
	return d, nil
}

func badDate(name string) *fault {
	return &fault{pipeline.DiscardDate, "campo " + name + ": data non leggibile"}
}

// end reads a date at which something ends; those that stand for an open end are none.
func end(b []byte, name string) (pipeline.Date, *fault) {
	d, f := date(b, name)
	if d == openFuture || d == openPast {
		d = 0
	}
	return d, f
}

// zone reads "Z" or an offset, with or without its colon, in seconds east of Greenwich.
func zone(b []byte) (seconds int, ok bool) {
	if string(b) == "Z" {
		return 0, true
	}
	if len(b) == 6 && b[3] == ':' {
		b = append(append(make([]byte, 0, 5), b[:3]...), b[4:]...)
	}
	if len(b) != 5 || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	h, okH := number(b[1:3])
	m, okM := number(b[3:5])
	if !okH || !okM || h > 14 || m > 59 || h == 14 && m > 0 { // XML Schema part 2, section 3.2.7.3
		return 0, false
	}
	seconds = h*3600 + m*60
	if b[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// number reads digits and nothing else; at most nine.
func number(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0 && len(b) < 10
}

// moment reads dataInvio: an xs:dateTime with any fraction, or a plain date, which is its midnight. Without an offset
// it is Italian time, and assumed is true; the offset of a plain date is cut.
func moment(b []byte) (at pipeline.Instant, assumed bool, f *fault) {
	const name = "dataInvio"
	b = trim(b)
	if len(b) == 0 {
		return 0, false, missing(name)
	}
	if len(b) < 11 || b[10] != 'T' {
		d, f := date(b, name)
		if f != nil {
			return 0, false, f
		}
		return inRome(d, 0, 0), true, nil
	}
	d, err := pipeline.ParseDate(string(b[:10]))
	seconds, micros, rest, ok := clock(b[11:])
	if err != nil || !ok {
		return 0, false, badDate(name)
	}
	if len(rest) == 0 {
		return inRome(d, seconds, micros), true, nil
	}
	offset, ok := zone(rest)
	if !ok {
		return 0, false, badDate(name)
	}
	return pipeline.Instant((int64(d.UnixDays())*86_400+int64(seconds-offset))*1_000_000 + int64(micros)), false, nil
}

// inRome is a moment of Italian civil time. One that the change to summer time leaves out is taken as if it had not
// come yet; of one that comes twice the first is taken.
func inRome(d pipeline.Date, seconds, micros int) pipeline.Instant {
	y, m, day := d.Civil()
	t := time.Date(y, time.Month(m), day, 0, 0, seconds, micros*1000, pipeline.Rome)
	if earlier := t.Add(-time.Hour); earlier.Hour() == t.Hour() {
		t = earlier
	}
	return pipeline.InstantOf(t)
}

// clock reads hh:mm:ss with an optional fraction, cut below the microsecond, and gives what follows.
func clock(b []byte) (seconds, micros int, rest []byte, ok bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, 0, nil, false
	}
	h, okH := number(b[0:2])
	m, okM := number(b[3:5])
	s, okS := number(b[6:8])
	if !okH || !okM || !okS || h > 23 || m > 59 || s > 59 {
		return 0, 0, nil, false
	}
	rest = b[8:]
	if len(rest) == 0 || rest[0] != '.' {
		return h*3600 + m*60 + s, 0, rest, true
	}
	scale, n := 100_000, 1
	for ; n < len(rest) && rest[n] >= '0' && rest[n] <= '9'; n++ {
		micros += int(rest[n]-'0') * scale
		scale /= 10
	}
	return h*3600 + m*60 + s, micros, rest[n:], n > 1
}

// count reads a number of days or hours, of at most four digits; 0 where there is none.
func count(b []byte, name string) (int32, *fault) {
	b = trim(b)
	if len(b) == 0 {
		return 0, nil
	}
	n, ok := number(b)
	if !ok || len(b) > 4 {
		return 0, notAllowed(name)
	}
	return int32(n), nil
}

// flag reads SI or NO.
func flag(b []byte, name string) (pipeline.Tri, *fault) {
	switch b = trim(b); {
	case len(b) == 0:
		return pipeline.Unknown, nil
	case bytes.EqualFold(b, []byte("SI")):
		return pipeline.Yes, nil
	case bytes.EqualFold(b, []byte("NO")):
		return pipeline.No, nil
	}
	return pipeline.Unknown, notAllowed(name)
}

// amount reads an amount in euro that is not negative.
func amount(b []byte, name string) (pipeline.Opt[pipeline.Cents], *fault) {
	b = trim(b)
	if len(b) == 0 {
		return pipeline.Opt[pipeline.Cents]{}, nil
	}
	c, err := pipeline.ParseCents(string(b))
	if err != nil || c < 0 || b[0] == '-' {
		return pipeline.Opt[pipeline.Cents]{}, &fault{pipeline.DiscardAmount, "campo " + name + ": importo non valido"}
	}
	return pipeline.Some(c), nil
}

func missing(name string) *fault {
	return &fault{pipeline.DiscardMissing, "manca il campo " + name}
}

func notAllowed(name string) *fault {
	return &fault{pipeline.DiscardValue, "campo " + name + ": valore non ammesso"}
}
