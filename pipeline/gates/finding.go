package gates

import (
	"errors"
	"math"
	"strings"
)

// Gate names a gate.
type Gate string

// The gates.
const (
	GateDiscards Gate = "scarti"
	GateSources  Gate = "fonti_attese"
	GateVolumes  Gate = "volumi"
	GateAdverse  Gate = "azioni_sfavorevoli"
)

// Verdict is what a gate says. A greater one is graver.
type Verdict uint8

// The verdicts.
const (
	Pass   Verdict = iota // as usual
	Warn                  // out of the usual, and published all the same
	Hold                  // the actions of the slice are not published as AUTOMATICA; the rest is
	Refuse                // nothing is published
)

// String gives PASS, WARN, HOLD or REFUSE.
func (v Verdict) String() string { return [...]string{"PASS", "WARN", "HOLD", "REFUSE"}[v] }

// MarshalText is String.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Finding is what a gate says of a slice. Usual and limit are 0 where there was nothing to compare with.
type Finding struct {
	Gate     Gate
	Slice    Slice
	Measured float64 // documents or actions; for scarti a share, 0 to 1
	Usual    float64 // median of the weekday; for scarti 0
	Limit    float64 // the last value, on the side of the measured one, that passes
	Verdict  Verdict
	Text     string // in Italian: the reason and, unless it passes, the next command; shows no tax code whole
}

// Result is what the gates say of a night.
type Result struct {
	// Findings by gate in the order of the package's table, and within a gate by slice; held slices by the actions they add,
	// then the total of what is left. Each gate has at least one; a slice of adverse actions only where it is out of the
	// usual.
	Findings []Finding

	held map[Slice]float64 // and their usual
}

// Verdict is the gravest of the findings. With Refuse nothing is published (exit code 4). With Hold the night is published
// and every action for which [Result.Held] is true goes out as PROPOSTA.
func (r Result) Verdict() Verdict {
	worst := Pass
	for _, f := range r.Findings {
		worst = max(worst, f.Verdict)
	}
	return worst
}

// Held tells whether an action with these traits is to be held, and by which slice. Count is not looked at.
func (r Result) Held(a Adverse) (Slice, bool) {
	for _, s := range a.slices() {
		if _, held := r.held[s]; held {
			return s, true
		}
	}
	return Slice{}, false
}

// Published gives the adverse actions that go out: those not held.
func (r Result) Published(actions []Adverse) []Adverse {
	var out []Adverse
	for _, a := range actions {
		if _, held := r.Held(a); !held {
			out = append(out, a)
		}
	}
	return out
}

// Record gives what the history keeps of tonight's adverse actions: those that go out, and of every held slice as many as
// are usual of it. Keeping what was held would make a surge the usual after some weeks; keeping none of it would make the
// return to the usual a surge.
func (r Result) Record(actions []Adverse) map[Slice]int64 {
	kept := Tally(r.Published(actions))
	held := map[Slice][]Adverse{}
	for _, a := range actions {
		if s, ok := r.Held(a); ok {
			held[s] = append(held[s], a)
		}
	}
	for s, members := range held {
		sums := Tally(members)
		share := min(r.held[s]/float64(sums[Slice{Dimension: ByTotal, Type: s.Type}]), 1)
		for part, n := range sums {
			if usual := int64(math.Round(float64(n) * share)); usual > 0 {
				kept[part] += usual
			}
		}
	}
	return kept
}

// ErrNoReason means that somebody let the gates pass without saying why.
var ErrNoReason = errors.New("accept without a reason")

// Accept lets the night pass on a person's word: what was refused or held becomes a warning that carries the reason, and
// nothing is held. The caller puts reason, person and findings in the audit. It returns [ErrNoReason] for a blank reason.
func (r Result) Accept(reason string) (Result, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" {
		return r, ErrNoReason
	}
	out := Result{Findings: make([]Finding, len(r.Findings))}
	for i, f := range r.Findings {
		if f.Verdict > Warn {
			f.Verdict = Warn
			f.Text = accepted(f.Text, reason)
		}
		out.Findings[i] = f
	}
	return out, nil
}
