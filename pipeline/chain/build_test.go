package chain_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"incrocio/pipeline"
	"incrocio/pipeline/chain"
)

// The employers of the cases: X, Y and Z are companies, AG an agency.
const (
	companyX = "03472640170"
	companyY = "02877740213"
	companyZ = "10000000009"
	agency   = "50000000005"
)

type option func(*pipeline.Communication)

func day(s string) pipeline.Date {
	if s == "" {
		return 0
	}
	return pipeline.MustDate(s)
}

// doc makes a document sent n hours after the first of them all.
func doc(n int, code string, kind pipeline.EventKind, employer, start string, opts ...option) *pipeline.Communication {
	c := &pipeline.Communication{
		Model: pipeline.ModelUnilav, Event: kind, Purpose: pipeline.PurposeNormal, Code: code,
		Employer: employer, Start: day(start), Contract: "A.02.00", Hours: "F",
	}
	at := pipeline.MustDate("2013-09-01")
	c.SentAt = pipeline.Instant((int64(at.UnixDays())*24 + int64(n)) * 3_600_000_000)
	c.SentOn = at + pipeline.Date(n/24)
	for _, o := range opts {
		o(c)
	}
	c.ID = sha256.Sum256(fmt.Appendf(nil, "%#v", *c))
	return c
}

func hire(n int, code, employer, start, end string, opts ...option) *pipeline.Communication {
	return doc(n, code, pipeline.EventHire, employer, start, append([]option{until(end)}, opts...)...)
}

func extension(n int, code, employer, start, to string, opts ...option) *pipeline.Communication {
	return doc(n, code, pipeline.EventExtension, employer, start, append([]option{on(to)}, opts...)...)
}

func conversion(n int, code, employer, start, kind, date string, opts ...option) *pipeline.Communication {
	return doc(n, code, pipeline.EventConversion, employer, start, append([]option{on(date), event(kind)}, opts...)...)
}

func termination(n int, code, employer, start, date string, opts ...option) *pipeline.Communication {
	return doc(n, code, pipeline.EventTermination, employer, start, append([]option{on(date), event("DI")}, opts...)...)
}

func transfer(n int, code, from, to, start, date string, opts ...option) *pipeline.Communication {
	return doc(n, code, pipeline.EventTransfer, to, start, append([]option{on(date), event("01"), func(c *pipeline.Communication) {
		c.Model, c.PreviousEmployer = pipeline.ModelVardatori, from
	}}, opts...)...)
}

func urgency(n int, code, employer, start string, opts ...option) *pipeline.Communication {
	return doc(n, code, pipeline.EventUrgent, employer, start, append([]option{func(c *pipeline.Communication) {
		c.Model, c.Contract, c.Hours = pipeline.ModelUniurg, "", ""
	}}, opts...)...)
}

func until(s string) option { return func(c *pipeline.Communication) { c.End = day(s) } }
func on(s string) option    { return func(c *pipeline.Communication) { c.EventDate = day(s) } }
func event(s string) option { return func(c *pipeline.Communication) { c.EventCode = s } }
func part(n int32) option   { return func(c *pipeline.Communication) { c.Part = n } }
func hours(s string) option { return func(c *pipeline.Communication) { c.Hours = s } }

func corrects(code string) option {
	return func(c *pipeline.Communication) { c.Purpose, c.PreviousCode = pipeline.PurposeCorrection, code }
}

func cancels(code string) option {
	return func(c *pipeline.Communication) { c.Purpose, c.PreviousCode = pipeline.PurposeCancellation, code }
}

func withdrawn(c *pipeline.Communication) { c.Part = pipeline.PartWithdrawn }

func contended(c *pipeline.Communication) { c.Part = pipeline.PartContended }

// elsewhere is what a cancellation is to whom it names, where it cites another worker's document.
func elsewhere() *pipeline.Communication {
	c := hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H009"))
	c.Part = pipeline.PartWithdrawn
	return c
}

func follows(purpose pipeline.Purpose, code string) option {
	return func(c *pipeline.Communication) { c.Purpose, c.PreviousCode = purpose, code }
}

func contract(code string) option { return func(c *pipeline.Communication) { c.Contract = code } }

