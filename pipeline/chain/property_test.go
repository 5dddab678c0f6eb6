package chain_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// anyDoc draws one document out of few employers, starts, codes and times, so that documents meet in every way.
func anyDoc(rt *rapid.T) *pipeline.Communication {
	employer := rapid.SampledFrom([]string{companyX, companyY, ""}).Draw(rt, "employer")
	start := rapid.SampledFrom([]string{"2013-10-01", "2013-10-04", "2014-01-01", ""}).Draw(rt, "start")
	date := rapid.SampledFrom([]string{"2013-09-01", "2013-11-30", "2013-12-31", "2014-03-31", ""}).Draw(rt, "date")
	code := rapid.SampledFrom([]string{"K001", "K002", "K003", "K004", "K005", "K006", "0000000000000000"})
	n := rapid.IntRange(0, 5).Draw(rt, "sent")
	var opts []option
	switch rapid.IntRange(0, 5).Draw(rt, "purpose") {
	case 0:
		opts = append(opts, corrects(code.Draw(rt, "corrects")))
	case 1:
		opts = append(opts, cancels(code.Draw(rt, "cancels")))
	case 2:
		opts = append(opts, follows("07", code.Draw(rt, "follows")))
	}
	if rapid.IntRange(0, 3).Draw(rt, "agency") == 0 {
		opts = append(opts, mission(rapid.SampledFrom([]string{"U", "W"}).Draw(rt, "user"), start, date))
	}
	switch rapid.IntRange(0, 7).Draw(rt, "domestic") {
	case 0:
		opts = append(opts, domestic)
	case 1:
		opts = append(opts, pending)
	}
	if rapid.IntRange(0, 7).Draw(rt, "other worker") == 0 {
		opts = append(opts, withdrawn)
	}
	own := code.Draw(rt, "code")
	switch rapid.IntRange(0, 6).Draw(rt, "event") {
	case 0:
		return extension(n, own, employer, start, date, opts...)
	case 1:
		return termination(n, own, employer, start, date, append(opts, event(rapid.SampledFrom([]string{"4.01", "DI"}).Draw(rt, "cause")))...)
	case 2:
		return conversion(n, own, employer, start, rapid.SampledFrom([]string{"DI", "TP", "PP"}).Draw(rt, "kind"), date, append(opts, hours("P"))...)
	case 3:
		return transfer(n, own, companyX, employer, start, date, append(opts, part(int32(rapid.IntRange(0, 1).Draw(rt, "part"))))...)
	case 4:
		return urgency(n, own, employer, start, opts...)
	}
	return hire(n, own, employer, start, date, opts...)
}

// anyDocs draws documents each of which is there once.
func anyDocs(rt *rapid.T, most int) comms {
	in := rapid.SliceOfN(rapid.Custom(anyDoc), 0, most).Draw(rt, "documents")
	seen := map[pipeline.DocID]bool{}
	return slices.DeleteFunc(in, func(c *pipeline.Communication) bool {
		was := seen[c.ID]
		seen[c.ID] = true
		return was
	})
}

func TestAnyOrderGivesTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := anyDocs(rt, 40)
		want := chain.Build(in)
		got := chain.Build(rapid.Permutation(in).Draw(rt, "order"))
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("another order, another result (-first +second):\n%s", diff)
		}
	})
}

func TestEveryOrderOfAFewGivesTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := anyDocs(rt, 5)
		want := showAll(chain.Build(in))
		permute(in, func(shuffled []*pipeline.Communication) {
			if got := showAll(chain.Build(shuffled)); !slices.Equal(got, want) {
				rt.Fatalf("got %q, in another order %q", want, got)
			}
		})
	})
}

