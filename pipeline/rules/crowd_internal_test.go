package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
)

// What is found among many is what a look at each finds: here the look is taken.

func drawRefs(t *rapid.T, label string, most int) []string {
	return rapid.SliceOfN(rapid.StringMatching(`[A-H]{1,2}`), 0, most).Draw(t, label)
}

func TestSharedAmongMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sources, refs := joinSources(drawRefs(t, "sources", 6)), drawRefs(t, "refs", 3*few)
		want := false
		for _, s := range SplitSources(sources) {
			want = want || slices.Contains(refs, s)
		}
		if got := shares(sources, refs); got != want {
			t.Fatalf("shares: %v", got)
		}
	})
}

func TestCodeTwiceAmongMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		comms := make([]pipeline.Communication, rapid.IntRange(0, 3*few).Draw(t, "documents"))
		seen, want := map[string]bool{}, false
		for i := range comms {
			c := &comms[i]
			c.Code = fmt.Sprintf("%016d", rapid.SampledFrom([]int{0, 1e15}).Draw(t, "assigned")+rapid.IntRange(0, 40*few).Draw(t, "code"))
			c.Model = rapid.SampledFrom([]pipeline.Model{pipeline.ModelUnilav, pipeline.ModelUnilav, pipeline.ModelDomestico}).Draw(t, "model")
			if code := codeOf(c); code != "" {
				want = want || seen[code]
				seen[code] = true
			}
		}
		if got := anyCodeTwice(comms); got != want {
			t.Fatalf("a code is borne twice: %v", got)
		}
	})
}

func TestRestingOnManyActions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		few, many := &claimCase{run: &run{night: pipeline.NewTonight(5)}}, &claimCase{run: &run{night: pipeline.NewTonight(5)}}
		for range rapid.IntRange(0, 40).Draw(t, "issued") {
			a := &pipeline.Action{
				Type: pipeline.ActionSuspend, Mode: pipeline.ModeAuto, From: pipeline.Date(rapid.IntRange(1, 9).Draw(t, "from")),
				Sources: joinSources(drawRefs(t, "sources", 6)),
			}
			few.issued, many.issued = append(few.issued, a), append(many.issued, a)
		}
		padding := &pipeline.Action{Sources: strings.Repeat("Z;", fewSources)}
		many.issued = append(many.issued, padding)
		refs := drawRefs(t, "refs", 4)
		if few.crowded() || !many.crowded() {
			t.Fatal("they should be few and many")
		}
		if few.knows(refs) != many.knows(refs) || !slices.Equal(few.restingOn(refs), many.restingOn(refs)) ||
			!slices.Equal(few.executedOn(refs), many.executedOn(refs)) {
			t.Fatal("other actions are found among many")
		}
	})
}

func TestBehindManyActions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		issued := make([]*pipeline.Action, rapid.IntRange(1, 4).Draw(t, "issued"))
		for i := range issued {
			issued[i] = &pipeline.Action{Sources: joinSources(drawRefs(t, "sources", 3*few))}
		}
		k := &claimCase{}
		for range 3 { // the second time it is known
			some := issued[rapid.IntRange(0, len(issued)-1).Draw(t, "from"):]
			all := map[string]bool{}
			for _, a := range some {
				for _, ref := range SplitSources(a.Sources) {
					all[ref] = true
				}
			}
			set := k.behind(some)
			for _, ref := range drawRefs(t, "refs", 9) {
				if set.has(ref) != all[ref] {
					t.Fatalf("%s: %v", ref, !all[ref])
				}
			}
		}
	})
}

