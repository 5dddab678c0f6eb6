package match_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/match"
)

// withdrawn finds what a night withdraws as the night does.
func withdrawn(on pipeline.Date, before, tonight []pipeline.Communication) []pipeline.Communication {
	w := match.NewWithdrawals(on)
	for i := range tonight {
		w.Tonight(tonight[i].Name(), tonight[i].Cites())
	}
	if !w.Shown() {
		return nil
	}
	all := slices.Concat(before, tonight)
	for i := range all {
		meets := w.Meets
		if i >= len(before) {
			meets = w.MeetsTonight
		}
		if c := &all[i]; meets(c.Name(), c.Cites()) {
			w.Meet(i, c.Worker.Key(), c.Name(), c.Cites(), i >= len(before) && discardable(c))
		}
	}
	if !w.Sift() {
		return nil
	}
	for more := true; more; more = w.Further() {
		for i := range all {
			if c := &all[i]; w.On(i) && w.Wants(c.Name(), c.Cites()) {
				w.Take(c, i >= len(before) && discardable(c))
			}
		}
	}
	sure, unsure := w.All()
	return append(sure, unsure...)
}

// discardable tells whether a document of the tests may turn out to be a discard.
func discardable(c *pipeline.Communication) bool { return !c.Worker.Valid() }

// told says of what is withdrawn from whom, by which document.
func told(rows []pipeline.Communication) []string {
	var out []string
	for i := range rows {
		c := &rows[i]
		out = append(out, fmt.Sprintf("%s of %s by %s", c.PreviousCode, string(c.Worker), c.Code))
	}
	slices.Sort(out)
	return out
}

// paper is a document of the first employer; "" cites nothing, and is sent later than one whose code is less.
func paper(code, cites string, worker int, change ...func(*pipeline.Communication)) pipeline.Communication {
	c := communication(worker, code)
	c.Code, c.Employer, c.Purpose = code, "20000000008", pipeline.PurposeNormal
	if cites != "" {
		c.Purpose, c.PreviousCode = pipeline.PurposeCorrection, cites
	}
	c.SentAt = pipeline.Instant(len(code)*1000 + int(code[len(code)-1]))
	for _, f := range change {
		f(&c)
	}
	return c
}

func communication(worker int, id string) pipeline.Communication {
	c := pipeline.Communication{Model: pipeline.ModelUnilav, Event: pipeline.EventHire, Worker: person(2 * worker), Surname: fmt.Sprint("S", worker)}
	copy(c.ID[:], id)
	return c
}

