package night_test

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/ledger"
	"incrocio/pipeline/night"
)

// met gives, of tonight's archive, whom a document is filed under: "1" by itself, "-1" as withdrawn.
func met(h *home, id pipeline.DocID) map[string]string {
	out := map[string]string{}
	for _, c := range h.communications[tonight.String()] {
		if c.ID == id {
			out[string(c.Worker)] += fmt.Sprint(c.Part)
		}
	}
	return out
}

// TestCorrectionToAnotherWorkerIsHeardOf has the first worker, who has a claim, hear of it whichever of the two comes first, and counts
// the document with whom it names.
func TestCorrectionToAnotherWorkerIsHeardOf(t *testing.T) {
	cited, correction := hire(1, 0), hire(2, 1)
	correction.Purpose, correction.PreviousCode = pipeline.PurposeCorrection, cited.Code
	early := func(c pipeline.Communication) pipeline.Communication {
		c.Acquired, c.Source = tonight-9, pipeline.Source{Flow: pipeline.FlowUnilav, File: "old.xml"}
		return c
	}
	cases := map[string]struct {
		before, tonight []pipeline.Communication
		balance         map[string]int64
	}{
		"the cited one first": {
			[]pipeline.Communication{early(cited)},
			[]pipeline.Communication{correction},
			map[string]int64{night.ItemRead: 1, night.ItemAccepted: 1, night.ItemFacts: 1, night.ItemNoClaim: 1},
		},
		"the correction first": {
			[]pipeline.Communication{early(correction)},
			[]pipeline.Communication{cited},
			map[string]int64{night.ItemRead: 1, night.ItemAccepted: 1, night.ItemFacts: 1, night.ItemActedOn: 1},
		},
		"both tonight, and the correction twice": {
			nil,
			[]pipeline.Communication{cited, correction, correction},
			map[string]int64{night.ItemRead: 3, night.ItemAccepted: 2, night.ItemRepeated: 1, night.ItemFacts: 2, night.ItemNoClaim: 1, night.ItemActedOn: 1},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h := newHome()
			h.claims = []pipeline.Claim{claim(1)}
			h.communications["2014-02-20"] = c.before
			for i, d := range c.tonight {
				h.files[fmt.Sprintf("unilav/%d.xml", i)] = []night.Document{one(d)}
			}
			var heard []pipeline.Communication
			listening := func(d *pipeline.Dossier, n ledger.Night) ledger.Result {
				if d.Person == who(1) {
					heard = slices.Clone(d.Communications)
				}
				return fakeDecide(d, n)
			}
			s, err := night.Run(t.Context(), night.Config{
				Date: tonight, Revision: 1, Params: nightParams, Partitions: 64, Workers: 3, SpillBytes: 256,
			}, h.ports(t), listening, &night.Progress{})
			if err != nil {
				t.Fatal(err)
			}
			if len(heard) != 2 || heard[0].ID != cited.ID || heard[1].ID != correction.ID || !heard[1].Withdrawn() || heard[1].Acquired != tonight {
				t.Errorf("the first worker heard of %+v", heard)
			}
			if got := met(h, correction.ID); got[string(who(1))] != "-1" {
				t.Errorf("filed under %v", got)
			}
			check(t, s, "unilav", c.balance)
		})
	}
}

// TestFirstLookAtAnArchive has two hundred files of nights that did not look for corrections to other workers: every third person's job is
// corrected to somebody else's, in the same file, in another, or among the doubtful ones. The first night that looks finds all of them
// on what tonight brings or does not, and the next nights none.
func TestFirstLookAtAnArchive(t *testing.T) {
	const persons = 200
	for _, unheard := range []bool{true, false} {
		h := newHome()
		h.unheard = unheard
		want := map[string]int{}
		for i := range persons {
			c := hire(i, 2*i)
			c.Code, c.Acquired, c.Source = fmt.Sprintf("K%06d", i), tonight-9, pipeline.Source{Flow: pipeline.FlowUnilav, File: "old.xml"}
			file := fmt.Sprintf("a%03d", i)
			h.communications[file] = append(h.communications[file], c)
			if i%3 > 0 {
				continue
			}
			by := c
			by.ID[0], by.ID[1], by.ID[2] = 77, byte(i), byte(i>>8)
			by.Worker, by.Purpose, by.Code, by.PreviousCode = who(persons+i), pipeline.PurposeCorrection, fmt.Sprintf("L%06d", i), c.Code
			switch at := fmt.Sprintf("a%03d", (i+i%2*50)%persons); i % 5 {
			case 0:
				by.Worker = temporary
				h.doubtful["d"] = append(h.doubtful["d"], by)
			default:
				h.communications[at] = append(h.communications[at], by)
			}
			if unheard {
				want[string(c.Worker)]++
			}
		}
		h.claims = []pipeline.Claim{claim(3)}
		if i := 3; unheard { // a document of tonight that cites one of theirs, too
			c := hire(i, 2*persons+2)
			c.Code, c.Purpose, c.PreviousCode, c.Worker = "M000003", pipeline.PurposeCorrection, "K000003", who(2*persons)
			h.files["unilav/a.xml"] = []night.Document{one(c)}
			want[string(who(persons+i))]++
		}
		if _, err := h.run(t, 64); err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for _, c := range h.communications[tonight.String()] {
			if c.Withdrawn() {
				got[string(c.Worker)]++
			}
		}
		if d := gocmp.Diff(want, got); d != "" {
			t.Errorf("unheard %v (-want +got):\n%s", unheard, d)
		}
	}
}
