package worksheet

import (
	"math"
	"strconv"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/table"
)

// value reads a cell as a column of a kind wants it, or says in Italian what is wrong.
func (t *sheet) value(k table.Kind, c *cell) (table.Value, string) {
	if k == table.Text {
		if c.number {
			return table.Value{Str: plain(c.text)}, ""
		}
		return table.Value{Str: c.text}, ""
	}
	text := strings.TrimSpace(c.text)
	if text == "" {
		return table.Value{Null: true}, ""
	}
	switch k {
	case table.Date:
		return t.date(text, c.number)
	case table.Decimal2:
		return amount(text, c.number)
	}
	return whole(k, text, c.number)
}

// plain writes a number of an xlsx as a person would: 4900, not 4.9E3.
func plain(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1e15 {
		return s
	}
	return strconv.FormatInt(int64(f), 10)
}

const notADate = "non è una data"

// date reads a day.
func (t *sheet) date(s string, number bool) (table.Value, string) {
	if number {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f != math.Trunc(f) || f < 61 || f > 2_958_465 {
			return table.Value{}, notADate
		}
		return table.Value{Num: int64(f) + int64(t.epoch)}, ""
	}
	d, ok := italianDate(s)
	if !ok {
		return table.Value{}, notADate
	}
	return table.Value{Num: int64(d.UnixDays())}, ""
}

// italianDate reads 01/07/2014, 1-7-14, 1.7.2014 and 2014-07-01. Years of two digits are those from 1930 to 2029, as
// spreadsheet programs have it.
func italianDate(s string) (pipeline.Date, bool) {
	mark := strings.IndexAny(s, "/-.")
	if mark < 0 {
		return 0, false
	}
	parts := strings.Split(s, s[mark:mark+1])
	if len(parts) != 3 {
		return 0, false
	}
	var n [3]int
	for i, p := range parts {
		if p == "" || len(p) > 4 || strings.Trim(p, "0123456789") != "" {
			return 0, false
		}
		n[i], _ = strconv.Atoi(p) // digits only
	}
	d, m, y := n[0], n[1], n[2]
	switch {
	case len(parts[0]) == 4 && len(parts[2]) <= 2:
		d, y = y, d
	case len(parts[0]) > 2 || len(parts[1]) > 2:
		return 0, false
	case len(parts[2]) == 2:
		if y += 2000; y > 2029 {
			y -= 100
		}
	case len(parts[2]) != 4:
		return 0, false
	}
	return pipeline.MakeDate(y, m, d)
}

// whole reads a number without decimals.
func whole(k table.Kind, s string, number bool) (table.Value, string) {
	if number {
		s = plain(s)
	}
	bits := 32
	if k == table.Int64 {
		bits = 64
	}
	n, err := strconv.ParseInt(s, 10, bits)
	if err != nil {
		return table.Value{}, "non è un numero intero"
	}
	return table.Value{Num: n}, ""
}

const notAnAmount = "non è un importo"

// amount reads euro and cents, with decimal comma or point.
func amount(s string, number bool) (table.Value, string) {
	if number {
		f, err := strconv.ParseFloat(s, 64)
		cents := math.Round(f * 100)
		if err != nil || math.Abs(f*100-cents) > 1e-4 || math.Abs(cents) > 1e12 {
			return table.Value{}, notAnAmount
		}
		return table.Value{Num: int64(cents)}, ""
	}
	c, err := pipeline.ParseCents(pointed(s))
	if err != nil {
		return table.Value{}, notAnAmount
	}
	return table.Value{Num: int64(c)}, ""
}

// pointed rewrites an amount with a point: the last mark is the decimal one unless three digits follow it; marks before it
// divide thousands.
func pointed(s string) string {
	s = strings.TrimSpace(strings.Trim(s, "€"))
	s = strings.ReplaceAll(s, "−", "-")
	decimals := ""
	if i := strings.LastIndexAny(s, ",."); i >= 0 && len(s)-i-1 <= 2 {
		s, decimals = s[:i], "."+s[i+1:]
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c != ',' && c != '.' {
			b.WriteByte(c)
		} else if !thousands(s[i+1:]) {
			return ""
		}
	}
	return b.String() + decimals
}

// thousands tells whether three digits follow a mark, and then another mark or the end.
func thousands(rest string) bool {
	return len(rest) >= 3 && strings.Trim(rest[:3], "0123456789") == "" && (len(rest) == 3 || rest[3] == ',' || rest[3] == '.')
}
