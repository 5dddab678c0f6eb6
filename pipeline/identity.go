package pipeline

import (
	"strings"
	"unicode"
)

// Identity is who somebody is apart from the tax code, in the form in which it is compared: surname and given name
// folded by [FoldName], and the day of birth. What is not known is "" or 0.
type Identity struct {
	Surname   string
	GivenName string
	Birth     Date
}

// NewIdentity folds names.
func NewIdentity(surname, givenName string, birth Date) Identity {
	return Identity{FoldName(surname), FoldName(givenName), birth}
}

// Complete tells whether all of it is known: only then can it point at somebody.
func (i Identity) Complete() bool { return i.Surname != "" && i.GivenName != "" && i.Birth != 0 }

// Differs tells whether something that both know is not the same.
func (i Identity) Differs(o Identity) bool {
	return i.Surname != "" && o.Surname != "" && i.Surname != o.Surname ||
		i.GivenName != "" && o.GivenName != "" && i.GivenName != o.GivenName ||
		i.Birth != 0 && o.Birth != 0 && i.Birth != o.Birth
}

// foldedLetters are the letters of Latin alphabets that carry a mark, each followed by what stands for it.
const foldedLetters = "ÀAÁAÂAÃAÄAÅAĀAĂAĄA ÇCĆCĈCĊCČC ĎDĐDÐD ÈEÉEÊEËEĒEĔEĖEĘEĚE ĜGĞGĠGĢG ĤHĦH ÌIÍIÎIÏIĨIĪIĬIĮIİI ĴJ ĶK " +
	"ĹLĻLĽLĿLŁL ÑNŃNŅNŇNŊN ÒOÓOÔOÕOÖOØOŌOŎOŐO ŔRŖRŘR ŚSŜSŞSŠSȘS ŢTŤTŦTȚT ÙUÚUÛUÜUŨUŪUŬUŮUŰUŲU ŴW ÝYŶYŸY ŹZŻZŽZ"

// folded gives for each marked letter the plain one.
var folded = func() map[rune]string {
	m := map[rune]string{'Æ': "AE", 'Œ': "OE", 'ß': "SS", 'Þ': "TH"}
	for _, group := range strings.Fields(foldedLetters) {
		letters := []rune(group)
		for i := 0; i+1 < len(letters); i += 2 {
			m[letters[i]] = string(letters[i+1])
		}
	}
	return m
}()

// FoldName gives a name as names are compared: capital letters without accents, and nothing that is neither letter nor
// digit. It follows how a tax code reads names (DM 23 December 1976): accents, apostrophes and blanks do not count, so
// that "Nicolò" and "NICOLO'", "D’Amico" and "D AMICO" are one name each. Letters of other alphabets stay what they are,
// however much they look like Latin ones.
func FoldName(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range name {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			b.WriteByte(byte(r))
		case r >= 'a' && r <= 'z':
			b.WriteByte(byte(r - 'a' + 'A'))
		case r < 0x80:
		default:
			foldRune(&b, unicode.ToUpper(r))
		}
	}
	return b.String()
}

func foldRune(b *strings.Builder, r rune) {
	if plain, ok := folded[r]; ok {
		b.WriteString(plain)
		return
	}
	if (unicode.IsLetter(r) || unicode.IsDigit(r)) && r != 'ʼ' && r != 'ʹ' { // the modifier apostrophes count as letters
		b.WriteRune(r)
	}
}

// Identity gives who the worker of a communication is.
func (c *Communication) Identity() Identity {
	return NewIdentity(c.Surname, c.GivenName, c.BirthDate)
}

// Identity gives who the holder of a claim is.
func (c *Claim) Identity() Identity {
	return NewIdentity(c.Surname, c.GivenName, c.BirthDate)
}

// Doubt says why a fact under another code may be a person's (I01).
type Doubt string

// The doubts.
const (
	DoubtOmocode   Doubt = "OMOCODIA"    // the codes differ only by letters in place of digits
	DoubtTemporary Doubt = "PROVVISORIO" // eleven digits, with the names and day of birth of the person
	DoubtUnchecked Doubt = "ERRATO"      // a wrong check character, with the names and day of birth of the person
	DoubtAlias     Doubt = "VARIATO"     // a notice of a changed code that would make two different claimants one
)

// Doubtful is a fact that may be a person's and is under another code. It decides nothing: it shows on an exception until
// a notice of a changed code says whose it is.
type Doubtful struct {
	Doubt     Doubt
	Code      CodiceFiscale // under which the fact is; of DoubtAlias the code of the other claimant
	Claimants int           // how many persons it may be of, this one included

	ID       DocID
	Source   Source
	Acquired Date
	Ref      string // as in lists of sources
	Kind     string // tipo_documento of evidenze
	SentAt   Instant
	Days     Period // those it speaks of, where it is no communication; zero where it names none

	Communication *Communication // nil where the fact is none
}