func domestic(c *pipeline.Communication) { c.Model = pipeline.ModelDomestico }
func pending(c *pipeline.Communication)  { c.Model, c.Pending = pipeline.ModelDomestico, true }

// mission makes a document a UniSomm one.
func mission(user, start, end string) option {
	return func(c *pipeline.Communication) {
		c.Model, c.UserCompany, c.MissionStart, c.MissionEnd = pipeline.ModelUnisomm, user, day(start), day(end)
	}
}

// show writes what a relationship says, what is ordinary left out:
//
//	ref employer start..end agreed ext shown former flags {chain}
func show(r pipeline.Relationship) string {
	var b strings.Builder
	name := map[string]string{companyX: "X", companyY: "Y", companyZ: "Z", agency: "AG", "": "-"}
	fmt.Fprintf(&b, "%s %s %s..%s", r.Ref, name[r.Employer], r.Start, r.End())
	if r.Model != pipeline.ModelUnilav {
		fmt.Fprintf(&b, " %s", r.Model)
	}
	if r.AgreedEnd != r.End() {
		fmt.Fprintf(&b, " agreed=%s", r.AgreedEnd)
	}
	for _, e := range r.Extensions {
		fmt.Fprintf(&b, " ext(%s %s>%s)", e.Ref, e.Before, e.To)
	}
	if r.PermanentFrom != 0 {
		fmt.Fprintf(&b, " permanent=%s", r.PermanentFrom)
	}
	for _, s := range r.Shown {
		if s.Contract != r.Contract {
			fmt.Fprintf(&b, " shown(%s %s)", s.Contract, s.On)
		}
	}
	if r.TerminatedOn != 0 {
		fmt.Fprintf(&b, " terminated")
	}
	for _, f := range r.FormerEmployers {
		fmt.Fprintf(&b, " former=%s", name[f])
	}
	if r.Contract != "A.02.00" {
		fmt.Fprintf(&b, " contract=%s", r.Contract)
	}
	if r.Hours != "F" {
		fmt.Fprintf(&b, " hours=%s", r.Hours)
	}
	if r.Orphan != pipeline.OrphanNone {
		fmt.Fprintf(&b, " %s", r.Orphan)
	}
	if r.OrphanDate != 0 {
		fmt.Fprintf(&b, " on=%s", r.OrphanDate)
	}
	for _, f := range []struct {
		set  bool
		name string
	}{{r.Cancelled, "cancelled"}, {r.Urgent, "urgent"}, {r.BadDates, "baddates"}, {r.Weak, "weak"}, {r.Pending, "pending"}} {
		if f.set {
			b.WriteString(" " + f.name)
		}
	}
	b.WriteString(" {")
	for i, c := range r.Chain {
		if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(c.Ref())
	}
	b.WriteString("}")
	return b.String()
}

func showAll(rels []pipeline.Relationship) []string {
	out := []string{}
	for _, r := range rels {
		out = append(out, show(r))
	}
	return out
}

type scenario struct {
	name string
	in   []*pipeline.Communication
	want []string
}

func (s scenario) run(t *testing.T) {
	t.Helper()
	if diff := cmp.Diff(s.want, showAll(chain.Build(s.in))); diff != "" {
		t.Errorf("relationships (-want +got):\n%s", diff)
	}
	permute(s.in, func(shuffled []*pipeline.Communication) {
		if diff := cmp.Diff(s.want, showAll(chain.Build(shuffled))); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
	})
}

// permute calls f with every order of up to six documents.
func permute(in []*pipeline.Communication, f func([]*pipeline.Communication)) {
	if len(in) > 6 {
		return
	}
	var rec func(k int, a []*pipeline.Communication)
	rec = func(k int, a []*pipeline.Communication) {
		if k == len(a) {
			f(a)
			return
		}
		for i := k; i < len(a); i++ {
			a[k], a[i] = a[i], a[k]
			rec(k+1, a)
			a[k], a[i] = a[i], a[k]
		}
	}
	rec(0, append([]*pipeline.Communication(nil), in...))
}

func runAll(t *testing.T, list []scenario) {
	t.Helper()
	for _, s := range list {
		t.Run(s.name, s.run)
	}
}

type comms = []*pipeline.Communication