func TestDataUpdatedByManyActions(t *testing.T) {
	t.Parallel()
	groups := rapid.SampledFrom([]string{pipeline.GroupEmail, pipeline.GroupPhone})
	rapid.Check(t, func(t *rapid.T) {
		var issued []*pipeline.Action
		for range rapid.IntRange(0, 9).Draw(t, "issued") {
			issued = append(issued, &pipeline.Action{
				Type:  rapid.SampledFrom([]string{pipeline.ActionUpdateData, pipeline.ActionSuspend}).Draw(t, "type"),
				Group: groups.Draw(t, "group"), From: pipeline.Date(rapid.IntRange(1, 9).Draw(t, "from")), Sources: joinSources(drawRefs(t, "sources", 2)),
			})
		}
		s := &pipeline.Submission{Protocol: rapid.StringMatching(`[A-H]`).Draw(t, "protocol"), SubmittedOn: pipeline.Date(rapid.IntRange(1, 9).Draw(t, "on"))}
		group, overtaken := groups.Draw(t, "of"), false
		var updated *pipeline.Action
		for _, a := range issued {
			if a.Type == pipeline.ActionUpdateData && a.Group == group {
				overtaken = overtaken || a.From > s.SubmittedOn
				if updated == nil && shares(a.Sources, []string{s.Protocol}) {
					updated = a
				}
			}
		}
		padding := &pipeline.Action{Type: pipeline.ActionSuspend, Sources: strings.Repeat("Z;", fewSources)}
		for _, k := range []*claimCase{{issued: issued}, {issued: append(issued, padding)}} {
			if k.updated(s, group) != updated || k.overtaken(s, group) != overtaken {
				t.Fatalf("updated by %v, overtaken %v", k.updated(s, group), !overtaken)
			}
		}
	})
}

func TestSubmittedAmongMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		subs := make([]pipeline.Submission, rapid.IntRange(0, 2*few).Draw(t, "submissions"))
		for i := range subs {
			subs[i].Protocol = rapid.StringMatching(`[A-H]{1,2}`).Draw(t, "protocol")
		}
		sources := joinSources(drawRefs(t, "sources", 6))
		var want *pipeline.Submission
		for _, ref := range SplitSources(sources) {
			if i := slices.IndexFunc(subs, func(s pipeline.Submission) bool { return s.Protocol == ref }); i >= 0 {
				want = &subs[i]
				break
			}
		}
		r := &run{d: &pipeline.Dossier{Submissions: subs}}
		if got := r.submittedAmong(sources); got != want {
			t.Fatalf("%v, not %v", got, want)
		}
		set := NewRefSet(SplitSources(sources))
		var behind []*pipeline.Submission
		for i := range subs {
			if set.Has(subs[i].Protocol) {
				behind = append(behind, &subs[i])
			}
		}
		if got := r.submittedBehind(&set); !slices.Equal(got, behind) {
			t.Fatalf("behind are %v, not %v", got, behind)
		}
	})
}

