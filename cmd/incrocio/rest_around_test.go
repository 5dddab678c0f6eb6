package main

import (
	"fmt"
	"testing"

	"incrocio/fixtures/documents"
	"incrocio/pipeline"
	"incrocio/pipeline/tables"
)

// TestAHeldNightLetsOthersRest: it is decided twice, what waits for a person's word never rests, and what others left is carried
// once.
func TestAHeldNightLetsOthersRest(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	for i, n := range []struct {
		many, one int
		accept    []string
		modes     map[string]int
	}{
		{12, 1, nil, map[string]int{pipeline.ModeAuto: 15, pipeline.ModeProposed: 12}},
		{0, 1, nil, map[string]int{pipeline.ModeAuto: 16, pipeline.ModeProposed: 12}},
		{0, 1, []string{"--accept", "confermato"}, map[string]int{pipeline.ModeAuto: 29}},
		{0, 1, nil, map[string]int{pipeline.ModeAuto: 30}},
	} {
		w.arrive(t, n.many, n.one, 30)
		if rested := twice(t, w.home, w.night, n.accept...); rested < 13 {
			t.Errorf("night %d: %d claims rest", i, rested)
		}
		equal(t, w.night.String(), n.modes, w.modes(t, w.night))
		w.night += 7
	}
}

// TestARepeatedNightIsFollowed by what it left when it was repeated.
func TestARepeatedNightIsFollowed(t *testing.T) {
	t.Parallel()
	r := newRestful(t, "2014-07-10", claimantsOf(3))
	r.arrives(t, job(&r.claims[0], r.claims[0].TaxCode, "001"))
	r.quiet(t, 2, 1)
	r.arrives(t, job(&r.claims[1], r.claims[1].TaxCode, "002"))
	put(t, r.home, job(&r.claims[2], r.claims[2].TaxCode, "003"))
	r.claims[0].DaysGranted++ // its theoretical end moves
	snapshot(t, r.home, r.night-1, r.claims)
	call(t, r.home, "run", "--replace").want(t, exitOK)
	r.quiet(t, 1, 0)
	call(t, r.home, "run", "--replace").want(t, exitOK)
	r.quiet(t, 2, 3)
}

// TestCorrectionsOfThePastWakeNobody: they leave the year in which they count one by one, and the actions that were corrected stay as
// they are.
func TestCorrectionsOfThePastWakeNobody(t *testing.T) {
	t.Parallel()
	r := newRestful(t, "2014-07-10", claimantsOf(1))
	c := &r.claims[0]
	c.DaysGranted = 480
	r.arrives(t, job(c, c.TaxCode, "001"))
	var corrected []pipeline.Date
	for i, end := range []string{"2014-10-31", "2014-11-30", "2014-12-31"} { // the third is once too often
		e := hireAs(c, c.TaxCode, fmt.Sprintf("01%d", i))
		e.Event, e.EventDate = pipeline.EventExtension, pipeline.MustDate(end)
		e.SentAt += pipeline.Instant(i+1) * 3_600_000_000
		corrected = append(corrected, r.night)
		r.arrives(t, map[string][]byte{fmt.Sprintf("inbox/unilav/e%d.xml", i): documents.XML(e)})
		r.quiet(t, 2, 1)
	}
	if got := rowsOf(t, r.home, corrected[2], tables.Actions); len(got) != 1 || got[0].Mode != pipeline.ModeProposed {
		t.Fatalf("the third correction: %+v", got)
	}
	r.night = pipeline.MustDate("2015-05-01") // resumed
	r.quiet(t, 3, 1)
	for _, on := range corrected {
		r.night = on + 365
		r.quiet(t, 2, 1)
	}
}
