package inbox

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"incrocio/pipeline"
)

// badName says what is wrong with the name of an entry, in Italian, or "" for one that is admitted. Names are never used
// as paths; one that tries to be a path elsewhere, or to look like another, shows that the archive is not what an
// employer's program makes.
func badName(name string, limit int) string {
	switch {
	case name == "":
		return "voce senza nome"
	case len(name) > limit:
		return "nome della voce oltre " + strconv.Itoa(limit) + " byte"
	case strings.ContainsRune(name, '\\'):
		return "nome della voce con barra rovesciata"
	case strings.HasPrefix(name, "/"):
		return "nome della voce con percorso assoluto"
	case len(name) >= 2 && name[1] == ':' && (name[0]|0x20 >= 'a' && name[0]|0x20 <= 'z'):
		return "nome della voce con unità disco"
	case !plainASCII(name) && strings.ContainsFunc(name, invisible):
		return "nome della voce con caratteri di controllo"
	case !strings.Contains(name, ".."):
		return ""
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "nome della voce che esce dalla cartella"
		}
	}
	return ""
}

// invisible tells control characters, marks of direction and other characters that change how a name looks.
func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// plainASCII tells a name of visible characters of ASCII and spaces, as most are.
func plainASCII(name string) bool {
	for i := range len(name) {
		if name[i] < ' ' || name[i] > '~' {
			return false
		}
	}
	return true
}

// maxQuoted is how many bytes of a name are shown.
const maxQuoted = 512

// quote makes a name fit to be shown and stored: what is invisible or not UTF-8 is escaped as in Go, and a long name is
// cut. Two names may give one text.
func quote(name string) string { return escape(name, "") }

// source makes a name fit for the file of a [pipeline.Source]. Besides what quote does it puts a backslash before each
// backslash and each "!", so that two files never give one text and an entry, which follows after a bare "!", is never
// taken for a file of that name. The cut is without harm: no file system has names that long, and the entries of
// one file are told apart by their index.
func source(name string) string { return escape(name, `\!`) }

// escape also puts a backslash before the ASCII characters in marked.
func escape(name, marked string) string {
	cut := ""
	if len(name) > maxQuoted {
		name, cut = name[:maxQuoted], "…"
	}
	plain := plainASCII(name) || utf8.ValidString(name) && !strings.ContainsFunc(name, invisible)
	if cut == "" && plain && !strings.ContainsAny(name, marked) {
		return name
	}
	var s strings.Builder
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			s.WriteString(`\x` + strconv.FormatUint(uint64(name[i])|0x100, 16)[1:])
		case invisible(r):
			q := strconv.QuoteRuneToASCII(r)
			s.WriteString(q[1 : len(q)-1])
		case strings.ContainsRune(marked, r):
			s.WriteByte('\\')
			fallthrough
		default:
			s.WriteString(name[i : i+n])
		}
		i += n
	}
	return s.String() + cut
}

// taxCode finds what may be a tax code in a name, of persons or, with eleven digits, of anybody.
var taxCode = regexp.MustCompile(`(?i)[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]|[0-9]{11}`)

// mask hides the tax codes in a name, for errors and warnings.
func mask(name string) string {
	return taxCode.ReplaceAllStringFunc(name, func(s string) string { return pipeline.CodiceFiscale(s).Mask() })
}
