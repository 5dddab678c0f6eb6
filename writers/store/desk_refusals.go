package store

import (
	"errors"
	"regexp"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// refusals are the codes of the reasons for which a command is refused, in the audit and in receipts that are kept.
var refusals = []struct {
	code string
	err  error
}{
	{"SCONOSCIUTO", worklist.ErrUnknown},
	{"RUOLO", worklist.ErrRole},
	{"NON_CHIUDIBILE", worklist.ErrNotClosable},
	{"SENZA_PROVVEDIMENTO", worklist.ErrNoDecision},
	{"STESSA_PERSONA", worklist.ErrSamePerson},
	{"STATO", worklist.ErrState},
	{"CHIUSA_DA_SOLA", worklist.ErrGone},
	{"TARDI", worklist.ErrTooLate},
	{"SEDE_NON_ASSEGNATA", worklist.ErrNotGranted},
	{"GETTONE", worklist.ErrToken},
	{"CONFLITTO", worklist.ErrConflict},
	{"INCOMPLETO", worklist.ErrIncomplete},
}

// refusal gives the code of a reason.
func refusal(err error) string {
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return r.code
		}
	}
	return "ALTRO"
}

// object is how the audit names an item: an exception by its id alone.
func object(k worklist.Key) string {
	if k.Kind == worklist.KindException {
		return masked(k.ID)
	}
	return masked(strings.TrimSpace(string(k.Kind) + " " + k.ID))
}

// taxCode finds what looks like a tax code, those with letters in the place of digits among them.
var taxCode = regexp.MustCompile(`(?i)[a-z]{6}[0-9lmnp-v]{2}[a-z][0-9lmnp-v]{2}[a-z][0-9lmnp-v]{3}[a-z]`)

// maxTold is how long, in bytes, a text that somebody typed may be in the audit.
const maxTold = 300

// masked makes a text that somebody typed fit for the audit: no code of a person, nothing that is no text, not without end.
func masked(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	s = taxCode.ReplaceAllStringFunc(s, func(code string) string { return pipeline.CodiceFiscale(code).Mask() })
	if len(s) > maxTold {
		s = strings.ToValidUTF8(s[:maxTold], "") + "…"
	}
	return s
}
