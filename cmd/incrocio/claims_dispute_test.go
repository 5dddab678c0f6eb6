package main

import (
	"slices"
	"testing"

	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// TestClaimOfTwoRowsThatDiffer: none of its rows is used, whatever their order; what is in force stays, and what has arrived
// meanwhile is acted on when the claim is there again.
func TestClaimOfTwoRowsThatDiffer(t *testing.T) {
	for name, swap := range map[string]bool{"in order": false, "swapped": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claimantsOf(4))
			good := slices.Clone(r.claims)
			files := job(&good[0], good[0].TaxCode, "001")
			files["inbox/unilav/003.xml"] = hiredAs(&good[2], good[2].TaxCode, "003")
			r.arrives(t, files)
			issued := []string{"770000 " + string(good[0].TaxCode) + " SOSPENSIONE 2014-07-01", "770002 " + string(good[2].TaxCode) + " SOSPENSIONE 2014-07-01"}
			r.inForce(t, issued...)

			changed := slices.Clone(good[:2])
			changed[0].State, changed[1].DaysGranted = pipeline.StateRejected, 90
			r.claims = slices.Concat(good, changed)
			if swap {
				r.claims = slices.Concat(changed, good[2:], good[:2])
			}
			r.arrives(t, job(&good[1], good[1].TaxCode, "002"))
			r.inForce(t, issued...)
			r.says(t)
			places := []int64{0, 1, 4, 5}
			for i, d := range rowsOf(t, r.home, r.night-1, tables.Discards) {
				if i >= len(places) || d.Index != places[i] || d.Code != pipeline.DiscardRivals || d.CommCode != good[i%2].Number {
					t.Errorf("discard %d: %+v", i, d)
				}
			}
			if s := rowsOf(t, r.home, r.night-1, tables.Situation); slices.ContainsFunc(s, func(x pipeline.Stretch) bool { return x.Claim < good[2].Number }) {
				t.Errorf("days of claims in dispute: %+v", s)
			}
			r.quiet(t, 2, 1)
			r.inForce(t, issued...)

			r.claims = good
			r.quiet(t, 1, 1)
			r.inForce(t, append(issued, "770001 "+string(good[1].TaxCode)+" SOSPENSIONE 2014-07-01")...)
		})
	}
}
