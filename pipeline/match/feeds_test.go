package match_test

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
)

// Equal rows of one file are payments of their own; the same rows in another file are not, and of two files with a
// different number of them the one with more counts.
func TestVouchersOfOneDay(t *testing.T) {
	row := func(acquired pipeline.Date, file string, index int64) pipeline.Voucher {
		return pipeline.Voucher{
			ID: pipeline.DocID{1}, Worker: person(0), On: night - 9, Net: 100, Acquired: acquired,
			Source: pipeline.Source{Flow: pipeline.FlowVoucher, File: file, Index: index},
		}
	}
	for name, c := range map[string]struct {
		rows           []pipeline.Voucher
		kept, repeated []string // acquired tonight or before, file and index
	}{
		"one":                     {[]pipeline.Voucher{row(night, "a", 0)}, []string{"a 0"}, nil},
		"two of one file":         {[]pipeline.Voucher{row(night, "a", 0), row(night, "a", 7)}, []string{"a 0", "a 7"}, nil},
		"the same in two files":   {[]pipeline.Voucher{row(night, "b", 3), row(night, "a", 0)}, []string{"a 0"}, []string{"b 3"}},
		"both files twice":        {[]pipeline.Voucher{row(night, "b", 1), row(night, "a", 0), row(night, "b", 0), row(night, "a", 1)}, []string{"a 0", "a 1"}, []string{"b 0", "b 1"}},
		"the second file has two": {[]pipeline.Voucher{row(night, "b", 1), row(night, "a", 0), row(night, "b", 0)}, []string{"a 0", "b 1"}, []string{"b 0"}},
		"another night's file":    {[]pipeline.Voucher{row(night-1, "a", 0), row(night-1, "a", 1), row(night, "a", 0)}, []string{"a 0", "a 1"}, []string{"a 0"}},
		"nothing new tonight":     {[]pipeline.Voucher{row(night-2, "a", 0), row(night-1, "a", 0)}, []string{"a 0"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := world{vouchers: c.rows}
			people := join(t, &w, 4, 1, 1<<20, t.TempDir())
			if len(people) != 1 {
				t.Fatalf("%d persons, want 1", len(people))
			}
			var kept, repeated []string
			seen := map[pipeline.DocID]bool{}
			for _, v := range people[0].Vouchers {
				kept = append(kept, fmt.Sprintf("%s %d", v.Source.File, v.Source.Index))
				seen[v.ID] = true
			}
			for _, r := range people[0].Repeated {
				repeated = append(repeated, fmt.Sprintf("%s %d", r.Source.File, r.Source.Index))
			}
			slices.Sort(kept)
			if d := gocmp.Diff(c.kept, kept); d != "" {
				t.Errorf("kept (-want +got):\n%s", d)
			}
			if d := gocmp.Diff(c.repeated, repeated); d != "" {
				t.Errorf("repeated (-want +got):\n%s", d)
			}
			if len(seen) != len(kept) {
				t.Errorf("%d identities of %d payments", len(seen), len(kept))
			}
		})
	}
}

func TestDossierOrderOfFeeds(t *testing.T) {
	w := world{
		questions: []pipeline.DomesticQuestion{
			{ID: pipeline.DocID{1}, Worker: person(0), On: night, Protocol: "B", Answer: "Sì"},
			{ID: pipeline.DocID{3}, Worker: person(0), On: night, Protocol: "A"},
			{ID: pipeline.DocID{2}, Worker: person(0), On: night, Protocol: "B"},
			{ID: pipeline.DocID{4}, Worker: person(0), On: night - 1, Protocol: "Z"},
			{ID: pipeline.DocID{5}, Protocol: "N"},
		},
		vouchers: []pipeline.Voucher{
			{ID: pipeline.DocID{7}, Worker: person(0), On: night},
			{ID: pipeline.DocID{6}, Worker: person(0), On: night},
			{ID: pipeline.DocID{9}, Worker: person(0), On: night - 40},
		},
	}
	people := join(t, &w, 8, 1, 1<<20, t.TempDir())
	if len(people) != 2 || people[0].Person != "" || len(people[0].Questions) != 1 || people[0].Questions[0].Protocol != "N" {
		t.Fatalf("persons %v, want nobody with N and one with the rest", people)
	}
	got := ""
	for _, q := range people[1].Questions {
		got += fmt.Sprint(q.Protocol, q.ID[0], " ")
	}
	for _, v := range people[1].Vouchers {
		got += fmt.Sprint(v.ID[0], " ")
	}
	if want := "Z4 A3 B1 B2 9 6 7 "; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}
