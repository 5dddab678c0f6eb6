// Package gates stands between a decided night and its publication: does tonight look like what usually comes, and if
// not, what must not go out? It is pure: counts and a configuration in, findings out.
//
//	scarti                the share of documents that could not be used            over the limit: the night is refused
//	fonti_attese          a source that the configuration expects and is not here  missing: the night is refused
//	volumi                new documents per flow, against the usual                far from it: the night is refused
//	azioni_sfavorevoli    actions against claimants, against the usual             far above it: the slice is held
//
// The usual is the median of the nights published on the same weekday in the eight weeks before, and far from it is more
// than three median absolute deviations (MAD). Counts that barely move have a MAD of 0 or nearly so, and would trip over
// a single document: a deviation is therefore taken for at least one, and for at least a tenth of the median.
//
// A comparison with few numbers says little. Where both tonight and the usual stay under 1,000 documents, or where fewer
// than 14 nights were ever published, or fewer than two of them on that weekday, a gate that compares only warns. The
// size that counts is the larger of tonight's and the usual, since a flow that dries up must not thereby escape. A share
// of discards is judged without history, and only warns under 1,000 documents. Whether a source is there needs neither.
//
// Adverse actions are counted per sender, employer, sede and rule, each type of action by itself: a sender's ten-fold
// decadences must not drown in everybody's suspensions. One cause shows in several slices at once (a sender's surge is
// also one of its rule and of its sede), so slices are taken off one at a time: first the one of which the largest share
// is above the usual; then everything is counted anew without it, until nothing is far above the usual. What was taken
// off is then named with the fewest slices. Under ten actions a slice is never far above. If the whole is still far above
// with no slice left to blame, the night is refused.
//
// What is held is the caller's to do. Before anything is written it asks [Result.Held] of every adverse action that tonight
// becomes AUTOMATICA; held ones go out as PROPOSTA, with what hangs on the mode (situazione, agenda, balance) made from
// that. The next night they are still wanted as AUTOMATICA and still issued as PROPOSTA: they are counted again, and held
// again, until the slice is back to its usual, an operator decides them, or a person accepts the night ([Result.Accept]).
package gates
