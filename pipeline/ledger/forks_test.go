package ledger_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
	"incrocio/pipeline/match"
)

// forkDocument is a hire of a worker, or a correction or cancellation that names a worker, of the only employer there is.
type forkDocument struct {
	cites   int // the number of the document it corrects or cancels; -1 a hire or, of domestic work, an end
	worker  int
	cancels bool
}

// forkWorkers are persons with a claim each.
var forkWorkers = []pipeline.CodiceFiscale{"RSSMRA80A01H501U", "BNCLCU81B02H502F", "VRDGNN82C03H503W"}

// forkCode is the code of document n; what was sent later has not the greater code.
func forkCode(n int) string { return fmt.Sprintf("1300%012d", 7*n%10+1) }

// forkRoot is what a document goes back to.
func forkRoot(docs []forkDocument, n int) int {
	for docs[n].cites >= 0 {
		n = docs[n].cites
	}
	return n
}

// forkTold tells whether a document goes back to the end by a correction of it about the same worker: when the end comes after both, what
// corrects them further on is not looked up.
func forkTold(docs []forkDocument, n int) bool {
	if forkRoot(docs, n) != 1 || n == 1 {
		return false
	}
	for docs[n].cites != 1 {
		n = docs[n].cites
	}
	return docs[n].worker == docs[1].worker
}

// forkPapers are the documents of a story, sent in an order of their own.
func forkPapers(docs []forkDocument, sent []int, start pipeline.Date, domestic bool) []pipeline.Communication {
	var out []pipeline.Communication
	for i, d := range docs {
		c := hire(i, employerX, "A.02.00", start, start+60)
		c.ID, c.Code, c.Purpose, c.Worker = sha256.Sum256([]byte(fmt.Sprint("f", i))), forkCode(i), pipeline.PurposeNormal, forkWorkers[d.worker]
		c.Surname, c.GivenName, c.BirthDate = fmt.Sprint("Persona ", d.worker), "Prova", day("1980-01-01")
		c.SentAt += pipeline.Instant(sent[i]) * 3_600_000_000
		if d.cites >= 0 {
			c.Purpose, c.PreviousCode = pipeline.PurposeCorrection, forkCode(d.cites)
		}
		if d.cancels {
			c.Purpose = pipeline.PurposeCancellation
		}
		if domestic {
			c.Model = pipeline.ModelDomestico
		}
		if i > 0 && d.cites < 0 {
			c.Event, c.End, c.EventDate = pipeline.EventTermination, start+30, start+30
		}
		out = append(out, c)
	}
	return out
}

// forkStory is what becomes of every worker as the documents come on nights.
type forkStory struct {
	stories []*story
	before  []pipeline.Communication
}

func newForkStory() *forkStory {
	f := &forkStory{}
	for _, w := range forkWorkers {
		s := newStory(aspi())
		s.d.Person, s.d.Claims[0].TaxCode = w, w
		f.stories = append(f.stories, s)
	}
	return f
}

// arrives does a night as the program does: what is withdrawn is filed under those from whom it is.
func (f *forkStory) arrives(on string, tonight []pipeline.Communication) {
	filed := append(forkWithdrawn(day(on), f.before, tonight), tonight...)
	f.before = append(f.before, tonight...)
	for _, s := range f.stories {
		for _, c := range filed {
			there := func(o pipeline.Communication) bool {
				return o.ID == c.ID && o.Part == c.Part && o.PreviousCode == c.PreviousCode && o.Code == c.Code
			}
			if c.Worker == s.d.Person && !slices.ContainsFunc(s.d.Communications, there) {
				c.Acquired = day(on)
				s.d.Communications = append(s.d.Communications, c)
			}
		}
		s.night(on)
	}
}

// forkWithdrawn finds what is withdrawn.
func forkWithdrawn(on pipeline.Date, before, tonight []pipeline.Communication) []pipeline.Communication {
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
			w.Meet(0, c.Worker.Key(), c.Name(), c.Cites(), false)
		}
	}
	if !w.Sift() {
		return nil
	}
	for more := true; more; more = w.Further() {
		for i := range all {
			if c := &all[i]; w.Wants(c.Name(), c.Cites()) {
				w.Take(c, false)
			}
		}
	}
	sure, _ := w.All()
	return sure
}

// shows says what is in force on each worker's claim and what the office is asked.
func (f *forkStory) shows() []string {
	var out []string
	for _, s := range f.stories {
		var has []string
		for _, a := range s.last.InForce {
			mark := ""
			if a.Mode == pipeline.ModeProposed {
				mark = "?"
			}
			has = append(has, a.Type+mark)
		}
		for _, e := range s.last.Exceptions {
			if e.State != pipeline.ExceptionClosed {
				text, _, _ := strings.Cut(e.Text, " Riaperta: ") // the nights before say so
				has = append(has, e.Code+" "+text)
			}
		}
		slices.Sort(has)
		out = append(out, strings.Join(has, " "))
	}
	return out
}

// forkHolds gives the workers of the hires, as they were corrected, that nothing replaced and nothing cancelled, whomever what cites them
// names.
func forkHolds(all []pipeline.Communication, docs []forkDocument) (out []pipeline.CodiceFiscale) {
	var papers []*pipeline.Communication
	for i := range all {
		papers = append(papers, &all[i])
	}
	for _, c := range chain.InForce(papers) {
		of := 0
		for forkCode(of) != c.Code {
			of++
		}
		if forkRoot(docs, of) == 0 {
			out = append(out, c.Worker)
		}
	}
	return out
}

