package ledger

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/rules"
)

// What is found among many is what a look at each finds: here the look is taken.

func drawSources(t *rapid.T) string {
	refs := rapid.SliceOfN(rapid.SampledFrom([]string{"A", "B", "C", "D", "E", "F", "G", "OP.1", "OP.2"}), 0, 4).Draw(t, "refs")
	slices.Sort(refs)
	return strings.Join(slices.Compact(refs), ";")
}

func drawActions(t *rapid.T, label, id string) []pipeline.Action {
	out := make([]pipeline.Action, rapid.IntRange(0, 3*few).Draw(t, label))
	for i := range out {
		out[i] = pipeline.Action{
			Claim: "D1", Type: rapid.SampledFrom([]string{pipeline.ActionSuspend, pipeline.ActionDecade}).Draw(t, "type"),
			From: pipeline.Date(rapid.IntRange(1, 20).Draw(t, "from")), Sources: drawSources(t),
			Mode: rapid.SampledFrom([]string{pipeline.ModeAuto, pipeline.ModeProposed}).Draw(t, "mode"),
		}
		if id != "" {
			out[i].ID = fmt.Sprint(id, i)
		}
	}
	return out
}

func TestPairingOfMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		wanted, issued := drawActions(t, "wanted", ""), drawActions(t, "issued", "A")
		for i := range wanted {
			if len(issued) > 0 && rapid.IntRange(0, 5).Draw(t, "stays") == 0 {
				wanted[i] = issued[rapid.IntRange(0, len(issued)-1).Draw(t, "which")]
			}
		}
		if got, want := Pair(wanted, issued), pairByLooking(wanted, issued); !slices.Equal(got, want) {
			t.Fatalf("%v, not %v", got, want)
		}
	})
}

// pairByLooking is Pair by a look at every couple.
func pairByLooking(wanted, issued []pipeline.Action) []int {
	type couple struct{ w, i int }
	var couples []couple
	taken := make([]bool, len(issued))
	for i := range issued {
		for w := range wanted {
			taken[i] = taken[i] || wanted[w].ID == issued[i].ID
			if wanted[w].ID == "" && Same(&wanted[w], &issued[i]) {
				couples = append(couples, couple{w, i})
			}
		}
	}
	rank := func(c couple) []int {
		gap := int(wanted[c.w].From - issued[c.i].From)
		return []int{-sameMode(wanted, issued, c.w, c.i), -commonDays(&wanted[c.w], &issued[c.i]), max(gap, -gap)}
	}
	slices.SortFunc(couples, func(a, b couple) int {
		return cmp.Or(slices.Compare(rank(a), rank(b)), cmp.Compare(issued[a.i].ID, issued[b.i].ID), cmp.Compare(a.w, b.w))
	})
	out := slices.Repeat([]int{-1}, len(wanted))
	for _, c := range couples {
		if out[c.w] < 0 && !taken[c.i] {
			out[c.w], taken[c.i] = c.i, true
		}
	}
	return out
}

func TestMergingAndFindingManyExceptions(t *testing.T) {
	t.Parallel()
	draw := func(t *rapid.T, label string) []pipeline.Exception {
		out := make([]pipeline.Exception, rapid.IntRange(few+1, 3*few).Draw(t, label))
		for i := range out {
			out[i] = pipeline.Exception{
				Code: rapid.SampledFrom([]string{rules.ExcOverpayment, rules.ExcOnCall}).Draw(t, "code"), Sources: drawSources(t),
				From: pipeline.Date(rapid.IntRange(1, 5).Draw(t, "from")), To: pipeline.Date(rapid.IntRange(3, 9).Draw(t, "to")),
			}
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		open, now := draw(t, "open"), draw(t, "now")
		var once []int
		for i := range now {
			if !slices.ContainsFunc(once, func(j int) bool { return mergeKeyOf(&now[i]) == mergeKeyOf(&now[j]) }) {
				once = append(once, i)
			}
		}
		if got := merged(now); !slices.Equal(got, once) {
			t.Fatalf("merged to %v, not %v", got, once)
		}
		many, look := newCandidates(open), candidates{open: open}
		taken := make([]bool, len(open))
		for i := range now {
			got, want := many.like(&now[i], taken), look.like(&now[i], taken)
			if got != want {
				t.Fatalf("%d is like %d, not %d", i, got, want)
			}
			if got >= 0 {
				taken[got] = true
			}
		}
	})
}

func TestShowingManyQuestions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		look := &comparison{d: &pipeline.Dossier{}}
		many := &comparison{d: &pipeline.Dossier{Questions: make([]pipeline.DomesticQuestion, few+1)}}
		for range rapid.IntRange(0, 9).Draw(t, "exceptions") {
			look.out.Exceptions = append(look.out.Exceptions, pipeline.Exception{
				Sources: drawSources(t), State: rapid.SampledFrom([]string{pipeline.ExceptionClosed, pipeline.ExceptionOpen}).Draw(t, "state"),
			})
		}
		many.out.Exceptions = look.out.Exceptions
		for _, protocol := range []string{"A", "B", "C", "X"} {
			q := &pipeline.DomesticQuestion{Protocol: protocol}
			if got, want := many.showing(q), look.showing(q); got != want {
				t.Fatalf("%s is shown on %v, not %v", protocol, got, want)
			}
		}
	})
}