func TestEveryDocumentIsInOneChainAndResultIsSorted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := anyDocs(rt, 40)
		count := map[*pipeline.Communication]int{}
		rels := chain.Build(in)
		for i, r := range rels {
			for j, c := range r.Chain {
				count[c]++
				if j > 0 && c.SentAt < r.Chain[j-1].SentAt {
					rt.Fatalf("chain of %s is not in order of sending", r.Ref)
				}
			}
			if r.Ref != r.Chain[0].Ref() {
				rt.Fatalf("Ref %s, first document %s", r.Ref, r.Chain[0].Ref())
			}
			if i > 0 && sortDate(rels[i-1]) > sortDate(r) {
				rt.Fatalf("%s stands before %s", show(rels[i-1]), show(r))
			}
			if r.Cancelled && (r.Urgent || r.Orphan != pipeline.OrphanNone) || r.Urgent && r.Orphan != pipeline.OrphanNone {
				rt.Fatalf("flags that exclude one another: %s", show(r))
			}
			if (r.Orphan == pipeline.OrphanUnplaced || r.Orphan == pipeline.OrphanRebuilt) && (r.Start == 0) != (r.Orphan == pipeline.OrphanUnplaced) {
				rt.Fatalf("orphan and start disagree: %s", show(r))
			}
		}
		for _, c := range in {
			if count[c] != 1 {
				rt.Fatalf("document %s is in %d chains", c.Ref(), count[c])
			}
		}
		if len(count) != len(in) {
			rt.Fatalf("%d documents in chains, %d given", len(count), len(in))
		}
	})
}

func sortDate(r pipeline.Relationship) pipeline.Date { return r.Start + r.OrphanDate }

// story draws jobs as they should be told: a hire, later events in order, some of them corrected.
func story(rt *rapid.T) comms {
	var in comms
	for j := range rapid.IntRange(0, 4).Draw(rt, "jobs") {
		employer := []string{companyX, companyY, companyZ, agency}[j]
		start := rapid.SampledFrom([]string{"2013-10-01", "2013-10-04", "2014-01-01"}).Draw(rt, "start")
		n := 10*j + 1
		in = append(in, hire(n, fmt.Sprintf("H%03d", j), employer, start, "2014-01-31"))
		if rapid.Bool().Draw(rt, "corrected") {
			in = append(in, hire(n+1, fmt.Sprintf("C%03d", j), employer, start, "2014-02-15", corrects(fmt.Sprintf("H%03d", j))))
		}
		if rapid.Bool().Draw(rt, "extended") {
			in = append(in, extension(n+2, fmt.Sprintf("E%03d", j), employer, start, "2014-03-31"))
		}
		if rapid.Bool().Draw(rt, "terminated") {
			in = append(in, termination(n+3, fmt.Sprintf("T%03d", j), employer, start, "2014-03-15"))
		}
	}
	return in
}

// facts is what relationships say, those cancelled and the papers behind them left out.
func facts(rels []pipeline.Relationship) []string {
	var out []string
	for _, r := range rels {
		if !r.Cancelled {
			r.Ref, r.Chain = "", nil
			out = append(out, show(r))
		}
	}
	return out
}

// A job that was declared and cancelled leaves no trace in what the others say, whenever it is declared and whatever
// its employer and days.
func TestAHireAndItsCancellationChangeNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := story(rt)
		employer := rapid.SampledFrom([]string{companyX, companyY, "00743110157"}).Draw(rt, "employer")
		start := rapid.SampledFrom([]string{"2013-10-01", "2013-12-01", "2014-01-01"}).Draw(rt, "start")
		n := rapid.IntRange(0, 50).Draw(rt, "sent")
		with := append(slices.Clone(in),
			hire(n, "Q001", employer, start, "2014-05-31"),
			hire(n+rapid.IntRange(0, 9).Draw(rt, "later"), "Q002", employer, start, "2014-05-31", cancels("Q001")))
		if diff := cmp.Diff(facts(chain.Build(in)), facts(chain.Build(with))); diff != "" {
			rt.Fatalf("a cancelled hire changed the others (-without +with):\n%s", diff)
		}
	})
}

// A termination without a start ends the job begun latest, on or before its day, among those that still ran.
func TestWeakLinkAgainstEveryJob(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		first := pipeline.MustDate("2013-01-01")
		type job struct{ from, to pipeline.Date }
		jobs := map[pipeline.Date]job{}
		var in comms
		for i := range rapid.IntRange(0, 30).Draw(rt, "jobs") {
			j := job{from: first + pipeline.Date(rapid.IntRange(0, 60).Draw(rt, "from"))}
			j.to = j.from + pipeline.Date(rapid.IntRange(0, 40).Draw(rt, "length"))
			if _, ok := jobs[j.from]; !ok {
				jobs[j.from] = j
				in = append(in, hire(i, fmt.Sprintf("H%03d", i), companyX, j.from.String(), j.to.String()))
			}
		}
		on := first + pipeline.Date(rapid.IntRange(0, 120).Draw(rt, "on"))
		var want pipeline.Date
		for _, j := range jobs {
			if j.from <= on && on <= j.to {
				want = max(want, j.from)
			}
		}
		for _, r := range chain.Build(append(in, termination(50, "T001", companyX, "", on.String()))) {
			if ended := r.TerminatedOn != 0; ended && r.Start != want || !ended && r.Start == want {
				rt.Fatalf("ended on %s: %s, want the job of %s", on, show(r), want)
			}
		}
	})
}

