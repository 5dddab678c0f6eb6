package row

import "incrocio/pipeline"

// NumberSet is the set of numbers seen.
type NumberSet struct{ s numberSet }

// Add tells whether the hash was there.
func (s *NumberSet) Add(h uint64) bool { return s.s.add(h) }

// Numbers are the numbers seen.
type Numbers struct{ n numbers }

// Add tells whether the number was there.
func (n *Numbers) Add(number string) bool { return n.n.add(number, hashNumber(number)) }

// RightSixteen tells whether s is a tax code in upper case.
func RightSixteen(s string) bool { return rightSixteen(s) }

var inOrder = func() (at [Width]int) {
	for i := range at {
		at[i] = i
	}
	return at
}()

// Quick makes a claim of fields, or leaves it to ConvertCells.
func Quick(fields []string) (c pipeline.Claim, ok bool) {
	ok = quick(fields, &inOrder, &c)
	return c, ok
}

// ConvertCells makes a claim of fields by way of the cells.
func ConvertCells(fields []string) (c pipeline.Claim, f Fault) {
	var cells [Width]Cell
	for i := range Columns {
		cells[i].set(Columns[i].Kind, fields[i])
	}
	f = Assemble(&cells, &c)
	return c, f
}
