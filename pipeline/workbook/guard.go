package workbook

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Guard gives a text as a cell of a CSV file holds it: where a spreadsheet program could take it for a formula, or for a
// number or date that it would write otherwise, an apostrophe is put before it. [Unguard] takes it off again. Apostrophes
// that a text begins with are left: of two texts that differ, the guarded ones differ too.
func Guard(s string) string {
	if risky(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// Unguard gives the text of a cell of a CSV file. Unguard(Guard(s)) is s for every s. A text that somebody typed with an
// apostrophe before something harmless keeps it.
func Unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && risky(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}

// risky tells whether a text, of which apostrophes at the front were taken off, needs an apostrophe.
func risky(s string) bool {
	return s != "" && (strings.ContainsRune("\t\r\n", rune(s[0])) || formula(s) || rewritten(s))
}

// openers begin a formula in one spreadsheet program or another (OWASP, CSV Injection), with the forms that programs for
// East Asian writing take for the same.
const openers = "=+-@|%" + "＝＋－＠｜％" + "﹦﹢﹣﹫" + "−"

// formula tells whether a text could be taken for a formula. Blanks, controls and what is not seen do not hide it.
func formula(s string) bool {
	for i, r := range s {
		switch {
		case strings.ContainsRune(openers, r):
			return true
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"): // a byte that is no character
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zs, r):
		default:
			return false
		}
	}
	return false
}

const (
	maxPlain = 11 // digits of a number that is written back as it was; longer ones turn into 1,2E+12
	maxDay   = 10 // characters of a date
)

// rewritten tells whether a text would be taken for a number, date or time and be saved as something else: 0100, 1e5, 1/2.
// Numbers with more than one hyphen, as protocols have them, are too long for dates.
func rewritten(s string) bool {
	t := strings.TrimSpace(s)
	if t == "" || t[0] < '0' || t[0] > '9' || strings.Trim(t, "0123456789.,:/-+eE% ") != "" {
		return false
	}
	switch {
	case strings.ContainsAny(t, ".,:+eE% "), t != s:
		return true
	case strings.ContainsAny(t, "/-"):
		return len(t) <= maxDay
	}
	return len(t) > maxPlain || len(t) > 1 && t[0] == '0'
}
