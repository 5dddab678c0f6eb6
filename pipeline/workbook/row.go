package workbook

import (
	"regexp"
	"strings"
	"unicode/utf16"

	"incrocio/pipeline"
	"incrocio/pipeline/worklist"
)

// Limits of a sheet.
const (
	MaxRows = 100_000 // rows of a file, the header apart
	MaxCell = 32_767  // UTF-16 units of a cell: what spreadsheet programs hold
)

// Row is one exception on the sheet. Dates that are not there are 0, texts "".
type Row struct {
	ID          string
	Fingerprint string
	Version     int64
	Office      string
	Code        string
	Title       string
	Class       string
	Priority    int32
	Due         pipeline.Date
	TaxCode     pipeline.CodiceFiscale // masked, where the sheet is
	Claim       string
	Protocol    string
	Type        string
	From, To    pipeline.Date
	Days        pipeline.Opt[int32]
	Amount      pipeline.Opt[pipeline.Cents]
	Text        string
	Proposed    string
	State       string
	Holder      string

	// What an operator fills in, as it was written.
	Outcome  string
	Reason   string
	Decision string
	NewFrom  pipeline.Date
	NewTo    pipeline.Date
	Note     string

	Export string // who exported the row, and when
	Check  string // see [Row.Sum]
}

// personal finds what has the form of a person's tax code in a text, whatever its check character.
var personal = regexp.MustCompile(`(?i)\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b`)

// Of gives the row of an exception on a day, with nothing filled in. Where masked is set no tax code is whole, those in
// texts neither. mark says who exports and when. Texts that are not UTF-8, or longer than [MaxCell], are mended first.
func Of(r *worklist.Row, today pipeline.Date, masked bool, mark string) Row {
	code, cell := r.TaxCode, cell
	if masked {
		code = pipeline.CodiceFiscale(code.Mask())
		whole := cell
		cell = func(s string) string {
			return whole(personal.ReplaceAllStringFunc(s, func(c string) string { return pipeline.CodiceFiscale(c).Mask() }))
		}
	}
	s := Row{
		ID: r.ID, Fingerprint: r.Fingerprint, Version: r.Version, Office: cell(r.Office), Code: cell(r.Code),
		Title: cell(r.Title), Class: cell(r.Class), Priority: r.Priority, Due: r.Due,
		TaxCode: pipeline.CodiceFiscale(cell(string(code))), Claim: cell(r.Claim), Protocol: cell(r.Protocol),
		Type: cell(r.Type), From: r.From, To: r.To, Days: r.Days, Amount: r.Amount, Text: cell(r.Text),
		Proposed: cell(r.Proposed), State: string(r.Now(today)), Holder: cell(r.Holder), Export: cell(mark),
	}
	s.Check = s.Sum()
	return s
}

// Filled tells whether anything was filled in.
func (r *Row) Filled() bool {
	return !blank(r.Outcome) || !blank(r.Reason) || !blank(r.Decision) || r.NewFrom != 0 || r.NewTo != 0 || !blank(r.Note)
}

// Key names the exception.
func (r *Row) Key() worklist.Key { return worklist.Key{Kind: worklist.KindException, ID: r.ID} }

// Units counts the characters of a text as spreadsheet programs do: those beyond U+FFFF count twice.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// cell mends a text that no cell could hold. One with characters that a file has to write as escapes may be a sixth as
// long.
func cell(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) <= MaxCell/6 {
		return s
	}
	limit := MaxCell
	if strings.ContainsFunc(s, wide) {
		limit /= 6
	}
	if Units(s) <= limit {
		return s
	}
	n := 0
	for i, r := range s {
		if n += max(1, utf16.RuneLen(r)); n > limit-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// wide tells what a file may have to escape.
func wide(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r == '_' || r == '\ufffe' || r == '\uffff' || r >= '\ue000' && r <= '\uf8ff'
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
