package row

import (
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
)

// accept cleans and judges a claim whose fields hold what the columns of a row say, texts in UTF-8 as they stand in the source
// and numbers already converted, "" and zeros for what is null. Where it gives true the claim is the one that [Assemble] makes
// of the row. Where it gives false the row has a fault, or one of the forms too rare to be worth a second way: the claim
// means nothing, and Assemble is to judge the row. It is the same judgement without the cells.
func accept(c *pipeline.Claim) bool {
	number, protocol, code, surname, name := &c.Number, &c.Protocol, (*string)(&c.TaxCode), &c.Surname, &c.GivenName
	for _, s := range [...]*string{number, protocol, code, surname, name, &c.Office, &c.FormerEmployer, &c.PaymentMode, &c.IBAN} {
		if !acceptText(s) {
			return false
		}
	}
	if !upperASCII(c.FormerEmployer) {
		c.FormerEmployer = strings.ToUpper(c.FormerEmployer)
	}
	return *number != "" && c.Office != "" && c.TerminatedOn != 0 && c.Start != 0 &&
		acceptCode(&c.TaxCode) && acceptBenefit(&c.Benefit) && acceptState(&c.State) && AcceptAmount(c.DailyAmount.V)
}

// Judged are the texts of a row of which more is asked than to be UTF-8 and not too long.
type Judged struct{ Number, Office, TaxCode, FormerEmployer, Benefit, State []byte }

// Accept judges the trimmed texts of a row without making strings of them: where it gives true, those of the claim that
// [Assemble] makes are the same. Where it gives false, Assemble is to judge the row.
func (t *Judged) Accept() bool {
	return len(t.Number) > 0 && len(t.Office) > 0 && sameCode(t.TaxCode) && upperASCII(t.FormerEmployer) &&
		isBenefit(t.Benefit) && isState(t.State)
}

// RightText gives what [Judged.Accept] asks of the text of a column; nil where it asks nothing.
func RightText(column int) func([]byte) bool {
	switch column {
	case AtNumber, AtOffice:
		return func(x []byte) bool { return len(x) > 0 }
	case AtTaxCode:
		return sameCode
	case AtFormerEmployer:
		return upperASCII[[]byte]
	case AtBenefit:
		return isBenefit
	case AtState:
		return isState
	}
	return nil
}

func isBenefit(x []byte) bool {
	var of string
	return benefitOf(x, &of)
}

func isState(x []byte) bool {
	var of string
	return stateOf(x, &of)
}

// Inside tells whether a text, which must not be empty, neither begins nor ends with what may be white space.
func Inside(x []byte) bool { return inside[x[0]] && inside[x[len(x)-1]] }

// AcceptAmount tells whether an amount can be one of a day.
func AcceptAmount(c pipeline.Cents) bool { return c >= 0 && c <= maxCents }

// AcceptDays tells whether a number of days can be granted.
func AcceptDays(n int64) bool { return n >= 0 && n <= maxDays }

// acceptText drops the white space around a text.
func acceptText(s *string) bool {
	t := *s
	if t == "" {
		return true
	}
	if !inside[t[0]] || !inside[t[len(t)-1]] {
		t = strings.TrimSpace(t)
		*s = t
	}
	return len(t) <= MaxText
}

// inside are the bytes that no white space begins or ends with: those of ASCII after the space.
var inside = func() (is [256]bool) {
	for b := ' ' + 1; b < utf8.RuneSelf; b++ {
		is[b] = true
	}
	return is
}()