func TestBuildOfNothing(t *testing.T) {
	if got := chain.Build(nil); len(got) != 0 {
		t.Errorf("Build(nil) = %v", got)
	}
}

func TestBuildLeavesItsInputAlone(t *testing.T) {
	in := comms{
		extension(3, "E001", companyX, "2013-10-01", "2014-03-31"),
		hire(1, "H001", companyX, "2013-10-01", "2013-12-31"),
	}
	first, copies := in[0], []pipeline.Communication{*in[0], *in[1]}
	chain.Build(in)
	if in[0] != first || *in[0] != copies[0] || *in[1] != copies[1] {
		t.Error("Build changed the slice or the documents that it was given")
	}
}

func TestCorrectionsAndCancellations(t *testing.T) {
	h := hire(1, "H001", companyX, "2013-10-01", "2013-12-31")
	runAll(t, []scenario{
		{"a hire", comms{h}, []string{"H001 X 2013-10-01..2013-12-31 {H001}"}},
		{
			"a correction of the end",
			comms{h, hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001"))},
			[]string{"H001 X 2013-10-01..2014-01-31 {H001 C001}"},
		},
		{
			"a correction of start, employer and contract is the same relationship",
			comms{h, hire(2, "C001", companyY, "2013-10-05", "", corrects("H001"), contract("A.01.00"))},
			[]string{"H001 Y 2013-10-05.. contract=A.01.00 {H001 C001}"},
		},
		{
			"a correction of a correction",
			comms{
				h, hire(2, "C001", companyX, "2013-10-02", "2014-01-31", corrects("H001")),
				hire(3, "C002", companyX, "2013-10-03", "2014-02-28", corrects("C001")),
			},
			[]string{"H001 X 2013-10-03..2014-02-28 {H001 C001 C002}"},
		},
		{
			"two corrections of one hire: the later",
			comms{
				h, hire(3, "C002", companyX, "2013-10-01", "2014-02-28", corrects("H001")),
				hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001")),
			},
			[]string{"H001 X 2013-10-01..2014-02-28 {H001 C001 C002}"},
		},
		{
			"a cancelled hire",
			comms{h, hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001"))},
			[]string{"H001 X 2013-10-01..2013-12-31 cancelled {H001 A001}"},
		},
		{
			"correction then cancellation of one hire: the cancellation",
			comms{
				h, hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001")),
				hire(3, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001")),
			},
			[]string{"H001 X 2013-10-01..2014-01-31 cancelled {H001 C001 A001}"},
		},
		{
			"cancellation then correction of one hire: the correction",
			comms{
				h, hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001")),
				hire(3, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001")),
			},
			[]string{"H001 X 2013-10-01..2014-01-31 {H001 A001 C001}"},
		},
		{
			"a cancelled correction does not bring back what it replaced",
			comms{
				h, hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001")),
				hire(3, "A001", companyX, "2013-10-01", "2014-01-31", cancels("C001")),
			},
			[]string{"H001 X 2013-10-01..2014-01-31 cancelled {H001 C001 A001}"},
		},
		{
			"a cancelled cancellation brings the hire back",
			comms{
				h, hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001")),
				hire(3, "A002", companyX, "2013-10-01", "2013-12-31", cancels("A001")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 A001 A002}"},
		},
		{
			"three cancellations in a row",
			comms{
				h, hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001")),
				hire(3, "A002", companyX, "2013-10-01", "2013-12-31", cancels("A001")),
				hire(4, "A003", companyX, "2013-10-01", "2013-12-31", cancels("A002")),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 cancelled {H001 A001 A002 A003}"},
		},
		{
			"a correction that is about another worker withdraws it",
			comms{h, hire(2, "C001", companyX, "2013-10-05", "", corrects("H001"), withdrawn)},
			[]string{"H001 X 2013-10-01..2013-12-31 cancelled {H001 C001}"},
		},
		{
			"so does a cancellation",
			comms{h, hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001"), withdrawn)},
			[]string{"H001 X 2013-10-01..2013-12-31 cancelled {H001 A001}"},
		},
		{
			"an extension that is about another worker",
			comms{
				h, extension(2, "E001", companyX, "2013-10-01", "2014-03-31"),
				extension(3, "E002", companyX, "2013-10-01", "2014-03-31", corrects("E001"), withdrawn),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 E001 E002}"},
		},
		{
			"and back to the worker",
			comms{
				h, hire(2, "C001", companyX, "2013-10-05", "", corrects("H001"), withdrawn),
				hire(3, "C002", companyX, "2013-10-02", "2014-01-31", corrects("C001")),
			},
			[]string{"H001 X 2013-10-02..2014-01-31 {H001 C001 C002}"},
		},
		{
			"what took the place of what a correction goes back to, whatever was sent later",
			comms{
				hire(2, "C002", companyX, "2013-10-01", "2013-12-31", corrects("C001")), hire(3, "C009", companyX, "2013-10-01", "", corrects("C002"), contended),
				hire(4, "C003", companyX, "2013-10-01", "2014-01-31", corrects("C002")),
			},
			[]string{"C002 X 2013-10-01..2014-01-31 cancelled {C002 C009 C003}"},
		},
		{
			"and back to the worker from there",
			comms{
				hire(2, "C002", companyX, "2013-10-01", "2013-12-31", corrects("C001")), hire(3, "C009", companyX, "2013-10-01", "", corrects("C002"), contended),
				hire(4, "C010", companyX, "2013-10-01", "2014-01-31", corrects("C009")),
			},
			[]string{"C002 X 2013-10-01..2014-01-31 {C002 C009 C010}"},
		},
		{
			"a correction to another worker that is corrected to a third does not bring back what it replaced",
			comms{
				hire(2, "C002", companyX, "2013-10-01", "2013-12-31", corrects("H009")), hire(3, "C003", companyX, "2013-10-01", "", corrects("H009"), withdrawn),
				hire(4, "C004", companyX, "2013-10-01", "", corrects("C003"), withdrawn),
			},
			[]string{"C002 X 2013-10-01..2013-12-31 cancelled {C002 C003 C004}"},
		},
		{
			"what is withdrawn is never found by what it says",
			comms{h, hire(2, "C001", companyX, "2013-10-01", "2013-12-31", corrects("H009"), withdrawn)},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 C001}"},
		},
		{
			"nor is a cancellation of what is another worker's",
			comms{h, elsewhere(), hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H009"))},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001 A001 A001}"},
		},
		{
			"a corrected cancellation is a hire again",
			comms{
				h, hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001")),
				hire(3, "C001", companyX, "2013-10-01", "2014-01-31", corrects("A001")),
			},
			[]string{"H001 X 2013-10-01..2014-01-31 {H001 A001 C001}"},
		},
		{
			"a correction that names itself stands for itself",
			comms{hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("C001"))},
			[]string{"C001 X 2013-10-01..2014-01-31 {C001}"},
		},
		{
			"a ring of two: the later",
			comms{
				hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("C002")),
				hire(3, "C002", companyX, "2013-10-01", "2014-02-28", corrects("C001")),
			},
			[]string{"C001 X 2013-10-01..2014-02-28 {C001 C002}"},
		},
		{
			"a ring of three: the last",
			comms{
				hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("C003")),
				hire(3, "C002", companyX, "2013-10-01", "2014-02-28", corrects("C001")),
				hire(4, "C003", companyX, "2013-10-01", "2014-03-31", corrects("C002")),
			},
			[]string{"C001 X 2013-10-01..2014-03-31 {C001 C002 C003}"},
		},
		{
			"a ring of a correction and a cancellation",
			comms{
				hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("A001")),
				hire(3, "A001", companyX, "2013-10-01", "2014-01-31", cancels("C001")),
			},
			[]string{"C001 X 2013-10-01..2014-01-31 cancelled {C001 A001}"},
		},
		{
			"a correction sent before what it names",
			comms{
				hire(5, "H001", companyX, "2013-10-01", "2013-12-31"),
				hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001")),
			},
			[]string{"C001 X 2013-10-01..2014-01-31 {C001 H001}"},
		},
		{
			"a correction of what is not here stands for it",
			comms{
				hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001")),
				hire(3, "C002", companyX, "2013-10-01", "2014-02-28", corrects("H001")),
			},
			[]string{"C001 X 2013-10-01..2014-02-28 {C001 C002}"},
		},
		{
			"correction and cancellation of what is not here",
			comms{
				hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001")),
				hire(3, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H001")),
			},
			[]string{"C001 X 2013-10-01..2014-01-31 cancelled {C001 A001}"},
		},
		{
			"a cancellation of what is not here, matched by content",
			comms{
				hire(1, "0000000000000000", companyX, "2013-10-01", "2013-12-31"),
				hire(2, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H999")),
			},
			[]string{ref(hire(1, "0000000000000000", companyX, "2013-10-01", "2013-12-31")) +
				" X 2013-10-01..2013-12-31 cancelled {" + ref(hire(1, "0000000000000000", companyX, "2013-10-01", "2013-12-31")) + " A001}"},
		},
		{
			"an extension cancelled by content",
			comms{
				h, extension(2, "E001", companyX, "2013-10-01", "2014-03-31"),
				extension(3, "E002", companyX, "2013-10-01", "2014-05-31"),
				extension(4, "A001", companyX, "2013-10-01", "2014-05-31", cancels("")),
			},
			[]string{"H001 X 2013-10-01..2014-03-31 agreed=2013-12-31 ext(E001 2013-12-31>2014-03-31) {H001 E001 E002 A001}"},
		},
		{
			"a cancellation sent before the like of it does nothing to it",
			comms{
				hire(1, "A001", companyX, "2013-10-01", "2013-12-31", cancels("H999")),
				hire(2, "H001", companyX, "2013-10-01", "2013-12-31"),
			},
			[]string{"A001 X 2013-10-01..2013-12-31 {A001 H001}"},
		},
		{
			"a cancellation alone is kept and is no orphan",
			comms{extension(2, "A001", companyX, "", "2014-03-31", cancels("E999"))},
			[]string{"A001 X .. on=2014-03-31 cancelled {A001}"},
		},
		{
			"zeros are no code: nothing is joined on them",
			comms{
				hire(1, "0000000000960266", companyX, "2013-10-01", "2013-12-31"),
				hire(2, "C001", companyY, "2013-11-01", "2014-01-31", corrects("0000000000960266")),
			},
			[]string{
				ref(hire(1, "0000000000960266", companyX, "2013-10-01", "2013-12-31")) + " X 2013-10-01..2013-12-31 {" +
					ref(hire(1, "0000000000960266", companyX, "2013-10-01", "2013-12-31")) + "}",
				"C001 Y 2013-11-01..2014-01-31 {C001}",
			},
		},
		{
			"one code, two contents: both stand",
			comms{
				hire(1, "H001", companyX, "2013-10-01", "2013-12-31"),
				hire(2, "H001", companyY, "2013-11-01", "2013-12-31"),
			},
			[]string{"H001 X 2013-10-01..2013-12-31 {H001}", "H001 Y 2013-11-01..2013-12-31 {H001}"},
		},
		{
			"a cancellation withdraws every version of a code",
			comms{
				hire(1, "H001", companyX, "2013-10-01", "2013-12-31"),
				hire(2, "H001", companyX, "2013-10-01", "2014-01-31"),
				hire(3, "A001", companyX, "2013-10-01", "2014-01-31", cancels("H001")),
			},
			[]string{"H001 X 2013-10-01..2014-01-31 cancelled {H001 H001 A001}"},
		},
		{
			"a correction under the code of what it names",
			comms{
				hire(1, "H001", companyX, "2013-10-01", "2013-12-31"),
				hire(2, "H001", companyX, "2013-10-05", "2014-01-31", corrects("H001")),
			},
			[]string{"H001 X 2013-10-05..2014-01-31 {H001 H001}"},
		},
		{
			"the order of sending at one moment is that of codes",
			comms{
				hire(1, "H001", companyX, "2013-10-01", "2013-12-31"),
				hire(2, "C002", companyX, "2013-10-01", "2014-02-28", corrects("H001")),
				hire(2, "C001", companyX, "2013-10-01", "2014-01-31", corrects("H001")),
			},
			[]string{"H001 X 2013-10-01..2014-02-28 {H001 C001 C002}"},
		},
	})
}

func ref(c *pipeline.Communication) string { return c.Ref() }
