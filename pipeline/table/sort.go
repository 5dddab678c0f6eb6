package table

import "slices"

// Sort puts rows in order. Rows are wide: their places are sorted, and then each row is moved once. Equal rows come in no
// particular order.
func Sort[T any](rows []T, compare func(a, b *T) int) {
	if len(rows) < 2 {
		return
	}
	places := make([]int32, len(rows))
	for i := range places {
		places[i] = int32(i)
	}
	slices.SortFunc(places, func(i, j int32) int { return compare(&rows[i], &rows[j]) })
	for start := range places { // one round of moves after another
		if int(places[start]) == start {
			continue
		}
		first, at := rows[start], int32(start)
		for from := places[at]; int(from) != start; from = places[at] {
			rows[at], places[at] = rows[from], at
			at = from
		}
		rows[at], places[at] = first, at
	}
}