// TestWithdrawalsOfCodesThatShareAKey: what bears another code of the same key hides nothing.
func TestWithdrawalsOfCodesThatShareAKey(t *testing.T) {
	codes := map[uint32]string{}
	for i := 0; ; i++ {
		code := fmt.Sprintf("13%014d", i)
		other, there := codes[pipeline.NameKey(code, false)]
		if codes[pipeline.NameKey(code, false)] = code; !there {
			continue
		}
		before := []pipeline.Communication{paper(code, "", 0), paper(other, "", 2)}
		got := told(withdrawn(10, before, []pipeline.Communication{paper("K002", code, 1)}))
		if want := []string{code + " of " + string(person(0)) + " by K002"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		return
	}
}

func TestWithdrawals(t *testing.T) {
	cancels := func(c *pipeline.Communication) { c.Purpose = pipeline.PurposeCancellation }
	wrong := func(c *pipeline.Communication) { c.Worker, c.ID[31] = "RSSMRA50A01H501A", 1 }
	elsewhere := func(c *pipeline.Communication) { c.Employer = "20000000073" }
	cases := []struct {
		name            string
		before, tonight []pipeline.Communication
		want            string
	}{
		{"corrected to another worker", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K002", "K001", 1)}, "K001 of P0 by K002"},
		{"cancelled under another worker", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K002", "K001", 1, cancels)}, "K001 of P0 by K002, K001 of P1 by K002"},
		{"the cited one comes last", []pipeline.Communication{paper("K002", "K001", 1)}, []pipeline.Communication{paper("K001", "", 0)}, "K001 of P0 by K002"},
		{"both tonight", nil, []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1)}, "K001 of P0 by K002"},
		{"both before", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1)}, []pipeline.Communication{paper("K003", "", 2)}, ""},
		{"the same worker", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K002", "K001", 0)}, ""},
		{"an omocode of the worker", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K002", "K001", 0, func(c *pipeline.Communication) { c.Worker = person(1) })}, ""},
		{"it follows an urgent notice", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K002", "K001", 1, func(c *pipeline.Communication) { c.Purpose = "07" })}, ""},
		{"another employer", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K002", "K001", 1, elsewhere)}, ""},
		{"a code that is none", []pipeline.Communication{paper("0000", "", 0)}, []pipeline.Communication{paper("K002", "0000", 1)}, ""},
		{"a code of domestic work", []pipeline.Communication{paper("K001", "", 0, func(c *pipeline.Communication) { c.Model = pipeline.ModelDomestico })}, []pipeline.Communication{paper("K002", "K001", 1)}, ""},
		{"a document of several workers", []pipeline.Communication{paper("K001", "", 0, func(c *pipeline.Communication) { c.Model = pipeline.ModelVardatori })}, []pipeline.Communication{paper("K002", "K001", 1)}, ""},
		{"a code borne for the worker, too", []pipeline.Communication{paper("K001", "", 0), paper("K001", "", 1)}, []pipeline.Communication{paper("K002", "K001", 1)}, ""},
		{"a code borne for the worker, too, and the other one comes last", []pipeline.Communication{paper("K001", "", 1), paper("K002", "K001", 1)}, []pipeline.Communication{paper("K001", "", 0)}, ""},
		{"a code borne for two others", []pipeline.Communication{paper("K001", "", 0), paper("K001", "", 1)}, []pipeline.Communication{paper("K002", "K001", 2)}, ""},
		{"back to the first", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1)}, []pipeline.Communication{paper("K003", "K002", 0)}, "K002 of P1 by K003"},
		{"the last of several", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K003", "K001", 2), paper("K002", "K001", 1)}, "K001 of P0 by K003, K001 of P1 by K003"},
		{"the last of several comes first", []pipeline.Communication{paper("K001", "", 0), paper("K003", "K001", 2)}, []pipeline.Communication{paper("K002", "K001", 1)}, "K001 of P0 by K003, K001 of P1 by K003"},
		{"several, and the cited one comes last", []pipeline.Communication{paper("K003", "K001", 2), paper("K002", "K001", 1)}, []pipeline.Communication{paper("K001", "", 0)}, "K001 of P0 by K003, K001 of P1 by K003"},
		{"several, and the cited one never comes", []pipeline.Communication{paper("K002", "K001", 1)}, []pipeline.Communication{paper("K003", "K001", 2)}, "K001 of P1 by K003"},
		{"several, the last one cancels, and the cited one never comes", []pipeline.Communication{paper("K002", "K001", 1)}, []pipeline.Communication{paper("K003", "K001", 2, cancels)}, "K001 of P1 by K003"},
		{"at the end of what was corrected twice", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1), paper("K003", "K001", 2)}, []pipeline.Communication{paper("K004", "K002", 3)}, "K002 of P1 by K004, K004 of P3 by K003"},
		{"what is corrected twice has an end", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1), paper("K004", "K002", 3)}, []pipeline.Communication{paper("K003", "K001", 2)}, "K001 of P0 by K003, K001 of P1 by K003, K004 of P3 by K003"},
		{"what is corrected twice has an end of the first worker", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1), paper("K004", "K002", 0)}, []pipeline.Communication{paper("K003", "K001", 2)}, "K001 of P0 by K003, K001 of P1 by K003, K004 of P0 by K003"},
		{"what is corrected twice has an end of the last worker", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1), paper("K004", "K002", 2)}, []pipeline.Communication{paper("K003", "K001", 2)}, "K001 of P0 by K003, K001 of P1 by K003"},
		{"what is corrected twice never comes, and has an end", []pipeline.Communication{paper("K002", "K001", 1), paper("K004", "K002", 3)}, []pipeline.Communication{paper("K003", "K001", 2)}, "K001 of P1 by K003, K004 of P3 by K003"},
		{"the last one of several leads back to another worker", []pipeline.Communication{paper("K001", "", 3), paper("K002", "K001", 0), paper("K003", "K001", 1), paper("K004", "K003", 0)}, []pipeline.Communication{paper("K005", "K002", 1)}, "K002 of P0 by K005, K005 of P1 by K004"},
		{"corrected twice to the first worker, and once on to another", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 0), paper("K004", "K002", 1)}, []pipeline.Communication{paper("K003", "K001", 0)}, "K004 of P1 by K003"},
		{"corrected twice to one worker, and once on to another, and the cited one never comes", []pipeline.Communication{paper("K002", "K001", 0), paper("K004", "K002", 1)}, []pipeline.Communication{paper("K003", "K001", 0)}, "K004 of P1 by K003"},
		{"corrected twice to the first worker, and never on to another", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 0), paper("K004", "K002", 0)}, []pipeline.Communication{paper("K003", "K001", 0)}, ""},
		{"the last of several is cancelled, and the one before it leads to the same worker", []pipeline.Communication{paper("K002", "K001", 1), paper("K003", "K001", 0), paper("K004", "K002", 0)}, []pipeline.Communication{paper("K005", "K003", 0, cancels)}, "K004 of P0 by K005"},
		{"what it goes back to is cancelled under the worker's own code", []pipeline.Communication{paper("K002", "K001", 1), paper("K004", "K002", 0)}, []pipeline.Communication{paper("K003", "K001", 0, cancels)}, "K001 of P1 by K003, K004 of P0 by K003"},
		{"corrections in a ring", []pipeline.Communication{paper("K001", "K003", 0), paper("K002", "K001", 1)}, []pipeline.Communication{paper("K003", "K002", 2)}, "K002 of P1 by K003, K003 of P2 by K001"},
		{"the last of several is the first worker's again", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1)}, []pipeline.Communication{paper("K003", "K001", 0)}, "K001 of P0 by K002, K001 of P1 by K003"},
		{"cancelled after it was corrected to another worker", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1)}, []pipeline.Communication{paper("K003", "K001", 0, cancels)}, "K001 of P0 by K002, K001 of P1 by K003"},
		{"corrected after it was cancelled under another worker", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1, cancels)}, []pipeline.Communication{paper("K003", "K001", 2)}, "K001 of P0 by K003, K001 of P1 by K002"},
		{"a discard cites it last", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K003", "K001", 2, wrong), paper("K002", "K001", 1)}, "K001 of P0 by K002, K001 of P0 by K003, K001 of P1 by K003"},
		{"a discard bears it, too", []pipeline.Communication{paper("K001", "", 0)}, []pipeline.Communication{paper("K001", "", 2, wrong), paper("K002", "K001", 1)}, "K001 of P0 by K002"},
		{"the cited one may be a discard", nil, []pipeline.Communication{paper("K001", "", 0, wrong), paper("K002", "K001", 1)}, "K001 of W by K002"},
		{"two of another employer", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1, elsewhere)}, []pipeline.Communication{paper("K003", "K001", 2, elsewhere)}, "K001 of P1 by K003"},
		{"it comes again", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1)}, []pipeline.Communication{paper("K002", "K001", 1)}, "K001 of P0 by K002"},
		{"what was withdrawn is no document that bears a code", []pipeline.Communication{paper("K001", "", 0), paper("K002", "K001", 1), paper("K002", "K001", 0, func(c *pipeline.Communication) { c.Part = pipeline.PartWithdrawn })}, []pipeline.Communication{paper("K003", "K002", 1)}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(told(withdrawn(night, c.before, c.tonight)), ", ")
			if want := strings.NewReplacer("W", "RSSMRA50A01H501A", "P0", string(person(0)), "P1", string(person(2)), "P2", string(person(4)), "P3", string(person(6))).Replace(c.want); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// TestWhatTonightDoesNotSpeakOf has documents of before that tonight's cite, and so meet the code that they themselves bear or cite; who
// else bears that one nobody looked for.
func TestWhatTonightDoesNotSpeakOf(t *testing.T) {
	reused := paper("K002", "", 2)
	reused.ID[31] = 9
	before := []pipeline.Communication{paper("K002", "K001", 1), reused, paper("K003", "K002", 3)}
	if got := told(withdrawn(night, nil, before)); len(got) > 0 {
		t.Fatalf("all on one night: %q", got)
	}
	tonight := []pipeline.Communication{paper("K004", "K001", 1), paper("K005", "K003", 3)}
	if got := told(withdrawn(night, before, tonight)); len(got) > 0 {
		t.Errorf("got %q, want nothing", got)
	}
}

// TestWhatADomesticCorrectionIsOf: a correction of another worker's termination that would be taken for a hire comes with what it cites,
// also where that is a correction itself; one of a hire needs nothing.
func TestWhatADomesticCorrectionIsOf(t *testing.T) {
	domestic := func(c *pipeline.Communication) { c.Model = pipeline.ModelDomestico }
	ends := func(c *pipeline.Communication) { domestic(c); c.Event = pipeline.EventTermination }
	for name, c := range map[string]struct {
		before, tonight []pipeline.Communication
		want            pipeline.EventKind
	}{
		"of a termination":                                {[]pipeline.Communication{paper("D1", "", 0, ends)}, []pipeline.Communication{paper("D2", "D1", 1, domestic)}, pipeline.EventTermination},
		"the termination comes last":                      {[]pipeline.Communication{paper("D2", "D1", 1, domestic)}, []pipeline.Communication{paper("D1", "", 0, ends)}, pipeline.EventTermination},
		"of a correction of one":                          {[]pipeline.Communication{paper("D0", "", 0, ends), paper("D1", "D0", 0, domestic)}, []pipeline.Communication{paper("D2", "D1", 1, domestic)}, pipeline.EventTermination},
		"of a correction to the worker of it":             {[]pipeline.Communication{paper("D0", "", 1, ends), paper("D1", "D0", 0, domestic)}, []pipeline.Communication{paper("D2", "D1", 1, domestic)}, pipeline.EventTermination},
		"of a correction, and the termination comes last": {[]pipeline.Communication{paper("D1", "D0", 2, domestic), paper("D2", "D1", 1, domestic)}, []pipeline.Communication{paper("D0", "", 0, ends)}, pipeline.EventTermination},
		"of a correction, which comes last":               {[]pipeline.Communication{paper("D0", "", 0, ends), paper("D2", "D1", 1, domestic), paper("D3", "D2", 1, domestic)}, []pipeline.Communication{paper("D1", "D0", 2, domestic)}, pipeline.EventTermination},
		"of a hire":                                       {[]pipeline.Communication{paper("D1", "", 0, domestic)}, []pipeline.Communication{paper("D2", "D1", 1, domestic)}, ""},
		"of the worker's own termination":                 {[]pipeline.Communication{paper("D1", "", 1, ends)}, []pipeline.Communication{paper("D2", "D1", 1, domestic)}, ""},
		"what says so itself":                             {[]pipeline.Communication{paper("D1", "", 0, ends)}, []pipeline.Communication{paper("D2", "D1", 1, ends)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got pipeline.EventKind
			for _, o := range withdrawn(night, c.before, c.tonight) {
				if o.Part != pipeline.PartCited || o.Worker != person(2) {
					continue
				}
				if got = o.Event; o.Code != "D1" || !o.Withdrawn() || o.Cites() != 0 || o.Name() != 0 {
					t.Errorf("%+v", o)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatIsWithdrawnIsAboutWhomItIsWithdrawnFrom(t *testing.T) {
	cited, by := paper("K001", "", 0), paper("K002", "K001", 1)
	by.Contract, by.Acquired = "A.02.00", night-3
	got := withdrawn(night, []pipeline.Communication{by}, []pipeline.Communication{cited})
	want := by
	want.Part, want.Acquired, want.Worker = pipeline.PartWithdrawn, night, person(0)
	if d := gocmp.Diff([]pipeline.Communication{want}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestWithdrawalsOfEveryNight looks at every document for every other: what the nights find is what there is, in whatever order the
// documents come, where codes are borne for one worker each.
func TestWithdrawalsOfEveryNight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []pipeline.Communication
		code := rapid.SampledFrom([]string{"K001", "K002", "K003", "K004", "K005", "K006"})
		for i := range rapid.IntRange(0, 8).Draw(t, "documents") {
			own := fmt.Sprintf("K%03d", i+1)
			cites := ""
			if rapid.Bool().Draw(t, "amends") {
				if cites = code.Draw(t, "cites"); cites == own {
					cites = ""
				}
			}
			c := paper(own, cites, rapid.IntRange(0, 3).Draw(t, "worker"))
			c.Employer = rapid.SampledFrom([]string{"X", "Y"}).Draw(t, "employer")
			c.SentAt = pipeline.Instant(rapid.IntRange(0, 3).Draw(t, "sent"))
			all = append(all, c)
		}
		var want []string
		last := func(by []pipeline.Communication) pipeline.Communication {
			return slices.MaxFunc(by, func(a, b pipeline.Communication) int {
				return cmp.Or(cmp.Compare(a.SentAt, b.SentAt), cmp.Compare(a.Code, b.Code))
			})
		}
		may := map[string]bool{}
		// A person hears of the last document that cites the code and is not their own, unless theirs is the last.
		heard := func(whose pipeline.Communication, code string, by []pipeline.Communication, bears bool) {
			others := slices.DeleteFunc(slices.Clone(by), func(c pipeline.Communication) bool { return c.Worker == whose.Worker })
			if len(others) == 0 {
				return
			}
			of := fmt.Sprintf("%s of %s", code, string(whose.Worker))
			may[of] = true
			if bears || last(by).Worker != whose.Worker {
				want = append(want, of+" by "+last(others).Code)
			}
		}
		citing := func(code, employer string) (by []pipeline.Communication) {
			for _, c := range all {
				if c.Cites() != 0 && c.PreviousCode == code && c.Employer == employer {
					by = append(by, c)
				}
			}
			return by
		}
		for _, c := range all {
			heard(c, c.Code, citing(c.Code, c.Employer), true)
			if c.Cites() != 0 {
				by := citing(c.PreviousCode, c.Employer)
				if !slices.ContainsFunc(all, func(b pipeline.Communication) bool {
					return b.Code == c.PreviousCode && b.Employer == c.Employer && b.Worker == c.Worker
				}) {
					heard(c, c.PreviousCode, by, false)
				}
			}
		}
		end := func(c pipeline.Communication) pipeline.Communication {
			for range all {
				by := citing(c.Code, c.Employer)
				if len(by) == 0 {
					return c
				}
				c = last(by)
			}
			return pipeline.Communication{Worker: c.Worker} // a ring has none
		}
		// And of one that took the place of what theirs goes back to by way of another worker's.
		for _, c := range all {
			at, seen := c, map[string]bool{}
			for at.Cites() != 0 && !seen[at.Code] {
				seen[at.Code] = true
				by := citing(at.PreviousCode, c.Employer)
				up := slices.IndexFunc(all, func(b pipeline.Communication) bool { return b.Code == at.PreviousCode && b.Employer == c.Employer })
				if len(by) > 1 {
					may[fmt.Sprintf("%s of %s", c.Code, string(c.Worker))] = true
				}
				holds := last(by)
				if at.Code != c.Code && holds.Worker == c.Worker {
					holds = end(holds)
				}
				if last(by).Code != at.Code && holds.Worker != c.Worker {
					if at.Code != c.Code {
						want = append(want, fmt.Sprintf("%s of %s by %s", c.Code, string(c.Worker), holds.Code))
					}
					break
				}
				if up < 0 || at.Code == c.Code && all[up].Worker == c.Worker {
					break
				}
				at = all[up]
			}
		}
		slices.Sort(want)
		all = rapid.Permutation(all).Draw(t, "order")
		var got []string
		for from := 0; from < len(all); {
			to := rapid.IntRange(from+1, len(all)).Draw(t, "until")
			for _, s := range told(withdrawn(night, all[:from], all[from:to])) {
				if !slices.Contains(got, s) {
					got = append(got, s)
				}
			}
			from = to
		}
		for _, s := range want {
			if !slices.Contains(got, s) {
				t.Fatalf("%s was not found among %v", s, got)
			}
		}
		for _, s := range got { // of several that cite one code, one that was the last of its night
			if of, _, _ := strings.Cut(s, " by "); !may[of] {
				t.Fatalf("%s was found, and is not among %v", s, want)
			}
		}
	})
}

// TestWhatOneDocumentWithdrawsTwice is of two documents of one person: neither hides the other, and what comes again does not count.
func TestWhatOneDocumentWithdrawsTwice(t *testing.T) {
	contends := func(code string, on pipeline.Date) pipeline.Communication {
		c := paper("K009", code, 0)
		c.Part, c.Acquired = pipeline.PartContended, on
		return c
	}
	rows := []pipeline.Communication{contends("K001", night-2), contends("K002", night-1), contends("K001", night)}
	var got []string
	for _, p := range join(t, &world{communications: rows}, 8, 1, 1<<20, t.TempDir()) {
		for _, c := range p.Communications {
			got = append(got, fmt.Sprint(c.PreviousCode, " ", int(night-c.Acquired)))
		}
	}
	if want := []string{"K001 2", "K002 1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestWhatIsWithdrawnFromOnePerson is nothing where a notice says that both codes are one person's: the document is theirs.
func TestWhatIsWithdrawnFromOnePerson(t *testing.T) {
	cited, by := paper("K001", "", 0), paper("K002", "K001", 1)
	rows := append(withdrawn(night, []pipeline.Communication{cited}, []pipeline.Communication{by}), cited, by)
	for name, c := range map[string]struct {
		notices []pipeline.Notice
		want    []string
	}{
		"two persons": {nil, []string{"K001 0", "K002 -1", "K002 0"}},
		"one person":  {[]pipeline.Notice{changed(1, person(0), person(2), night, night)}, []string{"K001 0", "K002 0"}},
	} {
		people := join(t, &world{communications: rows, notices: c.notices}, 8, 1, 1<<20, t.TempDir())
		var got []string
		for _, p := range people {
			for _, c := range p.Communications {
				got = append(got, fmt.Sprint(c.Code, " ", c.Part))
			}
			if len(p.Repeated) > 0 {
				t.Errorf("%s: %v is said to come again", name, p.Repeated)
			}
		}
		slices.Sort(got)
		if d := gocmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestWhatIsToldUnderSeveralCodes is a record of domestic work that stands for two corrections of it, and the record itself: what is told
// under its own code goes, as it is there.
func TestWhatIsToldUnderSeveralCodes(t *testing.T) {
	own := paper("D1", "", 0, func(c *pipeline.Communication) { c.Model, c.Event = pipeline.ModelDomestico, pipeline.EventTermination })
	under := func(code string) pipeline.Communication {
		c := own
		c.Part, c.Code = pipeline.PartCited, code
		return c
	}
	for name, c := range map[string]struct {
		rows []pipeline.Communication
		want []string
	}{
		"another's": {[]pipeline.Communication{under("D3"), under("D1"), under("D2"), under("D3")}, []string{"D1 -3", "D2 -3", "D3 -3"}},
		"one's own": {[]pipeline.Communication{under("D3"), under("D1"), own, under("D2")}, []string{"D1 0", "D2 -3", "D3 -3"}},
	} {
		var got []string
		for _, p := range join(t, &world{communications: c.rows}, 8, 1, 1<<20, t.TempDir()) {
			for _, c := range p.Communications {
				got = append(got, fmt.Sprint(c.Code, " ", c.Part))
			}
		}
		slices.Sort(got)
		if d := gocmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// BenchmarkDocumentsMetByName is what each document of the archive costs on a night that takes in a hundred thousand, one in twenty of
// which cites another.
func BenchmarkDocumentsMetByName(b *testing.B) {
	w := match.NewWithdrawals(night)
	for i := range 100_000 {
		cites := uint32(0)
		if i%20 == 0 {
			cites = pipeline.NameKey(fmt.Sprint("cited ", i), false)
		}
		w.Tonight(pipeline.NameKey(fmt.Sprint("borne ", i), false), cites)
	}
	w.Shown()
	names, cites := make([]uint32, 1<<16), make([]uint32, 1<<16)
	for i := range names {
		if names[i] = pipeline.NameKey(fmt.Sprint("before ", i), false); i%20 == 0 {
			cites[i] = pipeline.NameKey(fmt.Sprint("cited before ", i), false)
		}
	}
	b.ResetTimer()
	met := 0
	for i := range b.N {
		if w.Meets(names[i%len(names)], cites[i%len(cites)]) {
			met++
		}
	}
	b.ReportMetric(float64(met)/float64(b.N), "met/op")
}
