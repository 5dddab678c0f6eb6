package tables

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"incrocio/pipeline"
)

// Glance gives number and protocol of the claim of a sheet without restoring it. It is ok where the content is, byte for
// byte, what [ArchiveSheet] writes of a claim, documents and a risk, so that restoring it and writing it again would change
// nothing. Where it is not, the content may still be that of a sheet: [ArchivedSheet.Restore] tells.
func (a *ArchivedSheet) Glance() (number, protocol string, ok bool) {
	s := scan{text: a.Content}
	number, protocol = s.sheet()
	return number, protocol, !s.failed && s.at == len(s.text) && utf8.ValidString(s.text)
}

// scan follows a text in the form that appendSheet gives it, and in no other. After what does not belong there it has
// failed, and stands at the end.
type scan struct {
	text   string
	at     int
	failed bool
}

func (s *scan) fail() { s.failed, s.at = true, len(s.text) }

// may goes past what comes next, where it does.
func (s *scan) may(next string) bool {
	there := strings.HasPrefix(s.text[s.at:], next)
	if there {
		s.at += len(next)
	}
	return there
}

// must goes past what has to come next.
func (s *scan) must(next string) {
	if !s.may(next) {
		s.fail()
	}
}

// part goes past the name of a part of an object, and what parts it from the one before.
func (s *scan) part(name string) bool {
	if s.at > 0 && s.text[s.at-1] != '{' {
		name = "," + name
	}
	return s.may(name)
}

func (s *scan) sheet() (number, protocol string) {
	s.must(`{`)
	if s.part(`"domanda":`) {
		number, protocol = s.claim()
	}
	if s.part(`"documenti":[`) {
		for s.document(); s.may(`,`); {
			s.document()
		}
		s.must(`]`)
	}
	if s.part(`"rischio":`) {
		s.risk()
	}
	s.must(`}`)
	return number, protocol
}

func (s *scan) claim() (number, protocol string) {
	s.must(`{"numero":`)
	number = s.plain()
	if s.may(`,"protocollo":`) {
		if protocol = s.plain(); protocol == "" {
			s.fail()
		}
	}
	s.named(`,"prestazione":`)
	s.must(`,"codice_fiscale":`)
	s.string()
	s.named(`,"cognome":`)
	s.named(`,"nome":`)
	s.day(`,"data_nascita":`)
	s.named(`,"stato":`)
	s.day(`,"decorrenza":`)
	s.number(`,"giorni_spettanti":`, 32)
	s.day(`,"pagata_fino_al":`)
	s.must(`,"importo_giornaliero":{"V":`)
	s.integer(64)
	s.must(`,"OK":`)
	if !s.may(`true`) {
		s.must(`false`)
	}
	s.must(`}`)
	s.day(`,"data_cessazione":`)
	s.named(`,"cf_datore_cessazione":`)
	s.must(`}`)
	return number, protocol
}

func (s *scan) document() {
	s.must(`{"codice":`)
	s.string()
	s.must(`,"tipo":`)
	s.string()
	s.number(`,"inviata":`, 64)
	s.day(`,"acquisita":`)
	if s.may(`,"dati":null}`) {
		return
	}
	s.must(`,"dati":[`)
	if s.may(`]}`) {
		return
	}
	for s.field(); s.may(`,`); {
		s.field()
	}
	s.must(`]}`)
}

func (s *scan) field() {
	s.must(`{"voce":`)
	s.string()
	s.must(`,"valore":`)
	s.string()
	s.must(`}`)
}

func (s *scan) risk() {
	s.must(`{"verso":`)
	s.string()
	s.must(`,"giorni":`)
	s.integer(32)
	s.must(`,"importo":`)
	s.integer(64)
	s.must(`,"pagamento":`)
	if !s.may(`""`) {
		s.date()
	}
	s.must(`}`)
}

// named goes past a text that is left out where it is empty, as the next ones do past theirs.
func (s *scan) named(name string) {
	if s.may(name) && s.string() == "" {
		s.fail()
	}
}

func (s *scan) day(name string) {
	if s.may(name) {
		s.date()
	}
}

func (s *scan) number(name string, bits int) {
	if s.may(name) && s.integer(bits) == 0 {
		s.fail()
	}
}

// date goes past a date in quotes.
func (s *scan) date() {
	if d, err := pipeline.ParseDate(s.string()); err != nil || d <= 0 {
		s.fail()
	}
}

// integer goes past a whole number of so many bits.
func (s *scan) integer(bits int) int64 {
	end := s.at
	for end < len(s.text) && (s.text[end] == '-' || '0' <= s.text[end] && s.text[end] <= '9') {
		end++
	}
	text := s.text[s.at:end]
	n, err := strconv.ParseInt(text, 10, bits)
	digits := strings.TrimPrefix(text, "-")
	if err != nil || digits[0] == '0' && text != "0" {
		s.fail()
		return 0
	}
	s.at = end
	return n
}

// plain gives a string that stands for itself.
func (s *scan) plain() string {
	text := s.string()
	if strings.IndexByte(text, '\\') >= 0 {
		s.fail()
	}
	return text
}

// string gives what stands between the quotes of a string.
func (s *scan) string() string {
	s.must(`"`)
	for from := s.at; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case jsonBytes[c]&jsonEscaped == 0:
		case c == '"':
			s.at++
			return s.text[from : s.at-1]
		case !s.special():
			s.fail()
			return ""
		}
	}
	s.fail()
	return ""
}

// special goes to the end of what the escaped byte at hand begins, where it is in the form that encoding/json gives it.
func (s *scan) special() bool {
	rest := s.text[s.at:]
	for _, size := range [...]int{len(`\n`), len(`\u0026`)} {
		if len(rest) >= size && jsonEscapes[rest[:size]] {
			s.at += size - 1
			return true
		}
	}
	return rest[0] == 0xE2 && !strings.HasPrefix(rest, "\u2028") && !strings.HasPrefix(rest, "\u2029")
}

// jsonEscapes are the escapes that encoding/json writes for texts in UTF-8.
var jsonEscapes = func() map[string]bool {
	is := map[string]bool{}
	for r := range rune(0x3000) {
		q, err := json.Marshal(string(r))
		if err != nil {
			panic(err) // a string always encodes
		}
		if q[1] == '\\' {
			is[string(q[1:len(q)-1])] = true
		}
	}
	return is
}()
