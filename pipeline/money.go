package pipeline

import (
	"errors"
	"strconv"
	"strings"
)

// Cents is an amount in euro cents.
type Cents int64

// ErrAmount is returned for a text that is not an amount.
var ErrAmount = errors.New("not an amount: want digits, a point and at most two decimals")

// maxCents is the largest amount accepted: ten digits and two decimals, as DECIMAL(12,2) holds.
const maxCents = 999_999_999_999

// ParseCents reads an amount in euro such as "3000", "3000.5" or "-12.30": a point, at most two decimals.
// It returns [ErrAmount] for anything else and for amounts that DECIMAL(12,2) cannot hold.
func ParseCents(s string) (Cents, error) {
	neg := strings.HasPrefix(s, "-")
	whole, frac, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if whole == "" || len(whole) > 10 || len(frac) > 2 || dot && frac == "" || !digits(whole) || !digits(frac) {
		return 0, ErrAmount
	}
	v, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil || v > maxCents {
		return 0, ErrAmount
	}
	if neg {
		v = -v
	}
	return Cents(v), nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// String writes the amount with a point and two decimals, "-12.30".
func (c Cents) String() string { return c.text("", '.') }

// Italian writes the amount as texts for people do, "1.234,50".
func (c Cents) Italian() string { return c.text(".", ',') }

// text writes the amount with a mark between thousands and one before the decimals.
func (c Cents) text(thousands string, point byte) string {
	var room [32]byte // nineteen digits and seven marks at most
	b, size := room[:0], uint64(c)
	if c < 0 {
		b, size = append(b, '-'), -size
	}
	var digits [20]byte
	whole := strconv.AppendUint(digits[:0], size/100, 10)
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b = append(b, thousands...)
		}
		b = append(b, d)
	}
	return string(append(b, point, byte('0'+size/10%10), byte('0'+size%10)))
}

// DivRound divides and rounds half away from zero; b must be positive.
func DivRound(a, b int64) int64 {
	if a < 0 {
		return -DivRound(-a, b)
	}
	return (2*a + b) / (2 * b)
}

// Opt is a value that may be absent; the zero Opt is.
type Opt[T any] struct {
	V  T
	OK bool
}

// Some wraps a value that is there.
func Some[T any](v T) Opt[T] { return Opt[T]{V: v, OK: true} }
