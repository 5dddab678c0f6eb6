package main

import (
	"path/filepath"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// restful is a home whose nights are all done twice, once with everybody decided.
type restful struct {
	home   string
	night  pipeline.Date // the next
	claims []pipeline.Claim
}

func newRestful(t *testing.T, first string, claims []pipeline.Claim) *restful {
	t.Helper()
	return &restful{filepath.Join(inMemory(t), "h"), pipeline.MustDate(first), claims}
}

// arrives does a night with what arrives, and gives the claims that rested.
func (r *restful) arrives(t *testing.T, files map[string][]byte) int64 {
	t.Helper()
	put(t, r.home, files)
	snapshot(t, r.home, r.night, r.claims)
	r.night++
	return twice(t, r.home, r.night-1)
}

// quiet does nights on which nothing arrives, and wants some claims to rest on the last one.
func (r *restful) quiet(t *testing.T, nights int, rest int64) {
	t.Helper()
	rested := int64(0)
	for range nights {
		rested = r.arrives(t, nil)
	}
	if rested != rest {
		t.Errorf("%s: %d claims rest, want %d", r.night-1, rested, rest)
	}
}

// job is a document that hires a claimant under a code.
func job(c *pipeline.Claim, code pipeline.CodiceFiscale, serial string) map[string][]byte {
	return map[string][]byte{"inbox/unilav/" + serial + ".xml": hiredAs(c, code, serial)}
}

// variation is a notice that a code has become another one.
func variation(from, to pipeline.CodiceFiscale) map[string][]byte {
	return map[string][]byte{"inbox/segnalazioni/v.jsonl": documents.Notice(&pipeline.Notice{
		Kind: pipeline.NoticeTaxCodeChanged, TaxCode: from, NewCode: to, On: pipeline.MustDate("2014-07-01"), Protocol: "V1",
	})}
}

// TestCodesOfOnePersonNeverRest, whichever comes first in the order of codes and whichever the claim is under: rows are under one
// code, what is left of the person for the nights to come under another. The person is found also when the claim has gone.
func TestCodesOfOnePersonNeverRest(t *testing.T) {
	_, _, _, _, _, low := documents.Person(2000)
	_, _, _, _, _, high := documents.Person(2001)
	if low > high {
		low, high = high, low
	}
	for name, codes := range map[string]struct{ claim, from, to pipeline.CodiceFiscale }{
		"claim of the old code, which is the lesser": {low, low, high},
		"claim of the old code":                      {high, high, low},
		"claim of the new code, which is the lesser": {low, high, low},
		"claim of the new code":                      {high, low, high},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRestful(t, "2014-07-10", claimantsOf(2))
			c, other := r.claims[0], r.claims[1]
			r.claims[0].TaxCode = codes.claim
			c.TaxCode = codes.claim
			r.arrives(t, job(&other, other.TaxCode, "001"))
			r.arrives(t, job(&c, codes.from, "002"))
			r.arrives(t, variation(codes.from, codes.to))
			r.quiet(t, 3, 1)
			r.claims[0].DaysGranted += 7
			r.quiet(t, 2, 1)
			r.claims = r.claims[1:]
			r.quiet(t, 3, 1)
			r.claims = append(r.claims, c)
			r.quiet(t, 2, 1)
			if n := len(rowsOf(t, r.home, r.night-1, tables.ActionsInForce)); n != 2 {
				t.Errorf("%d actions in force, want those of both", n)
			}
		})
	}
}