// upperASCII tells whether a text is ASCII without lower case.
func upperASCII[S string | []byte](s S) bool {
	for i := range len(s) {
		if c := s[i]; c >= 'a' && c <= 'z' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func acceptBenefit(s *string) bool { return benefitOf(*s, s) }

// benefitOf finds a text in the closed list of its column.
func benefitOf[S string | []byte](s S, of *string) bool {
	switch string(s) {
	case pipeline.BenefitASpI:
		*of = pipeline.BenefitASpI
	case pipeline.BenefitMiniASpI:
		*of = pipeline.BenefitMiniASpI
	case pipeline.BenefitMiniASpI2012:
		*of = pipeline.BenefitMiniASpI2012
	case pipeline.BenefitASpISospesi:
		*of = pipeline.BenefitASpISospesi
	case pipeline.BenefitNASpI:
		*of = pipeline.BenefitNASpI
	default:
		return false
	}
	return true
}

func acceptState(s *string) bool { return stateOf(*s, s) }

func stateOf[S string | []byte](s S, of *string) bool {
	switch string(s) {
	case pipeline.StateUnderReview:
		*of = pipeline.StateUnderReview
	case pipeline.StateInPayment:
		*of = pipeline.StateInPayment
	case pipeline.StateSuspended:
		*of = pipeline.StateSuspended
	case pipeline.StateForfeited:
		*of = pipeline.StateForfeited
	case pipeline.StateExhausted:
		*of = pipeline.StateExhausted
	case pipeline.StateRejected:
		*of = pipeline.StateRejected
	default:
		return false
	}
	return true
}

// acceptCode checks a tax code: those of sixteen characters in upper case here, the others where all are checked.
func acceptCode(c *pipeline.CodiceFiscale) bool {
	if rightSixteen(string(*c)) {
		return true
	}
	parsed, err := pipeline.ParseCodiceFiscale(string(*c))
	*c = parsed
	return err == nil
}

// sameCode tells whether a text is a tax code that stays as it is.
func sameCode(code []byte) bool {
	if rightSixteen(code) {
		return true
	}
	if len(code) > 16 { // no code, and perhaps not worth a copy
		return false
	}
	parsed, err := pipeline.ParseCodiceFiscale(string(code))
	return err == nil && string(parsed) == string(code)
}

// What a character can be in a tax code.
const (
	isLetter = 1 << iota
	isDigit  // or a letter in its stead
	isMonth
)

// codeForm says for each of the sixteen places what stands there.
var codeForm = [16]uint8{
	isLetter, isLetter, isLetter, isLetter, isLetter, isLetter, isDigit, isDigit, isMonth, isDigit, isDigit,
	isLetter, isDigit, isDigit, isDigit, isLetter,
}

// codeChar is what the tables say of one character: what it can be, the digit it stands for, and what it counts in odd
// and in even places.
type codeChar struct{ is, digit, odd, even uint8 }

var codeChars = func() (t [256]codeChar) {
	for c := 0; c < 256; c++ {
		b := byte(c)
		switch {
		case b >= '0' && b <= '9':
			t[c] = codeChar{is: isDigit, digit: b - '0', even: b - '0'}
		case b >= 'A' && b <= 'Z':
			t[c] = codeChar{is: isLetter, even: b - 'A'}
		default:
			continue
		}
		letter, _ := pipeline.ControlLetter(string(b)) // of one character, in the first place: its odd value
		t[c].odd = letter - 'A'
	}
	for i, b := range []byte("LMNPQRSTUV") {
		t[b].is |= isDigit
		t[b].digit = uint8(i)
	}
	for _, b := range []byte("ABCDEHLMPRST") {
		t[b].is |= isMonth
	}
	return t
}()

// rightSixteen tells whether s is a tax code of sixteen characters in upper case, as pipeline.ParseCodiceFiscale does.
func rightSixteen[S string | []byte](s S) bool {
	if len(s) != 16 {
		return false
	}
	sum, ok := 0, uint8(0xff)
	for i := 0; i < 14; i += 2 {
		odd, even := &codeChars[s[i]], &codeChars[s[i+1]]
		sum += int(odd.odd) + int(even.even)
		if odd.is&codeForm[i] == 0 || even.is&codeForm[i+1] == 0 {
			ok = 0
		}
	}
	fifteenth, last := &codeChars[s[14]], &codeChars[s[15]]
	sum += int(fifteenth.odd)
	day := codeChars[s[9]].digit*10 + codeChars[s[10]].digit
	return ok != 0 && fifteenth.is&isDigit != 0 && last.is&isLetter != 0 && int(last.even) == sum%26 &&
		(day >= 1 && day <= 31 || day >= 41 && day <= 71)
}
