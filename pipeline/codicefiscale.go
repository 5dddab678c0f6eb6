package pipeline

import (
	"errors"
	"log/slog"
	"strings"
)

// CodiceFiscale is an Italian tax code: sixteen characters for a person (DM 23 December 1976), or eleven digits for
// a company or, as a temporary code, for a person. The value is upper case. The zero value is no code.
//
// Printing one with fmt or slog gives a mask; only a conversion to string and the codecs of data show it whole.
type CodiceFiscale string

// Errors of [ParseCodiceFiscale]. None repeats the input.
var (
	ErrCodiceForm  = errors.New("codice fiscale: neither 16 characters of the right kind nor 11 digits")
	ErrCodiceCheck = errors.New("codice fiscale: wrong check character")
)

// digitPositions are the places, from 0, that hold digits, or letters in their stead where two persons would
// otherwise have one code (omocodia).
var digitPositions = [7]int{6, 7, 9, 10, 12, 13, 14}

// omocodia holds the letters that stand for the digits 0 to 9.
const omocodia = "LMNPQRSTUV"

// months holds the letters of January to December.
const months = "ABCDEHLMPRST"

// oddValues are the values of 0-9 and A-Z in odd places, counted from 1.
var oddValues = [36]int{
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
}

// ParseCodiceFiscale checks form and check character and gives the code in upper case.
// Surrounding spaces are not accepted: a reader that tolerates them trims first. Letters outside ASCII never match.
func ParseCodiceFiscale(s string) (CodiceFiscale, error) {
	switch len(s) {
	case 11:
		return parseEleven(s)
	case 16:
		return parseSixteen(strings.ToUpper(s))
	}
	return "", ErrCodiceForm
}

func parseEleven(s string) (CodiceFiscale, error) {
	if !digits(s) || s == "00000000000" { // zeros pass the check and belong to nobody
		return "", ErrCodiceForm
	}
	sum := 0
	for i := range 10 {
		n := int(s[i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	if int(s[10]-'0') != (10-sum%10)%10 {
		return "", ErrCodiceCheck
	}
	return CodiceFiscale(s), nil
}

func parseSixteen(s string) (CodiceFiscale, error) {
	if len(s) != 16 || !formSixteen(s) {
		return "", ErrCodiceForm
	}
	if s[15] != checkCharacter(s) {
		return "", ErrCodiceCheck
	}
	return CodiceFiscale(s), nil
}

// formSixteen checks each place of an upper-case code, the check character apart from its value.
func formSixteen(s string) bool {
	for _, i := range [9]int{0, 1, 2, 3, 4, 5, 8, 11, 15} {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	for _, i := range digitPositions {
		if c := s[i]; (c < '0' || c > '9') && strings.IndexByte(omocodia, c) < 0 {
			return false
		}
	}
	if strings.IndexByte(months, s[8]) < 0 {
		return false
	}
	day := int(plainDigit(s[9])-'0')*10 + int(plainDigit(s[10])-'0')
	return day >= 1 && day <= 31 || day >= 41 && day <= 71
}

func plainDigit(c byte) byte {
	if c <= '9' {
		return c
	}
	if i := strings.IndexByte(omocodia, c); i >= 0 {
		return byte('0' + i)
	}
	return c
}

// checkCharacter computes the sixteenth character from the first fifteen, which must be 0-9 and A-Z.
func checkCharacter(s string) byte {
	c, _ := ControlLetter(s[:15])
	return c
}

// ControlLetter computes the control letter of a text of digits and capital letters with the values of the tax code's odd
// and even places, as the CIN of an Italian IBAN does; false where another character stands in it.
func ControlLetter(s string) (byte, bool) {
	sum := 0
	for i := range len(s) {
		var v, odd int
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			v, odd = int(c-'0'), int(c-'0')
		case c >= 'A' && c <= 'Z':
			v, odd = int(c-'A'), int(c-'A')+10
		default:
			return 0, false
		}
		if i%2 == 0 {
			sum += oddValues[odd]
		} else {
			sum += v
		}
	}
	return byte('A' + sum%26), true
}

// CompleteCodiceFiscale adds the check character to fifteen characters, for code that invents persons;
// it returns [ErrCodiceForm] where they do not have the form of a code.
func CompleteCodiceFiscale(fifteen string) (CodiceFiscale, error) {
	if len(fifteen) != 15 || !formSixteen(fifteen+"A") {
		return "", ErrCodiceForm
	}
	return CodiceFiscale(fifteen + string(checkCharacter(fifteen))), nil
}

// Omocode gives the variant in which the digits at the marked places (bit i for the i-th of the seven) are letters.
// It is the code itself where it has eleven digits.
func (c CodiceFiscale) Omocode(mask uint8) CodiceFiscale {
	if len(c) != 16 {
		return c
	}
	b := []byte(c)
	for i, p := range digitPositions {
		if mask>>i&1 == 1 && b[p] >= '0' && b[p] <= '9' {
			b[p] = omocodia[b[p]-'0']
		}
	}
	b[15] = checkCharacter(string(b))
	return CodiceFiscale(b)
}

// Base gives the code with its digits in place of omocodia letters and the check character computed anew.
// Two persons may share it: it serves to bring records together, never to say that they are of one person.
func (c CodiceFiscale) Base() CodiceFiscale {
	if len(c) != 16 || !c.omocoded() {
		return c
	}
	b := []byte(c)
	for _, p := range digitPositions {
		b[p] = plainDigit(b[p])
	}
	b[15] = checkCharacter(string(b))
	return CodiceFiscale(b)
}

// omocoded tells whether a code of sixteen characters has a letter where a digit would be.
func (c CodiceFiscale) omocoded() bool {
	for _, p := range digitPositions {
		if c[p] > '9' && plainDigit(c[p]) != c[p] {
			return true
		}
	}
	return false
}

// Temporary tells whether the code has eleven digits.
func (c CodiceFiscale) Temporary() bool { return len(c) == 11 }

// Valid tells whether form and check character are right, as they are in every code but those that a document or a
// notice of a changed code carries by mistake.
func (c CodiceFiscale) Valid() bool {
	_, err := ParseCodiceFiscale(string(c))
	return err == nil
}

// Mask hides most of the code: "RSS*************".
func (c CodiceFiscale) Mask() string {
	if len(c) <= 3 {
		return strings.Repeat("*", len(c))
	}
	const stars = "*************" // of a whole code
	if hidden := len(c) - 3; hidden <= len(stars) {
		return string(c[:3]) + stars[:hidden]
	}
	return string(c[:3]) + strings.Repeat("*", len(c)-3)
}

// String gives the mask, so that no message shows a code by accident.
func (c CodiceFiscale) String() string { return c.Mask() }

// GoString gives the mask.
func (c CodiceFiscale) GoString() string { return c.Mask() }

// LogValue gives the mask.
func (c CodiceFiscale) LogValue() slog.Value { return slog.StringValue(c.Mask()) }
