package night

import (
	"strings"
	"testing"
	"unsafe"

	"incrocio/pipeline/gates"
)

// TestTallyHoldsNoRow: what a tally keeps is as long as the traits, not as the texts of the rows they were cut from.
func TestTallyHoldsNoRow(t *testing.T) {
	row := strings.Repeat("9000012345678901234567890120", 100)
	inRow := func(s string) bool {
		from, at := uintptr(unsafe.Pointer(unsafe.StringData(row))), uintptr(unsafe.Pointer(unsafe.StringData(s)))
		return at >= from && at < from+uintptr(len(row))
	}
	of := gates.Adverse{Type: "DECADENZA", Office: row[:4], Employer: row[5:16], Sender: row[17:28], Rule: "R03", Count: 2}
	kept := tally{}
	kept.add(of)
	kept.add(of)
	all := tallied(kept)
	if len(all) != 1 {
		t.Fatalf("%d traits", len(all))
	}
	a := all[0]
	if inRow(a.Office) || inRow(a.Employer) || inRow(a.Sender) {
		t.Error("the traits lie in the row")
	}
	if of.Count = 4; a != of {
		t.Errorf("kept %+v, want %+v", a, of)
	}
}