// Leaving out what arrived last gives what was known before: Build of a part needs nothing of the rest.
func TestBuildOfAPart(t *testing.T) {
	in := comms{
		hire(1, "H001", companyX, "2013-10-01", "2013-12-31"),
		extension(2, "E001", companyX, "2013-10-01", "2014-03-31", until("2013-12-31")),
		extension(3, "C001", companyX, "2013-10-01", "2014-04-30", until("2013-12-31"), corrects("E001")),
		termination(4, "T001", companyX, "2013-10-01", "2014-02-15"),
		termination(5, "A001", companyX, "2013-10-01", "2014-02-15", cancels("T001")),
	}
	without := map[string][]string{
		"H001": {"E001 X 2013-10-01..2014-04-30 agreed=2013-12-31 ext(C001 2013-12-31>2014-04-30) RICOSTRUITO {E001 C001 T001 A001}"},
		"E001": {"H001 X 2013-10-01..2014-04-30 agreed=2013-12-31 ext(C001 2013-12-31>2014-04-30) {H001 C001 T001 A001}"},
		"C001": {"H001 X 2013-10-01..2014-03-31 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) {H001 E001 T001 A001}"},
		"T001": {"H001 X 2013-10-01..2014-04-30 agreed=2013-12-31 ext(C001 2013-12-31>2014-04-30) {H001 E001 C001 A001}"},
		"A001": {"H001 X 2013-10-01..2014-02-15 agreed=2013-12-31 ext(C001 2013-12-31>2014-04-30) terminated {H001 E001 C001 T001}"},
	}
	for _, code := range slices.Sorted(maps.Keys(without)) {
		part := slices.DeleteFunc(slices.Clone(in), func(c *pipeline.Communication) bool { return c.Code == code })
		if diff := cmp.Diff(without[code], showAll(chain.Build(part))); diff != "" {
			t.Errorf("without %s (-want +got):\n%s", code, diff)
		}
	}
}

// TestOneDocumentIsBuiltAsManyAre holds the short way for a document alone against the long one.
func TestOneDocumentIsBuiltAsManyAre(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		doc := comms{anyDoc(rt)}
		if d := cmp.Diff(chain.BuildOfMany(doc), chain.Build(doc)); d != "" {
			rt.Fatalf("as one of many, as one (-want +got):\n%s", d)
		}
	})
}

func TestWhatIsInForce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := anyDocs(rt, 40)
		got := chain.InForce(in)
		if diff := cmp.Diff(got, chain.InForce(rapid.Permutation(in).Draw(rt, "order"))); diff != "" {
			rt.Fatalf("another order, another result (-first +second):\n%s", diff)
		}
		for i, c := range got {
			if c.Purpose == pipeline.PurposeCancellation || c.Withdrawn() || i > 0 && c.SentAt < got[i-1].SentAt {
				rt.Fatalf("%s is in force, as the %dth", c.Ref(), i)
			}
		}
		for _, r := range chain.Build(in) {
			stands := slices.ContainsFunc(r.Chain, func(c *pipeline.Communication) bool { return slices.Contains(got, c) })
			if !r.Cancelled && !stands {
				rt.Fatalf("nothing of %s is in force", show(r))
			}
		}
		acts := slices.ContainsFunc(in, func(c *pipeline.Communication) bool {
			return c.Purpose == pipeline.PurposeCancellation || c.Purpose == pipeline.PurposeCorrection || c.Withdrawn()
		})
		if !acts && len(got) != len(in) {
			rt.Fatalf("%d of %d are in force, and none acts on another", len(got), len(in))
		}
	})
}