// TestForkedCorrections has corrections and cancellations of one hire, or of a document that never comes, name one worker and another, and
// be corrected and cancelled in turn, in all orders and on any nights. Nobody stays suspended on what was replaced or cancelled without the
// office being asked, nor does a job stop nothing without it; in domestic work a correction of an end hires nobody; while all of it is still to come, what is in force and what is asked does not depend
// on the nights.
func TestForkedCorrections(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "documents")
		docs := []forkDocument{{-1, rapid.IntRange(0, 2).Draw(t, "hired"), false}}
		domestic := rapid.IntRange(0, 2).Draw(t, "domestic") == 0
		if domestic { // corrections and cancellations do not say whether they are of the hire or of the end
			docs = append(docs, forkDocument{-1, rapid.IntRange(0, 2).Draw(t, "ended"), false})
			n++
		}
		for i := len(docs); i < n; i++ {
			d := forkDocument{rapid.IntRange(0, i-1).Draw(t, "cites"), rapid.IntRange(0, 2).Draw(t, "worker"), rapid.IntRange(0, 3).Draw(t, "cancels") == 0}
			if docs[d.cites].cancels { // what is cancelled is sent anew
				d.cites = 0
			}
			if domestic && forkTold(docs, d.cites) {
				d.cites = 1
			}
			docs = append(docs, d)
		}
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		sent := rapid.Permutation(order).Draw(t, "sent")
		begun := rapid.Bool().Draw(t, "begun")
		start := day("2014-09-01")
		if begun {
			start = day("2014-08-01")
		}
		papers := forkPapers(docs, sent, start, domestic)
		afterwards := true // each was sent after what it cites
		for i, d := range docs[1:] {
			afterwards = afterwards && (d.cites < 0 || sent[i+1] > sent[d.cites])
		}
		comes := rapid.Permutation(order).Draw(t, "comes")
		if rapid.IntRange(0, 3).Draw(t, "lost") == 0 { // the hire never comes
			comes = slices.DeleteFunc(comes, func(i int) bool { return i == 0 })
		}
		var nights [][]pipeline.Communication
		var all []pipeline.Communication
		for i, d := range comes {
			if i == 0 || rapid.IntRange(0, 2).Draw(t, "next night") > 0 {
				nights = append(nights, nil)
			}
			nights[len(nights)-1] = append(nights[len(nights)-1], papers[d])
			all = append(all, papers[d])
		}
		several, once := newForkStory(), newForkStory()
		for i, tonight := range nights {
			several.arrives(fmt.Sprintf("2014-08-%02d", 10+i), tonight)
		}
		several.arrives("2014-08-20", nil)
		once.arrives("2014-08-10", all)
		once.arrives("2014-08-20", nil)
		got, want := several.shows(), once.shows()
		if !begun && !slices.Equal(got, want) {
			t.Fatalf("%v sent %v comes %v: on %d nights %q, on one %q", docs, sent, comes, len(nights), got, want)
		}
		for _, s := range several.stories {
			once := map[string]bool{}
			for _, e := range s.last.Evidence {
				if once[e.Owner+e.Ref] {
					t.Fatalf("%v sent %v comes %v: on %d nights %s is twice behind %s", docs, sent, comes, len(nights), e.Ref, e.Owner)
				}
				once[e.Owner+e.Ref] = true
			}
		}
		holds := forkHolds(all, docs)
		for i, says := range got {
			stopped, asked := strings.Contains(says, "SOSPENSIONE"), strings.Contains(says, "_")
			if !stopped && !asked && afterwards && slices.Contains(holds, forkWorkers[i]) {
				t.Fatalf("%v sent %v comes %v: on %d nights %q: the job is %d's, and goes without a word", docs, sent, comes, len(nights), got, i)
			}
			if stopped && !asked && !slices.Contains(holds, forkWorkers[i]) {
				t.Fatalf("%v sent %v comes %v: on %d nights %q: %d is suspended for another's job without a word", docs, sent, comes, len(nights), got, i)
			}
		}
	})
}

// TestCancelledAfterAnotherCancelledIt: what another worker's cancellation says of a hire is over once the worker's own was sent later, and
// a correction of another's end is still no hire.
func TestCancelledAfterAnotherCancelledIt(t *testing.T) {
	docs := []forkDocument{{-1, 0, false}, {-1, 0, false}, {0, 2, false}, {0, 2, true}, {1, 2, false}, {0, 0, true}}
	papers := forkPapers(docs, []int{0, 1, 2, 4, 5, 3}, day("2014-09-01"), true)
	f := newForkStory()
	f.arrives("2014-08-10", []pipeline.Communication{papers[1], papers[2], papers[5]})
	if got := f.shows()[2]; !strings.Contains(got, "IDENTITA_AMBIGUA") {
		t.Errorf("before: %q", got)
	}
	f.arrives("2014-08-11", papers[3:5])
	if got := f.shows(); !slices.Equal(got, []string{"", "", ""}) {
		t.Errorf("%q", got)
	}
}
