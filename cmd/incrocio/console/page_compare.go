package console

import (
	"strings"

	"incrocio/pipeline/worklist"
)

// maxCompared is how many documents are laid side by side; the others follow one below the other.
const maxCompared = 4

// comparison is the records behind an item side by side.
type comparison struct {
	Heads []recordHead
	Rows  []comparedRow
	Rest  []worklist.Document // those that were too many
}

// recordHead is the head of a column.
type recordHead struct {
	Label string // what the record is
	Ref   string
	When  string
}

// comparedRow is a field of the records. Sign and Word say the same, for who sees and who listens.
type comparedRow struct {
	Label  string
	Values []string
	Differ bool
	Sign   string
	Word   string
}

// compare lays the claim and the documents of a sheet side by side; nil where there is no document. The claim is compared
// by who the person is.
func compare(s *worklist.Sheet) *comparison {
	if len(s.Documents) == 0 {
		return nil
	}
	c := &comparison{}
	var columns [][]worklist.Field
	if claim := s.Claim; claim != nil {
		c.Heads = append(c.Heads, recordHead{Label: "Domanda", Ref: claim.Number})
		columns = append(columns, claimFields(claim))
	}
	shown := s.Documents
	if len(shown) > maxCompared {
		shown, c.Rest = shown[:maxCompared], shown[maxCompared:]
	}
	for i := range shown {
		d := &shown[i]
		c.Heads = append(c.Heads, recordHead{Label: say(d.Kind), Ref: d.Ref, When: whenSent(d)})
		columns = append(columns, d.Fields)
	}
	for _, label := range labelsOf(columns) {
		c.Rows = append(c.Rows, comparedRowOf(label, columns)...)
	}
	return c
}

// claimFields are the fields of a claim that documents have too, under the labels that they have there.
func claimFields(c *worklist.ClaimSheet) []worklist.Field {
	return []worklist.Field{
		{Label: "lavoratore", Value: strings.TrimSpace(c.Surname + " " + c.GivenName)},
		{Label: "codice fiscale del lavoratore", Value: c.TaxCode.Mask()},
		{Label: "data di nascita", Value: c.BirthDate.Italian()},
	}
}

func whenSent(d *worklist.Document) string {
	switch {
	case d.SentAt != 0:
		return "inviata il " + moment(d.SentAt)
	case d.Acquired != 0:
		return "acquisita il " + d.Acquired.Italian()
	}
	return ""
}

// labelsOf gives the labels of all columns, each once, so that each column's own order is kept where it can be.
func labelsOf(columns [][]worklist.Field) []string {
	var out []string
	at := map[string]int{}
	for _, fields := range columns {
		next := 0
		for _, f := range fields {
			if i, ok := at[f.Label]; ok {
				next = i + 1
				continue
			}
			out = append(out[:next], append([]string{f.Label}, out[next:]...)...)
			for i := next; i < len(out); i++ {
				at[out[i]] = i
			}
			next++
		}
	}
	return out
}

// comparedRowOf is the row of a label; none where no record has a value.
func comparedRowOf(label string, columns [][]worklist.Field) []comparedRow {
	row := comparedRow{Label: label}
	told := map[string]bool{}
	n := 0
	for _, fields := range columns {
		value := ""
		for _, f := range fields {
			if f.Label == label {
				value = f.Value
				break
			}
		}
		row.Values = append(row.Values, value)
		if value != "" {
			n++
			told[strings.ToLower(strings.Join(strings.Fields(value), " "))] = true
		}
	}
	switch {
	case n == 0:
		return nil
	case len(told) > 1:
		row.Differ, row.Sign, row.Word = true, "≠", "diverso"
	case n > 1:
		row.Sign, row.Word = "=", "uguale"
	default:
		row.Sign, row.Word = "–", "in un solo documento"
	}
	return []comparedRow{row}
}
