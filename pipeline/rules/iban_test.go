package rules_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// mod97 is ISO 13616's check by the book: letters as two digits, one great number, its remainder.
func mod97(s string) int64 {
	var digits strings.Builder
	for _, c := range s[4:] + s[:4] {
		digits.WriteString(big.NewInt(int64(strings.IndexRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", c))).String())
	}
	n, _ := new(big.Int).SetString(digits.String(), 10)
	return n.Mod(n, big.NewInt(97)).Int64()
}

// checked gives the IBAN of an account at a bank of a country.
func checked(country, account string) string {
	r := 98 - mod97(country+"00"+account)
	return country + string([]byte{byte('0' + r/10), byte('0' + r%10)}) + account
}

func TestIBANByTheBook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := checked(rapid.SampledFrom([]string{"DE", "FR", "AA", "ZZ"}).Draw(t, "country"), rapid.StringMatching(`[0-9A-Z]{11,30}`).Draw(t, "account"))
		if !rules.ValidIBAN(s) {
			t.Fatalf("%s is valid", s)
		}
		i := rapid.IntRange(4, len(s)-1).Draw(t, "place")
		other := s[:i] + rapid.StringMatching(`[0-9A-Z]`).Draw(t, "character") + s[i+1:]
		if rules.ValidIBAN(other) != (mod97(other) == 1) {
			t.Fatalf("%s has the remainder %d", other, mod97(other))
		}
	})
}

// italian gives the IBAN of a bank, branch and account in Italy, its CIN and check digits right.
func italian(account string) string {
	cin, _ := pipeline.ControlLetter(account)
	return checked("IT", string(cin)+account)
}

func TestIBANLimits(t *testing.T) {
	for _, c := range []struct {
		name, iban string
		want       bool
	}{
		{"fifteen characters", checked("NO", "86011117947"), true},
		{"fourteen", checked("NO", "8601111794"), false},
		{"thirty-four", checked("XX", strings.Repeat("7", 30)), true},
		{"thirty-five", checked("XX", strings.Repeat("7", 31)), false},
		{"an Italian one", "IT60X0542811101000000123456", true},
		{"another CIN, the check digits right", checked("IT", "Y0542811101000000123456"), false},
		{"a bank that is no number", checked("IT", "X054281110A000000123456"), false},
		{"an account that begins with a letter", italian("0542811101A00000123456"), true},
		{"a branch that ends with a letter", italian("054281110A000000123456"), false},
		{"an Italian one too short", checked("IT", "X054281110100000012345"), false},
		{"an Italian one too long", checked("IT", "X05428111010000001234560"), false},
		{"small letters", strings.ToLower("DE89370400440532013000"), false},
		{"a space", "DE89 370400440532013000", false},
		{"a slash, before the digits", "DE8937040044053201300/", false},
		{"a colon, after them", "DE8937040044053201300:", false},
		{"an at sign, before the letters", "DE8937040044053201300@", false},
		{"a bracket, after them", "DE8937040044053201300[", false},
	} {
		if got := rules.ValidIBAN(c.iban); got != c.want {
			t.Errorf("%s, %s: %v", c.name, c.iban, got)
		}
	}
}

func TestPaymentsThatMayBeEntered(t *testing.T) {
	const iban = "IT60X0542811101000000123456"
	for _, c := range []struct {
		name     string
		mode     string // of the claim
		payment  pipeline.Payment
		accepted bool
	}{
		{"to an account", pipeline.PaymentAtCounter, pipeline.Payment{Mode: pipeline.PaymentOnAccount, IBAN: iban}, true},
		{"another account", pipeline.PaymentOnAccount, pipeline.Payment{IBAN: iban}, true},
		{"to the counter", pipeline.PaymentOnAccount, pipeline.Payment{Mode: pipeline.PaymentAtCounter}, true},
		{"to the counter with an account", pipeline.PaymentOnAccount, pipeline.Payment{Mode: pipeline.PaymentAtCounter, IBAN: iban}, false},
		{"an account while paid at the counter", pipeline.PaymentAtCounter, pipeline.Payment{IBAN: iban}, false},
		{"an account that is missing", pipeline.PaymentAtCounter, pipeline.Payment{Mode: pipeline.PaymentOnAccount}, false},
		{"an account that cannot be", pipeline.PaymentAtCounter, pipeline.Payment{Mode: pipeline.PaymentOnAccount, IBAN: iban[:26] + "7"}, false},
		{"no mode at all", "", pipeline.Payment{IBAN: iban}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &teller{params: limitParams(), d: pipeline.Dossier{Person: somebody, Claims: aspi("2014-07-08", func(k *pipeline.Claim) { k.PaymentMode = c.mode })}}
			declared("2014-09-01", pipeline.Event{}, onlyChanges(pipeline.DataChanges{Payment: &c.payment}))(s)
			nights("2014-09-10", "2014-09-11")(s)
			if c.accepted {
				same(t, "actions", "VARIAZIONE_DATI 2014-09-01", shownActions(s.last.InForce))
				same(t, "exceptions", "", shownExceptions(s.last.Exceptions))
			} else {
				same(t, "actions", "", shownActions(s.last.InForce))
				same(t, "exceptions", "VARIAZIONE_NON_VALIDA", shownExceptions(s.last.Exceptions))
			}
		})
	}
}
