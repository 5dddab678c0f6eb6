package night

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"incrocio/pipeline"
	"incrocio/pipeline/gates"
	"incrocio/pipeline/match"
)

// Gate stands between a decided night and its publication. The zero Gate lets everything out, and nothing is kept for
// the gates of the nights to come.
type Gate struct {
	// Judge says what may go out.
	Judge func(gates.Night) (Judgement, error)
	// Again: Judge may hold actions or be overruled, so what the night is decided from is kept until it has spoken.
	Again bool
}

// Judgement is what the gates say of a night.
type Judgement struct {
	gates.Result
	Accepted bool // a person let it pass: nothing is refused or held, and what waited is issued
}

// GateError is returned when the gates refuse the night. Nothing was published.
type GateError struct{ Findings []gates.Finding }

// Error gives every finding that does not pass, each with the next command.
func (e *GateError) Error() string {
	var b strings.Builder
	b.WriteString("the gates refuse the night")
	for _, f := range e.Findings {
		if f.Verdict > gates.Pass {
			fmt.Fprintf(&b, "\n  %s %s: %s", f.Verdict, f.Gate, f.Text)
		}
	}
	return b.String()
}

// pass is one decision on everybody.
type pass struct {
	name     string // of its folder
	keep     bool   // the blocks are needed once more
	hold     func(gates.Adverse) (gates.Slice, bool)
	accepted bool
}

// judged decides the night and asks the gate; where that holds something, or a person has overruled it, the night is decided
// again.
func (n *night) judged(ctx context.Context, in *intake, blocks *match.Spool) (*made, Judgement, error) {
	gate := &n.ports.Gate
	first := pass{name: "decise", keep: gate.Judge != nil && gate.Again}
	out, err := n.decideAll(ctx, blocks, first)
	if err != nil {
		return nil, Judgement{}, fmt.Errorf("decide: %w", err)
	}
	if gate.Judge == nil {
		return out, Judgement{}, nil
	}
	j, err := gate.Judge(n.counted(in, out))
	switch {
	case err != nil:
		return nil, j, fmt.Errorf("gates: %w", err)
	case j.Verdict() == gates.Refuse:
		return nil, j, &GateError{j.Findings}
	case j.Verdict() < gates.Hold && !j.Accepted:
		return out, j, n.drop(blocks, first.keep)
	case !gate.Again:
		panic("night: a gate that holds says so beforehand") // the gate is ours
	}
	if err := os.RemoveAll(n.scratch(first.name)); err != nil {
		return nil, j, err
	}
	if out, err = n.decideAll(ctx, blocks, pass{name: "ridecise", hold: j.Held, accepted: j.Accepted}); err != nil {
		return nil, j, fmt.Errorf("decide again: %w", err)
	}
	return out, j, nil
}

// drop frees the blocks, if they were kept.
func (n *night) drop(blocks *match.Spool, kept bool) error {
	if !kept {
		return nil
	}
	for p := range n.cfg.Partitions {
		if err := blocks.Drop(p); err != nil {
			return err
		}
	}
	return nil
}

// flows are those that are counted for the gates.
var flows = []pipeline.Flow{
	pipeline.FlowUnilav, pipeline.FlowAspicom, pipeline.FlowDomestico, pipeline.FlowVoucher, pipeline.FlowSegnalazioni, pipeline.FlowDomande,
}

// counted is the night as the gates see it. What was read and is neither accepted nor repeated counts as discarded; that it
// was, the balance shows.
func (n *night) counted(in *intake, m *made) gates.Night {
	c := Counts{}
	c.Merge(in.counts)
	c.Merge(m.counts)
	m.fanOut.count(c)
	out := gates.Night{Date: n.cfg.Date, Flows: map[pipeline.Flow]gates.Flow{}, Adverse: tallied(m.adverse)}
	for _, flow := range flows {
		read := c[Line{string(flow), ItemRead}]
		if read == 0 {
			continue
		}
		f := gates.Flow{Accepted: c[Line{string(flow), ItemAccepted}], Repeated: c[Line{string(flow), ItemRepeated}]}
		f.Discarded = read - f.Accepted - f.Repeated
		out.Flows[flow] = f
	}
	return out
}