func TestAlikeAmongManyEvents(t *testing.T) {
	t.Parallel()
	cases := []*claimCase{{}, {}}
	word := rapid.SampledFrom([]string{"", "A", "B"})
	draw := func(t *rapid.T) *declared {
		ev := &declared{k: rapid.SampledFrom(cases).Draw(t, "claim")}
		ev.Kind, ev.Employer, ev.EmployerCountry = word.Draw(t, "kind"), word.Draw(t, "employer"), word.Draw(t, "country")
		return ev
	}
	rapid.Check(t, func(t *rapid.T) {
		r := &run{}
		for range rapid.IntRange(0, 3*few).Draw(t, "events") {
			ev := draw(t)
			same := func(old *declared) bool { return old.k == ev.k && old.Kind == ev.Kind && !otherEmployer(old, ev) }
			var want, got []*declared
			for _, old := range r.declared {
				if same(old) {
					want = append(want, old)
				}
			}
			for _, old := range r.alike(ev) {
				if same(old) {
					got = append(got, old)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d events, not %d", len(got), len(want))
			}
			r.declared = append(r.declared, ev)
		}
	})
}

func TestSearchAmongManyJobs(t *testing.T) {
	t.Parallel()
	company := rapid.SampledFrom([]string{"", "K", "L", "M"})
	rapid.Check(t, func(t *rapid.T) {
		rels := make([]pipeline.Relationship, rapid.IntRange(0, 12).Draw(t, "jobs"))
		var refs []string
		for i := range rels {
			c := &pipeline.Communication{Code: fmt.Sprintf("13001000000000%02d", i), UserCompany: company.Draw(t, "user")}
			from := pipeline.Date(rapid.IntRange(0, 9).Draw(t, "from"))
			rels[i] = pipeline.Relationship{
				Ref: c.Ref(), Chain: []*pipeline.Communication{c, {Code: "x", UserCompany: company.Draw(t, "second user")}},
				Employer: company.Draw(t, "employer"), FormerEmployers: []string{company.Draw(t, "former")}, Start: from,
				AgreedEnd: from + pipeline.Date(rapid.IntRange(0, 5).Draw(t, "days")), Cancelled: rapid.IntRange(0, 5).Draw(t, "cancelled") == 0,
				Orphan: rapid.SampledFrom([]pipeline.Orphan{pipeline.OrphanNone, pipeline.OrphanNone, pipeline.OrphanUnplaced}).Draw(t, "orphan"),
				Model:  rapid.SampledFrom([]pipeline.Model{pipeline.ModelUnisomm, pipeline.ModelUnilav}).Draw(t, "model"),
			}
			if rapid.Bool().Draw(t, "rested") {
				refs = append(refs, c.Ref())
			}
		}
		look, many := &run{d: &pipeline.Dossier{}, relationships: rels}, &run{d: &pipeline.Dossier{}, relationships: rels}
		many.index = many.makeIndex()
		set := NewRefSet(refs)
		at := look.jobsBehind(nil, &set)
		if got := many.jobsBehind(nil, &set); !slices.Equal(got, at) {
			t.Fatalf("jobs %v, not %v", got, at)
		}
		var jobs []*pipeline.Relationship
		for _, i := range at {
			jobs = append(jobs, &rels[i])
		}
		if got, want := many.orphansOf(jobs), look.orphansOf(jobs); !slices.Equal(got, want) {
			t.Fatalf("orphans %v, not %v", got, want)
		}
		if got, want := many.uncancelled(), look.uncancelled(); got != want {
			t.Fatalf("%d not cancelled, not %d", got, want)
		}
		want, _ := (&searched{run: look, at: at, jobs: jobs}).missionPairs()
		got, all := (&searched{run: many, at: at, jobs: jobs}).missionPairs()
		if !slices.Equal(got, want) || !all {
			t.Fatalf("pairs %v, not %v", got, want)
		}
		many.compared = mostCompared
		if _, all := (&searched{run: many, at: at, jobs: jobs}).missionPairs(); all && len(want) > 0 {
			t.Fatal("more is compared than may be")
		}
	})
}

// TestSearchAmongTooManyDeclarations: what was looked for only in part says so.
func TestSearchAmongTooManyDeclarations(t *testing.T) {
	t.Parallel()
	d := &pipeline.Dossier{
		Submissions: make([]pipeline.Submission, 2), Notices: []pipeline.Notice{{Kind: pipeline.NoticeSubordinateIncome}},
	}
	for _, left := range []int{3, 2, 1, 0} { // documents that may be looked at
		s := &searched{run: &run{d: d, looked: mostLooked - left}, a: &pipeline.Action{}, jobs: []*pipeline.Relationship{{Start: 1000}}}
		want := fmt.Sprint("altre dichiarazioni: ", left)
		if left < 3 {
			want += ", cercato solo in parte: i documenti sono troppi"
		}
		if f := s.declared(); f.found || f.detail != want {
			t.Errorf("%d: %q, not %q", left, f.detail, want)
		}
	}
}

func TestJobsAmongMany(t *testing.T) {
	t.Parallel()
	company := rapid.SampledFrom([]string{"", "K", "L", "M"})
	rapid.Check(t, func(t *rapid.T) {
		all := make([]*job, rapid.IntRange(0, 2*few).Draw(t, "jobs"))
		for i := range all {
			all[i] = &job{start: pipeline.Date(rapid.IntRange(0, 60).Draw(t, "start")), rel: &pipeline.Relationship{
				Employer: company.Draw(t, "employer"), FormerEmployers: []string{company.Draw(t, "former")},
				Cancelled: rapid.IntRange(0, 3).Draw(t, "cancelled") == 0,
			}}
		}
		x := newJobs(all)
		for range 9 {
			day := pipeline.Date(rapid.IntRange(0, 70).Draw(t, "day"))
			if got, want := x.nearest(day), x.nearestOfFew(day); got != want {
				t.Fatalf("nearest to %d is %v, not %v", day, got, want)
			}
		}
		employer := company.Draw(t, "asked")
		other := func(j *job) bool { return employer != "" && !j.rel.EmployedBy(employer) }
		got, want := slices.DeleteFunc(slices.Clone(x.of(employer)), other), slices.DeleteFunc(slices.Clone(all), other)
		if !slices.Equal(got, want) {
			t.Fatalf("%d jobs, not %d", len(got), len(want))
		}
	})
}

func TestTrailsOfManyPartsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		trails := make([]trail, 3*few)
		parts := make([]spell, rapid.IntRange(0, 4*few).Draw(t, "parts"))
		var want []*trail
		for i := range parts {
			for range rapid.IntRange(0, 3).Draw(t, "trails") {
				tr := &trails[rapid.IntRange(0, len(trails)-1).Draw(t, "trail")]
				parts[i].trails = append(parts[i].trails, tr)
				if !slices.Contains(want, tr) {
					want = append(want, tr)
				}
			}
		}
		if !slices.Equal(distinct(parts), want) {
			t.Fatal("other trails")
		}
	})
}