// TestJoiningNotices: the notices that are told of join the codes in question as all of them do, each what those before it
// do not, none comes after another of the same two codes, and none leads nowhere.
func TestJoiningNotices(t *testing.T) {
	t.Parallel()
	codes := rapid.SampledFrom([]pipeline.CodiceFiscale{"A", "B", "C", "D", "E", "F"})
	rapid.Check(t, func(t *rapid.T) {
		changes := make([]*pipeline.Notice, rapid.IntRange(0, 30).Draw(t, "notices"))
		for i := range changes {
			changes[i] = &pipeline.Notice{
				ID: pipeline.DocID{byte(i)}, TaxCode: codes.Draw(t, "from"), NewCode: codes.Draw(t, "to"),
				Acquired: pipeline.Date(rapid.IntRange(1, 3).Draw(t, "acquired")),
			}
		}
		asked := map[pipeline.CodiceFiscale]bool{}
		for _, code := range rapid.SliceOf(codes).Draw(t, "asked") {
			asked[code] = true
		}
		told := joining(changes, asked)
		all, some, ends := joined(changes), joined(told), map[pipeline.CodiceFiscale]int{}
		for a := range asked {
			for b := range asked {
				if together := all[a] != "" && all[a] == all[b]; a != b && together != (some[a] != "" && some[a] == some[b]) {
					t.Fatalf("%s and %s: %v", a, b, !together)
				}
			}
		}
		for i, n := range told {
			if before := joined(told[:i]); before[n.TaxCode] != "" && before[n.TaxCode] == before[n.NewCode] {
				t.Fatalf("notice %d joins nothing", i)
			}
			for _, o := range changes {
				if o.TaxCode == n.TaxCode && o.NewCode == n.NewCode && o.Acquired < n.Acquired {
					t.Fatalf("notice %d is not the first", i)
				}
			}
			ends[n.TaxCode]++
			ends[n.NewCode]++
		}
		for code, n := range ends {
			if n == 1 && !asked[code] {
				t.Fatalf("%s leads nowhere", code)
			}
		}
	})
}

// joined gives for each code that is joined to others all that it is one with, by going round until nothing changes.
func joined(changes []*pipeline.Notice) map[pipeline.CodiceFiscale]string {
	out := map[pipeline.CodiceFiscale]string{}
	for _, n := range changes {
		if n.TaxCode != n.NewCode {
			out[n.TaxCode], out[n.NewCode] = string(n.TaxCode), string(n.NewCode)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, n := range changes {
			both := []byte(out[n.TaxCode] + out[n.NewCode])
			slices.Sort(both)
			if s := string(slices.Compact(both)); s != out[n.TaxCode] || s != out[n.NewCode] {
				out[n.TaxCode], out[n.NewCode], changed = s, s, true
			}
		}
	}
	return out
}

func TestSweepingManyMarks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		marks := make([]mark, rapid.IntRange(few+1, 3*few).Draw(t, "marks"))
		for i := range marks {
			from := pipeline.Date(rapid.IntRange(1, 60).Draw(t, "from"))
			marks[i] = mark{from: from, to: from + pipeline.Date(rapid.IntRange(-2, 20).Draw(t, "days"))}
		}
		s := newSweep(marks)
		for on := pipeline.Date(0); on < 90; on += pipeline.Date(rapid.IntRange(1, 4).Draw(t, "step")) {
			want := slices.IndexFunc(marks, func(m mark) bool { return m.from <= on && on <= m.to })
			if got := s.first(on); got != want {
				t.Fatalf("on %d mark %d, not %d", on, got, want)
			}
		}
	})
}

func TestSourcesNowOfMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SampledFrom([]string{"", "1300112345678901", "1300112345678902", "1300112345678903", "1300112345678904", "1300112345678905"})
		d := &pipeline.Dossier{Communications: make([]pipeline.Communication, rapid.IntRange(few+1, 2*few).Draw(t, "comms"))}
		for i := range d.Communications {
			m := &d.Communications[i]
			m.Code, m.PreviousCode, m.ID[0] = codes.Draw(t, "code"), codes.Draw(t, "names"), byte(i)
		}
		sources := codes.Draw(t, "source")
		want := rules.SplitSources(sources)
		for i := range d.Communications {
			if m := &d.Communications[i]; slices.Contains(want, m.PreviousCode) {
				want = append(want, m.Ref())
			}
		}
		c := &comparison{d: d}
		if got := c.sourcesNow(sources); got != strings.Join(want, ";") {
			t.Fatalf("%s, not %s", got, strings.Join(want, ";"))
		}
	})
}

func TestNewsAmongMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		refs := rapid.SliceOf(rapid.StringMatching(`[A-E]{1,2}`))
		c := &comparison{}
		c.news.refs = refs.Draw(t, "news")
		slices.Sort(c.news.refs)
		c.news.refs = slices.Compact(c.news.refs)
		asked := refs.Draw(t, "asked")
		var want []string
		for _, n := range c.news.refs {
			if slices.Contains(asked, n) {
				want = append(want, n)
			}
		}
		if got := c.newsAmongMany(asked); !slices.Equal(got, want) {
			t.Fatalf("%v, not %v", got, want)
		}
	})
}

// TestContentIsWhatIsCompared changes one field after another: content tells apart what SameContent does.
func TestContentIsWhatIsCompared(t *testing.T) {
	t.Parallel()
	kind := reflect.TypeFor[pipeline.Action]()
	for i := range kind.NumField() {
		var a, b pipeline.Action
		switch f := reflect.ValueOf(&b).Elem().Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Struct: // an optional number
			f.FieldByName("OK").SetBool(true)
		default:
			f.SetInt(1)
		}
		if same, equal := a.SameContent(&b), contentOf(&a) == contentOf(&b); same != equal {
			t.Errorf("%s: same content %v, equal %v", kind.Field(i).Name, same, equal)
		}
	}
}