// tally counts actions by their traits; the keys count nothing themselves.
type tally map[gates.Adverse]*int64

func (t tally) add(a gates.Adverse) {
	n := a.Count
	a.Count = 0
	count := t[a]
	if count == nil {
		count = new(int64)
		t[whole(a)] = count
	}
	*count += n
}

// whole gives the same traits in texts of their own: a tally outlives the rows they were found in, and must not hold them.
func whole(a gates.Adverse) gates.Adverse {
	texts := a.Office + a.Employer + a.Sender
	a.Office, texts = texts[:len(a.Office)], texts[len(a.Office):]
	a.Employer, a.Sender = texts[:len(a.Employer)], texts[len(a.Employer):]
	return a
}

// tallied gives the traits with their counts, in order.
func tallied(t tally) []gates.Adverse {
	out := make([]gates.Adverse, 0, len(t))
	for a, n := range t {
		a.Count = *n
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b gates.Adverse) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.Office, b.Office), strings.Compare(a.Employer, b.Employer),
			strings.Compare(a.Sender, b.Sender), strings.Compare(a.Rule, b.Rule))
	})
	return out
}

// ScopeGates is the scope (ambito) of what is kept for the gates of the nights to come: actions against persons that went
// out, by slice. A line's item is such as "decadenza mittente 01234567890".
const ScopeGates = "varco"

// leastKept is the least count of an employer or sender that is kept; else nearly every employer of a night would be a line.
// Where all nights stay under it, kept or not, the limit stays under the ten actions from which a slice may be held at all.
const leastKept = 4

// record keeps the night's actions against persons for the gates of the nights to come.
func (c Counts) record(j *Judgement, t tally) {
	for s, n := range j.Record(tallied(t)) {
		if n < leastKept && (s.Dimension == gates.BySender || s.Dimension == gates.ByEmployer) {
			continue
		}
		c.Add(ScopeGates, itemOf(s), n)
	}
}

func itemOf(s gates.Slice) string {
	item := strings.ToLower(s.Type) + " " + string(s.Dimension)
	if s.Dimension == gates.ByTotal {
		return item
	}
	return item + " " + unnamed(s)
}

// unnamed is the value of a slice as it is kept. Employers and senders that are persons are kept by a pseudonym, a piece of
// the SHA-256 of their code: the balance is read by more people than the tables of persons are. It must be the same in
// every home, or equal nights would not have equal bytes, so it has no secret key, and who lists all codes can undo it: what
// holds it is protected as the tables are.
func unnamed(s gates.Slice) string {
	if s.Dimension != gates.BySender && s.Dimension != gates.ByEmployer || strings.Trim(s.Value, "0123456789") == "" {
		return s.Value
	}
	sum := sha256.Sum256([]byte("incrocio varco " + s.Value))
	return "persona-" + hex.EncodeToString(sum[:6])
}

// PastOf reads what a night has kept for the gates from the lines of its balance. adverse are the actions of the night that
// is compared with it: only slices of theirs are given, under the names that they have there.
func PastOf(date pipeline.Date, lines []pipeline.BalanceRow, adverse []gates.Adverse) gates.Past {
	names := map[string]gates.Slice{}
	for s := range gates.Tally(adverse) {
		names[itemOf(s)] = s
	}
	p := gates.Past{Date: date, New: map[pipeline.Flow]int64{}, Adverse: map[gates.Slice]int64{}}
	for _, l := range lines {
		flow := pipeline.Flow(l.Scope)
		switch {
		case l.Scope == ScopeGates:
			if s, ok := names[l.Item]; ok {
				p.Adverse[s] = l.Value
			}
		case slices.Contains(flows, flow) && (l.Item == ItemAccepted || l.Item == ItemDiscarded):
			p.New[flow] += l.Value
		}
	}
	maps.DeleteFunc(p.New, func(_ pipeline.Flow, n int64) bool { return n == 0 })
	return p
}