// TestRowsOfManyFacts: a row says how many facts it does not tell of, and tells of all where they are no more than mostTold.
func TestRowsOfManyFacts(t *testing.T) {
	t.Parallel()
	for _, n := range []int{mostTold, mostTold + 1, 10 * mostTold} {
		var b block
		for i := range n {
			tr := &trail{ref: fmt.Sprint(i)}
			tr.no("R01", "no")
			why := fmt.Sprintf("motivo %d.", i)
			b.parts = append(b.parts, spell{trails: []*trail{tr}, because: func() string { return why }})
		}
		w := why{trails: b.allTrails()}
		text, reason := w.write("R18", nil, nil), b.because()
		left := fmt.Sprint(n - mostTold)
		if got := strings.Count(text, `"fatto":`); got != mostTold {
			t.Errorf("%d facts: %d are told", n, got)
		}
		if got := strings.Contains(text, `"fatti_non_mostrati":"`+left+`"`); got != (n > mostTold) {
			t.Errorf("%d facts: the trace says how many are left out: %v", n, got)
		}
		if got := strings.HasSuffix(reason, "; e altri motivi ("+left+")"); got != (n > mostTold) {
			t.Errorf("%d facts: the sentence says how many are left out: %v", n, got)
		}
	}
}

// TestRowsOfManySteps: a row says how many steps it does not tell of, and tells of all where they are no more than mostTried.
func TestRowsOfManySteps(t *testing.T) {
	t.Parallel()
	for _, n := range []int{mostTried, mostTried + 1, 10 * mostTried} {
		var tr trail
		for range n {
			tr.no("R01", "no").length(factIncome, 1, 2)
		}
		for _, w := range []why{{trails: []*trail{&tr}}, {own: tr}} {
			text := w.write("R18", nil, nil)
			tried, compared := strings.Count(text, `"regola":"R01"`), strings.Count(text, `"limite":`)
			if tried != mostTried || compared != mostTried {
				t.Errorf("%d steps: %d are told and %d compared", n, tried, compared)
			}
			if got := strings.Contains(text, fmt.Sprintf(`"passi_non_mostrati":"%d"`, n-mostTried)); got != (n > mostTried) {
				t.Errorf("%d steps: the trace says how many are left out: %v", n, got)
			}
		}
	}
}
